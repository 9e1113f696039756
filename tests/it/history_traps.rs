//! What git and people do to files and commits: each trap of the history, made by real git.

use std::fs;

use serde_json::Value;

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okafor <ben@northwind.example>";

const PLAN: &str = r#"title = "Support answers on the day"
owner = "ana"

[key_results.answers]
title = "First answers within a day rise from 40 to 90 percent"
unit = "%"
baseline = 40
target = 90
"#;

const PATH: &str = "goals/2026-q4/support.toml";
const RECORD: &str = "goals/2026-q4/support.checkins.toml";
const BOTH: &str = "[answers]\n2026-10-05 = 40\n2026-10-12 = 55\n";

/// A repository with a plan and two records, in a commit each.
fn begun() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(PATH, PLAN);
    repo.commit(ANA, "2026-10-01T09:00:00+02:00", "plan");
    repo.write(RECORD, "[answers]\n2026-10-05 = 40\n");
    repo.commit(ANA, "2026-10-05T09:00:00+02:00", "first value");
    repo.write(RECORD, BOTH);
    repo.commit(BEN, "2026-10-12T09:00:00+02:00", "second value");
    repo
}

/// The events of [`begun`].
const BEGUN: [&str; 3] = [
    "recorded 2026-q4/support.answers 2026-10-12 55 Ben Okafor*",
    "recorded 2026-q4/support.answers 2026-10-05 40 Ana Silva*",
    "planned 2026-q4/support - - Ana Silva",
];

/// Writes the record and commits it.
fn record(repo: &Repo, author: &str, day: &str, text: &str) {
    repo.write(RECORD, text);
    repo.commit(author, &format!("2026-{day}T09:00:00+02:00"), "check-in");
}

/// Each event as `event ref date value author`, the newest first, with a star for a witness.
#[track_caller]
fn events(repo: &Repo) -> Vec<String> {
    let events = repo.goals(&["log", "--format", "json"]).json();
    let text = |value: &Value| match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let shown = |event: &Value| {
        let star = if event["witness"] == true { "*" } else { "" };
        ["event", "ref", "date", "value", "author"].map(|key| text(&event[key])).join(" ") + star
    };
    events.as_array().expect("an array").iter().map(shown).collect()
}

/// The rollup's goals, whatever else is said.
#[track_caller]
fn goals(repo: &Repo) -> Value {
    let output = repo.goals(&["rollup"]);
    let rollup: Value = serde_json::from_str(&output.stdout).expect("JSON");
    rollup["goals"].clone()
}

/// The goals without what only the history tells.
fn figures(repo: &Repo) -> Value {
    let mut goals = goals(repo);
    for goal in goals.as_array_mut().expect("an array") {
        for key in ["amendments", "goalpost_moves", "score_original"] {
            goal[key] = Value::Null;
        }
    }
    goals
}

#[test]
fn clones_of_any_depth_have_the_values_and_credit_nobody_at_their_boundary() {
    let repo = begun();
    let all = events(&repo);
    assert_eq!(all, BEGUN);
    let expected = figures(&repo);
    let origin = format!("file://{}", repo.path().display());
    let mut repo = repo;
    for depth in 1..=4 {
        let (folder, text) = (repo.beside(&format!("depth-{depth}")), depth.to_string());
        let to = folder.to_string_lossy().into_owned();
        repo.git(&["clone", "-q", "--depth", &text, &origin, &to]);
        repo = repo.at(&folder);
        assert_eq!(figures(&repo), expected, "depth {depth}");
        // The boundary commit brought something, too, but what is not known.
        let known = depth - 1;
        assert_eq!(events(&repo), all[..known], "depth {depth}");
    }
}

#[test]
fn a_squash_is_read_from_its_files_whatever_its_message() {
    let mut seen = Vec::new();
    for keeps_messages in [true, false] {
        let repo = begun();
        repo.git(&["checkout", "-q", "-b", "side"]);
        for (day, value) in [("19", "60"), ("26", "70")] {
            let date = format!("2026-10-{day}T09:00:00+02:00");
            repo.write(RECORD, &format!("{}2026-10-{day} = {value}\n", repo.read(RECORD)));
            let trailer = format!("check-in\n\nCheck-in: 2026-q4/support.answers 2026-10-{day} 99");
            repo.commit(BEN, &date, &trailer);
        }
        repo.git(&["checkout", "-q", "main"]);
        repo.git(&["merge", "-q", "--squash", "side"]);
        let kept: &[&str] = &["commit", "-q", "--no-edit"];
        let lost: &[&str] = &["commit", "-q", "-m", "side (#12)"];
        let how = if keeps_messages { kept } else { lost };
        repo.dated(ANA, "2026-10-27T09:00:00+02:00", how);
        let message = repo.git(&["log", "-1", "--format=%B"]);
        assert_eq!(message.contains("Check-in:"), keeps_messages, "{message}");
        seen.push((events(&repo), figures(&repo)));
    }
    assert_eq!(
        seen[0].0[..2],
        [
            "recorded 2026-q4/support.answers 2026-10-26 70 Ana Silva*",
            "recorded 2026-q4/support.answers 2026-10-19 60 Ana Silva*",
        ]
    );
    assert_eq!(seen[0].0[2..], BEGUN);
    assert_eq!(seen[0], seen[1]);
}

#[test]
fn a_rebase_keeps_who_recorded_what_when() {
    let repo = begun();
    repo.git(&["checkout", "-q", "-b", "side"]);
    record(&repo, BEN, "10-19", &format!("{BOTH}2026-10-19 = 60\n"));
    let told = |repo: &Repo| {
        let event = repo.goals(&["log", "-n", "1", "--format", "json"]).json();
        ["event", "date", "value", "author", "authored", "lag_days", "witness"]
            .map(|key| event[0][key].clone())
    };
    let (before, commit) = (told(&repo), repo.git(&["rev-parse", "HEAD"]));
    repo.git(&["checkout", "-q", "main"]);
    repo.write("other.txt", "x\n");
    repo.commit(ANA, "2026-10-20T09:00:00+02:00", "elsewhere");
    repo.git(&["checkout", "-q", "side"]);
    repo.git(&["rebase", "-q", "main"]);
    assert_ne!(repo.git(&["rev-parse", "HEAD"]), commit);
    assert_eq!(told(&repo), before);
}

#[test]
fn a_revert_of_a_revert_of_a_plan_gives_every_record_back() {
    let repo = begun();
    let expected = figures(&repo);
    repo.git(&["rm", "-q", PATH, RECORD]);
    repo.commit(ANA, "2026-10-20T09:00:00+02:00", "delete");
    assert_eq!(goals(&repo), Value::Array(Vec::new()));
    repo.dated(BEN, "2026-10-21T09:00:00+02:00", &["revert", "--no-edit", "HEAD"]);
    assert_eq!(figures(&repo), expected);
    assert_eq!(
        events(&repo)[..4],
        [
            "recorded 2026-q4/support.answers 2026-10-12 55 Ben Okafor*",
            "recorded 2026-q4/support.answers 2026-10-05 40 Ben Okafor*",
            "planned 2026-q4/support - - Ben Okafor",
            "deleted 2026-q4/support - - Ana Silva",
        ]
    );
    for day in ["22", "23"] {
        let date = format!("2026-10-{day}T09:00:00+02:00");
        repo.dated(ANA, &date, &["revert", "--no-edit", "HEAD"]);
    }
    assert_eq!(figures(&repo), expected);
    assert_eq!(events(&repo).len(), 11);
    assert_eq!(events(&repo)[0], "recorded 2026-q4/support.answers 2026-10-12 55 Ana Silva*");
}

#[test]
fn lag_is_counted_on_the_authors_own_calendar() {
    for (date, lag) in [
        ("2026-10-20T00:30:00+14:00", 1),
        ("2026-10-19T23:30:00-12:00", 0),
        ("2031-01-01T00:00:00+00:00", 1535),
        ("1970-01-01T12:00:00+00:00", -20745),
    ] {
        let repo = begun();
        repo.write(RECORD, &format!("{BOTH}2026-10-19 = 60\n"));
        repo.commit(BEN, date, "check-in");
        repo.dated(ANA, "2026-10-20T09:00:00+02:00", &["commit", "-q", "--allow-empty", "-m", "x"]);
        let newest = repo.goals(&["log", "-n", "1", "--format", "json"]).json();
        assert_eq!(newest[0]["lag_days"], lag, "{date}");
        assert_eq!(newest[0]["date"], "2026-10-19", "the last that was committed");
        assert_eq!(events(&repo)[1..], BEGUN);
    }
}

#[test]
fn a_moved_cycle_is_another_goal_that_may_continue_the_first() {
    let repo = begun();
    repo.git(&["mv", "goals/2026-q4", "goals/2027-q1"]);
    repo.commit(BEN, "2026-12-28T09:00:00+01:00", "next quarter");
    let found = events(&repo);
    assert_eq!(
        found[..4],
        [
            "recorded 2027-q1/support.answers 2026-10-12 55 Ben Okafor*",
            "recorded 2027-q1/support.answers 2026-10-05 40 Ben Okafor*",
            "planned 2027-q1/support - - Ben Okafor",
            "deleted 2026-q4/support - - Ben Okafor",
        ]
    );
    assert!(found[4..].iter().all(|event| !event.ends_with('*')), "{found:?}");
    assert_eq!(goals(&repo)[0]["ref"], "2027-q1/support");
    assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 55);
}

#[test]
fn a_rename_that_nobody_tells_of_is_a_deletion_and_a_new_goal() {
    let repo = begun();
    repo.git(&["mv", PATH, "goals/2026-q4/care.toml"]);
    repo.git(&["mv", RECORD, "goals/2026-q4/care.checkins.toml"]);
    repo.commit(ANA, "2026-10-20T09:00:00+02:00", "rename");
    let found = events(&repo);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found.contains(&"deleted 2026-q4/support - - Ana Silva".to_owned()), "{found:?}");
    assert!(found.contains(&"planned 2026-q4/care - - Ana Silva".to_owned()), "{found:?}");
    // Told later, it was the same goal all the time.
    repo.write("goals/2026-q4/care.toml", &format!("formerly = [\"support\"]\n{PLAN}"));
    repo.commit(BEN, "2026-10-21T09:00:00+02:00", "tell of it");
    let renamed: Vec<String> = BEGUN.iter().map(|event| event.replace("support", "care")).collect();
    assert_eq!(events(&repo), renamed);
}

#[test]
#[cfg(target_os = "linux")]
fn a_rename_of_case_only_keeps_both_names_apart() {
    let repo = begun();
    repo.git(&["mv", PATH, "goals/2026-q4/Support.toml"]);
    repo.git(&["mv", RECORD, "goals/2026-q4/Support.checkins.toml"]);
    repo.commit(BEN, "2026-10-19T09:00:00+02:00", "capital");
    assert!(repo.goals(&["check"]).stdout.contains("bad-id"));
    repo.git(&["mv", "goals/2026-q4/Support.toml", PATH]);
    repo.git(&["mv", "goals/2026-q4/Support.checkins.toml", RECORD]);
    repo.commit(ANA, "2026-10-20T09:00:00+02:00", "and back");
    let of_goal: Vec<String> =
        events(&repo).into_iter().filter(|event| event.contains("/support")).collect();
    assert_eq!(
        of_goal[..4],
        [
            "recorded 2026-q4/support.answers 2026-10-12 55 Ana Silva*",
            "recorded 2026-q4/support.answers 2026-10-05 40 Ana Silva*",
            "planned 2026-q4/support - - Ana Silva",
            "deleted 2026-q4/support - - Ben Okafor",
        ]
    );
    assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 55);
}

#[test]
fn bytes_that_say_the_same_make_no_event() {
    let repo = begun();
    let ways = [
        ("CRLF", BOTH.replace('\n', "\r\n"), PLAN.replace('\n', "\r\n")),
        ("a BOM", format!("\u{feff}{BOTH}"), format!("\u{feff}{PLAN}")),
        ("no newline at the end", BOTH.trim_end().to_owned(), PLAN.trim_end().to_owned()),
        (
            "out of order",
            "[answers]\n2026-10-12 = 55\n2026-10-05 = 40\n".to_owned(),
            PLAN.to_owned(),
        ),
    ];
    let expected = figures(&repo);
    for (at, (what, record, plan)) in ways.iter().enumerate() {
        repo.write(RECORD, record);
        repo.write(PATH, plan);
        repo.commit(BEN, &format!("2026-10-{}T09:00:00+02:00", 20 + at), what);
        assert_eq!(events(&repo), BEGUN, "{what}");
        assert_eq!(figures(&repo), expected, "{what}");
    }
}

#[test]
fn a_file_that_was_no_text_for_a_while_tells_nothing_of_that_while() {
    let repo = begun();
    for file in [PATH, RECORD] {
        let text = repo.read(file);
        fs::write(repo.path().join(file), [text.as_bytes(), b"# caf\xe9\n"].concat())
            .expect("written");
        repo.commit(BEN, "2026-10-19T09:00:00+02:00", "Latin-1");
        assert_eq!(repo.goals(&["log"]).status, 0);
        repo.write(file, &text);
        repo.commit(BEN, "2026-10-20T09:00:00+02:00", "UTF-8 again");
        assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 55);
    }
    let found = events(&repo);
    let of_plan: Vec<&String> = found.iter().filter(|event| !event.contains(".answers")).collect();
    assert_eq!(of_plan, [BEGUN[2]], "the plan was there all the time: {found:?}");
    let stands: Vec<&String> = found.iter().filter(|event| event.ends_with('*')).collect();
    assert_eq!(stands.len(), 2, "every record has a witness: {found:?}");
}

#[test]
#[cfg(target_os = "linux")]
fn names_composed_and_decomposed_are_two_names() {
    let repo = begun();
    let (composed, decomposed) = ("caf\u{e9}", "cafe\u{301}");
    for name in [composed, decomposed] {
        repo.write(&format!("goals/2026-q4/{name}/second-{}.toml", name.len()), PLAN);
        repo.write(&format!("goals/2026-q4/{name}.toml"), PLAN);
    }
    repo.commit(BEN, "2026-10-19T09:00:00+02:00", "two forms");
    let output = repo.goals(&["check", "--format", "concise"]);
    let about = |name: &str| output.stdout.lines().filter(|line| line.contains(name)).count();
    assert!(about(composed) > 0 && about(decomposed) > 0, "{}", output.stdout);
    let found = events(&repo);
    assert!(found.iter().filter(|event| event.starts_with("planned")).count() >= 3, "{found:?}");
    let now: Vec<String> = found.into_iter().filter(|event| event.contains("/support")).collect();
    assert_eq!(now, BEGUN);
}

#[test]
fn records_merged_by_union_out_of_order_count_by_their_dates() {
    let repo = begun();
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.commit(ANA, "2026-10-13T09:00:00+02:00", "union");
    repo.git(&["checkout", "-q", "-b", "side"]);
    record(&repo, BEN, "10-26", &format!("{BOTH}2026-10-26 = 70\n"));
    repo.git(&["checkout", "-q", "main"]);
    record(&repo, ANA, "10-27", &format!("{BOTH}2026-10-19 = 60\n"));
    repo.git(&["checkout", "-q", "side"]);
    repo.dated(ANA, "2026-10-28T09:00:00+01:00", &["merge", "-q", "--no-edit", "main"]);
    let text = repo.read(RECORD);
    assert!(text.find("10-26") < text.find("10-19"), "the merge put them out of order: {text}");
    assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 70);
    assert_eq!(
        events(&repo)[..2],
        [
            "recorded 2026-q4/support.answers 2026-10-19 60 Ana Silva*",
            "recorded 2026-q4/support.answers 2026-10-26 70 Ben Okafor*",
        ]
    );
}

#[test]
fn a_date_twice_is_a_finding_and_no_event_of_the_merge_that_made_it() {
    for (theirs, is_same) in [("60", true), ("61", false)] {
        let repo = begun();
        repo.write(".gitattributes", "*.checkins.toml merge=union\n");
        repo.commit(ANA, "2026-10-13T09:00:00+02:00", "union");
        repo.git(&["checkout", "-q", "-b", "side"]);
        record(&repo, BEN, "10-19", &format!("{BOTH}2026-10-19 = {theirs}\n"));
        repo.git(&["checkout", "-q", "main"]);
        record(&repo, ANA, "10-20", &format!("{BOTH}2026-10-19 = 60\n"));
        repo.dated(ANA, "2026-10-21T09:00:00+02:00", &["merge", "-q", "--no-edit", "side"]);
        let found = events(&repo);
        assert_eq!(repo.read(RECORD).matches("2026-10-19").count(), 2 - usize::from(is_same));
        if is_same {
            // Both brought it; the one who wrote it first is credited.
            assert_eq!(repo.goals(&["check"]).status, 0);
            assert!(
                found.contains(
                    &"recorded 2026-q4/support.answers 2026-10-19 60 Ben Okafor*".to_owned()
                ),
                "{found:?}"
            );
            assert!(
                found.contains(
                    &"recorded 2026-q4/support.answers 2026-10-19 60 Ana Silva".to_owned()
                ),
                "{found:?}"
            );
        } else {
            let check = repo.goals(&["check", "--format", "concise"]);
            assert_eq!(check.status, 1);
            assert!(check.stdout.contains("2026-10-19"), "{}", check.stdout);
        }
        assert_eq!(found.len(), 5, "the merge itself tells nothing: {found:?}");
    }
}

#[test]
fn a_voided_record_that_comes_back_is_corrected() {
    let repo = begun();
    record(&repo, ANA, "10-19", &BOTH.replace("= 55", "= { value = 55, void = true }"));
    assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 40);
    record(&repo, BEN, "10-20", BOTH);
    assert_eq!(goals(&repo)[0]["key_results"][0]["value"], 55);
    assert_eq!(
        events(&repo)[..3],
        [
            "corrected 2026-q4/support.answers 2026-10-12 55 Ben Okafor*",
            "voided 2026-q4/support.answers 2026-10-12 55 Ana Silva",
            "recorded 2026-q4/support.answers 2026-10-12 55 Ben Okafor",
        ]
    );
}

#[test]
fn conflict_markers_left_in_lose_no_record() {
    let repo = begun();
    let conflict =
        format!("{BOTH}<<<<<<< HEAD\n2026-10-19 = 60\n=======\n2026-10-20 = 70\n>>>>>>> side\n");
    record(&repo, ANA, "10-21", &conflict);
    let check = repo.goals(&["check", "--format", "concise"]);
    assert_eq!(check.status, 1);
    assert!(check.stdout.contains("syntax"), "{}", check.stdout);
    let found = events(&repo);
    assert_eq!(found[found.len() - 3..], BEGUN, "what stood before still stands");
    record(&repo, BEN, "10-22", &format!("{BOTH}2026-10-19 = 60\n2026-10-20 = 70\n"));
    assert_eq!(repo.goals(&["check"]).status, 0);
    let found = events(&repo);
    assert_eq!(found.len(), 5, "{found:?}");
    assert!(found.iter().all(|event| !event.contains("removed")), "{found:?}");
    assert!(found[..4].iter().all(|event| event.ends_with('*')), "{found:?}");
}

#[test]
fn a_record_removed_on_one_side_is_told_though_the_other_side_deletes_the_plan() {
    let repo = begun();
    repo.git(&["checkout", "-q", "-b", "side"]);
    repo.git(&["rm", "-q", RECORD]);
    repo.commit(BEN, "2026-10-20T09:00:00+02:00", "remove the records");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["rm", "-q", PATH, RECORD]);
    repo.commit(ANA, "2026-10-19T09:00:00+02:00", "delete");
    repo.dated(
        ANA,
        "2026-10-21T09:00:00+02:00",
        &["merge", "-q", "-s", "ours", "--no-edit", "side"],
    );
    let found = events(&repo);
    let removed = |day: &str| format!("removed 2026-q4/support.answers 2026-10-{day} - Ben Okafor");
    assert!(found.contains(&removed("05")) && found.contains(&removed("12")), "{found:?}");
    assert!(found.contains(&"deleted 2026-q4/support - - Ana Silva".to_owned()), "{found:?}");
}

#[test]
fn a_move_with_a_shallow_boundary_between_its_halves_is_no_deletion() {
    let repo = begun();
    let to = "goals/2026-q4/team/support";
    repo.write(&format!("{to}.toml"), PLAN);
    repo.write(&format!("{to}.checkins.toml"), BOTH);
    repo.commit(BEN, "2026-10-19T09:00:00+02:00", "copy");
    repo.git(&["rm", "-q", PATH, RECORD]);
    repo.commit(BEN, "2026-10-20T09:00:00+02:00", "remove");
    repo.write(&format!("{to}.checkins.toml"), &format!("{BOTH}2026-10-21 = 60\n"));
    repo.commit(ANA, "2026-10-21T09:00:00+02:00", "check-in");
    let (clone, origin) = (repo.beside("clone"), format!("file://{}", repo.path().display()));
    repo.git(&["clone", "-q", "--depth", "3", &origin, &clone.to_string_lossy()]);
    let clone = repo.at(&clone);
    assert_eq!(events(&clone), ["recorded 2026-q4/support.answers 2026-10-21 60 Ana Silva*"]);
    assert_eq!(goals(&clone)[0]["key_results"][0]["value"], 60);
}
