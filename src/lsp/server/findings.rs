//! Tells findings: of each file what has not been told already, and that they are gone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use gen_lsp_types::{PublishDiagnosticsParams, Uri};

use super::{Event, Server, Stage};
use crate::date::Date;
use crate::diagnostic::Diagnostic as Finding;
use crate::load::SETTINGS_FILE;
use crate::lsp::buffers::Buffer;
use crate::lsp::view::{View, inside};
use crate::lsp::{diagnostics, uri};
use crate::pipeline::Workspace;
use crate::repo::News;

/// How findings are told.
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// What was told of a workspace.
#[derive(Default)]
pub(super) struct Shown {
    /// By the file's path from the root.
    files: BTreeMap<String, ShownFile>,
    /// The workspace as it was then: positions belong to its texts.
    workspace: Option<Arc<Workspace>>,
}

/// The addresses and versions of open documents, by path from the root.
type Open = BTreeMap<String, (Uri, i32)>;

/// What was told of a file.
struct ShownFile {
    uri: Uri,
    version: Option<i32>,
    findings: Vec<Arc<Finding>>,
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
        if !self.desks.get(root).is_some_and(|desk| desk.is_news(today)) {
            return;
        }
        let settings = root.join(SETTINGS_FILE);
        let is_there = settings.is_file() || self.buffers.get(&settings).is_some();
        if !is_there {
            self.desks.remove(root);
            return self.show_nothing(root);
        }
        let open = self.open_in(root);
        let Some(desk) = self.desks.get_mut(root) else { return };
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
        let shown = self.shown.entry(root.to_owned()).or_default();
        let news = news(&view, shown, &open);
        // Who is told of a workspace also clears away the one before, which takes its time.
        self.past.look(root, &analysis.workspace);
        let mut told = Vec::with_capacity(news.len());
        for (path, file) in news {
            let diagnostics = diagnostics::shown(&view, &file.findings, page);
            let (uri, version) = (file.uri.clone(), file.version);
            told.push(PublishDiagnosticsParams { uri, version, diagnostics });
            match file.findings.is_empty() && file.version.is_none() {
                true => shown.files.remove(&path),
                false => shown.files.insert(path, file),
            };
        }
        shown.workspace = Some(Arc::clone(&analysis.workspace));
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

    /// The open documents of a workspace; not those of another one inside it.
    fn open_in(&self, root: &Path) -> Open {
        let below = self.buffers.below(root);
        let ours = below.filter(|(path, _)| self.root_of(path).is_some_and(|own| own == root));
        let named = |(path, buffer): (&Path, &Buffer)| {
            Some((inside(root, path)?, (buffer.uri.clone(), buffer.version)))
        };
        ours.filter_map(named).collect()
    }

    /// Takes back what was told of a workspace that is gone.
    fn show_nothing(&mut self, root: &Path) {
        let gone = self.shown.remove(root).unwrap_or_default();
        for file in gone.files.into_values() {
            self.notify(PUBLISH, &PublishDiagnosticsParams::new(file.uri, None, Vec::new()));
        }
    }
}

/// What there is to tell of the files of a workspace that has not been told: of those with findings, of
/// those that had some, and of those that are open, by path from the root.
fn news(view: &View<'_>, told: &Shown, open: &Open) -> Vec<(String, ShownFile)> {
    let workspace = &view.analysis.workspace;
    // They lie side by side, by file.
    let by_file = view.analysis.findings().chunk_by(|one, other| path_of(one) == path_of(other));
    let mut found: BTreeMap<&str, &[Arc<Finding>]> =
        by_file.map(|findings| (path_of(&findings[0]), findings)).collect();
    for path in open.keys().chain(told.files.keys()) {
        found.entry(path).or_default();
    }
    let changed = told.workspace.as_ref();
    let changed = changed.map(|before| workspace.snapshot.changed_since(&before.snapshot));
    let changed = changed.unwrap_or_default();
    let shown = |(path, findings): (&str, &[Arc<Finding>])| {
        let open = open.get(path);
        let before = told.files.get(path);
        let version = open.map(|(_, version)| *version);
        let is_told = before.is_some_and(|before| {
            before.version == version
                && before.findings == findings
                && !points_to(path, findings, &changed)
        });
        if is_told {
            return None;
        }
        let uri = match (open, before) {
            (Some((uri, _)), _) => uri.clone(),
            (None, Some(shown)) => shown.uri.clone(),
            (None, None) => uri::of(&view.analysis.root.join(path)),
        };
        Some((path.to_owned(), ShownFile { uri, version, findings: findings.to_vec() }))
    };
    found.into_iter().filter_map(shown).collect()
}

/// The path of the file that a finding lies in, from the root.
fn path_of(finding: &Finding) -> &str {
    &finding.primary.place.path
}

/// Tells whether positions in findings of a file belong to one of these files.
fn points_to(path: &str, findings: &[Arc<Finding>], files: &BTreeSet<&str>) -> bool {
    let related = findings.iter().flat_map(|finding| &finding.related);
    let mut paths = related.map(|label| label.place.path.as_str()).chain([path]);
    paths.any(|path| files.contains(path))
}
