//! `goals doctor`: what it says of sound and of odd repositories, and its exit code.

use std::fs;

use serde_json::Value;

use crate::git_traps::{ANA, begun, cloned};
use crate::support::Repo;

/// What is said of a topic: its state, and all its words.
#[track_caller]
fn topic(repo: &Repo, section: &str, topic: &str) -> (String, String) {
    let output = repo.goals(&["doctor", "--format", "json"]);
    let view: Value = serde_json::from_str(&output.stdout).expect("JSON");
    let hindered = view["sections"].to_string().contains("\"hindrance\"");
    assert_eq!(view["sound"], !hindered);
    assert_eq!(output.status, i32::from(hindered), "{}", output.stderr);
    let sections = view["sections"].as_array().expect("an array");
    let found = sections
        .iter()
        .filter(|one| one["section"] == section)
        .flat_map(|one| one["observations"].as_array().expect("an array"))
        .find(|one| one["topic"] == topic)
        .unwrap_or_else(|| panic!("nothing about {topic}: {}", output.stdout));
    let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
    (text("state"), ["found", "consequence", "cure"].map(text).join(" | "))
}

#[track_caller]
fn says(repo: &Repo, section: &str, about: &str, state: &str, words: &[&str]) {
    let (found, said) = topic(repo, section, about);
    assert_eq!(found, state, "{about}: {said}");
    for word in words {
        assert!(said.contains(word), "{about}: {said}");
    }
}

#[test]
fn a_plain_repository_has_nothing_in_the_way() {
    let repo = begun();
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.write(".mailmap", "Ana <ana@northwind.example>\n");
    repo.commit(ANA, "2026-10-13T09:00:00+02:00", "more");
    let output = repo.goals(&["doctor"]);
    assert_eq!(output.stderr, "");
    let text = output.sound();
    for line in [
        "workspace\n  ✓ folder ",
        "✓ files       1 plan and 1 check-ins file in goals/\n",
        "✓ merging     records of two branches are both kept\n",
        "✓ read by     libgit2 1.",
        "✓ HEAD        main, at ",
        "✓ objects     sha1, without a commit-graph\n",
        "✓ references  files\n",
        "✓ history     complete\n",
        "✓ mailmap     authors follow .mailmap\n",
        "✓ git         2.",
        "✓ identity    Ana Silva <ana@northwind.example>\n",
        "✓ hooks       none\n",
        "✓ signing     off\n",
        "\nNothing stands in the way.\n",
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains('\u{1b}'));
}

#[test]
fn what_is_odd_has_its_consequence_and_its_cure() {
    let repo = begun();
    says(&repo, "workspace", "merging", "odd", &["conflict", "merge=union"]);
    repo.git(&["commit-graph", "write", "--reachable"]);
    says(&repo, "repository", "objects", "fine", &["sha1, with a commit-graph"]);
    let other = repo.git(&["commit-tree", "HEAD~1^{tree}", "-m", "instead"]);
    repo.git(&["replace", "HEAD", other.trim()]);
    says(&repo, "repository", "replaced", "odd", &["1 object", "git replace --list"]);
    repo.git(&["update-index", "--split-index"]);
    says(&repo, "repository", "index", "odd", &["split"]);
    fs::create_dir_all(repo.path().join(".git/info")).expect("made");
    fs::write(repo.path().join(".git/info/grafts"), repo.git(&["rev-parse", "main"]))
        .expect("written");
    says(&repo, "repository", "grafts", "odd", &["1 commit", "info/grafts"]);
    repo.git(&["config", "commit.gpgSign", "true"]);
    repo.git(&["config", "gpg.format", "ssh"]);
    says(&repo, "check-ins", "signing", "fine", &["ssh"]);
    repo.git(&["checkout", "-q", "--detach"]);
    says(&repo, "repository", "HEAD", "odd", &["on no branch", "git switch"]);
    assert_eq!(repo.goals(&["doctor"]).status, 0, "odd is not in the way");
}

#[test]
#[cfg(unix)]
fn hooks_that_would_run_are_named() {
    use std::os::unix::fs::PermissionsExt;
    let repo = begun();
    let hooks = repo.path().join("hooks");
    fs::create_dir_all(&hooks).expect("made");
    for (name, mode) in [("pre-commit", 0o755), ("commit-msg", 0o644), ("pre-push", 0o755)] {
        fs::write(hooks.join(name), "#!/bin/sh\nexit 1\n").expect("written");
        fs::set_permissions(hooks.join(name), fs::Permissions::from_mode(mode)).expect("set");
    }
    says(&repo, "check-ins", "hooks", "fine", &["none"]);
    repo.git(&["config", "core.hooksPath", "hooks"]);
    let (state, said) = topic(&repo, "check-ins", "hooks");
    assert_eq!((state.as_str(), said.split(" | ").next()), ("odd", Some("pre-commit")));
}

#[test]
fn clones_are_told_apart() {
    let shallow = cloned(begun(), &["--depth", "2"]);
    says(&shallow, "repository", "history", "hindrance", &["1 commit", "--unshallow"]);
    for filter in ["blob:none", "tree:0"] {
        let mut partial = cloned(begun(), &[&format!("--filter={filter}")]);
        says(&partial, "repository", "history", "odd", &[filter, "--refetch --no-filter"]);
        says(&partial, "repository", "read by", "odd", &["git 2.", "a partial clone"]);
        partial.set("GIT_NO_LAZY_FETCH", "1");
        says(&partial, "repository", "history", "hindrance", &["GIT_NO_LAZY_FETCH", "unset"]);
        let missing = partial.git(&["rev-list", "--objects", "--missing=print", "HEAD"]);
        assert!(missing.contains('?'), "{filter}: nothing was fetched");
    }
    let sharing = cloned(begun(), &["--shared"]);
    let origin = sharing.git(&["remote", "get-url", "origin"]);
    let alternates = sharing.path().join(".git/objects/info/alternates");
    let own = origin.trim().trim_start_matches("file://");
    fs::write(alternates, format!("{own}/.git/objects\n")).expect("written");
    says(&sharing, "repository", "alternates", "odd", &["1 repository", "git repack -ad"]);
    let mirror = cloned(begun(), &["--mirror"]);
    says(&mirror, "repository", "folder", "fine", &["bare"]);
    says(&mirror, "check-ins", "files", "hindrance", &["check in from a clone"]);
    says(&mirror, "workspace", "folder", "hindrance", &["no `goals.toml`"]);
}

#[test]
fn working_trees_are_told_apart() {
    let repo = begun();
    repo.write("inner/goals.toml", "format = 1\n");
    repo.commit(ANA, "2026-10-13T09:00:00+02:00", "another workspace");
    let (linked, above) = (repo.beside("linked"), repo.beside("above"));
    repo.git(&["worktree", "add", "-q", "-b", "other", &linked.to_string_lossy()]);
    let origin = repo.path().to_string_lossy().into_owned();
    repo.git(&["init", "-q", &above.to_string_lossy()]);
    let repo = repo.at(&above);
    repo.git(&["submodule", "--quiet", "add", &origin, "module"]);
    let repo = repo.at(&linked.join("inner"));
    says(&repo, "repository", "folder", "fine", &["linked to", "the workspace is its inner/"]);
    let repo = repo.at(&above.join("module"));
    says(&repo, "repository", "folder", "fine", &["a submodule"]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "goals/none"]);
    says(&repo, "workspace", "sparse", "odd", &["2 more files", "read from the index"]);
    says(&repo, "repository", "checkout", "odd", &["sparse"]);
    says(&repo, "repository", "index", "odd", &["sparse"]);
}

#[test]
fn what_would_make_a_check_in_fail_is_told() {
    let mut repo = begun();
    fs::write(repo.path().join(".git/MERGE_HEAD"), repo.git(&["rev-parse", "HEAD~1"]))
        .expect("written");
    says(&repo, "check-ins", "under way", "hindrance", &["a merge is under way", "abort"]);
    fs::remove_file(repo.path().join(".git/MERGE_HEAD")).expect("removed");
    repo.git(&["config", "user.useConfigOnly", "true"]);
    repo.git(&["config", "user.email", ""]);
    repo.set("GIT_CONFIG_GLOBAL", "/nonexistent");
    says(&repo, "check-ins", "identity", "hindrance", &["user.email"]);
    repo.set("PATH", "/nonexistent");
    says(&repo, "check-ins", "git", "hindrance", &["no such program", "--no-commit"]);
    says(&repo, "repository", "read by", "fine", &["libgit2"]);
}

#[test]
fn the_lack_of_a_repository_is_told() {
    let repo = Repo::folder();
    says(&repo, "workspace", "folder", "hindrance", &["no `goals.toml`", "goals init"]);
    says(&repo, "repository", "folder", "hindrance", &["no git repository", "git init"]);
    repo.write("goals.toml", "format = 1\n");
    says(&repo, "workspace", "files", "fine", &["0 plans and 0 check-ins files"]);
    repo.git(&["init", "-q", "-b", "main"]);
    says(&repo, "repository", "HEAD", "hindrance", &["no commit yet", "commit the goals"]);
    repo.write(".git/HEAD", "");
    assert!(repo.goals(&["doctor"]).stdout.contains('✗'));
}

#[test]
fn other_formats_are_named() {
    let repo = Repo::folder();
    let options = ["init", "-q", "-b", "main", "--ref-format=reftable", "--object-format=sha256"];
    if !repo.command("git").args(options).output().expect("git runs").status.success() {
        return; // this git has no reftable
    }
    crate::git_traps::fill(&repo, "");
    says(&repo, "repository", "objects", "fine", &["sha256"]);
    says(&repo, "repository", "references", "fine", &["reftable"]);
    says(&repo, "repository", "read by", "odd", &["git 2.", "extensions.refstorage"]);
    says(&repo, "repository", "history", "fine", &["complete"]);
}
