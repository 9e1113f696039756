//! Findings while typing, across files.

use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};

#[test]
fn a_sound_file_has_none_and_a_slip_has_one() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    assert_eq!(editor.findings(PLAN_PATH), ["unknown-key @ basline"]);
    editor.replace(PLAN_PATH, "basline", "baseline");
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
}

#[test]
fn a_change_to_one_file_tells_the_findings_of_another() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    editor.replace(PLAN_PATH, "[key_results.lead-time]", "[key_results.lead-times]");
    assert_eq!(editor.findings(RECORDS_PATH), ["unknown-key-result @ lead-time"]);
    editor.replace(PLAN_PATH, "lead-times]", "lead-time]");
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    assert_eq!(editor.text(PLAN_PATH), PLAN);
}

#[test]
fn the_findings_are_those_of_the_command() {
    let repo = repository();
    // A rule of every sort: of shape, between files, on figures, on the history.
    repo.write("goals/2026-q4/team/other.toml", "title = \"Better 😀 things\"\nowner = [\"a\", \"b\"]\ncontributes_to = [\"gorw\"]\nallow = { no-number = \"x\" }\nwieght = 2\n");
    repo.write(PLAN_PATH, &PLAN.replace("target = 15", "target = 30"));
    repo.write(RECORDS_PATH, &RECORDS.replace("2026-10-12 = 180", "2026-10-12 = 170"));
    repo.commit(
        "Ben Okoro <ben@northwind.example>",
        "2026-11-18T10:00:00+0000",
        "Half an hour will do",
    );
    let command = repo.goals(&["check", "--format", "json", "--fail-on", "never"]).json();
    let mut expected: Vec<Value> = command["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .map(|finding| {
            json!([finding["path"], finding["rule"], finding["level"], finding["start"]["line"]])
        })
        .collect();
    let mut editor = Editor::start(&repo);
    editor.open("goals.toml");
    editor.remember();
    let levels = ["", "error", "warning", "info"];
    let mut found: Vec<Value> = Vec::new();
    for path in ["goals.toml", "goals/2026-q4/team/other.toml", PLAN_PATH, RECORDS_PATH] {
        for finding in editor.told_of(path) {
            let level = levels[finding["severity"].as_u64().expect("a level") as usize];
            let line = finding["range"]["start"]["line"].as_u64().expect("a line") + 1;
            found.push(json!([path, finding["code"], level, line]));
        }
    }
    let sorted = |list: &mut Vec<Value>| list.sort_by_key(Value::to_string);
    sorted(&mut expected);
    sorted(&mut found);
    assert_eq!(found, expected);
    let rules: Vec<&str> = found.iter().filter_map(|finding| finding[1].as_str()).collect();
    for rule in
        ["unknown-key", "unknown-reference", "past-rewritten", "goalpost-moved", "unused-allow"]
    {
        assert!(rules.contains(&rule), "{rule} in {rules:?}");
    }
}

#[test]
fn a_finding_points_to_other_files_and_to_its_rule() {
    let repo = repository();
    let twin = "goals/2026-q4/team/calm-deploys.toml";
    repo.write(twin, PLAN);
    let mut editor = Editor::start(&repo);
    editor.open(twin);
    editor.settle();
    let told = editor.told_of(twin);
    let finding = told.iter().find(|finding| finding["code"] == "duplicate-goal").expect("found");
    assert_eq!(finding["severity"], 1);
    assert_eq!(finding["source"], "goals");
    let message = finding["message"].as_str().expect("text");
    assert!(message.contains("\nhelp: ids are unique"), "{message}");
    let other = &finding["relatedInformation"][0];
    assert_eq!(other["message"], "the other goal");
    assert_eq!(other["location"]["uri"], editor.uri(PLAN_PATH));
    let page = finding["codeDescription"]["href"].as_str().expect("an address");
    let page = page.strip_prefix("file://").expect("a file");
    let text = std::fs::read_to_string(page).expect("the page is there");
    assert!(text.starts_with("# duplicate-goal"), "{text}");
}

#[test]
fn positions_count_what_was_agreed_on() {
    let line = "title = \"é😀\" # 目標\ntags = [\"é😀\", 3]\n";
    for (offered, character) in
        [(json!(["utf-8", "utf-16"]), 18), (json!(["utf-16"]), 15), (json!(null), 15)]
    {
        let repo = repository();
        let mut able = capabilities();
        able["general"]["positionEncodings"] = offered;
        let mut editor = Editor::start_with(&repo, able);
        editor.open_with(
            PLAN_PATH,
            &format!(
                "{line}{}",
                PLAN.replacen("title", "why", 1).replacen("why = \"E", "x = \"E", 1)
            ),
        );
        editor.settle();
        let told = editor.told_of(PLAN_PATH);
        let wrong = told.iter().find(|finding| finding["code"] == "wrong-type").expect("found");
        assert_eq!(wrong["range"]["start"], json!({ "line": 1, "character": character }));
        assert_eq!(editor.in_range(PLAN_PATH, &wrong["range"]), "3");
        // What is typed behind such characters lands where it is meant.
        editor.replace(PLAN_PATH, "😀\", 3]", "😀\"]");
        editor.settle();
        assert!(!editor.told_of(PLAN_PATH).iter().any(|finding| finding["code"] == "wrong-type"));
    }
}

#[test]
fn a_commit_made_outside_is_noticed() {
    let repo = repository();
    repo.write(RECORDS_PATH, &RECORDS.replace("2026-10-12 = 180", "2026-10-12 = 170"));
    let mut editor = Editor::start(&repo);
    editor.open(RECORDS_PATH);
    editor.remember();
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    repo.commit(
        "Ben Okoro <ben@northwind.example>",
        "2026-11-18T10:00:00+0000",
        "Half an hour will do",
    );
    editor.asked.clear();
    editor.remember();
    assert_eq!(editor.findings(RECORDS_PATH), ["past-rewritten @ 170"]);
}

#[test]
fn what_is_in_the_editor_counts_and_what_is_closed_does_not() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.open("goals.toml");
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    assert_eq!(editor.findings(PLAN_PATH), ["unknown-key @ basline"]);
    editor.close(PLAN_PATH);
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    // The settings count unsaved too: here they move the plans away.
    editor.open(PLAN_PATH);
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    editor.replace("goals.toml", "format = 1", "format = 1\nplans = \"elsewhere\"");
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    editor.replace(
        "goals.toml",
        "plans = \"elsewhere\"",
        "check = { levels = { unknown-key = \"warning\" } }",
    );
    editor.settle();
    assert_eq!(editor.told_of(PLAN_PATH)[0]["severity"], 2);
}

#[test]
fn what_is_saved_stays() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    editor.save(PLAN_PATH);
    editor.close(PLAN_PATH);
    assert_eq!(editor.findings(PLAN_PATH), ["unknown-key @ basline"]);
}

#[test]
fn an_editor_that_watches_nothing_is_told_all_the_same() {
    let repo = repository();
    let mut able = capabilities();
    able["workspace"]["didChangeWatchedFiles"] = Value::Null;
    let mut editor = Editor::start_with(&repo, able);
    editor.open(PLAN_PATH);
    editor.settle();
    let other = "goals/2026-q4/other.toml";
    repo.write(other, "titel = \"A\"\n");
    editor.await_findings(other);
    repo.write(other, &PLAN.replace("lead-time", "lead-days"));
    std::fs::remove_file(repo.path().join(other)).expect("removed");
    while !editor.told_of(other).is_empty() {
        editor.await_any();
    }
}
