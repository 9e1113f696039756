//! Witnesses: the commit that introduced each record as it now stands.
//!
//! Following the history back from the tip through commits that have the record as it stands now,
//! one comes to the commits that brought it. Usually that is one; where branches brought it
//! independently, the one with the earlier author date counts, then the smaller id.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::contents::Checkins;
use super::event::Event;
use super::facts::{self, RecordId, same_record};
use super::identity::{File, Identity, Version};
use crate::error::Result;
use crate::model::Record;
use crate::repo::{Commits, ObjectId, Texts};

/// Marks the events of a goal whose commit is the present witness of its record; tells whether
/// there was a choice of several for one.
///
/// # Errors
///
/// A text cannot be read.
pub(super) fn mark(
    events: &mut [Event],
    commits: &Commits,
    mainline: &[bool],
    versions: &[Version],
    texts: &dyn Texts,
    identity: Identity<'_>,
) -> Result<bool> {
    let versions: Vec<&Version> =
        versions.iter().filter(|version| version.file == File::Checkins).collect();
    let walk = Walk { commits, versions: &versions };
    let Some(tip) = walk.at_tip(mainline) else { return Ok(false) };
    let mut brought: HashMap<RecordId, Vec<usize>> = HashMap::new();
    for (position, event) in events.iter().enumerate() {
        if let (Some(stamp), Some(_)) = (event.stamp, &event.after) {
            brought.entry((event.key_result.clone(), stamp)).or_default().push(position);
        }
    }
    let mut is_contested = false;
    let mut files = Files { texts, identity, known: HashMap::new() };
    for (id, record) in files.records(tip)?.clone() {
        let mut same = brought.remove(&id).unwrap_or_default();
        same.retain(|at| {
            events[*at].after.as_ref().is_some_and(|after| same_record(after, &record))
        });
        let commits: Vec<usize> = same.iter().map(|at| events[*at].commit).collect();
        let commit = match commits[..] {
            [] => continue,
            [one] => Some(one),
            _ => {
                is_contested = true;
                walk.reached(&commits, &id, &record, &mut files)?
            }
        };
        for at in same {
            events[at].witness = Some(events[at].commit) == commit;
        }
    }
    Ok(is_contested)
}

/// Whether each node lies on the way from the tip along first parents.
pub(super) fn mainline(commits: &Commits) -> Vec<bool> {
    let mut on_it = vec![false; commits.graph.len()];
    let mut node = commits.graph.len().checked_sub(1);
    while let Some(at) = node {
        on_it[at] = true;
        node = commits.graph.parents(at).next();
    }
    on_it
}

/// The check-ins files of one goal.
struct Files<'a> {
    texts: &'a dyn Texts,
    identity: Identity<'a>,
    known: HashMap<ObjectId, BTreeMap<RecordId, Record>>,
}

impl Files<'_> {
    /// What the file with this text records.
    fn records(&mut self, text: ObjectId) -> Result<&BTreeMap<RecordId, Record>> {
        match self.known.entry(text) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let doc = self.texts.text(text)?.map(|text| Checkins::read(&text).document());
                let read = |doc| facts::records(doc, self.identity);
                Ok(place.insert(doc.map(read).unwrap_or_default()))
            }
        }
    }
}

/// The versions of one goal's check-ins file, laid over the graph.
struct Walk<'a> {
    commits: &'a Commits,
    versions: &'a [&'a Version],
}

impl Walk<'_> {
    /// The file's text at the tip: what the last commit of the mainline that changed it made of it.
    fn at_tip(&self, mainline: &[bool]) -> Option<ObjectId> {
        let on_it = |version: &&&Version| mainline[self.commits.changing[version.commit].node];
        self.versions.iter().rev().find(on_it)?.new
    }

    fn by_node(&self) -> HashMap<usize, &Version> {
        self.versions
            .iter()
            .map(|version| (self.commits.changing[version.commit].node, *version))
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
        let mut reached = vec![false; self.commits.graph.len()];
        let mut found: Vec<usize> = Vec::new();
        if let Some(tip) = reached.last_mut() {
            *tip = true;
        }
        for node in (0..reached.len()).rev() {
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
            (self.commits.changing[*commit].authored.seconds, self.commits.id(*commit))
        };
        Ok(found.into_iter().min_by_key(earliest))
    }
}
