//! `goals check --fix` and `--diff`: what is mended, and that every other byte stays.

use std::io::Write;
use std::process::Stdio;

use goals::diagnostic::Diagnostic;
use goals::pipeline::{self, Fixed, Source};
use goals::repo::{Content, Snapshot};
use jiff::civil::date;
use proptest::prelude::*;

use crate::support::{Output, Repo};

const PLAN: &str = "goals/2026-q4/a.toml";
const RECORD: &str = "goals/2026-q4/a.checkins.toml";

/// A workspace in which nothing can be found, and beside each text mistakes that are certainly
/// slips of it.
const SETTINGS: &str = "\u{feff}# ours\r\nformat = 1\r\n[check]\r\nprofile = \"okr\"\r\n\r\n[check.levels]\r\nmissing-why = \"off\" # later\r\n[people.ana]\r\nname = \"Ana Silva\"\r\n[people.ben]";
const TEXT: &str = "# a plan
title = \"Deploys are calm and \\u001B quick\"   # two blanks
owner = \"ana\"
starts = 2026-10-05
due = 2026-12-18
draft = false
ambition = \"committed\"
why = \"Calm.\"
supports = \"2026/grow\"

[key_results.lead-time]
title = \"Median lead time falls from 240 to 15 minutes\"
unit = \"min\"
baseline = 240
target = 15
plan = { 2026-10-31 = 180, 2026-11-05 = 150 }
source = \"the board\"
due = 2026-12-01

[key_results.b]
title = \"Failed deploys stay below 5 %\"
kind = \"threshold\"
at_most = 5
unit = \"%\"
source = \"the board\"
allow = { stale-checkin = \"a quiet month\", overdue-checkin = \"likewise\" }";
const RECORDS: &str = "[lead-time]\n2026-10-05 = 240\n\n2026-11-16 = { value = 60, confidence = 7 }  # wide\n[b]\n2026-11-16 = 4.5";
const GROW: &str = "title = \"Reach 10 towns\"\nowner = \"ben\"\nbaseline = 0\ntarget = 10\nunit = \"towns\"\nsource = \"the map\"\n";

const SLIPS: &[(&str, &str, &str)] = &[
    ("goals.toml", "\"okr\"", "\"OKR\""),
    ("goals.toml", "\"off\"", "\"Off\""),
    ("goals.toml", "missing-why", "mising-why"),
    ("goals.toml", "format = 1\r\n", "format = 1\r\nformat = 1\r\n"),
    (PLAN, "\\u001B", "\\e"),
    (PLAN, "title = \"Dep", "titel = \"Dep"),
    (PLAN, "title = \"Med", "\"Title\" = \"Med"),
    (PLAN, "owner = \"ana\"", "owner = \"Ana Silva\""),
    (PLAN, "starts = 2026-10-05", "starts = 2026-10-5"),
    (PLAN, "due = 2026-12-18", "due = \"2026-12-18\""),
    (PLAN, "draft = false", "draft = False"),
    (PLAN, "draft = false", "draft = \"false\""),
    (PLAN, "\"committed\"", "\"comitted\""),
    (PLAN, "\"2026/grow\"", "\"2026/Grow\""),
    (PLAN, "baseline = 240", "baseline = \"240\""),
    (PLAN, "baseline = 240", "baesline = 240"),
    (
        PLAN,
        "{ 2026-10-31 = 180, 2026-11-05 = 150 }",
        "{\n  2026-10-31 = 180,\n  2026-11-05 = 150,\n}",
    ),
    (PLAN, "2026-11-05 = 150", "2026-11-5 = 150"),
    (PLAN, "due = 2026-12-01\n", "due = 2026-12-01\ndue = 2026-12-01\n"),
    (PLAN, "at_most", "at-most"),
    (PLAN, "target = 15\n", "target = 15\nallow = { missing-unit = \"x\" }\n"),
    (PLAN, "target = 15\n", "target = 15\nallow.missing-unit = \"x\"\n"),
    (RECORD, "[lead-time]", "[Lead_Time]"),
    (RECORD, "2026-10-05 = 240", "2026-10-5 = 240"),
    (RECORD, "2026-10-05 = 240", "2026-10-05 = \"240\""),
    (RECORD, "confidence = 7 }", "confidence = 7, }"),
    (RECORD, "confidence", "confidnece"),
];

fn sound() -> Vec<(&'static str, String)> {
    vec![
        ("goals.toml", SETTINGS.to_owned()),
        ("goals/2026/grow.toml", GROW.to_owned()),
        (PLAN, TEXT.to_owned()),
        (RECORD, RECORDS.to_owned()),
    ]
}

fn snapshot(files: &[(&'static str, String)]) -> Snapshot {
    files.iter().map(|(path, text)| (*path, text.clone())).collect()
}

fn fix(files: &Snapshot) -> Fixed {
    let day = date(2026, 11, 21);
    pipeline::fix(files, None, day, day, |_, all| all.to_vec()).expect("files at hand")
}

fn found(files: &Snapshot) -> Vec<Diagnostic> {
    let day = date(2026, 11, 21);
    let workspace = pipeline::read(Source::Files(files.clone())).expect("files at hand");
    pipeline::check(&workspace, None, day, day)
}

fn said(findings: &[Diagnostic]) -> Vec<String> {
    findings.iter().map(|d| format!("{}: {}", d.rule, d.message)).collect()
}

#[test]
fn each_slip_is_mended_to_what_was_meant() {
    let sound = sound();
    let expected = said(&found(&snapshot(&sound)));
    for (path, right, wrong) in SLIPS {
        let mut files = sound.clone();
        let file = files.iter_mut().find(|(name, _)| name == path).expect("in the sample");
        assert!(file.1.contains(right), "{right}");
        file.1 = file.1.replacen(right, wrong, 1);
        let fixed = fix(&snapshot(&files));
        let text = fixed.workspace.snapshot.text(path).expect("a text");
        let meant = sound.iter().find(|(name, _)| name == path).map(|(_, text)| text.as_str());
        assert_eq!(Some(text), meant, "{wrong}");
        assert!(fixed.refused.is_empty(), "{wrong}: {:?}", fixed.refused);
        assert_eq!(said(&fixed.findings), expected, "{wrong}");
    }
}

#[test]
fn a_table_is_renamed_in_all_its_headers() {
    let mut files = sound();
    let wrong = TEXT.replace("[key_results.", "[ key_result.");
    files.iter_mut().find(|(name, _)| *name == PLAN).expect("in the sample").1 = wrong;
    let fixed = fix(&snapshot(&files));
    let text = fixed.workspace.snapshot.text(PLAN).expect("a text");
    assert_eq!(text, TEXT.replace("[key_results.", "[ key_results."));
}

#[test]
fn what_leaves_a_doubt_is_left_alone() {
    for text in [
        // Two slips of one key, and a slip of a key that is there.
        "titel = \"A\"\ntitl = \"B\"\n",
        "title = \"A\"\ntitel = \"B\"\n",
        // A comma may be a thousands separator or a decimal one; a unit would be lost.
        "title = \"A\"\nbaseline = \"1,250\"\ntarget = \"15 min\"\n",
        // Nothing is near to one key of at least four letters.
        "title = \"A\"\nwy = \"B\"\n",
        // Whose comment it is, is not known.
        "title = \"A\"\nallow = { no-number = \"x\" } # why\n",
        "title = \"A\"\nplan = { # points\n 2026-11-01 = 1 }\n",
        // Both dates are there.
        "title = \"A\"\nbaseline = 1\ntarget = 2\nplan = { 2026-11-1 = 1, 2026-11-01 = 2 }\n",
        "title = \"A\"\nowner = ana\n",
        "title = \"A\"\ntitle = \"B\"\n",
    ] {
        let files: Snapshot = [("goals.toml", "format = 1\n"), (PLAN, text)].into_iter().collect();
        assert!(!found(&files).is_empty(), "{text}");
        assert_eq!(fix(&files).texts.len(), 0, "{text}");
    }
}

#[test]
fn an_allowance_goes_with_its_line_and_its_header() {
    let head = "title = \"A\"\nbaseline = 1\ntarget = 2\nunit = \"t\"\n";
    for (below, left) in [
        ("allow = { missing-unit = \"x\" }\n", ""),
        ("allow = { missing-unit = \"x\", no-measure = \"y\" }\n", ""),
        (
            "allow = { missing-unit = \"x\", missing-why = \"y\" }\n",
            "allow = { missing-why = \"y\" }\n",
        ),
        (
            "allow = { missing-why = \"y\", missing-unit = \"x\" }",
            "allow = { missing-why = \"y\" }",
        ),
        ("\n[allow]\nmissing-unit = \"x\"\n", ""),
        (
            "\n[allow]\r\nmissing-unit = \"x\"\r\nmissing-why = \"y\"",
            "\n[allow]\r\nmissing-why = \"y\"",
        ),
        ("\n[allow]\n# kept\nmissing-unit = \"x\"\n", "\n[allow]\n# kept\n"),
        ("\n[allow]\nmissing-unit = { reason = \"x\", until = 2026-11-01 }\n", ""),
        ("\n[allow.missing-unit]\nreason = \"x\"\n", "\n[allow.missing-unit]\nreason = \"x\"\n"),
    ] {
        let text = format!("{head}{below}");
        let files: Snapshot = [("goals.toml", "format = 1\n"), (PLAN, &text)].into_iter().collect();
        let fixed = fix(&files);
        let shown = fixed.workspace.snapshot.text(PLAN).expect("a text");
        assert_eq!(shown, format!("{head}{left}"), "{below}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any slips in company: the same texts as without them, but for what two of them make of each
    /// other; nothing is broken, and a second time there is nothing to do.
    #[test]
    fn slips_in_company_are_mended_and_stay_mended(at in prop::collection::vec(0..SLIPS.len(), 1..8)) {
        let mut files = sound();
        for (path, right, wrong) in at.iter().map(|at| SLIPS[*at]) {
            let file = files.iter_mut().find(|(name, _)| *name == path).expect("in the sample");
            file.1 = file.1.replacen(right, wrong, 1);
        }
        let before = snapshot(&files);
        let fixed = fix(&before);
        prop_assert!(fixed.refused.is_empty());
        prop_assert!(fixed.findings.iter().all(|finding| finding.fix.is_none()));
        let errors = |findings: &[Diagnostic]| {
            findings.iter().filter(|finding| finding.rule == "syntax").count()
        };
        prop_assert!(errors(&fixed.findings) <= errors(&found(&before)));
        let again = fix(&fixed.workspace.snapshot);
        prop_assert_eq!(again.fixed, 0);
        prop_assert!(again.texts.is_empty());
    }

    /// Every edit of one pass is made, and every byte between them stays.
    #[test]
    fn bytes_outside_the_edits_stay(at in prop::collection::vec(0..SLIPS.len(), 1..8)) {
        let mut files = sound();
        for (path, right, wrong) in at.iter().map(|at| SLIPS[*at]) {
            let file = files.iter_mut().find(|(name, _)| *name == path).expect("in the sample");
            file.1 = file.1.replacen(right, wrong, 1);
        }
        let snapshot = snapshot(&files);
        let all = found(&snapshot);
        for finding in all.iter().filter(|finding| finding.fix.is_some()) {
            let applied = goals::check::fix::apply(&snapshot, [finding]);
            let (path, new) = applied.texts.iter().next().expect("one file");
            let mut rest = new.as_str();
            let old = snapshot.text(path).expect("a text");
            let mut edits = finding.fix.clone().expect("a fix").edits;
            edits.sort();
            let mut from = 0;
            for edit in edits {
                let kept = &old[from..edit.place.span.start];
                rest = rest.strip_prefix(kept).and_then(|rest| rest.strip_prefix(&*edit.with)).expect("kept");
                from = edit.place.span.end;
            }
            prop_assert_eq!(rest, &old[from..]);
        }
    }

    /// A plan cut anywhere, or with any bytes in it, is fixed without harm.
    #[test]
    fn broken_plans_are_not_broken_further(cut in 0..TEXT.len(), bytes in prop::collection::vec(any::<u8>(), 0..12)) {
        let mut text = TEXT.as_bytes().to_vec();
        text.splice(cut..cut, bytes);
        let mut files = snapshot(&sound());
        files.insert(PLAN, Content::from_bytes(text[..text.len() - cut / 2].to_vec()));
        let fixed = fix(&files);
        prop_assert!(fixed.refused.is_empty(), "{:?}", fixed.refused);
        prop_assert_eq!(fix(&fixed.workspace.snapshot).fixed, 0);
    }
}

fn repo() -> Repo {
    let repo = Repo::new();
    for (path, text) in sound() {
        repo.write(path, &text);
    }
    repo.write(PLAN, &TEXT.replace("baseline = 240", "basline = 240"));
    repo.write("goals/2026/grow.toml", &GROW.replace("unit", "units"));
    repo
}

const MENDED: &str = "+baseline = 240\n";

#[test]
fn fix_writes_the_files_and_commits_nothing() {
    let repo = repo();
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-20T12:00:00+00:00", "plans");
    let output = repo.goals(&["check", "--fix", "--fail-on", "warning"]);
    assert_eq!((output.status, &*output.stderr), (0, ""), "{}", output.stdout);
    assert_eq!(output.stdout, "2 fixed, 0 remaining in 4 files\n");
    assert_eq!(repo.read(PLAN), TEXT);
    let status = repo.git(&["status", "--porcelain"]);
    assert_eq!(status, " M goals/2026-q4/a.toml\n M goals/2026/grow.toml\n");
    assert_eq!(repo.goals(&["check", "--fix"]).sound(), "no findings in 4 files\n");
}

#[test]
fn diff_shows_what_fix_would_write_and_git_can_apply_it() {
    let repo = repo();
    let output = repo.goals(&["check", "--diff"]);
    assert_eq!(output.status, 1);
    assert!(output.stdout.contains(MENDED), "{}", output.stdout);
    assert_eq!(output.stderr, "2 findings would be fixed in 2 files\n");
    assert!(repo.read(PLAN).contains("basline"));
    repo.write("changes.diff", &output.stdout);
    repo.git(&["apply", "changes.diff"]);
    assert_eq!(repo.read(PLAN), TEXT);
    let output = repo.goals(&["check", "--diff"]);
    assert_eq!(
        (output.status, &*output.stdout, &*output.stderr),
        (0, "", "nothing would be fixed\n")
    );
}

#[test]
fn fix_keeps_to_the_paths_that_are_asked_for() {
    let repo = repo();
    let output = repo.goals(&["check", "--fix", "goals/2026"]);
    assert_eq!(output.stdout, "1 fixed, 0 remaining in 1 file\n");
    assert!(repo.read(PLAN).contains("basline"));
    assert_eq!(repo.read("goals/2026/grow.toml"), GROW);
}

#[test]
fn a_plan_from_standard_input_is_printed_mended() {
    let repo = repo();
    let text = TEXT.replace("baseline = 240", "basline = 240");
    let output = piped(&repo, &["check", "-", "--fix", "--stdin-filename", PLAN], &text);
    assert_eq!((output.status, &*output.stdout), (0, TEXT));
    assert_eq!(output.stderr, "1 fixed, 0 remaining in 1 file\n");
    let output = piped(&repo, &["check", "-", "--fix", "--format", "json"], &text);
    assert!(output.refused().contains("the mended plan goes to standard output"));
    let output = piped(&repo, &["check", "-", "--diff", "--stdin-filename", PLAN], &text);
    assert!(output.status == 1 && output.stdout.contains(MENDED));
    assert!(repo.read(PLAN).contains("basline"), "the file itself is not touched");
}

#[test]
fn a_revision_is_not_fixed_and_can_be_looked_at() {
    let repo = repo();
    repo.commit("Ana Silva <ana@northwind.example>", "2026-11-20T12:00:00+00:00", "plans");
    let said = repo.goals(&["check", "--fix", "--rev", "HEAD"]).refused();
    assert!(said.contains("'--fix' cannot be used with '--rev"), "{said}");
    let output = repo.goals(&["check", "--diff", "--rev", "HEAD"]);
    assert!(output.status == 1 && output.stdout.contains(MENDED));
}

#[test]
#[cfg(unix)]
fn what_a_link_leads_to_is_left_as_it_is() {
    let repo = repo();
    repo.write("elsewhere/real.toml", &GROW.replace("unit", "units"));
    std::fs::remove_file(repo.path().join("goals/2026/grow.toml")).expect("removed");
    let link = repo.path().join("goals/2026/grow.toml");
    std::os::unix::fs::symlink("../../elsewhere/real.toml", &link).expect("linked");
    let output = repo.goals(&["check", "--fix"]);
    assert_eq!(output.status, 1);
    assert!(output.stderr.contains("`goals/2026/grow.toml` is left as it is"), "{}", output.stderr);
    assert!(repo.read("elsewhere/real.toml").contains("units"));
    assert!(link.is_symlink());
    assert_eq!(repo.read(PLAN), TEXT);
}

#[test]
#[cfg(unix)]
fn a_file_that_cannot_be_written_is_told_and_nothing_is_lost() {
    let repo = repo();
    let file = repo.path().join(PLAN);
    let mut permissions = std::fs::metadata(&file).expect("there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&file, permissions).expect("set");
    let said = repo.goals(&["check", "--fix"]).refused();
    assert!(said.contains("read-only") && said.contains("--diff"), "{said}");
    assert!(repo.read(PLAN).contains("basline"));
}

#[test]
fn programs_are_given_the_edits() {
    let repo = repo();
    let output = repo.goals(&["check", PLAN, "--format", "json", "--fail-on", "never"]).json();
    let finding = &output["findings"][0];
    let edit = &finding["fix"]["edits"][0];
    assert_eq!((&edit["path"], &edit["replacement"]), (&PLAN.into(), &"baseline".into()));
    assert_eq!((&edit["start"]["line"], &edit["end"]["column"]), (&14.into(), &8.into()));
    let sarif = repo.goals(&["check", PLAN, "--format", "sarif", "--fail-on", "never"]).json();
    let result = &sarif["runs"][0]["results"][0];
    let change = &result["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["insertedContent"]["text"], "baseline");
    assert_eq!(change["deletedRegion"]["startLine"], 14);
    assert_eq!(result["partialFingerprints"]["goals/v1"], finding["fingerprint"]);
    let shown = repo.goals(&["check"]);
    assert!(shown.stderr.ends_with("2 findings can be fixed with --fix\n"), "{}", shown.stderr);
}

/// Runs the tool with a text as its standard input.
fn piped(repo: &Repo, arguments: &[&str], text: &str) -> Output {
    let mut child = repo
        .command(env!("CARGO_BIN_EXE_goals"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool runs");
    let mut input = child.stdin.take().expect("piped");
    input.write_all(text.as_bytes()).expect("read");
    drop(input);
    let output = child.wait_with_output().expect("it ended");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}
