//! A goal of the library, brought to its dates.

use super::calendar::{Calendar, Slot};
use super::cast::{Author, author};
use super::library::{EDITS, Goal};
use super::plan_text;
use super::script::{self, Entry};

/// A goal of the library with its dates filled in and its script read.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) goal: &'static Goal,
    /// The plan as it stands when everything has happened.
    pub(super) plan: String,
    /// The plan as it first landed: without what came by edits, initiatives done and the close.
    pub(super) landing: String,
    /// The goal itself, then its key results in the plan's order.
    pub(super) measures: Vec<Measure>,
    pub(super) entries: Vec<Entry>,
}

/// What the story needs to know of a key result, or of a goal that is recorded itself.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) key_result: Option<String>,
    pub(super) owner: &'static Author,
    /// The unit after a space, or nothing.
    pub(super) unit: String,
    pub(super) baseline: Option<String>,
}

impl Told {
    pub(super) fn new(goal: &'static Goal, calendar: &Calendar) -> Told {
        let plan = calendar.fill(goal.slot, goal.plan);
        let (open, _) = plan_text::split_close(&plan);
        let landing = before_edits(&goal.key(), goal.slot, open, calendar);
        Told {
            goal,
            landing: plan_text::without_done(&landing),
            measures: measures(&plan),
            plan,
            entries: script::parse(goal.script),
        }
    }

    /// The place of a key result among the measures; the goal itself is the first.
    pub(super) fn place(&self, key_result: Option<&str>) -> usize {
        self.measures
            .iter()
            .position(|measure| measure.key_result.as_deref() == key_result)
            .expect("records belong to key results of the plan")
    }

    pub(super) fn owner(&self) -> &'static Author {
        self.measures[0].owner
    }

    pub(super) fn folder(&self, calendar: &Calendar) -> String {
        let cycle = calendar.id(self.goal.slot);
        match self.goal.team {
            "" => format!("goals/{cycle}"),
            team => format!("goals/{cycle}/{team}"),
        }
    }

    pub(super) fn name(&self, key_result: Option<&str>) -> String {
        key_result.map_or_else(|| self.goal.id.to_owned(), |id| format!("{}.{id}", self.goal.id))
    }
}

fn measures(plan: &str) -> Vec<Measure> {
    let key_results = plan_text::tables(plan, "key_results");
    std::iter::once(None)
        .chain(key_results.into_iter().map(Some))
        .map(|id| {
            let table = id.map_or_else(String::new, |id| format!("key_results.{id}"));
            let field = |key| plan_text::field(plan, &table, key);
            Measure {
                key_result: id.map(str::to_owned),
                owner: owner(plan, &table),
                unit: field("unit").map_or_else(String::new, |unit| format!(" {unit}")),
                baseline: field("baseline").map(str::to_owned),
            }
        })
        .collect()
}

/// Who answers for a table of the plan: its own owner, else the goal's.
pub(super) fn owner(plan: &str, table: &str) -> &'static Author {
    let own = plan_text::field(plan, table, "owner");
    let owner = own.or_else(|| plan_text::field(plan, "", "owner"));
    author(owner.expect("every goal has an owner"))
}

/// A text as it stood before any edit: the edits undone, the last one first.
pub(super) fn before_edits(key: &str, slot: Slot, text: &str, calendar: &Calendar) -> String {
    let changes = EDITS.iter().flat_map(|edit| edit.changes);
    changes.filter(|(changed, _, _)| *changed == key).rev().fold(
        text.to_owned(),
        |text, (_, from, to)| {
            replaced(key, &text, &calendar.fill(slot, to), &calendar.fill(slot, from))
        },
    )
}

/// The text with the one place that reads `from` reading `to` instead.
pub(super) fn replaced(key: &str, text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from:?} stands once in {key}");
    text.replacen(from, to, 1)
}
