//! Completion, in text as it is while one types.

use serde_json::{Value, json};

use super::client::{CURSOR, Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};
use crate::support::Repo;

/// The workspace with a goal around it, people, teams, and key results of every sort.
fn workspace() -> Repo {
    let repo = repository();
    repo.write(
        "goals.toml",
        "format = 1\n\n[people.ana]\nname = \"Ana Silva\"\n\n[people.ben]\n\n[teams.\"engineering/platform\"]\nname = \"Platform\"\n",
    );
    repo.write(
        "goals/2026/grow.toml",
        "title = \"Grow\"\nwhy = \"To last.\"\nowner = \"ana\"\n\n[key_results.arr]\ntitle = \"ARR\"\nunit = \"€\"\nbaseline = 1\ntarget = 2\n\n[key_results.reach]\ntitle = \"Reach\"\nkind = \"objectives\"\n",
    );
    repo.write("goals/2025/grow.toml", "title = \"Grow then\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/smart.toml", "title = \"20 % more\"\nbaseline = 1\ntarget = 2\n");
    repo.write("goals/2026-q4/smart.checkins.toml", "2026-11-01 = 1.5\n");
    repo.write(
        "goals/2026-q4/steps.toml",
        "title = \"Steps\"\n\n[key_results.launch]\ntitle = \"Launch\"\nkind = \"milestone\"\nmilestones = { alpha = 0.3, beta = { title = \"Half\", score = 0.7 }, live = 1.0 }\n\n[key_results.signed]\ntitle = \"Signed\"\nkind = \"binary\"\n",
    );
    repo.write("goals/2026-q4/steps.checkins.toml", "[launch]\n2026-11-01 = \"alpha\"\n");
    repo
}

/// What is proposed in `text`, and the text with each proposal taken, in their order.
fn proposed(editor: &mut Editor, path: &str, text: &str) -> Vec<(String, String)> {
    editor.open_with(path, text);
    let answer = editor.here("textDocument/completion");
    let items = answer["items"].as_array().cloned().unwrap_or_default();
    let taken = items.iter().map(|item| {
        assert_sound(editor, path, text, item);
        let label = item["label"].as_str().expect("a label").to_owned();
        (label, editor.edited(path, &json!([item["textEdit"]])))
    });
    let taken = taken.collect();
    editor.close(path);
    taken
}

/// What the protocol asks of an item: one line replaced, the cursor in it, and what is typed
/// already filters it in.
fn assert_sound(editor: &Editor, path: &str, text: &str, item: &Value) {
    let range = &item["textEdit"]["range"];
    assert_eq!(range["start"]["line"], range["end"]["line"], "{item}");
    let offset = text.find(CURSOR).expect("a cursor");
    let cursor = editor.position(path, offset);
    assert_eq!(range["start"]["line"], cursor["line"], "{item}");
    assert!(range["start"]["character"].as_u64() <= cursor["character"].as_u64(), "{item}");
    assert!(item["filterText"].is_string() && item["sortText"].is_string(), "{item}");
}

fn labels(path: &str, text: &str) -> Vec<String> {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    proposed(&mut editor, path, text).into_iter().map(|(label, _)| label).collect()
}

/// An editor that knows no places to fill in.
fn plain(repo: &Repo) -> Editor {
    let mut can = capabilities();
    can["textDocument"]["completion"] = json!({});
    Editor::start_with(repo, can)
}

/// Checks what becomes of a text once the proposal with this label is taken.
#[track_caller]
fn check(path: &str, text: &str, label: &str, expected: &str) {
    let repo = workspace();
    let mut editor = plain(&repo);
    let all = proposed(&mut editor, path, text);
    let found = all.iter().find(|(own, _)| own == label);
    let labels: Vec<&String> = all.iter().map(|(label, _)| label).collect();
    let (_, taken) = found.unwrap_or_else(|| panic!("no {label:?} among {labels:?}"));
    assert_eq!(taken, expected);
}

#[test]
fn references_are_as_short_as_they_are_understood() {
    let all = labels(PLAN_PATH, "title = \"T\"\nsupports = [\"‸\"]\n");
    assert_eq!(
        all,
        [
            "smart",
            "steps",
            "grow",
            "2025/grow",
            "steps.launch",
            "steps.signed",
            "grow.arr",
            "grow.reach",
        ]
    );
    let counted = labels(PLAN_PATH, "contributes_to = [\"‸\"]\n");
    assert_eq!(counted, ["grow", "smart", "steps", "2025/grow", "grow.reach"]);
    let full = labels(PLAN_PATH, "contributes_to = [\"2026/‸\"]\n");
    assert_eq!(full, ["2026/grow", "2026/grow.reach", "2026-q4/smart", "2026-q4/steps"]);
    assert_eq!(labels(PLAN_PATH, "continues = \"‸\"\n")[0], "2025/grow");
}

#[test]
fn a_name_is_found_by_any_part_of_any_form_that_is_accepted() {
    let repo = workspace();
    repo.write(
        "goals.toml",
        "format = 1\n[cycles.annual-plan]\nstart = 2026-01-01\nend = 2026-12-31\n[people.ben]\nname = \"Ben Meyer\"\n[people.cleo]\nname = \"Cléo Dior\"\n",
    );
    repo.write(
        "goals/annual-plan/care.toml",
        "title = \"Care\"\n[key_results.stay]\ntitle = \"Stay\"\nbaseline = 1\ntarget = 2\n",
    );
    let mut editor = Editor::start(&repo);
    for (text, name) in [
        ("supports = [\"annual‸\"]", "annual-plan/care"),
        ("supports = [\"plan‸\"]", "annual-plan/care"),
        ("supports = [\"PLAN/ca‸\"]", "annual-plan/care"),
        ("supports = [\"annual-plan/care.s‸\"]", "annual-plan/care.stay"),
        ("supports = [\"stay‸\"]", "care.stay"),
        ("supports = [\"car‸\"]", "care"),
        ("supports = [\"ar‸\"]", "care"),
        ("owner = \"me‸\"", "ben"),
        ("owner = \"dio‸\"", "cleo"),
        ("owner = \"cl‸\"", "cleo"),
    ] {
        editor.open_with(PLAN_PATH, text);
        let answer = editor.here("textDocument/completion");
        let typed = &text[text.find('"').expect("a quote") + 1..text.find(CURSOR).expect("there")];
        let items = answer["items"].as_array().expect("items");
        let found = items.iter().find(|item| item["label"] == name);
        let filter = found.unwrap_or_else(|| panic!("{text}: {items:?}"))["filterText"].clone();
        // An editor that compares beginnings finds it too, and asks again as one goes on.
        assert!(filter.as_str().expect("text").starts_with(typed), "{typed}: {filter}");
        assert_eq!(answer["isIncomplete"], true);
        let edit = &items.iter().find(|item| item["label"] == name).expect("there")["textEdit"];
        let taken = editor.edited(PLAN_PATH, &json!([edit]));
        assert!(taken.contains(&format!("\"{name}\"")), "{taken}");
        editor.close(PLAN_PATH);
    }
}

#[test]
fn what_fits_best_is_proposed_first() {
    let best = |text: &str| labels(PLAN_PATH, text)[0].clone();
    assert_eq!(best("supports = [\"s‸\"]"), "smart");
    assert_eq!(best("supports = [\"ste‸\"]"), "steps");
    assert_eq!(best("supports = [\"arr‸\"]"), "grow.arr");
    assert_eq!(best("supports = [\"2025‸\"]"), "2025/grow");
}

#[test]
fn rules_that_find_something_come_before_those_that_do_not() {
    let bare = PLAN
        .replace("why = \"Every rollback costs a customer conversation.\"\n", "")
        .replace("source = \"https://example.com/dashboards/lead-time\"\n", "");
    let first = |old: &str, new: &str| {
        let text = bare.replacen(old, new, 1);
        let all = labels(PLAN_PATH, &text);
        assert!(all.len() > 60 && !all.contains(&"syntax".to_owned()), "{all:?}");
        all[..2].to_vec()
    };
    let owner = "owner = \"ana\"";
    let of_goal = first(owner, &format!("{owner}\nallow = {{ ‸ }}"));
    assert!(of_goal.contains(&"missing-why".to_owned()), "{of_goal:?}");
    assert!(of_goal.contains(&"missing-source".to_owned()), "{of_goal:?}");
    for typed in ["{ ‸ }", "{ missing-unit = \"x\", ‸ }"] {
        let of_key_result = first("target = 15", &format!("target = 15\nallow = {typed}"));
        assert!(of_key_result.contains(&"missing-source".to_owned()), "{typed}: {of_key_result:?}");
        assert!(!of_key_result.contains(&"missing-why".to_owned()), "{of_key_result:?}");
    }
}

#[test]
fn the_points_of_a_path_are_the_ends_of_the_months_on_a_straight_line() {
    let plan = |plan: &str| PLAN.replacen("target = 15", &format!("target = 15\n{plan}"), 1);
    let all = labels(PLAN_PATH, &plan("plan = { ‸ }"));
    assert_eq!(all, ["2026-10-31", "2026-11-30"]);
    let rest = labels(PLAN_PATH, &plan("plan = { 2026-10-31 = 200, ‸ }"));
    assert_eq!(rest, ["2026-11-30"]);
    check(PLAN_PATH, &plan("plan = { ‸ }"), "2026-11-30", &plan("plan = { 2026-11-30 = 92 }"));
    check(
        PLAN_PATH,
        &plan("plan = { 2026-‸ }"),
        "2026-10-31",
        &plan("plan = { 2026-10-31 = 166 }"),
    );
    check(
        PLAN_PATH,
        &plan("plan = { 2026-1‸ = 7 }"),
        "2026-10-31",
        &plan("plan = { 2026-10-31 = 7 }"),
    );
    let section = format!("{PLAN}\n[key_results.lead-time.plan]\n2026-11-30 = 9\n‸");
    assert_eq!(labels(PLAN_PATH, &section)[0], "2026-10-31");
}

#[test]
fn what_its_author_names_has_room_for_the_name() {
    let plan = |line: &str| format!("title = \"T\"\n[key_results.a]\ntitle = \"A\"\n{line}\n");
    let step = plan("milestones = { ‸ }");
    check(PLAN_PATH, &step, "tested = …", &step.replace('‸', "tested = "));
    let second = plan("milestones = { beta = 0.3, ‸ }");
    assert_eq!(labels(PLAN_PATH, &second), ["tested = …"]);
    assert_eq!(labels(PLAN_PATH, &plan("milestones = { be‸ = 0.3 }")), Vec::<String>::new());
    let allowed = plan("allow = { missing-why = ‸ }");
    check(PLAN_PATH, &allowed, "\"reason\"", &allowed.replace('‸', "\"reason\""));
}

#[test]
fn nothing_counts_in_a_goal_that_is_over() {
    let repo = workspace();
    repo.write("goals/2026/over.toml", "title = \"Over\"\n[close]\ndate = 2026-10-01\n");
    let mut editor = Editor::start(&repo);
    let mut names = |text| -> Vec<String> {
        proposed(&mut editor, PLAN_PATH, text).into_iter().map(|(label, _)| label).collect()
    };
    assert!(!names("contributes_to = [\"‸\"]\n").contains(&"over".to_owned()));
    assert!(names("supports = [\"‸\"]\n").contains(&"over".to_owned()));
}

#[test]
fn a_string_gets_the_quotes_that_it_lacks() {
    for (text, expected) in [
        ("supports = [\"gr‸\"]\n", "supports = [\"grow\"]\n"),
        ("supports = [\"gr‸]\n", "supports = [\"grow\"]\n"),
        ("supports = ['gr‸']\n", "supports = ['grow']\n"),
        ("supports = [\"smart\", ‸]\n", "supports = [\"smart\", \"grow\"]\n"),
        ("supports = ‸\n", "supports = [\"grow\"]\n"),
        ("supports = \"gr‸\"\n", "supports = \"grow\"\n"),
        ("supports = [gr‸", "supports = [\"grow\""),
        ("supports = [\"gr‸a\"] # 😀\n", "supports = [\"grow\"] # 😀\n"),
    ] {
        check(PLAN_PATH, text, "grow", expected);
    }
}

#[test]
fn people_and_teams_own_and_people_record() {
    assert_eq!(labels(PLAN_PATH, "owner = \"‸\"\n"), ["ana", "ben", "engineering/platform"]);
    check(PLAN_PATH, "[key_results.x]\nowner = ‸", "ben", "[key_results.x]\nowner = \"ben\"");
    let by = "[lead-time]\n2026-11-20 = { value = 1, by = \"‸";
    assert_eq!(labels(RECORDS_PATH, by), ["ana", "ben"]);
    assert_eq!(labels("goals.toml", "[teams.a]\nlead = \"‸\"\n[people.cleo]\n"), ["cleo"]);
}

#[test]
fn todays_record_comes_with_the_last_value() {
    let record = "2026-11-21 = 90";
    let text = RECORDS.replace("\n\n[rollbacks]", "\n‸\n\n[rollbacks]");
    check(RECORDS_PATH, &text, record, &text.replace('‸', record));
    let typed = RECORDS.replace("\n\n[rollbacks]", "\n2026-‸\n\n[rollbacks]");
    check(RECORDS_PATH, &typed, record, &text.replace('‸', record));
    let more = "2026-11-21 = { value = 90, confidence = 7, note = \"\" }";
    check(
        RECORDS_PATH,
        &text,
        "2026-11-21 = { value, confidence, note }",
        &text.replace('‸', more),
    );
    let dated = RECORDS.replace("\n\n[rollbacks]", "\n20‸ = 80\n\n[rollbacks]");
    check(RECORDS_PATH, &dated, "2026-11-21", &dated.replace("20‸", "2026-11-21"));
    let twice = RECORDS.replace("\n\n[rollbacks]", "\n2026-11-21 = 1\n‸\n\n[rollbacks]");
    assert_eq!(labels(RECORDS_PATH, &twice), ["[lead-time]"; 0]);
}

#[test]
fn each_measure_has_its_own_record() {
    check(
        "goals/2026-q4/smart.checkins.toml",
        "2026-11-01 = 1.5\n‸",
        "2026-11-21 = 1.5",
        "2026-11-01 = 1.5\n2026-11-21 = 1.5",
    );
    let steps = "goals/2026-q4/steps.checkins.toml";
    let launch = "[launch]\n2026-11-01 = \"beta\"\n";
    check(
        steps,
        &format!("{launch}‸"),
        "2026-11-21 = \"beta\"",
        &format!("{launch}2026-11-21 = \"beta\""),
    );
    check(steps, "[signed]\n‸", "2026-11-21 = false", "[signed]\n2026-11-21 = false");
    let whole = labels(steps, "‸");
    assert_eq!(whole, ["2026-11-21 = { confidence, note }", "[launch]", "[signed]"]);
    check(steps, "[laun‸]\n", "[launch]", "[launch]\n2026-11-21 = \"alpha\"\n");
    check(steps, "[‸", "[signed]", "[signed]\n2026-11-21 = false");
}

#[test]
fn a_record_takes_what_its_measure_takes() {
    let steps = "goals/2026-q4/steps.checkins.toml";
    assert_eq!(labels(steps, "[launch]\n2026-11-20 = \"‸"), ["alpha", "beta", "live"]);
    check(steps, "[launch]\n2026-11-20 = be‸\n", "beta", "[launch]\n2026-11-20 = \"beta\"\n");
    assert_eq!(labels(steps, "[signed]\n2026-11-20 = { value = ‸ }"), ["true", "false"]);
    let rest = labels(steps, "[signed]\n2026-11-20 = { value = true, ‸ }");
    assert_eq!(rest, ["confidence", "note", "by", "void"]);
}

#[test]
fn keys_are_those_of_their_table_that_are_missing() {
    let keys = labels(PLAN_PATH, "title = \"T\"\n[key_results.x]\ntitle = \"X\"\nba‸\n");
    assert!(keys.contains(&"baseline".to_owned()), "{keys:?}");
    assert!(!keys.contains(&"title".to_owned()) && !keys.contains(&"tags".to_owned()), "{keys:?}");
    let plan = "title = \"T\"\nwei‸\n";
    check(PLAN_PATH, plan, "weight", "title = \"T\"\nweight = \n");
    check(PLAN_PATH, "wei‸ = 2\n", "weight", "weight = 2\n");
    check(PLAN_PATH, "du‸", "due", "due = 2026-12-31");
    let settings = labels("goals.toml", "format = 1\n\n[check]\n‸\n");
    assert_eq!(&settings[..2], ["profile", "levels"]);
}

#[test]
fn words_come_from_their_key() {
    assert_eq!(labels(PLAN_PATH, "ambition = \"‸\"\n"), ["aspirational", "committed"]);
    assert_eq!(labels(PLAN_PATH, "draft = ‸\n"), ["true", "false"]);
    assert_eq!(
        labels(PLAN_PATH, &PLAN.replace("unit = \"min\"", "unit = \"‸\"")),
        ["rollbacks", "€"]
    );
    check(
        PLAN_PATH,
        "[key_results.x]\nkind = thr‸\n",
        "threshold",
        "[key_results.x]\nkind = \"threshold\"\n",
    );
    assert_eq!(
        labels("goals.toml", "[check]\nprofile = \"‸"),
        ["okr", "smart", "output", "strict"]
    );
}

#[test]
fn rules_are_named_with_what_they_find() {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, "allow = { missing-why = \"x\", miss‸ }\n");
    let answer = editor.here("textDocument/completion");
    let items = answer["items"].as_array().expect("items");
    let rule = items.iter().find(|item| item["label"] == "missing-source").expect("proposed");
    assert!(!rule["documentation"]["value"].as_str().expect("told").is_empty());
    assert_eq!(rule["textEdit"]["newText"], "missing-source = \"${1:reason}\"");
    assert_eq!(rule["insertTextFormat"], 2);
    assert!(items.iter().all(|item| item["label"] != "missing-why"));
    let levels = "[check.levels]\nmissing-w‸";
    editor.close(PLAN_PATH);
    editor.open_with("goals.toml", levels);
    let answer = editor.here("textDocument/completion");
    let items = answer["items"].as_array().expect("items");
    let rule = items.iter().find(|item| item["label"] == "missing-why").expect("proposed");
    assert_eq!(rule["textEdit"]["newText"], "missing-why = \"${1|off,info,warning,error|}\"");
}

#[test]
fn tables_come_with_what_belongs_into_them() {
    let all = labels(PLAN_PATH, "‸");
    assert!(all.contains(&"goal".to_owned()) && all.contains(&"SMART goal".to_owned()), "{all:?}");
    let later = labels(PLAN_PATH, "title = \"T\"\n\n[‸");
    assert_eq!(later.len(), 5, "{later:?}");
    assert!(later.iter().all(|label| label.starts_with('[')), "{later:?}");
    let settings = labels("goals.toml", "format = 1\n[checkins]\nevery = 7\n[peo‸]\n");
    assert!(settings.contains(&"[people.…]".to_owned()), "{settings:?}");
    assert!(!settings.contains(&"[checkins]".to_owned()), "{settings:?}");
}

/// What is proposed for a plan is a plan: the loader finds no mistake of syntax or of keys in it.
#[test]
fn proposed_goals_are_goals() {
    for label in ["goal", "SMART goal"] {
        let repo = workspace();
        let mut editor = plain(&repo);
        let path = "goals/2026-q4/new.toml";
        let all = proposed(&mut editor, path, "‸");
        let whole = &all.iter().find(|(own, _)| own == label).expect("proposed").1;
        editor.open_with(path, whole);
        let findings = editor.findings(path);
        let of_shape = ["syntax", "unknown-key", "wrong-type", "missing-key", "missing-target"];
        let is_of_shape = |finding: &&String| of_shape.iter().any(|rule| finding.starts_with(rule));
        assert_eq!(findings.iter().find(is_of_shape), None, "{whole}");
    }
}

#[test]
fn nothing_is_proposed_where_nothing_belongs() {
    for text in ["# a comm‸ent\n", "title = \"T‸\"\n", "title = \"T\"‸\n", "title = \"T\" ‸\n"]
    {
        assert_eq!(labels(PLAN_PATH, text), Vec::<String>::new(), "{text}");
    }
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, " ‸\n");
    let space = json!({ "context": { "triggerKind": 2, "triggerCharacter": " " } });
    assert_eq!(editor.here_with("textDocument/completion", space.clone()), Value::Null);
    editor.close(PLAN_PATH);
    editor.open_with(PLAN_PATH, "owner = ‸\n");
    assert_ne!(editor.here_with("textDocument/completion", space), Value::Null);
}

#[test]
fn an_editor_without_places_to_fill_in_gets_plain_text() {
    let repo = workspace();
    let mut editor = plain(&repo);
    editor.open_with(PLAN_PATH, "‸");
    let answer = editor.here("textDocument/completion");
    for item in answer["items"].as_array().expect("items") {
        assert_eq!(item["insertTextFormat"], 1, "{item}");
        assert!(!item["textEdit"]["newText"].as_str().expect("text").contains("${"), "{item}");
    }
}
