//! The page of a team.

use std::collections::BTreeSet;

use super::super::link;
use super::super::view::{CycleGoals, PageHead, Shared, TeamPage, TeamRow, Way};
use super::filters::{self, By};
use super::owners::{owners, with_those_above};
use super::{Scope, by_cycle, due, records, rows};

/// Makes the page of the team at this path.
pub(in crate::render::site) fn page(scope: &Scope<'_>, team: &str) -> TeamPage {
    let path = link::team_page(team);
    let name = scope.model.settings.team_name(team);
    let description = format!("The goals of {name}, and what is due.");
    let goals = own_first(scope, team);
    let (mut open, mut over) = by_cycle::goals(scope, &goals, &path, |_| true, |_| false);
    let figured = |group: CycleGoals| CycleGoals {
        team: scope
            .teams
            .get(&(group.id.as_str(), team))
            .map(|row| rows::team_row(scope, row, &path)),
        goals: group
            .goals
            .into_iter()
            .map(|goal| rows::without_team(goal, scope, team, &path))
            .collect(),
        ..group
    };
    let by = [By::Status, By::Team, By::Owner, By::Tag];
    let filters = filters::of(scope, by_cycle::keys(&open, &over), &by, ("goal", "goals"));
    filters::trim(&filters, by_cycle::keys_mut(&mut open, &mut over));
    let (teams_cycle, teams) = below(scope, team, &path);
    TeamPage {
        head: PageHead::new(&path, name, &description, &rows::borrowed(&above(scope, team))),
        name: name.to_owned(),
        path: team.to_owned(),
        lead: scope.lead(team, &path),
        people: people(scope, team, &goals, &path),
        teams,
        teams_cycle,
        due: due::rows(scope, &goals, |_| true, &path),
        checkins: records::news(scope, &goals, NEWS, |_, _| true, &path),
        filters,
        cycles: open.into_iter().map(figured).collect(),
        earlier: over.into_iter().map(figured).collect(),
    }
}

/// How many check-ins a team's page shows.
const NEWS: usize = 6;

/// The goals of a team, then those of the teams below it.
fn own_first(scope: &Scope<'_>, team: &str) -> Vec<usize> {
    let mut goals = scope.owners.goals_of_team(team).to_vec();
    // Stable: within a team, the order of the model.
    goals.sort_by_key(|at| {
        scope.model.goals[*at].team.as_deref().map(|team| team.split('/').collect::<Vec<_>>())
    });
    goals
}

/// The teams above a team, the highest first, as crumbs.
fn above(scope: &Scope<'_>, team: &str) -> Vec<(String, String)> {
    let name = |team: &str| scope.model.settings.team_name(team).to_owned();
    let above = with_those_above(team).filter(|above| *above != team);
    above.map(|above| (name(above), link::team_page(above))).collect()
}

/// Whoever owns something in a cycle that is not over, by name.
fn people(scope: &Scope<'_>, team: &str, goals: &[usize], from: &str) -> Vec<Shared<Way>> {
    let lead = scope.model.settings.teams.get(team).and_then(|team| team.lead.as_deref());
    let goals = goals.iter().map(|at| &*scope.model.goals[*at]);
    let current = goals.filter(|goal| goal.window.end >= scope.as_of);
    let handles: BTreeSet<&str> =
        current.flat_map(owners).filter(|own| Some(*own) != lead && scope.is_person(own)).collect();
    let mut people: Vec<Shared<Way>> =
        handles.into_iter().filter_map(|owner| scope.owner(owner, from)).collect();
    people.sort_by(|a, b| a.text.cmp(&b.text));
    people
}

/// The teams below a team, with their figures in the active cycle that ends first among those where it has goals.
fn below(scope: &Scope<'_>, team: &str, from: &str) -> (Option<String>, Vec<TeamRow>) {
    let has_goals = |cycle: &str| scope.teams.contains_key(&(cycle, team));
    let cycle = by_cycle::in_order(scope)
        .into_iter()
        .find(|cycle| cycle.window.contains(scope.as_of) && has_goals(&cycle.id));
    let cycle = cycle.map(|cycle| cycle.id.as_str());
    (
        cycle.map(str::to_owned),
        rows::team_rows(scope, cycle, scope.owners.below(team), from).collect(),
    )
}
