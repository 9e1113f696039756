//! What is kept from one run to the next: files of bytes below the repository's common folder.
//!
//! A file is named after everything that it depends on, so it is never out of date; it can only
//! lack what came later. It is there for speed alone: whatever is wrong with it, or with the disk,
//! it counts as not being there.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use git2::{ObjectType, Oid};

use super::kept_bytes::KeptBytes;
use crate::error::{Error, Result};

/// The folder, below the one that all working trees share.
const FOLDER: &str = "goals";
/// What is kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    /// A history.
    History,
    /// What a report was made of, and how its files lay in their folder.
    Report,
}

impl What {
    /// What a file's name begins with; another form of its bytes is another number.
    fn form(self) -> &'static str {
        match self {
            Self::History => "history-4-",
            Self::Report => "report-2-",
        }
    }

    /// What it begins with whatever the form.
    fn kind(self) -> &'static str {
        match self {
            Self::History => "history-",
            Self::Report => "report-",
        }
    }
}

/// The most files of a kind that are kept: other plans' folders, other settings, other folders of reports.
const MOST_FILES: usize = 4;
/// The largest file, in bytes.
const MOST_BYTES: u64 = 512 << 20;
/// The fewest commits for which reading them again takes longer than anybody notices.
pub const WORTH_KEEPING: usize = 2000;

/// One file of the cache.
pub struct Kept {
    folder: PathBuf,
    what: What,
    name: String,
    /// Whether it may be written.
    pub(super) may_change: bool,
    /// The fewest commits that are kept.
    pub(super) least: usize,
}

impl Kept {
    /// The file that depends on nothing but `on`.
    pub(super) fn of(
        common_dir: &Path,
        what: What,
        on: &[u8],
        may_change: bool,
        least: usize,
    ) -> Option<Self> {
        Some(Self {
            folder: common_dir.join(FOLDER),
            what,
            name: format!("{}{}", what.form(), &digest(on)?[..32]),
            may_change,
            least,
        })
    }

    /// What the file holds, if it is whole.
    pub fn load(&self) -> Option<KeptBytes> {
        KeptBytes::open(&self.folder.join(&self.name), MOST_BYTES)
    }

    /// Tells whether a history of so many commits is to be kept, of which the file lacks some.
    pub fn is_wanted(&self, commits: usize, lacking: usize) -> bool {
        self.may_change && commits >= self.least && lacking > commits / FEW
    }

    /// Keeps bytes in the file, in one step. That they cannot be kept is no error.
    pub fn store(&self, bytes: Vec<u8>) {
        let bytes = KeptBytes::file(bytes);
        if bytes.len() as u64 <= MOST_BYTES && self.written(&bytes).is_some() {
            self.forget_oldest();
        }
    }

    /// Removes the file, so that it is written anew.
    pub fn discard(&self) {
        // It may be gone.
        let _ = fs::remove_file(self.folder.join(&self.name));
    }

    fn written(&self, bytes: &[u8]) -> Option<()> {
        fs::create_dir_all(&self.folder).ok()?;
        let prefix = self.what.form();
        let mut file = tempfile::Builder::new().prefix(prefix).tempfile_in(&self.folder).ok()?;
        file.write_all(bytes).ok()?;
        file.persist(self.folder.join(&self.name)).ok()?;
        Some(())
    }

    /// Removes the files that were not written for longest, and what an earlier run left half done.
    fn forget_oldest(&self) {
        let mut files = files(&self.folder, &[self.what]);
        files.retain(|file| *file.path != self.folder.join(&self.name));
        files.sort_by_key(|file| std::cmp::Reverse(file.written));
        for file in files.iter().skip(MOST_FILES - 1) {
            // Another run may have removed it.
            let _ = fs::remove_file(&file.path);
        }
    }
}

/// Everything that is kept.
const ALL: [What; 2] = [What::History, What::Report];

/// A text that tells bytes from all others, even where somebody means them to be alike.
pub fn digest(bytes: &[u8]) -> Option<String> {
    Oid::hash_object(ObjectType::Blob, bytes).ok().map(|id| id.to_string())
}

/// A file is written again once it lacks more than one in so many commits.
const FEW: usize = 500;

/// Everything that is kept for a repository.
pub struct Cache {
    folder: PathBuf,
}

/// A file of the cache.
struct Stored {
    path: PathBuf,
    bytes: u64,
    written: Option<SystemTime>,
}

/// The files in the cache's folder that keep one of these things, of whatever form.
fn files(folder: &Path, kept: &[What]) -> Vec<Stored> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let own = entries.filter(|entry| {
        let name = entry.file_name();
        kept.iter().any(|what| name.to_string_lossy().starts_with(what.kind()))
    });
    let file = |entry: fs::DirEntry| {
        let about = entry.metadata().ok().filter(fs::Metadata::is_file)?;
        Some(Stored { path: entry.path(), bytes: about.len(), written: about.modified().ok() })
    };
    own.filter_map(file).collect()
}

impl Cache {
    /// That of the repository with this common folder.
    pub(super) fn of(common_dir: &Path) -> Self {
        Self { folder: common_dir.join(FOLDER) }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many files it has, and how many bytes they take.
    pub fn size(&self) -> (usize, u64) {
        let files = files(&self.folder, &ALL);
        (files.len(), files.iter().map(|file| file.bytes).sum())
    }

    /// Removes its files, and its folder if nothing else lies there.
    ///
    /// # Errors
    ///
    /// One cannot be removed.
    pub fn clear(&self) -> Result<()> {
        for file in files(&self.folder, &ALL) {
            match fs::remove_file(&file.path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Error::io("remove", &file.path, &error));
                }
                _ => {}
            }
        }
        // Something else may lie there.
        let _ = fs::remove_dir(&self.folder);
        Ok(())
    }
}
