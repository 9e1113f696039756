//! What lists are made of: goals, key results, cycles, teams, check-ins.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{DateText, ListKeys, Meter, Rows, ScoreText, Shared, StatusCounts, StatusText, Way};

/// A goal in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalRow {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Its status.
    pub status: Shared<StatusText>,
    /// Why it needs attention; null elsewhere than in lists of such goals.
    pub reason: Option<String>,
    /// Its team and the team's page; null if it belongs to the whole organisation.
    pub team: Option<Shared<Way>>,
    /// Its cycle.
    pub cycle: String,
    /// Who is accountable, and their page.
    pub owner: Option<Shared<Way>>,
    /// Its progress, with the share of its window that has passed as what is expected.
    pub meter: Shared<Meter>,
    /// The least pace of its key results: `0.84`; null where none can be told.
    pub pace: Option<String>,
    /// The confidence, out of ten: `6`.
    pub confidence: Option<String>,
    /// How many key results have a value: `3 of 4`.
    pub coverage: String,
    /// What is said of those of other goals that are counted with them; null where there are none.
    pub coverage_note: Option<String>,
    /// The score, once it is over.
    pub score: Option<ScoreText>,
    /// Why it was dropped.
    pub dropped: Option<String>,
    /// Its weight in what it counts in, where it is not 1.
    pub weight: Option<String>,
    /// What it is narrowed and sorted by in lists, as attributes for the script.
    #[schemars(with = "Markup")]
    pub keys: ListKeys,
    /// Its key results, in the order of the plan; none in lists that tell goals in short, nor on pages of hundreds of
    /// goals.
    pub key_results: Vec<KeyResultRow>,
}

/// A key result in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyResultRow {
    /// Its title.
    pub title: String,
    /// Its place on its goal's page.
    pub url: Href,
    /// Its status.
    pub status: Shared<StatusText>,
    /// Its progress.
    pub meter: Shared<Meter>,
    /// The course of its progress.
    pub spark: Markup,
    /// The latest value with its unit; null while unmeasured. Of the kind `objectives` the number of goals: `2 goals`.
    pub value: Option<String>,
    /// Where it is to go: `15 min`, `at least 99.9%`; null where there is no such number.
    pub target: Option<String>,
    /// Its goal, where the list does not say it; null elsewhere.
    pub goal: Option<Way>,
    /// What it is narrowed and sorted by, as attributes for the script, where it is listed by itself; null elsewhere.
    #[schemars(with = "Option<Markup>")]
    pub keys: Option<ListKeys>,
    /// Its owner, where it is not the goal's.
    pub owner: Option<Shared<Way>>,
    /// Its pace.
    pub pace: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
}

/// The figures of a cycle.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CycleHead {
    /// Its id: `2026-q4`.
    pub id: String,
    /// Its page.
    pub url: Href,
    /// Its dates: `1 Oct – 31 Dec 2026`.
    pub window: String,
    /// `active`, `upcoming` or `closed`.
    pub state: String,
    /// Where it stands: `40 days left`, `Starts in 6 weeks`, `Ended 3 weeks ago`.
    pub standing: String,
    /// Its progress, with the share of its days that have passed as what is expected.
    pub meter: Shared<Meter>,
    /// The share of its days that have passed: `56%`.
    pub elapsed: String,
    /// How many key results have a value: `11 of 14`.
    pub coverage: String,
    /// What is said of those of other goals that are counted with them; null where there are none.
    pub coverage_note: Option<String>,
    /// Its goals by status.
    pub statuses: Shared<StatusCounts>,
}

/// The goals of a team or a person in one cycle.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CycleGoals {
    /// The cycle: `2026-q4`.
    pub id: String,
    /// Its page.
    pub url: Href,
    /// Its dates: `1 Oct – 31 Dec 2026`.
    pub window: String,
    /// Where it stands: `40 days left`.
    pub standing: String,
    /// `active`, `upcoming` or `closed`.
    pub state: String,
    /// The figures of the team in this cycle; null on a person's page.
    pub team: Option<TeamRow>,
    /// The goals: with their key results, unless the cycle is over. Their team is told where it is not the page's own.
    pub goals: Vec<GoalRow>,
    /// The person's key results of goals that others own; empty on a team's page.
    pub key_results: Vec<KeyResultRow>,
}

/// A check-in, told as news.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckinRow {
    /// The date of the record.
    pub date: Shared<DateText>,
    /// Who recorded it; null if unknown.
    pub author: Option<String>,
    /// The goal.
    pub goal: Way,
    /// The key result; null for a check-in of the goal as a whole.
    pub key_result: Option<Way>,
    /// The value before, with its unit; null if there was none.
    pub before: Option<String>,
    /// The value now, with its unit; null if none was given.
    pub value: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The note, from Markdown.
    pub note: Option<Markup>,
    /// Whether no commit holds it yet.
    pub uncommitted: bool,
}

/// A team in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TeamRow {
    /// Its display name.
    pub name: String,
    /// Its path: `engineering/platform`.
    pub path: String,
    /// Its page.
    pub url: Href,
    /// How many teams of the same list stand above it: `0` for one at the top.
    pub depth: usize,
    /// Who leads it.
    pub lead: Option<Shared<Way>>,
    /// Its progress.
    pub meter: Shared<Meter>,
    /// How many key results have a value.
    pub coverage: String,
    /// What is said of those of other goals that are counted with them; null where there are none.
    pub coverage_note: Option<String>,
    /// Its goals by status.
    pub statuses: Shared<StatusCounts>,
}

/// The goals of one team.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalGroup {
    /// The team's name, or that of the whole organisation.
    pub name: String,
    /// The team's page; null for the whole organisation and on the team's own page.
    pub url: Option<Href>,
    /// Who leads the team.
    pub lead: Option<Shared<Way>>,
    /// Its goals.
    pub goals: Rows<GoalRow>,
}
