//! `confidence-contradicts-pace`: high confidence far behind, or low confidence ahead.

use super::{Context, judged};
use crate::diagnostic::Diagnostic;
use crate::rollup::Status;
use crate::text::hundredths;

/// From this confidence on people expect to get there, and below this pace they will not.
const CONFIDENT: u8 = 7;
const FAR_BEHIND: f64 = 0.4;

/// Up to this confidence people expect not to get there, and above this pace they will.
const DOUBTFUL: u8 = 3;
const AHEAD: f64 = 1.0;

/// Finds key results in an open window whose last confidence says the opposite of their pace.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for one in judged::live(context) {
        let (Some(confidence), Some(pace)) = (one.figures.confidence, one.figures.pace) else {
            continue;
        };
        let open = one.key_result.window.contains(context.as_of);
        if !open || one.goal.draft || one.figures.status == Status::Achieved {
            continue;
        }
        let help = if confidence >= CONFIDENT && pace < FAR_BEHIND {
            "say in a note what will make up for it, or give the confidence that the pace suggests"
        } else if confidence <= DOUBTFUL && pace > AHEAD {
            "say in a note what the number does not show yet"
        } else {
            continue;
        };
        let mut given = one.records(context.as_of).rev();
        let Some(record) = given.find(|record| record.confidence.is_some()) else { continue };
        let message = format!(
            "`{}` has confidence {confidence} at a pace of {}",
            one.name(),
            hundredths(pace)
        );
        let place = one.in_record(record.at.entry);
        findings.push(Diagnostic::new("confidence-contradicts-pace", message, place).help(help));
    }
}
