//! The work behind goals: commits anywhere in the repository that name a goal.

use serde_json::Value;

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okafor <ben@old.example>";

const PLAN: &str = r#"title = "Deploys are calm"
owner = "ana"
formerly = ["quiet-deploys"]

[key_results.lead-time]
title = "Median lead time falls from 240 to 40 minutes"
formerly = ["cycle-time"]
unit = "min"
baseline = 240
target = 40

[key_results.rollbacks]
title = "Rollbacks fall from 20 to 4 a month"
baseline = 20
target = 4
"#;

const NIGHTS: &str =
    "title = \"Nights are quiet\"\nowner = \"ben\"\nbaseline = 30\ntarget = 6\nunit = \"pages\"\n";

const SETTINGS: &str = "format = 1\n[people.ana]\nemails = [\"ana@northwind.example\"]\n[people.ben]\nname = \"Ben Okafor\"\nemails = [\"ben@northwind.example\"]\n";

/// A repository with two goals, one of which was called otherwise in another quarter as well.
fn begun() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", SETTINGS);
    repo.write(".mailmap", "Ben Okafor <ben@northwind.example> <ben@old.example>\n");
    repo.write("goals/2026-q4/platform/calm-deploys.toml", PLAN);
    repo.write("goals/2026-q4/quiet-nights.toml", NIGHTS);
    repo.write("goals/2026-q3/quiet-nights.toml", NIGHTS);
    repo.commit(ANA, "2026-07-01T09:00:00+02:00", "plans");
    repo
}

/// A commit of code with a message.
fn work(repo: &Repo, author: &str, date: &str, message: &str) -> String {
    repo.write("src/build.txt", &format!("{date} {message}\n"));
    repo.commit(author, date, message)
}

/// Each commit as `refs: subject`.
fn shown(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let arguments = [&["log", "--work", "--format", "json"], arguments].concat();
    let work = repo.goals(&arguments).json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let all = work.as_array().expect("an array");
    all.iter()
        .map(|commit| {
            let refs: Vec<String> =
                commit["refs"].as_array().expect("an array").iter().map(text).collect();
            format!("{}: {}", refs.join(" "), text(&commit["subject"]))
        })
        .collect()
}

fn worked() -> Repo {
    let repo = begun();
    work(&repo, ANA, "2026-08-03T09:00:00+02:00", "In summer\n\nGoal: quiet-nights\n");
    work(&repo, BEN, "2026-10-05T09:00:00+02:00", "Cache\n\nwords\n\ngoal:  lead-time\n");
    work(&repo, ANA, "2026-10-06T09:00:00+02:00", "Nothing of goals\n\nGoal: in the title\nno\n");
    let both = "Pager\n\nGoal: 2026-q4/quiet-nights\nReviewed-by: Ana\nGoal: 2026-q4/\n calm-deploys\nGoal: quiet-nights\n";
    work(&repo, BEN, "2026-10-07T09:00:00+02:00", &both.replace("/\n ", "/"));
    repo.dated(
        ANA,
        "2026-10-08T09:00:00+02:00",
        &["commit", "-q", "--allow-empty", "-m", "Old names\n\nGoal: quiet-deploys.cycle-time"],
    );
    repo
}

#[test]
fn commits_anywhere_are_the_work_behind_the_goals_they_name() {
    let repo = worked();
    assert_eq!(
        shown(&repo, &[]),
        [
            "2026-q4/calm-deploys.lead-time: Old names",
            "2026-q4/quiet-nights 2026-q4/calm-deploys: Pager",
            "2026-q4/calm-deploys.lead-time: Cache",
            "2026-q3/quiet-nights: In summer",
        ],
        "a short name means the goal of the cycle in which it was written"
    );
    let lines = repo.goals(&["log", "--work", "-n", "2"]).sound();
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(lines[0].starts_with("2026-10-08  2026-q4/calm-deploys.lead-time  "), "{lines:?}");
    assert!(lines[1].contains("  ben  ") && lines[1].ends_with("  Pager"), "{lines:?}");
}

#[test]
fn work_is_narrowed_as_events_are() {
    let repo = worked();
    let subjects = |arguments: &[&str]| -> Vec<String> {
        let all = shown(&repo, arguments);
        all.iter().map(|shown| shown.split(": ").nth(1).expect("a subject").to_owned()).collect()
    };
    assert_eq!(subjects(&["calm-deploys"]), ["Old names", "Pager", "Cache"]);
    assert_eq!(subjects(&["lead-time"]), ["Old names", "Cache"]);
    assert_eq!(subjects(&["rollbacks"]), Vec::<String>::new());
    assert_eq!(subjects(&["--by", "ben"]), ["Pager", "Cache"]);
    assert_eq!(subjects(&["--by", "ben@northwind.example"]), ["Pager", "Cache"], "the mailmap");
    assert_eq!(subjects(&["--team", "platform"]), ["Old names", "Pager", "Cache"]);
    assert_eq!(subjects(&["--cycle", "2026-q3"]), ["In summer"]);
    assert_eq!(subjects(&["--since", "2026-10-06"]), ["Old names", "Pager"]);
    assert_eq!(subjects(&["--until", "2026-10-06"]), ["Cache", "In summer"]);
    assert_eq!(subjects(&["--as-of", "2026-10-07"]), ["Pager", "Cache", "In summer"]);
    assert_eq!(subjects(&["--rev", "HEAD~1"]), ["Pager", "Cache", "In summer"]);
    assert_eq!(shown(&repo, &["quiet-nights"])[0], "2026-q4/quiet-nights: Pager");
    let commit = repo.goals(&["log", "--work", "--format", "json", "-n", "1"]).json();
    let keys: Vec<&String> = commit[0].as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        ["refs", "commit", "author", "person", "authored", "committed", "subject"],
        "programs rely on them"
    );
}

#[test]
fn what_names_no_goal_is_told_once_and_is_no_error() {
    let repo = begun();
    assert_eq!(
        repo.goals(&["log", "--work"]).stderr,
        "no commit names a goal in a `Goal:` trailer\n"
    );
    for (day, name) in [("03", "no-such"), ("04", "no-such"), ("05", "2026-q4/calm-deploys.none")] {
        let message = format!("Work\n\nGoal: {name}\n");
        work(&repo, ANA, &format!("2026-10-{day}T09:00:00+02:00"), &message);
    }
    let hostile = "Work \u{1b}[31m\n\nGoal: \u{1b}]0;x\u{7}\u{202e}\nGoal: \nGoal: rollbacks\n";
    work(&repo, ANA, "2026-10-06T09:00:00+02:00", hostile);
    let output = repo.goals(&["log", "--work"]);
    assert_eq!(output.status, 0);
    assert_eq!(output.stdout.lines().count(), 1, "{}", output.stdout);
    assert_eq!(output.stderr.matches("`no-such`").count(), 1, "{}", output.stderr);
    assert_eq!(output.stderr.lines().count(), 1, "{}", output.stderr);
    let first = repo.git(&["rev-parse", "--short=7", "HEAD~3"]);
    let told = format!("`no-such` (in {}", first.trim());
    assert!(output.stderr.contains(&told), "the first commit that names it: {}", output.stderr);
    for filter in [["--by", "ana"], ["--cycle", "2026-q4"], ["--since", "2026-07-01"]] {
        let output = repo.goals(&[&["log", "--work"], &filter[..]].concat());
        assert_eq!((output.stderr.as_str(), output.status), ("", 0), "{filter:?}");
    }
    assert_eq!(
        repo.goals(&["log", "--work", "--until", "2026-07-02"]).stderr,
        "of the commits that name a goal, none is among what is asked for\n"
    );
    assert!(!(output.stdout + &output.stderr).contains(['\u{1b}', '\u{202e}', '\u{7}']));
    assert_eq!(repo.goals(&["log", "--work", "--quiet"]).stderr, "");
}

#[test]
fn a_person_nobody_knows_is_an_error() {
    let repo = worked();
    repo.write("goals.toml", &format!("{SETTINGS}[people.eli]\n"));
    repo.write("goals/2026-q4/new.toml", NIGHTS);
    repo.commit("Cleo Park <cleo@northwind.example>", "2026-10-09T09:00:00Z", "a stranger");
    for arguments in [&["log"][..], &["log", "--work"]] {
        for known in ["ben", "Ben Okafor", "ben@northwind.example", "ana", "Cleo Park", "eli"] {
            assert_eq!(repo.goals(&[arguments, &["--by", known]].concat()).status, 0, "{known}");
        }
        let said = repo.goals(&[arguments, &["--by", "benn"]].concat()).refused();
        assert!(said.contains("nobody is called `benn`"), "{said}");
        assert!(said.contains("did you mean `ben`?"), "{said}");
        let said = repo.goals(&[arguments, &["--by", "\u{1b}nobody at all"]].concat()).refused();
        assert!(said.contains("there is ") && said.contains("ana"), "{said}");
        assert!(!said.contains('\u{1b}'), "{said}");
    }
}

#[test]
fn the_report_shows_work_where_it_is_wanted() {
    let repo = worked();
    for number in 0..22 {
        let message = format!("Step {number} <b>\n\nGoal: calm-deploys.rollbacks\n");
        work(&repo, BEN, &format!("2026-11-01T09:{:02}:00+01:00", number + 10), &message);
    }
    let page = |repo: &Repo| {
        repo.goals(&["report"]).sound();
        repo.read("public/goals/2026-q4/calm-deploys.html")
    };
    assert!(!page(&repo).contains("Step 21"), "only where it is asked for");
    let url = "[report]\nrepository_url = \"https://forge.example/northwind/goals\"\n";
    repo.write("goals.toml", &format!("{SETTINGS}[history]\nwork = true\n{url}"));
    let shown = page(&repo);
    assert!(shown.contains("<h2 id=\"work\">Work</h2>"), "{shown}");
    assert!(shown.contains("Step 21 &lt;b&gt;") && !shown.contains("Step 21 <b>"), "{shown}");
    assert!(shown.contains("Step 2 ") && !shown.contains("Step 1 "), "the latest twenty");
    assert!(shown.contains("and 5 earlier commits"), "{shown}");
    let head = repo.git(&["rev-parse", "HEAD"]);
    assert!(
        shown.contains(&format!("https://forge.example/northwind/goals/commit/{}", head.trim()))
    );
    let other = repo.read("public/goals/2026-q4/quiet-nights.html");
    assert!(other.contains("Pager") && !other.contains("Step"), "{other}");
    repo.write("goals.toml", &format!("{SETTINGS}[history]\nworks = true\n"));
    assert!(repo.goals(&["check"]).stdout.contains("unknown-key"));
}
