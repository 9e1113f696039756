//! What was thought half-way, held against what came of it: confidence, forecast, ambition.

use std::collections::BTreeMap;

use super::{Rollup, Status, WHOLE, standings};
use crate::date::{Date, Window, add_days, days_between};
use crate::load::Ambition;
use crate::model::Model;

/// What is known of the goals of cycles that are over.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibration {
    /// The cycles that are over, by id.
    pub cycles: Vec<String>,
    /// The key results that count and are over, in the order of the model.
    pub outcomes: Vec<Outcome>,
    /// The goals that count and have a score, in the order of the model.
    pub scores: Vec<Scored>,
}

/// A key result that is over, and what was thought of it half-way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// The position of its goal.
    pub goal: usize,
    /// Its own position there.
    pub key_result: usize,
    /// The day in the middle of its window: `S + ⌊(E − S) / 2⌋` days.
    pub half_way: Date,
    /// The confidence in it on that day, from 0 to 10.
    pub confidence: Option<u8>,
    /// The progress that the average rate was leading to on that day, from 0 to 1; metrics only.
    pub forecast: Option<f64>,
    /// The progress that it came to, from 0 to 1.
    pub progress: f64,
    /// Whether that was enough: its status is `achieved`.
    pub achieved: bool,
}

/// A goal with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scored {
    /// Its position.
    pub goal: usize,
    /// How much it was meant to stretch.
    pub ambition: Ambition,
    /// Its score.
    pub score: f64,
}

impl Scored {
    /// Tells whether everything was reached.
    pub fn is_whole(&self) -> bool {
        self.score >= WHOLE
    }
}

/// Looks at every cycle that was over on the date of `rollup`.
///
/// Key results of weight 0, drafts and what was dropped are left out, as they are out of every other figure; and so are
/// key results that take no records of their own.
pub fn calibration(model: &Model, rollup: &Rollup) -> Calibration {
    let is_over = |window: &Window| window.end < rollup.as_of;
    let over = |cycle: &str| model.cycles.get(cycle).is_some_and(is_over);
    let goals: Vec<usize> = (0..model.goals.len())
        .filter(|at| model.goals[*at].counts() && over(&model.goals[*at].reference.cycle))
        .collect();
    let scored = |at: &usize| {
        let score = rollup.goals[*at].score?;
        Some(Scored { goal: *at, ambition: model.goals[*at].read_ambition(), score })
    };
    Calibration {
        cycles: model.cycles.keys().filter(|cycle| over(cycle)).cloned().collect(),
        outcomes: outcomes(model, rollup, &goals),
        scores: goals.iter().filter_map(scored).collect(),
    }
}

fn outcomes(model: &Model, rollup: &Rollup, goals: &[usize]) -> Vec<Outcome> {
    let mut by_day: BTreeMap<Date, Vec<(usize, usize)>> = BTreeMap::new();
    for &at in goals {
        for (position, key_result) in model.goals[at].key_results.iter().enumerate() {
            let counts = key_result.weight > 0.0 && key_result.dropped.is_none();
            if counts && key_result.window.end < rollup.as_of && key_result.measure.is_some() {
                by_day.entry(half_way(key_result.window)).or_default().push((at, position));
            }
        }
    }
    let mut found: Vec<Outcome> =
        by_day.iter().flat_map(|(day, members)| on_day(model, rollup, *day, members)).collect();
    found.sort_by_key(|outcome| (outcome.goal, outcome.key_result));
    found
}

/// The day in the middle of a window, the earlier of two.
fn half_way(window: Window) -> Date {
    add_days(window.start, days_between(window.start, window.end).max(0) / 2)
}

/// The outcomes of the key results whose middle is this day.
fn on_day(model: &Model, rollup: &Rollup, day: Date, members: &[(usize, usize)]) -> Vec<Outcome> {
    let mut goals: Vec<usize> = members.iter().map(|(goal, _)| *goal).collect();
    goals.dedup();
    let standings = standings(model, &goals, &[day]).pop().unwrap_or_default();
    let outcome = |(goal, key_result): &(usize, usize)| {
        let then = &standings[goals.binary_search(goal).ok()?].key_results[*key_result];
        let now = &rollup.goals[*goal].key_results[*key_result];
        Some(Outcome {
            goal: *goal,
            key_result: *key_result,
            half_way: day,
            confidence: then.confidence,
            forecast: then.forecast.map(|forecast| forecast.projected.clamp(0.0, 1.0)),
            progress: now.progress,
            achieved: now.status == Status::Achieved,
        })
    };
    members.iter().filter_map(outcome).collect()
}

/// How good confidences were as probabilities.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Brier {
    /// How many key results had a confidence half-way.
    pub count: usize,
    /// The mean of `(confidence / 10 − outcome)²`: 0 is perfect, 0.25 is what saying 5 each time gives.
    pub score: f64,
    /// The same for someone who had always said the share that was achieved: `b · (1 − b)`.
    pub base: f64,
}

/// The Brier score of the confidences half-way, read as the probability of being achieved; nothing where nobody gave
/// one.
///
/// Glenn W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78 (1950),
/// 1–3; here in the form for two outcomes, which is half of his sum over both.
pub fn brier(outcomes: &[Outcome]) -> Option<Brier> {
    let judged: Vec<(f64, f64)> = outcomes
        .iter()
        .filter_map(|outcome| {
            let believed = f64::from(outcome.confidence?.min(10)) / 10.0;
            Some((believed, f64::from(u8::from(outcome.achieved))))
        })
        .collect();
    let count = judged.len();
    let mean = |sum: f64| sum / count as f64;
    let share = mean(judged.iter().map(|(_, came)| came).sum());
    let score = mean(judged.iter().map(|(believed, came)| (believed - came).powi(2)).sum());
    (count > 0).then_some(Brier { count, score, base: share * (1.0 - share) })
}

/// How far forecasts half-way lay from what came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ForecastError {
    /// How many key results had a forecast half-way.
    pub count: usize,
    /// The mean distance between forecast and outcome, in shares of the way.
    pub distance: f64,
    /// The mean of forecast − outcome: above 0 where forecasts promised too much.
    pub bias: f64,
}

/// The errors of the forecasts half-way; nothing where there was none.
pub fn forecast_error(outcomes: &[Outcome]) -> Option<ForecastError> {
    let errors: Vec<f64> =
        outcomes.iter().filter_map(|outcome| Some(outcome.forecast? - outcome.progress)).collect();
    let count = errors.len();
    let mean = |sum: f64| sum / count as f64;
    (count > 0).then(|| ForecastError {
        count,
        distance: mean(errors.iter().map(|error| error.abs()).sum()),
        bias: mean(errors.iter().sum()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn outcome(confidence: Option<u8>, forecast: Option<f64>, progress: f64) -> Outcome {
        Outcome {
            goal: 0,
            key_result: 0,
            half_way: date(2026, 8, 15),
            confidence,
            forecast,
            progress,
            achieved: progress >= 1.0,
        }
    }

    #[test]
    fn the_middle_of_a_window_is_the_last_day_of_its_first_half() {
        let middle = |end| half_way(Window { start: date(2026, 7, 1), end });
        assert_eq!(middle(date(2026, 9, 30)), date(2026, 8, 15));
        assert_eq!(middle(date(2026, 7, 2)), date(2026, 7, 1));
        assert_eq!(middle(date(2026, 7, 1)), date(2026, 7, 1));
    }

    #[test]
    fn confidences_are_scored_as_probabilities() {
        let said = [
            outcome(Some(10), None, 1.0),
            outcome(Some(8), None, 1.0),
            outcome(Some(5), None, 0.2),
            outcome(Some(7), None, 0.9),
            outcome(None, None, 1.0),
        ];
        let found = brier(&said).expect("some were confident");
        assert_eq!(found.count, 4);
        assert!((found.score - (0.0 + 0.04 + 0.25 + 0.49) / 4.0).abs() < 1e-12, "{found:?}");
        assert!((found.base - 0.25).abs() < 1e-12);
        assert_eq!(brier(&said[4..]), None);
    }

    #[test]
    fn forecasts_that_promised_too_much_have_a_bias() {
        let said = [outcome(None, Some(1.0), 0.6), outcome(None, Some(0.2), 0.4)];
        let found = forecast_error(&said).expect("there are two");
        assert!((found.distance - 0.3).abs() < 1e-12 && (found.bias - 0.1).abs() < 1e-12);
        assert_eq!(forecast_error(&[outcome(Some(3), None, 1.0)]), None);
    }
}
