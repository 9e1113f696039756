//! The SMART scorecard: for people, and as JSON of a fixed, versioned shape.

use anstyle::AnsiColor;
use schemars::JsonSchema;
use serde::Serialize;

use super::terminal::{Cell, Look, columns};
use crate::check::smart::{Answer, Card, Question, Verdict};
use crate::date::Date;
use crate::model::{GoalKind, Model};
use crate::text::printable;

/// The version of the shape. It goes up when a member goes away or changes its meaning; new
/// members may come without that.
pub const FORMAT_VERSION: u32 = 1;

/// The scorecards that were asked for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SmartView {
    /// Version of this shape: 1.
    pub format_version: u32,
    /// The date that they are told for.
    pub as_of: String,
    /// One for each goal and each key result, an objective before its key results.
    pub cards: Vec<CardView>,
}

/// The scorecard of one goal or key result.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CardView {
    /// The goal or key result.
    #[serde(rename = "ref")]
    pub reference: String,
    /// What it is: `objective`, `smart` or `key-result`.
    #[schemars(extend("enum" = ["objective", "smart", "key-result"]))]
    pub kind: &'static str,
    /// Its title.
    pub title: String,
    /// Whether every question is met, so that it qualifies as SMART.
    pub qualifies: bool,
    /// One answer to each of the seven questions, in the order of the letters.
    pub answers: Vec<AnswerView>,
}

/// The answer to one question.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerView {
    /// The letter: `S`, `M`, `A`, `R` or `T`. A and R ask two questions each.
    pub letter: char,
    /// The question: `specific`, `measurable`, `assignable`, `attainable`, `relevant`,
    /// `realistic` or `time-bound`.
    pub question: &'static str,
    /// How it turned out: `met`, `weak` or `missing`.
    #[schemars(extend("enum" = ["met", "weak", "missing"]))]
    pub verdict: &'static str,
    /// What was found, or what is lacking.
    pub evidence: String,
    /// How to mend it; null for what is met.
    pub mend: Option<String>,
}

/// The scorecards as a [`SmartView`], indented, with a final line break.
pub fn json(cards: &[&Card], model: &Model, as_of: Date) -> String {
    let view = SmartView {
        format_version: FORMAT_VERSION,
        as_of: as_of.to_string(),
        cards: cards.iter().map(|card| view(card, model)).collect(),
    };
    serde_json::to_string_pretty(&view).expect("views are plain data") + "\n"
}

/// The JSON Schema of a [`SmartView`].
pub fn schema() -> String {
    super::schema::of::<SmartView>()
}

fn view(card: &Card, model: &Model) -> CardView {
    let answer = |answer: &Answer| AnswerView {
        letter: answer.question.letter(),
        question: answer.question.word(),
        verdict: answer.verdict.word(),
        evidence: answer.evidence.clone(),
        mend: answer.mend.clone(),
    };
    let (reference, title) = name(card, model);
    CardView {
        reference,
        kind: match (card.key_result, model.goals[card.goal].kind) {
            (Some(_), _) => "key-result",
            (None, GoalKind::Smart) => "smart",
            (None, GoalKind::Objective) => "objective",
        },
        title,
        qualifies: card.qualifies(),
        answers: card.answers.iter().map(answer).collect(),
    }
}

fn name(card: &Card, model: &Model) -> (String, String) {
    let goal = &model.goals[card.goal];
    match card.key_result.map(|at| &goal.key_results[at]) {
        Some(key_result) => {
            (goal.reference.with(key_result.id.as_deref()), key_result.title.clone())
        }
        None => (goal.reference.to_string(), goal.title.clone()),
    }
}

/// The scorecards for people: in full, with evidence and cure.
pub fn text(cards: &[&Card], model: &Model, look: Look) -> String {
    let mut text = String::new();
    for card in cards {
        let (reference, title) = name(card, model);
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&format!("{}  {}\n", look.bold(&reference), printable(&title)));
        let rows: Vec<Vec<Cell>> = card.answers.iter().map(|answer| row(answer, look)).collect();
        for (line, answer) in columns(&rows).iter().zip(&card.answers) {
            text.push_str(&format!("{line}\n"));
            if let Some(mend) = &answer.mend {
                text.push_str(&format!("    {}\n", look.dim(&format!("→ {}", printable(mend)))));
            }
        }
        text.push_str(&format!("  {}\n", sum(card, look)));
    }
    text
}

fn row(answer: &Answer, look: Look) -> Vec<Cell> {
    // The letter stands once where it asks twice.
    let again = matches!(answer.question, Question::Attainable | Question::Realistic);
    let letter = if again { ' ' } else { answer.question.letter() };
    vec![
        Cell::new(&format!("  {letter}"), |text| look.bold(text)),
        Cell::new(answer.question.word(), str::to_owned),
        Cell::new(&mark(answer.verdict), |text| look.paint(style(answer.verdict), text)),
        Cell::new(&printable(&answer.evidence), str::to_owned),
    ]
}

/// A verdict by its shape and its word.
fn mark(verdict: Verdict) -> String {
    let shape = match verdict {
        Verdict::Met => '✓',
        Verdict::Weak => '~',
        Verdict::Missing => '✗',
    };
    format!("{shape} {}", verdict.word())
}

fn style(verdict: Verdict) -> anstyle::Style {
    match verdict {
        Verdict::Met => AnsiColor::Green.on_default(),
        Verdict::Weak => AnsiColor::Yellow.on_default(),
        Verdict::Missing => AnsiColor::Red.on_default(),
    }
}

fn sum(card: &Card, look: Look) -> String {
    if card.qualifies() {
        return look.paint(style(Verdict::Met), "qualifies as SMART");
    }
    let lacking = |verdict: Verdict| {
        let words: Vec<&str> = card
            .answers
            .iter()
            .filter(|answer| answer.verdict == verdict)
            .map(|answer| answer.question.word())
            .collect();
        (!words.is_empty()).then(|| format!("{}: {}", verdict.word(), words.join(", ")))
    };
    let parts: Vec<String> =
        [Verdict::Missing, Verdict::Weak].into_iter().filter_map(lacking).collect();
    look.dim(&format!("not yet SMART; {}", parts.join("; ")))
}
