//! The history as it is read when most of it was kept: ten new commits, and a hundred rewritten.

use std::path::Path;

use goals::history::History;
use goals::pipeline::{self, Workspace};
use goals::repo::{self, Repo};

use crate::generate::{LAST_CYCLE, git};
use crate::{Result, seconds};

/// Ten check-ins after the last commit.
pub(crate) const MORE: &str = "refs/bench/more";
/// The last hundred commits with other messages.
pub(crate) const FORCED: &str = "refs/bench/forced";

/// What two other tips tell when their history is read anew.
pub(crate) struct Tips {
    cold: Vec<(&'static str, History)>,
}

impl Tips {
    /// Makes the commits.
    pub(crate) fn made(folder: &Path) -> Result<Self> {
        let listed = git(
            folder,
            &["ls-tree", "-r", "--name-only", "main", &format!("goals/{LAST_CYCLE}/")],
        )?;
        let records = listed.lines().filter(|path| path.ends_with(".checkins.toml"));
        let mut tip = git(folder, &["rev-parse", "main"])?;
        for path in records.take(10) {
            let text = git(folder, &["cat-file", "blob", &format!("main:{path}")])?;
            let file = folder.join(path);
            std::fs::write(&file, text + "\n2027-01-04 = 1\n")?;
            git(folder, &["add", "--", path])?;
            let tree = git(folder, &["write-tree"])?;
            tip = commit(folder, &tree, &tip)?;
        }
        git(folder, &["update-ref", MORE, &tip])?;
        git(folder, &["reset", "--quiet", "--hard", "main"])?;
        let last = ["rev-list", "--reverse", "--first-parent", "-100", "main"];
        let last = git(folder, &last)?;
        let mut tip = git(folder, &["rev-parse", "main~100"])?;
        for commit in last.lines() {
            tip = self::commit(folder, &format!("{commit}^{{tree}}"), &tip)?;
        }
        git(folder, &["update-ref", FORCED, &tip])?;
        Ok(Self { cold: Vec::new() })
    }

    /// Seconds that the history of a tip takes after that of `main` was kept, from opening the repository
    /// on. The first time, it is compared with what is read anew.
    pub(crate) fn read(
        &mut self,
        folder: &Path,
        workspace: &Workspace,
        tip: &'static str,
    ) -> Result<f64> {
        if self.cold.is_empty() {
            let mut repo = opened(folder)?;
            repo.cache().clear()?;
            repo.keep_histories(0);
            pipeline::history(workspace, &repo, repo.head()?.ok_or("no commits")?)?;
        }
        if self.cold.iter().all(|(known, _)| *known != tip) {
            let repo = opened(folder)?;
            let cold = pipeline::history(workspace, &repo, repo.resolve(tip)?)?;
            self.cold.push((tip, cold));
        }
        let (taken, history) = seconds(|| {
            let mut repo = opened(folder)?;
            repo.keep_histories(0);
            Ok(pipeline::history(workspace, &repo, repo.resolve(tip)?)?)
        })?;
        match self.cold.iter().find(|(known, _)| *known == tip) {
            Some((_, cold)) if *cold != history => Err(format!("{tip} is told otherwise").into()),
            _ => Ok(taken),
        }
    }
}

/// Commits a tree on top of another commit.
fn commit(folder: &Path, tree: &str, parent: &str) -> Result<String> {
    let who = ["-c", "user.name=Ana 0", "-c", "user.email=ana-0@northwind.example"];
    let what = ["commit-tree", tree, "-p", parent, "-m", "one more"];
    git(folder, &[&who[..], &what[..]].concat())
}

fn opened(folder: &Path) -> Result<Repo> {
    Ok(repo::open(folder)?.ok_or("no repository")?)
}
