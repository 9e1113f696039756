//! `past-rewritten`: an old record corrected or removed without a word.

use std::collections::BTreeMap;

use super::Context;
use super::commits::{named, since_planned};
use super::judged::is_live;
use crate::date::{Date, Stamp, add_days};
use crate::diagnostic::{Diagnostic, Place};
use crate::history::{Event, EventKind, History};
use crate::model::{Goal, Record};

/// Days in which a record may be put right without a word.
const FREE_DAYS: i64 = 7;

/// Finds records that no longer say what they said a week after they landed, with no note, and
/// records that are gone. Taking one back with `void` is the honest way and no finding.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(history) = context.history else { return };
    for goal in context.each_goal().filter(|goal| is_live(goal, context.as_of)) {
        let mut by_record: BTreeMap<(Option<&str>, Stamp), Vec<&Event>> = BTreeMap::new();
        for event in since_planned(history, goal) {
            if let Some(stamp) = event.stamp {
                by_record.entry((event.key_result.as_deref(), stamp)).or_default().push(event);
            }
        }
        for ((key_result, stamp), events) in by_record {
            let Some(records) = records(goal, key_result) else { continue };
            let now = records.iter().find(|record| record.stamp == stamp);
            findings.extend(rewritten(history, goal, &events, now));
        }
    }
}

/// The records of a goal or key result; nothing for a key result that is gone with all of them.
fn records<'a>(goal: &'a Goal, key_result: Option<&str>) -> Option<&'a [Record]> {
    let smart = || goal.key_results.iter().find(|kr| kr.id.is_none());
    match key_result {
        None => Some(smart().map_or(&goal.records, |measure| &measure.records)),
        Some(id) => goal.key_result_position(id).map(|at| &goal.key_results[at].records[..]),
    }
}

/// The finding on one record, from its events and what it says now.
fn rewritten(
    history: &History,
    goal: &Goal,
    events: &[&Event],
    now: Option<&Record>,
) -> Option<Diagnostic> {
    let day = |event: &Event| -> Date { history.commit(event.commit).authored.date() };
    let landed = events.iter().find(|event| event.kind == EventKind::Recorded)?;
    let settled = add_days(day(landed), FREE_DAYS);
    let before = events.iter().rev().find(|event| day(event) <= settled)?;
    let told = before.after.as_ref()?;
    let late = events.iter().rev().find(|event| {
        let changes = matches!(event.kind, EventKind::Corrected | EventKind::Removed);
        changes && day(event) > settled
    })?;
    let name = goal.reference.with(late.key_result.as_deref());
    let commit = named(history.commit(late.commit));
    let was = history.commit(before.commit).id.short();
    match now {
        Some(now) => {
            let noted = now.note.as_deref().is_some_and(|note| !note.trim().is_empty());
            let same = now.value == told.value && now.confidence == told.confidence;
            if noted || now.void || same {
                return None;
            }
            let message = format!(
                "`{}` of `{name}` was corrected more than a week after it landed, in {commit}, with no note",
                now.stamp
            );
            Some(
                Diagnostic::new(
                    "past-rewritten",
                    message,
                    Place::new(goal.checkins_path(), now.at.entry),
                )
                .label(format!("was {} in {was}", said(told)))
                .help("say why in the record: { value = …, note = \"…\" }"),
            )
        }
        None if told.void || late.kind != EventKind::Removed => None,
        None => {
            let key_result = goal.key_results.iter().find(|kr| kr.id == late.key_result);
            let at = key_result.map_or(goal.plan.shape.at, |key_result| key_result.at);
            let message = format!(
                "the record of {} of `{name}` was removed more than a week after it landed, in {commit}",
                told.stamp
            );
            Some(
                Diagnostic::new("past-rewritten", message, Place::new(&goal.path, at))
                    .label(format!("had {} in {was}", said(told)))
                    .help(format!("put it back and take it back in the open: {} = {{ void = true, note = \"…\" }}", told.stamp)),
            )
        }
    }
}

/// What a record said, in a few words.
fn said(record: &Record) -> String {
    let value =
        record.value.as_ref().map(|value| crate::text::printable(&value.to_string()).into_owned());
    let confidence = record.confidence.map(|confidence| format!("confidence {confidence}"));
    let parts: Vec<String> = value.into_iter().chain(confidence).collect();
    if parts.is_empty() { "a note".to_owned() } else { parts.join(", ") }
}
