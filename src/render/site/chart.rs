//! Pictures as inline SVG: the burn-up chart here, its axes and the small pictures beside words in files of their own.
//!
//! Pure functions from plain numbers to text. Horizontal positions are per cents of the width, vertical ones
//! pixels, so a picture fills whatever room it gets and its letters keep their size. Colours come from the style
//! sheet by class, so that dark mode and print need no second picture. Every foreign text is escaped, and a number
//! that is not finite never reaches the output.

mod axis;
mod marks;

use jiff::civil::Date;

use super::markdown::Markup;
use super::{escape, figure};
use crate::date::{add_days, days_between};
pub use axis::PLOT_HEIGHT;
use axis::{Axis, Window, date_ticks, finite};
pub use marks::{progress_bar, share_bar, sparkline, status_mark, verdict_mark};

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

fn polyline(corners: &[(f64, f64)]) -> String {
    let written: Vec<String> =
        corners.iter().map(|(x, y)| format!("{},{}", coordinate(*x), coordinate(*y))).collect();
    written.join(" ")
}

fn per_cent(share: f64) -> String {
    format!("{}%", coordinate(share * 100.0))
}

/// A coordinate with at most two decimals.
fn coordinate(value: f64) -> String {
    let text = format!("{:.2}", finite(value));
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn plain<'a>() -> BurnUp<'a> {
        BurnUp {
            id: "kr",
            title: "Lead time",
            unit: Some("min"),
            start: date(2026, 10, 1),
            end: date(2026, 10, 31),
            today: date(2026, 10, 20),
            baseline: Some(0.0),
            target: Some(100.0),
            at_least: None,
            at_most: None,
            strict: false,
            expected: vec![(date(2026, 10, 1), 0.0), (date(2026, 10, 31), 100.0)],
            records: Vec::new(),
            forecast: None,
            moves: Vec::new(),
        }
    }

    fn record(day: Date, value: f64) -> Point {
        Point { date: day, value, remark: None }
    }

    fn drawn(chart: &BurnUp<'_>) -> String {
        burn_up(chart).as_str().to_owned()
    }

    /// All numbers of an attribute, as the numbers they are.
    fn numbers(svg: &str, attribute: &str) -> Vec<f64> {
        let opening = format!(" {attribute}=\"");
        svg.split(&opening)
            .skip(1)
            .map(|rest| {
                let text = rest.split('"').next().expect("split gives at least one part");
                text.trim_end_matches('%').parse().expect("a position is a number")
            })
            .collect()
    }

    #[test]
    fn a_point_half_way_lies_midway() {
        let chart = BurnUp { records: vec![record(date(2026, 10, 16), 50.0)], ..plain() };
        assert!(drawn(&chart).contains("cx=\"50%\" cy=\"100\""), "{}", drawn(&chart));
    }

    #[test]
    fn values_and_dates_outside_stay_inside_the_plot() {
        let records = vec![
            record(date(2020, 1, 1), -1e308),
            record(date(2026, 10, 5), 5_000.0),
            record(date(2026, 10, 6), f64::NAN),
            record(date(2030, 1, 1), f64::INFINITY),
        ];
        let svg = drawn(&BurnUp { records, forecast: Some(1e300), ..plain() });
        for x in numbers(&svg, "cx") {
            assert!((0.0..=100.0).contains(&x), "{x}");
        }
        for y in numbers(&svg, "cy") {
            assert!((0.0..=PLOT_HEIGHT).contains(&y), "{y}");
        }
        assert!(svg.contains("record beyond"));
    }

    #[test]
    fn a_bound_has_an_outside_to_see() {
        let bounded = BurnUp {
            baseline: None,
            target: None,
            at_most: Some(2.0),
            expected: Vec::new(),
            records: vec![record(date(2026, 10, 5), 1.7), record(date(2026, 10, 9), 2.0)],
            ..plain()
        };
        let top = numbers(&drawn(&bounded), "cy").into_iter().fold(f64::MAX, f64::min);
        assert!(top > 1.0, "{top}");
        assert!(!drawn(&bounded).contains("M-4-4L4"), "a bound is within bounds");
        let strict = BurnUp { strict: true, ..bounded };
        assert_eq!(drawn(&strict).matches("M-4-4L4").count(), 1, "unless it is strict");
    }

    #[test]
    fn no_output_holds_a_number_that_is_none() {
        let odd =
            [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -0.0, 1e308, -1e308, 1e-320, 5.0];
        for a in odd {
            for b in odd {
                let chart = BurnUp {
                    baseline: Some(a),
                    target: Some(b),
                    at_least: Some(b),
                    forecast: Some(a),
                    expected: vec![(date(2026, 10, 1), a), (date(2026, 10, 31), b)],
                    records: vec![record(date(2026, 10, 3), b), record(date(2026, 10, 4), a)],
                    ..plain()
                };
                let course = [(date(2026, 10, 3), a), (date(2026, 10, 4), b)];
                let spark = sparkline(&course, &course, chart.start, chart.end, chart.today);
                let bar = progress_bar(Some(a), Some(b), "x", "y");
                for svg in [drawn(&chart), spark.as_str().to_owned(), bar.as_str().to_owned()] {
                    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{a} {b}: {svg}");
                }
            }
        }
    }

    #[test]
    fn a_window_of_one_day_and_a_window_turned_round_are_drawn() {
        for end in [date(2026, 10, 1), date(2026, 9, 1)] {
            let svg =
                drawn(&BurnUp { end, records: vec![record(date(2026, 10, 1), 1.0)], ..plain() });
            assert!(svg.contains("cx=\"100%\""), "{svg}");
        }
    }

    #[test]
    fn the_same_chart_is_drawn_the_same() {
        let chart = BurnUp {
            records: (1..=30)
                .map(|day| record(date(2026, 10, day), f64::from(day) * 3.3))
                .collect(),
            forecast: Some(93.1),
            ..plain()
        };
        assert_eq!(drawn(&chart), drawn(&chart.clone()));
    }

    #[test]
    fn a_value_that_falls_is_drawn_falling() {
        let records = vec![record(date(2026, 10, 2), 240.0), record(date(2026, 10, 16), 90.0)];
        let svg = drawn(&BurnUp {
            baseline: Some(240.0),
            target: Some(15.0),
            expected: vec![],
            records,
            ..plain()
        });
        let y = numbers(&svg, "cy");
        assert!(y[0] < y[1], "{y:?}");
    }

    #[test]
    fn moved_goalposts_are_marked_with_old_and_new() {
        let moves = vec![GoalpostMove {
            date: date(2026, 10, 16),
            label: "target 120 → 100 <b>".to_owned(),
            old_target: Some(120.0),
        }];
        let svg = drawn(&BurnUp { moves, ..plain() });
        assert!(svg.contains("<title>16 Oct 2026: target 120 → 100 &lt;b&gt;</title>"));
        assert!(svg.contains("<svg x=\"50%\""));
        let stair = "<polyline class=\"target\" points=\"0,40 500,40 500,66.67 1000,66.67\"/>";
        assert!(svg.contains(stair), "{svg}");
    }

    #[test]
    fn a_forecast_ends_where_it_reaches_the_target() {
        let records = vec![record(date(2026, 10, 11), 50.0)];
        let ends = |forecast: f64| {
            let chart = BurnUp { records: records.clone(), forecast: Some(forecast), ..plain() };
            forecast_line(&chart).expect("there is a forecast").to
        };
        assert_eq!(ends(80.0), (date(2026, 10, 31), 80.0));
        assert_eq!(ends(150.0), (date(2026, 10, 21), 100.0));
        assert_eq!(ends(-20.0), (date(2026, 10, 31), -20.0));
    }

    #[test]
    fn one_bound_alone_hides_no_value() {
        let records = vec![record(date(2026, 10, 2), 7.1), record(date(2026, 10, 9), 4.2)];
        let chart = BurnUp {
            baseline: None,
            target: None,
            at_most: Some(5.0),
            expected: vec![],
            records,
            ..plain()
        };
        assert!(!drawn(&chart).contains("beyond"));
        let y = numbers(&drawn(&chart), "cy");
        assert!(y.iter().all(|y| *y > 0.0 && *y < PLOT_HEIGHT), "{y:?}");
    }

    #[test]
    fn values_out_of_bounds_have_a_shape_of_their_own() {
        let records = vec![record(date(2026, 10, 2), 99.0), record(date(2026, 10, 9), 97.0)];
        let chart = BurnUp {
            baseline: None,
            target: None,
            at_least: Some(98.0),
            expected: vec![],
            records,
            ..plain()
        };
        let svg = drawn(&chart);
        assert_eq!(
            (svg.matches("class=\"record\"").count(), svg.matches("class=\"outside\"").count()),
            (1, 1)
        );
        assert_eq!(
            legend(&chart),
            [("record", "Recorded"), ("band", "Within bounds"), ("outside", "Out of bounds")]
        );
    }

    #[test]
    fn ticks_are_round_and_few() {
        let check = |anchors: &[f64], expected: &[f64]| {
            assert_eq!(Axis::new(anchors, &[]).ticks(), expected, "{anchors:?}");
        };
        check(&[240.0, 15.0], &[0.0, 100.0, 200.0, 300.0]);
        check(&[0.0, 1.0], &[0.0, 0.25, 0.5, 0.75, 1.0]);
        check(&[-3.0, 7.0], &[-5.0, -2.5, 0.0, 2.5, 5.0, 7.5]);
        check(&[], &[0.0, 0.25, 0.5, 0.75, 1.0]);
    }

    #[test]
    fn dates_are_labelled_by_months_weeks_or_years() {
        let check = |start: Date, end: Date, expected: &[&str]| {
            let ticks = date_ticks(Window { start, end });
            let texts: Vec<&str> = ticks.iter().map(|(_, text)| text.as_str()).collect();
            assert_eq!(texts, expected);
        };
        check(date(2026, 10, 1), date(2026, 12, 31), &["Nov", "Dec"]);
        check(date(2026, 11, 1), date(2026, 11, 30), &["9 Nov", "16 Nov", "23 Nov"]);
        check(date(2026, 1, 1), date(2026, 12, 31), &["Mar", "May", "Jul", "Sep", "Nov"]);
        check(date(2024, 1, 1), date(2029, 1, 1), &["2025", "2026", "2027", "2028"]);
        check(date(2026, 7, 1), date(2027, 6, 30), &["Sep", "Nov", "2027", "Mar", "May"]);
    }

    #[test]
    fn titles_and_units_are_escaped() {
        let svg =
            drawn(&BurnUp { title: "</title><script>", unit: Some("\"<b>"), id: "\"x", ..plain() });
        assert!(!svg.contains("<script") && !svg.contains("<b>") && !svg.contains("\"\"x"));
    }

    #[test]
    fn a_sparkline_without_records_is_nothing() {
        let (start, end) = (date(2026, 10, 1), date(2026, 10, 31));
        assert_eq!(sparkline(&[], &[(start, 0.0), (end, 1.0)], start, end, end).as_str(), "");
        let one = sparkline(&[(date(2026, 10, 16), 0.5)], &[], start, end, end);
        assert!(one.as_str().contains("cx=\"48\" cy=\"12\"") && !one.as_str().contains("polyline"));
    }

    #[test]
    fn bars_stay_within_their_track() {
        let bar = progress_bar(Some(2.0), Some(-1.0), "at-risk", "a \"b\"");
        assert!(bar.as_str().contains("class=\"bar-fill\" width=\"100%\""));
        assert!(bar.as_str().contains("x1=\"0%\""));
        assert!(bar.as_str().contains("a &quot;b&quot;"));
        assert!(!progress_bar(None, None, "pending", "").as_str().contains("bar-fill"));
    }

    #[test]
    fn shares_fill_the_whole() {
        let svg = share_bar(&[("on-track", 1), ("missed", 0), ("at-risk", 3)]);
        assert_eq!(numbers(svg.as_str(), "x"), [0.0, 25.0]);
        assert_eq!(share_bar(&[]).as_str().matches("<rect").count(), 0);
    }

    #[test]
    fn every_status_has_a_shape_of_its_own() {
        let keys = [
            "achieved",
            "on-track",
            "at-risk",
            "off-track",
            "missed",
            "stale",
            "upcoming",
            "draft",
            "dropped",
            "pending",
        ];
        let mut shapes: Vec<String> =
            keys.iter().map(|key| status_mark(key).as_str().to_owned()).collect();
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), keys.len());
    }
}
