//! What no machine can tell of a new goal, and a reviewer has to ask.

use super::pairs::Pairs;
use crate::history::{Event, EventKind};
use crate::model::{GoalRef, Link};

/// The questions, each for every new goal.
pub const QUESTIONS: [&str; 3] = [
    "Does it matter: would anyone outside the team notice if it were reached?",
    "Is it enough: with every key result reached, is the goal reached?",
    "Is it in the team's hands: can they reach it without waiting for others?",
];

/// A goal that is new, with what there is to judge it by.
#[derive(Debug, Clone, PartialEq)]
pub struct NewGoal {
    /// The goal.
    pub goal: GoalRef,
    /// Its title.
    pub title: String,
    /// Its team's path.
    pub team: Option<String>,
    /// The one accountable.
    pub owner: Option<String>,
    /// Why it matters, in Markdown.
    pub why: Option<String>,
    /// What it contributes to and supports, as full references.
    pub serves: Vec<String>,
    /// The titles of its key results.
    pub key_results: Vec<String>,
}

/// Every goal that is new and planned in earnest.
pub(super) fn questions(pairs: &Pairs<'_>, events: &[Event]) -> Vec<NewGoal> {
    let planned = events.iter().filter(|event| event.kind == EventKind::Planned);
    let goals = planned.filter_map(|event| pairs.later(&event.goal));
    goals
        .filter(|goal| !goal.draft && goal.dropped.is_none())
        .map(|goal| {
            let model = pairs.after.model;
            let name = |link: &Link| {
                let to = &model.goals[link.goal];
                let key_result = link.key_result.and_then(|at| to.key_results[at].id.as_deref());
                to.reference.with(key_result)
            };
            let of_its_own = goal.key_results.iter().filter(|key_result| key_result.id.is_some());
            NewGoal {
                goal: goal.reference.clone(),
                title: goal.title.clone(),
                team: goal.team.clone(),
                owner: goal.owner.clone(),
                why: goal.why.clone(),
                serves: goal.contributes_to.iter().chain(&goal.supports).map(name).collect(),
                key_results: of_its_own.map(|key_result| key_result.title.clone()).collect(),
            }
        })
        .collect()
}
