//! The command line's wiring: where it runs, how it ends, what it says when it cannot.

use crate::support::{Output, Repo};

const PLAN: &str = r#"title = "Deploys are calm"
why = "Every rollback costs a customer conversation."
owner = "ana"
ambition = "aspirational"

[key_results.lead-time]
title = "Median lead time falls from 240 to 40 minutes"
unit = "min"
baseline = 240
target = 40
source = "the deploy log"

[key_results.rollbacks]
title = "Rollbacks stay at or below 4 a month"
kind = "threshold"
unit = "rollbacks"
at_most = 4

[key_results.runbook]
title = "The runbook is tried"
kind = "milestone"
milestones = { drafted = 0.3, tried = 1.0 }
due = 2026-12-11
"#;

const RECORD: &str = "goals/2026-q4/calm-deploys.checkins.toml";

/// A workspace without git.
fn files(repo: &Repo) {
    repo.write("goals.toml", "format = 1\nname = \"Northwind\"\n");
    repo.write("goals/2026-q4/calm-deploys.toml", PLAN);
    repo.write(RECORD, "[lead-time]\n2026-10-05 = 240\n2026-11-16 = 140\n");
}

fn committed() -> Repo {
    let repo = Repo::new();
    files(&repo);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    repo
}

#[test]
fn outside_a_workspace_every_command_says_so() {
    let repo = Repo::folder();
    for command in ["check", "status", "log", "rollup", "report", "checkin"] {
        let said = repo.goals(&[command]).refused();
        assert!(
            said.contains("no `goals.toml` in") && said.contains("goals init"),
            "{command}: {said}"
        );
    }
}

#[test]
fn without_git_values_work_and_history_is_said_to_be_missing() {
    let repo = Repo::folder();
    files(&repo);
    assert!(repo.goals(&["check"]).sound().contains("no findings"));
    assert!(repo.goals(&["status"]).sound().contains("lead-time"));
    let output = repo.goals(&["rollup"]);
    assert!(output.stderr.contains("no git repository"), "{}", output.stderr);
    let rollup = output.json();
    assert_eq!(rollup["history"], "none");
    assert_eq!(rollup["goals"][0]["key_results"][0]["raw"], 0.5);
    assert_eq!(rollup["goals"][0]["amendments"], serde_json::Value::Null);
    assert!(repo.goals(&["log"]).refused().contains("no history"));
    assert!(
        repo.goals(&["rollup", "--rev", "main"]).refused().contains("--rev needs a git repository")
    );
    assert!(repo.goals(&["rollup", "--require-history"]).refused().contains("not complete"));
    assert!(repo.goals(&["checkin", "lead-time", "100"]).refused().contains("git"));
    assert_eq!(repo.read(RECORD), "[lead-time]\n2026-10-05 = 240\n2026-11-16 = 140\n");
    repo.goals(&["checkin", "lead-time", "100", "--no-commit"]).sound();
    assert!(repo.read(RECORD).contains("2026-11-21 = 100"));
}

#[test]
fn on_an_unborn_branch_values_work() {
    let repo = Repo::new();
    files(&repo);
    let output = repo.goals(&["rollup"]);
    assert!(output.stderr.contains("no commit yet"), "{}", output.stderr);
    assert_eq!(output.json()["goals"][0]["key_results"][0]["value"], 140);
    assert!(repo.goals(&["rollup", "--rev", "HEAD"]).refused().contains("no revision `HEAD`"));
}

#[test]
fn unknown_names_are_answered_with_near_ones() {
    let repo = committed();
    for (arguments, answer) in [
        (&["status", "calm-deploy5"][..], "did you mean `2026-q4/calm-deploys`?"),
        (&["status", "leed-time"], "did you mean `2026-q4/calm-deploys.lead-time`?"),
        (&["status", "--cycle", "2026-q5"], "did you mean `2026-q4`?"),
        (&["rollup", "--team", "platform"], "no goals of team `platform`"),
        (&["rollup", "--rev", "nope"], "no revision `nope`"),
        (&["rollup", "--as-of", "2026-02-30"], "2026-02 has 28 days"),
        (&["statsu"], "status"),
        (&["checkin", "runbook", "tryed"], "did you mean `tried`?"),
        (&["checkin", "lead-time", "1,25"], "takes a number, found `1,25`"),
        (&["checkin", "calm-deploys", "3"], "takes a confidence and a note, no value"),
        (&["checkin", "lead-time"], "no value for `2026-q4/calm-deploys.lead-time`"),
        (&["checkin", "lead-time", "3", "rollbacks"], "no value for `rollbacks`"),
        (&["checkin", "lead-time", "3", "--on", "2026-11-22"], "in the future"),
        (&["checkin", "lead-time", "3", "--on", "2026-11-21T12:01"], "in the future"),
    ] {
        let said = repo.goals(arguments).refused();
        assert!(said.contains(answer), "{arguments:?}: {said}");
    }
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "nothing was touched");
}

#[test]
fn a_checkin_is_one_line_and_one_commit() {
    let repo = committed();
    repo.write("unrelated.txt", "staged by someone else");
    repo.git(&["add", "unrelated.txt"]);
    let said =
        repo.goals(&["checkin", "lead", "90", "--confidence", "7", "-m", "canary on"]).sound();
    assert!(said.contains("50% → 75%") && said.contains("on-track"), "{said}");
    let added = "2026-11-21 = { value = 90, confidence = 7, note = \"canary on\" }";
    assert_eq!(
        repo.read(RECORD),
        format!("[lead-time]\n2026-10-05 = 240\n2026-11-16 = 140\n{added}\n")
    );
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B"]).trim_end(),
        "check-in: calm-deploys.lead-time 140 → 90 min\n\ncanary on\n\nCheck-in: 2026-q4/calm-deploys.lead-time 2026-11-21 90"
    );
    assert_eq!(repo.git(&["show", "--format=", "--name-only"]).trim(), RECORD);
    assert_eq!(
        repo.git(&["status", "--porcelain"]),
        "A  unrelated.txt\n",
        "what others staged is still staged"
    );
}

#[test]
fn several_checkins_are_one_commit() {
    let repo = committed();
    repo.goals(&["checkin", "lead-time", "120", "rollbacks", "3", "runbook", "drafted"]).sound();
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]).trim(), "2");
    assert_eq!(
        repo.git(&["log", "-1", "--format=%s"]).trim(),
        "check-in: calm-deploys, 3 key results"
    );
    assert_eq!(
        repo.read(RECORD),
        "[lead-time]\n2026-10-05 = 240\n2026-11-16 = 140\n2026-11-21 = 120\n\n[rollbacks]\n2026-11-21 = 3\n\n[runbook]\n2026-11-21 = \"drafted\"\n"
    );
}

#[test]
fn a_second_checkin_of_a_day_corrects_the_first() {
    let repo = committed();
    repo.goals(&["checkin", "lead-time", "120", "-m", "first"]).sound();
    repo.goals(&["checkin", "lead-time", "110"]).sound();
    assert!(
        repo.read(RECORD).ends_with("2026-11-21 = { value = 110, note = \"first\" }\n"),
        "{}",
        repo.read(RECORD)
    );
    assert_eq!(
        repo.git(&["log", "-1", "--format=%s"]).trim(),
        "check-in: calm-deploys.lead-time corrected, 120 → 110 min"
    );
    let said = repo.goals(&["checkin", "lead-time", "110"]).refused();
    assert!(said.contains("already recorded so"), "{said}");
}

#[test]
fn a_hook_that_refuses_leaves_everything_as_it_was() {
    let repo = committed();
    let hook = repo.path().join(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().expect("a folder")).expect("made");
    std::fs::write(&hook, "#!/bin/sh\necho 'not on a Saturday' >&2\nexit 1\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&hook, std::fs::Permissions::from_mode(0o755))
            .expect("made executable");
    }
    let before = repo.read(RECORD);
    let said = repo.goals(&["checkin", "lead-time", "90"]).refused();
    assert!(said.contains("not on a Saturday"), "{said}");
    assert_eq!(repo.read(RECORD), before);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert_eq!(repo.git(&["rev-list", "--count", "HEAD"]).trim(), "1");
}

#[test]
fn what_is_broken_is_said_beside_the_figures() {
    let repo = committed();
    repo.write(
        "goals/2026-q4/second.toml",
        "title = \"x\"\nowner = \"ana\"\n[key_results.a]\ntitle = \"a\"\nbaseline = 1\n",
    );
    let Output { status, stdout, stderr } = repo.goals(&["status"]);
    assert_eq!(status, 1);
    assert!(stdout.contains("lead-time"), "{stdout}");
    assert!(
        stderr.contains("1 error in the goal files leaves figures incomplete")
            && stderr.contains("goals check"),
        "{stderr}"
    );
    // Nobody is accountable, but nothing is amiss with the figures.
    repo.write("goals/2026-q4/third.toml", "title = \"y\"\n");
    assert!(repo.goals(&["check"]).stdout.contains("error[missing-owner]"));
    let stderr = repo.goals(&["report"]).stderr;
    assert!(stderr.contains("1 error in the goal files leaves figures incomplete"), "{stderr}");
    repo.write("goals/2026-q4/third.toml", "title = 1\nwhy = 1\n");
    let stderr = repo.goals(&["report"]).stderr;
    assert!(stderr.contains(" errors in the goal files leave figures incomplete"), "{stderr}");
}

#[test]
fn init_writes_a_sound_workspace_and_overwrites_nothing() {
    let repo = Repo::new();
    let said = repo.goals(&["init"]).sound();
    assert!(
        said.contains("wrote goals.toml") && said.contains("wrote goals/2026-q4/example.toml"),
        "{said}"
    );
    let checked = repo.goals(&["check", "--fail-on", "info"]);
    assert_eq!((checked.status, checked.stdout.as_str()), (0, "no findings in 2 files\n"));
    assert!(repo.goals(&["init"]).refused().contains("already a workspace"));
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    repo.goals(&["checkin", "example.signups", "340"]).sound();
}

#[test]
fn output_is_plain_when_piped_and_a_closed_pipe_is_no_failure() {
    let repo = committed();
    let status = repo.goals(&["status"]).sound();
    assert!(!status.contains('\u{1b}'), "{status:?}");
    let colour = repo.goals(&["status", "--color", "always"]).sound();
    assert!(colour.contains('\u{1b}'));
    let mut command = repo.command("sh");
    let script = format!(
        "{} rollup --format csv | true; exit ${{PIPESTATUS:-0}}",
        env!("CARGO_BIN_EXE_goals")
    );
    assert!(command.args(["-c", &script]).status().expect("runs").success());
}

#[test]
fn hostile_text_does_not_reach_the_terminal() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.write(
        "goals/2026-q4/x.toml",
        "title = \"a \\u001b[31mred\\u202e title\"\nowner = \"an\\u0007a\"\nbaseline = 0\ntarget = 2\nunit = \"m\\u001b\"\n",
    );
    repo.write(
        "goals/2026-q4/x.checkins.toml",
        "2026-11-01 = { value = 1, note = \"\\u001b]0;owned\\u0007\" }\n",
    );
    repo.commit(
        "Ana\u{202e} \u{1b}[1m <ana@northwind.example>",
        "2026-11-16T09:00:00Z",
        "subject \u{1b}[31m",
    );
    for arguments in
        [&["status"][..], &["status", "x"], &["log"], &["check"], &["check", "--format", "concise"]]
    {
        let output = repo.goals(arguments);
        let all = format!("{}{}", output.stdout, output.stderr);
        assert!(!all.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{arguments:?}: {all:?}");
    }
}

#[test]
fn every_command_has_help() {
    let repo = Repo::folder();
    let help = repo.goals(&["--help"]).sound();
    for command in
        ["init", "demo", "check", "checkin", "status", "log", "rollup", "report", "schema"]
    {
        assert!(help.contains(command), "{help}");
        assert!(repo.goals(&[command, "--help"]).sound().contains("Usage: goals"), "{command}");
    }
    assert_eq!(repo.goals(&[]).status, 2);
    assert_eq!(repo.goals(&["rollup", "--nonsense"]).status, 2);
}

#[test]
fn a_workspace_in_a_subfolder_is_found_from_below() {
    let repo = Repo::new();
    repo.write("docs/okr/goals.toml", "format = 1\n");
    repo.write("docs/okr/goals/2026-q4/calm-deploys.toml", PLAN);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    let below = ["-C", "docs/okr/goals/2026-q4"];
    repo.goals(&[&below[..], &["checkin", "lead-time", "200"]].concat()).sound();
    let rollup = repo.goals(&[&below[..], &["rollup", "--rev", "HEAD"]].concat()).json();
    assert_eq!(rollup["goals"][0]["key_results"][0]["value"], 200);
    let events = repo.goals(&[&below[..], &["log", "--format", "json"]].concat()).json();
    assert_eq!(events.as_array().map(Vec::len), Some(2));
}

#[test]
fn explain_shows_pages_and_lists_rules_anywhere() {
    let repo = Repo::folder();
    let page = include_str!("../../docs/rules/missing-owner.md");
    assert_eq!(repo.goals(&["explain", "missing-owner"]).sound(), page);
    let coloured = repo.goals(&["explain", "missing-owner", "--color", "always"]).sound();
    assert!(coloured.starts_with("\u{1b}[1mmissing-owner\u{1b}[0m\n"), "{coloured}");
    let said = repo.goals(&["explain", "mising-owner"]).refused();
    assert!(said.contains("no rule `mising-owner`"), "{said}");
    assert!(said.contains("did you mean `missing-owner`?"), "{said}");
    let said = repo.goals(&["explain", "\u{1b}[2J"]).refused();
    assert!(said.contains("`goals explain` lists the rules") && !said.contains('\u{1b}'), "{said}");

    let levels = |list: &str| -> Vec<(String, String)> {
        let words = |line: &str| {
            let mut words = line.split_whitespace().map(str::to_owned);
            (words.next().expect("a name"), words.next().expect("a level"))
        };
        list.lines().map(words).collect()
    };
    let usual = levels(&repo.goals(&["explain"]).sound());
    let catalogue: Vec<(String, String)> = goals::check::RULES
        .iter()
        .map(|rule| (rule.name.to_owned(), rule.level.word().to_owned()))
        .collect();
    assert_eq!(usual, catalogue);

    repo.write(
        "goals.toml",
        "format = 1\n[check]\nprofile = \"smart\"\nlevels = { placeholder = \"off\", toml-1-1 = \"info\" }\n",
    );
    let own = levels(&repo.goals(&["explain"]).sound());
    for (rule, level) in [("placeholder", "off"), ("toml-1-1", "info"), ("missing-unit", "error")] {
        assert!(own.contains(&(rule.to_owned(), level.to_owned())), "{rule}: {own:?}");
    }
}

/// A plan with one error.
const WRONG: &str = "title = \"T\"\nowner = \"ana\"\nunit = \"m\"\nbaseline = 1\ntarget = 2\nwieght = 2\nwhy = \"w\"\nsource = \"s\"\n";

#[test]
fn check_gives_several_outputs_in_one_run() {
    let repo = Repo::folder();
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026-q4/a.toml", WRONG);
    let output = repo.goals(&[
        "check",
        "--output",
        "github",
        "--output",
        "sarif=goals.sarif",
        "--output",
        "junit=goals.xml",
    ]);
    assert_eq!(output.status, 1, "{}", output.stderr);
    assert_eq!(
        output.stdout,
        "::error file=goals/2026-q4/a.toml,line=6,endLine=6,col=1,endColumn=7,title=unknown-key::`wieght` is not a key of a plan%0Ahelp: did you mean `weight`?\n"
    );
    assert!(repo.read("goals.sarif").contains("\"ruleId\": \"unknown-key\""));
    assert!(repo.read("goals.xml").contains("failures=\"1\""));
    let output = repo.goals(&["check", "--output", "gitlab=report.json"]);
    assert!(output.stdout.starts_with("error[unknown-key]"), "{}", output.stdout);
    assert!(repo.read("report.json").starts_with("[\n"));
    let output = repo.goals(&["check", "--statistics", "--fail-on", "never"]);
    assert_eq!(output.sound(), "1  error  unknown-key  a key that the format does not have\n");
    for (arguments, said) in [
        (&["check", "--output", "sarif", "--output", "json"][..], "holds one document"),
        (&["check", "--output", "sarif=no/such/folder/x"], "no/such/folder"),
        (&["check", "--output", "sarfi=x"], "did you mean `sarif`?"),
        (&["check", "--statistics", "--output", "github"], "standard output"),
        (&["check", "--stdin-filename", "a.toml"], "--stdin-filename"),
        (&["check", "--since", "HEAD"], "--since needs a git repository"),
    ] {
        let refused = repo.goals(arguments).refused();
        assert!(refused.contains(said), "{arguments:?}: {refused}");
    }
}

/// Runs the tool with text on its standard input; the exit code and the standard output.
fn piped(repo: &Repo, arguments: &[&str], input: &str) -> (i32, String) {
    use std::io::Write;
    use std::process::Stdio;
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A command that refuses to run may be gone before it has read.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    (output.status.code().expect("it ended by itself"), text)
}

#[test]
fn check_reads_a_plan_from_standard_input() {
    let repo = Repo::folder();
    let concise = ["check", "-", "--format", "concise"];
    let at =
        |path: &str| format!("{path}:6:1: error[unknown-key]: `wieght` is not a key of a plan\n");
    assert_eq!(piped(&repo, &concise, WRONG), (1, at("goals/2026-q4/stdin.toml")));
    repo.write(
        "goals.toml",
        "format = 1\nplans = \"plans\"\n[check.levels]\nunaligned = \"off\"\nnear-duplicate = \"off\"\n",
    );
    repo.write("plans/2026/grow.toml", &WRONG.replace("wieght = 2\n", ""));
    repo.write("plans/2026-q4/a.toml", "not toml, yet to be saved");
    assert_eq!(piped(&repo, &concise, WRONG), (1, at("plans/2026-q4/stdin.toml")));
    let named =
        |path: &'static str| ["check", "-", "--format", "concise", "--stdin-filename", path];
    let aligned = WRONG.replace("wieght = 2", "contributes_to = [\"2026/grow\"]");
    assert_eq!(piped(&repo, &named("plans/2026-q4/a.toml"), &aligned), (0, String::new()));
    assert_eq!(
        piped(&repo, &named("plans/2026-q4/new-team/b.toml"), WRONG),
        (1, at("plans/2026-q4/new-team/b.toml"))
    );
    assert_eq!(piped(&repo, &named("../elsewhere.toml"), WRONG).0, 2);
    for nowhere in
        ["goals/2026-q4/a.toml", "plans/a.toml", "plans/2026-q4/a.txt", "plans", "a.toml"]
    {
        assert_eq!(piped(&repo, &named(nowhere), WRONG), (2, String::new()), "{nowhere}");
    }
    assert_eq!(piped(&repo, &named("goals.toml"), "format = 1\n").0, 0);
    assert_eq!(piped(&repo, &["check", "-", "goals.toml"], WRONG).0, 2);
    assert!(!repo.path().join("plans/2026-q4/new-team").exists(), "nothing is written");
}

#[test]
fn check_since_a_revision_shows_what_is_new() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n[check.levels]\nunaligned = \"off\"\n");
    repo.write("goals/2026-q4/a.toml", WRONG);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    let new = |repo: &Repo| {
        let output = repo.goals(&["check", "--since", "HEAD", "--format", "concise"]);
        (output.status, output.stdout)
    };
    assert_eq!(new(&repo), (0, String::new()));
    // The old finding moves to another file and line; a second one like it is new.
    std::fs::remove_file(repo.path().join("goals/2026-q4/a.toml")).expect("removed");
    repo.write("goals/2026-q4/team/a.toml", &format!("# moved\n{WRONG}"));
    assert_eq!(new(&repo), (0, String::new()));
    repo.write("goals/2026-q4/team/a.toml", &format!("# moved\n{WRONG}tilte = 3\n"));
    assert_eq!(
        new(&repo),
        (
            1,
            "goals/2026-q4/team/a.toml:10:1: error[unknown-key]: `tilte` is not a key of a plan\n"
                .to_owned()
        )
    );
    assert!(repo.goals(&["check", "--since", "nope"]).refused().contains("no revision `nope`"));
}

#[test]
fn the_log_tells_what_was_known_then() {
    let repo = committed();
    repo.goals(&["checkin", "lead-time", "100", "--on", "2026-11-20"]).sound();
    repo.goals(&["checkin", "lead-time", "130", "--on", "2026-11-18"]).sound();
    let log = repo.goals(&["log", "lead-time"]).sound();
    assert!(log.contains("140 → 100 min") && log.contains("140 → 130 min"), "{log}");
    let record = repo.read(RECORD).replace("2026-11-16 = 140", "2026-11-16 = 999");
    repo.write(RECORD, &record);
    let edited = repo.goals(&["log", "lead-time"]).sound();
    assert_eq!(edited, log, "an edit that is not committed changes no history");
}

#[test]
fn a_checkin_that_no_branch_holds_is_said_to_be_so() {
    let repo = committed();
    repo.git(&["checkout", "-q", "--detach"]);
    let output = repo.goals(&["checkin", "lead-time", "100"]);
    assert_eq!(output.status, 0);
    assert!(output.stderr.contains("HEAD is detached"), "{}", output.stderr);
}

#[test]
fn the_report_lands_in_the_workspace_wherever_it_is_called() {
    let repo = committed();
    let said = repo.goals(&["-C", "goals/2026-q4", "report"]).sound();
    assert!(said.trim_end().ends_with("work/public/index.html"), "{said}");
    assert!(repo.path().join("public/index.html").is_file());
}

#[test]
fn a_cycle_in_the_place_of_a_goal_is_told_apart() {
    let repo = Repo::folder();
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026-q4/a.toml", WRONG);
    repo.write("goals/2026/grow.toml", WRONG);
    for command in ["status", "smart"] {
        let said = repo.goals(&[command, "2026-q4"]).refused();
        assert!(said.contains("`2026-q4` is a cycle: `goals status --cycle 2026-q4`"), "{said}");
        for unknown in ["2031-q1", "2031-q1/a"] {
            let said = repo.goals(&[command, unknown]).refused();
            assert!(said.contains("no goals in cycle `2031-q1`; there is 2026, 2026-q4"), "{said}");
        }
    }
}

#[test]
fn in_a_bare_repository_a_revision_is_suggested() {
    let repo = Repo::new();
    repo.write("goals.toml", "format = 1\n");
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "-q", "--bare", ".", &bare.display().to_string()]);
    let folder = bare.display().to_string();
    let said = repo.goals(&["-C", &folder, "status"]).refused();
    assert!(said.contains("goals status --rev HEAD") && !said.contains("goals init"), "{said}");
    let doctor = repo.goals(&["-C", &folder, "doctor"]);
    let shown = doctor.stdout;
    assert!(shown.contains("--rev HEAD") && !shown.contains("goals init"), "{shown}");
    assert_eq!(repo.goals(&["-C", &folder, "status", "--rev", "HEAD"]).status, 0);
}

#[test]
fn a_long_reason_of_several_lines_stays_on_its_own_line_of_the_log() {
    let repo = Repo::new();
    let ana = "Ana Silva <ana@northwind.example>";
    let plan = WRONG.replace("wieght = 2\n", "");
    repo.write("goals.toml", "format = 1\n");
    repo.write("goals/2026-q4/a.toml", &plan);
    repo.write("goals/2026-q4/b.toml", &plan);
    repo.commit(ana, "2026-11-16T09:00:00Z", "begin");
    let reason = format!("first\\n\\n\\tsecond \\u001b {}", "word ".repeat(60));
    repo.write("goals/2026-q4/a.toml", &format!("dropped = \"{reason}\"\n{plan}"));
    repo.commit(ana, "2026-11-17T09:00:00Z", "give up");
    let log = repo.goals(&["log"]).sound();
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[0].contains("first ⏎ second \\u{1b} word word"), "{log}");
    assert!(lines[1..].iter().all(|line| line.chars().count() < 150), "{log}");
    assert!(lines.len() > 2 && lines.iter().all(|line| *line == line.trim_end()), "{log}");
    assert!(!log.contains("\\u{a}") && !log.contains("\\u{9}"), "{log}");
}

#[test]
fn today_is_the_date_in_the_zone_that_is_named() {
    let zones = std::path::Path::new("/usr/share/zoneinfo");
    let mut repo = committed();
    // An empty one counts as none: the clock is asked.
    repo.set("SOURCE_DATE_EPOCH", "");
    let mut today = |zone: &str| {
        repo.set("TZ", zone);
        let first = repo.goals(&["status"]).stdout.lines().next().map(str::to_owned);
        first.and_then(|line| line.rsplit(' ').next().map(str::to_owned)).expect("a date")
    };
    // Twenty-six hours apart: it is never the same day in both.
    assert_ne!(today("XXX-14"), today("XXX+12"));
    if zones.join("Pacific/Kiritimati").is_file() {
        assert_ne!(today("Pacific/Kiritimati"), today("XXX+12"));
        assert_ne!(today("XXX-14"), today("Etc/GMT+12"));
    }
}
