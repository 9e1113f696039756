//! `goals report --single-file`: everything in one page.

use std::io::Write;
use std::path::PathBuf;

use super::super::output;
use super::super::publish::{Target, in_order, of_page};
use super::super::session::Session;
use super::{Arguments, Past, with_files};
use crate::error::{Error, Kind, Result};
use crate::render::site::single;
use crate::text::count;

/// Writes the page in one step; its place, unless that is standard output, and what became of it, in words.
pub(super) fn write(
    session: &Session<'_>,
    arguments: &Arguments,
) -> Result<(Option<PathBuf>, String)> {
    let out = place(session, arguments)?;
    let past = Past::of(session)?;
    let files = with_files(session, &past, |site, files, render| {
        in_order(files, |file| site.is_large(*file), render)
    })?;
    let page = single::join(&files);
    let pages = files.iter().filter(|(path, _)| path.ends_with(".html")).count();
    let told = format!("{} in one file of {}", count(pages, "page"), size(page.len()));
    match &out {
        None => output::print(&page)?,
        Some(out) if std::fs::read(out).is_ok_and(|found| found == page.as_bytes()) => {
            return Ok((Some(out.clone()), format!("nothing changed: {told}")));
        }
        Some(out) => put(out, &page)?,
    }
    Ok((out, format!("wrote {told}")))
}

/// Where the page goes; nothing for standard output.
fn place(session: &Session<'_>, arguments: &Arguments) -> Result<Option<PathBuf>> {
    if arguments.is_to_stdout() {
        if arguments.open {
            return Err(Error::new(Kind::Usage, "what goes to standard output cannot be opened")
                .hint("name a file with --out, or leave out --open"));
        }
        return Ok(None);
    }
    let plans = &session.workspace.model.settings.plans;
    let out = arguments.out.clone().unwrap_or_else(|| session.root.join("report.html"));
    let foreign = arguments.foreign();
    of_page(&Target { out: &out, root: &session.root, plans, foreign }).map(Some)
}

fn put(out: &std::path::Path, page: &str) -> Result<()> {
    let failed = |error: &std::io::Error| Error::io("write", out, error);
    let folder = out.parent().unwrap_or(std::path::Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file =
        builder.prefix(".goals-report-").tempfile_in(folder).map_err(|error| failed(&error))?;
    file.write_all(page.as_bytes()).map_err(|error| failed(&error))?;
    file.persist(out).map_err(|error| failed(&error.error))?;
    Ok(())
}

/// A number of bytes as people read it.
fn size(bytes: usize) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
