//! The walk through what is due, on a terminal.

use std::io::IsTerminal;
use std::path::Path;

use super::answers::{self, Kept};
use super::conversation::{Answer, Conversation, End, Topic};
use super::entry::{self, Entry, What};
use super::{Checkin, due, message};
use crate::cli::amount::{self, Signs};
use crate::cli::names::{self, Named};
use crate::cli::values::Given;
use crate::cli::{Ending, output};
use crate::error::{Error, Kind, Result};
use crate::load::{Kind as MeasureKind, Value};
use crate::model::{KeyResult, Measure, Record};
use crate::render::status::key_result_detail;
use crate::render::terminal::Look;
use crate::rollup::Rollup;
use crate::text::{count, printable};

impl Checkin<'_> {
    /// Asks about what is due, then records the answers.
    pub(super) fn walk(&self) -> Result<Ending> {
        let arguments = self.arguments;
        let wants_else = !arguments.note.is_empty()
            || arguments.note_file.is_some()
            || arguments.edit
            || arguments.confidence.is_some();
        let is_terminal = std::io::stdin().is_terminal() && std::io::stderr().is_terminal();
        if wants_else || !(is_terminal || arguments.interactive) {
            return Err(Error::new(Kind::Usage, "nothing to record")
                .hint("name a key result and its value: goals checkin lead-time 180"));
        }
        let model = &self.session.workspace.model;
        let person = match &arguments.owner {
            Some(owner) => {
                due::known_owner(model, owner)?;
                owner.clone()
            }
            None => due::person(model, &self.git, &self.session.root)?,
        };
        let rollup = self.session.rollup(None);
        let due = due::due(model, &rollup, &person, arguments.all);
        let who = printable(model.settings.person_name(&person)).into_owned();
        if due.is_empty() {
            let all = if arguments.all {
                ""
            } else {
                "; --all asks about everything that can be worked on"
            };
            output::note(self.global, &format!("nothing of {who} is due{all}"));
            return Ok(Ending::Sound);
        }
        let kept =
            self.session.repo.as_ref().map(|repo| Kept::open(answers::path(repo.common_dir())));
        // Where answers cannot be kept, they are held until the end as well as they can be.
        let kept = kept.and_then(std::result::Result::ok);
        self.greet(&who, due.len(), kept.as_ref());
        self.talk(&rollup, &due, kept)
    }

    fn greet(&self, who: &str, due: usize, kept: Option<&Kept>) {
        let kept_in = kept.map(|kept| self.shown(kept.path()));
        if let Some((kept_in, _)) = kept_in.as_ref().zip(kept.filter(|kept| kept.has_earlier())) {
            output::note(
                self.global,
                &format!(
                    "An earlier walk was broken off: goals checkin --from {kept_in} records its answers; confirming this one discards them."
                ),
            );
        }
        let until = kept_in
            .map(|kept| format!("; until then answers are kept in {kept}"))
            .unwrap_or_default();
        let is_due = if self.arguments.all { "to ask about" } else { "due" };
        output::note(
            self.global,
            &format!(
                "{who}: {} {is_due}. Enter skips, ? helps, q stops.\nNothing is recorded before you confirm it at the end{until}.",
                count(due, "key result")
            ),
        );
    }

    /// A path as it is shortest from the current folder.
    fn shown(&self, path: &Path) -> String {
        let here = std::env::current_dir().ok().and_then(|here| std::fs::canonicalize(here).ok());
        let full = std::fs::canonicalize(path).ok();
        let short =
            full.as_ref().zip(here.as_ref()).and_then(|(full, here)| full.strip_prefix(here).ok());
        printable(&short.unwrap_or(path).to_string_lossy()).into_owned()
    }

    fn talk(&self, rollup: &Rollup, due: &[Named], mut kept: Option<Kept>) -> Result<Ending> {
        let look = Look { colour: self.global.colour(&std::io::stderr()), width: None };
        let topics: Vec<Topic> = due.iter().map(|named| self.topic(*named, rollup, look)).collect();
        let by = self.arguments.by.as_deref();
        let judge = |at: usize, text: &str| self.judged(due[at], text);
        let mut keep = |answer: &Answer| match &mut kept {
            Some(kept) => kept.add(&topics[answer.topic].name, self.stamp, by, answer),
            None => Ok(()),
        };
        let mut conversation = Conversation {
            input: std::io::stdin().lock(),
            output: std::io::stderr().lock(),
            look,
            judge: &judge,
            keep: &mut keep,
        };
        let end = conversation.hold(&topics);
        drop(conversation);
        let end =
            end.map_err(|error| Error::io("go on with", Path::new("the conversation"), &error))?;
        let forget = |kept: Option<Kept>| kept.into_iter().for_each(Kept::forget);
        match end {
            End::Confirmed(answers) => {
                let replaces = self.replaces(due, &answers);
                let entries: Vec<Entry> =
                    answers.into_iter().map(|answer| self.entry(due, answer)).collect();
                match self.require_sound(&entries).and_then(|()| self.record_typed(&entries)) {
                    Ok(ending) => {
                        kept.into_iter().for_each(Kept::discard);
                        Ok(ending)
                    }
                    Err(error) => Err(self.not_lost(error, entries.len(), replaces, kept.as_ref())),
                }
            }
            End::Declined => {
                forget(kept);
                output::note(self.global, "nothing was recorded");
                Ok(Ending::Sound)
            }
            End::Nothing => {
                forget(kept);
                Ok(Ending::Sound)
            }
            End::Broken(answers) => Err(self.broken_off(due, &answers, kept)),
        }
    }

    /// Whether an answer is about a date that has a record.
    fn replaces(&self, due: &[Named], answers: &[Answer]) -> bool {
        let model = &self.session.workspace.model;
        answers.iter().any(|answer| {
            let (at, position) = due[answer.topic];
            let key_result = position.map(|position| &model.goals[at].key_results[position]);
            let mut records = key_result.iter().flat_map(|key_result| &key_result.records);
            records.any(|record| record.stamp == self.stamp)
        })
    }

    fn broken_off(&self, due: &[Named], answers: &[Answer], kept: Option<Kept>) -> Error {
        let error = Error::new(Kind::Usage, "broken off before the end: nothing was recorded");
        if answers.is_empty() {
            kept.into_iter().for_each(Kept::forget);
            return error;
        }
        self.not_lost(error, answers.len(), self.replaces(due, answers), kept.as_ref())
    }

    /// Adds to an error how the answers can still be recorded.
    fn not_lost(&self, error: Error, answers: usize, replaces: bool, kept: Option<&Kept>) -> Error {
        let Some(kept) = kept else { return error };
        let path = self.shown(kept.path());
        let given = if answers == 1 { "the answer" } else { "the answers" };
        let replace = if replaces { " --replace" } else { "" };
        let way = format!("{given} given so far: goals checkin --from {path}{replace}");
        let hint = error.hint.as_ref().map_or_else(|| way.clone(), |hint| format!("{hint}\n{way}"));
        error.hint(hint)
    }

    fn topic(&self, named: Named, rollup: &Rollup, look: Look) -> Topic {
        let model = &self.session.workspace.model;
        let position = named.1.expect("what is due is a key result");
        let goal = &model.goals[named.0];
        let (key_result, figures) =
            (&goal.key_results[position], &rollup.goals[named.0].key_results[position]);
        let heading = format!("{}  {}", goal.reference, printable(&goal.title));
        let known = key_result_detail(key_result, figures, rollup.as_of, look);
        Topic {
            name: names::full(model, named),
            known: format!("{heading}\n{known}"),
            takes: takes(key_result),
            help: help(key_result),
            confidence: figures.confidence,
        }
    }

    /// What was typed, with steps counted from the value that was shown.
    fn judged(&self, named: Named, text: &str) -> Result<(What, String)> {
        let model = &self.session.workspace.model;
        let (named, what) = entry::valued(model, named, text, Signs::Steps)?;
        let position = named.1.expect("what is due is a key result");
        let key_result = &model.goals[named.0].key_results[position];
        let own = key_result.records.iter().find(|record| record.stamp == self.stamp);
        if own.is_some_and(|own| own.void) && !self.arguments.replace {
            let message = format!("its record on {} was taken back", self.stamp);
            return Err(Error::new(Kind::Usage, message)
                .hint("--replace records it anew; --on gives another date"));
        }
        if let (What::Unmeasured, false, Some(value)) =
            (&what, self.arguments.replace, own.and_then(|own| own.value.as_ref()))
        {
            return Err(entry::is_measured(&names::full(model, named), self.stamp, value));
        }
        let what = match what {
            What::Value(Given::By(by)) => {
                let counts = |record: &&Record| !record.void && record.stamp <= self.stamp;
                let last = key_result
                    .records
                    .iter()
                    .filter(counts)
                    .filter_map(|record| record.value.as_ref())
                    .next_back();
                let Some(Value::Number(last)) = last else {
                    return Err(Error::new(Kind::Usage, "there is no value yet to count from")
                        .hint("write the value itself"));
                };
                What::Value(Given::Exactly(Value::Number(amount::step(*last, by))))
            }
            what => what,
        };
        let shown = match &what {
            What::Value(Given::Exactly(value)) => {
                let unit =
                    key_result.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
                format!("{}{unit}", message::shown(value))
            }
            _ => "not measured".to_owned(),
        };
        Ok((what, shown))
    }

    fn entry(&self, due: &[Named], answer: Answer) -> Entry {
        Entry {
            named: due[answer.topic],
            stamp: self.stamp,
            what: answer.what,
            confidence: answer.confidence,
            note: answer.note,
            by: self.arguments.by.clone(),
            line: 0,
        }
    }
}

/// What the values of a key result look like, in a word or two.
fn takes(key_result: &KeyResult) -> String {
    match (key_result.kind, &key_result.measure) {
        (MeasureKind::Binary, _) => "yes or no".to_owned(),
        (_, Some(Measure::Milestone(steps))) => {
            steps.iter().map(|step| step.id.as_str()).collect::<Vec<_>>().join(", ")
        }
        _ => key_result.unit.clone().unwrap_or_else(|| "a number".to_owned()),
    }
}

/// What can be typed for a value.
fn help(key_result: &KeyResult) -> String {
    let own = match key_result.kind {
        MeasureKind::Binary => "yes or no",
        MeasureKind::Milestone => "the id of the milestone that is reached",
        _ => "a number; +5 or -3 counts from the last value, =-3 is a number below zero",
    };
    format!(
        "    {own}\n    -      not measured; the note says why\n    Enter  skip it\n    q      stop here, then confirm what was answered\n"
    )
}
