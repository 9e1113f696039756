//! The SMART scorecard on a goal's page.

use std::sync::LazyLock;

use super::super::view::{Shared, SmartAnswer, SmartCard, SmartLetter};
use super::Scope;
use crate::check::smart::{Answer, Card, Verdict};

/// The scorecards of a goal and of its key results; none of what is over, which nobody plans any more.
pub(super) fn cards(scope: &Scope<'_>, at: usize) -> Vec<Card> {
    let goal = &scope.model.goals[at];
    let is_over = scope.is_closed(goal) || goal.window.end < scope.as_of;
    if is_over { Vec::new() } else { (scope.cards)(at) }
}

/// That of the goal itself, or of one of its key results.
pub(super) fn card(cards: &[Card], key_result: Option<usize>) -> Option<SmartCard> {
    let card = cards.iter().find(|card| card.key_result == key_result)?;
    Some(SmartCard {
        qualifies: card.qualifies(),
        sum: sum(card),
        letters: (0..LETTERS.len()).map(|at| letter(card, at)).collect(),
        answers: card.answers.iter().map(answer).collect(),
    })
}

/// The five letters.
const LETTERS: [char; 5] = ['S', 'M', 'A', 'R', 'T'];

/// The verdicts, in their order.
const VERDICTS: [Verdict; 3] = [Verdict::Missing, Verdict::Weak, Verdict::Met];

/// A letter, by its place among all, with the worst verdict of its questions.
fn letter(card: &Card, at: usize) -> Shared<SmartLetter> {
    static KNOWN: LazyLock<[[Shared<SmartLetter>; 3]; 5]> = LazyLock::new(|| {
        let made = |letter, verdict: Verdict| {
            Shared::new(SmartLetter { letter, verdict: verdict.word().to_owned() })
        };
        LETTERS.map(|letter| VERDICTS.map(|verdict| made(letter, verdict)))
    });
    let own = card.answers.iter().filter(|answer| answer.question.letter() == LETTERS[at]);
    let worst = own.map(|answer| answer.verdict).min().unwrap_or(Verdict::Missing);
    KNOWN[at][worst as usize].clone()
}

fn answer(answer: &Answer) -> SmartAnswer {
    SmartAnswer {
        letter: answer.question.letter(),
        question: answer.question.word().to_owned(),
        verdict: answer.verdict.word().to_owned(),
        evidence: plain(&answer.evidence),
        mend: answer.mend.as_deref().map(plain),
    }
}

/// Text without the backticks that set names apart where there is but one type.
fn plain(text: &str) -> String {
    text.split('`').collect()
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
