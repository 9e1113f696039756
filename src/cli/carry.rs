//! `goals carry`: what is unfinished of a goal, as a new goal in a later cycle.

use std::sync::Arc;

use clap::Args;

use super::plan_edit::{self, Committing};
use super::session::Session;
use super::shared::Global;
use super::{Ending, output};
use crate::change::Changes;
use crate::date::{Date, Window, add_days, days_between};
use crate::error::{Error, Kind, Result};
use crate::load::splice::{keys, toml_string};
use crate::load::{Kind as MeasureKind, MeasureDoc, Spanned, Value};
use crate::model::{Goal, KeyResult, Model, Reference, cycle};
use crate::rollup::{GoalFigures, WHOLE};
use crate::text::{Span, did_you_mean, number, printable};

#[derive(Args)]
#[command(after_help = "\
The new plan is the old one with `continues`. Key results that are reached or dropped stay behind, and
so do initiatives that are done, the closing and all records. A metric goes on from its last value:
that is its new baseline. Dates keep their distance from the start of the cycle. A threshold is to be
kept, not reached, and is always taken along.

Examples:
  goals carry 2026-q4/calm-deploys --to 2027-q1")]
pub(super) struct Arguments {
    /// The goal; any unambiguous part of its name will do
    #[arg(value_name = "REF")]
    reference: String,
    /// The cycle to carry it into
    #[arg(long, value_name = "CYCLE")]
    to: String,
    /// Also if it was carried over before
    #[arg(long)]
    again: bool,
    #[command(flatten)]
    committing: Committing,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let session = plan_edit::open(global)?;
    let model = &session.workspace.model;
    let (at, key_result) = plan_edit::resolve(model, &arguments.reference, session.as_of)?;
    let goal = &model.goals[at];
    if key_result.is_some() {
        return Err(Error::new(Kind::Usage, "a key result is not carried over by itself")
            .hint(format!("goals carry {} takes along what is unfinished", goal.reference)));
    }
    let window = target(model, goal, &arguments.to)?;
    require_unfinished_business(model, at, arguments.again)?;
    let rollup = session.rollup(None);
    let path = new_path(model, goal, &arguments.to);
    require_free(&session, goal, &arguments.to, &path)?;
    let carrying = Carrying::new(model, at, &rollup.goals[at], &arguments.to, window)?;
    let mut changes = Changes::of(&session.workspace.snapshot);
    let text = changes.text(&goal.path)?.unwrap_or_default().to_owned();
    changes.write(&path, text);
    changes.change(&path, |text| carrying.write(text))?;
    let name = format!("{}/{}", arguments.to, goal.reference.id);
    let subject = format!("carry: {} into {}", goal.reference, arguments.to);
    let commit = arguments.committing.wanted(false).then_some((subject.as_str(), None));
    let made = plan_edit::make(&session, &changes, commit)?;
    let told = carrying.told();
    output::print(&format!(
        "{} → {name}\n  {path}\n{told}{}\n",
        goal.reference,
        global.look().dim(&made)
    ))?;
    let mut next = vec![format!("goals check {path}")];
    if goal.plan.close.is_none() && goal.window.end < session.as_of {
        next.push(format!("goals close {}", goal.reference));
    }
    output::note(
        global,
        &format!("\nnext: read it through, then\n      {}", next.join("\n      ")),
    );
    Ok(Ending::Sound)
}

/// The dates of the cycle to carry into.
fn target(model: &Model, goal: &Goal, to: &str) -> Result<Window> {
    let settings = &model.settings;
    let Some(window) = cycle::window(to, settings) else {
        let known = settings.cycles.keys().chain(model.cycles.keys()).map(String::as_str);
        return Err(Error::new(Kind::Usage, format!("`{}` is not a cycle", printable(to))).hint(
            did_you_mean(to, known).unwrap_or_else(|| {
                "a cycle is one like 2027, 2027-h1, 2027-q1, 2027-03, 2027-w09, or declared in goals.toml"
                    .to_owned()
            }),
        ));
    };
    let from = model.cycles.get(&goal.reference.cycle);
    if from.is_some_and(|from| window.start <= from.start) {
        let message = format!("`{to}` does not begin after {}", goal.reference.cycle);
        return Err(Error::new(Kind::Usage, message).hint("carry a goal into a later cycle"));
    }
    Ok(window)
}

/// Sees to it that the goal was neither given up nor carried over already.
fn require_unfinished_business(model: &Model, at: usize, again: bool) -> Result<()> {
    let goal = &model.goals[at];
    let name = &goal.reference;
    let refused = |message: String, hint: String| Err(Error::new(Kind::Usage, message).hint(hint));
    if let Some(reason) = &goal.dropped {
        return refused(
            format!("`{name}` was given up: {}", printable(reason)),
            "take `dropped` out of its plan, or begin a new goal with `goals new`".to_owned(),
        );
    }
    let carries_on = |other: &&Arc<Goal>| continued(model, other).is_some_and(|found| found == at);
    if let Some(next) = model.goals.iter().find(carries_on) {
        return refused(
            format!("`{name}` is carried on already, by `{}`", next.reference),
            format!("edit {}", next.path),
        );
    }
    if let (Some(before), false) = (&goal.continues, again) {
        return refused(
            format!("`{name}` was itself carried over, from `{}`", printable(before)),
            "cut it to what will be done and begin a new goal, give it up with dropped = \"why\", or say --again"
                .to_owned(),
        );
    }
    Ok(())
}

/// The goal that another one continues.
fn continued(model: &Model, goal: &Goal) -> Option<usize> {
    let reference = Reference::parse(goal.continues.as_deref()?)?;
    model.resolve(&reference, &goal.reference.cycle).ok().map(|(at, _)| at)
}

fn new_path(model: &Model, goal: &Goal, to: &str) -> String {
    let team = goal.team.as_deref().map(|team| format!("{team}/")).unwrap_or_default();
    format!("{}/{to}/{team}{}.toml", model.settings.plans, goal.reference.id)
}

/// Sees to it that nothing is in the new plan's place.
fn require_free(session: &Session<'_>, goal: &Goal, to: &str, path: &str) -> Result<()> {
    let model = &session.workspace.model;
    let same =
        |other: &&Arc<Goal>| other.reference.cycle == to && other.reference.id == goal.reference.id;
    let taken = model.goals.iter().find(same).map(|other| other.path.clone());
    let there = session.root.join(path).symlink_metadata().is_ok().then(|| path.to_owned());
    match taken.or(there) {
        None => Ok(()),
        Some(path) => {
            Err(Error::new(Kind::Usage, format!("there is already a `{to}/{}`", goal.reference.id))
                .hint(format!(
                    "if that is it, add continues = \"{}\" to {path}; else rename one of the two",
                    goal.reference
                )))
        }
    }
}

/// A reference as it is written, and as it has to read in the new cycle.
type Followed = (String, Option<String>);

/// A goal on its way into another cycle.
struct Carrying<'a> {
    goal: &'a Goal,
    figures: &'a GoalFigures,
    /// The goal's old cycle and its new one.
    from: Window,
    to: Window,
    /// Key results that go along, and those that stay, with the reason.
    along: Vec<usize>,
    stay: Vec<(usize, &'static str)>,
    /// References as they have to read in the new cycle; nothing for one that leads nowhere there.
    references: Vec<(&'static str, Vec<Followed>)>,
}

impl<'a> Carrying<'a> {
    fn new(
        model: &'a Model,
        at: usize,
        figures: &'a GoalFigures,
        to: &str,
        window: Window,
    ) -> Result<Self> {
        let goal = &model.goals[at];
        let (mut along, mut stay) = (Vec::new(), Vec::new());
        for (position, (key_result, figures)) in
            goal.key_results.iter().zip(&figures.key_results).enumerate()
        {
            let reached = figures.progress >= WHOLE && key_result.kind != MeasureKind::Threshold;
            match (&key_result.dropped, reached) {
                (Some(_), _) => stay.push((position, "dropped")),
                (None, true) => stay.push((position, "reached")),
                (None, false) => along.push(position),
            }
        }
        let has_way = |position: &usize| goal.key_results[*position].kind != MeasureKind::Threshold;
        if !stay.is_empty() && !along.iter().any(has_way) {
            return Err(Error::new(
                Kind::Usage,
                format!("nothing of `{}` is unfinished", goal.reference),
            )
            .hint("begin a new goal with `goals new`"));
        }
        let from = model.cycles.get(&goal.reference.cycle).copied().unwrap_or(goal.window);
        let written =
            [("contributes_to", &goal.plan.contributes_to), ("supports", &goal.plan.supports)];
        let references = written
            .map(|(key, list)| {
                let all = list
                    .iter()
                    .map(|one| (one.value.clone(), in_cycle(model, goal, &one.value, to, window)));
                (key, all.collect())
            })
            .to_vec();
        Ok(Self { goal, figures, from, to: window, along, stay, references })
    }

    /// The new plan, from the old one's text.
    fn write(&self, text: &str) -> std::result::Result<String, keys::EditError> {
        let mut text = self.with_values(text);
        for (key, references) in &self.references {
            text = with_references(&text, key, references)?;
        }
        for (position, _) in &self.stay {
            let id = self.goal.key_results[*position].id.as_deref().unwrap_or_default();
            text = keys::remove_key(&text, &["key_results"], id)?;
        }
        for position in &self.along {
            let Some(id) = self.goal.key_results[*position].id.as_deref() else { continue };
            text = keys::remove_key(&text, &["key_results", id], "formerly")?;
            if self.baseline(*position).is_some() {
                text = keys::remove_key(&text, &["key_results", id], "plan")?;
            }
        }
        for initiative in self.goal.initiatives.iter().filter(|one| one.done.is_some()) {
            text = keys::remove_key(&text, &["initiatives"], &initiative.id)?;
        }
        text = keys::remove_key(&text, &[], "close")?;
        text = keys::remove_key(&text, &[], "formerly")?;
        if self.goal.key_results.iter().any(|own| own.id.is_none()) && self.baseline(0).is_some() {
            text = keys::remove_key(&text, &[], "plan")?;
        }
        keys::set_key(&text, &[], "continues", &toml_string(&self.goal.reference.to_string()))
    }

    /// The text with new baselines, titles that name them, and dates in the new cycle.
    fn with_values(&self, text: &str) -> String {
        let plan = &self.goal.plan;
        let mut edits: Vec<(Span, String)> = Vec::new();
        let mut dates: Vec<&Spanned<Date>> = plan.starts.iter().chain(&plan.due).collect();
        for position in &self.along {
            let own = self.goal.key_results[*position].id.as_deref();
            let doc = plan.key_results.iter().find(|doc| Some(doc.id.as_str()) == own);
            let (measure, title) = match doc {
                Some(doc) => {
                    dates.extend(doc.starts.iter().chain(&doc.due));
                    (&doc.measure, &doc.title)
                }
                None => (&plan.measure, &plan.title),
            };
            dates.extend(steps_due(measure));
            if let (Some((old, new)), Some(baseline)) =
                (self.baseline(*position), &measure.baseline)
            {
                edits.push((baseline.span, new.to_string()));
                let title = title.as_ref().and_then(|title| number_in(text, title.span, old));
                edits.extend(title.map(|span| (span, number(new))));
            }
        }
        let open = plan.initiatives.iter().filter(|one| one.done.is_none());
        dates.extend(open.filter_map(|one| one.due.as_ref()));
        edits.extend(dates.iter().map(|date| (date.span, self.shifted(date.value).to_string())));
        edits.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
        let mut text = text.to_owned();
        for (span, with) in edits {
            text.replace_range(span.start..span.end, &with);
        }
        text
    }

    /// A date as far into the new cycle as it was into the old one, and not beyond its end.
    fn shifted(&self, date: Date) -> Date {
        let days = days_between(self.from.start, self.to.start);
        add_days(date, days).clamp(self.to.start, self.to.end)
    }

    /// Old and new baseline of a metric that has a value.
    fn baseline(&self, position: usize) -> Option<(f64, f64)> {
        let crate::model::Measure::Metric { baseline, .. } =
            self.goal.key_results.get(position)?.measure.as_ref()?
        else {
            return None;
        };
        match self.figures.key_results[position].value {
            Some(Value::Number(value)) => Some((*baseline, value)),
            _ => None,
        }
    }

    /// What becomes of each key result, a line each.
    fn told(&self) -> String {
        let mut text = String::new();
        let moved = |due: &Option<Spanned<Date>>| {
            let due = due.as_ref()?.value;
            Some(format!("due {due} → {}", self.shifted(due)))
        };
        if let Some(due) = moved(&self.goal.plan.due) {
            text.push_str(&format!("  {due}\n"));
        }
        for position in &self.along {
            let key_result = &self.goal.key_results[*position];
            let own = self
                .goal
                .plan
                .key_results
                .iter()
                .find(|doc| Some(doc.id.as_str()) == key_result.id.as_deref());
            let due = own.and_then(|doc| moved(&doc.due));
            let parts: Vec<String> =
                self.start(*position, key_result).into_iter().chain(due).collect();
            let said = if parts.is_empty() { "as it was".to_owned() } else { parts.join(", ") };
            text.push_str(&format!("  {}: {said}\n", name(key_result)));
        }
        for (position, why) in &self.stay {
            text.push_str(&format!(
                "  {}: stays, {why}\n",
                name(&self.goal.key_results[*position])
            ));
        }
        for initiative in self.goal.initiatives.iter().filter(|one| one.done.is_some()) {
            text.push_str(&format!("  initiative {}: stays, done\n", printable(&initiative.id)));
        }
        for (key, references) in &self.references {
            for (old, new) in references.iter().filter(|(old, new)| Some(old) != new.as_ref()) {
                let said = match new {
                    Some(new) => format!("{} → {new}", printable(old)),
                    None => format!("{} left out, as nothing carries it on", printable(old)),
                };
                text.push_str(&format!("  {key}: {said}\n"));
            }
        }
        text
    }

    /// Where a key result starts from.
    fn start(&self, position: usize, key_result: &KeyResult) -> Option<String> {
        let unit = key_result.unit.as_deref().map(|unit| format!(" {}", printable(unit)));
        let (old, new) = self.baseline(position)?;
        let path = match &key_result.measure {
            Some(crate::model::Measure::Metric { points, .. }) if !points.is_empty() => {
                ", its path left out"
            }
            _ => "",
        };
        Some(format!(
            "baseline {} → {}{}{path}",
            number(old),
            number(new),
            unit.unwrap_or_default()
        ))
    }
}

fn name(key_result: &KeyResult) -> String {
    key_result.id.clone().unwrap_or_else(|| "measure".to_owned())
}

fn steps_due(measure: &MeasureDoc) -> impl Iterator<Item = &Spanned<Date>> {
    measure
        .milestones
        .iter()
        .flat_map(|steps| steps.value.iter())
        .filter_map(|step| step.due.as_ref())
}

/// Where a title names a number, if it does so just once.
fn number_in(text: &str, title: Span, value: f64) -> Option<Span> {
    let wanted = number(value);
    let title_text = &text[title.start..title.end];
    let is_part = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    let alone = |at: &usize| {
        let (before, after) = (&title_text[..*at], &title_text[at + wanted.len()..]);
        let mut after = after.chars();
        let next = after.next();
        let goes_on = next.is_some_and(|c| c.is_alphanumeric())
            || next.is_some_and(is_part) && after.next().is_some_and(|c| c.is_ascii_digit());
        !before.ends_with(|c: char| c.is_alphanumeric() || is_part(c) || c == '-') && !goes_on
    };
    let places: Vec<usize> =
        title_text.match_indices(&wanted).map(|(at, _)| at).filter(alone).collect();
    match places[..] {
        [at] => Some(Span::new(title.start + at, title.start + at + wanted.len())),
        _ => None,
    }
}

/// What a reference has to read in the cycle `to`: as it is where it still leads to a cycle around that one; else to
/// the goal that carries on what it meant, or is called so there.
fn in_cycle(model: &Model, goal: &Goal, written: &str, to: &str, window: Window) -> Option<String> {
    let Some(reference) = Reference::parse(written) else { return Some(written.to_owned()) };
    let Ok((at, key_result)) = model.resolve(&reference, &goal.reference.cycle) else {
        return Some(written.to_owned());
    };
    let around = |goal: &Goal| {
        let cycle = model.cycles.get(&goal.reference.cycle);
        goal.reference.cycle == to || cycle.is_some_and(|cycle| cycle.encloses(window))
    };
    let nearest = |id: &str| {
        let named = model
            .goals
            .iter()
            .enumerate()
            .filter(|(_, other)| other.reference.id == id && around(other));
        let days = |goal: &Goal| {
            let own = goal.reference.cycle != to;
            (own, model.cycles.get(&goal.reference.cycle).map(|cycle| cycle.days()))
        };
        named.min_by_key(|(_, other)| days(other)).map(|(at, _)| at)
    };
    let carried = model
        .goals
        .iter()
        .enumerate()
        .find(|(_, other)| around(other) && continued(model, other) == Some(at));
    let meant = match around(&model.goals[at]) {
        true => at,
        false => carried.map(|(at, _)| at).or_else(|| nearest(&model.goals[at].reference.id))?,
    };
    let found = &model.goals[meant];
    let id = key_result.and_then(|position| model.goals[at].key_results[position].id.as_deref());
    if id.is_some_and(|id| found.key_result_position(id).is_none()) {
        return None;
    }
    let is_same =
        meant == at && (reference.cycle.is_some() || nearest(&reference.goal) == Some(at));
    Some(if is_same { written.to_owned() } else { found.reference.with(id) })
}

/// The text with the references of a key as they have to read.
fn with_references(
    text: &str,
    key: &str,
    references: &[Followed],
) -> std::result::Result<String, keys::EditError> {
    if references.iter().all(|(old, new)| Some(old) == new.as_ref()) {
        return Ok(text.to_owned());
    }
    let left: Vec<String> =
        references.iter().filter_map(|(_, new)| new.as_deref()).map(toml_string).collect();
    match left.is_empty() {
        true => keys::remove_key(text, &[], key),
        false => keys::set_key(text, &[], key, &format!("[{}]", left.join(", "))),
    }
}
