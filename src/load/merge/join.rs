//! Our parts with their changes in them.

use std::collections::BTreeMap;

use super::Piece;
use super::parts::{Entry, Parts, Section, comments_of, plain};

/// The merged file, before it is text again.
pub(super) struct Whole {
    sections: Vec<JoinedSection>,
    tail: String,
    ending: &'static str,
}

/// Where a part of the result comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// Ours has it, and so has another.
    Known,
    /// Only ours has it.
    Ours,
    /// It was not in ours.
    Theirs,
}

struct JoinedSection {
    path: Vec<String>,
    origin: Origin,
    lead: String,
    body: Joined,
    entries: Vec<JoinedEntry>,
}

struct JoinedEntry {
    key: Vec<String>,
    /// The key, if it is a record's.
    date: Option<String>,
    origin: Origin,
    lead: String,
    body: Joined,
}

/// Lines that are settled, or not.
enum Joined {
    Lines(String),
    Clash { ours: String, base: String, theirs: String },
}

impl Whole {
    /// Joins the parts of both sides; their lines end as those of the result are to.
    pub(super) fn of(base: &Parts, ours: &Parts, theirs: &Parts, ending: &'static str) -> Self {
        let mut sections: Vec<JoinedSection> = Vec::new();
        for own in &ours.sections {
            sections.extend(joined_section(
                base.section(&own.path),
                own,
                theirs.section(&own.path),
                ending,
            ));
        }
        for (at, other) in theirs.sections.iter().enumerate() {
            let added = match (ours.section(&other.path), base.section(&other.path)) {
                (Some(_), _) => continue,
                (None, Some(base)) if other.says_no_more_than(base) => continue,
                (None, Some(base)) => clash_of_sections(other, None, base, Some(other)),
                (None, None) => as_it_is(other, Origin::Theirs),
            };
            let neighbours = theirs.sections[..at].iter().map(|section| &section.path);
            let place =
                place_below(&sections, neighbours, |section| (&section.path, section.origin));
            sections.insert(place, added);
        }
        let tail = joined_lead(&base.tail, &ours.tail, &theirs.tail, ending);
        let mut whole = Self { sections, tail, ending };
        whole.drop_repeated_comments(ours, theirs);
        whole
    }

    /// A comment above something of theirs may have moved there from something that ours has as
    /// well: it is taken over only as often as one of the sides has it.
    fn drop_repeated_comments(&mut self, ours: &Parts, theirs: &Parts) {
        let (ours, theirs) = (counted(ours.comments()), counted(theirs.comments()));
        let all = self.sections.iter().flat_map(|section| {
            let entries = section.entries.iter().map(|entry| entry.lead.as_str());
            std::iter::once(section.lead.as_str()).chain(entries)
        });
        let found = counted(all.chain([self.tail.as_str()]).flat_map(comments_of));
        let mut surplus: BTreeMap<String, usize> = BTreeMap::new();
        for (comment, count) in found {
            let most = ours.get(comment).max(theirs.get(comment)).copied().unwrap_or(0);
            surplus.insert(comment.to_owned(), count.saturating_sub(most));
        }
        for section in &mut self.sections {
            if section.origin == Origin::Theirs {
                section.lead = without(&section.lead, &mut surplus);
            }
            for entry in &mut section.entries {
                if entry.origin == Origin::Theirs {
                    entry.lead = without(&entry.lead, &mut surplus);
                }
            }
        }
    }

    /// The tables that one side deleted and the other changed.
    pub(super) fn in_question(&self) -> Vec<Vec<String>> {
        let clashing =
            self.sections.iter().filter(|section| matches!(section.body, Joined::Clash { .. }));
        clashing.map(|section| section.path.clone()).collect()
    }

    /// The text, in pieces.
    pub(super) fn pieces(self) -> Vec<Piece> {
        let mut out = Pieces::default();
        let mut added_above = false;
        for section in self.sections {
            let added = section.origin == Origin::Theirs;
            if (added || added_above) && !section.path.is_empty() && out.needs_gap(&section.lead) {
                out.text(self.ending);
            }
            out.text(&section.lead);
            out.joined(section.body);
            for entry in section.entries {
                added_above = entry.origin == Origin::Theirs;
                out.text(&entry.lead);
                out.joined(entry.body);
            }
            added_above |= added;
        }
        out.text(&self.tail);
        out.pieces
    }
}

#[derive(Default)]
struct Pieces {
    pieces: Vec<Piece>,
}

impl Pieces {
    fn text(&mut self, text: &str) {
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some(Piece::Text(above)) => above.push_str(text),
            _ => self.pieces.push(Piece::Text(text.to_owned())),
        }
    }

    fn joined(&mut self, joined: Joined) {
        match joined {
            Joined::Lines(lines) => self.text(&lines),
            Joined::Clash { ours, base, theirs } => {
                self.pieces.push(Piece::Conflict { ours, base, theirs });
            }
        }
    }

    /// Tells whether what comes next, which begins with `lead`, would stand right below something.
    fn needs_gap(&self, lead: &str) -> bool {
        let is_blank = |line: Option<&str>| line.is_some_and(|line| line.trim().is_empty());
        match self.pieces.last() {
            None => false,
            Some(Piece::Text(above)) => {
                !is_blank(above.lines().next_back()) && !is_blank(lead.lines().next())
            }
            Some(Piece::Conflict { .. }) => !is_blank(lead.lines().next()),
        }
    }
}

/// A section that ours has, as it is in the result; nothing if it was deleted.
fn joined_section(
    base: Option<&Section>,
    ours: &Section,
    theirs: Option<&Section>,
    ending: &str,
) -> Option<JoinedSection> {
    let Some(theirs) = theirs else {
        return match base {
            None => Some(as_it_is(ours, Origin::Ours)),
            Some(base) if ours.says_no_more_than(base) => None,
            Some(base) => Some(clash_of_sections(ours, Some(ours), base, None)),
        };
    };
    let texts = |of: fn(&Section) -> &String| {
        (base.map_or("", |base| of(base)), of(ours).as_str(), of(theirs).as_str())
    };
    let (base_header, own_header, their_header) = texts(|section| &section.header);
    let (base_lead, own_lead, their_lead) = texts(|section| &section.lead);
    let header = match base {
        None => own_header,
        Some(_) => joined_text(base_header, own_header, their_header).unwrap_or(own_header),
    };
    Some(JoinedSection {
        path: ours.path.clone(),
        origin: Origin::Known,
        lead: joined_lead(base_lead, own_lead, their_lead, ending),
        body: Joined::Lines(header.to_owned()),
        entries: joined_entries(base, ours, theirs, ending),
    })
}

fn joined_entries(
    base: Option<&Section>,
    ours: &Section,
    theirs: &Section,
    ending: &str,
) -> Vec<JoinedEntry> {
    let base = |key: &[String]| base.and_then(|base| base.entry(key));
    let mut entries: Vec<JoinedEntry> = Vec::new();
    for own in &ours.entries {
        entries.extend(joined_entry(base(&own.key), own, theirs.entry(&own.key), ending));
    }
    let mut order = order_of(&entries);
    for (at, other) in theirs.entries.iter().enumerate() {
        let body = match (ours.entry(&other.key), base(&other.key)) {
            (Some(_), _) => continue,
            (None, Some(base)) if base.meaning == other.meaning => continue,
            (None, Some(base)) => {
                Joined::Clash { ours: String::new(), base: base.body(), theirs: other.body() }
            }
            (None, None) => Joined::Lines(other.body()),
        };
        let place = match (order, other.date()) {
            (Order::ByDate, Some(date)) => {
                entries.partition_point(|entry| entry.date.as_deref() < Some(date))
            }
            (Order::AsTheyCame, Some(_)) => entries.len(),
            _ => {
                order = Order::OfKeys;
                let neighbours = theirs.entries[..at].iter().map(|entry| &entry.key);
                place_below(&entries, neighbours, |entry| (&entry.key, entry.origin))
            }
        };
        entries.insert(
            place,
            JoinedEntry { origin: Origin::Theirs, body, ..plain_entry(other, other.lead.clone()) },
        );
    }
    entries
}

/// An entry that ours has, as it is in the result; nothing if it was deleted.
fn joined_entry(
    base: Option<&Entry>,
    ours: &Entry,
    theirs: Option<&Entry>,
    ending: &str,
) -> Option<JoinedEntry> {
    let Some(theirs) = theirs else {
        return match base {
            None => {
                Some(JoinedEntry { origin: Origin::Ours, ..plain_entry(ours, ours.lead.clone()) })
            }
            Some(base) if base.meaning == ours.meaning => None,
            Some(base) => {
                let (ours_body, base) = (ours.body(), base.body());
                let body = Joined::Clash { ours: ours_body, base, theirs: String::new() };
                Some(JoinedEntry { body, ..plain_entry(ours, ours.lead.clone()) })
            }
        };
    };
    let base_lead = base.map_or("", |base| &base.lead);
    let lead = joined_lead(base_lead, &ours.lead, &theirs.lead, ending);
    let body = match joined_body(base, ours, theirs) {
        Some(lines) => Joined::Lines(lines),
        None => Joined::Clash {
            ours: ours.body(),
            base: base.map(Entry::body).unwrap_or_default(),
            theirs: theirs.body(),
        },
    };
    Some(JoinedEntry { body, ..plain_entry(ours, lead) })
}

/// The line of a key that both sides have; nothing if they do not agree.
fn joined_body(base: Option<&Entry>, ours: &Entry, theirs: &Entry) -> Option<String> {
    let base_texts = base.map(|base| (&*base.before, &*base.behind));
    let value = match base.map(|base| &base.meaning) {
        _ if ours.meaning == theirs.meaning => match base {
            Some(base) if base.meaning == ours.meaning => {
                joined_text(&base.value, &ours.value, &theirs.value).unwrap_or(&ours.value)
            }
            _ => &ours.value,
        },
        Some(base) if *base == theirs.meaning => &ours.value,
        Some(base) if *base == ours.meaning => &theirs.value,
        _ => return None,
    };
    let before = match base_texts {
        Some((base, _)) => joined_text(base, &ours.before, &theirs.before).unwrap_or(&ours.before),
        None => &ours.before,
    };
    let has_comment = |text: &str| !text.trim().is_empty();
    let behind = match base_texts {
        Some((_, base)) => joined_text(base, &ours.behind, &theirs.behind)?,
        None if !has_comment(&ours.behind) => &theirs.behind,
        None if !has_comment(&theirs.behind) => &ours.behind,
        None => joined_text(&ours.behind, &ours.behind, &theirs.behind)
            .filter(|behind| plain(behind).trim_end() == plain(&ours.behind).trim_end())?,
    };
    Some(format!("{before}{value}{behind}"))
}

/// The change of the side that made one; nothing if both did, and differently.
fn joined_text<'a>(base: &str, ours: &'a str, theirs: &'a str) -> Option<&'a str> {
    let (old, own, other) = (plain(base), plain(ours), plain(theirs));
    match () {
        () if own == other || old == other => Some(ours),
        () if old == own => Some(theirs),
        () => None,
    }
}

/// The comments and blank lines of both sides: where both changed them, ours, and below them the
/// comments that only theirs has.
fn joined_lead(base: &str, ours: &str, theirs: &str, ending: &str) -> String {
    if let Some(lead) = joined_text(base, ours, theirs) {
        return lead.to_owned();
    }
    let known: Vec<&str> = comments_of(base).chain(comments_of(ours)).collect();
    let mut lead = ours.to_owned();
    for comment in comments_of(theirs).filter(|comment| !known.contains(comment)) {
        lead.push_str(comment);
        lead.push_str(ending);
    }
    lead
}

/// How the entries of a section stand, and so where a record of theirs goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    /// Records, by date: it goes where its date belongs.
    ByDate,
    /// Records in no order: it goes below all of them.
    AsTheyCame,
    /// Not only records: it goes below the neighbour that it had.
    OfKeys,
}

fn order_of(entries: &[JoinedEntry]) -> Order {
    let dates: Option<Vec<&str>> = entries.iter().map(|entry| entry.date.as_deref()).collect();
    match dates {
        None => Order::OfKeys,
        Some(dates) if dates.is_sorted() => Order::ByDate,
        Some(_) => Order::AsTheyCame,
    }
}

/// The place below the nearest of the neighbours above that is there, and below what ours added to
/// it.
fn place_below<'a, T: 'a>(
    there: &'a [T],
    neighbours: impl DoubleEndedIterator<Item = &'a Vec<String>>,
    name: impl Fn(&'a T) -> (&'a Vec<String>, Origin),
) -> usize {
    let above = neighbours
        .rev()
        .find_map(|neighbour| there.iter().position(|one| name(one).0 == neighbour));
    let first = above.map_or(0, |above| above + 1);
    let own = there[first..].iter().take_while(|one| name(one).1 == Origin::Ours);
    first + if above.is_some() { own.count() } else { 0 }
}

fn as_it_is(section: &Section, origin: Origin) -> JoinedSection {
    let entries = section.entries.iter();
    JoinedSection {
        path: section.path.clone(),
        origin,
        lead: section.lead.clone(),
        body: Joined::Lines(section.header.clone()),
        entries: entries
            .map(|entry| JoinedEntry { origin, ..plain_entry(entry, entry.lead.clone()) })
            .collect(),
    }
}

/// A section that one side deleted and the other changed: all of it is in question.
fn clash_of_sections(
    present: &Section,
    ours: Option<&Section>,
    base: &Section,
    theirs: Option<&Section>,
) -> JoinedSection {
    JoinedSection {
        path: present.path.clone(),
        origin: if ours.is_some() { Origin::Known } else { Origin::Theirs },
        lead: present.lead.clone(),
        body: Joined::Clash {
            ours: ours.map(Section::body).unwrap_or_default(),
            base: base.body(),
            theirs: theirs.map(Section::body).unwrap_or_default(),
        },
        entries: Vec::new(),
    }
}

fn plain_entry(entry: &Entry, lead: String) -> JoinedEntry {
    JoinedEntry {
        key: entry.key.clone(),
        date: entry.date().map(str::to_owned),
        origin: Origin::Known,
        lead,
        body: Joined::Lines(entry.body()),
    }
}

fn counted<'a>(comments: impl Iterator<Item = &'a str>) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    for comment in comments {
        *counts.entry(comment).or_insert(0) += 1;
    }
    counts
}

/// The lines without comments that are there too often.
fn without(lead: &str, surplus: &mut BTreeMap<String, usize>) -> String {
    let mut kept = String::with_capacity(lead.len());
    for line in lead.split_inclusive('\n') {
        match surplus.get_mut(line.trim()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => kept.push_str(line),
        }
    }
    kept
}
