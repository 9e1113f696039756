//! What is shown in and beside a text unasked: lenses, hints, symbols, folds; and formatting.

use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};

fn lenses(editor: &mut Editor, path: &str) -> Vec<String> {
    let told = editor.about("textDocument/codeLens", path);
    let lens = |lens: &Value| {
        let title = lens["command"]["title"].as_str().expect("a title");
        format!("{}: {title}", editor.in_range(path, &lens["range"]))
    };
    told.as_array().expect("a list").iter().map(lens).collect()
}

/// Each hint with the line that it stands at the end of.
fn hints(editor: &mut Editor, path: &str) -> Vec<String> {
    let range =
        json!({ "start": { "line": 0, "character": 0 }, "end": { "line": 999, "character": 0 } });
    let params = json!({ "textDocument": { "uri": editor.uri(path) }, "range": range });
    let told = editor.request("textDocument/inlayHint", params).expect("an answer");
    let text = editor.text(path);
    let hint = |hint: &Value| {
        let line = hint["position"]["line"].as_u64().expect("a line") as usize;
        let label = hint["label"].as_str().expect("a label");
        format!("{} → {label}", text.lines().nth(line).unwrap_or_default())
    };
    told.as_array().expect("a list").iter().map(hint).collect()
}

#[test]
fn lenses_tell_how_goal_and_key_results_stand() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.open(RECORDS_PATH);
    let lead_time = "67 % · on track · 12 days since the last check-in";
    assert_eq!(
        lenses(&mut editor, PLAN_PATH),
        [
            "title: 83 % · on track · 12 days since the last check-in".to_owned(),
            format!("lead-time: {lead_time}"),
            "rollbacks: 100 % · on track · 12 days since the last check-in".to_owned(),
        ]
    );
    let of_records = lenses(&mut editor, RECORDS_PATH);
    assert!(of_records[0].starts_with("lead-time: Median lead time"), "{of_records:?}");
    assert!(of_records[0].ends_with(lead_time), "{of_records:?}");
    editor.replace(RECORDS_PATH, "value = 90", "value = 15");
    assert!(lenses(&mut editor, PLAN_PATH)[1].starts_with("lead-time: 100 %"));
}

#[test]
fn a_lens_leads_from_the_plan_to_the_records_and_back() {
    let repo = repository();
    let mut can = capabilities();
    can["window"] = json!({ "showDocument": { "support": true } });
    let mut editor = Editor::start_with(&repo, can);
    editor.open(PLAN_PATH);
    editor.open(RECORDS_PATH);
    assert_eq!(
        editor.welcome["capabilities"]["executeCommandProvider"]["commands"],
        json!(["goals.show"])
    );
    for (path, at, target, shown) in [
        (PLAN_PATH, 1, RECORDS_PATH, "lead-time"),
        (PLAN_PATH, 2, RECORDS_PATH, "rollbacks"),
        (RECORDS_PATH, 1, PLAN_PATH, "rollbacks"),
    ] {
        let lenses = editor.about("textDocument/codeLens", path);
        let command = lenses[at]["command"].clone();
        editor.asked.clear();
        let done = editor.request(
            "workspace/executeCommand",
            json!({ "command": command["command"], "arguments": command["arguments"] }),
        );
        assert_eq!(done, Ok(Value::Null));
        assert_eq!(editor.asked, ["window/showDocument"]);
        let params = editor.asked_with.last().expect("asked").clone();
        assert_eq!(editor.path(params["uri"].as_str().expect("an address")), target);
        assert_eq!(editor.in_range(target, &params["selection"]), shown);
    }
    for (params, why) in [
        (json!({ "command": "goals.nothing" }), "there is no command `goals.nothing`"),
        (json!({ "command": "goals.show", "arguments": [7] }), "goals.show: "),
        (json!({ "command": "goals.show" }), "goals.show: "),
        (json!(7), "invalid type"),
    ] {
        let refused = editor.request("workspace/executeCommand", params).expect_err("refused");
        assert!(refused["message"].as_str().expect("text").starts_with(why), "{refused}");
    }
}

#[test]
fn an_editor_that_shows_no_files_is_told_so() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    let lenses = editor.about("textDocument/codeLens", PLAN_PATH);
    let mut params = lenses[1]["command"].clone();
    params.as_object_mut().expect("a command").remove("title");
    let refused = editor.request("workspace/executeCommand", params).expect_err("refused");
    assert_eq!(refused["message"], "this editor shows no files for a server");
}

#[test]
fn what_has_not_begun_says_when_and_what_is_over_waits_for_nothing() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let next = "goals/2027-q1/next.toml";
    editor.open_with(next, PLAN);
    assert_eq!(lenses(&mut editor, next)[1], "lead-time: upcoming · starts on 1 Jan 2027");
    let close = "[close]\ndate = 2026-11-20\nscore = 0.7\n";
    editor.open_with(PLAN_PATH, &format!("{PLAN}\n{close}"));
    let closed = lenses(&mut editor, PLAN_PATH);
    assert!(closed.iter().all(|lens| !lens.contains("check-in")), "{closed:?}");
}

#[test]
fn a_record_shows_its_change() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(RECORDS_PATH);
    assert_eq!(
        hints(&mut editor, RECORDS_PATH),
        ["2026-11-09 = { value = 90, confidence = 7, note = \"canary on\" } → −90"]
    );
}

#[test]
fn a_weight_shows_its_share() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, &PLAN.replace("at_most = 2", "at_most = 2\nweight = 3"));
    assert_eq!(hints(&mut editor, PLAN_PATH), ["weight = 3 → 75 % of the goal"]);
}

#[test]
fn a_goalpost_that_moved_shows_what_it_was() {
    let repo = repository();
    repo.write(PLAN_PATH, &PLAN.replace("target = 15", "target = 30"));
    repo.commit(
        "Ana Silva <ana@northwind.example>",
        "2026-11-16T10:00:00+0000",
        "Half an hour will do",
    );
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.remember();
    assert_eq!(hints(&mut editor, PLAN_PATH), ["target = 30 → was 15 until 16 Nov"]);
}

#[test]
fn the_outline_names_goal_key_results_and_records() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.open(RECORDS_PATH);
    let plan = editor.about("textDocument/documentSymbol", PLAN_PATH);
    assert_eq!(
        (&plan[0]["name"], &plan[0]["detail"]),
        (&json!("calm-deploys"), &json!("Deploys are calm"))
    );
    let children = plan[0]["children"].as_array().expect("children");
    let names: Vec<&str> = children.iter().filter_map(|child| child["name"].as_str()).collect();
    assert_eq!(names, ["lead-time", "rollbacks"]);
    let whole = editor.in_range(PLAN_PATH, &children[0]["range"]);
    assert!(
        whole.starts_with("[key_results.lead-time]") && whole.ends_with("lead-time\""),
        "{whole}"
    );
    let records = editor.about("textDocument/documentSymbol", RECORDS_PATH);
    assert_eq!(
        (&records[0]["name"], &records[0]["children"][0]["name"]),
        (&json!("lead-time"), &json!("2026-10-12"))
    );
    assert_eq!(records[0]["children"][0]["detail"], "180");
}

#[test]
fn tables_inside_a_key_result_belong_to_it() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = "title = \"T\"\n\n[key_results.launch]\ntitle = \"Launch\"\nkind = \"milestone\"\n\n[key_results.launch.milestones]\nalpha = 0.3\n\n[key_results.launch.milestones.live]\nscore = 1.0\n\n[key_results.next.plan]\n2026-10-31 = 1\n";
    editor.open_with(PLAN_PATH, text);
    let plan = editor.about("textDocument/documentSymbol", PLAN_PATH);
    let children = plan[0]["children"].as_array().expect("children").clone();
    let names: Vec<&str> = children.iter().filter_map(|child| child["name"].as_str()).collect();
    assert_eq!(names, ["launch", "next"]);
    let whole = editor.in_range(PLAN_PATH, &children[0]["range"]);
    assert!(whole.starts_with("[key_results.launch]") && whole.ends_with("score = 1.0"), "{whole}");
    let inner = children[0]["children"].as_array().expect("children");
    let inner: Vec<&str> = inner.iter().filter_map(|child| child["name"].as_str()).collect();
    assert_eq!(inner, ["milestones", "milestones.live"]);
    assert_eq!(
        editor.in_range(PLAN_PATH, &children[1]["range"]),
        "[key_results.next.plan]\n2026-10-31 = 1"
    );
}

#[test]
fn a_record_that_is_being_typed_stays_inside_its_table() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    for typed in ["2026-11-16", "2026-11-16 =", "2026-11-16 = { ", "2026-11-16 = \"é"] {
        editor.open_with(RECORDS_PATH, &format!("[lead-time]\n2026-11-09 = 90\n{typed}"));
        let records = editor.about("textDocument/documentSymbol", RECORDS_PATH);
        let whole = editor.in_range(RECORDS_PATH, &records[0]["range"]);
        let last = editor.in_range(RECORDS_PATH, &records[0]["children"][1]["range"]);
        assert!(last == typed && whole.ends_with(typed), "{last:?} {whole:?}");
        editor.close(RECORDS_PATH);
    }
}

#[test]
fn what_answers_best_is_told_first() {
    let repo = repository();
    for (path, title) in [
        ("goals/2026/recare.toml", "We do it again"),
        ("goals/2026/more-care.toml", "More of it"),
        ("goals/2026/careful.toml", "With care"),
        ("goals/2026/zeal.toml", "Care comes first"),
        ("goals/2026/care.toml", "It"),
    ] {
        repo.write(path, &PLAN.replace("Deploys are calm", title));
    }
    let mut editor = Editor::start(&repo);
    let found = editor.request("workspace/symbol", json!({ "query": "care" })).expect("an answer");
    let found = found.as_array().expect("a list");
    let names: Vec<&str> = found.iter().filter_map(|symbol| symbol["name"].as_str()).collect();
    let goals: Vec<&str> = names.iter().copied().filter(|name| !name.contains('.')).collect();
    assert_eq!(
        goals[..5],
        ["2026/care", "2026/careful", "2026/zeal", "2026/more-care", "2026/recare"]
    );
}

#[test]
fn goals_are_found_by_a_few_of_their_letters() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    for (query, expected) in [
        ("ledtim", vec!["2026-q4/calm-deploys.lead-time"]),
        ("DEPLOYS ARE", vec!["2026-q4/calm-deploys"]),
        ("zzz", vec![]),
    ] {
        let found =
            editor.request("workspace/symbol", json!({ "query": query })).expect("an answer");
        let found = found.as_array().expect("a list");
        let names: Vec<&str> = found.iter().filter_map(|symbol| symbol["name"].as_str()).collect();
        assert_eq!(names, expected, "{query}");
    }
}

#[test]
fn sections_comments_and_long_values_fold() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = "# one\n# two\ntitle = \"T\"\nwhy = \"\"\"a\nb\"\"\"\n\n[key_results.a]\ntitle = \"A\"\ntags = [\n]\n";
    editor.open_with(PLAN_PATH, text);
    let told = editor.about("textDocument/foldingRange", PLAN_PATH);
    let lines = |fold: &Value| (fold["startLine"].as_u64(), fold["endLine"].as_u64());
    let folds: Vec<_> = told.as_array().expect("a list").iter().map(lines).collect();
    assert_eq!(folds, [(Some(0), Some(1)), (Some(3), Some(4)), (Some(6), Some(9))]);
}

#[test]
fn formatting_is_that_of_the_command_and_touches_only_what_changes() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = format!(
        "# é😀\n{}",
        RECORDS
            .replace("2026-10-12 = 180\n", "")
            .replace("[rollbacks]", "2026-10-12 = 180\n\n[rollbacks]")
    );
    editor.open_with(RECORDS_PATH, &text);
    let params = json!({
        "textDocument": { "uri": editor.uri(RECORDS_PATH) },
        "options": { "tabSize": 4, "insertSpaces": true },
    });
    let edits = editor.request("textDocument/formatting", params.clone()).expect("an answer");
    let lines: usize = edits
        .as_array()
        .expect("edits")
        .iter()
        .map(|edit| edit["newText"].as_str().expect("text").lines().count())
        .sum();
    assert!(lines < 4, "{edits}");
    repo.write(RECORDS_PATH, &text);
    repo.goals(&["fmt"]).sound();
    assert_eq!(editor.edited(RECORDS_PATH, &edits), repo.read(RECORDS_PATH));
    editor.replace(RECORDS_PATH, "[rollbacks]", "[rollbacks");
    assert_eq!(editor.request("textDocument/formatting", params), Ok(Value::Null));
}
