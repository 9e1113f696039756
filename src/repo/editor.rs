//! The user's editor, as git would choose and start it.

use std::path::Path;
use std::process::{Command, Stdio};

use super::program::{Git, said};
use crate::error::{Error, Kind, Result};

/// Opens the file at `path` in the user's editor and waits for its end.
///
/// The editor is the one that git names: `GIT_EDITOR`, `core.editor`, `VISUAL`, `EDITOR`, in that order. It runs in
/// `folder`, through a shell as git would run it, since it may have arguments of its own. What it prints goes to
/// standard error.
///
/// # Errors
///
/// There is no editor, it cannot be started, or it says that it failed.
pub fn edit(git: &Git, folder: &Path, path: &Path) -> Result<()> {
    let editor = chosen(git, folder)?;
    let status = Command::new("sh")
        .args(["-c", &format!("{editor} \"$@\""), &editor])
        .arg(path)
        .current_dir(folder)
        .stdout(Stdio::from(std::io::stderr()))
        .status()
        .map_err(|error| {
            Error::new(Kind::Io, format!("could not start the editor `{editor}`: {error}"))
                .hint("give the note with -m")
        })?;
    if status.success() {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("the editor `{editor}` failed: nothing was recorded"))
        .hint("`git config core.editor` names another; or give the note with -m"))
}

fn chosen(git: &Git, folder: &Path) -> Result<String> {
    let failed = |why: &str| {
        Error::new(Kind::Usage, format!("git names no editor: {why}"))
            .hint("set `git config core.editor`, or give the note with -m")
    };
    let output =
        git.run(folder, &["var", "GIT_EDITOR"], b"").map_err(|error| failed(&error.to_string()))?;
    let editor = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !output.status.success() || editor.is_empty() {
        return Err(failed(&said(&output)));
    }
    Ok(editor)
}
