//! A change of a few text files as one step: locked, written, committed, or everything put back as it was.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use super::commit::{CommitError, CommitId, CommitRequest, Repository, commit};
use super::journal::{self, Journal, RecoveryError, recover};
use super::lock::{Lock, LockError};
use super::program::Git;
use super::write::{WriteError, read_text, resolve, restore, write_atomically};

/// Where to record, in which files, and how far to go.
#[derive(Debug, Clone, Copy)]
pub struct Recording<'a> {
    /// The folder that holds `goals.toml`.
    pub workspace: &'a Path,
    /// The files to change, relative to the workspace. Their folders must be there.
    pub paths: &'a [PathBuf],
    /// What to do once the files are written.
    pub finish: Finish,
    /// How long to wait for another check-in to end.
    pub patience: Duration,
}

/// What to do once the files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Commit them.
    Commit(Uncommitted),
    /// Leave them in the working tree, uncommitted.
    Leave,
}

/// What to do with files whose content was not committed before, and would be with the new record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uncommitted {
    /// Refuse to change them.
    Refuse,
    /// Commit it along.
    Include,
}

/// The files' new texts, in the order of [`Recording::paths`], and the message to commit them with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// One text for each path.
    pub texts: Vec<String>,
    /// The message's first line.
    pub subject: String,
    /// The paragraphs below it.
    pub body: Option<String>,
    /// Keys and values at its end.
    pub trailers: Vec<(String, String)>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The commit; `None` if the files were to be left uncommitted.
    pub commit: Option<CommitId>,
    /// The files written, relative to the workspace, symbolic links followed.
    pub paths: Vec<PathBuf>,
    /// Of these, the ones that a hook changed in passing: they differ from what was written or committed.
    pub changed_by_hook: Vec<PathBuf>,
}

/// Why nothing was recorded. Unless it says otherwise, files, index and history are as they were.
#[derive(Debug, Error)]
pub enum RecordError<E: std::error::Error + 'static> {
    /// The lock could not be taken.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A file could not be read or written.
    #[error(transparent)]
    Write(#[from] WriteError),
    /// The change itself was refused.
    #[error("{0}")]
    Change(#[source] E),
    /// Git refused.
    #[error(transparent)]
    Commit(#[from] CommitError),
    /// A file has changes that a check-in would carry along.
    #[error("cannot commit a check-in: `{}` already has changes that are not committed", path.display())]
    Uncommitted {
        /// The file, relative to the workspace.
        path: PathBuf,
    },
    /// A hook changed the files and refused the commit.
    #[error("cannot commit a check-in: a hook changed `{}` and then refused the commit:\n{said}", path.display())]
    HookChangedFile {
        /// The first file it changed, relative to the workspace.
        path: PathBuf,
        /// What the hook said.
        said: String,
    },
    /// The change gave another number of texts than there are files.
    #[error("cannot record: {texts} texts were given for {paths} files")]
    Mismatch {
        /// The number of texts.
        texts: usize,
        /// The number of files.
        paths: usize,
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

impl<E: std::error::Error + 'static> RecordError<E> {
    /// Returns what to do about it; `None` where the change itself was refused, which has its own.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lock(error) => Some(error.hint()),
            Self::Write(error) => Some(error.hint()),
            Self::Change(_) => None,
            Self::Commit(error) => Some(error.hint()),
            Self::Uncommitted { path } => Some(format!(
                "commit or restore `{}` first, or edit without a commit: `--no-commit`",
                path.display()
            )),
            Self::HookChangedFile { path, .. } => Some(format!(
                "let the hook change `{}`, commit that, then check in again",
                path.display()
            )),
            Self::Mismatch { .. } => {
                Some("this is a mistake in the program; please report it".into())
            }
            Self::NotRestored { .. } => {
                Some("compare the files with `git diff` and restore them by hand".into())
            }
        }
    }
}

/// Changes the files as `change` says and commits them, as one step.
///
/// `change` gets the files' texts in the order of their paths, `None` for a file that is not there. It is called
/// while the lock is held, so what it read stays true until the commit is made. If anything fails, every file and
/// the index are put back as they were. If the process is killed, the next call does that, before anything else, for
/// what was not committed yet.
pub fn record<E: std::error::Error + 'static>(
    git: &Git,
    recording: &Recording<'_>,
    change: impl FnOnce(&[Option<String>]) -> Result<Change, E>,
) -> Result<Recorded, RecordError<E>> {
    let repository = Repository { git, folder: recording.workspace };
    let _lock = take_lock(&repository, recording)?;
    let paths = resolve_all(recording)?;
    if let Finish::Commit(uncommitted) = recording.finish {
        repository.refuse_operation_under_way()?;
        recover(&repository, &repository.git_dir()?).map_err(|error| match error {
            RecoveryError::Write(error) => RecordError::Write(error),
            RecoveryError::Commit(error) => RecordError::Commit(error),
        })?;
        refuse_uncommitted(&repository, &paths, uncommitted)?;
    }
    let before = paths
        .iter()
        .map(|path| read_text(&recording.workspace.join(path)))
        .collect::<Result<Vec<_>, _>>()?;
    let change = change(&before).map_err(RecordError::Change)?;
    if change.texts.len() != paths.len() {
        return Err(RecordError::Mismatch { texts: change.texts.len(), paths: paths.len() });
    }
    let step = Step { repository, paths: &paths, before: &before, change: &change };
    let journal = match recording.finish {
        Finish::Commit(_) => Some(step.note()?),
        Finish::Leave => None,
    };
    let done =
        step.write().and_then(|()| step.finish(recording.finish)).map_err(|cause| step.undo(cause));
    if let Some(journal) = journal {
        journal.end();
    }
    done
}

/// Takes back what a recording that was killed left behind, as the next one would; the files that were put back,
/// relative to their workspace.
///
/// For those who read before they record. What cannot be taken back yet is left to the recording, which says why.
pub fn take_back_interrupted(git: &Git, workspace: &Path) -> Vec<PathBuf> {
    let repository = Repository { git, folder: workspace };
    let Some(git_dir) = repository.git_dir().ok().filter(|path| journal::is_there(path)) else {
        return Vec::new();
    };
    let lock = repository.common_dir().ok();
    let lock = lock.and_then(|common_dir| Lock::in_repository(&common_dir, Duration::ZERO).ok());
    if lock.is_none() || repository.refuse_operation_under_way().is_err() {
        return Vec::new();
    }
    recover(&repository, &git_dir).unwrap_or_default()
}

fn take_lock<E: std::error::Error + 'static>(
    repository: &Repository<'_>,
    recording: &Recording<'_>,
) -> Result<Lock, RecordError<E>> {
    let lock = match (repository.common_dir(), recording.finish) {
        (Ok(common_dir), _) => Lock::in_repository(&common_dir, recording.patience)?,
        (Err(_), Finish::Leave) => Lock::in_workspace(recording.workspace, recording.patience)?,
        (Err(error), Finish::Commit(_)) => return Err(error.into()),
    };
    Ok(lock)
}

fn resolve_all(recording: &Recording<'_>) -> Result<Vec<PathBuf>, WriteError> {
    let paths = recording.paths.iter();
    paths.map(|path| resolve(recording.workspace, path)).collect()
}

fn refuse_uncommitted<E: std::error::Error + 'static>(
    repository: &Repository<'_>,
    paths: &[PathBuf],
    uncommitted: Uncommitted,
) -> Result<(), RecordError<E>> {
    if uncommitted == Uncommitted::Include {
        return Ok(());
    }
    match repository.uncommitted(paths)?.into_iter().next() {
        Some(path) => Err(RecordError::Uncommitted { path }),
        None => Ok(()),
    }
}

/// The part of a recording that touches the disk, and its way back.
struct Step<'a> {
    repository: Repository<'a>,
    paths: &'a [PathBuf],
    before: &'a [Option<String>],
    change: &'a Change,
}

impl Step<'_> {
    fn note<E: std::error::Error + 'static>(&self) -> Result<Journal, RecordError<E>> {
        let files = self.paths.iter().zip(self.before).zip(&self.change.texts);
        let files = files.map(|((path, old), new)| (path.clone(), old.clone(), new.clone()));
        let git_dir = self.repository.git_dir()?;
        Ok(Journal::begin(&git_dir, self.repository.folder, files)?)
    }

    fn write<E: std::error::Error + 'static>(&self) -> Result<(), RecordError<E>> {
        for ((path, before), after) in self.paths.iter().zip(self.before).zip(&self.change.texts) {
            if before.as_ref() != Some(after) {
                write_atomically(&self.full(path), after.as_bytes())?;
            }
        }
        Ok(())
    }

    fn finish<E: std::error::Error + 'static>(
        &self,
        finish: Finish,
    ) -> Result<Recorded, RecordError<E>> {
        let paths = self.paths.to_vec();
        if finish == Finish::Leave {
            return Ok(Recorded { commit: None, paths, changed_by_hook: Vec::new() });
        }
        let id = commit(self.repository.git, &self.request())?;
        let mut changed_by_hook = self.changed_since();
        // A check that fails here changes nothing about the commit, which stands.
        changed_by_hook.extend(self.repository.uncommitted(&paths).unwrap_or_default());
        changed_by_hook.sort();
        changed_by_hook.dedup();
        Ok(Recorded { commit: Some(id), paths, changed_by_hook })
    }

    fn request(&self) -> CommitRequest<'_> {
        CommitRequest {
            worktree: self.repository.folder,
            paths: self.paths,
            subject: &self.change.subject,
            body: self.change.body.as_deref(),
            trailers: &self.change.trailers,
        }
    }

    /// Puts the files back, unless the commit was made after all, and returns the failure to report.
    fn undo<E: std::error::Error + 'static>(&self, cause: RecordError<E>) -> RecordError<E> {
        if matches!(cause, RecordError::Commit(CommitError::HalfDone { .. })) {
            return cause;
        }
        let changed = self.changed_since();
        let restored = self.restore();
        let cause = match (cause, changed.into_iter().next()) {
            (RecordError::Commit(CommitError::HookRefused { said }), Some(path)) => {
                RecordError::HookChangedFile { path, said }
            }
            (cause, _) => cause,
        };
        match restored {
            Ok(()) => cause,
            Err(restoring) => RecordError::NotRestored { cause: cause.to_string(), restoring },
        }
    }

    /// Returns the files that no longer hold what was written.
    fn changed_since(&self) -> Vec<PathBuf> {
        let pairs = self.paths.iter().zip(&self.change.texts);
        pairs
            .filter(|(path, text)| {
                fs::read(self.full(path)).ok().as_deref() != Some(text.as_bytes())
            })
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Puts every file back, going on after a failure, and returns the first failure.
    fn restore(&self) -> Result<(), WriteError> {
        let mut result = Ok(());
        for (path, before) in self.paths.iter().zip(self.before) {
            result = result.and(restore(&self.full(path), before.as_deref()));
        }
        result
    }

    fn full(&self, path: &Path) -> PathBuf {
        self.repository.folder.join(path)
    }
}

#[cfg(all(test, unix))]
mod fault_tests;
