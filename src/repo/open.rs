//! Opens the repository that a workspace lies in, and reads its revisions.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::access::program::{Program, Refusal};
use super::access::{self, Access, Place, Unresolved};
use super::grafts::Grafts;
use super::history::{self, Change, Commits, Known, Trailed};
use super::object::ObjectId;
use super::objects::ObjectKind;
use super::objects::promised::Tell;
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

/// What reads a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// The library that is built in.
    Libgit2,
    /// The `git` program.
    Program,
}

/// A repository, opened for reading.
pub struct Repo {
    access: Box<dyn Access>,
    place: Place,
    /// The workspace's root inside the repository; empty if it is the repository's top.
    prefix: PathBuf,
    boundary: HashSet<ObjectId>,
    grafts: Grafts,
    backend: Backend,
    /// Why the `git` program reads it.
    reason: Option<String>,
}

/// Opens the repository that holds the workspace at `root`; nothing if there is none.
///
/// `GIT_DIR` and its kin are obeyed, as git obeys them in a hook. libgit2 reads it if it can; what
/// it cannot open, or would find objects missing in, is read by the `git` program.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open(root: &Path) -> Result<Option<Repo>> {
    let unopened = match libgit2(from_surroundings(root)) {
        Ok(git) => {
            let is_partial = is_partial(&git);
            let opened =
                is_partial.then(|| access::program::open(root)).and_then(std::result::Result::ok);
            return match opened {
                Some(program) => {
                    let reason = "a partial clone: git brings what is missing".to_owned();
                    by_program(root, program, Some(reason))
                }
                None => by_libgit2(root, git),
            };
        }
        Err(error) if error.code() == ErrorCode::NotFound && !is_promised(root) => return Ok(None),
        Err(error) if error.code() == ErrorCode::Owner => {
            return Err(owned_by_another(root, error.message()));
        }
        Err(error) => error,
    };
    match access::program::open(root) {
        Ok(program) => by_program(
            root,
            program,
            Some(format!("libgit2 cannot open it: {}", unopened.message())),
        ),
        Err(Refusal::Said(said)) if said.contains("dubious ownership") => {
            Err(owned_by_another(root, "git says that another user owns it"))
        }
        Err(Refusal::Git(error)) => Err(cannot_open(root, &unopened)
            .hint(format!("the `git` program may be able to read it, but {error}"))),
        Err(Refusal::Said(_)) => Err(cannot_open(root, &unopened)),
    }
}

/// Opens the repository that holds the workspace at `root` by the backend that is named; nothing if
/// there is none.
///
/// # Errors
///
/// There is one and the backend cannot open it.
pub fn open_with(root: &Path, backend: Backend) -> Result<Option<Repo>> {
    match backend {
        Backend::Libgit2 => found(root, from_surroundings(root)),
        Backend::Program => match access::program::open(root) {
            Ok(program) => by_program(root, program, None),
            Err(Refusal::Said(said))
                if said.contains("not a git repository") && !is_promised(root) =>
            {
                Ok(None)
            }
            Err(refusal) => Err(refusal.told(root)),
        },
    }
}

/// Opens the repository whose top is `root`, whatever `GIT_DIR` and its kin say.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open_own(root: &Path) -> Result<Option<Repo>> {
    found(root, Repository::open(root))
}

type Opened = std::result::Result<Repository, git2::Error>;

/// Opens the repository around `root`, as `GIT_DIR` and its kin say.
fn from_surroundings(root: &Path) -> Opened {
    match std::env::var_os("GIT_DIR") {
        Some(_) => Repository::open_from_env(),
        None => Repository::open_ext(root, RepositoryOpenFlags::FROM_ENV, &[] as &[&OsStr]),
    }
}

fn found(root: &Path, opened: Opened) -> Result<Option<Repo>> {
    match libgit2(opened) {
        Ok(git) => by_libgit2(root, git),
        Err(error) if error.code() == ErrorCode::NotFound && !is_promised(root) => Ok(None),
        Err(error) => Err(cannot_open(root, &error)),
    }
}

/// Takes a repository as libgit2 has opened it.
fn libgit2(opened: Opened) -> Opened {
    // Object ids are git's business; checking each on every read costs a quarter of a walk.
    git2::opts::strict_hash_verification(false);
    // Its cache of objects only grows slower on a long history; the walk remembers what it needs.
    git2::opts::enable_caching(false);
    let git = opened?;
    // Git minds GIT_NAMESPACE only where it serves others.
    git.remove_namespace()?;
    Ok(git)
}

fn by_libgit2(root: &Path, git: Repository) -> Result<Option<Repo>> {
    let place = access::libgit2::place(&git);
    let callers = || callers_worktree(&git);
    let Some(prefix) = prefix(&place, root, callers) else { return Ok(None) };
    Repo::new(Box::new(git), place, prefix, Backend::Libgit2, None).map(Some)
}

fn by_program(
    root: &Path,
    (program, place): (Program, Place),
    reason: Option<String>,
) -> Result<Option<Repo>> {
    let Some(prefix) = prefix(&place, root, || None) else { return Ok(None) };
    Repo::new(Box::new(program), place, prefix, Backend::Program, reason).map(Some)
}

impl Repo {
    fn new(
        access: Box<dyn Access>,
        place: Place,
        prefix: PathBuf,
        backend: Backend,
        reason: Option<String>,
    ) -> Result<Self> {
        let (boundary, grafts) = (shallow_boundary(&place)?, Grafts::of(&place.common_dir)?);
        Ok(Self { access, place, prefix, boundary, grafts, backend, reason })
    }

    /// What reads it.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Why the `git` program reads it, if it does.
    pub fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }

    pub(super) fn access(&self) -> &dyn Access {
        &*self.access
    }

    pub(super) fn place(&self) -> &Place {
        &self.place
    }

    /// At how many commits a shallow clone ends.
    pub(super) fn boundary_size(&self) -> usize {
        self.boundary.len()
    }

    /// How many commits are given other parents here.
    pub(super) fn grafted(&self) -> usize {
        self.grafts.count()
    }

    /// Has `tell` called before git fetches objects that a partial clone lacks.
    pub fn when_fetching(&self, tell: Tell) {
        self.access.when_fetching(tell);
    }

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

    /// Sees to it that every file that `commits` names is here, in a partial clone by one fetch.
    ///
    /// # Errors
    ///
    /// One is missing and cannot be brought.
    pub fn bring(&self, commits: &Commits) -> Result<()> {
        let changes = commits.changing.iter().flat_map(|commit| &commit.changes);
        let named = |change: &Change| {
            change.old.iter().copied().chain([change.new]).flatten().collect::<Vec<_>>()
        };
        self.access.objects()?.bring(ObjectKind::Blob, &mut changes.flat_map(named))
    }

    /// Walks every commit that `tip` reaches, once; tells which have trailers with this key in
    /// their messages, whatever they change. Parents stand before children.
    ///
    /// # Errors
    ///
    /// A commit cannot be read.
    pub fn trailed(&self, tip: ObjectId, key: &str) -> Result<Vec<Trailed>> {
        let mailmap = self.mailmap(tip)?;
        let known =
            Known { mailmap: mailmap.as_deref(), boundary: &self.boundary, grafts: &self.grafts };
        history::trailed(&*self.access.objects()?, tip, &known, key)
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

/// Whether objects are missing here that a remote has promised.
fn is_partial(git: &Repository) -> bool {
    let promised = |config: &git2::Config| -> std::result::Result<bool, git2::Error> {
        if config.get_entry("extensions.partialclone").is_ok() {
            return Ok(true);
        }
        let mut entries = config.entries(Some(r"^remote\..*\.promisor$"))?;
        Ok(entries.next().is_some())
    };
    git.config().and_then(|config| promised(&config)).unwrap_or(false)
}

impl Refusal {
    /// The error of a repository around `root`.
    fn told(self, root: &Path) -> Error {
        match self {
            Self::Said(said) if said.contains("dubious ownership") => {
                owned_by_another(root, "git says that another user owns it")
            }
            Self::Said(said) => unopened(root, &said).hint("see what `git status` says there"),
            Self::Git(error) => unopened(root, &error.to_string()).hint(error.hint()),
        }
    }
}

fn unopened(root: &Path, why: &str) -> Error {
    Error::new(Kind::Git, format!("could not open the repository of `{}`: {why}", root.display()))
}

fn owned_by_another(root: &Path, why: &str) -> Error {
    let top = root.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(root);
    unopened(root, why).hint(format!(
        "another user owns it; if you trust it: git config --global --add safe.directory {}",
        top.display()
    ))
}

fn cannot_open(root: &Path, error: &git2::Error) -> Error {
    if error.code() == ErrorCode::Owner {
        return owned_by_another(root, error.message());
    }
    let told = unopened(root, error.message());
    if std::env::var_os("GIT_DIR").is_some() {
        return told.hint("GIT_DIR is set: unset it, or set it to a repository");
    }
    told.hint("see what `git status` says there")
}

/// Where the workspace lies in the repository; nothing if it lies outside its working tree, which
/// may be the caller's.
fn prefix(
    place: &Place,
    root: &Path,
    callers: impl FnOnce() -> Option<PathBuf>,
) -> Option<PathBuf> {
    let Some(top) = place.worktree.as_deref() else { return Some(PathBuf::new()) };
    let root = fs::canonicalize(root).ok()?;
    let inside = |top: &Path| {
        let top = fs::canonicalize(top).ok()?;
        root.strip_prefix(top).ok().map(Path::to_owned)
    };
    inside(top).or_else(|| inside(&callers()?))
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
