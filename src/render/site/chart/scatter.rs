//! The scatter: what was thought of something, against what came of it.

use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::axis::PLOT_HEIGHT;
use super::{coordinate, finite, per_cent};

/// Things that share a place: as many as were thought of alike and came to the same.
#[derive(Debug, Clone, PartialEq)]
pub struct ScatterPoint {
    /// What was thought, as a share of one.
    pub thought: f64,
    /// What came of it, as a share of one.
    pub came: f64,
    /// Whether that was enough.
    pub achieved: bool,
    /// How many there are.
    pub count: usize,
    /// What is said when it is pointed at.
    pub remark: String,
}

/// What a scatter shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Scatter<'a> {
    /// An id of its own in the page.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// What it says, in a sentence or two.
    pub description: &'a str,
    /// What lies on the horizontal axis.
    pub axis: &'a str,
    /// The ticks of that axis: shares of one and their words.
    pub ticks: Vec<(f64, String)>,
    /// The points.
    pub points: Vec<ScatterPoint>,
}

/// Draws a scatter, with the line on which everything would lie if it had come as it was thought.
pub fn scatter(chart: &Scatter<'_>) -> Markup {
    let id = escape::text(chart.id);
    let height = coordinate(PLOT_HEIGHT);
    let mut svg = format!(
        "<svg class=\"chart scatter\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" width=\"100%\" height=\"{height}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        escape::text(chart.title),
        escape::text(chart.description),
    );
    svg.push_str(&axes(chart));
    svg.push_str(&format!(
        "<svg class=\"lines\" viewBox=\"0 0 1000 {height}\" preserveAspectRatio=\"none\">\
         <path class=\"expected\" d=\"M0 {height} 1000 0\"/></svg>"
    ));
    svg.extend(chart.points.iter().map(point));
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

fn axes(chart: &Scatter<'_>) -> String {
    let mut svg = String::from("<g class=\"axis\">");
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let y = coordinate(height_of(share));
        svg.push_str(&format!(
            "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>\
             <text class=\"tick-value\" x=\"-10\" y=\"{y}\" dy=\".32em\">{}</text>",
            figure::percent(share)
        ));
    }
    for (share, word) in &chart.ticks {
        svg.push_str(&format!(
            "<text class=\"tick-date\" x=\"{}\" y=\"{}\">{}</text>",
            per_cent(finite(*share).clamp(0.0, 1.0)),
            coordinate(PLOT_HEIGHT + 19.0),
            escape::text(word)
        ));
    }
    svg.push_str(&format!(
        "<text class=\"axis-name\" x=\"0\" y=\"-14\">Came to</text>\
         <text class=\"axis-name last\" x=\"100%\" y=\"{}\">{}</text></g>",
        coordinate(PLOT_HEIGHT + 40.0),
        escape::text(chart.axis)
    ));
    svg
}

fn height_of(share: f64) -> f64 {
    PLOT_HEIGHT * (1.0 - finite(share).clamp(0.0, 1.0))
}

/// A disc for what was achieved, a cross for what was not; larger where there are more.
fn point(point: &ScatterPoint) -> String {
    let (x, y) =
        (per_cent(finite(point.thought).clamp(0.0, 1.0)), coordinate(height_of(point.came)));
    let size = (4.0 * (point.count.max(1) as f64).sqrt()).min(16.0);
    let (r, title) = (coordinate(size), escape::text(&point.remark));
    if point.achieved {
        format!(
            "<circle class=\"record\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"><title>{title}</title></circle>"
        )
    } else {
        format!(
            "<svg x=\"{x}\" y=\"{y}\" overflow=\"visible\"><path class=\"outside\" d=\"M-{r}-{r}L{r} {r}M{r}-{r}L-{r} {r}\">\
             <title>{title}</title></path></svg>"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: Vec<ScatterPoint>) -> String {
        let ticks = vec![(0.5, "5".to_owned())];
        let chart = Scatter {
            id: "s",
            title: "T",
            description: "a < b",
            axis: "Confidence",
            ticks,
            points,
        };
        scatter(&chart).as_str().to_owned()
    }

    #[test]
    fn points_lie_where_their_figures_say() {
        let point = |achieved, count| ScatterPoint {
            thought: 0.7,
            came: 0.25,
            achieved,
            count,
            remark: "4 <key> results".to_owned(),
        };
        let svg = drawn(vec![point(true, 4), point(false, 1)]);
        assert!(svg.contains(
            "<circle class=\"record\" cx=\"70%\" cy=\"150\" r=\"8\"><title>4 &lt;key&gt; results<"
        ));
        assert!(svg.contains(
            "<svg x=\"70%\" y=\"150\" overflow=\"visible\"><path class=\"outside\" d=\"M-4-4L4 4"
        ));
        assert!(svg.contains(">a &lt; b</desc>"));
        let odd = ScatterPoint { thought: f64::NAN, came: f64::INFINITY, ..point(true, 0) };
        assert!(!drawn(vec![odd]).contains("NaN"));
    }
}
