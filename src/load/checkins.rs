//! Reads a check-ins file: dated records, one table for each key result.

use toml::de::DeValue;

use super::document::*;
use super::reader::{self, File, Table, as_table};
use crate::date::Stamp;
use crate::diagnostic::Diagnostic;
use crate::text::{Span, looks_like_date, number, printable};

/// Reads the check-ins file at `path`, with every mistake of shape in it.
pub fn checkins(path: &str, text: &str) -> (CheckinsDoc, Vec<Diagnostic>) {
    reader::read(path, text, |file, tree| {
        let top = Table::new(file, tree, Span::new(0, 0));
        let mut own = RecordsDoc { id: None, records: Vec::with_capacity(most(top.entries())) };
        let mut tables = Vec::new();
        for (key, entry) in top.entries() {
            if key.value.is_empty() {
                continue;
            }
            if is_record(&key.value, entry.get_ref()) {
                own.records.extend(record(file, &top, &key, entry));
            } else if let Some(table) = as_table(file, &key.value, key.span, entry) {
                let mut records = Vec::with_capacity(most(table.entries()));
                let entries = table.entries();
                records
                    .extend(entries.filter_map(|(key, entry)| record(file, &table, &key, entry)));
                tables.push(RecordsDoc { id: Some(key), records });
            }
        }
        if !own.records.is_empty() {
            tables.insert(0, own);
        }
        let all: usize = tables.iter().map(|table| table.records.len()).sum();
        if all > super::MAX_RECORDS {
            let message =
                format!("{all} records; a check-ins file may hold at most {}", super::MAX_RECORDS);
            file.report("syntax", message, Span::new(0, 0), |d| {
                d.help("record daily rather than by the minute")
            });
        }
        CheckinsDoc { tables }
    })
}

/// The most that there can be of something.
fn most(all: impl Iterator) -> usize {
    all.size_hint().1.unwrap_or_default()
}

/// Tells a record of the goal itself from a key result's table.
fn is_record(key: &str, value: &DeValue<'_>) -> bool {
    looks_like_date(key) || !value.is_table()
}

fn record(
    file: &mut File<'_>,
    table: &Table<'_, '_>,
    key: &Spanned<String>,
    entry: &toml::Spanned<DeValue<'_>>,
) -> Option<RecordDoc> {
    let span = Span::from(entry.span());
    let Some(stamp) = Stamp::parse(&key.value) else {
        let message = format!("`{}` is not a date of the calendar", printable(&key.value));
        let fix = table.padded_date(key);
        file.report("bad-date", message, key.span, |d| {
            d.help("a record is written 2026-10-05 = 240, or \"2026-10-05T14:30\" = 240")
                .maybe_fix(fix)
        });
        return None;
    };
    let mut record = RecordDoc {
        stamp: Spanned { value: stamp, span: key.span },
        value: None,
        confidence: None,
        note: None,
        by: None,
        void: false,
        span,
    };
    match entry.get_ref() {
        DeValue::Table(_) => {
            let mut table = as_table(file, &key.value, key.span, entry)?;
            record.value = table.entry("value").and_then(|(_, entry)| value(file, entry));
            record.confidence = confidence(file, &mut table);
            record.note = table.string(file, "note").map(|note| note.value);
            record.by = table.string(file, "by").map(|by| by.value);
            record.void = table.boolean(file, "void").is_some_and(|void| void.value);
            table.finish(file, "a record");
        }
        _ => record.value = value(file, entry),
    }
    Some(record)
}

fn value(file: &mut File<'_>, entry: &toml::Spanned<DeValue<'_>>) -> Option<Spanned<Value>> {
    let span = Span::from(entry.span());
    let value = match entry.get_ref() {
        DeValue::Integer(_) | DeValue::Float(_) => {
            Value::Number(file.number("value", entry)?.value)
        }
        DeValue::Boolean(value) => Value::Bool(*value),
        DeValue::String(text) => Value::Text(text.to_string()),
        _ => {
            let message = "a value is a number, true or false, or a milestone's id".to_owned();
            file.report("wrong-value-type", message, span, |d| d);
            return None;
        }
    };
    Some(Spanned { value, span })
}

/// `confidence`: a whole number from 0 to 10.
fn confidence(file: &mut File<'_>, table: &mut Table<'_, '_>) -> Option<u8> {
    let found = table.number(file, "confidence")?;
    let whole = found.value.fract() == 0.0 && (0.0..=10.0).contains(&found.value);
    if !whole {
        let message =
            format!("`confidence` is a whole number from 0 to 10, found {}", number(found.value));
        let share = (0.0..1.0).contains(&found.value).then(|| number((found.value * 10.0).round()));
        file.report("wrong-type", message, found.span, |d| {
            d.maybe_help(share.map(|share| format!("write confidence = {share}")))
        });
        return None;
    }
    Some(found.value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (CheckinsDoc, Vec<String>) {
        let (document, mut found) = checkins("x.checkins.toml", text);
        crate::diagnostic::sort(&mut found);
        let shown = found
            .iter()
            .map(|d| {
                format!(
                    "{} @ {}",
                    d.rule,
                    &text[d.primary.place.span.start..d.primary.place.span.end]
                )
            })
            .collect();
        (document, shown)
    }

    #[test]
    fn every_form_of_a_record_is_read() {
        let (document, found) = read(
            "\u{feff}2026-10-12 = { confidence = 6, note = \"n\" }\r\n\r\n[lead-time]\r\n2026-10-05 = 240\r\n\"2026-10-05T14:30\" = { value = 239.5, by = \"ben\" }\r\n2026-10-06 = \"beta\"\r\n2026-10-07 = { void = true }\r\n",
        );
        assert_eq!(found, Vec::<String>::new());
        assert_eq!(document.tables.len(), 2);
        assert_eq!(document.tables[0].records[0].confidence, Some(6));
        let values: Vec<Option<Value>> =
            document.tables[1].records.iter().map(|r| r.value.clone().map(|v| v.value)).collect();
        let expected = [
            Some(Value::Number(240.0)),
            Some(Value::Number(239.5)),
            Some(Value::Text("beta".into())),
            None,
        ];
        assert_eq!(values, expected);
        assert!(document.tables[1].records[3].void);
    }

    #[test]
    fn mistakes_are_found_on_their_spans() {
        for (text, expected) in [
            ("[a]\n2026-02-30 = 1\n", vec!["bad-date @ 2026-02-30"]),
            ("[a]\n2026-2-3 = 1\n", vec!["bad-date @ 2026-2-3"]),
            ("[a]\n2026-10-05 = 1\n2026-10-05 = 2\n", vec!["syntax @ 2026-10-05"]),
            ("[a]\n2026-10-05 = [1]\n", vec!["wrong-value-type @ [1]"]),
            ("[a]\n2026-10-05 = { valeu = 1 }\n", vec!["unknown-key @ valeu"]),
            ("[a]\n2026-10-05 = { confidence = 0.7 }\n", vec!["wrong-type @ 0.7"]),
            ("[a]\n2026-10-05 = 1,250\n", vec!["syntax @ ,"]),
            ("lead-time = 240\n", vec!["bad-date @ lead-time"]),
        ] {
            assert_eq!(read(text).1, expected, "{text}");
        }
    }
}
