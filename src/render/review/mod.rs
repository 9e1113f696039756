//! A review of a change: for people, as Markdown for a comment, and as JSON of a fixed, versioned
//! shape.

mod human;
mod json;
mod markdown;
mod words;

pub use super::gfm::COMMENT_BYTES;
pub use human::human;
pub use json::{FORMAT_VERSION, ReviewView, json, schema};
pub use markdown::{MARKER, Markdown, markdown};
