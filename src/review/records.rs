//! Check-ins, and records of the past that no longer say what they said.

use super::Author;
use super::pairs::Pairs;
use crate::date::{Stamp, days_between};
use crate::history::{Event, EventKind, History};
use crate::load::Value;
use crate::model::{Goal, GoalRef, KeyResult, Record};
use crate::rollup::until;

/// A record that appeared, or was taken back in the open.
#[derive(Debug, Clone, PartialEq)]
pub struct CheckIn {
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal itself or its one measure.
    pub key_result: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The date that it is true on.
    pub stamp: Stamp,
    /// Whether it counts for nothing.
    pub void: bool,
    /// The last value dated before it; of a record that was taken back, what it said.
    pub previous: Option<Value>,
    /// The value recorded.
    pub value: Option<Value>,
    /// Progress by the records dated before it, under the plan as it is after the change; of a
    /// record that was taken back, with it.
    pub progress_before: Option<f64>,
    /// Progress by those and this one.
    pub progress: Option<f64>,
    /// The confidence recorded, from 0 to 10.
    pub confidence: Option<u8>,
    /// The note recorded.
    pub note: Option<String>,
    /// Who took the value, where that was not the commit's author.
    pub by: Option<String>,
    /// Who committed it; nothing while it is not committed, or where that is not known.
    pub author: Option<Author>,
    /// Days from its date to the day on which it was committed; nothing for one taken back.
    pub lag_days: Option<i64>,
}

/// A record that says something else than it did, or is gone.
#[derive(Debug, Clone, PartialEq)]
pub struct Rewritten {
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal itself or its one measure.
    pub key_result: Option<String>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// The date that it is true on.
    pub stamp: Stamp,
    /// What it said.
    pub before: Record,
    /// What it says; nothing if it is gone.
    pub after: Option<Record>,
    /// Who committed that; nothing while it is not committed, or where that is not known.
    pub author: Option<Author>,
}

/// Every record that appeared or was taken back.
pub(super) fn checkins(
    pairs: &Pairs<'_>,
    events: &[Event],
    history: Option<&History>,
) -> Vec<CheckIn> {
    let wanted =
        events.iter().filter(|event| matches!(event.kind, EventKind::Recorded | EventKind::Voided));
    wanted.filter_map(|event| checkin(pairs, event, history)).collect()
}

fn checkin(pairs: &Pairs<'_>, event: &Event, history: Option<&History>) -> Option<CheckIn> {
    let (stamp, record) = (event.stamp?, event.after.as_ref()?);
    let key_result = pairs.later(&event.goal).and_then(|goal| measured(goal, event));
    let author = history.and_then(|history| history.maker_of(event)).map(Author::of);
    let progress = |included| key_result.and_then(|found| until(found, stamp, included));
    let taken_back = event.before.as_ref();
    let (previous, progress_before) = match taken_back {
        Some(was) => {
            let earlier = pairs.earlier_key_result(&event.goal, event.key_result.as_deref());
            (was.value.clone(), earlier.and_then(|found| until(found, stamp, true)))
        }
        None => (key_result.and_then(|found| value_before(found, stamp)), progress(false)),
    };
    let lag = |author: &Author| days_between(stamp.date, author.date);
    Some(CheckIn {
        goal: event.goal.clone(),
        key_result: event.key_result.clone(),
        unit: key_result.and_then(|found| found.unit.clone()),
        stamp,
        void: record.void,
        previous,
        value: record.value.clone(),
        progress_before,
        progress: progress(true),
        confidence: record.confidence,
        note: record.note.clone(),
        by: record.by.clone(),
        lag_days: author.as_ref().filter(|_| taken_back.is_none()).map(lag),
        author,
    })
}

/// The key result, or the one measure of a SMART goal, that an event's record is of.
fn measured<'a>(goal: &'a Goal, event: &Event) -> Option<&'a KeyResult> {
    goal.key_results.iter().find(|key_result| key_result.id == event.key_result)
}

fn value_before(key_result: &KeyResult, stamp: Stamp) -> Option<Value> {
    let earlier = key_result.records.iter().rev().filter(|record| record.stamp < stamp);
    earlier.filter(|record| !record.void).find_map(|record| record.value.clone())
}

/// Every record of the past that was corrected or removed. What goes with a plan that is deleted,
/// or with a goal's key result, is told there.
pub(super) fn rewritten(
    pairs: &Pairs<'_>,
    events: &[Event],
    history: Option<&History>,
) -> Vec<Rewritten> {
    let changed = events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Corrected | EventKind::Removed))
        .filter_map(|event| {
            let now = pairs.later(&event.goal).and_then(|goal| measured(goal, event));
            let was = || pairs.earlier_key_result(&event.goal, event.key_result.as_deref());
            let author = history.and_then(|history| history.maker_of(event)).map(Author::of);
            Some(Rewritten {
                goal: event.goal.clone(),
                key_result: event.key_result.clone(),
                unit: now.or_else(was).and_then(|key_result| key_result.unit.clone()),
                stamp: event.stamp?,
                before: event.before.clone()?,
                after: event.after.clone(),
                author,
            })
        });
    let mut all: Vec<Rewritten> = changed.chain(taken_by_others(pairs)).collect();
    let place = |found: &Rewritten| (found.goal.clone(), found.key_result.clone(), found.stamp);
    all.sort_by_key(place);
    all
}

/// Records that say the same but for who took them, which is no event of the history.
fn taken_by_others<'a>(pairs: &'a Pairs<'_>) -> impl Iterator<Item = Rewritten> + 'a {
    pairs.all().flat_map(move |pair| {
        let goal = &pairs.after.model.goals[pair.after];
        let own = (&pairs.before.model.goals[pair.before].records, &goal.records);
        let own = std::iter::once((own, None, None));
        let of_key_results = pairs.key_results(pair).into_iter().map(|(before, after)| {
            ((&before.records, &after.records), after.id.clone(), after.unit.clone())
        });
        let both = own.chain(of_key_results);
        both.flat_map(move |((before, after), key_result, unit)| {
            changed_takers(before, after).map(move |(before, after)| Rewritten {
                goal: goal.reference.clone(),
                key_result: key_result.clone(),
                unit: unit.clone(),
                stamp: after.stamp,
                before: before.clone(),
                after: Some(after.clone()),
                author: None,
            })
        })
    })
}

fn changed_takers<'a>(
    before: &'a [Record],
    after: &'a [Record],
) -> impl Iterator<Item = (&'a Record, &'a Record)> {
    after.iter().filter_map(move |now| {
        let was = before.iter().find(|was| was.stamp == now.stamp)?;
        let same = was.value == now.value
            && was.confidence == now.confidence
            && was.note == now.note
            && was.void == now.void;
        (same && was.by != now.by).then_some((was, now))
    })
}
