//! Reads files from git's index: what the next commit will hold, and what a sparse checkout leaves out
//! of the working tree.
//!
//! The list comes from `git ls-files`, which knows split and sparse indexes and, in the hook of a
//! commit, the index that is being committed. Files that are only announced (`git add -N`) are not
//! part of it.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::object::ObjectId;
use super::objects::ObjectKind;
use super::program::{Git, said};
use super::repository::Repo;
use super::snapshot::{Content, Snapshot};
use crate::error::{Error, Kind, Result};

/// The files below a folder that are staged.
pub struct Staged<'a> {
    repo: &'a Repo,
    entries: BTreeMap<String, Entry>,
}

/// The files below a folder that are staged and that a sparse checkout leaves out of the working tree.
pub struct LeftOut<'a>(Staged<'a>);

/// A staged file or link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: ObjectId,
    is_link: bool,
    /// Whether git leaves it out of the working tree.
    is_left_out: bool,
}

/// The most links that are followed from one file to the next.
const MAX_LINKS: usize = 8;

impl<'a> Staged<'a> {
    /// Lists what is staged of the workspace at `root`.
    ///
    /// # Errors
    ///
    /// The index cannot be read, or holds a conflict.
    pub fn of(repo: &'a Repo, root: &Path) -> Result<Self> {
        let mut staged = Self { repo, entries: BTreeMap::new() };
        for Line { path, stage, entry } in lines(root)? {
            if stage != b"0" && path.ends_with(".toml") {
                let message = format!("`{path}` has a conflict in the index");
                return Err(
                    Error::new(Kind::Git, message).hint("resolve it and `git add` the file")
                );
            }
            staged.add(path, &stage, entry);
        }
        staged.leave_out_announced(root)?;
        Ok(staged)
    }

    fn add(&mut self, path: String, stage: &[u8], entry: Option<Entry>) {
        if let Some(entry) = entry.filter(|_| stage == b"0") {
            self.entries.insert(path, entry);
        }
    }

    /// Leaves out files that were only announced: empty ones that are neither new nor committed.
    fn leave_out_announced(&mut self, root: &Path) -> Result<()> {
        let is_empty = |entry: &Entry| {
            let content = self.content(*entry);
            content.is_ok_and(|content| content.text() == Some(""))
        };
        let toml = self.entries.iter().filter(|(path, _)| path.ends_with(".toml"));
        let empty: Vec<String> =
            toml.filter(|(_, entry)| is_empty(entry)).map(|(path, _)| path.clone()).collect();
        if empty.is_empty() {
            return Ok(());
        }
        let arguments = ["diff", "--cached", "--name-only", "--relative", "-z", "--diff-filter=d"];
        let listed = run(root, &arguments)?;
        let changed: HashSet<String> = listed
            .split(|byte| *byte == 0)
            .map(|path| String::from_utf8_lossy(path).into_owned())
            .collect();
        let head = self.repo.head()?;
        for path in empty.into_iter().filter(|path| !changed.contains(path)) {
            let committed = head.map(|head| self.repo.read_file(head, &path)).transpose()?;
            if committed.flatten().is_none() {
                self.entries.remove(&path);
            }
        }
        Ok(())
    }

    /// Reads the file at `path`, from the workspace's root.
    ///
    /// # Errors
    ///
    /// It is staged and cannot be read.
    pub fn read_file(&self, path: &str) -> Result<Option<Content>> {
        let Some(entry) = self.entries.get(path) else { return Ok(None) };
        self.follow(path, *entry)?.map(|file| self.content(file)).transpose()
    }

    /// Reads every file below `folder` whose name ends with `suffix` into `snapshot`; hidden ones
    /// are passed over, and links followed inside the workspace, as in a working tree.
    ///
    /// # Errors
    ///
    /// A file is staged and cannot be read.
    pub fn read_below(&self, folder: &str, suffix: &str, snapshot: &mut Snapshot) -> Result<()> {
        for (path, entry) in self.below(folder, suffix) {
            if let Some(file) = self.follow(path, entry)? {
                snapshot.insert(path.as_str(), self.content(file)?);
            }
        }
        Ok(())
    }

    /// Each file or link below `folder` whose name ends with `suffix`, but hidden ones.
    fn below<'s>(
        &'s self,
        folder: &'s str,
        suffix: &'s str,
    ) -> impl Iterator<Item = (&'s String, Entry)> {
        let is_wanted = move |path: &str| {
            let inside = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
            inside.is_some_and(|inside| {
                inside.ends_with(suffix) && !inside.split('/').any(|name| name.starts_with('.'))
            })
        };
        let entries = self.entries.iter().filter(move |(path, _)| is_wanted(path));
        entries.map(|(path, entry)| (path, *entry))
    }

    fn follow(&self, path: &str, entry: Entry) -> Result<Option<Entry>> {
        let (mut path, mut entry) = (PathBuf::from(path), entry);
        for _ in 0..MAX_LINKS {
            if !entry.is_link {
                return Ok(Some(entry));
            }
            let Content::Text(target) = self.content(entry)? else { return Ok(None) };
            path.pop();
            let Some(next) = super::revision::inside(&path.join(&*target)) else { return Ok(None) };
            let name = next.to_string_lossy().replace('\\', "/");
            let Some(found) = self.entries.get(&name) else { return Ok(None) };
            (path, entry) = (next, *found);
        }
        Ok(None)
    }

    fn content(&self, entry: Entry) -> Result<Content> {
        self.repo.objects()?.content(entry.id)
    }
}

impl<'a> LeftOut<'a> {
    /// Lists what a sparse checkout leaves out of the workspace at `root`; nothing where the
    /// repository is not checked out sparsely, and git is not asked.
    ///
    /// # Errors
    ///
    /// The index cannot be read.
    pub fn of(repo: &'a Repo, root: &Path) -> Result<Option<Self>> {
        if !repo.is_sparse() {
            return Ok(None);
        }
        let mut staged = Staged { repo, entries: BTreeMap::new() };
        for Line { path, stage, entry } in lines(root)? {
            staged.add(path, &stage, entry);
        }
        Ok(Some(Self(staged)))
    }

    /// Reads every file below `folder` whose name ends with `suffix` and that is left out into
    /// `snapshot`, beside what is there; in a partial clone after one fetch of them all.
    ///
    /// Returns their paths.
    ///
    /// # Errors
    ///
    /// A file cannot be read.
    pub fn read_below(
        &self,
        folder: &str,
        suffix: &str,
        snapshot: &mut Snapshot,
    ) -> Result<Vec<String>> {
        let staged = &self.0;
        let is_missing =
            |(path, entry): &(&String, Entry)| entry.is_left_out && snapshot.get(path).is_none();
        let missing: Vec<(&String, Entry)> =
            staged.below(folder, suffix).filter(is_missing).collect();
        let objects = staged.repo.objects()?;
        objects.bring(ObjectKind::Blob, &mut missing.iter().map(|(_, entry)| entry.id))?;
        objects.ahead(&mut missing.iter().map(|(_, entry)| entry.id))?;
        let mut read = Vec::with_capacity(missing.len());
        for (path, entry) in missing {
            if let Some(file) = staged.follow(path, entry)? {
                snapshot.insert(path.as_str(), objects.content(file.id)?);
                read.push(path.clone());
            }
        }
        Ok(read)
    }
}

/// One line of the index.
struct Line {
    path: String,
    /// `0`, or a side of a conflict.
    stage: Vec<u8>,
    /// Nothing for what is neither a file nor a link.
    entry: Option<Entry>,
}

/// The lines of the index that tell of what lies below `root`.
fn lines(root: &Path) -> Result<Vec<Line>> {
    // A sparse index is told with all that its folders hold.
    let listed = run(root, &["ls-files", "--stage", "-t", "-z"])?;
    listed.split(|byte| *byte == 0).filter(|line| !line.is_empty()).map(line).collect()
}

/// Reads `tag mode id stage TAB path`.
fn line(line: &[u8]) -> Result<Line> {
    let parts = || {
        let tab = line.iter().position(|byte| *byte == b'\t')?;
        let told = std::str::from_utf8(&line[..tab]).ok()?;
        let mut words = told.split(' ');
        let (tag, mode, id) = (words.next()?, words.next()?, ObjectId::parse(words.next()?)?);
        let stage = words.next()?.as_bytes().to_vec();
        let is_link = mode == "120000";
        let entry = Entry { id, is_link, is_left_out: tag == "S" };
        let entry = (is_link || mode.starts_with("100")).then_some(entry);
        let path = String::from_utf8_lossy(&line[tab + 1..]).into_owned();
        Some(Line { path, stage, entry })
    };
    parts().ok_or_else(|| {
        let told = String::from_utf8_lossy(line).into_owned();
        Error::new(Kind::Git, format!("could not read the index: `{told}`"))
    })
}

fn run(root: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Git::default()
        .run(root, arguments, b"")
        .map_err(|error| Error::new(Kind::Git, error.to_string()).hint(error.hint()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = format!("could not read the index: {}", said(&output));
    Err(Error::new(Kind::Git, message).hint("see what `git status` says there"))
}
