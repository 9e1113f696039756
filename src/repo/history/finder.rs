//! Finds the commits that a tip reaches, and which stand on which.

use super::Surroundings;
use super::known::KnownCommits;
use super::order::Links;
use super::said::{Authors, Said};
use crate::error::Result;
use crate::repo::commit_graph::{CommitGraph, Number};
use crate::repo::header::Header;
use crate::repo::object::{ById, ObjectId};
use crate::repo::objects::{ObjectKind, Objects};
use crate::repo::unusual;

/// What is found of a commit before its place among the others is known.
pub(super) struct Found {
    pub(super) id: ObjectId,
    pub(super) tree: ObjectId,
    /// What its text says; nothing where it was not read.
    pub(super) said: Option<Said>,
}

/// Commits that were found, and what they stand on.
///
/// Here a commit is a number: one that was known its position, one that was found its place behind
/// all of these, and behind them come those that others stand on and nobody found.
pub(super) struct Finds {
    pub(super) all: Vec<Found>,
    /// The parents of each that was found.
    pub(super) parents: Links,
    /// How many were known.
    pub(super) known: usize,
    /// Those that nobody found.
    beyond: Vec<ObjectId>,
}

impl Finds {
    /// Where numbers end that stand for known commits or found ones.
    pub(super) fn end(&self) -> usize {
        self.known + self.all.len()
    }

    /// The id of a commit that was not found.
    pub(super) fn beneath(&self, number: usize, known: &KnownCommits) -> ObjectId {
        match number.checked_sub(self.end()) {
            Some(beyond) => self.beyond[beyond],
            None => known.id(number),
        }
    }
}

/// Finds commits, and notes whom they name.
pub(super) struct Finder<'a> {
    objects: &'a dyn Objects,
    surroundings: &'a Surroundings<'a>,
    /// Commits that need not be found.
    known: &'a KnownCommits,
    authors: Authors,
    /// What git has noted of the commits, as long as that proves sound.
    noted: Option<&'a CommitGraph>,
    names: Names,
    found: Vec<Found>,
    /// The names of each one's parents.
    parents: Links,
}

/// The order in which a commit was named first.
type Name = u32;

/// Stands for what is not there yet.
const NONE: u32 = u32::MAX;

/// Every commit that was named.
#[derive(Default)]
struct Names {
    /// Of those that git has noted, by their numbers.
    noted: Vec<Name>,
    /// Of all others.
    others: ById<Name>,
    /// What each stands for in [`Finds`].
    numbers: Vec<u32>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(
        objects: &'a dyn Objects,
        surroundings: &'a Surroundings<'a>,
        tip: ObjectId,
        known: &'a KnownCommits,
    ) -> Self {
        Self {
            objects,
            surroundings,
            known,
            authors: Authors::new(tip.length()),
            noted: None,
            names: Names::default(),
            found: Vec::new(),
            parents: Links::default(),
        }
    }

    /// Finds every commit that the tip reaches and that is not known.
    pub(super) fn all(&mut self, tip: ObjectId) -> Result<()> {
        if self.known.position(tip).is_some() {
            return Ok(());
        }
        if let Some(noted) = &self.surroundings.noted {
            if self.by_note(noted, tip)? {
                return Ok(());
            }
            // It is damaged: everything is read.
            self.noted = None;
            self.names = Names::default();
            self.found.clear();
            self.parents = Links::default();
        }
        self.objects.each_commit(tip, &mut |id, bytes, waiting| self.next(id, bytes, waiting))
    }

    /// Takes in a commit, and puts those of its parents that were not named before on the list.
    pub(super) fn next(
        &mut self,
        id: ObjectId,
        bytes: &[u8],
        waiting: &mut Vec<ObjectId>,
    ) -> Result<()> {
        let (name, _) = self.name(id);
        if !self.is_sought(name) {
            return Ok(());
        }
        let (found, parents) = self.commit(id, bytes)?;
        let parents = self.surroundings.grafts.parents(id).unwrap_or(&parents);
        let parents = if self.surroundings.boundary.contains(&id) { &[] } else { parents };
        let mut names = Vec::with_capacity(parents.len());
        for parent in parents {
            let (name, is_new) = self.name(*parent);
            if is_new && self.is_sought(name) {
                waiting.push(*parent);
            }
            names.push(name);
        }
        self.add(name, found, &names);
        Ok(())
    }

    /// What was found, and whom it names.
    pub(super) fn finish(self) -> (Finds, Authors) {
        let Self { found: all, mut parents, known, authors, .. } = self;
        let Names { others, mut numbers, .. } = self.names;
        let known = known.len();
        let end = known + all.len();
        let mut beyond = Vec::new();
        for (id, name) in others {
            let number = &mut numbers[name as usize];
            if *number == NONE {
                *number = (end + beyond.len()) as u32;
                beyond.push(id);
            }
        }
        parents.rename(|name| numbers[name as usize]);
        (Finds { all, parents, known, beyond }, authors)
    }

    /// Finds them by git's note, and by reading what came after it; tells whether that is sound.
    fn by_note(&mut self, noted: &'a CommitGraph, tip: ObjectId) -> Result<bool> {
        self.noted = Some(noted);
        self.names.noted = vec![NONE; noted.count()];
        self.found.reserve_exact(noted.count());
        let (mut waiting, mut more) = (vec![tip], Vec::new());
        while let Some(id) = waiting.pop() {
            if let Some(number) = noted.find(id) {
                if self.noted(noted, number).is_none() {
                    return Ok(false);
                }
                continue;
            }
            let bytes = self.objects.read(ObjectKind::Commit, id)?;
            self.next(id, &bytes, &mut more)?;
            waiting.append(&mut more);
        }
        Ok(true)
    }

    /// Finds a noted commit and all that it reaches; nothing where the note is damaged.
    fn noted(&mut self, noted: &CommitGraph, first: Number) -> Option<()> {
        let (mut waiting, mut parents, mut names) = (vec![first], Vec::new(), Vec::new());
        while let Some(number) = waiting.pop() {
            let (id, tree) = (noted.id(number)?, noted.tree(number)?);
            let (name, _) = self.name_noted(number, id);
            if !self.is_sought(name) {
                continue;
            }
            noted.parents(number, &mut parents)?;
            names.clear();
            for parent in &parents {
                let (name, is_new) = self.name_noted(*parent, noted.id(*parent)?);
                if is_new && self.is_sought(name) {
                    waiting.push(*parent);
                }
                names.push(name);
            }
            self.add(name, Found { id, tree, said: None }, &names);
        }
        Some(())
    }

    /// Adds a commit that was found, with the names of its parents.
    fn add(&mut self, name: Name, found: Found, parents: &[Name]) {
        self.names.numbers[name as usize] = (self.known.len() + self.found.len()) as u32;
        self.found.push(found);
        self.parents.push(parents.iter().map(|parent| *parent as usize));
    }

    /// Tells whether a commit is neither known nor found yet.
    fn is_sought(&self, name: Name) -> bool {
        self.names.numbers[name as usize] == NONE
    }

    /// The name of a commit, and whether that is new.
    fn name(&mut self, id: ObjectId) -> (Name, bool) {
        match self.noted.and_then(|noted| noted.find(id)) {
            Some(number) => self.name_noted(number, id),
            None => {
                let name = self.names.others.entry(id).or_insert(NONE);
                named(name, &mut self.names.numbers, self.known, id)
            }
        }
    }

    /// The name of a commit that git has noted, and whether that is new.
    fn name_noted(&mut self, number: Number, id: ObjectId) -> (Name, bool) {
        let Names { noted, numbers, .. } = &mut self.names;
        named(&mut noted[number as usize], numbers, self.known, id)
    }

    fn commit(&self, id: ObjectId, bytes: &[u8]) -> Result<(Found, Vec<ObjectId>)> {
        let said = Some(self.authors.said(bytes)?);
        if let Some(Header { tree, parents, .. }) = Header::read(bytes) {
            return Ok((Found { id, tree, said }, parents));
        }
        let commit = unusual::read(bytes, id.length())?;
        Ok((Found { id, tree: commit.tree, said }, commit.parents))
    }
}

/// Gives a commit a name, if it has none.
fn named(
    name: &mut Name,
    numbers: &mut Vec<u32>,
    known: &KnownCommits,
    id: ObjectId,
) -> (Name, bool) {
    let is_new = *name == NONE;
    if is_new {
        *name = numbers.len() as Name;
        numbers.push(known.position(id).map_or(NONE, |position| position as u32));
    }
    (*name, is_new)
}
