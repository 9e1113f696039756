//! The files of the past, each parsed once.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::load::{self, CHECKINS_SUFFIX, CheckinsDoc, PlanDoc};
use crate::repo::{Commits, ObjectId};

/// Plans and check-ins files by the id of their text.
pub(super) struct Contents {
    /// The plans' folder.
    pub(super) folder: String,
    plans: HashMap<ObjectId, Box<PlanDoc>>,
    checkins: HashMap<ObjectId, CheckinsDoc>,
}

/// Whichever document a text is.
enum Parsed {
    Plan(Box<PlanDoc>),
    Checkins(CheckinsDoc),
}

impl Contents {
    /// Parses every text that a change names, in parallel.
    pub(super) fn parse(commits: &Commits, folder: &str) -> Self {
        let mut kinds: HashMap<ObjectId, bool> = HashMap::new();
        for change in commits.changing.iter().flat_map(|commit| &commit.changes) {
            let is_checkins = change.path.ends_with(CHECKINS_SUFFIX);
            let ids = change.new.into_iter().chain(change.old.iter().copied().flatten());
            kinds.extend(ids.map(|id| (id, is_checkins)));
        }
        let parsed: Vec<(ObjectId, Parsed)> = kinds
            .into_par_iter()
            .filter_map(|(id, is_checkins)| {
                let text = commits.texts.get(&id)?;
                let parsed = if is_checkins {
                    Parsed::Checkins(load::checkins("", text).0)
                } else {
                    Parsed::Plan(Box::new(load::plan("", text).0))
                };
                Some((id, parsed))
            })
            .collect();
        let mut contents =
            Self { folder: folder.to_owned(), plans: HashMap::new(), checkins: HashMap::new() };
        for (id, parsed) in parsed {
            match parsed {
                Parsed::Plan(plan) => {
                    contents.plans.insert(id, plan);
                }
                Parsed::Checkins(checkins) => {
                    contents.checkins.insert(id, checkins);
                }
            }
        }
        contents
    }

    /// The plan with this text.
    pub(super) fn plan(&self, id: ObjectId) -> Option<&PlanDoc> {
        self.plans.get(&id).map(Box::as_ref)
    }

    /// The check-ins file with this text.
    pub(super) fn checkins(&self, id: ObjectId) -> Option<&CheckinsDoc> {
        self.checkins.get(&id)
    }
}
