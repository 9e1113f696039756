//! A key result on its goal's page: figures, chart, ladder or answer, forecast, records.

use super::super::view::{AnswerView, DateText, KeyResultView, RungRow, StatusText, fold_records};
use super::super::{chart, figure};
use super::amendments::Change;
use super::{Scope, amendments, records, rows, smart, words};
use crate::check::smart::Card;
use crate::date::{Date, Window, days_between};
use crate::load::{Evaluate, Kind, Value};
use crate::model::{Goal, KeyResult, Measure, Milestone, Record};
use crate::rollup::{Forecast, KeyResultFigures};

/// The most points of a sparkline; of more, the last of each stretch of days is kept.
const SPARK_POINTS: f64 = 96.0;
/// How far ahead a forecast names a day, in windows.
const FORESEEABLE: i64 = 10;

/// Makes the view of the key result at this position of a goal.
pub(super) fn view(
    scope: &Scope<'_>,
    at: usize,
    position: usize,
    changes: &[Change<'_>],
    cards: &[Card],
    from: &str,
) -> KeyResultView {
    let (goal, goal_figures) = scope.goal(at);
    let (key_result, figures) = (&goal.key_results[position], &goal_figures.key_results[position]);
    let open = rows::is_open(scope, goal, key_result, figures);
    let forecast = figures.forecast.filter(|_| open && figures.progress < 1.0);
    let anchor = rows::anchor(key_result);
    let drawn = burn_up(scope, goal, (key_result, figures), forecast, changes);
    let has_chart = has_chart(key_result, &drawn);
    let recorded = records::of_key_result(scope, goal, key_result);
    let record_count = figure::count(recorded.len(), "record", "records");
    let (records, older_records) = fold_records(recorded);
    KeyResultView {
        anchor,
        title: words::key_result_title(key_result),
        kind: key_result.kind.word().to_owned(),
        status: StatusText::new(figures.status.word()),
        meter: rows::key_result_meter(scope, goal, key_result, figures),
        owner: rows::other_owner(scope, goal, key_result, from),
        weight: words::weight(key_result.weight),
        window: (key_result.window != goal.window).then(|| span(key_result.window)),
        source: key_result.source.as_deref().map(words::source),
        baseline: words::baseline(key_result),
        target: words::target(key_result),
        value: figures.value.as_ref().map(|value| words::value(key_result, value)),
        value_date: figures.value_date.map(|date| scope.seen(date)),
        pace: figures.pace.filter(|_| open).map(figure::score),
        confidence: figures.confidence.map(|confidence| confidence.to_string()),
        forecast: forecast.map(|forecast| sentence(key_result, forecast)),
        dropped: key_result.dropped.clone(),
        chart: has_chart.then(|| chart::burn_up(&drawn)),
        legend: if has_chart { scope.legend(&drawn) } else { Vec::new() },
        ladder: ladder(key_result, figures, scope.as_of),
        answer: answer(key_result, scope.as_of),
        contributors: contributors(scope, at, position)
            .map(|other| rows::goal_line(scope, other, from))
            .collect(),
        moves: moves(scope, goal, key_result, changes),
        smart: key_result.id.as_ref().and_then(|_| smart::card(cards, Some(position))),
        records,
        older_records,
        record_count,
    }
}

fn span(window: Window) -> String {
    figure::span(window.start, window.end)
}

/// The records that count on a date: not void, and not dated later.
pub(super) fn seen(records: &[Record], as_of: Date) -> impl Iterator<Item = &Record> {
    records.iter().filter(move |record| !record.void && record.stamp.date <= as_of)
}

/// The values that count on a date, with their dates.
fn values(key_result: &KeyResult, as_of: Date) -> Vec<(Date, &Value)> {
    seen(&key_result.records, as_of)
        .filter_map(|record| Some((record.stamp.date, record.value.as_ref()?)))
        .collect()
}

/// The course of a key result's progress, as shares of one.
pub(super) fn course(key_result: &KeyResult, as_of: Date) -> Vec<(Date, f64)> {
    let Some(measure) = &key_result.measure else { return Vec::new() };
    let (mut inside, mut counted) = (0.0, 0.0);
    let shares = values(key_result, as_of).into_iter().filter_map(|(date, value)| {
        let held = number(value).and_then(|number| measure.holds(number));
        if let Some(held) = held {
            counted += 1.0;
            inside += f64::from(u8::from(held));
        }
        let share = match (measure, value) {
            (Measure::Metric { baseline, target, .. }, Value::Number(value)) => {
                (value - baseline) / (target - baseline)
            }
            (Measure::Threshold { evaluate, .. }, _) => match evaluate {
                Evaluate::Latest => f64::from(u8::from(held?)),
                Evaluate::Every => f64::from(u8::from(inside >= counted)),
                Evaluate::Share => inside / counted,
            },
            (Measure::Milestone(steps), value) => step(steps, value)?.score,
            (Measure::Binary, Value::Bool(done)) => f64::from(u8::from(*done)),
            (Measure::Baseline, _) => 1.0,
            _ => return None,
        };
        Some((date, share))
    });
    thinned(shares.collect(), key_result.window)
}

/// The last point of each stretch of days, so that a thousand records draw the same line as a hundred.
fn thinned(points: Vec<(Date, f64)>, window: Window) -> Vec<(Date, f64)> {
    if points.len() as f64 <= SPARK_POINTS {
        return points;
    }
    let stretch = |date: Date| (window.elapsed(date) * SPARK_POINTS).floor();
    let last =
        |at: usize| points.get(at + 1).is_none_or(|next| stretch(next.0) > stretch(points[at].0));
    (0..points.len()).filter(|at| last(*at)).map(|at| points[at]).collect()
}

/// The corners of the expected path as shares of one; empty for measures that are reached all at once.
pub(super) fn expected_course(key_result: &KeyResult) -> Vec<(Date, f64)> {
    let Some((from, to)) = ends(key_result) else { return Vec::new() };
    let path = expected_path(key_result).into_iter();
    path.map(|(date, value)| (date, (value - from) / (to - from))).collect()
}

/// Where a measure that is reached step by step begins and ends: a metric's baseline and target, and milestones' scores.
fn ends(key_result: &KeyResult) -> Option<(f64, f64)> {
    match &key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => Some((*baseline, *target)),
        Some(Measure::Milestone(_)) => Some((0.0, 1.0)),
        _ => None,
    }
}

/// The corners of the expected path, as values.
fn expected_path(key_result: &KeyResult) -> Vec<(Date, f64)> {
    let Some((from, to)) = ends(key_result) else { return Vec::new() };
    let Window { start, end } = key_result.window;
    let mut path = vec![(start, from)];
    if let Some(Measure::Metric { points, .. }) = &key_result.measure {
        path.extend(points.iter().filter(|(date, _)| start < *date && *date < end));
    }
    path.push((end, to));
    path
}

/// The milestone that a value names.
fn step<'a>(steps: &'a [Milestone], value: &Value) -> Option<&'a Milestone> {
    match value {
        Value::Text(id) => steps.iter().find(|step| step.id == *id),
        _ => None,
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

/// What goes on step by step has a chart from the first day on, a value to be found from its first record on.
fn has_chart(key_result: &KeyResult, drawn: &chart::BurnUp<'_>) -> bool {
    match key_result.measure {
        Some(Measure::Metric { .. } | Measure::Threshold { .. } | Measure::Milestone(_)) => true,
        Some(Measure::Baseline) => !drawn.records.is_empty(),
        _ => false,
    }
}

fn burn_up<'a>(
    scope: &Scope<'_>,
    goal: &Goal,
    (key_result, figures): (&'a KeyResult, &KeyResultFigures),
    forecast: Option<Forecast>,
    changes: &[Change<'_>],
) -> chart::BurnUp<'a> {
    let (baseline, target) = ends(key_result).unzip();
    let (at_least, at_most, strict) = match &key_result.measure {
        Some(Measure::Threshold { at_least, at_most, strict, .. }) => {
            (*at_least, *at_most, *strict)
        }
        _ => (None, None, false),
    };
    chart::BurnUp {
        id: rows::anchor(key_result),
        title: &key_result.title,
        unit: key_result.unit.as_deref(),
        start: key_result.window.start,
        end: key_result.window.end,
        today: scope.as_of,
        baseline,
        target,
        at_least,
        at_most,
        strict,
        expected: expected_path(key_result),
        expected_now: figures
            .expected
            .zip(ends(key_result))
            .map(|(share, (from, to))| from + share * (to - from)),
        records: points(key_result, scope.as_of),
        forecast: forecast.map(|forecast| chart::Forecast {
            at_end: forecast.projected_value,
            arrival: forecast.eta,
        }),
        confidence: confidences(key_result, scope.as_of),
        moves: marks(goal, key_result, changes),
    }
}

fn points(key_result: &KeyResult, as_of: Date) -> Vec<chart::Point> {
    let point = |record: &Record| {
        let (value, step) = height(key_result, record.value.as_ref()?)?;
        let confidence = record.confidence.map(|confidence| format!("confidence {confidence}"));
        let remarks: Vec<String> = step.map(str::to_owned).into_iter().chain(confidence).collect();
        let remark = (!remarks.is_empty()).then(|| remarks.join(", "));
        Some(chart::Point { date: record.stamp.date, value, remark })
    };
    seen(&key_result.records, as_of).filter_map(point).collect()
}

/// How high a value stands in a chart, and the milestone that it is, if it is one.
fn height<'a>(key_result: &'a KeyResult, value: &Value) -> Option<(f64, Option<&'a str>)> {
    match &key_result.measure {
        Some(Measure::Milestone(steps)) => {
            let step = step(steps, value)?;
            Some((step.score, Some(step.title.as_deref().unwrap_or(&step.id))))
        }
        _ => number(value).map(|number| (number, None)),
    }
}

/// The confidences that were given, with their dates.
fn confidences(key_result: &KeyResult, as_of: Date) -> Vec<(Date, u8)> {
    let given = seen(&key_result.records, as_of);
    given.filter_map(|record| Some((record.stamp.date, record.confidence?))).collect()
}

/// Tells whether a change moved a goalpost of this key result: its own, or the day on which its goal is due where it
/// has none of its own.
fn moves_it(goal: &Goal, key_result: &KeyResult, change: &Change<'_>) -> bool {
    let own = change.event.key_result == key_result.id;
    let due = || change.event.fields.iter().any(|field| field.name == "due");
    let inherited = change.event.key_result.is_none() && key_result.window.end == goal.window.end;
    change.event.goalpost_move && (own || inherited && due())
}

fn marks(goal: &Goal, key_result: &KeyResult, changes: &[Change<'_>]) -> Vec<chart::GoalpostMove> {
    let mark = |change: &Change<'_>| chart::GoalpostMove {
        date: change.commit.authored.date(),
        label: amendments::goalposts(goal, change),
        short: amendments::goalpost_numbers(change)
            .filter(|_| change.event.key_result == key_result.id),
        old_target: (change.event.key_result == key_result.id)
            .then(|| amendments::old_target(change))
            .flatten(),
    };
    let mut marks: Vec<chart::GoalpostMove> =
        changes.iter().filter(|change| moves_it(goal, key_result, change)).map(mark).collect();
    marks.sort_by_key(|mark| mark.date);
    marks
}

fn moves(
    scope: &Scope<'_>,
    goal: &Goal,
    key_result: &KeyResult,
    changes: &[Change<'_>],
) -> Vec<super::super::view::AmendmentRow> {
    let mut moved: Vec<&Change<'_>> =
        changes.iter().filter(|change| moves_it(goal, key_result, change)).collect();
    moved.sort_by_key(|change| change.commit.authored.date());
    moved.into_iter().map(|change| amendments::row(scope, goal, change)).collect()
}

/// Where the average rate so far leads, in a sentence.
fn sentence(key_result: &KeyResult, forecast: Forecast) -> String {
    let Window { start, end } = key_result.window;
    let Some(Measure::Metric { target, .. }) = &key_result.measure else { return String::new() };
    let target = words::quantity(key_result, *target);
    let since = format!("since {}", figure::day(start));
    if forecast.projected <= 0.0 {
        return format!("{} it has not come nearer to {target}.", words::capitalised(&since));
    }
    let rate = format!("At the average rate {since} it");
    match forecast.eta {
        Some(eta) if eta <= end => {
            let early = match days_between(eta, end) {
                0 => "the last day".to_owned(),
                days => format!("{} early", figure::count(days as usize, "day", "days")),
            };
            format!("{rate} reaches {target} on {}, {early}.", figure::date(eta))
        }
        eta => {
            let at_end = words::estimate(key_result, forecast.projected_value);
            let limit = key_result.window.days().saturating_mul(FORESEEABLE);
            let later = eta.filter(|eta| days_between(end, *eta) <= limit).map(|eta| {
                let late = figure::count(days_between(end, eta) as usize, "day", "days");
                format!(", and reaches {target} on {}, {late} late", figure::date(eta))
            });
            let later = later.unwrap_or_default();
            format!("{rate} ends at about {at_end} on {}{later}.", figure::date(end))
        }
    }
}

/// The milestones, the highest first.
fn ladder(key_result: &KeyResult, figures: &KeyResultFigures, as_of: Date) -> Vec<RungRow> {
    let Some(Measure::Milestone(steps)) = &key_result.measure else { return Vec::new() };
    let now = figures.value.as_ref().and_then(|value| step(steps, value));
    let recorded = values(key_result, as_of);
    steps.iter().rev().map(|step| rung(step, now, &recorded)).collect()
}

fn rung(step: &Milestone, now: Option<&Milestone>, recorded: &[(Date, &Value)]) -> RungRow {
    let state = match now {
        Some(now) if now.id == step.id => "current",
        Some(now) if step.score <= now.score => "passed",
        _ => "ahead",
    };
    let is_step = |value: &Value| matches!(value, Value::Text(id) if *id == step.id);
    let reached = recorded.iter().find(|(_, value)| is_step(value)).map(|(date, _)| *date);
    RungRow {
        title: step.title.clone().unwrap_or_else(|| step.id.clone()),
        score: rung_score(step.score),
        due: step.due.map(DateText::new),
        reached: reached.filter(|_| state != "ahead").map(DateText::new),
        state: state.to_owned(),
    }
}

/// A milestone's score with at least one decimal, so that the rungs line up.
fn rung_score(score: f64) -> String {
    let shown = figure::number(score);
    if shown.contains('.') { shown } else { format!("{shown}.0") }
}

/// What was last said of a yes-or-no key result, and since when without a break.
fn answer(key_result: &KeyResult, as_of: Date) -> Option<AnswerView> {
    if key_result.kind != Kind::Binary {
        return None;
    }
    let said = values(key_result, as_of);
    let last = said.last().map(|(_, value)| *value);
    let since = said.iter().rev().take_while(|(_, value)| Some(*value) == last).last();
    let (key, word) = match last {
        Some(Value::Bool(true)) => ("yes", "Yes"),
        Some(_) => ("no", "Not yet"),
        None => ("open", "No answer yet"),
    };
    Some(AnswerView {
        key: key.to_owned(),
        word: word.to_owned(),
        since: since.map(|(date, _)| DateText::new(*date)),
    })
}

/// The goals that make up a key result of the kind `objectives`; of any other kind none count.
pub(super) fn contributors<'a>(
    scope: &Scope<'a>,
    at: usize,
    position: usize,
) -> impl Iterator<Item = usize> + use<'a> {
    let is_objectives = scope.model.goals[at].key_results[position].kind == Kind::Objectives;
    scope.model.contributors[at]
        .iter()
        .filter(move |contributor| is_objectives && contributor.key_result == Some(position))
        .map(|contributor| contributor.goal)
}
