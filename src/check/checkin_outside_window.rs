//! `checkin-outside-window`: a value from before the start or after the end.

use super::{Context, judged};
use crate::date::add_days;
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Record;
use crate::text::count;

use judged::Judged;

/// Finds values dated outside the window of their key result. Each side is one finding, on the
/// record that is furthest out.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    // Later records are another rule's.
    let latest = add_days(context.today, 1);
    for one in judged::live(context) {
        let window = one.key_result.window;
        let values: Vec<&Record> =
            one.records(latest).filter(|record| record.value.is_some()).collect();
        let early: Vec<&Record> =
            values.iter().copied().filter(|record| record.stamp.date < window.start).collect();
        let late: Vec<&Record> =
            values.iter().copied().filter(|record| record.stamp.date > window.end).collect();
        if let Some(first) = early.first() {
            let side = format!("before `{}` starts on {}", one.name(), window.start);
            findings.push(finding(&one, first, early.len(), &side, "starts"));
        }
        if let Some(last) = late.last() {
            let side = format!("after `{}` ended on {}", one.name(), window.end);
            findings.push(finding(&one, last, late.len(), &side, "due"));
        }
    }
}

fn finding(one: &Judged<'_>, record: &Record, all: usize, side: &str, key: &str) -> Diagnostic {
    let message = format!("`{}` is {side}", record.stamp);
    let mut finding =
        Diagnostic::new("checkin-outside-window", message, one.in_record(record.at.date));
    if all > 1 {
        finding = finding.label(format!("and {}", count(all - 1, "more value")));
    }
    let plan = &one.goal.plan;
    let doc = one.key_result.id.as_deref().and_then(|id| judged::key_result_doc(one.goal, id));
    let (own, goals) = match key {
        "starts" => (doc.and_then(|doc| doc.starts.as_ref()), plan.starts.as_ref()),
        _ => (doc.and_then(|doc| doc.due.as_ref()), plan.due.as_ref()),
    };
    if let Some(date) = own.or(goals) {
        finding =
            finding.related(Place::new(&one.goal.path, date.span), format!("`{key}` is here"));
    }
    finding.help(format!("correct the date, or `{key}` in the plan if the value belongs to it"))
}
