//! What moves, on generated workspaces and changes of them: the effects of the members add up to
//! the difference of the whole, whatever came, left, or got another weight.

use std::collections::BTreeMap;

use goals::date::Date;
use goals::pipeline::{self, Source, Workspace as Read};
use goals::repo::Snapshot;
use goals::review::{Move, Review, Scope};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::Config;

use crate::generate::{Workspace, workspace};

/// Something done to one file of a workspace.
#[derive(Debug, Clone)]
enum Edit {
    /// The file goes; with a plan its record stays behind.
    Remove(Index),
    /// A goal gets another weight.
    Weigh(Index, f64),
    /// A goal is planned no more than as a draft.
    Draft(Index),
    /// Every second record goes.
    Forget(Index),
    /// A key result goes, or counts otherwise, by what its tables say.
    Replace(Index, &'static str, &'static str),
}

fn edit() -> impl Strategy<Value = Edit> {
    let of = || any::<Index>();
    prop_oneof![
        of().prop_map(Edit::Remove),
        (of(), 0.0..5.0f64).prop_map(|(at, weight)| Edit::Weigh(at, weight)),
        of().prop_map(Edit::Draft),
        of().prop_map(Edit::Forget),
        of().prop_map(|at| Edit::Replace(at, "target = ", "target = 1")),
        of().prop_map(|at| Edit::Replace(at, "weight = ", "weight = 3")),
        of().prop_map(|at| Edit::Replace(at, "contributes_to", "supports")),
    ]
}

fn edited(files: &BTreeMap<String, String>, edits: &[Edit]) -> BTreeMap<String, String> {
    let mut files = files.clone();
    for edit in edits {
        let wanted = |path: &&String| {
            let is_record = path.ends_with(".checkins.toml");
            match edit {
                Edit::Forget(_) => is_record,
                Edit::Remove(_) => *path != "goals.toml",
                _ => !is_record && *path != "goals.toml",
            }
        };
        let paths: Vec<String> = files.keys().filter(wanted).cloned().collect();
        let (Edit::Remove(at)
        | Edit::Weigh(at, _)
        | Edit::Draft(at)
        | Edit::Forget(at)
        | Edit::Replace(at, ..)) = edit;
        if paths.is_empty() {
            continue;
        }
        let path = at.get(&paths);
        let text = files.remove(path).expect("it is there");
        let new = match edit {
            Edit::Remove(_) => continue,
            Edit::Weigh(_, weight) => format!("weight = {weight:.3}\n{}", without(&text, "weight")),
            Edit::Draft(_) => format!("draft = true\n{}", without(&text, "draft")),
            Edit::Forget(_) => text
                .lines()
                .enumerate()
                .filter(|(at, line)| at % 2 == 0 || line.starts_with('['))
                .map(|(_, line)| format!("{line}\n"))
                .collect(),
            Edit::Replace(_, old, new) => text.replacen(old, new, 1),
        };
        files.insert(path.clone(), new);
    }
    files
}

/// A plan without a key of its top level.
fn without(text: &str, key: &str) -> String {
    let mut in_table = false;
    let kept = text.lines().filter(|line| {
        in_table |= line.starts_with('[');
        in_table || !line.starts_with(&format!("{key} ="))
    });
    kept.map(|line| format!("{line}\n")).collect()
}

fn read(files: &BTreeMap<String, String>) -> Read {
    let snapshot: Snapshot =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    pipeline::read(Source::Files(snapshot)).expect("files at hand can be read")
}

fn review(before: &Read, after: &Read, as_of: Date) -> Review {
    pipeline::review(before, after, || None, as_of, as_of)
}

/// Expects the effects of every move to add up, and moves to be all that differ.
fn check(before: &Read, after: &Read, as_of: Date) -> Result<(), TestCaseError> {
    let found = review(before, after, as_of);
    for moved in &found.moves {
        if let Some(difference) = moved.difference() {
            let sum: f64 = moved.causes.iter().map(|cause| cause.effect).sum();
            let counts = moved.causes.is_empty() && difference.abs() < 1e-9;
            prop_assert!(counts || (sum - difference).abs() < 1e-12, "{moved:?}");
        }
    }
    let rollups = [before, after].map(|side| pipeline::rollup(side, None, as_of));
    for (goal, figures) in after.model.goals.iter().zip(&rollups[1].goals) {
        let Some(was) = before.model.position(&goal.reference) else { continue };
        let was = &rollups[0].goals[was];
        let moved = match (was.progress, figures.progress) {
            (Some(before), Some(after)) => (after - before).abs() > 1e-9,
            (before, after) => before.is_some() != after.is_some(),
        };
        let told = found.moves.iter().any(|told| told.scope == Scope::Goal(goal.reference.clone()));
        prop_assert_eq!(told, moved || was.status != figures.status, "{}", goal.reference);
    }
    Ok(())
}

/// Each move of a goal, team or cycle with its difference.
fn differences(review: &Review) -> Vec<(Scope, Option<f64>)> {
    let mut all: Vec<_> =
        review.moves.iter().map(|found: &Move| (found.scope.clone(), found.difference())).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

proptest! {
    #![proptest_config(Config { cases: 150, failure_persistence: None, ..Config::default() })]

    #[test]
    fn effects_add_up_to_the_difference(
        workspace in workspace(),
        edits in proptest::collection::vec(edit(), 1..6),
    ) {
        let (before, after) = (read(&workspace.files), read(&edited(&workspace.files, &edits)));
        check(&before, &after, workspace.as_of)?;
        let (there, back) = (
            differences(&review(&before, &after, workspace.as_of)),
            differences(&review(&after, &before, workspace.as_of)),
        );
        prop_assert_eq!(there.len(), back.len());
        for ((scope, there), (other, back)) in there.iter().zip(&back) {
            prop_assert_eq!(scope, other);
            prop_assert_eq!(there.map(|there| -there), *back);
        }
    }

    #[test]
    fn effects_add_up_between_workspaces_that_have_little_in_common(
        one in workspace(),
        other in workspace(),
    ) {
        let Workspace { files, as_of } = one;
        check(&read(&files), &read(&other.files), as_of)?;
    }

    #[test]
    fn nothing_changes_from_a_workspace_to_itself(workspace in workspace()) {
        let side = read(&workspace.files);
        prop_assert!(review(&side, &side, workspace.as_of).is_empty());
    }
}
