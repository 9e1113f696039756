//! The two axes of a chart: where a date and a value lie, and which of them are written beside it.

use jiff::ToSpan;
use jiff::civil::Date;

use super::super::figure;
use crate::date::days_between;

/// The height of the burn-up chart's plot, in pixels; its labels lie outside, in the padding of the style sheet.
pub(super) const PLOT_HEIGHT: f64 = 200.0;

/// The largest number drawn; what is beyond is drawn at the edge.
pub(super) const LARGEST: f64 = 1e100;

/// The span of dates on the horizontal axis.
#[derive(Clone, Copy)]
pub(super) struct Window {
    pub(super) start: Date,
    pub(super) end: Date,
}

impl Window {
    pub(super) fn days(self) -> i64 {
        days_between(self.start, self.end).max(0)
    }

    /// Where a date lies, from 0 at the start to 1 at the end; dates outside lie at the nearer end.
    pub(super) fn share(self, date: Date) -> f64 {
        let passed = days_between(self.start, date);
        match self.days() {
            0 => f64::from(u8::from(passed >= 0)),
            days => (passed as f64 / days as f64).clamp(0.0, 1.0),
        }
    }

    pub(super) fn holds(self, date: Date) -> bool {
        self.start <= date && date <= self.end
    }
}

/// The values on the vertical axis, from `low` at the bottom to `high` at the top.
#[derive(Debug)]
pub(super) struct Axis {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) step: f64,
}

impl Axis {
    /// An axis that shows all anchors, and the values as far as they lie no further from the anchors than these
    /// from each other: one odd value must not flatten everything else.
    pub(super) fn new(anchors: &[f64], values: &[f64]) -> Self {
        let (mut low, mut high) = extent(anchors).unwrap_or((0.0, 0.0));
        if is_flat(low, high) {
            let all: Vec<f64> = anchors.iter().chain(values).copied().collect();
            (low, high) = extent(&all).unwrap_or((0.0, 1.0));
        }
        if is_flat(low, high) {
            let room = if high == 0.0 { 1.0 } else { high.abs() * 0.1 };
            (low, high) = (low - room, high + room);
        }
        let (least, most) = (low - (high - low), high + (high - low));
        if let Some((lowest, highest)) = extent(values) {
            low = low.min(lowest.max(least));
            high = high.max(highest.min(most));
        }
        let step = nice_step((high - low) / 4.0);
        Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            step,
        }
    }

    /// The same axis with a step more beyond a bound that would lie at its end, so that there is an outside to see.
    pub(super) fn beyond(self, at_least: Option<f64>, at_most: Option<f64>) -> Self {
        let room = self.step * 0.25;
        let tight_below = at_least.is_some_and(|least| finite(least) < self.low + room);
        let tight_above = at_most.is_some_and(|most| finite(most) > self.high - room);
        Self {
            low: if tight_below { self.low - self.step } else { self.low },
            high: if tight_above { self.high + self.step } else { self.high },
            step: self.step,
        }
    }

    /// Where a value lies, in pixels from the top; values outside lie at the nearer edge.
    pub(super) fn y(&self, value: f64) -> f64 {
        let share = (finite(value) - self.low) / (self.high - self.low);
        PLOT_HEIGHT * (1.0 - finite(share).clamp(0.0, 1.0))
    }

    pub(super) fn ticks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round().clamp(1.0, 12.0);
        (0..=count as u32).map(|index| self.low + f64::from(index) * self.step).collect()
    }

    /// How much of a straight way between two values lies on the axis, as a share of one, where it begins on it.
    pub(super) fn share_within(&self, from: f64, to: f64) -> f64 {
        let edge = to.clamp(self.low, self.high);
        if self.holds(to) || !self.holds(from) {
            return 1.0;
        }
        finite((edge - from) / (to - from)).clamp(0.0, 1.0)
    }

    pub(super) fn holds(&self, value: f64) -> bool {
        let slack = self.step * 1e-6;
        self.low - slack <= value && value <= self.high + slack
    }
}

/// Whether two ends of an axis are too close to be told apart.
pub(super) fn is_flat(low: f64, high: f64) -> bool {
    high - low <= low.abs().max(high.abs()) * 1e-9
}

/// The smallest of 1, 2, 2.5, 5 times a power of ten that is at least `rough`.
pub(super) fn nice_step(rough: f64) -> f64 {
    let rough = finite(rough).max(1e-100);
    let power = 10f64.powf(rough.log10().floor());
    let factor = [1.0, 2.0, 2.5, 5.0, 10.0]
        .into_iter()
        .find(|factor| factor * power >= rough * (1.0 - 1e-9));
    factor.unwrap_or(10.0) * power
}

pub(super) fn extent(values: &[f64]) -> Option<(f64, f64)> {
    let first = *values.first()?;
    Some(
        values
            .iter()
            .fold((first, first), |(low, high), value| (low.min(*value), high.max(*value))),
    )
}

/// A date between the ends that gets a label.
pub(super) struct Tick {
    pub(super) date: Date,
    pub(super) text: String,
    /// Whether it is left out on a small screen, where its label would touch another.
    pub(super) is_spare: bool,
}

/// The dates between the ends that get a label, each far enough from the ends and its neighbours.
pub(super) fn date_ticks(window: Window) -> Vec<Tick> {
    /// The room beside the labels of the ends, and between two others, as shares of a plot 240 pixels wide.
    const BESIDE_ENDS: f64 = 0.28;
    const BETWEEN: f64 = 0.21;
    let mut last = BESIDE_ENDS - BETWEEN;
    let told = |(date, text): (Date, String)| {
        let share = window.share(date);
        let fits = share - last >= BETWEEN && 1.0 - share >= BESIDE_ENDS;
        last = if fits { share } else { last };
        Tick { date, text, is_spare: !fits }
    };
    candidates(window).into_iter().map(told).collect()
}

/// The dates that have room on a large screen, with their labels.
fn candidates(window: Window) -> Vec<(Date, String)> {
    let days = window.days();
    let candidates = match days {
        ..=45 => weeks(window),
        46..=1100 => months(
            window,
            if days > 400 {
                3
            } else if days > 200 {
                2
            } else {
                1
            },
        ),
        _ => years(window),
    };
    let mut last = 0.0;
    candidates
        .into_iter()
        .filter(|(date, _)| {
            let share = window.share(*date);
            let fits = share - last >= 0.12 && 1.0 - share >= 0.12;
            if fits {
                last = share;
            }
            fits
        })
        .collect()
}

pub(super) fn weeks(window: Window) -> Vec<(Date, String)> {
    let offset = i64::from(window.start.weekday().to_monday_zero_offset());
    steps(window, window.start.checked_add((7 - offset).days()).ok(), |date| {
        date.checked_add(7.days()).ok()
    })
    .into_iter()
    .map(|date| (date, figure::day(date)))
    .collect()
}

pub(super) fn months(window: Window, every: i64) -> Vec<(Date, String)> {
    let next = |date: Date| date.first_of_month().checked_add(1.month()).ok();
    steps(window, next(window.start), next)
        .into_iter()
        .filter(|date| (i64::from(date.month()) - 1) % every == 0)
        .map(|date| {
            let name = figure::month(date);
            let text = if date.month() == 1 { date.year().to_string() } else { name.to_owned() };
            (date, text)
        })
        .collect()
}

pub(super) fn years(window: Window) -> Vec<(Date, String)> {
    let next = |date: Date| date.first_of_year().checked_add(1.year()).ok();
    steps(window, next(window.start), next)
        .into_iter()
        .map(|date| (date, date.year().to_string()))
        .collect()
}

/// The dates from `first` on that lie in the window; a few hundred at most.
pub(super) fn steps(
    window: Window,
    first: Option<Date>,
    next: impl Fn(Date) -> Option<Date>,
) -> Vec<Date> {
    std::iter::successors(first, |date| next(*date))
        .take_while(|date| window.holds(*date))
        .take(400)
        .collect()
}

pub(super) fn finite(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.clamp(-LARGEST, LARGEST) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let check = |anchors: &[f64], expected: &[f64]| {
            assert_eq!(Axis::new(anchors, &[]).ticks(), expected, "{anchors:?}");
        };
        check(&[240.0, 15.0], &[0.0, 100.0, 200.0, 300.0]);
        check(&[0.0, 1.0], &[0.0, 0.25, 0.5, 0.75, 1.0]);
        check(&[-3.0, 7.0], &[-5.0, -2.5, 0.0, 2.5, 5.0, 7.5]);
        check(&[], &[0.0, 0.25, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn dates_are_labelled_by_months_weeks_or_years() {
        let check = |start: Date, end: Date, expected: &[&str]| {
            let ticks = date_ticks(Window { start, end });
            let texts: Vec<&str> = ticks.iter().map(|tick| tick.text.as_str()).collect();
            assert_eq!(texts, expected);
        };
        check(date(2026, 10, 1), date(2026, 12, 31), &["Nov", "Dec"]);
        check(date(2026, 11, 1), date(2026, 11, 30), &["9 Nov", "16 Nov", "23 Nov"]);
        check(date(2026, 1, 1), date(2026, 12, 31), &["Mar", "May", "Jul", "Sep", "Nov"]);
        check(date(2024, 1, 1), date(2029, 1, 1), &["2025", "2026", "2027", "2028"]);
        check(date(2026, 7, 1), date(2027, 6, 30), &["Sep", "Nov", "2027", "Mar", "May"]);
    }

    #[test]
    fn labels_of_dates_do_not_touch_on_a_small_screen() {
        let check = |start: Date, end: Date, expected: &[&str]| {
            let ticks = date_ticks(Window { start, end });
            let shown = ticks.iter().filter(|tick| !tick.is_spare);
            assert_eq!(shown.map(|tick| tick.text.as_str()).collect::<Vec<_>>(), expected);
        };
        check(date(2026, 10, 1), date(2026, 12, 31), &["Nov", "Dec"]);
        check(date(2026, 11, 1), date(2026, 11, 30), &["16 Nov"]);
        check(date(2026, 1, 1), date(2026, 12, 31), &["May", "Sep"]);
    }
}
