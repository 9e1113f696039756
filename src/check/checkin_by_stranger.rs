//! `checkin-by-stranger`: a record by someone who is not on the team.

use std::collections::{BTreeMap, BTreeSet};

use super::Context;
use super::commits::named;
use super::judged::is_live;
use crate::diagnostic::{Diagnostic, Place};
use crate::history::{CommitInfo, RecordKey};
use crate::model::{Goal, Model, Record};
use crate::text::{count, printable};

/// Finds records whose witness is a person of `[people]` who neither owns the goal nor belongs to
/// its team, unless the record says by whom of them the value is. Those of one person for one key
/// result are one finding.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let (Some(history), Some(_)) = (context.history, &context.model.settings.people) else {
        return;
    };
    let teams = members(context.model);
    for goal in context.model.goals.iter().filter(|goal| is_live(goal, context.as_of)) {
        // What belongs to no team belongs to everyone.
        let Some(team) = goal.team.as_deref() else { continue };
        let own = (None, goal.owner.as_deref(), &goal.records);
        let of_key_results =
            goal.key_results.iter().map(|kr| (kr.id.as_deref(), kr.owner.as_deref(), &kr.records));
        for (key_result, owner, records) in of_key_results.chain([own]) {
            let belongs = |person: &str| {
                owner == Some(person)
                    || is_on(&teams, team, person)
                    || owner.is_some_and(|owner| is_on(&teams, owner, person))
            };
            let mut strange: BTreeMap<&str, Vec<(&Record, &CommitInfo)>> = BTreeMap::new();
            for record in records.iter().filter(|record| !record.void) {
                let key = RecordKey {
                    goal: goal.reference.clone(),
                    key_result: key_result.map(str::to_owned),
                    stamp: record.stamp,
                };
                let Some(commit) = history.witness(&key, record) else { continue };
                let Some(person) = commit.person.as_deref() else { continue };
                let by = record.by.as_deref();
                if !belongs(person) && !by.is_some_and(|by| by == person || belongs(by)) {
                    strange.entry(person).or_default().push((record, commit));
                }
            }
            for (person, records) in strange {
                findings.extend(finding(goal, key_result, person, &records));
            }
        }
    }
}

/// The people of each team: its lead, and whoever owns something of it, in any cycle.
fn members(model: &Model) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut members: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (team, settings) in &model.settings.teams {
        members.entry(team).or_default().extend(settings.lead.as_deref());
    }
    for goal in &model.goals {
        let Some(team) = goal.team.as_deref() else { continue };
        let key_results = goal.key_results.iter().filter_map(|kr| kr.owner.as_deref());
        let initiatives = goal.initiatives.iter().filter_map(|work| work.owner.as_deref());
        let owners = goal.owner.as_deref().into_iter().chain(key_results).chain(initiatives);
        members.entry(team).or_default().extend(owners);
    }
    members
}

/// Tells whether a person is on a team, or on one above or below it.
fn is_on(teams: &BTreeMap<&str, BTreeSet<&str>>, team: &str, person: &str) -> bool {
    let holds = |outer: &str, inner: &str| {
        inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    teams
        .iter()
        .filter(|(other, _)| holds(other, team) || holds(team, other))
        .any(|(_, people)| people.contains(person))
}

fn finding(
    goal: &Goal,
    key_result: Option<&str>,
    person: &str,
    records: &[(&Record, &CommitInfo)],
) -> Option<Diagnostic> {
    let ((first, commit), others) = records.split_first()?;
    let message = format!(
        "`{}` of `{}` was recorded by `{}`, who neither owns it nor is on the team, in {}",
        first.stamp,
        goal.reference.with(key_result),
        printable(person),
        named(commit)
    );
    let mut finding = Diagnostic::new(
        "checkin-by-stranger",
        message,
        Place::new(goal.checkins_path(), first.at.entry),
    );
    if !others.is_empty() {
        let others = count(others.len(), "more record");
        finding = finding.label(format!("and {others} by the same person"));
    }
    Some(finding.help("if the value is a team member's, say so: { value = …, by = \"…\" }"))
}
