//! Files and folders as they stand in a commit.

use std::path::{Component, Path, PathBuf};

use super::header::Header;
use super::missing;
use super::object::ObjectId;
use super::objects::{ObjectKind, Objects};
use super::snapshot::{Content, NoFile, NoFileKind, Snapshot};
use super::tree::{Entries, EntryKind};
use super::unusual;
use crate::error::{Error, Kind, Result};

/// The files of one commit.
pub(super) struct Revision<'a> {
    objects: &'a dyn Objects,
    root: ObjectId,
    /// The workspace's root inside the repository.
    prefix: &'a Path,
    id_bytes: usize,
}

/// What stands below a folder.
struct Found {
    /// Its path from the workspace's root.
    path: String,
    kind: EntryKind,
    id: ObjectId,
}

impl<'a> Revision<'a> {
    /// Looks at a commit.
    ///
    /// # Errors
    ///
    /// The commit cannot be read.
    pub(super) fn of(objects: &'a dyn Objects, commit: ObjectId, prefix: &'a Path) -> Result<Self> {
        let id_bytes = commit.length();
        let bytes = objects.read(ObjectKind::Commit, commit)?;
        let root = match Header::read(&bytes) {
            Some(header) => header.tree,
            None => unusual::read(&bytes, id_bytes)?.tree,
        };
        Ok(Self { objects, root, prefix, id_bytes })
    }

    /// Reads the file at `path`, from the repository's top; a link is none.
    ///
    /// # Errors
    ///
    /// A tree or the file cannot be read.
    pub(super) fn file(&self, path: &Path) -> Result<Option<Content>> {
        match self.at(path)? {
            Some((EntryKind::File, id)) => self.content(id).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads the file at `path`, from the workspace's root; links are followed inside the workspace, as in a working
    /// tree.
    ///
    /// # Errors
    ///
    /// A tree or the file cannot be read.
    pub(super) fn own_file(&self, path: &str) -> Result<Option<Content>> {
        match self.at(&self.prefix.join(path))? {
            Some((EntryKind::File, id)) => self.content(id).map(Some),
            Some((EntryKind::Link, id)) => {
                self.objects.bring(ObjectKind::Blob, &mut std::iter::once(id))?;
                self.follow(path, id)?.map(|id| self.objects.content(id)).transpose()
            }
            _ => Ok(None),
        }
    }

    fn content(&self, id: ObjectId) -> Result<Content> {
        self.objects.bring(ObjectKind::Blob, &mut std::iter::once(id))?;
        self.objects.content(id)
    }

    /// Reads every file below `folder`, from the workspace's root, whose name ends with `suffix`.
    ///
    /// # Errors
    ///
    /// A tree or file cannot be read.
    pub(super) fn read_below(
        &self,
        folder: &str,
        suffix: &str,
        snapshot: &mut Snapshot,
    ) -> Result<()> {
        let mut found = self.below(folder, suffix)?;
        found.retain(|found| matches!(found.kind, EntryKind::File | EntryKind::Link));
        self.objects.bring(ObjectKind::Blob, &mut found.iter().map(|file| file.id))?;
        self.objects.ahead(&mut found.iter().map(|file| file.id))?;
        for Found { path, kind, id } in found {
            let is_link = kind == EntryKind::Link;
            let file = if is_link { self.follow(&path, id)? } else { Some(id) };
            if let Some(id) = file {
                snapshot.insert(path, self.objects.content(id)?);
            }
        }
        Ok(())
    }

    /// Lists what stands where [`Self::read_below`] looks for files and is none; or `folder` itself, where that is
    /// there and no folder.
    ///
    /// # Errors
    ///
    /// A tree or link cannot be read.
    pub(super) fn no_files(&self, folder: &str) -> Result<Vec<NoFile>> {
        let mut no_files = Vec::new();
        let top = self.at(&self.prefix.join(folder))?;
        if top.is_some_and(|(kind, _)| kind != EntryKind::Folder) {
            no_files.push(NoFile { path: folder.to_owned(), kind: NoFileKind::Other });
        }
        for Found { path, kind, id } in self.below(folder, "")? {
            let kind = match kind {
                EntryKind::Folder | EntryKind::Submodule => NoFileKind::Folder,
                EntryKind::Link => {
                    self.objects.bring(ObjectKind::Blob, &mut std::iter::once(id))?;
                    match self.follow(&path, id)? {
                        Some(_) => continue,
                        None => NoFileKind::Link,
                    }
                }
                EntryKind::File => continue,
            };
            no_files.push(NoFile { path, kind });
        }
        Ok(no_files)
    }

    /// Everything below `folder` whose name ends with `suffix`, but what is hidden.
    fn below(&self, folder: &str, suffix: &str) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        if let Some((EntryKind::Folder, id)) = self.at(&self.prefix.join(folder))? {
            missing::bring(self.objects, std::iter::once(id), &[], self.id_bytes)?;
            self.visit(id, folder, suffix, &mut Entered::default(), &mut found)?;
        }
        Ok(found)
    }

    fn visit(
        &self,
        tree: ObjectId,
        folder: &str,
        suffix: &str,
        entered: &mut Entered,
        found: &mut Vec<Found>,
    ) -> Result<()> {
        entered.one_more(folder)?;
        let bytes = self.objects.read(ObjectKind::Tree, tree)?;
        let mut entries = Entries::new(&bytes, self.id_bytes);
        while let Some(entry) = entries.next()? {
            let (kind, id) = (entry.kind, entry.id());
            let name = String::from_utf8_lossy(entry.name);
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{folder}/{name}");
            if kind == EntryKind::Folder {
                self.visit(id, &path, suffix, entered, found)?;
            }
            if name.ends_with(suffix) {
                found.push(Found { path, kind, id });
            }
        }
        Ok(())
    }

    /// The file that a link at `path` leads to, inside the workspace, as in a working tree.
    fn follow(&self, path: &str, link: ObjectId) -> Result<Option<ObjectId>> {
        let (mut path, mut link) = (PathBuf::from(path), link);
        for _ in 0..MAX_LINKS {
            let Content::Text(target) = self.objects.content(link)? else { return Ok(None) };
            path.pop();
            let Some(next) = inside(&path.join(&*target)) else { return Ok(None) };
            match self.at(&self.prefix.join(&next))? {
                Some((EntryKind::Link, id)) => {
                    self.objects.bring(ObjectKind::Blob, &mut std::iter::once(id))?;
                    (path, link) = (next, id);
                }
                Some((EntryKind::File, id)) => {
                    self.objects.bring(ObjectKind::Blob, &mut std::iter::once(id))?;
                    return Ok(Some(id));
                }
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// What stands at `path`, from the repository's top.
    fn at(&self, path: &Path) -> Result<Option<(EntryKind, ObjectId)>> {
        let mut found = Some((EntryKind::Folder, self.root));
        for name in path.components() {
            let Some((EntryKind::Folder, folder)) = found else { return Ok(None) };
            self.objects.bring(ObjectKind::Tree, &mut std::iter::once(folder))?;
            let bytes = self.objects.read(ObjectKind::Tree, folder)?;
            let entry =
                Entries::new(&bytes, self.id_bytes).find(name.as_os_str().as_encoded_bytes())?;
            found = entry.map(|entry| (entry.kind, entry.id()));
        }
        Ok(found)
    }
}

/// The deepest that folders of plans may nest.
const MAX_NESTING: usize = 64;
/// The most folders of plans that one commit may have, however often the same one.
const MAX_FOLDERS: usize = 100_000;

/// How many folders were entered: a tree can hold itself many times over without being large.
#[derive(Default)]
pub(super) struct Entered(usize);

impl Entered {
    /// Counts the folder at `path`.
    pub(super) fn one_more(&mut self, path: &str) -> Result<()> {
        self.0 += 1;
        let nesting = path.split('/').count();
        if nesting <= MAX_NESTING && self.0 <= MAX_FOLDERS {
            return Ok(());
        }
        let top = path.split('/').next().unwrap_or(path);
        Err(Error::new(
            Kind::Git,
            format!(
                "could not read `{top}`: its folders nest more than {MAX_NESTING} deep or are more than {MAX_FOLDERS}"
            ),
        )
        .hint("no goals are meant to lie there: have a look at the commit that brought them"))
    }
}

/// The most links that are followed from one file to the next.
const MAX_LINKS: usize = 8;

/// A path from the workspace's root with each `..` taken off; nothing if it leads out of it.
pub(super) fn inside(path: &Path) -> Option<PathBuf> {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => plain.push(name),
            Component::CurDir => {}
            Component::ParentDir if plain.pop() => {}
            _ => return None,
        }
    }
    Some(plain)
}
