//! `goals man`: the manual's pages, one for each command.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};

use super::{Ending, output};
use crate::error::{Error, Result};

#[derive(Args)]
#[command(after_help = "Example:
  goals man ~/.local/share/man/man1")]
pub(super) struct Arguments {
    /// The folder to write them into; it is made if it is not there
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(super) fn run(arguments: &Arguments, command: Command) -> Result<Ending> {
    let folder = &arguments.folder;
    fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))?;
    // A version of its own on each page, and no page for `help`.
    let command = command.disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder)
        .map_err(|error| Error::io("write the pages into", folder, &error))?;
    output::print(&format!("wrote the pages into {}\n", folder.display()))?;
    Ok(Ending::Sound)
}
