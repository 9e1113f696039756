//! Whatever bytes a goal file holds: it is read to the end, its findings are shown, and what is
//! shown is inert.

use goals::load::{CHECKINS_SUFFIX, Outline, SETTINGS_FILE};
use goals::pipeline::{self, Source, Workspace};
use goals::render::contract::{self, Selection};
use goals::render::findings::{self, Style};
use goals::repo::{Content, Snapshot};
use goals::text::is_hostile;
use jiff::civil::date;
use proptest::prelude::*;
use proptest::test_runner::Config;

const PLAN_PATH: &str = "goals/2026-q4/platform/calm-deploys.toml";
const CHECKINS_PATH: &str = "goals/2026-q4/platform/calm-deploys.checkins.toml";

const SETTINGS: &str = r#"format = 1
name = "Northwind"
year_starts = 7
[cycles.launch]
start = 2026-03-02
end = 2026-05-29
[teams."engineering/platform"]
name = "Platform"
[people.ana]
emails = ["ana@northwind.example"]
[status]
aspirational = [0.7, 0.4]
[check]
profile = "okr"
levels = { missing-unit = "off" }
"#;

const PLAN: &str = r#"title = "Deploys are calm é 目標"
why = """Every rollback
costs a *conversation*."""
owner = "ana"
ambition = "aspirational"
tags = ["reliability", 'b']
due = 2026-12-18
formerly = ["smooth-deploys"]

[key_results.lead-time]
title = "Median lead time falls from 240 to 15 minutes"
unit = "min"
baseline = 240
target = 1_5
plan = { 2026-10-31 = 180, 2026-11-30 = 6e1 }
allow = { missing-unit = { reason = "so", until = 2026-12-01 } }

[key_results.ladder]
title = "Live"
kind = "milestone"
milestones = { beta = 0.3, live = { title = "Live", score = 1 } }

[key_results.kept]
title = "Kept"
kind = "threshold"
at_most = 5
evaluate = "share"

[initiatives.canary]
title = "Canary"
done = 2026-11-12

[close]
date = 2027-01-08
verdict = "missed"
"#;

const CHECKINS: &str = "2026-10-12 = { confidence = 6, note = \"two services\" }\r\n\r\n[lead-time]\r\n2026-10-05 = 240\r\n\"2026-10-12T14:30\" = { value = 180.5, confidence = 7, by = \"ben\" }\r\n2026-11-02 = { void = true, note = \"wrong\" }\r\n[ladder]\r\n2026-10-20 = \"beta\"\r\n[kept]\r\n2026-10-21 = 0x04\r\n";

fn workspace(files: &[(&str, Vec<u8>)]) -> Workspace {
    let mut snapshot: Snapshot =
        [(SETTINGS_FILE, SETTINGS), (PLAN_PATH, PLAN), (CHECKINS_PATH, CHECKINS)]
            .into_iter()
            .collect();
    for (path, bytes) in files {
        snapshot.insert(*path, Content::from_bytes(bytes.clone()));
    }
    pipeline::read(Source::Files(snapshot)).expect("files at hand can be read")
}

/// Checks, rolls up and shows a workspace in every form; nothing shown may act on a terminal, and
/// no figure may be beyond numbers.
fn shown(workspace: &Workspace) -> String {
    let as_of = date(2026, 11, 21);
    let found = pipeline::check(workspace, None, as_of, as_of);
    let style = Style { colour: false, width: Some(80), unicode: false };
    let mut all = findings::human(&found, &workspace.snapshot, style);
    all.push_str(&findings::concise(&found, &workspace.snapshot));
    let fingerprints = goals::check::fingerprints(&workspace.model, &found);
    all.push_str(&findings::json(&findings::Checked {
        findings: &found,
        fingerprints: &fingerprints,
        snapshot: &workspace.snapshot,
        files: &[],
        prefix: "",
        fails_from: None,
        fixed: 0,
    }));
    for text in workspace.snapshot.paths().filter_map(|path| workspace.snapshot.text(path)) {
        let words = Outline::of(text).words;
        assert!(words.iter().all(|word| text.get(word.outer.start..word.outer.end).is_some()));
    }
    let rollup = pipeline::rollup(workspace, None, as_of);
    let selection = Selection::default();
    let view = contract::view(&workspace.model, &rollup, None, None, &selection);
    for goal in view.goals.iter() {
        for kr in &goal.key_results {
            let figures = [kr.raw, Some(kr.progress), kr.expected, kr.pace, kr.projected];
            assert!(figures.iter().flatten().all(|figure| figure.is_finite()), "{kr:?}");
        }
    }
    let raw = all.chars().find(|c| *c != '\n' && is_hostile(*c));
    assert_eq!(raw, None, "{all}");
    all
}

fn any_path() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![SETTINGS_FILE, PLAN_PATH, CHECKINS_PATH])
}

fn text_of(path: &str) -> &'static str {
    match path {
        SETTINGS_FILE => SETTINGS,
        path if path.ends_with(CHECKINS_SUFFIX) => CHECKINS,
        _ => PLAN,
    }
}

/// Pieces of TOML, and of what is nearly TOML, in any order.
fn any_toml() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "title",
        "owner",
        "key_results",
        "baseline",
        "2026-10-05",
        "a",
        "\"",
        "\"\"\"",
        "'",
        "'''",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        "=",
        " = ",
        ",",
        ".",
        "\n",
        "\r\n",
        "\r",
        "#",
        " ",
        "\t",
        "1",
        "-1",
        "1e400",
        "nan",
        "inf",
        "0x",
        "0xff",
        "1_",
        "99999999999999999999",
        "2026-02-30",
        "07:32:00",
        "2026-10-05T07:32:00Z",
        "true",
        "\\",
        "\\e",
        "\\u{",
        "\\uD800",
        "é",
        "目",
        "\u{0}",
        "\u{1b}",
        "\u{feff}",
        "\u{202e}",
        "<<<<<<< HEAD\n",
        "=======\n",
        ">>>>>>> x\n",
        "[close]\n",
        "milestones",
        "plan",
        "value",
        "allow",
        "format = 1\n",
        "people",
        "levels",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(Config { cases: 750, failure_persistence: None, ..Config::default() })]

    #[test]
    fn any_bytes_are_read(path in any_path(), bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        shown(&workspace(&[(path, bytes)]));
    }

    #[test]
    fn any_near_toml_is_read(path in any_path(), text in any_toml()) {
        shown(&workspace(&[(path, text.into_bytes())]));
    }

    #[test]
    fn any_slip_of_the_pen_is_read(
        path in any_path(),
        at in any::<prop::sample::Index>(),
        length in 0..12_usize,
        with in any_toml(),
    ) {
        let mut bytes = text_of(path).as_bytes().to_vec();
        let start = at.index(bytes.len());
        let end = (start + length).min(bytes.len());
        bytes.splice(start..end, with.into_bytes());
        shown(&workspace(&[(path, bytes)]));
    }
}

#[test]
fn every_prefix_of_a_file_is_read() {
    for path in [SETTINGS_FILE, PLAN_PATH, CHECKINS_PATH] {
        for end in 0..text_of(path).len() {
            shown(&workspace(&[(path, text_of(path).as_bytes()[..end].to_vec())]));
        }
    }
}

/// Records in another order, spaced and quoted otherwise.
fn reformatted(records: &[(String, String)], order: &[usize]) -> String {
    let mut text = "\n# shuffled\n[ \"k\" ]\n".to_owned();
    for at in order {
        let (date, value) = &records[*at];
        text.push_str(&format!("\t\"{date}\"   =\t{value}  # {at}\r\n"));
    }
    text
}

/// What is wrong; how the sample reads, and whether its days are to come or long over, is not what
/// these tests are about.
fn errors(
    read: &pipeline::Workspace,
    as_of: jiff::civil::Date,
) -> Vec<goals::diagnostic::Diagnostic> {
    let mut found = pipeline::check(read, None, as_of, jiff::civil::Date::MAX);
    found.retain(|finding| {
        finding.level == goals::diagnostic::Level::Error && finding.rule != "ungraded"
    });
    found
}

fn figures(checkins: &str, as_of: jiff::civil::Date) -> String {
    let plan = "title = \"Reach 1\"\nowner = \"ana\"\n[key_results.k]\ntitle = \"Reach 1\"\nunit = \"t\"\nbaseline = -3\ntarget = 1e9\n";
    let snapshot: Snapshot =
        [(SETTINGS_FILE, "format = 1\n"), (PLAN_PATH, plan), (CHECKINS_PATH, checkins)]
            .into_iter()
            .collect();
    let read = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
    assert_eq!(errors(&read, as_of), []);
    let rollup = pipeline::rollup(&read, None, as_of);
    let selection = Selection::default();
    contract::json(&contract::view(&read.model, &rollup, None, None, &selection))
}

proptest! {
    #![proptest_config(Config { cases: 300, failure_persistence: None, ..Config::default() })]

    #[test]
    fn reformatting_records_changes_no_figure(
        days in prop::collection::btree_map(1..28_u8, (-50..50_i32, any::<bool>()), 1..12),
        order in Just(()).prop_perturb(|(), mut random| random.next_u64()),
        day in 1..31_i8,
    ) {
        let records: Vec<(String, String)> = days
            .iter()
            .map(|(day, (value, void))| {
                let value = match void {
                    true => format!("{{ value = {value}, void = true }}"),
                    false => format!("{value}.0"),
                };
                (format!("2026-10-{day:02}"), value)
            })
            .collect();
        let plain: String = records.iter().map(|(date, value)| format!("{date} = {value}\n")).collect();
        let mut shuffled: Vec<usize> = (0..records.len()).collect();
        shuffled.sort_by_key(|at| (*at as u64 + 1).wrapping_mul(order | 1) >> 7);
        let as_of = date(2026, 10, day);
        prop_assert_eq!(
            figures(&format!("[k]\n{plain}"), as_of),
            figures(&reformatted(&records, &shuffled), as_of)
        );
    }
}

#[test]
fn figures_at_the_edges_of_numbers_and_the_calendar_are_finite() {
    let goal = |rest: &str| format!("title = \"Reach 1\"\nowner = \"ana\"\n{rest}");
    let plans = [
        goal(
            "unit = \"t\"\nbaseline = -1e60\ntarget = 1e60\nstarts = 2026-10-01\ndue = 2026-10-01\n",
        ),
        goal(
            "unit = \"t\"\nbaseline = 1e-60\ntarget = 2e-60\nplan = { 2026-12-30 = 1.0000000000000002e-60, 2026-10-02 = -1e60 }\n",
        ),
        goal("weight = 0\nunit = \"t\"\nbaseline = 1\ntarget = 1.0000000000000002\n"),
        goal(
            "kind = \"threshold\"\nunit = \"t\"\nat_least = 3\nat_most = 3\nevaluate = \"every\"\n",
        ),
        goal(
            "weight = 1e60\n[key_results.k]\ntitle = \"A 1\"\nunit = \"t\"\nbaseline = 1\ntarget = 2\nweight = 1e60\n[key_results.l]\ntitle = \"A 1\"\nunit = \"t\"\nbaseline = 1\ntarget = 2\nweight = 1e-60\n",
        ),
    ];
    let checkins = [
        "2026-09-01 = 1e60\n2027-03-01 = -1e60\n",
        "2026-10-01 = 3e-60\n2026-10-03 = { void = true, value = 1 }\n",
        "2026-10-01 = { void = true, value = 1 }\n",
        "2026-10-01 = -0.0\n9999-12-31 = 3\n0001-01-01 = 3\n",
    ];
    for plan in &plans {
        for records in checkins {
            let table = if plan.contains("[key_results.k]") { "[k]\n" } else { "" };
            let checkins = format!("{table}{records}");
            let snapshot: Snapshot = [
                (SETTINGS_FILE, "format = 1\n"),
                ("goals/2026-q4/a.toml", plan),
                ("goals/2026-q4/a.checkins.toml", &checkins),
            ]
            .into_iter()
            .collect();
            let read = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
            for as_of in [
                (1, 1, 1),
                (2026, 9, 30),
                (2026, 10, 1),
                (2026, 10, 2),
                (2026, 12, 31),
                (9999, 12, 31),
            ] {
                let as_of = date(as_of.0, as_of.1, as_of.2);
                assert_eq!(errors(&read, as_of), [], "{plan}{checkins}");
                let rollup = pipeline::rollup(&read, None, as_of);
                let view = contract::view(&read.model, &rollup, None, None, &Selection::default());
                for goal in view.goals.iter() {
                    for kr in &goal.key_results {
                        let figures = [
                            goal.progress,
                            kr.raw,
                            Some(kr.progress),
                            kr.expected,
                            kr.pace,
                            kr.projected,
                            kr.projected_value,
                        ];
                        let finite = figures.iter().flatten().all(|figure| figure.is_finite());
                        assert!(finite, "{as_of} {plan}{checkins}{kr:#?}");
                    }
                }
                let look = goals::render::terminal::Look { colour: false, width: Some(80) };
                let text = goals::render::status::detail(&read.model, &rollup, None, 0, look);
                assert!(!text.contains("NaN") && !text.contains("inf"), "{text}");
            }
        }
    }
}

#[test]
fn the_tree_fits_the_terminal() {
    let read = workspace(&[]);
    let rollup = pipeline::rollup(&read, None, date(2026, 9, 21));
    for width in [60, 80, 100, 120, 200] {
        let look = goals::render::terminal::Look { colour: false, width: Some(width) };
        let selection = Selection::default();
        let text =
            goals::render::status::tree(&read.model, &rollup, &["2026-q4"], &selection, look);
        let goals =
            text.lines().filter(|line| line.contains("calm-deploys") || line.contains("lead-time"));
        for line in goals {
            assert!(unicode_width::UnicodeWidthStr::width(line) <= width, "{width}: {line}");
        }
        assert_eq!(text.lines().count(), 7, "{text}");
    }
}
