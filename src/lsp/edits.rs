//! Changes of files as the editor makes them: the least that differs, each upon the version that it
//! was told from.

use std::collections::HashMap;

use gen_lsp_types::{
    CreateFile, DocumentChange, Edit, OptionalVersionedTextDocumentIdentifier, RenameFile,
    SnippetTextEdit, StringValue, TextDocumentEdit, TextDocumentIdentifier, TextEdit, Uri,
    WorkspaceEdit,
};
use similar::{Algorithm, TextDiff};

use super::position::Lines;
use super::requests::{Answer, Refused};
use super::snippet::Snippet;
use super::view::View;
use crate::change::Changes;
use crate::text::Span;

/// What the editor does with changes of several files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Abilities {
    /// Whether it looks at the version that a change was made from.
    pub(super) versions: bool,
    /// Whether it makes files.
    pub(super) creates: bool,
    /// Whether it gives files another name.
    pub(super) moves: bool,
    /// Whether it lets places be filled in.
    pub(super) snippets: bool,
}

/// A part of a text that is another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Difference {
    /// What goes away.
    span: Span,
    /// What comes in its place.
    with: String,
}

/// Changes of files, for the editor to make.
pub(super) fn of(view: &View<'_>, changes: &Changes<'_>) -> Answer<WorkspaceEdit> {
    with_field(view, changes, None)
}

/// The same, with a place to fill in where the editor lets that be: `field` is a text that is put
/// in, and the same with the place in it.
pub(super) fn with_field(
    view: &View<'_>,
    changes: &Changes<'_>,
    field: Option<(&str, &Snippet)>,
) -> Answer<WorkspaceEdit> {
    let files = files(view, changes);
    let can = view.client.edits;
    let creates = files.iter().any(|file| file.is_new);
    if (creates && !can.creates) || (!changes.moves().is_empty() && !can.moves) {
        let what = if creates { "make" } else { "rename" };
        return Err(Refused::Cannot(format!("this editor cannot {what} files for a server")));
    }
    if !can.versions {
        let plain = |file: File<'_>| (file.uri.clone(), plain_edits(view, &file));
        let changes: HashMap<Uri, Vec<TextEdit>> = files.into_iter().map(plain).collect();
        return Ok(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() });
    }
    let mut all: Vec<DocumentChange> = Vec::new();
    for file in &files {
        if file.is_new {
            all.push(CreateFile::new(file.uri.clone(), None, None).into());
        }
        let document = OptionalVersionedTextDocumentIdentifier::new(
            file.version,
            TextDocumentIdentifier::new(file.uri.clone()),
        );
        let edits = match field.filter(|_| can.snippets) {
            Some(field) => filled_edits(view, file, field),
            None => plain_edits(view, file).into_iter().map(Edit::from).collect(),
        };
        all.push(TextDocumentEdit::new(document, edits).into());
    }
    for (from, to) in changes.moves() {
        all.push(RenameFile::new(view.uri(from), view.uri(to), None, None).into());
    }
    Ok(WorkspaceEdit { document_changes: Some(all), ..WorkspaceEdit::default() })
}

/// A file whose text changes, under its present name.
struct File<'t> {
    uri: Uri,
    version: Option<i32>,
    is_new: bool,
    before: &'t str,
    after: &'t str,
}

fn files<'t>(view: &View<'t>, changes: &'t Changes<'_>) -> Vec<File<'t>> {
    let changed = changes.texts().filter_map(|(path, after)| Some((path, after?)));
    let files = changed.map(|(path, after)| {
        let moved = changes.moves().iter().find(|(_, to)| to == path);
        let path = moved.map_or(path, |(from, _)| from);
        let before = view.analysis.text(path);
        let buffer = view.buffers.get(&view.analysis.root.join(path));
        File {
            uri: view.uri(path),
            version: buffer.map(|buffer| buffer.version),
            is_new: before.is_none() && buffer.is_none(),
            before: before.unwrap_or_default(),
            after,
        }
    });
    files.filter(|file| file.is_new || file.before != file.after).collect()
}

fn plain_edits(view: &View<'_>, file: &File<'_>) -> Vec<TextEdit> {
    between(&Lines::new(file.before, view.client.encoding), file.before, file.after)
}

/// The edits that lead from one text, which has these `lines`, to another.
pub(super) fn between(lines: &Lines<'_>, before: &str, after: &str) -> Vec<TextEdit> {
    differences(before, after)
        .into_iter()
        .map(|difference| TextEdit::new(lines.range(difference.span), difference.with))
        .collect()
}

/// The edits of a file, with a place to fill in where `text` is put in.
fn filled_edits(view: &View<'_>, file: &File<'_>, (text, field): (&str, &Snippet)) -> Vec<Edit> {
    let edits = plain_edits(view, file).into_iter();
    let filled = edits.map(|edit| match edit.new_text.split_once(text) {
        Some((before, after)) => {
            let snippet = Snippet::of(before).and(field).then(after);
            let value = StringValue::new(snippet.marked());
            SnippetTextEdit::new(edit.range, value, None).into()
        }
        None => Edit::from(edit),
    });
    filled.collect()
}

/// The least parts in which one text differs from another, from top to bottom.
fn differences(before: &str, after: &str) -> Vec<Difference> {
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(before, after);
    let old = ends(diff.iter_old_slices());
    let new = ends(diff.iter_new_slices());
    let mut found = Vec::new();
    for op in diff.ops() {
        let (was, is) = (op.old_range(), op.new_range());
        let (was, is) = (old[was.start]..old[was.end], new[is.start]..new[is.end]);
        let (removed, put) = (&before[was.clone()], &after[is]);
        if removed != put {
            found.push(least(was.start, removed, put));
        }
    }
    found
}

/// Where lines begin, and where the last one ends.
fn ends<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<usize> {
    let mut ends = vec![0];
    for line in lines {
        ends.push(ends[ends.len() - 1] + line.len());
    }
    ends
}

/// A difference without what both sides begin and end with.
fn least(start: usize, removed: &str, put: &str) -> Difference {
    let same = removed.chars().zip(put.chars()).take_while(|(a, b)| a == b);
    let head: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let (removed, put) = (&removed[head..], &put[head..]);
    let same = removed.chars().rev().zip(put.chars().rev()).take_while(|(a, b)| a == b);
    let tail: usize = same.map(|(c, _)| c.len_utf8()).sum();
    let start = start + head;
    Difference {
        span: Span::new(start, start + removed.len() - tail),
        with: put[..put.len() - tail].to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_lead_from_one_text_to_the_other_and_touch_nothing_else() {
        for (before, after, expected) in [
            ("a\nb\nc\n", "a\nB\nc\n", vec![((2, 3), "B")]),
            ("a\r\nb", "a\r\nx\r\nb", vec![((3, 3), "x\r\n")]),
            ("", "a\n", vec![((0, 0), "a\n")]),
            ("x = \"é\"\n", "x = \"è\"\n", vec![((5, 7), "è")]),
            ("a\nb\n", "a\nb\n", vec![]),
            ("{ a = 1 }", "{ a = 1, b = 2 }", vec![((7, 7), ", b = 2")]),
            ("a\nb\nc\nd\n", "A\nb\nc\nD\n", vec![((0, 1), "A"), ((6, 7), "D")]),
        ] {
            let found = differences(before, after);
            let shown: Vec<((usize, usize), &str)> = found
                .iter()
                .map(|found| ((found.span.start, found.span.end), found.with.as_str()))
                .collect();
            assert_eq!(shown, expected, "{before:?} {after:?}");
            let mut text = before.to_owned();
            for difference in found.iter().rev() {
                text.replace_range(difference.span.start..difference.span.end, &difference.with);
            }
            assert_eq!(text, after);
        }
    }
}
