//! Addresses in the forge that hosts the repository.

use super::super::link::{Href, encode_path};
use crate::repo::ObjectId;

/// The web pages of a repository.
pub(super) struct Forge {
    /// The repository's address, without a slash at its end.
    address: String,
    ways: &'static Ways,
}

/// How a forge writes its addresses, each part behind the repository's own.
struct Ways {
    /// Before a commit's id.
    commit: &'static str,
    /// Before the revision of a file.
    file: &'static str,
    /// The revision of the default branch.
    head: &'static str,
    /// What stands before a commit's id as the revision of a file.
    at: &'static str,
    /// Before the number of a line.
    line: &'static str,
    /// Before a path whose history is shown.
    history: &'static str,
    /// Before and after a path that is to be edited.
    edit: [&'static str; 2],
    /// Before the folder of a file that is to be made, and before its name; nothing if that can't be said.
    new: Option<[&'static str; 2]>,
}

const GITHUB: Ways = Ways {
    commit: "/commit/",
    file: "/blob/",
    head: "HEAD",
    at: "",
    line: "#L",
    history: "/commits/HEAD/",
    edit: ["/edit/HEAD/", ""],
    new: Some(["/new/HEAD/", "?filename="]),
};

const GITLAB: Ways = Ways {
    commit: "/-/commit/",
    file: "/-/blob/",
    history: "/-/commits/HEAD/",
    edit: ["/-/edit/HEAD/", ""],
    new: Some(["/-/new/HEAD/", "?file_name="]),
    ..GITHUB
};

const FORGEJO: Ways = Ways {
    file: "/src/",
    head: "branch/HEAD",
    at: "commit/",
    history: "/commits/branch/HEAD/",
    edit: ["/_edit/HEAD/", ""],
    new: None,
    ..GITHUB
};

const BITBUCKET: Ways = Ways {
    commit: "/commits/",
    file: "/src/",
    line: "#lines-",
    history: "/history-node/HEAD/",
    edit: ["/src/HEAD/", "?mode=edit"],
    new: None,
    ..GITHUB
};

/// How the forge at a host writes its addresses, going by the host's name.
fn ways_of(host: &str) -> &'static Ways {
    let is = |names: &[&str]| names.iter().any(|name| host.contains(name));
    match () {
        () if is(&["gitlab"]) => &GITLAB,
        () if is(&["bitbucket"]) => &BITBUCKET,
        () if is(&["forgejo", "gitea", "codeberg"]) => &FORGEJO,
        () => &GITHUB,
    }
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
        let ways = ways_of(&host);
        (!host.is_empty()).then(|| Self { address: address.to_owned(), ways })
    }

    fn way(&self, rest: &str) -> Option<Href> {
        Href::external(&format!("{}{rest}", self.address))
    }

    /// The page of a file, from the repository's top, on the default branch.
    pub(super) fn file(&self, path: &str) -> Option<Href> {
        let Ways { file, head, .. } = self.ways;
        self.way(&format!("{file}{head}/{}", encode_path(path)))
    }

    /// A line of a file as a commit has it; without a commit, as the default branch does.
    pub(super) fn line(&self, path: &str, commit: Option<ObjectId>, line: usize) -> Option<Href> {
        let Ways { file, head, at, line: mark, .. } = self.ways;
        let revision = commit.map_or_else(|| (*head).to_owned(), |commit| format!("{at}{commit}"));
        self.way(&format!("{file}{revision}/{}{mark}{line}", encode_path(path)))
    }

    /// Where a file is edited.
    pub(super) fn edit(&self, path: &str) -> Option<Href> {
        let [before, after] = self.ways.edit;
        self.way(&format!("{before}{}{after}", encode_path(path)))
    }

    /// Where a file is made that is not there yet.
    pub(super) fn make(&self, path: &str) -> Option<Href> {
        let [before, name] = self.ways.new?;
        let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
        self.way(&format!("{before}{}{name}{}", encode_path(folder), encode_path(file)))
    }

    /// The page of a file's history.
    pub(super) fn history(&self, path: &str) -> Option<Href> {
        self.way(&format!("{}{}", self.ways.history, encode_path(path)))
    }

    /// The page of a commit.
    pub(super) fn commit(&self, id: ObjectId) -> Option<Href> {
        self.way(&format!("{}{id}", self.ways.commit))
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
    fn each_forge_has_its_own_way_to_edit_and_to_a_line() {
        let id = ObjectId::from_bytes(&[0xab; 20]);
        let oid = "ab".repeat(20);
        let check = |host: &str, [edit, make, line]: [&str; 3]| {
            let forge = Forge::new(&format!("https://{host}/a/b")).expect("an address");
            let path = "goals/2026/x.toml";
            let found = [forge.edit(path), forge.make(path), forge.line(path, Some(id), 12)];
            let found = found.map(|href| {
                href.map_or_else(String::new, |href| href.as_str().replace(&oid, "ID"))
            });
            let expected = [edit, make, line].map(|way| match way {
                "" => String::new(),
                way => format!("https://{host}/a/b{way}"),
            });
            assert_eq!(found, expected);
        };
        check(
            "github.com",
            [
                "/edit/HEAD/goals/2026/x.toml",
                "/new/HEAD/goals/2026?filename=x.toml",
                "/blob/ID/goals/2026/x.toml#L12",
            ],
        );
        check(
            "gitlab.example",
            [
                "/-/edit/HEAD/goals/2026/x.toml",
                "/-/new/HEAD/goals/2026?file_name=x.toml",
                "/-/blob/ID/goals/2026/x.toml#L12",
            ],
        );
        check(
            "codeberg.org",
            ["/_edit/HEAD/goals/2026/x.toml", "", "/src/commit/ID/goals/2026/x.toml#L12"],
        );
        check(
            "bitbucket.org",
            ["/src/HEAD/goals/2026/x.toml?mode=edit", "", "/src/ID/goals/2026/x.toml#lines-12"],
        );
        let codeberg = Forge::new("https://codeberg.org/a/b").expect("an address");
        let at_head = codeberg.line("x.toml", None, 1).map(|href| href.as_str().to_owned());
        assert_eq!(at_head.as_deref(), Some("https://codeberg.org/a/b/src/branch/HEAD/x.toml#L1"));
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
