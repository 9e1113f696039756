//! The loop: takes messages in their order, keeps buffers and workspaces, dispatches requests, and
//! tells findings when nothing is waiting.

mod documents;
mod findings;

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use lsp_server::{Connection, ErrorCode, Message, Notification, Request, RequestId, Response};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::buffers::Buffers;
use super::client::Client;
use super::commands;
use super::desk::Desk;
use super::pages::Pages;
use super::past::{Past, Told};
use super::requests::{self, Refused};
use super::view::View;
use super::{Ending, Surroundings};
use findings::Shown;

/// How often the editor's process is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(2);

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
    /// What was last told of each workspace.
    shown: BTreeMap<PathBuf, Shown>,
    /// How many requests were made of the editor.
    asked: i32,
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
            (Stage::Open, "workspace/executeCommand") => self.execute(id, params),
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
            results.push(answered.map_err(error)?);
        }
        Ok(joined(results))
    }

    /// Does what somebody has chosen.
    fn execute(&mut self, id: RequestId, params: Value) {
        match commands::chosen(&self.client, params) {
            Ok(place) => {
                let place = serde_json::to_value(place).unwrap_or(Value::Null);
                self.ask("window/showDocument", place);
                self.reply(id, Value::Null);
            }
            Err(refused) => {
                let (code, why) = error(refused);
                self.refuse(id, code, why);
            }
        }
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

/// Why a request is not answered with a result, as the protocol says it.
fn error(refused: Refused) -> (ErrorCode, String) {
    match refused {
        Refused::Params(why) => (ErrorCode::InvalidParams, why),
        Refused::Cannot(why) => (ErrorCode::RequestFailed, why),
    }
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
