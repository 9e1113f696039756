//! Tests of splicing: cases by hand, then generated files.

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

use super::*;

fn record(table: Option<&str>, key: &str, value: &str) -> NewRecord {
    NewRecord { table: table.map(str::to_string), key: key.to_string(), value: value.to_string() }
}

#[track_caller]
fn check(before: &str, table: Option<&str>, key: &str, value: &str, after: &str) {
    let result = put_record(before, &record(table, key, value)).expect("the record can be put");
    assert_eq!(result, after);
    assert_eq!(
        put_record(&result, &record(table, key, value)).expect("again"),
        after,
        "a second time"
    );
}

#[track_caller]
fn refused(before: &str, table: Option<&str>, key: &str, value: &str, message: &str) {
    let error = put_record(before, &record(table, key, value)).expect_err("the record is refused");
    assert_eq!(error.to_string(), message);
    assert!(!error.hint().is_empty());
}

#[test]
fn goes_in_by_date() {
    let before = "[a]\n2026-10-05 = 1\n2026-10-19 = 3 # third\n\n[b]\n2026-10-05 = 9\n";
    check(
        before,
        Some("a"),
        "2026-10-12",
        "2",
        &before.replace("2026-10-19", "2026-10-12 = 2\n2026-10-19"),
    );
    check(
        before,
        Some("a"),
        "2026-10-26",
        "4",
        &before.replace("# third\n", "# third\n2026-10-26 = 4\n"),
    );
    check(before, Some("a"), "2026-10-01", "0", &before.replace("[a]\n", "[a]\n2026-10-01 = 0\n"));
    check(before, Some("b"), "2026-10-26", "4", &format!("{before}2026-10-26 = 4\n"));
}

#[test]
fn a_time_comes_after_its_bare_date() {
    let before = "[a]\n2026-10-05 = 1\n2026-10-06 = 3\n";
    check(
        before,
        Some("a"),
        "\"2026-10-05T14:30\"",
        "2",
        "[a]\n2026-10-05 = 1\n\"2026-10-05T14:30\" = 2\n2026-10-06 = 3\n",
    );
}

#[test]
fn records_out_of_order_get_the_new_one_at_their_end() {
    check(
        "[a]\n2026-10-19 = 3\n2026-10-05 = 1\n2026-10-26 = 4\n\n# about b\n[b]\n",
        Some("a"),
        "2026-10-12",
        "2",
        "[a]\n2026-10-19 = 3\n2026-10-05 = 1\n2026-10-26 = 4\n2026-10-12 = 2\n\n# about b\n[b]\n",
    );
}

#[test]
fn comments_stay_with_what_they_speak_of() {
    check(
        "[a]\n# read by hand\n2026-10-19 = 3\n",
        Some("a"),
        "2026-10-12",
        "2",
        "[a]\n# read by hand\n2026-10-12 = 2\n2026-10-19 = 3\n",
    );
    check(
        "[a] # all of it\n\n# the third\n2026-10-19 = 3\n",
        Some("a"),
        "2026-10-12",
        "2",
        "[a] # all of it\n\n2026-10-12 = 2\n# the third\n2026-10-19 = 3\n",
    );
    check(
        "# our record\n\n# the pace of it\n[a]\n2026-10-19 = 3\n",
        None,
        "2026-10-12",
        "{ confidence = 6 }",
        "# our record\n\n2026-10-12 = { confidence = 6 }\n\n# the pace of it\n[a]\n2026-10-19 = 3\n",
    );
}

#[test]
fn the_same_key_has_only_its_right_hand_side_replaced() {
    check(
        "[a]\n  2026-10-05\t=   { value = 1, note = \"x # y\" }   # why\r\n",
        Some("a"),
        "2026-10-05",
        "2",
        "[a]\n  2026-10-05\t=   2   # why\r\n",
    );
    check("\"2026-10-05\" = 1\n", None, "2026-10-05", "2", "\"2026-10-05\" = 2\n");
    check(
        "2026-10-05 = \"\"\"\n[a]\n\"\"\" # end\n[b]\n",
        None,
        "2026-10-05",
        "2",
        "2026-10-05 = 2 # end\n[b]\n",
    );
}

#[test]
fn a_missing_table_is_made_at_the_end() {
    let line = "[a]\n2026-10-05 = 1\n";
    check("", Some("a"), "2026-10-05", "1", line);
    check("\u{feff}", Some("a"), "2026-10-05", "1", &format!("\u{feff}{line}"));
    check("# x\n", Some("a"), "2026-10-05", "1", &format!("# x\n\n{line}"));
    check("# x\n\n", Some("a"), "2026-10-05", "1", &format!("# x\n\n{line}"));
    check("# x", Some("a"), "2026-10-05", "1", &format!("# x\n\n{line}"));
    check("# x\r\n  ", Some("a"), "2026-10-05", "1", "# x\r\n  \r\n[a]\r\n2026-10-05 = 1\r\n");
    check("", Some("a.b"), "2026-10-05", "1", "[\"a.b\"]\n2026-10-05 = 1\n");
}

#[test]
fn the_goals_own_records_stay_above_the_tables() {
    check("", None, "2026-10-05", "1", "2026-10-05 = 1\n");
    check("\u{feff}", None, "2026-10-05", "1", "\u{feff}2026-10-05 = 1\n");
    check("\u{feff}[a]\n", None, "2026-10-05", "1", "\u{feff}2026-10-05 = 1\n\n[a]\n");
    check("2026-10-01 = 1", None, "2026-10-05", "1", "2026-10-01 = 1\n2026-10-05 = 1\n");
    check(
        "2026-10-01 = 1\n\n[a]\n",
        None,
        "2026-10-05",
        "1",
        "2026-10-01 = 1\n2026-10-05 = 1\n\n[a]\n",
    );
    check(
        "\u{feff}# of us\n2026-10-09 = 1\n[a]\n",
        None,
        "2026-10-05",
        "1",
        "\u{feff}# of us\n2026-10-05 = 1\n2026-10-09 = 1\n[a]\n",
    );
}

#[test]
fn what_only_looks_like_a_header_is_none() {
    let before = "2026-10-01 = { note = '''\n[a]\n2026-10-05 = 1\n''' }\n# [a]\n[ \"a\" ] # [b]\n2026-10-02 = [\n  1,\n]\n";
    let after = format!("{before}2026-10-05 = 7\n");
    check(before, Some("a"), "2026-10-05", "7", &after);
}

#[test]
fn line_endings_follow_the_most_of_the_file() {
    check(
        "[a]\r\n2026-10-01 = 1",
        Some("a"),
        "2026-10-05",
        "7",
        "[a]\r\n2026-10-01 = 1\r\n2026-10-05 = 7\r\n",
    );
    check("\r\n[a]\n# x\n", Some("a"), "2026-10-05", "7", "\r\n[a]\n2026-10-05 = 7\n# x\n");
    check("[a]", Some("a"), "2026-10-05", "7", "[a]\n2026-10-05 = 7\n");
}

#[test]
fn dotted_records_beside_it_are_stepped_over() {
    check(
        "[a]\n2026-10-01.value = 1\n2026-10-01.note = \"x\"\n2026-10-09 = 1\n[a.2026-10-20]\nvalue = 3\n",
        Some("a"),
        "2026-10-05",
        "7",
        "[a]\n2026-10-01.value = 1\n2026-10-01.note = \"x\"\n2026-10-05 = 7\n2026-10-09 = 1\n[a.2026-10-20]\nvalue = 3\n",
    );
}

#[test]
fn other_ways_to_write_a_table_are_refused() {
    let says = |line: usize, shape: &str| {
        format!(
            "cannot add a record to `a`: line {line} writes it as {shape}, not below a header `[a]`"
        )
    };
    let cases = [
        ("\na = { 2026-10-05 = 240 }\n", 2, "an inline table"),
        ("a.2026-10-05 = 240\n", 1, "dotted keys"),
        ("[a.more]\n2026-10-05 = 240\n", 1, "the parent of other tables"),
        ("# x\n[[a]]\n2026-10-05 = 240\n", 2, "an array of tables"),
        ("a = [1]\n", 1, "an array"),
        ("a = 1\n", 1, "a plain value"),
    ];
    for (text, line, shape) in cases {
        refused(text, Some("a"), "2026-10-12", "1", &says(line, shape));
    }
    refused(
        "[a]\n2026-10-12.value = 1\n",
        Some("a"),
        "2026-10-12",
        "1",
        "cannot replace the record `2026-10-12`: line 2 writes it as dotted keys, not as `2026-10-12 = …`",
    );
    refused(
        "[2026-10-12]\n",
        None,
        "2026-10-12",
        "1",
        "cannot replace the record `2026-10-12`: line 1 writes it as a table of its own, not as `2026-10-12 = …`",
    );
}

#[test]
fn a_broken_file_is_refused_with_its_line() {
    let error =
        put_record("[a]\n2026-10-05 = 1\n2026-10-05 = 2\n", &record(Some("a"), "2026-10-12", "1"));
    assert!(
        matches!(error, Err(SpliceError::Syntax { line: 3, conflict: false, .. })),
        "{error:?}"
    );
    let text = "[a]\n<<<<<<< HEAD\n2026-10-05 = 1\n=======\n2026-10-05 = 2\n>>>>>>> other\n";
    let error = put_record(text, &record(Some("a"), "2026-10-12", "1")).expect_err("a conflict");
    assert!(matches!(error, SpliceError::Syntax { line: 2, conflict: true, .. }), "{error:?}");
    assert!(error.hint().contains("merge conflict"));
}

#[test]
fn keys_and_values_cannot_smuggle_anything_in() {
    for key in
        ["", " ", "a.b", "a = 1\nb", "2026-10-12 ", "# x", "[a]\nb", "\"x", "a=1#", "2026 10"]
    {
        let error = put_record("", &record(None, key, "1")).expect_err(key);
        assert_eq!(error, SpliceError::Key(key.to_string()));
    }
    for value in
        ["", " 1", "1 ", "1\n[x]", "1 # x", "{ a = 1", "\"\"\"\n\"\"\"", "[\n1]", "1, 2", "x"]
    {
        let error = put_record("", &record(None, "2026-10-12", value)).expect_err(value);
        assert_eq!(error, SpliceError::Value(value.to_string()));
    }
}

#[test]
fn a_key_nested_a_hundred_thousand_deep_does_not_end_the_program() {
    let deep = format!("{} = 1\n", vec!["a"; 100_000].join("."));
    assert!(put_record(&deep, &record(None, "2026-10-12", "1")).is_err());
}

#[derive(Debug, Clone)]
struct Line {
    indent: &'static str,
    text: String,
    comment: &'static str,
}

const TABLES: [(&str, &str); 4] = [
    ("lead-time", "[lead-time]"),
    ("[x]", "[\"[x]\"]"),
    ("errors", "[ 'errors' ]"),
    ("größe", "[ \"größe\"\t]"),
];

const VALUES: [&str; 10] = [
    "240",
    "-1.5e3",
    "true",
    "\"[lead-time] # 2026-10-05 = 1\"",
    "{ void = true, note = 'read from # the wrong board' }",
    "{value=\"beta\",by='ben'}",
    "{ value = 180, confidence = 7, note = \"a ] } , \\\" # b\" }",
    "\"\"\"\n[lead-time]\n2026-10-05 = 1\n\"\"\"",
    "'''\n\n[errors]\n# no\n'''",
    "[ 1, [ 2 ],\n # inside\n 3 ]",
];

fn values() -> impl Strategy<Value = &'static str> {
    prop::sample::select(VALUES.to_vec())
}

fn one_line_values() -> impl Strategy<Value = &'static str> {
    values().prop_filter("one line", |value| !value.contains('\n'))
}

fn dates() -> impl Strategy<Value = String> {
    (1u32..=9, any::<bool>()).prop_map(|(day, timed)| {
        if timed { format!("\"2026-10-0{day}T14:30\"") } else { format!("2026-10-0{day}") }
    })
}

/// Dates that no new record has, so that theirs may be written over several lines.
fn late_dates() -> impl Strategy<Value = String> {
    (20u32..=23).prop_map(|day| format!("2026-10-{day}"))
}

fn filler() -> impl Strategy<Value = Line> {
    (
        prop::sample::select(vec!["", "  ", "\t"]),
        prop::sample::select(vec!["", "", "# [errors]", "# 2026-10-05 = 1"]),
    )
        .prop_map(|(indent, text)| Line { indent, text: text.to_string(), comment: "" })
}

fn record_line(date: String) -> impl Strategy<Value = Line> {
    let is_late = date.starts_with("2026-10-2");
    (
        0u8..3,
        prop::sample::select(vec!["", " "]),
        values(),
        prop::sample::select(vec!["", "  # why", "# \u{e9}"]),
    )
        .prop_map(move |(quotes, indent, value, comment)| {
            let bare = date.trim_matches('"');
            let key = match quotes {
                0 => date.clone(),
                1 => format!("'{bare}'"),
                _ => format!("\"{bare}\""),
            };
            let text = match (is_late, quotes) {
                (true, 0) => format!("{key}.value =  {value}\n{key}.note = 'dotted'"),
                _ => format!("{key} =  {value}"),
            };
            Line { indent, text, comment }
        })
}

/// The lines below one header: distinct dates, in order or not, with comments and blank lines between.
fn body() -> impl Strategy<Value = Vec<Line>> {
    let any_date = prop_oneof![8 => dates().boxed(), 1 => late_dates().boxed()];
    (btree_set(any_date, 0..5), any::<bool>())
        .prop_flat_map(|(dates, shuffled)| {
            let mut dates: Vec<_> = dates.into_iter().collect();
            dates.sort_by_key(|date| date.trim_matches('"').to_string());
            if shuffled {
                dates.reverse();
            }
            dates
                .into_iter()
                .map(|date| (vec(filler(), 0..3), record_line(date)))
                .collect::<Vec<_>>()
        })
        .prop_flat_map(|records| (Just(records), vec(filler(), 0..3)))
        .prop_map(|(records, rest)| {
            let mut lines = Vec::new();
            for (above, line) in records {
                lines.extend(above);
                lines.push(line);
            }
            lines.extend(rest);
            lines
        })
}

/// Whole files: which line endings, a BOM or none, a final newline or none.
fn files() -> impl Strategy<Value = String> {
    let tables = prop::sample::subsequence(TABLES.to_vec(), 0..=4).prop_shuffle();
    let bodies = vec(body(), 5);
    (tables, bodies, vec(0u8..3, 1..8), any::<bool>(), any::<bool>(), 0u8..3).prop_map(
        |(tables, bodies, endings, bom, finished, style)| {
            let mut lines = bodies[0].clone();
            for ((_, header), body) in tables.iter().zip(&bodies[1..]) {
                lines.push(Line {
                    indent: "",
                    text: (*header).to_string(),
                    comment: " # [lead-time]",
                });
                lines.extend(body.iter().cloned());
            }
            let mut text = if bom { BOM.to_string() } else { String::new() };
            let last = lines.len().saturating_sub(1);
            for (index, line) in lines.iter().enumerate() {
                let eol = match style {
                    0 => "\n",
                    1 => "\r\n",
                    _ if endings[index % endings.len()] == 0 => "\n",
                    _ => "\r\n",
                };
                text.push_str(line.indent);
                text.push_str(&line.text.replace('\n', eol));
                text.push_str(line.comment);
                if index < last || finished {
                    text.push_str(eol);
                }
            }
            text
        },
    )
}

fn new_records() -> impl Strategy<Value = NewRecord> {
    (prop::option::of(prop::sample::select(TABLES.to_vec())), dates(), one_line_values()).prop_map(
        |(table, key, value)| NewRecord {
            table: table.map(|(name, _)| name.to_string()),
            key,
            value: value.to_string(),
        },
    )
}

fn parsed(text: &str) -> toml::Table {
    toml::from_str(text).expect("valid TOML")
}

/// Returns the parsed table that the record belongs in, if there is one.
fn home<'t>(root: &'t toml::Table, record: &NewRecord) -> Option<&'t toml::Table> {
    match &record.table {
        None => Some(root),
        Some(name) => root.get(name).and_then(toml::Value::as_table),
    }
}

fn record_keys(table: &toml::Table) -> Vec<&String> {
    table.iter().filter(|(key, _)| key.starts_with("2026")).map(|(key, _)| key).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_the_old_ones_and_the_new_one(text in files(), record in new_records()) {
        let result = put_record(&text, &record).expect("a sound file takes any record");
        let mut expected = parsed(&text);
        let key = record.key.trim_matches('"').to_string();
        let value = parsed(&format!("v = {}", record.value))["v"].clone();
        match &record.table {
            None => expected.insert(key, value),
            Some(name) => expected
                .entry(name.clone())
                .or_insert_with(|| toml::Value::Table(toml::Table::new()))
                .as_table_mut()
                .expect("a table")
                .insert(key, value),
        };
        prop_assert_eq!(parsed(&result), expected);
    }

    #[test]
    fn every_other_byte_is_kept(text in files(), record in new_records()) {
        let result = put_record(&text, &record).expect("a sound file takes any record");
        let key = record.key.trim_matches('"');
        let before = parsed(&text);
        let is_new = home(&before, &record).is_none_or(|table| !table.contains_key(key));
        let prefix = text.bytes().zip(result.bytes()).take_while(|(old, new)| old == new).count();
        let tail = (text.len() - prefix).min(result.len() - prefix);
        let suffix = text.bytes().rev().zip(result.bytes().rev()).take(tail).take_while(|(old, new)| old == new).count();
        if is_new {
            prop_assert_eq!(prefix + suffix, text.len(), "nothing is taken away");
            let added = result.len() - text.len();
            let line = format!("{} = {}", record.key, record.value);
            // What is added is the line, its ending, and at most a newline before it, a header and a blank line.
            prop_assert!(added > line.len() && added <= line.len() + 8 + 24);
            let ending = dominant_line_ending(&text);
            let line = format!("{}{ending}", line);
            prop_assert_eq!(result.matches(&line).count(), text.matches(&line).count() + 1);
        } else {
            let old = &text[prefix..text.len() - suffix];
            prop_assert!(VALUES.iter().any(|value| {
                value.contains(old) || value.replace('\n', "\r\n").contains(old) || value.contains(&old.replace("\r\n", "\n"))
            }), "only a value is taken away, not {:?}", old);
        }
    }

    #[test]
    fn twice_is_once(text in files(), record in new_records()) {
        let once = put_record(&text, &record).expect("a sound file takes any record");
        prop_assert_eq!(put_record(&once, &record).expect("and again"), once);
    }

    #[test]
    fn what_was_in_order_stays_in_order(text in files(), record in new_records()) {
        let result = put_record(&text, &record).expect("a sound file takes any record");
        let before = parsed(&text);
        if home(&before, &record).is_none_or(|table| record_keys(table).is_sorted()) {
            let after = parsed(&result);
            prop_assert!(record_keys(home(&after, &record).expect("the table")).is_sorted());
        }
    }

    #[test]
    fn any_text_is_edited_or_refused(text in "\\PC{0,40}|[\\[\\]a.=\"'#{}\\n\\r 0-9-]{0,60}", record in new_records()) {
        if let Ok(result) = put_record(&text, &record) {
            prop_assert!(DeTable::parse(&result).is_ok());
        }
    }

    #[test]
    fn any_note_comes_back_from_its_string(note in any::<String>()) {
        let written = toml_string(&note);
        prop_assert!(!written.contains(char::is_control));
        let read_back = parsed(&format!("v = {written}"));
        prop_assert_eq!(read_back["v"].as_str(), Some(note.as_str()));
    }
}

#[test]
fn many_records_are_put_in_one_pass() {
    let text = "# ours\r\n[lead-time]\r\n2026-10-12 = 180\r\n2026-10-26 = 90";
    let records = [
        record(Some("rollbacks"), "2026-10-19", "3"),
        record(Some("lead-time"), "2026-11-02", "70"),
        record(Some("lead-time"), "2026-10-19", "120"),
        record(None, "2026-10-19", "{ confidence = 6 }"),
        record(Some("lead-time"), "2026-10-12", "181"),
        record(Some("drills"), "2026-10-19", "\"first\""),
        record(Some("lead-time"), "2026-10-05", "240"),
        record(Some("lead-time"), "2026-10-18", "121"),
        record(None, "2026-10-12", "{ confidence = 5 }"),
    ];
    let lines = [
        "2026-10-12 = { confidence = 5 }",
        "2026-10-19 = { confidence = 6 }",
        "",
        "# ours",
        "[lead-time]",
        "2026-10-05 = 240",
        "2026-10-12 = 181",
        "2026-10-18 = 121",
        "2026-10-19 = 120",
        "2026-10-26 = 90",
        "2026-11-02 = 70",
        "",
        "[rollbacks]",
        "2026-10-19 = 3",
        "",
        "[drills]",
        "2026-10-19 = \"first\"",
        "",
    ];
    assert_eq!(put_records(text, &records).as_deref(), Ok(&*lines.join("\r\n")));
    let same = [record(None, "2026-10-12", "1"), record(None, "2026-10-12", "2")];
    assert_eq!(put_records("", &same).as_deref(), Ok("2026-10-12 = 2\n"), "the later counts");
}

proptest! {
    #[test]
    fn many_at_once_hold_what_one_after_another_do(text in files(), records in vec(new_records(), 0..12)) {
        let mut one_by_one = text.clone();
        for record in &records {
            one_by_one = put_record(&one_by_one, record).expect("a sound file takes any record");
        }
        let at_once = put_records(&text, &records).expect("and all of them");
        prop_assert_eq!(parsed(&at_once), parsed(&one_by_one));
        prop_assert_eq!(put_records(&at_once, &[]).expect("none"), at_once);
    }
}
