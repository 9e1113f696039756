//! Makes text harmless in HTML and SVG.
//!
//! One escape serves element content, quoted attributes and SVG alike. Beside the five characters with a
//! meaning in markup it takes out what no page should carry: control characters, which HTML forbids, and the
//! directional overrides that make a text read otherwise than it is stored.

use std::io::{self, Write};

/// What stands in for a character that must not reach a page.
const REPLACEMENT: char = '\u{FFFD}';

/// Escapes a text for element content and for double- or single-quoted attributes, in HTML and SVG.
pub fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len() + raw.len() / 8);
    for character in raw.chars() {
        match entity(character) {
            Some(entity) => escaped.push_str(entity),
            None => escaped.push(harmless(character)),
        }
    }
    escaped
}

/// Writes what [`text`] returns; the shape that the template engine asks for.
///
/// # Errors
/// Passes on what the writer reports.
pub fn write_text(raw: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(text(raw).as_bytes())
}

/// Replaces forbidden characters without escaping markup, for text that another writer will escape.
pub fn clean(raw: &str) -> String {
    raw.chars().map(harmless).collect()
}

/// Tells whether a character is a control, a directional override or a noncharacter.
pub fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => character.is_control() || (character as u32) & 0xFFFE == 0xFFFE,
    }
}

fn harmless(character: char) -> char {
    if is_forbidden(character) { REPLACEMENT } else { character }
}

fn entity(character: char) -> Option<&'static str> {
    Some(match character {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        assert_eq!(text(r#"<b a="x" c='y'>&"#), "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;");
    }

    #[test]
    fn controls_and_overrides_are_replaced() {
        assert_eq!(
            text("a\u{202E}b\u{0}c\u{1b}[31m\u{85}\u{FFFF}"),
            "a\u{FFFD}b\u{FFFD}c\u{FFFD}[31m\u{FFFD}\u{FFFD}"
        );
    }

    #[test]
    fn letters_of_all_scripts_and_line_breaks_stay() {
        let plain = "Größe — 目标 — هدف\u{200F}\n\t👩‍🚀";
        assert_eq!(text(plain), plain);
        assert_eq!(clean(plain), plain);
    }
}
