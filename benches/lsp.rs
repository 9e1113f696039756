//! How soon the language server answers: a client of the protocol types into a workspace of a
//! thousand goals and five thousand key results, and waits.
//!
//! `cargo bench --bench lsp -- [--goals N] [--keystrokes N]`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a harness is a command line of its own"
)]

mod random;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitCode, Stdio};
use std::time::Instant;

use goals::pipeline::{self, Source};
use random::Random;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Another program to measure than the one that cargo built.
const PROGRAM_VARIABLE: &str = "GOALS_BENCH_BIN";
/// 2026-11-21, noon UTC.
const TODAY: &str = "1795262400";
const KEY_RESULTS: usize = 5;
const WEEKS: usize = 7;
/// What an answer may take at the median, in milliseconds.
const BAR: f64 = 50.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not.
    if !arguments.iter().any(|argument| argument == "--bench") {
        println!("benchmarks run with `cargo bench`, not as tests");
        return ExitCode::SUCCESS;
    }
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    match run(number("--goals", 1_000), number("--keystrokes", 100)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// Measures; tells whether every median is below the bar.
fn run(goals: usize, keystrokes: usize) -> Result<bool> {
    let folder = tempfile::tempdir()?;
    let root = folder.path().canonicalize()?;
    let plan = workspace(&root, goals)?;
    println!("{goals} goals, {} key results, {WEEKS} records each", goals * KEY_RESULTS);
    stages(&root)?;
    let program = std::env::var_os(PROGRAM_VARIABLE)
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_goals")), PathBuf::from);
    let mut client = Client::start(&program, &root)?;
    let begun = Instant::now();
    client.open(&plan)?;
    client.await_version(1)?;
    println!("first findings after {:.0} ms", begun.elapsed().as_secs_f64() * 1e3);
    client.await_history()?;
    println!("history after {:.0} ms\n", begun.elapsed().as_secs_f64() * 1e3);
    let mut within = true;
    for work in Work::ALL {
        if !client.can(work) {
            println!("{:<28} not answered", work.name());
            continue;
        }
        client.measure(work)?;
        let busy = client.busy_ms();
        let mut taken = Vec::with_capacity(keystrokes);
        for _ in 0..keystrokes {
            taken.push(client.measure(work)?);
        }
        let busy = client.busy_ms().zip(busy).map(|(after, before)| after - before);
        let busy =
            busy.map(|busy| format!("   {:>6.2} ms of a processor", busy / keystrokes as f64));
        taken.sort_by(f64::total_cmp);
        let at = |share: f64| taken[((taken.len() - 1) as f64 * share).round() as usize];
        let (median, late) = (at(0.5), at(0.95));
        println!(
            "{:<28} median {median:>7.2} ms   95 % below {late:>7.2} ms{}",
            work.name(),
            busy.unwrap_or_default()
        );
        within &= median <= BAR;
    }
    if let Some(peak) = client.peak_kib() {
        println!("\npeak memory {:.0} MiB", peak as f64 / 1024.0);
    }
    client.end()?;
    println!(
        "every median is {} the bar of {BAR} ms",
        if within { "within" } else { "NOT within" }
    );
    Ok(within)
}

/// Where the time goes, stage by stage, measured inside this process.
fn stages(root: &Path) -> Result<()> {
    let today = goals::date::parse_date("2026-11-21").ok_or("no date")?;
    let read = Instant::now();
    let workspace = pipeline::read(Source::Folder(root))?;
    let read = read.elapsed();
    let files = workspace.snapshot.clone();
    let again = Instant::now();
    let workspace = pipeline::read(Source::Files(files))?;
    let again = again.elapsed();
    let rollup = Instant::now();
    let figures = pipeline::rollup(&workspace, None, today);
    let rollup = rollup.elapsed();
    let check = Instant::now();
    let found = pipeline::check_with(&workspace, &figures, None, today, today);
    let check = check.elapsed();
    println!(
        "in one process: files {read:.1?}, of those at hand {again:.1?}, rollup {rollup:.1?}, check {check:.1?} ({} findings)",
        found.len()
    );
    Ok(())
}

/// Something that is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Work {
    Findings,
    FindingsOfRecords,
    Hover,
    HoverAtRest,
    Completion,
    Lenses,
    Hints,
}

impl Work {
    const ALL: [Self; 7] = [
        Self::Findings,
        Self::FindingsOfRecords,
        Self::Hover,
        Self::HoverAtRest,
        Self::Completion,
        Self::Lenses,
        Self::Hints,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Findings => "keystroke to findings",
            Self::FindingsOfRecords => "the same, in records",
            Self::Hover => "keystroke to hover",
            Self::HoverAtRest => "hover",
            Self::Completion => "keystroke to completion",
            Self::Lenses => "keystroke to lenses",
            Self::Hints => "keystroke to hints",
        }
    }

    /// The method, and what the server says that it can do.
    fn method(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::Findings | Self::FindingsOfRecords => None,
            Self::Hover | Self::HoverAtRest => Some(("textDocument/hover", "hoverProvider")),
            Self::Completion => Some(("textDocument/completion", "completionProvider")),
            Self::Lenses => Some(("textDocument/codeLens", "codeLensProvider")),
            Self::Hints => Some(("textDocument/inlayHint", "inlayHintProvider")),
        }
    }
}

/// A client of the protocol, and the server that it started.
struct Client {
    server: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    root: PathBuf,
    abilities: Value,
    plan: String,
    version: i64,
    asked: i64,
    /// Whether the server said that there is more to be told.
    remembers: bool,
    /// The version of the open file that findings were last told of.
    told: i64,
}

impl Client {
    fn start(program: &Path, root: &Path) -> Result<Self> {
        let mut server = Command::new(program)
            .arg("lsp")
            .current_dir(root)
            .env("SOURCE_DATE_EPOCH", TODAY)
            .env("XDG_CACHE_HOME", root.join(".cache"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let input = server.stdin.take().ok_or("no input")?;
        let output = BufReader::new(server.stdout.take().ok_or("no output")?);
        let mut client = Self {
            server,
            input,
            output,
            root: root.to_owned(),
            abilities: Value::Null,
            plan: String::new(),
            version: 0,
            asked: 0,
            remembers: false,
            told: 0,
        };
        let capabilities = json!({
            "workspace": { "codeLens": { "refreshSupport": true } },
            "textDocument": { "publishDiagnostics": { "codeDescriptionSupport": true, "relatedInformation": true } },
        });
        let uri = format!("file://{}", root.display());
        let welcome =
            client.ask("initialize", json!({ "rootUri": uri, "capabilities": capabilities }))?;
        client.abilities = welcome["capabilities"].clone();
        client.tell("initialized", json!({}))?;
        Ok(client)
    }

    fn uri(&self) -> String {
        format!("file://{}", self.root.join(&self.plan).display())
    }

    /// Opens a file, and closes the one that was open before.
    fn open(&mut self, plan: &str) -> Result<()> {
        if !self.plan.is_empty() {
            let document = json!({ "uri": self.uri() });
            self.tell("textDocument/didClose", json!({ "textDocument": document }))?;
        }
        self.plan = plan.to_owned();
        self.version = 1;
        self.told = 0;
        let text = fs::read_to_string(self.root.join(plan))?;
        let document =
            json!({ "uri": self.uri(), "languageId": "toml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }))
    }

    fn can(&self, work: Work) -> bool {
        work.method().is_none_or(|(_, ability)| !self.abilities[ability].is_null())
    }

    /// Types a character, or takes it back, and waits for the answer, in milliseconds.
    fn measure(&mut self, work: Work) -> Result<f64> {
        let plan = self.plan.replace(".checkins.toml", ".toml");
        let wanted = match work {
            Work::FindingsOfRecords => plan.replace(".toml", ".checkins.toml"),
            _ => plan,
        };
        if wanted != self.plan {
            self.open(&wanted)?;
            self.await_version(1)?;
        }
        let begun = Instant::now();
        if work != Work::HoverAtRest {
            self.keystroke()?;
        }
        match work.method() {
            None => self.await_version(self.version)?,
            Some((method, _)) => {
                let mut params = json!({ "textDocument": { "uri": self.uri() } });
                params["position"] = json!({ "line": 8, "character": 2 });
                params["range"] = json!({
                    "start": { "line": 0, "character": 0 },
                    "end": { "line": 99, "character": 0 },
                });
                self.ask(method, params)?;
            }
        }
        let taken = begun.elapsed().as_secs_f64() * 1e3;
        // What was asked in between has been told by the time the next key is hit.
        if work.method().is_some() && work != Work::HoverAtRest {
            self.await_version(self.version)?;
        }
        Ok(taken)
    }

    /// Types a character at the end of a comment in the first line, or takes it back.
    fn keystroke(&mut self) -> Result<()> {
        self.version += 1;
        let (end, text) = if self.version % 2 == 0 { (2, "x") } else { (3, "") };
        let range = json!({
            "start": { "line": 0, "character": 2 },
            "end": { "line": 0, "character": end },
        });
        let document = json!({ "uri": self.uri(), "version": self.version });
        let change = json!({ "range": range, "text": text });
        self.tell(
            "textDocument/didChange",
            json!({ "textDocument": document, "contentChanges": [change] }),
        )
    }

    /// Waits for the findings of a version of the open file, unless they have come while something
    /// else was waited for.
    fn await_version(&mut self, version: i64) -> Result<()> {
        while self.told != version {
            self.hear()?;
        }
        Ok(())
    }

    fn await_history(&mut self) -> Result<()> {
        while !self.remembers {
            self.hear()?;
        }
        self.keystroke()?;
        self.await_version(self.version)
    }

    fn ask(&mut self, method: &str, params: Value) -> Result<Value> {
        self.asked += 1;
        let id = self.asked;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }))?;
        loop {
            let message = self.hear()?;
            if message["id"] == id && message["method"].is_null() {
                return match message.get("error") {
                    Some(error) => Err(error.to_string().into()),
                    None => Ok(message["result"].clone()),
                };
            }
        }
    }

    fn tell(&mut self, method: &str, params: Value) -> Result<()> {
        self.say(&json!({ "jsonrpc": "2.0", "method": method, "params": params }))
    }

    fn say(&mut self, message: &Value) -> Result<()> {
        let text = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{text}", text.len())?;
        Ok(self.input.flush()?)
    }

    fn hear(&mut self) -> Result<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line)? == 0 {
                return Err("the server is gone".into());
            }
            match line.trim_end().strip_prefix("Content-Length: ") {
                Some(digits) => length = digits.parse()?,
                None => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body)?;
        let message: Value = serde_json::from_slice(&body)?;
        let params = &message["params"];
        match message["method"].as_str() {
            Some("workspace/codeLens/refresh") => self.remembers = true,
            Some("textDocument/publishDiagnostics") if params["uri"] == self.uri().as_str() => {
                // A file that is closed is told of without a version.
                self.told = params["version"].as_i64().unwrap_or(self.told);
            }
            _ => {}
        }
        Ok(message)
    }

    /// How long the server's threads have kept a processor busy, where the system tells it.
    fn busy_ms(&self) -> Option<f64> {
        let threads = fs::read_dir(format!("/proc/{}/task", self.server.id())).ok()?;
        let of_thread = |thread: std::io::Result<fs::DirEntry>| -> Option<f64> {
            let told = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            told.split_whitespace().next()?.parse().ok()
        };
        let nanoseconds: f64 = threads.filter_map(of_thread).sum();
        (nanoseconds > 0.0).then_some(nanoseconds / 1e6)
    }

    /// The most memory that the server has had, where the system tells it.
    fn peak_kib(&self) -> Option<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.server.id())).ok()?;
        let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
        line.split_whitespace().nth(1)?.parse().ok()
    }

    fn end(mut self) -> Result<()> {
        self.ask("shutdown", Value::Null)?;
        self.tell("exit", Value::Null)?;
        let status = self.server.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the server ended with {status}").into())
        }
    }
}

/// Writes a workspace and commits it week by week; the plan to type into.
fn workspace(root: &Path, goals: usize) -> Result<String> {
    let mut random = Random::new(11);
    write(root, "goals.toml", "format = 1\nname = \"Northwind\"\n")?;
    let tops = 20.min(goals);
    let mut plans = Vec::new();
    for number in 0..goals {
        let (path, parent) = match number.checked_sub(tops) {
            None => (format!("goals/2026/top-{number}"), None),
            Some(rest) => {
                (format!("goals/2026-q4/team-{}/goal-{number}", rest % 40), Some(rest % tops))
            }
        };
        write(root, &format!("{path}.toml"), &plan(&mut random, parent))?;
        plans.push(path);
    }
    git(root, &["init", "-q", "-b", "main"])?;
    commit(root, "2026-10-01")?;
    for week in 1..=WEEKS {
        for (number, path) in plans.iter().enumerate() {
            write(root, &format!("{path}.checkins.toml"), &records(number, week))?;
        }
        commit(root, &format!("2026-{:02}-{:02}", 10 + (week * 7) / 31, 1 + (week * 7) % 31 % 28))?;
    }
    plans.last().map(|path| format!("{path}.toml")).ok_or_else(|| "no goals".into())
}

fn plan(random: &mut Random, parent: Option<usize>) -> String {
    const DOING: [&str; 12] = [
        "Shorten", "Raise", "Win", "Keep", "Halve", "Open", "Calm", "Grow", "Find", "Ease", "Free",
        "Mend",
    ];
    const WHAT: [&str; 16] = [
        "deployments",
        "renewals",
        "onboarding",
        "latency",
        "invoices",
        "support queues",
        "outages",
        "trials",
        "partners",
        "audits",
        "backups",
        "builds",
        "searches",
        "imports",
        "payments",
        "reviews",
    ];
    const WHOM: [&str; 14] = [
        "new customers",
        "large accounts",
        "the field team",
        "small shops",
        "schools",
        "hospitals",
        "auditors",
        "developers",
        "night shifts",
        "newcomers",
        "resellers",
        "clinics",
        "cities",
        "airports",
    ];
    let is_due_early = random.one_in(8);
    let mut title = || {
        let (doing, what, whom) = (random.of(&DOING), random.of(&WHAT), random.of(&WHOM));
        format!("{doing} {what} for {whom}")
    };
    let mut text = format!(
        "# \ntitle = \"{}\"\nwhy = \"It is what people ask for.\"\nowner = \"ana\"\nambition = \"aspirational\"\n",
        title()
    );
    if is_due_early {
        text += "due = 2026-12-11\n";
    }
    if let Some(parent) = parent {
        text += &format!("contributes_to = [\"2026/top-{parent}\"]\n");
    }
    for number in 0..KEY_RESULTS {
        text += &format!(
            "\n[key_results.kr-{number}]\ntitle = \"{} from 0 to 100\"\nunit = \"points\"\nbaseline = 0\ntarget = 100\nsource = \"https://example.com/{number}\"\n",
            title()
        );
    }
    text
}

fn records(goal: usize, weeks: usize) -> String {
    let mut text = String::from("# \n");
    for number in 0..KEY_RESULTS {
        text += &format!("[kr-{number}]\n");
        for week in 1..=weeks {
            let day = week * 7;
            let (month, day) = if day <= 31 { (10, day) } else { (11, day - 31) };
            let value = week * (3 + (goal + number) % 11);
            let confidence = 4 + (goal + week) % 4;
            text += &format!(
                "2026-{month}-{day:02} = {{ value = {value}, confidence = {confidence}, note = \"as planned\" }}\n"
            );
        }
    }
    text
}

fn write(root: &Path, path: &str, text: &str) -> Result<()> {
    let file = root.join(path);
    fs::create_dir_all(file.parent().ok_or("no folder")?)?;
    Ok(fs::write(file, text)?)
}

fn commit(root: &Path, day: &str) -> Result<()> {
    git(root, &["add", "-A"])?;
    let date = format!("{day}T12:00:00+0000");
    git(
        root,
        &[
            "-c",
            "user.name=Ana",
            "-c",
            "user.email=ana@northwind.example",
            "commit",
            "-q",
            "-m",
            day,
            "--date",
            &date,
        ],
    )
}

fn git(root: &Path, arguments: &[&str]) -> Result<()> {
    let output = Command::new("git")
        .args(arguments)
        .current_dir(root)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
}
