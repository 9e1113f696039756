//! How key results and goals stand.

use super::figures::{GoalFigures, KeyResultFigures, Status};
use crate::date::Date;
use crate::load::{Evaluate, Kind};
use crate::model::{Goal, KeyResult, Measure, Settings};

/// Confidence from which a yes/no key result is on track, and from which it is at risk.
const CONFIDENT: u8 = 7;
const DOUBTFUL: u8 = 4;

/// The status of a key result: the first that applies.
pub(super) fn key_result(
    settings: &Settings,
    goal: &Goal,
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    silent_days: i64,
    as_of: Date,
) -> Status {
    let scale = settings.scale(goal.read_ambition());
    let over = as_of > key_result.window.end;
    let whole = figures.progress >= 1.0 && (over || key_result.kind != Kind::Threshold);
    if goal.draft {
        Status::Draft
    } else if goal.dropped.is_some() || key_result.dropped.is_some() {
        Status::Dropped
    } else if whole || (over && figures.progress >= scale[0]) {
        Status::Achieved
    } else if over {
        Status::Missed
    } else if as_of < key_result.window.start {
        Status::Upcoming
    } else {
        let judged = judged(key_result, figures, scale);
        let silent = silent_days > 2 * settings.every_days && key_result.kind != Kind::Objectives;
        match judged {
            Status::OnTrack | Status::Pending if silent => Status::Stale,
            status => status,
        }
    }
}

/// The verdict while the window is open.
fn judged(key_result: &KeyResult, figures: &KeyResultFigures, scale: [f64; 2]) -> Status {
    match key_result.kind {
        Kind::Metric | Kind::Milestone | Kind::Objectives => by_bounds(figures.pace, scale),
        Kind::Threshold => match (&key_result.measure, figures.raw) {
            (Some(Measure::Threshold { evaluate: Evaluate::Share, .. }), raw) => {
                by_bounds(raw, scale)
            }
            (_, Some(raw)) if raw >= 1.0 => Status::OnTrack,
            (_, Some(_)) => Status::OffTrack,
            (_, None) => Status::Pending,
        },
        Kind::Binary | Kind::Baseline => match figures.confidence {
            Some(confidence) if confidence >= CONFIDENT => Status::OnTrack,
            Some(confidence) if confidence >= DOUBTFUL => Status::AtRisk,
            Some(_) => Status::OffTrack,
            None => Status::Pending,
        },
    }
}

fn by_bounds(figure: Option<f64>, [on_track, at_risk]: [f64; 2]) -> Status {
    match figure {
        Some(figure) if figure >= on_track => Status::OnTrack,
        Some(figure) if figure >= at_risk => Status::AtRisk,
        Some(_) => Status::OffTrack,
        None => Status::Pending,
    }
}

/// The statuses of what counts in a goal: its key results and the goals that contribute to it.
pub(super) fn members<'a>(
    goal: &Goal,
    key_results: &[KeyResultFigures],
    others: impl Iterator<Item = &'a GoalFigures>,
) -> Vec<Status> {
    let own = goal
        .key_results
        .iter()
        .zip(key_results)
        .filter(|(kr, _)| kr.weight > 0.0 && kr.dropped.is_none())
        .map(|(_, figures)| figures.status);
    own.chain(others.map(|figures| figures.status)).collect()
}

/// A goal's status: what the plan says; once it is over, by its score; else the worst member's.
pub(super) fn goal(
    goal: &Goal,
    score: Option<f64>,
    scale: [f64; 2],
    over: bool,
    members: &[Status],
) -> Status {
    if goal.draft {
        return Status::Draft;
    }
    if goal.dropped.is_some() {
        return Status::Dropped;
    }
    match score {
        Some(score) if over && score >= scale[0] => Status::Achieved,
        Some(_) if over => Status::Missed,
        _ => members.iter().copied().min().unwrap_or(Status::Pending),
    }
}
