//! Which goal and key result of one side is which of the other.

use std::collections::{BTreeMap, HashMap};

use super::Side;
use crate::history::Identities;
use crate::model::{Goal, GoalRef, KeyResult};

/// The goals of two sides, by what they are called after the change.
pub(super) struct Pairs<'a> {
    pub(super) before: &'a Side<'a>,
    pub(super) after: &'a Side<'a>,
    identities: &'a Identities,
    earlier: HashMap<GoalRef, usize>,
}

/// A goal that both sides have: its position on each.
#[derive(Clone, Copy)]
pub(super) struct Pair {
    pub(super) before: usize,
    pub(super) after: usize,
}

impl<'a> Pairs<'a> {
    pub(super) fn new(
        before: &'a Side<'a>,
        after: &'a Side<'a>,
        identities: &'a Identities,
    ) -> Self {
        let goals = before.model.goals.iter().enumerate();
        let earlier =
            goals.map(|(at, goal)| (identities.goal(goal.reference.clone()), at)).collect();
        Self { before, after, identities, earlier }
    }

    /// Every goal that both sides have, in the order of the side after.
    pub(super) fn all(&self) -> impl Iterator<Item = Pair> {
        let goals = self.after.model.goals.iter().enumerate();
        goals.filter_map(|(after, goal)| {
            Some(Pair { before: self.earlier.get(&goal.reference).copied()?, after })
        })
    }

    /// A goal that both sides have, by its present name.
    pub(super) fn pair(&self, goal: &GoalRef) -> Option<Pair> {
        let before = self.earlier.get(goal).copied()?;
        Some(Pair { before, after: self.after.model.position(goal)? })
    }

    /// The goal as it was before, by its present name.
    pub(super) fn earlier(&self, goal: &GoalRef) -> Option<&'a Goal> {
        self.earlier.get(goal).map(|at| &*self.before.model.goals[*at])
    }

    /// The goal as it is after.
    pub(super) fn later(&self, goal: &GoalRef) -> Option<&'a Goal> {
        self.after.model.goal(goal)
    }

    /// A key result, or the one measure of a SMART goal, as it was before, by its present name.
    pub(super) fn earlier_key_result(
        &self,
        goal: &GoalRef,
        key_result: Option<&str>,
    ) -> Option<&'a KeyResult> {
        let named = |found: &&KeyResult| match (found.id.as_deref(), key_result) {
            (Some(id), Some(wanted)) => self.identities.key_result(goal, id) == wanted,
            (id, wanted) => id.is_none() && wanted.is_none(),
        };
        self.earlier(goal)?.key_results.iter().find(named)
    }

    /// What people call a goal or one of its key results.
    pub(super) fn title(&self, goal: &GoalRef, key_result: Option<&str>) -> String {
        let title = |found: &Goal| match key_result {
            None => Some(found.title.clone()),
            Some(id) => {
                let named = |kr: &&KeyResult| kr.id.as_deref() == Some(id);
                found.key_results.iter().find(named).map(|kr| kr.title.clone())
            }
        };
        let known = self.later(goal).and_then(title);
        known.or_else(|| self.earlier(goal).and_then(title)).unwrap_or_default()
    }

    /// The present name of a goal of the side before, or of one of its key results.
    pub(super) fn present(&self, goal: &GoalRef, key_result: Option<&str>) -> String {
        let now = self.identities.goal(goal.clone());
        let key_result = key_result.map(|id| self.identities.key_result(&now, id));
        now.with(key_result)
    }

    /// The present name of a goal of the side before.
    pub(super) fn present_goal(&self, goal: &GoalRef) -> GoalRef {
        self.identities.goal(goal.clone())
    }

    /// The key results that both sides of a goal have.
    pub(super) fn key_results(&self, pair: Pair) -> Vec<(&'a KeyResult, &'a KeyResult)> {
        let (before, after) =
            (&self.before.model.goals[pair.before], &self.after.model.goals[pair.after]);
        let present = |id: &str| self.identities.key_result(&after.reference, id).to_owned();
        let earlier: BTreeMap<Option<String>, &KeyResult> = before
            .key_results
            .iter()
            .map(|key_result| (key_result.id.as_deref().map(present), key_result))
            .collect();
        let both = after.key_results.iter();
        both.filter_map(|later| Some((*earlier.get(&later.id)?, later))).collect()
    }
}
