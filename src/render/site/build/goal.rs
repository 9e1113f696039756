//! The page of a goal.

use super::super::link::{self, Href};
use super::super::view::{
    CloseView, DateText, GoalPage, InitiativeRow, LinkRow, PageHead, RecordTable,
};
use super::super::{figure, markdown};
use super::{Scope, amendments, findings, key_result, records, rows, smart, words, work};
use crate::load::{Ambition, Verdict};
use crate::model::{Close, Goal, GoalKind, Initiative, Link, Reference};
use crate::rollup::{GoalFigures, KeyResultFigures};
use crate::text::{cut, every};

/// Makes the page of the goal at this position.
pub(in crate::render::site) fn page(scope: &Scope<'_>, at: usize) -> GoalPage {
    let (goal, figures) = scope.goal(at);
    let path = rows::goal_path(goal);
    let crumbs = rows::crumbs(scope, &goal.reference.cycle, goal.team.as_deref());
    let title = words::goal_title(goal);
    let description = format!("The goal {}.", goal.reference);
    let changes = amendments::of_goal(scope, goal);
    let cards = smart::cards(scope, at);
    let moves = changes.iter().filter(|change| change.event.goalpost_move).count();
    GoalPage {
        head: PageHead::new(&path, &title, &description, &rows::borrowed(&crumbs)),
        reference: goal.reference.to_string(),
        kind: match goal.kind {
            GoalKind::Objective => "objective",
            GoalKind::Smart => "smart",
        }
        .to_owned(),
        goal: rows::goal_line(scope, at, &path),
        window: figure::span(goal.window.start, goal.window.end),
        standing: words::standing(goal.window, scope.as_of),
        ambition: ambition(goal),
        weight: words::weight(goal.weight),
        tags: goal.tags.clone(),
        overdue: overdue(scope, goal, figures),
        why: goal.why.as_deref().and_then(markdown::blocks),
        key_results: (0..goal.key_results.len())
            .map(|position| key_result::view(scope, at, position, &changes, &cards, &path))
            .collect(),
        smart: smart::card(&cards, None),
        records: RecordTable::of(records::of_goal(scope, goal)),
        initiatives: goal.initiatives.iter().map(|work| initiative(scope, work, &path)).collect(),
        work: work::of_goal(scope, goal),
        contributes_to: links(scope, &goal.contributes_to, &path),
        supports: links(scope, &goal.supports, &path),
        contributors: contributors(scope, at)
            .map(|other| rows::goal_line(scope, other, &path))
            .collect(),
        supporters: scope.supporters[at]
            .iter()
            .map(|other| goal_link(scope, *other, &path))
            .collect(),
        continues: goal.continues.as_deref().map(|raw| continues(scope, goal, raw, &path)),
        amendments: changes
            .iter()
            .rev()
            .map(|change| amendments::row(scope, goal, change))
            .collect(),
        goalpost_moves: (moves > 0)
            .then(|| figure::count(moves, "goalpost move", "goalpost moves")),
        close: goal.close.as_ref().filter(|_| scope.is_closed(goal)).map(close),
        findings: findings::of_goal(scope, at, &path),
        forge: files(scope, goal),
        badge: Href::between(&path, &link::badge(&goal.reference.cycle, &goal.reference.id)),
    }
}

/// The goal's files in the forge.
fn files(scope: &Scope<'_>, goal: &Goal) -> Vec<LinkRow> {
    let Some(forge) = &scope.forge else { return Vec::new() };
    let plan = format!("{}{}", scope.folder, goal.path);
    let record = format!("{}{}", scope.folder, goal.checkins_path());
    let row = |text: &str, url| LinkRow { text: text.to_owned(), url, note: None };
    let recorded =
        goal.records.len() + goal.key_results.iter().map(|kr| kr.records.len()).sum::<usize>();
    let (seen, check_in) = match recorded {
        0 => (None, forge.make(&record)),
        _ => (forge.file(&record), forge.edit(&record)),
    };
    let rows = [
        row("The plan", forge.file(&plan)),
        row("Edit the plan", forge.edit(&plan)),
        row("Its history", forge.history(&plan)),
        row("The check-ins", seen),
        row("Check in", check_in),
    ];
    rows.into_iter().filter(|row| row.url.is_some()).collect()
}

fn ambition(goal: &Goal) -> Option<String> {
    let said = match goal.kind {
        GoalKind::Smart => Some(goal.read_ambition()),
        GoalKind::Objective => goal.ambition,
    };
    said.map(Ambition::word).map(words::capitalised)
}

/// The goals that count in a goal itself, not in one of its key results.
fn contributors(scope: &Scope<'_>, at: usize) -> impl Iterator<Item = usize> {
    let all = scope.model.contributors[at].iter();
    all.filter(|contributor| contributor.key_result.is_none()).map(|contributor| contributor.goal)
}

fn goal_link(scope: &Scope<'_>, at: usize, from: &str) -> LinkRow {
    link_to(scope, at, None, from)
}

/// A link to a goal or one of its key results, with its reference beside it.
fn link_to(scope: &Scope<'_>, at: usize, key_result: Option<usize>, from: &str) -> LinkRow {
    let goal = &scope.model.goals[at];
    let path = rows::goal_path(goal);
    let key_result = key_result.map(|position| &goal.key_results[position]);
    let url = match key_result {
        Some(key_result) => Href::to_anchor(from, &path, &rows::anchor(key_result)),
        None => Href::between(from, &path),
    };
    let id = key_result.and_then(|key_result| key_result.id.as_deref());
    LinkRow {
        text: key_result.map_or_else(|| words::goal_title(goal), words::key_result_title),
        url: Some(url),
        note: Some(goal.reference.with(id)),
    }
}

fn links(scope: &Scope<'_>, links: &[Link], from: &str) -> Vec<LinkRow> {
    links.iter().map(|link| link_to(scope, link.goal, link.key_result, from)).collect()
}

/// The goal that this one carries on; its bare reference if it is not there.
fn continues(scope: &Scope<'_>, goal: &Goal, raw: &str, from: &str) -> LinkRow {
    let found = Reference::parse(raw)
        .and_then(|reference| scope.model.resolve(&reference, &goal.reference.cycle).ok());
    match found {
        Some((at, key_result)) => link_to(scope, at, key_result, from),
        None => LinkRow { text: raw.to_owned(), url: None, note: None },
    }
}

/// What is said of check-ins that are late.
pub(super) fn overdue(scope: &Scope<'_>, goal: &Goal, figures: &GoalFigures) -> Option<String> {
    let silent: Vec<(String, &KeyResultFigures)> = goal
        .key_results
        .iter()
        .zip(&figures.key_results)
        .filter(|(_, figures)| figures.overdue)
        .map(|(key_result, figures)| (words::key_result_title(key_result), figures))
        .collect();
    if scope.is_closed(goal) {
        return None;
    }
    let (first, _) = silent.first()?;
    let often = every(scope.model.settings.every_days);
    if silent.len() < goal.key_results.len() {
        let title = words::quoted(first);
        return Some(match silent.len() {
            1 => format!("A check-in of {title} is overdue; one is due {often}."),
            n => {
                let others = figure::count(n - 1, "other key result", "other key results");
                format!("Check-ins of {title} and {others} are overdue; one is due {often}.")
            }
        });
    }
    let last = silent.iter().filter_map(|(_, figures)| figures.last_checkin).max();
    Some(match last {
        Some(last) => {
            let ago = figure::distance(last, scope.as_of);
            format!("The last check-in was {ago}; one is due {often}.")
        }
        None => format!("There is no check-in yet; one is due {often}."),
    })
}

/// The longest reference of an initiative that is shown whole, in characters.
const REFERENCE: usize = 60;

fn initiative(scope: &Scope<'_>, work: &Initiative, from: &str) -> InitiativeRow {
    let state = match (work.done, work.due) {
        (Some(_), _) => "done",
        (None, Some(due)) if due < scope.as_of => "late",
        _ => "open",
    };
    InitiativeRow {
        title: work.title.clone(),
        url: work.link.as_deref().and_then(words::web_page),
        reference: work
            .link
            .as_deref()
            .filter(|link| !link.trim().is_empty() && words::web_page(link).is_none())
            .map(|link| cut(link, REFERENCE).into_owned()),
        owner: work.owner.as_deref().and_then(|owner| scope.owner(owner, from)),
        due: work.due.map(DateText::new),
        done: work.done.map(DateText::new),
        state: state.to_owned(),
    }
}

fn close(close: &Close) -> CloseView {
    CloseView {
        date: DateText::new(close.date),
        verdict: close.verdict.map_or_else(
            || "Closed without a verdict".to_owned(),
            |verdict| words::capitalised(Verdict::word(verdict)),
        ),
        score: close.score.map(figure::score),
        note: close.note.as_deref().and_then(markdown::blocks),
    }
}
