//! Badges: one line of SVG that says how a goal stands, for a README or a wiki.
//!
//! A badge stands alone on pages of other people, so it brings its own colours, which can be read on light and dark
//! alike, loads no font, and says everything in its title as well.

use unicode_width::UnicodeWidthChar;

use super::escape;
use crate::text::shortened;

/// The size of the text, in pixels.
const SIZE: f64 = 11.0;

/// What is left free beside each text, in pixels.
const PAD: f64 = 7.0;

/// The ground under the label.
const LABEL_GROUND: &str = "#3b3f47";

/// What a badge says.
pub struct Badge<'a> {
    /// The dark half: what it is about, in one line.
    pub label: &'a str,
    /// The status as a key: it chooses the colour of the other half.
    pub status: &'a str,
    /// The coloured half: how it stands.
    pub said: &'a str,
    /// The whole in a sentence, for those who hear it.
    pub title: &'a str,
}

impl Badge<'_> {
    /// Draws it, as a file of its own.
    pub fn svg(&self) -> String {
        let (label, said) = (width(self.label), width(self.said));
        let (left, right) = (label + 2.0 * PAD, said + 2.0 * PAD);
        let (whole, edge) = (tenths(left + right), tenths(left));
        let title = escape::text(self.title);
        [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"",
            &whole,
            "\" height=\"20\" viewBox=\"0 0 ",
            &whole,
            " 20\" role=\"img\" aria-label=\"",
            &title,
            "\">\n<title>",
            &title,
            "</title>\n<path fill=\"",
            LABEL_GROUND,
            "\" d=\"M4 0H",
            &edge,
            "V20H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z\"/>\n<path fill=\"",
            ground(self.status),
            "\" d=\"M",
            &edge,
            " 0h",
            &tenths(right - 4.0),
            "a4 4 0 0 1 4 4v12a4 4 0 0 1-4 4H",
            &edge,
            "z\"/>\n<g fill=\"#fff\" font-family=\"Verdana,'DejaVu Sans',sans-serif\" font-size=\"",
            &shortened(SIZE, 1),
            "\" aria-hidden=\"true\">\n",
            &line(self.label, PAD, label),
            &line(self.said, left + PAD, said),
            "</g>\n</svg>\n",
        ]
        .concat()
    }
}

/// A text at its place; a font of other widths is squeezed or stretched to the width that it has here.
fn line(text: &str, x: f64, width: f64) -> String {
    [
        "<text x=\"",
        &tenths(x),
        "\" y=\"14\" textLength=\"",
        &tenths(width),
        "\" lengthAdjust=\"spacingAndGlyphs\">",
        &escape::text(text),
        "</text>\n",
    ]
    .concat()
}

/// A number of pixels to the tenth.
fn tenths(pixels: f64) -> String {
    let short = shortened(pixels, 1);
    if short.contains('.') { short } else { short + ".0" }
}

/// A colour on which white text can be read, at 4.5 to 1 or better.
fn ground(status: &str) -> &'static str {
    match status {
        "achieved" | "on-track" => "#1c7a4c",
        "at-risk" | "stale" => "#92580a",
        "off-track" | "missed" => "#b8322f",
        _ => "#646b76",
    }
}

/// How wide a text is set, in pixels.
fn width(text: &str) -> f64 {
    text.chars().map(advance).sum::<f64>() * SIZE / 100.0
}

/// How far a character goes in the fonts that badges name, in hundredths of their size.
fn advance(character: char) -> f64 {
    /// From the blank to the tilde.
    const LATIN: [u8; 95] = [
        32, 40, 46, 84, 64, 95, 78, 27, 39, 39, 50, 84, 32, 36, 32, 34, 64, 64, 64, 64, 64, 64, 64,
        64, 64, 64, 34, 34, 84, 84, 84, 53, 100, 68, 69, 70, 77, 63, 58, 77, 75, 29, 29, 66, 56,
        86, 75, 79, 60, 79, 69, 63, 61, 73, 68, 99, 69, 61, 69, 39, 34, 39, 84, 50, 50, 61, 63, 55,
        63, 62, 35, 63, 63, 28, 28, 58, 28, 97, 63, 61, 63, 63, 41, 52, 39, 63, 59, 82, 59, 59, 52,
        64, 34, 64, 84,
    ];
    let latin = u32::from(character).checked_sub(32).and_then(|at| LATIN.get(at as usize));
    match (latin, character.width()) {
        (Some(advance), _) => f64::from(*advance),
        (None, Some(0)) => 0.0,
        (None, Some(2)) => 105.0,
        (None, _) => 65.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(label: &str, status: &str) -> String {
        Badge { label, status, said: "on track 52%", title: label }.svg()
    }

    /// The whole width that a badge claims.
    fn claimed(badge: &str) -> f64 {
        let (_, rest) = badge.split_once("width=\"").expect("a width");
        rest.split('"').next().and_then(|text| text.parse().ok()).expect("a number")
    }

    #[test]
    fn a_badge_is_as_wide_as_what_it_says() {
        let said = width("on track 52%") + 4.0 * PAD;
        for (label, pixels) in
            [("", 0.0), ("iiii", 12.3), ("mmmm", 42.7), ("目标", 23.1), ("e\u{301}", 6.8)]
        {
            let found = claimed(&drawn(label, "on-track"));
            assert!((found - said - pixels).abs() < 0.11, "{label}: {found}");
        }
    }

    #[test]
    fn hostile_text_stays_text() {
        let badge = drawn("</title><script>alert(1)</script>\"'&\u{202e}\u{1}", "missed");
        assert!(!badge.contains("<script") && !badge.contains(['\u{202e}', '\u{1}']), "{badge}");
        assert_eq!(badge.matches("<title>").count(), 1);
        assert!(
            badge.contains("&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;")
        );
    }

    #[test]
    fn white_can_be_read_on_every_ground() {
        let light = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        let statuses = ["achieved", "at-risk", "off-track", "pending", "no such status"];
        for ground in statuses.map(ground).into_iter().chain([LABEL_GROUND]) {
            let channel = |at| u8::from_str_radix(&ground[at..at + 2], 16).expect("hexadecimal");
            let [red, green, blue] = [1, 3, 5].map(|at| light(channel(at)));
            let contrast = 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
            assert!(contrast >= 4.5, "{ground}: {contrast:.2}");
        }
    }
}
