//! Gives records to what they are records of, as far as they fit.

use super::{Goal, GoalKind, KeyResult, Measure, Record, RecordSpans};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{CheckinsDoc, Kind, RecordDoc, RecordsDoc, Spanned, Value};
use crate::text::{did_you_mean, nearest, printable};

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
                None => findings.push(unknown(goal, path, &id.value, id.span)),
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
    let help = match (&value.value, &key_result.measure) {
        (Value::Text(text), Some(Measure::Milestone(steps))) => {
            did_you_mean(text, steps.iter().map(|step| step.id.as_str()))
        }
        _ => None,
    };
    Diagnostic::new("wrong-value-type", message, Place::new(path, value.span))
        .label(format!("expected {takes}"))
        .maybe_help(help)
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

fn unknown(goal: &Goal, path: &str, id: &str, span: crate::text::Span) -> Diagnostic {
    let renamed = goal.key_results.iter().find(|kr| kr.formerly.iter().any(|former| former == id));
    let ids = || goal.key_results.iter().filter_map(|kr| kr.id.as_deref());
    let help = match renamed.and_then(|kr| kr.id.as_deref()) {
        Some(now) => format!("it is called `{now}` now: rename the table"),
        None if goal.kind == GoalKind::Smart => {
            "a SMART goal's records stand at the top of the file, before any table".to_owned()
        }
        None => match nearest(id, ids()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                "key results are given up with dropped = \"…\" in the plan, not deleted".to_owned()
            }
        },
    };
    let message = format!("`{}` is not a key result of {}", printable(id), goal.reference);
    Diagnostic::new("unknown-key-result", message, Place::new(path, span))
        .related(Place::new(&goal.path, goal.plan.shape.at), "the goal")
        .help(help)
}
