//! `no-measure`: a goal that nothing measures.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals with no key result, no measure of their own, and nothing that contributes.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = context.model;
    let plans = model.goals.iter().map(|goal| goal.plan.unread.as_str());
    let unread: Vec<&str> = plans.filter(|lines| !lines.is_empty()).collect();
    for (at, goal) in model.goals.iter().enumerate() {
        let alone = goal.key_results.is_empty() && model.contributors[at].is_empty();
        let doubtful = goal.plan.shape.broken
            || goal.plan.unread.contains("key_results")
            || goal.plan.shape.invalid.contains(&"key_results")
            || model.meant.contains(&at)
            || unread.iter().any(|lines| lines.contains(&goal.reference.id));
        if alone && !doubtful && goal.dropped.is_none() {
            let message = format!("nothing measures `{}`", goal.reference);
            findings.push(
                Diagnostic::new("no-measure", message, Place::new(&goal.path, goal.plan.shape.at)).help(
                    "add a key result, give it a measure of its own, or let another goal contribute to it",
                ),
            );
        }
    }
}
