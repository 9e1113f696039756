//! What the templates are given: one structure per page, and the pieces they share.
//!
//! Everything is ready to show. Numbers and dates are text, addresses are relative to the page, markup is
//! finished; a template chooses and arranges, and computes nothing. A piece that does not apply is null (or an
//! empty list), never absent, so a template may always ask for it. Foreign text is kept as it was written and is
//! escaped when a template shows it.

mod changes;
mod calibration;
mod cycle;
mod due;
mod figures;
mod filters;
mod findings;
mod goal;
mod heat;
mod map;
mod index;
mod person;
mod rows;
mod search;
mod scores;
mod shared;
mod smart;
mod team;
mod told;

use std::sync::LazyLock;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

use super::figure;
use super::link::{self, Href};
use crate::date::iso;

pub use calibration::*;
pub use changes::*;
pub use cycle::*;
pub use due::*;
pub use figures::*;
pub use filters::*;
pub use findings::*;
pub use goal::*;
pub use heat::*;
pub use index::*;
pub use map::*;
pub use person::*;
pub use rows::*;
pub use scores::*;
pub use search::*;
pub use shared::*;
pub use smart::*;
pub use team::*;
pub use told::*;

/// What all pages share.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SiteInfo {
    /// The workspace's name.
    pub name: String,
    /// The date for which everything is told.
    pub as_of: DateText,
    /// The short id of the revision that was read; null without one.
    pub revision: Option<String>,
    /// Whether there are changes in the files that this revision does not have.
    pub uncommitted: bool,
    /// How much of the history was there: `complete`, `shallow` or `none`.
    pub history: String,
    /// The full address of the feed; null where it is not known where the report is published.
    pub feed: Option<Href>,
    /// The program and its version: `goals 0.1.0`.
    pub generator: String,
}

/// What every page has at its top.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PageHead {
    /// The path of the page from the site's root.
    pub path: String,
    /// The title in the browser's tab, without the workspace's name.
    pub title: String,
    /// A sentence for search engines and previews.
    pub description: String,
    /// The way to the front page.
    pub home: Href,
    /// The way to the style sheet.
    pub style: Href,
    /// The way to the script.
    pub script: Href,
    /// The way to the page of all goals, which a search leads to; null on that page.
    pub search: Option<Href>,
    /// The pages that every page leads to.
    pub nav: Shared<Vec<NavRow>>,
    /// The way to the feed, where `site.feed` says that there is one.
    pub feed: Href,
    /// The way to every figure as JSON.
    pub figures: Href,
    /// The way to every event as JSON, one a line.
    pub events: Href,
    /// The pages above this one, the highest first; the front page is not among them.
    pub crumbs: Vec<Way>,
}

impl PageHead {
    /// The head of the page at this path; `crumbs` are texts and paths from the site's root.
    pub fn new(path: &str, title: &str, description: &str, crumbs: &[(&str, &str)]) -> Self {
        let crumb = |(text, to): &(&str, &str)| Way {
            text: (*text).to_owned(),
            url: Href::between(path, to),
        };
        Self {
            path: path.to_owned(),
            title: title.to_owned(),
            description: description.to_owned(),
            home: Href::between(path, link::INDEX),
            style: Href::between(path, link::STYLE),
            script: Href::between(path, link::SCRIPT),
            search: (path != link::SEARCH).then(|| Href::between(path, link::SEARCH)),
            nav: NavRow::all(path),
            feed: Href::between(path, link::FEED),
            figures: Href::between(path, link::FIGURES),
            events: Href::between(path, link::EVENTS),
            crumbs: crumbs.iter().map(crumb).collect(),
        }
    }
}

/// One entry of the navigation.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NavRow {
    /// What it is called.
    pub text: String,
    /// Where it leads.
    pub url: Href,
    /// Whether it is this page.
    pub current: bool,
}

impl NavRow {
    /// The navigation on the page at this path.
    fn all(path: &str) -> Shared<Vec<Self>> {
        /// That of pages which it does not lead to, by how many folders they lie in.
        static ELSEWHERE: LazyLock<[Shared<Vec<NavRow>>; 3]> =
            LazyLock::new(|| [0, 1, 2].map(|folders| NavRow::made(&"folder/".repeat(folders))));
        let elsewhere = ELSEWHERE.get(path.matches('/').count());
        let is_led_to = link::NAVIGATION.iter().any(|(_, to)| *to == path);
        elsewhere.filter(|_| !is_led_to).cloned().unwrap_or_else(|| Self::made(path))
    }

    fn made(path: &str) -> Shared<Vec<Self>> {
        let rows = link::NAVIGATION.iter().map(|(text, to)| Self::new(text, path, to));
        Shared::new(rows.collect())
    }

    /// The entry of the page `to` on the page `from`.
    fn new(text: &str, from: &str, to: &str) -> Self {
        Self { text: text.to_owned(), url: Href::between(from, to), current: from == to }
    }
}

/// A text that leads somewhere.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Way {
    /// What it is called.
    pub text: String,
    /// Where it leads.
    pub url: Href,
}

/// A date, for machines and for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DateText {
    /// `2026-10-12`.
    pub iso: String,
    /// `12 Oct 2026`.
    pub text: String,
    /// How far from the report's date: `3 days ago`; null where it does not matter.
    pub distance: Option<String>,
}

impl DateText {
    /// A date alone.
    pub fn new(date: Date) -> Self {
        Self { iso: iso(date), text: figure::date(date), distance: None }
    }

    /// A date and how far it lies from the report's.
    pub fn seen_from(date: Date, today: Date) -> Self {
        Self { distance: Some(figure::distance(date, today)), ..Self::new(date) }
    }
}

/// A text that may lead somewhere.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct LinkRow {
    /// What it is called.
    pub text: String,
    /// Where it leads; null if nowhere.
    pub url: Option<Href>,
    /// What is said beside it.
    pub note: Option<String>,
}
