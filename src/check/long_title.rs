//! `long-title`: a title that nobody reads to its end.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};

/// The most characters of a title.
const MOST: usize = 140;

/// Finds titles of goals and key results that are longer than a line or two.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let of_key_results = open::key_results(goal).filter_map(|(_, doc)| doc.title.as_ref());
        for title in goal.plan.title.iter().chain(of_key_results) {
            let length = title.value.chars().count();
            if length > MOST {
                let message = format!("a title of {length} characters, more than {MOST}");
                findings.push(
                    Diagnostic::new("long-title", message, Place::new(&goal.path, title.span))
                        .help("keep what will be true and from where to where; the rest goes into `why` or `source`"),
                );
            }
        }
    }
}
