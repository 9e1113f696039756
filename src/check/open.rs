//! Which goals are still judged: what is over is not nagged about how it was planned.

use super::Context;
use crate::date::Date;
use crate::load::{KeyResultDoc, PlanDoc};
use crate::model::{Goal, GoalKind, KeyResult};

/// Tells whether a goal goes on: neither dropped nor closed nor past its last day.
pub(super) fn is_open(goal: &Goal, as_of: Date) -> bool {
    goal.dropped.is_none() && goal.plan.close.is_none() && as_of <= goal.window.end
}

/// The goals to look at that go on, with their positions.
pub(super) fn goals<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Goal)> {
    let as_of = context.as_of;
    context.goals().filter(move |(_, goal)| is_open(goal, as_of))
}

/// The objectives that go on, with their positions.
pub(super) fn objectives<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Goal)> {
    goals(context).filter(|(_, goal)| goal.kind == GoalKind::Objective)
}

/// The key results of an objective that were not given up, as they were read and as they stand.
pub(super) fn key_results(
    goal: &Goal,
) -> impl Iterator<Item = (&KeyResult, &KeyResultDoc)> + use<'_> {
    let plan: &PlanDoc = &goal.plan;
    goal.key_results
        .iter()
        .zip(&plan.key_results)
        .filter(|(read, doc)| read.id.is_some() && doc.dropped.is_none())
}
