//! Measures: how progress is told, and what makes a measure impossible to compute.

use super::{KeyResult, Record};
use crate::date::{Date, Window};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{Evaluate, Kind, MeasureDoc, MilestoneDoc, Shape, Spanned, Value};
use crate::text::{Span, number, printable};

/// A measure that can be computed.
#[derive(Debug, Clone, PartialEq)]
pub enum Measure {
    /// A number on its way from `baseline` to `target`, up or down.
    Metric {
        /// The value at the start.
        baseline: f64,
        /// The value to reach; never the baseline.
        target: f64,
        /// The expected path between start and end, by date.
        points: Vec<(Date, f64)>,
    },
    /// A number to be kept inside bounds, of which there is at least one.
    Threshold {
        /// The lower bound.
        at_least: Option<f64>,
        /// The upper bound.
        at_most: Option<f64>,
        /// Whether the bounds themselves are outside.
        strict: bool,
        /// Which records decide.
        evaluate: Evaluate,
    },
    /// A ladder, lowest score first.
    Milestone(Vec<Milestone>),
    /// Done or not.
    Binary,
    /// A number to be found.
    Baseline,
    /// The goals that contribute to this key result.
    Objectives,
}

/// One step of a ladder.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// Its id, which check-ins record.
    pub id: String,
    /// What it is.
    pub title: Option<String>,
    /// Progress once it is reached, from 0 to 1.
    pub score: f64,
    /// The day by which it is to be reached.
    pub due: Option<Date>,
}

impl Measure {
    /// The sort of measure.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Metric { .. } => Kind::Metric,
            Self::Threshold { .. } => Kind::Threshold,
            Self::Milestone(_) => Kind::Milestone,
            Self::Binary => Kind::Binary,
            Self::Baseline => Kind::Baseline,
            Self::Objectives => Kind::Objectives,
        }
    }

    /// Tells whether a threshold's bounds hold `value`; nothing for other measures.
    pub fn holds(&self, value: f64) -> Option<bool> {
        let Self::Threshold { at_least, at_most, strict, .. } = self else { return None };
        let inside = |low: f64, high: f64| if *strict { low < high } else { low <= high };
        let low = at_least.is_none_or(|least| inside(least, value));
        let high = at_most.is_none_or(|most| inside(value, most));
        Some(low && high)
    }

    /// Tells whether `value` is one that this measure takes.
    pub fn accepts(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Milestone(steps), Value::Text(id)) => steps.iter().any(|step| step.id == *id),
            _ => takes_type(self.kind(), value),
        }
    }

    /// Takes the records whose values this measure accepts.
    pub fn usable<'a>(&'a self, records: &'a [Record]) -> impl Iterator<Item = &'a Record> {
        records
            .iter()
            .filter(|record| record.value.as_ref().is_none_or(|value| self.accepts(value)))
    }
}

/// Tells whether a measure of `kind` takes values of the type of `value`.
fn takes_type(kind: Kind, value: &Value) -> bool {
    match kind {
        Kind::Metric | Kind::Threshold | Kind::Baseline => matches!(value, Value::Number(_)),
        Kind::Binary => matches!(value, Value::Bool(_)),
        Kind::Milestone => matches!(value, Value::Text(_)),
        Kind::Objectives => false,
    }
}

impl KeyResult {
    /// Tells whether `value` is one that its measure takes; of a measure that cannot be computed,
    /// whether it is at least of the right type.
    pub fn accepts(&self, value: &Value) -> bool {
        match &self.measure {
            Some(measure) => measure.accepts(value),
            None => takes_type(self.kind, value),
        }
    }

    /// What a record of it takes, in words.
    pub fn takes(&self) -> String {
        match (&self.measure, self.kind) {
            (Some(Measure::Milestone(steps)), _) => {
                let ids: Vec<String> =
                    steps.iter().map(|step| format!("\"{}\"", step.id)).collect();
                format!("a milestone: {}", ids.join(", "))
            }
            (None, Kind::Milestone) => "a milestone's id".to_owned(),
            (_, Kind::Binary) => "true or false".to_owned(),
            (_, Kind::Objectives) => "no value".to_owned(),
            _ => "a number".to_owned(),
        }
    }
}

/// What is being read, for messages.
pub(super) struct Context<'a> {
    pub(super) path: &'a str,
    pub(super) shape: &'a Shape,
    pub(super) title: Option<&'a Spanned<String>>,
    pub(super) window: Window,
}

impl Context<'_> {
    fn finding(&self, rule: &'static str, message: impl Into<String>, span: Span) -> Diagnostic {
        Diagnostic::new(rule, message, Place::new(self.path, span))
    }
}

/// Reads a measure; nothing where it can't be computed, which is then in `findings`.
pub(super) fn measure(
    doc: &MeasureDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Measure> {
    if context.shape.invalid.contains(&"kind") {
        return None;
    }
    let kind = doc.kind.as_ref().map_or(Kind::Metric, |kind| kind.value);
    foreign_keys(doc, kind, context, findings);
    match kind {
        Kind::Metric => metric(doc, context, findings),
        Kind::Threshold => threshold(doc, context, findings),
        Kind::Milestone => ladder(doc, context, findings),
        Kind::Binary => Some(Measure::Binary),
        Kind::Baseline => Some(Measure::Baseline),
        Kind::Objectives => Some(Measure::Objectives),
    }
}

/// Reports keys that a measure of another kind has.
fn foreign_keys(
    doc: &MeasureDoc,
    kind: Kind,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    if doc.kind.is_none() && kind_forgotten(doc, context, findings) {
        return;
    }
    let is = |kinds: &[Kind]| kinds.contains(&kind);
    let span = |number: &Option<Spanned<f64>>| number.as_ref().map(|number| number.span);
    let given = [
        ("baseline", span(&doc.baseline), is(&[Kind::Metric])),
        ("target", span(&doc.target), is(&[Kind::Metric])),
        ("plan", doc.plan.first().map(|(date, _)| date.span), is(&[Kind::Metric])),
        ("at_least", span(&doc.at_least), is(&[Kind::Threshold])),
        ("at_most", span(&doc.at_most), is(&[Kind::Threshold])),
        ("strict", doc.strict.as_ref().map(|strict| strict.span), is(&[Kind::Threshold])),
        ("evaluate", doc.evaluate.as_ref().map(|way| way.span), is(&[Kind::Threshold])),
        ("milestones", doc.milestones.as_ref().map(|steps| steps.span), is(&[Kind::Milestone])),
        (
            "unit",
            doc.unit.as_ref().map(|unit| unit.span),
            is(&[Kind::Metric, Kind::Threshold, Kind::Baseline]),
        ),
    ];
    for (key, span, belongs) in given {
        let Some(span) = span.filter(|_| !belongs) else { continue };
        let message = format!("`{key}` is not a key of a {} measure", kind.word());
        let meant = match key {
            "at_least" | "at_most" | "strict" | "evaluate" => Some("kind = \"threshold\""),
            "milestones" => Some("kind = \"milestone\""),
            "baseline" | "target" | "plan" => Some("kind = \"metric\""),
            _ => None,
        };
        let help = meant.map_or_else(
            || format!("remove `{key}`"),
            |kind| format!("remove it, or write {kind}"),
        );
        findings.push(context.finding("unknown-key", message, span).help(help));
    }
}

/// Says once that keys of another kind stand there without a `kind`.
fn kind_forgotten(doc: &MeasureDoc, context: &Context<'_>, findings: &mut Vec<Diagnostic>) -> bool {
    let span = |number: &Option<Spanned<f64>>| number.as_ref().map(|number| number.span);
    let threshold = [
        ("at_least", span(&doc.at_least)),
        ("at_most", span(&doc.at_most)),
        ("strict", doc.strict.as_ref().map(|strict| strict.span)),
        ("evaluate", doc.evaluate.as_ref().map(|way| way.span)),
    ];
    let milestone = [("milestones", doc.milestones.as_ref().map(|steps| steps.span))];
    let first = |keys: &[(&'static str, Option<Span>)]| {
        keys.iter().filter_map(|(key, span)| Some((*key, (*span)?))).min_by_key(|(_, span)| *span)
    };
    let (kind, found) = match (first(&threshold), first(&milestone)) {
        (Some(found), None) => (Kind::Threshold, found),
        (None, Some(found)) => (Kind::Milestone, found),
        _ => return false,
    };
    if doc.baseline.is_some() || doc.target.is_some() || !doc.plan.is_empty() {
        return false;
    }
    let message = format!("`{}` is not a key of a metric measure", found.0);
    let help = format!("say what is measured: kind = \"{}\"", kind.word());
    findings.push(context.finding("unknown-key", message, found.1).help(help));
    true
}

fn metric(
    doc: &MeasureDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Measure> {
    for (key, rule, found) in
        [("baseline", "missing-baseline", &doc.baseline), ("target", "missing-target", &doc.target)]
    {
        // `at_least` without a kind is a threshold whose kind was forgotten: said once, above.
        let mistaken = doc.kind.is_none()
            && (doc.at_least.is_some() || doc.at_most.is_some() || doc.milestones.is_some());
        if context.shape.lacks(key, found) && !mistaken {
            let help = match key {
                "baseline" => {
                    "add baseline = the value at the start; where it is not known yet, kind = \"baseline\""
                }
                _ => "add target = the value to reach",
            };
            findings.push(
                context
                    .finding(rule, format!("a metric needs a `{key}`"), context.shape.at)
                    .help(help),
            );
        }
    }
    percent(doc, context, findings);
    let (baseline, target) = (doc.baseline.as_ref()?, doc.target.as_ref()?);
    if baseline.value == target.value {
        let message = format!("target and baseline are both {}", number(target.value));
        findings.push(
            context
                .finding("target-is-baseline", message, target.span)
                .related(Place::new(context.path, baseline.span), "the baseline")
                .help(
                    "a value to keep is a threshold: kind = \"threshold\" with at_least or at_most",
                ),
        );
        return None;
    }
    behind_baseline(baseline, target, context, findings);
    let points = points(doc, context, findings);
    Some(Measure::Metric { baseline: baseline.value, target: target.value, points })
}

/// A percentage lies between 0 and 100.
fn percent(doc: &MeasureDoc, context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    if !doc.unit.as_ref().is_some_and(|unit| matches!(unit.value.trim(), "%" | "percent")) {
        return;
    }
    for value in [&doc.baseline, &doc.target].into_iter().flatten() {
        if !(0.0..=100.0).contains(&value.value) {
            let message = format!("{} is not a percentage from 0 to 100", number(value.value));
            findings.push(context.finding("percent-out-of-range", message, value.span).help(
                "for a rate that may pass 100 say of what in the unit: unit = \"% of last year\"",
            ));
        }
    }
}

/// The title says "from 40 to 20" and the measure has the two the other way round.
fn behind_baseline(
    baseline: &Spanned<f64>,
    target: &Spanned<f64>,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) {
    let Some(title) = context.title else { return };
    let swapped = from_to(&title.value)
        .is_some_and(|(from, to)| from == target.value && to == baseline.value);
    if swapped {
        let message = format!(
            "the target lies behind the baseline: the title goes from {} to {}",
            number(target.value),
            number(baseline.value)
        );
        findings.push(
            context
                .finding("target-behind-baseline", message, target.span)
                .related(Place::new(context.path, title.span), "the title")
                .help(format!(
                    "swap them: baseline = {}, target = {}",
                    number(target.value),
                    number(baseline.value)
                )),
        );
    }
}

/// The two numbers of "from 40 … to 20 …" in a title.
fn from_to(title: &str) -> Option<(f64, f64)> {
    let words: Vec<&str> = title.split_whitespace().collect();
    let after = |word: &str, from: usize| {
        let at = words[from..].iter().position(|w| w.eq_ignore_ascii_case(word))? + from;
        Some((at, leading_number(words.get(at + 1)?)?))
    };
    let (at, from) = after("from", 0)?;
    let (_, to) = after("to", at)?;
    Some((from, to))
}

fn leading_number(word: &str) -> Option<f64> {
    let start = word.trim_start_matches(['€', '$', '£']);
    let digits: String = start
        .chars()
        .take_while(|c| c.is_ascii_digit() || ".,".contains(*c))
        .filter(|c| *c != ',')
        .collect();
    digits.trim_end_matches('.').parse().ok()
}

/// The plan's points that lie strictly inside the window, by date.
fn points(
    doc: &MeasureDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<(Date, f64)> {
    let window = context.window;
    let mut points = Vec::new();
    for (date, value) in &doc.plan {
        if window.start < date.value && date.value < window.end {
            points.push((date.value, value.value));
        } else {
            let message = format!(
                "plan point {} is not between the start {} and the end {}",
                date.value, window.start, window.end
            );
            findings.push(
                context
                    .finding("bad-plan-points", message, date.span)
                    .help("the path begins with the baseline on the first day and ends with the target on the last"),
            );
        }
    }
    points.sort_by_key(|(date, _)| *date);
    points
}

fn threshold(
    doc: &MeasureDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Measure> {
    let (least, most) = (&doc.at_least, &doc.at_most);
    if least.is_none() && most.is_none() {
        let reported =
            context.shape.invalid.iter().any(|key| matches!(*key, "at_least" | "at_most"));
        if !reported && !context.shape.broken {
            findings.push(
                context
                    .finding("bad-bounds", "a threshold needs `at_least` or `at_most`", context.shape.at)
                    .help("add at_most = the value not to exceed, or at_least = the value to keep above"),
            );
        }
        return None;
    }
    let strict = doc.strict.as_ref().is_some_and(|strict| strict.value);
    let empty = |least: f64, most: f64| least > most || (strict && least == most);
    if let (Some(least), Some(most)) = (least, most)
        && empty(least.value, most.value)
    {
        let message = format!(
            "no value is at least {} and at most {}",
            number(least.value),
            number(most.value)
        );
        findings.push(
            context
                .finding("bad-bounds", message, most.span)
                .related(Place::new(context.path, least.span), "the lower bound"),
        );
        return None;
    }
    Some(Measure::Threshold {
        at_least: least.as_ref().map(|bound| bound.value),
        at_most: most.as_ref().map(|bound| bound.value),
        strict,
        evaluate: doc.evaluate.as_ref().map(|way| way.value).unwrap_or_default(),
    })
}

fn ladder(
    doc: &MeasureDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Measure> {
    let before = findings.len();
    let Some(steps) = doc.milestones.as_ref().filter(|steps| !steps.value.is_empty()) else {
        if context.shape.lacks("milestones", &None::<()>) {
            findings.push(
                context
                    .finding(
                        "bad-milestones",
                        "a milestone measure needs `milestones`",
                        context.shape.at,
                    )
                    .help("add milestones = { commit = 0.3, target = 0.7, stretch = 1.0 }"),
            );
        }
        return None;
    };
    let mut ladder: Vec<Milestone> =
        steps.value.iter().filter_map(|step| rung(step, context, findings)).collect();
    ladder.sort_by(|a, b| a.score.total_cmp(&b.score));
    if ladder.iter().all(|step| step.score == 0.0) && findings.len() == before {
        findings.push(
            context
                .finding("bad-milestones", "no milestone has a score above 0", steps.span)
                .help("the last step usually scores 1"),
        );
    }
    (findings.len() == before && ladder.len() == steps.value.len())
        .then_some(Measure::Milestone(ladder))
}

fn rung(
    step: &MilestoneDoc,
    context: &Context<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Milestone> {
    if !crate::text::is_id(&step.id.value) {
        let message = format!("`{}` is not an id", printable(&step.id.value));
        let help = format!(
            "ids are lower-case words joined by hyphens: {}",
            crate::text::as_id(&step.id.value)
        );
        findings.push(context.finding("bad-id", message, step.id.span).help(help));
    }
    let score = step.score.as_ref()?;
    if !(0.0..=1.0).contains(&score.value) {
        let message =
            format!("a milestone's score lies between 0 and 1, found {}", number(score.value));
        findings.push(
            context.finding("bad-milestones", message, score.span).help("seventy percent is 0.7"),
        );
        return None;
    }
    Some(Milestone {
        id: step.id.value.clone(),
        title: step.title.clone(),
        score: score.value,
        due: step.due.as_ref().map(|due| due.value),
    })
}
