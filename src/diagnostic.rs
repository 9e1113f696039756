//! Findings: what is wrong in a user's file, where, and what to do about it.
//!
//! A [`Diagnostic`] is data. Any stage may make one; which level it has in a workspace, and how it
//! is shown, is decided further down the pipeline.

use std::borrow::Borrow;

use crate::text::Span;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Worth knowing.
    Info,
    /// Should be mended.
    Warning,
    /// Must be mended.
    Error,
}

impl Level {
    /// The word for it, as settings and outputs spell it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A span in a file of the workspace.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path from the workspace's root, with `/`.
    pub path: String,
    /// Bytes in that file.
    pub span: Span,
}

impl Place {
    /// Makes a place.
    pub fn new(path: impl Into<String>, span: Span) -> Self {
        Self { path: path.into(), span }
    }
}

/// A place and what is to be said about it; the text may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub place: Place,
    /// What is there: lower case, no full stop.
    pub text: String,
}

/// One replacement of bytes in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes away; an empty span where something is put in.
    pub place: Place,
    /// What comes in its place.
    pub with: String,
}

impl Edit {
    /// Makes an edit.
    pub fn new(place: Place, with: impl Into<String>) -> Self {
        Self { place, with: with.into() }
    }
}

/// The edits that mend a finding. They belong together, lie in the finding's own file and do not
/// overlap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// The edits, at least one.
    pub edits: Vec<Edit>,
}

/// One finding of one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's name, the same in the output, the settings and the documentation.
    pub rule: &'static str,
    /// Its weight: an error, until the workspace's levels have been applied.
    pub level: Level,
    /// What was found and what was expected: lower case, no full stop, names in backticks.
    pub message: String,
    /// The place that is at fault.
    pub primary: Label,
    /// Other places that explain it, also in other files.
    pub related: Vec<Label>,
    /// A command or an edit that mends it.
    pub help: Option<String>,
    /// The edits that certainly mend it: nothing else can have been meant.
    pub fix: Option<Fix>,
    /// The edits that make it what was probably meant, for people to choose where nothing is certain.
    pub guess: Option<Fix>,
}

impl Diagnostic {
    /// Makes an error of `rule` at `place`.
    pub fn new(rule: &'static str, message: impl Into<String>, place: Place) -> Self {
        Self {
            rule,
            level: Level::Error,
            message: message.into(),
            primary: Label { place, text: String::new() },
            related: Vec::new(),
            help: None,
            fix: None,
            guess: None,
        }
    }

    /// Says something at the place that is at fault.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points to another place as well.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.related.push(Label { place, text: text.into() });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says how to mend it, where that is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Mends it by putting `with` in the place of a span of its own file.
    #[must_use]
    pub fn fix(self, span: Span, with: impl Into<String>) -> Self {
        self.maybe_fix(Some(vec![(span, with.into())]))
    }

    /// Mends it by replacing spans of its own file, where it is certain how.
    #[must_use]
    pub fn maybe_fix(mut self, edits: Option<Vec<(Span, String)>>) -> Self {
        self.fix = self.own_edits(edits);
        self
    }

    /// Offers to replace spans of its own file, where something near to what stands there is known.
    #[must_use]
    pub fn maybe_guess(mut self, edits: Option<Vec<(Span, String)>>) -> Self {
        self.guess = self.own_edits(edits);
        self
    }

    fn own_edits(&self, edits: Option<Vec<(Span, String)>>) -> Option<Fix> {
        let path = &self.primary.place.path;
        let edit = |(span, with)| Edit::new(Place::new(path, span), with);
        edits
            .map(|edits| Fix { edits: edits.into_iter().map(edit).collect() })
            .filter(|fix| !fix.edits.is_empty())
    }
}

/// Sorts findings by file, then by place, then by rule.
pub fn sort(diagnostics: &mut [impl Borrow<Diagnostic>]) {
    diagnostics.sort_by(|a, b| {
        let (a, b) = (a.borrow(), b.borrow());
        (&a.primary.place, a.rule, &a.message).cmp(&(&b.primary.place, b.rule, &b.message))
    });
}
