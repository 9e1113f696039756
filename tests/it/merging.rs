//! Real merges and rebases by git, with the merge driver and without.

use crate::support::{Output, Repo};

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okoro <ben@northwind.example>";
const PLAN: &str = "goals/2026-q4/calm-deploys.toml";
const RECORDS: &str = "goals/2026-q4/calm-deploys.checkins.toml";
const START: &str = "[lead-time]\n2026-10-05 = 240\n";
const PLAN_TEXT: &str = "title = \"Calm deploys\"\nowner = \"ana\"\n\n# how fast\n[key_results.lead-time]\ntitle = \"Lead time falls\"\nowner = \"ben\"\nunit = \"min\"\nbaseline = 240\ntarget = 15\n";

/// A workspace with one goal, committed, and the program on the path of git's shell.
fn workspace(driver: bool) -> Repo {
    let mut repo = Repo::new();
    on_path(&mut repo);
    repo.write("goals.toml", "format = 1\n");
    repo.write(".gitattributes", "*.checkins.toml merge=union\n");
    repo.write(PLAN, PLAN_TEXT);
    repo.write(RECORDS, START);
    repo.commit(ANA, "2026-10-05T09:00:00Z", "begin");
    if driver {
        repo.goals(&["init", "--merge-driver"]).sound();
    }
    repo
}

fn on_path(repo: &mut Repo) {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_goals")).parent().expect("a folder");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let all = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    let all = std::env::join_paths(all).expect("a path");
    repo.set("PATH", all.to_str().expect("UTF-8"));
}

/// Commits one text of a file on `main` and another on `side`, both grown from the same commit;
/// stays on `main`.
fn diverge(repo: &Repo, path: &str, ours: &str, theirs: &str) {
    repo.git(&["switch", "-q", "-c", "side"]);
    repo.write(path, theirs);
    repo.commit(BEN, "2026-10-26T09:00:00Z", "theirs");
    repo.git(&["switch", "-q", "main"]);
    repo.write(path, ours);
    repo.commit(ANA, "2026-10-26T10:00:00Z", "ours");
}

/// Runs git, which may find conflicts; its exit code.
fn try_git(repo: &Repo, arguments: &[&str]) -> Output {
    let output = repo.command("git").args(arguments).output().expect("git runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    }
}

fn merge(repo: &Repo) -> i32 {
    try_git(repo, &["merge", "-q", "--no-edit", "side"]).status
}

#[test]
fn init_says_what_it_tells_git() {
    let repo = workspace(false);
    assert_eq!(
        repo.goals(&["init", "--merge-driver"]).sound(),
        "set merge.goals.driver in the repository's configuration
added to .git/info/attributes:
  /goals.toml merge=goals
  /goals/**/*.toml merge=goals
"
    );
    assert_eq!(
        repo.goals(&["init", "--merge-driver"]).sound(),
        "set merge.goals.driver in the repository's configuration\n.git/info/attributes has its lines already\n"
    );
    assert!(
        repo.goals(&["-C", "goals/2026-q4", "init", "--merge-driver"])
            .sound()
            .ends_with("has its lines already\n"),
        "from a folder of the workspace too"
    );
    let attribute = |path: &str| repo.git(&["check-attr", "merge", "--", path]);
    assert_eq!(attribute(RECORDS), format!("{RECORDS}: merge: goals\n"));
    assert_eq!(attribute(PLAN), format!("{PLAN}: merge: goals\n"));
    assert_eq!(attribute("other/x.toml"), "other/x.toml: merge: unspecified\n");
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "nothing that others would get");
}

#[test]
fn init_needs_a_repository_for_it() {
    let repo = Repo::folder();
    let said = repo.goals(&["init", "--merge-driver"]).refused();
    assert!(said.contains("git init"), "{said}");
    assert!(!repo.path().join("goals.toml").exists());
}

#[test]
fn a_new_workspace_in_a_folder_with_a_strange_name_can_have_it_too() {
    let mut repo = Repo::new();
    on_path(&mut repo);
    let folder = "our [own] goals";
    std::fs::create_dir(repo.path().join(folder)).expect("made");
    let said = repo.goals(&["init", "--merge-driver", folder]).sound();
    assert!(said.contains("wrote goals.toml") && said.contains("merge=goals"), "{said}");
    let path = format!("{folder}/goals/2026/x.toml");
    assert_eq!(repo.git(&["check-attr", "merge", "--", &path]), format!("{path}: merge: goals\n"));
}

#[test]
fn two_branches_of_check_ins_merge_by_date() {
    let repo = workspace(true);
    let ours = format!("{START}2026-10-26 = 90\n");
    diverge(&repo, RECORDS, &ours, &format!("{START}2026-10-12 = 180\n2026-10-26 = 90\n"));
    assert_eq!(merge(&repo), 0);
    assert_eq!(repo.read(RECORDS), format!("{START}2026-10-12 = 180\n2026-10-26 = 90\n"));
    repo.goals(&["check", "--fail-on", "error"]).sound();
}

#[test]
fn without_the_driver_a_union_has_every_line_of_both_and_no_order() {
    let repo = workspace(false);
    let ours = format!("{START}2026-10-26 = 90\n");
    diverge(&repo, RECORDS, &ours, &format!("{START}2026-10-12 = 180\n2026-10-26 = 95\n"));
    assert_eq!(merge(&repo), 0, "git sees no conflict");
    assert_eq!(
        repo.read(RECORDS),
        format!("{START}2026-10-26 = 90\n2026-10-12 = 180\n2026-10-26 = 95\n")
    );
    let found = repo.goals(&["check"]);
    assert_eq!(found.status, 1, "but the date stands there twice: {}", found.stdout);
}

#[test]
fn with_the_driver_the_same_is_a_conflict_on_one_line() {
    let repo = workspace(true);
    let ours = format!("{START}2026-10-26 = 90\n");
    diverge(&repo, RECORDS, &ours, &format!("{START}2026-10-12 = 180\n2026-10-26 = 95\n"));
    assert_eq!(merge(&repo), 1);
    assert_eq!(
        repo.read(RECORDS),
        format!(
            "{START}2026-10-12 = 180\n<<<<<<< HEAD\n2026-10-26 = 90\n=======\n2026-10-26 = 95\n>>>>>>> side\n"
        )
    );
    assert!(repo.git(&["status", "--porcelain"]).contains(&format!("UU {RECORDS}")));
}

#[test]
fn the_users_style_of_conflicts_and_size_of_markers_hold() {
    let repo = workspace(true);
    repo.git(&["config", "merge.conflictStyle", "diff3"]);
    repo.write(".git/info/attributes", "/goals/**/*.toml merge=goals conflict-marker-size=9\n");
    diverge(&repo, RECORDS, &START.replace("240", "250"), &START.replace("240", "260"));
    assert_eq!(merge(&repo), 1);
    let text = repo.read(RECORDS);
    let (before, after) = text.split_once("||||||||| ").expect("a base");
    assert_eq!(before, "[lead-time]\n<<<<<<<<< HEAD\n2026-10-05 = 250\n");
    let (_, after) = after.split_once('\n').expect("a label");
    assert_eq!(after, "2026-10-05 = 240\n=========\n2026-10-05 = 260\n>>>>>>>>> side\n");
}

#[test]
fn a_plan_changed_on_both_sides_merges_key_by_key() {
    let changes = [("target = 15", "target = 20"), ("baseline = 240", "baseline = 230")];
    let [ours, theirs] = changes.map(|(from, to)| PLAN_TEXT.replace(from, to));
    for (driver, code) in [(true, 0), (false, 1)] {
        let repo = workspace(driver);
        diverge(&repo, PLAN, &ours, &theirs);
        assert_eq!(merge(&repo), code, "driver: {driver}");
        if driver {
            assert_eq!(repo.read(PLAN), ours.replace("baseline = 240", "baseline = 230"));
        }
    }
}

#[test]
fn a_rebase_and_a_cherry_pick_merge_the_same_way() {
    let repo = workspace(true);
    let ours = format!("{START}2026-10-26 = 90\n");
    diverge(&repo, RECORDS, &ours, &format!("{START}2026-10-12 = 180\n"));
    let both = format!("{START}2026-10-12 = 180\n2026-10-26 = 90\n");
    repo.git(&["switch", "-q", "-c", "picked"]);
    repo.git(&["cherry-pick", "side"]);
    assert_eq!(repo.read(RECORDS), both);
    repo.git(&["switch", "-q", "main"]);
    repo.git(&["rebase", "-q", "side"]);
    assert_eq!(repo.read(RECORDS), both);
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]), "3\n");
}

#[test]
fn files_that_cannot_be_read_merge_line_by_line_as_git_does() {
    let broken = "a = [\n1\n2\n3\n4\n5\n6\n7\n8\n9\n";
    for (ours, theirs, code) in [("1", "x", 1), ("9", "x", 0)] {
        let repo = workspace(true);
        repo.write(RECORDS, broken);
        repo.commit(ANA, "2026-10-06T09:00:00Z", "broken");
        diverge(&repo, RECORDS, &broken.replace(ours, "ours"), &broken.replace('1', theirs));
        assert_eq!(merge(&repo), code);
        let by_driver = repo.read(RECORDS);
        repo.git(&["reset", "-q", "--hard", "HEAD"]);
        repo.git(&["reset", "-q", "--hard", "main"]);
        if code == 1 {
            std::fs::remove_file(repo.path().join(".git/info/attributes")).expect("removed");
            repo.write(".git/info/attributes", "*.toml merge=text\n");
            assert_eq!(merge(&repo), code);
            assert_eq!(by_driver, repo.read(RECORDS));
        } else {
            assert_eq!(by_driver, broken.replace('1', "x").replace('9', "ours"));
        }
    }
}

#[test]
fn what_is_no_text_stays_ours_and_is_a_conflict() {
    let repo = workspace(true);
    diverge(&repo, RECORDS, "a = 1\n", "a\0b");
    assert_eq!(merge(&repo), 1);
    assert_eq!(repo.read(RECORDS), "a = 1\n");
}

#[test]
fn the_driver_by_itself_keeps_to_gits_protocol() {
    let repo = workspace(false);
    for (name, text) in [("o", "a = 1\n"), ("a", "a = 2\n"), ("b", "a = 3\n")] {
        repo.write(name, text);
    }
    let run =
        |arguments: &[&str]| repo.goals(&[&["merge-driver", "--"], arguments].concat()).status;
    assert_eq!(run(&["o", "a", "o", "7", "p"]), 0);
    assert_eq!(repo.read("a"), "a = 2\n");
    assert_eq!(run(&["none", "a", "b", "7", "p"]), 129, "nothing could be done");
    assert_eq!(repo.read("a"), "a = 2\n");
    assert_eq!(run(&["o", "a", "b", "7", "p", "%S", "-x \u{1b}[31m", "y"]), 1);
    let text = repo.read("a");
    assert!(text.starts_with("<<<<<<< -x ") && !text.contains('\u{1b}'), "{text}");
}

#[test]
fn a_program_that_is_gone_leaves_the_merge_to_git() {
    let repo = workspace(true);
    let driver = repo.git(&["config", "merge.goals.driver"]);
    assert!(driver.starts_with("if command -v goals "), "{driver}");
    let gone = driver.trim().replace("goals merge-driver", "gone merge-driver");
    let gone = gone.replace("command -v goals", "command -v gone");
    repo.git(&["config", "merge.goals.driver", &gone]);
    diverge(&repo, RECORDS, &START.replace("240", "250"), &START.replace("240", "260"));
    assert_eq!(merge(&repo), 1);
    assert!(repo.read(RECORDS).contains("2026-10-05 = 260"), "their side is not lost");
}
