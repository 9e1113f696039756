//! What counts in a goal, a team or a cycle: the members of its weighted mean.

use std::collections::BTreeSet;

use super::{Rollup, contributors};
use crate::model::Model;

/// One member of a weighted mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counted {
    /// What it is.
    pub part: Part,
    /// Its weight, above 0.
    pub weight: f64,
    /// Its progress, from 0 to 1.
    pub progress: f64,
}

/// What can count in something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// A key result of the goal itself, by its position.
    KeyResult(usize),
    /// A goal, by its position.
    Goal(usize),
}

/// The members of a goal: its key results, then the goals that contribute to it. Their weighted
/// mean is its progress.
pub fn of_goal(model: &Model, rollup: &Rollup, at: usize) -> Vec<Counted> {
    let key_results = model.goals[at].key_results.iter().zip(&rollup.goals[at].key_results);
    let own = key_results.enumerate().map(|(position, (key_result, figures))| {
        let part = Part::KeyResult(position);
        Counted { part, weight: key_result.weight, progress: figures.progress }
    });
    let others = goals(model, rollup, contributors(model, at, None));
    own.filter(|member| member.weight > 0.0).chain(others).collect()
}

/// The members of a team in a cycle. Their weighted mean is its progress.
pub fn of_team(model: &Model, rollup: &Rollup, cycle: &str, team: &str) -> Vec<Counted> {
    let inside = |at: &usize| {
        let goal = &model.goals[*at];
        goal.reference.cycle == cycle && goal.is_in_team(team)
    };
    let inside: Vec<usize> = (0..model.goals.len()).filter(inside).collect();
    goals(model, rollup, counted(model, &inside).into_iter()).collect()
}

/// The members of a cycle. Their weighted mean is its progress.
pub fn of_cycle(model: &Model, rollup: &Rollup, cycle: &str) -> Vec<Counted> {
    let inside = |at: &usize| model.goals[*at].reference.cycle == cycle;
    let inside: Vec<usize> = (0..model.goals.len()).filter(inside).collect();
    goals(model, rollup, counted(model, &inside).into_iter()).collect()
}

/// The goals among `all` that have a progress and a weight.
fn goals<'a>(
    model: &'a Model,
    rollup: &'a Rollup,
    all: impl Iterator<Item = usize> + 'a,
) -> impl Iterator<Item = Counted> + 'a {
    all.filter_map(|at| {
        let (weight, progress) = (model.goals[at].weight, rollup.goals[at].progress?);
        (weight > 0.0).then_some(Counted { part: Part::Goal(at), weight, progress })
    })
}

/// The goals that count beside each other: each once, so one that counts, directly or not, in
/// another counted goal of the same scope counts through that one.
pub(super) fn counted(model: &Model, inside: &[usize]) -> Vec<usize> {
    let eligible: BTreeSet<usize> =
        inside.iter().copied().filter(|at| model.goals[*at].counts()).collect();
    eligible.iter().copied().filter(|at| !counts_through(model, *at, &eligible)).collect()
}

/// Tells whether a goal counts in one of `others`.
fn counts_through(model: &Model, at: usize, others: &BTreeSet<usize>) -> bool {
    let mut above: Vec<usize> = counted_in(model, at).collect();
    let mut seen = BTreeSet::new();
    while let Some(parent) = above.pop() {
        if others.contains(&parent) {
            return true;
        }
        if seen.insert(parent) && model.goals[parent].counts() {
            above.extend(counted_in(model, parent));
        }
    }
    false
}

/// The goals in which a goal counts: its parents, unless through a key result of weight 0.
fn counted_in(model: &Model, at: usize) -> impl Iterator<Item = usize> {
    let weight = |goal: usize, kr: usize| model.goals[goal].key_results[kr].weight;
    let links = model.goals[at].contributes_to.iter();
    links
        .filter(move |link| link.key_result.is_none_or(|kr| weight(link.goal, kr) > 0.0))
        .map(|link| link.goal)
}
