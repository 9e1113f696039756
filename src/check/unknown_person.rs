//! `unknown-person`: an owner who is not in `[people]`, where there is such a table.

use std::collections::BTreeMap;

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;
use crate::load::splice::{key, toml_string};
use crate::model::Person;
use crate::text::{is_id, nearest, printable};

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
    for goal in context.each_goal() {
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
    let near = || nearest(&owner.value, people.keys().map(String::as_str));
    let meant = called(&owner.value, people).or_else(near);
    let help = match meant {
        Some(handle) => format!("did you mean `{}`?", printable(handle)),
        None => format!("add [people.{}] to goals.toml", key(&owner.value)),
    };
    let message = format!("`{name}` is not in `[people]`, and no team is called so");
    let instead = |handle: &str| vec![(owner.span, toml_string(handle))];
    Diagnostic::new("unknown-person", message, Place::new(path, owner.span))
        .help(help)
        .maybe_fix(certainly(&owner.value, people).map(instead))
        .maybe_guess(meant.map(instead))
}

/// The handle of the one person with this name.
fn called<'a>(owner: &str, people: &'a BTreeMap<String, Person>) -> Option<&'a str> {
    let name = owner.trim().to_lowercase();
    let is_same = |(_, person): &(&String, &Person)| {
        person.name.as_ref().is_some_and(|own| own.to_lowercase() == name)
    };
    let mut found = people.iter().filter(is_same);
    let (handle, _) = found.next()?;
    found.next().is_none().then_some(handle)
}

/// The handle of the one person with this handle in another case, or with this name.
fn certainly<'a>(owner: &str, people: &'a BTreeMap<String, Person>) -> Option<&'a str> {
    let owner = owner.trim();
    let is_same = |(handle, person): &(&String, &Person)| {
        handle.to_lowercase() == owner.to_lowercase() || person.name.as_deref() == Some(owner)
    };
    let mut found = people.iter().filter(is_same);
    let (handle, _) = found.next()?;
    (found.next().is_none() && is_id(handle)).then_some(handle.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_persons_name_stands_for_the_handle() {
        let person = |name: &str| Person { name: Some(name.to_owned()), ..Person::default() };
        let mut people: BTreeMap<String, Person> =
            [("ana".to_owned(), person("Ana Silva"))].into_iter().collect();
        let help = |owner: &str, people: &BTreeMap<String, Person>| {
            let owner = Spanned { value: owner.to_owned(), span: crate::text::Span::default() };
            finding("goals/2026-q4/a.toml", &owner, people).help.expect("a cure")
        };
        assert_eq!(help("Ana Silva", &people), "did you mean `ana`?");
        assert_eq!(help("Zoe Brown", &people), "add [people.\"Zoe Brown\"] to goals.toml");
        people.insert("as".to_owned(), person("Ana Silva"));
        assert_eq!(help("Ana Silva", &people), "add [people.\"Ana Silva\"] to goals.toml");
    }
}
