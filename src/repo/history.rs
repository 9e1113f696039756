//! One walk of the history: every commit once, with what it changed below the plans' folder.
//!
//! Trees are compared by their ids and entered only where these differ, so a commit that leaves
//! the plans alone costs one look. Each commit is read once, and no file is: a change names the
//! ids of its texts, which [`Texts`](super::Texts) reads for whoever wants them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};
use std::path::Path;

use git2::{Mailmap, Signature};
use rayon::prelude::*;

use super::grafts::Grafts;
use super::header::{self, Header};
use super::missing;
use super::object::ObjectId;
use super::objects::{ObjectKind, Objects};
use super::revision::Entered;
use super::trailer;
use super::tree::{self, Entry, EntryKind, Trees};
use super::unusual;
use crate::error::Result;

/// The commits that a tip reaches.
#[derive(Debug, Default)]
pub struct Commits {
    /// Every commit, parents before children; among those that could come next, the one with the
    /// earliest author date.
    pub graph: Vec<Node>,
    /// Those that changed a file below the plans' folder, in the same order.
    pub changing: Vec<Commit>,
    /// What lies below the folder where a shallow clone ends, by the node: each file with nothing
    /// before it. Left out where nothing disappears after that, and nobody needs to know.
    pub boundaries: Vec<(usize, Vec<Change>)>,
}

/// A commit's place in the graph.
#[derive(Debug, Clone, Default)]
pub struct Node {
    /// Positions of the parents.
    pub parents: Vec<usize>,
    /// Its position among the changing commits, if it is one.
    pub changing: Option<usize>,
    /// Whether a shallow clone ends here: what its parents held is not known.
    pub boundary: bool,
}

/// A commit that changed files below the plans' folder.
#[derive(Debug, Clone)]
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
pub(super) struct Known<'a> {
    /// The text of `.mailmap`.
    pub(super) mailmap: Option<&'a str>,
    /// The commits at which a shallow clone ends.
    pub(super) boundary: &'a HashSet<ObjectId>,
    /// The parents that commits were given here.
    pub(super) grafts: &'a Grafts,
}

/// Walks all that `tip` reaches. `place` is the plans' folder from the repository's top, `folder`
/// the same from the workspace's root, as paths are told.
pub(super) fn walk(
    objects: &dyn Objects,
    tip: ObjectId,
    place: &Path,
    folder: &str,
    known: &Known<'_>,
) -> Result<Commits> {
    let mut reader = Reader::new(known, tip);
    objects.each_commit(tip, &mut |id, bytes, waiting| reader.next(id, bytes, waiting))?;
    changed(objects, tip, place, folder, reader)
}

/// Like [`walk`], of these commits alone; what they stand on is on the boundary.
pub(super) fn walk_some(
    objects: &dyn Objects,
    commits: &[ObjectId],
    tip: ObjectId,
    place: &Path,
    folder: &str,
    known: &Known<'_>,
) -> Result<Commits> {
    let mut reader = Reader::new(known, tip);
    for &id in commits {
        reader.next(id, &objects.read(ObjectKind::Commit, id)?, &mut Vec::new())?;
    }
    changed(objects, tip, place, folder, reader)
}

/// Puts the commits that were read in order, and tells what they changed.
fn changed(
    objects: &dyn Objects,
    tip: ObjectId,
    place: &Path,
    folder: &str,
    reader: Reader<'_>,
) -> Result<Commits> {
    let boundary = reader.surroundings.boundary;
    let Reader { found, people, .. } = reader;
    let order: Vec<(Node, Found)> = sorted(found, boundary).collect();
    let folders = Folders {
        names: place.components().map(|name| name.as_os_str().as_encoded_bytes()).collect(),
        inside: folder,
        objects,
        id_bytes: tip.length(),
    };
    let trees = folders.of(&order)?;
    let changes = folders.changes(&order, &trees)?;
    let disappears = changes.iter().flatten().any(|change| change.new.is_none());
    let boundaries = if disappears { folders.boundaries(&order, &trees)? } else { Vec::new() };
    let mut commits = Commits { boundaries, ..Commits::default() };
    for ((mut node, found), changes) in order.into_iter().zip(changes) {
        if !changes.is_empty() {
            node.changing = Some(commits.changing.len());
            commits.changing.push(found.commit(commits.graph.len(), &people, changes));
        }
        commits.graph.push(node);
    }
    Ok(commits)
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
    known: &Known<'_>,
    key: &str,
) -> Result<Vec<Trailed>> {
    let mut reader = Reader::new(known, tip);
    let mut named: HashMap<ObjectId, Vec<String>> = HashMap::new();
    objects.each_commit(tip, &mut |id, bytes, waiting| {
        let values = trailer::values(header::message(bytes), key);
        if !values.is_empty() {
            named.insert(id, values);
        }
        reader.next(id, bytes, waiting)
    })?;
    let Reader { found, people, .. } = reader;
    let trailed = |(at, (_, found)): (usize, (Node, Found))| {
        let values = named.remove(&found.id)?;
        Some(Trailed { commit: found.commit(at, &people, Vec::new()), values })
    };
    Ok(sorted(found, known.boundary).enumerate().filter_map(trailed).collect())
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
    fn commit(self, node: usize, people: &[Person], changes: Vec<Change>) -> Commit {
        let (author, email) = people[self.author].clone();
        Commit {
            id: self.id,
            node,
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
    surroundings: &'a Known<'a>,
    id_bytes: usize,
    mailmap: Option<Mailmap>,
    /// Every commit that was named.
    seen: HashSet<ObjectId>,
    found: Vec<Found>,
    /// The position of each person, by how commits write them.
    known: HashMap<Vec<u8>, usize>,
    people: Vec<Person>,
}

impl<'a> Reader<'a> {
    fn new(surroundings: &'a Known<'a>, tip: ObjectId) -> Self {
        Self {
            surroundings,
            id_bytes: tip.length(),
            mailmap: surroundings.mailmap.and_then(|text| Mailmap::from_buffer(text).ok()),
            seen: HashSet::from([tip]),
            found: Vec::new(),
            known: HashMap::new(),
            people: Vec::new(),
        }
    }

    /// Takes in a commit, and puts those of its parents that were not named before on the list.
    fn next(&mut self, id: ObjectId, bytes: &[u8], waiting: &mut Vec<ObjectId>) -> Result<()> {
        let mut commit = self.commit(id, bytes)?;
        if let Some(parents) = self.surroundings.grafts.parents(id) {
            commit.parents = parents.to_vec();
        }
        if self.surroundings.boundary.contains(&id) {
            commit.parents.clear();
        }
        waiting.extend(commit.parents.iter().filter(|parent| self.seen.insert(**parent)));
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

/// Every commit with its place in the graph, parents first; among those that could come next, the
/// earliest author date and then the smallest id.
fn sorted(found: Vec<Found>, boundary: &HashSet<ObjectId>) -> impl Iterator<Item = (Node, Found)> {
    let at: HashMap<ObjectId, usize> =
        found.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
    let parents: Vec<Vec<usize>> = found
        .iter()
        .map(|commit| commit.parents.iter().filter_map(|id| at.get(id).copied()).collect())
        .collect();
    drop(at);
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); found.len()];
    for (child, parents) in parents.iter().enumerate() {
        parents.iter().for_each(|parent| children[*parent].push(child));
    }
    let mut waiting: Vec<usize> = parents.iter().map(Vec::len).collect();
    let key = |at: usize| Reverse((found[at].authored.seconds, found[at].id, at));
    let mut ready: BinaryHeap<_> =
        (0..found.len()).filter(|at| waiting[*at] == 0).map(key).collect();
    let mut order = Vec::with_capacity(found.len());
    while let Some(Reverse((_, _, at))) = ready.pop() {
        order.push(at);
        for &child in &children[at] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(key(child));
            }
        }
    }
    let mut position = vec![0; found.len()];
    order.iter().enumerate().for_each(|(place, at)| position[*at] = place);
    let mut found: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    let boundary = boundary.clone();
    order.into_iter().filter_map(move |at| {
        let commit = found[at].take()?;
        let parents = parents[at].iter().map(|parent| position[*parent]).collect();
        let node = Node { parents, changing: None, boundary: boundary.contains(&commit.id) };
        Some((node, commit))
    })
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

impl Folders<'_> {
    /// The id of the folder in each commit.
    fn of(&self, commits: &[(Node, Found)]) -> Result<Vec<Option<ObjectId>>> {
        let roots = commits.iter().map(|(_, commit)| commit.tree);
        missing::bring(self.objects, roots, &self.names, self.id_bytes)?;
        let root = |(_, commit): &(Node, Found)| vec![commit.tree];
        self.each(commits, root, |objects, (_, commit)| self.below(objects, commit.tree))
    }

    /// What each commit changed against any of its parents, by path; of a first commit, everything.
    fn changes(
        &self,
        commits: &[(Node, Found)],
        trees: &[Option<ObjectId>],
    ) -> Result<Vec<Vec<Change>>> {
        let places: Vec<usize> = (0..commits.len()).collect();
        let olds = |at: usize| commits[at].0.parents.iter().map(|parent| trees[*parent]);
        let is_same = |at: usize| match commits[at].0.parents.is_empty() {
            true => trees[at].is_none(),
            false => olds(at).all(|old| old == trees[at]),
        };
        let differing = |at: &usize| match is_same(*at) {
            true => Vec::new(),
            false => olds(*at).chain([trees[*at]]).flatten().collect(),
        };
        self.each(&places, differing, |objects, at| {
            if is_same(*at) || commits[*at].0.boundary {
                return Ok(Vec::new());
            }
            self.changed(objects, trees[*at], &olds(*at).collect::<Vec<_>>())
        })
    }

    /// Every file where a shallow clone ends.
    fn boundaries(
        &self,
        commits: &[(Node, Found)],
        trees: &[Option<ObjectId>],
    ) -> Result<Vec<(usize, Vec<Change>)>> {
        let places: Vec<usize> = (0..commits.len()).filter(|at| commits[*at].0.boundary).collect();
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
