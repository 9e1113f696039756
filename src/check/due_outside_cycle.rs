//! `due-outside-cycle`: a date that lies outside the goal's cycle.

use super::{Context, open};
use crate::date::{Date, Window};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;
use crate::model::Goal;

/// Finds goals and key results that begin or end outside their cycle.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let Some(cycle) = context.model.cycles.get(&goal.reference.cycle) else { continue };
        let of_key_results = open::key_results(goal).map(|(_, doc)| (&doc.starts, &doc.due));
        for (starts, due) in
            std::iter::once((&goal.plan.starts, &goal.plan.due)).chain(of_key_results)
        {
            findings.extend(outside(goal, *cycle, starts.as_ref(), due.as_ref()));
        }
    }
}

/// The date of the two that lies outside. A date before the start it belongs to is an order of
/// dates that cannot be, which is said where dates are read.
fn outside(
    goal: &Goal,
    cycle: Window,
    starts: Option<&Spanned<Date>>,
    due: Option<&Spanned<Date>>,
) -> Option<Diagnostic> {
    let late = due.filter(|due| due.value > cycle.end);
    let early = starts.filter(|starts| starts.value < cycle.start);
    let (date, message) = match (late, early) {
        (Some(due), _) => {
            let message = format!(
                "due on {}, after `{}` ends on {}",
                due.value, goal.reference.cycle, cycle.end
            );
            (due, message)
        }
        (None, Some(starts)) => {
            let message = format!(
                "starts on {}, before `{}` begins on {}",
                starts.value, goal.reference.cycle, cycle.start
            );
            (starts, message)
        }
        (None, None) => return None,
    };
    let finding = Diagnostic::new("due-outside-cycle", message, Place::new(&goal.path, date.span));
    Some(finding.help(format!(
        "choose a day from {} to {}, or move the plan to a longer cycle",
        cycle.start, cycle.end
    )))
}
