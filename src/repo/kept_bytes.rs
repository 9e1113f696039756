//! Bytes that were kept in a file, read when somebody asks for them and checked then.
//!
//! A file is its bytes in blocks, a sum of each block, and the number of bytes with a sum of all that is
//! said about them. Who opens it reads the sums alone.

use std::borrow::Cow;
use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::read_at::read_at;
use crate::coding::checksum;

/// How many bytes are read and checked at once.
const BLOCK: usize = 16 << 10;
/// More blocks than these are read together, and not remembered.
const FEW: usize = 4;
/// The number of bytes, and the sum of that and of all sums.
const TAIL: usize = 16;

/// Bytes that are at hand, or in a file that was whole when it was opened.
#[derive(Debug, Default)]
pub struct KeptBytes {
    length: usize,
    blocks: Vec<Block>,
    file: Option<Source>,
    /// Whether somebody met bytes that cannot be what was kept.
    is_damaged: AtomicBool,
}

/// Some of the bytes, once they were asked for; nothing where they are damaged.
type Block = OnceLock<Option<Vec<u8>>>;

#[derive(Debug)]
struct Source {
    path: PathBuf,
    file: File,
    sums: Vec<u64>,
}

impl From<Vec<u8>> for KeptBytes {
    fn from(bytes: Vec<u8>) -> Self {
        let blocks = bytes.chunks(BLOCK).map(|block| Block::from(Some(block.to_vec()))).collect();
        Self { length: bytes.len(), blocks, ..Self::default() }
    }
}

impl KeptBytes {
    /// The bytes of a file for these.
    pub(super) fn file(mut bytes: Vec<u8>) -> Vec<u8> {
        let mut sums: Vec<u8> =
            bytes.chunks(BLOCK).flat_map(|block| checksum(block).to_le_bytes()).collect();
        sums.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        sums.extend_from_slice(&checksum(&sums).to_le_bytes());
        bytes.extend_from_slice(&sums);
        bytes
    }

    /// Opens a file of at most so many bytes; nothing if it is not whole.
    pub(super) fn open(path: &Path, most: u64) -> Option<Self> {
        let file = File::open(path).ok()?;
        let about = file.metadata().ok().filter(fs::Metadata::is_file)?;
        let whole = usize::try_from(about.len()).ok().filter(|_| about.len() <= most)?;
        let mut tail = [0; TAIL];
        read_at(&file, &mut tail, whole.checked_sub(TAIL)? as u64).ok()?;
        let [length, sum] = words(&tail)[..] else { return None };
        let length = usize::try_from(length).ok()?;
        let count = length.div_ceil(BLOCK);
        if count.checked_mul(8)?.checked_add(length)?.checked_add(TAIL)? != whole {
            return None;
        }
        let mut sums = vec![0; count * 8];
        read_at(&file, &mut sums, length as u64).ok()?;
        if checksum(&[&sums, &tail[..8]].concat()) != sum {
            return None;
        }
        let blocks = std::iter::repeat_with(Block::new).take(count).collect();
        let source = Source { path: path.to_owned(), file, sums: words(&sums) };
        Some(Self { length, blocks, file: Some(source), ..Self::default() })
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.length
    }

    /// Tells whether there is no byte.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Tells whether somebody met bytes that cannot be what was kept: whatever was made of any of them
    /// since these were opened is not to be trusted.
    pub fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// Passes on what was made of some of the bytes; takes note if nothing could be.
    pub(super) fn made<T>(&self, made: Option<T>) -> Option<T> {
        if made.is_none() {
            self.is_damaged.store(true, Ordering::Relaxed);
        }
        made
    }

    /// Some of the bytes; nothing if they are damaged or not there.
    pub fn read(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        if range.start > range.end || range.end > self.length {
            return None;
        }
        if range.is_empty() {
            return Some(Cow::Borrowed(&[]));
        }
        let (first, last) = (range.start / BLOCK, (range.end - 1) / BLOCK);
        let part = |at: usize| {
            let start = range.start.max(at * BLOCK) - at * BLOCK;
            self.block(at)?.get(start..(range.end - at * BLOCK).min(BLOCK))
        };
        if first == last {
            return part(first).map(Cow::Borrowed);
        }
        let is_unread = || (first..=last).all(|at| self.blocks[at].get().is_none());
        if let Some(source) = self.file.as_ref().filter(|_| last - first > FEW && is_unread()) {
            let mut bytes = source.blocks(first..last + 1, self.length)?;
            bytes.truncate(range.end - first * BLOCK);
            bytes.drain(..range.start - first * BLOCK);
            return Some(Cow::Owned(bytes));
        }
        let mut bytes = Vec::with_capacity(range.len());
        for at in first..=last {
            bytes.extend_from_slice(part(at)?);
        }
        Some(Cow::Owned(bytes))
    }

    fn block(&self, at: usize) -> Option<&[u8]> {
        let read = || self.file.as_ref()?.blocks(at..at + 1, self.length);
        self.blocks[at].get_or_init(read).as_deref()
    }

    /// Removes the file, so that nobody reads it again.
    pub fn discard(&self) {
        if let Some(source) = &self.file {
            // Another run may have done so.
            let _ = fs::remove_file(&source.path);
        }
    }
}

impl Source {
    /// Reads some blocks of all the bytes; nothing if they are not what they were.
    fn blocks(&self, blocks: Range<usize>, length: usize) -> Option<Vec<u8>> {
        let start = blocks.start * BLOCK;
        let mut bytes = vec![0; (blocks.len() * BLOCK).min(length - start)];
        read_at(&self.file, &mut bytes, start as u64).ok()?;
        let mut sums = bytes.chunks(BLOCK).zip(&self.sums[blocks]);
        sums.all(|(block, sum)| checksum(block) == *sum).then_some(bytes)
    }
}

fn words(bytes: &[u8]) -> Vec<u64> {
    bytes.as_chunks().0.iter().map(|word| u64::from_le_bytes(*word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(bytes: &[u8]) -> (tempfile::TempDir, Option<KeptBytes>) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("file");
        fs::write(&path, bytes).expect("written");
        let stored = KeptBytes::open(&path, 1 << 20);
        (folder, stored)
    }

    fn bytes() -> Vec<u8> {
        (0..BLOCK * (FEW + 3) + 100).map(|at| (at * 7 % 251) as u8).collect()
    }

    #[test]
    fn what_was_kept_is_read_in_any_parts() {
        let bytes = bytes();
        let (_folder, stored) = open(&KeptBytes::file(bytes.clone()));
        let from_file = stored.expect("whole");
        for stored in [&from_file, &KeptBytes::from(bytes.clone())] {
            assert_eq!(stored.len(), bytes.len());
            for range in
                [0..0, 0..1, 5..BLOCK, BLOCK - 1..BLOCK + 1, 3..BLOCK * 2, 1..BLOCK * (FEW + 3) + 9]
            {
                assert_eq!(stored.read(range.clone()).as_deref(), Some(&bytes[range]));
            }
            assert_eq!(stored.read(5..bytes.len() + 1), None);
            assert_eq!(stored.read(bytes.len() + 1..bytes.len() + 1), None);
        }
        assert!(open(&KeptBytes::file(Vec::new())).1.is_some_and(|stored| stored.is_empty()));
    }

    #[test]
    fn damage_is_found_where_it_is_read_and_nowhere_else() {
        let (bytes, sound) = (bytes(), KeptBytes::file(bytes()));
        for at in [0, BLOCK + 5, BLOCK * 2, bytes.len() - 1] {
            let mut flipped = sound.clone();
            flipped[at] ^= 4;
            let (_folder, stored) = open(&flipped);
            let stored = stored.expect("its tail is whole");
            let all = stored.read(0..bytes.len());
            assert_eq!(all, None, "byte {at}");
            for block in 0..FEW + 3 {
                let range = block * BLOCK..(block * BLOCK + 50);
                let is_read = stored.read(range.clone()).is_some_and(|read| *read == bytes[range]);
                assert_eq!(is_read, at / BLOCK != block, "byte {at}, block {block}");
            }
        }
        for at in bytes.len()..sound.len() {
            let mut flipped = sound.clone();
            flipped[at] ^= 4;
            assert!(open(&flipped).1.is_none(), "byte {at}");
        }
        for end in (0..sound.len()).step_by(997) {
            assert!(open(&sound[..end]).1.is_none(), "{end} bytes");
        }
        assert!(open(&[&sound[..], b"x"].concat()).1.is_none());
    }

    #[test]
    fn a_file_that_is_discarded_is_gone_and_still_read() {
        let (folder, stored) = open(&KeptBytes::file(bytes()));
        let stored = stored.expect("whole");
        stored.discard();
        assert!(!folder.path().join("file").exists());
        #[cfg(unix)]
        assert!(stored.read(0..10).is_some());
    }
}
