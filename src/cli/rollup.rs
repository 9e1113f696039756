//! `goals rollup`: every figure, for other programs.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{Global, Select, When};
use super::{Ending, output};
use crate::error::Result;
use crate::render::{contract, tables};

#[derive(Args)]
#[command(after_help = "The JSON is a contract: `goals schema rollup` prints its JSON Schema.")]
pub(super) struct Arguments {
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    select: Select,
    /// How to print it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Json)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One document
    Json,
    /// One goal a line
    Ndjson,
    /// One key result a row
    Csv,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    session.known(&arguments.select)?;
    let model = &session.workspace.model;
    let selection = arguments.select.selection();
    if arguments.format == Format::Csv {
        let rollup = session.rollup(None);
        output::print(&tables::csv(model, &rollup, &selection))?;
        return Ok(session.end());
    }
    let history = session.history()?;
    let rollup = session.rollup(history.as_ref());
    let view = contract::view(model, &rollup, history.as_ref(), session.revision, &selection);
    output::print(&match arguments.format {
        Format::Ndjson => contract::ndjson(&view),
        _ => contract::json(&view),
    })?;
    Ok(session.end())
}
