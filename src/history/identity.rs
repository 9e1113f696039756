//! What a file is, wherever it lies and whatever it was called.
//!
//! A goal is known by its cycle and id; its team is not part of that, and `formerly` ties earlier
//! ids to the present one.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::load::CHECKINS_SUFFIX;
use crate::model::{GoalRef, Model};
use crate::repo::{Change, Commits, ObjectId};

/// The present names of goals and key results.
#[derive(Debug)]
pub struct Identities {
    goals: HashMap<GoalRef, GoalRef>,
    /// Of each goal, its key results' former names and what these are called now.
    key_results: HashMap<GoalRef, Renamed>,
}

type Renamed = HashMap<String, String>;

impl Identities {
    /// Reads `formerly` of every plan. An id that is in use today stands for itself.
    pub(super) fn new(model: &Model) -> Self {
        let mut goals = HashMap::new();
        let mut key_results: HashMap<GoalRef, Renamed> = HashMap::new();
        for goal in model.renamed.iter().map(|at| &model.goals[*at]) {
            for former in &goal.formerly {
                let old = GoalRef::new(&goal.reference.cycle, former);
                if model.position(&old).is_none() {
                    goals.insert(old, goal.reference.clone());
                }
            }
            for key_result in &goal.key_results {
                let Some(id) = &key_result.id else { continue };
                for former in &key_result.formerly {
                    if goal.key_result_position(former).is_none() {
                        let renamed = key_results.entry(goal.reference.clone()).or_default();
                        renamed.insert(former.clone(), id.clone());
                    }
                }
            }
        }
        Self { goals, key_results }
    }

    /// The names of `after` for what is in either of two models. Where `after` is the older one,
    /// it is the other that says what was renamed.
    pub fn between(before: &Model, after: &Model) -> Self {
        let mut identities = Self::new(after);
        for goal in &before.goals {
            let now = identities.goal(goal.reference.clone());
            let known = |former: &String| {
                Some(GoalRef::new(&goal.reference.cycle, former))
                    .filter(|former| after.position(former).is_some())
            };
            let now = match after.position(&now) {
                Some(_) => now,
                None => goal.formerly.iter().find_map(known).unwrap_or(now),
            };
            if now != goal.reference {
                identities.goals.insert(goal.reference.clone(), now.clone());
            }
            let Some(present) = after.goal(&now) else { continue };
            for key_result in &goal.key_results {
                let Some(id) = &key_result.id else { continue };
                let taken = |id: &str| present.key_result_position(id).is_some();
                if let Some(former) = key_result.formerly.iter().find(|former| taken(former))
                    && !taken(identities.key_result(&now, id))
                {
                    let renamed = identities.key_results.entry(now.clone()).or_default();
                    renamed.insert(id.clone(), former.clone());
                }
            }
        }
        identities
    }

    /// Everything as a text, alike for what is alike.
    pub(super) fn shown(&self) -> String {
        let goals: BTreeMap<_, _> = self.goals.iter().collect();
        let key_results: BTreeMap<_, BTreeMap<_, _>> = self
            .key_results
            .iter()
            .map(|(goal, renamed)| (goal, renamed.iter().collect()))
            .collect();
        format!("{goals:?} {key_results:?}")
    }

    /// What the goal is called now.
    pub fn goal(&self, reference: GoalRef) -> GoalRef {
        self.goals.get(&reference).cloned().unwrap_or(reference)
    }

    /// What a key result of the goal, by its present name, is called now.
    pub fn key_result<'a>(&'a self, goal: &'a GoalRef, id: &'a str) -> &'a str {
        self.of(goal).key_result(id)
    }

    /// A goal by its present name.
    pub(super) fn of<'a>(&'a self, goal: &'a GoalRef) -> Identity<'a> {
        Identity { goal, renamed: self.key_results.get(goal) }
    }
}

/// A goal by its present name, and what its key results were called.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a> {
    /// The goal.
    pub(super) goal: &'a GoalRef,
    renamed: Option<&'a Renamed>,
}

impl<'a> Identity<'a> {
    /// Tells whether a key result was ever called otherwise.
    pub(super) fn has_renames(&self) -> bool {
        self.renamed.is_some()
    }

    /// What the key result is called now.
    pub(super) fn key_result<'i>(&self, id: &'i str) -> &'i str
    where
        'a: 'i,
    {
        self.renamed.and_then(|renamed| renamed.get(id)).map_or(id, String::as_str)
    }
}

/// Which of a goal's two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum File {
    /// The plan.
    Plan,
    /// Its record.
    Checkins,
}

/// What one commit made of one file of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// The position of the commit among the changing ones.
    pub(super) commit: usize,
    /// Which file.
    pub(super) file: File,
    /// Its text in the commit; nothing if it is gone.
    pub(super) new: Option<ObjectId>,
    /// Its text in each parent.
    pub(super) old: Vec<Option<ObjectId>>,
    /// Whether it is a record that disappears where there is no plan any more.
    pub(super) follows_plan: bool,
}

impl Version {
    /// What a change makes of a file that nothing else is said of.
    pub(super) fn of(own: &GoalChange<'_>, commit: usize) -> Self {
        let (new, old) = (own.change.new, own.change.old.clone());
        Self { commit, file: own.file, new, old, follows_plan: false }
    }

    /// Tells whether the commit itself changed the file, rather than a parent having it so.
    pub(super) fn is_own(&self) -> bool {
        self.old.iter().all(|old| *old != self.new)
    }

    /// Tells whether the file is not there in the commit, or in one of its parents.
    pub(super) fn comes_or_goes(&self) -> bool {
        self.new.is_none() || self.old.contains(&None)
    }

    /// Every text that it names, and which of the files that is.
    pub(super) fn texts(&self) -> impl Iterator<Item = (ObjectId, File)> {
        let all = self.old.iter().copied().chain([self.new]);
        all.flatten().map(|id| (id, self.file))
    }
}

/// What one commit changed of one file of a goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GoalChange<'a> {
    /// The position of the commit among the changing ones.
    pub(super) commit: usize,
    /// Which file.
    pub(super) file: File,
    /// What became of it.
    pub(super) change: Cow<'a, Change>,
}

/// What is known of the files of one goal: what commits changed, in their order, and what lies where
/// a shallow clone ends, by the node.
#[derive(Debug, Default)]
pub(super) struct Changes<'a> {
    pub(super) own: Vec<GoalChange<'a>>,
    pub(super) ends: Vec<(usize, File, &'a Change)>,
}

/// What the commits that were read changed, goal by goal.
pub(super) fn by_goal<'a>(
    commits: &'a Commits,
    folder: &str,
    identities: &Identities,
) -> BTreeMap<GoalRef, Changes<'a>> {
    let mut goals: HashMap<GoalRef, usize> = HashMap::new();
    let mut owned: HashMap<&str, Option<(usize, File)>> = HashMap::new();
    let mut changes: Vec<Changes<'a>> = Vec::new();
    let mut of = |path: &'a str, changes: &mut Vec<Changes<'a>>| {
        *owned.entry(path).or_insert_with(|| {
            let (goal, file) = place(path, folder)?;
            let count = goals.len();
            let goal = *goals.entry(identities.goal(goal)).or_insert(count);
            if goal == count {
                changes.push(Changes::default());
            }
            Some((goal, file))
        })
    };
    for commit in &commits.read {
        for change in &commit.changes {
            if let Some((goal, file)) = of(&change.path, &mut changes) {
                let (commit, change) = (commit.position, Cow::Borrowed(change));
                changes[goal].own.push(GoalChange { commit, file, change });
            }
        }
    }
    for (node, files) in &commits.boundaries {
        for change in files {
            if let Some((goal, file)) = of(&change.path, &mut changes) {
                changes[goal].ends.push((*node, file, change));
            }
        }
    }
    let mut named: Vec<(GoalRef, usize)> = goals.into_iter().collect();
    named.sort_unstable_by_key(|(_, position)| *position);
    named.into_iter().map(|(goal, _)| goal).zip(changes).collect()
}

/// Every version of a goal's files, in the commits' order: moves and renames joined.
pub(super) fn versions(changes: &Changes<'_>, commits: &Commits) -> Vec<Version> {
    let places = Places::new(changes, commits);
    let mut versions = Vec::with_capacity(changes.own.len());
    for of_commit in changes.own.chunk_by(|a, b| a.commit == b.commit) {
        let mut joined: [Option<Version>; 2] = [None, None];
        for GoalChange { commit, file, change } in of_commit {
            let version = joined[*file as usize].get_or_insert_with(|| Version {
                commit: *commit,
                file: *file,
                new: None,
                old: vec![None; change.old.len()],
                follows_plan: false,
            });
            version.new = version.new.or(change.new);
            for (joined, old) in version.old.iter_mut().zip(&change.old) {
                *joined = joined.or(*old);
            }
        }
        for mut version in joined.into_iter().flatten() {
            let file = version.file;
            if version.comes_or_goes()
                && let Some(elsewhere) = places.untouched(commits, file, of_commit)
            {
                version.new = version.new.or(Some(elsewhere));
                version.old.iter_mut().for_each(|old| *old = old.or(Some(elsewhere)));
            }
            if file == File::Checkins && version.new.is_none() {
                version.follows_plan = !places.has_plan(commits, version.commit);
            }
            versions.push(version);
        }
    }
    versions
}

/// Tells whether each of a goal's files lay in one place only, and its records were never gone: what
/// comes or goes there, comes or goes altogether.
pub(super) fn lie_in_one_place(changes: &[GoalChange<'_>]) -> bool {
    let mut places: [Option<&str>; 2] = [None; 2];
    changes.iter().all(|own| {
        let place = &mut places[own.file as usize];
        let path = &*own.change.path;
        let records_go = own.file == File::Checkins && own.change.new.is_none();
        !records_go && *place.get_or_insert(path) == path
    })
}

/// What became of one path: at each node that changed it, its text there.
type ByNode = BTreeMap<usize, Option<ObjectId>>;

/// Those of a goal's files that lay in more than one place in the course of time, and its plan if its
/// records were gone for a while.
///
/// A move in two commits, first the copy and then the removal, leaves the file in both places for a
/// while: what appears or disappears in one of them is still there in the other.
#[derive(Default)]
struct Places<'a> {
    several: BTreeMap<File, HashMap<&'a str, ByNode>>,
}

impl<'a> Places<'a> {
    fn new(changes: &'a Changes<'_>, commits: &Commits) -> Self {
        let own = changes.own.iter().map(|own| (own.file, &*own.change));
        let ends = changes.ends.iter().map(|(_, file, end)| (*file, *end));
        let mut paths: BTreeSet<(File, &str)> = BTreeSet::new();
        let mut records_go = false;
        for (file, change) in own.chain(ends) {
            paths.insert((file, &change.path));
            records_go |= file == File::Checkins && change.new.is_none();
        }
        let mut several: BTreeMap<File, HashMap<&str, ByNode>> = BTreeMap::new();
        for file in [File::Plan, File::Checkins] {
            let count = paths.iter().filter(|(own, _)| *own == file).count();
            if count < 2 && !(file == File::Plan && records_go) {
                continue;
            }
            let places = several.entry(file).or_default();
            let mut add = |node: usize, change: &'a Change| {
                places.entry(&change.path).or_default().insert(node, change.new);
            };
            for own in changes.own.iter().filter(|own| own.file == file) {
                add(commits.changing.get(own.commit).node, &own.change);
            }
            for (node, _, end) in changes.ends.iter().filter(|(_, own, _)| *own == file) {
                add(*node, end);
            }
        }
        Self { several }
    }

    /// Tells whether the goal, whose record disappears in a commit, has a plan there.
    fn has_plan(&self, commits: &Commits, commit: usize) -> bool {
        let node = commits.changing.get(commit).node;
        let mut paths = self.several.get(&File::Plan).into_iter().flatten();
        paths.any(|(_, changes)| standing(commits, node, changes).is_some())
    }

    /// The file's text where the commit with these changes did not touch it, if it is in such a place.
    fn untouched(
        &self,
        commits: &Commits,
        file: File,
        touched: &[GoalChange<'_>],
    ) -> Option<ObjectId> {
        let paths = self.several.get(&file)?;
        let node = commits.changing.get(touched.first()?.commit).node;
        let is_touched = |path: &str| touched.iter().any(|own| &*own.change.path == path);
        let mut elsewhere: Vec<(&str, ObjectId)> = paths
            .iter()
            .filter(|(path, _)| !is_touched(path))
            .filter_map(|(path, changes)| Some((*path, standing(commits, node, changes)?)))
            .collect();
        elsewhere.sort_unstable();
        elsewhere.first().map(|(_, text)| *text)
    }
}

/// A path's text at a node: as it was last changed along first parents.
fn standing(commits: &Commits, node: usize, changes: &ByNode) -> Option<ObjectId> {
    let first = *changes.keys().next()?;
    let mut at = Some(node);
    while let Some(node) = at.filter(|node| *node >= first) {
        if let Some(text) = changes.get(&node) {
            return *text;
        }
        at = commits.graph.parents(node).next();
    }
    None
}

/// The goal and file that a path names.
fn place(path: &str, folder: &str) -> Option<(GoalRef, File)> {
    let inside = path.strip_prefix(folder)?.strip_prefix('/')?;
    let (stem, file) = match inside.strip_suffix(CHECKINS_SUFFIX) {
        Some(stem) => (stem, File::Checkins),
        None => (inside.strip_suffix(".toml")?, File::Plan),
    };
    let (cycle, rest) = stem.split_once('/')?;
    let id = rest.rsplit('/').next()?;
    Some((GoalRef::new(cycle, id), file))
}
