//! Findings as Markdown, for a comment on a merge request.

use super::source::Sources;
use super::{Checked, summary};
use crate::diagnostic::Diagnostic;
use crate::render::gfm::{COMMENT_BYTES, code, message, rows_within};

/// Writes a line that sums up, and a table with a row for each finding.
///
/// What stands between backticks in a message becomes code; everything else is plain text, whatever
/// it holds: no markup, no HTML, no link, and nobody is notified. Rows that a comment has no room for
/// are left out, as a last line says.
pub fn markdown(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let head = format!("**{}**\n", summary(checked));
    if checked.findings.is_empty() {
        return head;
    }
    let head = format!("{head}\n| level | finding | rule | where |\n| --- | --- | --- | --- |\n");
    let rows: Vec<String> =
        checked.findings.iter().map(|finding| row(finding, checked, &sources)).collect();
    let room = COMMENT_BYTES - head.len();
    if rows_within(&rows, room) == rows.len() {
        return head + &rows.concat();
    }
    let shown = rows_within(&rows, room.saturating_sub(left_out(rows.len()).len()));
    head + &rows[..shown].concat() + &left_out(rows.len() - shown)
}

/// The line on the findings that there is no room for.
fn left_out(count: usize) -> String {
    format!("\n… and {count} more: this is cut to fit a comment. The whole: `goals check`\n")
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
