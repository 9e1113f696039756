//! Numbers as people type them: with signs, units and thousands separators where they are unambiguous.

use crate::load::{MAX_MAGNITUDE, MIN_MAGNITUDE};
use crate::text;

/// A number that was typed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Amount {
    /// `240`, or `=-3` where a sign would mean a step.
    Exactly(f64),
    /// `+5` or `-3`: so much more or less than before.
    By(f64),
}

/// What a sign before a number means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Signs {
    /// A step from the value before: what people type.
    Steps,
    /// Above or below zero: what programs write.
    Plain,
}

/// Why a text is no number, and what to type instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NoAmount {
    /// What is taken, in words.
    pub(super) takes: &'static str,
    /// What to type.
    pub(super) cure: String,
}

/// The largest whole number up to which every whole number can be held exactly.
const MAX_EXACT: f64 = 9_007_199_254_740_992.0;

/// Reads a number, with `unit` before or behind it or without.
///
/// # Errors
///
/// It is no number, could be several, or cannot be computed with.
pub(super) fn read(text: &str, unit: Option<&str>, signs: Signs) -> Result<Amount, NoAmount> {
    let text = text.trim();
    let (is_exact, unmarked) = match text.strip_prefix('=') {
        Some(rest) => (true, rest.trim_start()),
        None => (signs == Signs::Plain, text),
    };
    let (sign, unsigned) = sign(unmarked);
    let bare = without_unit(unsigned, unit);
    let value = match spelled(bare) {
        Spelled::Number(digits) => bounded(&digits, unit)?,
        Spelled::Several(readings) => {
            return Err(NoAmount {
                takes: "a number",
                cure: format!("write {}", readings.join(" or ")),
            });
        }
        Spelled::Not => {
            return Err(NoAmount { takes: "a number", cure: cure_for(bare, sign, unit) });
        }
    };
    match sign {
        Some('+') if is_exact && signs == Signs::Plain => Err(NoAmount {
            takes: "a number",
            cure: "a file says what the value was, not by how much it rose: write it without `+`"
                .to_owned(),
        }),
        Some('-') if is_exact => Ok(Amount::Exactly(-value)),
        Some('-') => Ok(Amount::By(-value)),
        Some(_) if !is_exact => Ok(Amount::By(value)),
        _ => Ok(Amount::Exactly(value)),
    }
}

/// Adds a step to a value without the dust of binary fractions: as many decimals as the two have.
pub(super) fn step(value: f64, by: f64) -> f64 {
    let decimals =
        |value: f64| value.to_string().split_once('.').map_or(0, |(_, behind)| behind.len());
    let places = decimals(value).max(decimals(by));
    let sum = value + by;
    if places > 15 { sum } else { format!("{sum:.places$}").parse().unwrap_or(sum) }
}

/// The sign before a number, a typographic minus among them, and what stands behind it.
fn sign(text: &str) -> (Option<char>, &str) {
    match text.chars().next() {
        Some('+') => (Some('+'), text[1..].trim_start()),
        Some(minus @ ('-' | '\u{2212}')) => (Some('-'), text[minus.len_utf8()..].trim_start()),
        _ => (None, text),
    }
}

/// The text without the measure's own unit before or behind it; `%` stands for `% of sales` as well.
fn without_unit<'t>(text: &'t str, unit: Option<&str>) -> &'t str {
    let unit = unit.map(str::trim).unwrap_or_default();
    let short = if unit.starts_with('%') { "%" } else { unit };
    let is_number = |c: char| c.is_ascii_digit() || c.is_whitespace() || c == '.';
    for unit in [unit, short].into_iter().filter(|unit| !unit.is_empty()) {
        match (text.strip_suffix(unit), text.strip_prefix(unit)) {
            (Some(rest), _) if rest.ends_with(is_number) => return rest.trim_end(),
            (_, Some(rest)) if rest.starts_with(is_number) => return rest.trim_start(),
            _ => {}
        }
    }
    text
}

/// What a text without sign and unit is.
enum Spelled {
    /// A number, in plain digits.
    Number(String),
    /// One of several numbers.
    Several(Vec<String>),
    /// No number.
    Not,
}

fn spelled(text: &str) -> Spelled {
    if is_plain(text) {
        return Spelled::Number(text.to_owned());
    }
    let Some(separator) = text.chars().find(|c| is_separator(*c)) else {
        return match text.matches('.').count() {
            // 1.250.000
            2.. if is_grouped(text, '.') => Spelled::Several(vec![text.replace('.', "")]),
            _ => Spelled::Not,
        };
    };
    let (whole, fraction) = text.rsplit_once('.').unwrap_or((text, ""));
    let is_fraction = fraction.bytes().all(|b| b.is_ascii_digit());
    if is_grouped(whole, separator) && is_fraction && !text.ends_with('.') {
        let point = if fraction.is_empty() { "" } else { "." };
        return Spelled::Number(format!("{}{point}{fraction}", whole.replace(separator, "")));
    }
    match text.split_once(',') {
        Some((whole, fraction)) if !fraction.is_empty() => decimal_comma(whole, fraction),
        _ => Spelled::Not,
    }
}

/// What `whole,fraction` could be, where it is not a number with thousands separators.
fn decimal_comma(whole: &str, fraction: &str) -> Spelled {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits(fraction) && whole.contains('.') && is_grouped(whole, '.') {
        return Spelled::Several(vec![format!("{}.{fraction}", whole.replace('.', ""))]);
    }
    match (digits(whole), digits(fraction)) {
        (true, true) if whole.starts_with('0') => {
            Spelled::Several(vec![format!("{whole}.{fraction}")])
        }
        (true, true) => {
            Spelled::Several(vec![format!("{whole}.{fraction}"), format!("{whole}{fraction}")])
        }
        _ => Spelled::Not,
    }
}

/// Digits with at most one point and an exponent.
fn is_plain(text: &str) -> bool {
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b".eE+-".contains(&b));
    starts && plain && text.parse::<f64>().is_ok()
}

/// What may stand between groups of three digits: a comma, an underscore, an apostrophe, a space.
fn is_separator(c: char) -> bool {
    matches!(c, ',' | '_' | '\'' | '\u{2019}') || c.is_whitespace()
}

/// `1,250,000`: up to three digits, then threes.
fn is_grouped(text: &str, separator: char) -> bool {
    let mut groups = text.split(separator);
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|b| b.is_ascii_digit());
    let begins = (1..=3).contains(&first.len()) && digits(first) && !first.starts_with('0');
    begins && groups.all(|group| group.len() == 3 && digits(group))
}

/// The number, if a file can hold it and figures can be computed from it.
fn bounded(digits: &str, unit: Option<&str>) -> Result<f64, NoAmount> {
    let refused = |takes, cure: &str| NoAmount { takes, cure: cure.to_owned() };
    let value: f64 = digits.parse().unwrap_or(f64::INFINITY);
    let larger = match unit {
        Some(_) => "measure in a larger unit",
        None => "measure in a larger unit, such as thousands",
    };
    if value > MAX_MAGNITUDE {
        return Err(refused("a number of at most 1e60", larger));
    }
    if value != 0.0 && value < MIN_MAGNITUDE {
        return Err(refused("0 or a number of at least 1e-60", "measure in a smaller unit"));
    }
    if value.fract() == 0.0 && value > MAX_EXACT {
        return Err(refused("a number that can be held exactly", larger));
    }
    Ok(value)
}

/// What to type where something stands around a number that is not its unit.
fn cure_for(text: &str, sign: Option<char>, unit: Option<&str>) -> String {
    let bare = || match unit {
        Some(unit) => format!("write the bare number in {unit}, such as 12.5"),
        None => "write the bare number, such as 12.5".to_owned(),
    };
    let Some((before, value, tail)) = number_within(text) else { return bare() };
    if before.contains(['-', '+', '\u{2212}']) {
        return "write one sign, in front of the number".to_owned();
    }
    let sign = if sign == Some('-') { "=-" } else { "" };
    let shown = |factor: f64| format!("{sign}{}", text::number(step(value * factor, 0.0)));
    let Some(unit) = unit else {
        return match factor(&tail) {
            Some(factor) => format!("write {}", shown(factor)),
            None if tail == "%" => {
                format!("write {} or {}, as the plan counts it", shown(1.0), shown(0.01))
            }
            None => format!("write the bare number: {}", shown(1.0)),
        };
    };
    let (before, word) = (beside_unit(&before, unit), beside_unit(&tail, unit));
    let multiplied = factor(word);
    let is_scaled = unit.split(is_currency).any(|part| factor(part).is_some());
    if is_foreign(before)
        || multiplied.is_none() && is_foreign(word)
        || !word.is_empty() && is_scaled
    {
        return format!("convert it to {unit} and write the bare number, such as 12.5");
    }
    match multiplied {
        Some(factor) if unit.starts_with(word) => {
            format!("write {} (in {unit}), or {}", shown(1.0), shown(factor))
        }
        Some(factor) => format!("write {} (in {unit})", shown(factor)),
        None => format!("write the bare number (in {unit}): {}", shown(1.0)),
    }
}

/// What stands beside a number, without the measure's own unit or another name of its currency.
fn beside_unit<'t>(text: &'t str, unit: &str) -> &'t str {
    const CURRENCIES: [(&str, &str); 3] = [("EUR", "€"), ("USD", "$"), ("GBP", "£")];
    let is_same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
    let same = CURRENCIES.into_iter().find(|(code, sign)| is_same(code, unit) || *sign == unit);
    let (code, sign) = same.unwrap_or((unit, if unit.starts_with('%') { "%" } else { unit }));
    let text = text.trim();
    if text == unit || is_same(text, unit) && factor(text).is_none() {
        return "";
    }
    let rest = [unit, code, sign]
        .into_iter()
        .find_map(|unit| text.strip_suffix(unit).or_else(|| text.strip_prefix(unit)));
    match rest.map(str::trim) {
        Some(rest) if rest.is_empty() || factor(rest).is_some() => rest,
        _ => text,
    }
}

/// Whether a text beside a number could be a unit.
fn is_foreign(text: &str) -> bool {
    text.contains(|c: char| c.is_alphanumeric() || is_currency(c) || "%‰°\"".contains(c))
}

fn is_currency(c: char) -> bool {
    "€$£¥".contains(c)
}

/// The one number within a text, with what stands before and behind it.
fn number_within(text: &str) -> Option<(String, f64, String)> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let rest = &text[start..];
    let is_part = |c: char| c.is_ascii_digit() || c == '.' || is_separator(c);
    let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
    let tail = rest[end..].trim();
    let Spelled::Number(digits) =
        spelled(rest[..end].trim_end_matches(|c: char| !c.is_ascii_digit()))
    else {
        return None;
    };
    let value = bounded(&digits, None).ok()?;
    (!tail.contains(|c: char| c.is_ascii_digit()))
        .then(|| (text[..start].to_owned(), value, tail.to_owned()))
}

/// What a word behind a number multiplies it by.
fn factor(word: &str) -> Option<f64> {
    match word.trim().to_lowercase().as_str() {
        "k" | "tsd" | "thousand" | "thousands" => Some(1e3),
        "m" | "mn" | "mio" | "million" | "millions" => Some(1e6),
        "b" | "bn" | "mrd" | "billion" | "billions" => Some(1e9),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, unit: &str) -> Result<Amount, String> {
        let unit = Some(unit).filter(|unit| !unit.is_empty());
        read(text, unit, Signs::Steps).map_err(|refused| refused.cure)
    }

    #[test]
    fn numbers_are_read_with_separators_and_their_unit() {
        for (text, unit, value) in [
            ("240", "", 240.0),
            ("=240", "", 240.0),
            ("0.5", "", 0.5),
            (".5", "", 0.5),
            ("2e3", "", 2000.0),
            ("1,250", "", 1250.0),
            ("1,250,000.75", "", 1_250_000.75),
            ("1 250", "", 1250.0),
            ("1\u{202f}250", "", 1250.0),
            ("1_250", "", 1250.0),
            ("1'250", "", 1250.0),
            ("45%", "%", 45.0),
            ("45 %", "%", 45.0),
            ("45%", "% of sales", 45.0),
            ("45% of sales", "% of sales", 45.0),
            ("180min", "min", 180.0),
            ("180 min", "min", 180.0),
            ("€320", "€", 320.0),
            ("320 €", "€", 320.0),
            ("3m", "m", 3.0),
            ("=-3", "", -3.0),
            ("=-€3", "€", -3.0),
            ("=\u{2212}3", "", -3.0),
        ] {
            assert_eq!(typed(text, unit), Ok(Amount::Exactly(value)), "{text} {unit}");
        }
    }

    #[test]
    fn a_sign_is_a_step_for_people_and_a_sign_for_programs() {
        assert_eq!(typed("+5", ""), Ok(Amount::By(5.0)));
        assert_eq!(typed("-3", ""), Ok(Amount::By(-3.0)));
        assert_eq!(typed("+1,250 min", "min"), Ok(Amount::By(1250.0)));
        let plain = |text| read(text, None, Signs::Plain);
        assert_eq!(plain("-3"), Ok(Amount::Exactly(-3.0)));
        assert!(plain("+5").is_err_and(|refused| refused.cure.contains("without `+`")));
    }

    #[test]
    fn what_is_no_number_or_several_says_what_to_type() {
        for (text, unit, cure) in [
            ("€3.2m", "€", "write 3200000 (in €)"),
            ("€3.2m", "EUR", "write 3200000 (in EUR)"),
            ("12k", "", "write 12000"),
            ("1.5 bn", "", "write 1500000000"),
            ("-2k", "", "write =-2000"),
            ("3m", "min", "write 3 (in min), or 3000000"),
            ("3M", "m", "convert it to m and write the bare number, such as 12.5"),
            ("1,25", "", "write 1.25 or 125"),
            ("0,5", "", "write 0.5"),
            ("1.250,5", "", "write 1250.5"),
            ("1.250.000", "", "write 1250000"),
            ("45%", "", "write 45 or 0.45, as the plan counts it"),
            ("45%", "min", "convert it to min and write the bare number, such as 12.5"),
            ("180 sec", "min", "convert it to min and write the bare number, such as 12.5"),
            ("3k sec", "min", "convert it to min and write the bare number, such as 12.5"),
            ("3h", "min", "convert it to min and write the bare number, such as 12.5"),
            ("1.5days", "min", "convert it to min and write the bare number, such as 12.5"),
            ("5s", "ms", "convert it to ms and write the bare number, such as 12.5"),
            ("$3.2k", "€", "convert it to € and write the bare number, such as 12.5"),
            ("3k", "M", "convert it to M and write the bare number, such as 12.5"),
            ("3k", "M€", "convert it to M€ and write the bare number, such as 12.5"),
            ("3.2k€", "€", "write 3200 (in €)"),
            ("3.2k €", "€", "write 3200 (in €)"),
            ("3.2k", "€", "write 3200 (in €)"),
            ("~180 min", "min", "write the bare number (in min): 180"),
            ("180 Min", "min", "write the bare number (in min): 180"),
            ("€-5", "€", "write one sign, in front of the number"),
            ("fast", "min", "write the bare number in min, such as 12.5"),
            ("", "", "write the bare number, such as 12.5"),
            ("nan", "", "write the bare number, such as 12.5"),
            ("0x10", "", "write the bare number, such as 12.5"),
            ("3/4", "", "write the bare number, such as 12.5"),
            ("--3", "", "write one sign, in front of the number"),
            ("1e308", "", "measure in a larger unit, such as thousands"),
            ("1e999", "min", "measure in a larger unit"),
            ("99999999999999999999", "min", "measure in a larger unit"),
            ("1e-80", "", "measure in a smaller unit"),
            ("1,2,3", "", "write the bare number, such as 12.5"),
            ("12,50,000", "", "write the bare number, such as 12.5"),
        ] {
            assert_eq!(typed(text, unit), Err(cure.to_owned()), "{text} {unit}");
        }
    }

    #[test]
    fn steps_leave_no_dust() {
        assert_eq!(step(0.1, 0.2), 0.3);
        assert_eq!(step(240.0, -3.0), 237.0);
        assert_eq!(step(1e-7, 1.0), 1.0000001);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,12}|[-+=0-9.,_ '%€kme]{0,12}", unit in "|min|%|€|\\PC{0,3}") {
            for signs in [Signs::Steps, Signs::Plain] {
                if let Ok(Amount::Exactly(value) | Amount::By(value)) = read(&text, Some(&unit), signs) {
                    proptest::prop_assert!(value.is_finite());
                }
            }
        }

        #[test]
        fn grouped_digits_are_the_number(value in 0_u32..) {
            let digits = value.to_string();
            let mut grouped = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 {
                    grouped.push(',');
                }
                grouped.push(digit);
            }
            proptest::prop_assert_eq!(typed(&grouped, ""), Ok(Amount::Exactly(f64::from(value))));
        }
    }
}
