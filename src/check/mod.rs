//! The rules: what is judged about goals, each in a file of its own.
//!
//! Mistakes of shape are found where files are read and joined; here they get the level that the
//! workspace gives them, beside the rules that need the whole model, its figures or its history. Adding a rule is one
//! file and one line in [`RULES`].

mod activity_wording;
mod all_due_at_the_end;
mod all_milestones;
mod again;
mod allowances;
mod amounts;
mod backdated_checkin;
mod bare_comparative;
mod business_as_usual;
mod carried_twice;
mod checkin_by_stranger;
mod checkin_outside_window;
mod commits;
mod compound_key_result;
mod confidence_contradicts_pace;
mod confidence_never_moves;
mod due_outside_cycle;
mod due_outside_parent;
mod fingerprint;
pub mod fix;
mod flat_while_on_track;
mod future_checkin;
mod goalpost_moved;
mod implausible_jump;
mod judged;
mod key_result_deleted;
mod levels;
mod long_title;
mod memory;
mod missing_ambition;
mod missing_due;
mod missing_owner;
mod missing_source;
mod missing_unit;
mod missing_why;
mod near_duplicate;
mod no_counter_measure;
mod no_measure;
mod no_number;
mod number_in_objective;
mod open;
mod out_of_reach;
mod output_not_outcome;
mod overdue_checkin;
mod past_rewritten;
mod placeholder;
mod rates;
mod relative_target;
mod sandbagging;
pub mod smart;
mod stale_checkin;
mod subject;
mod title_contradicts_measure;
mod too_easy;
mod too_few_key_results;
mod too_many_goals;
mod too_many_key_results;
mod too_many_owners;
mod unaligned;
mod ungraded;
mod unknown_person;
mod vague_wording;
mod wording;
mod words;
mod wrong_side_of_baseline;

pub use again::{Kept, check_again};
pub use memory::Memory;
pub use words::Words;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::date::Date;
use crate::diagnostic::{Diagnostic, Level, sort};
use crate::history::History;
use crate::load::SettingsDoc;
use crate::model::{Goal, Model};
use allowances::Allowances;
pub use allowances::NEVER_ALLOWED;
use levels::Levels;

use crate::rollup::Rollup;

pub use fingerprint::{Known, Names, fingerprints};
pub use subject::{Subject, subject};

/// What rules look at.
pub struct Context<'a> {
    /// What the files say.
    pub model: &'a Model,
    /// Its figures on `as_of`.
    pub rollup: &'a Rollup,
    /// What the commits tell; rules that need it say nothing without it.
    pub history: Option<&'a History>,
    /// The date that findings are told for.
    pub as_of: Date,
    /// The day on which they are told: `as_of`, unless that looks back or ahead.
    pub today: Date,
    /// The words that rules on wording look for.
    pub words: Arc<Words>,
    /// What was found on the way to the model.
    pub found: &'a [Diagnostic],
    /// The positions of the goals to look at; nothing for all of them. Rules that look at several
    /// goals at once look at all the same.
    focus: Option<&'a BTreeSet<usize>>,
    /// What rules need not work out again.
    memory: Arc<Memory>,
    /// What rules have found of the rates of this model.
    rates: Arc<rates::Found>,
}

impl<'a> Context<'a> {
    /// What there is to look at in a model on a date, told `today`: all of it. What is in `memory` is not
    /// worked out again.
    pub fn new(
        model: &'a Model,
        rollup: &'a Rollup,
        history: Option<&'a History>,
        [as_of, today]: [Date; 2],
        settings: &SettingsDoc,
        found: &'a [Diagnostic],
        memory: Arc<Memory>,
    ) -> Self {
        let (words, focus, rates) = (memory.words(settings), None, Arc::default());
        Self { model, rollup, history, as_of, today, words, found, focus, memory, rates }
    }

    /// The same, of only some goals, or of all; what is remembered is shared.
    fn on(&self, focus: Option<&'a BTreeSet<usize>>) -> Self {
        let (words, memory) = (Arc::clone(&self.words), Arc::clone(&self.memory));
        Self { focus, words, memory, rates: Arc::clone(&self.rates), ..*self }
    }

    /// The goals to look at, with their positions.
    fn goals(&self) -> impl Iterator<Item = (usize, &'a Goal)> + use<'a> {
        let goals = &self.model.goals;
        let all = if self.focus.is_none() { 0..goals.len() } else { 0..0 };
        let chosen = self.focus.into_iter().flatten().copied();
        all.chain(chosen).map(|at| (at, &goals[at]))
    }

    /// The goals to look at.
    fn each_goal(&self) -> impl Iterator<Item = &'a Goal> + use<'a> {
        self.goals().map(|(_, goal)| goal)
    }
}

/// A rule, by its one name.
pub struct Rule {
    /// The name: in outputs, in settings, in `allow`.
    pub name: &'static str,
    /// Its level, unless the profile or the workspace says otherwise.
    pub level: Level,
    /// What it finds, in one line.
    pub finds: &'static str,
    /// Its page in Markdown: what it finds and why, an example, and what to use instead.
    pub page: &'static str,
    /// The SMART letters that it serves, as in `"SM"`; empty for a rule that serves none.
    pub letters: &'static str,
    /// Whether what it finds in a goal may come from any other: it looks at all at once.
    looks_at_all: bool,
    /// Finds it in the model; nothing for what is found where files are read and joined.
    check: Option<fn(&Context<'_>, &mut Vec<Diagnostic>)>,
}

impl Rule {
    /// Tells whether there are findings of it that `goals check --fix` mends.
    pub fn is_fixable(&self) -> bool {
        self.page.contains("\nFixable with `--fix`")
    }

    /// The same rule, serving SMART letters.
    const fn serves(self, letters: &'static str) -> Self {
        Self { letters, ..self }
    }

    /// The same rule, looking at all goals at once.
    const fn of_all(self) -> Self {
        Self { looks_at_all: true, ..self }
    }
}

/// A rule whose mistakes are found where files are read and joined.
const fn shape(name: &'static str, level: Level, finds: &'static str, page: &'static str) -> Rule {
    Rule { name, level, finds, page, letters: "", looks_at_all: false, check: None }
}

/// A rule that looks at the whole.
const fn rule(
    name: &'static str,
    level: Level,
    finds: &'static str,
    page: &'static str,
    check: fn(&Context<'_>, &mut Vec<Diagnostic>),
) -> Rule {
    Rule { name, level, finds, page, letters: "", looks_at_all: false, check: Some(check) }
}

/// Gives each rule its page, `docs/rules/<name>.md`; an entry may name the SMART letters that it serves.
macro_rules! with_pages {
    ($($sort:ident($name:literal, $level:expr, $finds:expr $(, $check:path)? $(,)?) $(.$more:ident($($argument:literal)?))*),* $(,)?) => {
        &[$($sort(
            $name,
            $level,
            $finds,
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules/", $name, ".md")),
            $($check)?
        )$(.$more($($argument)?))*),*]
    };
}

/// Every rule.
pub const RULES: &[Rule] = with_pages![
    shape("syntax", Level::Error, "text that is not TOML, or a file beyond the limits"),
    shape("unknown-key", Level::Error, "a key that the format does not have"),
    shape("wrong-type", Level::Error, "a value of the wrong type"),
    shape("missing-key", Level::Error, "a key that must be there"),
    shape("toml-1-1", Level::Warning, "syntax that tools for TOML 1.0 refuse"),
    shape("bad-id", Level::Error, "an id that is not lower-case words joined by hyphens"),
    shape("bad-path", Level::Error, "a file or folder in the wrong place"),
    shape("unknown-cycle", Level::Error, "a folder that is no cycle").serves("T"),
    shape(
        "bad-date",
        Level::Error,
        "a day that the calendar does not have, or an end before its start",
    )
    .serves("T"),
    shape("duplicate-goal", Level::Error, "an id twice in a cycle"),
    shape("duplicate-key-result", Level::Error, "an id twice in a goal"),
    shape("unknown-reference", Level::Error, "a reference to nothing").serves("R"),
    shape("ambiguous-reference", Level::Error, "a reference to several goals").serves("R"),
    shape("alignment-cycle", Level::Error, "goals aligned in a circle").serves("R"),
    shape("contributes-to-closed", Level::Error, "counting in a goal that is over").serves("R"),
    shape(
        "contributes-to-measured",
        Level::Error,
        "counting in a key result with a measure of its own",
    )
    .serves("R"),
    shape("contributes-twice", Level::Error, "counting in the same goal twice").serves("R"),
    rule(
        "unknown-person",
        Level::Error,
        "an owner who is not in `[people]`",
        unknown_person::check,
    )
    .serves("A"),
    rule(
        "missing-owner",
        Level::Error,
        "a goal that nobody is accountable for",
        missing_owner::check,
    )
    .serves("A"),
    rule(
        "too-many-owners",
        Level::Warning,
        "a list where one is accountable",
        too_many_owners::check,
    )
    .serves("A"),
    rule("placeholder", Level::Error, "a title that was never filled in", placeholder::check)
        .serves("S"),
    rule("no-measure", Level::Error, "a goal that nothing measures", no_measure::check)
        .of_all()
        .serves("M"),
    shape("missing-baseline", Level::Error, "a metric without a baseline").serves("M"),
    shape("missing-target", Level::Error, "a metric without a target").serves("M"),
    rule("missing-unit", Level::Warning, "a metric without a unit", missing_unit::check)
        .serves("M"),
    shape("target-is-baseline", Level::Error, "a metric with no way to go").serves("M"),
    shape(
        "target-behind-baseline",
        Level::Error,
        "baseline and target the other way round than in the title",
    )
    .serves("M"),
    shape("not-finite", Level::Error, "a number that cannot be computed with").serves("M"),
    shape("percent-out-of-range", Level::Error, "a percentage below 0 or above 100").serves("M"),
    shape(
        "bad-bounds",
        Level::Error,
        "a threshold without bounds, or with bounds that exclude everything",
    )
    .serves("M"),
    shape("bad-milestones", Level::Error, "a ladder without steps, or with scores outside 0 to 1")
        .serves("M"),
    shape("bad-weight", Level::Error, "a negative weight, or a goal in which nothing counts")
        .serves("M"),
    shape("bad-plan-points", Level::Error, "a plan point outside the window").serves("M"),
    rule(
        "due-outside-cycle",
        Level::Error,
        "a date outside the cycle of its goal",
        due_outside_cycle::check,
    )
    .serves("T"),
    rule(
        "due-outside-parent",
        Level::Warning,
        "an end after that of what it belongs to",
        due_outside_parent::check,
    )
    .serves("T"),
    rule(
        "missing-due",
        Level::Error,
        "a goal without a day of its own; only the profile `smart` asks for it",
        missing_due::check,
    )
    .serves("T"),
    rule(
        "missing-why",
        Level::Warning,
        "a goal that does not say what it is for",
        missing_why::check,
    )
    .serves("R"),
    rule(
        "missing-source",
        Level::Warning,
        "a metric that does not say where its number comes from",
        missing_source::check,
    )
    .serves("M"),
    rule(
        "missing-ambition",
        Level::Warning,
        "an objective that does not say how much of it is promised",
        missing_ambition::check,
    ),
    rule("unaligned", Level::Warning, "a team's goal that serves no other", unaligned::check)
        .serves("R"),
    rule(
        "too-many-key-results",
        Level::Warning,
        "more than five key results",
        too_many_key_results::check,
    ),
    rule("too-few-key-results", Level::Warning, "just one key result", too_few_key_results::check),
    rule(
        "too-many-goals",
        Level::Warning,
        "more than five goals of one owner or team in a cycle",
        too_many_goals::check,
    )
    .of_all(),
    rule(
        "number-in-objective",
        Level::Info,
        "a number in the title of an objective",
        number_in_objective::check,
    ),
    rule("no-number", Level::Warning, "a key result's title without a number", no_number::check)
        .serves("M"),
    rule(
        "output-not-outcome",
        Level::Warning,
        "a key result that is a thing to make",
        output_not_outcome::check,
    )
    .serves("S"),
    rule(
        "activity-wording",
        Level::Warning,
        "a key result that is taking part in something",
        activity_wording::check,
    )
    .serves("S"),
    rule("bare-comparative", Level::Warning, "which way, and not how far", bare_comparative::check)
        .serves("SM"),
    rule(
        "vague-wording",
        Level::Info,
        "a word that two people would measure differently",
        vague_wording::check,
    )
    .serves("S"),
    rule(
        "relative-target",
        Level::Warning,
        "\"by 20 %\" with nothing to reckon from",
        relative_target::check,
    )
    .serves("M"),
    rule(
        "business-as-usual",
        Level::Warning,
        "a metric that is to stay as it is",
        business_as_usual::check,
    ),
    rule(
        "compound-key-result",
        Level::Warning,
        "two numbers to reach in one key result",
        compound_key_result::check,
    )
    .serves("S"),
    rule(
        "title-contradicts-measure",
        Level::Warning,
        "other numbers in the title than in the measure",
        title_contradicts_measure::check,
    )
    .serves("M"),
    rule("long-title", Level::Info, "a title of more than 140 characters", long_title::check)
        .serves("S"),
    rule(
        "all-milestones",
        Level::Warning,
        "an objective of nothing but things to get done",
        all_milestones::check,
    ),
    rule(
        "no-counter-measure",
        Level::Info,
        "an objective that only grows",
        no_counter_measure::check,
    ),
    rule(
        "all-due-at-the-end",
        Level::Info,
        "an objective with no date before its last day",
        all_due_at_the_end::check,
    )
    .serves("T"),
    rule(
        "near-duplicate",
        Level::Warning,
        "two open goals with nearly the same title",
        near_duplicate::check,
    )
    .of_all(),
    rule("out-of-reach", Level::Warning, "a pace beyond the best on record", out_of_reach::check)
        .serves("AR"),
    rule(
        "too-easy",
        Level::Warning,
        "a pace far below the best on record, or a target already reached",
        too_easy::check,
    )
    .serves("R"),
    shape("unknown-key-result", Level::Error, "a record for nothing"),
    shape("wrong-value-type", Level::Error, "a value that the measure does not take"),
    rule("future-checkin", Level::Error, "a record of a day to come", future_checkin::check)
        .serves("T"),
    rule(
        "checkin-outside-window",
        Level::Warning,
        "a value from before the start or after the end",
        checkin_outside_window::check,
    )
    .serves("T"),
    rule(
        "backdated-checkin",
        Level::Warning,
        "a record that landed more than two weeks late",
        backdated_checkin::check,
    ),
    rule(
        "wrong-side-of-baseline",
        Level::Warning,
        "a first value that is worse than the baseline",
        wrong_side_of_baseline::check,
    ),
    rule(
        "implausible-jump",
        Level::Warning,
        "a value that is probably a slip of the hand",
        implausible_jump::check,
    ),
    rule(
        "overdue-checkin",
        Level::Info,
        "a key result whose next check-in is late",
        overdue_checkin::check,
    ),
    rule(
        "stale-checkin",
        Level::Warning,
        "a key result that nobody has said anything about for long",
        stale_checkin::check,
    ),
    rule(
        "flat-while-on-track",
        Level::Info,
        "a value that has not moved for four weeks and is still on track",
        flat_while_on_track::check,
    ),
    rule(
        "confidence-contradicts-pace",
        Level::Warning,
        "high confidence far behind, or low confidence ahead",
        confidence_contradicts_pace::check,
    ),
    rule(
        "confidence-never-moves",
        Level::Info,
        "the same confidence in every check-in",
        confidence_never_moves::check,
    ),
    rule(
        "goalpost-moved",
        Level::Warning,
        "a measure changed after planning was over",
        goalpost_moved::check,
    ),
    rule(
        "past-rewritten",
        Level::Warning,
        "an old record corrected or removed without a word",
        past_rewritten::check,
    ),
    rule(
        "key-result-deleted",
        Level::Warning,
        "a key result deleted rather than dropped",
        key_result_deleted::check,
    ),
    rule(
        "checkin-by-stranger",
        Level::Info,
        "a record by someone who is not on the team",
        checkin_by_stranger::check,
    )
    .of_all(),
    rule("ungraded", Level::Error, "a goal of a closed cycle that nobody closed", ungraded::check),
    rule(
        "carried-twice",
        Level::Info,
        "a goal carried over from one that was itself carried over",
        carried_twice::check,
    ),
    rule(
        "sandbagging",
        Level::Warning,
        "a team whose goals were all reached, or none",
        sandbagging::check,
    )
    .of_all(),
    shape(
        "unused-allow",
        Level::Warning,
        "an allowance that hides nothing, or that no rule has the name of",
    ),
    shape("expired-allow", Level::Warning, "an allowance whose last day is over"),
];

/// A rule by its name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// The level of a rule in a workspace with these settings; nothing where it is off.
pub fn level(settings: &SettingsDoc, rule: &str) -> Option<Level> {
    Levels::read(settings, &mut Vec::new()).of(rule)
}

/// Tells whether plans may allow findings of a rule: not what keeps a file from being read, and
/// not what is said of allowances.
pub fn may_be_allowed(rule: &str) -> bool {
    ![allowances::NEVER_ALLOWED, "unused-allow", "expired-allow"].contains(&rule)
}

/// The findings of shape alone: what was found on the way to the model, with its levels and
/// without what is allowed. No rule is run; this is what keeps figures from being complete.
pub fn of_shape(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    judged(context, settings, context.found.to_vec())
}

/// The findings that answer to a letter of SMART: those of shape, and those of the rules that serve
/// one. The other rules are not run.
pub fn of_letters(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    judged(context, settings, found_by(context, |rule| !rule.letters.is_empty()))
}

/// What was found on the way to the model, and then what the wanted rules find, in their order. They
/// are run side by side.
fn found_by(context: &Context<'_>, is_wanted: impl Fn(&Rule) -> bool) -> Vec<Diagnostic> {
    let wanted = RULES.iter().filter(|rule| is_wanted(rule));
    let checks: Vec<_> = wanted.filter_map(|rule| rule.check).collect();
    let mut findings = context.found.to_vec();
    findings.extend(side_by_side(&checks, context));
    findings
}

/// What rules find, in their order.
fn side_by_side(
    checks: &[fn(&Context<'_>, &mut Vec<Diagnostic>)],
    context: &Context<'_>,
) -> Vec<Diagnostic> {
    let of_each: Vec<Vec<Diagnostic>> = checks
        .par_iter()
        .with_max_len(1)
        .map(|check| {
            let mut findings = Vec::new();
            check(context, &mut findings);
            findings
        })
        .collect();
    of_each.into_iter().flatten().collect()
}

/// Findings with their levels, without those that are turned off or allowed.
fn judged(
    context: &Context<'_>,
    settings: &SettingsDoc,
    mut findings: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let levels = Levels::read(settings, &mut findings);
    let allowances = Allowances::new(context);
    levels.apply(&mut findings);
    findings.retain(|finding| !allowances.allow(finding));
    findings
}

/// Runs every rule, joins what was found on the way to the model, gives each finding its level,
/// and leaves out what the workspace turned off or its plans allow on that date.
pub fn check(context: &Context<'_>, settings: &SettingsDoc) -> Vec<Diagnostic> {
    let findings = found_by(context, |_| true);
    finished(context, settings, findings)
}

/// Gives findings their levels, leaves out what is allowed, and judges the allowances.
fn finished(
    context: &Context<'_>,
    settings: &SettingsDoc,
    mut findings: Vec<Diagnostic>,
) -> Vec<Diagnostic> {
    let levels = Levels::read(settings, &mut findings);
    let allowances = Allowances::new(context);
    levels.apply(&mut findings);
    findings.retain(|finding| !allowances.allow(finding));
    let mut of_allowances = Vec::new();
    allowances.report(&levels, &mut of_allowances);
    allowances::odd_levels(settings, &mut of_allowances);
    levels.apply(&mut of_allowances);
    findings.extend(of_allowances.into_iter().filter(|finding| !allowances.allow(finding)));
    sort(&mut findings);
    findings
}

#[cfg(test)]
mod tests {
    use super::{RULES, find};
    use crate::load::documents;
    use crate::model::{DEFAULT_PLANS, Model, build};
    use crate::repo::Snapshot;

    /// The model of some files.
    pub(super) fn model(files: &[(&str, &str)]) -> Model {
        let snapshot: Snapshot = files.iter().copied().collect();
        build(documents(&snapshot, Default::default(), DEFAULT_PLANS).0).0
    }
    #[test]
    fn rules_have_one_name_each_and_serve_letters_of_smart() {
        for (at, rule) in RULES.iter().enumerate() {
            assert!(RULES[..at].iter().all(|other| other.name != rule.name), "{}", rule.name);
            assert!(rule.letters.chars().all(|letter| "SMART".contains(letter)), "{}", rule.name);
        }
    }

    /// The scorecard rests on these.
    #[test]
    fn rules_serve_the_letters_that_the_scorecard_counts_on() {
        let wanted = [
            (
                "S",
                "placeholder vague-wording output-not-outcome activity-wording bare-comparative compound-key-result long-title",
            ),
            (
                "M",
                "no-measure missing-baseline missing-target missing-unit missing-source no-number bare-comparative relative-target title-contradicts-measure",
            ),
            ("A", "missing-owner too-many-owners unknown-person out-of-reach"),
            ("R", "unknown-reference missing-why unaligned out-of-reach too-easy"),
            (
                "T",
                "bad-date due-outside-cycle due-outside-parent all-due-at-the-end future-checkin checkin-outside-window",
            ),
        ];
        for (letter, names) in wanted {
            for name in names.split(' ') {
                let rule = find(name).expect(name);
                assert!(rule.letters.contains(letter), "`{}` serves {letter}", rule.name);
            }
        }
    }
}
