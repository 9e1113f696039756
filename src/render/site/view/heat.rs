//! What a heat map shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{Shared, StatusText};

/// How key results, or goals, stood week by week.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatMap {
    /// What the rows are: `key results`, or `goals` where there are too many key results.
    pub of: String,
    /// The weeks, from the first.
    pub weeks: Vec<HeatWeek>,
    /// The names of the weeks as a picture that stands above the cells.
    pub header: Markup,
    /// The goals, by team.
    pub groups: Vec<HeatGroup>,
    /// The levels that occur, the worst first.
    pub legend: Vec<HeatLevel>,
    /// What is not shown, in a sentence; null if all is.
    pub left_out: Option<String>,
}

/// One week.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatWeek {
    /// Its number in the calendar of ISO 8601: `W46`.
    pub name: String,
    /// Its days: `9 Nov – 15 Nov 2026`.
    pub days: String,
}

/// The goals of one team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatGroup {
    /// The team's name, or that of the whole organisation.
    pub name: String,
    /// Its goals.
    pub goals: Vec<HeatGoal>,
}

/// The rows of one goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatGoal {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Whether the goal's name is a line of its own, above those of its key results.
    pub headed: bool,
    /// The rows.
    pub rows: Vec<HeatLine>,
    /// The cells as a picture, a line of `1.75rem` for each line of names.
    pub cells: Markup,
}

/// One row of a heat map.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatLine {
    /// The title of the key result, or of the goal where that has none.
    pub title: String,
    /// Its place.
    pub url: Href,
    /// The status in each week: `On track`; empty for weeks ahead.
    pub statuses: Vec<String>,
}

/// One level of the legend.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct HeatLevel {
    /// The status.
    pub status: Shared<StatusText>,
    /// A cell of it.
    pub swatch: Markup,
}
