//! What the page of findings shows, and what is said of them on a goal's page.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{LinkRow, PageHead, Shared, Way};

/// The page of findings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingsPage {
    /// Its head.
    pub head: PageHead,
    /// How many there are: `12 findings`; null if none.
    pub total: Option<String>,
    /// The findings by level, errors first; a level without findings is left out.
    pub levels: Vec<FindingLevel>,
    /// The pages of the rules that found something, by name.
    pub rules: Vec<RuleText>,
}

/// The findings of one level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingLevel {
    /// The level.
    pub level: Shared<LevelText>,
    /// How many there are: `3 errors`.
    pub count: String,
    /// The findings by rule.
    pub rules: Vec<RuleFindings>,
}

/// What one rule found, at one level.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleFindings {
    /// The rule, with the way to its page.
    pub rule: Shared<Way>,
    /// What it finds, in one line.
    pub finds: String,
    /// How many there are: `3 findings`.
    pub count: String,
    /// The findings, by file and place.
    pub rows: Vec<FindingRow>,
    /// How many are not listed: `1,200 more`; null if all are there.
    pub rest: Option<String>,
}

/// One finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingRow {
    /// Its level.
    pub level: Shared<LevelText>,
    /// The rule, with the way to its page.
    pub rule: Shared<Way>,
    /// What was found and what was expected.
    pub message: Markup,
    /// The file and line, with the way to them in the forge.
    pub place: LinkRow,
    /// The goal and its page; null if it is about none.
    pub goal: Option<Way>,
    /// Other places that explain it, each with what is said of it as its note.
    pub related: Vec<LinkRow>,
    /// How to mend it.
    pub help: Option<Markup>,
}

/// A level. The style sheet draws its mark beside its word, by the class of its key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LevelText {
    /// `error`, `warning` or `info`. `level-` before it is the class of its mark and its colour.
    pub key: String,
    /// The word for people: `Error`.
    pub word: String,
}

/// A rule's page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleText {
    /// Its name: `missing-owner`.
    pub name: String,
    /// The `id` of its place on the page: `rule-missing-owner`.
    pub anchor: String,
    /// The way to its place.
    pub url: Href,
    /// What it finds, in one line.
    pub finds: String,
    /// What it finds and why, an example, and what to use instead.
    pub page: Markup,
}
