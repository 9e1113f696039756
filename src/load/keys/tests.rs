//! The table of keys says what the readers accept, no more and no less.

use std::collections::BTreeSet;

use super::*;
use crate::diagnostic::Diagnostic;

const FILES: [(&str, &Table); 3] = [
    ("goals.toml", &SETTINGS),
    ("goals/2026-q4/a.toml", &PLAN),
    ("goals/2026-q4/a.checkins.toml", &CHECKINS),
];

/// A table of a file, with the keys that lead to it as TOML writes them.
struct Place {
    file: &'static str,
    way: Vec<&'static str>,
    table: &'static Table,
}

impl Place {
    /// What the reader finds in a file that has nothing but `body` in this table.
    fn read(&self, body: &str) -> Vec<Diagnostic> {
        let text = match self.way[..] {
            [] => format!("{body}\n"),
            _ => format!("{} = {{ {body} }}\n", self.way.join(".")),
        };
        match self.file {
            "goals.toml" => crate::load::settings(self.file, &text).1,
            path if path.ends_with(CHECKINS_SUFFIX) => crate::load::checkins(path, &text).1,
            path => crate::load::plan(path, &text).1,
        }
    }

    fn shown(&self) -> String {
        format!("{} {}", self.file, self.way.join("."))
    }

    /// The findings but those on what is missing.
    fn mistakes(&self, body: &str) -> Vec<Diagnostic> {
        self.read(body).into_iter().filter(|found| found.rule != "missing-key").collect()
    }
}

/// Every table of every file.
fn places() -> Vec<Place> {
    fn walk(place: Place, all: &mut Vec<Place>) {
        let named = place.table.keys.iter().map(|key| (key.name, &key.holds));
        let entries = place.table.entries.iter().map(|entry| (entry.name_example, &entry.holds));
        for (name, holds) in named.chain(entries) {
            if let Some(table) = holds.table() {
                let way = [&place.way[..], &[name]].concat();
                walk(Place { file: place.file, way, table }, all);
            }
        }
        all.push(place);
    }
    let mut all = Vec::new();
    for (file, table) in FILES {
        walk(Place { file, way: Vec::new(), table }, &mut all);
    }
    all
}

/// The words in backticks after `lead`.
fn quoted(text: &str, lead: &str) -> Vec<String> {
    let Some((_, rest)) = text.split_once(lead) else { return Vec::new() };
    rest.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_table_has_the_keys_that_the_readers_ask_for() {
    let mut tables = 0;
    for place in places().iter().filter(|place| !place.table.keys.is_empty()) {
        let found = place.read("qqqqqqqqqqqqqqqq = 1");
        let unknown: Vec<&Diagnostic> =
            found.iter().filter(|found| found.rule == "unknown-key").collect();
        let [unknown] = unknown[..] else { panic!("{}: {found:?}", place.shown()) };
        let called = format!("is not a key of {}", place.table.called);
        assert!(unknown.message.ends_with(&called), "{}: {}", place.shown(), unknown.message);
        let help = unknown.help.clone().unwrap_or_default();
        let asked: BTreeSet<&str> =
            help.strip_prefix("its keys are ").expect("lists the keys").split(", ").collect();
        let told: BTreeSet<&str> = place.table.keys.iter().map(|key| key.name).collect();
        assert_eq!(asked, told, "{}", place.shown());
        assert_eq!(told.len(), place.table.keys.len(), "{} has a key twice", place.shown());
        tables += 1;
    }
    assert!(tables > 15, "{tables}");
}

#[test]
fn the_table_knows_what_is_required() {
    for place in places().iter().filter(|place| !place.table.keys.is_empty()) {
        let found = place.read("");
        let way = place.way.is_empty();
        let missing: BTreeSet<String> = found
            .iter()
            .filter(|found| found.rule == "missing-key")
            .filter(|found| way || found.message.starts_with(place.table.called))
            .flat_map(|found| quoted(&found.message, "needs "))
            .collect();
        let told: BTreeSet<String> = place
            .table
            .keys
            .iter()
            .filter(|key| key.is_required)
            .map(|key| key.name.to_owned())
            .collect();
        assert_eq!(missing, told, "{}", place.shown());
    }
}

#[test]
fn every_example_and_every_default_is_accepted() {
    for place in places() {
        for key in place.table.keys {
            for value in std::iter::once(key.example).chain(key.default) {
                let found = place.mistakes(&format!("{} = {value}", key.name));
                assert_eq!(found, [], "{} {} = {value}", place.shown(), key.name);
            }
        }
        for entry in place.table.entries {
            let found = place.mistakes(&format!("{} = {}", entry.name_example, entry.example));
            assert_eq!(found, [], "{} {}", place.shown(), entry.name_example);
        }
    }
}

/// One value of each sort that TOML has.
const SORTS: [(&str, &str); 8] = [
    ("text", r#""qq""#),
    ("number", "1"),
    ("flag", "true"),
    ("date", "2026-10-05"),
    ("list", "[]"),
    ("texts", r#"["qq"]"#),
    ("numbers", "[2, 1]"),
    ("table", "{}"),
];

/// Tells whether a key takes values of a sort at all.
fn takes(holds: &Holds, sort: &str) -> bool {
    match holds {
        Holds::Text | Holds::Word(_) => sort == "text",
        Holds::Texts => matches!(sort, "text" | "list" | "texts"),
        Holds::Flag => sort == "flag",
        Holds::Date => sort == "date",
        Holds::Number(_) => sort == "number",
        Holds::Bounds => sort == "numbers",
        Holds::Value => matches!(sort, "text" | "number" | "flag"),
        Holds::Table(_) => sort == "table",
        Holds::Or(bare, _) => sort == "table" || takes(bare, sort),
    }
}

/// Whether a value of this sort is refused at all; not what is missing in it, nor which texts will do.
fn refuses(place: &Place, name: &str, value: &str) -> bool {
    place.mistakes(&format!("{name} = {value}")).iter().any(|found| {
        matches!(found.rule, "wrong-type" | "wrong-value-type" | "bad-date")
            && ![" is one of ", " takes an address "].iter().any(|of| found.message.contains(of))
    })
}

#[test]
fn the_table_tells_which_sorts_of_values_the_readers_take() {
    // A list of owners is read and found wanting by a rule of its own; the table has one owner.
    let judged_later = |name: &str, sort: &str| name == "owner" && matches!(sort, "texts");
    for place in places() {
        let named = place.table.keys.iter().map(|key| (key.name, &key.holds));
        let entries = place.table.entries.iter().map(|entry| (entry.name_example, &entry.holds));
        for (name, holds) in named.chain(entries) {
            for (sort, value) in SORTS {
                if !judged_later(name, sort) {
                    let refused = refuses(&place, name, value);
                    assert_eq!(!refused, takes(holds, sort), "{} {name} = {value}", place.shown());
                }
            }
        }
    }
}

/// Words that a later stage knows; a test there holds them to the table.
const WORDS_OF_RULES: [&str; 2] = ["profile", "missing-why"];

#[test]
fn the_table_has_the_words_that_the_readers_know() {
    for place in places() {
        for key in place.table.keys {
            let Holds::Word(words) = &key.holds else { continue };
            let told: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let found = place.mistakes(&format!("{} = \"qqqqqqqq\"", key.name));
            if WORDS_OF_RULES.contains(&key.name) {
                assert_eq!(found, [], "{}", key.name);
                continue;
            }
            let mut known = quoted(&found[0].message, " is one of ");
            assert_eq!(known.pop().as_deref(), Some("qqqqqqqq"));
            assert_eq!(known, told, "{} {}", place.shown(), key.name);
        }
    }
}

/// Numbers whose limits a later stage knows.
const JUDGED_LATER: [&str; 3] = ["weight", "milestones", "tested"];

#[test]
fn the_table_has_the_limits_of_the_readers() {
    let mut held = 0;
    for place in places() {
        for key in place.table.keys {
            let Holds::Number(limits) = key.holds else { continue };
            if JUDGED_LATER.contains(&key.name) || place.way.last() == Some(&"tested") {
                continue;
            }
            let outside =
                [limits.least.map(|least| least - 1.0), limits.most.map(|most| most + 1.0)];
            let between = limits.least.filter(|_| limits.whole).map(|least| least + 0.5);
            for wrong in outside.into_iter().flatten().chain(between) {
                assert!(refuses(&place, key.name, &format!("{wrong:?}")), "{} {wrong}", key.name);
                held += 1;
            }
            for right in [limits.least, limits.most].into_iter().flatten() {
                assert!(!refuses(&place, key.name, &format!("{right:?}")), "{} {right}", key.name);
            }
        }
    }
    assert!(held > 10, "{held}");
}

#[test]
fn a_path_of_keys_finds_what_it_leads_to() {
    let text = |path: &[&str]| PLAN.find_at(path).map(Found::text);
    assert_eq!(
        text(&["key_results", "lead-time", "unit"]),
        Some(key_named(&KEY_RESULT, "unit").text)
    );
    assert_eq!(text(&["key_results", "lead-time", "nothing"]), None);
    assert_eq!(text(&["title", "unit"]), None);
    assert_eq!(text(&[]), None);
    let records = CHECKINS.table_at(&["lead-time"]).expect("the records of a key result");
    assert_eq!(records.called, "the records of a key result");
    assert!(matches!(
        CHECKINS.find("2026-10-05"),
        Some(Found::Entry(Entry { names: Names::Stamp, .. }))
    ));
    let record = CHECKINS.table_at(&["lead-time", "2026-10-05T14:30"]).expect("a record");
    assert_eq!(record.called, "a record");
    assert_eq!(file("goals.toml").called, "`goals.toml`");
    assert_eq!(file("goals/2026/a.checkins.toml").called, "a check-ins file");
    assert_eq!(file("goals/2026/a.toml").called, "a plan");
}

fn key_named(table: &'static Table, name: &str) -> &'static Key {
    table.keys.iter().find(|key| key.name == name).expect("a key")
}

#[test]
fn a_key_is_explained_with_what_it_takes() {
    let shown = key_named(&KEY_RESULT, "evaluate").markdown();
    let expected = "Which records of a threshold count.\n\n*`latest`, `every`, `share`; `\"latest\"` if not given*\n\n- `latest`: the last record decides\n- `every`: one record outside is enough to miss it\n- `share`: progress is the share of records inside\n\n```toml\nevaluate = \"share\"\n```\n";
    assert_eq!(shown, expected);
    let shown = key_named(&SETTINGS, "year_starts").markdown();
    assert!(shown.contains("*whole number from 1 to 12; `1` if not given*"), "{shown}");
    let shown = CHECKINS.entries[0].markdown();
    assert!(shown.contains("*number, true or false, or text or table*"), "{shown}");
}

#[test]
fn what_is_said_of_keys_is_whole_sentences_on_one_line() {
    for place in places() {
        let texts = place.table.keys.iter().map(|key| key.text);
        for text in texts.chain(place.table.entries.iter().map(|entry| entry.text)) {
            assert!(text.ends_with('.') && !text.contains('\n'), "{text}");
        }
    }
}
