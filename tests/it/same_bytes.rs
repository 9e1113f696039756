//! The same revision and date give the same bytes, twice, and in another time zone and locale, on any number of threads,
//! and from the working tree as from the commit that it stands at.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::Repo;

/// The date for which everything is told.
const AS_OF: &str = "2026-11-15";

/// Time zones, locales and numbers of threads: the same twice, and each other than that.
const SURROUNDINGS: [(&str, &str, &str); 5] = [
    ("UTC", "C.UTF-8", "1"),
    ("UTC", "C.UTF-8", "1"),
    ("UTC", "C.UTF-8", "4"),
    ("Pacific/Kiritimati", "de_DE.UTF-8", "4"),
    ("America/Adak", "tr_TR.UTF-8", "1"),
];

/// Has every run see these surroundings.
fn surround(repo: &mut Repo, (zone, locale, threads): (&str, &str, &str)) {
    repo.set("TZ", zone);
    repo.set("LANG", locale);
    repo.set("LC_ALL", locale);
    repo.set("RAYON_NUM_THREADS", threads);
}

/// Every file below a folder with its bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter();
    walk.map(|entry| entry.expect("readable"))
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let path =
                entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
            (path, std::fs::read(entry.path()).expect("readable"))
        })
        .collect()
}

#[test]
fn json_and_report_are_the_same_bytes_twice_in_two_time_zones() {
    let mut repo = Repo::sample();
    let revision = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let mut outputs = Vec::new();
    for (number, surroundings) in SURROUNDINGS.into_iter().enumerate() {
        surround(&mut repo, surroundings);
        let when = ["--rev", &revision, "--as-of", AS_OF];
        let out = repo.beside(&format!("site-{number}")).to_string_lossy().into_owned();
        repo.goals(&[&["report", "--out", &out][..], &when].concat()).sound();
        outputs.push((
            repo.goals(&[&["rollup", "--format", "json"][..], &when].concat()).sound(),
            repo.goals(&[&["rollup", "--format", "csv"][..], &when].concat()).sound(),
            repo.goals(&["log", "--format", "json"]).sound(),
            repo.goals(&["check", "--format", "json"]).sound(),
            files(Path::new(&out)),
        ));
    }
    let (first, others) = outputs.split_first().expect("runs");
    assert!(first.4.len() > 30, "{} files", first.4.len());
    for (number, other) in others.iter().enumerate() {
        assert_eq!(first.0, other.0, "rollup json, {number}");
        assert_eq!(first.1, other.1, "rollup csv, {number}");
        assert_eq!(first.2, other.2, "log, {number}");
        assert_eq!(first.3, other.3, "check, {number}");
        for (path, bytes) in &first.4 {
            assert!(other.4.get(path) == Some(bytes), "{path} differs in run {number}");
        }
        assert_eq!(first.4.len(), other.4.len());
    }
}

/// All that a report is, read from the working tree or with `--rev`: the files of its folder, and its one page.
fn reports(repo: &Repo, name: &str, read: &[&str]) -> BTreeMap<String, Vec<u8>> {
    let out = |kind: &str| repo.beside(&format!("{kind}-{name}")).to_string_lossy().into_owned();
    let (folder, page) = (out("site"), out("page"));
    let report = |arguments: &[&str]| {
        let arguments = [&["report", "--as-of", AS_OF, "--no-cache"], arguments, read].concat();
        repo.goals(&arguments).sound();
    };
    report(&["--out", &folder]);
    report(&["--single-file", "--out", &page]);
    let mut all = files(Path::new(&folder));
    all.insert("in one".to_owned(), std::fs::read(&page).expect("readable"));
    all
}

#[test]
fn the_working_tree_and_its_commit_give_the_same_report_in_a_folder_and_in_one_page() {
    /// What the contract tells of a revision that was asked for, and of none.
    const FIGURES: &str = "goals.json";
    let mut repo = Repo::sample();
    let head = repo.git(&["rev-parse", "HEAD"]).trim().to_owned();
    let mut first: Option<BTreeMap<String, Vec<u8>>> = None;
    for (number, surroundings) in SURROUNDINGS.into_iter().enumerate() {
        surround(&mut repo, surroundings);
        let tree = reports(&repo, &format!("tree-{number}"), &[]);
        let mut commit = reports(&repo, &format!("commit-{number}"), &["--rev", "HEAD"]);
        let figures = String::from_utf8(commit[FIGURES].clone()).expect("UTF-8");
        let asked = format!("\"revision\": \"{head}\"");
        assert_eq!(figures.matches(&asked).count(), 1, "it tells which commit was asked for");
        let figures = figures.replace(&asked, "\"revision\": null");
        commit.insert(FIGURES.to_owned(), figures.into_bytes());
        let first = first.get_or_insert_with(|| tree.clone());
        assert!(first.len() > 30 && first["in one"].len() > 100_000, "{} files", first.len());
        for (how, other) in [("tree", &tree), ("commit", &commit)] {
            for (path, bytes) in &*first {
                let is_same = other.get(path) == Some(bytes);
                assert!(is_same, "{path} of the {how} differs in {surroundings:?}");
            }
            assert_eq!(first.len(), other.len(), "{how}, {surroundings:?}");
        }
    }
}

#[test]
fn the_files_beside_the_pages_are_what_the_commands_print() {
    let repo = Repo::sample();
    let revision = repo.git(&["rev-parse", "HEAD~3"]).trim().to_owned();
    for read in [&["--as-of", AS_OF][..], &["--as-of", AS_OF, "--rev", &revision]] {
        let run = |command: &[&str]| repo.goals(&[command, read].concat()).sound();
        run(&["report", "--force"]);
        assert_eq!(repo.read("public/goals.json"), run(&["rollup", "--format", "json"]));
        let events = run(&["log", "--format", "ndjson"]);
        assert_eq!(repo.read("public/events.ndjson"), events);
        let lines: Vec<serde_json::Value> =
            events.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        let array: Vec<serde_json::Value> =
            serde_json::from_str(&run(&["log", "--format", "json"])).expect("JSON");
        assert!(lines.len() > 100 && lines == array, "{} events", lines.len());
    }
}

/// What the sample's story holds for a newcomer's first `goals check`, in the files' order.
const FINDINGS: &[&str] = &[
    "warning[goalpost-moved] 2026-q2/quiet-nights.pages",
    "warning[goalpost-moved] 2026-q3/fair-prices.conversion",
    "warning[goalpost-moved] 2026-q4/fresh-forecasts.age",
    "warning[stale-checkin] 2026-q4/harbour-partners.readers",
    "info[carried-twice] 2026-q4/help-pages",
    "warning[goalpost-moved] annual-plan/grow.churn",
    "warning[stale-checkin] annual-plan/grow.nps",
    "warning[out-of-reach] annual-plan/trust.stations",
    "info[overdue-checkin] annual-plan/within-our-means",
];

/// The level, the rule and what it is about, of a finding on one line.
fn finding(line: &str) -> String {
    let (_, said) = line.split_once(": ").expect("a place");
    let (rule, message) = said.split_once(": ").expect("a rule");
    let about = message.split('`').nth(1).expect("a name");
    format!("{rule} {about}")
}

#[test]
fn the_sample_shows_what_the_tool_is_for() {
    let repo = Repo::sample();
    let checked = repo.goals(&["check", "--format", "concise"]).sound();
    let found: Vec<String> = checked.lines().map(finding).collect();
    assert_eq!(found, FINDINGS, "{checked}");
    let rollup = repo.goals(&["rollup"]).json();
    assert_eq!(rollup["history"], "complete");
    assert!(rollup["cycles"].as_array().map_or(0, Vec::len) >= 4);
    let goals = rollup["goals"].as_array().expect("goals");
    assert!(goals.len() >= 20);
    let statuses: std::collections::BTreeSet<&str> = goals
        .iter()
        .flat_map(|goal| goal["key_results"].as_array().into_iter().flatten().chain([goal]))
        .filter_map(|entry| entry["status"].as_str())
        .collect();
    for status in
        ["on-track", "at-risk", "off-track", "stale", "achieved", "missed", "draft", "dropped"]
    {
        assert!(statuses.contains(status), "no {status} among {statuses:?}");
    }
    let moves: u64 = goals.iter().filter_map(|goal| goal["goalpost_moves"].as_u64()).sum();
    assert!(moves >= 2, "{moves} goalpost moves");
    let moved_score = goals
        .iter()
        .any(|goal| !goal["score_original"].is_null() && goal["score_original"] != goal["score"]);
    assert!(moved_score, "a score under the original plan differs");
    let authors = repo.git(&["shortlog", "-sn", "HEAD"]);
    assert!(authors.lines().count() >= 8, "{authors}");
    assert!(!repo.git(&["log", "--merges", "--oneline"]).is_empty());
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "the report is not in the way of git");
}

#[test]
fn a_folder_in_use_is_not_touched() {
    let repo = Repo::folder();
    repo.write("sample/mine.txt", "mine");
    let said = repo.goals(&["demo", "sample"]).refused();
    assert!(said.contains("not empty"), "{said}");
    assert_eq!(repo.read("sample/mine.txt"), "mine");
}
