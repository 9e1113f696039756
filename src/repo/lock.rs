//! The lock that lets one check-in at a time read, change and commit.
//!
//! It is the kernel's lock on a file, so it ends with its process however that ends.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(15);

/// A lock that is held until it is dropped.
#[derive(Debug)]
pub struct Lock {
    file: File,
    /// The file to remove at the end, where it would lie among the user's own files.
    passing: Option<PathBuf>,
}

impl Lock {
    /// Takes the lock of a repository, `<common dir>/goals/checkin.lock`, waiting for at most `patience`.
    pub fn in_repository(common_dir: &Path, patience: Duration) -> Result<Self, LockError> {
        let folder = common_dir.join("goals");
        fs::create_dir_all(&folder)
            .map_err(|cause| LockError::Open { path: folder.clone(), cause })?;
        let file = acquire(&folder.join("checkin.lock"), patience)?;
        Ok(Self { file, passing: None })
    }

    /// Takes the lock of a workspace without a repository, a file beside `goals.toml` that goes with the lock.
    pub fn in_workspace(workspace: &Path, patience: Duration) -> Result<Self, LockError> {
        let path = workspace.join(".goals.lock");
        let file = acquire(&path, patience)?;
        Ok(Self { file, passing: Some(path) })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still held: whoever waits for it sees that its file is gone and makes a new one. Where a
        // file's identity cannot be told, it stays.
        if let (true, Some(path)) = (cfg!(unix), &self.passing) {
            let _ = fs::remove_file(path);
        }
        let _ = self.file.unlock();
    }
}

/// Why a lock could not be taken.
#[derive(Debug, Error)]
pub enum LockError {
    /// The lock's file could not be made or opened.
    #[error("cannot lock the check-ins: opening `{}`: {cause}", path.display())]
    Open {
        /// The lock's file or folder.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// The file system would not lock it.
    #[error("cannot lock the check-ins: locking `{}`: {cause}", path.display())]
    Unsupported {
        /// The lock's file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// Another process kept it.
    #[error("cannot lock the check-ins: `{}` was held by another process for {} seconds", path.display(), waited.as_secs())]
    Held {
        /// The lock's file.
        path: PathBuf,
        /// How long it was waited for.
        waited: Duration,
    },
}

impl LockError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Open { .. } => {
                "check that the folder can be written and the disk is not full".into()
            }
            Self::Unsupported { .. } => {
                "keep the repository on a file system that can lock files".into()
            }
            Self::Held { .. } => {
                "let the other `goals checkin` finish, or end it; the lock ends with it".into()
            }
        }
    }
}

fn acquire(path: &Path, patience: Duration) -> Result<File, LockError> {
    let begun = Instant::now();
    loop {
        let file =
            open(path).map_err(|cause| LockError::Open { path: path.to_path_buf(), cause })?;
        match file.try_lock() {
            Ok(()) if is_still_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::Error(cause)) => {
                return Err(LockError::Unsupported { path: path.to_path_buf(), cause });
            }
            Err(TryLockError::WouldBlock) if begun.elapsed() >= patience => {
                return Err(LockError::Held { path: path.to_path_buf(), waited: patience });
            }
            Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
        }
    }
}

fn open(path: &Path) -> io::Result<File> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    match opened {
        // Made by another user of a shared repository: reading is enough to lock it.
        Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied && path.exists() => {
            File::open(path)
        }
        opened => opened,
    }
}

/// Tells whether the locked file is the one at `path` and not one that its last holder removed.
#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(held), Ok(there)) => (held.dev(), held.ino()) == (there.dev(), there.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_still_at(_: &File, _: &Path) -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_held_lock_is_waited_for_and_then_told_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let held = Lock::in_repository(folder.path(), Duration::ZERO).expect("free");
        let error =
            Lock::in_repository(folder.path(), Duration::from_millis(50)).expect_err("held");
        assert!(matches!(error, LockError::Held { .. }), "{error}");
        drop(held);
        Lock::in_repository(folder.path(), Duration::ZERO).expect("free again");
    }

    #[test]
    fn the_lock_beside_the_workspace_leaves_no_file_and_lets_one_in_at_a_time() {
        let folder = tempfile::tempdir().expect("a folder");
        let counter = folder.path().join("counter");
        fs::write(&counter, "0").expect("written");
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..10 {
                        let _lock = Lock::in_workspace(folder.path(), Duration::from_secs(20))
                            .expect("taken");
                        let count: u32 =
                            fs::read_to_string(&counter).expect("read").parse().expect("a number");
                        thread::yield_now();
                        fs::write(&counter, (count + 1).to_string()).expect("written");
                    }
                });
            }
        });
        assert_eq!(fs::read_to_string(&counter).expect("read"), "80");
        assert!(!cfg!(unix) || !folder.path().join(".goals.lock").exists());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        let error =
            Lock::in_workspace(&folder.path().join("none"), Duration::ZERO).expect_err("no folder");
        assert!(matches!(error, LockError::Open { .. }), "{error}");
    }
}
