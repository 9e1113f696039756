//! An object in a file of its own, as git keeps what was made lately.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use libdeflater::{DecompressionError, Decompressor};

use super::MAX_OBJECT;
use crate::repo::object::ObjectId;
use crate::repo::objects::ObjectKind;

/// The largest file that is read here, in bytes.
const MAX_FILE: u64 = 1 << 20;
/// So many times its bytes is what a file holds at the first guess.
const GUESS: usize = 4;

/// Reads an object below the folder of all into `out`; `stored` is for the bytes of its file. Nothing if
/// it is not there, or had better be read otherwise.
pub(super) fn read(
    objects: &Path,
    id: ObjectId,
    inflater: &mut Decompressor,
    stored: &mut Vec<u8>,
    out: &mut Vec<u8>,
) -> Option<ObjectKind> {
    let name = id.to_string();
    let (folder, name) = name.split_at(2);
    let mut file = File::open(objects.join(folder).join(name)).ok()?;
    let length = file.metadata().ok()?.len();
    stored.resize(usize::try_from(length).ok().filter(|_| length <= MAX_FILE)?, 0);
    file.read_exact(stored).ok()?;
    inflate(inflater, stored, out)?;
    let (kind, start) = header(out)?;
    out.drain(..start);
    Some(kind)
}

/// Puts what compressed bytes hold into `out`.
fn inflate(inflater: &mut Decompressor, stored: &[u8], out: &mut Vec<u8>) -> Option<()> {
    out.resize(out.len().max(stored.len() * GUESS), 0);
    loop {
        match inflater.zlib_decompress(stored, out) {
            Ok(length) => {
                out.truncate(length);
                return Some(());
            }
            Err(DecompressionError::InsufficientSpace) if out.len() < MAX_OBJECT => {
                out.resize(MAX_OBJECT.min(out.len() * GUESS), 0);
            }
            Err(_) => return None,
        }
    }
}

/// Reads `kind size NUL` at the beginning of an object's bytes: what it is, and where the rest begins,
/// which has to be of that size.
fn header(bytes: &[u8]) -> Option<(ObjectKind, usize)> {
    let end = bytes.iter().position(|byte| *byte == 0)?;
    let (kind, size) = std::str::from_utf8(&bytes[..end]).ok()?.split_once(' ')?;
    let kind = match kind {
        "commit" => ObjectKind::Commit,
        "tree" => ObjectKind::Tree,
        "blob" => ObjectKind::Blob,
        _ => return None,
    };
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
        }
        for bytes in ["blob 5\0four", "blob\0four", "blob x\0four", "tag 4\0four", "blob 4"] {
            assert_eq!(header(bytes.as_bytes()), None, "{bytes}");
        }
    }
}
