//! A workspace in which every goal has one finding: what `goals check` takes for it, beside reading
//! and parsing the same files.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use goals::load::{self, SETTINGS_FILE};
use goals::repo::{self, Snapshot};

use crate::Result;
use crate::generate::git;
use crate::measure::{Contender, Program};

/// Goals of the large workspace, and of the one that its memory is held against.
pub(crate) const MANY: usize = 10_000;
const FEW: usize = 1_000;

/// The day on which the goals are checked.
const DAY: &str = "2026-11-21";
const PLANS: &str = "goals";
const GOALS_A_TEAM: usize = 5;

/// Makes a workspace below `scratch`, in a repository of its own without any commit: that of the
/// harness around it has a history to walk.
pub(crate) fn workspace(scratch: &Path, goals: usize) -> Result<PathBuf> {
    let root = scratch.join(format!("findings-{goals}"));
    fs::create_dir_all(root.join("goals/2026"))?;
    git(&root, &["-c", "init.defaultBranch=main", "init", "--quiet"])?;
    fs::write(root.join(SETTINGS_FILE), "format = 1\n")?;
    fs::write(
        root.join("goals/2026/reach.toml"),
        "title = \"Reach every town\"\nowner = \"ana\"\nwhy = \"All of them.\"\nambition = \"aspirational\"\n",
    )?;
    for at in 0..goals {
        let team = at / GOALS_A_TEAM;
        let folder = root.join(format!("goals/2026-q4/team-{team}"));
        fs::create_dir_all(&folder)?;
        let words = [at * 7919, at * 104_729 + 1, at * 15_485_863 + 2].map(word);
        // The one finding is that nothing says where the number comes from.
        let plan = format!(
            "title = \"Reach 10 {} by {} and {}\"\nowner = \"person-{team}\"\n\
             why = \"They asked for it.\"\nunit = \"towns\"\nbaseline = 0\ntarget = 10\n\
             contributes_to = \"2026/reach\"\n",
            words[0], words[1], words[2]
        );
        let days = ["10-05", "10-12", "10-19", "10-26", "11-02", "11-09", "11-16"];
        let records: String =
            days.iter().enumerate().map(|(n, day)| format!("2026-{day} = {n}\n")).collect();
        fs::write(folder.join(format!("goal-{at}.toml")), plan)?;
        fs::write(folder.join(format!("goal-{at}.checkins.toml")), records)?;
    }
    Ok(root)
}

/// A made-up word for a number.
fn word(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(['b', 'd', 'f', 'g', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't'][number % 12]);
        number /= 12;
        word.push(['a', 'e', 'i', 'o', 'u'][number % 5]);
        number /= 5;
    }
    word
}

/// `goals check` with every finding shown in one of its formats.
pub(crate) fn check(program: &Path, root: &Path, format: &str) -> Program {
    let arguments = ["check", "--fail-on", "never", "--as-of", DAY, "--format", format];
    Program::new(program, root).with(arguments)
}

/// A check that found more or less than one mistake a goal would measure something else.
pub(crate) fn expect_one_each(program: &Path, root: &Path, goals: usize) -> Result<()> {
    let told = check(program, root, "json").output()?;
    let told: serde_json::Value = serde_json::from_str(&told)?;
    let findings = told["findings"].as_array().ok_or("no findings")?;
    let paths: BTreeSet<&str> =
        findings.iter().filter_map(|finding| finding["path"].as_str()).collect();
    match (findings.len(), paths.len()) {
        (all, files) if all == goals && files == goals => Ok(()),
        (all, files) => Err(format!("{all} findings in {files} files of {goals} goals").into()),
    }
}

/// Reading the files and parsing them, in this process.
pub(crate) fn parsing(root: &Path) -> Contender<'_> {
    Contender::inside(move || {
        let mut snapshot = Snapshot::default();
        let settings = repo::read_file(root, SETTINGS_FILE)?.ok_or("no settings")?;
        snapshot.insert(SETTINGS_FILE, settings);
        repo::read_below(root, PLANS, ".toml", &mut snapshot)?;
        let (settings, _) = load::settings_of(&snapshot);
        let (documents, _) = load::documents(&snapshot, settings, PLANS);
        if documents.plans.len() > documents.checkins.len() {
            Ok(())
        } else {
            Err("no goals".into())
        }
    })
}

/// How the largest resident set grows from 1,000 goals to 10,000, each less that of one goal.
pub(crate) fn growth(program: &Path, scratch: &Path) -> Result<Option<String>> {
    let mut peaks = Vec::new();
    for goals in [1, FEW, MANY] {
        let Some(peak) = check(program, &workspace(scratch, goals)?, "human").peak_kib() else {
            return Ok(None);
        };
        peaks.push(peak as f64 / 1024.0);
    }
    let [base, few, many] = peaks[..] else { return Ok(None) };
    let ratio = (many - base) / (few - base);
    Ok(Some(format!(
        "memory of check: {many:.0} MiB at {MANY} goals, {few:.0} at {FEW}, {base:.0} at one: \
         {ratio:.1} times for {} times the goals",
        MANY / FEW
    )))
}
