//! Findings that a change brings, and those it mends.

use super::Side;
use super::pairs::Pairs;
use crate::check::{Known, subject};
use crate::diagnostic::{Diagnostic, Level};
use crate::model::GoalRef;
use crate::text::line_column;

/// A finding as far as a reviewer needs it.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The rule's name.
    pub rule: &'static str,
    /// Its weight.
    pub level: Level,
    /// What was found and what was expected.
    pub message: String,
    /// What mends it.
    pub help: Option<String>,
    /// The file at fault, from the workspace's root, on the side that has the finding.
    pub path: String,
    /// Line and column in it, from 1; nothing for a file that has no text.
    pub at: Option<(usize, usize)>,
    /// By what it is known again.
    pub fingerprint: String,
    /// The goal that it is about, by its present name.
    pub goal: Option<GoalRef>,
}

/// What the change brings, and what it mends, known again by fingerprints in which goals go by
/// their present names.
pub(super) fn findings(
    pairs: &Pairs<'_>,
    before: &Side<'_>,
    after: &Side<'_>,
) -> (Vec<Found>, Vec<Found>) {
    let name = |goal: &GoalRef, key_result: Option<&str>| pairs.present(goal, key_result);
    let brought = Known::renamed(before.model, &before.findings, &name)
        .news(after.model, after.findings.clone());
    let mended = Known::of(after.model, &after.findings).news_renamed(
        before.model,
        before.findings.clone(),
        &name,
    );
    let found = |side: &Side<'_>, news: Vec<(Diagnostic, String)>, earlier: bool| {
        news.into_iter()
            .map(|(finding, fingerprint)| {
                let about = subject(side.model, &finding.primary.place);
                let own = about.map(|subject| subject.goal.reference.clone());
                let goal = own.map(|own| if earlier { pairs.present_goal(&own) } else { own });
                told(side, finding, fingerprint, goal)
            })
            .collect()
    };
    (found(after, brought, false), found(before, mended, true))
}

fn told(side: &Side<'_>, finding: Diagnostic, fingerprint: String, goal: Option<GoalRef>) -> Found {
    let place = finding.primary.place;
    let text = side.files.text(&place.path);
    Found {
        rule: finding.rule,
        level: finding.level,
        message: finding.message,
        help: finding.help,
        at: text.map(|text| line_column(text, place.span.start)),
        path: place.path,
        fingerprint,
        goal,
    }
}
