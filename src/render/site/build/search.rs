//! The page of all goals.

use super::super::figure;
use super::super::link::{self, Href};
use super::super::view::{
    FoundGroup, FoundPlaces, FoundRow, LinkRow, ListKeys, PageHead, SearchPage, StatusText,
};
use super::filters::{self, By};
use super::{Scope, by_cycle, rows, words};
use crate::rollup::CycleFigures;

/// Makes the page of all goals.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> SearchPage {
    let cycles = by_cycle::in_order(scope).into_iter();
    let cycles = cycles.map(|cycle| (cycle, rows::by_team(scope, &cycle.id).concat()));
    let cycles: Vec<_> = cycles.filter(|(_, goals)| !goals.is_empty()).collect();
    let mut keys: Vec<ListKeys> =
        cycles.iter().flat_map(|(_, goals)| goals).map(|at| keys(scope, *at)).collect();
    let by = [By::Status, By::Cycle, By::Team, By::Owner, By::Tag];
    let filters = filters::of(scope, keys.iter(), &by, ("goal", "goals"));
    filters::trim(&filters, keys.iter_mut());
    let mut keys = keys.into_iter();
    let groups = cycles.into_iter();
    let groups = groups.map(|(cycle, goals)| group(scope, cycle, &goals, keys.by_ref())).collect();
    let description = format!("All goals of {}, to be searched.", scope.model.settings.name);
    SearchPage {
        head: PageHead::new(link::SEARCH, "All goals", &description, &[]),
        filters,
        groups,
        places: places(scope),
    }
}

/// The pages of cycles, teams and people, by name.
fn places(scope: &Scope<'_>) -> Vec<FoundPlaces> {
    let settings = &scope.model.settings;
    let cycles = by_cycle::in_order(scope).into_iter();
    let cycles = cycles.map(|cycle| place(&cycle.id, &cycle.id, &link::cycle_page(&cycle.id)));
    let teams = scope.teams().iter();
    let teams = teams.map(|team| place(settings.team_name(team), team, &link::team_page(team)));
    let mut people: Vec<LinkRow> = scope
        .people()
        .iter()
        .map(|person| place(settings.person_name(person), person, &link::person_page(person)))
        .collect();
    people.sort_by_key(|person| person.text.to_lowercase());
    let sorts = [("Cycles", cycles.collect()), ("Teams", teams.collect()), ("People", people)];
    let sorts = sorts.into_iter().filter(|(_, rows)| !rows.is_empty());
    sorts.map(|(name, rows)| FoundPlaces { name: name.to_owned(), rows }).collect()
}

/// A page by its name, with its id beside it where that says more.
fn place(name: &str, id: &str, path: &str) -> LinkRow {
    let text = if name.trim().is_empty() { id } else { name };
    let is_same = text.to_lowercase() == id.to_lowercase();
    LinkRow {
        text: text.to_owned(),
        url: Some(Href::between(link::SEARCH, path)),
        note: (!is_same).then(|| id.to_owned()),
    }
}

/// Goals of a cycle; the next of `keys` are theirs.
fn group(
    scope: &Scope<'_>,
    cycle: &CycleFigures,
    goals: &[usize],
    keys: impl Iterator<Item = ListKeys>,
) -> FoundGroup {
    FoundGroup {
        id: cycle.id.clone(),
        url: Href::between(link::SEARCH, &link::cycle_page(&cycle.id)),
        window: rows::span(cycle.window),
        standing: words::standing(cycle.window, scope.as_of),
        goals: goals.iter().zip(keys).map(|(at, keys)| row(scope, *at, keys)).collect(),
    }
}

/// What a goal is found by; this list is not sorted.
fn keys(scope: &Scope<'_>, at: usize) -> ListKeys {
    let (goal, figures) = scope.goal(at);
    ListKeys { rank: String::new(), ..filters::goal_keys(goal, figures.status, None) }
}

fn row(scope: &Scope<'_>, at: usize, keys: ListKeys) -> FoundRow {
    let (goal, figures) = scope.goal(at);
    let named = goal.key_results.iter().filter(|key_result| key_result.id.is_some());
    let owner = goal.owner.as_deref().filter(|owner| !owner.trim().is_empty());
    FoundRow {
        title: words::goal_title(goal),
        url: Href::between(link::SEARCH, &rows::goal_path(goal)),
        status: StatusText::new(figures.status.word()),
        progress: rows::progress(figures).map(figure::percent),
        cycle: goal.reference.cycle.clone(),
        team: goal.team.as_deref().map(|team| scope.model.settings.team_name(team).to_owned()),
        owner: owner.map(|owner| scope.owner_name(owner)),
        tags: goal.tags.clone(),
        key_results: named.map(words::key_result_title).collect(),
        keys,
    }
}
