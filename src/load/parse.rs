//! Text to a spanned TOML tree, with each syntax error once.
//!
//! The parser recovers well from most mistakes. What it can't know is where an unclosed bracket or
//! string was meant to end: it reads on to the end of the file and reports each line on the way.
//! Such an opener is blanked up to the next line that begins a new statement, and the text is
//! parsed again, so that one mistake is one finding and what follows is still read.

use std::collections::BTreeSet;

use toml::de::{DeTable, DeValue};

use super::fixes;
use crate::date::parse_unpadded_date;
use crate::diagnostic::{Diagnostic, Place};
use crate::text::{Span, count, line_at};

/// A syntax error before it is tied to a path.
struct Fault {
    rule: &'static str,
    message: String,
    span: Span,
    help: Option<&'static str>,
    first: Option<Span>,
    fix: Option<(Span, String)>,
}

/// A text with syntax errors, mended so far that the rest of it can be read.
pub(super) struct Mended {
    /// The text with what could not be read blanked out; offsets are those of the original.
    pub(super) text: String,
    /// Spans of lines that hold a syntax error, in the order of the text.
    pub(super) broken: Vec<Span>,
    /// One finding for each syntax error, up to as many as anyone reads.
    pub(super) findings: Vec<Diagnostic>,
}

/// How often an unclosed opener is blanked before the rest of the file is given up.
const MAX_OPENERS: usize = 64;

/// How many syntax errors of one file are told apart; the rest is counted.
const MAX_FAULTS: usize = 100;

/// The tree of a text without syntax errors; nothing if it has any.
pub(super) fn sound(text: &str) -> Option<toml::Spanned<DeTable<'_>>> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    errors.is_empty().then_some(tree)
}

/// How many syntax errors a text has, as far as they are told apart.
pub fn syntax_errors(text: &str) -> usize {
    match sound(text) {
        Some(_) => 0,
        None => mend("", text).findings.len(),
    }
}

/// Finds every syntax error of a text, and blanks what hides the rest of it.
pub(super) fn mend(path: &str, original: &str) -> Mended {
    let mut text = original.to_owned();
    let mut faults = conflict_markers(&mut text);
    for _ in 0..MAX_OPENERS {
        let Some((fault, blank)) = too_deep(&text) else { break };
        blank_out(&mut text, blank);
        faults.push(fault);
    }
    faults.extend(keys_without_values(&mut text));
    for _ in 0..MAX_OPENERS {
        let Some((fault, blank)) = unclosed(&text) else { break };
        blank_out(&mut text, blank);
        faults.push(fault);
    }
    for _ in 0..MAX_OPENERS {
        let Some((fault, blank)) = broken_header(&text) else { break };
        blank_out(&mut text, blank);
        faults.push(fault);
    }
    let known: BTreeSet<usize> =
        faults.iter().map(|fault| line_at(&text, fault.span.start).start).collect();
    let (tree, errors) = DeTable::parse_recoverable(&text);
    let errors = first_of_each_line(&text, &errors, &known);
    let broken: BTreeSet<usize> =
        known.iter().copied().chain(errors.iter().map(|error| error.line)).collect();
    let all = faults.len() + errors.len();
    let told = errors.iter().take(MAX_FAULTS + 1);
    faults.extend(told.map(|error| fault(&text, tree.get_ref(), error.span, &error.message)));
    if path.ends_with(".checkins.toml") {
        tell_of_joining(original, &mut faults);
    }
    faults.sort_by_key(|fault| fault.span);
    if faults.len() > MAX_FAULTS {
        let more = count(all - MAX_FAULTS, "more line");
        let mut rest = Fault::new(format!("{more} with syntax errors"), faults[MAX_FAULTS].span);
        rest.help = Some("mend the ones above first; is this a goal file?");
        faults.truncate(MAX_FAULTS);
        faults.push(rest);
    }
    let broken = broken.into_iter().map(|line| line_at(original, line)).collect();
    let findings = faults.into_iter().map(|fault| fault.diagnostic(path)).collect();
    Mended { text, broken, findings }
}

/// Says of each table of records that is there twice what makes one of the two.
fn tell_of_joining(text: &str, faults: &mut [Fault]) {
    for fault in faults.iter_mut().filter(|fault| fault.message.ends_with(" is given twice")) {
        if text[line_at(text, fault.span.start).start..].starts_with('[') {
            fault.help = Some("`goals fmt` joins tables of one name, as a merge may leave them");
        }
    }
}

impl Fault {
    fn new(message: impl Into<String>, span: Span) -> Self {
        Self { rule: "syntax", message: message.into(), span, help: None, first: None, fix: None }
    }

    fn diagnostic(self, path: &str) -> Diagnostic {
        let place = Place::new(path, self.span);
        let mut diagnostic = Diagnostic::new(self.rule, self.message, place);
        if let Some(first) = self.first {
            diagnostic = diagnostic.related(Place::new(path, first), "first given here");
        }
        diagnostic.maybe_help(self.help.map(str::to_owned)).maybe_fix(self.fix.map(|fix| vec![fix]))
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

/// How often lines are blanked that hide others of their sort.
const MAX_ROUNDS: usize = 8;

/// Blanks every line that has a key and no `=`, one fault for each: the parser would pass over what
/// stands below it.
fn keys_without_values(text: &mut String) -> Vec<Fault> {
    let mut faults = Vec::new();
    for _ in 0..MAX_ROUNDS {
        let (_, errors) = DeTable::parse_recoverable(text);
        let found: BTreeSet<Span> = errors
            .iter()
            .filter(|error| error.message().starts_with("key with no value"))
            .map(|error| error.span().map(Span::from).unwrap_or_default().clamp(text))
            .filter(|span| !text[line_at(text, span.start).start..span.start].contains(['=', '[']))
            .collect();
        if found.is_empty() {
            break;
        }
        let starts: Vec<usize> = found.iter().map(|span| span.start).collect();
        let message = "key with no value, expected `=`";
        faults.extend(found.iter().map(|span| {
            let line = line_at(text, span.start);
            let end = span.end.max((span.start + 1).min(line.end));
            Fault::new(message, Span::new(span.start, end).clamp(text))
        }));
        *text = without_lines(text, &starts);
    }
    faults
}

/// The text with the lines blanked that hold one of `offsets`, which are in order.
fn without_lines(text: &str, offsets: &[usize]) -> String {
    let mut blanked = String::with_capacity(text.len());
    let mut left = offsets;
    for line in text.split_inclusive('\n') {
        let end = blanked.len() + line.len();
        let inside = left.partition_point(|offset| *offset < end);
        left = &left[inside..];
        if inside == 0 {
            blanked.push_str(line);
        } else {
            let blank = |byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' };
            blanked.extend(line.bytes().map(blank));
        }
    }
    if let Some(last) = left.first() {
        let start = line_at(text, *last).start;
        blanked.truncate(start);
        blanked.extend(std::iter::repeat_n(' ', text.len() - start));
    }
    blanked
}

/// The first value or key that is nested deeper than the parser goes, and what to blank for it.
fn too_deep(text: &str) -> Option<(Fault, Span)> {
    let (_, errors) = DeTable::parse_recoverable(text);
    let is_in_key = errors.iter().any(|error| error.message() == "recursion limit");
    let in_key = is_in_key.then(|| deep_key(text)).flatten();
    let is_in_value = |error: &&toml::de::Error| error.message().starts_with("cannot recurse");
    let in_value = errors.iter().filter(is_in_value).filter_map(|error| error.span()).map(|span| {
        let mut line = line_at(text, Span::from(span).clamp(text).start);
        while line.start > 0 && !begins_statement(&text[line.start..line.end]) {
            line = line_at(text, line.start - 1);
        }
        (line, Span::new(line.start, next_statement(text, line.end)))
    });
    let (at, blank) = in_key.into_iter().chain(in_value).min()?;
    let mut fault = Fault::new(format!("nested more than {MAX_DEPTH} levels deep"), at);
    fault.help = Some("a goal file is three levels deep at most");
    Some((fault, blank))
}

/// How deep keys and values may be nested.
const MAX_DEPTH: usize = 80;

/// The first key of more parts than may be, and what to blank for it: a header with its section.
fn deep_key(text: &str) -> Option<(Span, Span)> {
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or_default().trim();
        if key.matches('.').count() >= MAX_DEPTH && !key.starts_with('#') {
            let start = offset + (line.len() - line.trim_start().len());
            let end = match key.starts_with('[') {
                true => section_end(text, offset + line.len()),
                false => offset + line.len(),
            };
            return Some((Span::new(start, start + key.len()), Span::new(offset, end)));
        }
        offset += line.len();
    }
    None
}

/// Where the section ends whose first line below the header starts at `from`.
fn section_end(text: &str, from: usize) -> usize {
    let below = text[from..].split_inclusive('\n').take_while(|line| !is_header_like(line));
    from + below.map(str::len).sum::<usize>()
}

/// The first value that is opened and never closed, and what to blank for it.
fn unclosed(text: &str) -> Option<(Fault, Span)> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let opener = errors.iter().filter_map(|error| opener_of(text, tree.get_ref(), error)).min()?;
    let what = match text[opener.start..].chars().next() {
        Some('[') => "unclosed array: expected `]`",
        Some('{') => "unclosed inline table: expected `}`",
        _ => "unclosed string: expected three quotes",
    };
    let line = line_at(text, opener.start);
    let blank = Span::new(line.start, next_statement(text, line.end));
    Some((Fault::new(what, Span::new(opener.start, line.end.max(opener.start))), blank))
}

/// The first header with an error, and its whole section: whose keys those are is not known, and
/// read as anyone else's they would all seem wrong.
fn broken_header(text: &str) -> Option<(Fault, Span)> {
    let (tree, errors) = DeTable::parse_recoverable(text);
    let mut spans: Vec<(Span, &str)> = errors
        .iter()
        .map(|error| {
            (error.span().map(Span::from).unwrap_or_default().clamp(text), error.message())
        })
        .collect();
    spans.sort_unstable();
    let (span, message, line) = spans.into_iter().find_map(|(span, message)| {
        let line = line_at(text, span.start);
        is_header_like(&text[line.start..line.end]).then_some((span, message, line))
    })?;
    let below = text[line.end..].find('\n').map_or(text.len(), |newline| line.end + newline + 1);
    let end = section_end(text, below);
    Some((fault(text, tree.get_ref(), span, message), Span::new(line.start, end)))
}

/// Tells whether a line is a header, closed or not, rather than part of an array.
fn is_header_like(line: &str) -> bool {
    let name = line.split('#').next().unwrap_or_default().trim();
    let inner = name.trim_start_matches('[');
    let bare = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_name =
        inner.starts_with(bare) || (inner.starts_with(['"', '\'']) && name.ends_with(']'));
    name.starts_with('[') && is_name && !inner.contains([',', '=', '{'])
}

/// The value that an error shows to be unclosed: it was read to the end of the text, or on into the
/// next statement.
fn opener_of(text: &str, tree: &DeTable<'_>, error: &toml::de::Error) -> Option<Span> {
    let at = error.span().map_or(Span::new(text.len(), text.len()), Span::from).clamp(text);
    let to_the_end = ["unclosed array", "unclosed inline table", "invalid multi-line"]
        .iter()
        .any(|start| error.message().starts_with(start));
    if to_the_end && let Some(opener) = value_reaching(tree, at.end) {
        return Some(opener);
    }
    let line = line_at(text, at.start);
    let next = at.start == line.start && begins_statement(&text[line.start..line.end]);
    let in_value = ["missing comma", "missing key for inline table"]
        .iter()
        .any(|start| error.message().starts_with(start));
    if !next || !in_value {
        return None;
    }
    let above = text[..line.start].trim_end_matches('\n');
    let opening = line_at(text, above.len());
    let start = opening.start + left_open(&text[opening.start..opening.end])?;
    Some(Span::new(start, opening.end))
}

/// Where a line `key = …` opens a bracket that it does not close.
fn left_open(line: &str) -> Option<usize> {
    let value = line.find('=').filter(|_| begins_statement(line))? + 1;
    let (mut open, mut quote, mut escaped) = (Vec::new(), None, false);
    for (at, c) in line.char_indices().skip_while(|(at, _)| *at < value) {
        match (quote, c) {
            (Some('"'), _) if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(opener), c) if c == opener => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => break,
            (None, '[' | '{') => open.push(at),
            (None, ']' | '}') => {
                open.pop();
            }
            (None, _) => {}
        }
    }
    open.first().copied()
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

/// One of the parser's own errors.
struct ParserError {
    span: Span,
    message: String,
    /// Where its line starts.
    line: usize,
}

/// The parser's own errors, the first of each line that has none yet.
fn first_of_each_line(
    text: &str,
    errors: &[toml::de::Error],
    known: &BTreeSet<usize>,
) -> Vec<ParserError> {
    let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    let starts: Vec<usize> = std::iter::once(0).chain(newlines.map(|(at, _)| at + 1)).collect();
    let mut errors: Vec<ParserError> = errors
        .iter()
        .map(|error| {
            let span = error.span().map(Span::from).unwrap_or_default().clamp(text);
            let line = starts[starts.partition_point(|start| *start <= span.start) - 1];
            ParserError { span, message: error.message().to_owned(), line }
        })
        .filter(|error| !known.contains(&error.line))
        .collect();
    errors.sort_by(|a, b| (a.span, &a.message).cmp(&(b.span, &b.message)));
    errors.dedup_by_key(|error| error.line);
    errors
}

/// Puts a parser's error into this program's words where they say more.
fn fault(text: &str, tree: &DeTable<'_>, span: Span, message: &str) -> Fault {
    let line = line_at(text, span.start);
    let shown = Span::new(span.start, span.end.max((span.start + 1).min(line.end))).clamp(text);
    if message.starts_with("duplicate key") {
        let name = text[span.start..span.end].trim();
        let mut fault = Fault::new(format!("`{name}` is given twice"), shown);
        fault.first = first_given(tree, text, span);
        let repeated = fault.first.and_then(|first| fixes::repeated_line(text, first, span));
        fault.fix = repeated.map(|line| (line, String::new()));
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
        let padded = parse_unpadded_date(&text[shown.start..shown.end]);
        fault.fix = padded.map(|date| (shown, date.to_string()));
        return fault;
    }
    let quote = match message {
        text if text.starts_with("invalid basic string") => Some('"'),
        text if text.starts_with("invalid literal string") => Some('\''),
        _ => None,
    };
    if let Some(quote) = quote.filter(|_| span.start >= line.end) {
        let value = text[line.start..line.end].find('=').map_or(line.start, |at| line.start + at);
        let opener = text[value..line.end].find(quote).map_or(span.start, |at| value + at);
        return Fault::new(
            format!("unclosed string: expected `{quote}`"),
            Span::new(opener, line.end),
        );
    }
    if message.starts_with("invalid unquoted key") {
        let key = text[line.start..line.end].split('=').next().unwrap_or_default().trim();
        if crate::text::looks_like_date(key) {
            let at = Span::new(line.start, line.start + key.len());
            let mut fault = Fault::new(format!("a date with a time needs quotes: `{key}`"), at);
            fault.help = Some("a record to the minute is written \"2026-10-05T14:30\" = 240");
            return fault;
        }
    }
    if message.starts_with("invalid boolean") {
        let word = &text[shown.start..shown.end];
        let mut fault = Fault::new(format!("`{word}` is no value"), shown);
        fault.help = Some("write true or false");
        fault.fix = plain_boolean(word).map(|plain| (shown, plain));
        return fault;
    }
    if message.starts_with("string values must be quoted") {
        let rest = text.get(span.start..line.end).unwrap_or_default();
        let value = rest.split('#').next().unwrap_or_default().trim();
        if value.is_empty() {
            let at = Span::new(line.start, line.end);
            let key = text[line.start..line.end].split('=').next().unwrap_or_default().trim();
            return Fault::new(format!("`{key}` has no value"), at);
        }
        let mut fault = Fault::new(
            format!("text needs quotes: `{value}`"),
            Span::new(span.start, span.start + value.len()),
        );
        let says = ["yes", "no", "on", "off", "True", "False", "TRUE", "FALSE"].contains(&value);
        fault.help = Some(if says { "write true or false" } else { "write it as \"…\"" });
        fault.fix = plain_boolean(value).map(|plain| (fault.span, plain));
        return fault;
    }
    Fault::new(message.to_owned(), shown)
}

/// `true` or `false` as it is to be written, for a word that is one of them in capitals.
fn plain_boolean(word: &str) -> Option<String> {
    matches!(word, "True" | "TRUE" | "False" | "FALSE").then(|| word.to_lowercase())
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
