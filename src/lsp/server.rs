//! The loop: takes messages in their order, keeps buffers and workspaces, dispatches requests, and
//! tells findings when nothing is waiting.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use gen_lsp_types::{PublishDiagnosticsParams, Uri};
use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::buffers::{Buffer, Buffers, Changed};
use super::client::Client;
use super::desk::Desk;
use super::pages::Pages;
use super::past::{Past, Told};
use super::requests::{self, Refused};
use super::view::{View, inside, settled};
use super::{Ending, Surroundings, diagnostics, uri};
use crate::date::Date;
use crate::diagnostic::Diagnostic as Finding;
use crate::load::SETTINGS_FILE;
use crate::repo::{self, Content};

/// How often the editor's process is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How findings are told.
const PUBLISH: &str = "textDocument/publishDiagnostics";

/// Something to react to.
enum Event {
    /// The editor says something.
    Client(Message),
    /// The editor is gone.
    Gone,
    /// A history was read.
    Past(Told),
    /// Files changed on the disk.
    Files(Vec<PathBuf>),
}

/// What is next, in the order in which it came.
enum Waiting {
    Message(Message),
    /// Files changed on the disk.
    Files(Vec<PathBuf>),
    /// There will be no more.
    End,
}

/// Answers an editor until it leaves.
pub(super) fn serve(connection: Connection, surroundings: Surroundings) -> Ending {
    let Connection { sender, receiver } = connection;
    let (tell, events) = mpsc::channel();
    let (of_past, of_files) = (tell.clone(), tell.clone());
    std::thread::spawn(move || {
        for message in receiver {
            if tell.send(Event::Client(message)).is_err() {
                return;
            }
        }
        let _ = tell.send(Event::Gone);
    });
    let past = Past::begin(surroundings.keeps_histories, move |told| {
        let _ = of_past.send(Event::Past(told));
    });
    let mut server = Server {
        // An editor that no longer listens will be seen to be gone.
        say: Box::new(move |message| drop(sender.send(message))),
        surroundings,
        past,
        events: of_files,
        pages: None,
        stage: Stage::New,
        client: Client::default(),
        buffers: Buffers::default(),
        desks: BTreeMap::new(),
        shown: BTreeMap::new(),
        asked: 0,
    };
    server.run(&events)
}

/// How far the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Nothing but `initialize` is answered.
    New,
    /// Everything is.
    Open,
    /// Nothing but `exit` is awaited.
    Closing,
}

struct Server {
    say: Box<dyn Fn(Message)>,
    surroundings: Surroundings,
    past: Past,
    /// The way to itself, for what happens elsewhere.
    events: Sender<Event>,
    pages: Option<Pages>,
    stage: Stage,
    client: Client,
    buffers: Buffers,
    /// The workspaces by their roots.
    desks: BTreeMap<PathBuf, Desk>,
    /// What was last told of each file.
    shown: BTreeMap<PathBuf, Shown>,
    /// How many requests were made of the editor.
    asked: i32,
}

/// What was told of a file.
struct Shown {
    root: PathBuf,
    uri: Uri,
    version: Option<i32>,
    findings: Vec<Finding>,
    /// The file as it was then, and the others that the findings point to.
    texts: Vec<Option<Content>>,
}

impl Server {
    fn run(&mut self, events: &Receiver<Event>) -> Ending {
        let mut waiting = VecDeque::new();
        loop {
            match events.recv_timeout(LOOK_EVERY) {
                Ok(event) => self.take(event, &mut waiting),
                Err(RecvTimeoutError::Timeout) if self.client.is_gone() => return Ending::Abrupt,
                // At midnight everything is told anew.
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ending::Abrupt,
            }
            loop {
                // What came in meanwhile may take back what waits.
                events.try_iter().for_each(|event| self.take(event, &mut waiting));
                let Some(message) = waiting.pop_front() else { break };
                if let Some(ending) = self.react(message) {
                    return ending;
                }
            }
            self.guarded("the findings", Self::tell_findings);
        }
    }

    /// Takes an event in; messages wait for their turn.
    fn take(&mut self, event: Event, waiting: &mut VecDeque<Waiting>) {
        match event {
            Event::Gone => waiting.push_back(Waiting::End),
            Event::Past(told) => self.remember(told),
            Event::Files(paths) => waiting.push_back(Waiting::Files(paths)),
            Event::Client(Message::Notification(notice)) if notice.method == "$/cancelRequest" => {
                self.cancel(&notice.params, waiting);
            }
            Event::Client(message) => waiting.push_back(Waiting::Message(message)),
        }
    }

    /// Takes back a request that has not been answered yet.
    fn cancel(&self, params: &Value, waiting: &mut VecDeque<Waiting>) {
        let Some(id) = params.get("id").cloned() else { return };
        let Ok(id) = serde_json::from_value::<RequestId>(id) else { return };
        let is_meant = |one: &Waiting| matches!(one, Waiting::Message(Message::Request(request)) if request.id == id);
        if let Some(at) = waiting.iter().position(is_meant) {
            waiting.remove(at);
            self.refuse(id, ErrorCode::RequestCanceled, "taken back".to_owned());
        }
    }

    /// Reacts to what is next; tells how it ended, if it did.
    fn react(&mut self, next: Waiting) -> Option<Ending> {
        match next {
            Waiting::End => Some(Ending::Abrupt),
            Waiting::Files(paths) => {
                self.guarded("files on the disk", |server| server.look_again(&paths));
                None
            }
            Waiting::Message(Message::Request(request)) => {
                let id = request.id.clone();
                if !self.guarded(&request.method.clone(), |server| server.answer(request)) {
                    self.refuse(
                        id,
                        ErrorCode::InternalError,
                        "this should not have happened".to_owned(),
                    );
                }
                None
            }
            Waiting::Message(Message::Notification(notice)) if notice.method == "exit" => {
                Some(if self.stage == Stage::Closing { Ending::Orderly } else { Ending::Abrupt })
            }
            Waiting::Message(Message::Notification(notice)) => {
                if self.stage == Stage::Open {
                    self.guarded(&notice.method.clone(), |server| server.note(notice));
                }
                None
            }
            // Nothing is asked whose answer matters.
            Waiting::Message(Message::Response(_)) => None,
        }
    }

    /// Does something, and goes on if it fails; whether it went well.
    fn guarded(&mut self, what: &str, act: impl FnOnce(&mut Self)) -> bool {
        let done = catch_unwind(AssertUnwindSafe(|| act(self))).is_ok();
        if !done {
            self.log(&format!("a mistake in goals: {what} failed"));
        }
        done
    }

    fn answer(&mut self, request: Request) {
        let Request { id, method, params } = request;
        match (self.stage, method.as_str()) {
            (Stage::New, "initialize") => {
                let result = self.initialize(&params);
                self.reply(id, result);
            }
            (Stage::New, _) => {
                self.refuse(id, ErrorCode::ServerNotInitialized, "not initialized yet".to_owned());
            }
            (Stage::Closing, _) => {
                self.refuse(id, ErrorCode::InvalidRequest, "shutting down".to_owned());
            }
            (Stage::Open, "initialize") => {
                self.refuse(id, ErrorCode::InvalidRequest, "initialized already".to_owned());
            }
            (Stage::Open, "shutdown") => {
                self.stage = Stage::Closing;
                self.reply(id, Value::Null);
            }
            (Stage::Open, _) => match self.result(&method, params) {
                Ok(result) => self.reply(id, result),
                Err((code, why)) => self.refuse(id, code, why),
            },
        }
    }

    fn initialize(&mut self, params: &Value) -> Value {
        self.client = Client::read(params);
        self.stage = Stage::Open;
        let folders = match &self.client.folders[..] {
            [] => vec![self.surroundings.folder.clone()],
            folders => folders.to_vec(),
        };
        folders.iter().for_each(|folder| self.look_for_workspace(folder));
        json!({
            "capabilities": requests::capabilities(self.client.encoding),
            "serverInfo": { "name": "goals", "version": env!("CARGO_PKG_VERSION") },
        })
    }

    /// The result of a request about a workspace; about all of them where it names no document.
    fn result(&mut self, method: &str, params: Value) -> Result<Value, (ErrorCode, String)> {
        let Some(entry) = requests::find(method) else {
            return Err((ErrorCode::MethodNotFound, format!("`{method}` is not answered")));
        };
        let uri = params.pointer("/textDocument/uri").and_then(Value::as_str);
        let roots = match uri {
            Some(uri) => self.root_of_uri(uri).into_iter().collect(),
            None => self.desks.keys().cloned().collect::<Vec<_>>(),
        };
        let mut results = Vec::new();
        for root in roots {
            let answered = self.with_view(&root, |view| (entry.answer)(view, params.clone()))?;
            results.push(answered.map_err(|refused| match refused {
                Refused::Params(why) => (ErrorCode::InvalidParams, why),
                Refused::Cannot(why) => (ErrorCode::RequestFailed, why),
            })?);
        }
        Ok(joined(results))
    }

    /// Looks at a workspace as it is now.
    fn with_view<T>(
        &mut self,
        root: &Path,
        look: impl FnOnce(&View<'_>) -> T,
    ) -> Result<T, (ErrorCode, String)> {
        let failed = |error: crate::error::Error| (ErrorCode::RequestFailed, error.message);
        let today = (self.surroundings.today)().map_err(failed)?;
        let gone = || (ErrorCode::RequestFailed, "the workspace is gone".to_owned());
        let desk = self.desks.get_mut(root).ok_or_else(gone)?;
        let analysis = desk.analysis(&self.buffers, today).map_err(failed)?;
        Ok(look(&View { analysis, client: &self.client, buffers: &self.buffers }))
    }

    fn note(&mut self, notice: Notification) {
        let Notification { method, params } = notice;
        match method.as_str() {
            "initialized" => self.begin(),
            "textDocument/didOpen" => self.opened(params),
            "textDocument/didChange" => self.changed(params),
            "textDocument/didClose" => self.closed(params),
            "textDocument/didSave" => self.saved(params),
            "workspace/didChangeWatchedFiles" => self.files_changed(params),
            "workspace/didChangeWorkspaceFolders" => self.folders_changed(params),
            _ => {}
        }
    }

    /// Does what had to wait until the editor is ready.
    fn begin(&mut self) {
        if self.client.links_rules {
            self.pages = self.surroundings.pages.as_deref().and_then(Pages::write);
        }
        if self.client.watches {
            let watchers: Vec<Value> = ["**/*.toml", "**/.mailmap"]
                .iter()
                .map(|pattern| json!({ "globPattern": pattern }))
                .collect();
            let registration = json!({
                "id": "files",
                "method": "workspace/didChangeWatchedFiles",
                "registerOptions": { "watchers": watchers },
            });
            self.ask("client/registerCapability", json!({ "registrations": [registration] }));
        }
    }

    fn opened(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidOpenTextDocumentParams>(params) else {
            return;
        };
        let document = params.text_document;
        let Some(path) = uri::path(&document.uri.0).map(|path| settled(&path)) else { return };
        if let Some(folder) = path.parent() {
            self.look_for_workspace(folder);
        }
        let buffer = Buffer { uri: document.uri, version: document.version, text: document.text };
        self.buffers.open(path.clone(), buffer);
        self.touch(&path);
    }

    fn changed(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidChangeTextDocumentParams>(params) else {
            return;
        };
        let document = params.text_document;
        let uri = &document.text_document_identifier.uri;
        let Some(path) = uri::path(&uri.0).map(|path| settled(&path)) else { return };
        let (version, encoding) = (document.version, self.client.encoding);
        match self.buffers.change(&path, version, params.content_changes, encoding) {
            Changed::Yes => self.touch(&path),
            Changed::Stale => self.log(&format!("version {version} of {uri} came too late")),
            Changed::Unknown => self.log(&format!("{uri} changed and is not open")),
        }
    }

    fn closed(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidCloseTextDocumentParams>(params) else {
            return;
        };
        let Some(path) = uri::path(&params.text_document.uri.0).map(|path| settled(&path)) else {
            return;
        };
        if self.buffers.close(&path) {
            self.forget(&[path]);
        }
    }

    fn saved(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidSaveTextDocumentParams>(params) else {
            return;
        };
        let Some(path) = uri::path(&params.text_document.uri.0).map(|path| settled(&path)) else {
            return;
        };
        if let Some(folder) = path.parent() {
            self.look_for_workspace(folder);
        }
        let is_watched = self.client.watches;
        if let Some(desk) = self.root_of(&path).and_then(|root| self.desks.get_mut(&root)) {
            desk.saved(&path, is_watched);
        }
    }

    fn files_changed(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidChangeWatchedFilesParams>(params) else {
            return;
        };
        let paths = params.changes.iter().filter_map(|change| uri::path(&change.uri.0));
        let paths: Vec<PathBuf> = paths.map(|path| settled(&path)).collect();
        self.look_again(&paths);
    }

    /// Files came, changed or went on the disk.
    fn look_again(&mut self, paths: &[PathBuf]) {
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

    fn folders_changed(&mut self, params: Value) {
        let Some(params) = self.read::<gen_lsp_types::DidChangeWorkspaceFoldersParams>(params)
        else {
            return;
        };
        let path = |folder: &gen_lsp_types::WorkspaceFolder| uri::path(&folder.uri.0);
        let removed: BTreeSet<PathBuf> = params.event.removed.iter().filter_map(path).collect();
        self.client.folders.retain(|folder| !removed.contains(folder));
        for folder in params.event.added.iter().filter_map(path) {
            self.look_for_workspace(&folder);
            self.client.folders.push(folder);
        }
    }

    /// Looks after the workspace around a folder, if there is one.
    fn look_for_workspace(&mut self, folder: &Path) {
        let existing = folder.ancestors().find(|folder| folder.is_dir());
        let Some(root) = existing.and_then(|folder| repo::find_root(folder, SETTINGS_FILE).ok())
        else {
            return;
        };
        self.desks.entry(root.clone()).or_insert_with(|| Desk::new(root));
    }

    fn root_of_uri(&self, uri: &str) -> Option<PathBuf> {
        self.root_of(&settled(&uri::path(uri)?))
    }

    /// The innermost workspace that a file lies in.
    fn root_of(&self, path: &Path) -> Option<PathBuf> {
        let root = path.ancestors().find(|folder| self.desks.contains_key(*folder));
        root.map(Path::to_owned)
    }

    /// An open document changed.
    fn touch(&mut self, path: &Path) {
        if let Some(desk) = self.root_of(path).and_then(|root| self.desks.get_mut(&root)) {
            desk.touch();
        }
    }

    /// Files may have changed on the disk.
    fn forget(&mut self, paths: &[PathBuf]) {
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

    fn remember(&mut self, told: Told) {
        if let Some(problem) = &told.problem {
            self.log(&format!("going on without history: {problem}"));
        }
        let Some(desk) = self.desks.get_mut(&told.root) else { return };
        desk.remember(told.history);
        if self.client.refreshes.lenses {
            self.ask("workspace/codeLens/refresh", Value::Null);
        }
        if self.client.refreshes.hints {
            self.ask("workspace/inlayHint/refresh", Value::Null);
        }
    }

    /// Tells the findings of every workspace in which something changed.
    fn tell_findings(&mut self) {
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
            desk.watch(move |paths| drop(events.send(Event::Files(paths))));
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

    /// Reads the parameters of a notification; where they are not what they should be, says so.
    fn read<T: DeserializeOwned>(&self, params: Value) -> Option<T> {
        match serde_json::from_value(params) {
            Ok(params) => Some(params),
            Err(error) => {
                self.log(&format!("not understood: {error}"));
                None
            }
        }
    }

    fn reply(&self, id: RequestId, result: Value) {
        (self.say)(Response { id, response_result: Ok(result) }.into());
    }

    fn refuse(&self, id: RequestId, code: ErrorCode, why: String) {
        (self.say)(Response::new_err(id, code as i32, why).into());
    }

    /// Tells the editor something.
    fn notify(&self, method: &str, params: &impl serde::Serialize) {
        let params = serde_json::to_value(params).unwrap_or(Value::Null);
        (self.say)(Notification { method: method.to_owned(), params }.into());
    }

    /// Asks the editor for something; the answer does not matter.
    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        let id = RequestId::from(self.asked);
        (self.say)(Request { id, method: method.to_owned(), params }.into());
    }

    /// Says something to whoever reads the editor's log.
    fn log(&self, message: &str) {
        const WARNING: u32 = 2;
        let message = crate::text::printable(message);
        self.notify("window/logMessage", &json!({ "type": WARNING, "message": message }));
    }
}

/// What there is to tell of the files of a workspace that has not been told: of those with findings, of
/// those that had some, and of those that are open, by full path.
fn news(view: &View<'_>, told: &BTreeMap<PathBuf, Shown>) -> Vec<(PathBuf, Shown)> {
    let root = &view.analysis.root;
    let mut found: BTreeMap<PathBuf, Vec<Finding>> = BTreeMap::new();
    for finding in view.analysis.findings() {
        found.entry(root.join(&finding.primary.place.path)).or_default().push(finding.clone());
    }
    let open = view.buffers.below(root).map(|(path, _)| path);
    let known =
        told.iter().filter(|(_, shown)| shown.root == *root).map(|(path, _)| path.as_path());
    for path in open.chain(known) {
        // What lies in another workspace inside this one is for that to tell.
        if told.get(path).is_none_or(|shown| shown.root == *root) && !found.contains_key(path) {
            found.insert(path.to_owned(), Vec::new());
        }
    }
    let shown = |(path, findings): (PathBuf, Vec<Finding>)| {
        let buffer = view.buffers.get(&path);
        let before = told.get(&path);
        let uri = match (buffer, before) {
            (Some(buffer), _) => buffer.uri.clone(),
            (None, Some(shown)) => shown.uri.clone(),
            (None, None) => uri::of(&path),
        };
        let version = buffer.map(|buffer| buffer.version);
        let texts = texts(view, &path, &findings);
        let is_told = before.is_some_and(|before| {
            before.version == version && before.findings == findings && before.texts == texts
        });
        let shown = Shown { root: root.clone(), uri, version, findings, texts };
        (!is_told).then_some((path, shown))
    };
    found.into_iter().filter_map(shown).collect()
}

/// The files that positions in findings of a file belong to.
fn texts(view: &View<'_>, path: &Path, findings: &[Finding]) -> Vec<Option<Content>> {
    let files = &view.analysis.workspace.snapshot;
    let own = inside(&view.analysis.root, path);
    let related = findings.iter().flat_map(|finding| &finding.related);
    let related = related.map(|label| label.place.path.as_str());
    own.as_deref().into_iter().chain(related).map(|path| files.get(path).cloned()).collect()
}

/// The answers of several workspaces as one.
fn joined(mut results: Vec<Value>) -> Value {
    if results.len() > 1 && results.iter().all(Value::is_array) {
        let lists = results.into_iter().filter_map(|list| match list {
            Value::Array(list) => Some(list),
            _ => None,
        });
        return Value::Array(lists.flatten().collect());
    }
    results.pop().unwrap_or(Value::Null)
}
