//! Civil dates, the dates of records, and windows of days. No time zone, no clock.

use std::cmp::Ordering;
use std::fmt;

pub use jiff::civil::Date;

use crate::text::push_digits;

/// Days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_hours() / 24
}

/// A date as it stands in files: `2026-10-05`.
pub fn iso(date: Date) -> String {
    let Ok(year) = u64::try_from(date.year()) else { return date.to_string() };
    let mut text = String::with_capacity(10);
    push_digits(&mut text, year, 4);
    for part in [date.month(), date.day()] {
        text.push('-');
        push_digits(&mut text, u64::from(part.unsigned_abs()), 2);
    }
    text
}

/// The date `days` after `date`, held at the ends of the calendar.
pub fn add_days(date: Date, days: i64) -> Date {
    let limit = if days < 0 { Date::MIN } else { Date::MAX };
    i32::try_from(days)
        .ok()
        .and_then(|days| date.checked_add(jiff::Span::new().try_days(days).ok()?).ok())
        .unwrap_or(limit)
}

/// Reads `2026-10-05`, and nothing looser.
pub fn parse_date(text: &str) -> Option<Date> {
    let shaped = text.len() == 10 && crate::text::looks_like_date(text);
    let (year, rest) = shaped.then(|| text.split_once('-'))??;
    let (month, day) = rest.split_once('-')?;
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Reads a date whose month or day lacks its zero, as in `2026-2-3`; nothing for one that is written
/// in full.
pub fn parse_unpadded_date(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts[..] else { return None };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = year.len() == 4 && month.len() <= 2 && day.len() <= 2 && text.len() < 10;
    if !shaped || !parts.iter().all(|part| digits(part)) {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// The date that a record is true on, to the minute where one day has several.
///
/// Within a day, times come before the bare date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Stamp {
    /// The day.
    pub date: Date,
    /// Minutes since midnight, if a time was given.
    pub minute: Option<u16>,
}

impl Stamp {
    /// Reads `2026-10-05` or `2026-10-05T14:30`.
    pub fn parse(text: &str) -> Option<Self> {
        let (date, minute) = match text.split_once('T') {
            Some((date, time)) => (date, Some(parse_minute(time)?)),
            None => (text, None),
        };
        Some(Self { date: parse_date(date)?, minute })
    }
}

impl From<Date> for Stamp {
    fn from(date: Date) -> Self {
        Self { date, minute: None }
    }
}

fn parse_minute(time: &str) -> Option<u16> {
    let (hour, minute) = time.split_once(':')?;
    let digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

impl Ord for Stamp {
    fn cmp(&self, other: &Self) -> Ordering {
        let late = |stamp: &Self| stamp.minute.unwrap_or(u16::MAX);
        self.date.cmp(&other.date).then_with(|| late(self).cmp(&late(other)))
    }
}

impl PartialOrd for Stamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minute {
            Some(minute) => write!(f, "{}T{:02}:{:02}", self.date, minute / 60, minute % 60),
            None => write!(f, "{}", self.date),
        }
    }
}

/// A span of days, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

impl Window {
    /// Tells whether `date` lies inside.
    pub fn contains(self, date: Date) -> bool {
        self.start <= date && date <= self.end
    }

    /// Tells whether every day of `other` lies inside.
    pub fn encloses(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Number of days.
    pub fn days(self) -> i64 {
        days_between(self.start, self.end) + 1
    }

    /// The share of the window that is over on `date`, from 0 to 1:
    /// `clamp((D − S) / (E − S), 0, 1)` in days; a window of one day is over from that day on.
    pub fn elapsed(self, date: Date) -> f64 {
        let whole = days_between(self.start, self.end);
        if whole <= 0 {
            return if date < self.start { 0.0 } else { 1.0 };
        }
        (days_between(self.start, date) as f64 / whole as f64).clamp(0.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn dates_are_written_as_they_are_told() {
        for date in [date(2026, 10, 5), date(7, 1, 31), date(0, 12, 1), Date::MAX, Date::MIN] {
            assert_eq!(iso(date), date.to_string());
        }
    }

    #[test]
    fn days_are_counted_both_ways_and_from_end_to_end() {
        for (from, to) in [
            (date(2024, 2, 28), date(2024, 3, 1)),
            (date(2026, 12, 31), date(2026, 11, 21)),
            (date(1969, 12, 31), date(1970, 1, 1)),
            (Date::MIN, Date::MAX),
        ] {
            assert_eq!(days_between(from, to), i64::from((to - from).get_days()), "{from} {to}");
        }
    }

    #[test]
    fn stamps_order_times_before_the_bare_date() {
        let mut stamps: Vec<Stamp> =
            ["2026-10-06", "2026-10-05", "2026-10-05T14:30", "2026-10-05T09:00"]
                .iter()
                .map(|text| Stamp::parse(text).expect("a stamp"))
                .collect();
        stamps.sort();
        let shown: Vec<String> = stamps.iter().map(Stamp::to_string).collect();
        assert_eq!(shown, ["2026-10-05T09:00", "2026-10-05T14:30", "2026-10-05", "2026-10-06"]);
    }

    #[test]
    fn only_whole_dates_and_minutes_are_stamps() {
        for bad in [
            "2026-02-30",
            "2026-2-3",
            "26-02-03",
            "2026-10-05T24:00",
            "2026-10-05T9:00",
            "2026-10-05T09:00:00",
            "2026-10-05 09:00",
            "+026-10-05",
        ] {
            assert_eq!(Stamp::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn elapsed_runs_from_zero_to_one() {
        let window = Window { start: date(2026, 10, 1), end: date(2026, 10, 11) };
        assert_eq!(window.elapsed(date(2026, 9, 1)), 0.0);
        assert_eq!(window.elapsed(date(2026, 10, 6)), 0.5);
        assert_eq!(window.elapsed(date(2026, 12, 1)), 1.0);
        let day = Window { start: date(2026, 10, 1), end: date(2026, 10, 1) };
        assert_eq!(day.elapsed(date(2026, 9, 30)), 0.0);
        assert_eq!(day.elapsed(date(2026, 10, 1)), 1.0);
    }
}
