//! The repository while the story is being told: each step changes files and becomes a commit.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::calendar::{Calendar, Slot};
use super::cast::forge;
use super::library::{Branch, Edit, FOUNDING};
use super::plan_text;
use super::script::{Entry, Value};
use super::steps::{Act, Dated, Step};
use super::story::Commit;
use super::told::{Measure, Told, before_edits, replaced};

/// The records of one goal as they stand: table → date → text, tables in the plan's order.
type Records = BTreeMap<(usize, Option<&'static str>), BTreeMap<Date, String>>;

/// The tip of a branch that is not merged yet, and the files it has touched.
#[derive(Debug)]
struct Open {
    tip: usize,
    files: BTreeMap<String, Option<String>>,
}

/// The repository while the story is being told.
#[derive(Debug)]
pub(super) struct Teller<'s> {
    calendar: &'s Calendar,
    goals: &'s [Told],
    texts: BTreeMap<String, String>,
    paths: BTreeMap<String, String>,
    records: Vec<Records>,
    values: BTreeMap<(usize, Option<&'static str>), BTreeMap<Date, String>>,
    branches: BTreeMap<&'static str, Open>,
    main: Option<usize>,
    pub(super) commits: Vec<Commit>,
}

/// What a step does to the repository, before it is known where it lands.
struct Change {
    subject: String,
    body: String,
    files: BTreeMap<String, Option<String>>,
}

impl<'s> Teller<'s> {
    /// An empty repository.
    pub(super) fn new(calendar: &'s Calendar, goals: &'s [Told]) -> Teller<'s> {
        Teller {
            calendar,
            goals,
            texts: BTreeMap::new(),
            paths: BTreeMap::new(),
            records: vec![Records::new(); goals.len()],
            values: BTreeMap::new(),
            branches: BTreeMap::new(),
            main: None,
            commits: Vec::new(),
        }
    }

    /// Lets a step happen and commits what it changes.
    pub(super) fn tell(&mut self, step: &Step<'_>) {
        let mut merged = None;
        let mut by_forge = false;
        let change = match &step.act {
            Act::Found => self.found(),
            Act::Plan(index) => self.plan(*index),
            Act::CheckIn(index, entries) => self.check_in(*index, entries),
            Act::Done(index, initiative, day) => self.done(*index, initiative, day),
            Act::Close(index, close) => self.close(*index, close),
            Act::Edit(edit) => {
                by_forge = edit.by_forge;
                self.edit(edit)
            }
            Act::Merge(branch) => {
                by_forge = true;
                let open = self
                    .branches
                    .remove(branch.name)
                    .expect("a branch is merged after its commits");
                merged = Some(open.tip);
                merge(branch, open.files)
            }
        };
        self.commit(step, change, merged, by_forge);
    }

    fn commit(&mut self, step: &Step<'_>, change: Change, merged: Option<usize>, by_forge: bool) {
        let place = self.commits.len();
        let base = match step.branch {
            Some(name) => self.branches.get(name).map(|open| open.tip).or(self.main),
            None => self.main,
        };
        match step.branch {
            Some(name) => {
                let open = self
                    .branches
                    .entry(name)
                    .or_insert_with(|| Open { tip: place, files: BTreeMap::new() });
                open.tip = place;
                open.files.extend(change.files.clone());
            }
            None => self.main = Some(place),
        }
        let author = step.who.person();
        self.commits.push(Commit {
            committer: if by_forge { forge() } else { author.clone() },
            author,
            authored: step.at,
            offset_minutes: step.who.offset_minutes,
            subject: change.subject,
            body: change.body,
            parents: base.into_iter().chain(merged).collect(),
            files: change.files,
        });
    }

    fn found(&mut self) -> Change {
        let files = FOUNDING
            .iter()
            .map(|(path, text)| {
                let text = self.calendar.fill(Slot::Year, text);
                let text = before_edits(path, Slot::Year, &text, self.calendar);
                self.paths.insert((*path).to_owned(), (*path).to_owned());
                self.write(path, text)
            })
            .collect();
        Change {
            subject: "Keep our goals in git".to_owned(),
            body: "One file per goal, one line per check-in. Planning happens in pull requests,\n\
                   like everything else we care about."
                .to_owned(),
            files,
        }
    }

    fn plan(&mut self, index: usize) -> Change {
        let told = &self.goals[index];
        let goal = told.goal;
        let id = goal.first_id.unwrap_or(goal.id);
        let path = format!("{}/{id}.toml", told.folder(self.calendar));
        self.paths.insert(goal.key(), path.clone());
        let title = plan_text::field(&told.landing, "", "title").expect("every goal has a title");
        Change {
            subject: format!("plan: {id}, {}", lower_first(title)),
            body: String::new(),
            files: [self.write(&path, told.landing.clone())].into(),
        }
    }

    fn check_in(&mut self, index: usize, entries: &[Dated<'_>]) -> Change {
        let told = &self.goals[index];
        let mut told_values = Vec::new();
        let mut trailers = Vec::new();
        for (date, entry) in entries {
            told_values.push(self.describe(index, *date, entry));
            trailers.push(format!(
                "Check-in: {}/{} {date} {}",
                self.calendar.id(told.goal.slot),
                told.name(entry.key_result),
                trailer_value(&entry.value),
            ));
            self.record(index, *date, entry);
        }
        let subject = format!("check-in: {}", told_values.join(", "));
        let subject = if entries.len() > 1 && subject.chars().count() > 90 {
            format!("check-in: {}, {} key results", told.goal.id, entries.len())
        } else {
            subject
        };
        let path = format!("{}/{}.checkins.toml", told.folder(self.calendar), told.goal.id);
        let text = render(&self.records[index]);
        Change { subject, body: trailers.join("\n"), files: [self.write(&path, text)].into() }
    }

    /// One record as the subject of its commit tells it.
    fn describe(&self, index: usize, date: Date, entry: &Entry) -> String {
        let told = &self.goals[index];
        let name = told.name(entry.key_result);
        match &entry.value {
            Value::Void => format!("{name} void on {date}"),
            Value::NotMeasured => match entry.confidence {
                Some(confidence) if entry.key_result.is_none() => {
                    format!("{name}, confidence {confidence}")
                }
                _ => format!("{name} not measured"),
            },
            Value::Known(value) => {
                let measure = &told.measures[told.place(entry.key_result)];
                let step = self.step(index, date, entry, value.trim_matches('"'), measure);
                format!("{name} {step}{}", measure.unit)
            }
        }
    }

    /// From which value to which a record moves its measure.
    fn step(
        &self,
        index: usize,
        date: Date,
        entry: &Entry,
        value: &str,
        measure: &Measure,
    ) -> String {
        let known = self.values.get(&(index, entry.key_result));
        let last = known.and_then(|values| values.range(..=date).next_back());
        match (last.map(|(_, last)| last.as_str()), &measure.baseline) {
            (Some(wrong), _) if entry.corrected_after.is_some() => {
                format!("corrected, {wrong} → {value}")
            }
            (Some(last), _) if last == value => format!("unchanged at {value}"),
            (Some(last), _) => format!("{last} → {value}"),
            (None, Some(baseline)) if baseline == value => format!("starts at {value}"),
            (None, Some(baseline)) => format!("{baseline} → {value}"),
            (None, None) => value.to_owned(),
        }
    }

    fn record(&mut self, index: usize, date: Date, entry: &Entry) {
        let known = self.values.entry((index, entry.key_result)).or_default();
        match &entry.value {
            Value::Known(value) => {
                known.insert(date, value.trim_matches('"').to_owned());
            }
            Value::Void => {
                known.remove(&date);
            }
            Value::NotMeasured => {}
        }
        let order = self.goals[index].place(entry.key_result);
        self.records[index]
            .entry((order, entry.key_result))
            .or_default()
            .insert(date, entry.to_toml());
    }

    fn done(&mut self, index: usize, initiative: &str, day: &str) -> Change {
        let told = &self.goals[index];
        let table = format!("initiatives.{initiative}");
        let title = plan_text::field(&told.plan, &table, "title").expect("initiatives have titles");
        let path = self.paths[&told.goal.key()].clone();
        let text = plan_text::append_to_table(&self.texts[&path], &table, &format!("done = {day}"));
        Change {
            subject: format!("{}: done, {}", told.goal.id, lower_first(title)),
            body: String::new(),
            files: [self.write(&path, text)].into(),
        }
    }

    fn close(&mut self, index: usize, close: &str) -> Change {
        let told = &self.goals[index];
        let path = self.paths[&told.goal.key()].clone();
        let text = format!("{}{close}", self.texts[&path]);
        let verdict = plan_text::field(close, "close", "verdict").expect("a close has a verdict");
        Change {
            subject: format!("close: {}, {verdict}", told.goal.id),
            body: String::new(),
            files: [self.write(&path, text)].into(),
        }
    }

    fn edit(&mut self, edit: &Edit) -> Change {
        let mut files = BTreeMap::new();
        if let Some(key) = edit.renames {
            files.extend(self.rename(key));
        }
        for &(key, from, to) in edit.changes {
            let slot = key.split_once('/').and_then(|(slot, _)| Slot::named(slot));
            let slot = slot.unwrap_or(Slot::Year);
            let from = self.calendar.fill(slot, from);
            let to = self.calendar.fill(slot, to);
            let path = self.paths[key].clone();
            let text = replaced(key, &self.texts[&path], &from, &to);
            files.extend([self.write(&path, text)]);
        }
        Change {
            subject: self.calendar.fill(edit.slot, edit.subject),
            body: self.calendar.fill(edit.slot, edit.body),
            files,
        }
    }

    /// Moves a plan from its first id to the one the library knows it by.
    fn rename(&mut self, key: &str) -> Option<(String, Option<String>)> {
        let old = self.paths.get(key)?.clone();
        let (folder, _) = old.rsplit_once('/')?;
        let (_, id) = key.split_once('/')?;
        let new = format!("{folder}/{id}.toml");
        let text = self.texts.remove(&old)?;
        self.texts.insert(new.clone(), text);
        self.paths.insert(key.to_owned(), new);
        Some((old, None))
    }

    fn write(&mut self, path: &str, text: String) -> (String, Option<String>) {
        self.texts.insert(path.to_owned(), text.clone());
        (path.to_owned(), Some(text))
    }
}

fn merge(branch: &Branch, files: BTreeMap<String, Option<String>>) -> Change {
    Change {
        subject: format!("Merge pull request #{} from northwind/{}", branch.number, branch.name),
        body: branch.title.to_owned(),
        files,
    }
}

/// The check-ins file: the goal's own records, then its key results in the plan's order.
fn render(records: &Records) -> String {
    let tables: Vec<String> = records
        .iter()
        .map(|((_, key_result), lines)| {
            let header = key_result.map_or_else(String::new, |id| format!("[{id}]\n"));
            let lines: String =
                lines.iter().map(|(date, record)| format!("{date} = {record}\n")).collect();
            header + &lines
        })
        .collect();
    tables.join("\n")
}

fn trailer_value(value: &Value) -> &str {
    match value {
        Value::Known(value) => value.trim_matches('"'),
        Value::NotMeasured => "-",
        Value::Void => "void",
    }
}

fn lower_first(title: &str) -> String {
    let mut letters = title.chars();
    let Some(first) = letters.next() else {
        return String::new();
    };
    let second_is_lower = letters.clone().next().is_some_and(|it| it.is_lowercase() || it == ' ');
    if second_is_lower && !title.starts_with("Northwind") {
        first.to_lowercase().chain(letters).collect()
    } else {
        title.to_owned()
    }
}
