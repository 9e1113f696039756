//! Findings as GitLab's code quality report.

use serde::Serialize;

use super::source::Sources;
use super::{Checked, with_help};
use crate::diagnostic::Level;

/// One finding, as GitLab reads it.
#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

/// Writes the findings as a JSON array of issues, with a final line break.
pub fn gitlab(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let issues: Vec<Issue<'_>> = checked
        .each()
        .map(|(finding, fingerprint)| {
            let region = sources.region(&finding.primary.place);
            Issue {
                description: with_help(finding),
                check_name: finding.rule,
                fingerprint,
                severity: match finding.level {
                    Level::Error => "major",
                    Level::Warning => "minor",
                    Level::Info => "info",
                },
                location: Location {
                    path: checked.path(&finding.primary.place.path),
                    lines: Lines { begin: region.start.line, end: region.end.line },
                },
            }
        })
        .collect();
    super::json::written(&issues)
}
