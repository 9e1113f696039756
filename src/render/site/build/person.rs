//! The page of a person.

use super::super::link;
use super::super::view::{PageHead, PersonPage, Shared, Way};
use super::filters::{self, By};
use super::{Scope, by_cycle, due, records, rows};

/// How many check-ins a person's page shows.
const NEWS: usize = 6;

/// Makes the page of the person with this handle.
pub(in crate::render::site) fn page(scope: &Scope<'_>, person: &str) -> PersonPage {
    let path = link::person_page(person);
    let name = scope.owner_name(person);
    let description = format!("The goals and key results of {name}, and what is due.");
    let goals = scope.owners.goals_of_person(person);
    let is_own = |owner: Option<&str>| owner == Some(person);
    let (mut cycles, mut earlier) = by_cycle::goals(
        scope,
        goals,
        &path,
        |goal| is_own(goal.owner.as_deref()),
        |key_result| is_own(key_result.owner.as_deref()),
    );
    let by = [By::Status, By::Team, By::Tag];
    let keys = by_cycle::keys(&cycles, &earlier);
    let filters = filters::of(scope, keys, &by, ("goal or key result", "goals and key results"));
    filters::trim(&filters, by_cycle::keys_mut(&mut cycles, &mut earlier));
    PersonPage {
        head: PageHead::new(&path, &name, &description, &[]),
        handle: Some(person.to_owned()).filter(|handle| *handle != name),
        name,
        leads: leads(scope, person, &path),
        due: due::rows(scope, goals, is_own, &path),
        checkins: records::news(
            scope,
            goals,
            NEWS,
            |goal, key_result| {
                is_own(key_result.map_or(goal.owner.as_deref(), |one| one.owner.as_deref()))
            },
            &path,
        ),
        filters,
        cycles,
        earlier,
    }
}

/// The teams that a person leads.
fn leads(scope: &Scope<'_>, person: &str, from: &str) -> Vec<Shared<Way>> {
    let settings = &scope.model.settings;
    let led = settings.teams.iter().filter(|(_, team)| team.lead.as_deref() == Some(person));
    led.map(|(team, _)| rows::team_link(scope, team, from)).collect()
}
