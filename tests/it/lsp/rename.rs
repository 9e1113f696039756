//! Rename: everywhere, with the earlier id kept, also in what is not saved.

use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};
use crate::support::Repo;

const CALMER: &str = "goals/2026-q4/calmer.toml";
const CALMER_TEXT: &str = "title = \"Calmer\" # said\nsupports = [\"2026-q4/calm-deploys.lead-time\", \"calm-deploys\"]\ncontinues = \"calm-deploys\"\n";

fn workspace() -> Repo {
    let repo = repository();
    repo.write(CALMER, CALMER_TEXT);
    repo
}

/// Opens the plan with the cursor at `marked` in the place of `at`.
fn editor(repo: &Repo, at: &str, marked: &str) -> Editor {
    let mut editor = Editor::start(repo);
    editor.open_with(PLAN_PATH, &PLAN.replace(at, marked));
    editor
}

fn renamed(editor: &mut Editor, new: &str) -> Value {
    let edit = editor.here_with("textDocument/rename", json!({ "newName": new }));
    editor.apply(&edit);
    edit
}

#[test]
fn a_key_result_is_renamed_in_plan_record_and_references() {
    let repo = workspace();
    let mut editor = editor(&repo, "[key_results.lead-time]", "[key_results.lead‸-time]");
    editor.remember();
    renamed(&mut editor, "delay");
    let plan = PLAN.replace("[key_results.lead-time]", "[key_results.delay]").replace(
        "source = \"https://example.com/dashboards/lead-time\"\n",
        "source = \"https://example.com/dashboards/lead-time\"\nformerly = [\"lead-time\"]\n",
    );
    assert_eq!(editor.text(PLAN_PATH), plan);
    assert_eq!(editor.text(RECORDS_PATH), RECORDS.replace("lead-time", "delay"));
    assert_eq!(
        editor.text(CALMER),
        CALMER_TEXT.replace("calm-deploys.lead-time", "calm-deploys.delay")
    );
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
}

#[test]
fn a_reference_on_a_line_that_is_being_typed_follows_too() {
    let repo = repository();
    for (broken, expected) in [
        ("supports = [\"calm-deploys\", \n", "supports = [\"quiet\", \n"),
        (
            "supports = [\"2026-q4/calm-deploys.lead-time\n",
            "supports = [\"2026-q4/quiet.lead-time\n",
        ),
        ("continues = \"calm-deploys\nowner =\n", "continues = \"quiet\nowner =\n"),
        (
            "continues = \"calm-deploys\"\ncontinues = \"calm-deploys\"\n",
            "continues = \"quiet\"\ncontinues = \"quiet\"\n",
        ),
        (
            "why = \"calm-deploys\nowner = \"calm-deploys\"\n",
            "why = \"calm-deploys\nowner = \"calm-deploys\"\n",
        ),
    ] {
        let later = "goals/2026-q4/later.toml";
        repo.write(PLAN_PATH, PLAN);
        repo.write(RECORDS_PATH, RECORDS);
        let mut editor = Editor::start(&repo);
        editor.open_with(later, &format!("title = \"Later 😀\"\n{broken}"));
        editor.open_with(PLAN_PATH, &PLAN.replace("title = \"Deploys", "ti‸tle = \"Deploys"));
        renamed(&mut editor, "quiet");
        assert_eq!(editor.text(later), format!("title = \"Later 😀\"\n{expected}"));
        for name in ["quiet.toml", "quiet.checkins.toml"] {
            std::fs::remove_file(repo.path().join("goals/2026-q4").join(name)).expect("there");
        }
    }
}

#[test]
fn a_goal_moves_with_its_record_and_what_is_not_saved() {
    let repo = workspace();
    let mut editor = editor(&repo, "title = \"Deploys", "ti‸tle = \"Deploys");
    editor.remember();
    editor.open_with(CALMER, &CALMER_TEXT.replace("Calmer", "Calmer 😀"));
    editor.replace(PLAN_PATH, "Deploys are calm", "Deploys are ‸calm, quiet");
    let edit = renamed(&mut editor, "quiet-deploys");
    let kinds: Vec<&str> = edit["documentChanges"]
        .as_array()
        .expect("changes")
        .iter()
        .map(|change| change["kind"].as_str().unwrap_or("edit"))
        .collect();
    assert_eq!(kinds, ["edit", "edit", "rename", "rename"]);
    let plan = editor.text("goals/2026-q4/quiet-deploys.toml");
    assert!(
        plan.contains("calm, quiet") && plan.contains("formerly = [\"calm-deploys\"]"),
        "{plan}"
    );
    let calmer = CALMER_TEXT.replace("Calmer", "Calmer 😀");
    assert_eq!(editor.text(CALMER), calmer.replace("calm-deploys", "quiet-deploys"));
    let records = repo.read("goals/2026-q4/quiet-deploys.checkins.toml");
    assert_eq!(records, RECORDS);
    assert_eq!(editor.findings("goals/2026-q4/quiet-deploys.checkins.toml"), Vec::<String>::new());
}

#[test]
fn a_plan_that_was_never_committed_has_nothing_to_remember() {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, PLAN);
    editor.remember();
    editor.open_with(CALMER, &CALMER_TEXT.replace("title", "ti‸tle"));
    renamed(&mut editor, "calmest");
    assert_eq!(editor.text("goals/2026-q4/calmest.toml"), CALMER_TEXT);
}

#[test]
fn the_name_to_be_changed_is_the_id() {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    for (text, id, word) in [
        (PLAN.replace("title = \"Deploys", "ti‸tle = \"Deploys"), "calm-deploys", "title"),
        (
            PLAN.replace("title = \"Deploys", "title = \"De‸ploys"),
            "calm-deploys",
            "Deploys are calm",
        ),
        (PLAN.replace("results.lead", "results.le‸ad"), "lead-time", "lead-time"),
    ] {
        editor.open_with(PLAN_PATH, &text);
        let answer = editor.here("textDocument/prepareRename");
        assert_eq!(answer["placeholder"], id);
        assert_eq!(editor.in_range(PLAN_PATH, &answer["range"]), word);
        editor.close(PLAN_PATH);
    }
    editor.open_with(PLAN_PATH, &PLAN.replace("ambition", "ambi‸tion"));
    assert_eq!(editor.here("textDocument/prepareRename"), Value::Null);
}

fn refusal(editor: &mut Editor, path: &str, method: &str, new: &str) -> String {
    let text = editor.text(path);
    let line = text.lines().position(|line| line.starts_with("[key_results.lead-time]"));
    let (line, character) = line.map_or((0, 2), |line| (line, 16));
    let params = json!({
        "textDocument": { "uri": editor.uri(path) },
        "position": { "line": line, "character": character },
        "newName": new,
    });
    let error = editor.request(method, params).expect_err("refused");
    error["message"].as_str().expect("a message").to_owned()
}

#[test]
fn what_is_no_id_or_is_taken_is_refused_and_says_why() {
    let repo = workspace();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, PLAN);
    for (new, said) in [
        ("Lead Time!", "`Lead Time!` is not an id"),
        ("", "`` is not an id"),
        ("2026-10-05", "is not an id"),
        ("rollbacks", "there is already a `2026-q4/calm-deploys.rollbacks`"),
        ("lead-time", "is called so already"),
    ] {
        let message = refusal(&mut editor, PLAN_PATH, "textDocument/rename", new);
        assert!(message.contains(said), "{new}: {message}");
    }
    editor.open_with(CALMER, CALMER_TEXT);
    let taken = refusal(&mut editor, CALMER, "textDocument/rename", "calm-deploys");
    assert!(taken.contains("there is already a `2026-q4/calm-deploys`"), "{taken}");
    repo.write("goals/2026-q4/broken.checkins.toml", "2026-11-01 = 1\n");
    editor.replace(PLAN_PATH, "unit = \"min\"", "unit = ");
    let broken = refusal(&mut editor, PLAN_PATH, "textDocument/rename", "delay");
    assert!(broken.contains("is not valid TOML"), "{broken}");
}

#[test]
fn an_editor_that_cannot_rename_files_is_told_what_can() {
    let repo = workspace();
    let mut can = capabilities();
    can["workspace"]["workspaceEdit"] = json!({});
    let mut editor = Editor::start_with(&repo, can);
    editor.open_with(CALMER, CALMER_TEXT);
    for method in ["textDocument/prepareRename", "textDocument/rename"] {
        let message = refusal(&mut editor, CALMER, method, "calmest");
        assert!(message.contains("`goals rename 2026-q4/calmer NEW`"), "{message}");
    }
    editor.open_with(PLAN_PATH, &PLAN.replace("results.lead", "results.le‸ad"));
    let edit = renamed(&mut editor, "delay");
    assert!(edit["changes"].is_object(), "{edit}");
    assert!(editor.text(PLAN_PATH).contains("[key_results.delay]"));
}
