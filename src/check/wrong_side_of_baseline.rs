//! `wrong-side-of-baseline`: a first value that is worse than the baseline.

use super::{Context, judged};
use crate::diagnostic::{Diagnostic, Place};
use crate::text::number;

/// Finds metrics whose first value lies on the other side of the baseline than the target.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for one in judged::live(context) {
        let Some((baseline, target)) = one.way() else { continue };
        let Some((record, value)) = one.numbers(context.as_of).next() else { continue };
        if (value - baseline) * (target - baseline) >= 0.0 {
            continue;
        }
        let message = format!(
            "the first value of `{}` is worse than its baseline: {} where {} was expected, on the way to {}",
            one.name(),
            number(value),
            number(baseline),
            number(target)
        );
        let mut finding =
            Diagnostic::new("wrong-side-of-baseline", message, one.in_record(record.at.value));
        if let Some(baseline) = &one.measure_doc().baseline {
            finding = finding.related(Place::new(&one.goal.path, baseline.span), "the baseline");
        }
        findings.push(finding.help(format!(
            "correct the value, or set the baseline to what was measured: baseline = {}",
            number(value)
        )));
    }
}
