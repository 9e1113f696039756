//! `goals report --watch`: the report follows the files, and so does the browser.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::super::publish::Published;
use super::super::session::{Session, State, Unread};
use super::super::shared::Global;
use super::super::{Ending, clock, output};
use super::serve::{self, Shown};
use super::{Arguments, open_page, told, write_folder};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::load::SETTINGS_FILE;
use crate::pipeline::TEMPLATES;
use crate::repo::{News, Watch, Watched};

/// A change is waited out for as long as others follow it this closely, but not forever.
const QUIET: Duration = Duration::from_millis(80);
const LONGEST: Duration = Duration::from_secs(2);
/// How often the date is looked at.
const MINUTE: Duration = Duration::from_secs(60);

/// Writes the report, serves it, and writes it anew with every change, until it is interrupted.
pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let listener = serve::listen(arguments.port)?;
    let address = listener.local_addr().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the port that is served: {error}"))
    })?;
    let mut changes = Changes::begin()?;
    let shown = Arc::new(Shown::nothing());
    match build(global, arguments, &mut changes) {
        Ok(built) => show(global, &shown, built),
        Err(error) if error.kind == Kind::Template => output::complain(global, &error),
        Err(error) => return Err(error),
    }
    serve::begin(listener, Arc::clone(&shown));
    tell_of_interruption(changes.tell.clone())?;
    let address = format!("http://{address}/");
    output::print(&format!("{address}\n"))?;
    output::note(global, "serving the report, and watching the goals; Ctrl-C ends it");
    if arguments.open {
        open_page(global, &address);
    }
    // What was said of the history and the files once need not be said with every change.
    let hushed = Global { directory: None, quiet: true, verbose: false, ..*global };
    while changes.wait()? == Next::Build {
        match build(&hushed, arguments, &mut changes) {
            Ok(built) if built.0.written + built.0.removed > 0 => show(global, &shown, built),
            Ok(_) => {}
            Err(error) => output::complain(global, &error),
        }
    }
    output::note(global, "no longer serving the report; it stays as it is");
    Ok(Ending::Sound)
}

fn show(global: &Global, shown: &Shown, (published, as_of): (Published, Date)) {
    output::note(global, &format!("{}, as of {as_of}", told(&published)));
    shown.show(&published);
}

/// Writes the report of what the files say now.
fn build(
    global: &Global,
    arguments: &Arguments,
    changes: &mut Changes,
) -> Result<(Published, Date)> {
    let unread = Session::here(global, &arguments.when, State::Folder)?;
    let (plans, as_of) = (unread.plans()?, unread.as_of);
    // Before any other file is read, so that no change is missed.
    changes.follow(&unread, &plans)?;
    let (published, _) = write_folder(unread, &plans, arguments, |_| Ok(()))?;
    Ok((published, as_of))
}

/// What is heard while nothing is built.
enum Heard {
    /// Something changed.
    News(News),
    /// Somebody wants it to end.
    Interruption,
}

/// What is to be done next.
#[derive(PartialEq, Eq)]
enum Next {
    Build,
    End,
}

/// Has Ctrl-C heard in place of ending the program; a second one ends it all the same.
#[cfg(unix)]
fn tell_of_interruption(tell: Sender<Heard>) -> Result<()> {
    use signal_hook::consts::SIGINT;
    let mut signals = signal_hook::iterator::Signals::new([SIGINT]).map_err(|error| {
        Error::new(Kind::Io, format!("could not listen for interruptions: {error}"))
    })?;
    std::thread::spawn(move || {
        for (before, signal) in signals.forever().enumerate() {
            if before > 0 || tell.send(Heard::Interruption).is_err() {
                // It does not come back.
                let _ = signal_hook::low_level::emulate_default_handler(signal);
            }
        }
    });
    Ok(())
}

/// Elsewhere Ctrl-C ends the program as it does any other.
#[cfg(not(unix))]
fn tell_of_interruption(_: Sender<Heard>) -> Result<()> {
    Ok(())
}

/// The changes of the files that a report is made of.
struct Changes {
    watch: Watch,
    tell: Sender<Heard>,
    heard: Receiver<Heard>,
    places: Places,
    today: Date,
}

impl Changes {
    fn begin() -> Result<Self> {
        let (tell, heard) = mpsc::channel();
        let of_files = tell.clone();
        // Nobody listens any more when the program ends.
        let watch = Watch::begin(move |news| drop(of_files.send(Heard::News(news))));
        let watch = watch.map_err(unwatched)?;
        Ok(Self { watch, tell, heard, places: Places::default(), today: clock::today()? })
    }

    /// Watches the files of a workspace and the tips of its branches.
    fn follow(&mut self, session: &Session<'_, Unread>, plans: &str) -> Result<()> {
        self.places = Places::of(session, plans);
        self.watch.follow(self.places.folders()).map_err(unwatched)
    }

    /// Waits until something changes that shows in the report, and then until it is quiet again; or until an
    /// interruption.
    fn wait(&mut self) -> Result<Next> {
        let next = loop {
            if let Some(next) = self.next()? {
                break next;
            }
        };
        let begun = Instant::now();
        while next == Next::Build && begun.elapsed() < LONGEST {
            match self.heard.recv_timeout(QUIET) {
                Ok(Heard::News(_)) => {}
                Ok(Heard::Interruption) => return Ok(Next::End),
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            }
        }
        Ok(next)
    }

    /// What follows from what happens next, be it that another day begins; nothing if that does not show in the
    /// report.
    fn next(&mut self) -> Result<Option<Next>> {
        let is_shown = match self.heard.recv_timeout(MINUTE) {
            Ok(Heard::Interruption) => return Ok(Some(Next::End)),
            Ok(Heard::News(News::Anywhere)) => true,
            Ok(Heard::News(News::At(paths))) => paths.iter().any(|path| self.places.hold(path)),
            Err(RecvTimeoutError::Disconnected) => return Err(ended()),
            Err(RecvTimeoutError::Timeout) => {
                let before = std::mem::replace(&mut self.today, clock::today()?);
                before != self.today
            }
        };
        Ok(is_shown.then_some(Next::Build))
    }
}

fn unwatched(error: Error) -> Error {
    error.hint("without --watch the report is written once")
}

fn ended() -> Error {
    Error::new(Kind::Io, "changes of the workspace are no longer told")
}

/// Where the files lie that a report is made of.
#[derive(Debug, Default)]
struct Places {
    root: PathBuf,
    plans: PathBuf,
    templates: PathBuf,
    /// The folders in which git keeps the tips of branches, HEAD first.
    git: Vec<PathBuf>,
}

impl Places {
    fn of(session: &Session<'_, Unread>, plans: &str) -> Self {
        let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let root = real(&session.root);
        let git = session.repo.iter().flat_map(|repo| [repo.git_dir(), repo.common_dir()]);
        Self {
            plans: root.join(plans),
            templates: root.join(TEMPLATES),
            git: git.map(real).collect(),
            root,
        }
    }

    /// The folders to watch that are there, and whether with all below them.
    fn folders(&self) -> Watched {
        let files = [(&self.root, false), (&self.plans, true), (&self.templates, true)];
        let files = files.map(|(folder, with_all)| (folder.clone(), with_all));
        let git = self.git.iter().flat_map(|folder| {
            [(folder.clone(), false), (folder.join("refs"), true), (folder.join("reftable"), false)]
        });
        files.into_iter().chain(git).filter(|(folder, _)| folder.is_dir()).collect()
    }

    /// Whether what lies at a path shows in the report.
    fn hold(&self, path: &Path) -> bool {
        let is_ref = |folder: &PathBuf| {
            let inside = path.strip_prefix(folder).unwrap_or(Path::new(""));
            let is_kept = ["refs", "reftable"].iter().any(|name| inside.starts_with(name));
            is_kept
                || ["HEAD", "packed-refs", "shallow"].iter().any(|name| inside == Path::new(name))
        };
        let is_lock = path.extension().is_some_and(|extension| extension == "lock");
        let is_file = *path == self.root.join(SETTINGS_FILE)
            || path.starts_with(&self.plans)
            || path.starts_with(&self.templates);
        is_file || (!is_lock && self.git.iter().any(is_ref))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_report_is_made_of_counts_and_nothing_else() {
        let places = Places {
            root: "/w".into(),
            plans: "/w/goals".into(),
            templates: "/w/templates".into(),
            git: vec!["/w/.git".into()],
        };
        for path in [
            "/w/goals.toml",
            "/w/goals/2026-q4/a.toml",
            "/w/goals",
            "/w/templates/base.html",
            "/w/.git/HEAD",
            "/w/.git/refs/heads/main",
            "/w/.git/packed-refs",
        ] {
            assert!(places.hold(Path::new(path)), "{path}");
        }
        for path in [
            "/w/public/index.html",
            "/w/.goals-site-x/new/index.html",
            "/w/public",
            "/w/goals-old/a.toml",
            "/w/.git/index",
            "/w/.git/index.lock",
            "/w/.git/refs/heads/main.lock",
            "/w/.git/goals/history-1-x",
            "/w/src/main.rs",
        ] {
            assert!(!places.hold(Path::new(path)), "{path}");
        }
    }
}
