//! Changes of a workspace's files that belong together, as texts: what the files will say, before anything is written.
//!
//! This module writes nothing and knows no repository. The command line makes its changes in the working tree, the
//! language server hands them to the editor.

mod rename;

use std::collections::BTreeMap;

pub use rename::Rename;

use crate::error::{Error, Kind, Result};
use crate::load::splice::keys::EditError;
use crate::pipeline::{self, Source, Workspace};
use crate::repo::{Content, Snapshot};

/// Changes that are made together or not at all.
#[derive(Debug)]
pub struct Changes<'a> {
    before: &'a Snapshot,
    texts: BTreeMap<String, Option<String>>,
    moves: Vec<(String, String)>,
}

impl<'a> Changes<'a> {
    /// None yet, of these files.
    pub fn of(before: &'a Snapshot) -> Self {
        Self { before, texts: BTreeMap::new(), moves: Vec::new() }
    }

    /// A file's text as it will be; nothing if there is none.
    ///
    /// # Errors
    ///
    /// It is there and no text that can be edited.
    pub fn text(&self, path: &str) -> Result<Option<&str>> {
        if let Some(text) = self.texts.get(path) {
            return Ok(text.as_deref());
        }
        match self.before.get(path) {
            None => Ok(None),
            Some(Content::Text(text)) => Ok(Some(text)),
            Some(_) => {
                Err(Error::new(Kind::Workspace, format!("could not edit `{path}`: it is no text"))
                    .hint("see `goals check`"))
            }
        }
    }

    /// Writes a file anew.
    pub fn write(&mut self, path: &str, text: String) {
        self.texts.insert(path.to_owned(), Some(text));
    }

    /// Changes the text of a file that is there.
    ///
    /// # Errors
    ///
    /// It is not there, or cannot be changed so.
    pub fn change(
        &mut self,
        path: &str,
        change: impl FnOnce(&str) -> std::result::Result<String, EditError>,
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

    /// Moves a file, if it is there.
    ///
    /// # Errors
    ///
    /// It cannot be read, or there is another in its way.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<bool> {
        let Some(text) = self.text(from)?.map(str::to_owned) else { return Ok(false) };
        if self.before.get(to).is_some() {
            return Err(in_the_way(to));
        }
        self.texts.insert(from.to_owned(), None);
        self.write(to, text);
        self.moves.push((from.to_owned(), to.to_owned()));
        Ok(true)
    }

    /// The texts as they will be, by path; nothing for a file that goes.
    pub fn texts(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.texts.iter().map(|(path, text)| (path.as_str(), text.as_deref()))
    }

    /// The files that move, from where to where.
    pub fn moves(&self) -> &[(String, String)] {
        &self.moves
    }

    /// The paths of files that are changed in their place.
    pub fn changed(&self) -> impl Iterator<Item = &str> {
        let is_change = |(path, text): &(&str, Option<&str>)| {
            text.is_some() && self.before.get(path).is_some() && self.before.text(path) != *text
        };
        self.texts().filter(is_change).map(|(path, _)| path)
    }

    /// The workspace as it will be.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub fn outcome(&self) -> Result<Workspace> {
        let mut after = Snapshot::default();
        for path in self.before.paths() {
            if let (None, Some(content)) = (self.texts.get(path), self.before.get(path)) {
                after.insert(path, content.clone());
            }
        }
        for (path, text) in &self.texts {
            if let Some(text) = text {
                after.insert(path.clone(), Content::Text(text.as_str().into()));
            }
        }
        pipeline::read(Source::Files(after))
    }
}

/// Says that a file cannot move to a path.
pub fn in_the_way(path: &str) -> Error {
    Error::new(Kind::Usage, format!("there is already a `{path}`"))
        .hint("choose another name, or move that file away")
}
