//! Findings as text: for people, for editors and `grep`, and for programs.
//!
//! Every function here is pure: the same findings and the same snapshot give the same text.
//! Whatever a file, a path or a message holds, no control or bidirectional character of it comes
//! out raw.

mod concise;
mod github;
mod gitlab;
mod human;
mod json;
mod junit;
mod markdown;
mod sarif;
mod source;
mod statistics;
#[cfg(test)]
mod format_tests;
#[cfg(test)]
mod tests;

use crate::diagnostic::{Diagnostic, Level};
use crate::repo::Snapshot;
use crate::text::count;

pub use concise::concise;
pub use github::github;
pub use gitlab::gitlab;
pub use human::{Style, human};
pub(in crate::render) use json::written;
pub use json::{
    Counts, EditView, FORMAT_VERSION, FindingView, FindingsView, FixView, PositionView,
    RelatedView, json, schema,
};

pub use junit::junit;
pub use markdown::markdown;
pub use sarif::sarif;
pub(in crate::render) use source::Sources;
pub use statistics::statistics;

/// What a check found, with what outputs for other programs say besides.
#[derive(Debug, Clone, Copy)]
pub struct Checked<'a> {
    /// The findings, by file and then by place.
    pub findings: &'a [Diagnostic],
    /// The fingerprint of each finding.
    pub fingerprints: &'a [String],
    /// The files that findings point into.
    pub snapshot: &'a Snapshot,
    /// The goal files that were checked, from the workspace's root.
    pub files: &'a [&'a str],
    /// The folder of the workspace in its repository: empty, or ending with `/`. Other programs
    /// look for files from the repository's root.
    pub prefix: &'a str,
    /// The least level that makes the check fail; nothing if it never does.
    pub fails_from: Option<Level>,
    /// How many findings were there and have been fixed.
    pub fixed: usize,
}

impl Checked<'_> {
    /// A file of the workspace as other programs look for it.
    fn path(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Each finding with its fingerprint.
    fn each(&self) -> impl Iterator<Item = (&Diagnostic, &str)> {
        self.findings.iter().zip(self.fingerprints.iter().map(String::as_str))
    }
}

/// What is found and how to mend it, in one text of one or two lines, harmless.
fn with_help(finding: &Diagnostic) -> String {
    let message = crate::text::printable(&finding.message);
    match &finding.help {
        Some(help) => format!("{message}\nhelp: {}", crate::text::printable(help)),
        None => message.into_owned(),
    }
}

/// Sums up in one line what was found and fixed: `3 errors, 1 warning in 2 files`, or
/// `2 fixed, 4 remaining: 3 errors, 1 warning in 2 files`. Ends without a line break.
pub fn summary(checked: &Checked<'_>) -> String {
    let parts: Vec<String> = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .map(|level| (number_of(checked.findings, level), level.word()))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| count(number, word))
        .collect();
    let found = match (checked.fixed, checked.findings.len()) {
        (0, 0) => "no findings".to_owned(),
        (0, _) => parts.join(", "),
        (fixed, 0) => format!("{fixed} fixed, 0 remaining"),
        (fixed, left) => format!("{fixed} fixed, {left} remaining: {}", parts.join(", ")),
    };
    format!("{found} in {}", count(checked.files.len(), "file"))
}

/// Says how many findings could be fixed: `2 findings can be fixed with --fix`; nothing if none can.
pub fn fixable(findings: &[Diagnostic]) -> Option<String> {
    let fixable = findings.iter().filter(|finding| finding.fix.is_some()).count();
    (fixable > 0).then(|| format!("{} can be fixed with --fix", count(fixable, "finding")))
}

/// How many findings have this level.
fn number_of(findings: &[Diagnostic], level: Level) -> usize {
    findings.iter().filter(|finding| finding.level == level).count()
}
