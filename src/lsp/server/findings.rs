//! Tells findings: of each file what has not been told already, and that they are gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gen_lsp_types::{PublishDiagnosticsParams, Uri};

use super::{Event, Server, Stage};
use crate::date::Date;
use crate::diagnostic::Diagnostic as Finding;
use crate::load::SETTINGS_FILE;
use crate::lsp::view::{View, inside};
use crate::lsp::{diagnostics, uri};
use crate::repo::{Content, News};

/// How findings are told.
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// What was told of a file.
pub(super) struct Shown {
    root: PathBuf,
    uri: Uri,
    version: Option<i32>,
    findings: Vec<Finding>,
    /// The file as it was then, and the others that the findings point to.
    texts: Vec<Option<Content>>,
}

impl Server {
    /// Tells the findings of every workspace in which something changed.
    pub(super) fn tell_findings(&mut self) {
        if self.stage != Stage::Open {
            return;
        }
        let Ok(today) = (self.surroundings.today)() else { return };
        let roots: Vec<PathBuf> = self.desks.keys().cloned().collect();
        for root in roots {
            self.tell_findings_of(&root, today);
        }
    }

    fn tell_findings_of(&mut self, root: &Path, today: Date) {
        let Some(desk) = self.desks.get_mut(root) else { return };
        if !desk.is_news(today) {
            return;
        }
        let settings = root.join(SETTINGS_FILE);
        let is_there = settings.is_file() || self.buffers.get(&settings).is_some();
        if !is_there {
            self.desks.remove(root);
            return self.show_nothing(root);
        }
        let analysis = match desk.analysis(&self.buffers, today) {
            Ok(analysis) => analysis,
            Err(error) => {
                let problem = error.message;
                desk.told(today);
                return self.log(&problem);
            }
        };
        let view = View { analysis, client: &self.client, buffers: &self.buffers };
        let page = |rule: &str| self.pages.as_ref().map(|pages| pages.uri(rule));
        let news = news(&view, &self.shown);
        // Who is told of a workspace also clears away the one before, which takes its time.
        self.past.look(root, &analysis.workspace);
        let mut told = Vec::with_capacity(news.len());
        for (path, shown) in news {
            let diagnostics = diagnostics::shown(&view, &shown.findings, page);
            let (uri, version) = (shown.uri.clone(), shown.version);
            told.push(PublishDiagnosticsParams { uri, version, diagnostics });
            match shown.findings.is_empty() && shown.version.is_none() {
                true => self.shown.remove(&path),
                false => self.shown.insert(path, shown),
            };
        }
        desk.told(today);
        if !self.client.watches {
            let events = self.events.clone();
            let root = root.to_owned();
            desk.watch(move |news| {
                let paths = match news {
                    News::At(paths) => paths,
                    News::Anywhere => vec![root.clone()],
                };
                drop(events.send(Event::Files(paths)));
            });
        }
        told.iter().for_each(|told| self.notify(PUBLISH, told));
    }

    /// Takes back what was told of a workspace that is gone.
    fn show_nothing(&mut self, root: &Path) {
        let (gone, left) =
            std::mem::take(&mut self.shown).into_iter().partition(|(_, shown)| shown.root == root);
        self.shown = left;
        let gone: BTreeMap<PathBuf, Shown> = gone;
        for shown in gone.into_values() {
            self.notify(PUBLISH, &PublishDiagnosticsParams::new(shown.uri, None, Vec::new()));
        }
    }
}

/// What there is to tell of the files of a workspace that has not been told: of those with findings, of
/// those that had some, and of those that are open, by full path.
fn news(view: &View<'_>, told: &BTreeMap<PathBuf, Shown>) -> Vec<(PathBuf, Shown)> {
    let root = &view.analysis.root;
    // They lie side by side, by file.
    let by_file = view.analysis.findings().chunk_by(|one, other| path_of(one) == path_of(other));
    let mut found: BTreeMap<PathBuf, &[Finding]> =
        by_file.map(|findings| (root.join(path_of(&findings[0])), findings)).collect();
    // What lies in another workspace inside this one is for that to tell.
    let is_ours = |path: &&Path| told.get(*path).is_none_or(|shown| shown.root == *root);
    let open = view.buffers.below(root).map(|(path, _)| path).filter(is_ours);
    let known = told.iter().filter(|(_, shown)| shown.root == *root).map(|(path, _)| &**path);
    for path in open.chain(known) {
        if !found.contains_key(path) {
            found.insert(path.to_owned(), &[]);
        }
    }
    let shown = |(path, findings): (PathBuf, &[Finding])| {
        let buffer = view.buffers.get(&path);
        let before = told.get(&path);
        let version = buffer.map(|buffer| buffer.version);
        let texts = texts(view, &path, findings);
        let is_told = before.is_some_and(|before| {
            before.version == version && before.findings == findings && before.texts == texts
        });
        if is_told {
            return None;
        }
        let uri = match (buffer, before) {
            (Some(buffer), _) => buffer.uri.clone(),
            (None, Some(shown)) => shown.uri.clone(),
            (None, None) => uri::of(&path),
        };
        Some((path, Shown { root: root.clone(), uri, version, findings: findings.to_vec(), texts }))
    };
    found.into_iter().filter_map(shown).collect()
}

/// The path of the file that a finding lies in, from the root.
fn path_of(finding: &Finding) -> &str {
    &finding.primary.place.path
}

/// The files that positions in findings of a file belong to.
fn texts(view: &View<'_>, path: &Path, findings: &[Finding]) -> Vec<Option<Content>> {
    let files = &view.analysis.workspace.snapshot;
    let own = inside(&view.analysis.root, path);
    let related = findings.iter().flat_map(|finding| &finding.related);
    let related = related.map(|label| label.place.path.as_str());
    own.as_deref().into_iter().chain(related).map(|path| files.get(path).cloned()).collect()
}
