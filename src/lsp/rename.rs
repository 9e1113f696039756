//! Rename: a goal or a key result by another id, in every file; what was is kept as `formerly`.

use gen_lsp_types::{
    PrepareRenameParams, PrepareRenamePlaceholder, PrepareRenameResult, RenameParams, WorkspaceEdit,
};

use super::edits;
use super::named::{self, Name, Named};
use super::requests::{Answer, Refused};
use super::view::View;
use crate::change::{Changes, Rename, in_the_way};
use crate::error::Error;

/// Tells what would be renamed, and what it is called now.
pub(super) fn prepare(
    view: &View<'_>,
    params: PrepareRenameParams,
) -> Answer<Option<PrepareRenameResult>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let Some(name) = named::at(view, &spot) else { return Ok(None) };
    let Some((goal, key_result)) = target(view, &name)? else { return Ok(None) };
    let goal = view.analysis.goal(goal);
    let own = key_result.and_then(|at| goal.key_results[at].id.clone());
    let placeholder = own.unwrap_or_else(|| goal.reference.id.clone());
    let range = spot.file.range(name.span);
    Ok(Some(PrepareRenamePlaceholder::new(range, placeholder).into()))
}

/// Renames what is named under the cursor.
pub(super) fn rename(view: &View<'_>, params: RenameParams) -> Answer<Option<WorkspaceEdit>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let Some(name) = named::at(view, &spot) else { return Ok(None) };
    let Some(target) = target(view, &name)? else { return Ok(None) };
    let analysis = view.analysis;
    let workspace = &analysis.workspace;
    let rename = Rename::new(&workspace.model, target, params.new_name.trim()).map_err(refused)?;
    let reference = &analysis.goal(target.0).reference;
    // Where nothing is known of the past, none is lost by keeping the id.
    let was_committed =
        analysis.history.as_ref().is_none_or(|history| history.goal(reference).is_some());
    let mut changes = Changes::of(&workspace.snapshot);
    rename.make(&mut changes, was_committed).map_err(refused)?;
    for (_, to) in changes.moves() {
        if analysis.root.join(to).symlink_metadata().is_ok() {
            return Err(refused(in_the_way(to)));
        }
    }
    edits::of(view, &changes).map(Some)
}

/// What is to be renamed, by position; nothing where a word names nothing that can be.
fn target(view: &View<'_>, name: &Name) -> Answer<Option<(usize, Option<usize>)>> {
    match &name.named {
        Named::Goal(at) if !view.client.edits.moves => {
            let reference = &view.analysis.goal(*at).reference;
            Err(Refused::Cannot(format!(
                "this editor cannot rename files for a server: `goals rename {reference} NEW` renames the goal"
            )))
        }
        Named::Goal(at) => Ok(Some((*at, None))),
        Named::KeyResult(at, id) => {
            let position = view.analysis.goal(*at).key_result_position(id);
            Ok(position.map(|position| (*at, Some(position))))
        }
        Named::Person(_) | Named::Team(_) => {
            let why = "only goals and key results are renamed: who owns what is written by hand";
            Err(Refused::Cannot(why.to_owned()))
        }
    }
}

/// An error as people read it in an editor.
pub(super) fn refused(error: Error) -> Refused {
    Refused::Cannot(match error.hint {
        Some(hint) => format!("{}: {hint}", error.message),
        None => error.message,
    })
}
