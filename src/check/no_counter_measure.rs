//! `no-counter-measure`: an objective that only grows, with nothing that guards quality.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Measure;

/// Finds objectives with several key results that are all numbers to raise.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (at, goal) in open::objectives(context) {
        let measures: Vec<_> =
            open::key_results(goal).map(|(read, _)| read.measure.as_ref()).collect();
        let grows = |measure: &Option<&Measure>| matches!(measure, Some(Measure::Metric { baseline, target, .. }) if target > baseline);
        let alone = context.model.contributors[at].is_empty();
        if measures.len() > 1 && measures.iter().all(grows) && alone {
            let message = format!(
                "all {} key results of `{}` are numbers to raise; none guards what that may cost",
                measures.len(),
                goal.reference
            );
            findings.push(
                Diagnostic::new(
                    "no-counter-measure",
                    message,
                    Place::new(&goal.path, goal.plan.shape.at),
                )
                .help("add a bound to keep: kind = \"threshold\" with at_least or at_most"),
            );
        }
    }
}
