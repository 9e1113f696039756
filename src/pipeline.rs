//! The spine: each stage called once, in order.

mod changed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::check::{self, smart};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::error::Result;
use crate::history::{self, Basis, GOAL_TRAILER, History, Work};
use crate::load::{self, SETTINGS_FILE, SettingsDoc};
use crate::model::{self, Model};
use crate::repo::{self, Content, Kept, LeftOut, Listed, ObjectId, Repo, Snapshot, Staged};
use crate::review::{self, Difference, Review, Side};
use crate::rollup::{self, Rollup};

/// The folder whose files override the report's templates.
pub const TEMPLATES: &str = "templates";

/// Where a workspace's files are read from.
pub enum Source<'a> {
    /// The folder on the disk, with whatever is not committed yet.
    Folder(&'a Path),
    /// The same, and from the index what a sparse checkout leaves out of it.
    Sparse(&'a Path, &'a LeftOut<'a>),
    /// A revision of the repository.
    Revision(&'a Repo, ObjectId),
    /// What is staged for the next commit.
    Staged(&'a Staged<'a>),
    /// Files that are at hand.
    Files(Snapshot),
}

/// A workspace, read and joined.
pub struct Workspace {
    /// Its files.
    pub snapshot: Snapshot,
    /// `goals.toml` as it stands.
    pub settings: SettingsDoc,
    /// What the files say.
    pub model: Arc<Model>,
    /// What is wrong in the files and between them, before levels are applied.
    pub found: Vec<Diagnostic>,
    /// Those of its files that a sparse checkout leaves out, so that they were read from the index.
    pub left_out: BTreeSet<String>,
}

/// A workspace's files, before anything but its settings is made of them.
pub struct Files {
    /// The files.
    pub snapshot: Snapshot,
    /// Those of them that a sparse checkout leaves out, so that they were read from the index.
    pub left_out: BTreeSet<String>,
    settings: SettingsDoc,
    found: Vec<Diagnostic>,
}

impl Files {
    /// The folder of the plans.
    pub fn plans(&self) -> &str {
        self.settings.plans.as_ref().map_or(model::DEFAULT_PLANS, |plans| plans.value.as_str())
    }

    /// Makes a workspace of what they say.
    pub fn join(self) -> Workspace {
        let settings = self.settings.clone();
        let (documents, in_files) = load::documents(&self.snapshot, settings, self.plans());
        let (model, between) = model::build(documents);
        let Self { snapshot, left_out, settings, mut found } = self;
        found.extend(in_files);
        found.extend(between);
        Workspace { snapshot, settings, model: Arc::new(model), found, left_out }
    }
}

/// Reads a workspace.
///
/// # Errors
///
/// A file, or the revision, cannot be read. What is wrong in a file is no error.
pub fn read(source: Source<'_>) -> Result<Workspace> {
    Ok(files(source)?.join())
}

/// Reads a workspace's files: settings first, since they name the folder of the plans.
///
/// # Errors
///
/// One of them, or the revision, cannot be read.
pub fn files(source: Source<'_>) -> Result<Files> {
    let mut files = settings(&source)?;
    let plans = files.plans().to_owned();
    let Files { snapshot, left_out, .. } = &mut files;
    for (folder, suffix) in folders(&plans) {
        match &source {
            Source::Files(_) => {}
            Source::Folder(root) => repo::read_below(root, folder, suffix, snapshot)?,
            Source::Sparse(root, index) => {
                repo::read_below(root, folder, suffix, snapshot)?;
                left_out.extend(index.read_below(folder, suffix, snapshot)?);
            }
            Source::Revision(repo, commit) => repo.read_below(*commit, folder, suffix, snapshot)?,
            Source::Staged(staged) => staged.read_below(folder, suffix, snapshot)?,
        }
    }
    Ok(files)
}

/// A workspace's files as far as its settings.
fn settings(source: &Source<'_>) -> Result<Files> {
    let mut snapshot = Snapshot::default();
    let content = match source {
        Source::Files(files) => {
            snapshot = files.clone();
            None
        }
        Source::Folder(root) | Source::Sparse(root, _) => repo::read_file(root, SETTINGS_FILE)?,
        Source::Revision(repo, commit) => repo.read_file(*commit, SETTINGS_FILE)?,
        Source::Staged(staged) => staged.read_file(SETTINGS_FILE)?,
    };
    if let Some(content) = content {
        snapshot.insert(SETTINGS_FILE, content);
    }
    let (settings, found) = load::settings_of(&snapshot);
    Ok(Files { snapshot, left_out: BTreeSet::new(), settings, found })
}

/// The folder that holds a workspace's plans.
///
/// # Errors
///
/// The settings, or the revision, cannot be read.
pub fn plans(source: &Source<'_>) -> Result<String> {
    Ok(settings(source)?.plans().to_owned())
}

/// The folders of a workspace, and how the names of their files end.
fn folders(plans: &str) -> [(&str, &str); 2] {
    [(plans, ".toml"), (TEMPLATES, "")]
}

/// The files that [`files`] would read in a folder, by path; none of them is read.
///
/// # Errors
///
/// A folder cannot be read.
pub fn listed(root: &Path, plans: &str) -> Result<Vec<Listed>> {
    let mut all = Vec::from_iter(repo::list(root, SETTINGS_FILE));
    for (folder, suffix) in folders(plans) {
        all.extend(repo::list_below(root, folder, suffix)?);
    }
    all.par_sort_unstable_by(|a, b| a.path.cmp(&b.path));
    all.dedup_by(|a, b| a.path == b.path);
    Ok(all)
}

/// What was read of a workspace the last time, and made of it.
#[derive(Debug, Default)]
pub struct Known {
    files: load::Known,
    goals: model::Known,
}

/// Reads a workspace whose files are at hand, as an editor does at every keystroke: what is `known`
/// of files that are the same is taken as it was, and what was made of them is shared.
pub fn read_again(snapshot: Snapshot, known: &mut Known) -> Workspace {
    let (settings, mut found) = load::settings_of(&snapshot);
    let plans = settings.plans.as_ref().map_or(model::DEFAULT_PLANS, |plans| plans.value.as_str());
    let (documents, in_files) =
        load::documents_again(&snapshot, settings.clone(), plans, &mut known.files);
    let (model, between) = model::build_again(documents, &mut known.goals);
    found.extend(in_files);
    found.extend(between);
    Workspace { snapshot, settings, model: Arc::new(model), found, left_out: BTreeSet::new() }
}

/// Reads the workspace in a folder as it lies there; of a sparse checkout, what that leaves out is read
/// from the index of `repo`.
///
/// # Errors
///
/// A file cannot be read, or the index.
pub fn read_folder(root: &Path, repo: Option<&Repo>) -> Result<Workspace> {
    Ok(files_in_folder(root, repo)?.join())
}

/// The files of such a workspace.
///
/// # Errors
///
/// One cannot be read, or the index.
pub fn files_in_folder(root: &Path, repo: Option<&Repo>) -> Result<Files> {
    match repo.map(|repo| LeftOut::of(repo, root)).transpose()?.flatten() {
        Some(left_out) => files(Source::Sparse(root, &left_out)),
        None => files(Source::Folder(root)),
    }
}

/// Every finding of a workspace on a date, told `today`, with its level. Without a history the
/// rules that need one say nothing.
pub fn check(
    workspace: &Workspace,
    history: Option<&History>,
    as_of: Date,
    today: Date,
) -> Vec<Diagnostic> {
    let rollup = rollup::compute(&workspace.model, history, as_of);
    check_with(workspace, &rollup, history, as_of, today)
}

/// The same findings with figures that are at hand.
pub fn check_with(
    workspace: &Workspace,
    rollup: &Rollup,
    history: Option<&History>,
    as_of: Date,
    today: Date,
) -> Vec<Diagnostic> {
    let context = context(workspace, rollup, history, as_of, today);
    check::check(&context, &workspace.settings)
}

/// The same findings after little has changed; `before` is what they were told of the last time.
pub fn check_again(
    workspace: &Workspace,
    rollup: &Rollup,
    history: Option<&History>,
    today: Date,
    before: Option<(&Workspace, &Rollup)>,
    kept: &mut check::Kept,
) -> Vec<Arc<Diagnostic>> {
    let context = context_with(workspace, rollup, history, [today; 2], kept.memory());
    let changed = before.and_then(|before| changed::goals(before, (workspace, rollup)));
    check::check_again(&context, &workspace.settings, kept, changed.as_ref())
}

/// A workspace in which findings were fixed.
pub struct Fixed {
    /// The workspace as it would be.
    pub workspace: Workspace,
    /// Every finding that is left.
    pub findings: Vec<Diagnostic>,
    /// The texts that changed, by path.
    pub texts: BTreeMap<String, String>,
    /// How many findings were fixed.
    pub fixed: usize,
    /// Fixes that would have broken their file, as rule and path: mistakes of this program.
    pub refused: BTreeSet<(&'static str, String)>,
}

/// How often fixes are applied one upon another.
const MAX_ROUNDS: usize = 20;

/// Applies to files at hand the fixes of those findings that `chosen` picks, and of those that show up then, until
/// there is none or it seems to go round in a circle. Nothing is written anywhere.
///
/// # Errors
///
/// None but those of reading a workspace whose files are at hand.
pub fn fix(
    files: &Snapshot,
    history: Option<&History>,
    as_of: Date,
    today: Date,
    chosen: impl Fn(&Workspace, &[Diagnostic]) -> Vec<Diagnostic>,
) -> Result<Fixed> {
    let (mut fixed, mut refused, mut texts) = (0, BTreeSet::new(), BTreeMap::new());
    let mut workspace = read(Source::Files(files.clone()))?;
    let mut rounds = 0;
    loop {
        let findings = check(&workspace, history, as_of, today);
        let applied = check::fix::apply(&workspace.snapshot, &chosen(&workspace, &findings));
        refused.extend(applied.refused);
        if applied.fixed == 0 || rounds == MAX_ROUNDS {
            return Ok(Fixed { workspace, findings, texts, fixed, refused });
        }
        rounds += 1;
        fixed += applied.fixed;
        let mut snapshot = workspace.snapshot;
        for (path, text) in &applied.texts {
            snapshot.insert(path.clone(), Content::from_bytes(text.clone().into_bytes()));
        }
        texts.extend(applied.texts);
        workspace = read(Source::Files(snapshot))?;
    }
}

/// The findings of shape of a workspace on a date: what keeps its figures from being complete.
pub fn of_shape(workspace: &Workspace, rollup: &Rollup, as_of: Date) -> Vec<Diagnostic> {
    let context = context(workspace, rollup, None, as_of, as_of);
    check::of_shape(&context, &workspace.settings)
}

/// The SMART scorecard of every goal and key result on a date, told `today`. What the pace needed
/// is held against is on record in the check-ins; the rules that need a history add to it.
pub fn smart(
    workspace: &Workspace,
    history: Option<&History>,
    as_of: Date,
    today: Date,
) -> Vec<smart::Card> {
    let rollup = rollup::compute(&workspace.model, history, as_of);
    scorecards(workspace, &rollup, history, as_of, today)
}

/// What the rules find, and what the scorecards that follow from it are made from.
pub struct Judged<'a> {
    /// Every finding, as [`check()`] has them.
    pub findings: Vec<Diagnostic>,
    context: check::Context<'a>,
}

impl<'a> Judged<'a> {
    /// What makes the scorecards of one goal after the other.
    pub fn scoring(&self) -> smart::Scoring<'_, 'a> {
        smart::Scoring::new(&self.context, &self.findings)
    }
}

/// One run of the rules, with figures that are at hand.
pub fn judge<'a>(
    workspace: &'a Workspace,
    rollup: &'a Rollup,
    history: Option<&'a History>,
    as_of: Date,
    today: Date,
) -> Judged<'a> {
    let context = context(workspace, rollup, history, as_of, today);
    let findings = check::check(&context, &workspace.settings);
    Judged { findings, context: context.after_rules() }
}

/// The scorecards with figures that are at hand; only the rules that serve a letter are run.
fn scorecards(
    workspace: &Workspace,
    rollup: &Rollup,
    history: Option<&History>,
    as_of: Date,
    today: Date,
) -> Vec<smart::Card> {
    let context = context(workspace, rollup, history, as_of, today);
    let findings = check::of_letters(&context, &workspace.settings);
    smart::scorecards(&context, &findings)
}

/// What rules look at in a workspace.
fn context<'a>(
    workspace: &'a Workspace,
    rollup: &'a Rollup,
    history: Option<&'a History>,
    as_of: Date,
    today: Date,
) -> check::Context<'a> {
    context_with(workspace, rollup, history, [as_of, today], Arc::default())
}

/// The same, with what rules remember.
fn context_with<'a>(
    workspace: &'a Workspace,
    rollup: &'a Rollup,
    history: Option<&'a History>,
    days: [Date; 2],
    memory: Arc<check::Memory>,
) -> check::Context<'a> {
    let Workspace { model, settings, found, .. } = workspace;
    check::Context::new(model, rollup, history, days, settings, found, memory)
}

/// The history that `tip` reaches. Where the repository keeps histories from one run to the next,
/// only what the last one did not know is read.
///
/// # Errors
///
/// A commit, or something in it, cannot be read.
pub fn history(workspace: &Workspace, repo: &Repo, tip: ObjectId) -> Result<History> {
    let (model, plans) = (&workspace.model, &workspace.model.settings.plans);
    let basis = Basis::of(model);
    let kept = repo.kept(tip, plans, &basis.shown())?;
    let stored = kept.as_ref().and_then(Kept::load).map(Arc::new);
    let known = stored.clone().and_then(history::read_kept);
    let goes_on = known.is_some();
    let is_damaged = || stored.as_ref().is_some_and(|stored| stored.is_damaged());
    let read = |(known, told)| -> Result<_> {
        let commits = repo.more_commits(tip, plans, known)?;
        repo.bring(&commits)?;
        let history = history::read_on(&commits, told, &repo.blobs()?, repo.depth(), &basis)?;
        Ok((commits, history))
    };
    let (commits, history) = match read(known.unwrap_or_default()) {
        // What was there once may be gone.
        Err(_) if goes_on => read(Default::default()),
        Ok(_) if goes_on && is_damaged() => read(Default::default()),
        read => read,
    }?;
    if let Some(kept) = kept.filter(|kept| kept.is_wanted(commits.graph.len(), commits.lacking)) {
        match history::write_kept(&commits, &history) {
            Some(bytes) => kept.store(bytes),
            None => kept.discard(),
        }
    }
    history.if_damaged(anew(workspace, repo, tip));
    Ok(history)
}

/// The way to tell the history that `tip` reaches from the repository alone, later on.
fn anew(
    workspace: &Workspace,
    repo: &Repo,
    tip: ObjectId,
) -> impl Fn() -> Result<History> + Send + Sync + 'static {
    let (again, model) = (repo.again(), Arc::clone(&workspace.model));
    move || {
        let Some(repo) = again()? else { return Ok(History::default()) };
        let commits = repo.commits(tip, &model.settings.plans)?;
        history::read(&commits, &repo.blobs()?, repo.depth(), &model)
    }
}

/// The work behind goals that `tip` reaches; `resolve` tells what a short name meant on a day.
///
/// # Errors
///
/// A commit cannot be read.
pub fn work(
    workspace: &Workspace,
    repo: &Repo,
    tip: ObjectId,
    resolve: impl Fn(&str, Date) -> Result<(usize, Option<usize>)>,
) -> Result<Work> {
    Ok(history::work(&repo.trailed(tip, GOAL_TRAILER)?, &workspace.model, resolve))
}

/// Every figure of a workspace on a date.
pub fn rollup(workspace: &Workspace, history: Option<&History>, as_of: Date) -> Rollup {
    rollup::compute(&workspace.model, history, as_of)
}

/// The same after little has changed; the figures `before` were told from the same history.
pub fn rollup_again(
    workspace: &Workspace,
    history: Option<&History>,
    as_of: Date,
    before: Option<(&Workspace, &Rollup)>,
) -> Rollup {
    let before = before.map(|(workspace, rollup)| (&*workspace.model, rollup));
    rollup::compute_again(&workspace.model, history, as_of, before)
}

/// What changed from one workspace to another, and what it moves, on a date, told `today`.
///
/// `history` is asked only where commits have something to say, and for no more than those between
/// the two; without it all is told but who made the change, and when.
pub fn review(
    before: &Workspace,
    after: &Workspace,
    history: impl FnOnce() -> Option<History>,
    as_of: Date,
    today: Date,
) -> Review {
    let rollups = [before, after].map(|side| rollup::compute(&side.model, None, as_of));
    let side = |workspace, rollup| side(workspace, rollup, as_of, today);
    let (before, after) = (side(before, &rollups[0]), side(after, &rollups[1]));
    let difference = Difference::of(&before, &after);
    let history = if difference.needs_history() { history() } else { None };
    review::review(before, after, &difference, history.as_ref(), today)
}

fn side<'a>(workspace: &'a Workspace, rollup: &'a Rollup, as_of: Date, today: Date) -> Side<'a> {
    let context = context(workspace, rollup, None, as_of, today);
    // Where there is no workspace yet, there is nothing to find fault with.
    let is_there = workspace.snapshot.get(SETTINGS_FILE).is_some();
    let findings = || check::check(&context, &workspace.settings);
    Side {
        files: &workspace.snapshot,
        settings: &workspace.settings,
        model: &workspace.model,
        rollup,
        findings: if is_there { findings() } else { Vec::new() },
    }
}

/// The history of the commits that `tip` reaches and `base` does not.
///
/// # Errors
///
/// A commit, or something in it, cannot be read.
pub fn history_since(
    workspace: &Workspace,
    repo: &Repo,
    base: ObjectId,
    tip: ObjectId,
) -> Result<History> {
    let commits = repo.commits_since(base, tip, &workspace.model.settings.plans)?;
    history::read(&commits, &repo.blobs()?, repo.depth(), &workspace.model)
}
