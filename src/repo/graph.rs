//! The graph of commits: which stand on which, as numbers.

mod kept;

use std::sync::Arc;

use super::object::ObjectId;
pub(super) use kept::KeptGraph;

/// Commits and their parents, parents before children.
///
/// The first may be commits that were kept: of these, only what is asked for is read. Where that turns
/// out to be damaged, they are told without parents, and the [bytes](super::KeptBytes) say so.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    kept: Arc<KeptGraph>,
    /// How many of the kept commits come first.
    first: usize,
    /// What comes after these.
    id_bytes: usize,
    ids: Vec<u8>,
    /// Where each commit's parents end among all.
    ends: Vec<u32>,
    parents: Vec<u32>,
    /// The commits at which a shallow clone ends: what their parents held is not known.
    boundary: Vec<u32>,
}

impl Graph {
    /// The first of some that were kept.
    pub(super) fn on(kept: Arc<KeptGraph>, first: usize) -> Self {
        Self { kept, first, ..Self::default() }
    }

    /// How many commits there are.
    pub fn len(&self) -> usize {
        self.first + self.ends.len()
    }

    /// Tells whether there is no commit.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The id of the commit at a position.
    pub fn id(&self, at: usize) -> ObjectId {
        let Some(at) = at.checked_sub(self.first) else { return self.kept.id(at) };
        ObjectId::from_bytes(&self.ids[at * self.id_bytes..(at + 1) * self.id_bytes])
    }

    /// The positions of its parents.
    pub fn parents(&self, at: usize) -> Parents<'_> {
        let Some(at) = at.checked_sub(self.first) else {
            return Parents::Kept(self.kept.parents(at).into_iter());
        };
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Parents::Here(self.parents[start..self.ends[at] as usize].iter())
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
}

impl PartialEq for Graph {
    fn eq(&self, other: &Self) -> bool {
        let is_same = |at| self.id(at) == other.id(at) && self.parents(at).eq(other.parents(at));
        self.len() == other.len() && self.boundary == other.boundary && (0..self.len()).all(is_same)
    }
}

/// The positions of a commit's parents.
#[derive(Debug)]
pub enum Parents<'a> {
    /// In memory.
    Here(std::slice::Iter<'a, u32>),
    /// Of a commit that was kept.
    Kept(std::vec::IntoIter<u32>),
}

impl Iterator for Parents<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        let next = match self {
            Self::Here(parents) => parents.next().copied(),
            Self::Kept(parents) => parents.next(),
        };
        next.map(|parent| parent as usize)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Self::Here(parents) => parents.size_hint(),
            Self::Kept(parents) => parents.size_hint(),
        }
    }
}

impl ExactSizeIterator for Parents<'_> {}
