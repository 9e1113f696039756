//! What TOML servers in editors find in a workspace: the schemas of its files, and the settings by
//! which Taplo and Tombi use them.
//!
//! Schemas are the program's and may be renewed; settings are the workspace's, and are written only
//! where there are none.

use std::fs;
use std::path::Path;

use crate::error::{Error, Kind, Result};
use crate::load::CHECKINS_SUFFIX;
use crate::load::splice::toml_string;
use crate::render::schema;
use crate::repo::write::{self, WriteError};

/// The folder of the schemas, in the workspace.
const FOLDER: [&str; 2] = [".goals", ".goals/schema"];

/// What happens to a schema that is there and differs from the program's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schemas {
    /// It stays.
    Kept,
    /// It becomes the program's.
    Renewed,
}

/// What was done.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The files and folders that were written.
    pub(super) written: Vec<String>,
    /// What the user may want to do about what is there already.
    pub(super) notes: Vec<String>,
}

/// Writes what is missing in the workspace at `root`, whose plans lie in the folder `plans`.
pub(super) fn write(root: &Path, plans: &str, schemas: Schemas) -> Result<Outcome> {
    let mut outcome = Outcome::default();
    write_schemas(root, schemas, &mut outcome)?;
    for server in servers(plans) {
        match server.present(root) {
            None => {
                put(root, server.file, &server.settings)?;
                outcome.written.push(server.file.to_owned());
            }
            Some((_, text)) if text.contains(FOLDER[1]) => {}
            Some((file, _)) => outcome.notes.push(format!(
                "note: `{file}` is there already and stays as it is; to have {} check goal files, add to it:\n\n{}",
                server.name,
                indented(&server.settings)
            )),
        }
    }
    Ok(outcome)
}

/// The schemas in the workspace at `root` that are not what this program writes; nothing where it
/// has none at all.
pub(super) fn stale(root: &Path) -> Option<Vec<String>> {
    if !root.join(FOLDER[1]).is_dir() {
        return None;
    }
    let differs = |(path, text): &(String, String)| present(root, path).as_ref() != Some(text);
    Some(schemas().into_iter().filter(differs).map(|(path, _)| path).collect())
}

fn schemas() -> [(String, String); 3] {
    [("workspace", schema::workspace()), ("plan", schema::plan()), ("checkins", schema::checkins())]
        .map(|(name, text)| (format!("{}/{name}.json", FOLDER[1]), text))
}

fn write_schemas(root: &Path, wanted: Schemas, outcome: &mut Outcome) -> Result<()> {
    for folder in FOLDER {
        let inside = root.join(write::resolve(root, Path::new(folder)).map_err(failed)?);
        fs::create_dir_all(&inside)
            .map_err(|error| Error::io("make the folder", &inside, &error))?;
    }
    let mut written = Vec::new();
    for (path, text) in schemas() {
        match present(root, &path) {
            Some(found) if found == text => {}
            Some(_) if wanted == Schemas::Kept => outcome.notes.push(format!(
                "note: `{path}` is not this version's; `goals schema --write` renews it"
            )),
            _ => {
                put(root, &path, &text)?;
                written.push(path);
            }
        }
    }
    match written.len() {
        3 => outcome.written.push(FOLDER[1].to_owned()),
        _ => outcome.written.extend(written),
    }
    Ok(())
}

/// The text of a file, with the line endings that the program writes; git may have turned them.
fn present(root: &Path, path: &str) -> Option<String> {
    let text = write::read_text(&root.join(path)).ok().flatten()?;
    Some(text.replace("\r\n", "\n"))
}

fn put(root: &Path, path: &str, text: &str) -> Result<()> {
    let inside = write::resolve(root, Path::new(path)).map_err(failed)?;
    write::write_atomically(&root.join(inside), text.as_bytes()).map_err(failed)
}

fn failed(error: WriteError) -> Error {
    Error::new(Kind::Io, error.to_string()).hint(error.hint())
}

/// A TOML server, and what it is to be told.
struct Server {
    name: &'static str,
    /// The file of settings that is written.
    file: &'static str,
    /// The other files in which it looks for settings, with what must stand in them to count.
    others: &'static [(&'static str, &'static str)],
    settings: String,
}

impl Server {
    /// The settings that are there already: the file and its text.
    fn present(&self, root: &Path) -> Option<(&'static str, String)> {
        let all = [(self.file, "")].into_iter().chain(self.others.iter().copied());
        all.filter(|(file, _)| root.join(file).symlink_metadata().is_ok()).find_map(
            |(file, mark)| {
                let text = present(root, file).unwrap_or_default();
                text.contains(mark).then_some((file, text))
            },
        )
    }
}

fn servers(plans: &str) -> [Server; 2] {
    let files = |suffix: &str| toml_string(&format!("{}/**/*{suffix}", literal(plans)));
    let filled = |template: &str| {
        template
            .replace("{plan_files}", &files(".toml"))
            .replace("{checkins_files}", &files(CHECKINS_SUFFIX))
    };
    [
        Server {
            name: "Taplo",
            file: ".taplo.toml",
            others: &[("taplo.toml", "")],
            settings: filled(include_str!("../../templates/editors/taplo.toml")),
        },
        Server {
            name: "Tombi",
            file: "tombi.toml",
            others: &[
                (".tombi.toml", ""),
                (".config/tombi.toml", ""),
                ("pyproject.toml", "[tool.tombi"),
            ],
            settings: filled(include_str!("../../templates/editors/tombi.toml")),
        },
    ]
}

/// A folder's name as a pattern that fits nothing else.
fn literal(folder: &str) -> String {
    let mut pattern = String::new();
    for c in folder.chars() {
        match c {
            '*' | '?' | '[' | '{' => pattern.extend(['[', c, ']']),
            _ => pattern.push(c),
        }
    }
    pattern
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("    {line}"));
    lines.map(|line| line.trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_with_signs_of_patterns_is_itself() {
        assert_eq!(literal("docs/goals"), "docs/goals");
        assert_eq!(literal("a[1]*"), "a[[]1][*]");
        let [taplo, tombi] = servers("docs/ziele \"x\"");
        for settings in [&taplo.settings, &tombi.settings] {
            assert!(settings.contains(r#"include = ["docs/ziele \"x\"/**/*.toml"]"#), "{settings}");
            assert!(!settings.contains('{'), "{settings}");
        }
    }
}
