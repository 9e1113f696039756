//! Tables for spreadsheets: one key result a row.

use crate::model::{Measure, Model};
use crate::render::contract::Selection;
use crate::rollup::Rollup;
use crate::text::number;

const HEADER: [&str; 23] = [
    "cycle",
    "goal",
    "key_result",
    "team",
    "owner",
    "goal_title",
    "title",
    "kind",
    "unit",
    "weight",
    "baseline",
    "target",
    "value",
    "value_date",
    "raw",
    "progress",
    "expected",
    "pace",
    "status",
    "confidence",
    "last_checkin",
    "checkins",
    "eta",
];

/// The key results of a rollup as CSV with a header. A cell that a spreadsheet would take for a
/// formula gets an apostrophe in front.
pub fn csv(model: &Model, rollup: &Rollup, selection: &Selection) -> String {
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    let mut write = |row: &[String]| writer.write_record(row).expect("rows have one length");
    write(&HEADER.map(str::to_owned));
    for (goal, figures) in model.goals.iter().zip(&rollup.goals) {
        if !selection.holds(goal) {
            continue;
        }
        for (key_result, figures) in goal.key_results.iter().zip(&figures.key_results) {
            let (baseline, target) = match &key_result.measure {
                Some(Measure::Metric { baseline, target, .. }) => (Some(*baseline), Some(*target)),
                _ => (None, None),
            };
            let text = |value: &Option<String>| inert(value.as_deref().unwrap_or_default());
            let figure =
                |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
            let date = |value: Option<crate::date::Date>| {
                value.map(|date| date.to_string()).unwrap_or_default()
            };
            let value = figures.value.as_ref().map(|value| match value {
                crate::load::Value::Number(number) => number.to_string(),
                crate::load::Value::Text(text) => inert(text),
                crate::load::Value::Bool(done) => done.to_string(),
            });
            write(&[
                goal.reference.cycle.clone(),
                goal.reference.id.clone(),
                key_result.id.clone().unwrap_or_default(),
                text(&goal.team),
                text(&key_result.owner),
                inert(&goal.title),
                inert(&key_result.title),
                key_result.kind.word().to_owned(),
                text(&key_result.unit),
                number(key_result.weight),
                figure(baseline),
                figure(target),
                value.unwrap_or_default(),
                date(figures.value_date),
                figure(figures.raw),
                figures.progress.to_string(),
                figure(figures.expected),
                figure(figures.pace),
                figures.status.word().to_owned(),
                figures.confidence.map(|confidence| confidence.to_string()).unwrap_or_default(),
                date(figures.last_checkin),
                figures.checkins.to_string(),
                date(figures.forecast.and_then(|forecast| forecast.eta)),
            ]);
        }
    }
    let bytes = writer.into_inner().expect("a vector takes every byte");
    String::from_utf8(bytes).expect("every cell is text")
}

/// Keeps a text cell from being taken for a formula.
fn inert(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_look_like_formulas_are_made_text() {
        for hostile in ["=1+1", "+1", "-1", "@x", "\tx"] {
            assert_eq!(inert(hostile), format!("'{hostile}"));
        }
        assert_eq!(inert("a=b"), "a=b");
    }
}
