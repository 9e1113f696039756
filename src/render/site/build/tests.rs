//! What the pages say of real files and real commits.

mod changes;
mod findings;
mod goal;
mod lists;

use super::super::tests::{Files, texts};

const CALM: &str = "goals/2026-q4/calm.html";
const PAGE: &str = "goals/2026-q3/calm.html";

const CHANGES: &str = "changes.html";

/// A page's text in one line.
fn text(files: &Files, path: &str) -> String {
    let page = files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
    texts(page).join(" ").replace('\u{a0}', " ")
}

fn says(files: &Files, path: &str, expected: &[&str]) {
    let text = text(files, path);
    for expected in expected {
        assert!(text.contains(expected), "{path} does not say {expected:?}:\n{text}");
    }
}

fn says_not(files: &Files, path: &str, unexpected: &[&str]) {
    let text = text(files, path);
    for unexpected in unexpected {
        assert!(!text.contains(unexpected), "{path} says {unexpected:?}:\n{text}");
    }
}
