//! The commits that were walked before.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finder::Finds;
use super::order::{self, Links};
use super::{Changing, ChangingCommits, Commits, Moment, Moved};
use crate::coding::{Reader, Writer};
use crate::error::Result;
use crate::repo::graph::{Graph, KeptGraph};
use crate::repo::kept_bytes::KeptBytes;
use crate::repo::object::ObjectId;

/// Commits that were walked when another tip was looked at. Only what is asked for is read.
#[derive(Debug, Default)]
pub struct KnownCommits {
    graph: Arc<KeptGraph>,
    changing: ChangingCommits,
}

impl Commits {
    /// Writes where every commit stands, for [`KnownCommits::read`]: how much there is to `head`, and the
    /// rest to where it is read when somebody asks for it.
    pub fn write(&self, head: &mut Writer, rest: &mut Writer) {
        self.graph.write(head, rest);
        self.changing.write(head, rest);
    }
}

impl KnownCommits {
    /// Reads what was written, the rest of which begins at `start`; puts that to its end. Nothing if it
    /// was not written so.
    pub fn read(bytes: &Arc<KeptBytes>, head: &mut Reader<'_>, start: &mut usize) -> Option<Self> {
        let graph = Arc::new(KeptGraph::read(bytes, head, start)?);
        Some(Self { graph, changing: ChangingCommits::read_kept(bytes, head, start)? })
    }

    /// How many commits they are.
    pub fn len(&self) -> usize {
        self.graph.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them changed goals.
    pub fn changing(&self) -> usize {
        self.changing.len()
    }

    /// The id of the commit at a position.
    pub(super) fn id(&self, at: usize) -> ObjectId {
        self.graph.id(at)
    }

    /// The position of a commit, if it is among them.
    pub(super) fn position(&self, id: ObjectId) -> Option<usize> {
        self.graph.position(id)
    }

    /// Those that none of some reach, the last first: one goes down from the last of all, which reached
    /// them, until everything below is reached.
    fn gone(&self, reached: impl Iterator<Item = usize>) -> Vec<usize> {
        let Some(last) = self.len().checked_sub(1) else { return Vec::new() };
        // Each with whether it is reached.
        let mut waiting: BTreeMap<usize, bool> = reached.map(|at| (at, true)).collect();
        waiting.entry(last).or_insert(false);
        let mut unreached = usize::from(!waiting[&last]);
        let mut gone = Vec::new();
        while unreached > 0
            && let Some((at, is_reached)) = waiting.pop_last()
        {
            if !is_reached {
                gone.push(at);
                unreached -= 1;
            }
            for parent in self.graph.parents(at) {
                let known = waiting.insert(parent as usize, is_reached);
                match (known, is_reached) {
                    (None, false) => unreached += 1,
                    (Some(false), true) => unreached -= 1,
                    (Some(true), false) => _ = waiting.insert(parent as usize, true),
                    _ => {}
                }
            }
        }
        gone
    }

    /// How many of the first of them stay where they are, given which are gone and the parents of those
    /// that were found: no commit before that place is gone, and none that was found could have come
    /// there.
    fn undisturbed<'l>(&self, gone: &[usize], found: impl Iterator<Item = &'l [u32]>) -> usize {
        let count = self.len();
        let first_gone = gone.last().copied().unwrap_or(count);
        // It comes after its parents; one that comes after found ones alone comes later than those.
        let earliest = |parents: &[u32]| match parents {
            [] => Some(0),
            _ => parents
                .iter()
                .map(|at| *at as usize)
                .filter(|at| *at < count)
                .max()
                .map(|at| at + 1),
        };
        found.filter_map(earliest).min().unwrap_or(count).min(first_gone)
    }

    /// Puts those that the tip or a found commit reaches and all that were found in order. `dates` has the
    /// author date of each found commit that changed goals, `is_boundary` tells where a shallow clone ends.
    ///
    /// Returns the commits, with none of those read, and the position of each that was found.
    ///
    /// # Errors
    ///
    /// One is its own ancestor.
    pub(super) fn joined(
        self,
        tip: ObjectId,
        finds: &Finds,
        dates: &[Option<Moment>],
        is_boundary: impl Fn(ObjectId) -> bool,
    ) -> Result<(Commits, Vec<usize>)> {
        let count = self.len();
        let Finds { all: found, parents, .. } = finds;
        let named = parents.all().iter().map(|at| *at as usize).filter(|at| *at < count);
        let mut named = named.chain(self.position(tip));
        let gone = self.gone(named.clone());
        let is_on_top = gone.is_empty() && named.all(|at| at + 1 == count);
        let same = self.undisturbed(&gone, (0..found.len()).map(|at| parents.of(at)));
        // From there on, everything is put in order anew: what was known, and then what was found.
        let mut gone = gone.into_iter().rev().peekable();
        let later = (same..count).filter(|at| gone.next_if_eq(at).is_none());
        let later: Vec<usize> = later.collect();
        let first = if same < count { self.changing.before(same) } else { self.changing.len() };
        let changing: Vec<Changing> = self.changing.from(first).collect();
        let mut sorting = Sorting::new(same, count, &later);
        let mut numbers: Vec<Option<usize>> = Vec::with_capacity(later.len());
        let mut ids: Vec<ObjectId> = Vec::with_capacity(later.len());
        for &at in &later {
            numbers.push(changing.binary_search_by_key(&at, |one| one.node).ok());
            ids.push(self.graph.id(at));
            let known = self.graph.parents(at).into_iter().map(|parent| parent as usize);
            sorting.parents.push(known);
        }
        for at in 0..found.len() {
            let parents = parents.of(at).iter().map(|parent| *parent as usize);
            sorting.parents.push(parents.filter(|parent| *parent < finds.end()));
        }
        let commit = |at: usize| match at.checked_sub(later.len()) {
            Some(at) => (found[at].id, dates[at]),
            None => (ids[at], numbers[at].map(|number| changing[number].authored)),
        };
        let key = |at: usize| {
            let (id, authored) = commit(at);
            (authored.map(|authored| authored.seconds), id)
        };
        let mut commits = Commits {
            graph: Graph::on(self.graph, same),
            changing: self.changing.first_of_kept(first),
            lacking: found.len(),
            is_on_top,
            ..Commits::default()
        };
        let mut moved: Vec<Option<usize>> = vec![None; changing.len()];
        let mut nodes = vec![0; later.len() + found.len()];
        for at in order::sorted(&sorting.links(), key)? {
            let (node, (id, authored)) = (commits.graph.len(), commit(at));
            let parents = sorting.parents_of(at, &nodes);
            commits.graph.push(id, parents.into_iter(), is_boundary(id));
            nodes[at] = node;
            let number = numbers.get(at).copied().flatten();
            number.into_iter().for_each(|known| moved[known] = Some(commits.changing.len()));
            authored
                .into_iter()
                .for_each(|authored| commits.changing.push(Changing { node, authored }));
        }
        commits.moved = (same < count).then_some(Moved { first, later: moved });
        Ok((commits, nodes.split_off(later.len())))
    }
}

/// Commits about to be put in order on top of some that stay where they are: known ones, and then
/// those that were found.
struct Sorting {
    /// How many stay.
    same: usize,
    /// How many were known.
    count: usize,
    /// Of the known ones that do not stay, their places here.
    here: Vec<usize>,
    /// How many of these are still reached.
    known: usize,
    /// By the numbers of [`Finds`].
    parents: Links,
}

impl Sorting {
    fn new(same: usize, count: usize, later: &[usize]) -> Self {
        let mut here = vec![0; count - same];
        later.iter().enumerate().for_each(|(place, at)| here[at - same] = place);
        Self { same, count, here, known: later.len(), parents: Links::default() }
    }

    /// The place here of a commit, unless it stays where it is.
    fn place(&self, at: usize) -> Option<usize> {
        match at.checked_sub(self.count) {
            Some(found) => Some(self.known + found),
            None => at.checked_sub(self.same).map(|at| self.here[at]),
        }
    }

    /// The parents that have places here.
    fn links(&self) -> Links {
        let mut links = Links::default();
        for at in 0..self.parents.len() {
            let parents = self.parents.of(at).iter().map(|parent| *parent as usize);
            links.push(parents.filter_map(|parent| self.place(parent)));
        }
        links
    }

    /// The parents of the commit at a place, by the positions that those here have come to.
    fn parents_of(&self, at: usize, nodes: &[usize]) -> Vec<usize> {
        let parents = self.parents.of(at).iter().map(|parent| *parent as usize);
        parents.map(|at| self.place(at).map_or(at, |place| nodes[place])).collect()
    }
}
