//! Messages on a stream: a header with a length, then JSON.
//!
//! What is no message is answered with an error and passed over; the stream goes on. Only its end,
//! or a failure to read from it, ends the conversation.

use std::io::{self, BufRead, Read, Write};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use serde_json::{Value, json};

/// The longest message that is read, in bytes. A goal file has at most 1 MiB.
const MAX_MESSAGE: u64 = 64 * 1024 * 1024;
/// The longest line of a header, in bytes.
const MAX_LINE: u64 = 64 * 1024;
/// What tells how long a message is.
const LENGTH: &str = "content-length:";

/// What came in.
#[derive(Debug)]
pub(super) enum Incoming {
    /// A message.
    Message(Message),
    /// What is no message, as the error to answer it with.
    Malformed(Value),
}

/// Reads the next message; nothing at the end of the stream.
///
/// # Errors
///
/// The stream cannot be read.
pub(super) fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let length = match header(input)? {
        Header::End => return Ok(None),
        Header::Malformed(why) => return Ok(Some(malformed(ErrorCode::ParseError, &why))),
        Header::Length(length) => length,
    };
    let mut body = input.take(length);
    if length > MAX_MESSAGE {
        io::copy(&mut body, &mut io::sink())?;
        let why = format!("a message of {length} bytes; at most {MAX_MESSAGE} are read");
        return Ok(Some(malformed(ErrorCode::InvalidRequest, &why)));
    }
    let mut bytes = Vec::new();
    body.read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Ok(None);
    }
    Ok(Some(match serde_json::from_slice::<Value>(&bytes) {
        Ok(value) => message(value),
        Err(error) => malformed(ErrorCode::ParseError, &format!("not JSON: {error}")),
    }))
}

/// Writes a message.
///
/// # Errors
///
/// The stream cannot be written to.
pub(super) fn write(output: &mut impl Write, message: &Value) -> io::Result<()> {
    let text = message.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

/// A message as JSON.
pub(super) fn json_of(message: &Message) -> Value {
    let mut value = serde_json::to_value(message).unwrap_or(Value::Null);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("jsonrpc".to_owned(), "2.0".into());
        // A null result has to be there all the same.
        if matches!(message, Message::Response(Response { response_result: Ok(_), .. })) {
            fields.entry("result").or_insert(Value::Null);
        }
    }
    value
}

enum Header {
    Length(u64),
    Malformed(String),
    End,
}

/// Reads lines up to an empty one that follows a length. What stands where a header should, such as
/// the rest of a message whose length was wrong, is passed over up to the next one.
fn header(input: &mut impl BufRead) -> io::Result<Header> {
    let (mut length, mut junk) = (None, None);
    loop {
        let mut line = Vec::new();
        if input.by_ref().take(MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(Header::End);
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim_end();
        match (line.is_empty(), length, junk.take()) {
            (true, Some(length), None) => return Ok(Header::Length(length)),
            (true, None, None) => {}
            (true, _, Some(why)) => return Ok(Header::Malformed(why)),
            (false, _, before) => {
                junk = before;
                let lower = line.to_ascii_lowercase();
                match lower.rfind(LENGTH) {
                    Some(at) => {
                        let digits = lower[at + LENGTH.len()..].trim();
                        length = digits.parse().ok();
                        // With a length that can be read, what stood before it no longer matters.
                        junk = length.is_none().then(|| format!("not a length: `{digits}`"));
                    }
                    None if lower.starts_with("content-type:") => {}
                    None if junk.is_none() => junk = Some("not a header".to_owned()),
                    None => {}
                }
            }
        }
    }
}

fn malformed(code: ErrorCode, why: &str) -> Incoming {
    refused(Value::Null, code, why)
}

fn refused(id: Value, code: ErrorCode, why: &str) -> Incoming {
    let error = json!({ "code": code as i32, "message": why });
    Incoming::Malformed(json!({ "jsonrpc": "2.0", "id": id, "error": error }))
}

/// What a JSON value says, as a message.
fn message(mut value: Value) -> Incoming {
    let Some(fields) = value.as_object_mut() else {
        return malformed(ErrorCode::InvalidRequest, "a message is a JSON object");
    };
    let id = fields.get("id").cloned();
    let params = fields.remove("params").unwrap_or(Value::Null);
    match (fields.remove("method"), id) {
        (Some(Value::String(method)), None) => {
            Incoming::Message(Notification { method, params }.into())
        }
        (Some(Value::String(method)), Some(id)) => match request_id(&id) {
            Some(id) => Incoming::Message(Request { id, method, params }.into()),
            None => refused(id, ErrorCode::InvalidRequest, "an id is a whole number or a string"),
        },
        (Some(_), id) => {
            let id = id.unwrap_or_default();
            refused(id, ErrorCode::InvalidRequest, "a method is named by a string")
        }
        (None, Some(id)) => match serde_json::from_value::<Response>(value) {
            Ok(response) => Incoming::Message(response.into()),
            Err(_) => refused(id, ErrorCode::InvalidRequest, "neither a request nor an answer"),
        },
        (None, None) => malformed(ErrorCode::InvalidRequest, "neither a method nor an id"),
    }
}

fn request_id(id: &Value) -> Option<RequestId> {
    match id {
        Value::String(text) => Some(text.clone().into()),
        Value::Number(number) => {
            number.as_i64().and_then(|number| i32::try_from(number).ok()).map(RequestId::from)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    /// What comes in: the method of each message, and the code of each error.
    fn check(stream: &str, expected: &[&str]) {
        let mut input = stream.as_bytes();
        let mut told = Vec::new();
        while let Some(incoming) = read(&mut input).expect("readable") {
            told.push(match incoming {
                Incoming::Message(Message::Request(request)) => request.method,
                Incoming::Message(Message::Notification(notice)) => notice.method,
                Incoming::Message(Message::Response(answer)) => format!("answer {}", answer.id),
                Incoming::Malformed(error) => {
                    format!("{} {}", error["id"], error["error"]["code"])
                }
            });
        }
        assert_eq!(told, expected, "{stream}");
    }

    #[test]
    fn what_is_no_message_is_answered_and_passed_over() {
        let good = framed(r#"{"jsonrpc":"2.0","id":1,"method":"good"}"#);
        for (bad, code) in [
            (framed("{not json"), "null -32700"),
            (framed("[1, 2]"), "null -32600"),
            (framed("{}"), "null -32600"),
            (framed(r#"{"id":7}"#), "7 -32600"),
            (framed(r#"{"id":7,"method":3}"#), "7 -32600"),
            (framed(r#"{"id":1.5,"method":"x"}"#), "1.5 -32600"),
            (framed(r#"{"id":99999999999,"method":"x"}"#), "99999999999 -32600"),
            (framed(&"[".repeat(10_000)), "null -32700"),
            ("Content-Length: many\r\n\r\n".to_owned(), "null -32700"),
            ("Length: 12\r\n\r\n".to_owned(), "null -32700"),
        ] {
            check(&format!("{bad}{good}"), &[code, "good"]);
        }
    }

    #[test]
    fn a_body_behind_a_broken_header_is_passed_over() {
        let good = framed(r#"{"method":"good"}"#);
        check(&format!("Content-Length: ?\r\n\r\n{{\"id\":1}}{good}"), &["null -32700", "good"]);
        check(&format!("junk\r\nmore junk{good}"), &["good"]);
    }

    #[test]
    fn a_stream_may_end_anywhere() {
        for end in ["", "Content-Le", "Content-Length: 5\r\n", "Content-Length: 5\r\n\r\n{\"a"] {
            check(end, &[]);
        }
    }

    #[test]
    fn other_headers_and_bare_line_ends_are_read_too() {
        check(
            "content-length: 14\nContent-Type: application/vscode-jsonrpc; charset=utf-8\n\n{\"method\":\"a\"}",
            &["a"],
        );
    }

    #[test]
    fn a_message_beyond_the_limit_is_not_kept() {
        let length = MAX_MESSAGE + 1;
        let body = io::repeat(b'x').take(length);
        let head = format!("Content-Length: {length}\r\n\r\n");
        let tail = framed(r#"{"method":"good"}"#);
        let mut input = io::BufReader::new(head.as_bytes().chain(body).chain(tail.as_bytes()));
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Malformed(_)))));
        assert!(matches!(read(&mut input), Ok(Some(Incoming::Message(_)))));
    }
}
