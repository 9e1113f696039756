//! Findings as Markdown, for a comment on a merge request.

use super::source::Sources;
use super::{Checked, summary};
use crate::diagnostic::Diagnostic;
use crate::render::gfm::{code, message};

/// Writes a line that sums up, and a table with a row for each finding.
///
/// What stands between backticks in a message becomes code; everything else is plain text, whatever
/// it holds: no markup, no HTML, no link, and nobody is notified.
pub fn markdown(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let head = format!("**{}**\n", summary(checked));
    if checked.findings.is_empty() {
        return head;
    }
    let rows: String =
        checked.findings.iter().map(|finding| row(finding, checked, &sources)).collect();
    format!("{head}\n| level | finding | rule | where |\n| --- | --- | --- | --- |\n{rows}")
}

fn row(finding: &Diagnostic, checked: &Checked<'_>, sources: &Sources<'_>) -> String {
    let place = &finding.primary.place;
    let start = sources.region(place).start;
    let help = finding.help.as_ref().map(|help| format!("<br>help: {}", message(help)));
    let at = format!("{}:{}:{}", checked.path(&place.path), start.line, start.column);
    format!(
        "| {} | {}{} | {} | {} |\n",
        finding.level.word(),
        message(&finding.message),
        help.unwrap_or_default(),
        finding.rule,
        code(&at)
    )
}
