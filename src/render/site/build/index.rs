//! The front page: the active cycles, what needs attention and why, the last check-ins.

use std::cmp::Reverse;

use super::super::figure;
use super::super::link;
use super::super::view::{GoalRow, IndexPage, PageHead};
use super::{Scope, amendments, goal, records, rows, words};
use crate::load::{Evaluate, Kind};
use crate::model::{Goal, KeyResult, Measure};
use crate::rollup::{CycleFigures, GoalFigures, KeyResultFigures, Status};

/// How many goals in need of attention are listed.
const LISTED: usize = 10;

/// How many check-ins are listed.
const NEWS: usize = 12;

/// Makes the front page.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> IndexPage {
    let name = &scope.model.settings.name;
    let description = format!("Where the goals of {name} stand.");
    let is_active = |cycle: &&CycleFigures| cycle.window.contains(scope.as_of);
    let (mut active, mut others): (Vec<&CycleFigures>, Vec<&CycleFigures>) =
        scope.rollup.cycles.iter().partition(is_active);
    active.sort_by_key(|cycle| (cycle.window.end, Reverse(cycle.window.start)));
    others.sort_by_key(|cycle| Reverse((cycle.window.start, cycle.window.end)));
    let mut attention = attention(scope, &active);
    let more = attention.len().saturating_sub(LISTED);
    attention.truncate(LISTED);
    let all: Vec<usize> = (0..scope.model.goals.len()).collect();
    let head = |cycle: &&CycleFigures| rows::cycle_head(scope, cycle, link::INDEX);
    IndexPage {
        head: PageHead::new(link::INDEX, "Goals", &description, &[]),
        cycles: active.iter().map(head).collect(),
        attention,
        attention_more: (more > 0).then(|| format!("{} more", figure::number(more as f64))),
        checkins: records::news(scope, &all, NEWS, |_, _| true, link::INDEX),
        other_cycles: others.iter().map(head).collect(),
    }
}

/// The goals of the active cycles that need attention, the worst first, each with its reason.
fn attention(scope: &Scope<'_>, active: &[&CycleFigures]) -> Vec<GoalRow> {
    let mut found: Vec<(u8, usize, String)> = active
        .iter()
        .flat_map(|cycle| scope.goals_of(&cycle.id))
        .filter_map(|at| {
            let (urgency, reason) = reason(scope, *at)?;
            Some((urgency, *at, reason))
        })
        .collect();
    // Stable: among equals, cycles that end first, then ids.
    found.sort_by_key(|(urgency, at, _)| (*urgency, !scope.model.goals[*at].counts()));
    found
        .into_iter()
        .map(|(_, at, reason)| GoalRow {
            reason: Some(reason),
            ..rows::goal_line(scope, at, link::INDEX)
        })
        .collect()
}

/// How urgent a goal is, least first, and why; nothing if it needs no attention, or people have closed it.
fn reason(scope: &Scope<'_>, at: usize) -> Option<(u8, String)> {
    let (goal, figures) = scope.goal(at);
    if rows::is_out(figures.status) || scope.is_closed(goal) {
        return None;
    }
    let overdue = goal::overdue(scope, goal, figures);
    let moved = moved(scope, goal);
    let by_status = match figures.status {
        Status::Missed => Some((0, missed(goal, figures))),
        Status::OffTrack => Some((1, behind(scope, at, Status::OffTrack))),
        Status::Stale => Some((2, stale(scope, goal, figures))),
        Status::AtRisk => Some((3, behind(scope, at, Status::AtRisk))),
        _ => None,
    };
    match (by_status, overdue, moved) {
        (Some((urgency, reason)), _, Some(moved)) => Some((urgency, format!("{reason} {moved}"))),
        (Some(found), ..) => Some(found),
        (None, Some(overdue), Some(moved)) => Some((4, format!("{overdue} {moved}"))),
        (None, Some(overdue), None) => Some((4, overdue)),
        (None, None, Some(moved)) => Some((5, moved)),
        (None, None, None) => None,
    }
}

/// What is said of goalposts that were moved.
fn moved(scope: &Scope<'_>, goal: &Goal) -> Option<String> {
    let changes = amendments::of_goal(scope, goal);
    let moves: Vec<_> = changes.iter().filter(|change| change.event.goalpost_move).collect();
    match moves[..] {
        [] => None,
        [one] => Some(format!("Goalpost moved: {}.", amendments::goalposts(goal, one))),
        _ => Some(format!("Goalposts moved {}.", words::times(moves.len()))),
    }
}

fn missed(goal: &Goal, figures: &GoalFigures) -> String {
    let due = figure::date(goal.window.end);
    let late = goal.key_results.iter().zip(&figures.key_results);
    let late = late.filter(|(_, figures)| figures.status == Status::Missed).map(|(kr, _)| kr);
    match (figures.score.or(figures.progress), late.into_iter().next()) {
        (Some(score), _) if figures.score.is_some() => {
            format!("It was due on {due} and came to {}.", figure::percent(score))
        }
        (_, Some(key_result)) => format!(
            "{} was due on {} and missed.",
            subject(key_result),
            figure::date(key_result.window.end)
        ),
        _ => "A goal that counts here was missed.".to_owned(),
    }
}

fn stale(scope: &Scope<'_>, goal: &Goal, figures: &GoalFigures) -> String {
    goal::overdue(scope, goal, figures).unwrap_or_else(|| "No check-in for long.".to_owned())
}

/// Why a goal is behind: the key result of this status that is furthest behind, else the goal that counts in it.
fn behind(scope: &Scope<'_>, at: usize, status: Status) -> String {
    let (goal, figures) = scope.goal(at);
    let worst = goal
        .key_results
        .iter()
        .zip(&figures.key_results)
        .filter(|(key_result, figures)| {
            figures.status == status && key_result.weight > 0.0 && key_result.dropped.is_none()
        })
        .min_by(|(_, a), (_, b)| a.progress_of_expected().total_cmp(&b.progress_of_expected()));
    if let Some((key_result, figures)) = worst {
        return verdict(scope, goal, key_result, figures, status);
    }
    let contributor = scope.model.contributors[at]
        .iter()
        .map(|contributor| scope.goal(contributor.goal))
        .find(|(other, figures)| figures.status == status && other.counts());
    let word = status.word().replace('-', " ");
    match contributor {
        Some((other, _)) => format!("{} is {word}.", words::quoted(&words::goal_title(other))),
        None => format!("It is {word}."),
    }
}

/// How far behind a key result is, for putting them in order.
trait Behind {
    fn progress_of_expected(&self) -> f64;
}

impl Behind for KeyResultFigures {
    fn progress_of_expected(&self) -> f64 {
        self.pace.unwrap_or(self.progress)
    }
}

/// A key result as the subject of a sentence; a SMART goal's measure is the goal itself.
fn subject(key_result: &KeyResult) -> String {
    match key_result.id {
        Some(_) => words::quoted(&words::key_result_title(key_result)),
        None => "It".to_owned(),
    }
}

/// A pace that fell short of a bound, with as many decimals as it takes to see that.
fn short_of(pace: f64, bound: f64) -> String {
    let shown = figure::score(pace);
    if shown == figure::score(bound) {
        format!("{:.3}", (pace * 1000.0).floor() / 1000.0)
    } else {
        shown
    }
}

/// Why a key result is off track or at risk.
fn verdict(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    status: Status,
) -> String {
    let scale = scope.model.settings.scale(goal.read_ambition());
    let limit = if status == Status::AtRisk { scale[0] } else { scale[1] };
    let bound = figure::score(limit);
    let subject = subject(key_result);
    match (&key_result.measure, figures.pace) {
        (_, Some(pace)) => {
            format!("{subject} is at pace {}, below {bound}.", short_of(pace, limit))
        }
        (Some(Measure::Threshold { evaluate: Evaluate::Share, .. }), _) => format!(
            "{subject} was within bounds in {} of records, below {bound}.",
            figure::percent(figures.progress)
        ),
        (Some(Measure::Threshold { evaluate: Evaluate::Every, .. }), _) => {
            format!("{subject} was out of bounds.")
        }
        (Some(Measure::Threshold { .. }), _) => {
            let now = figures.value.as_ref().map(|value| words::value(key_result, value));
            format!("{subject} is out of bounds at {}.", now.unwrap_or_default())
        }
        _ if matches!(key_result.kind, Kind::Binary | Kind::Baseline) => {
            let confidence = figures.confidence.map_or_else(String::new, |c| c.to_string());
            format!("{subject} is at confidence {confidence} of 10.")
        }
        _ => format!("{subject} is {}.", status.word().replace('-', " ")),
    }
}
