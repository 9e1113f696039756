//! What happens when, and by whom: goals, edits and branches as steps in time.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::{Date, time};
use jiff::tz::Offset;

use super::calendar::{Calendar, Slot, next_working_day, plus_days};
use super::cast::{Author, author};
use super::library::{BRANCHES, Branch, EDITS, Edit};
use super::plan_text;
use super::script::Entry;
use super::told::{Told, owner};

/// Something that happens at one moment and becomes one commit.
#[derive(Debug)]
pub(super) struct Step<'s> {
    day: Date,
    pub(super) at: Timestamp,
    pub(super) who: &'static Author,
    pub(super) branch: Option<&'static str>,
    pub(super) act: Act<'s>,
}

/// A record and the date it is true on.
pub(super) type Dated<'s> = (Date, &'s Entry);

/// What happens; a number is a goal's place in the library.
#[derive(Debug)]
pub(super) enum Act<'s> {
    Found,
    Plan(usize),
    CheckIn(usize, Vec<Dated<'s>>),
    Done(usize, &'s str, &'s str),
    Close(usize, &'s str),
    Edit(&'static Edit),
    Merge(&'static Branch),
}

impl<'s> Step<'s> {
    fn new(
        day: Date,
        who: &'static Author,
        seed: &str,
        branch: Option<&'static str>,
        act: Act<'s>,
    ) -> Step<'s> {
        Step { day, at: moment(day, who, seed), who, branch, act }
    }
}

/// Everything that happens before `today`, in the order of the moments.
pub(super) fn steps<'s>(goals: &'s [Told], calendar: &Calendar) -> Vec<Step<'s>> {
    let mut steps = vec![founding(calendar)];
    for (index, told) in goals.iter().enumerate() {
        steps.push(landing(index, told, calendar));
        steps.extend(check_ins(index, told, calendar));
        steps.extend(initiatives_done(index, told));
        steps.extend(closing(index, told));
    }
    steps.extend(EDITS.iter().map(|edit| {
        let day = calendar.day(edit.slot, edit.day);
        Step::new(day, author(edit.who), edit.subject, edit.branch, Act::Edit(edit))
    }));
    steps.extend(BRANCHES.iter().map(|branch| {
        let day = calendar.day(branch.slot, branch.merged);
        Step::new(day, author(branch.by), branch.name, None, Act::Merge(branch))
    }));
    forget_the_future(&mut steps, calendar);
    steps.sort_by_key(|step| step.at);
    steps
}

fn founding(calendar: &Calendar) -> Step<'static> {
    let day = calendar.day(Slot::Year, -21);
    Step::new(day, author("chiara"), "founding", None, Act::Found)
}

fn landing(index: usize, told: &Told, calendar: &Calendar) -> Step<'static> {
    let day = calendar.day(told.goal.slot, told.goal.lands);
    let who = told.owner();
    Step::new(day, who, told.goal.id, told.goal.branch, Act::Plan(index))
}

/// One step for all that one person records on one day about one goal.
fn check_ins<'s>(index: usize, told: &'s Told, calendar: &Calendar) -> Vec<Step<'s>> {
    let mut by_day: BTreeMap<(Date, bool, &str), Vec<Dated<'_>>> = BTreeMap::new();
    for entry in &told.entries {
        let date = calendar.day(told.goal.slot, entry.day);
        if entry.silent && date >= plus_days(calendar.evening_before(), -34) {
            continue;
        }
        let who = entry.by.unwrap_or_else(|| told.measures[told.place(entry.key_result)].owner.id);
        let lag = entry.corrected_after.unwrap_or_else(|| usual_lag(told.goal.id, who, date));
        let day = next_working_day(plus_days(date, lag));
        by_day.entry((day, entry.corrected_after.is_some(), who)).or_default().push((date, entry));
    }
    by_day
        .into_iter()
        .map(|((day, correction, who), entries)| {
            let seed = format!("{}{correction}", told.goal.id);
            let branch = branch_of(&told.goal.key(), entries[0].1.day);
            Step::new(day, author(who), &seed, branch, Act::CheckIn(index, entries))
        })
        .collect()
}

/// The branch that a goal's check-ins of a day came by, if not straight to the main line.
fn branch_of(key: &str, day: i32) -> Option<&'static str> {
    let carries = |branch: &&Branch| {
        branch
            .carries
            .is_some_and(|(goal, first, last)| goal == key && (first..=last).contains(&day))
    };
    BRANCHES.iter().find(carries).map(|branch| branch.name)
}

/// Most records land on their day; some wait until somebody is back at the desk.
fn usual_lag(goal: &str, who: &str, date: Date) -> i32 {
    match hash(&format!("{goal} {who} {date} lag")) % 20 {
        0 => 3,
        1..=3 => 1,
        _ => 0,
    }
}

fn initiatives_done<'s>(index: usize, told: &'s Told) -> Vec<Step<'s>> {
    plan_text::tables(&told.plan, "initiatives")
        .into_iter()
        .filter_map(|id| {
            let table = format!("initiatives.{id}");
            let done = plan_text::field(&told.plan, &table, "done")?;
            let day = done.parse().expect("a filled day is a date");
            let who = owner(&told.plan, &table);
            Some(Step::new(day, who, id, None, Act::Done(index, id, done)))
        })
        .collect()
}

fn closing<'s>(index: usize, told: &'s Told) -> Option<Step<'s>> {
    let (_, close) = plan_text::split_close(&told.plan);
    let close = close?;
    let date = plan_text::field(&told.plan, "close", "date").expect("a close is dated");
    let day = date.parse().expect("a filled day is a date");
    Some(Step::new(day, told.owner(), told.goal.id, None, Act::Close(index, close)))
}

/// Drops what has not happened yet, and whole branches that have not been merged yet.
fn forget_the_future(steps: &mut Vec<Step<'_>>, calendar: &Calendar) {
    let end = calendar.evening_before();
    let merged: Vec<&str> = steps
        .iter()
        .filter(|step| step.day <= end)
        .filter_map(|step| match step.act {
            Act::Merge(branch) => Some(branch.name),
            _ => None,
        })
        .collect();
    steps.retain(|step| {
        step.day <= end && step.branch.is_none_or(|branch| merged.contains(&branch))
    });
}

/// A minute of the author's working day, the same for the same day, author and seed.
fn moment(day: Date, who: &Author, seed: &str) -> Timestamp {
    let seconds = hash(&format!("{day} {} {seed}", who.id)) % (9 * 3600);
    let second_of_day = i32::try_from(8 * 3600 + 1800 + seconds).expect("within a day");
    let opening = day.to_datetime(time(0, 0, 0, 0));
    let utc =
        Offset::UTC.to_timestamp(opening).expect("the story lies within what a timestamp can be");
    let shift = i64::from(second_of_day) - i64::from(who.offset_minutes) * 60;
    Timestamp::from_second(utc.as_second() + shift)
        .expect("the story lies within what a timestamp can be")
}

/// FNV-1a, for jitter that is the same on every machine.
fn hash(text: &str) -> u64 {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    mixed ^ (mixed >> 29)
}
