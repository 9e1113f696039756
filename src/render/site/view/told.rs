//! What the history tells: records with their commits, amendments, work.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::link::Href;
use super::super::markdown::Markup;
use super::{DateText, Shared, Way};

/// A commit.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CommitText {
    /// Its short id.
    pub short: String,
    /// Its page in the forge.
    pub url: Option<Href>,
    /// Its subject.
    pub subject: String,
}

/// Records in a table, the latest first. A column for which none of them has anything is better left out.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordTable {
    /// Whether any has a value.
    pub values: bool,
    /// Whether any differs from one before.
    pub changes: bool,
    /// Whether any has a confidence.
    pub confidence: bool,
    /// Whether any has a note, or counts for nothing.
    pub notes: bool,
    /// Whether it is known of any how it came to be: its author, its commit, or that there is none.
    pub origins: bool,
    /// The records.
    pub rows: Vec<RecordRow>,
}

impl RecordTable {
    /// A table of these records; nothing if there are none.
    pub fn of(rows: Vec<RecordRow>) -> Option<Self> {
        let is_known =
            |row: &RecordRow| row.author.is_some() || row.commit.is_some() || row.mark.is_some();
        (!rows.is_empty()).then(|| Self {
            values: rows.iter().any(|row| row.value.is_some()),
            changes: rows.iter().any(|row| row.change.is_some()),
            confidence: rows.iter().any(|row| row.confidence.is_some()),
            notes: rows.iter().any(|row| row.note.is_some() || row.void),
            origins: rows.iter().any(is_known),
            rows,
        })
    }
}

/// One record of a check-ins file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RecordRow {
    /// The date on which it was true.
    pub date: Shared<DateText>,
    /// The value with its unit; null if none was given.
    pub value: Option<String>,
    /// The difference from the value before: `−60`.
    pub change: Option<String>,
    /// The confidence, out of ten.
    pub confidence: Option<String>,
    /// The note, from Markdown.
    pub note: Option<Markup>,
    /// Who recorded it, by its `by` or its witness; null if unknown.
    pub author: Option<String>,
    /// The witness; null if there is none or it is unknown.
    pub commit: Option<CommitText>,
    /// `uncommitted` or `unknown` in place of a witness; null if there is one.
    pub mark: Option<String>,
    /// How much later it was recorded than it was true: `5 days later`.
    pub lag: Option<String>,
    /// Whether it counts for nothing.
    pub void: bool,
}

/// How many records a goal's page shows before it folds the rest.
pub const RECORDS_SHOWN: usize = 8;

/// Divides records, the latest first, into those shown and those folded; a remainder of one or two is not folded.
pub fn fold_records(mut records: Vec<RecordRow>) -> (Option<RecordTable>, Option<RecordTable>) {
    let older = if records.len() > RECORDS_SHOWN + 2 {
        records.split_off(RECORDS_SHOWN)
    } else {
        Vec::new()
    };
    (RecordTable::of(records), RecordTable::of(older))
}

/// The commits behind a goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkView {
    /// The latest of them, the latest first.
    pub rows: Vec<WorkRow>,
    /// How many there are beside them: `12 earlier commits`; null if none.
    pub rest: Option<String>,
}

/// A commit that names a goal or one of its key results.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WorkRow {
    /// The day on which it was written.
    pub date: Shared<DateText>,
    /// Who wrote it.
    pub author: Option<String>,
    /// The commit.
    pub commit: CommitText,
    /// The titles of the key results that it names, with links to them.
    pub key_results: Vec<Way>,
}

/// A change of the plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct AmendmentRow {
    /// The date of the change.
    pub date: Shared<DateText>,
    /// Who made it.
    pub author: Option<String>,
    /// The commit that made it.
    pub commit: Option<CommitText>,
    /// The title of the key result that changed; null if it is the goal itself.
    pub key_result: Option<String>,
    /// What happened, where it is more than a change of fields: `Planned`, `Dropped`, `Closed`, `Taken up again`,
    /// `Deleted`.
    pub event: Option<String>,
    /// Whether it moved a goalpost.
    pub goalpost: bool,
    /// What changed.
    pub changes: Vec<ChangeText>,
}

/// A change of one field.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeText {
    /// The field: `target`.
    pub field: String,
    /// What it was; null if it was not there.
    pub old: Option<String>,
    /// What it is; null if it is no longer there.
    pub new: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_records_are_folded() {
        let record = RecordRow {
            date: Shared::new(DateText::new(jiff::civil::date(2026, 1, 1))),
            value: None,
            change: None,
            confidence: None,
            note: None,
            author: None,
            commit: None,
            mark: None,
            lag: None,
            void: false,
        };
        let lengths = |n: usize| {
            let (shown, older) = fold_records(vec![record.clone(); n]);
            let length = |table: Option<RecordTable>| table.map_or(0, |table| table.rows.len());
            (length(shown), length(older))
        };
        assert_eq!(lengths(0), (0, 0));
        assert_eq!(lengths(10), (10, 0));
        assert_eq!(lengths(11), (8, 3));
        let with_note = RecordRow { void: true, ..record.clone() };
        let table = RecordTable::of(vec![record, with_note]).expect("there are two");
        let columns = [table.values, table.changes, table.confidence, table.notes, table.origins];
        assert_eq!(columns, [false, false, false, true, false]);
    }
}
