//! Opens the repository that a workspace lies in, and reads its revisions.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::access::{self, Access, Place, Unresolved};
use super::grafts::Grafts;
use super::history::{self, Commits, Known};
use super::object::ObjectId;
use super::revision::Revision;
use super::snapshot::{Content, Snapshot};
use super::texts::Blobs;
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
    access: Box<dyn Access>,
    place: Place,
    /// The workspace's root inside the repository; empty if it is the repository's top.
    prefix: PathBuf,
    boundary: HashSet<ObjectId>,
    grafts: Grafts,
}

/// Opens the repository that holds the workspace at `root`; nothing if there is none.
///
/// `GIT_DIR` and its kin are obeyed, as git obeys them in a hook.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open(root: &Path) -> Result<Option<Repo>> {
    found(root, || match std::env::var_os("GIT_DIR") {
        Some(_) => Repository::open_from_env(),
        None => Repository::open_ext(root, RepositoryOpenFlags::FROM_ENV, &[] as &[&OsStr]),
    })
}

/// Opens the repository whose top is `root`, whatever `GIT_DIR` and its kin say.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open_own(root: &Path) -> Result<Option<Repo>> {
    found(root, || Repository::open(root))
}

fn found(
    root: &Path,
    open: impl FnOnce() -> std::result::Result<Repository, git2::Error>,
) -> Result<Option<Repo>> {
    // Object ids are git's business; checking each on every read costs a quarter of a walk.
    git2::opts::strict_hash_verification(false);
    // Its cache of objects only grows slower on a long history; the walk remembers what it needs.
    git2::opts::enable_caching(false);
    let git = match open() {
        Ok(git) => git,
        Err(error) if error.code() == ErrorCode::NotFound && !is_promised(root) => return Ok(None),
        Err(error) => return Err(cannot_open(root, &error)),
    };
    // Git minds GIT_NAMESPACE only where it serves others.
    git.remove_namespace().map_err(|error| cannot_open(root, &error))?;
    let Some(prefix) = prefix(&git, root) else { return Ok(None) };
    let place = access::libgit2::place(&git);
    let (boundary, grafts) = (shallow_boundary(&place)?, Grafts::of(&place.common_dir)?);
    Ok(Some(Repo { access: Box::new(git), place, prefix, boundary, grafts }))
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
        self.access.head()
    }

    /// The commit that `revision` names.
    ///
    /// # Errors
    ///
    /// It names none, or several.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId> {
        let shown = crate::text::printable(revision);
        self.access.resolve(revision).map_err(|unresolved| match unresolved {
            Unresolved::Ambiguous => {
                Error::new(Kind::Git, format!("`{shown}` names several commits"))
                    .hint("give more digits of the id")
            }
            Unresolved::Unknown if self.depth() == Depth::Shallow => {
                Error::new(Kind::Git, format!("no revision `{shown}` here"))
                    .hint("this is a shallow clone: `git fetch --unshallow` brings the rest")
            }
            Unresolved::Unknown => {
                Error::new(Kind::Git, format!("no revision `{shown}` in this repository"))
                    .hint("name a branch, a tag or a commit; `git log --oneline` lists commits")
            }
            Unresolved::NoCommit => {
                Error::new(Kind::Git, format!("`{shown}` does not name a commit"))
            }
        })
    }

    /// Reads the file at `path`, from the workspace's root, in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn read_file(&self, commit: ObjectId, path: &str) -> Result<Option<Content>> {
        let objects = self.access.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.file(&self.prefix.join(path))
    }

    /// Reads `.mailmap` at the repository's top in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn mailmap(&self, commit: ObjectId) -> Result<Option<String>> {
        let objects = self.access.objects()?;
        let content = Revision::of(&*objects, commit, &self.prefix)?.file(Path::new(".mailmap"))?;
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
        let objects = self.access.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.read_below(folder, suffix, snapshot)
    }

    /// Tells how many of the files that [`read_below`](Self::read_below) reads in `commit` are not in
    /// `snapshot`, if that is of a sparse checkout; nothing otherwise.
    ///
    /// # Errors
    ///
    /// The commit, or something in it, cannot be read.
    pub fn left_out(
        &self,
        commit: ObjectId,
        folder: &str,
        suffix: &str,
        snapshot: &Snapshot,
    ) -> Result<usize> {
        if !self.access.is_on("core.sparseCheckout") {
            return Ok(0);
        }
        let objects = self.access.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.left_out(folder, suffix, snapshot)
    }

    /// Whether the repository has no working tree.
    pub fn is_bare(&self) -> bool {
        self.place.is_bare
    }

    /// Walks every commit that `tip` reaches, once; tells which changed files below `folder`.
    ///
    /// # Errors
    ///
    /// A commit or tree cannot be read.
    pub fn commits(&self, tip: ObjectId, folder: &str) -> Result<Commits> {
        let mailmap = self.mailmap(tip)?;
        let known =
            Known { mailmap: mailmap.as_deref(), boundary: &self.boundary, grafts: &self.grafts };
        let objects = self.access.objects()?;
        history::walk(&*objects, tip, &self.prefix.join(folder), folder, &known)
    }

    /// The files of the repository, whatever commits they are in.
    ///
    /// # Errors
    ///
    /// The repository cannot be read.
    pub fn blobs(&self) -> Result<Blobs<'_>> {
        self.access.objects().map(Blobs)
    }

    /// The address of the remote that the repository was cloned from, if it is a public one.
    pub fn remote_url(&self) -> Option<String> {
        self.access.remote_url()
    }

    /// The top of the working tree; nothing in a bare repository.
    pub fn worktree(&self) -> Option<&Path> {
        self.place.worktree.as_deref()
    }

    /// The folder that all working trees of the repository share.
    pub fn common_dir(&self) -> &Path {
        &self.place.common_dir
    }

    /// The workspace's root inside the repository; empty if it is the repository's top.
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The branch that HEAD is on; nothing when it is detached or unborn.
    pub fn branch(&self) -> Option<String> {
        self.access.branch()
    }

    /// The e-mail address with which commits are made here.
    pub fn user_email(&self) -> Option<String> {
        self.access.user_email()
    }
}

/// Tells whether something says that there is a repository: `GIT_DIR`, or a `.git` file of a linked
/// working tree or submodule.
fn is_promised(root: &Path) -> bool {
    std::env::var_os("GIT_DIR").is_some()
        || root.ancestors().any(|folder| folder.join(".git").is_file())
}

fn cannot_open(root: &Path, error: &git2::Error) -> Error {
    let message =
        format!("could not open the repository of `{}`: {}", root.display(), error.message());
    let told = Error::new(Kind::Git, message);
    if error.code() == ErrorCode::Owner {
        let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
        return told.hint(format!(
            "another user owns it; if you trust it: git config --global --add safe.directory {}",
            top.display()
        ));
    }
    if error.message().contains("extensions.refstorage") {
        return told.hint(
            "its references are kept in a form that is not read here: read a copy made with \
             `git clone --ref-format=files`, or change it with `git refs migrate --ref-format=files`",
        );
    }
    if std::env::var_os("GIT_DIR").is_some() {
        return told.hint("GIT_DIR is set: unset it, or set it to a repository");
    }
    told.hint("see what `git status` says there")
}

/// Where the workspace lies in the repository; nothing if it lies outside its working tree.
fn prefix(git: &Repository, root: &Path) -> Option<PathBuf> {
    let Some(top) = git.workdir() else { return Some(PathBuf::new()) };
    let root = fs::canonicalize(root).ok()?;
    let inside = |top: &Path| {
        let top = fs::canonicalize(top).ok()?;
        root.strip_prefix(top).ok().map(Path::to_owned)
    };
    inside(top).or_else(|| inside(&callers_worktree(git)?))
}

/// The working tree where `GIT_DIR` alone is given: as for git, the folder that the command runs in.
fn callers_worktree(git: &Repository) -> Option<PathBuf> {
    let is_set = |name| std::env::var_os(name).is_some();
    let is_configured = git.config().is_ok_and(|config| config.get_path("core.worktree").is_ok());
    let is_callers = is_set("GIT_DIR") && !is_set("GIT_WORK_TREE") && !is_configured;
    is_callers.then(std::env::current_dir)?.ok()
}

/// The commits at which a shallow clone ends, also seen from a linked worktree of one.
fn shallow_boundary(place: &Place) -> Result<HashSet<ObjectId>> {
    let path = place.common_dir.join("shallow");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter_map(|line| ObjectId::parse(line.trim())).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(Error::io("read", &path, &error)),
    }
}
