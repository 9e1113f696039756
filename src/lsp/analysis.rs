//! A workspace at a moment: the files as the editor has them, what they say, and its figures.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::check::{self, Kept, Subject};
use crate::date::Date;
use crate::diagnostic::{Diagnostic, Place};
use crate::history::History;
use crate::model::{Goal, KeyResult};
use crate::pipeline::{self, Workspace};
use crate::rollup::{KeyResultFigures, Rollup};
use crate::text::Span;

/// Everything that answers are told from; nothing in it changes.
pub(super) struct Analysis {
    /// The folder that holds `goals.toml`.
    pub(super) root: PathBuf,
    /// The files, with what is not saved yet, and what they say.
    pub(super) workspace: Arc<Workspace>,
    /// What the commits tell, once it has been read.
    pub(super) history: Option<Arc<History>>,
    /// The figures of today.
    pub(super) rollup: Arc<Rollup>,
    /// The day on which all is told.
    pub(super) today: Date,
    findings: OnceLock<Vec<Arc<Diagnostic>>>,
    basis: Mutex<Basis>,
}

/// What findings are told from, so that only what changed since is looked at.
#[derive(Default)]
struct Basis {
    before: Option<Before>,
    kept: Kept,
}

/// What was looked at the last time.
struct Before {
    workspace: Arc<Workspace>,
    rollup: Arc<Rollup>,
    history: Option<Arc<History>>,
}

impl Analysis {
    /// Computes the figures of a workspace, which goes on from what it was `before`.
    pub(super) fn new(
        root: &Path,
        workspace: Arc<Workspace>,
        history: Option<Arc<History>>,
        today: Date,
        before: Option<Self>,
    ) -> Self {
        let known = before.as_ref().filter(|before| same(&before.history, &history));
        let known = known.map(|before| (&*before.workspace, &*before.rollup));
        let rollup = pipeline::rollup_again(&workspace, history.as_deref(), today, known);
        let rollup = Arc::new(rollup);
        let basis = before.map(|before| before.basis).unwrap_or_default();
        let (root, findings) = (root.to_owned(), OnceLock::new());
        Self { root, workspace, history, rollup, today, findings, basis }
    }

    /// Every finding, by file and place.
    pub(super) fn findings(&self) -> &[Arc<Diagnostic>] {
        self.findings.get_or_init(|| {
            // Whoever fails on the way leaves nothing to go on from.
            let mut basis = self.basis.lock().unwrap_or_else(PoisonError::into_inner);
            let Basis { before, mut kept } = std::mem::take(&mut *basis);
            let before = before.filter(|before| same(&before.history, &self.history));
            let before = before.as_ref().map(|before| (&*before.workspace, &*before.rollup));
            let (workspace, history) = (&self.workspace, self.history.as_deref());
            let (rollup, today) = (&self.rollup, self.today);
            let found = pipeline::check_again(workspace, rollup, history, today, before, &mut kept);
            let now = Before {
                workspace: Arc::clone(workspace),
                rollup: Arc::clone(rollup),
                history: self.history.clone(),
            };
            *basis = Basis { before: Some(now), kept };
            found
        })
    }

    /// The text of a file.
    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.workspace.snapshot.text(path)
    }

    /// The goal, and perhaps the key result, that a place in a file belongs to.
    pub(super) fn subject(&self, path: &str, offset: usize) -> Option<Subject<'_>> {
        let place = Place::new(path, Span::new(offset, offset));
        check::subject(&self.workspace.model, &place)
    }

    /// The position of the goal whose plan or check-ins file lies at `path`.
    pub(super) fn goal_at(&self, path: &str) -> Option<usize> {
        let goal = self.subject(path, 0)?.goal;
        self.workspace.model.position(&goal.reference)
    }

    /// A goal by its position.
    pub(super) fn goal(&self, at: usize) -> &Goal {
        &self.workspace.model.goals[at]
    }

    /// A key result by its id, with its figures; the measure of a SMART goal for none.
    pub(super) fn key_result(
        &self,
        goal: usize,
        id: Option<&str>,
    ) -> Option<(&KeyResult, &KeyResultFigures)> {
        let key_results = self.goal(goal).key_results.iter();
        let mut both = key_results.zip(&self.rollup.goals[goal].key_results);
        both.find(|(key_result, _)| key_result.id.as_deref() == id)
    }
}

/// Tells whether two histories are one.
fn same(one: &Option<Arc<History>>, other: &Option<Arc<History>>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => Arc::ptr_eq(one, other),
        (one, other) => one.is_none() && other.is_none(),
    }
}
