//! That the generated workspaces are what they are meant to be: valid, varied, and no figure always null.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::generate::{Workspace, compare, workspace};
use crate::oracle::rollup;

/// After how many workspaces every case has been seen.
const WORKSPACES: usize = 2000;

#[test]
fn workspaces_keep_the_rules_of_the_format_and_cover_every_case() {
    let mut runner = TestRunner::deterministic();
    let strategy = workspace();
    let mut unseen: BTreeSet<String> = expected_cases().into_iter().collect();
    for _ in 0..WORKSPACES {
        let workspace = strategy.new_tree(&mut runner).expect("a workspace is found").current();
        let broken = broken_rules(&workspace);
        assert!(broken.is_empty(), "{broken:?}\n{workspace:?}");
        let rolled = rollup(&workspace.files, workspace.as_of);
        assert_sound(&rolled);
        for case in cases(&workspace, &rolled) {
            unseen.remove(&case);
        }
        if unseen.is_empty() {
            return;
        }
    }
    panic!("never seen: {unseen:?}");
}

#[test]
fn shrinking_keeps_workspaces_valid_and_makes_them_small() {
    let mut runner = TestRunner::deterministic();
    for _ in 0..10 {
        let mut tree = workspace().new_tree(&mut runner).expect("a workspace is found");
        // Shrink as if every workspace failed.
        let mut steps = 0;
        while tree.simplify() {
            let workspace = tree.current();
            assert_eq!(broken_rules(&workspace), [""; 0], "{workspace:?}");
            steps += 1;
            assert!(steps < 10_000, "shrinking does not end");
        }
        // A goal may be left over whose removal put a figure on a bound; it is small then.
        let smallest = tree.current();
        let bytes: usize = smallest.files.values().map(String::len).sum();
        assert!(bytes < 1000, "not small:\n{smallest:?}");
    }
}

#[test]
fn shrinking_finds_a_small_cause() {
    let mut runner = TestRunner::deterministic();
    let has_stale = |w: &Workspace| {
        let rolled = rollup(&w.files, w.as_of);
        key_results(&rolled).any(|kr| kr["status"] == "stale")
    };
    let strategy = workspace();
    let mut tree = loop {
        let tree = strategy.new_tree(&mut runner).expect("a workspace is found");
        if has_stale(&tree.current()) && tree.current().files.len() > 5 {
            break tree;
        }
    };
    while if has_stale(&tree.current()) { tree.simplify() } else { tree.complicate() } {}
    let smallest = tree.current();
    assert!(smallest.files.len() <= 3 && has_stale(&smallest), "not small:\n{smallest:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_oracle_agrees_with_itself_and_notices_any_changed_figure(workspace in workspace(), pick in any::<usize>()) {
        let rolled = rollup(&workspace.files, workspace.as_of);
        prop_assert_eq!(compare(&rolled, &rolled), Ok(()));
        let mut changed = rolled.clone();
        let goals = changed["goals"].as_array_mut().expect("goals are a list");
        let goal = pick % goals.len();
        let keys = ["progress", "status", "team", "grade", "coverage", "end"];
        let key = keys[pick / 64 % keys.len()];
        goals[goal][key] = json!("something else");
        let difference = compare(&changed, &rolled).expect_err("one figure differs");
        prop_assert!(difference.starts_with(&format!("$.goals[{goal}: ")), "{}", difference);
        prop_assert!(difference.contains(&format!("].{key}")), "{}", difference);
    }
}

#[test]
fn compare_names_the_path_and_the_two_values() {
    let oracle =
        json!({ "goals": [{ "ref": "2026/grow", "key_results": [{ "id": null, "raw": 0.5 }] }] });
    let product =
        json!({ "goals": [{ "ref": "2026/grow", "key_results": [{ "id": null, "raw": 0.25 }] }] });
    let difference = "$.goals[0: 2026/grow].key_results[0].raw: product has 0.25, oracle has 0.5";
    assert_eq!(compare(&product, &oracle), Err(difference.to_owned()));
}

#[test]
fn compare_allows_rounding_and_nothing_more() {
    let same = |a: Value, b: Value| compare(&a, &b).is_ok();
    assert!(same(json!(1), json!(1.0)));
    assert!(same(json!(1e12), json!(1e12 + 100.0)));
    assert!(!same(json!(1e12), json!(1e12 + 10_000.0)));
    assert!(same(json!(0.1 + 0.2), json!(0.3)));
    assert!(!same(json!(0.3), json!(0.300_000_01)));
    assert!(!same(json!(null), json!(0.0)));
    assert!(!same(json!(0), json!(false)));
    assert!(!same(json!("1"), json!(1)));
    assert!(!same(json!([1]), json!([1, 1])));
    assert!(!same(json!({ "a": null }), json!({})));
    assert!(!same(json!({}), json!({ "a": null })));
}

#[test]
fn compare_asks_only_for_the_presence_of_what_needs_history() {
    let oracle = json!({ "revision": null, "history": "none", "amendments": 0 });
    let product = json!({ "revision": "ab12", "history": "complete", "amendments": 3 });
    assert_eq!(compare(&product, &oracle), Ok(()));
    let without = json!({ "revision": null, "history": "none" });
    assert!(compare(&without, &oracle).expect_err("a key is missing").starts_with("$.amendments"));
}

/// The rules of the format that a workspace breaks, read from its text and the links the oracle resolved.
fn broken_rules(workspace: &Workspace) -> Vec<String> {
    let rolled = rollup(&workspace.files, workspace.as_of);
    let mut broken = Vec::new();
    let mut references = BTreeSet::new();
    for goal in list(&rolled["goals"]) {
        let name = goal["ref"].as_str().expect("a reference");
        if !references.insert(name) {
            broken.push(format!("{name} is there twice"));
        }
        let plan = plan_of(workspace, goal);
        let cycle = name.split('/').next().expect("a cycle");
        let cycle = list(&rolled["cycles"]).find(|c| c["id"] == cycle).expect("its cycle is there");
        let mut demand = |holds: bool, rule: &str| {
            if !holds {
                broken.push(format!("{name}: {rule}"));
            }
        };
        demand(is_within(&plan, &cycle["start"], &cycle["end"]), "dates outside the cycle");
        for key_result in plan
            .get("key_results")
            .and_then(toml::Value::as_table)
            .into_iter()
            .flat_map(toml::Table::values)
        {
            let key_result = key_result.as_table().expect("a table");
            demand(
                is_within(key_result, &goal["start"], &goal["end"]),
                "a key result's dates outside the goal's",
            );
            demand(points_are_within(key_result, goal), "plan points outside the window");
        }
        demand(points_are_within(&plan, goal), "plan points outside the window");
        let key_results: Vec<&Value> = list(&goal["key_results"]).collect();
        demand(
            key_results.iter().all(|kr| kr["kind"] != "metric" || kr["baseline"] != kr["target"]),
            "baseline is target",
        );
        let children: Vec<&Value> =
            list(&rolled["goals"]).filter(|child| contributes(child, name)).collect();
        let counted = |one: &&Value| one["weight"].as_f64() > Some(0.0);
        demand(key_results.iter().chain(&children).any(counted), "nothing has a weight");
        demand(
            key_results.is_empty() || key_results.iter().any(counted),
            "no key result has a weight",
        );
        let targets: Vec<&str> = list(&goal["contributes_to"]).filter_map(Value::as_str).collect();
        for (n, target) in targets.iter().enumerate() {
            demand(!targets.iter().skip(n + 1).any(|other| other == target), "contributes twice");
            demand(
                !targets.iter().any(|o| o.starts_with(&format!("{target}."))),
                "contributes to a goal and its part",
            );
            if let Some((parent, part)) = target.split_once('.') {
                let parent =
                    list(&rolled["goals"]).find(|g| g["ref"] == *parent).expect("it resolved");
                let part =
                    list(&parent["key_results"]).find(|k| k["id"] == *part).expect("it resolved");
                demand(part["kind"] == "objectives", "contributes to a measured key result");
            }
        }
        if let Some(closed) = closed_on(&plan) {
            let earlier = |child: &&Value| {
                closed_on(&plan_of(workspace, child)).is_some_and(|on| on <= closed)
            };
            demand(children.iter().all(earlier), "closed before a goal that contributes to it");
        }
    }
    broken
}

fn plan_of(workspace: &Workspace, goal: &Value) -> toml::Table {
    let (_, text) =
        workspace.files.iter().find(|(path, _)| is_at(goal, path)).expect("every goal has a plan");
    text.parse().expect("valid TOML")
}

fn contributes(child: &Value, parent: &str) -> bool {
    let part = format!("{parent}.");
    list(&child["contributes_to"])
        .filter_map(Value::as_str)
        .any(|t| t == parent || t.starts_with(&part))
}

fn closed_on(plan: &toml::Table) -> Option<String> {
    Some(plan.get("close")?.get("date")?.to_string())
}

/// Whether own first and last days, if there are any, are in order and within two dates. ISO dates sort as text.
fn is_within(table: &toml::Table, start: &Value, end: &Value) -> bool {
    let (first, last) = window_in(table, start, end);
    start.as_str() <= Some(first.as_str()) && first <= last && Some(last.as_str()) <= end.as_str()
}

fn window_in(table: &toml::Table, start: &Value, end: &Value) -> (String, String) {
    let day = |key: &str, otherwise: &Value| match table.get(key) {
        Some(date) => date.to_string(),
        None => otherwise.as_str().expect("a date").to_owned(),
    };
    (day("starts", start), day("due", end))
}

fn points_are_within(table: &toml::Table, goal: &Value) -> bool {
    let (first, last) = window_in(table, &goal["start"], &goal["end"]);
    let mut points =
        table.get("plan").and_then(toml::Value::as_table).into_iter().flat_map(toml::Table::keys);
    points.all(|point| first < *point && *point < last)
}

/// What holds of every rollup whatever the workspace.
fn assert_sound(rolled: &Value) {
    let unit = |figure: &Value| figure.as_f64().is_none_or(|f| (0.0..=1.0).contains(&f));
    for kr in key_results(rolled) {
        assert!(unit(&kr["progress"]) && unit(&kr["elapsed"]) && unit(&kr["expected"]), "{kr}");
    }
    for kind in ["cycles", "teams", "goals"] {
        for one in list(&rolled[kind]) {
            let (measured, all) = (one["coverage"][0].as_u64(), one["coverage"][1].as_u64());
            // The mean of full scores may round past one by its last bit.
            assert!(
                one["progress"].as_f64().is_none_or(|p| (0.0..=1.0 + 1e-12).contains(&p)),
                "{one}"
            );
            assert!(measured <= all, "{one}");
        }
    }
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().expect("a list").iter()
}

fn key_results(rolled: &Value) -> impl Iterator<Item = &Value> {
    list(&rolled["goals"]).flat_map(|goal| list(&goal["key_results"]))
}

const KINDS: [&str; 6] = ["metric", "threshold", "milestone", "binary", "baseline", "objectives"];
const STATUSES: [&str; 10] = [
    "draft",
    "dropped",
    "achieved",
    "missed",
    "upcoming",
    "off-track",
    "at-risk",
    "on-track",
    "pending",
    "stale",
];
const CYCLES: [&str; 7] = ["year", "half", "quarter", "month", "week", "named", "fiscal"];
/// Figures that are sometimes null.
const OF_KEY_RESULTS: [&str; 14] = [
    "id",
    "unit",
    "baseline",
    "target",
    "value",
    "value_date",
    "raw",
    "expected",
    "pace",
    "confidence",
    "last_checkin",
    "projected",
    "projected_value",
    "eta",
];
const OF_GOALS: [&str; 6] = ["team", "ambition", "progress", "score", "grade", "confidence"];
/// Pieces of text that show that a part of the format is made use of.
const TEXTS: [&str; 33] = [
    "year_starts =",
    "plans =",
    "every =",
    "aspirational = [",
    "committed = [",
    "quiet_until =",
    "[cycles.",
    "weight = 0\n",
    "weight = 0.3",
    "starts =",
    "due =",
    "draft = true",
    "draft = false",
    "dropped =",
    "contributes_to =",
    "supports =",
    "plan = {",
    "strict = true",
    "evaluate = \"latest\"",
    "evaluate = \"every\"",
    "evaluate = \"share\"",
    "at_least =",
    "at_most =",
    "score = 0.7",
    "void = true",
    "void = false",
    "T0",
    "= { note =",
    "[initiatives.",
    "[close]",
    "\n[",
    "e12",
    "= -",
];

fn expected_cases() -> Vec<String> {
    let mut cases = Vec::new();
    for kind in KINDS {
        cases.push(format!("kind {kind}"));
        for status in STATUSES {
            // What takes no records never grows stale.
            if !(kind == "objectives" && status == "stale") {
                cases.push(format!("{kind} is {status}"));
            }
        }
    }
    for status in STATUSES {
        cases.push(format!("goal is {status}"));
        cases.push(format!("cycle has {status}"));
    }
    for (whose, keys) in [
        ("key result", &OF_KEY_RESULTS[..]),
        ("goal", &OF_GOALS),
        ("cycle", &["progress"]),
        ("team", &["progress"]),
    ] {
        for key in keys {
            cases.push(format!("{whose} {key} null"));
            cases.push(format!("{whose} {key} given"));
        }
    }
    cases.extend(CYCLES.map(|cycle| format!("cycle kind {cycle}")));
    cases.extend(["green", "amber", "red"].map(|grade| format!("grade {grade}")));
    cases.extend(TEXTS.map(|text| format!("text {text:?}")));
    let others = [
        "smart",
        "objective without key results",
        "raw below 0",
        "raw above 1",
        "value below 0",
        "huge value",
        "downward metric",
        "window of one day",
        "several records on a day",
        "reference to a key result",
        "reference into another cycle",
        "reference into another cycle without naming it",
        "reference within a cycle that names it",
        "score is not progress",
        "pending for lack of a counted member",
        "expected is not elapsed",
        "nested team",
        "objectives with raw",
        "check-in after the date asked for",
        "objectives without raw",
        "check-in after the end",
    ];
    cases.extend(others.map(str::to_owned));
    cases
}

fn cases(workspace: &Workspace, rolled: &Value) -> Vec<String> {
    let mut cases = Vec::new();
    for kr in key_results(rolled) {
        cases.extend(key_result_cases(kr));
    }
    for goal in list(&rolled["goals"]) {
        cases.extend(goal_cases(goal));
    }
    for (kind, whose) in [("cycles", "cycle"), ("teams", "team")] {
        for group in list(&rolled[kind]) {
            cases.push(nullness(whose, group, "progress"));
            for (status, _) in group["statuses"].as_object().expect("a table") {
                cases.push(format!("{whose} has {status}"));
            }
        }
    }
    let fiscal = workspace.files["goals.toml"].contains("year_starts");
    for cycle in list(&rolled["cycles"]) {
        let kind = cycle_kind(cycle["id"].as_str().expect("an id"));
        cases.push(format!("cycle kind {kind}"));
        if fiscal && ["year", "half", "quarter"].contains(&kind) {
            cases.push("cycle kind fiscal".to_owned());
        }
    }
    for text in TEXTS {
        if workspace.files.values().any(|file| file.contains(text)) {
            cases.push(format!("text {text:?}"));
        }
    }
    cases.extend(file_cases(workspace));
    cases
}

fn cycle_kind(id: &str) -> &'static str {
    match id.split_once('-') {
        Some((year, _)) if year.parse::<i16>().is_err() => "named",
        Some((_, part)) if part.starts_with('h') => "half",
        Some((_, part)) if part.starts_with('q') => "quarter",
        Some((_, part)) if part.starts_with('w') => "week",
        Some(_) => "month",
        None if id.parse::<i16>().is_ok() => "year",
        None => "named",
    }
}

fn nullness(whose: &str, object: &Value, key: &str) -> String {
    format!("{whose} {key} {}", if object[key].is_null() { "null" } else { "given" })
}

fn key_result_cases(kr: &Value) -> Vec<String> {
    let kind = kr["kind"].as_str().expect("a kind");
    let mut cases = vec![
        format!("kind {kind}"),
        format!("{kind} is {}", kr["status"].as_str().expect("a status")),
    ];
    cases.extend(OF_KEY_RESULTS.map(|key| nullness("key result", kr, key)));
    let raw = kr["raw"].as_f64();
    let value = kr["value"].as_f64();
    let mut note = |holds: bool, case: &str| {
        if holds {
            cases.push(case.to_owned());
        }
    };
    note(raw.is_some_and(|raw| raw < 0.0), "raw below 0");
    note(raw.is_some_and(|raw| raw > 1.0), "raw above 1");
    note(value.is_some_and(|value| value < 0.0), "value below 0");
    note(value.is_some_and(|value| value.abs() > 1e12), "huge value");
    note(kr["baseline"].as_f64() > kr["target"].as_f64(), "downward metric");
    note(kind == "objectives" && raw.is_some(), "objectives with raw");
    note(kind == "objectives" && raw.is_none(), "objectives without raw");
    note(!kr["expected"].is_null() && kr["expected"] != kr["elapsed"], "expected is not elapsed");
    cases
}

fn goal_cases(goal: &Value) -> Vec<String> {
    let status = goal["status"].as_str().expect("a status");
    let mut cases = vec![format!("goal is {status}")];
    cases.extend(OF_GOALS.map(|key| nullness("goal", goal, key)));
    cases.extend(goal["grade"].as_str().map(|grade| format!("grade {grade}")));
    let own = list(&goal["key_results"]).count();
    let mut note = |holds: bool, case: &str| {
        if holds {
            cases.push(case.to_owned());
        }
    };
    note(goal["kind"] == "smart", "smart");
    note(own == 0, "objective without key results");
    note(
        own == 0 && status == "pending" && goal["progress"].is_null(),
        "pending for lack of a counted member",
    );
    note(goal["start"] == goal["end"], "window of one day");
    note(!goal["score"].is_null() && goal["score"] != goal["progress"], "score is not progress");
    note(goal["team"].as_str().is_some_and(|team| team.contains('/')), "nested team");
    let late = |kr: &Value| kr["value_date"].as_str() > goal["end"].as_str();
    note(list(&goal["key_results"]).any(late), "check-in after the end");
    cases
}

fn file_cases(workspace: &Workspace) -> Vec<String> {
    let mut cases = Vec::new();
    let rolled = rollup(&workspace.files, workspace.as_of);
    for (path, text) in &workspace.files {
        let table: toml::Table = text.parse().expect("valid TOML");
        if path.ends_with(".checkins.toml") {
            let tables = table.values().filter_map(toml::Value::as_table).chain([&table]);
            for records in tables {
                let days: Vec<&str> = records.keys().filter_map(|key| key.get(..10)).collect();
                if days.iter().any(|day| days.iter().filter(|other| *other == day).count() > 1) {
                    cases.push("several records on a day".to_owned());
                }
                if days.iter().any(|day| {
                    day.parse().is_ok_and(|day: jiff::civil::Date| day > workspace.as_of)
                }) {
                    cases.push("check-in after the date asked for".to_owned());
                }
            }
        }
        let Some(references) = table.get("contributes_to").and_then(toml::Value::as_array) else {
            continue;
        };
        let goal =
            list(&rolled["goals"]).find(|goal| is_at(goal, path)).expect("the plan is a goal");
        for (written, resolved) in references.iter().zip(list(&goal["contributes_to"])) {
            let (written, resolved) =
                (written.as_str().expect("text"), resolved.as_str().expect("text"));
            let same_cycle = resolved.split('/').next()
                == goal["ref"].as_str().and_then(|r| r.split('/').next());
            let case = match (same_cycle, written.contains('/')) {
                (false, true) => "reference into another cycle",
                (false, false) => "reference into another cycle without naming it",
                (true, true) => "reference within a cycle that names it",
                (true, false) => "reference within a cycle",
            };
            cases.push(case.to_owned());
            if resolved.contains('.') {
                cases.push("reference to a key result".to_owned());
            }
        }
    }
    cases
}

/// Whether a goal of the rollup is the one whose plan is at a path.
fn is_at(goal: &Value, path: &str) -> bool {
    let (cycle, id) = goal["ref"].as_str().and_then(|r| r.split_once('/')).expect("a reference");
    let team = goal["team"].as_str().map_or_else(String::new, |team| format!("{team}/"));
    path.ends_with(&format!("/{cycle}/{team}{id}.toml"))
}
