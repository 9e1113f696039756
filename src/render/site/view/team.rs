//! What the page of a team in a cycle shows.

use serde::Serialize;

use super::{CycleHead, GoalGroup, PageHead, TeamRow};

/// The page of a team in a cycle.
#[derive(Debug, Clone, Serialize)]
pub struct TeamPage {
    /// Its head.
    pub head: PageHead,
    /// The figures of the team; its `url` is that of this page.
    pub team: TeamRow,
    /// The figures of the cycle.
    pub cycle: CycleHead,
    /// The teams below it.
    pub teams: Vec<TeamRow>,
    /// The goals: the team's own first, then those of the teams below it.
    pub groups: Vec<GoalGroup>,
}
