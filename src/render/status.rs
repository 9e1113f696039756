//! `goals status`: the goals of the active cycles as a tree, or one goal in full.

use std::collections::BTreeMap;

use super::contract::{Selection, reference};
use super::events;
use super::terminal::{Cell, GAP, Look, ago, columns, prose, shorten, sparkline, total_width};
use crate::date::{Date, days_between};
use crate::history::History;
use crate::load::{Kind, Value};
use crate::model::{Goal, KeyResult, Measure, Model};
use crate::rollup::{GoalFigures, KeyResultFigures, Rollup, Status};
use crate::text::{count, hundredths, number, percent, printable};

const BAR: usize = 12;

/// The tree of every wanted goal in `cycles`: cycle, team, goal, key result.
pub fn tree(
    model: &Model,
    rollup: &Rollup,
    cycles: &[&str],
    selection: &Selection,
    look: Look,
) -> String {
    let rows_with = |layout: &Layout| tree_rows(model, rollup, cycles, selection, look, layout);
    let layout = Layout::fitting(look.width, |layout| rows_with(layout).0);
    let (rows, headings) = rows_with(&layout);
    let lines = columns(&rows);
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        text.push_str(headings.get(&at).unwrap_or(line));
        text.push('\n');
    }
    text
}

/// Which columns a tree has, and how wide the one with the titles is.
struct Layout {
    title: usize,
    left_out: Vec<usize>,
}

/// The widest and the narrowest that titles are shown.
const TITLES: [usize; 2] = [72, 12];
/// The columns that a narrow terminal goes without, in that order: pace, confidence, check-in, bar.
const SPARE: [usize; 4] = [5, 6, 7, 2];

impl Layout {
    /// The layout in which rows fit a terminal: titles give way first, then whole columns.
    fn fitting(width: Option<usize>, rows: impl Fn(&Self) -> Vec<Vec<Cell>>) -> Self {
        let mut layout = Self { title: 0, left_out: Vec::new() };
        let Some(width) = width else { return Self { title: usize::MAX, ..layout } };
        for spare in SPARE {
            if total_width(&rows(&layout)) + GAP + TITLES[1] <= width {
                break;
            }
            layout.left_out.push(spare);
        }
        let room = width.saturating_sub(total_width(&rows(&layout)) + GAP);
        layout.title = if room < TITLES[1] / 2 { 0 } else { room.min(TITLES[0]) };
        layout
    }

    /// The cells of a row that there is room for.
    fn keep(&self, mut row: Vec<Cell>) -> Vec<Cell> {
        for column in &self.left_out {
            row[*column] = Cell::default();
        }
        row
    }

    fn title(&self, text: &str, paint: impl FnOnce(&str) -> String) -> Cell {
        if self.title == 0 { Cell::default() } else { Cell::cut(text, self.title, paint) }
    }
}

/// The rows of the tree, and the headings that stand in place of some.
fn tree_rows(
    model: &Model,
    rollup: &Rollup,
    cycles: &[&str],
    selection: &Selection,
    look: Look,
    layout: &Layout,
) -> (Vec<Vec<Cell>>, BTreeMap<usize, String>) {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    let mut headings: BTreeMap<usize, String> = BTreeMap::new();
    for cycle in cycles {
        let inside: Vec<usize> = (0..model.goals.len())
            .filter(|at| {
                model.goals[*at].reference.cycle == **cycle && selection.holds(&model.goals[*at])
            })
            .collect();
        if inside.is_empty() {
            continue;
        }
        let gap = if rows.is_empty() { "" } else { "\n" };
        headings.insert(rows.len(), format!("{gap}{}", cycle_heading(model, rollup, cycle, look)));
        rows.push(Vec::new());
        let mut by_team: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for at in inside {
            by_team.entry(model.goals[at].team.as_deref()).or_default().push(at);
        }
        for (team, goals) in by_team {
            if let Some(team) = team {
                let figures = rollup
                    .teams
                    .iter()
                    .find(|figures| figures.cycle == **cycle && figures.id == team);
                let progress = figures.and_then(|figures| figures.progress);
                headings.insert(rows.len(), team_heading(model, team, progress, look));
                rows.push(Vec::new());
            }
            for at in goals {
                goal_rows(model, rollup, at, look, layout, &mut rows);
            }
        }
    }
    (rows, headings)
}

fn cycle_heading(model: &Model, rollup: &Rollup, cycle: &str, look: Look) -> String {
    let window = model.cycles[cycle];
    let mut parts = vec![format!("{} to {}", window.start, window.end)];
    let elapsed = window.elapsed(rollup.as_of);
    parts.push(match days_between(rollup.as_of, window.end) {
        _ if rollup.as_of < window.start => {
            format!("starts in {}", count(days_between(rollup.as_of, window.start) as usize, "day"))
        }
        left if left < 0 => "over".to_owned(),
        0 => "last day".to_owned(),
        left => {
            format!("{} of the time over, {} left", percent(elapsed), count(left as usize, "day"))
        }
    });
    let figures = rollup.cycles.iter().find(|figures| figures.id == cycle);
    if let Some(progress) = figures.and_then(|figures| figures.progress) {
        parts.push(format!("{} done", percent(progress)));
    }
    format!("{}  {}", look.bold(cycle), look.dim(&parts.join(" · ")))
}

fn team_heading(model: &Model, team: &str, progress: Option<f64>, look: Look) -> String {
    let name = model.settings.team_name(team);
    let shown = if name == team {
        printable(team).into_owned()
    } else {
        format!("{} ({})", printable(name), printable(team))
    };
    let progress =
        progress.map(|progress| format!("  {}", look.dim(&percent(progress)))).unwrap_or_default();
    format!("\n  {}{progress}", look.bold(&shown))
}

/// The columns that the title of a contributing goal may take on a terminal.
fn title_width(look: Look) -> usize {
    look.width.map_or(usize::MAX, |width| width.saturating_sub(60).clamp(12, 72))
}

fn goal_rows(
    model: &Model,
    rollup: &Rollup,
    at: usize,
    look: Look,
    layout: &Layout,
    rows: &mut Vec<Vec<Cell>>,
) {
    let (goal, figures) = (&model.goals[at], &rollup.goals[at]);
    let progress = figures.score.or(figures.progress);
    rows.push(layout.keep(vec![
        Cell::new(&format!("  {}", goal.reference.id), |text| look.bold(text)),
        layout.title(&goal.title, str::to_owned),
        bar(progress, Some(goal.window.elapsed(rollup.as_of)), figures.status, look),
        share(progress),
        status(figures.status, look),
        Cell::default(),
        confidence(figures.confidence, look),
        checkin(figures.last_checkin, rollup.as_of, goal, figures.status, look),
    ]));
    if goal.key_results.iter().any(|key_result| key_result.id.is_none()) {
        return;
    }
    for (key_result, figures) in goal.key_results.iter().zip(&figures.key_results) {
        let id = key_result.id.as_deref().unwrap_or_default();
        rows.push(layout.keep(vec![
            Cell::new(&format!("    {id}"), str::to_owned),
            layout.title(&key_result.title, |text| look.dim(text)),
            bar(
                Some(figures.progress).filter(|_| figures.raw.is_some()),
                figures.expected,
                figures.status,
                look,
            ),
            share(Some(figures.progress).filter(|_| figures.raw.is_some())),
            status(figures.status, look),
            pace(figures.pace, look),
            confidence(figures.confidence, look),
            key_result_checkin(key_result, figures, rollup.as_of, look),
        ]));
    }
}

fn bar(progress: Option<f64>, expected: Option<f64>, status: Status, look: Look) -> Cell {
    let shown = look.bar(progress.unwrap_or(0.0), expected, BAR, status);
    Cell::painted(shown, &"·".repeat(BAR))
}

fn share(progress: Option<f64>) -> Cell {
    let shown = progress.map_or_else(|| "–".to_owned(), percent);
    Cell::new(&format!("{shown:>4}"), str::to_owned)
}

fn status(status: Status, look: Look) -> Cell {
    Cell::painted(look.status(status), &Look::default().status(status))
}

fn pace(pace: Option<f64>, look: Look) -> Cell {
    let shown = pace.map(|pace| format!("pace {}", hundredths(pace))).unwrap_or_default();
    Cell::new(&shown, |text| look.dim(text))
}

fn confidence(confidence: Option<u8>, look: Look) -> Cell {
    let shown = confidence.map(|confidence| format!("confidence {confidence}")).unwrap_or_default();
    Cell::new(&shown, |text| look.dim(text))
}

fn checkin(last: Option<Date>, as_of: Date, goal: &Goal, status: Status, look: Look) -> Cell {
    let open = !matches!(status, Status::Draft | Status::Dropped) && goal.window.contains(as_of);
    let shown = match last {
        Some(last) => ago(last, as_of),
        None if open && !goal.key_results.is_empty() => "no check-in yet".to_owned(),
        None => String::new(),
    };
    Cell::new(&shown, |text| look.dim(text))
}

fn key_result_checkin(
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    as_of: Date,
    look: Look,
) -> Cell {
    let shown = match figures.last_checkin {
        Some(last) => ago(last, as_of),
        None if key_result.kind == Kind::Objectives || !key_result.window.contains(as_of) => {
            String::new()
        }
        None => "no check-in yet".to_owned(),
    };
    let overdue = if figures.overdue { ", overdue" } else { "" };
    Cell::new(&format!("{shown}{overdue}"), |text| look.dim(text))
}

/// One goal in full.
pub fn detail(
    model: &Model,
    rollup: &Rollup,
    history: Option<&History>,
    at: usize,
    look: Look,
) -> String {
    let (goal, figures) = (&model.goals[at], &rollup.goals[at]);
    let mut text =
        format!("{}  {}\n", look.bold(&goal.reference.to_string()), printable(&goal.title));
    text.push_str(&facts(model, goal, figures, rollup.as_of, look));
    if let Some(why) = &goal.why {
        text.push('\n');
        for line in prose(why.trim(), prose_width(look)) {
            text.push_str(format!("  {}", look.dim(&line)).trim_end());
            text.push('\n');
        }
    }
    for (key_result, figures) in goal.key_results.iter().zip(&figures.key_results) {
        text.push('\n');
        text.push_str(&key_result_detail(key_result, figures, rollup.as_of, look));
    }
    let contributors: Vec<Vec<Cell>> = model.contributors[at]
        .iter()
        .map(|contributor| {
            let (goal, figures) = (&model.goals[contributor.goal], &rollup.goals[contributor.goal]);
            vec![
                Cell::new(&format!("  {}", goal.reference), str::to_owned),
                Cell::cut(&goal.title, title_width(look), |text| look.dim(text)),
                share(figures.progress),
                status(figures.status, look),
            ]
        })
        .collect();
    section(&mut text, "contributing", columns(&contributors), look);
    if let (Some(history), Some(past)) =
        (history, history.and_then(|history| history.goal(&goal.reference)))
    {
        let seen = past.events().iter().rev();
        let seen = seen.filter(|event| event.stamp.is_none_or(|stamp| stamp.date <= rollup.as_of));
        let latest: Vec<_> = seen.take(8).collect();
        section(&mut text, "latest events", events::lines(history, &latest, model, look), look);
    }
    text
}

/// The columns that prose may take beside its indent.
fn prose_width(look: Look) -> usize {
    look.width.map_or(usize::MAX, |width| width.saturating_sub(2).max(20))
}

fn section(text: &mut String, title: &str, lines: Vec<String>, look: Look) {
    if !lines.is_empty() {
        text.push_str(&format!("\n{}\n", look.bold(title)));
        lines.iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
}

fn facts(model: &Model, goal: &Goal, figures: &GoalFigures, as_of: Date, look: Look) -> String {
    let mut parts = vec![look.status(figures.status)];
    if let Some(progress) = figures.progress {
        parts.push(format!("{} done", percent(progress)));
    }
    parts.push(format!("{} of {} measured", figures.coverage.measured, figures.coverage.all));
    if let Some(score) = figures.score {
        let grade = figures.grade.map(|grade| format!(", {}", grade.word())).unwrap_or_default();
        parts.push(format!("score {}{grade}", hundredths(score)));
    }
    if let Some(original) =
        figures.score_original.filter(|original| Some(*original) != figures.score)
    {
        parts.push(format!("{} under the original plan", hundredths(original)));
    }
    if let Some(confidence) = figures.confidence {
        parts.push(format!("confidence {confidence}"));
    }
    let mut second = Vec::new();
    if let Some(owner) = &goal.owner {
        second.push(format!("owner {}", printable(model.settings.person_name(owner))));
    }
    if let Some(team) = &goal.team {
        second.push(format!("team {}", printable(team)));
    }
    second.push(goal.read_ambition().word().to_owned());
    second.push(format!("{} to {}", goal.window.start, goal.window.end));
    if goal.window.contains(as_of) {
        second.push(format!("{} of the time over", percent(goal.window.elapsed(as_of))));
    }
    let mut text = format!("  {}\n  {}\n", parts.join(" · "), look.dim(&second.join(" · ")));
    let links = |word: &str, links: &[crate::model::Link]| {
        let names: Vec<String> = links.iter().map(|link| reference(model, link)).collect();
        if names.is_empty() {
            String::new()
        } else {
            format!("  {}\n", look.dim(&format!("{word} {}", names.join(", "))))
        }
    };
    text.push_str(&links("contributes to", &goal.contributes_to));
    text.push_str(&links("supports", &goal.supports));
    if let Some(moves) = figures.goalpost_moves.filter(|moves| *moves > 0) {
        text.push_str(&format!(
            "  {}\n",
            look.paint(
                anstyle::AnsiColor::Yellow.on_default(),
                &format!("goalposts moved {}", times(moves))
            )
        ));
    }
    text
}

fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

/// One key result in full: its bar, its way, its values so far, and where it is heading.
pub fn key_result_detail(
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    as_of: Date,
    look: Look,
) -> String {
    let id = key_result.id.as_deref().unwrap_or("measure");
    let title = if key_result.id.is_some() { printable(&key_result.title) } else { "".into() };
    let mut text = format!("{}  {title}\n", look.bold(id));
    let shown = Some(figures.progress).filter(|_| figures.raw.is_some());
    let mut parts = vec![
        look.bar(shown.unwrap_or(0.0), figures.expected, 24, figures.status),
        shown.map_or_else(|| "–".to_owned(), percent),
        look.status(figures.status),
    ];
    parts.extend(figures.pace.map(|pace| format!("pace {}", hundredths(pace))));
    parts.extend(figures.confidence.map(|confidence| format!("confidence {confidence}")));
    parts.extend(figures.last_checkin.map(|last| ago(last, as_of)));
    text.push_str(&format!("  {}\n", parts.join("  ")));
    text.push_str(&format!("  {}\n", way(key_result, figures)));
    let series = series(key_result, as_of);
    if series.len() > 1 {
        text.push_str(&format!(
            "  {}  {}\n",
            sparkline(&series),
            look.dim(&count(figures.checkins, "check-in"))
        ));
    }
    if let Some(outlook) = outlook(key_result, figures, as_of) {
        text.push_str(&format!("  {}\n", look.dim(&outlook)));
    }
    text
}

/// The last values of a key result that are numbers, up to a date.
pub(crate) fn series(key_result: &KeyResult, as_of: Date) -> Vec<f64> {
    const SHOWN: usize = 40;
    let records = key_result.records.iter();
    let counted = records.filter(|record| !record.void && record.stamp.date <= as_of);
    let mut series: Vec<f64> = counted
        .filter_map(|record| match record.value {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        })
        .collect();
    series.drain(..series.len().saturating_sub(SHOWN));
    series
}

/// Where a key result is heading that is not there yet.
pub(crate) fn outlook(
    key_result: &KeyResult,
    figures: &KeyResultFigures,
    as_of: Date,
) -> Option<String> {
    let open = key_result.window.contains(as_of) && figures.progress < 1.0;
    let forecast = figures.forecast.filter(|_| open)?;
    let there = forecast
        .eta
        .map_or_else(|| "not getting nearer".to_owned(), |eta| format!("target on {eta}"));
    let value = with_unit(&number(round_like(forecast.projected_value)), key_result);
    Some(format!("at this rate {value} on {}; {there}", key_result.window.end))
}

/// A projected value to a sensible number of digits.
fn round_like(value: f64) -> f64 {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 1.0 {
        1
    } else {
        3
    };
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

fn with_unit(value: &str, key_result: &KeyResult) -> String {
    match &key_result.unit {
        Some(unit) => format!("{value} {}", printable(unit)),
        None => value.to_owned(),
    }
}

/// Where the measure began, is, and is to go.
pub(crate) fn way(key_result: &KeyResult, figures: &KeyResultFigures) -> String {
    let now = figures.value.as_ref().map_or_else(
        || "not measured yet".to_owned(),
        |value| printable(&value.to_string()).into_owned(),
    );
    match &key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => {
            with_unit(&format!("{} → {now} → {}", number(*baseline), number(*target)), key_result)
        }
        Some(Measure::Threshold { at_least, at_most, .. }) => {
            let least = at_least.map(|bound| format!("at least {}", number(bound)));
            let most = at_most.map(|bound| format!("at most {}", number(bound)));
            let bounds: Vec<String> = least.into_iter().chain(most).collect();
            format!("{now}, to be kept {}", with_unit(&bounds.join(" and "), key_result))
        }
        Some(Measure::Milestone(steps)) => {
            let steps: Vec<String> =
                steps.iter().map(|step| format!("{} ({})", step.id, number(step.score))).collect();
            format!("reached: {now}; {}", shorten(&steps.join(", "), 120))
        }
        Some(Measure::Binary) => format!("done: {now}"),
        Some(Measure::Baseline) => format!("to be found: {}", with_unit(&now, key_result)),
        Some(Measure::Objectives) => "through the goals that contribute".to_owned(),
        None => "cannot be computed: see `goals check`".to_owned(),
    }
}
