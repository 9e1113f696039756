//! Code actions: what can be done about findings, and with records.

mod findings;
mod records;

use gen_lsp_types::{
    CodeAction, CodeActionKind, CodeActionOptions, CodeActionParams, CodeActionResponse, Diagnostic,
};

use super::edits;
use super::requests::Answer;
use super::snippet::Snippet;
use super::view::{File, View};
use crate::change::Changes;
use crate::text::{Span, printable};

/// Mends one finding, or all of a rule.
const QUICK_FIX: &str = "quickfix";
/// Mends all that can be mended in a file.
const FIX_ALL: &str = "source.fixAll.goals";
/// Brings the records of a file into their order.
const SORT: &str = "source.sortRecords.goals";
/// Records what is true today.
const CHECK_IN: &str = "refactor.checkin";
/// Takes a record back.
const VOID: &str = "refactor.void";

/// What the editor is told of the sorts of actions there are.
pub(super) fn options() -> CodeActionOptions {
    let kinds = [QUICK_FIX, FIX_ALL, SORT, CHECK_IN, VOID].map(kind);
    CodeActionOptions { code_action_kinds: Some(kinds.into()), ..CodeActionOptions::default() }
}

/// Lists what can be done where the selection is.
pub(super) fn actions(
    view: &View<'_>,
    params: CodeActionParams,
) -> Answer<Option<Vec<CodeActionResponse>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let span = file.lines.span(params.range);
    let only = params.context.only;
    let only = only.map(|only| only.into_iter().map(String::from).collect::<Vec<String>>());
    let place = Selection { view, file, span, only, shown: params.context.diagnostics };
    let mut all = Vec::new();
    findings::actions(&place, &mut all);
    records::actions(&place, &mut all);
    Ok(Some(all.into_iter().map(CodeActionResponse::from).collect()))
}

/// What is selected, and what is asked for.
struct Selection<'s> {
    view: &'s View<'s>,
    file: File<'s>,
    span: Span,
    /// The sorts of actions that are asked for; all where nothing is said.
    only: Option<Vec<String>>,
    /// The findings that the editor shows there.
    shown: Vec<Diagnostic>,
}

impl<'s> Selection<'s> {
    /// Tells whether actions of a sort are asked for: of that sort, or of one that it belongs to.
    fn wants(&self, kind: &str) -> bool {
        let is_below = |wanted: &String| {
            kind.strip_prefix(wanted.as_str())
                .is_some_and(|rest| wanted.is_empty() || rest.is_empty() || rest.starts_with('.'))
        };
        self.only.as_ref().is_none_or(|only| only.iter().any(is_below))
    }

    /// Tells whether the selection touches a span.
    fn touches(&self, span: Span) -> bool {
        self.span.start <= span.end && span.start <= self.span.end
    }

    /// Changes of the workspace, none yet.
    fn changes(&self) -> Changes<'s> {
        Changes::of(&self.view.analysis.workspace.snapshot)
    }

    /// An action that makes changes; nothing where they change nothing, or the editor cannot make
    /// them.
    fn action(&self, title: String, kind: &str, changes: &Changes<'_>) -> Option<CodeAction> {
        self.action_with_field(title, kind, changes, None)
    }

    /// The same with a place to fill in.
    fn action_with_field(
        &self,
        title: String,
        kind: &str,
        changes: &Changes<'_>,
        field: Option<(&str, &Snippet)>,
    ) -> Option<CodeAction> {
        let edit = edits::with_field(self.view, changes, field).ok()?;
        let is_something = edit.changes.as_ref().is_some_and(|changes| !changes.is_empty())
            || edit.document_changes.as_ref().is_some_and(|changes| !changes.is_empty());
        is_something.then(|| CodeAction {
            title: printable(&title).into_owned(),
            kind: Some(self::kind(kind)),
            edit: Some(edit),
            ..CodeAction::default()
        })
    }
}

fn kind(word: &str) -> CodeActionKind {
    CodeActionKind::from(word.to_owned())
}
