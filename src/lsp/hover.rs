//! Hover: what stands under the pointer, in Markdown.
//!
//! Whatever comes from a file or a commit is text there, never markup.

mod names;
mod record;
mod standing;

use gen_lsp_types::{Hover, HoverParams, MarkupContent, MarkupKind};

use super::place::{self, Meaning, Place, Sort};
use super::requests::Answer;
use super::view::{File, View};
use crate::load::{Outline, keys};
use crate::model::Reference;

/// Tells of what stands under the pointer.
pub(super) fn hover(view: &View<'_>, params: HoverParams) -> Answer<Option<Hover>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let outline = Outline::of(spot.file.text);
    let place = place::at(Sort::of(&spot.file.path), &outline, spot.offset);
    let Some(place) = place.filter(|place| place.word.is_some()) else { return Ok(None) };
    Ok(text(view, &spot.file, &place).map(|value| Hover {
        contents: MarkupContent { kind: MarkupKind::Markdown, value }.into(),
        range: Some(spot.file.range(place.span)),
    }))
}

/// What is told of a place.
fn text(view: &View<'_>, file: &File<'_>, place: &Place<'_>) -> Option<String> {
    let analysis = view.analysis;
    let word = &file.text[place.span.start..place.span.end];
    let goal = analysis.goal_at(&file.path);
    let own = match place.meaning {
        Meaning::Reference => referred(view, file, word),
        Meaning::KeyResult => {
            let id = analysis.subject(&file.path, place.span.start)?.key_result?;
            standing::key_result(analysis, goal?, Some(id))
        }
        Meaning::Date | Meaning::RecordValue => record::told(analysis, goal?, file, place),
        Meaning::Rule => names::rule(word),
        Meaning::Person => names::person(analysis, word),
        Meaning::Value => match place.path.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["title"] => standing::goal(analysis, goal?),
            ["key_results", id, "title"] => standing::key_result(analysis, goal?, Some(id)),
            _ => None,
        },
        Meaning::Initiative => {
            let (id, goal) = (place.path.get(1)?, analysis.goal(goal?));
            let found = goal.initiatives.iter().find(|initiative| initiative.id == *id);
            found.map(|initiative| names::initiative(analysis, initiative))
        }
        Meaning::Key => None,
    };
    own.or_else(|| of_key(file, place))
}

/// What a reference names.
fn referred(view: &View<'_>, file: &File<'_>, word: &str) -> Option<String> {
    let (analysis, model) = (view.analysis, &view.analysis.workspace.model);
    let cycle = &analysis.goal(analysis.goal_at(&file.path)?).reference.cycle;
    let (goal, key_result) = model.resolve(&Reference::parse(word)?, cycle).ok()?;
    match key_result {
        None => standing::goal(analysis, goal),
        Some(at) => {
            standing::key_result(analysis, goal, analysis.goal(goal).key_results[at].id.as_deref())
        }
    }
}

/// What the format says of a key, or of the key whose value this is.
fn of_key(file: &File<'_>, place: &Place<'_>) -> Option<String> {
    let path: Vec<&str> = place.path.iter().map(String::as_str).collect();
    Some(match keys::file(&file.path).find_at(&path)? {
        keys::Found::Key(key) => key.markdown(),
        keys::Found::Entry(entry) => entry.markdown(),
    })
}
