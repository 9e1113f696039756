//! Objects as packs keep them, and those that lie in no pack yet, read by ourselves.
//!
//! A long history is hundreds of thousands of small objects in one file, nearly all stored as the
//! difference from another. libgit2 reads them behind one lock; here every thread reads for itself
//! and remembers the objects that others are told from. Whatever is out of the ordinary is not
//! found here, and left to libgit2: alternates, packs of another make, large files, damage.

mod delta;
mod index;
mod loose;
mod remembered;

use std::cell::Cell;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};

use libdeflater::Decompressor;

use super::object::ObjectId;
use super::objects::{Bytes, ObjectKind, Objects, damaged};
use super::read_at::read_at;
use super::snapshot::Content;
use crate::error::{Error, Kind, Result};
use index::Index;
use remembered::Remembered;

/// The largest object that is read here, in bytes.
const MAX_OBJECT: usize = 16 << 20;
/// The longest chain of differences that is followed.
const MAX_CHAIN: usize = 4096;
/// How many threads can read at once without waiting for each other.
const DESKS: usize = 16;
/// A pack is read in pieces of this size.
const PIECE: usize = 8 << 10;
/// How many pieces each thread keeps.
const PIECES: usize = 256;

/// The packs of a repository, and the folder of all its objects.
pub(super) struct Packs {
    folder: PathBuf,
    /// Opened when an object was asked for.
    packs: OnceLock<Vec<Pack>>,
    desks: [OnceLock<Mutex<Desk>>; DESKS],
}

struct Pack {
    index: Index,
    file: File,
    length: u64,
}

/// What one thread reads with, again and again.
struct Desk {
    inflater: Decompressor,
    pieces: Vec<Option<Piece>>,
    /// Bytes that lie across pieces, or in a file of their own.
    joined: Vec<u8>,
    /// The entries between an object and the one that it is told from in the end.
    chain: Vec<(u64, Entry)>,
    /// The difference being applied.
    difference: Vec<u8>,
    /// The object that was read.
    object: Vec<u8>,
    /// The object being made of it.
    made: Vec<u8>,
    /// Objects that others may be told from.
    remembered: Remembered,
}

/// The number of a pack, and an offset in it.
type Position = (usize, u64);

struct Piece {
    position: Position,
    bytes: Vec<u8>,
}

/// How an entry of a pack is stored.
struct Entry {
    form: Form,
    size: usize,
    /// Where its compressed bytes begin.
    data: u64,
}

enum Form {
    Whole(ObjectKind),
    /// As the difference from the entry at an offset.
    From(u64),
}

impl Packs {
    /// Those of the repository with this common folder.
    pub(super) fn of(common_dir: &Path) -> Self {
        Self {
            folder: common_dir.join("objects"),
            packs: OnceLock::new(),
            desks: Default::default(),
        }
    }

    /// Opens the packs, of a repository whose ids have `id_bytes` bytes. What cannot be opened is
    /// left out.
    fn open(&self, id_bytes: usize) -> Vec<Pack> {
        let entries = fs::read_dir(self.folder.join("pack")).into_iter().flatten().flatten();
        let mut indexes: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "idx"))
            .collect();
        indexes.sort();
        let pack = |path: &PathBuf| {
            let file = File::open(path.with_extension("pack")).ok()?;
            let length = file.metadata().ok()?.len();
            Some(Pack { index: Index::open(path, id_bytes)?, file, length })
        };
        indexes.iter().filter_map(pack).collect()
    }

    /// What `look` makes of an object; nothing if it is not here, or had better be read otherwise.
    fn find<T>(&self, id: ObjectId, look: impl FnOnce(ObjectKind, &[u8]) -> T) -> Option<T> {
        let find = |(number, pack): (usize, &Pack)| Some((number, pack.index.offset(id)?));
        let packs = self.packs.get_or_init(|| self.open(id.length()));
        let packed = packs.iter().enumerate().find_map(find);
        let mut desk = self.desks[own_desk()].get_or_init(Mutex::default).lock().ok()?;
        let kind = match packed {
            Some((number, offset)) => desk.read(number, &packs[number], offset),
            None => desk.read_loose(&self.folder, id),
        };
        kind.map(|kind| look(kind, &desk.object))
    }

    /// Looks at the file of an object that was not found: libgit2 reads some that are cut short for ever.
    ///
    /// # Errors
    ///
    /// It is damaged.
    pub(super) fn refuse_damaged(&self, id: ObjectId) -> Result<()> {
        let Some(path) = loose::damaged(&self.folder, id) else { return Ok(()) };
        Err(Error::new(Kind::Git, format!("could not read `{}`: it is damaged", path.display()))
            .hint("`git fsck` tells what else is; a clone that has the object can give it back"))
    }
}

/// The number of the desk that this thread reads at.
fn own_desk() -> usize {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static OWN: Cell<Option<usize>> = const { Cell::new(None) };
    }
    OWN.with(|own| {
        let number = own.get().unwrap_or_else(|| COUNT.fetch_add(1, Ordering::Relaxed));
        own.set(Some(number));
        number % DESKS
    })
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            inflater: Decompressor::new(),
            pieces: Vec::new(),
            joined: Vec::new(),
            chain: Vec::new(),
            difference: Vec::new(),
            object: Vec::new(),
            made: Vec::new(),
            remembered: Remembered::default(),
        }
    }
}

impl Desk {
    /// Reads the object at an offset into `object`.
    fn read(&mut self, number: usize, pack: &Pack, offset: u64) -> Option<ObjectKind> {
        self.chain.clear();
        self.remembered.make_room(pack.length);
        let mut at = offset;
        let kind = loop {
            if let Some((kind, bytes)) = self.remembered.get((number, at)) {
                self.object.clear();
                self.object.extend_from_slice(bytes);
                break kind;
            }
            let entry = self.entry(number, pack, at)?;
            match entry.form {
                Form::Whole(kind) => {
                    let mut object = std::mem::take(&mut self.object);
                    let is_read = self.inflate(number, pack, &entry, &mut object);
                    self.object = object;
                    is_read?;
                    self.remember((number, at), kind, at == offset);
                    break kind;
                }
                Form::From(base) => {
                    self.chain.push((at, entry));
                    at = base;
                }
            }
            if self.chain.len() > MAX_CHAIN {
                return None;
            }
        };
        while let Some((at, entry)) = self.chain.pop() {
            let mut difference = std::mem::take(&mut self.difference);
            let is_read = self.inflate(number, pack, &entry, &mut difference);
            self.difference = difference;
            is_read?;
            delta::apply(&self.object, &self.difference, MAX_OBJECT, &mut self.made)?;
            std::mem::swap(&mut self.object, &mut self.made);
            self.remember((number, at), kind, at == offset);
        }
        Some(kind)
    }

    /// Reads an object that lies in a file of its own into `object`.
    fn read_loose(&mut self, objects: &Path, id: ObjectId) -> Option<ObjectKind> {
        loose::read(objects, id, &mut self.inflater, &mut self.joined, &mut self.object)
    }

    /// Remembers an object that was read, if others may be told from it.
    fn remember(&mut self, position: Position, kind: ObjectKind, is_wanted: bool) {
        let may_serve = match kind {
            ObjectKind::Tree => true,
            // A file's versions are wanted once each: what they are told from is worth more than they are.
            ObjectKind::Blob => !is_wanted,
            ObjectKind::Commit | ObjectKind::Other => false,
        };
        if may_serve {
            self.remembered.add(position, kind, &self.object);
        }
    }

    /// Reads the header of the entry at an offset.
    fn entry(&mut self, number: usize, pack: &Pack, offset: u64) -> Option<Entry> {
        const LONGEST: usize = 64;
        let bytes = self.bytes(number, pack, offset, LONGEST)?;
        let mut rest = bytes;
        let mut next = || {
            let (byte, more) = rest.split_first()?;
            rest = more;
            Some(*byte)
        };
        let first = next()?;
        let (mut size, mut shift, mut byte) = (u64::from(first & 15), 4, first);
        while byte & 0x80 != 0 {
            byte = next()?;
            size |= u64::from(byte & 0x7f).checked_shl(shift)?;
            shift += 7;
        }
        let form = match first >> 4 & 7 {
            1 => Form::Whole(ObjectKind::Commit),
            2 => Form::Whole(ObjectKind::Tree),
            3 => Form::Whole(ObjectKind::Blob),
            6 => {
                let mut byte = next()?;
                let mut back = u64::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = next()?;
                    back = (back.checked_add(1)? << 7) | u64::from(byte & 0x7f);
                }
                Form::From(offset.checked_sub(back).filter(|base| *base < offset)?)
            }
            7 => {
                let (id, more) = rest.split_at_checked(pack.index.id_bytes())?;
                rest = more;
                Form::From(pack.index.offset(ObjectId::from_bytes(id))?)
            }
            _ => return None,
        };
        let data = offset + (bytes.len() - rest.len()) as u64;
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_OBJECT)?;
        Some(Entry { form, size, data })
    }

    /// Puts the bytes of an entry into `out`.
    fn inflate(
        &mut self,
        number: usize,
        pack: &Pack,
        entry: &Entry,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        // Compressing makes nothing longer than this, unless somebody means it to.
        let longest = entry.size + entry.size / 256 + 64;
        out.clear();
        out.resize(entry.size, 0);
        self.fetch(number, pack, entry.data, longest)?;
        let stored = held(&self.pieces, &self.joined, (number, entry.data), longest, pack.length)?;
        let length = self.inflater.zlib_decompress(stored, out).ok()?;
        (length == entry.size).then_some(())
    }

    /// Up to `length` bytes from an offset on: fewer only at the end of the pack.
    fn bytes(&mut self, number: usize, pack: &Pack, offset: u64, length: usize) -> Option<&[u8]> {
        self.fetch(number, pack, offset, length)?;
        held(&self.pieces, &self.joined, (number, offset), length, pack.length)
    }

    /// Sees to it that the bytes are held.
    fn fetch(&mut self, number: usize, pack: &Pack, offset: u64, length: usize) -> Option<()> {
        let (first, last) = span(offset, length, pack.length)?;
        self.joined.clear();
        for piece in first..=last {
            let place = place(piece);
            if self.pieces.is_empty() {
                self.pieces.resize_with(PIECES, || None);
            }
            let known =
                self.pieces[place].as_ref().filter(|known| known.position == (number, piece));
            if known.is_none() {
                let mut bytes = self.pieces[place].take().map(|old| old.bytes).unwrap_or_default();
                let start = piece * PIECE as u64;
                bytes.resize(PIECE.min(usize::try_from(pack.length - start).ok()?), 0);
                read_at(&pack.file, &mut bytes, start).ok()?;
                self.pieces[place] = Some(Piece { position: (number, piece), bytes });
            }
            if first != last {
                let bytes = &self.pieces[place].as_ref()?.bytes;
                let start = if piece == first { (offset % PIECE as u64) as usize } else { 0 };
                let wanted = start + length - self.joined.len();
                self.joined.extend_from_slice(bytes.get(start..wanted.min(bytes.len()))?);
            }
        }
        Some(())
    }
}

/// The first and the last piece that `length` bytes from an offset on lie in.
fn span(offset: u64, length: usize, end: u64) -> Option<(u64, u64)> {
    let last = offset.checked_add(length as u64)?.min(end).checked_sub(1)?;
    (offset <= last).then_some((offset / PIECE as u64, last / PIECE as u64))
}

/// Where a piece is kept.
fn place(piece: u64) -> usize {
    (piece % PIECES as u64) as usize
}

/// Bytes that have just been fetched.
fn held<'a>(
    pieces: &'a [Option<Piece>],
    joined: &'a [u8],
    (_, offset): Position,
    length: usize,
    end: u64,
) -> Option<&'a [u8]> {
    let (first, last) = span(offset, length, end)?;
    if first != last {
        return Some(joined);
    }
    let bytes = &pieces[place(first)].as_ref()?.bytes;
    let start = (offset % PIECE as u64) as usize;
    bytes.get(start..(start + length).min(bytes.len()))
}

/// The objects that are read here, and for all others another way.
pub(super) struct Packed<'a> {
    pub(super) packs: &'a Packs,
    pub(super) rest: Box<dyn Objects + 'a>,
}

impl Packed<'_> {
    /// What reads an object that was not found here.
    fn otherwise(&self, id: ObjectId) -> Result<&dyn Objects> {
        self.packs.refuse_damaged(id)?;
        Ok(&*self.rest)
    }
}

impl Objects for Packed<'_> {
    fn read(&self, kind: ObjectKind, id: ObjectId) -> Result<Bytes<'_>> {
        match self.packs.find(id, |found, bytes| (found == kind).then(|| bytes.to_vec())) {
            Some(Some(bytes)) => Ok(Bytes::Owned(bytes)),
            Some(None) => Err(damaged(kind, "it is something else")),
            None => self.otherwise(id)?.read(kind, id),
        }
    }

    fn read_into(&self, kind: ObjectKind, id: ObjectId, out: &mut Vec<u8>) -> Result<()> {
        let copy = |found, bytes: &[u8]| {
            out.clear();
            out.extend_from_slice(bytes);
            found == kind
        };
        match self.packs.find(id, copy) {
            Some(true) => Ok(()),
            Some(false) => Err(damaged(kind, "it is something else")),
            None => self.otherwise(id)?.read_into(kind, id, out),
        }
    }

    fn content(&self, id: ObjectId) -> Result<Content> {
        let content = |kind, bytes: &[u8]| (kind == ObjectKind::Blob).then(|| Content::of(bytes));
        match self.packs.find(id, content) {
            Some(Some(content)) => Ok(content),
            _ => self.otherwise(id)?.content(id),
        }
    }
}

#[cfg(test)]
mod tests;
