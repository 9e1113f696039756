//! How SMART scorecards are shown.

use schemars::JsonSchema;
use serde::Serialize;

use super::Shared;

/// How a goal or key result answers the questions of SMART.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SmartCard {
    /// Whether every question is met.
    pub qualifies: bool,
    /// The sum in words: `qualifies`, or what is missing and what is weak.
    pub sum: String,
    /// The five letters, each with the worse of its two verdicts where it asks two questions.
    pub letters: Vec<Shared<SmartLetter>>,
    /// One answer to each of the seven questions.
    pub answers: Vec<SmartAnswer>,
}

/// One letter of a scorecard.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SmartLetter {
    /// `S`, `M`, `A`, `R` or `T`.
    pub letter: char,
    /// Its verdict: `met`, `weak` or `missing`. `verdict-` before it is the class of its mark and its colour.
    pub verdict: String,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SmartAnswer {
    /// The letter.
    pub letter: char,
    /// The word for the question: `attainable`.
    pub question: String,
    /// Its verdict: `met`, `weak` or `missing`. `verdict-` before it is the class of its mark and its colour.
    pub verdict: String,
    /// What was found, or what is lacking.
    pub evidence: String,
    /// How to mend it; null for what is met.
    pub mend: Option<String>,
}
