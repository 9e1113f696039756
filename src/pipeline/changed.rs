//! Which goals a change of a workspace can matter to.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Workspace;
use crate::model::{Goal, Model};
use crate::rollup::Rollup;

/// The positions of the goals that may be judged in another way than before: those whose files or
/// figures changed, what they are aligned with, what is aligned with them, their teams, and those
/// that carry others on. Nothing where it may be any, as when a goal came or went, or the settings changed.
pub(super) fn goals(
    (before, rollup_before): (&Workspace, &Rollup),
    (now, rollup): (&Workspace, &Rollup),
) -> Option<BTreeSet<usize>> {
    let same_settings = before.settings == now.settings && rollup_before.as_of == rollup.as_of;
    let (old, new) = (&before.model, &now.model);
    let same_goals = old.goals.len() == new.goals.len()
        && old
            .goals
            .iter()
            .zip(&new.goals)
            .all(|(old, new)| old.reference == new.reference && old.path == new.path);
    if !same_settings || !same_goals {
        return None;
    }
    let is_other = |at: &usize| {
        let same_files = Arc::ptr_eq(&old.goals[*at], &new.goals[*at]);
        !same_files || rollup_before.goals[*at] != rollup.goals[*at]
    };
    let others = (0..new.goals.len()).filter(is_other);
    let meant = old.meant.symmetric_difference(&new.meant).copied();
    Some(with_relations(old, new, others.chain(meant).collect()))
}

/// Adds the goals that are judged by what some goals say, as they were and as they are.
fn with_relations(old: &Model, new: &Model, changed: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = changed.clone();
    if changed.is_empty() {
        return all;
    }
    let aligned = |goal: &Goal| -> Vec<usize> {
        goal.contributes_to.iter().chain(&goal.supports).map(|link| link.goal).collect()
    };
    all.extend(changed.iter().flat_map(|at| aligned(&old.goals[*at])));
    all.extend(changed.iter().flat_map(|at| aligned(&new.goals[*at])));
    let teams: BTreeSet<&str> =
        changed.iter().filter_map(|at| new.goals[*at].team.as_deref()).collect();
    for (at, goal) in new.goals.iter().enumerate() {
        let mut links = goal.contributes_to.iter().chain(&goal.supports);
        let is_kin = goal.team.as_deref().is_some_and(|team| teams.contains(team));
        if is_kin || goal.continues.is_some() || links.any(|link| changed.contains(&link.goal)) {
            all.insert(at);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};
    use std::sync::Arc;

    use crate::check::Kept;
    use crate::date::parse_date;
    use crate::diagnostic::{Diagnostic, sort};
    use crate::pipeline::{
        Known, Source, Workspace, check, check_again, read, read_again, rollup, rollup_again,
    };
    use crate::repo::Snapshot;
    use crate::rollup::Rollup;

    /// Plans that differ in what rules look at, as a team's goal `number`.
    fn plan(number: usize, variant: usize) -> String {
        let parent = (number + 1) % 4;
        match variant {
            0 => format!(
                "title = \"Win schools in the north\"\nowner = \"ana\"\nsupports = [\"2026/top-{parent}\"]\n[key_results.a]\ntitle = \"A from 0 to 9\"\nbaseline = 0\ntarget = 9\nunit = \"x\"\n"
            ),
            1 => format!(
                "title = \"Goal {number}\"\nallow = {{ no-number = \"y\", missing-why = \"z\" }}\nowner = [\"a\", \"b\"]\ncontributes_to = [\"2026/top-{parent}\"]\ndue = 2026-12-01\nbaseline = 0\ntarget = 50\nunit = \"x\"\n"
            ),
            2 => "titel = \"Broken\nowner = \"ben\"\n".to_owned(),
            3 => format!(
                "title = \"Win schools in the South\"\nowner = \"ana\"\nweight = -1\ncontinues = \"2026-q3/goal-{parent}\"\n[close]\ndate = 2026-11-01\nverdict = \"missed\"\n"
            ),
            4 => "title = \"TODO\"\ndropped = \"no\"\n".to_owned(),
            // The same title elsewhere in the file, in another window, and in the service of others.
            5 => format!("# Moved down.\n{}", plan(number, 0)),
            6 => format!("starts = 2026-12-01\n{}", plan(number, 0)),
            _ => plan(number, 3)
                .replace("weight = -1", "supports = [\"2026/top-0\", \"2026/top-2\"]"),
        }
    }

    fn records(variant: usize) -> &'static str {
        match variant {
            0 => "[a]\n2026-10-05 = 1\n2026-11-01 = 8\n",
            1 => "2026-10-05 = 3\n2026-12-24 = 4\n",
            2 => "[b]\n2026-10-05 = { confidence = 3 }\n2026-10-5 = 1\n",
            _ => {
                "[a]\n2026-10-05 = { value = 1, confidence = 9 }\n2026-10-12 = { value = 1, confidence = 9 }\n2026-10-19 = { value = 1, confidence = 9 }\n2026-10-26 = { value = 900, confidence = 9 }\n"
            }
        }
    }

    /// Plans and records of a team, goals above them, and at times files that are in the way: of the
    /// same name, in no cycle, with no plan.
    fn file(kind: usize, variant: usize) -> (String, String) {
        let number = kind / 3;
        match kind % 3 {
            0 => (format!("goals/2026-q4/team/goal-{number}.toml"), plan(number, variant)),
            1 => (
                format!("goals/2026-q4/team/goal-{number}.checkins.toml"),
                records(variant % 4).to_owned(),
            ),
            _ if number == 3 => {
                let path = match variant % 4 {
                    0 => "goals/2026-q4/other/goal-1.toml",
                    1 => "goals/nowhere/goal-9.toml",
                    2 => "goals/2026-q4/goal-9.checkins.toml",
                    _ => "goals/2026-q4/goal-0.toml",
                };
                (path.to_owned(), plan(number, variant))
            }
            _ => (format!("goals/2026/top-{number}.toml"), plan(number, variant)),
        }
    }

    /// A workspace over time, and what was last made of it.
    #[derive(Default)]
    struct Desk {
        known: Known,
        kept: Kept,
        before: Option<(Workspace, Rollup)>,
        /// How many goals and figures were taken as they were.
        shared: [usize; 2],
    }

    impl Desk {
        /// Goes on from what is known, and sees that it is what looking at all would have told.
        fn go_on(&mut self, files: &BTreeMap<String, String>, step: usize) -> Vec<Arc<Diagnostic>> {
            let today = parse_date("2026-11-21").expect("a day");
            let snapshot: Snapshot =
                files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
            let last = self.before.as_ref().map(|(workspace, figures)| (workspace, figures));
            let mut again = read_again(snapshot.clone(), &mut self.known);
            let mut anew = read(Source::Files(snapshot)).expect("it is at hand");
            assert_eq!(again.model, anew.model, "step {step}");
            sort(&mut again.found);
            sort(&mut anew.found);
            assert_eq!(again.found, anew.found, "step {step}");
            let figures = rollup_again(&again, None, today, last);
            assert_eq!(figures, rollup(&anew, None, today), "step {step}");
            let found = check_again(&again, &figures, None, today, last, &mut self.kept);
            let expected = check(&anew, None, today, today);
            assert!(found.iter().map(|finding| &**finding).eq(&expected), "step {step}");
            if let Some((workspace, rollup)) = last {
                let goals = workspace.model.goals.iter().zip(&again.model.goals);
                self.shared[0] += goals.filter(|(old, new)| Arc::ptr_eq(old, new)).count();
                let goals = rollup.goals.iter().zip(&figures.goals);
                self.shared[1] += goals.filter(|(old, new)| Arc::ptr_eq(old, new)).count();
            }
            self.before = Some((again, figures));
            found
        }
    }

    /// However files change, come and go, going on from what is known tells what looking at all tells.
    #[test]
    fn what_is_kept_makes_no_difference() {
        let mut files = BTreeMap::from([("goals.toml".to_owned(), "format = 1\n".to_owned())]);
        files.extend((0..12).map(|kind| file(kind, kind % 5)));
        let (mut desk, mut twins) = (Desk::default(), BTreeSet::new());
        let mut state = 7_u64;
        for step in 0..300 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let random = (state >> 33) as usize;
            let (path, text) = file(random % 12, random / 12 % 8);
            match random / 96 % 16 {
                0 => drop(files.remove(&path)),
                _ => drop(files.insert(path, text)),
            }
            if step % 40 == 39 {
                let settings = format!(
                    "format = 1\n[check.levels]\nmissing-why = \"{}\"\n",
                    ["off", "error"][random % 2]
                );
                files.insert("goals.toml".to_owned(), settings);
            }
            let found = desk.go_on(&files, step);
            let is_of_twins = |finding: &&Arc<Diagnostic>| finding.rule == "near-duplicate";
            let places = found.iter().filter(is_of_twins);
            twins.extend(
                places.map(|finding| (finding.message.clone(), finding.primary.place.clone())),
            );
        }
        assert!(twins.len() > 20, "titles were alike in just {} ways", twins.len());
        let [goals, figures] = desk.shared;
        assert!(goals > 1_000 && figures > 500, "{goals} goals and {figures} figures were shared");
    }
}
