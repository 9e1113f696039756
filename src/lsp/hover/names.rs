//! What is told of a rule, of a person and of a piece of work.

use crate::check;
use crate::lsp::analysis::Analysis;
use crate::model::Initiative;
use crate::render::gfm::{code, plain};
use crate::text::count;

/// A rule's page.
pub(super) fn rule(name: &str) -> Option<String> {
    check::find(name).map(|rule| rule.page.to_owned())
}

/// A piece of work: whose it is, where it is followed, and when it is done.
pub(super) fn initiative(analysis: &Analysis, initiative: &Initiative) -> String {
    let settings = &analysis.workspace.model.settings;
    let owner = initiative.owner.as_deref().map(|owner| plain(settings.person_name(owner)));
    let when = match (initiative.done, initiative.due) {
        (Some(done), _) => Some(format!("done on {done}")),
        (None, Some(due)) => Some(format!("due on {due}")),
        (None, None) => None,
    };
    let link = initiative.link.as_deref().map(plain);
    let parts: Vec<String> = [owner, when, link].into_iter().flatten().collect();
    let title = plain(initiative.title.trim());
    format!("**{title}** {}\n\n{}\n", code(&initiative.id), parts.join(" · "))
}

/// Who a handle is, and what that person or team is accountable for.
pub(super) fn person(analysis: &Analysis, handle: &str) -> Option<String> {
    let model = &analysis.workspace.model;
    let is_known = model.settings.people.as_ref().is_some_and(|people| people.contains_key(handle));
    let owns = |owner: &Option<String>| owner.as_deref() == Some(handle);
    let goals = model.goals.iter().filter(|goal| owns(&goal.owner)).count();
    let key_results = model.goals.iter().flat_map(|goal| &goal.key_results);
    let key_results = key_results.filter(|kr| kr.id.is_some() && owns(&kr.owner)).count();
    if !is_known && goals == 0 && key_results == 0 {
        return None;
    }
    let name = model.settings.person_name(handle);
    let (goals, key_results) = (count(goals, "goal"), count(key_results, "key result"));
    Some(format!(
        "**{}** {}\n\naccountable for {goals} and {key_results}\n",
        plain(name),
        code(handle)
    ))
}
