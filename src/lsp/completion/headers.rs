//! Headers: the tables that may follow, each with what belongs into it.

use gen_lsp_types::CompletionItemKind;

use super::super::place::Sort;
use super::super::snippet::Snippet;
use super::{Cursor, Proposal, keys, records};
use crate::load::keys::{Entry, Holds, Key, file};
use crate::load::{Kind, splice};
use crate::text::Span;

/// The header that is being typed at the cursor, from its bracket on.
pub(super) fn at(cursor: &Cursor<'_>) -> Option<Span> {
    let section = cursor.outline.section(cursor.offset)?.header;
    let is_inside = section.start < cursor.offset && cursor.offset <= section.end;
    let is_closed = cursor.file.text[section.start..section.end].ends_with(']');
    (is_inside && !(is_closed && cursor.offset == section.end)).then_some(section)
}

/// The tables that may follow, `[` included; what is typed begins with it `in_brackets`.
pub(super) fn proposals(cursor: &Cursor<'_>, sort: Sort, in_brackets: bool) -> Vec<Proposal> {
    let mut proposals = match sort {
        Sort::Checkins => of_key_results(cursor),
        Sort::Plan => blocks(cursor, in_brackets),
        Sort::Settings => sections(cursor),
    };
    if !in_brackets {
        for proposal in &mut proposals {
            let bare = proposal.filter.as_ref().unwrap_or(&proposal.label);
            proposal.filter = Some(bare.trim_start_matches('[').to_owned());
        }
    }
    proposals
}

/// Tells whether the header that is being typed is that of a table with something in it.
fn has_content(cursor: &Cursor<'_>) -> bool {
    at(cursor).is_some()
        && cursor
            .outline
            .section(cursor.offset)
            .is_some_and(|section| section.span.end > section.header.end)
}

/// The key results that have no table of records yet, each with today's.
fn of_key_results(cursor: &Cursor<'_>) -> Vec<Proposal> {
    let Some(goal) = cursor.goal() else { return Vec::new() };
    let here = at(cursor);
    let is_full = has_content(cursor);
    let is_there = |id: &str| {
        let mut sections = cursor.outline.sections.iter();
        sections.any(|section| Some(section.header) != here && section.path == [id])
    };
    let takes_records = goal.key_results.iter().filter(|kr| kr.kind != Kind::Objectives);
    takes_records
        .filter_map(|key_result| {
            let id = key_result.id.as_deref().filter(|id| !is_there(id))?;
            let header = format!("[{id}]");
            let code = match is_full {
                true => Snippet::of(&header),
                false => records::first(cursor, &header, key_result),
            };
            let proposal = Proposal::code(header, CompletionItemKind::Struct, code);
            Some(proposal.detail(&key_result.title))
        })
        .collect()
}

/// What a plan may go on with; in an empty one, a whole goal.
fn blocks(cursor: &Cursor<'_>, in_brackets: bool) -> Vec<Proposal> {
    let mut proposals = Vec::new();
    if has_content(cursor) {
        return proposals;
    }
    let here = cursor.outline.word(cursor.offset).map(|word| word.outer);
    let is_empty = cursor.outline.words.iter().all(|word| Some(word.outer) == here);
    if is_empty && !in_brackets {
        proposals.extend(goals());
    }
    let key_result = |what: &str, measure: &str, code: Snippet| {
        Proposal::code(format!("[key_results.…] {what}"), CompletionItemKind::Snippet, code)
            .detail(measure)
            .filter("[key_results")
    };
    proposals.extend([
        key_result("number", "from a baseline to a target", measured(opening("[key_results."))),
        key_result("bounds", "a number to be kept inside them", threshold()),
        key_result("milestones", "a ladder of steps", ladder()),
        key_result("yes or no", "done or not", done()),
    ]);
    let initiative = opening("[initiatives.").then("owner = \"").field("").then("\"\n");
    proposals.push(
        Proposal::code("[initiatives.…]", CompletionItemKind::Snippet, initiative)
            .detail("a piece of work")
            .filter("[initiatives"),
    );
    proposals
}

/// Whole goals.
fn goals() -> [Proposal; 2] {
    let top = |title: &str| {
        Snippet::of("title = \"")
            .field(title)
            .then("\"\nwhy = \"")
            .field("the reason, for those who were not in the room")
            .then("\"\nowner = \"")
            .field("")
            .then("\"\n")
    };
    let ambition = ["aspirational", "committed"];
    let objective = top("What will be true").then("ambition = \"").choice(ambition).then("\"\n\n");
    let objective = measured(opened(objective, "[key_results."));
    let smart = measured(top("What will be true, with the number that shows it"));
    [
        Proposal::code("goal", CompletionItemKind::Snippet, objective)
            .detail("an objective with a key result"),
        Proposal::code("SMART goal", CompletionItemKind::Snippet, smart)
            .detail("a goal with a measure of its own")
            .filter("smart goal"),
    ]
}

/// The header of a table that its author names, and its title.
fn opening(header: &str) -> Snippet {
    opened(Snippet::default(), header)
}

fn opened(before: Snippet, header: &str) -> Snippet {
    before.then(header).field("id").then("]\ntitle = \"").field("title").then("\"\n")
}

/// A number on its way, and where it comes from.
fn measured(before: Snippet) -> Snippet {
    let numbers = before
        .then("unit = \"")
        .field("unit")
        .then("\"\nbaseline = ")
        .field("0")
        .then("\ntarget = ")
        .field("100");
    numbers.then("\nsource = \"").field("").then("\"\n")
}

fn threshold() -> Snippet {
    let bounds = opening("[key_results.").then("kind = \"threshold\"\n");
    let bounds = bounds.choice(["at_most", "at_least"]).then(" = ").field("0");
    bounds.then("\nunit = \"").field("unit").then("\"\nsource = \"").field("").then("\"\n")
}

fn ladder() -> Snippet {
    let ladder = opening("[key_results.").then("kind = \"milestone\"\nmilestones = { ");
    let step = |ladder: Snippet, id: &str, score: &str| ladder.field(id).then(" = ").field(score);
    let ladder = step(ladder, "first", "0.3").then(", ");
    step(step(ladder, "second", "0.7").then(", "), "third", "1.0").then(" }\n")
}

fn done() -> Snippet {
    opening("[key_results.").then("kind = \"binary\"\n")
}

/// The tables of `goals.toml` that are not there yet, and those that there are several of.
fn sections(cursor: &Cursor<'_>) -> Vec<Proposal> {
    let present = cursor.present(&[]);
    let known = file(&cursor.file.path).keys.iter().filter(|key| keys::is_section(key));
    known
        .filter_map(|key| {
            let Holds::Table(table) = key.holds else { return None };
            match table.entries.first().filter(|_| table.keys.is_empty()) {
                Some(entry) => Some(named(key, entry)),
                None if present.contains(&key.name) => None,
                None => {
                    let header = format!("[{}]", key.name);
                    let code = Snippet::of(format!("{header}\n"));
                    let proposal = Proposal::code(header, CompletionItemKind::Struct, code);
                    Some(proposal.told(key.markdown()))
                }
            }
        })
        .collect()
}

/// A table of a name that its author gives.
fn named(key: &Key, entry: &Entry) -> Proposal {
    let name = splice::key(entry.name_example.trim_matches('"'));
    let code = Snippet::of(format!("[{}.", key.name)).field(name).then("]\n");
    Proposal::code(format!("[{}.…]", key.name), CompletionItemKind::Struct, code)
        .filter(format!("[{}", key.name))
        .told(entry.markdown())
}
