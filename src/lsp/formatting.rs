//! Formatting: what `goals fmt` does, as the fewest edits.

use gen_lsp_types::{DocumentFormattingParams, TextEdit};

use super::edits;
use super::place::Sort;
use super::requests::Answer;
use super::view::View;
use crate::load;

/// The edits that put the records of a file in order; none for a file that cannot be read, or that is
/// its author's to order.
pub(super) fn format(
    view: &View<'_>,
    params: DocumentFormattingParams,
) -> Answer<Option<Vec<TextEdit>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let tidy = match Sort::of(&file.path) {
        Sort::Checkins => load::tidy(file.text).ok(),
        Sort::Plan | Sort::Settings => None,
    };
    Ok(tidy.map(|tidy| edits::between(&file.lines, file.text, &tidy)))
}
