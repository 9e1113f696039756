//! Definition, references and links: from a name to what it names, and back to all who name it.

use gen_lsp_types::{
    Definition, DefinitionParams, DefinitionResponse, DocumentLink, DocumentLinkParams, Location,
    LocationLink, ReferenceParams, Uri,
};

use super::named::{self, Name, Named};
use super::place::{self, Meaning, Sort};
use super::requests::Answer;
use super::view::{Spot, View};
use crate::diagnostic::Place;
use crate::load::{Outline, Role};
use crate::render::site::link::Href;
use crate::text::{Span, looks_like_date};

/// Tells where what is named under the cursor is declared. A key result's table in a plan and its
/// table of records lead to each other, and a record leads to its key result.
pub(super) fn definition(
    view: &View<'_>,
    params: DefinitionParams,
) -> Answer<Option<DefinitionResponse>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let found = match named::at(view, &spot) {
        Some(name) => declared(view, &name).map(|place| (name.span, place)),
        None => of_record(view, &spot),
    };
    Ok(found.map(|(origin, place)| response(view, &spot, origin, &place)))
}

fn response(view: &View<'_>, spot: &Spot<'_>, origin: Span, place: &Place) -> DefinitionResponse {
    if !view.client.links_definitions {
        return Definition::Location(view.location(place)).into();
    }
    let range = view.range(place);
    let link =
        LocationLink::new(Some(spot.file.range(origin)), view.uri(&place.path), range, range);
    vec![link].into()
}

/// Where something is declared; of a key result's declaration, where its records are.
fn declared(view: &View<'_>, name: &Name) -> Option<Place> {
    match &name.named {
        Named::Goal(at) => {
            let path = &view.analysis.goal(*at).path;
            let outline = Outline::of(view.analysis.text(path)?);
            let title = outline.value(&["title"]).map(|word| word.span);
            Some(Place::new(path, title.unwrap_or_default()))
        }
        Named::KeyResult(at, id) => {
            let goal = view.analysis.goal(*at);
            let records = goal.checkins_path();
            let in_records = || {
                let former = goal.key_results.iter().find(|kr| kr.id.as_ref() == Some(id));
                let former = former.into_iter().flat_map(|kr| &kr.formerly).map(String::as_str);
                std::iter::once(id.as_str())
                    .chain(former)
                    .find_map(|id| key_in(view, &records, &[id]))
            };
            let in_plan = || key_in(view, &goal.path, &["key_results", id]);
            if name.is_declaration { in_records().or_else(in_plan) } else { in_plan() }
        }
        Named::Person(handle) => key_in(view, crate::load::SETTINGS_FILE, &["people", handle]),
        Named::Team(team) => key_in(view, crate::load::SETTINGS_FILE, &["teams", team]),
    }
}

/// Where a key or header stands in a file.
fn key_in(view: &View<'_>, path: &str, key: &[&str]) -> Option<Place> {
    let outline = Outline::of(view.analysis.text(path)?);
    outline.key(key).map(|word| Place::new(path, word.span))
}

/// What a record leads to: the milestone that it names, else its key result, else its goal.
fn of_record(view: &View<'_>, spot: &Spot<'_>) -> Option<(Span, Place)> {
    let outline = Outline::of(spot.file.text);
    let word = outline.word(spot.offset)?;
    let sort = Sort::of(&spot.file.path);
    let meaning = place::meaning(sort, word.role, &word.path)?;
    if !matches!(meaning, Meaning::Date | Meaning::RecordValue) {
        return None;
    }
    let goal = view.analysis.goal(view.analysis.goal_at(&spot.file.path)?);
    let key_result = word.path.first().filter(|name| !looks_like_date(name));
    let table: Vec<&str> = match key_result {
        Some(id) => vec!["key_results", id],
        None => Vec::new(),
    };
    let written = &spot.file.text[word.span.start..word.span.end];
    let milestone = || {
        let steps: Vec<&str> = table.iter().copied().chain(["milestones", written]).collect();
        key_in(view, &goal.path, &steps).filter(|_| word.role == Role::Text)
    };
    let measured = || key_in(view, &goal.path, if table.is_empty() { &["title"] } else { &table });
    milestone().or_else(measured).map(|place| (word.span, place))
}

/// Lists every place that names what is named under the cursor.
pub(super) fn references(
    view: &View<'_>,
    params: ReferenceParams,
) -> Answer<Option<Vec<Location>>> {
    let Some(spot) = view.spot(&params.text_document_position_params) else { return Ok(None) };
    let Some(name) = named::at(view, &spot) else { return Ok(None) };
    let all = named::everywhere(view, &name.named).into_iter();
    let wanted = all.filter(|(_, name)| !name.is_declaration || params.context.include_declaration);
    Ok(Some(wanted.map(|(place, _)| view.location(&place)).collect()))
}

/// Lists the addresses in a file that lead out of it: where numbers come from, where work is
/// followed. Only those that open a page or a letter are links.
pub(super) fn links(
    view: &View<'_>,
    params: DocumentLinkParams,
) -> Answer<Option<Vec<DocumentLink>>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let outline = Outline::of(file.text);
    let links = outline.words.iter().filter(|word| {
        let key = word.path.last().map_or("", String::as_str);
        word.role == Role::Text && matches!(key, "source" | "link" | "base_url" | "repository_url")
    });
    let links = links.filter_map(|word| {
        let target = address(&file.text[word.span.start..word.span.end])?;
        Some(DocumentLink {
            range: file.range(word.span),
            target: Some(Uri(target)),
            ..DocumentLink::default()
        })
    });
    Ok(Some(links.collect()))
}

/// An address as it may be opened; nothing for what names no scheme, or another one.
fn address(written: &str) -> Option<String> {
    let (scheme, _) = written.trim().split_once(':')?;
    let is_known =
        ["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
    let href = Href::external(written).filter(|_| is_known)?;
    Some(href.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_and_letters_are_links() {
        for (written, expected) in [
            ("https://example.com/a?b#c", Some("https://example.com/a?b#c")),
            ("HTTP://example.com", Some("HTTP://example.com")),
            (" mailto:ana@northwind.example ", Some("mailto:ana@northwind.example")),
            ("the CRM, every Monday", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("java\nscript:x", None),
            ("command:workbench.action.quit", None),
            ("//example.com", None),
            ("reports/arr.csv", None),
            ("https://exa mple.com", None),
        ] {
            assert_eq!(address(written).as_deref(), expected, "{written}");
        }
    }
}
