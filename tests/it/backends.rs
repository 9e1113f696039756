//! libgit2 and the `git` program read the same of every repository that both can open.

use std::path::Path;

use goals::pipeline::{self, Source};
use goals::render::contract::{self, Selection};
use goals::repo::{self, Backend, ObjectId, Repo};

/// Reads the repository around a workspace with both, and expects the same commits, history, files
/// and answers of each, at HEAD and at every revision that is named.
#[track_caller]
pub(crate) fn agree(root: &Path, revisions: &[&str]) {
    let [built_in, program] = [Backend::Libgit2, Backend::Program]
        .map(|backend| repo::open_with(root, backend).expect("opened").expect("a repository"));
    assert_eq!(program.backend(), Backend::Program);
    assert_eq!(built_in.prefix(), program.prefix());
    assert_eq!(built_in.is_bare(), program.is_bare());
    let same_path = |path: &Path| std::fs::canonicalize(path).expect("there");
    assert_eq!(built_in.worktree().map(same_path), program.worktree().map(same_path));
    assert_eq!(same_path(built_in.common_dir()), same_path(program.common_dir()));
    assert_eq!(built_in.branch(), program.branch());
    assert_eq!(built_in.remote_url(), program.remote_url());
    assert_eq!(built_in.depth(), program.depth());
    let head = built_in.head().expect("HEAD");
    assert_eq!(head, program.head().expect("HEAD"));
    let named = revisions.iter().map(|revision| {
        let id = built_in.resolve(revision).expect("a commit");
        assert_eq!(id, program.resolve(revision).expect("a commit"), "{revision}");
        id
    });
    for tip in named.chain(head) {
        assert_eq!(told(&built_in, tip), told(&program, tip));
    }
}

/// Everything that a revision and its history tell, as text that can be compared.
fn told(repo: &Repo, tip: ObjectId) -> String {
    let workspace = pipeline::read(Source::Revision(repo, tip)).expect("readable");
    let commits = repo.commits(tip, &workspace.model.settings.plans).expect("walked");
    let history = pipeline::history(&workspace, repo, tip).expect("read");
    let as_of = goals::date::parse_date("2026-11-21").expect("a date");
    let rollup = pipeline::rollup(&workspace, Some(&history), as_of);
    let all = Selection::default();
    let figures = contract::view(&workspace.model, &rollup, Some(&history), Some(tip), &all);
    let parts = [
        format!("{commits:#?}"),
        format!("{:#?}", workspace.snapshot),
        format!("{:?}", repo.mailmap(tip).expect("readable")),
        format!(
            "{:?} {:#?} {:#?}",
            history.shallow,
            history.commits().collect::<Vec<_>>(),
            history.events()
        ),
        contract::json(&figures),
    ];
    parts.join("\n")
}
