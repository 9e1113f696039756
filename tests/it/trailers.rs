//! Trailers of generated messages are read as git itself reads them.

use std::io::Write;
use std::process::Stdio;

use goals::repo::Backend;

use crate::support::Repo;

/// Lines that messages are put together from: trailers, what only looks like one, and what git does
/// with them.
const LINES: [&[u8]; 36] = [
    b"Goal: calm-deploys",
    b"Goal: 2026-q4/calm-deploys.lead-time",
    b"goal:lead-time",
    b"GOAL \t: spaced",
    b"Goal:",
    b"Goal: ",
    b"Goal",
    b"Goal= no",
    b"Goal : a: b",
    b"A Goal: no",
    b"The goal is: calm",
    b" Goal: folded or no",
    b"  folded on",
    b"\tfolded on",
    b" ",
    b"",
    b"",
    b"",
    b"",
    b"Signed-off-by: Ana <ana@northwind.example>",
    b"(cherry picked from commit 0123456789)",
    b"Reviewed-by: Ben",
    b"plain words",
    b"more words, and: a colon",
    b"https://example.com/x",
    b"# a comment",
    b"#Goal: commented",
    b"Conflicts:",
    b"\tgoals/2026-q4/calm-deploys.toml",
    b"---",
    b"-: dash",
    b": nothing",
    "Goal: caf\u{e9} \u{202e}".as_bytes(),
    b"Go\xe9l: latin",
    b"Goal: latin \xe9",
    b"Goal: carriage\r",
];

/// A sequence that is the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }
}

fn message(dice: &mut Dice) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = vec![b"A subject"];
    lines.extend((0..dice.below(9)).map(|_| LINES[dice.below(LINES.len())]));
    let mut message = lines.join(&b'\n');
    if dice.below(4) > 0 {
        message.push(b'\n');
    }
    message
}

#[test]
fn trailers_of_any_message_are_read_as_git_reads_them() {
    let repo = Repo::new();
    let mut dice = Dice(20_261_121);
    let mut stream = Vec::new();
    for _ in 0..2000 {
        let message = message(&mut dice);
        stream.extend_from_slice(
            b"commit refs/heads/main\ncommitter Ana <ana@northwind.example> 1790000000 +0000\n",
        );
        stream.extend_from_slice(format!("data {}\n", message.len()).as_bytes());
        stream.extend_from_slice(&message);
        stream.push(b'\n');
    }
    let mut import = repo.command("git");
    import.args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut import = import.spawn().expect("git runs");
    import.stdin.take().expect("piped").write_all(&stream).expect("written");
    assert!(import.wait().expect("it ends").success());

    let format = "--format=%x00%H%n%(trailers:key=Goal,valueonly,unfold)";
    let log = repo.command("git").args(["log", "--reverse", "--topo-order", format]).output();
    let log = String::from_utf8_lossy(&log.expect("git runs").stdout).into_owned();
    let by_git: Vec<(String, Vec<String>)> = log
        .split('\0')
        .skip(1)
        .map(|commit| {
            let (id, values) = commit.split_once('\n').expect("an id and its values");
            let values = values.strip_suffix('\n').unwrap_or(values);
            let values = values.strip_suffix('\n').map(|values| values.split('\n'));
            (id.to_owned(), values.into_iter().flatten().map(str::to_owned).collect())
        })
        .filter(|(_, values): &(String, Vec<String>)| !values.is_empty())
        .collect();
    assert!(by_git.len() > 100, "{} of the messages have trailers", by_git.len());
    for backend in [Backend::Libgit2, Backend::Program] {
        let opened = goals::repo::open_with(repo.path(), backend);
        let opened = opened.expect("it opens").expect("a repository");
        let head = opened.head().expect("readable").expect("a commit");
        let by_us: Vec<(String, Vec<String>)> = opened
            .trailed(head, "Goal")
            .expect("readable")
            .into_iter()
            .map(|trailed| (trailed.commit.id.to_string(), trailed.values))
            .collect();
        for (ours, gits) in by_us.iter().zip(&by_git) {
            let message = || repo.git(&["cat-file", "commit", &gits.0]);
            assert_eq!(ours, gits, "{backend:?}: {}", message());
        }
        assert_eq!(by_us.len(), by_git.len());
    }
}
