//! What is remembered of a site that was put in place, so that it can be told that it still lies there as it was.
//!
//! As git does with its index, a file that has the same size, times and number as when it was looked at counts as
//! unchanged, but only if it had been left alone for a while by then: one that changed a moment before can change
//! again without its times telling. The bytes of any other file are read and summed.

use std::collections::BTreeSet;
use std::fs::{self, Metadata};
use std::path::Path;

use rayon::prelude::*;

use crate::coding::{Reader, Writer, checksum};

/// The files of a site as they were written or found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Receipt {
    files: Vec<Seen>,
}

/// A file as it was written or found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its path below the site, with `/`.
    pub(super) path: String,
    bytes: u64,
    sum: u64,
    /// By what it is known again; nothing where only its bytes tell.
    mark: Option<Mark>,
}

impl Seen {
    /// A file that holds these bytes; `found` was asked before they were read, or after they were written.
    pub(super) fn new(path: String, bytes: &[u8], found: Option<&Metadata>) -> Self {
        let mark = found.and_then(Mark::settled);
        Self { path, bytes: bytes.len() as u64, sum: checksum(bytes), mark }
    }

    /// The same file as it lies in a folder now; nothing if it is another.
    fn confirmed(&self, folder: &Path) -> Option<Self> {
        let full = folder.join(&self.path);
        let found = fs::symlink_metadata(&full).ok()?;
        if !found.is_file() || found.len() != self.bytes {
            return None;
        }
        if self.mark.is_some() && self.mark == Mark::of(&found) {
            return Some(self.clone());
        }
        let bytes = fs::read(&full).ok()?;
        let is_same = bytes.len() as u64 == self.bytes && checksum(&bytes) == self.sum;
        is_same.then(|| Self { mark: Mark::settled(&found), ..self.clone() })
    }
}

/// What tells that nobody has written to a file: its number and its times, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    number: u64,
    modified: i64,
    changed: i64,
}

/// How long a file has to be left alone before its mark is believed: longer than the coarsest clock of a file system.
const SETTLED_NANOSECONDS: i64 = 3_000_000_000;

impl Mark {
    /// The mark of a file that has been left alone for a while.
    fn settled(found: &Metadata) -> Option<Self> {
        let mark = Self::of(found)?;
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?;
        let until = i64::try_from(now.as_nanos()).ok()?.checked_sub(SETTLED_NANOSECONDS)?;
        (mark.modified < until && mark.changed < until).then_some(mark)
    }

    #[cfg(unix)]
    fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            number: found.ino(),
            modified: nanoseconds(found.mtime(), found.mtime_nsec())?,
            changed: nanoseconds(found.ctime(), found.ctime_nsec())?,
        })
    }

    /// Elsewhere there is no time that follows every change.
    #[cfg(not(unix))]
    fn of(_: &Metadata) -> Option<Self> {
        None
    }
}

impl Receipt {
    /// The receipt of these files.
    pub(super) fn new(mut files: Vec<Seen>) -> Self {
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// The paths of its files, sorted.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    /// The receipt of the site as it lies in a folder now, which holds these files of its own; nothing if it is another.
    pub(super) fn confirmed(&self, folder: &Path, own: &BTreeSet<String>) -> Option<Self> {
        if !self.paths().eq(own.iter().map(String::as_str)) {
            return None;
        }
        let files = self.files.par_iter().map(|file| file.confirmed(folder));
        files.collect::<Option<_>>().map(|files| Self { files })
    }

    /// As bytes, with a text that tells what the site was made of.
    pub(in crate::cli) fn write(&self, made_of: &str) -> Vec<u8> {
        let mut out = Writer::default();
        out.text(made_of);
        out.size(self.files.len());
        for file in &self.files {
            out.text(&file.path);
            out.number(file.bytes);
            out.number(file.sum);
            out.maybe(file.mark, |out, mark| {
                out.number(mark.number);
                out.signed(mark.modified);
                out.signed(mark.changed);
            });
        }
        out.into_bytes()
    }

    /// From such bytes; nothing if the site was made of something else.
    pub(in crate::cli) fn read(bytes: &[u8], made_of: &str) -> Option<Self> {
        let mut rest = Reader::new(bytes);
        if rest.text()? != made_of {
            return None;
        }
        let file = |rest: &mut Reader<'_>| {
            Some(Seen {
                path: rest.text()?.to_owned(),
                bytes: rest.number()?,
                sum: rest.number()?,
                mark: rest.maybe(|rest| {
                    let (number, modified) = (rest.number()?, rest.signed()?);
                    Some(Mark { number, modified, changed: rest.signed()? })
                })?,
            })
        };
        let files = rest.several(file)?;
        rest.is_at_end().then_some(Self { files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receipt(folder: &Path, path: &str, text: &str) -> Receipt {
        fs::write(folder.join(path), text).expect("written");
        let found = fs::symlink_metadata(folder.join(path)).expect("there");
        Receipt::new(vec![Seen::new(path.to_owned(), text.as_bytes(), Some(&found))])
    }

    fn own(path: &str) -> BTreeSet<String> {
        BTreeSet::from([path.to_owned()])
    }

    #[test]
    fn what_is_written_is_read_by_who_made_it_of_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut receipt = receipt(folder.path(), "a", "1");
        receipt.files[0].mark = Some(Mark { number: 7, modified: -1, changed: 1 << 60 });
        let bytes = receipt.write("x");
        assert_eq!(Receipt::read(&bytes, "x"), Some(receipt));
        assert_eq!(Receipt::read(&bytes, "y"), None);
        assert_eq!(Receipt::read(&bytes[..bytes.len() - 1], "x"), None);
    }

    #[test]
    fn a_file_that_was_written_just_now_is_known_by_its_bytes_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let receipt = receipt(folder.path(), "a", "1");
        assert_eq!(receipt.files[0].mark, None);
        assert_eq!(receipt.confirmed(folder.path(), &own("a")), Some(receipt.clone()));
        fs::write(folder.path().join("a"), "2").expect("written");
        assert_eq!(receipt.confirmed(folder.path(), &own("a")), None);
    }

    #[test]
    fn a_file_more_or_less_is_another_site() {
        let folder = tempfile::tempdir().expect("a folder");
        let receipt = receipt(folder.path(), "a", "1");
        assert_eq!(receipt.confirmed(folder.path(), &own("b")), None);
        assert_eq!(receipt.confirmed(folder.path(), &BTreeSet::new()), None);
        fs::remove_file(folder.path().join("a")).expect("removed");
        assert_eq!(receipt.confirmed(folder.path(), &own("a")), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_mark_is_believed_until_any_of_it_changes() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut receipt = receipt(folder.path(), "a", "1");
        let path = folder.path().join("a");
        receipt.files[0].mark = Mark::of(&fs::symlink_metadata(&path).expect("there"));
        // Were it read, it would not be the same.
        receipt.files[0].sum = 0;
        assert!(receipt.confirmed(folder.path(), &own("a")).is_some());
        let long_ago = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        let file = fs::File::options().write(true).open(&path).expect("opened");
        file.set_modified(long_ago).expect("set back");
        assert_eq!(receipt.confirmed(folder.path(), &own("a")), None);
    }
}
