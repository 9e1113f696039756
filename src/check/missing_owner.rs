//! `missing-owner`: a goal that nobody is accountable for.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals without an owner. Key results inherit their goal's.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for goal in
        context.model.goals.iter().filter(|goal| goal.plan.shape.lacks("owner", &goal.plan.owner))
    {
        let message = format!("`{}` has no owner", goal.reference);
        findings.push(
            Diagnostic::new("missing-owner", message, Place::new(&goal.path, goal.plan.shape.at))
                .help("name the one person or team accountable: owner = \"…\""),
        );
    }
}
