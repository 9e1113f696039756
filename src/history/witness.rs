//! Witnesses: the commit that introduced each record as it now stands.
//!
//! Following the history back from the tip through commits that have the record as it stands now,
//! one comes to the commits that brought it. Usually that is one; where branches brought it
//! independently, the one with the earlier author date counts, then the smaller id.

use std::collections::{BTreeMap, HashMap};

use super::contents::Contents;
use super::event::Event;
use super::facts::{self, RecordId, same_record};
use super::identity::{File, Identities, Version};
use super::{RecordKey, Witness};
use crate::model::{GoalRef, Record};
use crate::repo::{Commits, ObjectId};

/// The witness of every record that stands at the tip and has one.
pub(super) fn witnesses(
    commits: &Commits,
    versions: &[Version],
    events: &[Event],
    contents: &Contents,
    identities: &Identities,
) -> HashMap<RecordKey, Witness> {
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
        let Some(text) = walk.at_tip(&mainline) else { continue };
        let Some(doc) = contents.checkins(text) else { continue };
        let read = |id: ObjectId| {
            contents
                .checkins(id)
                .map(|doc| facts::records(doc, goal, identities))
                .unwrap_or_default()
        };
        for (id, record) in facts::records(doc, goal, identities) {
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
                _ => walk.reached(&same, &id, &record, &read),
            };
            if let Some(commit) = commit {
                witnesses.insert(key, Witness { commit, record });
            }
        }
    }
    witnesses
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
        read: &dyn Fn(ObjectId) -> BTreeMap<RecordId, Record>,
    ) -> Option<usize> {
        let holds = |text: Option<ObjectId>| {
            text.is_some_and(|text| {
                read(text).get(id).is_some_and(|found| same_record(found, record))
            })
        };
        let by_node = self.by_node();
        let mut reached = vec![false; self.commits.graph.len()];
        let mut found: Vec<usize> = Vec::new();
        *reached.last_mut()? = true;
        for node in (0..reached.len()).rev() {
            if !reached[node] {
                continue;
            }
            let parents = &self.commits.graph[node].parents;
            match by_node.get(&node) {
                Some(version) => {
                    let alike: Vec<bool> = version.old.iter().map(|old| holds(*old)).collect();
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
        found.into_iter().min_by_key(earliest)
    }
}
