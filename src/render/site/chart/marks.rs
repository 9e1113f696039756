//! The small pictures beside words: the sparkline, the progress bar, the bar of shares, and a status's mark on the map.
//!
//! What is the same in each of a sort, its size for one, the style sheet says. It draws the marks beside words as well.

use jiff::civil::Date;

use super::super::escape;
use super::super::markdown::Markup;
use super::axis::{Window, finite};
use super::{Pen, coordinate, per_cent};

/// Draws the course of a progress in a line's height: dates against shares of one.
///
/// `expected` holds the corners of the expected path, as shares as well; it is empty for kinds that have none.
/// It repeats what stands beside it in words, so it is hidden from screen readers. Without records it is nothing.
pub fn sparkline(
    records: &[(Date, f64)],
    expected: &[(Date, f64)],
    start: Date,
    end: Date,
    today: Date,
) -> Markup {
    if records.is_empty() {
        return Markup::trusted(String::new());
    }
    const WIDTH: f64 = 96.0;
    const HEIGHT: f64 = 24.0;
    let window = Window { start, end };
    let place = |(date, share): &(Date, f64)| {
        let share = finite(*share).clamp(-0.1, 1.1);
        (
            window.share(*date) * WIDTH,
            HEIGHT - 2.0 - share.clamp(0.0, 1.0) * (HEIGHT - 4.0) - overshoot(share),
        )
    };
    let mut svg = Pen::with_room(200 + 12 * (records.len() + expected.len()));
    svg.put("<svg class=\"spark\" aria-hidden=\"true\"><path class=\"now\" d=\"M");
    svg.short(window.share(today) * WIDTH).put(" 0v").short(HEIGHT).put("\"/>");
    for (opening, path) in [("<path class=\"expected\" d=\"", expected), ("<path d=\"", records)] {
        if path.len() > 1 {
            svg.put(opening).line(path.iter().map(place)).put("\"/>");
        }
    }
    if let Some((x, y)) = records.last().map(place) {
        svg.put("<circle cx=\"").short(x.clamp(2.5, WIDTH - 2.5));
        svg.put("\" cy=\"").short(y).put("\"/>");
    }
    svg.put("</svg>");
    Markup::trusted(svg.0)
}

/// A hint of a share below nothing or above all, in pixels.
fn overshoot(share: f64) -> f64 {
    (share - share.clamp(0.0, 1.0)) * 10.0
}

/// Draws a bar of a progress, with a tick where it is expected to be. Its colour is the tone of what it stands in.
///
/// `label` says what it tells beyond the figure that stands beside it; a bar that tells no more is hidden from screen
/// readers.
pub fn progress_bar(progress: Option<f64>, expected: Option<f64>, label: Option<&str>) -> Markup {
    let share = progress.map_or(0.0, finite).clamp(0.0, 1.0);
    let mut svg = Pen::with_room(140);
    svg.put("<svg class=\"bar\" ");
    match label {
        None => svg.put("aria-hidden=\"true\""),
        Some(label) => svg.put("role=\"img\" aria-label=\"").text(label).put("\""),
    };
    // A sliver narrower than its own round ends would not show.
    let width = if share > 0.0 { share.max(0.012) } else { 0.0 };
    svg.put("><rect width=\"").per_cent(width).put("\"/>");
    if let Some(expected) = expected {
        svg.put("<rect x=\"").per_cent(finite(expected).clamp(0.0, 1.0)).put("\"/>");
    }
    svg.put("</svg>");
    Markup::trusted(svg.0)
}

/// Draws a score as a bar, with an open diamond where it was under the original plan.
///
/// It repeats what stands beside it in words, so it is hidden from screen readers.
pub fn score_bar(score: f64, original: Option<f64>, grade: &str) -> Markup {
    let place = |share: f64| per_cent(finite(share).clamp(0.0, 1.0));
    let was = original.map_or_else(String::new, |original| {
        format!(
            "<svg x=\"{}\" y=\"4\" overflow=\"visible\"><path class=\"score-was\" d=\"M0-6L6 0 0 6-6 0z\"/></svg>",
            place(original)
        )
    });
    Markup::trusted(format!(
        "<svg class=\"bar grade-{}\" aria-hidden=\"true\"><rect width=\"{}\"/>{was}</svg>",
        escape::text(grade),
        place(score),
    ))
}

/// Draws how a whole is made up: one piece per status key and count, in the order given.
///
/// It repeats the counts that stand beside it, so it is hidden from screen readers.
pub fn share_bar(counts: &[(&str, usize)]) -> Markup {
    let whole: usize = counts.iter().map(|(_, n)| n).sum();
    let mut svg = String::from("<svg class=\"shares\" aria-hidden=\"true\">");
    let mut before = 0;
    for (key, n) in counts.iter().filter(|(_, n)| *n > 0) {
        let x = per_cent(before as f64 / whole as f64);
        svg.push_str(&format!(
            "<rect class=\"tone-{}\" x=\"{x}\" width=\"{}\"/>",
            escape::text(key),
            per_cent(*n as f64 / whole as f64)
        ));
        if before > 0 {
            svg.push_str(&format!("<rect class=\"gap\" x=\"{x}\"/>"));
        }
        before += n;
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws the mark of a status at a place of a picture: a shape of its own for each, so that colour is never needed to
/// tell them apart.
pub(super) fn status_mark_at(key: &str, x: f64, y: f64) -> Markup {
    let shape = match key {
        "achieved" => {
            "<circle class=\"solid\" cx=\"8\" cy=\"8\" r=\"7\"/><path class=\"cut\" d=\"M4.8 8.2l2.2 2.2 4.2-4.6\"/>"
        }
        "on-track" => {
            "<circle class=\"line\" cx=\"8\" cy=\"8\" r=\"6\"/><circle class=\"solid\" cx=\"8\" cy=\"8\" r=\"3\"/>"
        }
        "at-risk" => {
            "<path class=\"solid\" d=\"M8 1.6L15 14H1z\"/><path class=\"cut\" d=\"M8 6v3.6M8 11.4v.6\"/>"
        }
        "off-track" => {
            "<path class=\"solid\" d=\"M8 .8L15.2 8 8 15.2.8 8z\"/><path class=\"cut\" d=\"M8 4.6v4M8 10.6v.6\"/>"
        }
        "missed" => {
            "<rect class=\"solid\" x=\"1.5\" y=\"1.5\" width=\"13\" height=\"13\" rx=\"2.5\"/><path class=\"cut\" d=\"M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2\"/>"
        }
        "stale" => {
            "<circle class=\"line\" cx=\"8\" cy=\"8\" r=\"6\"/><path class=\"line\" d=\"M8 4.6V8l2.4 1.6\"/>"
        }
        "upcoming" => {
            "<circle class=\"line\" cx=\"8\" cy=\"8\" r=\"6\"/><path class=\"line\" d=\"M6.8 5.4L9.4 8l-2.6 2.6\"/>"
        }
        "draft" => {
            "<rect class=\"line dashed\" x=\"2\" y=\"2\" width=\"12\" height=\"12\" rx=\"2.5\"/>"
        }
        "dropped" => {
            "<circle class=\"line\" cx=\"8\" cy=\"8\" r=\"6\"/><path class=\"line\" d=\"M5 8h6\"/>"
        }
        _ => "<circle class=\"line dashed\" cx=\"8\" cy=\"8\" r=\"6\"/>",
    };
    Markup::trusted(format!(
        "<svg class=\"mark\" aria-hidden=\"true\" x=\"{}\" y=\"{}\" viewBox=\"0 0 16 16\" width=\"16\" height=\"16\">{shape}</svg>",
        coordinate(x),
        coordinate(y)
    ))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::numbers;
    use super::*;

    #[test]
    fn a_sparkline_without_records_is_nothing() {
        let (start, end) = (date(2026, 10, 1), date(2026, 10, 31));
        assert_eq!(sparkline(&[], &[(start, 0.0), (end, 1.0)], start, end, end).as_str(), "");
        let one = sparkline(&[(date(2026, 10, 16), 0.5)], &[], start, end, end);
        assert!(one.as_str().contains("cx=\"48\" cy=\"12\""), "{one:?}");
        assert_eq!(one.as_str().matches("<path").count(), 1, "today alone: {one:?}");
    }

    #[test]
    fn bars_stay_within_their_track() {
        let bar = progress_bar(Some(2.0), Some(-1.0), Some("a \"b\""));
        assert!(bar.as_str().ends_with("<rect width=\"100%\"/><rect x=\"0%\"/></svg>"), "{bar:?}");
        assert!(bar.as_str().contains("a &quot;b&quot;"));
        assert!(progress_bar(None, None, None).as_str().ends_with("<rect width=\"0%\"/></svg>"));
    }

    #[test]
    fn shares_fill_the_whole() {
        let svg = share_bar(&[("on-track", 1), ("missed", 0), ("at-risk", 3)]);
        assert_eq!(numbers(svg.as_str(), "x"), [0.0, 25.0, 25.0]);
        assert_eq!(numbers(svg.as_str(), "width"), [25.0, 75.0]);
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
            keys.iter().map(|key| status_mark_at(key, 0.0, 0.0).as_str().to_owned()).collect();
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), keys.len());
    }
}
