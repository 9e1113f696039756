//! Edits that certainly mend a mistake of shape: where a key is renamed, an entry removed, a line
//! joined. Whatever is written in a way that leaves a doubt gets none.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use crate::text::{Span, line_at};

/// Edits of one file: spans and what comes in their place.
pub(super) type Edits = Vec<(Span, String)>;

/// The edits that give a key another name, wherever it is written; none where it stands in dotted
/// keys or in headers that hold it somewhere in the middle.
pub(super) fn renamed(
    text: &str,
    key: Span,
    value: &toml::Spanned<DeValue<'_>>,
    name: &str,
    other: &str,
) -> Option<Edits> {
    let written = text.get(key.start..key.end)?;
    if written.trim_matches(['"', '\'']) != name {
        return None;
    }
    if text[key.end..].trim_start_matches([' ', '\t']).starts_with('=') {
        return Some(vec![(key, other.to_owned())]);
    }
    let mut headers = Vec::new();
    all_headers(text, value.get_ref(), value.span(), &mut headers)?;
    headers.sort_by_key(|header| header.start);
    headers.dedup();
    let names: Option<Vec<Span>> =
        headers.iter().map(|header| first_name(text, header, written)).collect();
    let names = names?;
    names.contains(&key).then(|| names.iter().map(|span| (*span, other.to_owned())).collect())
}

/// Every header of a table and of the tables in it; nothing where one is a list's.
fn all_headers(
    text: &str,
    value: &DeValue<'_>,
    span: Range<usize>,
    headers: &mut Vec<Range<usize>>,
) -> Option<()> {
    match value {
        DeValue::Table(table) => {
            let written = text.get(span.clone())?;
            if written.starts_with("[[") {
                return None;
            }
            if written.starts_with('{') {
                return Some(());
            }
            if written.starts_with('[') {
                headers.push(span);
            }
            table
                .values()
                .try_for_each(|inner| all_headers(text, inner.get_ref(), inner.span(), headers))
        }
        DeValue::Array(items) => {
            let is_list_of_tables = items.iter().any(|item| {
                let start = item.span().start;
                text.get(start..).is_some_and(|rest| rest.starts_with("[["))
            });
            (!is_list_of_tables).then_some(())
        }
        _ => Some(()),
    }
}

/// Where a header begins with a name.
fn first_name(text: &str, header: &Range<usize>, name: &str) -> Option<Span> {
    let inner = text.get(header.start + 1..header.end)?;
    let start = header.start + 1 + (inner.len() - inner.trim_start_matches([' ', '\t']).len());
    let rest = text[start..header.end].strip_prefix(name)?;
    let next = rest.trim_start_matches([' ', '\t']).chars().next()?;
    matches!(next, '.' | ']').then(|| Span::new(start, start + name.len()))
}

/// What has to go so that an entry of a table is gone: its line, or its part of an inline table;
/// together with the table's header or key if there is nothing else in it. Nothing where a comment
/// stands beside it.
pub(super) fn removal(
    text: &str,
    table_key: Span,
    table: &toml::Spanned<DeValue<'_>>,
    at: usize,
) -> Option<Span> {
    let DeValue::Table(entries) = table.get_ref() else { return None };
    let spans: Vec<Span> =
        entries.iter().map(|(key, value)| Span::new(key.span().start, value.span().end)).collect();
    let entry = *spans.get(at)?;
    let written = text.get(table.span())?;
    if written.starts_with('{') {
        return match &spans[..] {
            [_] => whole_lines(text, Span::new(table_key.start, table.span().end), ""),
            _ if at + 1 < spans.len() => {
                let next = spans[at + 1].start;
                is_comma(text.get(entry.end..next)?).then(|| Span::new(entry.start, next))
            }
            _ => {
                let before = spans[at - 1].end;
                is_comma(text.get(before..entry.start)?).then(|| Span::new(before, entry.end))
            }
        };
    }
    let name = text.get(table_key.start..table_key.end)?;
    let prefix = if written.starts_with('[') { String::new() } else { format!("{name}.") };
    let line = whole_lines(text, entry, &prefix)?;
    if spans.len() > 1 || !written.starts_with('[') {
        return Some(line);
    }
    let header = whole_lines(text, Span::from(table.span()), "")?;
    if header.end != line.start {
        return Some(line);
    }
    Some(without_blank_line(text, Span::new(header.start, line.end)))
}

fn is_comma(gap: &str) -> bool {
    gap.trim_matches([' ', '\t']) == ","
}

/// The lines of a span with their line ending, if nothing but `prefix` stands beside it. At the end
/// of a text without a last line break the one before goes instead.
fn whole_lines(text: &str, span: Span, prefix: &str) -> Option<Span> {
    let (first, last) = (line_at(text, span.start), line_at(text, span.end));
    let before = text.get(first.start..span.start)?.trim_start_matches('\u{feff}');
    if before.trim() != prefix || !text.get(span.end..last.end)?.trim().is_empty() {
        return None;
    }
    let start = span.start - before.len();
    match text[last.end..].find('\n') {
        Some(newline) => Some(Span::new(start, last.end + newline + 1)),
        None => {
            let above = &text[..start];
            let kept = above
                .strip_suffix('\n')
                .map_or(above, |above| above.strip_suffix('\r').unwrap_or(above));
            Some(Span::new(kept.len(), text.len()))
        }
    }
}

/// The span with the blank line above it, if there would be two in a row, or one at the end.
fn without_blank_line(text: &str, span: Span) -> Span {
    let above = &text[..span.start];
    let blank = ["\n\r\n", "\n\n"].into_iter().find(|blank| above.ends_with(blank));
    let below = &text[span.end..];
    let ends = below.is_empty() || below.starts_with('\n') || below.starts_with("\r\n");
    match blank {
        Some(blank) if ends => Span::new(span.start - (blank.len() - 1), span.end),
        _ => span,
    }
}

/// The edits that put an inline table on one line: `gaps` is what stands between its entries, and
/// before and behind them. None where a gap holds more than blanks and a comma.
pub(super) fn joined(text: &str, gaps: &[Span]) -> Option<Edits> {
    let mut edits = Edits::new();
    for gap in gaps {
        let written = text.get(gap.start..gap.end)?;
        if !matches!(written.trim(), "" | ",") {
            return None;
        }
        let comma = written.find(',');
        let parts = match comma {
            Some(at) => vec![(0, at), (at + 1, written.len())],
            None => vec![(0, written.len())],
        };
        for (from, to) in parts.into_iter().filter(|(from, to)| written[*from..*to].contains('\n'))
        {
            let before_comma = comma == Some(to);
            let with = if before_comma { "" } else { " " };
            edits.push((Span::new(gap.start + from, gap.start + to), with.to_owned()));
        }
    }
    Some(edits)
}

/// The edits that write `\e` and `\xHH` of a basic string as TOML 1.0 does.
pub(super) fn older_escapes(text: &str, string: Span) -> Option<Edits> {
    let raw = text.get(string.start..string.end)?;
    let mut edits = Edits::new();
    let mut bytes = raw.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte != b'\\' {
            continue;
        }
        let start = string.start + at;
        match bytes.next() {
            Some((_, b'e')) => edits.push((Span::new(start, start + 2), "\\u001B".to_owned())),
            Some((_, b'x')) => {
                let digits = raw.get(at + 2..at + 4)?;
                edits.push((Span::new(start, start + 4), format!("\\u00{digits}")));
            }
            _ => {}
        }
    }
    Some(edits)
}

/// The line ending that most lines of a text have.
pub(super) fn line_ending(text: &str) -> &'static str {
    let returns = text.matches("\r\n").count();
    if returns * 2 > text.matches('\n').count() { "\r\n" } else { "\n" }
}

/// The number that a string holds, if it holds just that, in a form that needs no quotes.
pub(super) fn unquoted_number(text: &str) -> Option<&str> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let no_zero_ahead = whole.len() == 1 || !whole.starts_with('0');
    (all(whole) && no_zero_ahead && fraction.is_none_or(all)).then_some(text)
}

/// A line that is given twice, the second time just as the first: the span of the second.
pub(super) fn repeated_line(text: &str, first: Span, again: Span) -> Option<Span> {
    let (one, two) = (line_at(text, first.start), line_at(text, again.start));
    let line = text.get(two.start..two.end)?;
    if one == two || text.get(one.start..one.end)?.trim() != line.trim() {
        return None;
    }
    let (tree, errors) = DeTable::parse_recoverable(line.trim());
    let is_whole = errors.is_empty() && tree.get_ref().len() == 1;
    is_whole.then(|| removed_line(text, two))?
}

fn removed_line(text: &str, line: Span) -> Option<Span> {
    let inner = text.get(line.start..line.end)?;
    let start = line.start + (inner.len() - inner.trim_start().len());
    whole_lines(text, Span::new(start, start + inner.trim().len()), "")
}
