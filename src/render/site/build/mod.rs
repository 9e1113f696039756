//! Model, rollup and history to the views of the report: which pages there are, and what each one shows.
//!
//! No figure is computed here that the rollup knows; figures are chosen, ordered and put into words.

mod amendments;
mod by_cycle;
mod changes;
mod calibration;
mod cycle;
mod data;
mod due;
mod feed;
mod filters;
mod findings;
mod forge;
mod goal;
mod heat;
mod index;
mod key_result;
mod made;
mod owners;
mod person;
mod map;
mod records;
mod rows;
mod search;
mod scores;
mod smart;
mod team;
mod words;
mod work;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use super::link::{self, Href};
use super::view::{DateText, SiteInfo};
use crate::check::smart::Card;
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::history::{History, Work, WorkCommit};
use crate::model::{Goal, GoalRef, Model};
use crate::render::findings::Sources;
use crate::repo::{ObjectId, Snapshot};
use crate::rollup::{GoalFigures, Rollup, TeamFigures};
use forge::Forge;
use made::Made;
use owners::Owners;

pub(super) use calibration::page as calibration;
pub(super) use changes::page as changes;
pub(super) use cycle::page as cycle;
pub(super) use data::{badge, events, figures};
pub(super) use feed::feed;
pub(super) use findings::page as findings;
pub(super) use goal::page as goal;
pub(super) use index::page as index;
pub(super) use map::page as map;
pub(super) use person::page as person;
pub(super) use search::page as search;
pub(super) use team::page as team;

/// What the report is made from.
pub struct Input<'a> {
    /// What the files say.
    pub model: &'a Model,
    /// Its figures on `as_of`.
    pub rollup: &'a Rollup,
    /// Every finding on `as_of`, by file and place.
    pub findings: &'a [Diagnostic],
    /// The files that findings point into.
    pub files: &'a Snapshot,
    /// Makes the SMART scorecards of the goal at a position, and of its key results.
    pub cards: &'a (dyn Fn(usize) -> Vec<Card> + Sync),
    /// What the commits tell; nothing without a repository or before its first commit.
    pub history: Option<&'a History>,
    /// The commits that name goals; nothing where they are not to be shown.
    pub work: Option<&'a Work>,
    /// The commit that was read, or the one that the working tree stands on.
    pub revision: Option<ObjectId>,
    /// Whether the working tree was read, and is not as that commit has it.
    pub uncommitted: bool,
    /// The commit that was read; nothing where the working tree was.
    pub read: Option<ObjectId>,
    /// The date that everything is told for.
    pub as_of: Date,
    /// The address of the repository on a forge, `https://…`; nothing where commits have no page.
    pub repository: Option<String>,
    /// Where the workspace lies in the repository: empty, or `some/folder/`.
    pub folder: &'a str,
}

/// What all pages share.
pub(super) fn info(input: &Input<'_>) -> SiteInfo {
    let history = match input.history {
        None => "none",
        Some(history) if history.shallow => "shallow",
        Some(_) => "complete",
    };
    SiteInfo {
        name: input.model.settings.name.clone(),
        as_of: DateText::new(input.as_of),
        revision: input.revision.map(|id| id.short()),
        uncommitted: input.uncommitted,
        history: history.to_owned(),
        feed: input.model.settings.base_url.as_deref().map(|base| Href::under(base, link::FEED)),
        generator: concat!("goals ", env!("CARGO_PKG_VERSION")).to_owned(),
    }
}

/// The input with what several pages look up in it.
pub(super) struct Scope<'a> {
    model: &'a Model,
    pub(super) rollup: &'a Rollup,
    history: Option<&'a History>,
    revision: Option<ObjectId>,
    read: Option<ObjectId>,
    findings: &'a [Diagnostic],
    /// The findings that are about each goal, by its position.
    findings_of: HashMap<usize, Vec<&'a Diagnostic>>,
    /// The files that findings point into.
    sources: Sources<'a>,
    /// For each goal, the commits that name it or one of its key results, the latest first.
    work: HashMap<&'a GoalRef, Vec<&'a WorkCommit>>,
    as_of: Date,
    forge: Option<Forge>,
    folder: &'a str,
    /// The positions of each cycle's goals.
    in_cycle: BTreeMap<&'a str, Vec<usize>>,
    /// The teams of each cycle, by path.
    teams_in: BTreeMap<&'a str, Vec<&'a str>>,
    teams: HashMap<(&'a str, &'a str), &'a TeamFigures>,
    /// The people and the teams, and what is theirs.
    owners: Owners<'a>,
    /// Makes the scorecards of a goal and its key results.
    cards: &'a (dyn Fn(usize) -> Vec<Card> + Sync),
    /// For each goal, the positions of the goals that support it or one of its key results.
    supporters: Vec<Vec<usize>>,
    /// The pieces that many pages show.
    made: Made,
}

impl<'a> Scope<'a> {
    pub(super) fn new(input: &Input<'a>) -> Self {
        let mut in_cycle: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        let mut supporters = vec![Vec::new(); input.model.goals.len()];
        for (at, goal) in input.model.goals.iter().enumerate() {
            in_cycle.entry(&goal.reference.cycle).or_default().push(at);
            for link in &goal.supports {
                if !supporters[link.goal].contains(&at) {
                    supporters[link.goal].push(at);
                }
            }
        }
        let mut teams_in: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for team in &input.rollup.teams {
            teams_in.entry(&team.cycle).or_default().push(&team.id);
        }
        let teams = input.rollup.teams.iter();
        Self {
            model: input.model,
            rollup: input.rollup,
            history: input.history,
            revision: input.revision,
            read: input.read,
            findings: input.findings,
            findings_of: findings::by_goal(input),
            sources: Sources::of(input.findings, input.files),
            work: work::by_goal(input),
            as_of: input.as_of,
            forge: input.repository.as_deref().and_then(Forge::new),
            folder: input.folder,
            owners: Owners::new(input.model),
            in_cycle,
            cards: input.cards,
            teams_in,
            teams: teams.map(|team| ((team.cycle.as_str(), team.id.as_str()), team)).collect(),
            supporters,
            made: Made::default(),
        }
    }

    /// The teams that have a page, by path.
    pub(super) fn teams(&self) -> &[&'a str] {
        &self.owners.teams
    }

    /// The people who have a page, by handle.
    pub(super) fn people(&self) -> &[&'a str] {
        &self.owners.people
    }

    /// A goal and its figures.
    fn goal(&self, at: usize) -> (&'a Goal, &'a GoalFigures) {
        (&self.model.goals[at], &self.rollup.goals[at])
    }

    /// Tells whether so many goals contribute to this one or support it that its page is mostly a list of them.
    pub(super) fn is_shared_by_many(&self, at: usize) -> bool {
        self.model.contributors[at].len() + self.supporters[at].len() > rows::IN_FULL
    }

    /// The positions of a cycle's goals, by id.
    fn goals_of(&self, cycle: &str) -> &[usize] {
        self.in_cycle.get(cycle).map_or(&[], Vec::as_slice)
    }

    /// The teams of a cycle, those above others included.
    fn teams_of(&self, cycle: &str) -> &[&'a str] {
        self.teams_in.get(cycle).map_or(&[], Vec::as_slice)
    }

    /// Tells whether it is known where the report is published.
    pub(super) fn is_published(&self) -> bool {
        self.model.settings.base_url.is_some()
    }

    /// Tells whether people have closed a goal by the report's date.
    fn is_closed(&self, goal: &Goal) -> bool {
        goal.close.as_ref().is_some_and(|close| close.date <= self.as_of)
    }
}
