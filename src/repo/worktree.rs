//! Reads files from the disk: the workspace as it lies in the working tree.

use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{MAIN_SEPARATOR, Path, PathBuf};

use rayon::prelude::*;
use walkdir::{DirEntry, WalkDir};

use super::program::Git;
use super::snapshot::{Content, MAX_FILE_BYTES, NoFile, NoFileKind, Snapshot};
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

/// A file of the workspace that was not read.
#[derive(Debug)]
pub struct Listed {
    /// Its path from the workspace's root, with `/`; what is not UTF-8 is shown with replacement characters.
    pub path: String,
    /// Where it lies, links followed.
    pub place: PathBuf,
}

/// Finds one file of the workspace; nothing if it is not there.
pub fn list(root: &Path, path: &str) -> Option<Listed> {
    let place = fs::canonicalize(root.join(path)).ok()?;
    Some(Listed { path: path.to_owned(), place })
}

/// Lists every file below `folder` whose name ends with `suffix`.
///
/// Hidden files are passed over, and so is whatever is no plain file. A symbolic link to a file
/// is followed as long as that lies inside the workspace; links to folders are not.
///
/// # Errors
///
/// A folder is there and cannot be read.
pub fn list_below(root: &Path, folder: &str, suffix: &str) -> Result<Vec<Listed>> {
    let mut files = Vec::new();
    for entry in entries(root, folder) {
        let entry = entry?;
        let Some(path) = relative(root, entry.path()).filter(|path| path.ends_with(suffix)) else {
            continue;
        };
        files.extend(place(root, entry).map(|place| Listed { path, place }));
    }
    Ok(files)
}

/// Lists what stands where [`list_below`] looks for files and is none, by path; or `folder` itself, where that is there
/// and no folder.
///
/// # Errors
///
/// A folder is there and cannot be read.
pub fn list_no_files(root: &Path, folder: &str) -> Result<Vec<NoFile>> {
    let mut found = Vec::new();
    let top = root.join(folder);
    if !top.is_dir() && top.symlink_metadata().is_ok() {
        found.push(NoFile { path: folder.to_owned(), kind: NoFileKind::Other });
    }
    for entry in entries(root, folder) {
        let entry = entry?;
        let kind = match entry.file_type() {
            kind if kind.is_symlink() => NoFileKind::Link,
            kind if kind.is_dir() => NoFileKind::Folder,
            _ => NoFileKind::Other,
        };
        let path = relative(root, entry.path()).filter(|_| entry.depth() > 0);
        let is_file = place(root, entry).is_some();
        found.extend(path.filter(|_| !is_file).map(|path| NoFile { path, kind }));
    }
    Ok(found)
}

/// Everything below `folder` that is not hidden, itself first; nothing if it is no folder.
fn entries(root: &Path, folder: &str) -> impl Iterator<Item = Result<DirEntry>> {
    let top = root.join(folder);
    let walk = top.is_dir().then(|| WalkDir::new(&top).sort_by_file_name().into_iter());
    let walk = walk
        .into_iter()
        .flat_map(|walk| walk.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry)));
    walk.map(move |entry| {
        entry.map_err(|error| {
            let path = error.path().unwrap_or(&top).to_owned();
            Error::new(Kind::Io, format!("could not read `{}`: {error}", path.display()))
        })
    })
}

/// Reads every file that [`list_below`] lists into `snapshot`.
///
/// # Errors
///
/// A folder or file is there and cannot be read.
pub fn read_below(root: &Path, folder: &str, suffix: &str, snapshot: &mut Snapshot) -> Result<()> {
    let files = list_below(root, folder, suffix)?;
    let read = |Listed { place, .. }: &Listed| {
        read(place).map_err(|error| Error::io("read", place, &error))
    };
    // All are waited for, so that the first failure is always the same.
    let contents: Vec<Result<Content>> = files.par_iter().map(read).collect();
    for (file, content) in files.into_iter().zip(contents) {
        snapshot.insert(file.path, content?);
    }
    Ok(())
}

fn is_hidden(entry: &DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Where a file lies, inside the workspace.
fn place(root: &Path, entry: DirEntry) -> Option<PathBuf> {
    if entry.file_type().is_symlink() {
        let target = fs::canonicalize(entry.path()).ok();
        return target.filter(|target| target.starts_with(root) && target.is_file());
    }
    entry.file_type().is_file().then(|| entry.into_path())
}

/// A path from the root with `/`; what is not UTF-8 is shown with replacement characters.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let path = path.strip_prefix(root).ok()?.to_string_lossy().into_owned();
    Some(if MAIN_SEPARATOR == '/' { path } else { path.replace(MAIN_SEPARATOR, "/") })
}

/// Reads a file, unless it is larger than is allowed.
fn read(path: &Path) -> std::io::Result<Content> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > MAX_FILE_BYTES {
        return Ok(Content::TooLarge(size));
    }
    // What is written to its end meanwhile comes too late, and the end need not be looked for.
    let mut bytes = Vec::with_capacity(size as usize);
    file.take(size).read_to_end(&mut bytes)?;
    Ok(Content::from_bytes(bytes))
}
