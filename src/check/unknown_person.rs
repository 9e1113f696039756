//! `unknown-person`: an owner who is not in `[people]`, where there is such a table.

use std::collections::BTreeMap;

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;
use crate::model::Person;
use crate::text::{did_you_mean, is_id, printable};

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
                findings.push(finding(&goal.path, owner, people));
            }
        }
    }
}

fn finding(path: &str, owner: &Spanned<String>, people: &BTreeMap<String, Person>) -> Diagnostic {
    let name = printable(&owner.value);
    let add = format!("add [people.{name}] to goals.toml");
    let help = did_you_mean(&owner.value, people.keys().map(String::as_str)).unwrap_or(add);
    let message = format!("`{name}` is not in `[people]`, and no team is called so");
    let fix = certainly(&owner.value, people).map(|handle| vec![(owner.span, handle)]);
    Diagnostic::new("unknown-person", message, Place::new(path, owner.span))
        .help(help)
        .maybe_fix(fix)
}

/// The handle, in quotes, of the one person with this handle in another case, or with this name.
fn certainly(owner: &str, people: &BTreeMap<String, Person>) -> Option<String> {
    let owner = owner.trim();
    let is_same = |(handle, person): &(&String, &Person)| {
        handle.to_lowercase() == owner.to_lowercase() || person.name.as_deref() == Some(owner)
    };
    let mut found = people.iter().filter(is_same);
    let (handle, _) = found.next()?;
    (found.next().is_none() && is_id(handle)).then(|| format!("\"{handle}\""))
}
