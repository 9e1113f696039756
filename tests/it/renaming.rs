//! `goals rename`: files, references and history follow, and nothing else changes.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";

const PLAN: &str = "\u{feff}# Ours.\r\ntitle = \"Deploys are calm\"   # said\r\nowner = \"ana\"\r\n\r\n# The number.\r\n[key_results.lead-time]  # first\r\ntitle = \"Lead time falls from 240 to 15 minutes\"\r\nbaseline = 240\r\ntarget = 15\r\nunit = \"min\"\r\n";
const RECORD: &str = "# kept by hand\n2026-11-02 = { confidence = 6 }\n\n[lead-time]\n2026-10-05 = 240\n2026-11-02 = 180  # late\n";
const OTHER: &str = "title = \"One pipeline\"\nowner = \"eli\"\ncontributes_to = [ \"calm-deploys\", 'trust' ] # both\nsupports = \"2026-q4/calm-deploys.lead-time\"\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026-q4/platform/calm-deploys.toml", PLAN);
    repo.write("goals/2026-q4/trust.toml", "title = \"Trust\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/one-pipeline.toml", OTHER);
    repo.commit(ANA, "2026-10-01T09:00:00Z", "plans");
    repo.write("goals/2026-q4/platform/calm-deploys.checkins.toml", RECORD);
    repo.commit(ANA, "2026-11-02T09:00:00Z", "check-ins");
    repo
}

fn log(repo: &Repo, name: &str) -> Vec<serde_json::Value> {
    let log = repo.goals(&["log", name, "--format", "json"]).json();
    log.as_array().expect("a list").clone()
}

/// Events without the names that a rename changes.
fn told(events: &[serde_json::Value]) -> Vec<String> {
    let one = |event: &serde_json::Value| {
        let keys = ["event", "date", "commit", "author", "witness"];
        keys.map(|key| event[key].to_string()).join(" ")
    };
    events.iter().map(one).collect()
}

#[test]
fn a_goal_keeps_its_history_and_its_references() {
    let repo = repo();
    let before = told(&log(&repo, "calm-deploys"));
    assert_eq!(before.len(), 4, "{before:?}");
    let said = repo.goals(&["rename", "calm-deploys", "quiet-deploys"]).sound();
    assert_eq!(
        said,
        "2026-q4/calm-deploys → 2026-q4/quiet-deploys
  goals/2026-q4/platform/calm-deploys.toml → goals/2026-q4/platform/quiet-deploys.toml
  goals/2026-q4/platform/calm-deploys.checkins.toml → goals/2026-q4/platform/quiet-deploys.checkins.toml
  goals/2026-q4/one-pipeline.toml: 2 references
not committed
"
    );
    assert_eq!(
        repo.read("goals/2026-q4/platform/quiet-deploys.toml"),
        PLAN.replacen("\"ana\"\r\n", "\"ana\"\r\nformerly = [\"calm-deploys\"]\r\n", 1)
    );
    assert_eq!(repo.read("goals/2026-q4/platform/quiet-deploys.checkins.toml"), RECORD);
    assert_eq!(
        repo.read("goals/2026-q4/one-pipeline.toml"),
        OTHER.replace("calm-deploys", "quiet-deploys")
    );
    // The index follows, with what was staged: what was only edited is left to be staged.
    assert_eq!(
        repo.git(&["status", "--short"]),
        " M goals/2026-q4/one-pipeline.toml\nR  goals/2026-q4/platform/calm-deploys.checkins.toml -> goals/2026-q4/platform/quiet-deploys.checkins.toml\nRM goals/2026-q4/platform/calm-deploys.toml -> goals/2026-q4/platform/quiet-deploys.toml\n"
    );
    assert_eq!(told(&log(&repo, "quiet-deploys")), before);
    repo.commit(ANA, "2026-11-21T09:00:00Z", "renamed");
    assert_eq!(told(&log(&repo, "quiet-deploys")), before);
    assert!(before.iter().all(|event| !event.contains("renamed")));
    let found = repo.goals(&["check", "--format", "concise"]).stdout;
    assert!(!found.contains("reference") && !found.contains("duplicate"), "{found}");
}

#[test]
fn a_key_result_takes_its_records_along() {
    let repo = repo();
    let before = told(&log(&repo, "calm-deploys.lead-time"));
    let said = repo.goals(&["rename", "lead-time", "delay", "--commit"]).sound();
    let (told_files, committed) = said.rsplit_once("committed ").expect("committed");
    assert_eq!(committed.trim().len(), 10);
    assert_eq!(
        told_files,
        "2026-q4/calm-deploys.lead-time → 2026-q4/calm-deploys.delay
  goals/2026-q4/one-pipeline.toml: 1 reference
  goals/2026-q4/platform/calm-deploys.checkins.toml
  goals/2026-q4/platform/calm-deploys.toml
"
    );
    assert_eq!(
        repo.read("goals/2026-q4/platform/calm-deploys.toml"),
        PLAN.replace("[key_results.lead-time]", "[key_results.delay]")
            .replace("\"min\"\r\n", "\"min\"\r\nformerly = [\"lead-time\"]\r\n")
    );
    assert_eq!(
        repo.read("goals/2026-q4/platform/calm-deploys.checkins.toml"),
        RECORD.replace("[lead-time]", "[delay]")
    );
    assert_eq!(
        repo.read("goals/2026-q4/one-pipeline.toml"),
        OTHER.replace("deploys.lead-time", "deploys.delay")
    );
    assert_eq!(repo.git(&["status", "--short"]), "");
    let subject = repo.git(&["log", "-1", "--format=%s"]);
    assert_eq!(subject, "rename: 2026-q4/calm-deploys.lead-time is delay now\n");
    assert_eq!(told(&log(&repo, "calm-deploys.delay")), before);
    // And back again: the id is no earlier one any more.
    repo.goals(&["rename", "delay", "lead-time", "--commit"]).sound();
    let plan = repo.read("goals/2026-q4/platform/calm-deploys.toml");
    assert!(plan.contains("formerly = [\"delay\"]"), "{plan}");
    assert_eq!(told(&log(&repo, "calm-deploys.lead-time")), before);
}

#[test]
fn a_goal_is_renamed_and_committed_in_one_commit() {
    let repo = repo();
    repo.write("notes.txt", "mine\n");
    repo.git(&["add", "notes.txt"]);
    let before = told(&log(&repo, "calm-deploys"));
    repo.goals(&["rename", "calm-deploys", "quiet-deploys", "--commit"]).sound();
    assert_eq!(repo.git(&["status", "--short"]), "A  notes.txt\n");
    let files = repo.git(&["show", "--name-status", "--format=", "-M", "HEAD"]);
    assert!(files.contains("R100\tgoals/2026-q4/platform/calm-deploys.checkins.toml"), "{files}");
    assert_eq!(files.lines().count(), 3, "{files}");
    assert_eq!(told(&log(&repo, "quiet-deploys")), before);
}

#[test]
fn a_refused_commit_leaves_everything_as_it_was() {
    let repo = repo();
    repo.write(".git/hooks/pre-commit", "#!/bin/sh\necho no >&2\nexit 1\n");
    std::process::Command::new("chmod")
        .args(["+x".as_ref(), repo.path().join(".git/hooks/pre-commit").as_os_str()])
        .status()
        .expect("chmod");
    let before = repo.git(&["ls-files", "--stage"]);
    let said = repo.goals(&["rename", "calm-deploys", "quiet-deploys", "--commit"]).refused();
    assert!(said.contains("a hook of the repository refused it: no"), "{said}");
    assert_eq!(repo.git(&["status", "--short"]), "");
    assert_eq!(repo.git(&["ls-files", "--stage"]), before);
    assert_eq!(repo.read("goals/2026-q4/platform/calm-deploys.toml"), PLAN);
}

#[test]
fn what_was_never_committed_has_no_earlier_id() {
    let repo = repo();
    repo.write("goals/2026-q4/new-idea.toml", "title = \"New\"\nowner = \"ana\"\n");
    repo.goals(&["rename", "new-idea", "better-idea"]).sound();
    assert_eq!(repo.read("goals/2026-q4/better-idea.toml"), "title = \"New\"\nowner = \"ana\"\n");
    assert_eq!(repo.git(&["status", "--short"]), "?? goals/2026-q4/better-idea.toml\n");
    let refused = repo.goals(&["rename", "better-idea", "even-better", "--commit"]);
    assert!(refused.refused().contains("already has changes that are not committed"));
}

#[test]
fn names_that_cannot_be_are_refused_with_a_word() {
    let repo = repo();
    repo.write("goals/2026/pipeline.toml", "title = \"P\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/x.toml", "title = \"X\"\nowner = \"ana\"\nsupports = \"pipeline\"\n");
    repo.write("goals/2026-q4/broken.toml", "title = \"X\n");
    repo.commit(ANA, "2026-10-02T09:00:00Z", "more");
    for (arguments, expected) in [
        (
            ["calm-deploys", "Calm Deploys"],
            "an id is lower-case words joined by hyphens, without cycle or team: calm-deploys",
        ),
        (["calm-deploys", "2026-q4/x"], "`2026-q4/x` is not an id"),
        (["calm-deploys", "trust"], "there is already a `2026-q4/trust`"),
        (["calm-deploys", "calm-deploys"], "is called so already"),
        (["calm-deplyos", "quiet"], "did you mean `2026-q4/calm-deploys`?"),
        (["one-pipeline", "pipeline"], "it would change what a reference in `2026-q4/x` means"),
        (
            ["broken", "mended"],
            "could not edit `goals/2026-q4/mended.toml`: line 1 is not valid TOML",
        ),
    ] {
        let said = repo.goals(&[&["rename"], &arguments[..]].concat()).refused();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    // What is broken elsewhere is in nobody's way.
    repo.goals(&["rename", "trust", "faith"]).sound();
    let said = repo.goals(&["rename", "calm-deploys", "trust"]).refused();
    assert!(said.contains("is an earlier id of `2026-q4/faith`"), "{said}");
}

#[test]
fn a_workspace_in_a_folder_of_its_repository_and_without_any() {
    let repo = Repo::new();
    repo.write("ops/goals.toml", "format = 1\n");
    repo.write("ops/goals/2026-q4/old name/.keep", "");
    repo.write("ops/goals/2026-q4/calm.toml", "title = \"T\"\nowner = \"ana\"\n");
    repo.commit(ANA, "2026-10-01T09:00:00Z", "plans");
    repo.goals(&["-C", "ops/goals", "rename", "calm", "quiet"]).sound();
    assert_eq!(
        repo.git(&["status", "--short"]),
        "RM ops/goals/2026-q4/calm.toml -> ops/goals/2026-q4/quiet.toml\n"
    );
    let folder = Repo::folder();
    folder.write("goals.toml", "format = 1\n");
    folder.write("goals/2026-q4/calm.toml", "title = \"T\"\nowner = \"ana\"\n");
    folder.goals(&["rename", "calm", "quiet"]).sound();
    assert!(folder.read("goals/2026-q4/quiet.toml").contains("formerly = [\"calm\"]"));
    let files = std::fs::read_dir(folder.path()).expect("listed").count();
    assert_eq!(files, 2, "no lock is left behind");
    let said = folder.goals(&["rename", "quiet", "calm", "--commit"]).refused();
    assert!(said.contains("git init"), "{said}");
}

#[test]
fn a_record_that_says_nothing_of_the_key_result_is_not_told_as_changed() {
    let repo = repo();
    repo.write(
        "goals/2026-q4/platform/calm-deploys.checkins.toml",
        "2026-11-02 = { note = \"x\" }\n",
    );
    let said = repo.goals(&["rename", "lead-time", "delay"]).sound();
    assert!(said.contains("platform/calm-deploys.toml"), "{said}");
    assert!(!said.contains("checkins"), "{said}");
}
