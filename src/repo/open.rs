//! Opens the repository that a workspace lies in, and reads its revisions.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use git2::{ErrorClass, ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags, Tree};

use super::history::{self, Commits};
use super::object::ObjectId;
use super::snapshot::{Content, MAX_FILE_BYTES, Snapshot};
use crate::error::{Error, Kind, Result};

/// How far a repository's history reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// To the first commit.
    Complete,
    /// To the boundary of a shallow clone.
    Shallow,
}

/// A repository, opened for reading.
pub struct Repo {
    git: Repository,
    /// The workspace's root inside the repository: empty, or `some/folder/`.
    prefix: String,
    boundary: HashSet<ObjectId>,
}

/// Opens the repository that holds the workspace at `root`; nothing if there is none.
///
/// `GIT_DIR` and its kin are obeyed, as git obeys them in a hook.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open(root: &Path) -> Result<Option<Repo>> {
    // Object ids are git's business; checking each on every read costs a quarter of a walk.
    git2::opts::strict_hash_verification(false);
    let opened = if std::env::var_os("GIT_DIR").is_some() {
        Repository::open_from_env()
    } else {
        Repository::open_ext(root, RepositoryOpenFlags::FROM_ENV, &[] as &[&OsStr])
    };
    let git = match opened {
        Ok(git) => git,
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
        Err(error) => return Err(cannot_open(root, &error)),
    };
    let Some(prefix) = prefix(&git, root) else { return Ok(None) };
    let boundary = shallow_boundary(&git)?;
    Ok(Some(Repo { git, prefix, boundary }))
}

impl Repo {
    /// How far the history reaches.
    pub fn depth(&self) -> Depth {
        if self.boundary.is_empty() { Depth::Complete } else { Depth::Shallow }
    }

    /// The commit that HEAD stands on; nothing on an unborn branch.
    ///
    /// # Errors
    ///
    /// HEAD cannot be read.
    pub fn head(&self) -> Result<Option<ObjectId>> {
        match self.git.head().and_then(|head| head.peel_to_commit()) {
            Ok(commit) => Ok(Some(commit.id().into())),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                Ok(None)
            }
            Err(error) => Err(failed("read HEAD", &error)),
        }
    }

    /// The commit that `revision` names.
    ///
    /// # Errors
    ///
    /// It names none, or several.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId> {
        let shown = crate::text::printable(revision);
        let object = self.git.revparse_single(revision).map_err(|error| match error.code() {
            ErrorCode::Ambiguous => {
                Error::new(Kind::Git, format!("`{shown}` names several commits"))
                    .hint("give more digits of the id")
            }
            _ if self.depth() == Depth::Shallow => {
                Error::new(Kind::Git, format!("no revision `{shown}` here"))
                    .hint("this is a shallow clone: `git fetch --unshallow` brings the rest")
            }
            _ => Error::new(Kind::Git, format!("no revision `{shown}` in this repository"))
                .hint("name a branch, a tag or a commit; `git log --oneline` lists commits"),
        })?;
        let commit = object.peel_to_commit();
        let commit = commit
            .map_err(|_| Error::new(Kind::Git, format!("`{shown}` does not name a commit")))?;
        Ok(commit.id().into())
    }

    /// Reads the file at `path`, from the workspace's root, in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn read_file(&self, commit: ObjectId, path: &str) -> Result<Option<Content>> {
        self.read_at(commit, &format!("{}{path}", self.prefix))
    }

    /// Reads `.mailmap` at the repository's top in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn mailmap(&self, commit: ObjectId) -> Result<Option<String>> {
        let content = self.read_at(commit, ".mailmap")?;
        Ok(content.and_then(|content| content.text().map(str::to_owned)))
    }

    /// Reads every file below `folder`, from the workspace's root, whose name ends with `suffix`.
    ///
    /// # Errors
    ///
    /// The commit, or something in it, cannot be read.
    pub fn read_below(
        &self,
        commit: ObjectId,
        folder: &str,
        suffix: &str,
        snapshot: &mut Snapshot,
    ) -> Result<()> {
        let root = self.tree(commit)?;
        let Some((oid, ObjectType::Tree)) = entry_at(&root, &format!("{}{folder}", self.prefix))?
        else {
            return Ok(());
        };
        let tree = self.git.find_tree(oid).map_err(|error| failed("read a tree", &error))?;
        self.read_tree(&tree, folder, suffix, snapshot)
    }

    /// Walks every commit that `tip` reaches, once; tells which changed files below `folder`.
    ///
    /// # Errors
    ///
    /// A commit or tree cannot be read.
    pub fn commits(&self, tip: ObjectId, folder: &str) -> Result<Commits> {
        let mailmap = self.mailmap(tip)?;
        let folder = format!("{}{folder}", self.prefix);
        history::walk(
            &self.git,
            tip.to_git()?,
            &folder,
            &self.prefix,
            mailmap.as_deref(),
            &self.boundary,
        )
    }

    /// The address of the remote that the repository was cloned from, if it is a public one.
    pub fn remote_url(&self) -> Option<String> {
        let remote = self.git.find_remote("origin").ok()?;
        remote.url().ok().map(str::to_owned)
    }

    /// The top of the working tree; nothing in a bare repository.
    pub fn worktree(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// The folder that all working trees of the repository share.
    pub fn common_dir(&self) -> &Path {
        self.git.commondir()
    }

    /// The workspace's root inside the repository: empty, or `some/folder/`.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }

    /// The branch that HEAD is on; nothing when it is detached or unborn.
    pub fn branch(&self) -> Option<String> {
        let head = self.git.head().ok().filter(git2::Reference::is_branch)?;
        head.shorthand().ok().map(str::to_owned)
    }

    /// The e-mail address with which commits are made here.
    pub fn user_email(&self) -> Option<String> {
        self.git.signature().ok().and_then(|me| me.email().ok().map(str::to_owned))
    }

    fn tree(&self, commit: ObjectId) -> Result<Tree<'_>> {
        let commit = self
            .git
            .find_commit(commit.to_git()?)
            .map_err(|error| failed("read a commit", &error))?;
        commit.tree().map_err(|error| failed("read a tree", &error))
    }

    fn read_at(&self, commit: ObjectId, path: &str) -> Result<Option<Content>> {
        let tree = self.tree(commit)?;
        match entry_at(&tree, path)? {
            Some((oid, ObjectType::Blob)) => self.read_blob(oid).map(Some),
            _ => Ok(None),
        }
    }

    fn read_tree(
        &self,
        tree: &Tree<'_>,
        folder: &str,
        suffix: &str,
        snapshot: &mut Snapshot,
    ) -> Result<()> {
        for entry in tree {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{folder}/{name}");
            match entry.kind() {
                Some(ObjectType::Tree) => {
                    let inner = self.git.find_tree(entry.id());
                    let inner = inner.map_err(|error| failed("read a tree", &error))?;
                    self.read_tree(&inner, &path, suffix, snapshot)?;
                }
                Some(ObjectType::Blob)
                    if name.ends_with(suffix) && entry.filemode() != 0o120_000 =>
                {
                    snapshot.insert(path, self.read_blob(entry.id())?);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn read_blob(&self, oid: Oid) -> Result<Content> {
        let blob = self.git.find_blob(oid).map_err(|error| failed("read a file", &error))?;
        if blob.size() as u64 > MAX_FILE_BYTES {
            return Ok(Content::TooLarge(blob.size() as u64));
        }
        Ok(Content::from_bytes(blob.content().to_vec()))
    }
}

/// The object at `path` below `tree`.
fn entry_at(tree: &Tree<'_>, path: &str) -> Result<Option<(Oid, ObjectType)>> {
    match tree.get_path(Path::new(path)) {
        Ok(entry) => Ok(entry.kind().map(|kind| (entry.id(), kind))),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(failed("read a tree", &error)),
    }
}

/// Turns libgit2's error into this program's.
pub(super) fn failed(doing: &str, error: &git2::Error) -> Error {
    let told = Error::new(Kind::Git, format!("could not {doing}: {}", error.message()));
    if error.class() == ErrorClass::Odb && error.code() == ErrorCode::NotFound {
        return told.hint(
            "the object is missing here: in a partial clone `git fetch --refetch` brings it",
        );
    }
    told
}

fn cannot_open(root: &Path, error: &git2::Error) -> Error {
    let message =
        format!("could not open the repository of `{}`: {}", root.display(), error.message());
    let told = Error::new(Kind::Git, message);
    match error.code() {
        ErrorCode::Owner => told.hint(format!(
            "another user owns it; if you trust it: git config --global --add safe.directory {}",
            root.display()
        )),
        _ => told,
    }
}

/// Where the workspace lies in the repository; nothing if it lies outside its working tree.
fn prefix(git: &Repository, root: &Path) -> Option<String> {
    let Some(top) = git.workdir() else { return Some(String::new()) };
    let top = fs::canonicalize(top).ok()?;
    let root = fs::canonicalize(root).ok()?;
    let inside = root.strip_prefix(top).ok()?;
    let parts: Vec<String> = inside
        .components()
        .map(|part| format!("{}/", part.as_os_str().to_string_lossy()))
        .collect();
    Some(parts.concat())
}

/// The commits at which a shallow clone ends, also seen from a linked worktree of one.
fn shallow_boundary(git: &Repository) -> Result<HashSet<ObjectId>> {
    let path = git.commondir().join("shallow");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter_map(|line| ObjectId::parse(line.trim())).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(Error::io("read", &path, &error)),
    }
}
