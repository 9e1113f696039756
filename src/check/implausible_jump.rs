//! `implausible-jump`: a value that is probably a slip of the hand.

use super::{Context, judged};
use crate::diagnostic::Diagnostic;
use crate::model::{Measure, Record};
use crate::text::number;

use judged::Judged;

/// A step is a jump if it is this many times any step before it.
const TIMES_ANY_STEP: f64 = 10.0;

/// How often something has to have moved before a jump stands out.
const STEPS_KNOWN: usize = 2;

/// A value is off the scale if it is this many times too large or too small.
const TIMES_THE_SCALE: f64 = 100.0;

/// Finds values that are off the scale of baseline and target, or that jump far beyond what was
/// seen before and across more than half of the way.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    for one in judged::live(context) {
        let scale = scale(&one);
        let mut before: Option<f64> = None;
        let mut steps: Vec<f64> = Vec::new();
        for (record, value) in one.numbers(context.as_of) {
            if let Some(message) = scale.as_deref().and_then(|scale| off_scale(value, scale)) {
                findings.push(finding(&one, record, &message));
                continue;
            }
            let step = before.map_or(0.0, |before| (value - before).abs());
            if let Some(before) = before.filter(|_| is_jump(step, &steps, scale.as_deref())) {
                let largest = steps.iter().copied().fold(0.0, f64::max);
                let message = format!(
                    "from {} to {} at once; no earlier step was more than {}",
                    number(before),
                    number(value),
                    number(largest)
                );
                findings.push(finding(&one, record, &message));
            }
            if step > 0.0 {
                steps.push(step);
            }
            before = Some(value);
        }
    }
}

/// The numbers of the plan that tell how large values are.
fn scale(one: &Judged<'_>) -> Option<Vec<f64>> {
    match one.key_result.measure {
        Some(Measure::Metric { baseline, target, .. }) => Some(vec![baseline, target]),
        Some(Measure::Threshold { at_least, at_most, .. }) => {
            Some(at_least.into_iter().chain(at_most).collect())
        }
        _ => None,
    }
}

/// What is said of a value that is far too large or far too small for the plan's numbers.
fn off_scale(value: f64, scale: &[f64]) -> Option<String> {
    let sizes = || scale.iter().map(|number| number.abs());
    let (least, most) = (sizes().fold(f64::INFINITY, f64::min), sizes().fold(0.0, f64::max));
    let size = value.abs();
    let too_large = most > 0.0 && size > most * TIMES_THE_SCALE;
    // A value may well come near zero where the plan goes there.
    let too_small = size > 0.0 && size <= most / TIMES_THE_SCALE && size <= least / TIMES_ANY_STEP;
    (too_large || too_small).then(|| {
        let plan: Vec<String> = scale.iter().map(|value| number(*value)).collect();
        let times = if too_large { "a hundred times more" } else { "a hundred times less" };
        format!("{} is {times} than the plan speaks of: {}", number(value), plan.join(" to "))
    })
}

/// Tells whether a step is out of all proportion to those before it.
fn is_jump(step: f64, steps: &[f64], scale: Option<&[f64]>) -> bool {
    let Some([baseline, target]) = scale else { return false };
    let largest = steps.iter().copied().fold(0.0, f64::max);
    steps.len() >= STEPS_KNOWN
        && step > TIMES_ANY_STEP * largest
        && step > (target - baseline).abs() / 2.0
}

fn finding(one: &Judged<'_>, record: &Record, message: &str) -> Diagnostic {
    let message = format!("`{}`: {message}", one.name());
    Diagnostic::new("implausible-jump", message, one.in_record(record.at.value))
        .help("correct the value; if it is right, allow = { implausible-jump = \"…\" } says why")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_off_the_scale_and_good_results_are_not() {
        for (value, scale, off) in [
            (250_000.0, &[240.0, 15.0][..], true),
            (0.57, &[35.0, 90.0], true),
            (2.0, &[240.0, 15.0], false),
            (0.04, &[5.0, 0.0], false),
            (0.0, &[35.0, 90.0], false),
            (500.0, &[4.0], true),
            (399.0, &[4.0], false),
            (-60.0, &[0.5, -0.5], true),
            (60.0, &[0.0], false),
        ] {
            assert_eq!(off_scale(value, scale).is_some(), off, "{value} beside {scale:?}");
        }
    }

    #[test]
    fn a_jump_is_more_than_ten_times_any_step_and_half_of_the_way() {
        let way = Some(&[2.1, 1.4][..]);
        assert!(!is_jump(0.3, &[0.02, 0.01], way), "a good month");
        assert!(is_jump(0.5, &[0.02, 0.01], way));
        assert!(!is_jump(0.5, &[0.02, 0.06], way));
        assert!(!is_jump(0.5, &[0.02], way), "one step is no habit");
    }
}
