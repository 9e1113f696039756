//! Objects as `git cat-file --batch` tells them: one long conversation.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use super::promised::Promised;
use super::{Bytes, Look, ObjectKind, Objects, damaged};
use crate::error::{Error, Kind, Result};
use crate::repo::object::ObjectId;
use crate::repo::program::{Git, GitError};
use crate::repo::snapshot::{Content, MAX_FILE_BYTES};

/// The most bytes that are kept of what was read ahead.
const KEPT_BYTES: usize = 64 * 1024 * 1024;

/// The objects of a repository, asked for from git.
pub(in crate::repo) struct Asked {
    git: Git,
    folder: PathBuf,
    conversation: Mutex<Option<Conversation>>,
    ready: Mutex<Ready>,
    /// Where a partial clone has the rest.
    promised: Option<Promised>,
}

/// What was read ahead.
#[derive(Default)]
struct Ready {
    answers: HashMap<ObjectId, Answer>,
    bytes: usize,
}

/// An object as git tells it.
struct Answer {
    kind: ObjectKind,
    size: u64,
    /// Its bytes; nothing of a file that is larger than any that is read.
    bytes: Option<Vec<u8>>,
}

impl Asked {
    /// Asks `git`, run in `folder`.
    pub(in crate::repo) fn new(git: Git, folder: &Path, promised: Option<Promised>) -> Self {
        Self {
            git,
            folder: folder.to_owned(),
            conversation: Mutex::new(None),
            ready: Mutex::default(),
            promised,
        }
    }

    /// Where a partial clone has the rest.
    pub(in crate::repo) fn promised(&self) -> Option<&Promised> {
        self.promised.as_ref()
    }

    fn answer(&self, doing: ObjectKind, id: ObjectId) -> Result<Answer> {
        if let Some(answer) = lock(&self.ready).take(id) {
            return Ok(answer);
        }
        let mut found = None;
        self.ask(std::iter::once(id), |_, answer| {
            found = answer;
            Ok(())
        })
        .map_err(|error| Error {
            message: format!("could not read {}: {}", doing.shown(), error.message),
            ..error
        })?;
        found.ok_or_else(|| {
            Error::new(Kind::Git, format!("could not read {}: object not found - {id}", doing.shown()))
                .hint(
                    "the object is missing here: in a partial clone `git fetch --refetch --no-filter` brings all; \
                     otherwise `git fsck` tells what is damaged",
                )
        })
    }

    /// Asks for all the ids while the answers are read; calls `each` with every one in its order,
    /// with nothing for an object that is not there.
    fn ask(
        &self,
        ids: impl ExactSizeIterator<Item = ObjectId> + Send,
        mut each: impl FnMut(ObjectId, Option<Answer>) -> Result<()>,
    ) -> Result<()> {
        if ids.len() == 0 {
            return Ok(());
        }
        let mut held = lock(&self.conversation);
        let mut conversation = match held.take() {
            Some(conversation) => conversation,
            None => Conversation::begin(&self.git, &self.folder)?,
        };
        let (mut stdin, count) = (conversation.stdin.take(), ids.len());
        let (stdin, told) = thread::scope(|scope| {
            let asking = move || {
                let written = stdin.as_mut().is_some_and(|stdin| ask_all(stdin, ids).is_ok());
                stdin.filter(|_| written)
            };
            // One question fits into any pipe.
            let mut stdin = None;
            let asker = if count == 1 {
                stdin = asking();
                None
            } else {
                Some(scope.spawn(asking))
            };
            let told = (0..count).try_for_each(|_| {
                let (id, answer) = conversation.next()?;
                each(id, answer)
            });
            if told.is_err() {
                // Git may still be talking: whoever asks must not wait for it.
                conversation.end();
            }
            (asker.map_or(stdin, |asker| asker.join().ok().flatten()), told)
        });
        conversation.stdin = stdin;
        if told.is_ok() {
            *held = Some(conversation);
        }
        told
    }

    fn refuse_other(kind: ObjectKind, answer: &Answer) -> Result<()> {
        if answer.kind == kind { Ok(()) } else { Err(damaged(kind, "it is something else")) }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Ready {
    fn take(&mut self, id: ObjectId) -> Option<Answer> {
        let answer = self.answers.remove(&id)?;
        self.bytes -= answer.bytes.as_ref().map_or(0, Vec::len);
        Some(answer)
    }

    fn keep(&mut self, id: ObjectId, answer: Answer) {
        if self.bytes > KEPT_BYTES {
            *self = Self::default();
        }
        self.bytes += answer.bytes.as_ref().map_or(0, Vec::len);
        if let Some(old) = self.answers.insert(id, answer) {
            self.bytes -= old.bytes.as_ref().map_or(0, Vec::len);
        }
    }
}

impl Objects for &Asked {
    fn read(&self, kind: ObjectKind, id: ObjectId) -> Result<Bytes<'_>> {
        let answer = self.answer(kind, id)?;
        Asked::refuse_other(kind, &answer)?;
        Ok(Bytes::Owned(answer.bytes.ok_or_else(|| damaged(kind, "it is too large"))?))
    }

    fn content(&self, id: ObjectId) -> Result<Content> {
        let answer = self.answer(ObjectKind::Blob, id)?;
        Asked::refuse_other(ObjectKind::Blob, &answer)?;
        Ok(match answer.bytes {
            Some(bytes) => Content::from_bytes(bytes),
            None => Content::TooLarge(answer.size),
        })
    }

    /// Has git itself walk, and tell what it finds.
    fn each_commit(&self, tip: ObjectId, look: &mut Look<'_>) -> Result<()> {
        let broken = |_| damaged(ObjectKind::Commit, "git could not walk the history");
        let tip = tip.to_string();
        let walk = ["rev-list", &tip];
        let mut walk = self.git.start(&self.folder, &walk, Stdio::null()).map_err(unable)?;
        let ids = walk.stdout.take().expect("stdout is piped");
        let mut conversation = Conversation::with(&self.git, &self.folder, Stdio::from(ids))?;
        let (mut known, mut read) = (Vec::new(), Ok(()));
        while read.is_ok() {
            read = match conversation.more() {
                Ok(false) => break,
                Ok(true) => conversation.next().and_then(|(id, answer)| {
                    let answer = answer
                        .ok_or_else(|| damaged(ObjectKind::Commit, &format!("{id} is missing")))?;
                    Asked::refuse_other(ObjectKind::Commit, &answer)?;
                    known.clear();
                    look(id, answer.bytes.as_deref().unwrap_or_default(), &mut known)
                }),
                Err(error) => Err(error),
            };
        }
        // Without a reader both end.
        conversation.end();
        let walked = walk.wait().map_err(broken)?;
        read?;
        if walked.success() { Ok(()) } else { Err(broken(io::ErrorKind::Other.into())) }
    }

    fn ahead(&self, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        let mut wanted: Vec<ObjectId> = ids.collect();
        wanted.sort_unstable();
        wanted.dedup();
        {
            let ready = lock(&self.ready);
            wanted.retain(|id| !ready.answers.contains_key(id));
        }
        self.ask(wanted.into_iter(), |id, answer| {
            if let Some(answer) = answer {
                lock(&self.ready).keep(id, answer);
            }
            Ok(())
        })
    }

    fn lacks(&self, kind: ObjectKind) -> bool {
        self.promised.as_ref().is_some_and(|promised| promised.lacks(kind))
    }

    fn bring(&self, kind: ObjectKind, ids: &mut dyn Iterator<Item = ObjectId>) -> Result<()> {
        match &self.promised {
            Some(promised) => promised.bring(&self.git, &self.folder, kind, ids),
            None => Ok(()),
        }
    }
}

fn unable(error: GitError) -> Error {
    Error::new(Kind::Git, error.to_string()).hint(error.hint())
}

/// Writes a line for each id.
fn ask_all(stdin: &mut ChildStdin, ids: impl Iterator<Item = ObjectId>) -> io::Result<()> {
    let mut stdin = io::BufWriter::new(stdin);
    for id in ids {
        writeln!(stdin, "{id}")?;
    }
    stdin.flush()
}

/// A running `git cat-file --batch`.
struct Conversation {
    child: Child,
    /// Where it is asked; nothing while somebody else does that.
    stdin: Option<ChildStdin>,
    stdout: Option<BufReader<ChildStdout>>,
}

impl Conversation {
    fn begin(git: &Git, folder: &Path) -> Result<Self> {
        Self::with(git, folder, Stdio::piped())
    }

    fn with(git: &Git, folder: &Path, asker: Stdio) -> Result<Self> {
        let mut child = git.start(folder, &["cat-file", "--batch"], asker).map_err(unable)?;
        let stdout = child.stdout.take().map(BufReader::new);
        Ok(Self { stdin: child.stdin.take(), stdout, child })
    }

    /// Whether there is another answer; waits for it.
    fn more(&mut self) -> Result<bool> {
        let buffer = self.stdout()?.fill_buf().map_err(|error| broken_off(&error))?;
        Ok(!buffer.is_empty())
    }

    /// The next answer.
    fn next(&mut self) -> Result<(ObjectId, Option<Answer>)> {
        let stdout = self.stdout()?;
        let mut line = String::new();
        stdout.read_line(&mut line).map_err(|error| broken_off(&error))?;
        let mut words = line.trim_end_matches('\n').split(' ');
        let (id, kind, size) = (words.next(), words.next(), words.next());
        let id = id.and_then(ObjectId::parse).ok_or_else(strange)?;
        let Some(size) = size else {
            return if kind == Some("missing") { Ok((id, None)) } else { Err(strange()) };
        };
        let kind = match kind {
            Some("commit") => ObjectKind::Commit,
            Some("tree") => ObjectKind::Tree,
            Some("blob") => ObjectKind::Blob,
            _ => ObjectKind::Other,
        };
        let size: u64 = size.parse().map_err(|_| strange())?;
        let bytes = read_bytes(stdout, kind, size).map_err(|error| broken_off(&error))?;
        Ok((id, Some(Answer { kind, size, bytes })))
    }

    fn stdout(&mut self) -> Result<&mut BufReader<ChildStdout>> {
        self.stdout.as_mut().ok_or_else(strange)
    }

    /// Listens no more, so that git ends.
    fn end(&mut self) {
        (self.stdin, self.stdout) = (None, None);
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        self.end();
        // Whatever it has to say about its end, nobody waits for.
        let _ = self.child.wait();
    }
}

/// Reads an object's bytes and the line's end behind them.
fn read_bytes(
    stdout: &mut BufReader<ChildStdout>,
    kind: ObjectKind,
    size: u64,
) -> io::Result<Option<Vec<u8>>> {
    if kind == ObjectKind::Blob && size > MAX_FILE_BYTES {
        io::copy(&mut stdout.take(size + 1), &mut io::sink())?;
        return Ok(None);
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size + 1).unwrap_or(0));
    stdout.take(size + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size + 1 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.pop();
    Ok(Some(bytes))
}

fn broken_off(error: &io::Error) -> Error {
    Error::new(Kind::Git, format!("`git cat-file` ended early: {error}"))
        .hint("`git fsck` tells what is damaged")
}

fn strange() -> Error {
    Error::new(Kind::Git, "`git cat-file` ended early, or said what was not understood")
        .hint("`git fsck` tells what is damaged")
}
