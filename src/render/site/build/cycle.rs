//! The page of a cycle.

use super::super::link;
use super::super::view::{CyclePage, PageHead};
use super::filters::{self, By};
use super::{Scope, heat, rows, scores};
use crate::rollup::CycleFigures;

/// Makes the page of one cycle.
pub(in crate::render::site) fn page(scope: &Scope<'_>, figures: &CycleFigures) -> CyclePage {
    let cycle = figures.id.as_str();
    let path = link::cycle_page(cycle);
    let description = format!("The goals of {cycle}, by team.");
    let mut groups = rows::groups(scope, cycle, &path);
    let keys = groups.iter().flat_map(|group| group.goals.iter().map(|goal| &goal.keys));
    let by = [By::Status, By::Team, By::Owner, By::Tag];
    let filters = filters::of(scope, keys, &by, ("goal", "goals"));
    let shown = groups.iter_mut().flat_map(|group| &mut group.goals);
    filters::trim(&filters, shown.map(|goal| &mut goal.keys));
    CyclePage {
        head: PageHead::new(&path, cycle, &description, &[]),
        cycle: rows::cycle_head(scope, figures, &path),
        teams: rows::team_rows(scope, Some(cycle), scope.teams_of(cycle), &path),
        scores: scores::board(scope, cycle, &path),
        heat: heat::map(scope, cycle, &path),
        no_heat: heat::too_many(scope, cycle),
        filters,
        groups,
    }
}
