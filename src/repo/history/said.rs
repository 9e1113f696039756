//! What the texts of commits say, and the people that they name.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use git2::Mailmap;

use super::{Change, Commit, Moment};
use crate::error::Result;
use crate::repo::header::{self, Header};
use crate::repo::object::ObjectId;
use crate::repo::unusual;

/// What a commit's text says beside its tree and parents.
pub(super) struct Said {
    /// The author's number.
    author: usize,
    pub(super) authored: Moment,
    committed: Moment,
    subject: Box<str>,
    signed: bool,
}

impl Said {
    /// The commit that says so.
    pub(super) fn commit(self, id: ObjectId, people: &[Person], changes: Vec<Change>) -> Commit {
        let (author, email) = people[self.author].clone();
        Commit {
            id,
            position: 0,
            author,
            email,
            authored: self.authored,
            committed: self.committed,
            subject: self.subject,
            signed: self.signed,
            changes,
        }
    }
}

/// A name and an e-mail address, by the mailmap.
pub(super) type Person = (Arc<str>, Arc<str>);

/// Whoever wrote commits. Several threads may add to them.
pub(super) struct Authors {
    id_bytes: usize,
    all: Mutex<Named>,
}

#[derive(Default)]
struct Named {
    /// The number of each, by how commits write them.
    known: HashMap<Vec<u8>, usize>,
    /// Of each, a commit of theirs.
    samples: Vec<Vec<u8>>,
}

impl Named {
    /// Takes in the author of a commit.
    fn add(&mut self, sample: &[u8]) -> usize {
        self.samples.push(sample.to_vec());
        self.samples.len() - 1
    }
}

impl Authors {
    /// Nobody yet, in a repository whose ids have `id_bytes` bytes.
    pub(super) fn new(id_bytes: usize) -> Self {
        Self { id_bytes, all: Mutex::default() }
    }

    /// Reads the text of a commit.
    pub(super) fn said(&self, bytes: &[u8]) -> Result<Said> {
        let Some(header) = Header::read(bytes) else {
            let commit = unusual::read(bytes, self.id_bytes)?;
            let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(Said {
                author: all.add(bytes),
                authored: commit.authored,
                committed: commit.committed,
                subject: commit.subject.into(),
                signed: commit.signed,
            });
        };
        let subject = header::subject(header.message).into();
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        let author = match all.known.get(header.author.person) {
            Some(known) => *known,
            None => {
                let number = all.add(bytes);
                all.known.insert(header.author.person.to_vec(), number);
                number
            }
        };
        Ok(Said {
            author,
            authored: header.author.at,
            committed: header.committed,
            subject,
            signed: header.signed,
        })
    }

    /// Who they all are, by the text of a mailmap.
    pub(super) fn people(&self, mailmap: Option<&str>) -> Result<Vec<Person>> {
        let mailmap = mailmap.and_then(|text| Mailmap::from_buffer(text).ok());
        let person = |sample: &Vec<u8>| {
            let author = unusual::read(sample, self.id_bytes)?.author;
            let mapped =
                mailmap.as_ref().and_then(|mailmap| mailmap.resolve_signature(&author).ok());
            let author = mapped.as_ref().unwrap_or(&author);
            let text = |bytes: &[u8]| Arc::from(String::from_utf8_lossy(bytes));
            Ok((text(author.name_bytes()), text(author.email_bytes())))
        };
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.samples.iter().map(person).collect()
    }
}
