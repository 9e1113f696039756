//! The benchmarks: the work that must be fast, beside what a user would otherwise run on the same
//! repository, as one table of ratios.
//!
//! `cargo bench --bench goals -- [S|M|M-code|D|L|findings|report] [--pairs N] [--times] [--history|--changes]`

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a harness is a command line of its own"
)]

mod findings;
mod generate;
mod hugo;
mod kept;
mod measure;
mod random;
mod site;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use generate::{LAST_CYCLE, LAST_DAY, SIZES, Size, git};
use goals::date::Date;
use goals::diagnostic::Level;
use goals::history::{Event, EventKind};
use goals::pipeline::{self, Source, Workspace};
use goals::{history, repo};
use measure::{Contender, Program, Spread, compare};
use site::Threads;
use table::{Outcome, Row};

/// The allocator of the program: what is measured inside the library is measured with the same.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What the harness and its parts end with.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// Another program to measure than the one that cargo built.
const PROGRAM_VARIABLE: &str = "GOALS_BENCH_BIN";
const FEWEST_PAIRS: usize = 5;
/// The depth of a shallow clone.
const SHALLOW: &str = "60";
const USAGE: &str = "usage: cargo bench --bench goals -- [S|M|M-code|D|L|findings|report] [--pairs N] [--times] \
                     [--history|--changes]";

/// Sets the allocator up as the program does: with its own settings pages made on two cores take twice as long.
#[allow(unsafe_code, reason = "the allocator's options have no safe function")]
fn allocate_as_the_program() {
    const PURGE_DELAY: std::ffi::c_int = 15;
    // SAFETY: it stores a number, and no other thread runs yet.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, 5) };
}

fn main() -> ExitCode {
    allocate_as_the_program();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    // `cargo bench` says --bench; `cargo test --benches` does not.
    if !arguments.iter().any(|argument| argument == "--bench")
        || arguments.iter().any(|argument| argument == "--test")
    {
        println!("benchmarks run with `cargo bench`, not as tests");
        return ExitCode::SUCCESS;
    }
    match Options::read(&arguments).and_then(|options| run(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// What is measured alone.
#[derive(Clone, Copy)]
enum Only {
    Findings,
    Report,
}

/// What the command line asks for.
struct Options {
    size: Size,
    /// Only the rows of a workspace of 10,000 goals without a history: of its findings, or its report.
    only: Option<Only>,
    pairs: usize,
    shows_times: bool,
    /// Only what reads the history.
    history_only: bool,
    /// Only what tells of changes.
    changes_only: bool,
}

impl Options {
    fn read(arguments: &[String]) -> Result<Self> {
        let mut options = Self {
            size: size("M")?,
            only: None,
            pairs: FEWEST_PAIRS,
            shows_times: false,
            history_only: false,
            changes_only: false,
        };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                "--bench" => {}
                "--times" => options.shows_times = true,
                "findings" => options.only = Some(Only::Findings),
                "report" => options.only = Some(Only::Report),
                "--history" => options.history_only = true,
                "--changes" => options.changes_only = true,
                "--pairs" => {
                    let count = arguments.next().and_then(|count| count.parse().ok());
                    options.pairs =
                        count.filter(|count| *count >= FEWEST_PAIRS).ok_or_else(|| {
                            format!("--pairs takes a number of at least {FEWEST_PAIRS}\n{USAGE}")
                        })?;
                }
                name => options.size = size(name)?,
            }
        }
        Ok(options)
    }
}

fn size(name: &str) -> Result<Size> {
    let found = SIZES.into_iter().find(|size| size.name == name);
    found.ok_or_else(|| format!("`{name}` is no size of repository\n{USAGE}").into())
}

/// Measures everything; tells whether all that could be measured was.
fn run(options: &Options) -> Result<bool> {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().ok_or("no target folder")?;
    let all = target.join("bench");
    fs::create_dir_all(&all)?;
    let program = std::env::var_os(PROGRAM_VARIABLE)
        .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_goals")), PathBuf::from);
    match options.only {
        Some(Only::Findings) => {
            return run_findings(options, &program, &all.join("findings-scratch"));
        }
        Some(Only::Report) => return run_report(options, program, &all.join("report-scratch")),
        None => {}
    }
    let folder = generate::repository(&all, options.size)?;
    git(&folder, &["checkout", "--quiet", "--force", "main"])?;
    let bench = Bench {
        program,
        scratch: all.join(format!("{}-scratch", options.size.name)),
        folder,
        pairs: options.pairs,
    };
    site::remove(&bench.scratch)?;
    fs::create_dir_all(&bench.scratch)?;
    let workspace = bench.workspace()?;
    bench.introduce(options.size)?;
    if options.changes_only {
        let rows = bench.changes()?;
        println!("{}", table::shown(&rows, options.shows_times));
        site::remove(&bench.scratch)?;
        return Ok(!rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_))));
    }
    let mut rows = bench.history();
    if !options.history_only {
        rows.extend(bench.start());
        rows.extend(bench.values()?);
        rows.extend(bench.changes()?);
        rows.extend(bench.report(&workspace)?);
        rows.extend(check_findings(&bench.program, &bench.scratch, bench.pairs)?);
    }
    println!("{}", table::shown(&rows, options.shows_times));
    println!("{}", bench.library(&workspace)?);
    site::remove(&bench.scratch)?;
    Ok(!rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_))))
}

/// Measures only what a workspace full of findings takes.
fn run_findings(options: &Options, program: &Path, scratch: &Path) -> Result<bool> {
    site::remove(scratch)?;
    fs::create_dir_all(scratch)?;
    let rows = check_findings(program, scratch, options.pairs)?;
    println!("{}", table::shown(&rows, options.shows_times));
    if let Some(growth) = findings::growth(program, scratch)? {
        println!("{growth}");
    }
    site::remove(scratch)?;
    Ok(!rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_))))
}

/// Measures only the report of many goals without a history.
fn run_report(options: &Options, program: PathBuf, scratch: &Path) -> Result<bool> {
    site::set_aside(scratch)?;
    fs::create_dir_all(scratch)?;
    let folder = findings::workspace(scratch, findings::MANY)?;
    let workspace = pipeline::read(Source::Folder(&folder))?;
    let (pairs, scratch) = (options.pairs, scratch.to_owned());
    let bench = Bench { program, folder, scratch, pairs };
    println!("{} goals, no history; {} pairs against:", findings::MANY, pairs);
    println!("  {}\n", hugo::version().unwrap_or_else(|| "hugo: not installed".to_owned()));
    let rows = bench.report(&workspace)?;
    println!("{}", table::shown(&rows, options.shows_times));
    site::clear(&bench.scratch)?;
    Ok(!rows.iter().any(|row| matches!(row.outcome, Outcome::Failed(_))))
}

/// `goals check` with a finding in every goal, beside reading and parsing.
fn check_findings(program: &Path, scratch: &Path, pairs: usize) -> Result<Vec<Row>> {
    let root = findings::workspace(scratch, findings::MANY)?;
    findings::expect_one_each(program, &root, findings::MANY)?;
    let formats = ["human", "json", "sarif"].map(|format| {
        let ours = Contender::program(findings::check(program, &root, format));
        let work = format!("check, {} findings, {format}", findings::MANY);
        row(&work, "reading and parsing", &ours, &findings::parsing(&root), pairs)
    });
    Ok(formats.into())
}

fn row(work: &str, peer: &str, ours: &Contender<'_>, theirs: &Contender<'_>, pairs: usize) -> Row {
    eprintln!("{work} ÷ {peer} …");
    let outcome = match compare(ours, theirs, pairs) {
        Ok(comparison) => Outcome::Measured(comparison),
        Err(error) => Outcome::Failed(error.to_string()),
    };
    Row { work: work.to_owned(), peer: peer.to_owned(), outcome }
}

/// The day that everything is told for.
fn last_day() -> Result<Date> {
    Ok(goals::date::parse_date(&LAST_DAY.to_string()).ok_or("no date")?)
}

/// The repository, and what to measure on it.
struct Bench {
    program: PathBuf,
    folder: PathBuf,
    /// A folder for whatever is written on the way.
    scratch: PathBuf,
    pairs: usize,
}

impl Bench {
    /// Says what is measured on, and which peers are missing.
    fn introduce(&self, size: Size) -> Result<()> {
        let commits = git(&self.folder, &["rev-list", "--count", "main"])?;
        let tip = git(&self.folder, &["rev-parse", "--short=10", "main"])?;
        println!("{}: {} goals, {commits} commits, tip {tip}", size.name, size.goals);
        println!("{} pairs of {} against:", self.pairs, self.program.display());
        println!("  {}", git(&self.folder, &["--version"])?);
        println!("  {}", hugo::version().unwrap_or_else(|| "hugo: not installed".to_owned()));
        if !Path::new("/usr/bin/time").exists() {
            println!("  /usr/bin/time: not installed, so memory is not measured");
        }
        println!();
        Ok(())
    }

    /// Reads the generated workspace; one with errors would measure something else.
    fn workspace(&self) -> Result<Workspace> {
        let workspace = pipeline::read(Source::Folder(&self.folder))?;
        let as_of = last_day()?;
        let findings = pipeline::check(&workspace, None, as_of, as_of);
        let mut errors = findings.iter().filter(|finding| finding.level == Level::Error);
        match errors.next() {
            None => Ok(workspace),
            Some(first) => {
                let (rule, path) = (first.rule, &first.primary.place.path);
                let more = errors.count();
                Err(format!("the generated goals have errors: {rule} in {path}, and {more} more")
                    .into())
            }
        }
    }

    fn goals(&self, arguments: &[&str]) -> Program {
        Program::new(&self.program, &self.folder).with(arguments)
    }

    fn git(&self, arguments: &[&str]) -> Program {
        Program::new("git", &self.folder).with(arguments)
    }

    /// `goals <arguments>` on the last day of the history.
    fn goals_as_of(&self, arguments: &[&str]) -> Program {
        self.goals(arguments).with(["--as-of".to_owned(), LAST_DAY.to_string()])
    }

    fn git_log(&self) -> Contender<'_> {
        let log = ["log", "--raw", "--format=%H", "HEAD", "--", "goals"];
        Contender::program(self.git(&log))
    }

    fn row(&self, work: &str, peer: &str, ours: &Contender<'_>, theirs: &Contender<'_>) -> Row {
        row(work, peer, ours, theirs, self.pairs)
    }

    /// The whole history: read anew, and known from the last run.
    fn history(&self) -> Vec<Row> {
        let rollup = |more: &[&str]| {
            let ours = self.goals_as_of(&["rollup", "--format", "json"]).with(more);
            Contender::program(ours)
        };
        vec![
            self.row("rollup, whole history", LOG, &rollup(&["--no-cache"]), &self.git_log()),
            self.row("rollup, history kept", LOG, &rollup(&[]), &self.git_log()),
        ]
    }

    /// How soon the first answer is there.
    fn start(&self) -> Vec<Row> {
        let status = self.goals_as_of(&["status", "--cycle", LAST_CYCLE]);
        let cases = [
            ("--version", self.goals(&["--version"]), "git --version", self.git(&["--version"])),
            ("status of one cycle", status.clone(), "git --version", self.git(&["--version"])),
            ("status of one cycle", status, "git status", self.git(&["status"])),
        ];
        let compared = cases.map(|(work, ours, peer, theirs)| {
            self.row(work, peer, &Contender::program(ours), &Contender::program(theirs))
        });
        compared.into()
    }

    /// Figures that need the files but not the history.
    fn values(&self) -> Result<Vec<Row>> {
        let ours = Contender::program(self.goals_as_of(&["rollup", "--format", "csv"]));
        let find = ["goals", "-name", "*.toml", "-exec", "cat", "{}", "+"];
        let cat = Contender::program(Program::new("find", &self.folder).with(find));
        let listed =
            git(&self.folder, &["ls-tree", "-r", "--format=%(objectname)", "HEAD", "goals"])?;
        let ids = self.scratch.join("ids");
        fs::write(&ids, listed + "\n")?;
        let batch = Contender::program(self.git(&["cat-file", "--batch"]).reading(&ids));
        Ok(vec![
            self.row("rollup, no history", "find -exec cat", &ours, &cat),
            self.row("rollup, no history", "git cat-file --batch", &ours, &batch),
        ])
    }

    /// What a change means: a branch of some commits, here and in a shallow clone, and nothing at all.
    fn changes(&self) -> Result<Vec<Row>> {
        let shallow = self.scratch.join("shallow");
        let from = format!("file://{}", self.folder.display());
        let clone = ["clone", "--quiet", "--depth", SHALLOW, &from];
        let into = shallow.to_str().ok_or("a folder whose name is no text")?;
        git(&self.scratch, &[&clone[..], &[into]].concat())?;
        let mut rows = Vec::new();
        for (clone, folder) in [("", &self.folder), (", shallow clone", &shallow)] {
            for (commits, range) in
                [("one commit", "main~1...main"), ("50 commits", "main~50...main")]
            {
                let ours = self.goals_as_of(&["diff", range, "--format", "json"]).inside(folder);
                self.expect_own_commits(&ours, &range.replace("...", ".."))?;
                let theirs = self.git(&["diff", "--raw", range, "--", "goals"]).inside(folder);
                rows.push(self.row(
                    &format!("diff of {commits}{clone}"),
                    "git diff --raw",
                    &Contender::program(ours),
                    &Contender::program(theirs),
                ));
            }
        }
        let same = self.goals_as_of(&["diff", "main", "main", "--format", "json"]);
        let peer = self.git(&["diff", "--raw", "main", "main", "--", "goals"]);
        let (same, peer) = (Contender::program(same), Contender::program(peer));
        rows.push(self.row("diff of nothing", "git diff --raw", &same, &peer));
        Ok(rows)
    }

    /// A diff that told of other commits than those of the branch would measure something else.
    fn expect_own_commits(&self, diff: &Program, range: &str) -> Result<()> {
        let told = diff.output()?;
        let review: serde_json::Value = serde_json::from_str(&told)?;
        let own = git(&self.folder, &["rev-list", range])?;
        let authors = review["checkins"].as_array().ok_or("no check-ins")?.iter();
        let mut commits = authors.filter_map(|found| found["author"]["commit"].as_str());
        match commits.all(|commit| own.contains(commit)) {
            true => Ok(()),
            false => Err("the diff tells of check-ins from beyond its two sides".into()),
        }
    }

    /// The site: into a fresh folder, over an unchanged one, and beside Hugo.
    fn report(&self, workspace: &Workspace) -> Result<Vec<Row>> {
        let (fresh, same) = (self.scratch.join("fresh"), self.scratch.join("same"));
        let report = |folder: &Path| {
            self.goals_as_of(&["report"]).with([Path::new("--out").as_os_str(), folder.as_os_str()])
        };
        if let Err(error) = report(&same).run() {
            let outcome = Outcome::Failed(error.to_string());
            return Ok(vec![Row { work: "report".to_owned(), peer: String::new(), outcome }]);
        }
        let files = site::read(&same)?;
        let bytes: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
        println!("the report has {} files, {} KiB", files.len(), bytes / 1024);

        let plans = self.folder.join(&workspace.model.settings.plans);
        let ours = Contender::program(report(&fresh))
            .after(|| site::set_aside(&fresh).and_then(|()| site::warm(&plans)));
        let again = Contender::program(report(&same));
        let (written, rendered) = (&self.scratch.join("written"), &self.scratch.join("rendered"));
        let files = &files;
        let (same, aside) = (&same, || site::set_aside(written));
        let write =
            |threads| Contender::inside(move || site::write(written, files, threads)).after(aside);
        let read = |threads| Contender::inside(move || site::compare(same, files, threads));
        let stands = "report, nothing changed";
        let mut rows = site::with_input(workspace, last_day()?, |input| {
            let render = |threads| {
                Contender::inside(move || site::render(rendered, input, files, threads))
                    .after(|| site::set_aside(rendered))
            };
            let row = |work, threads, peer| self.row(work, peer, &render(threads), &write(threads));
            vec![
                row("pages, on one thread", Threads::One, "writing them so"),
                row("pages, on all cores", Threads::All, "writing them so"),
            ]
        });
        rows.extend([
            self.row("report, fresh folder", "writing on all cores", &ours, &write(Threads::All)),
            self.row(stands, "reading its bytes", &again, &read(Threads::One)),
            self.row(stands, "reading them on all cores", &again, &read(Threads::All)),
            self.beside_hugo(&ours, workspace)?,
        ]);
        Ok(rows)
    }

    fn beside_hugo(&self, ours: &Contender<'_>, workspace: &Workspace) -> Result<Row> {
        let (work, peer) = ("report, fresh folder", "hugo, the same pages");
        if hugo::version().is_none() {
            let outcome = Outcome::Missing("hugo is not installed".to_owned());
            return Ok(Row { work: work.to_owned(), peer: peer.to_owned(), outcome });
        }
        let source = self.scratch.join("hugo");
        hugo::source(&source, workspace, last_day()?)?;
        let (built, content) = (source.join("public"), source.join("content"));
        let hugo = Contender::program(Program::new("hugo", &source).with(["--quiet"]))
            .after(|| site::set_aside(&built).and_then(|()| site::warm(&content)));
        Ok(self.row(work, peer, ours, &hugo))
    }

    /// Where the time of the history goes, stage by stage, measured inside this process.
    fn library(&self, workspace: &Workspace) -> Result<String> {
        let mut tips = kept::Tips::made(&self.folder)?;
        let as_of = last_day()?;
        let plans = &workspace.model.settings.plans;
        let log = self.git(&["log", "--raw", "--format=%H", "HEAD", "--", "goals"]);
        let mut stages: [Vec<f64>; 6] = Default::default();
        let (mut told, mut recorded) = ((0, 0, 0), 0);
        for _ in 0..self.pairs {
            let peer = seconds(|| log.run())?.0;
            let Some(repo) = repo::open(&self.folder)? else { return Err("no repository".into()) };
            let head = repo.head()?.ok_or("no commits")?;
            let (files, _) = seconds(|| Ok(pipeline::read(Source::Folder(&self.folder))?))?;
            let (walk, commits) = seconds(|| Ok(repo.commits(head, plans)?))?;
            let (events, history) = seconds(|| {
                Ok(history::read(&commits, &repo.blobs()?, repo.depth(), &workspace.model)?)
            })?;
            let (rollup, _) = seconds(|| Ok(pipeline::rollup(workspace, Some(&history), as_of)))?;
            let more = tips.read(&self.folder, workspace, kept::MORE)?;
            let forced = tips.read(&self.folder, workspace, kept::FORCED)?;
            let all = [files, walk, events, rollup, more, forced];
            for (stage, taken) in stages.iter_mut().zip(all) {
                stage.push(taken / peer);
            }
            told = (commits.changing.len(), commits.graph.len(), history.event_count());
            let is_recorded = |event: &&Event| event.kind == EventKind::Recorded;
            recorded = history.events().into_iter().filter(is_recorded).count();
        }
        let (changing, all, events) = told;
        self.compare_with_trailers(recorded)?;
        let names = [
            "read the files",
            "walk the history",
            "history to events",
            "roll up",
            "kept, ten new commits",
            "kept, the last hundred rewritten",
        ];
        let mut shown = format!(
            "inside the library, ÷ {LOG} ({changing} of {all} commits changed goals, \
             {events} events)\n"
        );
        for (name, stage) in names.iter().zip(stages) {
            let spread = Spread::of(stage);
            shown += &format!("  {name:<32} {}\n", table::spread(spread));
        }
        Ok(shown)
    }

    /// Every generated check-in is one commit with one trailer: a history that tells of more or
    /// fewer is wrong, and its speed worth nothing.
    fn compare_with_trailers(&self, recorded: usize) -> Result<()> {
        let count = ["rev-list", "--count", "--grep=^Check-in: ", "main"];
        let expected = git(&self.folder, &count)?;
        if expected == recorded.to_string() {
            return Ok(());
        }
        Err(format!("{expected} check-ins were committed, and the history tells of {recorded}")
            .into())
    }
}

const LOG: &str = "git log --raw";

fn seconds<T>(work: impl FnOnce() -> Result<T>) -> Result<(f64, T)> {
    let begun = Instant::now();
    let made = work()?;
    Ok((begun.elapsed().as_secs_f64(), made))
}
