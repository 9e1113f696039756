//! Where a report may be written: never over the workspace's own files, never out of it by a link.

use std::fs;
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use super::{Foreign, Target};
use crate::error::{Error, Kind, Result};
use crate::pipeline::TEMPLATES;

/// The folder of a site, links followed; it need not be there yet.
///
/// # Errors
///
/// It is the workspace's own, or leads out of it by a link, or is no folder.
pub(super) fn of_site(target: &Target<'_>) -> Result<PathBuf> {
    refuse_way_out(target.out, target.root)?;
    let out = placed(target.out)?;
    refuse_workspace(&out, target.root, target.plans)?;
    Ok(out)
}

/// The place of a report that is a single file; it need not be there yet.
///
/// # Errors
///
/// It lies in the workspace's own folders, or leads out of it by a link, or a file is there that no report is.
pub(in crate::cli) fn of_page(target: &Target<'_>) -> Result<PathBuf> {
    let (Some(name), parent) = (target.out.file_name(), target.out.parent()) else {
        let message = format!("`{}` cannot be a report's file", target.out.display());
        return Err(Error::new(Kind::Usage, message).hint("--out report.html"));
    };
    let parent = parent.filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    refuse_way_out(parent, target.root)?;
    // The folder may hold anything, so it is the file that must be out of the way.
    let out = placed(parent)?.join(name);
    refuse_workspace(&out, target.root, target.plans)?;
    let folder = out.parent().unwrap_or(&out);
    fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))?;
    match fs::symlink_metadata(&out) {
        Ok(found) if found.is_dir() => {
            Err(Error::new(Kind::Io, format!("`{}` is a folder", out.display()))
                .hint("name a file with --out, as in --out report.html"))
        }
        Ok(_) if target.foreign == Foreign::Refuse && !is_report(&out) => {
            Err(Error::new(Kind::Io, format!("`{}` is there and is no report", out.display()))
                .hint("name another file with --out, or replace it with --force"))
        }
        _ => Ok(out),
    }
}

/// Tells whether a file says of itself that this program made it.
fn is_report(path: &Path) -> bool {
    const HEAD_BYTES: u64 = 4096;
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(HEAD_BYTES).read_to_end(&mut head));
    read.is_ok() && String::from_utf8_lossy(&head).contains("name=\"generator\" content=\"goals ")
}

/// The folder's place, links followed; it need not be there yet.
fn placed(out: &Path) -> Result<PathBuf> {
    if out.is_symlink() && !out.exists() {
        return Err(Error::new(Kind::Io, format!("`{}` is a link to nowhere", out.display()))
            .hint("remove it, or name another folder with --out"));
    }
    if let Ok(found) = fs::canonicalize(out) {
        return match found.is_dir() {
            true => Ok(found),
            false => Err(Error::new(Kind::Io, format!("`{}` is not a folder", out.display()))
                .hint("name another with --out")),
        };
    }
    let full = std::path::absolute(out).map_err(|error| Error::io("find", out, &error))?;
    let (Some(parent), Some(name)) = (full.parent(), full.file_name()) else {
        return Err(Error::new(
            Kind::Usage,
            format!("`{}` cannot be a report's folder", out.display()),
        ));
    };
    fs::create_dir_all(parent).map_err(|error| Error::io("make the folder", parent, &error))?;
    let parent = fs::canonicalize(parent).map_err(|error| Error::io("open", parent, &error))?;
    Ok(parent.join(name))
}

/// A link that is part of the workspace, as whoever wrote the repository made it, must not lead the
/// report out of it.
fn refuse_way_out(out: &Path, root: &Path) -> Result<()> {
    let root = fs::canonicalize(root).map_err(|error| Error::io("open", root, &error))?;
    let full = std::path::absolute(out).map_err(|error| Error::io("find", out, &error))?;
    let named = without_parents(&full);
    let is_inside =
        named.ancestors().any(|above| fs::canonicalize(above).is_ok_and(|above| above == root));
    match named.ancestors().find_map(|above| fs::canonicalize(above).ok()) {
        Some(found) if is_inside && !found.starts_with(&root) => Err(Error::new(
            Kind::Io,
            format!(
                "`{}` leads out of the workspace by a link, to `{}`",
                out.display(),
                found.display()
            ),
        )
        .hint("if the report is meant to lie there, name that folder itself with --out")),
        _ => Ok(()),
    }
}

/// A path with each `..` taken off against the name before it.
fn without_parents(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

/// The workspace's own folders, and git's, are no place for a report.
fn refuse_workspace(out: &Path, root: &Path, plans: &str) -> Result<()> {
    let root = fs::canonicalize(root).map_err(|error| Error::io("open", root, &error))?;
    let within = |folder: &str| {
        let folder = root.join(folder);
        out.starts_with(fs::canonicalize(&folder).unwrap_or(folder))
    };
    let taken = root.starts_with(out)
        || within(plans)
        || within(TEMPLATES)
        || out.components().any(|part| part.as_os_str().eq_ignore_ascii_case(".git"));
    if taken {
        return Err(Error::new(
            Kind::Usage,
            format!("`{}` is the workspace's own folder, or git's", out.display()),
        )
        .hint("give the report a folder of its own: --out public"));
    }
    Ok(())
}
