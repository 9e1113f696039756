//! A second history, by brute force: every commit's files are read whole, and all that it tells is
//! written straight from the definitions, for the product's own to be held against.
//!
//! It knows nothing of the product: objects come from `git cat-file`, commits from `git log`, and
//! files are taken apart with the `toml` crate alone. It expects files that are sound.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use toml::{Table, Value};

use crate::support::Repo;

/// `<cycle>/<id>`.
pub(crate) type GoalName = String;
/// A key result, or nothing for the goal itself, and a date.
pub(crate) type RecordName = (Option<String>, String);
/// What a record says, written out; equal texts are equal records.
pub(crate) type Said = String;

/// A goal in a commit, under its present names.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Goal {
    fields: BTreeMap<String, String>,
    key_results: BTreeMap<String, BTreeMap<String, String>>,
    dropped: Option<String>,
    dropped_key_results: BTreeMap<String, String>,
    close: Option<String>,
    /// Its records.
    pub(crate) records: BTreeMap<RecordName, Said>,
}

impl Goal {
    /// A field of the goal or of a key result; nothing where it is absent.
    pub(crate) fn field(&self, key_result: Option<&str>, name: &str) -> Option<&String> {
        match key_result {
            None => self.fields.get(name),
            Some(id) => self.key_results.get(id)?.get(name),
        }
    }
}

/// A commit, and every goal in it.
pub(crate) struct Commit {
    /// Its id.
    pub(crate) id: String,
    /// Positions of its parents.
    pub(crate) parents: Vec<usize>,
    /// The author's name, by mailmap and `[people]`.
    pub(crate) author: String,
    /// Seconds since 1970, and the author's offset.
    pub(crate) authored: (i64, String),
    /// Its goals.
    pub(crate) goals: BTreeMap<GoalName, Goal>,
}

/// All that a tip reaches, parents before children: among those that could come next, the earliest
/// author date and then the smallest id.
pub(crate) struct Past {
    /// The commits; the last one is the tip.
    pub(crate) commits: Vec<Commit>,
}

/// Reads the past of `tip`.
pub(crate) fn read(repo: &Repo, objects: &mut Objects, tip: &str) -> Past {
    let settings = objects.file(tip, "goals.toml");
    let mailmap = format!("mailmap.blob={tip}:.mailmap");
    let log = repo.git(&[
        "-c",
        &mailmap,
        "log",
        "--date=raw",
        "--format=%H%x09%P%x09%aN%x09%aE%x09%at%x09%ad",
        tip,
    ]);
    let mut waiting: Vec<Vec<&str>> = log.lines().map(|line| line.split('\t').collect()).collect();
    let names = Names::at(objects, tip);
    let people = settings["people"].as_table().expect("a table");
    let mut at: HashMap<String, usize> = HashMap::new();
    let mut commits: Vec<Commit> = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |line: &&Vec<&str>| line[1].split_whitespace().all(|id| at.contains_key(id));
        let next = waiting
            .iter()
            .filter(is_ready)
            .min_by_key(|line| (line[4].parse::<i64>().expect("seconds"), line[0]))
            .expect("a commit whose parents are known")
            .clone();
        waiting.retain(|line| line[0] != next[0]);
        let known = people.iter().find(|(_, person)| {
            let emails = person["emails"].as_array().expect("a list");
            emails.iter().any(|email| email.as_str().expect("text").eq_ignore_ascii_case(next[3]))
        });
        let author = known.map_or(next[2], |(_, person)| person["name"].as_str().expect("text"));
        at.insert(next[0].to_owned(), commits.len());
        commits.push(Commit {
            id: next[0].to_owned(),
            parents: next[1].split_whitespace().map(|id| at[id]).collect(),
            author: author.to_owned(),
            authored: (
                next[4].parse().expect("seconds"),
                next[5].split(' ').nth(1).expect("an offset").to_owned(),
            ),
            goals: names.goals(objects, next[0]),
        });
    }
    Past { commits }
}

/// The present names of goals and key results.
struct Names {
    goals: HashMap<(String, String), String>,
    key_results: HashMap<(GoalName, String), String>,
}

impl Names {
    fn at(objects: &mut Objects, tip: &str) -> Self {
        let plans: BTreeMap<(String, String), Table> = files(objects, tip)
            .into_iter()
            .filter_map(|(cycle, id, is_plan, text)| is_plan.then(|| ((cycle, id), parsed(&text))))
            .collect();
        let mut names = Self { goals: HashMap::new(), key_results: HashMap::new() };
        let former = |table: &Table| -> Vec<String> {
            let list = table.get("formerly").and_then(Value::as_array).cloned().unwrap_or_default();
            list.iter().map(|id| id.as_str().expect("text").to_owned()).collect()
        };
        for ((cycle, id), plan) in &plans {
            for old in former(plan) {
                if !plans.contains_key(&(cycle.clone(), old.clone())) {
                    names.goals.insert((cycle.clone(), old), id.clone());
                }
            }
            let none = Table::new();
            let all = plan.get("key_results").and_then(Value::as_table).unwrap_or(&none);
            for (key_result, fields) in all {
                for old in former(fields.as_table().expect("a table")) {
                    if !all.contains_key(&old) {
                        names
                            .key_results
                            .insert((format!("{cycle}/{id}"), old), key_result.clone());
                    }
                }
            }
        }
        names
    }

    fn goals(&self, objects: &mut Objects, commit: &str) -> BTreeMap<GoalName, Goal> {
        let mut goals: BTreeMap<GoalName, Goal> = BTreeMap::new();
        let mut records: BTreeMap<GoalName, BTreeMap<RecordName, Said>> = BTreeMap::new();
        for (cycle, id, is_plan, text) in files(objects, commit) {
            let now = self.goals.get(&(cycle.clone(), id.clone())).unwrap_or(&id);
            let name = format!("{cycle}/{now}");
            if is_plan {
                goals.insert(name.clone(), self.plan(&name, &parsed(&text)));
            } else {
                records.insert(name.clone(), self.records(&name, &parsed(&text)));
            }
        }
        for (name, goal) in &mut goals {
            goal.records = records.remove(name).unwrap_or_default();
        }
        goals
    }

    fn key_result(&self, goal: &str, id: &str) -> String {
        let known = self.key_results.get(&(goal.to_owned(), id.to_owned()));
        known.cloned().unwrap_or_else(|| id.to_owned())
    }

    fn plan(&self, name: &str, table: &Table) -> Goal {
        let reason = |table: &Table| table.get("dropped").map(shown);
        let mut goal = Goal { fields: fields(table), dropped: reason(table), ..Goal::default() };
        goal.close = table.get("close").map(|close| {
            let close = close.as_table().expect("a table");
            let sorted: BTreeMap<&String, &Value> = close.iter().collect();
            let parts: Vec<String> =
                sorted.iter().map(|(name, value)| format!("{name} {}", shown(value))).collect();
            parts.join(", ")
        });
        for (id, key_result) in
            table.get("key_results").and_then(Value::as_table).into_iter().flatten()
        {
            let (id, table) = (self.key_result(name, id), key_result.as_table().expect("a table"));
            goal.key_results.insert(id.clone(), fields(table));
            if let Some(reason) = reason(table) {
                goal.dropped_key_results.insert(id, reason);
            }
        }
        goal
    }

    fn records(&self, name: &str, table: &Table) -> BTreeMap<RecordName, Said> {
        let mut records = BTreeMap::new();
        for (key, value) in table {
            if key.starts_with("20") {
                records.insert((None, key.clone()), said(value));
                continue;
            }
            for (date, value) in value.as_table().expect("a key result's table") {
                records.insert((Some(self.key_result(name, key)), date.clone()), said(value));
            }
        }
        records
    }
}

/// Cycle, id, whether it is the plan, and text of each file below the plans' folder; of a file that
/// lies in two places, one.
fn files(objects: &mut Objects, commit: &str) -> Vec<(String, String, bool, String)> {
    let mut found = BTreeMap::new();
    for (path, text) in objects.below(&format!("{commit}:goals")) {
        let (cycle, rest) = path.split_once('/').expect("a cycle's folder");
        let name = rest.rsplit('/').next().expect("a name");
        let (id, is_plan) = match name.strip_suffix(".checkins.toml") {
            Some(id) => (id, false),
            None => (name.strip_suffix(".toml").expect("a plan"), true),
        };
        found.insert((cycle.to_owned(), id.to_owned(), is_plan), text);
    }
    found.into_iter().map(|((cycle, id, is_plan), text)| (cycle, id, is_plan, text)).collect()
}

fn parsed(text: &str) -> Table {
    text.parse().expect("sound TOML")
}

/// The fields whose change is an amendment, as people read them; defaults are absent.
fn fields(table: &Table) -> BTreeMap<String, String> {
    let told = ["title", "owner", "why", "ambition", "weight", "due", "unit", "baseline", "target"];
    let shown = told.iter().filter_map(|name| Some(((*name).to_owned(), shown(table.get(*name)?))));
    shown.filter(|(name, value)| !(name == "weight" && value == "1")).collect()
}

fn shown(value: &Value) -> String {
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Datetime(date) => date.to_string(),
        other => panic!("no such value in a plan: {other}"),
    }
}

fn said(value: &Value) -> Said {
    let none = Table::new();
    let table = value.as_table();
    let part = |name: &str| table.unwrap_or(&none).get(name).map(shown).unwrap_or_default();
    let number = if table.is_some() { part("value") } else { shown(value) };
    let void = table.and_then(|table| table.get("void")).and_then(Value::as_bool).unwrap_or(false);
    saying(&number, &part("confidence"), &part("note"), void)
}

/// Writes out what a record says.
pub(crate) fn saying(value: &str, confidence: &str, note: &str, void: bool) -> Said {
    format!("[{value}|{confidence}|{note}{}]", if void { "|void" } else { "" })
}

impl Past {
    /// Every event of every commit, written out.
    pub(crate) fn events(&self) -> Vec<String> {
        let mut found = Vec::new();
        for commit in &self.commits {
            let names: BTreeSet<&GoalName> = commit
                .goals
                .keys()
                .chain(commit.parents.iter().flat_map(|at| self.commits[*at].goals.keys()))
                .collect();
            for name in names {
                let before: Vec<Option<&Goal>> =
                    commit.parents.iter().map(|at| self.commits[*at].goals.get(name)).collect();
                let mut events = Vec::new();
                events_of_goal(commit.goals.get(name), &before, &mut events);
                found.extend(events.iter().map(|event| format!("{} {name}{event}", commit.id)));
            }
        }
        found.sort();
        found
    }

    /// The commit that introduced each record of the tip as it now stands.
    pub(crate) fn witnesses(&self) -> BTreeMap<(GoalName, RecordName), &str> {
        let mut found = BTreeMap::new();
        for (name, goal) in &self.commits.last().expect("a tip").goals {
            for (record, said) in &goal.records {
                let holds = |at: usize| {
                    self.commits[at].goals.get(name).and_then(|goal| goal.records.get(record))
                        == Some(said)
                };
                let mut reached = BTreeSet::from([self.commits.len() - 1]);
                for at in (0..self.commits.len()).rev() {
                    if reached.contains(&at) {
                        reached.extend(self.commits[at].parents.iter().filter(|at| holds(**at)));
                    }
                }
                let introducing = reached
                    .iter()
                    .map(|at| &self.commits[*at])
                    .filter(|commit| !commit.parents.iter().any(|at| holds(*at)));
                let witness = introducing
                    .min_by_key(|commit| (commit.authored.0, &commit.id))
                    .expect("some commit brought it");
                found.insert((name.clone(), record.clone()), witness.id.as_str());
            }
        }
        found
    }
}

/// The events of one goal in one commit: whatever differs from every parent.
fn events_of_goal(now: Option<&Goal>, before: &[Option<&Goal>], events: &mut Vec<String>) {
    let none = BTreeMap::new();
    let records =
        |goal: Option<&Goal>| goal.map_or_else(|| none.clone(), |goal| goal.records.clone());
    let was: Vec<&Goal> = before.iter().flatten().copied().collect();
    match now {
        // The records of a plan that is deleted go without a word.
        None if was.len() == before.len() && !was.is_empty() => {
            return events.push(" deleted".to_owned());
        }
        None => return,
        Some(_) if was.is_empty() => events.push(" planned".to_owned()),
        Some(now) => plan_events(now, &was, events),
    }
    let new = records(now);
    let old: Vec<BTreeMap<RecordName, Said>> = before.iter().map(|goal| records(*goal)).collect();
    let names: BTreeSet<&RecordName> =
        new.keys().chain(old.iter().flat_map(|records| records.keys())).collect();
    for name in names {
        let after = new.get(name);
        if old.iter().any(|records| records.get(name) == after) {
            continue;
        }
        let was = old.iter().find_map(|records| records.get(name));
        let is_void = |said: &Said| said.ends_with("|void]");
        let kind = match (was, after) {
            (_, None) => "removed",
            (None, Some(_)) => "recorded",
            (Some(was), Some(now)) if is_void(now) && !is_void(was) => "voided",
            _ => "corrected",
        };
        let text = |said: Option<&Said>| said.map_or_else(|| "none".to_owned(), Said::clone);
        let key_result = name.0.as_ref().map(|id| format!(".{id}")).unwrap_or_default();
        events.push(format!("{key_result} {kind} {} {} {}", name.1, text(was), text(after)));
    }
}

fn plan_events(now: &Goal, was: &[&Goal], events: &mut Vec<String>) {
    let mut amended = |key_result: &str,
                       now: &BTreeMap<String, String>,
                       was: &[&BTreeMap<String, String>]| {
        let names: BTreeSet<&String> =
            now.keys().chain(was.iter().flat_map(|fields| fields.keys())).collect();
        let changes: Vec<String> = names
            .into_iter()
            .filter(|name| was.iter().all(|fields| fields.get(*name) != now.get(*name)))
            .map(|name| change(name, was.iter().find_map(|fields| fields.get(name)), now.get(name)))
            .collect();
        if !changes.is_empty() {
            events.push(format!("{key_result} amended {}", changes.join(" ")));
        }
    };
    amended("", &now.fields, &was.iter().map(|goal| &goal.fields).collect::<Vec<_>>());
    for (id, fields) in &now.key_results {
        let before: Vec<_> = was.iter().filter_map(|goal| goal.key_results.get(id)).collect();
        if !before.is_empty() {
            amended(&format!(".{id}"), fields, &before);
        }
    }
    for (id, fields) in &now.key_results {
        if was.iter().all(|goal| !goal.key_results.contains_key(id)) {
            events
                .push(format!(".{id} amended {}", change("key_result", None, fields.get("title"))));
        }
    }
    for (id, fields) in &was[0].key_results {
        let is_gone = !now.key_results.contains_key(id);
        if is_gone && was.iter().all(|goal| goal.key_results.contains_key(id)) {
            events
                .push(format!(".{id} amended {}", change("key_result", fields.get("title"), None)));
        }
    }
    let mut turned =
        |place: String, name: &str, word: &str, now: Option<&String>, was: &[Option<&String>]| {
            if !was.contains(&now) {
                let kind = if now.is_some() { word } else { "reopened" };
                let old = was.iter().flatten().next().copied();
                events.push(format!("{place} {kind} {}", change(name, old, now)));
            }
        };
    let before: Vec<_> = was.iter().map(|goal| goal.dropped.as_ref()).collect();
    turned(String::new(), "dropped", "dropped", now.dropped.as_ref(), &before);
    let before: Vec<_> = was.iter().map(|goal| goal.close.as_ref()).collect();
    turned(String::new(), "close", "closed", now.close.as_ref(), &before);
    for id in now.key_results.keys() {
        let before: Vec<_> = was.iter().map(|goal| goal.dropped_key_results.get(id)).collect();
        turned(format!(".{id}"), "dropped", "dropped", now.dropped_key_results.get(id), &before);
    }
}

/// Writes out the change of a field.
pub(crate) fn change(name: &str, old: Option<&String>, new: Option<&String>) -> String {
    let text = |value: Option<&String>| value.map_or("none", |value| value.as_str()).to_owned();
    format!("{name}: {} -> {};", text(old), text(new))
}

/// Objects as `git cat-file` hands them out.
pub(crate) struct Objects {
    git: Child,
    ask: ChildStdin,
    answers: BufReader<ChildStdout>,
    trees: HashMap<String, Vec<(String, String)>>,
}

impl Objects {
    /// Begins to read from a repository.
    pub(crate) fn of(repo: &Repo) -> Self {
        let mut git = repo
            .command("git")
            .args(["cat-file", "--batch"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("git runs");
        let ask = git.stdin.take().expect("piped");
        let answers = BufReader::new(git.stdout.take().expect("piped"));
        Self { git, ask, answers, trees: HashMap::new() }
    }

    /// Id and bytes of an object; nothing if it is missing.
    fn object(&mut self, name: &str) -> Option<(String, Vec<u8>)> {
        writeln!(self.ask, "{name}").expect("git listens");
        let mut header = String::new();
        self.answers.read_line(&mut header).expect("git answers");
        let parts: Vec<&str> = header.split_whitespace().collect();
        let [id, _, size] = parts[..] else { return None };
        let mut bytes = vec![0; size.parse::<usize>().ok()? + 1];
        self.answers.read_exact(&mut bytes).expect("git answers");
        bytes.pop();
        Some((id.to_owned(), bytes))
    }

    fn file(&mut self, commit: &str, path: &str) -> Table {
        let (_, bytes) = self.object(&format!("{commit}:{path}")).expect("the file is there");
        parsed(&String::from_utf8(bytes).expect("text"))
    }

    /// Path and text of every file below a tree.
    fn below(&mut self, tree: &str) -> Vec<(String, String)> {
        if let Some(known) = self.trees.get(tree) {
            return known.clone();
        }
        let Some((id, bytes)) = self.object(tree) else { return Vec::new() };
        if let Some(known) = self.trees.get(&id) {
            return known.clone();
        }
        let mut found = Vec::new();
        let mut rest = &bytes[..];
        while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
            let end = rest.iter().position(|byte| *byte == 0).expect("a name ends");
            let name = String::from_utf8(rest[space + 1..end].to_vec()).expect("text");
            let inner: String =
                rest[end + 1..end + 21].iter().map(|byte| format!("{byte:02x}")).collect();
            if rest.starts_with(b"40000") {
                let files = self.below(&inner);
                found
                    .extend(files.into_iter().map(|(path, text)| (format!("{name}/{path}"), text)));
            } else {
                let (_, text) = self.object(&inner).expect("the file is there");
                found.push((name, String::from_utf8(text).expect("text")));
            }
            rest = &rest[end + 21..];
        }
        self.trees.insert(id, found.clone());
        found
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // It ends by itself once nobody asks any more; a test that failed does not wait for that.
        let _ = self.git.kill();
        let _ = self.git.wait();
    }
}
