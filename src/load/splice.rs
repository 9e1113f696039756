//! Puts records into the text of a check-ins file and keeps every other byte of it.
//!
//! Places are found from the spans of the parsed file, never by looking for lines that seem to be headers or
//! records. The result is parsed once more, and is handed out only if it holds the old values and the new ones.

pub mod keys;
mod sound;

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use thiserror::Error;
use toml::de::{DeTable, DeValue};

use sound::require_sound;

/// A record as it is to stand in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRecord {
    /// The key result's id, which names the table; `None` for a record of the goal itself.
    pub table: Option<String>,
    /// The key as written: `2026-10-12` or `"2026-10-12T14:30"`.
    pub key: String,
    /// The right-hand side as written, on one line: `240`, `{ value = 180, confidence = 7 }`.
    pub value: String,
}

/// Why a record could not be put into a text. The text is untouched in every case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SpliceError {
    /// The file is no valid TOML as it stands.
    #[error("cannot add a record: line {line} of the check-ins file is not valid TOML: {problem}")]
    Syntax {
        /// The line of the first mistake, from 1.
        line: usize,
        /// What the parser says about it.
        problem: String,
        /// Whether a merge left its conflict markers in the text.
        conflict: bool,
    },
    /// The new record's key is not one TOML key.
    #[error("cannot add a record: its key is not a single TOML key, found `{0}`")]
    Key(String),
    /// The new record's right-hand side is not one TOML value on one line.
    #[error("cannot add a record: its value is not a single TOML value on one line, found `{0}`")]
    Value(String),
    /// The key result's records are not in a table with a header of its own.
    #[error(
        "cannot add a record to `{table}`: line {line} writes it as {shape}, not below a header `[{table}]`"
    )]
    Table {
        /// The table's name.
        table: String,
        /// The line on which it first appears, from 1.
        line: usize,
        /// How it is written.
        shape: Shape,
    },
    /// The key of the record is taken by something that cannot be replaced in its place.
    #[error(
        "cannot replace the record `{key}`: line {line} writes it as {shape}, not as `{key} = …`"
    )]
    Record {
        /// The record's key.
        key: String,
        /// The line on which it first appears, from 1.
        line: usize,
        /// How it is written.
        shape: Shape,
    },
    /// The edited text would not have held exactly the old values and the new one.
    #[error(
        "cannot add the record `{key}`: the edited file would hold something else than its old values and this record"
    )]
    Unsound {
        /// The record's key.
        key: String,
    },
}

impl SpliceError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { conflict: true, .. } => {
                "resolve the merge conflict in the file, then check in again".into()
            }
            Self::Syntax { problem, .. } if problem.starts_with("duplicate key") => {
                "`goals fmt` joins tables of one name, as a merge may leave them; otherwise correct that line, then check in again".into()
            }
            Self::Syntax { .. } => {
                "correct that line, then check in again; `goals check` shows every mistake".into()
            }
            Self::Key(_) => {
                "write a date such as `2026-10-12`, or a quoted date and time to the minute".into()
            }
            Self::Value(_) => {
                "write a number, a word in quotes, `true`, `false`, or an inline table".into()
            }
            Self::Table { table, .. } => {
                format!("give the key result a table `[{table}]` with one record a line")
            }
            Self::Record { key, .. } => {
                format!("write that record on one line, as `{key} = {{ … }}`")
            }
            Self::Unsound { .. } => "add the record by hand; the file was left as it is".into(),
        }
    }
}

/// How something other than a plain table or record is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `lead-time = { … }`.
    Inline,
    /// `lead-time.2026-10-05 = 240`.
    Dotted,
    /// Only through tables below it: `[lead-time.more]`.
    SubTables,
    /// A table with a header.
    Header,
    /// An array.
    Array,
    /// `[[lead-time]]`.
    TableArray,
    /// A plain value.
    Value,
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Inline => "an inline table",
            Self::Dotted => "dotted keys",
            Self::SubTables => "the parent of other tables",
            Self::Header => "a table of its own",
            Self::Array => "an array",
            Self::TableArray => "an array of tables",
            Self::Value => "a plain value",
        })
    }
}

/// Returns `text` with the record in it.
///
/// A record of the same key has its right-hand side replaced. A new one goes below the last record of an earlier
/// date; where the table's records are not in order, below the last of them. A table that is not there yet is made
/// at the end. New lines end as most lines of the file do.
///
/// # Errors
///
/// The text or the record is not what it has to be.
pub fn put_record(text: &str, record: &NewRecord) -> Result<String, SpliceError> {
    put_records(text, std::slice::from_ref(record))
}

/// Returns `text` with all of the records in it, each as [`put_record`] puts it, in one pass over the text.
///
/// Records that come to stand at one place do so by date. Of two for one key the later counts.
///
/// # Errors
///
/// The text or one of the records is not what it has to be.
pub fn put_records(text: &str, records: &[NewRecord]) -> Result<String, SpliceError> {
    let mut tables: Tables<'_> = Vec::new();
    for record in records {
        let key = parsed_key(&record.key)?;
        require_one_value(&record.value)?;
        let table = record.table.as_deref();
        let at = tables.iter().position(|(own, _)| *own == table).unwrap_or_else(|| {
            tables.push((table, BTreeMap::new()));
            tables.len() - 1
        });
        tables[at].1.insert(key, record);
    }
    let document = parse(text)?;
    let layout = Layout::of(text, &document);
    let mut edits = Vec::with_capacity(records.len());
    let mut missing = Vec::new();
    for (table, new) in &tables {
        match table {
            None => edits.extend(edits_in(&layout, &document, layout.root(), new)?),
            Some(name) if document.contains_key(*name) => {
                edits.extend(edits_of(&layout, &document, name, new)?);
            }
            Some(name) => missing.push((*name, new)),
        }
    }
    let mut result = apply(text, edits);
    for (name, new) in missing {
        append_table(&mut result, &layout, name, new);
    }
    require_sound(&document, &result, &tables)?;
    Ok(result)
}

/// The new records of each table by key, the tables in the order in which they are first named.
type Tables<'r> = Vec<(Option<&'r str>, BTreeMap<String, &'r NewRecord>)>;

/// Returns the edits that put new records into a table that is there.
fn edits_of(
    layout: &Layout<'_>,
    document: &DeTable<'_>,
    table: &str,
    new: &BTreeMap<String, &NewRecord>,
) -> Result<Vec<Edit>, SpliceError> {
    let found = &document[table];
    match (shape_of(layout, found), found.get_ref()) {
        (Shape::Header, DeValue::Table(records)) => {
            edits_in(layout, records, layout.section(found.span()), new)
        }
        (shape, _) => {
            let line = line_of(layout.text, place_of(document, table, found));
            Err(SpliceError::Table { table: table.to_owned(), line, shape })
        }
    }
}

/// Returns `text` as a TOML string on one line, in double quotes.
///
/// Quotes, backslashes and every control character are escaped, so that no text can end the string or its line.
pub fn toml_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            // The two Unicode line separators break the line in some editors, though not in TOML.
            control if control.is_control() || matches!(control, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04X}", u32::from(control)));
            }
            plain => out.push(plain),
        }
    }
    out.push('"');
    out
}

/// One replacement of a range of bytes.
struct Edit {
    range: Range<usize>,
    with: String,
}

/// Returns `text` with every edit made; those at one place in the order given.
fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.range.start, edit.range.end));
    let mut out =
        String::with_capacity(text.len() + edits.iter().map(|edit| edit.with.len()).sum::<usize>());
    let mut at = 0;
    for edit in &edits {
        out.push_str(&text[at..edit.range.start]);
        out.push_str(&edit.with);
        at = edit.range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// Where things stand in a text.
struct Layout<'t> {
    text: &'t str,
    /// The spans of all headers, `[` to `]`, in the order of the text.
    headers: Vec<Range<usize>>,
    line_ending: &'static str,
}

/// The part of a text that one header governs.
struct Section {
    /// The first byte below the header; for the goal's own records, the first byte after a BOM.
    start: usize,
    /// The next header's first byte, or the end of the text.
    end: usize,
    is_root: bool,
}

/// A record, or what stands in its place.
struct Entry<'d> {
    key: &'d str,
    start: usize,
    end: usize,
}

const BOM: char = '\u{feff}';

impl<'t> Layout<'t> {
    fn of(text: &'t str, document: &DeTable<'_>) -> Self {
        let mut headers = Vec::new();
        collect_headers(text, document, &mut headers);
        headers.sort_by_key(|header| header.start);
        Self { text, headers, line_ending: dominant_line_ending(text) }
    }

    fn root(&self) -> Section {
        let start = if self.text.starts_with(BOM) { BOM.len_utf8() } else { 0 };
        Section { start, end: self.header_after(0), is_root: true }
    }

    fn section(&self, header: Range<usize>) -> Section {
        Section {
            start: self.line_end(header.end),
            end: self.header_after(header.end),
            is_root: false,
        }
    }

    fn header_after(&self, place: usize) -> usize {
        let next = self.headers.partition_point(|header| header.start < place);
        self.headers.get(next).map_or(self.text.len(), |header| header.start)
    }

    fn is_in_header(&self, span: &Range<usize>) -> bool {
        let after = self.headers.partition_point(|header| header.start <= span.start);
        after.checked_sub(1).is_some_and(|last| span.end <= self.headers[last].end)
    }

    /// Returns the first byte of the line after the one that `place` is on.
    fn line_end(&self, place: usize) -> usize {
        self.text[place..].find('\n').map_or(self.text.len(), |offset| place + offset + 1)
    }

    fn line_start(&self, place: usize) -> usize {
        let start = self.text[..place].rfind('\n').map_or(0, |newline| newline + 1);
        start.max(self.root_start())
    }

    fn root_start(&self) -> usize {
        if self.text.starts_with(BOM) { BOM.len_utf8() } else { 0 }
    }

    /// Returns the start of the comment lines that stand directly above the line at `line`, or `line`.
    fn comments_above(&self, line: usize, floor: usize) -> usize {
        let mut top = line;
        while top > floor {
            let above = self.line_start(top - 1);
            if above < floor || !self.text[above..top].trim_start().starts_with('#') {
                break;
            }
            top = above;
        }
        top
    }

    fn insert_lines(&self, at: usize, lines: &str) -> Edit {
        let missing = at > self.root_start() && !self.text[..at].ends_with('\n');
        let before = if missing { self.line_ending } else { "" };
        Edit { range: at..at, with: format!("{before}{lines}") }
    }

    fn line(&self, record: &NewRecord) -> String {
        format!("{} = {}{}", record.key, record.value, self.line_ending)
    }
}

fn collect_headers(text: &str, table: &DeTable<'_>, headers: &mut Vec<Range<usize>>) {
    for value in table.values() {
        collect_headers_of(text, value.get_ref(), value.span(), headers);
    }
}

fn collect_headers_of(
    text: &str,
    value: &DeValue<'_>,
    span: Range<usize>,
    headers: &mut Vec<Range<usize>>,
) {
    match value {
        DeValue::Table(table) => {
            if text[span.clone()].starts_with('[') {
                headers.push(span);
            }
            collect_headers(text, table, headers);
        }
        DeValue::Array(array) => {
            for element in array.iter() {
                collect_headers_of(text, element.get_ref(), element.span(), headers);
            }
        }
        _ => {}
    }
}

fn dominant_line_ending(text: &str) -> &'static str {
    let all = text.matches('\n').count();
    let crlf = text.matches("\r\n").count();
    if crlf * 2 > all { "\r\n" } else { "\n" }
}

fn edits_in(
    layout: &Layout<'_>,
    table: &DeTable<'_>,
    section: Section,
    new: &BTreeMap<String, &NewRecord>,
) -> Result<Vec<Edit>, SpliceError> {
    let mut edits = Vec::new();
    let mut lines: BTreeMap<usize, String> = BTreeMap::new();
    let entries = entries_of(layout, table, &section);
    let in_order = entries.windows(2).all(|pair| pair[0].key < pair[1].key);
    for (key, record) in new {
        if let Some(found) = table.get(key.as_str()) {
            edits.push(replace_value(layout, table, found, record, key)?);
            continue;
        }
        let at = match entries.last() {
            None if section.is_root && !layout.headers.is_empty() => {
                above_first_header(layout, &section)
            }
            None if section.is_root => layout.text.len(),
            None => section.start,
            Some(last) if !in_order => layout.line_end(last.end),
            Some(_) => match entries.partition_point(|entry| entry.key < key.as_str()) {
                0 => place_before(layout, &section, entries[0].start),
                earlier => layout.line_end(entries[earlier - 1].end),
            },
        };
        lines.entry(at).or_default().push_str(&layout.line(record));
    }
    // The goal's first own records are set off from the tables below them.
    if section.is_root && entries.is_empty() && !layout.headers.is_empty() {
        lines.values_mut().for_each(|lines| lines.push_str(layout.line_ending));
    }
    edits.extend(lines.into_iter().map(|(at, lines)| layout.insert_lines(at, &lines)));
    Ok(edits)
}

fn replace_value(
    layout: &Layout<'_>,
    table: &DeTable<'_>,
    found: &toml::Spanned<DeValue<'_>>,
    record: &NewRecord,
    key: &str,
) -> Result<Edit, SpliceError> {
    match shape_of(layout, found) {
        shape @ (Shape::Header | Shape::Dotted | Shape::SubTables | Shape::TableArray) => {
            let line = line_of(layout.text, place_of(table, key, found));
            Err(SpliceError::Record { key: record.key.clone(), line, shape })
        }
        _ => Ok(Edit { range: found.span(), with: record.value.clone() }),
    }
}

/// Returns where a new first record goes: above the comments of the record that was first, but below comments that
/// open the table or the file.
fn place_before(layout: &Layout<'_>, section: &Section, first: usize) -> usize {
    let line = layout.line_start(first);
    let comments = layout.comments_above(line, section.start);
    if comments > section.start { comments } else { line }
}

/// Returns where a goal's first own record goes: above the first header and its comments.
fn above_first_header(layout: &Layout<'_>, section: &Section) -> usize {
    layout.comments_above(layout.line_start(section.end), section.start)
}

/// Makes a table at the end of the text, a blank line below what stands there.
fn append_table(
    text: &mut String,
    layout: &Layout<'_>,
    table: &str,
    new: &BTreeMap<String, &NewRecord>,
) {
    let eol = layout.line_ending;
    let body = text.trim_start_matches(BOM);
    let newline = if body.is_empty() || body.ends_with('\n') { "" } else { eol };
    let blank = if body.is_empty() || ends_with_blank_line(body) { "" } else { eol };
    let header = key(table);
    let lines: String = new.values().map(|record| layout.line(record)).collect();
    text.push_str(&format!("{newline}{blank}[{header}]{eol}{lines}"));
}

fn ends_with_blank_line(text: &str) -> bool {
    let complete = text.strip_suffix('\n').unwrap_or(text);
    complete.rsplit('\n').next().is_some_and(|line| line.trim().is_empty())
}

/// Returns a key as TOML writes it: bare where it can be, else in quotes.
pub fn key(text: &str) -> String {
    if is_bare_key(text) { text.to_owned() } else { toml_string(text) }
}

fn is_bare_key(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Returns what the section holds in the order of the text, leaving out tables that have headers of their own.
fn entries_of<'d>(
    layout: &Layout<'_>,
    table: &'d DeTable<'_>,
    section: &Section,
) -> Vec<Entry<'d>> {
    let mut entries = Vec::new();
    for (key, value) in table {
        let mut end = None;
        extend_to_last_value(layout, value, section, &mut end);
        if let Some(end) = end {
            entries.push(Entry { key: key.get_ref(), start: key.span().start, end });
        }
    }
    entries.sort_by_key(|entry| entry.start);
    entries
}

fn extend_to_last_value(
    layout: &Layout<'_>,
    value: &toml::Spanned<DeValue<'_>>,
    section: &Section,
    end: &mut Option<usize>,
) {
    match (shape_of(layout, value), value.get_ref()) {
        (Shape::Dotted, DeValue::Table(table)) => {
            for child in table.values() {
                extend_to_last_value(layout, child, section, end);
            }
        }
        (Shape::Inline | Shape::Array | Shape::Value, _) => {
            let span = value.span();
            let inside = span.start >= section.start && span.end <= section.end;
            if inside {
                *end = Some(end.map_or(span.end, |known| known.max(span.end)));
            }
        }
        _ => {}
    }
}

/// Tells how a value is written. A table that is only spoken of in keys and headers has the span of its name there.
fn shape_of(layout: &Layout<'_>, value: &toml::Spanned<DeValue<'_>>) -> Shape {
    let span = value.span();
    let in_header = layout.is_in_header(&span);
    match value.get_ref() {
        DeValue::Table(_) if layout.text[span.clone()].starts_with('{') => Shape::Inline,
        DeValue::Table(_) if layout.text[span.clone()].starts_with('[') => Shape::Header,
        DeValue::Table(_) if in_header => Shape::SubTables,
        DeValue::Table(_) => Shape::Dotted,
        DeValue::Array(_) if in_header => Shape::TableArray,
        DeValue::Array(_) => Shape::Array,
        _ => Shape::Value,
    }
}

fn place_of(table: &DeTable<'_>, key: &str, found: &toml::Spanned<DeValue<'_>>) -> usize {
    table.get_key_value(key).map_or(found.span().start, |(key, _)| key.span().start)
}

fn parse(text: &str) -> Result<DeTable<'_>, SpliceError> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| SpliceError::Syntax {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        problem: error.message().to_string(),
        conflict: text
            .lines()
            .any(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")),
    })
}

fn line_of(text: &str, place: usize) -> usize {
    let place = place.min(text.len());
    text.as_bytes()[..place].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Returns the key that `written` stands for, which must be a single one with nothing around it.
fn parsed_key(written: &str) -> Result<String, SpliceError> {
    let refused = || SpliceError::Key(written.to_string());
    let line = format!("{written}=0");
    let table = DeTable::parse(&line).map_err(|_| refused())?.into_inner();
    let mut entries = table.iter();
    match (entries.next(), entries.next()) {
        (Some((key, value)), None)
            if key.span() == (0..written.len())
                && value.get_ref().is_integer()
                && !written.contains('\n') =>
        {
            Ok(key.get_ref().to_string())
        }
        _ => Err(refused()),
    }
}

fn require_one_value(written: &str) -> Result<(), SpliceError> {
    let whole = DeValue::parse(written).is_ok_and(|value| value.span() == (0..written.len()));
    if whole && !written.contains(['\n', '\r']) {
        Ok(())
    } else {
        Err(SpliceError::Value(written.to_string()))
    }
}

#[cfg(test)]
mod tests;
