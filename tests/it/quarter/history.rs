//! Replays `history.toml` into a repository, step by step.

use serde::Deserialize;

use crate::support::Repo;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    steps: Vec<Step>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Step {
    Branch(Branch),
    Back(Back),
    Commit(Commit),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Branch {
    branch: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Back {
    back: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Commit {
    author: String,
    date: String,
    subject: String,
    merge: Option<String>,
    #[serde(default)]
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Edit {
    Appear(Appear),
    Replace(Replace),
    Record(Record),
    Move(Move),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Appear {
    path: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    path: String,
    find: String,
    put: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    path: String,
    table: String,
    line: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    path: String,
    move_to: String,
}

/// A repository with the whole history of the quarter.
pub(super) fn replay() -> Repo {
    let history: History =
        toml::from_str(include_str!("history.toml")).expect("history.toml is a list of steps");
    let repo = Repo::new();
    let mut home = String::new();
    for step in &history.steps {
        match step {
            Step::Branch(Branch { branch }) => {
                home = repo.git(&["branch", "--show-current"]).trim().to_owned();
                repo.git(&["checkout", "-q", "-b", branch]);
            }
            Step::Back(Back { back }) => {
                assert!(back, "`back` is true or absent");
                repo.git(&["checkout", "-q", &home]);
            }
            Step::Commit(commit) => make(&repo, commit),
        }
    }
    repo
}

fn make(repo: &Repo, commit: &Commit) {
    if let Some(branch) = &commit.merge {
        merge(repo, branch);
    }
    for edit in &commit.edits {
        apply(repo, edit);
    }
    repo.commit(&commit.author, &commit.date, &commit.subject);
}

/// Merges into index and working tree; the commit that follows concludes it.
fn merge(repo: &Repo, branch: &str) {
    // Git wants an identity even where it does not commit.
    let identity = ["-c", "user.name=merge", "-c", "user.email=merge@meridian.example"];
    repo.git(&[&identity[..], &["merge", "-q", "--no-ff", "--no-commit", branch]].concat());
}

fn apply(repo: &Repo, edit: &Edit) {
    match edit {
        Edit::Appear(Appear { path, text }) => {
            assert!(!exists(repo, path), "{path} is there already");
            repo.write(path, text);
        }
        Edit::Replace(Replace { path, find, put }) => {
            let text = repo.read(path);
            assert_eq!(text.matches(find).count(), 1, "{find:?} stands once in {path}:\n{text}");
            repo.write(path, &text.replacen(find, put, 1));
        }
        Edit::Record(Record { path, table, line }) => {
            let text = if exists(repo, path) { repo.read(path) } else { String::new() };
            repo.write(path, &with_record(&text, table, line));
        }
        Edit::Move(Move { path, move_to }) => {
            repo.write(move_to, &repo.read(path));
            repo.git(&["rm", "-q", "--cached", "--", path]);
            repo.git(&["add", "--", move_to]);
            repo.git(&["clean", "-q", "-f", "--", path]);
        }
    }
}

/// Whether the file is tracked, or was written for the commit being made.
fn exists(repo: &Repo, path: &str) -> bool {
    !repo.git(&["ls-files", "--cached", "--others", "--", path]).is_empty()
}

/// The text with one more record at the end of a table, which is added where it is not there yet; the table "" is what
/// stands above the first one.
fn with_record(text: &str, table: &str, line: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let start = if table.is_empty() { 0 } else { start_of(&mut lines, &format!("[{table}]")) };
    let rest = lines.get(start..).unwrap_or_default();
    let length = rest.iter().position(|line| line.starts_with('[')).unwrap_or(rest.len());
    let mut end = start + length;
    while end > start && lines.get(end - 1).is_some_and(String::is_empty) {
        end -= 1;
    }
    let opens_file = table.is_empty() && end == 0 && !lines.is_empty();
    lines.insert(end, line.to_owned());
    if opens_file {
        lines.insert(1, String::new());
    }
    lines.join("\n") + "\n"
}

/// The index of the line below a table's head.
fn start_of(lines: &mut Vec<String>, head: &str) -> usize {
    if let Some(index) = lines.iter().position(|line| line == head) {
        return index + 1;
    }
    if !lines.is_empty() {
        lines.push(String::new());
    }
    lines.push(head.to_owned());
    lines.len()
}
