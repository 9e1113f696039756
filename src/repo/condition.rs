//! The condition of a repository: every fact that bears on how goals are read and recorded in it.

use std::fs;
use std::path::{Path, PathBuf};

use super::access::{Access, Place};
use super::commit::Repository;
use super::object::ObjectId;
use super::open::open;
use super::program::{Git, said};
use super::repository::{Backend, Repo};
use crate::error::Result;

/// The programs that are at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versions {
    /// The version of the `git` program, or why it cannot be run.
    pub git: std::result::Result<String, String>,
    /// The version of libgit2, which is built in.
    pub libgit2: String,
}

/// Where HEAD stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Head {
    /// On a branch with commits.
    Branch(String, ObjectId),
    /// On a commit, on no branch.
    Detached(ObjectId),
    /// On a branch without a commit.
    Unborn,
    /// Somewhere that cannot be read, for this reason.
    Unreadable(String),
}

/// How the working tree is tied to the repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// It is the repository's own.
    Plain,
    /// It is one of several.
    Linked,
    /// It belongs to a module of another repository.
    Submodule,
    /// There is none.
    Bare,
}

/// What a repository is like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What reads it.
    pub backend: Backend,
    /// Why the `git` program reads it, if it does.
    pub reason: Option<String>,
    /// Where HEAD stands.
    pub head: Head,
    /// How its working tree is tied to it.
    pub layout: Layout,
    /// The top of the working tree, or of the bare repository.
    pub top: PathBuf,
    /// The workspace's place in it.
    pub prefix: PathBuf,
    /// The hash of its objects: `sha1` or `sha256`.
    pub objects: String,
    /// How its references are kept: `files` or `reftable`.
    pub references: String,
    /// Whether there is a commit-graph.
    pub commit_graph: bool,
    /// At how many commits a shallow clone ends; 0 for any other.
    pub shallow: usize,
    /// What a partial clone has left out, as `blob:none`.
    pub partial: Option<String>,
    /// Whether git may fetch what is left out.
    pub may_fetch: bool,
    /// Whether only some files are checked out.
    pub sparse: bool,
    /// Whether the index is kept in two parts.
    pub split_index: bool,
    /// Whether the index holds whole folders for files that are not checked out.
    pub sparse_index: bool,
    /// How many other repositories it borrows objects from.
    pub alternates: usize,
    /// How many objects are replaced by others.
    pub replaced: usize,
    /// How many commits are given other parents.
    pub grafts: usize,
    /// Whether there is a `.mailmap` in the commit of HEAD.
    pub mailmap: bool,
    /// The hooks that run when a check-in is committed.
    pub hooks: Vec<String>,
    /// The format of signatures, where commits are signed.
    pub signing: Option<String>,
    /// Who commits here, or why git knows nobody.
    pub identity: std::result::Result<String, String>,
    /// Why a check-in would be refused now, and what to do about it.
    pub under_way: Option<(String, String)>,
    /// The folder that all working trees share.
    pub common_dir: PathBuf,
    /// Why nothing can be written there, if so.
    pub unwritable: Option<String>,
    /// How git merges the check-ins files of two branches: `union` as `.gitattributes` should have it;
    /// nothing where that cannot be told.
    pub merging: Option<String>,
}

/// Hooks that `git commit` runs.
const HOOKS: [&str; 6] = [
    "pre-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "reference-transaction",
    "post-index-change",
];

/// The programs that are at work in `folder`.
pub fn versions(folder: &Path) -> Versions {
    let (major, minor, patch) = git2::Version::get().libgit2_version();
    Versions {
        git: Git::default().version(folder).map_err(|error| error.to_string()),
        libgit2: format!("{major}.{minor}.{patch}"),
    }
}

/// Examines the repository of the workspace at `root`, whose plans lie in the folder `plans`;
/// nothing if there is none. Nothing is fetched.
///
/// # Errors
///
/// There is one and it cannot be opened.
pub fn examine(root: &Path, plans: &str) -> Result<Option<(Repo, Condition)>> {
    let Some(repo) = open(root)? else { return Ok(None) };
    repo.access().keep_still();
    let condition = Examiner { repo: &repo, root, git: Git::default() }.condition(plans);
    Ok(Some((repo, condition)))
}

struct Examiner<'a> {
    repo: &'a Repo,
    root: &'a Path,
    git: Git,
}

impl Examiner<'_> {
    fn condition(&self, plans: &str) -> Condition {
        let (access, place) = (self.access(), self.repo.place());
        let setting = |name: &str| access.setting(name);
        let information = place.common_dir.join("objects/info");
        let head = self.head();
        Condition {
            backend: self.repo.backend(),
            reason: self.repo.reason().map(str::to_owned),
            mailmap: match &head {
                Head::Branch(_, id) | Head::Detached(id) => {
                    self.repo.mailmap(*id).is_ok_and(|text| text.is_some())
                }
                _ => false,
            },
            head,
            layout: layout(place),
            top: place
                .worktree
                .clone()
                .unwrap_or_else(|| place.common_dir.clone())
                .components()
                .collect(),
            prefix: self.repo.prefix().to_owned(),
            objects: setting("extensions.objectformat").unwrap_or_else(|| "sha1".to_owned()),
            references: setting("extensions.refstorage").unwrap_or_else(|| "files".to_owned()),
            commit_graph: ["commit-graph", "commit-graphs/commit-graph-chain"]
                .iter()
                .any(|name| information.join(name).exists()),
            shallow: self.repo.boundary_size(),
            partial: self.partial(),
            may_fetch: super::objects::promised::is_allowed(),
            sparse: self.repo.is_sparse(),
            split_index: has_shared_index(&place.git_dir),
            sparse_index: self.repo.is_sparse() && access.is_on("index.sparse"),
            alternates: lines(&information.join("alternates")),
            replaced: access.replaced(),
            grafts: self.repo.grafted(),
            hooks: self.hooks(),
            signing: access
                .is_on("commit.gpgSign")
                .then(|| setting("gpg.format").unwrap_or_else(|| "openpgp".to_owned())),
            identity: self.identity(),
            under_way: self.under_way(),
            unwritable: unwritable(&place.common_dir),
            common_dir: place.common_dir.clone(),
            merging: self.merging(plans),
        }
    }

    fn access(&self) -> &dyn Access {
        self.repo.access()
    }

    fn head(&self) -> Head {
        match self.repo.head() {
            Ok(None) => Head::Unborn,
            Ok(Some(id)) => match self.repo.branch() {
                Some(branch) => Head::Branch(branch, id),
                None => Head::Detached(id),
            },
            Err(error) => Head::Unreadable(error.message),
        }
    }

    fn partial(&self) -> Option<String> {
        let named = self.access().setting("extensions.partialclone");
        let remote = named.or_else(|| {
            self.access().is_on("remote.origin.promisor").then(|| "origin".to_owned())
        })?;
        let filter = self.access().setting(&format!("remote.{remote}.partialclonefilter"));
        Some(filter.unwrap_or_else(|| "some objects".to_owned()))
    }

    /// The hooks of a commit that are there and may be run.
    fn hooks(&self) -> Vec<String> {
        let place = self.repo.place();
        let folder = match self.told(&["rev-parse", "--git-path", "hooks"]) {
            Some(folder) => self.root.join(folder),
            None => place.common_dir.join("hooks"),
        };
        let runs = |name: &&&str| is_executable(&folder.join(name));
        HOOKS.iter().filter(runs).map(|name| (*name).to_owned()).collect()
    }

    /// `name <address>`, as the next commit would have it.
    fn identity(&self) -> std::result::Result<String, String> {
        let output = self.git.run(self.root, &["var", "GIT_COMMITTER_IDENT"], b"");
        let output = output.map_err(|error| error.to_string())?;
        if !output.status.success() {
            let said = said(&output);
            let reason = said.lines().rfind(|line| line.starts_with("fatal: "));
            return Err(reason.unwrap_or(&said).trim_start_matches("fatal: ").to_owned());
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let end = text.rfind('>').map_or(text.len(), |end| end + 1);
        Ok(text[..end].trim().to_owned())
    }

    fn under_way(&self) -> Option<(String, String)> {
        let repository = Repository { git: &self.git, folder: self.root };
        let refused = repository.refuse_operation_under_way().err()?;
        matches!(refused, super::commit::CommitError::UnderWay { .. })
            .then(|| (refused.to_string(), refused.hint()))
    }

    /// The attribute that tells how a check-ins file is merged.
    fn merging(&self, plans: &str) -> Option<String> {
        let path = format!("{plans}/some.checkins.toml");
        let output = self.git.run(self.root, &["check-attr", "-z", "merge", "--", &path], b"");
        let output = output.ok().filter(|output| output.status.success())?;
        let value = output.stdout.split(|byte| *byte == 0).nth(2)?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    fn told(&self, question: &[&str]) -> Option<String> {
        let output = self.git.run(self.root, question, b"").ok()?;
        let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
        Some(text.trim_end_matches('\n').to_owned())
    }
}

fn layout(place: &Place) -> Layout {
    let same = |a: &Path, b: &Path| {
        fs::canonicalize(a).ok().zip(fs::canonicalize(b).ok()).is_some_and(|(a, b)| a == b)
    };
    let Some(top) = place.worktree.as_deref().filter(|_| !place.is_bare) else {
        return Layout::Bare;
    };
    if !same(&place.git_dir, &place.common_dir) {
        return Layout::Linked;
    }
    let in_modules = place.git_dir.components().any(|part| part.as_os_str() == "modules");
    if in_modules && top.join(".git").is_file() { Layout::Submodule } else { Layout::Plain }
}

fn has_shared_index(git_dir: &Path) -> bool {
    fs::read_dir(git_dir).is_ok_and(|entries| {
        entries
            .flatten()
            .any(|entry| entry.file_name().to_string_lossy().starts_with("sharedindex."))
    })
}

/// How many lines of a file say something.
fn lines(path: &Path) -> usize {
    let text = fs::read(path).unwrap_or_default();
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty() && line[0] != b'#').count()
}

/// Why no file can be made in a folder, if so.
fn unwritable(folder: &Path) -> Option<String> {
    tempfile::tempfile_in(folder).err().map(|error| error.to_string())
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(path: &Path) -> bool {
    path.is_file()
}
