//! Rates: how fast a metric has to move, and how fast it and its like have ever moved.
//!
//! On record are the values of the key result itself, of its predecessors (what its goal
//! `continues`, by the key result's id), and of metrics of the same team with the same unit. A rate
//! counts as held if it was the average over a span that compares with the time that is left: at
//! least half of it, and no less than two weeks.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::Context;
use super::judged::{self, Judged};
use crate::date::{Date, add_days, days_between};
use crate::model::{Goal, Model, Reference};
use crate::text::{printable, shortened};

/// The shortest span, in days, over which an average says anything.
const LEAST_DAYS: i64 = 14;

/// The number of goals that are followed backwards through `continues`.
const GENERATIONS: usize = 16;

/// What a metric still has to do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Need {
    /// The distance to the target, positive, in the metric's unit.
    pub(super) left: f64,
    /// The days that there are for it.
    pub(super) days: i64,
}

impl Need {
    /// What is left divided by the time left, a day.
    pub(super) fn per_day(self) -> f64 {
        self.left / self.days as f64
    }
}

/// An average towards the target, and where it is on record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Rate {
    /// The average a day; negative where the best was to lose ground slowly.
    pub(super) per_day: f64,
    /// First and last day of the span.
    pub(super) span: (Date, Date),
    /// The reference of the key result that held it.
    pub(super) held_by: String,
}

/// What is left of a metric on a date; nothing where the target is reached or the time is over.
/// Before the start the whole window counts.
pub(super) fn need(one: &Judged<'_>, as_of: Date) -> Option<Need> {
    let (baseline, target) = one.way()?;
    let value = one.numbers(as_of).next_back().map_or(baseline, |(_, value)| value);
    let left = (target - value) * (target - baseline).signum();
    let window = one.key_result.window;
    let days = days_between(as_of.max(window.start), window.end);
    (left > 0.0 && days > 0).then_some(Need { left, days })
}

/// The goal that `goal` continues, if there is such a one.
pub(super) fn continued<'a>(model: &'a Model, goal: &Goal) -> Option<&'a Goal> {
    let reference = Reference::parse(goal.continues.as_deref()?)?;
    let (at, _) = model.resolve(&reference, &goal.reference.cycle).ok()?;
    Some(&*model.goals[at]).filter(|found| found.reference != goal.reference)
}

/// The goals of one team by their positions, and once somebody asks, its metrics.
#[derive(Debug, Default)]
struct Kin {
    goals: Vec<usize>,
    metrics: OnceLock<Metrics>,
}

/// The metrics of each unit, by the positions of goal and key result.
type Metrics = HashMap<String, Vec<(usize, usize)>>;

/// A team, a unit, and the least span.
type Wanted = (Option<String>, String, i64);

/// What is known of the rates of one model on one date: the rules that ask share it.
#[derive(Debug, Default)]
pub(super) struct Found {
    kin: OnceLock<HashMap<Option<String>, Kin>>,
    best: Mutex<HashMap<Wanted, Option<Rate>>>,
}

/// Every metric, ready to be looked up by goal, and by team and unit.
pub(super) struct Rates<'c, 'a> {
    context: &'c Context<'a>,
}

impl<'c, 'a> Rates<'c, 'a> {
    /// The rates of a model; what has been found of them is in the context.
    pub(super) fn new(context: &'c Context<'a>) -> Self {
        Self { context }
    }

    /// The best rate on record over a span that compares with `days`; nothing where none is.
    pub(super) fn best(&self, one: &Judged<'_>, days: i64) -> Option<Rate> {
        let least = comparable(days);
        let known = std::iter::once(*one).chain(self.predecessors(one));
        faster(self.fastest(known, least), self.of_kin(one, least))
    }

    /// The best rate on record of its predecessors alone.
    pub(super) fn best_before(&self, one: &Judged<'_>, days: i64) -> Option<Rate> {
        self.fastest(self.predecessors(one).into_iter(), comparable(days))
    }

    fn fastest<'j>(&self, known: impl Iterator<Item = Judged<'j>>, least: i64) -> Option<Rate> {
        known.map(|one| held(&one, self.context.as_of, least)).fold(None, faster)
    }

    /// The best rate of all metrics of its team and unit, looked for once for each length of span.
    fn of_kin(&self, one: &Judged<'_>, least: i64) -> Option<Rate> {
        let found = &self.context.rates;
        let (team, unit) = (&one.goal.team, one.key_result.unit.as_ref()?);
        let wanted = (team.clone(), unit.clone(), least);
        let best = || found.best.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(best) = best().get(&wanted) {
            return best.clone();
        }
        let kin = found.kin.get_or_init(|| kin(self.context.model)).get(team)?;
        let metrics = kin.metrics.get_or_init(|| metrics(self.context, &kin.goals)).get(unit)?;
        let known = metrics.iter().map(|(goal, at)| judged::one(self.context, *goal, *at));
        let fastest = self.fastest(known, least);
        best().insert(wanted, fastest.clone());
        fastest
    }

    /// The same key result in the goals that its goal continues, in the same unit.
    fn predecessors(&self, one: &Judged<'_>) -> Vec<Judged<'c>> {
        let model = self.context.model;
        let mut found = Vec::new();
        let mut goal = continued(model, one.goal);
        for _ in 0..GENERATIONS {
            let Some(before) = goal else { break };
            let at = model.position(&before.reference).expect("it is a goal of the model");
            let metrics = judged::of(self.context, at).filter(|other| other.way().is_some());
            let same = |other: &Judged<'c>| {
                let (id, former) = (&other.key_result.id, &one.key_result.formerly);
                let called_so =
                    *id == one.key_result.id || id.as_ref().is_some_and(|id| former.contains(id));
                called_so && other.key_result.unit == one.key_result.unit
            };
            found.extend(metrics.filter(same));
            goal = continued(model, before);
        }
        found
    }
}

/// The goals of each team.
fn kin(model: &Model) -> HashMap<Option<String>, Kin> {
    let mut kin: HashMap<Option<String>, Kin> = HashMap::new();
    for (at, goal) in model.goals.iter().enumerate() {
        match kin.get_mut(&goal.team) {
            Some(team) => team.goals.push(at),
            None => kin.entry(goal.team.clone()).or_default().goals.push(at),
        }
    }
    kin
}

/// The metrics of some goals.
fn metrics(context: &Context<'_>, goals: &[usize]) -> Metrics {
    let mut metrics = Metrics::new();
    for &goal in goals {
        let of_goal = judged::of(context, goal).enumerate();
        for (at, one) in of_goal.filter(|(_, one)| one.way().is_some()) {
            let Some(unit) = one.key_result.unit.as_deref() else { continue };
            match metrics.get_mut(unit) {
                Some(known) => known.push((goal, at)),
                None => drop(metrics.insert(unit.to_owned(), vec![(goal, at)])),
            }
        }
    }
    metrics
}

/// The shortest span, in days, that compares with `days`.
fn comparable(days: i64) -> i64 {
    LEAST_DAYS.max((days + 1) / 2)
}

/// The better of two rates; of equal ones the one whose name comes first.
fn faster(a: Option<Rate>, b: Option<Rate>) -> Option<Rate> {
    match (a, b) {
        (Some(a), Some(b)) => {
            let order = b.per_day.total_cmp(&a.per_day).then_with(|| a.held_by.cmp(&b.held_by));
            Some(if order.is_le() { a } else { b })
        }
        (a, b) => a.or(b),
    }
}

/// The best average over at least `least` days that one metric's values show.
fn held(one: &Judged<'_>, as_of: Date, least: i64) -> Option<Rate> {
    let (baseline, target) = one.way()?;
    let towards = (target - baseline).signum();
    let mut points: Vec<(Date, f64)> = Vec::new();
    for (record, value) in one.numbers(as_of) {
        let point = (record.stamp.date, value * towards);
        // Of several values of a day the last one stands.
        match points.last_mut().filter(|last| last.0 == point.0) {
            Some(last) => *last = point,
            None => points.push(point),
        }
    }
    let (per_day, span) = fastest_span(&points, least)?;
    Some(Rate { per_day, span, held_by: one.name() })
}

/// The steepest average between two points that lie at least `least` days apart.
fn fastest_span(points: &[(Date, f64)], least: i64) -> Option<(f64, (Date, Date))> {
    let mut best: Option<(f64, (Date, Date))> = None;
    for (at, from) in points.iter().enumerate() {
        let earliest = add_days(from.0, least);
        for to in points[at + 1..].iter().filter(|to| to.0 >= earliest) {
            let per_day = (to.1 - from.1) / days_between(from.0, to.0) as f64;
            if best.is_none_or(|(fastest, _)| per_day > fastest) {
                best = Some((per_day, (from.0, to.0)));
            }
        }
    }
    best
}

/// A rate as people read it: by the week, with its unit.
pub(super) fn weekly(one: &Judged<'_>, per_day: f64) -> String {
    let mut shown = rounded(per_day * 7.0);
    if let Some(unit) = &one.key_result.unit {
        shown.extend([" ", &*printable(unit)]);
    }
    shown + " a week"
}

/// A rate with two or three digits that say something.
fn rounded(rate: f64) -> String {
    let places = match rate.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 || size == 0.0 => 2,
        size => (1.0 - size.log10().floor()).clamp(2.0, 9.0) as usize,
    };
    shortened(rate, places)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_small_rate_is_not_nothing() {
        let shown = [123.456, 25.33, 1.333, 0.6154, 0.0, 0.000_71, -0.0042].map(rounded);
        assert_eq!(shown, ["123", "25.3", "1.33", "0.62", "0", "0.00071", "-0.0042"]);
    }

    #[test]
    fn a_rate_is_held_over_a_span() {
        let day = |day| date(2026, 10, day);
        let points = [(day(1), 0.0), (day(8), 14.0), (day(15), 14.0), (day(29), 28.0)];
        assert_eq!(fastest_span(&points, 7), Some((2.0, (day(1), day(8)))));
        assert_eq!(fastest_span(&points, 14), Some((1.0, (day(1), day(15)))));
        assert_eq!(fastest_span(&points, 60), None, "nothing compares");
        let falling = [(day(1), 9.0), (day(15), 2.0)];
        assert_eq!(fastest_span(&falling, 14), Some((-0.5, (day(1), day(15)))));
    }
}
