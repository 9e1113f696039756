//! What rules ask of the commits, and how findings speak of them.

use super::Context;
use crate::date::Date;
use crate::history::{CommitInfo, Event, EventKind, History};
use crate::model::Goal;
use crate::text::printable;

/// A commit by its id, author and day: `a1b2c3d4e5 (Ana Silva, 2026-10-05)`.
pub(super) fn named(commit: &CommitInfo) -> String {
    format!("{} ({}, {})", commit.id.short(), printable(&commit.author), commit.authored.date())
}

/// The events of a goal since its plan last appeared: what came before is another goal's life.
pub(super) fn since_planned<'a>(history: &'a History, goal: &Goal) -> Vec<&'a Event> {
    let Some(past) = history.goal(&goal.reference) else { return Vec::new() };
    let events: Vec<&Event> = past.events().iter().collect();
    let planned = events.iter().rposition(|event| event.kind == EventKind::Planned);
    events[planned.unwrap_or_default()..].to_vec()
}

/// Tells whether an event is told: what was committed after the day that the findings look back on is not.
///
/// Where they do not look back everything is told, since authors' clocks may be ahead.
pub(super) fn is_told(context: &Context<'_>, history: &History, event: &Event) -> bool {
    let looks_back = context.as_of < context.today;
    !looks_back || history.commit(event.commit).authored.date() <= context.as_of
}

/// The day on which a goal, or one of its key results, was first committed as a plan; nothing for
/// one that is not committed.
pub(super) fn planned_on(history: &History, goal: &Goal, key_result: Option<&str>) -> Option<Date> {
    let events = since_planned(history, goal);
    let day = |event: &Event| history.commit(event.commit).authored.date();
    let added = events.iter().rev().find(|event| {
        event.key_result.as_deref() == key_result
            && event.fields.iter().any(|field| field.name == "key_result" && field.old.is_none())
    });
    let planned = || events.first().filter(|event| event.kind == EventKind::Planned);
    added.or_else(planned).map(|event| day(event))
}
