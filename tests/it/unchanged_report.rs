//! A report of which nothing changed is not made again; whatever changed, no wrong page is left.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use crate::support::Repo;

/// Something that is done to a workspace, and its name.
type Deed = (&'static str, fn(&Repo));

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "title = \"Fresh leads\"\nowner = \"ana\"\nbaseline = 500\ntarget = 600\n";
/// What a run says, where that is wanted, that did not make the report again.
const STOOD: &str = "nothing that the report is made of has changed\n";
/// The page that is tampered with, and the plan that is.
const PAGE: &str = "public/goals/2026-q4/leads.html";
const LEADS: &str = "goals/2026-q4/leads.toml";

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write(".gitignore", "public/\n");
    repo.write(LEADS, PLAN);
    repo.write("goals/2026-q4/leads.checkins.toml", "2026-10-12 = 520\n2026-11-02 = 560\n");
    repo.write("goals/2026-q4/sales.toml", &PLAN.replace("leads", "sales"));
    repo.commit(ANA, "2026-10-05T12:00:00Z", "Plans");
    repo
}

/// Whether a report was not made again; that it could be written is seen to.
fn stood(repo: &Repo, arguments: &[&str]) -> bool {
    let output = repo.goals(&[&["report", "--verbose"], arguments].concat());
    assert_eq!(output.status, 0, "{}", output.stderr);
    output.stderr.contains(STOOD)
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.expect("readable"));
    let file = |entry: walkdir::DirEntry| {
        let path = entry.path().strip_prefix(folder).expect("below").to_string_lossy().into_owned();
        (path, fs::read(entry.path()).expect("readable"))
    };
    walk.filter(|entry| entry.file_type().is_file()).map(file).collect()
}

fn modified(repo: &Repo, path: &str) -> SystemTime {
    let found = fs::metadata(repo.path().join(path)).expect("there");
    found.modified().expect("a time")
}

fn set_modified(repo: &Repo, path: &str, time: SystemTime) {
    let file = fs::File::options().write(true).open(repo.path().join(path)).expect("opened");
    file.set_modified(time).expect("set back");
}

/// Lets files alone until they are known by their times.
fn settle() {
    std::thread::sleep(Duration::from_millis(3100));
}

/// The folder holds what a report that knows of no earlier one writes.
fn assert_is_right(repo: &Repo, arguments: &[&str], after: &str) {
    let fresh = repo.beside("fresh");
    let out = fresh.to_string_lossy().into_owned();
    repo.goals(&[&["report", "--no-cache", "--out", &out], arguments].concat()).sound();
    assert!(files(&repo.path().join("public")) == files(&fresh), "wrong pages after {after}");
    fs::remove_dir_all(fresh).expect("removed");
}

#[test]
fn what_did_not_change_is_not_made_again() {
    let repo = workspace();
    assert!(!stood(&repo, &[]), "the first");
    assert!(stood(&repo, &[]) && stood(&repo, &[]));
    assert!(!stood(&repo, &["--no-cache"]), "nothing kept is looked at");
    let other = repo.beside("other").to_string_lossy().into_owned();
    assert!(!stood(&repo, &["--out", &other]), "another folder");
    assert!(stood(&repo, &["--out", &other]) && stood(&repo, &[]), "each is known by itself");
    let cached = repo.goals(&["cache"]).sound();
    assert!(cached.contains("2 files"), "{cached}");
    repo.goals(&["cache", "clear"]).sound();
    assert!(!stood(&repo, &[]));
}

#[test]
fn whatever_changes_what_is_shown_makes_it_again() {
    let repo = workspace();
    stood(&repo, &[]);
    let deeds: [Deed; 7] = [
        ("a check-in", |repo| {
            repo.write("goals/2026-q4/leads.checkins.toml", "2026-10-12 = 520\n2026-11-02 = 570\n");
        }),
        ("a commit", |repo| {
            repo.commit(ANA, "2026-11-03T12:00:00Z", "Check in");
        }),
        ("a commit of something else", |repo| {
            repo.write("README", "x");
            repo.commit(ANA, "2026-11-04T12:00:00Z", "Read me");
        }),
        ("a template", |repo| {
            repo.write("templates/team.html", "{% extends \"builtin/team.html\" %}")
        }),
        ("a style", |repo| repo.write("templates/style.css", "/* plain */")),
        ("a setting", |repo| repo.write("goals.toml", "format = 1\nname = \"Southwind\"\n")),
        ("a remote", |repo| {
            repo.git(&["remote", "add", "origin", "git@forge.example:acme/goals.git"]);
        }),
    ];
    for (deed, does) in deeds {
        does(&repo);
        assert!(!stood(&repo, &[]), "{deed}");
        assert_is_right(&repo, &[], deed);
        assert!(stood(&repo, &[]), "after {deed}");
    }
}

#[test]
fn another_day_another_revision_and_another_program_make_it_again() {
    let mut repo = workspace();
    stood(&repo, &[]);
    let earlier = ["--as-of", "2026-11-01"];
    assert!(!stood(&repo, &earlier));
    assert_is_right(&repo, &earlier, "another date");
    assert!(stood(&repo, &earlier) && !stood(&repo, &[]));
    assert!(!stood(&repo, &["--rev", "HEAD"]));
    assert_is_right(&repo, &["--rev", "HEAD"], "another revision");
    assert!(stood(&repo, &["--rev", "HEAD"]));
    stood(&repo, &[]);
    repo.set("SOURCE_DATE_EPOCH", "1795348800");
    assert!(!stood(&repo, &[]));
    assert_is_right(&repo, &[], "a night");
    assert!(stood(&repo, &[]));
    let other = repo.beside("goals-of-another-build");
    fs::copy(env!("CARGO_BIN_EXE_goals"), &other).expect("copied");
    let run = repo.command(&other.to_string_lossy()).args(["report", "--verbose"]).output();
    let said = String::from_utf8(run.expect("it runs").stderr).expect("UTF-8");
    assert!(!said.contains(STOOD), "{said}");
}

#[test]
fn whatever_was_done_to_the_folder_is_put_right() {
    let repo = workspace();
    stood(&repo, &[]);
    let deeds: [Deed; 5] = [
        ("an edit of the same length", |repo| {
            repo.write(PAGE, &repo.read(PAGE).replace("Fresh", "Stale"));
        }),
        ("an edit that hides its time", |repo| {
            let before = modified(repo, PAGE);
            repo.write(PAGE, &repo.read(PAGE).replace("Fresh", "Stale"));
            set_modified(repo, PAGE, before);
        }),
        ("a page that is gone", |repo| fs::remove_file(repo.path().join(PAGE)).expect("removed")),
        ("a folder that is gone", |repo| {
            fs::remove_dir_all(repo.path().join("public")).expect("removed");
        }),
        ("a list that was edited", |repo| {
            repo.write("public/.goals-site", &(repo.read("public/.goals-site") + "CNAME\n"));
        }),
    ];
    for settles in [false, true] {
        if settles {
            settle();
        }
        for (deed, does) in deeds {
            assert!(stood(&repo, &[]), "before {deed}");
            does(&repo);
            assert!(!stood(&repo, &[]), "{deed}");
            assert_is_right(&repo, &[], deed);
        }
    }
}

#[test]
fn an_edit_of_a_plan_is_noticed_however_it_hides() {
    let deeds: [Deed; 5] = [
        ("an edit of the same size", |repo| {
            repo.write(LEADS, &repo.read(LEADS).replace("Fresh", "Stale"));
        }),
        ("an edit that hides its time", |repo| {
            let before = modified(repo, LEADS);
            repo.write(LEADS, &repo.read(LEADS).replace("Stale", "Fresh"));
            set_modified(repo, LEADS, before);
        }),
        ("another file in its place", |repo| {
            let before = modified(repo, LEADS);
            repo.write("other", &repo.read(LEADS).replace("Fresh", "Stale"));
            set_modified(repo, "other", before);
            fs::rename(repo.path().join("other"), repo.path().join(LEADS)).expect("moved");
        }),
        ("a plan that is new", |repo| repo.write("goals/2026-q4/more.toml", PLAN)),
        ("a plan that is gone", |repo| {
            fs::remove_file(repo.path().join("goals/2026-q4/more.toml")).expect("removed");
        }),
    ];
    let repo = workspace();
    for settles in [false, true] {
        if settles {
            settle();
        }
        stood(&repo, &[]);
        for (deed, does) in deeds {
            assert!(stood(&repo, &[]), "before {deed}");
            does(&repo);
            assert!(!stood(&repo, &[]), "{deed}");
            assert_is_right(&repo, &[], deed);
        }
        repo.write(LEADS, PLAN);
        stood(&repo, &[]);
        for _ in 0..2 {
            set_modified(&repo, LEADS, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
            assert!(stood(&repo, &[]), "it was only touched");
        }
    }
}

#[test]
#[cfg(unix)]
fn a_plan_behind_a_link_is_looked_at_where_it_lies() {
    let repo = workspace();
    let link = repo.path().join(LEADS);
    repo.write("plans/one.toml", PLAN);
    repo.write("plans/other.toml", &PLAN.replace("Fresh", "Stale"));
    let points_to = |target: &str| {
        fs::remove_file(&link).expect("removed");
        std::os::unix::fs::symlink(target, &link).expect("linked");
    };
    points_to("../../plans/one.toml");
    stood(&repo, &[]);
    assert!(stood(&repo, &[]));
    points_to("../../plans/other.toml");
    assert!(!stood(&repo, &[]), "another target");
    assert_is_right(&repo, &[], "another target");
    repo.write("plans/other.toml", PLAN);
    assert!(!stood(&repo, &[]), "an edit behind it");
    assert_is_right(&repo, &[], "an edit behind it");
    assert!(stood(&repo, &[]));
}

#[test]
fn a_sparse_checkout_keeps_nothing() {
    let repo = workspace();
    repo.git(&["config", "core.sparseCheckout", "true"]);
    assert!(!stood(&repo, &[]) && !stood(&repo, &[]));
}

#[test]
fn files_of_others_are_refused_or_kept_as_ever() {
    let repo = workspace();
    stood(&repo, &[]);
    repo.write("public/CNAME", "goals.example\n");
    assert!(repo.goals(&["report"]).refused().contains("CNAME"));
    assert!(stood(&repo, &["--force"]));
    assert_eq!(repo.read("public/CNAME"), "goals.example\n");
}

#[test]
fn what_has_to_be_said_is_said_every_time() {
    let repo = workspace();
    repo.write("goals/2026-q4/leads.toml", "title = 7\n");
    let said = || {
        let output = repo.goals(&["report"]);
        assert_eq!(output.status, 1, "{}", output.stderr);
        output.stderr.lines().filter(|line| !line.contains("as of")).collect::<Vec<_>>().join("\n")
    };
    let first = said();
    assert!(first.contains("error"), "{first}");
    assert_eq!(said(), first);
}
