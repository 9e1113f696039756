//! `missing-source`: a metric that does not say where its number comes from.

use super::{Context, open};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{Kind, MeasureDoc, Shape};
use crate::model::{Goal, GoalKind};

/// Finds metrics without a source.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for (_, goal) in open::goals(context) {
        if goal.kind == GoalKind::Smart {
            let kind = goal.key_results.first().map(|own| own.kind);
            findings.extend(lacking(goal, None, kind, &goal.plan.shape, &goal.plan.measure));
        }
        for (key_result, doc) in open::key_results(goal) {
            let kind = Some(key_result.kind);
            findings.extend(lacking(goal, Some(&doc.id), kind, &doc.shape, &doc.measure));
        }
    }
}

fn lacking(
    goal: &Goal,
    id: Option<&str>,
    kind: Option<Kind>,
    shape: &Shape,
    measure: &MeasureDoc,
) -> Option<Diagnostic> {
    let is_metric = kind == Some(Kind::Metric) && !shape.invalid.contains(&"kind");
    let empty = measure.source.as_ref().filter(|source| source.value.trim().is_empty());
    if !is_metric || !(empty.is_some() || shape.lacks("source", &measure.source)) {
        return None;
    }
    let message = format!("`{}` does not say where its number comes from", goal.reference.with(id));
    let span = empty.map_or(shape.at, |source| source.span);
    let finding = Diagnostic::new("missing-source", message, Place::new(&goal.path, span));
    Some(finding.help("name the report or the dashboard: source = \"https://…\""))
}
