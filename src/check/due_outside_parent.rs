//! `due-outside-parent`: something that ends after what it belongs to.

use super::{Context, open};
use crate::date::Window;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::KeyResultDoc;
use crate::model::{Goal, KeyResult};

/// Finds key results that end after their goal, milestones that are due after their key result,
/// and goals that end after a goal they count in.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        let Some(cycle) = context.model.cycles.get(&goal.reference.cycle) else { continue };
        for (key_result, doc) in open::key_results(goal) {
            of_key_result(goal, doc, *cycle, findings);
            of_milestones(goal, key_result, doc, findings);
        }
        of_goal(context, goal, findings);
    }
}

/// What lies outside the cycle as well is said by the rule on cycles.
fn of_key_result(goal: &Goal, doc: &KeyResultDoc, cycle: Window, findings: &mut Vec<Diagnostic>) {
    let Some(due) = doc.due.as_ref() else { return };
    if due.value <= goal.window.end || due.value > cycle.end {
        return;
    }
    let message = format!("due on {}, after its goal ends on {}", due.value, goal.window.end);
    let mut finding =
        Diagnostic::new("due-outside-parent", message, Place::new(&goal.path, due.span));
    if let Some(end) = &goal.plan.due {
        finding = finding.related(Place::new(&goal.path, end.span), "the goal ends here");
    }
    findings.push(finding.help(format!("write a day up to {}", goal.window.end)));
}

fn of_milestones(
    goal: &Goal,
    key_result: &KeyResult,
    doc: &KeyResultDoc,
    findings: &mut Vec<Diagnostic>,
) {
    let end = key_result.window.end;
    for step in doc.measure.milestones.iter().flat_map(|steps| &steps.value) {
        if let Some(due) = step.due.as_ref().filter(|due| due.value > end) {
            let message = format!("due on {}, after its key result ends on {end}", due.value);
            findings.push(
                Diagnostic::new("due-outside-parent", message, Place::new(&goal.path, due.span))
                    .help(format!("write a day up to {end}")),
            );
        }
    }
}

fn of_goal(context: &Context<'_>, goal: &Goal, findings: &mut Vec<Diagnostic>) {
    for link in &goal.contributes_to {
        let parent = &context.model.goals[link.goal];
        let key_result = link.key_result.map(|at| &parent.key_results[at]);
        let end = key_result.map_or(parent.window.end, |key_result| key_result.window.end);
        if goal.window.end <= end || !open::is_open(parent, context.as_of) {
            continue;
        }
        let name = parent.reference.with(key_result.and_then(|kr| kr.id.as_deref()));
        let message =
            format!("ends on {}, after `{name}`, in which it counts, on {end}", goal.window.end);
        let at = key_result.map_or(parent.plan.shape.at, |key_result| key_result.at);
        findings.push(
            Diagnostic::new("due-outside-parent", message, Place::new(&goal.path, link.span))
                .related(Place::new(&parent.path, at), format!("ends on {end}"))
                .help(format!("let it end by {end}: due = {end}, or write it under `supports`")),
        );
    }
}
