//! The stream, read by real git.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::cli::demo::story::story;

/// Git that sees no configuration but the repository's own.
fn git(folder: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut command = Command::new("git");
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            command.env_remove(name);
        }
    }
    let mut child = command
        .env("HOME", folder)
        .env("XDG_CONFIG_HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git is there");
    child.stdin.take().expect("piped").write_all(input).expect("git reads its input");
    child.wait_with_output().expect("git ends")
}

fn said(folder: &Path, arguments: &[&str]) -> String {
    let output = git(folder, arguments, b"");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {complaint}");
    String::from_utf8(output.stdout).expect("git speaks UTF-8")
}

fn imported(commits: &[Commit]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    said(folder.path(), &["init", "-q", "-b", "main", "."]);
    let output = git(folder.path(), &["fast-import", "--quiet", "--done"], &stream(commits));
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    folder
}

#[test]
fn git_makes_a_sound_repository_of_the_story() {
    let story = story(date(2026, 11, 21));
    let folder = imported(&story);
    let git = |arguments: &[&str]| said(folder.path(), arguments);

    assert_eq!(git(&["fsck", "--strict", "--full"]), "");
    assert_eq!(git(&["rev-list", "--count", "main"]).trim(), story.len().to_string());
    assert_eq!(git(&["rev-list", "--count", "--merges", "main"]).trim(), "6");
    assert_eq!(git(&["for-each-ref", "--format=%(refname)"]).trim(), "refs/heads/main");

    let log = git(&["log", "--format=%an|%ad|%cn", "--date=format:%z"]);
    let authors: BTreeSet<&str> = log.lines().filter_map(|it| it.split('|').next()).collect();
    let zones: BTreeSet<&str> = log.lines().filter_map(|it| it.split('|').nth(1)).collect();
    assert_eq!(authors.len(), 9, "{authors:?}");
    assert!(zones.contains("+0530") && zones.contains("-0800"), "{zones:?}");
    assert!(log.contains("|Northwind Forge"));

    git(&["checkout", "-q", "main"]);
    assert_eq!(git(&["status", "--porcelain"]), "");
    let mut files: BTreeSet<String> = BTreeSet::new();
    for commit in &story {
        for (path, text) in &commit.files {
            match text {
                Some(_) => files.insert(path.clone()),
                None => files.remove(path),
            };
        }
    }
    let listed: BTreeSet<String> = git(&["ls-files"]).lines().map(str::to_owned).collect();
    assert_eq!(listed, files);
    let trailers = git(&["log", "--format=%(trailers:key=Check-in,valueonly)"]);
    assert!(trailers.contains("2026-q4/calm-deploys.lead-time 2026-10-19 180"), "{trailers}");
}

#[test]
fn git_takes_odd_paths_names_and_texts() {
    let person =
        Person { name: "Odd <b>\nName".to_owned(), email: "odd@northwind.example>".to_owned() };
    let paths = ["a b.toml", "quote\".toml", "back\\slash.toml", "é.toml", "tab\t.toml"];
    let text = "no newline at the end\ncommit refs/heads/other\ndone";
    let commit = Commit {
        author: person.clone(),
        committer: person,
        authored: Timestamp::from_second(1_800_000_000).expect("a moment"),
        offset_minutes: -210,
        subject: "odd".to_owned(),
        body: "from :9\ndone".to_owned(),
        parents: Vec::new(),
        files: paths.iter().map(|path| ((*path).to_owned(), Some(text.to_owned()))).collect(),
    };
    let folder = imported(&[commit]);
    let listed = said(folder.path(), &["ls-tree", "-z", "--name-only", "main"]);
    let listed: BTreeSet<&str> = listed.split_terminator('\0').collect();
    assert_eq!(listed, BTreeSet::from(paths));
    for path in paths {
        assert_eq!(said(folder.path(), &["show", &format!("main:{path}")]), text);
    }
    let author = said(folder.path(), &["log", "--format=%an|%ae|%ad|%B", "--date=format:%z"]);
    assert_eq!(author.trim_end(), "Odd bName|odd@northwind.example|-0330|odd\n\nfrom :9\ndone");
}
