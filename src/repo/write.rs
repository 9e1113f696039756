//! Files that are written whole or not at all, and never outside the workspace.

use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::Builder;
use thiserror::Error;

use super::fault;

/// How the names of temporary files begin and end.
const TEMPORARY: (&str, &str) = (".goals-", ".tmp");

/// Why a file could not be read or written.
#[derive(Debug, Error)]
pub enum WriteError {
    /// The system refused.
    #[error("cannot {doing} `{}`: {cause}", path.display())]
    System {
        /// What was being done.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// The path leads out of the workspace, or into git's own folder.
    #[error("cannot write `{}`: it leads out of the workspace, to `{}`", path.display(), target.display())]
    Outside {
        /// The path as given.
        path: PathBuf,
        /// Where it leads.
        target: PathBuf,
    },
    /// There is something there that is not a file.
    #[error("cannot write `{}`: it is not a regular file", path.display())]
    NotAFile {
        /// The path.
        path: PathBuf,
    },
    /// The file is marked as read-only.
    #[error("cannot write `{}`: it is read-only", path.display())]
    ReadOnly {
        /// The path.
        path: PathBuf,
    },
    /// The file holds bytes that are no text.
    #[error("cannot edit `{}`: it is not valid UTF-8, from byte {at} on", path.display())]
    NotText {
        /// The path.
        path: PathBuf,
        /// The first byte that is no text, from 0.
        at: usize,
    },
}

impl WriteError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::System { .. } => {
                "check that the folder is there, can be written, and the disk is not full".into()
            }
            Self::Outside { .. } => {
                "keep check-ins files inside the workspace, as files of their own".into()
            }
            Self::NotAFile { .. } => {
                "move away what stands in the place of the check-ins file".into()
            }
            Self::ReadOnly { .. } => "make the file writable, then check in again".into(),
            Self::NotText { .. } => "save the file as UTF-8, then check in again".into(),
        }
    }
}

/// Writes `bytes` as the whole of the file at `path`, through a temporary file beside it.
///
/// Whoever reads the file sees the old bytes or the new ones, never a part. An existing file keeps its permissions.
/// What is no regular file, a symbolic link included, and what is read-only is refused.
pub fn write_atomically(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let present = regular_file(path)?;
    if present.as_ref().is_some_and(|found| found.permissions().readonly()) {
        return Err(WriteError::ReadOnly { path: path.to_path_buf() });
    }
    replace(path, bytes, present.as_ref()).map_err(|cause| system("write", path, cause))
}

/// Returns the text of the file at `path`; `None` if there is none.
pub fn read_text(path: &Path) -> Result<Option<String>, WriteError> {
    if regular_file(path)?.is_none() {
        return Ok(None);
    }
    let bytes = fs::read(path).map_err(|cause| system("read", path, cause))?;
    String::from_utf8(bytes).map(Some).map_err(|error| WriteError::NotText {
        path: path.to_path_buf(),
        at: error.utf8_error().valid_up_to(),
    })
}

/// Returns where `path`, relative to `workspace`, leads to, relative to the workspace again.
///
/// Symbolic links are followed as long as they stay inside the workspace and out of git's own folder. The file need
/// not be there yet; its folder must.
pub fn resolve(workspace: &Path, path: &Path) -> Result<PathBuf, WriteError> {
    let root = fs::canonicalize(workspace).map_err(|cause| system("find", workspace, cause))?;
    let full = root.join(path);
    let outside = |target: &Path| WriteError::Outside {
        path: path.to_path_buf(),
        target: target.to_path_buf(),
    };
    let target = match fs::symlink_metadata(&full) {
        Ok(_) => fs::canonicalize(&full).map_err(|cause| system("follow", path, cause))?,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => {
            let (Some(parent), Some(name)) = (full.parent(), full.file_name()) else {
                return Err(outside(&full));
            };
            fs::canonicalize(parent).map_err(|cause| system("find", parent, cause))?.join(name)
        }
        Err(cause) => return Err(system("find", path, cause)),
    };
    match target.strip_prefix(&root) {
        Ok(relative) if !is_gits_own(relative) => Ok(relative.to_path_buf()),
        _ => Err(outside(&target)),
    }
}

fn is_gits_own(path: &Path) -> bool {
    path.components().any(|part| match part {
        Component::Normal(name) => name.eq_ignore_ascii_case(".git"),
        _ => false,
    })
}

fn regular_file(path: &Path) -> Result<Option<Metadata>, WriteError> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => Ok(Some(found)),
        Ok(_) => Err(WriteError::NotAFile { path: path.to_path_buf() }),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(system("read", path, cause)),
    }
}

fn replace(path: &Path, bytes: &[u8], present: Option<&Metadata>) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let mut builder = Builder::new();
    builder.prefix(TEMPORARY.0).suffix(TEMPORARY.1);
    let shared = shared_permissions();
    if let Some(permissions) = &shared {
        builder.permissions(permissions.clone());
    }
    fault::reached("to be written")?;
    let mut file = builder.tempfile_in(folder)?;
    fault::reached("temporary file made")?;
    file.write_all(bytes)?;
    if let Some(found) = present {
        file.as_file().set_permissions(found.permissions())?;
    }
    file.as_file().sync_all()?;
    fault::reached("written")?;
    file.persist(path)?;
    // The file is in its place: there is nothing left that could be refused.
    let _ = fault::reached("in its place");
    Ok(())
}

/// Puts a file back to the text that it had, or to not being there.
pub(super) fn restore(path: &Path, before: Option<&str>) -> Result<(), WriteError> {
    let now = fs::read(path).ok();
    if now.as_deref() == before.map(str::as_bytes) {
        return Ok(());
    }
    match before {
        Some(text) => write_atomically(path, text.as_bytes()),
        None => fs::remove_file(path).map_err(|cause| system("remove", path, cause)),
    }
}

/// Removes the temporary files that killed writers left in a folder. To be called only where no
/// other writer can be at work.
pub(super) fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_ours = name.starts_with(TEMPORARY.0) && name.ends_with(TEMPORARY.1);
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // One that stays is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Returns what a new file gets before the user's mask is taken off; a temporary file would be its owner's alone.
fn shared_permissions() -> Option<fs::Permissions> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(fs::Permissions::from_mode(0o666))
    }
    #[cfg(not(unix))]
    {
        None
    }
}

fn system(doing: &'static str, path: &Path, cause: io::Error) -> WriteError {
    WriteError::System { doing, path: path.to_path_buf(), cause }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn bytes_are_replaced_and_permissions_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("set");
        write_atomically(&path, b"new").expect("replaced");
        assert_eq!(fs::read(&path).expect("read"), b"new");
        assert_eq!(mode(&path), 0o640);
        assert_eq!(
            fs::read_dir(folder.path()).expect("listed").count(),
            1,
            "no temporary file is left"
        );
    }

    #[test]
    fn a_new_file_has_the_permissions_that_any_new_file_has() {
        let folder = tempfile::tempdir().expect("a folder");
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write_atomically(&ours, b"new").expect("written");
        fs::write(&plain, "new").expect("written");
        assert_eq!(mode(&ours), mode(&plain));
    }

    #[test]
    fn what_is_no_writable_file_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        fs::write(&path, "old").expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).expect("set");
        assert!(matches!(write_atomically(&path, b"new"), Err(WriteError::ReadOnly { .. })));
        let link = folder.path().join("link");
        symlink(&path, &link).expect("linked");
        assert!(matches!(write_atomically(&link, b"new"), Err(WriteError::NotAFile { .. })));
        assert!(matches!(
            write_atomically(folder.path(), b"new"),
            Err(WriteError::NotAFile { .. })
        ));
        assert!(matches!(read_text(Path::new("/dev/null")), Err(WriteError::NotAFile { .. })));
        assert_eq!(fs::read(&path).expect("read"), b"old");
        let none = folder.path().join("none/a.toml");
        assert!(matches!(
            write_atomically(&none, b"new"),
            Err(WriteError::System { doing: "write", .. })
        ));
    }

    #[test]
    fn bytes_that_are_no_text_are_told_of() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.toml");
        fs::write(&path, b"ab\xff").expect("written");
        assert!(matches!(read_text(&path), Err(WriteError::NotText { at: 2, .. })));
    }

    #[test]
    fn links_are_followed_only_inside_the_workspace() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = folder.path().join("workspace");
        fs::create_dir_all(workspace.join("real")).expect("made");
        fs::create_dir_all(workspace.join(".git")).expect("made");
        fs::write(workspace.join("real/a.toml"), "").expect("written");
        fs::write(folder.path().join("out.toml"), "").expect("written");
        symlink("real/a.toml", workspace.join("in.toml")).expect("linked");
        symlink("real", workspace.join("folder")).expect("linked");
        symlink("../out.toml", workspace.join("out.toml")).expect("linked");
        symlink("nowhere", workspace.join("dangling.toml")).expect("linked");
        let relative = |path: &str| resolve(&workspace, Path::new(path));
        assert_eq!(relative("in.toml").expect("inside"), Path::new("real/a.toml"));
        assert_eq!(relative("folder/new.toml").expect("inside"), Path::new("real/new.toml"));
        for path in
            ["out.toml", "../out.toml", "../new.toml", ".git/config", ".GIT/config", "/etc/passwd"]
        {
            let error = relative(path).expect_err(path);
            assert!(
                matches!(error, WriteError::Outside { .. } | WriteError::System { .. }),
                "{error}"
            );
        }
        assert!(matches!(relative("out.toml"), Err(WriteError::Outside { .. })));
        assert!(matches!(relative(".git/config"), Err(WriteError::Outside { .. })));
        assert!(matches!(
            relative("dangling.toml"),
            Err(WriteError::System { doing: "follow", .. })
        ));
    }
}
