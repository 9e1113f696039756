//! The points of an expected path: the days that offer themselves, each with the value that a straight
//! line has there.

use gen_lsp_types::CompletionItemKind;

use super::super::snippet::Snippet;
use super::{Cursor, Proposal};
use crate::date::{Date, Window, add_days};
use crate::model::Measure;
use crate::rollup::path_value;
use crate::text::number;

/// The days between the first and the last on which there is no point yet.
pub(super) fn points(cursor: &Cursor<'_>, table: &[String]) -> Vec<Proposal> {
    let Some(goal) = cursor.goal() else { return Vec::new() };
    let id = match table {
        [_, id, _] => Some(id.as_str()),
        _ => None,
    };
    let key_result = goal.key_results.iter().find(|own| own.id.as_deref() == id);
    let window = key_result.map_or(goal.window, |key_result| key_result.window);
    let value = |day: Date| match key_result.and_then(|key_result| key_result.measure.as_ref()) {
        Some(Measure::Metric { baseline, target, points }) => {
            let value = path_value(*baseline, *target, points, window, day);
            number(rounded(value, (target - baseline).abs()))
        }
        _ => String::new(),
    };
    let present = cursor.present(table);
    let days = days(window).into_iter().map(|day| (day, day.to_string()));
    let missing = days.filter(|(_, name)| !present.contains(&name.as_str()));
    missing
        .map(|(day, name)| {
            let code = match cursor.has_value() {
                true => Snippet::of(&name),
                false => Snippet::of(format!("{name} = ")).field(value(day)),
            };
            Proposal::code(name, CompletionItemKind::Event, code)
        })
        .collect()
}

/// The ends of the months inside a window; of a short one, the ends of its weeks.
fn days(window: Window) -> Vec<Date> {
    let is_inside = |day: &Date| window.start < *day && *day < window.end;
    let next = |day: &Date| Some(add_days(*day, 1).last_of_month());
    let months = std::iter::successors(Some(window.start.last_of_month()), next);
    let months: Vec<Date> =
        months.skip_while(|day| *day <= window.start).take_while(is_inside).collect();
    if !months.is_empty() {
        return months;
    }
    let week = |day: &Date| Some(add_days(*day, 7));
    std::iter::successors(Some(add_days(window.start, 6)), week).take_while(is_inside).collect()
}

/// A value with as many places as a way of this length needs.
fn rounded(value: f64, way: f64) -> f64 {
    let places = if way >= 20.0 { 1.0 } else { 100.0 };
    (value * places).round() / places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;

    #[test]
    fn points_lie_at_the_ends_of_months_or_of_weeks() {
        let days = |start, end| -> Vec<String> {
            let date = |text| parse_date(text).expect("a day");
            let window = Window { start: date(start), end: date(end) };
            days(window).iter().map(ToString::to_string).collect()
        };
        assert_eq!(days("2026-10-01", "2026-12-31"), ["2026-10-31", "2026-11-30"]);
        assert_eq!(days("2026-01-31", "2026-03-15"), ["2026-02-28"]);
        assert_eq!(days("2026-11-01", "2026-11-30").len(), 4);
        assert_eq!(days("2026-11-02", "2026-11-08"), Vec::<String>::new());
        assert_eq!(
            days("9999-11-30", "9999-12-31"),
            ["9999-12-06", "9999-12-13", "9999-12-20", "9999-12-27"]
        );
    }

    #[test]
    fn values_have_the_places_that_their_way_needs() {
        assert_eq!(rounded(164.6, 225.0), 165.0);
        assert_eq!(rounded(1.3333, 2.0), 1.33);
    }
}
