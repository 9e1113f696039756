//! Commits to check-ins, witnesses and amendments: who recorded what when, and which goalposts
//! moved.
//!
//! The unit is a record or a field of a plan, compared as parsed values, never a file or a line: a
//! commit that sorts, reformats or moves files makes no event. A merge makes one only where its
//! value differs from all its parents.

mod contents;
mod event;
mod facts;
mod identity;
mod past;
mod witness;

use std::collections::HashMap;

pub use event::{Event, EventKind, FieldChange};
pub use past::GoalPast;

pub use crate::repo::Moment;
use event::Events;
use identity::Identities;
use past::Originals;

use crate::date::Stamp;
use crate::error::Result;
use crate::model::{GoalRef, Model, Record};
use crate::repo::{Commits, Depth, ObjectId, Texts};

/// What the commits up to a revision tell.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whether it ends at the boundary of a shallow clone.
    pub shallow: bool,
    /// The commits that changed goals; parents before children.
    pub commits: Vec<CommitInfo>,
    /// What they changed, in their order.
    pub events: Vec<Event>,
    witnesses: HashMap<RecordKey, Witness>,
    goals: HashMap<GoalRef, GoalPast>,
}

/// A commit as people are told of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitInfo {
    /// Its id.
    pub id: ObjectId,
    /// The author's name: by `[people]`, else by the mailmap, else as the commit has it.
    pub author: String,
    /// The author's e-mail address, by the mailmap.
    pub email: String,
    /// The author's handle in `[people]`, if the e-mail address is known there.
    pub person: Option<String>,
    /// When it was written, on the author's clock.
    pub authored: Moment,
    /// When it was committed, on the committer's clock.
    pub committed: Moment,
    /// The first line of its message.
    pub subject: String,
    /// Whether it carries a signature; nothing is said about whose.
    pub signed: bool,
}

/// The identity of a record: goal, key result and date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordKey {
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal's own records.
    pub key_result: Option<String>,
    /// The date, and time if it has one.
    pub stamp: Stamp,
}

/// The commit that introduced a record as it now stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Witness {
    commit: usize,
    record: Record,
}

impl History {
    /// What is known of a goal's past.
    pub fn goal(&self, reference: &GoalRef) -> Option<&GoalPast> {
        self.goals.get(reference)
    }

    /// The commit that introduced `record` as it now stands; nothing if no commit has it so, as
    /// with an edit that is not committed, or one beyond the boundary of a shallow clone.
    pub fn witness(&self, key: &RecordKey, record: &Record) -> Option<&CommitInfo> {
        let witness = self.witnesses.get(key)?;
        facts::same_record(&witness.record, record).then(|| &self.commits[witness.commit])
    }

    /// Tells whether a commit's record stands, in whatever form, at the revision.
    pub fn knows(&self, key: &RecordKey) -> bool {
        self.witnesses.contains_key(key)
    }

    /// Days from the date of a record to the day its commit was written, on the author's calendar.
    pub fn lag_days(&self, event: &Event) -> Option<i64> {
        let stamp = event.stamp?;
        Some(crate::date::days_between(stamp.date, self.commits[event.commit].authored.date()))
    }
}

/// Computes the history that `commits` tell of the goals of `model`; `texts` has their files.
///
/// # Errors
///
/// A text cannot be read.
pub fn read(commits: &Commits, texts: &dyn Texts, depth: Depth, model: &Model) -> Result<History> {
    let identities = Identities::new(model);
    let versions = identity::versions(commits, &model.settings.plans, &identities);
    let mut events = Events::new(&identities);
    let mut originals = Originals::default();
    contents::replay(&versions, texts, |version, contents| {
        let events = events.next(version, contents);
        past::mark_goalposts(events, version, contents, commits, model);
        originals.next(version, contents, commits, model);
    })?;
    let mut events = events.found;
    let witnesses = witness::witnesses(commits, &versions, &events, texts, &identities)?;
    event::mark_previous(&mut events);
    event::mark_witnesses(&mut events, &witnesses);
    let goals = past::goals(&events, originals, model);
    Ok(History {
        shallow: depth == Depth::Shallow,
        commits: commits.changing.iter().map(|commit| info(commit, model)).collect(),
        events,
        witnesses,
        goals,
    })
}

fn info(commit: &crate::repo::Commit, model: &Model) -> CommitInfo {
    let person = model.settings.person_by_email(&commit.email).map(str::to_owned);
    let author = match &person {
        Some(handle) => model.settings.person_name(handle).to_owned(),
        None => commit.author.clone(),
    };
    CommitInfo {
        id: commit.id,
        author,
        email: commit.email.clone(),
        person,
        authored: commit.authored,
        committed: commit.committed,
        subject: commit.subject.clone(),
        signed: commit.signed,
    }
}
