//! A pack's index: where each object lies.

use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{self, AtomicUsize};

use crate::repo::object::ObjectId;
use crate::repo::read_at::read_at;
use crate::repo::spread;

/// An index of version 2, as git has written it since 2008.
///
/// For a few ids only the pages where they may stand are read; for many, the whole file once.
pub(super) struct Index {
    file: File,
    /// What the file says, once many ids were looked for.
    whole: OnceLock<Option<Whole>>,
    asked: AtomicUsize,
    /// How many ids begin with each byte or a smaller one.
    fanout: Vec<usize>,
    id_bytes: usize,
}

/// An index in memory.
struct Whole {
    ids: Vec<u8>,
    /// Those of four bytes, and then those of eight.
    offsets: Vec<u8>,
    /// For each beginning that an id can have, the position of the first id with that or a larger one.
    starts: Vec<u32>,
    /// So many bits to the right, the first bytes of an id are its beginning.
    shift: u32,
}

const HEADER: &[u8] = &[0xff, b't', b'O', b'c', 0, 0, 0, 2];
const FANOUT: usize = HEADER.len();
const IDS: usize = FANOUT + 256 * 4;

/// So many ids are sooner found one by one than the whole index is read.
const FEW: usize = 2000;
/// So many ids are read together where one is looked for.
const AROUND: usize = 192;

impl Index {
    /// Opens an index of ids of `id_bytes` bytes; nothing if it is of another make or damaged.
    pub(super) fn open(path: &Path, id_bytes: usize) -> Option<Self> {
        let file = File::open(path).ok()?;
        let mut start = [0; IDS];
        read_at(&file, &mut start, 0).ok()?;
        let fanout: Vec<usize> =
            start[FANOUT..].as_chunks::<4>().0.iter().map(|count| number(*count)).collect();
        let length = file.metadata().ok()?.len();
        let (whole, asked) = (OnceLock::new(), AtomicUsize::new(0));
        let index = Self { file, whole, asked, fanout, id_bytes };
        let is_sound = start.starts_with(HEADER)
            && index.fanout.is_sorted()
            && length >= (index.offsets()? + index.count() * 4 + 2 * id_bytes) as u64;
        is_sound.then_some(index)
    }

    pub(super) fn id_bytes(&self) -> usize {
        self.id_bytes
    }

    /// How many ids there are.
    fn count(&self) -> usize {
        self.fanout[255]
    }

    /// Where the object lies in the pack, if it does.
    pub(super) fn offset(&self, id: ObjectId) -> Option<u64> {
        let wanted = id.raw();
        if wanted.len() != self.id_bytes {
            return None;
        }
        let position = match self.whole() {
            Some(whole) => whole.position(wanted)?,
            None => {
                let first = usize::from(*wanted.first()?);
                let before = first.checked_sub(1).map_or(0, |before| self.fanout[before]);
                self.position(wanted, before, self.fanout[first])?
            }
        };
        self.offset_at(position)
    }

    /// The position of an id, which stands between two others if anywhere. What stands around a place is
    /// read with it: nearly always one look is enough.
    fn position(&self, wanted: &[u8], low: usize, high: usize) -> Option<usize> {
        let (number, width) = (start(wanted)?, self.id_bytes);
        let (mut first, mut around) = (low, Vec::new());
        let compare = |at: usize| {
            if at < first || at >= first + around.len() / width {
                first = at.saturating_sub(AROUND / 2).max(low);
                around.resize(AROUND.min(high - first) * width, 0);
                read_at(&self.file, &mut around, (IDS + first * width) as u64).ok()?;
            }
            let id = around.get((at - first) * width..)?.get(..width)?;
            Some(start(id)?.cmp(&number).then_with(|| id.cmp(wanted)))
        };
        spread::search(number << 8, low..high, compare)?.ok()
    }

    fn offset_at(&self, position: usize) -> Option<u64> {
        const LARGE: usize = 1 << 31;
        let mut small = [0; 4];
        self.read_offset(position * 4, &mut small)?;
        let small = number(small);
        if small < LARGE {
            return Some(small as u64);
        }
        let mut large = [0; 8];
        self.read_offset(self.count() * 4 + (small - LARGE) * 8, &mut large)?;
        Some(u64::from_be_bytes(large))
    }

    /// Where offsets begin in the file.
    fn offsets(&self) -> Option<usize> {
        self.count().checked_mul(self.id_bytes + 4)?.checked_add(IDS)
    }

    /// Reads bytes that stand so far behind the beginning of the offsets.
    fn read_offset(&self, at: usize, bytes: &mut [u8]) -> Option<()> {
        match self.whole.get() {
            Some(Some(whole)) => bytes.copy_from_slice(whole.offsets.get(at..at + bytes.len())?),
            _ => read_at(&self.file, bytes, (self.offsets()? + at) as u64).ok()?,
        }
        Some(())
    }

    /// The index in memory, if many ids were looked for.
    fn whole(&self) -> Option<&Whole> {
        if self.whole.get().is_none() && self.asked.fetch_add(1, atomic::Ordering::Relaxed) < FEW {
            return None;
        }
        self.whole.get_or_init(|| self.read_whole()).as_ref()
    }

    fn read_whole(&self) -> Option<Whole> {
        let part = |start: usize, end: usize| {
            let mut bytes = vec![0; end.checked_sub(start)?];
            read_at(&self.file, &mut bytes, start as u64).ok().map(|()| bytes)
        };
        let length = usize::try_from(self.file.metadata().ok()?.len()).ok()?;
        let ids = part(IDS, IDS + self.count() * self.id_bytes)?;
        let offsets = part(self.offsets()?, length)?;
        Some(Whole::new(ids, offsets, self.id_bytes))
    }
}

impl Whole {
    /// Puts ids and offsets together.
    fn new(ids: Vec<u8>, offsets: Vec<u8>, id_bytes: usize) -> Self {
        let count = ids.len() / id_bytes;
        // A few ids for each beginning.
        let bits = (count / 4).max(2).ilog2();
        let shift = u64::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (position, id) in ids.chunks_exact(id_bytes).enumerate() {
            let beginning = (start(id).unwrap_or(0) >> shift) as usize;
            if starts.len() <= beginning {
                starts.resize(beginning + 1, position as u32);
            }
        }
        starts.resize((1 << bits) + 1, count as u32);
        Self { ids, offsets, starts, shift }
    }

    /// The position of an id, if it is here.
    fn position(&self, wanted: &[u8]) -> Option<usize> {
        let number = start(wanted)?;
        let beginning = (number >> self.shift) as usize;
        let (first, end) = (self.starts[beginning] as usize, self.starts[beginning + 1] as usize);
        let ids = self.ids.get(first * wanted.len()..end * wanted.len())?;
        let is_wanted = |id: &[u8]| start(id) == Some(number) && id == wanted;
        let found = ids.chunks_exact(wanted.len()).position(is_wanted)?;
        Some(first + found)
    }
}

/// The first bytes of an id as a number, which sorts as they do.
fn start(id: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*id.first_chunk()?))
}

fn number(bytes: [u8; 4]) -> usize {
    u32::from_be_bytes(bytes) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An id whose beginning follows from a number, and so does its place among others.
    fn id(number: u32, id_bytes: usize) -> Vec<u8> {
        [&[7][..], &number.to_be_bytes(), &vec![number as u8; id_bytes - 5]].concat()
    }

    /// An index of ids that all begin alike, each with its position for an offset.
    fn index(numbers: &[u32], id_bytes: usize) -> (tempfile::NamedTempFile, Index) {
        let count = numbers.len() as u32;
        let fanout = (0..256).flat_map(|first| if first < 7 { 0 } else { count }.to_be_bytes());
        let mut bytes: Vec<u8> = HEADER.iter().copied().chain(fanout).collect();
        numbers.iter().for_each(|number| bytes.extend(id(*number, id_bytes)));
        bytes.extend(vec![0; numbers.len() * 4]);
        (0..count).for_each(|position| bytes.extend(position.to_be_bytes()));
        bytes.extend(vec![0; 2 * id_bytes]);
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), bytes).expect("written");
        let index = Index::open(file.path(), id_bytes).expect("sound");
        (file, index)
    }

    #[test]
    fn an_id_is_found_wherever_it_stands_among_more_than_are_read_at_once() {
        let count = 5 * AROUND as u32;
        let even: Vec<u32> = (0..count).map(|n| n * (u32::MAX / count)).collect();
        let crowded: Vec<u32> = (0..count).map(|n| n * n).collect();
        for (numbers, id_bytes) in [(even, 20), (crowded, 32), (vec![9], 20), (Vec::new(), 20)] {
            let (_file, index) = index(&numbers, id_bytes);
            for (position, number) in numbers.iter().enumerate() {
                let found = |number| index.position(&id(number, id_bytes), 0, numbers.len());
                assert_eq!(found(*number), Some(position));
                let is_new = |other: &u32| numbers.binary_search(other).is_err();
                for other in [number.wrapping_sub(1), number.wrapping_add(1)]
                    .iter()
                    .filter(|other| is_new(other))
                {
                    assert_eq!(found(*other), None);
                }
            }
            let last = numbers.last().map(|number| ObjectId::from_bytes(&id(*number, id_bytes)));
            let offset = numbers.len().checked_sub(1).map(|position| position as u64);
            assert_eq!(last.and_then(|last| index.offset(last)), offset);
            assert_eq!(index.offset(ObjectId::from_bytes(&id(u32::MAX, id_bytes))), None);
        }
    }
}
