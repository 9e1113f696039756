//! `goalpost-moved`: a measure changed after planning was over.

use super::Context;
use super::commits::{is_told, named, since_planned};
use super::judged::key_result_doc;
use crate::diagnostic::{Diagnostic, Place};
use crate::history::{Event, EventKind, FieldChange, History};
use crate::load::MeasureDoc;
use crate::model::Goal;
use crate::rollup::GoalFigures;
use crate::text::{Span, hundredths, printable};

/// Finds amendments of what is measured after the planning grace: one finding for each commit and
/// goal or key result, with the goal's score both ways.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(history) = context.history else { return };
    for (at, goal) in context.goals() {
        let figures = &context.rollup.goals[at];
        if goal.dropped.is_some() {
            continue;
        }
        let events = since_planned(history, goal);
        let moves = events.iter().enumerate().filter(|(_, event)| event.goalpost_move);
        for (at, event) in moves.filter(|(_, event)| is_told(context, history, event)) {
            let fields: Vec<&FieldChange> = event
                .fields
                .iter()
                .filter(|field| field.is_goalpost() && field.name != "key_result")
                .collect();
            let gone = event
                .key_result
                .as_deref()
                .is_some_and(|id| goal.key_result_position(id).is_none());
            if !gone {
                findings.extend(finding(history, goal, figures, (event, &events[..at]), &fields));
            }
        }
    }
}

fn finding(
    history: &History,
    goal: &Goal,
    figures: &GoalFigures,
    (event, before): (&Event, &[&Event]),
    fields: &[&FieldChange],
) -> Option<Diagnostic> {
    let (first, others) = fields.split_first()?;
    let changes: Vec<String> = fields.iter().map(|field| change(field)).collect();
    let message = format!(
        "`{}`: {} after planning was over{}",
        goal.reference.with(event.key_result.as_deref()),
        changes.join(", "),
        both_ways(figures)
    );
    let place = |field: &FieldChange| {
        Place::new(&goal.path, span(goal, event.key_result.as_deref(), field.name))
    };
    let mut finding = Diagnostic::new("goalpost-moved", message, place(first))
        .label(was(history, event, before, first));
    for field in others {
        finding = finding.related(place(field), was(history, event, before, field));
    }
    Some(finding.help(format!(
        "go back to the plan as it was; or, if it was right to move it in {}, say why: allow = {{ goalpost-moved = \"…\" }}",
        named(history.commit(event.commit))
    )))
}

/// `target from 40 to 50`.
fn change(field: &FieldChange) -> String {
    match (&field.old, &field.new) {
        (Some(old), Some(new)) => {
            format!("{} moved from {} to {}", field.name, printable(old), printable(new))
        }
        (None, Some(new)) => format!("{} set to {}", field.name, printable(new)),
        (Some(old), None) => format!("{} {} taken away", field.name, printable(old)),
        (None, None) => field.name.to_owned(),
    }
}

/// What the field said before, and in which commit that was written.
fn was(history: &History, event: &Event, before: &[&Event], field: &FieldChange) -> String {
    let old = field.old.as_deref().map_or("not there".into(), printable);
    let wrote = before.iter().rev().find(|other| match other.kind {
        EventKind::Planned => true,
        EventKind::Amended => {
            other.key_result == event.key_result
                && other.fields.iter().any(|own| own.name == field.name || own.name == "key_result")
        }
        _ => false,
    });
    match wrote {
        Some(wrote) => format!("was {old} in {}", history.commit(wrote.commit).id.short()),
        None => format!("was {old} before {}", history.commit(event.commit).id.short()),
    }
}

/// The goal's score under the plan as it is and as it was, where both are known.
fn both_ways(figures: &GoalFigures) -> String {
    let word = if figures.score.is_some() { "scored" } else { "stands at" };
    match (figures.score.or(figures.progress), figures.progress_original) {
        (Some(now), Some(before)) if hundredths(now) == hundredths(before) => {
            format!("; the goal {word} {} either way", hundredths(now))
        }
        (Some(now), Some(before)) => format!(
            "; the goal {word} {}, and {} under the original plan",
            hundredths(now),
            hundredths(before)
        ),
        _ => String::new(),
    }
}

/// Where a field stands in the plan as it is; the key result, where it is gone.
fn span(goal: &Goal, key_result: Option<&str>, field: &str) -> Span {
    let doc = key_result.and_then(|id| key_result_doc(goal, id));
    let measure = doc.map_or(&goal.plan.measure, |doc| &doc.measure);
    let (due, weight) = match doc {
        Some(doc) => (&doc.due, &doc.weight),
        None => (&goal.plan.due, &goal.plan.weight),
    };
    let at = doc.map_or(goal.plan.shape.at, |doc| doc.shape.at);
    let found = match field {
        "due" => due.as_ref().map(|due| due.span),
        "weight" => weight.as_ref().map(|weight| weight.span),
        _ => measure_span(measure, field),
    };
    found.unwrap_or(at)
}

fn measure_span(measure: &MeasureDoc, field: &str) -> Option<Span> {
    match field {
        "baseline" => measure.baseline.as_ref().map(|found| found.span),
        "target" => measure.target.as_ref().map(|found| found.span),
        "at_least" => measure.at_least.as_ref().map(|found| found.span),
        "at_most" => measure.at_most.as_ref().map(|found| found.span),
        "strict" => measure.strict.as_ref().map(|found| found.span),
        // The table of a ladder can be long; its key result's header says enough.
        "kind" => measure.kind.as_ref().map(|found| found.span),
        "unit" => measure.unit.as_ref().map(|found| found.span),
        _ => None,
    }
}
