//! What can be done about findings: mend them, or allow them and say why.

use gen_lsp_types::{CodeAction, Diagnostic as Shown};

use super::super::snippet::Snippet;
use super::{FIX_ALL, QUICK_FIX, Selection};
use crate::change::Changes;
use crate::check::{self, Subject, fix};
use crate::diagnostic::{Diagnostic, Edit, Fix, Level};
use crate::error::Result;
use crate::load::splice::{keys, toml_string};
use crate::pipeline;
use crate::text::{Span, cut, one_line};

/// What stands for the reason until somebody gives it.
const REASON: &str = "why this is right";

/// The most characters of a text that a title shows.
const MAX_SHOWN: usize = 40;

/// Collects what can be done about the findings of the selection, and of its file.
pub(super) fn actions(place: &Selection<'_>, all: &mut Vec<CodeAction>) {
    if !place.wants(QUICK_FIX) && !place.wants(FIX_ALL) {
        return;
    }
    let findings = place.view.analysis.findings().iter().map(|finding| &**finding);
    let of_file = findings.filter(|finding| finding.primary.place.path == place.file.path);
    let findings: Vec<&Diagnostic> = of_file.collect();
    let here: Vec<&Diagnostic> = findings
        .iter()
        .copied()
        .filter(|finding| place.touches(finding.primary.place.span))
        .collect();
    if place.wants(QUICK_FIX) {
        for finding in &here {
            all.extend(mend(place, finding));
        }
        let mut rules: Vec<&'static str> =
            here.iter().filter(|finding| finding.fix.is_some()).map(|found| found.rule).collect();
        rules.dedup();
        all.extend(rules.into_iter().filter_map(|rule| mend_rule(place, &findings, rule)));
        for finding in &here {
            all.extend(allow(place, finding));
        }
    }
    if place.wants(FIX_ALL) && findings.iter().any(|finding| finding.fix.is_some()) {
        let title = "Fix all that can be fixed in this file".to_owned();
        all.extend(
            mend_all(place, |_| true).and_then(|changes| place.action(title, FIX_ALL, &changes)),
        );
    }
}

/// Mends one finding as `goals check --fix` does; where that is not certain, as was probably meant.
fn mend(place: &Selection<'_>, finding: &Diagnostic) -> Option<CodeAction> {
    let fix = finding.fix.as_ref().or(finding.guess.as_ref())?;
    let chosen = Diagnostic { fix: Some(fix.clone()), ..finding.clone() };
    let applied = fix::apply(&place.view.analysis.workspace.snapshot, [&chosen]);
    let mut changes = place.changes();
    for (path, text) in applied.texts {
        changes.write(&path, text);
    }
    let action = place.action(title(place.file.text, fix), QUICK_FIX, &changes)?;
    let diagnostics = shown(place, finding);
    Some(CodeAction { is_preferred: Some(true), diagnostics, ..action })
}

/// What a fix does, in a few words.
fn title(text: &str, fix: &Fix) -> String {
    let short = |text: &str| cut(&one_line(text.trim()), MAX_SHOWN).into_owned();
    let [Edit { place, with }] = &fix.edits[..] else { return "Fix this".to_owned() };
    let old = short(text.get(place.span.start..place.span.end).unwrap_or_default());
    let new = short(with);
    match (old.is_empty(), new.is_empty()) {
        (false, false) => format!("Replace `{old}` with `{new}`"),
        (true, false) => format!("Insert `{new}`"),
        (false, true) => format!("Remove `{old}`"),
        (true, true) => "Fix this".to_owned(),
    }
}

/// Mends every finding of a rule in the file, where there are several.
fn mend_rule(
    place: &Selection<'_>,
    findings: &[&Diagnostic],
    rule: &'static str,
) -> Option<CodeAction> {
    let is_meant = |finding: &&&Diagnostic| finding.rule == rule && finding.fix.is_some();
    if findings.iter().filter(is_meant).count() < 2 {
        return None;
    }
    let changes = mend_all(place, |finding| finding.rule == rule)?;
    place.action(format!("Fix every `{rule}` in this file"), QUICK_FIX, &changes)
}

/// Mends what is `chosen` of the file, and what shows up then.
fn mend_all<'s>(
    place: &Selection<'s>,
    chosen: impl Fn(&Diagnostic) -> bool,
) -> Option<Changes<'s>> {
    let analysis = place.view.analysis;
    let (history, today) = (analysis.history.as_deref(), analysis.today);
    let of_file = |_: &pipeline::Workspace, findings: &[Diagnostic]| {
        let is_here = |finding: &&Diagnostic| finding.primary.place.path == place.file.path;
        findings.iter().filter(is_here).filter(|finding| chosen(finding)).cloned().collect()
    };
    let fixed = pipeline::fix(&analysis.workspace.snapshot, history, today, today, of_file).ok()?;
    let mut changes = place.changes();
    for (path, text) in fixed.texts {
        changes.write(&path, text);
    }
    Some(changes)
}

/// Allows a finding in the plan that it is about, with room for the reason.
fn allow(place: &Selection<'_>, finding: &Diagnostic) -> Option<CodeAction> {
    // Who has misspelt a word is not to be led to live with it.
    if finding.level == Level::Error || !check::may_be_allowed(finding.rule) {
        return None;
    }
    let subject = check::subject(&place.view.analysis.workspace.model, &finding.primary.place)?;
    let mut changes = place.changes();
    write_allowance(&mut changes, &subject, finding.rule).ok()?;
    let (reason, field) = (toml_string(REASON), Snippet::of("\"").field(REASON).then("\""));
    let of = match subject.key_result {
        Some(id) => format!("`{id}`"),
        None => "this goal".to_owned(),
    };
    let title = format!("Allow `{}` for {of}, with a reason", finding.rule);
    let action = place.action_with_field(title, QUICK_FIX, &changes, Some((&reason, &field)))?;
    Some(CodeAction { diagnostics: shown(place, finding), ..action })
}

fn write_allowance(changes: &mut Changes<'_>, subject: &Subject<'_>, rule: &str) -> Result<()> {
    let Subject { goal, key_result } = *subject;
    let own = goal.plan.key_results.iter().find(|doc| Some(doc.id.as_str()) == key_result);
    let table: Vec<&str> = match own {
        Some(doc) => vec!["key_results", &doc.id],
        None => Vec::new(),
    };
    let allowed = own.map_or(&goal.plan.allow, |doc| &doc.allow);
    let reason = toml_string(REASON);
    changes.change(&goal.path, |text| match allowed.is_empty() {
        true => keys::set_key(text, &table, "allow", &format!("{{ {rule} = {reason} }}")),
        false => {
            let inner: Vec<&str> = table.iter().copied().chain(["allow"]).collect();
            keys::set_key(text, &inner, rule, &reason)
        }
    })
}

/// The finding as the editor shows it.
fn shown(place: &Selection<'_>, finding: &Diagnostic) -> Option<Vec<Shown>> {
    let span: Span = finding.primary.place.span;
    let range = place.file.range(span);
    let is_same =
        |shown: &&Shown| shown.range == range && shown.code == Some(finding.rule.to_owned().into());
    let found: Vec<Shown> = place.shown.iter().filter(is_same).cloned().collect();
    (!found.is_empty()).then_some(found)
}
