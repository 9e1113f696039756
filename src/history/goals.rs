//! The pasts of all goals: those told just now, and those that were kept, as bytes until somebody asks for
//! them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use super::kept;
use super::past::{Body, GoalPast};
use super::source::Source;
use crate::coding::{Reader, Writer};
use crate::model::GoalRef;
use crate::repo::{Moved, Table};

/// What is known of each goal's past.
#[derive(Debug, Clone, Default)]
pub(super) struct Goals {
    /// Those told just now; nothing for a goal of which the commits tell nothing any more.
    told: HashMap<GoalRef, Option<GoalPast>>,
    kept: KeptGoals,
    /// Where the commits stand now that were known to the kept ones.
    moved: Option<Arc<Moved>>,
    /// All the kept ones, once somebody asked for one.
    all: OnceLock<HashMap<GoalRef, GoalPast>>,
}

impl Goals {
    /// Kept ones, and what stands in the place of some of them.
    pub(super) fn of(
        kept: KeptGoals,
        moved: Option<Arc<Moved>>,
        told: HashMap<GoalRef, Option<GoalPast>>,
    ) -> Self {
        Self { told, kept, moved, all: OnceLock::new() }
    }

    /// Where the kept ones lie.
    pub(super) fn source(&self) -> &Source {
        &self.kept.source
    }

    /// What is known of a goal.
    pub(super) fn get(&self, goal: &GoalRef) -> Option<&GoalPast> {
        match self.told.get(goal) {
            Some(told) => told.as_ref(),
            None => self.kept().get(goal),
        }
    }

    /// Every goal of which something is known, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&GoalRef, &GoalPast)> {
        let told = self.told.iter().filter_map(|(goal, past)| Some((goal, past.as_ref()?)));
        let kept = self.kept().iter().filter(|(goal, _)| !self.told.contains_key(*goal));
        told.chain(kept)
    }

    fn kept(&self) -> &HashMap<GoalRef, GoalPast> {
        self.all.get_or_init(|| {
            let all = self.kept.all(self.moved.as_ref());
            let anew = || Some(self.kept.source.told_anew()?.goals.iter().map(owned).collect());
            all.or_else(anew).unwrap_or_default()
        })
    }

    /// Writes all of them: how much there is to `head`, and the rest to where it is read when somebody
    /// asks for it. Nothing if bytes are damaged.
    pub(super) fn write(&self, head: &mut Writer, rest: &mut Writer) -> Option<()> {
        let mut goals: Vec<(&GoalRef, &GoalPast)> = self.iter().collect();
        goals.sort_unstable_by_key(|(goal, _)| *goal);
        let (mut rows, mut bodies) = (Rows::default(), Writer::default());
        let mut touched: Vec<(usize, usize)> = Vec::new();
        for (number, (goal, past)) in goals.iter().enumerate() {
            let body = match past.body.as_it_stands() {
                Some(body) => body?,
                None => {
                    Cow::Owned(kept::body(past.text().as_deref(), past.events(), &past.changes()))
                }
            };
            touched.extend(kept::commits(&body)?.into_iter().map(|commit| (commit, number)));
            rows.push(goal, past, bodies.len()..bodies.len() + body.len());
            bodies.raw(&body);
        }
        touched.sort_unstable();
        touched.dedup();
        let contested = goals.iter().enumerate().filter(|(_, (_, past))| past.is_contested);
        let contested: Vec<usize> = contested.map(|(number, _)| number).collect();
        for size in [goals.len(), rows.bytes.len(), touched.len(), bodies.len(), contested.len()] {
            head.size(size);
        }
        contested.into_iter().for_each(|number| head.size(number));
        rest.raw(&rows.starts.into_bytes());
        rest.raw(&rows.bytes.into_bytes());
        for number in touched.into_iter().flat_map(|(commit, goal)| [commit, goal]) {
            rest.raw(&(number as u32).to_le_bytes());
        }
        rest.raw(&bodies.into_bytes());
        Some(())
    }
}

fn owned((goal, past): (&GoalRef, &GoalPast)) -> (GoalRef, GoalPast) {
    (goal.clone(), past.clone())
}

/// What is read of each goal before its events: its names and figures, and where the rest lies.
#[derive(Default)]
struct Rows {
    starts: Writer,
    bytes: Writer,
}

impl Rows {
    fn push(&mut self, goal: &GoalRef, past: &GoalPast, body: Range<usize>) {
        self.starts.raw(&(self.bytes.len() as u32).to_le_bytes());
        self.bytes.text(&goal.cycle);
        self.bytes.text(&goal.id);
        for size in [past.amendments, past.goalpost_moves, past.count, body.start, body.len()] {
            self.bytes.size(size);
        }
        for flag in [past.is_contested, past.is_landed, past.is_moved] {
            self.bytes.flag(flag);
        }
    }
}

/// Goals that were kept, in the order of their names.
#[derive(Debug, Clone, Default)]
pub(super) struct KeptGoals {
    source: Arc<Source>,
    /// Where each goal's row begins in `rows`.
    starts: Table,
    rows: Range<usize>,
    /// Each commit that changed a goal's files, by its position among the changing ones, and the goal's number; in
    /// the commits' order.
    touched: Table,
    bodies: Range<usize>,
    /// The numbers of those of which several commits may be the witness of one record.
    contested: Vec<usize>,
}

impl KeptGoals {
    /// Reads what [`Goals::write`] wrote, the rest of which begins at `start`; puts that to its end. Nothing
    /// if it was not written so.
    pub(super) fn read(
        source: &Arc<Source>,
        head: &mut Reader<'_>,
        start: &mut usize,
    ) -> Option<Self> {
        let (count, rows) = (head.size()?, head.size()?);
        let (touched, bodies) = (head.size()?, head.size()?);
        let contested = head.several(|head| head.below(count))?;
        let stored = source.stored();
        let starts = Table::at(stored, start, size_of::<u32>(), count)?;
        let rows = *start..start.checked_add(rows)?;
        *start = rows.end;
        let touched = Table::at(stored, start, 2 * size_of::<u32>(), touched)?;
        let bodies = *start..start.checked_add(bodies)?;
        *start = bodies.end;
        let source = Arc::clone(source);
        let is_sound = bodies.end <= source.len();
        is_sound.then_some(Self { source, starts, rows, touched, bodies, contested })
    }

    /// The numbers of those of which several commits may be the witness of one record.
    pub(super) fn contested(&self) -> &[usize] {
        &self.contested
    }

    /// The numbers of those whose files some of the last commits changed, which are in their order; nothing
    /// if bytes are damaged.
    pub(super) fn touched_by(&self, commits: &[usize]) -> Option<Vec<usize>> {
        let Some(first) = commits.first() else { return Some(Vec::new()) };
        let mut found = Vec::new();
        for at in (0..self.touched.len()).rev() {
            let entry = self.touched.get(at)?;
            let (commit, goal) = entry.split_first_chunk::<4>()?;
            let commit = u32::from_le_bytes(*commit) as usize;
            if commit < *first {
                break;
            }
            if commits.binary_search(&commit).is_ok() {
                found.push(u32::from_le_bytes(goal.try_into().ok()?) as usize);
            }
        }
        Some(found)
    }

    /// The goal with a number; nothing if bytes are damaged.
    pub(super) fn at(
        &self,
        number: usize,
        moved: Option<&Arc<Moved>>,
    ) -> Option<(GoalRef, GoalPast)> {
        self.past(&mut Reader::new(&self.row(number)?), moved)
    }

    /// A goal by its name, if it is among them; nothing at all if bytes are damaged.
    pub(super) fn find(
        &self,
        goal: &GoalRef,
        moved: Option<&Arc<Moved>>,
    ) -> Option<Option<GoalPast>> {
        let wanted = (goal.cycle.as_str(), goal.id.as_str());
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let row = self.row(middle)?;
            let mut from = Reader::new(&row);
            match (from.text()?, from.text()?).cmp(&wanted) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => {
                    let (_, past) = self.past(&mut Reader::new(&row), moved)?;
                    return Some(Some(past));
                }
            }
        }
        Some(None)
    }

    /// All of them; nothing if bytes are damaged.
    fn all(&self, moved: Option<&Arc<Moved>>) -> Option<HashMap<GoalRef, GoalPast>> {
        let rows = self.source.read(self.rows.clone())?;
        let mut from = Reader::new(&rows);
        let mut all = HashMap::with_capacity(self.starts.len());
        for _ in 0..self.starts.len() {
            all.extend([self.past(&mut from, moved)?]);
        }
        Some(all)
    }

    /// The bytes of the row with a number, and maybe some more.
    fn row(&self, number: usize) -> Option<Cow<'_, [u8]>> {
        let start = self.starts.number(number)?;
        let end = match number + 1 == self.starts.len() {
            true => self.rows.len(),
            false => self.starts.number(number + 1)?,
        };
        let is_inside = start <= end && end <= self.rows.len();
        is_inside
            .then(|| self.rows.start + start..self.rows.start + end)
            .and_then(|range| self.source.read(range))
    }

    fn past(
        &self,
        from: &mut Reader<'_>,
        moved: Option<&Arc<Moved>>,
    ) -> Option<(GoalRef, GoalPast)> {
        let goal = GoalRef::new(from.text()?, from.text()?);
        let (amendments, goalpost_moves, count) = (from.size()?, from.size()?, from.size()?);
        let start = self.bodies.start.checked_add(from.size()?)?;
        let range = start..start.checked_add(from.size()?).filter(|end| *end <= self.bodies.end)?;
        let past = GoalPast {
            amendments,
            goalpost_moves,
            count,
            is_contested: from.flag()?,
            is_landed: from.flag()?,
            is_moved: from.flag()?,
            body: Body::of(Arc::clone(&self.source), range, goal.clone(), moved.cloned()),
            ..GoalPast::default()
        };
        Some((goal, past))
    }
}
