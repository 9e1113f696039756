//! Addresses: where each page lies, how one page reaches another, and which foreign links are let through.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Serialize;

use super::escape::is_forbidden;

/// The path of the front page.
pub const INDEX: &str = "index.html";

/// The path of the page of calibration.
pub const CALIBRATION: &str = "calibration.html";

/// The path of the alignment map.
pub const MAP: &str = "map.html";

/// The path of the style sheet.
pub const STYLE: &str = "style.css";

/// The path of the page of changes.
pub const CHANGES: &str = "changes.html";

/// The path of the page of findings.
pub const FINDINGS: &str = "findings.html";

/// The path of the feed.
pub const FEED: &str = "feed.xml";

/// The path of the script.
pub const SCRIPT: &str = "report.js";

/// The path of the page of all goals.
pub const SEARCH: &str = "search.html";

/// The pages that every page leads to, in this order: what each is called, and its path.
pub const NAVIGATION: &[(&str, &str)] = &[
    ("Overview", INDEX),
    ("All goals", SEARCH),
    ("Changes", CHANGES),
    ("Map", MAP),
    ("Calibration", CALIBRATION),
    ("Findings", FINDINGS),
];

/// The path of every figure as JSON.
pub const FIGURES: &str = "goals.json";

/// The path of every event, one a line.
pub const EVENTS: &str = "events.ndjson";

/// An address that is safe in an `href`: a relative one of this site, or a foreign one of an allowed scheme.
///
/// It is made only of addresses that were looked at; no other text of a view belongs in an `href`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(transparent)]
pub struct Href(String);

impl Href {
    /// The relative address that leads from one page of the site to another (both as paths from the site's root).
    pub fn between(from: &str, to: &str) -> Self {
        Self(relative(from, to))
    }

    /// The same, to an element of the page with this `id`.
    pub fn to_anchor(from: &str, to: &str, anchor: &str) -> Self {
        let mut address = relative(from, to);
        address.push('#');
        push_encoded(&mut address, anchor, |_| false);
        Self(address)
    }

    /// The full address of a path of the site, which is published under `base`: an address of the web that ends with a
    /// slash.
    pub fn under(base: &str, path: &str) -> Self {
        Self(format!("{}{}", without_illegal(base), encode_path(path)))
    }

    /// An address written by a person. `None` unless it is http, https, mailto, or relative.
    ///
    /// Blanks, controls and backslashes are refused, because browsers drop or bend them (`java\nscript:`,
    /// `/\host`), and so is `//host`, which leaves the site without naming a scheme.
    pub fn external(raw: &str) -> Option<Self> {
        let url = raw.trim();
        let bent = |c: char| c.is_whitespace() || c == '\\' || is_forbidden(c);
        if url.is_empty() || url.contains(bent) || url.starts_with("//") {
            return None;
        }
        scheme_is_allowed(url).then(|| Self(without_illegal(url)))
    }

    /// The address as text, not yet escaped.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The path of a goal's page.
pub fn goal_page(cycle: &str, id: &str) -> String {
    ["goals/", &segment(cycle), "/", &segment(id), ".html"].concat()
}

/// The path of a cycle's page.
pub fn cycle_page(cycle: &str) -> String {
    ["cycles/", &segment(cycle), ".html"].concat()
}

/// The path of a team's page; the team's folders are joined into one file name.
pub fn team_page(team: &str) -> String {
    let mut name = String::with_capacity(team.len());
    for (at, folder) in team.split('/').enumerate() {
        name.extend([if at == 0 { "" } else { "." }, &segment(folder)]);
    }
    ["teams/", &bounded(name), ".html"].concat()
}

/// The path of a person's page.
pub fn person_page(handle: &str) -> String {
    ["people/", &bounded(segment(handle).into_owned()), ".html"].concat()
}

/// The path of a goal's badge.
pub fn badge(cycle: &str, id: &str) -> String {
    ["badge/", &segment(cycle), "/", &segment(id), ".svg"].concat()
}

/// The `id` of an element that shows the key result with this id.
pub fn anchor(key_result: &str) -> String {
    ["kr-", &segment(key_result)].concat()
}

/// The `id` of the element that holds the page of a rule.
pub fn rule_anchor(rule: &str) -> String {
    ["rule-", &segment(rule)].concat()
}

/// One path segment that is safe as a file name everywhere.
///
/// Small letters, digits, `-` and `_` stay; every other byte becomes `~` and two hexadecimal digits. A dot is written
/// that way as well, so that two different teams never share a file and `..` is no way out; so is a capital letter,
/// because many file systems hold `A` and `a` to be the same.
fn segment(raw: &str) -> Cow<'_, str> {
    let is_safe = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    if !raw.is_empty() && raw.bytes().all(is_safe) {
        return Cow::Borrowed(raw);
    }
    let mut safe = String::with_capacity(raw.len());
    for byte in raw.bytes() {
        match byte {
            byte if is_safe(byte) => safe.push(char::from(byte)),
            _ => safe.push_str(&format!("~{byte:02x}")),
        }
    }
    Cow::Owned(if safe.is_empty() { "~".to_owned() } else { safe })
}

/// A file name that file systems take: a long one is cut, and a checksum of the whole keeps it apart from others.
fn bounded(name: String) -> String {
    const LONGEST_BYTES: usize = 200;
    if name.len() <= LONGEST_BYTES {
        return name;
    }
    // FNV-1a: short, and the same on every machine.
    let checksum = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| {
        (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{}~{checksum:016x}", &name[..LONGEST_BYTES - 20])
}

/// The relative address from the page `from` to the page `to`, both given as paths from the site's root.
fn relative(from: &str, to: &str) -> String {
    // What both lie in ends with the last slash that both have.
    let mut shared = 0;
    for (at, (ours, theirs)) in from.bytes().zip(to.bytes()).enumerate() {
        match ours == theirs {
            true if ours == b'/' => shared = at + 1,
            true => {}
            false => break,
        }
    }
    let up = from[shared..].bytes().filter(|byte| *byte == b'/').count();
    let mut address = String::with_capacity(3 * up + to.len() - shared);
    for _ in 0..up {
        address.push_str("../");
    }
    push_path(&mut address, &to[shared..]);
    address
}

/// A path with every part fit for an address.
pub(super) fn encode_path(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    push_path(&mut encoded, path);
    encoded
}

fn push_path(address: &mut String, path: &str) {
    push_encoded(address, path, |byte| byte == b'/');
}

/// Writes a part with everything percent-encoded that has a meaning of its own in a path or fragment.
fn push_encoded(address: &mut String, part: &str, is_kept: impl Fn(u8) -> bool) {
    let is_plain = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') || is_kept(byte)
    };
    if part.bytes().all(is_plain) {
        return address.push_str(part);
    }
    for byte in part.bytes() {
        match byte {
            byte if is_plain(byte) => address.push(char::from(byte)),
            _ => address.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// Percent-encodes the characters that no address may hold as they are.
fn without_illegal(url: &str) -> String {
    let mut legal = String::with_capacity(url.len());
    for character in url.chars() {
        match character {
            '"' | '<' | '>' | '^' | '`' | '{' | '|' | '}' => {
                legal.push_str(&format!("%{:02X}", character as u32));
            }
            _ => legal.push(character),
        }
    }
    legal
}

fn scheme_is_allowed(url: &str) -> bool {
    let Some(end) = url.find([':', '/', '?', '#']) else {
        return true;
    };
    if !url[end..].starts_with(':') {
        return true;
    }
    matches!(url[..end].to_ascii_lowercase().as_str(), "http" | "https" | "mailto")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_addresses_lead_from_page_to_page() {
        let check = |from: &str, to: &str, expected: &str| {
            assert_eq!(Href::between(from, to).as_str(), expected, "{from} to {to}");
        };
        check("index.html", "index.html", "index.html");
        check("index.html", "cycles/2026-q4.html", "cycles/2026-q4.html");
        check("cycles/2026-q4.html", "index.html", "../index.html");
        check("cycles/2026-q4.html", "cycles/2026-q3.html", "2026-q3.html");
        check("goals/2026-q4/a.html", "goals/2026-q4/b.html", "b.html");
        check("goals/2026-q4/a.html", "goals/2026/b.html", "../2026/b.html");
        check("goals/2026-q4/a.html", "teams/t.html", "../../teams/t.html");
        check("goals/2026-q4/a.html", "style.css", "../../style.css");
    }

    #[test]
    fn paths_of_pages_stay_inside_the_site() {
        assert_eq!(goal_page("2026-q4", "calm-deploys"), "goals/2026-q4/calm-deploys.html");
        assert_eq!(team_page("engineering/platform"), "teams/engineering.platform.html");
        assert_ne!(team_page("a.b"), team_page("a/b"));
        assert_ne!(team_page("a/b"), team_page("a-b"));
        assert_eq!(team_page("../../etc"), "teams/~2e~2e.~2e~2e.etc.html");
        assert_eq!(person_page("../Ana <b>"), "people/~2e~2e~2f~41na~20~3cb~3e.html");
        assert!(person_page(&"ü".repeat(300)).len() < 250);
        assert_eq!(goal_page("c", "a/<b>"), "goals/c/a~2f~3cb~3e.html");
        assert_eq!(badge("..", "../x"), "badge/~2e~2e/~2e~2e~2fx.svg");
        assert_eq!(anchor("lead time\""), "kr-lead~20time~22");
    }

    #[test]
    fn two_teams_never_share_a_file_on_any_file_system() {
        let long = "platform".repeat(60);
        let teams =
            ["a/b", "a-b", "a.b", "a~2fb", "A/b", "a/B", "ä", "Ä", &long, &format!("{long}x")];
        let mut paths: Vec<String> =
            teams.iter().map(|team| team_page(team).to_lowercase()).collect();
        assert!(paths.iter().all(|path| path.len() < 250));
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), teams.len());
    }

    #[test]
    fn what_no_address_may_hold_is_encoded() {
        let href =
            Href::external("https://e.example/\"><b>{x}?q=ä").expect("the scheme is allowed");
        assert_eq!(href.as_str(), "https://e.example/%22%3E%3Cb%3E%7Bx%7D?q=ä");
    }

    #[test]
    fn foreign_links_are_let_through_by_scheme() {
        for good in [
            "https://example.com/a?b=c:d",
            "HTTP://example.com",
            "mailto:ana@northwind.example",
            "docs/page.md",
            "../a:b/c",
            "/absolute",
            "#part",
            "?q=javascript:1",
        ] {
            assert_eq!(Href::external(good).as_ref().map(Href::as_str), Some(good), "{good}");
        }
        for bad in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\nscript:alert(1)",
            "java\tscript:alert(1)",
            "\u{1}javascript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
            "file:///etc/passwd",
            "//evil.example/x",
            "/\\evil.example",
            "\\\\evil.example",
            "https://a b",
            "https://e\u{202E}vil",
            "",
        ] {
            assert_eq!(Href::external(bad), None, "{bad:?}");
        }
    }
}
