//! The commits' order: parents first; among those that could come next, those that changed no goals
//! before all others, and of these the one with the earliest author date and then the smallest id.
//!
//! So only the dates of commits that changed goals matter. Commits put on top of others, or taken
//! away, leave the others in the order that they have among themselves.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::Result;
use crate::repo::object::ObjectId;
use crate::repo::objects::{ObjectKind, damaged};

/// What commits are ordered by that could come next: the author date, if they changed goals, and the id.
pub(super) type Key = (Option<i64>, ObjectId);

/// Of each of some commits, its parents as numbers.
#[derive(Default)]
pub(super) struct Links {
    ends: Vec<u32>,
    parents: Vec<u32>,
}

impl Links {
    /// How many commits there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// Adds a commit.
    pub(super) fn push(&mut self, parents: impl Iterator<Item = usize>) {
        self.parents.extend(parents.map(|parent| parent as u32));
        self.ends.push(self.parents.len() as u32);
    }

    /// The parents of the commit at a position.
    pub(super) fn of(&self, at: usize) -> &[u32] {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.parents[start..self.ends[at] as usize]
    }

    /// The parents of all.
    pub(super) fn all(&self) -> &[u32] {
        &self.parents
    }

    /// Calls every parent by another number.
    pub(super) fn rename(&mut self, name: impl Fn(u32) -> u32) {
        self.parents.iter_mut().for_each(|parent| *parent = name(*parent));
    }
}

/// Puts commits in order. The links have numbers of these alone.
///
/// # Errors
///
/// One is its own ancestor.
pub(super) fn sorted(links: &Links, key: impl Fn(usize) -> Key) -> Result<Vec<usize>> {
    let count = links.len();
    // The children of each commit, one after the other.
    let mut starts = vec![0_u32; count + 1];
    links.parents.iter().for_each(|parent| starts[*parent as usize + 1] += 1);
    (0..count).for_each(|at| starts[at + 1] += starts[at]);
    let mut next = starts.clone();
    let mut children = vec![0_u32; links.parents.len()];
    let mut waiting: Vec<u32> = Vec::with_capacity(count);
    for child in 0..count {
        let parents = links.of(child);
        waiting.push(parents.len() as u32);
        for parent in parents {
            let place = &mut next[*parent as usize];
            children[*place as usize] = child as u32;
            *place += 1;
        }
    }
    let come = |at: usize| Reverse((key(at), at));
    let first = (0..count).filter(|at| waiting[*at] == 0);
    let mut ready: BinaryHeap<_> = first.map(come).collect();
    let mut order = Vec::with_capacity(count);
    while let Some(Reverse((_, at))) = ready.pop() {
        order.push(at);
        for child in &children[starts[at] as usize..starts[at + 1] as usize] {
            let child = *child as usize;
            waiting[child] -= 1;
            if waiting[child] == 0 {
                ready.push(come(child));
            }
        }
    }
    match order.len() == count {
        true => Ok(order),
        false => Err(damaged(ObjectKind::Commit, "one is told to be its own ancestor")),
    }
}
