//! A workspace over time: its files on the disk, with what is open in the editor laid over them,
//! and what was last made of the two.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::analysis::Analysis;
use super::buffers::Buffers;
use super::view::inside;
use crate::date::Date;
use crate::error::Result;
use crate::history::History;
use crate::load::{self, SETTINGS_FILE};
use crate::model::DEFAULT_PLANS;
use crate::pipeline::{self, Known};
use crate::repo::{self, Content, LeftOut, News, Snapshot, Watch};

/// A workspace that is looked after.
pub(super) struct Desk {
    root: PathBuf,
    disk: Option<Disk>,
    /// What was read of the files the last time.
    known: Known,
    history: Option<Arc<History>>,
    /// What was last made of the files, be it still so or not.
    analysis: Option<Analysis>,
    is_stale: bool,
    /// The watch over the files, where the editor keeps none, and the folder that it was made for.
    watch: Option<(String, Watch)>,
    /// The day for which the findings have been told, if nothing changed since.
    told: Option<Date>,
}

/// The files of the disk as they were read.
struct Disk {
    /// The folder of the plans that they were read from.
    plans: String,
    files: Snapshot,
}

impl Desk {
    /// Begins to look after the workspace at `root`.
    pub(super) fn new(root: PathBuf) -> Self {
        Self {
            root,
            disk: None,
            known: Known::default(),
            history: None,
            analysis: None,
            is_stale: true,
            watch: None,
            told: None,
        }
    }

    /// Says that files that are open have changed.
    pub(super) fn touch(&mut self) {
        self.is_stale = true;
        self.told = None;
    }

    /// Says that the files at these paths may have changed on the disk.
    pub(super) fn forget(&mut self, paths: &[PathBuf]) {
        for path in paths {
            self.reread(path);
        }
        self.touch();
    }

    /// Says that something was saved; where nobody watches the files, any may have changed.
    pub(super) fn saved(&mut self, path: &Path, is_watched: bool) {
        if !is_watched && self.watch.is_none() {
            self.disk = None;
        }
        self.forget(&[path.to_owned()]);
    }

    /// Takes what the commits tell.
    pub(super) fn remember(&mut self, history: Option<Arc<History>>) {
        self.history = history;
        self.touch();
    }

    /// Sees to it that changes on the disk are told.
    pub(super) fn watch(&mut self, tell: impl Fn(News) + Send + 'static) {
        let plans = self.disk.as_ref().map_or(DEFAULT_PLANS, |disk| &disk.plans);
        if self.watch.as_ref().is_none_or(|(watched, _)| watched != plans) {
            // Where the system tells nothing, files are read anew when something is saved.
            let watch = watch(&self.root, plans, tell).ok();
            self.watch = watch.map(|watch| (plans.to_owned(), watch));
        }
    }

    /// Whether there may be other findings than were told.
    pub(super) fn is_news(&self, today: Date) -> bool {
        self.told != Some(today)
    }

    /// Notes that the findings have been told, or that there is nothing to tell.
    pub(super) fn told(&mut self, today: Date) {
        self.told = Some(today);
    }

    /// What is to be said of the workspace now.
    ///
    /// # Errors
    ///
    /// Its files cannot be read.
    pub(super) fn analysis(&mut self, buffers: &Buffers, today: Date) -> Result<&Analysis> {
        let is_of_today = self.analysis.as_ref().is_some_and(|analysis| analysis.today == today);
        if self.is_stale || !is_of_today {
            let files = self.files(buffers)?;
            let workspace = pipeline::read_again(files, &mut self.known);
            let (history, before) = (self.history.clone(), self.analysis.take());
            let analysis = Analysis::new(&self.root, Arc::new(workspace), history, today, before);
            self.analysis = Some(analysis);
            self.is_stale = false;
        }
        Ok(self.analysis.as_ref().expect("it was made just now"))
    }

    /// The files of the disk with what is open laid over them.
    fn files(&mut self, buffers: &Buffers) -> Result<Snapshot> {
        let settings = match buffers.get(&self.root.join(SETTINGS_FILE)) {
            Some(buffer) => Some(Content::of(buffer.text.as_bytes())),
            None => repo::read_file(&self.root, SETTINGS_FILE)?,
        };
        let mut alone = Snapshot::default();
        if let Some(settings) = settings {
            alone.insert(SETTINGS_FILE, settings);
        }
        let plans = load::settings_of(&alone).0.plans;
        let plans = plans.map_or_else(|| DEFAULT_PLANS.to_owned(), |plans| plans.value);
        let mut files = self.disk(plans.clone())?.clone();
        if let Some(settings) = alone.get(SETTINGS_FILE) {
            files.insert(SETTINGS_FILE, settings.clone());
        }
        for (path, buffer) in buffers.below(&self.root) {
            if let Some(path) = inside(&self.root, path).filter(|path| is_goal_file(&plans, path)) {
                files.insert(path, Content::of(buffer.text.as_bytes()));
            }
        }
        Ok(files)
    }

    /// The files of the disk.
    fn disk(&mut self, plans: String) -> Result<&Snapshot> {
        if self.disk.as_ref().is_none_or(|disk| disk.plans != plans) {
            let mut files = Snapshot::default();
            repo::read_below(&self.root, &plans, ".toml", &mut files)?;
            read_left_out(&self.root, &plans, &mut files);
            self.disk = Some(Disk { plans, files });
        }
        Ok(&self.disk.as_ref().expect("it was read just now").files)
    }

    /// Reads one file of the disk anew.
    fn reread(&mut self, path: &Path) {
        let Some(disk) = &mut self.disk else { return };
        let name = inside(&self.root, path).filter(|name| is_goal_file(&disk.plans, name));
        match name.map(|name| (repo::read_file(&self.root, &name), name)) {
            // The settings are read every time.
            None if path.file_name().is_some_and(|name| name == SETTINGS_FILE) => {}
            Some((Ok(Some(content)), name)) if path.is_file() && !path.is_symlink() => {
                disk.files.insert(name, content);
            }
            // A folder that came or went, or something out of the ordinary.
            _ => {
                self.disk = None;
                self.watch = None;
            }
        }
    }
}

/// Reads what a sparse checkout leaves out from the index, as far as there is one that can be read.
fn read_left_out(root: &Path, plans: &str, files: &mut Snapshot) {
    let Ok(Some(repo)) = repo::open(root) else { return };
    if let Ok(Some(left_out)) = LeftOut::of(&repo, root) {
        // Without them goals are missing, which findings then say.
        let _ = left_out.read_below(plans, ".toml", files);
    }
}

/// Watches the folder of a workspace, and that of its plans with all below it.
fn watch(root: &Path, plans: &str, tell: impl Fn(News) + Send + 'static) -> Result<Watch> {
    let below = root.join(plans);
    let folders = [(root.to_owned(), false), (below, true)].into_iter();
    let mut watch = Watch::begin(tell)?;
    watch.follow(folders.filter(|(folder, _)| folder.is_dir()).collect())?;
    Ok(watch)
}

/// Tells whether a path is that of a plan or a check-ins file.
fn is_goal_file(plans: &str, path: &str) -> bool {
    let below = path.strip_prefix(plans).and_then(|rest| rest.strip_prefix('/'));
    below.is_some_and(|below| {
        below.ends_with(".toml") && !below.split('/').any(|part| part.starts_with('.'))
    })
}
