//! A repository that libgit2 has opened.

use git2::{ErrorCode, Repository};

use super::{Access, Place, Unresolved};
use crate::error::Result;
use crate::repo::object::ObjectId;
use crate::repo::objects::Objects;
use crate::repo::objects::libgit2::{Stored, failed};

/// Where a repository lies.
pub(in crate::repo) fn place(git: &Repository) -> Place {
    Place {
        worktree: git.workdir().map(ToOwned::to_owned),
        common_dir: git.commondir().to_owned(),
        git_dir: git.path().to_owned(),
        is_bare: git.is_bare(),
    }
}

impl Access for Repository {
    fn objects(&self) -> Result<Box<dyn Objects + '_>> {
        let odb = self.odb().map_err(|error| failed("read the objects", &error))?;
        Ok(Box::new(Stored(odb)))
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        let head = match Repository::head(self) {
            Ok(head) => head,
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            Err(error) => return Err(failed("read HEAD", &error)),
        };
        let commit = head.peel_to_commit().map_err(|error| failed("read HEAD", &error))?;
        Ok(Some(commit.id().into()))
    }

    fn reference(&self, name: &str) -> Option<ObjectId> {
        self.refname_to_id(name).ok().map(Into::into)
    }

    fn resolve(&self, revision: &str) -> std::result::Result<ObjectId, Unresolved> {
        let object = self.revparse_single(revision).map_err(|error| match error.code() {
            ErrorCode::Ambiguous => Unresolved::Ambiguous,
            _ => Unresolved::Unknown,
        })?;
        let commit = object.peel_to_commit().map_err(|_| Unresolved::NoCommit)?;
        Ok(commit.id().into())
    }

    fn branch(&self) -> Option<String> {
        let head = Repository::head(self).ok().filter(git2::Reference::is_branch)?;
        head.shorthand().ok().map(str::to_owned)
    }

    fn remote_url(&self) -> Option<String> {
        let remote = self.find_remote("origin").ok()?;
        remote.url().ok().map(str::to_owned)
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.config().and_then(|config| config.get_string(name)).ok()
    }

    fn replaced(&self) -> usize {
        self.references_glob("refs/replace/*").map_or(0, Iterator::count)
    }

    fn is_on(&self, setting: &str) -> bool {
        self.config().and_then(|config| config.get_bool(setting)).unwrap_or(false)
    }
}
