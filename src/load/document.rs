//! What a plan and a check-ins file say, with the place of everything they say.

use crate::date::{Date, Stamp};
use crate::text::Span;

/// A value and the bytes that it was read from.
#[derive(Debug, Clone, PartialEq)]
pub struct Spanned<T> {
    /// What was read.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// What is known of a table besides its values.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Shape {
    /// Where to point when something is missing: the table's header or name.
    pub at: Span,
    /// Keys that are there, but whose value cannot be used; they were reported already.
    pub invalid: Vec<&'static str>,
    /// Whether a syntax error lies inside, so that what seems to be missing may be what is broken.
    pub broken: bool,
}

impl Shape {
    /// Tells whether `key`, whose value is `found`, is really missing: neither usable nor already
    /// reported as wrong.
    pub fn lacks<T>(&self, key: &str, found: &Option<T>) -> bool {
        found.is_none() && !self.broken && !self.invalid.contains(&key)
    }
}

/// How much a goal is meant to stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ambition {
    /// Seven tenths of it is a success.
    Aspirational,
    /// All of it is promised.
    Committed,
}

impl Ambition {
    /// The word for it in a plan.
    pub fn word(self) -> &'static str {
        match self {
            Self::Aspirational => "aspirational",
            Self::Committed => "committed",
        }
    }
}

/// The sort of measure that tells progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A number on its way from a baseline to a target.
    Metric,
    /// A number to be kept inside bounds.
    Threshold,
    /// A ladder of steps with scores.
    Milestone,
    /// Done or not.
    Binary,
    /// A number that is not known yet: finding it is the goal.
    Baseline,
    /// The goals that contribute.
    Objectives,
}

impl Kind {
    /// Every kind, with its word in a plan.
    pub const ALL: [(&'static str, Self); 6] = [
        ("metric", Self::Metric),
        ("threshold", Self::Threshold),
        ("milestone", Self::Milestone),
        ("binary", Self::Binary),
        ("baseline", Self::Baseline),
        ("objectives", Self::Objectives),
    ];

    /// The word for it in a plan.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("metric", |(word, _)| word)
    }
}

/// Which records of a threshold decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Evaluate {
    /// The last one.
    #[default]
    Latest,
    /// All of them.
    Every,
    /// The share of them inside the bounds.
    Share,
}

impl Evaluate {
    /// Every way, with its word in a plan.
    pub const ALL: [(&'static str, Self); 3] =
        [("latest", Self::Latest), ("every", Self::Every), ("share", Self::Share)];

    /// The word for it in a plan.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(_, way)| *way == self).map_or("latest", |(word, _)| word)
    }
}

/// People's judgement of a goal that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// It was reached.
    Achieved,
    /// It was not.
    Missed,
}

impl Verdict {
    /// The word for it in a plan.
    pub fn word(self) -> &'static str {
        match self {
            Self::Achieved => "achieved",
            Self::Missed => "missed",
        }
    }
}

/// An allowed finding: a rule, the reason, and perhaps the day on which that ends.
#[derive(Debug, Clone, PartialEq)]
pub struct AllowDoc {
    /// The rule's name.
    pub rule: Spanned<String>,
    /// Why the finding is right to be there.
    pub reason: String,
    /// Last day of the allowance.
    pub until: Option<Date>,
    /// What has to go so that the allowance is gone, where that is certain.
    pub removal: Option<Span>,
}

/// The keys of a measure as they stand in a plan, of whatever kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MeasureDoc {
    /// `kind`.
    pub kind: Option<Spanned<Kind>>,
    /// `baseline`.
    pub baseline: Option<Spanned<f64>>,
    /// `target`.
    pub target: Option<Spanned<f64>>,
    /// `unit`.
    pub unit: Option<Spanned<String>>,
    /// `plan`: the expected path, in the file's order.
    pub plan: Vec<(Spanned<Date>, Spanned<f64>)>,
    /// `at_least`.
    pub at_least: Option<Spanned<f64>>,
    /// `at_most`.
    pub at_most: Option<Spanned<f64>>,
    /// `strict`.
    pub strict: Option<Spanned<bool>>,
    /// `evaluate`.
    pub evaluate: Option<Spanned<Evaluate>>,
    /// `milestones`, in the file's order.
    pub milestones: Option<Box<Spanned<Vec<MilestoneDoc>>>>,
    /// `source`.
    pub source: Option<Spanned<String>>,
    /// The first key that makes this a measure, if any is there.
    pub present: Option<Span>,
}

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct MilestoneDoc {
    /// Its id.
    pub id: Spanned<String>,
    /// What it is.
    pub title: Option<String>,
    /// Progress once it is reached, from 0 to 1.
    pub score: Option<Spanned<f64>>,
    /// The day by which it is to be reached.
    pub due: Option<Spanned<Date>>,
}

/// A key result as it stands in a plan.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct KeyResultDoc {
    /// Its id: the table's name.
    pub id: String,
    /// The table itself.
    pub shape: Shape,
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `owner`: the first, if several were given.
    pub owner: Option<Spanned<String>>,
    /// The list, if several owners were given.
    pub owners: Option<Owners>,
    /// `starts`.
    pub starts: Option<Spanned<Date>>,
    /// `due`.
    pub due: Option<Spanned<Date>>,
    /// `weight`.
    pub weight: Option<Spanned<f64>>,
    /// `dropped`: the reason.
    pub dropped: Option<Spanned<String>>,
    /// `formerly`.
    pub formerly: Vec<Spanned<String>>,
    /// `allow`.
    pub allow: Vec<AllowDoc>,
    /// The measure's keys.
    pub measure: MeasureDoc,
}

/// A piece of work; it never counts in progress.
#[derive(Debug, Clone, PartialEq)]
pub struct InitiativeDoc {
    /// Its id: the table's name.
    pub id: Spanned<String>,
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `owner`.
    pub owner: Option<Spanned<String>>,
    /// `link`.
    pub link: Option<Spanned<String>>,
    /// `due`.
    pub due: Option<Spanned<Date>>,
    /// `done`.
    pub done: Option<Spanned<Date>>,
}

/// `[close]`: what people said once it was over.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CloseDoc {
    /// The table itself.
    pub shape: Shape,
    /// `date`.
    pub date: Option<Spanned<Date>>,
    /// `verdict`.
    pub verdict: Option<Spanned<Verdict>>,
    /// `score`.
    pub score: Option<Spanned<f64>>,
    /// `note`.
    pub note: Option<Spanned<String>>,
}

/// Several owners where one is asked for; few plans have them.
pub type Owners = Box<Spanned<Vec<String>>>;

/// A plan: one objective or SMART goal. There are thousands, so what few of them have lies apart.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PlanDoc {
    /// The file's top level.
    pub shape: Shape,
    /// `title`.
    pub title: Option<Spanned<String>>,
    /// `why`.
    pub why: Option<Spanned<String>>,
    /// `owner`: the first, if several were given.
    pub owner: Option<Spanned<String>>,
    /// The list, if several owners were given.
    pub owners: Option<Owners>,
    /// `ambition`.
    pub ambition: Option<Spanned<Ambition>>,
    /// `weight`.
    pub weight: Option<Spanned<f64>>,
    /// `tags`.
    pub tags: Vec<Spanned<String>>,
    /// `contributes_to`.
    pub contributes_to: Vec<Spanned<String>>,
    /// `supports`.
    pub supports: Vec<Spanned<String>>,
    /// `starts`.
    pub starts: Option<Spanned<Date>>,
    /// `due`.
    pub due: Option<Spanned<Date>>,
    /// `draft`.
    pub draft: Option<Spanned<bool>>,
    /// `dropped`: the reason.
    pub dropped: Option<Spanned<String>>,
    /// `formerly`.
    pub formerly: Vec<Spanned<String>>,
    /// `continues`.
    pub continues: Option<Spanned<String>>,
    /// `allow`.
    pub allow: Vec<AllowDoc>,
    /// The measure of a SMART goal.
    pub measure: MeasureDoc,
    /// `[key_results.*]`, in the file's order.
    pub key_results: Vec<KeyResultDoc>,
    /// Where the `key_results` table was given, even if it is empty.
    pub key_results_at: Option<Span>,
    /// `[initiatives.*]`, in the file's order.
    pub initiatives: Vec<InitiativeDoc>,
    /// `[close]`.
    pub close: Option<Box<CloseDoc>>,
    /// The keys of a measure at the top that tell nothing alone: `unit` and the like.
    pub stray: Option<(&'static str, Span)>,
    /// The lines with a syntax error: what they would have said is not known.
    pub unread: String,
}

impl PlanDoc {
    /// The first key of a measure at the top of the plan.
    pub fn present(&self) -> Option<(&'static str, Span)> {
        let measure = self.measure.present.map(|span| ("baseline", span));
        measure.into_iter().chain(self.stray).min_by_key(|(_, span)| *span)
    }
}

/// A recorded value, of whatever type the file gave.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// A milestone's id.
    Text(String),
    /// Done or not.
    Bool(bool),
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => f.write_str(&crate::text::number(*number)),
            Self::Text(text) => f.write_str(text),
            Self::Bool(true) => f.write_str("yes"),
            Self::Bool(false) => f.write_str("no"),
        }
    }
}

/// One dated record.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordDoc {
    /// The date that it is true on.
    pub stamp: Spanned<Stamp>,
    /// Its value, if it has one.
    pub value: Option<Spanned<Value>>,
    /// Confidence from 0 to 10.
    pub confidence: Option<u8>,
    /// What was said.
    pub note: Option<String>,
    /// Who took the value, where that is not the commit's author.
    pub by: Option<String>,
    /// Whether it was taken back.
    pub void: bool,
    /// Where the right-hand side stands.
    pub span: Span,
}

/// The records of one key result, or of the goal itself.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordsDoc {
    /// The key result's id; nothing for the goal's own records.
    pub id: Option<Spanned<String>>,
    /// The records, in the file's order.
    pub records: Vec<RecordDoc>,
}

/// A check-ins file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CheckinsDoc {
    /// One entry for each table; the goal's own records come first, if there are any.
    pub tables: Vec<RecordsDoc>,
}
