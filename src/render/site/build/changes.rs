//! What happened lately: check-ins, changes of plans and goalpost moves, day by day.
//!
//! The unit is what one commit changed of one goal, told on the day on which its author wrote it. Without a history
//! there are no such days: then records are told on their own dates, and plans keep silent.

use std::cmp::Reverse;

use super::super::link::{self, Href};
use super::super::view::{
    ChangeDay, ChangeEntry, ChangeRow, ChangesPage, DateText, LinkRow, PageHead,
};
use super::super::{figure, markdown};
use super::{Scope, amendments, records, rows, words};
use crate::date::{Date, add_days};
use crate::history::{Event, EventKind, History};
use crate::model::{Goal, GoalRef, KeyResult, Record};
use crate::render::events::is_seen;

/// How far back the page looks, in weeks.
const WEEKS: i64 = 6;

/// How many changes it lists at most.
const LISTED: usize = 1000;

/// Makes the page of changes.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> ChangesPage {
    let first = add_days(scope.as_of, -7 * WEEKS);
    let mut found = match scope.history {
        Some(history) => committed(scope, history, first),
        None => recorded(scope, first),
    };
    let counts = counts(&found);
    let rest = found.iter().map(|group| group.changes.len()).sum::<usize>();
    let rest = rest.saturating_sub(keep_latest(&mut found));
    let weeks = figure::count(WEEKS as usize, "week", "weeks");
    let description = format!("Check-ins and changes of plans in the last {weeks}.");
    ChangesPage {
        head: PageHead::new(link::CHANGES, "Changes", &description, &[]),
        weeks,
        span: figure::span(first, scope.as_of),
        counts,
        days: days(scope, &found),
        rest: (rest > 0).then(|| figure::count(rest, "earlier change", "earlier changes")),
    }
}

/// What one commit changed of one goal; or, without a history, a goal's records of one date.
pub(super) struct Group<'a> {
    /// The day on which it is told.
    day: Date,
    /// The goal.
    reference: &'a GoalRef,
    /// What changed, in the order in which it is told.
    pub(super) changes: Vec<Change<'a>>,
}

/// One change.
pub(super) enum Change<'a> {
    /// By a commit: the position of the event.
    Event(&'a Event),
    /// A record of which no more is known than that it is there.
    Record(Option<&'a KeyResult>, &'a Record),
}

impl<'a> Group<'a> {
    /// The first of its events; nothing where there is no history.
    pub(super) fn event(&self) -> Option<&'a Event> {
        self.changes.iter().find_map(|change| match change {
            Change::Event(event) => Some(*event),
            Change::Record(..) => None,
        })
    }
}

/// What commits changed from `first` to the report's date, the latest first.
fn committed<'a>(scope: &Scope<'a>, history: &'a History, first: Date) -> Vec<Group<'a>> {
    let mut found: Vec<Group<'a>> =
        groups(scope, history).filter(|group| group.day >= first).collect();
    // Stable: of one day the commits' order decides.
    found.sort_by_key(|group| Reverse(group.day));
    found
}

/// What commits changed up to the report's date, child commits before their parents.
pub(super) fn groups<'a>(
    scope: &Scope<'a>,
    history: &'a History,
) -> impl Iterator<Item = Group<'a>> {
    let as_of = scope.as_of;
    let day = |event: &Event| history.commit(event.commit).authored.date();
    let same = |a: &&Event, b: &&Event| (a.commit, &a.goal) == (b.commit, &b.goal);
    let events = history.events();
    let groups = events.chunk_by(same).rev().filter_map(|chunk| {
        let is_told = |event: &&&'a Event| is_seen(event, as_of) && day(event) <= as_of;
        let told = chunk.iter().filter(is_told);
        let changes: Vec<Change<'a>> = told.map(|event| Change::Event(event)).collect();
        let group = Group { day: day(chunk[0]), reference: &chunk[0].goal, changes };
        Some(group).filter(|group| !group.changes.is_empty())
    });
    groups.collect::<Vec<_>>().into_iter()
}

/// The records from `first` to the report's date, the latest first.
fn recorded<'a>(scope: &Scope<'a>, first: Date) -> Vec<Group<'a>> {
    let mut found: Vec<Group<'a>> = Vec::new();
    for goal in &scope.model.goals {
        let own = goal.records.iter().map(|record| (None, record));
        let all = own.chain(goal.key_results.iter().flat_map(|key_result| {
            key_result.records.iter().map(move |record| (Some(key_result), record))
        }));
        let mut all: Vec<(Option<&KeyResult>, &Record)> =
            all.filter(|(_, record)| (first..=scope.as_of).contains(&record.stamp.date)).collect();
        // Stable: of one date the order of the plan decides.
        all.sort_by_key(|(_, record)| Reverse(record.stamp.date));
        for day in all.chunk_by(|(_, a), (_, b)| a.stamp.date == b.stamp.date) {
            let changes =
                day.iter().map(|(key_result, record)| Change::Record(*key_result, record));
            found.push(Group {
                day: day[0].1.stamp.date,
                reference: &goal.reference,
                changes: changes.collect(),
            });
        }
    }
    found.sort_by_key(|group| Reverse(group.day));
    found
}

/// Leaves out what there is no room for; how many changes are left.
fn keep_latest(found: &mut Vec<Group<'_>>) -> usize {
    let mut kept = 0;
    found.retain(|group| {
        let fits = kept < LISTED;
        kept += if fits { group.changes.len() } else { 0 };
        fits
    });
    kept
}

/// What happened, counted.
fn counts(found: &[Group<'_>]) -> Vec<String> {
    let (mut checkins, mut plans, mut moves) = (0, 0, 0);
    for change in found.iter().flat_map(|group| &group.changes) {
        match change {
            Change::Record(..) => checkins += 1,
            Change::Event(event) => {
                checkins += usize::from(event.kind.is_checkin());
                plans += usize::from(!event.kind.is_checkin());
                moves += usize::from(event.goalpost_move);
            }
        }
    }
    let told = [
        (checkins, "check-in", "check-ins"),
        (plans, "change of plans", "changes of plans"),
        (moves, "goalpost move", "goalpost moves"),
    ];
    let told = told.into_iter().filter(|(n, ..)| *n > 0);
    told.map(|(n, one, many)| figure::count(n, one, many)).collect()
}

fn days(scope: &Scope<'_>, found: &[Group<'_>]) -> Vec<ChangeDay> {
    found
        .chunk_by(|a, b| a.day == b.day)
        .map(|groups| {
            let day = groups[0].day;
            ChangeDay {
                anchor: format!("day-{day}"),
                date: DateText::seen_from(day, scope.as_of),
                weekday: figure::weekday(day).to_owned(),
                entries: groups.iter().map(|group| entry(scope, group, link::CHANGES)).collect(),
            }
        })
        .collect()
}

/// A group as the page `from` tells it.
pub(super) fn entry(scope: &Scope<'_>, group: &Group<'_>, from: &str) -> ChangeEntry {
    let commit = group.event().and_then(|event| Some(scope.history?.commit(event.commit)));
    let goal = scope.model.goal(group.reference);
    let rows: Vec<ChangeRow> = group
        .changes
        .iter()
        .filter_map(|change| row(scope, goal, change, group.day, from))
        .collect();
    ChangeEntry {
        author: match commit {
            Some(commit) => Some(commit.author.clone()),
            None => taker(scope, group),
        }
        .filter(|author| !author.trim().is_empty()),
        commit: commit.map(|commit| records::commit(scope, commit)),
        reference: group.reference.to_string(),
        goal: LinkRow {
            text: goal.map_or_else(|| group.reference.to_string(), words::goal_title),
            url: goal.map(|goal| Href::between(from, &rows::goal_path(goal))),
            note: None,
        },
        goalpost: rows.iter().any(|row| row.goalpost),
        rows,
    }
}

/// Who took the values of records that no commit is known of.
fn taker(scope: &Scope<'_>, group: &Group<'_>) -> Option<String> {
    let by = group.changes.iter().find_map(|change| match change {
        Change::Record(_, record) => record.by.as_deref(),
        Change::Event(_) => None,
    });
    by.map(|by| scope.owner_name(by))
}

fn row(
    scope: &Scope<'_>,
    goal: Option<&Goal>,
    change: &Change<'_>,
    day: Date,
    from: &str,
) -> Option<ChangeRow> {
    match change {
        Change::Record(key_result, record) => {
            let row = ChangeRow {
                value: records::shown(*key_result, record.value.as_ref()),
                ..plain(EventKind::Recorded, of_key_result(goal, *key_result, None, from))
            };
            Some(with_record(row, record))
        }
        Change::Event(event) => {
            let change = amendments::change(scope, event)?;
            Some(of_event(scope, goal, &change, day, from))
        }
    }
}

/// An event as a row.
fn of_event(
    scope: &Scope<'_>,
    goal: Option<&Goal>,
    change: &amendments::Change<'_>,
    day: Date,
    from: &str,
) -> ChangeRow {
    let event = change.event;
    let key_result = goal.and_then(|goal| amendments::key_result_of(goal, event));
    let shown = |record: &Option<Record>| {
        record.as_ref().and_then(|record| records::shown(key_result, record.value.as_ref()))
    };
    let previous = || records::shown(key_result, event.previous.as_ref());
    let row = ChangeRow {
        goalpost: event.goalpost_move,
        on: event.stamp.filter(|stamp| stamp.date != day).map(|stamp| scope.stamp(stamp)),
        before: shown(&event.before).or_else(previous),
        value: shown(&event.after).filter(|_| event.kind != EventKind::Voided),
        changes: amendments::texts(change),
        ..plain(event.kind, of_key_result(goal, key_result, event.key_result.as_deref(), from))
    };
    match &event.after {
        Some(record) => with_record(row, record),
        None => row,
    }
}

/// A row that says what happened to what.
fn plain(kind: EventKind, key_result: Option<LinkRow>) -> ChangeRow {
    ChangeRow {
        kind: kind.word().to_owned(),
        word: word(kind).to_owned(),
        goalpost: false,
        key_result,
        on: None,
        before: None,
        value: None,
        confidence: None,
        note: None,
        changes: Vec::new(),
    }
}

fn with_record(row: ChangeRow, record: &Record) -> ChangeRow {
    ChangeRow {
        confidence: record.confidence.map(|confidence| confidence.to_string()),
        note: record.note.as_deref().and_then(markdown::blocks),
        ..row
    }
}

/// The key result that changed, with its place if it is still there; nothing for the goal as a whole.
fn of_key_result(
    goal: Option<&Goal>,
    key_result: Option<&KeyResult>,
    id: Option<&str>,
    from: &str,
) -> Option<LinkRow> {
    match (goal, key_result) {
        (Some(goal), Some(key_result)) => {
            key_result.id.as_ref()?;
            let url = Href::to_anchor(from, &rows::goal_path(goal), &rows::anchor(key_result));
            let text = words::key_result_title(key_result);
            Some(LinkRow { text, url: Some(url), note: None })
        }
        _ => id.map(|id| LinkRow { text: id.to_owned(), url: None, note: None }),
    }
}

/// What happened, in words.
fn word(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Recorded => "Check-in",
        EventKind::Corrected => "Corrected",
        EventKind::Voided => "Taken back",
        EventKind::Removed => "Removed",
        EventKind::Amended => "Plan changed",
        other => amendments::word(other).unwrap_or("Plan changed"),
    }
}
