//! The small pictures beside words: the sparkline, the progress bar, the bar of shares, the marks of status.

use jiff::civil::Date;

use super::super::escape;
use super::super::markdown::Markup;
use super::axis::{Window, finite};
use super::{coordinate, per_cent, polyline};

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
    let place = |date: Date, share: f64| {
        let share = finite(share).clamp(-0.1, 1.1);
        (
            window.share(date) * WIDTH,
            HEIGHT - 2.0 - share.clamp(0.0, 1.0) * (HEIGHT - 4.0) - overshoot(share),
        )
    };
    let mut svg = format!(
        "<svg class=\"spark\" aria-hidden=\"true\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\">",
        w = coordinate(WIDTH),
        h = coordinate(HEIGHT),
    );
    let today = coordinate(window.share(today) * WIDTH);
    svg.push_str(&format!("<path class=\"spark-today\" d=\"M{today} 0V{}\"/>", coordinate(HEIGHT)));
    let corners = |path: &[(Date, f64)]| -> Vec<(f64, f64)> {
        path.iter().map(|(date, share)| place(*date, *share)).collect()
    };
    for (class, path) in [("spark-expected", expected), ("spark-line", records)] {
        if path.len() > 1 {
            svg.push_str(&format!(
                "<polyline class=\"{class}\" points=\"{}\"/>",
                polyline(&corners(path))
            ));
        }
    }
    if let Some((x, y)) = corners(records).last() {
        let (x, y) = (coordinate(x.clamp(2.5, WIDTH - 2.5)), coordinate(*y));
        svg.push_str(&format!("<circle class=\"spark-point\" cx=\"{x}\" cy=\"{y}\" r=\"2.5\"/>"));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// A hint of a share below nothing or above all, in pixels.
fn overshoot(share: f64) -> f64 {
    (share - share.clamp(0.0, 1.0)) * 10.0
}

/// Draws a bar of a progress, with a tick where it is expected to be; `label` says both in words.
///
/// `tone` is the key of a status and chooses the colour.
pub fn progress_bar(
    progress: Option<f64>,
    expected: Option<f64>,
    tone: &str,
    label: &str,
) -> Markup {
    let mut svg = format!(
        "<svg class=\"bar tone-{}\" role=\"img\" aria-label=\"{}\" width=\"100%\" height=\"8\">\
         <rect class=\"bar-track\" width=\"100%\" height=\"8\" rx=\"4\"/>",
        escape::text(tone),
        escape::text(label),
    );
    let share = progress.map_or(0.0, finite).clamp(0.0, 1.0);
    if share > 0.0 {
        // A sliver narrower than its own round ends would not show.
        let width = per_cent(share.max(0.012));
        svg.push_str(&format!(
            "<rect class=\"bar-fill\" width=\"{width}\" height=\"8\" rx=\"4\"/>"
        ));
    }
    if let Some(expected) = expected {
        let x = per_cent(finite(expected).clamp(0.0, 1.0));
        svg.push_str(&format!(
            "<line class=\"bar-tick\" x1=\"{x}\" x2=\"{x}\" y1=\"-4\" y2=\"12\"/>"
        ));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws a score as a bar, with an open diamond where it was under the original plan.
///
/// It repeats what stands beside it in words, so it is hidden from screen readers.
pub fn score_bar(score: f64, original: Option<f64>, grade: &str) -> Markup {
    let place = |share: f64| per_cent(finite(share).clamp(0.0, 1.0));
    let mut svg = format!(
        "<svg class=\"bar grade-{}\" aria-hidden=\"true\" width=\"100%\" height=\"8\">\
         <rect class=\"bar-track\" width=\"100%\" height=\"8\" rx=\"4\"/>\
         <rect class=\"bar-fill\" width=\"{}\" height=\"8\" rx=\"4\"/>",
        escape::text(grade),
        place(score),
    );
    if let Some(original) = original {
        svg.push_str(&format!(
            "<svg x=\"{}\" y=\"4\" overflow=\"visible\"><path class=\"score-was\" d=\"M0-6L6 0 0 6-6 0z\"/></svg>",
            place(original)
        ));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws how a whole is made up: one piece per status key and count, in the order given.
///
/// It repeats the counts that stand beside it, so it is hidden from screen readers.
pub fn share_bar(counts: &[(&str, usize)]) -> Markup {
    let whole: usize = counts.iter().map(|(_, n)| n).sum();
    let mut svg =
        String::from("<svg class=\"shares\" aria-hidden=\"true\" width=\"100%\" height=\"8\">");
    let mut before = 0;
    for (key, n) in counts.iter().filter(|(_, n)| *n > 0) {
        let (x, width) = (before as f64 / whole as f64, *n as f64 / whole as f64);
        svg.push_str(&format!(
            "<rect class=\"share tone-{}\" x=\"{}\" width=\"{}\" height=\"8\"/>",
            escape::text(key),
            per_cent(x),
            per_cent(width)
        ));
        if before > 0 {
            let x = per_cent(x);
            svg.push_str(&format!(
                "<line class=\"share-gap\" x1=\"{x}\" x2=\"{x}\" y1=\"0\" y2=\"8\"/>"
            ));
        }
        before += n;
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

/// Draws the mark of a status: a shape of its own for each, so that colour is never needed to tell them apart.
pub fn status_mark(key: &str) -> Markup {
    mark(key, "")
}

/// The same at a place of a picture.
pub(super) fn status_mark_at(key: &str, x: f64, y: f64) -> Markup {
    mark(key, &format!("x=\"{}\" y=\"{}\" ", coordinate(x), coordinate(y)))
}

fn mark(key: &str, place: &str) -> Markup {
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
        "<svg class=\"mark\" aria-hidden=\"true\" {place}viewBox=\"0 0 16 16\" width=\"16\" height=\"16\">{shape}</svg>"
    ))
}

/// The mark of a verdict of the SMART scorecard: a tick, a wave or a cross.
pub fn verdict_mark(word: &str) -> Markup {
    let shape = match word {
        "met" => "M2 6.5l2.8 2.8L10 3",
        "weak" => "M1.5 7.2c1.5-2.8 3-2.8 4.5-1.2s3 1.6 4.5-1.2",
        _ => "M2.5 2.5l7 7M9.5 2.5l-7 7",
    };
    Markup::trusted(format!(
        "<svg class=\"verdict-mark\" aria-hidden=\"true\" viewBox=\"0 0 12 12\" width=\"12\" height=\"12\"><path d=\"{shape}\"/></svg>"
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
