//! Edits of plans: what commands that change them share, from the name that is typed to the files as they lie there
//! afterwards.
//!
//! What tells of the past is committed at once, as a check-in is; what plans the future is left for its author to
//! look at and to commit. Each command says by its default which of the two it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::names::{self, Named};
use super::session::Session;
use super::shared::{Global, When};
use crate::change::{self, Changes};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::model::{Model, Reference};
use crate::repo::edit::{self, Editing, FileEdit, Move};
use crate::repo::program::Git;
use crate::repo::write::{self, WriteError};

/// How long to wait for another writer to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether an edit is committed.
#[derive(Args, Clone, Copy)]
pub(super) struct Committing {
    /// Commit what was changed, and nothing else
    #[arg(long, overrides_with = "no_commit")]
    commit: bool,
    /// Edit the files and leave the commit to you
    #[arg(long)]
    no_commit: bool,
}

impl Committing {
    /// What is wanted, where `default` is what the command does by itself.
    pub(super) fn wanted(self, default: bool) -> bool {
        (default || self.commit) && !self.no_commit
    }
}

/// The working tree of today, which is what edits are made in.
pub(super) fn open(global: &Global) -> Result<Session<'_>> {
    Session::open(global, &When { as_of: None, rev: None, require_history: false })
}

/// What `text` names: as everywhere, and where it fits nothing in the active cycles, the one thing in any cycle
/// that is called just so.
pub(super) fn resolve(model: &Model, text: &str, as_of: Date) -> Result<Named> {
    names::resolve(model, text, as_of).or_else(|error| {
        let reference = Reference::parse(text).filter(|reference| reference.cycle.is_none());
        let anywhere = reference.iter().flat_map(|reference| {
            model.cycles.keys().filter_map(|cycle| {
                let full = Reference { cycle: Some(cycle.clone()), ..reference.clone() };
                model.resolve(&full, "").ok()
            })
        });
        match anywhere.collect::<Vec<_>>()[..] {
            [one] => Ok(one),
            _ => Err(error),
        }
    })
}

/// Makes changes of the session's workspace; with a message, as one commit. What came of it, in the words of a last
/// line.
///
/// # Errors
///
/// They could not be made: everything is as it was.
pub(super) fn make(
    session: &Session<'_>,
    changes: &Changes<'_>,
    commit: Option<(&str, Option<&str>)>,
) -> Result<String> {
    session.editable(changes.texts().map(|(path, _)| path))?;
    for (_, to) in changes.moves() {
        if session.root.join(to).symlink_metadata().is_ok() {
            return Err(change::in_the_way(to));
        }
    }
    let edits: std::result::Result<Vec<FileEdit>, WriteError> =
        changes.texts().map(|(path, after)| file_edit(session, path, after)).collect();
    let edits =
        edits.map_err(|error| Error::new(Kind::Io, error.to_string()).hint(error.hint()))?;
    let moves: Vec<Move> = changes
        .moves()
        .iter()
        .map(|(from, to)| Move { from: PathBuf::from(from), to: PathBuf::from(to) })
        .collect();
    let editing = Editing {
        workspace: &session.root,
        edits: &edits,
        moves: &moves,
        commit,
        patience: PATIENCE,
    };
    let made = edit::edit(&Git::default(), &editing)
        .map_err(|error| Error::new(Kind::Git, error.to_string()).hint(error.hint()))?;
    Ok(match made {
        Some(id) => format!("committed {}", id.as_str().get(..10).unwrap_or(id.as_str())),
        None => "not committed".to_owned(),
    })
}

fn file_edit(
    session: &Session<'_>,
    path: &str,
    after: Option<&str>,
) -> std::result::Result<FileEdit, WriteError> {
    let before = session.workspace.snapshot.text(path).map(str::to_owned);
    // A link is left where it is, and the file behind it edited.
    let path = match (&before, after) {
        (Some(_), Some(_)) => write::resolve(&session.root, Path::new(path)),
        _ => Ok(PathBuf::from(path)),
    }?;
    Ok(FileEdit { path, before, after: after.map(str::to_owned) })
}
