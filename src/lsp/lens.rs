//! Code lenses: how a goal and each of its key results stand, above their titles and records.

use gen_lsp_types::{CodeLens, CodeLensParams, Command};

use super::place::Sort;
use super::requests::Answer;
use super::view::{File, View};
use super::words;
use crate::load::Outline;
use crate::text::{Span, printable};

/// The lenses of a file.
pub(super) fn lenses(view: &View<'_>, params: CodeLensParams) -> Answer<Option<Vec<CodeLens>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let Some(at) = view.analysis.goal_at(&file.path) else { return Ok(Some(Vec::new())) };
    let places = match Sort::of(&file.path) {
        Sort::Plan => in_plan(&file, view, at),
        Sort::Checkins => in_records(&file, view, at),
        Sort::Settings => Vec::new(),
    };
    let lens = |(span, title): (Span, String)| CodeLens {
        range: file.range(span),
        command: Some(Command { title: printable(&title).into_owned(), ..Command::default() }),
        data: None,
    };
    Ok(Some(places.into_iter().map(lens).collect()))
}

/// The goal at its title, each key result at its name.
fn in_plan(file: &File<'_>, view: &View<'_>, at: usize) -> Vec<(Span, String)> {
    let (analysis, outline) = (view.analysis, Outline::of(file.text));
    let title = outline.key(&["title"]).map_or(Span::default(), |word| word.span);
    let goal = analysis.goal(at);
    let mut lenses = vec![(title, words::goal(goal, &analysis.rollup.goals[at], analysis.today))];
    let key_results = goal.key_results.iter();
    for (key_result, figures) in key_results.zip(&analysis.rollup.goals[at].key_results) {
        if key_result.id.is_some() {
            lenses.push((key_result.at, words::key_result(goal, key_result, figures, analysis.today)));
        }
    }
    lenses
}

/// Each key result at the header of its records.
fn in_records(file: &File<'_>, view: &View<'_>, at: usize) -> Vec<(Span, String)> {
    let analysis = view.analysis;
    let tables = analysis.goal(at).record_tables.iter();
    let lens = |table: &crate::load::Spanned<String>| {
        let id = analysis.subject(&file.path, table.span.start)?.key_result;
        let (key_result, figures) = analysis.key_result(at, id)?;
        let goal = analysis.goal(at);
        let standing = words::key_result(goal, key_result, figures, analysis.today);
        Some((table.span, format!("{} · {standing}", key_result.title)))
    };
    tables.filter_map(lens).collect()
}
