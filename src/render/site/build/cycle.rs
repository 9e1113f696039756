//! The page of a cycle.

use super::super::link;
use super::super::view::{CyclePage, ListKeys, PageHead};
use super::filters::{self, By};
use super::{Scope, heat, rows, scores};
use crate::rollup::CycleFigures;

/// Makes the page of one cycle.
pub(in crate::render::site) fn page(scope: &Scope<'_>, figures: &CycleFigures) -> CyclePage {
    let cycle = figures.id.as_str();
    let path = link::cycle_page(cycle);
    let description = format!("The goals of {cycle}, by team.");
    let teams = rows::by_team(scope, cycle);
    let keys = |at: &usize| rows::keys(scope, *at);
    let mut keys: Vec<ListKeys> = teams.iter().flatten().map(keys).collect();
    let by = [By::Status, By::Team, By::Owner, By::Tag];
    let filters = filters::of(scope, keys.iter(), &by, ("goal", "goals"));
    filters::trim(&filters, keys.iter_mut());
    CyclePage {
        head: PageHead::new(&path, cycle, &description, &[]),
        cycle: rows::cycle_head(scope, figures, &path),
        teams: rows::team_rows(scope, Some(cycle), scope.teams_of(cycle), &path).collect(),
        scores: scores::board(scope, cycle, &path),
        heat: heat::map(scope, cycle, &path),
        no_heat: heat::too_many(scope, cycle),
        filters,
        groups: rows::groups(scope, &teams, keys, &path),
    }
}
