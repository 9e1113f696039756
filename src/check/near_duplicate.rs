//! `near-duplicate`: two open goals with nearly the same title.

use std::collections::{BTreeSet, HashMap};

use super::{Context, open, placeholder, wording, words};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Goal;

/// The least share of words that two titles have in common, of all words in either.
const ALIKE: f64 = 0.75;

/// How many goals that share a rare word are compared with the next one.
const AT_ONCE: usize = 64;

/// A goal with the words of its title that carry meaning, the rarest of all goals first.
struct Entry<'a> {
    goal: &'a Goal,
    position: usize,
    words: Vec<String>,
}

/// Finds goals of overlapping time whose titles share three quarters of their words, but for
/// plurals, endings and slips of the pen. A goal may be called after the one that it serves.
///
/// Two sets that share so many words share one of their rarest, so that only goals that meet there
/// are compared; the work grows with the number of goals, not with its square.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let mut entries = entries(context);
    rarest_first(&mut entries);
    let mut by_word: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let rare = &entry.words[..prefix(entry.words.len())];
        let candidates: BTreeSet<usize> = rare
            .iter()
            .filter_map(|word| by_word.get(word.as_str()))
            .flat_map(|met| met.iter().rev().take(AT_ONCE).copied())
            .collect();
        let twin = candidates.into_iter().map(|other| &entries[other]).find(|other| {
            overlap(entry.goal, other.goal)
                && !linked(entry, other)
                && alike(&entry.words, &other.words)
        });
        if let Some(twin) = twin {
            findings.push(finding(entry.goal, twin.goal));
        }
        for word in rare {
            by_word.entry(word).or_default().push(at);
        }
    }
}

fn entries<'a>(context: &Context<'a>) -> Vec<Entry<'a>> {
    let titled = open::goals(context).filter_map(|(position, goal)| {
        let title = goal.plan.title.as_ref()?;
        placeholder::mark(&title.value).is_none().then(|| Entry {
            goal,
            position,
            words: telling_words(&title.value),
        })
    });
    titled.filter(|entry| !entry.words.is_empty()).collect()
}

/// The words of a title that carry meaning, each once, without its ending; all, if none does.
fn telling_words(title: &str) -> Vec<String> {
    let all = wording::words(title);
    let telling: BTreeSet<String> = all
        .iter()
        .filter(|word| !words::STOP.contains(&word.lower))
        .map(|word| stem(&word.lower).to_owned())
        .collect();
    match telling.is_empty() {
        true => all.into_iter().map(|word| word.lower).collect(),
        false => telling.into_iter().collect(),
    }
}

/// A word without its usual English ending.
fn stem(word: &str) -> &str {
    let long_enough = |stem: &&str| stem.chars().count() >= 4;
    ["ing", "ed", "es", "s", "e"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(long_enough))
        .unwrap_or(word)
}

fn rarest_first(entries: &mut [Entry<'_>]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for word in entries.iter().flat_map(|entry| &entry.words) {
        match count.get_mut(word) {
            Some(count) => *count += 1,
            None => drop(count.insert(word.clone(), 1)),
        }
    }
    for entry in entries {
        let words = std::mem::take(&mut entry.words).into_iter();
        let mut ranked: Vec<(usize, String)> = words.map(|word| (count[&word], word)).collect();
        ranked.sort_unstable();
        entry.words = ranked.into_iter().map(|(_, word)| word).collect();
    }
}

/// How many of its rarest words one of two alike titles shares with the other: all but the ⌈tn⌉
/// most common, and one more for a slip of the pen.
fn prefix(words: usize) -> usize {
    let common = (ALIKE * words as f64).ceil() as usize;
    (words - common + 2).min(words)
}

/// Tells whether two titles share three quarters of the words in either (Jaccard's index).
fn alike(a: &[String], b: &[String]) -> bool {
    fn only<'w>(these: &'w [String], others: &[String]) -> Vec<&'w String> {
        these.iter().filter(|word| !others.contains(word)).collect()
    }
    let (only_a, only_b) = (only(a, b), only(b, a));
    let slips = only_a.iter().filter(|word| only_b.iter().any(|other| slip(word, other))).count();
    let shared = a.len() - only_a.len() + slips.min(only_b.len());
    let all = a.len() + b.len() - shared;
    shared > slips && shared as f64 >= ALIKE * all as f64
}

/// Tells whether two words are one, but for one letter or two swapped.
fn slip(a: &str, b: &str) -> bool {
    let (long, other) = (a.chars().count(), b.chars().count());
    // One slip in a word of five letters leaves its first or its last as it was.
    let same_end =
        a.chars().next() == b.chars().next() || a.chars().next_back() == b.chars().next_back();
    if long.min(other) < 5 || long.abs_diff(other) > 1 || !same_end {
        return false;
    }
    let with_digit = a.chars().chain(b.chars()).any(|c| c.is_ascii_digit());
    !with_digit && strsim::damerau_levenshtein(a, b) <= 1
}

fn overlap(a: &Goal, b: &Goal) -> bool {
    a.window.start <= b.window.end && b.window.start <= a.window.end
}

/// Tells whether one of the two serves the other.
fn linked(a: &Entry<'_>, b: &Entry<'_>) -> bool {
    let serves = |one: &Entry<'_>, other: &Entry<'_>| {
        let mut links = one.goal.contributes_to.iter().chain(&one.goal.supports);
        links.any(|link| link.goal == other.position)
    };
    serves(a, b) || serves(b, a)
}

fn finding(goal: &Goal, twin: &Goal) -> Diagnostic {
    let message = format!("`{}` is called nearly the same as `{}`", goal.reference, twin.reference);
    let place = |goal: &Goal| Place::new(&goal.path, goal.plan.shape.at);
    Diagnostic::new("near-duplicate", message, place(goal)).related(place(twin), "the other").help(
        "make them one, let one contribute to the other, or say in the titles what sets them apart",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike_titles(a: &str, b: &str) -> bool {
        alike(&telling_words(a), &telling_words(b))
    }

    #[test]
    fn endings_order_and_slips_make_no_difference_and_names_do() {
        for (a, b) in [
            ("Deploys are calm and frequent", "Frequent, calm deploy"),
            ("Customers find answers themselves", "Customers find the answer themselves"),
            ("Deploys are calm and frequent", "Deplyos are calm and frequent"),
            ("Every alert is worth waking up for", "Every alert was worth waking for"),
        ] {
            assert!(alike_titles(a, b), "{a} / {b}");
        }
        for (a, b) in [
            ("The Berlin office is open", "The Boston office is open"),
            ("Reach 100 customers", "Reach 200 customers"),
            ("Deploys are calm", "Nights are calm"),
            ("Grow", "Trust"),
            ("Prices are fair", "Praise is fair"),
        ] {
            assert!(!alike_titles(a, b), "{a} / {b}");
        }
    }

    #[test]
    fn two_alike_titles_always_meet_in_a_rare_word() {
        for count in 1..40 {
            // The most words that alike titles of this length may differ in, one of them a slip.
            let apart = count - (ALIKE * count as f64).ceil() as usize;
            assert!(prefix(count) > apart.min(count - 1), "{count} words");
        }
    }
}
