//! `future-checkin`: a record of a day to come.

use super::Context;
use crate::date::add_days;
use crate::diagnostic::{Diagnostic, Place};

/// Finds records dated later than tomorrow. Tomorrow has begun somewhere on the globe, and the
/// machine that checks may stand elsewhere than the person who recorded.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let latest = add_days(context.today, 1);
    for goal in context.each_goal() {
        let of_key_results = goal.key_results.iter().flat_map(|kr| &kr.records);
        let records = goal.records.iter().chain(of_key_results);
        for record in records.filter(|record| !record.void && record.stamp.date > latest) {
            let message =
                format!("`{}` is in the future: it is {} today", record.stamp, context.today);
            let place = Place::new(goal.checkins_path(), record.at.date);
            findings.push(
                Diagnostic::new("future-checkin", message, place)
                    .help("date a record by the day on which its value was true; expected values go into the key result's `plan`"),
            );
        }
    }
}
