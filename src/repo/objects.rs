//! Objects, wherever they are kept: the one way in which commits, trees and files are read.

pub(super) mod libgit2;

use std::ops::Deref;

use git2::OdbObject;

use super::object::ObjectId;
use super::snapshot::{Content, MAX_FILE_BYTES};
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
}

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Libgit2(object) => object.data(),
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

    /// The kind of an object, and its size in bytes.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn header(&self, id: ObjectId) -> Result<(ObjectKind, u64)>;

    /// What a file holds, if it is not larger than any that is read.
    ///
    /// # Errors
    ///
    /// It cannot be read, or is no file.
    fn content(&self, id: ObjectId) -> Result<Content> {
        let (_, size) = self.header(id)?;
        if size > MAX_FILE_BYTES {
            return Ok(Content::TooLarge(size));
        }
        Ok(Content::from_bytes(self.read(ObjectKind::Blob, id)?.to_vec()))
    }

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
}

/// An object that is not what it has to be.
pub(super) fn damaged(kind: ObjectKind, why: &str) -> Error {
    Error::new(Kind::Git, format!("could not read {}: {why}", kind.shown()))
        .hint("`git fsck` tells what is damaged")
}
