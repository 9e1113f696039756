//! What rules remember: from one check to the next, while what they look at stays as it is.

use std::sync::{Arc, Mutex, PoisonError};

use super::Words;
use super::near_duplicate::Twins;
use crate::load::SettingsDoc;

/// What rules need not work out again. Nothing that is found depends on it.
#[derive(Debug, Default)]
pub struct Memory {
    twins: Mutex<Twins>,
    words: Mutex<Option<(SettingsDoc, Arc<Words>)>>,
}

impl Memory {
    /// The words that `settings` name, read once.
    pub fn words(&self, settings: &SettingsDoc) -> Arc<Words> {
        let mut known = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, words)) = known.as_ref().filter(|(of, _)| of == settings) {
            return Arc::clone(words);
        }
        let words = Arc::new(Words::of(settings));
        *known = Some((settings.clone(), Arc::clone(&words)));
        words
    }

    /// Goes on from the titles that were compared the last time.
    pub(super) fn with_twins<T>(&self, go_on: impl FnOnce(&mut Twins) -> T) -> T {
        // Whoever fails on the way leaves what was compared as it was.
        go_on(&mut self.twins.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
