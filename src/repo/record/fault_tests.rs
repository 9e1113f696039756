//! Recording, killed or refused at every step in turn.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use thiserror::Error;

use super::super::fault::armed::{Fault, arm, disarm};
use super::*;

const OLD_FILE: &str = "goals/a.checkins.toml";
const NEW_FILE: &str = "goals/b.checkins.toml";
const OLD_TEXT: &str = "# kept\r\n[a]\n2026-10-05 = 240\n";
const LINE: &str = "2026-10-12 = 180\n";

#[derive(Debug, Error)]
#[error("already recorded")]
struct Already;

/// A repository with one of the two files, in a home of its own.
struct Sandbox {
    folder: tempfile::TempDir,
    git: Git,
}

impl Sandbox {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let git = hermetic(folder.path());
        let sandbox = Self { folder, git };
        fs::create_dir_all(sandbox.workspace().join("goals")).expect("made");
        fs::write(sandbox.workspace().join(OLD_FILE), OLD_TEXT).expect("written");
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox.git(&["add", "."]);
        sandbox.git(&["commit", "-qm", "start"]);
        sandbox
    }

    fn workspace(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) -> String {
        let output = self.git.run(&self.workspace(), arguments, b"").expect("git runs");
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text")
    }

    /// The texts of the two files.
    fn texts(&self) -> [Option<String>; 2] {
        [OLD_FILE, NEW_FILE].map(|path| fs::read_to_string(self.workspace().join(path)).ok())
    }

    /// What is left over of temporary files and notes.
    fn left_over(&self) -> Vec<PathBuf> {
        let folders =
            [self.workspace(), self.workspace().join("goals"), self.workspace().join(".git")];
        let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).expect("listed"));
        let names = entries.map(|entry| entry.expect("an entry").path());
        let is_ours = |path: &PathBuf| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            name.starts_with(".goals-") || name.starts_with("goals-")
        };
        names.filter(is_ours).collect()
    }
}

fn hermetic(top: &Path) -> Git {
    let home = top.join("home");
    fs::create_dir_all(&home).expect("made");
    fs::create_dir_all(top.join("work")).expect("made");
    let config = home.join("gitconfig");
    let identity = "[user]\n\tname = Ana Silva\n\temail = ana@northwind.example\n";
    fs::write(&config, identity).expect("written");
    let mut git = Git::default();
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("GIT_") {
            git = git.with_variable(name, None);
        }
    }
    let set = |text: &str| Some(OsString::from(text));
    git.with_variable("HOME", Some(home.into()))
        .with_variable("GIT_CONFIG_NOSYSTEM", set("1"))
        .with_variable("GIT_CONFIG_GLOBAL", Some(config.into()))
        .with_variable("GIT_AUTHOR_DATE", set("2026-10-12T09:00:00Z"))
        .with_variable("GIT_COMMITTER_DATE", set("2026-10-12T09:00:00Z"))
}

/// Records one line in each of the two files.
fn check_in(git: &Git, workspace: &Path) -> Result<Recorded, RecordError<Already>> {
    let paths = [OLD_FILE, NEW_FILE].map(PathBuf::from);
    let finish = Finish::Commit(Uncommitted::Refuse);
    let patience = Duration::from_secs(20);
    record(git, &Recording { workspace, paths: &paths, finish, patience }, |texts| {
        let texts: Vec<String> =
            texts.iter().map(|text| text.clone().unwrap_or_default()).collect();
        if texts.iter().all(|text| text.ends_with(LINE)) {
            return Err(Already);
        }
        let texts = texts.iter().map(|text| format!("{text}{LINE}")).collect();
        Ok(Change { texts, subject: "check-in".into(), body: None, trailers: Vec::new() })
    })
}

/// Not a test of its own: the check-in that is killed, in a process of its own.
#[test]
#[ignore = "run by another test in a process of its own"]
fn child_is_killed() {
    let top = PathBuf::from(std::env::var_os("FAULT_TOP").expect("a folder"));
    let steps = std::env::var("FAULT_STEPS").expect("a number").parse().expect("a number");
    let git = hermetic(&top);
    arm(steps, Fault::Kill);
    check_in(&git, &top.join("work")).expect("recorded");
    let passed = disarm();
    assert!(passed.len() <= steps, "{passed:?}");
}

/// Checks in, to be killed after so many steps; the exit code if there are not that many.
fn killed(sandbox: &Sandbox, steps: usize) -> Option<i32> {
    Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "repo::record::fault_tests::child_is_killed", "--ignored"])
        .env("FAULT_TOP", sandbox.folder.path())
        .env("FAULT_STEPS", steps.to_string())
        .output()
        .expect("run")
        .status
        .code()
}

#[test]
fn killed_at_any_step_nothing_is_lost_or_doubled() {
    for steps in 0.. {
        let sandbox = Sandbox::new();
        if let Some(code) = killed(&sandbox, steps) {
            assert_eq!(code, 0);
            assert!(steps >= 14, "each step was killed at: {steps}");
            break;
        }
        let [old, new] = sandbox.texts();
        let whole = |text: &str| {
            [OLD_TEXT.to_owned(), format!("{OLD_TEXT}{LINE}")].contains(&text.to_owned())
        };
        assert!(old.is_some_and(|old| whole(&old)), "after {steps} steps");
        assert!(new.is_none_or(|new| new == LINE), "after {steps} steps");
        match check_in(&sandbox.git, &sandbox.workspace()) {
            Ok(_) | Err(RecordError::Change(Already)) => {}
            Err(error) => panic!("after {steps} steps: {error}"),
        }
        assert_eq!(sandbox.texts(), [Some(format!("{OLD_TEXT}{LINE}")), Some(LINE.to_owned())]);
        assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "2\n", "after {steps} steps");
        assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=all"]), "");
        assert_eq!(sandbox.left_over(), Vec::<PathBuf>::new(), "after {steps} steps");
        sandbox.git(&["fsck", "--strict"]);
    }
}

#[test]
fn refused_by_the_system_at_any_step_everything_is_as_before() {
    /// No space left, permission denied, read-only file system.
    const NUMBERS: [i32; 3] = [28, 13, 30];
    for number in NUMBERS {
        for steps in 0.. {
            let sandbox = Sandbox::new();
            let before = sandbox.texts();
            arm(steps, Fault::Refuse(number));
            let done = check_in(&sandbox.git, &sandbox.workspace());
            let passed = disarm();
            if passed.len() <= steps {
                done.expect("no step was left to refuse at");
                assert!(steps >= 14, "{passed:?}");
                break;
            }
            let step = passed[steps];
            match done {
                // Steps after which nothing can be refused any more.
                Ok(_) => assert!(
                    ["in its place", "announced", "committed", "taken back"].contains(&step),
                    "{step}"
                ),
                Err(error) => {
                    let told = std::io::Error::from_raw_os_error(number).to_string();
                    assert!(error.to_string().contains(&told), "{error}");
                    assert!(error.hint().is_some());
                    assert_eq!(sandbox.texts(), before, "{step}");
                    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "1\n");
                    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
                }
            }
            assert_eq!(sandbox.left_over(), Vec::<PathBuf>::new(), "{step}");
        }
    }
}

#[test]
fn killed_while_taking_back_it_is_taken_back_the_next_time() {
    for steps in 0.. {
        let sandbox = Sandbox::new();
        assert_eq!(killed(&sandbox, 12), None, "both files are in place, and announced");
        let again = killed(&sandbox, steps);
        match check_in(&sandbox.git, &sandbox.workspace()) {
            Ok(_) | Err(RecordError::Change(Already)) => {}
            Err(error) => panic!("after {steps} steps: {error}"),
        }
        assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]), "2\n", "after {steps} steps");
        assert_eq!(sandbox.git(&["status", "--porcelain", "--untracked-files=all"]), "");
        assert_eq!(sandbox.left_over(), Vec::<PathBuf>::new(), "after {steps} steps");
        if again.is_some() {
            assert!(steps >= 19, "taking back has steps of its own: {steps}");
            break;
        }
    }
}

#[test]
fn what_was_edited_after_a_kill_is_left_alone() {
    let sandbox = Sandbox::new();
    assert_eq!(killed(&sandbox, 11), None, "both files are in place, and nothing is committed yet");
    let edited = format!("{OLD_TEXT}{LINE}# more\n");
    fs::write(sandbox.workspace().join(OLD_FILE), &edited).expect("written");
    let error = check_in(&sandbox.git, &sandbox.workspace()).expect_err("refused");
    assert!(matches!(error, RecordError::Uncommitted { .. }), "{error}");
    assert_eq!(sandbox.texts(), [Some(edited), None]);
}
