//! What the page of calibration shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::markdown::Markup;
use super::{LinkRow, PageHead, Shared, StatusText};

/// Across cycles that are over: what was thought half-way against what came of it, and how far goals reached.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CalibrationPage {
    /// Its head.
    pub head: PageHead,
    /// The cycles that are over: `2026-q2 and 2026-q3`; empty if there are none.
    pub cycles: String,
    /// How many key results are over: `24 key results`.
    pub count: String,
    /// What is said of small numbers; null where they are large.
    pub caution: Option<String>,
    /// Confidence half-way against the outcome; null where nobody gave one.
    pub confidence: Option<ConfidenceView>,
    /// Forecast half-way against the outcome; null where there was none.
    pub forecast: Option<ScatterView>,
    /// The scores; null where no goal has one.
    pub ambition: Option<AmbitionView>,
    /// The key results one by one, as the charts show them.
    pub rows: Vec<OutcomeRow>,
    /// How many there are beyond those listed: `120 more`; null if all are there.
    pub rows_more: Option<String>,
}

/// A scatter with what it says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScatterView {
    /// The picture.
    pub chart: Markup,
    /// What it says, in sentences.
    pub says: String,
}

/// The confidences.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfidenceView {
    /// The picture and what it says.
    pub scatter: ScatterView,
    /// The Brier score: `0.180`, 0 is perfect.
    pub brier: String,
    /// The same for someone who had always said the share that was achieved: `0.240`.
    pub base: String,
    /// The confidences that were given, the lowest first.
    pub levels: Vec<LevelRow>,
}

/// What came of the key results with one confidence.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LevelRow {
    /// The confidence, out of ten.
    pub confidence: String,
    /// How many key results had it.
    pub count: String,
    /// How many of them were achieved.
    pub achieved: String,
    /// The share of those: `67%`.
    pub share: String,
}

/// How scores are spread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AmbitionView {
    /// What is to be noticed, in sentences.
    pub says: String,
    /// By ambition: `Aspirational`, `Committed`.
    pub by_ambition: Vec<SpreadRow>,
    /// By team.
    pub by_team: Vec<SpreadRow>,
    /// The names of the columns of each picture: `0.3 to 0.4`, `1.0`.
    pub columns: Vec<String>,
}

/// How the scores of some goals are spread.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SpreadRow {
    /// What they have in common.
    pub name: String,
    /// How many goals there are.
    pub count: String,
    /// The mean score.
    pub mean: String,
    /// How many were reached in full.
    pub whole: String,
    /// The share of those: `83%`.
    pub whole_share: String,
    /// How many lie in each column.
    pub bins: Vec<String>,
    /// The picture; null for teams.
    pub chart: Option<Markup>,
}

/// A key result that is over.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OutcomeRow {
    /// The key result.
    pub key_result: LinkRow,
    /// The confidence half-way, out of ten.
    pub confidence: Option<String>,
    /// The forecast half-way: `80%` of the way.
    pub forecast: Option<String>,
    /// The progress that it came to.
    pub outcome: String,
    /// Its status.
    pub status: Shared<StatusText>,
}
