//! Cycles: named spans of dates.
//!
//! Built in are years, halves, quarters, months and ISO weeks. Years, halves and quarters follow
//! the fiscal year, which is named after the calendar year in which it ends.

use jiff::ToSpan;
use jiff::civil::{ISOWeekDate, Weekday};

use super::Settings;
use crate::date::{Date, Window, add_days};

/// The dates of cycle `id`: built in, or named by the workspace.
pub fn window(id: &str, settings: &Settings) -> Option<Window> {
    settings.cycles.get(id).copied().or_else(|| built_in(id, settings.year_starts))
}

/// The dates of a built-in cycle, in a year that starts with month `year_starts`.
pub fn built_in(id: &str, year_starts: i8) -> Option<Window> {
    let (year, part) = match id.split_once('-') {
        Some((year, part)) => (year, Some(part)),
        None => (id, None),
    };
    let year = digits(year, 4)?;
    match part {
        None => months(year, year_starts, 0, 12),
        Some(part) => match part.split_at_checked(1)? {
            ("h", half) => {
                let half = digits(half, 1).filter(|half| (1..=2).contains(half))?;
                months(year, year_starts, (half - 1) * 6, 6)
            }
            ("q", quarter) => {
                let quarter = digits(quarter, 1).filter(|quarter| (1..=4).contains(quarter))?;
                months(year, year_starts, (quarter - 1) * 3, 3)
            }
            ("w", week) => iso_week(year, digits(week, 2)?),
            _ => {
                let month = digits(part, 2).filter(|month| (1..=12).contains(month))?;
                months(year, 1, month - 1, 1)
            }
        },
    }
}

/// The cycle of each built-in sort that holds `date`, for suggestions and examples: the quarter.
pub fn quarter_of(date: Date, year_starts: i8) -> String {
    let since = (i16::from(date.month()) - i16::from(year_starts)).rem_euclid(12);
    let crosses = year_starts > 1 && date.month() >= year_starts;
    let year = date.year() + i16::from(crosses);
    format!("{year:04}-q{}", since / 3 + 1)
}

fn digits(text: &str, length: usize) -> Option<i16> {
    let whole = text.len() == length && text.bytes().all(|byte| byte.is_ascii_digit());
    whole.then(|| text.parse().ok())?
}

/// `count` months, beginning `skip` months into the fiscal year `year`.
fn months(year: i16, year_starts: i8, skip: i16, count: i16) -> Option<Window> {
    let first = if year_starts > 1 { year - 1 } else { year };
    let year_start = Date::new(first, year_starts, 1).ok()?;
    let start = year_start.checked_add(skip.months()).ok()?;
    let end = start.checked_add((count - 1).months()).ok()?.last_of_month();
    Some(Window { start, end })
}

fn iso_week(year: i16, week: i16) -> Option<Window> {
    let monday = ISOWeekDate::new(year, i8::try_from(week).ok()?, Weekday::Monday).ok()?;
    let start = monday.date();
    Some(Window { start, end: add_days(start, 6) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: &str, year_starts: i8) -> Option<String> {
        built_in(id, year_starts).map(|window| format!("{}..{}", window.start, window.end))
    }

    #[test]
    fn built_in_cycles_of_the_calendar_year() {
        for (id, dates) in [
            ("2026", "2026-01-01..2026-12-31"),
            ("2026-h1", "2026-01-01..2026-06-30"),
            ("2026-h2", "2026-07-01..2026-12-31"),
            ("2026-q4", "2026-10-01..2026-12-31"),
            ("2024-02", "2024-02-01..2024-02-29"),
            ("9999", "9999-01-01..9999-12-31"),
            ("9999-q4", "9999-10-01..9999-12-31"),
            ("2026-w01", "2025-12-29..2026-01-04"),
            ("2026-w46", "2026-11-09..2026-11-15"),
            ("2026-w53", "2026-12-28..2027-01-03"),
        ] {
            assert_eq!(shown(id, 1).as_deref(), Some(dates), "{id}");
        }
    }

    #[test]
    fn a_fiscal_year_is_named_after_the_year_it_ends_in() {
        for (id, dates) in [
            ("2026", "2025-07-01..2026-06-30"),
            ("2026-h2", "2026-01-01..2026-06-30"),
            ("2026-q1", "2025-07-01..2025-09-30"),
            ("2026-11", "2026-11-01..2026-11-30"),
        ] {
            assert_eq!(shown(id, 7).as_deref(), Some(dates), "{id}");
        }
    }

    #[test]
    fn other_names_are_not_built_in() {
        for id in [
            "", "26", "2026-q5", "2026-q0", "2026-h3", "2026-13", "2025-w53", "2026-w00",
            "2026-w1", "2026-x1", "launch",
        ] {
            assert_eq!(built_in(id, 1), None, "{id}");
        }
    }

    #[test]
    fn the_quarter_of_a_date_holds_it() {
        for year_starts in 1..=12 {
            for day in 0..800 {
                let date = add_days(jiff::civil::date(2025, 11, 20), day);
                let id = quarter_of(date, year_starts);
                let window = built_in(&id, year_starts).expect("a quarter");
                assert!(window.contains(date), "{date} in {id}, year starts {year_starts}");
            }
        }
    }
}
