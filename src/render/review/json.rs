//! A review for programs: a JSON document of a fixed, versioned shape.

use schemars::JsonSchema;
use serde::Serialize;

use crate::history::FieldChange;
use crate::model::Record;
use crate::render::contract::ValueView;
use crate::render::events::FieldView;
use crate::render::findings::written;
use crate::repo::ObjectId;
use crate::review::{
    Alteration, Author, Cause, CheckIn, Found, Goalpost, Move, NewGoal, QUESTIONS, Review,
    Rewritten, Scope, Share,
};

/// The version of the shape. It goes up when a member goes away or changes its meaning; new
/// members may come without that.
pub const FORMAT_VERSION: u32 = 1;

/// What changed, and what it moves.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewView {
    /// Version of this shape: 1.
    pub format_version: u32,
    /// The date that the figures of both sides are told for.
    pub as_of: String,
    /// The commit before the change; null where there was none.
    pub base: Option<String>,
    /// The commit after the change; null for the working tree and the index.
    pub head: Option<String>,
    /// Whether anything changed at all.
    pub changed: bool,
    /// Cycles, then teams, then goals whose figures differ, each by size.
    pub moves: Vec<MoveView>,
    /// Records that appeared, or were taken back.
    pub checkins: Vec<CheckInView>,
    /// Changes to what is measured, after the planning grace.
    pub goalposts: Vec<GoalpostView>,
    /// Records that no longer say what they said, or are gone.
    pub rewritten: Vec<RewrittenView>,
    /// What else changed in plans and settings.
    pub structure: Vec<AlterationView>,
    /// Findings that the change brings, and those it mends.
    pub findings: FindingsView,
    /// New goals, and what to ask of each.
    pub questions: QuestionsView,
}

/// A figure that differs.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoveView {
    /// What it is: `cycle`, `team` or `goal`.
    #[schemars(extend("enum" = ["cycle", "team", "goal"]))]
    pub kind: &'static str,
    /// The cycle's id.
    pub cycle: String,
    /// Of a team, its path.
    pub team: Option<String>,
    /// Of a goal, its reference.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Of a goal, its title.
    pub title: Option<String>,
    /// Progress before, 0 to 1; null where nothing counted.
    pub before: Option<f64>,
    /// Progress after.
    pub after: Option<f64>,
    /// `after` less `before`; null where one of them is.
    pub difference: Option<f64>,
    /// Of a goal, its status before.
    pub status_before: Option<&'static str>,
    /// Of a goal, its status after.
    pub status_after: Option<&'static str>,
    /// What the difference is made of, the largest part first; the effects add up to it.
    pub causes: Vec<CauseView>,
}

/// The part that one member has in a difference.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CauseView {
    /// The member: a key result or a goal.
    #[serde(rename = "ref")]
    pub reference: String,
    /// By how much it moved the whole, as a share of 1.
    pub effect: f64,
    /// What it was; null if it did not count.
    pub before: Option<ShareView>,
    /// What it is; null if it does not count any more.
    pub after: Option<ShareView>,
}

/// A member's weight and progress.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ShareView {
    /// Its weight.
    pub weight: f64,
    /// Its part in the weight of all members, 0 to 1.
    pub part: f64,
    /// Its progress, 0 to 1.
    pub progress: f64,
}

/// Who changed something, and when.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AuthorView {
    /// The commit.
    pub commit: String,
    /// The author's handle in `[people]`, else the name.
    pub name: String,
    /// The day on the author's own calendar.
    pub date: String,
}

/// A record that appeared, or was taken back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckInView {
    /// The goal or key result.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The record's date, with its time if it has one.
    pub date: String,
    /// Whether it counts for nothing.
    pub void: bool,
    /// The last value dated before it.
    pub previous: ValueView,
    /// The value recorded.
    pub value: ValueView,
    /// The unit of both.
    pub unit: Option<String>,
    /// Progress by the records dated before it, 0 to 1; null while unmeasured.
    pub progress_before: Option<f64>,
    /// Progress by those and this one.
    pub progress: Option<f64>,
    /// The confidence recorded, 0 to 10.
    pub confidence: Option<u8>,
    /// The note recorded.
    pub note: Option<String>,
    /// Who took the value, where that was not the commit's author.
    pub by: Option<String>,
    /// Who committed it; null while it is not committed, or where that is not known.
    pub author: Option<AuthorView>,
    /// Days from its date to the day on which it was committed.
    pub lag_days: Option<i64>,
}

/// A change to what is measured, after the planning grace.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GoalpostView {
    /// The goal or key result.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// What was changed, and from what to what.
    pub field: FieldView,
    /// The day on which it was changed.
    pub date: String,
    /// Which day of the goal's time that is, from 1.
    pub day: i64,
    /// How many days the goal's time has.
    pub days: i64,
    /// The goal's progress under the plan before, 0 to 1; once it is over, its score.
    pub under_old: Option<f64>,
    /// The goal's progress under the plan after.
    pub under_new: Option<f64>,
    /// Who committed it; null while it is not committed, or where that is not known.
    pub author: Option<AuthorView>,
}

/// A record that no longer says what it said, or is gone.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RewrittenView {
    /// The goal or key result.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The record's date, with its time if it has one.
    pub date: String,
    /// What it said.
    pub before: RecordView,
    /// What it says; null if it is gone.
    pub after: Option<RecordView>,
    /// Who committed that; null while it is not committed, or where that is not known.
    pub author: Option<AuthorView>,
}

/// What a record says.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordView {
    /// Its value.
    pub value: ValueView,
    /// Its confidence, 0 to 10.
    pub confidence: Option<u8>,
    /// Its note.
    pub note: Option<String>,
    /// Who took the value.
    pub by: Option<String>,
    /// Whether it counts for nothing.
    pub void: bool,
}

/// Something that changed in a plan or in the settings.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AlterationView {
    /// What happened: `added`, `removed`, `dropped`, `closed`, `reopened`, `renamed`, `moved team`,
    /// `re-aligned`, `re-owned`, `retitled`, `amended` or `settings`.
    pub change: &'static str,
    /// The goal or key result; null for the settings.
    #[serde(rename = "ref")]
    pub reference: Option<String>,
    /// Its title; of the settings their file.
    pub title: String,
    /// The fields that changed.
    pub fields: Vec<FieldView>,
}

/// Findings that a change brings, and those it mends.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingsView {
    /// Those that are there after the change only.
    pub brought: Vec<FoundView>,
    /// Those that were there before it only.
    pub mended: Vec<FoundView>,
}

/// A finding.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FoundView {
    /// Name of the rule.
    pub rule: &'static str,
    /// `error`, `warning` or `info`.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    pub level: &'static str,
    /// What was found and what was expected.
    pub message: String,
    /// A command or an edit that mends it.
    pub help: Option<String>,
    /// File at fault, from the workspace's root, on the side that has the finding.
    pub path: String,
    /// Line, from 1; null for a file without text.
    pub line: Option<usize>,
    /// Column, from 1, in characters.
    pub column: Option<usize>,
    /// By what it is known again: 32 hexadecimal digits.
    pub fingerprint: String,
}

/// New goals, and what to ask of each.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct QuestionsView {
    /// The questions.
    pub ask: Vec<&'static str>,
    /// The new goals.
    pub goals: Vec<NewGoalView>,
}

/// A new goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct NewGoalView {
    /// The goal.
    #[serde(rename = "ref")]
    pub reference: String,
    /// Its title.
    pub title: String,
    /// Its team's path.
    pub team: Option<String>,
    /// The one accountable.
    pub owner: Option<String>,
    /// Why it matters, in Markdown.
    pub why: Option<String>,
    /// What it contributes to and supports.
    pub serves: Vec<String>,
    /// The titles of its key results.
    pub key_results: Vec<String>,
}

/// Writes the review as a [`ReviewView`], indented, with a final line break. Strings are the true
/// ones; characters that could act on a terminal are written as `\uXXXX`.
pub fn json(review: &Review, base: Option<ObjectId>, head: Option<ObjectId>) -> String {
    written(&ReviewView {
        format_version: FORMAT_VERSION,
        as_of: review.as_of.to_string(),
        base: base.map(|id| id.to_string()),
        head: head.map(|id| id.to_string()),
        changed: !review.is_empty(),
        moves: review.moves.iter().map(move_view).collect(),
        checkins: review.checkins.iter().map(checkin).collect(),
        goalposts: review.goalposts.iter().map(goalpost).collect(),
        rewritten: review.rewritten.iter().map(rewritten).collect(),
        structure: review.structure.iter().map(alteration).collect(),
        findings: FindingsView {
            brought: review.brought.iter().map(found).collect(),
            mended: review.mended.iter().map(found).collect(),
        },
        questions: QuestionsView {
            ask: QUESTIONS.to_vec(),
            goals: review.questions.iter().map(new_goal).collect(),
        },
    })
}

/// The JSON Schema (draft-07) of a [`ReviewView`].
pub fn schema() -> String {
    super::super::schema::of::<ReviewView>()
}

fn move_view(found: &Move) -> MoveView {
    let (kind, cycle, team, reference) = match &found.scope {
        Scope::Cycle(cycle) => ("cycle", cycle.clone(), None, None),
        Scope::Team { cycle, team } => ("team", cycle.clone(), Some(team.clone()), None),
        Scope::Goal(goal) => ("goal", goal.cycle.clone(), None, Some(goal.to_string())),
    };
    MoveView {
        kind,
        cycle,
        team,
        reference,
        title: found.title.clone(),
        before: found.before,
        after: found.after,
        difference: found.difference(),
        status_before: found.statuses.map(|[before, _]| before.word()),
        status_after: found.statuses.map(|[_, after]| after.word()),
        causes: found.causes.iter().map(cause).collect(),
    }
}

fn cause(cause: &Cause) -> CauseView {
    let share = |share: Share| ShareView {
        weight: share.weight,
        part: share.part,
        progress: share.progress,
    };
    CauseView {
        reference: cause.member.clone(),
        effect: cause.effect,
        before: cause.before.map(share),
        after: cause.after.map(share),
    }
}

fn author(author: &Option<Author>) -> Option<AuthorView> {
    author.as_ref().map(|author| AuthorView {
        commit: author.commit.to_string(),
        name: author.name.clone(),
        date: author.date.to_string(),
    })
}

fn checkin(found: &CheckIn) -> CheckInView {
    CheckInView {
        reference: found.goal.with(found.key_result.as_deref()),
        date: found.stamp.to_string(),
        void: found.void,
        previous: found.previous.as_ref().into(),
        value: found.value.as_ref().into(),
        unit: found.unit.clone(),
        progress_before: found.progress_before,
        progress: found.progress,
        confidence: found.confidence,
        note: found.note.clone(),
        by: found.by.clone(),
        author: author(&found.author),
        lag_days: found.lag_days,
    }
}

fn field(field: &FieldChange) -> FieldView {
    FieldView { name: field.name, old: field.old.clone(), new: field.new.clone() }
}

fn goalpost(found: &Goalpost) -> GoalpostView {
    let [day, days] = found.day;
    GoalpostView {
        reference: found.goal.with(found.key_result.as_deref()),
        title: found.title.clone(),
        field: field(&found.field),
        date: found.date.to_string(),
        day,
        days,
        under_old: found.under_old,
        under_new: found.under_new,
        author: author(&found.author),
    }
}

fn rewritten(found: &Rewritten) -> RewrittenView {
    RewrittenView {
        reference: found.goal.with(found.key_result.as_deref()),
        date: found.stamp.to_string(),
        before: record(&found.before),
        after: found.after.as_ref().map(record),
        author: author(&found.author),
    }
}

fn record(record: &Record) -> RecordView {
    RecordView {
        value: record.value.as_ref().into(),
        confidence: record.confidence,
        note: record.note.clone(),
        by: record.by.clone(),
        void: record.void,
    }
}

fn alteration(found: &Alteration) -> AlterationView {
    AlterationView {
        change: found.change.word(),
        reference: found.goal.as_ref().map(|goal| goal.with(found.key_result.as_deref())),
        title: found.title.clone(),
        fields: found.fields.iter().map(field).collect(),
    }
}

fn found(found: &Found) -> FoundView {
    FoundView {
        rule: found.rule,
        level: found.level.word(),
        message: found.message.clone(),
        help: found.help.clone(),
        path: found.path.clone(),
        line: found.at.map(|(line, _)| line),
        column: found.at.map(|(_, column)| column),
        fingerprint: found.fingerprint.clone(),
    }
}

fn new_goal(found: &NewGoal) -> NewGoalView {
    NewGoalView {
        reference: found.goal.to_string(),
        title: found.title.clone(),
        team: found.team.clone(),
        owner: found.owner.clone(),
        why: found.why.clone(),
        serves: found.serves.clone(),
        key_results: found.key_results.clone(),
    }
}
