//! A goal's past: its plan as it landed, as it stood when planning was over, and what was changed
//! since.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::before::Before;
use super::contents::Contents;
use super::event::{Event, EventKind, FieldChange};
use super::identity::{File, GoalChange, Version};
use super::kept;
use super::source::Source;
use crate::date::{Date, Stamp, add_days};
use crate::load::PlanDoc;
use crate::model::{Goal, GoalRef, Model, cycle, draft_goal};
use crate::repo::{Commits, KeptBytes, Moved, ObjectId};

/// What is known of a goal's past.
#[derive(Debug, Clone, Default)]
pub struct GoalPast {
    /// Number of amendments.
    pub amendments: usize,
    /// How many of them moved a goalpost.
    pub goalpost_moves: usize,
    /// How many events there are.
    pub(super) count: usize,
    /// Whether several commits may be the witness of one record.
    pub(super) is_contested: bool,
    /// Whether its landing is known.
    pub(super) is_landed: bool,
    /// Whether goalposts moved since the plan as it stood at the end of the planning grace.
    pub(super) is_moved: bool,
    /// Everything else, as bytes.
    pub(super) body: Body,
    pub(super) told: OnceLock<Told>,
    pub(super) original: OnceLock<Original>,
}

/// The events of a goal, and those of them that are present witnesses by key result and date.
#[derive(Debug, Clone)]
pub(super) struct Told {
    all: Vec<Event>,
    witnesses: Vec<usize>,
}

/// Bytes that tell of one goal.
#[derive(Debug, Clone)]
pub(super) struct Body {
    source: Arc<Source>,
    range: Range<usize>,
    /// Whose they are.
    goal: GoalRef,
    /// Where the commits named in them stand now; left out where they have those positions.
    moved: Option<Arc<Moved>>,
}

impl Default for Body {
    fn default() -> Self {
        Self::of(Arc::default(), 0..0, GoalRef::new("", ""), None)
    }
}

impl Body {
    /// Bytes that tell of a goal by the positions that commits had before they moved.
    pub(super) fn of(
        source: Arc<Source>,
        range: Range<usize>,
        goal: GoalRef,
        moved: Option<Arc<Moved>>,
    ) -> Self {
        Self { source, range, goal, moved }
    }

    /// The bytes; nothing if they are damaged.
    fn bytes(&self) -> Option<Cow<'_, [u8]>> {
        self.source.read(self.range.clone())
    }

    /// The bytes, where they tell of commits in their present positions; nothing within something if
    /// they are damaged.
    pub(super) fn as_it_stands(&self) -> Option<Option<Cow<'_, [u8]>>> {
        self.moved.is_none().then(|| self.bytes())
    }

    /// Where a commit that it names stands now.
    fn now(&self, commit: usize) -> Option<usize> {
        match &self.moved {
            Some(moved) => moved.now(commit),
            None => Some(commit),
        }
    }
}

impl GoalPast {
    /// What was told of a goal just now.
    pub(super) fn new(
        goal: &GoalRef,
        events: &[Event],
        changes: &[GoalChange<'_>],
        text: Option<&str>,
    ) -> Self {
        let bytes = Arc::new(KeptBytes::from(kept::body(text, events, changes)));
        let range = 0..bytes.len();
        let body = Body::of(Arc::new(Source::of(bytes)), range, goal.clone(), None);
        let (amendments, goalpost_moves) = counted(events);
        let (count, is_moved) = (events.len(), text.is_some());
        Self { amendments, goalpost_moves, count, is_moved, body, ..Self::default() }
    }

    /// Its events, in the commits' order.
    pub fn events(&self) -> &[Event] {
        &self.told().all
    }

    fn told(&self) -> &Told {
        self.told.get_or_init(|| {
            let now = |event: Event| Some(Event { commit: self.body.now(event.commit)?, ..event });
            let all: Vec<Event> = match self.former_events() {
                Some(events) => events.into_iter().filter_map(now).collect(),
                None => self.anew().map(|past| past.events().to_vec()).unwrap_or_default(),
            };
            let mut witnesses: Vec<usize> = (0..all.len()).filter(|at| all[*at].witness).collect();
            let record = |at: &usize| (&all[*at].key_result, all[*at].stamp);
            witnesses.sort_unstable_by(|a, b| record(a).cmp(&record(b)));
            Told { all, witnesses }
        })
    }

    /// The event that brought a record as it stands at the revision.
    pub(super) fn witnessing(&self, key_result: &Option<String>, stamp: Stamp) -> Option<&Event> {
        let Told { all, witnesses } = self.told();
        let wanted = (key_result, Some(stamp));
        let record = |at: &usize| (&all[*at].key_result, all[*at].stamp);
        let found = witnesses.binary_search_by(|at| record(at).cmp(&wanted)).ok()?;
        Some(&all[witnesses[found]])
    }

    /// The plan as it stood at the end of the planning grace; `goal` is the goal as it is now, in `model`.
    pub fn original(&self, goal: &Goal, model: &Model) -> &Original {
        self.original.get_or_init(|| {
            let cycle = model.cycles.get(&goal.reference.cycle).filter(|_| self.is_landed);
            match (cycle, self.text()) {
                (None, _) => Original::Unknown,
                (Some(_), None) => Original::Unmoved,
                (Some(cycle), Some(text)) => {
                    let plan = crate::load::plan("", &text).0;
                    let (reference, path) = (goal.reference.clone(), &goal.path);
                    Original::Moved(Box::new(draft_goal(reference, *cycle, path, plan)))
                }
            }
        })
    }

    /// The text of the original plan, if goalposts moved since.
    pub(super) fn text(&self) -> Option<String> {
        if !self.is_moved {
            return None;
        }
        match self.body.bytes() {
            Some(bytes) => kept::text(&bytes).map(str::to_owned),
            None => self.anew()?.text(),
        }
    }

    /// What is known of it without the bytes, which are damaged.
    fn anew(&self) -> Option<&Self> {
        self.body.source.told_anew()?.goals.get(&self.body.goal)
    }

    /// Its events, by the positions that commits had; nothing if the bytes are damaged.
    fn former_events(&self) -> Option<Vec<Event>> {
        kept::events(&self.body.bytes()?, &self.body.goal)
    }

    /// What commits changed of its files, by the positions that they had; nothing if the bytes are
    /// damaged.
    pub(super) fn former_changes(&self) -> Option<Vec<GoalChange<'static>>> {
        kept::changes(&self.body.bytes()?)
    }

    /// Those of some former changes that are of commits which are still reached.
    pub(super) fn standing<'c>(
        &self,
        changes: impl IntoIterator<Item = GoalChange<'c>>,
    ) -> Vec<GoalChange<'c>> {
        let now =
            |own: GoalChange<'c>| Some(GoalChange { commit: self.body.now(own.commit)?, ..own });
        changes.into_iter().filter_map(now).collect()
    }

    /// What the commits that are still reached changed of its files.
    pub(super) fn changes(&self) -> Vec<GoalChange<'static>> {
        match self.former_changes() {
            Some(changes) => self.standing(changes),
            None => self.anew().map(Self::changes).unwrap_or_default(),
        }
    }

    /// What telling it anew begins with: what commits changed of its files, by the positions that they had, and
    /// what that told. Nothing if the bytes are damaged.
    pub(super) fn before(&self) -> Option<(Vec<GoalChange<'static>>, Before)> {
        let bytes = self.body.bytes()?;
        let (changes, events) = (kept::changes(&bytes)?, kept::events(&bytes, &self.body.goal)?);
        let mut before = Before::of(&changes, events, |commit| self.body.now(commit));
        before.is_landed = self.is_landed;
        before.text = kept::text(&bytes).map(str::to_owned);
        Some((changes, before))
    }
}

impl PartialEq for GoalPast {
    fn eq(&self, other: &Self) -> bool {
        let plain =
            |past: &Self| (past.amendments, past.goalpost_moves, past.is_contested, past.is_landed);
        plain(self) == plain(other)
            && self.events() == other.events()
            && self.text() == other.text()
            && self.changes() == other.changes()
    }
}

/// How many amendments there are, and how many of them moved a goalpost.
fn counted(events: &[Event]) -> (usize, usize) {
    let (mut amendments, mut goalpost_moves) = (0, 0);
    for event in events {
        match event.kind {
            // What comes after a deletion is another goal's life.
            EventKind::Planned => (amendments, goalpost_moves) = (0, 0),
            EventKind::Amended => {
                amendments += 1;
                goalpost_moves += usize::from(event.goalpost_move);
            }
            _ => {}
        }
    }
    (amendments, goalpost_moves)
}

/// Tells whether an amendment moved a goalpost since the plan appeared.
pub(super) fn goalposts_moved(events: &[Event]) -> bool {
    counted(events).1 > 0
}

/// A goal's plan as it stood at the end of the planning grace, or as it first landed if that was
/// later.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Original {
    /// Its landing is not known.
    #[default]
    Unknown,
    /// No goalpost moved since: it measures as the plan does now.
    Unmoved,
    /// Goalposts moved since.
    Moved(Box<Goal>),
}

/// Marks, of the events of one version, the amendments that change what is measured after the
/// planning grace.
///
/// The grace is counted in the author's local dates from the start in the plan before the
/// amendment, and is over the day after it ends.
pub(super) fn mark_goalposts(
    events: &mut [Event],
    version: &Version,
    contents: &Contents<'_>,
    commits: &Commits,
    model: &Model,
) {
    let amended = |event: &&mut Event| event.kind == EventKind::Amended;
    for event in events.iter_mut().filter(amended) {
        let measures = event.fields.iter().any(FieldChange::is_goalpost);
        let old = version.old.iter().flatten().next().and_then(|id| contents.plan(*id));
        let grace = old.and_then(|old| grace_ends(old, &event.goal, model));
        let authored = commits.changing.get(event.commit).authored.date();
        event.goalpost_move = measures && grace.is_some_and(|ends| authored > ends);
    }
}

/// The last day on which a plan may change freely.
fn grace_ends(plan: &PlanDoc, goal: &GoalRef, model: &Model) -> Option<Date> {
    let cycle = cycle::window(&goal.cycle, &model.settings)?;
    let start = plan.starts.as_ref().map_or(cycle.start, |starts| starts.value);
    Some(add_days(start, model.settings.planning_grace_days))
}

/// A goal's plan as it stood when planning was over, one version after the other.
#[derive(Default)]
pub(super) struct Originals {
    /// As far as the versions have come, with the id of its text.
    pub(super) plan: Option<(ObjectId, Arc<PlanDoc>)>,
}

impl Originals {
    /// Goes on to the next version of the goal.
    pub(super) fn next(
        &mut self,
        goal: &GoalRef,
        version: &Version,
        contents: &Contents<'_>,
        commits: &Commits,
        model: &Model,
    ) {
        if version.file != File::Plan {
            return;
        }
        let Some((id, plan)) = version.new.and_then(|id| Some((id, contents.plan(id)?))) else {
            if version.new.is_none() {
                self.plan = None;
            }
            return;
        };
        let first = version.old.iter().all(Option::is_none);
        let authored = commits.changing.get(version.commit).authored.date();
        // Where the landing is not known, what the grace saw last is known all the same.
        let beyond = || version.old.iter().flatten().find_map(|id| contents.plan(*id));
        let before = self.plan.as_ref().map(|(_, plan)| plan).or_else(beyond);
        let in_grace = before
            .and_then(|before| grace_ends(before, goal, model))
            .is_some_and(|ends| authored <= ends);
        if first || in_grace {
            self.plan = Some((id, Arc::clone(plan)));
        }
    }
}
