//! What the page of a person shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckinRow, CycleGoals, DueRow, Filters, PageHead, Shared, Way};

/// The page of a person.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PersonPage {
    /// Its head.
    pub head: PageHead,
    /// The name.
    pub name: String,
    /// The handle, where it is not the name.
    pub handle: Option<String>,
    /// The teams that the person leads.
    pub leads: Vec<Shared<Way>>,
    /// What is due, by date.
    pub due: Vec<DueRow>,
    /// The last check-ins of the person's goals and key results, the latest first.
    pub checkins: Vec<CheckinRow>,
    /// The choices that narrow the lists of goals.
    pub filters: Filters,
    /// The goals of the cycles that are not over: the active ones first, then those to come.
    pub cycles: Vec<CycleGoals>,
    /// The goals of the cycles that are over, the latest first.
    pub earlier: Vec<CycleGoals>,
}
