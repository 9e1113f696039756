//! A year in the life of an invented company, as commits that depend on nothing but `today`.
//!
//! The texts lie under `templates/demo/` with days in place of dates; the library lists them with
//! the edits and branches. Here they become steps in time, and the steps become commits.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::calendar::Calendar;
use super::library::GOALS;
use super::steps::steps;
use super::teller::Teller;
use super::told::Told;

/// Who a commit names as its author or committer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Person {
    /// The full name.
    pub(super) name: String,
    /// The e-mail address, without angle brackets.
    pub(super) email: String,
}

/// One commit of the story.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Commit {
    /// Who did the work.
    pub(super) author: Person,
    /// Who made the commit: the author, or the forge for what it merged.
    pub(super) committer: Person,
    /// When, for author and committer alike.
    pub(super) authored: Timestamp,
    /// The author's offset from UTC in minutes, east positive.
    pub(super) offset_minutes: i32,
    /// The first line of the message.
    pub(super) subject: String,
    /// The rest of the message, trailers included; empty if there is none.
    pub(super) body: String,
    /// Places of the parents in the story, all before this one; none for the root, two for a merge.
    pub(super) parents: Vec<usize>,
    /// What differs from the first parent: path → whole text, or `None` for a deletion.
    pub(super) files: BTreeMap<String, Option<String>>,
}

/// Tells the story up to the evening before `today`.
///
/// The last commit is the tip of the main line. The same `today` gives the same commits; one
/// before 1972 or after 9998 is told as the nearest day between, because git keeps no dates before
/// 1970 and the calendar ends with 9999.
pub(super) fn story(today: Date) -> Vec<Commit> {
    let calendar = Calendar::new(today);
    let goals: Vec<Told> = GOALS.iter().map(|goal| Told::new(goal, &calendar)).collect();
    let mut teller = Teller::new(&calendar, &goals);
    for step in steps(&goals, &calendar) {
        teller.tell(&step);
    }
    teller.commits
}

#[cfg(test)]
#[path = "story_tests.rs"]
mod tests;
