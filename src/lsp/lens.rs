//! Code lenses: how a goal and each of its key results stand, above their titles and records. Each
//! leads from the plan to the records and back.

use gen_lsp_types::{CodeLens, CodeLensParams};

use super::commands;
use super::place::Sort;
use super::requests::Answer;
use super::view::{File, View};
use super::words;
use crate::diagnostic::Place;
use crate::load::{Outline, Spanned};
use crate::model::{Goal, KeyResult};
use crate::text::Span;

/// A lens before it is put into the protocol's words.
struct Lens {
    /// Where it stands.
    span: Span,
    /// What it says.
    title: String,
    /// Where it leads.
    target: Place,
}

/// The lenses of a file.
pub(super) fn lenses(view: &View<'_>, params: CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let Some(at) = view.analysis.goal_at(&file.path) else { return Ok(Some(Vec::new())) };
    let lenses = match Sort::of(&file.path) {
        Sort::Plan => in_plan(&file, view, at),
        Sort::Checkins => in_records(&file, view, at),
        Sort::Settings => Vec::new(),
    };
    let lens = |lens: Lens| CodeLens {
        range: file.range(lens.span),
        command: Some(commands::show(&lens.title, &view.location(&lens.target))),
        data: None,
    };
    Ok(Some(lenses.into_iter().map(lens).collect()))
}

/// The goal at its title, each key result at its name.
fn in_plan(file: &File<'_>, view: &View<'_>, at: usize) -> Vec<Lens> {
    let (analysis, outline) = (view.analysis, Outline::of(file.text));
    let goal = analysis.goal(at);
    let records = |table: Option<Span>, span: Span| {
        let path = goal.checkins_path();
        match analysis.text(&path) {
            Some(_) => Place::new(path, table.unwrap_or_default()),
            None => Place::new(&file.path, span),
        }
    };
    let span = outline.key(&["title"]).map_or(Span::default(), |word| word.span);
    let title = words::goal(goal, &analysis.rollup.goals[at], analysis.today);
    let mut lenses = vec![Lens { span, title, target: records(None, span) }];
    for (key_result, figures) in goal.key_results.iter().zip(&analysis.rollup.goals[at].key_results)
    {
        if key_result.id.is_some() {
            let span = key_result.at;
            let title = words::key_result(goal, key_result, figures, analysis.today);
            lenses.push(Lens { span, title, target: records(table_of(goal, key_result), span) });
        }
    }
    lenses
}

/// Where the table of a key result's records stands.
fn table_of(goal: &Goal, key_result: &KeyResult) -> Option<Span> {
    let is_its = |table: &&Spanned<String>| {
        key_result.id.as_ref() == Some(&table.value) || key_result.formerly.contains(&table.value)
    };
    goal.record_tables.iter().find(is_its).map(|table| table.span)
}

/// Each key result at the header of its records.
fn in_records(file: &File<'_>, view: &View<'_>, at: usize) -> Vec<Lens> {
    let analysis = view.analysis;
    let goal = analysis.goal(at);
    let lens = |table: &Spanned<String>| {
        let id = analysis.subject(&file.path, table.span.start)?.key_result;
        let (key_result, figures) = analysis.key_result(at, id)?;
        let standing = words::key_result(goal, key_result, figures, analysis.today);
        let title = format!("{} · {standing}", key_result.title);
        Some(Lens { span: table.span, title, target: Place::new(&goal.path, key_result.at) })
    };
    goal.record_tables.iter().filter_map(lens).collect()
}
