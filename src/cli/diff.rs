//! `goals diff`: what a change means, before it is merged.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::gates::{self, Gate};
use super::session::{bare, known_in, tell_of_fetches, working_tree};
use super::shared::{self, Global, Select};
use super::{Ending, clock, output};
use crate::date::Date;
use crate::error::{Error, Kind, Result};
use crate::history::History;
use crate::load::SETTINGS_FILE;
use crate::model::GoalRef;
use crate::pipeline::{self, Source, Workspace};
use crate::render::review::{self as shown, Markdown};
use crate::repo::{self, Depth, ObjectId, Repo, Snapshot, Staged};
use crate::review::{Review, Scope};

#[derive(Args)]
#[command(after_help = "\
`goals diff` shows what is not committed yet, `goals diff REV` what is different since REV,
`goals diff A B` and `A..B` what is different in B, and `A...B` what B did since it left A, as
forges show a pull request.

Exit codes: 0 told, 1 something that --exit-code or --fail-on asked about, 2 could not run.")]
pub(super) struct Arguments {
    /// The side before: a revision, or both sides as A..B or A...B [default: HEAD]
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// The side after: a revision [default: the working tree]
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Take what is staged for the next commit as the side after
    #[arg(long, visible_alias = "cached", conflicts_with = "head")]
    staged: bool,
    /// Tell the figures of both sides for this date [default: today]
    #[arg(long, value_name = "DATE", value_parser = shared::date)]
    as_of: Option<Date>,
    #[command(flatten)]
    select: Select,
    /// How to show it
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Human)]
    format: Format,
    /// Write Markdown whole, however long; otherwise it is cut to fit a comment
    #[arg(long)]
    full: bool,
    /// Exit with 1 if anything changed
    #[arg(long)]
    exit_code: bool,
    /// Exit with 1 if there is any of these: sections (moves, check-ins, goalposts, rewritten,
    /// structure, findings, questions) or rules, such as goalpost-moved
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = gates::parse)]
    fail_on: Vec<Gate>,
    /// In a shallow clone, fetch more of the history until A...B has a common commit
    #[arg(long)]
    deepen: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Human,
    /// For a comment on a pull request
    Markdown,
    /// For programs
    Json,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let range = Range::of(arguments)?;
    let root = root()?;
    let repo = open(&root)?;
    let repo = match &range.forked_from {
        Some(_) if arguments.deepen => deepened(&root, repo, &range)?,
        _ => repo,
    };
    tell_of_fetches(global, &repo);
    let sides = Sides::of(&repo, &range)?;
    let workspaces = sides.read(global, &repo, &root)?;
    let [before, after] = [&workspaces.0, &workspaces.1];
    known_in(&[&after.model, &before.model], &arguments.select)?;
    let today = clock::today()?;
    let as_of = arguments.as_of.unwrap_or(today);
    let history = || sides.history(global, &repo, after);
    let mut review = pipeline::review(before, after, history, as_of, today);
    keep(&mut review, &arguments.select, before, after);
    let text = match arguments.format {
        Format::Human => shown::human(&review, global.look()),
        Format::Json => shown::json(&review, sides.base, sides.head.commit()),
        Format::Markdown => {
            let whole = (!arguments.full).then(|| whole_command(arguments));
            shown::markdown(&review, &Markdown { whole })
        }
    };
    output::print(&text)?;
    let fails = arguments.fail_on.iter().any(|gate| gate.holds(&review))
        || (arguments.exit_code && !review.is_empty());
    Ok(if fails { Ending::Findings } else { Ending::Sound })
}

/// The command that shows what was cut.
fn whole_command(arguments: &Arguments) -> String {
    let staged = arguments.staged.then_some("--staged");
    let given = arguments.base.iter().chain(&arguments.head).map(String::as_str).chain(staged);
    let given: String = given.map(|word| format!("{word} ")).collect();
    format!("goals diff {given}--format markdown --full")
}

/// What the command line names.
struct Range {
    base: String,
    head: Option<String>,
    staged: bool,
    /// Of `A...B`, what was written.
    forked_from: Option<String>,
}

impl Range {
    fn of(arguments: &Arguments) -> Result<Self> {
        let or_head = |text: &str| if text.is_empty() { "HEAD" } else { text }.to_owned();
        let first = arguments.base.as_deref().unwrap_or("HEAD");
        let dots = if first.contains("...") { "..." } else { ".." };
        // A path with dots names a file in a revision, not a range.
        let Some((base, head)) = first.split_once(dots).filter(|_| !first.contains(':')) else {
            return Ok(Self {
                base: first.to_owned(),
                head: arguments.head.clone(),
                staged: arguments.staged,
                forked_from: None,
            });
        };
        if arguments.head.is_some() || arguments.staged {
            let message = format!("`{}` names both sides already", crate::text::printable(first));
            return Err(Error::new(Kind::Usage, message)
                .hint("give a range, or a revision and another side, not both"));
        }
        Ok(Self {
            base: or_head(base),
            head: Some(or_head(head)),
            staged: false,
            forked_from: (dots == "...").then(|| first.to_owned()),
        })
    }
}

fn root() -> Result<PathBuf> {
    let here = std::env::current_dir().map_err(|error| {
        Error::new(Kind::Io, format!("could not tell the current folder: {error}"))
    })?;
    repo::find_root(&here, SETTINGS_FILE).or_else(|error| bare(&here, repo::open).ok_or(error))
}

fn open(root: &Path) -> Result<Repo> {
    repo::open(root)?.ok_or_else(|| {
        let message =
            format!("`goals diff` needs a git repository, and `{}` is in none", root.display());
        Error::new(Kind::Git, message).hint("make one with `git init`")
    })
}

/// The repository, with enough of its history for the range to have a common commit.
fn deepened(root: &Path, repo: Repo, range: &Range) -> Result<Repo> {
    if repo.depth() == Depth::Complete {
        return Ok(repo);
    }
    repo::deepen(root, || {
        let repo = open(root)?;
        let head = range.head.as_deref().unwrap_or("HEAD");
        let (base, head) = (repo.resolve(&range.base)?, repo.resolve(head)?);
        Ok(repo.merge_base(base, head)?.is_some())
    })?;
    open(root)
}

/// The two sides, found in the repository.
struct Sides {
    /// The commit before the change; nothing on an unborn branch.
    base: Option<ObjectId>,
    head: After,
    /// The commit up to which commits can tell who did what.
    tip: Option<ObjectId>,
}

/// The side after.
enum After {
    Commit(ObjectId),
    Index,
    Folder,
}

impl After {
    fn commit(&self) -> Option<ObjectId> {
        match self {
            Self::Commit(id) => Some(*id),
            _ => None,
        }
    }
}

impl Sides {
    fn of(repo: &Repo, range: &Range) -> Result<Self> {
        let head = match &range.head {
            Some(head) => After::Commit(repo.resolve(head)?),
            None if repo.is_bare() => {
                return Err(Error::new(Kind::Usage, "a bare repository has no working tree")
                    .hint("name both sides: `goals diff A B`"));
            }
            None if range.staged => After::Index,
            None => After::Folder,
        };
        let standing = repo.head()?;
        let base = match range.base.as_str() {
            "HEAD" => standing,
            base => Some(repo.resolve(base)?),
        };
        let tip = head.commit().or(standing);
        let base = match (&range.forked_from, base, tip) {
            (Some(written), Some(base), Some(tip)) => Some(fork(repo, written, base, tip)?),
            (_, base, _) => base,
        };
        Ok(Self { base, head, tip })
    }

    fn read(&self, global: &Global, repo: &Repo, root: &Path) -> Result<(Workspace, Workspace)> {
        let before = match self.base {
            Some(base) => at(repo, base)?,
            None => nothing()?,
        };
        let after = match &self.head {
            After::Commit(commit) => at(repo, *commit)?,
            After::Index => pipeline::read(Source::Staged(&Staged::of(repo, root)?))?,
            After::Folder => working_tree(global, Some(repo), root)?,
        };
        let has = |side: &Workspace| side.snapshot.get(SETTINGS_FILE).is_some();
        if !has(&before) && !has(&after) {
            let message = format!("no `{SETTINGS_FILE}` on either side");
            return Err(Error::new(Kind::Workspace, message)
                .hint("the workspace was not there yet, or lay elsewhere"));
        }
        Ok((before, after))
    }

    /// The history of the commits between the sides; nothing where there are none, or where they
    /// cannot be read, as is said then.
    fn history(&self, global: &Global, repo: &Repo, after: &Workspace) -> Option<History> {
        let (base, tip) = (self.base?, self.tip?);
        if base == tip {
            return None;
        }
        let told = |error: &Error| {
            let message = format!("{}: who changed what is not told", error.message);
            output::warn(global, &message, error.hint.as_deref());
        };
        if repo.depth() == Depth::Shallow
            && !repo.merge_base(base, tip).is_ok_and(|found| found == Some(base))
        {
            output::note(
                global,
                "note: a shallow clone: who changed what may be missing\n\
                 help: `git fetch --unshallow` brings the rest; in CI check out with fetch-depth: 0",
            );
        }
        match pipeline::history_since(after, repo, base, tip) {
            Ok(history) => {
                let commits = crate::text::count(history.commit_count(), "commit");
                output::detail(
                    global,
                    &format!(
                        "history from {} to {}: {commits} that changed goals",
                        base.short(),
                        tip.short()
                    ),
                );
                Some(history)
            }
            Err(error) => {
                told(&error);
                None
            }
        }
    }
}

/// The commit from which the two sides of `A...B` went apart.
fn fork(repo: &Repo, written: &str, base: ObjectId, tip: ObjectId) -> Result<ObjectId> {
    if let Some(fork) = repo.merge_base(base, tip)? {
        return Ok(fork);
    }
    let written = crate::text::printable(written);
    Err(match repo.depth() {
        Depth::Shallow => Error::new(
            Kind::Git,
            format!("the two sides of `{written}` have no common commit in this shallow clone"),
        )
        .hint(
            "--deepen fetches until they have; or bring all with `git fetch --unshallow`; in CI check out with fetch-depth: 0",
        ),
        Depth::Complete => {
            Error::new(Kind::Git, format!("the two sides of `{written}` have no common commit"))
                .hint("two dots compare them all the same")
        }
    })
}

/// The workspace in a commit; an empty one where it was not there yet.
fn at(repo: &Repo, commit: ObjectId) -> Result<Workspace> {
    match repo.read_file(commit, SETTINGS_FILE)? {
        Some(_) => pipeline::read(Source::Revision(repo, commit)),
        None => nothing(),
    }
}

fn nothing() -> Result<Workspace> {
    pipeline::read(Source::Files(Snapshot::default()))
}

/// Keeps what is wanted, as it is on either side.
fn keep(review: &mut Review, select: &Select, before: &Workspace, after: &Workspace) {
    let is_all = select.cycle.is_none()
        && select.team.is_none()
        && select.owner.is_none()
        && select.tag.is_none();
    if is_all {
        return;
    }
    let selection = select.selection();
    let goal = |goal: &GoalRef| {
        let sides = [after, before].into_iter().filter_map(|side| side.model.goal(goal));
        sides.into_iter().any(|goal| selection.holds(goal))
    };
    let of_people = select.owner.is_some() || select.tag.is_some();
    let scope = |scope: &Scope| match scope {
        Scope::Goal(reference) => goal(reference),
        _ if of_people => false,
        Scope::Team { cycle, team } => selection.holds_team(cycle, team),
        Scope::Cycle(cycle) => select.team.is_none() && select.cycle.as_ref() == Some(cycle),
    };
    review.keep(goal, scope);
}
