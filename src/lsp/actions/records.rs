//! What can be done with records: check in now, take one back, bring them into their order.

use gen_lsp_types::CodeAction;

use super::super::place::Sort;
use super::super::snippet::Snippet;
use super::super::today;
use super::{CHECK_IN, SORT, Selection, VOID};
use crate::check::Subject;
use crate::error::{Error, Kind as ErrorKind, Result};
use crate::load::splice::{NewRecord, keys, put_record};
use crate::load::{self, RecordDoc, tidy};
use crate::model::{Goal, KeyResult};
use crate::text::{Span, line_at};

/// Collects what can be done with the records of the selection.
pub(super) fn actions(place: &Selection<'_>, all: &mut Vec<CodeAction>) {
    if place.wants(CHECK_IN) {
        all.extend(check_in(place));
    }
    if Sort::of(&place.file.path) != Sort::Checkins {
        return;
    }
    if place.wants(VOID) {
        all.extend(void(place));
    }
    if place.wants(SORT) {
        all.extend(sort(place));
    }
}

/// Records the last value of the key result under the cursor for today, unless today has a record, or
/// is no day of it.
fn check_in(place: &Selection<'_>) -> Option<CodeAction> {
    let analysis = place.view.analysis;
    // A header's bracket belongs to its table.
    let line = line_at(place.file.text, place.span.start);
    let Subject { goal, key_result } = analysis.subject(&place.file.path, line.end)?;
    let found = goal.key_results.iter().find(|own| own.id.as_deref() == key_result)?;
    let is_today =
        |found: &KeyResult| found.records.iter().any(|record| record.stamp.date == analysis.today);
    if !today::may_have_record(goal, found, analysis.today) || is_today(found) {
        return None;
    }
    let mut value = today::value(found, analysis.today);
    if value.plain().is_empty() {
        value = Snippet::of("{ note = \"").field("").then("\" }");
    }
    let written = format!("{} = {}", analysis.today, value.plain());
    let mut changes = place.changes();
    let path = goal.checkins_path();
    let text = changes.text(&path).ok()?.unwrap_or_default().to_owned();
    let table = table_of(goal, &text, &path, found);
    changes.write(&path, with_record(&text, table, analysis.today.to_string(), &value).ok()?);
    let field = Snippet::of(format!("{} = ", analysis.today)).and(&value);
    let name = found.id.as_deref().unwrap_or(&goal.reference.id);
    let title = format!("Check in `{name}` now: {written}");
    place.action_with_field(title, CHECK_IN, &changes, Some((&written, &field)))
}

/// The name of the table that holds the records of a key result: an earlier id may still stand there.
fn table_of(goal: &Goal, text: &str, path: &str, key_result: &KeyResult) -> Option<String> {
    let id = key_result.id.clone()?;
    let (document, _) = load::checkins(path, text);
    let names = || document.tables.iter().filter_map(|table| table.id.as_ref());
    let is_own = |name: &str| {
        goal.key_results.iter().all(|other| other.id.as_deref() != Some(name))
            && key_result.formerly.iter().any(|former| former == name)
    };
    if names().any(|name| name.value == id) {
        return Some(id);
    }
    names().find(|name| is_own(&name.value)).map(|name| name.value.clone()).or(Some(id))
}

fn with_record(text: &str, table: Option<String>, key: String, value: &Snippet) -> Result<String> {
    let record = NewRecord { table, key, value: value.plain() };
    put_record(text, &record)
        .map_err(|error| Error::new(ErrorKind::Workspace, error.to_string()).hint(error.hint()))
}

/// Takes the record under the cursor back: it stays for people to see, and counts for nothing.
fn void(place: &Selection<'_>) -> Option<CodeAction> {
    let (document, _) = load::checkins(&place.file.path, place.file.text);
    let (table, record) = document.tables.iter().find_map(|table| {
        let is_here = |record: &&RecordDoc| place.touches(line_of(place, record));
        Some((table.id.as_ref(), table.records.iter().find(is_here)?))
    })?;
    if record.void {
        return None;
    }
    let table: Vec<&str> = table.iter().map(|id| id.value.as_str()).collect();
    let stamp = record.stamp.value.to_string();
    let entry = &place.file.text[record.span.start..record.span.end];
    let mut changes = place.changes();
    let voided = changes.change(&place.file.path, |text| match entry.starts_with('{') {
        true => {
            let inside: Vec<&str> = table.iter().copied().chain([stamp.as_str()]).collect();
            keys::set_key(text, &inside, "void", "true")
        }
        false => {
            let value = format!("{{ value = {entry}, void = true }}");
            keys::set_key(text, &table, &stamp, &value)
        }
    });
    voided.ok()?;
    place.action(format!("Take back the record of {stamp}"), VOID, &changes)
}

/// The line that a record stands on.
fn line_of(place: &Selection<'_>, record: &RecordDoc) -> Span {
    let line = line_at(place.file.text, record.stamp.span.start);
    Span::new(line.start, line.end.max(record.span.end))
}

/// Brings records that are out of their order into it, as `goals fmt` does.
fn sort(place: &Selection<'_>) -> Option<CodeAction> {
    let sorted = tidy(place.file.text).ok()?;
    // Blanks and the end of the file alone are for formatting.
    if lines(&sorted).eq(lines(place.file.text)) {
        return None;
    }
    let mut changes = place.changes();
    changes.write(&place.file.path, sorted);
    place.action("Sort the records by date".to_owned(), SORT, &changes)
}

/// The lines of a text that say something.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty())
}
