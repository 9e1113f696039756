//! The commits' order: parents first; among those that could come next, the earliest author date
//! and then the smallest id.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::{Commit, Commits, Found, Key, Node};
use crate::repo::object::{ById, ObjectId};

/// Tells whether all that is known comes before all that was read: the tip that was known is the
/// only known parent of what was read, and has every commit without others on top of it.
pub(super) fn is_on_top(
    tip: ObjectId,
    known: &Commits,
    positions: &ById<usize>,
    found: &[Found],
) -> bool {
    let Some(last) = known.keys.last().map(|key| key.id) else { return false };
    let is_last = |id: &ObjectId| *id == last || !positions.contains_key(id);
    is_last(&tip)
        && found
            .iter()
            .all(|commit| !commit.parents.is_empty() && commit.parents.iter().all(is_last))
}

/// Commits with the positions of their parents, in no order.
#[derive(Default)]
pub(super) struct Unsorted {
    /// How many commits stand before them all, the last of which may be a parent.
    before: usize,
    keys: Vec<Key>,
    parents: Vec<Vec<usize>>,
    origins: Vec<Origin>,
}

/// Where a commit comes from.
pub(super) enum Origin {
    /// It was known; with what it changed, if it changed goals.
    Known(Option<Box<Commit>>),
    /// It was read now.
    Read(Box<Found>),
}

/// The positions of known commits by their ids.
pub(super) fn positions(known: &Commits) -> ById<usize> {
    known.keys.iter().enumerate().map(|(at, key)| (key.id, at)).collect()
}

impl Unsorted {
    /// Joins those known commits that the tip or a commit read now reaches, and all that were read.
    pub(super) fn joined(
        tip: ObjectId,
        known: Commits,
        positions: &ById<usize>,
        found: Vec<Found>,
    ) -> Self {
        let named = found.iter().flat_map(|commit| &commit.parents).chain([&tip]);
        let named = named.filter_map(|id| positions.get(id).copied());
        let reached = reached(&known, named);
        let Commits { graph, changing, keys, .. } = known;
        let mut changing: Vec<Option<Commit>> = changing.into_iter().map(Some).collect();
        let mut all = Self::default();
        let mut places = vec![0; graph.len()];
        for (at, (node, key)) in graph.into_iter().zip(keys).enumerate() {
            if reached[at] {
                places[at] = all.keys.len();
                all.keys.push(key);
                let mut parents = node.parents;
                parents.iter_mut().for_each(|parent| *parent = places[*parent]);
                all.parents.push(parents);
                let changed = node.changing.and_then(|at| changing[at].take());
                all.origins.push(Origin::Known(changed.map(Box::new)));
            }
        }
        let first = all.keys.len();
        let read: ById<usize> =
            found.iter().enumerate().map(|(at, commit)| (commit.id, first + at)).collect();
        for commit in found {
            let place = |id: &ObjectId| {
                let known = || positions.get(id).map(|at| places[*at]);
                read.get(id).copied().or_else(known)
            };
            all.push(commit, place);
        }
        all
    }

    /// Those that were read, on top of all that was known.
    pub(super) fn after(positions: &ById<usize>, found: Vec<Found>) -> Self {
        let mut all = Self { before: positions.len(), ..Self::default() };
        let read: ById<usize> =
            found.iter().enumerate().map(|(at, commit)| (commit.id, all.before + at)).collect();
        for commit in found {
            let place = |id: &ObjectId| read.get(id).or_else(|| positions.get(id)).copied();
            all.push(commit, place);
        }
        all
    }

    fn push(&mut self, commit: Found, place: impl Fn(&ObjectId) -> Option<usize>) {
        self.parents.push(commit.parents.iter().filter_map(place).collect());
        self.keys.push(Key { authored: commit.authored.seconds, id: commit.id });
        self.origins.push(Origin::Read(Box::new(commit)));
    }

    /// Puts them in order.
    pub(super) fn sorted(self) -> impl Iterator<Item = (Node, Key, Origin)> {
        let Self { before, keys, mut parents, origins } = self;
        let order = order(before, &keys, &parents);
        let mut position = vec![0; order.len()];
        order.iter().enumerate().for_each(|(place, at)| position[*at] = place);
        let mut origins: Vec<Option<Origin>> = origins.into_iter().map(Some).collect();
        order.into_iter().filter_map(move |at| {
            let mut parents = std::mem::take(&mut parents[at]);
            for parent in parents.iter_mut().filter(|parent| **parent >= before) {
                *parent = before + position[*parent - before];
            }
            let node = Node { parents, changing: None, boundary: false };
            Some((node, keys[at], origins[at].take()?))
        })
    }
}

/// Which of the known commits some of them reach.
fn reached(known: &Commits, from: impl Iterator<Item = usize>) -> Vec<bool> {
    let mut reached = vec![false; known.graph.len()];
    from.for_each(|at| reached[at] = true);
    for at in (0..reached.len()).rev() {
        if reached[at] {
            known.graph[at].parents.iter().for_each(|parent| reached[*parent] = true);
        }
    }
    reached
}

fn order(before: usize, keys: &[Key], parents: &[Vec<usize>]) -> Vec<usize> {
    let mut children: Vec<Vec<usize>> = vec![Vec::new(); keys.len()];
    let mut waiting: Vec<usize> = vec![0; keys.len()];
    for (child, parents) in parents.iter().enumerate() {
        for parent in parents.iter().filter_map(|parent| parent.checked_sub(before)) {
            children[parent].push(child);
            waiting[child] += 1;
        }
    }
    let mut ready: BinaryHeap<_> =
        (0..keys.len()).filter(|at| waiting[*at] == 0).map(|at| Reverse((keys[at], at))).collect();
    let mut order = Vec::with_capacity(keys.len());
    while let Some(Reverse((_, at))) = ready.pop() {
        order.push(at);
        for &child in &children[at] {
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(Reverse((keys[child], child)));
            }
        }
    }
    order
}
