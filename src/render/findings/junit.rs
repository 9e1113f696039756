//! Findings as a JUnit report: a suite for each file, a test for each finding.

use std::collections::{BTreeMap, BTreeSet};

use super::source::Sources;
use super::{Checked, with_help};
use crate::diagnostic::Diagnostic;
use crate::text::printable;

/// Writes a test suite for each file that was checked, or that has a finding.
///
/// A finding that makes the check fail is a failed test; one below that level is a skipped one with
/// its message, which both GitLab and Jenkins show without counting the run as failed. A file
/// without findings is one passed test.
pub fn junit(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let mut by_file: BTreeMap<&str, Vec<&Diagnostic>> =
        checked.files.iter().map(|file| (*file, Vec::new())).collect();
    for finding in checked.findings {
        by_file.entry(&finding.primary.place.path).or_default().push(finding);
    }
    let suites: String =
        by_file.iter().map(|(file, findings)| suite(file, findings, checked, &sources)).collect();
    let tests: usize = by_file.values().map(|findings| findings.len().max(1)).sum();
    let failures = checked.findings.iter().filter(|finding| fails(finding, checked)).count();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"goals check\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" time=\"0\">\n{suites}</testsuites>\n"
    )
}

fn fails(finding: &Diagnostic, checked: &Checked<'_>) -> bool {
    checked.fails_from.is_some_and(|least| finding.level >= least)
}

fn suite(
    file: &str,
    findings: &[&Diagnostic],
    checked: &Checked<'_>,
    sources: &Sources<'_>,
) -> String {
    let path = checked.path(file);
    // Jenkins takes what stands before the last dot for a package.
    let class = path.strip_suffix(".toml").unwrap_or(&path).replace('.', "_");
    let (class, path) = (escaped(&class), escaped(&path));
    let failures = findings.iter().filter(|finding| fails(finding, checked)).count();
    let mut names = BTreeSet::new();
    let mut cases: String = findings
        .iter()
        .map(|finding| {
            // A test is known by its name, so no two may have the same.
            let name = format!("{}: {}", finding.rule, finding.message);
            let mut unique = name.clone();
            for number in 2.. {
                if names.insert(unique.clone()) {
                    break;
                }
                unique = format!("{name} ({number})");
            }
            case(&unique, &class, &path, finding, checked, sources)
        })
        .collect();
    if findings.is_empty() {
        cases = format!(
            "    <testcase name=\"no findings\" classname=\"{class}\" file=\"{path}\" time=\"0\"/>\n"
        );
    }
    format!(
        "  <testsuite name=\"{path}\" tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"{}\" time=\"0\">\n{cases}  </testsuite>\n",
        findings.len().max(1),
        findings.len() - failures
    )
}

fn case(
    name: &str,
    class: &str,
    path: &str,
    finding: &Diagnostic,
    checked: &Checked<'_>,
    sources: &Sources<'_>,
) -> String {
    let start = sources.region(&finding.primary.place).start;
    let (level, message) = (finding.level.word(), escaped(&finding.message));
    let body = escaped_lines(&with_help(finding));
    let result = if fails(finding, checked) {
        format!(
            "<failure type=\"{level}\" message=\"{message}\">{path}:{}:{}\n{body}</failure>",
            start.line, start.column
        )
    } else {
        format!("<skipped message=\"{level}: {message}\"/>")
    };
    format!(
        "    <testcase name=\"{}\" classname=\"{class}\" file=\"{path}\" line=\"{}\" time=\"0\">\n      {result}\n    </testcase>\n",
        escaped(name),
        start.line
    )
}

fn escaped_lines(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("\n")
}

/// Escapes text for an element or an attribute. What XML 1.0 cannot hold is made visible or left
/// out.
fn escaped(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in printable(text).chars() {
        match c {
            '&' => shown.push_str("&amp;"),
            '<' => shown.push_str("&lt;"),
            '>' => shown.push_str("&gt;"),
            '"' => shown.push_str("&quot;"),
            '\'' => shown.push_str("&#39;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c => shown.push(c),
        }
    }
    shown
}
