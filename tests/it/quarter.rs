//! A quarter in the life of one organisation: its history replayed commit by commit, its rollup held against figures
//! worked out with a pocket calculator.
//!
//! The goals are of the kinds that people really set: a browser's speed, road deaths, a vaccination rate, a release, a
//! cloud bill, a rocket, a marathon. `quarter/` holds the workspace as the quarter left it, `quarter/history.toml` the
//! commits that lead there, `quarter/expected-*.txt` the figures, each with its arithmetic beside it.

mod history;
mod table;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::support::Repo;
use table::{Sheet, Work};

/// Replaying takes a second or two, so that one replay serves every look at it.
#[test]
fn the_quarter() {
    let repo = history::replay();
    the_replay_ends_in_the_files(&repo);
    the_history_is_a_real_quarter(&repo);
    what_the_rules_say(&repo);
    for date in ["2025-08-15", "2025-09-30", "2025-10-10"] {
        figures_are_as_worked_out(&repo, date);
    }
    amendments_and_goalpost_moves(&repo);
}

fn the_replay_ends_in_the_files(repo: &Repo) {
    let tracked: BTreeMap<String, String> =
        repo.git(&["ls-files"]).lines().map(|path| (path.to_owned(), repo.read(path))).collect();
    let expected = final_files();
    let missing: Vec<_> = expected.keys().filter(|path| !tracked.contains_key(*path)).collect();
    let unexpected: Vec<_> = tracked.keys().filter(|path| !expected.contains_key(*path)).collect();
    let different: Vec<_> = expected
        .iter()
        .filter(|(path, text)| tracked.get(*path).is_some_and(|found| found != *text))
        .collect();
    assert!(
        missing.is_empty() && unexpected.is_empty() && different.is_empty(),
        "missing: {missing:#?}\nunexpected: {unexpected:#?}\nwith another text: {different:#?}"
    );
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

fn the_history_is_a_real_quarter(repo: &Repo) {
    let lines =
        |arguments: &[&str]| repo.git(arguments).lines().map(str::to_owned).collect::<Vec<_>>();
    let mut authors = lines(&["log", "--format=%an"]);
    assert!((60..=90).contains(&authors.len()), "{} commits", authors.len());
    authors.sort();
    authors.dedup();
    assert_eq!(authors, ["Ines Duarte", "Lukas Rao", "Maya Okafor", "Tomas Berg"]);
    assert_eq!(lines(&["log", "--merges", "--format=%s"]), ["Merge branch 'freeze-week'"]);
    let mut offsets: Vec<_> = lines(&["log", "--format=%ai"])
        .iter()
        .filter_map(|date| date.rsplit(' ').next().map(str::to_owned))
        .collect();
    offsets.sort();
    offsets.dedup();
    assert_eq!(offsets, ["+0100", "+0200", "+0530", "-0700"]);
}

/// Nothing is wrong with the files, and what the rules say is what a reader would say: four
/// goalposts were moved, the purse was lighter than thought when it was first counted, a team's goal
/// of the year serves no other, and nobody has counted bike lanes for a while.
fn what_the_rules_say(repo: &Repo) {
    let output = repo.goals(&["check", "--format", "concise", "--as-of", "2025-10-10"]);
    let found: Vec<String> = output
        .stdout
        .lines()
        .map(|line| {
            let (_, said) = line.split_once(": ").expect("a place");
            let (rule, message) = said.split_once(": ").expect("a rule");
            format!("{rule} {}", message.split('`').nth(1).expect("a name"))
        })
        .collect();
    let expected = [
        "warning[wrong-side-of-baseline] 2025-q3/cash-reserve",
        "warning[goalpost-moved] 2025-q3/appeal",
        "warning[goalpost-moved] 2025-q3/fast-browser.render-p95",
        "warning[goalpost-moved] 2025-q3/release-three.ci-time",
        "warning[goalpost-moved] 2025-q3/uptime.load",
        "warning[unaligned] 2025/safe-city",
        "info[overdue-checkin] 2025/safe-city.bike-lanes",
    ];
    assert_eq!(found, expected, "{}", output.stdout);
    assert_eq!(output.status, 0, "{}", output.stderr);
    let late = repo.goals(&["check", "--format", "concise", "--as-of", "2025-11-05"]);
    assert_eq!(late.status, 1, "nobody closed the quarter in time");
    assert!(late.stdout.contains("error[ungraded]: `2025-q3/cloud-cost`"), "{}", late.stdout);
}

fn amendments_and_goalpost_moves(repo: &Repo) {
    let rollup = rollup(repo, "2025-10-31");
    let sheet = expected("amendments");
    let mut work = Work::default();
    work.compare("", sheet.section("goals"), &rows_of(&rollup, "goals"), |_| true);
    work.finish();
}

/// A team and a cycle show how each of their goals stands: also one that counts through another,
/// one of weight 0, and a draft, though these do not count beside the others in progress.
fn figures_are_as_worked_out(repo: &Repo, date: &str) {
    let rollup = rollup(repo, date);
    let sheet = expected(date);
    let mut work = Work::default();
    work.equal("as_of", rollup.get("as_of"), &Value::from(date));
    work.equal("history", rollup.get("history"), &Value::from("complete"));
    for section in ["cycles", "teams", "goals", "key_results"] {
        work.compare("", sheet.section(section), &rows_of(&rollup, section), |_| true);
    }
    work.finish();
}

fn rollup(repo: &Repo, date: &str) -> Value {
    let output = repo.goals(&["rollup", "--format", "json", "--as-of", date]);
    assert_eq!(output.status, 0, "rollup failed: {}", output.stderr);
    serde_json::from_str(&output.stdout)
        .unwrap_or_else(|error| panic!("no JSON: {error}\n{}\n{}", output.stdout, output.stderr))
}

/// The rollup's entries of one section, by the address that the expected figures use.
fn rows_of(rollup: &Value, section: &str) -> Vec<(String, Value)> {
    let entries = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
    };
    let word = |value: &Value, key: &str| {
        value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    match section {
        "cycles" => {
            entries(rollup, "cycles").into_iter().map(|cycle| (word(&cycle, "id"), cycle)).collect()
        }
        "teams" => entries(rollup, "teams")
            .into_iter()
            .map(|team| (format!("{}/{}", word(&team, "cycle"), word(&team, "id")), team))
            .collect(),
        "goals" => {
            entries(rollup, "goals").into_iter().map(|goal| (word(&goal, "ref"), goal)).collect()
        }
        _ => entries(rollup, "goals")
            .iter()
            .flat_map(|goal| {
                entries(goal, "key_results")
                    .into_iter()
                    .map(|measure| (address(goal, &measure), measure))
            })
            .collect(),
    }
}

/// A key result's address; that of its goal where the goal is measured by itself.
fn address(goal: &Value, measure: &Value) -> String {
    let goal = goal.get("ref").and_then(Value::as_str).unwrap_or_default();
    match measure.get("id").and_then(Value::as_str) {
        Some(id) => format!("{goal}.{id}"),
        None => goal.to_owned(),
    }
}

fn expected(name: &str) -> Sheet {
    Sheet::read(&text_of(&folder().join(format!("expected-{name}.txt"))))
}

/// The workspace as the quarter left it: path in the repository → text.
fn final_files() -> BTreeMap<String, String> {
    let root = folder();
    let mut files: BTreeMap<String, String> = ["goals.toml", ".gitattributes"]
        .map(|name| (name.to_owned(), text_of(&root.join(name))))
        .into();
    for entry in walkdir::WalkDir::new(root.join("goals")) {
        let entry = entry.expect("the folder can be listed");
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(&root).expect("it lies below the root");
            let path: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
            files.insert(path.join("/"), text_of(entry.path()));
        }
    }
    files
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/quarter")
}

fn text_of(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
