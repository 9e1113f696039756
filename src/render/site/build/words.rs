//! Values, targets, weights and dates as pages say them.

use super::super::figure;
use super::super::link::Href;
use super::super::view::LinkRow;
use crate::date::{Date, Window, days_between};
use crate::load::{Evaluate, Kind, Value};
use crate::model::{Goal, KeyResult, Measure};
use crate::text::cut;

/// The longest text that is quoted inside a sentence, in characters.
const QUOTED: usize = 70;

/// A recorded value: a number with its unit, a milestone's title, yes or no.
pub(super) fn value(key_result: &KeyResult, value: &Value) -> String {
    match (value, &key_result.measure) {
        (Value::Number(number), _) => quantity(key_result, *number),
        (Value::Text(id), Some(Measure::Milestone(steps))) => {
            let step = steps.iter().find(|step| step.id == *id);
            step.and_then(|step| step.title.clone()).unwrap_or_else(|| id.clone())
        }
        (other, _) => other.to_string(),
    }
}

/// A number of a key result with its unit.
pub(super) fn quantity(key_result: &KeyResult, number: f64) -> String {
    figure::with_unit(figure::number(number), key_result.unit.as_deref())
}

/// A computed number of a key result with its unit, as exactly as is worth showing.
pub(super) fn estimate(key_result: &KeyResult, number: f64) -> String {
    let way = match key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => target - baseline,
        _ => 0.0,
    };
    figure::with_unit(figure::estimate(number, way), key_result.unit.as_deref())
}

/// Where a metric starts.
pub(super) fn baseline(key_result: &KeyResult) -> Option<String> {
    match &key_result.measure {
        Some(Measure::Metric { baseline, .. }) => Some(quantity(key_result, *baseline)),
        _ => None,
    }
}

/// Where a metric is to go, or the bounds of a threshold in words.
pub(super) fn target(key_result: &KeyResult) -> Option<String> {
    match &key_result.measure {
        Some(Measure::Metric { target, .. }) => Some(quantity(key_result, *target)),
        Some(Measure::Threshold { at_least, at_most, strict, evaluate }) => {
            let (least, most) = if *strict { ("above", "below") } else { ("at least", "at most") };
            let bounds = [(least, at_least), (most, at_most)];
            let bounds: Vec<String> = bounds
                .iter()
                .filter_map(|(word, bound)| {
                    bound.map(|bound| format!("{word} {}", quantity(key_result, bound)))
                })
                .collect();
            let how = match evaluate {
                Evaluate::Latest => "",
                Evaluate::Every => ", every time",
                Evaluate::Share => ", counted by share",
            };
            Some(format!("{}{how}", bounds.join(" and ")))
        }
        _ => None,
    }
}

/// What a key result is called: its title; of a SMART goal's own measure, what is measured, since the title is the
/// goal's.
pub(super) fn key_result_title(key_result: &KeyResult) -> String {
    if let Some(id) = &key_result.id {
        return titled(&key_result.title, id);
    }
    match key_result.kind {
        Kind::Metric => baseline(key_result)
            .zip(target(key_result))
            .map(|(from, to)| ["From ", &from, " to ", &to].concat()),
        Kind::Threshold => target(key_result).map(|bounds| ["To be kept ", &bounds].concat()),
        Kind::Milestone => Some("Milestones".to_owned()),
        Kind::Binary => Some("Done or not".to_owned()),
        Kind::Baseline => Some("A value to be found".to_owned()),
        Kind::Objectives => None,
    }
    .unwrap_or_else(|| "Its measure".to_owned())
}

/// A goal's title.
pub(super) fn goal_title(goal: &Goal) -> String {
    titled(&goal.title, &goal.reference.id)
}

/// A title; the id in place of a blank one, which nobody could click.
fn titled(title: &str, id: &str) -> String {
    if title.trim().is_empty() { id.to_owned() } else { title.to_owned() }
}

/// A text in quotation marks, cut where it would fill the sentence.
pub(super) fn quoted(text: &str) -> String {
    format!("“{}”", cut(text, QUOTED))
}

/// Names as a list: `a`, `a and b`, `a, b and c`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] => format!("{} and {last}", all.join(", ")),
    }
}

/// A weight, where it is not 1.
pub(super) fn weight(weight: f64) -> Option<String> {
    match weight {
        1.0 => None,
        0.0 => Some("0, shown but not counted".to_owned()),
        weight => Some(figure::number(weight)),
    }
}

/// Where a date lies in a window: `40 days left`, `Starts in 6 weeks`, `Ended 10 days ago`.
pub(super) fn standing(window: Window, today: Date) -> String {
    let left = days_between(today, window.end);
    match () {
        () if today < window.start => {
            format!("Starts {}", figure::distance(window.start, today))
        }
        () if left < 0 => format!("Ended {}", figure::distance(window.end, today)),
        () if left == 0 => "Last day".to_owned(),
        () => format!("{} left", figure::count(left as usize, "day", "days")),
    }
}

/// A text that may be the address of a web page: a link then, else the text alone.
pub(super) fn source(text: &str) -> LinkRow {
    let url = web_page(text);
    let shown = match &url {
        Some(_) => {
            let text = text.trim();
            let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
            cut(bare.trim_end_matches('/'), QUOTED).into_owned()
        }
        None => text.to_owned(),
    };
    LinkRow { text: shown, url, note: None }
}

/// The address of a web page or a mailbox; a word without a scheme would lead to a page of this site that is not there.
pub(super) fn web_page(text: &str) -> Option<Href> {
    let has_scheme = text.contains("://") || text.trim_start().starts_with("mailto:");
    Href::external(text).filter(|_| has_scheme)
}

/// A word with a capital letter in front.
pub(super) fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}

/// `once`, `twice`, `3 times`.
pub(super) fn times(n: usize) -> String {
    match n {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_window_says_where_today_lies() {
        let window = Window { start: date(2026, 10, 1), end: date(2026, 12, 31) };
        let check = |today, expected: &str| assert_eq!(standing(window, today), expected);
        check(date(2026, 9, 30), "Starts tomorrow");
        check(date(2026, 12, 29), "2 days left");
        check(date(2026, 12, 30), "1 day left");
        check(date(2026, 12, 31), "Last day");
        check(date(2027, 1, 1), "Ended yesterday");
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let link = |text: &str| source(text).url.map(|url| url.as_str().to_owned());
        assert_eq!(link("https://example.com/a/"), Some("https://example.com/a/".to_owned()));
        assert_eq!(source("https://example.com/a/").text, "example.com/a");
        for plain in ["ledger", "The finance team", "javascript:alert(1)", "javascript://x", "#12"]
        {
            assert_eq!((link(plain), source(plain).text.as_str()), (None, plain));
        }
    }

    #[test]
    fn counts_and_weights_read_as_words() {
        assert_eq!(times(3), "3 times");
        assert_eq!(weight(0.5).as_deref(), Some("0.5"));
    }
}
