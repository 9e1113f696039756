//! `missing-ambition`: an objective that does not say how much of it is promised.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// Finds objectives without an ambition. SMART goals are committed unless they say otherwise.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::objectives(context) {
        if goal.plan.shape.lacks("ambition", &goal.plan.ambition) {
            let message = format!("`{}` does not say how much of it is promised", goal.reference);
            findings.push(
                Diagnostic::new(
                    "missing-ambition",
                    message,
                    Place::new(&goal.path, goal.plan.shape.at),
                )
                .help("if all of it is: ambition = \"committed\"; if seven tenths would be a success: ambition = \"aspirational\""),
            );
        }
    }
}
