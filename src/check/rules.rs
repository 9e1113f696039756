//! Every rule by its name: its level, what it finds, its page, the letters of SMART that it serves.

use super::{
    Context, activity_wording, all_due_at_the_end, all_milestones, backdated_checkin,
    bare_comparative, business_as_usual, carried_twice, checkin_by_stranger,
    checkin_outside_window, compound_key_result, confidence_contradicts_pace,
    confidence_never_moves, due_outside_cycle, due_outside_parent, flat_while_on_track,
    future_checkin, goalpost_moved, implausible_jump, key_result_deleted, long_title,
    missing_ambition, missing_due, missing_owner, missing_source, missing_unit, missing_why,
    near_duplicate, no_counter_measure, no_measure, no_number, number_in_objective, out_of_reach,
    output_not_outcome, overdue_checkin, past_rewritten, placeholder, relative_target, sandbagging,
    stale_checkin, title_contradicts_measure, too_easy, too_few_key_results, too_many_goals,
    too_many_key_results, too_many_owners, unaligned, ungraded, unknown_person, vague_wording,
    wrong_side_of_baseline,
};
use crate::diagnostic::{Diagnostic, Level};

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
    pub(super) looks_at_all: bool,
    /// Finds it in the model; nothing for what is found where files are read and joined.
    pub(super) check: Option<fn(&Context<'_>, &mut Vec<Diagnostic>)>,
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

#[cfg(test)]
mod tests {
    use super::{RULES, find};

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
