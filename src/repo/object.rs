//! Ids of git's objects, of whichever hash the repository uses.
//!
//! libgit2's own ids are never used as keys: built for both hashes, git2 0.21 hashes all 32 bytes
//! of an id, and those behind a SHA-1 are whatever lay in memory, so that equal ids are not found.

use std::fmt;

use super::open::failed;
use crate::error::Result;

/// The id of a commit, tree or blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

impl ObjectId {
    /// Takes the raw bytes of an id: 20 of SHA-1, 32 of SHA-256.
    pub fn from_bytes(raw: &[u8]) -> Self {
        let mut bytes = [0; 32];
        let length = raw.len().min(32);
        bytes[..length].copy_from_slice(&raw[..length]);
        Self { bytes, length: length as u8 }
    }

    /// Reads an id from all its digits.
    pub fn parse(hex: &str) -> Option<Self> {
        let digits =
            matches!(hex.len(), 40 | 64) && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).ok();
        let raw: Option<Vec<u8>> = digits.then(|| (0..hex.len()).step_by(2).map(byte).collect())?;
        raw.map(|raw| Self::from_bytes(&raw))
    }

    /// The id as libgit2 takes it.
    pub(super) fn to_git(self) -> Result<git2::Oid> {
        let raw = &self.bytes[..usize::from(self.length)];
        git2::Oid::from_bytes(raw).map_err(|error| failed("read an id", &error))
    }

    /// The first ten digits: what people read and type.
    pub fn short(&self) -> String {
        self.to_string()[..10].to_owned()
    }
}

impl From<git2::Oid> for ObjectId {
    fn from(oid: git2::Oid) -> Self {
        Self::from_bytes(oid.as_bytes())
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.bytes[..usize::from(self.length)].iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
