//! `ungraded`: a goal of a closed cycle that nobody closed, or a missed promise without a word.

use super::Context;
use super::judged::is_closed;
use crate::date::add_days;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Ambition;
use crate::model::Goal;
use crate::rollup::WHOLE;
use crate::text::hundredths;

/// Days that there are to look back on a cycle.
const DAYS_TO_CLOSE: i64 = 30;

/// Finds goals of cycles that ended more than 30 days ago without `[close]`, and closed committed
/// goals below 1 without a note.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in context.goals() {
        let figures = &context.rollup.goals[at];
        if goal.draft || goal.dropped.is_some() || goal.plan.shape.broken {
            continue;
        }
        if is_closed(goal, context.as_of) {
            findings.extend(figures.score.and_then(|score| unexplained(goal, score)));
            continue;
        }
        let Some(cycle) = context.model.cycles.get(&goal.reference.cycle) else { continue };
        if context.as_of > add_days(cycle.end, DAYS_TO_CLOSE) {
            let message =
                format!("`{}` was never closed: its cycle ended on {}", goal.reference, cycle.end);
            findings.push(
                Diagnostic::new("ungraded", message, Place::new(&goal.path, goal.plan.shape.at))
                    .help("look back on it: [close] with date, verdict = \"achieved\" or \"missed\", and a note on what was learned"),
            );
        }
    }
}

/// A committed goal that fell short, and whose closing does not say why.
fn unexplained(goal: &Goal, score: f64) -> Option<Diagnostic> {
    let close = goal.plan.close.as_ref()?;
    let silent = close.note.as_ref().is_none_or(|note| note.value.trim().is_empty());
    let short = goal.read_ambition() == Ambition::Committed && score < WHOLE;
    let message = format!(
        "`{}` was committed, ended at {}, and its closing does not say why",
        goal.reference,
        hundredths(score)
    );
    (short && silent && !close.shape.broken).then(|| {
        Diagnostic::new("ungraded", message, Place::new(&goal.path, close.shape.at))
            .help("add note = \"…\": what was in the way, and what you do differently")
    })
}
