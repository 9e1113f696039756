//! `goals check --staged`: in a hook it sees what is being committed, and nothing else.

use crate::support::{Output, Repo};

const ANA: &str = "Ana Silva <ana@northwind.example>";
const SOUND: &str = "title = \"100 clubs recommend us by December\"\nowner = \"ben\"\nwhy = \"Skippers listen to skippers.\"\nunit = \"clubs\"\nbaseline = 0\ntarget = 100\nsource = \"the club list\"\n";
const CLUBS: &str = "goals/2026-q4/clubs.toml";
const OTHER: &str = "goals/2026-q4/other.toml";

/// A plan with a mistake, on its own line so that it can be staged alone.
fn broken() -> String {
    SOUND.replace("owner =", "onwer =")
}

/// A workspace with a sound plan, and the hook that the guide recommends.
fn with_hook() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(CLUBS, SOUND);
    repo.commit(ANA, "2026-10-01T09:00:00Z", "a plan");
    put_hook(&repo, ".");
    repo
}

/// The hook of the guide, with this build's program, for a workspace in `folder`.
fn put_hook(repo: &Repo, folder: &str) {
    let recipe = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/guide/ci/pre-commit");
    let recipe = std::fs::read_to_string(recipe).expect("readable");
    assert!(recipe.contains("exec goals check --staged") && recipe.contains("goals=."), "{recipe}");
    let script = recipe
        .replace("exec goals", &format!("exec '{}'", env!("CARGO_BIN_EXE_goals")))
        .replace("goals=.", &format!("goals='{folder}'"));
    let hook = repo.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("made");
    std::fs::write(&hook, script).expect("written");
    let mut chmod = repo.command("chmod");
    assert!(chmod.arg("+x").arg(&hook).status().expect("it runs").success());
}

/// Runs `git commit`; what the hook says.
fn commit(repo: &Repo, arguments: &[&str]) -> Output {
    let mut git = repo.command("git");
    let output = git.args(["commit", "-q", "-m", "a change"]).args(arguments).output();
    let output = output.expect("git runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

#[track_caller]
fn is_stopped(output: &Output) {
    let all = format!("{}{}", output.stdout, output.stderr);
    assert!(output.status == 1 && all.contains("unknown-key"), "{}: {all}", output.status);
}

#[test]
fn a_commit_of_all_that_is_tracked_is_checked_whole() {
    let repo = with_hook();
    repo.write(CLUBS, &broken());
    is_stopped(&commit(&repo, &["-a"]));
    repo.write(CLUBS, &SOUND.replace("100", "120"));
    commit(&repo, &["-a"]).sound();
    assert!(repo.git(&["show", &format!("HEAD:{CLUBS}")]).contains("120"));
}

#[test]
fn of_a_file_staged_in_part_only_that_part_is_checked() {
    let repo = with_hook();
    // The mistake is on the disk only.
    repo.write(CLUBS, &SOUND.replace("100", "120"));
    repo.git(&["add", CLUBS]);
    repo.write(CLUBS, &broken());
    commit(&repo, &[]).sound();
    // And the other way round: it is staged, and mended on the disk only.
    repo.git(&["add", CLUBS]);
    repo.write(CLUBS, SOUND);
    is_stopped(&commit(&repo, &[]));
    repo.goals(&["check"]).sound();
}

#[test]
fn hunks_picked_by_hand_are_checked_and_the_rest_is_not() {
    let repo = with_hook();
    let wide =
        "why = \"Skippers listen to skippers.\"\n# one\n# two\n# three\n# four\n# five\n# six\n";
    let long = |text: &str| text.replace("why = \"Skippers listen to skippers.\"\n", wide);
    repo.write(CLUBS, &long(SOUND));
    repo.commit(ANA, "2026-10-02T09:00:00Z", "room");
    repo.write(CLUBS, &long(&broken()).replace("target = 100", "target = 120"));
    // The first hunk has the mistake, the second has not.
    let pick = |answers: &str| {
        let mut add = repo.command("git");
        add.args(["add", "-p"]).stdin(std::process::Stdio::piped());
        add.stdout(std::process::Stdio::null());
        let mut child = add.spawn().expect("git runs");
        let input = child.stdin.as_mut().expect("piped");
        std::io::Write::write_all(input, answers.as_bytes()).expect("written");
        assert!(child.wait().expect("it ends").success());
    };
    pick("n\ny\n");
    commit(&repo, &[]).sound();
    assert!(repo.git(&["show", &format!("HEAD:{CLUBS}")]).contains("target = 120"));
    pick("y\n");
    is_stopped(&commit(&repo, &[]));
}

#[test]
fn a_commit_of_some_paths_is_checked_without_what_is_staged_besides() {
    let repo = with_hook();
    repo.write(OTHER, &broken());
    repo.git(&["add", OTHER]);
    repo.write(CLUBS, &SOUND.replace("100", "120"));
    commit(&repo, &["--", CLUBS]).sound();
    assert!(repo.git(&["diff", "--cached", "--name-only"]).contains("other.toml"));
    is_stopped(&commit(&repo, &["--", OTHER]));
}

#[test]
fn another_index_is_read_where_it_is_named() {
    let mut repo = with_hook();
    let index = repo.beside("another index");
    repo.git(&["read-tree", "HEAD"]);
    std::fs::copy(repo.path().join(".git/index"), &index).expect("copied");
    repo.write(CLUBS, &broken());
    repo.git(&["add", CLUBS]);
    assert_eq!(repo.goals(&["check", "--staged"]).status, 1);
    repo.set("GIT_INDEX_FILE", index.to_str().expect("UTF-8"));
    repo.goals(&["check", "--staged"]).sound();
    repo.goals(&["check", "--cached"]).sound();
}

#[test]
fn untracked_and_announced_files_are_no_part_of_it() {
    let repo = with_hook();
    repo.write(OTHER, &broken());
    repo.goals(&["check", "--staged"]).sound();
    repo.git(&["add", "-N", OTHER]);
    repo.goals(&["check", "--staged"]).sound();
    assert_eq!(repo.goals(&["check"]).status, 1);
    repo.git(&["add", OTHER]);
    assert_eq!(repo.goals(&["check", "--staged"]).status, 1);
    // What was wrong before does not stop what is sound now.
    repo.git(&["commit", "-q", "--no-verify", "-m", "broken"]);
    repo.write(CLUBS, &SOUND.replace("100", "120"));
    repo.git(&["add", "-A"]);
    is_stopped(&commit(&repo, &[]));
    repo.goals(&["check", "--staged", "--since", "HEAD"]).sound();
}

#[test]
fn the_hook_lets_a_branch_without_goals_be() {
    let repo = with_hook();
    repo.git(&["checkout", "-q", "--orphan", "pages"]);
    repo.git(&["rm", "-rfq", "."]);
    repo.write("index.html", "<p>hello");
    repo.git(&["add", "-A"]);
    commit(&repo, &[]).sound();
    // There is a workspace on the disk, which is not going to be committed.
    repo.write("goals.toml", "format = 1\n");
    let refused = repo.goals(&["check", "--staged"]).refused();
    assert!(refused.contains("`goals.toml` is not staged"), "{refused}");
    repo.write("more.html", "<p>more");
    repo.git(&["add", "more.html"]);
    commit(&repo, &[]).sound();
}

#[test]
fn the_first_commit_is_checked_also_against_nothing() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(CLUBS, &broken());
    put_hook(&repo, ".");
    repo.git(&["add", "-A"]);
    is_stopped(&commit(&repo, &[]));
    assert_eq!(repo.goals(&["check", "--staged", "--since", "HEAD"]).status, 1);
    assert_eq!(repo.goals(&["check", "--since", "HEAD"]).status, 1);
    repo.write(CLUBS, SOUND);
    repo.git(&["add", "-A"]);
    commit(&repo, &[]).sound();
}

#[test]
fn a_workspace_in_a_folder_of_the_repository_is_checked() {
    let repo = Repo::new();
    repo.write("a b/ü/goals.toml", "format = 1\n");
    repo.write(&format!("a b/ü/{CLUBS}"), SOUND);
    repo.commit(ANA, "2026-10-01T09:00:00Z", "a plan");
    put_hook(&repo, "a b/ü");
    repo.write(&format!("a b/ü/{CLUBS}"), &broken());
    is_stopped(&commit(&repo, &["-a"]));
    repo.write(&format!("a b/ü/{CLUBS}"), &SOUND.replace("100", "120"));
    commit(&repo, &["-a"]).sound();
}

#[test]
fn what_cannot_be_staged_is_refused() {
    let folder = Repo::folder();
    folder.write("goals.toml", "format = 1\n");
    let refused = folder.goals(&["check", "--staged"]).refused();
    assert!(refused.contains("--staged needs a git repository"), "{refused}");
    let repo = with_hook();
    for other in [&["-"][..], &["--rev", "HEAD"], &["--fix"], &["--diff"]] {
        repo.goals(&[&["check", "--staged"], other].concat()).refused();
    }
}
