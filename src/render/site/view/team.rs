//! What the page of a team shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckinRow, CycleGoals, DueRow, Filters, PageHead, Shared, TeamRow, Way};

/// The page of a team: its goals and those of the teams below it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TeamPage {
    /// Its head.
    pub head: PageHead,
    /// Its display name.
    pub name: String,
    /// Its path: `engineering/platform`.
    pub path: String,
    /// Who leads it.
    pub lead: Option<Shared<Way>>,
    /// Whoever owns a goal, a key result or an initiative of a cycle that is not over, by name; without the lead.
    pub people: Vec<Shared<Way>>,
    /// The teams below it, with their figures in `teams_cycle`.
    pub teams: Vec<TeamRow>,
    /// The cycle that the figures of `teams` are of; null if no cycle is active.
    pub teams_cycle: Option<String>,
    /// What is due, by date.
    pub due: Vec<DueRow>,
    /// The last check-ins, the latest first.
    pub checkins: Vec<CheckinRow>,
    /// The choices that narrow the lists of goals.
    pub filters: Filters,
    /// The goals of the cycles that are not over: the active ones first, then those to come.
    pub cycles: Vec<CycleGoals>,
    /// The goals of the cycles that are over, the latest first.
    pub earlier: Vec<CycleGoals>,
}
