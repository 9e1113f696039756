//! The JSON contract of `goals rollup`: versioned, stable, described by a JSON Schema.
//!
//! New keys may come; a change of meaning raises `format_version`. What does not apply is null,
//! never absent.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::history::History;
use crate::load::{Ambition, Kind, Value};
use crate::model::{Goal, GoalKind, KeyResult, Link, Measure, Model};
use crate::repo::ObjectId;
use crate::rollup::{Coverage, GoalFigures, KeyResultFigures, Rollup, Status};

/// The version of the contract.
pub const FORMAT_VERSION: u32 = 1;

/// Every figure of a workspace on one date.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RollupView<'a> {
    /// The version of this contract: 1.
    pub format_version: u32,
    /// The date that the figures are told for, `YYYY-MM-DD`.
    pub as_of: String,
    /// The commit that was read; null where the working tree was.
    pub revision: Option<String>,
    /// How far the history reaches: `complete`, `shallow` or `none`.
    pub history: &'static str,
    /// The cycles that hold goals, by id.
    pub cycles: Vec<CycleView>,
    /// The teams of each cycle, by cycle and path.
    pub teams: Vec<TeamView>,
    /// The goals, by cycle and id.
    #[schemars(with = "Vec<GoalView>")]
    pub goals: GoalViews<'a>,
}

/// The figures of goals, each made when it is asked for: those of thousands are never there at once.
#[derive(Debug, Clone)]
pub struct GoalViews<'a> {
    model: &'a Model,
    rollup: &'a Rollup,
    selection: Selection,
}

impl GoalViews<'_> {
    /// One after another.
    pub fn iter(&self) -> impl Iterator<Item = GoalView> {
        let goals = self.model.goals.iter().zip(&self.rollup.goals);
        let wanted = goals.filter(|(goal, _)| self.selection.holds(goal));
        wanted.map(|(goal, figures)| goal_view(self.model, goal, figures))
    }
}

impl Serialize for GoalViews<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

/// A cycle's figures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CycleView {
    /// The cycle's id.
    pub id: String,
    /// Its first day.
    pub start: String,
    /// Its last day.
    pub end: String,
    /// Weighted mean over its goals, 0 to 1; null where nothing counts.
    pub progress: Option<f64>,
    /// Key results that have a value, and all that count.
    pub coverage: [usize; 2],
    /// Number of goals by status.
    pub statuses: BTreeMap<&'static str, usize>,
}

/// A team's figures in one cycle, sub-teams included.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TeamView {
    /// The cycle's id.
    pub cycle: String,
    /// The team's path.
    pub id: String,
    /// Weighted mean over its goals, 0 to 1; null where nothing counts.
    pub progress: Option<f64>,
    /// Key results that have a value, and all that count.
    pub coverage: [usize; 2],
    /// Number of goals by status.
    pub statuses: BTreeMap<&'static str, usize>,
}

/// A goal's figures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalView {
    /// `<cycle>/<id>`.
    #[serde(rename = "ref")]
    pub reference: String,
    /// `objective` or `smart`.
    pub kind: &'static str,
    /// The team's path; null for a goal of the whole organisation.
    pub team: Option<String>,
    /// The one accountable.
    pub owner: Option<String>,
    /// What it is.
    pub title: String,
    /// `aspirational` or `committed`; null where the plan of an objective does not say.
    pub ambition: Option<&'static str>,
    /// Its weight in its team, its cycle and its parents.
    pub weight: f64,
    /// First day.
    pub start: String,
    /// Last day.
    pub end: String,
    /// Weighted mean over its members, 0 to 1; null where nothing counts.
    pub progress: Option<f64>,
    /// Progress once it is over, or the score given at its close; null before.
    pub score: Option<f64>,
    /// The score under the plan before goalposts moved; null without a history.
    pub score_original: Option<f64>,
    /// `green`, `amber` or `red`; null before it is over.
    pub grade: Option<&'static str>,
    /// The worst of its members' statuses; once it is over, by its score.
    pub status: &'static str,
    /// 0 to 10; null if nobody gave one.
    pub confidence: Option<u8>,
    /// Key results that have a value, and all that count, contributions included.
    pub coverage: [usize; 2],
    /// References of what it contributes to.
    pub contributes_to: Vec<String>,
    /// References of what it supports.
    pub supports: Vec<String>,
    /// Changes to the plan since it landed; null without a history.
    pub amendments: Option<usize>,
    /// Changes to what is measured after the planning grace; null without a history.
    pub goalpost_moves: Option<usize>,
    /// Its key results in the plan's order; of a SMART goal its measure, with a null `id`.
    pub key_results: Vec<KeyResultView>,
}

/// A key result's figures.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct KeyResultView {
    /// Its id; null for the measure of a SMART goal.
    pub id: Option<String>,
    /// `metric`, `threshold`, `milestone`, `binary`, `baseline` or `objectives`.
    pub kind: &'static str,
    /// What it is.
    pub title: String,
    /// Its own owner, else its goal's.
    pub owner: Option<String>,
    /// Its weight in its goal.
    pub weight: f64,
    /// The unit of its values.
    pub unit: Option<String>,
    /// A metric's value at the start.
    #[serde(serialize_with = "plain")]
    pub baseline: Option<f64>,
    /// A metric's value to reach.
    #[serde(serialize_with = "plain")]
    pub target: Option<f64>,
    /// The last recorded value: a number, true or false, or a milestone's id.
    pub value: ValueView,
    /// The date of that value.
    pub value_date: Option<String>,
    /// What the measure makes of the value, unclamped; null while unmeasured.
    pub raw: Option<f64>,
    /// `raw` between 0 and 1; 0 while unmeasured.
    pub progress: f64,
    /// The share of the window that is over, 0 to 1.
    pub elapsed: f64,
    /// Progress expected by now; null for thresholds, binaries and baselines.
    pub expected: Option<f64>,
    /// Progress divided by what is expected; null while nothing can be said.
    pub pace: Option<f64>,
    /// Its status.
    pub status: &'static str,
    /// The latest confidence, 0 to 10.
    pub confidence: Option<u8>,
    /// The date of the last record of any sort.
    pub last_checkin: Option<String>,
    /// Number of records.
    pub checkins: usize,
    /// `raw` at the end at the average rate so far; null where nothing is forecast.
    pub projected: Option<f64>,
    /// The value at the end at that rate.
    pub projected_value: Option<f64>,
    /// The day on which the target is reached at that rate.
    pub eta: Option<String>,
}

/// A recorded value.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum ValueView {
    /// A number.
    Number(#[serde(serialize_with = "plain_number")] f64),
    /// A milestone's id.
    Text(String),
    /// Done or not.
    Bool(bool),
    /// None was recorded.
    Nothing(()),
}

impl From<Option<&Value>> for ValueView {
    fn from(value: Option<&Value>) -> Self {
        match value {
            Some(Value::Number(number)) => Self::Number(*number),
            Some(Value::Text(text)) => Self::Text(text.clone()),
            Some(Value::Bool(done)) => Self::Bool(*done),
            None => Self::Nothing(()),
        }
    }
}

/// Writes a whole number without a fraction, as files have it.
fn plain_number<S: Serializer>(number: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        serializer.serialize_i64(*number as i64)
    } else {
        serializer.serialize_f64(*number)
    }
}

fn plain<S: Serializer>(number: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match number {
        Some(number) => plain_number(number, serializer),
        None => serializer.serialize_none(),
    }
}

/// Which part of a rollup is wanted; nothing means all.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// A cycle's id.
    pub cycle: Option<String>,
    /// A team's path; its sub-teams belong to it.
    pub team: Option<String>,
    /// An owner's handle, of the goal or of one of its key results.
    pub owner: Option<String>,
    /// A tag.
    pub tag: Option<String>,
}

impl Selection {
    /// Tells whether a goal is wanted.
    pub fn holds(&self, goal: &Goal) -> bool {
        let owned = |owner: &String| {
            goal.owner.as_ref() == Some(owner)
                || goal.key_results.iter().any(|kr| kr.owner.as_ref() == Some(owner))
        };
        self.cycle.as_ref().is_none_or(|cycle| goal.reference.cycle == *cycle)
            && self.team.as_ref().is_none_or(|team| goal.is_in_team(team))
            && self.owner.as_ref().is_none_or(owned)
            && self.tag.as_ref().is_none_or(|tag| goal.tags.contains(tag))
    }

    /// Tells whether a team of a cycle is wanted.
    pub fn holds_team(&self, cycle: &str, team: &str) -> bool {
        let below = |wanted: &String| {
            team.strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        self.cycle.as_ref().is_none_or(|wanted| wanted == cycle)
            && self.team.as_ref().is_none_or(below)
    }
}

/// Makes the view of a rollup, as far as it is wanted.
pub fn view<'a>(
    model: &'a Model,
    rollup: &'a Rollup,
    history: Option<&History>,
    revision: Option<ObjectId>,
    selection: &Selection,
) -> RollupView<'a> {
    let cycles = rollup
        .cycles
        .iter()
        .filter(|cycle| selection.cycle.as_ref().is_none_or(|wanted| *wanted == cycle.id));
    let teams = rollup.teams.iter().filter(|team| selection.holds_team(&team.cycle, &team.id));
    RollupView {
        format_version: FORMAT_VERSION,
        as_of: rollup.as_of.to_string(),
        revision: revision.map(|id| id.to_string()),
        history: match history {
            None => "none",
            Some(history) if history.shallow => "shallow",
            Some(_) => "complete",
        },
        cycles: cycles
            .map(|cycle| CycleView {
                id: cycle.id.clone(),
                start: cycle.window.start.to_string(),
                end: cycle.window.end.to_string(),
                progress: cycle.progress,
                coverage: pair(cycle.coverage),
                statuses: counts(&cycle.statuses),
            })
            .collect(),
        teams: teams
            .map(|team| TeamView {
                cycle: team.cycle.clone(),
                id: team.id.clone(),
                progress: team.progress,
                coverage: pair(team.coverage),
                statuses: counts(&team.statuses),
            })
            .collect(),
        goals: GoalViews { model, rollup, selection: selection.clone() },
    }
}

fn pair(coverage: Coverage) -> [usize; 2] {
    [coverage.measured, coverage.all]
}

fn counts(statuses: &BTreeMap<Status, usize>) -> BTreeMap<&'static str, usize> {
    statuses.iter().map(|(status, count)| (status.word(), *count)).collect()
}

fn goal_view(model: &Model, goal: &Goal, figures: &GoalFigures) -> GoalView {
    let references = |links: &[Link]| links.iter().map(|link| reference(model, link)).collect();
    let ambition = match goal.kind {
        GoalKind::Smart => Some(goal.read_ambition()),
        GoalKind::Objective => goal.ambition,
    };
    GoalView {
        reference: goal.reference.to_string(),
        kind: match goal.kind {
            GoalKind::Objective => "objective",
            GoalKind::Smart => "smart",
        },
        team: goal.team.clone(),
        owner: goal.owner.clone(),
        title: goal.title.clone(),
        ambition: ambition.map(Ambition::word),
        weight: goal.weight,
        start: goal.window.start.to_string(),
        end: goal.window.end.to_string(),
        progress: figures.progress,
        score: figures.score,
        score_original: figures.score_original,
        grade: figures.grade.map(crate::rollup::Grade::word),
        status: figures.status.word(),
        confidence: figures.confidence,
        coverage: pair(figures.coverage),
        contributes_to: references(&goal.contributes_to),
        supports: references(&goal.supports),
        amendments: figures.amendments,
        goalpost_moves: figures.goalpost_moves,
        key_results: goal
            .key_results
            .iter()
            .zip(&figures.key_results)
            .map(|(key_result, figures)| key_result_view(key_result, figures))
            .collect(),
    }
}

/// The full reference that a link stands for.
pub fn reference(model: &Model, link: &Link) -> String {
    let goal = &model.goals[link.goal];
    goal.reference.with(link.key_result.and_then(|at| goal.key_results[at].id.as_deref()))
}

fn key_result_view(key_result: &KeyResult, figures: &KeyResultFigures) -> KeyResultView {
    let (baseline, target) = match &key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => (Some(*baseline), Some(*target)),
        _ => (None, None),
    };
    let forecast = figures.forecast;
    KeyResultView {
        id: key_result.id.clone(),
        kind: Kind::word(key_result.kind),
        title: key_result.title.clone(),
        owner: key_result.owner.clone(),
        weight: key_result.weight,
        unit: key_result.unit.clone(),
        baseline,
        target,
        value: figures.value.as_ref().into(),
        value_date: figures.value_date.map(|date| date.to_string()),
        raw: figures.raw,
        progress: figures.progress,
        elapsed: figures.elapsed,
        expected: figures.expected,
        pace: figures.pace,
        status: figures.status.word(),
        confidence: figures.confidence,
        last_checkin: figures.last_checkin.map(|date| date.to_string()),
        checkins: figures.checkins,
        projected: forecast.map(|forecast| forecast.projected),
        projected_value: forecast.map(|forecast| forecast.projected_value),
        eta: forecast.and_then(|forecast| forecast.eta).map(|date| date.to_string()),
    }
}

/// The whole contract as pretty JSON, with a final newline.
pub fn json(view: &RollupView<'_>) -> String {
    pretty(view)
}

/// One goal a line.
pub fn ndjson(view: &RollupView<'_>) -> String {
    super::json_lines(view.goals.iter())
}

/// The JSON Schema of the contract.
pub fn schema() -> String {
    super::schema::of::<RollupView<'_>>()
}

fn pretty(value: &impl Serialize) -> String {
    serde_json::to_string_pretty(value).expect("views are plain data") + "\n"
}
