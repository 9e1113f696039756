//! `goals carry`: what is unfinished goes into a later cycle, and the rest stays.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "goals/2026-q4/platform/calm-deploys.toml";
const CARRIED: &str = "goals/2027-q1/platform/calm-deploys.toml";

const TEXT: &str = r#"# How we deploy.
title = "Deploys are calm"
owner = "ana"   # since May
formerly = ["quiet"]
contributes_to = ["2026/grow", "trust"]
supports = "2026/old"
due = 2026-12-31

# The number that hurts.
[key_results.lead-time]
title = "Lead time falls from 240 to 15 minutes"
unit = "min"
baseline = 240   # in May
target = 15
due = 2026-12-17
formerly = ["delay"]
plan = { 2026-10-31 = 180 }

# Never again.
[key_results.rollbacks]
title = "At most 4 rollbacks"
kind = "threshold"
at_most = 4

[key_results.drills]
title = "Drills are run"
kind = "milestone"
milestones.planned = { score = 0.3, due = 2026-10-20 }
milestones.run = 1.0

# Reached already.
[key_results.docs]
title = "The guide is there"
kind = "binary"

[key_results.hope]
title = "Nothing is on fire"
kind = "binary"
dropped = "nobody knows"

[initiatives.canary]
title = "Canary releases"
done = 2026-11-12

[initiatives.gate]
title = "One gate"
due = 2026-12-01

[close]
date = 2027-01-05
verdict = "missed"
"#;

fn repo() -> Repo {
    let mut repo = Repo::new();
    repo.set("SOURCE_DATE_EPOCH", "1799409600");
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026/grow.toml", "title = \"Grow\"\nowner = \"ana\"\n");
    repo.write("goals/2026/old.toml", "title = \"Old\"\nowner = \"ana\"\n");
    repo.write("goals/2027/grow.toml", "title = \"Grow\"\nowner = \"ana\"\n");
    repo.write("goals/2026/trust.toml", "title = \"Trust\"\nowner = \"ana\"\n");
    repo.write(
        "goals/2027/faith.toml",
        "title = \"Faith\"\nowner = \"ana\"\ncontinues = \"2026/trust\"\n",
    );
    repo.write(PLAN, TEXT);
    repo.write(
        "goals/2026-q4/platform/calm-deploys.checkins.toml",
        "[lead-time]\n2026-12-20 = 60.5\n\n[rollbacks]\n2026-12-20 = 3\n\n[docs]\n2026-12-20 = true\n",
    );
    repo.commit(ANA, "2027-01-05T09:00:00Z", "plans");
    repo
}

#[test]
fn what_is_unfinished_goes_on_from_where_it_is() {
    let repo = repo();
    let said = repo.goals(&["carry", "calm-deploys", "--to", "2027-q1"]).sound();
    assert_eq!(
        said,
        "2026-q4/calm-deploys → 2027-q1/calm-deploys
  goals/2027-q1/platform/calm-deploys.toml
  due 2026-12-31 → 2027-03-31
  lead-time: baseline 240 → 60.5 min, its path left out, due 2026-12-17 → 2027-03-19
  rollbacks: as it was
  drills: as it was
  docs: stays, reached
  hope: stays, dropped
  initiative canary: stays, done
  contributes_to: 2026/grow → 2027/grow
  contributes_to: trust → 2027/faith
  supports: 2026/old left out, as nothing carries it on
not committed
"
    );
    assert_eq!(
        repo.read(CARRIED),
        r#"# How we deploy.
title = "Deploys are calm"
owner = "ana"   # since May
contributes_to = ["2027/grow", "2027/faith"]
due = 2027-03-31
continues = "2026-q4/calm-deploys"

# The number that hurts.
[key_results.lead-time]
title = "Lead time falls from 60.5 to 15 minutes"
unit = "min"
baseline = 60.5   # in May
target = 15
due = 2027-03-19

# Never again.
[key_results.rollbacks]
title = "At most 4 rollbacks"
kind = "threshold"
at_most = 4

[key_results.drills]
title = "Drills are run"
kind = "milestone"
milestones.planned = { score = 0.3, due = 2027-01-20 }
milestones.run = 1.0

[initiatives.gate]
title = "One gate"
due = 2027-03-03
"#
    );
    assert_eq!(repo.read(PLAN), TEXT);
    assert_eq!(repo.git(&["status", "--short"]), "?? goals/2027-q1/\n");
    let found = repo.goals(&["check", CARRIED, "--format", "concise"]);
    assert_eq!(found.status, 0, "{}", found.stdout);
}

#[test]
fn nothing_is_carried_twice() {
    let repo = repo();
    repo.goals(&["carry", "calm-deploys", "--to", "2027-q1", "--commit"]).sound();
    assert_eq!(
        repo.git(&["log", "-1", "--format=%s"]),
        "carry: 2026-q4/calm-deploys into 2027-q1\n"
    );
    assert_eq!(repo.git(&["status", "--short"]), "");
    let carry = |name: &str, to: &str| repo.goals(&["carry", name, "--to", to]);
    let said = carry("2026-q4/calm-deploys", "2027-q2").refused();
    assert!(said.contains("is carried on already, by `2027-q1/calm-deploys`"), "{said}");
    let said = carry("2027-q1/calm-deploys", "2027-q2").refused();
    assert!(said.contains("was itself carried over, from `2026-q4/calm-deploys`"), "{said}");
    repo.goals(&["carry", "2027-q1/calm-deploys", "--to", "2027-q2", "--again"]).sound();
    let found = repo.goals(&["check", "--format", "concise", "--fail-on", "never"]).sound();
    assert!(found.contains("info[carried-twice]"), "{found}");
}

#[test]
fn what_cannot_be_carried_says_why() {
    let repo = repo();
    repo.write(
        "goals/2026-q4/leads.toml",
        "title = \"L\"\nowner = \"ana\"\nbaseline = 0\ntarget = 5\n",
    );
    repo.write("goals/2026-q4/leads.checkins.toml", "2026-12-01 = 4\n");
    repo.write("goals/2026-q4/gone.toml", "title = \"G\"\nowner = \"ana\"\ndropped = \"why\"\n");
    repo.write("goals/2027-q1/growth/taken.toml", "title = \"G\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/taken.toml", "title = \"G\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/broken.toml", "title = \"G\n");
    for (name, to, expected) in [
        ("calm-deploys", "2026-q4", "`2026-q4` does not begin after 2026-q4"),
        ("calm-deploys", "2026-q1", "`2026-q1` does not begin after 2026-q4"),
        ("calm-deploys", "2027-q5", "`2027-q5` is not a cycle"),
        ("calm-deploys", "2027-Q1", "did you mean `2027-q1`?"),
        ("calm-deploys.docs", "2027-q1", "a key result is not carried over by itself"),
        ("2026-q4/taken", "2027-q1", "there is already a `2027-q1/taken`"),
        ("2026-q4/taken", "2027-q1", "to goals/2027-q1/growth/taken.toml"),
        ("gone", "2027-q1", "`2026-q4/gone` was given up: why"),
        (
            "broken",
            "2027-q1",
            "could not edit `goals/2027-q1/broken.toml`: line 1 is not valid TOML",
        ),
    ] {
        let said = repo.goals(&["carry", name, "--to", to]).refused();
        assert!(said.contains(expected), "{name} {to}: {said}");
    }
    // A SMART goal goes on from its last value, and not at all once it is reached.
    repo.goals(&["carry", "leads", "--to", "2027-q1"]).sound();
    assert_eq!(
        repo.read("goals/2027-q1/leads.toml"),
        "title = \"L\"\nowner = \"ana\"\nbaseline = 4\ntarget = 5\ncontinues = \"2026-q4/leads\"\n"
    );
    std::fs::remove_file(repo.path().join("goals/2027-q1/leads.toml")).expect("removed");
    repo.write("goals/2026-q4/leads.checkins.toml", "2026-12-01 = 5\n");
    let said = repo.goals(&["carry", "leads", "--to", "2027-q1"]).refused();
    assert!(said.contains("nothing of `2026-q4/leads` is unfinished"), "{said}");
}

#[test]
fn a_failed_commit_leaves_no_folder_behind() {
    let repo = repo();
    repo.git(&["config", "--global", "commit.gpgsign", "true"]);
    repo.git(&["config", "--global", "gpg.program", "false"]);
    let said = repo.goals(&["carry", "calm-deploys", "--to", "2027-q1", "--commit"]).refused();
    assert!(said.contains("signing failed"), "{said}");
    assert!(!repo.path().join("goals/2027-q1").exists());
    assert_eq!(repo.git(&["status", "--short"]), "");
}
