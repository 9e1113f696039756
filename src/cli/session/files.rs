//! How a workspace is opened: its files in a folder, a revision or the index, and its repository.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use super::{Session, State, Unread};
use crate::cli::shared::{Global, When};
use crate::cli::{clock, output};
use crate::error::{Error, Kind, Result};
use crate::load::SETTINGS_FILE;
use crate::pipeline::{self, Files, Source, Workspace};
use crate::repo::{self, Fetching, ObjectId, Repo, Staged};

impl<'a> Session<'a, Unread> {
    /// Opens the workspace around the current folder, in one of its states.
    ///
    /// # Errors
    ///
    /// There is none, it cannot be told, or the revision does not exist.
    pub(in crate::cli) fn here(global: &'a Global, when: &When, state: State) -> Result<Self> {
        let here = std::env::current_dir().map_err(|error| {
            Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
        })?;
        Self::around(global, when, state, &here, repo::open)
    }

    /// Opens the workspace around `folder`, and its repository by `open`.
    ///
    /// # Errors
    ///
    /// As for [`Session::here`].
    pub(in crate::cli) fn around(
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
        let revision = match (&when.rev, &repo) {
            (Some(rev), Some(repo)) => {
                let revision = repo.resolve(rev)?;
                if repo.read_file(revision, SETTINGS_FILE)?.is_none() {
                    return Err(without_workspace(rev));
                }
                Some(revision)
            }
            (Some(_), None) => return Err(without_repository("--rev", &root)),
            (None, _) => None,
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
            is_uncommitted: OnceCell::new(),
            workspace: Unread,
            revision,
            as_of,
            today,
        })
    }

    /// The folder that holds the plans.
    ///
    /// # Errors
    ///
    /// The settings cannot be read.
    pub(in crate::cli) fn plans(&self) -> Result<String> {
        match self.at_revision() {
            Some((repo, revision)) => pipeline::plans(&Source::Revision(repo, revision)),
            None => pipeline::plans(&Source::Folder(&self.root)),
        }
    }

    /// Reads the files.
    ///
    /// # Errors
    ///
    /// One of them cannot be read, or there is no repository to tell what is staged.
    pub(in crate::cli) fn files(self) -> Result<Session<'a, Files>> {
        let files = match (self.at_revision(), self.state, &self.repo) {
            (Some((repo, revision)), _, _) => pipeline::files(Source::Revision(repo, revision)),
            (None, State::Staged, Some(repo)) => staged(repo, &self.root),
            (None, State::Staged, None) => Err(without_repository("--staged", &self.root)),
            (None, State::Folder, repo) => files_in_tree(self.global, repo.as_ref(), &self.root),
        };
        files.map(|files| self.with(|Unread| files))
    }

    /// The revision that was asked for, and the repository that has it.
    fn at_revision(&self) -> Option<(&Repo, ObjectId)> {
        self.repo.as_ref().zip(self.revision)
    }
}

impl<'a> Session<'a, Files> {
    /// Makes of the files what they say.
    pub(in crate::cli) fn join(self) -> Session<'a> {
        let session = self.with(Files::join);
        let read = match (session.revision, session.state) {
            (Some(id), _) => id.to_string(),
            (None, State::Folder) => "the working tree".to_owned(),
            (None, State::Staged) => "what is staged".to_owned(),
        };
        let goals = crate::text::count(session.workspace.model.goals.len(), "goal");
        let (root, as_of) = (session.root.display(), session.as_of);
        let told = format!("workspace {root}, {read}: {goals}, as of {as_of}");
        output::detail(session.global, &told);
        session
    }
}

impl<'a, W> Session<'a, W> {
    /// The same with what is made of its workspace.
    fn with<V>(self, make: impl FnOnce(W) -> V) -> Session<'a, V> {
        Session {
            global: self.global,
            require_history: self.require_history,
            state: self.state,
            root: self.root,
            repo: self.repo,
            head: self.head,
            is_unreadable: self.is_unreadable,
            is_uncommitted: self.is_uncommitted,
            workspace: make(self.workspace),
            revision: self.revision,
            as_of: self.as_of,
            today: self.today,
        }
    }
}

fn without_repository(flag: &str, root: &Path) -> Error {
    let message = format!("{flag} needs a git repository, and `{}` is in none", root.display());
    Error::new(Kind::Git, message).hint("make one with `git init`")
}

fn without_workspace(rev: &str) -> Error {
    Error::new(Kind::Workspace, format!("no `{SETTINGS_FILE}` in `{rev}`"))
        .hint("the workspace was not there yet, or lay elsewhere")
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
pub(in crate::cli) fn tell_of_fetches(global: &Global, repo: &Repo) {
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
pub(in crate::cli) fn bare(
    folder: &Path,
    open: fn(&Path) -> Result<Option<Repo>>,
) -> Option<PathBuf> {
    let repo = open(folder).ok()??;
    repo.is_bare().then(|| repo.common_dir().to_owned())
}

/// Why there is no workspace in a bare repository: the files are in its commits alone.
pub(in crate::cli) fn without_files(error: Error) -> Error {
    error.hint("a bare repository has no files but in its commits: read one, as in `goals status --rev HEAD`")
}

/// The workspace in a folder. What a sparse checkout leaves out is read from the index; where that
/// cannot be done, figures leave it out as well, and that is said.
///
/// # Errors
///
/// A file in the folder cannot be read.
pub(in crate::cli) fn working_tree(
    global: &Global,
    repo: Option<&Repo>,
    root: &Path,
) -> Result<Workspace> {
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
pub(super) fn warn_without_history(global: &Global, error: &Error) {
    let message = format!("{}: going on without history, values are right", error.message);
    output::warn(global, &message, error.hint.as_deref());
}
