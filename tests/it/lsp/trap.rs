//! What must not end the server, and what must.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use goals::lsp::Ending;
use serde_json::{Value, json};

use super::client::{Editor, capabilities};
use super::{PLAN, PLAN_PATH, RECORDS, RECORDS_PATH, repository};
use crate::support::Repo;

#[test]
fn what_is_not_understood_is_refused_and_the_next_is_answered() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    for (method, params, code) in [
        ("textDocument/telepathy", json!({}), -32601),
        ("textDocument/hover", json!(null), -32602),
        ("textDocument/hover", json!({ "textDocument": 3 }), -32602),
        (
            "textDocument/hover",
            json!({ "textDocument": { "uri": editor.uri(PLAN_PATH) }, "position": { "line": -1, "character": 0 } }),
            -32602,
        ),
        ("initialize", json!({}), -32600),
    ] {
        let refused = editor.request(method, params).expect_err(method);
        assert_eq!(refused["code"], code, "{method}");
    }
    for method in [
        "textDocument/didOpen",
        "textDocument/didChange",
        "textDocument/didClose",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "$/setTrace",
        "nothing",
    ] {
        editor.notify(method, json!({ "textDocument": [] }));
    }
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    assert_eq!(editor.end(), Ending::Orderly);
}

#[test]
fn nothing_is_answered_before_the_beginning_or_after_the_end() {
    let repo = repository();
    let mut editor = Editor::silent(&repo);
    assert_eq!(
        editor.request("textDocument/hover", json!({})).expect_err("too soon")["code"],
        -32002
    );
    editor.request("initialize", json!({ "capabilities": {} })).expect("a welcome");
    editor.request("shutdown", Value::Null).expect("agreed");
    assert_eq!(
        editor.request("textDocument/hover", json!({})).expect_err("too late")["code"],
        -32600
    );
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended(), Ending::Orderly);
}

#[test]
fn an_editor_that_leaves_without_a_word_ends_the_server() {
    let repo = repository();
    assert_eq!(Editor::start(&repo).vanish(), Ending::Abrupt);
    let editor = Editor::start(&repo);
    editor.notify("exit", Value::Null);
    assert_eq!(editor.ended(), Ending::Abrupt);
}

#[test]
fn an_older_version_is_passed_over() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.change(PLAN_PATH, Vec::new());
    let old = json!({ "uri": editor.uri(PLAN_PATH), "version": 0 });
    editor.notify(
        "textDocument/didChange",
        json!({ "textDocument": old, "contentChanges": [{ "text": "nonsense" }] }),
    );
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    assert!(editor.log.iter().any(|line| line.contains("came too late")), "{:?}", editor.log);
}

#[test]
fn ranges_beyond_the_text_mean_its_end() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    let far = json!({ "line": 4_000_000_000_u32, "character": 4_000_000_000_u32 });
    editor.change(
        PLAN_PATH,
        vec![json!({ "range": { "start": far, "end": far }, "text": "wieght = 1\n" })],
    );
    editor.settle();
    let told = editor.told_of(PLAN_PATH);
    assert_eq!(told[0]["code"], "unknown-key");
    assert_eq!(told[0]["range"]["start"]["line"], PLAN.lines().count());
    let answer = editor.request(
        "textDocument/hover",
        json!({ "textDocument": { "uri": editor.uri(PLAN_PATH) }, "position": far }),
    );
    assert_eq!(answer, Ok(Value::Null));
}

#[test]
fn ten_thousand_changes_in_a_row_are_told_of_once_or_nearly_so() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.settle();
    let start = json!({ "line": 0, "character": 9 });
    let begun = Instant::now();
    for letter in 0..10_000 {
        let text = if letter % 2 == 0 { "x" } else { "" };
        let end = json!({ "line": 0, "character": 9 + u32::from(letter % 2 == 1) });
        editor.change(
            PLAN_PATH,
            vec![json!({ "range": { "start": start, "end": end }, "text": text })],
        );
    }
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
}

#[test]
fn a_request_among_changes_is_answered_from_the_newest_text() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(RECORDS_PATH, &RECORDS.replace("value = 90", "val‸ue = 90"));
    for value in ["60", "45", "30"] {
        let before = editor.text(RECORDS_PATH);
        let old = before.lines().find(|line| line.contains("value")).expect("there").to_owned();
        let number = old.split(['=', ',']).nth(2).expect("a number").trim().to_owned();
        editor.replace(RECORDS_PATH, &format!("value = {number}"), &format!("val‸ue = {value}"));
        let lenses = editor.about("textDocument/codeLens", RECORDS_PATH).to_string();
        let percent = (240 - value.parse::<i32>().expect("a number")) * 1000 / 225;
        assert!(lenses.contains(&format!("{} %", (percent + 5) / 10)), "{value}: {lenses}");
    }
}

#[test]
fn a_request_that_is_taken_back_is_said_to_be() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.settle();
    // The first keeps the server busy enough for the last to be still waiting, or it was quicker.
    let ids: Vec<i32> =
        (0..50).map(|_| editor.send_request("workspace/symbol", json!({ "query": "" }))).collect();
    let last = *ids.last().expect("there is one");
    editor.notify("$/cancelRequest", json!({ "id": last }));
    editor.notify("$/cancelRequest", json!({ "id": [] }));
    for id in &ids[..49] {
        editor.answer(*id).expect("answered");
    }
    match editor.answer(last) {
        Ok(answer) => assert!(answer.is_array()),
        Err(refused) => assert_eq!(refused["code"], -32800),
    }
}

#[test]
fn a_file_deleted_while_open_keeps_its_buffer() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    editor.settle();
    std::fs::remove_file(repo.path().join(PLAN_PATH)).expect("removed");
    editor.files_changed(&[(PLAN_PATH, 3)]);
    assert_eq!(editor.findings(RECORDS_PATH), Vec::<String>::new());
    editor.replace(PLAN_PATH, "baseline = 240", "basline = 240");
    assert_eq!(editor.findings(PLAN_PATH), ["unknown-key @ basline"]);
    editor.close(PLAN_PATH);
    assert_eq!(editor.findings(RECORDS_PATH).len(), 1, "its records have lost their plan");
    assert_eq!(editor.told_of(PLAN_PATH), Vec::<Value>::new());
}

#[test]
fn a_huge_file_is_one_finding() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open_with(PLAN_PATH, &format!("{PLAN}# {}\n", "é".repeat(600_000)));
    editor.settle();
    let told = editor.told_of(PLAN_PATH);
    assert_eq!(told.len(), 1, "{told:?}");
    let message = told[0]["message"].as_str().expect("text");
    assert!(message.contains("a goal file may have at most 1048576"), "{message}");
    editor.about("textDocument/documentSymbol", PLAN_PATH);
    let text = format!("{PLAN}# {}\n", "x".repeat(900_000));
    editor.change(PLAN_PATH, vec![json!({ "text": text })]);
    editor.settle();
    assert_eq!(editor.told_of(PLAN_PATH), Vec::<Value>::new());
}

#[test]
fn files_that_come_move_and_go_outside_are_seen() {
    let repo = repository();
    let mut editor = Editor::start(&repo);
    editor.open("goals.toml");
    editor.settle();
    let (old, new) = ("goals/2026-q4/a.toml", "goals/2026-q4/team/b.toml");
    repo.write(old, "titel = \"A\"\n");
    editor.files_changed(&[(old, 1)]);
    assert!(editor.findings(old).contains(&"unknown-key @ titel".to_owned()));
    repo.write(new, "titel = \"A\"\n");
    std::fs::remove_file(repo.path().join(old)).expect("removed");
    editor.files_changed(&[(old, 3), (new, 1)]);
    assert_eq!(editor.findings(old), Vec::<String>::new());
    assert!(editor.findings(new).contains(&"unknown-key @ titel".to_owned()));
    std::fs::remove_dir_all(repo.path().join("goals/2026-q4/team")).expect("removed");
    editor.files_changed(&[("goals/2026-q4/team", 3)]);
    assert_eq!(editor.findings(new), Vec::<String>::new());
}

#[test]
fn a_workspace_may_come_and_go() {
    let repo = Repo::new();
    repo.write(PLAN_PATH, "titel = \"A\"\n");
    let mut editor = Editor::start(&repo);
    editor.open(PLAN_PATH);
    assert_eq!(editor.about("textDocument/documentSymbol", PLAN_PATH), Value::Null);
    repo.write("goals.toml", "format = 1\n");
    editor.files_changed(&[("goals.toml", 1)]);
    assert!(editor.findings(PLAN_PATH).contains(&"unknown-key @ titel".to_owned()));
    std::fs::remove_file(repo.path().join("goals.toml")).expect("removed");
    editor.files_changed(&[("goals.toml", 3)]);
    while !editor.told_of(PLAN_PATH).is_empty() {
        editor.about("textDocument/documentSymbol", PLAN_PATH);
    }
}

#[test]
fn a_failure_within_is_answered_and_the_next_request_goes_well() {
    let repo = repository();
    let fails = Arc::new(AtomicBool::new(false));
    let is_failing = Arc::clone(&fails);
    let today = move || {
        assert!(!is_failing.load(Ordering::SeqCst), "as the test wants it");
        goals::date::Date::new(2026, 11, 21).expect("a day")
    };
    let mut editor = Editor::silent_on(&repo, today).begun(capabilities());
    editor.open(PLAN_PATH);
    editor.settle();
    let params = json!({ "textDocument": { "uri": editor.uri(PLAN_PATH) } });
    fails.store(true, Ordering::SeqCst);
    let refused = editor.request("textDocument/codeLens", params.clone()).expect_err("it fails");
    assert_eq!(refused["code"], -32603);
    fails.store(false, Ordering::SeqCst);
    assert!(editor.request("textDocument/codeLens", params).expect("an answer").is_array());
    assert_eq!(editor.findings(PLAN_PATH), Vec::<String>::new());
    assert!(editor.log.iter().any(|line| line.contains("textDocument/codeLens failed")));
}

/// A program and the two ends of its conversation.
struct Program {
    child: std::process::Child,
    /// Nothing once it is closed.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Program {
    fn start(repo: &Repo) -> Self {
        let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
        let mut child = command
            .args(["lsp", "--stdio"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let output = BufReader::new(child.stdout.take().expect("an output"));
        Self { input: child.stdin.take(), child, output }
    }

    fn say(&mut self, bytes: &str) {
        let input = self.input.as_mut().expect("not closed");
        input.write_all(bytes.as_bytes()).expect("it listens");
        input.flush().expect("it listens");
    }

    fn send(&mut self, message: Value) {
        let text = message.to_string();
        self.say(&format!("Content-Length: {}\r\n\r\n{text}", text.len()));
    }

    fn hear(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).expect("readable"), 0, "it is gone");
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(digits) => length = digits.parse().expect("a length"),
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a body");
        serde_json::from_slice(&body).expect("JSON")
    }

    fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.hear();
            if message["id"] == *id && message["method"].is_null() {
                return message;
            }
        }
    }

    fn begin(&mut self, process: Option<u32>) {
        self.send(json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "processId": process, "capabilities": {} } }));
        let welcome = self.answer(&json!(1));
        assert_eq!(welcome["result"]["serverInfo"]["name"], "goals");
        self.send(json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
    }

    /// The exit code, which must come soon.
    fn code(&mut self) -> Option<i32> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.child.try_wait().expect("told") {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.child.kill().expect("killed");
        panic!("it is still running");
    }
}

#[test]
fn what_is_no_message_does_not_end_the_program() {
    let repo = repository();
    let mut program = Program::start(&repo);
    program.begin(None);
    for (bad, code) in [
        ("Content-Length: 9\r\n\r\n{not json", -32700),
        ("Content-Length: x\r\n\r\n", -32700),
        ("Content-Length: 2\r\n\r\n[]", -32600),
        ("nonsense\r\n\r\n", -32700),
    ] {
        program.say(bad);
        assert_eq!(program.answer(&Value::Null)["error"]["code"], code, "{bad}");
    }
    program.send(json!({ "jsonrpc": "2.0", "id": "last", "method": "shutdown" }));
    assert_eq!(program.answer(&json!("last")).get("result"), Some(&Value::Null));
    program.send(json!({ "jsonrpc": "2.0", "method": "exit" }));
    assert_eq!(program.code(), Some(0));
}

#[test]
fn the_program_ends_with_its_input() {
    let repo = repository();
    let mut program = Program::start(&repo);
    program.begin(None);
    program.input = None;
    assert_eq!(program.code(), Some(1));
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_ends_with_the_process_of_its_editor() {
    let repo = repository();
    let mut editor = std::process::Command::new("sleep").arg("600").spawn().expect("it starts");
    let mut program = Program::start(&repo);
    program.begin(Some(editor.id()));
    editor.kill().expect("killed");
    editor.wait().expect("it ends");
    assert_eq!(program.code(), Some(1));
}
