//! Check-ins that are overdue, by owner: for people, for an issue or a comment, and as JSON of a fixed, versioned
//! shape.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::contract::Selection;
use super::gfm::{code, plain};
use super::terminal::{Cell, Look, columns};
use crate::date::Date;
use crate::model::{Goal, KeyResult, Model};
use crate::rollup::{KeyResultFigures, Rollup, Status};
use crate::text::{count, every, printable};

/// The version of the shape. It goes up when a member goes away or changes its meaning; new
/// members may come without that.
pub const FORMAT_VERSION: u32 = 1;

/// A key result whose next check-in is late.
#[derive(Debug, Clone, Copy)]
pub struct Overdue<'a> {
    goal: &'a Goal,
    key_result: &'a KeyResult,
    figures: &'a KeyResultFigures,
}

/// The overdue key results of the wanted goals in `cycles`, by owner, the longest silence first. What is reached, or
/// belongs to a goal that was closed, owes no check-in any more.
pub fn overdue<'a>(
    model: &'a Model,
    rollup: &'a Rollup,
    cycles: &[&str],
    selection: &Selection,
) -> Vec<Overdue<'a>> {
    let is_closed =
        |goal: &Goal| goal.close.as_ref().is_some_and(|close| close.date <= rollup.as_of);
    let wanted = |goal: &Goal| {
        cycles.contains(&goal.reference.cycle.as_str()) && selection.holds(goal) && !is_closed(goal)
    };
    let goals = model.goals.iter().zip(&rollup.goals).filter(|(goal, _)| wanted(goal));
    let mut found: Vec<Overdue<'a>> = goals
        .flat_map(|(goal, figures)| {
            let key_results = goal.key_results.iter().zip(&figures.key_results);
            key_results.map(move |(key_result, figures)| Overdue { goal, key_result, figures })
        })
        .filter(|one| one.figures.overdue && one.figures.status != Status::Achieved)
        .filter(|one| selection.owner.is_none() || selection.owner == one.key_result.owner)
        .collect();
    found.sort_by_key(|one| {
        let owner = one.key_result.owner.as_deref();
        (owner.is_none(), owner, std::cmp::Reverse(one.figures.silent_days), one.name())
    });
    found
}

impl Overdue<'_> {
    fn name(&self) -> String {
        self.goal.reference.with(self.key_result.id.as_deref())
    }

    fn last(&self) -> String {
        match self.figures.last_checkin {
            Some(last) => format!("last on {last}"),
            None => "no check-in yet".to_owned(),
        }
    }

    fn days(&self) -> String {
        count(usize::try_from(self.figures.silent_days).unwrap_or_default(), "day")
    }
}

/// The overdue key results of each owner, with the owner as people are called.
fn by_owner<'o, 'a>(model: &Model, found: &'o [Overdue<'a>]) -> Vec<(String, &'o [Overdue<'a>])> {
    found
        .chunk_by(|a, b| a.key_result.owner == b.key_result.owner)
        .map(|of_one| (called(model, of_one[0].key_result.owner.as_deref()), of_one))
        .collect()
}

fn called(model: &Model, owner: Option<&str>) -> String {
    let Some(owner) = owner.filter(|owner| !owner.is_empty()) else { return "no owner".to_owned() };
    match model.settings.person_name(owner) {
        name if name == owner => owner.to_owned(),
        name => format!("{name} ({owner})"),
    }
}

/// One line that sums up.
fn summary(model: &Model, found: &[Overdue<'_>], as_of: Date) -> String {
    let every = every(model.settings.every_days);
    match found.len() {
        0 => format!("no check-in is overdue on {as_of}"),
        1 => format!("1 check-in is overdue on {as_of}; one is due {every}"),
        many => format!("{many} check-ins are overdue on {as_of}; one is due {every}"),
    }
}

/// For people: a block for each owner, a line for each key result.
pub fn human(model: &Model, found: &[Overdue<'_>], as_of: Date, look: Look) -> String {
    let mut rows = Vec::new();
    let mut headings = BTreeMap::new();
    for (owner, of_one) in by_owner(model, found) {
        headings.insert(rows.len(), look.bold(&printable(&owner)));
        for one in of_one {
            let status = one.figures.status;
            rows.push(vec![
                Cell::new(&one.name(), str::to_owned),
                Cell::new(&one.days(), str::to_owned),
                Cell::new(&one.last(), |text| look.dim(text)),
                Cell::painted(look.status(status), &Look::default().status(status)),
            ]);
        }
    }
    let mut text = String::new();
    for (at, line) in columns(&rows).iter().enumerate() {
        if let Some(owner) = headings.get(&at) {
            text.push_str(&format!("{owner}\n"));
        }
        text.push_str(&format!("  {line}\n"));
        if headings.contains_key(&(at + 1)) {
            text.push('\n');
        }
    }
    let gap = if found.is_empty() { "" } else { "\n" };
    format!("{text}{gap}{}\n", summary(model, found, as_of))
}

/// For an issue or a comment: a task for each key result. Whatever names and titles hold stays text: no markup, no
/// link, and nobody is notified.
pub fn markdown(model: &Model, found: &[Overdue<'_>], as_of: Date) -> String {
    let mut text = format!("**{}**\n", summary(model, found, as_of));
    for (owner, of_one) in by_owner(model, found) {
        text.push_str(&format!("\n{}\n\n", plain(&printable(&owner))));
        for one in of_one {
            let stale = if one.figures.status == Status::Stale { ", stale" } else { "" };
            text.push_str(&format!(
                "- [ ] {} {}: {}, {}{stale}\n",
                code(&one.name()),
                plain(&printable(&one.key_result.title)),
                one.days(),
                one.last()
            ));
        }
    }
    text
}

/// What is overdue.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StaleView {
    /// Version of this shape: 1.
    pub format_version: u32,
    /// The date that it is told for.
    pub as_of: String,
    /// Days from one check-in to the next.
    pub every: i64,
    /// The key results whose check-in is late, by owner, the longest silence first.
    pub overdue: Vec<OverdueView>,
}

/// A key result whose check-in is late.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OverdueView {
    /// The key result, or the SMART goal.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Who is accountable; null if nobody is.
    pub owner: Option<String>,
    /// The path of its team; null for a goal of the whole organisation.
    pub team: Option<String>,
    /// Date of its last check-in; null if there was none.
    pub last_checkin: Option<String>,
    /// Days since then, or since its first day if that is later.
    pub days: i64,
    /// How it stands, as in every other output.
    pub status: &'static str,
}

/// What is overdue as a [`StaleView`], indented, with a final line break.
pub fn json(model: &Model, found: &[Overdue<'_>], as_of: Date) -> String {
    let one = |one: &Overdue<'_>| OverdueView {
        reference: one.name(),
        title: one.key_result.title.clone(),
        owner: one.key_result.owner.clone(),
        team: one.goal.team.clone(),
        last_checkin: one.figures.last_checkin.map(|date| date.to_string()),
        days: one.figures.silent_days,
        status: one.figures.status.word(),
    };
    let view = StaleView {
        format_version: FORMAT_VERSION,
        as_of: as_of.to_string(),
        every: model.settings.every_days,
        overdue: found.iter().map(one).collect(),
    };
    serde_json::to_string_pretty(&view).expect("views are plain data") + "\n"
}

/// The JSON Schema of [`StaleView`], with a final line break.
pub fn schema() -> String {
    super::schema::of::<StaleView>()
}
