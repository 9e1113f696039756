//! The scripts of check-ins: a terse notation for what is recorded on which day of a cycle.
//!
//! ```text
//! [lead-time]                         a key result; [*] is the goal itself; "silent" after it ends
//!                                     its records five weeks before today
//! 4 every 7: 231/6 198 -/5 180/7      values with a confidence; "-" is "not measured"
//! 11 ~ canary on for three services   a note on that day's record
//! 18 @eli ~ Ben is away               the same, recorded by somebody else than the owner
//! 25+3 = 95/6 read a digit too many   a correction, three days later
//! 32+2 = void wrong dashboard         likewise, a record taken back
//! ```

/// What a record says happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    /// A value as TOML writes it.
    Known(String),
    /// Looked, but not measured.
    NotMeasured,
    /// Takes the day's record back.
    Void,
}

/// One record of a script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key result, or `None` for the goal itself.
    pub(super) key_result: Option<&'static str>,
    /// The day of the cycle on which the value was true.
    pub(super) day: i32,
    /// Days until a correction; `None` for a first record.
    pub(super) corrected_after: Option<i32>,
    pub(super) value: Value,
    pub(super) confidence: Option<u8>,
    /// Who recorded it, when it was not the owner.
    pub(super) by: Option<&'static str>,
    pub(super) note: Option<&'static str>,
    /// Whether the key result falls silent before the story ends.
    pub(super) silent: bool,
}

impl Entry {
    /// The record as it stands in a check-ins file, right of the equals sign.
    pub(super) fn to_toml(&self) -> String {
        let value = match &self.value {
            Value::Known(value) => Some(format!("value = {value}")),
            Value::NotMeasured => None,
            Value::Void => Some("void = true".to_owned()),
        };
        let parts: Vec<String> = [
            value,
            self.confidence.map(|it| format!("confidence = {it}")),
            self.by.map(|it| format!("by = \"{it}\"")),
            self.note.map(|it| format!("note = {}", quoted(it))),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (&self.value, parts.len()) {
            (Value::Known(value), 1) => value.clone(),
            _ => format!("{{ {} }}", parts.join(", ")),
        }
    }
}

/// Reads a script.
///
/// # Panics
///
/// On a line it cannot read: scripts are compiled in and tested.
pub(super) fn parse(script: &'static str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut key_result = None;
    let mut silent = false;
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(header) = line.strip_prefix('[') {
            let (id, flag) = header.split_once(']').expect("a header is closed");
            key_result = (id != "*").then_some(id);
            silent = flag.trim() == "silent";
        } else {
            read_line(&mut entries, key_result, silent, line);
        }
    }
    entries
}

fn read_line(
    entries: &mut Vec<Entry>,
    key_result: Option<&'static str>,
    silent: bool,
    line: &'static str,
) {
    if let Some((rhythm, values)) = line.split_once(": ").filter(|(it, _)| it.contains(" every ")) {
        let (first, step) = rhythm.split_once(" every ").expect("just looked for");
        let (first, step) = (number(first), number(step));
        let days = std::iter::successors(Some(first), move |day| Some(day + step));
        for (day, text) in days.zip(values.split_whitespace()) {
            let (value, confidence) = value_and_confidence(text);
            entries.push(Entry {
                key_result,
                day,
                corrected_after: None,
                value,
                confidence,
                by: None,
                note: None,
                silent,
            });
        }
    } else if let Some((days, text)) = line.split_once(" = ").filter(|(it, _)| it.contains('+')) {
        let (day, after) = days.split_once('+').expect("just looked for");
        let (value, note) = text.split_once(' ').expect("a correction says why");
        let (value, confidence) = value_and_confidence(value);
        entries.push(Entry {
            key_result,
            day: number(day),
            corrected_after: Some(number(after)),
            value,
            confidence,
            by: None,
            note: Some(note),
            silent,
        });
    } else {
        annotate(entries, key_result, line);
    }
}

fn annotate(entries: &mut [Entry], key_result: Option<&str>, line: &'static str) {
    let (head, note) = line.split_once(" ~ ").expect("a line is a series, a correction or a note");
    let (day, by) = match head.split_once(" @") {
        Some((day, by)) => (number(day), Some(by)),
        None => (number(head), None),
    };
    let entry = entries
        .iter_mut()
        .find(|it| it.key_result == key_result && it.day == day && it.corrected_after.is_none())
        .unwrap_or_else(|| panic!("a note stands on a recorded day, unlike {line:?}"));
    entry.note = Some(note);
    entry.by = by;
}

fn value_and_confidence(text: &str) -> (Value, Option<u8>) {
    let (value, confidence) = match text.split_once('/') {
        Some((value, confidence)) => {
            (value, Some(confidence.parse().expect("a confidence is a small number")))
        }
        None => (text, None),
    };
    let value = match value {
        "-" => Value::NotMeasured,
        "void" => Value::Void,
        _ if value == "true" || value == "false" || value.parse::<f64>().is_ok() => {
            Value::Known(value.to_owned())
        }
        _ => Value::Known(quoted(value)),
    };
    (value, confidence)
}

fn number(text: &str) -> i32 {
    text.trim().parse().expect("a day is a number")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_line_becomes_records() {
        let entries = parse(
            "[lead-time]\n4 every 7: 231/6 -/5\n11 @eli ~ the \"old\" dashboard is down\n4+3 = void wrong one\n[*]\n5 every 7: target",
        );
        let told: Vec<String> = entries
            .iter()
            .map(|it| {
                format!("{:?} {} {:?} {}", it.key_result, it.day, it.corrected_after, it.to_toml())
            })
            .collect();
        assert_eq!(
            told,
            [
                "Some(\"lead-time\") 4 None { value = 231, confidence = 6 }",
                "Some(\"lead-time\") 11 None { confidence = 5, by = \"eli\", note = \"the \\\"old\\\" dashboard is down\" }",
                "Some(\"lead-time\") 4 Some(3) { void = true, note = \"wrong one\" }",
                "None 5 None \"target\"",
            ]
        );
    }
}
