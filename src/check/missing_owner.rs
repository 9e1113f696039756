//! `missing-owner`: a goal that nobody is accountable for.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals without an owner, and owners without a name. Key results inherit their goal's.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for goal in context.each_goal() {
        let of_key_results = goal.plan.key_results.iter().filter_map(|kr| kr.owner.as_ref());
        let owners = goal.plan.owner.iter().chain(of_key_results);
        for owner in owners.filter(|owner| owner.value.trim().is_empty()) {
            findings.push(
                Diagnostic::new(
                    "missing-owner",
                    "the owner has no name",
                    Place::new(&goal.path, owner.span),
                )
                .help("name the one person or team accountable"),
            );
        }
    }
    for goal in context.each_goal().filter(|goal| goal.plan.shape.lacks("owner", &goal.plan.owner))
    {
        let message = format!("`{}` has no owner", goal.reference);
        findings.push(
            Diagnostic::new("missing-owner", message, Place::new(&goal.path, goal.plan.shape.at))
                .help("name the one person or team accountable: owner = \"…\""),
        );
    }
}
