//! The files beside the pages: what the commands print, for other programs, and badges.

use super::super::badge::Badge;
use super::super::{figure, link};
use super::{Scope, rows, words};
use crate::history::Event;
use crate::render::contract::{self, Selection};
use crate::render::events::{self as log, is_seen};
use crate::text::cut;

/// Every figure, as `goals rollup` prints them.
pub(in crate::render::site) fn figures(scope: &Scope<'_>) -> String {
    let all = Selection::default();
    let view = contract::view(scope.model, scope.rollup, scope.history, scope.read, &all);
    contract::json(&view)
}

/// Every event that is to be seen on the report's date, the latest first, as `goals log --as-of` prints them; nothing
/// without a history.
pub(in crate::render::site) fn events(scope: &Scope<'_>) -> String {
    let Some(history) = scope.history else { return String::new() };
    let seen = |event: &&Event| is_seen(event, scope.as_of);
    let latest: Vec<&Event> = history.events().into_iter().rev().filter(seen).collect();
    log::ndjson(history, &latest)
}

/// The longest title that a badge shows whole, in characters.
const LABEL: usize = 48;

/// The badge of a goal: its path, and the image.
pub(in crate::render::site) fn badge(scope: &Scope<'_>, at: usize) -> (String, String) {
    let (goal, figures) = scope.goal(at);
    let words: Vec<String> =
        words::goal_title(goal).split_whitespace().map(str::to_owned).collect();
    let label = cut(&words.join(" "), LABEL).into_owned();
    let status = figures.status.word();
    let reached = match figures.score {
        Some(score) => Some(figure::score(score)),
        None => rows::progress(figures).map(figure::percent),
    };
    let reached = reached.filter(|_| !rows::is_out(figures.status));
    let said: Vec<String> = std::iter::once(status.replace('-', " ")).chain(reached).collect();
    let title =
        format!("{}: {}, as of {}", words.join(" "), said.join(", "), figure::date(scope.as_of));
    let badge = Badge { label: &label, status, said: &said.join(" "), title: &title };
    (link::badge(&goal.reference.cycle, &goal.reference.id), badge.svg())
}
