//! Results to bytes: JSON, tables, Markdown, the terminal's tree and logs, and the static site.
//!
//! What leaves the program is a view with a documented shape, never the model itself. Nothing here
//! prints or writes: a caller gets text and decides where it goes.

pub mod contract;
pub mod doctor;
pub mod diff;
pub mod events;
pub mod findings;
pub(crate) mod gfm;
pub mod page;
pub mod review;
pub mod schema;
pub mod site;
pub mod smart;
pub mod stale;
pub mod status;
pub mod tables;
pub mod terminal;
pub mod work;

/// Each view as JSON on a line of its own.
fn json_lines<T: serde::Serialize>(views: impl Iterator<Item = T>) -> String {
    let line = |view: T| serde_json::to_string(&view).expect("views are plain data") + "\n";
    views.map(line).collect()
}
