//! `goals log`: events for people and as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::terminal::{Cell, GAP, Look, columns, prose, total_width};
use crate::date::Date;
use crate::history::{Event, EventKind, History};
use crate::load::Value;
use crate::model::{KeyResult, Model, Record};
use crate::text::{number, one_line};

/// One event.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EventView {
    /// What happened: `recorded`, `corrected`, `voided`, `removed`, `planned`, `amended`,
    /// `dropped`, `closed`, `reopened` or `deleted`.
    pub event: &'static str,
    /// The goal or key result.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The record's date, with its time if it has one; null for what concerns a plan.
    pub date: Option<String>,
    /// The value recorded.
    pub value: super::contract::ValueView,
    /// The value before: of a record that appears, the last one dated before it, as it was known
    /// then.
    pub previous: super::contract::ValueView,
    /// The confidence recorded, 0 to 10.
    pub confidence: Option<u8>,
    /// The note recorded.
    pub note: Option<String>,
    /// Who took the value, where that was not the commit's author.
    pub by: Option<String>,
    /// The commit.
    pub commit: String,
    /// The author's name.
    pub author: String,
    /// The author's handle in `[people]`.
    pub person: Option<String>,
    /// When it was written, with the author's offset.
    pub authored: String,
    /// When it was committed, with the committer's offset.
    pub committed: String,
    /// The first line of the commit's message.
    pub subject: String,
    /// Days from the record's date to the day its commit was written.
    pub lag_days: Option<i64>,
    /// The fields that changed.
    pub fields: Vec<FieldView>,
    /// Whether it changes what is measured after the planning grace.
    pub goalpost_move: bool,
    /// Whether the commit is the present witness of the record.
    pub witness: bool,
}

/// A changed field.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FieldView {
    /// Its name in a plan.
    pub name: &'static str,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

/// The events as a JSON array, in the order given.
pub fn json(history: &History, events: &[&Event]) -> String {
    let views: Vec<EventView> = events.iter().map(|event| view(history, event)).collect();
    serde_json::to_string_pretty(&views).expect("views are plain data") + "\n"
}

/// The events as JSON, one a line, in the order given.
pub fn ndjson(history: &History, events: &[&Event]) -> String {
    super::json_lines(events.iter().map(|event| view(history, event)))
}

/// Tells whether an event is to be seen on a date: a record of a later one is not.
pub fn is_seen(event: &Event, as_of: Date) -> bool {
    event.stamp.is_none_or(|stamp| stamp.date <= as_of)
}

/// The JSON Schema of what [`json`] gives: a list of [`EventView`]s.
pub fn schema() -> String {
    super::schema::of::<Vec<EventView>>()
}

fn view(history: &History, event: &Event) -> EventView {
    let commit = history.commit(event.commit);
    let after = event.after.as_ref();
    EventView {
        event: event.kind.word(),
        reference: event.goal.with(event.key_result.as_deref()),
        date: event.stamp.map(|stamp| stamp.to_string()),
        value: after.and_then(|record| record.value.as_ref()).into(),
        previous: event
            .before
            .as_ref()
            .and_then(|record| record.value.as_ref())
            .or(event.previous.as_ref())
            .into(),
        confidence: after.and_then(|record| record.confidence),
        note: after.and_then(|record| record.note.clone()),
        by: after.and_then(|record| record.by.clone()),
        commit: commit.id.to_string(),
        author: commit.author.clone(),
        person: commit.person.clone(),
        authored: commit.authored.to_string(),
        committed: commit.committed.to_string(),
        subject: commit.subject.clone(),
        lag_days: history.lag_days(event),
        fields: event
            .fields
            .iter()
            .map(|field| FieldView {
                name: field.name,
                old: field.old.clone(),
                new: field.new.clone(),
            })
            .collect(),
        goalpost_move: event.goalpost_move,
        witness: event.witness,
    }
}

/// The columns that a narrow terminal goes without, in that order: lag, commit, author.
const SPARE: [usize; 3] = [6, 5, 4];
/// The column that tells what changed.
const CHANGE: usize = 3;
/// How wide changes are before those columns go, where they are, and the narrowest that they are cut to.
const CHANGES: [usize; 2] = [40, 12];
/// The widest that changes are lined up, where nothing has to fit.
const LINED_UP: usize = 60;

/// The events for people: one line each, in the order given, notes below.
pub fn lines(history: &History, events: &[&Event], model: &Model, look: Look) -> Vec<String> {
    let mut rows: Vec<Vec<Cell>> = events.iter().map(|event| row(history, event, look)).collect();
    let changes: Vec<String> = events.iter().map(|event| change(event, model)).collect();
    fit(&mut rows, &changes, look.width);
    let mut lines = Vec::new();
    for (line, event) in columns(&rows).into_iter().zip(events) {
        lines.push(line);
        let note = event.after.as_ref().and_then(|record| record.note.as_ref());
        if let Some(note) = note.filter(|_| event.kind.is_checkin()) {
            let width = look.width.map_or(usize::MAX, |width| width.saturating_sub(2).max(20));
            for line in prose(&format!("“{}”", note.trim()), width) {
                lines.push(format!("  {}", look.dim(&line)).trim_end().to_owned());
            }
        }
    }
    lines
}

/// Fills in what changed, as far as there is room for it: first it gives way, then whole columns.
fn fit(rows: &mut [Vec<Cell>], changes: &[String], width: Option<usize>) {
    let fill = |rows: &mut [Vec<Cell>], cell: &dyn Fn(&str) -> Cell| {
        rows.iter_mut().zip(changes).for_each(|(row, change)| row[CHANGE] = cell(change));
    };
    let Some(width) = width else {
        return fill(rows, &|change| Cell::at_most(change, LINED_UP, str::to_owned));
    };
    fill(rows, &|change| Cell::cut(change, CHANGES[0], str::to_owned));
    for spare in SPARE {
        if total_width(rows) <= width {
            break;
        }
        rows.iter_mut().for_each(|row| row[spare] = Cell::default());
    }
    fill(rows, &|_| Cell::default());
    let room = width.saturating_sub(total_width(rows) + GAP).max(CHANGES[1]);
    fill(rows, &|change| Cell::cut(change, room, str::to_owned));
}

fn row(history: &History, event: &Event, look: Look) -> Vec<Cell> {
    let commit = history.commit(event.commit);
    let day =
        event.stamp.map_or_else(|| commit.authored.date().to_string(), |stamp| stamp.to_string());
    let by = event.after.as_ref().and_then(|record| record.by.as_deref());
    let committed = commit.person.as_deref().unwrap_or(&commit.author);
    let who = match by.filter(|by| *by != committed) {
        Some(by) => format!("{by}, by way of {committed}"),
        None => committed.to_owned(),
    };
    let lag =
        history.lag_days(event).filter(|days| *days > 0).map(|days| format!("{days} d later"));
    let yellow = anstyle::AnsiColor::Yellow.on_default();
    let what = if event.goalpost_move { "goalpost moved" } else { event.kind.word() };
    vec![
        Cell::new(&day, str::to_owned),
        Cell::new(what, |text| {
            if event.goalpost_move { look.paint(yellow, text) } else { look.dim(text) }
        }),
        Cell::new(&event.goal.with(event.key_result.as_deref()), |text| look.bold(text)),
        Cell::default(),
        Cell::new(&who, |text| look.dim(text)),
        Cell::new(&commit.id.short(), |text| look.dim(text)),
        Cell::new(&lag.unwrap_or_default(), |text| look.dim(text)),
    ]
}

/// What changed, in a few words on one line.
fn change(event: &Event, model: &Model) -> String {
    one_line(&told(event, model)).into_owned()
}

fn told(event: &Event, model: &Model) -> String {
    if event.kind.is_checkin() {
        let key_result = key_result(event, model);
        let value =
            |record: &Option<Record>| record.as_ref().and_then(|record| record.value.clone());
        let (before, after) = (value(&event.before), value(&event.after));
        let previous = before.or_else(|| event.previous.clone());
        return record_change(event, previous.as_ref(), after.as_ref(), key_result);
    }
    let fields: Vec<String> = event
        .fields
        .iter()
        .map(|field| match (field.name, &field.old, &field.new) {
            ("key_result", None, Some(_)) => "added".to_owned(),
            ("key_result", Some(_), _) => "removed".to_owned(),
            (name @ ("why" | "title" | "close"), _, _) => format!("{name} changed"),
            (name, Some(old), Some(new)) => format!("{name} {old} → {new}"),
            (name, None, Some(new)) => format!("{name} {new}"),
            (name, Some(old), None) => format!("{name} {old} removed"),
            (name, None, None) => name.to_owned(),
        })
        .collect();
    match event.kind {
        EventKind::Dropped => {
            event.fields.iter().find_map(|field| field.new.clone()).unwrap_or_default()
        }
        EventKind::Closed => {
            event.fields.iter().find_map(|field| field.new.clone()).unwrap_or_default()
        }
        _ => fields.join(", "),
    }
}

fn key_result<'a>(event: &Event, model: &'a Model) -> Option<&'a KeyResult> {
    let goal = model.goal(&event.goal)?;
    match &event.key_result {
        Some(id) => goal.key_result_position(id).map(|at| &goal.key_results[at]),
        None => goal.key_results.iter().find(|key_result| key_result.id.is_none()),
    }
}

fn record_change(
    event: &Event,
    before: Option<&Value>,
    after: Option<&Value>,
    key_result: Option<&KeyResult>,
) -> String {
    let shown = |value: &Value| match value {
        Value::Number(value) => number(*value),
        other => other.to_string(),
    };
    let unit = key_result
        .and_then(|kr| kr.unit.as_deref())
        .map(|unit| format!(" {unit}"))
        .unwrap_or_default();
    let mut parts = Vec::new();
    match (event.kind, before, after) {
        (EventKind::Removed, Some(before), _) => parts.push(format!("was {}{unit}", shown(before))),
        (EventKind::Voided, _, _) => parts.push("taken back".to_owned()),
        (_, Some(before), Some(after)) if before == after => {
            parts.push(format!("unchanged at {}{unit}", shown(after)))
        }
        (_, Some(before), Some(after)) => {
            parts.push(format!("{} → {}{unit}", shown(before), shown(after)))
        }
        (_, None, Some(after)) => parts.push(format!("{}{unit}", shown(after))),
        (_, _, None) if event.key_result.is_some() => parts.push("not measured".to_owned()),
        _ => {}
    }
    let confidence = event.after.as_ref().and_then(|record| record.confidence);
    parts.extend(confidence.map(|confidence| format!("confidence {confidence}")));
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of two events, one of which has much to tell.
    fn shown(width: Option<usize>) -> Vec<String> {
        let cell = |text: &str| Cell::new(text, str::to_owned);
        let row = |goal: &str| {
            let change = Cell::default();
            vec![
                cell("2026-10-05"),
                cell("amended"),
                cell(goal),
                change,
                cell("ana"),
                cell("1a2b3c4"),
                cell(""),
            ]
        };
        let mut rows = vec![row("2026-q4/calm"), row("2026-q4/nights")];
        fit(&mut rows, &["word ".repeat(80), "short".to_owned()], width);
        columns(&rows)
    }

    #[test]
    fn one_long_change_does_not_pad_the_other_lines() {
        let lines = shown(None);
        assert!(lines[0].contains(&"word ".repeat(80)), "nothing is cut: {lines:?}");
        assert!(lines[1].chars().count() < 120 && lines[1].ends_with("1a2b3c4"), "{lines:?}");
    }

    #[test]
    fn a_line_fits_its_terminal() {
        for width in [60, 80, 100, 140] {
            for line in shown(Some(width)) {
                assert!(line.chars().count() <= width, "{width}: {line}");
            }
        }
        assert!(shown(Some(100))[0].ends_with("…  ana  1a2b3c4"), "{:?}", shown(Some(100)));
        assert!(shown(Some(60))[1].ends_with("  short"), "{:?}", shown(Some(60)));
    }
}
