//! The files for other programs: the same bytes as the commands print.

use super::Scope;
use crate::history::Event;
use crate::render::contract::{self, Selection};
use crate::render::events::{self as log, is_seen};

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
    let latest: Vec<&Event> = history.events.iter().rev().filter(seen).collect();
    log::ndjson(history, &latest)
}
