//! The commits that changed goals, as bytes: each becomes a [`CommitInfo`] when somebody asks for it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::CommitInfo;
use super::source::Source;
use crate::coding::{Reader, Writer};
use crate::model::Model;
use crate::repo::{Commit, Commits, Moment, Moved, ObjectId, Table};

/// Commits in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Infos {
    parts: Vec<Part>,
    /// So many of the first stand as they do in the parts.
    undisturbed: usize,
    /// Of each of the others, its number among those of all parts.
    later: Vec<u32>,
    count: usize,
    /// What was asked for, some at once.
    told: Vec<OnceLock<Vec<CommitInfo>>>,
}

/// How many commits are told at once.
const AT_ONCE: usize = 64;

/// Commits one after the other.
#[derive(Debug, Clone)]
pub(super) struct Part {
    source: Arc<Source>,
    /// Where each begins in `records`.
    starts: Table,
    records: Range<usize>,
    id_bytes: usize,
    people: Vec<Person>,
}

/// Somebody who wrote commits.
#[derive(Debug, Clone)]
struct Person {
    /// As the mailmap has them.
    name: String,
    email: String,
    /// As they are told of.
    shown: String,
    handle: Option<String>,
}

impl Person {
    fn new(name: &str, email: &str, model: &Model) -> Self {
        let handle = model.settings.person_by_email(email);
        let shown = handle.map_or(name, |handle| model.settings.person_name(handle));
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            shown: shown.to_owned(),
            handle: handle.map(str::to_owned),
        }
    }
}

impl Infos {
    /// Those of a part that was kept, and of the commits that were read now.
    pub(super) fn of(kept: Option<Part>, commits: &Commits, model: &Model) -> Self {
        let known = kept.as_ref().map_or(0, Part::len);
        let count = commits.changing.len();
        let undisturbed = commits.moved.as_ref().map_or(count, Moved::undisturbed);
        let mut later = vec![0; count - undisturbed];
        if let Some(moved) = &commits.moved {
            moved.others().for_each(|(old, now)| later[now - undisturbed] = old as u32);
            for (at, commit) in commits.read.iter().enumerate() {
                later[commit.position - undisturbed] = (known + at) as u32;
            }
        }
        let read = Part::of(&commits.read);
        let mut parts: Vec<Part> = kept.into_iter().chain(read).collect();
        for person in parts.iter_mut().flat_map(|part| &mut part.people) {
            *person = Person::new(&person.name, &person.email, model);
        }
        let told = vec![OnceLock::new(); count.div_ceil(AT_ONCE)];
        Self { parts, undisturbed, later, count, told }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.count
    }

    /// The commit at a position.
    pub(super) fn get(&self, at: usize) -> &CommitInfo {
        let first = at / AT_ONCE * AT_ONCE;
        let told = self.told[at / AT_ONCE].get_or_init(|| {
            (first..(first + AT_ONCE).min(self.count)).map(|at| self.told(at)).collect()
        });
        &told[at - first]
    }

    /// The part that the commit at a position is in, and its number there.
    fn source(&self, at: usize) -> Option<(usize, usize)> {
        let later = at.checked_sub(self.undisturbed);
        let mut number = later.map_or(at, |later| self.later[later] as usize);
        for (place, part) in self.parts.iter().enumerate() {
            match number.checked_sub(part.len()) {
                None => return Some((place, number)),
                Some(beyond) => number = beyond,
            }
        }
        None
    }

    fn told(&self, at: usize) -> CommitInfo {
        let told = || {
            let (part, number) = self.source(at)?;
            self.parts[part].told(number)
        };
        let anew = || {
            let mut sources = self.parts.iter().map(|part| &part.source);
            let told = sources.find_map(|source| source.told_anew())?;
            (at < told.infos.len()).then(|| told.infos.get(at).clone())
        };
        told().or_else(anew).unwrap_or_else(unknown)
    }

    /// Writes all of them as one part, as [`Records::write`] does; nothing if bytes are damaged.
    pub(super) fn write(&self, head: &mut Writer, rest: &mut Writer) -> Option<()> {
        let mut people = People::default();
        let mut now: Vec<Vec<usize>> = Vec::new();
        for part in &self.parts {
            let numbers = part.people.iter().map(|one| people.number(&one.name, &one.email));
            now.push(numbers.collect());
        }
        let mut records = Records::default();
        for (part, number) in (0..self.count).filter_map(|at| self.source(at)) {
            let record = self.parts[part].record(number)?;
            let (author, rest) = taken_apart(&record)?;
            records.push(*now[part].get(author)?, |out| out.raw(rest));
        }
        let id_bytes = self.parts.first().map_or(0, |part| part.id_bytes);
        records.write(id_bytes, &people, head, rest);
        Some(())
    }
}

/// Names and e-mail addresses, each pair once.
#[derive(Default)]
struct People<'a> {
    numbers: HashMap<(&'a str, &'a str), usize>,
    all: Vec<(&'a str, &'a str)>,
}

impl<'a> People<'a> {
    /// The number of somebody among them.
    fn number(&mut self, name: &'a str, email: &'a str) -> usize {
        *self.numbers.entry((name, email)).or_insert_with(|| {
            self.all.push((name, email));
            self.all.len() - 1
        })
    }
}

/// Records being written.
#[derive(Default)]
struct Records {
    starts: Writer,
    records: Writer,
}

impl Records {
    fn push(&mut self, author: usize, rest: impl FnOnce(&mut Writer)) {
        self.starts.raw(&(self.records.len() as u32).to_le_bytes());
        self.records.size(author);
        rest(&mut self.records);
    }

    /// Writes what there is to know about them to `head`, and the rest to where it is read when
    /// somebody asks for it.
    fn write(self, id_bytes: usize, people: &People<'_>, head: &mut Writer, rest: &mut Writer) {
        head.size(id_bytes);
        head.size(people.all.len());
        for (name, email) in &people.all {
            head.text(name);
            head.text(email);
        }
        head.size(self.starts.len() / size_of::<u32>());
        head.size(self.records.len());
        rest.raw(&self.starts.into_bytes());
        rest.raw(&self.records.into_bytes());
    }
}

impl Part {
    /// Commits as a part of their own; nothing where there are none.
    fn of(commits: &[Commit]) -> Option<Self> {
        let mut people = People::default();
        let mut records = Records::default();
        for commit in commits {
            let author = people.number(&commit.author, &commit.email);
            records.push(author, |out| {
                out.raw(commit.id.raw());
                out.signed(commit.authored.seconds);
                out.signed(i64::from(commit.authored.offset_minutes));
                out.signed(commit.committed.seconds.wrapping_sub(commit.authored.seconds));
                out.signed(i64::from(commit.committed.offset_minutes));
                out.flag(commit.signed);
                out.text(&commit.subject);
            });
        }
        let (mut head, mut rest) = (Writer::default(), Writer::default());
        let id_bytes = commits.first()?.id.raw().len();
        records.write(id_bytes, &people, &mut head, &mut rest);
        let source = Arc::new(Source::of(Arc::new(rest.into_bytes().into())));
        Self::read(&source, &mut Reader::new(&head.into_bytes()), &mut 0)
    }

    /// Reads what there is to know of a part whose bytes begin at `start`, which is put to their end;
    /// nothing if it was not written so.
    pub(super) fn read(
        source: &Arc<Source>,
        from: &mut Reader<'_>,
        start: &mut usize,
    ) -> Option<Self> {
        let id_bytes = from.size().filter(|bytes| matches!(bytes, 0 | 20 | 32))?;
        let people = from.several(|from| {
            let (name, email) = (from.text()?.to_owned(), from.text()?.to_owned());
            Some(Person { shown: name.clone(), name, email, handle: None })
        })?;
        let starts = Table::at(source.stored(), start, size_of::<u32>(), from.size()?)?;
        let records = *start..start.checked_add(from.size()?)?;
        *start = records.end;
        let source = Arc::clone(source);
        (records.end <= source.len()).then_some(Self { source, starts, records, id_bytes, people })
    }

    /// How many commits there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    fn start(&self, number: usize) -> Option<usize> {
        if number == self.len() {
            return Some(self.records.len());
        }
        self.starts.number(number)
    }

    /// The bytes of a commit.
    fn record(&self, number: usize) -> Option<Cow<'_, [u8]>> {
        let (start, end) = (self.start(number)?, self.start(number + 1)?);
        let is_inside = start <= end && end <= self.records.len();
        is_inside
            .then(|| self.records.start + start..self.records.start + end)
            .and_then(|range| self.source.read(range))
    }

    fn told(&self, number: usize) -> Option<CommitInfo> {
        let record = self.record(number)?;
        let (author, rest) = taken_apart(&record)?;
        let person = self.people.get(author)?;
        let mut from = Reader::new(rest);
        let id = ObjectId::from_bytes(from.raw(self.id_bytes)?);
        let minutes = |from: &mut Reader<'_>| i32::try_from(from.signed()?).ok();
        let authored = Moment { seconds: from.signed()?, offset_minutes: minutes(&mut from)? };
        let committed = Moment {
            seconds: from.signed()?.wrapping_add(authored.seconds),
            offset_minutes: minutes(&mut from)?,
        };
        Some(CommitInfo {
            id,
            author: person.shown.clone(),
            email: person.email.clone(),
            person: person.handle.clone(),
            authored,
            committed,
            signed: from.flag()?,
            subject: from.text()?.to_owned(),
        })
    }
}

/// A commit's author by number, and the bytes of everything else.
fn taken_apart(record: &[u8]) -> Option<(usize, &[u8])> {
    let mut from = Reader::new(record);
    let author = from.size()?;
    Some((author, from.raw(from.left())?))
}

/// Stands for a commit that cannot be told.
fn unknown() -> CommitInfo {
    let never = Moment { seconds: 0, offset_minutes: 0 };
    CommitInfo {
        id: ObjectId::from_bytes(&[0; 20]),
        author: String::new(),
        email: String::new(),
        person: None,
        authored: never,
        committed: never,
        subject: String::new(),
        signed: false,
    }
}
