//! The `git` program, run as a child with the environment of its caller.

use std::ffi::{OsStr, OsString};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use thiserror::Error;

/// Variables that change how `git` reads the paths it is given; ours say themselves that they are literal.
const PATHSPEC_VARIABLES: [&str; 4] =
    ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"];

/// A monitor of files is a program that the repository's configuration names: none is started.
const STATUS: [&str; 7] = [
    "-c",
    "core.fsmonitor=false",
    "--no-optional-locks",
    "status",
    "--porcelain=v2",
    "-z",
    "--untracked-files=all",
];

/// The arguments with the paths behind them, each to be taken literally.
pub(super) fn on_paths<S: AsRef<OsStr>, P: AsRef<OsStr>>(
    arguments: &[S],
    paths: &[P],
) -> Vec<OsString> {
    let mut all: Vec<OsString> =
        arguments.iter().map(|argument| argument.as_ref().to_os_string()).collect();
    all.push("--".into());
    for path in paths {
        let mut literal = OsString::from(":(literal)");
        literal.push(path);
        all.push(literal);
    }
    all
}

/// Which `git` to run, and what to change in the environment it inherits.
///
/// The caller's `GIT_DIR`, `GIT_INDEX_FILE`, identity and configuration variables reach it as they are.
#[derive(Debug, Clone)]
pub struct Git {
    program: OsString,
    variables: Vec<(OsString, Option<OsString>)>,
}

impl Default for Git {
    fn default() -> Self {
        Self::named("git")
    }
}

impl Git {
    /// Takes the program of that name or path; `Git::default()` takes `git` from the `PATH`.
    pub fn named(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), variables: Vec::new() }
    }

    /// Sets an environment variable for every run, or with `None` removes it.
    #[must_use]
    pub fn with_variable(mut self, name: impl Into<OsString>, value: Option<OsString>) -> Self {
        self.variables.push((name.into(), value));
        self
    }

    /// Runs `git` in `folder` and returns what it said, whatever its exit code.
    pub fn run<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: &[S],
        input: &[u8],
    ) -> Result<Output, GitError> {
        let failed = |cause| self.failed(folder, cause);
        let mut child = self.command(folder, arguments).spawn().map_err(failed)?;
        let mut stdin = child.stdin.take().expect("stdin is piped");
        // Hooks may fill the pipe of stderr before git reads its input: both must flow at once.
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A git that ends without reading everything says why in its own words.
                let _ = stdin.write_all(input);
            });
            child.wait_with_output()
        })
        .map_err(failed)
    }

    /// Lists what is not as HEAD has it of the files at some paths in `folder`, new ones included.
    pub(super) fn status<P: AsRef<OsStr>>(
        &self,
        folder: &Path,
        paths: &[P],
    ) -> Result<Output, GitError> {
        self.run(folder, &on_paths(&STATUS, paths), b"")
    }

    /// Starts `git` in `folder` to talk with: what it says on stdout can be read while it runs. What
    /// it says on stderr is lost.
    pub(super) fn start<S: AsRef<OsStr>>(
        &self,
        folder: &Path,
        arguments: &[S],
        stdin: Stdio,
    ) -> Result<Child, GitError> {
        let mut command = self.command(folder, arguments);
        command.stdin(stdin).stderr(Stdio::null());
        command.spawn().map_err(|cause| self.failed(folder, cause))
    }

    /// The program's version as it tells it: `2.47.3`, and on some systems more.
    pub(super) fn version(&self, folder: &Path) -> Result<String, GitError> {
        let output = self.run(folder, &["version"], b"")?;
        let said = String::from_utf8_lossy(&output.stdout);
        Ok(said.trim().trim_start_matches("git version ").to_owned())
    }

    fn failed(&self, folder: &Path, cause: io::Error) -> GitError {
        let program = || self.program.to_string_lossy().into_owned();
        match cause.kind() {
            io::ErrorKind::NotFound if !folder.is_dir() => {
                GitError::Folder { folder: folder.to_path_buf() }
            }
            io::ErrorKind::NotFound => GitError::Missing { program: program() },
            _ => GitError::Start { program: program(), cause },
        }
    }

    fn command<S: AsRef<OsStr>>(&self, folder: &Path, arguments: &[S]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.current_dir(folder);
        // Failures are told apart by git's own words: they must not be translated.
        command.env("LANGUAGE", "en");
        self.set_variables(&mut command);
        for name in PATHSPEC_VARIABLES {
            command.env_remove(name);
        }
        self.hold_to_callers_folder(&mut command);
        command
    }

    fn set_variables(&self, command: &mut Command) {
        for (name, value) in &self.variables {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
    }

    /// Makes the caller's repository variables mean in another folder what they mean in the caller's.
    ///
    /// Relative ones are made absolute. With `GIT_DIR` alone, git takes the working tree from the folder it is run
    /// in, so it is asked there.
    fn hold_to_callers_folder(&self, command: &mut Command) {
        for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR"] {
            if let Some(absolute) =
                self.variable(name).and_then(|value| std::path::absolute(value).ok())
            {
                command.env(name, absolute);
            }
        }
        if self.variable("GIT_DIR").is_some()
            && self.variable("GIT_WORK_TREE").is_none()
            && let Some(top) = self.callers_worktree()
        {
            command.env("GIT_WORK_TREE", top);
        }
    }

    fn callers_worktree(&self) -> Option<PathBuf> {
        let mut command = Command::new(&self.program);
        command.args(["rev-parse", "--show-toplevel"]);
        self.set_variables(&mut command);
        let output = command.output().ok()?;
        output.status.success().then(|| path_of(&output.stdout))
    }

    /// Tells whether git gets a variable, be it an empty one.
    pub(super) fn is_set(&self, name: &str) -> bool {
        match self.variables.iter().rfind(|(own, _)| own == name) {
            Some((_, value)) => value.is_some(),
            None => std::env::var_os(name).is_some(),
        }
    }

    /// Returns a variable as git gets it, if it is set and not empty.
    fn variable(&self, name: &str) -> Option<OsString> {
        let value = match self.variables.iter().rfind(|(own, _)| own == name) {
            Some((_, value)) => value.clone(),
            None => std::env::var_os(name),
        };
        value.filter(|value| !value.is_empty())
    }
}

/// Why the `git` program could not be run.
#[derive(Debug, Error)]
pub enum GitError {
    /// There is no such program.
    #[error("cannot run `{program}`: there is no such program on the `PATH`")]
    Missing {
        /// The program's name.
        program: String,
    },
    /// The folder to run it in is not there.
    #[error("cannot run `git` in `{}`: there is no such folder", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
    },
    /// The system would not start it.
    #[error("cannot run `{program}`: {cause}")]
    Start {
        /// The program's name.
        program: String,
        /// The system's reason.
        cause: io::Error,
    },
}

impl GitError {
    /// Returns what to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Missing { .. } => "install git, or edit without a commit: `--no-commit`".into(),
            Self::Folder { .. } => "run in the folder that holds `goals.toml`".into(),
            Self::Start { .. } => "check that the program may be executed".into(),
        }
    }
}

/// Returns a path from git's output, without the newline that ends it.
pub(super) fn path_of(output: &[u8]) -> PathBuf {
    let bytes = output.strip_suffix(b"\n").unwrap_or(output);
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt;
        PathBuf::from(OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Returns what a run said on stderr, without the line breaks around it.
pub(super) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_string()
}
