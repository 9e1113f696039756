//! What is kept of a history from one run to the next costs time when it is missing, and never an
//! answer.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use goals::history::{self, Basis, History};
use goals::model::GoalRef;
use goals::pipeline::{self, Source};
use goals::repo::{self, KeptBytes, Repo as Opened, WORTH_KEEPING};
use proptest::prelude::*;
use rayon::prelude::*;

use crate::support::Repo;

const ANA: &str = "Ana Silva <ana@northwind.example>";
const BEN: &str = "Ben Okafor <ben@northwind.example>";

fn plan(formerly: &str, target: u32) -> String {
    format!(
        "title = \"Deploys are calm\"\nowner = \"ana\"\n{formerly}\n[key_results.lead-time]\n\
         title = \"Lead time falls\"\nunit = \"min\"\nbaseline = 240\ntarget = {target}\n"
    )
}

fn opened(repo: &Repo, keep: Option<usize>) -> Opened {
    let mut opened = repo::open_own(repo.path()).expect("readable").expect("a repository");
    if let Some(least) = keep {
        opened.keep_histories(least);
    }
    opened
}

/// The history of HEAD, with whatever is kept of it or without.
fn read(repo: &Repo, keep: Option<usize>) -> History {
    let opened = opened(repo, keep);
    let workspace = pipeline::read(Source::Folder(repo.path())).expect("a workspace");
    let head = opened.head().expect("readable").expect("a commit");
    pipeline::history(&workspace, &opened, head).expect("a history")
}

fn kept(repo: &Repo) -> Vec<PathBuf> {
    let folder = repo.path().join(".git/goals");
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    found.sort();
    found
}

/// What somebody does to a repository between two runs.
#[derive(Debug, Clone)]
enum Deed {
    CheckIn {
        goal: u8,
        day: u8,
        value: u8,
    },
    Amend {
        goal: u8,
        target: u8,
    },
    Remove {
        goal: u8,
    },
    Move {
        goal: u8,
    },
    Rename {
        goal: u8,
        said: bool,
    },
    /// Goes back some commits, and on from there on another branch.
    Branch {
        back: u8,
    },
    /// Merges the other branch: cleanly, or taking one side, or with a value of its own.
    Merge {
        way: u8,
    },
    /// Throws the last commits away.
    Reset {
        back: u8,
    },
    /// Makes of a goal's files what they were some commits ago.
    Restore {
        goal: u8,
        back: u8,
    },
    /// Commits the last trees once more at other times, and goes on from there.
    Rewrite {
        back: u8,
    },
    Pack,
    Settings {
        grace: u8,
    },
    Mailmap,
    People,
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (0..3_u8, 1..9_u8, 0..3_u8)
            .prop_map(|(goal, day, value)| Deed::CheckIn { goal, day, value }),
        3 => (0..3_u8, 0..4_u8).prop_map(|(goal, target)| Deed::Amend { goal, target }),
        1 => (0..3_u8).prop_map(|goal| Deed::Remove { goal }),
        1 => (0..3_u8).prop_map(|goal| Deed::Move { goal }),
        1 => (0..3_u8, any::<bool>()).prop_map(|(goal, said)| Deed::Rename { goal, said }),
        3 => (0..4_u8).prop_map(|back| Deed::Branch { back }),
        3 => (0..4_u8).prop_map(|way| Deed::Merge { way }),
        2 => (1..4_u8).prop_map(|back| Deed::Reset { back }),
        2 => (0..3_u8, 1..5_u8).prop_map(|(goal, back)| Deed::Restore { goal, back }),
        2 => (1..5_u8).prop_map(|back| Deed::Rewrite { back }),
        1 => Just(Deed::Pack),
        1 => (0..30_u8).prop_map(|grace| Deed::Settings { grace }),
        1 => Just(Deed::Mailmap),
        1 => Just(Deed::People),
    ]
}

/// A repository, and how far its story has come.
struct Told {
    repo: Repo,
    commits: u32,
}

impl Told {
    fn begun() -> Self {
        let told = Self { repo: Repo::new(), commits: 0 };
        told.repo.write("goals.toml", "format = 1\n");
        told.repo.write("goals/2026-q4/goal-0.toml", &plan("", 40));
        told.repo.commit(ANA, "2026-10-01T09:00:00+02:00", "plan");
        told
    }

    /// A clock that mostly goes forward.
    fn commit(&mut self, subject: &str) {
        self.commits += 1;
        let (day, hour) = (1 + self.commits % 27, (self.commits * 7) % 24);
        let month = 10 + self.commits % 3 / 2;
        let author = if self.commits.is_multiple_of(3) { BEN } else { ANA };
        let date = format!("2026-{month}-{day:02}T{hour:02}:00:00+01:00");
        self.repo.git(&["add", "-A"]);
        self.repo.dated(author, &date, &["commit", "-q", "--allow-empty", "-m", subject]);
    }

    /// Where a goal's plan lies now, if it is there.
    fn place(&self, goal: u8) -> Option<String> {
        let all = ["", "team/"].map(|team| {
            ["goal", "called"].map(|name| format!("goals/2026-q4/{team}{name}-{goal}.toml"))
        });
        all.into_iter().flatten().find(|path| self.repo.path().join(path).exists())
    }

    fn rename(&self, from: &str, to: &str) {
        let to = self.repo.path().join(to);
        fs::create_dir_all(to.parent().expect("a folder")).expect("made");
        fs::rename(self.repo.path().join(from), to).expect("renamed");
    }

    fn does(&mut self, deed: &Deed) {
        let count = self.repo.git(&["rev-list", "--count", "--first-parent", "HEAD"]);
        let count: u8 = count.trim().parse().expect("few");
        match deed {
            Deed::CheckIn { goal, day, value } => {
                let path = self.place(*goal).unwrap_or(format!("goals/2026-q4/goal-{goal}.toml"));
                let path = path.replace(".toml", ".checkins.toml");
                let before = fs::read_to_string(self.repo.path().join(&path));
                let before = before.unwrap_or_else(|_| "[lead-time]\n".to_owned());
                let key = format!("2026-10-{:02} =", day + 4);
                let mut lines: Vec<String> = before
                    .lines()
                    .filter(|line| !line.starts_with(&key))
                    .map(str::to_owned)
                    .collect();
                lines.push(format!("{key} {value}"));
                lines[1..].sort();
                self.repo.write(&path, &(lines.join("\n") + "\n"));
                self.commit("check-in");
            }
            Deed::Amend { goal, target } => {
                let path = self.place(*goal).unwrap_or(format!("goals/2026-q4/goal-{goal}.toml"));
                self.repo.write(&path, &plan("", 40 + u32::from(*target)));
                self.commit("amend");
            }
            Deed::Remove { goal } => {
                if let Some(path) = self.place(*goal) {
                    fs::remove_file(self.repo.path().join(path)).expect("removed");
                    self.commit("remove");
                }
            }
            Deed::Move { goal } => {
                if let Some(path) = self.place(*goal).filter(|path| !path.contains("team")) {
                    self.rename(&path, &path.replace("2026-q4/", "2026-q4/team/"));
                    self.commit("move");
                }
            }
            Deed::Rename { goal, said } => {
                if let Some(path) = self.place(*goal).filter(|path| path.contains("goal-")) {
                    let to = path.replace("goal-", "called-");
                    self.rename(&path, &to);
                    let formerly = format!("formerly = [\"goal-{goal}\"]\n");
                    self.repo.write(&to, &plan(if *said { &formerly } else { "" }, 40));
                    self.commit("rename");
                }
            }
            Deed::Branch { back } => {
                let from = format!("HEAD~{}", (*back).min(count - 1));
                self.repo.git(&["branch", "-q", "-f", "other", "HEAD"]);
                self.repo.git(&["checkout", "-q", "--detach", &from]);
            }
            Deed::Merge { way } => self.merge(*way),
            Deed::Reset { back } => {
                self.repo.git(&[
                    "reset",
                    "-q",
                    "--hard",
                    &format!("HEAD~{}", (*back).min(count - 1)),
                ]);
            }
            Deed::Restore { goal, back } => {
                let from = format!("HEAD~{}", (*back).min(count - 1));
                let place = self.place(*goal);
                for path in place
                    .iter()
                    .flat_map(|path| [path.clone(), path.replace(".toml", ".checkins.toml")])
                {
                    let named = format!("{from}:{path}");
                    let there =
                        self.repo.command("git").args(["cat-file", "blob", &named]).output();
                    let there = there.expect("git runs");
                    if there.status.success() {
                        fs::write(self.repo.path().join(path), there.stdout).expect("written");
                    }
                }
                self.commit("as it was");
            }
            Deed::Rewrite { back } => self.rewrite((*back).min(count - 1)),
            Deed::Pack => {
                self.repo.git(&["repack", "-q", "-adf"]);
            }
            Deed::Settings { grace } => {
                let text = format!("format = 1\n[history]\nplanning_grace = {grace}\n");
                self.repo.write("goals.toml", &text);
                self.commit("settings");
            }
            Deed::Mailmap => {
                self.repo.write(".mailmap", "Ana Souza <ana@northwind.example>\n");
                self.commit("mailmap");
            }
            Deed::People => {
                let people = "format = 1\n[people.ben]\nname = \"Benedict\"\nemails = [\"ben@northwind.example\"]\n";
                self.repo.write("goals.toml", people);
                self.commit("people");
            }
        }
    }

    fn rewrite(&mut self, back: u8) {
        let range = ["rev-list", "--reverse", "--first-parent", &format!("-{back}"), "HEAD"];
        let last = if back == 0 { String::new() } else { self.repo.git(&range) };
        let mut tip = self.repo.git(&["rev-parse", &format!("HEAD~{back}")]);
        for (at, commit) in last.lines().enumerate() {
            let (tree, date) =
                (format!("{commit}^{{tree}}"), format!("2026-11-{:02}T09:00:00+01:00", 1 + at));
            let again = ["commit-tree", &tree, "-p", tip.trim(), "-m", "again"];
            tip = self.repo.dated(BEN, &date, &again);
        }
        self.repo.git(&["reset", "-q", "--hard", tip.trim()]);
    }

    fn merge(&mut self, way: u8) {
        let has = self.repo.git(&["branch", "--list", "other"]);
        if has.is_empty() {
            return;
        }
        let side = if way == 0 { "theirs" } else { "ours" };
        let mut git = self.repo.command("git");
        git.args(["merge", "-q", "--no-ff", "--no-commit", "-X", side, "other"]);
        let merged = git.output().expect("git runs").status.success();
        if !merged {
            self.repo.git(&["checkout", "-q", "-f", "HEAD", "--", "."]);
        }
        if way == 3 {
            self.repo.write("goals/2026-q4/goal-0.toml", &plan("", 99));
        }
        self.commit("merge");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_history_read_on_from_what_was_kept_is_the_history_read_anew(
        runs in prop::collection::vec(prop::collection::vec(deed(), 1..5), 2..6)
    ) {
        let mut told = Told::begun();
        for deeds in runs {
            for deed in &deeds {
                told.does(deed);
            }
            let (warm, cold) = (read(&told.repo, Some(0)), read(&told.repo, None));
            prop_assert_eq!(&warm, &cold, "{:?}", deeds);
            prop_assert_eq!(&read(&told.repo, Some(0)), &cold, "once more, after {:?}", deeds);
        }
    }
}

#[test]
fn only_what_is_new_is_read() {
    let mut told = Told::begun();
    for day in 0..8 {
        told.does(&Deed::CheckIn { goal: day % 3, day, value: 1 });
    }
    read(&told.repo, Some(0));
    told.does(&Deed::CheckIn { goal: 0, day: 8, value: 2 });
    let repo = opened(&told.repo, Some(0));
    let workspace = pipeline::read(Source::Folder(told.repo.path())).expect("a workspace");
    let head = repo.head().expect("readable").expect("a commit");
    let basis = Basis::of(&workspace.model);
    let kept = repo.kept(head, "goals", &basis.shown()).expect("readable").expect("kept here");
    let stored = Arc::new(kept.load().expect("whole"));
    let (known, told_before) = history::read_kept(stored).expect("sound");
    let commits = repo.more_commits(head, "goals", known).expect("readable");
    let counts = (commits.graph.len(), commits.lacking);
    assert_eq!(counts, (10, 1), "commits of which one was read");
    let texts = Counted { texts: repo.blobs().expect("readable"), count: Default::default() };
    let history = history::read_on(&commits, told_before, &texts, repo.depth(), &basis);
    assert_eq!(history.expect("readable").event_count(), 10);
    let count = texts.count.into_inner();
    assert_eq!(count, 2, "the records before and after, of 12 texts");
}

struct Counted<T> {
    texts: T,
    count: std::sync::atomic::AtomicUsize,
}

impl<T: repo::Texts> repo::Texts for Counted<T> {
    fn text(&self, id: repo::ObjectId) -> goals::error::Result<Option<std::sync::Arc<str>>> {
        self.count.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        self.texts.text(id)
    }
}

#[test]
fn damage_is_read_anew_and_mended() {
    let mut told = Told::begun();
    for day in 0..4 {
        told.does(&Deed::CheckIn { goal: 0, day, value: 1 });
    }
    let cold = read(&told.repo, Some(0));
    let [file] = &kept(&told.repo)[..] else { panic!("one file: {:?}", kept(&told.repo)) };
    let sound = fs::read(file).expect("readable");
    let mut damaged: Vec<Vec<u8>> = (0..sound.len())
        .step_by(sound.len() / 25 + 1)
        .flat_map(|at| {
            let mut flipped = sound.clone();
            flipped[at] ^= 1 << (at % 8);
            [flipped, sound[..at].to_vec()]
        })
        .collect();
    damaged.push([&sound[..], b"more"].concat());
    for bytes in damaged {
        fs::write(file, bytes).expect("written");
        assert_eq!(read(&told.repo, Some(0)), cold);
        assert!(fs::read(file).expect("readable") == sound, "mended");
    }
    fs::remove_file(file).expect("removed");
    fs::create_dir(file).expect("made");
    assert_eq!(read(&told.repo, Some(0)), cold, "a folder in its place");
}

#[test]
fn a_sound_checksum_makes_no_other_bytes_sound() {
    let mut told = Told::begun();
    told.does(&Deed::CheckIn { goal: 0, day: 1, value: 1 });
    let tip = |repo: &Opened| repo.head().expect("readable").expect("a commit");
    let repo = opened(&told.repo, None);
    let workspace = pipeline::read(Source::Folder(told.repo.path())).expect("a workspace");
    let commits = repo.commits(tip(&repo), "goals").expect("readable");
    let texts = repo.blobs().expect("readable");
    let history = history::read(&commits, &texts, repo.depth(), &workspace.model);
    let body = history::write_kept(&commits, &history.expect("readable")).expect("nothing damaged");
    // Some of it goes, and something comes.
    told.does(&Deed::Reset { back: 1 });
    told.does(&Deed::CheckIn { goal: 0, day: 2, value: 1 });
    let tip = tip(&repo);
    let basis = Basis::of(&workspace.model);
    let goes_on = |bytes: Vec<u8>| {
        let stored = Arc::new(KeptBytes::from(bytes));
        let (known, told) = history::read_kept(Arc::clone(&stored))?;
        let commits = repo.more_commits(tip, "goals", known).ok()?;
        let history = history::read_on(&commits, told, &texts, repo.depth(), &basis);
        history.ok().filter(|_| !stored.is_damaged())
    };
    let cold = pipeline::history(&workspace, &repo, tip).expect("readable");
    assert_eq!(goes_on(body.clone()), Some(cold));
    for at in 0..body.len() {
        for value in [0, 1, 0x7f, 0xff] {
            let mut other = body.clone();
            other[at] = value;
            // Whatever it says, it is neither a panic nor an endless reading.
            let _ = goes_on(other);
        }
        assert!(goes_on(body[..at].to_vec()).is_none(), "cut at {at}");
    }
}

/// Many goals with long notes: a history of several blocks, of which the first are read at once.
fn wordy() -> Told {
    let mut told = Told::begun();
    let mut files = Vec::new();
    for goal in 0..60 {
        let stem = format!("goals/2026-q4/wordy-{goal}");
        told.repo.write(&format!("{stem}.toml"), &plan("", 40));
        files.push((format!("{stem}.checkins.toml"), "[lead-time]\n".to_owned()));
    }
    told.commit("plans");
    for day in 4..16 {
        for (path, text) in &mut files {
            let note = format!("{path} on {day}: {}", "so it went ".repeat(20));
            *text += &format!("2026-10-{day:02} = {{ value = {day}, note = \"{note}\" }}\n");
            told.repo.write(path, text);
        }
        told.commit(&format!("check-ins of {day}"));
    }
    told
}

#[test]
fn damage_that_is_met_late_changes_no_answer() {
    let told = wordy();
    let cold = read(&told.repo, Some(0));
    let [file] = &kept(&told.repo)[..] else { panic!("one file: {:?}", kept(&told.repo)) };
    let sound = fs::read(file).expect("readable");
    assert!(sound.len() > 200_000, "{} bytes", sound.len());
    for part in 1..20 {
        let mut flipped = sound.clone();
        flipped[sound.len() * part / 20] ^= 1;
        fs::write(file, &flipped).expect("written");
        let history = read(&told.repo, Some(0));
        let events = |goal: u8| {
            let goal = GoalRef::new("2026-q4", format!("wordy-{goal}"));
            history.goal(&goal).map_or(0, |past| past.events().len())
        };
        let at_once: usize = (0..60).into_par_iter().map(events).sum();
        assert_eq!(at_once, 60 * 13, "part {part}");
        assert_eq!(history, cold, "part {part}");
        // Whoever met the damage has made room for a whole file.
        assert_eq!(read(&told.repo, Some(0)), cold);
        assert!(fs::read(file).expect("readable") == sound, "mended");
    }
}

#[cfg(unix)]
#[test]
fn where_nothing_can_be_written_nothing_is_said() {
    let mut told = Told::begun();
    told.does(&Deed::CheckIn { goal: 0, day: 1, value: 1 });
    // A file where the folder would be stops root as well.
    fs::write(told.repo.path().join(".git/goals"), "").expect("written");
    assert_eq!(read(&told.repo, Some(0)), read(&told.repo, None));
}

#[test]
fn few_files_are_kept() {
    let mut told = Told::begun();
    for grace in 0..9 {
        told.does(&Deed::Settings { grace });
        read(&told.repo, Some(0));
    }
    assert_eq!(kept(&told.repo).len(), 4);
}

#[test]
fn another_revision_profits_and_changes_nothing() {
    let mut told = Told::begun();
    for day in 0..4 {
        told.does(&Deed::CheckIn { goal: 0, day, value: 1 });
    }
    read(&told.repo, Some(0));
    let before = fs::read(&kept(&told.repo)[0]).expect("readable");
    let repo = opened(&told.repo, Some(0));
    let tip = repo.resolve("HEAD~2").expect("there");
    let workspace = pipeline::read(Source::Revision(&repo, tip)).expect("a workspace");
    let warm = pipeline::history(&workspace, &repo, tip).expect("a history");
    let cold = pipeline::history(&workspace, &opened(&told.repo, None), tip).expect("a history");
    assert_eq!(warm, cold);
    assert!(fs::read(&kept(&told.repo)[0]).expect("readable") == before);
}

#[test]
fn a_shallow_clone_keeps_nothing_and_a_deepened_one_is_told_whole() {
    let mut told = Told::begun();
    for day in 0..6 {
        told.does(&Deed::CheckIn { goal: 0, day, value: day % 3 });
    }
    let whole = read(&told.repo, None);
    let (url, clone) =
        (format!("file://{}", told.repo.path().display()), told.repo.beside("clone"));
    told.repo.git(&["clone", "-q", "--depth=3", &url, &clone.display().to_string()]);
    let clone = told.repo.at(&clone);
    assert!(read(&clone, Some(0)).shallow);
    assert_eq!(kept(&clone), Vec::<PathBuf>::new());
    clone.git(&["fetch", "-q", "--unshallow"]);
    assert_eq!(read(&clone, Some(0)), whole);
    assert_eq!(read(&clone, Some(0)), whole);
}

/// A repository with so many commits that its history is kept.
fn long() -> Repo {
    let repo = Repo::new();
    let mut stream = String::new();
    let file = |stream: &mut String, path: &str, text: &str| {
        *stream += &format!("M 644 inline {path}\ndata {}\n{text}\n", text.len());
    };
    let mut records = "[lead-time]\n".to_owned();
    for number in 0..=WORTH_KEEPING {
        let time = 1_790_000_000 + number * 60;
        stream += &format!(
            "commit refs/heads/main\nauthor A <a@b.example> {time} +0000\ncommitter A <a@b.example> {time} +0000\ndata 2\nx\n"
        );
        match number {
            0 => {
                file(&mut stream, "goals.toml", "format = 1\n");
                file(&mut stream, "goals/2026-q4/goal-0.toml", &plan("", 40));
            }
            _ if number % 100 == 0 => {
                records += &format!("2026-10-{:02} = {number}\n", 1 + number / 100);
                file(&mut stream, "goals/2026-q4/goal-0.checkins.toml", &records);
            }
            _ => file(&mut stream, "other.txt", &number.to_string()),
        }
    }
    let mut import = repo.command("git");
    let import = import.args(["fast-import", "--quiet"]).stdin(Stdio::piped());
    let mut import = import.spawn().expect("git runs");
    import.stdin.take().expect("piped").write_all(stream.as_bytes()).expect("written");
    assert!(import.wait().expect("ended").success());
    repo.git(&["checkout", "-q", "-f", "main"]);
    repo
}

#[test]
fn the_program_keeps_long_histories_and_forgets_them_when_told() {
    let repo = long();
    let folder = repo.path().join(".git/goals");
    let rollup = |more: &[&str]| repo.goals(&[&["rollup"], more].concat()).sound();
    let cold = rollup(&["--no-cache"]);
    assert!(!Path::new(&folder).exists(), "nothing is kept");
    assert_eq!(repo.goals(&["cache"]).sound(), format!("{}: nothing is kept\n", folder.display()));
    assert_eq!(rollup(&[]), cold);
    assert_eq!(kept(&repo).len(), 1);
    let said = repo.goals(&["cache"]).sound();
    assert!(said.contains("1 file, "), "{said}");
    assert_eq!(rollup(&[]), cold);
    repo.write("goals/2026-q4/goal-0.checkins.toml", "[lead-time]\n2026-10-30 = 1\n");
    repo.commit(ANA, "2026-11-01T09:00:00+00:00", "all anew");
    assert_eq!(rollup(&[]), rollup(&["--no-cache"]));
    repo.goals(&["cache", "clear"]).sound();
    assert!(!folder.exists());
    let outside = Repo::folder();
    let said = outside.goals(&["cache"]).refused();
    assert!(said.contains("no git repository"), "{said}");
}

#[test]
fn damage_anywhere_is_not_written_into_the_next_file() {
    let repo = long();
    read(&repo, Some(0));
    for part in 1..16 {
        let [file] = &kept(&repo)[..] else { panic!("one file: {:?}", kept(&repo)) };
        let mut bytes = fs::read(file).expect("readable");
        assert!(bytes.len() > 4 << 14, "many blocks: {} bytes", bytes.len());
        let at = bytes.len() * part / 16;
        bytes[at] ^= 1;
        fs::write(file, bytes).expect("written");
        let records = format!("[lead-time]\n2026-10-30 = {part}\n");
        repo.write("goals/2026-q4/goal-0.checkins.toml", &records);
        repo.commit(ANA, "2026-11-01T09:00:00+00:00", "more");
        for _ in 0..6 {
            repo.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
        }
        let cold = read(&repo, None);
        for _ in 0..2 {
            assert_eq!(read(&repo, Some(0)), cold, "part {part}");
        }
    }
}

#[test]
fn several_runs_at_once_each_tell_the_whole_and_leave_one_file() {
    let repo = long();
    let cold = repo.goals(&["rollup", "--no-cache"]).sound();
    for round in 0..3 {
        let runs: Vec<_> = (0..4)
            .map(|_| {
                let mut command = repo.command(env!("CARGO_BIN_EXE_goals"));
                command.arg("rollup").stdout(Stdio::piped()).stderr(Stdio::piped());
                command.spawn().expect("goals runs")
            })
            .collect();
        for run in runs {
            let output = run.wait_with_output().expect("ended");
            assert_eq!(String::from_utf8_lossy(&output.stdout), cold, "round {round}");
            assert!(output.status.success() && output.stderr.is_empty());
        }
        assert_eq!(kept(&repo).len(), 1, "nothing half done is left: {:?}", kept(&repo));
        if round == 1 {
            repo.goals(&["cache", "clear"]).sound();
        }
    }
    assert_eq!(repo.goals(&["rollup"]).sound(), cold);
}

/// Files may have 512 bytes at the most, as on a disk with hardly any room.
#[cfg(unix)]
#[test]
fn a_full_disk_costs_time_and_no_command() {
    let repo = long();
    let cold = repo.goals(&["rollup", "--no-cache"]).sound();
    let mut command = repo.command("sh");
    let limited = "trap '' XFSZ; ulimit -f 1; exec \"$0\" rollup";
    command.args(["-c", limited, env!("CARGO_BIN_EXE_goals")]);
    let output = command.output().expect("sh runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), cold);
    assert!(output.stderr.is_empty());
    assert_eq!(kept(&repo), Vec::<PathBuf>::new(), "nothing half written is left");
    assert_eq!(repo.goals(&["rollup"]).sound(), cold);
    assert_eq!(kept(&repo).len(), 1);
}

#[test]
fn the_program_tells_right_figures_whatever_the_file_holds() {
    let repo = long();
    let cold = repo.goals(&["rollup"]).sound();
    let [file] = &kept(&repo)[..] else { panic!("one file: {:?}", kept(&repo)) };
    let sound = fs::read(file).expect("readable");
    let cut = sound[..sound.len() / 2].to_vec();
    let mut garbled = sound.clone();
    garbled[sound.len() / 3..sound.len() / 2].fill(0x55);
    for bytes in [cut, garbled, b"no history".to_vec(), Vec::new()] {
        fs::write(file, bytes).expect("written");
        assert_eq!(repo.goals(&["rollup"]).sound(), cold);
        assert!(fs::read(file).expect("readable") == sound, "mended");
    }
}

#[test]
fn gits_note_of_the_commits_changes_no_history() {
    let mut told = Told::begun();
    let check_in = |goal, day| Deed::CheckIn { goal, day, value: day };
    for deed in [
        check_in(0, 1),
        check_in(1, 2),
        Deed::Branch { back: 1 },
        check_in(0, 3),
        Deed::Amend { goal: 0, target: 2 },
        Deed::Merge { way: 1 },
        check_in(2, 4),
    ] {
        told.does(&deed);
    }
    let octopus = ["commit-tree", "HEAD^{tree}", "-p", "HEAD", "-p", "HEAD~1", "-p", "HEAD~2"];
    let octopus = told.repo.git(&[&octopus[..], &["-p", "HEAD~3", "-m", "octopus"]].concat());
    told.repo.git(&["reset", "-q", "--hard", octopus.trim()]);
    told.repo.git(&["commit-graph", "write", "--reachable"]);
    for deed in [check_in(0, 5), Deed::Branch { back: 2 }, check_in(1, 6), Deed::Merge { way: 2 }] {
        told.does(&deed);
    }
    let noted = read(&told.repo, None);
    assert!(noted.event_count() >= 8, "{}", noted.event_count());
    let file = told.repo.path().join(".git/objects/info/commit-graph");
    let sound = fs::read(&file).expect("git has noted the commits");
    fs::remove_file(&file).expect("removed");
    assert_eq!(read(&told.repo, None), noted);
    for cut in [0, 7, sound.len() / 2, sound.len() - 60] {
        fs::write(&file, &sound[..cut]).expect("written");
        assert_eq!(read(&told.repo, None), noted, "cut at {cut}");
    }
    // Whatever was found on the way to a commit with an impossible parent is found again by reading.
    let (entry, none) = (20 + 16, 0x7000_0000_u32.to_be_bytes());
    let data = sound.windows(4).position(|name| name == b"CDAT").expect("there is data");
    let data = u64::from_be_bytes(*sound[data + 4..].first_chunk().expect("an offset")) as usize;
    let first = |at: &usize| sound[*at..].starts_with(&none);
    let root = (data + 20..sound.len()).step_by(entry).find(first).expect("a root");
    let mut damaged = sound.clone();
    damaged[root..root + 4].copy_from_slice(&(u32::MAX >> 4).to_be_bytes());
    fs::write(&file, &damaged).expect("written");
    assert_eq!(read(&told.repo, None), noted, "a parent that is none");
}
