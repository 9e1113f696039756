//! Many records at once: CSV or one JSON object a line.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use clap::ValueEnum;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;

use super::delimited::{self, Cell};
use super::entry::{self, Entry, NO_VALUE, Present, What};
use super::mistakes::{self, Mistake};
use crate::cli::amount::Signs;
use crate::cli::names::{self, Named};
use crate::cli::values::Given;
use crate::date::{Date, Stamp};
use crate::error::{Error, Kind, Result};
use crate::load::{Kind as MeasureKind, Value};
use crate::model::{KeyResult, Model};
use crate::text::{count, did_you_mean, printable};

/// How records are written in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table with a header; quotes as in RFC 4180
    Csv,
    /// One JSON object a line
    Ndjson,
}

/// What rows are read against.
pub(super) struct Context<'a> {
    pub(super) model: &'a Model,
    pub(super) present: Present,
    /// The date of rows that have none.
    pub(super) stamp: Stamp,
    /// Who took the values of rows that do not say it.
    pub(super) by: Option<&'a str>,
    /// Whether the last row counts of those that contradict each other, as it does of answers.
    pub(super) last_counts: bool,
}

/// The keys of a record.
const KEYS: [&str; 6] = ["ref", "value", "date", "confidence", "note", "by"];

impl Format {
    /// The format of a file, by the end of its name, or by how it begins.
    ///
    /// # Errors
    ///
    /// It is JSON, but not one object a line.
    pub(super) fn of(path: &Path, text: &str) -> Result<Self> {
        let extension = path.extension().and_then(|extension| extension.to_str());
        let begin = text.trim_start_matches('\u{feff}').trim_start().chars().next();
        match (extension.map(str::to_ascii_lowercase).as_deref(), begin) {
            (Some("csv"), _) => Ok(Self::Csv),
            (Some("ndjson" | "jsonl"), _) => Ok(Self::Ndjson),
            (_, Some('{')) => Ok(Self::Ndjson),
            (_, Some('[')) => Err(Error::new(
                Kind::Usage,
                format!("`{}` is a JSON array, not one object a line", path.display()),
            )
            .hint("`jq -c '.[]'` makes lines of it")),
            _ => Ok(Self::Csv),
        }
    }
}

/// Reads every row. Rows that say the same of the same thing are one.
///
/// # Errors
///
/// A row is wrong, or two contradict each other; tells of all of them.
pub(super) fn entries(
    context: &Context<'_>,
    name: &Path,
    text: &str,
    format: Format,
) -> Result<Vec<Entry>> {
    let mut reader = Reader { context, names: HashMap::new(), mistakes: Vec::new() };
    let read = match format {
        Format::Csv => reader.csv(text),
        Format::Ndjson => reader.ndjson(text),
    };
    let entries = reader.unique(read);
    match reader.mistakes.is_empty() {
        true => Ok(entries),
        false => Err(mistakes::told(name, reader.mistakes)),
    }
}

/// The cells of one row, by key; what is empty is not there.
struct Row<T> {
    line: usize,
    cells: HashMap<&'static str, T>,
}

struct Reader<'a> {
    context: &'a Context<'a>,
    /// What names were found to mean.
    names: HashMap<String, Named>,
    mistakes: Vec<Mistake>,
}

/// What a row says, before its value is read.
struct Common {
    named: Named,
    stamp: Stamp,
    note: Option<String>,
    by: Option<String>,
}

impl Reader<'_> {
    fn csv(&mut self, text: &str) -> Vec<Entry> {
        let rows = match delimited::rows(text) {
            Ok(rows) => rows,
            Err(wrong) => {
                let error = Error::new(Kind::Usage, wrong.problem);
                self.mistake(wrong.line, Some(wrong.column), None, error);
                return Vec::new();
            }
        };
        let Some((header, rows)) = rows.split_first() else { return Vec::new() };
        let Some(keys) = self.header(header) else { return Vec::new() };
        rows.iter().filter_map(|row| self.csv_row(&keys, row)).collect()
    }

    /// The keys of the columns.
    fn header(&mut self, header: &[Cell]) -> Option<Vec<&'static str>> {
        let mut keys: Vec<&'static str> = Vec::with_capacity(header.len());
        let before = self.mistakes.len();
        for cell in header {
            let name = cell.text.trim();
            match KEYS.into_iter().find(|key| *key == name) {
                Some(key) if keys.contains(&key) => {
                    let error =
                        Error::new(Kind::Usage, format!("the column `{key}` is there twice"));
                    self.mistake(cell.line, Some(cell.column), None, error);
                }
                Some(key) => keys.push(key),
                None => {
                    let error = unknown_key(name, "column");
                    self.mistake(cell.line, Some(cell.column), None, error);
                }
            }
        }
        if before == self.mistakes.len() && !keys.contains(&"ref") {
            let error = Error::new(Kind::Usage, "there is no column `ref`")
                .hint(format!("the first line names the columns: {}", KEYS.join(",")));
            self.mistake(1, None, None, error);
        }
        (before == self.mistakes.len()).then_some(keys)
    }

    fn csv_row(&mut self, keys: &[&'static str], cells: &[Cell]) -> Option<Entry> {
        let line = cells.first()?.line;
        if cells.len() != keys.len() {
            let message =
                format!("{} where the header has {}", count(cells.len(), "cell"), keys.len());
            let error =
                Error::new(Kind::Usage, message).hint("text with a comma in it stands in quotes");
            self.mistake(line, None, None, error);
            return None;
        }
        let filled = keys.iter().zip(cells).filter(|(_, cell)| !cell.text.trim().is_empty());
        let row = Row { line, cells: filled.map(|(key, cell)| (*key, cell)).collect() };
        let before = self.mistakes.len();
        let text = |key: &str| row.cells.get(key).map(|cell| (cell.text.trim(), Some(cell.column)));
        let at = |key: &str| row.cells.get(key).map(|cell| (cell.line, Some(cell.column)));
        let common = self.common(line, &text);
        let confidence = match text("confidence") {
            None => None,
            Some((given, _)) => match entry::confidence(given) {
                Ok(confidence) => Some(confidence),
                Err(why) => {
                    let error = Error::new(Kind::Usage, format!("{why}, found `{given}`"));
                    self.mistake_at(at("confidence"), "confidence", error);
                    None
                }
            },
        };
        let common = common.filter(|_| self.mistakes.len() == before)?;
        let said = match text("value") {
            None => entry::unvalued(self.context.model, common.named),
            Some((given, _)) => {
                entry::valued(self.context.model, common.named, given, Signs::Plain)
            }
        };
        match said {
            Ok((named, what)) => self.entry(line, common, named, what, confidence),
            Err(error) => {
                self.mistake_at(at("value"), "value", error);
                None
            }
        }
    }

    fn ndjson(&mut self, text: &str) -> Vec<Entry> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
        lines.filter_map(|(at, line)| self.json_row(at + 1, line)).collect()
    }

    fn json_row(&mut self, line: usize, text: &str) -> Option<Entry> {
        let object = match serde_json::from_str(text) {
            Ok(Json::Object(object)) => object,
            Ok(other) => {
                let error = Error::new(
                    Kind::Usage,
                    format!("an object is wanted, found {}", kind_of(&other)),
                );
                self.mistake(line, None, None, error);
                return None;
            }
            Err(error) => {
                let column = Some(error.column()).filter(|column| *column > 0);
                let said = error.to_string();
                let problem = said.split(" at line").next().unwrap_or(&said).to_owned();
                self.mistake(
                    line,
                    column,
                    None,
                    Error::new(Kind::Usage, format!("no JSON object: {problem}")),
                );
                return None;
            }
        };
        let before = self.mistakes.len();
        if let Ok(Keys { twice: Some(key) }) = serde_json::from_str(text) {
            let error =
                Error::new(Kind::Usage, "the key is there twice").hint("keep one of the two");
            self.mistake(line, None, Some(&key), error);
        }
        let mut row = Row { line, cells: HashMap::new() };
        for (key, value) in &object {
            match KEYS.into_iter().find(|known| known == key) {
                Some(_) if value.is_null() => {}
                Some(known) => {
                    row.cells.insert(known, value);
                }
                None => self.mistake(line, None, None, unknown_key(key, "key")),
            }
        }
        for key in ["ref", "date", "note", "by"] {
            if let Some(other) = row.cells.get(key).filter(|value| !value.is_string()) {
                let error = Error::new(
                    Kind::Usage,
                    format!("a string is wanted, found {}", kind_of(other)),
                );
                self.mistake(line, None, Some(key), error);
            }
        }
        let confidence = self.json_confidence(&row);
        if self.mistakes.len() > before {
            return None;
        }
        let text = |key: &str| {
            let text = row.cells.get(key).and_then(|value| value.as_str());
            text.filter(|text| !text.trim().is_empty()).map(|text| (text, None))
        };
        let common = self.common(line, &text)?;
        let said = match row.cells.get("value") {
            None if object.contains_key("value") => {
                entry::unmeasured(self.context.model, common.named)
            }
            None => entry::unvalued(self.context.model, common.named),
            Some(value) => self.json_value(common.named, value),
        };
        match said {
            Ok((named, what)) => self.entry(line, common, named, what, confidence),
            Err(error) => {
                self.mistake(line, None, Some("value"), error);
                None
            }
        }
    }

    fn json_confidence(&mut self, row: &Row<&Json>) -> Option<u8> {
        let given = row.cells.get("confidence")?;
        let read = match given {
            Json::Number(number) => entry::confidence(&number.to_string()),
            other => Err(format!("confidence is a number from 0 to 10, found {}", kind_of(other))),
        };
        read.map_err(|why| {
            self.mistake(row.line, None, Some("confidence"), Error::new(Kind::Usage, why));
        })
        .ok()
    }

    /// A value of the type that the measure takes.
    fn json_value(&self, named: Named, value: &Json) -> Result<(Named, What)> {
        let model = self.context.model;
        let named = entry::measured(model, named);
        let name = names::full(model, named);
        let Some(key_result) = named.1.map(|at| &model.goals[named.0].key_results[at]) else {
            return Err(entry::goal_as_a_whole(model, named, &name));
        };
        match (value, key_result.kind) {
            (Json::Number(number), _) if takes_number(key_result) => {
                entry::valued(model, named, &number.to_string(), Signs::Plain)
            }
            (Json::Bool(done), MeasureKind::Binary) => {
                Ok((named, What::Value(Given::Exactly(Value::Bool(*done)))))
            }
            (Json::String(id), MeasureKind::Milestone) if id != NO_VALUE => {
                entry::valued(model, named, id, Signs::Plain)
            }
            (_, MeasureKind::Objectives) => entry::valued(model, named, "", Signs::Plain),
            (other, _) => {
                let message =
                    format!("`{name}` takes {}, found {}", key_result.takes(), kind_of(other));
                let hint = match other {
                    Json::String(_) => "write it without quotes",
                    _ => "null, or no key `value`, stands for no value",
                };
                Err(Error::new(Kind::Usage, message).hint(hint))
            }
        }
    }

    /// What both formats write as text.
    fn common<'t>(
        &mut self,
        line: usize,
        text: &impl Fn(&str) -> Option<(&'t str, Option<usize>)>,
    ) -> Option<Common> {
        let before = self.mistakes.len();
        let named = match text("ref") {
            Some((name, column)) => match self.resolve(name) {
                Ok(named) => Some(named),
                Err(error) => {
                    self.mistake(line, column, Some("ref"), error);
                    None
                }
            },
            None => {
                self.mistake(
                    line,
                    None,
                    Some("ref"),
                    Error::new(Kind::Usage, "the name of a key result is missing"),
                );
                None
            }
        };
        let mut stamp = self.context.stamp;
        if let Some((date, column)) = text("date") {
            let read = crate::cli::shared::stamp(date).map_err(|why| Error::new(Kind::Usage, why));
            match read.and_then(|stamp| self.context.present.refuse_future(stamp).map(|()| stamp)) {
                Ok(read) => stamp = read,
                Err(error) => self.mistake(line, column, Some("date"), error),
            }
        }
        let by = text("by");
        if let Some((by, column)) = by
            && let Err(error) = entry::known_person(self.context.model, by)
        {
            self.mistake(line, column, Some("by"), error);
        }
        let by = by.map(|(by, _)| by).or(self.context.by).map(str::to_owned);
        let note = text("note").map(|(note, _)| note.replace("\r\n", "\n"));
        let named = named.filter(|_| self.mistakes.len() == before)?;
        Some(Common { named, stamp, note, by })
    }

    fn entry(
        &mut self,
        line: usize,
        common: Common,
        named: Named,
        what: What,
        confidence: Option<u8>,
    ) -> Option<Entry> {
        let Common { stamp, note, by, .. } = common;
        let is_empty = matches!(what, What::Nothing | What::Unmeasured);
        if is_empty && note.is_none() && confidence.is_none() {
            let error = Error::new(Kind::Usage, "there is nothing to record")
                .hint("give a value, a confidence or a note");
            self.mistake(line, None, None, error);
            return None;
        }
        Some(Entry { named, stamp, what, confidence, note, by, line })
    }

    fn resolve(&mut self, name: &str) -> Result<Named> {
        if let Some(named) = self.names.get(name) {
            return Ok(*named);
        }
        let today: Date = self.context.present.date;
        let named = names::resolve(self.context.model, name, today)?;
        self.names.insert(name.to_owned(), named);
        Ok(named)
    }

    /// Takes each record once, and finds those that contradict each other.
    fn unique(&mut self, entries: Vec<Entry>) -> Vec<Entry> {
        let mut seen: HashMap<(Named, Stamp), usize> = HashMap::new();
        let mut unique: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            match seen.get(&(entry.named, entry.stamp)) {
                None => {
                    seen.insert((entry.named, entry.stamp), unique.len());
                    unique.push(entry);
                }
                Some(at) if unique[*at] == (Entry { line: unique[*at].line, ..entry.clone() }) => {}
                Some(at) if self.context.last_counts => unique[*at] = entry,
                Some(at) => {
                    let name = names::full(self.context.model, entry.named);
                    let message = format!(
                        "`{name}` on {} says something else than line {}",
                        entry.stamp, unique[*at].line
                    );
                    let error = Error::new(Kind::Usage, message).hint(
                        "keep one of the two; several on a day have a time: 2026-10-05T14:30",
                    );
                    self.mistake(entry.line, None, None, error);
                }
            }
        }
        unique
    }

    fn mistake(&mut self, line: usize, column: Option<usize>, key: Option<&str>, error: Error) {
        self.mistakes.push(Mistake { line, column, key: key.map(str::to_owned), error });
    }

    fn mistake_at(&mut self, at: Option<(usize, Option<usize>)>, key: &str, error: Error) {
        let (line, column) = at.unwrap_or_default();
        self.mistake(line, column, Some(key), error);
    }
}

/// What the keys of an object are checked for: JSON itself would let the last of two count.
struct Keys {
    /// A key that is there twice.
    twice: Option<String>,
}

impl<'de> Deserialize<'de> for Keys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(Self { twice: None })
    }
}

impl<'de> Visitor<'de> for Keys {
    type Value = Self;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> std::result::Result<Self, A::Error> {
        let mut seen = HashSet::new();
        while let Some((key, IgnoredAny)) = map.next_entry::<String, IgnoredAny>()? {
            if seen.contains(&key) {
                self.twice = Some(key);
            } else {
                seen.insert(key);
            }
        }
        Ok(self)
    }
}

fn takes_number(key_result: &KeyResult) -> bool {
    matches!(key_result.kind, MeasureKind::Metric | MeasureKind::Threshold | MeasureKind::Baseline)
}

fn unknown_key(name: &str, what: &str) -> Error {
    let near = did_you_mean(name, KEYS);
    let error = Error::new(Kind::Usage, format!("`{}` is no {what} of a record", printable(name)));
    match near {
        Some(near) => error.hint(near),
        None if name.contains(';') => error.hint("separate cells with commas, not semicolons"),
        None => error.hint(format!("there are {}", KEYS.join(", "))),
    }
}

fn kind_of(value: &Json) -> String {
    match value {
        Json::Null => "null".to_owned(),
        Json::Bool(value) => format!("`{value}`"),
        Json::Number(value) => format!("the number {value}"),
        Json::String(value) => format!("the string `{}`", printable(value)),
        Json::Array(_) => "an array".to_owned(),
        Json::Object(_) => "an object".to_owned(),
    }
}
