//! Small, nasty, valid histories for differential tests, made by real git.
//!
//! A history is played commit by commit on a sketch of a workspace, so that whatever branches,
//! merges and reverts do, its files stay sound: a goal lies in one place, and a record has a date.
//! The same seed gives the same history.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Stdio;

use crate::support::Repo;

/// A sequence of choices that is the same on every run.
#[derive(Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    /// Begins with a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let mut dice = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..4 {
            dice.below(2);
        }
        dice
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 11) % bound as u64) as usize
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What a commit holds: each goal by a number that it keeps whatever it is called.
type State = BTreeMap<usize, Goal>;

#[derive(Clone, PartialEq)]
struct Goal {
    cycle: &'static str,
    team: Option<&'static str>,
    id: String,
    formerly: Vec<String>,
    /// Whether it measures itself rather than by key results.
    smart: bool,
    /// Fields of the plan as TOML.
    fields: BTreeMap<&'static str, String>,
    key_results: BTreeMap<usize, KeyResult>,
    records: BTreeMap<(Option<usize>, &'static str), Entry>,
    has_checkins: bool,
    /// Which of several ways of writing the same.
    style: usize,
    /// Another folder that holds the same files, half-way through a move.
    copied_to: Option<&'static str>,
}

#[derive(Clone, PartialEq)]
struct KeyResult {
    id: String,
    formerly: Vec<String>,
    fields: BTreeMap<&'static str, String>,
}

#[derive(Clone, PartialEq)]
struct Entry {
    value: Option<i64>,
    confidence: Option<usize>,
    note: Option<&'static str>,
    void: bool,
}

/// A commit before it is made.
#[derive(Clone)]
pub(crate) struct Commit {
    /// Positions of its parents.
    pub(crate) parents: Vec<usize>,
    /// Every file, by its path.
    pub(crate) files: BTreeMap<String, String>,
    /// The number of the goal that each file is of.
    numbers: BTreeMap<String, usize>,
    author: &'static str,
    authored: String,
    committed: String,
}

impl Commit {
    /// The same files after other commits.
    pub(crate) fn after(&self, parents: Vec<usize>) -> Self {
        Self { parents, ..self.clone() }
    }
}

/// A history: its commits, the last of which is the tip.
#[derive(Clone)]
pub(crate) struct Sketch {
    /// The commits, parents before children.
    pub(crate) commits: Vec<Commit>,
}

const CYCLES: [&str; 3] = ["2026-q3", "2026-q4", "2027-q1"];
const TEAMS: [Option<&str>; 4] = [None, Some("platform"), Some("platform/core"), Some("sales")];
const DATES: [&str; 8] = [
    "2026-07-06",
    "2026-08-03",
    "2026-10-05",
    "2026-10-12",
    "\"2026-10-12T14:30\"",
    "2026-11-02",
    "2026-12-24",
    "2027-01-11",
];
const NOTES: [&str; 3] = ["canary on", "a \\\"quoted\\\" note", "é, and more"];
const OWNERS: [&str; 4] = ["\"ana\"", "\"ben\"", "\"platform\"", "\"chloe\""];
const AUTHORS: [&str; 4] = [
    "Ana Silva <ana@northwind.example>",
    "A. S. <ANA@northwind.example>",
    "Ben Okafor <ben@northwind.example>",
    "bot <bot@northwind.example>",
];
const OFFSETS: [&str; 6] = ["+0000", "+0200", "+1400", "-1200", "+0545", "-0330"];

/// The settings of every generated workspace.
pub(crate) const SETTINGS: &str =
    "format = 1\n\n[people.ana]\nname = \"Ana S.\"\nemails = [\"ana@northwind.example\"]\n";
/// Its mailmap.
pub(crate) const MAILMAP: &str = "Benjamin Okafor <ben@northwind.example>\nThe Bot <ana@northwind.example> <bot@northwind.example>\n";

/// Plays a history of any shape.
pub(crate) fn any(seed: u64) -> Sketch {
    let mut player = Player::new(seed);
    let length = 4 + player.dice.below(16);
    player.root();
    while player.commits.len() < length {
        match player.dice.below(20) {
            0 if player.commits.len() > 2 => player.root(),
            0..4 => player.merge(),
            4..6 => player.revert(),
            6..8 => player.cherry_pick(),
            8 => player.squash(),
            _ => player.change(),
        }
    }
    player.join();
    Sketch { commits: player.commits }
}

/// Plays a history without branches.
pub(crate) fn straight(seed: u64) -> Sketch {
    let mut player = Player::new(seed);
    player.root();
    let length = 4 + player.dice.below(20);
    while player.commits.len() < length {
        let tip = player.commits.len() - 1;
        if player.dice.one_in(6) {
            player.undo(tip, player.dice.clone().below(tip + 1));
        } else {
            player.change_on(tip);
        }
    }
    Sketch { commits: player.commits }
}

struct Player {
    dice: Dice,
    commits: Vec<Commit>,
    states: Vec<State>,
    goals: usize,
    key_results: usize,
    /// How often something was renamed: no name is given twice.
    names: usize,
    clock: i64,
}

impl Player {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            commits: Vec::new(),
            states: Vec::new(),
            goals: 0,
            key_results: 0,
            names: 0,
            clock: 1_790_000_000,
        }
    }

    fn root(&mut self) {
        let mut state = State::new();
        for _ in 0..1 + self.dice.below(2) {
            self.add_goal(&mut state);
        }
        self.commit(Vec::new(), state);
    }

    /// A recent commit, whether or not others follow it.
    fn somewhere(&mut self) -> usize {
        let last = self.commits.len() - 1;
        last - self.dice.below(4.min(last + 1))
    }

    fn change(&mut self) {
        let parent = self.somewhere();
        self.change_on(parent);
    }

    fn change_on(&mut self, parent: usize) {
        let mut state = self.states[parent].clone();
        for _ in 0..self.dice.below(4) {
            self.edit(&mut state);
        }
        self.commit(vec![parent], state);
    }

    /// Two to four commits joined; each goal, and often each record, as one of them has it. Some
    /// merges change more than that.
    fn merge(&mut self) {
        let wanted = 2 + self.dice.below(8) / 5 + self.dice.below(8) / 7;
        let mut parents: Vec<usize> = Vec::new();
        for _ in 0..wanted * 2 {
            let parent = self.somewhere();
            if !parents.contains(&parent) && parents.len() < wanted {
                parents.push(parent);
            }
        }
        let mut state = self.joined(&parents);
        if self.dice.one_in(3) {
            self.edit(&mut state);
        }
        self.commit(parents, state);
    }

    /// Every commit that nothing follows, joined by one.
    fn join(&mut self) {
        let followed: BTreeSet<usize> =
            self.commits.iter().flat_map(|commit| commit.parents.iter().copied()).collect();
        let heads: Vec<usize> =
            (0..self.commits.len()).rev().filter(|at| !followed.contains(at)).collect();
        if heads.len() > 1 {
            let state = self.joined(&heads);
            self.commit(heads, state);
        }
    }

    fn joined(&mut self, parents: &[usize]) -> State {
        let sides: Vec<State> = parents.iter().map(|parent| self.states[*parent].clone()).collect();
        let all: BTreeSet<usize> = sides.iter().flat_map(|side| side.keys().copied()).collect();
        let mut state = State::new();
        for number in all {
            let mut having: Vec<Option<&Goal>> =
                sides.iter().map(|side| side.get(&number)).collect();
            if !self.dice.one_in(4) {
                having.retain(Option::is_some);
            }
            let Some(base) = self.dice.pick(&having) else { continue };
            let mut goal = base.clone();
            let likes: Vec<&Goal> =
                having.into_iter().flatten().filter(|g| alike(g, base)).collect();
            let keys: BTreeSet<_> = likes.iter().flat_map(|g| g.records.keys().copied()).collect();
            if likes.len() > 1 && self.dice.one_in(2) {
                goal.records.clear();
                goal.has_checkins |= likes.iter().any(|like| like.has_checkins);
                for key in keys {
                    if let Some(entry) = self.dice.pick(&likes).records.get(&key) {
                        goal.records.insert(key, entry.clone());
                    }
                }
                for name in ["title", "owner", "weight", "due", "dropped"] {
                    match self.dice.pick(&likes).fields.get(name) {
                        Some(value) => goal.fields.insert(name, value.clone()),
                        None => goal.fields.remove(name),
                    };
                }
            }
            state.insert(number, goal);
        }
        state
    }

    /// What an earlier commit changed, taken back.
    fn revert(&mut self) {
        let (parent, commit) = (self.somewhere(), self.somewhere());
        self.undo(parent, commit);
    }

    fn undo(&mut self, parent: usize, commit: usize) {
        let [before] = self.commits[commit].parents[..] else { return self.change_on(parent) };
        let mut state = self.states[parent].clone();
        carry(&mut state, &self.states[commit], &self.states[before]);
        self.commit(vec![parent], state);
    }

    /// What a commit elsewhere changed, done once more.
    fn cherry_pick(&mut self) {
        let (parent, commit) = (self.somewhere(), self.somewhere());
        let [before] = self.commits[commit].parents[..] else { return self.change_on(parent) };
        let mut state = self.states[parent].clone();
        carry(&mut state, &self.states[before], &self.states[commit]);
        self.commit(vec![parent], state);
        // A cherry-pick keeps author and author date.
        let (author, authored) =
            (self.commits[commit].author, self.commits[commit].authored.clone());
        let last = self.commits.last_mut().expect("it was just made");
        (last.author, last.authored) = (author, authored);
    }

    /// All that another branch has, as one commit.
    fn squash(&mut self) {
        let (parent, other) = (self.somewhere(), self.somewhere());
        let state = self.joined(&[parent, other]);
        self.commit(vec![parent], state);
    }

    fn commit(&mut self, parents: Vec<usize>, mut state: State) {
        // A move that stopped half-way is finished by the next commit.
        if let [parent] = parents[..] {
            for (number, goal) in &mut state {
                if let Some(team) = goal.copied_to.take() {
                    let before = self.states[parent].get(number);
                    if before.is_some_and(|before| before.copied_to.is_some()) {
                        goal.team = Some(team);
                    } else {
                        goal.copied_to = Some(team);
                    }
                }
            }
        } else {
            state.values_mut().for_each(|goal| goal.copied_to = None);
        }
        let (files, numbers) = files(&state);
        let authored = self.moment();
        let committed = if self.dice.one_in(3) { self.moment() } else { authored.clone() };
        let author = self.dice.pick(&AUTHORS);
        self.commits.push(Commit { parents, files, numbers, author, authored, committed });
        self.states.push(state);
    }

    /// Mostly a day later; now and then in the past, the far future, or at the same second.
    fn moment(&mut self) -> String {
        let seconds = match self.dice.below(12) {
            0 => self.dice.below(2_000_000_000) as i64,
            1 => 4_000_000_000 + self.dice.below(1000) as i64,
            2 => 1_790_000_000,
            3 => self.clock - 40_000_000,
            _ => {
                self.clock += self.dice.below(200_000) as i64;
                self.clock
            }
        };
        format!("{seconds} {}", self.dice.pick(&OFFSETS))
    }

    fn name(&mut self, stem: &str) -> String {
        self.names += 1;
        format!("{stem}-{}", self.names)
    }

    fn add_goal(&mut self, state: &mut State) {
        let smart = self.dice.one_in(3);
        let mut goal = Goal {
            cycle: self.dice.pick(&CYCLES),
            team: self.dice.pick(&TEAMS),
            id: self.name("goal"),
            formerly: Vec::new(),
            smart,
            fields: BTreeMap::from([("title", "\"Something is better\"".to_owned())]),
            key_results: BTreeMap::new(),
            records: BTreeMap::new(),
            has_checkins: false,
            style: self.dice.below(4),
            copied_to: None,
        };
        if smart {
            goal.fields.insert("baseline", "10".to_owned());
            goal.fields.insert("target", "90".to_owned());
        } else {
            (0..1 + self.dice.below(3)).for_each(|_| self.add_key_result(&mut goal));
        }
        state.insert(self.goals, goal);
        self.goals += 1;
    }

    fn add_key_result(&mut self, goal: &mut Goal) {
        let id = self.name("kr");
        let fields = BTreeMap::from([
            ("title", format!("\"From 0 to {}\"", 10 + self.names)),
            ("baseline", "0".to_owned()),
            ("target", "100".to_owned()),
        ]);
        goal.key_results.insert(self.key_results, KeyResult { id, formerly: Vec::new(), fields });
        self.key_results += 1;
    }

    /// One edit of one goal.
    fn edit(&mut self, state: &mut State) {
        if state.is_empty() || self.dice.one_in(12) {
            return self.add_goal(state);
        }
        let numbers: Vec<usize> = state.keys().copied().collect();
        let number = self.dice.pick(&numbers);
        if self.dice.one_in(14) {
            state.remove(&number);
            return;
        }
        let Some(goal) = state.get_mut(&number) else { return };
        match self.dice.below(24) {
            0..10 => self.record(goal),
            10..14 => self.amend(goal),
            14 => goal.style = self.dice.below(4),
            15 => goal.team = self.dice.pick(&TEAMS),
            16 => goal.cycle = self.dice.pick(&CYCLES),
            17 => {
                goal.formerly.push(goal.id.clone());
                goal.id = self.name("goal");
            }
            18 => goal.id = self.name("goal"),
            19 if !goal.smart => self.rename_key_result(goal),
            20 if !goal.smart => self.add_key_result(goal),
            21 if goal.key_results.len() > 1 => {
                let numbers: Vec<usize> = goal.key_results.keys().copied().collect();
                let gone = self.dice.pick(&numbers);
                goal.key_results.remove(&gone);
                goal.records.retain(|(key_result, _), _| *key_result != Some(gone));
            }
            22 => {
                goal.records.clear();
                goal.has_checkins = false;
            }
            23 if goal.team != Some("sales") => goal.copied_to = Some("sales"),
            _ => self.close(goal),
        }
    }

    fn rename_key_result(&mut self, goal: &mut Goal) {
        let numbers: Vec<usize> = goal.key_results.keys().copied().collect();
        let number = self.dice.pick(&numbers);
        let id = self.name("kr");
        let is_told = !self.dice.one_in(3);
        let Some(key_result) = goal.key_results.get_mut(&number) else { return };
        let old = std::mem::replace(&mut key_result.id, id);
        if is_told {
            key_result.formerly.push(old);
        }
    }

    fn record(&mut self, goal: &mut Goal) {
        let numbers: Vec<Option<usize>> = if goal.smart {
            vec![None]
        } else {
            goal.key_results.keys().copied().map(Some).chain([None]).collect()
        };
        let key = (self.dice.pick(&numbers), self.dice.pick(&DATES));
        let value = |dice: &mut Dice| Some(dice.below(6) as i64 * 20 - 10);
        let takes_value = goal.smart || key.0.is_some();
        goal.has_checkins = true;
        match goal.records.get_mut(&key) {
            None => {
                let entry = Entry {
                    value: takes_value.then(|| value(&mut self.dice)).flatten(),
                    confidence: self.dice.one_in(2).then(|| self.dice.below(11)),
                    note: self.dice.one_in(3).then(|| self.dice.pick(&NOTES)),
                    void: self.dice.one_in(12),
                };
                goal.records.insert(key, entry);
            }
            Some(entry) => match self.dice.below(6) {
                0 => entry.void = !entry.void,
                1 => drop(goal.records.remove(&key)),
                2 => entry.confidence = Some(self.dice.below(11)),
                3 => entry.note = self.dice.one_in(2).then(|| self.dice.pick(&NOTES)),
                _ if takes_value => entry.value = value(&mut self.dice),
                _ => {}
            },
        }
    }

    fn amend(&mut self, goal: &mut Goal) {
        let numbers: Vec<usize> = goal.key_results.keys().copied().collect();
        let of_key_result = !numbers.is_empty() && self.dice.one_in(2);
        let (name, value) = match self.dice.below(10) {
            0 => ("title", format!("\"Better by {}\"", self.dice.below(4))),
            1 => ("owner", self.dice.pick(&OWNERS).to_owned()),
            2 => ("weight", self.dice.pick(&["1", "2", "1.0", "0.5"]).to_owned()),
            3 => ("due", self.dice.pick(&["2026-11-30", "2026-12-15"]).to_owned()),
            4 => ("dropped", self.dice.pick(&["\"no time\"", "\"done by others\""]).to_owned()),
            5 if !of_key_result => ("why", format!("\"Reason {}\"", self.dice.below(3))),
            6 if !of_key_result => {
                ("ambition", self.dice.pick(&["\"committed\"", "\"aspirational\""]).to_owned())
            }
            7 if of_key_result || goal.smart => ("unit", "\"min\"".to_owned()),
            _ if of_key_result || goal.smart => {
                ("target", self.dice.pick(&["120", "80", "80.0", "60.5"]).to_owned())
            }
            _ => ("tags", "[\"quick\"]".to_owned()),
        };
        let fields = if of_key_result {
            let number = self.dice.pick(&numbers);
            match goal.key_results.get_mut(&number) {
                Some(key_result) => &mut key_result.fields,
                None => return,
            }
        } else {
            &mut goal.fields
        };
        let is_optional = !matches!(name, "title" | "target");
        if is_optional && fields.contains_key(name) && self.dice.one_in(2) {
            fields.remove(name);
        } else {
            fields.insert(name, value);
        }
    }

    fn close(&mut self, goal: &mut Goal) {
        if goal.fields.contains_key("close") && self.dice.one_in(2) {
            goal.fields.remove("close");
            return;
        }
        let closes = [
            "{ date = 2026-12-31, verdict = \"achieved\", score = 0.75 }",
            "{ date = 2026-12-30, note = \"enough\", verdict = \"missed\" }",
            "{ date = 2026-12-30, score = 0.5 }",
        ];
        goal.fields.insert("close", self.dice.pick(&closes).to_owned());
    }
}

/// Whether two states of a goal have the same names, so that their records can be mixed.
fn alike(a: &Goal, b: &Goal) -> bool {
    let names = |goal: &Goal| -> Vec<(usize, String)> {
        goal.key_results.iter().map(|(number, kr)| (*number, kr.id.clone())).collect()
    };
    a.id == b.id && a.cycle == b.cycle && names(a) == names(b)
}

/// Does to `state` what was done between two others, goal by goal.
fn carry(state: &mut State, from: &State, to: &State) {
    let all: BTreeSet<usize> = from.keys().chain(to.keys()).copied().collect();
    for number in all.into_iter().filter(|number| from.get(number) != to.get(number)) {
        match to.get(&number) {
            Some(goal) => drop(state.insert(number, Goal { copied_to: None, ..goal.clone() })),
            None => drop(state.remove(&number)),
        }
    }
}

/// The files of a state, and the number of the goal that each is of, by path.
fn files(state: &State) -> (BTreeMap<String, String>, BTreeMap<String, usize>) {
    let mut numbers = BTreeMap::new();
    let mut files = BTreeMap::from([
        ("goals.toml".to_owned(), SETTINGS.to_owned()),
        (".mailmap".to_owned(), MAILMAP.to_owned()),
    ]);
    for (number, goal) in state {
        for team in [Some(goal.team), goal.copied_to.map(Some)].into_iter().flatten() {
            let team = team.map(|team| format!("{team}/")).unwrap_or_default();
            let stem = format!("goals/{}/{team}{}", goal.cycle, goal.id);
            files.insert(format!("{stem}.toml"), plan(goal));
            numbers.insert(format!("{stem}.toml"), *number);
            if goal.has_checkins {
                files.insert(format!("{stem}.checkins.toml"), checkins(goal));
                numbers.insert(format!("{stem}.checkins.toml"), *number);
            }
        }
    }
    (files, numbers)
}

fn plan(goal: &Goal) -> String {
    let mut text = String::new();
    let mut put = |fields: &BTreeMap<&'static str, String>, formerly: &[String]| {
        if goal.style == 1 {
            text.push_str("# as we see it\n");
        }
        let mut lines: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name} = {value}\n")).collect();
        if !formerly.is_empty() {
            lines.push(format!("formerly = {formerly:?}\n"));
        }
        if goal.style == 2 {
            lines.reverse();
        }
        text.extend(lines);
    };
    put(&goal.fields, &goal.formerly);
    let mut key_results: Vec<&KeyResult> = goal.key_results.values().collect();
    if goal.style == 3 {
        key_results.reverse();
    }
    let parts: Vec<String> = key_results
        .iter()
        .map(|key_result| {
            let mut lines: Vec<String> = key_result
                .fields
                .iter()
                .map(|(name, value)| format!("{name} = {value}\n"))
                .collect();
            if !key_result.formerly.is_empty() {
                lines.push(format!("formerly = {:?}\n", key_result.formerly));
            }
            format!("\n[key_results.{}]\n{}", key_result.id, lines.concat())
        })
        .collect();
    text + &parts.concat()
}

fn checkins(goal: &Goal) -> String {
    let mut tables: BTreeMap<Option<usize>, Vec<String>> = BTreeMap::new();
    for ((key_result, date), entry) in &goal.records {
        let is_bare = entry.confidence.is_none() && entry.note.is_none() && !entry.void;
        let line = match entry.value {
            Some(value) if is_bare && goal.style != 1 => format!("{date} = {value}\n"),
            value => {
                let value = value.map(|value| format!("value = {value}.0"));
                let confidence =
                    entry.confidence.map(|confidence| format!("confidence = {confidence}"));
                let note = entry.note.map(|note| format!("note = \"{note}\""));
                let void = entry.void.then(|| "void = true".to_owned());
                let parts: Vec<String> =
                    [value, confidence, note, void].into_iter().flatten().collect();
                format!("{date} = {{ {} }}\n", parts.join(", "))
            }
        };
        tables.entry(*key_result).or_default().push(line);
    }
    let mut text = String::new();
    for (key_result, mut lines) in tables {
        if goal.style >= 2 {
            lines.reverse();
        }
        if let Some(number) = key_result {
            let id = &goal.key_results[&number].id;
            let _ = write!(text, "\n[{id}]\n");
        }
        text.extend(lines);
    }
    text
}

/// A bare repository that holds each history on a branch of its own, `h0`, `h1` and so on.
pub(crate) fn repository(sketches: &[Sketch]) -> (Repo, PathBuf) {
    let repo = Repo::folder();
    let bare = repo.beside("histories.git");
    repo.git(&["init", "-q", "--bare", "-b", "h0", &bare.to_string_lossy()]);
    let repo = repo.at(&bare);
    let mut stream = Vec::new();
    let mut mark = 0;
    for (number, sketch) in sketches.iter().enumerate() {
        let first = mark;
        for commit in &sketch.commits {
            mark += 1;
            write_commit(&mut stream, number, mark, first, commit);
        }
    }
    let mut import = repo.command("git");
    import.args(["fast-import", "--quiet", "--force"]).stdin(Stdio::piped());
    let mut import = import.spawn().expect("git runs");
    import.stdin.take().expect("piped").write_all(&stream).expect("written");
    assert!(import.wait().expect("it ends").success());
    (repo, bare)
}

fn write_commit(stream: &mut Vec<u8>, branch: usize, mark: usize, first: usize, commit: &Commit) {
    let mut put = |text: &str| stream.extend_from_slice(text.as_bytes());
    if commit.parents.is_empty() {
        put(&format!("reset refs/heads/h{branch}\n"));
    }
    put(&format!("commit refs/heads/h{branch}\nmark :{mark}\n"));
    put(&format!("author {} {}\n", commit.author, commit.authored));
    put(&format!("committer {} {}\n", commit.author, commit.committed));
    put("data 7\nchange\n\n");
    for (at, parent) in commit.parents.iter().enumerate() {
        let word = if at == 0 { "from" } else { "merge" };
        put(&format!("{word} :{}\n", first + parent + 1));
    }
    put("deleteall\n");
    for (path, text) in &commit.files {
        put(&format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len()));
    }
    put("\n");
}

/// What a commit made of the files of one goal.
type Step = (Commit, BTreeMap<String, Option<String>>);

/// A straight history twice, with a commit of its own for each goal that a commit changes: in order,
/// and with the commits of different goals shuffled.
pub(crate) fn goal_by_goal(sketch: &Sketch, dice: &mut Dice) -> (Sketch, Sketch) {
    // Settings and mailmap come first, and are no goal's.
    let mut steps: BTreeMap<usize, Vec<Step>> = BTreeMap::new();
    let mut order: Vec<usize> = Vec::new();
    let (mut files, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for commit in &sketch.commits {
        let mut by_goal: BTreeMap<usize, BTreeMap<String, Option<String>>> = BTreeMap::new();
        let paths: BTreeSet<&String> = numbers.keys().chain(commit.numbers.keys()).collect();
        for path in paths.into_iter().filter(|path| files.get(*path) != commit.files.get(*path)) {
            let number = commit.numbers.get(path).or(numbers.get(path)).expect("a goal's file");
            let change = (path.clone(), commit.files.get(path).cloned());
            by_goal.entry(*number).or_default().extend([change]);
        }
        for (goal, changes) in by_goal {
            order.push(goal);
            steps.entry(goal).or_default().push((commit.clone(), changes));
        }
        (files, numbers) = (commit.files.clone(), commit.numbers.clone());
    }
    let mut shuffled = order.clone();
    for at in (1..shuffled.len()).rev() {
        shuffled.swap(at, dice.below(at + 1));
    }
    (played(&order, &steps), played(&shuffled, &steps))
}

fn played(order: &[usize], steps: &BTreeMap<usize, Vec<Step>>) -> Sketch {
    let mut next: BTreeMap<usize, usize> = BTreeMap::new();
    let (mut files, _) = files(&State::new());
    let mut commits: Vec<Commit> = Vec::new();
    for goal in order {
        let at = next.entry(*goal).or_default();
        let (commit, changes) = &steps[goal][*at];
        *at += 1;
        for (path, text) in changes {
            match text {
                Some(text) => drop(files.insert(path.clone(), text.clone())),
                None => drop(files.remove(path)),
            }
        }
        let parents = commits.len().checked_sub(1).into_iter().collect();
        commits.push(Commit { parents, files: files.clone(), ..commit.clone() });
    }
    Sketch { commits }
}
