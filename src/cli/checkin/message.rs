//! What is said of records in a few words: on the terminal, and in the message of their commit.

use std::collections::BTreeSet;

use super::recorder::Edit;
use crate::load::Value;
use crate::model::Goal;
use crate::text::{count, number};

/// The longest list of several changes in a subject, in characters.
const LONGEST_LIST: usize = 80;
/// The most trailers of one commit; beyond that they name only what was recorded.
const MOST_TRAILERS: usize = 200;
/// The most notes in one message.
const MOST_NOTES: usize = 20;

/// What a record changes, in a few words.
pub(super) fn change(edit: &Edit<'_>) -> String {
    let unit = edit.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let own = edit.before.as_ref().filter(|record| !record.void);
    let corrected = own.and_then(|record| record.value.as_ref());
    if edit.record.void {
        let what = corrected.map_or_else(|| "record".to_owned(), |was| shown(was) + &unit);
        return format!("{what} of {} taken back", edit.record.stamp);
    }
    match (&edit.record.value, corrected, &edit.previous) {
        (Some(now), Some(before), _) if now != before => {
            format!("corrected, {} → {}{unit}", shown(before), shown(now))
        }
        (Some(now), _, Some(before)) if now != before => {
            format!("{} → {}{unit}", shown(before), shown(now))
        }
        (Some(now), _, Some(_)) => format!("unchanged at {}{unit}", shown(now)),
        (Some(now), _, None) if edit.first => format!("starts at {}{unit}", shown(now)),
        (Some(now), _, None) => format!("{}{unit} on {}", shown(now), edit.record.stamp),
        (None, _, _) => match edit.record.confidence {
            Some(confidence) if edit.key_result.is_none() => format!("confidence {confidence}"),
            _ if edit.key_result.is_none() => "noted".to_owned(),
            _ => "not measured".to_owned(),
        },
    }
}

/// A value as people read it.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Number(value) => number(*value),
        other => other.to_string(),
    }
}

/// What reads well in `git log`: every change, as long as that is one line.
pub(super) fn subject(edits: &[Edit<'_>]) -> String {
    let told =
        |edit: &Edit<'_>| format!("{} {}", short_name(edit.goal, edit.key_result), change(edit));
    if edits.len() <= LONGEST_LIST {
        let all = edits.iter().map(told).collect::<Vec<_>>().join(", ");
        if edits.len() == 1 || all.chars().count() <= LONGEST_LIST {
            return format!("check-in: {all}");
        }
    }
    let goals: BTreeSet<&str> = edits.iter().map(|edit| edit.goal.reference.id.as_str()).collect();
    let things: BTreeSet<_> = edits.iter().map(|edit| edit.named).collect();
    let records = match things.len() {
        all if all == edits.len() => count(all, "key result"),
        all => format!("{} of {}", count(edits.len(), "record"), count(all, "key result")),
    };
    match goals.first() {
        Some(one) if goals.len() == 1 => format!("check-in: {one}, {records}"),
        _ => format!("check-in: {records} in {}", count(goals.len(), "goal")),
    }
}

/// The notes that were given, each once; where they differ, with what they are about.
pub(super) fn body(edits: &[Edit<'_>]) -> Option<String> {
    let said = || edits.iter().filter_map(|edit| Some((edit, edit.said.as_deref()?)));
    let notes: BTreeSet<&str> = said().map(|(_, note)| note).collect();
    if notes.len() <= 1 {
        return notes.first().map(|note| (*note).to_owned());
    }
    let lines = said()
        .take(MOST_NOTES)
        .map(|(edit, note)| format!("{}: {note}", short_name(edit.goal, edit.key_result)));
    Some(lines.collect::<Vec<_>>().join("\n\n"))
}

/// An index for people and `git log --grep`: each record; where these are too many, what was recorded.
pub(super) fn trailers(edits: &[Edit<'_>]) -> Vec<(String, String)> {
    let records = || edits.iter().map(trailer).collect::<Vec<_>>();
    let unique = |names: BTreeSet<String>| names.into_iter().collect::<Vec<_>>();
    let key_results =
        || unique(edits.iter().map(|edit| edit.goal.reference.with(edit.key_result)).collect());
    let goals = || unique(edits.iter().map(|edit| edit.goal.reference.to_string()).collect());
    let levels: [&dyn Fn() -> Vec<String>; 3] = [&records, &key_results, &goals];
    let fitting = levels.iter().map(|level| level()).find(|all| all.len() <= MOST_TRAILERS);
    fitting.unwrap_or_default().into_iter().map(|value| ("Check-in".to_owned(), value)).collect()
}

fn trailer(edit: &Edit<'_>) -> String {
    let name = edit.goal.reference.with(edit.key_result);
    let value = match &edit.record.value {
        _ if edit.record.void => "void".to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => other.to_string(),
        None => "-".to_owned(),
    };
    format!("{name} {} {value}", edit.record.stamp)
}

fn short_name(goal: &Goal, key_result: Option<&str>) -> String {
    match key_result {
        Some(key_result) => format!("{}.{key_result}", goal.reference.id),
        None => goal.reference.id.clone(),
    }
}
