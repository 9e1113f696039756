//! Reads files from the disk: the workspace as it lies in the working tree.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use super::program::Git;
use super::snapshot::{Content, MAX_FILE_BYTES, Snapshot};
use crate::error::{Error, Kind, Result};

/// Finds the workspace's root: the nearest folder from `start` upward that holds `file`.
///
/// # Errors
///
/// None of them holds it, or `start` is not a folder.
pub fn find_root(start: &Path, file: &str) -> Result<PathBuf> {
    let start = fs::canonicalize(start).map_err(|error| Error::io("open", start, &error))?;
    let found = start.ancestors().find(|folder| folder.join(file).is_file());
    found.map(Path::to_owned).ok_or_else(|| {
        Error::new(Kind::Workspace, format!("no `{file}` in `{}` or above it", start.display()))
            .hint("make a workspace with `goals init`, or name one with -C DIR; `goals demo` shows an example")
    })
}

/// Tells whether files at these paths of the working tree are not as HEAD has them, new ones included; nothing where
/// git cannot be asked.
pub fn is_uncommitted(root: &Path, paths: &[&str]) -> Option<bool> {
    let output = Git::default().status(root, paths).ok()?;
    output.status.success().then_some(!output.stdout.is_empty())
}

/// Reads one file of the workspace; nothing if it is not there.
///
/// # Errors
///
/// It is there and cannot be read.
pub fn read_file(root: &Path, path: &str) -> Result<Option<Content>> {
    let full = root.join(path);
    match read(&full) {
        Ok(content) => Ok(Some(content)),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(Error::io("read", &full, &error)),
    }
}

/// Reads every file below `folder` whose name ends with `suffix` into `snapshot`.
///
/// Hidden files are passed over, and so is whatever is no plain file. A symbolic link to a file
/// is followed as long as that lies inside the workspace; links to folders are not.
///
/// # Errors
///
/// A folder or file is there and cannot be read.
pub fn read_below(root: &Path, folder: &str, suffix: &str, snapshot: &mut Snapshot) -> Result<()> {
    let top = root.join(folder);
    if !top.is_dir() {
        return Ok(());
    }
    let walk = WalkDir::new(&top).follow_links(false).sort_by_file_name().into_iter();
    for entry in walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)) {
        let entry = entry.map_err(|error| {
            let path = error.path().unwrap_or(&top).to_owned();
            Error::new(Kind::Io, format!("could not read `{}`: {error}", path.display()))
        })?;
        let Some(path) = relative(root, entry.path()).filter(|path| path.ends_with(suffix)) else {
            continue;
        };
        if is_inside_file(root, &entry) {
            let content =
                read(entry.path()).map_err(|error| Error::io("read", entry.path(), &error))?;
            snapshot.insert(path, content);
        }
    }
    Ok(())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().to_string_lossy().starts_with('.')
}

fn is_inside_file(root: &Path, entry: &DirEntry) -> bool {
    if entry.file_type().is_symlink() {
        let target = fs::canonicalize(entry.path());
        return target.is_ok_and(|target| target.starts_with(root) && target.is_file());
    }
    entry.file_type().is_file()
}

/// A path from the root with `/`; what is not UTF-8 is shown with replacement characters.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let parts: Vec<String> = path
        .strip_prefix(root)
        .ok()?
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    Some(parts.join("/"))
}

/// Reads a file no further than one byte beyond what is allowed.
fn read(path: &Path) -> std::io::Result<Content> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_FILE_BYTES {
        return Ok(Content::TooLarge(size));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(Content::from_bytes(bytes))
}
