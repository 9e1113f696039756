//! The files of the past: read once each, parsed once, and let go when no commit to come names them.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, mpsc};
use std::thread;

use rayon::prelude::*;

use super::identity::{File, Version};
use crate::error::Result;
use crate::load::{self, CheckinsDoc, Lines, PlanDoc};
use crate::repo::{ObjectId, Texts};

/// The plans and check-ins files that stand at some point of the past, by the id of their text.
#[derive(Default)]
pub(super) struct Contents {
    plans: HashMap<ObjectId, Arc<PlanDoc>>,
    checkins: HashMap<ObjectId, Checkins>,
}

/// A check-ins file of the past.
pub(super) enum Checkins {
    /// A plain one.
    Plain(Lines),
    /// Any other.
    Other(CheckinsDoc),
}

/// Whichever document a text is.
enum Parsed {
    Plan(Arc<PlanDoc>),
    Checkins(Checkins),
}

/// How many versions are read ahead of the one being looked at.
const AHEAD: usize = 512;

/// Calls `each` with every version that a commit made itself, in order, and with the files that it
/// names. While it looks at some versions, the texts of the next are read.
///
/// # Errors
///
/// A text cannot be read.
pub(super) fn replay(
    versions: &[Version],
    texts: &dyn Texts,
    mut each: impl FnMut(&Version, &Contents),
) -> Result<()> {
    let own: Vec<&Version> = versions.iter().filter(|version| version.is_own()).collect();
    let mut uses: HashMap<ObjectId, u32> = HashMap::new();
    let mut batches = Vec::new();
    for batch in own.chunks(AHEAD) {
        let mut wanted = Vec::new();
        for (id, file) in batch.iter().flat_map(|version| version.texts()) {
            let uses = uses.entry(id).or_default();
            *uses += 1;
            if *uses == 1 {
                wanted.push((id, file));
            }
        }
        batches.push(wanted);
    }
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(1);
        scope.spawn(move || {
            for wanted in batches {
                let read = |(id, file)| Ok((id, file, texts.text(id)?));
                let batch: Result<Vec<_>> = texts
                    .ahead(&mut wanted.iter().map(|(id, _)| *id))
                    .and_then(|()| wanted.into_iter().map(read).collect());
                let ends = batch.is_err();
                if sender.send(batch).is_err() || ends {
                    break;
                }
            }
        });
        let mut contents = Contents::default();
        for (batch, read) in own.chunks(AHEAD).zip(receiver) {
            contents.parse(read?);
            for version in batch {
                each(version, &contents);
            }
            for (id, _) in batch.iter().flat_map(|version| version.texts()) {
                contents.let_go(id, &mut uses);
            }
        }
        Ok(())
    })
}

impl Contents {
    /// Parses texts, in parallel.
    fn parse(&mut self, read: Vec<(ObjectId, File, Option<Arc<str>>)>) {
        let parsed: Vec<(ObjectId, Parsed)> = read
            .into_par_iter()
            .filter_map(|(id, file, text)| {
                let text = text?;
                Some(match file {
                    File::Plan => (id, Parsed::Plan(Arc::new(load::plan("", &text).0))),
                    File::Checkins => (id, Parsed::Checkins(Checkins::read(&text))),
                })
            })
            .collect();
        for (id, parsed) in parsed {
            match parsed {
                Parsed::Plan(plan) => mem::drop(self.plans.insert(id, plan)),
                Parsed::Checkins(checkins) => mem::drop(self.checkins.insert(id, checkins)),
            }
        }
    }

    /// Forgets a text once it has no use any more.
    fn let_go(&mut self, id: ObjectId, uses: &mut HashMap<ObjectId, u32>) {
        let Some(left) = uses.get_mut(&id) else { return };
        *left -= 1;
        if *left == 0 {
            uses.remove(&id);
            self.plans.remove(&id);
            self.checkins.remove(&id);
        }
    }

    /// The plan with this text.
    pub(super) fn plan(&self, id: ObjectId) -> Option<&Arc<PlanDoc>> {
        self.plans.get(&id)
    }

    /// The check-ins file with this text.
    pub(super) fn checkins(&self, id: ObjectId) -> Option<&Checkins> {
        self.checkins.get(&id)
    }
}

impl Checkins {
    /// Reads a check-ins file.
    pub(super) fn read(text: &Arc<str>) -> Self {
        match Lines::read(text) {
            Some(lines) => Self::Plain(lines),
            None => Self::Other(load::checkins("", text).0),
        }
    }

    /// Everything that the file says.
    pub(super) fn document(&self) -> CheckinsDoc {
        match self {
            Self::Plain(lines) => lines.document(),
            Self::Other(document) => document.clone(),
        }
    }

    /// What this file and another say; records that stand alike in both may be left out.
    pub(super) fn difference(&self, other: &Self) -> (CheckinsDoc, CheckinsDoc) {
        match (self, other) {
            (Self::Plain(lines), Self::Plain(others)) => lines.difference(others),
            _ => (self.document(), other.document()),
        }
    }
}
