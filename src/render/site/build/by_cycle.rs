//! The goals of a team or a person, cycle by cycle.

use std::cmp::Reverse;

use super::super::link::{self, Href};
use super::super::view::{CycleGoals, GoalRow, KeyResultRow, ListKeys};
use super::{Scope, filters, rows, words};
use crate::model::{Goal, KeyResult};
use crate::rollup::CycleFigures;

/// The cycles in the order of interest: the active ones, those that end first before the rest; those to come, the next
/// one first; those that are over, the latest first.
pub(super) fn in_order<'a>(scope: &Scope<'a>) -> Vec<&'a CycleFigures> {
    let mut cycles: Vec<&CycleFigures> = scope.rollup.cycles.iter().collect();
    cycles.sort_by_key(|cycle| {
        let window = cycle.window;
        match rows::state(window, scope.as_of) {
            "active" => (0, window.end, Reverse(window.start), Reverse(window.end)),
            "upcoming" => (1, window.start, Reverse(window.start), Reverse(window.end)),
            _ => (2, scope.as_of, Reverse(window.start), Reverse(window.end)),
        }
    });
    cycles
}

/// These goals by cycle: those of cycles that are not over in full, then those of cycles that are, in short.
///
/// `whole` tells which goals are shown as such; of the others only the key results that `part` holds.
pub(super) fn goals(
    scope: &Scope<'_>,
    goals: &[usize],
    from: &str,
    whole: impl Fn(&Goal) -> bool,
    part: impl Fn(&KeyResult) -> bool,
) -> (Vec<CycleGoals>, Vec<CycleGoals>) {
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for cycle in in_order(scope) {
        let state = rows::state(cycle.window, scope.as_of);
        let inside = goals.iter().copied();
        let inside = inside.filter(|at| scope.model.goals[*at].reference.cycle == cycle.id);
        let (own, others): (Vec<usize>, Vec<usize>) =
            inside.partition(|at| whole(&scope.model.goals[*at]));
        let shown: Vec<GoalRow> = match state {
            "closed" => own.iter().map(|at| rows::goal_line(scope, *at, from)).collect(),
            _ => rows::goal_cards(scope, &own, goals.len(), from).collect(),
        };
        let key_results: Vec<KeyResultRow> =
            others.iter().flat_map(|at| parts(scope, *at, from, &part)).collect();
        if own.is_empty() && key_results.is_empty() {
            continue;
        }
        let group = CycleGoals {
            id: cycle.id.clone(),
            url: Href::between(from, &link::cycle_page(&cycle.id)),
            window: rows::span(cycle.window),
            standing: words::standing(cycle.window, scope.as_of),
            state: state.to_owned(),
            team: None,
            goals: shown,
            key_results,
        };
        if state == "closed" { over.push(group) } else { open.push(group) }
    }
    (open, over)
}

/// What the goals and the key results of these cycles are narrowed by.
pub(super) fn keys<'g>(
    open: &'g [CycleGoals],
    over: &'g [CycleGoals],
) -> impl Iterator<Item = &'g ListKeys> + Clone {
    open.iter().chain(over).flat_map(|group| {
        let parts = group.key_results.iter().filter_map(|one| one.keys.as_ref());
        group.goals.iter().map(|goal| &goal.keys).chain(parts)
    })
}

/// The same, to be changed.
pub(super) fn keys_mut<'g>(
    open: &'g mut [CycleGoals],
    over: &'g mut [CycleGoals],
) -> impl Iterator<Item = &'g mut ListKeys> {
    open.iter_mut().chain(over).flat_map(|group| {
        let parts = group.key_results.iter_mut().filter_map(|one| one.keys.as_mut());
        group.goals.iter_mut().map(|goal| &mut goal.keys).chain(parts)
    })
}

/// The key results of a goal that `part` holds, each with its goal.
fn parts(
    scope: &Scope<'_>,
    at: usize,
    from: &str,
    part: &impl Fn(&KeyResult) -> bool,
) -> Vec<KeyResultRow> {
    let (goal, figures) = scope.goal(at);
    let own = goal.key_results.iter().zip(&figures.key_results).filter(|(one, _)| part(one));
    own.map(|(key_result, figures)| KeyResultRow {
        goal: Some(rows::goal_link(goal, from)),
        keys: Some(filters::key_result_keys(goal, key_result, figures)),
        owner: None,
        ..rows::key_result_row(scope, goal, key_result, figures, from)
    })
    .collect()
}
