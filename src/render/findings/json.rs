//! Findings for programs: a JSON document of a fixed, versioned shape.

use std::fmt::Write as _;

use schemars::JsonSchema;
use serde::Serialize;

use super::source::{Position, Sources};
use super::{Checked, number_of};
use crate::diagnostic::{Diagnostic, Edit, Fix, Label, Level, Place};
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
    /// By what it is known again after its file was moved, reordered or reformatted: 32 hexadecimal
    /// digits, the same as in SARIF and in the code quality report.
    pub fingerprint: &'a str,
    /// The edits that certainly mend it, as `goals check --fix` makes them; null where there is a
    /// doubt.
    pub fix: Option<FixView<'a>>,
}

/// Edits that mend a finding. They belong together and do not overlap.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FixView<'a> {
    /// The edits, at least one, in the finding's own file.
    pub edits: Vec<EditView<'a>>,
}

/// A replacement of text in a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EditView<'a> {
    /// File, from the workspace's root, with `/`.
    pub path: &'a str,
    /// Where what goes away begins.
    pub start: Option<PositionView>,
    /// The position behind what goes away; the same as `start` where something is put in.
    pub end: Option<PositionView>,
    /// What comes in its place; empty where something is removed.
    pub replacement: &'a str,
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
    /// Number of infos, which are only worth knowing.
    pub infos: usize,
}

/// Writes the findings as a [`FindingsView`], indented, with a final line break. Strings are the
/// true ones; characters that could act on a terminal are written as `\uXXXX`.
pub fn json(checked: &Checked<'_>) -> String {
    let Checked { findings, snapshot, .. } = *checked;
    let sources = Sources::of(findings, snapshot);
    let view = FindingsView {
        format_version: FORMAT_VERSION,
        findings: checked
            .each()
            .map(|(finding, fingerprint)| finding_view(finding, fingerprint, &sources))
            .collect(),
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
pub(in crate::render) fn written(view: &impl Serialize) -> String {
    let text = serde_json::to_string_pretty(view)
        .expect("the view holds only strings, numbers and lists, which JSON can hold");
    inert(&text) + "\n"
}

fn finding_view<'a>(
    finding: &'a Diagnostic,
    fingerprint: &'a str,
    sources: &Sources<'_>,
) -> FindingView<'a> {
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
        fingerprint,
        fix: finding.fix.as_ref().map(|fix| fix_view(fix, sources)),
    }
}

fn fix_view<'a>(fix: &'a Fix, sources: &Sources<'_>) -> FixView<'a> {
    let edit_view = |edit: &'a Edit| {
        let ends = ends(&edit.place, sources);
        EditView {
            path: &edit.place.path,
            start: ends.map(|(start, _)| start),
            end: ends.map(|(_, end)| end),
            replacement: &edit.with,
        }
    };
    FixView { edits: fix.edits.iter().map(edit_view).collect() }
}

fn place_view<'a>(label: &'a Label, sources: &Sources<'_>) -> RelatedView<'a> {
    let place = &label.place;
    let ends = ends(place, sources);
    RelatedView {
        path: &place.path,
        start: ends.map(|(start, _)| start),
        end: ends.map(|(_, end)| end),
        label: Some(label.text.as_str()).filter(|text| !text.is_empty()),
    }
}

/// Where a place begins and where it has ended; nothing in a file without a text.
fn ends(place: &Place, sources: &Sources<'_>) -> Option<(PositionView, PositionView)> {
    let source = sources.get(&place.path)?;
    let span = source.clamp(place.span);
    Some((position_view(source.position(span.start)), position_view(source.position(span.end))))
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
    super::super::schema::of::<FindingsView<'_>>()
}
