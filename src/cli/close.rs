//! `goals close`: what people say of a goal once it is over, beside the score that was computed.

use std::io::{BufRead, IsTerminal, Write};
use std::sync::Arc;

use clap::{Args, ValueEnum};

use super::plan_edit::{self, Committing};
use super::session::Session;
use super::shared::{Global, date};
use super::{Ending, output};
use crate::change::Changes;
use crate::date::{Date, add_days};
use crate::error::{Error, Kind, Result};
use crate::load::splice::{keys, toml_string};
use crate::load::{Ambition, Verdict};
use crate::model::{Goal, KeyResult, Measure, Model};
use crate::pipeline;
use crate::render::terminal::{Cell, Look, columns};
use crate::rollup::{GoalFigures, Grade, KeyResultFigures, WHOLE};
use crate::text::{hundredths, number, percent, printable};

#[derive(Args)]
#[command(after_help = "\
The score is computed; the verdict is people's own and may differ from it. On a terminal it asks for
what is not given. A committed goal that ended below 1 needs a note that says why.

Examples:
  goals close calm-deploys
  goals close calm-deploys --verdict achieved -m \"canary releases did it\"
  goals close calm-deploys --verdict missed --score 0.5 -m \"the dashboard was wrong until May\"")]
pub(super) struct Arguments {
    /// The goal; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: Option<String>,
    /// Whether it was reached, in your judgement
    #[arg(long, value_enum, value_name = "VERDICT")]
    verdict: Option<Word>,
    /// What was learned
    #[arg(short = 'm', long = "note", value_name = "NOTE")]
    note: Option<String>,
    /// A score from 0 to 1 in the place of the computed one; the note then says why
    #[arg(long, value_name = "SCORE", value_parser = share)]
    score: Option<f64>,
    /// The day on which it is closed [default: today]
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<Date>,
    #[command(flatten)]
    committing: Committing,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Word {
    /// It was reached
    Achieved,
    /// It was not
    Missed,
}

impl Word {
    fn verdict(self) -> Verdict {
        match self {
            Self::Achieved => Verdict::Achieved,
            Self::Missed => Verdict::Missed,
        }
    }
}

fn share(text: &str) -> std::result::Result<f64, String> {
    let score = text.parse::<f64>().ok().filter(|score| (0.0..=1.0).contains(score));
    score.ok_or_else(|| "a score lies between 0 and 1: seventy percent is 0.7".to_owned())
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = plan_edit::open(global)?;
    let model = &session.workspace.model;
    let Some(name) = &arguments.reference else { return Err(nothing_named(&session)) };
    let (at, key_result) = plan_edit::resolve(model, name, session.as_of)?;
    let goal = &model.goals[at];
    if key_result.is_some() {
        return Err(Error::new(Kind::Usage, "a key result is not closed by itself")
            .hint(format!("goals close {} closes its goal", goal.reference)));
    }
    let on = arguments.on.unwrap_or(session.as_of);
    require_over(goal, on, session.as_of)?;
    let history = session.history_at_hand()?;
    let rollup = pipeline::rollup(&session.workspace, history.as_ref(), on);
    let figures = &rollup.goals[at];
    let summary = summary(model, goal, figures, global.look());
    let asks = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
    if asks {
        output::print(&summary)?;
    }
    let closing = Closing::settle(arguments, model, goal, figures, asks)?;
    let mut changes = Changes::of(&session.workspace.snapshot);
    changes.change(&goal.path, |text| closing.write(text, on))?;
    let subject = closing.subject(goal);
    let commit = (subject.as_str(), closing.note.as_deref());
    let made =
        plan_edit::make(&session, &changes, arguments.committing.wanted(true).then_some(commit))?;
    let told = format!(
        "{} closed as {}\n{}\n",
        goal.reference,
        closing.verdict.word(),
        global.look().dim(&made)
    );
    output::print(&if asks { told } else { format!("{summary}{told}") })?;
    if figures.key_results.iter().any(|figures| figures.progress < WHOLE) {
        output::note(
            global,
            &format!(
                "help: `goals carry {} --to CYCLE` takes what is unfinished along",
                goal.reference
            ),
        );
    }
    Ok(Ending::Sound)
}

/// Says that a goal has to be named, and which wait for it.
fn nothing_named(session: &Session<'_>) -> Error {
    let waits = |goal: &&Arc<Goal>| {
        let given_up = goal.draft || goal.dropped.is_some();
        goal.plan.close.is_none() && !given_up && goal.window.end < session.as_of
    };
    let goals = session.workspace.model.goals.iter().filter(waits);
    let waiting: Vec<String> = goals.map(|goal| goal.reference.to_string()).collect();
    let error = Error::new(Kind::Usage, "nothing to close is named");
    match &waiting[..] {
        [] => error.hint("no goal is over and still open"),
        _ if waiting.len() <= 12 => error.hint(format!("still open: {}", waiting.join(", "))),
        _ => {
            let more = waiting.len() - 12;
            error.hint(format!("still open: {} and {more} more", waiting[..12].join(", ")))
        }
    }
}

/// Sees to it that there is something to look back on, and that nobody has.
fn require_over(goal: &Goal, on: Date, today: Date) -> Result<()> {
    let name = &goal.reference;
    let refused = |message: String, hint: String| Err(Error::new(Kind::Usage, message).hint(hint));
    if let Some(reason) = &goal.dropped {
        return refused(
            format!("`{name}` was given up: {}", printable(reason)),
            "a goal that was dropped needs no closing".to_owned(),
        );
    }
    if goal.plan.close.is_some() {
        let when = goal.close.as_ref().map(|close| {
            let verdict = close.verdict.map(|verdict| format!(" as {}", verdict.word()));
            format!(" on {}{}", close.date, verdict.unwrap_or_default())
        });
        return refused(
            format!("`{name}` was closed already{}", when.unwrap_or_default()),
            format!("to correct it, edit [close] in {}", goal.path),
        );
    }
    if goal.draft {
        return refused(
            format!("`{name}` is a draft that never counted"),
            format!("delete {}, or take `draft` out of it", goal.path),
        );
    }
    if on > today {
        return refused(
            format!("{on} is in the future"),
            "close a goal once it is over".to_owned(),
        );
    }
    if on <= goal.window.end {
        let first = add_days(goal.window.end, 1);
        return refused(
            format!("`{name}` goes on until {}", goal.window.end),
            format!(
                "close it from {first} on; to give it up, write dropped = \"why\" into its plan"
            ),
        );
    }
    Ok(())
}

/// What is said of a goal.
struct Closing {
    verdict: Verdict,
    score: Option<f64>,
    note: Option<String>,
    /// The score that counts: the one given, else the computed one.
    counts: Option<f64>,
}

impl Closing {
    /// Takes what was given, and asks for the rest where there is someone to ask.
    fn settle(
        arguments: &Arguments,
        model: &Model,
        goal: &Goal,
        figures: &GoalFigures,
        asks: bool,
    ) -> Result<Self> {
        let counts = arguments.score.or(figures.score);
        let success =
            counts.is_some_and(|score| score >= model.settings.scale(goal.read_ambition())[0]);
        let verdict = match arguments.verdict {
            Some(word) => word.verdict(),
            None if asks => ask_verdict(success)?,
            None => {
                return Err(Error::new(Kind::Usage, "no verdict on whether it was reached")
                    .hint("say --verdict achieved or --verdict missed"));
            }
        };
        let needed = why_needed(arguments.score, goal, counts);
        let given = arguments.note.clone().filter(|note| !note.trim().is_empty());
        let note = match given {
            None if asks && arguments.note.is_none() => ask_note(needed.as_deref())?,
            given => given,
        };
        match (needed, &note) {
            (Some(needed), None) => {
                Err(Error::new(Kind::Usage, format!("{needed}: its closing has to say why"))
                    .hint("-m \"what was in the way, and what you do differently\""))
            }
            _ => Ok(Self { verdict, score: arguments.score, note, counts }),
        }
    }

    /// The plan's text with it at the end.
    fn write(&self, text: &str, on: Date) -> std::result::Result<String, keys::EditError> {
        let mut lines =
            vec![("date", on.to_string()), ("verdict", toml_string(self.verdict.word()))];
        lines.extend(self.score.map(|score| ("score", number(score))));
        lines.extend(self.note.as_deref().map(|note| ("note", toml_string(note))));
        keys::append_table(text, "close", &lines)
    }

    fn subject(&self, goal: &Goal) -> String {
        let score = self.counts.map(|score| format!(", {}", hundredths(score)));
        format!("close: {} {}{}", goal.reference, self.verdict.word(), score.unwrap_or_default())
    }
}

/// Why there has to be a note, if there has to be one.
fn why_needed(own_score: Option<f64>, goal: &Goal, counts: Option<f64>) -> Option<String> {
    let short = counts.filter(|score| *score < WHOLE);
    match (own_score, short) {
        (Some(score), _) => Some(format!("{} is not the computed score", number(score))),
        (None, Some(score)) if goal.read_ambition() == Ambition::Committed => {
            Some(format!("`{}` was committed and ended at {}", goal.reference, hundredths(score)))
        }
        _ => None,
    }
}

fn ask_verdict(success: bool) -> Result<Verdict> {
    let default = if success { Verdict::Achieved } else { Verdict::Missed };
    loop {
        let answer = ask(&format!("achieved or missed? [{}] ", default.word()))?;
        let answer = answer.to_lowercase();
        match [Verdict::Achieved, Verdict::Missed]
            .into_iter()
            .find(|verdict| !answer.is_empty() && verdict.word().starts_with(&answer))
        {
            Some(verdict) => return Ok(verdict),
            None if answer.is_empty() => return Ok(default),
            None => {}
        }
    }
}

fn ask_note(needed: Option<&str>) -> Result<Option<String>> {
    loop {
        let question = match needed {
            Some(needed) => format!("{needed}. Why, and what next time? "),
            None => "what was learned? [nothing] ".to_owned(),
        };
        let answer = ask(&question)?;
        if !answer.is_empty() || needed.is_none() {
            return Ok(Some(answer).filter(|answer| !answer.is_empty()));
        }
    }
}

/// Asks for one line.
///
/// # Errors
///
/// There is no answer: nothing is closed.
fn ask(question: &str) -> Result<String> {
    let mut terminal = std::io::stderr().lock();
    let asked = write!(terminal, "{question}").and_then(|()| terminal.flush());
    let mut line = String::new();
    let read = asked.and_then(|()| std::io::stdin().lock().read_line(&mut line));
    match read {
        Ok(1..) => Ok(line.trim().to_owned()),
        _ => Err(Error::new(Kind::Usage, "no answer: nothing was closed")),
    }
}

/// How it ended: each key result, and the score.
fn summary(model: &Model, goal: &Goal, figures: &GoalFigures, look: Look) -> String {
    let mut text =
        format!("{}  {}\n", look.bold(&goal.reference.to_string()), printable(&goal.title));
    let rows: Vec<Vec<Cell>> = goal
        .key_results
        .iter()
        .zip(&figures.key_results)
        .map(|(key_result, figures)| row(key_result, figures, look))
        .collect();
    for line in columns(&rows) {
        text.push_str(&format!("  {line}\n"));
    }
    let scale = model.settings.scale(goal.read_ambition());
    let ambition = goal.read_ambition().word();
    text.push_str(&match figures.score {
        Some(score) => format!(
            "  score {} · {} · {ambition}: a success from {} on\n",
            look.bold(&hundredths(score)),
            Grade::of(score, scale).word(),
            hundredths(scale[0])
        ),
        None => "  no score: nothing in it counts\n".to_owned(),
    });
    let original = figures.score_original.filter(|_| figures.goalpost_moves > Some(0));
    if let Some(original) = original {
        text.push_str(&format!(
            "  {} under the plan before its goalposts moved\n",
            hundredths(original)
        ));
    }
    text
}

fn row(key_result: &KeyResult, figures: &KeyResultFigures, look: Look) -> Vec<Cell> {
    let unit = key_result.unit.as_deref().map(|unit| format!(" {unit}")).unwrap_or_default();
    let value = figures.value.as_ref().map(ToString::to_string);
    let way = match (&key_result.measure, value) {
        (Some(Measure::Metric { baseline, target, .. }), Some(value)) => {
            format!("{} → {value}, target {}{unit}", number(*baseline), number(*target))
        }
        (_, Some(value)) => format!("{value}{unit}"),
        (_, None) => "no value".to_owned(),
    };
    let status = figures.status;
    vec![
        Cell::new(key_result.id.as_deref().unwrap_or("measure"), str::to_owned),
        Cell::new(&way, str::to_owned),
        Cell::new(&percent(figures.progress), str::to_owned),
        Cell::painted(look.status(status), &Look::default().status(status)),
    ]
}
