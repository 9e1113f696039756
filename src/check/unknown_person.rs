//! `unknown-person`: an owner who is not in `[people]`, where there is such a table.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;

use crate::text::{did_you_mean, printable};

/// Finds owners that are neither a person of `[people]` nor a team.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let Some(people) = &context.model.settings.people else { return };
    let teams: Vec<&str> = context
        .model
        .cycles
        .keys()
        .flat_map(|cycle| context.model.teams(cycle))
        .chain(context.model.settings.teams.keys().map(String::as_str))
        .collect();
    for goal in &context.model.goals {
        let plan = &goal.plan;
        let owners = plan
            .owner
            .iter()
            .chain(plan.key_results.iter().filter_map(|kr| kr.owner.as_ref()))
            .chain(plan.initiatives.iter().filter_map(|initiative| initiative.owner.as_ref()));
        for owner in owners {
            let unread = context.model.settings.unread.contains("[people")
                || context.model.settings.unread.contains(owner.value.trim());
            let known = unread
                || people.contains_key(&owner.value)
                || teams.contains(&owner.value.as_str());
            if !known {
                findings.push(finding(&goal.path, owner, people.keys().map(String::as_str)));
            }
        }
    }
}

fn finding<'a>(
    path: &str,
    owner: &Spanned<String>,
    people: impl Iterator<Item = &'a str>,
) -> Diagnostic {
    let name = printable(&owner.value);
    let add = format!("add [people.{name}] to goals.toml");
    let help = did_you_mean(&owner.value, people).unwrap_or(add);
    let message = format!("`{name}` is not in `[people]`, and no team is called so");
    Diagnostic::new("unknown-person", message, Place::new(path, owner.span)).help(help)
}
