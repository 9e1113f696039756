//! `too-many-key-results`: more key results than anyone keeps an eye on.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// The most key results of an objective.
const MOST: usize = 5;

/// Finds objectives with more than five key results.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::objectives(context) {
        let all: Vec<_> = open::key_results(goal).collect();
        if let Some((_, first_too_many)) = all.get(MOST) {
            let message =
                format!("`{}` has {} key results, more than {MOST}", goal.reference, all.len());
            let place = Place::new(&goal.path, first_too_many.shape.at);
            findings.push(
                Diagnostic::new("too-many-key-results", message, place)
                    .label("the sixth")
                    .help("keep the few that decide, or split the objective"),
            );
        }
    }
}
