//! `goals report --open`: what is handed to the program that opens things.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::support::Repo;

/// A workspace with one goal, where the only program is one that opens things: it does what this shell script says, and
/// finds the file to write to in `$OPENED`.
fn with_opener(script: &str) -> (Repo, PathBuf) {
    use std::os::unix::fs::PermissionsExt;
    let mut repo = Repo::new();
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write("goals/2026-q4/leads.toml", "title = \"Fresh leads\"\nbaseline = 5\ntarget = 6\n");
    repo.commit("Ana Silva <ana@northwind.example>", "2026-10-05T12:00:00Z", "Plans");
    let (folder, opened) = (repo.beside("bin"), repo.beside("opened"));
    std::fs::create_dir(&folder).expect("made");
    if !script.is_empty() {
        let opener = folder.join("xdg-open");
        std::fs::write(&opener, format!("#!/bin/sh\n{script}\n")).expect("written");
        let permissions = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&opener, permissions).expect("set");
    }
    repo.set("PATH", folder.to_str().expect("UTF-8"));
    repo.set("OPENED", opened.to_str().expect("UTF-8"));
    (repo, opened)
}

/// What was opened, line by line, once there is a line: nobody waits for the program.
fn lines(opened: &Path) -> Vec<String> {
    let begun = Instant::now();
    loop {
        let text = std::fs::read_to_string(opened).unwrap_or_default();
        if text.ends_with('\n') || begun.elapsed() > Duration::from_secs(60) {
            return text.lines().map(str::to_owned).collect();
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_page_that_was_written_is_opened() {
    for (arguments, page) in [
        (&["report", "--open"][..], "public/index.html"),
        (&["report", "--open", "--out", "a site"], "a site/index.html"),
        (&["report", "--open", "--single-file"], "report.html"),
        (&["report", "--open", "--single-file", "--out", "one page.html"], "one page.html"),
    ] {
        let (repo, opened) = with_opener("printf '%s\\n' \"$#\" \"$@\" >>\"$OPENED\"");
        let output = repo.goals(arguments);
        assert!(!output.stderr.contains("browser"), "{arguments:?}: {}", output.stderr);
        output.sound();
        let told = lines(&opened);
        let [count, path] = &told[..] else { panic!("{arguments:?}: {told:?}") };
        assert_eq!(count, "1", "{arguments:?}");
        let same = |path: &Path| std::fs::canonicalize(path).expect("a page");
        assert_eq!(same(&repo.path().join(path)), same(&repo.path().join(page)), "{arguments:?}");
    }
}

#[test]
fn without_being_asked_nothing_is_opened() {
    let (repo, opened) = with_opener("printf 'opened\\n' >>\"$OPENED\"");
    repo.goals(&["report"]).sound();
    repo.goals(&["report", "--single-file"]).sound();
    // One that is asked for says that the others would have been told by now.
    repo.goals(&["report", "--open"]).sound();
    assert_eq!(lines(&opened), ["opened"]);
}

#[test]
fn where_nothing_opens_it_the_report_is_there_and_it_is_told() {
    for script in ["", "exit 3"] {
        for (arguments, page) in [
            (&["report", "--open"][..], "public/index.html"),
            (&["report", "--open", "--single-file"], "report.html"),
        ] {
            let (repo, opened) = with_opener(script);
            let output = repo.goals(arguments);
            let said = output.stderr.clone();
            assert!(output.sound().trim_end().ends_with(page));
            assert!(said.contains("warning: could not open a browser: "), "{script}: {said}");
            assert!(said.contains("help: open ") && said.contains(page), "{script}: {said}");
            assert!(said.contains("wrote "), "{said}");
            assert!(repo.path().join(page).is_file() && !opened.exists());
        }
    }
}
