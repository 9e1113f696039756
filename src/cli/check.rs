//! `goals check`: every mistake of every file, in one run.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::outputs::{self, Format, Output};
use super::session::{Session, State};
use super::shared::{Global, When};
use super::{Ending, fixing, output, stdin_plan};
use crate::check::Known;
use crate::diagnostic::{Diagnostic, Level};
use crate::error::{Error, Kind, Result};
use crate::history::History;
use crate::load::SETTINGS_FILE;
use crate::pipeline::{self, Source, Workspace};
use crate::render::findings::{self, Checked};

#[derive(Args)]
#[command(after_help = "\
`-` checks one plan from standard input as if it lay where --stdin-filename says, with the rest of
the workspace around it; without that, as a plan of the current quarter, in a workspace or not.

--staged sees what is being committed when a hook runs it, also for `git commit -a`, and of a file
only those parts that are staged.

--fix mends what would be shown: by the paths and by --since. With `-` it prints the mended plan,
and what remains to standard error. The exit code is judged by what remains.

Exit codes: 0 nothing at or above --fail-on, 1 findings (with --diff: something to fix), 2 could not run.")]
pub(super) struct Arguments {
    /// Only findings in these files and folders; `-` reads a plan from standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    when: When,
    /// How to show findings [default: human]
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<Format>,
    /// Give findings in this form: to a file beside what is shown, or to standard output in the
    /// place of the human form; may be repeated
    #[arg(long, value_name = "FORMAT[=FILE]", value_parser = outputs::parse)]
    output: Vec<Output>,
    /// Show how often each rule was broken, in the place of the findings
    #[arg(long, conflicts_with = "format")]
    statistics: bool,
    /// Only findings that were not there in this revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// Check what is staged for the next commit, not the working tree
    #[arg(long, visible_alias = "cached", conflicts_with_all = ["rev", "fix", "diff"])]
    staged: bool,
    /// Where the plan from standard input would lie
    #[arg(long, value_name = "PATH", requires = "paths")]
    stdin_filename: Option<PathBuf>,
    /// Mend what can be mended without a doubt, in the files themselves; commits nothing
    #[arg(long, conflicts_with = "rev")]
    fix: bool,
    /// Show what --fix would change, as a unified diff, and write nothing
    #[arg(long, conflicts_with_all = ["format", "output", "statistics"])]
    diff: bool,
    /// The least level that makes the command fail
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    /// Never fail
    Never,
}

impl FailOn {
    /// The least level that fails; nothing if none does.
    fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Info => Some(Level::Info),
            Self::Never => None,
        }
    }
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let outputs = wanted_outputs(arguments)?;
    let from_stdin = reads_stdin(arguments)?;
    let (mut session, wanted) = if from_stdin {
        let (session, path) =
            stdin_plan::open(global, &arguments.when, arguments.stdin_filename.as_deref())?;
        (session, vec![path])
    } else {
        let state = if arguments.staged { State::Staged } else { State::Folder };
        let session = Session::open_state(global, &arguments.when, state)?;
        let wanted = wanted_paths(&session, &arguments.paths)?;
        (session, wanted)
    };
    // Rules that need the history run on what there is of it, and say nothing without it.
    let history = match arguments.when.require_history {
        true => session.history()?,
        false => session.history_at_hand()?,
    };
    let known = match &arguments.since {
        Some(revision) => known_at(&session, revision)?,
        None => Known::default(),
    };
    let selection = Selection { wanted, known };
    let (all, fixed) = match (arguments.fix || arguments.diff, from_stdin) {
        (false, _) => {
            let (as_of, today) = (session.as_of, session.today);
            (pipeline::check(&session.workspace, history.as_ref(), as_of, today), 0)
        }
        (true, _) if arguments.diff => {
            return fixing::diff(global, session, history.as_ref(), &selection, from_stdin);
        }
        (true, true) => {
            return fixing::print_plan(global, session, history.as_ref(), &selection, arguments);
        }
        (true, false) => fixing::write(global, &mut session, history.as_ref(), &selection)?,
    };
    let found = selection.of(&session.workspace, all);
    let prefix = session.prefix();
    let files = selection.files(&session.workspace);
    let checked =
        Checked { fixed, ..found.checked(&session.workspace, &files, &prefix, arguments) };
    outputs::deliver(global, &outputs, &checked)?;
    if arguments.statistics {
        output::print(&findings::statistics(&found.findings, global.look()))?;
        output::note(global, &findings::summary(&checked));
    }
    Ok(ending(&checked))
}

/// How a check ends.
pub(super) fn ending(checked: &Checked<'_>) -> Ending {
    let fails =
        |finding: &Diagnostic| checked.fails_from.is_some_and(|least| finding.level >= least);
    if checked.findings.iter().any(fails) { Ending::Findings } else { Ending::Sound }
}

/// Which findings are asked for.
pub(super) struct Selection {
    /// Paths from the workspace's root; none for all.
    wanted: Vec<String>,
    /// Those that were there before.
    known: Known,
}

/// The findings that are asked for, with their fingerprints.
pub(super) struct Found {
    pub(super) findings: Vec<Diagnostic>,
    fingerprints: Vec<String>,
}

impl Selection {
    fn holds(&self, path: &str) -> bool {
        self.wanted.is_empty() || self.wanted.iter().any(|want| is_below(path, want))
    }

    /// Picks what is asked for.
    pub(super) fn of(&self, workspace: &Workspace, all: Vec<Diagnostic>) -> Found {
        let news = self.known.news(&workspace.model, all).into_iter();
        let (findings, fingerprints) =
            news.filter(|(finding, _)| self.holds(&finding.primary.place.path)).unzip();
        Found { findings, fingerprints }
    }

    /// The goal files that are asked for.
    pub(super) fn files<'a>(&self, workspace: &'a Workspace) -> Vec<&'a str> {
        let paths = workspace.snapshot.paths();
        paths.filter(|path| path.ends_with(".toml") && self.holds(path)).collect()
    }

    /// The one path that is asked for, where a plan comes from standard input.
    pub(super) fn stdin_path(&self) -> &str {
        self.wanted.first().map_or("", String::as_str)
    }
}

impl Found {
    /// What outputs are given.
    pub(super) fn checked<'a>(
        &'a self,
        workspace: &'a Workspace,
        files: &'a [&'a str],
        prefix: &'a str,
        arguments: &Arguments,
    ) -> Checked<'a> {
        Checked {
            findings: &self.findings,
            fingerprints: &self.fingerprints,
            snapshot: &workspace.snapshot,
            files,
            prefix,
            fails_from: arguments.fail_on.level(),
            fixed: 0,
        }
    }
}

/// The outputs that are asked for; statistics stand in the place of the one for people.
fn wanted_outputs(arguments: &Arguments) -> Result<Vec<Output>> {
    let outputs = outputs::wanted(arguments.format, &arguments.output)?;
    if arguments.fix
        && reads_stdin(arguments)?
        && (arguments.statistics || !outputs::is_plain(&outputs))
    {
        let error =
            Error::new(Kind::Usage, "with `-` and --fix the mended plan goes to standard output");
        return Err(error.hint("check it once more without --fix for another form of findings"));
    }
    if !arguments.statistics {
        return Ok(outputs);
    }
    if arguments.output.iter().any(|output| !output.is_file()) {
        let error =
            Error::new(Kind::Usage, "--statistics and another output go to standard output");
        return Err(error.hint("send the other to a file: --output FORMAT=FILE"));
    }
    Ok(outputs.into_iter().filter(Output::is_file).collect())
}

/// Tells whether the plan comes from standard input.
fn reads_stdin(arguments: &Arguments) -> Result<bool> {
    let is_dash = |path: &PathBuf| path.as_os_str() == "-";
    match &arguments.paths[..] {
        [only] if is_dash(only) && arguments.staged => {
            Err(Error::new(Kind::Usage, "a plan from standard input is not staged")
                .hint("leave out `-`, or --staged"))
        }
        [only] if is_dash(only) => Ok(true),
        paths if paths.iter().any(is_dash) => Err(Error::new(
            Kind::Usage,
            "`-` stands for the one plan to check, beside no other path",
        )),
        _ if arguments.stdin_filename.is_some() => {
            Err(Error::new(Kind::Usage, "--stdin-filename is for a plan from standard input")
                .hint("write `goals check - --stdin-filename PATH`"))
        }
        _ => Ok(false),
    }
}

/// The findings of a revision, on the same date.
fn known_at(session: &Session<'_>, revision: &str) -> Result<Known> {
    let Some(repo) = &session.repo else {
        let root = session.root.display();
        let message = format!("--since needs a git repository, and `{root}` is in none");
        return Err(Error::new(Kind::Git, message).hint("make one with `git init`"));
    };
    if revision == "HEAD" && repo.head()?.is_none() {
        // Before the first commit there was nothing.
        return Ok(Known::default());
    }
    let commit = repo.resolve(revision)?;
    if repo.read_file(commit, SETTINGS_FILE)?.is_none() {
        // The workspace was not there yet: every finding is new.
        return Ok(Known::default());
    }
    let workspace = pipeline::read(Source::Revision(repo, commit))?;
    let history: Option<History> = pipeline::history(&workspace, repo, commit).ok();
    let found = pipeline::check(&workspace, history.as_ref(), session.as_of, session.today);
    Ok(Known::of(&workspace.model, &found))
}

/// Tells whether a path is `folder` or lies below it; everything lies below the root.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty()
        || path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The wanted paths from the workspace's root, with `/`; an empty one is the root itself.
pub(super) fn wanted_paths(session: &Session<'_>, paths: &[PathBuf]) -> Result<Vec<String>> {
    let full = |path: &PathBuf| {
        std::fs::canonicalize(path).map_err(|error| Error::io("read", path, &error))
    };
    paths.iter().map(|path| from_root(&session.root, path, &full(path)?)).collect()
}

/// A full path from the workspace's root, with `/`; `path` is how messages call it.
///
/// # Errors
///
/// It does not lie in the workspace.
pub(super) fn from_root(root: &Path, path: &Path, full: &Path) -> Result<String> {
    let inside = full.strip_prefix(root).map_err(|_| {
        let message = format!("`{}` is not in the workspace `{}`", path.display(), root.display());
        Error::new(Kind::Usage, message)
    })?;
    let parts: Vec<_> =
        inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    Ok(parts.join("/"))
}
