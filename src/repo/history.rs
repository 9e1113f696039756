//! One walk of the history: every commit once, with what it changed below the plans' folder.
//!
//! Trees are compared by their ids and entered only where these differ, so a commit that leaves
//! the plans alone costs one look. Each commit is read once, and no file is: a change names the
//! ids of its texts, which [`Texts`](super::Texts) reads for whoever wants them.

mod coded;
mod order;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use git2::{Mailmap, Signature};
use rayon::prelude::*;

use super::grafts::Grafts;
use super::header::{self, Header};
use super::missing;
use super::object::{ById, ObjectId};
use super::objects::{ObjectKind, Objects};
use super::revision::Entered;
use super::trailer;
use super::tree::{self, Entry, EntryKind, Trees};
use super::unusual;
use crate::error::Result;
use order::{Origin, Unsorted};

/// The commits that a tip reaches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commits {
    /// Every commit, parents before children; among those that could come next, the one with the
    /// earliest author date.
    pub graph: Vec<Node>,
    /// Those that changed a file below the plans' folder, in the same order.
    pub changing: Vec<Commit>,
    /// What every commit of the graph is ordered by, in the same order.
    pub keys: Vec<Key>,
    /// What lies below the folder where a shallow clone ends, by the node: each file with nothing
    /// before it. Left out where nothing disappears after that, and nobody needs to know.
    pub boundaries: Vec<(usize, Vec<Change>)>,
}

/// What commits that could come next are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The author date, in seconds since 1970.
    pub authored: i64,
    /// The id.
    pub id: ObjectId,
}

/// A commit's place in the graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Node {
    /// Positions of the parents.
    pub parents: Vec<usize>,
    /// Its position among the changing commits, if it is one.
    pub changing: Option<usize>,
    /// Whether a shallow clone ends here: what its parents held is not known.
    pub boundary: bool,
}

/// A commit that changed files below the plans' folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub id: ObjectId,
    /// Its position in the graph.
    pub node: usize,
    /// The author's name, by the mailmap.
    pub author: String,
    /// The author's e-mail address, by the mailmap.
    pub email: String,
    /// When it was written.
    pub authored: Moment,
    /// When it was committed.
    pub committed: Moment,
    /// The first line of its message.
    pub subject: String,
    /// Whether it carries a signature; nothing is said about whose.
    pub signed: bool,
    /// What it changed against any of its parents, by path.
    pub changes: Vec<Change>,
}

/// A file that differs from at least one parent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Path from the workspace's root.
    pub path: String,
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

/// What a repository knows of its commits beside their bytes.
pub(super) struct Surroundings<'a> {
    /// The text of `.mailmap`.
    pub(super) mailmap: Option<&'a str>,
    /// The commits at which a shallow clone ends.
    pub(super) boundary: &'a HashSet<ObjectId>,
    /// The parents that commits were given here.
    pub(super) grafts: &'a Grafts,
}

/// Walks all that `tip` reaches, beginning with what was `known` when it was walked before.
/// `place` is the plans' folder from the repository's top, `folder` the same from the workspace's
/// root, as paths are told.
///
/// Returns the commits, and how many of them were read now.
pub(super) fn walk(
    objects: &dyn Objects,
    tip: ObjectId,
    place: &Path,
    folder: &str,
    surroundings: &Surroundings<'_>,
    known: Commits,
) -> Result<(Commits, usize)> {
    let positions = order::positions(&known);
    let mut reader = Reader::new(surroundings, tip, &positions);
    if !positions.contains_key(&tip) {
        objects.each_commit(tip, &mut |id, bytes, waiting| reader.next(id, bytes, waiting))?;
    }
    Folders::new(objects, place, folder, tip).changed_by(tip, known, reader)
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
    let positions = ById::default();
    let mut reader = Reader::new(surroundings, tip, &positions);
    for &id in commits {
        reader.next(id, &objects.read(ObjectKind::Commit, id)?, &mut Vec::new())?;
    }
    let folders = Folders::new(objects, place, folder, tip);
    Ok(folders.changed_by(tip, Commits::default(), reader)?.0)
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
    let positions = ById::default();
    let mut reader = Reader::new(surroundings, tip, &positions);
    let mut named: HashMap<ObjectId, Vec<String>> = HashMap::new();
    objects.each_commit(tip, &mut |id, bytes, waiting| {
        let values = trailer::values(header::message(bytes), key);
        if !values.is_empty() {
            named.insert(id, values);
        }
        reader.next(id, bytes, waiting)
    })?;
    let Reader { found, people, .. } = reader;
    let read = Unsorted::after(&positions, found).sorted().enumerate();
    let trailed = |(node, (_, key, origin)): (usize, (Node, Key, Origin))| {
        let values = named.remove(&key.id)?;
        let Origin::Read(found) = origin else { return None };
        Some(Trailed { commit: Commit { node, ..found.commit(&people, Vec::new()) }, values })
    };
    Ok(read.filter_map(trailed).collect())
}

/// What is read of a commit before its place among the others is known.
struct Found {
    id: ObjectId,
    tree: ObjectId,
    parents: Vec<ObjectId>,
    /// The author's position among the people.
    author: usize,
    authored: Moment,
    committed: Moment,
    subject: Box<str>,
    signed: bool,
}

impl Found {
    fn commit(self, people: &[Person], changes: Vec<Change>) -> Commit {
        let (author, email) = people[self.author].clone();
        Commit {
            id: self.id,
            node: 0,
            author,
            email,
            authored: self.authored,
            committed: self.committed,
            subject: self.subject.into(),
            signed: self.signed,
            changes,
        }
    }
}

/// A name and an e-mail address, by the mailmap.
type Person = (String, String);

/// Takes in commits, and whom they name.
struct Reader<'a> {
    surroundings: &'a Surroundings<'a>,
    /// Commits that need not be read.
    positions: &'a ById<usize>,
    id_bytes: usize,
    mailmap: Option<Mailmap>,
    /// Every commit that was named.
    seen: ById<()>,
    found: Vec<Found>,
    /// The position of each person, by how commits write them.
    known: HashMap<Vec<u8>, usize>,
    people: Vec<Person>,
}

impl<'a> Reader<'a> {
    fn new(surroundings: &'a Surroundings<'a>, tip: ObjectId, positions: &'a ById<usize>) -> Self {
        Self {
            surroundings,
            positions,
            id_bytes: tip.length(),
            mailmap: surroundings.mailmap.and_then(|text| Mailmap::from_buffer(text).ok()),
            seen: ById::from_iter([(tip, ())]),
            found: Vec::new(),
            known: HashMap::new(),
            people: Vec::new(),
        }
    }

    /// Takes in a commit, and puts those of its parents that were not named before on the list.
    fn next(&mut self, id: ObjectId, bytes: &[u8], waiting: &mut Vec<ObjectId>) -> Result<()> {
        if self.positions.contains_key(&id) {
            return Ok(());
        }
        let mut commit = self.commit(id, bytes)?;
        if let Some(parents) = self.surroundings.grafts.parents(id) {
            commit.parents = parents.to_vec();
        }
        if self.surroundings.boundary.contains(&id) {
            commit.parents.clear();
        }
        let unknown = commit.parents.iter().filter(|id| !self.positions.contains_key(*id));
        waiting.extend(unknown.filter(|parent| self.seen.insert(**parent, ()).is_none()));
        self.found.push(commit);
        Ok(())
    }

    fn commit(&mut self, id: ObjectId, bytes: &[u8]) -> Result<Found> {
        let Some(header) = Header::read(bytes) else { return self.unusual(id, bytes) };
        let author = match self.known.get(header.author.person) {
            Some(known) => *known,
            None => {
                let author = self.person(&unusual::read(bytes, self.id_bytes)?.author);
                self.known.insert(header.author.person.to_vec(), author);
                author
            }
        };
        Ok(Found {
            id,
            tree: header.tree,
            parents: header.parents,
            author,
            authored: header.author.at,
            committed: header.committed,
            subject: header::subject(header.message).into(),
            signed: header.signed,
        })
    }

    /// A commit that is not written as git writes them.
    fn unusual(&mut self, id: ObjectId, bytes: &[u8]) -> Result<Found> {
        let commit = unusual::read(bytes, self.id_bytes)?;
        Ok(Found {
            id,
            tree: commit.tree,
            parents: commit.parents,
            author: self.person(&commit.author),
            authored: commit.authored,
            committed: commit.committed,
            subject: commit.subject.into(),
            signed: commit.signed,
        })
    }

    /// The position of a person among the people.
    fn person(&mut self, signature: &Signature<'_>) -> usize {
        let mapped =
            self.mailmap.as_ref().and_then(|mailmap| mailmap.resolve_signature(signature).ok());
        let signature = mapped.as_ref().unwrap_or(signature);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        self.people.push((text(signature.name_bytes()), text(signature.email_bytes())));
        self.people.len() - 1
    }
}

/// A file that differs between two trees: its path, and its text in the first and in the second.
type Difference = (String, Option<ObjectId>, Option<ObjectId>);

/// What was found in a comparison of two trees, and how many folders it has entered.
#[derive(Default)]
struct Comparison {
    differences: Vec<Difference>,
    entered: Entered,
}

impl Comparison {
    /// Takes a difference in; of names that are not UTF-8 and are told alike, the last counts.
    fn add(&mut self, difference: Difference) {
        if difference.0.contains(char::REPLACEMENT_CHARACTER) {
            self.differences.retain(|(path, ..)| *path != difference.0);
        }
        self.differences.push(difference);
    }
}

/// The tree of a commit's files.
fn root(objects: &dyn Objects, commit: ObjectId) -> Result<ObjectId> {
    let bytes = objects.read(ObjectKind::Commit, commit)?;
    Ok(match Header::read(&bytes) {
        Some(header) => header.tree,
        None => unusual::read(&bytes, commit.length())?.tree,
    })
}

/// The plans' folder through the ages.
struct Folders<'a> {
    /// Its path from the repository's top, name by name.
    names: Vec<&'a [u8]>,
    /// Its path from the workspace's root.
    inside: &'a str,
    objects: &'a dyn Objects,
    id_bytes: usize,
}

/// The fewest commits for which a thread of its own pays.
const COMMITS_A_THREAD: usize = 1024;

/// How many commits are read ahead of the one being looked at.
const AHEAD: usize = 256;

impl<'a> Folders<'a> {
    fn new(objects: &'a dyn Objects, place: &'a Path, inside: &'a str, tip: ObjectId) -> Self {
        let names = place.components().map(|name| name.as_os_str().as_encoded_bytes()).collect();
        Self { names, inside, objects, id_bytes: tip.length() }
    }

    /// Puts the commits that were read, and those known, in order, and tells what they changed;
    /// and how many were read.
    fn changed_by(
        &self,
        tip: ObjectId,
        known: Commits,
        reader: Reader<'_>,
    ) -> Result<(Commits, usize)> {
        let Reader { surroundings, positions, found, people, .. } = reader;
        let read = found.len();
        let mut fresh: Vec<(usize, Box<Found>)> = Vec::with_capacity(read);
        let mut changed: Vec<(usize, Box<Commit>)> = Vec::new();
        let is_on_top = order::is_on_top(tip, &known, positions, &found);
        let (mut commits, rest) = match is_on_top {
            true => (known, Unsorted::after(positions, found)),
            false => (Commits::default(), Unsorted::joined(tip, known, positions, found)),
        };
        for (mut node, key, origin) in rest.sorted() {
            let at = commits.graph.len();
            match origin {
                Origin::Known(commit) => changed.extend(commit.map(|commit| (at, commit))),
                Origin::Read(found) => {
                    node.boundary = surroundings.boundary.contains(&found.id);
                    fresh.push((at, found));
                }
            }
            commits.graph.push(node);
            commits.keys.push(key);
        }
        let trees = self.of(&commits, &fresh)?;
        let changes = self.changes(&commits, &fresh, &trees)?;
        if changes.iter().flatten().any(|change| change.new.is_none()) {
            commits.boundaries = self.boundaries(&commits, &trees)?;
        }
        for ((at, found), changes) in fresh.into_iter().zip(changes) {
            if !changes.is_empty() {
                changed.push((at, Box::new(found.commit(&people, changes))));
            }
        }
        changed.sort_by_key(|(at, _)| *at);
        for (at, commit) in changed {
            commits.graph[at].changing = Some(commits.changing.len());
            commits.changing.push(Commit { node: at, ..*commit });
        }
        Ok((commits, read))
    }

    /// The id of the folder in each commit that was read now, and in their parents.
    fn of(
        &self,
        commits: &Commits,
        fresh: &[(usize, Box<Found>)],
    ) -> Result<Vec<Option<ObjectId>>> {
        let roots = fresh.iter().map(|(_, commit)| commit.tree);
        missing::bring(self.objects, roots, &self.names, self.id_bytes)?;
        let wants = |(_, commit): &(usize, Box<Found>)| vec![commit.tree];
        let read =
            self.each(fresh, wants, |objects, (_, commit)| self.below(objects, commit.tree))?;
        let mut trees = vec![None; commits.graph.len()];
        let mut is_read = vec![fresh.len() == commits.graph.len(); commits.graph.len()];
        for ((at, _), tree) in fresh.iter().zip(read) {
            (trees[*at], is_read[*at]) = (tree, true);
        }
        let mut objects = Trees::new(self.objects, self.id_bytes);
        for parent in fresh.iter().flat_map(|(at, _)| &commits.graph[*at].parents) {
            if !std::mem::replace(&mut is_read[*parent], true) {
                let root = root(self.objects, commits.keys[*parent].id)?;
                trees[*parent] = self.below(&mut objects, root)?;
            }
        }
        Ok(trees)
    }

    /// What each commit that was read now changed against any of its parents, by path; of a first
    /// commit, everything.
    fn changes(
        &self,
        commits: &Commits,
        fresh: &[(usize, Box<Found>)],
        trees: &[Option<ObjectId>],
    ) -> Result<Vec<Vec<Change>>> {
        let olds = |at: usize| commits.graph[at].parents.iter().map(|parent| trees[*parent]);
        let is_same = |at: usize| match commits.graph[at].parents.is_empty() {
            true => trees[at].is_none(),
            false => olds(at).all(|old| old == trees[at]),
        };
        let differing = |(at, _): &(usize, Box<Found>)| match is_same(*at) {
            true => Vec::new(),
            false => olds(*at).chain([trees[*at]]).flatten().collect(),
        };
        self.each(fresh, differing, |objects, (at, _)| {
            if is_same(*at) || commits.graph[*at].boundary {
                return Ok(Vec::new());
            }
            self.changed(objects, trees[*at], &olds(*at).collect::<Vec<_>>())
        })
    }

    /// Every file where a shallow clone ends.
    fn boundaries(
        &self,
        commits: &Commits,
        trees: &[Option<ObjectId>],
    ) -> Result<Vec<(usize, Vec<Change>)>> {
        let graph = &commits.graph;
        let places: Vec<usize> = (0..graph.len()).filter(|at| graph[*at].boundary).collect();
        let tree = |at: &usize| trees[*at].into_iter().collect();
        let files =
            self.each(&places, tree, |objects, at| self.changed(objects, trees[*at], &[]))?;
        Ok(places.into_iter().zip(files).collect())
    }

    /// Looks at all the items in their order, some on each thread; each wants to read some trees.
    fn each<T: Sync, R: Send>(
        &self,
        items: &[T],
        wants: impl Fn(&T) -> Vec<ObjectId> + Sync,
        look: impl Fn(&mut Trees<'_>, &T) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let share = items.len().div_ceil(rayon::current_num_threads()).max(COMMITS_A_THREAD);
        let parts: Vec<Vec<R>> = items
            .par_chunks(share)
            .map(|items| {
                let mut objects = Trees::new(self.objects, self.id_bytes);
                let mut looked = Vec::with_capacity(items.len());
                for items in items.chunks(AHEAD) {
                    self.objects.ahead(&mut items.iter().flat_map(&wants))?;
                    for item in items {
                        looked.push(look(&mut objects, item)?);
                    }
                }
                Ok(looked)
            })
            .collect::<Result<_>>()?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// The id of the folder below a root.
    fn below(&self, objects: &mut Trees<'_>, root: ObjectId) -> Result<Option<ObjectId>> {
        let mut found = None;
        for name in &self.names {
            let tree = match found {
                None => objects.read_once(root)?,
                Some(folder) => objects.read(folder)?,
            };
            let entry = objects.entries(Some(&tree)).find(name)?;
            found = entry.filter(|entry| entry.kind == EntryKind::Folder).map(|entry| entry.id());
            if found.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// What differs between a tree and any of those before it.
    fn changed(
        &self,
        objects: &mut Trees<'_>,
        tree: Option<ObjectId>,
        olds: &[Option<ObjectId>],
    ) -> Result<Vec<Change>> {
        let against = |objects: &mut Trees<'_>, old| -> Result<Vec<Difference>> {
            let mut comparison = Comparison::default();
            compare(objects, tree, old, self.inside, &mut comparison)?;
            Ok(comparison.differences)
        };
        if let [_, _, ..] = olds {
            let each = olds.iter().map(|old| against(objects, *old));
            return Ok(joined(&each.collect::<Result<Vec<_>>>()?));
        }
        let old = |old| if olds.is_empty() { Vec::new() } else { vec![old] };
        let difference = against(objects, olds.first().copied().flatten())?;
        Ok(difference
            .into_iter()
            .map(|(path, new, before)| Change { path, new, old: old(before) })
            .collect())
    }
}

/// Collects the TOML files that differ between two trees.
fn compare(
    objects: &mut Trees<'_>,
    new: Option<ObjectId>,
    old: Option<ObjectId>,
    path: &str,
    found: &mut Comparison,
) -> Result<()> {
    if new == old {
        return Ok(());
    }
    found.entered.one_more(path)?;
    let new = new.map(|id| objects.read(id)).transpose()?;
    let old = old.map(|id| objects.read(id)).transpose()?;
    let (new, old) = (objects.entries(new.as_deref()), objects.entries(old.as_deref()));
    tree::compare(new, old, |new, old| {
        let Some(name) = new.or(old).map(|entry| entry.name) else { return Ok(()) };
        let of = |entry: Option<Entry<'_>>, kind| {
            entry.filter(|entry| entry.kind == kind).map(|entry| entry.id())
        };
        if name.starts_with(b".") {
            return Ok(());
        }
        let path = || format!("{path}/{}", String::from_utf8_lossy(name));
        let (left, right) = (of(new, EntryKind::Folder), of(old, EntryKind::Folder));
        if left != right {
            compare(objects, left, right, &path(), found)?;
        }
        let (left, right) = (of(new, EntryKind::File), of(old, EntryKind::File));
        if left != right && name.ends_with(b".toml") {
            found.add((path(), left, right));
        }
        Ok(())
    })
}

/// What differs from any of several parents, given what differs from each.
fn joined(differences: &[Vec<Difference>]) -> Vec<Change> {
    let mut changes: BTreeMap<&String, (Option<ObjectId>, Vec<Option<ObjectId>>)> = BTreeMap::new();
    for (path, new, _) in differences.iter().flatten() {
        // Where a parent has no difference, it has the new text.
        changes.entry(path).or_insert_with(|| (*new, vec![*new; differences.len()]));
    }
    for (parent, difference) in differences.iter().enumerate() {
        for (path, _, before) in difference {
            if let Some((_, old)) = changes.get_mut(path) {
                old[parent] = *before;
            }
        }
    }
    changes.into_iter().map(|(path, (new, old))| Change { path: path.clone(), new, old }).collect()
}
