//! Tells when files change on the disk.

use std::collections::BTreeSet;
use std::path::PathBuf;

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Kind, Result};

/// Folders to watch, each with whether all below it is watched too.
pub type Watched = BTreeSet<(PathBuf, bool)>;

/// What a watch tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// What lies at these paths came, changed or went.
    At(Vec<PathBuf>),
    /// Some changes went by untold: anything may be another.
    Anywhere,
}

/// A watch over folders, for as long as it is kept.
pub struct Watch {
    watcher: RecommendedWatcher,
    watched: Watched,
}

impl Watch {
    /// Begins a watch over nothing, which calls `tell` with what changes. Reading is no change.
    ///
    /// # Errors
    ///
    /// The system does not tell of changes.
    pub fn begin(tell: impl Fn(News) + Send + 'static) -> Result<Self> {
        let told = move |event: notify::Result<Event>| match event {
            Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
            Ok(event) if event.need_rescan() => tell(News::Anywhere),
            Ok(event) => tell(News::At(event.paths)),
            Err(_) => {}
        };
        let watcher = notify::recommended_watcher(told).map_err(unwatched)?;
        Ok(Self { watcher, watched: Watched::new() })
    }

    /// Watches these folders and no others. One that was taken away and made again is watched anew.
    ///
    /// # Errors
    ///
    /// A folder is not there, or the system has no room for more.
    pub fn follow(&mut self, folders: Watched) -> Result<()> {
        for (gone, _) in self.watched.difference(&folders) {
            // A folder that is no longer there is no longer watched either.
            let _ = self.watcher.unwatch(gone);
        }
        for (folder, with_all) in &folders {
            let mode = match with_all {
                true => RecursiveMode::Recursive,
                false => RecursiveMode::NonRecursive,
            };
            self.watcher.watch(folder, mode).map_err(unwatched)?;
        }
        self.watched = folders;
        Ok(())
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
fn unwatched(error: notify::Error) -> Error {
    Error::new(Kind::Io, format!("could not watch the workspace: {error}"))
}
