//! Keys of a table that are not there yet, each with room for its value.

use gen_lsp_types::CompletionItemKind;

use super::super::snippet::Snippet;
use super::{Cursor, Proposal, path, values};
use crate::load::keys::{self, Entry, Found, Holds, Key, Names, Table};

/// The keys that may be typed into a table.
pub(super) fn proposals(cursor: &Cursor<'_>, table: &[String]) -> Vec<Proposal> {
    let path: Vec<&str> = table.iter().map(String::as_str).collect();
    let Some(known) = keys::file(&cursor.file.path).table_at(&path) else { return Vec::new() };
    if known.entries.iter().any(|entry| entry.names == Names::Date) {
        return path::points(cursor, table);
    }
    if known.keys.is_empty() && !cursor.has_value() {
        return known.entries.iter().map(of_the_author).collect();
    }
    let present = cursor.present(table);
    let is_missing = |key: &&Key| !present.contains(&key.name);
    let is_key = |key: &&Key| !(table.is_empty() && is_section(key));
    known
        .keys
        .iter()
        .filter(is_missing)
        .filter(is_key)
        .map(|key| {
            Proposal::code(key.name, CompletionItemKind::Property, code(cursor, key))
                .detail(key.holds.words())
                .told(key.markdown())
        })
        .collect()
}

/// An entry with room for the name that its author gives, and for its value.
fn of_the_author(entry: &'static Entry) -> Proposal {
    let name = Snippet::default().field(entry.name_example).then(" = ");
    let code = room(name, Found::Entry(entry), String::new);
    Proposal::code(format!("{} = …", entry.name_example), CompletionItemKind::Snippet, code)
        .detail(entry.holds.words())
        .told(entry.markdown())
}

/// Tells whether a key of the top level is written as a header: its table has keys, or tables.
pub(super) fn is_section(key: &Key) -> bool {
    let is_table = |table: &Table| {
        !table.keys.is_empty()
            || table.entries.iter().all(|entry| matches!(entry.holds, Holds::Table(_)))
    };
    matches!(key.holds, Holds::Table(table) if is_table(table))
}

/// Tells whether the key that a path names takes a list of strings.
pub(super) fn takes_list(file: &str, path: &[String]) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let found = keys::file(file).find_at(&path);
    found.is_some_and(|found| matches!(found.holds(), Holds::Texts))
}

/// A key with room for its value; the key alone where its value is there.
fn code(cursor: &Cursor<'_>, key: &'static Key) -> Snippet {
    if cursor.has_value() {
        return Snippet::of(key.name);
    }
    room(Snippet::of(format!("{} = ", key.name)), Found::Key(key), || {
        values::date_of(cursor, key.name)
    })
}

/// A beginning followed by room for a value.
pub(super) fn room(before: Snippet, found: Found, date: impl Fn() -> String) -> Snippet {
    room_for(before, found.holds(), &date)
}

fn room_for(before: Snippet, holds: &Holds, date: &dyn Fn() -> String) -> Snippet {
    match holds {
        Holds::Text => before.then("\"").field("").then("\""),
        Holds::Texts => before.then("[\"").field("").then("\"]"),
        Holds::Flag => before.choice(["true", "false"]),
        Holds::Date => before.field(date()),
        Holds::Number(_) | Holds::Value => before.field(""),
        Holds::Bounds => before.then("[").field("").then(", ").field("").then("]"),
        Holds::Word(words) => {
            before.then("\"").choice(words.iter().map(|(word, _)| *word)).then("\"")
        }
        Holds::Table(_) => before.then("{ ").field("").then(" }"),
        Holds::Or(bare, _) => room_for(before, bare, date),
    }
}
