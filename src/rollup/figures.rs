//! What a rollup says. Shares run from 0 to 1; nothing is rounded.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::date::{Date, Window};
use crate::load::Value;

/// Every figure of a workspace for one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Rollup {
    /// The date that the figures are told for.
    pub as_of: Date,
    /// The cycles that hold goals, by id.
    pub cycles: Vec<CycleFigures>,
    /// The teams of each cycle, by cycle and path.
    pub teams: Vec<TeamFigures>,
    /// One entry for each goal of the model, in its order.
    pub goals: Vec<Arc<GoalFigures>>,
}

/// How many key results have a value, of how many that count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Coverage {
    /// Those with a value.
    pub measured: usize,
    /// All that count.
    pub all: usize,
}

/// A cycle's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleFigures {
    /// The cycle's id.
    pub id: String,
    /// Its dates.
    pub window: Window,
    /// Weighted mean over its goals; nothing where nothing counts.
    pub progress: Option<f64>,
    /// Coverage of its counted goals.
    pub coverage: Coverage,
    /// How many of its goals have which status.
    pub statuses: BTreeMap<Status, usize>,
}

/// A team's figures in one cycle, sub-teams included.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamFigures {
    /// The cycle's id.
    pub cycle: String,
    /// The team's path.
    pub id: String,
    /// Weighted mean over its goals; nothing where nothing counts.
    pub progress: Option<f64>,
    /// Coverage of its counted goals.
    pub coverage: Coverage,
    /// How many of its goals have which status.
    pub statuses: BTreeMap<Status, usize>,
}

/// A goal's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalFigures {
    /// Weighted mean over its members; nothing where nothing counts.
    pub progress: Option<f64>,
    /// Progress once it is over, or what people said it was.
    pub score: Option<f64>,
    /// The score under the plan as it stood before goalposts moved.
    pub score_original: Option<f64>,
    /// Progress under the plan as it stood before goalposts moved; nothing where its past is not
    /// known.
    pub progress_original: Option<f64>,
    /// What the score is worth on the goal's scale.
    pub grade: Option<Grade>,
    /// The worst of its members' statuses; once over, by its score.
    pub status: Status,
    /// From 0 to 10, if anyone gave one.
    pub confidence: Option<u8>,
    /// Its own key results and those of what contributes.
    pub coverage: Coverage,
    /// Amendments after the plan first landed; nothing without a history.
    pub amendments: Option<usize>,
    /// Amendments to what is measured, after the planning grace; nothing without a history.
    pub goalpost_moves: Option<usize>,
    /// Date of the last record of the goal or of one of its key results.
    pub last_checkin: Option<Date>,
    /// One entry for each key result of the goal, in its order.
    pub key_results: Vec<KeyResultFigures>,
}

/// A key result's figures.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyResultFigures {
    /// The last recorded value.
    pub value: Option<Value>,
    /// Its date.
    pub value_date: Option<Date>,
    /// What the measure makes of it, unclamped; nothing while unmeasured.
    pub raw: Option<f64>,
    /// `raw` between 0 and 1, and 0 while unmeasured.
    pub progress: f64,
    /// The share of the window that is over.
    pub elapsed: f64,
    /// Progress expected by now, of measures that have a way to go.
    pub expected: Option<f64>,
    /// Progress divided by what is expected.
    pub pace: Option<f64>,
    /// Its status.
    pub status: Status,
    /// The latest confidence given, from 0 to 10.
    pub confidence: Option<u8>,
    /// Date of the last record of any sort.
    pub last_checkin: Option<Date>,
    /// Number of records.
    pub checkins: usize,
    /// Days since the last record, or since the first day of the window if that is later.
    pub silent_days: i64,
    /// Whether the next check-in is late.
    pub overdue: bool,
    /// Where the average rate so far leads.
    pub forecast: Option<Forecast>,
}

/// Where a metric is heading at its average rate since the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// `raw` at the end of the window: `raw / elapsed`.
    pub projected: f64,
    /// The value at the end of the window.
    pub projected_value: f64,
    /// The day on which the target is reached; nothing if it is not getting nearer.
    pub eta: Option<Date>,
}

/// How something stands; the order is that of the words, worst first, after the two that are out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Over, and not reached.
    Missed,
    /// Far behind.
    OffTrack,
    /// Nobody has said anything for long.
    Stale,
    /// Behind.
    AtRisk,
    /// Nothing can be said yet.
    Pending,
    /// Not begun.
    Upcoming,
    /// Where it should be.
    OnTrack,
    /// Reached.
    Achieved,
    /// Planned, not counted.
    Draft,
    /// Given up.
    Dropped,
}

impl Status {
    /// Every status, worst first.
    pub const ALL: [Self; 10] = [
        Self::Missed,
        Self::OffTrack,
        Self::Stale,
        Self::AtRisk,
        Self::Pending,
        Self::Upcoming,
        Self::OnTrack,
        Self::Achieved,
        Self::Draft,
        Self::Dropped,
    ];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Missed => "missed",
            Self::OffTrack => "off-track",
            Self::Stale => "stale",
            Self::AtRisk => "at-risk",
            Self::Pending => "pending",
            Self::Upcoming => "upcoming",
            Self::OnTrack => "on-track",
            Self::Achieved => "achieved",
            Self::Draft => "draft",
            Self::Dropped => "dropped",
        }
    }
}

/// A score this near to 1 is one that was computed with binary fractions.
pub const WHOLE: f64 = 1.0 - 1e-9;

/// What a score is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grade {
    /// At or above the scale's first bound.
    Green,
    /// At or above its second.
    Amber,
    /// Below.
    Red,
}

impl Grade {
    /// The grade of `score` on a scale of two lower bounds.
    pub fn of(score: f64, [green, amber]: [f64; 2]) -> Self {
        if score >= green {
            Self::Green
        } else if score >= amber {
            Self::Amber
        } else {
            Self::Red
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }
}
