//! `missing-unit`: a metric that does not say what it counts.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Kind;

/// Finds metrics without a unit.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for goal in context.each_goal() {
        for key_result in &goal.key_results {
            let measured = key_result.kind == Kind::Metric && key_result.measure.is_some();
            if measured && key_result.unit.is_none() {
                let name = goal.reference.with(key_result.id.as_deref());
                findings.push(
                    Diagnostic::new(
                        "missing-unit",
                        format!("`{name}` has no unit"),
                        Place::new(&goal.path, key_result.at),
                    )
                    .help("say what the number counts: unit = \"min\""),
                );
            }
        }
    }
}
