//! A goal's past: its plan as it landed, as it stood when planning was over, and what was changed
//! since.

use std::collections::HashMap;

use super::contents::Contents;
use super::event::{Event, EventKind, FieldChange};
use super::identity::{File, Version};
use crate::date::{Date, add_days};
use crate::load::PlanDoc;
use crate::model::{Goal, GoalRef, Model, cycle, draft_goal};
use crate::repo::Commits;

/// What is known of a goal's past.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoalPast {
    /// Number of amendments.
    pub amendments: usize,
    /// How many of them moved a goalpost.
    pub goalpost_moves: usize,
    /// The plan as it stood at the end of the planning grace, or as it first landed if that was
    /// later; nothing if its landing is not known.
    pub original: Option<Goal>,
    /// Positions of its events in [`History::events`](super::History::events).
    pub events: Vec<usize>,
}

/// Marks the amendments that change what is measured after the planning grace.
///
/// The grace is counted in the author's local dates from the start in the plan before the
/// amendment, and is over the day after it ends.
pub(super) fn mark_goalposts(
    events: &mut [Event],
    versions: &[Version],
    contents: &Contents,
    commits: &Commits,
    model: &Model,
) {
    let mut before: HashMap<(usize, &GoalRef), &PlanDoc> = HashMap::new();
    for version in versions.iter().filter(|version| version.file == File::Plan) {
        if let Some(old) = version.old.iter().flatten().next().and_then(|id| contents.plan(*id)) {
            before.insert((version.commit, &version.goal), old);
        }
    }
    for event in events.iter_mut().filter(|event| event.kind == EventKind::Amended) {
        let measures = event.fields.iter().any(FieldChange::is_goalpost);
        let old = before.get(&(event.commit, &event.goal));
        let grace = old.and_then(|old| grace_ends(old, &event.goal, model));
        let authored = commits.changing[event.commit].authored.date();
        event.goalpost_move = measures && grace.is_some_and(|ends| authored > ends);
    }
}

/// The last day on which a plan may change freely.
fn grace_ends(plan: &PlanDoc, goal: &GoalRef, model: &Model) -> Option<Date> {
    let cycle = cycle::window(&goal.cycle, &model.settings)?;
    let start = plan.starts.as_ref().map_or(cycle.start, |starts| starts.value);
    Some(add_days(start, model.settings.planning_grace_days))
}

/// The past of every goal that the history tells of.
pub(super) fn goals(
    events: &[Event],
    versions: &[Version],
    contents: &Contents,
    commits: &Commits,
    model: &Model,
) -> HashMap<GoalRef, GoalPast> {
    let mut goals: HashMap<GoalRef, GoalPast> = HashMap::new();
    for (position, event) in events.iter().enumerate() {
        let past = goals.entry(event.goal.clone()).or_default();
        past.events.push(position);
        match event.kind {
            // What comes after a deletion is another goal's life.
            EventKind::Planned => (past.amendments, past.goalpost_moves) = (0, 0),
            EventKind::Amended => {
                past.amendments += 1;
                past.goalpost_moves += usize::from(event.goalpost_move);
            }
            _ => {}
        }
    }
    for (reference, original) in originals(versions, contents, commits, model) {
        let Some(goal) = model.goal(&reference) else { continue };
        if let (Some(past), Some(cycle)) =
            (goals.get_mut(&reference), model.cycles.get(&reference.cycle))
        {
            past.original = Some(draft_goal(reference, *cycle, &goal.path, original.clone()));
        }
    }
    goals
}

/// Each goal's plan as it stood when planning was over.
fn originals<'a>(
    versions: &[Version],
    contents: &'a Contents,
    commits: &Commits,
    model: &Model,
) -> HashMap<GoalRef, &'a PlanDoc> {
    let mut originals: HashMap<GoalRef, &PlanDoc> = HashMap::new();
    let own = |version: &&Version| version.file == File::Plan && version.is_own();
    for version in versions.iter().filter(own) {
        let Some(plan) = version.new.and_then(|id| contents.plan(id)) else {
            if version.new.is_none() {
                originals.remove(&version.goal);
            }
            continue;
        };
        let first = version.old.iter().all(Option::is_none);
        let authored = commits.changing[version.commit].authored.date();
        let in_grace = originals
            .get(&version.goal)
            .and_then(|before| grace_ends(before, &version.goal, model))
            .is_some_and(|ends| authored <= ends);
        if first || in_grace {
            originals.insert(version.goal.clone(), plan);
        }
    }
    originals
}
