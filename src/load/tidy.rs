//! Puts the records of a check-ins file in the order of their dates, one a line, and mends what git's union merge
//! leaves behind.
//!
//! No value changes: what two sides brought alike is kept once, and whatever is not certain is refused. Comments go
//! with the record below them; those that open a table stay on top of it, and order and spacing of the tables stay.

use std::collections::BTreeMap;

use thiserror::Error;
use toml::de::{DeTable, DeValue};

use super::splice::toml_string;
use crate::date::Stamp;
use crate::text::printable;

/// Why a check-ins file cannot be tidied. It is left as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("line {line}: {problem}")]
pub struct TidyError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: String,
}

/// Returns the text of a check-ins file with its records in order.
///
/// # Errors
///
/// Something in it is no record on lines of its own, or a date has two different records.
pub fn tidy(text: &str) -> Result<String, TidyError> {
    let bom = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let (bom, body) = text.split_at(bom);
    let mut sections = merged(read(body)?)?;
    for section in &mut sections {
        section.records.sort_by_key(|record| record.stamp);
    }
    let ending =
        if body.matches("\r\n").count() * 2 > body.matches('\n').count() { "\r\n" } else { "\n" };
    let mut tidied = bom.to_owned();
    for line in sections.iter().flat_map(Section::lines) {
        tidied.push_str(line);
        if !line.ends_with('\n') {
            tidied.push_str(ending);
        }
    }
    Ok(tidied)
}

/// A table and its records; the first holds the goal's own and has no header.
#[derive(Default)]
struct Section {
    name: Option<String>,
    /// The comments right above the header.
    above: Vec<String>,
    header: Option<String>,
    /// What stands on top of the table.
    opening: Vec<String>,
    records: Vec<Record>,
    /// What stands below the last record.
    closing: Vec<String>,
}

struct Record {
    key: String,
    stamp: Stamp,
    above: Vec<String>,
    /// The record itself, on one line, with the comment behind it.
    text: String,
    value: String,
    comment: String,
    line: usize,
}

impl Section {
    fn lines(&self) -> impl Iterator<Item = &str> {
        let head = self.above.iter().chain(&self.header).chain(&self.opening);
        let records =
            self.records.iter().flat_map(|record| record.above.iter().chain([&record.text]));
        head.chain(records).chain(&self.closing).map(String::as_str)
    }

    /// Gives the lines before a record, or before the end of the table, to what they belong to.
    fn settle(&mut self, mut pending: Vec<String>) -> Vec<String> {
        if self.records.is_empty() {
            // A comment that opens the table ends at a blank line; blank lines on top stay there.
            let is_comment = pending.first().is_some_and(|line| !line.trim().is_empty());
            let end = match is_comment {
                true => pending.iter().position(|line| line.trim().is_empty()),
                false => Some(0),
            };
            let blank = |line: &String| line.trim().is_empty();
            let from = end.unwrap_or(pending.len());
            let blanks = pending[from..].iter().take_while(|line| blank(line)).count();
            let rest = pending.split_off(from + blanks);
            self.opening = pending;
            return rest;
        }
        pending
    }
}

/// Reads the lines of a file into its tables.
fn read(text: &str) -> Result<Vec<Section>, TidyError> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let mut sections = vec![Section::default()];
    let mut pending: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let line = lines[at];
        let section = sections.last_mut().expect("there is always one");
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with('#') {
            if DeTable::parse(line).is_err() {
                return Err(no_record(at, line));
            }
            pending.push(line.to_owned());
            at += 1;
        } else if bare.starts_with('[') {
            let name = header(line).ok_or_else(|| no_record(at, line))?;
            let own = pending.iter().rev().take_while(|line| !line.trim().is_empty()).count();
            let above = pending.split_off(pending.len() - own);
            let closing = std::mem::take(&mut pending);
            match section.records.is_empty() && section.opening.is_empty() {
                true => section.opening = closing,
                false => section.closing = closing,
            }
            sections.push(Section {
                name: Some(name),
                above,
                header: Some(line.to_owned()),
                ..Section::default()
            });
            at += 1;
        } else {
            let (mut record, taken) = record(&lines, at)?;
            record.above = section.settle(std::mem::take(&mut pending));
            section.records.push(record);
            at += taken;
        }
    }
    sections.last_mut().expect("there is always one").closing.extend(pending);
    Ok(sections)
}

fn no_record(at: usize, line: &str) -> TidyError {
    let conflict = ["<<<<<<<", "=======", ">>>>>>>", "|||||||"];
    let problem = match conflict.iter().any(|mark| line.starts_with(mark)) {
        true => "a merge conflict was left in".to_owned(),
        false => format!("`{}` is no record on a line of its own", printable(line.trim())),
    };
    TidyError { line: at + 1, problem }
}

/// The name of a table right below the top.
fn header(line: &str) -> Option<String> {
    let parsed = DeTable::parse(line).ok()?;
    let mut entries = parsed.get_ref().iter();
    let (Some((key, value)), None) = (entries.next(), entries.next()) else { return None };
    let is_table = value.get_ref().as_table().is_some_and(|table| table.is_empty());
    is_table.then(|| key.get_ref().to_string())
}

/// The most lines that one record is looked for on.
const MAX_LINES: usize = 400;

/// The record that begins on a line, and the number of lines it takes.
fn record(lines: &[&str], at: usize) -> Result<(Record, usize), TidyError> {
    let mut chunk = String::new();
    for (taken, line) in lines[at..].iter().take(MAX_LINES).enumerate() {
        chunk.push_str(line);
        let Ok(parsed) = DeTable::parse(&chunk) else { continue };
        let mut entries = parsed.get_ref().iter();
        let (Some((key, value)), None) = (entries.next(), entries.next()) else { break };
        let span = value.span();
        let is_plain_key = chunk[key.span().end..].trim_start().starts_with('=');
        let stamp = Stamp::parse(key.get_ref()).filter(|_| is_plain_key);
        let stamp = stamp.ok_or_else(|| no_record(at, lines[at]))?;
        let comment = chunk[span.end..].trim().to_owned();
        let text = match taken {
            0 => chunk.clone(),
            _ => {
                let value = on_one_line(&chunk, value.get_ref(), &span);
                let value = value.ok_or_else(|| TidyError {
                    line: at + 1,
                    problem: "a record on several lines, with a comment inside it".to_owned(),
                })?;
                format!("{}{value}{}", &chunk[..span.start], &chunk[span.end..])
            }
        };
        let record = Record {
            key: key.get_ref().to_string(),
            stamp,
            above: Vec::new(),
            text,
            value: written(value.get_ref()),
            comment,
            line: at + 1,
        };
        return Ok((record, taken + 1));
    }
    Err(no_record(at, lines[at]))
}

/// A value that takes several lines, on one; nothing if a comment would be lost.
fn on_one_line(chunk: &str, value: &DeValue<'_>, span: &std::ops::Range<usize>) -> Option<String> {
    let mut strings = Vec::new();
    collect_strings(value, span.clone(), &mut strings);
    let is_comment = |at: &usize| !strings.iter().any(|string| string.contains(at));
    let mut marks = chunk[span.clone()].match_indices('#').map(|(at, _)| at + span.start);
    marks.all(|at| !is_comment(&at)).then(|| written(value))
}

fn collect_strings(
    value: &DeValue<'_>,
    span: std::ops::Range<usize>,
    strings: &mut Vec<std::ops::Range<usize>>,
) {
    match value {
        DeValue::String(_) => strings.push(span),
        DeValue::Table(table) => {
            for child in table.values() {
                collect_strings(child.get_ref(), child.span(), strings);
            }
        }
        _ => {}
    }
}

/// A value as TOML writes it on one line.
fn written(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) => toml_string(text),
        DeValue::Integer(number) => number.to_string(),
        DeValue::Float(number) => number.to_string(),
        DeValue::Boolean(flag) => flag.to_string(),
        DeValue::Datetime(moment) => moment.to_string(),
        DeValue::Array(items) => {
            let items: Vec<String> = items.iter().map(|item| written(item.get_ref())).collect();
            format!("[{}]", items.join(", "))
        }
        DeValue::Table(table) if table.is_empty() => "{}".to_owned(),
        DeValue::Table(table) => {
            let field = |(key, value): (&toml::Spanned<toml::de::DeString<'_>>, _)| {
                let value: &toml::Spanned<DeValue<'_>> = value;
                format!("{} = {}", super::splice::key(key.get_ref()), written(value.get_ref()))
            };
            let fields: Vec<String> = table.iter().map(field).collect();
            format!("{{ {} }}", fields.join(", "))
        }
    }
}

/// Makes one table of those with one name, and one record of those that are alike.
fn merged(sections: Vec<Section>) -> Result<Vec<Section>, TidyError> {
    let mut kept: Vec<Section> = Vec::new();
    for section in sections {
        let same = kept.iter().position(|other| other.name == section.name);
        match same {
            Some(at) => join(&mut kept[at], section),
            None => kept.push(section),
        }
    }
    for section in &mut kept {
        section.records = without_doubles(std::mem::take(&mut section.records))?;
    }
    Ok(kept)
}

/// Puts the records of a table that is given twice into the first; no comment is lost.
fn join(first: &mut Section, second: Section) {
    let is_comment = |line: &String| !line.trim().is_empty();
    let behind_header = second.header.as_deref().and_then(|line| {
        let at = line.find('#')?;
        Some(line[at..].to_owned())
    });
    let mut comments: Vec<String> =
        second.above.into_iter().chain(behind_header).chain(second.opening).collect();
    let mut records = second.records;
    match records.first_mut() {
        Some(record) => {
            comments.append(&mut record.above);
            record.above = comments.into_iter().filter(is_comment).collect();
            first.records.append(&mut records);
        }
        None => first.closing.extend(comments.into_iter().filter(is_comment)),
    }
    // One blank line at the end is enough to set off what follows.
    let blanks = first.closing.iter().any(|line| !is_comment(line));
    first.closing.extend(second.closing.into_iter().filter(|line| is_comment(line) || !blanks));
}

fn without_doubles(records: Vec<Record>) -> Result<Vec<Record>, TidyError> {
    let mut kept: Vec<Record> = Vec::with_capacity(records.len());
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for record in records {
        let Some(&at) = known.get(&record.key) else {
            known.insert(record.key.clone(), kept.len());
            kept.push(record);
            continue;
        };
        let first = &mut kept[at];
        if first.value != record.value {
            let problem = format!(
                "`{}` has another record on line {}: keep the one that is true",
                printable(&record.key),
                first.line
            );
            return Err(TidyError { line: record.line, problem });
        }
        let said = |line: &str| {
            first.comment == line.trim() || first.above.iter().any(|own| own.trim() == line.trim())
        };
        let behind = (!record.comment.is_empty()).then_some(record.comment);
        let new: Vec<String> = record
            .above
            .into_iter()
            .chain(behind)
            .filter(|line| !line.trim().is_empty() && !said(line))
            .collect();
        first.above.extend(new);
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::Table;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(tidy(text).as_deref(), Ok(expected), "{text}");
        assert_eq!(tidy(expected).as_deref(), Ok(expected), "once is enough");
    }

    #[track_caller]
    fn refused(text: &str, line: usize, problem: &str) {
        let error = tidy(text).expect_err("refused");
        assert_eq!((error.line, error.problem.as_str()), (line, problem), "{text}");
    }

    #[test]
    fn records_are_put_in_order_with_their_comments() {
        check("", "");
        check(
            "\u{feff}# Ours.\r\n\r\n# b\r\n2026-10-12 = 2 # two\r\n2026-10-05 = 1\r\n\r\n# Lead.\r\n[lead-time] # min\r\n# On top.\r\n\"2026-10-05T14:30\" = 2\r\n\r\n# a\r\n\"2026-10-05T09:00\" = 1\r\n2026-10-05=3\r\n# end",
            "\u{feff}# Ours.\r\n\r\n2026-10-05 = 1\r\n# b\r\n2026-10-12 = 2 # two\r\n\r\n# Lead.\r\n[lead-time] # min\r\n# On top.\r\n\r\n# a\r\n\"2026-10-05T09:00\" = 1\r\n\"2026-10-05T14:30\" = 2\r\n2026-10-05=3\r\n# end\r\n",
        );
        check("[a]\n2026-10-05 = 2\n2026-10-01 = 1", "[a]\n2026-10-01 = 1\n2026-10-05 = 2\n");
    }

    #[test]
    fn what_a_union_merge_leaves_behind_is_mended() {
        check(
            "[a]\n2026-10-12 = 2\n2026-10-05 = 1\n2026-10-12 = 2 # twice\n",
            "[a]\n2026-10-05 = 1\n# twice\n2026-10-12 = 2\n",
        );
        check(
            "[a]\n2026-10-12 = 2\n\n[b]\n2026-10-12 = 9\n[a] # theirs\n# low\n2026-10-05 = 1\n2026-10-12 = 2\n",
            "[a]\n# theirs\n# low\n2026-10-05 = 1\n2026-10-12 = 2\n\n[b]\n2026-10-12 = 9\n",
        );
    }

    #[test]
    fn a_record_on_several_lines_is_put_on_one() {
        check(
            "[a]\n2026-10-05 = { value = 1_0, note = \"\"\"\nx # \"y\"\n\"\"\", by = 'ben' } # c\n",
            "[a]\n2026-10-05 = { value = 10, note = \"x # \\\"y\\\"\\n\", by = \"ben\" } # c\n",
        );
        refused(
            "[a]\n2026-10-05 = {\n  value = 1, # c\n}\n",
            2,
            "a record on several lines, with a comment inside it",
        );
    }

    #[test]
    fn numbers_of_any_base_keep_their_value() {
        let text = "2026-10-05 = {\n value = 0x1F, note = \"\",\n confidence = 1e1 }\n";
        let tidied = tidy(text).expect("tidied");
        assert_eq!(tidied.lines().count(), 1, "{tidied}");
        let read = |text: &str| text.parse::<Table>().expect("sound");
        assert_eq!(read(&tidied), read(text));
    }

    #[test]
    fn what_is_not_certain_is_refused() {
        refused(
            "[a]\n2026-10-05 = 1\n2026-10-05 = 2\n",
            3,
            "`2026-10-05` has another record on line 2: keep the one that is true",
        );
        refused("<<<<<<< HEAD\n2026-10-05 = 1\n", 1, "a merge conflict was left in");
        refused("[a]\n2026-02-30 = 1\n", 2, "`2026-02-30 = 1` is no record on a line of its own");
        refused("a.2026-10-05 = 1\n", 1, "`a.2026-10-05 = 1` is no record on a line of its own");
        refused("a = {}\n", 1, "`a = {}` is no record on a line of its own");
        refused("[a.b]\n", 1, "`[a.b]` is no record on a line of its own");
        refused("[[a]]\n", 1, "`[[a]]` is no record on a line of its own");
        refused("[a]\n2026-10-05 = [1\n", 2, "`2026-10-05 = [1` is no record on a line of its own");
        refused("#\u{1}\n", 1, "`#\\u{1}` is no record on a line of its own");
    }

    fn any_line() -> impl Strategy<Value = String> {
        let day = 1..9u8;
        prop_oneof![
            6 => (day.clone(), 0..3u8).prop_map(|(day, value)| format!("2026-10-0{day} = {value}")),
            2 => day.clone().prop_map(|day| format!(
                "2026-10-0{day} = {{ value = 1, note = \"# {day}\", void = true }} # c{day}"
            )),
            1 => day.clone().prop_map(|day| format!("\"2026-10-0{day}T09:30\" = 1")),
            1 => day.prop_map(|day| format!("2026-10-0{day} = {{ note = '''\na\n''' }}")),
            3 => (0..9u8).prop_map(|n| format!("# said {n}")),
            2 => Just(String::new()),
            2 => prop::sample::select(vec!["[a]", "[b] # more", "[\"c\"]"]).prop_map(str::to_owned),
        ]
    }

    fn comments(text: &str) -> Vec<String> {
        let mut found: Vec<String> = text
            .trim_start_matches('\u{feff}')
            .lines()
            .filter_map(|line| line.trim().strip_prefix("# said"))
            .map(str::to_owned)
            .collect();
        found.sort();
        found
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: 1024,
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn tidying_changes_no_value_loses_no_comment_and_is_done_once(
            lines in prop::collection::vec(any_line(), 0..14),
            ending in prop::sample::select(vec!["\n", "\r\n"]),
            bom in any::<bool>(),
        ) {
            let body = lines.join("\n").replace('\n', ending);
            let text = if bom { format!("\u{feff}{body}") } else { body };
            if let Ok(tidied) = tidy(&text) {
                prop_assert_eq!(tidy(&tidied), Ok(tidied.clone()), "{}", text);
                let after: Table = tidied.trim_start_matches('\u{feff}').parse().expect("sound");
                if let Ok(before) = text.trim_start_matches('\u{feff}').parse::<Table>() {
                    prop_assert_eq!(before, after, "{}", tidied);
                    prop_assert_eq!(comments(&text), comments(&tidied), "{}", tidied);
                }
                prop_assert_eq!(tidied.starts_with('\u{feff}'), bom);
                for line in tidied.lines().filter(|line| line.contains("2026-") && !line.starts_with('#')) {
                    prop_assert!(line.contains(" = "), "{}", tidied);
                }
            }
        }
    }
}
