//! The report's making of pages by itself, and its plainest peers: writing the same bytes, and comparing them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use goals::date::Date;
use goals::pipeline::{self, Workspace};
use goals::render::site::{File, Input, Site};
use rayon::prelude::*;

use crate::Result;

/// A site's files: path below its folder, and bytes.
pub(crate) type Files = Vec<(PathBuf, Vec<u8>)>;

/// Reads every file below `folder`.
pub(crate) fn read(folder: &Path) -> Result<Files> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((path.strip_prefix(folder)?.to_owned(), fs::read(&path)?));
            }
        }
    }
    files.sort();
    Ok(files)
}

/// How many threads something works on.
#[derive(Clone, Copy)]
pub(crate) enum Threads {
    /// One.
    One,
    /// As many as the program has.
    All,
}

impl Threads {
    fn each<T: Sync>(self, all: &[T], work: impl Fn(&T) -> Result<()> + Sync) -> Result<()> {
        match self {
            Self::One => all.iter().try_for_each(work),
            // Errors that any library may make cannot go from thread to thread.
            Self::All => all
                .par_iter()
                .try_for_each(|one| work(one).map_err(|error| error.to_string()))
                .map_err(Into::into),
        }
    }
}

/// Makes the folders in which these files lie.
fn make_folders(folder: &Path, files: &Files) -> Result<()> {
    let inside = |(path, _): &(PathBuf, Vec<u8>)| path.parent().map(Path::to_owned);
    let folders: BTreeSet<PathBuf> = files.iter().filter_map(inside).collect();
    Ok(folders.iter().try_for_each(|inside| fs::create_dir_all(folder.join(inside)))?)
}

/// Writes files into a folder that is not there yet.
pub(crate) fn write(folder: &Path, files: &Files, threads: Threads) -> Result<()> {
    make_folders(folder, files)?;
    threads.each(files, |(path, bytes)| Ok(fs::write(folder.join(path), bytes)?))
}

/// Hands on all that the pages of a workspace without a history are made of, as of a day.
pub(crate) fn with_input<T>(
    workspace: &Workspace,
    as_of: Date,
    then: impl FnOnce(&Input<'_>) -> T,
) -> T {
    let rollup = pipeline::rollup(workspace, None, as_of);
    let judged = pipeline::judge(workspace, &rollup, None, as_of, as_of);
    let scoring = judged.scoring();
    then(&Input {
        model: &workspace.model,
        rollup: &rollup,
        findings: &judged.findings,
        files: &workspace.snapshot,
        cards: &|at| scoring.of_goal(at),
        history: None,
        work: None,
        revision: None,
        uncommitted: false,
        read: None,
        as_of,
        repository: None,
        folder: "",
    })
}

/// Renders every file and writes it into a folder that is not there yet. `like` has the same files.
pub(crate) fn render(
    folder: &Path,
    input: &Input<'_>,
    like: &Files,
    threads: Threads,
) -> Result<()> {
    make_folders(folder, like)?;
    let site = Site::new(input, &Default::default())?;
    let make = |file: &File| -> Result<()> {
        let (path, bytes) = site.render(*file)?;
        Ok(fs::write(folder.join(path), bytes)?)
    };
    let (large, others): (Vec<File>, Vec<File>) =
        site.files().into_iter().partition(|file| site.is_large(*file));
    match threads {
        Threads::One => large.iter().chain(&others).try_for_each(make),
        // As the program does: what tells of all goals fits in memory once.
        Threads::All => {
            let told = |error: Box<dyn std::error::Error>| error.to_string();
            let (large, others) = rayon::join(
                || large.iter().try_for_each(make).map_err(told),
                || threads.each(&others, make).map_err(told),
            );
            Ok(large.and(others)?)
        }
    }
}

/// Reads every file again and compares it with its bytes; one that differs is an error.
pub(crate) fn compare(folder: &Path, files: &Files, threads: Threads) -> Result<()> {
    threads.each(files, |(path, bytes)| match fs::read(folder.join(path))? == *bytes {
        true => Ok(()),
        false => Err(format!("{} changed", path.display()).into()),
    })
}

/// Sees to it that every file below a folder lies in the page cache.
pub(crate) fn warm(folder: &Path) -> Result<()> {
    read(folder).map(drop)
}

/// Removes a folder, if it is there.
pub(crate) fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Removes a folder and those that made room for it.
pub(crate) fn clear(folder: &Path) -> Result<()> {
    let aside = (1..).map(|n| folder.with_extension(n.to_string()));
    aside.take_while(|path| path.exists()).try_for_each(|path| remove(&path))?;
    remove(folder)
}

/// Makes room for a folder by giving the one that is there another name, and waits until the disk has it.
///
/// Removing it instead would measure the file system: it is slow at making files for a while after many went.
pub(crate) fn set_aside(folder: &Path) -> Result<()> {
    let aside = (1..).map(|n| folder.with_extension(n.to_string())).find(|path| !path.exists());
    if let (true, Some(aside)) = (folder.exists(), aside) {
        fs::rename(folder, aside)?;
        Command::new("sync").status()?;
    }
    Ok(())
}
