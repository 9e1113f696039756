//! Ids of git's objects, of whichever hash the repository uses.
//!
//! libgit2's own ids are never used as keys: built for both hashes, git2 0.21 hashes all 32 bytes
//! of an id, and those behind a SHA-1 are whatever lay in memory, so that equal ids are not found.

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use super::objects::libgit2::failed;
use crate::error::Result;

/// The id of a commit, tree or blob.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
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
        let mut bytes = [0; 32];
        if !matches!(hex.len(), 40 | 64) {
            return None;
        }
        for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Some(Self { bytes, length: (hex.len() / 2) as u8 })
    }

    /// Its bytes.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// How many bytes it has: 20 or 32.
    pub(crate) fn length(&self) -> usize {
        usize::from(self.length)
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

/// A map from ids.
pub(super) type ById<V> = HashMap<ObjectId, V, BuildHasherDefault<OfId>>;

/// Takes the number that an id gives for its hash.
#[derive(Debug, Default)]
pub(super) struct OfId(u64);

impl Hasher for OfId {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}

impl Hash for ObjectId {
    /// Ids are hashes themselves: a few of their bytes tell them apart.
    fn hash<H: Hasher>(&self, state: &mut H) {
        let [a, b, c, d, e, f, g, h, ..] = self.bytes;
        state.write_u64(u64::from_ne_bytes([a, b, c, d, e, f, g, h]));
    }
}

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// The value of a hexadecimal digit.
fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

impl From<git2::Oid> for ObjectId {
    fn from(oid: git2::Oid) -> Self {
        Self::from_bytes(oid.as_bytes())
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = [0; 64];
        for (pair, byte) in digits.chunks_exact_mut(2).zip(self.raw()) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        let digits = std::str::from_utf8(&digits[..2 * self.length()]);
        f.write_str(digits.expect("digits are text"))
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
