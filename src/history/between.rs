//! What differs between two states of a workspace, told in the events of one commit that would
//! lead from the first to the second.
//!
//! How the change came about makes no difference: squashed, rebased, reverted and made again, or
//! not committed at all, the same two states have the same events.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::contents::Contents;
use super::event::{Event, Events};
use super::identity::{self, Changes, Identities, Version};
use crate::error::Result;
use crate::model::GoalRef;
use crate::repo::{Change, Commit, Commits, Content, Moment, ObjectId, Snapshot};

/// A state of a workspace: its files, and the folder of its plans.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// The files.
    pub files: &'a Snapshot,
    /// The folder of the plans, from the workspace's root.
    pub plans: &'a str,
}

/// The events that lead from `before` to `after`, by goal; where two states agree there are none.
/// The position of their commit means nothing.
pub fn between(before: State<'_>, after: State<'_>, identities: &Identities) -> Vec<Event> {
    let mut texts = Ids::default();
    let moved = |path: &str| match path.strip_prefix(before.plans) {
        Some(inside) => format!("{}{inside}", after.plans),
        None => path.to_owned(),
    };
    let (old, new) = (texts.files(before, moved), texts.files(after, str::to_owned));
    let commits = one_commit(changes(&old, &new), &old);
    let changes = identity::by_goal(&commits, after.plans, identities);
    let told: Result<Vec<Vec<Event>>> = changes
        .iter()
        .map(|(goal, changes)| events_of(goal, changes, &commits, &texts.by_id, identities))
        .collect();
    told.expect("files at hand can be read").into_iter().flatten().collect()
}

/// The events of one goal.
fn events_of(
    goal: &GoalRef,
    changes: &Changes<'_>,
    commits: &Commits,
    texts: &HashMap<ObjectId, Arc<str>>,
    identities: &Identities,
) -> Result<Vec<Event>> {
    let versions = identity::versions(changes, commits);
    let own: Vec<&Version> = versions.iter().filter(|version| version.is_own()).collect();
    let mut contents = Contents::of(&own, None, texts)?;
    let mut events = Events::new(identities.of(goal));
    for version in own {
        contents.enter(version)?;
        events.next(version, &contents);
        contents.leave(version);
    }
    Ok(events.found)
}

/// Goal files by their path in the state after.
type Files = BTreeMap<String, ObjectId>;

/// The plans and check-ins files that differ.
fn changes(old: &Files, new: &Files) -> Vec<Change> {
    let mut paths: Vec<&String> = old.keys().chain(new.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| old.get(*path) != new.get(*path))
        .map(|path| Change {
            path: path.as_str().into(),
            new: new.get(path).copied(),
            old: vec![old.get(path).copied()],
        })
        .collect()
}

/// Ids for texts that no repository holds; the same text has one id, wherever it stands.
#[derive(Default)]
struct Ids {
    known: HashMap<Arc<str>, ObjectId>,
    by_id: HashMap<ObjectId, Arc<str>>,
    given: u64,
}

impl Ids {
    /// The goal files of a state.
    fn files(&mut self, state: State<'_>, path: impl Fn(&str) -> String) -> Files {
        let files = state.files.below(state.plans).filter(|(path, _)| path.ends_with(".toml"));
        files.map(|(at, content)| (path(at), self.id(content))).collect()
    }

    fn id(&mut self, content: &Content) -> ObjectId {
        let Content::Text(text) = content else { return self.next() };
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let id = self.next();
        self.known.insert(Arc::clone(text), id);
        self.by_id.insert(id, Arc::clone(text));
        id
    }

    fn next(&mut self) -> ObjectId {
        self.given += 1;
        let mut bytes = [0; 20];
        bytes[..8].copy_from_slice(&self.given.to_be_bytes());
        ObjectId::from_bytes(&bytes)
    }
}

/// A history of one commit with these changes, on top of one of which only the files are known.
fn one_commit(changes: Vec<Change>, base: &Files) -> Commits {
    let never = Moment { seconds: 0, offset_minutes: 0 };
    let [base_id, id] = [[1; 20], [2; 20]].map(|bytes| ObjectId::from_bytes(&bytes));
    let commit = Commit {
        id,
        position: 0,
        author: "".into(),
        email: "".into(),
        authored: never,
        committed: never,
        subject: "".into(),
        signed: false,
        changes,
    };
    let there = |(path, text): (&String, &ObjectId)| Change {
        path: path.as_str().into(),
        new: Some(*text),
        old: Vec::new(),
    };
    let mut commits = Commits::default();
    commits.push(base_id, std::iter::empty(), true, None);
    commits.push(id, std::iter::once(0), false, Some(commit));
    commits.boundaries = vec![(0, base.iter().map(there).collect())];
    commits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::EventKind;
    use crate::load::documents;
    use crate::model::{DEFAULT_PLANS, Model, build};

    const PLAN: &str =
        "title = \"T\"\n[key_results.speed]\ntitle = \"S\"\nbaseline = 1\ntarget = 2\n";

    fn snapshot(files: &[(&str, &str)]) -> Snapshot {
        files.iter().copied().collect()
    }

    fn model(files: &Snapshot) -> Model {
        build(documents(files, Default::default(), DEFAULT_PLANS).0).0
    }

    fn events(before: &[(&str, &str)], after: &[(&str, &str)]) -> Vec<(EventKind, String)> {
        let (before, after) = (snapshot(before), snapshot(after));
        let identities = Identities::between(&model(&before), &model(&after));
        let state = |files| State { files, plans: DEFAULT_PLANS };
        let events = between(state(&before), state(&after), &identities);
        events
            .iter()
            .map(|event| (event.kind, event.goal.with(event.key_result.as_deref())))
            .collect()
    }

    #[test]
    fn a_file_that_moves_or_is_reformatted_makes_no_event() {
        let moved = [("goals/2026-q4/team/a.toml", PLAN)];
        assert_eq!(events(&[("goals/2026-q4/a.toml", PLAN)], &moved), []);
        let spaced = PLAN.replace(" = ", "=") + "# no more\n";
        let spaced = [("goals/2026-q4/a.toml", spaced.as_str())];
        assert_eq!(events(&[("goals/2026-q4/a.toml", PLAN)], &spaced), []);
    }

    #[test]
    fn a_rename_is_known_from_either_side() {
        let renamed = format!("formerly = [\"a\"]\n{PLAN}");
        let old = [("goals/2026-q4/a.toml", PLAN)];
        let new = [("goals/2026-q4/b.toml", renamed.as_str())];
        assert_eq!(events(&old, &new), []);
        assert_eq!(events(&new, &old), []);
    }

    #[test]
    fn records_and_plans_are_told_apart() {
        let plan = ("goals/2026-q4/a.toml", PLAN);
        let records = ("goals/2026-q4/a.checkins.toml", "[speed]\n2026-10-05 = 1.5\n");
        let found = events(&[plan], &[plan, records]);
        assert_eq!(found, [(EventKind::Recorded, "2026-q4/a.speed".to_owned())]);
        let removed = [(EventKind::Removed, "2026-q4/a.speed".to_owned())];
        assert_eq!(events(&[plan, records], &[plan]), removed);
        assert_eq!(events(&[plan, records], &[]), [(EventKind::Deleted, "2026-q4/a".to_owned())]);
    }
}
