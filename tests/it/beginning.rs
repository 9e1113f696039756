//! `goals new`: a plan with everything in it that can be known, and nothing overwritten.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write(
        "goals.toml",
        "format = 1\n[people.ana]\nemails = [\"ana@northwind.example\"]\n[people.ben]\n[teams.\"engineering/platform\"]\nlead = \"ben\"\n",
    );
    repo.write("goals/2026/grow.toml", "title = \"Grow\"\nowner = \"ana\"\n");
    repo.write(
        "goals/2026-q4/growth/leads.toml",
        "title = \"L\"\nowner = \"ana\"\nformerly = [\"fans\"]\n",
    );
    repo.commit(ANA, "2026-10-01T09:00:00Z", "plans");
    repo
}

#[test]
fn everything_that_can_be_known_is_filled_in() {
    let repo = repo();
    let said = repo.goals(&["new", "engineering/platform/calm-deploys"]);
    assert!(
        said.stderr.contains("goals check goals/2026-q4/engineering/platform/calm-deploys.toml")
    );
    let path = "goals/2026-q4/engineering/platform/calm-deploys.toml";
    assert_eq!(said.sound(), format!("wrote {path}\nnot committed\n"));
    assert_eq!(
        repo.read(path),
        r#"# 2026-q4: 2026-10-01 to 2026-12-31
title = "Calm deploys"
why = ""                        # who is better off once it is reached?
owner = "ana"
# ambition = "aspirational"     # or "committed": then all of it is promised
# contributes_to = "2026/grow"   # a larger goal that this one counts in; supports = … if it only helps

# One table for each outcome, three to five of them. Rename `first`: it is what check-ins go by.
[key_results.first]
title = ""                      # what will be true: Median lead time falls from 240 to 15 minutes
unit = ""
# baseline = 240
# target = 15
source = ""                     # where the number comes from
"#
    );
    assert_eq!(repo.git(&["status", "--short", "-uall"]), format!("?? {path}\n"));
    // What only its author can fill in, and nothing else, is asked for.
    let found = repo.goals(&["check", path, "--format", "concise"]).stdout;
    let rules: Vec<&str> = found.lines().filter_map(|line| line.split(['[', ']']).nth(1)).collect();
    assert_eq!(
        rules,
        [
            "missing-ambition",
            "unaligned",
            "missing-why",
            "missing-baseline",
            "missing-target",
            "too-few-key-results",
            "placeholder",
            "missing-source"
        ]
    );
    let again = repo.goals(&["new", "2026-q4/calm-deploys"]).refused();
    assert!(again.contains(&format!("it is in {path}")), "{again}");
}

#[test]
fn options_stand_where_the_template_offers_them() {
    let repo = repo();
    repo.goals(&[
        "new",
        "2027-q1/fresh",
        "--smart",
        "--ambition",
        "committed",
        "--contributes-to",
        "2026/grow",
        "--supports",
        "2026-q4/leads",
        "--title",
        "20 % \"more\"\n{end}",
        "--owner",
        "engineering/platform",
        "--commit",
    ])
    .sound();
    assert_eq!(
        repo.read("goals/2027-q1/fresh.toml"),
        r#"# 2027-q1: 2027-01-01 to 2027-03-31
title = "20 % \"more\"\n{end}"
why = ""                        # who is better off once it is reached?
owner = "engineering/platform"
ambition = "committed"
due = 2027-03-31

# The one number that tells how far it is.
kind = "metric"
unit = ""
# baseline = 500
# target = 600
source = ""                     # where the number comes from
contributes_to = ["2026/grow"]
supports = ["2026-q4/leads"]
"#
    );
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]), "plan: 2027-q1/fresh\n");
    assert_eq!(repo.git(&["status", "--short"]), "");
}

#[test]
fn a_template_of_the_workspace_takes_the_place_of_ours() {
    let repo = repo();
    repo.write("templates/objective.toml", "title = {title} # {team}\nowner = {owner}\n");
    repo.goals(&["new", "calm"]).sound();
    assert_eq!(repo.read("goals/2026-q4/calm.toml"), "owner = \"ana\"\n");
    repo.goals(&["new", "growth/calmer"]).sound();
    assert_eq!(
        repo.read("goals/2026-q4/growth/calmer.toml"),
        "title = \"Calmer\" # growth\nowner = \"ana\"\n"
    );
    repo.write("templates/objective.toml", "title = {titel}\n");
    let said = repo.goals(&["new", "calmest"]).refused();
    assert!(said.contains("`templates/objective.toml` does not give a plan"), "{said}");
    let template = repo.path().join("templates/objective.toml");
    std::fs::write(&template, b"title = {title} # Caf\xe9\n").expect("written");
    let said = repo.goals(&["new", "calmest"]).refused();
    assert!(said.contains("does not give a plan: byte 22 is not UTF-8"), "{said}");
    std::fs::remove_file(&template).expect("removed");
    std::fs::create_dir(&template).expect("made");
    let said = repo.goals(&["new", "calmest"]).refused();
    assert!(said.contains("does not give a plan: it is a folder"), "{said}");
    assert!(!repo.path().join("goals/2026-q4/calmest.toml").exists());
}

#[test]
fn what_cannot_be_says_what_was_meant() {
    let repo = repo();
    for (arguments, expected) in [
        (&["Calm Deploys"][..], "ids are lower-case words joined by hyphens: calm-deploys"),
        (&["2027-q5/x"], "did you mean `2027-q1`?"),
        (&["q4/x"], "did you mean `2026-q4`?"),
        (&["1999-summer/x"], "a cycle is one like 2027"),
        (
            &["grwoth/x"],
            "did you mean `growth`? For a new team make the folder goals/2026-q4/grwoth first",
        ),
        (&["platform/x"], "did you mean `engineering/platform`?"),
        (&["Growth/x"], "`Growth` is not a team's id"),
        (&["../x"], "`..` is not a team's id"),
        (&["2026-q4/leads"], "it is in goals/2026-q4/growth/leads.toml"),
        (&["fans"], "`fans` is an earlier id of `2026-q4/leads`"),
        (&["x", "--owner", "bne"], "did you mean `ben`?"),
        (&["x", "--contributes-to", "gorw"], "did you mean `grow`?"),
        (&["2027-q1/x", "--contributes-to", "grow"], "did you mean `2026/grow`?"),
    ] {
        let said = repo.goals(&[&["new"], arguments].concat()).refused();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    assert_eq!(repo.git(&["status", "--short"]), "");
    std::fs::create_dir(repo.path().join("goals/2026-q4/grwoth")).expect("made");
    repo.goals(&["new", "grwoth/x"]).sound();
}

#[test]
fn an_owner_who_cannot_be_known_is_left_to_be_named() {
    let repo = repo();
    repo.git(&["config", "user.email", "guest@elsewhere.example"]);
    let said = repo.goals(&["new", "calm"]);
    assert!(said.stderr.contains("name the owner yourself"), "{}", said.stderr);
    assert!(repo.read("goals/2026-q4/calm.toml").contains("\nowner = \"\"\n"));
    repo.goals(&["new", "engineering/platform/led"]).sound();
    let led = repo.read("goals/2026-q4/engineering/platform/led.toml");
    assert!(led.contains("owner = \"ben\""), "{led}");
    // Without people, the address says enough; without goals, the quarter does.
    let folder = Repo::new();
    folder.write("goals.toml", "format = 1\nyear_starts = 7\n");
    folder.goals(&["new", "calm"]).sound();
    assert!(folder.read("goals/2027-q2/calm.toml").contains("owner = \"ana\""));
}

#[test]
fn without_an_address_of_git_nobody_is_looked_for_among_the_people() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.git(&["config", "user.useConfigOnly", "true"]);
    std::fs::write(repo.beside("home/gitconfig"), "").expect("written");
    let said = repo.goals(&["new", "calm-deploys"]).stderr;
    assert!(said.contains("git knows no e-mail address of yours: name the owner"), "{said}");
    assert!(!said.contains("[people]"), "{said}");
}
