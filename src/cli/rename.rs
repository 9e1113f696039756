//! `goals rename`: a goal or a key result by another id, with its history and every reference to it.

use clap::Args;

use super::plan_edit::{self, Committing};
use super::session::Session;
use super::shared::Global;
use super::{Ending, output};
use crate::change::{Changes, Rename};
use crate::error::Result;
use crate::text::count;

#[derive(Args)]
#[command(after_help = "\
The files move, in git's index too; the earlier id is kept as `formerly`, so that the history goes on
under the new one; references in other plans follow. A plan that was never committed has no history
to keep, and gets no `formerly`. To put a goal into another team just move its two files.

Examples:
  goals rename calm-deploys quiet-deploys
  goals rename calm-deploys.lead-time delay")]
pub(super) struct Arguments {
    /// The goal or key result; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: String,
    /// Its new id
    #[arg(value_name = "NEW")]
    new: String,
    #[command(flatten)]
    committing: Committing,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = plan_edit::open(global)?;
    let model = &session.workspace.model;
    let named = plan_edit::resolve(model, &arguments.reference, session.as_of)?;
    let rename = Rename::new(model, named, &arguments.new)?;
    let mut changes = Changes::of(&session.workspace.snapshot);
    let references = rename.make(&mut changes, is_in_history(&session, rename.path())?)?;
    let mut told = vec![rename.headline()];
    told.extend(changes.moves().iter().map(|(from, to)| format!("  {from} → {to}")));
    told.extend(changes.changed().map(|path| match references.get(path) {
        Some(references) => format!("  {path}: {}", count(*references, "reference")),
        None => format!("  {path}"),
    }));
    let subject = rename.subject();
    let commit = arguments.committing.wanted(false).then_some((subject.as_str(), None));
    let made = plan_edit::make(&session, &changes, commit)?;
    output::print(&format!("{}\n{}\n", told.join("\n"), global.look().dim(&made)))?;
    Ok(Ending::Sound)
}

/// Tells whether commits know the plan, so that there is a history to keep; without git, none is lost by
/// keeping the id.
fn is_in_history(session: &Session<'_>, plan: &str) -> Result<bool> {
    match (&session.repo, session.tip()) {
        (Some(repo), Some(head)) => Ok(repo.read_file(head, plan)?.is_some()),
        (Some(_), None) => Ok(false),
        (None, _) => Ok(true),
    }
}
