//! What rules look at: a model with its figures and its history, on a date.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use super::wording::Title;
use super::{Memory, Words, rates};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::history::History;
use crate::load::SettingsDoc;
use crate::model::{Goal, Model};
use crate::rollup::Rollup;

/// What rules look at.
pub struct Context<'a> {
    /// What the files say.
    pub model: &'a Model,
    /// Its figures on `as_of`.
    pub rollup: &'a Rollup,
    /// What the commits tell; rules that need it say nothing without it.
    pub history: Option<&'a History>,
    /// The date that findings are told for.
    pub as_of: Date,
    /// The day on which they are told: `as_of`, unless that looks back or ahead.
    pub today: Date,
    /// The words that rules on wording look for.
    pub words: Arc<Words>,
    /// What was found on the way to the model.
    pub found: &'a [Diagnostic],
    /// The positions of the goals to look at; nothing for all of them. Rules that look at several
    /// goals at once look at all the same.
    pub(super) focus: Option<&'a BTreeSet<usize>>,
    /// What rules need not work out again.
    pub(super) memory: Arc<Memory>,
    /// What rules have found of the rates of this model.
    pub(super) rates: Arc<rates::Found>,
    /// The titles that rules on wording judge, once one of them has asked.
    pub(super) titles: OnceLock<Vec<Title<'a>>>,
}

impl<'a> Context<'a> {
    /// What there is to look at in a model on a date, told `today`: all of it. What is in `memory` is not
    /// worked out again.
    pub fn new(
        model: &'a Model,
        rollup: &'a Rollup,
        history: Option<&'a History>,
        [as_of, today]: [Date; 2],
        settings: &SettingsDoc,
        found: &'a [Diagnostic],
        memory: Arc<Memory>,
    ) -> Self {
        let (words, focus, rates) = (memory.words(settings), None, Arc::default());
        let titles = OnceLock::new();
        Self { model, rollup, history, as_of, today, words, found, focus, memory, rates, titles }
    }

    /// The same once the rules have looked: what only they ask for again is let go.
    #[must_use]
    pub fn after_rules(self) -> Self {
        Self { memory: Arc::default(), titles: OnceLock::new(), ..self }
    }

    /// The same, of only some goals, or of all; what is remembered is shared.
    pub(super) fn on<'b>(&self, focus: Option<&'b BTreeSet<usize>>) -> Context<'b>
    where
        'a: 'b,
    {
        Context {
            model: self.model,
            rollup: self.rollup,
            history: self.history,
            as_of: self.as_of,
            today: self.today,
            words: Arc::clone(&self.words),
            found: self.found,
            focus,
            memory: Arc::clone(&self.memory),
            rates: Arc::clone(&self.rates),
            titles: OnceLock::new(),
        }
    }

    /// The goals to look at, with their positions.
    pub(super) fn goals(&self) -> impl Iterator<Item = (usize, &'a Goal)> + use<'a> {
        let goals = &self.model.goals;
        let all = if self.focus.is_none() { 0..goals.len() } else { 0..0 };
        let chosen = self.focus.into_iter().flatten().copied();
        all.chain(chosen).map(|at| (at, &*goals[at]))
    }

    /// The goals to look at.
    pub(super) fn each_goal(&self) -> impl Iterator<Item = &'a Goal> + use<'a> {
        self.goals().map(|(_, goal)| goal)
    }
}
