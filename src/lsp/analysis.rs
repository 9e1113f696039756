//! A workspace at a moment: the files as the editor has them, what they say, and its figures.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::check::{self, Subject};
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
    pub(super) rollup: Rollup,
    /// The day on which all is told.
    pub(super) today: Date,
}

impl Analysis {
    /// Computes the figures of a workspace.
    pub(super) fn new(
        root: &Path,
        workspace: Arc<Workspace>,
        history: Option<Arc<History>>,
        today: Date,
    ) -> Self {
        let rollup = pipeline::rollup(&workspace, history.as_deref(), today);
        Self { root: root.to_owned(), workspace, history, rollup, today }
    }

    /// Every finding, by file and place.
    pub(super) fn findings(&self) -> Vec<Diagnostic> {
        let history = self.history.as_deref();
        pipeline::check_with(&self.workspace, &self.rollup, history, self.today, self.today)
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
