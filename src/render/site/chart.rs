//! Pictures as inline SVG, a file for each: the burn-up chart with its axes, and the small pictures beside words.
//!
//! Pure functions from plain numbers to text. Horizontal positions are per cents of the width, vertical ones
//! pixels, so a picture fills whatever room it gets and its letters keep their size. Colours come from the style
//! sheet by class, so that dark mode and print need no second picture. Every foreign text is escaped, and a number
//! that is not finite never reaches the output.

mod axis;
mod burn_up;
mod heat;
mod histogram;
mod layers;
mod map;
mod marks;
mod scatter;

use super::escape;
use crate::text;
use axis::finite;
pub use burn_up::{BurnUp, Forecast, GoalpostMove, LegendEntry, Point, burn_up, legend};
pub use heat::{Heat, HeatRow, heat, heat_swatch, heat_weeks};
pub use histogram::{BINS, bin, bin_name, histogram};
pub use map::{MapGoal, MapLine, map};
pub use marks::{progress_bar, score_bar, share_bar, sparkline};
pub use scatter::{Scatter, ScatterPoint, scatter};

/// Markup that is being written, piece by piece.
struct Pen(String);

impl Pen {
    fn with_room(bytes: usize) -> Self {
        Self(String::with_capacity(bytes))
    }

    /// Markup as it is.
    fn put(&mut self, markup: &str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Foreign text, escaped.
    fn text(&mut self, foreign: &str) -> &mut Self {
        escape::push_text(&mut self.0, foreign);
        self
    }

    /// A share of one as a position.
    fn per_cent(&mut self, share: f64) -> &mut Self {
        self.coordinate(share * 100.0).put("%")
    }

    /// A coordinate with at most two decimals.
    fn coordinate(&mut self, value: f64) -> &mut Self {
        text::push_shortened(&mut self.0, finite(value), 2);
        self
    }

    /// A coordinate of a line: a tenth of a pixel is as exact as anybody sees.
    fn short(&mut self, value: f64) -> &mut Self {
        text::push_shortened(&mut self.0, finite(value), 1);
        self
    }

    /// A line from corner to corner, as the `d` of a path.
    fn line(&mut self, corners: impl IntoIterator<Item = (f64, f64)>) -> &mut Self {
        let mut before = "M";
        for (x, y) in corners {
            self.put(before).short(x).put(" ").short(y);
            before = " ";
        }
        self
    }
}

/// A share of one as a position.
fn per_cent(share: f64) -> String {
    coordinate(share * 100.0) + "%"
}

/// A coordinate with at most two decimals.
fn coordinate(value: f64) -> String {
    text::shortened(finite(value), 2)
}

/// All numbers of an attribute of a picture, as the numbers they are.
#[cfg(test)]
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
