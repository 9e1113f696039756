//! The page about the server says what the server says of itself.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use super::client::Editor;
use super::repository;

/// The methods in the page's table of requests.
fn told() -> BTreeSet<String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/lsp.md");
    let page = std::fs::read_to_string(page).expect("readable");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let methods = rows.map(|(method, _)| method.to_owned());
    methods.filter(|method| method.contains('/')).collect()
}

/// The method behind a capability.
fn method(provider: &str) -> String {
    match provider.trim_end_matches("Provider") {
        "workspaceSymbol" => "workspace/symbol".to_owned(),
        "executeCommand" => "workspace/executeCommand".to_owned(),
        "documentFormatting" => "textDocument/formatting".to_owned(),
        name => format!("textDocument/{name}"),
    }
}

#[test]
fn the_page_tells_of_every_capability_and_of_nothing_else() {
    let repo = repository();
    let editor = Editor::start(&repo);
    let capabilities = editor.welcome["capabilities"].as_object().expect("an object");
    let providers = capabilities.keys().filter(|key| key.ends_with("Provider"));
    let can: BTreeSet<String> = providers.map(|provider| method(provider)).collect();
    assert_eq!(told(), can);
}

#[test]
fn every_request_of_the_page_is_known() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    for method in told() {
        if let Err(refused) = editor.request(&method, Value::Null) {
            assert_ne!(refused["code"], -32601, "{method}");
        }
    }
}
