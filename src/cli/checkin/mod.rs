//! `goals checkin`: one record or many, one commit.

mod answers;
mod conversation;
mod delimited;
mod due;
mod entry;
mod message;
mod mistakes;
mod note;
mod pairs;
mod recorder;
mod summary;
mod table;
mod walk;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::names;
use super::session::Session;
use super::shared::{Global, When, stamp};
use super::{Ending, clock, output};
use crate::date::Stamp;
use crate::error::{Error, Kind, Result};
use crate::load;
use crate::repo::program::Git;
use crate::repo::record::{self, Finish, RecordError, Recorded, Recording, Uncommitted, record};
use crate::repo::{self, Content};
use crate::text::{count, printable};
use entry::{Entry, Present};
use pairs::Said;
use recorder::{Existing, Recorder, Refusal, Told};

#[derive(Args)]
#[command(after_help = "Values:
  180  1,250  45%  180min   a number, in the measure's own unit if one is written
  +5  -3                    so much more or less than the last value
  =-3                       a number below zero
  yes  no                   done or not
  drafted                   the id of a milestone
  -                         not measured; say why with -m

Examples:
  goals checkin lead-time 180
  goals checkin lead-time 180 --confidence 7 -m \"canary on for three services\"
  goals checkin lead-time 180 rollbacks 2      two records, one commit
  goals checkin calm-deploys --confidence 6    the goal as a whole
  goals checkin lead-time -m \"dashboard down\"  not measured, and why
  goals checkin lead-time --void --on 2026-10-26 -m \"wrong dashboard\"
  goals checkin --from values.csv              many at once; columns ref,value,date,…
  goals checkin                                on a terminal: asks about what is due")]
pub(super) struct Arguments {
    /// What, and its value; several pairs make one commit
    #[arg(value_name = "REF VALUE", allow_negative_numbers = true)]
    pairs: Vec<String>,
    /// What there is to say; several make paragraphs
    #[arg(short = 'm', long = "note", value_name = "NOTE")]
    note: Vec<String>,
    /// Read what there is to say from a file, or from standard input for -
    #[arg(short = 'F', long, value_name = "FILE", conflicts_with = "note")]
    note_file: Option<PathBuf>,
    /// Write what there is to say in an editor
    #[arg(short, long)]
    edit: bool,
    /// How sure you are to get there, 0 to 10
    #[arg(long, value_name = "N", value_parser = entry::confidence, allow_negative_numbers = true)]
    confidence: Option<u8>,
    /// The date that the value was true on, with a time if there are several: 2026-10-05T14:30 [default: today]
    #[arg(long, value_name = "DATE", value_parser = stamp)]
    on: Option<Stamp>,
    /// Who took the value, if it was not you
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Take back what is recorded for the date: it stays to be read and counts for nothing
    #[arg(
        long,
        requires = "pairs",
        conflicts_with_all = ["confidence", "by", "from", "interactive", "owner", "all"]
    )]
    void: bool,
    /// Record anew what was taken back, and `-` over a value; with --from, also over what says otherwise
    #[arg(long, conflicts_with = "void")]
    replace: bool,
    /// Edit the file and leave the commit to you
    #[arg(long)]
    no_commit: bool,
    /// Record every row of a file, or of standard input for -, in one commit: CSV with the columns
    /// ref, value, date, confidence, note, by, or one JSON object a line with these keys
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["pairs", "note", "note_file", "edit", "confidence", "interactive", "owner", "all"]
    )]
    from: Option<PathBuf>,
    /// The format of --from: csv or ndjson [default: by the name of the file, or by how it begins]
    #[arg(long, value_enum, value_name = "FORMAT", requires = "from", hide_possible_values = true)]
    from_format: Option<table::Format>,
    /// Ask about what is due, also where input is no terminal
    #[arg(short, long, conflicts_with_all = ["pairs", "note", "note_file", "edit", "confidence"])]
    interactive: bool,
    /// Ask about what this person owns, instead of you
    #[arg(long, value_name = "PERSON", conflicts_with = "pairs")]
    owner: Option<String>,
    /// Ask about everything that can be worked on, due or not
    #[arg(long, conflicts_with = "pairs")]
    all: bool,
}

/// The command at work.
struct Checkin<'a> {
    global: &'a Global,
    session: Session<'a>,
    arguments: &'a Arguments,
    present: Present,
    /// The date of what has none of its own.
    stamp: Stamp,
    git: Git,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let when = When { as_of: None, rev: None, require_history: false };
    let git = Git::default();
    if !arguments.no_commit {
        take_back_interrupted(global, &git);
    }
    let session = Session::open(global, &when)?;
    let now = clock::now()?;
    let present =
        Present { date: session.as_of, minute: now.hour() as u16 * 60 + now.minute() as u16 };
    let stamp = arguments.on.unwrap_or_else(|| session.as_of.into());
    present.refuse_future(stamp)?;
    if let Some(by) = &arguments.by {
        entry::known_person(&session.workspace.model, by)?;
    }
    let checkin = Checkin { global, session, arguments, present, stamp, git };
    match &arguments.from {
        Some(path) => checkin.tabled(path),
        None if arguments.pairs.is_empty() => checkin.walk(),
        None => checkin.typed(),
    }
}

/// Takes back what a check-in that was killed left behind, before anything is read, and says so.
fn take_back_interrupted(global: &Global, git: &Git) {
    let here = std::env::current_dir();
    let Ok(root) = here
        .map_err(drop)
        .and_then(|here| repo::find_root(&here, load::SETTINGS_FILE).map_err(drop))
    else {
        return;
    };
    for path in record::take_back_interrupted(git, &root) {
        let path = path.to_string_lossy();
        output::note(
            global,
            &format!("note: took back an interrupted check-in ({})", printable(&path)),
        );
    }
}

impl Checkin<'_> {
    fn typed(&self) -> Result<Ending> {
        let (model, arguments) = (&self.session.workspace.model, self.arguments);
        let mut note = match &arguments.note_file {
            Some(path) => Some(note::of_file(path)?),
            None => note::of_paragraphs(&arguments.note),
        };
        // A note that is yet to be written counts as given.
        let begun = note.take();
        let said = Said {
            stamp: self.stamp,
            confidence: arguments.confidence,
            note: begun.clone().or_else(|| arguments.edit.then(String::new)),
            by: arguments.by.clone(),
        };
        let entries_of = if arguments.void { pairs::voids } else { pairs::entries };
        let mut entries = entries_of(model, &arguments.pairs, &said, self.present.date)?;
        self.require_sound(&entries)?;
        if !arguments.edit {
            return self.record_typed(&entries);
        }
        let edited = note::edited(&self.session, &entries, begun.as_deref(), &self.git)?;
        entries.iter_mut().for_each(|entry| entry.note = Some(edited.note.clone()));
        let ending = self.record_typed(&entries).map_err(|error| {
            let kept =
                format!("the note is kept in `{}`: -F takes it from there", edited.kept.display());
            let hint =
                error.hint.as_ref().map_or_else(|| kept.clone(), |hint| format!("{hint}\n{kept}"));
            error.hint(hint)
        })?;
        note::remove(&edited.kept);
        Ok(ending)
    }

    /// Records what was typed or answered: a mistake is told by itself.
    fn record_typed(&self, entries: &[Entry]) -> Result<Ending> {
        let existing = Existing::Correct { anew: self.arguments.replace };
        match self.record(entries, existing)? {
            Ok(()) => Ok(Ending::Sound),
            Err((Refusal::NothingNew, _)) => {
                let date = entries.first().map_or(self.stamp, |entry| entry.stamp);
                let cure = match self.arguments.void {
                    true => "it was taken back before, and keeps the note that says why",
                    false => "give another value, note or confidence, or another date with --on",
                };
                Err(Error::new(Kind::Usage, format!("already recorded so for {date}")).hint(cure))
            }
            Err((Refusal::Wrong(wrong), _)) => Err(wrong
                .into_iter()
                .map(|(_, error)| error)
                .next()
                .expect("what is wrong is told")),
        }
    }

    fn tabled(&self, path: &Path) -> Result<Ending> {
        let text = note::read(path)?;
        let format = match self.arguments.from_format {
            Some(format) => format,
            None => table::Format::of(path, &text)?,
        };
        let context = table::Context {
            model: &self.session.workspace.model,
            present: self.present,
            stamp: self.stamp,
            by: self.arguments.by.as_deref(),
            last_counts: self.is_answers(path),
        };
        let entries = table::entries(&context, path, &text, format)?;
        self.require_sound(&entries)?;
        let existing = Existing::Keep { replace: self.arguments.replace };
        match self.record(&entries, existing)? {
            Ok(()) => {}
            Err((Refusal::NothingNew, told)) => {
                output::print("nothing new\n")?;
                self.tell_taken_back(&told);
            }
            Err((Refusal::Wrong(wrong), _)) => return Err(mistakes::refused(path, wrong)),
        }
        if self.is_answers(path) {
            note::remove(path);
        }
        Ok(Ending::Sound)
    }

    /// Whether a file is the one that keeps answers.
    fn is_answers(&self, path: &Path) -> bool {
        let kept = self.session.repo.as_ref().map(|repo| answers::path(repo.common_dir()));
        let full = |path: &Path| std::fs::canonicalize(path).ok();
        kept.is_some_and(|kept| full(&kept).is_some() && full(&kept) == full(path))
    }

    /// Records the entries and says what came of it; or why there is nothing to record.
    fn record(
        &self,
        entries: &[Entry],
        existing: Existing,
    ) -> Result<std::result::Result<(), (Refusal, Told<'_>)>> {
        let model = &self.session.workspace.model;
        let recorder = Recorder { model, existing, told: RefCell::default() };
        let files = recorder::by_file(model, entries);
        if files.is_empty() {
            return Ok(Err((Refusal::NothingNew, Told::default())));
        }
        let plans = files.values().flatten().map(|entry| &*model.goals[entry.named.0].path);
        self.session.editable(plans.chain(files.keys().map(String::as_str)))?;
        let paths: Vec<PathBuf> = files.keys().map(PathBuf::from).collect();
        let finish = match self.arguments.no_commit {
            true => Finish::Leave,
            false => Finish::Commit(Uncommitted::Refuse),
        };
        let recording = Recording {
            workspace: &self.session.root,
            paths: &paths,
            finish,
            patience: Duration::from_secs(10),
        };
        let done = record(&self.git, &recording, |texts| recorder.change(&files, texts));
        let told = recorder.told.take();
        match done {
            Ok(done) => self.tell(&done, &told).map(Ok).map_err(|error| match &done.commit {
                Some(id) => error.hint(format!("it was recorded all the same: commit {id}")),
                None => error.hint("it was recorded all the same"),
            }),
            Err(RecordError::Change(refusal)) => Ok(Err((refusal, told))),
            Err(other) => {
                let error = Error::new(Kind::Git, other.to_string());
                Err(match other.hint() {
                    Some(hint) => error.hint(hint),
                    None => error,
                })
            }
        }
    }

    fn tell(&self, done: &Recorded, told: &Told<'_>) -> Result<()> {
        let commit =
            done.commit.as_ref().map(|id| id.as_str().get(..10).unwrap_or(id.as_str()).to_owned());
        let summary = summary::summary(self.global, &self.session, told, commit.as_deref())?;
        output::print(&summary)?;
        let repo = self.session.repo.as_ref();
        if done.commit.is_some() && repo.is_some_and(|repo| repo.branch().is_none()) {
            output::warn(
                self.global,
                "HEAD is detached: no branch holds this commit",
                Some("git switch -c NAME keeps it"),
            );
        }
        for path in &done.changed_by_hook {
            output::warn(
                self.global,
                &format!("a hook changed `{}` on the way", path.display()),
                Some("look at it with `git diff`"),
            );
        }
        self.tell_hidden(told);
        self.tell_broken(told);
        self.tell_taken_back(told);
        Ok(())
    }

    /// Says how many errors keep figures of what was recorded from being computed.
    fn tell_broken(&self, told: &Told<'_>) {
        let is_recorded = |path: &str| told.edits.iter().any(|edit| edit.goal.path == path);
        let errors = self.session.errors(is_recorded);
        if errors > 0 {
            let message = format!(
                "{} in the plan: what is broken counts as not measured",
                count(errors, "error")
            );
            let hint = "`goals check` shows each with its place and its cure";
            output::warn(self.global, &message, Some(hint));
        }
    }

    /// Says which records change no figure since their day has one without a time.
    fn tell_hidden(&self, told: &Told<'_>) {
        let mut hidden = told.edits.iter().filter(|edit| edit.hidden);
        let Some(first) = hidden.next() else { return };
        let (name, date) = (first.goal.reference.with(first.key_result), first.record.stamp.date);
        let more = match hidden.count() {
            0 => String::new(),
            more => format!(", and so it is with {more} more"),
        };
        output::warn(
            self.global,
            &format!(
                "`{name}` has a record on {date} without a time, which counts as the day's last: this one changes no figure{more}"
            ),
            Some(&format!("goals checkin {name} VALUE --on {date} corrects that one")),
        );
    }

    /// Says which rows were left out.
    fn tell_taken_back(&self, told: &Told<'_>) {
        if told.taken_back.is_empty() {
            return;
        }
        let model = &self.session.workspace.model;
        let some: Vec<String> = told
            .taken_back
            .iter()
            .take(5)
            .map(|(named, stamp)| format!("{} on {stamp}", names::full(model, *named)))
            .collect();
        let more = told.taken_back.len() - some.len();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        output::note(
            self.global,
            &format!(
                "left out {} that people took back: {}{more}\nhelp: `goals checkin REF VALUE --on DATE --replace` records one anew",
                count(told.taken_back.len(), "record"),
                some.join(", ")
            ),
        );
    }

    /// Refuses what would be a record of nothing: of a goal that another has the id of, or of a plan that git would
    /// not have beside it.
    fn require_sound(&self, entries: &[Entry]) -> Result<()> {
        let workspace = &self.session.workspace;
        let mut goals: Vec<usize> = entries.iter().map(|entry| entry.named.0).collect();
        goals.sort_unstable();
        goals.dedup();
        for at in goals {
            let goal = &workspace.model.goals[at];
            let double = workspace.found.iter().find(|found| {
                found.rule == "duplicate-goal"
                    && found.related.iter().any(|other| other.place.path == goal.path)
            });
            if let Some(found) = double {
                let (one, other) = (&goal.path, &found.primary.place.path);
                let error = Error::new(
                    Kind::Workspace,
                    format!("{}: `{one}` and `{other}`", found.message),
                );
                return Err(error.hint(found.help.clone().unwrap_or_default()));
            }
            if !self.arguments.no_commit {
                self.require_committed_plan(at, entries)?;
            }
        }
        Ok(())
    }

    /// Refuses to commit records of a goal or key result that HEAD does not have.
    fn require_committed_plan(&self, at: usize, entries: &[Entry]) -> Result<()> {
        let goal = &self.session.workspace.model.goals[at];
        let Some(repo) = &self.session.repo else { return Ok(()) };
        let plan = match self.session.tip() {
            None => None,
            // What cannot be read was not found to be missing.
            Some(head) => match repo.read_file(head, &goal.path) {
                Ok(plan) => plan,
                Err(_) => return Ok(()),
            },
        };
        let missing = match plan {
            None => Some(goal.reference.to_string()),
            Some(Content::Text(text)) => {
                let (plan, _) = load::plan(&goal.path, &text);
                let own = entries.iter().filter(|entry| entry.named.0 == at);
                own.filter_map(|entry| goal.key_results[entry.named.1?].id.as_deref())
                    .find(|id| !plan.key_results.iter().any(|known| known.id == *id))
                    .map(|id| goal.reference.with(Some(id)))
            }
            Some(_) => None,
        };
        let Some(name) = missing else { return Ok(()) };
        Err(Error::new(Kind::Git, format!("the plan of `{name}` is not committed, and its check-ins would be records of nothing"))
            .hint(format!("git add {} && git commit, then check in again", goal.path)))
    }
}
