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

    /// Tells whether they all come before all that was found: the tip that was known is the only
    /// known parent of what was found, and has every commit without others on top of it.
    fn is_below(&self, tip: ObjectId, found: &[Found], places: &Places) -> bool {
        let Some(last) = self.graph.len().checked_sub(1) else { return true };
        let last = self.graph.id(last);
        let is_on_top = |id: &ObjectId| *id == last || places.contains_key(id);
        is_on_top(&tip)
            && found
                .iter()
                .all(|found| !found.parents.is_empty() && found.parents.iter().all(is_on_top))
    }

    /// Which of them some of them reach.
    fn reached(&self, from: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut reached = vec![false; self.graph.len()];
        from.for_each(|at| reached[at] = true);
        for at in (0..reached.len()).rev() {
            if reached[at] {
                self.graph.parents(at).for_each(|parent| reached[parent] = true);
            }
        }
        reached
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
        self,
        tip: ObjectId,
        found: &[Found],
        places: &Places,
        dates: &[Option<Moment>],
        is_boundary: impl Fn(ObjectId) -> bool,
    ) -> Result<(Commits, Vec<usize>)> {
        let key =
            |(found, date): (&Found, &Option<Moment>)| (date.map(|date| date.seconds), found.id);
        let own: Vec<Key> = found.iter().zip(dates).map(key).collect();
        let mut joining = Joining {
            commits: Commits { lacking: found.len(), ..Commits::default() },
            at: vec![0; found.len()],
        };
        if self.is_below(tip, found, places) {
            let links = order::links(found, places);
            let last = self.graph.len().checked_sub(1);
            (joining.commits.graph, joining.commits.changing) = (self.graph, self.changing);
            for at in order::sorted(&links, &own)? {
                let place = |id: &ObjectId, joining: &Joining| {
                    places.get(id).map(|at| joining.at[*at]).or(last)
                };
                joining.push(at, &found[at], dates[at], place, &is_boundary);
            }
            return Ok((joining.commits, joining.at));
        }
        let named = found.iter().flat_map(|found| &found.parents).chain([&tip]);
        let reached = self.reached(named.filter_map(|id| self.position(*id)));
        let mut here: Vec<usize> = vec![0; reached.len()];
        let (mut links, mut all_keys) = (Links::default(), Vec::new());
        let mut changing: Vec<Option<usize>> = vec![None; reached.len()];
        self.changing.iter().enumerate().for_each(|(at, one)| changing[one.node] = Some(at));
        let mut kept = Vec::new();
        for at in (0..reached.len()).filter(|at| reached[*at]) {
            here[at] = kept.len();
            links.push(self.graph.parents(at).map(|parent| here[parent]));
            let date = changing[at].map(|one| self.changing[one].authored.seconds);
            all_keys.push((date, self.graph.id(at)));
            kept.push(at);
        }
        for found in found {
            let place = |id: &ObjectId| match places.get(id) {
                Some(at) => Some(kept.len() + at),
                None => self.position(*id).map(|at| here[at]),
            };
            links.push(found.parents.iter().filter_map(place));
        }
        all_keys.extend(own);
        let mut now = here;
        let mut moved = vec![None; self.changing.len()];
        for at in order::sorted(&links, &all_keys)? {
            let node = joining.commits.graph.len();
            match kept.get(at).copied() {
                Some(old) => {
                    let parents: Vec<usize> =
                        self.graph.parents(old).map(|parent| now[parent]).collect();
                    joining.commits.graph.push(self.graph.id(old), parents.into_iter(), false);
                    now[old] = node;
                    if let Some(one) = changing[old] {
                        moved[one] = Some(joining.commits.changing.len());
                        let authored = self.changing[one].authored;
                        joining.commits.changing.push(Changing { node, authored });
                    }
                }
                None => {
                    let at = at - kept.len();
                    let place = |id: &ObjectId, joining: &Joining| match places.get(id) {
                        Some(at) => Some(joining.at[*at]),
                        None => self.position(*id).map(|at| now[at]),
                    };
                    joining.push(at, &found[at], dates[at], place, &is_boundary);
                }
            }
        }
        joining.commits.moved = Some(moved);
        Ok((joining.commits, joining.at))
    }
}

/// Commits being put in order.
struct Joining {
    commits: Commits,
    /// The positions of those that were found, as far as they have one.
    at: Vec<usize>,
}

impl Joining {
    fn push(
        &mut self,
        at: usize,
        found: &Found,
        date: Option<Moment>,
        place: impl Fn(&ObjectId, &Self) -> Option<usize>,
        is_boundary: &impl Fn(ObjectId) -> bool,
    ) {
        let node = self.commits.graph.len();
        let parents: Vec<usize> =
            found.parents.iter().filter_map(|parent| place(parent, self)).collect();
        self.commits.graph.push(found.id, parents.into_iter(), is_boundary(found.id));
        self.at[at] = node;
        if let Some(authored) = date {
            self.commits.changing.push(Changing { node, authored });
        }
    }
}
