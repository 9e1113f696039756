//! As much of HTTP/1.1 (RFC 9112) as it takes to show files to a browser on the same machine.
//!
//! One request a connection, GET and HEAD alone. A request must name this machine as its host: a page of somebody
//! else's, whose name was made to point here, can read nothing.

use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// The most that the head of a request may take.
const MOST_BYTES: u64 = 16 << 10;
/// How long a browser may take to send it, or to read what it is sent.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request {
    /// Whether only the head of the answer is wanted.
    pub(super) head_only: bool,
    /// The path, decoded and without its first slash; it holds no `..`, no backslash and no control.
    pub(super) path: String,
}

/// How an answer begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    Ok,
    BadRequest,
    Forbidden,
    NotFound,
    NoSuchMethod,
    Unavailable,
}

impl Status {
    /// The number and its words.
    pub(super) fn line(self) -> &'static str {
        match self {
            Self::Ok => "200 OK",
            Self::BadRequest => "400 Bad Request",
            Self::Forbidden => "403 Forbidden",
            Self::NotFound => "404 Not Found",
            Self::NoSuchMethod => "405 Method Not Allowed",
            Self::Unavailable => "503 Service Unavailable",
        }
    }
}

/// Reads the head of a request.
pub(super) fn read(stream: &TcpStream) -> Result<Request, Status> {
    let patient = stream.set_read_timeout(Some(PATIENCE));
    patient.and_then(|()| stream.set_write_timeout(Some(PATIENCE))).or(Err(Status::BadRequest))?;
    let mut head = Vec::new();
    let mut limited = BufReader::new(stream.take(MOST_BYTES));
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        limited.read_exact(&mut byte).or(Err(Status::BadRequest))?;
        head.push(byte[0]);
    }
    parse(std::str::from_utf8(&head).or(Err(Status::BadRequest))?)
}

fn parse(head: &str) -> Result<Request, Status> {
    let mut lines = head.trim_end_matches("\r\n").split("\r\n");
    let mut first = lines.next().unwrap_or_default().split(' ');
    let (method, target, version) = (first.next(), first.next(), first.next());
    if first.next().is_some() || !matches!(version, Some("HTTP/1.1" | "HTTP/1.0")) {
        return Err(Status::BadRequest);
    }
    let headers: Option<Vec<(&str, &str)>> = lines.map(|line| line.split_once(':')).collect();
    let headers = headers.ok_or(Status::BadRequest)?;
    let hosts = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("host"));
    let hosts: Vec<&str> = hosts.map(|(_, value)| value.trim()).collect();
    if !matches!(hosts[..], [host] if is_this_machine(host)) {
        return Err(Status::Forbidden);
    }
    let head_only = match method {
        Some("GET") => false,
        Some("HEAD") => true,
        _ => return Err(Status::NoSuchMethod),
    };
    Ok(Request { head_only, path: path(target.unwrap_or_default()).ok_or(Status::BadRequest)? })
}

/// Whether a request meant this machine by the name that only it has for itself.
fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost") || matches!(name, "127.0.0.1" | "[::1]")
}

/// The path of a target; nothing if it is none, or wants to lead somewhere else.
fn path(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?.strip_prefix('/')?;
    let decoded = decoded(path)?;
    let is_odd = |part: &str| matches!(part, "." | "..");
    let bent = decoded.contains(|c: char| c == '\\' || c.is_control());
    (!bent && !decoded.split('/').any(is_odd) && !decoded.starts_with('/')).then_some(decoded)
}

fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        let is_number = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        bytes.push(u8::from_str_radix(digits, 16).ok().filter(|_| is_number)?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

/// Sends an answer.
pub(super) fn answer(
    mut stream: &TcpStream,
    status: Status,
    kind: &str,
    body: &[u8],
    head_only: bool,
) -> io::Result<()> {
    let head = head(status, kind, &format!("Content-Length: {}\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    if !head_only {
        stream.write_all(body)?;
    }
    stream.flush()
}

/// The head of an answer: nothing is kept by the browser, nothing is taken for what it is not.
pub(super) fn head(status: Status, kind: &str, more: &str) -> String {
    let allow = if status == Status::NoSuchMethod { "Allow: GET, HEAD\r\n" } else { "" };
    format!(
        "HTTP/1.1 {}\r\nContent-Type: {kind}\r\n{more}{allow}Cache-Control: no-store\r\n\
         X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n\
         Connection: close\r\n\r\n",
        status.line()
    )
}

/// The type of a file, by its name.
pub(super) fn kind(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("ndjson") => "application/x-ndjson",
        Some("svg") => "image/svg+xml",
        Some("xml") => "application/atom+xml; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(first: &str, host: &str) -> Result<String, Status> {
        parse(&format!("{first}\r\nHost: {host}\r\n\r\n")).map(|request| request.path)
    }

    #[test]
    fn paths_are_decoded_and_stay_below() {
        let check = |target: &str, expected: Option<&str>| {
            let found = asked(&format!("GET {target} HTTP/1.1"), "localhost:80").ok();
            assert_eq!(found.as_deref(), expected, "{target}");
        };
        check("/", Some(""));
        check("/goals/a.html?x#y", Some("goals/a.html"));
        check("/a%20b%C3%A4", Some("a bä"));
        for target in [
            "/../x",
            "/a/../x",
            "/%2e%2e/x",
            "/a/%2E%2E",
            "/.",
            "/a%5cb",
            "/a%00",
            "/%",
            "/%g1",
            "/%+1",
            "//etc/passwd",
            "/%2fetc",
            "*",
            "http://localhost/x",
            "",
            "/%ff",
            "/a\u{7f}",
        ] {
            check(target, None);
        }
    }

    #[test]
    fn only_this_machine_is_a_host() {
        for host in ["localhost", "LOCALHOST:4174", "127.0.0.1:1", "[::1]:80", "127.0.0.1"] {
            assert_eq!(asked("GET / HTTP/1.1", host), Ok(String::new()), "{host}");
        }
        for host in [
            "evil.example",
            "localhost.evil.example:80",
            "127.0.0.1.evil.example",
            "",
            "0.0.0.0",
            "localhost:x",
        ] {
            assert_eq!(asked("GET / HTTP/1.1", host), Err(Status::Forbidden), "{host}");
        }
        let twice = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n";
        assert_eq!(parse(twice), Err(Status::Forbidden));
        assert_eq!(parse("GET / HTTP/1.1\r\n\r\n"), Err(Status::Forbidden));
    }

    #[test]
    fn other_methods_and_forms_are_refused() {
        assert_eq!(asked("POST / HTTP/1.1", "localhost"), Err(Status::NoSuchMethod));
        for first in ["GET /", "GET / HTTP/2", "GET / HTTP/1.1 x", "", "GET  / HTTP/1.1"] {
            assert_eq!(asked(first, "localhost"), Err(Status::BadRequest), "{first}");
        }
        assert_eq!(parse("GET / HTTP/1.1\r\nnonsense\r\n\r\n"), Err(Status::BadRequest));
    }
}
