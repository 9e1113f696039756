//! Model, history and a date to figures: progress, pace, status, score and forecast.
//!
//! Every formula is computed for one date, from the records dated up to it. Nothing here reads a
//! clock, rounds a figure, or decides how one is shown.

mod calibration;
mod figures;
mod forecast;
mod members;
mod progress;
mod standing;
mod status;

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

pub use calibration::{
    Brier, Calibration, ForecastError, Outcome, Scored, brier, calibration, forecast_error,
};
pub use figures::{
    Coverage, CycleFigures, Forecast, GoalFigures, Grade, KeyResultFigures, Rollup, Status,
    TeamFigures, WHOLE,
};
pub use members::{Counted, Part, of_cycle, of_goal, of_team};
pub(crate) use progress::path_value;
pub use progress::until;
pub use standing::{Standing, standings};

use crate::date::Date;
use crate::history::{History, Original};
use crate::load::Kind;
use crate::model::{Goal, KeyResult, Model};

/// How many goals are at least computed in one go: fewer are not worth another thread.
const AT_ONCE: usize = 64;

/// Computes every figure of `model` for `as_of`. Without a history the figures that need one are
/// absent; all others are the same.
pub fn compute(model: &Model, history: Option<&History>, as_of: Date) -> Rollup {
    compute_again(model, history, as_of, None)
}

/// The same after little has changed. `before` is a model with its figures, told from the same
/// history: those of goals that are shared with it, and of whose contributors the same is true, are
/// shared too.
pub fn compute_again(
    model: &Model,
    history: Option<&History>,
    as_of: Date,
    before: Option<(&Model, &Rollup)>,
) -> Rollup {
    let mut goals = known(model, as_of, before);
    let new = without_contributors(model, history, as_of, &goals);
    for (at, figures) in new {
        goals[at] = Some(Arc::new(figures));
    }
    let mut members: Vec<Vec<Member>> = vec![Vec::new(); model.goals.len()];
    for &at in &model.order {
        members[at] = covered(model, at, &members);
        if goals[at].is_none() {
            let figures = goal_figures(model, history, as_of, at, &goals);
            let coverage = coverage(&members[at], &goals, at, &figures);
            goals[at] = Some(Arc::new(GoalFigures { coverage, ..figures }));
        }
    }
    let goals: Vec<Arc<GoalFigures>> =
        goals.into_iter().map(|goal| goal.expect("the order holds every goal")).collect();
    let scopes = Scopes { model, goals: &goals, members: &members };
    let cycles = model.cycles.keys().map(|cycle| scopes.cycle(cycle)).collect();
    let teams = by_team(model).into_iter();
    let teams = teams.map(|((cycle, team), inside)| scopes.team(cycle, team, &inside)).collect();
    Rollup { as_of, cycles, teams, goals }
}

/// The figures that are as they were: all that they are made of is what it was.
fn known(
    model: &Model,
    as_of: Date,
    before: Option<(&Model, &Rollup)>,
) -> Vec<Option<Arc<GoalFigures>>> {
    let mut known = vec![None; model.goals.len()];
    let is_same =
        |(old, rollup): &(&Model, &Rollup)| rollup.as_of == as_of && old.settings == model.settings;
    let Some((old, rollup)) = before.filter(is_same) else { return known };
    for &at in &model.order {
        let contributors = &model.contributors[at];
        let is_shared = old.goals.get(at).is_some_and(|old| Arc::ptr_eq(old, &model.goals[at]));
        if is_shared
            && old.contributors[at] == *contributors
            && contributors.iter().all(|contributor| known[contributor.goal].is_some())
        {
            known[at] = Some(Arc::clone(&rollup.goals[at]));
        }
    }
    known
}

/// The figures of the goals that need those of no other, which are most, as far as they are not
/// `known`; they are computed side by side.
fn without_contributors(
    model: &Model,
    history: Option<&History>,
    as_of: Date,
    known: &[Option<Arc<GoalFigures>>],
) -> Vec<(usize, GoalFigures)> {
    let stands_alone = |at: &usize| known[*at].is_none() && model.contributors[*at].is_empty();
    let alone: Vec<usize> = (0..model.goals.len()).filter(stands_alone).collect();
    let figures = |at: usize| {
        let figures = goal_figures(model, history, as_of, at, &[]);
        let coverage = coverage(&covered(model, at, &[]), &[], at, &figures);
        (at, GoalFigures { coverage, ..figures })
    };
    alone.into_par_iter().with_min_len(AT_ONCE).map(figures).collect()
}

/// The goals of each team, in the order of cycles and teams: its own, and those of teams below it.
fn by_team(model: &Model) -> BTreeMap<(&str, &str), Vec<usize>> {
    let mut goals: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, goal) in model.goals.iter().enumerate() {
        let Some(own) = goal.team.as_deref() else { continue };
        let above = own.match_indices('/').map(|(end, _)| &own[..end]);
        for team in above.chain([own]) {
            goals.entry((&goal.reference.cycle, team)).or_default().push(at);
        }
    }
    goals
}

/// A key result: the position of its goal, and its own in it.
type Member = (usize, usize);

/// Weighted mean of the members that have a progress: `Σ wᵢ·pᵢ / Σ wᵢ`, null if nothing counts.
fn pooled(members: impl IntoIterator<Item = (f64, Option<f64>)>) -> Option<f64> {
    let (mut weights, mut sum) = (0.0, 0.0);
    for (weight, progress) in members {
        if let Some(progress) = progress.filter(|_| weight > 0.0) {
            weights += weight;
            sum += weight * progress;
        }
    }
    (weights > 0.0).then(|| sum / weights)
}

/// The goals that count in `at`: in the goal itself, or in one of its key results.
fn contributors<'a>(
    model: &'a Model,
    at: usize,
    key_result: Option<usize>,
) -> impl Iterator<Item = usize> + 'a {
    model.contributors[at]
        .iter()
        .filter(move |contributor| contributor.key_result == key_result)
        .map(|contributor| contributor.goal)
        .filter(|goal| model.goals[*goal].counts())
}

/// Progress of the goals that contribute, each with its goal's weight.
fn pool_of(
    model: &Model,
    at: usize,
    key_result: Option<usize>,
    done: &[Option<Arc<GoalFigures>>],
) -> Vec<(f64, Option<f64>)> {
    let progress = |goal: usize| done[goal].as_ref().and_then(|figures| figures.progress);
    contributors(model, at, key_result)
        .map(|goal| (model.goals[goal].weight, progress(goal)))
        .collect()
}

/// A goal's progress on the date of `rollup`, had its plan been `plan`: the key results of that
/// plan, measured by the records that there are now, and what contributes now.
pub fn progress_under(model: &Model, rollup: &Rollup, at: usize, plan: &Goal) -> Option<f64> {
    let pool = |key_result| {
        contributors(model, at, key_result)
            .map(|goal| (model.goals[goal].weight, rollup.goals[goal].progress))
            .collect()
    };
    progress_under_plan(model, &model.goals[at], plan, rollup.as_of, pool)
}

/// The progress of `goal`, had its plan been `plan`; `pool` gives what contributes to the goal or
/// to one of its present key results.
fn progress_under_plan(
    model: &Model,
    goal: &Goal,
    plan: &Goal,
    as_of: Date,
    pool: impl Fn(Option<usize>) -> Vec<(f64, Option<f64>)>,
) -> Option<f64> {
    let figures = key_results_under(model, goal, plan, as_of, &pool);
    goal_progress(&figures, &plan.key_results, &pool(None))
}

fn goal_figures(
    model: &Model,
    history: Option<&History>,
    as_of: Date,
    at: usize,
    done: &[Option<Arc<GoalFigures>>],
) -> GoalFigures {
    let goal = &model.goals[at];
    let key_results =
        key_results(model, goal, as_of, |kr| pooled(pool_of(model, at, Some(kr), done)));
    let others = pool_of(model, at, None, done);
    let progress = goal_progress(&key_results, &goal.key_results, &others);
    let scale = model.settings.scale(goal.read_ambition());
    let over = as_of > goal.window.end;
    let closed = goal.close.as_ref().filter(|close| close.date <= as_of);
    let score = over.then(|| closed.and_then(|close| close.score).or(progress)).flatten();
    let member_statuses = status::members(
        goal,
        &key_results,
        contributors(model, at, None).filter_map(|goal| done[goal].as_deref()),
    );
    let past = history.and_then(|history| history.goal(&goal.reference));
    let pool = |key_result| pool_of(model, at, key_result, done);
    let progress_original = past.and_then(|past| {
        let original = match past.original(goal, model) {
            Original::Unknown => return None,
            Original::Unmoved => return progress,
            Original::Moved(original) => original,
        };
        progress_under_plan(model, goal, original, as_of, pool)
    });
    GoalFigures {
        progress,
        score,
        score_original: progress_original.filter(|_| over),
        progress_original,
        grade: score.map(|score| Grade::of(score, scale)),
        status: status::goal(goal, score, scale, over, &member_statuses),
        confidence: confidence(goal, &key_results, as_of),
        coverage: Coverage::default(),
        amendments: past.map(|past| past.amendments),
        goalpost_moves: past.map(|past| past.goalpost_moves),
        last_checkin: last_checkin(goal, &key_results, as_of),
        key_results,
    }
}

/// Figures of each key result; `pool` gives the progress of what contributes to one.
fn key_results(
    model: &Model,
    goal: &Goal,
    as_of: Date,
    pool: impl Fn(usize) -> Option<f64>,
) -> Vec<KeyResultFigures> {
    let figure = |(position, key_result): (usize, &KeyResult)| {
        let pool = if key_result.kind == Kind::Objectives { pool(position) } else { None };
        progress::key_result(&model.settings, goal, key_result, pool, as_of)
    };
    goal.key_results.iter().enumerate().map(figure).collect()
}

fn goal_progress(
    figures: &[KeyResultFigures],
    key_results: &[KeyResult],
    others: &[(f64, Option<f64>)],
) -> Option<f64> {
    let own =
        key_results.iter().zip(figures).map(|(kr, figures)| (kr.weight, Some(figures.progress)));
    pooled(own.chain(others.iter().copied()))
}

/// The key results of the plan as it was, measured by the records that there are now.
fn key_results_under(
    model: &Model,
    goal: &Goal,
    plan: &Goal,
    as_of: Date,
    pool: impl Fn(Option<usize>) -> Vec<(f64, Option<f64>)>,
) -> Vec<KeyResultFigures> {
    let mut before = plan.clone();
    let mut now = Vec::with_capacity(before.key_results.len());
    for key_result in &mut before.key_results {
        let current = goal.key_results.iter().position(|kr| {
            kr.id == key_result.id
                || key_result.id.as_ref().is_some_and(|id| kr.formerly.contains(id))
        });
        if let (Some(current), Some(measure)) = (current, &key_result.measure) {
            key_result.records =
                measure.usable(&goal.key_results[current].records).cloned().collect();
        }
        now.push(current);
    }
    key_results(model, &before, as_of, |position| {
        now[position].and_then(|current| pooled(pool(Some(current))))
    })
}

/// The latest confidence given: the goal's own, else the lowest of its key results'.
fn confidence(goal: &Goal, key_results: &[KeyResultFigures], as_of: Date) -> Option<u8> {
    let own = progress::latest_confidence(&goal.records, as_of);
    let counted = goal.key_results.iter().zip(key_results);
    own.or_else(|| {
        counted
            .filter(|(kr, _)| kr.weight > 0.0 && kr.dropped.is_none())
            .filter_map(|(_, figures)| figures.confidence)
            .min()
    })
}

/// The date of the last record of the goal or of one of its key results.
fn last_checkin(goal: &Goal, key_results: &[KeyResultFigures], as_of: Date) -> Option<Date> {
    let own = progress::seen(&goal.records, as_of).last().map(|record| record.stamp.date);
    key_results.iter().filter_map(|figures| figures.last_checkin).chain(own).max()
}

/// The key results that a goal is covered by: its own, and those of everything that counts in it.
fn covered(model: &Model, at: usize, done: &[Vec<Member>]) -> Vec<Member> {
    let goal = &model.goals[at];
    let mut members = Vec::with_capacity(goal.key_results.len());
    for (position, key_result) in goal.key_results.iter().enumerate() {
        if key_result.weight <= 0.0 {
            continue;
        }
        if key_result.kind == Kind::Objectives {
            for contributor in contributors(model, at, Some(position)) {
                members.extend_from_slice(&done[contributor]);
            }
        } else {
            members.push((at, position));
        }
    }
    for contributor in contributors(model, at, None) {
        members.extend_from_slice(&done[contributor]);
    }
    each_once(members)
}

/// Members by position, each once: one that counts in several ways is one.
fn each_once(mut members: Vec<Member>) -> Vec<Member> {
    members.sort_unstable();
    members.dedup();
    members
}

fn coverage(
    members: &[Member],
    done: &[Option<Arc<GoalFigures>>],
    at: usize,
    own: &GoalFigures,
) -> Coverage {
    let measured = |(goal, position): &&Member| {
        let figures = if *goal == at { Some(own) } else { done[*goal].as_deref() };
        figures.is_some_and(|figures| figures.key_results[*position].raw.is_some())
    };
    Coverage { measured: members.iter().filter(measured).count(), all: members.len() }
}

/// Teams and cycles: sets of goals.
struct Scopes<'a> {
    model: &'a Model,
    goals: &'a [Arc<GoalFigures>],
    members: &'a [Vec<Member>],
}

impl Scopes<'_> {
    fn cycle(&self, cycle: &str) -> CycleFigures {
        let inside: Vec<usize> = (0..self.goals.len())
            .filter(|at| self.model.goals[*at].reference.cycle == cycle)
            .collect();
        let (progress, coverage, statuses) = self.figures(&inside);
        CycleFigures {
            id: cycle.to_owned(),
            window: self.model.cycles[cycle],
            progress,
            coverage,
            statuses,
        }
    }

    fn team(&self, cycle: &str, team: &str, inside: &[usize]) -> TeamFigures {
        let (progress, coverage, statuses) = self.figures(inside);
        TeamFigures { cycle: cycle.to_owned(), id: team.to_owned(), progress, coverage, statuses }
    }

    fn figures(&self, inside: &[usize]) -> (Option<f64>, Coverage, BTreeMap<Status, usize>) {
        let counted = members::counted(self.model, inside);
        let goal = |at: &usize| &self.model.goals[*at];
        let progress = pooled(counted.iter().map(|at| (goal(at).weight, self.goals[*at].progress)));
        let members = counted.iter().flat_map(|at| self.members[*at].iter().copied());
        let members = each_once(members.collect());
        let measured =
            members.iter().filter(|(at, kr)| self.goals[*at].key_results[*kr].raw.is_some());
        let coverage = Coverage { measured: measured.count(), all: members.len() };
        let mut statuses = BTreeMap::new();
        for at in inside {
            *statuses.entry(self.goals[*at].status).or_insert(0) += 1;
        }
        (progress, coverage, statuses)
    }
}
