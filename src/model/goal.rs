//! Goals, key results and their records.

use std::sync::Arc;

use super::{GoalRef, Measure};
use crate::date::{Date, Stamp, Window};
use crate::load::{Ambition, Kind, PlanDoc, Spanned, Value, Verdict};
use crate::text::Span;

/// Whether a goal is reached through key results or measured by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum GoalKind {
    /// Reached through key results, or through the goals that contribute to it.
    Objective,
    /// Measured by itself.
    Smart,
}

/// One objective or SMART goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Its identity.
    pub reference: GoalRef,
    /// The path of its team; nothing for a goal of the whole organisation.
    pub team: Option<String>,
    /// Whether it has key results or its own measure.
    pub kind: GoalKind,
    /// The plan's path from the workspace's root.
    pub path: String,
    /// The plan as it stands, with the place of everything.
    pub plan: Arc<PlanDoc>,
    /// What it is; its id where the plan gives no title.
    pub title: String,
    /// Why it matters, in Markdown.
    pub why: Option<String>,
    /// The one person or team accountable.
    pub owner: Option<String>,
    /// How much it is meant to stretch, if the plan says so.
    pub ambition: Option<Ambition>,
    /// Its weight in its team, its cycle and its parents; never negative.
    pub weight: f64,
    /// Tags.
    pub tags: Vec<String>,
    /// First and last day.
    pub window: Window,
    /// Planned, not counted.
    pub draft: bool,
    /// Why it was given up, if it was.
    pub dropped: Option<String>,
    /// Earlier ids.
    pub formerly: Vec<String>,
    /// The goal that it carries on, as it is written.
    pub continues: Option<String>,
    /// What it contributes to, and is counted in.
    pub contributes_to: Vec<Link>,
    /// What it is aligned with, without being counted.
    pub supports: Vec<Link>,
    /// Its key results in the plan's order; of a SMART goal the one measure, without an id.
    pub key_results: Vec<KeyResult>,
    /// The work.
    pub initiatives: Vec<Initiative>,
    /// What people said once it was over.
    pub close: Option<Close>,
    /// The records of an objective as a whole, by date; a SMART goal's are its measure's.
    pub records: Vec<Record>,
    /// The names of the tables in its check-ins file, and where they stand.
    pub record_tables: Vec<Spanned<String>>,
}

impl Goal {
    /// How much it is meant to stretch: what the plan says, else committed for a SMART goal and
    /// aspirational for an objective.
    pub fn read_ambition(&self) -> Ambition {
        self.ambition.unwrap_or(match self.kind {
            GoalKind::Objective => Ambition::Aspirational,
            GoalKind::Smart => Ambition::Committed,
        })
    }

    /// Tells whether it counts in what stands above it: neither draft nor dropped nor of weight 0.
    pub fn counts(&self) -> bool {
        !self.draft && self.dropped.is_none() && self.weight > 0.0
    }

    /// The position of a key result.
    pub fn key_result_position(&self, id: &str) -> Option<usize> {
        self.key_results.iter().position(|key_result| key_result.id.as_deref() == Some(id))
    }

    /// The path of its check-ins file.
    pub fn checkins_path(&self) -> String {
        let stem = self.path.strip_suffix(".toml").unwrap_or(&self.path);
        format!("{stem}{}", crate::load::CHECKINS_SUFFIX)
    }

    /// Tells whether it belongs to `team` or to a team below it.
    pub fn is_in_team(&self, team: &str) -> bool {
        self.team.as_deref().is_some_and(|own| {
            own.strip_prefix(team).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }
}

/// What a goal is aligned with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The position of the goal.
    pub goal: usize,
    /// The position of its key result, if one is meant.
    pub key_result: Option<usize>,
    /// Where it is written.
    pub span: Span,
}

/// One measured outcome.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyResult {
    /// Its id; nothing for the measure of a SMART goal.
    pub id: Option<String>,
    /// Where its table or title stands.
    pub at: Span,
    /// What it is.
    pub title: String,
    /// Its own owner, else its goal's.
    pub owner: Option<String>,
    /// The sort of measure.
    pub kind: Kind,
    /// The measure, if it can be computed.
    pub measure: Option<Measure>,
    /// The unit of its values.
    pub unit: Option<String>,
    /// Where the number comes from.
    pub source: Option<String>,
    /// Its weight in its goal; never negative.
    pub weight: f64,
    /// First and last day.
    pub window: Window,
    /// Why it was given up, if it was.
    pub dropped: Option<String>,
    /// Earlier ids.
    pub formerly: Vec<String>,
    /// Its records by date, all of a type that its measure takes.
    pub records: Vec<Record>,
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Initiative {
    /// Its id.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Who does it.
    pub owner: Option<String>,
    /// Where it is followed.
    pub link: Option<String>,
    /// The day by which it is to be done.
    pub due: Option<Date>,
    /// The day on which it was done.
    pub done: Option<Date>,
}

/// What people said once a goal was over.
#[derive(Debug, Clone, PartialEq)]
pub struct Close {
    /// When.
    pub date: Date,
    /// Whether it was reached, in their judgement.
    pub verdict: Option<Verdict>,
    /// A score that overrides the computed one.
    pub score: Option<f64>,
    /// What was learned.
    pub note: Option<String>,
}

/// One dated record of a value, a confidence, a note.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The date that it is true on.
    pub stamp: Stamp,
    /// The value, if it was measured.
    pub value: Option<Value>,
    /// Confidence from 0 to 10.
    pub confidence: Option<u8>,
    /// What was said.
    pub note: Option<String>,
    /// Who took the value, where that is not the commit's author.
    pub by: Option<String>,
    /// Whether it was taken back.
    pub void: bool,
    /// Where it stands in the check-ins file that it was read from.
    pub at: RecordSpans,
}

/// Where a record and its parts stand in a check-ins file; nowhere for one that was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RecordSpans {
    /// Its date.
    pub date: Span,
    /// Its value; everything behind its date where it has none.
    pub value: Span,
    /// Everything behind its date.
    pub entry: Span,
}
