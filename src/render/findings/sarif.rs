//! Findings as SARIF 2.1.0, the format of code scanning.

use std::collections::BTreeMap;

use serde::Serialize;

use super::source::{Region, Sources};
use super::{Checked, with_help};
use crate::check::{RULES, Rule};
use crate::diagnostic::{Diagnostic, Fix, Label, Level};
use crate::text::printable;

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool,
    column_kind: &'static str,
    results: Vec<ResultView<'a>>,
}

#[derive(Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Serialize)]
struct Driver {
    name: &'static str,
    version: &'static str,
    rules: Vec<RuleView>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RuleView {
    id: &'static str,
    short_description: Message,
    full_description: Message,
    help: Message,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ResultView<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: Fingerprints<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<FixView<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FixView<'a> {
    description: Message,
    artifact_changes: [ArtifactChange<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange<'a> {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement<'a> {
    deleted_region: RegionView,
    inserted_content: Inserted<'a>,
}

#[derive(Serialize)]
struct Inserted<'a> {
    text: &'a str,
}

/// The fingerprint under the name of its own, and under the one that code scanning looks for, so
/// that it does not make one of the line.
#[derive(Serialize)]
struct Fingerprints<'a> {
    #[serde(rename = "goals/v1")]
    own: &'a str,
    #[serde(rename = "primaryLocationLineHash")]
    line_hash: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: RegionView,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    uri_base_id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionView {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

/// Writes the findings as a SARIF log of one run, indented, with a final line break. It describes
/// the rules that were broken; columns count Unicode scalar values.
pub fn sarif(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let broken = |rule: &&Rule| checked.findings.iter().any(|finding| finding.rule == rule.name);
    let rules: Vec<&Rule> = RULES.iter().filter(broken).collect();
    let indices: BTreeMap<&str, usize> =
        rules.iter().enumerate().map(|(at, rule)| (rule.name, at)).collect();
    let results = checked
        .each()
        .map(|(finding, fingerprint)| ResultView {
            rule_id: finding.rule,
            rule_index: indices.get(finding.rule).copied(),
            level: level(finding.level),
            message: message(&with_help(finding)),
            locations: [location(&finding.primary, None, checked, &sources)],
            related_locations: related(finding, checked, &sources),
            partial_fingerprints: Fingerprints { own: fingerprint, line_hash: fingerprint },
            fixes: finding
                .fix
                .iter()
                .map(|fix| fix_view(finding, fix, checked, &sources))
                .collect(),
        })
        .collect();
    super::json::written(&Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "goals",
                    version: env!("CARGO_PKG_VERSION"),
                    rules: rules.into_iter().map(rule_view).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            results,
        }],
    })
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "note",
    }
}

fn rule_view(rule: &Rule) -> RuleView {
    RuleView {
        id: rule.name,
        short_description: Message { text: rule.finds.to_owned(), markdown: None },
        full_description: Message { text: introduction(rule.page), markdown: None },
        help: Message { text: rule.page.to_owned(), markdown: Some(rule.page) },
        default_configuration: Configuration { level: level(rule.level) },
    }
}

/// What a page says before its example, as one line for each paragraph.
fn introduction(page: &str) -> String {
    let before = page.split("\n## ").next().unwrap_or(page);
    let paragraphs = before.split("\n\n").skip(1).map(|text| text.trim().replace('\n', " "));
    paragraphs.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A message of text from files. A viewer makes links of `[text](target)`; none is meant.
fn message(text: &str) -> Message {
    let text = if text.contains("](") {
        text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
    } else {
        text.to_owned()
    };
    Message { text, markdown: None }
}

fn related(finding: &Diagnostic, checked: &Checked<'_>, sources: &Sources<'_>) -> Vec<Location> {
    let numbered = finding.related.iter().enumerate();
    numbered.map(|(at, label)| location(label, Some(at + 1), checked, sources)).collect()
}

fn location(
    label: &Label,
    id: Option<usize>,
    checked: &Checked<'_>,
    sources: &Sources<'_>,
) -> Location {
    let region = sources.region(&label.place);
    Location {
        id,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: encoded(&checked.path(&label.place.path)),
                uri_base_id: "%SRCROOT%",
            },
            region: region_view(&region),
        },
        message: (!label.text.is_empty()).then(|| message(&printable(&label.text))),
    }
}

fn region_view(region: &Region) -> RegionView {
    RegionView {
        start_line: region.start.line,
        start_column: region.start.column,
        end_line: region.end.line,
        end_column: region.end.column,
    }
}

/// The edits that mend a finding; all of them lie in its own file.
fn fix_view<'a>(
    finding: &Diagnostic,
    fix: &'a Fix,
    checked: &Checked<'_>,
    sources: &Sources<'_>,
) -> FixView<'a> {
    let path = &finding.primary.place.path;
    let said = finding.help.as_deref().unwrap_or(&finding.message);
    let replacements = fix.edits.iter().map(|edit| Replacement {
        deleted_region: region_view(&sources.region(&edit.place)),
        inserted_content: Inserted { text: &edit.with },
    });
    FixView {
        description: message(&printable(said)),
        artifact_changes: [ArtifactChange {
            artifact_location: ArtifactLocation {
                uri: encoded(&checked.path(path)),
                uri_base_id: "%SRCROOT%",
            },
            replacements: replacements.collect(),
        }],
    }
}

/// A path as a relative URI: every byte that a path of a URI cannot hold as `%XX`.
fn encoded(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
    uri
}
