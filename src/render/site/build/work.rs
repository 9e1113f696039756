//! The work behind a goal: commits that name it or one of its key results.

use std::collections::HashMap;

use super::super::figure;
use super::super::view::{Way, WorkRow, WorkView};
use super::{Input, Scope, records, rows};
use crate::history::WorkCommit;
use crate::model::{Goal, GoalRef};

/// How many commits a page shows.
const LATEST: usize = 20;

/// The commits that name each goal by the report's date, the latest first.
pub(super) fn by_goal<'a>(input: &Input<'a>) -> HashMap<&'a GoalRef, Vec<&'a WorkCommit>> {
    let mut by_goal: HashMap<&GoalRef, Vec<&WorkCommit>> = HashMap::new();
    let commits = input.work.iter().flat_map(|work| work.commits.iter().rev());
    for commit in commits.filter(|work| work.commit.authored.date() <= input.as_of) {
        let mut goals: Vec<&GoalRef> = commit.targets.iter().map(|target| &target.goal).collect();
        goals.sort_unstable();
        goals.dedup();
        for goal in goals {
            by_goal.entry(goal).or_default().push(commit);
        }
    }
    by_goal
}

/// The work behind a goal, if there is any.
pub(super) fn of_goal(scope: &Scope<'_>, goal: &Goal) -> Option<WorkView> {
    let commits = scope.work.get(&goal.reference)?;
    let rest = commits.len().saturating_sub(LATEST);
    Some(WorkView {
        rows: commits.iter().take(LATEST).map(|work| row(scope, goal, work)).collect(),
        rest: (rest > 0).then(|| figure::count(rest, "earlier commit", "earlier commits")),
    })
}

fn row(scope: &Scope<'_>, goal: &Goal, work: &WorkCommit) -> WorkRow {
    let author = &work.commit.author;
    WorkRow {
        date: scope.date(work.commit.authored.date()),
        author: Some(author.clone()).filter(|author| !author.trim().is_empty()),
        commit: records::commit(scope, &work.commit),
        key_results: key_results(goal, work),
    }
}

/// The key results of the goal that a commit names.
fn key_results(goal: &Goal, work: &WorkCommit) -> Vec<Way> {
    let path = rows::goal_path(goal);
    let of_goal = work.targets.iter().filter(|target| target.goal == goal.reference);
    of_goal
        .filter_map(|target| goal.key_result_position(target.key_result.as_deref()?))
        .map(|at| &goal.key_results[at])
        .map(|key_result| rows::key_result_link(goal, key_result, &path))
        .collect()
}
