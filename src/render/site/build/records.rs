//! Records with their witnesses, on the pages of goals and as news.

use super::super::view::{CheckinRow, CommitText, RecordRow};
use super::super::{figure, markdown};
use super::{Scope, rows, words};
use crate::date::{Stamp, days_between};
use crate::history::{CommitInfo, RecordKey};
use crate::load::Value;
use crate::model::{Goal, KeyResult, Record};

/// What is known of how a record came to be.
enum Origin<'a> {
    /// The commit that introduced it as it stands.
    Commit(&'a CommitInfo),
    /// No commit has it so.
    Uncommitted,
    /// The history does not reach far enough.
    Unknown,
    /// There is no history.
    NoHistory,
}

fn origin<'a>(
    scope: &Scope<'a>,
    goal: &Goal,
    key_result: Option<&KeyResult>,
    record: &Record,
) -> Origin<'a> {
    let Some(history) = scope.history else { return Origin::NoHistory };
    let key = RecordKey {
        goal: goal.reference.clone(),
        key_result: key_result.and_then(|key_result| key_result.id.clone()),
        stamp: record.stamp,
    };
    match history.witness(&key, record) {
        Some(commit) => Origin::Commit(commit),
        // A record that some commit has in another form was changed in the working tree.
        None if history.shallow && !history.knows(&key) => Origin::Unknown,
        None => Origin::Uncommitted,
    }
}

/// A commit, with a link to its page in the forge.
pub(super) fn commit(scope: &Scope<'_>, commit: &CommitInfo) -> CommitText {
    CommitText {
        short: commit.id.short(),
        url: scope.forge.as_ref().and_then(|forge| forge.commit(commit.id)),
        subject: commit.subject.clone(),
    }
}

/// The records of a key result, the latest first.
pub(super) fn of_key_result(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
) -> Vec<RecordRow> {
    table(scope, goal, Some(key_result), &key_result.records)
}

/// The records of a goal as a whole, the latest first.
pub(super) fn of_goal(scope: &Scope<'_>, goal: &Goal) -> Vec<RecordRow> {
    table(scope, goal, None, &goal.records)
}

fn table(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: Option<&KeyResult>,
    records: &[Record],
) -> Vec<RecordRow> {
    let mut before = None;
    let mut found = Vec::with_capacity(records.len());
    for record in records.iter().filter(|record| record.stamp.date <= scope.as_of) {
        let value = match record.value {
            Some(Value::Number(number)) if !record.void => Some(number),
            _ => None,
        };
        let change = before.zip(value).map(|(before, value)| value - before);
        found.push(row(scope, goal, key_result, record, change));
        before = value.or(before);
    }
    found.reverse();
    found
}

fn row(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: Option<&KeyResult>,
    record: &Record,
    change: Option<f64>,
) -> RecordRow {
    let origin = origin(scope, goal, key_result, record);
    let witness = match origin {
        Origin::Commit(commit) => Some(commit),
        _ => None,
    };
    let mark = match origin {
        Origin::Uncommitted => Some("uncommitted"),
        Origin::Unknown => Some("unknown"),
        Origin::Commit(_) | Origin::NoHistory => None,
    };
    RecordRow {
        date: scope.stamp(record.stamp),
        value: shown(key_result, record.value.as_ref()),
        change: change.map(figure::change),
        confidence: record.confidence.map(|confidence| confidence.to_string()),
        note: record.note.as_deref().and_then(markdown::blocks),
        author: author(scope, record, witness),
        commit: witness.map(|witness| commit(scope, witness)),
        mark: mark.map(str::to_owned),
        lag: witness.and_then(|witness| lag(record.stamp, witness)),
        void: record.void,
    }
}

/// A recorded value in words; of what is not measured any more, as it was written.
pub(super) fn shown(key_result: Option<&KeyResult>, value: Option<&Value>) -> Option<String> {
    match (key_result, value?) {
        (Some(key_result), value) => Some(words::value(key_result, value)),
        (None, Value::Number(number)) => Some(figure::number(*number)),
        (None, value) => Some(value.to_string()),
    }
}

/// Who took the value, else who committed it.
fn author(scope: &Scope<'_>, record: &Record, witness: Option<&CommitInfo>) -> Option<String> {
    let by = record.by.as_deref().map(|by| scope.owner_name(by));
    by.or_else(|| witness.map(|witness| witness.author.clone()))
}

/// How much later than true a record was written down, in days of its author's calendar.
fn lag(stamp: Stamp, witness: &CommitInfo) -> Option<String> {
    match days_between(stamp.date, witness.authored.date()) {
        ..=0 => None,
        days => Some(format!("{} later", figure::count(days as usize, "day", "days"))),
    }
}

/// A record and what it is a record of.
struct News<'a> {
    at: usize,
    key_result: Option<&'a KeyResult>,
    record: &'a Record,
    before: Option<&'a Value>,
}

/// The last check-ins of these goals, the latest first; of their key results only those that `asked_for` holds, which is
/// asked with no key result for a check-in of the goal as a whole.
///
/// They are the records as they stand, not the commits' events: a record that was corrected is told once, in the words
/// that count, and one that is not committed yet is told as well.
pub(super) fn news(
    scope: &Scope<'_>,
    goals: &[usize],
    most: usize,
    asked_for: impl Fn(&Goal, Option<&KeyResult>) -> bool,
    from: &str,
) -> Vec<CheckinRow> {
    let mut latest = Vec::new();
    for &at in goals {
        let goal = &scope.model.goals[at];
        if asked_for(goal, None) {
            latest.extend(last_of(scope, at, None, &goal.records, most));
        }
        for key_result in goal.key_results.iter().filter(|one| asked_for(goal, Some(one))) {
            latest.extend(last_of(scope, at, Some(key_result), &key_result.records, most));
        }
    }
    // Stable: of one date, the order of goals and key results decides.
    latest.sort_by_key(|news: &News<'_>| std::cmp::Reverse(news.record.stamp));
    latest.truncate(most);
    latest.iter().map(|news| checkin(scope, news, from)).collect()
}

/// The last records of one list, no more than the page could show.
fn last_of<'a>(
    scope: &Scope<'_>,
    at: usize,
    key_result: Option<&'a KeyResult>,
    records: &'a [Record],
    most: usize,
) -> Vec<News<'a>> {
    let seen: Vec<&Record> = super::key_result::seen(records, scope.as_of).collect();
    let tail = seen.len().saturating_sub(most);
    (tail..seen.len())
        .map(|position| News {
            at,
            key_result,
            record: seen[position],
            before: seen[..position].iter().rev().find_map(|record| record.value.as_ref()),
        })
        .collect()
}

fn checkin(scope: &Scope<'_>, news: &News<'_>, from: &str) -> CheckinRow {
    let goal = &scope.model.goals[news.at];
    let (key_result, record) = (news.key_result, news.record);
    let origin = origin(scope, goal, key_result, record);
    let witness = match origin {
        Origin::Commit(commit) => Some(commit),
        _ => None,
    };
    let named = key_result.filter(|key_result| key_result.id.is_some());
    CheckinRow {
        date: scope.seen(record.stamp.date),
        author: author(scope, record, witness),
        goal: rows::goal_link(goal, from),
        key_result: named.map(|key_result| rows::key_result_link(goal, key_result, from)),
        before: shown(key_result, news.before).filter(|_| record.value.is_some()),
        value: shown(key_result, record.value.as_ref()),
        confidence: record.confidence.map(|confidence| confidence.to_string()),
        note: record.note.as_deref().and_then(markdown::blocks),
        uncommitted: matches!(origin, Origin::Uncommitted),
    }
}
