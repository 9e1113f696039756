//! What the front page shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::{CheckinRow, CycleHead, GoalRow, PageHead};

/// The front page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct IndexPage {
    /// Its head.
    pub head: PageHead,
    /// The active cycles, those that end first before the rest.
    pub cycles: Vec<CycleHead>,
    /// The goals that need attention, the worst first, each with its reason.
    pub attention: Vec<GoalRow>,
    /// How many goals need attention beyond those listed: `4 more`; null if all are there.
    pub attention_more: Option<String>,
    /// The last check-ins, the latest first.
    pub checkins: Vec<CheckinRow>,
    /// The cycles that are not active, the latest first.
    pub other_cycles: Vec<CycleHead>,
}
