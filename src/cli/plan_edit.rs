//! Edits of plans: what commands that change them share, from the name that is typed to the files as they lie there
//! afterwards.
//!
//! What tells of the past is committed at once, as a check-in is; what plans the future is left for its author to
//! look at and to commit. Each command says by its default which of the two it is.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::names::{self, Named};
use super::session::Session;
use super::shared::{Global, When};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::load::splice::keys;
use crate::model::{Model, Reference};
use crate::pipeline::{self, Source, Workspace};
use crate::repo::edit::{self, Editing, FileEdit, Move};
use crate::repo::program::Git;
use crate::repo::write::{self, WriteError};
use crate::repo::{Content, Snapshot};

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

/// Edits that are made together or not at all.
pub(super) struct Edits<'a> {
    session: &'a Session<'a>,
    edits: BTreeMap<String, Option<String>>,
    moves: Vec<(String, String)>,
}

impl<'a> Edits<'a> {
    /// None yet.
    pub(super) fn of(session: &'a Session<'a>) -> Self {
        Self { session, edits: BTreeMap::new(), moves: Vec::new() }
    }

    /// A file's text as it will be; nothing if there is none.
    ///
    /// # Errors
    ///
    /// It is there and no text that can be edited.
    pub(super) fn text(&self, path: &str) -> Result<Option<&str>> {
        if let Some(text) = self.edits.get(path) {
            return Ok(text.as_deref());
        }
        match self.session.workspace.snapshot.get(path) {
            None => Ok(None),
            Some(Content::Text(text)) => Ok(Some(text)),
            Some(_) => {
                Err(Error::new(Kind::Workspace, format!("could not edit `{path}`: it is no text"))
                    .hint("see `goals check`"))
            }
        }
    }

    /// Writes a file anew.
    pub(super) fn write(&mut self, path: &str, text: String) {
        self.edits.insert(path.to_owned(), Some(text));
    }

    /// Changes the text of a file that is there.
    ///
    /// # Errors
    ///
    /// It is not there, or cannot be changed so.
    pub(super) fn change(
        &mut self,
        path: &str,
        change: impl FnOnce(&str) -> std::result::Result<String, keys::EditError>,
    ) -> Result<()> {
        let Some(text) = self.text(path)? else {
            return Err(Error::new(Kind::Workspace, format!("there is no `{path}`")));
        };
        let changed = change(text).map_err(|error| {
            Error::new(Kind::Workspace, format!("could not edit `{path}`: {error}"))
                .hint(error.hint())
        })?;
        self.write(path, changed);
        Ok(())
    }

    /// Moves a file, if it is there, and its place in git's index with it.
    ///
    /// # Errors
    ///
    /// It cannot be read, or there is another in its way.
    pub(super) fn rename(&mut self, from: &str, to: &str) -> Result<bool> {
        let Some(text) = self.text(from)?.map(str::to_owned) else { return Ok(false) };
        if self.session.root.join(to).symlink_metadata().is_ok() {
            return Err(Error::new(Kind::Usage, format!("there is already a `{to}`"))
                .hint("choose another name, or move that file away"));
        }
        self.edits.insert(from.to_owned(), None);
        self.write(to, text);
        self.moves.push((from.to_owned(), to.to_owned()));
        Ok(true)
    }

    /// The paths of files that are changed in their place.
    pub(super) fn changed(&self) -> impl Iterator<Item = &str> {
        let snapshot = &self.session.workspace.snapshot;
        let is_change = |(path, text): &(&String, &Option<String>)| {
            text.is_some() && snapshot.get(path).is_some() && snapshot.text(path) != text.as_deref()
        };
        self.edits.iter().filter(is_change).map(|(path, _)| path.as_str())
    }

    /// The workspace as it will be.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn outcome(&self) -> Result<Workspace> {
        let before = &self.session.workspace.snapshot;
        let mut after = Snapshot::default();
        for path in before.paths() {
            if let (None, Some(content)) = (self.edits.get(path), before.get(path)) {
                after.insert(path, content.clone());
            }
        }
        for (path, text) in &self.edits {
            if let Some(text) = text {
                after.insert(path.clone(), Content::Text(text.as_str().into()));
            }
        }
        pipeline::read(Source::Files(after))
    }

    /// Makes the edits; with a message, as one commit. What came of it, in the words of a last line.
    ///
    /// # Errors
    ///
    /// They could not be made: everything is as it was.
    pub(super) fn make(&self, commit: Option<(&str, Option<&str>)>) -> Result<String> {
        self.session.editable(self.edits.keys().map(String::as_str))?;
        let before = &self.session.workspace.snapshot;
        let edit = |(path, after): (&String, &Option<String>)| {
            let before = before.text(path).map(str::to_owned);
            // A link is left where it is, and the file behind it edited.
            let path = match (&before, after) {
                (Some(_), Some(_)) => write::resolve(&self.session.root, Path::new(path)),
                _ => Ok(PathBuf::from(path)),
            }?;
            Ok(FileEdit { path, before, after: after.clone() })
        };
        let edits: std::result::Result<Vec<FileEdit>, WriteError> =
            self.edits.iter().map(edit).collect();
        let edits =
            edits.map_err(|error| Error::new(Kind::Io, error.to_string()).hint(error.hint()))?;
        let moves: Vec<Move> = self
            .moves
            .iter()
            .map(|(from, to)| Move { from: PathBuf::from(from), to: PathBuf::from(to) })
            .collect();
        let editing = Editing {
            workspace: &self.session.root,
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
}
