//! Findings as Markdown, for a comment on a merge request.

use super::source::Sources;
use super::{Checked, summary};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

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
    let help = finding.help.as_ref().map(|help| format!("<br>help: {}", inline(help)));
    let at = format!("{}:{}:{}", checked.path(&place.path), start.line, start.column);
    format!(
        "| {} | {}{} | {} | {} |\n",
        finding.level.word(),
        inline(&finding.message),
        help.unwrap_or_default(),
        finding.rule,
        code(&printable(&at).replace('`', "'"))
    )
}

/// A message with its code spans; the rest is plain.
fn inline(text: &str) -> String {
    let text = printable(text);
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is only a character.
    let paired = parts.len() - 1 + parts.len() % 2;
    let mut shown = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && at < paired {
            shown.push_str(&code(part));
        } else {
            if at > 0 && at >= paired {
                shown.push_str("\\`");
            }
            shown.push_str(&plain(part));
        }
    }
    shown
}

/// A code span of text without backticks.
pub(in crate::render) fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    // A table ends its cell at a bar behind two backslashes.
    format!("`{}`", text.replace("\\|", "\\\u{2060}|").replace('|', "\\|"))
}

/// Text of which nothing acts: every mark is escaped, and what would notify someone or point to
/// something is followed by an invisible character that keeps it from that.
pub(in crate::render) fn plain(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let harmless = matches!(c, ',' | ';' | '?' | '\'' | '"' | '/' | '%' | '=' | '-')
            || (c == '.' && characters.peek().is_none_or(|next| next.is_whitespace()))
            || (c == ':' && characters.peek().is_none_or(|next| next.is_whitespace()));
        if c.is_ascii_punctuation() && !harmless {
            shown.push('\\');
        }
        shown.push(c);
        let points = matches!(c, '@' | '#' | '!' | '~' | '%' | '&' | '$' | '^');
        let names = |next: &char| next.is_alphanumeric() || matches!(next, '_' | '"');
        if points && characters.peek().is_some_and(names) {
            shown.push('\u{2060}');
        }
    }
    shown
}
