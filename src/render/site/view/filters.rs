//! What lists of goals are narrowed and sorted by.

use schemars::JsonSchema;
use serde::Serialize;

/// The choices that narrow a list. They need the script: a template leaves them hidden until it runs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Filters {
    /// How many there are to be narrowed: `23 goals`.
    pub total: String,
    /// The choices; what is the same for all is none of them.
    pub by: Vec<FilterRow>,
}

/// One choice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FilterRow {
    /// The part of [`ListKeys`] that it looks at: `status`, `cycle`, `team`, `owner` or `tag`.
    pub key: String,
    /// What it is called.
    pub label: String,
    /// What can be chosen.
    pub options: Vec<OptionRow>,
}

/// One option of a choice.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OptionRow {
    /// The value that it asks for.
    pub value: String,
    /// What it is called.
    pub text: String,
}

/// What something in a list is found, narrowed and sorted by, as the script reads it; empty where there is none, and
/// where no choice of the list asks for it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ListKeys {
    /// The id of the goal.
    pub id: String,
    /// The word of its status.
    pub status: String,
    /// The place of its status among all, the worst first; empty in lists that cannot be sorted.
    pub rank: String,
    /// The cycle.
    pub cycle: String,
    /// The path of its team.
    pub team: String,
    /// Its owner as the plan has it.
    pub owner: String,
    /// Its tags, one a line.
    pub tag: String,
    /// Its progress with at most four decimals: `0.4312`.
    pub progress: String,
}
