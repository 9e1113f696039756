//! `no-number`: a key result whose title cannot be measured.

use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::load::Kind;

/// Finds titles of metrics and thresholds with neither digit nor number word. Where a rule on the
/// title's verb asks for a number, it has been asked for.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let words = &context.words;
    for title in wording::titles(context) {
        let numeric = matches!(title.key_result.kind, Kind::Metric | Kind::Threshold);
        let is_key_result = title.key_result.id.is_some();
        let said = [&words.output, &words.activity, &words.comparative]
            .iter()
            .any(|verbs| title.opening(context, verbs).is_some());
        if numeric
            && is_key_result
            && !said
            && !title.has_number()
            && !wording::has_quantifier(&title.words)
        {
            let name = title.goal.reference.with(title.key_result.id.as_deref());
            findings.push(
                Diagnostic::new(
                    "no-number",
                    format!("the title of `{name}` has no number"),
                    title.whole(),
                )
                .help("say from where to where: \"… rises from 20 to 30 %\""),
            );
        }
    }
}
