//! `number-in-objective`: a number in the title of an objective.

use super::{Context, amounts, open, wording};
use crate::diagnostic::{Diagnostic, Place};

/// Finds numbers in the titles of objectives with key results; years, versions and names aside.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::objectives(context).filter(|(_, goal)| !goal.key_results.is_empty()) {
        let Some(title) = &goal.plan.title else { continue };
        let amounts = amounts::amounts(&title.value);
        if let Some(amount) = amounts.iter().find(|amount| !amount.is_name) {
            let message = format!("the objective `{}` has a number in its title", goal.reference);
            let place = Place::new(&goal.path, wording::inside(title, amount.span));
            findings.push(
                Diagnostic::new("number-in-objective", message, place)
                    .help("say what will be so in words, and move the number into a key result"),
            );
        }
    }
}
