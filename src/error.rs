//! The one error type of the library: what kept a command from being done at all.
//!
//! A mistake in a user's file is never an [`Error`]; it is a
//! [`Diagnostic`](crate::diagnostic::Diagnostic) and travels as data.

use std::fmt;

/// What sort of failure an [`Error`] is; the command line maps all of them to exit code 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The command was asked for something that does not exist or makes no sense.
    Usage,
    /// No `goals.toml` was found, or it cannot be used.
    Workspace,
    /// Git, or the repository, refused.
    Git,
    /// A file could not be read or written.
    Io,
    /// A template of the report failed.
    Template,
}

/// A failure with its cure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The sort of failure.
    pub kind: Kind,
    /// What was being done, to what, and what was found: lower case, no full stop.
    pub message: String,
    /// What to do about it, where something can be said.
    pub hint: Option<String>,
}

/// The library's result.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Makes an error of `kind`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), hint: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Makes an input/output error that says what was being done to which path.
    pub fn io(doing: &str, path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::new(Kind::Io, format!("could not {doing} `{}`: {error}", path.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
