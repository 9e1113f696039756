//! What a word names: a goal, a key result, a person, a team; and every place where it is named.

use super::analysis::Analysis;
use super::place::{self, Meaning, Sort};
use super::view::{Spot, View};
use crate::diagnostic::Place;
use crate::load::{Outline, Role, Word};
use crate::model::{Goal, Reference};
use crate::text::Span;

/// Something that has a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Named {
    /// A goal, by its position.
    Goal(usize),
    /// A key result: the position of its goal, and its present id.
    KeyResult(usize, String),
    /// A person, by the handle.
    Person(String),
    /// A team, by its path.
    Team(String),
}

/// A place where something is named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name {
    /// What is named.
    pub(super) named: Named,
    /// Where the name stands; of a goal's declaration its title.
    pub(super) span: Span,
    /// Whether it is declared here.
    pub(super) is_declaration: bool,
}

/// What the word under the cursor names. The key `title` of a plan stands for the goal.
pub(super) fn at(view: &View<'_>, spot: &Spot<'_>) -> Option<Name> {
    let outline = Outline::of(spot.file.text);
    let word = outline.word(spot.offset)?;
    let names = names(view.analysis, &spot.file.path, spot.file.text, word);
    let is_here = |name: &&Name| name.span.touches(spot.offset);
    let found = names.iter().find(is_here).or(names.first()).cloned();
    found.or_else(|| {
        let is_title = word.role == Role::Key && word.path == ["title"];
        let goal = view.analysis.goal_at(&spot.file.path).filter(|_| is_title)?;
        let named = Named::Goal(goal);
        Some(Name { named, span: word.span, is_declaration: true })
    })
}

/// Every place where something is named, by file.
pub(super) fn everywhere(view: &View<'_>, named: &Named) -> Vec<(Place, Name)> {
    let analysis = view.analysis;
    let (needle, own) = match named {
        Named::Goal(at) => (analysis.goal(*at).reference.id.as_str(), Some(analysis.goal(*at))),
        Named::KeyResult(at, id) => (id.as_str(), Some(analysis.goal(*at))),
        Named::Person(name) | Named::Team(name) => (name.as_str(), None),
    };
    let own: Vec<String> =
        own.map(|goal| [goal.path.clone(), goal.checkins_path()]).into_iter().flatten().collect();
    let mut found = Vec::new();
    for path in analysis.workspace.snapshot.paths() {
        let text = analysis.text(path).unwrap_or_default();
        // A file that does not hold the word is not read, unless it can name it by another.
        if !text.contains(needle) && !own.iter().any(|own| own == path) {
            continue;
        }
        let is_owner = matches!(named, Named::Person(_) | Named::Team(_));
        let outline = Outline::of(text);
        // Who is meant is looked up for those words alone that can be the one.
        let words = outline
            .words
            .iter()
            .filter(|word| !is_owner || text[word.span.start..word.span.end] == *needle);
        for word in words {
            let names = names(analysis, path, text, word);
            let meant = names.into_iter().filter(|name| name.named == *named);
            found.extend(meant.map(|name| (Place::new(path, name.span), name)));
        }
    }
    found
}

/// What a word names: of a reference to a key result both the goal and the key result.
fn names(analysis: &Analysis, path: &str, text: &str, word: &Word) -> Vec<Name> {
    let sort = Sort::of(path);
    let written = &text[word.span.start..word.span.end];
    let model = &analysis.workspace.model;
    let goal = || analysis.goal_at(path);
    let one = |named, is_declaration| vec![Name { named, span: word.span, is_declaration }];
    let keys: Vec<&str> = word.path.iter().map(String::as_str).collect();
    match (sort, word.role, keys.as_slice()) {
        (Sort::Settings, Role::Header | Role::Key, ["people", handle]) => {
            return one(Named::Person((*handle).to_owned()), true);
        }
        (Sort::Settings, Role::Header | Role::Key, ["teams", team]) => {
            return one(Named::Team((*team).to_owned()), true);
        }
        (Sort::Plan, Role::Text, ["title"]) => {
            return goal().map(|at| one(Named::Goal(at), true)).unwrap_or_default();
        }
        _ => {}
    }
    match place::meaning(sort, word.role, &word.path) {
        Some(Meaning::Reference) => {
            let cycle = goal().map(|at| analysis.goal(at).reference.cycle.as_str());
            named_by(analysis, written, word.span, cycle.unwrap_or_default())
        }
        Some(Meaning::KeyResult) => {
            let Some(at) = goal() else { return Vec::new() };
            let id = present_id(analysis.goal(at), written);
            one(Named::KeyResult(at, id.to_owned()), sort == Sort::Plan)
        }
        Some(Meaning::Person) if !written.is_empty() => {
            let is_person =
                model.settings.people.as_ref().is_some_and(|people| people.contains_key(written));
            let named = match !is_person && is_team(analysis, written) {
                true => Named::Team(written.to_owned()),
                false => Named::Person(written.to_owned()),
            };
            one(named, false)
        }
        _ => Vec::new(),
    }
}

/// What a reference in a goal of `cycle` names, part by part.
fn named_by(analysis: &Analysis, written: &str, span: Span, cycle: &str) -> Vec<Name> {
    let Some(reference) = Reference::parse(written) else { return Vec::new() };
    let whole = Reference { key_result: None, ..reference.clone() };
    let Ok((at, _)) = analysis.workspace.model.resolve(&whole, cycle) else { return Vec::new() };
    let end = match &reference.key_result {
        Some(key_result) => span.end - key_result.len() - 1,
        None => span.end,
    };
    let name = |named, span| Name { named, span, is_declaration: false };
    let mut names = vec![name(Named::Goal(at), Span::new(span.start, end))];
    if let Some(key_result) = reference.key_result {
        names.push(name(Named::KeyResult(at, key_result), Span::new(end + 1, span.end)));
    }
    names
}

/// The present id of a key result that may be named by an earlier one.
fn present_id<'a>(goal: &'a Goal, id: &'a str) -> &'a str {
    if goal.key_result_position(id).is_some() {
        return id;
    }
    let former = goal.key_results.iter().find(|kr| kr.formerly.iter().any(|former| former == id));
    former.and_then(|kr| kr.id.as_deref()).unwrap_or(id)
}

fn is_team(analysis: &Analysis, name: &str) -> bool {
    let model = &analysis.workspace.model;
    model.settings.teams.contains_key(name)
        || model.cycles.keys().any(|cycle| model.teams(cycle).contains(&name))
}
