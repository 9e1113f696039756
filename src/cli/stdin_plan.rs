//! A plan from standard input, put into the workspace in the place of what lies there.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::check::from_root;
use super::session::{Session, State};
use super::shared::{Global, When};
use crate::error::{Error, Kind, Result};
use crate::load::SETTINGS_FILE;
use crate::model::cycle::quarter_of;
use crate::pipeline::{self, Source};
use crate::repo::{self, Content, MAX_FILE_BYTES, Snapshot};

/// Opens the workspace with the plan from standard input in it; the plan's path in it.
///
/// Without a file's name the plan is one of the quarter that holds the date, named `stdin`, and
/// need not be in a workspace.
///
/// # Errors
///
/// It cannot be read, or the file's name does not lie in the workspace.
pub(super) fn open<'a>(
    global: &'a Global,
    when: &When,
    name: Option<&Path>,
) -> Result<(Session<'a>, String)> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let near = match name {
        Some(name) => full(&here, name)?,
        None => here.join("-"),
    };
    let folder = existing(&near);
    let bare = name.is_none() && repo::find_root(&folder, SETTINGS_FILE).is_err();
    let mut session = if bare {
        let files: Snapshot = [(SETTINGS_FILE, "format = 1\n")].into_iter().collect();
        Session::of_files(global, when, files, folder)?
    } else {
        Session::around(global, when, State::Folder, &folder, repo::open)?.files()?.join()
    };
    let path = match name {
        Some(name) => from_root(&session.root, name, &near)?,
        None => {
            let settings = &session.workspace.model.settings;
            let quarter = quarter_of(session.as_of, settings.year_starts);
            format!("{}/{quarter}/stdin.toml", settings.plans)
        }
    };
    holds(&session.workspace.model.settings.plans, &path)?;
    let mut files = session.workspace.snapshot.clone();
    files.insert(path.clone(), read()?);
    session.workspace = pipeline::read(Source::Files(files))?;
    Ok((session, path))
}

/// Checks that a goal file is looked for at `path`; the settings have their place beside the plans.
fn holds(plans: &str, path: &str) -> Result<()> {
    let inside = path.strip_prefix(plans).and_then(|rest| rest.strip_prefix('/'));
    let in_cycle = inside.is_some_and(|inside| inside.contains('/') && inside.ends_with(".toml"));
    if in_cycle || path == SETTINGS_FILE {
        return Ok(());
    }
    let message = format!("no plan lies at `{}`", crate::text::printable(path));
    Err(Error::new(Kind::Usage, message)
        .hint(format!("plans lie at {plans}/<cycle>/<id>.toml, a team's in folders between")))
}

/// Standard input, as far as a goal file may be long.
fn read() -> Result<Content> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_FILE_BYTES + 1);
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", Path::new("standard input"), &error))?;
    Ok(Content::from_bytes(bytes))
}

/// A path that need not be there, with the links in what is there of it followed.
fn full(here: &Path, name: &Path) -> Result<PathBuf> {
    let path = here.join(name);
    let mut missing: Vec<&std::ffi::OsStr> = Vec::new();
    let mut present = path.as_path();
    loop {
        if let Ok(found) = std::fs::canonicalize(present) {
            return Ok(missing.iter().rev().fold(found, |path, part| path.join(part)));
        }
        match (present.parent(), present.file_name()) {
            (Some(parent), Some(part)) => {
                missing.push(part);
                present = parent;
            }
            _ => {
                let message = format!("`{}` is not the name of a file", name.display());
                return Err(Error::new(Kind::Usage, message));
            }
        }
    }
}

/// The nearest folder above a path that is there.
fn existing(path: &Path) -> PathBuf {
    let folder = path.ancestors().skip(1).find(|folder| folder.is_dir());
    folder.unwrap_or(path).to_owned()
}
