//! The burn-up chart: the records of a key result against the path that was expected, with the target as it stood, the
//! forecast, the confidence that people gave, and the moves of the goalposts.

use jiff::civil::Date;

use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::axis::{Axis, PLOT_HEIGHT, Window, date_ticks, finite};
use super::{coordinate, per_cent, polyline};
use crate::date::{add_days, days_between};

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
    /// What changed, with old and new: `target 20 → 15`.
    pub label: String,
    /// The target before, if the target moved.
    pub old_target: Option<f64>,
}

/// What a burn-up chart shows.
#[derive(Debug, Clone, PartialEq)]
pub struct BurnUp<'a> {
    /// An id of its own in the page; the ids of title and description are made from it.
    pub id: &'a str,
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
    /// The value to be reached at the end at the present rate.
    pub forecast: Option<f64>,
    /// The changes of the goal, in order of date.
    pub moves: Vec<GoalpostMove>,
}

/// Draws a burn-up chart.
pub fn burn_up(chart: &BurnUp<'_>) -> Markup {
    let window = Window { start: chart.start, end: chart.end };
    let axis = Axis::new(&anchors(chart), &values(chart)).beyond(chart.at_least, chart.at_most);
    let id = escape::text(chart.id);
    let mut svg = format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" width=\"100%\" height=\"{}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        coordinate(PLOT_HEIGHT),
        escape::text(chart.title),
        escape::text(&description(chart)),
    );
    svg.push_str(&value_axis(&axis, chart.unit));
    svg.push_str(&date_axis(window));
    svg.push_str(&band(chart, &axis));
    svg.push_str(&today_line(chart, window));
    svg.push_str(&move_lines(chart, window));
    svg.push_str(&lines(chart, window, &axis));
    svg.push_str(&target_label(chart, &axis));
    svg.push_str(&points(chart, window, &axis));
    svg.push_str(&move_marks(chart, window));
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
    if let Some(forecast) = chart.forecast {
        words.push(format!(
            "Forecast {}.",
            figure::with_unit(&figure::estimate(forecast), chart.unit)
        ));
    }
    words.extend(
        chart.moves.iter().map(|moved| format!("{}: {}.", figure::date(moved.date), moved.label)),
    );
    words.join(" ")
}

fn value_axis(axis: &Axis, unit: Option<&str>) -> String {
    let mut svg = String::from("<g class=\"axis\">");
    for value in axis.ticks() {
        let y = coordinate(axis.y(value));
        let label = escape::text(&figure::tick(value, axis.step));
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
             <text class=\"tick-value\" x=\"-10\" y=\"{y}\" dy=\".32em\">{label}</text>"
        ));
    }
    if let Some(unit) = unit.map(str::trim).filter(|unit| !unit.is_empty()) {
        let unit: String = unit.chars().take(16).collect();
        // A short unit stands above its numbers; a long one starts where they start.
        let (class, x) = if unit.chars().count() > 5 { ("unit long", -36) } else { ("unit", -10) };
        svg.push_str(&format!(
            "<text class=\"{class}\" x=\"{x}\" y=\"-14\">{}</text>",
            escape::text(&unit)
        ));
    }
    svg.push_str("</g>");
    svg
}

/// The ticks of the dates: starts of months, weeks or years, whichever are not too many, and the two ends.
fn date_axis(window: Window) -> String {
    let mut svg = String::from("<g class=\"axis\">");
    let base = coordinate(PLOT_HEIGHT);
    let label = |date: Date, text: &str, class: &str| {
        let x = per_cent(window.share(date));
        format!(
            "<line class=\"tick\" x1=\"{x}\" x2=\"{x}\" y1=\"{base}\" y2=\"{}\"/>\
             <text class=\"tick-date {class}\" x=\"{x}\" y=\"{}\">{text}</text>",
            coordinate(PLOT_HEIGHT + 5.0),
            coordinate(PLOT_HEIGHT + 19.0),
        )
    };
    svg.push_str(&label(window.start, &figure::day(window.start), "first"));
    if window.days() > 0 {
        svg.push_str(&label(window.end, &figure::day(window.end), "last"));
    }
    for (index, (date, text)) in date_ticks(window).into_iter().enumerate() {
        let class = if index % 2 == 1 { "spare" } else { "" };
        svg.push_str(&label(date, &text, class));
    }
    svg.push_str("</g>");
    svg
}

/// The band of values that are within bounds.
fn band(chart: &BurnUp<'_>, axis: &Axis) -> String {
    if !has_bounds(chart) {
        return String::new();
    }
    let top = chart.at_most.map_or(0.0, |most| axis.y(most));
    let bottom = chart.at_least.map_or(PLOT_HEIGHT, |least| axis.y(least));
    let mut svg = format!(
        "<rect class=\"band\" x=\"0\" width=\"100%\" y=\"{}\" height=\"{}\"/>",
        coordinate(top),
        coordinate((bottom - top).max(0.0))
    );
    for bound in [chart.at_least, chart.at_most].into_iter().flatten() {
        let y = coordinate(axis.y(bound));
        svg.push_str(&format!(
            "<line class=\"bound\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>"
        ));
    }
    svg
}

fn today_line(chart: &BurnUp<'_>, window: Window) -> String {
    if !window.holds(chart.today) {
        return String::new();
    }
    let share = window.share(chart.today);
    let x = per_cent(share);
    let class = match share {
        _ if share < 0.06 => "today-label first",
        _ if share > 0.94 => "today-label last",
        _ => "today-label",
    };
    format!(
        "<line class=\"today\" x1=\"{x}\" x2=\"{x}\" y1=\"-6\" y2=\"{}\"/>\
         <text class=\"{class}\" x=\"{x}\" y=\"-12\">today</text>",
        coordinate(PLOT_HEIGHT)
    )
}

/// The lines, in a picture of their own that stretches with the room while the strokes keep their width.
fn lines(chart: &BurnUp<'_>, window: Window, axis: &Axis) -> String {
    const WIDTH: f64 = 1000.0;
    let place = |date: Date, value: f64| (window.share(date) * WIDTH, axis.y(value));
    let mut svg = format!(
        "<svg width=\"100%\" height=\"{h}\" viewBox=\"0 0 {} {h}\" preserveAspectRatio=\"none\" overflow=\"visible\">",
        coordinate(WIDTH),
        h = coordinate(PLOT_HEIGHT)
    );
    let mut line = |class: &str, corners: Vec<(f64, f64)>| {
        if corners.len() > 1 {
            svg.push_str(&format!(
                "<polyline class=\"{class}\" points=\"{}\"/>",
                polyline(&corners)
            ));
        }
    };
    line("target", target_path(chart, window, axis, WIDTH));
    line("expected", chart.expected.iter().map(|(date, value)| place(*date, *value)).collect());
    if let Some(forecast) = forecast_line(chart) {
        line(
            "forecast",
            vec![place(forecast.from.0, forecast.from.1), place(forecast.to.0, forecast.to.1)],
        );
    }
    line("record-line", chart.records.iter().map(|point| place(point.date, point.value)).collect());
    svg.push_str("</svg>");
    svg
}

/// The target as it stood at each date: a stair with a step at each move.
fn target_path(chart: &BurnUp<'_>, window: Window, axis: &Axis, width: f64) -> Vec<(f64, f64)> {
    let Some(target) = chart.target else {
        return Vec::new();
    };
    let mut corners = Vec::new();
    let mut from = 0.0;
    for (date, old) in chart.moves.iter().filter_map(|moved| Some((moved.date, moved.old_target?)))
    {
        let x = window.share(date) * width;
        corners.extend([(from, axis.y(old)), (x, axis.y(old))]);
        from = x;
    }
    corners.extend([(from, axis.y(target)), (width, axis.y(target))]);
    corners
}

/// The two ends of the forecast's line, dates and values.
struct Forecast {
    from: (Date, f64),
    to: (Date, f64),
}

/// The line of the forecast, if there is one to draw: from the last record to the end of the window, or to the day
/// on which the target is reached.
fn forecast_line(chart: &BurnUp<'_>) -> Option<Forecast> {
    let end = finite(chart.forecast?);
    let last = chart.records.last()?;
    let (date, value) = (last.date.max(chart.start), finite(last.value));
    if date >= chart.end || chart.today > chart.end {
        return None;
    }
    let way = chart.target.map_or(1.0, |target| (finite(target) - value) / (end - value));
    let reached = (way > 0.0 && way < 1.0).then(|| {
        let days = (days_between(date, chart.end) as f64 * way).ceil();
        (add_days(date, days as i64), value + way * (end - value))
    });
    Some(Forecast { from: (date, value), to: reached.unwrap_or((chart.end, end)) })
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
    let radius = if chart.records.len() > CROWDED { "2" } else { "4" };
    let mut svg = String::from("<g class=\"points\">");
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
            let class = if beyond { "record beyond" } else { "record" };
            svg.push_str(&format!(
                "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"><title>{title}</title></circle>"
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

fn move_lines(chart: &BurnUp<'_>, window: Window) -> String {
    let line = |moved: &GoalpostMove| {
        let x = per_cent(window.share(moved.date));
        format!(
            "<line class=\"move-line\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"{}\"/>",
            coordinate(PLOT_HEIGHT)
        )
    };
    chart.moves.iter().map(line).collect()
}

fn move_marks(chart: &BurnUp<'_>, window: Window) -> String {
    let mark = |moved: &GoalpostMove| {
        let x = per_cent(window.share(moved.date));
        let title = escape::text(&format!("{}: {}", figure::date(moved.date), moved.label));
        format!(
            "<svg x=\"{x}\" y=\"{}\" overflow=\"visible\"><path class=\"move\" d=\"M0-7L6 0 0 7-6 0z\">\
             <title>{title}</title></path></svg>",
            coordinate(PLOT_HEIGHT)
        )
    };
    chart.moves.iter().map(mark).collect()
}

#[cfg(test)]
mod tests;
