//! Entries to new texts of check-ins files, from the texts as they are under the lock.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use super::entry::{self, Entry, What};
use super::message;
use crate::cli::amount;
use crate::cli::names::{self, Named};
use crate::cli::values::{self, Given};
use crate::date::Stamp;
use crate::error::{Error, Kind};
use crate::load::splice::{NewRecord, put_records};
use crate::load::{self, CheckinsDoc, Value};
use crate::model::{Goal, Model, Record};
use crate::repo::MAX_FILE_BYTES;
use crate::repo::record::Change;
use crate::text::printable;

/// What to do where a date has a record already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    /// Correct it; one that was taken back only where that is asked for.
    Correct {
        /// Whether one that was taken back is recorded anew.
        anew: bool,
    },
    /// Fill in what it lacks; correct it only where that is asked for. What was taken back stays so.
    Keep {
        /// Whether it is corrected.
        replace: bool,
    },
}

impl Existing {
    /// Whether what is there gives way.
    fn is_replaced(self) -> bool {
        let (Self::Correct { anew: replaced } | Self::Keep { replace: replaced }) = self;
        replaced
    }
}

/// Why no text was made.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Everything is recorded already.
    NothingNew,
    /// Some entries cannot be recorded: each by its line, with the reason.
    Wrong(Vec<(usize, Error)>),
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NothingNew => f.write_str("nothing new"),
            Self::Wrong(errors) => {
                let all: Vec<String> = errors.iter().map(|(_, error)| error.to_string()).collect();
                f.write_str(&all.join("; "))
            }
        }
    }
}

impl std::error::Error for Refusal {}

/// A record before and after.
#[derive(Debug, Clone)]
pub(super) struct Edit<'a> {
    pub(super) named: Named,
    pub(super) goal: &'a Goal,
    pub(super) key_result: Option<&'a str>,
    pub(super) unit: Option<&'a str>,
    /// The record of the same date, as it was.
    pub(super) before: Option<Record>,
    /// The last value before it.
    pub(super) previous: Option<Value>,
    /// Whether it is the first value of all, also counting later ones.
    pub(super) first: bool,
    /// The note that was given with it.
    pub(super) said: Option<String>,
    /// Whether a record without a time counts as the day's last word instead of it.
    pub(super) hidden: bool,
    pub(super) record: Record,
}

/// What came of the entries.
#[derive(Debug, Default)]
pub(super) struct Told<'a> {
    /// What was changed.
    pub(super) edits: Vec<Edit<'a>>,
    /// What was left as it is since people took it back.
    pub(super) taken_back: Vec<(Named, Stamp)>,
}

/// Makes the new texts and the message, from the texts as they are under the lock.
pub(super) struct Recorder<'a> {
    pub(super) model: &'a Model,
    pub(super) existing: Existing,
    /// Known once the texts are made.
    pub(super) told: RefCell<Told<'a>>,
}

/// The records of one check-ins file: by key result, then by date.
type Ledger = BTreeMap<Option<String>, BTreeMap<Stamp, Record>>;

/// What becomes of one entry.
enum Outcome<'a> {
    Changed(Box<Edit<'a>>),
    Same,
    TakenBack,
}

/// What is to be recorded, by the check-ins file that it goes into: in the order in which things are first named,
/// and of each in the order of the dates.
pub(super) fn by_file<'e>(model: &Model, entries: &'e [Entry]) -> BTreeMap<String, Vec<&'e Entry>> {
    let mut files: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    let mut ranks: HashMap<Named, usize> = HashMap::new();
    for entry in entries {
        let next = ranks.len();
        ranks.entry(entry.named).or_insert(next);
        files.entry(model.goals[entry.named.0].checkins_path()).or_default().push(entry);
    }
    files
        .values_mut()
        .for_each(|entries| entries.sort_by_key(|entry| (ranks[&entry.named], entry.stamp)));
    files
}

impl<'a> Recorder<'a> {
    /// The files' new texts and the commit's message.
    pub(super) fn change(
        &self,
        files: &BTreeMap<String, Vec<&Entry>>,
        texts: &[Option<String>],
    ) -> Result<Change, Refusal> {
        let mut told = Told::default();
        let mut wrong = Vec::new();
        let mut changed = Vec::with_capacity(texts.len());
        for ((path, entries), text) in files.iter().zip(texts) {
            let text = text.as_deref().unwrap_or_default();
            let mut ledger = ledger(&load::checkins(path, text).0);
            let mut new = Vec::new();
            for entry in entries {
                match self.outcome(entry, &mut ledger) {
                    Ok(Outcome::Changed(edit)) => {
                        new.push(new_record(&edit));
                        told.edits.push(*edit);
                    }
                    Ok(Outcome::Same) => {}
                    Ok(Outcome::TakenBack) => told.taken_back.push((entry.named, entry.stamp)),
                    Err(error) => wrong.push((entry.line, error)),
                }
            }
            let all = ledger.values().map(BTreeMap::len).sum();
            match put_records(text, &new) {
                Ok(text) => {
                    wrong.extend(too_large(path, all, &text).map(|error| (0, error)));
                    changed.push(text);
                }
                Err(error) => {
                    let message = format!("could not record in `{path}`: {error}");
                    wrong.push((0, Error::new(Kind::Workspace, message).hint(error.hint())));
                }
            }
        }
        if !wrong.is_empty() {
            return Err(Refusal::Wrong(wrong));
        }
        let change = Change {
            texts: changed,
            subject: message::subject(&told.edits),
            body: message::body(&told.edits),
            trailers: message::trailers(&told.edits),
        };
        let is_empty = told.edits.is_empty();
        *self.told.borrow_mut() = told;
        if is_empty { Err(Refusal::NothingNew) } else { Ok(change) }
    }

    fn outcome(&self, entry: &Entry, ledger: &mut Ledger) -> Result<Outcome<'a>, Error> {
        let model = self.model;
        let goal = &model.goals[entry.named.0];
        let key_result = entry.named.1.map(|at| &goal.key_results[at]);
        let id = key_result.and_then(|kr| kr.id.as_deref());
        let name = names::full(model, entry.named);
        let records = ledger.entry(id.map(str::to_owned)).or_default();
        let before = records.get(&entry.stamp).cloned();
        let record = match (&entry.what, &before) {
            (What::Void, None) => return Err(no_record(&name, entry.stamp, records)),
            (What::Void, Some(own)) if own.void => return Ok(Outcome::Same),
            (What::Void, Some(own)) => voided(own, entry),
            (_, Some(own)) if own.void => match self.existing {
                Existing::Keep { .. } => return Ok(Outcome::TakenBack),
                Existing::Correct { anew: false } => return Err(taken_back(&name, own)),
                Existing::Correct { anew: true } => recorded(entry, &name, None, records)?,
            },
            (_, own) => {
                let value = own.as_ref().and_then(|own| own.value.as_ref());
                if let (What::Unmeasured, Some(value), false) =
                    (&entry.what, value, self.existing.is_replaced())
                {
                    return Err(entry::is_measured(&name, entry.stamp, value));
                }
                let record = recorded(entry, &name, own.as_ref(), records)?;
                if let (Existing::Keep { replace: false }, Some(own)) = (self.existing, own) {
                    refuse_contradiction(&name, own, &record)?;
                }
                record
            }
        };
        if before.as_ref() == Some(&record) {
            return Ok(Outcome::Same);
        }
        let valued = |record: &Record| record.value.is_some() && !record.void;
        let previous = records.range(..entry.stamp).rev().find(|(_, record)| valued(record));
        let bare = records.get(&Stamp::from(entry.stamp.date));
        let edit = Edit {
            named: entry.named,
            goal,
            key_result: id,
            unit: key_result.and_then(|kr| kr.unit.as_deref()),
            previous: previous.and_then(|(_, record)| record.value.clone()),
            first: !records.iter().any(|(at, record)| *at != entry.stamp && valued(record)),
            said: entry.note.clone(),
            hidden: entry.stamp.minute.is_some() && valued(&record) && bare.is_some_and(valued),
            before,
            record: record.clone(),
        };
        records.insert(entry.stamp, record);
        Ok(Outcome::Changed(Box::new(edit)))
    }
}

fn ledger(document: &CheckinsDoc) -> Ledger {
    let mut ledger = Ledger::new();
    for table in &document.tables {
        let id = table.id.as_ref().map(|id| id.value.clone());
        let records = table.records.iter().map(crate::model::record);
        ledger.entry(id).or_default().extend(records.map(|record| (record.stamp, record)));
    }
    ledger
}

/// The record that an entry makes of the one there is: what it does not say is kept.
fn recorded(
    entry: &Entry,
    name: &str,
    own: Option<&Record>,
    records: &BTreeMap<Stamp, Record>,
) -> Result<Record, Error> {
    let value = match &entry.what {
        What::Value(Given::Exactly(value)) => Some(value.clone()),
        What::Value(Given::By(by)) => Some(stepped(entry.stamp, *by, name, records)?),
        What::Unmeasured => None,
        What::Nothing | What::Void => own.and_then(|record| record.value.clone()),
    };
    Ok(Record {
        stamp: entry.stamp,
        value,
        confidence: entry.confidence.or_else(|| own.and_then(|record| record.confidence)),
        note: entry.note.clone().or_else(|| own.and_then(|record| record.note.clone())),
        by: entry.by.clone().or_else(|| own.and_then(|record| record.by.clone())),
        void: false,
        at: own.map(|record| record.at).unwrap_or_default(),
    })
}

/// The record there is, taken back: its value stays readable, the note says why.
fn voided(own: &Record, entry: &Entry) -> Record {
    Record { note: entry.note.clone().or_else(|| own.note.clone()), void: true, ..own.clone() }
}

/// The value known on a date, and so much more.
fn stepped(
    stamp: Stamp,
    by: f64,
    name: &str,
    records: &BTreeMap<Stamp, Record>,
) -> Result<Value, Error> {
    let known = records.range(..=stamp).rev().filter(|(_, record)| !record.void);
    let known = known.filter_map(|(_, record)| record.value.as_ref()).next();
    match known {
        Some(Value::Number(value)) => Ok(Value::Number(amount::step(*value, by))),
        _ => {
            let sign = if by < 0.0 { "" } else { "+" };
            let message = format!(
                "`{name}` has no value up to {stamp} that {sign}{by} could be counted from"
            );
            Err(Error::new(Kind::Usage, message)
                .hint(format!("write the value itself; ={by} is the number {by}")))
        }
    }
}

/// Refuses to change what a record says already.
fn refuse_contradiction(name: &str, own: &Record, new: &Record) -> Result<(), Error> {
    fn differs<T: PartialEq>(old: &Option<T>, new: &Option<T>) -> bool {
        old.is_some() && old != new
    }
    let shown = |value: &Option<Value>| {
        value.as_ref().map_or_else(|| "no value".to_owned(), |value| value.to_string())
    };
    let (what, old, now) = if differs(&own.value, &new.value) {
        ("value", shown(&own.value), shown(&new.value))
    } else if differs(&own.confidence, &new.confidence) {
        let shown = |given: Option<u8>| given.map(|given| given.to_string()).unwrap_or_default();
        ("confidence", shown(own.confidence), shown(new.confidence))
    } else if differs(&own.note, &new.note) {
        let quoted = |note: &Option<String>| format!("“{}”", note.as_deref().unwrap_or_default());
        ("note", quoted(&own.note), quoted(&new.note))
    } else if differs(&own.by, &new.by) {
        ("by", own.by.clone().unwrap_or_default(), new.by.clone().unwrap_or_default())
    } else {
        return Ok(());
    };
    let message = format!(
        "`{name}` has another {what} on {}: {} there, {} here",
        own.stamp,
        printable(&old),
        printable(&now)
    );
    Err(Error::new(Kind::Usage, message).hint("--replace records what is here"))
}

/// Why a file could not be read any more.
fn too_large(path: &str, records: usize, text: &str) -> Option<Error> {
    let (what, most) = match text.len() as u64 {
        bytes if bytes > MAX_FILE_BYTES => (format!("{bytes} bytes"), MAX_FILE_BYTES),
        _ if records > load::MAX_RECORDS => {
            (format!("{records} records"), load::MAX_RECORDS as u64)
        }
        _ => return None,
    };
    let message = format!("`{path}` would have {what}; a check-ins file may have at most {most}");
    Some(Error::new(Kind::Usage, message).hint("record daily rather than by the minute"))
}

fn no_record(name: &str, stamp: Stamp, records: &BTreeMap<Stamp, Record>) -> Error {
    let dates: Vec<String> = records
        .values()
        .rev()
        .filter(|record| !record.void)
        .take(5)
        .map(|r| r.stamp.to_string())
        .collect();
    let error = Error::new(Kind::Usage, format!("`{name}` has no record on {stamp}"));
    match &dates[..] {
        [] => error.hint("it has none at all"),
        dates => {
            error.hint(format!("name the date with --on; the latest are {}", dates.join(", ")))
        }
    }
}

fn taken_back(name: &str, own: &Record) -> Error {
    let why =
        own.note.as_deref().map(|note| format!(" (“{}”)", printable(note))).unwrap_or_default();
    let message = format!("the record of `{name}` on {} was taken back{why}", own.stamp);
    Error::new(Kind::Usage, message)
        .hint("--replace records it anew; or record for another date with --on")
}

fn new_record(edit: &Edit<'_>) -> NewRecord {
    let stamp = edit.record.stamp;
    let key = match stamp.minute {
        Some(_) => format!("\"{stamp}\""),
        None => stamp.to_string(),
    };
    NewRecord {
        table: edit.key_result.map(str::to_owned),
        key,
        value: values::written(&edit.record),
    }
}
