//! Goalposts moved: what is measured, changed after the planning grace, with the score both ways.

use super::Author;
use super::pairs::Pairs;
use crate::date::{Date, add_days, days_between};
use crate::history::{Event, EventKind, FieldChange, History, Original};
use crate::model::{Goal, GoalRef};
use crate::rollup::progress_under;

/// One field of a measure that was changed after the planning grace.
#[derive(Debug, Clone, PartialEq)]
pub struct Goalpost {
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal itself or its one measure.
    pub key_result: Option<String>,
    /// What people call it.
    pub title: String,
    /// What was changed, from what, to what; `key_result` with its title for one that was removed.
    pub field: FieldChange,
    /// The day on which it was changed: by its commit, else the day of the review.
    pub date: Date,
    /// Which day of the goal's time that is, from 1, and how many days there are.
    pub day: [i64; 2],
    /// Whether the goal's time is over, so that its progress is its score.
    pub over: bool,
    /// The goal's progress under the plan before the change, or as it stood when the grace ended if
    /// that was between the two sides; with the records after the change.
    pub under_old: Option<f64>,
    /// The goal's progress under the plan after the change.
    pub under_new: Option<f64>,
    /// Who committed it; nothing while it is not committed, or where that is not known.
    pub author: Option<Author>,
}

/// Every change of what is measured that came after the planning grace, as the settings before the
/// change count it.
pub(super) fn goalposts(
    pairs: &Pairs<'_>,
    events: &[Event],
    history: Option<&History>,
    today: Date,
) -> Vec<Goalpost> {
    let mut found = Vec::new();
    for event in events.iter().filter(|event| event.kind == EventKind::Amended) {
        let (Some(before), Some(pair)) = (pairs.earlier(&event.goal), pairs.pair(&event.goal))
        else {
            continue;
        };
        let after = pairs.after;
        for field in event.fields.iter().filter(|field| field.is_goalpost()) {
            let key_result = event.key_result.as_deref();
            let author = history
                .and_then(|history| history.setter_of(&event.goal, key_result, field))
                .map(Author::of);
            let date = author.as_ref().map_or(today, |author| author.date);
            if date <= grace_ends(pairs, before) {
                continue;
            }
            // What was changed while the grace lasted is no move, though it lies between the sides.
            let first = history.and_then(|own| own.first_move(&event.goal, key_result, field.name));
            let old = first.map_or(&field.old, |first| &first.old);
            if *old == field.new {
                continue;
            }
            let past = history.and_then(|own| own.goal(&event.goal));
            let now = &after.model.goals[pair.after];
            let planned = match past.map(|past| past.original(now, after.model)) {
                Some(Original::Moved(planned)) => planned,
                _ => before,
            };
            found.push(Goalpost {
                goal: event.goal.clone(),
                key_result: event.key_result.clone(),
                title: pairs.title(&event.goal, key_result),
                field: FieldChange { old: old.clone(), ..field.clone() },
                date,
                day: [days_between(before.window.start, date) + 1, before.window.days()],
                over: after.rollup.as_of > now.window.end,
                under_old: progress_under(after.model, after.rollup, pair.after, planned),
                under_new: after.rollup.goals[pair.after].progress,
                author,
            });
        }
    }
    found
}

/// The last day on which a goal's plan may change freely.
fn grace_ends(pairs: &Pairs<'_>, goal: &Goal) -> Date {
    add_days(goal.window.start, pairs.before.model.settings.planning_grace_days)
}
