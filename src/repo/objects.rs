//! Objects, wherever they are kept: the one way in which commits, trees and files are read.

pub(super) mod libgit2;
pub(super) mod program;
pub(super) mod promised;

use std::ops::Deref;

use git2::OdbObject;

use super::object::ObjectId;
use super::snapshot::Content;
use crate::error::{Error, Kind, Result};

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ObjectKind {
    Commit,
    Tree,
    Blob,
    /// A tag, or nothing that is known.
    Other,
}

impl ObjectKind {
    /// What people are told it is.
    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Commit => "a commit",
            Self::Tree => "a tree",
            Self::Blob => "a file",
            Self::Other => "an object",
        }
    }
}

/// The bytes of an object, without its header.
pub(super) enum Bytes<'a> {
    /// Where libgit2 has put them.
    Libgit2(OdbObject<'a>),
    /// Our own copy.
    Owned(Vec<u8>),
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Libgit2(object) => object.data(),
            Self::Owned(bytes) => bytes,
        }
    }
}

/// What is done with each commit that is read: it gets the id and the bytes, and puts the commits
/// that are to be read as well on the list. A commit may come again; it is not put there twice.
pub(super) type Look<'l> = dyn FnMut(ObjectId, &[u8], &mut Vec<ObjectId>) -> Result<()> + 'l;

/// Wherever a repository's objects are kept.
pub(super) trait Objects: Sync {
    /// Reads an object that has to be of a kind.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is of another kind.
    fn read(&self, kind: ObjectKind, id: ObjectId) -> Result<Bytes<'_>>;

    /// Reads the same into `out`, in the place of whatever was there.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is of another kind.
    fn read_into(&self, kind: ObjectKind, id: ObjectId, out: &mut Vec<u8>) -> Result<()> {
        let bytes = self.read(kind, id)?;
        out.clear();
        out.extend_from_slice(&bytes);
        Ok(())
    }

    /// What a file holds, if it is not larger than any that is read.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no file.
    fn content(&self, id: ObjectId) -> Result<Content>;

    /// Reads every commit that `tip` reaches, in no order.
    ///
    /// # Errors
    ///
    /// One cannot be read, or `look` says so.
    fn each_commit(&self, tip: ObjectId, look: &mut Look<'_>) -> Result<()> {
        let mut waiting = vec![tip];
        while let Some(id) = waiting.pop() {
            look(id, &self.read(ObjectKind::Commit, id)?, &mut waiting)?;
        }
        Ok(())
    }

    /// Takes note that objects will be read next, once each. Whoever gains nothing by reading them
    /// together does not look at them.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    fn ahead(&self, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        let _ = ids;
        Ok(())
    }

    /// Whether objects of a kind may be missing, as in a partial clone.
    fn lacks(&self, kind: ObjectKind) -> bool {
        let _ = kind;
        false
    }

    /// Sees to it that objects of a kind are here which a partial clone may lack.
    ///
    /// # Errors
    ///
    /// They are not here, and cannot be brought.
    fn bring(&self, kind: ObjectKind, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        let _ = (kind, ids);
        Ok(())
    }
}

/// An object that is not what it has to be.
pub(super) fn damaged(kind: ObjectKind, why: &str) -> Error {
    Error::new(Kind::Git, format!("could not read {}: {why}", kind.shown()))
        .hint("`git fsck` tells what is damaged")
}
