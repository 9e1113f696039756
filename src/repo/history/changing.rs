//! The commits that changed goals, as far as their places are concerned.

use std::sync::Arc;

use super::Moment;
use crate::coding::{Reader, Writer};
use crate::repo::kept_bytes::KeptBytes;
use crate::repo::kept_table::Table;

/// A commit that changed files below the plans' folder, as far as its place is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changing {
    /// Its position in the graph.
    pub node: usize,
    /// When it was written.
    pub authored: Moment,
}

/// Those commits in their order. The first may be ones that were kept: of these, only what is asked for is
/// read.
#[derive(Debug, Clone, Default)]
pub struct ChangingCommits {
    kept: Table,
    /// How many of the kept ones come first.
    first: usize,
    /// What comes after these.
    more: Vec<Changing>,
}

/// How many bytes each takes.
const WIDTH: usize = 16;

impl ChangingCommits {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.first + self.more.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The commit at a position; what is damaged is told as anything, and the [bytes](crate::repo::KeptBytes)
    /// say so.
    pub fn get(&self, at: usize) -> Changing {
        let found = match at.checked_sub(self.first) {
            Some(at) => self.more.get(at).copied(),
            None => self.read(at),
        };
        let never = Moment { seconds: 0, offset_minutes: 0 };
        self.kept.bytes().made(found).unwrap_or(Changing { node: 0, authored: never })
    }

    /// All from a position on.
    pub(super) fn from(&self, start: usize) -> impl Iterator<Item = Changing> {
        (start..self.len()).map(|at| self.get(at))
    }

    /// One that was kept; nothing if it is damaged.
    fn read(&self, at: usize) -> Option<Changing> {
        let entry: [u8; WIDTH] = self.kept.get(at)?.as_ref().try_into().ok()?;
        let [a, b, c, d, e, f, g, h, seconds @ ..] = entry;
        let offset_minutes = i32::from_le_bytes([e, f, g, h]);
        let authored = Moment { seconds: i64::from_le_bytes(seconds), offset_minutes };
        Some(Changing { node: u32::from_le_bytes([a, b, c, d]) as usize, authored })
    }

    /// How many stand before a node.
    pub(super) fn before(&self, node: usize) -> usize {
        let is_late = self.more.first().is_some_and(|one| one.node <= node);
        let (mut low, mut high) = (if is_late { self.first } else { 0 }, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.get(middle).node < node {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }

    /// Leaves out all but the first of those that were kept.
    pub(super) fn first_of_kept(self, first: usize) -> Self {
        Self { first: first.min(self.first), more: Vec::new(), ..self }
    }

    /// Puts one on top of the others.
    pub(super) fn push(&mut self, changing: Changing) {
        self.more.push(changing);
    }

    /// Writes how many there are to `head`, and the rest to where it is read when somebody asks for it.
    pub(super) fn write(&self, head: &mut Writer, rest: &mut Writer) {
        head.size(self.len());
        for Changing { node, authored } in self.from(0) {
            rest.raw(&(node as u32).to_le_bytes());
            rest.raw(&authored.offset_minutes.to_le_bytes());
            rest.raw(&authored.seconds.to_le_bytes());
        }
    }

    /// Reads what was written; nothing if it was not written so.
    pub(super) fn read_kept(
        bytes: &Arc<KeptBytes>,
        head: &mut Reader<'_>,
        start: &mut usize,
    ) -> Option<Self> {
        let kept = Table::at(bytes, start, WIDTH, head.size()?)?;
        Some(Self { first: kept.len(), kept, more: Vec::new() })
    }
}

impl PartialEq for ChangingCommits {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.from(0).eq(other.from(0))
    }
}

/// Where changing commits that were known before stand now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// So many of the first have the positions that they had.
    pub(super) first: usize,
    /// The positions of those after them; nothing for one that is not reached any more.
    pub(super) later: Vec<Option<usize>>,
}

impl Moved {
    /// The position of the commit that was at one before; nothing if it is not reached any more.
    pub fn now(&self, before: usize) -> Option<usize> {
        match before.checked_sub(self.first) {
            Some(later) => self.later.get(later).copied().flatten(),
            None => Some(before),
        }
    }

    /// How many of the first have the positions that they had.
    pub fn undisturbed(&self) -> usize {
        self.first
    }

    /// The former and present positions of the others, of those that are still reached.
    pub fn others(&self) -> impl Iterator<Item = (usize, usize)> {
        let places = self.later.iter().enumerate();
        places.filter_map(|(at, now)| Some((self.first + at, (*now)?)))
    }

    /// The former positions of those that are not reached any more.
    pub fn gone(&self) -> impl Iterator<Item = usize> {
        let places = self.later.iter().enumerate();
        places.filter(|(_, now)| now.is_none()).map(|(at, _)| self.first + at)
    }
}
