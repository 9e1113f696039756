//! `key-result-deleted`: a key result deleted rather than dropped.

use super::Context;
use super::commits::{is_told, named, since_planned};
use crate::diagnostic::{Diagnostic, Place};
use crate::text::printable;

/// Finds key results that were taken out of a plan after the planning grace and are not there
/// again.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(history) = context.history else { return };
    for goal in context.each_goal().filter(|goal| goal.dropped.is_none()) {
        let mut named_already: Vec<&str> = Vec::new();
        let events = since_planned(history, goal).into_iter().rev();
        for event in events.filter(|event| is_told(context, history, event)) {
            let Some(id) = event.key_result.as_deref() else { continue };
            let removed =
                event.fields.iter().find(|field| field.name == "key_result" && field.new.is_none());
            let Some(field) = removed.filter(|_| event.goalpost_move) else { continue };
            let present = goal.key_result_position(id).is_some();
            // An earlier removal of the same one was undone in between.
            if present || named_already.contains(&id) {
                continue;
            }
            named_already.push(id);
            let message = format!(
                "`{}` was deleted after planning was over, in {}",
                goal.reference.with(Some(id)),
                named(history.commit(event.commit))
            );
            let was = field.old.as_deref().unwrap_or(id);
            findings.push(
                Diagnostic::new(
                    "key-result-deleted",
                    message,
                    Place::new(&goal.path, goal.plan.shape.at),
                )
                .label(format!("had a key result “{}”", printable(was)))
                .help(format!(
                    "put it back with dropped = \"why\"; if it has another name now, that one gets formerly = [\"{id}\"]"
                )),
            );
        }
    }
}
