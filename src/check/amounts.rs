//! The numbers in a title: what they may be worth, and what stands around them.

use super::wording::starts_upper;
use crate::text::Span;

/// A number in a title.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Amount {
    /// What it may be worth: "1,500" is 1500 or, with a decimal comma, 1.5.
    pub(super) values: Vec<f64>,
    /// Its bytes in the title, with what is written on to it.
    pub(super) span: Span,
    /// Its bytes in the title, with the unit that follows it.
    pub(super) with_unit: Span,
    /// The word before it, in lower case; empty at the beginning.
    pub(super) before: String,
    /// What follows it, in lower case: the rest of its own word, else the next word.
    pub(super) unit: String,
    /// Whether it may be part of a name, a year or a version.
    pub(super) is_name: bool,
}

/// The numbers of a title, in order. Dates, versions, ratios such as 24/7, and digits within words
/// such as p99 are none.
pub(super) fn amounts(title: &str) -> Vec<Amount> {
    let parts: Vec<&str> = title.split_whitespace().collect();
    let offset = |part: &str| part.as_ptr() as usize - title.as_ptr() as usize;
    let mut found = Vec::new();
    let mut at = 0;
    while at < parts.len() {
        let first = at;
        at += 1;
        let part = parts[first];
        let Some(start) = lead(part) else { continue };
        let mut digits = number_at_the_start(&part[start..]).to_owned();
        let mut rest = &part[start + digits.len()..];
        let mut end = offset(part) + part.len() - rest.len();
        // "1 840": groups of three set apart by spaces.
        while rest.is_empty() && is_first_group(&digits) && at < parts.len() {
            let group = number_at_the_start(parts[at]);
            if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
                break;
            }
            digits = format!("{digits}'{group}");
            rest = &parts[at][3..];
            end = offset(parts[at]) + 3;
            at += 1;
        }
        if !is_plain_rest(rest) {
            continue;
        }
        let values = worth(&digits);
        if values.is_empty() {
            continue;
        }
        let own_unit = without_punctuation(rest);
        let ends_here = rest.ends_with([',', ';', '.', ':', ')']);
        let next = parts.get(at).filter(|_| !ends_here).copied().unwrap_or_default();
        let next = without_punctuation(next);
        let unit = if own_unit.is_empty() { next } else { own_unit };
        let end_of = |text: &str| if text.is_empty() { end } else { offset(text) + text.len() };
        let before = first.checked_sub(1).map_or("", |before| parts[before]);
        let bare = before.trim_matches(|c: char| !c.is_alphanumeric());
        let after_name = first > 1 && starts_upper(bare) && before.ends_with(char::is_alphanumeric);
        let is_year = own_unit.is_empty()
            && digits.len() == 4
            && (digits.starts_with("19") || digits.starts_with("20"))
            && part.starts_with(&digits);
        found.push(Amount {
            span: Span::new(offset(part), end_of(own_unit)),
            with_unit: Span::new(offset(part), end_of(unit)),
            before: bare.to_lowercase(),
            unit: unit.to_lowercase(),
            is_name: is_year || after_name,
            values,
        });
    }
    found
}

fn without_punctuation(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric() && c != '%')
}

/// Where a number begins in a word: behind currency signs, brackets and comparison signs.
fn lead(part: &str) -> Option<usize> {
    let start = part.find(|c: char| c.is_ascii_digit())?;
    let before = &part[..start];
    before.chars().all(|c| "€$£¥₹~≈<>≤≥=+(\"'“‘≙±".contains(c)).then_some(start)
}

/// The digits and the separators between them.
fn number_at_the_start(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let separator = ['.', ',', '\'', '’'].into_iter().find(|c| text[end..].starts_with(*c));
        let length = separator.map_or(1, char::len_utf8);
        let is_digit = bytes[end].is_ascii_digit();
        let joins = separator.is_some() && bytes.get(end + length).is_some_and(u8::is_ascii_digit);
        if !is_digit && !joins {
            break;
        }
        end += length;
    }
    &text[..end]
}

fn is_first_group(digits: &str) -> bool {
    let first = digits.split('\'').next().unwrap_or_default();
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'\'')
}

/// Tells whether what follows the digits is a unit, a suffix or punctuation, and not the rest of a
/// date, a ratio, a range, a version or a word such as "3-star".
fn is_plain_rest(rest: &str) -> bool {
    let joined = rest.starts_with(['/', '-', '–', ':', '_', '.', '\'', '’', '^', '*', '×'])
        && rest.chars().nth(1).is_some_and(char::is_alphanumeric);
    let ordinal =
        ["st", "nd", "rd", "th"].contains(&rest.trim_end_matches(|c: char| !c.is_alphanumeric()));
    !joined && !ordinal && !rest.chars().any(|c| c.is_ascii_digit())
}

/// What a number may be worth, the likelier reading first.
fn worth(digits: &str) -> Vec<f64> {
    let plain = digits.replace(['\'', '’'], "");
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let grouped = |separator: char| {
        let mut groups = plain.split(separator);
        let first = groups.next().unwrap_or_default();
        (1..=3).contains(&first.len())
            && !first.starts_with('0')
            && groups.all(|group| group.len() == 3)
    };
    let texts: Vec<String> = match (dots, commas) {
        (0, 0) => vec![plain],
        (0, 1) if grouped(',') => vec![plain.replace(',', ""), plain.replace(',', ".")],
        (0, 1) => vec![plain.replace(',', ".")],
        (0, _) if grouped(',') => vec![plain.replace(',', "")],
        (1, 0) if grouped('.') => vec![plain.clone(), plain.replace('.', "")],
        (1, 0) => vec![plain],
        (_, 0) if grouped('.') => vec![plain.replace('.', "")],
        (1, _) if plain.rfind('.') > plain.rfind(',') => vec![plain.replace(',', "")],
        (_, 1) if plain.rfind(',') > plain.rfind('.') => {
            vec![plain.replace('.', "").replace(',', ".")]
        }
        _ => Vec::new(),
    };
    texts.iter().filter_map(|text| text.parse().ok()).collect()
}

/// Words of time, with their length in seconds; months and longer are of no exact length.
const TIMES: [(&[&str], Option<f64>); 7] = [
    (&["ms", "millisecond", "milliseconds"], Some(0.001)),
    (&["s", "sec", "secs", "second", "seconds"], Some(1.0)),
    (&["min", "mins", "minute", "minutes"], Some(60.0)),
    (&["h", "hr", "hrs", "hour", "hours"], Some(3600.0)),
    (&["d", "day", "days"], Some(86400.0)),
    (&["w", "week", "weeks"], Some(604800.0)),
    (&["month", "months", "quarter", "quarters", "year", "years"], None),
];

/// The length in seconds of a unit of time; nothing inside for one of no exact length.
fn seconds(unit: &str) -> Option<Option<f64>> {
    TIMES.iter().find(|(words, _)| words.contains(&unit)).map(|(_, length)| *length)
}

impl Amount {
    /// Tells whether it is a span of time.
    pub(super) fn is_time(&self) -> bool {
        seconds(&self.unit).is_some()
    }

    /// Tells whether the number may stand for `value` of `unit`: in one of its readings, in
    /// thousands or millions, as a share instead of a percentage, or in another unit of time.
    pub(super) fn may_be(&self, value: f64, unit: Option<&str>) -> bool {
        let unit = unit.unwrap_or_default().trim().to_lowercase();
        let share = self.unit.starts_with('%') || self.unit == "percent" || unit.contains('%');
        let mut factors = vec![1.0, 1e3, 1e-3, 1e6, 1e-6, 1e9, 1e-9];
        if share {
            factors.extend([100.0, 0.01]);
        }
        if let (Some(own), Some(other)) = (seconds(&self.unit), seconds(&unit))
            && self.unit != unit
        {
            match (own, other) {
                (Some(own), Some(other)) => factors = vec![own / other],
                _ => return true,
            }
        }
        self.values.iter().any(|own| factors.iter().any(|factor| same(own * factor, value)))
    }
}

fn same(a: f64, b: f64) -> bool {
    (a.abs() - b.abs()).abs() <= 1e-9 * a.abs().max(b.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (title, expected) in [
            ("Reduce p99 to 200 ms", vec![vec![200.0]]),
            ("from 1,000 to 2 500 users", vec![vec![1000.0, 1.0], vec![2500.0]]),
            ("1'250'000 kWh", vec![vec![1_250_000.0]]),
            ("auf 2,5 % senken", vec![vec![2.5]]),
            ("1.234,5 und 1,234.5", vec![vec![1234.5], vec![1234.5]]),
            ("$10k, €3 and 99.9%.", vec![vec![10.0], vec![3.0], vec![99.9]]),
            ("better-auth 2.0", vec![vec![2.0]]),
            ("on 2026-10-05, 24/7, v2, the 3rd, 1.2.3, 4-star, 10-15", vec![]),
            ("2 000 000 pupils", vec![vec![2_000_000.0]]),
            ("groups of 3 or 250", vec![vec![3.0], vec![250.0]]),
        ] {
            let found: Vec<Vec<f64>> =
                amounts(title).into_iter().map(|amount| amount.values).collect();
            assert_eq!(found, expected, "{title}");
        }
    }

    #[test]
    fn a_number_may_stand_for_another_unit() {
        let amount = |title| amounts(title).remove(0);
        assert!(amount("4 hours").may_be(240.0, Some("min")));
        assert!(!amount("4 hours").may_be(250.0, Some("min")));
        assert!(amount("38 %").may_be(0.38, None));
        assert!(amount("1.2M users").may_be(1_200_000.0, Some("users")));
        assert!(!amount("38 %").may_be(35.0, Some("%")));
        assert!(!amount("200 ms").may_be(250.0, Some("ms")));
    }

    #[test]
    fn years_and_names_are_told_apart() {
        let name = |title| amounts(title).remove(0).is_name;
        assert!(name("Reach everybody by 2026"));
        assert!(name("Users of Windows 11 are happy"));
        assert!(!name("Reach 100 customers"));
        assert!(!name("Grow to 2,000 users"));
    }
}
