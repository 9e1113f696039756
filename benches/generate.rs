//! Repositories to measure on: made from a seed through `git fast-import`, the same commit ids on
//! every machine.
//!
//! An organisation plans two years of quarters, team by team, checks in line by line, moves a few
//! goalposts, closes its cycles, and writes other files in between. Some of the work goes through
//! branches that are merged.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::Result;
use crate::random::Random;

/// Raised whenever the generator writes other bytes, so that older repositories are not reused.
pub(crate) const VERSION: u32 = 2;

/// The cycle in which the history ends.
pub(crate) const LAST_CYCLE: &str = "2026-q4";

/// The last day of the history.
pub(crate) const LAST_DAY: Date = date(2026, 12, 31);

const FIRST_DAY: Date = date(2025, 1, 1);
const YEARS: [i16; 2] = [2025, 2026];
const QUARTERS: usize = 8;
const AUTHORS: usize = 20;
const OPEN_BRANCHES: usize = 3;

/// How large a repository is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// Number of goals.
    pub(crate) goals: usize,
    commits: usize,
    checkins: usize,
    other_files: usize,
    teams: usize,
}

/// Every size there is.
pub(crate) const SIZES: [Size; 5] = [
    Size { name: "S", goals: 200, commits: 5_000, checkins: 2_500, other_files: 500, teams: 6 },
    Size {
        name: "M",
        goals: 2_000,
        commits: 50_000,
        checkins: 30_000,
        other_files: 5_000,
        teams: 20,
    },
    Size {
        name: "M-code",
        goals: 2_000,
        commits: 50_000,
        checkins: 650,
        other_files: 5_000,
        teams: 20,
    },
    Size {
        name: "D",
        goals: 1_000,
        commits: 100_000,
        checkins: 15_000,
        other_files: 5_000,
        teams: 20,
    },
    Size {
        name: "L",
        goals: 10_000,
        commits: 500_000,
        checkins: 250_000,
        other_files: 5_000,
        teams: 40,
    },
];

/// Makes the repository of `size` below `folder`, unless it is there already; returns its path.
pub(crate) fn repository(folder: &Path, size: Size) -> Result<PathBuf> {
    let finished = folder.join(format!("{}-{VERSION}", size.name));
    if finished.is_dir() {
        return Ok(finished);
    }
    eprintln!("making {} ({} goals, {} commits) …", size.name, size.goals, size.commits);
    let making = folder.join(format!("{}-{VERSION}.partial", size.name));
    if making.exists() {
        fs::remove_dir_all(&making)?;
    }
    fs::create_dir_all(&making)?;
    git(&making, &["-c", "init.defaultBranch=main", "init", "--quiet"])?;
    import(&making, size)?;
    for side in 0..OPEN_BRANCHES {
        git(&making, &["update-ref", "-d", &format!("refs/heads/side-{side}")])?;
    }
    git(&making, &["-c", "pack.threads=2", "repack", "-adfq"])?;
    git(&making, &["commit-graph", "write", "--reachable", "--no-progress"])?;
    git(&making, &["checkout", "--quiet", "--force", "main"])?;
    fs::rename(&making, &finished)?;
    Ok(finished)
}

/// A `git` that no configuration of the user or the machine touches.
pub(crate) fn hermetic_git(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(arguments).current_dir(folder);
    hermetic(&mut command);
    command
}

/// Takes the user's and the machine's git configuration and surroundings from a command.
pub(crate) fn hermetic(command: &mut Command) {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    command.env("LC_ALL", "C").env("TZ", "UTC");
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"] {
        command.env_remove(name);
    }
}

/// Runs `git` in `folder` and returns what it printed, without the last line break.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = hermetic_git(folder, arguments).stdin(Stdio::null()).output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("git {}: {said}", arguments.join(" ")).into());
    }
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn import(folder: &Path, size: Size) -> Result<()> {
    let mut child =
        hermetic_git(folder, &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn()?;
    let stdin = child.stdin.take().ok_or("git fast-import takes no input")?;
    let written = Organisation::new(size, Stream::new(stdin)).run();
    let status = child.wait()?;
    written?;
    if status.success() { Ok(()) } else { Err("git fast-import failed".into()) }
}

/// What `git fast-import` reads.
struct Stream {
    out: BufWriter<ChildStdin>,
    commits: usize,
}

/// The head of a commit.
struct Head<'a> {
    branch: &'a str,
    from: Option<usize>,
    merges: Option<usize>,
    author: usize,
    seconds: i64,
    message: &'a str,
}

impl Stream {
    fn new(stdin: ChildStdin) -> Self {
        Self { out: BufWriter::with_capacity(1 << 20, stdin), commits: 0 }
    }

    /// Writes a commit with the files it brings; returns its mark.
    fn commit(&mut self, head: &Head<'_>, files: &[(String, String)]) -> Result<usize> {
        self.commits += 1;
        let mark = self.commits;
        let Head { branch, author, seconds, message, .. } = head;
        let who = format!("{} <{}>", person_name(*author), email(*author));
        let offset = ["+0000", "+0200", "-0500", "+0530"][author % 4];
        writeln!(self.out, "commit refs/heads/{branch}\nmark :{mark}")?;
        writeln!(self.out, "author {who} {} {offset}", seconds - (mark as i64 % 7) * 60)?;
        writeln!(self.out, "committer {who} {seconds} {offset}")?;
        self.data(message)?;
        if let Some(from) = head.from {
            writeln!(self.out, "from :{from}")?;
        }
        if let Some(merged) = head.merges {
            writeln!(self.out, "merge :{merged}")?;
        }
        for (path, content) in files {
            writeln!(self.out, "M 100644 inline {path}")?;
            self.data(content)?;
        }
        writeln!(self.out)?;
        Ok(mark)
    }

    fn data(&mut self, text: &str) -> Result<()> {
        writeln!(self.out, "data {}\n{text}", text.len())?;
        Ok(())
    }
}

/// Records of a goal: table (the goal's own first, then the key results'), day, line.
type Records = Vec<BTreeMap<Date, String>>;

struct Goal {
    cycle: String,
    /// Path without the endings.
    path: String,
    title: String,
    owner: usize,
    ambition: &'static str,
    contributes_to: Option<String>,
    supports: Option<String>,
    measures: Vec<Measure>,
    /// Measured by itself, without key results.
    is_smart: bool,
    closed: Option<Date>,
    records: Records,
}

struct Measure {
    owner: usize,
    kind: Kind,
}

enum Kind {
    Metric { subject: usize, baseline: i32, target: i32 },
    Threshold { at_most: i32 },
    Milestone,
    Binary,
    Baseline,
}

/// A branch that is not merged yet.
struct Branch {
    name: String,
    author: usize,
    tip: Option<usize>,
    fork: usize,
    commits_left: usize,
    /// The goal it checks in on, and its records on the branch.
    goal: usize,
    records: Records,
    /// The other file it works on, with its lines on the branch.
    file: usize,
    lines: Vec<String>,
    /// The lines it changed.
    edits: Vec<(usize, String)>,
}

/// What is still to be done, by number of commits.
struct Left {
    checkins: usize,
    amendments: usize,
    merges: usize,
}

struct Organisation {
    size: Size,
    stream: Stream,
    random: Random,
    goals: Vec<Goal>,
    /// Goals of the present quarter whose plans have landed.
    open: Vec<usize>,
    /// Lines of the other files.
    files: Vec<Vec<String>>,
    branches: Vec<Branch>,
    left: Left,
    /// The last commit of main.
    tip: usize,
}

impl Organisation {
    fn new(size: Size, stream: Stream) -> Self {
        let left = Left {
            checkins: size.checkins,
            amendments: (size.goals / 5).min(size.checkins / 10),
            merges: size.commits / 20,
        };
        let files = (0..size.other_files)
            .map(|file| (0..30).map(|line| format!("let part_{line} = {};", file * line)).collect())
            .collect();
        Self {
            size,
            stream,
            random: Random::new(0x676f_616c_7321),
            goals: Vec::new(),
            open: Vec::new(),
            files,
            branches: Vec::new(),
            left,
            tip: 0,
        }
    }

    fn run(mut self) -> Result<()> {
        self.begin()?;
        let mut quarter = 0;
        let mut team = 0;
        let last = self.size.commits;
        while self.stream.commits + self.branches.len() < last {
            let today = self.today();
            if quarter < QUARTERS && today >= planning_day(quarter, team, self.size.teams) {
                if team == 0 {
                    self.open.clear();
                }
                self.plan(quarter, team)?;
                team += 1;
                if team == self.size.teams {
                    (quarter, team) = (quarter + 1, 0);
                }
            } else if let Some(cycle) = self.cycle_to_close(today) {
                self.close(&cycle, today)?;
            } else {
                self.work()?;
            }
        }
        while !self.branches.is_empty() {
            self.merge(0)?;
        }
        self.stream.out.flush()?;
        Ok(())
    }

    /// Seconds since 1970 of the next commit: the commits lie evenly over the years.
    fn now(&self) -> i64 {
        let days = i64::from((LAST_DAY - FIRST_DAY).get_days()) + 1;
        let start =
            FIRST_DAY.to_zoned(jiff::tz::TimeZone::UTC).map_or(0, |z| z.timestamp().as_second());
        start + days * 86_400 * self.stream.commits as i64 / self.size.commits as i64
    }

    fn today(&self) -> Date {
        let timestamp =
            jiff::Timestamp::from_second(self.now()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        jiff::tz::Offset::UTC.to_datetime(timestamp).date()
    }

    fn commit_on_main(
        &mut self,
        author: usize,
        message: &str,
        merges: Option<usize>,
        files: &[(String, String)],
    ) -> Result<()> {
        let seconds = self.now();
        let head = Head { branch: "main", from: None, merges, author, seconds, message };
        self.tip = self.stream.commit(&head, files)?;
        Ok(())
    }

    /// The first commit: settings, every other file, and the organisation's goals for the years.
    fn begin(&mut self) -> Result<()> {
        let mut files = vec![
            ("goals.toml".to_owned(), settings()),
            (".gitattributes".to_owned(), "*.checkins.toml merge=union\n".to_owned()),
        ];
        for file in 0..self.files.len() {
            files.push((file_path(file), self.files[file].join("\n") + "\n"));
        }
        for year in YEARS {
            for number in 0..self.size.top_goals() {
                let goal = top_goal(year, number, &mut self.random);
                files.push((format!("{}.toml", goal.path), goal.plan()));
                self.goals.push(goal);
            }
        }
        self.commit_on_main(0, "Begin", None, &files)
    }

    /// Plans a team's quarter.
    fn plan(&mut self, quarter: usize, team: usize) -> Result<()> {
        let slots = QUARTERS * self.size.teams;
        let slot = quarter * self.size.teams + team;
        let all = self.size.goals - YEARS.len() * self.size.top_goals();
        let (from, to) = (all * slot / slots, all * (slot + 1) / slots);
        let mut files = Vec::new();
        for number in from..to {
            let goal = self.team_goal(quarter, team, number);
            files.push((format!("{}.toml", goal.path), goal.plan()));
            self.open.push(self.goals.len());
            self.goals.push(goal);
        }
        let message = format!("Plan {} of {}", cycle(quarter), team_path(team));
        self.commit_on_main(team % AUTHORS, &message, None, &files)
    }

    fn team_goal(&mut self, quarter: usize, team: usize, number: usize) -> Goal {
        let random = &mut self.random;
        let year = YEARS[quarter / 4];
        let top_goals = self.size.top_goals();
        let parent = |number: usize| format!("{year}/{}", top_id(number % top_goals));
        let is_smart = random.one_in(4);
        let count = if is_smart { 1 } else { 2 + random.below(3) };
        let owner = random.below(AUTHORS);
        let measures: Vec<Measure> = (0..count)
            .map(|_| Measure { owner: random.below(AUTHORS), kind: Kind::any(random, is_smart) })
            .collect();
        let (manner, thing) = (random.of(&MANNERS), random.of(&THINGS));
        let supports = random.one_in(5).then(|| parent(number + 1));
        Goal {
            cycle: cycle(quarter),
            path: format!("goals/{}/{}/{manner}-{thing}-{number}", cycle(quarter), team_path(team)),
            title: match (is_smart, measures.first()) {
                (true, Some(measure)) => measure.kind.title(),
                _ => format!("The {thing} are {manner} for everyone who relies on them"),
            },
            owner,
            ambition: if is_smart || random.one_in(3) { "committed" } else { "aspirational" },
            contributes_to: Some(parent(number)),
            supports,
            records: vec![BTreeMap::new(); if is_smart { 1 } else { count + 1 }],
            measures,
            is_smart,
            closed: None,
        }
    }

    /// A cycle that ended at least a week ago and has goals that are not closed.
    fn cycle_to_close(&self, today: Date) -> Option<String> {
        let over =
            |goal: &&Goal| goal.closed.is_none() && days_after(cycle_end(&goal.cycle), 7) <= today;
        // Cycles are closed as soon as they are over: it is enough to look where that can be.
        let looks = today.day() >= 7 && today.day() <= 12 && today.month() % 3 == 1;
        looks.then(|| self.goals.iter().find(over).map(|goal| goal.cycle.clone()))?
    }

    /// Closes what one commit can: the goals of one folder of the cycle.
    fn close(&mut self, cycle: &str, today: Date) -> Result<()> {
        let folder = |goal: &Goal| goal.path.rsplit_once('/').map(|(f, _)| f.to_owned());
        let first = self.goals.iter().find(|goal| goal.cycle == cycle && goal.closed.is_none());
        let Some(chosen) = first.map(folder) else { return Ok(()) };
        let mut files = Vec::new();
        for goal in self.goals.iter_mut().filter(|goal| folder(goal) == chosen) {
            goal.closed = Some(today);
            files.push((format!("{}.toml", goal.path), goal.plan()));
        }
        self.commit_on_main(1, &format!("Close {cycle}"), None, &files)
    }

    /// One commit of the everyday: on main, on a branch, or a merge.
    fn work(&mut self) -> Result<()> {
        let done = self.branches.iter().position(|branch| branch.commits_left == 0);
        if let Some(done) = done.filter(|_| self.random.one_in(3)) {
            return self.merge(done);
        }
        let rest = self.size.commits - self.stream.commits;
        let can_fork = self.branches.len() < OPEN_BRANCHES && !self.open.is_empty();
        if can_fork && self.random.below(rest) < self.left.merges * 3 / 2 {
            self.fork();
        }
        let working = self.branches.iter().position(|branch| branch.commits_left > 0);
        if let Some(branch) = working.filter(|_| self.random.one_in(2)) {
            return self.work_on(branch);
        }
        let author = self.random.below(AUTHORS);
        let drawn = self.random.below(rest);
        if drawn < self.left.checkins && self.check_in(author)? {
            self.left.checkins -= 1;
            return Ok(());
        }
        let amends =
            drawn >= self.left.checkins && drawn < self.left.checkins + self.left.amendments;
        if amends && self.amend()? {
            self.left.amendments -= 1;
            return Ok(());
        }
        let file = self.random.below(self.files.len());
        let (line, text) = self.edit();
        self.files[file][line] = text;
        let content = self.files[file].join("\n") + "\n";
        self.commit_on_main(author, "Change a part", None, &[(file_path(file), content)])
    }

    fn edit(&mut self) -> (usize, String) {
        let line = self.random.below(30);
        (line, format!("let part_{line} = {};", self.random.below(100_000)))
    }

    /// Checks in on main; tells whether there was a goal to check in on.
    fn check_in(&mut self, author: usize) -> Result<bool> {
        let today = self.today();
        for _ in 0..8 {
            if self.open.is_empty() {
                return Ok(false);
            }
            let at = self.open[self.random.below(self.open.len())];
            let goal = &self.goals[at];
            let Some(record) = new_record(goal, &goal.records, today, &mut self.random) else {
                continue;
            };
            let message = record.message(goal);
            self.goals[at].records[record.table].insert(record.day, record.line);
            let goal = &self.goals[at];
            let file = (format!("{}.checkins.toml", goal.path), goal.checkins(&goal.records));
            self.commit_on_main(author, &message, None, &[file])?;
            return Ok(true);
        }
        Ok(false)
    }

    /// Changes a plan: its title, its owner, or what it aims at.
    fn amend(&mut self) -> Result<bool> {
        if self.open.is_empty() {
            return Ok(false);
        }
        let at = self.open[self.random.below(self.open.len())];
        let choice = self.random.below(3);
        let goal = &mut self.goals[at];
        let metric = goal.measures.iter_mut().find_map(|measure| match &mut measure.kind {
            Kind::Metric { baseline, target, .. } => Some((*baseline, target)),
            _ => None,
        });
        match (choice, metric) {
            (0, Some((baseline, target))) => *target += (*target - baseline) / 4,
            (1, _) => goal.owner = (goal.owner + 1) % AUTHORS,
            _ => goal.title.push_str(", every day"),
        }
        let author = goal.owner;
        let file = (format!("{}.toml", goal.path), goal.plan());
        self.commit_on_main(author, "Amend a plan", None, &[file])?;
        Ok(true)
    }

    fn fork(&mut self) {
        let used = |name: &String| self.branches.iter().any(|branch| branch.name == *name);
        let names = (0..OPEN_BRANCHES).map(|side| format!("side-{side}"));
        let Some(name) = names.into_iter().find(|name| !used(name)) else { return };
        let goal = self.open[self.random.below(self.open.len())];
        let file = self.random.below(self.files.len());
        self.branches.push(Branch {
            name,
            author: self.random.below(AUTHORS),
            tip: None,
            fork: self.tip,
            commits_left: 1 + self.random.below(4),
            goal,
            records: self.goals[goal].records.clone(),
            file,
            lines: self.files[file].clone(),
            edits: Vec::new(),
        });
        self.left.merges = self.left.merges.saturating_sub(1);
    }

    fn work_on(&mut self, at: usize) -> Result<()> {
        let (today, seconds) = (self.today(), self.now());
        let rest = self.size.commits - self.stream.commits;
        let checks_in = self.random.below(rest) < self.left.checkins;
        let (line, text) = self.edit();
        let branch = &mut self.branches[at];
        let goal = &self.goals[branch.goal];
        branch.commits_left -= 1;
        let record = checks_in
            .then(|| new_record(goal, &branch.records, today, &mut self.random))
            .flatten()
            // What main already says for that day would be said twice.
            .filter(|record| !goal.records[record.table].contains_key(&record.day));
        let (message, path, content) = match record {
            Some(record) => {
                let message = record.message(goal);
                branch.records[record.table].insert(record.day, record.line);
                self.left.checkins -= 1;
                let path = format!("{}.checkins.toml", goal.path);
                (message, path, goal.checkins(&branch.records))
            }
            None => {
                branch.lines[line].clone_from(&text);
                branch.edits.push((line, text));
                ("Change a part".to_owned(), file_path(branch.file), branch.lines.join("\n") + "\n")
            }
        };
        let from = branch.tip.is_none().then_some(branch.fork);
        let author = branch.author;
        let head =
            Head { branch: &branch.name, from, merges: None, author, seconds, message: &message };
        branch.tip = Some(self.stream.commit(&head, &[(path, content)])?);
        Ok(())
    }

    /// Merges a branch: what it recorded joins what main recorded meanwhile.
    fn merge(&mut self, at: usize) -> Result<()> {
        let branch = self.branches.remove(at);
        let Some(tip) = branch.tip else { return self.work() };
        let goal = &mut self.goals[branch.goal];
        let mut files = Vec::new();
        for (ours, theirs) in goal.records.iter_mut().zip(branch.records) {
            for (day, line) in theirs {
                ours.entry(day).or_insert(line);
            }
        }
        if goal.records.iter().any(|table| !table.is_empty()) {
            let content = goal.checkins(&goal.records);
            files.push((format!("{}.checkins.toml", goal.path), content));
        }
        for (line, text) in branch.edits {
            self.files[branch.file][line] = text;
        }
        files.push((file_path(branch.file), self.files[branch.file].join("\n") + "\n"));
        self.commit_on_main(branch.author, &format!("Merge {}", branch.name), Some(tip), &files)
    }
}

/// A record about to be written.
struct NewRecord {
    table: usize,
    day: Date,
    line: String,
}

impl NewRecord {
    fn message(&self, goal: &Goal) -> String {
        let id = goal.path.rsplit('/').next().unwrap_or_default();
        let name = match self.table.checked_sub(1) {
            Some(at) => format!("{id}.{}", key_result_id(at)),
            None => id.to_owned(),
        };
        format!("check-in: {name}\n\nCheck-in: {}/{name} {}\n", goal.cycle, self.day)
    }
}

/// The next record of a goal, on one of its measures; nothing if that one is recorded already.
fn new_record(
    goal: &Goal,
    records: &Records,
    today: Date,
    random: &mut Random,
) -> Option<NewRecord> {
    let own = !goal.is_smart && random.one_in(12);
    let measure = random.below(goal.measures.len());
    let table = if goal.is_smart || own { 0 } else { measure + 1 };
    let late = if random.one_in(4) { 1 } else { 0 };
    let day = days_after(today, -late);
    let last = records[table].keys().next_back();
    if last.is_some_and(|last| *last >= day) || day < cycle_start(&goal.cycle) {
        return None;
    }
    let confidence = 3 + random.below(7);
    let note = random.of(&NOTES);
    let value = goal.measures[measure].kind.value(day, &goal.cycle, random);
    let line = match random.below(20) {
        _ if own => format!("{day} = {{ confidence = {confidence}, note = \"{note}\" }}"),
        0 => format!("{day} = {{ note = \"not measured: {note}\" }}"),
        1 => format!("{day} = {{ value = {value}, void = true, note = \"{note}\" }}"),
        2..=8 => format!("{day} = {value}"),
        _ => format!("{day} = {{ value = {value}, confidence = {confidence}, note = \"{note}\" }}"),
    };
    Some(NewRecord { table, day, line })
}

impl Goal {
    /// The text of its plan.
    fn plan(&self) -> String {
        let mut text = format!("title = \"{}\"\n", self.title);
        text += "why = \"\"\"\nWhoever relies on this loses hours each week when it fails.\n\
                 *Calm* weeks are what we are after.\n\"\"\"\n";
        text += &format!("owner = \"{}\"\n", handle(self.owner));
        text += &format!("ambition = \"{}\"\n", self.ambition);
        for (key, value) in [("contributes_to", &self.contributes_to), ("supports", &self.supports)]
        {
            if let Some(value) = value {
                text += &format!("{key} = [\"{value}\"]\n");
            }
        }
        if let (true, Some(measure)) = (self.is_smart, self.measures.first()) {
            text += &measure.kind.keys();
        } else {
            for (at, measure) in self.measures.iter().enumerate() {
                text += &format!(
                    "\n[key_results.{}]\ntitle = \"{}\"\nowner = \"{}\"\n{}",
                    key_result_id(at),
                    measure.kind.title(),
                    handle(measure.owner),
                    measure.kind.keys()
                );
            }
        }
        if let Some(day) = self.closed {
            text += &format!(
                "\n[close]\ndate = {day}\nverdict = \"achieved\"\nnote = \"{}\"\n",
                NOTES[0]
            );
        }
        text
    }

    /// The text of its check-ins file with these records.
    fn checkins(&self, records: &Records) -> String {
        let mut text = String::new();
        for (table, lines) in records.iter().enumerate().filter(|(_, lines)| !lines.is_empty()) {
            if let Some(at) = table.checked_sub(1) {
                if !text.is_empty() {
                    text.push('\n');
                }
                text += &format!("[{}]\n", key_result_id(at));
            }
            for line in lines.values() {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

impl Kind {
    fn any(random: &mut Random, is_smart: bool) -> Self {
        match random.below(12) {
            0 if !is_smart => Self::Milestone,
            1 if !is_smart => Self::Binary,
            2 if !is_smart => Self::Baseline,
            3 => Self::Threshold { at_most: 2 + random.below(8) as i32 },
            _ => {
                let baseline = 100 + random.below(400) as i32;
                let factor = 5 + random.below(20) as i32;
                // Half of them are to fall.
                let target =
                    if factor % 2 == 0 { baseline * 4 / factor } else { baseline + 8 * factor };
                Self::Metric { subject: random.below(SUBJECTS.len()), baseline, target }
            }
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Metric { subject, baseline, target } => {
                format!("{} go from {baseline} to {target}", SUBJECTS[*subject])
            }
            Self::Threshold { at_most } => {
                format!("Pages at night stay at {at_most} a week or fewer")
            }
            Self::Milestone => "All 3 regions run on the new ledger".to_owned(),
            Self::Binary => "The audit of 2 vendors is passed".to_owned(),
            Self::Baseline => "A first figure for waiting time in 1 queue is known".to_owned(),
        }
    }

    fn keys(&self) -> String {
        let source = "source = \"https://example.org/dashboards/7\"\n";
        match self {
            Self::Metric { subject, baseline, target } => {
                let unit = UNITS[*subject];
                format!("unit = \"{unit}\"\nbaseline = {baseline}\ntarget = {target}\n{source}")
            }
            Self::Threshold { at_most } => {
                format!("kind = \"threshold\"\nunit = \"pages\"\nat_most = {at_most}\n{source}")
            }
            Self::Milestone => {
                "kind = \"milestone\"\nmilestones = { commit = 0.3, target = 0.7, stretch = 1.0 }\n"
                    .to_owned()
            }
            Self::Binary => "kind = \"binary\"\n".to_owned(),
            Self::Baseline => format!("kind = \"baseline\"\nunit = \"min\"\n{source}"),
        }
    }

    /// A value on a day of the cycle, on a noisy way to the target.
    fn value(&self, day: Date, cycle: &str, random: &mut Random) -> String {
        let gone = (day - cycle_start(cycle)).get_days() * (8 + random.below(5) as i32) / 10;
        match self {
            Self::Metric { baseline, target, .. } => {
                (baseline + (target - baseline) * gone / 91).to_string()
            }
            Self::Threshold { at_most } => {
                (at_most - 1 + i32::from(random.one_in(4)) * 2).to_string()
            }
            Self::Milestone => {
                let reached = ["commit", "commit", "target", "stretch"];
                format!("\"{}\"", reached[(gone.clamp(0, 90) / 25) as usize])
            }
            Self::Binary => (gone > 80).to_string(),
            Self::Baseline => random.below(60).to_string(),
        }
    }
}

impl Size {
    /// Goals of the whole organisation in each year.
    fn top_goals(self) -> usize {
        self.teams / 2
    }
}

fn top_goal(year: i16, number: usize, random: &mut Random) -> Goal {
    Goal {
        cycle: year.to_string(),
        path: format!("goals/{year}/{}", top_id(number)),
        title: format!("Customers count on us for {}", THINGS[number % THINGS.len()]),
        owner: random.below(AUTHORS),
        ambition: "aspirational",
        contributes_to: None,
        supports: None,
        measures: Vec::new(),
        is_smart: false,
        closed: None,
        records: vec![BTreeMap::new()],
    }
}

fn settings() -> String {
    let mut text = "format = 1\nname = \"Northwind\"\n".to_owned();
    for person in 0..AUTHORS {
        text += &format!(
            "\n[people.{}]\nname = \"{}\"\nemails = [\"{}\"]\n",
            handle(person),
            person_name(person),
            email(person)
        );
    }
    text
}

fn person_name(person: usize) -> String {
    format!("{} {person}", ["Ana", "Ben", "Chidi", "Dora"][person % 4])
}

fn handle(person: usize) -> String {
    person_name(person).to_lowercase().replace(' ', "-")
}

fn email(person: usize) -> String {
    format!("{}@northwind.example", handle(person))
}

fn top_id(number: usize) -> String {
    format!("rely-{}-{number}", THINGS[number % THINGS.len()])
}

fn key_result_id(at: usize) -> &'static str {
    ["lead-time", "failures", "adoption", "reach"][at % 4]
}

fn team_path(team: usize) -> String {
    let area = ["engineering", "product", "sales", "operations", "finance"][team % 5];
    let name = ["platform", "growth", "quality", "insight", "reach", "care", "trust", "field"];
    format!("{area}/{}", name[team / 5 % 8])
}

fn file_path(file: usize) -> String {
    format!("src/part-{}/module-{}/file-{file}.rs", file % 10, file / 10 % 25)
}

fn cycle(quarter: usize) -> String {
    format!("{}-q{}", YEARS[quarter / 4], quarter % 4 + 1)
}

/// The first day of a year or quarter by its id.
fn cycle_start(id: &str) -> Date {
    let (year, quarter) = id.split_once("-q").unwrap_or((id, "1"));
    let month = quarter.parse::<i8>().map_or(1, |quarter| quarter * 3 - 2);
    date(year.parse().unwrap_or(YEARS[0]), month, 1)
}

/// The last day of a year or quarter by its id.
fn cycle_end(id: &str) -> Date {
    let months = if id.contains("-q") { 3 } else { 12 };
    days_after(cycle_start(id).saturating_add(months.months()), -1)
}

/// The day on which a team's plans for a quarter land, within the first ten days.
fn planning_day(quarter: usize, team: usize, teams: usize) -> Date {
    days_after(cycle_start(&cycle(quarter)), (team * 9 / teams) as i64)
}

fn days_after(day: Date, days: i64) -> Date {
    day.saturating_add(days.days())
}

const MANNERS: [&str; 8] =
    ["calm", "swift", "plain", "steady", "lasting", "open", "thrifty", "friendly"];
const THINGS: [&str; 10] = [
    "deploys", "invoices", "answers", "orders", "searches", "trials", "renewals", "audits",
    "payments", "journeys",
];
const SUBJECTS: [&str; 5] = [
    "Minutes from merge to production",
    "Orders a week through the new checkout",
    "Open questions older than 2 days",
    "Teams on the shared pipeline",
    "Invoices that need a second look",
];
const UNITS: [&str; 5] = ["min", "orders", "questions", "teams", "invoices"];
const NOTES: [&str; 6] = [
    "two services are still on the old pipeline",
    "the canary is on for three more services",
    "a slow week: half of the team was away",
    "the dashboard was down on Monday and Tuesday",
    "the second region follows next week",
    "better than planned, thanks to the new cache",
];
