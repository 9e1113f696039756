//! `goals fmt`: records in the order of their dates, one a line.

use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;

use super::check::{is_below, wanted_paths};
use super::plan_edit;
use super::shared::Global;
use super::{Ending, output};
use crate::change::Changes;
use crate::error::{Error, Kind, Result};
use crate::load::{self, CHECKINS_SUFFIX};
use crate::render::diff;
use crate::repo::{Content, MAX_FILE_BYTES};
use crate::text::{count, printable};

#[derive(Args)]
#[command(after_help = "\
Check-ins files get their records in order, each with the comment above it, and what git's union merge
put there twice is kept once. No value changes. Plans are left as they are: their order and their
comments are their author's.

Exit codes: 0 done, or nothing to do; 1 there would be something to do (--check, --diff), or a file
that cannot be formatted; 2 could not run.")]
pub(super) struct Arguments {
    /// Only these files and folders; `-` formats standard input
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Only say which files are not in order
    #[arg(long)]
    check: bool,
    /// Only show what would change
    #[arg(long)]
    diff: bool,
    /// What standard input is called: a plan's is passed through
    #[arg(long, value_name = "PATH", requires = "paths")]
    stdin_filename: Option<PathBuf>,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let is_dash = |path: &PathBuf| path.as_os_str() == "-";
    match &arguments.paths[..] {
        [only] if is_dash(only) => standard_input(global, arguments),
        paths if paths.iter().any(is_dash) => {
            Err(Error::new(Kind::Usage, "`-` stands for the one file to format, beside no other"))
        }
        _ if arguments.stdin_filename.is_some() => {
            Err(Error::new(Kind::Usage, "--stdin-filename is for a file from standard input")
                .hint("write `goals fmt - --stdin-filename PATH`"))
        }
        _ => files(global, arguments),
    }
}

/// Formats what comes in, for an editor. Nothing comes out where that cannot be done.
fn standard_input(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let mut bytes = Vec::new();
    let mut input = std::io::stdin().lock().take(MAX_FILE_BYTES + 1);
    input
        .read_to_end(&mut bytes)
        .map_err(|error| Error::io("read", Path::new("standard input"), &error))?;
    let name = arguments.stdin_filename.as_ref();
    let name = name.map_or_else(|| "standard input".to_owned(), |name| name.display().to_string());
    let content = Content::from_bytes(bytes);
    let is_plan = arguments.stdin_filename.is_some() && !name.ends_with(CHECKINS_SUFFIX);
    let formatted = match is_plan {
        true => content.text().map(str::to_owned).ok_or_else(|| "not text".to_owned()),
        false => formatted(&content),
    };
    let after = formatted.map_err(|problem| {
        Error::new(Kind::Workspace, format!("cannot format `{name}`: {problem}"))
            .hint("see `goals check`")
    })?;
    let before = content.text().unwrap_or_default();
    if arguments.diff {
        output::print(&diff::unified(&name, before, &after, global.look()))?;
    } else if !arguments.check {
        output::print(&after)?;
    }
    let differs = before != after && (arguments.check || arguments.diff);
    Ok(if differs { Ending::Findings } else { Ending::Sound })
}

/// Formats the check-ins files of the workspace, or those that are named.
fn files(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = plan_edit::open(global)?;
    let wanted = wanted_paths(&session, &arguments.paths)?;
    let snapshot = &session.workspace.snapshot;
    let plans = &session.workspace.model.settings.plans;
    let inside = |path: &str| {
        let is_wanted = wanted.is_empty() || wanted.iter().any(|want| is_below(path, want));
        // What a sparse checkout leaves out is not there to be formatted.
        is_wanted && !session.workspace.left_out.contains(path)
    };
    let mut changes = Changes::of(&session.workspace.snapshot);
    let (mut told, mut changed, mut broken, mut seen) = (String::new(), 0, 0, 0);
    for (path, content) in
        snapshot.below(plans).filter(|(path, _)| path.ends_with(CHECKINS_SUFFIX) && inside(path))
    {
        seen += 1;
        match formatted(content) {
            Ok(after) if Some(after.as_str()) == content.text() => {}
            Ok(after) => {
                changed += 1;
                let before = content.text().unwrap_or_default();
                told.push_str(&match (arguments.diff, arguments.check) {
                    (true, _) => diff::unified(path, before, &after, global.look()),
                    (false, true) => format!("would format {}\n", printable(path)),
                    (false, false) => format!("formatted {}\n", printable(path)),
                });
                changes.write(path, after);
            }
            Err(problem) => {
                broken += 1;
                let message = format!("cannot format `{path}`: {problem}");
                output::warn(global, &message, Some("it was left as it is; see `goals check`"));
            }
        }
    }
    let only_looks = arguments.check || arguments.diff;
    if changed > 0 && !only_looks {
        plan_edit::make(&session, &changes, None)?;
    }
    output::print(&told)?;
    let verb = if only_looks { "would be formatted" } else { "formatted" };
    let cannot = if broken > 0 { format!(", {broken} cannot be") } else { String::new() };
    output::note(global, &format!("{changed} of {} {verb}{cannot}", count(seen, "check-ins file")));
    let findings = broken > 0 || changed > 0 && only_looks;
    Ok(if findings { Ending::Findings } else { Ending::Sound })
}

/// The text in order, or why it cannot be put so.
fn formatted(content: &Content) -> std::result::Result<String, String> {
    match content {
        Content::Text(text) => load::tidy(text).map_err(|error| error.to_string()),
        Content::NotUtf8(at) => Err(format!("not UTF-8 from byte {at} on")),
        Content::TooLarge(bytes) => {
            Err(format!("{bytes} bytes; a goal file may have at most {MAX_FILE_BYTES}"))
        }
    }
}
