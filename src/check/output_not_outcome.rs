//! `output-not-outcome`: a key result that is a thing to make, not what it changes.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

/// Finds titles that begin with a verb of making and have no number.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context).filter(|title| !title.has_number()) {
        if let Some(verb) = title.opening(context, &context.words.output) {
            let message =
                format!("`{}` tells what is made, not what it changes", printable(verb.text));
            findings.push(
                Diagnostic::new("output-not-outcome", message, title.place(verb.span)).help(
                    "say what will be different once it is there, with a number; the work itself goes under [initiatives]",
                ),
            );
        }
    }
}
