//! The site that stands in the folder already: which files are its own, and which are somebody else's.

use std::collections::{BTreeSet, HashSet};
use std::fs::{self, Metadata};
use std::path::{Path, PathBuf};

use super::LIST;
use crate::error::{Error, Result};

/// What lies in a site's folder.
#[derive(Debug)]
pub(super) struct Standing {
    folder: PathBuf,
    /// The files that are there and that this program wrote, sorted, each by its path with `/`.
    pub(super) own: Vec<String>,
    /// Everything else: files, links and empty folders.
    pub(super) others: BTreeSet<PathBuf>,
}

impl Standing {
    /// Looks through a folder, which need not be there.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn read(folder: &Path) -> Result<Self> {
        let list = fs::read_to_string(folder.join(LIST)).unwrap_or_default();
        let listed: HashSet<&str> = list.lines().chain([LIST]).collect();
        let (mut own, mut others) = (Vec::new(), BTreeSet::new());
        for path in files_below(folder)? {
            let name = path.to_string_lossy().replace('\\', "/");
            if listed.contains(name.as_str()) {
                own.push(name);
            } else {
                others.insert(path);
            }
        }
        own.sort_unstable();
        Ok(Self { folder: folder.to_owned(), own, others })
    }

    /// What was known of a file of the site before it was read, if it holds just these bytes.
    pub(super) fn holds(&self, path: &str, bytes: &[u8]) -> Option<Metadata> {
        self.own.binary_search_by(|own| own.as_str().cmp(path)).ok()?;
        let full = self.folder.join(path);
        let found = fs::symlink_metadata(&full).ok()?;
        let is_like = found.is_file() && found.len() == bytes.len() as u64;
        (is_like && fs::read(&full).is_ok_and(|read| read == bytes)).then_some(found)
    }
}

/// Every file below a folder, by path from it; links are files, and so are empty folders.
pub(super) fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(inside) = waiting.pop() {
        let here = folder.join(&inside);
        let entries = match fs::read_dir(&here) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            Err(error) => return Err(Error::io("read", &here, &error)),
        };
        let before = found.len() + waiting.len();
        for entry in entries {
            let entry = entry.map_err(|error| Error::io("read", &here, &error))?;
            let path = inside.join(entry.file_name());
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => waiting.push(path),
                _ => found.push(path),
            }
        }
        if found.len() + waiting.len() == before && inside.components().next().is_some() {
            found.push(inside);
        }
    }
    Ok(found)
}
