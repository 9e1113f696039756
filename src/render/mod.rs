//! Results to bytes: JSON, tables, Markdown, the terminal's tree and logs, and the static site.
//!
//! What leaves the program is a view with a documented shape, never the model itself. Nothing here
//! prints or writes: a caller gets text and decides where it goes.

pub mod contract;
pub mod doctor;
pub mod diff;
pub mod events;
pub mod findings;
mod gfm;
pub mod page;
pub mod review;
pub mod site;
pub mod smart;
pub mod stale;
pub mod status;
pub mod tables;
pub mod terminal;
pub mod work;
