//! A goal's past: its plan as it landed, as it stood when planning was over, and what was changed
//! since.

use std::sync::Arc;

use super::contents::Contents;
use super::event::{Event, EventKind, FieldChange};
use super::identity::{File, Version};
use crate::date::{Date, add_days};
use crate::load::PlanDoc;
use crate::model::{Goal, GoalRef, Model, cycle, draft_goal};
use crate::repo::{Commits, ObjectId};

/// What is known of a goal's past.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GoalPast {
    /// Number of amendments.
    pub amendments: usize,
    /// How many of them moved a goalpost.
    pub goalpost_moves: usize,
    /// The plan as it stood at the end of the planning grace.
    pub original: Original,
    /// Positions of its events in [`History::events`](super::History::events).
    pub events: Vec<usize>,
    /// Those of them that are present witnesses, by key result and date.
    pub(super) witnesses: Vec<usize>,
    /// Positions of the commits that touched its files, once for each file.
    pub(super) versions: Vec<usize>,
    /// Whether several commits may be the witness of one record.
    pub(super) is_contested: bool,
    /// Whether its landing is known.
    pub(super) is_landed: bool,
    /// The text of the original plan, if goalposts moved since.
    pub(super) text: Option<Arc<str>>,
}

/// A goal's plan as it stood at the end of the planning grace, or as it first landed if that was
/// later.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Original {
    /// Its landing is not known.
    #[default]
    Unknown,
    /// No goalpost moved since: it measures as the plan does now.
    Unmoved,
    /// Goalposts moved since.
    Moved(Box<Goal>),
}

/// Marks, of the events of one version, the amendments that change what is measured after the
/// planning grace.
///
/// The grace is counted in the author's local dates from the start in the plan before the
/// amendment, and is over the day after it ends.
pub(super) fn mark_goalposts(
    events: &mut [Event],
    version: &Version,
    contents: &Contents<'_>,
    commits: &Commits,
    model: &Model,
) {
    let amended = |event: &&mut Event| event.kind == EventKind::Amended;
    for event in events.iter_mut().filter(amended) {
        let measures = event.fields.iter().any(FieldChange::is_goalpost);
        let old = version.old.iter().flatten().next().and_then(|id| contents.plan(*id));
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

/// The past of a goal with these events, whose positions among all are not known yet.
pub(super) fn of(events: &[Event]) -> GoalPast {
    let mut past = GoalPast::default();
    for event in events {
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
    past
}

/// The original plan of a goal: `before`, if goalposts moved since.
pub(super) fn original(
    goal: &GoalRef,
    is_landed: bool,
    before: Option<PlanDoc>,
    model: &Model,
) -> Original {
    let now = model.goal(goal).zip(model.cycles.get(&goal.cycle)).filter(|_| is_landed);
    match (now, before) {
        (None, _) => Original::Unknown,
        (Some(_), None) => Original::Unmoved,
        (Some((now, cycle)), Some(before)) => {
            Original::Moved(Box::new(draft_goal(goal.clone(), *cycle, &now.path, before)))
        }
    }
}

/// A goal's plan as it stood when planning was over, one version after the other.
#[derive(Default)]
pub(super) struct Originals {
    /// As far as the versions have come, with the id of its text.
    pub(super) plan: Option<(ObjectId, Arc<PlanDoc>)>,
}

impl Originals {
    /// Goes on to the next version of the goal.
    pub(super) fn next(
        &mut self,
        goal: &GoalRef,
        version: &Version,
        contents: &Contents<'_>,
        commits: &Commits,
        model: &Model,
    ) {
        if version.file != File::Plan {
            return;
        }
        let Some((id, plan)) = version.new.and_then(|id| Some((id, contents.plan(id)?))) else {
            if version.new.is_none() {
                self.plan = None;
            }
            return;
        };
        let first = version.old.iter().all(Option::is_none);
        let authored = commits.changing[version.commit].authored.date();
        // Where the landing is not known, what the grace saw last is known all the same.
        let beyond = || version.old.iter().flatten().find_map(|id| contents.plan(*id));
        let before = self.plan.as_ref().map(|(_, plan)| plan).or_else(beyond);
        let in_grace = before
            .and_then(|before| grace_ends(before, goal, model))
            .is_some_and(|ends| authored <= ends);
        if first || in_grace {
            self.plan = Some((id, Arc::clone(plan)));
        }
    }
}
