//! `too-many-goals`: one owner or team with more goals than get attention in a cycle.

use std::collections::BTreeMap;

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Goal;
use crate::text::printable;

/// The most goals of one owner or one team in a cycle.
const MOST: usize = 5;

/// Finds teams and owners with more than five goals in a cycle, drafts aside. Of an owner whose
/// goals are all those of one such team nothing more is said.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut of_team: BTreeMap<(&str, &str), Vec<&Goal>> = BTreeMap::new();
    let mut of_owner: BTreeMap<(&str, &str), Vec<&Goal>> = BTreeMap::new();
    for (_, goal) in open::goals(context).filter(|(_, goal)| !goal.draft) {
        let cycle = goal.reference.cycle.as_str();
        if let Some(team) = &goal.team {
            of_team.entry((cycle, team)).or_default().push(goal);
        }
        if let Some(owner) = &goal.owner {
            of_owner.entry((cycle, owner)).or_default().push(goal);
        }
    }
    of_team.retain(|_, goals| goals.len() > MOST);
    of_owner.retain(|(cycle, _), goals| {
        let team = goals[0].team.as_deref().filter(|team| of_team.contains_key(&(*cycle, *team)));
        let said = team.is_some() && goals.iter().all(|goal| goal.team.as_deref() == team);
        goals.len() > MOST && !said
    });
    findings
        .extend(of_team.iter().map(|((cycle, team), goals)| finding("team", team, cycle, goals)));
    findings.extend(
        of_owner.iter().map(|((cycle, owner), goals)| finding("owner", owner, cycle, goals)),
    );
}

fn finding(whose: &str, name: &str, cycle: &str, goals: &[&Goal]) -> Diagnostic {
    let message = format!(
        "{whose} `{}` has {} goals in `{cycle}`, more than {MOST}",
        printable(name),
        goals.len()
    );
    let place = |goal: &Goal| {
        let owner = goal.plan.owner.as_ref().filter(|_| whose == "owner").map(|owner| owner.span);
        Place::new(&goal.path, owner.unwrap_or(goal.plan.shape.at))
    };
    Diagnostic::new("too-many-goals", message, place(goals[MOST]))
        .label("the sixth")
        .related(place(goals[0]), "the first")
        .help("put some off to the next cycle, or let several contribute to one")
}
