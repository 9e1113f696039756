//! Which goals a change of a workspace can matter to.

use std::collections::BTreeSet;

use super::Workspace;
use crate::load::CHECKINS_SUFFIX;
use crate::model::{Goal, Model};
use crate::repo::Snapshot;
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
    let paths = paths(&before.snapshot, &now.snapshot)?;
    let of_files = paths.iter().filter_map(|path| position(new, path));
    let figures = rollup_before.goals.iter().zip(&rollup.goals).enumerate();
    let of_figures = figures.filter(|(_, (old, new))| old != new).map(|(at, _)| at);
    let changed: BTreeSet<usize> = of_files.chain(of_figures).collect();
    Some(with_relations(old, new, changed))
}

/// The paths of the files that changed; nothing where one came or went.
fn paths<'a>(before: &'a Snapshot, now: &'a Snapshot) -> Option<Vec<&'a str>> {
    let mut changed = Vec::new();
    let mut old = before.files();
    for (path, content) in now.files() {
        match old.next() {
            Some((same, before)) if same == path => {
                changed.extend((before != content).then_some(path));
            }
            _ => return None,
        }
    }
    old.next().is_none().then_some(changed)
}

/// The position of the goal that a file belongs to.
fn position(model: &Model, path: &str) -> Option<usize> {
    let plan = path.strip_suffix(CHECKINS_SUFFIX).map(|stem| format!("{stem}.toml"));
    let goal = model.goal_at(plan.as_deref().unwrap_or(path))?;
    model.position(&goal.reference)
}

/// Adds the goals that are judged by what some goals say, as they were and as they are.
fn with_relations(old: &Model, new: &Model, changed: BTreeSet<usize>) -> BTreeSet<usize> {
    let mut all = changed.clone();
    if changed.is_empty() {
        return all;
    }
    let aligned = |goal: &Goal, at: usize| {
        let links = goal.contributes_to.iter().chain(&goal.supports);
        links.map(move |link| (at, link.goal)).collect::<Vec<_>>()
    };
    let teams: BTreeSet<&str> =
        changed.iter().filter_map(|at| new.goals[*at].team.as_deref()).collect();
    for model in [old, new] {
        for (at, goal) in model.goals.iter().enumerate() {
            for (from, to) in aligned(goal, at) {
                if changed.contains(&from) || changed.contains(&to) {
                    all.extend([from, to]);
                }
            }
            let is_kin = goal.team.as_deref().is_some_and(|team| teams.contains(team));
            if is_kin || goal.continues.is_some() {
                all.insert(at);
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use crate::check::Kept;
    use std::collections::BTreeSet;

    use crate::date::parse_date;
    use crate::diagnostic::Diagnostic;
    use crate::load::Known;
    use crate::pipeline::{check, check_again, read_again, rollup};
    use crate::repo::{Content, Snapshot};

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

    fn file(kind: usize, variant: usize) -> (String, String) {
        let number = kind / 3;
        match kind % 3 {
            0 => (format!("goals/2026-q4/team/goal-{number}.toml"), plan(number, variant)),
            1 => (
                format!("goals/2026-q4/team/goal-{number}.checkins.toml"),
                records(variant % 4).to_owned(),
            ),
            _ => (format!("goals/2026/top-{number}.toml"), plan(number, variant)),
        }
    }

    /// However files change, going on from what is known tells what looking at all tells.
    #[test]
    fn what_is_kept_makes_no_difference() {
        let today = parse_date("2026-11-21").expect("a day");
        let mut files = Snapshot::default();
        files.insert("goals.toml", Content::of(b"format = 1\n"));
        for kind in 0..12 {
            let (path, text) = file(kind, kind % 5);
            files.insert(path, Content::of(text.as_bytes()));
        }
        let (mut known, mut kept, mut before) = (Known::default(), Kept::default(), None);
        let (mut state, mut twins) = (7_u64, BTreeSet::new());
        for step in 0..300 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let random = (state >> 33) as usize;
            let (path, text) = file(random % 12, random / 12 % 8);
            files.insert(path, Content::of(text.as_bytes()));
            if step % 40 == 39 {
                let settings = format!(
                    "format = 1\n[check.levels]\nmissing-why = \"{}\"\n",
                    ["off", "error"][random % 2]
                );
                files.insert("goals.toml", Content::of(settings.as_bytes()));
            }
            let workspace = read_again(files.clone(), &mut known);
            let figures = rollup(&workspace, None, today);
            let last = before.as_ref().map(|(workspace, figures)| (workspace, figures));
            let again = check_again(&workspace, &figures, None, today, last, &mut kept);
            assert_eq!(again, check(&workspace, None, today, today), "step {step}");
            let is_of_twins = |finding: &&Diagnostic| finding.rule == "near-duplicate";
            let places = again.into_iter().filter(|finding| is_of_twins(&finding));
            twins.extend(places.map(|finding| (finding.message, finding.primary.place)));
            before = Some((workspace, figures));
        }
        assert!(twins.len() > 20, "titles were alike in just {} ways", twins.len());
    }
}
