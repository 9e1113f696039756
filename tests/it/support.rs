//! The tests' one language: a temporary, hermetic git repository, and the tool run in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The date on which the tool is run unless a test says otherwise: 2026-11-21, noon UTC.
const TODAY: &str = "1795262400";

/// What a run of the tool left behind.
pub(crate) struct Output {
    /// The exit code.
    pub(crate) status: i32,
    /// What went to standard output.
    pub(crate) stdout: String,
    /// What went to standard error.
    pub(crate) stderr: String,
}

impl Output {
    /// Expects exit code 0; the standard output.
    #[track_caller]
    pub(crate) fn sound(self) -> String {
        assert_eq!(self.status, 0, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self.stdout
    }

    /// Expects exit code 2 and nothing on standard output; the standard error.
    #[track_caller]
    pub(crate) fn refused(self) -> String {
        assert_eq!((self.status, self.stdout.as_str()), (2, ""), "stderr:\n{}", self.stderr);
        self.stderr
    }

    /// Expects exit code 0; the standard output read as JSON.
    #[track_caller]
    pub(crate) fn json(self) -> serde_json::Value {
        serde_json::from_str(&self.sound()).expect("JSON")
    }
}

/// A temporary folder with a repository that knows nothing of its user.
pub(crate) struct Repo {
    top: tempfile::TempDir,
    folder: PathBuf,
    variables: BTreeMap<String, String>,
}

impl Repo {
    /// An empty repository.
    pub(crate) fn new() -> Self {
        let repo = Self::folder();
        repo.git(&["init", "-q", "-b", "main"]);
        repo
    }

    /// A folder without a repository.
    pub(crate) fn folder() -> Self {
        let top = tempfile::tempdir().expect("a temporary folder");
        let (home, folder) = (top.path().join("home"), top.path().join("work"));
        std::fs::create_dir_all(&home).expect("made");
        std::fs::create_dir_all(&folder).expect("made");
        let config = "[user]\n\tname = Ana Silva\n\temail = ana@northwind.example\n[protocol \"file\"]\n\tallow = always\n[advice]\n\tdetachedHead = false\n";
        std::fs::write(home.join("gitconfig"), config).expect("written");
        Self { top, folder, variables: BTreeMap::new() }
    }

    /// The sample organisation's repository, as `goals demo` makes it.
    pub(crate) fn sample() -> Self {
        let repo = Self::folder();
        repo.goals(&["demo", "sample"]).sound();
        let folder = repo.folder.join("sample");
        repo.at(&folder)
    }

    /// Another folder beside the repository, in the same surroundings.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.top.path().join(name)
    }

    /// The same surroundings, seen from another folder.
    pub(crate) fn at(self, folder: &Path) -> Self {
        Self { folder: folder.to_owned(), ..self }
    }

    /// Sets a variable for every run.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), value.to_owned());
    }

    /// Whether a variable is set for every run.
    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Writes a file, and the folders above it.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("made");
        std::fs::write(file, text).expect("written");
    }

    /// Reads a file.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.join(path)).expect("readable")
    }

    /// Stages everything and commits it; the new commit's id.
    pub(crate) fn commit(&self, author: &str, date: &str, subject: &str) -> String {
        self.git(&["add", "-A"]);
        self.dated(author, date, &["commit", "-q", "-m", subject]);
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// Runs git as `author` on a date; its standard output.
    pub(crate) fn dated(&self, author: &str, date: &str, arguments: &[&str]) -> String {
        let (name, rest) = author.split_once(" <").expect("an author is Name <mail>");
        let email = rest.trim_end_matches('>');
        let mut command = self.command("git");
        for (who, what) in [("AUTHOR", date), ("COMMITTER", date)] {
            command.env(format!("GIT_{who}_NAME"), name);
            command.env(format!("GIT_{who}_EMAIL"), email);
            command.env(format!("GIT_{who}_DATE"), what);
        }
        run(command.args(arguments))
    }

    /// Runs git; its standard output.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(self.command("git").args(arguments))
    }

    /// Runs the tool.
    pub(crate) fn goals(&self, arguments: &[&str]) -> Output {
        let output = self
            .command(env!("CARGO_BIN_EXE_goals"))
            .args(arguments)
            .output()
            .expect("the tool runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        Output {
            status: output.status.code().expect("it ended by itself"),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }

    /// A program that sees nothing of the user's configuration.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let home = self.top.path().join("home");
        for (name, _) in std::env::vars_os() {
            let inherited = name.to_string_lossy();
            if inherited.starts_with("GIT_")
                || matches!(&*inherited, "NO_COLOR" | "CLICOLOR_FORCE" | "EMAIL")
            {
                command.env_remove(name);
            }
        }
        command
            .current_dir(&self.folder)
            .env("HOME", &home)
            .env("XDG_CONFIG_HOME", home.join(".config"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", home.join("gitconfig"))
            .env("LC_ALL", "C.UTF-8")
            .env("SOURCE_DATE_EPOCH", TODAY)
            .envs(&self.variables);
        command
    }
}

fn run(command: &mut Command) -> String {
    let output = command.output().expect("git runs");
    assert!(
        output.status.success(),
        "git failed: {command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("UTF-8")
}
