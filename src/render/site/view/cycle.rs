//! What the page of a cycle shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::{CycleHead, Filters, GoalGroup, HeatMap, PageHead, Rows, ScoreBoard, TeamRow};

/// The page of a cycle.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CyclePage {
    /// Its head.
    pub head: PageHead,
    /// The figures of the cycle.
    pub cycle: CycleHead,
    /// The teams, each after the team above it.
    pub teams: Rows<TeamRow>,
    /// The scores of its goals that are over; null while there are none.
    pub scores: Option<ScoreBoard>,
    /// How its key results stood week by week; null before its first day, and where goals are too many to be seen.
    pub heat: Option<HeatMap>,
    /// Why there is no heat map, where goals are too many for one; else null.
    pub no_heat: Option<String>,
    /// The choices that narrow the goals.
    pub filters: Filters,
    /// The goals, by team.
    pub groups: Rows<GoalGroup>,
}
