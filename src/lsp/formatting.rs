//! Formatting: what `goals fmt` does, as the fewest edits.

use gen_lsp_types::{DocumentFormattingParams, TextEdit};
use similar::{Algorithm, DiffTag, TextDiff};

use super::place::Sort;
use super::requests::Answer;
use super::view::{File, View};
use crate::load;
use crate::text::Span;

/// The edits that put the records of a file in order; none for a file that cannot be read, or that is
/// its author's to order.
pub(super) fn edits(
    view: &View<'_>,
    params: DocumentFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let tidy = match Sort::of(&file.path) {
        Sort::Checkins => load::tidy(file.text).ok(),
        Sort::Plan | Sort::Settings => None,
    };
    Ok(tidy.map(|tidy| between(&file, &tidy)))
}

/// The edits from a file's text to another, line by line.
fn between(file: &File<'_>, after: &str) -> Vec<TextEdit> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(file.text, after);
    let starts = |text: &str| -> Vec<usize> {
        let ends = text.split_inclusive('\n').scan(0, |at, line| {
            *at += line.len();
            Some(*at)
        });
        std::iter::once(0).chain(ends).collect()
    };
    let (old, new) = (starts(file.text), starts(after));
    let changed = diff.ops().iter().filter(|op| op.tag() != DiffTag::Equal);
    let edit = |op: &similar::DiffOp| {
        let (before, with) = (op.old_range(), op.new_range());
        let span = Span::new(old[before.start], old[before.end]);
        TextEdit::new(file.range(span), after[new[with.start]..new[with.end]].to_owned())
    };
    changed.map(edit).collect()
}
