//! From records to progress: what each measure makes of its values.

use super::figures::KeyResultFigures;
use super::{forecast, status};
use crate::date::{Date, Stamp, Window, days_between};
use crate::load::{Evaluate, Kind, Value};
use crate::model::{Goal, KeyResult, Measure, Record, Settings};

/// The records that count on `as_of`: not void, and not dated later. Earliest first.
pub(super) fn seen(records: &[Record], as_of: Date) -> impl DoubleEndedIterator<Item = &Record> {
    records.iter().filter(move |record| !record.void && record.stamp.date <= as_of)
}

/// The latest confidence that was given.
pub(super) fn latest_confidence(records: &[Record], as_of: Date) -> Option<u8> {
    seen(records, as_of).rev().find_map(|record| record.confidence)
}

/// The figures of one key result; `pool` is the progress of the goals that contribute to it.
pub(super) fn key_result(
    settings: &Settings,
    goal: &Goal,
    key_result: &KeyResult,
    pool: Option<f64>,
    as_of: Date,
) -> KeyResultFigures {
    let window = key_result.window;
    let valued = || seen(&key_result.records, as_of).filter(|record| record.value.is_some());
    let last = valued().next_back();
    let raw = key_result.measure.as_ref().and_then(|measure| raw(measure, valued(), pool));
    let progress = raw.unwrap_or(0.0).clamp(0.0, 1.0);
    let elapsed = window.elapsed(as_of);
    let expected = key_result.measure.as_ref().and_then(|measure| expected(measure, window, as_of));
    let measured = raw.is_some() && elapsed >= settings.quiet_until;
    let pace =
        expected.filter(|expected| measured && *expected > 0.0).map(|expected| progress / expected);
    let last_checkin = seen(&key_result.records, as_of).last().map(|record| record.stamp.date);
    let silent_days =
        days_between(last_checkin.map_or(window.start, |last| last.max(window.start)), as_of);
    let mut figures = KeyResultFigures {
        value: last.and_then(|record| record.value.clone()),
        value_date: last.map(|record| record.stamp.date),
        raw,
        progress,
        elapsed,
        expected,
        pace,
        status: super::Status::Pending,
        confidence: latest_confidence(&key_result.records, as_of),
        last_checkin,
        checkins: seen(&key_result.records, as_of).count(),
        silent_days,
        overdue: false,
        forecast: forecast::forecast(key_result.measure.as_ref(), raw, window, as_of),
    };
    figures.status = status::key_result(settings, goal, key_result, &figures, silent_days, as_of);
    figures.overdue = silent_days > settings.every_days
        && window.contains(as_of)
        && key_result.kind != Kind::Objectives
        && !matches!(figures.status, super::Status::Draft | super::Status::Dropped);
    figures
}

/// Progress before clamping; nothing while there is no value.
fn raw<'a>(
    measure: &Measure,
    valued: impl DoubleEndedIterator<Item = &'a Record>,
    pool: Option<f64>,
) -> Option<f64> {
    let mut values = valued.filter_map(|record| record.value.as_ref());
    match measure {
        Measure::Metric { baseline, target, .. } => match values.next_back()? {
            Value::Number(value) => Some(share_of_way(*value, *baseline, *target)),
            _ => None,
        },
        Measure::Threshold { evaluate, .. } => threshold(measure, *evaluate, values),
        Measure::Milestone(steps) => match values.next_back()? {
            Value::Text(id) => steps.iter().find(|step| step.id == *id).map(|step| step.score),
            _ => None,
        },
        Measure::Binary => match values.next_back()? {
            Value::Bool(done) => Some(f64::from(u8::from(*done))),
            _ => None,
        },
        Measure::Baseline => values.next().map(|_| 1.0),
        Measure::Objectives => pool,
    }
}

/// What a key result's progress is with its records up to `stamp`, that one included or not, and
/// no others; nothing while there is no value.
pub fn until(key_result: &KeyResult, stamp: Stamp, included: bool) -> Option<f64> {
    let seen = key_result.records.iter().filter(|record| {
        let early = record.stamp < stamp || (included && record.stamp == stamp);
        early && !record.void && record.value.is_some()
    });
    let raw = raw(key_result.measure.as_ref()?, seen, None)?;
    Some(raw.clamp(0.0, 1.0))
}

/// `(value − baseline) / (target − baseline)`: one formula for up and down.
fn share_of_way(value: f64, baseline: f64, target: f64) -> f64 {
    (value - baseline) / (target - baseline)
}

fn threshold<'a>(
    measure: &Measure,
    evaluate: Evaluate,
    values: impl Iterator<Item = &'a Value>,
) -> Option<f64> {
    let held: Vec<bool> = values
        .filter_map(|value| match value {
            Value::Number(number) => measure.holds(*number),
            _ => None,
        })
        .collect();
    let last = *held.last()?;
    let inside = held.iter().filter(|held| **held).count();
    Some(match evaluate {
        Evaluate::Latest => f64::from(u8::from(last)),
        Evaluate::Every => f64::from(u8::from(inside == held.len())),
        Evaluate::Share => inside as f64 / held.len() as f64,
    })
}

/// The progress expected by `as_of`: the share of time that is over, or the plan's path; of
/// measures that are reached all at once, nothing.
fn expected(measure: &Measure, window: Window, as_of: Date) -> Option<f64> {
    match measure {
        Measure::Metric { baseline, target, points } if !points.is_empty() => {
            let value = path_value(*baseline, *target, points, window, as_of);
            Some(share_of_way(value, *baseline, *target).clamp(0.0, 1.0))
        }
        Measure::Metric { .. } | Measure::Milestone(_) | Measure::Objectives => {
            Some(window.elapsed(as_of))
        }
        _ => None,
    }
}

/// The value on the straight lines through the start, the plan's points and the end.
pub(crate) fn path_value(
    baseline: f64,
    target: f64,
    points: &[(Date, f64)],
    window: Window,
    date: Date,
) -> f64 {
    let date = date.clamp(window.start, window.end);
    let mut from = (window.start, baseline);
    for &to in points.iter().chain([&(window.end, target)]) {
        if date <= to.0 {
            let whole = days_between(from.0, to.0);
            if whole <= 0 {
                return to.1;
            }
            let share = days_between(from.0, date) as f64 / whole as f64;
            return from.1 + share * (to.1 - from.1);
        }
        from = to;
    }
    target
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_formula_for_up_and_down() {
        assert_eq!(share_of_way(90.0, 240.0, 15.0), 150.0 / 225.0);
        assert_eq!(share_of_way(38.0, 20.0, 60.0), 0.45);
        assert_eq!(share_of_way(250.0, 240.0, 15.0), -10.0 / 225.0);
    }

    #[test]
    fn the_path_runs_through_its_points() {
        let window = Window { start: date(2026, 10, 5), end: date(2026, 12, 11) };
        let points = [(date(2026, 10, 31), 180.0), (date(2026, 11, 30), 60.0)];
        let at = |day| path_value(240.0, 15.0, &points, window, day);
        assert_eq!(at(date(2026, 1, 1)), 240.0);
        assert_eq!(at(date(2026, 10, 31)), 180.0);
        assert_eq!(at(date(2026, 11, 21)), 96.0);
        assert_eq!(at(date(2027, 1, 1)), 15.0);
    }
}
