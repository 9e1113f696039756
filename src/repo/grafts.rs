//! The parents that commits were given in this copy of a repository, by `info/grafts`.

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use super::object::ObjectId;
use crate::error::{Error, Result};

/// Commits with other parents than their own.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Grafts(HashMap<ObjectId, Vec<ObjectId>>);

impl Grafts {
    /// Reads those of the repository with this common folder.
    ///
    /// # Errors
    ///
    /// The file is there and cannot be read.
    pub(super) fn of(common_dir: &Path) -> Result<Self> {
        let path = common_dir.join("info/grafts");
        match fs::read_to_string(&path) {
            Ok(text) => Ok(Self::parse(&text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(Error::io("read", &path, &error)),
        }
    }

    /// Tells whether every commit has its own parents.
    pub(super) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// The parents that a commit was given.
    pub(super) fn parents(&self, commit: ObjectId) -> Option<&[ObjectId]> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(&commit).map(Vec::as_slice)
    }

    /// How many commits have others.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Takes in `commit parent parent …` on each line; passes over whatever is written otherwise.
    fn parse(text: &str) -> Self {
        let line = |line: &str| {
            let ids: Option<Vec<ObjectId>> = line.split_whitespace().map(ObjectId::parse).collect();
            let (commit, parents) = ids?.split_first().map(|(one, more)| (*one, more.to_vec()))?;
            Some((commit, parents))
        };
        Self(text.lines().filter_map(line).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_gives_a_commit_its_parents() {
        let [one, two, three] = ["1", "2", "3"].map(|digit| digit.repeat(40));
        let grafts = Grafts::parse(&format!("# said\n{one} {two} {three}\n\n{two}\nx {one}\n"));
        let id = |hex: &String| ObjectId::parse(hex).expect("an id");
        assert_eq!(grafts.parents(id(&one)), Some(&[id(&two), id(&three)][..]));
        assert_eq!(grafts.parents(id(&two)), Some(&[][..]));
        assert_eq!(grafts.parents(id(&three)), None);
    }
}
