//! The graph of commits: which stand on which, as numbers.

use super::object::ObjectId;

/// Commits and their parents, parents before children.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Graph {
    id_bytes: usize,
    ids: Vec<u8>,
    /// Where each commit's parents end among all.
    ends: Vec<u32>,
    parents: Vec<u32>,
    /// The commits at which a shallow clone ends: what their parents held is not known.
    boundary: Vec<u32>,
}

impl Graph {
    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The id of the commit at a position.
    pub fn id(&self, at: usize) -> ObjectId {
        ObjectId::from_bytes(&self.ids[at * self.id_bytes..(at + 1) * self.id_bytes])
    }

    /// The positions of its parents.
    pub fn parents(&self, at: usize) -> impl ExactSizeIterator<Item = usize> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        self.parents[start..self.ends[at] as usize].iter().map(|parent| *parent as usize)
    }

    /// Tells whether a shallow clone ends at it.
    pub fn is_boundary(&self, at: usize) -> bool {
        !self.boundary.is_empty() && self.boundary.binary_search(&(at as u32)).is_ok()
    }

    /// The commits at which a shallow clone ends.
    pub(super) fn boundary(&self) -> impl Iterator<Item = usize> {
        self.boundary.iter().map(|at| *at as usize)
    }

    /// Puts a commit on top of others. All ids are of one length.
    pub fn push(&mut self, id: ObjectId, parents: impl Iterator<Item = usize>, boundary: bool) {
        self.id_bytes = id.length();
        if boundary {
            self.boundary.push(self.len() as u32);
        }
        self.ids.extend_from_slice(id.raw());
        self.parents.extend(parents.map(|parent| parent as u32));
        self.ends.push(self.parents.len() as u32);
    }

    /// Takes away all but the first of them.
    pub(super) fn truncate(&mut self, count: usize) {
        self.ids.truncate(count * self.id_bytes);
        self.parents.truncate(count.checked_sub(1).map_or(0, |last| self.ends[last] as usize));
        self.ends.truncate(count);
        self.boundary.retain(|at| (*at as usize) < count);
    }

    /// The bytes of all ids, one after the other, and how long each is.
    pub(super) fn raw_ids(&self) -> (&[u8], usize) {
        (&self.ids, self.id_bytes)
    }

    /// Where each commit's parents end among all, and all parents.
    pub(super) fn raw_parents(&self) -> (&[u32], &[u32]) {
        (&self.ends, &self.parents)
    }

    /// A graph of ids and parents as they were told raw; nothing if a commit does not come after its
    /// parents.
    pub(super) fn of_raw(
        ids: Vec<u8>,
        id_bytes: usize,
        ends: Vec<u32>,
        parents: Vec<u32>,
    ) -> Option<Self> {
        let graph = Self { id_bytes, ids, ends, parents, boundary: Vec::new() };
        let last = graph.ends.last().copied().unwrap_or_default() as usize;
        let is_sound = graph.ends.is_sorted()
            && last == graph.parents.len()
            && (0..graph.len()).all(|at| graph.parents(at).all(|parent| parent < at));
        is_sound.then_some(graph)
    }
}
