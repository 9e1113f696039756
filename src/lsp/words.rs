//! How figures are put into the few words that fit beside a line.

use super::today;
use crate::date::{Date, Window, days_between};
use crate::load::Value;
use crate::model::{Goal, KeyResult};
use crate::rollup::{GoalFigures, KeyResultFigures, Status};
use crate::text::{count, number, whole_percent};

/// A share in whole percent.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", whole_percent(share))
}

/// A status as people say it.
pub(super) fn status(status: Status) -> String {
    status.word().replace('-', " ")
}

/// How a key result of a goal stands: `67 % · on track · 9 days since the last check-in`.
pub(super) fn key_result(
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    today: Date,
) -> String {
    let progress = figures.raw.map(|_| figures.progress);
    let of = Standing { goal, window: key_result.window, status: figures.status, today };
    of.told(progress, figures.last_checkin)
}

/// How a goal stands.
pub(super) fn goal(goal: &Goal, figures: &GoalFigures, today: Date) -> String {
    let progress = figures.score.or(figures.progress);
    let of = Standing { goal, window: goal.window, status: figures.status, today };
    of.told(progress, figures.last_checkin)
}

/// What stands somehow, and on which day.
struct Standing<'g> {
    goal: &'g Goal,
    window: Window,
    status: Status,
    today: Date,
}

impl Standing<'_> {
    fn told(&self, progress: Option<f64>, last: Option<Date>) -> String {
        let parts = [progress.map(percent), Some(status(self.status)), self.checkin(last)];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// How long ago the last check-in was, or when there can be one; of what is over nothing.
    fn checkin(&self, last: Option<Date>) -> Option<String> {
        let Self { window, today, .. } = *self;
        if today::is_over(self.goal, today) || self.status == Status::Dropped {
            return None;
        }
        Some(match last {
            Some(last) => since(last, today),
            None if today < window.start => format!("starts on {}", day(window.start, today)),
            None if today > window.end => "no check-in".to_owned(),
            None => "no check-in yet".to_owned(),
        })
    }
}

/// How long ago the last check-in was.
fn since(last: Date, today: Date) -> String {
    match days_between(last, today) {
        days if days < 0 => format!("last check-in on {last}"),
        0 => "checked in today".to_owned(),
        days => format!("{} since the last check-in", count(days as usize, "day")),
    }
}

/// A value with the unit of its key result.
pub(super) fn value(key_result: &KeyResult, value: &Value) -> String {
    match (value, &key_result.unit) {
        (Value::Number(_), Some(unit)) => format!("{value} {unit}"),
        _ => value.to_string(),
    }
}

/// The change from one number to another, with its sign; nothing where a value is no number.
pub(super) fn change(before: &Value, after: &Value) -> Option<String> {
    let (Value::Number(before), Value::Number(after)) = (before, after) else { return None };
    let by = after - before;
    Some(match by {
        by if number(by) == "0" => "±0".to_owned(),
        by if by > 0.0 => format!("+{}", number(by)),
        by => format!("−{}", number(-by)),
    })
}

/// A day and its month, with the year where it is not the present one: `3 Feb`, `3 Feb 2025`.
pub(super) fn day(date: Date, today: Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let month = MONTHS[usize::from(date.month().unsigned_abs()).clamp(1, 12) - 1];
    match date.year() == today.year() {
        true => format!("{} {month}", date.day()),
        false => format!("{} {month} {}", date.day(), date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;

    #[test]
    fn changes_carry_their_sign() {
        let number = Value::Number;
        assert_eq!(change(&number(180.0), &number(90.0)).as_deref(), Some("−90"));
        assert_eq!(change(&number(0.1), &number(0.3)).as_deref(), Some("+0.2"));
        assert_eq!(change(&number(3.0), &number(3.0)).as_deref(), Some("±0"));
        assert_eq!(change(&Value::Text("beta".to_owned()), &number(3.0)), None);
    }

    #[test]
    fn days_name_their_year_where_it_is_another() {
        let date = |text| parse_date(text).expect("a day");
        assert_eq!(day(date("2026-02-03"), date("2026-11-21")), "3 Feb");
        assert_eq!(day(date("2025-12-31"), date("2026-11-21")), "31 Dec 2025");
    }
}
