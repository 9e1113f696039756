//! Trees as git stores them, read and compared in place.
//!
//! An entry is `mode name NUL id`. Entries stand in the order of their paths' bytes, which puts a
//! folder as if its name ended with `/`: `2026-q1` before `2026`, and `a.toml` before `a`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::object::ObjectId;
use super::objects::{self, ObjectKind, Objects};
use crate::error::{Error, Result};
use crate::text::common_start;

/// What an entry is, as far as it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EntryKind {
    Folder,
    File,
    Link,
    Submodule,
}

/// One entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub(super) kind: EntryKind,
    pub(super) name: &'a [u8],
    id: &'a [u8],
}

impl Entry<'_> {
    pub(super) fn id(&self) -> ObjectId {
        ObjectId::from_bytes(self.id)
    }

    /// The entry's place among others.
    fn order(&self, other: &Self) -> Ordering {
        let end = |entry: &Self| (entry.kind == EntryKind::Folder).then_some(&b'/');
        self.name.iter().chain(end(self)).cmp(other.name.iter().chain(end(other)))
    }
}

/// The entries of a tree from some place on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entries<'a> {
    rest: &'a [u8],
    id_bytes: usize,
}

impl<'a> Entries<'a> {
    /// Reads a tree of a repository whose ids have `id_bytes` bytes.
    pub(super) fn new(tree: &'a [u8], id_bytes: usize) -> Self {
        Self { rest: tree, id_bytes }
    }

    /// The entry called `name`.
    pub(super) fn find(mut self, name: &[u8]) -> Result<Option<Entry<'a>>> {
        while let Some(entry) = self.next()? {
            if entry.name == name {
                return Ok(Some(entry));
            }
        }
        Ok(None)
    }

    fn peek(&self) -> Result<Option<(Entry<'a>, Self)>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let parts = || {
            let space = self.rest.iter().position(|byte| *byte == b' ')?;
            let named = &self.rest[space + 1..];
            let end = named.iter().position(|byte| *byte == 0)?;
            let (id, rest) = named[end + 1..].split_at_checked(self.id_bytes)?;
            let kind = kind(&self.rest[..space])?;
            Some((Entry { kind, name: &named[..end], id }, Self { rest, ..*self }))
        };
        parts().map(Some).ok_or_else(|| damaged("it is damaged"))
    }

    /// The next entry.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'a>>> {
        let found = self.peek()?;
        Ok(found.map(|(entry, rest)| {
            *self = rest;
            entry
        }))
    }

    /// Leaves out what both trees begin with.
    fn skip_common(&mut self, other: &mut Self) -> Result<()> {
        let common = common_start(self.rest, other.rest);
        let (length, mut skipped) = (self.rest.len(), 0);
        while let Some((_, rest)) = self.peek()? {
            let end = length - rest.rest.len();
            if end > common {
                break;
            }
            (*self, skipped) = (rest, end);
        }
        other.rest = &other.rest[skipped..];
        Ok(())
    }
}

fn damaged(why: &str) -> Error {
    objects::damaged(ObjectKind::Tree, why)
}

/// What a mode in octal digits says.
fn kind(mode: &[u8]) -> Option<EntryKind> {
    let digit = |value: u32, byte: &u8| {
        matches!(byte, b'0'..=b'7').then(|| value << 3 | u32::from(byte - b'0'))
    };
    let mode = mode.iter().take(7).try_fold(0, digit)?;
    Some(match mode & 0o170_000 {
        0o040_000 => EntryKind::Folder,
        0o120_000 => EntryKind::Link,
        0o160_000 => EntryKind::Submodule,
        _ => EntryKind::File,
    })
}

/// Calls `differs` with each entry that is not the same in both trees, in their order: as it is in
/// the first and in the second.
pub(super) fn compare<'a>(
    mut new: Entries<'a>,
    mut old: Entries<'a>,
    mut differs: impl FnMut(Option<Entry<'a>>, Option<Entry<'a>>) -> Result<()>,
) -> Result<()> {
    new.skip_common(&mut old)?;
    while new.rest != old.rest {
        let (left, right) = (new.peek()?, old.peek()?);
        let order = match (&left, &right) {
            (Some((left, _)), Some((right, _))) => left.order(right),
            (Some(_), None) => Ordering::Less,
            (None, _) => Ordering::Greater,
        };
        let left = left.filter(|_| order.is_le()).map(|(entry, rest)| {
            new = rest;
            entry
        });
        let right = right.filter(|_| order.is_ge()).map(|(entry, rest)| {
            old = rest;
            entry
        });
        if left != right {
            differs(left, right)?;
        }
    }
    Ok(())
}

/// Reads trees, and remembers some of the last.
pub(super) struct Trees<'a> {
    objects: &'a dyn Objects,
    id_bytes: usize,
    /// Each in the one place that its id names.
    remembered: Vec<Option<(ObjectId, Rc<Vec<u8>>)>>,
    /// The tree that is not remembered.
    passing: Vec<u8>,
}

/// How many trees are remembered at the most.
const REMEMBERED: usize = 256;

impl<'a> Trees<'a> {
    /// Reads trees from `objects`, whose ids have `id_bytes` bytes.
    pub(super) fn new(objects: &'a dyn Objects, id_bytes: usize) -> Self {
        Self { objects, id_bytes, remembered: vec![None; REMEMBERED], passing: Vec::new() }
    }

    /// The entries of a tree that will hardly be asked for again.
    pub(super) fn read_once(&mut self, id: ObjectId) -> Result<Entries<'_>> {
        self.objects.read_into(ObjectKind::Tree, id, &mut self.passing)?;
        Ok(Entries::new(&self.passing, self.id_bytes))
    }

    /// A tree that the next commits may have as well.
    pub(super) fn read(&mut self, id: ObjectId) -> Result<Rc<Vec<u8>>> {
        let place = &mut self.remembered[place(id)];
        if let Some((known, tree)) = place
            && *known == id
        {
            return Ok(Rc::clone(tree));
        }
        // Nearly always nobody looks at the other any more, and its memory serves again.
        let mut tree = place.take().map(|(_, other)| other).unwrap_or_default();
        if Rc::get_mut(&mut tree).is_none() {
            tree = Rc::default();
        }
        let bytes = Rc::get_mut(&mut tree).expect("nobody else has it");
        self.objects.read_into(ObjectKind::Tree, id, bytes)?;
        *place = Some((id, Rc::clone(&tree)));
        Ok(tree)
    }

    /// The entries of a tree.
    pub(super) fn entries<'t>(&self, tree: Option<&'t Rc<Vec<u8>>>) -> Entries<'t> {
        Entries::new(tree.map_or(&[], |tree| tree.as_slice()), self.id_bytes)
    }
}

/// The number of the place for a tree.
fn place(id: ObjectId) -> usize {
    let bytes = id.raw().first_chunk().copied().unwrap_or_default();
    usize::from(u16::from_le_bytes(bytes)) % REMEMBERED
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tree of `(mode, name, the byte that its id is made of)`.
    fn tree(entries: &[(&str, &str, u8)], id_bytes: usize) -> Vec<u8> {
        let entry = |(mode, name, id): &(&str, &str, u8)| {
            [format!("{mode} {name}\0").into_bytes(), vec![*id; id_bytes]].concat()
        };
        entries.iter().flat_map(entry).collect()
    }

    /// What differs, as `name old→new`.
    fn differences(new: &[u8], old: &[u8], id_bytes: usize) -> Vec<String> {
        let mut found = Vec::new();
        let shown = |entry: Option<Entry<'_>>| {
            entry.map_or("-".to_owned(), |entry| format!("{:?} {}", entry.kind, entry.id[0]))
        };
        compare(Entries::new(new, id_bytes), Entries::new(old, id_bytes), |new, old| {
            let name = new.or(old).expect("one of them").name;
            let name = String::from_utf8_lossy(name);
            found.push(format!("{name}: {} → {}", shown(old), shown(new)));
            Ok(())
        })
        .expect("sound trees");
        found
    }

    #[test]
    fn what_differs_is_found_in_gits_order() {
        let many: Vec<(String, u8)> = (0..40).map(|at| (format!("b{at:02}"), at)).collect();
        for id_bytes in [20, 32] {
            let with = |changed: &[(&'static str, &'static str, u8)]| {
                let mut all: Vec<(&str, &str, u8)> = changed.to_vec();
                let same = many.iter().map(|(name, id)| ("100644", name.as_str(), *id));
                all.splice(2.min(all.len())..2.min(all.len()), same);
                tree(&all, id_bytes)
            };
            let old = with(&[
                ("40000", "2026-q1", 1),
                ("40000", "2026", 1),
                ("100644", "x.toml", 9),
                ("100644", "z", 1),
            ]);
            let new = with(&[
                ("40000", "2026-q1", 1),
                ("40000", "2026", 2),
                ("40000", "x", 3),
                ("120000", "y", 4),
                ("100755", "z", 1),
            ]);
            let expected = [
                "2026: Folder 1 → Folder 2",
                "x.toml: File 9 → -",
                "x: - → Folder 3",
                "y: - → Link 4",
            ];
            assert_eq!(differences(&new, &old, id_bytes), expected);
            assert_eq!(differences(&old, &old, id_bytes), Vec::<String>::new());
            assert_eq!(differences(&old, &[], id_bytes).len(), 44);
            assert_eq!(differences(&[], &old, id_bytes).len(), 44);
        }
    }

    #[test]
    fn a_file_that_becomes_a_folder_is_one_gone_and_one_new() {
        let old = tree(&[("100644", "a", 1), ("100644", "a-b", 2)], 20);
        let new = tree(&[("100644", "a-b", 2), ("040000", "a", 3)], 20);
        assert_eq!(differences(&new, &old, 20), ["a: File 1 → -", "a: - → Folder 3"]);
    }

    #[test]
    fn a_damaged_tree_is_an_error() {
        for damaged in [&b"100644 a\0short"[..], b"100644", b"999 a\0aaaaaaaaaaaaaaaaaaaa"] {
            let found = Entries::new(damaged, 20).find(b"b");
            assert!(found.is_err(), "{damaged:?}");
        }
    }
}
