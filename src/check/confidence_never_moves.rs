//! `confidence-never-moves`: the same confidence in every check-in.

use super::{Context, judged};
use crate::date::days_between;
use crate::diagnostic::Diagnostic;
use crate::rollup::Status;

/// The number of check-ins, and of days between the first and the last, from which a figure that
/// stays the same says nothing.
const CHECKINS: usize = 5;
const DAYS: i64 = 28;

/// Finds key results whose every check-in gives the same confidence.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for one in judged::live(context).filter(|one| one.figures.status != Status::Achieved) {
        let given: Vec<_> = one
            .records(context.as_of)
            .filter_map(|record| Some((record, record.confidence?)))
            .collect();
        let (Some((first, confidence)), Some((last, _))) = (given.first(), given.last()) else {
            continue;
        };
        let long = days_between(first.stamp.date, last.stamp.date) >= DAYS;
        if given.len() < CHECKINS || !long || given.iter().any(|(_, other)| other != confidence) {
            continue;
        }
        let message = format!(
            "`{}` has had confidence {confidence} in each of its {} check-ins",
            one.name(),
            given.len()
        );
        findings.push(
            Diagnostic::new("confidence-never-moves", message, one.in_record(last.at.entry))
                .related(one.in_record(first.at.entry), "the first")
                .help("ask anew each time: would you bet on it, ten to one? leave it out rather than copy it"),
        );
    }
}
