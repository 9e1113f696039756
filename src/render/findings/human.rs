//! Findings for people: the look of rustc, by rustc's own renderer.
//!
//! The renderer is given excerpts, never whole files, and only text that is already inert. It
//! would count lines and columns in what it was given; so every excerpt's place is worked out here
//! and put in afterwards.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::renderer::{DEFAULT_NOTE_STYLE, DecorStyle};
use annotate_snippets::{
    AnnotationKind, Group, Level as Severity, Origin, Padding, Renderer, Snippet,
};
use rayon::prelude::*;
use unicode_width::UnicodeWidthChar;

use super::source::{Source, Sources};
use crate::diagnostic::{Diagnostic, Label, Level};
use crate::repo::Snapshot;
use crate::text::{Span, printable};

/// Labels further apart than this are shown in excerpts of their own, in lines.
const NEAR_LINES: usize = 50;
/// A span of more lines than this is shown by its first line alone.
const LONG_SPAN_LINES: usize = 200;
/// A line longer than this is cut, in bytes.
const LONG_LINE: usize = 1000;
/// What is shown of a cut line before and behind a label, in bytes.
const LINE_MARGIN: usize = 100;
/// How much of what a label marks is shown of a cut line, in columns.
const MARKED_WIDTH: usize = 100;
/// What a terminal's width must have room for beside what a label marks, in columns.
const SURROUNDINGS: usize = 24;
/// The least that is shown of what a label marks, however narrow the terminal, in columns.
const LEAST_MARKED: usize = 20;
/// The width that stands for "as wide as it gets".
const UNLIMITED: usize = 1 << 24;
/// Stands for the path of an excerpt until its place is put in. No text holds it, as all text has
/// been made printable.
const PLACE_MARK: char = '\u{1}';

/// How findings are to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// With colours, as escape sequences.
    pub colour: bool,
    /// Columns to keep within, where that can be; without, no line is shortened to a width.
    pub width: Option<usize>,
    /// With box-drawing characters in place of ASCII.
    pub unicode: bool,
}

impl Style {
    fn renderer(self) -> Renderer {
        let renderer = if self.colour {
            // The usual colour is that of labels beside the primary one.
            Renderer::styled().info(DEFAULT_NOTE_STYLE)
        } else {
            Renderer::plain()
        };
        let decor = if self.unicode { DecorStyle::Unicode } else { DecorStyle::Ascii };
        renderer.decor_style(decor).term_width(self.width.unwrap_or(UNLIMITED).min(UNLIMITED))
    }

    fn ellipsis(self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// The most that is shown of what a label marks on one line, in columns.
    fn marked_width(self) -> usize {
        let room = |width: usize| width.saturating_sub(SURROUNDINGS).max(LEAST_MARKED);
        self.width.map_or(UNLIMITED, room)
    }
}

/// Shows each finding with the lines that it is about. Findings end with a line break and have an
/// empty line between them; of no findings nothing is shown.
pub fn human(findings: &[Diagnostic], snapshot: &Snapshot, style: Style) -> String {
    let sources = Sources::of(findings, snapshot);
    let renderer = style.renderer();
    let shown: Vec<String> =
        findings.par_iter().map(|finding| show(finding, &sources, &renderer, style)).collect();
    shown.join("\n")
}

/// Shows one finding.
fn show(finding: &Diagnostic, sources: &Sources<'_>, renderer: &Renderer, style: Style) -> String {
    let marks = marks(finding, sources);
    let excerpts: Vec<Excerpt> =
        clusters(marks).iter().map(|cluster| Excerpt::of(cluster, style)).collect();
    let report = [report(finding, sources, &excerpts)];
    let text = put_places_in(&renderer.render(&report), &excerpts);
    // Without line numbers the renderer leaves no margin for the arrow.
    let margin = if excerpts.is_empty() { " " } else { "" };
    let mut lines = text.lines().map(str::trim_end);
    let title = lines.next().unwrap_or_default().to_owned();
    lines.fold(title, |text, line| text + "\n" + margin + line) + "\n"
}

/// Puts title, excerpts, notes and help together.
fn report<'a>(
    finding: &'a Diagnostic,
    sources: &Sources<'_>,
    excerpts: &'a [Excerpt],
) -> Group<'a> {
    let title = severity(finding.level).primary_title(printable(&finding.message)).id(finding.rule);
    let mut report = Group::with_title(title);
    if mark(&finding.primary, true, sources).is_none() {
        report = report.element(Origin::path(printable(&finding.primary.place.path)));
    }
    let notes = notes(finding, sources).map(|note| Severity::NOTE.message(note));
    let help = finding.help.iter().map(|help| Severity::HELP.message(printable_lines(help)));
    let footer: Vec<_> = notes.chain(help).collect();
    if excerpts.is_empty() && !footer.is_empty() {
        report = report.element(Padding);
    }
    report.elements(excerpts.iter().map(Excerpt::snippet)).elements(footer)
}

fn severity(level: Level) -> Severity<'static> {
    match level {
        Level::Error => Severity::ERROR,
        Level::Warning => Severity::WARNING,
        Level::Info => Severity::INFO,
    }
}

/// What labels say whose place has no line to show.
fn notes<'a>(
    finding: &'a Diagnostic,
    sources: &'a Sources<'_>,
) -> impl Iterator<Item = String> + 'a {
    let primary = Some(&finding.primary)
        .filter(|label| !label.text.is_empty() && mark(label, true, sources).is_none())
        .map(|label| printable(&label.text).into_owned());
    let related = finding.related.iter().filter(|label| mark(label, false, sources).is_none());
    let related = related.map(|label| {
        let path = printable(&label.place.path);
        if label.text.is_empty() {
            format!("see {path}")
        } else {
            format!("{path}: {}", printable(&label.text))
        }
    });
    primary.into_iter().chain(related)
}

/// A label at a place that can be shown.
struct Mark<'a> {
    path: &'a str,
    source: &'a Source<'a>,
    /// Inside the text, on boundaries of characters, without a final line break.
    span: Span,
    first_line: usize,
    last_line: usize,
    is_primary: bool,
    text: &'a str,
}

impl Mark<'_> {
    /// Tells whether the first line is one that will be cut.
    fn begins_on_long_line(&self) -> bool {
        let line = self.source.line(self.first_line);
        line.end - line.start > LONG_LINE
    }

    fn touches(&self, line: usize) -> bool {
        self.first_line <= line && line <= self.last_line
    }

    fn place(&self) -> String {
        let position = self.source.position(self.span.start);
        format!("{}:{}:{}", printable(self.path), position.line, position.column)
    }
}

/// The labels of a finding that can be shown, the primary one first.
fn marks<'a>(finding: &'a Diagnostic, sources: &'a Sources<'_>) -> Vec<Mark<'a>> {
    let primary = mark(&finding.primary, true, sources);
    let related = finding.related.iter().filter_map(|label| mark(label, false, sources));
    primary.into_iter().chain(related).collect()
}

/// Finds the lines of a label. There are none in a file without a text, and none are worth showing
/// where the label is about the file as a whole.
fn mark<'a>(label: &'a Label, is_primary: bool, sources: &'a Sources<'_>) -> Option<Mark<'a>> {
    let path = label.place.path.as_str();
    let source = sources.get(path)?;
    let span = source.clamp(label.place.span);
    if source.is_whole_file(span) {
        return None;
    }
    let first_line = source.line_of(span.start);
    let mut last_line = source.line_of(span.end.saturating_sub(1).max(span.start));
    if last_line - first_line > LONG_SPAN_LINES {
        last_line = first_line;
    }
    let start = span.start.clamp(source.line(first_line).start, source.line(first_line).end);
    let end = span.end.min(source.line(last_line).end).max(start);
    let span = Span::new(start, end);
    Some(Mark { path, source, span, first_line, last_line, is_primary, text: &label.text })
}

/// Puts marks together that are shown in one excerpt: those near to each other in one file. The
/// excerpt with the primary mark comes first, then the rest of its file, then the other files.
fn clusters(mut marks: Vec<Mark<'_>>) -> Vec<Vec<Mark<'_>>> {
    let mut ranks = BTreeMap::new();
    for mark in &marks {
        let next = ranks.len();
        ranks.entry(mark.path).or_insert(next);
    }
    marks.sort_by_key(|mark| (ranks[mark.path], mark.span));
    let mut clusters: Vec<Vec<Mark<'_>>> = Vec::new();
    for mark in marks {
        match clusters.last_mut().filter(|cluster| is_near(cluster, &mark)) {
            Some(cluster) => cluster.push(mark),
            None => clusters.push(vec![mark]),
        }
    }
    clusters.sort_by_key(|cluster| !cluster.iter().any(|mark| mark.is_primary));
    clusters
}

/// Tells whether a mark that comes after those of a cluster can be shown with them. Two on one
/// line that has to be cut can't: only the surroundings of one would be seen.
fn is_near(cluster: &[Mark<'_>], mark: &Mark<'_>) -> bool {
    let last_line = cluster.iter().map(|mark| mark.last_line).max().unwrap_or_default();
    let shares_long_line = mark.begins_on_long_line() && mark.first_line <= last_line;
    cluster.iter().all(|other| other.path == mark.path)
        && mark.first_line.saturating_sub(last_line) <= NEAR_LINES
        && !shares_long_line
}

/// Some lines of a file and the labels on them, all inert.
struct Excerpt {
    /// `path:line:column` of what matters most in it.
    place: String,
    /// Number of the first line, from 1.
    first_line: usize,
    text: String,
    labels: Vec<ExcerptLabel>,
}

/// A label on an excerpt.
struct ExcerptLabel {
    /// Bytes in the excerpt.
    range: Range<usize>,
    is_primary: bool,
    text: Option<String>,
}

impl Excerpt {
    /// Cuts out the lines of a cluster, which holds at least one mark.
    fn of(cluster: &[Mark<'_>], style: Style) -> Self {
        let first = cluster.iter().find(|mark| mark.is_primary).unwrap_or(&cluster[0]);
        let first_line = cluster.iter().map(|mark| mark.first_line).min().unwrap_or_default();
        let last_line = cluster.iter().map(|mark| mark.last_line).max().unwrap_or_default();
        let mut text = String::new();
        let mut lines = Vec::new();
        for index in first_line..=last_line {
            if index > first_line {
                text.push('\n');
            }
            lines.push(ExcerptLine::write(index, cluster, style, &mut text));
        }
        if text.ends_with('\n') {
            // The renderer knows no line behind a final line break.
            text.push(' ');
        }
        let labels = cluster.iter().map(|mark| {
            let start = lines[mark.first_line - first_line].locate(mark.source, mark.span.start);
            let end = lines[mark.last_line - first_line].locate(mark.source, mark.span.end);
            ExcerptLabel {
                range: start..end.max(start),
                is_primary: mark.is_primary,
                text: Some(printable(mark.text).into_owned()).filter(|text| !text.is_empty()),
            }
        });
        let labels = labels.collect();
        Self { place: first.place(), first_line: first_line + 1, text, labels }
    }

    fn snippet(&self) -> Snippet<'_, annotate_snippets::Annotation<'_>> {
        let labels = self.labels.iter().map(|label| {
            let kind =
                if label.is_primary { AnnotationKind::Primary } else { AnnotationKind::Context };
            kind.span(label.range.clone()).label(label.text.as_deref())
        });
        Snippet::source(self.text.as_str())
            .path(PLACE_MARK.to_string())
            .line_start(self.first_line)
            .annotations(labels)
    }
}

/// A line of an excerpt: which part of the file's line it shows, and where.
struct ExcerptLine {
    shown: Span,
    /// Offset in the excerpt at which that part begins.
    at: usize,
}

impl ExcerptLine {
    /// Writes a line of the file, or as much of it as matters, to the end of `text`.
    fn write(index: usize, cluster: &[Mark<'_>], style: Style, text: &mut String) -> Self {
        let source = cluster[0].source;
        let line = source.line(index);
        let shown = window(index, cluster, style.marked_width());
        if shown.start > line.start {
            text.push_str(style.ellipsis());
        }
        let at = text.len();
        text.push_str(&inert(source.slice(shown)));
        if shown.end < line.end {
            text.push_str(style.ellipsis());
        }
        Self { shown, at }
    }

    /// Where an offset of the file is in the excerpt; at an end of the line if it was cut off.
    fn locate(&self, source: &Source<'_>, offset: usize) -> usize {
        let offset = offset.clamp(self.shown.start, self.shown.end);
        self.at + inert(source.slice(Span::new(self.shown.start, offset))).len()
    }
}

/// The part of a line that is shown: all of it; of a long one the surroundings of the first label
/// on it; and no more of what its only label marks than fits in.
fn window(index: usize, cluster: &[Mark<'_>], marked_width: usize) -> Span {
    let source = cluster[0].source;
    let line = source.line(index);
    let is_long = line.end - line.start > LONG_LINE;
    let starts = cluster.iter().filter(|mark| mark.first_line == index).map(|m| m.span.start);
    let ends = cluster.iter().filter(|mark| mark.last_line == index).map(|m| m.span.end);
    let from = starts.clone().chain(ends.clone()).min().unwrap_or(line.start);
    let to = starts.chain(ends).max().unwrap_or(from);
    let room = if is_long { marked_width.min(MARKED_WIDTH) } else { marked_width };
    let room_end = from + prefix(source.slice(Span::new(from, to)), room);
    let is_only = cluster.iter().filter(|mark| mark.touches(index)).count() == 1;
    let is_too_wide = room_end < to && (is_long || is_only);
    source.clamp(Span {
        start: if is_long { from.saturating_sub(LINE_MARGIN).max(line.start) } else { line.start },
        end: match (is_too_wide, is_long) {
            (true, _) => room_end,
            (false, true) => (to + LINE_MARGIN).min(line.end),
            (false, false) => line.end,
        },
    })
}

/// How many bytes at the start of `text` fit into so many columns.
fn prefix(text: &str, columns: usize) -> usize {
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or(1);
        taken <= columns
    };
    text.chars().take_while(fits).map(char::len_utf8).sum()
}

/// Makes a part of a line printable; tabs stay, as the renderer knows how to show them.
fn inert(text: &str) -> String {
    let parts: Vec<_> = text.split('\t').map(printable).collect();
    parts.join("\t")
}

/// Makes text of several lines printable, line by line.
fn printable_lines(text: &str) -> String {
    let lines: Vec<_> = text.lines().map(printable).collect();
    lines.join("\n")
}

/// Replaces each mark, and the line and column that the renderer counted behind it, by the place
/// of the excerpt that stands there.
fn put_places_in(rendered: &str, excerpts: &[Excerpt]) -> String {
    let mut pieces = rendered.split(PLACE_MARK);
    let mut text = pieces.next().unwrap_or_default().to_owned();
    for (piece, excerpt) in pieces.zip(excerpts) {
        text.push_str(&excerpt.place);
        text.push_str(piece.trim_start_matches(|c: char| c == ':' || c.is_ascii_digit()));
    }
    text
}
