//! What the page of changes shows, and what the feed tells.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{ChangeText, CommitText, DateText, LinkRow, PageHead, Shared};

/// The page of what happened lately.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangesPage {
    /// Its head.
    pub head: PageHead,
    /// How far back it looks: `6 weeks`.
    pub weeks: String,
    /// The days that it looks at: `10 Oct – 21 Nov 2026`.
    pub span: String,
    /// What happened, counted: `12 check-ins`, `3 changes of plans`, `1 goalpost move`; what did not happen is left out.
    pub counts: Vec<String>,
    /// The days on which something happened, the latest first.
    pub days: Vec<ChangeDay>,
    /// How many changes of that time are not listed: `1,200 earlier changes`; null if all are there.
    pub rest: Option<String>,
}

/// What happened on one day.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeDay {
    /// The `id` of its place on the page: `day-2026-11-20`.
    pub anchor: String,
    /// The day.
    pub date: DateText,
    /// The day of the week: `Friday`.
    pub weekday: String,
    /// What happened, the latest first.
    pub entries: Vec<ChangeEntry>,
}

/// What one commit changed of one goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeEntry {
    /// Who did it; null if unknown.
    pub author: Option<String>,
    /// The commit; null where there is no history.
    pub commit: Option<CommitText>,
    /// The goal's reference: `2026-q4/calm-deploys`.
    pub reference: String,
    /// The goal and its page; without a page if it is no longer there.
    pub goal: LinkRow,
    /// Whether it moved a goalpost.
    pub goalpost: bool,
    /// What changed, in the order of the plan.
    pub rows: Vec<ChangeRow>,
}

/// One change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeRow {
    /// `recorded`, `corrected`, `voided`, `removed`, `planned`, `amended`, `dropped`, `closed`, `reopened` or `deleted`.
    pub kind: String,
    /// What happened, in words: `Check-in`, `Plan changed`.
    pub word: String,
    /// Whether it moved a goalpost.
    pub goalpost: bool,
    /// The key result and its place; null if it is of the goal as a whole.
    pub key_result: Option<LinkRow>,
    /// The date of the record, where it is not the day on which it was recorded.
    pub on: Option<Shared<DateText>>,
    /// The value before, with its unit.
    pub before: Option<String>,
    /// The value now, with its unit; null if none was given.
    pub value: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The note, from Markdown.
    pub note: Option<Markup>,
    /// The fields of the plan that changed.
    pub changes: Vec<ChangeText>,
}

/// The feed of the latest changes.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Feed {
    /// Its own address, which is its id as well.
    pub url: Href,
    /// The address of the front page.
    pub home: Href,
    /// What it is called.
    pub title: String,
    /// When its latest entry was committed, or the report's date if there is none: `2026-11-20T09:00:00+01:00`.
    pub updated: String,
    /// The entries, the latest first.
    pub entries: Vec<FeedEntry>,
}

/// An entry of the feed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FeedEntry {
    /// Its id, which stays the same as long as commit and goal do.
    pub id: String,
    /// What it is about and what happened: `Calm deploys: check-in`.
    pub title: String,
    /// The page that it is about.
    pub url: Href,
    /// When it was written.
    pub published: String,
    /// When it was committed.
    pub updated: String,
    /// What happened.
    pub entry: ChangeEntry,
}
