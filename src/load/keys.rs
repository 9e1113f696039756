//! Every key of `goals.toml`, plans and check-ins files: what it is for, what it holds, an example.
//!
//! The readers beside this decide what is accepted. This says it, once, for all that tell people of
//! keys: the JSON Schema, the language server, the reference. Tests hold both to each other.

mod checkins;
mod plan;
mod settings;
#[cfg(test)]
mod tests;

pub use checkins::{CHECKINS, RECORD};
pub use plan::{KEY_RESULT, PLAN};
pub use settings::SETTINGS;

use toml::{Table as TomlTable, Value as TomlValue};

use super::{CHECKINS_SUFFIX, SETTINGS_FILE};
use crate::text::looks_like_date;

/// A table of a file: its keys, and the entries that its author names.
#[derive(Debug)]
pub struct Table {
    /// What messages call it, as in "a key result".
    pub called: &'static str,
    /// The keys that the format names.
    pub keys: &'static [Key],
    /// The entries whose names are the author's: ids, dates, handles.
    pub entries: &'static [Entry],
}

/// A key that the format names.
#[derive(Debug)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it is for: a few sentences of Markdown on one line, complete without the key.
    pub text: &'static str,
    /// What it takes.
    pub holds: Holds,
    /// A value as TOML.
    pub example: &'static str,
    /// The value, as TOML, that a file without the key is read with, where there is just one.
    pub default: Option<&'static str>,
    /// Whether the table is incomplete without it.
    pub is_required: bool,
}

/// Entries whose names are the author's.
#[derive(Debug)]
pub struct Entry {
    /// What the names are.
    pub names: Names,
    /// What an entry is: a few sentences of Markdown on one line.
    pub text: &'static str,
    /// What an entry takes.
    pub holds: Holds,
    /// A name, as it is written before `=`.
    pub name_example: &'static str,
    /// A value as TOML.
    pub example: &'static str,
}

/// What a key takes.
#[derive(Debug)]
pub enum Holds {
    /// A string.
    Text,
    /// A list of strings; a string alone stands for a list of one.
    Texts,
    /// `true` or `false`.
    Flag,
    /// A date without a time.
    Date,
    /// A number within limits.
    Number(Limits),
    /// Two numbers above 0, the higher first.
    Bounds,
    /// One of a few words, each with what it means.
    Word(&'static [(&'static str, &'static str)]),
    /// What a measure takes: a number, `true` or `false`, or a milestone's id.
    Value,
    /// A table.
    Table(&'static Table),
    /// A bare value, or a table that says more of it.
    Or(&'static Holds, &'static Table),
}

/// The numbers that a key takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The least.
    pub least: Option<f64>,
    /// The greatest.
    pub most: Option<f64>,
    /// Whether only whole numbers will do.
    pub whole: bool,
}

/// What names an author gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// An id: lower-case words joined by hyphens.
    Id,
    /// A date.
    Date,
    /// A date, or a quoted date and time to the minute.
    Stamp,
    /// The name of a rule.
    Rule,
    /// The path of a team.
    Team,
    /// A person's handle.
    Person,
    /// A name for a piece of work; any will do.
    Work,
}

/// What a path of keys leads to.
#[derive(Debug, Clone, Copy)]
pub enum Found {
    /// A key that the format names.
    Key(&'static Key),
    /// An entry that the author names.
    Entry(&'static Entry),
}

/// The top level of the file at `path`.
pub fn file(path: &str) -> &'static Table {
    match path {
        SETTINGS_FILE => &SETTINGS,
        _ if path.ends_with(CHECKINS_SUFFIX) => &CHECKINS,
        _ => &PLAN,
    }
}

impl Table {
    /// What `key` is in this table; nothing if it is unknown here.
    pub fn find(&self, key: &str) -> Option<Found> {
        let named = self.keys.iter().find(|known| known.name == key).map(Found::Key);
        named.or_else(|| self.entries.iter().find(|entry| entry.names.fits(key)).map(Found::Entry))
    }

    /// What the last key of `path` is, which leads from this table inwards.
    pub fn find_at(&'static self, path: &[&str]) -> Option<Found> {
        let (last, way) = path.split_last()?;
        self.table_at(way)?.find(last)
    }

    /// The table that `path` leads to from this one; this one for no path.
    pub fn table_at(&'static self, path: &[&str]) -> Option<&'static Table> {
        path.iter().try_fold(self, |table, key| table.find(key)?.holds().table())
    }
}

impl Found {
    /// What it takes.
    pub fn holds(self) -> &'static Holds {
        match self {
            Self::Key(key) => &key.holds,
            Self::Entry(entry) => &entry.holds,
        }
    }

    /// What it is for.
    pub fn text(self) -> &'static str {
        match self {
            Self::Key(key) => key.text,
            Self::Entry(entry) => entry.text,
        }
    }
}

impl Holds {
    /// The table that it takes, alone or beside a bare value.
    pub fn table(&self) -> Option<&'static Table> {
        match self {
            Self::Table(table) | Self::Or(_, table) => Some(table),
            _ => None,
        }
    }

    /// What it takes, in a few words.
    pub fn words(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Texts => "text or list".to_owned(),
            Self::Flag => "true or false".to_owned(),
            Self::Date => "date".to_owned(),
            Self::Number(limits) => limits.words(),
            Self::Bounds => "two numbers".to_owned(),
            Self::Word(words) => {
                let words: Vec<String> =
                    words.iter().map(|(word, _)| format!("`{word}`")).collect();
                words.join(", ")
            }
            Self::Value => "number, true or false, or text".to_owned(),
            Self::Table(_) => "table".to_owned(),
            Self::Or(bare, _) => format!("{} or table", bare.words()),
        }
    }
}

impl Limits {
    fn words(self) -> String {
        let sort = if self.whole { "whole number" } else { "number" };
        let number = crate::text::number;
        match (self.least, self.most) {
            (Some(least), Some(most)) => {
                format!("{sort} from {} to {}", number(least), number(most))
            }
            (Some(least), None) => format!("{sort}, at least {}", number(least)),
            (None, Some(most)) => format!("{sort}, at most {}", number(most)),
            (None, None) => sort.to_owned(),
        }
    }
}

impl Names {
    /// Tells whether a key can be meant as such a name; it may still be a wrong one.
    fn fits(self, key: &str) -> bool {
        match self {
            Self::Date | Self::Stamp => looks_like_date(key),
            Self::Id | Self::Rule | Self::Team | Self::Person | Self::Work => true,
        }
    }
}

impl Key {
    const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    const fn or(mut self, default: &'static str) -> Self {
        self.default = Some(default);
        self
    }

    /// The example as JSON; dates are strings there.
    pub fn example_json(&self) -> serde_json::Value {
        json(self.example)
    }

    /// The default as JSON.
    pub fn default_json(&self) -> Option<serde_json::Value> {
        self.default.map(json)
    }

    /// What a person who points at the key is told, as Markdown: what it is for, what it takes, what
    /// it is without, an example.
    pub fn markdown(&self) -> String {
        let mut takes = self.holds.words();
        match self.default {
            Some(default) => takes.push_str(&format!("; `{default}` if not given")),
            None if self.is_required => takes.push_str("; required"),
            None => {}
        }
        let mut text = format!("{}\n\n*{takes}*\n", self.text);
        if let Holds::Word(words) = &self.holds {
            text.push('\n');
            for (word, meaning) in *words {
                text.push_str(&format!("- `{word}`: {meaning}\n"));
            }
        }
        text + &format!("\n```toml\n{} = {}\n```\n", self.name, self.example)
    }
}

impl Entry {
    /// The example as JSON; dates are strings there.
    pub fn example_json(&self) -> serde_json::Value {
        json(self.example)
    }

    /// What a person who points at an entry's name is told, as Markdown.
    pub fn markdown(&self) -> String {
        format!(
            "{}\n\n*{}*\n\n```toml\n{} = {}\n```\n",
            self.text,
            self.holds.words(),
            self.name_example,
            self.example
        )
    }
}

const fn key(name: &'static str, holds: Holds, example: &'static str, text: &'static str) -> Key {
    Key { name, text, holds, example, default: None, is_required: false }
}

const ANY: Limits = Limits { least: None, most: None, whole: false };
const SHARE: Limits = Limits { least: Some(0.0), most: Some(1.0), whole: false };

const fn whole(least: f64, most: f64) -> Holds {
    Holds::Number(Limits { least: Some(least), most: Some(most), whole: true })
}

/// A TOML value as JSON.
fn json(value: &str) -> serde_json::Value {
    let table: TomlTable = format!("x = {value}").parse().expect("the tables hold sound TOML");
    as_json(&table["x"])
}

fn as_json(value: &TomlValue) -> serde_json::Value {
    match value {
        TomlValue::String(text) => text.as_str().into(),
        TomlValue::Integer(number) => (*number).into(),
        TomlValue::Float(number) => (*number).into(),
        TomlValue::Boolean(flag) => (*flag).into(),
        TomlValue::Datetime(date) => date.to_string().into(),
        TomlValue::Array(items) => items.iter().map(as_json).collect(),
        TomlValue::Table(table) => {
            table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect()
        }
    }
}
