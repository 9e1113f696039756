//! `goals completions`: the script that has a shell ask this program what could come next, and the
//! answers.
//!
//! A shell asks by running the program with the variable `COMPLETE`. What is offered comes from the
//! workspace around the current folder, without its history; where that is broken, nothing is
//! offered and nothing said. Only words that no shell gives a meaning to are offered.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::builder::StyledStr;
use clap::{Arg, Args, Command};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, ValueCompleter};
use clap_complete::env::{CompleteEnv, Shells};

use super::{Ending, clock, names, output};
use crate::check::RULES;
use crate::error::{Error, Kind, Result};
use crate::load::{CHECKINS_SUFFIX, SETTINGS_FILE};
use crate::model::{Measure, Model};
use crate::pipeline::{self, Source};
use crate::repo::program::Git;
use crate::repo::{self, Snapshot};
use crate::text::printable;

/// The variable by which a shell asks.
const VARIABLE: &str = "COMPLETE";

/// The most that is offered at once of what may be there by the thousand.
const MOST: usize = 2_000;

#[derive(Args)]
#[command(after_help = "Examples:
  bash        echo 'source <(goals completions bash)' >> ~/.bashrc
  zsh         echo 'source <(goals completions zsh)' >> ~/.zshrc      below compinit
  fish        echo 'goals completions fish | source' > ~/.config/fish/completions/goals.fish
  powershell  Add-Content $PROFILE 'goals completions powershell | Out-String | Invoke-Expression'
  elvish      echo 'eval (goals completions elvish | slurp)' >> ~/.config/elvish/rc.elv")]
pub(super) struct Arguments {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Shell {
    Bash,
    Zsh,
    Fish,
    Powershell,
    Elvish,
}

pub(super) fn run(arguments: &Arguments) -> Result<Ending> {
    let name = match arguments.shell {
        Shell::Bash => "bash",
        Shell::Zsh => "zsh",
        Shell::Fish => "fish",
        Shell::Powershell => "powershell",
        Shell::Elvish => "elvish",
    };
    let shells = Shells::builtins();
    let shell = shells.completer(name).expect("each of these shells is built in");
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, "goals", "goals", &program(), &mut script)
        .map_err(|error| Error::new(Kind::Io, format!("could not write the script: {error}")))?;
    output::print(&String::from_utf8_lossy(&script))?;
    Ok(Ending::Sound)
}

/// What the shell is to run: the name that it found this program by, or the place of it.
fn program() -> String {
    let name = std::env::args_os().next().unwrap_or_default();
    let path = PathBuf::from(name);
    match path.components().count() {
        0 | 1 => "goals".to_owned(),
        _ => std::path::absolute(&path).unwrap_or(path).to_string_lossy().into_owned(),
    }
}

/// Answers a shell, if one asks.
pub(super) fn answered(command: fn() -> Command) -> bool {
    let folder = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(move || completing(command()))
        .var(VARIABLE)
        .try_complete(std::env::args_os(), folder.as_deref());
    asked.unwrap_or(false)
}

/// The command line with what can stand in the place of each value, told by the value's name.
fn completing(command: Command) -> Command {
    let command = command.mut_args(|argument| match completer(&argument) {
        Some(offer) => argument.add(ArgValueCompleter::new(Offered(offer))),
        None => argument,
    });
    command.mut_subcommands(completing)
}

/// What can be offered in the place of a value.
#[derive(Clone, Copy)]
enum Offer {
    /// Whatever the workspace is.
    Anywhere(fn(&str) -> Vec<CompletionCandidate>),
    /// From its goals.
    Goals(fn(&Model, &str) -> Vec<CompletionCandidate>),
}

struct Offered(Offer);

impl ValueCompleter for Offered {
    fn complete(&self, current: &OsStr) -> Vec<CompletionCandidate> {
        let Some(current) = current.to_str() else { return Vec::new() };
        let found = match self.0 {
            Offer::Anywhere(offer) => Some(offer(current)),
            Offer::Goals(offer) => model().map(|model| offer(&model, current)),
        };
        found.unwrap_or_default()
    }
}

fn completer(argument: &Arg) -> Option<Offer> {
    let name = argument.get_value_names()?.first()?;
    Some(match (name.as_str(), argument.get_id().as_str()) {
        ("REF", _) => Offer::Goals(references),
        ("REF VALUE", _) => Offer::Goals(pairs),
        ("PERSON", _) => Offer::Goals(people),
        ("TEAM", _) => Offer::Goals(teams),
        ("TAG", _) => Offer::Goals(tags),
        ("CYCLE", _) | (_, "cycle") => Offer::Goals(cycles),
        ("RULE", _) => Offer::Anywhere(rules),
        ("REV", _) => Offer::Anywhere(revisions),
        _ => return None,
    })
}

/// The words of the command line that is being completed, and which of them it is.
fn words() -> (Vec<OsString>, usize) {
    let words: Vec<OsString> =
        std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
    let told = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
    let last = words.len().saturating_sub(1);
    (words, told.unwrap_or(last))
}

/// The folder that the command line is about: the current one, or that of `-C`.
fn folder() -> PathBuf {
    let (words, _) = words();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(word) = word.to_str() else { continue };
        if word == "-C" {
            return words.next().map_or_else(|| ".".into(), PathBuf::from);
        }
        if let Some(attached) = word.strip_prefix("-C") {
            return attached.into();
        }
    }
    ".".into()
}

/// The workspace's goals, without their records.
fn model() -> Option<Arc<Model>> {
    let root = repo::find_root(&folder(), SETTINGS_FILE).ok()?;
    let mut all = Snapshot::default();
    let mut settings = Snapshot::default();
    settings.insert(SETTINGS_FILE, repo::read_file(&root, SETTINGS_FILE).ok()??);
    let plans = pipeline::read(Source::Files(settings.clone())).ok()?.model.settings.plans.clone();
    repo::read_below(&root, &plans, ".toml", &mut all).ok()?;
    for (path, content) in all.below(&plans) {
        if !path.ends_with(CHECKINS_SUFFIX) {
            settings.insert(&**path, content.clone());
        }
    }
    Some(pipeline::read(Source::Files(settings)).ok()?.model)
}

/// A word that a shell takes as it is, and that is no option.
fn is_plain(word: &str) -> bool {
    let is_plain = |each: char| each.is_ascii_alphanumeric() || "-_./@+:".contains(each);
    !word.is_empty() && !word.starts_with('-') && word.chars().all(is_plain)
}

/// The words that go on from what is typed, each once, with what there is to say about them.
fn offered<'a>(
    current: &str,
    words: impl IntoIterator<Item = (String, Option<&'a str>)>,
) -> Vec<CompletionCandidate> {
    let mut fitting: Vec<(String, Option<&str>)> =
        words.into_iter().filter(|(word, _)| word.starts_with(current) && is_plain(word)).collect();
    fitting.sort();
    fitting.dedup_by(|later, earlier| later.0 == earlier.0);
    fitting.truncate(MOST);
    let candidate = |(word, help): (String, Option<&str>)| {
        let help = help.map(|help| StyledStr::from(said(help)));
        CompletionCandidate::new(word).help(help)
    };
    fitting.into_iter().map(candidate).collect()
}

/// A title as a shell may show it: one line, not long, and nothing that a prompt would expand.
fn said(title: &str) -> String {
    let shown: String = printable(title).chars().filter(|each| !"%`$\\".contains(*each)).collect();
    match shown.char_indices().nth(70) {
        Some((end, _)) => format!("{}…", &shown[..end]),
        None => shown,
    }
}

/// Goals and key results: those of the active cycles by their short names, any by the full one
/// once its cycle is begun, and a key result by its own id where there is one of that name.
fn references(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    let active = clock::today().map(|today| model.active_cycles(today)).unwrap_or_default();
    let mut words: Vec<(String, Option<&str>)> = Vec::new();
    for goal in &model.goals {
        let is_active = active.is_empty() || active.contains(&goal.reference.cycle.as_str());
        let key_results = goal.key_results.iter().filter_map(|key_result| {
            let id = key_result.id.as_deref()?;
            Some((Some(id), key_result.title.as_str()))
        });
        for (id, title) in std::iter::once((None, goal.title.as_str())).chain(key_results) {
            let full = goal.reference.with(id);
            if !full.starts_with(current) && !is_active {
                continue;
            }
            let short = full.split_once('/').map_or(full.as_str(), |(_, short)| short).to_owned();
            if is_active {
                words.push((short, Some(title)));
                words.extend(
                    id.filter(|_| !current.is_empty()).map(|id| (id.to_owned(), Some(title))),
                );
            }
            if !current.is_empty() {
                words.push((full, Some(title)));
            }
        }
    }
    words.retain(|(word, _)| word.starts_with(current));
    words.sort();
    // What names several things names none: only the full names of those are offered.
    let several: Vec<String> = words
        .windows(2)
        .filter(|pair| pair[0].0 == pair[1].0)
        .map(|pair| pair[0].0.clone())
        .collect();
    words.retain(|(word, _)| several.binary_search(word).is_err());
    offered(current, words)
}

/// A reference, then a value of what it names, and so on.
fn pairs(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    let (words, index) = words();
    let before = words.get(..index).unwrap_or(&words);
    let given =
        before.iter().position(|word| word == "checkin").map_or(before, |at| &before[at + 1..]);
    let given = positionals(given);
    match given.last() {
        Some(named) if given.len() % 2 == 1 => values(model, named, current),
        _ => references(model, current),
    }
}

/// The words of a check-in that are neither options nor values of options.
fn positionals(words: &[OsString]) -> Vec<&str> {
    const ALONE: [&str; 5] = ["--no-commit", "-q", "--quiet", "-v", "--verbose"];
    let mut found = Vec::new();
    let mut words = words.iter().filter_map(|word| word.to_str());
    while let Some(word) = words.next() {
        match word {
            option if option.starts_with("--") && option.contains('=') => {}
            option if ALONE.contains(&option) => {}
            option if option.starts_with('-') => _ = words.next(),
            word => found.push(word),
        }
    }
    found
}

/// What can be recorded for something, where that is a choice.
fn values(model: &Model, named: &str, current: &str) -> Vec<CompletionCandidate> {
    let Ok(today) = clock::today() else { return Vec::new() };
    let Ok((goal, at)) = names::resolve(model, named, today) else { return Vec::new() };
    let goal = &model.goals[goal];
    let own = at.or_else(|| goal.key_results.iter().position(|one| one.id.is_none()));
    match own.map(|at| &goal.key_results[at].measure) {
        Some(Some(Measure::Milestone(milestones))) => {
            offered(current, milestones.iter().map(|one| (one.id.clone(), one.title.as_deref())))
        }
        Some(Some(Measure::Binary)) => {
            offered(current, ["true", "false"].map(|word| (word.to_owned(), None)))
        }
        _ => Vec::new(),
    }
}

fn people(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    let known = model.settings.people.iter().flatten();
    let known = known.map(|(handle, person)| (handle.clone(), person.name.as_deref()));
    let owners = model.goals.iter().flat_map(|goal| {
        let key_results = goal.key_results.iter().filter_map(|one| one.owner.as_deref());
        goal.owner.as_deref().into_iter().chain(key_results)
    });
    let owners = owners.map(|owner| (owner.to_owned(), person_name(model, owner)));
    offered(current, known.chain(owners).collect::<Vec<_>>())
}

fn person_name<'a>(model: &'a Model, handle: &str) -> Option<&'a str> {
    model.settings.people.as_ref()?.get(handle)?.name.as_deref()
}

fn teams(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    let team_name =
        |team: &str| model.settings.teams.get(team).and_then(|team| team.name.as_deref());
    let named = model.settings.teams.keys().map(String::as_str);
    let of_goals = model.goals.iter().filter_map(|goal| goal.team.as_deref());
    let teams = named.chain(of_goals).map(|team| (team.to_owned(), team_name(team)));
    offered(current, teams.collect::<Vec<_>>())
}

fn tags(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    offered(current, model.goals.iter().flat_map(|goal| &goal.tags).map(|tag| (tag.clone(), None)))
}

fn cycles(model: &Model, current: &str) -> Vec<CompletionCandidate> {
    offered(current, model.cycles.keys().map(|cycle| (cycle.clone(), None)))
}

fn rules(current: &str) -> Vec<CompletionCandidate> {
    offered(current, RULES.iter().map(|rule| (rule.name.to_owned(), Some(rule.finds))))
}

/// Branches and tags.
fn revisions(current: &str) -> Vec<CompletionCandidate> {
    let arguments =
        ["for-each-ref", "--count=500", "--format=%(refname:short)", "refs/heads", "refs/tags"];
    let folder = folder();
    let Ok(output) = Git::default().run(Path::new(&folder), &arguments, b"") else {
        return Vec::new();
    };
    let names = String::from_utf8_lossy(&output.stdout);
    offered(current, names.lines().map(|name| (name.to_owned(), None)))
}
