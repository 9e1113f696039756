//! The command line: arguments, clock, environment and printing; one file for each command.
//!
//! Everything that is computed is computed below this. A command turns arguments into calls of the
//! pipeline, prints what comes back, and says by its exit code how it went: 0 sound, 1 findings,
//! 2 could not run.

mod carry;
mod amount;
mod cache;
mod check;
mod checkin;
mod clock;
mod close;
mod completions;
mod demo;
mod diff;
mod doctor;
mod editors;
mod explain;
mod fmt;
mod fixing;
mod gates;
mod init;
mod log;
mod lsp;
mod man;
mod merge_driver;
mod names;
mod new;
mod output;
mod outputs;
mod plan_edit;
mod progress;
mod publish;
mod rename;
mod report;
mod rollup;
mod schema;
mod session;
mod shared;
mod smart;
mod stale;
mod status;
mod stdin_plan;
mod values;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

use crate::error::Error;
use shared::Global;

/// Keep objectives, key results and check-ins as files in git; check them, roll them up, publish
/// them.
#[derive(Parser)]
#[command(name = "goals", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "New here? `goals demo` makes a sample repository and its report; `goals init` begins your own."
)]
struct Arguments {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Begin a workspace in a folder
    Init(init::Arguments),
    /// Make a sample repository with a year of history, and its report
    Demo(demo::Arguments),
    /// Begin a plan
    New(new::Arguments),
    /// Find every mistake in every file
    Check(check::Arguments),
    /// Show a rule's page, or list the rules
    Explain(explain::Arguments),
    /// Record values, confidence and notes, as one commit
    Checkin(checkin::Arguments),
    /// Look back on a goal that is over: its score, a verdict, what was learned
    Close(close::Arguments),
    /// Carry what is unfinished of a goal into a later cycle
    Carry(carry::Arguments),
    /// Give a goal or key result another id, and keep its history
    Rename(rename::Arguments),
    /// Put records in order, one a line
    Fmt(fmt::Arguments),
    /// Show how goals stand
    Status(status::Arguments),
    /// Show which check-ins are overdue, by owner
    Stale(stale::Arguments),
    /// Show the SMART scorecard, letter by letter
    Smart(smart::Arguments),
    /// Show who recorded and changed what, when
    Log(log::Arguments),
    /// Show what a change means before it is merged
    Diff(diff::Arguments),
    /// Print every figure, for other programs
    Rollup(rollup::Arguments),
    /// Render the static site
    Report(report::Arguments),
    /// Tell what stands in the way, and how to cure it
    Doctor(doctor::Arguments),
    /// Show or remove what is kept of the history from one run to the next
    Cache(cache::Arguments),
    /// Print the JSON Schema of goal files, for editors, or of an output
    Schema(schema::Arguments),
    /// Answer an editor, over standard input and output
    Lsp(lsp::Arguments),
    /// Print the script that completes commands and names in a shell
    Completions(completions::Arguments),
    /// Write the manual's pages into a folder
    Man(man::Arguments),
    /// Merge two sides of a goal file, for git
    #[command(hide = true)]
    MergeDriver(merge_driver::Arguments),
}

/// How a command ended that could run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// All is well.
    Sound,
    /// There are findings that count as errors, or differences that were asked about.
    Findings,
    /// Nothing could be merged, in the way that git is told so.
    Impossible,
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    if completions::answered(Arguments::command) {
        return ExitCode::SUCCESS;
    }
    let matches = Arguments::command().try_get_matches();
    let arguments = match matches.and_then(|matches| Arguments::from_arg_matches(&matches)) {
        Ok(arguments) => arguments,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            // Nothing is left to be done if even this cannot be printed.
            let _ = error.print();
            return ExitCode::from(code);
        }
    };
    let global = arguments.global;
    match run(&global, arguments.command) {
        Ok(Ending::Sound) => ExitCode::SUCCESS,
        Ok(Ending::Findings) => ExitCode::from(1),
        Ok(Ending::Impossible) => ExitCode::from(129),
        Err(error) => {
            output::complain(&global, &error);
            ExitCode::from(2)
        }
    }
}

fn run(global: &Global, command: Command) -> Result<Ending, Error> {
    if let Some(folder) = &global.directory {
        std::env::set_current_dir(folder).map_err(|error| Error::io("enter", folder, &error))?;
    }
    match command {
        Command::Init(arguments) => init::run(global, &arguments),
        Command::Demo(arguments) => demo::run(global, &arguments),
        Command::New(arguments) => new::run(global, &arguments),
        Command::Check(arguments) => check::run(global, &arguments),
        Command::Explain(arguments) => explain::run(global, &arguments),
        Command::Checkin(arguments) => checkin::run(global, &arguments),
        Command::Close(arguments) => close::run(global, &arguments),
        Command::Carry(arguments) => carry::run(global, &arguments),
        Command::Rename(arguments) => rename::run(global, &arguments),
        Command::Fmt(arguments) => fmt::run(global, &arguments),
        Command::Status(arguments) => status::run(global, &arguments),
        Command::Stale(arguments) => stale::run(global, &arguments),
        Command::Smart(arguments) => smart::run(global, &arguments),
        Command::Log(arguments) => log::run(global, &arguments),
        Command::Diff(arguments) => diff::run(global, &arguments),
        Command::Rollup(arguments) => rollup::run(global, &arguments),
        Command::Report(arguments) => report::run(global, &arguments),
        Command::Doctor(arguments) => doctor::run(global, &arguments),
        Command::Cache(arguments) => cache::run(global, &arguments),
        Command::Schema(arguments) => schema::run(global, &arguments),
        Command::Lsp(arguments) => lsp::run(global, &arguments),
        Command::Completions(arguments) => completions::run(&arguments),
        Command::Man(arguments) => man::run(&arguments, Arguments::command()),
        Command::MergeDriver(arguments) => Ok(merge_driver::run(global, &arguments)),
    }
}
