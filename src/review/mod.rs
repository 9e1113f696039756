//! Two sides to what changed between them and what that moves: the review of a change.
//!
//! Both sides are told for the same date, so that time alone moves nothing. What is compared are
//! parsed values: formatting, order and places of files change nothing. The sections stand in the
//! order in which a reviewer should read them.

mod findings;
mod goalposts;
mod moves;
mod pairs;
mod questions;
mod records;
mod settings;
mod structure;

use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::history::{CommitInfo, Event, History, Identities, State, between};
use crate::load::SettingsDoc;
use crate::model::{GoalRef, Model};
use crate::repo::{ObjectId, Snapshot};
use crate::rollup::Rollup;

pub use findings::Found;
pub use goalposts::Goalpost;
pub use moves::{Cause, Move, Scope, Share};
pub use questions::{NewGoal, QUESTIONS};
pub use records::{CheckIn, Rewritten};
pub use structure::{Alteration, Change};

use pairs::Pairs;

/// One side of a change: a workspace and what was computed of it.
pub struct Side<'a> {
    /// Its files.
    pub files: &'a Snapshot,
    /// `goals.toml` as it stands.
    pub settings: &'a SettingsDoc,
    /// What the files say.
    pub model: &'a Model,
    /// Its figures, on the date of the review.
    pub rollup: &'a Rollup,
    /// Its findings on that date, of the rules that need no history.
    pub findings: Vec<Diagnostic>,
}

impl Side<'_> {
    fn state(&self) -> State<'_> {
        State { files: self.files, plans: &self.model.settings.plans }
    }
}

/// What changed between two sides, and what it moves.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The date that the figures of both sides are told for.
    pub as_of: Date,
    /// Cycles, teams and goals whose figures differ.
    pub moves: Vec<Move>,
    /// Records that appeared, or were taken back.
    pub checkins: Vec<CheckIn>,
    /// Changes to what is measured, after the planning grace.
    pub goalposts: Vec<Goalpost>,
    /// Records that no longer say what they said, or are gone.
    pub rewritten: Vec<Rewritten>,
    /// What else changed in plans and settings.
    pub structure: Vec<Alteration>,
    /// Findings that are there after the change only.
    pub brought: Vec<Found>,
    /// Findings that were there before it only.
    pub mended: Vec<Found>,
    /// New goals, of which there is more to ask than a machine can answer.
    pub questions: Vec<NewGoal>,
}

/// Who changed something, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The commit.
    pub commit: ObjectId,
    /// The author's handle in `[people]`, else the name.
    pub name: String,
    /// The day on the author's own calendar.
    pub date: Date,
}

impl Author {
    fn of(commit: &CommitInfo) -> Self {
        let name = commit.person.as_ref().unwrap_or(&commit.author).clone();
        Self { commit: commit.id, name, date: commit.authored.date() }
    }
}

/// What plans and records say differently on two sides, before it is sorted into sections.
pub struct Difference {
    events: Vec<Event>,
    identities: Identities,
}

impl Difference {
    /// Compares the files of two sides.
    pub fn of(before: &Side<'_>, after: &Side<'_>) -> Self {
        let identities = Identities::between(before.model, after.model);
        let events = between(before.state(), after.state(), &identities);
        Self { events, identities }
    }

    /// Tells whether commits have something to say about it: who recorded, and on which day a
    /// measure changed.
    pub fn needs_history(&self) -> bool {
        self.events.iter().any(|event| {
            event.kind.is_checkin() || event.fields.iter().any(|field| field.is_goalpost())
        })
    }
}

/// Sorts a difference into sections and tells what it moves. `history` is that of the commits
/// between the two sides, where it is known; what none of them made counts as made `today`.
pub fn review(
    before: Side<'_>,
    after: Side<'_>,
    difference: &Difference,
    history: Option<&History>,
    today: Date,
) -> Review {
    let pairs = Pairs::new(&before, &after, &difference.identities);
    let events = &difference.events;
    let goalposts = goalposts::goalposts(&pairs, events, history, today);
    let mut review = Review {
        as_of: after.rollup.as_of,
        moves: moves::moves(&pairs),
        checkins: records::checkins(&pairs, events, history),
        rewritten: records::rewritten(&pairs, events, history),
        structure: structure::structure(&pairs, events, &goalposts),
        goalposts,
        brought: Vec::new(),
        mended: Vec::new(),
        questions: questions::questions(&pairs, events),
    };
    (review.brought, review.mended) = findings::findings(&pairs, &before, &after);
    review
}

impl Review {
    /// Tells whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
            && self.checkins.is_empty()
            && self.goalposts.is_empty()
            && self.rewritten.is_empty()
            && self.structure.is_empty()
            && self.brought.is_empty()
            && self.mended.is_empty()
    }

    /// Keeps what concerns the goals, and the scopes, that are wanted. What concerns no goal, as
    /// the settings do, goes.
    pub fn keep(&mut self, goal: impl Fn(&GoalRef) -> bool, scope: impl Fn(&Scope) -> bool) {
        self.moves.retain(|found| scope(&found.scope));
        self.checkins.retain(|found| goal(&found.goal));
        self.goalposts.retain(|found| goal(&found.goal));
        self.rewritten.retain(|found| goal(&found.goal));
        self.structure.retain(|found| found.goal.as_ref().is_some_and(&goal));
        self.brought.retain(|found| found.goal.as_ref().is_some_and(&goal));
        self.mended.retain(|found| found.goal.as_ref().is_some_and(&goal));
        self.questions.retain(|found| goal(&found.goal));
    }
}
