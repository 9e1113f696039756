//! Shows the files of a site to browsers on this machine, as long as the program runs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use super::super::publish::Published;
use super::http::{self, Request, Status};
use super::live;
use crate::error::{Error, Kind, Result};
use crate::render::site::link;

/// The port, where none is asked for and nobody has it.
const PORT: u16 = 4174;
/// The most connections at a time; a tab of a browser has one of its own.
const MOST_CONNECTIONS: usize = 64;
/// How often a browser that waits for news hears that there are none.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Takes a port of this machine that nothing outside of it reaches.
///
/// # Errors
///
/// The port that was asked for is taken, or there is none.
pub(super) fn listen(port: Option<u16>) -> Result<TcpListener> {
    let taken = |port: u16| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    let bound = match port {
        Some(port) => taken(port),
        None => taken(PORT).or_else(|_| taken(0)),
    };
    bound.map_err(|error| {
        let port = port.unwrap_or(PORT);
        Error::new(Kind::Io, format!("could not serve on port {port} of this machine: {error}"))
            .hint("name another with --port, or any that is free with --port 0")
    })
}

/// The site that is shown, and what number of build it is.
#[derive(Debug)]
pub(super) struct Shown {
    site: Mutex<Site>,
    changed: Condvar,
}

#[derive(Debug, Clone)]
struct Site {
    folder: PathBuf,
    /// Nothing else is shown, whatever lies in the folder.
    files: Arc<BTreeSet<String>>,
    build: u64,
}

impl Shown {
    /// Shows nothing yet. Numbers of builds differ from those of a program that ran before.
    pub(super) fn nothing() -> Self {
        let build = u64::from(std::process::id()) << 24;
        let site = Site { folder: PathBuf::new(), files: Arc::default(), build };
        Self { site: Mutex::new(site), changed: Condvar::new() }
    }

    /// Shows a site from now on, and tells those who wait for it.
    pub(super) fn show(&self, published: &Published) {
        let mut site = self.site();
        site.folder = published.folder.clone();
        site.files = Arc::new(published.files().map(str::to_owned).collect());
        site.build += 1;
        drop(site);
        self.changed.notify_all();
    }

    fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().expect("nobody panics with it")
    }
}

/// Answers whoever asks, in threads of their own.
pub(super) fn begin(listener: TcpListener, shown: Arc<Shown>) {
    let open = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let (shown, open) = (Arc::clone(&shown), Arc::clone(&open));
            if open.fetch_add(1, Ordering::Relaxed) >= MOST_CONNECTIONS {
                open.fetch_sub(1, Ordering::Relaxed);
                continue;
            }
            thread::spawn(move || {
                // A browser that goes away in the middle is nothing to speak of.
                let _ = respond(&stream, &shown);
                open.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
}

fn respond(stream: &TcpStream, shown: &Shown) -> io::Result<()> {
    let request = match http::read(stream) {
        Ok(request) => request,
        Err(status) => {
            return http::answer(stream, status, "text/plain", status.line().as_bytes(), false);
        }
    };
    let head_only = request.head_only;
    if request.path == live::BUILDS && !head_only {
        return tell_builds(stream, shown);
    }
    let (status, kind, body) = found(&request, shown);
    http::answer(stream, status, kind, &body, head_only)
}

/// What is at a path.
fn found(request: &Request, shown: &Shown) -> (Status, &'static str, Vec<u8>) {
    if request.path == live::SCRIPT {
        return (Status::Ok, http::kind(live::SCRIPT), live::LIVE.into());
    }
    let site = shown.site().clone();
    let path = if request.path.is_empty() { link::INDEX } else { &request.path };
    let kind = http::kind(path);
    match file(&site, path) {
        Some(bytes) if kind.starts_with("text/html") => {
            let page = live::page(&String::from_utf8_lossy(&bytes), site.build);
            (Status::Ok, kind, page.into())
        }
        Some(bytes) => (Status::Ok, kind, bytes),
        None if site.files.is_empty() => notice(&site, Status::Unavailable, NOT_YET),
        None => notice(&site, Status::NotFound, NOT_THERE),
    }
}

const NOT_YET: &str = "There is no report yet. The terminal says why; this page follows by itself.";
const NOT_THERE: &str = "The report has no such page. <a href=\"/\">To its front page</a>";

/// A page that says why there is none, and follows once there is.
fn notice(site: &Site, status: Status, text: &str) -> (Status, &'static str, Vec<u8>) {
    let page = format!(
        "<!doctype html><html lang=\"en\"><title>{}</title><body><p>{text}</p></body></html>",
        status.line()
    );
    (status, http::kind(link::INDEX), live::page(&page, site.build).into())
}

/// The bytes of one of the site's files.
fn file(site: &Site, path: &str) -> Option<Vec<u8>> {
    const TRIES: usize = 20;
    if !site.files.contains(path) {
        return None;
    }
    // While one site takes the other's place there is a moment without any.
    let full = site.folder.join(path);
    (0..TRIES).find_map(|_| {
        let bytes = std::fs::read(&full).ok();
        if bytes.is_none() {
            thread::sleep(Duration::from_millis(5));
        }
        bytes
    })
}

/// Tells of each build, from the present one on, as server-sent events.
fn tell_builds(mut stream: &TcpStream, shown: &Shown) -> io::Result<()> {
    let head = http::head(Status::Ok, "text/event-stream", "");
    stream.write_all(head.as_bytes())?;
    let mut told = None;
    loop {
        let build = shown.site().build;
        let message = match told {
            Some(old) if old == build => ":\n\n".to_owned(),
            _ => format!("data: {build}\n\n"),
        };
        stream.write_all(message.as_bytes())?;
        stream.flush()?;
        told = Some(build);
        let waited =
            shown.changed.wait_timeout_while(shown.site(), HEARTBEAT, |site| site.build == build);
        drop(waited);
    }
}
