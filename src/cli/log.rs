//! `goals log`: who recorded and changed what, when.

use clap::{Args, ValueEnum};

use super::session::Session;
use super::shared::{self, Global, Select, When};
use super::{Ending, names, output};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::history::Event;
use crate::render::events;

#[derive(Args)]
pub(super) struct Arguments {
    /// One goal or key result; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: Option<String>,
    #[command(flatten)]
    when: When,
    #[command(flatten)]
    select: Select,
    /// Only what this person did: a handle of `people`, a name or an e-mail address
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Only what was committed on this date or later
    #[arg(long, value_name = "DATE", value_parser = shared::date)]
    since: Option<Date>,
    /// Only what was committed on this date or earlier
    #[arg(long, value_name = "DATE", value_parser = shared::date)]
    until: Option<Date>,
    /// Show at most this many events, the newest
    #[arg(short = 'n', long, value_name = "N")]
    limit: Option<usize>,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Lines)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line each
    Lines,
    /// An array of objects
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    let model = &session.workspace.model;
    let named = match &arguments.reference {
        Some(text) => Some(names::resolve(model, text, session.as_of)?),
        None => None,
    };
    session.known(&arguments.select)?;
    let Some(history) = session.history()? else {
        return Err(Error::new(Kind::Git, "there is no history to show").hint(
            "goals become history once they are committed, in a repository that can be read",
        ));
    };
    let selection = arguments.select.selection();
    let selected = arguments.select.cycle.is_some()
        || arguments.select.team.is_some()
        || arguments.select.owner.is_some()
        || arguments.select.tag.is_some();
    let wanted = |event: &&Event| {
        let commit = &history.commits[event.commit];
        let of_name = named.is_none_or(|(goal, key_result)| {
            let goal = &model.goals[goal];
            event.goal == goal.reference
                && key_result.is_none_or(|at| event.key_result == goal.key_results[at].id)
        });
        let of_selection =
            !selected || model.goal(&event.goal).is_some_and(|goal| selection.holds(goal));
        let by = arguments.by.as_ref().is_none_or(|by| {
            let taken_by = event.after.as_ref().and_then(|record| record.by.as_ref());
            taken_by == Some(by)
                || commit.person.as_ref() == Some(by)
                || commit.author == *by
                || commit.email == *by
        });
        let day = commit.authored.date();
        let in_range = arguments.since.is_none_or(|since| day >= since)
            && arguments.until.is_none_or(|until| day <= until)
            && event
                .stamp
                .is_none_or(|stamp| arguments.when.as_of.is_none_or(|as_of| stamp.date <= as_of));
        of_name && of_selection && by && in_range
    };
    let newest: Vec<&Event> = history
        .events
        .iter()
        .rev()
        .filter(wanted)
        .take(arguments.limit.unwrap_or(usize::MAX))
        .collect();
    match arguments.format {
        Format::Json => output::print(&events::json(&history, &newest))?,
        Format::Lines if newest.is_empty() => output::note(global, "no events"),
        Format::Lines => output::print(
            &(events::lines(&history, &newest, model, global.look()).join("\n") + "\n"),
        )?,
    }
    Ok(Ending::Sound)
}
