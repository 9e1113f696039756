//! The burn-up chart: the records of a key result against the path that was expected, with the target as it stood, the
//! forecast, the confidence that people gave, and the moves of the goalposts.

use jiff::civil::Date;

use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::axis::{Axis, PLOT_HEIGHT, Tick, Window, date_ticks, finite};
use super::{coordinate, line, per_cent};
use crate::text;

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

/// A change of the goal itself, marked at its date.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalpostMove {
    /// The date of the change.
    pub date: Date,
    /// What changed, with old and new: `target 20 min → 15 min`.
    pub label: String,
    /// The least that is written beside its mark: `20 → 15`; nothing where no number says it.
    pub short: Option<String>,
    /// The target before, if the target moved.
    pub old_target: Option<f64>,
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
    let mut svg = format!(
        "<svg class=\"{class}\" role=\"img\" aria-label=\"{}. {}\">",
        escape::text(chart.title),
        escape::text(&description(chart)),
    );
    svg.push_str(&lines(chart, window, &axis));
    svg.push_str(&value_labels(&axis, chart.unit));
    svg.push_str(&date_labels(window));
    svg.push_str(&today_label(chart, window));
    svg.push_str(&target_label(chart, &axis));
    svg.push_str(&points(chart, window, &axis));
    svg.push_str(&forecast_mark(chart, window, &axis));
    svg.push_str(&move_marks(chart, window));
    svg.push_str(&confidence_band(chart, window));
    svg.push_str("</svg>");
    Markup::trusted(svg)
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
    let shown = |value: f64| figure::with_unit(&figure::number(value), chart.unit);
    let mut words = vec![format!("Window {}.", figure::span(chart.start, chart.end))];
    match (chart.baseline, chart.target) {
        (Some(from), Some(to)) => words.push(format!("From {} to {}.", shown(from), shown(to))),
        (None, Some(to)) => words.push(format!("To {}.", shown(to))),
        _ => {}
    }
    if let Some(least) = chart.at_least {
        let word = if chart.strict { "Above" } else { "At least" };
        words.push(format!("{word} {}.", shown(least)));
    }
    if let Some(most) = chart.at_most {
        let word = if chart.strict { "Below" } else { "At most" };
        words.push(format!("{word} {}.", shown(most)));
    }
    match (chart.records.len(), chart.records.last()) {
        (n, Some(last)) => words.push(format!(
            "{}, the last {} on {}.",
            figure::count(n, "recorded value", "recorded values"),
            shown(last.value),
            figure::date(last.date)
        )),
        _ => words.push("Nothing recorded yet.".to_owned()),
    }
    if let Some(line) = forecast_line(chart) {
        words.push(format!("{}.", forecast_words(&line, chart)));
    }
    if let (Some((_, first)), Some((day, last))) =
        (chart.confidence.first(), chart.confidence.last())
    {
        words.push(match chart.confidence.len() {
            1 => format!("Confidence {last} of 10 on {}.", figure::date(*day)),
            _ => format!("Confidence from {first} to {last} of 10 on {}.", figure::date(*day)),
        });
    }
    words.extend(
        chart.moves.iter().map(|moved| format!("{}: {}.", figure::date(moved.date), moved.label)),
    );
    words.join(" ")
}

/// Everything that is drawn by lines, in a picture of its own that stretches with the room while strokes keep their
/// width.
fn lines(chart: &BurnUp<'_>, window: Window, axis: &Axis) -> String {
    let place = |date: Date, value: f64| (across(window, date), axis.y(value));
    let mut svg = format!(
        "<svg class=\"lines\" viewBox=\"0 0 {WIDTH} {PLOT_HEIGHT}\" preserveAspectRatio=\"none\">"
    );
    let mut path = |class: &str, d: &str| {
        if !d.is_empty() {
            svg.extend(["<path class=\"", class, "\" d=\"", d, "\"/>"]);
        }
    };
    let level = |value: f64| format!("M0 {}h{WIDTH}", short(axis.y(value)));
    path("grid", &axis.ticks().into_iter().map(level).collect::<String>());
    let tick =
        |(date, ..): (Date, _, _)| format!("M{} {PLOT_HEIGHT}v5", short(across(window, date)));
    path("tick", &labelled(window).into_iter().map(tick).collect::<String>());
    path("band", &band(chart, axis));
    path("bound", &bounds(chart).map(level).collect::<String>());
    if window.holds(chart.today) {
        path("today", &format!("M{}-6V{PLOT_HEIGHT}", short(across(window, chart.today))));
    }
    let moved =
        |moved: &GoalpostMove| format!("M{} 0V{PLOT_HEIGHT}", short(across(window, moved.date)));
    path("move-line", &chart.moves.iter().map(moved).collect::<String>());
    let mut course = |class: &str, corners: Vec<(f64, f64)>| {
        if corners.len() > 1 {
            path(class, &line(corners.into_iter()));
        }
    };
    course("target", target_path(chart, window, axis));
    course("expected", chart.expected.iter().map(|(date, value)| place(*date, *value)).collect());
    if let Some(ForecastLine { from, to, .. }) = forecast_line(chart) {
        course("forecast", vec![place(from.0, from.1), place(to.0, to.1)]);
    }
    course("record-line", chart.records.iter().map(|at| place(at.date, at.value)).collect());
    svg.push_str("</svg>");
    svg
}

/// How wide the picture of the lines is in its own measure.
const WIDTH: f64 = 1000.0;

/// Where a date lies in the picture of the lines.
fn across(window: Window, date: Date) -> f64 {
    window.share(date) * WIDTH
}

/// A coordinate of a line with at most one decimal.
fn short(value: f64) -> String {
    text::shortened(finite(value), 1)
}

fn value_labels(axis: &Axis, unit: Option<&str>) -> String {
    let mut svg = String::from("<g class=\"values\" transform=\"translate(-10 4)\">");
    for value in axis.ticks() {
        let label = escape::text(&figure::tick(value, axis.step));
        svg.push_str(&format!("<text y=\"{}\">{label}</text>", coordinate(axis.y(value))));
    }
    if let Some(unit) = unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        let unit: String = unit.chars().take(16).collect();
        // A short unit stands above its numbers; a long one starts where they start.
        let place = if unit.chars().count() > 5 { " class=\"long\" x=\"-26\"" } else { "" };
        svg.push_str(&format!("<text{place} y=\"-18\">{}</text>", escape::text(&unit)));
    }
    svg.push_str("</g>");
    svg
}

/// The two ends of a window, then starts of months, weeks or years between them, whichever are not too many: each with
/// its label, and whether that is left out on a small screen.
fn labelled(window: Window) -> Vec<(Date, String, bool)> {
    let mut dates = vec![(window.start, figure::day(window.start), false)];
    if window.days() > 0 {
        dates.push((window.end, figure::day(window.end), false));
    }
    let between = date_ticks(window).into_iter();
    dates.extend(between.map(|Tick { date, text, is_spare }| (date, text, is_spare)));
    dates
}

fn date_labels(window: Window) -> String {
    let mut svg = format!(
        "<g class=\"dates\" transform=\"translate(0 {})\">",
        coordinate(PLOT_HEIGHT + 19.0)
    );
    for (date, text, is_spare) in labelled(window) {
        let class = if is_spare { " class=\"spare\"" } else { "" };
        let x = per_cent(window.share(date));
        svg.push_str(&format!("<text{class} x=\"{x}\">{}</text>", escape::text(&text)));
    }
    svg.push_str("</g>");
    svg
}

/// The outline of the values that are within bounds; nothing without bounds.
fn band(chart: &BurnUp<'_>, axis: &Axis) -> String {
    if !has_bounds(chart) {
        return String::new();
    }
    let top = chart.at_most.map_or(0.0, |most| axis.y(most));
    let bottom = chart.at_least.map_or(PLOT_HEIGHT, |least| axis.y(least));
    format!("M0 {}h{WIDTH}V{}H0z", short(top), short(bottom.max(top)))
}

fn bounds(chart: &BurnUp<'_>) -> impl Iterator<Item = f64> {
    [chart.at_least, chart.at_most].into_iter().flatten()
}

fn today_label(chart: &BurnUp<'_>, window: Window) -> String {
    if !window.holds(chart.today) {
        return String::new();
    }
    let share = window.share(chart.today);
    let class = match share {
        _ if share < 0.06 => "today-label first",
        _ if share > 0.94 => "today-label last",
        _ => "today-label",
    };
    format!("<text class=\"{class}\" x=\"{}\" y=\"-12\">today</text>", per_cent(share))
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
    let value = if line.arrives { figure::number(value) } else { figure::estimate(value) };
    format!("Forecast {} on {}", figure::with_unit(&value, chart.unit), figure::date(day))
}

/// The open point at which the forecast ends.
fn forecast_mark(chart: &BurnUp<'_>, window: Window, axis: &Axis) -> String {
    let Some(line) = forecast_line(chart) else { return String::new() };
    format!(
        "<circle class=\"forecast-end\" cx=\"{}\" cy=\"{}\" r=\"4\"><title>{}</title></circle>",
        per_cent(window.share(line.to.0)),
        coordinate(axis.y(line.to.1)),
        escape::text(&forecast_words(&line, chart))
    )
}

fn target_label(chart: &BurnUp<'_>, axis: &Axis) -> String {
    let Some(target) = chart.target else {
        return String::new();
    };
    let y = axis.y(target);
    let offset = if y < 16.0 { 15.0 } else { -7.0 };
    // Every path ends at the target on the right, so there is more room on the left, unless the target was another there.
    let moved = chart.moves.iter().any(|moved| moved.old_target.is_some());
    let (class, x) = if moved { ("target-label last", "100%") } else { ("target-label", "6") };
    format!(
        "<text class=\"{class}\" x=\"{x}\" y=\"{}\">target {}</text>",
        coordinate(y + offset),
        escape::text(&figure::number(target))
    )
}

fn points(chart: &BurnUp<'_>, window: Window, axis: &Axis) -> String {
    let class = if chart.records.len() > CROWDED { "points crowded" } else { "points" };
    let mut svg = format!("<g class=\"{class}\">");
    for point in &chart.records {
        let x = per_cent(window.share(point.date));
        let y = coordinate(axis.y(point.value));
        let title = escape::text(&point_title(point, chart.unit));
        let beyond = !axis.holds(point.value) || !window.holds(point.date);
        if is_outside(chart, point.value) {
            svg.push_str(&format!(
                "<svg x=\"{x}\" y=\"{y}\" overflow=\"visible\"><path class=\"outside\" d=\"M-4-4L4 4M4-4L-4 4\">\
                 <title>{title}</title></path></svg>"
            ));
        } else {
            let class = if beyond { " class=\"beyond\"" } else { "" };
            svg.push_str(&format!(
                "<circle{class} cx=\"{x}\" cy=\"{y}\"><title>{title}</title></circle>"
            ));
        }
    }
    svg.push_str("</g>");
    svg
}

fn point_title(point: &Point, unit: Option<&str>) -> String {
    let value = figure::with_unit(&figure::number(point.value), unit);
    let mut title = format!("{}: {value}", figure::date(point.date));
    if let Some(remark) = &point.remark {
        title.push_str(", ");
        title.push_str(remark);
    }
    title
}

fn move_marks(chart: &BurnUp<'_>, window: Window) -> String {
    let mark = |moved: &GoalpostMove| {
        let share = window.share(moved.date);
        let (x, y) = (per_cent(share), coordinate(PLOT_HEIGHT));
        let title = escape::text(&format!("{}: {}", figure::date(moved.date), moved.label));
        let short = moved.short.as_deref().map_or_else(String::new, |short| {
            // Beside the mark, on the side that has more room.
            let (class, dx) =
                if share > 0.5 { ("move-label last", -11) } else { ("move-label", 11) };
            format!(
                "<text class=\"{class}\" x=\"{x}\" dx=\"{dx}\" y=\"{}\">{}</text>",
                coordinate(PLOT_HEIGHT - 7.0),
                escape::text(short)
            )
        });
        format!(
            "{short}<svg x=\"{x}\" y=\"{y}\" overflow=\"visible\"><path class=\"move\" d=\"M0-7L6 0 0 7-6 0z\">\
             <title>{title}</title></path></svg>"
        )
    };
    chart.moves.iter().map(mark).collect()
}

/// How high the band of confidences is, and where it begins, in pixels.
const BAND_TOP: f64 = PLOT_HEIGHT + 36.0;
const BAND_HEIGHT: f64 = 26.0;

/// The confidences below the dates: a step from each day on which another was given to the next, as high as it is.
fn confidence_band(chart: &BurnUp<'_>, window: Window) -> String {
    if chart.confidence.is_empty() {
        return String::new();
    }
    let base = BAND_TOP + BAND_HEIGHT;
    let mut svg = format!(
        "<g class=\"confidence\"><text class=\"tick-value\" x=\"-10\" y=\"{}\">conf.</text>\
         <line class=\"confidence-base\" x1=\"0\" x2=\"100%\" y1=\"{b}\" y2=\"{b}\"/>",
        coordinate(base - 2.0),
        b = coordinate(base)
    );
    let steps = confidence_steps(&chart.confidence);
    let mut labelled = f64::NEG_INFINITY;
    for (at, (date, given)) in steps.iter().enumerate() {
        let next = steps.get(at + 1).map_or(chart.today.min(chart.end), |(next, _)| *next);
        let (from, to) = (window.share(*date), window.share(next.max(*date)));
        let top = base - BAND_HEIGHT * f64::from((*given).min(10)) / 10.0;
        svg.push_str(&format!(
            "<rect class=\"confidence-step\" x=\"{}\" width=\"{}\" y=\"{}\" height=\"{}\">\
             <title>Confidence {given} from {}</title></rect>",
            per_cent(from),
            per_cent((to - from).max(0.004)),
            coordinate(top),
            coordinate(base - top),
            figure::date(*date),
        ));
        if from - labelled >= 0.05 {
            labelled = from;
            let class = if from > 0.97 { "confidence-value last" } else { "confidence-value" };
            svg.push_str(&format!(
                "<text class=\"{class}\" x=\"{}\" y=\"{}\">{given}</text>",
                per_cent(from),
                coordinate(top - 3.0)
            ));
        }
    }
    svg.push_str("</g>");
    svg
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
