//! `too-few-key-results`: an objective told by a single number.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// Finds objectives with just one key result to which no goal contributes either.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in open::objectives(context) {
        let mut all = open::key_results(goal);
        let (Some((_, only)), None) = (all.next(), all.next()) else { continue };
        if context.model.contributors[at].is_empty() && !goal.plan.shape.broken {
            let message = format!("`{}` has just one key result", goal.reference);
            findings.push(
                Diagnostic::new(
                    "too-few-key-results",
                    message,
                    Place::new(&goal.path, only.shape.at),
                )
                .help("add one that would show if this one is reached at a price, or make it a SMART goal: its measure at the top of the plan"),
            );
        }
    }
}
