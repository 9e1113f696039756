//! `goals schema`: the JSON Schema of a kind of files or of an output.

use clap::{Args, ValueEnum};

use super::editors::{self, Schemas};
use super::shared::Global;
use super::{Ending, init, output};
use crate::error::{Error, Kind, Result};
use crate::load::SETTINGS_FILE;
use crate::render::{contract, doctor, events, findings, review, schema, smart, stale, work};
use crate::repo;

#[derive(Args)]
#[command(
    after_help = "With `--write`, the workspace gets what TOML servers in editors need: the schemas, in
.goals/schema, and settings of Taplo (Even Better TOML) and Tombi that use them, where there are
no settings yet. Run it again after an update of goals; `goals doctor` says when."
)]
pub(super) struct Arguments {
    /// Of what
    #[arg(value_enum, value_name = "WHAT", required_unless_present = "write")]
    of: Option<Of>,
    /// Write the schemas of goal files into the workspace, and settings for editors
    #[arg(long, conflicts_with = "of")]
    write: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Plans, for editors
    Plan,
    /// Check-ins files, for editors
    Checkins,
    /// `goals.toml`, for editors
    Workspace,
    /// What `goals rollup --format json` prints
    Rollup,
    /// What `goals log --format json` prints
    Log,
    /// What `goals log --work --format json` prints
    Work,
    /// What `goals check --format json` prints
    Findings,
    /// What `goals smart --format json` prints
    Smart,
    /// What `goals doctor --format json` prints
    Doctor,
    /// What `goals stale --format json` prints
    Stale,
    /// What `goals diff --format json` prints
    Diff,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    match arguments.of {
        Some(of) => output::print(&text(of))?,
        None => write(global)?,
    }
    Ok(Ending::Sound)
}

fn text(of: Of) -> String {
    match of {
        Of::Plan => schema::plan(),
        Of::Checkins => schema::checkins(),
        Of::Workspace => schema::workspace(),
        Of::Log => events::schema(),
        Of::Work => work::schema(),
        Of::Rollup => contract::schema(),
        Of::Findings => findings::schema(),
        Of::Smart => smart::schema(),
        Of::Doctor => doctor::schema(),
        Of::Stale => stale::schema(),
        Of::Diff => review::schema(),
    }
}

/// Puts what editors need into the workspace that the current folder lies in.
fn write(global: &Global) -> Result<()> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let root = repo::find_root(&here, SETTINGS_FILE)?;
    let outcome = editors::write(&root, &init::plans(&root)?, Schemas::Renewed)?;
    for path in &outcome.written {
        output::print(&format!("wrote {path}\n"))?;
    }
    if outcome.written.is_empty() {
        output::note(global, "the schemas are this version's already");
    }
    for note in &outcome.notes {
        output::note(global, note);
    }
    Ok(())
}
