//! `title-contradicts-measure`: a title that tells other numbers than the measure.

use super::amounts::{Amount, amounts};
use super::words::CHANGE;
use super::{Context, wording};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::Spanned;
use crate::model::Measure;
use crate::text::{number, printable};

/// Finds titles whose "from 38 % to 40 %", "to 200 ms" or "at most 5" is not what the measure says.
///
/// It is silent where it can be read otherwise: where the value stands elsewhere in the title, in
/// another unit, or where there is more than one such phrase.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context) {
        let all = amounts(&title.title.value);
        let measure = title.measure;
        let pairs = match &title.key_result.measure {
            Some(Measure::Metric { baseline, target, .. }) => {
                let (from, to) = from_and_to(&title.words, &title.title.value, &all);
                let (from_as_target, to_as_baseline) =
                    (may_be(&from, *target), may_be(&to, *baseline));
                // The other way round: reported where the measure is read.
                if from_as_target && to_as_baseline {
                    continue;
                }
                vec![("baseline", from, &measure.baseline), ("target", to, &measure.target)]
            }
            Some(Measure::Threshold { .. }) => {
                let bound = |phrases: &[&str]| bound(&title.title.value, &all, phrases);
                vec![
                    (
                        "at_most",
                        bound(&["at most", "no more than", "at or below", "at or under"]),
                        &measure.at_most,
                    ),
                    (
                        "at_least",
                        bound(&["at least", "no less than", "at or above", "at or over"]),
                        &measure.at_least,
                    ),
                ]
            }
            _ => continue,
        };
        let unit = title.key_result.unit.as_deref();
        let contradicted = pairs.into_iter().find_map(|(key, told, measured)| {
            let (told, measured) = (told?, measured.as_ref()?);
            let fits = |amount: &Amount| amount.may_be(measured.value, unit);
            let told_elsewhere = all.iter().chain([&told]).any(fits);
            (!told_elsewhere).then_some((key, told, measured))
        });
        if let Some((key, told, measured)) = contradicted {
            findings.push(finding(title, key, &told, measured));
        }
    }
}

fn may_be(amount: &Option<Amount>, value: f64) -> bool {
    amount.as_ref().is_some_and(|amount| amount.may_be(value, None))
}

fn finding(
    title: &wording::Title<'_>,
    key: &str,
    told: &Amount,
    measured: &Spanned<f64>,
) -> Diagnostic {
    let text = &title.title.value;
    let shown = printable(text[told.span.start..told.span.end].trim_end_matches([',', ';', '.']));
    let value = number(measured.value);
    let message = format!("the title says {shown}, and `{key}` is {value}");
    Diagnostic::new("title-contradicts-measure", message, title.place(told.span))
        .related(Place::new(&title.goal.path, measured.span), format!("`{key}`"))
        .help(format!("say the same in both: write {value} in the title, or mend `{key}`"))
}

/// The numbers that a title tells as baseline and target: of "from 20 to 30", or of "to 30" alone
/// behind a verb of change. Nothing where there are several.
fn from_and_to(
    words: &[wording::Word<'_>],
    title: &str,
    all: &[Amount],
) -> (Option<Amount>, Option<Amount>) {
    let behind = |words: &[&str]| {
        let mut found = all.iter().filter(|amount| words.contains(&amount.before.as_str()));
        match (found.next(), found.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        }
    };
    let (from, to) = (behind(&["from", "von", "de"]), behind(&["to", "auf", "à", "a"]));
    let is_of_the_day = |amount: &&Amount| !matches!(amount.unit.as_str(), "am" | "pm" | "uhr");
    let (from, to) = (from.filter(is_of_the_day), to.filter(is_of_the_day));
    match (from, to) {
        (Some(from), Some(to)) if from.span.end < to.span.start => of_one_unit(from, to),
        (None, Some(to)) => {
            let before = &title[..to.span.start];
            let changes = words
                .iter()
                .any(|word| word.span.end < to.span.start && CHANGE.contains(&word.lower));
            let lower = before.trim_end().to_lowercase();
            let other = ["up to", "close to", "next to", "due to", "compared to"];
            let alone = changes && !other.iter().any(|phrase| lower.ends_with(phrase));
            let range = all.iter().any(|amount| lower.ends_with("to") && amount.unit == "to");
            (None, Some(to).filter(|_| alone && !range).cloned())
        }
        _ => (None, None),
    }
}

/// A pair in which only one number is followed by a unit of time: "from 3 days to 1" means one day.
fn of_one_unit(from: &Amount, to: &Amount) -> (Option<Amount>, Option<Amount>) {
    let (mut from, mut to) = (from.clone(), to.clone());
    match (from.is_time(), to.is_time()) {
        (true, false) => to.unit.clone_from(&from.unit),
        (false, true) => from.unit.clone_from(&to.unit),
        _ => {}
    }
    (Some(from), Some(to))
}

/// The number behind one of these phrases, if there is just one.
fn bound(title: &str, all: &[Amount], phrases: &[&str]) -> Option<Amount> {
    let mut found = all.iter().filter(|amount| {
        let before = title[..amount.span.start].trim_end().to_lowercase();
        phrases.iter().any(|phrase| before.ends_with(phrase))
    });
    match (found.next(), found.next()) {
        (Some(one), None) => Some(one.clone()),
        _ => None,
    }
}
