//! Git's side of merging files: its own line by line merge, its settings, and how it learns of our
//! driver.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::path::{Path, PathBuf};

use super::program::{Git, path_of, said};
use super::write::write_atomically;
use crate::error::{Error, Kind, Result};

/// The three files of a merge, and how to show conflicts.
#[derive(Debug, Clone, Copy)]
pub struct MergeFiles<'a> {
    /// What both sides came from.
    pub base: &'a Path,
    /// Our side.
    pub ours: &'a Path,
    /// Their side.
    pub theirs: &'a Path,
    /// How many characters a marker has.
    pub marker_size: usize,
    /// What our side, the base and their side are called.
    pub labels: [&'a str; 3],
}

/// Merges files line by line, as git does without a driver; the result, and whether it has conflicts.
///
/// # Errors
///
/// Git cannot be run, or cannot merge these: they are no text.
pub fn merge_lines(git: &Git, files: &MergeFiles<'_>) -> Result<(Vec<u8>, bool)> {
    let mut arguments: Vec<OsString> = ["merge-file", "-p", "-q"].map(OsString::from).to_vec();
    arguments.push(format!("--marker-size={}", files.marker_size).into());
    for label in files.labels {
        arguments.extend([OsStr::new("-L"), OsStr::new(label)].map(OsStr::to_os_string));
    }
    arguments.push("--".into());
    for file in [files.ours, files.base, files.theirs] {
        arguments.push(file.into());
    }
    let output = run(git, Path::new("."), &arguments)?;
    match output.status.code() {
        Some(0) => Ok((output.stdout, false)),
        // The number of conflicts, as far as it fits.
        Some(1..=127) => Ok((output.stdout, true)),
        _ => Err(Error::new(Kind::Git, format!("`git merge-file` failed: {}", said(&output)))),
    }
}

/// Tells whether conflicts are to show what both sides came from (`merge.conflictStyle`).
pub fn shows_base(git: &Git, folder: &Path) -> bool {
    let output = git.run(folder, &["config", "--get", "merge.conflictStyle"], b"");
    output.is_ok_and(|output| matches!(output.stdout.trim_ascii(), b"diff3" | b"zdiff3"))
}

/// Tells git of a merge driver: sets `merge.<name>.*` in the repository around `folder`, and has it
/// merge the files of its patterns, below `folder`, in this clone.
///
/// The attributes go into the clone's own file, as the driver does: what is committed stays as
/// others, who may not have the driver, need it. Returns that file, and the lines that were added.
///
/// # Errors
///
/// There is no repository, or it cannot be written.
pub fn install_driver(
    git: &Git,
    folder: &Path,
    driver: &Driver<'_>,
) -> Result<(PathBuf, Vec<String>)> {
    let asked = ["rev-parse", "--show-prefix", "--git-path", "info/attributes"];
    let output = git.run(folder, &asked, b"").map_err(|error| {
        Error::new(Kind::Git, error.to_string()).hint("install git: it is what merges")
    })?;
    if !output.status.success() {
        let message = format!("no merge driver without a repository: {}", said(&output));
        return Err(Error::new(Kind::Git, message).hint("run `git init` first"));
    }
    let mut lines = output.stdout.splitn(2, |byte| *byte == b'\n');
    let prefix = String::from_utf8_lossy(lines.next().unwrap_or_default()).into_owned();
    let attributes = folder.join(path_of(lines.next().unwrap_or_default()));
    let lines: Vec<String> = driver
        .patterns
        .iter()
        .map(|pattern| format!("{} merge={}", quoted(&prefix, pattern), driver.name))
        .collect();
    for (key, value) in [("name", driver.title), ("driver", driver.command)] {
        let key = format!("merge.{}.{key}", driver.name);
        let output = run(git, folder, &["config", "--local", &key, value].map(OsString::from))?;
        if !output.status.success() {
            let message = format!("could not set `{key}`: {}", said(&output));
            return Err(Error::new(Kind::Git, message));
        }
    }
    let added = add_lines(&attributes, lines)?;
    Ok((attributes, added))
}

/// A merge driver, as git is to know it.
#[derive(Debug, Clone, Copy)]
pub struct Driver<'a> {
    /// Its name in the configuration.
    pub name: &'a str,
    /// What it is, for people.
    pub title: &'a str,
    /// The shell's command line.
    pub command: &'a str,
    /// The files it is for, relative to the workspace: patterns of gitattributes.
    pub patterns: &'a [String],
}

fn run(git: &Git, folder: &Path, arguments: &[OsString]) -> Result<std::process::Output> {
    git.run(folder, arguments, b"").map_err(|error| Error::new(Kind::Git, error.to_string()))
}

/// Adds the lines that are not in the file yet; returns these.
fn add_lines(path: &Path, lines: Vec<String>) -> Result<Vec<String>> {
    let mut text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(Error::io("read", path, &error)),
    };
    let added: Vec<String> =
        lines.into_iter().filter(|line| !text.lines().any(|known| known == line)).collect();
    if added.is_empty() {
        return Ok(added);
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push_str(&added.join("\n"));
    text.push('\n');
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))?;
    }
    write_atomically(path, text.as_bytes())
        .map_err(|error| Error::new(Kind::Io, error.to_string()).hint(error.hint()))?;
    Ok(added)
}

/// A pattern below a folder whose name is taken literally, as a line of gitattributes writes it.
fn quoted(prefix: &str, pattern: &str) -> String {
    let mut literal = String::from("/");
    for character in prefix.chars() {
        if matches!(character, '*' | '?' | '[' | '\\') {
            literal.push('\\');
        }
        literal.push(character);
    }
    literal.push_str(pattern);
    if !literal.contains(|each: char| each.is_whitespace() || each == '"') {
        return literal;
    }
    let escaped = literal.replace('\\', "\\\\").replace('"', "\\\"").replace('\t', "\\t");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_taken_literally_in_patterns() {
        assert_eq!(quoted("", "goals/**/*.toml"), "/goals/**/*.toml");
        assert_eq!(quoted("a[1]/", "x"), "/a\\[1]/x");
        assert_eq!(quoted("our \"own\" goals/", "*.toml"), "\"/our \\\"own\\\" goals/*.toml\"");
        assert_eq!(quoted("a *b/", "x"), "\"/a \\\\*b/x\"");
    }

    #[test]
    fn lines_are_added_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("info/attributes");
        let lines = || vec!["/a merge=x".to_owned(), "/b merge=x".to_owned()];
        assert_eq!(add_lines(&path, lines()).expect("added").len(), 2);
        fs::write(&path, "# ours\n/a merge=x").expect("written");
        assert_eq!(add_lines(&path, lines()).expect("added"), ["/b merge=x"]);
        assert_eq!(add_lines(&path, lines()).expect("nothing to add"), Vec::<String>::new());
        assert_eq!(fs::read_to_string(&path).expect("read"), "# ours\n/a merge=x\n/b merge=x\n");
    }
}
