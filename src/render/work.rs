//! `goals log --work`: the commits behind goals, for people and as JSON.

use schemars::JsonSchema;
use serde::Serialize;

use super::terminal::{Cell, GAP, Look, columns, total_width};
use crate::history::{Target, WorkCommit};

/// A commit and the goals it is for.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkView {
    /// The goals and key results that it names, in the order of its message.
    pub refs: Vec<String>,
    /// The commit.
    pub commit: String,
    /// The author's name.
    pub author: String,
    /// The author's handle in `[people]`.
    pub person: Option<String>,
    /// When it was written, with the author's offset.
    pub authored: String,
    /// When it was committed, with the committer's offset.
    pub committed: String,
    /// The first line of its message.
    pub subject: String,
}

/// The commits as a JSON array, in the order given.
pub fn json(work: &[WorkCommit]) -> String {
    let views: Vec<WorkView> = work.iter().map(view).collect();
    serde_json::to_string_pretty(&views).expect("views are plain data") + "\n"
}

/// The commits as JSON, one a line, in the order given.
pub fn ndjson(work: &[WorkCommit]) -> String {
    super::json_lines(work.iter().map(view))
}

/// The JSON Schema of what [`json`] gives: a list of [`WorkView`]s.
pub fn schema() -> String {
    super::schema::of::<Vec<WorkView>>()
}

fn view(work: &WorkCommit) -> WorkView {
    let commit = &work.commit;
    WorkView {
        refs: work.targets.iter().map(Target::to_string).collect(),
        commit: commit.id.to_string(),
        author: commit.author.clone(),
        person: commit.person.clone(),
        authored: commit.authored.to_string(),
        committed: commit.committed.to_string(),
        subject: commit.subject.clone(),
    }
}

/// The narrowest that subjects are cut to.
const SUBJECT: usize = 20;

/// The commits for people: one line each, in the order given.
pub fn lines(work: &[WorkCommit], look: Look) -> Vec<String> {
    let mut rows: Vec<Vec<Cell>> = work.iter().map(|work| row(work, look)).collect();
    let taken = total_width(&rows) + GAP;
    for (row, work) in rows.iter_mut().zip(work) {
        let left = look.width.map_or(usize::MAX, |width| width.saturating_sub(taken).max(SUBJECT));
        row.push(Cell::cut(&work.commit.subject, left, str::to_owned));
    }
    columns(&rows)
}

fn row(work: &WorkCommit, look: Look) -> Vec<Cell> {
    let commit = &work.commit;
    let names: Vec<String> = work.targets.iter().map(Target::to_string).collect();
    let who = commit.person.as_deref().unwrap_or(&commit.author);
    vec![
        Cell::new(&commit.authored.date().to_string(), str::to_owned),
        Cell::new(&names.join(", "), |text| look.bold(text)),
        Cell::new(who, |text| look.dim(text)),
        Cell::new(&commit.id.short(), |text| look.dim(text)),
    ]
}
