//! The commits that were walked before.

use super::order::{self, Key, Links, Places};
use super::{Changing, Commits, Found, Moment};
use crate::error::Result;
use crate::repo::graph::Graph;
use crate::repo::object::ObjectId;

/// Commits that were walked when another tip was looked at.
#[derive(Debug, Default)]
pub struct KnownCommits {
    pub(super) graph: Graph,
    pub(super) changing: Vec<Changing>,
    /// The positions by id, as numbers of four bytes.
    pub(super) by_id: Vec<u8>,
}

impl KnownCommits {
    /// How many commits they are.
    pub fn len(&self) -> usize {
        self.graph.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.graph.is_empty()
    }

    /// How many of them changed goals.
    pub fn changing(&self) -> usize {
        self.changing.len()
    }

    /// The position of a commit, if it is among them.
    pub(super) fn position(&self, id: ObjectId) -> Option<usize> {
        let last = self.graph.len().checked_sub(1)?;
        if self.graph.id(last) == id {
            return Some(last);
        }
        let places = self.by_id.as_chunks::<4>().0;
        let place = |at: usize| u32::from_le_bytes(places[at]) as usize;
        let (mut low, mut high) = (0, places.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.graph.id(place(middle)).cmp(&id) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(place(middle)),
            }
        }
        None
    }

    /// Which of them some of them reach.
    fn reached(&self, from: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut reached = vec![false; self.graph.len()];
        from.for_each(|at| reached[at] = true);
        // The tip that was known reaches all.
        if reached.last() == Some(&true) {
            reached.fill(true);
            return reached;
        }
        for at in (0..reached.len()).rev() {
            if reached[at] {
                self.graph.parents(at).for_each(|parent| reached[parent] = true);
            }
        }
        reached
    }

    /// How many of the first of them stay where they are, given which are still reached and the parents
    /// of those that were found: no commit before that place is gone, and none that was found could have
    /// come there.
    fn undisturbed<'l>(&self, reached: &[bool], found: impl Iterator<Item = &'l [u32]>) -> usize {
        let count = self.graph.len();
        let first_gone = reached.iter().position(|reached| !reached).unwrap_or(count);
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

    /// Puts those that the tip or a found commit reaches and all that were found, which have these
    /// `places`, in order. `dates` has the author date of each found commit that changed goals,
    /// `is_boundary` tells where a shallow clone ends.
    ///
    /// Returns the commits, with none of those read, and the position of each that was found.
    ///
    /// # Errors
    ///
    /// One is its own ancestor.
    pub(super) fn joined(
        mut self,
        tip: ObjectId,
        found: &[Found],
        places: &Places,
        dates: &[Option<Moment>],
        is_boundary: impl Fn(ObjectId) -> bool,
    ) -> Result<(Commits, Vec<usize>)> {
        let count = self.graph.len();
        let parents = self.links(found, places);
        let named = parents.all().iter().map(|at| *at as usize).filter(|at| *at < count);
        let named = named.chain(self.position(tip));
        let reached = self.reached(named);
        let same = self.undisturbed(&reached, (0..found.len()).map(|at| parents.of(at)));
        // From there on, everything is put in order anew: what was known, and then what was found.
        let later: Vec<usize> = (same..count).filter(|at| reached[*at]).collect();
        let first = self.changing.partition_point(|one| one.node < same);
        let changing = self.changing.split_off(first);
        let mut sorting = Sorting::new(same, count, &later);
        let mut numbers: Vec<Option<usize>> = Vec::with_capacity(later.len());
        for &at in &later {
            let number = changing.binary_search_by_key(&at, |one| one.node).ok();
            let date = number.map(|number| changing[number].authored.seconds);
            sorting.push((date, self.graph.id(at)), self.graph.parents(at));
            numbers.push(number);
        }
        for (at, (found, date)) in found.iter().zip(dates).enumerate() {
            let parents = parents.of(at).iter().map(|parent| *parent as usize);
            sorting.push((date.map(|date| date.seconds), found.id), parents);
        }
        self.graph.truncate(same);
        let mut commits =
            Commits { graph: self.graph, changing: self.changing, ..Commits::default() };
        commits.lacking = found.len();
        let mut moved: Vec<Option<usize>> = vec![None; changing.len()];
        let mut nodes = vec![0; sorting.keys.len()];
        for at in order::sorted(&sorting.links(), &sorting.keys)? {
            let (node, id) = (commits.graph.len(), sorting.keys[at].1);
            let parents = sorting.parents_of(at, &nodes);
            commits.graph.push(id, parents.into_iter(), is_boundary(id));
            nodes[at] = node;
            let number = numbers.get(at).copied().flatten();
            number.into_iter().for_each(|known| moved[known] = Some(commits.changing.len()));
            let authored = match at.checked_sub(later.len()) {
                Some(found) => dates[found],
                None => number.map(|number| changing[number].authored),
            };
            commits.changing.extend(authored.map(|authored| Changing { node, authored }));
        }
        let moved = || (0..first).map(Some).chain(moved).collect();
        commits.moved = (same < count).then(moved);
        Ok((commits, nodes.split_off(later.len())))
    }

    /// The parents of each commit that was found: known ones by their positions, found ones as if they
    /// stood behind all of these.
    fn links(&self, found: &[Found], places: &Places) -> Links {
        let place = |id: &ObjectId| match places.get(id) {
            Some(at) => Some(self.graph.len() + at),
            None => self.position(*id),
        };
        let mut links = Links::default();
        for found in found {
            links.push(found.parents.iter().filter_map(place));
        }
        links
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
    keys: Vec<Key>,
    /// As in [`KnownCommits::links`].
    parents: Links,
}

impl Sorting {
    fn new(same: usize, count: usize, later: &[usize]) -> Self {
        let mut here = vec![0; count - same];
        later.iter().enumerate().for_each(|(place, at)| here[at - same] = place);
        let (keys, parents) = (Vec::new(), Links::default());
        Self { same, count, here, known: later.len(), keys, parents }
    }

    fn push(&mut self, key: Key, parents: impl Iterator<Item = usize>) {
        self.keys.push(key);
        self.parents.push(parents);
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
        for at in 0..self.keys.len() {
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
