//! The rules' pages as files, so that an editor can open the one that a finding links to.

use std::fs;
use std::path::{Path, PathBuf};

use gen_lsp_types::Uri;

use super::uri;
use crate::check::RULES;

/// A folder with the page of each rule.
pub(super) struct Pages {
    folder: PathBuf,
}

impl Pages {
    /// Writes the pages that are not there yet, or are another version's; nothing if that cannot be done.
    pub(super) fn write(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).ok()?;
        for rule in RULES {
            let file = folder.join(format!("{}.md", rule.name));
            if fs::read(&file).is_ok_and(|page| page == rule.page.as_bytes()) {
                continue;
            }
            let mut page = tempfile::NamedTempFile::new_in(folder).ok()?;
            std::io::Write::write_all(&mut page, rule.page.as_bytes()).ok()?;
            page.persist(&file).ok()?;
        }
        Some(Self { folder: folder.canonicalize().ok()? })
    }

    /// The address of a rule's page.
    pub(super) fn uri(&self, rule: &str) -> Uri {
        uri::of(&self.folder.join(format!("{rule}.md")))
    }
}
