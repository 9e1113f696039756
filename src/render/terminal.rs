//! The terminal's means: colour where it is wanted, bars, marks, and columns that line up.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use crate::rollup::Status;
use crate::text::printable;

/// How text is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Look {
    /// Whether to use colour.
    pub colour: bool,
    /// The width to fit in; nothing where the text goes to a file or a pipe.
    pub width: Option<usize>,
}

impl Look {
    /// Paints `text`, if there is colour.
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }

    /// Text that stands back.
    pub fn dim(self, text: &str) -> String {
        self.paint(Style::new().dimmed(), text)
    }

    /// Text that stands out.
    pub fn bold(self, text: &str) -> String {
        self.paint(Style::new().bold(), text)
    }

    /// A status by its mark and its word.
    pub fn status(self, status: Status) -> String {
        self.paint(status_style(status), &format!("{} {}", mark(status), status.word()))
    }

    /// A bar of `width` cells, filled to `share`, with a tick where it is expected to be.
    pub fn bar(self, share: f64, expected: Option<f64>, width: usize, status: Status) -> String {
        let eighths = (share.clamp(0.0, 1.0) * width as f64 * 8.0).round() as usize;
        let tick = expected
            .map(|expected| ((expected.clamp(0.0, 1.0) * width as f64) as usize).min(width - 1));
        let mut bar = String::new();
        for cell in 0..width {
            let filled = eighths.saturating_sub(cell * 8).min(8);
            let empty = if tick == Some(cell) { '╎' } else { '·' };
            bar.push(if filled == 0 {
                empty
            } else {
                ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'][filled - 1]
            });
        }
        self.paint(status_style(status), &bar)
    }
}

/// A status by its shape, for eyes that do not see colour.
pub fn mark(status: Status) -> char {
    match status {
        Status::Missed => '✗',
        Status::OffTrack => '▼',
        Status::Stale => '◌',
        Status::AtRisk => '◆',
        Status::Pending => '…',
        Status::Upcoming => '○',
        Status::OnTrack => '●',
        Status::Achieved => '✓',
        Status::Draft => '✎',
        Status::Dropped => '–',
    }
}

fn status_style(status: Status) -> Style {
    let colour = match status {
        Status::Missed | Status::OffTrack => AnsiColor::Red,
        Status::AtRisk | Status::Stale => AnsiColor::Yellow,
        Status::OnTrack | Status::Achieved => AnsiColor::Green,
        Status::Pending | Status::Upcoming => AnsiColor::Cyan,
        Status::Draft | Status::Dropped => return Style::new().dimmed(),
    };
    Style::new().fg_color(Some(colour.into()))
}

/// Marks for a series of values, lowest to highest.
pub fn sparkline(values: &[f64]) -> String {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let level = |value: f64| {
        if high > low { ((value - low) / (high - low) * 7.0).round() as usize } else { 3 }
    };
    values
        .iter()
        .map(|value| ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'][level(*value).min(7)])
        .collect()
}

/// A cell of a table: what is shown, and how wide it is without its colours.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    shown: String,
    width: usize,
}

impl Cell {
    /// A cell of text from a file or a commit: made harmless, then painted.
    pub fn new(text: &str, paint: impl FnOnce(&str) -> String) -> Self {
        let text = printable(text);
        Self { width: text.width(), shown: paint(&text) }
    }

    /// A cell of the program's own text, already painted; `plain` tells its width.
    pub fn painted(shown: String, plain: &str) -> Self {
        Self { shown, width: plain.width() }
    }

    /// A cell that is cut to `width` columns, if it is wider.
    pub fn cut(text: &str, width: usize, paint: impl FnOnce(&str) -> String) -> Self {
        Self::new(&shorten(&printable(text), width), paint)
    }
}

impl Cell {
    /// A cell that counts as no wider than `width`: what is longer moves the rest of its own row and
    /// no other.
    pub fn at_most(text: &str, width: usize, paint: impl FnOnce(&str) -> String) -> Self {
        let cell = Self::new(text, paint);
        Self { width: cell.width.min(width), ..cell }
    }
}

/// Columns of space between two cells.
pub const GAP: usize = 2;

/// Cuts text to a number of columns, with an ellipsis.
pub fn shorten(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut short = String::new();
    for c in text.chars() {
        short.push(c);
        if short.width() + 1 > width {
            short.pop();
            break;
        }
    }
    format!("{}…", short.trim_end())
}

/// How wide each column is: as its widest cell.
fn widths(rows: &[Vec<Cell>]) -> Vec<usize> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.width).max();
    (0..count).map(|column| width(column).unwrap_or(0)).collect()
}

/// How wide the rows are once they are laid out.
pub fn total_width(rows: &[Vec<Cell>]) -> usize {
    let used: Vec<usize> = widths(rows).into_iter().filter(|width| *width > 0).collect();
    used.iter().sum::<usize>() + GAP * used.len().saturating_sub(1)
}

/// Breaks text between words into lines of at most `width` columns; a longer word stays whole.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last_mut().expect("there is always a line");
        if line.is_empty() {
            line.push_str(word);
        } else if line.width() + 1 + word.width() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

/// Breaks prose of several lines from a file or a commit into harmless lines of at most `width` columns. Paragraphs
/// stay apart, indentation stays.
pub fn prose(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in text.trim_end().lines() {
        let line = line.trim_end().replace('\t', "    ");
        let (indent, words) = line.split_at(line.len() - line.trim_start_matches(' ').len());
        let room = width.saturating_sub(indent.len()).max(1);
        let wrapped = wrap(&printable(words), room);
        lines.extend(wrapped.iter().map(|words| format!("{indent}{words}").trim_end().to_owned()));
    }
    lines
}

/// Lays rows out in columns as wide as their widest cell, two spaces apart, without trailing space.
pub fn columns(rows: &[Vec<Cell>]) -> Vec<String> {
    let widths = widths(rows);
    rows.iter()
        .map(|row| {
            let mut line = String::new();
            let last = row.iter().rposition(|cell| cell.width > 0).map_or(0, |at| at + 1);
            for (column, cell) in row.iter().enumerate().take(last) {
                line.push_str(&cell.shown);
                if column + 1 < last {
                    let gap = if widths[column] == 0 { 0 } else { GAP };
                    line.push_str(&" ".repeat(widths[column] - cell.width + gap));
                }
            }
            line
        })
        .collect()
}

/// How long ago a date was, in words.
pub fn ago(date: crate::date::Date, as_of: crate::date::Date) -> String {
    match crate::date::days_between(date, as_of) {
        days if days < 0 => format!("on {date}"),
        0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        days => format!("{days} days ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_wide_as_asked_and_show_what_is_expected() {
        let plain = Look::default();
        assert_eq!(plain.bar(0.5, None, 4, Status::OnTrack), "██··");
        assert_eq!(plain.bar(0.25, Some(0.75), 4, Status::OnTrack), "█··╎");
        assert_eq!(plain.bar(7.0, Some(1.0), 4, Status::OnTrack), "████");
        assert_eq!(plain.bar(f64::NAN, None, 4, Status::OnTrack), "····");
    }

    #[test]
    fn columns_line_up_whatever_the_script() {
        let cell = |text: &str| Cell::new(text, str::to_owned);
        let rows = vec![vec![cell("目標"), cell("a")], vec![cell("x"), cell("b"), cell("c")]];
        assert_eq!(columns(&rows), ["目標  a", "x     b  c"]);
    }

    #[test]
    fn text_is_wrapped_between_words() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("目標 達成", 5), ["目標", "達成"]);
        assert_eq!(wrap("unbreakable", 4), ["unbreakable"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn prose_keeps_its_lines_and_is_harmless() {
        let text = "one two\r\n\n- item three\n\tcode\u{1b}[31m\n    wide indent here\n\n";
        assert_eq!(
            prose(text, 12),
            [
                "one two",
                "",
                "- item three",
                "    code\\u{1b}[31m",
                "    wide",
                "    indent",
                "    here"
            ]
        );
        assert_eq!(prose("a\u{202e}b\u{2028}c", 80), ["a\\u{202e}b\\u{2028}c"]);
    }

    #[test]
    fn colour_is_there_only_where_it_is_wanted() {
        assert_eq!(Look::default().bold("x"), "x");
        assert!(Look { colour: true, width: None }.bold("x").contains('\u{1b}'));
    }
}
