//! Names: of goals and key results, people and teams, rules.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use gen_lsp_types::CompletionItemKind;

use super::super::matching::matched;
use super::super::place::Sort;
use super::super::snippet::Snippet;
use super::{Cursor, Proposal};
use crate::check::{self, RULES, Rule};
use crate::diagnostic::{Diagnostic, Level};
use crate::load::Kind;
use crate::model::{Goal, Model, Reference};

/// What a reference may name, as short as it is still understood; with the cycle where it is that
/// which is typed.
pub(super) fn references(cursor: &Cursor<'_>, path: &[String]) -> Vec<Proposal> {
    let Some(own) = cursor.goal() else { return Vec::new() };
    let model = &cursor.view.analysis.workspace.model;
    let key = path.last().map_or("", String::as_str);
    let typed = cursor
        .outline
        .word(cursor.offset)
        .map_or("", |word| &cursor.file.text[word.span.start..cursor.offset.max(word.span.start)]);
    let mut goals: Vec<(usize, &Goal)> = model
        .goals
        .iter()
        .enumerate()
        .map(|(at, goal)| (at, &**goal))
        .filter(|(_, goal)| goal.reference != own.reference)
        // What `contributes-to-closed` would find fault with at once.
        .filter(|(_, goal)| {
            key != "contributes_to"
                || goal.close.as_ref().is_none_or(|close| close.date >= own.window.end)
        })
        .collect();
    goals.sort_by_key(|(_, goal)| nearness(model, own, goal, key));
    let mut whole = Vec::new();
    let mut parts = Vec::new();
    for (at, goal) in goals {
        let id = &goal.reference.id;
        let short = Reference { cycle: None, goal: id.clone(), key_result: None };
        let is_short = model.resolve(&short, &own.reference.cycle).is_ok_and(|found| found.0 == at);
        let proposal = |key_result: Option<&str>, kind| {
            let full = goal.reference.with(key_result);
            let short = key_result.map_or_else(|| id.clone(), |part| format!("{id}.{part}"));
            let is_short = is_short && !is_better(typed, &full, &short);
            let (name, other) = if is_short { (short, full) } else { (full, short) };
            Proposal::text(name, kind).also(other)
        };
        let told = goal.why.clone().unwrap_or_default();
        let goal_itself = proposal(None, CompletionItemKind::Reference).detail(&goal.title);
        whole.push(if told.is_empty() { goal_itself } else { goal_itself.told(told) });
        for key_result in &goal.key_results {
            let may = match key {
                "contributes_to" => key_result.kind == Kind::Objectives,
                "supports" => true,
                _ => false,
            };
            if let Some(id) = key_result.id.as_deref().filter(|_| may) {
                let key_result_itself = proposal(Some(id), CompletionItemKind::Field);
                parts.push(key_result_itself.detail(&key_result.title));
            }
        }
    }
    whole.extend(parts);
    whole
}

/// Tells whether what is typed fits one name better than another.
fn is_better(typed: &str, one: &str, other: &str) -> bool {
    match (matched(typed, one), matched(typed, other)) {
        (Some(one), Some(other)) => one < other,
        (one, other) => one.is_some() && other.is_none(),
    }
}

/// How far a goal is from one that names it: those that it can be aligned with first, of the cycles
/// around its own what it counts in and of its own what it supports; what it may continue from the latest on.
fn nearness<'g>(
    model: &Model,
    own: &Goal,
    goal: &'g Goal,
    key: &str,
) -> (u8, Reverse<i64>, &'g str, &'g str) {
    let (mine, other) = (&own.reference.cycle, &goal.reference.cycle);
    let window = |cycle: &str| model.cycles.get(cycle).copied();
    let is_around = window(other).zip(window(mine)).is_some_and(|(a, b)| a.encloses(b));
    let is_before = window(other).zip(window(mine)).is_some_and(|(a, b)| a.end < b.start);
    let rank = match key {
        "continues" => u8::from(!is_before),
        "contributes_to" if is_around && mine != other => 0,
        "contributes_to" if mine == other => 1,
        _ if mine == other => 0,
        _ if is_around => 1,
        _ => 2,
    };
    let end = window(other)
        .map_or(0, |window| crate::date::days_between(crate::date::Date::default(), window.end));
    (rank, Reverse(end), other, &goal.reference.id)
}

/// Who may be named: people, and where a team can own something, teams.
pub(super) fn people(cursor: &Cursor<'_>, path: &[String]) -> Vec<Proposal> {
    let model = &cursor.view.analysis.workspace.model;
    let settings = &model.settings;
    let mut proposals: Vec<Proposal> = match &settings.people {
        Some(people) => people
            .keys()
            .map(|handle| {
                let name = settings.person_name(handle);
                let proposal = Proposal::text(handle, CompletionItemKind::Constant);
                if name == handle { proposal } else { proposal.detail(name).also(name) }
            })
            .collect(),
        None => owners(model)
            .into_iter()
            .map(|owner| Proposal::text(owner, CompletionItemKind::Constant))
            .collect(),
    };
    if path.last().is_some_and(|key| key == "owner") {
        let teams = model.cycles.keys().flat_map(|cycle| model.teams(cycle));
        let teams = teams.chain(settings.teams.keys().map(String::as_str));
        let known: BTreeMap<&str, ()> = teams.map(|team| (team, ())).collect();
        proposals.extend(known.into_keys().map(|team| {
            let name = settings.team_name(team);
            Proposal::text(team, CompletionItemKind::Module)
                .detail(format!("team {name}"))
                .also(name)
        }));
    }
    proposals
}

/// Whoever owns something, where there is no table of people.
fn owners(model: &Model) -> Vec<&str> {
    let of_goals = model.goals.iter().filter_map(|goal| goal.owner.as_deref());
    let of_parts = model.goals.iter().flat_map(|goal| {
        goal.key_results.iter().filter_map(|key_result| key_result.owner.as_deref())
    });
    let mut owners: Vec<&str> = of_goals.chain(of_parts).collect();
    let teams: Vec<&str> = model.cycles.keys().flat_map(|cycle| model.teams(cycle)).collect();
    owners.sort_unstable();
    owners.dedup();
    owners.retain(|owner| !teams.contains(owner));
    owners
}

/// The rules that a table does not name yet, with room for the reason, or for the level; those first
/// that find something now which the table is about.
pub(super) fn rules(cursor: &Cursor<'_>, sort: Sort, table: &[String]) -> Vec<Proposal> {
    let present = cursor.present(table);
    let found = found(cursor, sort, table);
    let may_be_named = |rule: &&Rule| {
        let may_be = sort == Sort::Settings || check::may_be_allowed(rule.name);
        may_be && !present.contains(&rule.name)
    };
    let mut rules: Vec<&Rule> = RULES.iter().filter(may_be_named).collect();
    rules.sort_by_key(|rule| !found.contains(rule.name));
    rules
        .into_iter()
        .map(|rule| {
            let entry = Snippet::of(format!("{} = \"", rule.name));
            let code = match sort {
                _ if cursor.has_value() => Snippet::of(rule.name),
                Sort::Settings => entry.choice(["off", "info", "warning", "error"]).then("\""),
                _ => entry.field("reason").then("\""),
            };
            let is_here = if found.contains(rule.name) { " · found here" } else { "" };
            Proposal::code(rule.name, CompletionItemKind::EnumMember, code)
                .detail(format!("{}{is_here}", rule.level.word()))
                .told(rule.finds)
        })
        .collect()
}

/// The rules that find something now which could be lived with: in the key result that a table of
/// allowances belongs to, in the goal, or for levels in the workspace.
fn found(cursor: &Cursor<'_>, sort: Sort, table: &[String]) -> BTreeSet<&'static str> {
    let analysis = cursor.view.analysis;
    let own = cursor.goal().map(|goal| &goal.reference);
    let key_result = match table {
        [_, id, _] => Some(id.as_str()),
        _ => None,
    };
    let is_here = |finding: &&Diagnostic| {
        let place = &finding.primary.place;
        let subject = || check::subject(&analysis.workspace.model, place);
        sort == Sort::Settings
            || subject().is_some_and(|subject| {
                Some(&subject.goal.reference) == own
                    && (key_result.is_none() || subject.key_result == key_result)
            })
    };
    let findings = analysis.findings().iter().map(|finding| &**finding);
    let findings = findings.filter(|finding| finding.level != Level::Error);
    findings.filter(is_here).map(|finding| finding.rule).collect()
}
