//! Ends the program where a template of the workspace goes on without end.
//!
//! The engine bounds how deep templates call each other and how much a page may hold, but not how long a loop runs
//! that writes nothing. Nothing can stop it from outside but the end of the process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use super::super::output;
use super::super::publish::abandon;
use super::super::shared::Global;
use crate::error::{Error, Kind};

/// The longest that one page may take; the largest one of a large site takes a second.
const LONGEST: Duration = Duration::from_secs(30);

/// Watches over pages that are being rendered.
pub(super) struct Watch {
    pages: Arc<Mutex<BTreeMap<usize, Instant>>>,
    next: AtomicUsize,
    _end: Sender<()>,
}

impl Watch {
    /// Says what is wrong and ends the program with exit code 2 once a page takes too long.
    pub(super) fn begin(global: &Global) -> Self {
        let (quiet, verbose, color) = (global.quiet, global.verbose, global.color);
        Self::with(LONGEST, move || {
            let global = Global { directory: None, color, no_cache: false, quiet, verbose };
            let message = format!(
                "could not render the report: a page took more than {} seconds",
                LONGEST.as_secs()
            );
            let error = Error::new(Kind::Template, message)
                .hint("look for a loop over a loop in the workspace's own templates");
            abandon();
            output::complain(&global, &error);
            std::process::exit(2);
        })
    }

    /// Calls `overrun` once a page takes longer than `longest`.
    fn with(longest: Duration, overrun: impl FnOnce() + Send + 'static) -> Self {
        let pages: Arc<Mutex<BTreeMap<usize, Instant>>> = Arc::default();
        let (end, ended) = mpsc::channel();
        let watched = Arc::clone(&pages);
        thread::spawn(move || {
            while ended.recv_timeout(longest / 10) == Err(RecvTimeoutError::Timeout) {
                let pages = watched.lock().expect("nobody panics with it");
                if pages.values().any(|begun| begun.elapsed() > longest) {
                    return overrun();
                }
            }
        });
        Self { pages, next: AtomicUsize::new(0), _end: end }
    }

    /// Does something that is one page's work.
    pub(super) fn page<T>(&self, work: impl FnOnce() -> T) -> T {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.pages.lock().expect("nobody panics with it").insert(number, Instant::now());
        let done = work();
        self.pages.lock().expect("nobody panics with it").remove(&number);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_short_pages_are_let_be_and_a_long_one_is_not() {
        let (told, heard) = mpsc::channel();
        let watch = Watch::with(Duration::from_millis(200), move || {
            told.send(()).expect("somebody listens");
        });
        for _ in 0..50 {
            watch.page(|| thread::sleep(Duration::from_millis(6)));
        }
        assert_eq!(heard.try_recv(), Err(mpsc::TryRecvError::Empty));
        watch.page(|| heard.recv_timeout(Duration::from_secs(60))).expect("it took too long");
    }
}
