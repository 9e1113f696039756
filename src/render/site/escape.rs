//! Makes text harmless in HTML and SVG.
//!
//! One escape serves element content, quoted attributes and SVG alike. Beside the five characters with a
//! meaning in markup it takes out what no page should carry: control characters, which HTML forbids, and the
//! directional overrides that make a text read otherwise than it is stored.

use std::convert::Infallible;
use std::io::{self, Write};

/// What stands in for a character that must not reach a page.
const REPLACEMENT: &str = "\u{FFFD}";

/// Escapes a text for element content and for double- or single-quoted attributes, in HTML and SVG.
pub fn text(raw: &str) -> String {
    let mut escaped = String::with_capacity(raw.len() + raw.len() / 8);
    push_text(&mut escaped, raw);
    escaped
}

/// Writes what [`text`] returns behind markup.
pub fn push_text(markup: &mut String, raw: &str) {
    let Ok(()) = pieces(raw, entity, |piece| {
        markup.push_str(piece);
        Ok::<(), Infallible>(())
    });
}

/// Writes what [`text`] returns; the shape that the template engine asks for.
///
/// # Errors
/// Passes on what the writer reports.
pub fn write_text(raw: &str, out: &mut dyn Write) -> io::Result<()> {
    pieces(raw, entity, |piece| out.write_all(piece.as_bytes()))
}

/// Replaces forbidden characters without escaping markup, for text that another writer will escape.
pub fn clean(raw: &str) -> String {
    let mut clean = String::with_capacity(raw.len());
    let Ok(()) = pieces(
        raw,
        |_| None,
        |piece| {
            clean.push_str(piece);
            Ok::<(), Infallible>(())
        },
    );
    clean
}

/// Hands on a text piece by piece: stretches of it that may stand as they are, and between them what stands in for the
/// others.
fn pieces<E>(
    raw: &str,
    entity: impl Fn(char) -> Option<&'static str>,
    mut hand_on: impl FnMut(&str) -> Result<(), E>,
) -> Result<(), E> {
    let (mut from, mut at) = (0, 0);
    while let Some(plain) = raw.as_bytes()[at..].iter().position(|byte| SUSPECT[usize::from(*byte)])
    {
        at += plain;
        let Some(character) = raw[at..].chars().next() else { break };
        let after = at + character.len_utf8();
        let replaced = is_forbidden(character).then_some(REPLACEMENT);
        if let Some(instead) = entity(character).or(replaced) {
            hand_on(&raw[from..at])?;
            hand_on(instead)?;
            from = after;
        }
        at = after;
    }
    hand_on(&raw[from..])
}

/// For each byte whether a character that is not to stand as it is may begin with it; no character goes on with such a
/// one.
const SUSPECT: [bool; 256] = {
    let mut suspect = [false; 256];
    let mut byte = 0;
    while byte < suspect.len() {
        suspect[byte] = matches!(
            byte as u8,
            0..=0x1f | b'&' | b'<' | b'>' | b'"' | b'\'' | 0x7f | 0xc2 | 0xe2 | 0xef..
        );
        byte += 1;
    }
    suspect
};

/// Tells whether a character is a control, a directional override or a noncharacter.
pub fn is_forbidden(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => false,
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FDD0}'..='\u{FDEF}' => true,
        _ => character.is_control() || (character as u32) & 0xFFFE == 0xFFFE,
    }
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
    fn every_character_is_looked_at() {
        for character in '\0'..=char::MAX {
            let raw = format!("a{character}b");
            let expected = match entity(character) {
                Some(entity) => format!("a{entity}b"),
                None if is_forbidden(character) => "a\u{FFFD}b".to_owned(),
                None => raw.clone(),
            };
            assert_eq!(text(&raw), expected, "{:x}", character as u32);
        }
    }

    #[test]
    fn letters_of_all_scripts_and_line_breaks_stay() {
        let plain = "Größe — 目标 — هدف\u{200F}\n\t👩‍🚀";
        assert_eq!(text(plain), plain);
        assert_eq!(clean(plain), plain);
    }
}
