//! Where a metric is heading.

use super::figures::Forecast;
use crate::date::{Date, Window, add_days, days_between};
use crate::model::Measure;

/// The forecast of a measured metric whose window has begun; nothing for other measures, for which
/// nothing beats the last value.
///
/// `projected = raw / elapsed`; the day of arrival is `S + ⌈(D − S) / raw⌉`.
pub(super) fn forecast(
    measure: Option<&Measure>,
    raw: Option<f64>,
    window: Window,
    as_of: Date,
) -> Option<Forecast> {
    let (Some(Measure::Metric { baseline, target, .. }), Some(raw)) = (measure, raw) else {
        return None;
    };
    let elapsed = window.elapsed(as_of);
    if elapsed <= 0.0 {
        return None;
    }
    let projected = raw / elapsed;
    Some(Forecast {
        projected,
        projected_value: baseline + projected * (target - baseline),
        eta: eta(raw, window.start, as_of),
    })
}

/// The day on which `raw` reaches 1 at the average rate since `start`; nothing if that is never,
/// or beyond the calendar.
fn eta(raw: f64, start: Date, as_of: Date) -> Option<Date> {
    if raw <= 0.0 {
        return None;
    }
    let days = (days_between(start, as_of) as f64 / raw).ceil();
    let left = days_between(start, Date::MAX) as f64;
    (days <= left).then(|| add_days(start, days as i64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_forecast_keeps_the_average_rate() {
        let window = Window { start: date(2026, 10, 5), end: date(2026, 12, 11) };
        let metric = Measure::Metric { baseline: 240.0, target: 15.0, points: Vec::new() };
        let found = forecast(Some(&metric), Some(2.0 / 3.0), window, date(2026, 11, 21))
            .expect("a forecast");
        assert!((found.projected - 0.950_354_6).abs() < 1e-6);
        assert!((found.projected_value - 26.17).abs() < 0.01);
        assert_eq!(found.eta, Some(date(2026, 12, 15)));
        assert_eq!(forecast(Some(&metric), Some(0.5), window, date(2026, 10, 5)), None);
    }

    #[test]
    fn what_never_arrives_has_no_day() {
        for raw in [0.0, -0.5, 1e-9] {
            assert_eq!(eta(raw, date(2026, 1, 1), date(2026, 3, 1)), None, "{raw}");
        }
    }
}
