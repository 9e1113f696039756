//! `goals schema`: the JSON Schema of an output.

use clap::{Args, ValueEnum};

use super::shared::Global;
use super::{Ending, output};
use crate::error::Result;
use crate::render::{contract, doctor, findings, review, smart, stale};

#[derive(Args)]
pub(super) struct Arguments {
    /// Of what
    #[arg(value_enum, value_name = "OUTPUT")]
    of: Of,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// What `goals rollup --format json` prints
    Rollup,
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

pub(super) fn run(_global: &Global, arguments: &Arguments) -> Result<Ending> {
    output::print(&match arguments.of {
        Of::Rollup => contract::schema(),
        Of::Findings => findings::schema(),
        Of::Smart => smart::schema(),
        Of::Doctor => doctor::schema(),
        Of::Stale => stale::schema(),
        Of::Diff => review::schema(),
    })?;
    Ok(Ending::Sound)
}
