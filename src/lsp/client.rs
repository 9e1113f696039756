//! What the editor can do and where it stands, as it says when it begins.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::edits::Abilities;
use super::position::Encoding;
use super::uri;

/// The editor at the other end.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Client {
    /// What a position's character counts.
    pub(super) encoding: Encoding,
    /// The folders that are open in it.
    pub(super) folders: Vec<PathBuf>,
    /// Its process, which this one does not outlive.
    pub(super) process: Option<u64>,
    /// Whether it shows a link beside a finding.
    pub(super) links_rules: bool,
    /// Whether it can be asked to watch files.
    pub(super) watches: bool,
    /// Whether completions may hold places to fill in.
    pub(super) snippets: bool,
    /// Whether it takes a definition together with the word that leads there.
    pub(super) links_definitions: bool,
    /// Whether it can be asked to show a file.
    pub(super) shows_documents: bool,
    /// What it does with changes of several files.
    pub(super) edits: Abilities,
    /// Whether it asks again for lenses and hints when told to.
    pub(super) refreshes: Refreshes,
}

/// What is asked for again when it is told to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Refreshes {
    /// Code lenses.
    pub(super) lenses: bool,
    /// Inlay hints.
    pub(super) hints: bool,
}

impl Client {
    /// Reads the parameters of `initialize`. What is missing or odd counts as not said.
    pub(super) fn read(params: &Value) -> Self {
        let capability = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let can = |path: &str| capability(path).and_then(Value::as_bool).unwrap_or(false);
        let encodings = capability("general/positionEncodings").and_then(Value::as_array);
        let takes_bytes = encodings.is_some_and(|all| all.iter().any(|one| one == "utf-8"));
        let operations =
            capability("workspace/workspaceEdit/resourceOperations").and_then(Value::as_array);
        let does = |one: &str| operations.is_some_and(|all| all.iter().any(|known| known == one));
        // Files are made and moved among document changes: whoever does the one reads the other.
        let versions = can("workspace/workspaceEdit/documentChanges") || operations.is_some();
        Self {
            encoding: if takes_bytes { Encoding::Utf8 } else { Encoding::Utf16 },
            folders: folders(params),
            process: params.get("processId").and_then(Value::as_u64),
            links_rules: can("textDocument/publishDiagnostics/codeDescriptionSupport"),
            watches: can("workspace/didChangeWatchedFiles/dynamicRegistration"),
            snippets: can("textDocument/completion/completionItem/snippetSupport"),
            links_definitions: can("textDocument/definition/linkSupport"),
            shows_documents: can("window/showDocument/support"),
            edits: Abilities {
                versions,
                creates: does("create"),
                moves: does("rename"),
                snippets: can("workspace/workspaceEdit/snippetEditSupport"),
            },
            refreshes: Refreshes {
                lenses: can("workspace/codeLens/refreshSupport"),
                hints: can("workspace/inlayHint/refreshSupport"),
            },
        }
    }

    /// Whether its process has ended, as far as that can be told.
    pub(super) fn is_gone(&self) -> bool {
        let processes = Path::new("/proc");
        self.process.is_some_and(|id| {
            processes.join("self").exists() && !processes.join(id.to_string()).exists()
        })
    }
}

/// The folders that are open: by their list, else by the older ways to say it.
fn folders(params: &Value) -> Vec<PathBuf> {
    let listed = params.get("workspaceFolders").and_then(Value::as_array);
    let listed = listed.into_iter().flatten().filter_map(|folder| folder.get("uri"));
    let of_uri = |uri: &Value| uri.as_str().and_then(uri::path);
    let folders: Vec<PathBuf> = listed.filter_map(of_uri).collect();
    if !folders.is_empty() {
        return folders;
    }
    let root = params.get("rootUri").and_then(of_uri);
    let older = || params.get("rootPath").and_then(Value::as_str).map(PathBuf::from);
    root.or_else(older).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn bytes_are_agreed_on_where_the_editor_takes_them() {
        let encoding = |list: Value| {
            let params = json!({ "capabilities": { "general": { "positionEncodings": list } } });
            Client::read(&params).encoding
        };
        assert_eq!(encoding(json!(["utf-16", "utf-8"])), Encoding::Utf8);
        assert_eq!(encoding(json!(["utf-32", "utf-16"])), Encoding::Utf16);
        assert_eq!(encoding(json!(null)), Encoding::Utf16);
        assert_eq!(encoding(json!("utf-8")), Encoding::Utf16);
    }

    #[test]
    fn odd_parameters_count_as_not_said() {
        for params in [json!(null), json!([]), json!({ "processId": "x", "rootUri": 3 })] {
            assert_eq!(Client::read(&params), Client::default(), "{params}");
        }
    }

    #[test]
    fn who_moves_files_reads_document_changes() {
        let edits = |edit: Value| {
            let params = json!({ "capabilities": { "workspace": { "workspaceEdit": edit } } });
            Client::read(&params).edits
        };
        let neovim = edits(json!({ "resourceOperations": ["rename", "create", "delete"] }));
        assert!(neovim.moves && neovim.creates && neovim.versions);
        let plain = edits(json!({ "documentChanges": true }));
        assert!(plain.versions && !plain.moves);
    }

    #[cfg(unix)]
    #[test]
    fn folders_are_told_in_three_ways() {
        let all = json!({ "workspaceFolders": [{ "uri": "file:///a" }, { "uri": "https://b/c" }], "rootUri": "file:///r" });
        assert_eq!(Client::read(&all).folders, [PathBuf::from("/a")]);
        let root = json!({ "workspaceFolders": null, "rootUri": "file:///r", "rootPath": "/p" });
        assert_eq!(Client::read(&root).folders, [PathBuf::from("/r")]);
        assert_eq!(Client::read(&json!({ "rootPath": "/p" })).folders, [PathBuf::from("/p")]);
    }
}
