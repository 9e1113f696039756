//! What the editor tells of documents, files and folders, and the workspaces that they lie in.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use gen_lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, DidSaveTextDocumentParams, Uri,
    WorkspaceFolder,
};
use serde_json::Value;

use super::Server;
use crate::load::SETTINGS_FILE;
use crate::lsp::buffers::{Buffer, Changed};
use crate::lsp::desk::Desk;
use crate::lsp::uri;
use crate::lsp::view::settled;
use crate::repo;

impl Server {
    pub(super) fn opened(&mut self, params: Value) {
        let Some(params) = self.read::<DidOpenTextDocumentParams>(params) else {
            return;
        };
        let document = params.text_document;
        let Some(path) = path_of(&document.uri) else { return };
        if let Some(folder) = path.parent() {
            self.look_for_workspace(folder);
        }
        let buffer = Buffer { uri: document.uri, version: document.version, text: document.text };
        self.buffers.open(path.clone(), buffer);
        self.touch(&path);
    }

    pub(super) fn changed(&mut self, params: Value) {
        let Some(params) = self.read::<DidChangeTextDocumentParams>(params) else {
            return;
        };
        let document = params.text_document;
        let uri = &document.text_document_identifier.uri;
        let Some(path) = path_of(uri) else { return };
        let (version, encoding) = (document.version, self.client.encoding);
        match self.buffers.change(&path, version, params.content_changes, encoding) {
            Changed::Yes => self.touch(&path),
            Changed::Stale => self.log(&format!("version {version} of {uri} came too late")),
            Changed::Unknown => self.log(&format!("{uri} changed and is not open")),
        }
    }

    pub(super) fn closed(&mut self, params: Value) {
        let Some(params) = self.read::<DidCloseTextDocumentParams>(params) else {
            return;
        };
        let Some(path) = path_of(&params.text_document.uri) else { return };
        if self.buffers.close(&path) {
            self.forget(&[path]);
        }
    }

    pub(super) fn saved(&mut self, params: Value) {
        let Some(params) = self.read::<DidSaveTextDocumentParams>(params) else {
            return;
        };
        let Some(path) = path_of(&params.text_document.uri) else { return };
        if let Some(folder) = path.parent() {
            self.look_for_workspace(folder);
        }
        let is_watched = self.client.watches;
        if let Some(desk) = self.root_of(&path).and_then(|root| self.desks.get_mut(&root)) {
            desk.saved(&path, is_watched);
        }
    }

    pub(super) fn files_changed(&mut self, params: Value) {
        let Some(params) = self.read::<DidChangeWatchedFilesParams>(params) else {
            return;
        };
        let paths = params.changes.iter().filter_map(|change| path_of(&change.uri));
        let paths: Vec<PathBuf> = paths.collect();
        self.look_again(&paths);
    }

    /// Files came, changed or went on the disk.
    pub(super) fn look_again(&mut self, paths: &[PathBuf]) {
        if paths.iter().any(|path| path.file_name().is_some_and(|name| name == SETTINGS_FILE)) {
            let buffers: Vec<PathBuf> = self.buffers.paths().map(Path::to_owned).collect();
            let folders = self.client.folders.clone();
            let of_buffers = buffers.iter().filter_map(|path| path.parent().map(Path::to_owned));
            folders
                .into_iter()
                .chain(of_buffers)
                .for_each(|folder| self.look_for_workspace(&folder));
        }
        self.forget(paths);
    }

    pub(super) fn folders_changed(&mut self, params: Value) {
        let Some(params) = self.read::<DidChangeWorkspaceFoldersParams>(params) else {
            return;
        };
        let path = |folder: &WorkspaceFolder| uri::path(&folder.uri.0);
        let removed: BTreeSet<PathBuf> = params.event.removed.iter().filter_map(path).collect();
        self.client.folders.retain(|folder| !removed.contains(folder));
        for folder in params.event.added.iter().filter_map(path) {
            self.look_for_workspace(&folder);
            self.client.folders.push(folder);
        }
    }

    /// Looks after the workspace around a folder, if there is one.
    pub(super) fn look_for_workspace(&mut self, folder: &Path) {
        let existing = folder.ancestors().find(|folder| folder.is_dir());
        let Some(root) = existing.and_then(|folder| repo::find_root(folder, SETTINGS_FILE).ok())
        else {
            return;
        };
        self.desks.entry(root.clone()).or_insert_with(|| Desk::new(root));
    }

    pub(super) fn root_of_uri(&self, uri: &str) -> Option<PathBuf> {
        self.root_of(&settled(&uri::path(uri)?))
    }

    /// The innermost workspace that a file lies in.
    pub(super) fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let root = path.ancestors().find(|folder| self.desks.contains_key(*folder));
        root.map(Path::to_owned)
    }

    /// An open document changed.
    pub(super) fn touch(&mut self, path: &Path) {
        if let Some(desk) = self.root_of(path).and_then(|root| self.desks.get_mut(&root)) {
            desk.touch();
        }
    }

    /// Files may have changed on the disk.
    pub(super) fn forget(&mut self, paths: &[PathBuf]) {
        let mut by_root: BTreeMap<PathBuf, Vec<PathBuf>> = BTreeMap::new();
        for path in paths {
            if let Some(root) = self.root_of(path) {
                by_root.entry(root).or_default().push(path.clone());
            }
        }
        for (root, paths) in by_root {
            if let Some(desk) = self.desks.get_mut(&root) {
                desk.forget(&paths);
            }
        }
    }
}

/// The path of a file that an address names, as it is known by.
fn path_of(uri: &Uri) -> Option<PathBuf> {
    uri::path(&uri.0).map(|path| settled(&path))
}
