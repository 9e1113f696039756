//! What a repository says of itself: where it lies, its references and its configuration.

pub(super) mod libgit2;
pub(super) mod program;

use std::path::PathBuf;

use super::object::ObjectId;
use super::objects::Objects;
use super::objects::promised::Tell;
use crate::error::Result;

/// Where a repository lies.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The top of the working tree; nothing in a bare repository.
    pub(super) worktree: Option<PathBuf>,
    /// The folder that all working trees of the repository share.
    pub(super) common_dir: PathBuf,
    /// The folder of this working tree's own state.
    pub(super) git_dir: PathBuf,
    pub(super) is_bare: bool,
}

/// Why a revision names no commit.
#[derive(Debug)]
pub(super) enum Unresolved {
    /// It names several.
    Ambiguous,
    /// Nothing is called that.
    Unknown,
    /// It names something else.
    NoCommit,
}

/// A way into a repository.
pub(super) trait Access {
    /// Its objects.
    ///
    /// # Errors
    ///
    /// They cannot be reached.
    fn objects(&self) -> Result<Box<dyn Objects + '_>>;

    /// The commit that HEAD stands on; nothing on an unborn branch.
    ///
    /// # Errors
    ///
    /// HEAD cannot be read.
    fn head(&self) -> Result<Option<ObjectId>>;

    /// The object that a reference with this whole name stands on in the end; nothing where one has to ask
    /// further.
    fn reference(&self, name: &str) -> Option<ObjectId> {
        let _ = name;
        None
    }

    /// The commit that `revision` names.
    ///
    /// # Errors
    ///
    /// It names none, or several.
    fn resolve(&self, revision: &str) -> std::result::Result<ObjectId, Unresolved>;

    /// The branch that HEAD is on; nothing when it is detached or unborn.
    fn branch(&self) -> Option<String>;

    /// The address of the remote `origin`.
    fn remote_url(&self) -> Option<String>;

    /// A setting of git's configuration.
    fn setting(&self, name: &str) -> Option<String>;

    /// How many objects are replaced by others.
    fn replaced(&self) -> usize;

    /// Whether a setting of git's configuration is on.
    fn is_on(&self, setting: &str) -> bool;

    /// Has `tell` called before each fetch of objects that a partial clone lacks.
    fn when_fetching(&self, tell: Tell) {
        let _ = tell;
    }

    /// Has nothing fetched from now on.
    fn keep_still(&self) {}
}
