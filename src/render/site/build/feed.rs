//! The feed of the latest changes, for those who read them elsewhere.

use super::super::link::{self, Href};
use super::super::view::{ChangeEntry, Feed, FeedEntry};
use super::changes::{Group, entry, groups};
use super::{Scope, rows, words};
use crate::history::{History, Moment};
use crate::repo::ObjectId;

/// How many entries it holds.
const ENTRIES: usize = 50;

/// Makes the feed of a report that is published somewhere.
pub(in crate::render::site) fn feed(scope: &Scope<'_>) -> Feed {
    let base = scope.model.settings.base_url.as_deref().unwrap_or_default();
    let history = scope.history;
    let entries: Vec<FeedEntry> = history.map_or_else(Vec::new, |history| {
        let latest = groups(scope, history).take(ENTRIES);
        latest.filter_map(|group| told(scope, history, base, &group)).collect()
    });
    let name = &scope.model.settings.name;
    let updated = entries.iter().map(|entry| entry.updated.clone()).max();
    Feed {
        url: Href::under(base, link::FEED),
        home: Href::under(base, ""),
        title: format!("{name}: changes"),
        updated: updated.unwrap_or_else(|| format!("{}T00:00:00Z", scope.as_of)),
        entries,
    }
}

fn told(scope: &Scope<'_>, history: &History, base: &str, group: &Group<'_>) -> Option<FeedEntry> {
    let event = group.event()?;
    let commit = history.commit(event.commit);
    let goal = scope.model.goal(&event.goal);
    // Addresses inside lead from the goal's page, which is the base of the content.
    let path = goal.map_or_else(|| link::CHANGES.to_owned(), rows::goal_path);
    let entry = entry(scope, group, &path);
    let published = instant(commit.authored);
    let title = goal.map_or_else(|| event.goal.to_string(), words::goal_title);
    Some(FeedEntry {
        id: id(base, &published[..10], &event.goal.to_string(), commit.id),
        title: format!("{title}: {}", headline(&entry)),
        url: Href::under(base, &path),
        published,
        updated: instant(commit.committed),
        entry,
    })
}

/// A `tag:` address (RFC 4151) of the published site's host: the same as long as commit and goal are.
fn id(base: &str, day: &str, goal: &str, commit: ObjectId) -> String {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    let host = host.split(['/', ':']).next().unwrap_or_default();
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let host: String = host.chars().filter(is_plain).collect();
    format!("tag:{host},{day}:{}/{commit}", link::encode_path(goal))
}

/// A moment as RFC 3339 has it, in UTC; clocks that are out of their mind are held within its years.
fn instant(moment: Moment) -> String {
    /// The last second of the year 9998.
    const LATEST_SECONDS: i64 = 253_370_764_799;
    let seconds = moment.seconds.clamp(0, LATEST_SECONDS);
    format!("{}Z", Moment { seconds, offset_minutes: 0 }.local())
}

/// What happened, in a word or two: what weighs most of it.
fn headline(entry: &ChangeEntry) -> String {
    let is_checkin = |kind: &str| matches!(kind, "recorded" | "corrected" | "voided" | "removed");
    let of_plan = entry.rows.iter().find(|row| !is_checkin(&row.kind));
    let weighty = of_plan.or(entry.rows.first());
    match weighty {
        _ if entry.goalpost => "goalpost moved".to_owned(),
        Some(row) => row.word.to_lowercase(),
        None => String::new(),
    }
}
