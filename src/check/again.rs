//! Checking again after little has changed: rules look at the goals that the change can matter to,
//! and what they found in the others is taken as it was.
//!
//! A rule looks at one goal after the other, and what it finds lies in that goal's own files; those
//! that look at several goals at once say so in the list of rules, and are run in full.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Context, Memory, RULES, finished, levelled, side_by_side, subject};
use crate::diagnostic::Diagnostic;
use crate::load::SettingsDoc;

/// What the rules found in each goal, with its level, and before allowances.
#[derive(Debug, Default)]
pub struct Kept {
    /// By the goal's position.
    goals: Vec<Vec<Arc<Diagnostic>>>,
    memory: Arc<Memory>,
}

impl Kept {
    /// What rules remember.
    pub fn memory(&self) -> Arc<Memory> {
        Arc::clone(&self.memory)
    }
}

/// The findings of [`check`](super::check()), with what was `kept` of the last time for the goals that
/// `changed` leaves out; nothing stands for every goal, as it must where the settings changed.
pub fn check_again(
    context: &Context<'_>,
    settings: &SettingsDoc,
    kept: &mut Kept,
    changed: Option<&BTreeSet<usize>>,
) -> Vec<Arc<Diagnostic>> {
    let all = context.model.goals.len();
    let changed = changed.filter(|_| kept.goals.len() == all);
    match changed {
        Some(changed) => changed.iter().for_each(|at| kept.goals[*at].clear()),
        None => kept.goals = vec![Vec::new(); all],
    }
    let near = context.on(changed);
    let checks = |looks_at_all: bool| -> Vec<_> {
        let rules = RULES.iter().filter(|rule| rule.looks_at_all == looks_at_all);
        rules.filter_map(|rule| rule.check).collect()
    };
    let (of_all, mut of_goals) = rayon::join(
        || side_by_side(&checks(true), context),
        || side_by_side(&checks(false), &near),
    );
    let mut findings = context.found.to_vec();
    findings.extend(of_all);
    let levels = levelled(settings, &mut findings);
    levels.apply(&mut of_goals);
    let mut findings: Vec<Arc<Diagnostic>> = findings.into_iter().map(Arc::new).collect();
    let mut loose = Vec::new();
    for finding in of_goals.into_iter().map(Arc::new) {
        let about = subject(context.model, &finding.primary.place);
        match about.and_then(|about| context.model.position(&about.goal.reference)) {
            Some(at) => kept.goals[at].push(finding),
            None => loose.push(finding),
        }
    }
    findings.extend(kept.goals.iter().flatten().cloned());
    if !loose.is_empty() {
        // Whose these are is not known: the next time everything is looked at.
        kept.goals.clear();
        findings.extend(loose);
    }
    finished(context, settings, &levels, findings)
}
