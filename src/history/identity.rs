//! What a file is, wherever it lies and whatever it was called.
//!
//! A goal is known by its cycle and id; its team is not part of that, and `formerly` ties earlier
//! ids to the present one.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::load::CHECKINS_SUFFIX;
use crate::model::{GoalRef, Model};
use crate::repo::{Commits, ObjectId};

/// The present names of goals and key results.
pub(super) struct Identities {
    goals: HashMap<GoalRef, GoalRef>,
    key_results: HashMap<(GoalRef, String), String>,
}

impl Identities {
    /// Reads `formerly` of every plan. An id that is in use today stands for itself.
    pub(super) fn new(model: &Model) -> Self {
        let mut goals = HashMap::new();
        for goal in &model.goals {
            for former in &goal.formerly {
                let old = GoalRef::new(&goal.reference.cycle, former);
                if model.position(&old).is_none() {
                    goals.insert(old, goal.reference.clone());
                }
            }
        }
        let mut identities = Self { goals, key_results: HashMap::new() };
        for goal in &model.goals {
            for key_result in &goal.key_results {
                let Some(id) = &key_result.id else { continue };
                for former in &key_result.formerly {
                    if goal.key_result_position(former).is_none() {
                        let key = (goal.reference.clone(), former.clone());
                        identities.key_results.insert(key, id.clone());
                    }
                }
            }
        }
        identities
    }

    /// What the goal is called now.
    pub(super) fn goal(&self, reference: GoalRef) -> GoalRef {
        self.goals.get(&reference).cloned().unwrap_or(reference)
    }

    /// Tells whether a key result of the goal was ever called otherwise.
    pub(super) fn renames_in(&self, goal: &GoalRef) -> bool {
        self.key_results.keys().any(|(renamed, _)| renamed == goal)
    }

    /// What the key result is called now.
    pub(super) fn key_result<'a>(&'a self, goal: &GoalRef, id: &'a str) -> &'a str {
        if self.key_results.is_empty() {
            return id;
        }
        self.key_results.get(&(goal.clone(), id.to_owned())).map_or(id, String::as_str)
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

/// What one commit made of one file of one goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    /// The position of the commit among the changing ones.
    pub(super) commit: usize,
    /// The goal.
    pub(super) goal: GoalRef,
    /// Which file.
    pub(super) file: File,
    /// Its text in the commit; nothing if it is gone.
    pub(super) new: Option<ObjectId>,
    /// Its text in each parent.
    pub(super) old: Vec<Option<ObjectId>>,
}

impl Version {
    /// Tells whether the commit itself changed the file, rather than a parent having it so.
    pub(super) fn is_own(&self) -> bool {
        self.old.iter().all(|old| *old != self.new)
    }

    /// Tells whether the file is not there in the commit, or in one of its parents.
    fn comes_or_goes(&self) -> bool {
        self.new.is_none() || self.old.contains(&None)
    }

    /// Every text that it names, and which of the files that is.
    pub(super) fn texts(&self) -> impl Iterator<Item = (ObjectId, File)> {
        let all = self.old.iter().copied().chain([self.new]);
        all.flatten().map(|id| (id, self.file))
    }
}

/// Every version of every goal's files, in the commits' order: moves and renames joined.
pub(super) fn versions(commits: &Commits, folder: &str, identities: &Identities) -> Vec<Version> {
    let mut versions = Vec::new();
    let places = Places::new(commits, folder, identities);
    for (position, commit) in commits.changing.iter().enumerate() {
        let mut joined: BTreeMap<(GoalRef, File), Version> = BTreeMap::new();
        for change in &commit.changes {
            let Some((goal, file)) = place(&change.path, folder) else { continue };
            let goal = identities.goal(goal);
            let version = joined.entry((goal.clone(), file)).or_insert_with(|| Version {
                commit: position,
                goal,
                file,
                new: None,
                old: vec![None; change.old.len()],
            });
            version.new = version.new.or(change.new);
            for (joined, old) in version.old.iter_mut().zip(&change.old) {
                *joined = joined.or(*old);
            }
        }
        for version in joined.values_mut().filter(|version| version.comes_or_goes()) {
            if let Some(elsewhere) = places.untouched(commits, version) {
                version.new = version.new.or(Some(elsewhere));
                version.old.iter_mut().for_each(|old| *old = old.or(Some(elsewhere)));
            }
        }
        versions.extend(joined.into_values());
    }
    versions
}

/// What became of one path: at each node that changed it, its text there.
type Changes = BTreeMap<usize, Option<ObjectId>>;

/// The files of goals that lay in more than one place in the course of time.
///
/// A move in two commits, first the copy and then the removal, leaves the file in both places for a
/// while: what appears or disappears in one of them is still there in the other.
struct Places<'a>(HashMap<(GoalRef, File), HashMap<&'a str, Changes>>);

impl<'a> Places<'a> {
    fn new(commits: &'a Commits, folder: &str, identities: &Identities) -> Self {
        let mut by_path: HashMap<&str, Changes> = HashMap::new();
        for commit in &commits.changing {
            for change in &commit.changes {
                by_path.entry(&change.path).or_default().insert(commit.node, change.new);
            }
        }
        let mut places: HashMap<(GoalRef, File), HashMap<&str, Changes>> = HashMap::new();
        for (path, changes) in by_path {
            if let Some((goal, file)) = place(path, folder) {
                places.entry((identities.goal(goal), file)).or_default().insert(path, changes);
            }
        }
        places.retain(|_, paths| paths.len() > 1);
        Self(places)
    }

    /// The file's text where the version's commit did not touch it, if it is in such a place.
    fn untouched(&self, commits: &Commits, version: &Version) -> Option<ObjectId> {
        let paths = self.0.get(&(version.goal.clone(), version.file))?;
        let commit = &commits.changing[version.commit];
        let touched: HashSet<&str> =
            commit.changes.iter().map(|change| change.path.as_str()).collect();
        let mut elsewhere: Vec<(&str, ObjectId)> = paths
            .iter()
            .filter(|(path, _)| !touched.contains(*path))
            .filter_map(|(path, changes)| Some((*path, standing(commits, commit.node, changes)?)))
            .collect();
        elsewhere.sort_unstable();
        elsewhere.first().map(|(_, text)| *text)
    }
}

/// A path's text at a node that did not change it: as it was last changed along first parents.
fn standing(commits: &Commits, node: usize, changes: &Changes) -> Option<ObjectId> {
    let first = *changes.keys().next()?;
    let mut at = Some(node);
    while let Some(node) = at.filter(|node| *node >= first) {
        if let Some(text) = changes.get(&node) {
            return *text;
        }
        at = commits.graph[node].parents.first().copied();
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
