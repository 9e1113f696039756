//! The page of a cycle.

use super::super::link;
use super::super::view::{CyclePage, PageHead};
use super::{Scope, heat, rows};
use crate::rollup::CycleFigures;

/// Makes the page of one cycle.
pub(in crate::render::site) fn page(scope: &Scope<'_>, figures: &CycleFigures) -> CyclePage {
    let cycle = figures.id.as_str();
    let path = link::cycle_page(cycle);
    let description = format!("The goals of {cycle}, by team.");
    CyclePage {
        head: PageHead::new(&path, cycle, &description, &[]),
        cycle: rows::cycle_head(scope, figures, &path),
        teams: rows::team_rows(scope, Some(cycle), scope.teams_of(cycle), &path),
        heat: heat::map(scope, cycle, &path),
        groups: rows::groups(scope, cycle, &path),
    }
}
