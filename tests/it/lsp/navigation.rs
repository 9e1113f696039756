//! Definition, references and links across files.

use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};
use crate::support::Repo;

const GROW: &str = "goals/2026/grow.toml";
const CALMER: &str = "goals/2026-q4/engineering/platform/calmer.toml";

/// The workspace with goals that name each other.
fn workspace() -> Repo {
    let repo = repository();
    repo.write(
        "goals.toml",
        "format = 1\n\n[people.ana]\nname = \"Ana Silva\"\n\n[teams.\"engineering/platform\"]\nlead = \"ana\"\n",
    );
    repo.write(
        GROW,
        "title = \"Grow\"\nowner = \"engineering/platform\"\n\n[key_results.arr]\ntitle = \"ARR\"\nbaseline = 1\ntarget = 2\nsource = \"https://example.com/arr\"\n\n[initiatives.page]\ntitle = \"Page\"\nlink = \"javascript:alert(1)\"\n",
    );
    repo.write(
        CALMER,
        "title = \"Calmer\"\nowner = \"ana\"\ncontributes_to = [\"grow\"]\nsupports = [\"2026/grow.arr\", \"calm-deploys.lead-time\"]\ncontinues = \"calm-deploys\"\n",
    );
    repo
}

/// Where the definition leads: path, line from 1, and the text there.
fn definition(path: &str, text: &str) -> Option<String> {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(path, text);
    let answer = editor.here("textDocument/definition");
    (!answer.is_null()).then(|| place(&editor, &answer))
}

fn place(editor: &Editor, location: &Value) -> String {
    let path = editor.path(location["uri"].as_str().expect("an address"));
    let line = location["range"]["start"]["line"].as_u64().expect("a line") + 1;
    let text = editor.in_range(&path, &location["range"]);
    format!("{path}:{line}: {text}")
}

#[track_caller]
fn check(path: &str, text: &str, expected: Option<&str>) {
    assert_eq!(definition(path, text).as_deref(), expected, "{text}");
}

#[test]
fn a_reference_leads_to_what_it_names_part_by_part() {
    let grow = "goals/2026/grow.toml:1: Grow";
    check(CALMER, "contributes_to = [\"gr‸ow\"]\n", Some(grow));
    check(CALMER, "supports = \"2026/gr‸ow.arr\"\n", Some(grow));
    check(CALMER, "supports = \"2026/grow.a‸rr\"\n", Some("goals/2026/grow.toml:4: arr"));
    let calm = "goals/2026-q4/calm-deploys.toml:1: Deploys are calm";
    check(CALMER, "continues = \"calm‸-deploys\"\n", Some(calm));
    check(CALMER, "supports = \"grow.nothing‸\"\n", None);
    check(CALMER, "supports = \"nothing‸\"\n", None);
}

#[test]
fn a_key_result_and_its_records_lead_to_each_other() {
    let plan = PLAN.replace("[key_results.lead-time]", "[key_results.lead‸-time]");
    check(PLAN_PATH, &plan, Some("goals/2026-q4/calm-deploys.checkins.toml:1: lead-time"));
    let in_plan = Some("goals/2026-q4/calm-deploys.toml:6: lead-time");
    check(RECORDS_PATH, &RECORDS.replace("[lead-time]", "[lead‸-time]"), in_plan);
    check(RECORDS_PATH, &RECORDS.replace("2026-10-12", "2026-‸10-12"), in_plan);
    check(RECORDS_PATH, &RECORDS.replace("= 180", "= 1‸80"), in_plan);
}

#[test]
fn owners_lead_to_the_settings() {
    check(CALMER, "owner = \"an‸a\"\n", Some("goals.toml:3: ana"));
    check(
        CALMER,
        "owner = \"engineering‸/platform\"\n",
        Some("goals.toml:6: engineering/platform"),
    );
    check(RECORDS_PATH, "[lead-time]\n2026-11-20 = { by = \"an‸a\" }\n", Some("goals.toml:3: ana"));
    check(CALMER, "owner = \"nobody‸\"\n", None);
}

#[test]
fn an_editor_that_can_is_told_which_word_leads_there() {
    let repo = workspace();
    let mut can = capabilities();
    can["textDocument"]["definition"] = json!({ "linkSupport": true });
    let mut editor = Editor::start_with(&repo, can);
    editor.open_with(CALMER, "supports = \"2026/grow.a‸rr\"\n");
    let answer = editor.here("textDocument/definition");
    assert_eq!(editor.in_range(CALMER, &answer[0]["originSelectionRange"]), "arr");
    assert_eq!(editor.in_range(GROW, &answer[0]["targetSelectionRange"]), "arr");
}

fn references(path: &str, text: &str, with_declaration: bool) -> Vec<String> {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(path, text);
    let context = json!({ "context": { "includeDeclaration": with_declaration } });
    let answer = editor.here_with("textDocument/references", context);
    let found = answer.as_array().cloned().unwrap_or_default();
    let mut found: Vec<String> = found.iter().map(|found| place(&editor, found)).collect();
    found.sort();
    found
}

#[test]
fn all_who_name_something_are_found() {
    let plan = PLAN.replace("title = \"Deploys", "ti‸tle = \"Deploys");
    let named = format!("{CALMER}:4: calm-deploys");
    let continued = format!("{CALMER}:5: calm-deploys");
    let declared = format!("{PLAN_PATH}:1: Deploys are calm");
    assert_eq!(references(PLAN_PATH, &plan, false), [named.clone(), continued.clone()]);
    assert_eq!(references(PLAN_PATH, &plan, true), [declared, named, continued]);
    let records = RECORDS.replace("[lead-time]", "[lead‸-time]");
    assert_eq!(
        references(RECORDS_PATH, &records, true),
        [
            format!("{RECORDS_PATH}:1: lead-time"),
            format!("{PLAN_PATH}:6: lead-time"),
            format!("{CALMER}:4: lead-time"),
        ]
    );
    let people =
        "format = 1\n\n[people.an‸a]\n\n[teams.\"engineering/platform\"]\nlead = \"ana\"\n";
    assert_eq!(
        references("goals.toml", people, false),
        ["goals.toml:6: ana".to_owned(), format!("{PLAN_PATH}:3: ana"), format!("{CALMER}:2: ana")]
    );
    let team = "owner = \"engineering/‸platform\"\n";
    assert_eq!(
        references(GROW, team, true),
        [
            "goals.toml:6: engineering/platform".to_owned(),
            format!("{GROW}:1: engineering/platform")
        ]
    );
}

#[test]
fn addresses_that_open_something_are_links() {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open(GROW);
    let links = editor.about("textDocument/documentLink", GROW);
    let targets: Vec<&str> = links
        .as_array()
        .expect("links")
        .iter()
        .filter_map(|link| link["target"].as_str())
        .collect();
    assert_eq!(targets, ["https://example.com/arr"]);
    assert_eq!(editor.in_range(GROW, &links[0]["range"]), "https://example.com/arr");
}
