//! The templates of the workspace, and what is said of them.

use std::collections::BTreeMap;

use super::super::output;
use super::super::session::Session;
use super::super::shared::Global;
use crate::error::{Error, Kind, Result};
use crate::pipeline::TEMPLATES;
use crate::render::site::{self, TemplateError};
use crate::repo::{self, Content, NoFile, NoFileKind, Snapshot};
use crate::text::printable;
use unicode_width::UnicodeWidthStr;

/// The workspace's own templates, by name.
///
/// # Errors
///
/// One of them is no text.
pub(super) fn overrides(session: &Session<'_>) -> Result<BTreeMap<String, String>> {
    let own = session.workspace.snapshot.below(TEMPLATES).filter_map(|(path, content)| {
        let name = path.strip_prefix(TEMPLATES)?.strip_prefix('/')?;
        let known = |text: &str| Ok((name.to_owned(), text.to_owned()));
        let is_read = site::templates::is_read(name);
        text(content).map(known).or_else(|| is_read.then(|| Err(no_text(path, content))))
    });
    own.collect()
}

/// Refuses to go on where what is no file stands in a template's place: it would be passed over.
pub(super) fn refuse_no_files<W>(session: &Session<'_, W>) -> Result<()> {
    let found = match (&session.repo, session.revision) {
        (Some(repo), Some(commit)) => repo.no_files(commit, TEMPLATES)?,
        _ => repo::list_no_files(&session.root, TEMPLATES)?,
    };
    found.iter().find(|found| is_in_the_way(found)).map_or(Ok(()), |found| Err(no_file(found)))
}

/// Tells whether a template is looked for there, or the folder of them.
fn is_in_the_way(found: &NoFile) -> bool {
    let Some(name) = found.path.strip_prefix(&format!("{TEMPLATES}/")) else { return true };
    match found.kind {
        NoFileKind::Folder => site::templates::names().contains(&name),
        NoFileKind::Link | NoFileKind::Other => site::templates::is_read(name),
    }
}

/// Something else in a template's place, or in that of their folder.
fn no_file(found: &NoFile) -> Error {
    let (what, cure) = match found.kind {
        _ if found.path == TEMPLATES => {
            ("no folder".to_owned(), "make it a folder, or remove it to use the built-in templates")
        }
        NoFileKind::Folder => (found.kind.to_string(), "give it another name"),
        NoFileKind::Link | NoFileKind::Other => (
            found.kind.to_string(),
            "put a file in its place, or remove it to use the built-in one",
        ),
    };
    let message =
        format!("could not render the report: it is {what}\n--> {}", printable(&found.path));
    Error::new(Kind::Template, message).hint(cure)
}

/// The text of a template, without the byte order mark that some editors put in front of it.
fn text(content: &Content) -> Option<&str> {
    content.text().map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// A template that cannot be read.
fn no_text(path: &str, content: &Content) -> Error {
    let cure = match content {
        Content::NotUtf8(_) => "save it as UTF-8",
        _ => "leave out what no page shows",
    };
    let lack = content.lack().unwrap_or_default();
    let message = format!("could not render the report: {lack}\n--> {}", printable(path));
    Error::new(Kind::Template, message).hint(cure)
}

/// Says which of the workspace's templates change nothing.
pub(super) fn warn_of_unused(global: &Global, overrides: &BTreeMap<String, String>) {
    for template in site::templates::unused(overrides) {
        let message = format!(
            "nothing uses `{TEMPLATES}/{}`: the report has no template of that name",
            printable(&template.name)
        );
        let hint = match template.near {
            Some(near) => format!("did you mean `{TEMPLATES}/{near}`?"),
            None => format!("there is {}", site::templates::names().join(", ")),
        };
        output::warn(global, &message, Some(&hint));
    }
}

/// A mistake in a template, which is always one of the workspace's own or comes from one.
pub(super) fn in_template(error: &TemplateError, files: &Snapshot) -> Error {
    let builtin = site::templates::builtin(&error.template);
    let place = match builtin {
        Some(_) => error.place(),
        None => format!("{TEMPLATES}/{}", error.place()),
    };
    let own = || text(files.get(&format!("{TEMPLATES}/{}", error.template))?);
    let excerpt = builtin.or_else(own).and_then(|text| excerpt(error, text)).unwrap_or_default();
    let message = format!("could not render the report: {}\n--> {place}{excerpt}", error.message);
    let cure = match builtin {
        Some(_) => "mend the component or the template of yours that it calls or extends",
        None => "mend the template, or remove it to use the built-in one",
    };
    Error::new(Kind::Template, message).hint(cure)
}

/// How much of a line is shown before and after the place that is at fault, in characters.
const AROUND: usize = 100;

/// The line that is at fault, or what of a long one is near the place, with a mark under that.
fn excerpt(error: &TemplateError, text: &str) -> Option<String> {
    let number = error.line?;
    let line = text.lines().nth(number.checked_sub(1)?)?;
    let at = error.column.unwrap_or(1).saturating_sub(1);
    let from = at.saturating_sub(AROUND);
    let shown = |from: usize, to: usize| {
        let part: String = line.chars().skip(from).take(to - from).collect();
        printable(&part.replace('\t', "    ")).into_owned()
    };
    let start = if from > 0 { "…" } else { "" };
    let end = if line.chars().nth(at + AROUND).is_some() { "…" } else { "" };
    let (before, after) = (shown(from, at), shown(at, at + AROUND));
    let gutter = " ".repeat(number.to_string().len());
    let indent = " ".repeat(start.width() + before.width());
    Some(format!("\n{gutter} |\n{number} | {start}{before}{after}{end}\n{gutter} | {indent}^"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_stands_below_the_place_whatever_is_before_it() {
        let shown = |column: usize, text: &str| {
            let (template, message) = ("goal.html".to_owned(), String::new());
            let (line, column) = (Some(1), Some(column));
            let error = TemplateError { template, line, column, message };
            excerpt(&error, text).expect("the line is there")
        };
        assert_eq!(shown(3, "a {{ x }}"), "\n  |\n1 | a {{ x }}\n  |   ^");
        assert_eq!(shown(2, "\t{{ x }}"), "\n  |\n1 |     {{ x }}\n  |     ^");
        assert_eq!(shown(3, "日本{{ x }}"), "\n  |\n1 | 日本{{ x }}\n  |     ^");
        assert_eq!(shown(2, "\u{1b}{{"), "\n  |\n1 | \\u{1b}{{\n  |       ^");
        assert_eq!(shown(5, "a"), "\n  |\n1 | a\n  |  ^");
        let long = shown(1001, &format!("{}!{}", "a".repeat(1000), "b".repeat(1000)));
        let (before, after) = ("a".repeat(AROUND), "b".repeat(AROUND - 1));
        let mark = " ".repeat(AROUND + 1);
        assert_eq!(long, format!("\n  |\n1 | …{before}!{after}…\n  | {mark}^"));
    }
}
