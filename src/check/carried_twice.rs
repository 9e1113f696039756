//! `carried-twice`: a goal carried over from one that was itself carried over.

use super::Context;
use super::judged::is_live;
use super::rates::continued;
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals that continue a goal that continues another.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let model = context.model;
    for goal in context.each_goal().filter(|goal| is_live(goal, context.as_of)) {
        let Some(written) = &goal.plan.continues else { continue };
        let Some(before) = continued(model, goal) else { continue };
        let (Some(carried), Some(first)) = (&before.plan.continues, continued(model, before))
        else {
            continue;
        };
        let message = format!(
            "`{}` is carried over for at least the second time: from `{}`, and that from `{}`",
            goal.reference, before.reference, first.reference
        );
        findings.push(
            Diagnostic::new("carried-twice", message, Place::new(&goal.path, written.span))
                .related(Place::new(&before.path, carried.span), "carried over already")
                .help("cut it to what will be done this time, or give it up: dropped = \"…\""),
        );
    }
}
