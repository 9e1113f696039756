//! One walk of the history: every commit once, with what it changed below the plans' folder.
//!
//! Trees are compared by their ids and entered only where these differ, so a commit that leaves
//! the plans alone costs one look. Where git has noted the commits' parents and trees, only those
//! that changed goals are read themselves. No file is: a change names the ids of its texts, which
//! [`Texts`](super::Texts) reads for whoever wants them.

mod changing;
mod finder;
mod folders;
mod known;
mod order;
mod said;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use super::commit_graph::CommitGraph;
use super::grafts::Grafts;
use super::graph::Graph;
use super::header::{self, Header};
use super::object::ObjectId;
use super::objects::{ObjectKind, Objects};
use super::trailer;
use super::unusual;
use crate::error::Result;
pub use changing::{Changing, ChangingCommits, Moved};
use finder::{Finder, Found};
use folders::Folders;
pub use known::KnownCommits;

/// The commits that a tip reaches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Commits {
    /// Every commit, parents before children.
    pub graph: Graph,
    /// Those that changed a file below the plans' folder, in the same order: among those that could
    /// come next, the one with the earliest author date stands first, and then the smallest id.
    pub changing: ChangingCommits,
    /// Those of them that were read now, in the same order.
    pub read: Vec<Commit>,
    /// Where the changing commits that were known before stand now. Left out where all have the positions
    /// that they had.
    pub moved: Option<Moved>,
    /// Whether all that were known are reached, and whatever was not known stands on the last of them
    /// alone.
    pub is_on_top: bool,
    /// How many commits were not known before.
    pub lacking: usize,
    /// What lies below the folder where a shallow clone ends, by the node: each file with nothing
    /// before it. Left out where nothing disappears after that, and nobody needs to know.
    pub boundaries: Vec<(usize, Vec<Change>)>,
}

/// A commit that changed files below the plans' folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its position among the changing commits.
    pub position: usize,
    /// The author's name, by the mailmap.
    pub author: Arc<str>,
    /// The author's e-mail address, by the mailmap.
    pub email: Arc<str>,
    /// When it was written.
    pub authored: Moment,
    /// When it was committed.
    pub committed: Moment,
    /// The first line of its message.
    pub subject: Box<str>,
    /// Whether it carries a signature; nothing is said about whose.
    pub signed: bool,
    /// What it changed against any of its parents, by path.
    pub changes: Vec<Change>,
}

/// A file that differs from at least one parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path from the workspace's root.
    pub path: Arc<str>,
    /// The file in the commit; nothing if it is gone.
    pub new: Option<ObjectId>,
    /// The file in each parent.
    pub old: Vec<Option<ObjectId>>,
}

/// A point in time with the offset of whoever wrote it down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Moment {
    /// Seconds since 1970 in UTC.
    pub seconds: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl Moment {
    /// The civil date and time on the writer's own clock.
    pub fn local(self) -> jiff::civil::DateTime {
        let seconds = self.seconds.saturating_add(i64::from(self.offset_minutes) * 60);
        let clamped =
            seconds.clamp(jiff::Timestamp::MIN.as_second(), jiff::Timestamp::MAX.as_second());
        let timestamp =
            jiff::Timestamp::from_second(clamped).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::Offset::UTC.to_datetime(timestamp)
    }

    /// The date on the writer's own calendar.
    pub fn date(self) -> crate::date::Date {
        self.local().date()
    }
}

impl std::fmt::Display for Moment {
    /// `2026-10-05T09:00:00+02:00`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (sign, minutes) = if self.offset_minutes < 0 {
            ('-', -self.offset_minutes)
        } else {
            ('+', self.offset_minutes)
        };
        write!(f, "{}{sign}{:02}:{:02}", self.local(), minutes / 60, minutes % 60)
    }
}

impl Commits {
    /// Puts a commit on top of others; with what it changed, if it changed goals.
    pub fn push(
        &mut self,
        id: ObjectId,
        parents: impl Iterator<Item = usize>,
        boundary: bool,
        commit: Option<Commit>,
    ) {
        if let Some(commit) = commit {
            let (node, authored) = (self.graph.len(), commit.authored);
            let position = self.changing.len();
            self.changing.push(Changing { node, authored });
            self.read.push(Commit { position, ..commit });
        }
        self.graph.push(id, parents, boundary);
        self.lacking += 1;
    }

    /// The id of a changing commit.
    pub fn id(&self, changing: usize) -> ObjectId {
        self.graph.id(self.changing.get(changing).node)
    }
}

/// What a repository knows of its commits beside their bytes.
pub(super) struct Surroundings<'a> {
    /// The text of `.mailmap`.
    pub(super) mailmap: Option<&'a str>,
    /// The commits at which a shallow clone ends.
    pub(super) boundary: &'a HashSet<ObjectId>,
    /// The parents that commits were given here.
    pub(super) grafts: &'a Grafts,
    /// What git has noted of the commits, where that holds.
    pub(super) noted: Option<CommitGraph>,
}

/// Walks all that `tip` reaches, beginning with what was `known` when it was walked before.
/// `place` is the plans' folder from the repository's top, `folder` the same from the workspace's
/// root, as paths are told.
pub(super) fn walk(
    objects: &dyn Objects,
    tip: ObjectId,
    place: &Path,
    folder: &str,
    mut surroundings: Surroundings<'_>,
    known: KnownCommits,
) -> Result<Commits> {
    let mut finder = Finder::new(objects, &surroundings, tip, &known);
    finder.all(tip)?;
    let (finds, authors) = finder.finish();
    // From here on nobody looks at it.
    surroundings.noted = None;
    let folders = Folders::new(objects, place, folder, tip);
    folders.changed_by(tip, known, finds, &authors, &surroundings)
}

/// Like [`walk`], of these commits alone; what they stand on is on the boundary.
pub(super) fn walk_some(
    objects: &dyn Objects,
    commits: &[ObjectId],
    tip: ObjectId,
    place: &Path,
    folder: &str,
    surroundings: &Surroundings<'_>,
) -> Result<Commits> {
    let known = KnownCommits::default();
    let mut finder = Finder::new(objects, surroundings, tip, &known);
    for &id in commits {
        finder.next(id, &objects.read(ObjectKind::Commit, id)?, &mut Vec::new())?;
    }
    let (finds, authors) = finder.finish();
    let folders = Folders::new(objects, place, folder, tip);
    folders.changed_by(tip, KnownCommits::default(), finds, &authors, surroundings)
}

/// A commit whose message has trailers that were asked for. Of what it changed nothing is said.
#[derive(Debug, Clone)]
pub struct Trailed {
    /// The commit.
    pub commit: Commit,
    /// The trailers' values.
    pub values: Vec<String>,
}

/// Every commit that `tip` reaches, whatever it changes, whose message has trailers with this key;
/// parents before children.
pub(super) fn trailed(
    objects: &dyn Objects,
    tip: ObjectId,
    surroundings: &Surroundings<'_>,
    key: &str,
) -> Result<Vec<Trailed>> {
    let known = KnownCommits::default();
    let mut finder = Finder::new(objects, surroundings, tip, &known);
    let mut named: HashMap<ObjectId, Vec<String>> = HashMap::new();
    objects.each_commit(tip, &mut |id, bytes, waiting| {
        let values = trailer::values(header::message(bytes), key);
        if !values.is_empty() {
            named.insert(id, values);
        }
        finder.next(id, bytes, waiting)
    })?;
    let (finds, authors) = finder.finish();
    let people = authors.people(surroundings.mailmap)?;
    // Each counts for its place, whatever it changed.
    let date = |found: &Found| found.said.as_ref().map(|said| said.authored.seconds);
    let key = |at: usize| (date(&finds.all[at]), finds.all[at].id);
    let order = order::sorted(&finds.parents, key)?;
    let mut found: Vec<Option<Found>> = finds.all.into_iter().map(Some).collect();
    let trailed = |at: usize| {
        let found = found[at].take()?;
        let values = named.remove(&found.id)?;
        let commit = found.said?.commit(found.id, &people, Vec::new());
        Some(Trailed { commit, values })
    };
    Ok(order.into_iter().filter_map(trailed).collect())
}

/// The tree of a commit's files.
fn root(objects: &dyn Objects, commit: ObjectId) -> Result<ObjectId> {
    let bytes = objects.read(ObjectKind::Commit, commit)?;
    Ok(match Header::read(&bytes) {
        Some(header) => header.tree,
        None => unusual::read(&bytes, commit.length())?.tree,
    })
}
