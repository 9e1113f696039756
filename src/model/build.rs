//! Joins the documents to the model: places, ids, goals with their records, and what belongs to what.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::draft::{self, GoalPlace};
use super::{Goal, GoalRef, Model, Reference, Settings, align, cycle, records};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{
    CHECKINS_SUFFIX, CheckinsDoc, Documents, PlanDoc, SETTINGS_FILE, SettingsDoc, Spanned,
};
use crate::text::{Span, as_id, count, did_you_mean, is_id, printable};

/// What was made of the documents of a workspace, for when most of them are joined again as they were.
#[derive(Debug, Default)]
pub struct Known {
    settings: Option<Settings>,
    goals: Vec<Draft>,
}

/// A goal as far as its own files tell; what it is aligned with is as it was the last time.
#[derive(Debug, Clone)]
struct Draft {
    goal: Arc<Goal>,
    source: Source,
}

/// What a goal was made of beside its plan, and what is wrong there.
#[derive(Debug, Clone)]
struct Source {
    checkins: Option<Arc<CheckinsDoc>>,
    in_plan: Arc<[Diagnostic]>,
    in_checkins: Arc<[Diagnostic]>,
}

/// Builds the model of `documents`, with everything that is wrong between them.
pub fn build(documents: Documents) -> (Model, Vec<Diagnostic>) {
    let (model, _, findings) = join(documents, &Known::default());
    (model, findings)
}

/// The same; a goal whose documents are those that are `known` is shared with the model before. What
/// is known then is this model.
pub fn build_again(documents: Documents, known: &mut Known) -> (Model, Vec<Diagnostic>) {
    let (model, sources, findings) = join(documents, known);
    let goals = model.goals.iter().cloned().zip(sources);
    let goals = goals.map(|(goal, source)| Draft { goal, source }).collect();
    *known = Known { settings: Some(model.settings.clone()), goals };
    (model, findings)
}

/// The model, what each of its goals was made of, and what is wrong.
fn join(documents: Documents, known: &Known) -> (Model, Vec<Source>, Vec<Diagnostic>) {
    let (settings, mut findings) = super::settings(&documents.settings, SETTINGS_FILE);
    let mut places = Places::default();
    let mut drafts: Vec<Draft> = Vec::with_capacity(documents.plans.len());
    let mut lost = Vec::new();
    let checkins = checkins_by_plan(&documents, &mut findings);
    for read in read(&documents.plans, &checkins, &mut places, &settings, known) {
        match read {
            Ok(draft) => drafts.push(draft),
            Err((plan, found)) => {
                lost.extend(plan.contributes_to.iter().cloned());
                findings.extend(found);
            }
        }
    }
    places.report_unknown_cycles(&settings, &documents.settings, &mut findings);
    let drafts = without_duplicates(drafts, &mut lost, &mut findings);
    let (goals, sources): (Vec<Arc<Goal>>, Vec<Source>) =
        drafts.into_iter().map(|draft| (draft.goal, draft.source)).unzip();
    for source in &sources {
        findings.extend(source.in_plan.iter().chain(&*source.in_checkins).cloned());
    }
    findings.extend(former_ids_in_use(&goals));

    let count = goals.len();
    let was_renamed = |goal: &Goal| {
        !goal.formerly.is_empty() || goal.key_results.iter().any(|kr| !kr.formerly.is_empty())
    };
    let renamed = (0..count).filter(|at| was_renamed(&goals[*at])).collect();
    let mut model = Model {
        cycles: cycles(&goals, &settings),
        settings,
        goals,
        order: (0..count).collect(),
        contributors: vec![Vec::new(); count],
        meant: BTreeSet::new(),
        renamed,
    };
    model.meant = meant_by(&lost, &model);
    align::align(&mut model, &places.unplaced, &mut findings);
    (model, sources, findings)
}

/// The cycles of goals that are sorted by cycle.
fn cycles(goals: &[Arc<Goal>], settings: &Settings) -> BTreeMap<String, crate::date::Window> {
    let of_each = goals.chunk_by(|a, b| a.reference.cycle == b.reference.cycle);
    let window = |goals: &[Arc<Goal>]| {
        let id = &goals[0].reference.cycle;
        cycle::window(id, settings).map(|window| (id.clone(), window))
    };
    of_each.filter_map(window).collect()
}

/// A check-ins file with its path.
type Checkins = (Arc<str>, Arc<CheckinsDoc>);

/// The check-ins files by what their path and that of their plan begin with. Records with no plan beside
/// them are reported; where the plan is there and could not be placed, its own finding says enough.
fn checkins_by_plan<'d>(
    documents: &'d Documents,
    findings: &mut Vec<Diagnostic>,
) -> HashMap<&'d str, &'d Checkins> {
    let stem = |file: &'d Checkins| (file.0.strip_suffix(CHECKINS_SUFFIX).unwrap_or(&file.0), file);
    let by_stem: HashMap<&str, &Checkins> = documents.checkins.iter().map(stem).collect();
    let mut alone = by_stem.clone();
    for (path, _) in &documents.plans {
        alone.remove(plan_stem(path));
    }
    let mut alone: Vec<&str> = alone.into_values().map(|(path, _)| &**path).collect();
    alone.sort_unstable();
    findings.extend(alone.into_iter().map(without_plan));
    by_stem
}

fn plan_stem(path: &str) -> &str {
    path.strip_suffix(".toml").unwrap_or(path)
}

/// Records with no plan beside them.
fn without_plan(path: &str) -> Diagnostic {
    let stem = path.strip_suffix(CHECKINS_SUFFIX).unwrap_or(path);
    let message = format!("no plan `{}` beside these records", printable(&format!("{stem}.toml")));
    Diagnostic::new("unknown-key-result", message, Place::new(path, Span::default()))
        .help("rename or move the file together with its plan")
}

/// The goal of a plan; where it has no place the plan, and what is wrong with that.
type Read = Result<Draft, (Arc<PlanDoc>, Vec<Diagnostic>)>;

/// What there is of a plan before it is read.
enum Found<'a> {
    /// The goal that was made of it.
    Known(&'a Draft),
    /// Its place, if it has one, and what is wrong with that.
    New(Option<GoalPlace>, Vec<Diagnostic>),
}

/// Reads each plan with the records beside it, unless that is known.
fn read<'p>(
    plans: &'p [(Arc<str>, Arc<PlanDoc>)],
    checkins: &HashMap<&str, &'p Checkins>,
    places: &mut Places,
    settings: &Settings,
    known: &Known,
) -> Vec<Read> {
    let same_settings = known.settings.as_ref() == Some(settings);
    let drafts = known.goals.iter().filter(|_| same_settings);
    let drafts: HashMap<&str, &Draft> =
        drafts.map(|draft| (draft.goal.path.as_str(), draft)).collect();
    let found = |(path, plan): &'p (Arc<str>, Arc<PlanDoc>)| {
        let checkins = checkins.get(plan_stem(path)).copied();
        let found = match drafts.get(&**path).filter(|draft| draft.is_of(plan, checkins)) {
            Some(draft) => Found::Known(draft),
            None => {
                let mut findings = Vec::new();
                Found::New(places.place(path, settings, &mut findings), findings)
            }
        };
        (path, plan, checkins, found)
    };
    let found: Vec<_> = plans.iter().map(found).collect();
    let read = |(path, plan, checkins, found): (&Arc<str>, _, _, _)| match found {
        Found::Known(draft) => Ok(draft.clone()),
        Found::New(Some(place), findings) => {
            Ok(Draft::read(place, path, Arc::clone(plan), checkins, findings))
        }
        Found::New(None, findings) => Err((Arc::clone(plan), findings)),
    };
    found.into_par_iter().map(read).collect()
}

impl Draft {
    /// Reads the goal of a plan, with its records as far as they fit.
    fn read(
        place: GoalPlace,
        path: &str,
        plan: Arc<PlanDoc>,
        checkins: Option<&Checkins>,
        mut in_plan: Vec<Diagnostic>,
    ) -> Self {
        let mut goal = draft::goal(place, path, plan, &mut in_plan);
        let mut in_checkins = Vec::new();
        if let Some((path, doc)) = checkins {
            records::attach(&mut goal, path, doc, &mut in_checkins);
        }
        let checkins = checkins.map(|(_, doc)| Arc::clone(doc));
        let (in_plan, in_checkins) = (in_plan.into(), in_checkins.into());
        Self { goal: Arc::new(goal), source: Source { checkins, in_plan, in_checkins } }
    }

    /// Tells whether it was made of these documents.
    fn is_of(&self, plan: &Arc<PlanDoc>, checkins: Option<&Checkins>) -> bool {
        let same_checkins = match (&self.source.checkins, checkins) {
            (Some(own), Some((_, doc))) => Arc::ptr_eq(own, doc),
            (own, other) => own.is_none() && other.is_none(),
        };
        same_checkins && Arc::ptr_eq(&self.goal.plan, plan)
    }
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

/// Keeps the first of goals with one id in one cycle; sorts by cycle and id.
///
/// What the others contribute to is `lost`.
fn without_duplicates(
    mut drafts: Vec<Draft>,
    lost: &mut Vec<Spanned<String>>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Draft> {
    drafts
        .sort_by(|a, b| (&a.goal.reference, &a.goal.path).cmp(&(&b.goal.reference, &b.goal.path)));
    let mut kept: Vec<Draft> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let goal = &draft.goal;
        match kept.last().map(|first| &first.goal) {
            Some(first) if first.reference == goal.reference => {
                lost.extend(goal.plan.contributes_to.iter().cloned());
                findings.extend(draft.source.in_plan.iter().cloned());
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
            _ => kept.push(draft),
        }
    }
    kept
}

/// An id in `formerly` that a goal still has, or that two claim.
fn former_ids_in_use(goals: &[Arc<Goal>]) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    if goals.iter().all(|goal| goal.plan.formerly.is_empty()) {
        return findings;
    }
    let at = |goal: &Goal, span| Place::new(&goal.path, span);
    let mut claimed: HashMap<(&str, &str), Place> = HashMap::new();
    for goal in goals {
        let GoalRef { cycle, id } = &goal.reference;
        claimed.insert((cycle, id), at(goal, goal.plan.shape.at));
    }
    for goal in goals {
        for former in &goal.plan.formerly {
            let here = at(goal, former.span);
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
    }
    findings
}
