//! `missing-why`: a goal that does not say what it is for.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals without a reason, or with an empty one.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let plan = &goal.plan;
        let empty = plan.why.as_ref().filter(|why| why.value.trim().is_empty());
        if empty.is_some() || plan.shape.lacks("why", &plan.why) {
            let message = format!("`{}` does not say why", goal.reference);
            let span = empty.map_or(plan.shape.at, |why| why.span);
            findings.push(
                Diagnostic::new("missing-why", message, Place::new(&goal.path, span))
                    .help("say what gets better once it is reached: why = \"…\""),
            );
        }
    }
}
