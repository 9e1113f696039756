//! What lists of what is due are made of.

use schemars::JsonSchema;
use serde::Serialize;

use super::{DateText, Shared, Way};

/// Something with a date, still to be done.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DueRow {
    /// When it is or was due, with its distance.
    pub date: Shared<DateText>,
    /// Whether that day is over.
    pub late: bool,
    /// `Check-in`, `Goal`, `Key result`, `Milestone` or `Initiative`.
    pub kind: String,
    /// What it is; of several check-ins on one day how many: `3 key results`.
    pub what: Way,
    /// The goal that it is part of; null where `what` is the goal.
    pub goal: Option<Way>,
    /// Who is to do it.
    pub owner: Option<Shared<Way>>,
}
