//! Text in GitHub's Markdown that stays text: no markup, no HTML, no link, no picture, and nobody is
//! notified, on GitHub, GitLab and Forgejo alike.
//!
//! Marks are escaped for the renderer. Forges also look for names, numbers and addresses in what it
//! has rendered, where no escape is left to see: there an invisible character that keeps words
//! together stands between.

use crate::text::printable;

/// The invisible character: no width, no break.
const JOINER: char = '\u{2060}';
/// The most bytes that a comment may have: forges count characters, of which there are no more.
pub const COMMENT_BYTES: usize = 65_536;
/// The fewest hexadecimal digits that are taken for a commit.
const COMMIT_DIGITS: usize = 7;

/// How many of the rows, from the first on, there is room for, in bytes.
pub(super) fn rows_within(rows: &[String], room: usize) -> usize {
    let mut left = room;
    let within = rows.iter().take_while(|row| {
        let goes = row.len() <= left;
        left = left.saturating_sub(row.len());
        goes
    });
    within.count()
}

/// A message of the program's own: what stands between backticks becomes code, the rest is text.
pub(super) fn message(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    // A backtick without a partner is only a character.
    let paired = parts.len() - 1 + parts.len() % 2;
    let mut shown = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && at < paired {
            shown.push_str(&code(part));
        } else {
            if at > 0 && at >= paired {
                shown.push_str("\\`");
            }
            shown.push_str(&plain(part));
        }
    }
    shown
}

/// A code span, also in a table; a backtick in it becomes an apostrophe.
pub(crate) fn code(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let text = printable(text).replace('`', "'");
    // A table ends its cell at a bar behind two backslashes.
    format!("`{}`", text.replace("\\|", "\\\u{2060}|").replace('|', "\\|"))
}

/// Text of which nothing acts, on one line, also in a table.
pub(crate) fn plain(text: &str) -> String {
    let text = printable(text);
    let mut shown = String::with_capacity(text.len());
    let mut characters = text.char_indices().peekable();
    let mut before = None;
    while let Some((at, c)) = characters.next() {
        let next = characters.peek().map(|(_, next)| *next);
        let harmless = matches!(c, ',' | ';' | '?' | '\'' | '"' | '/' | '%' | '=' | '-')
            || (matches!(c, '.' | ':') && next.is_none_or(char::is_whitespace))
            || (c == '.' && is_digit(before) && is_digit(next));
        if c.is_ascii_punctuation() && !harmless {
            shown.push('\\');
        }
        shown.push(c);
        if points(before, c, next) || begins_commit(before, &text[at..]) {
            shown.push(JOINER);
        }
        before = Some(c);
    }
    shown
}

fn is_digit(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

/// Tells whether a forge could take a character and the next for the beginning of something: a
/// name, a number, a label, a word of emoji, an address.
fn points(before: Option<char>, c: char, next: Option<char>) -> bool {
    let Some(next) = next else { return false };
    match c {
        '@' | '#' | '!' | '~' | '%' | '&' | '$' | '^' => {
            next.is_alphanumeric() || matches!(next, '_' | '"')
        }
        ':' => !next.is_whitespace(),
        '.' => next.is_alphabetic(),
        '-' => before.is_some_and(char::is_alphabetic) && next.is_ascii_digit(),
        _ => false,
    }
}

/// Tells whether a word that could be the id of a commit begins here.
fn begins_commit(before: Option<char>, rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    digits >= COMMIT_DIGITS
        && before.is_none_or(|before| !before.is_alphanumeric())
        && rest[digits..].chars().next().is_none_or(|next| !next.is_alphanumeric())
        && !rest[..digits].bytes().all(|byte| byte.is_ascii_digit())
}
