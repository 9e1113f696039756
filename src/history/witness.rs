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
use super::identity::{File, Identities, Version};
use super::{RecordKey, Witness};
use crate::error::Result;
use crate::model::{GoalRef, Record};
use crate::repo::{Commits, ObjectId, Texts};

/// The witness of every record that stands at the tip and has one.
pub(super) fn witnesses(
    commits: &Commits,
    versions: &[Version],
    events: &[Event],
    texts: &dyn Texts,
    identities: &Identities,
) -> Result<HashMap<RecordKey, Witness>> {
    let mut by_goal: BTreeMap<&GoalRef, Vec<&Version>> = BTreeMap::new();
    for version in versions.iter().filter(|version| version.file == File::Checkins) {
        by_goal.entry(&version.goal).or_default().push(version);
    }
    let mut brought: HashMap<RecordKey, Vec<(usize, &Record)>> = HashMap::new();
    for event in events {
        if let (Some(stamp), Some(after)) = (event.stamp, &event.after) {
            let key =
                RecordKey { goal: event.goal.clone(), key_result: event.key_result.clone(), stamp };
            brought.entry(key).or_default().push((event.commit, after));
        }
    }
    let mainline = mainline(commits);
    let mut witnesses = HashMap::new();
    for (goal, versions) in by_goal {
        let walk = Walk { commits, versions: &versions };
        let mut files = Files { goal, texts, identities, known: HashMap::new() };
        let Some(tip) = walk.at_tip(&mainline) else { continue };
        for (id, record) in files.records(tip)?.clone() {
            let key = RecordKey { goal: goal.clone(), key_result: id.0.clone(), stamp: id.1 };
            let same: Vec<usize> = brought
                .get(&key)
                .into_iter()
                .flatten()
                .filter(|(_, after)| same_record(after, &record))
                .map(|(commit, _)| *commit)
                .collect();
            let commit = match same[..] {
                [] => continue,
                [one] => Some(one),
                _ => walk.reached(&same, &id, &record, &mut files)?,
            };
            if let Some(commit) = commit {
                witnesses.insert(key, Witness { commit, record });
            }
        }
    }
    Ok(witnesses)
}

/// Whether each node lies on the way from the tip along first parents.
fn mainline(commits: &Commits) -> Vec<bool> {
    let mut on_it = vec![false; commits.graph.len()];
    let mut node = commits.graph.len().checked_sub(1);
    while let Some(at) = node {
        on_it[at] = true;
        node = commits.graph[at].parents.first().copied();
    }
    on_it
}

/// The check-ins files of one goal.
struct Files<'a> {
    goal: &'a GoalRef,
    texts: &'a dyn Texts,
    identities: &'a Identities,
    known: HashMap<ObjectId, BTreeMap<RecordId, Record>>,
}

impl Files<'_> {
    /// What the file with this text records.
    fn records(&mut self, text: ObjectId) -> Result<&BTreeMap<RecordId, Record>> {
        match self.known.entry(text) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let doc = self.texts.text(text)?.map(|text| Checkins::read(&text).document());
                let read = |doc| facts::records(&doc, self.goal, self.identities);
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
            let parents = &self.commits.graph[node].parents;
            match by_node.get(&node) {
                Some(version) => {
                    let alike: Vec<bool> =
                        version.old.iter().map(|old| holds(*old)).collect::<Result<_>>()?;
                    for (parent, alike) in parents.iter().zip(&alike) {
                        reached[*parent] |= *alike;
                    }
                    if !alike.contains(&true) && candidates.contains(&version.commit) {
                        found.push(version.commit);
                    }
                }
                None => parents.iter().for_each(|parent| reached[*parent] = true),
            }
        }
        let earliest = |commit: &usize| {
            let commit = &self.commits.changing[*commit];
            (commit.authored.seconds, commit.id)
        };
        Ok(found.into_iter().min_by_key(earliest))
    }
}
