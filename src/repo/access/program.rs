//! A repository that the `git` program reads for us.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Output;

use super::{Access, Place, Unresolved};
use crate::error::{Error, Kind, Result};
use crate::repo::object::ObjectId;
use crate::repo::objects::Objects;
use crate::repo::objects::program::Asked;
use crate::repo::objects::promised::{Promised, Tell};
use crate::repo::program::{Git, GitError, path_of, said};

/// A repository, by a folder in it.
pub(in crate::repo) struct Program {
    git: Git,
    folder: PathBuf,
    objects: Asked,
}

/// Why git cannot read a repository.
#[derive(Debug)]
pub(in crate::repo) enum Refusal {
    /// It cannot be run.
    Git(GitError),
    /// It refuses, and says so.
    Said(String),
}

/// The `git` that reads: it takes objects as they are, takes no locks and fetches nothing by itself.
pub(in crate::repo) fn reading() -> Git {
    ["GIT_NO_REPLACE_OBJECTS", "GIT_NO_LAZY_FETCH"]
        .into_iter()
        .fold(Git::default(), |git, name| git.with_variable(name, Some("1".into())))
        .with_variable("GIT_OPTIONAL_LOCKS", Some("0".into()))
}

/// Opens the repository around `folder`.
///
/// # Errors
///
/// There is no git, or it refuses.
pub(in crate::repo) fn open(folder: &Path) -> std::result::Result<(Program, Place), Refusal> {
    let git = reading();
    let ask = |question: &[&str]| {
        let output = git.run(folder, question, b"").map_err(Refusal::Git)?;
        match output.status.success() {
            true => Ok(output),
            false => Err(Refusal::Said(said(&output))),
        }
    };
    let is_bare = ask(&["rev-parse", "--is-bare-repository"])?.stdout.starts_with(b"true");
    let common_dir = path_of(&ask(&["rev-parse", "--git-common-dir"])?.stdout);
    let git_dir = ask(&["rev-parse", "--absolute-git-dir"])?.stdout;
    let worktree = ask(&["rev-parse", "--show-toplevel"]).ok();
    let place = Place {
        worktree: worktree.map(|output| path_of(&output.stdout)),
        common_dir: folder.join(common_dir),
        git_dir: path_of(&git_dir),
        is_bare,
    };
    let promised = Promised::of(&git, folder);
    let objects = Asked::new(git.clone(), folder, promised);
    Ok((Program { git, folder: folder.to_owned(), objects }, place))
}

impl Program {
    fn ask<S: AsRef<OsStr>>(&self, question: &[S]) -> Result<Output> {
        let output = self.git.run(&self.folder, question, b"");
        output.map_err(|error| Error::new(Kind::Git, error.to_string()).hint(error.hint()))
    }

    /// What git answers on one line, if it does.
    fn told(&self, question: &[&str]) -> Option<String> {
        let output = self.ask(question).ok().filter(|output| output.status.success())?;
        let text = String::from_utf8(output.stdout).ok()?;
        Some(text.trim_end_matches('\n').to_owned())
    }

    /// The one object that a revision names.
    fn id(&self, revision: &str) -> Result<std::result::Result<ObjectId, Output>> {
        let output = self.ask(&["rev-parse", "--verify", revision])?;
        let text = String::from_utf8_lossy(&output.stdout);
        let id = ObjectId::parse(text.trim()).filter(|_| output.status.success());
        Ok(id.ok_or(output))
    }
}

impl Access for Program {
    fn objects(&self) -> Result<Box<dyn Objects + '_>> {
        Ok(Box::new(&self.objects))
    }

    fn head(&self) -> Result<Option<ObjectId>> {
        let failed = match self.id("HEAD^{commit}")? {
            Ok(id) => return Ok(Some(id)),
            Err(failed) => failed,
        };
        let damaged = |output: &Output| {
            Err(Error::new(Kind::Git, format!("could not read HEAD: {}", said(output)))
                .hint("`git fsck` tells what is damaged"))
        };
        let Some(branch) = self.told(&["symbolic-ref", "--quiet", "HEAD"]) else {
            return damaged(&failed);
        };
        let listed = self.ask(&["for-each-ref", "--format=%(objectname)", &branch])?;
        let is_unborn = listed.status.success() && said(&listed).is_empty();
        if is_unborn && listed.stdout.is_empty() { Ok(None) } else { damaged(&failed) }
    }

    fn resolve(&self, revision: &str) -> std::result::Result<ObjectId, Unresolved> {
        // No name begins like an option, and none has a NUL, which no program can be given.
        if revision.is_empty() || revision.starts_with('-') || revision.contains('\0') {
            return Err(Unresolved::Unknown);
        }
        let id = match self.id(revision) {
            Ok(Ok(id)) => id,
            Ok(Err(failed)) if said(&failed).contains("is ambiguous") => {
                return Err(Unresolved::Ambiguous);
            }
            _ => return Err(Unresolved::Unknown),
        };
        match self.id(&format!("{id}^{{commit}}")) {
            Ok(Ok(id)) => Ok(id),
            _ => Err(Unresolved::NoCommit),
        }
    }

    fn branch(&self) -> Option<String> {
        self.head().ok()??;
        let name = self.told(&["symbolic-ref", "--quiet", "HEAD"])?;
        name.strip_prefix("refs/heads/").map(str::to_owned)
    }

    fn remote_url(&self) -> Option<String> {
        self.told(&["remote", "get-url", "origin"])
    }

    fn setting(&self, name: &str) -> Option<String> {
        self.told(&["config", "--get", name])
    }

    fn replaced(&self) -> usize {
        let listed = self.told(&["for-each-ref", "--format=%(refname)", "refs/replace/"]);
        listed.map_or(0, |names| names.lines().count())
    }

    fn is_on(&self, setting: &str) -> bool {
        self.told(&["config", "--type=bool", "--get", setting]).as_deref() == Some("true")
    }

    fn when_fetching(&self, tell: Tell) {
        if let Some(promised) = self.objects.promised() {
            promised.when_fetching(tell);
        }
    }

    fn keep_still(&self) {
        if let Some(promised) = self.objects.promised() {
            promised.keep_still();
        }
    }
}
