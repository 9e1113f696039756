//! `relative-target`: "by 20 %" or "double" with nothing to reckon from.

use super::{Context, amounts, wording};
use crate::diagnostic::Diagnostic;
use crate::load::Kind;
use crate::model::Measure;
use crate::text::{Span, printable};

/// Finds relative targets in titles of measures without a baseline, or with a baseline of 0. A
/// metric that lacks its baseline is reported as such.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context) {
        let from = match &title.key_result.measure {
            Some(Measure::Metric { baseline, .. }) if *baseline == 0.0 => "the baseline is 0",
            Some(Measure::Metric { .. }) => continue,
            None if title.key_result.kind == Kind::Metric => continue,
            _ => "there is no baseline",
        };
        let Some(part) = relative(&title.words, &title.title.value) else { continue };
        let shown = printable(&title.title.value[part.start..part.end]);
        let message = format!("`{shown}` of what: {from}");
        findings.push(
            Diagnostic::new("relative-target", message, title.place(part))
                .help("measure the thing itself: baseline = the value at the start, target = the value to reach"),
        );
    }
}

/// The words that tell a target relative to something else: a verb such as "double" at the start,
/// or "by 20 %" where the title does not also say from where.
fn relative(words: &[wording::Word<'_>], title: &str) -> Option<Span> {
    let multiples = ["double", "triple", "quadruple", "halve", "verdoppeln", "doubler", "duplicar"];
    if words.iter().any(|word| word.lower == "from") {
        return None;
    }
    let first = words.first().filter(|word| multiples.contains(&word.lower.as_str()));
    if let Some(verb) = first {
        return Some(verb.span);
    }
    let by = amounts::amounts(title).into_iter().find(|amount| {
        matches!(amount.before.as_str(), "by" | "um")
            && (amount.unit == "%" || amount.unit == "percent")
    })?;
    let start = title[..by.span.start].trim_end().len() - by.before.len();
    Some(Span::new(start, by.with_unit.end))
}
