//! Answers of a conversation, kept in a file until they are recorded: one JSON object a line, as `--from` reads them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::json;

use super::conversation::Answer;
use super::entry::What;
use crate::cli::values::Given;
use crate::date::Stamp;
use crate::load::Value;

/// The file that keeps answers. Those of an earlier conversation stay in it.
pub(super) struct Kept {
    path: PathBuf,
    /// Its length when this conversation began, in bytes.
    earlier: u64,
    /// The bytes added by this conversation.
    added: u64,
    file: File,
}

/// Where answers are kept in a repository.
pub(super) fn path(common_dir: &Path) -> PathBuf {
    common_dir.join("goals").join("answers.ndjson")
}

impl Kept {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path)?;
        let earlier = file.metadata()?.len();
        Ok(Self { path, earlier, added: 0, file })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there are answers of an earlier conversation.
    pub(super) fn has_earlier(&self) -> bool {
        self.earlier > 0
    }

    /// Adds an answer.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub(super) fn add(
        &mut self,
        name: &str,
        stamp: Stamp,
        by: Option<&str>,
        answer: &Answer,
    ) -> io::Result<()> {
        let value = match &answer.what {
            What::Value(Given::Exactly(Value::Number(number))) => json!(number),
            What::Value(Given::Exactly(Value::Bool(done))) => json!(done),
            What::Value(Given::Exactly(Value::Text(id))) => json!(id),
            What::Value(Given::By(_)) | What::Nothing | What::Unmeasured | What::Void => {
                json!(null)
            }
        };
        let line = json!({
            "ref": name,
            "value": value,
            "date": stamp.to_string(),
            "confidence": answer.confidence,
            "note": answer.note,
            "by": by,
        });
        let line = format!("{line}\n");
        self.file.write_all(line.as_bytes())?;
        self.added += line.len() as u64;
        Ok(())
    }

    /// Discards every answer, once those of this conversation are recorded. If another conversation has written to
    /// the file meanwhile, it stays as it is.
    pub(super) fn discard(self) {
        Self { added: self.added + self.earlier, earlier: 0, ..self }.forget();
    }

    /// Forgets the answers of this conversation, and the file if there are no others in it. If another conversation
    /// has written to it meanwhile, it stays as it is.
    pub(super) fn forget(self) {
        let is_ours = |file: fs::Metadata| file.len() == self.earlier + self.added;
        if !self.file.metadata().is_ok_and(is_ours) {
            return;
        }
        // A file that stays does no harm: what it holds is recorded already, or offered again.
        let _ = match self.earlier {
            0 => fs::remove_file(&self.path),
            earlier => self.file.set_len(earlier),
        };
    }
}
