//! Odd repositories, made by real git: values stay right, and what is missing is said.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::backends;
use crate::support::Repo;

pub(crate) const ANA: &str = "Ana Silva <ana@northwind.example>";
pub(crate) const BEN: &str = "Ben Okafor <ben@northwind.example>";

pub(crate) const PLAN: &str = r#"title = "Support answers on the day"
owner = "ana"

[key_results.answers]
title = "First answers within a day rise from 40 to 90 percent"
unit = "%"
baseline = 40
target = 90
"#;

pub(crate) const PATH: &str = "goals/2026-q4/support.toml";
pub(crate) const RECORD: &str = "goals/2026-q4/support.checkins.toml";

/// Puts a workspace with one plan and one record into `folder`, in a commit each, and one more record.
pub(crate) fn fill(repo: &Repo, folder: &str) {
    repo.write(&format!("{folder}goals.toml"), "format = 1\n");
    repo.write(&format!("{folder}{PATH}"), PLAN);
    repo.commit(ANA, "2026-10-01T09:00:00+02:00", "plan");
    repo.write(&format!("{folder}{RECORD}"), "[answers]\n2026-10-05 = 40\n");
    repo.commit(ANA, "2026-10-05T09:00:00+02:00", "first value");
    repo.write(&format!("{folder}{RECORD}"), "[answers]\n2026-10-05 = 40\n2026-10-12 = 55\n");
    repo.commit(BEN, "2026-10-12T09:00:00+02:00", "second value");
}

pub(crate) fn begun() -> Repo {
    let repo = Repo::new();
    fill(&repo, "");
    repo
}

/// A clone beside `repo`, seen instead of it.
pub(crate) fn cloned(repo: Repo, options: &[&str]) -> Repo {
    let (clone, origin) = (repo.beside("clone"), format!("file://{}", repo.path().display()));
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let to = clone.to_string_lossy().into_owned();
    repo.git(&[&["clone", "-q"], options, &[&origin, &to]].concat());
    repo.at(&clone)
}

/// The value that stands, on the way that does not fail.
#[track_caller]
pub(crate) fn value(repo: &Repo, arguments: &[&str]) -> Value {
    let rollup = repo.goals(&[&["rollup"], arguments].concat()).json();
    rollup["goals"][0]["key_results"][0]["value"].clone()
}

/// Each event as `event ref date author`, the newest first, with a star for a witness.
#[track_caller]
pub(crate) fn events(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    if repo.path().join(".git").exists() && !repo.is_set("GIT_DIR") {
        let revisions = arguments.iter().position(|argument| *argument == "--rev");
        backends::agree(repo.path(), revisions.map_or(&[], |at| &arguments[at + 1..=at + 1]));
    }
    let events = repo.goals(&[&["log", "--format", "json"], arguments].concat()).json();
    let text = |event: &Value, key: &str| event[key].as_str().unwrap_or("-").to_owned();
    let shown = |event: &Value| {
        let star = if event["witness"] == true { "*" } else { "" };
        ["event", "ref", "date", "author"].map(|key| text(event, key)).join(" ") + star
    };
    events.as_array().expect("an array").iter().map(shown).collect()
}

/// The events of [`begun`], of a goal by any name.
pub(crate) fn of_begun(goal: &str) -> [String; 3] {
    [
        format!("recorded 2026-q4/{goal}.answers 2026-10-12 Ben Okafor*"),
        format!("recorded 2026-q4/{goal}.answers 2026-10-05 Ana Silva*"),
        format!("planned 2026-q4/{goal} - Ana Silva"),
    ]
}

/// Expects figures without history, a word about why, and a refusal where history is required.
#[track_caller]
pub(crate) fn degrades(repo: &Repo, why: &str, cure: &str) {
    let output = repo.goals(&["rollup"]);
    let (said, found) = (output.stderr.clone(), output.json());
    assert!(said.contains(why) && said.contains(cure), "{said}");
    assert!(!said.contains("no git repository"), "{said}");
    assert_eq!(found["history"], "none");
    assert_eq!(found["goals"][0]["key_results"][0]["value"], 55);
    for command in ["rollup", "status", "check", "report"] {
        let refused = repo.goals(&[command, "--require-history"]).refused();
        assert!(refused.contains(why), "{command}: {refused}");
    }
    assert_eq!(repo.goals(&["status"]).status, 0);
    assert_eq!(repo.goals(&["check"]).status, 0);
    assert!(repo.goals(&["log"]).refused().contains(why));
    assert_eq!(repo.goals(&["report", "--out", "site"]).status, 0);
}

#[test]
fn a_damaged_head_or_commit_costs_the_history_and_no_value() {
    let repo = begun();
    let head = fs::read(repo.path().join(".git/HEAD")).expect("read");
    fs::write(repo.path().join(".git/HEAD"), "").expect("written");
    let output = repo.goals(&["rollup"]);
    assert!(output.stderr.contains("without history"), "{}", output.stderr);
    assert_eq!(output.json()["history"], "none");
    fs::write(repo.path().join(".git/HEAD"), head).expect("written");

    let head = repo.git(&["rev-parse", "HEAD"]);
    let (start, rest) = head.trim().split_at(2);
    let (kept, object) =
        (repo.beside("kept"), repo.path().join(".git/objects").join(start).join(rest));
    fs::rename(&object, &kept).expect("moved");
    degrades(&repo, "could not read HEAD", "git fsck");
    fs::rename(&kept, &object).expect("moved");

    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]);
    let gone = "1".repeat(40);
    for (parent, author) in [(gone.as_str(), "Ana <a@b> 1795262400 +0000"), ("", "Ana")] {
        let parent = if parent.is_empty() { String::new() } else { format!("parent {parent}\n") };
        let text = format!("tree {tree}{parent}author {author}\ncommitter {author}\n\nx\n");
        fs::write(repo.beside("commit"), text).expect("written");
        let file = repo.beside("commit").to_string_lossy().into_owned();
        let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", &file]);
        fs::write(repo.path().join(".git/refs/heads/main"), id).expect("written");
        degrades(&repo, "could not read", "git");
    }
}

#[test]
fn a_working_tree_linked_to_a_shallow_clone_ends_at_its_boundary() {
    let clone = cloned(begun(), &["--depth", "2"]);
    let linked = clone.beside("linked");
    clone.git(&["worktree", "add", "-q", "-b", "other", &linked.to_string_lossy()]);
    let linked = clone.at(&linked);
    assert_eq!(linked.goals(&["rollup"]).json()["history"], "shallow");
    assert_eq!(value(&linked, &["--rev", "HEAD"]), 55);
    assert_eq!(events(&linked, &[]), of_begun("support")[..1]);
    assert!(linked.goals(&["status", "--require-history"]).refused().contains("--unshallow"));
}

#[test]
#[cfg(target_os = "linux")]
fn a_repository_of_somebody_else_is_told_of_by_its_top() {
    let repo = Repo::new();
    fill(&repo, "inner/");
    let owned = Command::new("chown").args(["-R", "12345:12345"]).arg(repo.path()).output();
    if !owned.expect("chown runs").status.success() {
        return; // only root may give files away
    }
    let top = fs::canonicalize(repo.path()).expect("there");
    let inner = top.join("inner");
    let cure = format!("safe.directory {}\n", top.display());
    degrades(&repo.at(&inner), "not owned", &cure);
}

#[test]
fn a_repository_that_is_promised_and_not_there_is_told_of() {
    let mut repo = begun();
    repo.set("GIT_DIR", "nowhere");
    degrades(&repo, "could not open the repository", "GIT_DIR");
    let repo = Repo::folder();
    repo.write("goals.toml", "format = 1\n");
    repo.write(PATH, PLAN);
    repo.write(RECORD, "[answers]\n2026-10-12 = 55\n");
    repo.write(".git", "gitdir: /nowhere\n");
    degrades(&repo, "could not open the repository", "git status");
}

#[test]
fn the_callers_git_dir_takes_the_callers_folder_as_its_working_tree() {
    let repo = begun();
    let (bare, elsewhere) = (repo.beside("bare.git"), repo.beside("elsewhere"));
    repo.git(&["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    fs::create_dir_all(elsewhere.join("goals/2026-q4")).expect("made");
    for path in ["goals.toml", PATH, RECORD] {
        fs::copy(repo.path().join(path), elsewhere.join(path)).expect("copied");
    }
    let git_dir = repo.path().join(".git").to_string_lossy().into_owned();
    let mut repo = repo.at(&elsewhere);
    assert_eq!(repo.goals(&["rollup"]).json()["history"], "none");
    for git_dir in [git_dir, bare.to_string_lossy().into_owned()] {
        repo.set("GIT_DIR", &git_dir);
        assert_eq!(events(&repo, &[]), of_begun("support"), "{git_dir}");
    }
}

#[test]
fn a_rename_or_move_in_two_commits_keeps_the_witnesses() {
    for (to, plan, name) in [
        ("goals/2026-q4/team/support", PLAN.to_owned(), "support"),
        ("goals/2026-q4/care", format!("formerly = [\"support\"]\n{PLAN}"), "care"),
    ] {
        let repo = begun();
        repo.write(&format!("{to}.toml"), &plan);
        repo.write(&format!("{to}.checkins.toml"), &repo.read(RECORD));
        repo.commit(BEN, "2026-10-19T09:00:00+02:00", "copy");
        repo.git(&["rm", "-q", PATH, RECORD]);
        repo.commit(BEN, "2026-10-20T09:00:00+02:00", "remove");
        assert_eq!(events(&repo, &[]), of_begun(name));
        repo.write(
            &format!("{to}.checkins.toml"),
            "[answers]\n2026-10-05 = 40\n2026-10-12 = 55\n2026-10-21 = 60\n",
        );
        repo.commit(BEN, "2026-10-21T09:00:00+02:00", "go on");
        assert_eq!(events(&repo, &[])[1..], of_begun(name));
    }
}

#[test]
fn a_goal_moved_on_one_side_and_checked_in_on_the_other() {
    let repo = begun();
    repo.git(&["checkout", "-q", "-b", "side"]);
    let text = repo.read(RECORD) + "2026-10-19 = 60\n";
    repo.write(RECORD, &text);
    repo.commit(BEN, "2026-10-19T09:00:00+02:00", "check-in");
    repo.git(&["checkout", "-q", "main"]);
    fs::create_dir_all(repo.path().join("goals/2026-q4/team")).expect("made");
    repo.git(&["mv", PATH, RECORD, "goals/2026-q4/team/"]);
    repo.commit(ANA, "2026-10-18T09:00:00+02:00", "move");
    repo.dated(ANA, "2026-10-20T09:00:00+02:00", &["merge", "-q", "--no-edit", "side"]);
    let events = events(&repo, &[]);
    assert_eq!(events[0], "recorded 2026-q4/support.answers 2026-10-19 Ben Okafor*");
    assert_eq!(events[1..], of_begun("support"));
}

#[test]
fn a_revert_and_its_revert_bring_a_record_back() {
    let repo = begun();
    for day in ["20", "21"] {
        let date = format!("2026-10-{day}T09:00:00+02:00");
        repo.dated(ANA, &date, &["revert", "--no-edit", "HEAD"]);
    }
    assert_eq!(
        events(&repo, &[])[..3],
        [
            "recorded 2026-q4/support.answers 2026-10-12 Ana Silva*",
            "removed 2026-q4/support.answers 2026-10-12 Ana Silva",
            "recorded 2026-q4/support.answers 2026-10-12 Ben Okafor",
        ]
    );
}

#[test]
fn the_grace_ends_with_the_authors_own_day() {
    let repo = begun();
    let moved = |date: &str, from: &str, to: &str| {
        repo.write(PATH, &repo.read(PATH).replace(from, to));
        repo.commit(ANA, date, "amend");
        repo.goals(&["log", "--format", "json", "-n", "1"]).json()[0]["goalpost_move"].clone()
    };
    // 15 October is the last day of the grace; in UTC the first of these lies within it.
    assert_eq!(moved("2026-10-16T00:30:00+14:00", "target = 90", "target = 85"), true);
    assert_eq!(moved("2026-10-15T23:30:00-12:00", "target = 85", "target = 80"), false);
}

#[test]
fn the_record_of_a_plan_deleted_before_goes_without_a_word() {
    let repo = begun();
    repo.git(&["rm", "-q", PATH]);
    repo.commit(ANA, "2026-10-20T09:00:00+02:00", "delete the plan");
    repo.git(&["rm", "-q", RECORD]);
    repo.commit(ANA, "2026-10-21T09:00:00+02:00", "delete its record");
    let found = events(&repo, &[]);
    assert_eq!(found[0], "deleted 2026-q4/support - Ana Silva");
    assert_eq!(found.len(), 4);
    repo.git(&["checkout", "-q", "HEAD~2", "--", "goals"]);
    repo.commit(BEN, "2026-10-22T09:00:00+02:00", "bring it back");
    let found = events(&repo, &[]);
    assert_eq!(found.len(), 7, "{found:?}");
    assert!(found[..2].iter().all(|event| event.ends_with("Ben Okafor*")), "{found:?}");
}

#[test]
fn dozens_of_parents_are_read() {
    let repo = begun();
    let tree = repo.git(&["rev-parse", "HEAD^{tree}"]).trim().to_owned();
    let mut arguments = vec!["commit-tree".to_owned(), "-m".into(), "octopus".into()];
    for at in 0..60 {
        let message = format!("side {at}");
        let id = repo.git(&["commit-tree", &tree, "-p", "HEAD", "-m", &message]);
        arguments.extend(["-p".to_owned(), id.trim().to_owned()]);
    }
    repo.write(RECORD, "[answers]\n2026-10-05 = 40\n2026-10-12 = 56\n");
    repo.git(&["add", "-A"]);
    arguments.push(repo.git(&["write-tree"]).trim().to_owned());
    let id = repo.git(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    let events = events(&repo, &["--rev", id.trim()]);
    assert_eq!(events[0], "corrected 2026-q4/support.answers 2026-10-12 Ana Silva*");
    assert_eq!(events.len(), 4);
}

#[test]
fn parents_given_to_a_commit_here_are_its_parents() {
    let repo = begun();
    let tip = repo.git(&["rev-parse", "HEAD"]);
    let file = repo.path().join(".git/info/grafts");
    fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    fs::write(&file, tip).expect("written");
    let events = events(&repo, &[]);
    assert_eq!(events.len(), 3, "{events:?}");
    assert!(events.iter().all(|event| event.contains("Ben Okafor")), "{events:?}");
}

#[test]
fn a_file_that_was_too_large_for_a_while_tells_nothing_of_that_while() {
    let repo = begun();
    let records = fs::read_to_string(repo.path().join(RECORD)).expect("text");
    let large = format!("{records}2026-10-19 = 60\n{}", "# said\n".repeat(160_000));
    repo.write(RECORD, &large);
    repo.commit(BEN, "2026-10-19T09:00:00+02:00", "too large");
    repo.write(RECORD, &format!("{records}2026-10-26 = 70\n"));
    repo.commit(ANA, "2026-10-26T09:00:00+02:00", "small again");
    assert_eq!(value(&repo, &[]), 70);
    let events = events(&repo, &[]);
    assert!(events.iter().all(|event| !event.contains("2026-10-19")), "{events:?}");
    assert!(events[0].contains("2026-10-26"), "{events:?}");
}

#[test]
fn a_plan_that_is_a_folder_or_a_submodule_for_a_while_is_gone_for_a_while() {
    let repo = begun();
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.git(&["rm", "-q", "--cached", PATH]);
    let link = format!("160000,{},{PATH}", head.trim());
    repo.git(&["update-index", "--add", "--cacheinfo", &link]);
    repo.dated(ANA, "2026-10-13T09:00:00+02:00", &["commit", "-q", "-m", "a submodule"]);
    repo.git(&["rm", "-q", "--cached", PATH]);
    fs::remove_file(repo.path().join(PATH)).expect("removed");
    repo.write(&format!("{PATH}/readme"), "not a plan");
    repo.commit(ANA, "2026-10-14T09:00:00+02:00", "a folder");
    fs::remove_dir_all(repo.path().join(PATH)).expect("removed");
    repo.write(PATH, PLAN);
    repo.commit(BEN, "2026-10-15T09:00:00+02:00", "a file again");
    let found = events(&repo, &[]);
    assert_eq!(found[0], "planned 2026-q4/support - Ben Okafor");
    assert_eq!(found[1], "deleted 2026-q4/support - Ana Silva");
    assert_eq!(value(&repo, &[]), 55);
}

#[test]
#[cfg(target_os = "linux")]
fn a_workspace_may_lie_in_a_folder_of_any_name() {
    use std::os::unix::ffi::OsStrExt;
    for name in [&b"two words"[..], "größe\nzwei".as_bytes(), b"l\xe9tin"] {
        let repo = Repo::new();
        fill(&repo, "inner/");
        let folder = repo.path().join(std::ffi::OsStr::from_bytes(name));
        fs::rename(repo.path().join("inner"), &folder).expect("renamed");
        repo.commit(ANA, "2026-10-20T09:00:00+02:00", "rename the folder");
        let repo = repo.at(&folder);
        assert_eq!(value(&repo, &["--rev", "HEAD"]), 55);
        assert_eq!(events(&repo, &[]).len(), 3);
        repo.goals(&["checkin", "answers", "60"]).sound();
        assert_eq!(events(&repo, &[]).len(), 4);
    }
}

#[test]
fn two_workspaces_in_one_repository_keep_their_own_history() {
    let repo = Repo::new();
    fill(&repo, "one/");
    fill(&repo, "two/");
    for folder in ["one", "two"] {
        let output = repo.goals(&["-C", folder, "log", "--format", "json"]).json();
        assert_eq!(output.as_array().map(Vec::len), Some(3), "{folder}");
    }
    assert_eq!(value(&repo, &["-C", "two/goals/2026-q4", "--rev", "HEAD"]), 55);
    let refused = repo.goals(&["-C", "three", "log"]).refused();
    assert!(refused.contains("could not enter `three`"), "{refused}");
}

#[test]
fn what_names_no_commit_is_refused() {
    let repo = begun();
    repo.git(&["tag", "light"]);
    repo.git(&["tag", "-a", "-m", "x", "annotated"]);
    repo.git(&["tag", "blob", "HEAD:goals.toml"]);
    for revision in ["light", "annotated", "@", "HEAD^{/second}"] {
        assert_eq!(value(&repo, &[&format!("--rev={revision}")]), 55, "{revision}");
    }
    for revision in [
        "blob",
        "HEAD^{tree}",
        "HEAD~1..HEAD",
        "@{upstream}",
        "",
        "-x",
        "--all",
        "HEAD~9",
        "a\nb",
        "^HEAD",
        "HEAD^@",
        ":goals.toml",
        "\u{1b}[31m",
    ] {
        let refused = repo.goals(&["rollup", &format!("--rev={revision}")]).refused();
        assert!(refused.starts_with("error: "), "{revision}: {refused}");
        assert!(!refused.contains('\u{1b}'), "{refused}");
    }
}

#[test]
fn alternates_and_submodules_are_read() {
    let repo = begun();
    let (sharing, above) = (repo.beside("sharing"), repo.beside("above"));
    let origin = repo.path().to_string_lossy().into_owned();
    repo.git(&["clone", "-q", "--shared", &origin, &sharing.to_string_lossy()]);
    repo.git(&["init", "-q", &above.to_string_lossy()]);
    let repo = repo.at(&above);
    repo.git(&["submodule", "--quiet", "add", &origin, "module"]);
    for folder in [above.join("module"), sharing] {
        let output = repo.goals(&["-C", &folder.to_string_lossy(), "log", "--format", "json"]);
        assert_eq!(output.json().as_array().map(Vec::len), Some(3), "{}", folder.display());
    }
}

#[test]
#[cfg(unix)]
fn in_the_hook_of_a_commit_reading_goes_on_and_checking_in_is_refused() {
    let repo = begun();
    let goals = env!("CARGO_BIN_EXE_goals");
    hook(
        repo.path(),
        "pre-commit",
        &format!(
            "{goals} check >&2 && {goals} log -q -n 1 >&2\n{goals} checkin answers 70\necho code=$? >&2"
        ),
    );
    let output = repo
        .command("git")
        .args(["commit", "-q", "--allow-empty", "-m", "x"])
        .output()
        .expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the commit itself goes through: {said}");
    assert!(!said.contains("error[") && said.contains("40 → 55"), "{said}");
    assert!(said.contains("a commit is under way") && said.contains("code=2"), "{said}");
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]).trim(), "4");
    assert_eq!(repo.git(&["status", "--short"]), "");
}

#[cfg(unix)]
fn hook(top: &Path, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    let path = top.join(".git/hooks").join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
}

#[test]
fn folders_without_bottom_are_refused_in_time() {
    let repo = begun();
    let blob = repo.git(&["rev-parse", &format!("HEAD:{PATH}")]).trim().to_owned();
    let settings = repo.git(&["rev-parse", "HEAD:goals.toml"]).trim().to_owned();
    let tree = |entries: &[String]| {
        let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
        let file = repo.beside("entries");
        fs::write(&file, text).expect("written");
        let mut command = repo.command("git");
        let made = command.arg("mktree").stdin(fs::File::open(&file).expect("open")).output();
        String::from_utf8(made.expect("git runs").stdout).expect("an id").trim().to_owned()
    };
    let leaf = tree(&[format!("100644 blob {blob}\tx.toml")]);
    // More folders in each other than are entered, and ten to the power of seven beside each other.
    let deep = (0..66).fold(leaf.clone(), |inner, _| tree(&[format!("040000 tree {inner}\ta")]));
    let wide = (0..7).fold(leaf, |inner, _| {
        tree(&(0..10).map(|at| format!("040000 tree {inner}\td{at}")).collect::<Vec<_>>())
    });
    for plans in [deep, wide] {
        let top = tree(&[
            format!("040000 tree {plans}\tgoals"),
            format!("100644 blob {settings}\tgoals.toml"),
        ]);
        let bad = repo.git(&["commit-tree", &top, "-p", "HEAD", "-m", "bad"]).trim().to_owned();
        let refused = repo.goals(&["rollup", "--rev", &bad]).refused();
        assert!(refused.contains("its folders nest more than"), "{refused}");
        let good = repo.git(&["commit-tree", "HEAD^{tree}", "-p", &bad, "-m", "good"]);
        repo.git(&["update-ref", "refs/heads/main", good.trim()]);
        let output = repo.goals(&["rollup"]);
        assert!(output.stderr.contains("its folders nest more than"), "{}", output.stderr);
        assert_eq!(output.json()["goals"][0]["key_results"][0]["value"], 55);
        repo.git(&["update-ref", "refs/heads/main", "HEAD~2"]);
    }
}

#[test]
#[cfg(unix)]
fn a_link_in_the_workspace_leads_no_report_out_of_it() {
    let repo = begun();
    let outside = repo.beside("outside");
    fs::create_dir_all(&outside).expect("made");
    std::os::unix::fs::symlink(&outside, repo.path().join("public")).expect("linked");
    for out in ["public", "public/site", "goals/../public"] {
        let refused = repo.goals(&["report", "--out", out]).refused();
        assert!(refused.contains("out of the workspace"), "{out}: {refused}");
    }
    assert_eq!(fs::read_dir(&outside).expect("read").count(), 0);
    let named = outside.to_string_lossy().into_owned();
    repo.goals(&["report", "--out", &named]).sound();
    fs::remove_dir_all(&outside).expect("removed");
    assert!(repo.goals(&["report"]).refused().contains("public"));
}

#[test]
fn a_report_overwrites_nothing_and_loses_nothing() {
    let repo = begun();
    for out in [".git/site", ".GIT", "goals", "templates", "..", "/"] {
        assert!(
            repo.goals(&["report", "--force", "--out", out]).refused().contains("own folder"),
            "{out}"
        );
    }
    repo.write("site/index.html", "mine");
    fs::create_dir_all(repo.path().join("site/empty/inner")).expect("made");
    let refused = repo.goals(&["report", "--out", "site", "--force"]).refused();
    assert!(refused.contains("index.html"), "{refused}");
    assert_eq!(repo.read("site/index.html"), "mine");
    fs::rename(repo.path().join("site/index.html"), repo.path().join("site/mine.html"))
        .expect("moved");
    repo.goals(&["report", "--out", "site", "--force"]).sound();
    assert_eq!(repo.read("site/mine.html"), "mine");
    assert!(repo.path().join("site/empty/inner").is_dir());
    assert!(repo.read("site/index.html").contains("<html"));
}

#[test]
#[cfg(unix)]
fn the_demo_is_the_same_whatever_its_user_has_configured() {
    let mut repo = begun();
    let hooks = repo.beside("hooks");
    hook(&hooks, "reference-transaction", "exit 1");
    let hooks = hooks.join(".git/hooks");
    fs::copy(hooks.join("reference-transaction"), hooks.join("post-checkout")).expect("copied");
    fs::write(repo.beside("attributes"), "* filter=no\n").expect("written");
    let config = format!(
        "[init]\ndefaultBranch = trunk\ndefaultObjectFormat = sha256\ndefaultRefFormat = reftable\n\
         [core]\nautocrlf = true\neol = crlf\nhooksPath = {}\nattributesFile = {}\nfsmonitor = /bin/false\n\
         bare = true\nsparseCheckout = true\nsplitIndex = true\n[commit]\ngpgSign = true\n[gpg]\nprogram = /bin/false\n\
         [filter \"no\"]\nsmudge = /bin/false\nclean = /bin/false\nrequired = true\n",
        hooks.display(),
        repo.beside("attributes").display()
    );
    let plain = repo.goals(&["demo", "-q", "plain"]).sound();
    let file = repo.beside("hostile");
    fs::write(&file, config).expect("written");
    repo.set("GIT_CONFIG_GLOBAL", &file.to_string_lossy());
    repo.set("GIT_DIR", &repo.path().join(".git").to_string_lossy());
    let output = repo.goals(&["demo", "hostile"]);
    assert!(
        !output.stderr.contains("warning") && !output.stderr.contains("note:"),
        "{}",
        output.stderr
    );
    assert_eq!(output.sound().replace("hostile", "plain"), plain);
    for path in [".git/refs/heads/main", "public/index.html"] {
        assert_eq!(
            repo.read(&format!("hostile/{path}")),
            repo.read(&format!("plain/{path}")),
            "{path}"
        );
    }
}

#[test]
fn a_demo_that_cannot_be_made_leaves_nothing() {
    let mut repo = Repo::folder();
    repo.set("PATH", "/nonexistent");
    let refused = repo.goals(&["demo", "made"]).refused();
    assert!(refused.contains("cannot run `git`") && refused.contains("install git"), "{refused}");
    assert!(!repo.path().join("made").exists());
    fs::create_dir(repo.path().join("made")).expect("made");
    repo.goals(&["demo", "made"]).refused();
    assert_eq!(fs::read_dir(repo.path().join("made")).expect("there").count(), 0);
}

/// What a sparse checkout may be: by patterns, and by folders with an index that tells no more.
const SPARSE: [&[&str]; 2] = [
    &["--no-cone", "/*", "!/goals/2026-q4/other/"],
    &["--cone", "--sparse-index", "goals/2026-q4/none"],
];

/// Two goals, of which each of [`SPARSE`] leaves one out.
fn two_goals() -> Repo {
    let repo = begun();
    repo.write("goals/2026-q4/other/second.toml", &PLAN.replace("day", "hour"));
    repo.write("goals/2026-q4/other/second.checkins.toml", "[answers]\n2026-10-12 = 33\n");
    repo.commit(ANA, "2026-10-13T09:00:00+02:00", "another plan");
    repo
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_read_from_the_index() {
    let repo = two_goals();
    let told = |command: &[&str]| repo.goals(command).stdout;
    let commands: [&[&str]; 5] = [
        &["check", "--format", "json"],
        &["status"],
        &["rollup", "--format", "json"],
        &["smart", "--format", "json"],
        &["log", "--format", "json"],
    ];
    let whole = commands.map(told);
    let page = || {
        repo.goals(&["report", "--out", "site"]).sound();
        fs::read_to_string(repo.path().join("site/index.html")).expect("a page")
    };
    let index = page();
    for options in SPARSE {
        repo.git(&[&["sparse-checkout", "set"], options].concat());
        assert!(!repo.path().join("goals/2026-q4/other").exists());
        assert_eq!(commands.map(told), whole, "{options:?}");
        repo.goals(&["diff", "--exit-code"]).sound();
        assert_eq!(page(), index, "{options:?}");
        repo.goals(&["checkin", "2026-q4/support.answers", "61"]).sound();
        repo.git(&["reset", "-q", "--hard", "HEAD~1"]);
    }
    repo.git(&["sparse-checkout", "disable"]);
    repo.git(&["update-index", "--split-index"]);
    repo.goals(&["checkin", "2026-q4/support.answers", "62"]).sound();
}

#[test]
fn what_is_staged_of_what_a_sparse_checkout_leaves_out_counts() {
    let repo = two_goals();
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "goals/2026-q4/none"]);
    let text = "[answers]\n2026-10-12 = 34\n";
    let file = repo.path().join(".git/staged");
    fs::write(&file, text).expect("written");
    let id = repo.git(&["hash-object", "-w", &file.to_string_lossy()]);
    let path = "goals/2026-q4/other/second.checkins.toml";
    repo.git(&["update-index", "--cacheinfo", &format!("100644,{},{path}", id.trim())]);
    repo.git(&["update-index", "--skip-worktree", path]);
    let diff = repo.goals(&["diff", "--format", "json"]).json();
    assert_eq!(diff["rewritten"].as_array().map(Vec::len), Some(1), "{diff}");
    // A file that lies there all the same counts as it lies there.
    repo.write(path, "[answers]\n2026-10-12 = 33\n");
    repo.goals(&["diff", "--exit-code"]).sound();
}

#[test]
fn what_a_sparse_partial_clone_leaves_out_is_fetched_once_or_said() {
    let repo = two_goals();
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let origin = format!("file://{}", repo.path().display());
    let whole = repo.goals(&["status"]).stdout;
    let partial = repo.beside("partial");
    let partial_text = partial.to_string_lossy();
    repo.git(&["clone", "-q", "--filter=blob:none", "--sparse", &origin, &partial_text]);
    let mut repo = repo.at(&partial);
    repo.set("GIT_NO_LAZY_FETCH", "1");
    let without = repo.goals(&["status"]);
    assert!(without.stderr.contains("figures leave out what the sparse checkout leaves out"));
    assert_ne!(without.stdout, whole);
    repo.set("GIT_NO_LAZY_FETCH", "0");
    let fetched = repo.goals(&["status"]);
    assert_eq!(fetched.stdout, whole, "{}", fetched.stderr);
    assert!(fetched.stderr.contains("git fetches 4 files"), "{}", fetched.stderr);
    let again = repo.goals(&["status"]);
    assert_eq!((again.stdout, again.stderr), (whole, String::new()));
}

#[test]
fn what_a_sparse_checkout_leaves_out_is_not_edited() {
    let repo = two_goals();
    for options in SPARSE {
        repo.git(&[&["sparse-checkout", "set"], options].concat());
        for command in [
            &["checkin", "2026-q4/second.answers", "61"][..],
            &["checkin", "2026-q4/second.answers", "61", "--no-commit"],
            &["rename", "2026-q4/second", "third"],
        ] {
            let refused = repo.goals(command).refused();
            let cure = "`git sparse-checkout add goals/2026-q4/other` brings it";
            assert!(refused.contains("leaves it out") && refused.contains(cure), "{refused}");
        }
        repo.goals(&["fmt"]).sound();
        assert!(!repo.path().join("goals/2026-q4/other").exists());
        assert_eq!(repo.git(&["status", "--porcelain"]), "");
    }
}

#[test]
#[cfg(unix)]
fn links_inside_the_workspace_are_followed_in_a_revision_too() {
    use std::os::unix::fs::symlink;
    let repo = begun();
    for path in [PATH, RECORD] {
        let name = Path::new(path).file_name().expect("a name").to_string_lossy().into_owned();
        fs::create_dir_all(repo.path().join("kept/inner")).expect("made");
        fs::rename(repo.path().join(path), repo.path().join("kept/inner").join(&name))
            .expect("moved");
        symlink(format!("inner/{name}"), repo.path().join("kept").join(&name)).expect("linked");
        symlink(format!("../../kept/{name}"), repo.path().join(path)).expect("linked");
    }
    symlink("/etc/hostname", repo.path().join("goals/2026-q4/out.toml")).expect("linked");
    symlink("../../../x.toml", repo.path().join("goals/2026-q4/up.toml")).expect("linked");
    symlink("loop.toml", repo.path().join("goals/2026-q4/loop.toml")).expect("linked");
    fs::rename(repo.path().join("goals.toml"), repo.path().join("kept/goals.toml")).expect("moved");
    symlink("kept/goals.toml", repo.path().join("goals.toml")).expect("linked");
    let checked = |arguments: &[&str]| {
        let printed = repo.goals(&[&["check", "--output", "concise"], arguments].concat()).stdout;
        printed.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let expected = checked(&[]);
    repo.git(&["add", "-A"]);
    assert_eq!(checked(&["--staged"]), expected);
    repo.commit(ANA, "2026-10-13T09:00:00+02:00", "links");
    assert_eq!(checked(&["--rev", "HEAD"]), expected);
    assert_eq!(value(&repo, &[]), 55);
    assert_eq!(value(&repo, &["--rev", "HEAD"]), 55);
    repo.goals(&["checkin", "answers", "60"]).sound();
    assert_eq!(value(&repo, &["--rev", "HEAD"]), 60);
}

#[test]
fn a_bare_repository_is_read_by_its_revisions() {
    let repo = begun();
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "-q", "--bare", ".", &bare.to_string_lossy()]);
    let bare = repo.at(&bare);
    assert_eq!(value(&bare, &["--rev", "HEAD"]), 55);
    assert_eq!(events(&bare, &["--rev", "main"]), of_begun("support"));
    assert!(bare.goals(&["rollup"]).refused().contains("no `goals.toml`"));
    assert!(bare.goals(&["checkin", "answers", "60"]).refused().contains("no `goals.toml`"));
}

#[test]
fn branches_merged_crosswise_credit_each_commit_once() {
    let repo = begun();
    let line = |from: &str, to: &str, day: &str, author: &str| {
        repo.write(RECORD, &repo.read(RECORD).replace(from, to));
        repo.commit(author, &format!("2026-10-{day}T09:00:00+02:00"), "check-in");
    };
    let merge = |branch: &str, day: &str| {
        let date = format!("2026-10-{day}T09:00:00+02:00");
        repo.dated(ANA, &date, &["merge", "-q", "--no-edit", branch]);
    };
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.git(&["checkout", "-q", "-b", "side"]);
    line("[answers]\n", "[answers]\n2026-10-02 = 38\n", "19", BEN);
    repo.git(&["checkout", "-q", "main"]);
    line("2026-10-12 = 55\n", "2026-10-12 = 55\n2026-10-20 = 70\n", "20", ANA);
    repo.git(&["branch", "before"]);
    merge("side", "21");
    repo.git(&["checkout", "-q", "side"]);
    merge("before", "21");
    line("2026-10-02 = 38", "2026-10-02 = 37", "22", BEN);
    repo.git(&["checkout", "-q", "main"]);
    line("2026-10-20 = 70", "2026-10-20 = 71", "23", ANA);
    merge("side", "24");
    assert_eq!(
        events(&repo, &[])[..4],
        [
            "corrected 2026-q4/support.answers 2026-10-20 Ana Silva*",
            "corrected 2026-q4/support.answers 2026-10-02 Ben Okafor*",
            "recorded 2026-q4/support.answers 2026-10-20 Ana Silva",
            "recorded 2026-q4/support.answers 2026-10-02 Ben Okafor",
        ]
    );
    assert_eq!(value(&repo, &[]), 71);
}

#[test]
#[cfg(target_os = "linux")]
fn names_and_messages_that_are_no_text_are_shown_harmlessly() {
    use std::os::unix::ffi::OsStrExt;
    let repo = begun();
    fs::write(repo.beside("message"), b"caf\xe9 \x1b[31m\n").expect("written");
    let folder = repo.path().join("goals/2026-q4").join(std::ffi::OsStr::from_bytes(b"l\xe9"));
    fs::create_dir(&folder).expect("made");
    fs::write(folder.join("second.toml"), PLAN.replace("day", "hour")).expect("written");
    repo.git(&["add", "-A"]);
    let mut command = repo.command("git");
    command.args(["commit", "-q", "-F"]).arg(repo.beside("message"));
    command.env("GIT_AUTHOR_NAME", std::ffi::OsStr::from_bytes(b"Zo\xeb \x1b[1m"));
    assert!(command.status().expect("git runs").success());
    repo.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
    let output = repo.goals(&["log", "-n", "1"]);
    assert!(output.stdout.contains("planned") && !output.stdout.contains('\u{1b}'));
    assert_eq!(events(&repo, &[])[0], "planned 2026-q4/second - Zoë \u{1b}[1m");
    // The folder's name is no id, which is a finding and no more.
    let figures = |arguments: &[&str]| {
        let output = repo.goals(&[&["rollup"], arguments].concat());
        assert_eq!(output.status, 1, "{}", output.stderr);
        let rollup: Value = serde_json::from_str(&output.stdout).expect("JSON");
        rollup["goals"].clone()
    };
    assert_eq!(figures(&[]), figures(&["--rev", "HEAD"]));
}
