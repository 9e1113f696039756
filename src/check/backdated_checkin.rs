//! `backdated-checkin`: a record that landed more than two weeks late.

use std::collections::BTreeMap;

use super::commits::{named, planned_on};
use super::{Context, judged};
use crate::date::{Stamp, days_between};
use crate::diagnostic::{Diagnostic, Place};
use crate::history::{EventKind, History};
use crate::model::{Goal, Record};
use crate::text::count;

/// Days after which a number is remembered rather than reported.
const LATE_DAYS: i64 = 14;

/// Finds records that were first committed more than two weeks after their date. What is older
/// than the plan in git could not have landed before it, and is late from the plan's first day on.
/// The records that one commit brought to one key result are one finding.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(history) = context.history else { return };
    for goal in context.each_goal().filter(|goal| judged::is_live(goal, context.as_of)) {
        let Some(planned) = planned_on(history, goal, None) else { continue };
        let landed = landed(history, goal);
        let own = (None, &goal.records);
        let of_key_results = goal.key_results.iter().map(|kr| (kr.id.as_deref(), &kr.records));
        let mut late: BTreeMap<(Option<&str>, usize), Vec<&Record>> = BTreeMap::new();
        for (key_result, records) in of_key_results.chain([own]) {
            for record in records.iter().filter(|record| !record.void) {
                let Some(commit) = landed.get(&(key_result, record.stamp)) else { continue };
                let written = history.commit(*commit).authored.date();
                if days_between(record.stamp.date.max(planned), written) > LATE_DAYS {
                    late.entry((key_result, *commit)).or_default().push(record);
                }
            }
        }
        for ((key_result, commit), records) in late {
            findings.extend(finding(history, goal, key_result, commit, &records));
        }
    }
}

/// The earliest commit that brought each record of a goal.
fn landed<'a>(history: &'a History, goal: &Goal) -> BTreeMap<(Option<&'a str>, Stamp), usize> {
    let mut landed = BTreeMap::new();
    let events = history.goal(&goal.reference).into_iter().flat_map(|past| past.events());
    for event in events {
        if let (EventKind::Recorded, Some(stamp)) = (event.kind, event.stamp) {
            let when = |commit: usize| history.commit(commit).authored.seconds;
            let first = landed.entry((event.key_result.as_deref(), stamp)).or_insert(event.commit);
            if when(event.commit) < when(*first) {
                *first = event.commit;
            }
        }
    }
    landed
}

fn finding(
    history: &History,
    goal: &Goal,
    key_result: Option<&str>,
    commit: usize,
    records: &[&Record],
) -> Option<Diagnostic> {
    let (first, others) = records.split_first()?;
    let commit = history.commit(commit);
    let days = days_between(first.stamp.date, commit.authored.date());
    let message = format!(
        "`{}` of `{}` was committed {} after its date, in {}",
        first.stamp,
        goal.reference.with(key_result),
        count(usize::try_from(days).unwrap_or_default(), "day"),
        named(commit)
    );
    let mut finding = Diagnostic::new(
        "backdated-checkin",
        message,
        Place::new(goal.checkins_path(), first.at.date),
    );
    if !others.is_empty() {
        let others = count(others.len(), "later record");
        finding = finding.label(format!("and {others} in the same commit"));
    }
    Some(finding.help("record when you measure; where an old record was carried into git, allow = { backdated-checkin = \"…\" } says from where"))
}
