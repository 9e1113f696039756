//! `activity-wording`: a key result that is taking part in something.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

/// Finds titles that begin with a verb of taking part.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context) {
        if let Some(verb) = title.opening(context, &context.words.activity) {
            let message =
                format!("`{}` tells what is done, not what comes of it", printable(verb.text));
            findings.push(
                Diagnostic::new("activity-wording", message, title.place(verb.span))
                    .help("say what will be so because of it, with a number"),
            );
        }
    }
}
