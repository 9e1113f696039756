//! What a rule looks at: a key result with its goal, its figures, and where it is written.

use super::Context;
use crate::date::Date;
use crate::diagnostic::Place;
use crate::load::{KeyResultDoc, MeasureDoc, Value};
use crate::model::{Goal, KeyResult, Measure, Record};
use crate::rollup::KeyResultFigures;
use crate::text::{Span, number};

/// One key result, or the measure of a SMART goal.
#[derive(Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) goal: &'a Goal,
    pub(super) key_result: &'a KeyResult,
    pub(super) figures: &'a KeyResultFigures,
}

/// Every key result of a goal.
pub(super) fn of<'a>(context: &'a Context<'_>, at: usize) -> impl Iterator<Item = Judged<'a>> {
    let (goal, figures) = (&context.model.goals[at], &context.rollup.goals[at]);
    let key_results = goal.key_results.iter().zip(&figures.key_results);
    key_results.map(move |(key_result, figures)| Judged { goal, key_result, figures })
}

/// A key result by the positions of its goal and its own.
pub(super) fn one<'a>(context: &'a Context<'_>, goal: usize, at: usize) -> Judged<'a> {
    let (figures, goal) = (&context.rollup.goals[goal], &context.model.goals[goal]);
    Judged { goal, key_result: &goal.key_results[at], figures: &figures.key_results[at] }
}

/// The key results to look at that can still be acted on: not dropped, of goals neither dropped nor closed.
pub(super) fn live<'a>(context: &'a Context<'_>) -> impl Iterator<Item = Judged<'a>> {
    let as_of = context.as_of;
    let looked_at = context.goals().flat_map(|(at, _)| of(context, at));
    looked_at.filter(move |one| is_live(one.goal, as_of) && one.key_result.dropped.is_none())
}

/// Tells whether a goal can still be acted on.
pub(super) fn is_live(goal: &Goal, as_of: Date) -> bool {
    goal.dropped.is_none() && !is_closed(goal, as_of)
}

/// Tells whether people have closed a goal by a date.
pub(super) fn is_closed(goal: &Goal, as_of: Date) -> bool {
    goal.close.as_ref().is_some_and(|close| close.date <= as_of)
}

impl<'a> Judged<'a> {
    /// Its full reference.
    pub(super) fn name(&self) -> String {
        self.goal.reference.with(self.key_result.id.as_deref())
    }

    /// Where it is planned.
    pub(super) fn place(&self) -> Place {
        Place::new(&self.goal.path, self.key_result.at)
    }

    /// A place in its check-ins file.
    pub(super) fn in_record(&self, span: Span) -> Place {
        Place::new(self.goal.checkins_path(), span)
    }

    /// Its records that count on a date: not void, and not dated later. Earliest first.
    pub(super) fn records(&self, as_of: Date) -> impl DoubleEndedIterator<Item = &'a Record> {
        let records = self.key_result.records.iter();
        records.filter(move |record| !record.void && record.stamp.date <= as_of)
    }

    /// The numbers among its records that count on a date, each with its record.
    pub(super) fn numbers(
        &self,
        as_of: Date,
    ) -> impl DoubleEndedIterator<Item = (&'a Record, f64)> {
        self.records(as_of).filter_map(|record| match record.value {
            Some(Value::Number(value)) => Some((record, value)),
            _ => None,
        })
    }

    /// Baseline and target, of a metric.
    pub(super) fn way(&self) -> Option<(f64, f64)> {
        match self.key_result.measure {
            Some(Measure::Metric { baseline, target, .. }) => Some((baseline, target)),
            _ => None,
        }
    }

    /// The keys of its measure as they stand in the plan.
    pub(super) fn measure_doc(&self) -> &'a MeasureDoc {
        let doc = self.key_result.id.as_deref().and_then(|id| key_result_doc(self.goal, id));
        doc.map_or(&self.goal.plan.measure, |doc| &doc.measure)
    }

    /// Its title, or that of its SMART goal, if the plan gives one.
    pub(super) fn title(&self) -> Option<&'a str> {
        let doc = self.key_result.id.as_deref().and_then(|id| key_result_doc(self.goal, id));
        let title = doc.map_or(&self.goal.plan.title, |doc| &doc.title);
        title.as_ref().map(|title| title.value.as_str())
    }

    /// A number with the unit.
    pub(super) fn with_unit(&self, value: f64) -> String {
        match self.key_result.unit.as_deref() {
            Some(unit) => format!("{} {}", number(value), crate::text::printable(unit)),
            None => number(value),
        }
    }
}

/// A key result as it stands in its goal's plan.
pub(super) fn key_result_doc<'a>(goal: &'a Goal, id: &str) -> Option<&'a KeyResultDoc> {
    goal.plan.key_results.iter().find(|doc| doc.id == id)
}
