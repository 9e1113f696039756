//! What findings look like: for people, in lines, as JSON, and what holds of all of these.

mod any;
mod human;
mod json;
mod lines;

use super::*;
use crate::diagnostic::{Label, Place};
use crate::repo::{Content, Snapshot};
use crate::text::{Span, is_hostile};

const PLAIN: Style = Style { colour: false, width: None, unicode: false };

const PLAN: &str = "\
title = \"fewer late nights\"
owner = \"ann\"
due = 2026-02-30

[[key_result]]
id = \"p99\"
baseline = 1
target = 2
";

fn snapshot(files: &[(&str, &str)]) -> Snapshot {
    files.iter().copied().collect()
}

/// The place of the first occurrence of `what` in `text`.
fn at(path: &str, text: &str, what: &str) -> Place {
    let start = text.find(what).expect("the sample holds it");
    Place::new(path, Span::new(start, start + what.len()))
}

fn bad_date() -> Diagnostic {
    Diagnostic::new("bad-date", "no such day", at("goals/2026/a.toml", PLAN, "2026-02-30"))
        .label("february 2026 has 28 days")
}

fn with_level(mut finding: Diagnostic, level: Level) -> Diagnostic {
    finding.level = level;
    finding
}

fn parsed(findings: &[Diagnostic], snapshot: &Snapshot) -> serde_json::Value {
    serde_json::from_str(&shown_json(findings, snapshot)).expect("it is JSON")
}

/// The JSON of findings with made-up fingerprints.
fn shown_json(findings: &[Diagnostic], snapshot: &Snapshot) -> String {
    let fingerprints: Vec<String> = (0..findings.len()).map(|at| format!("f{at}")).collect();
    json(&checked(findings, &fingerprints, snapshot))
}

fn checked<'a>(
    findings: &'a [Diagnostic],
    fingerprints: &'a [String],
    snapshot: &'a Snapshot,
) -> Checked<'a> {
    Checked { findings, fingerprints, snapshot, files: &[], prefix: "", fails_from: None, fixed: 0 }
}
