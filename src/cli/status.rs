//! `goals status`: how goals stand.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{Global, Select, When};
use super::{Ending, names, output};
use crate::error::Result;
use crate::render::{contract, status};

#[derive(Args)]
pub(super) struct Arguments {
    /// One goal in full; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    select: Select,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Tree)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A tree with bars
    Tree,
    /// As `goals rollup` prints it
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    session.known(&arguments.select)?;
    let model = &session.workspace.model;
    let look = global.look();
    if let Some(text) = &arguments.reference {
        let (at, _) = names::resolve(model, text, session.as_of)?;
        let history = session.history()?;
        let rollup = session.rollup(history.as_ref());
        output::print(&status::detail(model, &rollup, history.as_ref(), at, look))?;
        return Ok(session.end());
    }
    if arguments.format == Format::Json {
        let history = session.history()?;
        let rollup = session.rollup(history.as_ref());
        let selection = arguments.select.selection();
        let view = contract::view(model, &rollup, history.as_ref(), session.revision, &selection);
        output::print(&contract::json(&view))?;
        return Ok(session.end());
    }
    session.require_history()?;
    let rollup = session.rollup(None);
    let mut active = model.active_cycles(session.as_of);
    // The longest first, so that what is due soonest stands next to the prompt.
    active.sort_by_key(|cycle| std::cmp::Reverse(model.cycles[*cycle].days()));
    let cycles: Vec<&str> = match &arguments.select.cycle {
        Some(cycle) => vec![cycle],
        None => active.clone(),
    };
    let text = status::tree(model, &rollup, &cycles, &arguments.select.selection(), look);
    if text.is_empty() {
        output::note(global, &nothing(model, session.as_of, &active));
    } else {
        let heading = format!(
            "{} · {}\n\n",
            look.bold(&crate::text::printable(&model.settings.name)),
            session.as_of
        );
        output::print(&format!("{heading}{text}"))?;
    }
    Ok(session.end())
}

fn nothing(model: &crate::model::Model, as_of: crate::date::Date, active: &[&str]) -> String {
    if model.goals.is_empty() {
        return "no goals yet: begin the first with `goals new ID`".to_owned();
    }
    if active.is_empty() {
        let all: Vec<&str> = model.cycles.keys().map(String::as_str).collect();
        return format!("no cycle is active on {as_of}; --cycle shows another: {}", all.join(", "));
    }
    "no goal fits".to_owned()
}
