//! Records: today's date with the last value, and what a measure takes.

use gen_lsp_types::CompletionItemKind;

use super::super::snippet::Snippet;
use super::super::today;
use super::{Cursor, Proposal, values};
use crate::load::Kind;
use crate::model::{GoalKind, KeyResult, Measure};

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
    let now = cursor.view.analysis.today;
    let value = today::value(key_result, now);
    let alone = Snippet::of(format!("{today} = ")).and(&value);
    let more = Snippet::of(format!("{today} = {{ value = "))
        .and(&value)
        .then(", confidence = ")
        .field("7")
        .then(", note = \"")
        .field("")
        .then("\" }");
    let last = today::last(key_result, now);
    let since = last.map(|record| format!("last: {}", record.stamp)).unwrap_or_default();
    let short = Proposal::code(alone.plain(), CompletionItemKind::Event, alone)
        .detail(&since)
        .told(&key_result.title)
        .filter(today);
    let label = format!("{today} = {{ value, confidence, note }}");
    let long = Proposal::code(label, CompletionItemKind::Event, more).detail(since).filter(today);
    vec![short, long]
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
    let record = today::last(key_result, cursor.view.analysis.today)?;
    let value = today::written(record.value.as_ref()?);
    let proposal = Proposal::code(&value, CompletionItemKind::Value, Snippet::of(&value));
    Some(proposal.detail(format!("last: {}", record.stamp)))
}

/// A header with today's record below it.
pub(super) fn first(cursor: &Cursor<'_>, header: &str, key_result: &KeyResult) -> Snippet {
    let today = cursor.view.analysis.today;
    Snippet::of(format!("{header}\n{today} = ")).and(&today::value(key_result, today))
}
