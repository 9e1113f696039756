//! What is told of what stands under the pointer.

use super::client::Editor;
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};

/// Hovers over the cursor in a text of the plan or of its records.
fn check(path: &str, text: &str, expected: &[&str]) {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(path, text);
    editor.remember();
    let told = editor.here("textDocument/hover");
    let told = told["contents"]["value"].as_str().unwrap_or_default();
    // Joiners keep forges from making links; they are not seen.
    let told = told.replace(['\u{2060}', '\\'], "");
    for part in expected {
        assert!(told.contains(part), "{part:?} in:\n{told}");
    }
    assert!(!expected.is_empty() || told.is_empty(), "{told}");
}

#[test]
fn a_key_result_tells_how_it_stands() {
    check(
        PLAN_PATH,
        &PLAN.replace("[key_results.lead-time]", "[key_results.lead‸-time]"),
        &[
            "2026-q4/calm-deploys.lead-time",
            "67 % · on track · 12 days since the last check-in · pace 1.19",
            "confidence 7",
            "240 → 90 → 15 min",
            "2 check-ins",
            "at this rate",
            "Last check-in: 2026-11-09 · 90 min · confidence 7 · “canary on” · recorded by Ana Silva on 2026-11-09, the same day, in",
            "Canary on",
        ],
    );
}

#[test]
fn a_title_tells_of_its_goal() {
    check(
        PLAN_PATH,
        &PLAN.replace("Deploys are", "Deploys ‸are"),
        &[
            "2026-q4/calm-deploys",
            "ana · aspirational · 2026-10-01 to 2026-12-31",
            "- `lead-time`: 67 %",
        ],
    );
}

#[test]
fn a_reference_tells_what_it_names() {
    let repo = repository();
    repo.write("goals/2026/grow.toml", "title = \"Grow calmly\"\nowner = \"ana\"\n");
    let mut editor = Editor::start(&repo);
    let text = format!("contributes_to = [\"2026/gr‸ow\"]\n{PLAN}");
    editor.open_with(PLAN_PATH, &text);
    let told = editor.here("textDocument/hover");
    let value = told["contents"]["value"].as_str().expect("text");
    assert!(value.contains("**Grow calmly** `2026/grow`"), "{value}");
    assert_eq!(editor.in_range(PLAN_PATH, &told["range"]), "2026/grow");
}

#[test]
fn a_record_tells_who_brought_it_and_how_late() {
    check(
        RECORDS_PATH,
        &RECORDS.replace("2026-11-09 = { value", "2026-11‸-09 = { value"),
        &["2026-11-09 · 90 min · confidence 7", "−90 since 2026-10-12", "the same day"],
    );
    check(
        RECORDS_PATH,
        &RECORDS.replace("2026-10-12 = 180", "2026-10-12 = 1‸80"),
        &["180 min", "recorded by Ana Silva on 2026-11-09, 28 days later"],
    );
    check(
        RECORDS_PATH,
        &RECORDS.replace("2026-10-12 = 180", "2026-10-12 = 1‸81"),
        &["181 min", "not committed as it stands"],
    );
}

#[test]
fn a_key_tells_what_it_is_for() {
    check(PLAN_PATH, &PLAN.replace("baseline =", "base‸line ="), &["baseline = ", "number"]);
    check("goals.toml", "format = 1\npla‸ns = \"goals\"\n", &["plans = "]);
    check(RECORDS_PATH, &RECORDS.replace("confidence", "confi‸dence"), &["confidence = "]);
}

#[test]
fn a_rule_shows_its_page() {
    check(
        PLAN_PATH,
        &format!("allow = {{ missing-so‸urce = \"x\" }}\n{PLAN}"),
        &["# missing-source"],
    );
}

#[test]
fn a_person_tells_what_they_are_accountable_for() {
    check(
        PLAN_PATH,
        &PLAN.replace("\"ana\"", "\"an‸a\""),
        &["accountable for 1 goal and 2 key results"],
    );
}

#[test]
fn nothing_is_told_of_nothing() {
    check(PLAN_PATH, &format!("# a comm‸ent\n{PLAN}"), &[]);
    check(PLAN_PATH, &PLAN.replace("\n\n[key_results.l", "\n‸\n[key_results.l"), &[]);
}

#[test]
fn text_of_files_stays_text() {
    let hostile = "<img src=x onerror=alert(1)> [a](command:x) **b** \\u001b @ana";
    let repo = repository();
    let mut editor = Editor::start(&repo);
    let text = PLAN
        .replace("Deploys are calm", hostile)
        .replace("[key_results.lead-time]", "[key_results.lead‸-time]");
    editor.open_with(PLAN_PATH, &text.replace("Median lead time", hostile));
    let told = editor.here("textDocument/hover");
    let told = told["contents"]["value"].as_str().expect("text");
    assert!(told.contains("onerror"), "{told}");
    let mut acting = String::new();
    let mut characters = told.chars();
    while let Some(c) = characters.next() {
        // What stands behind a backslash is only a character.
        match c {
            '\\' => drop(characters.next()),
            c => acting.push(c),
        }
    }
    for markup in ["<", "](", "**b", "\u{1b}"] {
        assert!(!acting.contains(markup), "{markup} in {acting}");
    }
}

#[test]
fn a_piece_of_work_tells_whose_it_is_and_when() {
    let work = "[initiatives.can‸ary]\ntitle = \"Canary 🐤 releases\"\nowner = \"ana\"\nlink = \"https://example.com/231\"\ndue = 2026-11-13\n";
    let told = ["**Canary 🐤 releases** `canary`", "ana · due on 2026-11-13 · "];
    check(PLAN_PATH, &format!("{PLAN}\n{work}"), &told);
    let done = work.replace("due =", "done = 2026-11-12\ndue =");
    check(PLAN_PATH, &format!("{PLAN}\n{done}"), &["ana · done on 2026-11-12 · "]);
}
