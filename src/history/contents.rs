//! The files of one goal's past: read once each, parsed once, and let go when no commit to come
//! names them.

use std::collections::HashMap;
use std::sync::Arc;

use super::identity::{File, Version};
use crate::error::Result;
use crate::load::{self, CheckinsDoc, Lines, PlanDoc};
use crate::repo::{ObjectId, Texts};

/// The plans and check-ins files that stand at some point of a goal's past, by the id of their text.
pub(super) struct Contents<'a> {
    texts: &'a dyn Texts,
    /// How many versions to come name each text.
    uses: HashMap<ObjectId, usize>,
    plans: HashMap<ObjectId, Arc<PlanDoc>>,
    checkins: HashMap<ObjectId, Checkins>,
}

/// A check-ins file of the past.
pub(super) enum Checkins {
    /// A plain one.
    Plain(Lines),
    /// Any other.
    Other(CheckinsDoc),
}

impl<'a> Contents<'a> {
    /// Begins before the first of the versions that are read; `last` is kept to the end if they name it.
    ///
    /// # Errors
    ///
    /// Their texts cannot be read.
    pub(super) fn of(
        versions: &[&Version],
        last: Option<ObjectId>,
        texts: &'a dyn Texts,
    ) -> Result<Self> {
        let (mut uses, mut wanted) = (HashMap::new(), Vec::new());
        for (id, _) in versions.iter().flat_map(|version| version.texts()) {
            let uses = uses.entry(id).or_default();
            *uses += 1;
            if *uses == 1 {
                wanted.push(id);
            }
        }
        if let Some(uses) = last.and_then(|last| uses.get_mut(&last)) {
            *uses += 1;
        }
        texts.ahead(&mut wanted.into_iter())?;
        Ok(Self { texts, uses, plans: HashMap::new(), checkins: HashMap::new() })
    }

    /// Goes on to the next version: reads those of its texts that are not at hand.
    ///
    /// # Errors
    ///
    /// A text cannot be read.
    pub(super) fn enter(&mut self, version: &Version) -> Result<()> {
        for (id, file) in version.texts() {
            let is_at_hand = match file {
                File::Plan => self.plans.contains_key(&id),
                File::Checkins => self.checkins.contains_key(&id),
            };
            if is_at_hand {
                continue;
            }
            let Some(text) = self.texts.text(id)? else { continue };
            match file {
                File::Plan => {
                    self.plans.insert(id, Arc::new(load::plan("", &text).0));
                }
                File::Checkins => {
                    let before = version.old.iter().flatten();
                    let like = before.filter_map(|old| self.checkins.get(old)).next();
                    self.checkins.insert(id, Checkins::read(&text, like));
                }
            }
        }
        Ok(())
    }

    /// Forgets what no version after this one names.
    pub(super) fn leave(&mut self, version: &Version) {
        for (id, _) in version.texts() {
            let Some(left) = self.uses.get_mut(&id) else { continue };
            *left -= 1;
            if *left == 0 {
                self.uses.remove(&id);
                self.plans.remove(&id);
                self.checkins.remove(&id);
            }
        }
    }

    /// The plan with this text.
    pub(super) fn plan(&self, id: ObjectId) -> Option<&Arc<PlanDoc>> {
        self.plans.get(&id)
    }

    /// Everything that the check-ins file with this text says, be it at hand or not; nothing if it is
    /// no text.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    pub(super) fn document(&self, id: ObjectId) -> Result<Option<CheckinsDoc>> {
        if let Some(known) = self.checkins(id) {
            return Ok(Some(known.document()));
        }
        Ok(self.texts.text(id)?.map(|text| Checkins::read(&text, None).document()))
    }

    /// The check-ins file with this text.
    pub(super) fn checkins(&self, id: ObjectId) -> Option<&Checkins> {
        self.checkins.get(&id)
    }
}

impl Checkins {
    /// Reads a check-ins file, sooner if it is `like` another.
    fn read(text: &Arc<str>, like: Option<&Self>) -> Self {
        let lines = match like {
            Some(Self::Plain(like)) => Lines::read_like(text, like),
            _ => Lines::read(text),
        };
        match lines {
            Some(lines) => Self::Plain(lines),
            None => Self::Other(load::checkins("", text).0),
        }
    }

    /// Everything that the file says.
    pub(super) fn document(&self) -> CheckinsDoc {
        match self {
            Self::Plain(lines) => lines.document(),
            Self::Other(document) => document.clone(),
        }
    }

    /// What this file and another say; records that stand alike in both may be left out.
    pub(super) fn difference(&self, other: &Self) -> (CheckinsDoc, CheckinsDoc) {
        match (self, other) {
            (Self::Plain(lines), Self::Plain(others)) => lines.difference(others),
            _ => (self.document(), other.document()),
        }
    }
}
