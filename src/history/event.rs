//! Events: what a commit changed of a goal, a key result or a record.

use std::collections::{BTreeMap, BTreeSet};

use super::contents::Contents;
use super::facts::{self, Fields, GOALPOSTS, PlanFacts, RecordId, same_record};
use super::identity::{File, Identity, Version};
use crate::date::Stamp;
use crate::load::Value;
use crate::model::{GoalRef, Record};

/// One thing that one commit changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What happened.
    pub kind: EventKind,
    /// The position of the commit in [`History::commits`](super::History::commits).
    pub commit: usize,
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal itself.
    pub key_result: Option<String>,
    /// The record's date; nothing for what concerns a plan.
    pub stamp: Option<Stamp>,
    /// The record before.
    pub before: Option<Record>,
    /// The record after.
    pub after: Option<Record>,
    /// Of a record that appears, the last value dated before it, as it was known then.
    pub previous: Option<Value>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
    /// Whether it changes what is measured after the planning grace.
    pub goalpost_move: bool,
    /// Whether the commit is the present witness of the record.
    pub witness: bool,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventKind {
    /// A record appeared.
    Recorded,
    /// A record has another value, confidence or note.
    Corrected,
    /// A record was taken back.
    Voided,
    /// A record disappeared.
    Removed,
    /// A plan appeared.
    Planned,
    /// A field of a plan changed.
    Amended,
    /// A goal or key result was given up.
    Dropped,
    /// A goal was closed, or its closing changed.
    Closed,
    /// What was dropped or closed was taken up again.
    Reopened,
    /// A plan disappeared.
    Deleted,
}

impl EventKind {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Corrected => "corrected",
            Self::Voided => "voided",
            Self::Removed => "removed",
            Self::Planned => "planned",
            Self::Amended => "amended",
            Self::Dropped => "dropped",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Deleted => "deleted",
        }
    }

    /// Tells whether it concerns a record rather than a plan.
    pub fn is_checkin(self) -> bool {
        matches!(self, Self::Recorded | Self::Corrected | Self::Voided | Self::Removed)
    }
}

/// A field's old and new value, as people read them; nothing where it was or is absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field's name in a plan; `key_result` for one added or removed, with its title.
    pub name: &'static str,
    /// Before.
    pub old: Option<String>,
    /// After.
    pub new: Option<String>,
}

impl FieldChange {
    /// Tells whether it changes what is measured, so that after the planning grace it moves a
    /// goalpost.
    pub fn is_goalpost(&self) -> bool {
        GOALPOSTS.contains(&self.name) || (self.name == "key_result" && self.new.is_none())
    }
}

/// The events of one goal's versions that commits made themselves, one version after the other.
pub(super) struct Events<'a> {
    identity: Identity<'a>,
    /// What happened so far.
    pub(super) found: Vec<Event>,
}

impl<'a> Events<'a> {
    /// Begins with the first commit.
    pub(super) fn new(identity: Identity<'a>) -> Self {
        Self { identity, found: Vec::new() }
    }

    /// Goes on to the next version; returns its events.
    pub(super) fn next(&mut self, version: &Version, contents: &Contents<'_>) -> &mut [Event] {
        let before = self.found.len();
        let whose = Whose { version, identity: self.identity };
        match version.file {
            File::Plan => whose.plan_events(contents, &mut self.found),
            // The records of a deleted plan go with it.
            File::Checkins if version.follows_plan => {}
            File::Checkins => whose.record_events(contents, &mut self.found),
        }
        &mut self.found[before..]
    }
}

/// Gives each record of a goal that appears the last value dated before it, as the commits up to
/// then had it.
pub(super) fn mark_previous(events: &mut [Event]) {
    let mut records: BTreeMap<(&Option<String>, Stamp), Option<&Value>> = BTreeMap::new();
    let mut found: Vec<(usize, Value)> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let Some(stamp) = event.stamp else {
            if event.kind == EventKind::Deleted {
                records.clear();
            }
            continue;
        };
        let id = (&event.key_result, stamp);
        if event.kind == EventKind::Recorded {
            let earlier = records.range(..id).rev();
            let mut same = earlier.take_while(|((key_result, _), _)| *key_result == id.0);
            found.extend(same.find_map(|(_, value)| *value).map(|value| (at, value.clone())));
        }
        match &event.after {
            Some(record) => {
                records.insert(id, record.value.as_ref().filter(|_| !record.void));
            }
            None => {
                records.remove(&id);
            }
        }
    }
    for (at, value) in found {
        events[at].previous = Some(value);
    }
}

/// One version of a goal's file.
#[derive(Clone, Copy)]
struct Whose<'a> {
    version: &'a Version,
    identity: Identity<'a>,
}

impl Whose<'_> {
    fn event(self, kind: EventKind, key_result: Option<String>) -> Event {
        Event {
            kind,
            commit: self.version.commit,
            goal: self.identity.goal.clone(),
            key_result,
            stamp: None,
            before: None,
            after: None,
            previous: None,
            fields: Vec::new(),
            goalpost_move: false,
            witness: false,
        }
    }

    fn plan_events(self, contents: &Contents<'_>, events: &mut Vec<Event>) {
        let read = |id| contents.plan(id).map(|doc| facts::plan(doc, self.identity));
        let old: Vec<PlanFacts> =
            self.version.old.iter().filter_map(|old| old.and_then(read)).collect();
        match (self.version.new.and_then(read), &old[..]) {
            (None, []) => {}
            // A plan that is there and cannot be read is not gone.
            (None, _) if self.version.new.is_some() => {}
            (None, _) => events.push(self.event(EventKind::Deleted, None)),
            (Some(_), []) if self.version.old.iter().any(Option::is_some) => {}
            (Some(_), []) => events.push(self.event(EventKind::Planned, None)),
            (Some(new), _) => {
                self.amendments(&new, &old, events);
                self.life(&new, &old, events);
            }
        }
    }

    /// One amendment for the goal, and one for each key result.
    fn amendments(self, new: &PlanFacts, old: &[PlanFacts], events: &mut Vec<Event>) {
        let mut push = |key_result: Option<&String>, fields: Vec<FieldChange>| {
            if !fields.is_empty() {
                let event = self.event(EventKind::Amended, key_result.cloned());
                events.push(Event { fields, ..event });
            }
        };
        push(None, changed(&new.goal, &old.iter().map(|facts| &facts.goal).collect::<Vec<_>>()));
        let ids: BTreeSet<&String> = new
            .key_results
            .keys()
            .chain(old.iter().flat_map(|facts| facts.key_results.keys()))
            .collect();
        let titled = |fields: &Fields, id: &String| fields.get("title").unwrap_or(id).clone();
        for id in ids {
            let before: Vec<&Fields> =
                old.iter().filter_map(|facts| facts.key_results.get(id)).collect();
            let fields = match (new.key_results.get(id), &before[..]) {
                (Some(now), []) => {
                    vec![FieldChange { name: "key_result", old: None, new: Some(titled(now, id)) }]
                }
                (Some(now), _) => changed(now, &before),
                (None, [first, ..]) if before.len() == old.len() => {
                    vec![FieldChange {
                        name: "key_result",
                        old: Some(titled(first, id)),
                        new: None,
                    }]
                }
                (None, _) => Vec::new(),
            };
            push(Some(id), fields);
        }
    }

    /// Dropped, closed, reopened.
    fn life(self, new: &PlanFacts, old: &[PlanFacts], events: &mut Vec<Event>) {
        let mut push = |key_result: Option<&String>,
                        name,
                        now: Option<String>,
                        before: &[Option<String>],
                        gone| {
            if before.contains(&now) {
                return;
            }
            let kind = if now.is_some() { gone } else { EventKind::Reopened };
            let old = before.iter().flatten().next().cloned();
            let event = self.event(kind, key_result.cloned());
            events.push(Event { fields: vec![FieldChange { name, old, new: now }], ..event });
        };
        let before: Vec<Option<String>> = old.iter().map(|facts| facts.dropped.clone()).collect();
        push(None, "dropped", new.dropped.clone(), &before, EventKind::Dropped);
        for id in new.key_results.keys() {
            let before: Vec<Option<String>> =
                old.iter().map(|facts| facts.dropped_key_results.get(id).cloned()).collect();
            push(
                Some(id),
                "dropped",
                new.dropped_key_results.get(id).cloned(),
                &before,
                EventKind::Dropped,
            );
        }
        let shown = |close: &Option<Fields>| {
            close.as_ref().map(|fields| {
                let parts: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name} {value}")).collect();
                parts.join(", ")
            })
        };
        let before: Vec<Option<String>> = old.iter().map(|facts| shown(&facts.close)).collect();
        push(None, "close", shown(&new.close), &before, EventKind::Closed);
    }

    /// The records of the version and of each parent's; those that all have alike may be left out.
    fn records(self, contents: &Contents<'_>) -> (Records, Vec<Records>) {
        let file = |id: Option<_>| id.and_then(|id| contents.checkins(id));
        let read = |doc| facts::records(doc, self.identity);
        if let (Some(new), [old]) = (file(self.version.new), &self.version.old[..])
            && let Some(old) = file(*old)
            // Tables that were renamed into one hide each other's records.
            && !self.identity.has_renames()
        {
            let (new, old) = new.difference(old);
            return (read(new), vec![read(old)]);
        }
        let all = |id| file(id).map(|file| read(file.document())).unwrap_or_default();
        (all(self.version.new), self.version.old.iter().map(|old| all(*old)).collect())
    }

    fn record_events(self, contents: &Contents<'_>, events: &mut Vec<Event>) {
        let (new, old) = self.records(contents);
        let ids: BTreeSet<&RecordId> =
            new.keys().chain(old.iter().flat_map(|records| records.keys())).collect();
        for id in ids {
            let after = new.get(id);
            let before: Vec<Option<&Record>> = old.iter().map(|records| records.get(id)).collect();
            let same = |before: &&Option<&Record>| match (before, after) {
                (Some(before), Some(after)) => same_record(before, after),
                (None, None) => true,
                _ => false,
            };
            if before.iter().any(|before| same(&before)) {
                continue;
            }
            let first = before.iter().flatten().next().copied();
            let kind = match (first, after) {
                (None, Some(_)) => EventKind::Recorded,
                (Some(before), Some(after)) if after.void && !before.void => EventKind::Voided,
                (Some(_), Some(_)) => EventKind::Corrected,
                (_, None) => EventKind::Removed,
            };
            let event = self.event(kind, id.0.clone());
            events.push(Event {
                stamp: Some(id.1),
                before: first.cloned(),
                after: after.cloned(),
                ..event
            });
        }
    }
}

type Records = BTreeMap<RecordId, Record>;

/// The fields that differ from every parent's.
fn changed(new: &Fields, old: &[&Fields]) -> Vec<FieldChange> {
    let names: BTreeSet<&'static str> =
        new.keys().chain(old.iter().flat_map(|fields| fields.keys())).copied().collect();
    names
        .into_iter()
        .filter(|name| old.iter().all(|fields| fields.get(name) != new.get(name)))
        .map(|name| FieldChange {
            name,
            old: old.iter().find_map(|fields| fields.get(name)).cloned(),
            new: new.get(name).cloned(),
        })
        .collect()
}
