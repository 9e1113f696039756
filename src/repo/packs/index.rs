//! A pack's index: where each object lies.

use std::cmp::Ordering;

use crate::repo::object::ObjectId;

/// An index of version 2, as git has written it since 2008.
pub(super) struct Index {
    bytes: Vec<u8>,
    count: usize,
    id_bytes: usize,
}

const HEADER: &[u8] = &[0xff, b't', b'O', b'c', 0, 0, 0, 2];
const FANOUT: usize = HEADER.len();
const IDS: usize = FANOUT + 256 * 4;

impl Index {
    /// Reads an index of ids of `id_bytes` bytes; nothing if it is of another make or damaged.
    pub(super) fn read(bytes: Vec<u8>, id_bytes: usize) -> Option<Self> {
        if !bytes.starts_with(HEADER) || bytes.len() < IDS {
            return None;
        }
        let count = word(&bytes, FANOUT + 255 * 4)?;
        let index = Self { bytes, count, id_bytes };
        let fanout: Option<Vec<usize>> = (0..256).map(|first| index.up_to(first)).collect();
        let sound = fanout?.is_sorted() && index.bytes.len() >= index.large(0)? + 2 * id_bytes;
        sound.then_some(index)
    }

    pub(super) fn id_bytes(&self) -> usize {
        self.id_bytes
    }

    /// Where the object lies in the pack, if it does.
    pub(super) fn offset(&self, id: ObjectId) -> Option<u64> {
        let wanted = id.raw();
        if wanted.len() != self.id_bytes {
            return None;
        }
        let first = usize::from(*wanted.first()?);
        let before = first.checked_sub(1).map_or(Some(0), |before| self.up_to(before))?;
        self.position(wanted, before, self.up_to(first)?).and_then(|at| self.offset_at(at))
    }

    /// The position of an id, which stands between two others if anywhere.
    ///
    /// Ids are spread evenly: one looks first where it would stand if they were so exactly, and
    /// from there in growing steps to the side where it must be.
    fn position(&self, wanted: &[u8], mut low: usize, mut high: usize) -> Option<usize> {
        let number = start(wanted)?;
        let share = (u128::from(number << 8) * (high - low) as u128) >> 64;
        let (mut middle, mut step) = (low + share as usize, 1);
        while low < high {
            let at = IDS + middle * self.id_bytes;
            let id = self.bytes.get(at..at + self.id_bytes)?;
            match start(id)?.cmp(&number).then_with(|| id.cmp(wanted)) {
                Ordering::Equal => return Some(middle),
                Ordering::Less => {
                    low = middle + 1;
                    middle = middle.saturating_add(step).max(low);
                }
                Ordering::Greater => {
                    high = middle;
                    middle = middle.saturating_sub(step);
                }
            }
            step = step.saturating_mul(2);
            if middle < low || middle >= high {
                (middle, step) = (low + (high - low) / 2, high);
            }
        }
        None
    }

    fn offset_at(&self, position: usize) -> Option<u64> {
        const LARGE: usize = 1 << 31;
        let offsets = IDS + self.count * (self.id_bytes + 4);
        let small = word(&self.bytes, offsets + position * 4)?;
        if small < LARGE {
            return Some(small as u64);
        }
        let at = self.large(small - LARGE)?;
        let bytes = self.bytes.get(at..at + 8)?;
        Some(u64::from_be_bytes(bytes.try_into().ok()?))
    }

    /// Where offsets that need eight bytes stand.
    fn large(&self, position: usize) -> Option<usize> {
        IDS.checked_add(self.count.checked_mul(self.id_bytes + 8)?)?.checked_add(position * 8)
    }

    /// How many ids begin with this byte or a smaller one.
    fn up_to(&self, first: usize) -> Option<usize> {
        word(&self.bytes, FANOUT + first * 4).filter(|count| *count <= self.count)
    }
}

/// The first bytes of an id as a number, which sorts as they do.
fn start(id: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*id.first_chunk()?))
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}
