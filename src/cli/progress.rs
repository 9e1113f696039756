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
        let bar = bar().with_style(style).with_message(what);
        Self { shown: Some(Shown::after(PATIENCE, bar, ProgressDrawTarget::stderr)) }
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
    fn after(
        patience: Duration,
        bar: ProgressBar,
        target: impl FnOnce() -> ProgressDrawTarget + Send + 'static,
    ) -> Self {
        let (end, ended) = mpsc::channel();
        let late = bar.clone();
        let showing = thread::spawn(move || {
            if ended.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                late.set_draw_target(target());
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
    use std::io;
    use std::sync::{Arc, Mutex};
    use std::time::Instant;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what it is told.
    #[derive(Debug, Clone, Default)]
    struct Kept(Arc<Mutex<String>>);

    impl Kept {
        fn keep(&self, text: &str) -> io::Result<()> {
            self.0.lock().expect("nobody panics with it").push_str(text);
            Ok(())
        }

        fn text(&self) -> String {
            self.0.lock().expect("nobody panics with it").clone()
        }

        fn target(&self) -> ProgressDrawTarget {
            ProgressDrawTarget::term_like(Box::new(self.clone()))
        }
    }

    impl TermLike for Kept {
        fn width(&self) -> u16 {
            80
        }

        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }

        fn write_line(&self, text: &str) -> io::Result<()> {
            self.keep(text)
        }

        fn write_str(&self, text: &str) -> io::Result<()> {
            self.keep(text)
        }

        fn clear_line(&self) -> io::Result<()> {
            self.keep("<cleared>")
        }

        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    /// A bar of three steps that is shown on a terminal of the test's own after a while.
    fn shown(patience: Duration) -> (Shown, Kept) {
        let kept = Kept::default();
        let style = ProgressStyle::with_template("{msg} {pos}/{len}").expect("sound");
        let bar = ProgressBar::with_draw_target(Some(3), hidden());
        let bar = bar.with_style(style).with_message("rendering");
        let on = kept.clone();
        (Shown::after(patience, bar, move || on.target()), kept)
    }

    #[test]
    fn work_that_ends_soon_is_not_shown() {
        let (work, kept) = shown(Duration::from_secs(3600));
        work.bar.inc(1);
        // Long enough for a bar that did not wait.
        thread::sleep(3 * EVERY);
        drop(work);
        assert_eq!(kept.text(), "");
    }

    #[test]
    fn work_that_goes_on_is_shown_and_cleared_away() {
        let (work, kept) = shown(Duration::from_millis(1));
        let begun = Instant::now();
        let expect = |text: &str| {
            while !kept.text().contains(text) && begun.elapsed() < Duration::from_secs(60) {
                thread::sleep(Duration::from_millis(5));
            }
            assert!(kept.text().contains(text), "no `{text}` in {:?}", kept.text());
        };
        expect("rendering 0/3");
        work.bar.inc(2);
        expect("rendering 2/3");
        drop(work);
        let text = kept.text();
        assert!(text.trim_end().ends_with("<cleared>"), "{text:?}");
    }
}
