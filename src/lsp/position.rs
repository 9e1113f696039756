//! Offsets in bytes to positions in lines, and back. What lies beyond the text means its end.

use gen_lsp_types::{Position, Range};

use crate::text::Span;

/// What a position's character counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, as is the rule unless something else was agreed on.
    #[default]
    Utf16,
}

impl Encoding {
    /// The word for it in the protocol.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
        }
    }

    /// How much a character counts.
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
        }
    }
}

/// A text and where its lines begin.
#[derive(Debug, Clone)]
pub(super) struct Lines<'t> {
    text: &'t str,
    starts: Vec<usize>,
    encoding: Encoding,
}

impl<'t> Lines<'t> {
    /// Finds the lines of a text: they end with `\n`, `\r\n` or `\r`.
    pub(super) fn new(text: &'t str, encoding: Encoding) -> Self {
        let starts = std::iter::once(0).chain(line_ends(text)).collect();
        Self { text, starts, encoding }
    }

    /// The position of an offset.
    pub(super) fn position(&self, offset: usize) -> Position {
        let offset = Span::new(offset, offset).clamp(self.text).start;
        let line = self.starts.partition_point(|start| *start <= offset) - 1;
        let before = &self.text[self.starts[line]..offset];
        let character: usize = before.chars().map(|c| self.encoding.width(c)).sum();
        Position::new(narrow(line), narrow(character))
    }

    /// The range of a span.
    pub(super) fn range(&self, span: Span) -> Range {
        Range::new(self.position(span.start), self.position(span.end))
    }

    /// The offset of a position.
    pub(super) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line) else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        start + within(&self.text[*start..end], position.character as usize, self.encoding)
    }

    /// The span of a range; one that runs backwards is empty.
    pub(super) fn span(&self, range: Range) -> Span {
        let start = self.offset(range.start);
        Span::new(start, self.offset(range.end).max(start))
    }
}

/// The span of a range in a text that is looked at only once.
pub(super) fn span(text: &str, range: Range, encoding: Encoding) -> Span {
    let start = offset(text, range.start, encoding);
    Span::new(start, offset(text, range.end, encoding).max(start))
}

fn offset(text: &str, position: Position, encoding: Encoding) -> usize {
    let start = match position.line {
        0 => Some(0),
        line => line_ends(text).nth(line as usize - 1),
    };
    let Some(start) = start else { return text.len() };
    let line = &text[start..];
    let end = line_ends(line).next().unwrap_or(line.len());
    start + within(&line[..end], position.character as usize, encoding)
}

/// The offset of a character in a line; no further than the line's end.
fn within(line: &str, character: usize, encoding: Encoding) -> usize {
    let bare = line.trim_end_matches(['\r', '\n']);
    let mut left = character;
    for (at, c) in bare.char_indices() {
        match left.checked_sub(encoding.width(c)) {
            Some(rest) if left > 0 => left = rest,
            // The middle of a character means its start.
            _ => return at,
        }
    }
    bare.len()
}

/// Where lines after the first begin.
fn line_ends(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let is_end = move |at: usize| match bytes[at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).filter(move |at| is_end(*at)).map(|at| at + 1)
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "aé😀z\r\nb\n\nc\rd";

    #[test]
    fn every_offset_has_a_position_that_leads_back() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            let lines = Lines::new(TEXT, encoding);
            for (offset, _) in TEXT.char_indices().chain([(TEXT.len(), ' ')]) {
                let position = lines.position(offset);
                let between = TEXT[..offset].ends_with('\r') && TEXT[offset..].starts_with('\n');
                if !between {
                    assert_eq!(lines.offset(position), offset, "{offset} {position:?}");
                    assert_eq!(super::offset(TEXT, position, encoding), offset);
                }
            }
        }
    }

    #[test]
    fn characters_count_as_was_agreed() {
        let z = TEXT.find('z').expect("there");
        let at = |encoding| Lines::new(TEXT, encoding).position(z).character;
        assert_eq!((at(Encoding::Utf8), at(Encoding::Utf16)), (7, 4));
    }

    #[test]
    fn what_is_out_of_range_means_the_nearest_end() {
        let lines = Lines::new(TEXT, Encoding::Utf16);
        for (line, character, offset) in
            [(0, 99, 8), (0, 3, 3), (1, 9, 11), (2, 1, 12), (4, 9, TEXT.len()), (99, 0, TEXT.len())]
        {
            assert_eq!(lines.offset(Position::new(line, character)), offset, "{line}:{character}");
        }
        let end = Position::new(u32::MAX, u32::MAX);
        assert_eq!(lines.span(Range::new(end, Position::new(0, 0))), Span::new(16, 16));
        assert_eq!(lines.position(usize::MAX), Position::new(4, 1));
    }
}
