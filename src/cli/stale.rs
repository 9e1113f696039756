//! `goals stale`: which check-ins are overdue, by owner.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{Global, Select, When};
use super::{Ending, output};
use crate::error::Result;
use crate::render::stale;

#[derive(Args)]
#[command(after_help = "\
Exit codes: 0 also where something is overdue, unless --exit-code; 1 errors in goal files that keep it
from being complete; 2 could not run.

Examples:
  goals stale
  goals stale --format markdown > overdue.md     for a scheduled job to post
  goals stale --owner ana --exit-code && echo \"nothing to do\"")]
pub(super) struct Arguments {
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    select: Select,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// End with 1 if anything is overdue
    #[arg(long)]
    exit_code: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A list by owner
    Human,
    /// A task list for an issue or a comment
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    session.known(&arguments.select)?;
    session.require_history()?;
    let model = &session.workspace.model;
    let rollup = session.rollup(None);
    let cycles = match &arguments.select.cycle {
        Some(cycle) => vec![cycle.as_str()],
        None => model.active_cycles(session.as_of),
    };
    let found = stale::overdue(model, &rollup, &cycles, &arguments.select.selection());
    output::print(&match arguments.format {
        Format::Human => stale::human(model, &found, session.as_of, global.look()),
        Format::Markdown => stale::markdown(model, &found, session.as_of),
        Format::Json => stale::json(model, &found, session.as_of),
    })?;
    let ending = session.end();
    Ok(if arguments.exit_code && !found.is_empty() { Ending::Findings } else { ending })
}
