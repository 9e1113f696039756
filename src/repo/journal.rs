//! What a recording is about to change, noted beside the index until it is done. A recording that is
//! killed leaves its note behind, and the next one takes back what is half done.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::commit::{CommitError, Repository};
use super::fault;
use super::write::{WriteError, resolve, restore, sweep, write_atomically};

/// The note's name in the folder of the working tree's own git state.
const NAME: &str = "goals-recording.json";

/// A note that stands, until it is taken back.
pub(super) struct Journal {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Note {
    /// The folder that holds `goals.toml`.
    workspace: PathBuf,
    files: Vec<NotedFile>,
}

#[derive(Serialize, Deserialize)]
struct NotedFile {
    /// Relative to the workspace.
    path: PathBuf,
    before: Option<String>,
    after: String,
}

impl Journal {
    /// Notes what is about to change. To be called under the lock, before anything is written.
    pub(super) fn begin(
        git_dir: &Path,
        workspace: &Path,
        files: impl Iterator<Item = (PathBuf, Option<String>, String)>,
    ) -> Result<Self, WriteError> {
        let path = git_dir.join(NAME);
        let workspace = fs::canonicalize(workspace).map_err(|cause| WriteError::System {
            doing: "find",
            path: workspace.to_path_buf(),
            cause,
        })?;
        let files = files.map(|(path, before, after)| NotedFile { path, before, after }).collect();
        // A folder whose name is no text cannot be noted; a kill then leaves what it leaves.
        if let Ok(text) = serde_json::to_vec(&Note { workspace, files }) {
            write_atomically(&path, &text)?;
        }
        Ok(Self { path })
    }

    /// Takes the note back: everything is done, or undone.
    pub(super) fn end(self) {
        // A note that stays is compared with the files, and then says nothing that they do not.
        let _ = fs::remove_file(&self.path);
    }
}

/// Takes back what a killed recording left: files that it wrote and did not commit, and what it
/// wrote them through; the files that were put back, relative to their workspace. To be called under the lock.
/// What was changed since is left alone.
///
/// # Errors
///
/// A git process that it started is still at work, or the system refuses.
pub(super) fn recover(
    repository: &Repository<'_>,
    git_dir: &Path,
) -> Result<Vec<PathBuf>, RecoveryError> {
    sweep(git_dir);
    let path = git_dir.join(NAME);
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(cause) => return Err(WriteError::System { doing: "read", path, cause }.into()),
    };
    let mut taken_back = Vec::new();
    if let Ok(note) = serde_json::from_slice::<Note>(&text)
        && note.workspace.is_dir()
    {
        let repository = Repository { git: repository.git, folder: &note.workspace };
        repository.wait_for_index()?;
        for file in &note.files {
            if take_back(&repository, file)? {
                taken_back.push(file.path.clone());
            }
        }
    }
    let _ = fault::reached("taken back");
    fs::remove_file(&path).map_err(|cause| WriteError::System { doing: "remove", path, cause })?;
    Ok(taken_back)
}

/// Whether a recording that was killed left its note.
pub(super) fn is_there(git_dir: &Path) -> bool {
    git_dir.join(NAME).exists()
}

/// Puts a file back as it was; whether there was something to put back.
fn take_back(repository: &Repository<'_>, file: &NotedFile) -> Result<bool, RecoveryError> {
    let Ok(path) = resolve(repository.folder, &file.path) else { return Ok(false) };
    let full = repository.folder.join(&path);
    if let Some(folder) = full.parent() {
        sweep(folder);
    }
    let is_as_written = fs::read(&full).is_ok_and(|bytes| bytes == file.after.as_bytes());
    let paths = [path];
    if !is_as_written || repository.uncommitted(&paths)?.is_empty() {
        return Ok(false);
    }
    if file.before.is_none() {
        repository.withdraw(&paths)?;
    }
    restore(&full, file.before.as_deref())?;
    Ok(true)
}

/// Why what a killed recording left could not be taken back.
#[derive(Debug)]
pub(super) enum RecoveryError {
    Write(WriteError),
    Commit(CommitError),
}

impl From<WriteError> for RecoveryError {
    fn from(error: WriteError) -> Self {
        Self::Write(error)
    }
}

impl From<CommitError> for RecoveryError {
    fn from(error: CommitError) -> Self {
        Self::Commit(error)
    }
}
