//! `goals check`: every mistake of every file, in one run.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{Global, When};
use super::{Ending, output};
use crate::diagnostic::Level;
use crate::error::{Error, Kind, Result};
use crate::pipeline;
use crate::render::findings;

#[derive(Args)]
#[command(after_help = "Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run.")]
pub(super) struct Arguments {
    /// Only findings in these files and folders
    #[arg(value_name = "PATH")]
    paths: Vec<std::path::PathBuf>,
    #[command(flatten)]
    when: When,
    /// How to show findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// The least level that makes the command fail
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailOn::Error)]
    fail_on: FailOn,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With the lines they are on
    Human,
    /// One line each
    Concise,
    /// For programs
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Info,
    /// Never fail
    Never,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    session.require_history()?;
    let wanted = wanted(&session, &arguments.paths)?;
    let inside = |path: &str| {
        wanted.is_empty()
            || wanted.iter().any(|want| {
                want.is_empty()
                    || path
                        .strip_prefix(want.as_str())
                        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    };
    let snapshot = &session.workspace.snapshot;
    let files = snapshot.paths().filter(|path| path.ends_with(".toml") && inside(path)).count();
    // Rules that need the history run on what there is of it, and say nothing without it.
    let history = match arguments.when.require_history {
        true => session.history()?,
        false => session.history_at_hand()?,
    };
    let found: Vec<_> = pipeline::check(&session.workspace, history.as_ref(), session.as_of)
        .into_iter()
        .filter(|finding| inside(&finding.primary.place.path))
        .collect();
    match arguments.format {
        Format::Human => {
            let look = global.look();
            output::print(&findings::human(
                &found,
                snapshot,
                findings::Style { colour: look.colour, width: look.width, unicode: false },
            ))?;
            let summary = findings::summary(&found, files);
            if found.is_empty() {
                output::print(&format!("{summary}\n"))?
            } else {
                output::note(global, &format!("\n{summary}"))
            }
        }
        Format::Concise => {
            output::print(&findings::concise(&found, snapshot))?;
            output::note(global, &findings::summary(&found, files));
        }
        Format::Json => output::print(&findings::json(&found, snapshot))?,
    }
    let least = match arguments.fail_on {
        FailOn::Error => Some(Level::Error),
        FailOn::Warning => Some(Level::Warning),
        FailOn::Info => Some(Level::Info),
        FailOn::Never => None,
    };
    let fails = least.is_some_and(|least| found.iter().any(|finding| finding.level >= least));
    Ok(if fails { Ending::Findings } else { Ending::Sound })
}

/// The wanted paths from the workspace's root, with `/`; an empty one is the root itself.
fn wanted(session: &Session<'_>, paths: &[std::path::PathBuf]) -> Result<Vec<String>> {
    let mut wanted = Vec::new();
    for path in paths {
        let full = std::fs::canonicalize(path).map_err(|error| Error::io("read", path, &error))?;
        let inside = full.strip_prefix(&session.root).map_err(|_| {
            Error::new(
                Kind::Usage,
                format!(
                    "`{}` is not in the workspace `{}`",
                    path.display(),
                    session.root.display()
                ),
            )
        })?;
        let parts: Vec<_> =
            inside.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        wanted.push(parts.join("/"));
    }
    Ok(wanted)
}
