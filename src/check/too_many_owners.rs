//! `too-many-owners`: a list where one is accountable.

use super::Context;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;

/// Finds owners given as a list.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for goal in context.each_goal() {
        let of_key_results = goal.plan.key_results.iter().filter_map(|kr| kr.owners.as_ref());
        for owners in goal.plan.owners.iter().chain(of_key_results) {
            findings.push(finding(&goal.path, owners));
        }
    }
}

fn finding(path: &str, owners: &Spanned<Vec<String>>) -> Diagnostic {
    let message = match owners.value.len() {
        1 => "a list where one name is meant".to_owned(),
        owners => format!("{owners} owners where one is accountable"),
    };
    let first = owners.value.first().map_or("…", String::as_str);
    Diagnostic::new("too-many-owners", message, Place::new(path, owners.span))
        .help(format!("name one person, or a team: owner = \"{}\"", crate::text::printable(first)))
}
