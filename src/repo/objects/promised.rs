//! The objects that a partial clone lacks, brought by git: all at once, never one by one.

use std::collections::HashSet;
use std::fmt::Write;
use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};

use super::ObjectKind;
use crate::error::{Error, Kind, Result};
use crate::repo::object::ObjectId;
use crate::repo::program::{Git, said};

/// A fetch that is about to be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fetching<'a> {
    /// How many objects are missing.
    pub count: usize,
    /// Whether they are folders; files otherwise.
    pub folders: bool,
    /// The remote that has promised them.
    pub remote: &'a str,
}

/// Whoever is told of a fetch before it is made.
pub type Tell = Box<dyn Fn(Fetching<'_>) + Send + Sync>;

/// The remotes that have the rest of a partial clone.
pub(in crate::repo) struct Promised {
    remotes: Vec<Remote>,
    tell: OnceLock<Tell>,
    /// Whether nothing is to be fetched, whatever is missing.
    keeps_still: AtomicBool,
}

/// A remote, and what was left out of what came from it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Remote {
    name: String,
    filter: Option<String>,
}

/// What tells a partial clone: its settings, by a pattern of their names.
const SETTINGS: &str = r"^(remote\..*\.(promisor|partialclonefilter)|extensions\.partialclone)$";

impl Promised {
    /// The promises made to the repository around `folder`; nothing if it is no partial clone.
    pub(in crate::repo) fn of(git: &Git, folder: &Path) -> Option<Self> {
        let output = git.run(folder, &["config", "-z", "--get-regexp", SETTINGS], b"").ok()?;
        let remotes = remotes(&String::from_utf8_lossy(&output.stdout));
        (!remotes.is_empty()).then(|| Self {
            remotes,
            tell: OnceLock::new(),
            keeps_still: AtomicBool::new(false),
        })
    }

    /// Has `tell` called before each fetch.
    pub(in crate::repo) fn when_fetching(&self, tell: Tell) {
        // Whoever came first is told.
        let _ = self.tell.set(tell);
    }

    /// Has nothing fetched from now on.
    pub(in crate::repo) fn keep_still(&self) {
        self.keeps_still.store(true, Ordering::Relaxed);
    }

    /// Whether objects of a kind may be missing.
    pub(super) fn lacks(&self, kind: ObjectKind) -> bool {
        kind == ObjectKind::Blob || !self.remotes.iter().all(Remote::leaves_only_files_out)
    }

    /// Sees to it that objects of a kind are here.
    ///
    /// # Errors
    ///
    /// They are missing, and may not or cannot be fetched.
    pub(super) fn bring(
        &self,
        git: &Git,
        folder: &Path,
        kind: ObjectKind,
        ids: &mut dyn Iterator<Item = ObjectId>,
    ) -> Result<()> {
        if !self.lacks(kind) || self.keeps_still.load(Ordering::Relaxed) {
            return Ok(());
        }
        let wanted: HashSet<ObjectId> = ids.collect();
        let missing = missing(git, folder, &wanted)?;
        if missing.is_empty() {
            return Ok(());
        }
        let mut told = lacking(kind, missing.len());
        if !is_allowed() {
            return Err(told.hint(
                "GIT_NO_LAZY_FETCH forbids to fetch them: unset it; or `git fetch --refetch --no-filter` brings all",
            ));
        }
        for remote in &self.remotes {
            if let Some(tell) = self.tell.get() {
                let folders = kind == ObjectKind::Tree;
                tell(Fetching { count: missing.len(), folders, remote: &remote.name });
            }
            match remote.fetch(git, folder, &missing) {
                Ok(()) => return Ok(()),
                Err(why) => {
                    let _ = write!(told.message, "; fetching from `{}`: {why}", remote.name);
                }
            }
        }
        Err(told
            .hint("once the remote can be reached, `git fetch --refetch --no-filter` brings all"))
    }
}

/// Whether git may bring what is missing.
pub(in crate::repo) fn is_allowed() -> bool {
    let forbids = |value: &str| {
        !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off")
    };
    !std::env::var("GIT_NO_LAZY_FETCH").is_ok_and(|value| forbids(&value))
}

fn lacking(kind: ObjectKind, count: usize) -> Error {
    let what = if kind == ObjectKind::Tree { "folder" } else { "file" };
    let message = format!("{} missing in this partial clone", crate::text::count(count, what));
    Error::new(Kind::Git, message)
}

impl Remote {
    fn leaves_only_files_out(&self) -> bool {
        self.filter.as_deref().is_some_and(|filter| filter.starts_with("blob:"))
    }

    /// Fetches objects as git itself does, or says why not.
    fn fetch(
        &self,
        git: &Git,
        folder: &Path,
        missing: &[ObjectId],
    ) -> std::result::Result<(), String> {
        let input: String = missing.iter().map(|id| format!("{id}\n")).collect();
        // A folder that is asked for without its files still brings all folders below it.
        let filter = if self.leaves_only_files_out() { "blob:none" } else { "tree:0" };
        let filter = format!("--filter={filter}");
        let arguments = [
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-gc",
            "--recurse-submodules=no",
            &filter,
            "--stdin",
            "--",
            &self.name,
        ];
        let git = git.clone().with_variable("GIT_NO_LAZY_FETCH", None);
        match git.run(folder, &arguments, input.as_bytes()) {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(first_line(&said(&output))),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// What git says first, without the word before it.
fn first_line(said: &str) -> String {
    let line = said.lines().next().unwrap_or("git did not say why");
    line.trim_start_matches("fatal: ").trim_start_matches("error: ").to_owned()
}

/// Those of the ids whose objects are not here.
fn missing(git: &Git, folder: &Path, wanted: &HashSet<ObjectId>) -> Result<Vec<ObjectId>> {
    let run = |arguments: &[&str], input: &str| {
        let output = git.run(folder, arguments, input.as_bytes());
        output.map_err(|error| Error::new(Kind::Git, error.to_string()).hint(error.hint()))
    };
    let mut missing: Vec<ObjectId> =
        if keeps_from_fetching(&git.version(folder).unwrap_or_default()) {
            let ids: String = wanted.iter().map(|id| format!("{id}\n")).collect();
            let output = run(&["cat-file", "--batch-check", "--buffer"], &ids)?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            said.lines()
                .filter_map(|line| ObjectId::parse(line.strip_suffix(" missing")?))
                .collect()
        } else {
            let all = "--batch-check=%(objectname)";
            let output = run(&["cat-file", "--batch-all-objects", "--unordered", all], "")?;
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            let here: HashSet<ObjectId> = said.lines().filter_map(ObjectId::parse).collect();
            wanted.difference(&here).copied().collect()
        };
    missing.sort_unstable();
    Ok(missing)
}

/// Whether a git of this version can be told to fetch nothing by itself: any other fetches each
/// missing object that it is merely asked about.
fn keeps_from_fetching(version: &str) -> bool {
    let mut numbers = version.split('.').map(|number| number.parse::<u32>().unwrap_or(0));
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)) >= (2, 45)
}

/// The promising remotes in what `git config -z` says.
fn remotes(settings: &str) -> Vec<Remote> {
    let mut remotes: Vec<Remote> = Vec::new();
    let mut filters: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str| {
        if !remotes.iter().any(|remote| remote.name == name) {
            remotes.push(Remote { name: name.to_owned(), filter: None });
        }
    };
    for setting in settings.split('\0').filter(|setting| !setting.is_empty()) {
        // A name alone is as good as `true`.
        let (key, value) = setting.split_once('\n').unwrap_or((setting, "true"));
        let remote = |end: &str| key.strip_prefix("remote.")?.strip_suffix(end);
        if key == "extensions.partialclone" {
            add(value);
        } else if let Some(name) = remote(".promisor") {
            let is_off =
                matches!(value.to_ascii_lowercase().as_str(), "false" | "no" | "off" | "0");
            if !is_off {
                add(name);
            }
        } else if let Some(name) = remote(".partialclonefilter") {
            filters.push((name.to_owned(), value.to_owned()));
        }
    }
    for (name, filter) in filters {
        if let Some(remote) = remotes.iter_mut().find(|remote| remote.name == name) {
            remote.filter = Some(filter);
        }
    }
    remotes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remotes_that_promise_are_told_by_their_settings() {
        let told = "remote.origin.url\n/x\0remote.origin.promisor\ntrue\0\
                    remote.origin.partialclonefilter\nblob:none\0remote.a.b.promisor\0\
                    remote.off.promisor\nfalse\0extensions.partialclone\norigin\0";
        let found = remotes(told);
        let shown: Vec<(&str, Option<&str>)> =
            found.iter().map(|remote| (&*remote.name, remote.filter.as_deref())).collect();
        assert_eq!(shown, [("origin", Some("blob:none")), ("a.b", None)]);
        assert!(found[0].leaves_only_files_out() && !found[1].leaves_only_files_out());
        assert!(remotes("").is_empty());
    }

    #[test]
    fn versions_are_told_apart() {
        for version in ["2.45.0", "2.47.3", "2.50.1 (Apple Git-155)", "3.0.0.rc1"] {
            assert!(keeps_from_fetching(version), "{version}");
        }
        for version in ["2.44.1", "2.39.5", "1.99", "", "none"] {
            assert!(!keeps_from_fetching(version), "{version}");
        }
    }
}
