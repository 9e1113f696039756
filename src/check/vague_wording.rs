//! `vague-wording`: a word that two people would measure differently.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

/// Finds vague words anywhere in the titles of what is measured; names and fixed phrases aside.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context) {
        if !wording::judges(context, &title.words) {
            continue;
        }
        let vague = title.words.iter().enumerate().find(|(at, word)| {
            let capital = |at: usize| {
                title.words.get(at).is_some_and(|word| wording::starts_upper(word.text))
            };
            let in_name = !title.is_title_case() && capital(*at) && (*at > 0 || capital(1));
            context.words.vague.contains(&word.lower)
                && !in_name
                && !title.is_excepted(context, *at)
        });
        if let Some((_, word)) = vague {
            let message = format!("`{}` can be read in more than one way", printable(word.text));
            findings.push(
                Diagnostic::new("vague-wording", message, title.place(word.span))
                    .help("name what is meant: which ones, how many, by what measure"),
            );
        }
    }
}
