//! The oracle held against figures worked out by hand, formula by formula.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde_json::{Value, json};

use crate::generate::compare;
use crate::oracle::rollup;

/// Rolls up files for a date; a `goals.toml` is there unless it is given.
fn rolled(as_of: &str, files: &[(&str, &str)]) -> Value {
    let mut all = BTreeMap::from([("goals.toml".to_owned(), "format = 1".to_owned())]);
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    let as_of: Date = as_of.parse().expect("a date");
    rollup(&all, as_of)
}

/// Rolls up one objective, `2026-q4/x`, 2026-10-01 to 2026-12-31: 91 days from the first to the last.
fn one(as_of: &str, plan: &str, checkins: &str) -> Value {
    let files = [("goals/2026-q4/x.toml", plan), ("goals/2026-q4/x.checkins.toml", checkins)];
    rolled(as_of, &files)["goals"][0].clone()
}

fn goal<'a>(rolled: &'a Value, reference: &str) -> &'a Value {
    let mut goals = rolled["goals"].as_array().expect("a list").iter();
    goals.find(|goal| goal["ref"] == reference).expect("the goal is there")
}

fn group<'a>(rolled: &'a Value, kind: &str, id: &str) -> &'a Value {
    let mut groups = rolled[kind].as_array().expect("a list").iter();
    groups.find(|group| group["id"] == id).expect("the group is there")
}

/// Checks the named fields of an object, numbers to nine digits.
fn has(object: &Value, expected: Value) {
    for (key, value) in expected.as_object().expect("a table") {
        compare(&object[key], value)
            .unwrap_or_else(|difference| panic!("{key} {difference}\n{object:#}"));
    }
}

/// Checks one field of the key results in their order.
fn have(goal: &Value, key: &str, expected: Value) {
    let values: Vec<Value> =
        goal["key_results"].as_array().expect("a list").iter().map(|kr| kr[key].clone()).collect();
    compare(&Value::Array(values), &expected)
        .unwrap_or_else(|difference| panic!("{key} {difference}\n{goal:#}"));
}

const LEAD_TIME: &str = r#"
title = "Deploys are calm"
owner = "ana"
ambition = "aspirational"
starts = 2026-10-05
due = 2026-12-18
[key_results.lead-time]
title = "Lead time falls"
owner = "ben"
unit = "min"
baseline = 240
target = 15
due = 2026-12-11
weight = 2
plan = { 2026-10-31 = 180, 2026-11-30 = 60 }
"#;

const LEAD_TIME_CHECKINS: &str = r#"
2026-10-12 = { confidence = 6 }
[lead-time]
2026-10-05 = 240
2026-10-12 = { value = 180, confidence = 7, note = "canary" }
2026-10-19 = { note = "not measured" }
2026-10-26 = { value = 90, by = "ben" }
2026-11-02 = { void = true }
"#;

#[test]
fn a_falling_metric_with_plan_points() {
    let goal = one("2026-11-21", LEAD_TIME, LEAD_TIME_CHECKINS);
    // raw = (90 − 240) / (15 − 240) = 150/225 = 2/3
    // elapsed = (11-21 − 10-05) / (12-11 − 10-05) = 47/67
    // path on 11-21: 21 of the 30 days from 180 to 60: 180 − 120·0.7 = 96; (96 − 240)/(−225) = 0.64
    // pace = (2/3)/0.64 = 1.041666…
    // projected = (2/3)/(47/67) = 134/141; projected_value = 240 − 225·134/141 = 26.170212765957448
    // eta = 10-05 + ⌈47/(2/3)⌉ = ⌈70.5⌉ = 71 days = 12-15
    has(
        &goal["key_results"][0],
        json!({ "id": "lead-time", "kind": "metric", "owner": "ben", "weight": 2, "unit": "min", "baseline": 240,
            "target": 15, "value": 90, "value_date": "2026-10-26", "raw": 2.0 / 3.0, "progress": 2.0 / 3.0,
            "elapsed": 47.0 / 67.0, "expected": 0.64, "pace": 1.041_666_666_667, "status": "on-track",
            "confidence": 7, "last_checkin": "2026-10-26", "checkins": 4, "projected": 134.0 / 141.0,
            "projected_value": 26.170_212_765_957, "eta": "2026-12-15" }),
    );
    // One counted key result: progress 2/3, status on-track. The goal's own confidence goes before its key result's.
    has(
        &goal,
        json!({ "kind": "objective", "team": null, "progress": 2.0 / 3.0, "score": null, "grade": null,
            "status": "on-track", "confidence": 6, "coverage": [1, 1], "start": "2026-10-05", "end": "2026-12-18" }),
    );
}

#[test]
fn the_expected_path_before_between_and_after_its_points() {
    // 180 on 10-31 is (180 − 240)/(−225) = 4/15, reached in 26 days: on 10-18 (13 days) half of it, 2/15.
    have(&one("2026-10-18", LEAD_TIME, ""), "expected", json!([2.0 / 15.0]));
    // Before the start it stays at the baseline, after the end at the target.
    have(&one("2026-10-01", LEAD_TIME, ""), "expected", json!([0]));
    have(&one("2026-12-31", LEAD_TIME, ""), "expected", json!([1]));
    // From 60 on 11-30 to 15 on 12-11: on 12-11 1; on 11-30 (60 − 240)/(−225) = 0.8.
    have(&one("2026-11-30", LEAD_TIME, ""), "expected", json!([0.8]));
}

#[test]
fn progress_is_clamped_and_raw_is_not() {
    let plan = r#"
        ambition = "committed"
        [key_results.over]
        baseline = 10
        target = 20
        [key_results.under]
        baseline = 10
        target = 20
        [key_results.unmeasured]
        baseline = 10
        target = 20
    "#;
    let checkins = "[over]\n2026-10-31 = 25\n[under]\n2026-10-31 = 5";
    let goal = one("2026-10-31", plan, checkins);
    // (25 − 10)/10 = 1.5; (5 − 10)/10 = −0.5. elapsed = 30/91.
    have(&goal, "raw", json!([1.5, -0.5, null]));
    have(&goal, "progress", json!([1, 0, 0]));
    have(&goal, "status", json!(["achieved", "off-track", "stale"]));
    // 1/(30/91) = 91/30; 0; nothing without a value.
    have(&goal, "pace", json!([91.0 / 30.0, 0, null]));
    // 1.5·91/30 = 4.55; −0.5·91/30 = −1.51666…; 10 + 10·4.55 = 55.5; 10 − 15.1666… = −5.1666…
    have(&goal, "projected", json!([4.55, -1.516_666_666_667, null]));
    have(&goal, "projected_value", json!([55.5, -5.166_666_666_667, null]));
    // 10-01 + 30/1.5 = 20 days = 10-21; raw ≤ 0 never arrives.
    have(&goal, "eta", json!(["2026-10-21", null, null]));
    // (1 + 0 + 0)/3, two of three measured, worst of the three: off-track before stale.
    has(&goal, json!({ "progress": 1.0 / 3.0, "coverage": [2, 3], "status": "off-track" }));
}

#[test]
fn an_eta_beyond_the_calendar_and_a_window_of_one_day() {
    // raw = 1e-9: 30 days / 1e-9 = 3e10 days, which no calendar holds.
    let plan = "[key_results.k]\nbaseline = 0\ntarget = 1000000000";
    have(&one("2026-10-31", plan, "[k]\n2026-10-31 = 1"), "eta", json!([null]));
    // From and to 10-15: nothing has passed the day before, all on the day. eta = 10-15 + ⌈0/0.5⌉ = 10-15.
    let plan = "[key_results.k]\nbaseline = 0\ntarget = 10\nstarts = 2026-10-15\ndue = 2026-10-15";
    let before = one("2026-10-14", plan, "[k]\n2026-10-01 = 5");
    has(
        &before["key_results"][0],
        json!({ "elapsed": 0, "expected": 0, "pace": null, "projected": null, "status": "upcoming" }),
    );
    let on_it = one("2026-10-15", plan, "[k]\n2026-10-01 = 5");
    has(
        &on_it["key_results"][0],
        json!({ "elapsed": 1, "expected": 1, "pace": 0.5, "projected": 0.5, "eta": "2026-10-15", "status": "at-risk" }),
    );
}

#[test]
fn thresholds_by_latest_every_and_share() {
    let mut plan = String::new();
    for (id, keys) in [
        ("latest", "at_most = 300"),
        ("every", "at_most = 300\nevaluate = \"every\""),
        ("share", "at_most = 300\nevaluate = \"share\""),
        ("strict", "at_most = 250\nstrict = true"),
        ("inclusive", "at_least = 250\nat_most = 260"),
        ("unmeasured", "at_least = 1"),
    ] {
        plan += &format!("[key_results.{id}]\nkind = \"threshold\"\n{keys}\n");
    }
    let mut checkins = String::new();
    for id in ["latest", "every", "share", "strict", "inclusive"] {
        // Out, in, out but void, in, unvalued, in; and one out after the date asked for.
        checkins += &format!(
            "[{id}]\n2026-10-05 = 400\n2026-10-08 = 280\n2026-10-09 = {{ value = 900, void = true }}\n\
             2026-10-12 = 300\n2026-10-15 = {{ note = \"-\" }}\n2026-10-20 = 250\n2026-10-21 = 999\n"
        );
    }
    let goal = one("2026-10-20", &plan, &checkins);
    // 250 ≤ 300; 400 breaks every; 3 of 4 (280, 300, 250) within; 250 < 250 fails; 250 ≥ 250 holds.
    have(&goal, "raw", json!([1, 0, 0.75, 0, 1, null]));
    have(&goal, "value", json!([250, 250, 250, 250, 250, null]));
    have(&goal, "checkins", json!([5, 5, 5, 5, 5, 0]));
    // Never achieved before the window is over; the share is read on the scale 0.7, 0.4.
    have(
        &goal,
        "status",
        json!(["on-track", "off-track", "on-track", "off-track", "on-track", "pending"]),
    );
    have(&goal, "expected", json!([null, null, null, null, null, null]));
    let after = one("2027-01-01", &plan, &checkins);
    // 999 is over 300 and 260: 0, 0, 3 of 5, 0, 0.
    have(&after, "raw", json!([0, 0, 0.6, 0, 0, null]));
    have(&after, "status", json!(["missed", "missed", "missed", "missed", "missed", "missed"]));
}

#[test]
fn milestones_binaries_and_baselines() {
    let plan = r#"
        [key_results.ladder]
        kind = "milestone"
        milestones = { commit = 0.3, target = { title = "T", score = 0.7 }, stretch = 1.0 }
        [key_results.done]
        kind = "binary"
        [key_results.open]
        kind = "binary"
        [key_results.found]
        kind = "baseline"
        [key_results.sought]
        kind = "baseline"
    "#;
    let checkins = r#"
        [ladder]
        2026-11-01 = "stretch"
        2026-11-10 = "target"
        [done]
        2026-11-10 = true
        [open]
        2026-11-10 = { value = false, confidence = 4 }
        [found]
        2026-11-10 = -7.5
        [sought]
        2026-11-10 = { confidence = 3 }
    "#;
    let goal = one("2026-11-15", plan, checkins);
    // The last record counts, even if it is a step back: 0.7.
    have(&goal, "raw", json!([0.7, 1, 0, 1, null]));
    have(&goal, "value", json!(["target", true, false, -7.5, null]));
    // elapsed = 45/91; the pace of the ladder is 0.7·91/45 = 1.41555…; the others have none.
    have(&goal, "pace", json!([1.415_555_555_556, null, null, null, null]));
    have(&goal, "expected", json!([45.0 / 91.0, null, null, null, null]));
    have(&goal, "status", json!(["on-track", "achieved", "at-risk", "achieved", "off-track"]));
    have(&goal, "projected", json!([null, null, null, null, null]));
    // (0.7 + 1 + 0 + 1 + 0)/5 = 0.54; the lowest confidence is 3.
    has(
        &goal,
        json!({ "progress": 0.54, "coverage": [4, 5], "confidence": 3, "status": "off-track" }),
    );
}

#[test]
fn the_last_record_is_not_void_has_a_value_and_is_not_of_the_future() {
    let plan = "[key_results.k]\nbaseline = 0\ntarget = 100";
    let checkins = r#"
        [k]
        2026-10-20 = 30
        "2026-10-20T23:59" = { value = 20, confidence = 9 }
        "2026-10-20T08:05" = { value = 10, confidence = 1 }
        2026-10-21 = { note = "away", confidence = 5 }
        2026-10-22 = { value = 90, void = true, confidence = 2 }
        2026-10-23 = 95
    "#;
    // The bare date comes after the times of its day: 30. The confidence of 10-21 is the latest; it has no value.
    has(
        &one("2026-10-22", plan, checkins)["key_results"][0],
        json!({ "value": 30, "value_date": "2026-10-20", "confidence": 5, "last_checkin": "2026-10-21", "checkins": 4 }),
    );
    has(
        &one("2026-10-20", plan, checkins)["key_results"][0],
        json!({ "value": 30, "value_date": "2026-10-20", "confidence": 9, "last_checkin": "2026-10-20", "checkins": 3 }),
    );
}

#[test]
fn weights_of_nothing_and_dropped_key_results() {
    let plan = r#"
        [key_results.heavy]
        baseline = 0
        target = 10
        weight = 3
        [key_results.light]
        baseline = 0
        target = 10
        weight = 0.5
        [key_results.shown]
        baseline = 0
        target = 10
        weight = 0
        [key_results.given-up]
        baseline = 0
        target = 10
        dropped = "too hard"
    "#;
    let checkins = r#"
        [heavy]
        2026-10-31 = { value = 8, confidence = 8 }
        [shown]
        2026-10-31 = { value = 1, confidence = 0 }
        [given-up]
        2026-10-31 = { value = 2, confidence = 1 }
    "#;
    let goal = one("2026-10-31", plan, checkins);
    // (3·0.8 + 0.5·0 + 1·0.2) / (3 + 0.5 + 1) = 2.6/4.5; coverage: heavy and given-up of heavy, light, given-up;
    // confidence: neither the shown nor the given-up one; status: heavy on-track (0.8·91/30 > 0.7), light stale.
    has(
        &goal,
        json!({ "progress": 2.6 / 4.5, "coverage": [2, 3], "confidence": 8, "status": "stale" }),
    );
    have(&goal, "status", json!(["on-track", "stale", "off-track", "dropped"]));
}

/// A year's goal with an `objectives` key result, and quarter's goals that count in the one or the other.
fn aligned() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "goals/2026/grow.toml",
            "[key_results.arr]\nkind = \"objectives\"\nweight = 2\n[key_results.empty]\nkind = \"objectives\"\n[key_results.own]\nkind = \"binary\"",
        ),
        ("goals/2026/grow.checkins.toml", "[own]\n2026-10-20 = true"),
        // 0.4, with a weight of 3, into the key result; the bare reference finds the year around the quarter.
        (
            "goals/2026-q4/sales/a.toml",
            "weight = 3\ncontributes_to = [\"grow.arr\"]\nbaseline = 0\ntarget = 10",
        ),
        ("goals/2026-q4/sales/a.checkins.toml", "2026-10-20 = 4"),
        // 0.8, with a weight of 1, into the key result.
        (
            "goals/2026-q4/sales/b.toml",
            "contributes_to = [\"2026/grow.arr\"]\nbaseline = 0\ntarget = 10",
        ),
        ("goals/2026-q4/sales/b.checkins.toml", "2026-10-20 = 8"),
        // 0.1, into the goal itself.
        ("goals/2026-q4/c.toml", "contributes_to = [\"grow\"]\nbaseline = 0\ntarget = 10"),
        ("goals/2026-q4/c.checkins.toml", "2026-10-20 = 1"),
        // Three that count nowhere.
        (
            "goals/2026-q4/d.toml",
            "draft = true\ncontributes_to = [\"grow\"]\nbaseline = 0\ntarget = 10",
        ),
        (
            "goals/2026-q4/e.toml",
            "dropped = \"no\"\ncontributes_to = [\"grow\"]\nbaseline = 0\ntarget = 10",
        ),
        (
            "goals/2026-q4/f.toml",
            "weight = 0\ncontributes_to = [\"grow\"]\nbaseline = 0\ntarget = 10",
        ),
    ]
}

#[test]
fn contributing_goals_are_pooled_with_key_results() {
    let rolled = rolled("2026-10-31", &aligned());
    let grow = goal(&rolled, "2026/grow");
    // arr: (3·0.4 + 1·0.8)/4 = 0.5. elapsed of the year: 303/364. pace: 0.5·364/303 = 0.60066…: at-risk.
    has(
        &grow["key_results"][0],
        json!({ "raw": 0.5, "progress": 0.5, "expected": 303.0 / 364.0, "pace": 0.600_660_066_007,
            "status": "at-risk", "value": null, "last_checkin": null, "checkins": 0 }),
    );
    has(
        &grow["key_results"][1],
        json!({ "raw": null, "progress": 0, "pace": null, "status": "pending" }),
    );
    // (2·0.5 + 1·0 + 1·1 + 1·0.1)/5 = 0.42; measured: own, a, b, c. c: 0.1·91/30 = 0.303 of a committed goal: off-track.
    has(
        grow,
        json!({ "progress": 0.42, "coverage": [4, 4], "status": "off-track", "contributes_to": [] }),
    );
    has(
        goal(&rolled, "2026-q4/a"),
        json!({ "contributes_to": ["2026/grow.arr"], "kind": "smart" }),
    );
    has(goal(&rolled, "2026-q4/d"), json!({ "status": "draft" }));
    has(goal(&rolled, "2026-q4/e"), json!({ "status": "dropped" }));
    // The quarter: (3·0.4 + 0.8 + 0.1)/5 = 0.42; all six are in the counts.
    // a: 0.4·91/30 = 1.21 on-track; b: on-track; f, unmeasured and 30 days silent, more than 28: stale.
    has(
        group(&rolled, "cycles", "2026-q4"),
        json!({ "start": "2026-10-01", "end": "2026-12-31", "progress": 0.42, "coverage": [3, 3],
            "statuses": { "on-track": 2, "off-track": 1, "draft": 1, "dropped": 1, "stale": 1 } }),
    );
    // The team: (1.2 + 0.8)/4.
    has(
        group(&rolled, "teams", "sales"),
        json!({ "cycle": "2026-q4", "progress": 0.5, "coverage": [2, 2], "statuses": { "on-track": 2 } }),
    );
}

#[test]
fn where_nothing_counts_progress_is_null() {
    let files = [
        ("goals/2026/top.toml", "ambition = \"committed\""),
        (
            "goals/2026/t/child.toml",
            "draft = true\ncontributes_to = [\"top\"]\nbaseline = 0\ntarget = 1",
        ),
    ];
    let rolled = rolled("2027-02-01", &files);
    has(
        goal(&rolled, "2026/top"),
        json!({ "progress": null, "coverage": [0, 0], "status": "pending", "score": null, "grade": null, "ambition": "committed" }),
    );
    has(
        group(&rolled, "teams", "t"),
        json!({ "progress": null, "coverage": [0, 0], "statuses": { "draft": 1 } }),
    );
    has(
        group(&rolled, "cycles", "2026"),
        json!({ "progress": null, "statuses": { "draft": 1, "pending": 1 } }),
    );
}

#[test]
fn each_goal_counts_once_in_its_team_and_cycle() {
    let measure = "baseline = 0\ntarget = 10";
    let objective =
        |parents: &str| format!("{parents}\n[key_results.k]\nbaseline = 0\ntarget = 10");
    let files = [
        ("goals/2026-q4/t/top.toml", objective("")),
        // middle stands in another team, and leads from low back to top.
        ("goals/2026-q4/u/middle.toml", objective("contributes_to = [\"top\"]")),
        ("goals/2026-q4/t/sub/low.toml", format!("contributes_to = [\"middle\"]\n{measure}")),
        ("goals/2026-q4/t/free.toml", format!("weight = 2\n{measure}")),
        ("goals/2026-q4/t/top.checkins.toml", "[k]\n2026-10-02 = 2".to_owned()),
        ("goals/2026-q4/u/middle.checkins.toml", "[k]\n2026-10-02 = 4".to_owned()),
        ("goals/2026-q4/t/sub/low.checkins.toml", "2026-10-02 = 8".to_owned()),
    ];
    let files: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let rolled = rolled("2026-10-05", &files);
    // middle = (0.4 + 0.8)/2 = 0.6; top = (0.2 + 0.6)/2 = 0.4; free is unmeasured: 0.
    has(goal(&rolled, "2026-q4/middle"), json!({ "progress": 0.6, "coverage": [2, 2] }));
    has(goal(&rolled, "2026-q4/top"), json!({ "progress": 0.4, "coverage": [3, 3] }));
    // t: top and free, low through top: (0.4 + 2·0)/3. The team below: low alone. The other: middle alone.
    has(group(&rolled, "teams", "t"), json!({ "progress": 0.4 / 3.0, "coverage": [3, 4] }));
    has(group(&rolled, "teams", "t/sub"), json!({ "progress": 0.8, "coverage": [1, 1] }));
    has(group(&rolled, "teams", "u"), json!({ "progress": 0.6, "coverage": [2, 2] }));
    // The cycle: middle and low through top: (0.4 + 0)/3, never more than once.
    has(group(&rolled, "cycles", "2026-q4"), json!({ "progress": 0.4 / 3.0, "coverage": [3, 4] }));
}

#[test]
fn a_team_that_has_only_sub_teams_appears() {
    let rolled =
        rolled("2026-10-05", &[("goals/2026-q4/a/b/c/x.toml", "baseline = 0\ntarget = 1")]);
    let teams: Vec<&Value> =
        rolled["teams"].as_array().expect("a list").iter().map(|team| &team["id"]).collect();
    assert_eq!(teams, ["a", "a/b", "a/b/c"]);
}

#[test]
fn status_is_told_by_pace_on_the_scale_of_the_ambition() {
    // 2026-12-31 is the end: elapsed is 1, pace is progress. 2026-10-19 is day 18 of 91: 0.1978 < 0.2, too early.
    let status = |as_of: &str, ambition: &str, value: &str| {
        let plan =
            format!("ambition = \"{ambition}\"\n[key_results.k]\nbaseline = 0\ntarget = 1000");
        let checkins = format!("[k]\n{as_of} = {value}");
        one(as_of, &plan, &checkins)["key_results"][0]["status"].clone()
    };
    for (as_of, ambition, value, expected) in [
        ("2026-12-31", "aspirational", "700", "on-track"),
        ("2026-12-31", "aspirational", "699", "at-risk"),
        ("2026-12-31", "aspirational", "400", "at-risk"),
        ("2026-12-31", "aspirational", "399", "off-track"),
        ("2026-12-31", "committed", "999", "at-risk"),
        ("2026-12-31", "committed", "699", "off-track"),
        ("2026-12-31", "committed", "1000", "achieved"),
        ("2026-10-19", "committed", "1", "pending"),
        ("2026-10-20", "committed", "1", "off-track"),
        ("2026-09-30", "committed", "1", "upcoming"),
        ("2026-09-30", "committed", "1000", "achieved"),
        ("2027-01-01", "aspirational", "700", "achieved"),
        ("2027-01-01", "aspirational", "699", "missed"),
        ("2027-01-01", "committed", "999", "missed"),
    ] {
        assert_eq!(
            status(as_of, ambition, value),
            expected,
            "{value} of an {ambition} goal on {as_of}"
        );
    }
}

#[test]
fn settings_move_the_bounds_the_quiet_time_and_the_staleness() {
    let settings = "format = 1\nplans = \"okr\"\n[status]\naspirational = [0.6, 0.3]\nquiet_until = 0.5\n[checkins]\nevery = 5";
    let status = |as_of: &str, checkins: &str| {
        let plan = "[key_results.k]\nbaseline = 0\ntarget = 10";
        let files = [
            ("goals.toml", settings),
            ("okr/2026-q4/x.toml", plan),
            ("okr/2026-q4/x.checkins.toml", checkins),
        ];
        rolled(as_of, &files)["goals"][0]["key_results"][0]["status"].clone()
    };
    // Day 45 of 91 is 0.4945, day 46 is 0.5055: 3/10 is a pace of 0.593, 3.1/10 one of 0.613.
    assert_eq!(status("2026-11-15", "[k]\n2026-11-15 = 3"), "pending");
    assert_eq!(status("2026-11-16", "[k]\n2026-11-16 = 3"), "at-risk");
    assert_eq!(status("2026-11-16", "[k]\n2026-11-16 = 3.1"), "on-track");
    // Two times five days later it still stands; a day after that it is stale. Bad news never is.
    assert_eq!(status("2026-11-26", "[k]\n2026-11-16 = 9"), "on-track");
    assert_eq!(status("2026-11-27", "[k]\n2026-11-16 = 9"), "stale");
    assert_eq!(
        status("2026-11-27", "[k]\n2026-11-16 = 9\n2026-11-20 = { note = \"same\" }"),
        "on-track"
    );
    assert_eq!(status("2026-11-27", "[k]\n2026-11-16 = 9\n2026-11-20 = { void = true }"), "stale");
    assert_eq!(status("2026-12-31", "[k]\n2026-11-16 = 1"), "off-track");
    // A record before the start does not make the start older: 10-11 is ten days in, 10-12 eleven.
    assert_eq!(status("2026-10-11", "[k]\n2026-09-01 = 1"), "pending");
    assert_eq!(status("2026-10-12", "[k]\n2026-09-01 = 1"), "stale");
}

#[test]
fn after_its_end_a_goal_is_judged_by_its_score() {
    let plan = |close: &str| {
        format!(
            "due = 2026-12-20\n[key_results.k]\nbaseline = 0\ntarget = 100\ndue = 2026-11-30\n[key_results.l]\nkind = \"binary\"\n{close}"
        )
    };
    let checkins = "[k]\n2026-11-20 = 60\n[l]\n2026-11-20 = { value = false, confidence = 9 }";
    let close = "[close]\ndate = 2027-01-08\nverdict = \"achieved\"\nscore = 0.7\nnote = \"-\"";
    // Until the end the worst member tells: k is over and below 0.7: missed. No score yet.
    has(
        &one("2026-12-20", &plan(close), checkins),
        json!({ "status": "missed", "score": null, "grade": null, "progress": 0.3 }),
    );
    // Then the progress, (0.6 + 0)/2 = 0.3: below 0.4, red. From the day of the close its score, 0.7: green.
    has(
        &one("2027-01-07", &plan(close), checkins),
        json!({ "status": "missed", "score": 0.3, "grade": "red" }),
    );
    has(
        &one("2027-01-08", &plan(close), checkins),
        json!({ "status": "achieved", "score": 0.7, "grade": "green", "progress": 0.3 }),
    );
    // A close without a score overrides nothing; 0.55 would be amber.
    let bare = close.replace("score = 0.7\n", "");
    has(
        &one("2027-01-08", &plan(&bare), checkins),
        json!({ "status": "missed", "score": 0.3, "grade": "red" }),
    );
    let middling = close.replace("0.7", "0.55");
    has(
        &one("2027-01-08", &plan(&middling), checkins),
        json!({ "status": "missed", "score": 0.55, "grade": "amber" }),
    );
}

#[test]
fn a_smart_goal_is_its_own_key_result() {
    let plan = "title = \"Leads\"\nowner = \"mira\"\nunit = \"leads\"\nweight = 4\nbaseline = 500\ntarget = 600\ndue = 2026-12-01";
    let goal = one("2026-11-01", plan, "2026-10-30 = { value = 550, confidence = 8 }");
    // raw = 50/100; elapsed = 31/61; pace = 0.5·61/31 = 0.98387…, below the 1.0 of a committed goal: at-risk.
    has(
        &goal,
        json!({ "kind": "smart", "ambition": "committed", "weight": 4, "progress": 0.5, "status": "at-risk", "confidence": 8, "coverage": [1, 1] }),
    );
    has(
        &goal["key_results"][0],
        json!({ "id": null, "title": "Leads", "owner": "mira", "weight": 1, "elapsed": 31.0 / 61.0,
            "pace": 0.983_870_967_742, "confidence": 8, "checkins": 1, "eta": "2026-12-02" }),
    );
}

#[test]
fn a_bare_reference_means_the_same_cycle_then_the_shortest_around_it() {
    let measure = "baseline = 0\ntarget = 1";
    let child = format!("contributes_to = [\"x\"]\n{measure}");
    let all = [
        ("goals/2026/x.toml", measure),
        ("goals/2026-h2/x.toml", measure),
        ("goals/2026-q3/x.toml", measure),
        ("goals/2026-q4/x.toml", measure),
        ("goals/2026-q4/child.toml", child.as_str()),
    ];
    let parent = |files: &[(&str, &str)]| {
        goal(&rolled("2026-10-05", files), "2026-q4/child")["contributes_to"][0].clone()
    };
    assert_eq!(parent(&all), "2026-q4/x");
    let without_quarter = [all[0], all[1], all[2], all[4]];
    assert_eq!(parent(&without_quarter), "2026-h2/x");
    let year_only = [all[0], all[2], all[4]];
    assert_eq!(parent(&year_only), "2026/x");
}

#[test]
fn cycles_calendar_fiscal_and_named() {
    let window = |year_starts: u8, id: &str| {
        let settings = format!(
            "format = 1\nyear_starts = {year_starts}\n[cycles.launch]\nstart = 2026-03-02\nend = 2026-05-29"
        );
        let plan = format!("goals/{id}/x.toml");
        let rolled =
            rolled("2026-10-05", &[("goals.toml", &settings), (&plan, "baseline = 0\ntarget = 1")]);
        let cycle = group(&rolled, "cycles", id);
        format!(
            "{} {}",
            cycle["start"].as_str().expect("a date"),
            cycle["end"].as_str().expect("a date")
        )
    };
    for (year_starts, id, expected) in [
        (1, "2026", "2026-01-01 2026-12-31"),
        (1, "2026-h1", "2026-01-01 2026-06-30"),
        (1, "2026-h2", "2026-07-01 2026-12-31"),
        (1, "2026-q1", "2026-01-01 2026-03-31"),
        (1, "2026-q4", "2026-10-01 2026-12-31"),
        (1, "2028-02", "2028-02-01 2028-02-29"),
        // The fiscal year from July is named after the year of its June.
        (7, "2026", "2025-07-01 2026-06-30"),
        (7, "2026-h2", "2026-01-01 2026-06-30"),
        (7, "2026-q1", "2025-07-01 2025-09-30"),
        (7, "2026-11", "2026-11-01 2026-11-30"),
        (2, "2026-q4", "2025-11-01 2026-01-31"),
        // 2026-01-01 is a Thursday, so week 1 begins on 2025-12-29, and the year has 53 weeks.
        (1, "2026-w01", "2025-12-29 2026-01-04"),
        (7, "2026-w46", "2026-11-09 2026-11-15"),
        (1, "2026-w53", "2026-12-28 2027-01-03"),
        (7, "launch", "2026-03-02 2026-05-29"),
    ] {
        assert_eq!(window(year_starts, id), expected, "{id}, years from month {year_starts}");
    }
}

#[test]
fn what_counts_nowhere_through_its_parent_counts_beside_it() {
    let files = [
        (
            "goals/2026-q4/top.toml",
            "[key_results.shown]\nkind = \"objectives\"\nweight = 0\n[key_results.done]\nkind = \"binary\"",
        ),
        ("goals/2026-q4/low.toml", "contributes_to = [\"top.shown\"]\nkind = \"binary\""),
        ("goals/2026-q4/low.checkins.toml", "2026-10-02 = true"),
        // A draft passes nothing on either.
        (
            "goals/2026-q4/plan.toml",
            "draft = true\ncontributes_to = [\"top\"]\n[key_results.k]\nkind = \"binary\"",
        ),
        ("goals/2026-q4/under.toml", "contributes_to = [\"plan\"]\nkind = \"binary\""),
    ];
    let rolled = rolled("2026-10-05", &files);
    // The key result of no weight shows the 1 of low, and passes nothing on: top is its unmeasured binary alone.
    let top = goal(&rolled, "2026-q4/top");
    have(top, "raw", json!([1, null]));
    has(top, json!({ "progress": 0, "coverage": [0, 1], "status": "pending" }));
    // The draft has figures of its own: its binary and under, both unmeasured.
    has(
        goal(&rolled, "2026-q4/plan"),
        json!({ "progress": 0, "coverage": [0, 2], "status": "draft" }),
    );
    // top, low and under side by side: (0 + 1 + 0)/3.
    has(group(&rolled, "cycles", "2026-q4"), json!({ "progress": 1.0 / 3.0, "coverage": [1, 3] }));
}

#[test]
fn the_quiet_time_ends_with_its_share_of_the_window() {
    // Ten days: on 10-03 exactly 0.2 of them have passed. Before the first none has.
    let plan = "due = 2026-10-11\n[key_results.k]\nbaseline = 0\ntarget = 10";
    let checkins = "[k]\n2026-09-01 = 1";
    has(
        &one("2026-10-02", plan, checkins)["key_results"][0],
        json!({ "elapsed": 0.1, "pace": null }),
    );
    has(
        &one("2026-10-03", plan, checkins)["key_results"][0],
        json!({ "elapsed": 0.2, "pace": 0.5 }),
    );
    has(
        &one("2026-09-20", plan, checkins)["key_results"][0],
        json!({ "elapsed": 0, "expected": 0, "projected": null }),
    );
}

#[test]
fn a_goal_is_as_bad_as_its_worst_member() {
    // Binaries, told by their confidence or its lack on 2026-11-20; one has been silent for 49 days.
    let missed = ("missed", "due = 2026-10-10", "");
    let off_track = ("off-track", "", "2026-11-19 = { confidence = 3 }");
    let stale = ("stale", "", "2026-10-02 = { confidence = 9 }");
    let at_risk = ("at-risk", "", "2026-11-19 = { confidence = 4 }");
    let pending = ("pending", "", "2026-11-19 = { note = \"-\" }");
    let upcoming = ("upcoming", "starts = 2026-12-01", "");
    let on_track = ("on-track", "", "2026-11-19 = { confidence = 7 }");
    let achieved = ("achieved", "", "2026-11-19 = true");
    let members = [missed, off_track, stale, at_risk, pending, upcoming, on_track, achieved];
    for worst in 0..members.len() {
        let (mut plan, mut checkins) = (String::new(), String::new());
        for (id, keys, records) in &members[worst..] {
            plan += &format!("[key_results.{id}]\nkind = \"binary\"\n{keys}\n");
            checkins += &format!("[{id}]\n{records}\n");
        }
        let goal = one("2026-11-20", &plan, &checkins);
        let names: Vec<&str> = members[worst..].iter().map(|(id, _, _)| *id).collect();
        have(&goal, "status", json!(names));
        has(&goal, json!({ "status": members[worst].0 }));
    }
}
