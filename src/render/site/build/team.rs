//! The page of a team in a cycle.

use super::super::link;
use super::super::view::{PageHead, TeamPage};
use super::{Scope, rows};
use crate::rollup::TeamFigures;

/// Makes the page of one team in one cycle.
pub(in crate::render::site) fn page(scope: &Scope<'_>, figures: &TeamFigures) -> TeamPage {
    let (cycle, team) = (figures.cycle.as_str(), figures.id.as_str());
    let path = link::team_page(cycle, team);
    let name = scope.model.settings.team_name(team);
    let above = team.rsplit_once('/').map(|(above, _)| above);
    let crumbs = rows::crumbs(scope, cycle, above);
    let is_below = |other: &str| other.strip_prefix(team).is_some_and(|rest| rest.starts_with('/'));
    let below: Vec<&str> =
        scope.teams_of(cycle).iter().copied().filter(|other| is_below(other)).collect();
    let cycle_figures = scope.rollup.cycles.iter().find(|known| known.id == cycle);
    let cycle_figures = cycle_figures.expect("a team's cycle has figures");
    let description = format!("The goals of {name} in {cycle}.");
    let title = format!("{name}, {cycle}");
    TeamPage {
        head: PageHead::new(&path, &title, &description, &rows::borrowed(&crumbs)),
        team: rows::team_row(scope, figures, &path),
        cycle: rows::cycle_head(scope, cycle_figures, &path),
        teams: rows::team_rows(scope, cycle, below, &path),
        groups: rows::groups(scope, cycle, Some(team), &path, |goal| goal.is_in_team(team)),
    }
}
