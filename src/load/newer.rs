//! What only TOML 1.1 allows, in a tree that was read, with what says the same in TOML 1.0.

use toml::de::{DeTable, DeValue};

use super::fixes::{self, Edits};
use crate::text::Span;

/// What only TOML 1.1 allows.
pub(super) struct Newer {
    /// Where it is.
    pub(super) span: Span,
    /// What it is.
    pub(super) what: &'static str,
    /// The edits that say the same in TOML 1.0, where that is certain.
    pub(super) fix: Option<Edits>,
}

/// Finds what only TOML 1.1 allows: other tools, which speak 1.0, refuse the whole file.
pub(super) fn find(table: &DeTable<'_>, text: &str) -> Vec<Newer> {
    let mut found = Vec::new();
    in_table(table, text, &mut found);
    found.sort_by_key(|newer| (newer.span, newer.what));
    found
}

fn in_table(table: &DeTable<'_>, text: &str, found: &mut Vec<Newer>) {
    for (key, value) in table {
        escapes(text, Span::from(key.span()), found);
        in_value(value.get_ref(), Span::from(value.span()), text, found);
    }
}

fn in_value(value: &DeValue<'_>, span: Span, text: &str, found: &mut Vec<Newer>) {
    match value {
        DeValue::String(_) => escapes(text, span, found),
        DeValue::Datetime(date) if date.time.is_some_and(|time| time.second.is_none()) => {
            found.push(Newer {
                span,
                what: "a time without seconds",
                fix: with_seconds(text, span),
            });
        }
        DeValue::Array(items) => {
            for item in items.iter() {
                in_value(item.get_ref(), Span::from(item.span()), text, found);
            }
        }
        DeValue::Table(inner) => {
            if text[span.start..].starts_with('{') && text[..span.end].ends_with('}') {
                inline_table(inner, span, text, found);
            }
            in_table(inner, text, found);
        }
        _ => {}
    }
}

/// The edit that gives the first `HH:MM` of a time its seconds.
fn with_seconds(text: &str, span: Span) -> Option<Edits> {
    let colon = text.get(span.start..span.end)?.find(':')?;
    let at = span.start + colon + 3;
    (at <= span.end).then(|| vec![(Span::new(at, at), ":00".to_owned())])
}

/// A line break or a trailing comma between the entries of an inline table.
fn inline_table(inner: &DeTable<'_>, span: Span, text: &str, found: &mut Vec<Newer>) {
    let mut at = span.start + 1;
    let mut gaps = Vec::new();
    for (key, value) in inner {
        let (from, to) = (key.span().start, value.span().end);
        if from >= at && to <= span.end {
            gaps.push(Span::new(at, from));
            at = to;
        }
    }
    let last = Span::new(at, span.end - 1);
    let behind = text.get(last.start..last.end).unwrap_or_default();
    if let Some(comma) = behind.find(',') {
        let comma = last.start + comma;
        let fix =
            (behind.trim() == ",").then(|| vec![(Span::new(comma, comma + 1), String::new())]);
        found.push(Newer { span: last, what: "a trailing comma in an inline table", fix });
    }
    gaps.push(last);
    if gaps.iter().any(|gap| text.get(gap.start..gap.end).unwrap_or_default().contains('\n')) {
        let span = Span::new(span.start, span.start + 1);
        let fix = fixes::joined(text, &gaps);
        found.push(Newer { span, what: "a line break in an inline table", fix });
    }
}

/// `\e` and `\xHH` in a basic string.
fn escapes(text: &str, span: Span, found: &mut Vec<Newer>) {
    let Some(raw) = text.get(span.start..span.end) else { return };
    if !raw.starts_with('"') {
        return;
    }
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte == b'\\' && matches!(bytes.next(), Some((_, b'e' | b'x'))) {
            let here = Span::new(span.start + at, span.start + at + 2);
            let fix = fixes::older_escapes(text, span);
            found.push(Newer { span: here, what: "the escapes `\\e` and `\\x`", fix });
            return;
        }
    }
}
