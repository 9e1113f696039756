//! What rules remember: from one check to the next, while what they look at stays as it is.

use std::sync::{Mutex, PoisonError};

use super::near_duplicate::Twins;

/// What rules need not work out again. Nothing that is found depends on it.
#[derive(Debug, Default)]
pub struct Memory {
    twins: Mutex<Twins>,
}

impl Memory {
    /// Goes on from the titles that were compared the last time.
    pub(super) fn with_twins<T>(&self, go_on: impl FnOnce(&mut Twins) -> T) -> T {
        // Whoever fails on the way leaves what was compared as it was.
        go_on(&mut self.twins.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
