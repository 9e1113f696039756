//! Findings for programs: a JSON document of a fixed, versioned shape.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::number_of;
use super::source::{Position, Sources};
use crate::diagnostic::{Diagnostic, Label, Level};
use crate::repo::Snapshot;
use crate::text::is_hostile;

/// The version of the shape. It goes up when a member goes away or changes its meaning; new
/// members may come without that.
pub const FORMAT_VERSION: u32 = 1;

/// What a check found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingsView<'a> {
    /// Version of this shape: 1.
    pub format_version: u32,
    /// The findings, by file and then by place.
    pub findings: Vec<FindingView<'a>>,
    /// How many there are of each level.
    pub summary: Counts,
}

/// One finding of one rule.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView<'a> {
    /// Name of the rule.
    pub rule: &'a str,
    /// Weight of the finding: `error`, `warning` or `info`.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    pub level: &'a str,
    /// What was found and what was expected.
    pub message: &'a str,
    /// File at fault, from the workspace's root, with `/`.
    pub path: &'a str,
    /// Where the fault begins; null if the file has no text, for instance because it is not UTF-8.
    pub start: Option<PositionView>,
    /// Where the fault has ended: the position behind its last character; null as for `start`.
    pub end: Option<PositionView>,
    /// What is to be said about that place, or null.
    pub label: Option<&'a str>,
    /// Other places that explain the finding.
    pub related: Vec<RelatedView<'a>>,
    /// A command or an edit that mends it, or null.
    pub help: Option<&'a str>,
}

/// A place that explains a finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RelatedView<'a> {
    /// File, from the workspace's root, with `/`.
    pub path: &'a str,
    /// Where the place begins; null if the file has no text.
    pub start: Option<PositionView>,
    /// The position behind the place's last character; null if the file has no text.
    pub end: Option<PositionView>,
    /// What is to be said about the place, or null.
    pub label: Option<&'a str>,
}

/// A position in a text, between two characters.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct PositionView {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters (Unicode scalar values); a byte order mark is not counted.
    pub column: usize,
    /// Bytes before it in the file, a byte order mark included.
    pub offset: usize,
}

/// How many findings there are of each level.
#[derive(Debug, Clone, Copy, Serialize, JsonSchema)]
pub struct Counts {
    /// Number of errors.
    pub errors: usize,
    /// Number of warnings.
    pub warnings: usize,
    /// Number of remarks that are only worth knowing.
    pub infos: usize,
}

/// Writes the findings as a [`FindingsView`], indented, with a final line break. Strings are the
/// true ones; characters that could act on a terminal are written as `\uXXXX`.
pub fn json(findings: &[Diagnostic], snapshot: &Snapshot) -> String {
    let sources = Sources::of(findings, snapshot);
    let view = FindingsView {
        format_version: FORMAT_VERSION,
        findings: findings.iter().map(|finding| finding_view(finding, &sources)).collect(),
        summary: Counts {
            errors: number_of(findings, Level::Error),
            warnings: number_of(findings, Level::Warning),
            infos: number_of(findings, Level::Info),
        },
    };
    written(&view)
}

/// Writes a view as JSON, indented, with a final line break and without a character that could act
/// on a terminal.
pub(super) fn written(view: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(view)
        .expect("the view holds only strings, numbers and lists, which JSON can hold");
    inert(&text) + "\n"
}

fn finding_view<'a>(finding: &'a Diagnostic, sources: &Sources<'_>) -> FindingView<'a> {
    let RelatedView { path, start, end, label } = place_view(&finding.primary, sources);
    FindingView {
        rule: finding.rule,
        level: finding.level.word(),
        message: &finding.message,
        path,
        start,
        end,
        label,
        related: finding.related.iter().map(|label| place_view(label, sources)).collect(),
        help: finding.help.as_deref(),
    }
}

fn place_view<'a>(label: &'a Label, sources: &Sources<'_>) -> RelatedView<'a> {
    let place = &label.place;
    let ends = sources.get(&place.path).map(|source| {
        let span = source.clamp(place.span);
        (position_view(source.position(span.start)), position_view(source.position(span.end)))
    });
    RelatedView {
        path: &place.path,
        start: ends.map(|(start, _)| start),
        end: ends.map(|(_, end)| end),
        label: Some(label.text.as_str()).filter(|text| !text.is_empty()),
    }
}

fn position_view(position: Position) -> PositionView {
    let Position { line, column, offset } = position;
    PositionView { line, column, offset }
}

/// Escapes what the JSON writer leaves raw. Such characters occur in strings only, apart from the
/// line breaks of the layout, so the document keeps its meaning.
fn inert(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    for c in json.chars() {
        if c == '\n' || !is_hostile(c) {
            text.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(text, "\\u{unit:04x}").expect("a string takes whatever is written to it");
            }
        }
    }
    text
}

/// The JSON Schema (draft-07) of what [`json`] gives.
pub fn schema() -> String {
    let generator = schemars::generate::SchemaSettings::draft07().into_generator();
    let schema = generator.into_root_schema_for::<FindingsView<'_>>();
    serde_json::to_string_pretty(&schema).expect("a schema is plain data") + "\n"
}
