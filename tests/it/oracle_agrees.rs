//! The product and a second, naive implementation of the formulas agree on generated workspaces.

use goals::load::SETTINGS_FILE;
use goals::pipeline::{self, Source};
use goals::render::contract::{self, Selection};
use goals::repo::Snapshot;
use proptest::prelude::*;
use proptest::test_runner::Config;

use crate::generate::{Workspace, compare, workspace};
use crate::oracle;

/// What the product makes of a workspace: its contract, and the errors it finds in it.
fn product(workspace: &Workspace) -> (serde_json::Value, Vec<String>) {
    assert!(workspace.files.contains_key(SETTINGS_FILE));
    let snapshot: Snapshot =
        workspace.files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let read = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
    let rollup = pipeline::rollup(&read, None, workspace.as_of);
    let view = contract::view(&read.model, &rollup, None, None, &Selection::default());
    // That nobody graded a generated goal in time makes no workspace invalid, nor do its records
    // from beyond the date that figures are told for.
    let errors = pipeline::check(&read, None, workspace.as_of, jiff::civil::Date::MAX)
        .iter()
        .filter(|finding| finding.level == goals::diagnostic::Level::Error)
        .filter(|finding| finding.rule != "ungraded")
        .map(|finding| {
            format!("{}: {}: {}", finding.primary.place.path, finding.rule, finding.message)
        })
        .collect();
    (serde_json::from_str(&contract::json(&view)).expect("JSON"), errors)
}

proptest! {
    #![proptest_config(Config { cases: 2000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn the_product_agrees_with_the_oracle(workspace in workspace()) {
        let (product, errors) = product(&workspace);
        prop_assert_eq!(errors, Vec::<String>::new(), "the workspace is valid");
        let oracle = oracle::rollup(&workspace.files, workspace.as_of);
        if let Err(difference) = compare(&product, &oracle) {
            return Err(TestCaseError::fail(difference));
        }
    }
}
