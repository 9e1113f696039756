//! Every document of a workspace in one go.

use std::sync::Arc;

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
    pub plans: Vec<(Arc<str>, Arc<PlanDoc>)>,
    /// Check-ins files by path.
    pub checkins: Vec<(Arc<str>, Arc<CheckinsDoc>)>,
}

/// Whichever document a file is.
#[derive(Debug, Clone)]
enum Document {
    Plan(Arc<PlanDoc>),
    Checkins(Arc<CheckinsDoc>),
    /// It has no text.
    Unreadable,
}

/// What was read of the files of a workspace, for when most of them are read again as they were.
#[derive(Debug, Default)]
pub struct Known {
    /// By path.
    files: Vec<(Arc<str>, Parsed)>,
}

/// A file and what was read of it.
#[derive(Debug, Clone)]
struct Parsed {
    content: Content,
    document: Document,
    findings: Arc<[Diagnostic]>,
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
    documents_again(snapshot, settings, folder, &mut Known::default())
}

/// The same; files that are as they are `known` are not read again. What is known then is this
/// workspace.
pub fn documents_again(
    snapshot: &Snapshot,
    settings: SettingsDoc,
    folder: &str,
    known: &mut Known,
) -> (Documents, Vec<Diagnostic>) {
    let mut before = std::mem::take(&mut known.files).into_iter().peekable();
    let mut as_before = |path: &Arc<str>, content: &Content| {
        while before.next_if(|(known, _)| known < path).is_some() {}
        before.next_if(|(known, parsed)| known == path && parsed.content == *content)
    };
    let files = snapshot.below(folder).filter(|(path, _)| path.ends_with(".toml"));
    let files: Vec<_> =
        files.map(|(path, content)| (path, content, as_before(path, content))).collect();
    // A model keeps the plans and copies the records: made apart, they do not lie among each other in memory, and all
    // that the records took is given back.
    let (records, plans): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|(path, ..)| path.ends_with(CHECKINS_SUFFIX));
    for files in [plans, records] {
        known.files.par_extend(files.into_par_iter().map(|(path, content, as_before)| {
            as_before.unwrap_or_else(|| (Arc::clone(path), parsed(path, content)))
        }));
    }
    known.files.sort_by(|(one, _), (other, _)| one.cmp(other));
    let mut documents = Documents { settings, ..Documents::default() };
    let mut findings = Vec::new();
    for (path, parsed) in &known.files {
        findings.extend(parsed.findings.iter().cloned());
        let path = Arc::clone(path);
        match &parsed.document {
            Document::Plan(plan) => documents.plans.push((path, Arc::clone(plan))),
            Document::Checkins(checkins) => documents.checkins.push((path, Arc::clone(checkins))),
            Document::Unreadable => {}
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

fn parsed(path: &str, content: &Content) -> Parsed {
    let (document, findings) = match content {
        Content::Text(text) if path.ends_with(CHECKINS_SUFFIX) => {
            let (document, findings) = checkins(path, text);
            (Document::Checkins(Arc::new(document)), findings)
        }
        Content::Text(text) => {
            let (document, findings) = plan(path, text);
            (Document::Plan(Arc::new(document)), findings)
        }
        _ => (Document::Unreadable, vec![unreadable(path, content)]),
    };
    Parsed { content: content.clone(), document, findings: findings.into() }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is known must not show: each reading is as one from scratch.
    #[test]
    fn what_is_known_makes_no_difference() {
        let (plan, records) = ("goals/2026/a.toml", "goals/2026/a.checkins.toml");
        let mut known = Known::default();
        for files in [
            vec![(plan, "title = \"A\"\n"), (records, "2026-01-01 = 1\n")],
            vec![(plan, "title = 3\n"), (records, "2026-01-01 = 1\n")],
            vec![(records, "2026-01-01 = 1\n")],
            vec![(plan, "title = \"A\"\n"), (records, "2026-01-0 = 1\n")],
        ] {
            let snapshot: Snapshot = files.into_iter().collect();
            let again = documents_again(&snapshot, SettingsDoc::default(), "goals", &mut known);
            assert_eq!(again, documents(&snapshot, SettingsDoc::default(), "goals"));
        }
    }
}
