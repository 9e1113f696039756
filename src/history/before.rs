//! What the versions of a goal told when another tip was looked at.
//!
//! What a version tells of records follows from its texts alone, whichever commit made it; what it
//! tells of a plan, from the commit's date as well, and the plan as it stood when planning was over from
//! all its versions. So records with the same texts as before need not be read again, and a plan
//! need not where the same commits made the same of it.

use std::collections::HashMap;
use std::ops::Range;

use super::event::Event;
use super::identity::{File, GoalChange, Version, lie_in_one_place};
use crate::repo::ObjectId;

/// What is known of a goal's versions from before.
#[derive(Default)]
pub(super) struct Before {
    /// In the commits' former order, and by their former positions.
    events: Vec<Event>,
    /// Of each text of the records, a version that made it, and its commit's former position.
    records: HashMap<ObjectId, (Version, usize)>,
    /// The plan's versions, with the same; nothing where not all of them are known.
    plans: Option<Vec<(Version, usize)>>,
    /// Whether the plan's landing was known.
    pub(super) is_landed: bool,
    /// The text of the plan before goalposts moved.
    pub(super) text: Option<String>,
}

impl Before {
    /// What was told of a goal when commits changed its files so and made these events of that; `now`
    /// tells where a commit stands that is still reached.
    pub(super) fn of(
        changes: &[GoalChange<'_>],
        events: Vec<Event>,
        now: impl Fn(usize) -> Option<usize>,
    ) -> Self {
        let (mut records, mut plans) = (HashMap::new(), Some(Vec::new()));
        let is_plain = lie_in_one_place(changes);
        for of_commit in changes.chunk_by(|a, b| a.commit == b.commit) {
            for own in of_commit {
                let position = now(own.commit);
                let version = Version::of(own, position.unwrap_or_default());
                let is_alone = of_commit.iter().filter(|other| other.file == own.file).count() == 1;
                let is_whole = is_alone && (is_plain || !version.comes_or_goes());
                match (own.file, version.new, &mut plans) {
                    (File::Checkins, Some(text), _) if is_whole && version.is_own() => {
                        records.insert(text, (version, own.commit));
                    }
                    (File::Checkins, ..) | (_, _, None) => {}
                    (File::Plan, _, Some(known)) if is_whole && position.is_some() => {
                        known.extend(version.is_own().then_some((version, own.commit)));
                    }
                    (File::Plan, ..) => plans = None,
                }
            }
        }
        Self { events, records, plans, ..Self::default() }
    }

    /// Tells whether the plan's versions among all of the goal's are the ones of before.
    pub(super) fn has_plans_of(&self, versions: &[&Version]) -> bool {
        let now = versions.iter().filter(|version| version.file == File::Plan).copied();
        self.plans.as_ref().is_some_and(|plans| now.eq(plans.iter().map(|(version, _)| version)))
    }

    /// Where the events of a version stand among those that were told before; of a plan's, provided that [all of
    /// these](Self::has_plans_of) are the same.
    pub(super) fn events_of(&self, version: &Version) -> Option<Range<usize>> {
        let position = match version.file {
            File::Plan => {
                let same = |known: &&(Version, usize)| known.0.commit == version.commit;
                self.plans.iter().flatten().find(same)?.1
            }
            File::Checkins => {
                let (known, position) = self.records.get(&version.new?)?;
                let is_same = known.old == version.old && !version.follows_plan;
                is_same.then_some(*position)?
            }
        };
        let wanted = (position, version.file == File::Checkins);
        let place = |event: &Event| (event.commit, event.stamp.is_some());
        let start = self.events.partition_point(|event| place(event) < wanted);
        let own = self.events[start..].iter().take_while(|event| place(event) == wanted);
        Some(start..start + own.count())
    }

    /// Its events, to be taken over one after the other.
    pub(super) fn into_events(self) -> FormerEvents {
        FormerEvents { rest: self.events.into_iter(), passed: 0 }
    }
}

/// Events as they were told before.
pub(super) struct FormerEvents {
    rest: std::vec::IntoIter<Event>,
    /// How many came before the rest.
    passed: usize,
}

impl FormerEvents {
    /// Those in a place behind all that were taken, as events of the version that it is the place of, without what
    /// they mean among the others.
    pub(super) fn take(
        &mut self,
        place: Range<usize>,
        version: &Version,
    ) -> impl Iterator<Item = Event> {
        let skipped = place.start - self.passed;
        self.passed = place.end;
        let own = self.rest.by_ref().skip(skipped).take(place.len());
        own.map(|event| Event { commit: version.commit, previous: None, witness: false, ..event })
    }
}
