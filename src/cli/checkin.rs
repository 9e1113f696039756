//! `goals checkin`: one record or several, one commit.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;

use super::names::{self, Named};
use super::session::Session;
use super::shared::{Global, When};
use super::{Ending, clock, output, values};
use crate::date::Stamp;
use crate::error::{Error, Kind, Result};
use crate::load::splice::{NewRecord, put_record};
use crate::load::{self, Value};
use crate::model::{Goal, Model, Record};
use crate::pipeline::{self, Source};
use crate::render::terminal::{Cell, Look, columns};
use crate::repo::program::Git;
use crate::repo::record::{Change, Finish, RecordError, Recording, Uncommitted, record};
use crate::rollup::{KeyResultFigures, Rollup};
use crate::text::{count, number, percent, printable};

#[derive(Args)]
#[command(after_help = "Examples:
  goals checkin lead-time 180
  goals checkin lead-time 180 --confidence 7 -m \"canary on for three services\"
  goals checkin lead-time 180 rollbacks 2      two records, one commit
  goals checkin calm-deploys --confidence 6    the goal as a whole
  goals checkin lead-time -m \"dashboard down\"  not measured, and why")]
pub(super) struct Arguments {
    /// What, and its value; several pairs make one commit
    #[arg(value_name = "REF VALUE", allow_negative_numbers = true)]
    pairs: Vec<String>,
    /// What there is to say
    #[arg(short = 'm', long = "note", value_name = "NOTE")]
    note: Option<String>,
    /// How sure you are to get there, 0 to 10
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=10))]
    confidence: Option<u8>,
    /// The date that the value was true on, with a time if there are several: 2026-10-05T14:30 [default: today]
    #[arg(long, value_name = "DATE", value_parser = stamp)]
    on: Option<Stamp>,
    /// Who took the value, if it was not you
    #[arg(long, value_name = "PERSON")]
    by: Option<String>,
    /// Edit the file and leave the commit to you
    #[arg(long)]
    no_commit: bool,
}

fn stamp(text: &str) -> std::result::Result<Stamp, String> {
    Stamp::parse(text).ok_or_else(|| "a date is written 2026-10-05, or 2026-10-05T14:30".to_owned())
}

/// The longest list of several changes in a subject, in characters.
const LONGEST_LIST: usize = 80;

/// What is to be recorded of one thing.
struct Wanted {
    named: Named,
    value: Option<Value>,
}

pub(super) fn run(global: &Global, arguments: &Arguments) -> Result<Ending> {
    let when = When { as_of: None, rev: None, require_history: false };
    let session = Session::open(global, &when)?;
    let model = &session.workspace.model;
    let stamp = arguments.on.unwrap_or_else(|| session.as_of.into());
    let now = clock::now()?;
    let later_today = |minute: u16| {
        stamp.date == now.date() && minute > now.hour() as u16 * 60 + now.minute() as u16
    };
    if stamp.date > session.as_of || stamp.minute.is_some_and(later_today) {
        return Err(Error::new(Kind::Usage, format!("{stamp} is in the future"))
            .hint("record a value once it is true"));
    }
    known_person(model, arguments.by.as_deref())?;
    let wanted = wanted(model, arguments, &session)?;
    let files = files(model, &wanted);
    let paths: Vec<PathBuf> = files.keys().map(PathBuf::from).collect();
    let finish =
        if arguments.no_commit { Finish::Leave } else { Finish::Commit(Uncommitted::Refuse) };
    let recording = Recording {
        workspace: &session.root,
        paths: &paths,
        finish,
        patience: Duration::from_secs(10),
    };
    let recorder = Recorder { model, arguments, stamp, told: RefCell::default() };
    let done = record(&Git::default(), &recording, |texts| recorder.change(&files, texts))
        .map_err(told)?;
    let commit =
        done.commit.as_ref().map(|id| id.as_str().get(..10).unwrap_or(id.as_str()).to_owned());
    output::print(&summary(global, &session, &recorder.told.take(), commit.as_deref())?)?;
    if done.commit.is_some() && session.repo.as_ref().is_some_and(|repo| repo.branch().is_none()) {
        output::warn(
            global,
            "HEAD is detached: no branch holds this commit",
            Some("git switch -c NAME keeps it"),
        );
    }
    for path in &done.changed_by_hook {
        output::warn(
            global,
            &format!("a hook changed `{}` on the way", path.display()),
            Some("look at it with `git diff`"),
        );
    }
    Ok(Ending::Sound)
}

fn known_person(model: &Model, by: Option<&str>) -> Result<()> {
    match (by, &model.settings.people) {
        (Some(by), Some(people)) if !people.contains_key(by) => {
            let error =
                Error::new(Kind::Usage, format!("`{}` is not in `[people]`", printable(by)));
            let near = crate::text::did_you_mean(by, people.keys().map(String::as_str));
            Err(error.hint(
                near.unwrap_or_else(|| "use the handle that goals.toml gives them".to_owned()),
            ))
        }
        _ => Ok(()),
    }
}

/// Reads the pairs of names and values.
fn wanted(model: &Model, arguments: &Arguments, session: &Session<'_>) -> Result<Vec<Wanted>> {
    let says_something = arguments.note.is_some() || arguments.confidence.is_some();
    let pairs: Vec<(&String, Option<&String>)> = match &arguments.pairs[..] {
        [] => {
            return Err(Error::new(Kind::Usage, "nothing to record")
                .hint("name a key result and its value: goals checkin lead-time 180"));
        }
        [one] if says_something => vec![(one, None)],
        [one] => {
            let named = names::full(model, names::resolve(model, one, session.as_of)?);
            return Err(Error::new(Kind::Usage, format!("no value for `{named}`"))
                .hint(format!("goals checkin {one} VALUE; or say why there is none with -m")));
        }
        pairs if pairs.len() % 2 == 0 => {
            pairs.chunks(2).map(|pair| (&pair[0], Some(&pair[1]))).collect()
        }
        pairs => {
            let last = &pairs[pairs.len() - 1];
            return Err(Error::new(Kind::Usage, format!("no value for `{}`", printable(last)))
                .hint("give pairs of names and values"));
        }
    };
    let mut wanted: Vec<Wanted> = Vec::new();
    for (name, value) in pairs {
        let named = names::resolve(model, name, session.as_of)?;
        let one = one(model, named, value)?;
        if wanted.iter().any(|other| other.named == one.named) {
            return Err(Error::new(
                Kind::Usage,
                format!("`{}` is named twice", names::full(model, one.named)),
            ));
        }
        wanted.push(one);
    }
    Ok(wanted)
}

fn one(model: &Model, (at, key_result): Named, value: Option<&String>) -> Result<Wanted> {
    let goal = &model.goals[at];
    let measured = key_result.or_else(|| goal.key_results.iter().position(|kr| kr.id.is_none()));
    let named = (at, measured);
    let name = names::full(model, (at, key_result));
    let (Some(position), Some(value)) = (measured, value) else {
        return match value {
            None => Ok(Wanted { named, value: None }),
            Some(_) => {
                let ids: Vec<String> = goal
                    .key_results
                    .iter()
                    .filter_map(|kr| kr.id.as_deref())
                    .map(|id| goal.reference.with(Some(id)))
                    .collect();
                let error = Error::new(
                    Kind::Usage,
                    format!("`{name}` as a whole takes a confidence and a note, no value"),
                );
                Err(error.hint(format!("name a key result: {}", ids.join(", "))))
            }
        };
    };
    let value = values::parse(value, &goal.key_results[position], &name)?;
    Ok(Wanted { named, value: Some(value) })
}

/// What is to be recorded, by the check-ins file that it goes into.
fn files<'a>(model: &Model, wanted: &'a [Wanted]) -> BTreeMap<String, Vec<&'a Wanted>> {
    let mut files: BTreeMap<String, Vec<&Wanted>> = BTreeMap::new();
    for one in wanted {
        files.entry(model.goals[one.named.0].checkins_path()).or_default().push(one);
    }
    files
}

/// Makes the new texts and the message, from the texts as they are under the lock.
struct Recorder<'a> {
    model: &'a Model,
    arguments: &'a Arguments,
    stamp: Stamp,
    /// What was recorded of what, in a few words each; known once the texts are made.
    told: RefCell<Vec<(Named, String)>>,
}

/// A record before and after.
struct Edit<'a> {
    goal: &'a Goal,
    key_result: Option<&'a str>,
    unit: Option<&'a str>,
    same_day: Option<Record>,
    /// The last value before it.
    previous: Option<Value>,
    /// Whether it is the first value of all, also counting later ones.
    first: bool,
    record: Record,
}

impl Recorder<'_> {
    fn change(
        &self,
        files: &BTreeMap<String, Vec<&Wanted>>,
        texts: &[Option<String>],
    ) -> Result<Change> {
        let mut edits = Vec::new();
        let mut changed = Vec::with_capacity(texts.len());
        for ((path, wanted), text) in files.iter().zip(texts) {
            let mut text = text.clone().unwrap_or_default();
            for one in wanted {
                let edit = self.edit(one, path, &text)?;
                if edit.same_day.as_ref() != Some(&edit.record) {
                    text = put_record(&text, &self.new_record(&edit)).map_err(|error| {
                        Error::new(
                            Kind::Workspace,
                            format!("could not record in `{path}`: {error}"),
                        )
                        .hint(error.hint())
                    })?;
                    self.told.borrow_mut().push((one.named, told_change(&edit)));
                    edits.push(edit);
                }
            }
            changed.push(text);
        }
        if edits.is_empty() {
            return Err(Error::new(Kind::Usage, format!("already recorded so for {}", self.stamp))
                .hint("give another value, note or confidence, or another date with --on"));
        }
        Ok(Change {
            texts: changed,
            subject: self.subject(&edits),
            body: self.arguments.note.clone(),
            trailers: edits
                .iter()
                .map(|edit| ("Check-in".to_owned(), self.trailer(edit)))
                .collect(),
        })
    }

    fn edit<'a>(&'a self, one: &Wanted, path: &str, text: &str) -> Result<Edit<'a>> {
        let goal = &self.model.goals[one.named.0];
        let key_result = one.named.1.map(|at| &goal.key_results[at]);
        let id = key_result.and_then(|kr| kr.id.as_deref());
        let (document, _) = load::checkins(path, text);
        let records = document
            .tables
            .iter()
            .find(|table| table.id.as_ref().map(|id| id.value.as_str()) == id);
        let records = records.map(|table| &table.records[..]).unwrap_or_default();
        let same_day =
            records.iter().find(|doc| doc.stamp.value == self.stamp).map(crate::model::record);
        let before = records.iter().filter(|doc| doc.stamp.value < self.stamp && !doc.void);
        let latest = before.filter(|doc| doc.value.is_some()).max_by_key(|doc| doc.stamp.value);
        let own = same_day.as_ref().filter(|record| !record.void);
        let record = Record {
            stamp: self.stamp,
            value: one.value.clone().or_else(|| own.and_then(|record| record.value.clone())),
            confidence: self
                .arguments
                .confidence
                .or_else(|| own.and_then(|record| record.confidence)),
            note: self
                .arguments
                .note
                .clone()
                .or_else(|| own.and_then(|record| record.note.clone())),
            by: self.arguments.by.clone().or_else(|| own.and_then(|record| record.by.clone())),
            void: false,
            at: same_day.as_ref().map(|record| record.at).unwrap_or_default(),
        };
        Ok(Edit {
            goal,
            key_result: id,
            unit: key_result.and_then(|kr| kr.unit.as_deref()),
            previous: latest.and_then(|doc| doc.value.as_ref()).map(|value| value.value.clone()),
            first: !records
                .iter()
                .any(|doc| doc.value.is_some() && !doc.void && doc.stamp.value != self.stamp),
            same_day,
            record,
        })
    }

    fn new_record(&self, edit: &Edit<'_>) -> NewRecord {
        let key = match self.stamp.minute {
            Some(_) => format!("\"{}\"", self.stamp),
            None => self.stamp.to_string(),
        };
        NewRecord {
            table: edit.key_result.map(str::to_owned),
            key,
            value: values::written(&edit.record),
        }
    }

    /// What reads well in `git log`: every change, as long as that is one line.
    fn subject(&self, edits: &[Edit<'_>]) -> String {
        let told = |edit: &Edit<'_>| {
            format!("{} {}", short_name(edit.goal, edit.key_result), told_change(edit))
        };
        let all = edits.iter().map(told).collect::<Vec<_>>().join(", ");
        if edits.len() == 1 || all.chars().count() <= LONGEST_LIST {
            return format!("check-in: {all}");
        }
        let mut goals: Vec<&str> =
            edits.iter().map(|edit| edit.goal.reference.id.as_str()).collect();
        goals.dedup();
        let records = count(edits.len(), "key result");
        match goals[..] {
            [one] => format!("check-in: {one}, {records}"),
            _ => format!("check-in: {records} in {}", count(goals.len(), "goal")),
        }
    }

    fn trailer(&self, edit: &Edit<'_>) -> String {
        let name = edit.goal.reference.with(edit.key_result);
        let value = edit.record.value.as_ref().map_or_else(|| "-".to_owned(), trailer_value);
        format!("{name} {} {value}", self.stamp)
    }
}

fn trailer_value(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Bool(done) => done.to_string(),
        Value::Text(text) => text.clone(),
    }
}

fn short_name(goal: &Goal, key_result: Option<&str>) -> String {
    match key_result {
        Some(key_result) => format!("{}.{key_result}", goal.reference.id),
        None => goal.reference.id.clone(),
    }
}

/// What a record changes, in a few words.
fn told_change(edit: &Edit<'_>) -> String {
    let shown = |value: &Value| match value {
        Value::Number(value) => number(*value),
        other => other.to_string(),
    };
    let unit = edit.unit.map(|unit| format!(" {unit}")).unwrap_or_default();
    let corrected = edit.same_day.as_ref().and_then(|record| record.value.as_ref());
    match (&edit.record.value, corrected, &edit.previous) {
        (Some(now), Some(before), _) if now != before => {
            format!("corrected, {} → {}{unit}", shown(before), shown(now))
        }
        (Some(now), _, Some(before)) if now != before => {
            format!("{} → {}{unit}", shown(before), shown(now))
        }
        (Some(now), _, Some(_)) => format!("unchanged at {}{unit}", shown(now)),
        (Some(now), _, None) if edit.first => format!("starts at {}{unit}", shown(now)),
        (Some(now), _, None) => format!("{}{unit} on {}", shown(now), edit.record.stamp),
        (None, _, _) => match edit.record.confidence {
            Some(confidence) if edit.key_result.is_none() => format!("confidence {confidence}"),
            _ if edit.key_result.is_none() => "noted".to_owned(),
            _ => "not measured".to_owned(),
        },
    }
}

/// Turns a refusal into this program's error.
fn told(error: RecordError<Error>) -> Error {
    let hint = error.hint();
    match error {
        RecordError::Change(error) => error,
        other => {
            let told = Error::new(Kind::Git, other.to_string());
            match hint {
                Some(hint) => told.hint(hint),
                None => told,
            }
        }
    }
}

/// What came of it: each key result before and after.
fn summary(
    global: &Global,
    session: &Session<'_>,
    told: &[(Named, String)],
    commit: Option<&str>,
) -> Result<String> {
    let before = session.rollup(None);
    let workspace = pipeline::read(Source::Folder(Path::new(&session.root)))?;
    let after = pipeline::rollup(&workspace, None, session.as_of);
    let look = global.look();
    let mut rows = Vec::with_capacity(told.len());
    for ((at, position), change) in told {
        let name = names::full(&session.workspace.model, (*at, *position));
        let (way, status) = match position {
            Some(position) => {
                let figures = |rollup: &Rollup| rollup.goals[*at].key_results[*position].clone();
                let (old, new) = (figures(&before), figures(&after));
                (way(&old, &new), new.status)
            }
            None => (String::new(), after.goals[*at].status),
        };
        rows.push(vec![
            Cell::new(&name, |text| look.bold(text)),
            Cell::new(change, str::to_owned),
            Cell::new(&way, str::to_owned),
            Cell::painted(look.status(status), &Look::default().status(status)),
        ]);
    }
    let commit = commit.map_or_else(|| "not committed".to_owned(), |id| format!("committed {id}"));
    Ok(format!("{}\n{}\n", columns(&rows).join("\n"), look.dim(&commit)))
}

/// Progress before and after, where it moved.
fn way(old: &KeyResultFigures, new: &KeyResultFigures) -> String {
    let (before, after) = (percent(old.progress), percent(new.progress));
    match (old.raw, new.raw) {
        (_, None) => String::new(),
        (Some(_), Some(_)) if before != after => format!("{before} → {after}"),
        _ => after,
    }
}
