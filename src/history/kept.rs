//! What is kept of a history from one run to the next, as bytes, and back.
//!
//! The events of a goal follow from the commits that touched its files, whose ids say everything
//! about them; from the order of these; and from what [`depends_on`] tells of the workspace. Where
//! all that is the same, they are taken as they were.

use std::collections::HashMap;
use std::sync::Arc;

use super::event::{Event, EventKind, FieldChange};
use super::facts::FIELDS;
use super::identity::Identities;
use super::past::GoalPast;
use super::{History, past};
use crate::coding::{Names, Reader, Writer};
use crate::date::{Date, Stamp};
use crate::load::Value;
use crate::model::{GoalRef, Model, Record, RecordSpans};
use crate::repo::{Commits, ObjectId};

/// What was told of each goal when another tip was looked at.
#[derive(Default)]
pub struct Told {
    /// The ids of the commits that changed goals then, in their order.
    commits: Vec<ObjectId>,
    goals: Vec<ToldGoal>,
    /// The events of all goals in their order, each with the position of its goal.
    events: Vec<(usize, Event)>,
}

struct ToldGoal {
    goal: GoalRef,
    past: GoalPast,
}

/// Everything that events follow from besides the commits and the files in them.
pub fn depends_on(model: &Model) -> String {
    let settings = &model.settings;
    format!(
        "{} {} {:?} {} {} {}",
        env!("CARGO_PKG_VERSION"),
        settings.plans,
        settings.cycles,
        settings.year_starts,
        settings.planning_grace_days,
        Identities::new(model).shown()
    )
}

/// Commits and the history that they tell as bytes; nothing if they cannot be written.
pub fn write(commits: &Commits, history: &History) -> Option<Vec<u8>> {
    let mut out = Writer::default();
    commits.write(&mut out);
    let mut goals: Vec<(&GoalRef, &GoalPast)> = history.goals.iter().collect();
    goals.sort_unstable_by_key(|(goal, _)| *goal);
    out.size(goals.len());
    for (goal, past) in &goals {
        out.text(&goal.cycle);
        out.text(&goal.id);
        out.size(past.amendments);
        out.size(past.goalpost_moves);
        out.flag(past.is_contested);
        out.flag(past.is_landed);
        out.maybe(past.text.as_deref(), Writer::text);
        out.size(past.versions.len());
        let mut before = 0;
        for version in &past.versions {
            out.size(version.checked_sub(before)?);
            before = *version;
        }
    }
    let position: HashMap<&GoalRef, usize> =
        goals.iter().enumerate().map(|(at, (goal, _))| (*goal, at)).collect();
    let mut names = Names::default();
    let mut events = Writer::default();
    events.size(history.events.len());
    for event in &history.events {
        events.size(*position.get(&event.goal)?);
        write_event(event, &mut names, &mut events)?;
    }
    names.write(&mut out);
    out.raw(&events.into_bytes());
    Some(out.into_bytes())
}

/// Reads what was written; nothing if it was not written so.
pub fn read(bytes: &[u8]) -> Option<(Commits, Told)> {
    let mut from = Reader::new(bytes);
    let commits = Commits::read(&mut from)?;
    let count = commits.changing.len();
    let goals = from.several(|from| read_goal(from, count))?;
    let names = from.names()?;
    let events = from.several(|from| {
        let at = from.below(goals.len())?;
        Some((at, read_event(from, &goals[at].goal, &names, count)?))
    })?;
    let ids = commits.changing.iter().map(|commit| commit.id).collect();
    from.is_at_end().then_some((commits, Told { commits: ids, goals, events }))
}

fn read_goal(from: &mut Reader<'_>, commits: usize) -> Option<ToldGoal> {
    let goal = GoalRef::new(from.text()?, from.text()?);
    let mut past = GoalPast {
        amendments: from.size()?,
        goalpost_moves: from.size()?,
        is_contested: from.flag()?,
        is_landed: from.flag()?,
        text: from.maybe(Reader::text)?.map(Arc::from),
        ..GoalPast::default()
    };
    let mut before = 0_usize;
    past.versions = from.several(|from| {
        before = before.checked_add(from.size()?).filter(|at| *at < commits)?;
        Some(before)
    })?;
    Some(ToldGoal { goal, past })
}

impl Told {
    /// Takes what still holds of goals whose commits are now `versions`: their pasts by the
    /// position of the goal, and their events.
    pub(super) fn holding<'v>(
        self,
        commits: &Commits,
        goals: impl Iterator<Item = (&'v GoalRef, Vec<usize>)>,
        model: &Model,
    ) -> (Vec<Option<GoalPast>>, Vec<Event>) {
        if self.goals.is_empty() {
            return (goals.map(|_| None).collect(), Vec::new());
        }
        let now: HashMap<ObjectId, usize> =
            commits.changing.iter().enumerate().map(|(at, commit)| (commit.id, at)).collect();
        let now: Vec<Option<usize>> = self.commits.iter().map(|id| now.get(id).copied()).collect();
        let mut told: HashMap<GoalRef, (usize, GoalPast)> = HashMap::new();
        for (at, ToldGoal { goal, past }) in self.goals.into_iter().enumerate() {
            told.insert(goal, (at, past));
        }
        let mut holds = vec![false; told.len()];
        let pasts = goals.map(|(goal, versions)| {
            let (at, mut past) = told.remove(goal).filter(|(_, past)| !past.is_contested)?;
            let same = past.versions.len() == versions.len()
                && past.versions.iter().zip(&versions).all(|(then, at)| now[*then] == Some(*at));
            if !same {
                return None;
            }
            holds[at] = true;
            past.versions = versions;
            let before = past.text.as_deref().map(|text| crate::load::plan("", text).0);
            past.original = past::original(goal, past.is_landed, before, model);
            Some(past)
        });
        let pasts = pasts.collect();
        let events = self.events.into_iter().filter(|(goal, _)| holds[*goal]);
        let events = events.filter_map(|(_, event)| {
            let commit = now[event.commit]?;
            Some(Event { commit, ..event })
        });
        (pasts, events.collect())
    }
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

fn write_event<'a>(event: &'a Event, names: &mut Names<'a>, out: &mut Writer) -> Option<()> {
    out.size(KINDS.iter().position(|kind| *kind == event.kind)?);
    out.size(event.commit);
    let key_result = event.key_result.as_deref().map(|id| names.number(id));
    out.maybe(key_result, Writer::size);
    out.maybe(event.stamp, write_stamp);
    out.maybe(event.before.as_ref(), write_record);
    out.maybe(event.after.as_ref(), write_record);
    out.maybe(event.previous.as_ref(), write_value);
    out.size(event.fields.len());
    for field in &event.fields {
        out.size(FIELDS.iter().position(|name| *name == field.name)?);
        out.maybe(field.old.as_deref(), Writer::text);
        out.maybe(field.new.as_deref(), Writer::text);
    }
    out.flag(event.goalpost_move);
    out.flag(event.witness);
    Some(())
}

fn read_event(
    from: &mut Reader<'_>,
    goal: &GoalRef,
    names: &[&str],
    commits: usize,
) -> Option<Event> {
    Some(Event {
        kind: KINDS[from.below(KINDS.len())?],
        commit: from.below(commits)?,
        goal: goal.clone(),
        key_result: from.maybe(|from| Some((*names.get(from.size()?)?).to_owned()))?,
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
