//! `goals merge-driver`: what git runs to merge two sides of a goal file.

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;

use super::shared::Global;
use super::{Ending, output};
use crate::error::{Error, Kind, Result};
use crate::load::merge::{Markers, merge};
use crate::repo::merge::{Driver, MergeFiles, install_driver, merge_lines, shows_base};
use crate::repo::program::Git;
use crate::repo::write::write_atomically;
use crate::text::{count, printable};

#[derive(Args)]
#[command(
    after_help = "Git runs it, once `goals init --merge-driver` has told git of it. It ends with
0 where all is merged, 1 where conflicts are left, and more than 128 where it could do nothing."
)]
pub(super) struct Arguments {
    /// The file that both sides came from: %O
    base: PathBuf,
    /// Our side, which becomes the result: %A
    ours: PathBuf,
    /// Their side: %B
    theirs: PathBuf,
    /// How many characters a conflict marker has: %L
    #[arg(default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=1000))]
    marker_size: u16,
    /// The file's path in the repository: %P
    path: Option<PathBuf>,
    /// What to call the base, our side and their side: %S %X %Y
    #[arg(num_args = 0..=3)]
    labels: Vec<std::ffi::OsString>,
}

/// What git is told to run: the program if it is there, else git's own merge. Without the second
/// half, a `goals` that is gone would leave our side as if it were the result.
fn command_line(program: &str) -> String {
    format!(
        "if command -v {program} >/dev/null 2>&1; then {program} merge-driver -- %O %A %B %L %P %S %X %Y; else git merge-file --marker-size=%L -L %X -L %S -L %Y %A %O %B; fi"
    )
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Ending {
    match merged(global, arguments) {
        Ok(ending) => ending,
        Err(error) => {
            output::complain(global, &error);
            Ending::Impossible
        }
    }
}

fn merged(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let read = |path: &Path| fs::read(path).map_err(|error| Error::io("read", path, &error));
    let sides = [read(&arguments.base)?, read(&arguments.ours)?, read(&arguments.theirs)?];
    let shown = arguments.path.as_deref().unwrap_or(&arguments.ours).to_string_lossy();
    let name = printable(&shown);
    let [base, ours, theirs] =
        [(0, "base"), (1, "ours"), (2, "theirs")].map(|(at, word)| label(arguments, at, word));
    let marker_size = usize::from(arguments.marker_size);
    let texts = sides.each_ref().map(|side| std::str::from_utf8(side).ok());
    let by_keys = match texts {
        [Some(base), Some(ours), Some(theirs)] => merge(base, ours, theirs),
        _ => None,
    };
    let Some(merged) = by_keys else {
        if sides.iter().any(|side| side.contains(&0)) {
            output::note(global, &format!("note: `{name}` is no text; our side is left as it is"));
            return Ok(Ending::Findings);
        }
        output::note(global, &format!("note: `{name}` cannot be merged by keys, so by lines"));
        let files = MergeFiles {
            base: &arguments.base,
            ours: &arguments.ours,
            theirs: &arguments.theirs,
            marker_size,
            labels: [&ours, &base, &theirs],
        };
        let (text, has_conflicts) = merge_lines(&Git::default(), &files)?;
        write(&arguments.ours, &text)?;
        return Ok(if has_conflicts { Ending::Findings } else { Ending::Sound });
    };
    let conflicts = merged.conflicts();
    let shows_base = conflicts > 0 && shows_base(&Git::default(), Path::new("."));
    let markers = Markers {
        size: marker_size,
        ours: &ours,
        base: shows_base.then_some(base.as_str()),
        theirs: &theirs,
    };
    write(&arguments.ours, merged.text(&markers).as_bytes())?;
    if conflicts == 0 {
        return Ok(Ending::Sound);
    }
    let what = count(conflicts, "key changed on both sides");
    output::detail(global, &format!("{name}: {what}"));
    Ok(Ending::Findings)
}

/// A side's name. A git that has none to give passes on what it was asked for.
fn label(arguments: &Arguments, at: usize, otherwise: &str) -> String {
    let given = arguments.labels.get(at).map(|label| label.to_string_lossy());
    let given = given.filter(|label| !matches!(&**label, "" | "%S" | "%X" | "%Y"));
    given.map_or_else(|| otherwise.to_owned(), |label| printable(&label).to_string())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    write_atomically(path, bytes)
        .map_err(|error| Error::new(Kind::Io, error.to_string()).hint(error.hint()))
}

/// Has git merge the goal files of the workspace at `root` with this program, in this clone; tells
/// what was done.
pub(super) fn install(root: &Path, plans: &str) -> Result<String> {
    let program = program()?;
    let command = command_line(&program);
    let patterns = [crate::load::SETTINGS_FILE.to_owned(), format!("{plans}/**/*.toml")];
    let driver = Driver {
        name: "goals",
        title: "goals: record by record, key by key",
        command: &command,
        patterns: &patterns,
    };
    let (attributes, added) = install_driver(&Git::default(), root, &driver)?;
    let shown = attributes.strip_prefix(root).unwrap_or(&attributes).display().to_string();
    let mut text = "set merge.goals.driver in the repository's configuration\n".to_owned();
    match added.len() {
        0 => text.push_str(&format!("{} has its lines already\n", printable(&shown))),
        _ => text.push_str(&format!("added to {}:\n", printable(&shown))),
    }
    for line in added {
        text.push_str(&format!("  {}\n", printable(&line)));
    }
    Ok(text)
}

/// This program as a word of the shell: its plain name where the shell would find this very file.
fn program() -> Result<String> {
    let own = std::env::current_exe()
        .and_then(fs::canonicalize)
        .map_err(|error| Error::new(Kind::Io, format!("could not find this program: {error}")))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join("goals"))
        .find_map(|file| file.is_file().then(|| fs::canonicalize(file).ok()).flatten());
    if found.is_some_and(|found| found == own) {
        return Ok("goals".to_owned());
    }
    let own = own.to_str().filter(|path| !path.contains(['%', '\n'])).ok_or_else(|| {
        Error::new(Kind::Usage, format!("git cannot be told to run `{}`", own.display()))
            .hint("put `goals` into a folder of the PATH, then try again")
    })?;
    Ok(format!("'{}'", own.replace('\'', "'\\''")))
}
