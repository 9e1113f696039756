//! `near-duplicate`: two open goals with nearly the same title.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{Context, open, placeholder, wording, words};
use crate::diagnostic::{Diagnostic, Place};
use crate::model::Goal;

/// The least share of words that two titles have in common, of all words in either.
const ALIKE: f64 = 0.75;

/// How many goals that share a rare word are compared with the next one.
const AT_ONCE: usize = 64;

/// The goals that were compared, and those of them that are called nearly the same: one comparison is as
/// good as the next while no title, window or link changes.
#[derive(Debug, Default)]
pub(super) struct Twins {
    compared: Vec<Titled>,
    /// The positions of a goal and of the one before it that has nearly its title.
    found: Vec<(usize, usize)>,
}

/// A goal with a title.
#[derive(Debug)]
struct Titled {
    position: usize,
    goal: Arc<Goal>,
}

impl Titled {
    fn title(&self) -> &str {
        self.goal.plan.title.as_ref().map_or("", |title| &title.value)
    }

    /// The positions of the goals that it serves.
    fn serves(&self) -> impl Iterator<Item = usize> {
        self.goal.contributes_to.iter().chain(&self.goal.supports).map(|link| link.goal)
    }
}

impl PartialEq for Titled {
    /// Tells whether two are alike in what is compared.
    fn eq(&self, other: &Self) -> bool {
        let alike = || {
            self.title() == other.title()
                && self.goal.window == other.goal.window
                && self.serves().eq(other.serves())
        };
        self.position == other.position && (Arc::ptr_eq(&self.goal, &other.goal) || alike())
    }
}

/// Finds goals of overlapping time whose titles share three quarters of their words, but for
/// plurals, endings and slips of the pen. A goal may be called after the one that it serves.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let goals = &context.model.goals;
    let finding = |(goal, twin): &(usize, usize)| finding(&goals[*goal], &goals[*twin]);
    context.memory.with_twins(|twins| {
        twins.compare(titled(context));
        findings.extend(twins.found.iter().map(finding));
    });
}

fn titled(context: &Context<'_>) -> Vec<Titled> {
    let titled = open::goals(context).filter(|(_, goal)| goal.plan.title.is_some());
    let goals = &context.model.goals;
    titled.map(|(position, _)| Titled { position, goal: Arc::clone(&goals[position]) }).collect()
}

impl Twins {
    fn compare(&mut self, goals: Vec<Titled>) {
        if self.compared != goals {
            self.found = found(&goals);
            self.compared = goals;
        }
    }
}

/// A goal with the words of its title that carry meaning, the rarest of all goals first. A word is
/// told by its place among all of them.
struct Entry<'a> {
    goal: &'a Titled,
    words: Vec<usize>,
}

/// Each goal that has a twin before it, and that twin.
///
/// Two sets that share so many words share one of their rarest, so that only goals that meet there
/// are compared; the work grows with the number of goals, not with its square.
fn found(goals: &[Titled]) -> Vec<(usize, usize)> {
    let told: Vec<(&Titled, Vec<String>)> = goals
        .iter()
        .filter(|goal| placeholder::mark(goal.title()).is_none())
        .map(|goal| (goal, telling_words(goal.title())))
        .filter(|(_, words)| !words.is_empty())
        .collect();
    let all = rarest_first(told.iter().map(|(_, words)| words.as_slice()));
    let place: HashMap<&str, usize> =
        all.iter().enumerate().map(|(place, word)| (*word, place)).collect();
    let mut entries: Vec<Entry<'_>> = Vec::with_capacity(told.len());
    let mut by_word: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut found = Vec::new();
    for (at, (goal, words)) in told.iter().enumerate() {
        let mut words: Vec<usize> = words.iter().map(|word| place[word.as_str()]).collect();
        words.sort_unstable();
        let rare = &words[..prefix(words.len())];
        let met = |word: &usize| by_word[*word].iter().rev().take(AT_ONCE).copied();
        let mut candidates: Vec<usize> = rare.iter().flat_map(met).collect();
        candidates.sort_unstable();
        candidates.dedup();
        let is_twin = |other: &&Entry<'_>| {
            overlap(goal, other.goal)
                && !linked(goal, other.goal)
                && alike(&words, &other.words, |a, b| slip(all[*a], all[*b]))
        };
        let twin = candidates.into_iter().map(|other| &entries[other]).find(is_twin);
        found.extend(twin.map(|twin| (goal.position, twin.goal.position)));
        rare.iter().for_each(|word| by_word[*word].push(at));
        entries.push(Entry { goal, words });
    }
    found
}

/// Every word, those of the fewest titles first.
fn rarest_first<'w>(titles: impl Iterator<Item = &'w [String]>) -> Vec<&'w str> {
    let mut count: HashMap<&str, usize> = HashMap::new();
    for word in titles.flatten() {
        *count.entry(word).or_default() += 1;
    }
    let mut ranked: Vec<(usize, &str)> =
        count.into_iter().map(|(word, count)| (count, word)).collect();
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, word)| word).collect()
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

/// How many of its rarest words one of two alike titles shares with the other: all but the ⌈tn⌉
/// most common, and one more for a slip of the pen.
fn prefix(words: usize) -> usize {
    let common = (ALIKE * words as f64).ceil() as usize;
    (words - common + 2).min(words)
}

/// Tells whether two titles share three quarters of the words in either (Jaccard's index); `slip`
/// tells whether two of their words are one.
fn alike<W: PartialEq>(a: &[W], b: &[W], slip: impl Fn(&W, &W) -> bool) -> bool {
    let same = a.iter().filter(|word| b.contains(word)).count();
    let only_b: usize = b.iter().filter(|word| !a.contains(word)).count();
    let is_enough = |shared: usize| shared as f64 >= ALIKE * (a.len() + b.len() - shared) as f64;
    // It has to be enough where whatever could be a slip is one.
    if same == 0 || !is_enough(same + only_b.min(a.len() - same)) {
        return false;
    }
    let slips_in_b = |word: &W| b.iter().any(|other| !a.contains(other) && slip(word, other));
    let slips = a.iter().filter(|word| !b.contains(word) && slips_in_b(word)).count();
    let shared = same + slips.min(only_b);
    shared > slips && is_enough(shared)
}

/// Tells whether two words are one, but for one letter or two swapped.
fn slip(a: &str, b: &str) -> bool {
    // One slip in a word of five letters leaves its first or its last as it was.
    let same_end =
        a.chars().next() == b.chars().next() || a.chars().next_back() == b.chars().next_back();
    if !same_end {
        return false;
    }
    let (long, other) = (a.chars().count(), b.chars().count());
    if long.min(other) < 5 || long.abs_diff(other) > 1 {
        return false;
    }
    let with_digit = a.chars().chain(b.chars()).any(|c| c.is_ascii_digit());
    !with_digit && strsim::damerau_levenshtein(a, b) <= 1
}

fn overlap(a: &Titled, b: &Titled) -> bool {
    let (a, b) = (a.goal.window, b.goal.window);
    a.start <= b.end && b.start <= a.end
}

/// Tells whether one of the two serves the other.
fn linked(a: &Titled, b: &Titled) -> bool {
    a.serves().any(|at| at == b.position) || b.serves().any(|at| at == a.position)
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
        alike(&telling_words(a), &telling_words(b), |a, b| slip(a, b))
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
