//! Structure: goals and key results that were added, given up, renamed, moved, or changed in what
//! they say, and the settings that they are told by.

use std::collections::{BTreeMap, BTreeSet};

use super::goalposts::Goalpost;
use super::pairs::{Pair, Pairs};
use super::settings;
use crate::history::{Event, EventKind, FieldChange};
use crate::load::AllowDoc;
use crate::model::{Goal, GoalRef, Initiative, KeyResult};

/// Something that changed in a plan or in the settings.
#[derive(Debug, Clone, PartialEq)]
pub struct Alteration {
    /// What happened.
    pub change: Change,
    /// The goal; nothing for the settings.
    pub goal: Option<GoalRef>,
    /// The key result; nothing for the goal itself.
    pub key_result: Option<String>,
    /// What people call it.
    pub title: String,
    /// The fields that changed, as people read them.
    pub fields: Vec<FieldChange>,
}

/// What happened to a goal, a key result or the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// It is new.
    Added,
    /// Its file, or its table, is gone.
    Removed,
    /// It was given up.
    Dropped,
    /// It was closed, or its closing changed.
    Closed,
    /// What was dropped or closed was taken up again.
    Reopened,
    /// It has another id.
    Renamed,
    /// It belongs to another team.
    Moved,
    /// It contributes to, supports or continues something else.
    Realigned,
    /// Somebody else is accountable.
    Reowned,
    /// It has another title.
    Retitled,
    /// Something else about it changed.
    Amended,
    /// The settings changed.
    Settings,
}

impl Change {
    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Dropped => "dropped",
            Self::Closed => "closed",
            Self::Reopened => "reopened",
            Self::Renamed => "renamed",
            Self::Moved => "moved team",
            Self::Realigned => "re-aligned",
            Self::Reowned => "re-owned",
            Self::Retitled => "retitled",
            Self::Amended => "amended",
            Self::Settings => "settings",
        }
    }
}

/// Everything that changed besides records and `goalposts`.
pub(super) fn structure(
    pairs: &Pairs<'_>,
    events: &[Event],
    goalposts: &[Goalpost],
) -> Vec<Alteration> {
    let mut all: Vec<Alteration> =
        events.iter().flat_map(|event| of_event(pairs, event, goalposts)).collect();
    for pair in pairs.all() {
        all.extend(of_names(pairs, pair));
        all.extend(beside_events(pairs, pair));
    }
    all.extend(settings::alteration(pairs.before, pairs.after));
    all.sort_by(|a, b| place(a).cmp(&place(b)));
    all.dedup_by(|next, first| {
        let same = place(next) == place(first);
        if same {
            first.fields.append(&mut next.fields);
        }
        same
    });
    all
}

/// What an alteration is of; there is one for each.
fn place(found: &Alteration) -> (Change, &Option<GoalRef>, &Option<String>) {
    (found.change, &found.goal, &found.key_result)
}

fn of_event(pairs: &Pairs<'_>, event: &Event, goalposts: &[Goalpost]) -> Vec<Alteration> {
    let alteration = |change, fields| Alteration {
        change,
        goal: Some(event.goal.clone()),
        key_result: event.key_result.clone(),
        title: pairs.title(&event.goal, event.key_result.as_deref()),
        fields,
    };
    match event.kind {
        EventKind::Planned => vec![alteration(Change::Added, Vec::new())],
        EventKind::Deleted => vec![alteration(Change::Removed, Vec::new())],
        EventKind::Dropped => vec![alteration(Change::Dropped, event.fields.clone())],
        EventKind::Closed => vec![alteration(Change::Closed, event.fields.clone())],
        EventKind::Reopened => vec![alteration(Change::Reopened, event.fields.clone())],
        EventKind::Amended => {
            let is_told = |field: &FieldChange| {
                goalposts.iter().any(|told| {
                    told.goal == event.goal
                        && told.key_result == event.key_result
                        && told.field == *field
                })
            };
            let mut by_change: Vec<(Change, Vec<FieldChange>)> = Vec::new();
            for field in event.fields.iter().filter(|field| !is_told(field)) {
                let change = kind(field);
                match by_change.iter_mut().find(|(known, _)| *known == change) {
                    Some((_, fields)) => fields.push(field.clone()),
                    None => by_change.push((change, vec![field.clone()])),
                }
            }
            by_change.into_iter().map(|(change, fields)| alteration(change, fields)).collect()
        }
        _ => Vec::new(),
    }
}

/// What the change of a field amounts to.
fn kind(field: &FieldChange) -> Change {
    match (field.name, &field.old) {
        ("key_result", None) => Change::Added,
        ("key_result", Some(_)) => Change::Removed,
        ("contributes_to" | "supports" | "continues", _) => Change::Realigned,
        ("owner", _) => Change::Reowned,
        ("title", _) => Change::Retitled,
        _ => Change::Amended,
    }
}

/// What a goal and its key results are called, and whose it is: identities, not events.
fn of_names(pairs: &Pairs<'_>, pair: Pair) -> Vec<Alteration> {
    let (before, after) = both(pairs, pair);
    let mut all = Vec::new();
    let mut push = |change, key_result: Option<&String>, title: &str, name, old, new| {
        if old != new {
            all.push(Alteration {
                change,
                goal: Some(after.reference.clone()),
                key_result: key_result.cloned(),
                title: title.to_owned(),
                fields: vec![FieldChange { name, old, new }],
            });
        }
    };
    let id = |goal: &Goal| Some(goal.reference.id.clone());
    push(Change::Renamed, None, &after.title, "id", id(before), id(after));
    push(Change::Moved, None, &after.title, "team", before.team.clone(), after.team.clone());
    for (earlier, later) in pairs.key_results(pair) {
        let (old, new) = (earlier.id.clone(), later.id.clone());
        push(Change::Renamed, later.id.as_ref(), &later.title, "id", old, new);
    }
    all
}

fn both<'a>(pairs: &Pairs<'a>, pair: Pair) -> (&'a Goal, &'a Goal) {
    (&pairs.before.model.goals[pair.before], &pairs.after.model.goals[pair.after])
}

/// What plans say that makes no event of the history, and is no formatting either.
fn beside_events(pairs: &Pairs<'_>, pair: Pair) -> Vec<Alteration> {
    let (before, after) = both(pairs, pair);
    let is_renamed = before.reference != after.reference;
    let of_goal = [
        field("draft", flag(before.draft), flag(after.draft)),
        field("tags", list(&before.tags), list(&after.tags)),
        field("formerly", list(&before.formerly), list(&after.formerly)).filter(|_| !is_renamed),
    ];
    let of_goal = of_goal
        .into_iter()
        .flatten()
        .chain(entries("initiative", initiatives(before), initiatives(after)))
        .chain(entries("allow", allowances(&before.plan.allow), allowances(&after.plan.allow)));
    let own = amended(after, None, of_goal.collect());
    let of_key_results = pairs.key_results(pair).into_iter().filter_map(|(earlier, later)| {
        let allowed = |goal: &Goal, id: &str| {
            let doc = goal.plan.key_results.iter().find(|doc| doc.id == id);
            doc.map(|doc| allowances(&doc.allow)).unwrap_or_default()
        };
        let (was, is) = (earlier.id.as_deref()?, later.id.as_deref()?);
        let names = field("formerly", list(&earlier.formerly), list(&later.formerly));
        let names = names.filter(|_| was == is).into_iter();
        let fields = names.chain(entries("allow", allowed(before, was), allowed(after, is)));
        amended(after, Some(later), fields.collect())
    });
    own.into_iter().chain(of_key_results).collect()
}

fn amended(
    goal: &Goal,
    key_result: Option<&KeyResult>,
    fields: Vec<FieldChange>,
) -> Option<Alteration> {
    (!fields.is_empty()).then(|| Alteration {
        change: Change::Amended,
        goal: Some(goal.reference.clone()),
        key_result: key_result.and_then(|key_result| key_result.id.clone()),
        title: key_result.map_or(&goal.title, |key_result| &key_result.title).clone(),
        fields,
    })
}

fn field(name: &'static str, old: Option<String>, new: Option<String>) -> Option<FieldChange> {
    (old != new).then_some(FieldChange { name, old, new })
}

fn flag(is_set: bool) -> Option<String> {
    is_set.then(|| "true".to_owned())
}

/// Names in the order of the alphabet: theirs in the file says nothing.
fn list(names: &[String]) -> Option<String> {
    let mut names: Vec<&str> = names.iter().map(String::as_str).collect();
    names.sort_unstable();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Things with names, each as people read it.
type Entries = BTreeMap<String, String>;

/// The things that differ, one by one.
fn entries(name: &'static str, old: Entries, new: Entries) -> Vec<FieldChange> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let fields = keys
        .into_iter()
        .filter_map(|key| field(name, old.get(key).cloned(), new.get(key).cloned()));
    fields.collect()
}

fn initiatives(goal: &Goal) -> Entries {
    let shown = |initiative: &Initiative| {
        let due = initiative.due.map(|due| format!("due {due}"));
        let done = initiative.done.map(|done| format!("done {done}"));
        let rest = [initiative.owner.clone(), initiative.link.clone(), due, done];
        let rest: String = rest.into_iter().flatten().map(|part| format!(", {part}")).collect();
        (initiative.id.clone(), format!("“{}”{rest}", initiative.title))
    };
    goal.initiatives.iter().map(shown).collect()
}

fn allowances(all: &[AllowDoc]) -> Entries {
    let shown = |allowance: &AllowDoc| {
        let rule = allowance.rule.value.clone();
        let until = allowance.until.map(|until| format!(" until {until}")).unwrap_or_default();
        (rule.clone(), format!("{rule}{until} “{}”", allowance.reason))
    };
    all.iter().map(shown).collect()
}
