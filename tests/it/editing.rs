//! What editors find in a workspace: schemas and settings of TOML servers, written once, renewed on
//! demand, and never in the place of what somebody wrote.

use crate::support::Repo;

const SCHEMAS: [&str; 3] =
    [".goals/schema/workspace.json", ".goals/schema/plan.json", ".goals/schema/checkins.json"];

/// Every byte of what editors find.
fn bytes(repo: &Repo) -> Vec<String> {
    [&SCHEMAS[..], &[".taplo.toml", "tombi.toml"]]
        .concat()
        .iter()
        .map(|path| repo.read(path))
        .collect()
}

#[test]
fn a_new_workspace_has_schemas_and_settings() {
    let repo = Repo::folder();
    let said = repo.goals(&["init"]).sound();
    for path in [".goals/schema", ".taplo.toml", "tombi.toml"] {
        assert!(said.contains(&format!("wrote {path}\n")), "{said}");
    }
    for (path, kind) in SCHEMAS.iter().zip(["workspace", "plan", "checkins"]) {
        assert_eq!(repo.read(path), repo.goals(&["schema", kind]).sound());
        assert!(repo.read(".taplo.toml").contains(path) && repo.read("tombi.toml").contains(path));
    }
    let before = bytes(&repo);
    let again = repo.goals(&["schema", "--write"]);
    assert_eq!((again.status, &*again.stdout), (0, ""));
    assert_eq!(again.stderr, "the schemas are this version's already\n");
    assert_eq!(bytes(&repo), before);
}

#[test]
fn settings_and_schemas_that_are_there_stay() {
    let repo = Repo::folder();
    repo.write("taplo.toml", "# ours\n");
    repo.write("pyproject.toml", "[tool.tombi]\n");
    repo.write(".goals/schema/plan.json", "{}\n");
    let output = repo.goals(&["init"]);
    assert!(
        !output.stdout.contains("taplo") && !output.stdout.contains("tombi"),
        "{}",
        output.stdout
    );
    assert!(output.stdout.contains("wrote .goals/schema/checkins.json\n"), "{}", output.stdout);
    for note in [
        "`taplo.toml` is there already and stays as it is; to have Taplo check goal files, add to it:",
        "    schema.path = \".goals/schema/plan.json\"\n",
        "`pyproject.toml` is there already",
        "`.goals/schema/plan.json` is not this version's; `goals schema --write` renews it",
    ] {
        assert!(output.stderr.contains(note), "{}", output.stderr);
    }
    assert_eq!(repo.read("taplo.toml"), "# ours\n");
    assert_eq!(repo.read(".goals/schema/plan.json"), "{}\n");
    assert!(!repo.path().join(".taplo.toml").exists() && !repo.path().join("tombi.toml").exists());
}

#[test]
fn a_project_of_python_that_says_nothing_of_tombi_is_no_reason_to_leave_it_out() {
    let repo = Repo::folder();
    repo.write("pyproject.toml", "[project]\nname = \"x\"\n");
    assert!(repo.goals(&["init"]).sound().contains("wrote tombi.toml\n"));
}

#[test]
fn writing_renews_schemas_and_leaves_settings_alone() {
    let repo = Repo::new();
    repo.goals(&["init"]).sound();
    repo.write(".goals/schema/plan.json", "{}\n");
    repo.write("tombi.toml", "# without schemas\n");
    let doctor = repo.goals(&["doctor"]).stdout;
    assert!(
        doctor.contains("○ editing     not what this version writes: .goals/schema/plan.json\n"),
        "{doctor}"
    );
    assert!(doctor.contains("help: `goals schema --write` renews them"), "{doctor}");
    let output = repo.goals(&["schema", "--write"]);
    assert_eq!(output.stdout, "wrote .goals/schema/plan.json\n");
    assert!(output.stderr.starts_with("note: `tombi.toml` is there already"), "{}", output.stderr);
    assert_eq!(repo.read("tombi.toml"), "# without schemas\n");
    assert_eq!(repo.read(SCHEMAS[1]), repo.goals(&["schema", "plan"]).sound());
    assert!(
        repo.goals(&["doctor"])
            .stdout
            .contains("✓ editing     schemas for editors, of this version\n")
    );
}

#[test]
fn line_endings_that_git_turned_make_no_schema_stale() {
    let repo = Repo::new();
    repo.goals(&["init"]).sound();
    for path in SCHEMAS {
        repo.write(path, &repo.read(path).replace('\n', "\r\n"));
    }
    assert!(repo.goals(&["doctor"]).stdout.contains("✓ editing"));
}

#[test]
fn a_workspace_without_schemas_is_told_nothing_of_them() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\nplans = \"docs/goals\"\n");
    assert!(!repo.goals(&["doctor"]).stdout.contains("editing"));
    repo.write("docs/goals/2026/a.toml", "title = \"A\"\n");
    let output = repo.goals(&["-C", "docs/goals/2026", "schema", "--write"]);
    assert!(repo.read("tombi.toml").contains("\"docs/goals/**/*.checkins.toml\""));
    assert_eq!(output.sound(), "wrote .goals/schema\nwrote .taplo.toml\nwrote tombi.toml\n");
}

#[cfg(unix)]
#[test]
fn schemas_are_not_written_through_a_link_that_leads_out() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    let outside = repo.beside("elsewhere");
    std::fs::create_dir_all(&outside).expect("made");
    std::os::unix::fs::symlink(&outside, repo.path().join(".goals")).expect("linked");
    let refused = repo.goals(&["schema", "--write"]).refused();
    assert!(refused.contains("leads out of the workspace"), "{refused}");
    assert_eq!(std::fs::read_dir(&outside).expect("there").count(), 0);
}
