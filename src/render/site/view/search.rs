//! What the page of all goals shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{Filters, LinkRow, ListKeys, PageHead, Rows, Shared, StatusText};

/// The page of all goals, for searching.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SearchPage {
    /// Its head.
    pub head: PageHead,
    /// The choices that narrow the list.
    pub filters: Filters,
    /// The goals by cycle: the active cycles first, then those to come, then those that are over.
    pub groups: Vec<FoundGroup>,
    /// The other pages that are found by name: cycles, teams and people. A sort of which there is none is left out.
    pub places: Vec<FoundPlaces>,
}

/// Pages of one sort on the page of all goals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundPlaces {
    /// What they are: `Cycles`, `Teams` or `People`.
    pub name: String,
    /// The pages; beside a name the path of a team or the handle of a person, where that is another.
    pub rows: Vec<LinkRow>,
}

/// The goals of a cycle on the page of all goals.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundGroup {
    /// The cycle.
    pub id: String,
    /// Its page.
    pub url: Href,
    /// Its dates.
    pub window: String,
    /// Where it stands: `40 days left`.
    pub standing: String,
    /// Its goals, by team.
    pub goals: Rows<FoundRow>,
}

/// A goal on the page of all goals, kept short: there may be thousands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundRow {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Its status.
    pub status: Shared<StatusText>,
    /// Its progress: `43%`.
    pub progress: Option<String>,
    /// Its cycle.
    pub cycle: String,
    /// The name of its team.
    pub team: Option<String>,
    /// The name of its owner.
    pub owner: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// The titles of its key results.
    pub key_results: Vec<String>,
    /// What it is narrowed by, as attributes for the script.
    #[schemars(with = "Markup")]
    pub keys: ListKeys,
}
