//! What the page of a cycle shows.

use serde::Serialize;

use super::{CycleHead, GoalGroup, PageHead, TeamRow};

/// The page of a cycle.
#[derive(Debug, Clone, Serialize)]
pub struct CyclePage {
    /// Its head.
    pub head: PageHead,
    /// The figures of the cycle.
    pub cycle: CycleHead,
    /// The teams, each after the team above it.
    pub teams: Vec<TeamRow>,
    /// The goals, by team.
    pub groups: Vec<GoalGroup>,
}
