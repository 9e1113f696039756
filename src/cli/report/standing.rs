//! Whether the report that lies in a folder still is what would be made: told by what it was made of.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use rayon::prelude::*;

use super::super::publish::{Fate, Place, Receipt, Seen, settled};
use super::super::session::{Session, Unread};
use crate::coding::{Reader, Writer};
use crate::pipeline::{self, Workspace};
use crate::repo::{self, Kept, Snapshot};

/// What a report is made of beside files, and where that is kept from one run to the next.
pub(super) struct MadeOf {
    about: String,
    kept: Kept,
    /// When nothing was read yet.
    began: SystemTime,
}

/// What is kept: what a report was made of, and how it was put in its place.
struct Record {
    is_uncommitted: bool,
    sources: Receipt,
    site: Receipt,
}

impl MadeOf {
    /// What the report of a workspace in a folder is made of; nothing where that is not kept, or cannot be told.
    pub(super) fn of(session: &Session<'_, Unread>, folder: &Path) -> Option<Self> {
        let kept = session.repo.as_ref()?.kept_report(folder)?;
        let about = repo::digest(&everything(session)?)?;
        Some(Self { about, kept, began: SystemTime::now() })
    }

    /// How the report lies that stands in its place, if it was made of the same and lies there as it was put.
    pub(super) fn unchanged(
        &self,
        session: &Session<'_, Unread>,
        plans: &str,
        place: &Place,
    ) -> Option<Receipt> {
        let mut record = self.record()?;
        let fate = session.while_git_is_asked(plans, || {
            match self.look(session, plans, &mut record.sources) {
                Fate::Other => Fate::Other,
                fate => fate.max(place.look(&mut record.site, self.began)),
            }
        });
        if fate == Fate::Other || session.is_uncommitted(plans) != record.is_uncommitted {
            return None;
        }
        // Files that had to be read this time need not be the next.
        if fate == Fate::Moved {
            self.keep(record.is_uncommitted, &record.sources, &record.site);
        }
        Some(record.site)
    }

    /// Looks at the files of the workspace; those of a revision never change.
    fn look(&self, session: &Session<'_, Unread>, plans: &str, sources: &mut Receipt) -> Fate {
        if session.revision.is_some() {
            return Fate::Same;
        }
        match pipeline::listed(&session.root, plans) {
            Ok(listed) if listed.iter().map(|file| &*file.path).eq(sources.paths()) => {
                sources.look(self.began, |at, _| &listed[at].place)
            }
            _ => Fate::Other,
        }
    }

    /// Keeps how the report that was made of all this, and of the workspace's files, lies in its place.
    pub(super) fn keep_report(&self, session: &Session<'_>, site: &Receipt) {
        let Workspace { snapshot, model, .. } = &session.workspace;
        let sources = match session.revision {
            Some(_) => Some(Receipt::default()),
            None => self.sources(&session.root, snapshot),
        };
        let is_uncommitted = session.is_uncommitted(&model.settings.plans);
        if let Some(sources) = sources {
            self.keep(is_uncommitted, &sources, site);
        }
    }

    /// The files of a workspace as they were read; nothing if some of them are no texts.
    fn sources(&self, root: &Path, snapshot: &Snapshot) -> Option<Receipt> {
        let files: Vec<_> = snapshot.files().collect();
        let seen = files.par_iter().map(|(path, content)| {
            // Left alone since before anything was read, a file has the mark that it had then.
            let mark = fs::symlink_metadata(root.join(path))
                .ok()
                .and_then(|found| settled(&found, self.began));
            Some(Seen::new((*path).to_owned(), content.text()?.as_bytes(), mark))
        });
        seen.collect::<Option<_>>().map(Receipt::new)
    }

    fn keep(&self, is_uncommitted: bool, sources: &Receipt, site: &Receipt) {
        let mut out = Writer::default();
        out.text(&self.about);
        out.flag(is_uncommitted);
        sources.write(&mut out);
        site.write(&mut out);
        self.kept.store(out.into_bytes());
    }

    /// What was kept of a report that was made of the same, but for files.
    fn record(&self) -> Option<Record> {
        let kept = self.kept.load()?;
        let bytes = kept.read(0..kept.len())?;
        let mut rest = Reader::new(&bytes);
        if rest.text()? != self.about {
            return None;
        }
        let record = Record {
            is_uncommitted: rest.flag()?,
            sources: Receipt::read(&mut rest)?,
            site: Receipt::read(&mut rest)?,
        };
        rest.is_at_end().then_some(record)
    }
}

/// Everything that shows in a report, or decides what does, beside the files of the workspace: the program, the days,
/// the commit and what its repository is called.
fn everything(session: &Session<'_, Unread>) -> Option<Vec<u8>> {
    let mut out = Writer::default();
    program(&mut out)?;
    for day in [session.as_of, session.today] {
        out.text(&day.to_string());
    }
    for commit in [session.tip(), session.revision] {
        out.maybe(commit, |out, commit| out.text(&commit.to_string()));
    }
    out.text(&session.prefix());
    let remote = session.repo.as_ref().and_then(repo::Repo::remote_url);
    out.maybe(remote, |out, remote| out.text(&remote));
    Some(out.into_bytes())
}

/// The program: its version, and the file that it is, since builds of one version may differ.
fn program(out: &mut Writer) -> Option<()> {
    out.text(env!("CARGO_PKG_VERSION"));
    let found = fs::metadata(std::env::current_exe().ok()?).ok()?;
    let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    out.number(found.len());
    out.number(u64::try_from(modified.as_nanos()).ok()?);
    Some(())
}
