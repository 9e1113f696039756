//! What `goals diff` says of every sort of change, held by files in `tests/it/review/`; with
//! `UPDATE=1` in the environment they are written anew.

use std::path::Path;

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okafor <ben@northwind.example>";
/// A day in which plans may still change, and one in which they may not.
const IN_GRACE: &str = "2026-10-10T09:00:00Z";
const LATE: &str = "2026-11-07T09:00:00Z";

const SETTINGS: &str = "format = 1\nname = \"Northwind\"\n\n[people.ana]\nname = \"Ana Silva\"\nemails = [\"ana@northwind.example\"]\n\n[people.ben]\nname = \"Ben Okafor\"\nemails = [\"ben@northwind.example\"]\n";

const GROW: &str = "title = \"Boats choose us\"\nowner = \"ana\"\nwhy = \"More boats pay for better forecasts.\"\nambition = \"aspirational\"\n\n[key_results.arr]\ntitle = \"Yearly revenue grows from 500 to 900 k€\"\nunit = \"k€\"\nbaseline = 500\ntarget = 900\nsource = \"the books\"\n";

const CALM: &str = "title = \"Deploys are calm\"\nowner = \"ana\"\nwhy = \"Rollbacks cost customers.\"\nambition = \"aspirational\"\ncontributes_to = [\"2026/grow\"]\n\n[key_results.lead-time]\ntitle = \"Lead time falls from 240 to 40 min\"\nunit = \"min\"\nbaseline = 240\ntarget = 40\nweight = 2\nsource = \"the deploy log\"\n\n[key_results.failures]\ntitle = \"Failed deploys fall from 20 to 10 %\"\nunit = \"%\"\nbaseline = 20\ntarget = 10\nsource = \"the deploy log\"\n";

const CALM_RECORDS: &str = "[lead-time]\n2026-10-05 = { value = 220, confidence = 5 }\n2026-10-19 = { value = 180, confidence = 6, note = \"canary on\" }\n\n[failures]\n2026-10-19 = 18\n";

const CLUBS: &str = "title = \"100 clubs recommend us by December\"\nowner = \"ben\"\nwhy = \"Skippers listen to skippers.\"\nunit = \"clubs\"\nbaseline = 0\ntarget = 100\nsource = \"the club list\"\n";

const PLAN: &str = "goals/2026-q4/platform/calm.toml";
const RECORDS: &str = "goals/2026-q4/platform/calm.checkins.toml";

/// A workspace with a year's goal, an objective of a team that contributes to it, and a SMART goal,
/// in one commit.
fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", SETTINGS);
    repo.write("goals/2026/grow.toml", GROW);
    repo.write("goals/2026/grow.checkins.toml", "[arr]\n2026-10-01 = 600\n");
    repo.write(PLAN, CALM);
    repo.write(RECORDS, CALM_RECORDS);
    repo.write("goals/2026-q4/growth/clubs.toml", CLUBS);
    repo.write("goals/2026-q4/growth/clubs.checkins.toml", "2026-10-12 = 20\n");
    repo.commit(ANA, "2026-10-02T09:00:00Z", "goals of the quarter");
    repo
}

fn replace(repo: &Repo, path: &str, old: &str, new: &str) {
    let text = repo.read(path);
    assert!(text.contains(old), "{path} has no {old}");
    repo.write(path, &text.replace(old, new));
}

/// Expects what is printed to be what the file of that name holds, but for ids of commits.
#[track_caller]
fn golden(name: &str, printed: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/review").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, printed).expect("written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(printed, expected, "UPDATE=1 cargo test --test it review:: writes {name} anew");
}

/// The headings of the sections.
fn headings(printed: &str) -> Vec<&str> {
    printed.lines().filter(|line| !line.is_empty() && !line.starts_with(' ')).collect()
}

/// The lines of a section.
fn section<'a>(printed: &'a str, title: &str) -> &'a str {
    let (_, rest) = printed.split_once(&format!("{title}\n")).expect("the section is there");
    rest.split("\n\n").next().unwrap_or_default()
}

/// Makes a change and commits it as Ben; what is said of it.
#[track_caller]
fn told(name: &str, date: &str, change: impl Fn(&Repo)) -> Repo {
    let repo = workspace();
    change(&repo);
    let uncommitted = repo.goals(&["diff"]).sound();
    repo.commit(BEN, date, "a change");
    let committed = repo.goals(&["diff", "HEAD~1", "HEAD"]).sound();
    golden(&format!("{name}.txt"), &committed);
    if date != IN_GRACE {
        assert_eq!(headings(&uncommitted), headings(&committed));
    }
    assert_eq!(repo.goals(&["diff"]).sound(), "no changes to goals\n");
    repo
}

#[test]
fn a_check_in() {
    told("check-in", LATE, |repo| {
        let more = "2026-11-05 = { value = 120, confidence = 8, note = \"canary\\non for all\" }\n\n[failures]";
        replace(repo, RECORDS, "\n[failures]", more);
        repo.write(
            "goals/2026-q4/growth/clubs.checkins.toml",
            "2026-10-12 = 20\n2026-11-07 = 47\n",
        );
    });
}

#[test]
fn a_correction() {
    told("correction", LATE, |repo| {
        replace(repo, RECORDS, "value = 180", "value = 170");
        replace(repo, RECORDS, "2026-10-19 = 18", "2026-10-19 = { value = 18, by = \"ana\" }");
    });
}

#[test]
fn a_record_taken_back() {
    told("void", LATE, |repo| {
        replace(repo, RECORDS, "value = 180,", "value = 180, void = true,");
    });
}

#[test]
fn a_record_removed() {
    told("removal", LATE, |repo| replace(repo, RECORDS, "2026-10-19 = 18\n", ""));
}

#[test]
fn an_amendment() {
    told("amendment", LATE, |repo| {
        replace(repo, PLAN, "Rollbacks cost customers.", "Rollbacks cost us customers.");
        replace(
            repo,
            PLAN,
            "weight = 2\nsource = \"the deploy log\"",
            "weight = 2\nsource = \"the pipeline\"",
        );
        replace(
            repo,
            PLAN,
            "title = \"Deploys are calm\"",
            "title = \"Deploys are dull\"\ntags = [\"dora\"]",
        );
    });
}

#[test]
fn a_goalpost_within_the_planning_grace() {
    told("goalpost-in-grace", IN_GRACE, |repo| replace(repo, PLAN, "target = 40", "target = 60"));
}

#[test]
fn a_goalpost_after_the_planning_grace() {
    let repo = told("goalpost", LATE, |repo| replace(repo, PLAN, "target = 40", "target = 60"));
    let json = repo.goals(&["diff", "HEAD~1", "HEAD", "--format", "json"]).json();
    let moved = &json["goalposts"][0];
    assert_eq!(moved["field"], serde_json::json!({ "name": "target", "old": "40", "new": "60" }));
    assert_eq!((&moved["day"], &moved["days"]), (&38.into(), &92.into()));
    // (2·60/200 + 1·0.2) / 3 and (2·60/180 + 1·0.2) / 3
    let close = |found: &serde_json::Value, value: f64| {
        (found.as_f64().expect("a number") - value).abs() < 1e-12
    };
    assert!(close(&moved["under_old"], 0.8 / 3.0), "{moved}");
    assert!(close(&moved["under_new"], (2.0 / 3.0 * 1.0 + 0.2) / 3.0), "{moved}");
}

#[test]
fn a_goalpost_moved_when_the_grace_ended_between_the_two_sides() {
    let repo = workspace();
    replace(&repo, PLAN, "target = 40", "target = 60");
    repo.commit(BEN, IN_GRACE, "planned anew");
    replace(&repo, PLAN, "target = 60", "target = 80");
    repo.commit(BEN, LATE, "moved");
    let moved = |range: &[&str]| {
        let json = repo.goals(&[&["diff"], range, &["--format", "json"]].concat()).json();
        json["goalposts"][0].clone()
    };
    let (both, late) = (moved(&["HEAD~2", "HEAD"]), moved(&["HEAD~1", "HEAD"]));
    assert_eq!(both["field"], serde_json::json!({ "name": "target", "old": "60", "new": "80" }));
    assert_eq!(both, late, "what was planned within the grace is no move");
}

#[test]
fn a_key_result_taken_out() {
    told("key-result-removed", LATE, |repo| {
        let (kept, _) = CALM.split_once("\n[key_results.failures]").expect("there");
        repo.write(PLAN, kept);
        let (kept, _) = CALM_RECORDS.split_once("\n[failures]").expect("there");
        repo.write(RECORDS, kept);
    });
}

#[test]
fn a_goal_added() {
    told("added", LATE, |repo| {
        repo.write(
            "goals/2026-q4/platform/one-way-out.toml",
            &CLUBS.replace("100 clubs recommend us", "40 services leave by one pipeline"),
        );
    });
}

#[test]
fn a_goal_dropped() {
    told("dropped", LATE, |repo| {
        replace(
            repo,
            PLAN,
            "owner = \"ana\"",
            "owner = \"ana\"\ndropped = \"the platform is sold\"",
        );
    });
}

#[test]
fn a_goal_deleted() {
    told("deleted", LATE, |repo| {
        std::fs::remove_file(repo.path().join(PLAN)).expect("there");
        std::fs::remove_file(repo.path().join(RECORDS)).expect("there");
    });
}

#[test]
fn a_goal_closed() {
    told("closed", LATE, |repo| {
        let close =
            "\n[close]\ndate = 2026-11-07\nverdict = \"achieved\"\nscore = 0.8\nnote = \"early\"\n";
        repo.write("goals/2026-q4/growth/clubs.toml", &format!("{CLUBS}{close}"));
    });
}

#[test]
fn a_goal_and_a_key_result_renamed() {
    told("renamed", LATE, |repo| {
        repo.git(&["mv", PLAN, "goals/2026-q4/platform/dull.toml"]);
        repo.git(&["mv", RECORDS, "goals/2026-q4/platform/dull.checkins.toml"]);
        let plan = CALM
            .replace("owner = \"ana\"", "owner = \"ana\"\nformerly = [\"calm\"]")
            .replace("[key_results.failures]", "[key_results.failed]\nformerly = [\"failures\"]");
        repo.write("goals/2026-q4/platform/dull.toml", &plan);
        let records = CALM_RECORDS.replace("[failures]", "[failed]");
        repo.write("goals/2026-q4/platform/dull.checkins.toml", &records);
    });
}

#[test]
fn a_goal_moved_to_another_team() {
    told("moved-team", LATE, |repo| {
        std::fs::create_dir_all(repo.path().join("goals/2026-q4/growth")).expect("made");
        repo.git(&["mv", PLAN, "goals/2026-q4/growth/calm.toml"]);
        repo.git(&["mv", RECORDS, "goals/2026-q4/growth/calm.checkins.toml"]);
    });
}

#[test]
fn a_goal_realigned_and_reowned() {
    told("realigned", LATE, |repo| {
        replace(repo, PLAN, "contributes_to", "supports");
        replace(repo, PLAN, "owner = \"ana\"", "owner = \"ben\"");
    });
}

#[test]
fn settings_changed() {
    told("settings", LATE, |repo| {
        let more = "\n[status]\naspirational = [0.5, 0.2]\n\n[history]\nplanning_grace = 60\n";
        repo.write("goals.toml", &format!("{SETTINGS}{more}"));
    });
}

#[test]
fn weights_changed() {
    told("weights", IN_GRACE, |repo| {
        replace(repo, PLAN, "weight = 2", "weight = 4");
        replace(repo, "goals/2026-q4/growth/clubs.toml", "unit =", "weight = 3\nunit =");
    });
}

#[test]
fn formatting_alone_says_nothing() {
    let repo = workspace();
    replace(&repo, PLAN, " = ", "   =   ");
    replace(&repo, PLAN, "title", "# a comment\ntitle");
    repo.write(
        RECORDS,
        "[failures]\n2026-10-19 = 18.0\n\n[lead-time]\n2026-10-19 = { note = \"canary on\", confidence = 6, value = 180 }\n2026-10-05 = { value = 220, confidence = 5 }\n",
    );
    assert_eq!(repo.goals(&["diff"]).sound(), "no changes to goals\n");
    assert_eq!(repo.goals(&["diff", "--exit-code"]).status, 0);
    let json = repo.goals(&["diff", "--format", "json"]).json();
    assert_eq!(json["changed"], false);
    repo.commit(BEN, LATE, "format");
    let printed = repo.goals(&["diff", "HEAD~1", "HEAD", "--format", "markdown"]).sound();
    assert_eq!(printed, "<!-- goals:review -->\nno changes to goals\n");
}

/// Three commits with check-ins on a branch.
fn on_a_branch(repo: &Repo) {
    repo.git(&["checkout", "-q", "-b", "feature"]);
    for (day, value) in [("2026-11-02", 150), ("2026-11-04", 130), ("2026-11-06", 110)] {
        let line = format!("{day} = {value}\n\n[failures]");
        replace(repo, RECORDS, "\n[failures]", &line);
        repo.commit(BEN, &format!("{day}T18:00:00Z"), "check-in");
    }
}

#[test]
fn a_squash_is_told_like_the_branch_but_for_its_author() {
    let repo = workspace();
    on_a_branch(&repo);
    let branch = repo.goals(&["diff", "main...feature"]).sound();
    golden("branch.txt", &branch);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--squash", "feature"]);
    repo.dated(ANA, LATE, &["commit", "-q", "-m", "all of it"]);
    golden("squash.txt", &repo.goals(&["diff", "HEAD~1", "HEAD"]).sound());
}

#[test]
fn a_revert_takes_everything_back() {
    let repo = workspace();
    on_a_branch(&repo);
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--squash", "feature"]);
    repo.dated(ANA, LATE, &["commit", "-q", "-m", "all of it"]);
    repo.dated(BEN, "2026-11-08T09:00:00Z", &["revert", "--no-edit", "HEAD"]);
    golden("revert.txt", &repo.goals(&["diff", "HEAD~1", "HEAD"]).sound());
    assert_eq!(repo.goals(&["diff", "HEAD~2", "HEAD"]).sound(), "no changes to goals\n");
    repo.dated(BEN, "2026-11-09T09:00:00Z", &["revert", "--no-edit", "HEAD"]);
    assert_eq!(repo.goals(&["diff", "HEAD~2", "HEAD"]).sound(), "no changes to goals\n");
}

#[test]
fn three_dots_leave_out_what_the_other_side_did() {
    let repo = workspace();
    on_a_branch(&repo);
    let alone = repo.goals(&["diff", "main", "feature"]).sound();
    repo.git(&["checkout", "-q", "main"]);
    repo.write("goals/2026-q4/growth/clubs.checkins.toml", "2026-10-12 = 20\n2026-11-03 = 40\n");
    repo.commit(ANA, "2026-11-03T09:00:00Z", "check-in");
    assert_eq!(repo.goals(&["diff", "main...feature"]).sound(), alone);
    assert_eq!(repo.goals(&["diff", "...feature"]).sound(), alone);
    let both = repo.goals(&["diff", "main..feature"]).sound();
    assert!(both.contains("past rewritten") && both.contains("removed, was 40 clubs"), "{both}");
    assert_eq!(repo.goals(&["diff", "main", "feature"]).sound(), both);
    // Once main is merged into it, the branch still tells only its own.
    repo.git(&["checkout", "-q", "feature"]);
    repo.dated(BEN, LATE, &["merge", "-q", "--no-edit", "main"]);
    let merged = repo.goals(&["diff", "main...feature"]).sound();
    assert_eq!(section(&merged, "check-ins"), section(&alone, "check-ins"));
    assert_eq!(headings(&merged), headings(&alone));
}

#[test]
fn gates_say_by_the_exit_code_what_there_is() {
    let repo = workspace();
    replace(&repo, PLAN, "target = 40", "target = 60");
    repo.commit(BEN, LATE, "easier");
    let ends =
        |arguments: &[&str]| repo.goals(&[&["diff", "HEAD~1", "HEAD"], arguments].concat()).status;
    assert_eq!(ends(&[]), 0);
    assert_eq!(ends(&["--exit-code"]), 1);
    assert_eq!(ends(&["--fail-on", "goalpost-moved"]), 1);
    assert_eq!(ends(&["--fail-on", "past-rewritten"]), 0);
    assert_eq!(ends(&["--fail-on", "past-rewritten,moves"]), 1);
    assert_eq!(ends(&["--fail-on", "title-contradicts-measure"]), 1);
    assert_eq!(ends(&["--fail-on", "missing-owner"]), 0);
    let refused = repo.goals(&["diff", "--fail-on", "goalpost-move"]).refused();
    assert!(refused.contains("did you mean `goalpost-moved`?"), "{refused}");
    let refused = repo.goals(&["diff", "--fail-on", "backdated-checkin"]).refused();
    assert!(refused.contains("goals check --since"), "{refused}");
}

#[test]
fn filters_leave_out_what_is_not_wanted() {
    let repo = workspace();
    replace(&repo, RECORDS, "value = 180", "value = 170");
    repo.write("goals/2026-q4/growth/clubs.checkins.toml", "2026-10-12 = 20\n2026-11-07 = 47\n");
    let shown = |arguments: &[&str]| repo.goals(&[&["diff"], arguments].concat()).sound();
    let clubs = shown(&["--owner", "ben"]);
    assert!(clubs.contains("clubs") && !clubs.contains("calm"), "{clubs}");
    let platform = shown(&["--team", "platform"]);
    assert!(platform.contains("calm") && !platform.contains("clubs"), "{platform}");
    let year = shown(&["--cycle", "2026"]);
    assert!(year.contains("2026/grow") && !year.contains("check-ins"), "{year}");
    assert!(repo.goals(&["diff", "--team", "platfrm"]).refused().contains("did you mean"));
}

#[test]
fn both_sides_are_told_for_one_date() {
    let repo = workspace();
    replace(&repo, RECORDS, "\n[failures]", "2026-11-05 = 120\n\n[failures]");
    let later = repo.goals(&["diff"]).sound();
    assert!(later.contains("what moves"), "{later}");
    let earlier = repo.goals(&["diff", "--as-of", "2026-11-01"]).sound();
    assert!(!earlier.contains("what moves") && earlier.contains("check-ins"), "{earlier}");
}

#[test]
fn what_cannot_be_compared_is_said_with_a_cure() {
    let folder = Repo::folder();
    folder.write("goals.toml", "format = 1\n");
    assert!(folder.goals(&["diff"]).refused().contains("needs a git repository"));
    let repo = workspace();
    assert!(repo.goals(&["diff", "nowhere"]).refused().contains("no revision `nowhere`"));
    assert!(repo.goals(&["diff", "main..main", "main"]).refused().contains("both sides"));
    repo.git(&["checkout", "-q", "--orphan", "island"]);
    repo.commit(ANA, LATE, "apart");
    let refused = repo.goals(&["diff", "main...island"]).refused();
    assert!(refused.contains("no common commit") && refused.contains("two dots"), "{refused}");
    assert_eq!(repo.goals(&["diff", "main..island"]).sound(), "no changes to goals\n");
}

#[test]
fn before_the_first_commit_everything_is_new() {
    let repo = Repo::new();
    repo.write("goals.toml", SETTINGS);
    repo.write("goals/2026-q4/growth/clubs.toml", CLUBS);
    golden("first.txt", &repo.goals(&["diff"]).sound());
    repo.git(&["add", "-A"]);
    golden("first.txt", &repo.goals(&["diff", "--staged"]).sound());
}

#[test]
fn a_bare_repository_is_read_where_both_sides_are_named() {
    let repo = workspace();
    replace(&repo, RECORDS, "\n[failures]", "2026-11-05 = 120\n\n[failures]");
    repo.commit(BEN, LATE, "check-in");
    let expected = repo.goals(&["diff", "HEAD~1..HEAD"]).sound();
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "-q", "--bare", ".", bare.to_str().expect("UTF-8")]);
    let bare = repo.at(&bare);
    assert_eq!(bare.goals(&["diff", "HEAD~1..HEAD"]).sound(), expected);
    assert!(bare.goals(&["diff"]).refused().contains("no working tree"));
}

#[test]
fn the_schema_names_every_member() {
    let repo = workspace();
    replace(&repo, RECORDS, "value = 180", "value = 170");
    replace(&repo, RECORDS, "\n[failures]", "2026-11-05 = 120\n\n[failures]");
    replace(&repo, PLAN, "target = 40", "target = 60");
    repo.write("goals/2026-q4/new.toml", CLUBS);
    let review = repo.goals(&["diff", "--format", "json"]).json();
    let schema = repo.goals(&["schema", "diff"]).json();
    let keys = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    assert_eq!(keys(&schema["properties"]), keys(&review));
    for (view, found) in [
        ("MoveView", &review["moves"][0]),
        ("CauseView", &review["moves"][0]["causes"][0]),
        ("CheckInView", &review["checkins"][0]),
        ("GoalpostView", &review["goalposts"][0]),
        ("RewrittenView", &review["rewritten"][0]),
        ("AlterationView", &review["structure"][0]),
        ("FoundView", &review["findings"]["brought"][0]),
        ("NewGoalView", &review["questions"]["goals"][0]),
    ] {
        assert_eq!(keys(&schema["definitions"][view]["properties"]), keys(found), "{view}");
    }
}
