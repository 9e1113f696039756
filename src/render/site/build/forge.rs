//! Addresses in the forge that hosts the repository.

use super::super::link::{Href, encode_path};
use crate::repo::ObjectId;

/// The web pages of a repository.
pub(super) struct Forge {
    /// The repository's address, without a slash at its end.
    address: String,
    /// What stands between the address and a commit's id.
    commits: &'static str,
    /// What stands between the address and a file's path on the default branch.
    file: &'static str,
    /// What stands between the address and a path whose history is shown.
    history: &'static str,
}

impl Forge {
    /// Takes the address of a repository; nothing unless it is one of the web.
    pub(super) fn new(address: &str) -> Option<Self> {
        let address = address.trim().trim_end_matches('/');
        let rest = ["https://", "http://"].iter().find_map(|scheme| {
            address.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme))?;
            address.get(scheme.len()..)
        })?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
        let (commits, file, history) = match () {
            () if host.is_empty() => return None,
            () if host.contains("gitlab") => ("/-/commit/", "/-/blob/HEAD/", "/-/commits/HEAD/"),
            () if host.contains("bitbucket") => ("/commits/", "/src/HEAD/", "/history-node/HEAD/"),
            () => ("/commit/", "/blob/HEAD/", "/commits/HEAD/"),
        };
        Some(Self { address: address.to_owned(), commits, file, history })
    }

    /// The page of a file, from the repository's top, on the default branch.
    pub(super) fn file(&self, path: &str) -> Option<Href> {
        Href::external(&format!("{}{}{}", self.address, self.file, encode_path(path)))
    }

    /// The page of a file's history.
    pub(super) fn history(&self, path: &str) -> Option<Href> {
        Href::external(&format!("{}{}{}", self.address, self.history, encode_path(path)))
    }

    /// The page of a commit.
    pub(super) fn commit(&self, id: ObjectId) -> Option<Href> {
        Href::external(&format!("{}{}{id}", self.address, self.commits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_have_a_page_and_a_history() {
        let forge = Forge::new("https://example.com/a/b").expect("an address");
        let shown = |href: Option<Href>| href.map(|href| href.as_str().to_owned());
        assert_eq!(
            shown(forge.file("our docs/goals/2026/x.toml")).as_deref(),
            Some("https://example.com/a/b/blob/HEAD/our%20docs/goals/2026/x.toml")
        );
        assert_eq!(
            shown(forge.history("goals/2026/x.toml")).as_deref(),
            Some("https://example.com/a/b/commits/HEAD/goals/2026/x.toml")
        );
    }

    #[test]
    fn each_forge_has_its_own_way_to_a_commit() {
        let id = ObjectId::from_bytes(&[0xab; 20]);
        let check = |address: &str, expected: Option<&str>| {
            let found = Forge::new(address).and_then(|forge| forge.commit(id));
            let expected = expected.map(|way| format!("{way}{}", "ab".repeat(20)));
            assert_eq!(found.as_ref().map(Href::as_str), expected.as_deref(), "{address}");
        };
        check("https://example.com/a/b/", Some("https://example.com/a/b/commit/"));
        check("https://gitlab.example/a/b", Some("https://gitlab.example/a/b/-/commit/"));
        check("https://example.com/gitlab/b", Some("https://example.com/gitlab/b/commit/"));
        check("https://bitbucket.org/a/b", Some("https://bitbucket.org/a/b/commits/"));
        for bad in ["javascript:alert(1)", "", "https://", "git@example.com:a/b", "a/b", "ä"] {
            check(bad, None);
        }
    }
}
