//! The SMART scorecard on a goal's page.

use super::super::chart;
use super::super::view::{SmartAnswer, SmartCard, SmartLetter, VerdictText};
use super::Scope;
use crate::check::smart::{Answer, Card, Verdict};

/// The scorecard of a goal or of one of its key results; nothing for what is over, which nobody
/// plans any more.
pub(super) fn card(scope: &Scope<'_>, at: usize, key_result: Option<usize>) -> Option<SmartCard> {
    let goal = &scope.model.goals[at];
    let is_over = scope.is_closed(goal) || goal.window.end < scope.as_of;
    let card = scope.cards.get(&(at, key_result)).filter(|_| !is_over)?;
    Some(SmartCard {
        qualifies: card.qualifies(),
        sum: sum(card),
        letters: "SMART".chars().map(|letter| self::letter(card, letter)).collect(),
        answers: card.answers.iter().map(answer).collect(),
    })
}

/// A letter with the worst verdict of its questions.
fn letter(card: &Card, letter: char) -> SmartLetter {
    let verdict = verdicts(card, letter).min().unwrap_or(Verdict::Missing);
    SmartLetter { letter, verdict: verdict_text(verdict) }
}

fn verdicts(card: &Card, letter: char) -> impl Iterator<Item = Verdict> {
    let own = card.answers.iter().filter(move |answer| answer.question.letter() == letter);
    own.map(|answer| answer.verdict)
}

fn answer(answer: &Answer) -> SmartAnswer {
    SmartAnswer {
        letter: answer.question.letter(),
        question: answer.question.word().to_owned(),
        verdict: verdict_text(answer.verdict),
        evidence: plain(&answer.evidence),
        mend: answer.mend.as_deref().map(plain),
    }
}

/// Text without the backticks that set names apart where there is but one type.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

/// `qualifies`, or `missing: measurable; weak: realistic`.
fn sum(card: &Card) -> String {
    if card.qualifies() {
        return "qualifies".to_owned();
    }
    let lacking = |verdict: Verdict| {
        let own = card.answers.iter().filter(|answer| answer.verdict == verdict);
        let words: Vec<&str> = own.map(|answer| answer.question.word()).collect();
        (!words.is_empty()).then(|| format!("{}: {}", verdict.word(), words.join(", ")))
    };
    let parts = [Verdict::Missing, Verdict::Weak].into_iter().filter_map(lacking);
    parts.collect::<Vec<_>>().join("; ")
}

fn verdict_text(verdict: Verdict) -> VerdictText {
    VerdictText { word: verdict.word().to_owned(), mark: chart::verdict_mark(verdict.word()) }
}
