//! `goals cache`: what is kept from one run to the next, and how to be rid of it.

use clap::{Args, Subcommand};

use super::shared::Global;
use super::{Ending, output};
use crate::error::{Error, Kind, Result};
use crate::repo;
use crate::text::count;

#[derive(Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Remove it: the next run reads the whole history again
    Clear,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let Some(repo) = repo::open(&here)? else {
        return Err(Error::new(Kind::Git, "no git repository here, so nothing is kept")
            .hint("name one with -C DIR"));
    };
    let cache = repo.cache();
    match arguments.action {
        Some(Action::Clear) => {
            cache.clear()?;
            output::note(global, "removed; the next run reads the whole history again");
        }
        None => {
            let (files, bytes) = cache.size();
            let folder = cache.folder().display();
            output::print(&match files {
                0 => format!("{folder}: nothing is kept\n"),
                _ => format!("{folder}: {}, {} KiB\n", count(files, "file"), bytes.div_ceil(1024)),
            })?;
        }
    }
    Ok(Ending::Sound)
}
