//! Repositories that the `git` program reads for us, and what it brings to partial clones.

use std::fs;
use std::path::Path;

use crate::backends;
use crate::git_traps::{
    ANA, BEN, PATH, PLAN, RECORD, begun, cloned, degrades, events, fill, of_begun, value,
};
use crate::support::Repo;

/// A workspace whose references are kept in tables; nothing if this git cannot make one.
fn in_tables(options: &[&str]) -> Option<Repo> {
    let repo = Repo::folder();
    let options = [&["init", "-q", "-b", "main", "--ref-format=reftable"], options].concat();
    let made = repo.command("git").args(options).output().expect("git runs");
    made.status.success().then(|| {
        fill(&repo, "");
        repo
    })
}

/// What the tool says, and each event, where only the `git` program reads.
#[track_caller]
fn read_by_git(repo: &Repo, arguments: &[&str]) -> (String, Vec<String>) {
    let output = repo.goals(&[&["log", "--format", "json"], arguments].concat());
    let said = output.stderr.clone();
    let found = output.json();
    let text = |event: &serde_json::Value, key: &str| event[key].as_str().unwrap_or("-").to_owned();
    let shown = |event: &serde_json::Value| {
        let star = if event["witness"] == true { "*" } else { "" };
        ["event", "ref", "date", "author"].map(|key| text(event, key)).join(" ") + star
    };
    (said, found.as_array().expect("an array").iter().map(shown).collect())
}

/// How many packs a repository has.
fn packs(repo: &Repo) -> usize {
    let folder = fs::read_dir(repo.path().join(".git/objects/pack")).expect("a folder");
    let is_pack = |path: &Path| path.extension().is_some_and(|extension| extension == "pack");
    folder.filter(|entry| entry.as_ref().is_ok_and(|entry| is_pack(&entry.path()))).count()
}

#[test]
fn references_in_tables_are_read() {
    for options in [&[][..], &["--object-format=sha256"]] {
        let Some(repo) = in_tables(options) else { return };
        let quiet = (String::new(), of_begun("support").to_vec());
        assert_eq!(read_by_git(&repo, &["--require-history"]), quiet);
        assert_eq!(repo.goals(&["rollup"]).json()["history"], "complete");
        let told = repo.goals(&["-v", "status"]).stderr;
        assert!(told.contains("read by the git program: libgit2 cannot open it"), "{told}");
        for revision in ["HEAD", "main", "HEAD^{/second}"] {
            assert_eq!(value(&repo, &["--rev", revision]), 55, "{revision}");
        }
        assert_eq!(value(&repo, &["--rev", "HEAD~1"]), 40);
        repo.goals(&["checkin", "answers", "60"]).sound();
        assert_eq!(read_by_git(&repo, &[]).1.len(), 4);
        repo.git(&["checkout", "-q", "--detach", "HEAD~1"]);
        assert_eq!(read_by_git(&repo, &[]), quiet);
        repo.git(&["checkout", "-q", "--orphan", "unborn"]);
        let output = repo.goals(&["rollup"]);
        assert!(output.stderr.contains("no commit yet"), "{}", output.stderr);
        assert_eq!(output.json()["history"], "none");
    }
}

#[test]
fn what_names_no_commit_is_refused_by_git_too() {
    let Some(repo) = in_tables(&[]) else { return };
    repo.git(&["tag", "-a", "-m", "x", "annotated"]);
    repo.git(&["tag", "blob", "HEAD:goals.toml"]);
    assert_eq!(value(&repo, &["--rev=annotated"]), 55);
    for revision in [
        "blob",
        "HEAD^{tree}",
        "HEAD~1..HEAD",
        "@{upstream}",
        "",
        "-x",
        "--all",
        "HEAD~9",
        "a\nb",
        "^HEAD",
        "HEAD^@",
        ":goals.toml",
        "\u{1b}[31m",
    ] {
        let refused = repo.goals(&["rollup", &format!("--rev={revision}")]).refused();
        assert!(refused.starts_with("error: "), "{revision}: {refused}");
        assert!(!refused.contains('\u{1b}'), "{refused}");
    }
}

#[test]
fn references_in_tables_are_read_in_linked_working_trees_and_bare_and_shallow_clones() {
    let Some(repo) = in_tables(&[]) else { return };
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "-q", "-b", "other", &linked.to_string_lossy()]);
    let bare = repo.beside("bare.git");
    let origin = format!("file://{}", repo.path().display());
    let table = ["clone", "-q", "--ref-format=reftable"];
    repo.git(&[&table[..], &["--bare", &origin, &bare.to_string_lossy()]].concat());
    let shallow = repo.beside("shallow");
    repo.git(&[&table[..], &["--depth", "2", &origin, &shallow.to_string_lossy()]].concat());
    let repo = repo.at(&linked);
    assert_eq!(read_by_git(&repo, &[]).1, of_begun("support"));
    let repo = repo.at(&bare);
    assert_eq!(read_by_git(&repo, &["--rev", "HEAD"]).1, of_begun("support"));
    let repo = repo.at(&shallow);
    let (said, events) = read_by_git(&repo, &[]);
    assert!(said.contains("a shallow clone"), "{said}");
    assert_eq!(events, of_begun("support")[..1]);
    let linked = repo.beside("linked-to-shallow");
    repo.git(&["worktree", "add", "-q", "-b", "more", &linked.to_string_lossy()]);
    let repo = repo.at(&linked);
    assert_eq!(read_by_git(&repo, &[]).1, of_begun("support")[..1]);
    assert!(repo.goals(&["status", "--require-history"]).refused().contains("--unshallow"));
}

#[test]
#[cfg(unix)]
fn what_only_git_can_read_degrades_without_git() {
    let Some(mut repo) = in_tables(&[]) else { return };
    repo.set("PATH", "/nonexistent");
    degrades(&repo, "extensions.refstorage", "no such program");
}

#[test]
#[cfg(target_os = "linux")]
fn a_repository_of_somebody_else_stays_refused_where_git_reads_it() {
    let Some(repo) = in_tables(&[]) else { return };
    let owned = std::process::Command::new("chown").args(["-R", "12345"]).arg(repo.path()).output();
    if !owned.expect("chown runs").status.success() {
        return; // only root may give files away
    }
    degrades(&repo, "another user owns it", "safe.directory");
}

#[test]
fn a_blobless_clone_gets_its_files_by_one_fetch() {
    let clone = cloned(begun(), &["--filter=blob:none"]);
    let before = packs(&clone);
    let (said, events) = read_by_git(&clone, &["--require-history"]);
    assert_eq!(said, "note: a partial clone: git fetches 1 file from `origin`\n");
    assert_eq!(events, of_begun("support"));
    assert_eq!(packs(&clone), before + 1);
    let rollup = clone.goals(&["rollup"]);
    assert_eq!(rollup.stderr, "", "nothing is missing any more");
    assert_eq!(rollup.json()["history"], "complete");
    assert_eq!(value(&clone, &["--rev", "HEAD"]), 55);
    backends::agree(clone.path(), &["HEAD~1"]);
}

#[test]
fn a_treeless_clone_gets_its_folders_level_by_level() {
    let repo = begun();
    repo.write("code/inner/main.c", "int main;\n");
    repo.commit(BEN, "2026-10-13T09:00:00+02:00", "code");
    repo.write("code/inner/main.c", "char main;\n");
    repo.commit(BEN, "2026-10-14T09:00:00+02:00", "more code");
    let clone = cloned(repo, &["--filter=tree:0"]);
    let before = packs(&clone);
    let (said, events) = read_by_git(&clone, &["--require-history"]);
    assert_eq!(events, of_begun("support"));
    let fetches: Vec<&str> = said.lines().filter(|line| line.contains("git fetches")).collect();
    // The roots, the plans' folders, the cycles' folders; then the files.
    assert_eq!(fetches.len(), 4, "{said}");
    assert_eq!(packs(&clone), before + 4);
    assert!(fetches[0].contains("git fetches 4 folders"), "{said}");
    assert!(fetches[3].contains("git fetches 1 file"), "{said}");
    // What lies beside the plans was not brought.
    let code = clone.git(&["rev-list", "--objects", "--missing=print", "HEAD"]);
    assert!(code.lines().any(|line| line.starts_with('?')), "{code}");
    assert_eq!(read_by_git(&clone, &[]).0, "");
    assert_eq!(value(&clone, &["--rev", "HEAD~3"]), 40);
}

#[test]
fn an_earlier_revision_of_a_partial_clone_is_brought_too() {
    for filter in ["--filter=blob:none", "--filter=tree:0"] {
        let clone = cloned(begun(), &[filter]);
        let output = clone.goals(&["rollup", "--rev", "HEAD~1"]);
        assert!(output.stderr.contains("git fetches 1 file"), "{filter}: {}", output.stderr);
        assert_eq!(output.json()["goals"][0]["key_results"][0]["value"], 40);
    }
}

#[test]
fn a_partial_clone_whose_remote_is_gone_degrades() {
    for (filter, missing) in [
        ("--filter=blob:none", "1 file missing in this partial clone"),
        ("--filter=tree:0", "2 folders missing in this partial clone"),
    ] {
        let origin = begun();
        let gone = origin.path().to_owned();
        let mut clone = cloned(origin, &[filter]);
        clone.set("GIT_NO_LAZY_FETCH", "1");
        degrades(&clone, missing, "unset it");
        clone.set("GIT_NO_LAZY_FETCH", "0");
        let away = clone.beside("away");
        fs::rename(&gone, &away).expect("moved");
        degrades(&clone, missing, "git fetch --refetch --no-filter");
        assert_eq!(value(&clone, &["--rev", "HEAD"]), 55, "{filter}");
        fs::rename(&away, &gone).expect("moved");
        clone.git(&["fetch", "-q", "--refetch", "--no-filter"]);
        assert_eq!(read_by_git(&clone, &[]), (String::new(), of_begun("support").to_vec()));
    }
}

#[test]
#[cfg(unix)]
fn a_git_that_cannot_be_kept_from_fetching_is_asked_for_what_is_here() {
    use std::os::unix::fs::PermissionsExt;
    let mut clone = cloned(begun(), &["--filter=blob:none"]);
    let real = clone.command("sh").args(["-c", "command -v git"]).output().expect("runs").stdout;
    let real = String::from_utf8(real).expect("a path").trim().to_owned();
    let (bin, calls) = (clone.beside("bin"), clone.beside("calls"));
    fs::create_dir(&bin).expect("made");
    let script = format!(
        "#!/bin/sh\nunset GIT_NO_LAZY_FETCH\necho \"$@\" >> '{}'\n\
         [ \"$1\" = version ] && echo git version 2.39.5 && exit\nexec '{real}' \"$@\"\n",
        calls.display()
    );
    fs::write(bin.join("git"), script).expect("written");
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).expect("set");
    let path = std::env::var("PATH").expect("set");
    clone.set("PATH", &format!("{}:{path}", bin.display()));
    let before = packs(&clone);
    assert_eq!(read_by_git(&clone, &[]).1, of_begun("support"));
    assert_eq!(packs(&clone), before + 1);
    let calls = fs::read_to_string(calls).expect("written");
    assert_eq!(calls.lines().filter(|call| call.contains(" fetch ")).count(), 1, "{calls}");
}

#[test]
fn replaced_objects_are_read_as_they_were_committed() {
    let repo = begun();
    let other = repo.git(&["commit-tree", "HEAD~1^{tree}", "-m", "instead"]);
    repo.git(&["replace", "HEAD", other.trim()]);
    assert_eq!(events(&repo, &["--rev", "main"]), of_begun("support"));
}

#[test]
fn mirrors_and_detached_and_unborn_heads_are_read_alike() {
    let repo = begun();
    let (mirror, origin) = (repo.beside("mirror.git"), repo.path().to_string_lossy().into_owned());
    repo.git(&["clone", "-q", "--mirror", &origin, &mirror.to_string_lossy()]);
    backends::agree(&mirror, &["main"]);
    repo.git(&["checkout", "-q", "--detach", "HEAD~1"]);
    assert_eq!(events(&repo, &[]), of_begun("support")[1..]);
    repo.git(&["checkout", "-q", "--orphan", "unborn"]);
    backends::agree(repo.path(), &["main"]);
}

#[test]
fn working_trees_and_clones_of_every_sort_are_read_alike() {
    let repo = begun();
    let origin = repo.path().to_string_lossy().into_owned();
    let [linked, sharing, above, shallow] =
        ["linked", "sharing", "above", "shallow"].map(|name| repo.beside(name));
    let text = |path: &Path| path.to_string_lossy().into_owned();
    repo.git(&["update-index", "--split-index"]);
    backends::agree(repo.path(), &["HEAD~1"]);
    repo.git(&["worktree", "add", "-q", "-b", "other", &text(&linked)]);
    repo.git(&["clone", "-q", "--shared", &origin, &text(&sharing)]);
    repo.git(&["clone", "-q", "--depth", "2", &format!("file://{origin}"), &text(&shallow)]);
    let module = above.join("module");
    repo.git(&["init", "-q", &text(&above)]);
    let repo = repo.at(&above);
    repo.git(&["submodule", "--quiet", "add", &origin, "module"]);
    let repo = repo.at(&shallow);
    let of_shallow = repo.beside("of-shallow");
    repo.git(&["worktree", "add", "-q", "-b", "more", &text(&of_shallow)]);
    repo.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "goals/none"]);
    for folder in [linked, sharing, module, shallow, of_shallow] {
        backends::agree(&folder, &["HEAD~1"]);
    }
}

#[test]
fn the_callers_index_and_repository_are_those_that_are_read() {
    let Some(repo) = in_tables(&[]) else { return };
    let elsewhere = repo.beside("elsewhere");
    fs::create_dir_all(elsewhere.join("goals/2026-q4")).expect("made");
    for (path, text) in [
        ("goals.toml", "format = 1\n"),
        (PATH, PLAN),
        (RECORD, "[answers]\n2026-10-05 = 40\n2026-10-12 = 55\n"),
    ] {
        fs::write(elsewhere.join(path), text).expect("written");
    }
    let index = repo.beside("index");
    let git_dir = repo.path().join(".git").to_string_lossy().into_owned();
    let mut repo = repo.at(&elsewhere);
    repo.set("GIT_DIR", &git_dir);
    repo.set("GIT_INDEX_FILE", &index.to_string_lossy());
    assert_eq!(read_by_git(&repo, &[]), (String::new(), of_begun("support").to_vec()));
    repo.set("GIT_WORK_TREE", &elsewhere.to_string_lossy());
    assert_eq!(read_by_git(&repo, &[]), (String::new(), of_begun("support").to_vec()));
    let unknown = repo.goals(&["rollup", "--rev", "nothing"]).refused();
    assert!(unknown.contains("no revision `nothing`"), "{unknown}");
}

#[test]
fn a_commit_that_git_did_not_write_is_read_alike() {
    let repo = begun();
    let (tree, parent) =
        (repo.git(&["rev-parse", "HEAD~1^{tree}"]), repo.git(&["rev-parse", "HEAD"]));
    for author in
        ["Ana <ana@northwind.example> -9 +0000", "Ana <ana@northwind.example>", " ,;A <a> 7 +1500"]
    {
        let text =
            format!("tree {tree}parent {parent}author {author}\ncommitter {ANA} 7 +0100\n\nodd\n");
        fs::write(repo.beside("commit"), text).expect("written");
        let file = repo.beside("commit").to_string_lossy().into_owned();
        let id = repo.git(&["hash-object", "-t", "commit", "-w", "--literally", &file]);
        assert_eq!(events(&repo, &["--rev", id.trim()]).len(), 4, "{author}");
    }
}

#[test]
fn a_working_tree_that_the_caller_names_is_read() {
    let repo = begun();
    let (git_dir, moved) = (repo.beside("moved.git"), repo.beside("elsewhere"));
    fs::rename(repo.path().join(".git"), &git_dir).expect("moved");
    fs::rename(repo.path(), &moved).expect("moved");
    let mut repo = repo.at(&moved.join("goals"));
    repo.set("GIT_DIR", &git_dir.to_string_lossy());
    repo.set("GIT_WORK_TREE", &moved.to_string_lossy());
    assert_eq!(read_by_git(&repo, &[]), (String::new(), of_begun("support").to_vec()));
}

#[test]
#[cfg(unix)]
fn what_is_being_pushed_is_read_before_it_is_taken_in() {
    use std::os::unix::fs::PermissionsExt;
    let repo = begun();
    for format in ["files", "reftable"] {
        let (bare, out) = (repo.beside(&format!("{format}.git")), repo.beside(format));
        let format = format!("--ref-format={format}");
        let made = repo.command("git").args(["init", "-q", "--bare", &format]).arg(&bare).output();
        if !made.expect("git runs").status.success() {
            continue; // this git has no reftable
        }
        let goals = env!("CARGO_BIN_EXE_goals");
        let script = format!(
            "#!/bin/sh\nwhile read old new name; do {goals} log --rev $new --format json > '{}' || exit 1; done\n",
            out.display()
        );
        let hook = bare.join("hooks/pre-receive");
        fs::create_dir_all(bare.join("hooks")).expect("made");
        fs::write(&hook, script).expect("written");
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).expect("set");
        repo.git(&["push", "-q", &bare.to_string_lossy(), "main"]);
        let told: serde_json::Value =
            serde_json::from_str(&fs::read_to_string(&out).expect("written")).expect("JSON");
        assert_eq!(told.as_array().map(Vec::len), Some(3), "{format}");
    }
}

#[test]
fn an_object_that_was_cut_short_is_told_with_its_file() {
    let repo = begun();
    repo.goals(&["log", "--no-cache"]).sound();
    for name in ["HEAD", "HEAD~1", "HEAD^{tree}", "HEAD~1:goals"] {
        let id = repo.git(&["rev-parse", name]);
        let (folder, file) = id.trim().split_at(2);
        let path = repo.path().join(".git/objects").join(folder).join(file);
        let sound = fs::read(&path).expect("in a file of its own");
        // What git writes may not be written to.
        fs::remove_file(&path).expect("removed");
        for length in [0, 2, 9, sound.len() / 2, sound.len() - 6, sound.len() - 1] {
            fs::write(&path, &sound[..length]).expect("written");
            let told = repo.goals(&["log", "--no-cache"]).refused();
            assert!(told.contains(&format!("{folder}/{file}`: it is damaged")), "{name}: {told}");
            assert!(told.contains("`git fsck`"), "{told}");
        }
        fs::write(&path, &sound).expect("written");
    }
    repo.goals(&["log", "--no-cache"]).sound();
}
