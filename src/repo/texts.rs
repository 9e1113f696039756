//! The texts that the past names, read one by one as they are wanted.

use std::collections::HashMap;
use std::sync::Arc;

use git2::Odb;

use super::object::ObjectId;
use super::open::failed;
use super::snapshot::{Content, MAX_FILE_BYTES};
use crate::error::Result;

/// Wherever the texts of files are kept, by their ids.
pub trait Texts: Sync {
    /// The text of a file; nothing if it is not text, or larger than any that is read.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>>;
}

/// The files that a repository keeps.
pub struct Blobs<'a>(pub(super) Odb<'a>);

impl Texts for Blobs<'_> {
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>> {
        let oid = id.to_git()?;
        let (size, _) = self.0.read_header(oid).map_err(|error| failed("read a file", &error))?;
        if size as u64 > MAX_FILE_BYTES {
            return Ok(None);
        }
        let object = self.0.read(oid).map_err(|error| failed("read a file", &error))?;
        Ok(match Content::from_bytes(object.data().to_vec()) {
            Content::Text(text) => Some(text),
            _ => None,
        })
    }
}

impl Texts for HashMap<ObjectId, Arc<str>> {
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>> {
        Ok(self.get(&id).cloned())
    }
}
