//! Findings in one line each, for `grep` and editors.

use super::source::Sources;
use crate::diagnostic::Diagnostic;
use crate::repo::Snapshot;
use crate::text::printable;

/// Writes each finding as `path:line:column: level[rule]: message` and a line break. A file
/// without a text counts as being at fault on its first line.
pub fn concise(findings: &[Diagnostic], snapshot: &Snapshot) -> String {
    let sources = Sources::of(findings, snapshot);
    findings.iter().map(|finding| line(finding, &sources)).collect()
}

fn line(finding: &Diagnostic, sources: &Sources<'_>) -> String {
    let place = &finding.primary.place;
    let (line, column) = match sources.get(&place.path) {
        Some(source) => {
            let position = source.position(source.clamp(place.span).start);
            (position.line, position.column)
        }
        None => (1, 1),
    };
    format!(
        "{}:{line}:{column}: {}[{}]: {}\n",
        printable(&place.path),
        finding.level.word(),
        finding.rule,
        printable(&finding.message)
    )
}
