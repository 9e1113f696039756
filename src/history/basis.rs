//! What events follow from besides the commits and the files in them.

use super::identity::Identities;
use crate::model::Model;

/// A workspace as it is now, by which its past is told.
pub struct Basis<'a> {
    pub(super) model: &'a Model,
    pub(super) identities: Identities,
}

impl<'a> Basis<'a> {
    /// That of a workspace with this model.
    pub fn of(model: &'a Model) -> Self {
        Self { model, identities: Identities::new(model) }
    }

    /// All of it as a text, alike for what is alike.
    pub fn shown(&self) -> String {
        let settings = &self.model.settings;
        format!(
            "{} {} {:?} {} {} {}",
            env!("CARGO_PKG_VERSION"),
            settings.plans,
            settings.cycles,
            settings.year_starts,
            settings.planning_grace_days,
            self.identities.shown()
        )
    }
}
