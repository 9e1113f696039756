//! `no-measure`: a goal that nothing measures.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals with no key result, no measure of their own, and nothing that contributes.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in context.model.goals.iter().enumerate() {
        let alone = goal.key_results.is_empty() && context.model.contributors[at].is_empty();
        if alone && !goal.plan.shape.broken && goal.dropped.is_none() {
            let message = format!("nothing measures `{}`", goal.reference);
            findings.push(
                Diagnostic::new("no-measure", message, Place::new(&goal.path, goal.plan.shape.at)).help(
                    "add a key result, give it a measure of its own, or let another goal contribute to it",
                ),
            );
        }
    }
}
