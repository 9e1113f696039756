//! How some goals stood on other days, without computing all the others anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::figures::{GoalFigures, KeyResultFigures, Status};
use super::goal_figures;
use crate::date::Date;
use crate::model::{Model, Record};

/// How a goal stood on a day: the part of its figures that needs neither a history nor the rest of the workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// Its status.
    pub status: Status,
    /// From 0 to 10, if anyone had given one.
    pub confidence: Option<u8>,
    /// One entry for each key result of the goal, in its order.
    pub key_results: Vec<KeyResultFigures>,
}

/// How the goals at these positions stood on each of `days`: for each day one entry per goal, in the order given.
///
/// The figures are those of [`compute`](super::compute) for that day: records dated later are not seen, and plans are
/// as they are now. Only the goals that are asked for are computed, and those that count in them.
pub fn standings(model: &Model, goals: &[usize], days: &[Date]) -> Vec<Vec<Standing>> {
    let needed = with_contributors(model, goals);
    let asked_for: BTreeSet<usize> = goals.iter().copied().collect();
    let mut done: Vec<Option<Arc<GoalFigures>>> = vec![None; model.goals.len()];
    let mut was_ahead = vec![false; model.goals.len()];
    let mut on = |day: &Date| {
        for &at in &needed {
            // What others make of a goal that is still ahead is the same on every such day.
            let is_ahead = !asked_for.contains(&at) && is_ahead(model, at, *day);
            if !std::mem::replace(&mut was_ahead[at], is_ahead) || !is_ahead {
                done[at] = Some(Arc::new(goal_figures(model, None, *day, at, &done)));
            }
        }
        goals.iter().filter_map(|at| done[*at].as_deref()).map(standing).collect()
    };
    days.iter().map(&mut on).collect()
}

/// Tells whether nothing of a goal has begun by a day: no window of its own, no record, no other goal that counts in it.
fn is_ahead(model: &Model, at: usize, day: Date) -> bool {
    let goal = &model.goals[at];
    let is_later = |records: &[Record]| records.first().is_none_or(|first| first.stamp.date > day);
    let mut key_results = goal.key_results.iter();
    model.contributors[at].is_empty()
        && goal.window.start > day
        && is_later(&goal.records)
        && key_results.all(|own| own.window.start > day && is_later(&own.records))
}

fn standing(figures: &GoalFigures) -> Standing {
    Standing {
        status: figures.status,
        confidence: figures.confidence,
        key_results: figures.key_results.clone(),
    }
}

/// The goals and all that count in them, directly or not, such that what contributes comes first.
fn with_contributors(model: &Model, goals: &[usize]) -> Vec<usize> {
    let mut needed = vec![false; model.goals.len()];
    let mut open: Vec<usize> = goals.to_vec();
    while let Some(at) = open.pop() {
        if !std::mem::replace(&mut needed[at], true) {
            open.extend(model.contributors[at].iter().map(|contributor| contributor.goal));
        }
    }
    model.order.iter().copied().filter(|at| needed[*at]).collect()
}
