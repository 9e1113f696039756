//! Puts one folder in the place of another in one step, where the system can.

use std::io;
use std::path::Path;

/// Has two folders of one file system change places, so that at no time either is missing.
///
/// # Errors
///
/// The system or its file system cannot do it; both folders are then where they were.
#[cfg(any(target_os = "linux", target_os = "macos"))]
pub(super) fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

/// Refuses: there is no such step here.
#[cfg(not(any(target_os = "linux", target_os = "macos")))]
pub(super) fn exchange(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}
