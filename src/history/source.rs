//! Where the bytes of a history lie: at hand, or where they were kept.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::History;
use crate::error::{Error, Kind, Result};
use crate::repo::KeptBytes;

/// Bytes that tell of a history, and the way to tell it without them.
#[derive(Default)]
pub(super) struct Source {
    stored: Arc<KeptBytes>,
    anew: OnceLock<Anew>,
    told: OnceLock<Option<History>>,
}

/// Tells the whole history from the repository.
pub(super) type Anew = Box<dyn Fn() -> Result<History> + Send + Sync>;

impl Source {
    /// Bytes, in a file or not.
    pub(super) fn of(stored: Arc<KeptBytes>) -> Self {
        Self { stored, ..Self::default() }
    }

    /// The bytes.
    pub(super) fn stored(&self) -> &Arc<KeptBytes> {
        &self.stored
    }

    /// How many bytes there are.
    pub(super) fn len(&self) -> usize {
        self.stored.len()
    }

    /// Some of the bytes; nothing if they are damaged.
    pub(super) fn read(&self, range: Range<usize>) -> Option<Cow<'_, [u8]>> {
        self.stored.read(range)
    }

    /// Takes note of how to tell the history should some bytes turn out to be damaged.
    pub(super) fn if_damaged(&self, anew: Anew) {
        // The first way is as good as any.
        let _ = self.anew.set(anew);
    }

    /// The history as the repository tells it, now that some bytes are damaged; nothing where that is
    /// gone too. Nobody reads the bytes again.
    pub(super) fn told_anew(&self) -> Option<&History> {
        let tell = || {
            self.discard();
            let anew = self.anew.get()?;
            // All who share the work of this process may be waiting for it, or would ask again while they
            // wait: it is told aside.
            std::thread::scope(|scope| scope.spawn(|| aside(anew)).join()).ok()?
        };
        self.told.get_or_init(tell).as_ref()
    }

    /// Sees to it that nobody reads the bytes again.
    pub(super) fn discard(&self) {
        self.stored.discard();
    }
}

/// What is told by a thread of its own and no other.
fn aside(anew: &Anew) -> Option<History> {
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().ok()?;
    alone.install(anew).ok()
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source").field("stored", &self.stored).finish_non_exhaustive()
    }
}

/// What was kept and cannot be gone on from.
pub(super) fn damaged() -> Error {
    Error::new(Kind::Io, "what was kept of the history is damaged")
        .hint("`goals cache clear` removes it")
}
