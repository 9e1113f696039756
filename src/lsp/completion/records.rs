//! Records: today's date with the last value, and what a measure takes.

use gen_lsp_types::CompletionItemKind;

use super::super::snippet::Snippet;
use super::{Cursor, Proposal, values};
use crate::load::splice::toml_string;
use crate::load::{Kind, Value};
use crate::model::{GoalKind, KeyResult, Measure, Record};
use crate::text::number;

/// Today's record of what a table holds the records of.
pub(super) fn records(cursor: &Cursor<'_>, table: &[String]) -> Vec<Proposal> {
    let Some(goal) = cursor.goal() else { return Vec::new() };
    let today = cursor.view.analysis.today.to_string();
    if cursor.present(table).contains(&today.as_str()) {
        return Vec::new();
    }
    if cursor.has_value() {
        let date = Snippet::of(&today);
        return vec![Proposal::code(today, CompletionItemKind::Event, date).detail("today")];
    }
    match (table.first(), goal.kind) {
        (None, GoalKind::Objective) => vec![of_the_whole(&today)],
        (None, GoalKind::Smart) => of(cursor, &goal.key_results[0], &today),
        (Some(id), _) => match goal.key_results.iter().find(|kr| is_called(kr, id)) {
            Some(key_result) => of(cursor, key_result, &today),
            None => Vec::new(),
        },
    }
}

/// Tells whether a key result is, or was, called so.
fn is_called(key_result: &KeyResult, id: &str) -> bool {
    key_result.id.as_deref() == Some(id) || key_result.formerly.iter().any(|former| former == id)
}

/// A record of a goal as a whole.
fn of_the_whole(today: &str) -> Proposal {
    let code = Snippet::of(format!("{today} = {{ confidence = "))
        .field("7")
        .then(", note = \"")
        .field("")
        .then("\" }");
    let label = format!("{today} = {{ confidence, note }}");
    Proposal::code(label, CompletionItemKind::Event, code).filter(today)
}

/// Today's record of a key result: the value alone, and with a word on it.
fn of(cursor: &Cursor<'_>, key_result: &KeyResult, today: &str) -> Vec<Proposal> {
    if key_result.kind == Kind::Objectives {
        return Vec::new();
    }
    let last = last(cursor, key_result);
    let known = last.and_then(|record| record.value.as_ref());
    let alone = room(Snippet::of(format!("{today} = ")), key_result, known);
    let more = room(Snippet::of(format!("{today} = {{ value = ")), key_result, known)
        .then(", confidence = ")
        .field("7")
        .then(", note = \"")
        .field("")
        .then("\" }");
    let since = last.map(|record| format!("last: {}", record.stamp)).unwrap_or_default();
    let short = Proposal::code(alone.plain(), CompletionItemKind::Event, alone)
        .detail(&since)
        .told(&key_result.title)
        .filter(today);
    let label = format!("{today} = {{ value, confidence, note }}");
    let long = Proposal::code(label, CompletionItemKind::Event, more).detail(since).filter(today);
    vec![short, long]
}

/// A beginning followed by room for a value that the measure takes: the last one, or any.
pub(super) fn room(before: Snippet, key_result: &KeyResult, last: Option<&Value>) -> Snippet {
    match (&key_result.measure, key_result.kind, last) {
        (Some(Measure::Milestone(steps)), ..) => {
            let reached = match last {
                Some(Value::Text(id)) => steps.iter().position(|step| step.id == *id),
                _ => None,
            };
            let (below, rest) = steps.split_at(reached.unwrap_or(0));
            let ids = rest.iter().chain(below).map(|step| step.id.as_str());
            before.then("\"").choice(ids).then("\"")
        }
        (_, Kind::Binary, Some(Value::Bool(true))) => before.choice(["true", "false"]),
        (_, Kind::Binary, _) => before.choice(["false", "true"]),
        (_, _, Some(value)) => before.field(written(value)),
        (Some(Measure::Metric { baseline, .. }), _, None) => before.field(number(*baseline)),
        _ => before.field(""),
    }
}

/// A value as TOML.
fn written(value: &Value) -> String {
    match value {
        Value::Number(value) => number(*value),
        Value::Bool(flag) => flag.to_string(),
        Value::Text(text) => toml_string(text),
    }
}

/// The last record with a value that counts.
fn last<'k>(cursor: &Cursor<'_>, key_result: &'k KeyResult) -> Option<&'k Record> {
    let today = cursor.view.analysis.today;
    let mut records = key_result.records.iter().rev();
    records.find(|record| !record.void && record.value.is_some() && record.stamp.date <= today)
}

/// The values that a record may have: `path` leads to its date, or further to `value`.
pub(super) fn values(cursor: &Cursor<'_>, path: &[String]) -> Vec<Proposal> {
    let Some(goal) = cursor.goal() else { return Vec::new() };
    let id = path.first().filter(|name| !crate::text::looks_like_date(name));
    let key_result = match id {
        Some(id) => goal.key_results.iter().find(|key_result| is_called(key_result, id)),
        None => goal.key_results.iter().find(|key_result| key_result.id.is_none()),
    };
    let Some(key_result) = key_result else { return Vec::new() };
    match (&key_result.measure, key_result.kind) {
        (Some(Measure::Milestone(steps)), _) => steps
            .iter()
            .map(|step| {
                let title = step.title.as_deref().unwrap_or_default();
                Proposal::text(&step.id, CompletionItemKind::EnumMember).detail(title)
            })
            .collect(),
        (_, Kind::Binary) => values::flags(),
        (_, Kind::Objectives) => Vec::new(),
        _ => last_value(cursor, key_result).into_iter().collect(),
    }
}

fn last_value(cursor: &Cursor<'_>, key_result: &KeyResult) -> Option<Proposal> {
    let record = last(cursor, key_result)?;
    let value = written(record.value.as_ref()?);
    let proposal = Proposal::code(&value, CompletionItemKind::Value, Snippet::of(&value));
    Some(proposal.detail(format!("last: {}", record.stamp)))
}

/// Today's record for below a header.
pub(super) fn first(cursor: &Cursor<'_>, header: Snippet, key_result: &KeyResult) -> Snippet {
    let last = last(cursor, key_result).and_then(|record| record.value.as_ref());
    let today = cursor.view.analysis.today;
    room(header.then(format!("\n{today} = ")), key_result, last)
}
