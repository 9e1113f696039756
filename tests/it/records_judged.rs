//! What the rules on records and history leave alone, and where they are allowed.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "goals/2026-q4/calm-deploys.toml";
const RECORD: &str = "goals/2026-q4/calm-deploys.checkins.toml";
const TEXT: &str = r#"title = "Deploys are calm and frequent"
owner = "ana"
ambition = "aspirational"

[key_results.lead-time]
title = "Median lead time falls from 240 to 15 minutes"
unit = "min"
baseline = 240
target = 15
"#;

fn planned(record: &str) -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(PLAN, TEXT);
    repo.write(RECORD, record);
    repo.commit(ANA, "2026-10-02T09:00:00Z", "plan");
    repo
}

/// The names among `rules` of what is found.
fn found(repo: &Repo, rules: &[&str], arguments: &[&str]) -> Vec<String> {
    let all = [&["check", "--format", "json"][..], arguments].concat();
    let view: serde_json::Value = serde_json::from_str(&repo.goals(&all).stdout).expect("JSON");
    let findings = view["findings"].as_array().expect("findings");
    let names = findings.iter().filter_map(|finding| finding["rule"].as_str());
    names.filter(|name| rules.contains(name)).map(str::to_owned).collect()
}

#[test]
fn a_record_is_in_the_future_only_from_today_on() {
    let rules = ["future-checkin"];
    let repo = planned("[lead-time]\n2026-11-16 = 180\n2026-11-22 = 170\n");
    assert!(found(&repo, &rules, &[]).is_empty(), "tomorrow has begun somewhere");
    assert!(found(&repo, &rules, &["--as-of", "2026-10-10"]).is_empty(), "looking back");
    repo.write(RECORD, "[lead-time]\n2026-11-23 = 180\n");
    assert_eq!(found(&repo, &rules, &[]), rules);
    assert_eq!(found(&repo, &rules, &["--as-of", "2027-01-01"]), rules, "looking ahead");
    repo.write(RECORD, "[lead-time]\n2026-11-23 = { void = true, note = \"a slip\" }\n");
    assert!(found(&repo, &rules, &[]).is_empty(), "taken back");
    assert_eq!(repo.goals(&["rollup"]).status, 0);
}

#[test]
fn silence_is_counted_from_when_there_was_something_to_say() {
    let rules = ["stale-checkin", "overdue-checkin"];
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(PLAN, TEXT);
    assert!(found(&repo, &rules, &[]).is_empty(), "a plan that is not committed");
    repo.commit(ANA, "2026-11-10T09:00:00Z", "plan");
    assert!(found(&repo, &rules, &["--as-of", "2026-11-24"]).is_empty());
    assert_eq!(found(&repo, &rules, &["--as-of", "2026-11-25"]), ["overdue-checkin"]);
    assert_eq!(found(&repo, &rules, &["--as-of", "2026-12-08"]), ["overdue-checkin"]);
    assert_eq!(found(&repo, &rules, &["--as-of", "2026-12-09"]), ["stale-checkin"]);
    assert!(found(&repo, &rules, &["--as-of", "2027-01-02"]).is_empty(), "the window is over");
}

#[test]
fn a_finding_in_a_check_ins_file_is_allowed_in_the_plan() {
    let rules = ["wrong-side-of-baseline"];
    let repo = planned("[lead-time]\n2026-10-02 = 260\n");
    assert_eq!(found(&repo, &rules, &[]), rules);
    let allow = "allow = { wrong-side-of-baseline = \"a week of outages\" }\n";
    repo.write(PLAN, &format!("{TEXT}{allow}"));
    assert!(found(&repo, &rules, &[]).is_empty(), "at the key result");
    repo.write(PLAN, &format!("{allow}{TEXT}"));
    assert!(found(&repo, &rules, &[]).is_empty(), "at the goal");
    let other = "[key_results.other]\ntitle = \"Rollbacks fall from 4 to 1\"\nunit = \"a\"\nbaseline = 4\ntarget = 1\n";
    repo.write(PLAN, &format!("{TEXT}{other}{allow}"));
    assert_eq!(found(&repo, &rules, &[]), rules, "another key result's allowance");
}

#[test]
fn a_slip_put_right_or_explained_or_put_back_is_no_rewritten_past() {
    let rules = ["past-rewritten"];
    let repo = planned("[lead-time]\n2026-10-02 = 240\n");
    let commit = |day: &str, record: &str| {
        repo.write(RECORD, record);
        repo.commit(ANA, &format!("{day}T09:00:00Z"), "record");
        found(&repo, &rules, &[])
    };
    assert!(commit("2026-10-09", "[lead-time]\n2026-10-02 = 238\n").is_empty(), "within a week");
    assert_eq!(commit("2026-10-10", "[lead-time]\n2026-10-02 = 230\n"), rules);
    assert!(commit("2026-10-20", "[lead-time]\n2026-10-02 = 238\n").is_empty(), "put back");
    let explained = "[lead-time]\n2026-10-02 = { value = 230, note = \"without weekends\" }\n";
    assert!(commit("2026-10-21", explained).is_empty(), "explained");
    assert_eq!(commit("2026-10-22", "[lead-time]\n2026-10-03 = 230\n"), rules, "removed");
    assert!(found(&repo, &rules, &["--rev", "HEAD~1"]).is_empty(), "what was known then");
    let void = "[lead-time]\n2026-10-02 = { void = true }\n2026-10-03 = 230\n";
    assert!(commit("2026-10-23", void).is_empty(), "taken back in the open");
}

#[test]
fn a_goalpost_moves_after_the_grace_and_without_history_nobody_knows() {
    let rules = ["goalpost-moved", "key-result-deleted"];
    let repo = planned("[lead-time]\n2026-10-02 = 240\n");
    repo.write(PLAN, &TEXT.replace("= 15", "= 40"));
    repo.commit(ANA, "2026-10-15T09:00:00Z", "on the last day of the grace");
    assert!(found(&repo, &rules, &[]).is_empty());
    repo.write(PLAN, &TEXT.replace("= 15", "= 60"));
    let moved = repo.commit(ANA, "2026-10-16T09:00:00Z", "a day later");
    let shown = repo.goals(&["check"]).stdout;
    let before = repo.git(&["rev-parse", "--short=10", "HEAD~1"]);
    assert!(shown.contains("target moved from 40 to 60"), "{shown}");
    assert!(shown.contains(&format!("was 40 in {}", before.trim())), "{shown}");
    assert!(shown.contains(&moved[..10]), "{shown}");
    std::fs::remove_dir_all(repo.path().join(".git")).expect("removed");
    assert!(found(&repo, &rules, &[]).is_empty());
}

#[test]
fn what_moved_into_git_late_is_not_backdated() {
    let rules = ["backdated-checkin"];
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(PLAN, TEXT);
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n");
    repo.commit(ANA, "2026-11-02T09:00:00Z", "move into git");
    assert!(found(&repo, &rules, &[]).is_empty());
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n2026-10-12 = 228\n");
    repo.commit(ANA, "2026-11-16T09:00:00Z", "two weeks after the plan");
    assert!(found(&repo, &rules, &[]).is_empty());
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n2026-10-12 = 228\n2026-10-19 = 220\n");
    repo.commit(ANA, "2026-11-17T09:00:00Z", "one day more");
    assert_eq!(found(&repo, &rules, &[]), rules);
}

#[test]
fn a_missed_promise_wants_a_word() {
    let rules = ["ungraded"];
    let repo = planned("[lead-time]\n2026-10-05 = 240\n2026-12-28 = 60\n");
    let late = ["--as-of", "2027-01-31"];
    assert!(found(&repo, &rules, &["--as-of", "2027-01-30"]).is_empty(), "30 days to close");
    assert_eq!(found(&repo, &rules, &late), rules);
    assert_eq!(repo.goals(&["rollup", "--as-of", "2027-01-31"]).status, 0, "figures are complete");
    let closed = |ambition: &str, note: &str| {
        let plan = TEXT.replace("aspirational", ambition);
        let close = "[close]\ndate = 2027-01-08\nverdict = \"missed\"\n";
        repo.write(PLAN, &format!("{plan}\n{close}{note}"));
        found(&repo, &rules, &late)
    };
    assert_eq!(closed("committed", ""), rules);
    assert_eq!(closed("committed", "note = \" \"\n"), rules);
    assert!(closed("committed", "note = \"the tests were slower than thought\"\n").is_empty());
    assert!(closed("aspirational", "").is_empty());
}
