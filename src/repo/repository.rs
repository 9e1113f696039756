//! A repository, opened for reading, and what is read of it.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::access::{Access, Place, Unresolved};
use super::cache::{Cache, Kept, What};
use super::commit_graph::CommitGraph;
use super::grafts::Grafts;
use super::history::{self, Change, Commits, KnownCommits, Surroundings, Trailed};
use super::object::ObjectId;
use super::objects::promised::Tell;
use super::objects::{ObjectKind, Objects};
use super::packs::{Packed, Packs};
use super::revision::Revision;
use super::snapshot::{Content, NoFile, Snapshot};
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
    pub(super) access: Box<dyn Access>,
    place: Place,
    /// The workspace's root inside the repository; empty if it is the repository's top.
    pub(super) prefix: PathBuf,
    pub(super) boundary: HashSet<ObjectId>,
    pub(super) grafts: Grafts,
    backend: Backend,
    /// Why the `git` program reads it.
    reason: Option<String>,
    /// Its packs, where libgit2 reads the rest.
    packs: Option<Packs>,
    /// The fewest commits that are kept from one run to the next; nothing where none are.
    least_kept: Option<usize>,
}

impl Repo {
    /// Takes a repository as a backend has opened it.
    ///
    /// # Errors
    ///
    /// Its boundary or its grafts cannot be read.
    pub(super) fn new(
        access: Box<dyn Access>,
        place: Place,
        prefix: PathBuf,
        backend: Backend,
        reason: Option<String>,
    ) -> Result<Self> {
        let (boundary, grafts) = (shallow_boundary(&place)?, Grafts::of(&place.common_dir)?);
        let packs = (backend == Backend::Libgit2).then(|| Packs::of(&place.common_dir));
        Ok(Self {
            access,
            place,
            prefix,
            boundary,
            grafts,
            backend,
            reason,
            packs,
            least_kept: None,
        })
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
        match self.commit_at("HEAD")? {
            Some(id) => Ok(Some(id)),
            None => self.access.head(),
        }
    }

    /// The commit that `revision` names.
    ///
    /// # Errors
    ///
    /// It names none, or several.
    pub fn resolve(&self, revision: &str) -> Result<ObjectId> {
        if let Some(id) = self.commit_at(revision)? {
            return Ok(id);
        }
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

    /// The commit that a reference stands on; nothing where one has to ask further.
    ///
    /// # Errors
    ///
    /// Its file is damaged.
    fn commit_at(&self, reference: &str) -> Result<Option<ObjectId>> {
        let Some(id) = self.access.reference(reference) else { return Ok(None) };
        if self.objects()?.read(ObjectKind::Commit, id).is_ok() {
            return Ok(Some(id));
        }
        self.packs.as_ref().map_or(Ok(()), |packs| packs.refuse_damaged(id))?;
        Ok(None)
    }

    /// Reads the file at `path`, from the workspace's root, in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn read_file(&self, commit: ObjectId, path: &str) -> Result<Option<Content>> {
        let objects = self.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.own_file(path)
    }

    /// Reads `.mailmap` at the repository's top in `commit`.
    ///
    /// # Errors
    ///
    /// The commit, or the file in it, cannot be read.
    pub fn mailmap(&self, commit: ObjectId) -> Result<Option<String>> {
        let objects = self.objects()?;
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
        let objects = self.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.read_below(folder, suffix, snapshot)
    }

    /// Lists what stands below `folder`, from the workspace's root, and is no file; or `folder` itself, where that is
    /// no folder.
    ///
    /// # Errors
    ///
    /// The commit, or something in it, cannot be read.
    pub fn no_files(&self, commit: ObjectId, folder: &str) -> Result<Vec<NoFile>> {
        let objects = self.objects()?;
        Revision::of(&*objects, commit, &self.prefix)?.no_files(folder)
    }

    /// Whether the working tree is a sparse checkout.
    pub fn is_sparse(&self) -> bool {
        self.access.is_on("core.sparseCheckout")
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
        self.more_commits(tip, folder, KnownCommits::default())
    }

    /// The same, beginning with what was `known` when another tip was walked with the same folder
    /// and the same surroundings.
    ///
    /// # Errors
    ///
    /// A commit or tree cannot be read.
    pub fn more_commits(
        &self,
        tip: ObjectId,
        folder: &str,
        known: KnownCommits,
    ) -> Result<Commits> {
        let mailmap = self.mailmap(tip)?;
        let mut surroundings = self.surroundings(mailmap.as_deref());
        // A walk that goes on from what is known meets few commits.
        if known.is_empty() {
            surroundings.noted = self.noted(tip);
        }
        let objects = self.objects()?;
        history::walk(&*objects, tip, &self.prefix.join(folder), folder, surroundings, known)
    }

    /// The way to open it once more, later on.
    pub fn again(&self) -> impl Fn() -> Result<Option<Repo>> + Send + Sync + 'static {
        let (top, backend) = (self.worktree().unwrap_or(self.git_dir()), self.backend);
        let root = top.join(&self.prefix);
        move || super::open::open_with(&root, backend)
    }

    /// Has histories of at least so many commits kept from one run to the next.
    pub fn keep_histories(&mut self, least: usize) {
        self.least_kept = Some(least);
    }

    /// Where the history of `tip` is kept that depends on `on` besides the commits; nothing where
    /// none is. Only that of HEAD is written; that of any other tip profits from it.
    ///
    /// # Errors
    ///
    /// HEAD or the mailmap cannot be read.
    pub fn kept(&self, tip: ObjectId, folder: &str, on: &str) -> Result<Option<Kept>> {
        let Some(least) = self.least_kept else { return Ok(None) };
        if !self.is_plain() {
            return Ok(None);
        }
        let place = self.prefix.join(folder);
        let on = format!("{}\0{place:?}\0{:?}\0{on}", tip.length(), self.mailmap(tip)?);
        let is_head = self.head()? == Some(tip);
        let common_dir = &self.place.common_dir;
        Ok(Kept::of(common_dir, What::History, on.as_bytes(), is_head, least))
    }

    /// Where it is kept what the report in `folder` was made of; nothing where nothing is kept, where a commit does
    /// not stand for all that it reaches, or the working tree for all the files that are read.
    pub fn kept_report(&self, folder: &Path) -> Option<Kept> {
        let is_told = self.is_plain() && self.backend == Backend::Libgit2 && !self.is_sparse();
        if self.least_kept.is_none() || !is_told {
            return None;
        }
        let on = folder.as_os_str().as_encoded_bytes();
        Kept::of(&self.place.common_dir, What::Report, on, true, 0)
    }

    /// Tells whether every commit has its own parents: at the boundary of a shallow clone, what one is told to change
    /// depends on its place.
    fn is_plain(&self) -> bool {
        self.depth() == Depth::Complete && self.grafts.are_none()
    }

    /// What is kept of this repository from one run to the next.
    pub fn cache(&self) -> Cache {
        Cache::of(&self.place.common_dir)
    }

    /// What is known of the commits beside their bytes.
    pub(super) fn surroundings<'a>(&'a self, mailmap: Option<&'a str>) -> Surroundings<'a> {
        Surroundings { mailmap, boundary: &self.boundary, grafts: &self.grafts, noted: None }
    }

    /// What git has noted of the commits; nothing where they have other parents here than their own.
    fn noted(&self, tip: ObjectId) -> Option<CommitGraph> {
        let is_plain = self.packs.is_some() && self.boundary.is_empty() && self.grafts.are_none();
        is_plain.then(|| CommitGraph::of(&self.place.common_dir, tip.length())).flatten()
    }

    /// Sees to it that every file that `commits` names is here, in a partial clone by one fetch.
    ///
    /// # Errors
    ///
    /// One is missing and cannot be brought.
    pub fn bring(&self, commits: &Commits) -> Result<()> {
        let changes = commits.read.iter().flat_map(|commit| &commit.changes);
        let named = |change: &Change| {
            change.old.iter().copied().chain([change.new]).flatten().collect::<Vec<_>>()
        };
        self.objects()?.bring(ObjectKind::Blob, &mut changes.flat_map(named))
    }

    /// Walks every commit that `tip` reaches, once; tells which have trailers with this key in
    /// their messages, whatever they change. Parents stand before children.
    ///
    /// # Errors
    ///
    /// A commit cannot be read.
    pub fn trailed(&self, tip: ObjectId, key: &str) -> Result<Vec<Trailed>> {
        let mailmap = self.mailmap(tip)?;
        let surroundings = self.surroundings(mailmap.as_deref());
        history::trailed(&*self.objects()?, tip, &surroundings, key)
    }

    /// The files of the repository, whatever commits they are in.
    ///
    /// # Errors
    ///
    /// The repository cannot be read.
    pub fn blobs(&self) -> Result<Blobs<'_>> {
        self.objects().map(Blobs)
    }

    /// Its objects.
    pub(super) fn objects(&self) -> Result<Box<dyn Objects + '_>> {
        let rest = self.access.objects()?;
        Ok(match &self.packs {
            Some(packs) => Box::new(Packed { packs, rest }),
            None => rest,
        })
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

    /// The folder of this working tree's own state, in which HEAD lies.
    pub fn git_dir(&self) -> &Path {
        &self.place.git_dir
    }

    /// The workspace's root inside the repository; empty if it is the repository's top.
    pub fn prefix(&self) -> &Path {
        &self.prefix
    }

    /// The branch that HEAD is on; nothing when it is detached or unborn.
    pub fn branch(&self) -> Option<String> {
        self.access.branch()
    }
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
