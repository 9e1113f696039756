//! The heat map: how key results stood week by week, a strip of cells for each.
//!
//! A level is a fill and a sign of its own, so that no colour is needed to tell it from another. The cells of a level
//! are one path, so a picture of a hundred cells has a dozen elements. Sizes are in `rem`, like the names beside it.

use std::collections::BTreeMap;

use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::coordinate;

/// The height of a row in pixels at the usual size of letters: 16 to a `rem`.
const ROW: f64 = 28.0;
/// How much of a cell is left free around its fill.
const GAP: f64 = 2.5;
/// What one `rem` is inside a picture.
const REM: f64 = 16.0;

/// One row of cells.
#[derive(Debug, Clone, PartialEq)]
pub struct HeatRow<'a> {
    /// What it is about.
    pub name: &'a str,
    /// The key of a status for each week; nothing for weeks ahead.
    pub cells: Vec<Option<&'static str>>,
}

/// The rows of one goal.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat<'a> {
    /// An id of its own in the page.
    pub id: &'a str,
    /// The title of the goal.
    pub title: &'a str,
    /// How many weeks there are.
    pub weeks: usize,
    /// Whether the first line beside it is the goal's own name, without cells.
    pub headed: bool,
    /// The rows, from the top.
    pub rows: Vec<HeatRow<'a>>,
}

/// Draws the cells of one goal.
pub fn heat(chart: &Heat<'_>) -> Markup {
    let lines = chart.rows.len() + usize::from(chart.headed);
    let id = escape::text(chart.id);
    let mut svg = format!(
        "<svg class=\"heat\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" {}>\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        size(chart.weeks, lines),
        escape::text(chart.title),
        escape::text(&description(chart)),
    );
    for (key, places) in by_level(chart) {
        svg.push_str(&level(key, &places, cell_width(chart.weeks)));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws the names of the weeks above the cells; they are in the table as well, so it is hidden from screen readers.
/// `now` is the position of the week that is under way.
pub fn heat_weeks(names: &[String], now: Option<usize>) -> Markup {
    let width = cell_width(names.len());
    let every = (34.0 / width).ceil().max(1.0) as usize;
    let mut svg =
        format!("<svg class=\"heat heat-weeks\" aria-hidden=\"true\" {}>", size(names.len(), 1));
    for (at, name) in names.iter().enumerate() {
        let middle = coordinate((at as f64 + 0.5) * width);
        let is_now = now == Some(at);
        let near_now = now.is_some_and(|now| now.abs_diff(at) < every);
        if is_now || at % every == 0 && !near_now {
            let class = if is_now { "heat-week now" } else { "heat-week" };
            svg.push_str(&format!(
                "<text class=\"{class}\" x=\"{middle}\" y=\"17\">{}</text>",
                escape::text(name)
            ));
        }
        if is_now {
            svg.push_str(&format!("<path class=\"heat-now\" d=\"M{middle} 28l-4-5h8z\"/>"));
        }
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws one cell for the legend.
pub fn heat_swatch(key: &str) -> Markup {
    const SIDE: f64 = 22.0;
    let cell = cell(0.0, 0.0, SIDE, SIDE);
    let sign = sign(key).map_or_else(String::new, |sign| sign_at(sign, SIDE / 2.0, SIDE / 2.0));
    Markup::trusted(format!(
        "<svg class=\"heat-swatch\" aria-hidden=\"true\" viewBox=\"0 0 {SIDE} {SIDE}\" width=\"{SIDE}\" height=\"{SIDE}\">{}</svg>",
        paths(key, &cell, &sign)
    ))
}

/// The width of a cell: less where there are many weeks.
fn cell_width(weeks: usize) -> f64 {
    match weeks {
        0..=18 => 34.0,
        19..=30 => 26.0,
        _ => 18.0,
    }
}

/// How large a picture is; where there is no room for its width, as on paper, it is pressed together, but no line leaves
/// the name beside it.
fn size(weeks: usize, lines: usize) -> String {
    let (width, height) = (cell_width(weeks) * weeks as f64, ROW * lines as f64);
    format!(
        "viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" width=\"{}rem\" height=\"{}rem\"",
        coordinate(width),
        coordinate(height),
        coordinate(width / REM),
        coordinate(height / REM)
    )
}

/// The places of each level's cells, as week and line; weeks ahead are the level without a name.
fn by_level(chart: &Heat<'_>) -> BTreeMap<&'static str, Vec<(usize, usize)>> {
    let mut levels: BTreeMap<&str, Vec<(usize, usize)>> = BTreeMap::new();
    for (line, row) in chart.rows.iter().enumerate() {
        for (week, cell) in row.cells.iter().enumerate() {
            let place = (week, line + usize::from(chart.headed));
            levels.entry(cell.unwrap_or("ahead")).or_default().push(place);
        }
    }
    levels
}

fn level(key: &str, places: &[(usize, usize)], width: f64) -> String {
    let (mut cells, mut signs) = (String::new(), String::new());
    for (week, line) in places {
        let (x, y) = (*week as f64 * width, *line as f64 * ROW);
        cells.push_str(&cell(x, y, width, ROW));
        if let Some(sign) = sign(key) {
            signs.push_str(&sign_at(sign, x + width / 2.0, y + ROW / 2.0));
        }
    }
    paths(key, &cells, &signs)
}

fn paths(key: &str, cells: &str, signs: &str) -> String {
    let key = escape::text(key);
    let mut svg = format!("<path class=\"heat-cell tone-{key} heat-{key}\" d=\"{cells}\"/>");
    if !signs.is_empty() {
        svg.push_str(&format!(
            "<path class=\"heat-sign tone-{key} heat-{key}-sign\" d=\"{signs}\"/>"
        ));
    }
    svg
}

fn cell(x: f64, y: f64, width: f64, height: f64) -> String {
    let (inner, tall) = (width - 2.0 * GAP, height - 2.0 * GAP);
    format!(
        "M{} {}h{}v{}h-{}z",
        coordinate(x + GAP),
        coordinate(y + GAP),
        coordinate(inner),
        coordinate(tall),
        coordinate(inner)
    )
}

/// The sign of a level, drawn from the middle of its cell.
fn sign(key: &str) -> Option<&'static str> {
    Some(match key {
        "achieved" => "m-4 .5l2.8 2.8 5.2-6.2",
        "on-track" => "m-1.5 0a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0-3 0",
        "at-risk" => "m0-4.5l4.8 8.5h-9.6z",
        "off-track" => "m0-5l5 5-5 5-5-5z",
        "missed" => "m-3.6-3.6l7.2 7.2m0-7.2l-7.2 7.2",
        "stale" => "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0m4.5-2.4v2.4l1.8 1.2",
        "pending" => "m-4 0h1m2.5 0h1m2.5 0h1",
        "upcoming" => "m-1.6-3.4l3.4 3.4-3.4 3.4",
        "dropped" => "m-3.4 0h6.8",
        "draft" => "m-3-3h6v6h-6z",
        _ => return None,
    })
}

fn sign_at(sign: &str, x: f64, y: f64) -> String {
    format!("M{} {}{sign}", coordinate(x), coordinate(y))
}

/// What each row says, in order: `Lead time: pending for 2 weeks, then on track for 5 weeks.`
fn description(chart: &Heat<'_>) -> String {
    let sentences: Vec<String> = chart
        .rows
        .iter()
        .map(|row| {
            let runs = runs(&row.cells);
            let told: Vec<String> = runs
                .iter()
                .map(|(key, weeks)| {
                    let word = key.replace('-', " ");
                    format!("{word} for {}", figure::count(*weeks, "week", "weeks"))
                })
                .collect();
            let told =
                if told.is_empty() { "nothing yet".to_owned() } else { told.join(", then ") };
            format!("{}: {told}.", row.name)
        })
        .collect();
    sentences.join(" ")
}

/// Equal weeks in a row, with how many there are.
fn runs(cells: &[Option<&'static str>]) -> Vec<(&'static str, usize)> {
    let mut runs: Vec<(&str, usize)> = Vec::new();
    for key in cells.iter().flatten() {
        match runs.last_mut() {
            Some((last, count)) if last == key => *count += 1,
            _ => runs.push((key, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(cells: Vec<Option<&'static str>>) -> String {
        let weeks = cells.len();
        let rows = vec![HeatRow { name: "Lead <time>", cells }];
        heat(&Heat { id: "heat-1", title: "Calm & quiet", weeks, headed: true, rows })
            .as_str()
            .to_owned()
    }

    #[test]
    fn cells_of_a_level_are_one_path() {
        let svg = drawn(vec![Some("pending"), Some("on-track"), Some("on-track"), None]);
        assert_eq!(svg.matches("<path").count(), 5, "three levels, two of them with a sign: {svg}");
        assert!(svg.contains(
            "<path class=\"heat-cell tone-on-track heat-on-track\" d=\"M36.5 30.5h29v23h-29zM70.5 30.5h29v23h-29z\"/>"
        ), "{svg}");
        assert!(svg.contains("viewBox=\"0 0 136 56\" preserveAspectRatio=\"none\" width=\"8.5rem\" height=\"3.5rem\""), "{svg}");
    }

    #[test]
    fn what_the_cells_say_is_told_in_words() {
        let svg = drawn(vec![Some("pending"), Some("on-track"), Some("on-track"), None]);
        assert!(svg.contains("Lead &lt;time&gt;: pending for 1 week, then on track for 2 weeks."));
        assert!(svg.contains(">Calm &amp; quiet</title>"));
        assert!(drawn(vec![None, None]).contains("nothing yet."));
    }

    #[test]
    fn every_level_has_a_sign_of_its_own() {
        let mut signs: Vec<&str> = crate::rollup::Status::ALL
            .iter()
            .map(|status| sign(status.word()).expect("a sign"))
            .collect();
        signs.sort_unstable();
        signs.dedup();
        assert_eq!(signs.len(), crate::rollup::Status::ALL.len());
    }

    #[test]
    fn names_of_weeks_leave_room_for_each_other() {
        let names: Vec<String> = (1..=53).map(|week| format!("W{week}")).collect();
        let svg = heat_weeks(&names, Some(3)).as_str().to_owned();
        assert!(svg.contains(">W4</text>") && !svg.contains(">W3</text>"), "{svg}");
        assert_eq!(svg.matches("<text").count(), 26);
        assert_eq!(heat_weeks(&names[..14], None).as_str().matches("<text").count(), 14);
    }
}
