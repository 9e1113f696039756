//! How some goals stood on other days, without computing all the others anew.

use std::sync::Arc;

use super::figures::{GoalFigures, KeyResultFigures, Status};
use super::goal_figures;
use crate::date::Date;
use crate::model::Model;

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
    let mut done: Vec<Option<Arc<GoalFigures>>> = vec![None; model.goals.len()];
    let mut on = |day: &Date| {
        for &at in &needed {
            done[at] = Some(Arc::new(goal_figures(model, None, *day, at, &done)));
        }
        goals.iter().filter_map(|at| done[*at].as_deref()).map(standing).collect()
    };
    days.iter().map(&mut on).collect()
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
