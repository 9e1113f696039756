//! Flags that several commands have, under one name and in one wording.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::date::{Date, Stamp, parse_date};
use crate::render::contract::Selection;
use crate::render::terminal::Look;

/// Flags of every command.
#[derive(Args)]
#[command(next_help_heading = "Global options")]
pub(super) struct Global {
    /// Run as if started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    pub(super) directory: Option<PathBuf>,
    /// When to use colour: auto, always or never [default: auto]
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        default_value_t = Colour::Auto,
        hide_default_value = true,
        hide_possible_values = true,
        global = true
    )]
    pub(super) color: Colour,
    /// Read the whole history, whatever was kept of it, and keep nothing
    #[arg(long, global = true)]
    pub(super) no_cache: bool,
    /// Say nothing but the result
    #[arg(short, long, global = true)]
    pub(super) quiet: bool,
    /// Say what is read, and how far the history reaches
    #[arg(short, long, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,
}

/// When to use colour.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The two axes of time.
#[derive(Args, Clone)]
pub(super) struct When {
    /// Tell what was true on this date; later records are not seen [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub(super) as_of: Option<Date>,
    /// Read the workspace from this revision, not from the working tree
    #[arg(long, value_name = "REV")]
    pub(super) rev: Option<String>,
    /// Fail if the history is not complete (a shallow clone, or no git)
    #[arg(long)]
    pub(super) require_history: bool,
}

/// Which goals.
#[derive(Args, Clone)]
pub(super) struct Select {
    /// Only this cycle
    #[arg(long, value_name = "ID")]
    pub(super) cycle: Option<String>,
    /// Only this team and its sub-teams
    #[arg(long, value_name = "TEAM")]
    pub(super) team: Option<String>,
    /// Only goals of this owner, or with a key result of theirs
    #[arg(long, value_name = "PERSON")]
    pub(super) owner: Option<String>,
    /// Only goals with this tag
    #[arg(long, value_name = "TAG")]
    pub(super) tag: Option<String>,
}

impl Select {
    /// The selection as the pipeline takes it.
    pub(super) fn selection(&self) -> Selection {
        Selection {
            cycle: self.cycle.clone(),
            team: self.team.clone(),
            owner: self.owner.clone(),
            tag: self.tag.clone(),
        }
    }
}

impl Global {
    /// How standard output is to look.
    pub(super) fn look(&self) -> Look {
        use std::io::IsTerminal;
        let terminal = std::io::stdout().is_terminal();
        let width = terminal_size::terminal_size()
            .filter(|_| terminal)
            .map(|(width, _)| usize::from(width.0));
        Look { colour: self.colour(&std::io::stdout()), width }
    }

    /// Whether a stream is to have colour.
    pub(super) fn colour(&self, stream: &impl anstream::stream::RawStream) -> bool {
        match self.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
        }
    }
}

/// Reads a date from an argument.
pub(super) fn date(text: &str) -> Result<Date, String> {
    parse_date(text)
        .ok_or_else(|| no_date(text).unwrap_or_else(|| "a date is written 2026-10-05".to_owned()))
}

/// Reads a date, or a date and a time, from an argument.
pub(super) fn stamp(text: &str) -> Result<Stamp, String> {
    let wants = || "a date is written 2026-10-05, or 2026-10-05T14:30 with a time".to_owned();
    let day = text.split('T').next().unwrap_or(text);
    Stamp::parse(text).ok_or_else(|| no_date(day).unwrap_or_else(wants))
}

/// Why a text that is shaped like a date is none.
fn no_date(text: &str) -> Option<String> {
    let is_shaped = text.len() == 10 && crate::text::looks_like_date(text);
    let (year, month) = (text.get(..4)?.parse().ok()?, text.get(5..7)?.parse().ok()?);
    let first = is_shaped.then(|| Date::new(year, month, 1));
    match first? {
        Ok(_) if parse_date(text).is_some() => None,
        Ok(first) => Some(format!("{} has {} days", &text[..7], first.days_in_month())),
        Err(_) => Some("months run from 01 to 12".to_owned()),
    }
}
