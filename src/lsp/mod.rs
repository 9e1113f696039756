//! The language server: the pipeline behind an editor.
//!
//! Messages come in one by one and are answered in that order, from the newest text there is. An
//! answer is a function of an `Analysis`, which is a workspace at a moment:
//! its files with what is not saved laid over them, what they say, and their figures. Findings are
//! sent when no message is waiting, so that many changes in a row are checked once.
//!
//! This module knows no rule, no formula and no TOML; it turns places into positions and results
//! into messages. It is the only one that knows the protocol's types. Streams, the clock and the
//! current folder are handed in.

mod actions;
mod analysis;
mod buffers;
mod client;
mod commands;
mod completion;
mod desk;
mod diagnostics;
mod edits;
mod folding;
mod formatting;
mod hints;
mod hover;
mod lens;
mod matching;
mod named;
mod navigation;
mod pages;
mod past;
mod place;
mod position;
mod rename;
mod requests;
mod server;
mod snippet;
mod symbols;
mod today;
mod uri;
mod view;
mod wire;
mod words;

use std::io::{BufReader, Read, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use lsp_server::Connection;

use crate::date::Date;
use crate::error::Result;

/// What the server needs to know of the world around it.
pub struct Surroundings {
    /// Tells today's date.
    pub today: Box<dyn Fn() -> Result<Date> + Send>,
    /// The folder to look for a workspace in where the editor names none.
    pub folder: PathBuf,
    /// Whether what was read of the history is kept in the repository for the next time.
    pub keeps_histories: bool,
    /// The folder into which the rules' pages are written, so that findings can link to them;
    /// without one they do not.
    pub pages: Option<PathBuf>,
}

/// How the conversation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// As the protocol wants it: `shutdown`, then `exit`.
    Orderly,
    /// The editor went away, or left without a word.
    Abrupt,
}

/// Answers an editor over two streams until it leaves.
pub fn run(
    input: impl Read + Send + 'static,
    output: impl Write + Send + 'static,
    surroundings: Surroundings,
) -> Ending {
    let (near, far) = Connection::memory();
    let output = Arc::new(Mutex::new(output));
    let Connection { sender, receiver } = far;
    let refusals = Arc::clone(&output);
    let say = |output: &Mutex<_>, message| {
        let mut output = output.lock().unwrap_or_else(PoisonError::into_inner);
        wire::write(&mut *output, &message)
    };
    std::thread::spawn(move || {
        let mut input = BufReader::new(input);
        while let Ok(Some(incoming)) = wire::read(&mut input) {
            let passed_on = match incoming {
                wire::Incoming::Message(message) => sender.send(message).is_ok(),
                wire::Incoming::Malformed(refusal) => say(&refusals, refusal).is_ok(),
            };
            if !passed_on {
                break;
            }
        }
    });
    let writer = std::thread::spawn(move || {
        for message in receiver {
            if say(&output, wire::json_of(&message)).is_err() {
                break;
            }
        }
    });
    let ending = serve(near, surroundings);
    // What was said last is still to be written.
    let _ = writer.join();
    ending
}

/// Answers an editor over a connection until it leaves.
pub fn serve(connection: Connection, surroundings: Surroundings) -> Ending {
    server::serve(connection, surroundings)
}
