//! Builds the model from the documents: places, ids, dates, goals, and what belongs to what.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::measure::{Context, measure};
use super::{
    Close, Goal, GoalKind, GoalRef, Initiative, KeyResult, Model, Reference, Settings, align,
    cycle, records,
};
use crate::date::Window;
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{
    CHECKINS_SUFFIX, CheckinsDoc, Documents, KeyResultDoc, Kind, PlanDoc, SETTINGS_FILE,
    SettingsDoc, Spanned,
};
use crate::text::{Span, as_id, count, did_you_mean, is_id, printable};

/// Builds the model of `documents`, with everything that is wrong between them.
pub fn build(documents: Documents) -> (Model, Vec<Diagnostic>) {
    let (settings, mut findings) = super::settings(&documents.settings, SETTINGS_FILE);
    let mut places = Places::default();
    let plans: HashSet<String> = documents.plans.iter().map(|(path, _)| path.clone()).collect();
    let mut goals: Vec<Goal> = Vec::with_capacity(documents.plans.len());
    let mut lost = Vec::new();
    for (read, found) in drafts(documents.plans, &mut places, &settings) {
        findings.extend(found);
        match read {
            Ok(goal) => goals.push(goal),
            Err(plan) => lost.extend(plan.contributes_to.iter().cloned()),
        }
    }
    places.report_unknown_cycles(&settings, &documents.settings, &mut findings);
    let mut goals = without_duplicates(goals, &mut lost, &mut findings);
    attach(documents.checkins, &mut goals, &plans, &mut findings);
    findings.extend(former_ids_in_use(&goals));

    let cycles = goals
        .iter()
        .filter_map(|goal| {
            let id = goal.reference.cycle.clone();
            cycle::window(&id, &settings).map(|window| (id, window))
        })
        .collect();
    let index: HashMap<GoalRef, usize> =
        goals.iter().enumerate().map(|(at, goal)| (goal.reference.clone(), at)).collect();
    let count = goals.len();
    let mut model = Model {
        settings,
        cycles,
        goals,
        order: (0..count).collect(),
        contributors: vec![Vec::new(); count],
        meant: BTreeSet::new(),
        index,
    };
    model.meant = meant_by(&lost, &model);
    align::align(&mut model, &places.unplaced, &mut findings);
    (model, findings)
}

/// The goal of a plan, or the plan where it has no place, with what is wrong with it.
type Draft = (Result<Goal, Arc<PlanDoc>>, Vec<Diagnostic>);

/// The draft of each plan.
fn drafts(
    plans: Vec<(String, Arc<PlanDoc>)>,
    places: &mut Places,
    settings: &Settings,
) -> Vec<Draft> {
    let placed = |(path, plan): (String, Arc<PlanDoc>)| {
        let mut findings = Vec::new();
        let place = places.place(&path, settings, &mut findings);
        (place, path, plan, findings)
    };
    let placed: Vec<_> = plans.into_iter().map(placed).collect();
    let read = |(place, path, plan, mut findings): (Option<GoalPlace>, _, _, _)| match place {
        Some(place) => (Ok(goal(place, path, plan, &mut findings)), findings),
        None => (Err(plan), findings),
    };
    placed.into_par_iter().map(read).collect()
}

/// The goals that plans which are not in the model were to contribute to.
fn meant_by(references: &[Spanned<String>], model: &Model) -> BTreeSet<usize> {
    let parsed: Vec<Reference> =
        references.iter().filter_map(|text| Reference::parse(&text.value)).collect();
    if parsed.is_empty() {
        return BTreeSet::new();
    }
    let is_meant = |goal: &Goal| {
        parsed.iter().any(|reference| {
            let cycle = reference.cycle.as_ref().is_none_or(|cycle| *cycle == goal.reference.cycle);
            cycle && reference.goal == goal.reference.id
        })
    };
    (0..model.goals.len()).filter(|at| is_meant(&model.goals[*at])).collect()
}

/// The goal that `plan` describes, as far as it can be read alone: without links and records.
///
/// History reads the plans of the past with it.
pub fn draft_goal(reference: GoalRef, window: Window, path: &str, plan: PlanDoc) -> Goal {
    let place = GoalPlace { reference, team: None, cycle: window };
    goal(place, path.to_owned(), Arc::new(plan), &mut Vec::new())
}

/// Where a plan stands: whose it is, when it is, and what it is called.
struct GoalPlace {
    reference: GoalRef,
    team: Option<String>,
    cycle: Window,
}

/// Reads paths, and remembers what could not be placed.
#[derive(Default)]
struct Places {
    /// Ids of goals that could not be placed, so that references to them are not reported too.
    unplaced: Vec<String>,
    /// Folders that are no cycle, with the files below them.
    unknown_cycles: BTreeMap<String, Vec<String>>,
}

impl Places {
    /// Reads `goals/<cycle>/<team…>/<id>.toml`.
    fn place(
        &mut self,
        path: &str,
        settings: &Settings,
        findings: &mut Vec<Diagnostic>,
    ) -> Option<GoalPlace> {
        let inside = path.strip_prefix(&settings.plans)?.strip_prefix('/')?;
        let stem = inside.strip_suffix(CHECKINS_SUFFIX).or_else(|| inside.strip_suffix(".toml"))?;
        let mut parts: Vec<&str> = stem.split('/').collect();
        let id = parts.pop()?;
        let here = Place::new(path, Span::default());
        let Some((cycle_id, team)) = parts.split_first() else {
            let message = "a plan lies in the folder of its cycle".to_owned();
            let help = format!("move it to {}/<cycle>/{id}.toml", settings.plans);
            findings.push(Diagnostic::new("bad-path", message, here).help(help));
            self.unplaced.push(id.to_owned());
            return None;
        };
        let Some(cycle) = cycle::window(cycle_id, settings) else {
            self.unknown_cycles.entry((*cycle_id).to_owned()).or_default().push(path.to_owned());
            self.unplaced.push(id.to_owned());
            return None;
        };
        for part in team.iter().filter(|part| !is_id(part)) {
            let message = format!("`{}` is not a team's id", printable(part));
            let help = format!("rename the folder: {}", as_id(part));
            findings.push(Diagnostic::new("bad-path", message, here.clone()).help(help));
        }
        if !is_id(id) {
            let message = format!("`{}` is not an id", printable(id));
            let help = format!(
                "ids are lower-case words joined by hyphens; rename the file: {}.toml",
                as_id(id)
            );
            findings.push(Diagnostic::new("bad-id", message, here).help(help));
            self.unplaced.push(id.to_owned());
            return None;
        }
        let team = (!team.is_empty()).then(|| team.join("/"));
        Some(GoalPlace { reference: GoalRef::new(*cycle_id, id), team, cycle })
    }

    /// One finding for each folder, not for each file in it; none where the settings mean to
    /// declare the cycle, and what is wrong with that is a finding there.
    fn report_unknown_cycles(
        &self,
        settings: &Settings,
        doc: &SettingsDoc,
        findings: &mut Vec<Diagnostic>,
    ) {
        let declared = |folder: &str| {
            doc.cycles.iter().any(|cycle| cycle.id.value == folder) || doc.unread.contains(folder)
        };
        for (folder, paths) in self.unknown_cycles.iter().filter(|(folder, _)| !declared(folder)) {
            let message = format!("`{}` is not a cycle", printable(folder));
            let mut finding =
                Diagnostic::new("unknown-cycle", message, Place::new(&paths[0], Span::default()));
            if paths.len() > 1 {
                finding = finding.label(format!(
                    "and {} in the same folder",
                    count(paths.len() - 1, "more plan")
                ));
            }
            let near = did_you_mean(folder, settings.cycles.keys().map(String::as_str));
            let declare = format!(
                "name the folder like 2026, 2026-h1, 2026-q4, 2026-11 or 2026-w46, or declare [cycles.{}] in {SETTINGS_FILE}",
                as_id(folder)
            );
            findings.push(finding.help(near.unwrap_or(declare)));
        }
    }
}

fn goal(
    place: GoalPlace,
    path: String,
    plan: Arc<PlanDoc>,
    findings: &mut Vec<Diagnostic>,
) -> Goal {
    let window = window(place.cycle, &plan.starts, &plan.due, &path, findings);
    let smart = plan.key_results_at.is_none() && plan.measure.present.is_some();
    let kind = if smart { GoalKind::Smart } else { GoalKind::Objective };
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.value.clone());
    let list =
        |values: &[Spanned<String>]| values.iter().map(|value| value.value.clone()).collect();
    let title = text(&plan.title).unwrap_or_else(|| place.reference.id.clone());
    let owner = text(&plan.owner);
    let key_results = if smart {
        vec![own_measure(&plan, &title, owner.as_deref(), window, &path, findings)]
    } else {
        stray_measure(&plan, &path, findings);
        let mut read = |doc| key_result(doc, owner.as_deref(), window, &path, findings);
        plan.key_results.iter().map(&mut read).collect()
    };
    Goal {
        reference: place.reference,
        team: place.team,
        kind,
        title,
        why: text(&plan.why),
        owner,
        ambition: plan.ambition.as_ref().map(|ambition| ambition.value),
        weight: weight(&plan.weight, &path, findings),
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
        path,
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

/// Keeps the first of goals with one id in one cycle; sorts by cycle and id.
///
/// What the others contribute to is `lost`.
fn without_duplicates(
    mut goals: Vec<Goal>,
    lost: &mut Vec<Spanned<String>>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Goal> {
    goals.sort_by(|a, b| (&a.reference, &a.path).cmp(&(&b.reference, &b.path)));
    let mut kept: Vec<Goal> = Vec::with_capacity(goals.len());
    for goal in goals {
        match kept.last() {
            Some(first) if first.reference == goal.reference => {
                lost.extend(goal.plan.contributes_to.iter().cloned());
                findings.push(
                    Diagnostic::new(
                        "duplicate-goal",
                        format!(
                            "`{}` is already the id of another goal in {}",
                            goal.reference.id, goal.reference.cycle
                        ),
                        Place::new(&goal.path, goal.plan.shape.at),
                    )
                    .related(Place::new(&first.path, first.plan.shape.at), "the other goal")
                    .help("ids are unique in a cycle, across teams: rename one of the two files"),
                );
            }
            _ => kept.push(goal),
        }
    }
    kept
}

/// Gives the records of each check-ins file to the plan beside it.
fn attach(
    files: Vec<(String, Arc<CheckinsDoc>)>,
    goals: &mut [Goal],
    plans: &HashSet<String>,
    findings: &mut Vec<Diagnostic>,
) {
    let mut by_path: HashMap<String, &mut Goal> =
        goals.iter_mut().map(|goal| (goal.checkins_path(), goal)).collect();
    let with_goal = |(path, doc): (String, Arc<CheckinsDoc>)| (by_path.remove(&path), path, doc);
    let files: Vec<_> = files.into_iter().map(with_goal).collect();
    let attach = |(goal, path, doc): (Option<&mut Goal>, String, Arc<CheckinsDoc>)| {
        let mut found = Vec::new();
        match goal {
            Some(goal) => records::attach(goal, &path, &doc, &mut found),
            None => found.extend(without_plan(&path, plans)),
        }
        found
    };
    let found: Vec<Vec<Diagnostic>> = files.into_par_iter().map(attach).collect();
    findings.extend(found.into_iter().flatten());
}

/// Records with no plan beside them.
fn without_plan(path: &str, plans: &HashSet<String>) -> Option<Diagnostic> {
    let stem = path.strip_suffix(CHECKINS_SUFFIX).unwrap_or(path);
    let plan = format!("{stem}.toml");
    // If the plan is there and could not be placed, its own finding says enough.
    (!plans.contains(&plan)).then(|| {
        let message = format!("no plan `{}` beside these records", printable(&plan));
        let place = Place::new(path, Span::default());
        Diagnostic::new("unknown-key-result", message, place)
            .help("rename or move the file together with its plan")
    })
}

/// An id in `formerly` that a goal or key result still has, or that two claim.
fn former_ids_in_use(goals: &[Goal]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut claimed: HashMap<(&str, &str), Place> = HashMap::new();
    for goal in goals {
        claimed.insert(
            (&goal.reference.cycle, &goal.reference.id),
            Place::new(&goal.path, goal.plan.shape.at),
        );
    }
    for goal in goals {
        for former in &goal.plan.formerly {
            let here = Place::new(&goal.path, former.span);
            match claimed.get(&(goal.reference.cycle.as_str(), former.value.as_str())) {
                Some(other) => findings.push(
                    Diagnostic::new(
                        "duplicate-goal",
                        format!("`{}` is still in use", printable(&former.value)),
                        here,
                    )
                    .related(other.clone(), "here"),
                ),
                None => {
                    claimed.insert((&goal.reference.cycle, &former.value), here);
                }
            }
        }
        findings.extend(former_key_results_in_use(goal));
    }
    findings
}

fn former_key_results_in_use(goal: &Goal) -> Vec<Diagnostic> {
    let mut claimed: HashMap<&str, Span> =
        goal.plan.key_results.iter().map(|doc| (doc.id.as_str(), doc.shape.at)).collect();
    let mut findings = Vec::new();
    for former in goal.plan.key_results.iter().flat_map(|doc| &doc.formerly) {
        if let Some(other) = claimed.insert(&former.value, former.span) {
            findings.push(
                Diagnostic::new(
                    "duplicate-key-result",
                    format!("`{}` is still in use", printable(&former.value)),
                    Place::new(&goal.path, former.span),
                )
                .related(Place::new(&goal.path, other), "here"),
            );
        }
    }
    findings
}
