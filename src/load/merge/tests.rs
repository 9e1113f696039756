//! Tests of merging: cases by hand, then generated sides against an oracle on parsed values.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::*;

const MARKERS: Markers<'_> = Markers { size: 7, ours: "ours", base: None, theirs: "theirs" };

#[track_caller]
fn check(base: &str, ours: &str, theirs: &str, merged: &str) {
    let found = merge(base, ours, theirs).expect("these can be merged");
    assert_eq!(found.text(&MARKERS), merged);
}

const RECORDS: &str = "# minutes\n[lead-time]\n2026-10-05 = 240\n2026-10-19 = 180 # canary\n";

fn with(text: &str, before: &str, line: &str) -> String {
    text.replace(before, &format!("{line}{before}"))
}

#[test]
fn records_of_both_sides_are_kept_by_date() {
    let ours = format!("{RECORDS}2026-10-26 = 90\n");
    let theirs = with(RECORDS, "2026-10-19", "2026-10-12 = 200\n");
    check(RECORDS, &ours, &theirs, &with(&ours, "2026-10-19", "2026-10-12 = 200\n"));
    check(RECORDS, &theirs, &ours, &with(&ours, "2026-10-19", "2026-10-12 = 200\n"));
}

#[test]
fn two_records_at_the_end_are_no_conflict() {
    check(
        RECORDS,
        &format!("{RECORDS}2026-11-02 = 60\n"),
        &format!("{RECORDS}2026-10-26 = 90\n"),
        &format!("{RECORDS}2026-10-26 = 90\n2026-11-02 = 60\n"),
    );
}

#[test]
fn the_same_record_on_both_sides_is_one() {
    check(
        RECORDS,
        &format!("{RECORDS}2026-10-26 = {{ value = 90, confidence = 6 }}\n2026-11-02 = 1\n"),
        &format!("{RECORDS}2026-10-26={{confidence=6,value=90}} # said\n"),
        &format!("{RECORDS}2026-10-26 = {{ value = 90, confidence = 6 }} # said\n2026-11-02 = 1\n"),
    );
}

#[test]
fn a_record_changed_on_one_side_takes_the_change() {
    check(
        RECORDS,
        &RECORDS.replace("240", "250"),
        &RECORDS.replace("= 180 #", "=  { void = true } #"),
        &RECORDS.replace("240", "250").replace("= 180", "=  { void = true }"),
    );
}

#[test]
fn another_value_for_the_same_date_is_a_conflict_on_its_line_only() {
    check(
        RECORDS,
        &format!("{RECORDS}2026-10-26 = 90\n\n[errors]\n2026-10-26 = 1\n"),
        &format!("{RECORDS}2026-10-26 = 95\n2026-11-02 = 60\n"),
        &format!(
            "{RECORDS}<<<<<<< ours\n2026-10-26 = 90\n=======\n2026-10-26 = 95\n>>>>>>> theirs\n2026-11-02 = 60\n\n[errors]\n2026-10-26 = 1\n"
        ),
    );
}

#[test]
fn markers_are_as_git_asks_for_them() {
    let merged = merge("a = 1\n", "a = 2\n", "a = 3\n").expect("merged");
    let markers = Markers { size: 3, ours: "HEAD", base: Some("1a2b (x)"), theirs: "" };
    assert_eq!(merged.text(&markers), "<<< HEAD\na = 2\n||| 1a2b (x)\na = 1\n===\na = 3\n>>>\n");
    assert_eq!(merged.conflicts(), 1);
}

#[test]
fn deleted_here_and_changed_there_is_a_conflict() {
    check(
        RECORDS,
        &RECORDS.replace("2026-10-05 = 240\n", ""),
        &RECORDS.replace("240", "250"),
        &RECORDS.replace(
            "2026-10-05 = 240\n",
            "<<<<<<< ours\n=======\n2026-10-05 = 250\n>>>>>>> theirs\n",
        ),
    );
    check(
        RECORDS,
        &RECORDS.replace("240", "250"),
        &RECORDS.replace("2026-10-05 = 240\n", "").replace("180", "181"),
        &RECORDS.replace("180", "181").replace(
            "2026-10-05 = 240\n",
            "<<<<<<< ours\n2026-10-05 = 250\n=======\n>>>>>>> theirs\n",
        ),
    );
}

#[test]
fn deleted_here_and_untouched_there_is_deleted() {
    check(
        RECORDS,
        &RECORDS.replace("2026-10-05 = 240\n", ""),
        &format!("{RECORDS}2026-10-26 = 90\n"),
        &format!("{}2026-10-26 = 90\n", RECORDS.replace("2026-10-05 = 240\n", "")),
    );
}

const PLAN: &str = "# Ours to keep\ntitle = \"Calm\"\nowner = \"ana\" # since May\n\n# how fast\n[key_results.lead-time]\ntitle = \"Lead time\"\nbaseline = 240\ntarget = 15\n\n[key_results.errors]\ntitle = \"Errors\"\nat_most = 3\n";

#[test]
fn a_plan_is_merged_key_by_key() {
    let ours = PLAN.replace("target = 15", "target = 20").replace("since May", "since June");
    let theirs = PLAN
        .replace("\"ana\"", "\"ben\"")
        .replace("baseline = 240\n", "baseline = 230\n# per deploy\nunit = \"min\"\n");
    check(
        PLAN,
        &ours,
        &theirs,
        &ours
            .replace("\"ana\"", "\"ben\"")
            .replace("baseline = 240\n", "baseline = 230\n# per deploy\nunit = \"min\"\n"),
    );
}

#[test]
fn a_key_that_both_changed_is_a_conflict_on_its_lines() {
    check(
        PLAN,
        &PLAN.replace("15", "20").replace("\"Calm\"", "\"Calmer\""),
        &PLAN.replace("15", "10"),
        &PLAN.replace("\"Calm\"", "\"Calmer\"").replace(
            "target = 15\n",
            "<<<<<<< ours\ntarget = 20\n=======\ntarget = 10\n>>>>>>> theirs\n",
        ),
    );
    let tags = format!("tags = [\n  \"a\",\n]\n{PLAN}");
    check(
        &tags,
        &tags.replace("\"a\"", "\"b\""),
        &tags.replace("\"a\"", "\"c\""),
        &format!(
            "<<<<<<< ours\ntags = [\n  \"b\",\n]\n=======\ntags = [\n  \"c\",\n]\n>>>>>>> theirs\n{PLAN}"
        ),
    );
}

#[test]
fn tables_of_both_sides_come_below_one_another() {
    let ours = format!("{PLAN}\n# who\n[key_results.a]\ntarget = 1\n");
    let theirs = format!("{PLAN}\n[key_results.b]\ntarget = 2\n");
    check(PLAN, &ours, &theirs, &format!("{ours}\n[key_results.b]\ntarget = 2\n"));
    let early = with(PLAN, "[key_results.errors]", "[key_results.b]\ntarget = 2\n\n");
    check(
        PLAN,
        &ours,
        &early,
        &with(&ours, "[key_results.errors]", "[key_results.b]\ntarget = 2\n\n"),
    );
}

#[test]
fn a_table_deleted_here_and_changed_there_is_a_conflict_as_a_whole() {
    let (kept, errors) = PLAN.split_once("\n[key_results.errors]").expect("there");
    check(
        PLAN,
        kept,
        &PLAN.replace("at_most = 3", "at_most = 4"),
        &format!(
            "{kept}\n<<<<<<< ours\n=======\n[key_results.errors]{}>>>>>>> theirs\n",
            errors.replace('3', "4")
        ),
    );
    check(PLAN, kept, &PLAN.replace("Calm", "Calmer"), &kept.replace("Calm", "Calmer"));
}

#[test]
fn comments_of_both_sides_are_kept() {
    check(
        PLAN,
        &PLAN.replace("# how fast\n", "# how fast\n# in minutes\n"),
        &PLAN.replace("# how fast\n", "# how fast\n# from merge\n").replace("= 15", "= 10"),
        &PLAN
            .replace("# how fast\n", "# how fast\n# in minutes\n# from merge\n")
            .replace("= 15", "= 10"),
    );
    let theirs = with(PLAN, "# how fast\n", "# how fast\n[key_results.new]\ntarget = 1\n\n")
        .replace("\n\n# how fast\n[key_results.lead-time]", "\n\n[key_results.lead-time]");
    let merged = merge(PLAN, &PLAN.replace("15", "10"), &theirs).expect("merged");
    assert_eq!(merged.text(&MARKERS), theirs.replace("15", "10"), "a comment that moved is one");
}

#[test]
fn bytes_at_both_ends_and_line_ends_survive() {
    let crlf = RECORDS.replace('\n', "\r\n");
    let bare = crlf.trim_end();
    check(
        &format!("\u{feff}{bare}"),
        &format!("\u{feff}{crlf}2026-10-26 = 1"),
        &format!("\u{feff}{}2026-10-20 = 2", RECORDS),
        &format!("\u{feff}{crlf}2026-10-20 = 2\r\n2026-10-26 = 1").replace('\r', ""),
    );
    check(
        &crlf,
        &format!("\u{feff}{crlf}2026-10-26 = 1\r\n"),
        &format!("{crlf}2026-10-20 = 2\n"),
        &format!("\u{feff}{crlf}2026-10-20 = 2\n2026-10-26 = 1\r\n"),
    );
}

#[test]
fn two_new_files_are_put_together() {
    check(
        "",
        "[a]\n2026-10-05 = 1\n",
        "2026-10-05 = 3\n\n[b]\n2026-10-05 = 2\n[a]\n2026-10-12 = 4\n",
        "2026-10-05 = 3\n\n[b]\n2026-10-05 = 2\n\n[a]\n2026-10-05 = 1\n2026-10-12 = 4\n",
    );
}

#[test]
fn what_cannot_be_told_apart_is_not_merged() {
    let sound = "a = 1\n";
    for (base, ours, theirs) in [
        ("a = 1\n[", "a = 2\n", "a = 3\n"),
        (sound, "a = 1\n<<<<<<< x\n", "a = 3\n"),
        (sound, "a = 1\nb = 1\nb = 2\n", "a = 3\n"),
        (sound, "a = 1\n[[b]]\nc = 1\n", "a = 3\n"),
        // One writes a table inline, the other below a header: together they would be it twice.
        (sound, "a = 1\nb = { c = 1 }\n", "a = 1\n[b]\nd = 1\n"),
        (sound, "a = 1\nb.c = 1\n", "a = 1\n[b]\nd = 1\n"),
        ("a.b = 1\n", "[a]\nb = 1\n", "a.b = 2\n"),
    ] {
        assert_eq!(merge(base, ours, theirs), None, "{base:?} {ours:?} {theirs:?}");
    }
}

/// A text to be: tables of keys with values, each with a comment or none.
type Model = BTreeMap<Option<&'static str>, BTreeMap<String, (u8, u8)>>;

/// A change of one side.
#[derive(Debug, Clone)]
enum Step {
    Put(Option<&'static str>, String, u8, u8),
    Delete(Option<&'static str>, String),
    DropTable(Option<&'static str>),
}

const VALUES: [&str; 5] = [
    "240",
    "{ value = 180, confidence = 7, note = \"a # b\" }",
    "'''\n[lead-time]\n2026-10-05 = 1\n'''",
    "[ 1,\n # inside\n 2 ]",
    "\"x\"",
];
const ABOVE: [&str; 3] = ["", "# about\n", "\n# apart\n\n"];
const TABLES: [Option<&str>; 4] = [None, Some("lead-time"), Some("errors"), Some("x.y")];

fn keys() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (1..6u8).prop_map(|day| format!("2026-10-0{day}")),
        1 => (1..3u8).prop_map(|day| format!("\"2026-10-0{day}T14:30\"")),
        2 => prop::sample::select(vec!["title", "owner", "target"]).prop_map(str::to_owned),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let table = || prop::sample::select(TABLES.to_vec());
    let step = prop_oneof![
        6 => (table(), keys(), 0..5u8, 0..3u8).prop_map(|(t, k, v, c)| Step::Put(t, k, v, c)),
        2 => (table(), keys()).prop_map(|(t, k)| Step::Delete(t, k)),
        1 => table().prop_map(Step::DropTable),
    ];
    vec(step, 0..9)
}

fn stepped(mut model: Model, steps: &[Step]) -> Model {
    for step in steps {
        match step {
            Step::Put(table, key, value, above) => {
                model.entry(*table).or_default().insert(key.clone(), (*value, *above));
            }
            Step::Delete(table, key) => {
                model.entry(*table).or_default().remove(key);
            }
            Step::DropTable(table) => {
                model.remove(table);
            }
        }
    }
    model
}

/// How a side writes its text.
#[derive(Debug, Clone, Copy)]
struct Style {
    crlf: bool,
    bom: bool,
    unfinished: bool,
}

fn styles() -> impl Strategy<Value = Style> {
    (prop::bool::weighted(0.2), prop::bool::weighted(0.2), prop::bool::weighted(0.2))
        .prop_map(|(crlf, bom, unfinished)| Style { crlf, bom, unfinished })
}

fn written(model: &Model, style: Style) -> String {
    let mut text = String::new();
    for (table, entries) in model {
        if let Some(table) = table {
            text.push_str(&format!("\n[{table}] # of us\n"));
        }
        let mut entries: Vec<_> = entries.iter().collect();
        entries.sort_by_key(|(key, _)| key.trim_matches('"'));
        for (key, (value, above)) in entries {
            let (above, value) = (ABOVE[usize::from(*above)], VALUES[usize::from(*value)]);
            text.push_str(&format!("{above}{key} = {value}\n"));
        }
    }
    if style.unfinished {
        text = text.trim_end().to_owned();
    }
    if style.crlf {
        text = text.replace('\n', "\r\n");
    }
    if style.bom { format!("{BOM}{text}") } else { text }
}

use super::parts::BOM;

/// All values by their keys, as the library reads them.
fn values(text: &str) -> BTreeMap<(String, String), toml::Value> {
    let tree: toml::Table = toml::from_str(&plain(text)).expect("sound");
    let mut found = BTreeMap::new();
    let mut waiting = vec![(String::new(), tree)];
    while let Some((name, table)) = waiting.pop() {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) if !inner.contains_key("confidence") => {
                    waiting.push((format!("{name}/{key}"), inner));
                }
                value => {
                    found.insert((name.clone(), key), value);
                }
            }
        }
    }
    found
}

type All = BTreeMap<(String, String), toml::Value>;

/// What must come of it: the values that are settled, and the keys that are not.
fn oracle(base: &All, ours: &All, theirs: &All) -> (All, BTreeSet<(String, String)>) {
    let (mut settled, mut open) = (All::new(), BTreeSet::new());
    for key in ours.keys().chain(theirs.keys()) {
        let (old, own, other) = (base.get(key), ours.get(key), theirs.get(key));
        if own != other && old != own && old != other {
            open.insert(key.clone());
        } else if let Some(value) = if old == own { other } else { own } {
            settled.insert(key.clone(), value.clone());
        }
    }
    (settled, open)
}

fn check_generated(base: &str, ours: &str, theirs: &str) -> TestCaseResult {
    let merged = by_keys(base, ours, theirs);
    prop_assert!(merged.is_some(), "{base}\n---\n{ours}\n---\n{theirs}");
    let merged = merged.expect("just seen");
    let (old, own, other) = (values(base), values(ours), values(theirs));
    let (mut settled, open) = oracle(&old, &own, &other);
    let in_question = |table: &str| {
        let side = |all: &All| -> All {
            all.iter()
                .filter(|((name, _), _)| name == table)
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect()
        };
        let is_there = |text: &str| {
            Parts::of(text).is_some_and(|parts| {
                parts.sections.iter().any(|section| format!("/{}", section.path.join("/")) == table)
            })
        };
        let dropped = |text: &str| is_there(base) && !is_there(text);
        let changed = |all: &All| side(all).iter().any(|(key, value)| old.get(key) != Some(value));
        dropped(ours) && changed(&other) && is_there(theirs)
            || dropped(theirs) && changed(&own) && is_there(ours)
    };
    let before = settled.len();
    settled.retain(|(table, _), _| !in_question(table));
    let whole = settled.len() < before;
    prop_assert_eq!(merged.conflicts() == 0, open.is_empty() && !whole);
    for (side, of_side) in [(Side::Ours, &own), (Side::Theirs, &other)] {
        let text = merged.settled(side);
        let found = values(&text);
        for (key, value) in &settled {
            prop_assert_eq!(found.get(key), Some(value), "{:?} in\n{}", key, text);
        }
        for (key, value) in &found {
            prop_assert!(settled.get(key).or(of_side.get(key)) == Some(value), "{:?}", key);
        }
        for key in &open {
            prop_assert_eq!(found.get(key), of_side.get(key), "the conflict offers this side");
        }
        for (key, value) in of_side.iter().filter(|(key, _)| in_question(&key.0)) {
            prop_assert_eq!(found.get(key), Some(value), "the conflict offers the whole table");
        }
    }
    Ok(())
}

fn dates_are_in_order(text: &str) -> bool {
    let tree = Parts::of(text).expect("sound");
    tree.sections.iter().all(|section| {
        let dates: Vec<_> = section.entries.iter().filter_map(|entry| entry.date()).collect();
        dates.len() < section.entries.len() || dates.is_sorted()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn values_are_those_of_the_oracle(
        start in steps(), left in steps(), right in steps(), styles in vec(styles(), 3),
    ) {
        let base = stepped(Model::new(), &start);
        let (ours, theirs) = (stepped(base.clone(), &left), stepped(base.clone(), &right));
        let texts = [(&base, styles[0]), (&ours, styles[1]), (&theirs, styles[2])]
            .map(|(model, style)| written(model, style));
        check_generated(&texts[0], &texts[1], &texts[2])?;
    }

    #[test]
    fn one_side_alone_is_that_side(start in steps(), left in steps(), styles in vec(styles(), 2)) {
        let base = stepped(Model::new(), &start);
        let changed = written(&stepped(base.clone(), &left), styles[1]);
        let base = written(&base, styles[0]);
        let text = |merged: Option<Merged>| merged.expect("merged").text(&MARKERS);
        prop_assert_eq!(text(merge(&base, &changed, &changed)), changed.as_str());
        prop_assert_eq!(text(merge(&base, &base, &changed)), changed.as_str());
        prop_assert_eq!(text(merge(&base, &changed, &base)), changed.as_str());
        // Nor does it hang on seeing that at once.
        prop_assert_eq!(text(by_keys(&base, &changed, &changed)), changed.as_str());
        prop_assert_eq!(text(by_keys(&base, &changed, &base)), changed.as_str());
        prop_assert_eq!(values(&text(by_keys(&base, &base, &changed))), values(&changed));
    }

    #[test]
    fn both_ways_give_the_same_records(start in steps(), left in steps(), right in steps()) {
        let style = Style { crlf: false, bom: false, unfinished: false };
        let base = stepped(Model::new(), &start);
        let [ours, theirs] = [left, right].map(|steps| written(&stepped(base.clone(), &steps), style));
        let base = written(&base, style);
        let one = by_keys(&base, &ours, &theirs).expect("merged");
        let other = by_keys(&base, &theirs, &ours).expect("merged");
        prop_assert_eq!(one.conflicts(), other.conflicts());
        prop_assert_eq!(values(&one.settled(Side::Ours)), values(&other.settled(Side::Theirs)));
        prop_assert!(dates_are_in_order(&one.settled(Side::Ours)));
    }

    #[test]
    fn records_that_were_only_added_are_all_there(
        ours in prop::collection::btree_map(keys(), 0..1u8, 0..6),
        theirs in prop::collection::btree_map(keys(), 0..1u8, 0..6),
    ) {
        let style = Style { crlf: false, bom: false, unfinished: false };
        let model = |records: &BTreeMap<String, u8>| {
            let table = records.iter().map(|(key, value)| (key.clone(), (*value, 0))).collect();
            Model::from([(Some("lead-time"), table)])
        };
        let merged = merge("", &written(&model(&ours), style), &written(&model(&theirs), style));
        let mut union = ours.clone();
        union.extend(theirs.clone());
        let found = values(&merged.expect("merged").text(&MARKERS));
        let keys: BTreeSet<_> = found.into_keys().map(|(_, key)| key).collect();
        let wanted: BTreeSet<_> =
            union.keys().map(|key| key.trim_matches('"').to_owned()).collect();
        prop_assert_eq!(keys, wanted);
    }

    #[test]
    fn any_text_is_merged_or_left(
        base in "[\\[\\]a.=\"'#{}\\n\\r 0-9-]{0,40}", ours in "[\\[\\]ab.=\"'#{}\\n\\r 0-9-]{0,40}",
        theirs in "\\PC{0,20}|[\\[\\]ac.=\"'#{}\\n\\r 0-9-]{0,40}",
    ) {
        if let Some(merged) = by_keys(&base, &ours, &theirs) {
            for side in [Side::Ours, Side::Theirs] {
                prop_assert!(Parts::of(&merged.settled(side)).is_some());
            }
        }
    }

    #[test]
    fn parts_put_together_are_the_text(start in steps(), style in styles()) {
        let text = written(&stepped(Model::new(), &start), style);
        let parts = Parts::of(&text).expect("sound");
        let bom = if parts.bom { BOM.to_string() } else { String::new() };
        let sections = parts.sections.iter();
        let whole: String =
            sections.map(|section| format!("{}{}", section.lead, section.body())).collect();
        let end = if parts.finished { "" } else { parts.ending.unwrap_or("\n") };
        prop_assert_eq!(format!("{bom}{whole}{}", parts.tail), format!("{text}{end}"));
    }
}
