//! An object in a file of its own, as git keeps what was made lately.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use libdeflater::{DecompressionError, Decompressor};

use super::MAX_OBJECT;
use crate::repo::object::ObjectId;
use crate::repo::objects::ObjectKind;

/// So many times its bytes is what a file holds at the first guess.
const GUESS: usize = 4;

/// Why a file is not read here.
#[derive(Debug, PartialEq, Eq)]
enum Unread {
    /// It holds more than is read at once.
    Large,
    /// It holds no object.
    Damaged,
}

/// Reads an object below the folder of all into `out`; `stored` is for the bytes of its file. Nothing if
/// it is not there, or had better be read otherwise.
pub(super) fn read(
    objects: &Path,
    id: ObjectId,
    inflater: &mut Decompressor,
    stored: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Option<ObjectKind> {
    let mut file = File::open(place(objects, id)).ok()?;
    let length = file.metadata().ok()?.len();
    stored.resize(usize::try_from(length).ok().filter(|length| *length <= MAX_OBJECT)?, 0);
    file.read_exact(stored).ok()?;
    inflate(inflater, stored, out).ok()?;
    let (kind, start) = header(out)?;
    let kind = match kind {
        "commit" => ObjectKind::Commit,
        "tree" => ObjectKind::Tree,
        "blob" => ObjectKind::Blob,
        _ => return None,
    };
    out.drain(..start);
    Some(kind)
}

/// The file of an object, if it is there and holds none.
pub(super) fn damaged(objects: &Path, id: ObjectId) -> Option<PathBuf> {
    let path = place(objects, id);
    let length = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?.len();
    if length > MAX_OBJECT as u64 {
        return None;
    }
    let (stored, mut out) = (fs::read(&path).ok()?, Vec::new());
    let is_damaged = match inflate(&mut Decompressor::new(), &stored, &mut out) {
        Ok(()) => header(&out).is_none(),
        Err(unread) => unread == Unread::Damaged,
    };
    is_damaged.then_some(path)
}

fn place(objects: &Path, id: ObjectId) -> PathBuf {
    let name = id.to_string();
    let (folder, name) = name.split_at(2);
    objects.join(folder).join(name)
}

/// Puts what compressed bytes hold into `out`.
fn inflate(inflater: &mut Decompressor, stored: &[u8], out: &mut Vec<u8>) -> Result<(), Unread> {
    out.resize(out.len().max(stored.len() * GUESS), 0);
    loop {
        match inflater.zlib_decompress(stored, out) {
            Ok(length) => {
                out.truncate(length);
                return Ok(());
            }
            Err(DecompressionError::InsufficientSpace) if out.len() < MAX_OBJECT => {
                out.resize(MAX_OBJECT.min(out.len().max(stored.len()) * GUESS), 0);
            }
            Err(DecompressionError::InsufficientSpace) => return Err(Unread::Large),
            Err(DecompressionError::BadData) => return Err(Unread::Damaged),
        }
    }
}

/// Reads `kind size NUL` at the beginning of an object's bytes: the kind, and where the rest begins,
/// which has to be of that size.
fn header(bytes: &[u8]) -> Option<(&str, usize)> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (kind, size) = std::str::from_utf8(&bytes[..end]).ok()?.split_once(' ')?;
    let size: usize = size.parse().ok()?;
    (size == bytes.len() - end - 1).then_some((kind, end + 1))
}

#[cfg(test)]
mod tests {
    use git2::{ObjectType, Repository};

    use super::*;

    fn repository() -> (tempfile::TempDir, Repository) {
        let folder = tempfile::tempdir().expect("a folder");
        let git = Repository::init_bare(folder.path()).expect("made");
        (folder, git)
    }

    /// What is read of an object after others were read into the same memory.
    fn found(git: &Repository, id: ObjectId) -> Option<(ObjectKind, Vec<u8>)> {
        let (mut stored, mut out) = (b"before".repeat(99), b"before".repeat(99));
        let objects = git.path().join("objects");
        let kind = read(&objects, id, &mut Decompressor::new(), &mut stored, &mut out)?;
        Some((kind, out))
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let (_folder, git) = repository();
        let odb = git.odb().expect("open");
        let texts = ["", "a", "[lead-time]\n2026-10-05 = 200\n", &"no news\n".repeat(9000)];
        for text in texts {
            let id = git.blob(text.as_bytes()).expect("written").into();
            let (kind, bytes) = found(&git, id).expect("here");
            assert!(kind == ObjectKind::Blob && bytes == text.as_bytes(), "{text:.9}");
        }
        for (git_kind, kind) in
            [(ObjectType::Tree, ObjectKind::Tree), (ObjectType::Commit, ObjectKind::Commit)]
        {
            let id = odb.write(git_kind, b"any").expect("written").into();
            assert!(found(&git, id).is_some_and(|(found, bytes)| found == kind && bytes == b"any"));
        }
        let tag = odb.write(ObjectType::Tag, b"any").expect("written").into();
        assert!(found(&git, tag).is_none(), "nobody here reads tags");
        assert!(found(&git, ObjectId::from_bytes(&[1; 20])).is_none(), "no such object");
    }

    #[test]
    fn damage_is_not_taken_for_an_object() {
        let (_folder, git) = repository();
        let text = b"[lead-time]\n2026-10-05 = 200\n";
        let id: ObjectId = git.blob(text).expect("written").into();
        let name = id.to_string();
        let path = git.path().join("objects").join(&name[..2]).join(&name[2..]);
        let sound = std::fs::read(&path).expect("readable");
        std::fs::remove_file(&path).expect("removed");
        for at in 0..sound.len() {
            let mut flipped = sound.clone();
            flipped[at] ^= 16;
            std::fs::write(&path, &flipped).expect("written");
            // A few bits stand for nothing.
            assert!(found(&git, id).is_none_or(|(_, read)| read == text), "byte {at}");
            std::fs::write(&path, &sound[..at]).expect("written");
            assert!(found(&git, id).is_none(), "cut at {at}");
            assert_eq!(damaged(&git.path().join("objects"), id).as_ref(), Some(&path), "{at}");
        }
        std::fs::write(&path, &sound).expect("written");
        for id in [id, ObjectId::from_bytes(&[1; 20])] {
            assert_eq!(damaged(&git.path().join("objects"), id), None, "sound, or not there");
        }
        for bytes in ["blob 5\0four", "blob\0four", "blob x\0four", "blob 4"] {
            assert_eq!(header(bytes.as_bytes()), None, "{bytes}");
        }
    }
}
