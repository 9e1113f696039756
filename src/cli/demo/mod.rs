//! `goals demo`: a sample organisation as a real git repository, and its report.
//!
//! [`story::story`] says what happened in a year of an invented company, [`import::stream`] says it
//! to `git fast-import`. Only [`run`] reads the clock, touches the disk and runs git.

mod calendar;
mod cast;
mod edits;
mod import;
mod library;
mod plan_text;
mod script;
mod steps;
mod story;
mod teller;
mod told;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::shared::Global;
use super::{Ending, clock, output};
use crate::error::{Error, Kind, Result};
use crate::repo::program::Git;

#[derive(Args)]
pub(super) struct Arguments {
    /// The folder to make
    #[arg(value_name = "DIR", default_value = "goals-demo")]
    folder: PathBuf,
    /// Open the report in the browser
    #[arg(long)]
    open: bool,
}

/// Makes the sample repository and renders its report.
pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let folder = &arguments.folder;
    refuse_used(folder)?;
    let today = clock::today()?;
    let story = story::story(today);
    let was_there = folder.exists();
    fs::create_dir_all(folder).map_err(|error| Error::io("make the folder", folder, &error))?;
    if let Err(error) = tell(folder, &import::stream(&story)) {
        take_back(folder, was_there);
        return Err(error);
    }
    let root = fs::canonicalize(folder).map_err(|error| Error::io("open", folder, &error))?;
    let report = super::report::write_demo(global, &root)?;
    let shown = folder.display();
    output::print(&format!(
        "made {shown}: {} of an invented company, and its report\n",
        crate::text::count(story.len(), "commit")
    ))?;
    output::note(global, &next_steps(&shown.to_string(), &report));
    if arguments.open {
        super::report::open_page(global, &report.to_string_lossy());
    }
    Ok(Ending::Sound)
}

/// The folder must be free: nothing of anybody's is overwritten.
fn refuse_used(folder: &Path) -> Result<()> {
    let used = match fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_some(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => false,
        Err(error) => return Err(Error::io("open", folder, &error)),
    };
    if !used {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, format!("`{}` is there already and not empty", folder.display()))
        .hint("remove it, or name another folder: goals demo some-other-folder"))
}

/// Makes the repository of a story and checks it out.
fn tell(folder: &Path, stream: &[u8]) -> Result<()> {
    let git = own_repository();
    run_git(&git, folder, &["init", "--quiet", "--template=", "--initial-branch=main"], &[])?;
    run_git(&git, folder, &["fast-import", "--quiet", "--done"], stream)?;
    run_git(&git, folder, &["checkout", "--quiet", "main"], &[])
}

/// Empties the folder again, which was free before, and removes it if it was not there.
fn take_back(folder: &Path, was_there: bool) {
    // Whatever fails here, the first failure is what there is to tell.
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    }
    if !was_there {
        let _ = fs::remove_dir(folder);
    }
}

/// What a user configured for all repositories and must not change the demo's while it is made.
const SETTINGS: [(&str, &str); 10] = [
    ("core.attributesFile", "/dev/null"),
    ("core.autocrlf", "false"),
    ("core.eol", "lf"),
    ("core.fsmonitor", "false"),
    ("core.hooksPath", "/dev/null"),
    ("core.safecrlf", "false"),
    ("core.sparseCheckout", "false"),
    ("core.splitIndex", "false"),
    ("fetch.fsckObjects", "false"),
    ("transfer.fsckObjects", "false"),
];

/// A git that knows nothing of the repository that the command may be run in.
fn own_repository() -> Git {
    [
        "GIT_DIR",
        "GIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_COMMON_DIR",
        "GIT_NAMESPACE",
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_SHALLOW_FILE",
        "GIT_GRAFT_FILE",
    ]
    .iter()
    .fold(Git::default(), |git, name| git.with_variable(name, None))
    .with_variable("GIT_DEFAULT_HASH", Some("sha1".into()))
    .with_variable("GIT_DEFAULT_REF_FORMAT", Some("files".into()))
    .with_variable("GIT_ATTR_NOSYSTEM", Some("1".into()))
}

fn run_git(git: &Git, folder: &Path, arguments: &[&str], input: &[u8]) -> Result<()> {
    let settings = SETTINGS.iter().flat_map(|(key, value)| ["-c".into(), format!("{key}={value}")]);
    let all: Vec<String> =
        settings.chain(arguments.iter().map(|argument| (*argument).to_owned())).collect();
    let output = git
        .run(folder, &all, input)
        .map_err(|error| Error::new(Kind::Git, error.to_string()).hint("install git"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(Error::new(Kind::Git, format!("`git {}` failed: {said}", arguments.join(" "))))
}

fn next_steps(folder: &str, report: &Path) -> String {
    format!(
        "\n  {}\n\n  cd {folder}\n  goals status                           how the goals of this quarter stand\n  goals status calm-deploys              one goal in full\n  goals log -n 20                        who recorded and changed what\n  goals checkin lead-time 30 -m \"...\"     one record, one commit\n  goals report --open                    the site again, with your check-in",
        report.display()
    )
}
