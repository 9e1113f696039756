//! The moves of the goalposts, marked on the axis of dates with the old number and the new one.

use jiff::civil::Date;

use super::super::super::figure;
use super::super::Pen;
use super::super::axis::{PLOT_HEIGHT, Window};

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

/// Draws a mark for each move, in order of date, and what is written beside it where there is room.
pub(super) fn draw(svg: &mut Pen, moves: &[GoalpostMove], window: Window) {
    let mut places = Places::default();
    for moved in moves {
        let share = window.share(moved.date);
        let short = moved.short.as_deref();
        if let Some((short, place)) =
            short.and_then(|short| Some((short, places.find(share, short)?)))
        {
            label(svg, share, short, place);
        }
        svg.put("<svg x=\"").per_cent(share).put("\" y=\"").coordinate(PLOT_HEIGHT);
        svg.put("\" overflow=\"visible\"><path class=\"move\" d=\"M0-7L6 0 0 7-6 0z\"><title>");
        svg.text(&figure::date(moved.date)).put(": ").text(&moved.label);
        svg.put("</title></path></svg>");
    }
}

fn label(svg: &mut Pen, share: f64, short: &str, place: Place) {
    let (class, dx) = match place.is_left {
        true => ("move-label last", "-11"),
        false => ("move-label", "11"),
    };
    svg.put("<text class=\"").put(class).put("\" x=\"").per_cent(share);
    svg.put("\" dx=\"")
        .put(dx)
        .put("\" y=\"")
        .coordinate(PLOT_HEIGHT - 7.0 - ROW * place.row as f64);
    svg.put("\">").text(short).put("</text>");
}

/// The plot's width on the smallest screens, a letter's width, the room of a mark, and a row's height, in pixels.
const NARROW: f64 = 240.0;
const LETTER: f64 = 7.4;
const MARK: f64 = 11.0;
const ROW: f64 = 15.0;
/// More rows than these would cover the plot; what is left out, the mark's title and the list below still tell.
const ROWS: usize = 6;

/// Where a label stands.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Place {
    /// From 0 at the axis upward.
    row: usize,
    /// Whether it ends at its mark, rather than begin there.
    is_left: bool,
}

/// What is taken of each row, from left to right in pixels of the smallest plot: what stands apart there does on any
/// larger one.
#[derive(Default)]
struct Places([Vec<(f64, f64)>; ROWS]);

impl Places {
    /// Takes the lowest place that is free, on the side with more room first; none if all are taken.
    fn find(&mut self, share: f64, label: &str) -> Option<Place> {
        let at = share * NARROW;
        let width = MARK + label.chars().count() as f64 * LETTER;
        let sides = [share > 0.5, share <= 0.5];
        let free = (0..ROWS).flat_map(|row| sides.map(|is_left| Place { row, is_left }));
        let range = |place: &Place| if place.is_left { (at - width, at) } else { (at, at + width) };
        let found = { free }.find(|place| {
            let (from, to) = range(place);
            let inside = from >= 0.0 && to <= NARROW;
            // A label wider than either side sticks out where it sticks out least.
            let fits = inside || place.is_left == sides[0] && width > at.max(NARROW - at);
            fits && self.0[place.row].iter().all(|taken| to <= taken.0 || taken.1 <= from)
        })?;
        self.0[found.row].push(range(&found));
        Some(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_stand_apart_and_beside_their_marks() {
        let mut places = Places::default();
        let mut find = |share, label| places.find(share, label);
        let place = |row, is_left| Some(Place { row, is_left });
        let label = "800k → 1.2M";
        assert_eq!(find(0.1, label), place(0, false));
        assert_eq!(find(0.95, label), place(0, true));
        assert_eq!(find(0.15, label), place(1, false), "the first one is in the way");
        assert_eq!(find(0.6, label), place(1, false), "on the left the third one is");
        let long = "800,000.123456 → 1,200,000.123456";
        assert_eq!(find(0.6, long), place(2, true), "wider than either side");
        for row in 3..ROWS {
            assert_eq!(find(0.6, long), place(row, true));
        }
        assert_eq!(find(0.6, long), None);
    }
}
