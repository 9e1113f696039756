//! Values as people type them, and records as they are written into a file.

use crate::error::{Error, Kind, Result};
use crate::load::{Kind as MeasureKind, Value, splice};
use crate::model::{KeyResult, Measure, Record};
use crate::text::{did_you_mean, printable};

/// Reads a value for a key result; `name` is how messages call it.
///
/// # Errors
///
/// It is not what the measure takes; says what is.
pub(super) fn parse(text: &str, key_result: &KeyResult, name: &str) -> Result<Value> {
    let refused = |takes: &str| {
        Error::new(Kind::Usage, format!("`{name}` takes {takes}, found `{}`", printable(text)))
    };
    match (&key_result.measure, key_result.kind) {
        (_, MeasureKind::Objectives) => Err(Error::new(
            Kind::Usage,
            format!("`{name}` is reached through other goals and takes no values"),
        )
        .hint("check in on the goals that contribute to it")),
        (_, MeasureKind::Binary) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "done" => Ok(Value::Bool(true)),
            "false" | "no" => Ok(Value::Bool(false)),
            _ => Err(refused("yes or no")),
        },
        (Some(Measure::Milestone(steps)), _) => {
            let ids: Vec<&str> = steps.iter().map(|step| step.id.as_str()).collect();
            if ids.contains(&text) {
                return Ok(Value::Text(text.to_owned()));
            }
            let near = did_you_mean(text, ids.iter().copied());
            Err(refused("a milestone's id")
                .hint(near.unwrap_or_else(|| format!("its milestones are {}", ids.join(", ")))))
        }
        (None, MeasureKind::Milestone) => {
            Err(Error::new(Kind::Usage, format!("`{name}` has milestones that cannot be read"))
                .hint("see `goals check`"))
        }
        _ => number(text).map(Value::Number).ok_or_else(|| {
            refused("a number").hint(match &key_result.unit {
                Some(unit) => format!("write the bare number in {unit}, such as 12.5"),
                None => "write the bare number, such as 12.5".to_owned(),
            })
        }),
    }
}

/// A finite number that a file can hold exactly enough.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-._eE".contains(&byte));
    let value: f64 = text.replace('_', "").parse().ok().filter(|_| plain)?;
    let holds =
        value.is_finite() && (value.fract() != 0.0 || value.abs() <= 9_007_199_254_740_992.0);
    holds.then_some(value)
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
    fn numbers_are_plain_and_finite() {
        for (text, value) in [
            ("240", Some(240.0)),
            ("-1.5", Some(-1.5)),
            ("1_250", Some(1250.0)),
            ("2e3", Some(2000.0)),
        ] {
            assert_eq!(number(text), value, "{text}");
        }
        for text in ["", "nan", "inf", "1e999", "1,250", "45%", "99999999999999999999", "0x10"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

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
