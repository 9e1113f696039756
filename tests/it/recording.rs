//! The program itself under bad conditions: many at once, killed, a disk that is full or not to be
//! written.

use std::io::Write as _;

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const RECORDS: &str = "goals/2026-q4/calm-deploys.checkins.toml";
const START: &str = "[lead-time]\n2026-09-01 = 240\n";

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(
        "goals/2026-q4/calm-deploys.toml",
        "title = \"Calm\"\nowner = \"ana\"\n[key_results.lead-time]\ntitle = \"Lead time\"\nbaseline = 240\ntarget = 15\n",
    );
    repo.write(RECORDS, START);
    repo.commit(ANA, "2026-10-05T09:00:00Z", "begin");
    repo
}

fn skipped(why: &str) {
    std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).expect("said");
}

/// Everything that a refused check-in leaves alone.
fn state(repo: &Repo) -> [String; 4] {
    [
        repo.read(RECORDS),
        repo.git(&["rev-parse", "HEAD"]),
        repo.git(&["status", "--porcelain", "--untracked-files=all"]),
        repo.git(&["ls-files", "--stage"]),
    ]
}

#[test]
fn sixty_four_check_ins_of_eight_processes_at_once_are_sixty_four_commits() {
    let repo = workspace();
    std::thread::scope(|scope| {
        for worker in 0..8u32 {
            let repo = &repo;
            scope.spawn(move || {
                for round in 0..8u32 {
                    // A busy machine may keep one waiting for longer than a person would.
                    let on = format!("2026-10-{:02}T{:02}:00", worker + 1, round + 8);
                    let value = (100 + worker * 8 + round).to_string();
                    let arguments = ["checkin", "lead-time", &value, "--on", &on];
                    let done = (0..5).any(|_| {
                        let output = repo.goals(&arguments);
                        let is_held = output.stderr.contains("was held by another process");
                        assert!(output.status == 0 || is_held, "{}", output.stderr);
                        output.status == 0
                    });
                    assert!(done, "{on}");
                }
            });
        }
    });
    let text = repo.read(RECORDS);
    assert_eq!(text.lines().count(), START.lines().count() + 64);
    let mut records: Vec<&str> = text.lines().skip(2).collect();
    assert!(records.is_sorted(), "by date, whoever came first");
    records.dedup();
    assert_eq!(records.len(), 64);
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), "65\n");
    assert_eq!(repo.git(&["status", "--porcelain", "--untracked-files=all"]), "");
    repo.git(&["fsck", "--strict"]);
}

#[test]
#[cfg(target_os = "linux")]
fn killed_in_the_middle_of_a_commit_the_same_check_in_succeeds_once() {
    use std::os::unix::fs::PermissionsExt;
    let repo = workspace();
    let hook = repo.path().join(".git/hooks/pre-commit");
    // The hook's parent is git, and that one's parent the program.
    let script = "#!/bin/sh\nread -r _ _ _ parent _ < /proc/$PPID/stat\nkill -9 $parent\nexit 1\n";
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("made");
    std::fs::write(&hook, script).expect("written");
    std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755)).expect("set");
    let arguments = ["checkin", "lead-time", "180", "--on", "2026-10-12"];
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    let killed = command.args(arguments).output().expect("it runs");
    assert_eq!(killed.status.code(), None);
    std::fs::remove_file(&hook).expect("removed");
    assert_eq!(repo.read(RECORDS), format!("{START}2026-10-12 = 180\n"), "half done");
    let output = repo.goals(&arguments);
    let note = format!("note: took back an interrupted check-in ({RECORDS})\n");
    assert_eq!(output.stderr, note);
    assert!(output.stdout.contains("240 → 180  0% → 27%"), "{}", output.stdout);
    output.sound();
    assert_eq!(repo.read(RECORDS), format!("{START}2026-10-12 = 180\n"));
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), "2\n");
    assert_eq!(repo.git(&["status", "--porcelain", "--untracked-files=all"]), "");
    assert_eq!(repo.goals(&arguments).status, 2, "it is there already");
}

/// Files may not grow, as on a disk that is full.
#[test]
#[cfg(unix)]
fn on_a_full_disk_everything_stays_as_it_was() {
    let repo = workspace();
    let before = state(&repo);
    let mut command = repo.command("sh");
    let script = "trap '' XFSZ; ulimit -f 0 && exec \"$0\" checkin lead-time 180";
    let output =
        command.args(["-c", script, env!("CARGO_BIN_EXE_goals")]).output().expect("sh runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write") && said.contains("the disk is not full"), "{said}");
    assert_eq!(state(&repo), before);
    repo.goals(&["checkin", "lead-time", "180"]).sound();
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), "2\n");
}

/// A small disk of its own, filled to the last byte.
#[test]
#[cfg(target_os = "linux")]
fn on_a_small_disk_that_is_full_everything_stays_as_it_was() {
    let place = Repo::folder();
    let disk = place.beside("disk");
    std::fs::create_dir(&disk).expect("made");
    let mount = |arguments: &[&str]| {
        let status = place.command(arguments[0]).args(&arguments[1..]).arg(&disk).output();
        status.is_ok_and(|output| output.status.success())
    };
    if !mount(&["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs"]) {
        return skipped("no disk can be mounted here");
    }
    let source = workspace();
    let target = disk.join("work");
    let path = target.to_str().expect("UTF-8");
    source.git(&["clone", "-q", "--no-hardlinks", ".", path]);
    let repo = source.at(&target);
    let before = state(&repo);
    let filler = disk.join("filler");
    let _ = std::fs::write(&filler, vec![0; 4 << 20]);
    let said = repo.goals(&["checkin", "lead-time", "180"]).refused();
    std::fs::remove_file(&filler).expect("removed");
    let after = state(&repo);
    let done = repo.goals(&["checkin", "lead-time", "180"]);
    assert!(mount(&["umount"]), "the disk goes again");
    assert!(said.contains("No space left on device"), "{said}");
    assert_eq!(after, before);
    done.sound();
}

#[test]
#[cfg(unix)]
fn in_a_folder_that_is_read_only_everything_stays_as_it_was() {
    use std::os::unix::fs::PermissionsExt;
    let repo = workspace();
    let before = state(&repo);
    let folder = repo.path().join("goals/2026-q4");
    let allow = |mode: u32| {
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).expect("set");
    };
    allow(0o555);
    if std::fs::write(folder.join("probe"), "").is_ok() {
        std::fs::remove_file(folder.join("probe")).expect("removed");
        allow(0o755);
        return skipped("this user may write everywhere");
    }
    let said = repo.goals(&["checkin", "lead-time", "180"]).refused();
    allow(0o755);
    assert!(said.contains("Permission denied") && said.contains("help: "), "{said}");
    assert_eq!(state(&repo), before);
    repo.goals(&["checkin", "lead-time", "180"]).sound();
}

#[test]
#[cfg(unix)]
fn a_report_on_a_full_disk_leaves_the_old_one_and_nothing_else() {
    let repo = workspace();
    repo.goals(&["report"]).sound();
    let style = repo.read("public/style.css");
    repo.write("templates/style.css", &"/* another look */\n".repeat(100));
    let listed = || {
        let entries = std::fs::read_dir(repo.path()).expect("listed");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let before = listed();
    let mut command = repo.command("sh");
    let script = "trap '' XFSZ; ulimit -f 1 && exec \"$0\" report";
    let output =
        command.args(["-c", script, env!("CARGO_BIN_EXE_goals")]).output().expect("sh runs");
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(repo.read("public/style.css"), style);
    assert_eq!(listed(), before);
}
