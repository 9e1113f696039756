//! What git does to commits changes no figure: squash, rebase, cherry-pick, shallow clones.

use serde_json::Value;

use crate::backends;
use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okafor <ben@northwind.example>";

const PLAN: &str = r#"title = "Deploys are calm"
owner = "ana"
ambition = "aspirational"
why = "Rollbacks cost customers."

[key_results.lead-time]
title = "Median lead time falls from 240 to 40 minutes"
unit = "min"
baseline = 240
target = 40

[key_results.rollbacks]
title = "Rollbacks fall from 20 to 4 a month"
unit = "rollbacks"
baseline = 20
target = 4
"#;

const PATH: &str = "goals/2026-q4/calm-deploys.toml";
const RECORD: &str = "goals/2026-q4/calm-deploys.checkins.toml";

/// A repository with a plan and a first record of each key result, on `main`.
fn begun() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.write(PATH, PLAN);
    repo.commit(ANA, "2026-10-01T09:00:00+02:00", "plan");
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n\n[rollbacks]\n2026-10-05 = 20\n");
    repo.commit(ANA, "2026-10-05T09:00:00+02:00", "first values");
    repo
}

/// Puts a line under a key result's table.
fn record(repo: &Repo, table: &str, line: &str) {
    let text = repo.read(RECORD);
    let header = format!("[{table}]\n");
    let at = text.find(&header).expect("the table") + header.len();
    let end = text[at..].find("\n\n").map_or(text.len(), |gap| at + gap + 1);
    repo.write(RECORD, &format!("{}{line}\n{}", &text[..end], &text[end..]));
}

fn rollup(repo: &Repo) -> Value {
    repo.goals(&["rollup", "--format", "json"]).json()
}

/// The rollup without what may differ between repositories that hold the same.
fn figures(repo: &Repo) -> Value {
    let mut rollup = rollup(repo);
    rollup["revision"] = Value::Null;
    rollup["history"] = Value::Null;
    rollup
}

/// Each check-in event as `ref date kind witness author`, sorted; both backends read the same.
fn checkins(repo: &Repo) -> Vec<String> {
    backends::agree(repo.path(), &[]);
    let events = repo.goals(&["log", "--format", "json"]).json();
    let mut shown: Vec<String> = events
        .as_array()
        .expect("an array")
        .iter()
        .filter(|event| !event["date"].is_null())
        .map(|event| {
            let text = |key: &str| event[key].as_str().unwrap_or_default().to_owned();
            format!(
                "{} {} {} {} {}",
                text("ref"),
                text("date"),
                text("event"),
                event["witness"],
                text("author")
            )
        })
        .collect();
    shown.sort();
    shown
}

/// Two branches of check-ins; `side` is checked out last, `main` has moved on.
fn branched() -> Repo {
    let repo = begun();
    repo.git(&["checkout", "-q", "-b", "side"]);
    record(&repo, "lead-time", "2026-10-19 = { value = 180, confidence = 7 }");
    repo.commit(BEN, "2026-10-19T10:00:00+02:00", "check-in: lead time");
    record(&repo, "lead-time", "2026-11-02 = 120");
    repo.commit(BEN, "2026-11-02T10:00:00+01:00", "check-in: lead time");
    repo.git(&["checkout", "-q", "main"]);
    record(&repo, "rollbacks", "2026-10-26 = 12");
    repo.commit(ANA, "2026-10-26T10:00:00+01:00", "check-in: rollbacks");
    repo
}

#[test]
fn a_squash_a_rebase_and_a_merge_give_the_same_figures() {
    let merged = branched();
    merged.dated(
        ANA,
        "2026-11-03T09:00:00+01:00",
        &["merge", "-q", "--no-ff", "-m", "merge side", "side"],
    );
    let expected = figures(&merged);
    let lead_time = &expected["goals"][0]["key_results"][0];
    assert_eq!(lead_time["value"], 120);
    assert_eq!(lead_time["raw"], 0.6);

    let squashed = branched();
    squashed.git(&["merge", "-q", "--squash", "side"]);
    squashed.dated(ANA, "2026-11-03T09:00:00+01:00", &["commit", "-q", "-m", "side (#12)"]);
    assert_eq!(figures(&squashed), expected);

    let rebased = branched();
    rebased.git(&["checkout", "-q", "side"]);
    rebased.dated(ANA, "2026-11-03T09:00:00+01:00", &["rebase", "-q", "main"]);
    assert_eq!(figures(&rebased), expected);
}

#[test]
fn a_merge_credits_the_commits_that_it_brings() {
    let repo = branched();
    repo.dated(
        ANA,
        "2026-11-03T09:00:00+01:00",
        &["merge", "-q", "--no-ff", "-m", "merge side", "side"],
    );
    assert_eq!(
        checkins(&repo),
        [
            "2026-q4/calm-deploys.lead-time 2026-10-05 recorded true Ana Silva",
            "2026-q4/calm-deploys.lead-time 2026-10-19 recorded true Ben Okafor",
            "2026-q4/calm-deploys.lead-time 2026-11-02 recorded true Ben Okafor",
            "2026-q4/calm-deploys.rollbacks 2026-10-05 recorded true Ana Silva",
            "2026-q4/calm-deploys.rollbacks 2026-10-26 recorded true Ana Silva",
        ]
    );
}

#[test]
fn a_squash_is_the_witness_of_what_it_brings() {
    let repo = branched();
    repo.git(&["merge", "-q", "--squash", "side"]);
    repo.dated(ANA, "2026-11-03T09:00:00+01:00", &["commit", "-q", "-m", "side (#12)"]);
    let events = checkins(&repo);
    assert!(
        events.contains(
            &"2026-q4/calm-deploys.lead-time 2026-11-02 recorded true Ana Silva".to_owned()
        ),
        "{events:?}"
    );
    assert_eq!(events.len(), 5);
}

#[test]
fn a_cherry_pick_merged_back_counts_once() {
    let repo = branched();
    let before = {
        repo.dated(ANA, "2026-11-03T09:00:00+01:00", &["cherry-pick", "side~1"]);
        figures(&repo)
    };
    repo.dated(
        ANA,
        "2026-11-04T09:00:00+01:00",
        &["merge", "-q", "--no-ff", "-m", "merge side", "side"],
    );
    let after = figures(&repo);
    let lead_time = |rollup: &Value| rollup["goals"][0]["key_results"][0].clone();
    assert_eq!(lead_time(&before)["checkins"], 2);
    assert_eq!(lead_time(&after)["checkins"], 3);
    assert_eq!(lead_time(&after)["value"], 120);
    let picked: Vec<String> =
        checkins(&repo).into_iter().filter(|event| event.contains("2026-10-19")).collect();
    // Both commits brought it, written by the same author at the same time; one of them counts.
    assert_eq!(picked.len(), 2, "{picked:?}");
    assert_eq!(picked.iter().filter(|event| event.contains("true")).count(), 1, "{picked:?}");
}

#[test]
fn a_value_that_comes_back_has_the_commit_that_brought_it_back() {
    let repo = begun();
    for (day, value) in [("06", "230"), ("07", "240")] {
        let text = repo.read(RECORD);
        let line = text.lines().find(|line| line.starts_with("2026-10-05")).expect("the record");
        repo.write(RECORD, &text.replacen(line, &format!("2026-10-05 = {value}"), 1));
        repo.commit(BEN, &format!("2026-10-{day}T09:00:00+02:00"), "correct");
    }
    let lead_time: Vec<String> =
        checkins(&repo).into_iter().filter(|event| event.contains("lead-time")).collect();
    assert_eq!(
        lead_time,
        [
            "2026-q4/calm-deploys.lead-time 2026-10-05 corrected false Ben Okafor",
            "2026-q4/calm-deploys.lead-time 2026-10-05 corrected true Ben Okafor",
            "2026-q4/calm-deploys.lead-time 2026-10-05 recorded false Ana Silva",
        ]
    );
}

#[test]
fn an_evil_merge_is_an_event_of_the_merge() {
    let repo = branched();
    repo.dated(
        ANA,
        "2026-11-03T09:00:00+01:00",
        &["merge", "-q", "--no-commit", "--no-ff", "side"],
    );
    let text = repo.read(RECORD).replace("2026-11-02 = 120", "2026-11-02 = 110");
    repo.write(RECORD, &text);
    repo.commit(ANA, "2026-11-03T09:00:00+01:00", "merge side, and more");
    let events = checkins(&repo);
    assert!(
        events.contains(
            &"2026-q4/calm-deploys.lead-time 2026-11-02 corrected true Ana Silva".to_owned()
        ),
        "{events:?}"
    );
    assert!(
        events.contains(
            &"2026-q4/calm-deploys.lead-time 2026-11-02 recorded false Ben Okafor".to_owned()
        ),
        "{events:?}"
    );
    assert_eq!(events.len(), 6, "{events:?}");
}

#[test]
fn voiding_and_removing_are_events() {
    let repo = begun();
    let text = repo.read(RECORD).replace(
        "[lead-time]\n2026-10-05 = 240",
        "[lead-time]\n2026-10-05 = { value = 240, void = true }",
    );
    repo.write(RECORD, &text);
    repo.commit(ANA, "2026-10-06T09:00:00+02:00", "void");
    repo.write(RECORD, "[rollbacks]\n2026-10-05 = 20\n");
    repo.commit(BEN, "2026-10-07T09:00:00+02:00", "remove");
    assert_eq!(
        checkins(&repo),
        [
            "2026-q4/calm-deploys.lead-time 2026-10-05 recorded false Ana Silva",
            "2026-q4/calm-deploys.lead-time 2026-10-05 removed false Ben Okafor",
            "2026-q4/calm-deploys.lead-time 2026-10-05 voided false Ana Silva",
            "2026-q4/calm-deploys.rollbacks 2026-10-05 recorded true Ana Silva",
        ]
    );
}

#[test]
fn sorting_moving_and_renaming_make_no_event() {
    let repo = begun();
    record(&repo, "lead-time", "2026-10-19 = 200");
    repo.commit(ANA, "2026-10-19T09:00:00+02:00", "check-in");
    let before = checkins(&repo);
    repo.write(RECORD, "# tidied\n[rollbacks]\n\"2026-10-05\" = { value = 20.0 }\n\n[lead-time]\n2026-10-19 = 2e2\n2026-10-05 = 240\n");
    repo.commit(BEN, "2026-10-20T09:00:00+02:00", "reformat");
    std::fs::create_dir_all(repo.path().join("goals/2026-q4/platform")).expect("made");
    repo.git(&["mv", PATH, "goals/2026-q4/platform/calm-deploys.toml"]);
    repo.git(&["mv", RECORD, "goals/2026-q4/platform/calm-deploys.checkins.toml"]);
    repo.commit(BEN, "2026-10-21T09:00:00+02:00", "move to a team");
    assert_eq!(checkins(&repo), before);
    let plan = repo.read("goals/2026-q4/platform/calm-deploys.toml");
    repo.git(&[
        "mv",
        "goals/2026-q4/platform/calm-deploys.checkins.toml",
        "goals/2026-q4/platform/quiet-deploys.checkins.toml",
    ]);
    repo.git(&["rm", "-q", "goals/2026-q4/platform/calm-deploys.toml"]);
    repo.write(
        "goals/2026-q4/platform/quiet-deploys.toml",
        &format!("formerly = [\"calm-deploys\"]\n{plan}"),
    );
    repo.commit(BEN, "2026-10-22T09:00:00+02:00", "rename");
    let renamed: Vec<String> =
        before.iter().map(|event| event.replace("calm-deploys", "quiet-deploys")).collect();
    assert_eq!(checkins(&repo), renamed);
    let rollup = rollup(&repo);
    assert_eq!(rollup["goals"][0]["amendments"], 0);
    assert_eq!(rollup["goals"][0]["team"], "platform");
}

#[test]
fn a_shallow_clone_has_the_values_and_credits_nobody_below_its_boundary() {
    let repo = branched();
    repo.dated(
        ANA,
        "2026-11-03T09:00:00+01:00",
        &["merge", "-q", "--no-ff", "-m", "merge side", "side"],
    );
    let expected = figures(&repo);
    let (clone, origin) = (repo.beside("clone"), format!("file://{}", repo.path().display()));
    repo.git(&["clone", "-q", "--depth", "1", &origin, &clone.to_string_lossy()]);
    let clone = repo.at(&clone);

    let output = clone.goals(&["rollup"]);
    assert!(
        output.stderr.contains("shallow clone") && output.stderr.contains("--unshallow"),
        "{}",
        output.stderr
    );
    let mut found = output.json();
    assert_eq!(found["history"], "shallow");
    assert_eq!(checkins(&clone), Vec::<String>::new());
    // What only the history tells is unknown here; every value and figure is the same.
    let mut expected = expected;
    for rollup in [&mut found, &mut expected] {
        rollup["history"] = Value::Null;
        rollup["goals"][0]["amendments"] = Value::Null;
        rollup["goals"][0]["goalpost_moves"] = Value::Null;
    }
    assert_eq!(found, expected);
    let refused = clone.goals(&["rollup", "--require-history"]).refused();
    assert!(refused.contains("not complete"), "{refused}");
}

#[test]
fn clocks_that_run_backwards_change_no_order() {
    let repo = begun();
    for (date, value) in
        [("2031-01-01T00:00:00+14:00", "200"), ("2020-01-01T00:00:00-12:00", "190")]
    {
        let text = repo.read(RECORD);
        let line = text.lines().find(|line| line.starts_with("2026-10-05")).expect("the record");
        repo.write(RECORD, &text.replacen(line, &format!("2026-10-05 = {value}"), 1));
        repo.commit(BEN, date, "correct");
    }
    let events = repo.goals(&["log", "lead-time", "--format", "json"]).json();
    let values: Vec<&Value> =
        events.as_array().expect("an array").iter().map(|event| &event["value"]).collect();
    assert_eq!(
        values,
        [&Value::from(190), &Value::from(200), &Value::from(240)],
        "newest first, as committed"
    );
    assert_eq!(events[0]["witness"], true);
    assert_eq!(events[1]["authored"], "2031-01-01T00:00:00+14:00");
}

#[test]
fn two_roots_and_an_octopus_are_read() {
    let repo = begun();
    repo.git(&["checkout", "-q", "--orphan", "other"]);
    repo.git(&["rm", "-rq", "--cached", "."]);
    std::fs::remove_dir_all(repo.path().join("goals")).expect("removed");
    repo.write(
        "goals/2026-q4/second.toml",
        "title = \"Another root\"\nowner = \"ben\"\nbaseline = 0\ntarget = 5\n",
    );
    repo.commit(BEN, "2026-10-03T09:00:00+02:00", "another root");
    repo.git(&["checkout", "-q", "-f", "main"]);
    repo.git(&["checkout", "-q", "-b", "third"]);
    record(&repo, "rollbacks", "2026-10-12 = 15");
    repo.commit(BEN, "2026-10-12T09:00:00+02:00", "check-in");
    repo.git(&["checkout", "-q", "main"]);
    repo.dated(
        ANA,
        "2026-10-13T09:00:00+02:00",
        &["merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "join", "other"],
    );
    repo.git(&["branch", "-q", "fourth"]);
    record(&repo, "lead-time", "2026-10-14 = 210");
    repo.commit(ANA, "2026-10-14T09:00:00+02:00", "check-in");
    repo.dated(
        ANA,
        "2026-10-15T09:00:00+02:00",
        &["merge", "-q", "--no-ff", "-m", "octopus", "third", "fourth"],
    );
    let events = checkins(&repo);
    assert_eq!(events.len(), 4, "{events:?}");
    assert!(events.contains(
        &"2026-q4/calm-deploys.rollbacks 2026-10-12 recorded true Ben Okafor".to_owned()
    ));
    assert_eq!(rollup(&repo)["goals"][1]["ref"], "2026-q4/second");
}

#[test]
fn names_follow_people_and_the_mailmap() {
    let repo = begun();
    repo.write(".mailmap", "Benjamin Okafor <ben@northwind.example> <bot@northwind.example>\n");
    repo.write(
        "goals.toml",
        "format = 1\n[people.ana]\nname = \"Ana S.\"\nemails = [\"ana@northwind.example\"]\n",
    );
    record(&repo, "lead-time", "2026-10-19 = 200");
    repo.commit("bot <bot@northwind.example>", "2026-10-19T09:00:00+02:00", "check-in");
    let authors: Vec<String> = checkins(&repo)
        .iter()
        .map(|event| event.split("true ").nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(authors, ["Ana S.", "Benjamin Okafor", "Ana S."]);
}

#[test]
fn what_is_not_committed_counts_and_has_no_witness() {
    let repo = begun();
    record(&repo, "lead-time", "2026-11-16 = 100");
    assert_eq!(rollup(&repo)["goals"][0]["key_results"][0]["value"], 100);
    let at_head = repo.goals(&["rollup", "--rev", "HEAD"]).json();
    assert_eq!(at_head["goals"][0]["key_results"][0]["value"], 240);
    assert_eq!(at_head["revision"], repo.git(&["rev-parse", "HEAD"]).trim());
    assert_eq!(checkins(&repo).len(), 2);
}

#[test]
fn two_axes_of_time() {
    let repo = branched();
    repo.dated(
        ANA,
        "2026-11-03T09:00:00+01:00",
        &["merge", "-q", "--no-ff", "-m", "merge side", "side"],
    );
    let value = |arguments: &[&str]| {
        let all = [&["rollup"], arguments].concat();
        repo.goals(&all).json()["goals"][0]["key_results"][0]["value"].clone()
    };
    assert_eq!(value(&["--as-of", "2026-10-31"]), 180, "what was true");
    assert_eq!(value(&["--rev", "HEAD~1"]), 240, "what was known");
    assert_eq!(value(&["--rev", "side~1", "--as-of", "2026-11-30"]), 180, "both");
}

#[test]
fn a_sha256_repository_is_read_alike() {
    let repo = Repo::folder();
    repo.git(&["init", "-q", "-b", "main", "--object-format=sha256"]);
    repo.write("goals.toml", "format = 1\n");
    repo.write(PATH, PLAN);
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n");
    repo.commit(ANA, "2026-10-05T09:00:00+02:00", "all");
    repo.git(&["checkout", "-q", "-b", "side"]);
    record(&repo, "lead-time", "2026-10-19 = 180");
    repo.commit(BEN, "2026-10-19T10:00:00+02:00", "check-in");
    repo.git(&["checkout", "-q", "main"]);
    repo.dated(
        ANA,
        "2026-10-20T10:00:00+02:00",
        &["merge", "-q", "--no-ff", "-m", "merge", "side"],
    );
    let events = repo.goals(&["log", "--format", "json"]).json();
    assert_eq!(events[0]["author"], "Ben Okafor");
    assert_eq!(events[0]["commit"].as_str().map(str::len), Some(64));
    assert_eq!(checkins(&repo).len(), 2);
}
