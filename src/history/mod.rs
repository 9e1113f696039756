//! Commits to check-ins, witnesses and amendments: who recorded what when, and which goalposts
//! moved.
//!
//! The unit is a record or a field of a plan, compared as parsed values, never a file or a line: a
//! commit that sorts, reformats or moves files makes no event. A merge makes one only where its
//! value differs from all its parents.

mod between;
mod contents;
mod event;
mod facts;
mod identity;
mod kept;
mod past;
mod witness;
mod work;

use std::collections::HashMap;
use std::sync::Arc;

use rayon::prelude::*;

pub use between::{State, between};
pub use event::{Event, EventKind, FieldChange};
pub use identity::Identities;
pub use kept::{Told, depends_on, read as read_kept, write as write_kept};
pub use past::{GoalPast, Original};
pub use work::{GOAL_TRAILER, Target, Unclear, Work, WorkCommit, work};

pub use crate::repo::Moment;
use contents::Contents;
use event::Events;
use identity::Version;
use past::Originals;

use crate::date::Stamp;
use crate::error::Result;
use crate::model::{GoalRef, Model, Record};
use crate::repo::{Commits, Depth, ObjectId, Texts};

/// What the commits up to a revision tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct History {
    /// Whether it ends at the boundary of a shallow clone.
    pub shallow: bool,
    /// The commits that changed goals; parents before children.
    pub commits: Vec<CommitInfo>,
    /// What they changed, in their order.
    pub events: Vec<Event>,
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

impl History {
    /// Joins what was told of the goals; the events of all stand in the commits' order, and those
    /// of one commit by goal.
    fn new(
        shallow: bool,
        commits: Vec<CommitInfo>,
        events: Vec<Event>,
        mut goals: HashMap<GoalRef, GoalPast>,
    ) -> Self {
        let events = sorted(events);
        for (position, event) in events.iter().enumerate() {
            if let Some(past) = goals.get_mut(&event.goal) {
                past.events.push(position);
                if event.witness {
                    past.witnesses.push(position);
                }
            }
        }
        goals.retain(|_, past| !past.events.is_empty());
        for past in goals.values_mut() {
            let record = |at: &usize| (&events[*at].key_result, events[*at].stamp);
            past.witnesses.sort_unstable_by(|a, b| record(a).cmp(&record(b)));
        }
        Self { shallow, commits, events, goals }
    }

    /// What is known of a goal's past.
    pub fn goal(&self, reference: &GoalRef) -> Option<&GoalPast> {
        self.goals.get(reference)
    }

    /// The commit that introduced `record` as it now stands; nothing if no commit has it so, as
    /// with an edit that is not committed, or one beyond the boundary of a shallow clone.
    pub fn witness(&self, key: &RecordKey, record: &Record) -> Option<&CommitInfo> {
        let event = self.witnessing(key)?;
        let same = event.after.as_ref().is_some_and(|after| facts::same_record(after, record));
        same.then(|| &self.commits[event.commit])
    }

    /// Tells whether a commit's record stands, in whatever form, at the revision.
    pub fn knows(&self, key: &RecordKey) -> bool {
        self.witnessing(key).is_some()
    }

    /// The event that brought a record as it stands at the revision.
    fn witnessing(&self, key: &RecordKey) -> Option<&Event> {
        let witnesses = &self.goals.get(&key.goal)?.witnesses;
        let wanted = (&key.key_result, Some(key.stamp));
        let found = witnesses.binary_search_by(|at| {
            let event = &self.events[*at];
            (&event.key_result, event.stamp).cmp(&wanted)
        });
        Some(&self.events[witnesses[found.ok()?]])
    }

    /// The last commit that made of a record what `event` tells, be it of another history.
    pub fn maker_of(&self, event: &Event) -> Option<&CommitInfo> {
        let did = |own: &&Event| {
            own.key_result == event.key_result
                && own.stamp.is_some()
                && own.stamp == event.stamp
                && match (&own.after, &event.after) {
                    (Some(own), Some(after)) => facts::same_record(own, after),
                    (own, after) => own.is_none() && after.is_none(),
                }
        };
        self.last_of(&event.goal, did)
    }

    /// The last commit that gave a field of a goal or key result its value.
    pub fn setter_of(
        &self,
        goal: &GoalRef,
        key_result: Option<&str>,
        field: &FieldChange,
    ) -> Option<&CommitInfo> {
        let did = |own: &&Event| {
            own.key_result.as_deref() == key_result
                && own.fields.iter().any(|own| own.name == field.name && own.new == field.new)
        };
        self.last_of(goal, did)
    }

    /// The first change of a field of a goal or key result that moved a goalpost.
    pub fn first_move(
        &self,
        goal: &GoalRef,
        key_result: Option<&str>,
        field: &str,
    ) -> Option<&FieldChange> {
        let events = self.goals.get(goal)?.events.iter().map(|at| &self.events[*at]);
        let moves = events.filter(|event| event.goalpost_move);
        let own = moves.filter(|event| event.key_result.as_deref() == key_result);
        own.flat_map(|event| &event.fields).find(|change| change.name == field)
    }

    fn last_of(&self, goal: &GoalRef, did: impl Fn(&&Event) -> bool) -> Option<&CommitInfo> {
        let events = self.goals.get(goal)?.events.iter().rev().map(|at| &self.events[*at]);
        events.into_iter().find(did).map(|event| &self.commits[event.commit])
    }

    /// Days from the date of a record to the day its commit was written, on the author's calendar.
    pub fn lag_days(&self, event: &Event) -> Option<i64> {
        let stamp = event.stamp?;
        Some(crate::date::days_between(stamp.date, self.commits[event.commit].authored.date()))
    }
}

/// Events in the commits' order, those of one commit by goal; those of one goal as they are.
fn sorted(events: Vec<Event>) -> Vec<Event> {
    let key = |event: &'_ Event, other: &'_ Event| {
        event.commit.cmp(&other.commit).then_with(|| event.goal.cmp(&other.goal))
    };
    if events.is_sorted_by(|a, b| key(a, b).is_le()) {
        return events;
    }
    // Events are large: each is moved once.
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by(|a, b| key(&events[*a], &events[*b]));
    let mut events: Vec<Option<Event>> = events.into_iter().map(Some).collect();
    order.into_iter().filter_map(|at| events[at].take()).collect()
}

/// Computes the history that `commits` tell of the goals of `model`; `texts` has their files.
///
/// # Errors
///
/// A text cannot be read.
pub fn read(commits: &Commits, texts: &dyn Texts, depth: Depth, model: &Model) -> Result<History> {
    read_on(commits, Told::default(), texts, depth, model)
}

/// The same, with what was told of another tip of the same repository: goals whose commits are the
/// same are not told again.
///
/// # Errors
///
/// A text cannot be read.
pub fn read_on(
    commits: &Commits,
    told: Told,
    texts: &dyn Texts,
    depth: Depth,
    model: &Model,
) -> Result<History> {
    let identities = Identities::new(model);
    let versions = identity::versions(commits, &model.settings.plans, &identities);
    let touched = versions.iter().map(|(goal, versions)| {
        (goal, versions.iter().map(|version| version.commit).collect::<Vec<usize>>())
    });
    let (pasts, mut events) = told.holding(commits, touched, model);
    let mainline = witness::mainline(commits);
    let teller = Teller { commits, mainline: &mainline, texts, identities: &identities, model };
    let parts: Vec<(GoalRef, GoalPast, Vec<Event>)> = versions
        .into_par_iter()
        .zip(pasts)
        .map(|((goal, versions), past)| match past {
            Some(past) => Ok((goal, past, Vec::new())),
            None => {
                let (past, events) = teller.told(&goal, &versions)?;
                Ok((goal, past, events))
            }
        })
        .collect::<Result<_>>()?;
    let mut goals = HashMap::with_capacity(parts.len());
    for (goal, past, found) in parts {
        goals.insert(goal, past);
        events.extend(found);
    }
    let commits = infos(commits, model);
    Ok(History::new(depth == Depth::Shallow, commits, events, goals))
}

/// Whatever the history of a goal is told from.
struct Teller<'a> {
    commits: &'a Commits,
    mainline: &'a [bool],
    texts: &'a dyn Texts,
    identities: &'a Identities,
    model: &'a Model,
}

impl Teller<'_> {
    /// The past of one goal, and its events.
    fn told(&self, goal: &GoalRef, versions: &[Version]) -> Result<(GoalPast, Vec<Event>)> {
        let identity = self.identities.of(goal);
        let own: Vec<&Version> = versions.iter().filter(|version| version.is_own()).collect();
        let mut contents = Contents::of(&own, self.texts)?;
        let mut events = Events::new(identity);
        let mut originals = Originals::default();
        for version in own {
            contents.enter(version)?;
            let found = events.next(version, &contents);
            past::mark_goalposts(found, version, &contents, self.commits, self.model);
            originals.next(goal, version, &contents, self.commits, self.model);
            contents.leave(version);
        }
        let mut events = events.found;
        let is_contested = witness::mark(
            &mut events,
            self.commits,
            self.mainline,
            versions,
            self.texts,
            identity,
        )?;
        event::mark_previous(&mut events);
        let mut past = past::of(&events);
        past.is_contested = is_contested;
        past.versions = versions.iter().map(|version| version.commit).collect();
        past.is_landed = originals.plan.is_some();
        let mut before = None;
        if let Some((text, plan)) = originals.plan.filter(|_| past.goalpost_moves > 0) {
            past.text = self.texts.text(text)?;
            before = Some(Arc::unwrap_or_clone(plan));
        }
        past.original = past::original(goal, past.is_landed, before, self.model);
        Ok((past, events))
    }
}

fn infos(commits: &Commits, model: &Model) -> Vec<CommitInfo> {
    let mut people: HashMap<&str, Option<&str>> = HashMap::new();
    let mut infos = Vec::with_capacity(commits.changing.len());
    for commit in &commits.changing {
        let known = || model.settings.person_by_email(&commit.email);
        let person = *people.entry(&commit.email).or_insert_with(known);
        infos.push(info(commit, person, model));
    }
    infos
}

fn info(commit: &crate::repo::Commit, person: Option<&str>, model: &Model) -> CommitInfo {
    let author = match person {
        Some(handle) => model.settings.person_name(handle).to_owned(),
        None => commit.author.clone(),
    };
    CommitInfo {
        id: commit.id,
        author,
        email: commit.email.clone(),
        person: person.map(str::to_owned),
        authored: commit.authored,
        committed: commit.committed,
        subject: commit.subject.clone(),
        signed: commit.signed,
    }
}
