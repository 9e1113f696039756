//! Text to documents: reads `goals.toml`, plans and check-ins files into plain structures with a
//! span on everything, and reports every mistake of shape in one pass.
//!
//! This is the only stage that knows the TOML parser. It does not know what a cycle is, whether a
//! reference resolves, or whether a measure can be computed: that is the model's work.

mod checkins;
mod document;
mod documents;
mod fixes;
pub mod keys;
mod lines;
pub mod merge;
mod newer;
mod outline;
mod parse;
mod plan;
mod reader;
mod settings;
pub mod splice;
mod tidy;

pub use checkins::checkins;
pub use document::*;
pub use documents::{
    CHECKINS_SUFFIX, Documents, Known, SETTINGS_FILE, documents, documents_again, settings_of,
};
pub use lines::Lines;
pub use outline::{Outline, Role, Room, Section, Word};
pub use parse::syntax_errors;
pub use plan::plan;
pub use reader::{MAX_MAGNITUDE, MIN_MAGNITUDE};
pub use settings::{CycleDoc, Language, PersonDoc, SettingsDoc, TeamDoc, WordsDoc, settings};
pub use tidy::{TidyError, tidy};

/// The most key results that one goal may have.
pub const MAX_KEY_RESULTS: usize = 100;
/// The most goals that one workspace may have.
pub const MAX_GOALS: usize = 100_000;
/// The most records that one check-ins file may hold.
pub const MAX_RECORDS: usize = 10_000;
