//! Folding: sections, comments of several lines, and values of several lines.

use gen_lsp_types::{FoldingRange, FoldingRangeKind, FoldingRangeParams};

use super::requests::Answer;
use super::view::{File, View};
use crate::load::Outline;
use crate::text::Span;

/// What can be folded in a file.
pub(super) fn ranges(
    view: &View<'_>,
    params: FoldingRangeParams,
) -> Answer<Option<Vec<FoldingRange>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let outline = Outline::of(file.text);
    let sections = outline.sections.iter().filter(|section| !section.path.is_empty());
    let sections = sections.map(|section| (section.span, None));
    let values = outline.words.iter().filter(|word| word.is_value()).map(|word| (word.outer, None));
    let comments =
        comments(file.text).into_iter().map(|span| (span, Some(FoldingRangeKind::Comment)));
    let range = |(span, kind)| range(&file, span, kind);
    let mut ranges: Vec<FoldingRange> =
        sections.chain(values).chain(comments).filter_map(range).collect();
    ranges.sort_by_key(|range| (range.start_line, range.end_line));
    Ok(Some(ranges))
}

fn range(file: &File<'_>, span: Span, kind: Option<FoldingRangeKind>) -> Option<FoldingRange> {
    let range = file.range(span);
    let (start_line, end_line) = (range.start.line, range.end.line);
    (start_line < end_line).then(|| FoldingRange {
        start_line,
        end_line,
        kind,
        ..FoldingRange::default()
    })
}

/// The runs of lines that are comments alone.
fn comments(text: &str) -> Vec<Span> {
    let mut runs: Vec<Span> = Vec::new();
    let (mut offset, mut open) = (0, false);
    for line in text.split_inclusive('\n') {
        let end = offset + line.trim_end().len();
        let is_comment = line.trim_start().starts_with('#');
        match runs.last_mut().filter(|_| open && is_comment) {
            Some(run) => run.end = end,
            None if is_comment => runs.push(Span::new(offset, end)),
            None => {}
        }
        open = is_comment;
        offset += line.len();
    }
    runs
}
