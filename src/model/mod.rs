//! Documents to the typed model: cycles, goals, measures, records, and the alignment graph.
//!
//! What cannot be used is reported and left out, so that everything that is in the model can be
//! computed with. The model knows nothing of git, and judges nothing: whether a goal is a good one
//! is for the rules to say.

mod align;
mod build;
pub mod cycle;
mod draft;
mod goal;
mod measure;
mod records;
mod reference;
mod settings;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use build::{Known, build, build_again};
pub use draft::draft_goal;
pub use goal::{Close, Goal, GoalKind, Initiative, KeyResult, Link, Record, RecordSpans};
pub use measure::{Measure, Milestone};
pub(crate) use records::record;
pub use reference::{GoalRef, Reference, Unresolved};
pub use settings::{DEFAULT_PLANS, Person, Settings, Team, settings};

use crate::date::{Date, Window};

/// Everything that a workspace says, ready to be computed with.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The settings.
    pub settings: Settings,
    /// The cycles that hold goals, by id.
    pub cycles: BTreeMap<String, Window>,
    /// The goals, by cycle and id; those whose files did not change are shared with the model before.
    pub goals: Vec<Arc<Goal>>,
    /// Positions of the goals such that whatever contributes stands before what it contributes to.
    pub order: Vec<usize>,
    /// For each goal, the positions of the goals that contribute to it, and to which key result.
    pub contributors: Vec<Vec<Contributor>>,
    /// The goals that others were meant to contribute to, by links that could not be kept.
    pub meant: BTreeSet<usize>,
    /// The positions of the goals that were called otherwise, or have key results that were.
    pub renamed: Vec<usize>,
}

/// A goal that contributes to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributor {
    /// Its position among the goals.
    pub goal: usize,
    /// The position of the key result that it contributes to; nothing for the goal itself.
    pub key_result: Option<usize>,
}

impl Model {
    /// The position of a goal.
    pub fn position(&self, reference: &GoalRef) -> Option<usize> {
        self.position_of(&reference.cycle, &reference.id)
    }

    /// The position of the goal `id` in a cycle.
    fn position_of(&self, cycle: &str, id: &str) -> Option<usize> {
        let name = |goal: &Arc<Goal>| {
            let GoalRef { cycle: own_cycle, id: own_id } = &goal.reference;
            (own_cycle.as_str(), own_id.as_str()).cmp(&(cycle, id))
        };
        self.goals.binary_search_by(name).ok()
    }

    /// A goal by its identity.
    pub fn goal(&self, reference: &GoalRef) -> Option<&Goal> {
        self.position(reference).map(|at| &*self.goals[at])
    }

    /// The full reference of a goal, or of one of its key results, by position.
    pub fn name(&self, (goal, key_result): (usize, Option<usize>)) -> String {
        let goal = &self.goals[goal];
        goal.reference.with(key_result.and_then(|at| goal.key_results[at].id.as_deref()))
    }

    /// The goal whose plan lies at `path`, found by the cycle and the id that a path tells.
    pub fn goal_at(&self, path: &str) -> Option<&Goal> {
        let inside = path.strip_prefix(&self.settings.plans)?.strip_prefix('/')?;
        let (cycle, below) = inside.split_once('/')?;
        let file = below.rsplit_once('/').map_or(below, |(_, file)| file);
        let at = self.position_of(cycle, file.strip_suffix(".toml")?)?;
        // Of two files that tell the same, one is in the model.
        Some(&*self.goals[at]).filter(|goal| goal.path == path)
    }

    /// The cycles that hold `date`, by id.
    pub fn active_cycles(&self, date: Date) -> Vec<&str> {
        let active = self.cycles.iter().filter(|(_, window)| window.contains(date));
        active.map(|(id, _)| id.as_str()).collect()
    }

    /// The teams of a cycle: every team that has goals in it, and every team above one.
    pub fn teams(&self, cycle: &str) -> Vec<&str> {
        let mut teams: Vec<&str> = Vec::new();
        for goal in self.goals.iter().filter(|goal| goal.reference.cycle == cycle) {
            let Some(team) = goal.team.as_deref() else { continue };
            teams.push(team);
            teams.extend(team.match_indices('/').map(|(at, _)| &team[..at]));
        }
        teams.sort_unstable();
        teams.dedup();
        teams
    }

    /// Resolves a reference written in a goal of `cycle`: that cycle first, then the cycles that
    /// contain it, the shortest first.
    ///
    /// # Errors
    ///
    /// Tells why it names nothing, or more than one.
    pub fn resolve(
        &self,
        reference: &Reference,
        cycle: &str,
    ) -> Result<(usize, Option<usize>), Unresolved> {
        let goal = match &reference.cycle {
            Some(cycle) => self.position_of(cycle, &reference.goal),
            None => self.nearest_goal(&reference.goal, cycle)?,
        };
        let goal = goal.ok_or_else(|| Unresolved::NoGoal(self.suggestion(reference)))?;
        let Some(wanted) = &reference.key_result else { return Ok((goal, None)) };
        match self.goals[goal].key_result_position(wanted) {
            Some(at) => Ok((goal, Some(at))),
            None => {
                let found = &self.goals[goal];
                let renamed = found.key_results.iter().find(|kr| kr.formerly.contains(wanted));
                let ids = found.key_results.iter().filter_map(|kr| kr.id.as_deref());
                let near = renamed
                    .and_then(|kr| kr.id.clone())
                    .or_else(|| crate::text::nearest(wanted, ids).map(str::to_owned));
                Err(Unresolved::NoKeyResult(found.reference.clone(), near))
            }
        }
    }

    /// The goal `id` in `cycle`, or in the shortest cycle that contains it.
    fn nearest_goal(&self, id: &str, cycle: &str) -> Result<Option<usize>, Unresolved> {
        if let Some(at) = self.position_of(cycle, id) {
            return Ok(Some(at));
        }
        let Some(inner) = self.cycles.get(cycle) else { return Ok(None) };
        let mut found: Vec<(i64, usize)> = self
            .cycles
            .iter()
            .filter(|(other, window)| other.as_str() != cycle && window.encloses(*inner))
            .filter_map(|(other, window)| Some((window.days(), self.position_of(other, id)?)))
            .collect();
        found.sort_unstable();
        match found[..] {
            [] => Ok(None),
            [(days, _), (other, _), ..] if days == other => {
                let alike = found.iter().filter(|(length, _)| *length == days);
                Err(Unresolved::Ambiguous(
                    alike.map(|(_, at)| self.goals[*at].reference.clone()).collect(),
                ))
            }
            [(_, at), ..] => Ok(Some(at)),
        }
    }

    /// What an unknown reference may have meant: a goal renamed, one in another cycle, or one with
    /// nearly that id.
    fn suggestion(&self, reference: &Reference) -> Option<String> {
        let renamed = self.goals.iter().find(|goal| goal.formerly.contains(&reference.goal));
        let elsewhere = || self.goals.iter().rev().find(|goal| goal.reference.id == reference.goal);
        let near = || {
            let ids = self.goals.iter().map(|goal| goal.reference.id.as_str());
            let id = crate::text::nearest(&reference.goal, ids)?;
            self.goals.iter().rev().find(|goal| goal.reference.id == id)
        };
        let found = renamed.or_else(elsewhere).or_else(near)?;
        Some(found.reference.with(reference.key_result.as_deref()))
    }
}
