//! `goals report --watch` from the side of a browser: pages, what is refused, and news of a change.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;

use crate::support::Repo;

/// Nothing takes this long but on a machine that does nothing at all.
const PATIENCE: Duration = Duration::from_secs(120);

const PLAN: &str = "title = \"Fresh leads\"\nowner = \"mira\"\nbaseline = 500\ntarget = 600\n";
const GOAL: &str = "/goals/2026-q4/leads.html";

/// The tool at work, ended with this.
struct Watching {
    repo: Repo,
    child: Child,
    address: String,
    /// What it says beside its address, line by line.
    said: Mutex<Receiver<String>>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended by itself, which the test then told.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Lines as they come.
fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    heard
}

fn watching(repo: Repo) -> Watching {
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    command.args(["report", "--watch", "--port", "0"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool runs");
    let said = Mutex::new(lines(child.stderr.take().expect("piped")));
    let printed = lines(child.stdout.take().expect("piped"));
    let address = printed.recv_timeout(PATIENCE).expect("it prints where it serves");
    let address = address.strip_prefix("http://").and_then(|rest| rest.strip_suffix('/'));
    let address = address.expect("an address").to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{address}");
    Watching { repo, child, address, said }
}

impl Watching {
    fn connected(&self, request: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).expect("somebody listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        stream.write_all(request.as_bytes()).expect("sent");
        stream
    }

    /// The answer to a request that is written out.
    fn asked(&self, request: &str) -> String {
        let mut answer = Vec::new();
        self.connected(request).read_to_end(&mut answer).expect("an answer");
        String::from_utf8(answer).expect("text")
    }

    fn get(&self, path: &str) -> String {
        self.asked(&format!("GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address))
    }

    /// Waits until it has said something with this in it.
    fn expect(&self, word: &str) {
        let mut all = Vec::new();
        while all.last().is_none_or(|line: &String| !line.contains(word)) {
            let line = self.said.lock().expect("nobody panics with it").recv_timeout(PATIENCE);
            all.push(line.unwrap_or_else(|_| panic!("no `{word}` in {all:?}")));
        }
    }
}

/// A workspace with one goal, watched; its first report stands.
fn begun() -> Watching {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write("goals/2026-q4/leads.toml", PLAN);
    repo.write("goals/2026-q4/leads.checkins.toml", "2026-10-08 = 510\n");
    repo.commit("Ana Silva <ana@northwind.example>", "2026-10-08T12:00:00Z", "Leads");
    let watching = watching(repo);
    watching.expect("Ctrl-C");
    watching
}

/// The next message of a stream of events.
fn message(stream: &mut impl BufRead) -> String {
    let mut line = String::new();
    while !line.starts_with("data: ") {
        line.clear();
        assert_ne!(stream.read_line(&mut line).expect("it goes on"), 0, "the stream ended");
    }
    line.trim_end().to_owned()
}

#[test]
fn pages_are_served_with_what_makes_them_live_and_files_are_left_as_they_are() {
    let watching = begun();
    let page = watching.get("/");
    for part in [
        "HTTP/1.1 200 OK\r\n",
        "Content-Type: text/html; charset=utf-8\r\n",
        "X-Content-Type-Options: nosniff\r\n",
        "<script src=\"/.goals/live.js\" data-build=\"",
        "connect-src 'self'",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let file = watching.repo.read("public/index.html");
    assert!(!file.contains(".goals/") && !file.contains("connect-src"), "{file}");
    assert!(watching.get(GOAL).contains("Fresh leads"));
    assert!(watching.get("/style.css?x=1").contains("Content-Type: text/css"));
    assert!(watching.get("/.goals/live.js").contains("EventSource"));
    let head = format!("HEAD /index.html HTTP/1.1\r\nHost: {}\r\n\r\n", watching.address);
    let head = watching.asked(&head);
    assert!(head.starts_with("HTTP/1.1 200 OK\r\n") && head.ends_with("\r\n\r\n"), "{head}");
    assert!(!head.contains("<html"));
}

#[test]
fn nothing_but_the_site_is_served_and_to_nobody_else() {
    let watching = begun();
    std::fs::write(watching.repo.path().join("public/secret.txt"), "secret").expect("written");
    for path in [
        "/secret.txt",
        "/../goals.toml",
        "/%2e%2e/goals.toml",
        "/goals/../../goals.toml",
        "/..%5cgoals.toml",
        "//etc/passwd",
        "/.goals-site",
        "/goals/2026-q4/",
        "/goals",
    ] {
        let answer = watching.get(path);
        let is_refused = ["HTTP/1.1 404 ", "HTTP/1.1 400 "].iter().any(|at| answer.starts_with(at));
        assert!(is_refused, "{path}: {answer}");
        assert!(!answer.contains("secret") && !answer.contains("format = 1"), "{path}: {answer}");
    }
    for (request, status) in [
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", "403"),
        ("GET / HTTP/1.1\r\n\r\n", "403"),
        ("POST / HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
        ("DELETE /index.html HTTP/1.1\r\nHost: localhost\r\n\r\n", "405"),
        ("\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nHost: localhost\r\nno header\r\n\r\n", "400"),
    ] {
        let answer = watching.asked(request);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{request:?}: {answer}");
    }
    let long = format!("GET /{} HTTP/1.1\r\n", "x".repeat(40_000));
    let mut stream = TcpStream::connect(&watching.address).expect("somebody listens");
    // It may hang up before all of it is sent.
    let _ = stream.write_all(long.as_bytes());
    assert!(watching.get("/").starts_with("HTTP/1.1 200 "), "it goes on");
}

#[test]
fn many_read_at_once_while_others_wait() {
    let watching = begun();
    let host = format!("Host: {}\r\n\r\n", watching.address);
    let waiting: Vec<TcpStream> = (0..8)
        .map(|_| watching.connected(&format!("GET /.goals/builds HTTP/1.1\r\n{host}")))
        .collect();
    // One that never ends its request holds nobody up.
    let _silent = watching.connected("GET / HT");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..10 {
                    assert!(watching.get(GOAL).contains("Fresh leads"));
                }
            });
        }
    });
    drop(waiting);
}

#[test]
fn a_change_shows_up_and_is_told() {
    let watching = begun();
    let builds = format!("GET /.goals/builds HTTP/1.1\r\nHost: {}\r\n\r\n", watching.address);
    let mut builds = BufReader::new(watching.connected(&builds));
    let first = message(&mut builds);
    assert!(watching.get(GOAL).contains(first.trim_start_matches("data: ")), "{first}");
    let more = "2026-10-08 = 510\n2026-11-12 = 577\n";
    watching.repo.write("goals/2026-q4/leads.checkins.toml", more);
    let second = message(&mut builds);
    assert_ne!(first, second);
    assert!(watching.get(GOAL).contains("577"));
    assert!(watching.repo.read("public/goals/2026-q4/leads.html").contains("577"));

    // A commit changes no file of the workspace, and what is told of its records.
    let author = "Eli Park <eli@northwind.example>";
    watching.repo.commit(author, "2026-11-12T12:00:00Z", "Leads again");
    assert_ne!(message(&mut builds), second);
    assert!(watching.get(GOAL).contains("Eli Park"));

    // A folder that was not there before is followed too.
    watching.repo.write("templates/style.css", "/* mine */");
    message(&mut builds);
    assert!(watching.get("/style.css").contains("/* mine */"));
    watching.repo.write("templates/style.css", "/* mine again */");
    message(&mut builds);
    assert!(watching.get("/style.css").contains("/* mine again */"));
}

#[test]
fn a_broken_template_keeps_the_old_site_and_says_so() {
    let watching = begun();
    let page = watching.get(GOAL);
    watching.repo.write("templates/goal.html", "\n{{ nonesuch }}");
    watching.expect("goal.html:2:");
    assert_eq!(watching.get(GOAL), page);
    watching.repo.write("templates/goal.html", "<p>mended</p>");
    watching.expect("wrote 1 of ");
    assert!(watching.get(GOAL).contains("<p>mended</p>"));
    watching.repo.write("goals.toml", "format = [");
    // What cannot be read is left out, and told; that is a report too.
    watching.expect("error");
    watching.expect("wrote ");
    watching.repo.write("goals.toml", "format = 1\nname = \"Southwind\"\n");
    watching.expect("wrote ");
    assert!(watching.get("/").contains("Southwind"));
}

#[test]
#[cfg(unix)]
fn an_interruption_ends_it_calmly() {
    let mut watching = begun();
    let process = watching.child.id().to_string();
    let sent = std::process::Command::new("kill").args(["-INT", &process]).status();
    assert!(sent.expect("it runs").success());
    watching.expect("no longer serving");
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(0));
    assert!(watching.repo.read("public/index.html").contains("Northwind"));
}

#[test]
fn a_report_that_cannot_be_begun_ends_it() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write("public/mine.txt", "mine");
    let said = repo.goals(&["report", "--watch", "--port", "0"]).refused();
    assert!(said.contains("mine.txt"), "{said}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let said = repo.goals(&["report", "--watch", "--port", &port]).refused();
    assert!(said.contains(&port) && said.contains("--port 0"), "{said}");
    assert!(repo.goals(&["report", "--port", "1"]).refused().contains("--watch"));
}
