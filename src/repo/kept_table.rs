//! Entries of one width among bytes that were kept, each found by its number.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::kept_bytes::KeptBytes;

/// Entries one after the other.
#[derive(Debug, Clone, Default)]
pub struct Table {
    bytes: Arc<KeptBytes>,
    start: usize,
    width: usize,
    count: usize,
}

impl Table {
    /// The `count` entries of `width` bytes that begin at `start`, which is put to their end; nothing
    /// where there are fewer bytes.
    pub fn at(
        bytes: &Arc<KeptBytes>,
        start: &mut usize,
        width: usize,
        count: usize,
    ) -> Option<Self> {
        let table = Self { bytes: Arc::clone(bytes), start: *start, width, count };
        *start = start.checked_add(count.checked_mul(width)?)?;
        (*start <= bytes.len()).then_some(table)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Tells whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes that it lies in.
    pub(super) fn bytes(&self) -> &KeptBytes {
        &self.bytes
    }

    /// The bytes of an entry; nothing if they are damaged or not there.
    pub fn get(&self, at: usize) -> Option<Cow<'_, [u8]>> {
        self.several(at..at.checked_add(1)?)
    }

    /// The bytes of some entries; nothing if they are damaged or not there.
    pub fn several(&self, entries: Range<usize>) -> Option<Cow<'_, [u8]>> {
        let is_inside = entries.start <= entries.end && entries.end <= self.count;
        let place = |at: usize| self.start + at * self.width;
        is_inside.then(|| self.bytes.read(place(entries.start)..place(entries.end))).flatten()
    }

    /// The number of four bytes that an entry is.
    pub fn number(&self, at: usize) -> Option<usize> {
        Some(u32::from_le_bytes(self.get(at)?.as_ref().try_into().ok()?) as usize)
    }

    /// The numbers of four bytes that some entries are.
    pub fn numbers(&self, entries: Range<usize>) -> Option<Vec<u32>> {
        let bytes = self.several(entries)?;
        Some(bytes.as_chunks().0.iter().map(|number| u32::from_le_bytes(*number)).collect())
    }
}
