//! How scores are spread: a column for each tenth, and one for what was reached in full.

use super::super::markdown::Markup;
use super::super::{escape, figure};
use super::{coordinate, per_cent};

/// How many columns there are: ten tenths, and 1.0 by itself.
pub const BINS: usize = 11;

/// The height of the tallest column, in pixels.
const TALLEST: f64 = 90.0;

/// The column of a score; `whole` tells whether it is 1.
pub fn bin(score: f64, whole: bool) -> usize {
    if whole { BINS - 1 } else { ((score * 10.0).floor().max(0.0) as usize).min(BINS - 2) }
}

/// The name of a column: `0.3 to 0.4`, `1.0`.
pub fn bin_name(bin: usize) -> String {
    if bin + 1 >= BINS {
        return "1.0".to_owned();
    }
    format!("{:.1} to {:.1}", bin as f64 / 10.0, (bin + 1) as f64 / 10.0)
}

/// Draws how many scores lie in each column.
pub fn histogram(id: &str, title: &str, counts: &[usize; BINS]) -> Markup {
    let id = escape::text(id);
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    let mut svg = format!(
        "<svg class=\"chart histogram\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" width=\"100%\" height=\"{}\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>\
         <line class=\"tick\" x1=\"0\" x2=\"100%\" y1=\"{b}\" y2=\"{b}\"/>",
        coordinate(TALLEST),
        escape::text(title),
        escape::text(&description(counts)),
        b = coordinate(TALLEST),
    );
    let width = 1.0 / BINS as f64;
    for (at, count) in counts.iter().enumerate() {
        let left = at as f64 * width;
        let middle = per_cent(left + width / 2.0);
        if *count > 0 {
            let height = TALLEST * *count as f64 / most as f64;
            let class = if at + 1 == BINS { "column whole" } else { "column" };
            svg.push_str(&format!(
                "<rect class=\"{class}\" x=\"{}\" width=\"{}\" y=\"{}\" height=\"{}\" rx=\"2\"/>\
                 <text class=\"column-count\" x=\"{middle}\" y=\"{}\">{}</text>",
                per_cent(left + width * 0.1),
                per_cent(width * 0.8),
                coordinate(TALLEST - height),
                coordinate(height),
                coordinate(TALLEST - height - 5.0),
                figure::number(*count as f64)
            ));
        }
        let name = if at + 1 == BINS { "1.0".to_owned() } else { format!(".{at}") };
        svg.push_str(&format!(
            "<text class=\"tick-date\" x=\"{middle}\" y=\"{}\">{name}</text>",
            coordinate(TALLEST + 17.0)
        ));
    }
    svg.push_str("</svg>");
    Markup::trusted(svg)
}

fn description(counts: &[usize; BINS]) -> String {
    let filled = counts.iter().enumerate().filter(|(_, count)| **count > 0);
    let told: Vec<String> =
        filled.map(|(at, count)| format!("{}: {count}", bin_name(at))).collect();
    if told.is_empty() { "No score.".to_owned() } else { format!("{}.", told.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_reached_in_full_has_a_column_of_its_own() {
        assert_eq!(bin(0.999, false), 9);
        assert_eq!(bin(1.0, true), 10);
        assert_eq!(
            (bin(0.3, false), bin(0.0, false), bin(-2.0, false), bin(7.0, false)),
            (3, 0, 0, 9)
        );
        assert_eq!((bin_name(3), bin_name(10)), ("0.3 to 0.4".to_owned(), "1.0".to_owned()));
    }

    #[test]
    fn columns_are_as_high_as_there_are_scores() {
        let mut counts = [0; BINS];
        (counts[2], counts[10]) = (2, 4);
        let svg = histogram("h", "Scores", &counts).as_str().to_owned();
        assert!(
            svg.contains("class=\"column\" x=\"19.09%\" width=\"7.27%\" y=\"45\" height=\"45\""),
            "{svg}"
        );
        assert!(svg.contains("class=\"column whole\"") && svg.contains("y=\"0\" height=\"90\""));
        assert!(svg.contains(">0.2 to 0.3: 2, 1.0: 4.</desc>"));
    }
}
