//! Pieces that many pages show, each made when the first of them asks for it.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::sync::{PoisonError, RwLock};

use serde::Serialize;

use super::super::chart::{self, BurnUp, LegendEntry};
use super::super::figure;
use super::super::view::{DateText, LegendRow, LevelText, Meter, Shared, StatusCounts, Way};
use super::Scope;
use crate::date::{Date, Stamp};
use crate::rollup::Status;

/// What was made so far.
#[derive(Default)]
pub(super) struct Made {
    /// Dates alone.
    dates: Pieces<Date, DateText>,
    /// Dates seen from the report's.
    distances: Pieces<Date, DateText>,
    /// Meters, by the bits of their progress and of what is expected.
    meters: Pieces<(Option<u64>, Option<u64>), Meter>,
    /// Goals by status, by the words and how many there are of each.
    statuses: Pieces<Vec<(&'static str, usize)>, StatusCounts>,
    /// Links to whoever owns something.
    pub(super) owners: Ways,
    /// Links to teams.
    pub(super) teams: Ways,
    /// Links to the rules.
    pub(super) rules: Ways,
    /// The levels of findings.
    pub(super) levels: Pieces<&'static str, LevelText>,
    /// The signs of charts.
    signs: Pieces<LegendEntry, LegendRow>,
}

/// Links of one sort, by the folder that they lead from and the name of what they lead to: those of a folder's pages are
/// all alike.
#[derive(Default)]
pub(super) struct Ways(RwLock<HashMap<String, HashMap<String, Shared<Way>>>>);

impl Ways {
    /// The link from a page to what has this name, which is made if nobody has asked for it before.
    pub(super) fn get(&self, from: &str, name: &str, make: impl FnOnce() -> Way) -> Shared<Way> {
        let folder = &from[..from.bytes().rposition(|byte| byte == b'/').unwrap_or(0)];
        let known = {
            let all = self.0.read().unwrap_or_else(PoisonError::into_inner);
            all.get(folder).and_then(|links| links.get(name)).cloned()
        };
        known.unwrap_or_else(|| {
            let made = Shared::new(make());
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            let links = all.entry(folder.to_owned()).or_default();
            links.entry(name.to_owned()).or_insert(made).clone()
        })
    }
}

/// Pieces of one sort, by what they are made from.
pub(super) struct Pieces<K, T>(RwLock<HashMap<K, Shared<T>>>);

impl<K, T> Default for Pieces<K, T> {
    fn default() -> Self {
        Self(RwLock::default())
    }
}

impl<K: Eq + Hash, T: Clone + Serialize> Pieces<K, T> {
    /// The piece of this key, which is made if nobody has asked for it before.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> T) -> Shared<T> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let made = Shared::new(make());
            let mut all = self.0.write().unwrap_or_else(PoisonError::into_inner);
            all.entry(key).or_insert(made).clone()
        })
    }
}

impl Scope<'_> {
    /// A date alone.
    pub(super) fn date(&self, date: Date) -> Shared<DateText> {
        self.made.dates.get(date, || DateText::new(date))
    }

    /// A date and how far it lies from the report's.
    pub(super) fn seen(&self, date: Date) -> Shared<DateText> {
        self.made.distances.get(date, || DateText::seen_from(date, self.as_of))
    }

    /// The date of a record, with its time if it has one.
    pub(super) fn stamp(&self, stamp: Stamp) -> Shared<DateText> {
        let Some(minute) = stamp.minute else { return self.date(stamp.date) };
        let day = figure::date(stamp.date);
        Shared::new(DateText {
            iso: stamp.to_string(),
            text: format!("{day}, {:02}:{:02}", minute / 60, minute % 60),
            distance: None,
        })
    }

    /// The signs of a chart.
    pub(super) fn legend(&self, drawn: &BurnUp<'_>) -> Vec<Shared<LegendRow>> {
        let row = |(key, text): LegendEntry| {
            let made = || LegendRow { key: key.to_owned(), text: text.to_owned() };
            self.made.signs.get((key, text), made)
        };
        chart::legend(drawn).into_iter().map(row).collect()
    }

    /// A progress and the progress expected by now, as shares of one.
    pub(super) fn meter(&self, progress: Option<f64>, expected: Option<f64>) -> Shared<Meter> {
        let key = (progress.map(f64::to_bits), expected.map(f64::to_bits));
        self.made.meters.get(key, || Meter::new(progress, expected))
    }

    /// Goals by status.
    pub(super) fn statuses(&self, counts: &BTreeMap<Status, usize>) -> Shared<StatusCounts> {
        let counts: Vec<(&str, usize)> =
            counts.iter().map(|(status, count)| (status.word(), *count)).collect();
        self.made.statuses.get(counts.clone(), || StatusCounts::new(&counts))
    }
}
