//! A change of any files of the workspace as one step: written, removed, committed or staged, or everything put
//! back as it was.
//!
//! Where [`record`](super::record) puts a record into files that are there, this makes, moves and removes files
//! too. What is to change is worked out beforehand; under the lock it is only held against what is there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::commit::{CommitError, CommitId, CommitRequest, Repository, commit};
use super::lock::{Lock, LockError};
use super::program::{Git, GitError, said};
use super::write::{WriteError, read_text, resolve, write_atomically};

/// What becomes of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The file, relative to the workspace.
    pub path: PathBuf,
    /// Its text as it was read; nothing if it was not there.
    pub before: Option<String>,
    /// Its new text; nothing if it is to go.
    pub after: Option<String>,
}

/// A file that another one was made of: the index is told, so that git sees a file that moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Where it was, relative to the workspace.
    pub from: PathBuf,
    /// Where it is.
    pub to: PathBuf,
}

/// Where to edit, and how far to go.
#[derive(Debug, Clone, Copy)]
pub struct Editing<'a> {
    /// The folder that holds `goals.toml`.
    pub workspace: &'a Path,
    /// What becomes of which file.
    pub edits: &'a [FileEdit],
    /// Which of them are one file that moves.
    pub moves: &'a [Move],
    /// The first line and the rest of the message to commit with; without one, the edits stay in the working tree.
    pub commit: Option<(&'a str, Option<&'a str>)>,
    /// How long to wait for another writer to end.
    pub patience: Duration,
}

/// Why nothing was edited. Unless it says otherwise, files, index and history are as they were.
#[derive(Debug, Error)]
pub enum EditError {
    /// The lock could not be taken.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file could not be read or written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// Git refused the commit.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// `git` could not be run.
    #[error(transparent)]
    Git(#[from] GitError),
    /// A file is no longer what it was when it was read.
    #[error("`{}` was changed by someone else in the meantime", path.display())]
    Changed {
        /// The file, relative to the workspace.
        path: PathBuf,
    },
    /// A file has changes that the commit would carry along.
    #[error("`{}` already has changes that are not committed", path.display())]
    Uncommitted {
        /// The file, relative to the workspace.
        path: PathBuf,
    },
    /// The index could not be told of a file that moved.
    #[error("could not tell git that `{}` moved: {said}", path.display())]
    Index {
        /// The file, relative to the workspace.
        path: PathBuf,
        /// What git said.
        said: String,
    },
    /// Something failed, and then a file could not be put back as it was.
    #[error("{cause}; then putting the files back failed: {restoring}")]
    NotRestored {
        /// The first failure, in words.
        cause: String,
        /// The second.
        restoring: WriteError,
    },
}

impl EditError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Lock(error) => error.hint(),
            Self::Write(error) => error.hint(),
            Self::Commit(error) => error.hint(),
            Self::Git(error) => error.hint(),
            Self::Changed { .. } => "run the command again".into(),
            Self::Uncommitted { path } => {
                format!("commit or restore `{}` first, or edit without a commit", path.display())
            }
            Self::Index { .. } => "see `git status`; nothing was changed".into(),
            Self::NotRestored { .. } => {
                "compare the files with `git diff` and restore them by hand".into()
            }
        }
    }
}

/// Makes all edits, or none. Returns the commit, if one was wanted.
///
/// Folders that are missing are made; those that a file left empty stay, as git does not know them.
pub fn edit(git: &Git, editing: &Editing<'_>) -> Result<Option<CommitId>, EditError> {
    let repository = Repository { git, folder: editing.workspace };
    let (_lock, is_tracked) = match repository.common_dir() {
        Ok(common_dir) => (Lock::in_repository(&common_dir, editing.patience)?, true),
        Err(error) if editing.commit.is_some() => return Err(error.into()),
        Err(_) => (Lock::in_workspace(editing.workspace, editing.patience)?, false),
    };
    if editing.commit.is_some() {
        repository.refuse_operation_under_way()?;
    }
    let mut step = Step { repository, editing, is_tracked, made: Vec::new() };
    step.hold()?;
    step.go().map_err(|cause| step.undo(cause))
}

/// The part of an edit that touches the disk, and its way back.
struct Step<'a> {
    repository: Repository<'a>,
    editing: &'a Editing<'a>,
    /// Whether there is a repository that may know the files.
    is_tracked: bool,
    /// Folders that were made for it, outermost first.
    made: Vec<PathBuf>,
}

impl Step<'_> {
    /// Sees to it that every file is what it was read as, and leads nowhere else.
    fn hold(&self) -> Result<(), EditError> {
        for edit in self.editing.edits {
            let full = self.full(&edit.path);
            if full.parent().is_some_and(Path::is_dir) {
                let leads_to = resolve(self.editing.workspace, &edit.path)?;
                if leads_to != edit.path {
                    return Err(WriteError::NotAFile { path: edit.path.clone() }.into());
                }
            }
            if read_text(&full)? != edit.before {
                return Err(EditError::Changed { path: edit.path.clone() });
            }
        }
        if self.editing.commit.is_some() {
            let present = self.editing.edits.iter().filter(|edit| edit.before.is_some());
            let present: Vec<PathBuf> = present.map(|edit| edit.path.clone()).collect();
            if let Some(path) = self.repository.uncommitted(&present)?.into_iter().next() {
                return Err(EditError::Uncommitted { path });
            }
        }
        Ok(())
    }

    fn go(&mut self) -> Result<Option<CommitId>, EditError> {
        // New files first: at no moment is what they hold nowhere.
        for edit in self.editing.edits {
            if let Some(text) = edit.after.as_ref().filter(|_| edit.after != edit.before) {
                self.make_folder(&edit.path)?;
                write_atomically(&self.full(&edit.path), text.as_bytes())?;
            }
        }
        for edit in self.editing.edits.iter().filter(|edit| edit.after.is_none()) {
            remove(&self.full(&edit.path))?;
        }
        match self.editing.commit {
            Some((subject, body)) => {
                let paths: Vec<PathBuf> =
                    self.editing.edits.iter().map(|edit| edit.path.clone()).collect();
                let request = CommitRequest {
                    worktree: self.editing.workspace,
                    paths: &paths,
                    subject,
                    body,
                    trailers: &[],
                };
                Ok(Some(commit(self.repository.git, &request)?))
            }
            None => self.tell_index().map(|()| None),
        }
    }

    fn make_folder(&mut self, path: &Path) -> Result<(), EditError> {
        let full = self.full(path);
        let missing = full.ancestors().skip(1).take_while(|folder| !folder.exists());
        let missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(&folder).map_err(|cause| WriteError::System {
                doing: "make",
                path: folder.clone(),
                cause,
            })?;
            self.made.push(folder);
        }
        resolve(self.editing.workspace, path)?;
        Ok(())
    }

    /// Moves the index's entries along with the files, as `git mv` does: what was staged of them stays staged.
    fn tell_index(&self) -> Result<(), EditError> {
        if !self.is_tracked {
            return Ok(());
        }
        let mut input = Vec::new();
        for Move { from, to } in self.editing.moves {
            let failed = |said| EditError::Index { path: from.clone(), said };
            let output = self.repository.git.run(
                self.editing.workspace,
                &["--literal-pathspecs", "ls-files", "--stage", "--full-name", "-z", "--"]
                    .map(std::ffi::OsStr::new)
                    .into_iter()
                    .chain([from.as_os_str()])
                    .collect::<Vec<_>>(),
                b"",
            )?;
            if !output.status.success() {
                return Err(failed(said(&output)));
            }
            for entry in output.stdout.split(|byte| *byte == 0).filter(|entry| !entry.is_empty()) {
                let tab = entry.iter().position(|byte| *byte == b'\t').unwrap_or(entry.len());
                let (stage, path) = (&entry[..tab], entry.get(tab + 1..).unwrap_or_default());
                let mut words = stage.split(|byte| *byte == b' ');
                let id = words.nth(1).unwrap_or_default();
                input.extend([b"0 ", id, b"\t", path, b"\0"].concat());
                let name = |path: &Path| path.to_string_lossy().into_owned().into_bytes();
                let folder = path.strip_suffix(&name(from)[..]).unwrap_or_default();
                input.extend([stage, b"\t", folder, &name(to)[..], b"\0"].concat());
            }
        }
        if input.is_empty() {
            return Ok(());
        }
        let arguments = ["update-index", "-z", "--index-info"];
        // Paths in the input are from the top of the working tree.
        let output = self.repository.git.run(self.editing.workspace, &arguments, &input)?;
        match output.status.success() {
            true => Ok(()),
            false => {
                let path = self.editing.moves[0].from.clone();
                Err(EditError::Index { path, said: said(&output) })
            }
        }
    }

    /// Puts everything back, unless the commit was made after all, and returns the failure to report.
    fn undo(&self, cause: EditError) -> EditError {
        if matches!(cause, EditError::Commit(CommitError::HalfDone { .. })) {
            return cause;
        }
        let mut restored = Ok(());
        for edit in self.editing.edits {
            let full = self.full(&edit.path);
            let one = match &edit.before {
                Some(text) if fs::read(&full).ok().as_deref() != Some(text.as_bytes()) => {
                    write_atomically(&full, text.as_bytes())
                }
                None if full.symlink_metadata().is_ok() => remove(&full),
                _ => Ok(()),
            };
            restored = restored.and(one);
        }
        for folder in self.made.iter().rev() {
            // One that holds something by now is someone else's as well.
            let _ = fs::remove_dir(folder);
        }
        match restored {
            Ok(()) => cause,
            Err(restoring) => EditError::NotRestored { cause: cause.to_string(), restoring },
        }
    }

    fn full(&self, path: &Path) -> PathBuf {
        self.editing.workspace.join(path)
    }
}

fn remove(path: &Path) -> Result<(), WriteError> {
    fs::remove_file(path).map_err(|cause| WriteError::System {
        doing: "remove",
        path: path.to_path_buf(),
        cause,
    })
}
