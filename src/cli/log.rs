//! `goals log`: who recorded and changed what, when; and the work behind goals.

use clap::{Args, ValueEnum};

use super::session::{Session, among};
use super::shared::{self, Global, Select, When};
use super::{Ending, names, output};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::history::{CommitInfo, Event, History, WorkCommit};
use crate::model::{GoalRef, Model};
use crate::render::contract::Selection;
use crate::render::{events, work};

#[derive(Args)]
pub(super) struct Arguments {
    /// One goal or key result; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: Option<String>,
    /// Show the work instead: commits anywhere in the repository with a `Goal: REF` trailer
    #[arg(long)]
    work: bool,
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
    /// Show at most this many, the newest
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
    /// One object a line
    Ndjson,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = Session::open(global, &arguments.when)?;
    let model = &session.workspace.model;
    let named = match &arguments.reference {
        Some(text) => Some(names::resolve(model, text, session.as_of)?),
        None => None,
    };
    session.known(&arguments.select)?;
    let wanted = Wanted { arguments, model, named, selection: arguments.select.selection() };
    if arguments.work {
        show_work(global, &session, &wanted)
    } else {
        show(global, &session, &wanted)
    }
}

/// Shows the events.
fn show(global: &Global, session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Ending> {
    let history = session.history()?.ok_or_else(nothing_to_show)?;
    wanted.by_someone(&People { history: Some(&history), work: &[] })?;
    let newest: Vec<&Event> = history
        .events()
        .into_iter()
        .rev()
        .filter(|event| wanted.has_event(event, history.commit(event.commit)))
        .take(wanted.limit())
        .collect();
    match wanted.arguments.format {
        Format::Json => output::print(&events::json(&history, &newest))?,
        Format::Ndjson => output::print(&events::ndjson(&history, &newest))?,
        Format::Lines if newest.is_empty() => output::note(global, "no events"),
        Format::Lines => output::print(
            &(events::lines(&history, &newest, wanted.model, global.look()).join("\n") + "\n"),
        )?,
    }
    Ok(Ending::Sound)
}

/// Shows the commits that name goals.
fn show_work(global: &Global, session: &Session<'_>, wanted: &Wanted<'_>) -> Result<Ending> {
    let work = session.work()?.ok_or_else(nothing_to_show)?;
    if wanted.arguments.by.is_some() {
        let history = session.history_at_hand()?;
        wanted.by_someone(&People { history: history.as_ref(), work: &work.commits })?;
    }
    if !wanted.is_narrowed() {
        session.tell_unclear(&work);
    }
    let is_empty = work.commits.is_empty();
    let newest: Vec<WorkCommit> = work
        .commits
        .into_iter()
        .rev()
        .filter_map(|commit| wanted.of_work(commit))
        .take(wanted.limit())
        .collect();
    match wanted.arguments.format {
        Format::Json => output::print(&work::json(&newest))?,
        Format::Ndjson => output::print(&work::ndjson(&newest))?,
        Format::Lines if is_empty => {
            output::note(global, "no commit names a goal in a `Goal:` trailer");
        }
        Format::Lines if newest.is_empty() => {
            output::note(
                global,
                "of the commits that name a goal, none is among what is asked for",
            );
        }
        Format::Lines => output::print(&(work::lines(&newest, global.look()).join("\n") + "\n"))?,
    }
    Ok(Ending::Sound)
}

fn nothing_to_show() -> Error {
    Error::new(Kind::Git, "there is no history to show")
        .hint("goals become history once they are committed, in a repository that can be read")
}

/// Where people are known from, beside the settings.
struct People<'a> {
    history: Option<&'a History>,
    work: &'a [WorkCommit],
}

impl People<'_> {
    /// Handles, names and e-mail addresses.
    fn names<'b>(&'b self, model: &'b Model) -> Vec<&'b str> {
        let settings = model.settings.people.iter().flatten().flat_map(|(handle, person)| {
            let named = person.name.iter().chain(&person.emails);
            std::iter::once(handle).chain(named).map(String::as_str)
        });
        let history = self.history.into_iter();
        let commits = history.clone().flat_map(History::commits);
        let commits = commits.chain(self.work.iter().map(|work| &work.commit));
        let authors = commits.flat_map(|commit| {
            [Some(commit.author.as_str()), Some(&commit.email), commit.person.as_deref()]
        });
        let records = history.flat_map(History::events);
        let takers = records.map(|event| event.after.as_ref()?.by.as_deref());
        settings.chain(authors.chain(takers).flatten()).collect()
    }
}

/// What the arguments ask for.
struct Wanted<'a> {
    arguments: &'a Arguments,
    model: &'a Model,
    named: Option<names::Named>,
    selection: Selection,
}

impl Wanted<'_> {
    /// Tells whether less than everything is asked for.
    fn is_narrowed(&self) -> bool {
        let arguments = self.arguments;
        let select = &arguments.select;
        let filters = [&arguments.by, &select.cycle, &select.team, &select.owner, &select.tag];
        let days = [arguments.since, arguments.until, arguments.when.as_of];
        self.named.is_some()
            || filters.iter().any(|filter| filter.is_some())
            || days.iter().any(|day| day.is_some())
    }

    /// Checks that there is somebody of the name whose doings are asked for.
    fn by_someone(&self, people: &People<'_>) -> Result<()> {
        let Some(by) = &self.arguments.by else { return Ok(()) };
        let all = people.names(self.model);
        if all.contains(&by.as_str()) {
            return Ok(());
        }
        let message = format!("nobody is called `{}`", crate::text::printable(by));
        Err(among(Error::new(Kind::Usage, message), by, all))
    }

    fn limit(&self) -> usize {
        self.arguments.limit.unwrap_or(usize::MAX)
    }

    fn has_event(&self, event: &Event, commit: &CommitInfo) -> bool {
        let by = event.after.as_ref().and_then(|record| record.by.as_ref());
        self.has_goal(&event.goal, event.key_result.as_ref())
            && (self.is_by(commit) || by.is_some_and(|by| self.arguments.by.as_ref() == Some(by)))
            && self.has_day(commit.authored.date())
            && self.arguments.when.as_of.is_none_or(|as_of| events::is_seen(event, as_of))
    }

    /// A commit with those of its goals that are asked for, if there are any.
    fn of_work(&self, mut work: WorkCommit) -> Option<WorkCommit> {
        let day = work.commit.authored.date();
        work.targets.retain(|target| self.has_goal(&target.goal, target.key_result.as_ref()));
        let wanted = !work.targets.is_empty()
            && self.is_by(&work.commit)
            && self.has_day(day)
            && self.arguments.when.as_of.is_none_or(|as_of| day <= as_of);
        wanted.then_some(work)
    }

    fn has_goal(&self, reference: &GoalRef, key_result: Option<&String>) -> bool {
        let is_named = self.named.is_none_or(|(goal, at)| {
            let goal = &self.model.goals[goal];
            *reference == goal.reference
                && at.is_none_or(|at| key_result == goal.key_results[at].id.as_ref())
        });
        let select = &self.arguments.select;
        let filters = [&select.cycle, &select.team, &select.owner, &select.tag];
        is_named
            && (filters.iter().all(|filter| filter.is_none())
                || self.model.goal(reference).is_some_and(|goal| self.selection.holds(goal)))
    }

    fn is_by(&self, commit: &CommitInfo) -> bool {
        self.arguments.by.as_ref().is_none_or(|by| {
            commit.person.as_ref() == Some(by) || commit.author == *by || commit.email == *by
        })
    }

    fn has_day(&self, day: Date) -> bool {
        self.arguments.since.is_none_or(|since| day >= since)
            && self.arguments.until.is_none_or(|until| day <= until)
    }
}
