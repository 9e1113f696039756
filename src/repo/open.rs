//! Opens the repository that a workspace lies in, and reads its revisions.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Component, Path, PathBuf};

use git2::{ErrorClass, ErrorCode, ObjectType, Oid, Repository, RepositoryOpenFlags, Tree};

use super::history::{self, Commits};
use super::object::ObjectId;
use super::snapshot::{Content, MAX_FILE_BYTES, Snapshot};
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
    git: Repository,
    /// The workspace's root inside the repository; empty if it is the repository's top.
    prefix: PathBuf,
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
        let head = match self.git.head() {
            Ok(head) => head,
            Err(error) if error.code() == ErrorCode::UnbornBranch => return Ok(None),
            Err(error) => return Err(failed("read HEAD", &error)),
        };
        let commit = head.peel_to_commit().map_err(|error| failed("read HEAD", &error))?;
        Ok(Some(commit.id().into()))
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
        self.read_at(commit, &self.prefix.join(path))
    }

    /// Reads `.mailmap` at the repository's top in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn mailmap(&self, commit: ObjectId) -> Result<Option<String>> {
        let content = self.read_at(commit, Path::new(".mailmap"))?;
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
        let Some((oid, ObjectType::Tree)) = entry_at(&root, &self.prefix.join(folder))? else {
            return Ok(());
        };
        let tree = self.git.find_tree(oid).map_err(|error| failed("read a tree", &error))?;
        self.visit(&tree, folder, suffix, &mut Entered::default(), &mut |path, oid, is_link| {
            let file = if is_link { self.follow(&root, &path, oid)? } else { Some(oid) };
            if let Some(oid) = file {
                snapshot.insert(path, self.read_blob(oid)?);
            }
            Ok(())
        })
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
        let is_sparse = |config: git2::Config| config.get_bool("core.sparseCheckout");
        if !self.git.config().and_then(is_sparse).unwrap_or(false) {
            return Ok(0);
        }
        let root = self.tree(commit)?;
        let Some((oid, ObjectType::Tree)) = entry_at(&root, &self.prefix.join(folder))? else {
            return Ok(0);
        };
        let tree = self.git.find_tree(oid).map_err(|error| failed("read a tree", &error))?;
        let mut count = 0;
        self.visit(&tree, folder, suffix, &mut Entered::default(), &mut |path, _, _| {
            count += usize::from(snapshot.get(&path).is_none());
            Ok(())
        })?;
        Ok(count)
    }

    /// Whether the repository has no working tree.
    pub fn is_bare(&self) -> bool {
        self.git.is_bare()
    }

    /// Walks every commit that `tip` reaches, once; tells which changed files below `folder`.
    ///
    /// # Errors
    ///
    /// A commit or tree cannot be read.
    pub fn commits(&self, tip: ObjectId, folder: &str) -> Result<Commits> {
        let mailmap = self.mailmap(tip)?;
        let place = self.prefix.join(folder);
        history::walk(&self.git, tip, &place, folder, mailmap.as_deref(), &self.boundary)
    }

    /// The files of the repository, whatever commits they are in.
    ///
    /// # Errors
    ///
    /// The repository cannot be read.
    pub fn blobs(&self) -> Result<Blobs<'_>> {
        self.git.odb().map(Blobs).map_err(|error| failed("read the objects", &error))
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

    /// The workspace's root inside the repository; empty if it is the repository's top.
    pub fn prefix(&self) -> &Path {
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

    fn read_at(&self, commit: ObjectId, path: &Path) -> Result<Option<Content>> {
        let tree = self.tree(commit)?;
        match entry_at(&tree, path)? {
            Some((oid, ObjectType::Blob)) => self.read_blob(oid).map(Some),
            _ => Ok(None),
        }
    }

    /// Calls `found` with each file or link below a tree whose name ends with `suffix`: its path,
    /// its content and whether it is a link.
    fn visit(
        &self,
        tree: &Tree<'_>,
        folder: &str,
        suffix: &str,
        entered: &mut Entered,
        found: &mut dyn FnMut(String, Oid, bool) -> Result<()>,
    ) -> Result<()> {
        entered.one_more(folder)?;
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
                    self.visit(&inner, &path, suffix, entered, found)?;
                }
                Some(ObjectType::Blob) if name.ends_with(suffix) => {
                    found(path, entry.id(), entry.filemode() == LINK)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The file that a link at `path` leads to, inside the workspace, as in a working tree.
    fn follow(&self, root: &Tree<'_>, path: &str, link: Oid) -> Result<Option<Oid>> {
        let (mut path, mut link) = (PathBuf::from(path), link);
        for _ in 0..MAX_LINKS {
            let Content::Text(target) = self.read_blob(link)? else { return Ok(None) };
            path.pop();
            let Some(next) = inside(&path.join(&*target)) else { return Ok(None) };
            let Ok(entry) = root.get_path(&self.prefix.join(&next)) else { return Ok(None) };
            match (entry.kind(), entry.filemode()) {
                (Some(ObjectType::Blob), LINK) => (path, link) = (next, entry.id()),
                (Some(ObjectType::Blob), _) => return Ok(Some(entry.id())),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    fn read_blob(&self, oid: Oid) -> Result<Content> {
        let blob = self.git.find_blob(oid).map_err(|error| failed("read a file", &error))?;
        if blob.size() as u64 > MAX_FILE_BYTES {
            return Ok(Content::TooLarge(blob.size() as u64));
        }
        Ok(Content::from_bytes(blob.content().to_vec()))
    }
}

/// The deepest that folders of plans may nest.
const MAX_NESTING: usize = 64;
/// The most folders of plans that one commit may have, however often the same one.
const MAX_FOLDERS: usize = 100_000;

/// How many folders were entered: a tree can hold itself many times over without being large.
#[derive(Default)]
pub(super) struct Entered(usize);

impl Entered {
    /// Counts the folder at `path`.
    pub(super) fn one_more(&mut self, path: &str) -> Result<()> {
        self.0 += 1;
        let nesting = path.split('/').count();
        if nesting <= MAX_NESTING && self.0 <= MAX_FOLDERS {
            return Ok(());
        }
        let top = path.split('/').next().unwrap_or(path);
        Err(Error::new(
            Kind::Git,
            format!(
                "could not read `{top}`: its folders nest more than {MAX_NESTING} deep or are more than {MAX_FOLDERS}"
            ),
        )
        .hint("no goals are meant to lie there: have a look at the commit that brought them"))
    }
}

/// The mode of a symbolic link in a tree.
const LINK: i32 = 0o120_000;
/// The most links that are followed from one file to the next.
const MAX_LINKS: usize = 8;

/// A path from the workspace's root with each `..` taken off; nothing if it leads out of it.
fn inside(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir if plain.pop() => {}
            _ => return None,
        }
    }
    Some(plain)
}

/// The object at `path` below `tree`.
fn entry_at(tree: &Tree<'_>, path: &Path) -> Result<Option<(Oid, ObjectType)>> {
    match tree.get_path(path) {
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
            "the object is missing here: in a partial clone `git fetch --refetch --no-filter` brings all; \
             otherwise `git fsck` tells what is damaged",
        );
    }
    told.hint("`git fsck` tells what is damaged")
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
fn shallow_boundary(git: &Repository) -> Result<HashSet<ObjectId>> {
    let path = git.commondir().join("shallow");
    match fs::read_to_string(&path) {
        Ok(text) => Ok(text.lines().filter_map(|line| ObjectId::parse(line.trim())).collect()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(Error::io("read", &path, &error)),
    }
}
