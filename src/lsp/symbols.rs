//! Symbols: the outline of a file, and goals and key results by their names.

use std::collections::BTreeSet;

use gen_lsp_types::{
    BaseSymbolInformation, DocumentSymbol, DocumentSymbolParams, DocumentSymbolResponse,
    SymbolKind, WorkspaceSymbol, WorkspaceSymbolParams, WorkspaceSymbolResponse,
};

use super::matching::matched;
use super::place::{self, Meaning, Sort};
use super::requests::Answer;
use super::view::{File, View};
use crate::diagnostic::Place;
use crate::load::{Outline, Role, Section, Word};
use crate::text::{Span, line_at, printable};

/// The most symbols of a workspace that are told at once.
const MOST: usize = 200;

/// The outline of a file.
pub(super) fn of_document(
    view: &View<'_>,
    params: DocumentSymbolParams,
) -> Answer<Option<DocumentSymbolResponse>> {
    let Some(file) = view.file(&params.text_document.uri) else { return Ok(None) };
    let outline = Outline::of(file.text);
    let symbols = match Sort::of(&file.path) {
        Sort::Plan => vec![goal(&file, &outline)],
        Sort::Checkins => records(&file, &outline),
        Sort::Settings => sections(&file, &outline),
    };
    Ok(Some(symbols.into()))
}

/// A symbol of a file; what is not to be seen has no symbol.
fn symbol(
    file: &File<'_>,
    name: &str,
    detail: Option<&str>,
    kind: SymbolKind,
    (whole, own): (Span, Span),
) -> DocumentSymbol {
    let name = if name.trim().is_empty() { "?" } else { name };
    let whole = Span::new(whole.start.min(own.start), whole.end.max(own.end));
    let (name, detail) =
        (printable(name).into_owned(), detail.map(|detail| printable(detail).into_owned()));
    DocumentSymbol::new(name, detail, kind, None, None, file.range(whole), file.range(own), None)
}

/// A goal with its key results, initiatives and close.
fn goal(file: &File<'_>, outline: &Outline) -> DocumentSymbol {
    let id = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".toml");
    let title = outline.value(&["title"]);
    let shown = title.map(|word| &file.text[word.span.start..word.span.end]);
    let own = title.map_or(Span::default(), |word| word.outer);
    let whole = Span::new(0, file.text.len());
    let mut children: Vec<DocumentSymbol> = Vec::new();
    let mut seen: BTreeSet<&[String]> = BTreeSet::new();
    for word in outline.words.iter().filter(|word| !word.is_value()) {
        let kind = match place::meaning(Sort::Plan, word.role, &word.path) {
            Some(Meaning::KeyResult) => SymbolKind::Field,
            Some(Meaning::Initiative) => SymbolKind::Property,
            _ if word.path == ["close"] => SymbolKind::Event,
            _ => continue,
        };
        if !seen.insert(&word.path) {
            continue;
        }
        let path: Vec<&str> = word.path.iter().map(String::as_str).collect();
        let title = outline.value(&[&path[..], &["title"]].concat());
        let detail = title.map(|word| &file.text[word.span.start..word.span.end]);
        let name = word.path.last().map_or("", String::as_str);
        let sections = sections_of(outline, word);
        let inner = sections.iter().filter(|section| section.path.len() > path.len());
        let inner: Vec<DocumentSymbol> = inner
            .map(|section| {
                let name = section.path[path.len()..].join(".");
                symbol(file, &name, None, SymbolKind::Object, (section.span, section.header))
            })
            .collect();
        let whole = extent(file, sections, word);
        children.push(DocumentSymbol {
            children: (!inner.is_empty()).then_some(inner),
            ..symbol(file, name, detail, kind, (whole, word.span))
        });
    }
    DocumentSymbol {
        children: Some(children),
        ..symbol(file, id, shown, SymbolKind::Class, (whole, own))
    }
}

/// The sections of what a word in a header names: its own, and those of the tables in it that follow.
fn sections_of<'o>(outline: &'o Outline, word: &Word) -> &'o [Section] {
    let is_inside = |section: &Section| section.path.starts_with(&word.path);
    let own = |section: &Section| is_inside(section) && section.header.touches(word.span.start);
    let Some(first) = outline.sections.iter().position(own) else { return &[] };
    let rest = &outline.sections[first..];
    &rest[..rest.iter().take_while(|section| is_inside(section)).count()]
}

/// How far what a word names reaches: its sections, or its line.
fn extent(file: &File<'_>, sections: &[Section], word: &Word) -> Span {
    match (sections.first(), sections.last()) {
        (Some(first), Some(last)) => Span::new(first.span.start, last.span.end),
        _ => line_at(file.text, word.span.start),
    }
}

/// Each table of records with its records.
fn records(file: &File<'_>, outline: &Outline) -> Vec<DocumentSymbol> {
    let mut symbols: Vec<DocumentSymbol> = Vec::new();
    for section in &outline.sections {
        let inside = outline.words.iter().filter(|word| {
            word.role == Role::Key
                && section.span.touches(word.span.start)
                && word.path.len() == section.path.len() + 1
        });
        let record = |word: &Word| {
            let line = line_at(file.text, word.span.start);
            let value = file.text[word.outer.end..line.end].trim_start_matches([' ', '\t', '=']);
            let name = word.path.last().map_or("", String::as_str);
            symbol(file, name, Some(value), SymbolKind::Event, (line, word.span))
        };
        let inside: Vec<DocumentSymbol> = inside.map(record).collect();
        // What is being typed is on its line, though it is no word yet.
        let end = line_at(file.text, section.span.end).end;
        let whole = Span::new(section.span.start, end);
        match section.path.last() {
            None => symbols.extend(inside),
            Some(name) => symbols.push(DocumentSymbol {
                children: Some(inside),
                ..symbol(file, name, None, SymbolKind::Field, (whole, section.header))
            }),
        }
    }
    symbols
}

/// Each section under its whole name.
fn sections(file: &File<'_>, outline: &Outline) -> Vec<DocumentSymbol> {
    let named = outline.sections.iter().filter(|section| !section.path.is_empty());
    let shown = |section: &Section| {
        let name = section.path.join(".");
        symbol(file, &name, None, SymbolKind::Namespace, (section.span, section.header))
    };
    named.map(shown).collect()
}

/// Goals and key results whose reference or title holds the letters that are asked for in their
/// order, those first that answer to them best: their id, their reference, their title.
pub(super) fn of_workspace(
    view: &View<'_>,
    params: WorkspaceSymbolParams,
) -> Answer<Option<WorkspaceSymbolResponse>> {
    let mut found = Vec::new();
    for goal in &view.analysis.workspace.model.goals {
        let own = std::iter::once((None, &goal.title, goal.plan.shape.at, SymbolKind::Class));
        let key_results = goal.key_results.iter().filter_map(|key_result| {
            let id = key_result.id.as_deref()?;
            Some((Some(id), &key_result.title, key_result.at, SymbolKind::Field))
        });
        for (id, title, at, kind) in own.chain(key_results) {
            let name = goal.reference.with(id);
            let own = id.unwrap_or(&goal.reference.id);
            let answers = [own, &name, title].map(|text| matched(&params.query, text));
            // What answers equally well stays in its order.
            let best = answers.into_iter().enumerate().filter_map(|(at, how)| Some((how?, at)));
            if let Some(rank) = best.min() {
                found.push((rank, name, title, Place::new(&goal.path, at), kind));
            }
        }
    }
    found.sort_by_key(|(rank, ..)| *rank);
    found.truncate(MOST);
    let symbol = |(_, name, title, place, kind): (_, String, &String, Place, SymbolKind)| {
        let container_name = Some(printable(title).into_owned());
        WorkspaceSymbol {
            location: view.location(&place).into(),
            data: None,
            base_symbol_information: BaseSymbolInformation {
                name,
                kind,
                tags: None,
                container_name,
            },
        }
    };
    Ok(Some(found.into_iter().map(symbol).collect::<Vec<_>>().into()))
}
