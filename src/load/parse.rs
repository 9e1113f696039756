//! Text to a spanned TOML tree, with each syntax error once.
//!
//! The parser recovers well from most mistakes. What it can't know is where an unclosed bracket or
//! string was meant to end: it reads on to the end of the file and reports each line on the way.
//! Such an opener is blanked up to the next line that begins a new statement, and the text is
//! parsed again, so that one mistake is one finding and what follows is still read.

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, Place};
use crate::text::{Span, line_at};

/// A syntax error before it is tied to a path.
struct Fault {
    rule: &'static str,
    message: String,
    span: Span,
    help: Option<&'static str>,
    first: Option<Span>,
}

/// A text with syntax errors, mended so far that the rest of it can be read.
pub(super) struct Mended {
    /// The text with what could not be read blanked out; offsets are those of the original.
    pub(super) text: String,
    /// Spans of lines that hold a syntax error.
    pub(super) broken: Vec<Span>,
    /// One finding for each syntax error.
    pub(super) findings: Vec<Diagnostic>,
}

/// How often an unclosed opener is blanked before the rest of the file is given up.
const MAX_OPENERS: usize = 64;

/// The tree of a text without syntax errors; nothing if it has any.
pub(super) fn sound(text: &str) -> Option<toml::Spanned<DeTable<'_>>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    errors.is_empty().then_some(tree)
}

/// Finds every syntax error of a text, and blanks what hides the rest of it.
pub(super) fn mend(path: &str, original: &str) -> Mended {
    let mut text = original.to_owned();
    let mut faults = conflict_markers(&mut text);
    for _ in 0..MAX_OPENERS {
        let Some((fault, blank)) = unclosed(&text) else { break };
        blank_out(&mut text, blank);
        faults.push(fault);
    }
    faults.extend(remaining(&text, &faults));
    faults.sort_by_key(|fault| fault.span);
    let broken: Vec<Span> =
        faults.iter().map(|fault| line_at(original, fault.span.start)).collect();
    let findings = faults.into_iter().map(|fault| fault.diagnostic(path)).collect();
    Mended { text, broken, findings }
}

impl Fault {
    fn new(message: impl Into<String>, span: Span) -> Self {
        Self { rule: "syntax", message: message.into(), span, help: None, first: None }
    }

    fn diagnostic(self, path: &str) -> Diagnostic {
        let place = Place::new(path, self.span);
        let mut diagnostic = Diagnostic::new(self.rule, self.message, place);
        if let Some(first) = self.first {
            diagnostic = diagnostic.related(Place::new(path, first), "first given here");
        }
        diagnostic.maybe_help(self.help.map(str::to_owned))
    }
}

/// Blanks the lines that a merge left behind, one fault for each conflict.
fn conflict_markers(text: &mut String) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut offset = 0;
    let mut blanks = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        let span = Span::new(offset, offset + bare.len());
        if bare.starts_with("<<<<<<< ") {
            let mut fault = Fault::new("conflict markers were left in", span);
            fault.help = Some("keep the lines of both sides that are true, and delete the markers");
            faults.push(fault);
        }
        let marker = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"]
            .iter()
            .any(|marker| bare == *marker || bare.starts_with(&format!("{marker} ")));
        if marker {
            blanks.push(span);
        }
        offset += line.len();
    }
    if faults.is_empty() {
        return faults;
    }
    for span in blanks {
        blank_out(text, span);
    }
    faults
}

/// The first value that is opened and never closed, and what to blank for it.
fn unclosed(text: &str) -> Option<(Fault, Span)> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let to_the_end = errors.iter().find_map(|error| {
        ["unclosed array", "unclosed inline table", "invalid multi-line"]
            .iter()
            .any(|start| error.message().starts_with(start))
            .then(|| error.span().map_or(text.len(), |span| span.end))
    })?;
    let opener = value_reaching(tree.get_ref(), to_the_end)?;
    let what = match text[opener.start..].chars().next() {
        Some('[') => "unclosed array: expected `]`",
        Some('{') => "unclosed inline table: expected `}`",
        _ => "unclosed string: expected three quotes",
    };
    let line = line_at(text, opener.start);
    let blank = Span::new(line.start, next_statement(text, line.end));
    Some((Fault::new(what, Span::new(opener.start, line.end.max(opener.start))), blank))
}

/// The first value of the tree, in the file's order, that was read up to `end`.
fn value_reaching(table: &DeTable<'_>, end: usize) -> Option<Span> {
    let mut found: Option<Span> = None;
    for value in table.values() {
        let span = Span::from(value.span());
        let here = match value.get_ref() {
            DeValue::Table(inner) => value_reaching(inner, end)
                .into_iter()
                .chain((span.end >= end && span.end > span.start).then_some(span))
                .min(),
            _ if span.end >= end => Some(span),
            _ => None,
        };
        found = found.into_iter().chain(here).min();
    }
    found
}

/// Where the next line begins that looks like a header or `key =`.
fn next_statement(text: &str, from: usize) -> usize {
    let mut offset = text[from..].find('\n').map_or(text.len(), |newline| from + newline + 1);
    for line in text[offset..].split_inclusive('\n') {
        if begins_statement(line) {
            return offset;
        }
        offset += line.len();
    }
    text.len()
}

fn begins_statement(line: &str) -> bool {
    let line = line.trim();
    if line.starts_with('[') {
        let name = line.split('#').next().unwrap_or_default().trim();
        let inner = name.trim_start_matches('[').trim_end_matches(']');
        let bare = |c: char| c.is_ascii_alphabetic() || c == '"' || c == '\'' || c == '_';
        return name.ends_with(']') && inner.starts_with(bare) && !inner.contains([',', '[', ']']);
    }
    let Some((key, _)) = line.split_once('=') else { return false };
    let key = key.trim();
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || "-_.\"':".contains(c))
}

/// Overwrites `span` with spaces, line breaks aside, so that every other offset stays.
fn blank_out(text: &mut String, span: Span) {
    let blanked: String = text[span.start..span.end]
        .bytes()
        .map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' })
        .collect();
    text.replace_range(span.start..span.end, &blanked);
}

/// The parser's own errors, the first of each line.
fn remaining(text: &str, known: &[Fault]) -> Vec<Fault> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut lines: Vec<usize> =
        known.iter().map(|fault| line_at(text, fault.span.start).start).collect();
    let mut errors: Vec<(Span, String)> = errors
        .iter()
        .map(|error| (error.span().map(Span::from).unwrap_or_default(), error.message().to_owned()))
        .collect();
    errors.sort();
    let mut faults = Vec::new();
    for (span, message) in errors {
        let line = line_at(text, span.start).start;
        if lines.contains(&line) {
            continue;
        }
        lines.push(line);
        faults.push(fault(text, tree.get_ref(), span, &message));
    }
    faults
}

/// Puts a parser's error into this program's words where they say more.
fn fault(text: &str, tree: &DeTable<'_>, span: Span, message: &str) -> Fault {
    let line = line_at(text, span.start);
    let shown = Span::new(span.start, span.end.max((span.start + 1).min(line.end))).clamp(text);
    if message.starts_with("duplicate key") {
        let name = text[span.start..span.end].trim();
        let mut fault = Fault::new(format!("`{name}` is given twice"), shown);
        fault.first = first_given(tree, text, span);
        if crate::text::looks_like_date(name.trim_matches('"')) {
            fault.help =
                Some("one date has one value; for several a day write \"2026-10-05T14:30\"");
        }
        return fault;
    }
    if message.starts_with("invalid date")
        || message.starts_with("invalid time")
        || message.starts_with("invalid datetime")
    {
        let mut fault = Fault::new(
            format!("`{}` is not a date of the calendar", text[shown.start..shown.end].trim()),
            shown,
        );
        fault.rule = "bad-date";
        return fault;
    }
    if message.starts_with("string values must be quoted") {
        let value = text[span.start..line.end].split('#').next().unwrap_or_default().trim();
        if value.is_empty() {
            let at = Span::new(line.start, line.end);
            let key = text[line.start..line.end].split('=').next().unwrap_or_default().trim();
            return Fault::new(format!("`{key}` has no value"), at);
        }
        let mut fault = Fault::new(
            format!("text needs quotes: `{value}`"),
            Span::new(span.start, span.start + value.len()),
        );
        fault.help = Some("write it as \"…\"");
        return fault;
    }
    Fault::new(message.to_owned(), shown)
}

/// Where the key that stands again at `again` was given first.
fn first_given(tree: &DeTable<'_>, text: &str, again: Span) -> Option<Span> {
    let name = text[again.start..again.end].trim_matches(['"', '\'']);
    let mut found = None;
    for (key, value) in tree {
        let span = Span::from(key.span());
        if key.get_ref() == name && span.start < again.start {
            found = Some(span).max(found);
        }
        if let DeValue::Table(inner) = value.get_ref() {
            found = first_given(inner, text, again).max(found);
        }
    }
    found
}

/// Finds what only TOML 1.1 allows: other tools, which speak 1.0, refuse the whole file.
pub(super) fn newer_syntax(table: &DeTable<'_>, text: &str) -> Vec<(Span, &'static str)> {
    let mut found = Vec::new();
    for (key, value) in table {
        escapes(text, Span::from(key.span()), &mut found);
        newer_in_value(value.get_ref(), Span::from(value.span()), text, &mut found);
    }
    found.sort();
    found
}

fn newer_in_value(
    value: &DeValue<'_>,
    span: Span,
    text: &str,
    found: &mut Vec<(Span, &'static str)>,
) {
    match value {
        DeValue::String(_) => escapes(text, span, found),
        DeValue::Datetime(date) if date.time.is_some_and(|time| time.second.is_none()) => {
            found.push((span, "a time without seconds"));
        }
        DeValue::Array(items) => {
            for item in items.iter() {
                newer_in_value(item.get_ref(), Span::from(item.span()), text, found);
            }
        }
        DeValue::Table(inner) => {
            if text[span.start..].starts_with('{') && text[..span.end].ends_with('}') {
                inline_table(inner, span, text, found);
            }
            found.extend(newer_syntax(inner, text));
        }
        _ => {}
    }
}

/// A line break or a trailing comma between the entries of an inline table.
fn inline_table(
    inner: &DeTable<'_>,
    span: Span,
    text: &str,
    found: &mut Vec<(Span, &'static str)>,
) {
    let mut at = span.start + 1;
    let mut gaps = Vec::new();
    for (key, value) in inner {
        let (from, to) = (key.span().start, value.span().end);
        if from >= at && to <= span.end {
            gaps.push(Span::new(at, from));
            at = to;
        }
    }
    let last = Span::new(at, span.end - 1);
    if text[last.start..last.end].contains(',') {
        found.push((last, "a trailing comma in an inline table"));
    }
    if gaps.iter().chain([&last]).any(|gap| text[gap.start..gap.end].contains('\n')) {
        found.push((Span::new(span.start, span.start + 1), "a line break in an inline table"));
    }
}

/// `\e` and `\xHH` in a basic string.
fn escapes(text: &str, span: Span, found: &mut Vec<(Span, &'static str)>) {
    let Some(raw) = text.get(span.start..span.end) else { return };
    if !raw.starts_with('"') {
        return;
    }
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && matches!(bytes.next(), Some((_, b'e' | b'x'))) {
            found.push((
                Span::new(span.start + at, span.start + at + 2),
                "the escapes `\\e` and `\\x`",
            ));
            return;
        }
    }
}
