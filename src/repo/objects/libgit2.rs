//! Objects as libgit2 reads them from the disk.

use git2::{ErrorClass, ErrorCode, ObjectType, Odb};

use super::{Bytes, ObjectKind, Objects, damaged};
use crate::error::{Error, Kind, Result};
use crate::repo::object::ObjectId;
use crate::repo::snapshot::{Content, MAX_FILE_BYTES};

/// The objects of a repository that libgit2 has opened.
pub(in crate::repo) struct Stored<'a>(pub(in crate::repo) Odb<'a>);

impl Objects for Stored<'_> {
    fn read(&self, kind: ObjectKind, id: ObjectId) -> Result<Bytes<'_>> {
        let object = self.0.read(id.to_git()?).map_err(|error| failed(&reading(kind), &error))?;
        if kind_of(object.kind()) != kind {
            return Err(damaged(kind, "it is something else"));
        }
        Ok(Bytes::Libgit2(object))
    }

    fn content(&self, id: ObjectId) -> Result<Content> {
        let header = self.0.read_header(id.to_git()?);
        let (size, _) = header.map_err(|error| failed("read a file", &error))?;
        if size as u64 > MAX_FILE_BYTES {
            return Ok(Content::TooLarge(size as u64));
        }
        Ok(Content::from_bytes(self.read(ObjectKind::Blob, id)?.to_vec()))
    }
}

fn reading(kind: ObjectKind) -> String {
    format!("read {}", kind.shown())
}

fn kind_of(kind: ObjectType) -> ObjectKind {
    match kind {
        ObjectType::Commit => ObjectKind::Commit,
        ObjectType::Tree => ObjectKind::Tree,
        ObjectType::Blob => ObjectKind::Blob,
        _ => ObjectKind::Other,
    }
}

/// Turns libgit2's error into this program's.
pub(in crate::repo) fn failed(doing: &str, error: &git2::Error) -> Error {
    let told = Error::new(Kind::Git, format!("could not {doing}: {}", error.message()));
    if error.class() == ErrorClass::Odb && error.code() == ErrorCode::NotFound {
        return told.hint(
            "the object is missing here: in a partial clone `git fetch --refetch --no-filter` brings all; \
             otherwise `git fsck` tells what is damaged",
        );
    }
    told.hint("`git fsck` tells what is damaged")
}
