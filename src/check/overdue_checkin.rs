//! `overdue-checkin`: a key result whose next check-in is late.

use super::{Context, judged, stale_checkin};
use crate::diagnostic::Diagnostic;
use crate::text::{count, every};

/// Finds key results in an open window whose last record is older than it should be. What is
/// older than twice that is `stale-checkin`'s.
pub(super) fn check(context: &Context<'_>, findings: &mut Vec<Diagnostic>) {
    let every_days = context.model.settings.every_days;
    let every = every(every_days);
    for one in judged::live(context) {
        let Some(days) = stale_checkin::silent_days(&one, context) else { continue };
        if days > 2 * every_days {
            continue;
        }
        let message = format!(
            "`{}` has had no check-in for {}; one is due {every}",
            one.name(),
            count(usize::try_from(days).unwrap_or_default(), "day")
        );
        findings.push(stale_checkin::finding("overdue-checkin", message, &one, context));
    }
}
