//! What every reading command begins with: the workspace, its repository, a date.

use std::path::{Path, PathBuf};

use super::progress::Progress;
use super::shared::{Global, Select, When};
use super::{Ending, clock, names, output};
use crate::date::Date;
use crate::diagnostic::Level;
use crate::error::{Error, Kind, Result};
use crate::history::{History, Unclear, Work};
use crate::load::SETTINGS_FILE;
use crate::model::Model;
use crate::pipeline::{self, Files, Source, Workspace};
use crate::repo::{self, Depth, Fetching, ObjectId, Repo, Snapshot, Staged};
use crate::rollup::Rollup;
use crate::text::printable;

/// Which state of the workspace is read where no revision is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The folder as it lies on the disk.
    Folder,
    /// What is staged for the next commit.
    Staged,
}

/// An opened workspace: [`Files`] at first, and then what they say.
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
    /// Its files and what they say.
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
        Ok(Session::files_here(global, when, state)?.join())
    }

    /// Opens the workspace around `folder`, and its repository by `open`.
    pub(super) fn open_at(
        global: &'a Global,
        when: &When,
        state: State,
        folder: &Path,
        open: fn(&Path) -> Result<Option<Repo>>,
    ) -> Result<Self> {
        Ok(Session::open_files(global, when, state, folder, open)?.join())
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

impl<'a> Session<'a, Files> {
    /// Reads the files of the workspace around the current folder, in one of its states.
    ///
    /// # Errors
    ///
    /// As for [`Session::open_state`].
    pub(super) fn files_here(global: &'a Global, when: &When, state: State) -> Result<Self> {
        let here = std::env::current_dir().map_err(|error| {
            Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
        })?;
        Self::open_files(global, when, state, &here, repo::open)
    }

    /// Reads the files of the workspace around `folder`, and opens its repository by `open`.
    ///
    /// # Errors
    ///
    /// As for [`Session::open`].
    pub(super) fn open_files(
        global: &'a Global,
        when: &When,
        state: State,
        folder: &Path,
        open: fn(&Path) -> Result<Option<Repo>>,
    ) -> Result<Self> {
        let root = match repo::find_root(folder, SETTINGS_FILE) {
            Ok(root) => root,
            // With a revision, a bare repository needs no files beside it.
            Err(error) => match (bare(folder, open), &when.rev) {
                (Some(bare), Some(_)) => bare,
                (Some(_), None) => return Err(without_files(error)),
                (None, _) => return Err(error),
            },
        };
        let (mut repo, head, is_unreadable) = match opened(global, &root, open) {
            Ok((repo, head)) => (repo, head, false),
            Err(error) if when.rev.is_none() && !when.require_history && state == State::Folder => {
                warn_without_history(global, &error);
                (None, None, true)
            }
            Err(error) => return Err(error),
        };
        if let Some(repo) = repo.as_mut().filter(|_| !global.no_cache) {
            repo.keep_histories(repo::WORTH_KEEPING);
        }
        let in_repo = |flag: &str| {
            repo.as_ref().ok_or_else(|| {
                let root = root.display();
                let message = format!("{flag} needs a git repository, and `{root}` is in none");
                Error::new(Kind::Git, message).hint("make one with `git init`")
            })
        };
        let revision = match &when.rev {
            Some(rev) => Some(in_repo("--rev")?.resolve(rev)?),
            None => None,
        };
        let workspace = match (&when.rev, revision, state) {
            (Some(rev), Some(revision), _) => at_revision(in_repo("--rev")?, revision, rev)?,
            (_, _, State::Staged) => staged(in_repo("--staged")?, &root)?,
            _ => files_in_tree(global, repo.as_ref(), &root)?,
        };
        let today = clock::today()?;
        let as_of = when.as_of.unwrap_or(today);
        Ok(Self {
            global,
            state,
            require_history: when.require_history,
            root,
            repo,
            head,
            is_unreadable,
            workspace,
            revision,
            as_of,
            today,
        })
    }

    /// Makes of the files what they say.
    pub(super) fn join(self) -> Session<'a> {
        let workspace = self.workspace.join();
        let read = match (self.revision, self.state) {
            (Some(id), _) => id.to_string(),
            (None, State::Folder) => "the working tree".to_owned(),
            (None, State::Staged) => "what is staged".to_owned(),
        };
        let goals = crate::text::count(workspace.model.goals.len(), "goal");
        let (root, as_of) = (self.root.display(), self.as_of);
        let told = format!("workspace {root}, {read}: {goals}, as of {as_of}");
        output::detail(self.global, &told);
        Session {
            global: self.global,
            require_history: self.require_history,
            state: self.state,
            root: self.root,
            repo: self.repo,
            head: self.head,
            is_unreadable: self.is_unreadable,
            workspace,
            revision: self.revision,
            as_of,
            today: self.today,
        }
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
        let paths = [SETTINGS_FILE, plans];
        let is_read = self.revision.is_none() && self.head.is_some();
        is_read && repo::is_uncommitted(&self.root, &paths) == Some(true)
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

/// The workspace in a revision, which was written as `rev`.
fn at_revision(repo: &Repo, revision: ObjectId, rev: &str) -> Result<Files> {
    if repo.read_file(revision, SETTINGS_FILE)?.is_none() {
        return Err(Error::new(Kind::Workspace, format!("no `{SETTINGS_FILE}` in `{rev}`"))
            .hint("the workspace was not there yet, or lay elsewhere"));
    }
    pipeline::files(Source::Revision(repo, revision))
}

/// The workspace at `root` as the next commit will hold it.
fn staged(repo: &Repo, root: &Path) -> Result<Files> {
    let files = pipeline::files(Source::Staged(&Staged::of(repo, root)?))?;
    if files.snapshot.get(SETTINGS_FILE).is_none() {
        return Err(Error::new(Kind::Workspace, format!("`{SETTINGS_FILE}` is not staged")).hint(
            format!("`git add {SETTINGS_FILE}`: the next commit has no workspace without it"),
        ));
    }
    Ok(files)
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

/// The repository around the workspace, as far as there is one, and the commit that it stands on.
fn opened(
    global: &Global,
    root: &Path,
    open: fn(&Path) -> Result<Option<Repo>>,
) -> Result<(Option<Repo>, Option<ObjectId>)> {
    let repo = open(root)?;
    if let Some(repo) = &repo {
        tell_of_fetches(global, repo);
        if let Some(reason) = repo.reason() {
            output::detail(global, &format!("read by the git program: {reason}"));
        }
    }
    let head = repo.as_ref().map(Repo::head).transpose()?.flatten();
    Ok((repo, head))
}

/// Says what git is asked to fetch, before it does.
pub(super) fn tell_of_fetches(global: &Global, repo: &Repo) {
    if global.quiet {
        return;
    }
    repo.when_fetching(Box::new(|Fetching { count, folders, remote }| {
        let what = crate::text::count(count, if folders { "folder" } else { "file" });
        output::say(&format!(
            "note: a partial clone: git fetches {what} from `{}`",
            crate::text::printable(remote)
        ));
    }));
}

/// A bare repository at `folder`.
pub(super) fn bare(folder: &Path, open: fn(&Path) -> Result<Option<Repo>>) -> Option<PathBuf> {
    let repo = open(folder).ok()??;
    repo.is_bare().then(|| repo.common_dir().to_owned())
}

/// Why there is no workspace in a bare repository: the files are in its commits alone.
pub(super) fn without_files(error: Error) -> Error {
    error.hint("a bare repository has no files but in its commits: read one, as in `goals status --rev HEAD`")
}

/// The workspace in a folder. What a sparse checkout leaves out is read from the index; where that
/// cannot be done, figures leave it out as well, and that is said.
///
/// # Errors
///
/// A file in the folder cannot be read.
pub(super) fn working_tree(global: &Global, repo: Option<&Repo>, root: &Path) -> Result<Workspace> {
    Ok(files_in_tree(global, repo, root)?.join())
}

fn files_in_tree(global: &Global, repo: Option<&Repo>, root: &Path) -> Result<Files> {
    let error = match pipeline::files_in_folder(root, repo) {
        Ok(read) => {
            if !read.left_out.is_empty() {
                let files = crate::text::count(read.left_out.len(), "file");
                let text =
                    format!("{files} read from the index: a sparse checkout leaves them out");
                output::detail(global, &text);
            }
            return Ok(read);
        }
        Err(error) => error,
    };
    // Whatever is wrong with the folder itself is told again here.
    let files = pipeline::files(Source::Folder(root))?;
    let message =
        format!("{}: figures leave out what the sparse checkout leaves out", error.message);
    output::warn(
        global,
        &message,
        Some("`--rev HEAD` reads all that is committed; `git sparse-checkout disable` brings it"),
    );
    Ok(files)
}

/// Says that what only the history tells will be missing, and why.
fn warn_without_history(global: &Global, error: &Error) {
    let message = format!("{}: going on without history, values are right", error.message);
    output::warn(global, &message, error.hint.as_deref());
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
