//! Sets, removes and renames keys and tables of a goal file and keeps every other byte of it.
//!
//! As with records, places come from the spans of the parsed text, and a result is handed out only if it holds
//! the old values with just the wanted change.

use std::ops::Range;

use thiserror::Error;
use toml::de::{DeTable, DeValue};

use super::sound::{Leaves, collect_leaves, key_step, leaves};
use super::{
    Edit, Layout, Section, Shape, apply, ends_with_blank_line, entries_of, line_of, place_of,
    require_one_value, shape_of, toml_string,
};

/// Why a text could not be edited. It is untouched in every case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EditError {
    /// The file is no valid TOML as it stands.
    #[error("line {line} is not valid TOML: {problem}")]
    Syntax {
        /// The line of the first mistake, from 1.
        line: usize,
        /// What the parser says about it.
        problem: String,
    },
    /// The value to set is not one TOML value on one line.
    #[error("not a single TOML value on one line: `{0}`")]
    Value(String),
    /// A table is written in a way that cannot be edited in its place.
    #[error("line {line} writes `{name}` as {shape}")]
    Table {
        /// The table's name.
        name: String,
        /// The line on which it first appears, from 1.
        line: usize,
        /// How it is written.
        shape: Shape,
    },
    /// There is no such table.
    #[error("there is no table `{0}`")]
    Missing(String),
    /// The edited text would not have held exactly the old values and the change.
    #[error("`{0}` is written in a way that cannot be changed in its place")]
    Unsound(String),
}

impl EditError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Syntax { .. } => "correct that line first; `goals check` shows every mistake",
            Self::Value(_) => "write a number, a text in quotes, a date, `true` or `false`",
            Self::Table { .. } | Self::Missing(_) => {
                "write the table below a header of its own, one key a line"
            }
            Self::Unsound(_) => "make this change by hand; the file was left as it is",
        }
        .to_owned()
    }
}

/// Returns `text` with `key` of the table at `path` set to `value`, which is written as TOML.
///
/// A key that is there has its value replaced; a new one becomes the last of its table.
pub fn set_key(text: &str, path: &[&str], key: &str, value: &str) -> Result<String, EditError> {
    require_one_value(value).map_err(|_| EditError::Value(value.to_owned()))?;
    let document = parse(text)?;
    let layout = Layout::of(text, &document);
    let table = table_at(&layout, &document, path)?;
    let edit = match table.entries.get(key) {
        Some(found) if found.get_ref().is_table() && !is_inline(text, &found.span()) => {
            return Err(EditError::Unsound(named(path, key)));
        }
        Some(found) => Edit { range: found.span(), with: value.to_owned() },
        None => table.insert(&layout, key, value),
    };
    let result = apply(text, vec![edit]);
    let place = steps(path, key);
    let mut expected = leaves(&document);
    expected.retain(|found, _| !found.starts_with(&place));
    expected.remove(&place[..place.len() - 1]);
    let parsed = DeValue::parse(value).map_err(|_| EditError::Value(value.to_owned()))?;
    collect_leaves(&place, parsed.get_ref(), &mut expected);
    require(&result, &expected, || named(path, key))?;
    Ok(result)
}

/// Returns `text` without `key` of the table at `path`, and without the lines that it alone stands on. A table
/// goes with its header, what is below it, and the comments right above it. A key that is not there is no error.
pub fn remove_key(text: &str, path: &[&str], key: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let layout = Layout::of(text, &document);
    let Some(entries) = descend(&document, path) else { return Ok(text.to_owned()) };
    let Some(found) = entries.get(key) else { return Ok(text.to_owned()) };
    let place = steps(path, key);
    let mut lines = Vec::new();
    for header in layout.headers.iter().filter(|header| is_below(text, header, &place)) {
        lines.push(layout.section_with_comments(header));
    }
    collect_lines(&layout, found, &lines.clone(), &mut lines);
    lines.sort_by_key(|line| line.start);
    let mut result = text.to_owned();
    for line in lines.iter().rev() {
        result.replace_range(line.clone(), "");
    }
    let mut expected = leaves(&document);
    expected.retain(|found, _| !found.starts_with(&place));
    let left = |found: &Leaves| {
        // Whether a table that lost its last key is still there says nothing.
        let empty = |value: &String| value != "table";
        found.iter().filter(|(_, value)| empty(value)).map(owned).collect::<Leaves>()
    };
    let after = parse(&result).map_err(|_| EditError::Unsound(named(path, key)))?;
    if left(&leaves(&after)) != left(&expected) {
        return Err(EditError::Unsound(named(path, key)));
    }
    Ok(result)
}

/// Returns `text` with the table `old` of the table at `path` called `new`, wherever a header names it.
pub fn rename_table(text: &str, path: &[&str], old: &str, new: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let layout = Layout::of(text, &document);
    let place = steps(path, old);
    let Some((key, value)) = descend(&document, path).and_then(|table| table.get_key_value(old))
    else {
        return Ok(text.to_owned());
    };
    let mut names: Vec<Range<usize>> = layout
        .headers
        .iter()
        .filter(|header| is_below(text, header, &place))
        .filter_map(|header| segments(text, header).into_iter().nth(path.len()))
        .map(|(_, span)| span)
        .collect();
    if matches!(shape_of(&layout, value), Shape::Inline | Shape::Dotted) {
        names.push(key.span());
    }
    names.sort_by_key(|name| name.start);
    names.dedup();
    let written = super::key(new);
    let mut result = text.to_owned();
    for name in names.iter().rev() {
        result.replace_range(name.clone(), &written);
    }
    let renamed = steps(path, new);
    let expected: Leaves = leaves(&document)
        .into_iter()
        .map(|(found, value)| match found.strip_prefix(&place[..]) {
            Some(rest) => ([&renamed[..], rest].concat(), value),
            None => (found, value),
        })
        .collect();
    require(&result, &expected, || named(path, old))?;
    Ok(result)
}

/// Returns `text` with `item` as the last of the list of texts `key`; a single text becomes a list.
pub fn add_to_list(text: &str, path: &[&str], key: &str, item: &str) -> Result<String, EditError> {
    let document = parse(text)?;
    let found = descend(&document, path).and_then(|table| table.get(key));
    let item = toml_string(item);
    let Some(found) = found else { return set_key(text, path, key, &format!("[{item}]")) };
    let old = &text[found.span()];
    match found.get_ref() {
        DeValue::Array(items) => match items.iter().next_back() {
            None => set_key(text, path, key, &format!("[{item}]")),
            Some(last) => {
                let end = last.span().end;
                let edit = Edit { range: end..end, with: format!(", {item}") };
                let result = apply(text, vec![edit]);
                let mut expected = leaves(&document);
                let place = [steps(path, key), vec![format!("[{}]", items.len())]].concat();
                let parsed = DeValue::parse(&item).map_err(|_| EditError::Value(item.clone()))?;
                collect_leaves(&place, parsed.get_ref(), &mut expected);
                require(&result, &expected, || named(path, key))?;
                Ok(result)
            }
        },
        _ => set_key(text, path, key, &format!("[{old}, {item}]")),
    }
}

/// Returns `text` with a table of its own at the end, a blank line above it. Each line is a key and its value.
pub fn append_table(text: &str, name: &str, lines: &[(&str, String)]) -> Result<String, EditError> {
    let document = parse(text)?;
    let layout = Layout::of(text, &document);
    let eol = layout.line_ending;
    let body = &text[layout.root_start()..];
    let newline = if body.is_empty() || body.ends_with('\n') { "" } else { eol };
    let blank = if body.is_empty() || ends_with_blank_line(body) { "" } else { eol };
    let mut result = format!("{text}{newline}{blank}[{name}]{eol}");
    let mut expected = leaves(&document);
    for (key, value) in lines {
        require_one_value(value).map_err(|_| EditError::Value(value.clone()))?;
        result.push_str(&format!("{key} = {value}{eol}"));
        let parsed = DeValue::parse(value).map_err(|_| EditError::Value(value.clone()))?;
        collect_leaves(&steps(&[name], key), parsed.get_ref(), &mut expected);
    }
    require(&result, &expected, || name.to_owned())?;
    Ok(result)
}

/// A table that keys can be put into.
struct Place<'d, 'i> {
    entries: &'d DeTable<'i>,
    /// Nothing for an inline table, which stands in this range.
    section: Result<Section, Range<usize>>,
}

impl Place<'_, '_> {
    /// The edit that makes `key` the last of the table.
    fn insert(&self, layout: &Layout<'_>, key: &str, value: &str) -> Edit {
        let line = format!("{key} = {value}");
        match &self.section {
            Ok(section) => {
                let entries = entries_of(layout, self.entries, section);
                let at = entries.last().map_or(section.start, |last| layout.line_end(last.end));
                layout.insert_lines(at, &format!("{line}{}", layout.line_ending))
            }
            Err(span) => {
                let inside = layout.text[span.start + 1..span.end - 1].trim_end();
                let at = span.start + 1 + inside.len();
                let comma = if inside.trim().is_empty() { " " } else { ", " };
                let space = if inside.len() + 2 == span.len() { " " } else { "" };
                Edit { range: at..at, with: format!("{comma}{line}{space}") }
            }
        }
    }
}

fn table_at<'d, 'i>(
    layout: &Layout<'_>,
    document: &'d DeTable<'i>,
    path: &[&str],
) -> Result<Place<'d, 'i>, EditError> {
    let Some((last, above)) = path.split_last() else {
        return Ok(Place { entries: document, section: Ok(layout.root()) });
    };
    let missing = || EditError::Missing(path.join("."));
    let around = descend(document, above).ok_or_else(missing)?;
    let found = around.get(*last).ok_or_else(missing)?;
    let section = match shape_of(layout, found) {
        Shape::Header => Ok(layout.section(found.span())),
        Shape::Inline => Err(found.span()),
        shape => {
            let line = line_of(layout.text, place_of(around, last, found));
            return Err(EditError::Table { name: path.join("."), line, shape });
        }
    };
    let entries = found.get_ref().as_table().ok_or_else(missing)?;
    Ok(Place { entries, section })
}

fn descend<'d, 'i>(document: &'d DeTable<'i>, path: &[&str]) -> Option<&'d DeTable<'i>> {
    path.iter().try_fold(document, |table, name| table.get(*name)?.get_ref().as_table())
}

impl Layout<'_> {
    /// From the comments right above a header to the comments right above the next.
    fn section_with_comments(&self, header: &Range<usize>) -> Range<usize> {
        let top = |header: usize| self.comments_above(self.line_start(header), self.root_start());
        let next = self.header_after(header.end);
        let end = if next == self.text.len() { next } else { top(next) };
        let start = top(header.start);
        // At the end of the text the blank lines above go as well: nothing is left to be set off.
        let kept = if end == self.text.len() {
            let above = self.text[..start].trim_end();
            self.line_end(above.len()).min(start)
        } else {
            start
        };
        kept..end
    }
}

/// Collects the lines of every value of an entry that stands in none of `taken`.
fn collect_lines(
    layout: &Layout<'_>,
    found: &toml::Spanned<DeValue<'_>>,
    taken: &[Range<usize>],
    lines: &mut Vec<Range<usize>>,
) {
    match (shape_of(layout, found), found.get_ref()) {
        (Shape::Dotted | Shape::SubTables | Shape::Header, DeValue::Table(table)) => {
            for child in table.values() {
                collect_lines(layout, child, taken, lines);
            }
        }
        _ => {
            let span = found.span();
            let line = layout.line_start(span.start)..layout.line_end(span.end);
            let known = taken.iter().chain(lines.iter());
            let mut known =
                known.filter(|known| known.start <= line.start && line.end <= known.end);
            if known.next().is_none() {
                lines.push(line);
            }
        }
    }
}

/// Tells whether a header names the table at `place`, or one below it.
fn is_below(text: &str, header: &Range<usize>, place: &[String]) -> bool {
    let names: Vec<String> =
        segments(text, header).into_iter().map(|(name, _)| key_step(&name)).collect();
    names.starts_with(place)
}

/// The parts of a header's name, each with where it stands.
fn segments(text: &str, header: &Range<usize>) -> Vec<(String, Range<usize>)> {
    let inside = text[header.clone()].trim_start_matches('[').trim_end_matches(']');
    let start = header.start + text[header.clone()].len()
        - text[header.clone()].trim_start_matches('[').len();
    let line = format!("{inside}=0");
    let Ok(parsed) = DeTable::parse(&line) else { return Vec::new() };
    let mut parts = Vec::new();
    let mut table = Some(parsed.get_ref());
    while let Some((key, value)) = table.and_then(|table| table.iter().next()) {
        let span = key.span();
        parts.push((key.get_ref().to_string(), start + span.start..start + span.end));
        table = value.get_ref().as_table();
    }
    parts
}

fn is_inline(text: &str, span: &Range<usize>) -> bool {
    text[span.clone()].starts_with('{')
}

fn owned((path, value): (&Vec<String>, &String)) -> (Vec<String>, String) {
    (path.clone(), value.clone())
}

fn steps(path: &[&str], key: &str) -> Vec<String> {
    path.iter().copied().chain([key]).map(key_step).collect()
}

fn named(path: &[&str], key: &str) -> String {
    path.iter().copied().chain([key]).collect::<Vec<_>>().join(".")
}

fn parse(text: &str) -> Result<DeTable<'_>, EditError> {
    DeTable::parse(text).map(toml::Spanned::into_inner).map_err(|error| EditError::Syntax {
        line: line_of(text, error.span().map_or(0, |span| span.start)),
        problem: error.message().to_string(),
    })
}

/// Holds an edited text to what it is to say.
fn require(result: &str, expected: &Leaves, name: impl Fn() -> String) -> Result<(), EditError> {
    let after = parse(result).map_err(|_| EditError::Unsound(name()))?;
    if leaves(&after) == *expected { Ok(()) } else { Err(EditError::Unsound(name())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAN: &str = "\u{feff}# Ours.\r\ntitle = \"T\" # said\r\nwhy = \"\"\"\r\nx = 1\r\n\"\"\"\r\n\r\n# The number.\r\n[key_results.lead-time] # first\r\nbaseline = 240\r\n\r\n[key_results.lead-time.milestones]\r\na = 1\r\n\r\n# Beside.\r\n[initiatives.one]\r\ntitle = \"x\"\r\n";

    /// Checks one edit of the plan: what is taken out and what is put in its place.
    #[track_caller]
    fn check(edited: Result<String, EditError>, from: &str, to: &str) {
        assert!(PLAN.contains(from), "{from:?}");
        assert_eq!(edited.expect("edited"), PLAN.replacen(from, to, 1));
    }

    #[test]
    fn a_key_is_set_in_its_place_or_last_in_its_table() {
        let in_kr = ["key_results", "lead-time"];
        check(set_key(PLAN, &in_kr, "baseline", "90"), "= 240", "= 90");
        check(set_key(PLAN, &[], "title", "\"U\""), "\"T\" #", "\"U\" #");
        check(set_key(PLAN, &in_kr, "target", "15"), "240\r\n", "240\r\ntarget = 15\r\n");
        check(
            set_key(PLAN, &[], "continues", "\"a/b\""),
            "\"\"\"\r\n\r\n#",
            "\"\"\"\r\ncontinues = \"a/b\"\r\n\r\n#",
        );
    }

    #[test]
    fn inline_tables_take_keys_too() {
        let set = |text: &str| set_key(text, &["a"], "k", "1").expect("set");
        assert_eq!(set("a = {}\n"), "a = { k = 1 }\n");
        assert_eq!(set("a = { b = 2 } # c\n"), "a = { b = 2, k = 1 } # c\n");
        assert_eq!(set("a={b=2}\n"), "a={b=2, k = 1 }\n");
    }

    #[test]
    fn a_removed_key_takes_its_lines_and_a_table_its_comments_along() {
        check(remove_key(PLAN, &[], "title"), "title = \"T\" # said\r\n", "");
        check(remove_key(PLAN, &[], "why"), "why = \"\"\"\r\nx = 1\r\n\"\"\"\r\n", "");
        check(
            remove_key(PLAN, &["initiatives"], "one"),
            "\r\n# Beside.\r\n[initiatives.one]\r\ntitle = \"x\"\r\n",
            "",
        );
        check(
            remove_key(PLAN, &["key_results"], "lead-time"),
            "# The number.\r\n[key_results.lead-time] # first\r\nbaseline = 240\r\n\r\n[key_results.lead-time.milestones]\r\na = 1\r\n\r\n",
            "",
        );
        check(remove_key(PLAN, &["key_results"], "other"), "", "");
    }

    #[test]
    fn a_table_is_renamed_in_every_header_that_names_it() {
        let renamed = rename_table(PLAN, &["key_results"], "lead-time", "delay").expect("renamed");
        assert_eq!(renamed, PLAN.replace("lead-time", "delay"));
        for (text, expected) in [
            ("[key_results]\nold = { a = 1 }\n", Some("[key_results]\nnew = { a = 1 }\n")),
            ("[key_results]\nold.a = 1\n", Some("[key_results]\nnew.a = 1\n")),
            ("[key_results.\"old\"]\na = \"old\"\n", Some("[key_results.new]\na = \"old\"\n")),
            ("[key_results]\nold.a = 1\nold.b = 1\n", None),
            ("[key_results.old]\na = 1\n[key_results.new]\nb = 1\n", None),
        ] {
            let renamed = rename_table(text, &["key_results"], "old", "new");
            assert_eq!(renamed.as_deref().ok(), expected, "{text}");
        }
    }

    #[test]
    fn a_list_grows_at_its_end() {
        for (text, expected) in [
            ("a = 1\n", "a = 1\nf = [\"new\"]\n"),
            ("f = []\n", "f = [\"new\"]\n"),
            ("f = \"old\" # c\n", "f = [\"old\", \"new\"] # c\n"),
            ("f = [\n  \"old\", # c\n]\n", "f = [\n  \"old\", \"new\", # c\n]\n"),
        ] {
            assert_eq!(add_to_list(text, &[], "f", "new").expect("added"), expected);
        }
    }

    #[test]
    fn a_table_is_appended_below_a_blank_line() {
        let closed = append_table("a = 1", "close", &[("date", "2027-01-08".into())]);
        assert_eq!(closed.expect("appended"), "a = 1\n\n[close]\ndate = 2027-01-08\n");
        let twice = append_table("[close]\n", "close", &[("a", "1".into())]);
        assert_eq!(twice, Err(EditError::Unsound("close".into())));
        let hostile = append_table("", "close", &[("note", toml_string("\"\n[x]"))]);
        assert_eq!(hostile.expect("appended"), "[close]\nnote = \"\\\"\\n[x]\"\n");
    }

    #[test]
    fn broken_files_are_not_edited() {
        let broken = set_key("a = \n", &[], "b", "1");
        assert!(matches!(broken, Err(EditError::Syntax { line: 1, .. })), "{broken:?}");
        assert!(matches!(set_key("a = 1\n", &["x"], "b", "1"), Err(EditError::Missing(_))));
        assert!(matches!(set_key("", &[], "b", "1\nc = 2"), Err(EditError::Value(_))));
    }
}
