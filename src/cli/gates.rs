//! What makes `goals diff` fail: sections and rules, by name.

use crate::check::RULES;
use crate::review::Review;
use crate::text::did_you_mean;

/// Something of which a review is to have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Gate {
    Moves,
    CheckIns,
    Goalposts,
    Rewritten,
    Structure,
    Findings,
    Questions,
    /// Key results that were taken out of a plan after the planning grace.
    KeyResultDeleted,
    /// A finding of this rule that the change brings.
    Rule(&'static str),
}

/// Sections by name; two go by the name of a rule as well, and a third rule by a part of one.
const NAMES: [(&str, Gate); 10] = [
    ("moves", Gate::Moves),
    ("check-ins", Gate::CheckIns),
    ("goalposts", Gate::Goalposts),
    ("goalpost-moved", Gate::Goalposts),
    ("rewritten", Gate::Rewritten),
    ("past-rewritten", Gate::Rewritten),
    ("key-result-deleted", Gate::KeyResultDeleted),
    ("structure", Gate::Structure),
    ("findings", Gate::Findings),
    ("questions", Gate::Questions),
];

/// Rules that say nothing without the whole history, and are no section either.
const NEED_HISTORY: [&str; 2] = ["backdated-checkin", "checkin-by-stranger"];

/// Reads a name from an argument.
pub(super) fn parse(text: &str) -> Result<Gate, String> {
    if let Some((_, gate)) = NAMES.iter().find(|(name, _)| *name == text) {
        return Ok(gate.clone());
    }
    if NEED_HISTORY.contains(&text) {
        return Err(
            "it needs the whole history, which a review does not read: use `goals check --since`"
                .to_owned(),
        );
    }
    if let Some(rule) = RULES.iter().find(|rule| rule.name == text) {
        return Ok(Gate::Rule(rule.name));
    }
    let rules = RULES.iter().map(|rule| rule.name);
    let near = did_you_mean(text, NAMES.iter().map(|(name, _)| *name).chain(rules));
    Err(near.unwrap_or_else(|| {
        "name sections (moves, check-ins, goalposts, rewritten, structure, findings, questions) or rules (`goals explain` lists them)".to_owned()
    }))
}

impl Gate {
    /// Tells whether a review has any of it.
    pub(super) fn holds(&self, review: &Review) -> bool {
        match self {
            Self::Moves => !review.moves.is_empty(),
            Self::CheckIns => !review.checkins.is_empty(),
            Self::Goalposts => !review.goalposts.is_empty(),
            Self::Rewritten => !review.rewritten.is_empty(),
            Self::Structure => !review.structure.is_empty(),
            Self::Findings => !review.brought.is_empty(),
            Self::Questions => !review.questions.is_empty(),
            Self::KeyResultDeleted => {
                review.goalposts.iter().any(|moved| moved.field.name == "key_result")
            }
            Self::Rule(rule) => review.brought.iter().any(|found| found.rule == *rule),
        }
    }
}
