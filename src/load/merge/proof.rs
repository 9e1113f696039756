//! Holds a merge to its promise, by the values alone.

use std::collections::BTreeMap;

use super::parts::Parts;
use super::{Merged, Side};

/// Every value by its table and the keys below that.
type Values = BTreeMap<(Vec<String>, Vec<String>), String>;

/// Tells whether the merged text is sound however its conflicts are settled, holds every value that
/// only one side changed, and nothing that is of neither side. Of the tables `in_question` it holds
/// what the side has that is settled for.
pub(super) fn holds(merged: &Merged, in_question: &[Vec<String>], sides: [&Parts; 3]) -> bool {
    let [Some(base), Some(ours), Some(theirs)] = sides.map(values) else { return false };
    let mut agreed = agreed(&base, &ours, &theirs);
    agreed.retain(|(table, _), _| !in_question.contains(table));
    [(Side::Ours, &ours), (Side::Theirs, &theirs)].into_iter().all(|(side, of_side)| {
        let found = Parts::of(&merged.settled(side)).and_then(|parts| values(&parts));
        let Some(found) = found else { return false };
        let holds_agreed = agreed.iter().all(|(place, value)| found.get(place) == Some(value));
        let mut questioned = of_side.iter().filter(|((table, _), _)| in_question.contains(table));
        let mut rest = found.iter().filter(|(place, _)| !agreed.contains_key(*place)).peekable();
        holds_agreed
            && questioned.all(|(place, value)| found.get(place) == Some(value))
            && (merged.conflicts() > 0 || rest.peek().is_none())
            && rest.all(|(place, value)| of_side.get(place) == Some(value))
    })
}

/// What both sides leave no doubt about: unchanged, changed by one, or changed alike.
fn agreed(base: &Values, ours: &Values, theirs: &Values) -> Values {
    let mut agreed = Values::new();
    for place in ours.keys().chain(theirs.keys()) {
        let (old, own, other) = (base.get(place), ours.get(place), theirs.get(place));
        let result = match () {
            () if own == other || old == other => own,
            () if old == own => other,
            () => None,
        };
        if let Some(value) = result {
            agreed.insert(place.clone(), value.clone());
        }
    }
    agreed
}

/// All values of a text; nothing if two stand in one place.
fn values(parts: &Parts) -> Option<Values> {
    let mut values = Values::new();
    for section in &parts.sections {
        for entry in &section.entries {
            let place = (section.path.clone(), entry.key.clone());
            if values.insert(place, entry.meaning.clone()).is_some() {
                return None;
            }
        }
    }
    Some(values)
}
