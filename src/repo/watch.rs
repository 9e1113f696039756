//! Tells when files of a workspace change on the disk.

use std::path::{Path, PathBuf};

use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use crate::error::{Error, Kind, Result};

/// A watch over a workspace's files, for as long as it is kept.
pub struct Watch {
    _watcher: RecommendedWatcher,
}

/// Calls `tell` with the paths that came, changed or went in the folder `root` itself, and in
/// `folder` of it at any depth, if that is there.
///
/// # Errors
///
/// The system does not tell of changes.
pub fn watch(
    root: &Path,
    folder: &str,
    tell: impl Fn(Vec<PathBuf>) + Send + 'static,
) -> Result<Watch> {
    let failed = |error: notify::Error| {
        Error::new(Kind::Io, format!("could not watch `{}`: {error}", root.display()))
    };
    let told = move |event: notify::Result<Event>| match event {
        Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
        Ok(event) => tell(event.paths),
        Err(_) => {}
    };
    let mut watcher = notify::recommended_watcher(told).map_err(failed)?;
    watcher.watch(root, RecursiveMode::NonRecursive).map_err(failed)?;
    let below = root.join(folder);
    if below.is_dir() {
        watcher.watch(&below, RecursiveMode::Recursive).map_err(failed)?;
    }
    Ok(Watch { _watcher: watcher })
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn what_is_written_in_the_folder_is_told() {
        let top = tempfile::tempdir().expect("a folder");
        let root = top.path().canonicalize().expect("there");
        fs::create_dir_all(root.join("goals/2026")).expect("made");
        let (tell, told) = mpsc::channel();
        let watch = watch(&root, "goals", move |paths| drop(tell.send(paths))).expect("watched");
        let expect = |path: PathBuf| {
            let begun = Instant::now();
            while begun.elapsed() < Duration::from_secs(20) {
                let paths = told.recv_timeout(Duration::from_secs(20)).expect("told");
                if paths.contains(&path) {
                    return;
                }
            }
            panic!("{} was not told", path.display());
        };
        for path in ["goals.toml", "goals/2026/a.toml"] {
            fs::write(root.join(path), "x").expect("written");
            expect(root.join(path));
        }
        fs::remove_file(root.join("goals/2026/a.toml")).expect("removed");
        expect(root.join("goals/2026/a.toml"));
        drop(watch);
    }
}
