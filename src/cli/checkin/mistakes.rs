//! What is wrong in the rows of a table, told in one go.

use std::path::Path;

use crate::error::{Error, Kind};
use crate::text::{count, one_line, printable};

/// The most mistakes that are shown.
const SHOWN: usize = 50;

/// What is wrong in one row.
#[derive(Debug)]
pub(super) struct Mistake {
    /// Its line, from 1; 0 where no line is to blame.
    pub(super) line: usize,
    /// Its column in characters, from 1, where that is known.
    pub(super) column: Option<usize>,
    /// The key that is wrong, if one is.
    pub(super) key: Option<String>,
    /// Why, and what to do.
    pub(super) error: Error,
}

/// The error that tells of every row that cannot be recorded, by its line.
pub(super) fn refused(name: &Path, wrong: Vec<(usize, Error)>) -> Error {
    let mistake = |(line, error)| Mistake { line, column: None, key: None, error };
    told(name, wrong.into_iter().map(mistake).collect())
}

/// The error that tells of every mistake, in the order of the file.
pub(super) fn told(name: &Path, mut mistakes: Vec<Mistake>) -> Error {
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    let name =
        if name == Path::new("-") { "standard input".into() } else { name.to_string_lossy() };
    let mut message = format!(
        "cannot record `{name}`: {}, and nothing was recorded",
        count(mistakes.len(), "mistake")
    );
    for mistake in mistakes.iter().take(SHOWN) {
        let place = match (mistake.line, mistake.column) {
            (0, _) => String::new(),
            (line, None) => format!("line {line}: "),
            (line, Some(column)) => format!("line {line}, column {column}: "),
        };
        let key =
            mistake.key.as_ref().map(|key| format!("{}: ", printable(key))).unwrap_or_default();
        let cure = mistake
            .error
            .hint
            .as_ref()
            .map(|hint| format!("; {}", printable(hint)))
            .unwrap_or_default();
        message.push_str(&format!(
            "\n{place}{key}{}{cure}",
            printable(&one_line(&mistake.error.message))
        ));
    }
    if mistakes.len() > SHOWN {
        message.push_str(&format!("\nand {} more", mistakes.len() - SHOWN));
    }
    Error::new(Kind::Usage, message)
        .hint("correct the rows, then record them again; what is recorded already is left alone")
}
