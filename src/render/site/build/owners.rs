//! Who owns and leads: the people and the teams that have a page, and what is theirs.

use std::collections::{BTreeMap, BTreeSet};

use super::super::link::{self, Href};
use super::super::view::{Shared, Way};
use super::Scope;
use crate::model::{Goal, Model, Settings};

/// The people and the teams of a workspace.
pub(super) struct Owners<'a> {
    /// Who is named in the settings, or owns or leads something, by handle.
    pub(super) people: Vec<&'a str>,
    /// Every team that has goals or is named in the settings, and every team above one; each after the team above it.
    pub(super) teams: Vec<&'a str>,
    /// For each person, the goals that are theirs, or hold something of theirs.
    of_person: BTreeMap<&'a str, Vec<usize>>,
    /// For each team, its goals and those of the teams below it.
    of_team: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Owners<'a> {
    pub(super) fn new(model: &'a Model) -> Self {
        let settings = &model.settings;
        let mut of_person: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut of_team: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, goal) in model.goals.iter().enumerate() {
            for owner in owners(goal) {
                of_person.entry(owner).or_default().push(at);
            }
            for team in goal.team.as_deref().into_iter().flat_map(with_those_above) {
                of_team.entry(team).or_default().push(at);
            }
        }
        let named = settings.people.iter().flat_map(|people| people.keys().map(String::as_str));
        let leads = settings.teams.values().filter_map(|team| team.lead.as_deref());
        let people: BTreeSet<&str> = of_person.keys().copied().chain(named).chain(leads).collect();
        let listed = settings.teams.keys().flat_map(|team| with_those_above(team));
        let teams: BTreeSet<&str> = of_team.keys().copied().chain(listed).collect();
        let mut teams: Vec<&str> = teams.into_iter().filter(|team| !team.is_empty()).collect();
        teams.sort_by(|a, b| a.split('/').cmp(b.split('/')));
        let is_person = |owner: &&str| !owner.trim().is_empty() && !is_team(settings, owner);
        Self { people: people.into_iter().filter(is_person).collect(), teams, of_person, of_team }
    }

    /// The positions of the goals of a person, or that hold something of theirs.
    pub(super) fn goals_of_person(&self, person: &str) -> &[usize] {
        self.of_person.get(person).map_or(&[], Vec::as_slice)
    }

    /// The positions of the goals of a team and of the teams below it.
    pub(super) fn goals_of_team(&self, team: &str) -> &[usize] {
        self.of_team.get(team).map_or(&[], Vec::as_slice)
    }

    /// The teams below a team, each after the team above it.
    pub(super) fn below(&self, team: &str) -> &[&'a str] {
        // They follow it, one behind the other.
        let after = self.teams.partition_point(|other| other.split('/').le(team.split('/')));
        let below = self.teams[after..].iter().take_while(|other| is_below(other, team)).count();
        &self.teams[after..after + below]
    }
}

impl Scope<'_> {
    /// Whoever owns or leads something, with a link to their page; nothing for a blank name.
    pub(super) fn owner(&self, owner: &str, from: &str) -> Option<Shared<Way>> {
        if owner.trim().is_empty() {
            return None;
        }
        Some(self.made.owners.get(from, owner, || {
            let page = match is_team(&self.model.settings, owner) {
                true => link::team_page(owner),
                false => link::person_page(owner),
            };
            Way { text: self.owner_name(owner), url: Href::between(from, &page) }
        }))
    }

    /// The name that pages show for whoever owns or leads something: a person's, else a team's.
    pub(super) fn owner_name(&self, owner: &str) -> String {
        let settings = &self.model.settings;
        match is_team(settings, owner) {
            true => settings.team_name(owner).to_owned(),
            false => settings.person_name(owner).to_owned(),
        }
    }

    /// Tells whether an owner is a person, not a team.
    pub(super) fn is_person(&self, owner: &str) -> bool {
        !is_team(&self.model.settings, owner)
    }

    /// Who leads a team.
    pub(super) fn lead(&self, team: &str, from: &str) -> Option<Shared<Way>> {
        let lead = self.model.settings.teams.get(team).and_then(|team| team.lead.as_deref());
        lead.and_then(|lead| self.owner(lead, from))
    }
}

/// Tells whether an owner is a team: listed as one, and not as a person.
fn is_team(settings: &Settings, owner: &str) -> bool {
    let is_person = settings.people.as_ref().is_some_and(|people| people.contains_key(owner));
    !is_person && settings.teams.contains_key(owner)
}

/// Tells whether `team` stands below `above`.
pub(super) fn is_below(team: &str, above: &str) -> bool {
    team.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

/// Everyone who owns a goal, one of its key results or one of its initiatives; each once.
pub(super) fn owners(goal: &Goal) -> BTreeSet<&str> {
    let key_results = goal.key_results.iter().filter_map(|key_result| key_result.owner.as_deref());
    let initiatives = goal.initiatives.iter().filter_map(|work| work.owner.as_deref());
    goal.owner.as_deref().into_iter().chain(key_results).chain(initiatives).collect()
}

/// A team after the teams above it, the highest first.
pub(super) fn with_those_above(team: &str) -> impl Iterator<Item = &str> {
    let ends = team.match_indices('/').map(|(at, _)| at).chain([team.len()]);
    ends.map(|end| &team[..end])
}
