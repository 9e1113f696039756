//! Documents that are open in the editor: their text may be newer than the file's.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{TextDocumentContentChangeEvent, Uri};

use super::position::{self, Encoding};

/// An open document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Buffer {
    /// The editor's name for it.
    pub(super) uri: Uri,
    /// Counts its changes.
    pub(super) version: i32,
    /// What is in it now.
    pub(super) text: String,
}

/// The open documents by the path of their file.
#[derive(Debug, Default)]
pub(super) struct Buffers {
    open: BTreeMap<PathBuf, Buffer>,
}

/// What became of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Changed {
    /// The text is another.
    Yes,
    /// It came out of order, older than what is there.
    Stale,
    /// There is no such document open.
    Unknown,
}

impl Buffers {
    /// Opens a document, or replaces it.
    pub(super) fn open(&mut self, path: PathBuf, buffer: Buffer) {
        self.open.insert(path, buffer);
    }

    /// Closes a document; whether it was open.
    pub(super) fn close(&mut self, path: &Path) -> bool {
        self.open.remove(path).is_some()
    }

    /// Changes a document, one change upon the other. A version lower than the one that is there
    /// changes nothing: its ranges belong to another text.
    pub(super) fn change(
        &mut self,
        path: &Path,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> Changed {
        let Some(buffer) = self.open.get_mut(path) else { return Changed::Unknown };
        if version < buffer.version {
            return Changed::Stale;
        }
        buffer.version = version;
        for change in changes {
            match change {
                TextDocumentContentChangeEvent::TextDocumentContentChangePartial(change) => {
                    let span = position::span(&buffer.text, change.range, encoding);
                    buffer.text.replace_range(span.start..span.end, &change.text);
                }
                TextDocumentContentChangeEvent::TextDocumentContentChangeWholeDocument(change) => {
                    buffer.text = change.text;
                }
            }
        }
        Changed::Yes
    }

    /// The document of a file.
    pub(super) fn get(&self, path: &Path) -> Option<&Buffer> {
        self.open.get(path)
    }

    /// The open documents below a folder.
    pub(super) fn below<'a>(
        &'a self,
        folder: &'a Path,
    ) -> impl Iterator<Item = (&'a Path, &'a Buffer)> {
        let inside = move |(path, _): &(&PathBuf, &Buffer)| path.starts_with(folder);
        self.open.iter().filter(inside).map(|(path, buffer)| (path.as_path(), buffer))
    }

    /// Every open document.
    pub(super) fn paths(&self) -> impl Iterator<Item = &Path> {
        self.open.keys().map(PathBuf::as_path)
    }
}

#[cfg(test)]
mod tests {
    use gen_lsp_types::{
        Position, Range, TextDocumentContentChangePartial, TextDocumentContentChangeWholeDocument,
    };

    use super::*;

    fn part(from: (u32, u32), to: (u32, u32), text: &str) -> TextDocumentContentChangeEvent {
        let range = Range::new(Position::new(from.0, from.1), Position::new(to.0, to.1));
        TextDocumentContentChangePartial::new(range, None, text.to_owned()).into()
    }

    fn whole(text: &str) -> TextDocumentContentChangeEvent {
        TextDocumentContentChangeWholeDocument::new(text.to_owned()).into()
    }

    fn opened(text: &str) -> Buffers {
        let mut buffers = Buffers::default();
        let uri = Uri("file:///a".to_owned());
        buffers.open("/a".into(), Buffer { uri, version: 3, text: text.to_owned() });
        buffers
    }

    fn check(text: &str, version: i32, changes: Vec<TextDocumentContentChangeEvent>, left: &str) {
        let mut buffers = opened(text);
        buffers.change(Path::new("/a"), version, changes, Encoding::Utf16);
        assert_eq!(buffers.get(Path::new("/a")).map(|buffer| buffer.text.as_str()), Some(left));
    }

    #[test]
    fn changes_apply_one_upon_the_other() {
        check(
            "one\ntwo\n",
            4,
            vec![part((1, 0), (1, 3), "2"), part((1, 1), (1, 1), "!")],
            "one\n2!\n",
        );
        check("one", 4, vec![whole("x"), part((0, 1), (0, 1), "y")], "xy");
        check("é😀b", 4, vec![part((0, 1), (0, 3), "")], "éb");
    }

    #[test]
    fn ranges_beyond_the_text_mean_its_end() {
        check("one\n", 4, vec![part((9, 9), (10, 0), "two")], "one\ntwo");
        check("one\n", 4, vec![part((0, 9), (0, 99), "!")], "one!\n");
        check("one\n", 4, vec![part((0, 2), (0, 1), "!")], "on!e\n");
    }

    #[test]
    fn an_older_version_changes_nothing() {
        check("one", 2, vec![whole("zero")], "one");
        check("one", 3, vec![whole("same")], "same");
        let mut buffers = opened("one");
        assert_eq!(
            buffers.change(Path::new("/b"), 9, Vec::new(), Encoding::Utf8),
            Changed::Unknown
        );
    }
}
