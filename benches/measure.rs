//! Measures two contenders side by side: A B A B, after a warm-up.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Result;
use crate::generate::hermetic;

/// A sample of fast work is as many runs as fill this time.
const SAMPLE: Duration = Duration::from_millis(40);
const MOST_RUNS: usize = 40;

/// A program with its arguments; what it prints is thrown away.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    program: OsString,
    arguments: Vec<OsString>,
    folder: PathBuf,
    input: Option<PathBuf>,
}

/// What is measured.
pub(crate) enum Work<'a> {
    /// A program, from its start to its end.
    Program(Program),
    /// Something that this process does itself.
    Inside(Box<dyn Fn() -> Result<()> + 'a>),
}

/// One side of a comparison.
pub(crate) struct Contender<'a> {
    /// What is measured.
    pub(crate) work: Work<'a>,
    /// What is put right before each run, outside of the time.
    pub(crate) before: Option<Box<dyn Fn() -> Result<()> + 'a>>,
}

/// Median and quartiles.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    /// A quarter lies below.
    pub(crate) lower: f64,
    /// Half lies below.
    pub(crate) median: f64,
    /// Three quarters lie below.
    pub(crate) upper: f64,
}

/// What a comparison gave.
pub(crate) struct Comparison {
    /// Ours divided by the peer's, pair by pair.
    pub(crate) ratio: Spread,
    /// Ours, in seconds a run.
    pub(crate) ours: Spread,
    /// The peer's, in seconds a run.
    pub(crate) peer: Spread,
    /// Our peak of memory in KiB, where it can be told.
    pub(crate) our_peak_kib: Option<u64>,
    /// The peer's peak of memory in KiB, where it can be told.
    pub(crate) peer_peak_kib: Option<u64>,
}

impl Program {
    /// Names a program to be run in `folder`.
    pub(crate) fn new(program: impl Into<OsString>, folder: &Path) -> Self {
        let folder = folder.to_owned();
        Self { program: program.into(), arguments: Vec::new(), folder, input: None }
    }

    /// Adds arguments.
    pub(crate) fn with<A: Into<OsString>>(
        mut self,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Runs it in another folder.
    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        folder.clone_into(&mut self.folder);
        self
    }

    /// Gives it a file to read.
    pub(crate) fn reading(mut self, input: &Path) -> Self {
        self.input = Some(input.to_owned());
        self
    }

    /// Runs it once; an end other than success is an error.
    pub(crate) fn run(&self) -> Result<()> {
        self.finish(self.command(&self.program).args(&self.arguments))
    }

    /// Runs it once; what it prints.
    pub(crate) fn output(&self) -> Result<String> {
        let mut command = self.command(&self.program);
        let output = command.args(&self.arguments).stdout(Stdio::piped()).output()?;
        if output.status.success() {
            return Ok(String::from_utf8(output.stdout)?);
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned().into())
    }

    /// Runs it once more under `time -v` and reads its peak of memory.
    pub(crate) fn peak_kib(&self) -> Option<u64> {
        let told = tempfile::NamedTempFile::new().ok()?;
        let mut command = self.command(Path::new("/usr/bin/time").as_os_str());
        command.args(["-v", "-o"]).arg(told.path()).arg(&self.program).args(&self.arguments);
        self.finish(&mut command).ok()?;
        let told = fs::read_to_string(told.path()).ok()?;
        let line = told.lines().find(|line| line.contains("Maximum resident set size"))?;
        line.rsplit(' ').next()?.parse().ok()
    }

    fn command(&self, program: &std::ffi::OsStr) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdout(Stdio::null()).stderr(Stdio::piped());
        hermetic(&mut command);
        command
    }

    fn finish(&self, command: &mut Command) -> Result<()> {
        match &self.input {
            Some(path) => command.stdin(File::open(path)?),
            None => command.stdin(Stdio::null()),
        };
        let output = command.output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let first = said.lines().find(|line| !line.trim().is_empty()).unwrap_or("no message");
        Err(format!("{}: {first}", output.status).into())
    }
}

impl<'a> Contender<'a> {
    /// A program that needs nothing put right.
    pub(crate) fn program(program: Program) -> Self {
        Self { work: Work::Program(program), before: None }
    }

    /// Work of this process that needs nothing put right.
    pub(crate) fn inside(work: impl Fn() -> Result<()> + 'a) -> Self {
        Self { work: Work::Inside(Box::new(work)), before: None }
    }

    /// Puts something right before each run.
    pub(crate) fn after(mut self, before: impl Fn() -> Result<()> + 'a) -> Self {
        self.before = Some(Box::new(before));
        self
    }

    /// The time of one run.
    fn run(&self) -> Result<Duration> {
        self.prepare()?;
        let begun = Instant::now();
        match &self.work {
            Work::Program(program) => program.run()?,
            Work::Inside(work) => work()?,
        }
        Ok(begun.elapsed())
    }

    /// Seconds a run, over several.
    fn sample(&self, runs: usize) -> Result<f64> {
        let mut all = Duration::ZERO;
        for _ in 0..runs {
            all += self.run()?;
        }
        Ok(all.as_secs_f64() / runs as f64)
    }

    fn prepare(&self) -> Result<()> {
        self.before.as_ref().map_or(Ok(()), |before| before())
    }

    fn peak_kib(&self) -> Result<Option<u64>> {
        let Work::Program(program) = &self.work else { return Ok(None) };
        self.prepare()?;
        Ok(program.peak_kib())
    }
}

/// Compares two contenders over `pairs` pairs.
pub(crate) fn compare(
    ours: &Contender<'_>,
    peer: &Contender<'_>,
    pairs: usize,
) -> Result<Comparison> {
    let warm_up = |side: &Contender<'_>| -> Result<usize> {
        side.run()?;
        let once = side.run()?.as_secs_f64();
        Ok(((SAMPLE.as_secs_f64() / once).ceil() as usize).clamp(1, MOST_RUNS))
    };
    let (our_runs, peer_runs) = (warm_up(ours)?, warm_up(peer)?);
    let mut times = Vec::with_capacity(pairs);
    for _ in 0..pairs {
        times.push((ours.sample(our_runs)?, peer.sample(peer_runs)?));
    }
    Ok(Comparison {
        ratio: Spread::of(times.iter().map(|(ours, peer)| ours / peer)),
        ours: Spread::of(times.iter().map(|(ours, _)| *ours)),
        peer: Spread::of(times.iter().map(|(_, peer)| *peer)),
        our_peak_kib: ours.peak_kib()?,
        peer_peak_kib: peer.peak_kib()?,
    })
}

impl Spread {
    /// The median and quartiles of figures, between two of them in proportion; zeros for none.
    pub(crate) fn of(figures: impl IntoIterator<Item = f64>) -> Self {
        let mut figures: Vec<f64> = figures.into_iter().collect();
        figures.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = share * figures.len().saturating_sub(1) as f64;
            let below = figures.get(place.floor() as usize).copied().unwrap_or_default();
            let above = figures.get(place.ceil() as usize).copied().unwrap_or_default();
            below + (above - below) * place.fract()
        };
        Self { lower: at(0.25), median: at(0.5), upper: at(0.75) }
    }
}
