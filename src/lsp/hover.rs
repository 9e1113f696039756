//! Hover: what stands under the pointer, in Markdown.

use gen_lsp_types::{Hover, HoverParams};

use super::requests::Answer;
use super::view::View;

/// Tells of what stands under the pointer.
pub(super) fn hover(view: &View<'_>, params: HoverParams) -> Answer<Option<Hover>> {
    let _spot = view.spot(&params.text_document_position_params);
    Ok(None)
}
