//! Figures as people read them: numbers, shares, dates, with one fixed way of writing each.
//!
//! Nothing here depends on a locale or a clock. A number that is not finite is shown as an en dash.

use jiff::civil::Date;

use crate::date::days_between;
use crate::text;

/// What stands where there is no figure.
pub const NOTHING: &str = "–";

/// What stands before a number below nothing.
const MINUS: char = '−';

/// A share of one as a whole per cent, half up: `0.425` is `43%`.
pub fn percent(share: f64) -> String {
    if !share.is_finite() {
        return NOTHING.to_owned();
    }
    number(text::whole_percent(share) as f64) + "%"
}

/// A recorded number as it was recorded, up to six decimals and more where it is small, thousands set off by commas.
pub fn number(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    let size = value.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return minus(format!("{value:e}"));
    }
    decimals(value, recorded_places(size))
}

/// How many decimals a number of this size may have been recorded with; those that arithmetic makes up lie beyond.
fn recorded_places(size: f64) -> usize {
    if size < 0.01 { 9 } else { 6 }
}

/// Writes what [`number`] returns behind a text.
pub fn push_number(text: &mut String, value: f64) {
    match value {
        0.0 | 1e-4..999.0 => text::push_shortened(text, value, recorded_places(value)),
        _ => text.push_str(&number(value)),
    }
}

/// A computed number at the accuracy that is worth showing: three significant digits, whole from a hundred on, but as
/// many as it takes to tell a fiftieth of the way that it is seen against.
pub fn estimate(value: f64, way: f64) -> String {
    let size = value.abs();
    if !value.is_finite() || size >= 1e15 {
        return number(value);
    }
    if size > 0.0 && size < 1e-4 {
        let rounded = format!("{value:.2e}").parse().unwrap_or(value);
        return number(rounded);
    }
    let places = match size {
        _ if size >= 99.95 => 0,
        _ if size >= 9.995 => 1,
        _ if size >= 0.9995 => 2,
        _ => 3,
    };
    let tells = |places: &usize| 10f64.powi(-(*places as i32)) <= way.abs() / 50.0;
    decimals(value, (places..=9).find(tells).unwrap_or(places))
}

/// A unit of more bytes may stand on a line of its own, lest both be too wide for a small screen.
const LONG_UNIT: usize = 12;

/// A number with its unit: `90 min`, `12.5%`, `€ 1,200`.
pub fn with_unit(mut value: String, unit: Option<&str>) -> String {
    match unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        None => {}
        Some(unit @ "%") => value.push_str(unit),
        Some(sign @ ("$" | "€" | "£" | "¥")) => {
            let before = if value.starts_with(MINUS) { MINUS.len_utf8() } else { 0 };
            value.insert_str(before, sign);
        }
        Some(unit) if unit.len() <= LONG_UNIT => value.extend(["\u{a0}", unit]),
        Some(unit) => value.extend([" ", unit]),
    }
    value
}

/// A difference with its sign: `+30`, `−60`, `±0`.
pub fn change(difference: f64) -> String {
    let shown = decimals(difference, recorded_places(difference.abs()));
    match () {
        () if !difference.is_finite() => NOTHING.to_owned(),
        () if shown == "0" => "±0".to_owned(),
        () if difference > 0.0 => ["+", &shown].concat(),
        () => shown,
    }
}

/// A score or a pace: two decimals, always both, half up as per cents are.
pub fn score(value: f64) -> String {
    if !value.is_finite() {
        return NOTHING.to_owned();
    }
    minus(text::hundredths(value))
}

/// A number short enough for an axis: `15k`, `1.2M`.
///
/// `step` is the distance between two ticks of the axis and tells how many decimals are needed.
pub fn tick(value: f64, step: f64) -> String {
    if !value.is_finite() || !step.is_finite() {
        return NOTHING.to_owned();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let size = value.abs().max(step.abs());
    if !(1e-4..1e15).contains(&size) {
        let power = value.abs().log10().floor() as i32;
        let places = places_of((step / 10f64.powi(power)).abs());
        return minus(format!("{:e}", format!("{value:.places$e}").parse().unwrap_or(value)));
    }
    let short = match size {
        _ if size >= 1e12 => (1e12, "T"),
        _ if size >= 1e9 => (1e9, "B"),
        _ if size >= 1e6 => (1e6, "M"),
        _ if size >= 1e4 => (1e3, "k"),
        _ => (1.0, ""),
    };
    // Where ticks lie close together, what is short would have more digits than the number itself.
    let (divisor, suffix) = if places_of((step / short.0).abs()) > 3 { (1.0, "") } else { short };
    decimals(value / divisor, places_of((step / divisor).abs())) + suffix
}

/// A number in few letters where that tells the whole of it, `850k` or `1.2M`, or else as it is.
pub fn short(value: f64) -> String {
    let sizes = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")];
    let size = sizes.into_iter().find(|(size, _)| value.abs() >= f64::max(*size, 1e4));
    let told = size.map(|(size, suffix)| (value / size, suffix)).filter(|(value, _)| {
        let hundredths = value * 100.0;
        (hundredths - hundredths.round()).abs() < 1e-9 * hundredths.abs()
    });
    told.map_or_else(|| number(value), |(value, suffix)| number(value) + suffix)
}

/// How many decimals a step needs to be written exactly, nine at most: none for 50, one for 2.5, two for 0.25.
fn places_of(step: f64) -> usize {
    let is_whole = |places: &usize| {
        let scaled = step * 10f64.powi(*places as i32);
        scaled >= 0.999_999 && (scaled - scaled.round()).abs() < scaled * 1e-6
    };
    (0..9).find(is_whole).unwrap_or(9)
}

/// A date with its year: `12 Oct 2026`.
pub fn date(date: Date) -> String {
    let mut text = String::with_capacity(12);
    push_date(&mut text, date);
    text
}

/// Writes what [`date`] returns behind a text.
pub fn push_date(text: &mut String, date: Date) {
    push_day(text, date, " ");
    push_year(text, date, " ");
}

/// A date without its year: `12 Oct`.
pub fn day(date: Date) -> String {
    let mut text = String::with_capacity(6);
    push_day(&mut text, date, " ");
    text
}

/// Two dates as a span, without saying anything twice: `1 Oct – 31 Dec 2026`. A line may end behind the dash alone.
pub fn span(start: Date, end: Date) -> String {
    const TOGETHER: &str = "\u{a0}";
    let mut text = String::with_capacity(36);
    push_day(&mut text, start, TOGETHER);
    if start.year() != end.year() {
        push_year(&mut text, start, TOGETHER);
    }
    text.push_str("\u{a0}– ");
    push_day(&mut text, end, TOGETHER);
    push_year(&mut text, end, TOGETHER);
    text
}

fn push_day(text: &mut String, date: Date, blank: &str) {
    text::push_digits(text, u64::from(date.day().unsigned_abs()), 1);
    text.extend([blank, month(date)]);
}

fn push_year(text: &mut String, date: Date, blank: &str) {
    text.push_str(blank);
    if date.year() < 0 {
        text.push('-');
    }
    text::push_digits(text, u64::from(date.year().unsigned_abs()), 1);
}

/// The English short name of a date's month.
pub fn month(date: Date) -> &'static str {
    const NAMES: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[usize::from(date.month().unsigned_abs() - 1) % 12]
}

/// The English name of a date's day of the week.
pub fn weekday(date: Date) -> &'static str {
    const NAMES: [&str; 7] =
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    NAMES[date.weekday().to_monday_zero_offset().unsigned_abs() as usize % 7]
}

/// How far a date lies from another, in words: `today`, `3 days ago`, `in 5 weeks`.
pub fn distance(date: Date, today: Date) -> String {
    let days = days_between(today, date);
    let (n, unit) = match days.abs() {
        0 => return "today".to_owned(),
        1 => return if days < 0 { "yesterday" } else { "tomorrow" }.to_owned(),
        n @ 2..=20 => (n, " days"),
        n @ 21..=69 => ((n + 3) / 7, " weeks"),
        n @ 70..=699 => ((n + 15) / 30, " months"),
        n => ((n + 182) / 365, " years"),
    };
    let (before, after) = if days < 0 { ("", " ago") } else { ("in ", "") };
    let mut text = String::with_capacity(16);
    text.push_str(before);
    text::push_digits(&mut text, n.unsigned_abs(), 1);
    text.extend([unit, after]);
    text
}

/// A count with its noun: `1 goal`, `3 goals`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    let mut text = String::with_capacity(8 + one.len().max(many.len()));
    push_number(&mut text, n as f64);
    text.extend([" ", if n == 1 { one } else { many }]);
    text
}

/// At most `places` decimals, without trailing zeros, with thousands set off.
fn decimals(value: f64, places: usize) -> String {
    let plain = text::shortened(value, places);
    if (0.0..999.0).contains(&value) {
        return plain;
    }
    let (sign, digits) = match plain.strip_prefix('-') {
        Some(digits) => (Some(MINUS), digits),
        None => (None, plain.as_str()),
    };
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut shown: String = sign.into_iter().collect();
    shown.extend([&thousands(whole), rest]);
    shown
}

fn thousands(whole: &str) -> String {
    let mut grouped = String::with_capacity(whole.len() + whole.len() / 3);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

fn minus(plain: String) -> String {
    if plain.contains('-') { plain.replace('-', "−") } else { plain }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as on;

    use super::*;

    #[test]
    fn per_cents_are_whole_and_half_up() {
        let check = |share: f64, expected: &str| assert_eq!(percent(share), expected, "{share}");
        check(0.0, "0%");
        check(0.425, "43%");
        check(0.285, "29%");
        check(0.4249, "42%");
        check(1.0, "100%");
        check(12.5, "1,250%");
        check(-0.104, "−10%");
        check(f64::NAN, "–");
    }

    #[test]
    fn numbers_keep_what_was_recorded() {
        let check = |value: f64, expected: &str| assert_eq!(number(value), expected, "{value}");
        check(240.0, "240");
        check(1_234_567.5, "1,234,567.5");
        check(-1000.0, "−1,000");
        check(0.1 + 0.2, "0.3");
        check(0.000_55, "0.00055");
        check(99.999_95, "99.99995");
        check(-0.0, "0");
        check(1e300, "1e300");
        check(0.000_012, "1.2e−5");
        check(f64::INFINITY, "–");
    }

    #[test]
    fn scores_round_as_per_cents_do() {
        let check = |value: f64, expected: &str| assert_eq!(score(value), expected, "{value}");
        check(0.625, "0.63");
        check(0.285, "0.29");
        check(1.0, "1.00");
        check(-0.004, "0.00");
        check(-0.5, "−0.50");
        check(f64::NAN, "–");
    }

    #[test]
    fn estimates_show_three_digits() {
        let check =
            |value: f64, expected: &str| assert_eq!(estimate(value, 0.0), expected, "{value}");
        check(26.166_7, "26.2");
        check(1_234.56, "1,235");
        check(0.950_43, "0.95");
        check(-3.456, "−3.46");
        check(0.000_053_21, "5.32e−5");
    }

    #[test]
    fn estimates_tell_how_far_the_way_was_gone() {
        let check =
            |value: f64, way: f64, expected: &str| assert_eq!(estimate(value, way), expected);
        check(99.971_2, 0.09, "99.971");
        check(99.990_31, 0.049, "99.9903");
        check(0.000_662_3, 0.000_5, "0.00066");
        check(26.166_7, 200.0, "26.2");
        check(1_234.56, -4_000.0, "1,235");
    }

    #[test]
    fn ticks_are_short() {
        let check = |value: f64, step: f64, expected: &str| assert_eq!(tick(value, step), expected);
        check(150.0, 50.0, "150");
        check(0.5, 0.5, "0.5");
        check(15_000.0, 5_000.0, "15k");
        check(1_200_000.0, 200_000.0, "1.2M");
        check(0.0, 20.0, "0");
        check(99.96, 0.02, "99.96");
        check(-20.0, 10.0, "−20");
        check(7.5, 2.5, "7.5");
        check(0.25, 0.25, "0.25");
        check(12_500.0, 2_500.0, "12.5k");
        check(1_000_000.5, 0.5, "1,000,000.5");
        check(1_000_001.0, 0.5, "1,000,001");
        check(0.000_012_5, 0.000_002_5, "1.25e−5");
        check(0.000_7, 0.000_1, "0.0007");
        check(0.3, 0.1, "0.3");
    }

    #[test]
    fn units_stand_where_readers_expect_them() {
        assert_eq!(with_unit("90".to_owned(), Some("min")), "90\u{a0}min");
        assert_eq!(with_unit("9".to_owned(), Some("megabytes a second")), "9 megabytes a second");
        assert_eq!(with_unit("12.5".to_owned(), Some("%")), "12.5%");
        assert_eq!(with_unit("−3".to_owned(), Some("€")), "−€3");
        assert_eq!(with_unit("3".to_owned(), None), "3");
        assert_eq!(with_unit("3".to_owned(), Some(" ")), "3");
    }

    #[test]
    fn what_is_short_is_still_the_whole_number() {
        assert_eq!(short(1_200_000.0), "1.2M");
        assert_eq!(short(-850_000.0), "−850k");
        assert_eq!(short(15_125.0), "15,125");
        assert_eq!(short(9_000.0), "9,000");
        assert_eq!(short(0.25), "0.25");
    }

    #[test]
    fn changes_carry_their_sign() {
        assert_eq!(change(30.0), "+30");
        assert_eq!(change(-60.0), "−60");
        assert_eq!(change(0.000_15), "+0.00015");
        assert_eq!(change(99.95 - 99.9), "+0.05");
        assert_eq!(change(1e-12), "±0");
        assert_eq!(change(f64::NAN), "–");
    }

    #[test]
    fn dates_read_as_words() {
        assert_eq!(date(on(2026, 10, 12)), "12 Oct 2026");
        assert_eq!(
            span(on(2026, 10, 1), on(2026, 12, 31)),
            "1\u{a0}Oct\u{a0}– 31\u{a0}Dec\u{a0}2026"
        );
        assert_eq!(weekday(on(2026, 11, 21)), "Saturday");
        assert_eq!(
            span(on(2026, 12, 1), on(2027, 1, 31)),
            "1\u{a0}Dec\u{a0}2026\u{a0}– 31\u{a0}Jan\u{a0}2027"
        );
        assert_eq!(distance(on(2026, 11, 18), on(2026, 11, 21)), "3 days ago");
        assert_eq!(distance(on(2026, 11, 22), on(2026, 11, 21)), "tomorrow");
        assert_eq!(distance(on(2026, 12, 31), on(2026, 11, 21)), "in 6 weeks");
        assert_eq!(days_between(on(2026, 12, 31), on(2026, 11, 21)), -40);
    }
}
