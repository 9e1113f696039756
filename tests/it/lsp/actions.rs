//! Code actions, each made and its result looked at by the loader.

use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};

/// The actions at the first place where `at` stands in an open file.
fn actions(editor: &mut Editor, path: &str, at: &str, only: Option<&str>) -> Vec<Value> {
    let start = editor.text(path).find(at).expect("in the text");
    let range = json!({
        "start": editor.position(path, start),
        "end": editor.position(path, start + at.len()),
    });
    editor.settle();
    let diagnostics = editor.told_of(path);
    let mut context = json!({ "diagnostics": diagnostics });
    if let Some(only) = only {
        context["only"] = json!([only]);
    }
    let params = json!({
        "textDocument": { "uri": editor.uri(path) }, "range": range, "context": context,
    });
    let answer = editor.request("textDocument/codeAction", params).expect("an answer");
    answer.as_array().expect("actions").clone()
}

fn titles(actions: &[Value]) -> Vec<&str> {
    actions.iter().map(|action| action["title"].as_str().expect("a title")).collect()
}

/// Makes the action with this title.
#[track_caller]
fn make(editor: &mut Editor, actions: &[Value], title: &str) -> Value {
    let found = actions.iter().find(|action| action["title"] == title);
    let action = found.unwrap_or_else(|| panic!("no {title:?} among {:?}", titles(actions)));
    editor.apply(&action["edit"]);
    action.clone()
}

#[test]
fn a_fix_mends_its_finding_and_leaves_the_rest() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = PLAN.replace("baseline = 240", "basline = 240 # 😀 said");
    editor.open_with(PLAN_PATH, &text);
    let all = actions(&mut editor, PLAN_PATH, "basline", Some("quickfix"));
    let action = make(&mut editor, &all, "Replace `basline` with `baseline`");
    assert_eq!(action["isPreferred"], true);
    assert_eq!(action["kind"], "quickfix");
    assert_eq!(action["diagnostics"][0]["code"], "unknown-key");
    assert_eq!(editor.text(PLAN_PATH), text.replace("basline", "baseline"));
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
}

/// Opens a file of a workspace with a parent, people and levels; what the preferred action at `at`
/// makes of it.
#[track_caller]
fn preferred(path: &str, text: &str, at: &str) -> (String, String) {
    let repo = repository();
    repo.write("goals/2026/grow-healthily.toml", &PLAN.replace("Deploys are calm", "We grow"));
    repo.write("goals.toml", "format = 1\n\n[people.annabel]\nname = \"Ana Silva\"\n");
    let mut editor = Editor::start(&repo);
    editor.open_with(path, text);
    let all = actions(&mut editor, path, at, Some("quickfix"));
    let preferred: Vec<&Value> =
        all.iter().filter(|action| action["isPreferred"] == true).collect();
    let [action] = preferred[..] else { panic!("{:?}", titles(&all)) };
    assert!(action["diagnostics"][0]["message"].as_str().expect("text").contains("did you mean"));
    editor.apply(&action["edit"]);
    (action["title"].as_str().expect("a title").to_owned(), editor.text(path))
}

#[test]
fn what_was_probably_meant_is_offered_wherever_it_is_asked_about() {
    let plan = |old: &str, new: &str| PLAN.replace(old, new);
    let owner = "owner = \"ana\"";
    let below = |key: &str| plan(owner, &format!("{owner}\n{key}"));
    for (path, text, at, new) in [
        (
            PLAN_PATH,
            below("contributes_to = [\"grow-helthly\"]"),
            "grow-helthly",
            "2026/grow-healthily",
        ),
        (
            PLAN_PATH,
            below("supports = [\"grow-healthily.lead-tmie\"]"),
            "grow-healthily.lead-tmie",
            "2026/grow-healthily.lead-time",
        ),
        (PLAN_PATH, plan("\"ana\"", "\"anabell\""), "anabell", "annabel"),
        (PLAN_PATH, plan("\"aspirational\"", "\"aspirtionl\""), "aspirtionl", "aspirational"),
        (PLAN_PATH, plan("baseline", "baslin"), "baslin", "baseline"),
        (PLAN_PATH, below("allow = { misng-why = \"x\" }"), "misng-why", "missing-why"),
        (RECORDS_PATH, RECORDS.replace("rollbacks", "rolbaks"), "rolbaks", "rollbacks"),
        (
            "goals.toml",
            "format = 1\n[check]\nlevels = { missing-why = \"warng\" }\n".to_owned(),
            "warng",
            "warning",
        ),
    ] {
        let (title, outcome) = preferred(path, &text, at);
        assert!(title.starts_with("Replace") && title.contains(new), "{title}");
        assert_eq!(outcome, text.replace(at, new), "{title}");
    }
}

#[test]
fn what_is_only_probable_is_mended_by_nobody_but_the_one_who_chooses_it() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, &PLAN.replace("baseline", "baslin"));
    let all = actions(&mut editor, PLAN_PATH, "title", Some("source.fixAll"));
    assert_eq!(titles(&all), Vec::<&str>::new());
    let twice = PLAN.replace("baseline = 240", "baseline = 240\nbaslin = 1");
    editor.replace(PLAN_PATH, "baslin = 240", "baseline = 240\nbaslin = 1");
    assert_eq!(editor.text(PLAN_PATH), twice);
    let all = actions(&mut editor, PLAN_PATH, "baslin", Some("quickfix"));
    assert!(all.iter().all(|action| action["isPreferred"] != true), "{:?}", titles(&all));
}

#[test]
fn every_finding_of_a_rule_and_all_of_a_file_are_fixed_at_once() {
    let text = PLAN
        .replace("baseline", "basline")
        .replace("at_most", "at_mots")
        .replace("kind = \"threshold\"", "kind = \"Threshold\"");
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, &text);
    let all = actions(&mut editor, PLAN_PATH, "basline", None);
    make(&mut editor, &all, "Fix every `unknown-key` in this file");
    let expected = text.replace("basline", "baseline").replace("at_mots", "at_most");
    assert_eq!(editor.text(PLAN_PATH), expected);
    let all = actions(&mut editor, PLAN_PATH, "title", Some("source.fixAll"));
    assert_eq!(titles(&all), ["Fix all that can be fixed in this file"]);
    make(&mut editor, &all, "Fix all that can be fixed in this file");
    assert_eq!(editor.text(PLAN_PATH), PLAN);
    assert!(actions(&mut editor, PLAN_PATH, "title", Some("source")).is_empty());
}

#[test]
fn a_finding_is_allowed_where_it_belongs() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = PLAN
        .replace("source = \"https://example.com/dashboards/lead-time\"\n", "")
        .replace("why = \"Every rollback costs a customer conversation.\"\n", "");
    editor.open_with(PLAN_PATH, &text);
    assert!(!editor.findings(PLAN_PATH).is_empty());
    let all = actions(&mut editor, PLAN_PATH, "Deploys", None);
    make(&mut editor, &all, "Allow `missing-why` for this goal, with a reason");
    let all = actions(&mut editor, PLAN_PATH, "[key_results.lead-time]", None);
    make(&mut editor, &all, "Allow `missing-source` for `lead-time`, with a reason");
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    let plan = editor.text(PLAN_PATH);
    assert!(
        plan.contains("target = 15\nallow = { missing-source = \"why this is right\" }\n"),
        "{plan}"
    );
}

#[test]
fn a_second_allowance_joins_the_first_and_the_reason_is_to_be_filled_in() {
    let repo = repository();
    let mut can = capabilities();
    can["workspace"]["workspaceEdit"]["snippetEditSupport"] = json!(true);
    let mut editor = Editor::start_with(&repo, can);
    let text = PLAN.replace(
        "why = \"Every rollback costs a customer conversation.\"",
        "allow = { unaligned = \"x\" }",
    );
    editor.open_with(PLAN_PATH, &text);
    let all = actions(&mut editor, PLAN_PATH, "Deploys", None);
    let allow = all.iter().find(|action| {
        action["title"].as_str().is_some_and(|title| title.starts_with("Allow `missing-why`"))
    });
    let edit = &allow.expect("offered")["edit"]["documentChanges"][0]["edits"][0];
    assert_eq!(edit["snippet"]["value"], ", missing-why = \"${1:why this is right}\"");
    assert_eq!(edit["range"]["start"], edit["range"]["end"]);
}

#[test]
fn what_cannot_be_allowed_is_not() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, &PLAN.replace("baseline = 240", "baseline = "));
    let all = actions(&mut editor, PLAN_PATH, "baseline =", None);
    assert!(titles(&all).iter().all(|title| !title.starts_with("Allow `syntax`")), "{all:?}");
}

#[test]
fn checking_in_puts_todays_record_below_its_key_result() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    let all = actions(&mut editor, PLAN_PATH, "baseline", Some("refactor"));
    make(&mut editor, &all, "Check in `lead-time` now: 2026-11-21 = 90");
    let expected = RECORDS.replace("\n\n[rollbacks]", "\n2026-11-21 = 90\n\n[rollbacks]");
    assert_eq!(editor.text(RECORDS_PATH), expected);
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    assert!(actions(&mut editor, PLAN_PATH, "baseline", Some("refactor")).is_empty());
    let all = actions(&mut editor, RECORDS_PATH, "[rollbacks]", Some("refactor.checkin"));
    make(&mut editor, &all, "Check in `rollbacks` now: 2026-11-21 = 1");
    assert!(editor.text(RECORDS_PATH).ends_with("2026-11-09 = 1\n2026-11-21 = 1\n"));
}

#[test]
fn checking_in_makes_the_file_where_there_is_none() {
    let repo = repository();
    let path = "goals/2026-q4/steps.toml";
    repo.write(
        path,
        "title = \"Steps\"\n\n[key_results.launch]\ntitle = \"Launch\"\nkind = \"milestone\"\nmilestones = { alpha = 0.3, live = 1.0 }\n\n[key_results.size]\ntitle = \"Size\"\nkind = \"baseline\"\nunit = \"GB\"\n\n[key_results.up]\ntitle = \"Up\"\nkind = \"threshold\"\nat_least = 99\nunit = \"%\"\n",
    );
    let mut editor = Editor::start(&repo);
    editor.open(path);
    let records = "goals/2026-q4/steps.checkins.toml";
    for (at, record) in [
        ("[key_results.launch]", "2026-11-21 = \"alpha\""),
        ("[key_results.size]", "2026-11-21 = { note = \"\" }"),
        ("[key_results.up]", "2026-11-21 = { note = \"\" }"),
    ] {
        let all = actions(&mut editor, path, at, Some("refactor.checkin"));
        let title = titles(&all)[0].to_owned();
        assert!(title.ends_with(record), "{title}");
        make(&mut editor, &all, &title);
    }
    assert_eq!(
        editor.text(records),
        "[launch]\n2026-11-21 = \"alpha\"\n\n[size]\n2026-11-21 = { note = \"\" }\n\n[up]\n2026-11-21 = { note = \"\" }\n"
    );
    assert_eq!(editor.findings(records), Vec::<String>::new());
}

#[test]
fn nobody_checks_in_before_the_first_day_or_after_the_last() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let mut offered = |path: &str, text: &str| {
        editor.open_with(path, text);
        let all = actions(&mut editor, path, "baseline", Some("refactor"));
        editor.close(path);
        !all.is_empty()
    };
    let with = |line: &str| PLAN.replacen("baseline", &format!("{line}\nbaseline"), 1);
    assert!(offered(PLAN_PATH, PLAN));
    assert!(offered(PLAN_PATH, &with("starts = 2026-11-21")));
    assert!(!offered(PLAN_PATH, &with("starts = 2026-11-22")));
    assert!(offered(PLAN_PATH, &with("due = 2026-11-21")));
    assert!(!offered(PLAN_PATH, &with("due = 2026-11-20")));
    assert!(!offered("goals/2027-q1/next.toml", PLAN));
    for (day, may) in [("2026-11-21", false), ("2026-12-01", true)] {
        let closed = format!("{PLAN}\n[close]\ndate = {day}\nscore = 0.7\n");
        assert_eq!(offered(PLAN_PATH, &closed), may, "{day}");
    }
}

#[test]
fn an_editor_that_makes_no_files_is_not_offered_one() {
    let repo = repository();
    repo.write("goals/2026-q4/new.toml", "title = \"New\"\nbaseline = 1\ntarget = 2\n");
    let mut can = capabilities();
    can["workspace"]["workspaceEdit"] = json!({});
    let mut editor = Editor::start_with(&repo, can);
    editor.open("goals/2026-q4/new.toml");
    let all = actions(&mut editor, "goals/2026-q4/new.toml", "baseline", Some("refactor"));
    assert_eq!(titles(&all), Vec::<&str>::new());
    editor.open(PLAN_PATH);
    let all = actions(&mut editor, PLAN_PATH, "baseline", Some("refactor"));
    make(&mut editor, &all, "Check in `lead-time` now: 2026-11-21 = 90");
    assert!(editor.text(RECORDS_PATH).contains("2026-11-21 = 90\n"));
}

#[test]
fn a_record_is_taken_back_and_stays_to_be_read() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(RECORDS_PATH);
    for (at, date, before, after) in [
        ("= 180", "2026-10-12", "= 180", "= { value = 180, void = true }"),
        ("canary", "2026-11-09", "\"canary on\" }", "\"canary on\", void = true }"),
    ] {
        let all = actions(&mut editor, RECORDS_PATH, at, Some("refactor.void"));
        let expected = editor.text(RECORDS_PATH).replace(before, after);
        make(&mut editor, &all, &format!("Take back the record of {date}"));
        assert_eq!(editor.text(RECORDS_PATH), expected);
        assert!(actions(&mut editor, RECORDS_PATH, at, Some("refactor.void")).is_empty());
    }
    assert!(editor.findings(RECORDS_PATH).iter().all(|finding| !finding.contains("syntax")));
}

#[test]
fn records_are_sorted_with_their_comments() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let sorted = "[lead-time]\n# first\n2026-10-12 = 180 # said\n2026-11-09 = 90\n";
    editor.open_with(
        RECORDS_PATH,
        "[lead-time]\n2026-11-09 = 90\n# first\n2026-10-12 = 180 # said\n",
    );
    let all = actions(&mut editor, RECORDS_PATH, "[lead", Some("source"));
    assert_eq!(all[0]["kind"], "source.sortRecords.goals");
    make(&mut editor, &all, "Sort the records by date");
    assert_eq!(editor.text(RECORDS_PATH), sorted);
    assert!(actions(&mut editor, RECORDS_PATH, "[lead", Some("source")).is_empty());
}

#[test]
fn records_in_their_order_are_not_offered_to_be_sorted() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    for text in [
        "[lead-time]\n2026-10-12 = 180\n2026-11-09 = 90",
        "[lead-time]\n2026-10-12 = 180\n\n\n2026-11-09 = 90  \n",
        "[lead-time]\r\n2026-10-12 = 180\n2026-11-09 = 90\r\n",
    ] {
        editor.open_with(RECORDS_PATH, text);
        let all = actions(&mut editor, RECORDS_PATH, "[lead", Some("source.sortRecords"));
        assert_eq!(titles(&all), Vec::<&str>::new(), "{text:?}");
        editor.close(RECORDS_PATH);
    }
}

#[test]
fn only_what_is_asked_for_is_offered() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(RECORDS_PATH, "[lead-time]\n2026-11-09 = 90\n2026-10-12 = 180\n");
    let kinds = |editor: &mut Editor, only: Option<&str>| {
        let all = actions(editor, RECORDS_PATH, "2026-11-09", only);
        all.iter()
            .map(|action| action["kind"].as_str().expect("a kind").to_owned())
            .collect::<Vec<_>>()
    };
    let records = ["refactor.checkin", "refactor.void", "source.sortRecords.goals"];
    assert_eq!(kinds(&mut editor, Some("")), records);
    assert_eq!(kinds(&mut editor, Some("refactor")), records[..2]);
    assert_eq!(kinds(&mut editor, Some("source.sort")), Vec::<String>::new());
    assert_eq!(kinds(&mut editor, Some("quickfix")), Vec::<String>::new());
}
