//! `all-milestones`: an objective whose key results are all things to get done.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Kind;

/// Finds objectives with several key results that are all binary or milestones, and nothing that
/// contributes.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in open::objectives(context) {
        let kinds: Vec<Kind> = open::key_results(goal).map(|(read, _)| read.kind).collect();
        let done_or_not = |kind: &Kind| matches!(kind, Kind::Binary | Kind::Milestone);
        let alone = context.model.contributors[at].is_empty();
        if kinds.len() > 1 && kinds.iter().all(done_or_not) && alone {
            let message = format!(
                "all {} key results of `{}` are things to get done; none tells what they change",
                kinds.len(),
                goal.reference
            );
            findings.push(
                Diagnostic::new(
                    "all-milestones",
                    message,
                    Place::new(&goal.path, goal.plan.shape.at),
                )
                .help(
                    "add a metric that moves when they work; work itself goes under [initiatives]",
                ),
            );
        }
    }
}
