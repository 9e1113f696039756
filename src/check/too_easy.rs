//! `too-easy`: a pace far below the best on record, or a target that was already reached.

use super::rates::{Need, Rates, weekly};
use super::{Context, judged};
use crate::date::{add_days, days_between};
use crate::diagnostic::{Diagnostic, Place};
use crate::text::number;

use judged::Judged;

/// The share of the best rate of its predecessors below which a plan asks for little.
const LITTLE: f64 = 1.0 / 3.0;

/// Finds metrics whose first value was past the target already, and ones that plan for less than a
/// third of the rate that their predecessors held.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let known = Rates::new(context);
    for one in judged::live(context) {
        let found = begun_reached(&one, context).or_else(|| slow(&one, &known));
        findings.extend(found.map(|finding| {
            finding.help("set a target that takes more than going on as before, or keep the value with kind = \"threshold\"")
        }));
    }
}

/// A first value, from the first days of the window, at or past the target.
fn begun_reached(one: &Judged<'_>, context: &Context<'_>) -> Option<Diagnostic> {
    let (baseline, target) = one.way()?;
    let (record, value) = one.numbers(context.as_of).next()?;
    let window = one.key_result.window;
    let quiet = context.model.settings.quiet_until * window.days() as f64;
    let early = record.stamp.date <= add_days(window.start, quiet as i64);
    let reached = (value - target) * (target - baseline).signum() >= 0.0;
    let message = format!(
        "`{}` began at its target: the first value is {}, the target {}",
        one.name(),
        number(value),
        number(target)
    );
    (early && reached).then(|| {
        Diagnostic::new("too-easy", message, target_place(one))
            .related(one.in_record(record.at.value), "the first value")
    })
}

/// A plan that asks for far less than was done before.
fn slow(one: &Judged<'_>, known: &Rates<'_, '_>) -> Option<Diagnostic> {
    let (baseline, target) = one.way()?;
    let window = one.key_result.window;
    let days = days_between(window.start, window.end);
    let plan = (days > 0).then(|| Need { left: (target - baseline).abs(), days })?;
    let best = known.best_before(one, days)?;
    let message = format!(
        "`{}` plans for {}; `{}` held {} from {} to {}",
        one.name(),
        weekly(one, plan.per_day()),
        best.held_by,
        weekly(one, best.per_day),
        best.span.0,
        best.span.1
    );
    (plan.per_day() < best.per_day * LITTLE)
        .then(|| Diagnostic::new("too-easy", message, target_place(one)))
}

fn target_place(one: &Judged<'_>) -> Place {
    let span = one.measure_doc().target.as_ref().map_or(one.key_result.at, |target| target.span);
    Place::new(&one.goal.path, span)
}
