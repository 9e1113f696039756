//! `all-due-at-the-end`: an objective with no date before the last day of its cycle.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{KeyResultDoc, Kind};
use crate::model::{Goal, KeyResult};

/// Finds objectives whose key results all end with the cycle, with no plan points and no dated
/// milestones on the way. What is kept all along has no day of its own, and a goal to which others
/// contribute ends step by step, with each of them.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in open::objectives(context) {
        let Some(cycle) = context.model.cycles.get(&goal.reference.cycle) else { continue };
        let dated: Vec<_> = open::key_results(goal)
            .filter(|(read, _)| !matches!(read.kind, Kind::Threshold | Kind::Objectives))
            .collect();
        let at_the_end = |(read, doc): &(&KeyResult, &KeyResultDoc)| {
            read.window.end >= cycle.end && !has_steps(doc)
        };
        let alone = context.model.contributors[at].is_empty();
        if dated.len() > 1 && dated.iter().all(at_the_end) && alone && is_sound(goal) {
            let message = format!(
                "every key result of `{}` is due on the last day, {}",
                goal.reference, cycle.end
            );
            findings.push(
                Diagnostic::new(
                    "all-due-at-the-end",
                    message,
                    Place::new(&goal.path, goal.plan.shape.at),
                )
                .help("give one that can be reached sooner its own day: due = …, or expected values on the way: plan = { … }"),
            );
        }
    }
}

/// Tells whether every date of a plan could be read.
fn is_sound(goal: &Goal) -> bool {
    let mut shapes = goal.plan.key_results.iter().map(|doc| &doc.shape).chain([&goal.plan.shape]);
    shapes.all(|shape| !shape.broken && !shape.invalid.contains(&"due"))
}

fn has_steps(doc: &KeyResultDoc) -> bool {
    let measure = &doc.measure;
    let dated_step = measure.milestones.iter().flat_map(|steps| &steps.value);
    !measure.plan.is_empty() || dated_step.into_iter().any(|step| step.due.is_some())
}
