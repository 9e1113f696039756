//! `business-as-usual`: a metric that is to stay as it is.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::load::Kind;
use crate::text::printable;

/// Finds metrics whose title begins with a verb of going on as before.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context).filter(|title| title.key_result.kind == Kind::Metric) {
        if let Some(verb) = title.opening(context, &context.words.upkeep) {
            let message = format!(
                "`{}` is about a value to hold, and a metric about one to reach",
                printable(verb.text)
            );
            findings.push(
                Diagnostic::new("business-as-usual", message, title.place(verb.span)).help(
                    "a value to hold is a threshold: kind = \"threshold\" with at_least or at_most",
                ),
            );
        }
    }
}
