//! What the alignment map shows.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{PageHead, Rows, Shared, StatusText};

/// The alignment map: the goals of the active cycles, which include those above them.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MapPage {
    /// Its head.
    pub head: PageHead,
    /// The cycles that are shown, the longest first: `2026 and 2026-q4`; empty if there are none.
    pub cycles: String,
    /// Whether those cycles are active on the day of the report.
    pub active: bool,
    /// How many goals are shown: `12 goals`.
    pub count: String,
    /// The picture; null where there are no goals, or too many for one.
    pub picture: Option<Markup>,
    /// The goals as a nested list, each below what it counts in or supports.
    pub list: Rows<MapRow>,
}

/// A goal in the nested list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MapRow {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Its status.
    pub status: Shared<StatusText>,
    /// Its progress: `43%`; null where nothing counts.
    pub progress: Option<String>,
    /// Where it belongs: `Platform · 2026-q4`.
    pub place: String,
    /// How it is tied to the goal above: `counts here` or `supports it`; null at the top.
    pub tie: Option<String>,
    /// Whether it stands further up as well, with what is below it.
    pub again: bool,
    /// Whether a list of goals below it opens behind this row.
    pub opens: bool,
    /// How many lists end behind this row.
    pub closes: usize,
}
