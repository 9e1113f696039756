//! Figures as text and marks: statuses, meters, scores.

use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::markdown::Markup;
use super::super::{chart, figure};
use super::Shared;
use crate::rollup::Status;

/// A status. The style sheet draws its mark beside its word, by the class of its key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusText {
    /// The word of the JSON contract: `on-track`. `tone-` before it is the class of its mark and its colour.
    pub key: String,
    /// The word for people: `On track`.
    pub word: String,
}

impl StatusText {
    /// The text of a status given by its word in the JSON contract.
    pub fn new(key: &str) -> Shared<Self> {
        static KNOWN: LazyLock<Vec<Shared<StatusText>>> =
            LazyLock::new(|| Status::ALL.map(|status| StatusText::made(status.word())).into());
        KNOWN.get(rank(key)).cloned().unwrap_or_else(|| Self::made(key))
    }

    fn made(key: &str) -> Shared<Self> {
        Shared::new(Self { key: key.to_owned(), word: Self::word(key) })
    }

    /// The word for people: `On track`.
    pub fn word(key: &str) -> String {
        let words = key.replace('-', " ");
        let mut letters = words.chars();
        let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
        first + letters.as_str()
    }
}

/// How many goals have a status.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusCount {
    /// The status.
    pub status: Shared<StatusText>,
    /// The number of goals.
    pub count: String,
}

/// Counts of statuses, and the bar of their shares.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusCounts {
    /// One entry per status that occurs, the worst first.
    pub counts: Vec<StatusCount>,
    /// The bar of shares.
    pub bar: Markup,
    /// The number of goals: `9 goals`.
    pub total: String,
}

impl StatusCounts {
    /// Counts given as status words and numbers; those of none are left out, the rest sorted worst first.
    pub fn new(counts: &[(&str, usize)]) -> Self {
        let mut counts: Vec<(&str, usize)> =
            counts.iter().copied().filter(|(_, n)| *n > 0).collect();
        counts.sort_by_key(|(key, _)| (rank(key), *key));
        let total: usize = counts.iter().map(|(_, n)| n).sum();
        let entry = |(key, n): &(&str, usize)| StatusCount {
            status: StatusText::new(key),
            count: figure::number(*n as f64),
        };
        Self {
            bar: chart::share_bar(&counts),
            counts: counts.iter().map(entry).collect(),
            total: figure::count(total, "goal", "goals"),
        }
    }
}

/// The place of a status among all, the worst first.
pub fn rank(key: &str) -> usize {
    Status::ALL.iter().position(|known| known.word() == key).unwrap_or(Status::ALL.len())
}

/// A progress, as a figure and as a bar.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct Meter {
    /// The progress: `43%`; null where nothing counts or nothing is measured.
    pub progress: Option<String>,
    /// What is expected by now: `57%`; null where nothing is.
    pub expected: Option<String>,
    /// The bar, with a tick where the progress is expected to be, for beside the figure; its colour is the tone of what
    /// it stands in.
    pub bar: Markup,
}

impl Meter {
    /// A progress and the progress expected by now, as shares of one.
    pub fn new(progress: Option<f64>, expected: Option<f64>) -> Self {
        let shown = progress.map(figure::percent);
        let due = expected.map(figure::percent);
        let label = match (&shown, &due) {
            (None, _) => Some("No progress to show".to_owned()),
            (Some(_), None) => None,
            (Some(_), Some(due)) => Some([due, " expected by now"].concat()),
        };
        Self {
            bar: chart::progress_bar(progress, expected, label.as_deref()),
            progress: shown,
            expected: due,
        }
    }
}

/// The score of a closed goal.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScoreText {
    /// The score: `0.72`.
    pub score: String,
    /// Its grade: `green`, `amber` or `red`.
    pub grade: String,
    /// The score under the plan before goalposts were moved; null where it is the same.
    pub original: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_reads_as_words() {
        assert_eq!(StatusText::new("on-track").word, "On track");
        assert_eq!(StatusText::new("missed").word, "Missed");
        assert_eq!(StatusText::new("").word, "");
    }

    #[test]
    fn counts_stand_worst_first_without_empty_ones() {
        let counts =
            StatusCounts::new(&[("on-track", 3), ("draft", 1), ("missed", 0), ("off-track", 1200)]);
        let shown: Vec<(&str, &str)> = counts
            .counts
            .iter()
            .map(|entry| (entry.status.key.as_str(), entry.count.as_str()))
            .collect();
        assert_eq!(shown, [("off-track", "1,200"), ("on-track", "3"), ("draft", "1")]);
        assert_eq!(counts.total, "1,204 goals");
    }

    #[test]
    fn a_bar_says_what_its_figure_does_not() {
        let bar = |progress, expected| Meter::new(progress, expected).bar.as_str().to_owned();
        assert!(bar(Some(0.43), Some(0.57)).contains("aria-label=\"57% expected by now\""));
        assert!(bar(None, None).contains("aria-label=\"No progress to show\""));
        assert!(bar(Some(0.43), None).contains("aria-hidden=\"true\""));
    }
}
