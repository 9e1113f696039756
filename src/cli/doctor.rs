//! `goals doctor`: what the workspace and its repository are like, and what stands in the way.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::session::without_files;
use super::shared::Global;
use super::{Ending, editors, output};
use crate::error::{Error, Kind, Result};
use crate::load::SETTINGS_FILE;
use crate::model::DEFAULT_PLANS;
use crate::pipeline::{self, Source, Workspace};
use crate::render::doctor::{self, Files, Place, Subject};
use crate::repo::condition::{self, Condition};
use crate::repo::{self, Repo};

#[derive(Args)]
#[command(
    after_help = "Nothing is changed, and nothing is fetched. Exit code 1: something takes from the results, or would
make a check-in fail. The JSON is a contract: `goals schema doctor` prints its JSON Schema."
)]
pub(super) struct Arguments {
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With consequence and cure
    Text,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let found = repo::find_root(&here, SETTINGS_FILE);
    let root = found.as_deref().unwrap_or(&here).to_owned();
    let workspace = pipeline::read(Source::Folder(&root))?;
    let plans = workspace.model.settings.plans.as_str();
    let plans = if found.is_ok() { plans } else { DEFAULT_PLANS };
    let examined = condition::examine(&root, plans);
    let opened = examined.as_ref().map(Option::as_ref);
    let place = match found {
        Ok(_) => Place::Found(root.clone(), files(&root, &workspace, opened.ok().flatten())),
        Err(error) if is_bare(opened.as_ref().ok().copied().flatten()) => {
            Place::Missing(without_files(error))
        }
        Err(error) => Place::Missing(error),
    };
    let versions = condition::versions(&root);
    let repository = opened.map(|opened| opened.map(|(_, condition)| condition));
    let view = doctor::view(&Subject { place: &place, versions: &versions, repository });
    output::print(&match arguments.format {
        Format::Text => doctor::text(&view, global.look()),
        Format::Json => doctor::json(&view),
    })?;
    Ok(if view.sound { Ending::Sound } else { Ending::Findings })
}

fn is_bare(opened: Option<&(Repo, Condition)>) -> bool {
    opened.is_some_and(|(repo, _)| repo.is_bare())
}

/// What the workspace has, and what a sparse checkout leaves out of it.
fn files(root: &Path, workspace: &Workspace, opened: Option<&(Repo, Condition)>) -> Files {
    let folder = &workspace.model.settings.plans;
    let below = workspace.snapshot.below(folder).filter(|(path, _)| path.ends_with(".toml"));
    let (checkins, plans): (Vec<&str>, Vec<&str>) =
        below.map(|(path, _)| &**path).partition(|path| path.ends_with(".checkins.toml"));
    let whole = pipeline::read_folder(root, opened.map(|(repo, _)| repo));
    Files {
        plans_folder: folder.clone(),
        plans: plans.len(),
        checkins: checkins.len(),
        left_out: whole.map(|workspace| workspace.left_out.len()),
        stale_schemas: editors::stale(root),
    }
}
