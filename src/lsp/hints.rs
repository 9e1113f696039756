//! Inlay hints: after a record its change, after a goalpost that moved what it was, after a weight
//! its share.

use gen_lsp_types::{InlayHint, InlayHintParams};

use super::place::Sort;
use super::requests::Answer;
use super::view::{File, View};
use super::words;
use crate::load::{Outline, Word};
use crate::model::{KeyResult, Record};
use crate::rollup::{self, Part};
use crate::text::{Span, printable};

/// The hints in a part of a file.
pub(super) fn hints(view: &View<'_>, params: InlayHintParams) -> Answer<Option<Vec<InlayHint>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let Some(at) = view.analysis.goal_at(&file.path) else { return Ok(Some(Vec::new())) };
    let all = match Sort::of(&file.path) {
        Sort::Plan => in_plan(&file, view, at),
        Sort::Checkins => in_records(view, at),
        Sort::Settings => Vec::new(),
    };
    let wanted = file.lines.span(params.range);
    let hint = |(offset, label): (usize, String)| {
        let (position, label) = (file.lines.position(offset), printable(&label).into_owned());
        InlayHint::new(position, label.into(), None, None, None, Some(true), None, None)
    };
    Ok(Some(all.into_iter().filter(|(offset, _)| wanted.touches(*offset)).map(hint).collect()))
}

/// After each record with a number, how far it is from the one before.
fn in_records(view: &View<'_>, at: usize) -> Vec<(usize, String)> {
    let key_results = view.analysis.goal(at).key_results.iter();
    key_results.flat_map(changes).collect()
}

fn changes(key_result: &KeyResult) -> Vec<(usize, String)> {
    let counted = |record: &&Record| !record.void && record.value.is_some();
    let records: Vec<&Record> = key_result.records.iter().filter(counted).collect();
    let change = |pair: &[&Record]| {
        let change = words::change(pair[0].value.as_ref()?, pair[1].value.as_ref()?)?;
        Some((pair[1].at.entry.end, change)).filter(|_| pair[1].at.entry != Span::default())
    };
    records.windows(2).filter_map(change).collect()
}

fn in_plan(file: &File<'_>, view: &View<'_>, at: usize) -> Vec<(usize, String)> {
    let outline = Outline::of(file.text);
    let values = outline.words.iter().filter(|word| word.is_value());
    let hint = |word: &Word| {
        let path: Vec<&str> = word.path.iter().map(String::as_str).collect();
        let (key_result, key) = match path[..] {
            [key] => (None, key),
            ["key_results", id, key] => (Some(id), key),
            _ => return None,
        };
        let share = if key == "weight" { share(view, at, key_result) } else { None };
        let moved = moved(view, at, key_result, key);
        let label: Vec<String> = [share, moved].into_iter().flatten().collect();
        (!label.is_empty()).then(|| (word.outer.end, label.join(" · ")))
    };
    values.filter_map(hint).collect()
}

/// The share that a weight gives: of a key result in its goal, of a goal in the first that it
/// contributes to.
fn share(view: &View<'_>, at: usize, key_result: Option<&str>) -> Option<String> {
    let (model, rollup) = (&view.analysis.workspace.model, &view.analysis.rollup);
    let (whole, part) = match key_result {
        Some(id) => (at, Part::KeyResult(model.goals[at].key_result_position(id)?)),
        None => (model.goals[at].contributes_to.first()?.goal, Part::Goal(at)),
    };
    let members = rollup::of_goal(model, rollup, whole);
    let all: f64 = members.iter().map(|member| member.weight).sum();
    let own = members.iter().find(|member| member.part == part)?.weight;
    let of = match part {
        Part::KeyResult(_) => "the goal".to_owned(),
        Part::Goal(_) => model.goals[whole].reference.to_string(),
    };
    Some(format!("{} of {of}", words::percent(own / all)))
}

/// What a goalpost was before it last moved, and until when: `was 800 until 3 Feb`.
fn moved(view: &View<'_>, at: usize, key_result: Option<&str>, key: &str) -> Option<String> {
    let history = view.analysis.history.as_deref()?;
    let goal = view.analysis.goal(at);
    let past = history.goal(&goal.reference)?;
    // A SMART goal's measure stands at its top.
    let events = past.events().iter().rev();
    let moves = events.filter(|event| event.goalpost_move);
    let mut own = moves.filter(|event| event.key_result.as_deref() == key_result);
    let (event, change) = own.find_map(|event| {
        let change = event.fields.iter().find(|change| change.name == key)?;
        Some((event, change))
    })?;
    let until = history.commit(event.commit).authored.date();
    let until = words::day(until, view.analysis.today);
    Some(match &change.old {
        Some(old) => format!("was {old} until {until}"),
        None => format!("since {until}"),
    })
}
