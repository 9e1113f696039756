//! Findings as text: for people, for editors and `grep`, and for programs.
//!
//! Every function here is pure: the same findings and the same snapshot give the same text.
//! Whatever a file, a path or a message holds, no control or bidirectional character of it comes
//! out raw.

mod concise;
mod human;
mod json;
mod source;
#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostic, Level};
use crate::text::count;

pub use concise::concise;
pub use human::{Style, human};
pub use json::{
    Counts, FORMAT_VERSION, FindingView, FindingsView, PositionView, RelatedView, json, schema,
};

/// Sums up in one line what was found in `files` goal files: `3 errors, 1 warning in 2 files`.
/// Ends without a line break.
pub fn summary(findings: &[Diagnostic], files: usize) -> String {
    let parts: Vec<String> = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .map(|level| (number_of(findings, level), level.word()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    let found = if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") };
    format!("{found} in {}", count(files, "file"))
}

/// How many findings have this level.
fn number_of(findings: &[Diagnostic], level: Level) -> usize {
    findings.iter().filter(|finding| finding.level == level).count()
}
