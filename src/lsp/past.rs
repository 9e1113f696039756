//! Reads histories in the background: what takes long keeps no answer waiting.
//!
//! One thread looks after every workspace. It reads a history when it is first told of a
//! workspace, when HEAD has moved, and when the files say something else about who is who.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crate::error::Result;
use crate::history::{Basis, History};
use crate::pipeline::{self, Workspace};
use crate::repo::{self, Backend, ObjectId, Repo, WORTH_KEEPING};

/// How often HEAD is looked at where nothing else gives reason to.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// What the commits of a workspace tell now.
pub(super) struct Told {
    /// The workspace's root.
    pub(super) root: PathBuf,
    /// What they tell; nothing where there is no commit, or none can be read.
    pub(super) history: Option<Arc<History>>,
    /// Why they cannot be read.
    pub(super) problem: Option<String>,
}

/// The way to the thread.
pub(super) struct Past {
    wanted: Sender<(PathBuf, Arc<Workspace>)>,
}

impl Past {
    /// Begins; `tell` is called with each history.
    pub(super) fn begin(keeps: bool, tell: impl Fn(Told) + Send + 'static) -> Self {
        let (wanted, wishes) = mpsc::channel();
        std::thread::spawn(move || Reader { keeps, known: BTreeMap::new() }.run(&wishes, tell));
        Self { wanted }
    }

    /// Says what a workspace is now. Its history is told if it is another than before.
    pub(super) fn look(&self, root: &Path, workspace: &Arc<Workspace>) {
        // If the thread is gone there is no history, which is no reason to end.
        let _ = self.wanted.send((root.to_owned(), Arc::clone(workspace)));
    }
}

struct Reader {
    keeps: bool,
    known: BTreeMap<PathBuf, Known>,
}

/// A workspace as it was last looked at.
struct Known {
    workspace: Arc<Workspace>,
    /// Its repository, where looking at HEAD costs next to nothing: where no program is asked.
    repo: Option<Repo>,
    /// What the history that was told was read from.
    read: Option<(Option<ObjectId>, String)>,
}

impl Reader {
    fn run(mut self, wishes: &Receiver<(PathBuf, Arc<Workspace>)>, tell: impl Fn(Told)) {
        loop {
            match wishes.recv_timeout(LOOK_EVERY) {
                Ok(first) => {
                    let wishes: BTreeMap<PathBuf, Arc<Workspace>> =
                        std::iter::once(first).chain(wishes.try_iter()).collect();
                    for (root, workspace) in wishes {
                        self.wish(&root, workspace);
                        self.look(&root, &tell);
                    }
                }
                Err(RecvTimeoutError::Timeout) => {
                    let cheap = self.known.iter().filter(|(_, known)| known.repo.is_some());
                    let roots: Vec<PathBuf> = cheap.map(|(root, _)| root.clone()).collect();
                    for root in roots {
                        self.look(&root, &tell);
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    fn wish(&mut self, root: &Path, workspace: Arc<Workspace>) {
        match self.known.get_mut(root) {
            Some(known) => known.workspace = workspace,
            None => {
                let known = Known { workspace, repo: None, read: None };
                self.known.insert(root.to_owned(), known);
            }
        }
    }

    /// Reads the history of a workspace, if it is another than before, and tells it.
    fn look(&mut self, root: &Path, tell: impl Fn(Told)) {
        let keeps = self.keeps;
        let Some(known) = self.known.get_mut(root) else { return };
        let told =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| known.news(root, keeps)));
        let (history, problem) = match told {
            Ok(Ok(None)) => return,
            Ok(Ok(Some(history))) => (history.map(Arc::new), None),
            Ok(Err(error)) => (None, Some(error.message)),
            Err(_) => (None, Some("the history could not be read".to_owned())),
        };
        tell(Told { root: root.to_owned(), history, problem });
    }
}

impl Known {
    /// The history, if it is another than the last one that was told; inside, nothing where there is
    /// no commit.
    fn news(&mut self, root: &Path, keeps: bool) -> Result<Option<Option<History>>> {
        let on = Basis::of(&self.workspace.model).shown();
        let head = self.head(root);
        let at = (head.as_ref().ok().copied().flatten(), on);
        if self.read.as_ref() == Some(&at) {
            return Ok(None);
        }
        self.read = Some(at);
        let Some(tip) = head? else { return Ok(Some(None)) };
        let Some(mut repo) = repo::open(root)? else { return Ok(Some(None)) };
        if keeps {
            repo.keep_histories(WORTH_KEEPING);
        }
        pipeline::history(&self.workspace, &repo, tip).map(|history| Some(Some(history)))
    }

    /// The commit that the workspace stands on.
    fn head(&mut self, root: &Path) -> Result<Option<ObjectId>> {
        let is_ours = |repo: &Repo| repo.backend() == Backend::Libgit2;
        if self.repo.is_none() {
            self.repo = repo::open(root)?;
        }
        let head = self.repo.as_ref().map(Repo::head).transpose();
        if head.is_err() || !self.repo.as_ref().is_some_and(is_ours) {
            self.repo = None;
        }
        Ok(head?.flatten())
    }
}
