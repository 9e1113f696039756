//! What the page of a goal shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{
    AmendmentRow, DateText, FindingRow, GoalRow, LinkRow, Meter, PageHead, RecordTable, Rows,
    Shared, SmartCard, StatusText, Way, WorkView,
};

/// The page of a goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalPage {
    /// Its head.
    pub head: PageHead,
    /// The reference: `2026-q4/calm-deploys`.
    pub reference: String,
    /// `objective` or `smart`.
    pub kind: String,
    /// The goal as in a list; its key results are left empty here.
    pub goal: GoalRow,
    /// Its window: `1 Oct – 31 Dec 2026`.
    pub window: String,
    /// Where in the window the report's date lies: `40 days left`.
    pub standing: String,
    /// `Aspirational` or `Committed`; null if the plan does not say.
    pub ambition: Option<String>,
    /// The weight, where it is not 1.
    pub weight: Option<String>,
    /// The tags.
    pub tags: Vec<String>,
    /// Whether check-ins are due: `Last check-in 19 days ago, one is due every 14 days`; null if none is overdue.
    pub overdue: Option<String>,
    /// The why, from Markdown.
    pub why: Option<Markup>,
    /// The key results, or the one measure of a SMART goal.
    pub key_results: Vec<KeyResultView>,
    /// The SMART scorecard; null once the goal is over. That of a SMART goal's measure is here too.
    pub smart: Option<SmartCard>,
    /// The check-ins of the goal as a whole; null if there are none.
    pub records: Option<RecordTable>,
    /// The work that is to bring the goal about.
    pub initiatives: Vec<InitiativeRow>,
    /// The commits that name it; null if there are none, or none are to be shown.
    pub work: Option<WorkView>,
    /// The goals whose progress this one is part of.
    pub contributes_to: Vec<LinkRow>,
    /// The goals it is aligned to without counting.
    pub supports: Vec<LinkRow>,
    /// The goals that count in this one's progress.
    pub contributors: Rows<GoalRow>,
    /// The goals that are aligned to this one without counting.
    pub supporters: Rows<LinkRow>,
    /// The goal of an earlier cycle that it carries on.
    pub continues: Option<LinkRow>,
    /// The changes of its plan, the latest first.
    pub amendments: Vec<AmendmentRow>,
    /// How many of the amendments moved a goalpost: `2 goalpost moves`; null if none.
    pub goalpost_moves: Option<String>,
    /// The retrospective.
    pub close: Option<CloseView>,
    /// What the rules find in it, by file and place.
    pub findings: Vec<FindingRow>,
    /// Its plan, its history and so on in the forge.
    pub forge: Vec<LinkRow>,
    /// Its badge.
    pub badge: Href,
}

/// A key result on its goal's page.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyResultView {
    /// The `id` of its place on the page.
    pub anchor: String,
    /// Its title; for a SMART goal's own measure what is measured.
    pub title: String,
    /// `metric`, `threshold`, `milestone`, `binary`, `baseline` or `objectives`.
    pub kind: String,
    /// Its status.
    pub status: Shared<StatusText>,
    /// Its progress.
    pub meter: Shared<Meter>,
    /// Its owner, where it is not the goal's.
    pub owner: Option<Shared<Way>>,
    /// Its weight, where it is not 1.
    pub weight: Option<String>,
    /// Its window, where it is not the goal's.
    pub window: Option<String>,
    /// Where the number comes from.
    pub source: Option<LinkRow>,
    /// The baseline with its unit.
    pub baseline: Option<String>,
    /// The target with its unit, or the bounds in words.
    pub target: Option<String>,
    /// The latest value with its unit.
    pub value: Option<String>,
    /// The date of the latest value.
    pub value_date: Option<Shared<DateText>>,
    /// The pace.
    pub pace: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The forecast in a sentence.
    pub forecast: Option<String>,
    /// Why it was dropped.
    pub dropped: Option<String>,
    /// The chart of its values; null for kinds that have none.
    pub chart: Option<Markup>,
    /// What the chart's signs mean.
    pub legend: Vec<Shared<LegendRow>>,
    /// The milestones, the highest first; empty for other kinds.
    pub ladder: Vec<RungRow>,
    /// The answer of a binary key result; null for other kinds.
    pub answer: Option<AnswerView>,
    /// The goals that make it up, for the kind `objectives`.
    pub contributors: Rows<GoalRow>,
    /// The SMART scorecard; null for a SMART goal's measure, and once the goal is over.
    pub smart: Option<SmartCard>,
    /// The moves of its goalposts, in order of date.
    pub moves: Vec<AmendmentRow>,
    /// The latest records; null if there are none.
    pub records: Option<RecordTable>,
    /// The records before these; null if these are all.
    pub older_records: Option<RecordTable>,
    /// How many records there are: `12 records`.
    pub record_count: String,
}

/// One entry of a chart's legend.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LegendRow {
    /// The class by which the style sheet draws its sign, after `key-`.
    pub key: String,
    /// What it means.
    pub text: String,
}

/// One milestone of a ladder.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RungRow {
    /// Its title.
    pub title: String,
    /// The score it brings: `0.7`.
    pub score: String,
    /// When it is due.
    pub due: Option<DateText>,
    /// When it was reached; null if it was not, or was passed over.
    pub reached: Option<DateText>,
    /// `passed`, `current` or `ahead`.
    pub state: String,
}

/// The answer of a binary key result.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AnswerView {
    /// `yes`, `no` or `open` while nobody said.
    pub key: String,
    /// The answer in words: `Yes`, `Not yet`, `No answer yet`.
    pub word: String,
    /// The date of the record that says so.
    pub since: Option<DateText>,
}

/// A piece of work.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct InitiativeRow {
    /// Its title.
    pub title: String,
    /// Its page elsewhere.
    pub url: Option<Href>,
    /// What the plan links it to where that is no address: `PROJ-12`; null elsewhere.
    pub reference: Option<String>,
    /// Who does it.
    pub owner: Option<Shared<Way>>,
    /// When it is due.
    pub due: Option<DateText>,
    /// When it was done.
    pub done: Option<DateText>,
    /// `done`, `late` or `open`.
    pub state: String,
}

/// The retrospective of a closed goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CloseView {
    /// When it was written.
    pub date: DateText,
    /// People's judgement: `Achieved` or `Missed`.
    pub verdict: String,
    /// The score that people gave in place of the computed one.
    pub score: Option<String>,
    /// What was learnt, from Markdown.
    pub note: Option<Markup>,
}
