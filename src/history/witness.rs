//! Witnesses: the commit that introduced each record as it now stands.
//!
//! Following the history back from the tip through commits that have the record as it stands now,
//! one comes to the commits that brought it. Usually that is one; where branches brought it
//! independently, the one with the earlier author date counts, then the smaller id.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::{Mutex, PoisonError};

use super::contents::Contents;
use super::event::Event;
use super::facts::{self, RecordId, same_record};
use super::identity::{File, Identity, Version};
use crate::date::Stamp;
use crate::error::Result;
use crate::model::Record;
use crate::repo::{Commits, Graph, ObjectId};

/// Marks the events of a goal whose commit is the present witness of its record; tells whether
/// there was a choice of several for one.
///
/// # Errors
///
/// A text cannot be read.
pub(super) fn mark(
    events: &mut [Event],
    tip: Option<ObjectId>,
    commits: &Commits,
    versions: &[Version],
    contents: &Contents<'_>,
    identity: Identity<'_>,
) -> Result<bool> {
    let Some(tip) = tip else { return Ok(false) };
    let is_brought = |at: &usize| events[*at].stamp.is_some() && events[*at].after.is_some();
    let mut brought: Vec<usize> = (0..events.len()).filter(is_brought).collect();
    brought.sort_by(|a, b| place(&events[*a]).cmp(&place(&events[*b])));
    let mut is_contested = false;
    let walk = Walk { commits, versions };
    let mut files = Files { contents, identity, known: HashMap::new() };
    for (id, record) in &*files.records(tip)? {
        let wanted = (&id.0, Some(id.1));
        let start = brought.partition_point(|at| place(&events[*at]) < wanted);
        let own = brought[start..].iter().take_while(|at| place(&events[**at]) == wanted);
        let is_same =
            |event: &Event| event.after.as_ref().is_some_and(|after| same_record(after, record));
        let same: Vec<usize> = own.copied().filter(|at| is_same(&events[*at])).collect();
        let commits: Vec<usize> = same.iter().map(|at| events[*at].commit).collect();
        let commit = match commits[..] {
            [] => continue,
            [one] => Some(one),
            _ => {
                is_contested = true;
                walk.reached(&commits, id, record, &mut files)?
            }
        };
        for at in same {
            events[at].witness = Some(events[at].commit) == commit;
        }
    }
    Ok(is_contested)
}

/// What an event is of: a key result, and a date.
fn place(event: &Event) -> (&Option<String>, Option<Stamp>) {
    (&event.key_result, event.stamp)
}

/// The text of a goal's check-ins file at the tip: what the last commit of the mainline that changed
/// it made of it.
pub(super) fn at_tip(
    versions: &[Version],
    commits: &Commits,
    mainline: &Mainline<'_>,
) -> Option<ObjectId> {
    let on_it = |version: &&Version| mainline.has(commits.changing.get(version.commit).node);
    of_records(versions).rev().find(on_it)?.new
}

fn of_records(versions: &[Version]) -> impl DoubleEndedIterator<Item = &Version> {
    versions.iter().filter(|version| version.file == File::Checkins)
}

/// The nodes on the way from the tip along first parents, as far down as somebody asked.
pub(super) struct Mainline<'a> {
    graph: &'a Graph,
    found: Mutex<Vec<usize>>,
}

impl<'a> Mainline<'a> {
    /// Begins at the tip, which stands above all others.
    pub(super) fn of(graph: &'a Graph) -> Self {
        Self { graph, found: Mutex::new(graph.len().checked_sub(1).into_iter().collect()) }
    }

    /// Tells whether a node is among them.
    fn has(&self, node: usize) -> bool {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        while let Some(lowest) = found.last().filter(|lowest| **lowest > node) {
            match self.graph.parents(*lowest).next() {
                Some(parent) => found.push(parent),
                None => break,
            }
        }
        found.binary_search_by(|at| node.cmp(at)).is_ok()
    }
}

/// The check-ins files of one goal.
struct Files<'a> {
    contents: &'a Contents<'a>,
    identity: Identity<'a>,
    known: HashMap<ObjectId, Rc<BTreeMap<RecordId, Record>>>,
}

impl Files<'_> {
    /// What the file with this text records.
    fn records(&mut self, text: ObjectId) -> Result<Rc<BTreeMap<RecordId, Record>>> {
        if let Some(known) = self.known.get(&text) {
            return Ok(Rc::clone(known));
        }
        let doc = self.contents.document(text)?;
        let read = doc.map(|doc| facts::records(doc, self.identity)).unwrap_or_default();
        Ok(Rc::clone(self.known.entry(text).or_insert(Rc::new(read))))
    }
}

/// The versions of one goal's check-ins file, laid over the graph.
struct Walk<'a> {
    commits: &'a Commits,
    versions: &'a [Version],
}

impl Walk<'_> {
    fn by_node(&self) -> HashMap<usize, &Version> {
        of_records(self.versions)
            .map(|version| (self.commits.changing.get(version.commit).node, version))
            .collect()
    }

    /// Of several commits that brought the record as it stands, the one that counts.
    fn reached(
        &self,
        candidates: &[usize],
        id: &RecordId,
        record: &Record,
        files: &mut Files<'_>,
    ) -> Result<Option<usize>> {
        let mut holds = |text: Option<ObjectId>| -> Result<bool> {
            let Some(text) = text else { return Ok(false) };
            Ok(files.records(text)?.get(id).is_some_and(|found| same_record(found, record)))
        };
        let by_node = self.by_node();
        let nodes = candidates.iter().map(|commit| self.commits.changing.get(*commit).node);
        // Below the first of them there is nothing to find.
        let lowest = nodes.min().unwrap_or_default();
        let mut reached = vec![false; self.commits.graph.len()];
        let mut found: Vec<usize> = Vec::new();
        if let Some(tip) = reached.last_mut() {
            *tip = true;
        }
        for node in (lowest..reached.len()).rev() {
            if !reached[node] {
                continue;
            }
            let parents = || self.commits.graph.parents(node);
            match by_node.get(&node) {
                Some(version) => {
                    let alike: Vec<bool> =
                        version.old.iter().map(|old| holds(*old)).collect::<Result<_>>()?;
                    for (parent, alike) in parents().zip(&alike) {
                        reached[parent] |= *alike;
                    }
                    if !alike.contains(&true) && candidates.contains(&version.commit) {
                        found.push(version.commit);
                    }
                }
                None => parents().for_each(|parent| reached[parent] = true),
            }
        }
        let earliest = |commit: &usize| {
            (self.commits.changing.get(*commit).authored.seconds, self.commits.id(*commit))
        };
        Ok(found.into_iter().min_by_key(earliest))
    }
}
