//! What every reading command begins with: the workspace, its repository, a date.

mod files;

use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::thread;

use super::progress::Progress;
use super::shared::{Global, Select, When};
use super::{Ending, clock, names, output};
use crate::date::Date;
use crate::diagnostic::Level;
use crate::error::{Error, Kind, Result};
use crate::history::{History, Unclear, Work};
use crate::load::SETTINGS_FILE;
use crate::model::Model;
use crate::pipeline::{self, Source, Workspace};
use crate::repo::{self, Depth, ObjectId, Repo, Snapshot};
use crate::rollup::Rollup;
use crate::text::printable;
use files::warn_without_history;
pub(super) use files::{bare, tell_of_fetches, without_files, working_tree};

/// Which state of the workspace is read where no revision is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The folder as it lies on the disk.
    Folder,
    /// What is staged for the next commit.
    Staged,
}

/// A workspace of which no file was read but for its settings.
pub(super) struct Unread;

/// An opened workspace: [`Unread`] at first, then its [`Files`](crate::pipeline::Files), and then what they say.
pub(super) struct Session<'a, W = Workspace> {
    pub(super) global: &'a Global,
    require_history: bool,
    state: State,
    /// The folder that holds `goals.toml`.
    pub(super) root: PathBuf,
    /// The repository that it lies in, as far as there is one that can be read.
    pub(super) repo: Option<Repo>,
    /// The commit that it stands on, if it has one.
    head: Option<ObjectId>,
    /// Whether there is a repository that cannot be read, as was said on opening.
    is_unreadable: bool,
    /// Whether files are not as the commit has them, once git was asked.
    is_uncommitted: OnceCell<bool>,
    /// Its files and what they say, as far as they were read.
    pub(super) workspace: W,
    /// The revision that was asked for; nothing for the working tree.
    pub(super) revision: Option<ObjectId>,
    /// The date to tell figures for.
    pub(super) as_of: Date,
    /// The day on which they are told.
    pub(super) today: Date,
}

impl<'a> Session<'a> {
    /// Opens the workspace around the current folder.
    ///
    /// # Errors
    ///
    /// There is none, it cannot be read, or the revision does not exist.
    pub(super) fn open(global: &'a Global, when: &When) -> Result<Self> {
        Self::open_state(global, when, State::Folder)
    }

    /// Opens the workspace around the current folder, in one of its states.
    ///
    /// # Errors
    ///
    /// As for [`Session::open`]; what is staged can be told only where there is a repository.
    pub(super) fn open_state(global: &'a Global, when: &When, state: State) -> Result<Self> {
        Ok(Session::here(global, when, state)?.files()?.join())
    }

    /// A workspace of files at hand, outside any folder's. There is no history and no revision.
    ///
    /// # Errors
    ///
    /// A revision or the history is asked for, or the date cannot be told.
    pub(super) fn of_files(
        global: &'a Global,
        when: &When,
        files: Snapshot,
        folder: PathBuf,
    ) -> Result<Self> {
        if when.rev.is_some() || when.require_history {
            repo::find_root(&folder, SETTINGS_FILE)?;
        }
        let workspace = pipeline::read(Source::Files(files))?;
        let today = clock::today()?;
        let as_of = when.as_of.unwrap_or(today);
        Ok(Self {
            global,
            state: State::Folder,
            require_history: false,
            root: folder,
            repo: None,
            head: None,
            is_unreadable: false,
            is_uncommitted: OnceCell::new(),
            workspace,
            revision: None,
            as_of,
            today,
        })
    }

    /// The history of what was read: of the revision, or of HEAD for the working tree. Says out
    /// loud where it is not complete.
    ///
    /// # Errors
    ///
    /// It is not complete and has to be.
    pub(super) fn history(&self) -> Result<Option<History>> {
        self.tell_depth()?;
        self.history_at_hand()
    }

    /// The commits that name goals, in the same history. Says out loud where that is not complete.
    ///
    /// # Errors
    ///
    /// It is not complete and has to be.
    pub(super) fn work(&self) -> Result<Option<Work>> {
        self.tell_depth()?;
        self.read_work()
    }

    /// The commits that name goals as far as there is a history, without a word about what is beyond
    /// it. Says what names no goal.
    ///
    /// # Errors
    ///
    /// It cannot be read and has to be complete.
    pub(super) fn work_at_hand(&self) -> Result<Option<Work>> {
        let work = self.read_work()?;
        if let Some(work) = &work {
            self.tell_unclear(work);
        }
        Ok(work)
    }

    fn read_work(&self) -> Result<Option<Work>> {
        let (Some(tip), Some(repo)) = (self.tip(), &self.repo) else { return Ok(None) };
        let model = &self.workspace.model;
        let resolve = |text: &str, day| names::resolve(model, text, day);
        self.if_readable(pipeline::work(&self.workspace, repo, tip, resolve))
    }

    /// Says once what trailers name that is no goal, and where.
    pub(super) fn tell_unclear(&self, work: &Work) {
        const SHOWN: usize = 3;
        if work.unclear.is_empty() {
            return;
        }
        let told = |unclear: &Unclear| {
            format!("{} (in {})", printable(&unclear.reason), unclear.commit.short())
        };
        let reasons: Vec<String> = work.unclear.values().take(SHOWN).map(told).collect();
        let more = match work.unclear.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        let text = format!("note: left out of the work: {}{more}", reasons.join("; "));
        output::note(self.global, &text);
    }

    /// The history as far as there is one, without a word about what is beyond it.
    ///
    /// # Errors
    ///
    /// It cannot be read and has to be complete.
    pub(super) fn history_at_hand(&self) -> Result<Option<History>> {
        let (Some(tip), Some(repo)) = (self.tip(), &self.repo) else { return Ok(None) };
        let progress = Progress::waiting(self.global, "reading the history");
        let history = self.if_readable(pipeline::history(&self.workspace, repo, tip))?;
        drop(progress);
        if let Some(history) = &history {
            let (events, commits) = (history.event_count(), history.commit_count());
            output::detail(
                self.global,
                &format!(
                    "history up to {}: {} by {} that changed goals",
                    tip.short(),
                    crate::text::count(events, "event"),
                    crate::text::count(commits, "commit"),
                ),
            );
        }
        Ok(history)
    }

    /// What was read of the history; where that failed and need not succeed, nothing and a word.
    fn if_readable<T>(&self, read: Result<T>) -> Result<Option<T>> {
        match read {
            Ok(read) => Ok(Some(read)),
            Err(error) if self.require_history => Err(Error {
                message: format!("the history is not complete: {}", error.message),
                ..error
            }),
            Err(error) => {
                warn_without_history(self.global, &error);
                Ok(None)
            }
        }
    }

    /// Sees to it that the history is complete where that was asked for, for a command that tells
    /// nothing of it.
    ///
    /// # Errors
    ///
    /// It is not complete and has to be.
    pub(super) fn require_history(&self) -> Result<()> {
        if self.require_history {
            self.history()?;
        }
        Ok(())
    }

    /// The figures, with or without what only the history tells.
    pub(super) fn rollup(&self, history: Option<&History>) -> Rollup {
        pipeline::rollup(&self.workspace, history, self.as_of)
    }

    /// Ends a command that tells figures: says how many errors keep them from being complete. What
    /// is sound but ill-advised, or not closed in time, does not.
    pub(super) fn end(&self) -> Ending {
        match output::broken(self.errors(|_| true)) {
            Some(error) => {
                output::warn(self.global, &error.message, error.hint.as_deref());
                Ending::Findings
            }
            None => Ending::Sound,
        }
    }

    /// How many errors of form there are in some files.
    pub(super) fn errors(&self, is_meant: impl Fn(&str) -> bool) -> usize {
        let found = pipeline::of_shape(&self.workspace, &self.rollup(None), self.as_of);
        let errors = found.iter().filter(|finding| finding.level == Level::Error);
        errors.filter(|finding| is_meant(&finding.primary.place.path)).count()
    }

    /// Checks that files which are to be edited lie in the working tree.
    ///
    /// # Errors
    ///
    /// A sparse checkout leaves one out.
    pub(super) fn editable<'p>(&self, mut paths: impl Iterator<Item = &'p str>) -> Result<()> {
        let Some(path) = paths.find(|path| self.workspace.left_out.contains(*path)) else {
            return Ok(());
        };
        let folder = path.rsplit_once('/').map_or(path, |(folder, _)| folder);
        let (path, folder) = (printable(path), printable(folder));
        let message = format!("cannot edit `{path}`: this sparse checkout leaves it out");
        Err(Error::new(Kind::Workspace, message)
            .hint(format!("`git sparse-checkout add {folder}` brings it")))
    }

    /// Checks that a cycle or team that was asked for exists.
    ///
    /// # Errors
    ///
    /// It does not; says what there is.
    pub(super) fn known(&self, select: &Select) -> Result<()> {
        known_in(&[&self.workspace.model], select)
    }
}

impl<W> Session<'_, W> {
    /// Says out loud where the history is not complete.
    ///
    /// # Errors
    ///
    /// It is not complete and has to be.
    pub(super) fn tell_depth(&self) -> Result<()> {
        match (self.tip(), &self.repo) {
            (Some(_), Some(repo)) if repo.depth() == Depth::Shallow => self.degraded(
                "a shallow clone: history ends at its boundary",
                "`git fetch --unshallow` brings the rest; in CI check out with fetch-depth: 0",
            )?,
            (Some(_), Some(_)) => {}
            // What cannot be read was said on opening.
            _ if self.is_unreadable => {}
            (_, repo) => {
                let found = if repo.is_some() { "no commit yet" } else { "no git repository" };
                self.degraded(found, "commit the goals: history is read from commits")?;
            }
        }
        Ok(())
    }

    /// The commit that the figures belong to: the revision, or HEAD.
    pub(super) fn tip(&self) -> Option<ObjectId> {
        self.revision.or(self.head)
    }

    /// Whether goals or settings were read that are not as [`Session::tip`] has them.
    pub(super) fn is_uncommitted(&self, plans: &str) -> bool {
        *self.is_uncommitted.get_or_init(|| self.has_tree() && is_uncommitted(&self.root, plans))
    }

    /// Does some work, and has git find out meanwhile what [`Session::is_uncommitted`] tells.
    pub(super) fn while_git_is_asked<T>(&self, plans: &str, work: impl FnOnce() -> T) -> T {
        if !self.has_tree() {
            return work();
        }
        let root = &self.root;
        thread::scope(|scope| {
            let asked = scope.spawn(|| is_uncommitted(root, plans));
            let done = work();
            if let Ok(answer) = asked.join() {
                // Who asked before knows the same.
                let _ = self.is_uncommitted.set(answer);
            }
            done
        })
    }

    /// Whether the files of a working tree are read that stands on a commit.
    fn has_tree(&self) -> bool {
        self.revision.is_none() && self.head.is_some()
    }

    /// The workspace's place in the repository as addresses write it: empty, or `some/folder/`.
    pub(super) fn prefix(&self) -> String {
        let prefix =
            self.repo.as_ref().map(|repo| repo.prefix().to_string_lossy().replace('\\', "/"));
        match prefix.as_deref().map(|prefix| prefix.trim_end_matches('/')) {
            None | Some("") => String::new(),
            Some(prefix) => format!("{prefix}/"),
        }
    }

    fn degraded(&self, found: &str, cure: &str) -> Result<()> {
        if self.require_history {
            return Err(
                Error::new(Kind::Git, format!("the history is not complete: {found}")).hint(cure)
            );
        }
        output::note(
            self.global,
            &format!(
                "note: {found}; values are right, witnesses and amendments may be missing\nhelp: {cure}"
            ),
        );
        Ok(())
    }
}

fn is_uncommitted(root: &Path, plans: &str) -> bool {
    repo::is_uncommitted(root, &[SETTINGS_FILE, plans]) == Some(true)
}

/// Checks that what was asked for exists in one of some models.
///
/// # Errors
///
/// It does not; says what there is.
pub(super) fn known_in(models: &[&Model], select: &Select) -> Result<()> {
    let goals = || models.iter().flat_map(|model| &model.goals);
    if let Some(cycle) = &select.cycle {
        let cycles = models.iter().flat_map(|model| model.cycles.keys().map(String::as_str));
        known("cycle", cycle, cycles.collect())?;
    }
    if let Some(team) = &select.team {
        let teams = models
            .iter()
            .flat_map(|model| model.cycles.keys().flat_map(|cycle| model.teams(cycle)));
        known("team", team, teams.collect())?;
    }
    if let Some(owner) = &select.owner {
        let of_key_results =
            goals().flat_map(|goal| goal.key_results.iter().filter_map(|kr| kr.owner.as_deref()));
        let owners = goals().filter_map(|goal| goal.owner.as_deref()).chain(of_key_results);
        known("owner", owner, owners.collect())?;
    }
    if let Some(tag) = &select.tag {
        known("tag", tag, goals().flat_map(|goal| goal.tags.iter().map(String::as_str)).collect())?;
    }
    Ok(())
}

fn known(what: &str, name: &str, all: Vec<&str>) -> Result<()> {
    if all.contains(&name) {
        return Ok(());
    }
    let name_shown = printable(name);
    let error = Error::new(Kind::Usage, format!("no goals of {what} `{name_shown}`"));
    Err(among(error, name, all))
}

/// An error on a name that is not among all there are: says which it may be meant to be, or what
/// there is.
pub(super) fn among(error: Error, name: &str, mut all: Vec<&str>) -> Error {
    const SHOWN: usize = 12;
    all.sort_unstable();
    all.dedup();
    match crate::text::did_you_mean(name, all.iter().copied()) {
        Some(near) => error.hint(near),
        None if all.is_empty() => error,
        None if all.len() <= SHOWN => error.hint(format!("there is {}", all.join(", "))),
        None => {
            let more = all.len() - SHOWN;
            error.hint(format!("there is {} and {more} more", all[..SHOWN].join(", ")))
        }
    }
}
