//! What `goals check --fix` and `--diff` do with the fixes of findings: write them, show them, or
//! print a mended plan.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::check::{self, Arguments, Selection};
use super::session::Session;
use super::shared::Global;
use super::{Ending, output};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Kind, Result};
use crate::history::History;
use crate::pipeline::{self, Fixed, Workspace};
use crate::render::{diff as diffs, findings};
use crate::repo::write;
use crate::text::{count, printable};

/// Fixes what is asked for and writes the files; every finding that is left, and how many were
/// fixed. The session goes on with the workspace as it is now.
///
/// # Errors
///
/// A file cannot be written. Those before it have been; each is whole.
pub(super) fn write(
    global: &Global,
    session: &mut Session<'_>,
    history: Option<&History>,
    selection: &Selection,
) -> Result<(Vec<Diagnostic>, usize)> {
    let fixed = fixed(global, session, history, selection, true)?;
    for (path, text) in &fixed.texts {
        let read = session.workspace.snapshot.text(path).unwrap_or_default();
        write_one(&session.root, path, read, text)?;
    }
    session.workspace = fixed.workspace;
    Ok((fixed.findings, fixed.fixed))
}

/// Shows what fixing would change.
///
/// # Errors
///
/// It cannot be printed.
pub(super) fn diff(
    global: &Global,
    session: Session<'_>,
    history: Option<&History>,
    selection: &Selection,
    from_stdin: bool,
) -> Result<Ending> {
    let on_disk = !from_stdin && session.revision.is_none();
    let fixed = fixed(global, &session, history, selection, on_disk)?;
    let shown: String = fixed
        .texts
        .iter()
        .map(|(path, text)| {
            diffs::unified(
                path,
                session.workspace.snapshot.text(path).unwrap_or_default(),
                text,
                global.look(),
            )
        })
        .collect();
    output::print(&shown)?;
    let (findings, files) = (count(fixed.fixed, "finding"), count(fixed.texts.len(), "file"));
    output::note(
        global,
        &match fixed.fixed {
            0 => "nothing would be fixed".to_owned(),
            _ => format!("{findings} would be fixed in {files}"),
        },
    );
    Ok(if fixed.texts.is_empty() { Ending::Sound } else { Ending::Findings })
}

/// Prints the plan from standard input with its findings fixed, and what is left beside it.
///
/// # Errors
///
/// It is no text, or cannot be printed.
pub(super) fn print_plan(
    global: &Global,
    session: Session<'_>,
    history: Option<&History>,
    selection: &Selection,
    arguments: &Arguments,
) -> Result<Ending> {
    let fixed = fixed(global, &session, history, selection, false)?;
    let Some(plan) = fixed.workspace.snapshot.text(selection.stdin_path()) else {
        let message = "the plan from standard input cannot be fixed: it is not UTF-8, or too large";
        return Err(Error::new(Kind::Usage, message).hint("`goals check -` says what is wrong"));
    };
    output::print(plan)?;
    let found = selection.of(&fixed.workspace, fixed.findings);
    let files = selection.files(&fixed.workspace);
    let prefix = session.prefix();
    let checked = findings::Checked {
        fixed: fixed.fixed,
        ..found.checked(&fixed.workspace, &files, &prefix, arguments)
    };
    let style = findings::Style { colour: global.colour(&std::io::stderr()), ..Default::default() };
    let shown = findings::human(checked.findings, checked.snapshot, style);
    let gap = if shown.is_empty() { "" } else { "\n" };
    output::note(global, &format!("{shown}{gap}{}", findings::summary(&checked)));
    Ok(check::ending(&checked))
}

/// Applies the fixes that are asked for. On the disk, files that a link leads to are left alone.
fn fixed(
    global: &Global,
    session: &Session<'_>,
    history: Option<&History>,
    selection: &Selection,
    on_disk: bool,
) -> Result<Fixed> {
    let left: RefCell<BTreeSet<String>> = RefCell::default();
    let left_out = &session.workspace.left_out;
    let plain: RefCell<BTreeMap<String, bool>> = RefCell::default();
    let may_change = |path: &str| {
        let is_plain = || {
            write::resolve(&session.root, Path::new(path))
                .is_ok_and(|found| found == Path::new(path))
        };
        !on_disk
            || !left_out.contains(path)
                && *plain.borrow_mut().entry(path.to_owned()).or_insert_with(is_plain)
    };
    let chosen = |workspace: &Workspace, all: &[Diagnostic]| {
        let mut chosen = selection.of(workspace, all.to_vec()).findings;
        chosen.retain(|finding| {
            let path = &finding.primary.place.path;
            let is_left = finding.fix.is_some() && !may_change(path);
            if is_left {
                left.borrow_mut().insert(path.clone());
            }
            !is_left
        });
        chosen
    };
    let fixed =
        pipeline::fix(&session.workspace.snapshot, history, session.as_of, session.today, chosen)?;
    for path in left.take() {
        let (reason, cure) = match left_out.contains(&path) {
            true => ("a sparse checkout leaves it out", "`git sparse-checkout add` brings it"),
            false => ("a symbolic link leads to it", "fix the file where it really lies"),
        };
        let message = format!("`{}` is left as it is: {reason}", printable(&path));
        output::warn(global, &message, Some(cure));
    }
    for (rule, path) in &fixed.refused {
        let message =
            format!("the fix of `{rule}` would have broken `{}` and was not made", printable(path));
        output::warn(
            global,
            &message,
            Some("this is a mistake of goals: please report it with the file"),
        );
    }
    Ok(fixed)
}

/// Writes one file whole, if it still holds what was read.
fn write_one(root: &Path, path: &str, read: &str, text: &str) -> Result<()> {
    let full = root.join(path);
    let failed = |error: write::WriteError| {
        Error::new(Kind::Io, error.to_string())
            .hint("see to it that the file can be written; `goals check --diff` shows the change")
    };
    if write::read_text(&full).map_err(failed)?.as_deref() != Some(read) {
        let message = format!("`{}` was changed meanwhile and is left as it is", printable(path));
        return Err(Error::new(Kind::Io, message).hint("run `goals check --fix` again"));
    }
    write::write_atomically(&full, text.as_bytes()).map_err(failed)
}
