//! `goals lsp`: the language server on standard input and output.

use std::path::PathBuf;

use clap::Args;

use super::shared::Global;
use super::{Ending, clock};
use crate::error::{Error, Kind, Result};
use crate::lsp::{self, Surroundings};

#[derive(Args)]
#[command(after_help = "\
Editors start it; it speaks the Language Server Protocol. The workspace is the one around the folder
that is open in the editor, or around a file that is opened; what is not saved yet counts.

Exit codes: 0 the editor said goodbye, 1 it went away, 2 could not run.")]
pub(super) struct Arguments {
    /// Nothing else is spoken: editors may say it all the same
    #[arg(long, hide = true)]
    stdio: bool,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let Arguments { stdio: _ } = arguments;
    let folder = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let surroundings = Surroundings {
        today: Box::new(clock::today),
        folder,
        keeps_histories: !global.no_cache,
        pages: pages_folder(),
    };
    Ok(match lsp::run(std::io::stdin(), std::io::stdout(), surroundings) {
        lsp::Ending::Orderly => Ending::Sound,
        lsp::Ending::Abrupt => Ending::Findings,
    })
}

/// Where the rules' pages are kept for the editor: in the user's folder for what can be made anew.
fn pages_folder() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let cache = set("XDG_CACHE_HOME")
        .or_else(|| set("LOCALAPPDATA"))
        .map(PathBuf::from)
        .or_else(|| set("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .filter(|folder| folder.is_absolute())?;
    Some(cache.join("goals").join("rules"))
}
