//! `unaligned`: a team's goal that serves no other.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// Finds goals of teams that contribute to nothing and support nothing. A reference that leads
/// nowhere is reported as such.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let plan = &goal.plan;
        let aligned = !plan.contributes_to.is_empty() || !plan.supports.is_empty();
        if goal.team.is_some() && !aligned && !plan.shape.broken {
            let message =
                format!("`{}` contributes to no other goal and supports none", goal.reference);
            findings.push(
                Diagnostic::new("unaligned", message, Place::new(&goal.path, plan.shape.at)).help(
                    "name what it serves: contributes_to = [\"…\"] where it counts, supports = [\"…\"] where it does not",
                ),
            );
        }
    }
}
