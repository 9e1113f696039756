//! `goals init`: the first files of a workspace. Nothing that is there is overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::editors::{self, Schemas};
use super::shared::Global;
use super::{Ending, clock, merge_driver, output};
use crate::date::{Date, add_days};
use crate::error::{Error, Kind, Result};
use crate::load::{self, SETTINGS_FILE};
use crate::model::{DEFAULT_PLANS, cycle};
use crate::repo::write::write_atomically;
use crate::repo::{self, Snapshot};

#[derive(Args)]
pub(super) struct Arguments {
    /// The folder; it is made if it is not there
    #[arg(value_name = "DIR", default_value = ".")]
    folder: PathBuf,
    /// Have git merge goal files record by record and key by key, in this clone; also in a
    /// workspace that is there
    #[arg(long)]
    merge_driver: bool,
}

/// What tells git to keep both sides of a check-ins file.
const UNION: &str = "*.checkins.toml merge=union";

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let root = &arguments.folder;
    if arguments.merge_driver
        && let Some(found) = workspace_at(root)
    {
        output::print(&merge_driver::install(&found, &plans(&found)?)?)?;
        return Ok(Ending::Sound);
    }
    fs::create_dir_all(root).map_err(|error| Error::io("make the folder", root, &error))?;
    if root.join(SETTINGS_FILE).exists() {
        return Err(Error::new(
            Kind::Usage,
            format!("`{}` is already a workspace", root.display()),
        )
        .hint("`goals new` adds a plan; `goals status` shows what there is"));
    }
    if arguments.merge_driver && !in_repository(root) {
        return Err(Error::new(Kind::Git, "no merge driver without a repository")
            .hint("run `git init` first"));
    }
    let today = clock::today()?;
    let cycle = cycle::quarter_of(today, 1);
    let plan = format!("goals/{cycle}/example.toml");
    let files = [
        (SETTINGS_FILE.to_owned(), settings(root)),
        (plan.clone(), example(today, &cycle)),
        (
            ".gitattributes".to_owned(),
            format!("# Check-ins of two branches are both kept.\n{UNION}\n"),
        ),
        (
            ".gitignore".to_owned(),
            "# The report is made anew from the files whenever it is wanted.\n/public/\n"
                .to_owned(),
        ),
    ];
    let mut text = String::new();
    for (path, content) in files {
        let full = root.join(&path);
        if full.exists() {
            let has_union = path == ".gitattributes"
                && fs::read_to_string(&full).is_ok_and(|text| text.contains(UNION));
            if path == ".gitattributes" && !has_union {
                output::note(
                    global,
                    &format!(
                        "note: `.gitattributes` is there already; add this line to it: {UNION}"
                    ),
                );
            }
            continue;
        }
        let folder = full.parent().unwrap_or(root);
        fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))?;
        write_atomically(&full, content.as_bytes())
            .map_err(|error| Error::new(Kind::Io, error.to_string()).hint(error.hint()))?;
        text.push_str(&format!("wrote {path}\n"));
    }
    let for_editors = editors::write(root, DEFAULT_PLANS, Schemas::Kept)?;
    for path in for_editors.written {
        text.push_str(&format!("wrote {path}\n"));
    }
    for note in for_editors.notes {
        output::note(global, &note);
    }
    if arguments.merge_driver {
        text.push_str(&merge_driver::install(root, DEFAULT_PLANS)?);
    }
    output::print(&text)?;
    let enter = match root == Path::new(".") {
        true => String::new(),
        false => format!("cd {}\n      ", root.display()),
    };
    let git = if in_repository(root) { "" } else { "git init\n      " };
    output::note(
        global,
        &format!(
            "\nnext: make {plan} yours, then\n      {enter}{git}goals check\n      git add . && git commit -m \"Begin with goals\"\n      goals checkin example.signups 340\n      goals status"
        ),
    );
    Ok(Ending::Sound)
}

/// The workspace that a folder is; for the current folder, the one that it lies in.
fn workspace_at(folder: &Path) -> Option<PathBuf> {
    match folder == Path::new(".") {
        true => repo::find_root(folder, SETTINGS_FILE).ok(),
        false => folder.join(SETTINGS_FILE).exists().then(|| folder.to_owned()),
    }
}

/// The folder of the plans of a workspace that is there.
pub(super) fn plans(root: &Path) -> Result<String> {
    let mut files = Snapshot::default();
    if let Some(content) = repo::read_file(root, SETTINGS_FILE)? {
        files.insert(SETTINGS_FILE, content);
    }
    let (settings, _) = load::settings_of(&files);
    Ok(settings.plans.map_or_else(|| DEFAULT_PLANS.to_owned(), |plans| plans.value))
}

fn in_repository(root: &Path) -> bool {
    fs::canonicalize(root)
        .is_ok_and(|root| root.ancestors().any(|folder| folder.join(".git").exists()))
}

/// The workspace's name: its folder's.
fn name(root: &Path) -> String {
    let full = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    full.file_name()
        .map_or_else(|| "Our goals".to_owned(), |name| name.to_string_lossy().into_owned())
}

fn settings(root: &Path) -> String {
    include_str!("../../templates/init/goals.toml")
        .replace("{name}", &crate::load::splice::toml_string(&name(root)))
}

fn example(today: Date, cycle: &str) -> String {
    let window = cycle::built_in(cycle, 1)
        .unwrap_or(crate::date::Window { start: today, end: add_days(today, 90) });
    // Not on the last day: whoever learns then that it is late learns it too late.
    let due = add_days(window.end, -21).max(today).min(window.end);
    include_str!("../../templates/init/example.toml")
        .replace("{cycle}", cycle)
        .replace("{due}", &due.to_string())
}
