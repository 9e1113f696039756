//! Walks a spanned TOML table key by key: takes what is of the right type, reports what is not,
//! and at the end reports every key that nobody asked for.

use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::document::{Shape, Spanned};
use super::{fixes, newer, parse};
use crate::date::{Date, parse_date, parse_unpadded_date};
use crate::diagnostic::{Diagnostic, Place};
use crate::text::{Span, nearest, printable, slip_of};

type Entry<'t, 'i> = &'t toml::Spanned<DeValue<'i>>;

/// The largest whole number up to which a double holds each one exactly: 2^53.
const MAX_EXACT: u128 = 1 << 53;

/// The nearest to 0 that a number other than 0 may be: products and quotients of a few such numbers
/// are still finite.
pub const MIN_MAGNITUDE: f64 = 1e-60;
/// The farthest from 0 that a number may be, for the same reason.
pub const MAX_MAGNITUDE: f64 = 1e60;

/// The file being read and what was found in it.
pub(super) struct File<'a> {
    path: &'a str,
    text: &'a str,
    broken: Arc<[Span]>,
    findings: Vec<Diagnostic>,
}

/// Parses `text`, hands the tree to `read`, and returns what it made of it with every finding.
pub(super) fn read<T>(
    path: &str,
    text: &str,
    read: impl FnOnce(&mut File<'_>, &DeTable<'_>) -> T,
) -> (T, Vec<Diagnostic>) {
    let mut file = File { path, text, broken: Arc::default(), findings: Vec::new() };
    let document = match parse::sound(text) {
        Some(tree) => file.read(text, tree.get_ref(), read),
        None => {
            let mended = parse::mend(path, text);
            (file.broken, file.findings) = (mended.broken.into(), mended.findings);
            let (tree, _) = DeTable::parse_recoverable(&mended.text);
            file.read(&mended.text, tree.get_ref(), read)
        }
    };
    (document, file.findings)
}

impl File<'_> {
    fn read<T>(
        &mut self,
        text: &str,
        tree: &DeTable<'_>,
        read: impl FnOnce(&mut File<'_>, &DeTable<'_>) -> T,
    ) -> T {
        for newer in newer::find(tree, text) {
            let message = format!("{} is TOML 1.1; editors and other tools read 1.0", newer.what);
            self.report("toml-1-1", message, newer.span, |d| d.maybe_fix(newer.fix));
        }
        read(self, tree)
    }

    /// Reports a finding, unless its line already has a syntax error.
    pub(super) fn report(
        &mut self,
        rule: &'static str,
        message: String,
        span: Span,
        more: impl FnOnce(Diagnostic) -> Diagnostic,
    ) {
        if !is_on(&self.broken, span.start) {
            let place = Place::new(self.path, span);
            self.findings.push(more(Diagnostic::new(rule, message, place)));
        }
    }

    /// The edit that puts a line at the top, below a byte order mark.
    pub(super) fn first_line(&self, line: &str) -> (Span, String) {
        let start = self.text.len() - self.text.trim_start_matches('\u{feff}').len();
        (Span::new(start, start), format!("{line}{}", fixes::line_ending(self.text)))
    }

    /// The lines that hold a syntax error, as they stand.
    pub(super) fn unread(&self) -> String {
        let lines = self.broken.iter().filter_map(|line| self.text.get(line.start..line.end));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// Tells whether a syntax error lies between `header` and the next header.
    fn is_broken_below(&self, header: usize) -> bool {
        let next = self.broken.partition_point(|line| line.end < header);
        let Some(line) = self.broken.get(next) else { return false };
        let between = self.text.get(header..line.start).unwrap_or_default();
        let mut lines = between.split_inclusive('\n').skip(1);
        !lines.any(|line| line.trim_start().starts_with('['))
            && (line.start <= header || !self.text[line.start..].trim_start().starts_with('['))
    }

    /// Reports a value of the wrong type.
    pub(super) fn wrong_type(&mut self, name: &str, expected: &str, found: Entry<'_, '_>) {
        let span = Span::from(found.span());
        let what = type_name(found.get_ref());
        let help = match (expected, found.get_ref()) {
            ("a date", DeValue::String(text)) if parse_date(text).is_some() => {
                Some(format!("remove the quotes: {text}"))
            }
            ("a number", DeValue::String(text)) if plain_number(text).is_some() => Some(format!(
                "write it without quotes and units: {}",
                plain_number(text).unwrap_or_default()
            )),
            ("a string", DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_)) => Some(
                format!("put it in quotes: \"{}\"", printable(&self.text[span.start..span.end])),
            ),
            _ => None,
        };
        let fix = match found.get_ref() {
            DeValue::String(text) => without_quotes(expected, text),
            _ => None,
        };
        let message = format!("`{}` takes {expected}, found {what}", printable(name));
        self.report("wrong-type", message, span, |d| {
            let fix = fix.map(|value| vec![(span, value)]);
            d.label(format!("expected {expected}")).maybe_help(help).maybe_fix(fix)
        });
    }

    /// Reads a number; reports one that a double cannot hold.
    pub(super) fn number(&mut self, name: &str, entry: Entry<'_, '_>) -> Option<Spanned<f64>> {
        let span = Span::from(entry.span());
        let value = match entry.get_ref() {
            DeValue::Integer(text) => integer(text.as_str(), text.radix()),
            DeValue::Float(text) => text.as_str().replace('_', "").parse::<f64>().ok(),
            _ => {
                self.wrong_type(name, "a number", entry);
                return None;
            }
        };
        let exact = match entry.get_ref() {
            DeValue::Integer(text) => is_exact(text.as_str(), text.radix()),
            _ => true,
        };
        match value.filter(|value| value.is_finite()) {
            Some(value) if value != 0.0 && value.abs() < MIN_MAGNITUDE => {
                let message = format!("`{}` is too near to 0 to compute with", printable(name));
                self.report("not-finite", message, span, |d| d.help("measure in a smaller unit"));
                None
            }
            Some(value) if value.abs() > MAX_MAGNITUDE => {
                let message = format!("`{}` is too large to compute with", printable(name));
                self.report("not-finite", message, span, |d| d.help("measure in a larger unit"));
                None
            }
            Some(value) if exact => Some(Spanned { value, span }),
            Some(_) => {
                let message =
                    format!("`{}` is beyond 2^53 and cannot be held exactly", printable(name));
                self.report("not-finite", message, span, |d| d.help("measure in a larger unit"));
                None
            }
            None => {
                let message = match entry.get_ref() {
                    DeValue::Integer(_) => {
                        format!("`{}` has a base but no digits", printable(name))
                    }
                    _ => format!("`{}` must be a finite number", printable(name)),
                };
                self.report("not-finite", message, span, |d| d);
                None
            }
        }
    }
}

/// A table being read.
pub(super) struct Table<'t, 'i> {
    entries: &'t DeTable<'i>,
    /// What is known of the table besides its values.
    pub(super) shape: Shape,
    known: Vec<&'static str>,
    broken: Arc<[Span]>,
}

impl<'t, 'i> Table<'t, 'i> {
    /// Begins to read a table whose name or header stands at `at`.
    pub(super) fn new(file: &File<'_>, entries: &'t DeTable<'i>, at: Span) -> Self {
        let shape = Shape { at, invalid: Vec::new(), broken: file.is_broken_below(at.start) };
        Self { entries, shape, known: Vec::new(), broken: Arc::clone(&file.broken) }
    }

    /// Where `key` stands, if it is there at all.
    pub(super) fn key(&self, key: &str) -> Option<Span> {
        self.entries
            .iter()
            .find(|(found, _)| found.get_ref() == key)
            .map(|(found, _)| Span::from(found.span()))
    }

    /// Tells whether a value shares its line with a syntax error: it may not be what was meant.
    fn is_doubtful(&self, value: Entry<'_, '_>) -> bool {
        !value.get_ref().is_table() && is_on(&self.broken, value.span().start)
    }

    /// The entry of `key` and the span of the key itself; nothing on a line with a syntax error.
    pub(super) fn entry(&mut self, key: &'static str) -> Option<(Span, Entry<'t, 'i>)> {
        self.known.push(key);
        let (found, value) = self.entries.iter().find(|(found, _)| found.get_ref() == key)?;
        if self.is_doubtful(value) {
            self.invalid(key);
            return None;
        }
        Some((Span::from(found.span()), value))
    }

    /// The entries that are left, for tables whose keys are names.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Spanned<String>, Entry<'t, 'i>)> {
        self.entries.iter().filter(|(_, value)| !self.is_doubtful(value)).map(|(key, value)| {
            (Spanned { value: key.get_ref().to_string(), span: Span::from(key.span()) }, value)
        })
    }

    /// What has to go so that an entry of one of the tables in this one is gone, where that is certain.
    pub(super) fn removal(&self, file: &File<'_>, key: &str, entry: &str) -> Option<Span> {
        let (found, value) = self.entries.iter().find(|(found, _)| found.get_ref() == key)?;
        let DeValue::Table(inner) = value.get_ref() else { return None };
        let at = inner.keys().position(|key| key.get_ref() == entry)?;
        fixes::removal(file.text, Span::from(found.span()), value, at)
    }

    /// The edit that gives a date as a key its zeros, unless the right date is a key already.
    pub(super) fn padded_date(&self, key: &Spanned<String>) -> Option<fixes::Edits> {
        let date = parse_unpadded_date(&key.value)?.to_string();
        let same = |other: &str| {
            other == date
                || parse_unpadded_date(other).is_some_and(|other| other.to_string() == date)
        };
        let only = self.entries.keys().filter(|key| same(key.get_ref())).count() == 1;
        only.then(|| vec![(key.span, date)])
    }

    /// Marks `key` as there but unusable.
    pub(super) fn invalid(&mut self, key: &'static str) {
        self.shape.invalid.push(key);
    }

    fn typed<T>(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
        read: impl FnOnce(&mut File<'_>, Entry<'t, 'i>) -> Option<T>,
    ) -> Option<Spanned<T>> {
        let (_, entry) = self.entry(key)?;
        match read(file, entry) {
            Some(value) => Some(Spanned { value, span: Span::from(entry.span()) }),
            None => {
                self.invalid(key);
                None
            }
        }
    }

    /// A string.
    pub(super) fn string(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
    ) -> Option<Spanned<String>> {
        self.typed(file, key, |file, entry| {
            let text = entry.get_ref().as_str().map(str::to_owned);
            if text.is_none() {
                file.wrong_type(key, "a string", entry);
            }
            text
        })
    }

    /// A finite number.
    pub(super) fn number(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
    ) -> Option<Spanned<f64>> {
        self.typed(file, key, |file, entry| file.number(key, entry).map(|number| number.value))
    }

    /// `true` or `false`.
    pub(super) fn boolean(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
    ) -> Option<Spanned<bool>> {
        self.typed(file, key, |file, entry| {
            let value = entry.get_ref().as_bool();
            if value.is_none() {
                file.wrong_type(key, "true or false", entry);
            }
            value
        })
    }

    /// A date without a time.
    pub(super) fn date(&mut self, file: &mut File<'_>, key: &'static str) -> Option<Spanned<Date>> {
        self.typed(file, key, |file, entry| read_date(file, key, entry))
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<Spanned<T>> {
        let text = self.string(file, key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(Spanned { value: *value, span: text.span });
        }
        let all: Vec<String> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
        let message =
            format!("`{key}` is one of {}, found `{}`", all.join(", "), printable(&text.value));
        let near = nearest(&text.value, words.iter().map(|(word, _)| *word));
        let meant = slip_of(&text.value, words.iter().map(|(word, _)| *word));
        let instead = |word: &str| vec![(text.span, format!("\"{word}\""))];
        file.report("wrong-type", message, text.span, |d| {
            d.maybe_help(near.map(|word| format!("did you mean `{word}`?")))
                .maybe_fix(meant.map(instead))
                .maybe_guess(near.map(instead))
        });
        self.invalid(key);
        None
    }

    /// A list of strings; one string stands for a list of one.
    pub(super) fn strings(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
    ) -> Vec<Spanned<String>> {
        let Some((_, entry)) = self.entry(key) else { return Vec::new() };
        let items: Vec<Entry<'t, 'i>> = match entry.get_ref() {
            DeValue::Array(items) => items.iter().collect(),
            _ => vec![entry],
        };
        let mut strings = Vec::with_capacity(items.len());
        for item in items {
            match item.get_ref() {
                DeValue::String(text) => {
                    strings
                        .push(Spanned { value: text.to_string(), span: Span::from(item.span()) });
                }
                _ => {
                    file.wrong_type(key, "a list of strings", item);
                    self.invalid(key);
                }
            }
        }
        strings
    }

    /// A table, as a reader of its own; `at` is where the key stands.
    pub(super) fn table(
        &mut self,
        file: &mut File<'_>,
        key: &'static str,
    ) -> Option<Table<'t, 'i>> {
        let (at, entry) = self.entry(key)?;
        let table = as_table(file, key, at, entry);
        if table.is_none() {
            self.invalid(key);
        }
        table
    }

    /// Reports every key that was not asked for. A key that is nearly one of the known counts as an
    /// attempt at it, so that this is not reported as missing too.
    pub(super) fn finish(mut self, file: &mut File<'_>, of: &str) -> Shape {
        for (key, value) in self.entries.iter() {
            let name = key.get_ref().as_ref();
            if name.is_empty() || self.known.contains(&name) {
                continue;
            }
            let meant = nearest(name, self.known.iter().copied());
            let meant =
                meant.and_then(|meant| self.known.iter().copied().find(|key| *key == meant));
            self.shape.invalid.extend(meant);
            let help = match meant {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("its keys are {}", self.known.join(", ")),
            };
            let message = format!("`{}` is not a key of {of}", printable(name));
            let fix = self.certainly(file, key, value);
            let free = meant.filter(|meant| self.key(meant).is_none());
            let guess = free.and_then(|meant| {
                fixes::renamed(file.text, Span::from(key.span()), value, name, meant)
            });
            file.report("unknown-key", message, Span::from(key.span()), |d| {
                d.help(help).maybe_fix(fix).maybe_guess(guess)
            });
        }
        self.shape
    }

    /// The edits that give an unknown key the name that it must have: a slip of one key alone, which
    /// is not there yet, and of which there is no other slip.
    fn certainly(
        &self,
        file: &File<'_>,
        key: &toml::Spanned<std::borrow::Cow<'_, str>>,
        value: Entry<'_, '_>,
    ) -> Option<fixes::Edits> {
        let slip = |name: &str| slip_of(name, self.known.iter().copied());
        let name = key.get_ref().as_ref();
        let meant = slip(name).filter(|meant| self.key(meant).is_none())?;
        let unknown = self.entries.keys().filter(|key| !self.known.contains(&&**key.get_ref()));
        let only = unknown.filter(|key| slip(key.get_ref()) == Some(meant)).count() == 1;
        only.then(|| fixes::renamed(file.text, Span::from(key.span()), value, name, meant))?
    }
}

/// A named entry as a table of its own.
pub(super) fn as_table<'t, 'i>(
    file: &mut File<'_>,
    name: &str,
    at: Span,
    entry: Entry<'t, 'i>,
) -> Option<Table<'t, 'i>> {
    match entry.get_ref() {
        DeValue::Table(inner) => Some(Table::new(file, inner, at)),
        _ => {
            file.wrong_type(name, "a table", entry);
            None
        }
    }
}

/// Reads a date; reports a date with a time, or text.
pub(super) fn read_date(file: &mut File<'_>, name: &str, entry: Entry<'_, '_>) -> Option<Date> {
    let DeValue::Datetime(found) = entry.get_ref() else {
        file.wrong_type(name, "a date", entry);
        return None;
    };
    let Some(day) = found.date else {
        let message = format!("`{}` takes a date, found a time of day", printable(name));
        let help = "a date is written 2026-12-18".to_owned();
        file.report("wrong-type", message, Span::from(entry.span()), |d| {
            d.label("expected a date").help(help)
        });
        return None;
    };
    if found.time.is_some() || found.offset.is_some() {
        let message = format!("`{}` takes a date without a time", printable(name));
        let help = format!("write {day}");
        file.report("bad-date", message, Span::from(entry.span()), |d| d.help(help));
        return None;
    }
    let year = i16::try_from(day.year).ok()?;
    Date::new(year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}

/// Tells whether `offset` lies on one of `lines`, which are in the order of the text.
fn is_on(lines: &[Span], offset: usize) -> bool {
    let next = lines.partition_point(|line| line.end < offset);
    lines.get(next).is_some_and(|line| line.touches(offset))
}

/// Tells whether a double holds a whole number exactly, as far as it goes beyond no limit.
fn is_exact(text: &str, radix: u32) -> bool {
    i128::from_str_radix(&text.replace('_', ""), radix)
        .is_ok_and(|value| value.unsigned_abs() <= MAX_EXACT)
}

fn integer(text: &str, radix: u32) -> Option<f64> {
    let digits = text.replace('_', "");
    match i128::from_str_radix(&digits, radix) {
        Ok(value) => Some(value as f64),
        Err(_) => digits.parse::<f64>().ok(),
    }
}

/// What stands in a string that is no string, where it can be nothing but what is expected.
fn without_quotes(expected: &str, text: &str) -> Option<String> {
    match expected {
        "a date" => {
            parse_date(text).or_else(|| parse_unpadded_date(text)).map(|date| date.to_string())
        }
        "a number" => fixes::unquoted_number(text).map(str::to_owned),
        "true or false" => {
            Some(text.to_lowercase()).filter(|word| matches!(&**word, "true" | "false"))
        }
        _ => None,
    }
}

fn type_name(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The number in text such as `"1,250"`, `"45 %"` or `"240 min"`, where there is just one and no
/// doubt about it.
fn plain_number(text: &str) -> Option<String> {
    let digit = |c: char| c.is_ascii_digit();
    let start = text.find(digit)?;
    let end = text.rfind(digit)? + 1;
    let middle = &text[start..end];
    let only_number = middle.chars().all(|c| c.is_ascii_digit() || ",._".contains(c));
    let around = [&text[..start], &text[end..]];
    let attached = around[0].ends_with(|c: char| c.is_alphanumeric() || ".,".contains(c))
        || around[1].starts_with(|c: char| c.is_alphanumeric() || c == '/');
    if !only_number || attached {
        return None;
    }
    let groups: Vec<&str> = middle.split([',', '_']).collect();
    let whole = |group: &&str| group.split('.').next().is_some_and(|whole| whole.len() == 3);
    let grouped =
        groups[1..].iter().all(whole) && !groups[..groups.len() - 1].concat().contains('.');
    let sign = if around[0].ends_with(['-', '\u{2212}']) { "-" } else { "" };
    let number = format!("{sign}{}", groups.concat());
    (grouped && number.parse::<f64>().is_ok()).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_taken_from_text_only_where_there_is_no_doubt() {
        for (text, found) in [
            ("1,250", Some("1250")),
            ("45 %", Some("45")),
            ("240 min", Some("240")),
            ("€ 1,250.5", Some("1250.5")),
            ("-3", Some("-3")),
            ("1.250,5", None),
            ("250,0000", None),
            ("from 3 to 5", None),
            ("p99 240 ms", None),
            ("1e5", None),
            ("12h", None),
            ("1/2", None),
            ("none", None),
        ] {
            assert_eq!(plain_number(text).as_deref(), found, "{text}");
        }
    }
}
