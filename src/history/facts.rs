//! What a plan and a record say, as values that can be compared: formatting, order and defaults
//! written out make no difference.

use std::collections::BTreeMap;

use super::identity::Identity;
use crate::date::Stamp;
use crate::load::{CheckinsDoc, Evaluate, Kind, MeasureDoc, PlanDoc, RecordDoc, Spanned};
use crate::model::{Record, RecordSpans};
use crate::text::number;

/// A field's name and its value as people read it; a field at its default is absent.
pub(super) type Fields = BTreeMap<&'static str, String>;

/// What a plan says, as far as changing it is an amendment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct PlanFacts {
    /// The goal's own fields.
    pub(super) goal: Fields,
    /// The fields of each key result, by its present id.
    pub(super) key_results: BTreeMap<String, Fields>,
    /// `dropped`: the goal's reason.
    pub(super) dropped: Option<String>,
    /// `dropped` of key results.
    pub(super) dropped_key_results: BTreeMap<String, String>,
    /// `[close]`.
    pub(super) close: Option<Fields>,
}

/// Fields whose change, after the planning grace, moves a goalpost.
pub(super) const GOALPOSTS: [&str; 10] = [
    "baseline",
    "target",
    "at_least",
    "at_most",
    "strict",
    "milestones",
    "kind",
    "unit",
    "weight",
    "due",
];

/// Every name that a changed field may have.
pub(super) const FIELDS: [&str; 24] = [
    "title",
    "owner",
    "why",
    "continues",
    "ambition",
    "contributes_to",
    "supports",
    "weight",
    "starts",
    "due",
    "kind",
    "baseline",
    "target",
    "at_least",
    "at_most",
    "unit",
    "source",
    "strict",
    "evaluate",
    "plan",
    "milestones",
    "key_result",
    "dropped",
    "close",
];

/// Reads what a plan says.
pub(super) fn plan(doc: &PlanDoc, identity: Identity<'_>) -> PlanFacts {
    let mut fields = Fields::new();
    text(&mut fields, "title", &doc.title);
    text(&mut fields, "owner", &doc.owner);
    text(&mut fields, "why", &doc.why);
    text(&mut fields, "continues", &doc.continues);
    if let Some(ambition) = &doc.ambition {
        fields.insert("ambition", ambition.value.word().to_owned());
    }
    list(&mut fields, "contributes_to", &doc.contributes_to);
    list(&mut fields, "supports", &doc.supports);
    weight(&mut fields, &doc.weight);
    day(&mut fields, "starts", &doc.starts);
    day(&mut fields, "due", &doc.due);
    measure(&mut fields, &doc.measure);
    let mut facts = PlanFacts { goal: fields, ..PlanFacts::default() };
    facts.dropped = doc.dropped.as_ref().map(|reason| reason.value.clone());
    for key_result in &doc.key_results {
        let mut fields = Fields::new();
        text(&mut fields, "title", &key_result.title);
        text(&mut fields, "owner", &key_result.owner);
        weight(&mut fields, &key_result.weight);
        day(&mut fields, "starts", &key_result.starts);
        day(&mut fields, "due", &key_result.due);
        measure(&mut fields, &key_result.measure);
        let id = identity.key_result(&key_result.id).to_owned();
        if let Some(reason) = &key_result.dropped {
            facts.dropped_key_results.insert(id.clone(), reason.value.clone());
        }
        facts.key_results.insert(id, fields);
    }
    facts.close = doc.close.as_ref().map(|close| {
        let mut fields = Fields::new();
        day(&mut fields, "date", &close.date);
        text(&mut fields, "note", &close.note);
        if let Some(verdict) = &close.verdict {
            fields.insert("verdict", verdict.value.word().to_owned());
        }
        if let Some(score) = &close.score {
            fields.insert("score", number(score.value));
        }
        fields
    });
    facts
}

fn text(fields: &mut Fields, name: &'static str, value: &Option<Spanned<String>>) {
    if let Some(value) = value {
        fields.insert(name, value.value.trim().to_owned());
    }
}

fn list(fields: &mut Fields, name: &'static str, values: &[Spanned<String>]) {
    if !values.is_empty() {
        let mut values: Vec<&str> = values.iter().map(|value| value.value.as_str()).collect();
        values.sort_unstable();
        fields.insert(name, values.join(", "));
    }
}

fn day(fields: &mut Fields, name: &'static str, value: &Option<Spanned<crate::date::Date>>) {
    if let Some(value) = value {
        fields.insert(name, value.value.to_string());
    }
}

fn weight(fields: &mut Fields, value: &Option<Spanned<f64>>) {
    if let Some(value) = value.as_ref().filter(|value| value.value != 1.0) {
        fields.insert("weight", number(value.value));
    }
}

fn figure(fields: &mut Fields, name: &'static str, value: &Option<Spanned<f64>>) {
    if let Some(value) = value {
        fields.insert(name, number(value.value));
    }
}

fn measure(fields: &mut Fields, doc: &MeasureDoc) {
    if let Some(kind) = doc.kind.as_ref().filter(|kind| kind.value != Kind::Metric) {
        fields.insert("kind", kind.value.word().to_owned());
    }
    figure(fields, "baseline", &doc.baseline);
    figure(fields, "target", &doc.target);
    figure(fields, "at_least", &doc.at_least);
    figure(fields, "at_most", &doc.at_most);
    text(fields, "unit", &doc.unit);
    text(fields, "source", &doc.source);
    if doc.strict.as_ref().is_some_and(|strict| strict.value) {
        fields.insert("strict", "true".to_owned());
    }
    if let Some(way) = doc.evaluate.as_ref().filter(|way| way.value != Evaluate::Latest) {
        fields.insert("evaluate", way.value.word().to_owned());
    }
    if !doc.plan.is_empty() {
        let mut points: Vec<_> =
            doc.plan.iter().map(|(date, value)| (date.value, value.value)).collect();
        points.sort_by_key(|(date, _)| *date);
        let points: Vec<String> =
            points.iter().map(|(date, value)| format!("{date} {}", number(*value))).collect();
        fields.insert("plan", points.join(", "));
    }
    if let Some(milestones) = &doc.milestones {
        let score =
            |step: &crate::load::MilestoneDoc| step.score.as_ref().map_or(0.0, |score| score.value);
        let mut steps: Vec<&crate::load::MilestoneDoc> = milestones.value.iter().collect();
        steps.sort_by(|a, b| {
            score(a).total_cmp(&score(b)).then_with(|| a.id.value.cmp(&b.id.value))
        });
        let steps: Vec<String> = steps
            .iter()
            .map(|step| {
                let due =
                    step.due.as_ref().map(|due| format!(" by {}", due.value)).unwrap_or_default();
                format!("{} {}{due}", step.id.value, number(score(step)))
            })
            .collect();
        fields.insert("milestones", steps.join(", "));
    }
}

/// A key result's present id, or nothing for the goal itself, and a date.
pub(super) type RecordId = (Option<String>, Stamp);

/// Reads the records of a check-ins file, by present id and date. Where they stood in it is of no
/// interest any more.
pub(super) fn records(doc: CheckinsDoc, identity: Identity<'_>) -> BTreeMap<RecordId, Record> {
    let mut records = BTreeMap::new();
    for table in doc.tables {
        let id = table.id.map(|id| identity.key_result(&id.value).to_owned());
        for found in table.records {
            records.insert((id.clone(), found.stamp.value), record(found));
        }
    }
    records
}

fn record(doc: RecordDoc) -> Record {
    Record {
        stamp: doc.stamp.value,
        value: doc.value.map(|value| value.value),
        confidence: doc.confidence,
        note: doc.note,
        by: doc.by,
        void: doc.void,
        at: RecordSpans::default(),
    }
}

/// Tells whether two records say the same: value, confidence, note, and whether it is void. Who
/// took the value is not part of it.
pub(super) fn same_record(a: &Record, b: &Record) -> bool {
    a.value == b.value && a.confidence == b.confidence && a.note == b.note && a.void == b.void
}
