//! A text taken apart into headers and entries, so that the parts put together are the text again.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// What may stand before the first character of a file.
pub(super) const BOM: char = '\u{feff}';

/// A text of TOML in parts. Every line belongs to exactly one of them.
#[derive(Debug)]
pub(super) struct Parts {
    /// Whether the text begins with a byte order mark.
    pub(super) bom: bool,
    /// How most of its lines end; nothing where no line does.
    pub(super) ending: Option<&'static str>,
    /// Whether its last line ends.
    pub(super) finished: bool,
    /// The part above the first header, then one for each header, in the order of the text.
    pub(super) sections: Vec<Section>,
    /// The comments and blank lines below everything.
    pub(super) tail: String,
}

/// A header and what it governs.
#[derive(Debug, Clone)]
pub(super) struct Section {
    /// The table's name, key by key; empty above the first header.
    pub(super) path: Vec<String>,
    /// The comments and blank lines above the header.
    pub(super) lead: String,
    /// The header's line; empty above the first header.
    pub(super) header: String,
    /// The keys and values below it.
    pub(super) entries: Vec<Entry>,
    /// Where among them each key is.
    places: BTreeMap<Vec<String>, usize>,
}

/// A key and its value, with all lines that they stand on.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The key below the section's table; of several names where it is dotted.
    pub(super) key: Vec<String>,
    /// The comments and blank lines above it.
    pub(super) lead: String,
    /// What stands before the value on its line: indent, key, equals sign.
    pub(super) before: String,
    /// The value as written.
    pub(super) value: String,
    /// What stands behind the value on its line, and the line's end.
    pub(super) behind: String,
    /// The value without the way it is written.
    pub(super) meaning: String,
}

impl Entry {
    /// The lines of the key and its value.
    pub(super) fn body(&self) -> String {
        format!("{}{}{}", self.before, self.value, self.behind)
    }

    /// The lines with the comments above them.
    pub(super) fn text(&self) -> String {
        format!("{}{}", self.lead, self.body())
    }

    /// The key, if it looks like a record's.
    pub(super) fn date(&self) -> Option<&str> {
        match &self.key[..] {
            [key] if looks_like_date(key) => Some(key),
            _ => None,
        }
    }
}

impl Section {
    fn begun(path: Vec<String>, lead: String, header: String) -> Self {
        Self { path, lead, header, entries: Vec::new(), places: BTreeMap::new() }
    }

    /// The header and all lines below it.
    pub(super) fn body(&self) -> String {
        let entries: String = self.entries.iter().map(Entry::text).collect();
        format!("{}{entries}", self.header)
    }

    /// Tells whether every value of it is in another section as well.
    pub(super) fn says_no_more_than(&self, other: &Self) -> bool {
        self.entries.iter().all(|entry| {
            other.entry(&entry.key).is_some_and(|known| known.meaning == entry.meaning)
        })
    }

    pub(super) fn entry(&self, key: &[String]) -> Option<&Entry> {
        self.places.get(key).map(|at| &self.entries[*at])
    }
}

impl Parts {
    /// Takes a text apart; nothing if it is not sound, or holds an array of tables.
    pub(super) fn of(text: &str) -> Option<Self> {
        let bom = text.starts_with(BOM);
        let bare = text.strip_prefix(BOM).unwrap_or(text);
        let ending = line_ending(bare);
        let finished = bare.is_empty() || bare.ends_with('\n');
        let mut whole = bare.to_owned();
        if !finished {
            whole.push_str(ending.unwrap_or("\n"));
        }
        let tree = DeTable::parse(&whole).ok()?.into_inner();
        let mut marks = Vec::new();
        collect(&whole, &tree, &mut Vec::new(), &mut marks)?;
        marks.sort_by_key(|mark| mark.span.start);
        let (sections, end) = sections(&whole, marks)?;
        let tail = whole[end..].to_owned();
        is_filler(&tail).then_some(Self { bom, ending, finished, sections, tail })
    }

    pub(super) fn section(&self, path: &[String]) -> Option<&Section> {
        self.sections.iter().find(|section| section.path == path)
    }

    /// The same parts, each text of them changed by `change`.
    pub(super) fn mapped(mut self, change: impl Fn(&str) -> String) -> Self {
        for section in &mut self.sections {
            for text in [&mut section.lead, &mut section.header] {
                *text = change(text);
            }
            for entry in &mut section.entries {
                let Entry { lead, before, value, behind, .. } = entry;
                for text in [lead, before, value, behind] {
                    *text = change(text);
                }
            }
        }
        self.tail = change(&self.tail);
        self
    }

    /// Every comment line, without the white space around it.
    pub(super) fn comments(&self) -> impl Iterator<Item = &str> {
        let leads = self.sections.iter().flat_map(|section| {
            let entries = section.entries.iter().map(|entry| entry.lead.as_str());
            std::iter::once(section.lead.as_str()).chain(entries)
        });
        leads.chain([self.tail.as_str()]).flat_map(comments_of)
    }
}

/// The comments among blank lines.
pub(super) fn comments_of(lead: &str) -> impl Iterator<Item = &str> {
    lead.lines().map(str::trim).filter(|line| !line.is_empty())
}

/// How most of the lines end.
fn line_ending(text: &str) -> Option<&'static str> {
    let (all, crlf) = (text.matches('\n').count(), text.matches("\r\n").count());
    match all {
        0 => None,
        _ if crlf * 2 > all => Some("\r\n"),
        _ => Some("\n"),
    }
}

/// The text with every line ended by `\n`.
pub(super) fn plain(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn looks_like_date(key: &str) -> bool {
    let bytes = key.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        })
}

/// A header or a value, and where it stands.
struct Mark {
    path: Vec<String>,
    span: Range<usize>,
    /// What an entry means; nothing for a header.
    meaning: Option<String>,
}

fn collect(
    text: &str,
    table: &DeTable<'_>,
    path: &mut Vec<String>,
    marks: &mut Vec<Mark>,
) -> Option<()> {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        let span = value.span();
        let opening = text.get(span.clone())?.bytes().next();
        let mark = |meaning| marks.push(Mark { path: path.clone(), span, meaning });
        match value.get_ref() {
            DeValue::Table(inner) if opening != Some(b'{') => {
                if opening == Some(b'[') {
                    mark(None);
                }
                collect(text, inner, path, marks)?;
            }
            DeValue::Array(array) if array.iter().any(|one| is_header(text, one)) => return None,
            other => mark(Some(meaning(other))),
        }
        path.pop();
    }
    Some(())
}

fn is_header(text: &str, element: &toml::Spanned<DeValue<'_>>) -> bool {
    element.get_ref().is_table() && text[element.span()].starts_with('[')
}

/// A value as one word for all ways to write it.
fn meaning(value: &DeValue<'_>) -> String {
    match value {
        DeValue::Table(table) => {
            let mut said: Vec<String> = table
                .iter()
                .map(|(key, value)| format!("{:?} {}", key.get_ref(), meaning(value.get_ref())))
                .collect();
            said.sort_unstable();
            format!("{{{}}}", said.join(","))
        }
        DeValue::Array(array) => {
            let said: Vec<String> = array.iter().map(|value| meaning(value.get_ref())).collect();
            format!("[{}]", said.join(","))
        }
        DeValue::String(text) => format!("string {:?}", plain(text)),
        DeValue::Integer(number) => format!("integer {} {}", number.radix(), number.as_str()),
        DeValue::Float(number) => format!("float {}", number.as_str()),
        DeValue::Boolean(truth) => format!("boolean {truth}"),
        DeValue::Datetime(moment) => format!("moment {moment}"),
    }
}

/// The sections of a text, and where what is below them begins.
fn sections(text: &str, marks: Vec<Mark>) -> Option<(Vec<Section>, usize)> {
    let mut sections = vec![Section::begun(Vec::new(), String::new(), String::new())];
    let mut end = 0;
    for mark in marks {
        let start = text[..mark.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let lead = text.get(end..start)?.to_owned();
        end = mark.span.end + text[mark.span.end..].find('\n')? + 1;
        if !is_filler(&lead) {
            return None;
        }
        match mark.meaning {
            None => {
                let header = text[start..end].to_owned();
                sections.push(Section::begun(mark.path, lead, header));
            }
            Some(meaning) => {
                let section = sections.last_mut()?;
                let key = mark.path.strip_prefix(&section.path[..])?.to_vec();
                section.places.insert(key.clone(), section.entries.len());
                section.entries.push(Entry {
                    key,
                    lead,
                    before: text[start..mark.span.start].to_owned(),
                    value: text[mark.span.clone()].to_owned(),
                    behind: text[mark.span.end..end].to_owned(),
                    meaning,
                });
            }
        }
    }
    Some((sections, end))
}

/// Tells whether there are only comments and blank lines.
fn is_filler(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line.starts_with('#'))
}
