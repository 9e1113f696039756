//! `goals smart`: the SMART scorecard.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{Global, Select, When};
use super::{Ending, names, output};
use crate::check::smart::Card;
use crate::error::Result;
use crate::pipeline;
use crate::render::smart;

#[derive(Args)]
#[command(
    after_help = "Two letters ask twice: A is assignable and attainable, R relevant and realistic.
The JSON is a contract: `goals schema smart` prints its JSON Schema."
)]
pub(super) struct Arguments {
    /// One goal or key result; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    select: Select,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With evidence and cure
    Text,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    session.known(&arguments.select)?;
    let model = &session.workspace.model;
    let named = match &arguments.reference {
        Some(text) => Some(names::resolve(model, text, session.as_of)?),
        None => None,
    };
    let history = session.history()?;
    let cards = pipeline::smart(&session.workspace, history.as_ref(), session.as_of, session.today);
    let selection = arguments.select.selection();
    let active = model.active_cycles(session.as_of);
    let wanted = |card: &&Card| match named {
        Some((goal, None)) => card.goal == goal,
        Some((goal, key_result)) => card.goal == goal && card.key_result == key_result,
        None => {
            let goal = &model.goals[card.goal];
            let shown =
                selection.cycle.is_some() || active.contains(&goal.reference.cycle.as_str());
            shown && selection.holds(goal)
        }
    };
    let cards: Vec<&Card> = cards.iter().filter(wanted).collect();
    match arguments.format {
        Format::Json => output::print(&smart::json(&cards, model, session.as_of))?,
        Format::Text if cards.is_empty() => output::note(global, "no goal to score"),
        Format::Text => output::print(&smart::text(&cards, model, global.look()))?,
    }
    Ok(session.end())
}
