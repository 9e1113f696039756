//! Checking in: what may be typed, taken back, read from a table, answered, and what is refused.

use std::io::Write;
use std::process::Stdio;

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

[key_results.margin]
title = "Margin rises from -4 to 10 percent"
unit = "% of sales"
baseline = -4
target = 10

[key_results.runbook]
title = "The runbook is tried"
kind = "milestone"
owner = "ben"
milestones = { drafted = 0.3, tried = 1.0 }

[key_results.trained]
title = "Everyone is trained"
kind = "binary"
"#;
const PLAN_PATH: &str = "goals/2026-q4/calm-deploys.toml";
const RECORD: &str = "goals/2026-q4/calm-deploys.checkins.toml";
const SETTINGS: &str = "format = 1\n[people.ana]\nname = \"Ana Silva\"\nemails = [\"ana@northwind.example\"]\n[people.ben]\n";
const START: &str = "[lead-time]\n2026-10-05 = 240\n2026-10-26 = 140\n";

fn uncommitted() -> Repo {
    let repo = Repo::new();
    repo.write("goals.toml", SETTINGS);
    repo.write(PLAN_PATH, PLAN);
    repo.write(RECORD, START);
    repo
}

fn committed() -> Repo {
    let repo = uncommitted();
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    repo
}

/// Runs the tool with text on its standard input.
fn piped(repo: &Repo, arguments: &[&str], input: &str) -> Output {
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the tool runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    // A command that refuses to run may be gone before it has read.
    let _ = pipe.write_all(input.as_bytes());
    drop(pipe);
    let output = child.wait_with_output().expect("it ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

fn commits(repo: &Repo) -> usize {
    repo.git(&["rev-list", "--count", "HEAD"]).trim().parse().expect("a number")
}

/// The last line of the check-ins file that holds a date.
fn line(repo: &Repo, date: &str) -> String {
    let text = repo.read(RECORD);
    let line = text.lines().rfind(|line| line.contains(date));
    line.unwrap_or_else(|| panic!("no {date} in {text}")).to_owned()
}

#[test]
fn values_are_taken_as_people_type_them() {
    for (arguments, written) in [
        (&["lead-time", "1,250"][..], "1250"),
        (&["lead-time", "1 250 min"], "1250"),
        (&["lead-time", "180min"], "180"),
        (&["lead-time", "+5"], "145"),
        (&["lead-time", "-3.5"], "136.5"),
        (&["lead-time", "=-3"], "-3"),
        (&["margin", "45%"], "45"),
        (&["margin", "=-3"], "-3"),
        (&["trained", "done"], "true"),
        (&["trained", "no"], "false"),
        (&["runbook", "drafted"], "\"drafted\""),
        (&["runbook", "-", "-m", "not yet"], "{ note = \"not yet\" }"),
    ] {
        let repo = committed();
        repo.goals(&[&["checkin"], arguments].concat()).sound();
        assert_eq!(line(&repo, "2026-11-21"), format!("2026-11-21 = {written}"), "{arguments:?}");
    }
}

#[test]
fn what_is_ambiguous_or_impossible_says_what_to_type() {
    let repo = committed();
    for (arguments, said) in [
        (&["lead-time", "3.2k"][..], "write 3200 (in min)"),
        (&["lead-time", "1,25"], "write 1.25 or 125"),
        (&["lead-time", "45%"], "convert it to min"),
        (&["lead-time", "1e308"], "takes a number of at most 1e60"),
        (&["lead-time", "fast"], "takes a number, found `fast`"),
        (&["margin", "-3"], "write =-3 for the value"),
        (&["margin", "+3"], "has no value up to 2026-11-21"),
        (&["lead-time", "+3", "--on", "2026-10-01"], "has no value up to 2026-10-01"),
        (&["runbook", "tryed"], "did you mean `tried`?"),
        (&["runbook", "+1"], "takes a milestone's id"),
        (&["trained", "perhaps"], "takes yes or no"),
        (
            &["lead-time", "margin", "-m", "both down"],
            "for several without a value give each a `-`",
        ),
        (&["lead-time", "-"], "say with -m why there is no value"),
        (&["lead-time", "3", "--confidence", "6.5"], "write 6 or 7"),
        (&["lead-time", "3", "--confidence", "-1"], "a whole number from 0 to 10"),
        (&["lead-time", "3", "--on", "2026-02-30"], "2026-02 has 28 days"),
        (&["lead-time", "3", "--on", "2026-13-01"], "months run from 01 to 12"),
        (&["lead-time", "3", "--on", "yesterday"], "a date is written 2026-10-05"),
        (&["lead-time", "3", "--on", "2026-10-05T25:00"], "2026-10-05T14:30 with a time"),
        (&["lead-time", "3", "--by", ""], "`` is nobody's name"),
        (&["lead-time", "3", "--by", "ben\u{7}"], "`ben\\u{7}` is nobody's name"),
        (&["lead-time", "3", "--by", "bem"], "did you mean `ben`?"),
    ] {
        let refused = repo.goals(&[&["checkin"], arguments].concat()).refused();
        assert!(refused.contains(said), "{arguments:?}: {refused}");
    }
    assert_eq!(repo.read(RECORD), START);
    assert_eq!(commits(&repo), 1);
}

#[test]
fn steps_add_up_within_a_day_and_in_a_list_of_pairs() {
    let repo = committed();
    repo.goals(&["checkin", "lead-time", "-10", "trained", "yes"]).sound();
    repo.goals(&["checkin", "lead-time", "-10"]).sound();
    assert_eq!(line(&repo, "2026-11-21 = 1"), "2026-11-21 = 120");
    repo.goals(&["checkin", "lead-time", "+0.1", "--on", "2026-11-02"]).sound();
    assert_eq!(line(&repo, "2026-11-02"), "2026-11-02 = 140.1");
}

#[test]
fn one_note_and_confidence_are_said_of_every_pair_and_once_in_the_commit() {
    let repo = committed();
    let arguments = ["checkin", "lead-time", "90", "runbook", "-", "--confidence", "6"];
    repo.goals(&[&arguments[..], &["-m", "First.", "-m", "Second,\nin two lines."]].concat())
        .sound();
    let note = "note = \"First.\\n\\nSecond,\\nin two lines.\"";
    let text = repo.read(RECORD);
    assert!(
        text.contains(&format!("2026-11-21 = {{ value = 90, confidence = 6, {note} }}\n")),
        "{text}"
    );
    assert!(
        text.contains(&format!("[runbook]\n2026-11-21 = {{ confidence = 6, {note} }}\n")),
        "{text}"
    );
    let message = repo.git(&["log", "-1", "--format=%b"]);
    assert_eq!(message.matches("in two lines.").count(), 1, "{message}");
    let log = repo.goals(&["log", "lead-time", "-n", "1"]).sound();
    assert!(log.ends_with("\n  “First.\n\n  Second,\n  in two lines.”\n"), "{log}");
    assert_eq!(
        repo.goals(&["log", "-n", "1", "--format", "json"]).json()[0]["note"],
        "First.\n\nSecond,\nin two lines."
    );
}

#[test]
fn a_note_comes_from_a_file_standard_input_or_an_editor() {
    let mut repo = committed();
    repo.write("said.txt", "\u{feff}from a file\r\n\r\n");
    repo.goals(&["checkin", "lead-time", "90", "-F", "said.txt"]).sound();
    assert!(line(&repo, "2026-11-21").contains("note = \"from a file\""));
    piped(&repo, &["checkin", "lead-time", "-F", "-"], "piped\n").sound();
    assert!(line(&repo, "2026-11-21").contains("value = 90, note = \"piped\""));
    let refused = piped(&repo, &["checkin", "lead-time", "-F", "-"], " \n").refused();
    assert!(refused.contains("is empty: nothing was recorded"), "{refused}");

    repo.set("GIT_EDITOR", "sh -c 'cp \"$1\" template && printf \"# Edited\\n\\nby hand\\n\" | cat - template > \"$1\"' -");
    repo.goals(&["checkin", "lead-time", "80", "-e", "-m", "begun"]).sound();
    assert!(
        line(&repo, "2026-11-21")
            .contains("{ value = 80, note = \"# Edited\\n\\nby hand\\nbegun\" }"),
        "{}",
        repo.read(RECORD)
    );
    let template = repo.read("template");
    assert!(template.starts_with("begun\n\n# ---"), "{template}");
    assert!(template.contains("# 2026-q4/calm-deploys.lead-time  Median lead time"), "{template}");
    assert!(template.contains("#   90 on 2026-11-21 → 80 on 2026-11-21"), "{template}");

    repo.set("GIT_EDITOR", "true");
    let refused = repo.goals(&["checkin", "lead-time", "70", "--edit"]).refused();
    assert!(refused.contains("the note is empty: nothing was recorded"), "{refused}");
    repo.set("GIT_EDITOR", "false");
    let refused = repo.goals(&["checkin", "lead-time", "70", "--edit"]).refused();
    assert!(refused.contains("the editor `false` failed"), "{refused}");
    assert!(line(&repo, "2026-11-21").contains("value = 80"));
    assert_eq!(kept_notes(&repo), Vec::<std::path::PathBuf>::new());
}

/// The files that keep notes.
fn kept_notes(repo: &Repo) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(repo.path().join(".git/goals")).expect("listed");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.to_string_lossy().contains("CHECKIN_NOTE")).collect()
}

#[test]
#[cfg(unix)]
fn an_edited_note_outlives_a_refusal() {
    let mut repo = committed();
    repo.set("GIT_EDITOR", "sh -c 'echo much thought > \"$1\"' -");
    hook(&repo, "pre-commit", "exit 1");
    let refused = repo.goals(&["checkin", "lead-time", "70", "-e"]).refused();
    assert!(
        refused.contains("is kept in `") && refused.contains("-F takes it from there"),
        "{refused}"
    );
    let [kept] = &kept_notes(&repo)[..] else { panic!("one note is kept") };
    assert!(refused.contains(&*kept.file_name().expect("a name").to_string_lossy()), "{refused}");
    assert_eq!(std::fs::read_to_string(kept).expect("read"), "much thought\n");
    assert_eq!(repo.read(RECORD), START);
}

#[cfg(unix)]
fn hook(repo: &Repo, name: &str, script: &str) {
    use std::os::unix::fs::PermissionsExt;
    repo.write(&format!(".git/hooks/{name}"), &format!("#!/bin/sh\n{script}\n"));
    let path = repo.path().join(".git/hooks").join(name);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).expect("executable");
}

#[test]
fn notes_of_several_lines_are_inert_wherever_shown() {
    let repo = committed();
    repo.goals(&["checkin", "lead-time", "90", "-m", "one\n\u{1b}[31mtwo\u{202e}\n\tthree"])
        .sound();
    for arguments in [&["log"][..], &["status", "calm-deploys"]] {
        let shown = repo.goals(arguments).sound();
        assert!(shown.contains("“one\n  \\u{1b}[31mtwo\\u{202e}\n      three”"), "{shown}");
        assert!(!shown.contains("\\u{a}"), "{shown}");
    }
}

#[test]
fn a_record_is_taken_back_and_stays_so() {
    let repo = committed();
    let refused = repo.goals(&["checkin", "lead-time", "--void", "--on", "2026-10-26"]).refused();
    assert!(refused.contains("say why with -m"), "{refused}");
    let refused = repo.goals(&["checkin", "lead-time", "--void", "-m", "why"]).refused();
    assert!(refused.contains("no record on 2026-11-21"), "{refused}");
    assert!(refused.contains("the latest are 2026-10-26, 2026-10-05"), "{refused}");
    let void = ["checkin", "lead-time", "--void", "--on", "2026-10-26", "-m", "wrong dashboard"];
    let said = repo.goals(&void).sound();
    assert!(said.contains("140 min of 2026-10-26 taken back  50% → 0%"), "{said}");
    let written = "2026-10-26 = { value = 140, note = \"wrong dashboard\", void = true }";
    assert_eq!(line(&repo, "2026-10-26"), written);
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B"]).trim_end(),
        "check-in: calm-deploys.lead-time 140 min of 2026-10-26 taken back\n\nwrong dashboard\n\nCheck-in: 2026-q4/calm-deploys.lead-time 2026-10-26 void"
    );
    assert_eq!(repo.goals(&["log", "-n", "1", "--format", "json"]).json()[0]["event"], "voided");
    let refused = repo.goals(&[&void[..5], &["-m", "other"]].concat()).refused();
    assert!(refused.contains("already recorded so") && refused.contains("keeps the note"));

    let again = ["checkin", "lead-time", "130", "--on", "2026-10-26"];
    let refused = repo.goals(&again).refused();
    assert!(
        refused.contains("was taken back (“wrong dashboard”)") && refused.contains("--replace"),
        "{refused}"
    );
    assert_eq!(line(&repo, "2026-10-26"), written);
    repo.goals(&[&again[..], &["--replace"]].concat()).sound();
    assert_eq!(line(&repo, "2026-10-26"), "2026-10-26 = 130");
    assert_eq!(repo.goals(&["checkin", "lead-time", "3", "--void", "-m", "x"]).status, 2);
}

#[test]
fn no_value_where_there_is_one_is_refused() {
    let repo = committed();
    let csv = "ref,value,date,note\nlead-time,-,2026-10-26,down\n";
    let json = "{\"ref\":\"lead-time\",\"value\":null,\"date\":\"2026-10-26\",\"note\":\"down\"}\n";
    let pair = ["checkin", "lead-time", "-", "--on", "2026-10-26", "-m", "down"];
    let table = ["checkin", "--from", "-"];
    for (arguments, input) in [(&pair[..], ""), (&table, csv), (&table, json)] {
        let refused = piped(&repo, arguments, input).refused();
        assert!(refused.contains("lead-time` has a value on 2026-10-26: 140"), "{refused}");
        assert!(refused.contains("--void") && refused.contains("--replace"), "{refused}");
        assert_eq!(repo.read(RECORD), START);
        piped(&repo, &[arguments, &["--replace", "--no-commit"]].concat(), input).sound();
        assert_eq!(line(&repo, "2026-10-26"), "2026-10-26 = { note = \"down\" }");
        repo.write(RECORD, START);
    }
    // A note alone goes with the value that is there.
    repo.goals(&["checkin", "lead-time", "--on", "2026-10-26", "-m", "canary", "--no-commit"])
        .sound();
    assert_eq!(line(&repo, "2026-10-26"), "2026-10-26 = { value = 140, note = \"canary\" }");
    repo.write(RECORD, &format!("{START}2026-11-21 = 90\n"));
    let walk = piped(&repo, &["checkin", "-i", "--all"], "-\nq\n");
    assert!(walk.stderr.contains("has a value on 2026-11-21: 90"), "{}", walk.stderr);
}

#[test]
fn answers_of_several_walks_are_recorded_the_last_of_them_counts() {
    let repo = committed();
    let (walk, kept) = (["checkin", "-i"], ".git/goals/answers.ndjson");
    piped(&repo, &walk, "90\n7\nfirst\n").refused();
    piped(&repo, &walk, "80\n6\nsecond\n").refused();
    assert_eq!(repo.read(kept).lines().count(), 2);
    repo.goals(&["checkin", "--from", kept]).sound();
    assert!(line(&repo, "2026-11-21").contains("value = 80, confidence = 6, note = \"second\""));
    assert!(!repo.path().join(kept).exists());

    let said = piped(&repo, &["checkin", "-i", "--all"], "70\n\n\n").refused();
    assert!(said.contains(&format!("goals checkin --from {kept} --replace")), "{said}");
    repo.goals(&["checkin", "--from", kept, "--replace"]).sound();
    assert!(line(&repo, "2026-11-21").contains("value = 70"));

    piped(&repo, &["checkin", "-i", "--all"], "60\n\n\n").refused();
    piped(&repo, &["checkin", "-i", "--all"], "50\n\n\nq\n\n").sound();
    assert!(line(&repo, "2026-11-21").contains("value = 50"));
    assert!(!repo.path().join(kept).exists(), "a walk that was recorded leaves no answers");
}

#[test]
fn errors_of_the_plan_and_a_result_that_cannot_be_told_are_said() {
    let repo = uncommitted();
    repo.write(PLAN_PATH, &PLAN.replace("baseline = 240", "baselin = 240"));
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    let output = repo.goals(&["checkin", "lead-time", "100"]);
    assert!(output.stderr.contains("in the plan: what is broken"), "{}", output.stderr);
    assert!(output.stderr.contains("`goals check`"), "{}", output.stderr);
    output.sound();
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_recorded_and_cannot_be_told_is_said_to_be_recorded() {
    let repo = committed();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").expect("there");
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    let output = command.args(["checkin", "lead-time", "88"]).stdout(full).output().expect("runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("it was recorded all the same: commit "), "{said}");
    assert_eq!(commits(&repo), 2);
}

#[test]
fn two_tables_of_one_name_are_joined_by_the_formatter() {
    let repo = uncommitted();
    repo.write(RECORD, &format!("{START}\n[lead-time]\n2026-11-02 = 130\n"));
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "merged");
    let joins = "`goals fmt` joins tables of one name";
    assert!(repo.goals(&["check"]).stdout.contains(joins));
    assert!(repo.goals(&["checkin", "lead-time", "100"]).refused().contains(joins));
    repo.goals(&["fmt"]).sound();
    repo.goals(&["checkin", "lead-time", "100", "--no-commit"]).sound();
    assert_eq!(repo.read(RECORD).matches("[lead-time]").count(), 1);
}

#[test]
fn taking_back_is_for_what_is_named() {
    let repo = committed();
    repo.write("v.csv", "ref,value,date\nlead-time,140,2026-10-26\n");
    for arguments in [&["--from", "v.csv"][..], &["-i"], &["--all"], &["--owner", "ana"]] {
        let refused = repo.goals(&[&["checkin", "--void"], arguments].concat()).refused();
        assert!(refused.contains("cannot be used with"), "{refused}");
    }
}

#[test]
fn figures_of_another_record_are_not_claimed_for_this_one() {
    let repo = committed();
    let said = repo.goals(&["checkin", "lead-time", "200", "--on", "2026-10-12"]).sound();
    assert!(said.contains("240 → 200 min  still 50%, by 2026-10-26"), "{said}");
    repo.goals(&["checkin", "lead-time", "120"]).sound();
    let output = repo.goals(&["checkin", "lead-time", "100", "--on", "2026-11-21T09:00"]);
    assert!(output.stdout.contains("still 60%"), "{}", output.stdout);
    assert!(
        output.stderr.contains("has a record on 2026-11-21 without a time"),
        "{}",
        output.stderr
    );
    assert!(output.stderr.contains("VALUE --on 2026-11-21 corrects that one"), "{}", output.stderr);
}

#[test]
fn records_of_what_git_does_not_know_are_refused() {
    let repo = uncommitted();
    let refused = repo.goals(&["checkin", "lead-time", "100"]).refused();
    assert!(refused.contains("the plan of `2026-q4/calm-deploys` is not committed"), "{refused}");
    assert!(refused.contains(&format!("git add {PLAN_PATH} && git commit")), "{refused}");
    assert_eq!(repo.read(RECORD), START);
    let repo = committed();
    repo.write(
        PLAN_PATH,
        &format!("{PLAN}\n[key_results.new]\ntitle = \"New\"\nbaseline = 0\ntarget = 2\n"),
    );
    let refused = repo.goals(&["checkin", "new", "1"]).refused();
    assert!(refused.contains("`2026-q4/calm-deploys.new` is not committed"), "{refused}");
    repo.goals(&["checkin", "new", "1", "--no-commit"]).sound();
}

#[test]
fn a_double_id_is_refused_and_what_is_broken_elsewhere_does_not_matter() {
    let repo = uncommitted();
    repo.write("goals/2026-q4/other.toml", "title = \nnot toml");
    repo.write("goals/2026-q4/bytes.toml", "\u{0}");
    repo.write("goals/2026-q4/other.checkins.toml", "<<<<<<< ours\n");
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "begin");
    repo.goals(&["checkin", "lead-time", "100"]).sound();
    repo.write("goals/2026-q4/platform/calm-deploys.toml", PLAN);
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T09:00:00Z", "twice");
    let refused = repo.goals(&["checkin", "lead-time", "90"]).refused();
    assert!(
        refused.contains("`calm-deploys` is already the id of another goal in 2026-q4"),
        "{refused}"
    );
    assert!(refused.contains("ids are unique in a cycle"), "{refused}");
}

#[test]
fn what_keeps_a_commit_from_being_made_is_said_and_nothing_is_touched() {
    let repo = committed();
    repo.git(&["checkout", "-qb", "side"]);
    repo.write("other.txt", "1\n");
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-16T10:00:00Z", "side");
    repo.git(&["checkout", "-q", "main"]);
    repo.git(&["merge", "-q", "--no-ff", "--no-commit", "side"]);
    let refused = repo.goals(&["checkin", "lead-time", "90"]).refused();
    assert!(refused.contains("a merge is under way"), "{refused}");
    repo.git(&["merge", "--abort"]);
    repo.git(&["config", "user.useConfigOnly", "true"]);
    let known = std::fs::read_to_string(repo.beside("home/gitconfig")).expect("read");
    std::fs::write(repo.beside("home/gitconfig"), "").expect("written");
    let refused = repo.goals(&["checkin", "lead-time", "90"]).refused();
    assert!(refused.contains("git config user.email"), "{refused}");
    std::fs::write(repo.beside("home/gitconfig"), known).expect("written");
    // Staged by somebody, in the index only: a commit of the file would carry it along.
    repo.write(RECORD, &format!("{START}# staged\n"));
    repo.git(&["add", RECORD]);
    repo.write(RECORD, START);
    let refused = repo.goals(&["checkin", "lead-time", "90"]).refused();
    assert!(refused.contains("changes that are not committed"), "{refused}");
    assert_eq!(repo.read(RECORD), START);
    assert!(repo.git(&["diff", "--cached"]).contains("+# staged"));
    assert_eq!(commits(&repo), 1);
}

#[test]
fn a_table_is_one_commit_and_the_same_table_none() {
    let repo = committed();
    let csv = "date,ref,value,note,confidence,by\n\
        2026-11-02,lead-time,\"1,250\",\"two\nlines, quoted \"\"so\"\"\",7,ben\n\
        2026-11-02T14:30,margin,-3,,,\n\
        \n\
        2026-11-02,runbook,drafted,,,\n\
        2026-11-02,trained,yes,,,\n\
        2026-10-26,lead-time,140,,,\n\
        2026-10-05,lead-time,240,as agreed,,\n\
        2026-11-02,trained,yes,,,\n\
        ,2026-q4/calm-deploys,,all well,8,\n";
    repo.write("values.csv", csv);
    let said = repo.goals(&["checkin", "--from", "values.csv", "--no-commit"]).sound();
    assert!(said.contains("calm-deploys.lead-time  2 records"), "{said}");
    repo.git(&["checkout", "-q", RECORD]);
    repo.goals(&["checkin", "--from", "values.csv"]).sound();
    assert_eq!(
        repo.read(RECORD),
        "2026-11-21 = { confidence = 8, note = \"all well\" }\n\n\
         [lead-time]\n2026-10-05 = { value = 240, note = \"as agreed\" }\n2026-10-26 = 140\n\
         2026-11-02 = { value = 1250, confidence = 7, note = \"two\\nlines, quoted \\\"so\\\"\", by = \"ben\" }\n\n\
         [margin]\n\"2026-11-02T14:30\" = -3\n\n[runbook]\n2026-11-02 = \"drafted\"\n\n[trained]\n2026-11-02 = true\n"
    );
    assert_eq!(
        repo.git(&["log", "-1", "--format=%s"]),
        "check-in: calm-deploys, 6 records of 5 key results\n"
    );
    assert_eq!(commits(&repo), 2);
    assert_eq!(repo.goals(&["checkin", "--from", "values.csv"]).sound(), "nothing new\n");
    let lines = "{\"ref\":\"margin\",\"value\":-3,\"date\":\"2026-11-02T14:30\"}\n\n{\"ref\":\"trained\",\"value\":true,\"date\":\"2026-11-02\",\"note\":null}\n{\"ref\":\"runbook\",\"value\":\"drafted\",\"date\":\"2026-11-02\"}\n";
    assert_eq!(piped(&repo, &["checkin", "--from", "-"], lines).sound(), "nothing new\n");
    assert_eq!(piped(&repo, &["checkin", "--from", "-"], "ref,value\n").sound(), "nothing new\n");
    assert_eq!(commits(&repo), 2);
}

#[test]
fn a_table_contradicts_what_is_recorded_only_where_it_is_told_to() {
    let repo = committed();
    repo.write("v.csv", "ref,value,date\nlead-time,99,2026-10-26\nlead-time,50,2026-11-02\n");
    let refused = repo.goals(&["checkin", "--from", "v.csv"]).refused();
    assert!(refused.contains("line 2: `2026-q4/calm-deploys.lead-time` has another value on 2026-10-26: 140 there, 99 here"), "{refused}");
    assert!(refused.contains("--replace"), "{refused}");
    assert_eq!(repo.read(RECORD), START);
    repo.goals(&["checkin", "--from", "v.csv", "--replace"]).sound();
    assert_eq!(
        repo.read(RECORD),
        "[lead-time]\n2026-10-05 = 240\n2026-10-26 = 99\n2026-11-02 = 50\n"
    );
    repo.goals(&["checkin", "lead-time", "--void", "--on", "2026-11-02", "-m", "wrong"]).sound();
    for arguments in
        [&["checkin", "--from", "v.csv"][..], &["checkin", "--from", "v.csv", "--replace"]]
    {
        let output = repo.goals(arguments);
        assert!(output.stderr.contains("left out 1 record that people took back: 2026-q4/calm-deploys.lead-time on 2026-11-02"), "{}", output.stderr);
        assert_eq!(output.sound(), "nothing new\n");
    }
}

#[test]
fn every_wrong_row_of_a_table_is_told_and_none_is_recorded() {
    let repo = committed();
    let csv = "ref,value,date,confidence,note,by\n\
        lead-time,100,2026-11-02,,,\n\
        lead-time,fast,2026-11-03,,,\n\
        leed-time,3,2026-11-03,,,\n\
        lead-time,+3,2026-11-04,,,\n\
        lead-time,3,2026-02-30,6.5,,benn\n\
        lead-time,3,2026-12-30,,,\n\
        lead-time,3\n\
        lead-time,,2026-11-05,,,\n\
        lead-time,7,2026-11-02,,,\n";
    let refused = piped(&repo, &["checkin", "--from", "-", "--from-format", "csv"], csv).refused();
    for said in [
        "cannot record `standard input`: 10 mistakes, and nothing was recorded",
        "line 3, column 11: value: `2026-q4/calm-deploys.lead-time` takes a number, found `fast`; write the bare number in min",
        "line 4, column 1: ref: no goal or key result `leed-time`; did you mean `2026-q4/calm-deploys.lead-time`?",
        "line 5, column 11: value: `2026-q4/calm-deploys.lead-time` takes a number, found `+3`; a file says what the value was",
        "line 6, column 13: date: 2026-02 has 28 days",
        "line 6, column 24: confidence: confidence is a whole number",
        "line 6, column 29: by: `benn` is not in `[people]`; did you mean `ben`?",
        "line 7, column 13: date: 2026-12-30 is in the future",
        "line 8: 2 cells where the header has 6",
        "line 9: there is nothing to record",
        "line 10: `2026-q4/calm-deploys.lead-time` on 2026-11-02 says something else than line 2",
    ] {
        assert!(refused.contains(said), "{said}\nnot in\n{refused}");
    }
    let json = "{\"ref\":\"lead-time\",\"value\":\"12\"}\n{\"ref\":\n[]\n{\"ref\":3,\"dat\":2}\n{\"ref\":\"trained\",\"value\":1}\n{\"ref\":\"lead-time\",\"value\":1,\"confidence\":0.7}\n{\"ref\":\"lead-time\",\"value\":1,\"value\":2}\n";
    let refused = piped(&repo, &["checkin", "--from", "-"], json).refused();
    for said in [
        "line 1: value: `2026-q4/calm-deploys.lead-time` takes a number, found the string `12`; write it without quotes",
        "line 2, column 7: no JSON object",
        "line 3: an object is wanted, found an array",
        "line 4: `dat` is no key of a record; did you mean `date`?",
        "line 4: ref: a string is wanted, found the number 3",
        "line 5: value: `2026-q4/calm-deploys.trained` takes",
        "line 6: confidence: confidence is a whole number from 0 to 10: write 7",
        "line 7: value: the key is there twice",
    ] {
        assert!(refused.contains(said), "{said}\nnot in\n{refused}");
    }
    for (text, said) in [
        (
            "ref,valeu\n",
            "line 1, column 5: `valeu` is no column of a record; did you mean `value`?",
        ),
        ("ref;value\n", "separate cells with commas, not semicolons"),
        ("value,date\n", "there is no column `ref`"),
        ("ref,ref\n", "the column `ref` is there twice"),
        ("ref,note\na,\"open\n", "line 2, column 3: the quoted text has no end"),
        ("[{}]", "`jq -c '.[]'` makes lines of it"),
    ] {
        let refused = piped(&repo, &["checkin", "--from", "-"], text).refused();
        assert!(refused.contains(said), "{text}: {refused}");
    }
    assert!(
        repo.goals(&["checkin", "--from", "no.csv"]).refused().contains("could not read `no.csv`")
    );
    assert_eq!(repo.read(RECORD), START);
}

#[test]
fn thousands_of_rows_are_one_commit_and_too_many_are_refused() {
    let repo = committed();
    let rows = |count: usize| {
        let mut csv = "ref,value,date\n".to_owned();
        for minute in 0..count {
            let (day, rest) = (minute / 1440 + 1, minute % 1440);
            csv.push_str(&format!(
                "lead-time,{minute},2026-11-{day:02}T{:02}:{:02}\n",
                rest / 60,
                rest % 60
            ));
        }
        csv
    };
    let said = piped(&repo, &["checkin", "--from", "-"], &rows(5000)).sound();
    assert!(said.contains("5000 records"), "{said}");
    assert_eq!(
        repo.git(&["log", "-1", "--format=%B"]).trim_end(),
        "check-in: calm-deploys, 5000 records of 1 key result\n\nCheck-in: 2026-q4/calm-deploys.lead-time"
    );
    assert_eq!(repo.read(RECORD).lines().count(), 5003);
    let refused = piped(&repo, &["checkin", "--from", "-"], &rows(10_001)).refused();
    assert!(
        refused.contains("would have 10003 records; a check-ins file may have at most 10000"),
        "{refused}"
    );
    assert_eq!(repo.read(RECORD).lines().count(), 5003);
}

#[test]
fn what_is_due_is_asked_about_and_recorded_at_the_end() {
    let repo = committed();
    let walk = ["checkin", "--interactive"];
    let said = repo.goals(&["checkin"]).refused();
    assert!(said.contains("nothing to record"), "without a terminal nothing is asked: {said}");
    // Lead time, margin and training are Ana's; the runbook is Ben's.
    let output = piped(&repo, &walk, "-50\n7\ncanary on\n\n-\n\nno time\n\n");
    let asked = &output.stderr;
    assert!(asked.starts_with("Ana Silva: 3 key results due."), "{asked}");
    for shown in [
        "Median lead time falls",
        "50%",
        "26 days ago",
        "240 → 140 → 40 min",
        "█▁",
        "1 of 3",
        "3 of 3",
    ] {
        assert!(asked.contains(shown), "{shown}: {asked}");
    }
    assert!(!asked.contains("runbook"), "{asked}");
    assert!(asked.contains("calm-deploys.lead-time  90 min  confidence 7  “canary on”"), "{asked}");
    let said = output.sound();
    assert!(said.contains("140 → 90 min") && said.contains("committed"), "{said}");
    assert_eq!(commits(&repo), 2);
    assert!(repo.read(RECORD).contains("[trained]\n2026-11-21 = { note = \"no time\" }\n"));
    assert_eq!(
        repo.git(&["log", "-1", "--format=%b"]).trim_end(),
        "calm-deploys.lead-time: canary on\n\ncalm-deploys.trained: no time\n\nCheck-in: 2026-q4/calm-deploys.lead-time 2026-11-21 90\nCheck-in: 2026-q4/calm-deploys.trained 2026-11-21 -"
    );
    assert!(piped(&repo, &walk, "").stderr.contains("1 key result due"), "only what was skipped");
    let output = piped(&repo, &["checkin", "-i", "--owner", "ben"], "drafted\n\n\nn\n");
    assert!(output.stderr.contains("value [drafted, tried]: "), "{}", output.stderr);
    assert!(output.stderr.contains("nothing was recorded"), "{}", output.stderr);
    assert_eq!((output.sound().as_str(), commits(&repo)), ("", 2));
    assert!(
        piped(&repo, &["checkin", "-i", "--owner", "bem"], "")
            .refused()
            .contains("did you mean `ben`?")
    );
    // A team's goals are asked of whoever leads it; without `people` owners are called like their addresses.
    repo.write("goals.toml", &format!("{SETTINGS}[teams.platform]\nlead = \"ana\"\n"));
    repo.write(PLAN_PATH, &PLAN.replace("owner = \"ben\"", "owner = \"platform\""));
    assert!(piped(&repo, &walk, "").stderr.contains("2 key results due"));
    repo.write("goals.toml", "format = 1\n");
    assert!(piped(&repo, &walk, "").stderr.starts_with("ana: 1 key result due"));
    repo.git(&["checkout", "-q", "."]);
    let all = piped(&repo, &["checkin", "-i", "--all"], "q\n");
    assert!(
        all.stderr.contains("3 key results to ask about")
            && all.stderr.contains("Nothing to record."),
        "{}",
        all.stderr
    );
}

#[test]
fn a_walk_that_breaks_off_records_nothing_and_loses_nothing() {
    let repo = committed();
    let before = repo.git(&["status", "--porcelain"]);
    let broken = piped(&repo, &["checkin", "-i"], "90\n7\nhalf-way there\n12\n");
    let said = broken.refused();
    assert!(said.contains("broken off before the end: nothing was recorded"), "{said}");
    assert!(said.contains("goals checkin --from .git/goals/answers.ndjson"), "{said}");
    assert_eq!((repo.read(RECORD).as_str(), repo.git(&["status", "--porcelain"])), (START, before));
    let again = piped(&repo, &["checkin", "-i"], "q\n");
    assert!(again.stderr.starts_with("An earlier walk was broken off"), "{}", again.stderr);
    repo.goals(&["checkin", "--from", ".git/goals/answers.ndjson"]).sound();
    assert_eq!(
        line(&repo, "2026-11-21"),
        "2026-11-21 = { value = 90, confidence = 7, note = \"half-way there\" }"
    );
    assert!(!repo.path().join(".git/goals/answers.ndjson").exists());
    let nobody = repo.git(&["config", "user.email", "eve@elsewhere.example"]);
    assert_eq!(nobody, "");
    let refused = piped(&repo, &["checkin", "-i"], "").refused();
    assert!(
        refused.contains("`eve@elsewhere.example`") && refused.contains("--owner"),
        "{refused}"
    );
}
