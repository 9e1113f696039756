//! `goals explain`: a rule's page, and the list of the rules.

use clap::Args;

use super::shared::Global;
use super::{Ending, output};
use crate::check::{self, RULES, Rule};
use crate::error::{Error, Kind, Result};
use crate::load::{self, SETTINGS_FILE, SettingsDoc};
use crate::render::page::page;
use crate::render::terminal::{Cell, columns};
use crate::repo::{self, Snapshot};
use crate::text::{did_you_mean, printable};

#[derive(Args)]
#[command(after_help = "Without a name it lists every rule, with its level in this workspace.")]
pub(super) struct Arguments {
    /// Name of the rule, such as missing-owner
    #[arg(value_name = "RULE")]
    rule: Option<String>,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let text = match &arguments.rule {
        Some(name) => page(named(name)?.page, global.look()),
        None => list(global, settings()?.as_ref()),
    };
    output::print(&text)?;
    Ok(Ending::Sound)
}

/// The rule of a name.
fn named(name: &str) -> Result<&'static Rule> {
    check::find(name).ok_or_else(|| {
        let near = did_you_mean(name, RULES.iter().map(|rule| rule.name));
        Error::new(Kind::Usage, format!("no rule `{}`", printable(name)))
            .hint(near.unwrap_or_else(|| "`goals explain` lists the rules".to_owned()))
    })
}

/// The settings of the workspace around the current folder, if there is one.
fn settings() -> Result<Option<SettingsDoc>> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    let Ok(root) = repo::find_root(&here, SETTINGS_FILE) else { return Ok(None) };
    let mut snapshot = Snapshot::default();
    if let Some(content) = repo::read_file(&root, SETTINGS_FILE)? {
        snapshot.insert(SETTINGS_FILE, content);
    }
    Ok(Some(load::settings_of(&snapshot).0))
}

/// Every rule with its level and what it finds.
fn list(global: &Global, settings: Option<&SettingsDoc>) -> String {
    let look = global.look();
    let rows: Vec<Vec<Cell>> = RULES
        .iter()
        .map(|rule| {
            let level = match settings {
                Some(settings) => check::level(settings, rule.name),
                None => Some(rule.level),
            };
            let level = level.map_or("off", |level| level.word());
            vec![
                Cell::new(rule.name, |text| look.bold(text)),
                Cell::new(level, str::to_owned),
                Cell::new(rule.finds, str::to_owned),
            ]
        })
        .collect();
    columns(&rows).join("\n") + "\n"
}
