//! A report under bad conditions: killed half-way, a folder that is somebody else's, templates that
//! go on without end.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::support::Repo;

const PLAN: &str = "title = \"Fresh leads\"\nowner = \"mira\"\nbaseline = 500\ntarget = 600\n";

/// A loop that writes nothing and ends on no day that anybody sees.
const ENDLESS: &str = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}{% for c in range(end=100000) %}{% endfor %}{% endfor %}{% endfor %}";

/// A workspace of two goals.
fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write("goals/2026-q4/leads.toml", PLAN);
    repo.write("goals/2026-q4/sales.toml", &PLAN.replace("leads", "sales"));
    repo.commit("Ana Silva <ana@northwind.example>", "2026-10-05T12:00:00Z", "Plans");
    repo
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).expect("listed");
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.expect("an entry").file_name().to_string_lossy().into_owned()
    };
    let mut names: Vec<String> = entries.map(name).collect();
    names.sort();
    names
}

/// What a report says beside its place.
fn said(repo: &Repo) -> String {
    let output = repo.goals(&["report"]);
    assert_eq!(output.status, 0, "{}", output.stderr);
    output.stderr
}

#[test]
fn what_was_written_is_told() {
    let repo = workspace();
    let first = said(&repo);
    let files = first.strip_prefix("wrote ").and_then(|rest| rest.split(' ').next());
    let files = files.expect("a number");
    assert_eq!(first, format!("wrote {files} files, as of 2026-11-21\n"));
    assert_eq!(said(&repo), format!("nothing changed in {files} files, as of 2026-11-21\n"));
    repo.write("templates/style.css", "/* plain */");
    assert_eq!(said(&repo), format!("wrote 1 of {files} files, as of 2026-11-21\n"));
    std::fs::remove_file(repo.path().join("goals/2026-q4/sales.toml")).expect("removed");
    let last = said(&repo);
    assert!(last.contains(" and removed "), "the page of the goal, and its badge: {last}");
}

#[test]
fn templates_that_nothing_uses_are_told() {
    let repo = workspace();
    repo.write("templates/goals.html", "x");
    repo.write("templates/imprint.html", "x");
    let said = said(&repo);
    let near =
        "warning: nothing uses `templates/goals.html`: the report has no template of that name\n";
    assert!(said.contains(near), "{said}");
    assert!(said.contains("did you mean `templates/goal.html`?\n"), "{said}");
    assert!(said.contains("nothing uses `templates/imprint.html`"), "{said}");
    assert!(said.contains("there is base.html, components.html, index.html"), "{said}");
}

#[test]
fn the_foot_tells_of_what_no_commit_holds() {
    let repo = workspace();
    let foot = |arguments: &[&str]| {
        let output = repo.goals(&[&["report", "--quiet"], arguments].concat());
        assert_eq!(output.status, 0, "{}", output.stderr);
        let page = repo.read("public/index.html");
        let foot = page.split("from revision <code>").nth(1).expect("a revision").to_owned();
        foot.split(" as of").next().expect("a part")[10..].to_owned()
    };
    let (clean, dirty) = ("</code>,", "</code> and uncommitted changes,");
    assert_eq!(foot(&[]), clean);
    repo.write("notes.txt", "not of the goals");
    assert_eq!(foot(&[]), clean);
    repo.write("goals/2026-q4/more.toml", PLAN);
    assert_eq!(foot(&[]), dirty);
    assert_eq!(foot(&["--rev", "HEAD"]), clean);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-10-06T12:00:00Z", "One more");
    assert_eq!(foot(&[]), clean);
    repo.write("goals.toml", "format = 1\nname = \"Southwind\"\n");
    assert_eq!(foot(&[]), dirty);
}

#[test]
#[cfg(unix)]
fn killed_half_way_leaves_the_old_site_and_the_next_report_cleans_up() {
    let repo = workspace();
    said(&repo);
    let site = repo.path().join("public");
    let (before, index) = (names(repo.path()), repo.read("public/index.html"));
    repo.write("templates/style.css", "/* new */");
    repo.write("templates/goal.html", ENDLESS);
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    let mut child = command.arg("report").spawn().expect("the tool runs");
    let half_way = || {
        let is_fresh = |name: &String| name.starts_with(".goals-site-");
        let fresh = names(repo.path()).into_iter().find(is_fresh)?;
        repo.path().join(fresh).join("new/style.css").exists().then_some(())
    };
    let begun = Instant::now();
    while half_way().is_none() && begun.elapsed() < Duration::from_secs(25) {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("it ended");
    assert!(half_way().is_some(), "it was killed in the middle of its work");
    assert_eq!(repo.read("public/index.html"), index);
    assert_ne!(repo.read("public/style.css"), "/* new */");

    std::fs::remove_file(repo.path().join("templates/goal.html")).expect("removed");
    said(&repo);
    assert_eq!(repo.read("public/style.css"), "/* new */");
    let mut expected = before;
    expected.push("templates".to_owned());
    assert_eq!(names(repo.path()), expected);
    assert!(site.join("index.html").is_file());
}

#[test]
fn templates_that_call_themselves_are_refused_with_their_name() {
    let repo = workspace();
    said(&repo);
    let index = repo.read("public/index.html");
    for (template, word) in [
        ("{% include \"goal.html\" %}", "includes itself"),
        ("{% extends \"goal.html\" %}", "extends itself"),
        (
            "{% component again() %}{{ <again/> }}{% endcomponent again %}{{ <again/> }}",
            "component `again` calls itself",
        ),
        (
            "{% for a in range(end=100000) %}{% for b in range(end=100000) %}0123456789abcdef{% endfor %}{% endfor %}",
            "64 MiB",
        ),
        ("{% for a in range(end=1000000000) %}{% endfor %}", "limit"),
    ] {
        repo.write("templates/goal.html", template);
        let said = repo.goals(&["report"]).refused();
        assert!(said.contains("goal.html") && said.contains(word), "{template}: {said}");
        assert_eq!(repo.read("public/index.html"), index);
        assert_eq!(names(repo.path()), [".git", "goals", "goals.toml", "public", "templates"]);
    }
}

/// A workspace in which reading the history takes a while, which is told on a terminal: a `git` that takes its time reads
/// a repository that only the program can open.
#[cfg(unix)]
fn slow_to_read() -> Option<Repo> {
    use std::os::unix::fs::PermissionsExt;
    let mut repo = Repo::folder();
    let init = ["init", "-q", "-b", "main", "--ref-format=reftable"];
    if !repo.command("git").args(init).output().expect("git runs").status.success() {
        return None; // this git has no reftable
    }
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write("goals/2026-q4/leads.toml", PLAN);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-10-05T12:00:00Z", "Plans");
    let path = std::env::var("PATH").expect("a path");
    let places = || std::env::split_paths(&path);
    let git = places().map(|folder| folder.join("git")).find(|git| git.is_file()).expect("git");
    let (folder, git) = (repo.beside("bin"), git.display());
    let slow = format!("#!/bin/sh\n[ \"$1\" != rev-list ] || sleep 1\nexec '{git}' \"$@\"\n");
    std::fs::create_dir(&folder).expect("made");
    std::fs::write(folder.join("git"), slow).expect("written");
    let permissions = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(folder.join("git"), permissions).expect("set");
    let path = std::env::join_paths([folder].into_iter().chain(places())).expect("a path");
    repo.set("PATH", path.to_str().expect("UTF-8"));
    Some(repo)
}

#[test]
#[cfg(unix)]
fn long_work_is_told_on_a_terminal_and_to_nobody_else() {
    const TOLD: &str = "reading the history";
    let Some(repo) = slow_to_read() else { return };
    let written = |output: &str| {
        assert!(output.contains("index.html"), "{output}");
        std::fs::remove_dir_all(repo.path().join("public")).expect("removed");
    };
    let output = repo.goals(&["report", "--no-cache", "--verbose"]);
    let seen = output.stdout + &output.stderr;
    assert!(!seen.contains(TOLD) && !seen.contains(['\r', '\u{1b}']), "{seen:?}");
    written(&seen);
    if std::process::Command::new("script").arg("--version").output().is_err() {
        return;
    }
    for (option, is_told) in [("--verbose", true), ("--quiet", false)] {
        let mut command = repo.command("script");
        let run = format!("{} report --no-cache {option}", env!("CARGO_BIN_EXE_goals"));
        command.args(["-q", "-e", "-c", &run, "/dev/null"]).env("TERM", "xterm");
        let output = command.stdin(std::process::Stdio::null()).output().expect("script runs");
        let seen = String::from_utf8(output.stdout).expect("UTF-8");
        assert!(output.status.success(), "{seen}");
        assert_eq!(seen.contains(TOLD), is_told, "{option}: {seen:?}");
        written(&seen);
    }
}

#[test]
fn folders_of_the_workspace_and_of_others_are_left_alone() {
    let repo = workspace();
    for out in ["goals", "goals/2026-q4", "goals/site", "templates", ".", ".git/site"] {
        let said = repo.goals(&["report", "--force", "--out", out]).refused();
        assert!(said.contains("own folder"), "{out}: {said}");
    }
    repo.write("mine/letter.txt", "dear");
    let said = repo.goals(&["report", "--out", "mine"]).refused();
    assert!(said.contains("letter.txt") && said.contains("--force"), "{said}");
    assert_eq!(names(&repo.path().join("mine")), ["letter.txt"]);
    repo.goals(&["report", "--force", "--out", "mine"]).sound();
    assert_eq!(repo.read("mine/letter.txt"), "dear");
    repo.goals(&["report", "--force", "--out", "mine"]).sound();
    assert_eq!(repo.read("mine/letter.txt"), "dear");
}
