//! `sandbagging`: a team whose goals were all reached, or none.

use std::collections::BTreeMap;

use super::Context;
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Ambition;
use crate::model::Goal;
use crate::text::{hundredths, printable};

/// The number of scores that make a pattern.
const SCORES: usize = 3;

/// From this score on a goal was reached; up to that one it was hardly begun.
const REACHED: f64 = 0.95;
const HARDLY_BEGUN: f64 = 0.3;

/// Finds teams whose scores in the last closed cycle are all high, or all low. Committed goals are
/// meant to be reached and are left out of the former.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for ((team, cycle), scored) in last_cycles(context) {
        let stretched: Vec<&(&Goal, f64)> = scored
            .iter()
            .filter(|(goal, _)| goal.read_ambition() == Ambition::Aspirational)
            .collect();
        let all: Vec<&(&Goal, f64)> = scored.iter().collect();
        if stretched.len() >= SCORES && stretched.iter().all(|(_, score)| *score >= REACHED) {
            let message = format!(
                "every aspirational goal of `{}` in {cycle} scored {} or more",
                printable(team),
                hundredths(REACHED)
            );
            let help = "aim so high that seven tenths are a success, or call what is promised `ambition = \"committed\"`";
            findings.extend(finding(&stretched, message, help));
        } else if all.len() >= SCORES && all.iter().all(|(_, score)| *score <= HARDLY_BEGUN) {
            let message = format!(
                "every goal of `{}` in {cycle} scored {} or less",
                printable(team),
                hundredths(HARDLY_BEGUN)
            );
            findings.extend(finding(&all, message, "set fewer goals, and leave time for them"));
        }
    }
}

/// The scored goals of each team in the last cycle that is over for all of them.
fn last_cycles<'a>(context: &'a Context<'_>) -> BTreeMap<(&'a str, &'a str), Vec<(&'a Goal, f64)>> {
    let model = context.model;
    let mut last: BTreeMap<&str, (Date, &str)> = BTreeMap::new();
    let mut scored: BTreeMap<(&str, &str), Vec<(&Goal, f64)>> = BTreeMap::new();
    for (goal, figures) in model.goals.iter().zip(&context.rollup.goals) {
        let Some(team) = goal.team.as_deref() else { continue };
        let cycle = goal.reference.cycle.as_str();
        let Some(end) = model.cycles.get(cycle).map(|window| window.end) else { continue };
        let Some(score) = figures.score.filter(|_| goal.counts() && end < context.as_of) else {
            continue;
        };
        scored.entry((team, cycle)).or_default().push((goal, score));
        let latest = last.entry(team).or_insert((end, cycle));
        *latest = (*latest).max((end, cycle));
    }
    scored.retain(|(team, cycle), _| last.get(team).is_some_and(|(_, latest)| latest == cycle));
    scored
}

fn finding(goals: &[&(&Goal, f64)], message: String, help: &str) -> Option<Diagnostic> {
    let (first, others) = goals.split_first()?;
    let place = |goal: &Goal| Place::new(&goal.path, goal.plan.shape.at);
    let mut finding = Diagnostic::new("sandbagging", message, place(first.0))
        .label(format!("scored {}", hundredths(first.1)));
    for (goal, score) in others {
        finding = finding.related(place(goal), format!("scored {}", hundredths(*score)));
    }
    Some(finding.help(help))
}
