//! The folder beside a site in which the next one is made, and those that killed reports left.
//!
//! As long as a report is at work it holds a lock on a file in its folder, which ends with it. A
//! folder with that file and without a holder is abandoned.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::error::{Error, Result};
use crate::repo::Mark;

const PREFIX: &str = ".goals-site-";
/// The file that tells whose folder it is: the site's place, and its lock.
const OWNER: &str = "owner";
/// The new site, and the one that it replaces.
const NEW: &str = "new";
const OLD: &str = "old";
/// The file that is written to tell the time.
const CLOCK: &str = "clock";

/// The folders that this process has at the moment.
static AT_WORK: Mutex<Vec<PathBuf>> = Mutex::new(Vec::new());

/// A folder of our own, gone when this is.
pub(super) struct Fresh {
    _owner: File,
    folder: tempfile::TempDir,
}

impl Drop for Fresh {
    fn drop(&mut self) {
        if let Ok(mut folders) = AT_WORK.lock() {
            folders.retain(|folder| folder != self.folder.path());
        }
    }
}

/// Removes the folders of this process, right before it ends in the middle of its work.
pub(in crate::cli) fn abandon() {
    for folder in AT_WORK.lock().iter().flat_map(|folders| folders.iter()) {
        // What stays is cleared by the next report.
        let _ = fs::remove_dir_all(folder);
    }
}

impl Fresh {
    /// Makes one in `parent`, for the site at `out`.
    ///
    /// # Errors
    ///
    /// The disk refuses.
    pub(super) fn make(parent: &Path, out: &Path) -> Result<Self> {
        let failed = |error| Error::io("make a folder in", parent, &error);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(failed)?;
        let mut owner = File::create_new(folder.path().join(OWNER)).map_err(failed)?;
        // Where files cannot be locked, nobody can take it for abandoned either.
        let _ = owner.lock();
        owner.write_all(out.as_os_str().as_encoded_bytes()).map_err(failed)?;
        if let Ok(mut folders) = AT_WORK.lock() {
            folders.push(folder.path().to_owned());
        }
        Ok(Self { _owner: owner, folder })
    }

    /// Where the new site is made.
    pub(super) fn new_site(&self) -> PathBuf {
        self.folder.path().join(NEW)
    }

    /// The mark of a file that is written now: the time that its file system has.
    pub(super) fn now(&self) -> Option<Mark> {
        let path = self.folder.path().join(CLOCK);
        super::write(&path, b"1").ok()?
    }

    /// Where the site goes that is replaced.
    pub(super) fn old_site(&self) -> PathBuf {
        self.folder.path().join(OLD)
    }
}

/// Removes what killed reports of the site at `out` left in `parent`. A site that one of them had
/// taken away and not yet replaced goes back to its place first.
pub(super) fn clear_abandoned(parent: &Path, out: &Path) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            // What cannot be removed is in nobody's way.
            let _ = clear(&entry.path(), out);
        }
    }
}

fn clear(folder: &Path, out: &Path) -> std::io::Result<()> {
    let path = folder.join(OWNER);
    if !fs::symlink_metadata(&path)?.is_file() {
        return Ok(());
    }
    let mut owner = OpenOptions::new().read(true).write(true).open(&path)?;
    if owner.try_lock().is_err() {
        return Ok(());
    }
    // Still empty: its owner is about to lock it.
    let mut place = Vec::new();
    owner.read_to_end(&mut place)?;
    if place != out.as_os_str().as_encoded_bytes() {
        return Ok(());
    }
    let old = folder.join(OLD);
    if fs::symlink_metadata(&old).is_ok_and(|found| found.is_dir())
        && fs::symlink_metadata(out).is_err()
    {
        fs::rename(&old, out)?;
    }
    fs::remove_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder as a killed report leaves it: the lock is gone with its process.
    fn abandoned(parent: &Path, out: &Path) -> PathBuf {
        let mut fresh = Fresh::make(parent, out).expect("made");
        fresh.folder.disable_cleanup(true);
        fresh.folder.path().to_owned()
    }

    #[test]
    fn abandoned_folders_go_and_others_stay() {
        let top = tempfile::tempdir().expect("a folder");
        let out = top.path().join("public");
        let gone = abandoned(top.path(), &out);
        fs::create_dir(gone.join(NEW)).expect("made");
        let alive = Fresh::make(top.path(), &out).expect("made");
        let of_another = abandoned(top.path(), &top.path().join("other"));
        let unmarked = top.path().join(".goals-site-mine");
        fs::create_dir(&unmarked).expect("made");
        fs::write(unmarked.join("x"), "").expect("written");
        clear_abandoned(top.path(), &out);
        assert!(!gone.exists());
        assert!(alive.folder.path().exists() && of_another.exists() && unmarked.exists());
    }

    #[test]
    fn a_site_that_was_taken_away_comes_back() {
        let top = tempfile::tempdir().expect("a folder");
        let out = top.path().join("public");
        let gone = abandoned(top.path(), &out);
        fs::create_dir(gone.join(OLD)).expect("made");
        fs::write(gone.join(OLD).join("CNAME"), "x").expect("written");
        clear_abandoned(top.path(), &out);
        assert!(!gone.exists() && out.join("CNAME").exists());
    }
}
