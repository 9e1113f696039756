//! Whose check-ins are due, and which.

use std::path::Path;

use crate::cli::names::Named;
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::load::Kind as MeasureKind;
use crate::model::{Goal, Model};
use crate::repo::identity::author_email;
use crate::repo::program::Git;
use crate::rollup::{Rollup, Status};
use crate::text::{did_you_mean, printable};

/// The handle of the person who would commit in `folder`.
///
/// Without a `[people]` table owners are free text: then it is an owner who is called like the address, or like the
/// part of it before the `@`.
///
/// # Errors
///
/// Git knows no address, or nobody has it.
pub(super) fn person(model: &Model, git: &Git, folder: &Path) -> Result<String> {
    let Some(email) = author_email(git, folder) else {
        return Err(Error::new(
            Kind::Git,
            "git knows no e-mail address of yours to find your goals by",
        )
        .hint("set `git config user.email`, or name the person with --owner"));
    };
    if let Some(handle) = model.settings.person_by_email(&email) {
        return Ok(handle.to_owned());
    }
    let local = email.split('@').next().unwrap_or(&email);
    let is_you =
        |owner: &&str| owner.eq_ignore_ascii_case(&email) || owner.eq_ignore_ascii_case(local);
    match owners(model).into_iter().find(is_you).filter(|_| model.settings.people.is_none()) {
        Some(owner) => Ok(owner.to_owned()),
        None => Err(Error::new(
            Kind::Usage,
            format!(
                "nobody in goals.toml has the address `{}` that git knows you by",
                printable(&email)
            ),
        )
        .hint("add it to your `emails` in `[people]`, or name the person with --owner")),
    }
}

/// Refuses an owner whom nothing belongs to.
pub(super) fn known_owner(model: &Model, owner: &str) -> Result<()> {
    let owners = owners(model);
    let is_person = model.settings.people.as_ref().is_some_and(|people| people.contains_key(owner));
    if is_person || owners.contains(&owner) {
        return Ok(());
    }
    let near = did_you_mean(owner, owners.iter().copied());
    let error = Error::new(Kind::Usage, format!("nothing is owned by `{}`", printable(owner)));
    Err(error.hint(near.unwrap_or_else(|| format!("there is {}", owners.join(", ")))))
}

fn owners(model: &Model) -> Vec<&str> {
    let mut owners: Vec<&str> = model
        .goals
        .iter()
        .flat_map(|goal| goal.key_results.iter().filter_map(|kr| kr.owner.as_deref()))
        .collect();
    owners.sort_unstable();
    owners.dedup();
    owners
}

/// The key results of a person, and of the teams that they lead, whose next check-in is late by the cadence that the
/// rules go by; with `all`, every one that can be worked on. In the order of their cycles and goals.
pub(super) fn due(model: &Model, rollup: &Rollup, person: &str, all: bool) -> Vec<Named> {
    let leads = |team: &str| {
        model.settings.teams.get(team).is_some_and(|team| team.lead.as_deref() == Some(person))
    };
    let mut due = Vec::new();
    for (at, (goal, figures)) in model.goals.iter().zip(&rollup.goals).enumerate() {
        if !is_live(goal, rollup.as_of) {
            continue;
        }
        for (position, (key_result, figures)) in
            goal.key_results.iter().zip(&figures.key_results).enumerate()
        {
            let owner = key_result.owner.as_deref();
            let is_theirs = owner.is_some_and(|owner| owner == person || leads(owner));
            let can_be = key_result.window.contains(rollup.as_of)
                && key_result.kind != MeasureKind::Objectives
                && !matches!(figures.status, Status::Draft | Status::Dropped | Status::Achieved);
            if is_theirs && can_be && (all || figures.overdue) {
                due.push((at, Some(position)));
            }
        }
    }
    due
}

fn is_live(goal: &Goal, as_of: Date) -> bool {
    let is_closed = goal.close.as_ref().is_some_and(|close| close.date <= as_of);
    goal.dropped.is_none() && !is_closed
}
