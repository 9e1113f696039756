//! Recording check-ins in real repositories, each with its own home and configuration.

use std::convert::Infallible;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use goals::load::splice::{NewRecord, SpliceError, put_record};
use goals::repo::commit::{CommitError, CommitRequest, commit};
use goals::repo::lock::{Lock, LockError};
use goals::repo::program::{Git, GitError};
use goals::repo::record::{Change, Finish, RecordError, Recorded, Recording, Uncommitted, record};
use goals::repo::write::WriteError;

const FILE: &str = "calm-deploys.checkins.toml";
const START: &str = "[lead-time]\n2026-10-05 = 240\n";
const SUBJECT: &str = "check-in: calm-deploys.lead-time 240 → 180 min";
const TRAILER: &str = "Check-in: 2026-q4/calm-deploys.lead-time 2026-10-12 180";

/// A temporary folder with a home, a repository in `work`, and a `git` that knows nothing else.
struct Sandbox {
    folder: tempfile::TempDir,
    git: Git,
    workspace: PathBuf,
}

impl Sandbox {
    /// A repository with the check-ins file committed.
    fn new() -> Self {
        let sandbox = Self::unborn();
        sandbox.write(FILE, START).git(&["add", "."]).git(&["commit", "-qm", "start"]);
        sandbox
    }

    /// A repository without a commit.
    fn unborn() -> Self {
        let sandbox = Self::bare_folder();
        sandbox.git(&["init", "-q", "-b", "main"]);
        sandbox
    }

    /// A folder without a repository.
    fn bare_folder() -> Self {
        let folder =
            tempfile::Builder::new().prefix("goals writing é ").tempdir().expect("a folder");
        let home = folder.path().join("home");
        let workspace = folder.path().join("work");
        fs::create_dir_all(&home).expect("made");
        fs::create_dir_all(&workspace).expect("made");
        let config = home.join("gitconfig");
        let identity = "[user]\n\tname = Ana Silva\n\temail = ana@northwind.example\n[protocol \"file\"]\n\tallow = always\n";
        fs::write(&config, identity).expect("written");
        let git = Self::hermetic(Git::default(), &home, &config);
        Self { folder, git, workspace }
    }

    /// The program of another name, in the same surroundings.
    #[cfg(unix)]
    fn git_named(&self, program: OsString) -> Git {
        let home = self.folder.path().join("home");
        Self::hermetic(Git::named(program), &home, &home.join("gitconfig"))
    }

    fn hermetic(mut git: Git, home: &Path, config: &Path) -> Git {
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_"))
        {
            git = git.with_variable(name, None);
        }
        git.with_variable("EMAIL", None)
            .with_variable("HOME", Some(home.into()))
            .with_variable("XDG_CONFIG_HOME", Some(home.into()))
            .with_variable("GIT_CONFIG_NOSYSTEM", Some("1".into()))
            .with_variable("GIT_CONFIG_GLOBAL", Some(config.into()))
            .with_variable("GIT_AUTHOR_DATE", Some("2026-10-12T09:00:00+02:00".into()))
            .with_variable("GIT_COMMITTER_DATE", Some("2026-10-12T09:00:00+02:00".into()))
    }

    fn config(&self, text: &str) -> &Self {
        let path = self.folder.path().join("home/gitconfig");
        let old = fs::read_to_string(&path).expect("read");
        fs::write(path, format!("{old}{text}\n")).expect("written");
        self
    }

    fn write(&self, path: &str, text: &str) -> &Self {
        let path = self.workspace.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
        self
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.workspace.join(path)).expect("read")
    }

    #[cfg(unix)]
    fn hook(&self, name: &str, script: &str) -> &Self {
        use std::os::unix::fs::PermissionsExt;
        let path = self.workspace.join(".git/hooks").join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
        self
    }

    fn try_git(&self, arguments: &[&str]) -> Output {
        self.git.run(&self.workspace, arguments, b"").expect("git runs")
    }

    #[track_caller]
    fn git(&self, arguments: &[&str]) -> &Self {
        self.out(arguments);
        self
    }

    #[track_caller]
    fn out(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        assert!(
            output.status.success(),
            "git {arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).expect("text")
    }

    /// Everything a failed check-in must leave alone: the files, the index, the history.
    fn state(&self) -> String {
        let head = self.try_git(&["rev-parse", "HEAD"]).stdout;
        let index = self.out(&["ls-files", "--stage", "--debug", "-t"]);
        let index: Vec<_> = index
            .lines()
            .filter(|line| !line.starts_with("  ") || line.contains("flags:"))
            .collect();
        let flags: Vec<_> =
            index.iter().map(|line| line.split("size:").last().unwrap_or(line)).collect();
        let status = self.out(&["status", "--porcelain=v2", "--untracked-files=all"]);
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.workspace).expect("listed") {
            let path = entry.expect("an entry").path();
            if path.is_file() {
                files.push(format!("{path:?} {:?}", fs::read(&path).expect("read")));
            }
        }
        files.sort();
        format!("{}\n{flags:?}\n{status}\n{files:?}", String::from_utf8_lossy(&head))
    }

    fn put(
        &self,
        path: &str,
        key: &str,
        value: &str,
        finish: Finish,
    ) -> Result<Recorded, RecordError<SpliceError>> {
        let paths = [PathBuf::from(path)];
        let recording = Recording {
            workspace: &self.workspace,
            paths: &paths,
            finish,
            patience: Duration::from_secs(60),
        };
        let new =
            NewRecord { table: Some("lead-time".into()), key: key.into(), value: value.into() };
        record(&self.git, &recording, |texts| {
            Ok(Change {
                texts: vec![put_record(texts[0].as_deref().unwrap_or(""), &new)?],
                subject: SUBJECT.into(),
                body: Some("canary on for three services".into()),
                trailers: vec![(
                    "Check-in".into(),
                    format!("2026-q4/calm-deploys.lead-time {key} {value}"),
                )],
            })
        })
    }

    fn check_in(&self, path: &str) -> Result<Recorded, RecordError<SpliceError>> {
        self.put(path, "2026-10-12", "180", Finish::Commit(Uncommitted::Refuse))
    }

    /// Checks in, which must fail and leave everything as it was.
    #[track_caller]
    fn refused(&self, path: &str) -> RecordError<SpliceError> {
        let before = self.state();
        let error = self.check_in(path).expect_err("refused");
        assert_eq!(self.state(), before, "after: {error}");
        assert!(error.hint().is_some_and(|hint| !hint.is_empty()));
        error
    }

    #[track_caller]
    fn last_commit_has(&self, files: &str) -> &Self {
        let tree = self.out(&["show", "--name-status", "--format=", "-z", "--no-renames", "HEAD"]);
        assert_eq!(tree.replace('\0', " ").trim_end(), files);
        self
    }

    fn last_message(&self) -> String {
        self.out(&["log", "-1", "--format=%B"]).trim_end().to_string()
    }
}

fn hook_said(error: &RecordError<SpliceError>) -> &str {
    match error {
        RecordError::Commit(CommitError::HookRefused { said })
        | RecordError::HookChangedFile { said, .. } => said,
        other => panic!("not a hook's refusal: {other}"),
    }
}

#[test]
fn commits_one_record_with_its_message() {
    let sandbox = Sandbox::new();
    let recorded = sandbox.check_in(FILE).expect("recorded");
    assert_eq!(sandbox.read(FILE), format!("{START}2026-10-12 = 180\n"));
    assert_eq!(
        sandbox.last_message(),
        format!("{SUBJECT}\n\ncanary on for three services\n\n{TRAILER}")
    );
    assert_eq!(
        recorded.commit.expect("a commit").as_str(),
        sandbox.out(&["rev-parse", "HEAD"]).trim()
    );
    assert_eq!(recorded.changed_by_hook, Vec::<PathBuf>::new());
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "");
    sandbox.last_commit_has(&format!("M {FILE}"));
}

#[test]
fn leaves_the_edit_in_the_working_tree_when_asked() {
    let sandbox = Sandbox::new();
    let recorded = sandbox.put(FILE, "2026-10-12", "180", Finish::Leave).expect("written");
    assert_eq!(recorded.commit, None);
    assert_eq!(sandbox.out(&["status", "--porcelain"]), format!(" M {FILE}\n"));
    assert_eq!(sandbox.out(&["rev-list", "--count", "HEAD"]), "1\n");
}

#[test]
fn works_without_a_repository_when_nothing_is_to_be_committed() {
    let sandbox = Sandbox::bare_folder();
    sandbox.put(FILE, "2026-10-12", "180", Finish::Leave).expect("written");
    assert_eq!(sandbox.read(FILE), "[lead-time]\n2026-10-12 = 180\n");
    let error = sandbox.check_in(FILE).expect_err("no repository");
    assert!(matches!(error, RecordError::Commit(CommitError::NoRepository { .. })), "{error}");
    assert_eq!(sandbox.read(FILE), "[lead-time]\n2026-10-12 = 180\n");
}

#[test]
fn works_on_an_unborn_branch_and_a_detached_head() {
    let sandbox = Sandbox::unborn();
    sandbox.check_in(FILE).expect("the first commit");
    sandbox.last_commit_has(&format!("A {FILE}")).git(&["checkout", "-q", "--detach"]);
    sandbox.put(FILE, "2026-10-19", "90", Finish::Commit(Uncommitted::Refuse)).expect("recorded");
    sandbox.last_commit_has(&format!("M {FILE}"));
    assert_eq!(sandbox.out(&["rev-list", "--count", "HEAD"]), "2\n");
}

#[test]
fn staged_work_of_others_stays_staged() {
    let sandbox = Sandbox::new();
    sandbox
        .write("other.txt", "staged\n")
        .write("both.txt", "staged\n")
        .git(&["add", "."])
        .write("both.txt", "later\n");
    sandbox.check_in(FILE).expect("recorded");
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "AM both.txt\nA  other.txt\n");
    sandbox.last_commit_has(&format!("M {FILE}"));
    sandbox.check_in("new.checkins.toml").expect("recorded");
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "AM both.txt\nA  other.txt\n");
    sandbox.last_commit_has("A new.checkins.toml");
}

#[test]
#[cfg(unix)]
fn a_hook_that_refuses_leaves_everything_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox
        .write("other.txt", "staged\n")
        .git(&["add", "."])
        .hook("pre-commit", "echo 'no numbers today' >&2; exit 1");
    assert_eq!(hook_said(&sandbox.refused(FILE)), "no numbers today");
    assert_eq!(hook_said(&sandbox.refused("new.checkins.toml")), "no numbers today");
    sandbox.hook("pre-commit", "exit 0").hook("commit-msg", "grep -q Check-in: \"$1\" && exit 3");
    assert_eq!(hook_said(&sandbox.refused("new.checkins.toml")), "");
}

#[test]
#[cfg(unix)]
fn every_hook_of_a_commit_runs_once_and_sees_the_record() {
    let sandbox = Sandbox::new();
    let hooks = ["pre-commit", "prepare-commit-msg", "commit-msg", "post-commit"];
    for hook in hooks {
        let script = format!(
            "echo {hook} >> ../ran; git show :{FILE} >> ../saw; case {hook} in *msg) grep -c Check-in: \"$1\" >> ../ran;; esac; exit 0"
        );
        sandbox.hook(hook, &script);
    }
    sandbox.check_in(FILE).expect("recorded");
    let beside = |name: &str| {
        fs::read_to_string(sandbox.folder.path().join(name)).expect("written by the hooks")
    };
    assert_eq!(beside("ran"), "pre-commit\nprepare-commit-msg\n1\ncommit-msg\n1\npost-commit\n");
    assert_eq!(beside("saw"), format!("{START}2026-10-12 = 180\n").repeat(hooks.len()));
}

#[test]
fn identity_and_dates_are_those_of_any_commit() {
    let mut sandbox = Sandbox::new();
    let who = |sandbox: &Sandbox| {
        sandbox.out(&["log", "-1", "--format=%an %ae %aI, %cn %ce"]).trim().to_owned()
    };
    sandbox.check_in(FILE).expect("recorded");
    assert_eq!(
        who(&sandbox),
        "Ana Silva ana@northwind.example 2026-10-12T09:00:00+02:00, Ana Silva ana@northwind.example"
    );
    sandbox.git(&["config", "author.name", "Ana at work"]);
    sandbox.git = sandbox
        .git
        .clone()
        .with_variable("GIT_AUTHOR_EMAIL", Some("ana@work.example".into()))
        .with_variable("GIT_COMMITTER_NAME", Some("A bot".into()));
    sandbox.put(FILE, "2026-10-19", "90", Finish::Commit(Uncommitted::Refuse)).expect("recorded");
    assert_eq!(
        who(&sandbox),
        "Ana at work ana@work.example 2026-10-12T09:00:00+02:00, A bot ana@northwind.example"
    );
}

#[test]
fn what_is_staged_of_the_same_file_is_neither_taken_nor_lost() {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, &format!("{START}# staged\n")).git(&["add", FILE]).write(FILE, START);
    assert!(matches!(sandbox.refused(FILE), RecordError::Uncommitted { .. }));
    sandbox.git(&["reset", "-q", "--hard"]).git(&["rm", "-q", "--cached", FILE]);
    assert!(matches!(sandbox.refused(FILE), RecordError::Uncommitted { .. }));
    sandbox.git(&["reset", "-q"]).write("new.checkins.toml", "").git(&["add", "-N", "."]);
    assert!(matches!(sandbox.refused("new.checkins.toml"), RecordError::Uncommitted { .. }));
}

#[test]
fn of_many_files_only_the_changed_one_is_named() {
    let sandbox = Sandbox::new();
    let names: Vec<PathBuf> =
        (0..40).map(|at| PathBuf::from(format!("goal-{at}.checkins.toml"))).collect();
    for name in &names[..30] {
        sandbox.write(&name.to_string_lossy(), START);
    }
    sandbox.git(&["add", "."]).git(&["commit", "-qm", "many"]);
    sandbox.write("goal-7.checkins.toml", "# by hand\n");
    let recording = Recording {
        workspace: &sandbox.workspace,
        paths: &names,
        finish: Finish::Commit(Uncommitted::Refuse),
        patience: Duration::from_secs(10),
    };
    let change = |texts: &[Option<String>]| {
        Ok::<_, Infallible>(Change {
            texts: texts.iter().map(|_| "x = 1\n".to_owned()).collect(),
            subject: "many".into(),
            body: None,
            trailers: Vec::new(),
        })
    };
    let error = record(&sandbox.git, &recording, change).expect_err("one has changes");
    assert!(matches!(&error, RecordError::Uncommitted { path } if path == &names[7]), "{error}");
    sandbox.git(&["checkout", "-q", "."]);
    record(&sandbox.git, &recording, change).expect("recorded, those that are new among them");
    assert_eq!(sandbox.out(&["show", "--format=", "--name-only"]).lines().count(), 40);
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "");
}

#[test]
#[cfg(unix)]
fn a_hook_that_fills_its_pipe_does_not_hang() {
    let sandbox = Sandbox::new();
    sandbox.hook("pre-commit", "head -c 300000 /dev/zero | tr '\\0' x >&2");
    let body = "long ".repeat(60_000);
    let paths = [PathBuf::from(FILE)];
    sandbox.put(FILE, "2026-10-12", "180", Finish::Leave).expect("written");
    let request = CommitRequest {
        worktree: &sandbox.workspace,
        paths: &paths,
        subject: "s",
        body: Some(&body),
        trailers: &[],
    };
    commit(&sandbox.git, &request).expect("committed");
    assert!(sandbox.last_message().len() > 290_000);
}

#[test]
#[cfg(unix)]
fn a_hook_that_changes_the_file_and_refuses_is_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.hook("pre-commit", &format!("echo '# formatted' >> {FILE}; echo fixed >&2; exit 1"));
    let error = sandbox.refused(FILE);
    assert!(matches!(error, RecordError::HookChangedFile { .. }), "{error}");
    assert_eq!(hook_said(&error), "fixed");
}

#[test]
#[cfg(unix)]
fn a_hook_that_changes_the_file_in_passing_is_reported() {
    let sandbox = Sandbox::new();
    sandbox.hook("pre-commit", &format!("echo '# formatted' >> {FILE}"));
    let recorded = sandbox.check_in(FILE).expect("recorded");
    assert!(recorded.commit.is_some());
    assert_eq!(recorded.changed_by_hook, [PathBuf::from(FILE)]);
    sandbox
        .git(&["checkout", "-q", FILE])
        .hook("pre-commit", &format!("echo '# formatted' >> {FILE}; git add {FILE}"));
    let recorded = sandbox
        .put(FILE, "2026-10-19", "90", Finish::Commit(Uncommitted::Refuse))
        .expect("recorded");
    assert_eq!(recorded.changed_by_hook, [PathBuf::from(FILE)]);
}

#[test]
fn the_same_record_again_is_nothing_to_commit() {
    let sandbox = Sandbox::new();
    sandbox.check_in(FILE).expect("recorded");
    let error = sandbox.refused(FILE);
    assert!(matches!(error, RecordError::Commit(CommitError::NothingToCommit { .. })), "{error}");
    assert_eq!(
        error.to_string(),
        format!("nothing to commit: `{FILE}` is already committed as it is")
    );
}

#[test]
fn a_file_with_uncommitted_changes_is_refused_or_carried_along() {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, &format!("{START}# by hand\n"));
    assert!(matches!(sandbox.refused(FILE), RecordError::Uncommitted { .. }));
    sandbox.git(&["add", FILE]);
    assert!(matches!(sandbox.refused(FILE), RecordError::Uncommitted { .. }));
    sandbox.put(FILE, "2026-10-12", "180", Finish::Commit(Uncommitted::Include)).expect("recorded");
    assert_eq!(
        sandbox.out(&["show", &format!("HEAD:{FILE}")]),
        format!("{START}2026-10-12 = 180\n# by hand\n")
    );
}

#[test]
fn no_identity_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.config("[user]\n\tuseConfigOnly = true\n\tname =\n\temail =\n");
    let error = sandbox.refused(FILE);
    assert!(matches!(error, RecordError::Commit(CommitError::NoIdentity { .. })), "{error}");
    assert!(error.hint().is_some_and(|hint| hint.contains("user.email")));
}

#[test]
fn a_missing_git_is_named() {
    let mut sandbox = Sandbox::new();
    sandbox.git = Git::named("git-that-is-not-there");
    let error = sandbox.check_in(FILE).expect_err("no git");
    assert!(
        matches!(error, RecordError::Commit(CommitError::Git(GitError::Missing { .. }))),
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "cannot run `git-that-is-not-there`: there is no such program on the `PATH`"
    );
    assert_eq!(sandbox.read(FILE), START);
}

/// A repository whose branch `side` conflicts with `main` in `other.txt`.
fn in_conflict(sandbox: &Sandbox) {
    sandbox.write("other.txt", "0\n").git(&["add", "."]).git(&["commit", "-qm", "base"]);
    sandbox
        .git(&["checkout", "-qb", "side"])
        .write("other.txt", "1\n")
        .git(&["commit", "-qam", "side"]);
    sandbox
        .git(&["checkout", "-q", "main"])
        .write("other.txt", "2\n")
        .git(&["commit", "-qam", "main"]);
}

#[track_caller]
fn refused_as_under_way(sandbox: &Sandbox, begin: &[&str], operation: &str) {
    assert!(!sandbox.try_git(begin).status.success(), "{begin:?} stops at a conflict");
    for path in [FILE, "new.checkins.toml"] {
        let error = sandbox.refused(path);
        assert_eq!(error.to_string(), format!("cannot commit: a {operation} is under way"));
    }
}

fn refused_under_way_in(new: fn() -> Sandbox) {
    for (begin, operation) in [
        (["merge", "side"].as_slice(), "merge"),
        (&["rebase", "side"], "rebase"),
        (&["rebase", "--apply", "side"], "rebase"),
        (&["cherry-pick", "side"], "cherry-pick"),
        (&["revert", "--no-edit", "main~1"], "revert"),
    ] {
        let sandbox = new();
        in_conflict(&sandbox);
        refused_as_under_way(&sandbox, begin, operation);
        sandbox
            .put(FILE, "2026-10-12", "180", Finish::Leave)
            .expect("an edit without a commit is fine");
    }
}

#[test]
fn nothing_is_committed_into_an_operation_under_way() {
    refused_under_way_in(Sandbox::new);
}

#[test]
fn nothing_is_committed_into_an_operation_under_way_in_a_reftable_repository() {
    refused_under_way_in(|| {
        let sandbox = Sandbox::bare_folder();
        sandbox.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]);
        sandbox.write(FILE, START).git(&["add", "."]).git(&["commit", "-qm", "start"]);
        sandbox
    });
}

#[test]
fn names_are_taken_as_they_are() {
    let sandbox = Sandbox::new();
    sandbox.write("aXb.checkins.toml", START).write("c.checkins.toml", START).git(&["add", "."]);
    sandbox.git(&["commit", "-qm", "more"]).write("aXb.checkins.toml", "# changed\n");
    for name in [
        "with space.checkins.toml",
        "größe 🎯.checkins.toml",
        "-dash.checkins.toml",
        "--all",
        "a*b.checkins.toml",
        "[ac].checkins.toml",
        ":(top)x.toml",
        ":!x.toml",
        "\"q\".toml",
        "two\nlines.toml",
    ] {
        sandbox.check_in(name).unwrap_or_else(|error| panic!("{name}: {error}"));
        sandbox.last_commit_has(&format!("A {name}"));
        sandbox
            .put(name, "2026-10-19", "90", Finish::Commit(Uncommitted::Refuse))
            .expect("and again");
        sandbox.last_commit_has(&format!("M {name}"));
    }
    assert_eq!(sandbox.out(&["status", "--porcelain"]), " M aXb.checkins.toml\n");
}

#[test]
fn a_workspace_may_be_a_sub_folder_reached_through_a_link() {
    let mut sandbox = Sandbox::new();
    sandbox.write("sub folder/plans/x", "").write("top.txt", "staged").git(&["add", "top.txt"]);
    sandbox.workspace.push("sub folder");
    sandbox.check_in("plans/a.checkins.toml").expect("recorded");
    sandbox.last_commit_has("A sub folder/plans/a.checkins.toml");
    #[cfg(unix)]
    {
        let link = sandbox.folder.path().join("link");
        std::os::unix::fs::symlink(&sandbox.workspace, &link).expect("linked");
        sandbox.workspace = link;
        sandbox.check_in("plans/b.checkins.toml").expect("recorded");
        sandbox.last_commit_has("A sub folder/plans/b.checkins.toml");
    }
}

#[test]
fn linked_worktrees_share_the_lock() {
    let mut sandbox = Sandbox::new();
    let common_dir = sandbox.workspace.join(".git");
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "other"]);
    sandbox.workspace = sandbox.folder.path().join("linked");
    sandbox.check_in(FILE).expect("recorded");
    sandbox.last_commit_has(&format!("M {FILE}"));
    assert!(common_dir.join("goals/checkin.lock").is_file());
    assert_eq!(sandbox.out(&["log", "--format=%s", "main"]), "start\n");
    let _held = Lock::in_repository(&common_dir, Duration::ZERO).expect("free");
    let paths = [PathBuf::from(FILE)];
    let recording = Recording {
        workspace: &sandbox.workspace,
        paths: &paths,
        finish: Finish::Leave,
        patience: Duration::from_millis(30),
    };
    let error = record(&sandbox.git, &recording, |_| -> Result<Change, Infallible> {
        panic!("not reached")
    });
    assert!(matches!(error, Err(RecordError::Lock(LockError::Held { .. }))), "{error:?}");
}

#[test]
fn a_submodule_commits_into_its_own_history() {
    let mut sandbox = Sandbox::new();
    let inner = sandbox.folder.path().join("inner");
    fs::create_dir(&inner).expect("made");
    let run = |arguments: &[&str]| {
        assert!(
            sandbox.git.run(&inner, arguments, b"").expect("git runs").status.success(),
            "{arguments:?}"
        );
    };
    run(&["init", "-q", "-b", "main"]);
    run(&["commit", "-qm", "inner", "--allow-empty"]);
    sandbox.git(&["submodule", "--quiet", "add", "../inner", "plans"]).git(&[
        "commit",
        "-qm",
        "submodule",
    ]);
    let outer = sandbox.out(&["rev-parse", "HEAD"]);
    assert!(matches!(
        sandbox.check_in("plans/a.checkins.toml"),
        Err(RecordError::Commit(CommitError::Failed { .. }))
    ));
    assert!(!sandbox.workspace.join("plans/a.checkins.toml").exists());
    sandbox.workspace.push("plans");
    sandbox.check_in("a.checkins.toml").expect("recorded");
    sandbox.last_commit_has("A a.checkins.toml");
    sandbox.workspace.pop();
    assert_eq!(sandbox.out(&["rev-parse", "HEAD"]), outer);
}

#[test]
fn a_bare_repository_is_refused() {
    let mut sandbox = Sandbox::new();
    sandbox.workspace.push(".git");
    let error = sandbox.check_in(FILE).expect_err("no working tree");
    assert!(matches!(error, RecordError::Commit(CommitError::NoWorktree { .. })), "{error}");
}

#[test]
fn an_ignored_file_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write(".gitignore", "new.*\n").git(&["add", "."]).git(&["commit", "-qm", "ignore"]);
    let error = sandbox.refused("new.checkins.toml");
    assert!(matches!(error, RecordError::Commit(CommitError::Ignored { .. })), "{error}");
}

#[test]
#[cfg(unix)]
fn a_link_inside_the_workspace_commits_its_target_and_one_to_the_outside_is_refused() {
    let sandbox = Sandbox::new();
    std::os::unix::fs::symlink(FILE, sandbox.workspace.join("link.checkins.toml")).expect("linked");
    fs::write(sandbox.folder.path().join("secret"), "x = 1\n").expect("written");
    std::os::unix::fs::symlink("../secret", sandbox.workspace.join("out.checkins.toml"))
        .expect("linked");
    sandbox.git(&["add", "."]).git(&["commit", "-qm", "links"]);
    let recorded = sandbox.check_in("link.checkins.toml").expect("recorded");
    assert_eq!(recorded.paths, [PathBuf::from(FILE)]);
    sandbox.last_commit_has(&format!("M {FILE}"));
    let error = sandbox.refused("out.checkins.toml");
    assert!(matches!(error, RecordError::Write(WriteError::Outside { .. })), "{error}");
    assert_eq!(fs::read_to_string(sandbox.folder.path().join("secret")).expect("read"), "x = 1\n");
}

#[test]
fn another_process_holding_the_index_is_waited_for_and_then_told_of() {
    let sandbox = Sandbox::new();
    let lock = sandbox.workspace.join(".git/index.lock");
    fs::write(&lock, "").expect("written");
    let error = sandbox.refused(FILE);
    assert!(matches!(error, RecordError::Commit(CommitError::Busy { .. })), "{error}");
    let error = sandbox.refused("new.checkins.toml");
    assert!(matches!(error, RecordError::Commit(CommitError::Busy { .. })), "{error}");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(300));
            fs::remove_file(&lock).expect("removed");
        });
        sandbox.check_in(FILE).expect("recorded once the lock is gone");
    });
}

#[test]
fn a_refused_change_touches_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write(FILE, "[lead-time\n").git(&["commit", "-qam", "broken"]);
    let before = sandbox.state();
    let error = sandbox.check_in(FILE).expect_err("refused");
    assert!(matches!(error, RecordError::Change(SpliceError::Syntax { line: 1, .. })), "{error}");
    assert_eq!(sandbox.state(), before);
}

#[test]
fn several_files_are_one_step() {
    let sandbox = Sandbox::new();
    sandbox.write("b.toml", "old\n").git(&["add", "."]).git(&["commit", "-qm", "b"]);
    let paths = ["b.toml", "none/c.toml"].map(PathBuf::from);
    fs::create_dir(sandbox.workspace.join("none")).expect("made");
    let finish = Finish::Commit(Uncommitted::Refuse);
    let recording = Recording {
        workspace: &sandbox.workspace,
        paths: &paths,
        finish,
        patience: Duration::from_secs(10),
    };
    let change = |texts: &[&str]| Change {
        texts: texts.iter().map(|text| (*text).to_string()).collect(),
        subject: "two".into(),
        body: None,
        trailers: Vec::new(),
    };
    let before = sandbox.state();
    let error = record(&sandbox.git, &recording, |_| {
        // The second file cannot be written any more once the first has been.
        fs::remove_dir(sandbox.workspace.join("none")).expect("removed");
        Ok::<_, Infallible>(change(&["new\n", "new\n"]))
    });
    assert!(matches!(error, Err(RecordError::Write(_))), "{error:?}");
    assert_eq!(sandbox.state(), before);
    fs::create_dir(sandbox.workspace.join("none")).expect("made");
    let error = record(&sandbox.git, &recording, |_| Ok::<_, Infallible>(change(&["new\n"])));
    assert!(matches!(error, Err(RecordError::Mismatch { texts: 1, paths: 2 })), "{error:?}");
    record(&sandbox.git, &recording, |texts| {
        assert_eq!(texts, [Some("old\n".to_string()), None]);
        Ok::<_, Infallible>(change(&["new\n", "new\n"]))
    })
    .expect("recorded");
    sandbox.last_commit_has("M b.toml A none/c.toml");
}

#[test]
fn eight_at_once_lose_no_record() {
    let sandbox = Sandbox::new();
    let sandbox = &sandbox;
    std::thread::scope(|scope| {
        for worker in 0..8 {
            scope.spawn(move || {
                for round in 0..4 {
                    let key = format!("\"2026-11-{:02}T{round:02}:00\"", worker + 1);
                    let path = if worker % 2 == 0 { FILE } else { "new.checkins.toml" };
                    sandbox
                        .put(path, &key, "1", Finish::Commit(Uncommitted::Refuse))
                        .expect("recorded");
                }
            });
        }
    });
    let records =
        sandbox.read(FILE).lines().count() + sandbox.read("new.checkins.toml").lines().count();
    assert_eq!(records, START.lines().count() + 1 + 32);
    assert_eq!(sandbox.out(&["rev-list", "--count", "HEAD"]), "33\n");
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn the_users_configuration_shapes_the_message() {
    let body = "  indented\n# a heading\n\n\n\nand more   \n---\nnot a patch\nSigned-off-by: Ben";
    let message = |configuration: &str| {
        let sandbox = Sandbox::new();
        sandbox.write("template", "# a template\n").config(configuration).write(FILE, "# edited\n");
        let paths = [PathBuf::from(FILE)];
        let trailers = [("Check-in", "a 1"), ("Check-in", "b\nEvil: 2"), ("Check-in", "a 1")]
            .map(|(key, value)| (key.to_string(), value.to_string()));
        let request = CommitRequest {
            worktree: &sandbox.workspace,
            paths: &paths,
            subject: "a subject\non two lines",
            body: Some(body),
            trailers: &trailers,
        };
        commit(&sandbox.git, &request).expect("committed");
        sandbox.last_message()
    };
    let plain = message("");
    let trailers = "Check-in: a 1\nCheck-in: b Evil: 2\nCheck-in: a 1";
    assert_eq!(
        plain,
        format!(
            "a subject on two lines\n\n  indented\n# a heading\n\nand more\n---\nnot a patch\nSigned-off-by: Ben\n{trailers}"
        )
    );
    assert_eq!(message("[commit]\n\ttemplate = template\n\tstatus = true\n"), plain);
    assert_eq!(message("[commit]\n\tcleanup = scissors\n\tverbose = true\n"), plain);
    assert_eq!(message("[commit]\n\tcleanup = strip\n"), plain.replace("# a heading\n", ""));
}

#[test]
fn a_line_of_scissors_does_not_cut_off_the_trailers() {
    let sandbox = Sandbox::new();
    sandbox.config("[commit]\n\tcleanup = scissors\n").write(FILE, "# edited\n");
    let paths = [PathBuf::from(FILE)];
    let trailers = [("Check-in".to_string(), "a 1".to_string())];
    let body = "above\n# ------------------------ >8 ------------------------\nbelow";
    let request = CommitRequest {
        worktree: &sandbox.workspace,
        paths: &paths,
        subject: "s",
        body: Some(body),
        trailers: &trailers,
    };
    commit(&sandbox.git, &request).expect("committed");
    assert!(sandbox.last_message().contains("Check-in: a 1"), "{}", sandbox.last_message());
}

#[test]
fn commits_are_signed_as_configured_and_a_failing_signature_is_told_apart() {
    let sandbox = Sandbox::new();
    let key = sandbox.folder.path().join("key");
    let made = std::process::Command::new("ssh-keygen")
        .args(["-q", "-t", "ed25519", "-N", "", "-C", "ana", "-f"])
        .arg(&key)
        .status();
    if !made.is_ok_and(|status| status.success()) {
        let said = "skipped: there is no ssh-keygen here\n";
        std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).expect("said");
        return;
    }
    let signing = |key: &Path| {
        format!(
            "[commit]\n\tgpgsign = true\n[gpg]\n\tformat = ssh\n[user]\n\tsigningKey = \"{}\"\n",
            key.display()
        )
    };
    sandbox.config(&signing(&key.with_extension("pub")));
    sandbox.check_in(FILE).expect("recorded");
    assert!(sandbox.out(&["cat-file", "commit", "HEAD"]).contains("-----BEGIN SSH SIGNATURE-----"));
    sandbox.config(&signing(&sandbox.folder.path().join("lost")));
    let error =
        sandbox.put("new.checkins.toml", "2026-10-19", "9", Finish::Commit(Uncommitted::Refuse));
    assert!(
        matches!(error, Err(RecordError::Commit(CommitError::SigningFailed { .. }))),
        "{error:?}"
    );
    sandbox.refused("new.checkins.toml");
}

#[test]
fn the_callers_repository_variables_are_respected() {
    let mut sandbox = Sandbox::new();
    let apart = sandbox.folder.path().join("apart");
    fs::rename(sandbox.workspace.join(".git"), &apart).expect("moved");
    let plain = sandbox.git.clone();
    sandbox.git = plain
        .with_variable("GIT_DIR", Some(OsString::from(&apart)))
        .with_variable("GIT_WORK_TREE", Some(OsString::from(&sandbox.workspace)))
        .with_variable("GIT_ICASE_PATHSPECS", Some("1".into()));
    sandbox.check_in(FILE).expect("recorded");
    sandbox.last_commit_has(&format!("M {FILE}"));
    sandbox.check_in("new*.checkins.toml").expect("recorded");
    sandbox.last_commit_has("A new*.checkins.toml");
    assert!(apart.join("goals/checkin.lock").is_file());
}

#[test]
fn bytes_that_git_converts_survive() {
    let sandbox = Sandbox::new();
    sandbox
        .config("[core]\n\tautocrlf = true\n")
        .write(FILE, "\u{feff}[lead-time]\r\n2026-10-05 = 240\r\n");
    sandbox.git(&["commit", "-qam", "crlf"]);
    let recorded = sandbox.check_in(FILE).expect("recorded");
    assert_eq!(
        sandbox.read(FILE),
        "\u{feff}[lead-time]\r\n2026-10-05 = 240\r\n2026-10-12 = 180\r\n"
    );
    assert_eq!(recorded.changed_by_hook, Vec::<PathBuf>::new());
}

/// Not a test of its own: the check-in that other tests run in a process of its own, in the environment it is given.
#[test]
#[ignore = "run by other tests in a process of its own"]
fn child_checks_in() {
    let workspace = PathBuf::from(std::env::var_os("GOALS_TEST_WORKSPACE").expect("a workspace"));
    let paths = [PathBuf::from(std::env::var_os("GOALS_TEST_PATH").expect("a path"))];
    let finish = Finish::Commit(Uncommitted::Refuse);
    let patience = Duration::from_secs(60);
    let recording = Recording { workspace: &workspace, paths: &paths, finish, patience };
    let key = std::env::var("GOALS_TEST_KEY").expect("a key");
    let new = NewRecord { table: Some("lead-time".into()), key, value: "180".into() };
    record(&Git::default(), &recording, |texts| {
        Ok::<_, SpliceError>(Change {
            texts: vec![put_record(texts[0].as_deref().unwrap_or(""), &new)?],
            subject: SUBJECT.into(),
            body: None,
            trailers: Vec::new(),
        })
    })
    .expect("recorded");
}

impl Sandbox {
    /// Returns a process that checks in, to be run in the repository's top folder.
    fn child(&self, workspace: &Path, path: &str, key: &str) -> std::process::Command {
        let home = self.folder.path().join("home");
        let mut command =
            std::process::Command::new(std::env::current_exe().expect("this program"));
        command.args(["--exact", "writing::child_checks_in", "--ignored", "--nocapture"]);
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_"))
        {
            command.env_remove(name);
        }
        command
            .current_dir(&self.workspace)
            .env("HOME", &home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("GOALS_TEST_WORKSPACE", workspace)
            .env("GOALS_TEST_PATH", path)
            .env("GOALS_TEST_KEY", key)
            .stdout(std::process::Stdio::null());
        command
    }
}

#[test]
fn a_relative_git_dir_of_the_caller_holds_in_a_sub_folder_too() {
    let sandbox = Sandbox::new();
    sandbox.write("sub/x", "");
    fs::rename(sandbox.workspace.join(".git"), sandbox.folder.path().join("apart")).expect("moved");
    let status = sandbox
        .child(Path::new("sub"), "a.checkins.toml", "2026-10-12")
        .env("GIT_DIR", "../apart")
        .status();
    assert!(status.expect("run").success());
    let git_dir = sandbox.folder.path().join("apart").into_os_string();
    let top = sandbox.workspace.clone().into_os_string();
    let git = sandbox
        .git
        .clone()
        .with_variable("GIT_DIR", Some(git_dir))
        .with_variable("GIT_WORK_TREE", Some(top));
    Sandbox { git, ..sandbox }.last_commit_has("A sub/a.checkins.toml");
}

#[test]
fn processes_at_once_lose_no_record() {
    let sandbox = Sandbox::new();
    let keys: Vec<_> = (1..=8).map(|day| format!("2026-11-{day:02}")).collect();
    let children: Vec<_> = keys
        .iter()
        .map(|key| sandbox.child(&sandbox.workspace, FILE, key).spawn().expect("started"))
        .collect();
    for mut child in children {
        assert!(child.wait().expect("ended").success());
    }
    let records = keys.iter().map(|key| format!("{key} = 180\n")).collect::<String>();
    assert_eq!(sandbox.read(FILE), format!("{START}{records}"));
    assert_eq!(sandbox.out(&["rev-list", "--count", "HEAD"]), "9\n");
}

#[test]
#[cfg(target_os = "linux")]
fn killed_while_committing_leaves_a_whole_file_and_no_lock() {
    let sandbox = Sandbox::new();
    sandbox
        .hook("pre-commit", "read -r _ _ _ parent _ < /proc/$PPID/stat; kill -9 $parent; exit 1");
    let status = sandbox.child(&sandbox.workspace, FILE, "2026-10-12").status().expect("run");
    assert_eq!(status.code(), None, "killed");
    assert_eq!(sandbox.read(FILE), format!("{START}2026-10-12 = 180\n"));
    while sandbox.workspace.join(".git/index.lock").exists() {
        std::thread::sleep(Duration::from_millis(10));
    }
    fs::remove_file(sandbox.workspace.join(".git/hooks/pre-commit")).expect("removed");
    sandbox.check_in(FILE).expect("recorded, once what was half done is taken back");
    assert_eq!(sandbox.read(FILE), format!("{START}2026-10-12 = 180\n"));
    assert_eq!(sandbox.out(&["rev-list", "--count", "HEAD"]), "2\n");
    assert_eq!(sandbox.out(&["status", "--porcelain"]), "");
}

#[test]
#[cfg(unix)]
fn a_git_that_is_killed_leaves_the_file_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.hook("pre-commit", "kill -9 $PPID");
    let error = sandbox.check_in(FILE).expect_err("killed");
    assert!(
        matches!(error, RecordError::Commit(CommitError::Failed { command: "commit", .. })),
        "{error}"
    );
    assert_eq!(sandbox.read(FILE), START);
}

#[test]
#[cfg(unix)]
fn a_commit_that_stands_is_not_undone_when_git_fails_after_it() {
    let sandbox = Sandbox::new();
    let script = "#!/bin/sh\nif [ \"$1\" = commit ]; then git \"$@\"; echo 'index not written' >&2; exit 128; fi\nexec git \"$@\"\n";
    let program = sandbox.folder.path().join("failing-git");
    fs::write(&program, script).expect("written");
    fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .expect("set");
    let paths = [PathBuf::from(FILE)];
    let finish = Finish::Commit(Uncommitted::Refuse);
    let recording = Recording {
        workspace: &sandbox.workspace,
        paths: &paths,
        finish,
        patience: Duration::from_secs(10),
    };
    let git = sandbox.git_named(program.into_os_string());
    let result = record(&git, &recording, |_| {
        let (texts, trailers) = (vec!["new = 1\n".to_string()], Vec::new());
        Ok::<_, Infallible>(Change { texts, subject: "s".into(), body: None, trailers })
    });
    assert!(matches!(result, Err(RecordError::Commit(CommitError::HalfDone { .. }))), "{result:?}");
    assert_eq!(sandbox.read(FILE), "new = 1\n");
    assert_eq!(sandbox.out(&["show", &format!("HEAD:{FILE}")]), "new = 1\n");
}
