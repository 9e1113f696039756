//! What a cycle's page shows of the goals that are over.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::markdown::Markup;
use super::{LinkRow, ScoreText};

/// The scores of a cycle's goals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoreBoard {
    /// How many goals are over: `All 6 goals are over.`
    pub says: String,
    /// What moved goalposts made of the scores, in a sentence; null where none did.
    pub moved: Option<String>,
    /// How many goals have which grade, the best first.
    pub grades: Vec<GradeCount>,
    /// How the scores are spread.
    pub chart: Markup,
    /// The goals, the best score first.
    pub rows: Vec<ScoreRow>,
}

/// How many goals have a grade.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GradeCount {
    /// `green`, `amber` or `red`.
    pub grade: String,
    /// The number of goals.
    pub count: String,
}

/// A goal with its score.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoreRow {
    /// The goal, with its team beside it.
    pub goal: LinkRow,
    /// `Aspirational` or `Committed`: what its score is graded by.
    pub ambition: String,
    /// The score.
    pub score: ScoreText,
    /// The score as a bar, with a mark where it was under the original plan.
    pub bar: Markup,
    /// How many goalposts were moved; null where none was.
    pub moves: Option<String>,
    /// Whether people gave the score in place of the computed one.
    pub judged: bool,
}
