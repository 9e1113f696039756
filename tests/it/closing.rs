//! `goals close`: score, verdict and note, once a goal is over.

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "goals/2026-q4/calm-deploys.toml";
const TEXT: &str = "\u{feff}title = \"Deploys are calm\"\r\nowner = \"ana\"\r\nambition = \"committed\"\r\n\r\n[key_results.lead-time]\r\ntitle = \"Lead time falls from 240 to 15 minutes\"\r\nunit = \"min\"\r\nbaseline = 240\r\ntarget = 15\r\n\r\n[key_results.rollbacks] # a guard\r\ntitle = \"At most 4 rollbacks\"\r\nkind = \"threshold\"\r\nat_most = 4";

/// A goal of the last quarter, on 8 January 2027.
fn repo() -> Repo {
    let mut repo = Repo::new();
    repo.set("SOURCE_DATE_EPOCH", "1799409600");
    repo.write("goals.toml", "format = 1\n");
    repo.write(PLAN, TEXT);
    repo.write(
        "goals/2026-q4/calm-deploys.checkins.toml",
        "[lead-time]\n2026-12-20 = 60\n\n[rollbacks]\n2026-12-20 = 3\n",
    );
    repo.commit(ANA, "2026-12-20T09:00:00Z", "plan and record");
    repo
}

#[test]
fn a_goal_is_closed_with_one_commit() {
    let repo = repo();
    let said = repo
        .goals(&["close", "calm-deploys", "--verdict", "missed", "-m", "two services\nare left"])
        .sound();
    let (shown, id) = said.rsplit_once("committed ").expect("committed");
    assert_eq!(id.trim().len(), 10);
    assert_eq!(
        shown,
        "2026-q4/calm-deploys  Deploys are calm
  lead-time  240 → 60, target 15 min  80%   ✗ missed
  rollbacks  3                        100%  ✓ achieved
  score 0.90 · amber · committed: a success from 1.00 on
2026-q4/calm-deploys closed as missed
"
    );
    assert_eq!(
        repo.read(PLAN),
        format!(
            "{TEXT}\r\n\r\n[close]\r\ndate = 2027-01-08\r\nverdict = \"missed\"\r\nnote = \"two services\\nare left\"\r\n"
        )
    );
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B"]),
        "close: 2026-q4/calm-deploys missed, 0.90\n\ntwo services\nare left\n\n"
    );
    assert_eq!(repo.git(&["show", "--name-only", "--format=", "HEAD"]), format!("{PLAN}\n"));
    assert_eq!(repo.git(&["status", "--short"]), "");
    let again = repo.goals(&["close", "calm-deploys", "--verdict", "missed"]).refused();
    assert!(again.contains("was closed already on 2027-01-08 as missed"), "{again}");
    let log = repo.goals(&["log", "calm-deploys", "-n", "1"]).sound();
    assert!(log.contains("closed"), "{log}");
}

#[test]
fn a_promise_that_was_not_kept_needs_a_word_and_so_does_a_score_of_ones_own() {
    let repo = repo();
    for (arguments, expected) in [
        (
            &["--verdict", "missed"][..],
            "`2026-q4/calm-deploys` was committed and ended at 0.90: its closing has to say why",
        ),
        (&["--verdict", "missed", "-m", "  "], "its closing has to say why"),
        (
            &["--verdict", "achieved", "--score", "1"],
            "1 is not the computed score: its closing has to say why",
        ),
        (&["--score", "70", "--verdict", "missed"], "a score lies between 0 and 1"),
        (&["-m", "x"], "no verdict on whether it was reached"),
        (&["--verdict", "won"], "[possible values: achieved, missed]"),
    ] {
        let said = repo.goals(&[&["close", "calm-deploys"], arguments].concat()).refused();
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert_eq!(repo.read(PLAN), TEXT);
    }
    repo.write(PLAN, &TEXT.replace("committed", "aspirational"));
    let closed = repo.goals(&["close", "calm-deploys", "--verdict", "achieved", "--no-commit"]);
    assert!(closed.sound().ends_with("closed as achieved\nnot committed\n"));
    let rollup = repo.goals(&["rollup"]).json();
    assert_eq!(rollup["goals"][0]["grade"], "green");
}

#[test]
fn what_cannot_be_closed_says_why() {
    let repo = repo();
    repo.write("goals/2027/grow.toml", "title = \"G\"\nowner = \"ana\"\n");
    repo.write("goals/2026-q4/idea.toml", "title = \"G\"\nowner = \"ana\"\ndraft = true\n");
    repo.write(
        "goals/2026-q4/past.toml",
        "title = \"G\"\nowner = \"ana\"\ndropped = \"no time\"\n",
    );
    repo.write("goals/2026-q4/broken.toml", "title = \"G\"\nowner = [\n");
    for (arguments, expected) in [
        (&["grow"][..], "`2027/grow` goes on until 2027-12-31"),
        (&["idea"], "`2026-q4/idea` is a draft that never counted"),
        (&["past"], "`2026-q4/past` was given up: no time"),
        (&["calm-deploys.lead-time"], "a key result is not closed by itself"),
        (&["calm-deploys", "--on", "2026-12-31"], "goes on until 2026-12-31"),
        (&["calm-deploys", "--on", "2027-02-01"], "2027-02-01 is in the future"),
        (&["calm-deplyos"], "did you mean `2026-q4/calm-deploys`?"),
        (&[], "still open: 2026-q4/broken, 2026-q4/calm-deploys"),
        (
            &["broken", "--verdict", "missed"],
            "could not edit `goals/2026-q4/broken.toml`: line 2 is not valid TOML",
        ),
    ] {
        let said = repo.goals(&[&["close"], arguments].concat()).refused();
        assert!(said.contains(expected), "{arguments:?}: {said}");
    }
    // Somebody's own edit of the plan is not carried along.
    repo.write(PLAN, &format!("{TEXT}\n"));
    let said = repo.goals(&["close", "calm-deploys", "--verdict", "missed", "-m", "x"]).refused();
    assert!(said.contains("already has changes that are not committed"), "{said}");
    assert_eq!(repo.read(PLAN), format!("{TEXT}\n"));
}

#[test]
fn on_a_terminal_it_asks_for_what_is_not_given() {
    let repo = repo();
    let script = |answers: &str| {
        let goals = env!("CARGO_BIN_EXE_goals");
        let mut command = repo.command("script");
        let run = format!("{goals} close calm-deploys --color never");
        command.args(["-q", "-e", "-c", &run, "/dev/null"]);
        let mut child = command
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("script runs");
        let mut input = child.stdin.take().expect("piped");
        std::io::Write::write_all(&mut input, answers.as_bytes()).expect("written");
        drop(input);
        let output = child.wait_with_output().expect("it ends");
        (output.status.success(), String::from_utf8(output.stdout).expect("UTF-8"))
    };
    if std::process::Command::new("script").arg("--version").output().is_err() {
        return;
    }
    let (done, said) = script("\u{4}");
    assert!(!done && said.contains("nothing was closed"), "{said}");
    assert_eq!(repo.read(PLAN), TEXT);
    let (done, said) = script("perhaps\n\n\nservices are left\n");
    assert!(done, "{said}");
    assert!(said.contains("score 0.90"), "{said}");
    assert!(said.contains("achieved or missed? [missed]"), "{said}");
    assert!(said.contains("was committed and ended at 0.90. Why, and what next time?"), "{said}");
    assert!(repo.read(PLAN).ends_with("verdict = \"missed\"\r\nnote = \"services are left\"\r\n"));
}
