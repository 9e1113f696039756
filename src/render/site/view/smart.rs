//! How SMART scorecards are shown.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::markdown::Markup;
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
    /// Its verdict.
    pub verdict: Shared<VerdictText>,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SmartAnswer {
    /// The letter.
    pub letter: char,
    /// The word for the question: `attainable`.
    pub question: String,
    /// Its verdict.
    pub verdict: Shared<VerdictText>,
    /// What was found, or what is lacking.
    pub evidence: String,
    /// How to mend it; null for what is met.
    pub mend: Option<String>,
}

/// A verdict, as a word and as a mark.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerdictText {
    /// `met`, `weak` or `missing`.
    pub word: String,
    /// The mark, a shape of its own for each verdict.
    pub mark: Markup,
}
