//! What is due: check-ins, ends of goals and key results, milestones and initiatives, those that are late first.

use std::collections::BTreeMap;

use super::super::figure;
use super::super::view::{DueRow, Way};
use super::{Scope, rows, words};
use crate::date::Date;
use crate::load::Kind;
use crate::model::{Goal, KeyResult, Measure, Milestone};
use crate::rollup::{KeyResultFigures, Status};

/// How far ahead is looked, in days.
const AHEAD_DAYS: i64 = 28;

/// Something with a date, before it is put into words.
struct Due<'a> {
    date: Date,
    kind: &'static str,
    text: String,
    /// The key result that it is about; nothing if it is the goal.
    key_result: Option<&'a KeyResult>,
    /// Whether `text` is the goal's own title.
    of_goal: bool,
    owner: Option<&'a str>,
}

/// What is due in these goals until four weeks from the report's date, and what was due before it and is not done, by
/// date. `mine` tells by its owner whether a thing is asked for.
pub(super) fn rows(
    scope: &Scope<'_>,
    goals: &[usize],
    mine: impl Fn(Option<&str>) -> bool,
    from: &str,
) -> Vec<DueRow> {
    let mut found: Vec<(usize, Due<'_>)> = goals
        .iter()
        .filter(|at| is_open(scope, **at))
        .flat_map(|at| of_goal(scope, *at, &mine).into_iter().map(|due| (*at, due)))
        .filter(|(_, due)| crate::date::days_between(scope.as_of, due.date) <= AHEAD_DAYS)
        .collect();
    // Stable: of one date, the order of the goals decides.
    found.sort_by_key(|(_, due)| due.date);
    found.iter().map(|(at, due)| row(scope, *at, due, from)).collect()
}

/// Tells whether a goal can still have something due: neither out, nor closed, nor over.
fn is_open(scope: &Scope<'_>, at: usize) -> bool {
    let (goal, figures) = scope.goal(at);
    !rows::is_out(figures.status) && !scope.is_closed(goal) && goal.window.end >= scope.as_of
}

fn of_goal<'a>(scope: &Scope<'a>, at: usize, mine: &impl Fn(Option<&str>) -> bool) -> Vec<Due<'a>> {
    let (goal, figures) = scope.goal(at);
    let own = |due: &Due<'_>| mine(due.owner);
    let key_results: Vec<(&KeyResult, &KeyResultFigures)> =
        goal.key_results.iter().zip(&figures.key_results).collect();
    let mut found = checkins(scope, goal, &key_results, mine);
    for (key_result, figures) in &key_results {
        found.extend(milestones(key_result, figures).filter(own));
        let ends = key_result.window.end;
        let apart = ends != goal.window.end && ends >= scope.as_of;
        if apart && !rows::is_out(figures.status) && figures.status != Status::Achieved {
            found.extend(Some(of_key_result(ends, "Key result", key_result)).filter(own));
        }
    }
    let initiatives = goal.initiatives.iter().filter(|work| work.done.is_none());
    let initiatives = initiatives.filter_map(|work| {
        let owner = work.owner.as_deref().or(goal.owner.as_deref());
        let text = work.title.clone();
        Some(Due {
            date: work.due?,
            kind: "Initiative",
            text,
            key_result: None,
            of_goal: false,
            owner,
        })
    });
    found.extend(initiatives.filter(own));
    found.extend(Some(end_of(goal)).filter(|due| own(due) && figures.status != Status::Achieved));
    found
}

/// The next check-ins; those of one day and one owner are one.
fn checkins<'a>(
    scope: &Scope<'a>,
    goal: &'a Goal,
    key_results: &[(&'a KeyResult, &KeyResultFigures)],
    mine: &impl Fn(Option<&str>) -> bool,
) -> Vec<Due<'a>> {
    let mut by_day: BTreeMap<(Date, Option<&str>), Vec<&KeyResult>> = BTreeMap::new();
    for (key_result, figures) in key_results {
        let owner = key_result.owner.as_deref();
        let is_done = rows::is_out(figures.status) || figures.status == Status::Achieved;
        let owes = key_result.window.contains(scope.as_of) && key_result.kind != Kind::Objectives;
        let left = scope.model.settings.every_days - figures.silent_days;
        let day = scope.as_of.checked_add(jiff::Span::new().days(left));
        if let (Ok(day), true) = (day, owes && !is_done && mine(owner)) {
            by_day.entry((day, owner)).or_default().push(key_result);
        }
    }
    let entry = |((date, owner), of): ((Date, Option<&'a str>), Vec<&'a KeyResult>)| match of[..] {
        [one] => Due { owner, ..of_key_result(date, "Check-in", one) },
        _ => Due {
            date,
            kind: "Check-in",
            text: figure::count(of.len(), "key result", "key results"),
            key_result: None,
            of_goal: goal.key_results.is_empty(),
            owner,
        },
    };
    by_day.into_iter().map(entry).collect()
}

/// The milestones that are still to be reached and have a date.
fn milestones<'a>(
    key_result: &'a KeyResult,
    figures: &KeyResultFigures,
) -> impl Iterator<Item = Due<'a>> {
    let steps: &[Milestone] = match &key_result.measure {
        Some(Measure::Milestone(steps)) if !rows::is_out(figures.status) => steps,
        _ => &[],
    };
    let reached = figures.progress;
    steps.iter().filter(move |step| step.score > reached).filter_map(|step| {
        let text = step.title.clone().unwrap_or_else(|| step.id.clone());
        Some(Due { text, ..of_key_result(step.due?, "Milestone", key_result) })
    })
}

fn of_key_result<'a>(date: Date, kind: &'static str, key_result: &'a KeyResult) -> Due<'a> {
    Due {
        date,
        kind,
        text: words::key_result_title(key_result),
        key_result: Some(key_result),
        of_goal: key_result.id.is_none(),
        owner: key_result.owner.as_deref(),
    }
}

fn end_of(goal: &Goal) -> Due<'_> {
    Due {
        date: goal.window.end,
        kind: "Goal",
        text: words::goal_title(goal),
        key_result: None,
        of_goal: true,
        owner: goal.owner.as_deref(),
    }
}

fn row(scope: &Scope<'_>, at: usize, due: &Due<'_>, from: &str) -> DueRow {
    let goal = &scope.model.goals[at];
    let whole = || rows::goal_link(goal, from);
    DueRow {
        date: scope.seen(due.date),
        late: due.date < scope.as_of,
        kind: due.kind.to_owned(),
        what: match due.key_result {
            Some(key_result) => {
                let text = if due.of_goal { words::goal_title(goal) } else { due.text.clone() };
                Way { text, ..rows::key_result_link(goal, key_result, from) }
            }
            None => Way { text: due.text.clone(), ..whole() },
        },
        goal: (!due.of_goal).then(whole),
        owner: due.owner.and_then(|owner| scope.owner(owner, from)),
    }
}
