//! What plans allow: which findings they hide, and the rules on allowances that hide nothing.

use std::cell::RefCell;
use std::collections::HashSet;

use super::{Context, Levels, Subject, find, open, subject};
use crate::diagnostic::{Diagnostic, Place};
use crate::load::{AllowDoc, KeyResultDoc, SETTINGS_FILE, SettingsDoc};
use crate::model::Goal;
use crate::text::{Span, nearest, printable, slip_of};

/// The rule that no allowance and no level turns off: what cannot be read hides other mistakes.
pub const NEVER_ALLOWED: &str = "syntax";

/// The allowances of every plan, and which of them were of use.
pub(super) struct Allowances<'c, 'a> {
    /// The rules that anything is allowed of.
    rules: HashSet<&'a str>,
    used: RefCell<HashSet<(&'a str, Span)>>,
    context: &'c Context<'a>,
}

impl<'c, 'a> Allowances<'c, 'a> {
    /// Collects them.
    pub(super) fn new(context: &'c Context<'a>) -> Self {
        let of_key_results =
            |goal: &'a Goal| goal.plan.key_results.iter().flat_map(|doc| &doc.allow);
        let goals = context.model.goals.iter();
        let all = goals.flat_map(|goal| goal.plan.allow.iter().chain(of_key_results(goal)));
        let rules = all.map(|allowance| allowance.rule.value.as_str()).collect();
        Self { rules, used: RefCell::default(), context }
    }

    /// Tells whether the goal or the key result that a finding is about allows it, and notes that
    /// the allowance was of use. An allowance ends with its last day.
    pub(super) fn allow(&self, finding: &Diagnostic) -> bool {
        if finding.rule == NEVER_ALLOWED || !self.rules.contains(finding.rule) {
            return false;
        }
        let place = &finding.primary.place;
        let Some((goal, key_result)) = self.about(place) else { return false };
        let own = key_result.into_iter().flat_map(|doc| &doc.allow);
        let mut allowed = false;
        for allowance in own.chain(&goal.plan.allow).filter(|doc| doc.rule.value == finding.rule) {
            if !self.is_over(allowance) {
                self.used.borrow_mut().insert((&goal.path, allowance.rule.span));
                allowed = true;
            }
        }
        allowed
    }

    /// The goal that a place in a plan or a check-ins file belongs to, and the key result whose
    /// table holds it, if one does.
    fn about(&self, place: &Place) -> Option<(&'a Goal, Option<&'a KeyResultDoc>)> {
        if let Some(goal) = self.context.model.goal_at(&place.path) {
            return Some((goal, key_result_at(goal, place)));
        }
        let Subject { goal, key_result } = subject(self.context.model, place)?;
        Some((goal, goal.plan.key_results.iter().find(|doc| Some(&*doc.id) == key_result)))
    }

    fn is_over(&self, allowance: &AllowDoc) -> bool {
        allowance.until.is_some_and(|until| until < self.context.as_of)
    }

    /// Reports allowances that are over, that hide nothing, or that name no rule, once every other
    /// finding has been looked at. Goals that are over keep theirs: what they allowed is over too.
    pub(super) fn report(&self, levels: &Levels, findings: &mut Vec<Diagnostic>) {
        for goal in &self.context.model.goals {
            let is_open = open::is_open(goal, self.context.as_of);
            let of_key_results = goal.plan.key_results.iter().flat_map(|doc| {
                doc.allow.iter().map(move |allowance| (allowance, doc.dropped.is_none()))
            });
            let own = goal.plan.allow.iter().map(|allowance| (allowance, true));
            for (allowance, counts) in own.chain(of_key_results) {
                let place = Place::new(&goal.path, allowance.rule.span);
                if find(&allowance.rule.value).is_none() {
                    let others = self.allowed_beside(goal, allowance);
                    let unknown = unknown(&allowance.rule.value, place, &others);
                    // In other places than a table of its own the name may be written more than once.
                    let is_alone = allowance.removal.is_some();
                    let (fix, guess) = (unknown.fix.clone(), unknown.guess.clone());
                    findings.push(Diagnostic {
                        fix: fix.filter(|_| is_alone),
                        guess: guess.filter(|_| is_alone),
                        ..unknown
                    });
                } else if allowance.rule.value == NEVER_ALLOWED {
                    findings.push(never_allowed(place).maybe_fix(removal(allowance)));
                } else if is_open && counts {
                    findings.extend(self.judge(goal, allowance, levels, place));
                }
            }
        }
    }

    /// The names of the rules that are allowed where this allowance stands.
    fn allowed_beside<'g>(&self, goal: &'g Goal, allowance: &AllowDoc) -> Vec<&'g str> {
        let lists = std::iter::once(&goal.plan.allow)
            .chain(goal.plan.key_results.iter().map(|doc| &doc.allow));
        let mut holding =
            lists.filter(|list| list.iter().any(|other| std::ptr::eq(other, allowance)));
        let list = holding.next().map_or(&[][..], Vec::as_slice);
        list.iter().map(|other| other.rule.value.as_str()).collect()
    }

    fn judge(
        &self,
        goal: &Goal,
        allowance: &AllowDoc,
        levels: &Levels,
        place: Place,
    ) -> Option<Diagnostic> {
        let rule = &allowance.rule.value;
        if let Some(until) = allowance.until.filter(|_| self.is_over(allowance)) {
            let message = format!("the allowance of `{rule}` ended on {until}");
            let finding = Diagnostic::new("expired-allow", message, place).help(
                "mend what it allowed and remove it, or choose a later day together with a reason",
            );
            return Some(finding.maybe_fix(removal(allowance)));
        }
        let used = self.used.borrow().contains(&(goal.path.as_str(), allowance.rule.span));
        if used || comes_and_goes(rule) {
            return None;
        }
        let message = match levels.of(rule) {
            Some(_) => format!("nothing here needs `{rule}` to be allowed"),
            None => format!("`{rule}` is turned off, so nothing needs to be allowed"),
        };
        let finding = Diagnostic::new("unused-allow", message, place).help("remove the allowance");
        Some(finding.maybe_fix(removal(allowance)))
    }
}

/// Rules whose findings come and go with records, commits and the date: an allowance of one of
/// them may be of use again tomorrow, or where the history is at hand.
fn comes_and_goes(rule: &str) -> bool {
    matches!(
        rule,
        "out-of-reach"
            | "too-easy"
            | "future-checkin"
            | "checkin-outside-window"
            | "backdated-checkin"
            | "wrong-side-of-baseline"
            | "implausible-jump"
            | "overdue-checkin"
            | "stale-checkin"
            | "flat-while-on-track"
            | "confidence-contradicts-pace"
            | "confidence-never-moves"
            | "goalpost-moved"
            | "past-rewritten"
            | "key-result-deleted"
            | "checkin-by-stranger"
            | "ungraded"
            | "carried-twice"
            | "sandbagging"
            | "unused-allow"
            | "expired-allow"
    )
}

/// The edit that removes an allowance.
fn removal(allowance: &AllowDoc) -> Option<Vec<(Span, String)>> {
    allowance.removal.map(|span| vec![(span, String::new())])
}

/// Reports names under `[check.levels]` that no rule has, and a level that hides what cannot be read.
pub(super) fn odd_levels(settings: &SettingsDoc, findings: &mut Vec<Diagnostic>) {
    let names: Vec<&str> = settings.levels.iter().map(|(name, _)| name.value.as_str()).collect();
    for (name, level) in &settings.levels {
        let place = Place::new(SETTINGS_FILE, name.span);
        if find(&name.value).is_none() {
            findings.push(unknown(&name.value, place, &names));
        } else if name.value == NEVER_ALLOWED && level.value != "error" {
            findings.push(never_allowed(place));
        }
    }
}

/// A name that no rule has, in a place that names `others` too.
fn unknown(name: &str, place: Place, others: &[&str]) -> Diagnostic {
    let rules = || super::RULES.iter().map(|rule| rule.name);
    let near = nearest(name, rules());
    let message = format!("there is no rule `{}`", printable(name));
    let only_slip = |meant: &&str| {
        !others.contains(meant)
            && others.iter().filter(|other| slip_of(other, rules()) == Some(*meant)).count() == 1
    };
    let meant = slip_of(name, rules()).filter(only_slip);
    let span = place.span;
    let instead = |rule: &str| vec![(span, rule.to_owned())];
    Diagnostic::new("unused-allow", message, place)
        .help("remove it")
        .maybe_help(near.map(|near| format!("did you mean `{near}`?")))
        .maybe_fix(meant.map(instead))
        .maybe_guess(near.filter(|near| !others.contains(near)).map(instead))
}

fn never_allowed(place: Place) -> Diagnostic {
    let message =
        format!("`{NEVER_ALLOWED}` is always an error: what cannot be read hides other mistakes");
    Diagnostic::new("unused-allow", message, place).help("mend the file, and remove this")
}

/// The key result whose table holds a place: the last to begin before it. Keys of a key result
/// that stand above its table, as in `key_results.x.title = …`, belong to the goal.
fn key_result_at<'a>(goal: &'a Goal, place: &Place) -> Option<&'a KeyResultDoc> {
    let initiatives = goal.plan.initiatives.iter().map(|initiative| initiative.id.span.start);
    let close = goal.plan.close.iter().map(|close| close.shape.at.start);
    let before = |start: &usize| *start <= place.span.start;
    let other = initiatives.chain(close).filter(before).max();
    let key_results = goal.plan.key_results.iter();
    key_results
        .filter(|doc| before(&doc.shape.at.start) && Some(doc.shape.at.start) > other)
        .max_by_key(|doc| doc.shape.at.start)
}
