//! Puts a finished site in place: all of it, or nothing.
//!
//! The site is written into a fresh folder beside the old one, which it then replaces, so that a
//! reader never sees half of it. A list of what was written tells the site's own files from others.

mod fresh;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use fresh::{Fresh, clear_abandoned};

use crate::error::{Error, Kind, Result};
use crate::pipeline::TEMPLATES;

/// The list of the files that this program wrote.
const LIST: &str = ".goals-site";

/// What to do with files in the folder that this program did not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Foreign {
    /// Refuse to touch the folder.
    Refuse,
    /// Keep them, beside the new site.
    Keep,
}

/// Writes `files` (path → bytes) as the folder `out`; `root` and `plans` are the workspace's folders.
///
/// # Errors
///
/// The folder is the workspace's own or holds foreign files, or the disk refuses; what was there
/// is then still there.
pub(super) fn publish(
    out: &Path,
    root: &Path,
    plans: &str,
    files: &BTreeMap<String, Vec<u8>>,
    foreign: Foreign,
) -> Result<PathBuf> {
    refuse_way_out(out, root)?;
    let out = placed(out)?;
    refuse_workspace(&out, root, plans)?;
    let parent = out.parent().ok_or_else(|| {
        Error::new(Kind::Usage, "the report needs a folder of its own").hint("--out public")
    })?;
    clear_abandoned(parent, &out);
    let others = foreign_files(&out)?;
    refuse_overwriting(&out, files, &others)?;
    if let (Some(first), Foreign::Refuse) = (others.iter().next(), foreign) {
        return Err(Error::new(
            Kind::Io,
            format!(
                "`{}` holds files that are not of this report, such as `{}`",
                out.display(),
                first.display()
            ),
        )
        .hint("name another folder with --out, or keep them beside the report with --force"));
    }
    let fresh = Fresh::make(parent, &out)?;
    let site = fresh.new_site();
    write_all(&site, files)?;
    replace(&out, &site, &fresh.old_site(), &others)?;
    Ok(out)
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

/// A page must not take the place of somebody's file, nor the file that of the page.
fn refuse_overwriting(
    out: &Path,
    files: &BTreeMap<String, Vec<u8>>,
    others: &BTreeSet<PathBuf>,
) -> Result<()> {
    match files.keys().find(|path| others.contains(Path::new(path))) {
        Some(path) => Err(Error::new(
            Kind::Io,
            format!(
                "`{}` of the report would overwrite a file that is not its own",
                out.join(path).display()
            ),
        )
        .hint("move the file away, or name another folder with --out")),
        None => Ok(()),
    }
}

/// What lies in the folder and is not on its list, by path.
fn foreign_files(out: &Path) -> Result<BTreeSet<PathBuf>> {
    let own: BTreeSet<String> = fs::read_to_string(out.join(LIST))
        .map(|list| list.lines().map(str::to_owned).collect())
        .unwrap_or_default();
    let mut others = BTreeSet::new();
    for entry in files_below(out)? {
        let is_own = |path: &str| path == LIST || own.contains(path);
        if !is_own(&entry.to_string_lossy().replace('\\', "/")) {
            others.insert(entry);
        }
    }
    Ok(others)
}

/// Every file below a folder, by path from it; links are files, and so are empty folders.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
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

fn write_all(site: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut folders = BTreeSet::new();
    let list: String = files.keys().map(|path| format!("{path}\n")).collect();
    let all = files
        .iter()
        .map(|(path, bytes)| (path.as_str(), bytes.as_slice()))
        .chain([(LIST, list.as_bytes())]);
    for (path, bytes) in all {
        let full = site.join(path);
        let folder = full.parent().unwrap_or(site).to_owned();
        if folders.insert(folder.clone()) {
            fs::create_dir_all(&folder)
                .map_err(|error| Error::io("make the folder", &folder, &error))?;
        }
        fs::write(&full, bytes).map_err(|error| Error::io("write", &full, &error))?;
    }
    Ok(())
}

/// Puts `site` in the place of `out`, with the foreign files of the old one.
fn replace(out: &Path, site: &Path, old: &Path, others: &BTreeSet<PathBuf>) -> Result<()> {
    if !out.exists() {
        return fs::rename(site, out).map_err(|error| Error::io("put in place", out, &error));
    }
    for path in others {
        let (from, to) = (out.join(path), site.join(path));
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)
                .map_err(|error| Error::io("make the folder", folder, &error))?;
        }
        if from.is_dir() && !from.is_symlink() {
            fs::create_dir_all(&to).map_err(|error| Error::io("keep", &from, &error))?;
            continue;
        }
        // A link or copy, so that the old folder stays whole until it is replaced.
        fs::hard_link(&from, &to)
            .or_else(|_| fs::copy(&from, &to).map(|_| ()))
            .map_err(|error| Error::io("keep", &from, &error))?;
    }
    fs::rename(out, old).map_err(|error| Error::io("replace", out, &error))?;
    fs::rename(site, out).map_err(|error| {
        // The old site goes back to where it was.
        let _ = fs::rename(old, out);
        Error::io("put in place", out, &error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(names: &[&str]) -> BTreeMap<String, Vec<u8>> {
        names.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec())).collect()
    }

    fn put(folder: &Path, names: &[&str], foreign: Foreign) -> Result<PathBuf> {
        publish(&folder.join("public"), folder, "goals", &files(names), foreign)
    }

    fn listed(folder: &Path) -> Vec<String> {
        let found = files_below(&folder.join("public")).expect("readable");
        let mut found: Vec<String> =
            found.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect();
        found.sort();
        found
    }

    #[test]
    fn an_older_site_is_replaced_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &["index.html", "goals/a.html"], Foreign::Refuse).expect("written");
        put(folder.path(), &["index.html", "goals/b.html"], Foreign::Refuse).expect("replaced");
        assert_eq!(listed(folder.path()), [LIST, "goals/b.html", "index.html"]);
        let left = fs::read_dir(folder.path()).expect("readable").count();
        assert_eq!(left, 1, "nothing is left beside it");
    }

    #[test]
    fn foreign_files_are_refused_or_kept() {
        let folder = tempfile::tempdir().expect("a folder");
        put(folder.path(), &["index.html"], Foreign::Refuse).expect("written");
        fs::write(folder.path().join("public/CNAME"), "x").expect("written");
        let error = put(folder.path(), &["index.html"], Foreign::Refuse).expect_err("refused");
        assert!(error.message.contains("CNAME"), "{error}");
        put(folder.path(), &["index.html"], Foreign::Keep).expect("kept");
        assert_eq!(listed(folder.path()), [LIST, "CNAME", "index.html"]);
    }

    #[test]
    fn the_workspaces_own_folders_are_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join("goals")).expect("made");
        for out in [".", "goals", "goals/public", ".git"] {
            let out = folder.path().join(out);
            let error =
                publish(&out, folder.path(), "goals", &files(&["index.html"]), Foreign::Keep);
            assert!(error.is_err(), "{}", out.display());
        }
    }
}
