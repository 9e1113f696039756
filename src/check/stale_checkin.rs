//! `stale-checkin`: a key result that nobody has said anything about for long.

use super::commits::planned_on;
use super::{Context, judged};
use crate::date::days_between;
use crate::diagnostic::Diagnostic;
use crate::rollup::Status;
use crate::text::{count, every};

use judged::Judged;

/// Finds key results in an open window whose last record is more than twice as old as it should be.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let every_days = context.model.settings.every_days;
    let every = every(every_days);
    for one in judged::live(context) {
        let Some(days) = silent_days(&one, context).filter(|days| *days > 2 * every_days) else {
            continue;
        };
        let days = count(usize::try_from(days).unwrap_or_default(), "day");
        let message = match one.figures.last_checkin {
            Some(_) => format!(
                "nobody has said anything about `{}` for {days}; a check-in is due {every}",
                one.name()
            ),
            None => format!(
                "`{}` has had no check-in at all for {days}; one is due {every}",
                one.name()
            ),
        };
        findings.push(finding("stale-checkin", message, &one, context));
    }
}

/// Days of silence about a key result whose next check-in is late: since the last record, else
/// since it could first have had one. Nothing where none is late, where it is reached already, or
/// where it has had none and no commit tells since when it has been planned.
pub(super) fn silent_days(one: &Judged<'_>, context: &Context<'_>) -> Option<i64> {
    if !one.figures.overdue || one.figures.status == Status::Achieved {
        return None;
    }
    let spoken = match one.figures.last_checkin {
        Some(last) => last,
        None => planned_on(context.history?, one.goal, one.key_result.id.as_deref())?,
    };
    let days = days_between(spoken.max(one.key_result.window.start), context.as_of);
    Some(days).filter(|days| *days > context.model.settings.every_days)
}

/// The finding, with the last record beside it and the command that mends it.
pub(super) fn finding(
    rule: &'static str,
    message: String,
    one: &Judged<'_>,
    context: &Context<'_>,
) -> Diagnostic {
    let mut finding = Diagnostic::new(rule, message, one.place());
    if let Some(last) = one.records(context.as_of).last() {
        finding = finding.related(one.in_record(last.at.date), "the last word on it");
    }
    finding.help(format!(
        "goals checkin {} VALUE, or without a value and with -m if it was not measured",
        one.name()
    ))
}
