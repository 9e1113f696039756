//! Text as people meet it: spans and lines of a file, numbers as they are shown, names that were
//! nearly right, and characters that must not reach a terminal raw.

use std::borrow::Cow;

/// A range of bytes in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// Makes a span from `start` to before `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Tells whether `offset` lies inside, the end included.
    pub fn touches(self, offset: usize) -> bool {
        self.start <= offset && offset <= self.end
    }

    /// Moves both ends onto character boundaries inside `text`.
    #[must_use]
    pub fn clamp(self, text: &str) -> Self {
        let start = text.floor_char_boundary_at(self.start);
        let end = text.floor_char_boundary_at(self.end).max(start);
        Self { start, end }
    }
}

impl From<std::ops::Range<usize>> for Span {
    fn from(range: std::ops::Range<usize>) -> Self {
        Self { start: range.start, end: range.end }
    }
}

/// `str::floor_char_boundary` under a name of its own until it is old enough to rely on.
trait Boundary {
    fn floor_char_boundary_at(&self, offset: usize) -> usize;
}

impl Boundary for str {
    fn floor_char_boundary_at(&self, offset: usize) -> usize {
        let mut at = offset.min(self.len());
        while !self.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}

/// The line and column of an offset, both counted from 1; columns count characters.
pub fn line_column(text: &str, offset: usize) -> (usize, usize) {
    let before = &text[..text.floor_char_boundary_at(offset)];
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[start..].chars().filter(|c| *c != '\u{feff}').count() + 1)
}

/// The span of the line that holds `offset`, without its line ending.
pub fn line_at(text: &str, offset: usize) -> Span {
    let offset = text.floor_char_boundary_at(offset);
    let start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[offset..].find('\n').map_or(text.len(), |newline| offset + newline);
    let end = if text[start..end].ends_with('\r') { end - 1 } else { end };
    Span::new(start, end.max(start))
}

/// Shows a number the way people write it: no trailing zeros, at most six decimals (more below a hundredth), and
/// an exponent only where digits would say nothing; `-0` is `0`.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    let shown = if value != 0.0 && !(1e-6..1e16).contains(&value.abs()) {
        format!("{value:e}")
    } else {
        let places = if value.abs() < 0.01 { 12 } else { 6 };
        let text = format!("{value:.places$}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if shown == "-0" { "0".to_owned() } else { shown }
}

/// Shows a share as a whole percentage, half up: `0.425` is `43 %` of the way.
pub fn percent(share: f64) -> String {
    format!("{}%", whole_percent(share))
}

/// A share in whole percent, half up. A hair's breadth of binary rounding below a half counts as
/// the half, so that 0.285 is 29 and not 28.
pub fn whole_percent(share: f64) -> i64 {
    let scaled = share * 100.0;
    (scaled + 0.5 + 1e-9).floor() as i64
}

/// Shows a score or a pace with two decimals, half up: `0.625` is `0.63`.
pub fn hundredths(value: f64) -> String {
    let whole = (value * 100.0 + 0.5 + 1e-9).floor();
    if !(0.0..1e12).contains(&whole) {
        // Adding 0 turns a negative zero into the one that people write.
        return format!("{:.2}", whole / 100.0 + 0.0);
    }
    let mut shown = String::with_capacity(8);
    push_digits(&mut shown, whole as u64 / 100, 1);
    shown.push('.');
    push_digits(&mut shown, whole as u64 % 100, 2);
    shown
}

/// How often something is due: `every day`, `every 14 days`.
pub fn every(days: i64) -> String {
    match days {
        1 => "every day".to_owned(),
        days => format!("every {days} days"),
    }
}

/// A finite number with at most so many decimals, nine at the most, without zeros at their end; never `-0`.
pub fn shortened(value: f64, places: usize) -> String {
    let mut short = String::with_capacity(24);
    push_shortened(&mut short, value, places);
    short
}

/// Writes what [`shortened`] returns behind a text.
pub fn push_shortened(text: &mut String, value: f64, places: usize) {
    if value.trunc() == value && (0.0..1e15).contains(&value) {
        return push_digits(text, value as u64, 1);
    }
    let power = 10_u64.pow(places.min(9) as u32);
    let scaled = value.abs() * power as f64;
    let below = scaled as i64;
    let rest = scaled - below as f64;
    // Far from a tie, and small enough to be exact to a thousandth, the number of the smallest places is clear.
    let is_clear = scaled < 1e12 && (rest - 0.5).abs() > 1e-3;
    if !is_clear {
        return text.push_str(&without_zeros(&format!("{value:.places$}")));
    }
    let rounded = below.unsigned_abs() + u64::from(rest > 0.5);
    let (mut number, mut places) = (rounded, places.min(9));
    while places > 0 && number.is_multiple_of(10) {
        (number, places) = (number / 10, places - 1);
    }
    if value < 0.0 && rounded > 0 {
        text.push('-');
    }
    push_decimal(text, number, places + 1, places);
}

/// Writes a whole number behind a text, in at least so many digits.
pub fn push_digits(text: &mut String, number: u64, least: usize) {
    push_decimal(text, number, least, 0);
}

/// Writes the digits of a number behind a text, at least so many, with a point before the last `places` of them.
fn push_decimal(text: &mut String, number: u64, least: usize, places: usize) {
    let mut written = itoa::Buffer::new();
    let digits = written.format(number);
    let (whole, rest) = digits.split_at(digits.len().saturating_sub(places));
    push_padded(text, whole, least - places);
    if places > 0 {
        text.push('.');
        push_padded(text, rest, places);
    }
}

/// Writes digits behind a text, with zeros before them where they are fewer than `least`.
fn push_padded(text: &mut String, digits: &str, least: usize) {
    for _ in digits.len()..least {
        text.push('0');
    }
    text.push_str(digits);
}

/// The same of a number that is written out.
fn without_zeros(plain: &str) -> String {
    let short = match plain.contains('.') {
        true => plain.trim_end_matches('0').trim_end_matches('.'),
        false => plain,
    };
    if short == "-0" { "0".to_owned() } else { short.to_owned() }
}

/// The number of bytes that both begin with.
pub fn common_start(a: &[u8], b: &[u8]) -> usize {
    const STRIDE: usize = 32;
    let strides = a.as_chunks::<STRIDE>().0.iter().zip(b.as_chunks::<STRIDE>().0);
    let start = strides.take_while(|(a, b)| a == b).count() * STRIDE;
    start + a[start..].iter().zip(&b[start..]).take_while(|(a, b)| a == b).count()
}

/// The candidate that `name` was probably meant to be, if one is near enough.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.chars().count().max(3) / 3)
        .min()
        .map(|(_, candidate)| candidate)
}

/// The candidate that `name` is certainly a slip of, if there is just one: the same word in another
/// case or with other separators, or one typo away from a word of at least four letters.
pub fn slip_of<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = as_id(name);
    let is_slip = |candidate: &str| {
        let same = !plain.is_empty() && as_id(candidate) == plain;
        let long = candidate.chars().count() >= 4;
        same || long && strsim::damerau_levenshtein(name, candidate) == 1
    };
    let mut found = candidates.into_iter().filter(|candidate| is_slip(candidate));
    let only = found.next()?;
    found.all(|other| other == only).then_some(only)
}

/// "did you mean `x`?" for the nearest candidate.
pub fn did_you_mean<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<String> {
    nearest(name, candidates).map(|candidate| format!("did you mean `{candidate}`?"))
}

/// Makes control, bidirectional and invisible characters visible as `\u{…}`, so that text from a
/// file or a commit can't drive a terminal or reorder a line. Line breaks are made visible too.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        if is_hostile(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

/// Several lines as one: what they hold, a mark where they end, and spaces in the place of tabs.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(['\n', '\r', '\t']) {
        return Cow::Borrowed(text);
    }
    let lines = text.split(['\n', '\r']).map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> = lines.map(|line| line.replace('\t', " ")).collect();
    Cow::Owned(lines.join(" ⏎ "))
}

/// At most this many characters of a text, without the room around it; what is left out leaves an ellipsis.
pub fn cut(text: &str, most: usize) -> Cow<'_, str> {
    let text = text.trim();
    if text.chars().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let short: String = text.chars().take(most.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", short.trim_end()))
}

/// Tells whether a character could act on a terminal or change the order of what is read.
pub fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}' | '\u{2029}'
            | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
            | '\u{e0000}'..='\u{e007f}')
}

/// Tells whether `text` is an id: `[a-z0-9]+(-[a-z0-9]+)*`, at most 64 bytes, not shaped like a
/// date.
pub fn is_id(text: &str) -> bool {
    let words = text.split('-').all(|word| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    words && text.len() <= 64 && !looks_like_date(text)
}

/// Tells whether `text` begins like `2026-10-05`.
pub fn looks_like_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(i, b)| match i {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
}

/// An id near to what was written: lower case, every run of other characters a hyphen.
pub fn as_id(text: &str) -> String {
    let mut id = String::new();
    for c in text.chars() {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => id.push(c),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
    }
    id.truncate(64);
    id.trim_end_matches('-').to_owned()
}

/// `1 goal`, `2 goals`.
pub fn count(n: usize, one: &str) -> String {
    if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_every_day_is_said_without_a_number() {
        assert_eq!(every(1), "every day");
        assert_eq!(every(14), "every 14 days");
    }

    #[test]
    fn what_is_too_long_is_cut_between_letters() {
        assert_eq!(cut(" äöü ", 3), "äöü");
        assert_eq!(cut("äöüß", 3), "äö…");
        assert_eq!(cut("ä öü", 3), "ä…");
        assert_eq!(cut("ä", 0), "…");
    }

    #[test]
    fn numbers_are_shortened_as_if_all_their_digits_were_written() {
        let spread = (0..20_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15) as i64 as f64);
        let mut values: Vec<f64> = spread.map(|n| n / 2f64.powi(n as i32 % 48 + 16)).collect();
        values.extend((-4000..4000).map(|n| f64::from(n) / 200.0));
        values.extend([0.0, -0.0, -0.001, 1e11, 1e12, 999.995, 0.125, 2.675, 1e300, f64::MIN]);
        for value in values {
            for places in [0, 1, 2, 4, 6] {
                let expected = without_zeros(&format!("{value:.places$}"));
                assert_eq!(shortened(value, places), expected, "{value:e}, {places}");
            }
        }
    }

    #[test]
    fn numbers_are_shown_plainly() {
        for (value, shown) in [
            (240.0, "240"),
            (0.5, "0.5"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.333333"),
            (0.000_012_5, "0.0000125"),
            (1e15, "1000000000000000"),
            (1e60, "1e60"),
            (2.5e-9, "2.5e-9"),
        ] {
            assert_eq!(number(value), shown);
        }
    }

    #[test]
    fn percentages_round_half_up() {
        for (share, whole) in [(0.285, 29), (0.425, 43), (0.424, 42), (-0.005, 0), (1.0, 100)] {
            assert_eq!(whole_percent(share), whole, "{share}");
        }
    }

    #[test]
    fn scores_round_half_up() {
        for (value, shown) in [
            (0.625, "0.63"),
            (0.285, "0.29"),
            (1.0, "1.00"),
            (0.0, "0.00"),
            (-0.004, "0.00"),
            (-0.5, "-0.50"),
            (12.05, "12.05"),
            (1e12, "1000000000000.00"),
        ] {
            assert_eq!(hundredths(value), shown);
        }
    }

    #[test]
    fn ids_are_lower_case_words() {
        for good in ["a", "calm-deploys", "2026", "p99"] {
            assert!(is_id(good), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "Calm", "a_b", "2026-10-05", "2026-10-05-x", "é"] {
            assert!(!is_id(bad), "{bad}");
        }
        assert_eq!(as_id("Calm Deploys!"), "calm-deploys");
    }

    #[test]
    fn hostile_characters_are_made_visible() {
        assert_eq!(printable("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(printable("x\u{202e}y"), "x\\u{202e}y");
        assert!(matches!(printable("Grüße 目標"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_are_told_on_one() {
        assert_eq!(one_line("\na\tb \r\n\r\n  c\n"), "a b ⏎ c");
        assert_eq!(printable(&one_line("a\n\u{1b}b\u{202e}")), "a ⏎ \\u{1b}b\\u{202e}");
        assert!(matches!(one_line("a  b"), Cow::Borrowed(_)));
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "a = 1\r\nbé = 2\n";
        assert_eq!(line_column(text, 0), (1, 1));
        assert_eq!(line_column(text, 10), (2, 3));
        assert_eq!(line_at(text, 3), Span::new(0, 5));
    }

    #[test]
    fn a_slip_is_one_typo_away_from_one_word_alone() {
        let keys = ["title", "owner", "due", "at_least", "at_most", "start", "starts"];
        for (name, meant) in [
            ("titel", Some("title")),
            ("Title", Some("title")),
            ("OWNER", Some("owner")),
            ("at-least", Some("at_least")),
            ("At Least", Some("at_least")),
            ("DUE", Some("due")),
            ("dua", None),
            ("star", Some("start")),
            ("startz", None),
            ("tile", Some("title")),
            ("tle", None),
            ("zzz", None),
            ("", None),
        ] {
            assert_eq!(slip_of(name, keys), meant, "{name}");
        }
    }

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(nearest("basline", ["baseline", "target"]), Some("baseline"));
        assert_eq!(nearest("zzz", ["baseline", "target"]), None);
    }
}
