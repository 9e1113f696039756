//! What became of a plan: amendments, goalpost moves, and the turns of its life.

use super::super::figure;
use super::super::view::{AmendmentRow, ChangeText};
use super::{Scope, records, words};
use crate::date::parse_date;
use crate::history::{CommitInfo, Event, EventKind, FieldChange};
use crate::model::{Goal, KeyResult};
use crate::text::cut;

/// The longest old or new text that is shown whole, in characters.
const LONGEST: usize = 160;

/// An event of a plan, with what is needed to tell it.
pub(super) struct Change<'a> {
    /// The event.
    pub(super) event: &'a Event,
    /// Its commit.
    pub(super) commit: &'a CommitInfo,
    /// The unit of the key result's values at that time.
    unit: Option<String>,
}

/// The events of a goal's plan up to the report's date, in their order.
///
/// The plan itself is told as the files have it, whatever the date.
pub(super) fn of_goal<'a>(scope: &Scope<'a>, goal: &Goal) -> Vec<Change<'a>> {
    let Some(history) = scope.history else { return Vec::new() };
    let Some(past) = history.goal(&goal.reference) else { return Vec::new() };
    let events: Vec<&Event> = past
        .events()
        .iter()
        .filter(|event| !event.kind.is_checkin())
        .filter(|event| history.commit(event.commit).authored.date() <= scope.as_of)
        .collect();
    (0..events.len())
        .map(|at| Change {
            event: events[at],
            commit: history.commit(events[at].commit),
            unit: unit_at(Some(goal), events[at], events[at..].iter().copied()),
        })
        .collect()
}

/// How many goalposts were moved by the report's date, of the goal at this position; nothing where its past is not known.
pub(super) fn goalpost_moves(scope: &Scope<'_>, at: usize) -> Option<usize> {
    let (goal, figures) = scope.goal(at);
    match figures.goalpost_moves? {
        0 => Some(0),
        // The figures count them all, whatever the date; what came before a deletion was another goal's life.
        _ => {
            let changes = of_goal(scope, goal);
            let life = changes.iter().rev().take_while(|one| one.event.kind != EventKind::Planned);
            Some(life.filter(|change| change.event.goalpost_move).count())
        }
    }
}

/// An event of the history, whether or not its goal is still there.
pub(super) fn change<'a>(scope: &Scope<'a>, event: &'a Event) -> Option<Change<'a>> {
    let history = scope.history?;
    let own = history.goal(&event.goal).map_or(&[][..], |past| past.events());
    let from_here = own.iter().skip_while(|own| !std::ptr::eq(*own, event));
    Some(Change {
        event,
        commit: history.commit(event.commit),
        unit: unit_at(scope.model.goal(&event.goal), event, from_here),
    })
}

/// The key result that an event is about, as it is today.
pub(super) fn key_result_of<'a>(goal: &'a Goal, event: &Event) -> Option<&'a KeyResult> {
    goal.key_results.iter().find(|key_result| key_result.id == event.key_result)
}

/// The unit before an event: the next change of the unit tells it, else it is what it is today.
fn unit_at<'a>(
    goal: Option<&Goal>,
    event: &Event,
    from_here: impl Iterator<Item = &'a Event>,
) -> Option<String> {
    let later = from_here.filter(|later| later.key_result == event.key_result);
    let mut fields = later.flat_map(|later| &later.fields);
    match fields.find(|field| field.name == "unit") {
        Some(change) => change.old.clone(),
        None => key_result_of(goal?, event).and_then(|key_result| key_result.unit.clone()),
    }
}

/// An event as a row of the list.
pub(super) fn row(scope: &Scope<'_>, goal: &Goal, change: &Change<'_>) -> AmendmentRow {
    let event = change.event;
    AmendmentRow {
        date: scope.date(change.commit.authored.date()),
        author: Some(change.commit.author.clone()).filter(|author| !author.trim().is_empty()),
        commit: Some(records::commit(scope, change.commit)),
        key_result: event.key_result.as_deref().map(|id| key_result_title(goal, event, id)),
        event: word(event.kind).map(str::to_owned),
        goalpost: event.goalpost_move,
        changes: texts(change),
    }
}

/// The fields that changed; what a goal's page tells in full is left out.
pub(super) fn texts(change: &Change<'_>) -> Vec<ChangeText> {
    let event = change.event;
    let told = event.fields.iter().filter(|field| !is_on_the_page(event, field));
    told.map(|field| text(change, field)).collect()
}

/// The title of the key result that changed, or its id if it is no longer there.
fn key_result_title(goal: &Goal, event: &Event, id: &str) -> String {
    key_result_of(goal, event).map_or_else(|| id.to_owned(), words::key_result_title)
}

/// What happened, where it is more than a change of fields.
pub(super) fn word(kind: EventKind) -> Option<&'static str> {
    Some(match kind {
        EventKind::Planned => "Planned",
        EventKind::Dropped => "Dropped",
        EventKind::Closed => "Closed",
        EventKind::Reopened => "Taken up again",
        EventKind::Deleted => "Deleted",
        _ => return None,
    })
}

/// A closing that stands is told in full as the retrospective.
fn is_on_the_page(event: &Event, field: &FieldChange) -> bool {
    event.kind == EventKind::Closed && field.name == "close" && field.old.is_none()
}

fn text(change: &Change<'_>, field: &FieldChange) -> ChangeText {
    let name = match field.name {
        "dropped" => "reason".to_owned(),
        name => name.replace('_', " "),
    };
    let shown =
        |value: &Option<String>| value.as_deref().map(|value| as_shown(change, field, value));
    ChangeText { field: name, old: shown(&field.old), new: shown(&field.new) }
}

/// A field's value as the rest of the page would write it.
fn as_shown(change: &Change<'_>, field: &FieldChange, value: &str) -> String {
    let number = || value.parse::<f64>().ok().filter(|number| number.is_finite());
    let shown = match field.name {
        "baseline" | "target" | "at_least" | "at_most" => {
            number().map(|number| figure::with_unit(figure::number(number), change.unit.as_deref()))
        }
        "weight" => number().map(figure::number),
        "due" | "starts" => parse_date(value).map(figure::date),
        _ => None,
    };
    shown.unwrap_or_else(|| cut(value, LONGEST).into_owned())
}

/// The goalposts that a change moved, with old and new: `target 30 min → 15 min`.
pub(super) fn goalposts(goal: &Goal, change: &Change<'_>) -> String {
    let moved = change.event.fields.iter().filter(|field| field.is_goalpost());
    let told: Vec<String> = moved
        .map(|field| {
            let told = text(change, field);
            match (told.old, told.new) {
                (Some(old), Some(new)) => format!("{} {old} → {new}", told.field),
                (None, Some(new)) => format!("{} {new}", told.field),
                (Some(old), None) if field.name == "key_result" => format!("{old} removed"),
                (Some(old), None) => format!("{} {old} removed", told.field),
                (None, None) => told.field,
            }
        })
        .collect();
    if told.is_empty() { words::goal_title(goal) } else { told.join(", ") }
}

/// Old and new of the target, else of the bound, that a change moved: `30 → 15`, `800k → 1.2M`.
pub(super) fn goalpost_numbers(change: &Change<'_>) -> Option<String> {
    let number = |text: &Option<String>| text.as_deref()?.parse::<f64>().ok().map(figure::short);
    let moved = |name: &str| change.event.fields.iter().find(|field| field.name == name);
    let field = ["target", "at_least", "at_most"].into_iter().find_map(moved)?;
    Some(format!("{} → {}", number(&field.old)?, number(&field.new)?))
}

/// The target before a change, if it was one of the target.
pub(super) fn old_target(change: &Change<'_>) -> Option<f64> {
    let field = change.event.fields.iter().find(|field| field.name == "target")?;
    field.old.as_deref()?.parse().ok().filter(|target: &f64| target.is_finite())
}
