//! A goal or a key result by another id, with its files, its earlier ids, and every reference to it.

use std::collections::BTreeMap;

use super::Changes;
use crate::error::{Error, Kind, Result};
use crate::load::splice::{keys, toml_string};
use crate::load::{Outline, Role, Spanned, Word};
use crate::model::{Goal, Model, Reference};
use crate::text::{Span, as_id, is_id, printable};

/// What is renamed, and to what.
#[derive(Debug)]
pub struct Rename<'a> {
    model: &'a Model,
    at: usize,
    goal: &'a Goal,
    /// The key result's present id; nothing where it is the goal that is renamed.
    key_result: Option<&'a str>,
    new: &'a str,
}

impl<'a> Rename<'a> {
    /// Checks that the new id is one, and free; what is renamed is a goal, or one of its key results, by position.
    ///
    /// # Errors
    ///
    /// It is not.
    pub fn new(
        model: &'a Model,
        (at, position): (usize, Option<usize>),
        new: &'a str,
    ) -> Result<Self> {
        let goal = &model.goals[at];
        let key_result = position.and_then(|position| goal.key_results[position].id.as_deref());
        let refused =
            |message: String, hint: String| Err(Error::new(Kind::Usage, message).hint(hint));
        if !is_id(new) {
            let id = as_id(new.rsplit(['/', '.']).next().unwrap_or(new));
            let hint = "an id is lower-case words joined by hyphens, without cycle or team";
            let meant = if is_id(&id) { format!("{hint}: {id}") } else { hint.to_owned() };
            return refused(format!("`{}` is not an id", printable(new)), meant);
        }
        if new == key_result.unwrap_or(&goal.reference.id) {
            return refused(
                format!("`{}` is called so already", goal.reference.with(key_result)),
                "give another id".to_owned(),
            );
        }
        let taken = match key_result {
            Some(_) => goal
                .key_results
                .iter()
                .find(|other| other.id.as_deref() == Some(new))
                .map(|other| (other.id.as_deref(), goal)),
            None => model
                .goals
                .iter()
                .find(|other| {
                    other.reference.cycle == goal.reference.cycle && other.reference.id == new
                })
                .map(|other| (None, other)),
        };
        if let Some((key_result, other)) = taken {
            return refused(
                format!("there is already a `{}`", other.reference.with(key_result)),
                format!("it is in {}; choose another id", other.path),
            );
        }
        let former = match key_result {
            Some(own) => goal
                .key_results
                .iter()
                .find(|kr| kr.id.as_deref() != Some(own) && kr.formerly.iter().any(|id| id == new))
                .map(|kr| goal.reference.with(kr.id.as_deref())),
            None => model
                .goals
                .iter()
                .enumerate()
                .find(|(other, found)| {
                    *other != at
                        && found.reference.cycle == goal.reference.cycle
                        && found.formerly.iter().any(|id| id == new)
                })
                .map(|(_, found)| found.reference.to_string()),
        };
        if let Some(former) = former {
            return refused(
                format!("`{new}` is an earlier id of `{former}`, whose history goes by it"),
                "choose another id".to_owned(),
            );
        }
        Ok(Self { model, at, goal, key_result, new })
    }

    /// Changes the texts: the files move or the tables get their new name, references follow, and where the plan
    /// `was_committed` the earlier id is kept. How many references, by file.
    ///
    /// # Errors
    ///
    /// A file cannot be changed so, or something would come to mean something else.
    pub fn make(
        &self,
        changes: &mut Changes<'_>,
        was_committed: bool,
    ) -> Result<BTreeMap<String, usize>> {
        let references = self.follow(changes)?;
        match self.key_result {
            None => self.goal(changes, was_committed)?,
            Some(old) => self.key_result(changes, old, was_committed)?,
        }
        self.hold(&changes.outcome()?.model, self.model)?;
        Ok(references)
    }

    /// The plan's path as it is now.
    pub fn path(&self) -> &'a str {
        &self.goal.path
    }

    fn old(&self) -> &str {
        self.key_result.unwrap_or(&self.goal.reference.id)
    }

    /// The full reference once it is renamed.
    fn renamed(&self) -> String {
        let cycle = &self.goal.reference.cycle;
        match self.key_result {
            Some(_) => self.goal.reference.with(Some(self.new)),
            None => format!("{cycle}/{}", self.new),
        }
    }

    /// From what to what, by full references.
    pub fn headline(&self) -> String {
        format!("{} → {}", self.goal.reference.with(self.key_result), self.renamed())
    }

    /// The subject of a commit of it.
    pub fn subject(&self) -> String {
        let name = self.goal.reference.with(self.key_result);
        format!("rename: {name} is {} now", self.new)
    }

    /// Moves the goal's files.
    fn goal(&self, changes: &mut Changes<'_>, was_committed: bool) -> Result<()> {
        let path = &self.goal.path;
        let folder = path.strip_suffix(&format!("{}.toml", self.goal.reference.id));
        let plan = format!("{}{}.toml", folder.unwrap_or_default(), self.new);
        let record = format!("{}{}.checkins.toml", folder.unwrap_or_default(), self.new);
        changes.rename(path, &plan)?;
        changes.rename(&self.goal.checkins_path(), &record)?;
        let formerly = &self.goal.formerly;
        changes.change(&plan, |text| self.remember(text, &[], formerly, was_committed))
    }

    /// Renames the key result's tables in the plan and in the record.
    fn key_result(&self, changes: &mut Changes<'_>, old: &str, was_committed: bool) -> Result<()> {
        let position = self.goal.key_result_position(old);
        let formerly = position.map(|at| self.goal.key_results[at].formerly.clone());
        let formerly = formerly.unwrap_or_default();
        changes.change(&self.goal.path, |text| {
            let text = keys::rename_table(text, &["key_results"], old, self.new)?;
            self.remember(&text, &["key_results", self.new], &formerly, was_committed)
        })?;
        let record = self.goal.checkins_path();
        if changes.text(&record)?.is_some_and(|text| !text.is_empty()) {
            changes.change(&record, |text| keys::rename_table(text, &[], old, self.new))?;
        }
        Ok(())
    }

    /// The plan's text with the present id among the earlier ones, and the new one not among them.
    fn remember(
        &self,
        text: &str,
        table: &[&str],
        formerly: &[String],
        was_committed: bool,
    ) -> std::result::Result<String, keys::EditError> {
        let old = was_committed.then_some(self.old());
        if !formerly.iter().any(|id| id == self.new) {
            return match old {
                Some(old) => keys::add_to_list(text, table, "formerly", old),
                None => Ok(text.to_owned()),
            };
        }
        let left = formerly.iter().map(String::as_str).filter(|id| *id != self.new);
        let all: Vec<String> = left.chain(old).map(toml_string).collect();
        match all.is_empty() {
            true => keys::remove_key(text, table, "formerly"),
            false => keys::set_key(text, table, "formerly", &format!("[{}]", all.join(", "))),
        }
    }

    /// Makes every reference to it say the new id; how many, by file.
    fn follow(&self, changes: &mut Changes<'_>) -> Result<BTreeMap<String, usize>> {
        let mut followed = BTreeMap::new();
        for goal in &self.model.goals {
            let whole = written(goal).filter_map(|written| {
                let followed = self.followed(goal, &written.value)?;
                Some((written.span, toml_string(&followed)))
            });
            let text = changes.text(&goal.path)?.unwrap_or_default();
            let unread = unread(goal, text, &self.goal.reference.id).into_iter();
            let broken = unread
                .filter_map(|span| Some((span, self.followed(goal, &text[span.start..span.end])?)));
            let mut found: Vec<(Span, String)> = whole.chain(broken).collect();
            if found.is_empty() {
                continue;
            }
            found.sort_by_key(|(span, _)| std::cmp::Reverse(*span));
            followed.insert(goal.path.clone(), found.len());
            changes.change(&goal.path, |text| {
                let mut text = text.to_owned();
                for (span, reference) in found {
                    text.replace_range(span.start..span.end, &reference);
                }
                Ok(text)
            })?;
        }
        Ok(followed)
    }

    /// A reference as it has to read from now on; nothing where it means something else.
    fn followed(&self, goal: &Goal, written: &str) -> Option<String> {
        let reference = Reference::parse(written)?;
        let whole = Reference { key_result: None, ..reference.clone() };
        let (at, _) = self.model.resolve(&whole, &goal.reference.cycle).ok()?;
        if at != self.at {
            return None;
        }
        let cycle = reference.cycle.map(|cycle| format!("{cycle}/")).unwrap_or_default();
        match (self.key_result, reference.key_result) {
            (None, None) => Some(format!("{cycle}{}", self.new)),
            (None, Some(key_result)) => Some(format!("{cycle}{}.{key_result}", self.new)),
            (Some(old), Some(key_result)) if old == key_result => {
                Some(format!("{cycle}{}.{}", reference.goal, self.new))
            }
            _ => None,
        }
    }

    /// Holds the outcome to what it is to be: the same links between the same goals.
    fn hold(&self, after: &Model, before: &Model) -> Result<()> {
        let old = self.goal.reference.with(self.key_result);
        let renamed = self.renamed();
        let follow = |name: String| match name.strip_prefix(&old) {
            Some(rest) if rest.is_empty() || rest.starts_with('.') => format!("{renamed}{rest}"),
            _ => name,
        };
        let expected = links(before, follow);
        let found = links(after, |name| name);
        let changed = expected.iter().find(|(goal, links)| found.get(*goal) != Some(*links));
        match changed {
            None => Ok(()),
            Some((goal, _)) => Err(Error::new(
                Kind::Usage,
                format!("as `{}` it would change what a reference in `{goal}` means", self.new),
            )
            .hint("choose another id, or write that reference with its cycle first")),
        }
    }
}

/// What each goal is tied to, by full references.
fn links(model: &Model, name: impl Fn(String) -> String) -> BTreeMap<String, Vec<String>> {
    let of = |goal: &Goal| {
        let aligned = goal.contributes_to.iter().chain(&goal.supports);
        let aligned = aligned.map(|link| model.name((link.goal, link.key_result)));
        let continued = goal.continues.as_deref().and_then(Reference::parse);
        let continued = continued
            .and_then(|reference| model.resolve(&reference, &goal.reference.cycle).ok())
            .map(|named| model.name(named));
        aligned.chain(continued).map(&name).collect()
    };
    model.goals.iter().map(|goal| (name(goal.reference.to_string()), of(goal))).collect()
}

/// Where references stand, without their quotes, that are written on lines which cannot be read.
fn unread(goal: &Goal, text: &str, id: &str) -> Vec<Span> {
    if !text.contains(id) {
        return Vec::new();
    }
    let is_read = |span: Span| {
        written(goal).any(|read| read.span.start <= span.start && span.end <= read.span.end)
    };
    let is_reference = |word: &&Word| {
        word.role == Role::Text
            && matches!(&word.path[..], [key] if ["contributes_to", "supports", "continues"].contains(&key.as_str()))
    };
    let outline = Outline::of(text);
    let words = outline.words.iter().filter(is_reference);
    words.map(|word| word.span).filter(|span| !is_read(*span)).collect()
}

/// Every reference of a plan that was read.
fn written(goal: &Goal) -> impl Iterator<Item = &Spanned<String>> {
    let plan = &goal.plan;
    plan.contributes_to.iter().chain(&plan.supports).chain(&plan.continues)
}
