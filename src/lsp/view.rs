//! What an answer is made from: a workspace at a moment, seen with the editor's addresses and
//! positions.

use std::path::{Path, PathBuf};

use gen_lsp_types::{Location, Position, Range, TextDocumentPositionParams, Uri};

use super::analysis::Analysis;
use super::buffers::Buffers;
use super::client::Client;
use super::position::Lines;
use super::uri;
use crate::diagnostic::Place;
use crate::text::Span;

/// A workspace as one editor sees it.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    /// The workspace.
    pub(super) analysis: &'a Analysis,
    /// What the editor can do.
    pub(super) client: &'a Client,
    /// What is open in it.
    pub(super) buffers: &'a Buffers,
}

/// A file that a request is about.
pub(super) struct File<'a> {
    /// Its path from the workspace's root, with `/`.
    pub(super) path: String,
    /// Its text.
    pub(super) text: &'a str,
    /// Its lines.
    pub(super) lines: Lines<'a>,
}

/// A place in a file that a request is about.
pub(super) struct Spot<'a> {
    /// The file.
    pub(super) file: File<'a>,
    /// The offset in it.
    pub(super) offset: usize,
}

impl<'a> View<'a> {
    /// The file of an address; nothing if it has no text or lies outside the workspace.
    pub(super) fn file(&self, uri: &Uri) -> Option<File<'a>> {
        let path = self.path(uri)?;
        let text = self.analysis.text(&path)?;
        Some(File { path, text, lines: self.lines(text) })
    }

    /// The place that a request points to.
    pub(super) fn spot(&self, at: &TextDocumentPositionParams) -> Option<Spot<'a>> {
        let file = self.file(&at.text_document.uri)?;
        let offset = file.lines.offset(at.position);
        Some(Spot { file, offset })
    }

    /// The path from the workspace's root that an address names.
    pub(super) fn path(&self, uri: &Uri) -> Option<String> {
        inside(&self.analysis.root, &settled(&uri::path(&uri.0)?))
    }

    /// The address of a file of the workspace, as the editor writes it where it is open.
    pub(super) fn uri(&self, path: &str) -> Uri {
        let full = self.analysis.root.join(path);
        self.buffers.get(&full).map_or_else(|| uri::of(&full), |buffer| buffer.uri.clone())
    }

    /// The lines of a text.
    pub(super) fn lines(&self, text: &'a str) -> Lines<'a> {
        Lines::new(text, self.client.encoding)
    }

    /// The range of a place; the file's beginning where it has no text.
    pub(super) fn range(&self, place: &Place) -> Range {
        let start = Position::new(0, 0);
        let Some(text) = self.analysis.text(&place.path) else { return Range::new(start, start) };
        self.lines(text).range(place.span)
    }

    /// A place as an address and a range.
    pub(super) fn location(&self, place: &Place) -> Location {
        Location::new(self.uri(&place.path), self.range(place))
    }
}

impl File<'_> {
    /// The range of a span.
    pub(super) fn range(&self, span: Span) -> Range {
        self.lines.range(span)
    }
}

/// A path whose folders are what they are, links followed, also where the file, or some of its
/// folders, are gone. The last part stays as it is written.
pub(super) fn settled(path: &Path) -> PathBuf {
    let Some(name) = path.file_name() else { return path.to_owned() };
    let folder = path.parent().unwrap_or(path);
    let folder = folder.canonicalize().unwrap_or_else(|_| settled(folder));
    folder.join(name)
}

/// A full path from `root`, with `/`.
pub(super) fn inside(root: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> =
        inside.components().map(|part| part.as_os_str().to_str()).collect();
    parts.map(|parts| parts.join("/")).filter(|path| !path.is_empty())
}
