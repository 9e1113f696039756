//! What is kept of a history from one run to the next, as bytes, and back.
//!
//! The events of a goal follow from the commits that touched its files, whose ids say everything
//! about them; from the order of these, in which no others make a difference; and from what
//! [`Basis`](super::Basis) tells of the workspace. So a goal that no commit touched in the meantime is taken as
//! it was, as bytes that are not looked at before somebody asks for them.

use std::borrow::Cow;
use std::sync::Arc;

use super::History;
use super::event::{Event, EventKind, FieldChange};
use super::facts::FIELDS;
use super::goals::KeptGoals;
use super::identity::{File, GoalChange};
use super::infos::Part;
use super::source::Source;
use crate::coding::{Names, Reader, Writer};
use crate::date::{Date, Stamp};
use crate::load::Value;
use crate::model::{GoalRef, Record, RecordSpans};
use crate::repo::{Change, Commits, KeptBytes, KnownCommits, ObjectId};

/// What was told of each goal when another tip was looked at.
#[derive(Default)]
pub struct Told {
    pub(super) infos: Option<Part>,
    pub(super) goals: KeptGoals,
}

/// Commits and the history that they tell as bytes; nothing if it cannot be told any more.
///
/// First comes what is read when somebody asks for it, then what everybody reads, and at last how long
/// that is.
pub fn write(commits: &Commits, history: &History) -> Option<Vec<u8>> {
    let (mut head, mut rest) = (Writer::default(), Writer::default());
    commits.write(&mut head, &mut rest);
    history.infos.write(&mut head, &mut rest)?;
    history.goals.write(&mut head, &mut rest)?;
    // All of it was read for that, and some for the first time.
    if history.goals.source().stored().is_damaged() {
        return None;
    }
    let length = head.len() as u64;
    let mut bytes = rest.into_bytes();
    bytes.extend_from_slice(&head.into_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    Some(bytes)
}

/// Reads what was written; nothing if it was not written so.
pub fn read(stored: Arc<KeptBytes>) -> Option<(KnownCommits, Told)> {
    let source = Arc::new(Source::of(stored));
    let end = source.len().checked_sub(size_of::<u64>())?;
    let length = source.read(end..source.len())?;
    let length = usize::try_from(u64::from_le_bytes(length.as_ref().try_into().ok()?)).ok()?;
    let end = end.checked_sub(length)?;
    let head = source.read(end..end + length)?;
    let (mut from, mut start) = (Reader::new(&head), 0);
    let commits = KnownCommits::read(source.stored(), &mut from, &mut start)?;
    let infos = Part::read(&source, &mut from, &mut start)?;
    let goals = KeptGoals::read(&source, &mut from, &mut start)?;
    let is_sound = from.is_at_end() && start == end && infos.len() == commits.changing();
    is_sound.then_some((commits, Told { infos: Some(infos), goals }))
}

/// What there is to tell of a goal, as bytes: the text of its plan before goalposts moved, its events,
/// and what commits changed of its files.
pub(super) fn body(text: Option<&str>, events: &[Event], changes: &[GoalChange<'_>]) -> Vec<u8> {
    let mut out = Writer::default();
    out.maybe(text, Writer::text);
    let mut told = Writer::default();
    told.size(events.len());
    events.iter().for_each(|event| write_event(event, &mut told));
    out.size(told.len());
    out.raw(&told.into_bytes());
    write_changes(changes, &mut out);
    out.into_bytes()
}

/// The text of the plan before goalposts moved.
pub(super) fn text(body: &[u8]) -> Option<&str> {
    Reader::new(body).maybe(Reader::text)?
}

/// The events of a goal; nothing if they were not written so.
pub(super) fn events(body: &[u8], goal: &GoalRef) -> Option<Vec<Event>> {
    let mut from = Reader::new(body);
    from.maybe(Reader::text)?;
    from.size()?;
    from.several(|from| read_event(from, goal))
}

/// What commits changed of a goal's files; nothing if it was not written so.
pub(super) fn changes(body: &[u8]) -> Option<Vec<GoalChange<'static>>> {
    let mut from = Reader::new(body);
    from.maybe(Reader::text)?;
    let events = from.size()?;
    from.raw(events)?;
    let changes = read_changes(&mut from)?;
    from.is_at_end().then_some(changes)
}

/// The commits that changed a goal's files, once for each; nothing if it was not written so.
pub(super) fn commits(body: &[u8]) -> Option<Vec<usize>> {
    let mut from = Reader::new(body);
    from.maybe(Reader::text)?;
    let events = from.size()?;
    from.raw(events)?;
    let length = from.size()?;
    from.names()?;
    from.several(|from| {
        let commit = from.size()?;
        from.flag()?;
        from.size()?;
        for _ in 0..=from.count()? {
            if from.raw(1)? == [HERE] {
                from.raw(length)?;
            }
        }
        Some(commit)
    })
}

/// How an id is told: there is none, it is the one that the path had last, or here it is.
const NONE: u8 = 0;
const LAST: u8 = 1;
const HERE: u8 = 2;

fn write_changes(changes: &[GoalChange<'_>], out: &mut Writer) {
    let ids = |change: &GoalChange<'_>| {
        change.change.old.iter().chain([&change.change.new]).copied().collect::<Vec<_>>()
    };
    let length = changes.iter().flat_map(ids).flatten().next().map_or(0, |id| id.length());
    let (mut names, mut told) = (Names::default(), Writer::default());
    let mut last: Vec<Option<ObjectId>> = Vec::new();
    told.size(changes.len());
    for change in changes {
        let path = names.number(&change.change.path);
        last.resize(last.len().max(path + 1), None);
        told.size(change.commit);
        told.flag(change.file == File::Checkins);
        told.size(path);
        told.size(change.change.old.len());
        for id in ids(change) {
            match id {
                None => told.raw(&[NONE]),
                id if id == last[path] => told.raw(&[LAST]),
                Some(id) => {
                    told.raw(&[HERE]);
                    told.raw(id.raw());
                }
            }
        }
        last[path] = change.change.new;
    }
    out.size(length);
    names.write(out);
    out.raw(&told.into_bytes());
}

fn read_changes(from: &mut Reader<'_>) -> Option<Vec<GoalChange<'static>>> {
    let length = from.size().filter(|length| matches!(length, 0 | 20 | 32))?;
    let paths: Vec<Arc<str>> = from.names()?.into_iter().map(Arc::from).collect();
    let mut last: Vec<Option<ObjectId>> = vec![None; paths.len()];
    from.several(|from| {
        let commit = from.size()?;
        let file = if from.flag()? { File::Checkins } else { File::Plan };
        let path = from.below(paths.len())?;
        let count = from.count()?;
        let id = |from: &mut Reader<'_>| {
            Some(match *from.raw(1)? {
                [NONE] => None,
                [LAST] => last[path],
                [HERE] => Some(ObjectId::from_bytes(from.raw(length)?)),
                _ => return None,
            })
        };
        let old = (0..count).map(|_| id(from)).collect::<Option<_>>()?;
        let new = id(from)?;
        last[path] = new;
        let path = Arc::clone(&paths[path]);
        Some(GoalChange { commit, file, change: Cow::Owned(Change { path, new, old }) })
    })
}

const KINDS: [EventKind; 10] = [
    EventKind::Recorded,
    EventKind::Corrected,
    EventKind::Voided,
    EventKind::Removed,
    EventKind::Planned,
    EventKind::Amended,
    EventKind::Dropped,
    EventKind::Closed,
    EventKind::Reopened,
    EventKind::Deleted,
];

fn write_event(event: &Event, out: &mut Writer) {
    let place = |found: Option<usize>| found.expect("it is among all there are");
    out.size(place(KINDS.iter().position(|kind| *kind == event.kind)));
    out.size(event.commit);
    out.maybe(event.key_result.as_deref(), Writer::text);
    out.maybe(event.stamp, write_stamp);
    out.maybe(event.before.as_ref(), write_record);
    out.maybe(event.after.as_ref(), write_record);
    out.maybe(event.previous.as_ref(), write_value);
    out.size(event.fields.len());
    for field in &event.fields {
        out.size(place(FIELDS.iter().position(|name| *name == field.name)));
        out.maybe(field.old.as_deref(), Writer::text);
        out.maybe(field.new.as_deref(), Writer::text);
    }
    out.flag(event.goalpost_move);
    out.flag(event.witness);
}

fn read_event(from: &mut Reader<'_>, goal: &GoalRef) -> Option<Event> {
    Some(Event {
        kind: KINDS[from.below(KINDS.len())?],
        commit: from.size()?,
        goal: goal.clone(),
        key_result: from.maybe(owned)?,
        stamp: from.maybe(read_stamp)?,
        before: from.maybe(read_record)?,
        after: from.maybe(read_record)?,
        previous: from.maybe(read_value)?,
        fields: from.several(|from| {
            Some(FieldChange {
                name: FIELDS[from.below(FIELDS.len())?],
                old: from.maybe(owned)?,
                new: from.maybe(owned)?,
            })
        })?,
        goalpost_move: from.flag()?,
        witness: from.flag()?,
    })
}

fn write_record(out: &mut Writer, record: &Record) {
    write_stamp(out, record.stamp);
    out.maybe(record.value.as_ref(), write_value);
    out.maybe(record.confidence, |out, confidence| out.raw(&[confidence]));
    out.maybe(record.note.as_deref(), Writer::text);
    out.maybe(record.by.as_deref(), Writer::text);
    out.flag(record.void);
}

fn read_record(from: &mut Reader<'_>) -> Option<Record> {
    Some(Record {
        stamp: read_stamp(from)?,
        value: from.maybe(read_value)?,
        confidence: from.maybe(|from| from.raw(1).map(|byte| byte[0]))?,
        note: from.maybe(owned)?,
        by: from.maybe(owned)?,
        void: from.flag()?,
        at: RecordSpans::default(),
    })
}

fn owned(from: &mut Reader<'_>) -> Option<String> {
    from.text().map(str::to_owned)
}

fn write_stamp(out: &mut Writer, stamp: Stamp) {
    out.signed(i64::from(stamp.date.year()));
    out.raw(&[stamp.date.month() as u8, stamp.date.day() as u8]);
    out.maybe(stamp.minute, |out, minute| out.number(u64::from(minute)));
}

fn read_stamp(from: &mut Reader<'_>) -> Option<Stamp> {
    let year = i16::try_from(from.signed()?).ok()?;
    let &[month, day] = from.raw(2)? else { return None };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
    let minute = from.maybe(|from| u16::try_from(from.number()?).ok())?;
    Some(Stamp { date, minute })
}

fn write_value(out: &mut Writer, value: &Value) {
    match value {
        Value::Number(number) => {
            out.raw(&[0]);
            out.raw(&number.to_bits().to_le_bytes());
        }
        Value::Text(text) => {
            out.raw(&[1]);
            out.text(text);
        }
        Value::Bool(truth) => {
            out.raw(&[2]);
            out.flag(*truth);
        }
    }
}

fn read_value(from: &mut Reader<'_>) -> Option<Value> {
    Some(match from.raw(1)? {
        [0] => Value::Number(f64::from_bits(u64::from_le_bytes(from.raw(8)?.try_into().ok()?))),
        [1] => Value::Text(owned(from)?),
        [2] => Value::Bool(from.flag()?),
        _ => return None,
    })
}
