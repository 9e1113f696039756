//! `goals diff` tells the same whether libgit2 reads the repository or the `git` program.

use goals::pipeline::{self, Source};
use goals::render::review::json;
use goals::repo::{self, Backend};

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const PLAN: &str = "title = \"100 clubs recommend us by December\"\nowner = \"ben\"\nwhy = \"Skippers listen to skippers.\"\nunit = \"clubs\"\nbaseline = 0\ntarget = 100\nsource = \"the club list\"\n";
const CLUBS: &str = "goals/2026-q4/clubs.toml";
const RECORDS: &str = "goals/2026-q4/clubs.checkins.toml";

/// A plan on `main`; on `feature` a check-in, a goalpost move and a correction, while `main` went on.
fn forked(repo: &Repo) {
    repo.write("goals.toml", "format = 1\n");
    repo.write(CLUBS, PLAN);
    repo.write(RECORDS, "2026-10-12 = 20\n");
    repo.commit(ANA, "2026-10-12T09:00:00Z", "a plan");
    repo.git(&["checkout", "-q", "-b", "feature"]);
    repo.write(RECORDS, "2026-10-12 = 20\n2026-11-02 = 30\n");
    repo.commit("Ben Koch <ben@northwind.example>", "2026-11-04T09:00:00Z", "a value");
    repo.write(CLUBS, &PLAN.replace("target = 100", "target = 60"));
    repo.commit(ANA, "2026-11-10T09:00:00Z", "a nearer target");
    repo.write(RECORDS, "2026-10-12 = 18\n2026-11-02 = 30\n");
    repo.commit(ANA, "2026-11-11T09:00:00Z", "a correction");
    repo.git(&["checkout", "-q", "main"]);
    repo.write("README.md", "x");
    repo.commit(ANA, "2026-11-12T09:00:00Z", "elsewhere");
}

#[test]
fn both_backends_tell_the_same_of_a_branch() {
    let repo = Repo::new();
    forked(&repo);
    let told = [Backend::Libgit2, Backend::Program].map(|backend| {
        let opened = repo::open_with(repo.path(), backend).expect("opened").expect("a repository");
        assert_eq!(opened.backend(), backend);
        let (main, tip) = (opened.resolve("main").expect("it is"), opened.resolve("feature"));
        let tip = tip.expect("it is");
        let base = opened.merge_base(main, tip).expect("walked").expect("they have one");
        let at = |commit| pipeline::read(Source::Revision(&opened, commit)).expect("readable");
        let (before, after) = (at(base), at(tip));
        let history = || pipeline::history_since(&after, &opened, base, tip).ok();
        let day = goals::date::parse_date("2026-11-21").expect("a date");
        let review = pipeline::review(&before, &after, history, day, day);
        json(&review, Some(base), Some(tip))
    });
    assert_eq!(told[0], told[1]);
    let review: serde_json::Value = serde_json::from_str(&told[1]).expect("JSON");
    for section in ["moves", "checkins", "goalposts", "rewritten"] {
        assert!(review[section].as_array().is_some_and(|rows| !rows.is_empty()), "{section}");
    }
}

#[test]
fn a_reftable_repository_tells_what_its_twin_tells() {
    let repo = Repo::new();
    forked(&repo);
    let table = repo.beside("table");
    let (from, to) = (repo.path().to_str().expect("UTF-8"), table.to_str().expect("UTF-8"));
    let mut clone = repo.command("git");
    clone.args(["clone", "-q", "--ref-format=reftable", from, to]);
    if !clone.output().expect("git runs").status.success() {
        return; // this git has no reftable
    }
    repo.git(&["-C", to, "branch", "feature", "origin/feature"]);
    let staged = "2026-10-12 = 20\n2026-11-19 = 33\n";
    for folder in [from, to] {
        std::fs::write(std::path::Path::new(folder).join(RECORDS), staged).expect("written");
        repo.git(&["-C", folder, "add", "-A"]);
        std::fs::write(std::path::Path::new(folder).join(CLUBS), PLAN.replace("ben", "ana"))
            .expect("written");
    }
    let of_table = repo.goals(&["-C", to, "status", "-v"]);
    assert!(of_table.stderr.contains("read by the git program"), "{}", of_table.stderr);
    for arguments in [
        &["main...feature"][..],
        &["main", "feature"],
        &["feature..main"],
        &["main...feature", "--format", "markdown"],
        &["main...feature", "--format", "json"],
        &["--staged"],
        &[],
    ] {
        let told = [from, to]
            .map(|folder| repo.goals(&[&["-C", folder, "diff"], arguments].concat()).sound());
        assert_eq!(told[0], told[1], "{arguments:?}");
        assert!(!told[0].contains("no changes"), "{arguments:?}");
    }
    for arguments in [&["check", "--staged"][..], &["check", "--since", "feature"]] {
        let told =
            [from, to].map(|folder| repo.goals(&[&["-C", folder], arguments].concat()).stdout);
        assert_eq!(told[0], told[1], "{arguments:?}");
    }
}
