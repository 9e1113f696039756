//! Today's record: the last value once more, or room for one that the measure takes.

use super::snippet::Snippet;
use crate::date::Date;
use crate::load::splice::toml_string;
use crate::load::{Kind, Value};
use crate::model::{Goal, KeyResult, Measure, Record};
use crate::text::number;

/// Tells whether a day is one on which a key result is recorded: from its first day to its last, as
/// long as it and its goal are not over.
pub(super) fn may_have_record(goal: &Goal, key_result: &KeyResult, day: Date) -> bool {
    key_result.kind != Kind::Objectives
        && key_result.window.contains(day)
        && !is_over(goal, day)
        && key_result.dropped.is_none()
}

/// Tells whether a goal is closed or given up on a day.
pub(super) fn is_over(goal: &Goal, day: Date) -> bool {
    goal.dropped.is_some() || goal.close.as_ref().is_some_and(|close| close.date <= day)
}

/// The last record up to a day with a value that counts.
pub(super) fn last(key_result: &KeyResult, today: Date) -> Option<&Record> {
    let mut records = key_result.records.iter().rev();
    records.find(|record| !record.void && record.value.is_some() && record.stamp.date <= today)
}

/// Room for a value that the measure takes, filled with the last one where there is one.
pub(super) fn value(key_result: &KeyResult, today: Date) -> Snippet {
    let last = last(key_result, today).and_then(|record| record.value.as_ref());
    let empty = Snippet::default();
    match (&key_result.measure, key_result.kind, last) {
        (Some(Measure::Milestone(steps)), ..) => {
            let reached = match last {
                Some(Value::Text(id)) => steps.iter().position(|step| step.id == *id),
                _ => None,
            };
            let (below, rest) = steps.split_at(reached.unwrap_or(0));
            let ids = rest.iter().chain(below).map(|step| step.id.as_str());
            empty.then("\"").choice(ids).then("\"")
        }
        (_, Kind::Binary, Some(Value::Bool(true))) => empty.choice(["true", "false"]),
        (_, Kind::Binary, _) => empty.choice(["false", "true"]),
        (_, _, Some(value)) => empty.field(written(value)),
        (Some(Measure::Metric { baseline, .. }), _, None) => empty.field(number(*baseline)),
        _ => empty.field(""),
    }
}

/// A value as TOML.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::Number(value) => number(*value),
        Value::Bool(flag) => flag.to_string(),
        Value::Text(text) => toml_string(text),
    }
}
