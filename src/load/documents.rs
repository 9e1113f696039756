//! Every document of a workspace in one go.

use rayon::prelude::*;

use super::{CheckinsDoc, PlanDoc, SettingsDoc, checkins, plan, settings};
use crate::diagnostic::{Diagnostic, Place};
use crate::repo::{Content, MAX_FILE_BYTES, Snapshot};
use crate::text::Span;

/// The file that makes a folder a workspace.
pub const SETTINGS_FILE: &str = "goals.toml";
/// What the name of a check-ins file ends with.
pub const CHECKINS_SUFFIX: &str = ".checkins.toml";

/// What a workspace's files say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Documents {
    /// `goals.toml`.
    pub settings: SettingsDoc,
    /// Plans by path.
    pub plans: Vec<(String, PlanDoc)>,
    /// Check-ins files by path.
    pub checkins: Vec<(String, CheckinsDoc)>,
}

/// Whichever document a file is.
enum Document {
    Plan(Box<PlanDoc>),
    Checkins(CheckinsDoc),
}

/// Reads `goals.toml` from a snapshot.
pub fn settings_of(snapshot: &Snapshot) -> (SettingsDoc, Vec<Diagnostic>) {
    match snapshot.get(SETTINGS_FILE) {
        Some(Content::Text(text)) => settings(SETTINGS_FILE, text),
        Some(content) => (SettingsDoc::default(), vec![unreadable(SETTINGS_FILE, content)]),
        None => settings(SETTINGS_FILE, ""),
    }
}

/// Reads every plan and check-ins file below `folder`, in parallel, in the order of their paths.
pub fn documents(
    snapshot: &Snapshot,
    settings: SettingsDoc,
    folder: &str,
) -> (Documents, Vec<Diagnostic>) {
    let files: Vec<(&str, &Content)> =
        snapshot.below(folder).filter(|(path, _)| path.ends_with(".toml")).collect();
    let read: Vec<(&str, Option<Document>, Vec<Diagnostic>)> =
        files.into_par_iter().map(|(path, content)| document(path, content)).collect();
    let mut documents = Documents { settings, ..Documents::default() };
    let mut findings = Vec::new();
    for (path, document, found) in read {
        findings.extend(found);
        match document {
            Some(Document::Plan(plan)) => documents.plans.push((path.to_owned(), *plan)),
            Some(Document::Checkins(checkins)) => {
                documents.checkins.push((path.to_owned(), checkins))
            }
            None => {}
        }
    }
    if documents.plans.len() > super::MAX_GOALS {
        let all = documents.plans.len();
        let message = format!("{all} goals; a workspace may have at most {}", super::MAX_GOALS);
        let place = Place::new(SETTINGS_FILE, Span::default());
        findings.push(
            Diagnostic::new("syntax", message, place).help("split it into several workspaces"),
        );
    }
    (documents, findings)
}

fn document<'a>(path: &'a str, content: &Content) -> (&'a str, Option<Document>, Vec<Diagnostic>) {
    let Content::Text(text) = content else { return (path, None, vec![unreadable(path, content)]) };
    if path.ends_with(CHECKINS_SUFFIX) {
        let (document, findings) = checkins(path, text);
        (path, Some(Document::Checkins(document)), findings)
    } else {
        let (document, findings) = plan(path, text);
        (path, Some(Document::Plan(Box::new(document))), findings)
    }
}

fn unreadable(path: &str, content: &Content) -> Diagnostic {
    let place = Place::new(path, Span::default());
    match content {
        Content::TooLarge(bytes) => {
            let message = format!("{bytes} bytes; a goal file may have at most {MAX_FILE_BYTES}");
            Diagnostic::new("syntax", message, place).help("split it, or move long texts elsewhere")
        }
        Content::NotUtf8(at) => {
            let message = format!("not UTF-8 from byte {at} on");
            Diagnostic::new("syntax", message, place).help("save the file as UTF-8")
        }
        Content::Text(_) => Diagnostic::new("syntax", "unreadable", place),
    }
}
