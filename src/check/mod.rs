//! The rules: what is judged about goals, each in a file of its own.
//!
//! Mistakes of shape are found where files are read and joined; here they get the level that the
//! workspace gives them, beside the rules that need the whole model, its figures or its history. Adding a rule is one
//! file and one line in [`RULES`].

mod activity_wording;
mod all_due_at_the_end;
mod all_milestones;
mod again;
mod allowances;
mod amounts;
mod backdated_checkin;
mod bare_comparative;
mod business_as_usual;
mod carried_twice;
mod checkin_by_stranger;
mod checkin_outside_window;
mod commits;
mod compound_key_result;
mod confidence_contradicts_pace;
mod confidence_never_moves;
mod context;
mod due_outside_cycle;
mod due_outside_parent;
mod fingerprint;
pub mod fix;
mod flat_while_on_track;
mod future_checkin;
mod goalpost_moved;
mod implausible_jump;
mod judged;
mod key_result_deleted;
mod levels;
mod long_title;
mod memory;
mod missing_ambition;
mod missing_due;
mod missing_owner;
mod missing_source;
mod missing_unit;
mod missing_why;
mod near_duplicate;
mod no_counter_measure;
mod no_measure;
mod no_number;
mod number_in_objective;
mod open;
mod out_of_reach;
mod output_not_outcome;
mod overdue_checkin;
mod past_rewritten;
mod placeholder;
mod rates;
mod relative_target;
mod rules;
mod sandbagging;
pub mod smart;
mod stale_checkin;
mod subject;
mod title_contradicts_measure;
mod too_easy;
mod too_few_key_results;
mod too_many_goals;
mod too_many_key_results;
mod too_many_owners;
mod unaligned;
mod ungraded;
mod unknown_person;
mod vague_wording;
mod wording;
mod words;
mod wrong_side_of_baseline;

pub use again::{Kept, check_again};
pub use allowances::NEVER_ALLOWED;
pub use context::Context;
pub use fingerprint::{Known, Names, fingerprints};
pub use memory::Memory;
pub use rules::{RULES, Rule, find};
pub use subject::{Subject, subject};
pub use words::Words;

use std::borrow::Borrow;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, Level, sort};
use crate::load::SettingsDoc;
use allowances::Allowances;
use levels::Levels;

/// The level of a rule in a workspace with these settings; nothing where it is off.
pub fn level(settings: &SettingsDoc, rule: &str) -> Option<Level> {
    Levels::read(settings, &mut Vec::new()).of(rule)
}

/// Tells whether plans may allow findings of a rule: not what keeps a file from being read, and
/// not what is said of allowances.
pub fn may_be_allowed(rule: &str) -> bool {
    ![allowances::NEVER_ALLOWED, "unused-allow", "expired-allow"].contains(&rule)
}

/// The findings of shape alone: what was found on the way to the model, with its levels and
/// without what is allowed. No rule is run; this is what keeps figures from being complete.
pub fn of_shape(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    judged(context, settings, context.found.to_vec())
}

/// The findings that answer to a letter of SMART: those of shape, and those of the rules that serve
/// one. The other rules are not run.
pub fn of_letters(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    judged(context, settings, found_by(context, |rule| !rule.letters.is_empty()))
}

/// What was found on the way to the model, and then what the wanted rules find, in their order. They
/// are run side by side.
fn found_by(context: &Context<'_>, is_wanted: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
    let wanted = RULES.iter().filter(|rule| is_wanted(rule));
    let checks: Vec<_> = wanted.filter_map(|rule| rule.check).collect();
    let mut findings = context.found.to_vec();
    findings.extend(side_by_side(&checks, context));
    findings
}

/// What rules find, in their order.
fn side_by_side(
    checks: &[fn(&Context<'_>, &mut Vec<Diagnostic>)],
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let of_each: Vec<Vec<Diagnostic>> = checks
        .par_iter()
        .with_max_len(1)
        .map(|check| {
            let mut findings = Vec::new();
            check(context, &mut findings);
            findings
        })
        .collect();
    of_each.into_iter().flatten().collect()
}

/// Findings with their levels, without those that are turned off or allowed.
fn judged(
    context: &Context<'_>,
    settings: &SettingsDoc,
    mut findings: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    levelled(settings, &mut findings);
    let allowances = Allowances::new(context);
    findings.retain(|finding| !allowances.allow(finding));
    findings
}

/// Gives findings their levels, leaves out those that are turned off, and adds what is wrong with the
/// levels.
fn levelled(settings: &SettingsDoc, findings: &mut Vec<Diagnostic>) -> Levels {
    let levels = Levels::read(settings, findings);
    levels.apply(findings);
    levels
}

/// Runs every rule, joins what was found on the way to the model, gives each finding its level,
/// and leaves out what the workspace turned off or its plans allow on that date.
pub fn check(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    let mut findings = found_by(context, |_| true);
    let levels = levelled(settings, &mut findings);
    finished(context, settings, &levels, findings)
}

/// Leaves out of findings that have their levels what is allowed, judges the allowances, and sorts.
fn finished<F: Borrow<Diagnostic> + From<Diagnostic>>(
    context: &Context<'_>,
    settings: &SettingsDoc,
    levels: &Levels,
    mut findings: Vec<F>,
) -> Vec<F> {
    let allowances = Allowances::new(context);
    findings.retain(|finding| !allowances.allow(finding.borrow()));
    let mut of_allowances = Vec::new();
    allowances.report(levels, &mut of_allowances);
    allowances::odd_levels(settings, &mut of_allowances);
    levels.apply(&mut of_allowances);
    let of_allowances = of_allowances.into_iter().filter(|finding| !allowances.allow(finding));
    findings.extend(of_allowances.map(F::from));
    sort(&mut findings);
    findings
}

#[cfg(test)]
mod tests {
    use crate::load::documents;
    use crate::model::{DEFAULT_PLANS, Model, build};
    use crate::repo::Snapshot;

    /// The model of some files.
    pub(super) fn model(files: &[(&str, &str)]) -> Model {
        let snapshot: Snapshot = files.iter().copied().collect();
        build(documents(&snapshot, Default::default(), DEFAULT_PLANS).0).0
    }
}
