//! `compound-key-result`: two numbers that have nothing to do with each other, in one key result.

use super::amounts::{Amount, amounts};
use super::{Context, wording};
use crate::diagnostic::Diagnostic;
use crate::text::Span;

/// Finds titles in which two independent numbers are joined.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for title in wording::titles(context) {
        if let Some(part) = joined(&title.title.value) {
            findings.push(
                Diagnostic::new(
                    "compound-key-result",
                    "two numbers to reach in one key result",
                    title.place(part),
                )
                .help("make them two key results, each with its own measure"),
            );
        }
    }
}

/// Words that join two statements.
const JOINTS: [&str; 5] = [" and ", " und ", " et ", " y ", "; "];

/// The second statement of a title, with the word that joins it, where both have a number to reach.
fn joined(title: &str) -> Option<Span> {
    let all = amounts(title);
    JOINTS.iter().find_map(|joint| {
        title.match_indices(joint).find_map(|(at, joint)| {
            let behind = at + joint.len();
            let (left, right): (Vec<&Amount>, Vec<&Amount>) =
                all.iter().partition(|amount| amount.span.start < behind);
            let (last, first) = (left.last()?, right.first()?);
            // "3 and 5 stars", "between 20 and 30".
            let pair = title[last.span.end..at].trim().is_empty()
                && first.span.start == behind
                && last.unit == "and";
            let range = last.before == "between";
            // "of the 3 plants and 20 depots": what follows is as much aside as what it is joined to.
            let aside = first.span.start == behind && !is_to_be_reached(last);
            let reaches = |side: &[&Amount]| side.iter().any(|amount| is_to_be_reached(amount));
            (!pair && !range && !aside && reaches(&left) && reaches(&right)).then(|| {
                Span::new(at + joint.len() - joint.trim_start().len(), title.trim_end().len())
            })
        })
    })
}

/// Tells whether a number is one to reach, not a year, a name, a span of time or a choice.
fn is_to_be_reached(amount: &Amount) -> bool {
    let aside = [
        "within", "in", "after", "every", "per", "first", "last", "next", "top", "q", "ab", "dans",
        "level", "version", "phase", "tier", "aged", "over", "than", "past", "between", "the",
    ];
    !amount.is_name && !aside.contains(&amount.before.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_numbers_to_reach_are_found_and_the_word_and_is_not_enough() {
        for found in [
            "Raise NPS to 40 and cut churn to 2 %",
            "Publish 4 guides and 2 videos",
            "NPS rises to 40; churn falls to 2 %",
            "NPS auf 40 steigern und Abwanderung auf 2 % senken",
        ] {
            assert!(joined(found).is_some(), "{found}");
        }
        for fine in [
            "Search and rescue teams arrive within 20 minutes",
            "Share of 3 and 4 star reviews falls from 20 to 10 %",
            "Between 20 and 30 schools take part",
            "Terms and conditions are read by 5 % of users",
            "Users in Germany and France rise from 300 to 500",
            "80 % of tickets are read and answered within 2 hours",
            "p50 and p99 stay below 200 ms",
            "Reach 100 % of the 3 plants and 20 depots",
        ] {
            assert!(joined(fine).is_none(), "{fine}");
        }
    }
}
