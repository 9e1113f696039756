//! Values as people type them, and records as they are written into a file.

use super::amount::{self, Amount, Signs};
use crate::error::{Error, Kind, Result};
use crate::load::{Kind as MeasureKind, Value, splice};
use crate::model::{KeyResult, Measure, Record};
use crate::text::{did_you_mean, printable};

/// A value as it was given.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Given {
    /// The value itself.
    Exactly(Value),
    /// So much more or less than the value before.
    By(f64),
}

/// Reads a value for a key result; `name` is how messages call it.
///
/// # Errors
///
/// It is not what the measure takes, or could be several values; says what to type.
pub(super) fn parse(text: &str, key_result: &KeyResult, name: &str, signs: Signs) -> Result<Given> {
    let refused = |takes: &str| {
        Error::new(Kind::Usage, format!("`{name}` takes {takes}, found `{}`", printable(text)))
    };
    match (&key_result.measure, key_result.kind) {
        (_, MeasureKind::Objectives) => Err(takes_none(name)),
        (_, MeasureKind::Binary) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "done" => Ok(Given::Exactly(Value::Bool(true))),
            "false" | "no" => Ok(Given::Exactly(Value::Bool(false))),
            _ => Err(refused("yes or no")),
        },
        (Some(Measure::Milestone(steps)), _) => {
            let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
            if ids.contains(&text) {
                return Ok(Given::Exactly(Value::Text(text.to_owned())));
            }
            let near = did_you_mean(text, ids.iter().copied());
            Err(refused("a milestone's id")
                .hint(near.unwrap_or_else(|| format!("its milestones are {}", ids.join(", ")))))
        }
        (None, MeasureKind::Milestone) => {
            Err(Error::new(Kind::Usage, format!("`{name}` has milestones that cannot be read"))
                .hint("see `goals check`"))
        }
        _ => match amount::read(text, key_result.unit.as_deref(), signs) {
            Ok(Amount::Exactly(number)) => Ok(Given::Exactly(Value::Number(number))),
            Ok(Amount::By(by)) if by < 0.0 && may_be_negative(key_result) => Err(Error::new(
                Kind::Usage,
                format!(
                    "`{}` for `{name}` could be a value below zero, or a step down",
                    printable(text)
                ),
            )
            .hint(format!(
                "write ={} for the value; for a step down write what it came to",
                text.trim()
            ))),
            Ok(Amount::By(by)) => Ok(Given::By(by)),
            Err(no) => Err(refused(no.takes).hint(no.cure)),
        },
    }
}

/// Why a key result of goals takes no value.
pub(super) fn takes_none(name: &str) -> Error {
    let message = format!("`{name}` is reached through other goals and takes no values");
    Error::new(Kind::Usage, message).hint("check in on the goals that contribute to it")
}

/// Tells whether a measure has to do with numbers below zero.
fn may_be_negative(key_result: &KeyResult) -> bool {
    let planned = match &key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => *baseline < 0.0 || *target < 0.0,
        Some(Measure::Threshold { at_least, at_most, .. }) => {
            [at_least, at_most].into_iter().flatten().any(|bound| *bound < 0.0)
        }
        _ => false,
    };
    let recorded =
        |record: &Record| matches!(record.value, Some(Value::Number(value)) if value < 0.0);
    planned || key_result.records.iter().any(recorded)
}

/// The right-hand side of a record as a file has it: a bare value, or an inline table.
pub(super) fn written(record: &Record) -> String {
    let value = record.value.as_ref().map(|value| match value {
        Value::Number(number) if *number == 0.0 => "0".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => splice::toml_string(text),
        Value::Bool(done) => done.to_string(),
    });
    let mut keys: Vec<(&str, String)> = value.into_iter().map(|value| ("value", value)).collect();
    keys.extend(record.confidence.map(|confidence| ("confidence", confidence.to_string())));
    keys.extend(record.note.as_deref().map(|note| ("note", splice::toml_string(note))));
    keys.extend(record.by.as_deref().map(|by| ("by", splice::toml_string(by))));
    if record.void {
        keys.push(("void", "true".to_owned()));
    }
    match &keys[..] {
        [("value", value)] => value.clone(),
        [] => "{}".to_owned(),
        _ => {
            let inside: Vec<String> =
                keys.iter().map(|(key, value)| format!("{key} = {value}")).collect();
            format!("{{ {} }}", inside.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_as_short_as_they_can_be() {
        let stamp = crate::date::Stamp::parse("2026-10-05").expect("a date");
        let mut record = Record {
            stamp,
            value: Some(Value::Number(180.0)),
            confidence: None,
            note: None,
            by: None,
            void: false,
            at: Default::default(),
        };
        assert_eq!(written(&record), "180");
        record.confidence = Some(7);
        record.note = Some("say \"hi\"".to_owned());
        assert_eq!(written(&record), r#"{ value = 180, confidence = 7, note = "say \"hi\"" }"#);
        record.value = None;
        record.confidence = None;
        record.note = None;
        assert_eq!(written(&record), "{}");
    }
}
