//! Values of keys: the words that a key takes, dates that are near, what others have written.

use std::collections::BTreeMap;

use gen_lsp_types::CompletionItemKind;

use super::super::snippet::Snippet;
use super::{Cursor, Proposal};
use crate::load::keys::{self, Holds};

/// The values that the key at `path` may have.
pub(super) fn values(cursor: &Cursor<'_>, path: &[String]) -> Vec<Proposal> {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let Some(found) = keys::file(&cursor.file.path).find_at(&path) else { return Vec::new() };
    let name = path.last().copied().unwrap_or_default();
    match (name, found.holds()) {
        ("unit", _) => in_use(cursor, units(cursor)),
        ("tags", _) => in_use(cursor, tags(cursor)),
        _ if matches!(path[..], [.., "allow", _]) => {
            let reason = Snippet::of("\"").field("reason").then("\"");
            vec![Proposal::code("\"reason\"", CompletionItemKind::Value, reason)]
        }
        (_, holds) => of(cursor, name, holds),
    }
}

fn of(cursor: &Cursor<'_>, name: &str, holds: &Holds) -> Vec<Proposal> {
    match holds {
        Holds::Word(words) => words
            .iter()
            .map(|(word, meaning)| {
                Proposal::text(*word, CompletionItemKind::EnumMember).detail(*meaning)
            })
            .collect(),
        Holds::Flag => flags(),
        Holds::Date => {
            let date = date_of(cursor, name);
            vec![Proposal::code(date.clone(), CompletionItemKind::Value, Snippet::of(date))]
        }
        Holds::Or(bare, _) => of(cursor, name, bare),
        _ => Vec::new(),
    }
}

/// `true` and `false`.
pub(super) fn flags() -> Vec<Proposal> {
    let flag = |word| Proposal::code(word, CompletionItemKind::Keyword, Snippet::of(word));
    ["true", "false"].map(flag).into()
}

/// The date that a key probably takes: an end of the cycle, or today.
pub(super) fn date_of(cursor: &Cursor<'_>, key: &str) -> String {
    let model = &cursor.view.analysis.workspace.model;
    let cycle = cursor.goal().and_then(|goal| model.cycles.get(&goal.reference.cycle));
    let date = match (key, cycle) {
        ("starts" | "start", Some(cycle)) => cycle.start,
        ("due" | "end", Some(cycle)) => cycle.end,
        _ => cursor.view.analysis.today,
    };
    date.to_string()
}

/// Words by how often they are used, the most used first; without the one that is being typed.
fn in_use<'a>(cursor: &Cursor<'_>, words: impl Iterator<Item = &'a str>) -> Vec<Proposal> {
    let typed = cursor.outline.word(cursor.offset).map(|word| word.span);
    let typed = typed.map_or("", |span| &cursor.file.text[span.start..span.end]);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    words.for_each(|word| *counts.entry(word).or_default() += 1);
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
        .into_iter()
        .filter(|(word, count)| *word != typed || *count > 1)
        .map(|(word, count)| {
            Proposal::text(word, CompletionItemKind::Unit).detail(format!("used {count} ×"))
        })
        .collect()
}

fn units<'c>(cursor: &Cursor<'c>) -> impl Iterator<Item = &'c str> {
    let goals = &cursor.view.analysis.workspace.model.goals;
    goals.iter().flat_map(|goal| goal.key_results.iter().filter_map(|kr| kr.unit.as_deref()))
}

fn tags<'c>(cursor: &Cursor<'c>) -> impl Iterator<Item = &'c str> {
    let goals = &cursor.view.analysis.workspace.model.goals;
    goals.iter().flat_map(|goal| goal.tags.iter().map(String::as_str))
}
