//! Folders that a partial clone lacks, brought level by level: one fetch for all of a level.

use std::collections::HashSet;

use super::object::ObjectId;
use super::objects::{ObjectKind, Objects};
use super::tree::{Entries, Entry, EntryKind};
use crate::error::Result;

/// How many trees are read ahead of the one being looked at.
const AHEAD: usize = 256;

/// Sees to it that the folder whose path has these `names` is here, with all folders in it, in each
/// of several roots.
///
/// # Errors
///
/// One is missing and cannot be brought.
pub(super) fn bring(
    objects: &dyn Objects,
    roots: impl Iterator<Item = ObjectId>,
    names: &[&[u8]],
    id_bytes: usize,
) -> Result<()> {
    if !objects.lacks(ObjectKind::Tree) {
        return Ok(());
    }
    let mut level: HashSet<ObjectId> = roots.collect();
    for name in names {
        level = next(objects, &level, id_bytes, |entry| entry.name == *name)?;
    }
    let mut seen = level.clone();
    while !level.is_empty() {
        level = next(objects, &level, id_bytes, |entry| !entry.name.starts_with(b"."))?;
        level.retain(|id| seen.insert(*id));
    }
    Ok(())
}

/// Brings the trees of one level; the folders in them that are `wanted`.
fn next(
    objects: &dyn Objects,
    level: &HashSet<ObjectId>,
    id_bytes: usize,
    wanted: impl Fn(&Entry<'_>) -> bool,
) -> Result<HashSet<ObjectId>> {
    objects.bring(ObjectKind::Tree, &mut level.iter().copied())?;
    let level: Vec<ObjectId> = level.iter().copied().collect();
    let mut found = HashSet::new();
    for part in level.chunks(AHEAD) {
        objects.ahead(&mut part.iter().copied())?;
        for id in part {
            let bytes = objects.read(ObjectKind::Tree, *id)?;
            let mut entries = Entries::new(&bytes, id_bytes);
            while let Some(entry) = entries.next()? {
                if entry.kind == EntryKind::Folder && wanted(&entry) {
                    found.insert(entry.id());
                }
            }
        }
    }
    Ok(found)
}
