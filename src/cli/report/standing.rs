//! Whether the report that lies in a folder still is what would be made: told by what it was made of.

use std::path::Path;
use std::time::UNIX_EPOCH;

use super::super::publish::{Place, Published, Receipt};
use super::super::session::Session;
use crate::coding::Writer;
use crate::pipeline::Files;
use crate::repo::{self, Content, Kept};

/// What a report is made of, and where that is kept from one run to the next.
pub(super) struct MadeOf {
    all: String,
    kept: Kept,
}

impl MadeOf {
    /// What the report of a workspace in a folder is made of; nothing where that is not kept, or cannot be told.
    pub(super) fn of(session: &Session<'_, Files>, folder: &Path) -> Option<Self> {
        let kept = session.repo.as_ref()?.kept_report(folder)?;
        Some(Self { all: repo::digest(&everything(session)?)?, kept })
    }

    /// The report that stands in its place, if it was made of the same and lies there as it was put.
    pub(super) fn unchanged(&self, place: &Place) -> Option<Published> {
        let kept = self.kept.load()?;
        let receipt = Receipt::read(&kept.read(0..kept.len())?, &self.all)?;
        let published = place.unchanged(&receipt)?;
        // Files that had to be read this time need not be the next.
        if published.receipt != receipt {
            self.keep(&published.receipt);
        }
        Some(published)
    }

    /// Keeps how the report that was made of it lies in its place.
    pub(super) fn keep(&self, receipt: &Receipt) {
        self.kept.store(receipt.write(&self.all));
    }
}

/// Everything that shows in a report, or decides what does: the program, the days, the commit and what its
/// repository is called, and the files of the workspace, its settings and templates among them.
fn everything(session: &Session<'_, Files>) -> Option<Vec<u8>> {
    let Files { snapshot, left_out, .. } = &session.workspace;
    let mut out = Writer::default();
    program(&mut out)?;
    for day in [session.as_of, session.today] {
        out.text(&day.to_string());
    }
    for commit in [session.tip(), session.revision] {
        out.maybe(commit, |out, commit| out.text(&commit.to_string()));
    }
    out.flag(session.is_uncommitted(session.workspace.plans()));
    out.text(&session.prefix());
    let remote = session.repo.as_ref().and_then(repo::Repo::remote_url);
    out.maybe(remote, |out, remote| out.text(&remote));
    out.size(left_out.len());
    left_out.iter().for_each(|path| out.text(path));
    for (path, content) in snapshot.files() {
        out.text(path);
        file(&mut out, content);
    }
    Some(out.into_bytes())
}

/// The program: its version, and the file that it is, since builds of one version may differ.
fn program(out: &mut Writer) -> Option<()> {
    out.text(env!("CARGO_PKG_VERSION"));
    let found = std::fs::metadata(std::env::current_exe().ok()?).ok()?;
    let modified = found.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    out.number(found.len());
    out.number(u64::try_from(modified.as_nanos()).ok()?);
    Some(())
}

fn file(out: &mut Writer, content: &Content) {
    match content {
        Content::Text(text) => {
            out.number(0);
            out.text(text);
        }
        Content::NotUtf8(from) => {
            out.number(1);
            out.size(*from);
        }
        Content::TooLarge(bytes) => {
            out.number(2);
            out.number(*bytes);
        }
    }
}
