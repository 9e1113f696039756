//! Completions: what a shell is answered that asks as its script does.

use crate::support::{Output, Repo};

fn workspace() -> Repo {
    let repo = Repo::new();
    repo.write(
        "goals.toml",
        "format = 1\n[people.ana]\nname = \"Ana Silva\"\n[people.ben]\n[teams.platform]\nname = \"Platform\"\n",
    );
    repo.write(
        "goals/2026-q4/platform/calm-deploys.toml",
        "title = \"Deploys are calm $(touch pwned) `x` %F{red}\\u001b[31m\"\nowner = \"ana\"\ntags = [\"reliability\", \"$(touch pwned)\"]\n[key_results.lead-time]\ntitle = \"Lead time\"\nbaseline = 240\ntarget = 15\n[key_results.rollout]\nkind = \"milestone\"\nmilestones = { alpha = 0.3, beta = 1 }\n[key_results.audited]\nkind = \"binary\"\n[key_results.\"a;b\"]\nbaseline = 1\ntarget = 2\n",
    );
    repo.write(
        "goals/2026-q4/sales/calls.toml",
        "title = \"Calls\"\n[key_results.lead-time]\nbaseline = 1\ntarget = 2\n",
    );
    repo.write("goals/2026-q1/old.toml", "title = \"Old\"\nbaseline = 1\ntarget = 2\n");
    repo
}

/// What bash is answered for a command line whose last word is being typed.
fn bash(repo: &Repo, words: &[&str]) -> Vec<String> {
    let output = asked(repo, "bash", words);
    assert_eq!((output.status, output.stderr.as_str()), (0, ""));
    output.stdout.lines().map(str::to_owned).collect()
}

fn asked(repo: &Repo, shell: &str, words: &[&str]) -> Output {
    let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
    command.env("COMPLETE", shell).env("_CLAP_IFS", "\n");
    command.env("_CLAP_COMPLETE_INDEX", words.len().to_string());
    let output = command.args(["--", "goals"]).args(words).output().expect("it runs");
    Output {
        status: output.status.code().expect("it ended by itself"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

#[test]
fn references_are_completed_as_they_are_typed() {
    let repo = workspace();
    assert_eq!(
        bash(&repo, &["status", "c"]),
        [
            "calls",
            "calls.lead-time",
            "calm-deploys",
            "calm-deploys.audited",
            "calm-deploys.lead-time",
            "calm-deploys.rollout"
        ]
    );
    assert_eq!(bash(&repo, &["status", "calm-deploys.l"]), ["calm-deploys.lead-time"]);
    assert_eq!(bash(&repo, &["status", "ro"]), ["rollout"], "its own id, where it is the only one");
    assert_eq!(bash(&repo, &["status", "lead"]), Vec::<String>::new(), "two have that one");
    assert_eq!(bash(&repo, &["log", "2026-q1/"]), ["2026-q1/old"]);
    assert_eq!(bash(&repo, &["status", "ol"]), Vec::<String>::new(), "its cycle is over");
}

#[test]
fn a_check_in_takes_a_reference_and_a_value_by_turns() {
    let repo = workspace();
    assert_eq!(bash(&repo, &["checkin", "rol"]), ["rollout"]);
    let values = bash(&repo, &["checkin", "rollout", ""]);
    assert!(values.starts_with(&["alpha".to_owned(), "beta".to_owned()]), "{values:?}");
    let values = bash(&repo, &["checkin", "--confidence", "7", "rollout", "b"]);
    assert_eq!(values, ["beta"]);
    assert_eq!(bash(&repo, &["checkin", "audited", "t"]), ["true"]);
    assert_eq!(bash(&repo, &["checkin", "rollout", "beta", "aud"]), ["audited"]);
    assert_eq!(bash(&repo, &["checkin", "calls.lead-time", "2"]), Vec::<String>::new());
}

#[test]
fn flags_take_people_teams_cycles_tags_rules_and_revisions() {
    let repo = workspace();
    repo.git(&["add", "-A"]);
    repo.dated("Ana <a@b.c>", "2026-10-05T09:00:00Z", &["commit", "-qm", "x"]);
    repo.git(&["branch", "plans"]);
    repo.git(&["branch", "pl$(touch-pwned)"]);
    assert_eq!(bash(&repo, &["status", "--owner", ""]), ["ana", "ben"]);
    assert_eq!(bash(&repo, &["checkin", "x", "1", "--by", "b"]), ["ben"]);
    assert_eq!(bash(&repo, &["status", "--team", "p"]), ["platform"]);
    assert_eq!(bash(&repo, &["status", "--cycle", "2026-q"]), ["2026-q1", "2026-q4"]);
    assert_eq!(bash(&repo, &["status", "--tag", ""]), ["reliability"]);
    assert_eq!(bash(&repo, &["explain", "missing-o"]), ["missing-owner"]);
    assert_eq!(bash(&repo, &["status", "--rev", "pl"]), ["plans"]);
    assert_eq!(bash(&repo, &["status", "--format", "j"]), ["json"]);
    assert_eq!(bash(&repo, &["chec"]), ["check", "checkin"]);
}

#[test]
fn another_folder_is_completed_from_where_it_is_named() {
    let repo = workspace();
    let elsewhere = repo.beside("elsewhere");
    std::fs::create_dir(&elsewhere).expect("made");
    let path = repo.path().to_str().expect("UTF-8").to_owned();
    let repo = repo.at(&elsewhere);
    assert_eq!(bash(&repo, &["status", "calm-deploys.l"]), Vec::<String>::new());
    assert_eq!(bash(&repo, &["-C", &path, "status", "calm-deploys.l"]), ["calm-deploys.lead-time"]);
    assert_eq!(
        bash(&repo, &[&format!("-C{path}"), "status", "calm-deploys.l"]),
        ["calm-deploys.lead-time"]
    );
}

#[test]
fn a_broken_workspace_is_met_with_silence() {
    let repo = Repo::folder();
    assert_eq!(bash(&repo, &["status", "x"]), Vec::<String>::new());
    repo.write("goals.toml", "format = [\n");
    repo.write("goals/2026-q4/a.toml", "title = \n<<<<<<< x\n");
    bash(&repo, &["status", "--owner", ""]);
}

#[test]
fn hostile_words_never_reach_a_shell() {
    let repo = workspace();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        for words in [&["status", ""], &["status", "calm"], &["status", "--tag"]] {
            let mut words = words.to_vec();
            if words[1] == "--tag" {
                words.push("");
            }
            let said = asked(&repo, shell, &words).sound();
            for bad in ["$(", "`", ";b", "\u{1b}", "%F"] {
                assert!(!said.contains(bad), "{shell}: {said}");
            }
        }
    }
}

#[test]
fn titles_stand_beside_the_names_where_a_shell_can_show_them() {
    let repo = workspace();
    assert_eq!(
        asked(&repo, "fish", &["status", "calls"]).sound(),
        "calls\tCalls\ncalls.lead-time\tlead-time\n"
    );
    assert_eq!(asked(&repo, "zsh", &["status", "old"]).status, 0);
}

#[test]
fn a_variable_of_that_name_that_means_something_else_is_no_question() {
    let mut repo = workspace();
    repo.set("COMPLETE", "yes");
    assert!(repo.goals(&["status"]).stdout.contains("calm-deploys"));
}

#[test]
fn each_shell_has_its_script() {
    let repo = Repo::folder();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = repo.goals(&["completions", shell]).sound();
        assert!(script.contains("goals") && script.contains("COMPLETE"), "{shell}: {script}");
    }
    repo.goals(&["completions", "csh"]).refused();
}

/// Runs the script in the shell itself, as a person's shell would.
#[test]
fn bash_completes_with_the_script() {
    let repo = workspace();
    if std::process::Command::new("bash").arg("--version").output().is_err() {
        let said = "skipped: there is no bash here\n";
        std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).expect("said");
        return;
    }
    let program = env!("CARGO_BIN_EXE_goals");
    let script = format!(
        "source <('{program}' completions bash)\nCOMP_WORDS=(goals status calm-deploys.l)\nCOMP_CWORD=2\nCOMP_TYPE=9\n_clap_complete_goals goals calm-deploys.l status\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"\n"
    );
    let output = repo.command("bash").args(["--norc", "-c", &script]).output().expect("runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "calm-deploys.lead-time\n");
    assert!(!repo.path().join("pwned").exists());
}

#[test]
fn the_manual_has_a_page_for_each_command() {
    let repo = Repo::folder();
    assert_eq!(repo.goals(&["man", "pages/man1"]).sound(), "wrote the pages into pages/man1\n");
    for page in ["goals.1", "goals-checkin.1", "goals-status.1"] {
        assert!(repo.read(&format!("pages/man1/{page}")).contains(".TH goals"), "{page}");
    }
}
