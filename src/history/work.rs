//! The work behind goals: commits anywhere in the repository whose messages name a goal.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use super::identity::Identities;
use super::{CommitInfo, info};
use crate::date::Date;
use crate::error::Result;
use crate::model::{GoalRef, Model, Reference};
use crate::repo::{ObjectId, Trailed};

/// The key of the trailer that names a goal or key result.
pub const GOAL_TRAILER: &str = "Goal";

/// Commits that name the goals they are for.
#[derive(Debug, Clone, Default)]
pub struct Work {
    /// The commits; parents before children.
    pub commits: Vec<WorkCommit>,
    /// What trailers say that is no goal's name, or may be several goals'; each once.
    pub unclear: BTreeMap<String, Unclear>,
}

/// Why a trailer's text names nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclear {
    /// The reason.
    pub reason: String,
    /// The first commit that says so.
    pub commit: ObjectId,
}

/// A commit and the goals it is for.
#[derive(Debug, Clone)]
pub struct WorkCommit {
    /// The commit.
    pub commit: CommitInfo,
    /// The goals and key results, each once, in the order of the message.
    pub targets: Vec<Target>,
}

/// What a trailer names: a goal, or one of its key results.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The goal.
    pub goal: GoalRef,
    /// The key result; nothing for the goal itself.
    pub key_result: Option<String>,
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.goal.with(self.key_result.as_deref()))
    }
}

/// A goal and a key result of it, by their positions in the model.
type Named = (usize, Option<usize>);

/// Tells what the trailers of `commits` name. Earlier names of goals and key results hold; what is
/// no exact name is left to `resolve`, with the day on which it was written.
pub fn work(
    commits: &[Trailed],
    model: &Model,
    resolve: impl Fn(&str, Date) -> Result<Named>,
) -> Work {
    let mut names = Names {
        model,
        identities: Identities::new(model),
        resolve,
        known: HashMap::new(),
        unclear: BTreeMap::new(),
    };
    let mut found = Vec::new();
    for trailed in commits {
        let day = trailed.commit.authored.date();
        let mut targets: Vec<Target> = Vec::new();
        for value in trailed.values.iter().filter(|value| !value.is_empty()) {
            match names.target(value, day, trailed.commit.id) {
                Some(target) if !targets.contains(&target) => targets.push(target),
                _ => {}
            }
        }
        if !targets.is_empty() {
            let person = model.settings.person_by_email(&trailed.commit.email);
            found.push(WorkCommit { commit: info(&trailed.commit, person, model), targets });
        }
    }
    Work { commits: found, unclear: names.unclear }
}

/// What names mean, each looked up once for all the days on which the same cycles were active.
struct Names<'a, R> {
    model: &'a Model,
    identities: Identities,
    resolve: R,
    known: HashMap<(String, Vec<&'a str>), Option<Named>>,
    unclear: BTreeMap<String, Unclear>,
}

impl<R: Fn(&str, Date) -> Result<Named>> Names<'_, R> {
    fn target(&mut self, text: &str, day: Date, commit: ObjectId) -> Option<Target> {
        let active = self.model.active_cycles(day);
        let key = (text.to_owned(), active);
        let named = match self.known.get(&key) {
            Some(named) => *named,
            None => {
                let named = match self.exact(text, &key.1) {
                    Some(named) => Ok(named),
                    None => (self.resolve)(text, day),
                };
                if let Err(error) = &named {
                    let reason = error.message.clone();
                    let unclear = Unclear { reason, commit };
                    self.unclear.entry(text.to_owned()).or_insert(unclear);
                }
                *self.known.entry(key).or_insert(named.ok())
            }
        };
        let (goal, key_result) = named?;
        let goal = &self.model.goals[goal];
        let key_result = key_result.and_then(|at| goal.key_results[at].id.clone());
        Some(Target { goal: goal.reference.clone(), key_result })
    }

    /// What the text names in full, by a present or an earlier name, in its cycle or in the one
    /// active cycle that has it.
    fn exact(&self, text: &str, active: &[&str]) -> Option<Named> {
        let reference = Reference::parse(text)?;
        let cycles = match &reference.cycle {
            Some(cycle) => vec![cycle.as_str()],
            None if active.is_empty() => self.model.cycles.keys().map(String::as_str).collect(),
            None => active.to_vec(),
        };
        let in_cycle = |cycle: &str| {
            let goal = self.identities.goal(GoalRef::new(cycle, &reference.goal));
            let at = self.model.position(&goal)?;
            let Some(id) = &reference.key_result else { return Some((at, None)) };
            let identity = self.identities.of(&goal);
            self.model.goals[at]
                .key_result_position(identity.key_result(id))
                .map(|key_result| (at, Some(key_result)))
        };
        let found: Vec<Named> = cycles.into_iter().filter_map(in_cycle).collect();
        match found[..] {
            [one] => Some(one),
            _ => None,
        }
    }
}
