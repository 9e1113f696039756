//! `bare-comparative`: a key result that says which way, and not how far.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

/// Finds titles that begin with a verb of change and have no number.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context).filter(|title| !title.has_number()) {
        if let Some(verb) = title.opening(context, &context.words.comparative) {
            let message =
                format!("`{}` without a number: how far is not said", printable(verb.text));
            findings.push(
                Diagnostic::new("bare-comparative", message, title.place(verb.span))
                    .help("say from where to where: \"… from 20 to 30 %\""),
            );
        }
    }
}
