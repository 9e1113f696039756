//! The words that wording rules look for: lists compiled in, and what a workspace adds to them.

use std::collections::HashSet;
use std::sync::LazyLock;

use crate::load::{Language, SettingsDoc};

/// A list of words or phrases in lower case.
pub(super) type List = HashSet<String>;

/// The word lists of a workspace.
#[derive(Debug, Clone)]
pub struct Words {
    /// Verbs of making and shipping.
    pub(super) output: List,
    /// Verbs of taking part.
    pub(super) activity: List,
    /// Verbs that say which way and not how far.
    pub(super) comparative: List,
    /// Verbs of going on as before.
    pub(super) upkeep: List,
    /// Words that two people would measure differently.
    pub(super) vague: List,
    /// Phrases in which one of these words says something exact.
    pub(super) except: List,
    /// Whether the lists are English, so that titles in other languages are left alone.
    pub(super) language: Language,
}

impl Words {
    /// The lists of the language that `settings` names, with the words that it adds.
    pub fn of(settings: &SettingsDoc) -> Self {
        let doc = &settings.words;
        let language = doc.language.as_ref().map_or(Language::English, |named| named.value);
        let list = |compiled: &str, added: &[crate::load::Spanned<String>]| {
            let own = added.iter().map(|word| word.value.trim().to_lowercase());
            let compiled = (language == Language::English).then(|| entries(compiled));
            compiled.into_iter().flatten().chain(own.filter(|word| !word.is_empty())).collect()
        };
        let verbs = |compiled: &str, added| list(&one_a_line(compiled), added);
        Self {
            output: verbs(include_str!("words/en/output.txt"), &doc.output),
            activity: verbs(include_str!("words/en/activity.txt"), &doc.activity),
            comparative: verbs(include_str!("words/en/comparative.txt"), &doc.comparative),
            upkeep: verbs(include_str!("words/en/upkeep.txt"), &doc.upkeep),
            vague: list(include_str!("words/en/vague.txt"), &doc.vague),
            except: list(include_str!("words/en/except.txt"), &doc.except),
            language,
        }
    }
}

/// The forms of a list of verbs, one a line.
fn one_a_line(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_whitespace).collect::<Vec<_>>().join("\n")
}

/// The entries of a list: one a line, comments aside.
fn entries(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

macro_rules! lists {
    ($($(#[$doc:meta])* $name:ident = $file:literal;)*) => {
        $($(#[$doc])* pub(super) static $name: LazyLock<List> =
            LazyLock::new(|| entries(include_str!($file)).into_iter().collect());)*
    };
}

lists! {
    /// Words that are numbers or tell one.
    NUMBERS = "words/en/numbers.txt";
    /// Words that tell a share of all or of none.
    QUANTIFIERS = "words/en/quantifiers.txt";
    /// Words after which "to 200" names the value to reach.
    CHANGE = "words/en/change.txt";
    /// Verbs that say how something is.
    STATES = "words/en/states.txt";
    /// Words that carry no meaning of their own.
    STOP = "words/en/stop.txt";
    /// Words by which a title is not English; a leading hyphen marks an ending.
    FOREIGN = "words/foreign.txt";
    /// Number words of other languages.
    FOREIGN_NUMBERS = "words/foreign_numbers.txt";
}

/// The endings among [`FOREIGN`], without their hyphens.
pub(super) static FOREIGN_ENDINGS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| FOREIGN.iter().filter_map(|entry| entry.strip_prefix('-')).collect());
