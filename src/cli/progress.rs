//! How far a long piece of work is: told on a terminal, once it has taken half a second.

use std::io::IsTerminal;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::shared::Global;

/// Work that takes no longer than this says nothing.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often what is told is told anew.
const EVERY: Duration = Duration::from_millis(100);

/// A line at the foot of the terminal, gone when this is. Without a terminal on standard error, or where silence is
/// wanted, it is nothing at all.
pub(super) struct Progress {
    shown: Option<Shown>,
}

struct Shown {
    bar: ProgressBar,
    end: Option<Sender<()>>,
    showing: Option<JoinHandle<()>>,
}

impl Progress {
    /// Tells how many of `count` steps are done.
    pub(super) fn counted(global: &Global, what: &'static str, count: usize) -> Self {
        let bar = || ProgressBar::with_draw_target(Some(count as u64), hidden());
        Self::new(global, what, bar, "{msg} {wide_bar} {pos}/{len}")
    }

    /// Tells that something is under way whose end nobody knows.
    pub(super) fn waiting(global: &Global, what: &'static str) -> Self {
        Self::new(global, what, || ProgressBar::with_draw_target(None, hidden()), "{spinner} {msg}")
    }

    fn new(
        global: &Global,
        what: &'static str,
        bar: impl FnOnce() -> ProgressBar,
        style: &str,
    ) -> Self {
        if global.quiet || !std::io::stderr().is_terminal() {
            return Self { shown: None };
        }
        let style = ProgressStyle::with_template(style).expect("the styles above are sound");
        Self { shown: Some(Shown::after(PATIENCE, bar().with_style(style).with_message(what))) }
    }

    /// Tells that one more step is done.
    pub(super) fn step(&self) {
        if let Some(shown) = &self.shown {
            shown.bar.inc(1);
        }
    }
}

impl Shown {
    /// Shows a bar after a while, unless it is gone by then.
    fn after(patience: Duration, bar: ProgressBar) -> Self {
        let (end, ended) = mpsc::channel();
        let late = bar.clone();
        let showing = thread::spawn(move || {
            if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                late.set_draw_target(ProgressDrawTarget::stderr());
                late.enable_steady_tick(EVERY);
            }
        });
        Self { bar, end: Some(end), showing: Some(showing) }
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.end.take();
        if let Some(showing) = self.showing.take() {
            // It only waits, and draws.
            let _ = showing.join();
        }
        self.bar.finish_and_clear();
    }
}

fn hidden() -> ProgressDrawTarget {
    ProgressDrawTarget::hidden()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_ends_soon_is_not_shown() {
        let bar = ProgressBar::with_draw_target(Some(3), hidden());
        let kept = bar.clone();
        drop(Shown::after(Duration::from_secs(3600), bar));
        assert!(kept.is_hidden() && kept.is_finished());
    }
}
