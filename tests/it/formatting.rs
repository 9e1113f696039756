//! `goals fmt`: check-ins files in order, for people, editors and CI.

use std::io::Write;
use std::process::Stdio;

use crate::support::{Output, Repo};

const FILE: &str = "goals/2026-q4/calm.checkins.toml";
const MIXED: &str = "[lead-time]\r\n2026-10-12 = 180 # canary\r\n2026-10-05 = 240\r\n";
const SORTED: &str = "[lead-time]\r\n2026-10-05 = 240\r\n2026-10-12 = 180 # canary\r\n";
const PLAN: &str = "owner = \"ana\"\n\n\n title   = \"Calm\"  # last\n[key_results.lead-time]\ntarget=15\nbaseline=240\ntitle=\"T\"\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026-q4/calm.toml", PLAN);
    repo.write(FILE, MIXED);
    repo.write("goals/2026-q4/done.checkins.toml", SORTED);
    repo.write("goals/2026-q4/done.toml", PLAN);
    repo.commit("Ana <ana@northwind.example>", "2026-11-20T09:00:00Z", "all");
    repo
}

fn piped(repo: &Repo, arguments: &[&str], text: &[u8]) -> Output {
    let mut child = repo
        .command(env!("CARGO_BIN_EXE_goals"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool runs");
    child.stdin.take().expect("piped").write_all(text).expect("written");
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

#[test]
fn records_are_sorted_and_plans_are_left_alone() {
    let repo = repo();
    let check = repo.goals(&["fmt", "--check"]);
    assert_eq!(
        (check.status, check.stdout.as_str()),
        (1, "would format goals/2026-q4/calm.checkins.toml\n")
    );
    let diff = repo.goals(&["fmt", "--diff"]);
    assert_eq!(
        (diff.status, diff.stdout.as_str()),
        (
            1,
            "--- a/goals/2026-q4/calm.checkins.toml\n+++ b/goals/2026-q4/calm.checkins.toml\n@@ -1,3 +1,3 @@\n [lead-time]\r\n+2026-10-05 = 240\r\n 2026-10-12 = 180 # canary\r\n-2026-10-05 = 240\r\n"
        )
    );
    assert_eq!(repo.git(&["status", "--short"]), "", "nothing was written");
    let done = repo.goals(&["fmt"]);
    assert_eq!(done.stderr, "1 of 2 check-ins files formatted\n");
    assert_eq!(done.sound(), "formatted goals/2026-q4/calm.checkins.toml\n");
    assert_eq!(repo.read(FILE), SORTED);
    assert_eq!(repo.git(&["status", "--short"]), format!(" M {FILE}\n"));
    assert_eq!(repo.goals(&["fmt", "--check"]).sound(), "");
    let log = repo.goals(&["log"]).sound();
    repo.commit("Ana <ana@northwind.example>", "2026-11-21T09:00:00Z", "in order");
    assert_eq!(repo.goals(&["log"]).sound(), log, "sorting is no event");
}

#[test]
fn a_broken_file_is_reported_and_holds_up_no_other() {
    let repo = repo();
    let twice = "[lead-time]\n2026-10-12 = 1\n2026-10-12 = 2\n";
    repo.write("goals/2026-q4/twice.checkins.toml", twice);
    std::fs::write(repo.path().join("goals/2026-q4/bytes.checkins.toml"), b"\xff")
        .expect("written");
    let done = repo.goals(&["fmt"]);
    assert_eq!(
        (done.status, done.stdout.as_str()),
        (1, "formatted goals/2026-q4/calm.checkins.toml\n")
    );
    assert!(done.stderr.contains("cannot format `goals/2026-q4/twice.checkins.toml`: line 3: `2026-10-12` has another record on line 2"), "{}", done.stderr);
    assert!(done.stderr.contains("not UTF-8 from byte 0 on"), "{}", done.stderr);
    assert_eq!(repo.read("goals/2026-q4/twice.checkins.toml"), twice);
    // Named files alone.
    assert_eq!(repo.goals(&["fmt", FILE, "goals/2026-q4/calm.toml"]).sound(), "");
    assert!(repo.goals(&["fmt", "nowhere"]).refused().contains("nowhere"));
}

#[test]
fn editors_pipe_a_file_through() {
    let repo = repo();
    assert_eq!(piped(&repo, &["fmt", "-"], MIXED.as_bytes()).sound(), SORTED);
    let named = ["fmt", "-", "--stdin-filename", "goals/2026-q4/calm.toml"];
    assert_eq!(piped(&repo, &named, PLAN.as_bytes()).sound(), PLAN);
    let check = piped(&repo, &["fmt", "-", "--check"], MIXED.as_bytes());
    assert_eq!((check.status, check.stdout.as_str()), (1, ""));
    let broken = piped(&repo, &["fmt", "-"], b"[a\n").refused();
    assert!(
        broken.contains("cannot format `standard input`: line 1: `[a` is no record"),
        "{broken}"
    );
}

#[test]
fn what_a_union_merge_made_of_two_branches_is_mended() {
    let repo = repo();
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.write(FILE, "[lead-time]\n2026-10-05 = 240\n");
    let ana = "Ana <ana@northwind.example>";
    repo.commit(ana, "2026-11-20T10:00:00Z", "base");
    repo.git(&["switch", "-q", "-c", "theirs"]);
    repo.write(FILE, "[lead-time]\n2026-10-05 = 240\n2026-10-19 = 150\n2026-11-02 = 90\n");
    repo.commit(ana, "2026-11-20T11:00:00Z", "theirs");
    repo.git(&["switch", "-q", "main"]);
    repo.write(
        FILE,
        "[lead-time]\n2026-10-05 = 240\n2026-10-12 = 180\n2026-11-02 = 90\n2026-11-09 = 80\n",
    );
    repo.commit(ana, "2026-11-20T12:00:00Z", "ours");
    repo.git(&["merge", "-q", "--no-edit", "theirs"]);
    repo.goals(&["fmt"]).sound();
    assert_eq!(
        repo.read(FILE),
        "[lead-time]\n2026-10-05 = 240\n2026-10-12 = 180\n2026-10-19 = 150\n2026-11-02 = 90\n2026-11-09 = 80\n"
    );
}
