//! The words of a title and where they stand, and the titles that rules on wording judge.

use super::words::{
    FOREIGN, FOREIGN_ENDINGS, FOREIGN_NUMBERS, List, NUMBERS, QUANTIFIERS, STATES, STOP,
};
use super::{Context, open, placeholder};
use crate::diagnostic::Place;
use crate::load::{Kind, Language, MeasureDoc, Spanned};
use crate::model::{Goal, GoalKind, KeyResult};
use crate::text::Span;

/// A word of a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// As it is written, without the punctuation around it.
    pub(super) text: &'t str,
    /// In lower case.
    pub(super) lower: String,
    /// Its bytes in the title.
    pub(super) span: Span,
}

/// Splits a title at white space; hyphens and apostrophes belong to their word.
pub(super) fn words(title: &str) -> Vec<Word<'_>> {
    let mut words = Vec::new();
    for part in title.split_whitespace() {
        let bare = part.trim_matches(|c: char| !c.is_alphanumeric());
        if bare.is_empty() {
            continue;
        }
        let start = bare.as_ptr() as usize - title.as_ptr() as usize;
        let span = Span::new(start, start + bare.len());
        words.push(Word { text: bare, lower: bare.to_lowercase(), span });
    }
    words
}

/// The title of something measured: a key result, or a SMART goal.
pub(super) struct Title<'a> {
    /// The goal it is in.
    pub(super) goal: &'a Goal,
    /// What is measured.
    pub(super) key_result: &'a KeyResult,
    /// The measure as it is written.
    pub(super) measure: &'a MeasureDoc,
    /// The title as it is written.
    pub(super) title: &'a Spanned<String>,
    /// Its words.
    pub(super) words: Vec<Word<'a>>,
}

/// The titles of what is measured in goals that go on, placeholders aside. What is told by other
/// goals, and what is only to be found out, is no outcome to be worded.
pub(super) fn titles<'c, 'a>(context: &'c Context<'a>) -> std::slice::Iter<'c, Title<'a>> {
    context.titles.get_or_init(|| read(context).collect()).iter()
}

fn read<'a>(context: &Context<'a>) -> impl Iterator<Item = Title<'a>> {
    open::goals(context).flat_map(|(_, goal)| {
        let own = (goal.kind == GoalKind::Smart)
            .then(|| (goal.key_results.first(), goal.plan.title.as_ref(), &goal.plan.measure));
        let of_key_results = open::key_results(goal)
            .map(|(read, doc)| (Some(read), doc.title.as_ref(), &doc.measure));
        own.into_iter().chain(of_key_results).filter_map(move |(key_result, title, measure)| {
            let (key_result, title) = (key_result?, title?);
            let is_outcome = !matches!(key_result.kind, Kind::Objectives | Kind::Baseline);
            let filled_in = placeholder::mark(&title.value).is_none();
            (is_outcome && filled_in).then(|| Title {
                goal,
                key_result,
                measure,
                title,
                words: words(&title.value),
            })
        })
    })
}

impl Title<'_> {
    /// The place of a part of the title.
    pub(super) fn place(&self, part: Span) -> Place {
        Place::new(&self.goal.path, inside(self.title, part))
    }

    /// The place of the whole title.
    pub(super) fn whole(&self) -> Place {
        Place::new(&self.goal.path, self.title.span)
    }

    /// The first word, if it is one of `verbs` and gives an order: not "Help Scout tickets", where
    /// it begins a name, nor "Review time falls", where it names what is measured.
    pub(super) fn opening(
        &self,
        context: &Context<'_>,
        verbs: &std::collections::HashSet<String>,
    ) -> Option<&Word<'_>> {
        let first = self.words.first().filter(|word| verbs.contains(&word.lower))?;
        let second = self.words.get(1).map(|word| word.text).unwrap_or_default();
        let begins_a_name = starts_upper(second) && !is_acronym(second) && !self.is_title_case();
        let quiet = begins_a_name
            || self.is_excepted(context, 0)
            || self.states_something()
            || !judges(context, &self.words);
        (!quiet).then_some(first)
    }

    /// Tells whether the words from `at` back or on belong to a phrase that is excepted.
    pub(super) fn is_excepted(&self, context: &Context<'_>, at: usize) -> bool {
        let longest = 4;
        (at.saturating_sub(longest - 1)..=at).any(|from| {
            (at + 1..=(from + longest).min(self.words.len())).any(|to| {
                let phrase: Vec<&str> =
                    self.words[from..to].iter().map(|word| word.lower.as_str()).collect();
                context.words.except.contains(&phrase.join(" "))
            })
        })
    }

    /// Tells whether the title is a statement: a verb after its subject says how something is. Right
    /// behind "that" or "which" it says so of something else; behind "the" or "to" it is no verb.
    fn states_something(&self) -> bool {
        const SUBORDINATE: [&str; 9] =
            ["that", "which", "who", "so", "when", "where", "if", "because", "while"];
        const NO_VERB_BEHIND: [&str; 8] = ["to", "the", "a", "an", "our", "of", "in", "for"];
        let mut aside = 0..0;
        for (at, pair) in self.words.windows(2).enumerate().skip(1) {
            let (before, word) = (pair[0].lower.as_str(), pair[1].lower.as_str());
            if SUBORDINATE.contains(&before) {
                aside = at..at + 2;
            }
            let is_verb = STATES.contains(word) && !NO_VERB_BEHIND.contains(&before);
            if is_verb && !aside.contains(&at) {
                return true;
            }
        }
        false
    }

    /// Tells whether nearly every word has a capital, so that capitals say nothing.
    pub(super) fn is_title_case(&self) -> bool {
        let mut longer = self
            .words
            .iter()
            .filter(|word| word.text.len() > 3 && word.text.starts_with(char::is_alphabetic));
        self.words.len() > 2 && longer.all(|word| starts_upper(word.text))
    }

    /// Tells whether the title holds a digit, a number in letters or a number word.
    pub(super) fn has_number(&self) -> bool {
        has_number(&self.title.value)
    }
}

/// Tells whether a text holds a digit of any script or a number word.
pub(super) fn has_number(text: &str) -> bool {
    let numeral = |c: char| c.is_numeric() || "〇一二三四五六七八九十百千万億兆半两兩".contains(c);
    if text.chars().any(numeral) {
        return true;
    }
    let words = words(text);
    let names_one_of = |numbers: &List| {
        let mut parts = words.iter().flat_map(|word| word.lower.split(['-', '\'', '’']));
        parts.any(|part| numbers.contains(part))
    };
    names_one_of(&NUMBERS) || (names_one_of(&FOREIGN_NUMBERS) && !is_english(&words))
}

/// Tells whether a text tells a share of all or of none.
pub(super) fn has_quantifier(words: &[Word<'_>]) -> bool {
    words.iter().any(|word| QUANTIFIERS.contains(&word.lower))
}

/// Tells whether the wording of a title is to be judged: with English lists only if it is English.
pub(super) fn judges(context: &Context<'_>, words: &[Word<'_>]) -> bool {
    context.words.language == Language::None || is_english(words)
}

/// Tells whether words may be English: in Latin letters, and with no more small words of other
/// languages than of English.
fn is_english(words: &[Word<'_>]) -> bool {
    let latin =
        |c: char| !c.is_alphabetic() || (c as u32) < 0x250 || ('\u{1e00}'..'\u{1f00}').contains(&c);
    if !words.iter().all(|word| word.lower.chars().all(latin)) {
        return false;
    }
    let ends_foreign = |word: &str| FOREIGN_ENDINGS.iter().any(|end| word.ends_with(end));
    let is_foreign = |word: &&Word<'_>| {
        FOREIGN.contains(&word.lower)
            || ends_foreign(&word.lower)
            || word.lower.contains(['ä', 'ö', 'ü', 'ß', 'ñ', 'ç', 'å', 'ø', 'ł', 'ã', 'õ'])
            || word.lower.starts_with("l'")
            || word.lower.starts_with("d'")
            || word.lower.starts_with("l’")
            || word.lower.starts_with("d’")
    };
    let foreign = words.iter().filter(is_foreign).count();
    let english = words.iter().filter(|word| STOP.contains(&word.lower)).count();
    foreign <= english && (foreign == 0 || english > 0)
}

/// Tells whether a word begins with a capital.
pub(super) fn starts_upper(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
}

/// Tells whether a word is all capitals, such as API.
fn is_acronym(word: &str) -> bool {
    word.chars().count() > 1 && word.chars().all(|c| c.is_uppercase() || !c.is_alphabetic())
}

/// The bytes of a part of a string in its file, where the string is written plainly; those of the
/// whole string where escapes or line breaks shift them.
pub(super) fn inside(string: &Spanned<String>, part: Span) -> Span {
    let quotes = 1;
    let plain = string.span.end - string.span.start == string.value.len() + 2 * quotes;
    if !plain {
        return string.span;
    }
    let first = string.span.start + quotes;
    Span::new(first + part.start, first + part.end)
}
