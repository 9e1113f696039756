//! The SMART scorecard: a good key result qualifies, and each question fails alone.

use serde_json::Value;

use crate::support::Repo;

const PLAN: &str = "goals/2026-q3/school/enrolment.toml";
const KEY_RESULT: &str = "2026-q3/enrolment.students";

/// A school that has enrolled students before and wants to enrol more.
fn school() -> Repo {
    let repo = Repo::folder();
    repo.write("goals.toml", "format = 1\n");
    repo.write(
        "goals/2026/grow.toml",
        "title = \"The school is full\"\nwhy = \"An empty desk teaches nobody.\"\nowner = \"ana\"\nambition = \"aspirational\"\n",
    );
    let plan = |continues: &str, title: &str| {
        format!(
            r#"title = "Families choose the school"
why = "An empty desk teaches nobody."
owner = "ana"
ambition = "committed"
contributes_to = ["2026/grow"]
{continues}
[key_results.students]
title = "{title}"
unit = "students"
baseline = 0
target = 24
source = "the register"
"#
        )
    };
    repo.write(
        "goals/2026-q2/school/enrolment.toml",
        &plan("", "Enroll 24 new students by the end of Q2"),
    );
    past(&repo, [0, 12, 26]);
    repo.write(
        PLAN,
        &plan("continues = \"2026-q2/enrolment\"", "Enroll 24 new students by the end of Q3"),
    );
    repo
}

/// How the enrolment went in the quarter before.
fn past(repo: &Repo, values: [u32; 3]) {
    let [first, second, third] = values;
    repo.write(
        "goals/2026-q2/school/enrolment.checkins.toml",
        &format!("[students]\n2026-04-06 = {first}\n2026-05-18 = {second}\n2026-06-29 = {third}\n"),
    );
}

/// Replaces a line of the plan, and of the plan before it.
fn replace(repo: &Repo, line: &str, with: &str) {
    for path in [PLAN, "goals/2026-q2/school/enrolment.toml"] {
        let text = repo.read(path);
        if text.contains(line) {
            repo.write(path, &text.replace(line, with));
        }
    }
}

fn card(repo: &Repo) -> Value {
    let arguments = ["smart", KEY_RESULT, "--format", "json", "--as-of", "2026-07-13"];
    let output = repo.goals(&arguments);
    let view: Value = serde_json::from_str(&output.stdout).expect("JSON");
    assert_eq!(view["cards"].as_array().map_or(0, Vec::len), 1, "{view}");
    view["cards"][0].clone()
}

/// The questions that are not met, with the verdict.
fn lacking(card: &Value) -> Vec<String> {
    let answers = card["answers"].as_array().expect("answers").iter();
    answers
        .filter(|answer| answer["verdict"] != "met")
        .map(|answer| {
            assert!(answer["mend"].is_string(), "what is not met says how to mend it: {answer}");
            let word = |key: &str| answer[key].as_str().expect("a word").to_owned();
            format!("{} {}", word("question"), word("verdict"))
        })
        .collect()
}

#[test]
fn the_classic_example_qualifies() {
    let repo = school();
    let card = card(&repo);
    assert_eq!(lacking(&card), Vec::<String>::new(), "{card:#}");
    assert_eq!(card["qualifies"], true);
    let letters: String = card["answers"]
        .as_array()
        .expect("answers")
        .iter()
        .filter_map(|a| a["letter"].as_str())
        .collect();
    assert_eq!(letters, "SMAARRT");
    let evidence = |at: usize| card["answers"][at]["evidence"].as_str().expect("evidence");
    assert_eq!(evidence(1), "from 0 to 24 students, read from the register");
    // 24 students in 79 days; 14 in the 42 days from 18 May to 29 June.
    assert_eq!(
        evidence(3),
        "needs 2.13 students a week; the best on record is 2.33 students a week (`2026-q2/enrolment.students`)"
    );
    let shown = repo.goals(&["smart", KEY_RESULT, "--as-of", "2026-07-13"]).sound();
    assert!(shown.ends_with("  qualifies as SMART\n"), "{shown}");
}

#[test]
fn each_question_fails_alone() {
    type Change = fn(&Repo);
    let changes: [(&str, Change); 7] = [
        ("specific missing", |repo| {
            replace(repo, "Enroll 24 new students by the end of Q3", "TBD");
        }),
        ("measurable weak", |repo| replace(repo, "unit = \"students\"\n", "")),
        ("assignable missing", |repo| replace(repo, "owner = \"ana\"\n", "")),
        ("relevant missing", |repo| replace(repo, "contributes_to = [\"2026/grow\"]\n", "")),
        ("realistic weak", |repo| past(repo, [0, 50, 104])),
        ("time-bound missing", |repo| {
            replace(repo, "source =", "due = 2026-10-20\nsource =");
        }),
        ("time-bound weak", |repo| {
            repo.write(
                "goals/2026-q3/school/enrolment.checkins.toml",
                "[students]\n2026-06-30 = 0\n",
            );
        }),
    ];
    for (expected, change) in changes {
        let repo = school();
        change(&repo);
        let card = card(&repo);
        assert_eq!(lacking(&card), [expected], "{card:#}");
        assert_eq!(card["qualifies"], false);
    }
}

#[test]
fn what_is_faster_than_ever_is_neither_attainable_nor_realistic() {
    let repo = school();
    past(&repo, [0, 9, 19]);
    let slow = card(&repo);
    assert_eq!(lacking(&slow), ["attainable weak", "realistic weak"], "{slow:#}");
    let evidence = |at: usize| slow["answers"][at]["evidence"].as_str().expect("evidence");
    assert!(evidence(5).starts_with(evidence(3)), "{slow:#}");
    // The objective stands as its weakest key result does.
    let arguments = ["smart", "2026-q3/enrolment", "--format", "json", "--as-of", "2026-07-13"];
    let view: Value = serde_json::from_str(&repo.goals(&arguments).stdout).expect("JSON");
    let objective = &view["cards"][0];
    assert_eq!(objective["ref"], "2026-q3/enrolment");
    for at in [3, 5] {
        let answer = &objective["answers"][at];
        assert_eq!(answer["verdict"], "weak", "{objective:#}");
        let shown = answer["evidence"].as_str().expect("evidence");
        assert_eq!(shown, format!("`students`: {}", evidence(at)));
    }
}

#[test]
fn an_objective_that_nothing_measures_has_no_pace() {
    let repo = school();
    repo.write("goals/2026-q3/alone.toml", "title = \"Somebody is there\"\nowner = \"ana\"\n");
    let arguments = ["smart", "2026-q3/alone", "--format", "json", "--as-of", "2026-07-13"];
    let view: Value = serde_json::from_str(&repo.goals(&arguments).stdout).expect("JSON");
    for at in [3, 5] {
        assert_eq!(view["cards"][0]["answers"][at]["verdict"], "missing", "{view:#}");
    }
}

#[test]
fn without_a_past_nobody_can_say_what_is_within_reach() {
    let repo = school();
    replace(&repo, "continues = \"2026-q2/enrolment\"\n", "");
    replace(&repo, "unit = \"students\"", "unit = \"pupils\"");
    repo.write("goals/2026-q2/school/enrolment.checkins.toml", "");
    assert_eq!(lacking(&card(&repo)), ["attainable weak", "realistic weak"]);
}

#[test]
fn a_missing_measure_leaves_nothing_to_judge() {
    let repo = school();
    replace(&repo, "target = 24\n", "");
    let found = lacking(&card(&repo));
    assert_eq!(found, ["measurable missing", "attainable missing", "realistic missing"]);
}

#[test]
fn what_is_allowed_is_not_held_against_anyone() {
    let repo = school();
    replace(&repo, "unit = \"students\"\n", "allow = { missing-unit = \"heads\" }\n");
    assert_eq!(lacking(&card(&repo)), Vec::<String>::new());
}

#[test]
fn active_cycles_are_shown_unless_another_is_named() {
    let repo = school();
    let references = |arguments: &[&str]| -> Vec<String> {
        let all = [&["smart", "--format", "json", "--as-of", "2026-07-13"][..], arguments].concat();
        let view: Value = serde_json::from_str(&repo.goals(&all).stdout).expect("JSON");
        let cards = view["cards"].as_array().expect("cards").clone();
        cards.iter().filter_map(|card| card["ref"].as_str().map(str::to_owned)).collect()
    };
    assert_eq!(references(&[]), ["2026/grow", "2026-q3/enrolment", KEY_RESULT]);
    assert_eq!(
        references(&["--cycle", "2026-q2"]),
        ["2026-q2/enrolment", "2026-q2/enrolment.students"]
    );
}
