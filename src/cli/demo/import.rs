//! The story in the language of `git fast-import`, so that real git makes the repository.

use super::story::{Commit, Person};

/// Writes the stream that makes the commits, with `main` at the last one.
///
/// Meant for `git fast-import` in a repository without commits. Every commit is written to `main`
/// with its parents named by mark, so that branches leave no refs behind.
pub(super) fn stream(commits: &[Commit]) -> Vec<u8> {
    let mut out = String::from("feature done\n");
    for (place, commit) in commits.iter().enumerate() {
        write_commit(&mut out, place, commit);
    }
    out.push_str("done\n");
    out.into_bytes()
}

fn write_commit(out: &mut String, place: usize, commit: &Commit) {
    out.push_str("commit refs/heads/main\n");
    out.push_str(&format!("mark :{}\n", place + 1));
    out.push_str(&format!("author {}\n", signature(&commit.author, commit)));
    out.push_str(&format!("committer {}\n", signature(&commit.committer, commit)));
    write_data(out, &message(commit));
    for (nth, parent) in commit.parents.iter().enumerate() {
        let word = if nth == 0 { "from" } else { "merge" };
        out.push_str(&format!("{word} :{}\n", parent + 1));
    }
    for (path, text) in &commit.files {
        match text {
            Some(text) => {
                out.push_str(&format!("M 100644 inline {}\n", quoted(path)));
                write_data(out, text);
            }
            None => out.push_str(&format!("D {}\n", quoted(path))),
        }
    }
    out.push('\n');
}

/// A counted block, so that no content can be read as a command.
fn write_data(out: &mut String, text: &str) {
    out.push_str(&format!("data {}\n{text}\n", text.len()));
}

fn message(commit: &Commit) -> String {
    let subject = commit.subject.replace('\n', " ");
    if commit.body.is_empty() {
        format!("{subject}\n")
    } else {
        format!("{subject}\n\n{}\n", commit.body.trim_end())
    }
}

fn signature(person: &Person, commit: &Commit) -> String {
    let offset = commit.offset_minutes;
    let sign = if offset < 0 { '-' } else { '+' };
    format!(
        "{} <{}> {} {sign}{:02}{:02}",
        without_delimiters(&person.name),
        without_delimiters(&person.email),
        commit.authored.as_second(),
        offset.abs() / 60,
        offset.abs() % 60,
    )
}

/// Drops what ends a name or an address in git's own format.
fn without_delimiters(text: &str) -> String {
    text.chars().filter(|it| !matches!(it, '<' | '>') && !it.is_control()).collect()
}

/// A path as git reads it: in C quotes where it has a quote, a backslash or a control character.
fn quoted(path: &str) -> String {
    if !path.chars().any(|it| matches!(it, '"' | '\\') || it.is_ascii_control()) {
        return path.to_owned();
    }
    let mut quoted = String::from("\"");
    for letter in path.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            _ if letter.is_ascii_control() => {
                quoted.push_str(&format!("\\{:03o}", u32::from(letter)));
            }
            _ => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
