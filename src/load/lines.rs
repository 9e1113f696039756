//! Check-ins files read line by line: what the parser makes of them, a dozen times sooner.
//!
//! Nearly every file is plain: one record a line, one header a table, nothing that reaches over
//! the end of a line. There a line means the same wherever it stands below its header, and lines
//! that two versions share need not be read. Whatever is not plain, or holds a mistake, has no
//! lines here and is left to the parser as a whole.

use std::sync::Arc;

use super::{CheckinsDoc, RecordDoc, RecordsDoc, Spanned, Value};
use crate::date::Stamp;
use crate::text::{Span, common_start, looks_like_date};

/// A plain check-ins file as its records' lines.
#[derive(Debug, Clone)]
pub struct Lines {
    text: Arc<str>,
    /// The names of its tables.
    tables: Vec<Part>,
    records: Vec<Line>,
}

/// Where a record stands.
#[derive(Debug, Clone, Copy)]
struct Line {
    /// Its table's name; empty for the goal's own.
    table: Part,
    /// From its key to the end of its value.
    record: Part,
}

/// From one byte to another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Part {
    start: u32,
    end: u32,
}

impl Lines {
    /// Finds the lines of a check-ins file; nothing if it is not plain.
    pub fn read(text: &Arc<str>) -> Option<Self> {
        let none = Self { text: Arc::clone(text), tables: Vec::new(), records: Vec::new() };
        none.read_on(0, Part::default())
    }

    /// Finds the same; what the file has in common with the beginning of another is not looked at again.
    pub fn read_like(text: &Arc<str>, other: &Self) -> Option<Self> {
        let common = common_start(text.as_bytes(), other.text.as_bytes());
        let alike = other.records.partition_point(|line| (line.record.end as usize) < common);
        // Behind the last of these records its line may go on otherwise.
        let Some((last, before)) = other.records[..alike].split_last() else {
            return Self::read(text);
        };
        let start = last.record.start;
        let tables = other.tables.partition_point(|table| table.start < start);
        let (tables, records) = (other.tables[..tables].to_vec(), before.to_vec());
        Self { text: Arc::clone(text), tables, records }.read_on(start as usize, last.table)
    }

    /// Goes on at a record of `table` or at the beginning, below what was found before.
    fn read_on(mut self, start: usize, mut table: Part) -> Option<Self> {
        let text = Arc::clone(&self.text);
        let mut keys = Keys::default();
        let other = self.records.iter().rposition(|line| line.table != table);
        for line in &self.records[other.map_or(0, |other| other + 1)..] {
            keys.push(key(line.record.of(&text)));
        }
        for line in text[start..].split_inclusive('\n') {
            let end = ["\r\n", "\n"].iter().find_map(|end| line.strip_suffix(end));
            let line = end.unwrap_or(line).trim_matches([' ', '\t']);
            if line.is_empty() || is_comment(line) {
                continue;
            }
            if let Some(name) = header(line) {
                if !keys.are_different() {
                    return None;
                }
                table = part(&text, name)?;
                self.tables.push(table);
                continue;
            }
            let (record, _) = record(line)?;
            keys.push(record.key);
            self.records.push(Line { table, record: part(&text, record.whole)? });
        }
        let mut names = Keys::default();
        self.tables.iter().for_each(|table| names.push(table.of(&text)));
        (keys.are_different() && names.are_different()).then_some(self)
    }

    /// Everything that the file says.
    pub fn document(&self) -> CheckinsDoc {
        self.parsed(&self.records)
    }

    /// What the file says, and what another says, without records that stand alike in both. Not
    /// every such record need be left out.
    pub fn difference(&self, other: &Self) -> (CheckinsDoc, CheckinsDoc) {
        let (ours, theirs) = (&self.records, &other.records);
        let alike = |(a, b): &(&Line, &Line)| {
            self.part(a.record) == other.part(b.record) && self.part(a.table) == other.part(b.table)
        };
        // Up to where the texts begin to differ, lines stand at the same places.
        let common = common_start(self.text.as_bytes(), other.text.as_bytes());
        let same = ours.partition_point(|line| (line.record.end as usize) < common);
        let more = ours[same..].iter().zip(&theirs[same..]).take_while(alike).count();
        let start = same + more;
        let (ours, theirs) = (&ours[start..], &theirs[start..]);
        let end = ours.iter().rev().zip(theirs.iter().rev()).take_while(alike).count();
        (self.parsed(&ours[..ours.len() - end]), other.parsed(&theirs[..theirs.len() - end]))
    }

    fn part(&self, part: Part) -> &str {
        part.of(&self.text)
    }

    fn parsed(&self, lines: &[Line]) -> CheckinsDoc {
        let mut tables: Vec<RecordsDoc> = Vec::new();
        for line in lines {
            let Some((found, _)) = record(self.part(line.record)) else { continue };
            let Some(found) = self.placed(&found) else { continue };
            let name = self.part(line.table);
            let told = |table: &RecordsDoc| table.id.as_ref().map_or("", |id| &id.value) == name;
            match tables.last_mut().filter(|table| told(table)) {
                Some(table) => table.records.push(found),
                None => {
                    let id = (!name.is_empty())
                        .then(|| Spanned { value: name.to_owned(), span: line.table.span() });
                    tables.push(RecordsDoc { id, records: vec![found] });
                }
            }
        }
        CheckinsDoc { tables }
    }

    /// The record with the places of its parts; nothing if its date is none of the calendar.
    fn placed(&self, found: &Plain<'_>) -> Option<RecordDoc> {
        let span = |inner| part(&self.text, inner).map(Part::span).unwrap_or_default();
        let value = found.value.as_ref().map(|(scalar, word)| {
            let value = match *scalar {
                Scalar::Number(number) => Value::Number(number),
                Scalar::Bool(truth) => Value::Bool(truth),
                Scalar::Text(text) => Value::Text(text.to_owned()),
            };
            Spanned { value, span: span(word) }
        });
        Some(RecordDoc {
            stamp: Spanned { value: Stamp::parse(found.key)?, span: span(found.key_as_written) },
            value,
            confidence: found.confidence,
            note: found.note.map(str::to_owned),
            by: found.by.map(str::to_owned),
            void: found.void,
            span: span(found.right),
        })
    }
}

impl Part {
    fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }

    fn span(self) -> Span {
        Span::new(self.start as usize, self.end as usize)
    }
}

/// Where `inner`, a part of `text`, stands in it.
fn part(text: &str, inner: &str) -> Option<Part> {
    let start = match inner {
        "" => 0,
        _ => (inner.as_ptr() as usize).checked_sub(text.as_ptr() as usize)?,
    };
    let end = start + inner.len();
    Some(Part { start: u32::try_from(start).ok()?, end: u32::try_from(end).ok()? })
}

/// Keys of a table, or names of tables.
#[derive(Default)]
struct Keys<'a> {
    found: Vec<&'a str>,
}

impl<'a> Keys<'a> {
    fn push(&mut self, key: &'a str) {
        self.found.push(key);
    }

    /// Ends the table; tells whether nothing stood in it twice.
    fn are_different(&mut self) -> bool {
        if !self.found.is_sorted_by(|a, b| a < b) {
            self.found.sort_unstable();
        }
        let different = self.found.is_sorted_by(|a, b| a < b);
        self.found.clear();
        different
    }
}

fn is_comment(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(is_printable)
}

/// No control character but the tab.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| byte == b'\t' || (byte >= b' ' && byte != 0x7f))
}

/// Tells whether nothing but a comment follows.
fn is_end(rest: &str) -> bool {
    let rest = rest.trim_start_matches([' ', '\t']);
    rest.is_empty() || is_comment(rest)
}

/// `[name]`: the name of a key result's table.
fn header(line: &str) -> Option<&str> {
    let (name, rest) = line.strip_prefix('[')?.split_once(']')?;
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_name = !name.is_empty() && name.bytes().all(is_bare) && !looks_like_date(name);
    (is_name && is_end(rest)).then_some(name)
}

/// A record's line, taken apart.
#[derive(Default)]
struct Plain<'a> {
    key: &'a str,
    /// The key with its quotes, if it has any.
    key_as_written: &'a str,
    /// What stands behind the equals sign.
    right: &'a str,
    /// From the key to the end of the right-hand side.
    whole: &'a str,
    value: Option<Word<'a>>,
    confidence: Option<u8>,
    note: Option<&'a str>,
    by: Option<&'a str>,
    void: bool,
}

/// A value and how it is written.
type Word<'a> = (Scalar<'a>, &'a str);

#[derive(Clone, Copy)]
enum Scalar<'a> {
    Number(f64),
    Bool(bool),
    Text(&'a str),
}

/// Takes a record's line apart; returns what follows as well, which is at most a comment.
fn record(line: &str) -> Option<(Plain<'_>, &str)> {
    let (key, key_as_written) = match line.strip_prefix('"') {
        Some(quoted) => (quoted.get(..16).filter(|key| is_moment(key))?, line.get(..18)?),
        None => line.get(..10).filter(|key| looks_like_date(key)).map(|key| (key, key))?,
    };
    let quoted_well = key == key_as_written || key_as_written.ends_with('"');
    let right = skip(skip(&line[key_as_written.len()..]).strip_prefix('=')?);
    let mut record = Plain { key, key_as_written, ..Plain::default() };
    let rest = match right.strip_prefix('{') {
        Some(inside) => fields(inside, &mut record)?,
        None => {
            let (word, rest) = word(right)?;
            record.value = Some(word);
            rest
        }
    };
    record.right = &right[..right.len() - rest.len()];
    record.whole = &line[..line.len() - rest.len()];
    (quoted_well && is_end(rest)).then_some((record, rest))
}

/// The key of a record that was taken apart before.
fn key(record: &str) -> &str {
    match record.strip_prefix('"') {
        Some(quoted) => &quoted[..16],
        None => &record[..10],
    }
}

fn skip(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

/// `2026-10-05T14:30`.
fn is_moment(key: &str) -> bool {
    looks_like_date(key)
        && key.bytes().skip(10).enumerate().all(|(at, byte)| match at {
            0 => byte == b'T',
            3 => byte == b':',
            _ => byte.is_ascii_digit(),
        })
}

/// Reads `value = 1, note = "…" }` into a record; returns what follows.
fn fields<'a>(inside: &'a str, record: &mut Plain<'a>) -> Option<&'a str> {
    let mut seen: Vec<&str> = Vec::with_capacity(5);
    let mut rest = inside;
    loop {
        let (name, right) = rest.split_once('=')?;
        let name = name.trim_matches([' ', '\t']);
        if seen.contains(&name) {
            return None;
        }
        seen.push(name);
        let (word, after) = word(skip(right))?;
        match (name, word.0) {
            ("value", _) => record.value = Some(word),
            ("confidence", Scalar::Number(number)) => {
                let whole = number.fract() == 0.0 && (0.0..=10.0).contains(&number);
                record.confidence = Some(whole.then_some(number as u8)?);
            }
            ("note", Scalar::Text(text)) => record.note = Some(text),
            ("by", Scalar::Text(text)) => record.by = Some(text),
            ("void", Scalar::Bool(truth)) => record.void = truth,
            _ => return None,
        }
        match skip(after).split_at_checked(1)? {
            (",", next) => rest = next,
            ("}", end) => return Some(end),
            _ => return None,
        }
    }
}

/// Reads a number in plain decimal digits, `true`, `false`, or a string without escapes; returns
/// what follows.
fn word(text: &str) -> Option<(Word<'_>, &str)> {
    if let Some(string) = text.strip_prefix('"') {
        let end = string.bytes().position(|byte| byte == b'"')?;
        let (inside, rest) = (&string[..end], &string[end + 1..]);
        let is_empty_or_closed = !inside.is_empty() || !rest.starts_with('"');
        let is_plain = is_printable(inside) && !inside.bytes().any(|byte| byte == b'\\');
        let written = &text[..text.len() - rest.len()];
        return (is_plain && is_empty_or_closed).then_some(((Scalar::Text(inside), written), rest));
    }
    let ends = |byte| matches!(byte, b' ' | b'\t' | b',' | b'}' | b'#');
    let end = text.bytes().position(ends).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    let scalar = match word {
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ => Scalar::Number(number(word)?),
    };
    Some(((scalar, word), rest))
}

/// `-12` or `0.5`: no underscores, exponents or other bases, and few enough digits to be exact.
fn number(word: &str) -> Option<f64> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let bare = word.strip_prefix(['+', '-']).unwrap_or(word);
    let (whole, fraction) = bare.split_once('.').map_or((bare, None), |(a, b)| (a, Some(b)));
    let is_whole = digits(whole) && (whole.len() == 1 || !whole.starts_with('0'));
    if !is_whole || bare.len() > 15 {
        return None;
    }
    match fraction {
        Some(fraction) => digits(fraction).then(|| word.parse().ok())?,
        None => word.parse::<i64>().ok().map(|number| number as f64),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::TestCaseResult;

    use super::*;
    use crate::load::checkins;

    /// A record without the places where it stands.
    type Told = (Option<String>, String, Option<Value>, Option<u8>, Option<String>, bool);

    fn told(document: &CheckinsDoc) -> Vec<Told> {
        let record = |table: Option<String>, record: &RecordDoc| {
            let RecordDoc { stamp, value, confidence, note, void, .. } = record.clone();
            (table, stamp.value.to_string(), value.map(|v| v.value), confidence, note, void)
        };
        let id = |table: &super::super::RecordsDoc| table.id.as_ref().map(|id| id.value.clone());
        let mut all: Vec<Told> = document
            .tables
            .iter()
            .flat_map(|table| table.records.iter().map(move |found| record(id(table), found)))
            .collect();
        all.sort_by_key(|told| (told.0.clone(), told.1.clone()));
        all
    }

    /// What the parser makes of it, without tables that have no records.
    fn parsed_whole(text: &str) -> CheckinsDoc {
        let mut document = checkins("", text).0;
        document.tables.retain(|table| !table.records.is_empty());
        document
    }

    fn lines(text: &str) -> Option<Lines> {
        Lines::read(&Arc::from(text))
    }

    /// Checks that the lines of a file say what the parser reads in it, at the same places.
    fn check_lines(text: &str) -> TestCaseResult {
        let found = lines(text);
        prop_assume!(found.is_some());
        let lines = found.expect("just seen");
        prop_assert_eq!(lines.document(), parsed_whole(text), "{}", text);
        Ok(())
    }

    /// Checks that leaving out what two files share leaves what they do not.
    fn check_difference(a: &str, b: &str) -> TestCaseResult {
        let both = lines(a).zip(lines(b));
        prop_assume!(both.is_some());
        let (ours, theirs) = both.expect("just seen");
        let (all, others) = (told(&parsed_whole(a)), told(&parsed_whole(b)));
        let (left, right) = ours.difference(&theirs);
        let (left, right) = (told(&left), told(&right));
        let only = |of: &[Told], without: &[Told]| -> Vec<Told> {
            of.iter().filter(|told| !without.contains(told)).cloned().collect()
        };
        prop_assert_eq!(only(&left, &right), only(&all, &others), "{}\n---\n{}", a, b);
        prop_assert_eq!(only(&right, &left), only(&others, &all), "{}\n---\n{}", a, b);
        prop_assert!(left.iter().all(|told| all.contains(told)));
        prop_assert!(right.iter().all(|told| others.contains(told)));
        Ok(())
    }

    /// Checks that a file reads the same whether another was read before it or not.
    fn check_like(text: &str, other: &Lines) -> TestCaseResult {
        let (alone, like) = (lines(text), Lines::read_like(&Arc::from(text), other));
        let told = |lines: &Lines| (lines.document(), lines.tables.clone());
        prop_assert_eq!(like.as_ref().map(told), alone.as_ref().map(told), "{}", text);
        Ok(())
    }

    /// Lines of every sort: most of them plain, some that only look so.
    fn any_line() -> impl Strategy<Value = String> {
        let key = prop_oneof![
            8 => (1..6u8).prop_map(|day| format!("2026-10-0{day}")),
            1 => Just("\"2026-10-05T14:30\"".to_owned()),
            1 => Just("\"2026-10-05\"".to_owned()),
            1 => Just("2026-02-30".to_owned()),
            1 => Just("'2026-10-01'".to_owned()),
            1 => Just("2026-10-05T14:30".to_owned()),
        ];
        let scalar = || {
            prop_oneof![
                6 => (0..4u8).prop_map(|number| number.to_string()),
                1 => prop::sample::select(vec![
                    "-0.5", "+7", "007", "1_000", "1e3", "0x1f", ".5", "5.", "nan", "inf", "true",
                    "truee", "\"beta\"", "\"a\\\"b\"", "\"\"", "\"\"\"", "'''", "\"#\"", "[1]",
                    "1,2", "99999999999999999999", "9007199254740993", "2026-10-01", "{", "\"",
                ]).prop_map(str::to_owned),
            ]
        };
        let field = (
            prop::sample::select(vec!["value", "confidence", "note", "by", "void", "valeu", ""]),
            scalar(),
        )
            .prop_map(|(name, value)| format!("{name} = {value}"));
        let fields = prop::collection::vec(field, 0..4).prop_flat_map(|fields| {
            let all = fields.join(", ");
            prop_oneof![
                Just(format!("{{ {all} }}")),
                Just(format!("{{{all}}}")),
                Just(format!("{{ {all}, }}")),
                Just(format!("{{ {all}")),
            ]
        });
        let end = prop::sample::select(vec!["", "", "", "", " # why", "#", " x", "\r", "\t"]);
        let record = (key, prop_oneof![3 => scalar(), 1 => fields], end)
            .prop_map(|(key, value, end)| format!("{key} = {value}{end}"));
        let other = prop::sample::select(vec![
            "",
            "# said",
            "#\u{1}",
            "[a]",
            "[b]",
            "[c] # more",
            "[ a ]",
            "[a.b]",
            "[[a]]",
            "[\"a\"]",
            "[2026-10-01]",
            "[]",
            "\u{feff}",
            "<<<<<<< HEAD",
            "\"\"\"",
            "a = 1",
            "é = 1",
        ]);
        prop_oneof![4 => record, 1 => other.prop_map(str::to_owned)]
    }

    fn any_file() -> impl Strategy<Value = Vec<String>> {
        prop::collection::vec(any_line(), 0..7)
    }

    proptest! {
    #![proptest_config(ProptestConfig {
                cases: 2048,
                max_global_rejects: 200_000,
                failure_persistence: None,
                ..ProptestConfig::default()
            })]

            #[test]
            fn lines_say_what_the_parser_reads(file in any_file()) {
                check_lines(&file.join("\n"))?;
            }

            #[test]
            fn what_differs_is_what_differs_when_all_is_parsed(
                file in any_file(), at in 0..7usize, put in prop::collection::vec(any_line(), 0..3),
                cut in 0..3usize,
            ) {
                let mut changed = file.clone();
                let at = at.min(changed.len());
                let end = (at + cut).min(changed.len());
                changed.splice(at..end, put);
                if let Some(lines) = lines(&file.join("\n")) {
                    check_like(&changed.join("\n"), &lines)?;
                }
                check_difference(&file.join("\n"), &changed.join("\n"))?;
            }
        }

    #[test]
    fn files_as_people_write_them_have_lines() {
        let text = "# said weekly\r\n2026-10-01 = true\r\n\r\n[lead-time]  # minutes\r\n2026-10-05 = 240\r\n\t2026-10-06={ value = -1.5, confidence=6, note = \"ü, {b} # c\", void = true }\r\n\"2026-10-06T14:30\" = \"beta\" # half\r\n\r\n[rollbacks]\r\n2026-10-05 = 20";
        check_lines(text).expect("alike");
        let lines = lines(text).expect("plain");
        assert_eq!(lines.records.len(), 5);
        let more = format!("{text}\r\n2026-10-12 = 18\n");
        check_like(&more, &lines).expect("alike");
        let (before, after) = lines.difference(&Lines::read(&more.into()).expect("plain"));
        assert_eq!(told(&before), []);
        assert_eq!(told(&after).len(), 1, "one line is parsed, of six");
    }

    #[test]
    fn whatever_reaches_beyond_its_line_is_left_to_the_parser() {
        for text in [
            "[a]\n2026-10-05 = 1\n2026-10-05 = 2\n",
            "[a]\n2026-10-05 = 1\n[b]\n[a]\n",
            "[a]\n2026-10-05 = { note = \"\"\"\n2026-10-06 = 1\n\"\"\" }\n",
            "[a]\n2026-10-05 = [\n]\n",
            "[a]\n2026-10-05 = 1,250\n",
            "[a.b]\n2026-10-05 = 1\n",
            "\u{feff}[a]\n2026-10-05 = 1\n",
            "[a]\n2026-10-05 = { value = 1, value = 2 }\n",
            "[a]\r2026-10-05 = 1\n",
            "[a]\n2026-10-05 = 1\r",
        ] {
            assert!(lines(text).is_none(), "{text:?}");
        }
    }
}
