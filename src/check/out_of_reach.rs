//! `out-of-reach`: a pace beyond the best on record.

use std::collections::HashSet;

use super::judged::Judged;
use super::rates::{self, Rates, weekly};
use super::{Context, judged};
use crate::diagnostic::Diagnostic;

/// How many times the best rate on record people may surpass themselves before it is said.
const BEYOND: f64 = 2.0;

/// Finds metrics that would need more than twice the best rate on record just to count as a
/// success: for an aspirational goal seven tenths of what is left, for a committed one all of it.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let known = Rates::new(context);
    // A baseline and target that were swapped need a way back that nobody asked for.
    let swapped = context.found.iter().filter(|found| found.rule == "target-behind-baseline");
    let swapped: HashSet<&str> =
        swapped.map(|finding| finding.primary.place.path.as_str()).collect();
    let asked_for = |one: &Judged<'_>| !swapped.contains(one.goal.path.as_str());
    for one in judged::live(context).filter(asked_for) {
        let Some(need) = rates::need(&one, context.as_of) else { continue };
        let Some(best) = known.best(&one, need.days) else { continue };
        let [success, _] = context.model.settings.scale(one.goal.read_ambition());
        if need.per_day() * success <= BEYOND * best.per_day.max(0.0) {
            continue;
        }
        let record = if best.per_day > 0.0 {
            format!(
                "the best on record is {} (`{}`, {} to {})",
                weekly(&one, best.per_day),
                best.held_by,
                best.span.0,
                best.span.1
            )
        } else {
            "over such a time it has never come nearer".to_owned()
        };
        let message = format!(
            "`{}` needs {} to reach its target by {}; {record}",
            one.name(),
            weekly(&one, need.per_day()),
            one.key_result.window.end,
        );
        let span =
            one.measure_doc().target.as_ref().map_or(one.key_result.at, |target| target.span);
        let place = crate::diagnostic::Place::new(&one.goal.path, span);
        findings.push(
            Diagnostic::new("out-of-reach", message, place)
                .label(format!("{} to go", one.with_unit(need.left)))
                .help("find what makes it faster, or say so now: give it up with dropped = \"…\", or plan a smaller step next time"),
        );
    }
}
