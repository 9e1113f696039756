//! How files lay that were read or written, so that it can be told that they still lie there so.
//!
//! As git does with its index, a file whose size and mark are as they were counts as unchanged. The bytes of any
//! other file are read and summed.

use std::fs::{self, Metadata};
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use rayon::prelude::*;

use crate::coding::{Reader, Writer, checksum};
use crate::repo::Mark;

/// Files as they were read or written, sorted by path.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::cli) struct Receipt {
    files: Vec<Seen>,
}

/// A file as it was read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) struct Seen {
    /// Its path below the folder of them all, with `/`.
    pub(super) path: String,
    bytes: u64,
    sum: u64,
    /// By what it is known again; nothing where only its bytes tell.
    pub(super) mark: Option<Mark>,
}

/// What becomes of a file as time goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::cli) enum Fate {
    /// It lies there as it did.
    Same,
    /// It has the same bytes and another mark.
    Moved,
    /// It is another, or gone.
    Other,
}

impl Seen {
    /// A file that holds these bytes, and the mark that it had all the time since it was known to.
    pub(in crate::cli) fn new(path: String, bytes: &[u8], mark: Option<Mark>) -> Self {
        Self { path, bytes: bytes.len() as u64, sum: checksum(bytes), mark }
    }

    /// Looks at the file where it lies now, and takes its mark.
    fn look(&mut self, place: &Path, by: SystemTime) -> Fate {
        match fs::symlink_metadata(place) {
            Ok(found) if found.is_file() && found.len() == self.bytes => {
                if self.mark.is_some() && self.mark == Mark::of(&found) {
                    return Fate::Same;
                }
                let is_same = fs::read(place).is_ok_and(|bytes| {
                    bytes.len() as u64 == self.bytes && checksum(&bytes) == self.sum
                });
                if !is_same {
                    return Fate::Other;
                }
                match std::mem::replace(&mut self.mark, settled(&found, by)) == self.mark {
                    true => Fate::Same,
                    false => Fate::Moved,
                }
            }
            _ => Fate::Other,
        }
    }
}

/// The mark of a file that had been left alone for a while by then; what was found was asked for before the file is
/// read.
pub(in crate::cli) fn settled(found: &Metadata, by: SystemTime) -> Option<Mark> {
    Mark::of(found).filter(|mark| found.is_file() && mark.is_settled(by))
}

/// Waits for the clock of the file system to go on, so that nobody can change a file that was written and leave it with
/// the mark that it has. Those that are as young as the clock is at last lose theirs.
pub(super) fn part_from(mut written: Vec<&mut Seen>, mut now: impl FnMut() -> Option<Mark>) {
    const TICK: Duration = Duration::from_millis(2);
    const TICKS: usize = 10;
    for _ in 0..TICKS {
        let Some(now) = now() else { break };
        written.retain(|file| file.mark.is_some_and(|mark| !mark.is_before(&now)));
        if written.is_empty() {
            return;
        }
        thread::sleep(TICK);
    }
    written.into_iter().for_each(|file| file.mark = None);
}

impl Receipt {
    /// The receipt of these files.
    pub(in crate::cli) fn new(mut files: Vec<Seen>) -> Self {
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }

    /// The paths of its files, sorted.
    pub(in crate::cli) fn paths(&self) -> impl ExactSizeIterator<Item = &str> {
        self.files.iter().map(|file| file.path.as_str())
    }

    /// Looks at its files where they lie now, each at its place in their order, and takes the marks of those that had
    /// been left alone for a while by then. The worst of their fates is that of them all.
    pub(in crate::cli) fn look<P: AsRef<Path>>(
        &mut self,
        by: SystemTime,
        place: impl Fn(usize, &str) -> P + Send + Sync,
    ) -> Fate {
        let files = self.files.par_iter_mut().enumerate();
        let fates = files.map(|(at, file)| match file.look(place(at, &file.path).as_ref(), by) {
            Fate::Other => Err(()),
            fate => Ok(fate),
        });
        fates.try_reduce(|| Fate::Same, |one, other| Ok(one.max(other))).unwrap_or(Fate::Other)
    }

    /// By what each of its files is known again.
    #[cfg(test)]
    pub(super) fn marks(&self) -> impl Iterator<Item = Option<Mark>> {
        self.files.iter().map(|file| file.mark)
    }

    /// Writes it.
    pub(in crate::cli) fn write(&self, out: &mut Writer) {
        out.size(self.files.len());
        for file in &self.files {
            out.text(&file.path);
            out.number(file.bytes);
            out.number(file.sum);
            out.maybe(file.mark, |out, mark| mark.write(out));
        }
    }

    /// Reads what [`Receipt::write`] wrote.
    pub(in crate::cli) fn read(rest: &mut Reader<'_>) -> Option<Self> {
        let file = |rest: &mut Reader<'_>| {
            Some(Seen {
                path: rest.text()?.to_owned(),
                bytes: rest.number()?,
                sum: rest.number()?,
                mark: rest.maybe(Mark::read)?,
            })
        };
        rest.several(file).map(|files| Self { files })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of this text in a folder, known by its bytes alone.
    fn receipt(folder: &Path, text: &str) -> Receipt {
        fs::write(folder.join("a"), text).expect("written");
        Receipt::new(vec![Seen::new("a".to_owned(), text.as_bytes(), None)])
    }

    fn look(receipt: &mut Receipt, folder: &Path, by: SystemTime) -> Fate {
        receipt.look(by, |_, path| folder.join(path))
    }

    /// A moment long after everything.
    fn later() -> SystemTime {
        SystemTime::now() + Duration::from_secs(60)
    }

    #[test]
    fn what_is_written_is_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut receipt = receipt(folder.path(), "1");
        look(&mut receipt, folder.path(), later());
        let mut out = Writer::default();
        receipt.write(&mut out);
        let bytes = out.into_bytes();
        assert_eq!(Receipt::read(&mut Reader::new(&bytes)), Some(receipt));
        assert_eq!(Receipt::read(&mut Reader::new(&bytes[..bytes.len() - 1])), None);
    }

    #[test]
    fn a_file_that_was_written_just_now_is_known_by_its_bytes_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut receipt = receipt(folder.path(), "1");
        assert_eq!(look(&mut receipt, folder.path(), SystemTime::now()), Fate::Same);
        assert_eq!(receipt.files[0].mark, None);
        fs::write(folder.path().join("a"), "2").expect("written");
        assert_eq!(look(&mut receipt, folder.path(), SystemTime::now()), Fate::Other);
        fs::remove_file(folder.path().join("a")).expect("removed");
        assert_eq!(look(&mut receipt, folder.path(), SystemTime::now()), Fate::Other);
    }

    /// The mark of a file that was written then.
    fn written(at: i64) -> Option<Mark> {
        let mut out = Writer::default();
        out.raw(&[1, 7]);
        out.signed(at);
        out.signed(at);
        Mark::read(&mut Reader::new(&out.into_bytes()))
    }

    #[test]
    fn a_file_is_known_by_its_mark_once_the_clock_went_on() {
        let kept = |times: [i64; 2], clock: &[Option<i64>]| {
            let mut files = times.map(|at| Seen::new(String::new(), b"", written(at)));
            let mut clock = clock.iter().copied().chain(std::iter::repeat(clock[clock.len() - 1]));
            part_from(files.iter_mut().collect(), || written(clock.next()??));
            files.map(|file| file.mark.is_some())
        };
        assert_eq!(kept([4, 5], &[Some(6)]), [true, true]);
        assert_eq!(kept([4, 5], &[Some(5), Some(5), Some(6)]), [true, true], "it is waited for");
        assert_eq!(kept([4, 5], &[Some(5)]), [true, false], "it stands still");
        assert_eq!(kept([4, 5], &[Some(5), None]), [true, false]);
        assert_eq!(kept([4, 5], &[None]), [false, false], "nobody tells the time");
    }

    /// What may be done to a file that is known by its mark.
    #[cfg(unix)]
    type Deed = fn(&Path);

    #[test]
    #[cfg(unix)]
    fn a_mark_is_believed_until_any_of_it_changes() {
        let touch = |path: &Path, time: SystemTime| {
            let file = fs::File::options().write(true).open(path).expect("opened");
            file.set_modified(time).expect("set");
        };
        let set_back: Deed = |path| {
            let before = fs::metadata(path).and_then(|found| found.modified()).expect("a time");
            fs::write(path, "2").expect("written");
            let file = fs::File::options().write(true).open(path).expect("opened");
            file.set_modified(before).expect("set");
        };
        let replaced: Deed = |path| {
            let before = fs::metadata(path).and_then(|found| found.modified()).expect("a time");
            let other = path.with_extension("other");
            fs::write(&other, "2").expect("written");
            let file = fs::File::options().write(true).open(&other).expect("opened");
            file.set_modified(before).expect("set");
            fs::rename(other, path).expect("moved");
        };
        let longer: Deed = |path| fs::write(path, "22").expect("written");
        for (is_read, deed) in
            [(false, None), (true, Some(set_back)), (true, Some(replaced)), (true, Some(longer))]
        {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("a");
            let mut receipt = receipt(folder.path(), "1");
            touch(&path, SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000));
            assert_eq!(look(&mut receipt, folder.path(), later()), Fate::Moved);
            assert!(receipt.files[0].mark.is_some());
            // The clock of the file system goes on.
            std::thread::sleep(Duration::from_millis(20));
            // Were it read, it would not be the same.
            receipt.files[0].sum ^= 1;
            assert_eq!(look(&mut receipt, folder.path(), later()), Fate::Same);
            receipt.files[0].sum ^= 1;
            if let Some(deed) = deed {
                deed(&path);
            }
            let expected = if is_read { Fate::Other } else { Fate::Same };
            assert_eq!(look(&mut receipt, folder.path(), later()), expected);
        }
    }
}
