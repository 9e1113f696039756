//! By what a file is known again without being read, as git knows the files of its index.

use std::fs::Metadata;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::coding::{Reader, Writer};

/// What tells that nobody has written to a file: which one it is, and its times in nanoseconds.
///
/// The time at which its inode changed follows every change, and nobody sets it back. But a file can change twice
/// within one tick of its clock: a mark tells only of what was known of the file when that tick was over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    device: u64,
    number: u64,
    modified: i64,
    changed: i64,
}

/// How long a file has to be left alone where its clock cannot be asked: longer than the coarsest tick of a file system.
const SETTLED_NANOSECONDS: i64 = 3_000_000_000;

impl Mark {
    /// The mark of a file.
    #[cfg(unix)]
    pub fn of(found: &Metadata) -> Option<Self> {
        use std::os::unix::fs::MetadataExt;
        let nanoseconds =
            |seconds: i64, rest: i64| seconds.checked_mul(1_000_000_000)?.checked_add(rest);
        Some(Self {
            device: found.dev(),
            number: found.ino(),
            modified: nanoseconds(found.mtime(), found.mtime_nsec())?,
            changed: nanoseconds(found.ctime(), found.ctime_nsec())?,
        })
    }

    /// Elsewhere there is no time that follows every change.
    #[cfg(not(unix))]
    pub fn of(_: &Metadata) -> Option<Self> {
        None
    }

    /// Tells whether the file had been left alone for a while by then.
    pub fn is_settled(&self, by: SystemTime) -> bool {
        let by =
            by.duration_since(UNIX_EPOCH).ok().and_then(|by| i64::try_from(by.as_nanos()).ok());
        by.is_some_and(|by| self.latest() < by.saturating_sub(SETTLED_NANOSECONDS))
    }

    /// Tells whether the clock that both files have in common went on between the last change of this one and that of
    /// the other.
    pub fn is_before(&self, other: &Self) -> bool {
        self.device == other.device && self.latest() < other.modified.min(other.changed)
    }

    fn latest(&self) -> i64 {
        self.modified.max(self.changed)
    }

    /// Writes it.
    pub fn write(self, out: &mut Writer) {
        out.number(self.device);
        out.number(self.number);
        out.signed(self.modified);
        out.signed(self.changed);
    }

    /// Reads what [`Mark::write`] wrote.
    pub fn read(rest: &mut Reader<'_>) -> Option<Self> {
        let (device, number) = (rest.number()?, rest.number()?);
        Some(Self { device, number, modified: rest.signed()?, changed: rest.signed()? })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn mark(device: u64, modified: i64, changed: i64) -> Mark {
        Mark { device, number: 7, modified, changed }
    }

    #[test]
    fn what_is_written_is_read() {
        let mark = mark(1 << 63, -1, 1 << 60);
        let mut out = Writer::default();
        mark.write(&mut out);
        let bytes = out.into_bytes();
        assert_eq!(Mark::read(&mut Reader::new(&bytes)), Some(mark));
        assert_eq!(Mark::read(&mut Reader::new(&bytes[..bytes.len() - 1])), None);
    }

    #[test]
    fn a_file_is_settled_only_when_neither_of_its_times_is_near() {
        let seconds = |seconds: i64| seconds * 1_000_000_000;
        let by = UNIX_EPOCH + Duration::from_secs(100);
        assert!(mark(1, seconds(97) - 1, seconds(96)).is_settled(by));
        assert!(!mark(1, seconds(97), seconds(96)).is_settled(by));
        assert!(!mark(1, seconds(96), seconds(97)).is_settled(by));
        assert!(!mark(1, seconds(200), seconds(96)).is_settled(by), "a time to come");
        assert!(!mark(1, i64::MIN, i64::MIN).is_settled(UNIX_EPOCH - Duration::from_secs(1)));
    }

    #[test]
    fn within_one_tick_and_across_file_systems_nothing_is_before() {
        let clock = mark(1, 50, 50);
        assert!(mark(1, 49, 49).is_before(&clock));
        assert!(!mark(1, 50, 50).is_before(&clock) && !mark(1, 49, 50).is_before(&clock));
        assert!(!mark(1, 50, 49).is_before(&clock));
        assert!(!mark(2, 1, 1).is_before(&clock));
    }
}
