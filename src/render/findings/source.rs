//! The files that findings point into: their lines, and positions in them.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Place};
use crate::repo::Snapshot;
use crate::text::Span;

const BOM: char = '\u{feff}';

/// The text of every file that some findings point into, its lines found once.
pub(in crate::render) struct Sources<'a> {
    by_path: BTreeMap<&'a str, Source<'a>>,
}

impl<'a> Sources<'a> {
    /// Looks up the files of `findings`; one without a text is left out.
    pub(in crate::render) fn of(findings: &'a [Diagnostic], snapshot: &'a Snapshot) -> Self {
        let mut by_path = BTreeMap::new();
        let labels = findings.iter().flat_map(|f| std::iter::once(&f.primary).chain(&f.related));
        for path in labels.map(|label| label.place.path.as_str()) {
            if !by_path.contains_key(path)
                && let Some(text) = snapshot.text(path)
            {
                by_path.insert(path, Source::new(text));
            }
        }
        Self { by_path }
    }

    /// The file at `path`, if it has a text.
    pub(super) fn get(&self, path: &str) -> Option<&Source<'a>> {
        self.by_path.get(path)
    }

    /// The lines and columns of a place; of a file without a text, its beginning.
    pub(in crate::render) fn region(&self, place: &Place) -> Region {
        let Some(source) = self.get(&place.path) else {
            let start = Position { line: 1, column: 1, offset: 0 };
            return Region { start, end: start };
        };
        let span = source.clamp(place.span);
        Region { start: source.position(span.start), end: source.position(span.end) }
    }
}

/// Where a place begins, and where it has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Region {
    pub(in crate::render) start: Position,
    pub(super) end: Position,
}

/// A place between two characters, as people count: lines and columns from 1, columns in
/// characters, a byte order mark not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::render) struct Position {
    pub(in crate::render) line: usize,
    pub(super) column: usize,
    /// Bytes from the start of the file, a byte order mark included.
    pub(super) offset: usize,
}

/// A text and where its lines begin.
pub(super) struct Source<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    /// Finds the lines of `text`. There is always one; behind a final line break there is
    /// another, which is empty.
    pub(super) fn new(text: &'a str) -> Self {
        let first = if text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(first).chain(breaks.map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    /// Moves a span into the text and onto boundaries of characters.
    pub(super) fn clamp(&self, span: Span) -> Span {
        span.clamp(self.text)
    }

    /// Tells whether a clamped span is no more than the start of the file.
    pub(super) fn is_whole_file(&self, span: Span) -> bool {
        span.end <= self.starts[0]
    }

    /// The index, from 0, of the line that holds `offset`.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// The span of a line without its line break and without a byte order mark.
    pub(super) fn line(&self, index: usize) -> Span {
        let start = self.starts[index];
        let Some(next) = self.starts.get(index + 1) else {
            return Span::new(start, self.text.len());
        };
        let end = next - 1;
        let has_return = self.text[start..end].ends_with('\r');
        Span::new(start, if has_return { end - 1 } else { end })
    }

    /// The text of a clamped span.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        &self.text[span.start..span.end]
    }

    /// The line and column of an offset on a boundary of characters; inside a line break, those of
    /// the line's end.
    pub(super) fn position(&self, offset: usize) -> Position {
        let line = self.line_of(offset);
        let Span { start, end } = self.line(line);
        let column = self.text[start..offset.clamp(start, end)].chars().count() + 1;
        Position { line: line + 1, column, offset }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_have_neither_breaks_nor_a_byte_order_mark() {
        let source = Source::new("\u{feff}a = 1\r\n\nb\r");
        let lines: Vec<&str> = (0..3).map(|index| source.slice(source.line(index))).collect();
        assert_eq!(lines, ["a = 1", "", "b\r"]);
    }

    #[test]
    fn positions_count_characters_from_one() {
        let source = Source::new("\u{feff}é = 1\r\nz\n");
        let at = |offset| {
            let position = source.position(offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (1, 1));
        assert_eq!(at(5), (1, 2));
        assert_eq!(at(9), (1, 6));
        assert_eq!(at(10), (1, 6));
        assert_eq!(at(11), (2, 1));
        assert_eq!(at(13), (3, 1));
    }
}
