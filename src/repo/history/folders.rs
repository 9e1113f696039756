//! The plans' folder from commit to commit: what each changed in it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use super::finder::{Finds, Found};
use super::known::KnownCommits;
use super::said::Authors;
use super::{Change, Commit, Commits, Moment, Surroundings, root};
use crate::error::Result;
use crate::repo::missing;
use crate::repo::object::ObjectId;
use crate::repo::objects::{ObjectKind, Objects};
use crate::repo::revision::Entered;
use crate::repo::tree::{self, Entry, EntryKind, Trees};

/// A file that differs between two trees: its path, and its text in the first and in the second.
type Difference = (Arc<str>, Option<ObjectId>, Option<ObjectId>);

/// The plans' folder through the ages.
pub(super) struct Folders<'a> {
    /// Its path from the repository's top, name by name.
    names: Vec<&'a [u8]>,
    /// Its path from the workspace's root.
    inside: &'a str,
    objects: &'a dyn Objects,
    id_bytes: usize,
    /// Paths that were told, each once.
    paths: Mutex<HashSet<Arc<str>>>,
}

/// How many shares of the commits each thread gets, so that none waits long for the others.
const SHARES: usize = 4;
/// The fewest commits for which a share of their own pays.
const COMMITS_A_SHARE: usize = 1024;

/// How many commits are read ahead of the one being looked at.
const AHEAD: usize = 256;

impl<'a> Folders<'a> {
    pub(super) fn new(
        objects: &'a dyn Objects,
        place: &'a Path,
        inside: &'a str,
        tip: ObjectId,
    ) -> Self {
        let names = place.components().map(|name| name.as_os_str().as_encoded_bytes()).collect();
        Self { names, inside, objects, id_bytes: tip.length(), paths: Mutex::default() }
    }

    /// Tells what the commits that were found changed, and puts them and those known in order.
    pub(super) fn changed_by(
        &self,
        tip: ObjectId,
        known: KnownCommits,
        mut finds: Finds,
        authors: &Authors,
        surroundings: &Surroundings<'_>,
    ) -> Result<Commits> {
        let is_boundary = |id| surroundings.boundary.contains(&id);
        let trees = self.of(&finds, &known)?;
        let mut changes = self.changes(&finds, &trees, &is_boundary)?;
        self.read_texts(&mut finds, &changes, authors)?;
        let date = |(found, changes): (&Found, &Vec<Change>)| {
            found.said.as_ref().filter(|_| !changes.is_empty()).map(|said| said.authored)
        };
        let dates: Vec<Option<Moment>> = finds.all.iter().zip(&changes).map(date).collect();
        let (mut commits, nodes) = known.joined(tip, &finds, &dates, is_boundary)?;
        if changes.iter().flatten().any(|change| change.new.is_none()) {
            commits.boundaries = self.boundaries(&commits, &nodes, &trees.here)?;
        }
        drop(trees);
        let people = authors.people(surroundings.mailmap)?;
        let mut changed: Vec<(usize, usize)> = nodes
            .iter()
            .enumerate()
            .filter(|(at, _)| dates[*at].is_some())
            .map(|(at, node)| (*node, at))
            .collect();
        changed.sort_unstable();
        commits.read.reserve_exact(changed.len());
        for (node, at) in changed {
            let Found { id, said, .. } = &mut finds.all[at];
            let Some(said) = said.take() else { continue };
            let position = commits.changing.before(node);
            let commit = said.commit(*id, &people, std::mem::take(&mut changes[at]));
            commits.read.push(Commit { position, ..commit });
        }
        Ok(commits)
    }

    /// The id of the folder in each commit that was found, and in the others they stand on.
    fn of(&self, finds: &Finds, known: &KnownCommits) -> Result<FolderIds> {
        let roots = finds.all.iter().map(|commit| commit.tree);
        missing::bring(self.objects, roots, &self.names, self.id_bytes)?;
        let wants = |at: usize| vec![finds.all[at].tree];
        let below = |looking: &mut Looking<'_>, at: usize| self.below(looking, finds.all[at].tree);
        let here = self.each(finds.all.len(), wants, below)?;
        let mut trees = FolderIds { here, first: finds.known, beneath: HashMap::new() };
        let mut looking = Looking::new(self);
        for number in finds.parents.all().iter().map(|parent| *parent as usize) {
            if !trees.is_here(number) && !trees.beneath.contains_key(&number) {
                let root = root(self.objects, finds.beneath(number, known))?;
                let tree = self.below(&mut looking, root)?;
                trees.beneath.insert(number, tree);
            }
        }
        Ok(trees)
    }

    /// What each commit that was found changed against any of its parents, by path; of a first
    /// commit, everything.
    fn changes(
        &self,
        finds: &Finds,
        trees: &FolderIds,
        is_boundary: &(impl Fn(ObjectId) -> bool + Sync),
    ) -> Result<Vec<Vec<Change>>> {
        let olds =
            |at| finds.parents.of(at).iter().map(|parent| trees.get(*parent as usize)).collect();
        let is_same = |tree: Option<ObjectId>, olds: &[Option<ObjectId>]| match olds {
            [] => tree.is_none(),
            olds => olds.iter().all(|old| *old == tree),
        };
        let differing = |at: usize| {
            let (tree, olds): (_, Vec<_>) = (trees.here[at], olds(at));
            match is_same(tree, &olds) {
                true => Vec::new(),
                false => olds.into_iter().chain([tree]).flatten().collect(),
            }
        };
        self.each(finds.all.len(), differing, |looking, at| {
            let (tree, olds): (_, Vec<_>) = (trees.here[at], olds(at));
            if is_same(tree, &olds) || is_boundary(finds.all[at].id) {
                return Ok(Vec::new());
            }
            self.changed(looking, tree, &olds)
        })
    }

    /// Reads the texts of commits that changed something, where that was not done.
    fn read_texts(
        &self,
        finds: &mut Finds,
        changes: &[Vec<Change>],
        authors: &Authors,
    ) -> Result<()> {
        let is_unread = |at: &usize| finds.all[*at].said.is_none() && !changes[*at].is_empty();
        let unread: Vec<usize> = (0..changes.len()).filter(is_unread).collect();
        let id = |at: usize| finds.all[unread[at]].id;
        let said = self.each(
            unread.len(),
            |_| Vec::new(),
            |_, at| authors.said(&self.objects.read(ObjectKind::Commit, id(at))?),
        )?;
        for (at, said) in unread.into_iter().zip(said) {
            finds.all[at].said = Some(said);
        }
        Ok(())
    }

    /// Every file where a shallow clone ends.
    fn boundaries(
        &self,
        commits: &Commits,
        nodes: &[usize],
        trees: &[Option<ObjectId>],
    ) -> Result<Vec<(usize, Vec<Change>)>> {
        let places: Vec<usize> = commits.graph.boundary().collect();
        let trees: HashMap<usize, Option<ObjectId>> =
            nodes.iter().copied().zip(trees.iter().copied()).collect();
        let tree = |at: usize| trees.get(&places[at]).copied().flatten();
        let wants = |at: usize| tree(at).into_iter().collect();
        let changed = |looking: &mut Looking<'_>, at: usize| self.changed(looking, tree(at), &[]);
        let files = self.each(places.len(), wants, changed)?;
        Ok(places.into_iter().zip(files).collect())
    }

    /// Looks at so many items in their order, some on each thread; each wants to read some trees.
    fn each<R: Send>(
        &self,
        count: usize,
        wants: impl Fn(usize) -> Vec<ObjectId> + Sync,
        look: impl Fn(&mut Looking<'_>, usize) -> Result<R> + Sync,
    ) -> Result<Vec<R>> {
        let share = count.div_ceil(rayon::current_num_threads() * SHARES);
        let share = share.max(COMMITS_A_SHARE);
        let looked = |start: usize| {
            let end = count.min(start + share);
            let mut looking = Looking::new(self);
            let mut looked = Vec::with_capacity(end - start);
            for start in (start..end).step_by(AHEAD) {
                let items = start..end.min(start + AHEAD);
                self.objects.ahead(&mut items.clone().flat_map(&wants))?;
                for item in items {
                    looked.push(look(&mut looking, item)?);
                }
            }
            Ok(looked)
        };
        // One share is sooner looked at here than handed to another thread.
        if count <= share {
            return looked(0);
        }
        let starts: Vec<usize> = (0..count).step_by(share).collect();
        let parts = starts.into_par_iter().map(looked).collect::<Result<Vec<Vec<R>>>>()?;
        Ok(parts.into_iter().flatten().collect())
    }

    /// The id of the folder below a root.
    fn below(&self, looking: &mut Looking<'_>, root: ObjectId) -> Result<Option<ObjectId>> {
        let (trees, mut found) = (&mut looking.trees, None);
        for name in &self.names {
            let entry = match found {
                None => trees.read_once(root)?.find(name)?.map(|entry| (entry.kind, entry.id())),
                Some(folder) => {
                    let tree = trees.read(folder)?;
                    let entry = trees.entries(Some(&tree)).find(name)?;
                    entry.map(|entry| (entry.kind, entry.id()))
                }
            };
            found = entry.filter(|(kind, _)| *kind == EntryKind::Folder).map(|(_, id)| id);
            if found.is_none() {
                break;
            }
        }
        Ok(found)
    }

    /// What differs between a tree and any of those before it.
    fn changed(
        &self,
        looking: &mut Looking<'_>,
        tree: Option<ObjectId>,
        olds: &[Option<ObjectId>],
    ) -> Result<Vec<Change>> {
        if let [_, _, ..] = olds {
            let each = olds.iter().map(|old| looking.compare(tree, *old, self.inside));
            return Ok(joined(&each.collect::<Result<Vec<_>>>()?));
        }
        let old = |old| if olds.is_empty() { Vec::new() } else { vec![old] };
        let difference = looking.compare(tree, olds.first().copied().flatten(), self.inside)?;
        Ok(difference
            .into_iter()
            .map(|(path, new, before)| Change { path, new, old: old(before) })
            .collect())
    }
}

/// The ids of the folder in commits, by the numbers of [`Finds`]: nothing where it is not there.
struct FolderIds {
    /// In those that were found, in their order.
    here: Vec<Option<ObjectId>>,
    /// The number of the first of them.
    first: usize,
    /// In the others that they stand on.
    beneath: HashMap<usize, Option<ObjectId>>,
}

impl FolderIds {
    /// Tells whether a commit was found.
    fn is_here(&self, number: usize) -> bool {
        (self.first..self.first + self.here.len()).contains(&number)
    }

    fn get(&self, number: usize) -> Option<ObjectId> {
        match self.is_here(number) {
            true => self.here[number - self.first],
            false => self.beneath.get(&number).copied().flatten(),
        }
    }
}

/// What one thread looks at trees with.
struct Looking<'a> {
    trees: Trees<'a>,
    comparison: Comparison<'a>,
}

impl<'a> Looking<'a> {
    fn new(folders: &'a Folders<'_>) -> Self {
        let trees = Trees::new(folders.objects, folders.id_bytes);
        Self { trees, comparison: Comparison::of(&folders.paths) }
    }

    /// The TOML files that differ between two trees of the folder at a path.
    fn compare(
        &mut self,
        new: Option<ObjectId>,
        old: Option<ObjectId>,
        path: &str,
    ) -> Result<Vec<Difference>> {
        let comparison = &mut self.comparison;
        comparison.path.clear();
        comparison.path.push_str(path);
        comparison.entered = Entered::default();
        comparison.differences.clear();
        compare(&mut self.trees, new, old, comparison)?;
        // Most are of a file or two: no room for more is kept with each.
        Ok(comparison.differences.drain(..).collect())
    }
}

/// What is found as two trees are compared.
struct Comparison<'a> {
    /// Where one looks.
    path: String,
    /// How many folders were entered.
    entered: Entered,
    differences: Vec<Difference>,
    /// Paths that any comparison told, each once.
    paths: &'a Mutex<HashSet<Arc<str>>>,
}

impl<'a> Comparison<'a> {
    fn of(paths: &'a Mutex<HashSet<Arc<str>>>) -> Self {
        let (path, entered) = (String::new(), Entered::default());
        Self { path, entered, differences: Vec::new(), paths }
    }

    /// Takes in that the file where one looks differs; of names that are not UTF-8 and are told
    /// alike, the last counts.
    fn add(&mut self, new: Option<ObjectId>, old: Option<ObjectId>) {
        if self.path.contains(char::REPLACEMENT_CHARACTER) {
            self.differences.retain(|(path, ..)| **path != *self.path);
        }
        let mut paths = self.paths.lock().unwrap_or_else(PoisonError::into_inner);
        let path = match paths.get(self.path.as_str()) {
            Some(known) => Arc::clone(known),
            None => {
                let path: Arc<str> = self.path.as_str().into();
                paths.insert(Arc::clone(&path));
                path
            }
        };
        self.differences.push((path, new, old));
    }
}

/// Collects the TOML files that differ between two trees.
fn compare(
    trees: &mut Trees<'_>,
    new: Option<ObjectId>,
    old: Option<ObjectId>,
    found: &mut Comparison<'_>,
) -> Result<()> {
    if new == old {
        return Ok(());
    }
    found.entered.one_more(&found.path)?;
    let new = new.map(|id| trees.read(id)).transpose()?;
    let old = old.map(|id| trees.read(id)).transpose()?;
    let (new, old) = (trees.entries(new.as_ref()), trees.entries(old.as_ref()));
    tree::compare(new, old, |new, old| {
        let Some(name) = new.or(old).map(|entry| entry.name) else { return Ok(()) };
        let of = |entry: Option<Entry<'_>>, kind| {
            entry.filter(|entry| entry.kind == kind).map(|entry| entry.id())
        };
        if name.starts_with(b".") {
            return Ok(());
        }
        let length = found.path.len();
        found.path.push('/');
        found.path.push_str(&String::from_utf8_lossy(name));
        compare(trees, of(new, EntryKind::Folder), of(old, EntryKind::Folder), found)?;
        let (left, right) = (of(new, EntryKind::File), of(old, EntryKind::File));
        if left != right && name.ends_with(b".toml") {
            found.add(left, right);
        }
        found.path.truncate(length);
        Ok(())
    })
}

/// What differs from any of several parents, given what differs from each.
fn joined(differences: &[Vec<Difference>]) -> Vec<Change> {
    let mut changes: BTreeMap<&Arc<str>, Change> = BTreeMap::new();
    for (path, new, _) in differences.iter().flatten() {
        // Where a parent has no difference, it has the new text.
        changes.entry(path).or_insert_with(|| Change {
            path: Arc::clone(path),
            new: *new,
            old: vec![*new; differences.len()],
        });
    }
    for (parent, difference) in differences.iter().enumerate() {
        for (path, _, before) in difference {
            if let Some(change) = changes.get_mut(path) {
                change.old[parent] = *before;
            }
        }
    }
    changes.into_values().collect()
}
