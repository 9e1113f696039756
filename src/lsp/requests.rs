//! What can be asked: one table from a method to the function that answers it.
//!
//! Adding a request is a file with its function, a line in [`REQUESTS`], and its capability.

use gen_lsp_types::{
    CodeActionRequest, CodeLensOptions, CodeLensRequest, CompletionOptions, CompletionRequest,
    DefinitionRequest, DocumentFormattingRequest, DocumentLinkOptions, DocumentLinkRequest,
    DocumentSymbolRequest, FoldingRangeRequest, HoverRequest, InlayHintRequest,
    PrepareRenameRequest, ReferencesRequest, RenameOptions, RenameRequest, Request,
    ServerCapabilities, TextDocumentSyncKind, TextDocumentSyncOptions, WorkspaceSymbolRequest,
};
use serde_json::Value;

use super::position::Encoding;
use super::view::View;
use super::{
    actions, commands, completion, folding, formatting, hints, hover, lens, navigation, rename,
    symbols,
};

/// Why a request is not answered with a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// Its parameters are not what the method takes.
    Params(String),
    /// What is asked for cannot be done; people read why.
    Cannot(String),
}

/// The answer to a request of one sort.
pub(super) type Answer<T> = Result<T, Refused>;

/// A method and the function behind it.
pub(super) struct Entry {
    /// The protocol's name for it.
    pub(super) method: &'static str,
    /// Reads the parameters, and makes the answer.
    pub(super) answer: fn(&View<'_>, Value) -> Answer<Value>,
}

macro_rules! requests {
    ($($request:ident => $answer:path),* $(,)?) => {
        &[$(Entry {
            method: <$request as Request>::METHOD.as_str(),
            answer: |view, params| typed::<$request>(view, params, $answer),
        }),*]
    };
}

/// Every request about a workspace.
pub(super) const REQUESTS: &[Entry] = requests![
    CodeActionRequest => actions::actions,
    CodeLensRequest => lens::lenses,
    CompletionRequest => completion::complete,
    DefinitionRequest => navigation::definition,
    DocumentFormattingRequest => formatting::format,
    DocumentLinkRequest => navigation::links,
    DocumentSymbolRequest => symbols::of_document,
    FoldingRangeRequest => folding::ranges,
    HoverRequest => hover::hover,
    InlayHintRequest => hints::hints,
    PrepareRenameRequest => rename::prepare,
    ReferencesRequest => navigation::references,
    RenameRequest => rename::rename,
    WorkspaceSymbolRequest => symbols::of_workspace,
];

/// What the server says that it can do.
pub(super) fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.word().to_owned().into()),
        text_document_sync: Some(
            TextDocumentSyncOptions {
                open_close: Some(true),
                change: Some(TextDocumentSyncKind::Incremental),
                save: Some(true.into()),
                ..TextDocumentSyncOptions::default()
            }
            .into(),
        ),
        execute_command_provider: Some(commands::options()),
        code_lens_provider: Some(CodeLensOptions::default()),
        document_formatting_provider: Some(true.into()),
        document_symbol_provider: Some(true.into()),
        folding_range_provider: Some(true.into()),
        hover_provider: Some(true.into()),
        inlay_hint_provider: Some(true.into()),
        workspace_symbol_provider: Some(true.into()),
        definition_provider: Some(true.into()),
        references_provider: Some(true.into()),
        document_link_provider: Some(DocumentLinkOptions::default()),
        rename_provider: Some(
            RenameOptions { prepare_provider: Some(true), ..RenameOptions::default() }.into(),
        ),
        code_action_provider: Some(actions::options().into()),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(completion::TRIGGERS.map(str::to_owned).into()),
            ..CompletionOptions::default()
        }),
        ..ServerCapabilities::default()
    }
}

/// The entry of a method.
pub(super) fn find(method: &str) -> Option<&'static Entry> {
    REQUESTS.iter().find(|entry| entry.method == method)
}

fn typed<R: Request>(
    view: &View<'_>,
    params: Value,
    answer: fn(&View<'_>, R::Params) -> Answer<R::Result>,
) -> Answer<Value> {
    let params = serde_json::from_value(params)
        .map_err(|error| Refused::Params(format!("{}: {error}", R::METHOD)))?;
    let answer = answer(view, params)?;
    serde_json::to_value(answer).map_err(|error| Refused::Params(error.to_string()))
}
