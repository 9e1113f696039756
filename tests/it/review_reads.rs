//! What `goals diff` reads: the index that is being committed, the commits between two and no
//! others, and as much of a shallow clone as it takes.

use std::path::{Path, PathBuf};

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "title = \"100 clubs recommend us by December\"\nowner = \"ben\"\nwhy = \"Skippers listen to skippers.\"\nunit = \"clubs\"\nbaseline = 0\ntarget = 100\nsource = \"the club list\"\n";
const CLUBS: &str = "goals/2026-q4/clubs.toml";
const RECORDS: &str = "goals/2026-q4/clubs.checkins.toml";

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(CLUBS, PLAN);
    repo.write(RECORDS, "2026-10-12 = 20\n");
    repo.commit(ANA, "2026-10-01T09:00:00Z", "a plan");
    repo
}

/// Puts a hook in place that writes what `goals diff` says into a file beside the repository.
fn with_hook(repo: &Repo, folder: &str) -> PathBuf {
    let told = repo.beside("told");
    let script = format!(
        "#!/bin/sh\ncd ./{folder} && exec {} diff --staged >{}\n",
        env!("CARGO_BIN_EXE_goals"),
        told.display()
    );
    let hook = repo.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("made");
    std::fs::write(&hook, script).expect("written");
    let mut chmod = repo.command("chmod");
    assert!(chmod.arg("+x").arg(&hook).status().expect("it runs").success());
    told
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("the hook has run")
}

#[test]
fn what_is_staged_is_told_and_nothing_else() {
    let repo = workspace();
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n");
    repo.git(&["add", "-A"]);
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n2026-11-09 = 90\n");
    repo.write("goals/2026-q4/other.toml", PLAN);
    repo.git(&["add", "-N", "goals/2026-q4/other.toml"]);
    let staged = repo.goals(&["diff", "--staged"]).sound();
    assert!(staged.contains("2026-11-02  20 → 30 clubs"), "{staged}");
    assert!(!staged.contains("2026-11-09") && !staged.contains("other"), "{staged}");
    assert_eq!(repo.goals(&["diff", "--cached"]).sound(), staged);
    let all = repo.goals(&["diff"]).sound();
    assert!(all.contains("2026-11-09  30 → 90 clubs") && all.contains("other"), "{all}");
}

#[test]
fn a_hook_sees_what_is_being_committed() {
    let repo = workspace();
    let told = with_hook(&repo, ".");
    // All that is tracked: the index of the commit is another than the one that is left behind.
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n");
    repo.git(&["commit", "-q", "-a", "-m", "all"]);
    assert!(read(&told).contains("2026-11-02  20 → 30 clubs"), "{}", read(&told));
    // Some paths: what is staged besides is not part of the commit.
    repo.write("goals/2026-q4/staged.toml", PLAN);
    repo.git(&["add", "-A"]);
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n2026-11-09 = 40\n");
    repo.git(&["commit", "-q", "-m", "one", "--", RECORDS]);
    assert!(read(&told).contains("2026-11-09  30 → 40 clubs"), "{}", read(&told));
    assert!(!read(&told).contains("staged"), "{}", read(&told));
    // What is staged, with more that is not.
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n2026-11-09 = 41\n");
    repo.git(&["commit", "-q", "-m", "staged"]);
    assert!(read(&told).contains("added  2026-q4/staged"), "{}", read(&told));
    assert!(!read(&told).contains("past rewritten"), "{}", read(&told));
}

#[test]
fn a_hook_sees_a_workspace_in_a_folder_of_the_repository() {
    let repo = Repo::new();
    for (path, text) in
        [("goals.toml", "format = 1\n"), (CLUBS, PLAN), (RECORDS, "2026-10-12 = 20\n")]
    {
        repo.write(&format!("a b/ü/{path}"), text);
    }
    repo.commit(ANA, "2026-10-01T09:00:00Z", "a plan");
    let told = with_hook(&repo, "'a b/ü'");
    repo.write(&format!("a b/ü/{RECORDS}"), "2026-10-12 = 20\n2026-11-02 = 30\n");
    repo.git(&["commit", "-q", "-a", "-m", "all"]);
    assert!(read(&told).contains("2026-11-02  20 → 30 clubs"), "{}", read(&told));
}

#[test]
fn a_conflict_in_the_index_is_said() {
    let repo = workspace();
    repo.git(&["checkout", "-q", "-b", "other"]);
    repo.write(RECORDS, "2026-10-12 = 21\n");
    repo.commit(ANA, "2026-10-13T09:00:00Z", "other");
    repo.git(&["checkout", "-q", "main"]);
    repo.write(RECORDS, "2026-10-12 = 22\n");
    repo.commit(ANA, "2026-10-14T09:00:00Z", "main");
    let merged = repo.command("git").args(["merge", "-q", "other"]).output().expect("git runs");
    assert!(!merged.status.success());
    let refused = repo.goals(&["diff", "--staged"]).refused();
    assert!(refused.contains("conflict") && refused.contains(RECORDS), "{refused}");
}

#[test]
fn links_and_hidden_files_in_the_index_are_read_as_in_a_working_tree() {
    let repo = workspace();
    repo.write("plain/clubs.toml", PLAN);
    std::os::unix::fs::symlink(
        "../../plain/clubs.toml",
        repo.path().join("goals/2026-q4/linked.toml"),
    )
    .expect("made");
    repo.write("goals/2026-q4/.hidden.toml", PLAN);
    repo.git(&["add", "-A"]);
    assert_eq!(repo.goals(&["diff", "--staged"]).sound(), repo.goals(&["diff"]).sound());
    assert!(repo.goals(&["diff", "--staged"]).sound().contains("added  2026-q4/linked"));
}

/// A history of `before` commits, the last of which is called `base`, and two more.
fn long(before: usize) -> Repo {
    let repo = workspace();
    let commit = |step: usize| {
        let (at, text) =
            (1_790_000_000 + step * 3600, format!("2026-10-12 = 20\n2026-10-13 = {step}\n"));
        let from = if step == 0 { "from refs/heads/main^0\n" } else { "" };
        format!(
            "commit refs/heads/main\ncommitter Ana <ana@northwind.example> {at} +0000\ndata 1\nx\n{from}M 644 inline {RECORDS}\ndata {}\n{text}\n",
            text.len()
        )
    };
    let stream: String = (0..before + 2).map(commit).collect();
    let mut import = repo.command("git");
    import.args(["fast-import", "--quiet", "--force"]).stdin(std::process::Stdio::piped());
    let mut child = import.spawn().expect("git runs");
    std::io::Write::write_all(child.stdin.as_mut().expect("piped"), stream.as_bytes())
        .expect("written");
    assert!(child.wait().expect("it ends").success());
    repo.git(&["reset", "-q", "--hard", "main"]);
    repo.git(&["tag", "base", "main~2"]);
    repo
}

#[test]
fn commits_behind_the_base_are_not_read() {
    let repo = long(60);
    let expected = repo.goals(&["diff", "base...main", "-v"]);
    assert!(expected.stderr.contains("2 commits that changed goals"), "{}", expected.stderr);
    let expected = expected.sound();
    // Every commit behind the base goes, with its trees and files: whoever reads one fails.
    let kept = repo.git(&["rev-list", "--objects", "base^..main"]);
    let kept: Vec<&str> = kept.lines().filter_map(|line| line.split(' ').next()).collect();
    repo.git(&["repack", "-q", "-a", "-d"]);
    let objects = repo.path().join(".git/objects");
    for pack in std::fs::read_dir(objects.join("pack")).expect("readable") {
        let pack = pack.expect("readable").path();
        if pack.extension().is_some_and(|extension| extension == "pack") {
            let moved = repo.beside("all.pack");
            std::fs::rename(&pack, &moved).expect("moved");
            std::fs::remove_file(pack.with_extension("idx")).expect("removed");
            let bytes = std::fs::File::open(&moved).expect("readable");
            let mut unpack = repo.command("git");
            assert!(
                unpack
                    .args(["unpack-objects", "-q"])
                    .stdin(bytes)
                    .status()
                    .expect("git runs")
                    .success()
            );
        }
    }
    let every = repo.git(&["rev-list", "--objects", "main"]);
    let trees_of_base = repo.git(&["ls-tree", "-r", "-t", "base"]);
    let mut gone = 0;
    for id in every.lines().filter_map(|line| line.split(' ').next()) {
        if !kept.contains(&id)
            && !trees_of_base.contains(id)
            && id != repo.git(&["rev-parse", "base^{tree}"]).trim()
        {
            let file = objects.join(&id[..2]).join(&id[2..]);
            gone += usize::from(std::fs::remove_file(file).is_ok());
        }
    }
    assert!(gone > 150, "{gone} objects are gone");
    assert!(repo.goals(&["log"]).stderr.contains("missing"));
    let told = repo.goals(&["diff", "base...main"]);
    assert_eq!((told.stdout.as_str(), told.stderr.as_str()), (expected.as_str(), ""));
}

#[test]
fn without_records_and_measures_no_commit_is_read_at_all() {
    let repo = workspace();
    repo.write(CLUBS, &PLAN.replace("owner = \"ben\"", "owner = \"ana\""));
    repo.commit(ANA, "2026-10-03T09:00:00Z", "another owner");
    let told = repo.goals(&["diff", "HEAD~1", "HEAD", "-v"]);
    assert!(told.stdout.contains("re-owned"), "{}", told.stdout);
    assert!(!told.stderr.contains("history from"), "{}", told.stderr);
}

#[test]
fn a_shallow_clone_says_how_to_deepen_and_deepens() {
    let repo = long(60);
    repo.git(&["branch", "feature", "main"]);
    repo.git(&["update-ref", "refs/heads/main", "base"]);
    repo.git(&["checkout", "-q", "--force", "-B", "other", "main"]);
    repo.write("README.md", "x");
    repo.commit(ANA, "2026-11-20T09:00:00Z", "elsewhere");
    repo.git(&["branch", "-f", "main", "other"]);
    let expected = repo.goals(&["diff", "main...feature"]).sound();
    let clone = repo.beside("clone");
    let url = format!("file://{}", repo.path().display());
    let path = clone.to_str().expect("UTF-8").to_owned();
    repo.git(&["clone", "-q", "--depth", "1", "--no-single-branch", &url, &path]);
    let clone = repo.at(&clone);
    let refused = clone.goals(&["diff", "origin/main...origin/feature"]).refused();
    assert!(refused.contains("no common commit in this shallow clone"), "{refused}");
    assert!(refused.contains("--deepen") && refused.contains("fetch-depth: 0"), "{refused}");
    let told = clone.goals(&["diff", "--deepen", "origin/main...origin/feature"]);
    assert_eq!(told.stdout, expected, "{}", told.stderr);
    assert_eq!(clone.goals(&["diff", "origin/main...origin/feature"]).sound(), expected);
    // Some of it is still missing: no more was fetched than it took.
    assert_eq!(clone.git(&["rev-parse", "--is-shallow-repository"]).trim(), "true");
}
