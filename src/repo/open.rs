//! Opens the repository that a workspace lies in, by whichever backend can read it.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Repository, RepositoryOpenFlags};

use super::access::program::{Program, Refusal};
use super::access::{self, Place};
use super::repository::{Backend, Repo};
use crate::error::{Error, Kind, Result};

/// Opens the repository that holds the workspace at `root`; nothing if there is none.
///
/// `GIT_DIR` and its kin are obeyed, as git obeys them in a hook. libgit2 reads it if it can; what
/// it cannot open, or would find objects missing in, is read by the `git` program.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn open(root: &Path) -> Result<Option<Repo>> {
    match libgit2(|| from_surroundings(root)) {
        Ok(git) if is_partial(&git) => partial(root, git),
        Ok(git) => by_libgit2(root, git),
        Err(error) if error.code() == ErrorCode::NotFound && !is_promised(root) => Ok(None),
        Err(error) if error.code() == ErrorCode::Owner => Err(cannot_open(root, &error)),
        Err(error) => unopened_by_libgit2(root, &error),
    }
}

/// Opens a partial clone: by git if there is one, else as far as its objects are here.
fn partial(root: &Path, git: Repository) -> Result<Option<Repo>> {
    match access::program::open(root) {
        Ok(program) => {
            let reason = "a partial clone: git brings what is missing";
            by_program(root, program, Some(reason.to_owned()))
        }
        Err(_) => by_libgit2(root, git),
    }
}

/// Opens by git what libgit2 cannot open.
fn unopened_by_libgit2(root: &Path, error: &git2::Error) -> Result<Option<Repo>> {
    match access::program::open(root) {
        Ok(program) => {
            let reason = format!("libgit2 cannot open it: {}", error.message());
            by_program(root, program, Some(reason))
        }
        Err(refusal) if refusal.is_about_the_owner() => Err(refusal.told(root)),
        Err(Refusal::Git(missing)) => Err(cannot_open(root, error)
            .hint(format!("the `git` program may be able to read it, but {missing}"))),
        Err(Refusal::Said(_)) => Err(cannot_open(root, error)),
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
        Backend::Libgit2 => found(root, || from_surroundings(root)),
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
    found(root, || Repository::open(root))
}

type Opened = std::result::Result<Repository, git2::Error>;

/// Opens the repository around `root`, as `GIT_DIR` and its kin say.
fn from_surroundings(root: &Path) -> Opened {
    match std::env::var_os("GIT_DIR") {
        Some(_) => Repository::open_from_env(),
        None => Repository::open_ext(root, RepositoryOpenFlags::FROM_ENV, &[] as &[&OsStr]),
    }
}

fn found(root: &Path, open: impl FnOnce() -> Opened) -> Result<Option<Repo>> {
    match libgit2(open) {
        Ok(git) => by_libgit2(root, git),
        Err(error) if error.code() == ErrorCode::NotFound && !is_promised(root) => Ok(None),
        Err(error) => Err(cannot_open(root, &error)),
    }
}

/// Opens a repository by libgit2, set up for long histories.
fn libgit2(open: impl FnOnce() -> Opened) -> Opened {
    // Object ids are git's business; checking each on every read costs a quarter of a walk.
    git2::opts::strict_hash_verification(false);
    // Its cache of objects only grows slower on a long history; the walk remembers what it needs.
    git2::opts::enable_caching(false);
    let git = open()?;
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
    fn is_about_the_owner(&self) -> bool {
        matches!(self, Self::Said(said) if said.contains("dubious ownership"))
    }

    /// The error of a repository around `root`.
    fn told(self, root: &Path) -> Error {
        if self.is_about_the_owner() {
            return owned_by_another(root, "git says that another user owns it");
        }
        match self {
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
