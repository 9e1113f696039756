//! `missing-due`: a goal without a day of its own. Only the profile `smart` asks for it.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals that leave their end to the cycle, unless each of their key results has its own.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let plan = &goal.plan;
        let mut key_results = open::key_results(goal).peekable();
        let each_its_own = key_results.peek().is_some()
            && key_results.all(|(_, doc)| !doc.shape.lacks("due", &doc.due));
        if plan.shape.lacks("due", &plan.due) && !each_its_own {
            let message = format!("`{}` has no day by which it is due", goal.reference);
            findings.push(
                Diagnostic::new("missing-due", message, Place::new(&goal.path, plan.shape.at))
                    .help(format!("say when it is to be reached: due = {}", goal.window.end)),
            );
        }
    }
}
