//! The burn-up chart: the records of a key result against the path that was expected, with the target as it stood, the
//! forecast, the confidence that people gave, and the moves of the goalposts.

mod moves;

use jiff::civil::Date;

use super::super::figure;
use super::super::markdown::Markup;
use super::Pen;
use super::axis::{Axis, PLOT_HEIGHT, Tick, Window, date_ticks, finite};
use crate::text::cut;

pub use moves::GoalpostMove;

/// Beyond this many records the points are drawn small.
const CROWDED: usize = 40;

/// One record on a chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// The date of the record.
    pub date: Date,
    /// Its value, in the key result's unit.
    pub value: f64,
    /// What is said beside date and value when the point is pointed at, such as the confidence.
    pub remark: Option<String>,
}

/// Where the average rate so far leads: the rollup's forecast.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecast {
    /// The value at the end of the window.
    pub at_end: f64,
    /// The day on which the target is reached, if it ever is.
    pub arrival: Option<Date>,
}

/// What a burn-up chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct BurnUp<'a> {
    /// The id of the key result's place in the page, with which those of the chart's title and description begin.
    pub id: String,
    /// The title of the key result.
    pub title: &'a str,
    /// The unit of every value.
    pub unit: Option<&'a str>,
    /// The first day of the window.
    pub start: Date,
    /// The last day of the window.
    pub end: Date,
    /// The day for which the report is made.
    pub today: Date,
    /// Where the value started.
    pub baseline: Option<f64>,
    /// Where the value is to be at the end.
    pub target: Option<f64>,
    /// The least value allowed, of a threshold.
    pub at_least: Option<f64>,
    /// The greatest value allowed, of a threshold.
    pub at_most: Option<f64>,
    /// Whether the bounds themselves are not allowed.
    pub strict: bool,
    /// The corners of the expected path, in order of date; empty if nothing is expected on the way.
    pub expected: Vec<(Date, f64)>,
    /// The value that is expected on the day of the report, if any is.
    pub expected_now: Option<f64>,
    /// The records, in order of date.
    pub records: Vec<Point>,
    /// Where the average rate so far leads.
    pub forecast: Option<Forecast>,
    /// The confidences that people gave, from 0 to 10, in order of date.
    pub confidence: Vec<(Date, u8)>,
    /// The changes of the goal, in order of date.
    pub moves: Vec<GoalpostMove>,
}

/// Draws a burn-up chart.
pub fn burn_up(chart: &BurnUp<'_>) -> Markup {
    let window = Window { start: chart.start, end: chart.end };
    let axis = Axis::new(&anchors(chart), &values(chart)).beyond(chart.at_least, chart.at_most);
    let class = if chart.confidence.is_empty() { "chart" } else { "chart with-confidence" };
    let labels = labelled(window);
    let records: Vec<Place> = chart
        .records
        .iter()
        .map(|point| Place { share: window.share(point.date), y: axis.y(point.value) })
        .collect();
    let mut svg = Pen::with_room(2400 + 100 * (chart.records.len() + chart.confidence.len()));
    svg.put("<svg class=\"").put(class).put("\" role=\"img\" aria-labelledby=\"").text(&chart.id);
    svg.put(":t\" aria-describedby=\"").text(&chart.id).put(":d\"><title id=\"").text(&chart.id);
    svg.put(":t\">").text(chart.title).put("</title><desc id=\"").text(&chart.id).put(":d\">");
    svg.text(&description(chart)).put("</desc>");
    lines(&mut svg, chart, window, &axis, &labels, &records);
    value_labels(&mut svg, &axis, chart.unit);
    date_labels(&mut svg, &labels);
    today_label(&mut svg, chart, window);
    target_label(&mut svg, chart, &axis);
    points(&mut svg, chart, window, &axis, &records);
    forecast_mark(&mut svg, chart, window, &axis);
    moves::draw(&mut svg, &chart.moves, window);
    confidence_band(&mut svg, chart, window);
    svg.put("</svg>");
    Markup::trusted(svg.0)
}

/// Where a record lies.
struct Place {
    /// From 0 at the start of the window to 1 at its end.
    share: f64,
    /// In pixels from the top.
    y: f64,
}

/// One entry of a chart's legend: the class of its swatch, and its word.
pub type LegendEntry = (&'static str, &'static str);

/// The legend of a burn-up chart: only what it shows.
pub fn legend(chart: &BurnUp<'_>) -> Vec<LegendEntry> {
    let entries = [
        (!chart.records.is_empty(), ("record", "Recorded")),
        (has_bounds(chart), ("band", "Within bounds")),
        (
            chart.records.iter().any(|point| is_outside(chart, point.value)),
            ("outside", "Out of bounds"),
        ),
        (chart.expected.len() > 1, ("expected", "Expected path")),
        (forecast_line(chart).is_some(), ("forecast", "Forecast")),
        (chart.target.is_some(), ("target", "Target")),
        (!chart.moves.is_empty(), ("move", "Goalpost moved")),
        (!chart.confidence.is_empty(), ("confidence", "Confidence, 0 to 10")),
    ];
    entries.into_iter().filter(|(shown, _)| *shown).map(|(_, entry)| entry).collect()
}

fn anchors(chart: &BurnUp<'_>) -> Vec<f64> {
    let fixed = [chart.baseline, chart.target, chart.at_least, chart.at_most];
    let path = chart.expected.iter().map(|(_, value)| *value);
    let old = chart.moves.iter().filter_map(|goalpost| goalpost.old_target);
    fixed.into_iter().flatten().chain(path).chain(old).map(finite).collect()
}

fn values(chart: &BurnUp<'_>) -> Vec<f64> {
    let recorded = chart.records.iter().map(|point| point.value);
    let forecast = forecast_line(chart).map(|line| line.to.1);
    recorded.chain(forecast).map(finite).collect()
}

fn has_bounds(chart: &BurnUp<'_>) -> bool {
    chart.at_least.is_some() || chart.at_most.is_some()
}

fn is_outside(chart: &BurnUp<'_>, value: f64) -> bool {
    let beyond = |low: f64, high: f64| low > high || chart.strict && low >= high;
    chart.at_least.is_some_and(|least| beyond(least, value))
        || chart.at_most.is_some_and(|most| beyond(value, most))
}

/// What the chart says, in a few sentences.
fn description(chart: &BurnUp<'_>) -> String {
    let shown = |value: f64| figure::with_unit(figure::number(value), chart.unit);
    let mut words = String::with_capacity(200);
    words.extend(["Window ", &figure::span(chart.start, chart.end), "."]);
    match (chart.baseline, chart.target) {
        (Some(from), Some(to)) => {
            words.extend([" From ", &shown(from), " to ", &shown(to), "."]);
        }
        (None, Some(to)) => words.extend([" To ", &shown(to), "."]),
        _ => {}
    }
    if let Some(least) = chart.at_least {
        let word = if chart.strict { " Above " } else { " At least " };
        words.extend([word, &shown(least), "."]);
    }
    if let Some(most) = chart.at_most {
        let word = if chart.strict { " Below " } else { " At most " };
        words.extend([word, &shown(most), "."]);
    }
    match chart.records.last() {
        Some(last) => {
            let count = figure::count(chart.records.len(), "recorded value", "recorded values");
            words.extend([" ", &count, ", the last ", &shown(last.value), " on "]);
            figure::push_date(&mut words, last.date);
            words.push('.');
        }
        None => words.push_str(" Nothing recorded yet."),
    }
    for (date, value) in chart.expected.iter().skip(1).rev().skip(1).rev() {
        words.extend([" Expected ", &shown(*value), " on ", &figure::date(*date), "."]);
    }
    let open = Window { start: chart.start, end: chart.end }.holds(chart.today);
    if let Some(value) = chart.expected_now.filter(|_| open) {
        let way = chart.baseline.zip(chart.target).map_or(0.0, |(from, to)| to - from);
        let value = figure::with_unit(figure::estimate(value, way), chart.unit);
        words.extend([" Expected by now ", &value, "."]);
    }
    if let Some(line) = forecast_line(chart) {
        words.extend([" ", &forecast_words(&line, chart), "."]);
    }
    if let (Some((_, first)), Some((day, last))) =
        (chart.confidence.first(), chart.confidence.last())
    {
        let day = figure::date(*day);
        words.push_str(&match chart.confidence.len() {
            1 => format!(" Confidence {last} of 10 on {day}."),
            _ => format!(" Confidence from {first} to {last} of 10 on {day}."),
        });
    }
    for moved in &chart.moves {
        words.extend([" ", &figure::date(moved.date), ": ", &moved.label, "."]);
    }
    words
}

/// Everything that is drawn by lines, in a picture of its own that stretches with the room while strokes keep their
/// width.
fn lines(
    svg: &mut Pen,
    chart: &BurnUp<'_>,
    window: Window,
    axis: &Axis,
    labels: &[Label],
    records: &[Place],
) {
    svg.put("<svg class=\"lines\" viewBox=\"0 0 ").short(WIDTH).put(" ").short(PLOT_HEIGHT);
    svg.put("\" preserveAspectRatio=\"none\">");
    path(svg, "grid", |svg| levels(svg, axis, axis.ticks()));
    path(svg, "tick", |svg| {
        for label in labels {
            svg.put("M").short(label.share * WIDTH).put(" ").short(PLOT_HEIGHT).put("v5");
        }
    });
    if has_bounds(chart) {
        path(svg, "band", |svg| band(svg, chart, axis));
        path(svg, "bound", |svg| levels(svg, axis, bounds(chart)));
    }
    if window.holds(chart.today) {
        path(svg, "today", |svg| {
            svg.put("M").short(across(window, chart.today)).put("-6V").short(PLOT_HEIGHT);
        });
    }
    if !chart.moves.is_empty() {
        path(svg, "move-line", |svg| {
            for moved in &chart.moves {
                svg.put("M").short(across(window, moved.date)).put(" 0V").short(PLOT_HEIGHT);
            }
        });
    }
    let place = |(date, value): &(Date, f64)| (across(window, *date), axis.y(*value));
    if chart.target.is_some() {
        course(svg, "target", target_path(chart, window, axis).into_iter());
    }
    course(svg, "expected", chart.expected.iter().map(place));
    if let Some(line) = forecast_line(chart) {
        let (from, to) = (place(&line.from), place(&line.to));
        // A line that leaves the axis ends where it does.
        let there = axis.share_within(line.from.1, line.to.1);
        let end = (from.0 + (to.0 - from.0) * there, to.1);
        course(svg, "forecast", [from, end].into_iter());
    }
    course(svg, "record-line", records.iter().map(|at| (at.share * WIDTH, at.y)));
    svg.put("</svg>");
}

/// A path of a class, whose `d` is written by `d`.
fn path(svg: &mut Pen, class: &str, d: impl FnOnce(&mut Pen)) {
    svg.put("<path class=\"").put(class).put("\" d=\"");
    d(svg);
    svg.put("\"/>");
}

/// A line from side to side at each of these values.
fn levels(svg: &mut Pen, axis: &Axis, values: impl IntoIterator<Item = f64>) {
    for value in values {
        svg.put("M0 ").short(axis.y(value)).put("h").short(WIDTH);
    }
}

/// A line of a class; a single corner makes none.
fn course(svg: &mut Pen, class: &str, corners: impl ExactSizeIterator<Item = (f64, f64)>) {
    if corners.len() > 1 {
        path(svg, class, |svg| {
            svg.line(corners);
        });
    }
}

/// How wide the picture of the lines is in its own measure.
const WIDTH: f64 = 1000.0;

/// Where a date lies in the picture of the lines.
fn across(window: Window, date: Date) -> f64 {
    window.share(date) * WIDTH
}

fn value_labels(svg: &mut Pen, axis: &Axis, unit: Option<&str>) {
    svg.put("<g class=\"values\" transform=\"translate(-10 4)\">");
    for value in axis.ticks() {
        svg.put("<text y=\"").coordinate(axis.y(value)).put("\">");
        svg.text(&figure::tick(value, axis.step)).put("</text>");
    }
    if let Some(unit) = unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        let unit = cut(unit, 16);
        // A short unit stands above its numbers; a long one starts where they start.
        let place = if unit.chars().count() > 5 { " class=\"long\" x=\"-26\"" } else { "" };
        svg.put("<text").put(place).put(" y=\"-18\">").text(&unit).put("</text>");
    }
    svg.put("</g>");
}

/// A date that is written below the chart.
struct Label {
    /// Where it lies, from 0 at the start to 1 at the end.
    share: f64,
    text: String,
    /// Whether it is left out on a small screen.
    is_spare: bool,
}

/// The two ends of a window, then starts of months, weeks or years between them, whichever are not too many.
fn labelled(window: Window) -> Vec<Label> {
    let end = |date| Label { share: window.share(date), text: figure::day(date), is_spare: false };
    let mut labels = vec![end(window.start)];
    if window.days() > 0 {
        labels.push(end(window.end));
    }
    let label = |Tick { date, text, is_spare }| Label { share: window.share(date), text, is_spare };
    labels.extend(date_ticks(window).into_iter().map(label));
    labels
}

fn date_labels(svg: &mut Pen, labels: &[Label]) {
    svg.put("<g class=\"dates\" transform=\"translate(0 ").coordinate(PLOT_HEIGHT + 19.0);
    svg.put(")\">");
    for label in labels {
        let class = if label.is_spare { " class=\"spare\"" } else { "" };
        svg.put("<text").put(class).put(" x=\"").per_cent(label.share).put("\">");
        svg.text(&label.text).put("</text>");
    }
    svg.put("</g>");
}

/// The outline of the values that are within bounds.
fn band(svg: &mut Pen, chart: &BurnUp<'_>, axis: &Axis) {
    let top = chart.at_most.map_or(0.0, |most| axis.y(most));
    let bottom = chart.at_least.map_or(PLOT_HEIGHT, |least| axis.y(least));
    svg.put("M0 ").short(top).put("h").short(WIDTH).put("V").short(bottom.max(top)).put("H0z");
}

fn bounds(chart: &BurnUp<'_>) -> impl Iterator<Item = f64> {
    [chart.at_least, chart.at_most].into_iter().flatten()
}

fn today_label(svg: &mut Pen, chart: &BurnUp<'_>, window: Window) {
    if !window.holds(chart.today) {
        return;
    }
    let share = window.share(chart.today);
    let class = match share {
        _ if share < 0.06 => "today-label first",
        _ if share > 0.94 => "today-label last",
        _ => "today-label",
    };
    svg.put("<text class=\"").put(class).put("\" x=\"").per_cent(share);
    svg.put("\" y=\"-12\">today</text>");
}

/// The target as it stood at each date: a stair with a step at each move.
fn target_path(chart: &BurnUp<'_>, window: Window, axis: &Axis) -> Vec<(f64, f64)> {
    let Some(target) = chart.target else {
        return Vec::new();
    };
    let mut corners = Vec::new();
    let mut from = 0.0;
    for (date, old) in chart.moves.iter().filter_map(|moved| Some((moved.date, moved.old_target?)))
    {
        let x = across(window, date);
        corners.extend([(from, axis.y(old)), (x, axis.y(old))]);
        from = x;
    }
    corners.extend([(from, axis.y(target)), (WIDTH, axis.y(target))]);
    corners
}

/// The line of the forecast, dates and values at its two ends.
struct ForecastLine {
    from: (Date, f64),
    to: (Date, f64),
    /// Whether it ends at the target, before the window does.
    arrives: bool,
}

/// The line of the forecast, if there is one to draw: from the last record to the day on which the target is reached, or
/// to the end of the window if that is earlier.
fn forecast_line(chart: &BurnUp<'_>) -> Option<ForecastLine> {
    let forecast = chart.forecast?;
    let last = chart.records.last()?;
    let from = (last.date.max(chart.start), finite(last.value));
    if from.0 >= chart.end || chart.today > chart.end {
        return None;
    }
    let arrival = forecast.arrival.filter(|day| from.0 < *day && *day <= chart.end);
    Some(match arrival.zip(chart.target) {
        Some((day, target)) => ForecastLine { from, to: (day, finite(target)), arrives: true },
        None => ForecastLine { from, to: (chart.end, finite(forecast.at_end)), arrives: false },
    })
}

/// What the forecast says.
fn forecast_words(line: &ForecastLine, chart: &BurnUp<'_>) -> String {
    let (day, value) = line.to;
    let way = chart.baseline.zip(chart.target).map_or(0.0, |(from, to)| to - from);
    let value = if line.arrives { figure::number(value) } else { figure::estimate(value, way) };
    let mut words = String::with_capacity(48);
    words.extend(["Forecast ", &figure::with_unit(value, chart.unit), " on "]);
    figure::push_date(&mut words, day);
    words
}

/// The open point at which the forecast ends, unless that is beyond the axis.
fn forecast_mark(svg: &mut Pen, chart: &BurnUp<'_>, window: Window, axis: &Axis) {
    let Some(line) = forecast_line(chart).filter(|line| axis.holds(line.to.1)) else { return };
    svg.put("<circle class=\"forecast-end\" cx=\"").per_cent(window.share(line.to.0));
    svg.put("\" cy=\"").coordinate(axis.y(line.to.1)).put("\" r=\"4\"><title>");
    svg.text(&forecast_words(&line, chart)).put("</title></circle>");
}

fn target_label(svg: &mut Pen, chart: &BurnUp<'_>, axis: &Axis) {
    let Some(target) = chart.target else { return };
    let y = axis.y(target);
    let offset = if y < 16.0 { 15.0 } else { -7.0 };
    // Every path ends at the target on the right, so there is more room on the left, unless the target was another there.
    let moved = chart.moves.iter().any(|moved| moved.old_target.is_some());
    let (class, x) = if moved { ("target-label last", "100%") } else { ("target-label", "6") };
    svg.put("<text class=\"").put(class).put("\" x=\"").put(x).put("\" y=\"");
    svg.coordinate(y + offset).put("\">target ").text(&figure::number(target)).put("</text>");
}

fn points(svg: &mut Pen, chart: &BurnUp<'_>, window: Window, axis: &Axis, places: &[Place]) {
    let class = if chart.records.len() > CROWDED { "points crowded" } else { "points" };
    svg.put("<g class=\"").put(class).put("\">");
    for (point, place) in chart.records.iter().zip(places) {
        let outside = is_outside(chart, point.value);
        let beyond = !axis.holds(point.value) || !window.holds(point.date);
        svg.put(match () {
            () if outside => "<svg x=\"",
            () if beyond => "<circle class=\"beyond\" cx=\"",
            () => "<circle cx=\"",
        });
        svg.per_cent(place.share).put(if outside { "\" y=\"" } else { "\" cy=\"" });
        svg.coordinate(place.y).put(match outside {
            true => {
                "\" overflow=\"visible\"><path class=\"outside\" d=\"M-4-4L4 4M4-4L-4 4\"><title>"
            }
            false => "\"><title>",
        });
        svg.text(&point_title(point, chart.unit));
        svg.put(if outside { "</title></path></svg>" } else { "</title></circle>" });
    }
    svg.put("</g>");
}

fn point_title(point: &Point, unit: Option<&str>) -> String {
    let mut title = String::with_capacity(40);
    figure::push_date(&mut title, point.date);
    title.extend([": ", &figure::with_unit(figure::number(point.value), unit)]);
    if let Some(remark) = &point.remark {
        title.extend([", ", remark]);
    }
    title
}

/// How high the band of confidences is, and where it begins, in pixels.
const BAND_TOP: f64 = PLOT_HEIGHT + 36.0;
const BAND_HEIGHT: f64 = 26.0;

/// The confidences below the dates: a step from each day on which another was given to the next, as high as it is.
fn confidence_band(svg: &mut Pen, chart: &BurnUp<'_>, window: Window) {
    if chart.confidence.is_empty() {
        return;
    }
    let base = BAND_TOP + BAND_HEIGHT;
    svg.put("<g class=\"confidence\"><text class=\"tick-value\" x=\"-10\" y=\"");
    svg.coordinate(base - 2.0).put("\">conf.</text><line class=\"confidence-base\" x1=\"0\" ");
    svg.put("x2=\"100%\" y1=\"").coordinate(base).put("\" y2=\"").coordinate(base).put("\"/>");
    let steps = confidence_steps(&chart.confidence);
    let mut labelled = f64::NEG_INFINITY;
    for (at, (date, given)) in steps.iter().enumerate() {
        let next = steps.get(at + 1).map_or(chart.today.min(chart.end), |(next, _)| *next);
        let (from, to) = (window.share(*date), window.share(next.max(*date)));
        let top = base - BAND_HEIGHT * f64::from((*given).min(10)) / 10.0;
        let given = given.to_string();
        svg.put("<rect class=\"confidence-step\" x=\"").per_cent(from);
        svg.put("\" width=\"").per_cent((to - from).max(0.004));
        svg.put("\" y=\"").coordinate(top).put("\" height=\"").coordinate(base - top);
        svg.put("\"><title>Confidence ").put(&given).put(" from ").text(&figure::date(*date));
        svg.put("</title></rect>");
        if from - labelled >= 0.05 {
            labelled = from;
            let class = if from > 0.97 { "confidence-value last" } else { "confidence-value" };
            svg.put("<text class=\"").put(class).put("\" x=\"").per_cent(from);
            svg.put("\" y=\"").coordinate(top - 3.0).put("\">").put(&given).put("</text>");
        }
    }
    svg.put("</g>");
}

/// The days on which confidence became another than it was; of several on one day the last counts.
fn confidence_steps(given: &[(Date, u8)]) -> Vec<(Date, u8)> {
    let is_last = |at: &usize| given.get(at + 1).is_none_or(|(next, _)| *next != given[*at].0);
    let mut steps: Vec<(Date, u8)> = (0..given.len()).filter(is_last).map(|at| given[at]).collect();
    steps.dedup_by_key(|(_, given)| *given);
    steps
}

#[cfg(test)]
mod tests;
