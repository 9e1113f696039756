//! Commits to check-ins, witnesses and amendments: who recorded what when, and which goalposts
//! moved.
//!
//! The unit is a record or a field of a plan, compared as parsed values, never a file or a line: a
//! commit that sorts, reformats or moves files makes no event. A merge makes one only where its
//! value differs from all its parents.

mod basis;
mod before;
mod between;
mod contents;
mod event;
mod facts;
mod goals;
mod identity;
mod infos;
mod kept;
mod past;
mod source;
mod witness;
mod work;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

pub use basis::Basis;
pub use between::{State, between};
pub use event::{Event, EventKind, FieldChange};
pub use identity::Identities;
pub use kept::{Told, read as read_kept, write as write_kept};
pub use past::{GoalPast, Original};
pub use work::{GOAL_TRAILER, Target, Unclear, Work, WorkCommit, work};

pub use crate::repo::Moment;
use before::Before;
use contents::Contents;
use event::Events;
use goals::{Goals, KeptGoals};
use identity::{Changes, File, Version};
use infos::Infos;
use past::Originals;
use source::damaged;
use witness::Mainline;

use crate::date::Stamp;
use crate::error::Result;
use crate::model::{GoalRef, Model, Record};
use crate::repo::{Commits, Depth, Moved, ObjectId, Texts};

/// How many goals are told without waiting for another thread.
const A_FEW: usize = 256;

/// What the commits up to a revision tell.
///
/// Most of it is bytes that are read when somebody asks for them: who wants the figures of a few
/// goals does not wait for the events of all.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// Whether it ends at the boundary of a shallow clone.
    pub shallow: bool,
    infos: Infos,
    goals: Goals,
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
    /// Takes note of how to tell all this from the repository, should what was kept of it turn out to be
    /// damaged when somebody asks for it.
    pub fn if_damaged(&self, anew: impl Fn() -> Result<Self> + Send + Sync + 'static) {
        self.goals.source().if_damaged(Box::new(anew));
    }

    /// How many commits changed goals.
    pub fn commit_count(&self) -> usize {
        self.infos.len()
    }

    /// A commit that changed goals, by its position among them.
    pub fn commit(&self, position: usize) -> &CommitInfo {
        self.infos.get(position)
    }

    /// The commits that changed goals; parents before children.
    pub fn commits(&self) -> impl ExactSizeIterator<Item = &CommitInfo> {
        (0..self.infos.len()).map(|at| self.infos.get(at))
    }

    /// How many events there are.
    pub fn event_count(&self) -> usize {
        self.goals.iter().map(|(_, past)| past.count).sum()
    }

    /// What the commits changed, in their order; what one of them changed, by goal.
    pub fn events(&self) -> Vec<&Event> {
        let mut events: Vec<&Event> =
            self.goals.iter().flat_map(|(_, past)| past.events()).collect();
        events.sort_by(|a, b| a.commit.cmp(&b.commit).then_with(|| a.goal.cmp(&b.goal)));
        events
    }

    /// What is known of a goal's past.
    pub fn goal(&self, reference: &GoalRef) -> Option<&GoalPast> {
        self.goals.get(reference).filter(|past| past.count > 0)
    }

    /// The commit that introduced `record` as it now stands; nothing if no commit has it so, as
    /// with an edit that is not committed, or one beyond the boundary of a shallow clone.
    pub fn witness(&self, key: &RecordKey, record: &Record) -> Option<&CommitInfo> {
        let event = self.witnessing(key)?;
        let same = event.after.as_ref().is_some_and(|after| facts::same_record(after, record));
        same.then(|| self.commit(event.commit))
    }

    /// Tells whether a commit's record stands, in whatever form, at the revision.
    pub fn knows(&self, key: &RecordKey) -> bool {
        self.witnessing(key).is_some()
    }

    /// The event that brought a record as it stands at the revision.
    fn witnessing(&self, key: &RecordKey) -> Option<&Event> {
        self.goals.get(&key.goal)?.witnessing(&key.key_result, key.stamp)
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
        let moves = self.goals.get(goal)?.events().iter().filter(|event| event.goalpost_move);
        let own = moves.filter(|event| event.key_result.as_deref() == key_result);
        own.flat_map(|event| &event.fields).find(|change| change.name == field)
    }

    fn last_of(&self, goal: &GoalRef, did: impl Fn(&&Event) -> bool) -> Option<&CommitInfo> {
        let mut events = self.goals.get(goal)?.events().iter().rev();
        events.find(did).map(|event| self.commit(event.commit))
    }

    /// Days from the date of a record to the day its commit was written, on the author's calendar.
    pub fn lag_days(&self, event: &Event) -> Option<i64> {
        let stamp = event.stamp?;
        Some(crate::date::days_between(stamp.date, self.commit(event.commit).authored.date()))
    }
}

impl PartialEq for History {
    fn eq(&self, other: &Self) -> bool {
        let goals =
            |history: &Self| history.goals.iter().filter(|(_, past)| past.count > 0).count();
        let alike = |(goal, past): (&GoalRef, &GoalPast)| other.goal(goal) == Some(past);
        self.shallow == other.shallow
            && self.commits().eq(other.commits())
            && goals(self) == goals(other)
            && self.goals.iter().filter(|(_, past)| past.count > 0).all(alike)
    }
}

/// Computes the history that `commits` tell of the goals of `model`; `texts` has their files.
///
/// # Errors
///
/// A text cannot be read.
pub fn read(commits: &Commits, texts: &dyn Texts, depth: Depth, model: &Model) -> Result<History> {
    read_on(commits, Told::default(), texts, depth, &Basis::of(model))
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
    basis: &Basis<'_>,
) -> Result<History> {
    let Told { infos, goals: kept } = told;
    let moved = commits.moved.clone().map(Arc::new);
    let mut changed = identity::by_goal(commits, &basis.model.settings.plans, &basis.identities);
    let pasts = concerned(commits, &kept, &changed, moved.as_ref()).ok_or_else(damaged)?;
    for goal in pasts.keys() {
        changed.entry(goal.clone()).or_default();
    }
    let mainline = Mainline::of(&commits.graph);
    let teller = Teller { commits, mainline: &mainline, texts, basis };
    let tell = |(goal, mut changes): (GoalRef, Changes<'_>)| -> Result<_> {
        let before = match pasts.get(&goal) {
            Some(past) => joined(past, &mut changes).ok_or_else(damaged)?,
            None => Before::default(),
        };
        if changes.own.is_empty() {
            return Ok((goal, None));
        }
        let past = teller.told(&goal, &changes, before)?;
        Ok((goal, Some(past)))
    };
    let told = shared(changed.into_iter(), tell).into_iter().collect::<Result<_>>()?;
    let goals = Goals::of(kept, moved, told);
    let infos = Infos::of(infos, commits, basis.model);
    Ok(History { shallow: depth == Depth::Shallow, infos, goals })
}

/// The goals that were kept and are to be told anew: those that commits changed which are new or gone, and
/// where new commits stand elsewhere than on the last one known, those of which several commits may be the
/// witness of one record. Nothing if what was kept is damaged.
fn concerned(
    commits: &Commits,
    kept: &KeptGoals,
    changed: &BTreeMap<GoalRef, Changes<'_>>,
    moved: Option<&Arc<Moved>>,
) -> Option<BTreeMap<GoalRef, GoalPast>> {
    let mut concerned = BTreeMap::new();
    for goal in changed.keys() {
        let past = kept.find(goal, moved)?;
        concerned.extend(past.map(|past| (goal.clone(), past)));
    }
    let gone: Vec<usize> = moved.iter().flat_map(|moved| moved.gone()).collect();
    let mut numbers = kept.touched_by(&gone)?;
    if !commits.is_on_top {
        numbers.extend(kept.contested());
    }
    numbers.sort_unstable();
    numbers.dedup();
    for number in numbers {
        let (goal, past) = kept.at(number, moved)?;
        concerned.entry(goal).or_insert(past);
    }
    Some(concerned)
}

/// Joins to the changes of a goal those that were known of it, and tells what these told. Nothing if what
/// was kept is damaged.
fn joined(past: &GoalPast, changes: &mut Changes<'_>) -> Option<Before> {
    let (own, before) = past.before()?;
    changes.own.extend(past.standing(own));
    changes.own.sort_by_key(|change| change.commit);
    Some(before)
}

/// Makes something of each item, in no order, on all threads. Of a few items some are made here, sooner than another
/// thread wakes up; of many none, since every thread that reads objects takes memory of its own.
fn shared<T: Send, R: Send>(
    items: impl ExactSizeIterator<Item = T> + Send,
    make: impl Fn(T) -> R + Sync,
) -> Vec<R> {
    let are_few = items.len() <= A_FEW;
    let (items, all) = (Mutex::new(items), Mutex::new(Vec::new()));
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        let made: Vec<R> = std::iter::from_fn(next).map(&make).collect();
        all.lock().unwrap_or_else(PoisonError::into_inner).extend(made);
    };
    if are_few {
        rayon::in_place_scope(|scope| together(scope, &work));
    } else {
        rayon::scope(|scope| together(scope, &work));
    }
    all.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// Does some work here and on all other threads that are free.
fn together<'scope>(scope: &rayon::Scope<'scope>, work: &'scope (impl Fn() + Sync)) {
    (1..rayon::current_num_threads()).for_each(|_| scope.spawn(move |_| work()));
    work();
}

/// Whatever the history of a goal is told from.
struct Teller<'a> {
    commits: &'a Commits,
    mainline: &'a Mainline<'a>,
    texts: &'a dyn Texts,
    basis: &'a Basis<'a>,
}

impl Teller<'_> {
    /// The past of one goal, some of which may be known from before.
    fn told(&self, goal: &GoalRef, changes: &Changes<'_>, mut before: Before) -> Result<GoalPast> {
        let identity = self.basis.identities.of(goal);
        let versions = identity::versions(changes, self.commits);
        let own: Vec<&Version> = versions.iter().filter(|version| version.is_own()).collect();
        let has_same_plans = before.has_plans_of(&own);
        let is_known = |version: &Version| has_same_plans || version.file == File::Checkins;
        let mut end = 0;
        let known = |version: &&Version| {
            let place = is_known(version).then(|| before.events_of(version)).flatten()?;
            // What is told twice, or stood elsewhere among the others, is told anew.
            (place.start >= end).then(|| {
                end = place.end;
                place
            })
        };
        let known: Vec<Option<Range<usize>>> = own.iter().map(known).collect();
        let unknown = own.iter().zip(&known).filter(|(_, known)| known.is_none());
        let unknown: Vec<&Version> = unknown.map(|(version, _)| *version).collect();
        let tip = witness::at_tip(&versions, self.commits, self.mainline);
        let mut contents = Contents::of(&unknown, tip, self.texts)?;
        let mut events = Events::new(identity);
        let mut originals = Originals::default();
        let (was_landed, text) = (before.is_landed, before.text.take());
        let mut former = before.into_events();
        for (version, known) in own.into_iter().zip(known) {
            if let Some(place) = known {
                events.found.extend(former.take(place, version));
                continue;
            }
            contents.enter(version)?;
            let found = events.next(version, &contents);
            past::mark_goalposts(found, version, &contents, self.commits, self.basis.model);
            originals.next(goal, version, &contents, self.commits, self.basis.model);
            contents.leave(version);
        }
        let mut events = events.found;
        let is_contested =
            witness::mark(&mut events, tip, self.commits, &versions, &contents, identity)?;
        event::mark_previous(&mut events);
        let original = match originals.plan {
            _ if has_same_plans => text.map(Arc::from),
            Some((text, _)) if past::goalposts_moved(&events) => self.texts.text(text)?,
            _ => None,
        };
        let mut past = GoalPast::new(goal, &events, &changes.own, original.as_deref());
        past.is_contested = is_contested;
        past.is_landed = if has_same_plans { was_landed } else { originals.plan.is_some() };
        Ok(past)
    }
}

fn info(commit: &crate::repo::Commit, person: Option<&str>, model: &Model) -> CommitInfo {
    let author = match person {
        Some(handle) => model.settings.person_name(handle).to_owned(),
        None => commit.author.to_string(),
    };
    CommitInfo {
        id: commit.id,
        author,
        email: commit.email.to_string(),
        person: person.map(str::to_owned),
        authored: commit.authored,
        committed: commit.committed,
        subject: commit.subject.to_string(),
        signed: commit.signed,
    }
}
