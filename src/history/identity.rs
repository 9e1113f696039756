//! What a file is, wherever it lies and whatever it was called.
//!
//! A goal is known by its cycle and id; its team is not part of that, and `formerly` ties earlier
//! ids to the present one.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::load::CHECKINS_SUFFIX;
use crate::model::{GoalRef, Model};
use crate::repo::{Commits, ObjectId};

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
        for goal in &model.goals {
            for former in &goal.formerly {
                let old = GoalRef::new(&goal.reference.cycle, former);
                if model.position(&old).is_none() {
                    goals.insert(old, goal.reference.clone());
                }
            }
        }
        let mut key_results: HashMap<GoalRef, Renamed> = HashMap::new();
        for goal in &model.goals {
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

/// Every version of each goal's files, in the commits' order, by goal: moves and renames joined.
pub(super) fn versions(
    commits: &Commits,
    folder: &str,
    identities: &Identities,
) -> Vec<(GoalRef, Vec<Version>)> {
    let places = Places::new(commits, folder, identities);
    let mut versions: Vec<Vec<Version>> = vec![Vec::new(); places.goals.len()];
    for (position, commit) in commits.changing.iter().enumerate() {
        let mut joined: BTreeMap<Owned, Version> = BTreeMap::new();
        for change in &commit.changes {
            let Some(place @ (_, file)) = places.of(&change.path) else { continue };
            let version = joined.entry(place).or_insert_with(|| Version {
                commit: position,
                file,
                new: None,
                old: vec![None; change.old.len()],
                follows_plan: false,
            });
            version.new = version.new.or(change.new);
            for (joined, old) in version.old.iter_mut().zip(&change.old) {
                *joined = joined.or(*old);
            }
        }
        for (place, mut version) in joined {
            if version.comes_or_goes()
                && let Some(elsewhere) = places.untouched(commits, place, position)
            {
                version.new = version.new.or(Some(elsewhere));
                version.old.iter_mut().for_each(|old| *old = old.or(Some(elsewhere)));
            }
            if version.file == File::Checkins && version.new.is_none() {
                version.follows_plan = !places.has_plan(commits, place.0, position);
            }
            versions[place.0].push(version);
        }
    }
    let mut by_goal: Vec<_> = places.goals.into_iter().zip(versions).collect();
    by_goal.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
    by_goal
}

/// A goal's position among the goals, and which of its files.
type Owned = (usize, File);

/// What became of one path: at each node that changed it, its text there.
type Changes = BTreeMap<usize, Option<ObjectId>>;

/// The files of goals, those that lay in more than one place in the course of time, and the plans of
/// those whose records were gone for a while.
///
/// A move in two commits, first the copy and then the removal, leaves the file in both places for a
/// while: what appears or disappears in one of them is still there in the other.
struct Places<'a> {
    goals: Vec<GoalRef>,
    /// What each path that was ever changed is.
    owned: HashMap<&'a str, Owned>,
    several: HashMap<Owned, HashMap<&'a str, Changes>>,
}

impl<'a> Places<'a> {
    fn new(commits: &'a Commits, folder: &str, identities: &Identities) -> Self {
        let changes = || {
            let of = |commit: &'a crate::repo::Commit| {
                commit.changes.iter().map(move |change| (commit.node, change))
            };
            let ends = commits.boundaries.iter();
            let ends = ends.flat_map(|(node, files)| files.iter().map(move |file| (*node, file)));
            commits.changing.iter().flat_map(of).chain(ends)
        };
        let mut goals: HashMap<GoalRef, usize> = HashMap::new();
        let mut owned: HashMap<&str, Option<Owned>> = HashMap::new();
        let mut paths: HashMap<Owned, usize> = HashMap::new();
        for (_, change) in changes() {
            owned.entry(&change.path).or_insert_with_key(|path| {
                let (goal, file) = place(path, folder)?;
                let count = goals.len();
                let goal = *goals.entry(identities.goal(goal)).or_insert(count);
                *paths.entry((goal, file)).or_default() += 1;
                Some((goal, file))
            });
        }
        let owned: HashMap<&str, Owned> =
            owned.into_iter().filter_map(|(path, owned)| Some((path, owned?))).collect();
        let mut several: HashMap<Owned, HashMap<&str, Changes>> = HashMap::new();
        let without_records: HashSet<usize> = changes()
            .filter(|(_, change)| change.new.is_none())
            .filter_map(|(_, change)| owned.get(&*change.path))
            .filter_map(|(goal, file)| (*file == File::Checkins).then_some(*goal))
            .collect();
        paths.retain(|(goal, file), count| {
            *count > 1 || (*file == File::Plan && without_records.contains(goal))
        });
        if !paths.is_empty() {
            for (node, change) in changes() {
                let owned = owned.get(&*change.path);
                if let Some(owned) = owned.filter(|owned| paths.contains_key(owned)) {
                    let changes = several.entry(*owned).or_default().entry(&change.path);
                    changes.or_default().insert(node, change.new);
                }
            }
        }
        let mut named: Vec<(GoalRef, usize)> = goals.into_iter().collect();
        named.sort_unstable_by_key(|(_, position)| *position);
        Self { goals: named.into_iter().map(|(goal, _)| goal).collect(), owned, several }
    }

    /// What the file at a path is.
    fn of(&self, path: &str) -> Option<Owned> {
        self.owned.get(path).copied()
    }

    /// Tells whether a goal whose record disappears has a plan in that commit.
    fn has_plan(&self, commits: &Commits, goal: usize, commit: usize) -> bool {
        let node = commits.changing[commit].node;
        let mut paths = self.several.get(&(goal, File::Plan)).into_iter().flatten();
        paths.any(|(_, changes)| standing(commits, node, changes).is_some())
    }

    /// The file's text where a commit did not touch it, if it is in such a place.
    fn untouched(&self, commits: &Commits, place: Owned, commit: usize) -> Option<ObjectId> {
        let paths = self.several.get(&place)?;
        let commit = &commits.changing[commit];
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

/// A path's text at a node: as it was last changed along first parents.
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
