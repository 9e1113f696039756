//! Documentation that cannot rot: its commands are run, its files are checked, its reference is
//! generated.
//!
//! In `README.md`, `docs/guide/` and the page about JSON a page's blocks are followed from top to
//! bottom in a folder of its own: a block whose first line is a comment with a path is written to
//! that file, and in a `console` block each line after `$ ` is run and must print what stands below
//! it. With the variable `UPDATE=1` what was printed is written into the page instead. In expected
//! output `[..]` stands for any text within a line, `...` on a line of its own for any lines, and
//! any commit id for any other. It is noon on 21 November 2026 until a line `On 2026-10-12:` says otherwise.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use goals::date::{Date, days_between, parse_date};

use crate::support::Repo;

#[test]
fn the_commands_of_the_documentation_print_what_it_says() {
    let mut wrong = String::new();
    for page in pages() {
        let text = std::fs::read_to_string(&page).expect("readable");
        let followed = follow(&text);
        if updating() {
            std::fs::write(&page, followed.text).expect("written");
        } else if !followed.wrong.is_empty() {
            let _ = writeln!(wrong, "== {}\n{}", page.display(), followed.wrong);
        }
    }
    assert!(wrong.is_empty(), "UPDATE=1 cargo test docs:: rewrites the pages\n{wrong}");
}

#[test]
fn the_reference_of_commands_is_what_they_say_of_themselves() {
    let mut repo = Repo::folder();
    repo.set("COLUMNS", "100");
    let help = |arguments: &[&str]| repo.goals(&[arguments, &["--help"]].concat()).sound();
    let top = help(&[]);
    let mut text = format!(
        "# The command line\n\nWhat each command says of itself with `--help`. This page is generated: `UPDATE=1 cargo test docs::`.\n\n{}",
        block(&top)
    );
    for name in commands(&top) {
        let _ = write!(text, "\n## goals {name}\n\n{}", block(&help(&[name])));
    }
    current("docs/reference/cli.md", &text);
}

#[test]
fn the_reference_of_rules_lists_every_rule() {
    let path = "docs/reference/rules.md";
    let page = std::fs::read_to_string(in_package(path)).expect("readable");
    let heading = "| rule | level | finds |\n| --- | --- | --- |\n";
    let (before, rest) = page.split_once(heading).expect("the page has the table");
    let after = rest.find("\n\n").map_or("", |end| &rest[end..]);
    let rows: Vec<String> = goals::check::RULES
        .iter()
        .map(|rule| format!("| `{}` | {} | {} |", rule.name, rule.level.word(), rule.finds))
        .collect();
    current(path, &format!("{before}{heading}{}{}", rows.join("\n"), after));
}

#[test]
fn the_fragments_of_goal_files_are_sound() {
    let mut pages = pages();
    pages.extend(["docs/reference/files.md", "docs/reference/rules.md"].map(in_package));
    let mut seen = 0;
    for page in pages {
        let text = std::fs::read_to_string(&page).expect("readable");
        let mut rest = text.as_str();
        while let Some((_, language, body, after)) = next_block(rest) {
            rest = after;
            if language == "toml" && path_of(body).is_none() {
                let (_, in_plan) = goals::load::plan("p.toml", &format!("title = \"T\"\n{body}"));
                let (_, in_settings) =
                    goals::load::settings("goals.toml", &format!("format = 1\n{body}"));
                let sound = in_plan.is_empty() || in_settings.is_empty();
                assert!(sound, "{}: {body}{in_plan:?}{in_settings:?}", page.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 2, "{seen} fragments");
}

#[test]
fn the_files_for_forges_and_hooks_are_quoted_whole() {
    let guide = std::fs::read_dir(in_package("docs/guide")).expect("the guide");
    let pages = guide.map(|entry| entry.expect("readable").path());
    let pages = pages.filter(|page| page.extension().is_some_and(|extension| extension == "md"));
    let text: String =
        pages.map(|page| std::fs::read_to_string(page).expect("readable") + "\n").collect();
    let (mut blocks, mut rest) = (Vec::new(), text.as_str());
    while let Some((_, _, body, after)) = next_block(rest) {
        blocks.push(body);
        rest = after;
    }
    let mut seen = 0;
    for file in std::fs::read_dir(in_package("docs/guide/ci")).expect("the files") {
        let path = file.expect("readable").path();
        let file = std::fs::read_to_string(&path).expect("readable");
        let quoted = blocks.contains(&file.as_str());
        assert!(quoted, "no page of the guide has {} as it is", path.display());
        seen += 1;
    }
    assert!(seen > 5, "{seen} files");
}

#[test]
fn the_runner_tells_right_from_wrong() {
    let page = "```toml\n# a/b.toml\nx = 1\n```\n\n```console\n$ cat a/b.toml\n...\nx = [..]\n$ (exit 3)\n$ echo $?\n3\n```\n";
    let followed = follow(page);
    assert_eq!((followed.text.as_str(), followed.wrong.as_str()), (page, ""));
    let wrong = follow("```console\n$ echo one; echo two >&2\none\n```\n");
    assert_eq!(wrong.text, "```console\n$ echo one; echo two >&2\none\ntwo\n```\n");
    assert!(wrong.wrong.contains("echo one"), "{}", wrong.wrong);
    let dated =
        follow("On 2026-10-12:\n\n```console\n$ echo $SOURCE_DATE_EPOCH $GIT_AUTHOR_DATE\n```\n");
    assert!(dated.text.contains("\n1791806400 2026-10-12T12:00:00Z\n"), "{}", dated.text);
    assert!(matches("committed 48bedf09ea\n", "committed 0123456789\n"));
    assert!(!matches("committed 48bedf09ea\n", "committed nothing\n"));
    assert!(!matches("a\n...\nz\n", "a\nb\n"));
}

fn updating() -> bool {
    std::env::var_os("UPDATE").is_some()
}

fn in_package(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The pages with commands to follow.
fn pages() -> Vec<PathBuf> {
    let guide = std::fs::read_dir(in_package("docs/guide")).expect("the guide");
    let mut pages: Vec<PathBuf> = guide.map(|entry| entry.expect("readable").path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.extend(["README.md", "docs/reference/json.md"].map(in_package));
    pages.sort();
    pages
}

/// Expects a generated file to be `text`, or makes it so.
fn current(path: &str, text: &str) {
    if updating() {
        std::fs::write(in_package(path), text).expect("written");
    }
    let found = std::fs::read_to_string(in_package(path)).unwrap_or_default();
    assert!(found == text, "{path} is out of date: UPDATE=1 cargo test docs::");
}

/// The commands that the program's own help lists.
fn commands(help: &str) -> Vec<&str> {
    let (_, list) = help.split_once("Commands:\n").expect("a list of commands");
    let names = list.lines().take_while(|line| !line.is_empty());
    names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect()
}

fn block(help: &str) -> String {
    let lines: Vec<&str> = help.trim_end().lines().map(str::trim_end).collect();
    format!("```text\n{}\n```\n", lines.join("\n"))
}

/// A page after its blocks were followed.
struct Followed {
    /// The page with what was really printed, where that differs.
    text: String,
    /// What differs; empty if nothing does.
    wrong: String,
}

/// Follows the blocks of a page in a fresh folder.
fn follow(page: &str) -> Followed {
    let mut terminal = Terminal::new();
    let mut followed = Followed { text: String::new(), wrong: String::new() };
    let mut rest = page;
    while let Some((before, language, body, after)) = next_block(rest) {
        followed.text.push_str(before);
        if let Some(date) = before.lines().filter_map(date_of).next_back() {
            terminal.set_date(date);
        }
        match (language, path_of(body)) {
            ("console", _) => console(body, &mut terminal, &mut followed),
            (_, path) => {
                if let Some(path) = path {
                    terminal.write(path, body);
                }
                followed.text.push_str(body);
            }
        }
        followed.text.push_str("```");
        rest = after;
    }
    followed.text.push_str(rest);
    followed
}

/// The next fenced block: all before its first line, its language, its lines, all after its end.
fn next_block(text: &str) -> Option<(&str, &str, &str, &str)> {
    let fence = if text.starts_with("```") { 0 } else { text.find("\n```")? + 1 };
    let body = fence + text[fence..].find('\n')? + 1;
    let end =
        body + if text[body..].starts_with("```") { 0 } else { text[body..].find("\n```")? + 1 };
    Some((&text[..body], text[fence + 3..body].trim(), &text[body..end], &text[end + 3..]))
}

/// The path in a comment on the first line of a block.
fn path_of(body: &str) -> Option<&str> {
    let line = body.lines().next()?;
    let inside = line
        .strip_prefix("# ")
        .or_else(|| line.strip_prefix("{# ").and_then(|rest| rest.strip_suffix(" #}")))
        .or_else(|| line.strip_prefix("/* ").and_then(|rest| rest.strip_suffix(" */")))?;
    (inside.contains('.') && !inside.contains(' ')).then_some(inside)
}

/// The date of a line that says on which day the reader is.
fn date_of(line: &str) -> Option<Date> {
    parse_date(line.strip_prefix("On ")?.strip_suffix(':')?)
}

/// Runs the commands of a block and compares what they print.
fn console(body: &str, terminal: &mut Terminal, followed: &mut Followed) {
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let command = line.strip_prefix("$ ").expect("a console block begins with a command");
        let mut expected = String::new();
        while let Some(line) = lines.next_if(|line| !line.starts_with("$ ")) {
            expected += &format!("{line}\n");
        }
        let printed = terminal.run(command);
        let right = matches(&expected, &printed);
        let shown = if right { &expected } else { &printed };
        let _ = write!(followed.text, "$ {command}\n{shown}");
        if !right {
            let _ = write!(
                followed.wrong,
                "$ {command}\n-- the page says\n{expected}-- it printed\n{printed}"
            );
        }
    }
}

/// A shell that a reader would have open: where it is, and what the last command ended with.
struct Terminal {
    repo: Repo,
    folder: PathBuf,
    last: i32,
}

impl Terminal {
    fn new() -> Self {
        let mut repo = Repo::folder();
        let binary = Path::new(env!("CARGO_BIN_EXE_goals")).parent().expect("a folder");
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = [binary.to_owned()].into_iter().chain(std::env::split_paths(&path));
        let path = std::env::join_paths(path).expect("no separator in a path");
        repo.set("PATH", path.to_str().expect("UTF-8"));
        repo.set("TZ", "UTC");
        repo.git(&["config", "--global", "init.defaultBranch", "main"]);
        let mut terminal = Self { folder: repo.path().to_owned(), repo, last: 0 };
        terminal.set_date(parse_date("2026-11-21").expect("a date"));
        terminal
    }

    /// Makes it noon on a day, for the tool and for git.
    fn set_date(&mut self, date: Date) {
        let epoch = parse_date("1970-01-01").expect("a date");
        let noon = days_between(epoch, date) * 86_400 + 43_200;
        self.repo.set("SOURCE_DATE_EPOCH", &noon.to_string());
        for name in ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"] {
            self.repo.set(name, &format!("{date}T12:00:00Z"));
        }
    }

    /// Writes a file as an editor would.
    fn write(&self, path: &str, text: &str) {
        let file = self.folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a file has a folder")).expect("made");
        std::fs::write(file, text).expect("written");
    }

    /// Runs a line; what it printed, errors included.
    fn run(&mut self, command: &str) -> String {
        let left = self.repo.beside("folder");
        let script = format!(
            "exec 2>&1\ntrap 'pwd >\"{}\"' EXIT\n(exit {})\n{command}",
            left.display(),
            self.last
        );
        let mut shell = self.repo.command("sh");
        let output = shell.current_dir(&self.folder).args(["-c", &script]).output();
        let output = output.expect("there is a shell");
        self.last = output.status.code().expect("it ended by itself");
        self.folder = std::fs::read_to_string(left).expect("written").trim_end().into();
        let printed = String::from_utf8(output.stdout).expect("UTF-8");
        let printed = printed.replace(self.repo.path().to_str().expect("UTF-8"), "/home/ana");
        printed.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
    }
}

/// Tells whether `printed` is what was `expected`.
fn matches(expected: &str, printed: &str) -> bool {
    let expected: Vec<String> = expected.lines().map(without_ids).collect();
    let printed: Vec<String> = printed.lines().map(without_ids).collect();
    lines_match(&expected, &printed)
}

fn lines_match(expected: &[String], printed: &[String]) -> bool {
    match expected.split_first() {
        None => printed.is_empty(),
        Some((line, rest)) if line == "..." => {
            (0..=printed.len()).any(|skipped| lines_match(rest, &printed[skipped..]))
        }
        Some((line, rest)) => printed
            .split_first()
            .is_some_and(|(found, left)| line_matches(line, found) && lines_match(rest, left)),
    }
}

fn line_matches(expected: &str, printed: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected.trim_end() == printed,
        Some((first, rest)) => printed.strip_prefix(first).is_some_and(|left| {
            left.char_indices().any(|(at, _)| line_matches(rest, &left[at..]))
                || line_matches(rest, "")
        }),
    }
}

/// The line with every commit id replaced by the same word.
fn without_ids(line: &str) -> String {
    let is_id = |word: &str| {
        (7..=64).contains(&word.len())
            && word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let words = line.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let mut text = String::new();
    for word in words {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        text += if is_id(bare) { "<id>" } else { bare };
        text += &word[bare.len()..];
    }
    text
}
