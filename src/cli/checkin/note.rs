//! What there is to say: from the command line, a file, standard input, or an editor.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::entry::{Entry, What};
use super::message;
use crate::cli::names;
use crate::cli::session::Session;
use crate::cli::values::Given;
use crate::error::{Error, Kind, Result};
use crate::model::Model;
use crate::repo::editor;
use crate::repo::program::Git;
use crate::rollup::Rollup;
use crate::text::{number, printable};

/// The line below which a template is left out of the note, as git writes it.
const SCISSORS: &str = "# ------------------------ >8 ------------------------";
/// The longest input that is read for a note or a table, in bytes.
pub(super) const MAX_INPUT: u64 = 16 * 1024 * 1024;

/// The note made of paragraphs; nothing if there is nothing in them.
pub(super) fn of_paragraphs(paragraphs: &[String]) -> Option<String> {
    let said: Vec<String> = paragraphs.iter().filter_map(|text| tidy(text)).collect();
    (!said.is_empty()).then(|| said.join("\n\n"))
}

/// The note in a file, or on standard input for `-`.
///
/// # Errors
///
/// It cannot be read, is not UTF-8, or is empty.
pub(super) fn of_file(path: &Path) -> Result<String> {
    let text = read(path)?;
    tidy(&text).ok_or_else(|| {
        Error::new(
            Kind::Usage,
            format!("the note in `{}` is empty: nothing was recorded", path.display()),
        )
    })
}

/// The text of a file, or of standard input for `-`.
///
/// # Errors
///
/// It cannot be read, is too long, or is not UTF-8.
pub(super) fn read(path: &Path) -> Result<String> {
    let is_stdin = path == Path::new("-");
    let shown = if is_stdin { Path::new("standard input") } else { path };
    let mut bytes = Vec::new();
    let result = if is_stdin {
        std::io::stdin().lock().take(MAX_INPUT + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(MAX_INPUT + 1).read_to_end(&mut bytes))
    };
    result.map_err(|error| Error::io("read", shown, &error))?;
    let refused = |why: &str| Error::new(Kind::Usage, format!("`{}` {why}", shown.display()));
    if bytes.len() as u64 > MAX_INPUT {
        return Err(refused("is longer than 16 MiB").hint("split it"));
    }
    String::from_utf8(bytes).map_err(|error| {
        refused(&format!("is not UTF-8 from byte {} on", error.utf8_error().valid_up_to()))
    })
}

/// A note without carriage returns and without space around it; nothing if nothing is left.
fn tidy(text: &str) -> Option<String> {
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().map(str::trim_end).collect();
    let text = lines.join("\n");
    let text = text.trim_matches('\n').trim_end();
    (!text.trim().is_empty()).then(|| text.to_owned())
}

/// A note as it came out of an editor, and the file that keeps it until it is recorded.
pub(super) struct Edited {
    pub(super) note: String,
    pub(super) kept: PathBuf,
}

/// Has the user write a note on `entries` in an editor, beginning with `note`.
///
/// # Errors
///
/// There is no editor, it fails, or the note is empty.
pub(super) fn edited(
    session: &Session<'_>,
    entries: &[Entry],
    note: Option<&str>,
    git: &Git,
) -> Result<Edited> {
    let folder = match &session.repo {
        Some(repo) => repo.common_dir().join("goals"),
        None => std::env::temp_dir(),
    };
    fs::create_dir_all(&folder).map_err(|error| Error::io("make", &folder, &error))?;
    let template = template(&session.workspace.model, &session.rollup(None), entries, note);
    let kept = kept(&folder, &template).map_err(|error| Error::io("write in", &folder, &error))?;
    editor::edit(git, &session.root, &kept).inspect_err(|_| remove(&kept))?;
    let text = fs::read_to_string(&kept).map_err(|error| Error::io("read", &kept, &error))?;
    let above = text.split(SCISSORS).next().unwrap_or_default();
    match tidy(above) {
        Some(note) => Ok(Edited { note, kept }),
        None => {
            remove(&kept);
            Err(Error::new(Kind::Usage, "the note is empty: nothing was recorded")
                .hint("leave out --edit to record without a note"))
        }
    }
}

/// Makes a file of its own with a template in it.
fn kept(folder: &Path, template: &str) -> std::io::Result<PathBuf> {
    let mut file =
        tempfile::Builder::new().prefix("CHECKIN_NOTE-").suffix(".md").tempfile_in(folder)?;
    file.write_all(template.as_bytes())?;
    Ok(file.into_temp_path().keep()?)
}

/// Removes a file that has served its time; one that stays does no harm.
pub(super) fn remove(path: &Path) {
    let _ = fs::remove_file(path);
}

/// What an editor shows: room for the note, and below it what it is about.
fn template(model: &Model, rollup: &Rollup, entries: &[Entry], note: Option<&str>) -> String {
    let mut text = format!("{}\n\n{SCISSORS}\n", note.unwrap_or_default());
    text.push_str(
        "# Write above what there is to say, in Markdown. An empty note records nothing.\n",
    );
    for entry in entries {
        text.push_str(&format!("#\n# {}\n", about(model, rollup, entry)));
    }
    text
}

fn about(model: &Model, rollup: &Rollup, entry: &Entry) -> String {
    let (goal, figures) = (&model.goals[entry.named.0], &rollup.goals[entry.named.0]);
    let name = names::full(model, entry.named);
    let title = entry.named.1.map_or(&goal.title, |at| &goal.key_results[at].title);
    let mut text = format!("{name}  {}\n#   ", printable(title));
    let last = entry.named.1.and_then(|at| {
        let figures = &figures.key_results[at];
        Some(format!("{} on {}", message::shown(figures.value.as_ref()?), figures.value_date?))
    });
    let now = match &entry.what {
        What::Value(Given::Exactly(value)) => message::shown(value),
        What::Value(Given::By(by)) if *by < 0.0 => number(*by),
        What::Value(Given::By(by)) => format!("+{}", number(*by)),
        What::Nothing | What::Unmeasured => "no value".to_owned(),
        What::Void => "taken back".to_owned(),
    };
    text.push_str(&printable(&last.map(|last| format!("{last} → ")).unwrap_or_default()));
    text.push_str(&format!("{} on {}", printable(&now), entry.stamp));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_joined_and_tidied() {
        let note = |texts: &[&str]| {
            of_paragraphs(&texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>())
        };
        assert_eq!(note(&["one ", "two\r\nlines\n\n"]).as_deref(), Some("one\n\ntwo\nlines"));
        assert_eq!(note(&["", "  \n"]), None);
        assert_eq!(note(&["# heading\n    code"]).as_deref(), Some("# heading\n    code"));
        assert_eq!(note(&[]), None);
    }
}
