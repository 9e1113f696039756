//! What is told of a record: what it says, how it differs from the one before, and who brought it
//! when.

use crate::date::{Stamp, days_between};
use crate::history::RecordKey;
use crate::lsp::analysis::Analysis;
use crate::lsp::place::Place;
use crate::lsp::view::File;
use crate::lsp::words;
use crate::model::{KeyResult, Record};
use crate::render::gfm::{code, plain};
use crate::text::count;

/// The record whose date or value stands at a place.
pub(super) fn told(
    analysis: &Analysis,
    at: usize,
    file: &File<'_>,
    place: &Place<'_>,
) -> Option<String> {
    let stamp = place.path.iter().find_map(|part| Stamp::parse(part))?;
    let id = analysis.subject(&file.path, place.span.start)?.key_result;
    let goal = analysis.goal(at);
    let key_result = analysis.key_result(at, id).map(|(key_result, _)| key_result);
    let records = match key_result {
        Some(key_result) => &key_result.records,
        None if id.is_none() => &goal.records,
        None => return None,
    };
    let position = records.iter().position(|record| record.stamp == stamp)?;
    let record = &records[position];
    let title = key_result.map_or(&goal.title, |key_result| &key_result.title);
    let mut text = format!("**{}** {}\n\n", plain(title), code(&goal.reference.with(id)));
    text.push_str(&says(record, key_result));
    let before = records[..position].iter().rev().filter(|record| !record.void);
    let before = before.filter_map(|record| Some((record.stamp, record.value.as_ref()?))).next();
    if let (Some((stamp, before)), Some(value)) = (before, &record.value)
        && let Some(change) = words::change(before, value)
    {
        text.push_str(&format!(" · {change} since {stamp}"));
    }
    text.push_str(&format!("\n\n{}\n", witness(analysis, at, id, record)));
    Some(text)
}

/// A record on one line, with who brought it.
pub(super) fn line(
    analysis: &Analysis,
    at: usize,
    key_result: &KeyResult,
    record: &Record,
) -> String {
    let witness = witness(analysis, at, key_result.id.as_deref(), record);
    format!("{} · {witness}", says(record, Some(key_result)))
}

/// What a record says.
fn says(record: &Record, key_result: Option<&KeyResult>) -> String {
    let mut parts = vec![record.stamp.to_string()];
    match (&record.value, key_result) {
        (Some(value), Some(key_result)) => parts.push(plain(&words::value(key_result, value))),
        (Some(value), None) => parts.push(plain(&value.to_string())),
        (None, Some(_)) => parts.push("no value".to_owned()),
        (None, None) => {}
    }
    parts.extend(record.confidence.map(|confidence| format!("confidence {confidence}")));
    if record.void {
        parts.push("taken back".to_owned());
    }
    parts.extend(record.by.as_ref().map(|by| format!("by {}", plain(by))));
    parts.extend(record.note.as_ref().map(|note| format!("“{}”", plain(note.trim()))));
    parts.join(" · ")
}

/// Who brought a record as it stands, when, and how late.
fn witness(analysis: &Analysis, at: usize, id: Option<&str>, record: &Record) -> String {
    let Some(history) = &analysis.history else { return "the history is not known".to_owned() };
    let key = RecordKey {
        goal: analysis.goal(at).reference.clone(),
        key_result: id.map(str::to_owned),
        stamp: record.stamp,
    };
    let Some(commit) = history.witness(&key, record) else {
        return "not committed as it stands".to_owned();
    };
    let lag = match days_between(record.stamp.date, commit.authored.date()) {
        0 => "the same day".to_owned(),
        days if days > 0 => format!("{} later", count(days as usize, "day")),
        days => format!("{} before", count(days.unsigned_abs() as usize, "day")),
    };
    format!(
        "recorded by {} on {}, {lag}, in {} {}",
        plain(&commit.author),
        commit.authored.date(),
        code(commit.id.short().as_ref()),
        plain(&commit.subject)
    )
}
