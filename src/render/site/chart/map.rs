//! The alignment map: goals as boxes in layers, with lines to what they count in or support.
//!
//! Boxes are links, so the picture is a group and no image. Lines tell their kind by their stroke and their head.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::link::Href;
use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::layers::{Room, layered};
use super::marks::status_mark_at;
use super::{coordinate, finite};

const ROOM: Room = Room { width: 196.0, height: 114.0, beside: 18.0, below: 46.0, line: 1070.0 };
/// The room inside a box, left and right.
const INSET: f64 = 14.0;
/// How many columns of letters a line of a title holds.
const COLUMNS: usize = 22;
/// How many lines a title has at most.
const TITLE_LINES: usize = 3;
/// The room around everything.
const MARGIN: f64 = 4.0;

/// A goal of the map.
#[derive(Debug, Clone, PartialEq)]
pub struct MapGoal {
    /// Its title.
    pub title: String,
    /// Its page.
    pub url: Href,
    /// Where it belongs: `Platform · 2026-q4`.
    pub place: String,
    /// The key of its status.
    pub status: &'static str,
    /// Its status in words.
    pub word: String,
    /// Its progress, as a share of one.
    pub progress: Option<f64>,
}

/// A line of the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct MapLine {
    /// The position of the goal above.
    pub above: usize,
    /// The position of the goal below.
    pub below: usize,
    /// Whether the one below counts in the one above; else it only supports it.
    pub counts: bool,
}

/// Draws the map.
pub fn map(goals: &[MapGoal], lines: &[MapLine]) -> Markup {
    let edges: Vec<(usize, usize)> = lines.iter().map(|line| (line.above, line.below)).collect();
    let layers = layered(goals.len(), &edges, ROOM);
    let (width, height) = (layers.width + 2.0 * MARGIN, layers.height + 2.0 * MARGIN);
    let corner = |at: usize| {
        let (x, y) = layers.corners[at];
        (x + MARGIN, y + MARGIN)
    };
    let mut svg = format!(
        "<svg class=\"map\" role=\"group\" aria-labelledby=\"map-title map-desc\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" height=\"{h}\">\
         <title id=\"map-title\">Map of the goals</title><desc id=\"map-desc\">{}</desc><g aria-hidden=\"true\">",
        description(goals, lines),
        w = coordinate(width),
        h = coordinate(height),
    );
    for drawn in lines {
        // Where both kinds of lines end at a goal, each has a place of its own there.
        let both =
            lines.iter().any(|other| other.above == drawn.above && other.counts != drawn.counts);
        let aside = if !both {
            0.0
        } else if drawn.counts {
            -12.0
        } else {
            12.0
        };
        svg.push_str(&line(corner(drawn.above), corner(drawn.below), drawn.counts, aside));
    }
    svg.push_str("</g>");
    if let Some(top) = layers.alone {
        svg.push_str(&format!(
            "<text class=\"map-heading\" x=\"{}\" y=\"{}\">Neither above nor below another goal</text>",
            coordinate(MARGIN),
            coordinate(top + MARGIN + 16.0)
        ));
    }
    for (at, goal) in goals.iter().enumerate() {
        svg.push_str(&goal_box(goal, corner(at)));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

fn description(goals: &[MapGoal], lines: &[MapLine]) -> String {
    let counts = lines.iter().filter(|line| line.counts).count();
    format!(
        "{}; {} to a goal in which another counts, {} to one that it supports. The nested list below says the same.",
        figure::count(goals.len(), "goal", "goals"),
        figure::count(counts, "line", "lines"),
        figure::count(lines.len() - counts, "line", "lines"),
    )
}

/// A line from the goal below up to the goal above, with its head there, so far `aside` of its middle.
fn line(
    (above_x, above_y): (f64, f64),
    (below_x, below_y): (f64, f64),
    counts: bool,
    aside: f64,
) -> String {
    let (from, to) = (below_x + ROOM.width / 2.0, above_x + ROOM.width / 2.0 + aside);
    let bottom = above_y + ROOM.height;
    let middle = (bottom + below_y) / 2.0 + 4.0;
    let kind = if counts { "counts" } else { "supports" };
    let at = coordinate;
    format!(
        "<path class=\"map-line map-{kind}\" d=\"M{from} {}C{from} {m} {to} {m} {to} {}\"/>\
         <path class=\"map-head map-{kind}-head\" d=\"M{to} {}l-5 9h10z\"/>",
        at(below_y),
        at(bottom + 10.0),
        at(bottom + 1.0),
        from = at(from),
        to = at(to),
        m = at(middle),
    )
}

/// A goal as a link that is read as it is seen: its title, where it belongs, how it stands.
fn goal_box(goal: &MapGoal, (x, y): (f64, f64)) -> String {
    let at = coordinate;
    let mut svg = format!(
        "<a class=\"map-goal tone-{}\" href=\"{}\"><rect class=\"map-box\" x=\"{}\" y=\"{}\" width=\"{w}\" height=\"{h}\" rx=\"10\"/>",
        escape::text(goal.status),
        escape::text(goal.url.as_str()),
        at(x),
        at(y),
        w = at(ROOM.width),
        h = at(ROOM.height),
    );
    let left = at(x + INSET);
    let mut text = |class: &str, x: &str, down: f64, text: &str| {
        svg.push_str(&format!(
            " <text class=\"{class}\" x=\"{x}\" y=\"{}\">{}</text>",
            at(y + down),
            escape::text(text)
        ));
    };
    for (index, line) in wrapped(&goal.title).iter().enumerate() {
        text("map-title", &left, 22.0 + index as f64 * 15.5, line);
    }
    text("map-place", &left, 71.0, &cut(&goal.place, COLUMNS + 5));
    text("map-word", &at(x + INSET + 20.0), 90.0, &goal.word);
    if let Some(progress) = goal.progress {
        text("map-progress", &at(x + ROOM.width - INSET), 90.0, &figure::percent(progress));
    }
    svg.push_str(status_mark_at(goal.status, x + INSET, y + 79.0).as_str());
    svg.push_str(&bar(goal.progress, x + INSET, y + 99.0));
    svg.push_str("</a>");
    svg
}

fn bar(progress: Option<f64>, x: f64, y: f64) -> String {
    let whole = ROOM.width - 2.0 * INSET;
    let rect = |class: &str, width: f64| {
        format!(
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"5\" rx=\"2.5\"/>",
            coordinate(x),
            coordinate(y),
            coordinate(width)
        )
    };
    let share = progress.map_or(0.0, finite).clamp(0.0, 1.0);
    let fill = if share > 0.0 { rect("bar-fill", (share * whole).max(5.0)) } else { String::new() };
    rect("bar-track", whole) + &fill
}

/// A title on one line or more; what does not fit on the last is cut.
fn wrapped(title: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in title.split_whitespace() {
        let is_last = lines.len() == TITLE_LINES;
        match lines.last_mut() {
            Some(line) if is_last || line.width() + 1 + word.width() <= COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.iter().map(|line| cut(line, COLUMNS)).collect()
}

/// At most this many columns of a text, with an ellipsis in place of the rest.
fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let fitting = text.chars().take_while(|letter| {
        used += letter.width().unwrap_or(0);
        used <= columns
    });
    let short: String = fitting.collect();
    format!("{}…", short.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(title: &str) -> MapGoal {
        MapGoal {
            title: title.to_owned(),
            url: Href::between("map.html", "goals/c/a.html"),
            place: "Platform · 2026-q4".to_owned(),
            status: "at-risk",
            word: "At risk".to_owned(),
            progress: Some(0.43),
        }
    }

    #[test]
    fn a_goal_is_a_link_that_says_how_it_stands() {
        let svg = map(&[goal("Calm <b>")], &[]).as_str().to_owned();
        assert!(svg.starts_with("<svg class=\"map\" role=\"group\""));
        assert!(svg.contains("href=\"goals/c/a.html\"><rect"), "{svg}");
        assert!(svg.contains(">Calm &lt;b&gt;</text> <text"), "{svg}");
        assert!(svg.contains(">At risk</text>") && svg.contains(">43%</text>"), "{svg}");
        assert!(svg.contains("class=\"bar-fill\" x=\"18\" y=\"103\" width=\"72.24\""), "{svg}");
    }

    #[test]
    fn lines_tell_their_kind_by_more_than_colour() {
        let goals = [goal("Top"), goal("Left"), goal("Right")];
        let line = |below, counts| MapLine { above: 0, below, counts };
        let svg = map(&goals, &[line(1, true), line(2, false)]).as_str().to_owned();
        for class in ["map-counts", "map-supports", "map-counts-head", "map-supports-head"] {
            assert_eq!(svg.matches(&format!("{class}\"")).count(), 1, "{class}: {svg}");
        }
    }

    #[test]
    fn long_titles_are_wrapped_and_cut() {
        assert_eq!(wrapped("Deploys are calm"), ["Deploys are calm"]);
        let title = "The forecast on the screen is never old news at all";
        assert_eq!(wrapped(title), ["The forecast on the", "screen is never old", "news at all"]);
        let long = format!("{title} and for everyone who sails");
        assert_eq!(wrapped(&long)[2], "news at all and for e…");
        assert_eq!(wrapped(&"目".repeat(30)), [format!("{}…", "目".repeat(10))]);
    }
}
