//! The texts that the past names, read one by one as they are wanted.

use std::collections::HashMap;
use std::sync::Arc;

use super::object::ObjectId;
use super::objects::Objects;
use super::snapshot::Content;
use crate::error::Result;

/// Wherever the texts of files are kept, by their ids.
pub trait Texts: Sync {
    /// The text of a file; nothing if it is not text, or larger than any that is read.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>>;

    /// Takes note that texts will be read next, once each.
    ///
    /// # Errors
    ///
    /// They cannot be read.
    fn ahead(&self, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        let _ = ids;
        Ok(())
    }
}

/// The files that a repository keeps.
pub struct Blobs<'a>(pub(super) Box<dyn Objects + 'a>);

impl Texts for Blobs<'_> {
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>> {
        Ok(match self.0.content(id)? {
            Content::Text(text) => Some(text),
            _ => None,
        })
    }

    fn ahead(&self, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        self.0.ahead(ids)
    }
}

impl Texts for HashMap<ObjectId, Arc<str>> {
    fn text(&self, id: ObjectId) -> Result<Option<Arc<str>>> {
        Ok(self.get(&id).cloned())
    }
}
