//! `flat-while-on-track`: a value that has not moved for four weeks and is still on track.

use super::{Context, judged};
use crate::date::days_between;
use crate::diagnostic::Diagnostic;
use crate::model::Record;
use crate::rollup::Status;
use crate::text::number;

/// Days without a move from which on it is asked about.
const FLAT_DAYS: i64 = 28;

/// Finds metrics that are on track and whose values of the last four weeks are all the same.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for one in judged::live(context) {
        if one.way().is_none() || one.figures.status != Status::OnTrack {
            continue;
        }
        let mut values = one.numbers(context.as_of).rev();
        let Some((last, value)) = values.next() else { continue };
        let same: Vec<&Record> =
            values.take_while(|(_, earlier)| *earlier == value).map(|(record, _)| record).collect();
        let Some(first) = same.last() else { continue };
        if days_between(first.stamp.date, last.stamp.date) < FLAT_DAYS {
            continue;
        }
        let message = format!(
            "`{}` has stood at {} since {} and is still on track",
            one.name(),
            number(value),
            first.stamp.date
        );
        findings.push(
            Diagnostic::new("flat-while-on-track", message, one.in_record(last.at.value))
                .related(one.in_record(first.at.value), "the same value")
                .help("measure anew, or say in a note what is going to move it"),
        );
    }
}
