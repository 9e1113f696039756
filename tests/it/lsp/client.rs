//! A small editor: opens and changes documents, asks, and collects what it is told.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::thread::JoinHandle;
use std::time::Duration;

use goals::date::Date;
use goals::lsp::{Ending, Surroundings, serve};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

use crate::support::Repo;

/// Where the cursor is in a text.
pub(crate) const CURSOR: char = '‸';
/// How long an answer may take on a machine under load.
const PATIENCE: Duration = Duration::from_secs(60);

/// A document as the editor has it.
#[derive(Debug, Clone)]
struct Document {
    version: i32,
    text: String,
}

/// An editor with a server of its own.
pub(crate) struct Editor {
    connection: Connection,
    server: Option<JoinHandle<Ending>>,
    root: PathBuf,
    documents: BTreeMap<String, Document>,
    cursor: (String, usize),
    told: BTreeMap<String, (Option<i64>, Vec<Value>)>,
    /// The methods of the requests that the server made.
    pub(crate) asked: Vec<String>,
    /// The parameters of those requests.
    pub(crate) asked_with: Vec<Value>,
    /// What the server wrote to the log.
    pub(crate) log: Vec<String>,
    /// Answers that nobody has asked for yet.
    answers: Vec<Response>,
    /// What the server answered to `initialize`.
    pub(crate) welcome: Value,
    next: i32,
}

/// What an editor of today can do.
pub(crate) fn capabilities() -> Value {
    json!({
        "general": { "positionEncodings": ["utf-16"] },
        "workspace": {
            "codeLens": { "refreshSupport": true },
            "didChangeWatchedFiles": { "dynamicRegistration": true },
            "workspaceEdit": {
                "documentChanges": true,
                "resourceOperations": ["create", "rename", "delete"],
            },
        },
        "textDocument": {
            "completion": { "completionItem": { "snippetSupport": true } },
            "publishDiagnostics": { "codeDescriptionSupport": true, "relatedInformation": true },
        },
    })
}

impl Editor {
    /// Opens the folder of a repository.
    pub(crate) fn start(repo: &Repo) -> Self {
        Self::start_with(repo, capabilities())
    }

    /// Opens the folder of a repository, in an editor that can do this.
    pub(crate) fn start_with(repo: &Repo, capabilities: Value) -> Self {
        Self::silent(repo).begun(capabilities)
    }

    /// Says hello, in an editor that can do this.
    pub(crate) fn begun(self, capabilities: Value) -> Self {
        let mut editor = self;
        let root = editor.uri("");
        let params = json!({ "processId": std::process::id(), "rootUri": root.trim_end_matches('/'), "capabilities": capabilities });
        editor.welcome = editor.request("initialize", params).expect("a welcome");
        editor.notify("initialized", json!({}));
        editor
    }

    /// An editor that has not said anything yet.
    pub(crate) fn silent(repo: &Repo) -> Self {
        Self::silent_on(repo, || Date::new(2026, 11, 21).expect("a day"))
    }

    /// The same, on a day that is told each time anew.
    pub(crate) fn silent_on(repo: &Repo, today: impl Fn() -> Date + Send + 'static) -> Self {
        let (near, far) = Connection::memory();
        let root = repo.path().canonicalize().expect("there");
        let surroundings = Surroundings {
            today: Box::new(move || Ok(today())),
            folder: root.clone(),
            keeps_histories: false,
            pages: Some(repo.beside("pages")),
        };
        let server = std::thread::spawn(move || serve(far, surroundings));
        Self {
            connection: near,
            server: Some(server),
            root,
            documents: BTreeMap::new(),
            cursor: (String::new(), 0),
            told: BTreeMap::new(),
            asked: Vec::new(),
            asked_with: Vec::new(),
            log: Vec::new(),
            answers: Vec::new(),
            welcome: Value::Null,
            next: 0,
        }
    }

    /// The address of a file of the workspace.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("file://{}", self.root.join(path).display())
    }

    /// The path in the workspace of an address.
    pub(crate) fn path(&self, uri: &str) -> String {
        let root = self.uri("");
        uri.strip_prefix(&root).unwrap_or(uri).to_owned()
    }

    /// Opens a file as it is on the disk.
    pub(crate) fn open(&mut self, path: &str) {
        let text = std::fs::read_to_string(self.root.join(path)).expect("readable");
        self.open_with(path, &text);
    }

    /// Opens a file with a text of its own, which may hold the cursor.
    pub(crate) fn open_with(&mut self, path: &str, text: &str) {
        let text = self.placed(path, text);
        let document =
            json!({ "uri": self.uri(path), "languageId": "toml", "version": 1, "text": text });
        self.documents.insert(path.to_owned(), Document { version: 1, text });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Takes the cursor out of a text.
    fn placed(&mut self, path: &str, text: &str) -> String {
        if let Some(at) = text.find(CURSOR) {
            self.cursor = (path.to_owned(), at);
        }
        text.replace(CURSOR, "")
    }

    /// Replaces the one place where `old` stands in an open file; `new` may hold the cursor.
    pub(crate) fn replace(&mut self, path: &str, old: &str, new: &str) {
        let before = self.text(path);
        let found: Vec<usize> = before.match_indices(old).map(|(at, _)| at).collect();
        let [start] = found[..] else { panic!("{} places of {old:?} in {before}", found.len()) };
        let range = json!({ "start": self.position(path, start), "end": self.position(path, start + old.len()) });
        let marked = format!("{}{new}{}", &before[..start], &before[start + old.len()..]);
        let text = self.placed(path, &marked);
        let change = json!({ "range": range, "text": new.replace(CURSOR, "") });
        self.documents.get_mut(path).expect("open").text = text;
        self.change(path, vec![change]);
    }

    /// Sends changes of an open file, with the next version.
    pub(crate) fn change(&mut self, path: &str, changes: Vec<Value>) {
        let document = self.documents.get_mut(path).expect("open");
        document.version += 1;
        let version = document.version;
        let document = json!({ "uri": self.uri(path), "version": version });
        self.notify(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": changes }),
        );
    }

    /// Makes the changes that the server asks for, as an editor does: files that are not open are opened for it.
    pub(crate) fn apply(&mut self, edit: &Value) {
        let plain = edit["changes"].as_object().cloned().unwrap_or_default();
        for (uri, edits) in plain {
            self.apply_edits(&self.path(&uri), &edits, &Value::Null);
        }
        for change in edit["documentChanges"].as_array().cloned().unwrap_or_default() {
            let path = |key: &str| self.path(change[key].as_str().expect("an address"));
            match change["kind"].as_str() {
                Some("create") => {
                    let path = path("uri");
                    std::fs::write(self.root.join(&path), "").expect("made");
                    self.files_changed(&[(&path, 1)]);
                }
                Some("rename") => {
                    let (from, to) = (path("oldUri"), path("newUri"));
                    self.move_file(&from, &to);
                }
                _ => {
                    let document = &change["textDocument"];
                    let path = self.path(document["uri"].as_str().expect("an address"));
                    self.apply_edits(&path, &change["edits"], &document["version"]);
                }
            }
        }
    }

    fn apply_edits(&mut self, path: &str, edits: &Value, version: &Value) {
        match self.documents.get(path) {
            Some(open) => assert!(version.is_null() || *version == open.version, "{version}"),
            None => {
                assert!(version.is_null(), "{path} is not open");
                self.open(path);
            }
        }
        let text = self.edited(path, edits);
        self.documents.get_mut(path).expect("open").text.clone_from(&text);
        self.change(path, vec![json!({ "text": text })]);
    }

    /// Moves a file, open or not.
    fn move_file(&mut self, from: &str, to: &str) {
        std::fs::rename(self.root.join(from), self.root.join(to)).expect("moved");
        if let Some(document) = self.documents.get(from).cloned() {
            self.close(from);
            self.open_with(to, &document.text);
        }
        self.files_changed(&[(from, 3), (to, 1)]);
    }

    /// Closes a file.
    pub(crate) fn close(&mut self, path: &str) {
        self.documents.remove(path);
        self.notify("textDocument/didClose", json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    /// Writes an open file to the disk, and says so.
    pub(crate) fn save(&mut self, path: &str) {
        std::fs::write(self.root.join(path), self.text(path)).expect("written");
        self.notify("textDocument/didSave", json!({ "textDocument": { "uri": self.uri(path) } }));
    }

    /// Says that files changed on the disk: 1 for one that came, 2 changed, 3 went.
    pub(crate) fn files_changed(&mut self, changes: &[(&str, u8)]) {
        let changes: Vec<Value> = changes
            .iter()
            .map(|(path, kind)| json!({ "uri": self.uri(path), "type": kind }))
            .collect();
        self.notify("workspace/didChangeWatchedFiles", json!({ "changes": changes }));
    }

    /// The text of an open file.
    pub(crate) fn text(&self, path: &str) -> String {
        self.documents.get(path).unwrap_or_else(|| panic!("{path} is open")).text.clone()
    }

    /// The position of an offset in an open file, in the units that were agreed on.
    pub(crate) fn position(&self, path: &str, offset: usize) -> Value {
        let text = self.text(path);
        let before = &text[..offset];
        let line = before.matches('\n').count();
        let rest = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
        let character = match self.counts_bytes() {
            true => rest.len(),
            false => rest.encode_utf16().count(),
        };
        json!({ "line": line, "character": character })
    }

    /// The offset of a position in a text.
    fn offset(&self, text: &str, position: &Value) -> usize {
        let number = |key: &str| position[key].as_u64().expect("a number") as usize;
        let start: usize = text.split_inclusive('\n').take(number("line")).map(str::len).sum();
        let mut left = number("character");
        for (at, c) in text[start..].char_indices() {
            if left == 0 {
                return start + at;
            }
            left -= if self.counts_bytes() { c.len_utf8() } else { c.len_utf16() };
        }
        text.len()
    }

    fn counts_bytes(&self) -> bool {
        self.welcome["capabilities"]["positionEncoding"] == "utf-8"
    }

    /// What stands in a range of a file: as it is open, else as it is on the disk.
    pub(crate) fn in_range(&self, path: &str, range: &Value) -> String {
        let on_disk = || std::fs::read_to_string(self.root.join(path)).unwrap_or_default();
        let text = self.documents.get(path).map_or_else(on_disk, |open| open.text.clone());
        let start = self.offset(&text, &range["start"]);
        text[start..self.offset(&text, &range["end"]).max(start)].to_owned()
    }

    /// A text with edits in it.
    pub(crate) fn edited(&self, path: &str, edits: &Value) -> String {
        let mut text = self.text(path);
        let mut edits: Vec<(usize, usize, String)> = edits
            .as_array()
            .expect("edits")
            .iter()
            .map(|edit| {
                let at = |end: &str| self.offset(&text, &edit["range"][end]);
                let new = edit["newText"].as_str().expect("text").to_owned();
                (at("start"), at("end"), new)
            })
            .collect();
        edits.sort();
        for (start, end, new) in edits.into_iter().rev() {
            text.replace_range(start..end, &new);
        }
        text
    }

    /// Asks something at the cursor.
    pub(crate) fn here(&mut self, method: &str) -> Value {
        self.here_with(method, json!({}))
    }

    /// Asks something at the cursor, with more to say.
    pub(crate) fn here_with(&mut self, method: &str, mut more: Value) -> Value {
        let (path, offset) = self.cursor.clone();
        more["textDocument"] = json!({ "uri": self.uri(&path) });
        more["position"] = self.position(&path, offset);
        self.request(method, more).expect("an answer")
    }

    /// Asks something about a file.
    pub(crate) fn about(&mut self, method: &str, path: &str) -> Value {
        let params = json!({ "textDocument": { "uri": self.uri(path) } });
        self.request(method, params).expect("an answer")
    }

    /// Asks, and waits for the answer: the result, or the error.
    pub(crate) fn request(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.send_request(method, params);
        self.answer(id)
    }

    /// Asks without waiting.
    pub(crate) fn send_request(&mut self, method: &str, params: Value) -> i32 {
        self.next += 1;
        let request = Request { id: RequestId::from(self.next), method: method.to_owned(), params };
        self.send(request.into());
        self.next
    }

    /// Waits for the answer to a request.
    pub(crate) fn answer(&mut self, id: i32) -> Result<Value, Value> {
        let id = RequestId::from(id);
        loop {
            if let Some(at) = self.answers.iter().position(|answer| answer.id == id) {
                let answer = self.answers.remove(at).response_result;
                return answer
                    .map_err(|error| json!({ "code": error.code, "message": error.message }));
            }
            self.await_any();
        }
    }

    /// Tells the server something.
    pub(crate) fn notify(&self, method: &str, params: Value) {
        self.send(Notification { method: method.to_owned(), params }.into());
    }

    fn send(&self, message: Message) {
        self.connection.sender.send(message).expect("the server listens");
    }

    /// Waits until the server says something.
    pub(crate) fn await_any(&mut self) {
        let message = self.connection.receiver.recv_timeout(PATIENCE).expect("the server speaks");
        match message {
            Message::Request(request) => {
                self.asked.push(request.method);
                self.asked_with.push(request.params);
                self.send(Response::new_ok(request.id, Value::Null).into());
            }
            Message::Notification(notice) if notice.method == "textDocument/publishDiagnostics" => {
                let uri = notice.params["uri"].as_str().expect("an address");
                let findings = notice.params["diagnostics"].as_array().cloned().expect("a list");
                self.told.insert(self.path(uri), (notice.params["version"].as_i64(), findings));
            }
            Message::Notification(notice) if notice.method == "window/logMessage" => {
                self.log.push(notice.params["message"].as_str().expect("text").to_owned());
            }
            Message::Notification(_) => {}
            Message::Response(answer) => self.answers.push(answer),
        }
    }

    /// Waits until everything said so far has been taken in, and its findings told.
    pub(crate) fn settle(&mut self) {
        if self.documents.is_empty() {
            self.open("goals.toml");
        }
        let path = self.documents.keys().next().expect("one is open").clone();
        self.change(&path, Vec::new());
        let version = i64::from(self.documents[&path].version);
        while self.told.get(&path).is_none_or(|(told, _)| *told != Some(version)) {
            self.await_any();
        }
        // The findings of other files come in the same breath.
        let _ = self.request("goals/nothing", Value::Null);
    }

    /// Waits until the history has been read.
    pub(crate) fn remember(&mut self) {
        while !self.asked.iter().any(|method| method == "workspace/codeLens/refresh") {
            self.await_any();
        }
        self.settle();
    }

    /// Waits until something is found in a file.
    pub(crate) fn await_findings(&mut self, path: &str) {
        while self.told_of(path).is_empty() {
            self.await_any();
        }
    }

    /// The findings of a file as they are now, each as `rule @ what stands there`.
    pub(crate) fn findings(&mut self, path: &str) -> Vec<String> {
        self.settle();
        let told = self.told_of(path);
        let shown = told.iter().map(|finding| {
            let rule = finding["code"].as_str().expect("a rule");
            format!("{rule} @ {}", self.in_range(path, &finding["range"]))
        });
        shown.collect()
    }

    /// What was last told of a file.
    pub(crate) fn told_of(&self, path: &str) -> Vec<Value> {
        self.told.get(path).map(|(_, findings)| findings.clone()).unwrap_or_default()
    }

    /// Says goodbye; how the server ended.
    pub(crate) fn end(mut self) -> Ending {
        self.request("shutdown", Value::Null).expect("agreed");
        self.notify("exit", Value::Null);
        self.ended()
    }

    /// Waits for the server's end.
    pub(crate) fn ended(mut self) -> Ending {
        self.server.take().expect("there is one").join().expect("it does not fail")
    }

    /// Goes away without a word; how the server ended.
    pub(crate) fn vanish(self) -> Ending {
        let Self { connection, server, .. } = self;
        drop(connection);
        server.expect("there is one").join().expect("it does not fail")
    }
}
