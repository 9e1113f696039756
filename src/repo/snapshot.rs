//! A snapshot: the workspace's files at one moment, wherever they came from.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

/// The largest goal file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;

/// What a file holds, as far as it can be read.
#[derive(Debug, Clone, Eq)]
pub enum Content {
    /// Text in UTF-8.
    Text(Arc<str>),
    /// Bytes that are not UTF-8 from this offset on.
    NotUtf8(usize),
    /// More bytes than are read.
    TooLarge(u64),
}

impl PartialEq for Content {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            // A text that is shared need not be read.
            (Self::Text(one), Self::Text(other)) => Arc::ptr_eq(one, other) || one == other,
            (Self::NotUtf8(one), Self::NotUtf8(other)) => one == other,
            (Self::TooLarge(one), Self::TooLarge(other)) => one == other,
            _ => false,
        }
    }
}

impl Content {
    /// Makes content of bytes.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self::of(&bytes)
    }

    /// Makes content of bytes that belong to somebody else.
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.len() as u64 > MAX_FILE_BYTES {
            return Self::TooLarge(bytes.len() as u64);
        }
        match std::str::from_utf8(bytes) {
            Ok(text) => Self::Text(text.into()),
            Err(error) => Self::NotUtf8(error.valid_up_to()),
        }
    }

    /// The text, if there is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Why there is no text, in words; nothing if there is one.
    pub fn lack(&self) -> Option<String> {
        match self {
            Self::Text(_) => None,
            Self::NotUtf8(at) => Some(format!("byte {} is not UTF-8", at + 1)),
            Self::TooLarge(_) => Some("it is too large".to_owned()),
        }
    }
}

/// What stands where a file is looked for, and is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoFile {
    /// Its path from the workspace's root, with `/`.
    pub path: String,
    /// What it is.
    pub kind: NoFileKind,
}

/// What stands in a file's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoFileKind {
    /// A folder, or another repository.
    Folder,
    /// A link that leads to no file inside the workspace.
    Link,
    /// Anything else.
    Other,
}

impl fmt::Display for NoFileKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Folder => "a folder",
            Self::Link => "a link that leads to no file of the workspace",
            Self::Other => "no file",
        })
    }
}

/// Path from the workspace's root, with `/`, to content; sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    files: BTreeMap<Arc<str>, Content>,
}

impl Snapshot {
    /// Puts a file in, over any of the same path.
    pub fn insert(&mut self, path: impl Into<Arc<str>>, content: Content) {
        self.files.insert(path.into(), content);
    }

    /// The file at `path`.
    pub fn get(&self, path: &str) -> Option<&Content> {
        self.files.get(path)
    }

    /// The text of the file at `path`.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.get(path)?.text()
    }

    /// The files below `folder`, by path.
    pub fn below<'a>(
        &'a self,
        folder: &'a str,
    ) -> impl Iterator<Item = (&'a Arc<str>, &'a Content)> {
        let inside =
            move |path: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        self.files
            .range::<str, _>((Bound::Included(folder), Bound::Unbounded))
            .skip_while(move |(path, _)| !inside(path) && ***path < *format!("{folder}0"))
            .take_while(move |(path, _)| inside(path))
    }

    /// Every file, by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.files.iter().map(|(path, content)| (&**path, content))
    }

    /// The paths of the files that came, went or changed since another snapshot.
    pub fn changed_since<'a>(&'a self, before: &'a Self) -> BTreeSet<&'a str> {
        let mut changed = BTreeSet::new();
        let mut old = before.files.iter().peekable();
        for (path, content) in &self.files {
            while let Some((gone, _)) = old.next_if(|(other, _)| *other < path) {
                changed.insert(&**gone);
            }
            let same = old.next_if(|(other, _)| *other == path);
            if same.is_none_or(|(_, before)| before != content) {
                changed.insert(&**path);
            }
        }
        changed.extend(old.map(|(gone, _)| &**gone));
        changed
    }

    /// Every path.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(|path| &**path)
    }
}

impl<P: Into<Arc<str>>, T: Into<String>> FromIterator<(P, T)> for Snapshot {
    fn from_iter<I: IntoIterator<Item = (P, T)>>(files: I) -> Self {
        let content = |text: String| Content::from_bytes(text.into_bytes());
        let files = files.into_iter().map(|(path, text)| (path.into(), content(text.into())));
        Self { files: files.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_holds_what_is_below_it_and_nothing_beside_it() {
        let snapshot: Snapshot = [
            ("goals.toml", ""),
            ("goals/a.toml", ""),
            ("goals-old/b.toml", ""),
            ("goals/x/c.toml", ""),
            ("z", ""),
        ]
        .into_iter()
        .collect();
        let below: Vec<&str> = snapshot.below("goals").map(|(path, _)| &**path).collect();
        assert_eq!(below, ["goals/a.toml", "goals/x/c.toml"]);
    }

    #[test]
    fn what_came_went_or_changed_is_told() {
        let changed = |before: &[(&str, &str)], now: &[(&str, &str)]| {
            let snapshot = |files: &[(&str, &str)]| -> Snapshot { files.iter().copied().collect() };
            let (before, now) = (snapshot(before), snapshot(now));
            now.changed_since(&before).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        let before = [("b", "1"), ("d", "1"), ("f", "1")];
        assert_eq!(changed(&before, &before), [""; 0]);
        assert_eq!(changed(&before, &[("b", "1"), ("d", "2"), ("f", "1")]), ["d"]);
        assert_eq!(changed(&before, &[("a", "1"), ("d", "1"), ("e", "1")]), ["a", "b", "e", "f"]);
        assert_eq!(changed(&before, &[]), ["b", "d", "f"]);
        assert_eq!(changed(&[], &before), ["b", "d", "f"]);
    }
}
