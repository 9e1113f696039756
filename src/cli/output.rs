//! The only place that prints: results to standard output, everything else to standard error.

use std::io::{ErrorKind, Write};
use std::path::Path;

use super::shared::Global;
use crate::error::{Error, Kind, Result};
use crate::text::printable;

/// Prints a result. A reader who has gone away is no failure.
pub(super) fn print(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::io("write to", Path::new("standard output"), &error))
        }
        _ => Ok(()),
    }
}

/// Says something beside the result, unless silence is wanted.
pub(super) fn note(global: &Global, text: &str) {
    if !global.quiet {
        say(text);
    }
}

/// Says how the result came about, where that is wanted.
pub(super) fn detail(global: &Global, text: &str) {
    if global.verbose {
        say(text);
    }
}

/// Warns of something, also where silence is wanted.
pub(super) fn warn(global: &Global, message: &str, hint: Option<&str>) {
    say(&worded(global, "warning", anstyle::AnsiColor::Yellow, message, hint));
}

/// Says why the command could not run, and what to do.
pub(super) fn complain(global: &Global, error: &Error) {
    say(&worded(global, "error", anstyle::AnsiColor::Red, &error.message, error.hint.as_deref()));
}

fn worded(
    global: &Global,
    word: &str,
    colour: anstyle::AnsiColor,
    message: &str,
    hint: Option<&str>,
) -> String {
    let look =
        crate::render::terminal::Look { colour: global.colour(&std::io::stderr()), width: None };
    let mut text = format!("{}: {}", look.paint(colour.on_default().bold(), word), lines(message));
    if let Some(hint) = hint {
        text.push_str(&format!(
            "\n{}: {}",
            look.paint(anstyle::AnsiColor::Cyan.on_default().bold(), "help"),
            lines(hint)
        ));
    }
    text
}

/// Makes text harmless line by line; what a hook said has several.
fn lines(text: &str) -> String {
    let shown = |line: &str| printable(&line.replace('\t', "    ")).into_owned();
    let lines: Vec<String> = text.trim_end().lines().map(shown).collect();
    lines.join("\n  ")
}

/// Says something, come what may.
pub(super) fn say(text: &str) {
    // Nothing is left to be done if standard error is gone.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Counts what kept figures from being complete, for the note below them.
pub(super) fn broken(errors: usize) -> Option<Error> {
    (errors > 0).then(|| {
        let leave = if errors == 1 { "leaves" } else { "leave" };
        Error::new(
            Kind::Workspace,
            format!(
                "{} in the goal files {leave} figures incomplete: what is broken counts as not measured",
                crate::text::count(errors, "error")
            ),
        )
        .hint("`goals check` shows each with its place and its cure, and whatever else it finds")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_git_said_keeps_its_lines_and_is_harmless() {
        let said = "cannot commit:\nhint:\tgit add\u{1b}[31m\r\n\tx\n";
        assert_eq!(lines(said), "cannot commit:\n  hint:    git add\\u{1b}[31m\n      x");
    }
}
