//! The goal that one plan describes, as far as its own files tell: without what it is aligned with.

use std::collections::HashMap;
use std::sync::Arc;

use super::measure::{Context, measure};
use super::{Close, Goal, GoalKind, GoalRef, Initiative, KeyResult};
use crate::date::Window;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{KeyResultDoc, Kind, PlanDoc, Spanned};
use crate::text::{Span, as_id, is_id, printable};

/// The goal that `plan` describes, as far as it can be read alone: without links and records.
///
/// History reads the plans of the past with it.
pub fn draft_goal(reference: GoalRef, window: Window, path: &str, plan: PlanDoc) -> Goal {
    let place = GoalPlace { reference, team: None, cycle: window };
    goal(place, path, Arc::new(plan), &mut Vec::new())
}

/// Where a plan stands: whose it is, when it is, and what it is called.
pub(super) struct GoalPlace {
    pub(super) reference: GoalRef,
    pub(super) team: Option<String>,
    pub(super) cycle: Window,
}

/// The goal that stands at a place.
pub(super) fn goal(
    place: GoalPlace,
    path: &str,
    plan: Arc<PlanDoc>,
    findings: &mut Vec<Diagnostic>,
) -> Goal {
    let window = window(place.cycle, &plan.starts, &plan.due, path, findings);
    let smart = plan.key_results_at.is_none() && plan.measure.present.is_some();
    let kind = if smart { GoalKind::Smart } else { GoalKind::Objective };
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    let list =
        |values: &[Spanned<String>]| values.iter().map(|value| value.value.clone()).collect();
    let title = text(&plan.title).unwrap_or_else(|| place.reference.id.clone());
    let owner = text(&plan.owner);
    let key_results = if smart {
        vec![own_measure(&plan, &title, owner.as_deref(), window, path, findings)]
    } else {
        stray_measure(&plan, path, findings);
        let mut read = |doc| key_result(doc, owner.as_deref(), window, path, findings);
        plan.key_results.iter().map(&mut read).collect()
    };
    former_ids_in_use(&plan, path, findings);
    Goal {
        reference: place.reference,
        team: place.team,
        kind,
        title,
        why: text(&plan.why),
        owner,
        ambition: plan.ambition.as_ref().map(|ambition| ambition.value),
        weight: weight(&plan.weight, path, findings),
        tags: list(&plan.tags),
        window,
        draft: plan.draft.as_ref().is_some_and(|draft| draft.value),
        dropped: text(&plan.dropped),
        formerly: list(&plan.formerly),
        continues: text(&plan.continues),
        contributes_to: Vec::new(),
        supports: Vec::new(),
        key_results,
        initiatives: initiatives(&plan),
        close: close(&plan),
        records: Vec::new(),
        record_tables: Vec::new(),
        path: path.to_owned(),
        plan,
    }
}

/// First and last day: the plan's own, else those around it, also where its own cannot be.
fn window(
    around: Window,
    starts: &Option<Spanned<crate::date::Date>>,
    due: &Option<Spanned<crate::date::Date>>,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> Window {
    let start = starts.as_ref().map_or(around.start, |starts| starts.value);
    let end = due.as_ref().map_or(around.end, |due| due.value);
    if start <= end {
        return Window { start, end };
    }
    let (message, span) = match (starts, due) {
        (Some(starts), None) => (format!("starts on {start}, after the end on {end}"), starts.span),
        _ => (
            format!("due on {end}, before the start on {start}"),
            due.as_ref().map(|due| due.span).unwrap_or_default(),
        ),
    };
    let mut finding = Diagnostic::new("bad-date", message, Place::new(path, span));
    if let (Some(starts), Some(_)) = (starts, due) {
        finding = finding.related(Place::new(path, starts.span), "starts here");
    }
    findings.push(finding);
    around
}

fn weight(weight: &Option<Spanned<f64>>, path: &str, findings: &mut Vec<Diagnostic>) -> f64 {
    match weight {
        Some(weight) if weight.value < 0.0 => {
            let message =
                format!("a weight is 0 or more, found {}", crate::text::number(weight.value));
            findings.push(
                Diagnostic::new("bad-weight", message, Place::new(path, weight.span))
                    .help("weight = 0 shows without counting"),
            );
            1.0
        }
        Some(weight) => weight.value,
        None => 1.0,
    }
}

/// The measure of a SMART goal, as its one key result.
fn own_measure(
    plan: &PlanDoc,
    title: &str,
    owner: Option<&str>,
    window: Window,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> KeyResult {
    let context = Context { path, shape: &plan.shape, title: plan.title.as_ref(), window };
    if let Some(kind) = plan.measure.kind.as_ref().filter(|kind| kind.value == Kind::Objectives) {
        let message = "kind `objectives` is for key results, not for a goal's own measure";
        findings.push(
            Diagnostic::new("wrong-type", message, Place::new(path, kind.span))
                .help("remove `kind`: a goal without a measure is told by those that contribute"),
        );
    }
    KeyResult {
        id: None,
        at: plan.shape.at,
        title: title.to_owned(),
        owner: owner.map(str::to_owned),
        kind: plan.measure.kind.as_ref().map_or(Kind::Metric, |kind| kind.value),
        measure: measure(&plan.measure, &context, findings),
        unit: plan.measure.unit.as_ref().map(|unit| unit.value.clone()),
        source: plan.measure.source.as_ref().map(|source| source.value.clone()),
        weight: 1.0,
        window,
        dropped: None,
        formerly: Vec::new(),
        records: Vec::new(),
    }
}

/// A plan has key results or its own measure, never both.
fn stray_measure(plan: &PlanDoc, path: &str, findings: &mut Vec<Diagnostic>) {
    let finding =
        |message: String, at| Diagnostic::new("unknown-key", message, Place::new(path, at));
    match (plan.present(), plan.key_results_at) {
        (None, _) => {}
        (Some(_), None) if plan.shape.broken => {}
        (Some((_, at)), Some(key_results)) => findings.push(
            finding("a plan has key results or its own measure, not both".to_owned(), at)
                .label("the measure of a SMART goal")
                .related(Place::new(path, key_results), "key results")
                .help("move the measure into a key result of its own"),
        ),
        (Some((key, at)), None) => findings.push(
            finding(format!("`{key}` belongs to a measure, and this plan has none"), at)
                .help("give the plan a measure, such as baseline and target, or remove the key"),
        ),
    }
}

fn key_result(
    doc: &KeyResultDoc,
    owner: Option<&str>,
    goal: Window,
    path: &str,
    findings: &mut Vec<Diagnostic>,
) -> KeyResult {
    if !is_id(&doc.id) {
        let message = format!("`{}` is not an id", printable(&doc.id));
        let help = format!("ids are lower-case words joined by hyphens: {}", as_id(&doc.id));
        findings
            .push(Diagnostic::new("bad-id", message, Place::new(path, doc.shape.at)).help(help));
    }
    let window = window(goal, &doc.starts, &doc.due, path, findings);
    let context = Context { path, shape: &doc.shape, title: doc.title.as_ref(), window };
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    KeyResult {
        id: Some(doc.id.clone()),
        at: doc.shape.at,
        title: text(&doc.title).unwrap_or_else(|| doc.id.clone()),
        owner: text(&doc.owner).or_else(|| owner.map(str::to_owned)),
        kind: doc.measure.kind.as_ref().map_or(Kind::Metric, |kind| kind.value),
        measure: measure(&doc.measure, &context, findings),
        unit: text(&doc.measure.unit),
        source: text(&doc.measure.source),
        weight: weight(&doc.weight, path, findings),
        window,
        dropped: text(&doc.dropped),
        formerly: doc.formerly.iter().map(|id| id.value.clone()).collect(),
        records: Vec::new(),
    }
}

fn initiatives(plan: &PlanDoc) -> Vec<Initiative> {
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    plan.initiatives
        .iter()
        .map(|doc| Initiative {
            id: doc.id.value.clone(),
            title: text(&doc.title).unwrap_or_else(|| doc.id.value.clone()),
            owner: text(&doc.owner),
            link: text(&doc.link),
            due: doc.due.as_ref().map(|due| due.value),
            done: doc.done.as_ref().map(|done| done.value),
        })
        .collect()
}

fn close(plan: &PlanDoc) -> Option<Close> {
    let doc = plan.close.as_ref()?;
    Some(Close {
        date: doc.date.as_ref()?.value,
        verdict: doc.verdict.as_ref().map(|verdict| verdict.value),
        score: doc.score.as_ref().map(|score| score.value),
        note: doc.note.as_ref().map(|note| note.value.clone()),
    })
}

/// An id in `formerly` that a key result still has, or that two claim.
fn former_ids_in_use(plan: &PlanDoc, path: &str, findings: &mut Vec<Diagnostic>) {
    if plan.key_results.iter().all(|doc| doc.formerly.is_empty()) {
        return;
    }
    let mut claimed: HashMap<&str, Span> =
        plan.key_results.iter().map(|doc| (doc.id.as_str(), doc.shape.at)).collect();
    for former in plan.key_results.iter().flat_map(|doc| &doc.formerly) {
        if let Some(other) = claimed.insert(&former.value, former.span) {
            findings.push(
                Diagnostic::new(
                    "duplicate-key-result",
                    format!("`{}` is still in use", printable(&former.value)),
                    Place::new(path, former.span),
                )
                .related(Place::new(path, other), "here"),
            );
        }
    }
}
