//! Gives records to what they are records of, as far as they fit.

use super::{Goal, GoalKind, KeyResult, Measure, Record, RecordSpans};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::splice::{key, toml_string};
use crate::load::{CheckinsDoc, Kind, RecordDoc, RecordsDoc, Spanned, Value};
use crate::text::{as_id, nearest, printable};

/// Gives the records of a check-ins file to `goal` and its key results.
pub(super) fn attach(
    goal: &mut Goal,
    path: &str,
    doc: &CheckinsDoc,
    findings: &mut Vec<Diagnostic>,
) {
    goal.record_tables = doc.tables.iter().filter_map(|table| table.id.clone()).collect();
    for table in &doc.tables {
        match &table.id {
            None => own_records(goal, path, table, findings),
            Some(id) => match goal.key_result_position(&id.value) {
                Some(at) => {
                    let name = format!("`{}`", id.value);
                    let records = fitting(table, &goal.key_results[at], &name, path, findings);
                    goal.key_results[at].records = records;
                }
                None if goal.plan.unread.contains(&id.value) => {}
                None => findings.push(unknown(goal, path, doc, table, id)),
            },
        }
    }
}

/// The goal's own records: the measure's of a SMART goal, else of the goal as a whole.
fn own_records(goal: &mut Goal, path: &str, table: &RecordsDoc, findings: &mut Vec<Diagnostic>) {
    if goal.kind == GoalKind::Smart {
        let records = fitting(table, &goal.key_results[0], "the goal", path, findings);
        goal.key_results[0].records = records;
        return;
    }
    let mut records = Vec::new();
    for record in &table.records {
        match &record.value {
            Some(value) => {
                let message =
                    "the goal as a whole takes a confidence and a note, no value".to_owned();
                let ids = goal.key_results.iter().filter_map(|kr| kr.id.as_deref()).next();
                let help = ids.map(|id| format!("put the value under its key result: [{id}]"));
                findings.push(
                    Diagnostic::new("wrong-value-type", message, Place::new(path, value.span))
                        .maybe_help(help),
                );
            }
            None => records.push(self::record(record)),
        }
    }
    goal.records = by_date(records);
}

/// The records whose values the key result takes.
fn fitting(
    table: &RecordsDoc,
    key_result: &KeyResult,
    name: &str,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Record> {
    let mut records = Vec::with_capacity(table.records.len());
    for doc in &table.records {
        if key_result.kind == Kind::Objectives {
            let message = format!("{name} is reached through other goals and takes no records");
            findings.push(
                Diagnostic::new("wrong-value-type", message, Place::new(path, doc.stamp.span))
                    .help("record on the goals that contribute to it"),
            );
            continue;
        }
        match &doc.value {
            Some(value) if !key_result.accepts(&value.value) => {
                findings.push(unfit(value, key_result, name, path));
            }
            _ => records.push(record(doc)),
        }
    }
    by_date(records)
}

fn unfit(value: &Spanned<Value>, key_result: &KeyResult, name: &str, path: &str) -> Diagnostic {
    let takes = key_result.takes();
    let message = format!("{name} takes {takes}, found `{}`", printable(&value.value.to_string()));
    let near = match (&value.value, &key_result.measure) {
        (Value::Text(text), Some(Measure::Milestone(steps))) => {
            nearest(text, steps.iter().map(|step| step.id.as_str()))
        }
        _ => None,
    };
    Diagnostic::new("wrong-value-type", message, Place::new(path, value.span))
        .label(format!("expected {takes}"))
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        .maybe_fix(certainly(value, key_result).map(|with| vec![(value.span, with)]))
        .maybe_guess(near.map(|near| vec![(value.span, toml_string(near))]))
}

/// The value that a string must mean: a number or yes-or-no in quotes, or a milestone's id in another case.
fn certainly(value: &Spanned<Value>, key_result: &KeyResult) -> Option<String> {
    let Value::Text(text) = &value.value else { return None };
    match (&key_result.measure, key_result.kind) {
        (Some(Measure::Milestone(steps)), _) => {
            let meant = as_id(text);
            steps.iter().any(|step| step.id == meant).then(|| format!("\"{meant}\""))
        }
        (_, Kind::Binary) => {
            Some(text.to_lowercase()).filter(|word| matches!(&**word, "true" | "false"))
        }
        (_, Kind::Metric | Kind::Threshold | Kind::Baseline) => plain_number(text),
        _ => None,
    }
}

/// The number that a string holds, if it holds just that.
fn plain_number(text: &str) -> Option<String> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && (digits == "0" || digits.starts_with("0.") || !digits.starts_with('0'));
    let number = text.parse::<f64>().ok().filter(|number| plain && number.abs() < 1e15)?;
    (crate::text::number(number) == text).then(|| text.to_owned())
}

fn by_date(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by_key(|record| record.stamp);
    records
}

/// A record as the model has it.
pub(crate) fn record(doc: &RecordDoc) -> Record {
    Record {
        stamp: doc.stamp.value,
        value: doc.value.as_ref().map(|value| value.value.clone()),
        confidence: doc.confidence,
        note: doc.note.clone(),
        by: doc.by.clone(),
        void: doc.void,
        at: RecordSpans {
            date: doc.stamp.span,
            value: doc.value.as_ref().map_or(doc.span, |value| value.span),
            entry: doc.span,
        },
    }
}

fn unknown(
    goal: &Goal,
    path: &str,
    doc: &CheckinsDoc,
    table: &RecordsDoc,
    id: &Spanned<String>,
) -> Diagnostic {
    let name = id.value.as_str();
    let renamed =
        goal.key_results.iter().find(|kr| kr.formerly.iter().any(|former| former == name));
    let renamed = renamed.and_then(|kr| kr.id.as_deref());
    let ids = || goal.key_results.iter().filter_map(|kr| kr.id.as_deref());
    let near = nearest(name, ids());
    let help = match renamed {
        Some(now) => format!("it is called `{now}` now: rename the table"),
        None if goal.kind == GoalKind::Smart => {
            "a SMART goal's records stand at the top of the file, before any table".to_owned()
        }
        None => match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "key results are given up with dropped = \"…\" in the plan, not deleted".to_owned()
            }
        },
    };
    let meant = renamed.or_else(|| ids().find(|known| *known == as_id(name)));
    let may_be = |meant: &&str| may_be_renamed(doc, table, id, meant);
    let instead = |meant: &str| vec![(id.span, key(meant))];
    let message = format!("`{}` is not a key result of {}", printable(name), goal.reference);
    Diagnostic::new("unknown-key-result", message, Place::new(path, id.span))
        .related(Place::new(&goal.path, goal.plan.shape.at), "the goal")
        .help(help)
        .maybe_fix(meant.filter(may_be).map(instead))
        .maybe_guess(near.filter(may_be).map(instead))
}

/// Tells whether a table may be given another name by its header alone: no other table has that
/// name, or would get it, and none of its records names it too.
fn may_be_renamed(
    doc: &CheckinsDoc,
    table: &RecordsDoc,
    id: &Spanned<String>,
    meant: &str,
) -> bool {
    let others = doc.tables.iter().filter_map(|table| table.id.as_ref());
    let is_only = others.filter(|other| as_id(&other.value) == meant || *other == id).count() == 1;
    let dotted = |record: &RecordDoc| record.stamp.span.start <= id.span.end + 1;
    is_only && !table.records.iter().any(dotted)
}
