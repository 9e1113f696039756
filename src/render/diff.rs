//! What an edit changes, as a unified diff.

use std::borrow::Cow;

use anstyle::{AnsiColor, Style};
use similar::TextDiff;

use super::terminal::Look;
use crate::text::printable;

/// Lines shown around a change.
const CONTEXT: usize = 3;

/// The unified diff from `old` to `new`, the two texts of the file at `path`, with the prefixes that
/// `git apply` looks for; empty if they are the same. Where it goes to a terminal no character of
/// the file acts on that; anywhere else the bytes are the true ones.
pub fn unified(path: &str, old: &str, new: &str, look: Look) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff
        .unified_diff()
        .context_radius(CONTEXT)
        .header(&format!("a/{path}"), &format!("b/{path}"))
        .to_string();
    let lines = text.split_inclusive('\n').enumerate();
    lines.map(|(at, line)| shown(at < 2, line, look)).collect()
}

/// One line, `is_header` if it names a side.
fn shown(is_header: bool, line: &str, look: Look) -> String {
    let (inner, end) = match line.strip_suffix('\n') {
        Some(inner) => (inner, "\n"),
        None => (line, ""),
    };
    let inner = if look.width.is_some() || look.colour {
        printable(inner.strip_suffix('\r').unwrap_or(inner))
    } else {
        Cow::Borrowed(inner)
    };
    format!("{}{end}", look.paint(style(is_header, &inner), &inner))
}

fn style(is_header: bool, line: &str) -> Style {
    match line.chars().next() {
        _ if is_header => Style::new().bold(),
        Some('+') => AnsiColor::Green.on_default(),
        Some('-') => AnsiColor::Red.on_default(),
        Some('@') => AnsiColor::Cyan.on_default(),
        _ => Style::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "a = 1\r\nb = 2\r\nc = 3";
    const NEW: &str = "a = 1\r\nd = 2\r\nc = 3";

    #[test]
    fn bytes_are_kept_where_they_are_piped() {
        let text = unified("x.toml", OLD, NEW, Look::default());
        assert_eq!(
            text,
            "--- a/x.toml\n+++ b/x.toml\n@@ -1,3 +1,3 @@\n a = 1\r\n-b = 2\r\n+d = 2\r\n c = 3\n\\ No newline at end of file\n"
        );
        assert_eq!(unified("x.toml", OLD, OLD, Look::default()), "");
    }

    #[test]
    fn nothing_in_a_file_acts_on_a_terminal() {
        let text = unified(
            "x.toml",
            "a = \"\u{202e}\"\n",
            "b = \"\u{202e}\"\n",
            Look { colour: true, width: None },
        );
        assert!(text.contains("\u{1b}[31m-a = \"\\u{202e}\"\u{1b}[0m\n"), "{text}");
        assert!(!text.contains('\u{202e}'));
    }
}
