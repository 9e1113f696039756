//! One commit of a few named files, made by the `git` program.
//!
//! Hooks, signing, identity, templates and clean-up apply as in any commit of the user's. What others have staged
//! stays staged and out of it.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use super::fault;
use super::program::{Git, GitError, on_paths, path_of, said};

/// How long to wait for another git process to let go of the index.
const INDEX_PATIENCE: Duration = Duration::from_secs(3);
/// How long to wait between two tries.
const INDEX_PAUSE: Duration = Duration::from_millis(50);

/// What to commit, and with which message.
#[derive(Debug, Clone, Copy)]
pub struct CommitRequest<'a> {
    /// A folder of the working tree.
    pub worktree: &'a Path,
    /// The files, relative to `worktree`, taken as they are named: no pattern, no option.
    pub paths: &'a [PathBuf],
    /// The first line of the message.
    pub subject: &'a str,
    /// The paragraphs below it.
    pub body: Option<&'a str>,
    /// Keys and values for the end of the message. Keys are of letters, digits and hyphens.
    pub trailers: &'a [(String, String)],
}

/// The id of a commit, in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommitId(String);

impl CommitId {
    /// Returns the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Why nothing was committed. Unless it says otherwise, the repository is as it was.
#[derive(Debug, Error)]
pub enum CommitError {
    /// `git` could not be run.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The folder is in no repository, or in one that git will not touch.
    #[error("cannot commit in `{}`: {said}", folder.display())]
    NoRepository {
        /// The folder.
        folder: PathBuf,
        /// What git said.
        said: String,
    },
    /// The repository has no working tree here.
    #[error("cannot commit in `{}`: it is not in a working tree of its repository", folder.display())]
    NoWorktree {
        /// The folder.
        folder: PathBuf,
    },
    /// A merge, rebase, cherry-pick or revert waits for its end, or a commit for its hook.
    #[error("cannot commit: a {operation} is under way")]
    UnderWay {
        /// Its name.
        operation: &'static str,
    },
    /// Git does not know who commits.
    #[error("cannot commit: git knows no name and email for you: {said}")]
    NoIdentity {
        /// What git said.
        said: String,
    },
    /// The files are already committed as they are.
    #[error("nothing to commit: {} already committed as it is", names(paths))]
    NothingToCommit {
        /// The files.
        paths: Vec<PathBuf>,
    },
    /// The files are ignored by git.
    #[error("cannot commit: the file is ignored by git: {said}")]
    Ignored {
        /// What git said.
        said: String,
    },
    /// A hook refused.
    #[error("cannot commit: a hook of the repository refused it{}", told(said))]
    HookRefused {
        /// What the hook said.
        said: String,
    },
    /// The commit could not be signed.
    #[error("cannot commit: signing failed{}", told(said))]
    SigningFailed {
        /// What git and the signing program said.
        said: String,
    },
    /// Another git process holds a lock of the repository.
    #[error("cannot commit: another git process is at work in the repository{}", told(said))]
    Busy {
        /// What git said.
        said: String,
    },
    /// The commit was made, but git failed after it.
    #[error("committed as `{id}`, but git then failed{}", told(said))]
    HalfDone {
        /// The commit.
        id: CommitId,
        /// What git said.
        said: String,
    },
    /// Nothing was committed, and a new file is still announced in the index.
    #[error("{cause}; then taking the new file back out of the index failed: {said}")]
    NotWithdrawn {
        /// The first failure, in words.
        cause: String,
        /// The second.
        said: String,
    },
    /// Git failed otherwise.
    #[error("cannot commit: `git {command}` failed{}", told(said))]
    Failed {
        /// The command.
        command: &'static str,
        /// What git said.
        said: String,
    },
}

impl CommitError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Git(error) => error.hint(),
            Self::NoRepository { said, .. } if said.contains("dubious ownership") => {
                "if you trust it, add the folder to git's `safe.directory`".into()
            }
            Self::NoRepository { .. } => "run `git init`, or edit without a commit: `--no-commit`".into(),
            Self::NoWorktree { .. } => "run this in a clone that has its files checked out".into(),
            Self::UnderWay { operation } => {
                format!("finish or abort the {operation}, or edit without a commit: `--no-commit`")
            }
            Self::NoIdentity { .. } => "set `git config user.name` and `git config user.email`".into(),
            Self::NothingToCommit { .. } => "what it would say is already there".into(),
            Self::Ignored { .. } => "take the file out of `.gitignore`".into(),
            Self::HookRefused { .. } => "do what the hook asks for, then run the command again".into(),
            Self::SigningFailed { .. } => "check `user.signingKey` and `gpg.format`, and that the key can be used".into(),
            Self::Busy { .. } => {
                "let the other git process finish; if there is none, remove the lock file that git names".into()
            }
            Self::HalfDone { .. } => "look at `git status`; there is nothing left to commit".into(),
            Self::NotWithdrawn { .. } => "run `git rm --cached` on the file that `git status` shows as added".into(),
            Self::Failed { .. } => "see what git said; `--no-commit` edits the file without a commit".into(),
        }
    }
}

/// Commits the files as they stand in the working tree, and only them.
///
/// Files that git does not know yet are announced to it first; if the commit fails, that is taken back. While a
/// merge, rebase, cherry-pick or revert is under way it refuses. A detached or unborn HEAD is fine.
pub fn commit(git: &Git, request: &CommitRequest<'_>) -> Result<CommitId, CommitError> {
    let repository = Repository { git, folder: request.worktree };
    if request.paths.is_empty() {
        return Err(CommitError::NothingToCommit { paths: Vec::new() });
    }
    repository.refuse_operation_under_way()?;
    repository.require_identity()?;
    let before = repository.head()?;
    let unknown = repository.unknown(request.paths)?;
    let made = repository.announce(&unknown).and_then(|()| {
        let _ = fault::reached("announced");
        repository.commit_only(request)
    });
    let _ = fault::reached("committed");
    let after = repository.head()?;
    match (made, after) {
        (Ok(()), Some(id)) => Ok(id),
        (Ok(()), None) => {
            Err(CommitError::Failed { command: "rev-parse", said: "HEAD has no commit".into() })
        }
        (Err(failed), Some(id)) if before.as_ref() != Some(&id) => {
            Err(CommitError::HalfDone { id, said: failed.to_string() })
        }
        (Err(failed), _) => match repository.withdraw(&unknown) {
            Ok(()) => Err(failed),
            Err(withdrawing) => Err(CommitError::NotWithdrawn {
                cause: failed.to_string(),
                said: withdrawing.to_string(),
            }),
        },
    }
}

/// A repository as seen from one folder of its working tree.
pub(super) struct Repository<'a> {
    pub(super) git: &'a Git,
    pub(super) folder: &'a Path,
}

impl Repository<'_> {
    /// Returns the folder that all working trees of the repository share.
    pub(super) fn common_dir(&self) -> Result<PathBuf, CommitError> {
        let output = self.run(&["rev-parse", "--is-inside-work-tree", "--git-common-dir"])?;
        if !output.status.success() {
            return Err(CommitError::NoRepository {
                folder: self.folder.to_path_buf(),
                said: said(&output),
            });
        }
        match output.stdout.strip_prefix(b"true\n") {
            Some(path) => Ok(self.folder.join(path_of(path))),
            None => Err(CommitError::NoWorktree { folder: self.folder.to_path_buf() }),
        }
    }

    pub(super) fn refuse_operation_under_way(&self) -> Result<(), CommitError> {
        const MARKS: [(&str, &str); 5] = [
            ("MERGE_HEAD", "merge"),
            ("rebase-merge", "rebase"),
            ("rebase-apply", "rebase"),
            ("CHERRY_PICK_HEAD", "cherry-pick"),
            ("REVERT_HEAD", "revert"),
        ];
        // Git sets both for the hooks of a commit, which holds on to the HEAD that it began with.
        if ["GIT_PREFIX", "GIT_INDEX_FILE"].iter().all(|name| self.git.is_set(name)) {
            return Err(CommitError::UnderWay { operation: "commit" });
        }
        let git_dir = self.git_dir()?;
        let has_reference_files = !git_dir.join("reftable").is_dir();
        for (mark, operation) in MARKS {
            let is_reference = mark.ends_with("_HEAD") && !has_reference_files;
            if git_dir.join(mark).exists() || is_reference && self.is_reference(mark)? {
                return Err(CommitError::UnderWay { operation });
            }
        }
        Ok(())
    }

    /// Returns the paths, of those given, whose content is not what HEAD holds.
    pub(super) fn uncommitted(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, CommitError> {
        let differ = |paths: &[PathBuf]| -> Result<bool, CommitError> {
            Ok(!succeeded("status", self.git.status(self.folder, paths)?)?.stdout.is_empty())
        };
        // Nearly always none of them does, which one question answers.
        if paths.is_empty() || !differ(paths)? {
            return Ok(Vec::new());
        }
        let mut uncommitted = Vec::new();
        for path in paths {
            if differ(std::slice::from_ref(path))? {
                uncommitted.push(path.clone());
            }
        }
        Ok(uncommitted)
    }

    fn is_reference(&self, name: &str) -> Result<bool, CommitError> {
        Ok(self.run(&["rev-parse", "--quiet", "--verify", name])?.status.success())
    }

    /// Returns the folder of this working tree's own state.
    pub(super) fn git_dir(&self) -> Result<PathBuf, CommitError> {
        let output =
            self.succeed("rev-parse", ["rev-parse", "--git-dir"].map(OsString::from).to_vec())?;
        Ok(self.folder.join(path_of(&output.stdout)))
    }

    fn require_identity(&self) -> Result<(), CommitError> {
        for role in ["GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT"] {
            let output = self.run(&["var", role])?;
            if !output.status.success() {
                let said = said(&output);
                let reason =
                    said.lines().rfind(|line| line.starts_with("fatal: ")).unwrap_or(&said);
                return Err(CommitError::NoIdentity {
                    said: reason.trim_start_matches("fatal: ").to_string(),
                });
            }
        }
        Ok(())
    }

    fn head(&self) -> Result<Option<CommitId>, CommitError> {
        let output = self.run(&["rev-parse", "--quiet", "--verify", "HEAD^{commit}"])?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_string();
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        Ok((output.status.success() && is_id).then_some(CommitId(id)))
    }

    /// Returns the paths that the index does not hold.
    fn unknown(&self, paths: &[PathBuf]) -> Result<Vec<PathBuf>, CommitError> {
        let holds = |paths: &[PathBuf]| -> Result<Vec<u8>, CommitError> {
            Ok(self.succeed("ls-files", on_paths(&["ls-files", "-z"], paths))?.stdout)
        };
        // Nearly always all of them are there, each once, which one question answers.
        let found = if paths.is_empty() { Vec::new() } else { holds(paths)? };
        let names: std::collections::HashSet<&[u8]> =
            found.split(|byte| *byte == 0).filter(|name| !name.is_empty()).collect();
        if names.len() == paths.len() {
            return Ok(Vec::new());
        }
        let mut unknown = Vec::new();
        for path in paths {
            if holds(std::slice::from_ref(path))?.is_empty() {
                unknown.push(path.clone());
            }
        }
        Ok(unknown)
    }

    /// Makes new files known to the index without their content, so that `--only` finds them.
    fn announce(&self, paths: &[PathBuf]) -> Result<(), CommitError> {
        if paths.is_empty() {
            return Ok(());
        }
        let output = self.patiently(&on_paths(&["add", "--intent-to-add"], paths), b"")?;
        let said = said(&output);
        match output.status.code() {
            Some(0) => Ok(()),
            _ if said.contains("ignored by one of your .gitignore files") => {
                Err(CommitError::Ignored { said })
            }
            _ if is_locked(&output) => Err(CommitError::Busy { said }),
            _ => Err(CommitError::Failed { command: "add", said }),
        }
    }

    /// Waits for a git process to let go of the index.
    pub(super) fn wait_for_index(&self) -> Result<(), CommitError> {
        let lock = self.git_path("index.lock")?;
        let begun = Instant::now();
        while lock.exists() {
            if begun.elapsed() >= INDEX_PATIENCE {
                let said = format!("Unable to create '{}': File exists.", lock.display());
                return Err(CommitError::Busy { said });
            }
            thread::sleep(INDEX_PAUSE);
        }
        Ok(())
    }

    /// Takes back what `announce` did, as far as it came.
    pub(super) fn withdraw(&self, paths: &[PathBuf]) -> Result<(), CommitError> {
        let still_unknown = self.unknown(paths)?;
        let paths: Vec<_> =
            paths.iter().filter(|path| !still_unknown.contains(path)).cloned().collect();
        if paths.is_empty() {
            return Ok(());
        }
        let arguments = ["rm", "--cached", "--force", "--quiet", "--ignore-unmatch"];
        let output = self.patiently(&on_paths(&arguments, &paths), b"")?;
        match output.status.success() {
            true => Ok(()),
            false => Err(CommitError::Failed { command: "rm --cached", said: said(&output) }),
        }
    }

    fn commit_only(&self, request: &CommitRequest<'_>) -> Result<(), CommitError> {
        let mut options = vec!["commit".to_string(), "--only".into(), "--file=-".into()];
        options.extend(
            request
                .trailers
                .iter()
                .map(|(key, value)| format!("--trailer={}", trailer(key, value))),
        );
        let output =
            self.patiently(&on_paths(&options, request.paths), message(request).as_bytes())?;
        if output.status.success() {
            return Ok(());
        }
        let said = said(&output);
        Err(match output.status.code() {
            // Only what git says about the state of the files goes to stdout; hooks are kept to stderr.
            Some(1) if !output.stdout.is_empty() => {
                CommitError::NothingToCommit { paths: request.paths.to_vec() }
            }
            Some(1) if !said.contains("empty commit message") && self.has_hook()? => {
                CommitError::HookRefused { said }
            }
            _ if said.contains("aborted by hook") => CommitError::HookRefused { said },
            _ if is_locked(&output) => CommitError::Busy { said },
            _ if said.contains("failed to write commit object")
                && self.signs()?
                && !is_disk_failure(&said) =>
            {
                CommitError::SigningFailed { said }
            }
            _ => CommitError::Failed { command: "commit", said },
        })
    }

    fn signs(&self) -> Result<bool, CommitError> {
        Ok(self.run(&["config", "--type=bool", "--get", "commit.gpgSign"])?.stdout == b"true\n")
    }

    fn has_hook(&self) -> Result<bool, CommitError> {
        for hook in ["pre-commit", "prepare-commit-msg", "commit-msg"] {
            if self.git_path(&format!("hooks/{hook}"))?.exists() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn git_path(&self, name: &str) -> Result<PathBuf, CommitError> {
        let output = self
            .succeed("rev-parse", ["rev-parse", "--git-path", name].map(OsString::from).to_vec())?;
        Ok(self.folder.join(path_of(&output.stdout)))
    }

    fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Result<Output, CommitError> {
        Ok(self.git.run(self.folder, arguments, b"")?)
    }

    fn succeed(
        &self,
        command: &'static str,
        arguments: Vec<OsString>,
    ) -> Result<Output, CommitError> {
        succeeded(command, self.run(&arguments)?)
    }

    /// Runs a command that writes the index, again and again for a while as long as another process locks it.
    fn patiently(&self, arguments: &[OsString], input: &[u8]) -> Result<Output, CommitError> {
        let begun = Instant::now();
        loop {
            let output = self.git.run(self.folder, arguments, input)?;
            if !is_locked(&output) || begun.elapsed() >= INDEX_PATIENCE {
                return Ok(output);
            }
            thread::sleep(INDEX_PAUSE);
        }
    }
}

/// What a command said, if it did what it was to do.
fn succeeded(command: &'static str, output: Output) -> Result<Output, CommitError> {
    match output.status.success() {
        true => Ok(output),
        false => Err(CommitError::Failed { command, said: said(&output) }),
    }
}

/// Tells whether git itself, and not one of its hooks, met the lock of another git process.
fn is_locked(output: &Output) -> bool {
    output.status.code() == Some(128) && said(output).contains(".lock': File exists")
}

fn is_disk_failure(said: &str) -> bool {
    ["No space left", "insufficient permission", "unable to write", "unable to create"]
        .iter()
        .any(|failure| said.contains(failure))
}

fn message(request: &CommitRequest<'_>) -> String {
    let subject = one_line(request.subject);
    match request.body {
        Some(body) if !body.trim().is_empty() => format!("{subject}\n\n{}\n", body.trim_end()),
        _ => format!("{subject}\n"),
    }
}

fn trailer(key: &str, value: &str) -> String {
    let key: String =
        key.chars().filter(|each| each.is_ascii_alphanumeric() || *each == '-').collect();
    format!("{key}: {}", one_line(value))
}

/// Returns the text with each run of white space and control characters as one space.
fn one_line(text: &str) -> String {
    let plain = text.replace(char::is_control, " ");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn names(paths: &[PathBuf]) -> String {
    match paths {
        [] => "everything is".into(),
        [path] => format!("`{}` is", path.display()),
        paths => format!("each of {} files is", paths.len()),
    }
}

/// Returns what was said, set off from the message before it; nothing if nothing was said.
fn told(said: &str) -> String {
    match said {
        "" => String::new(),
        said if said.contains('\n') => format!(":\n{said}"),
        said => format!(": {said}"),
    }
}
