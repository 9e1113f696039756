//! The rules on wording, held against titles as people write them: which fire on each, and on what
//! share of all.

use std::collections::BTreeMap;

use goals::date::Date;
use goals::diagnostic::Diagnostic;
use goals::pipeline::{self, Source};
use goals::repo::Snapshot;

/// Every rule on the title of something measured, with the shares of real titles on which it fires:
/// a rule far above the second is too eager.
const RULES: [(&str, f64, f64); 10] = [
    ("no-number", 0.15, 0.37),
    ("output-not-outcome", 0.05, 0.21),
    ("activity-wording", 0.01, 0.03),
    ("bare-comparative", 0.01, 0.04),
    ("vague-wording", 0.05, 0.11),
    ("relative-target", 0.02, 0.05),
    ("business-as-usual", 0.01, 0.03),
    ("compound-key-result", 0.02, 0.05),
    ("title-contradicts-measure", 0.02, 0.08),
    ("long-title", 0.01, 0.08),
];

/// One line of the table.
struct Case {
    measure: String,
    title: String,
    rules: Vec<String>,
}

fn cases() -> Vec<Case> {
    let lines = include_str!("wording/titles.txt").lines();
    let case = |line: &str| {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [measure, title, rules] = parts[..] else { panic!("three columns: {line}") };
        let rules = rules.split(',').map(|rule| rule.trim().to_owned());
        Case {
            measure: measure.to_owned(),
            title: title.to_owned(),
            rules: rules.filter(|rule| !rule.is_empty()).collect(),
        }
    };
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).map(case).collect()
}

/// The keys of a measure of the table.
fn keys(measure: &str) -> String {
    let words: Vec<&str> = measure.split(' ').collect();
    let unit =
        |unit: Option<&&str>| unit.map_or(String::new(), |unit| format!("unit = \"{unit}\"\n"));
    match words[..] {
        ["metric", baseline, target, ..] => {
            format!("baseline = {baseline}\ntarget = {target}\n{}", unit(words.get(3)))
        }
        ["threshold", bound, ..] => {
            let key = if bound.starts_with("99") { "at_least" } else { "at_most" };
            format!("kind = \"threshold\"\n{key} = {bound}\n{}", unit(words.get(2)))
        }
        ["milestone"] => {
            "kind = \"milestone\"\nmilestones = { half = 0.5, whole = 1.0 }\n".to_owned()
        }
        _ => format!("kind = \"{measure}\"\n"),
    }
}

fn today() -> Date {
    jiff::civil::date(2026, 11, 21)
}

fn check(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let snapshot: Snapshot = files.iter().copied().collect();
    let workspace = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
    pipeline::check(&workspace, None, today(), today())
}

/// The findings of the rules on wording about one title.
fn found(settings: &str, measure: &str, title: &str) -> Vec<String> {
    let plan = format!(
        "title = \"We are there\"\n[key_results.x]\ntitle = \"{title}\"\n{}",
        keys(measure)
    );
    let findings = check(&[("goals.toml", settings), ("goals/2026-q4/x.toml", &plan)]);
    let wording =
        findings.iter().filter(|finding| RULES.iter().any(|(rule, ..)| *rule == finding.rule));
    let mut rules: Vec<String> = wording.map(|finding| finding.rule.to_owned()).collect();
    rules.sort();
    rules
}

#[test]
fn each_title_meets_exactly_the_rules_it_breaks() {
    let cases = cases();
    assert!(cases.len() >= 50, "{} titles", cases.len());
    let mut wrong = Vec::new();
    for case in &cases {
        let mut expected = case.rules.clone();
        expected.sort();
        let found = found("format = 1\n", &case.measure, &case.title);
        if found != expected {
            wrong.push(format!("{}: expected {expected:?}, found {found:?}", case.title));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_rule_is_too_eager() {
    let cases = cases();
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for case in &cases {
        for rule in found("format = 1\n", &case.measure, &case.title) {
            *count.entry(rule).or_default() += 1;
        }
    }
    let mut shares = Vec::new();
    let mut wrong = Vec::new();
    for (rule, least, most) in RULES {
        let share = *count.get(rule).unwrap_or(&0) as f64 / cases.len() as f64;
        shares.push(format!("{rule}: {:.1} %", share * 100.0));
        if !(least..=most).contains(&share) {
            wrong.push(format!("{rule} fires on {share:.3}, not {least} to {most}"));
        }
    }
    assert!(wrong.is_empty(), "{}\n\nof {}: {shares:#?}", wrong.join("\n"), cases.len());
}

#[test]
fn titles_with_something_like_a_word_of_the_lists_are_fine() {
    for title in [
        "key result 3 is recorded weekly",
        "Key account managers reach 12 visits a month",
        "better-auth 2.0",
        "Better Stack alerts fall from 30 to 5",
        "increase from 3 to 5",
        "Reduce p99 to 200 ms",
        "Help Scout tickets answered within 2 hours",
        "Launch Vehicle reaches orbit 3 times",
        "Continue-reading rate rises from 20 to 30 %",
        "Support tickets are answered within 2 hours",
        "Help requests that nobody answers fall from 30 to 5",
        "Von 3 auf 5 steigern",
        "Support Tickets reduzieren um die 5",
        "Launch de la nouvelle application avec 3 partenaires",
        "Aumentar la cuota de 3 a 5",
        "売上を三倍にする",
        "Рост выручки в 2 раза",
    ] {
        let found = found("format = 1\n", "metric 480 200", title);
        let about_words = found.iter().filter(|rule| *rule != "title-contradicts-measure");
        assert_eq!(about_words.count(), 0, "{title}: {found:?}");
    }
}

#[test]
fn a_workspace_adds_words_excepts_phrases_and_turns_english_off() {
    let own = "format = 1\n[check.words]\nvague = [\"Delightful\"]\noutput = [\"onboard\"]\nexcept = [\"launch customers\"]\n";
    let none = "format = 1\n[check.words]\nlanguage = \"none\"\nactivity = [\"begleiten\"]\n";
    for (settings, measure, title, expected) in [
        ("format = 1\n", "binary", "Onboard the sales team", &[][..]),
        (own, "binary", "Onboard the sales team", &["output-not-outcome"][..]),
        (own, "binary", "Launch the app", &["output-not-outcome"]),
        (own, "binary", "Launch customers trust us", &[]),
        (own, "metric 1 2", "A delightful start for 2 teams", &["vague-wording"]),
        (none, "binary", "Launch a seamless app", &[]),
        (none, "metric 1 2", "Improve 2 significant things", &[]),
        (none, "metric 1 2", "Begleiten der Teams in 2 Ländern", &["activity-wording"]),
    ] {
        assert_eq!(found(settings, measure, title), expected, "{title}");
    }
}

#[test]
fn numbers_in_titles_are_compared_in_every_spelling() {
    let contradicts = |measure: &str, title: &str| {
        found("format = 1\n", measure, title).contains(&"title-contradicts-measure".to_owned())
    };
    for (measure, title) in [
        ("metric 1000 2500", "Users rise from 1,000 to 2,500"),
        ("metric 1000 2500", "Users rise from 1 000 to 2 500"),
        ("metric 1000 2500", "Users rise from 1'000 to 2'500"),
        ("metric 1000 2500", "Users rise from 1.000 to 2.500"),
        ("metric 1.5 2.5", "Von 1,5 auf 2,5 steigern"),
        ("metric 1000 2500000", "Users rise from 1k to 2.5M"),
        ("metric 3 5 k€", "Gifts rise from €3,000 to €5,000"),
        ("metric 0.38 0.4", "Trials that stay rise from 38 % to 40 %"),
        ("metric 240 60 min", "Lead time falls from 4 hours to 1"),
        ("metric 500 600", "Leads rise by 20 %"),
        ("metric 8 12", "Shops open from 9 am to 5 pm rise to 12"),
        ("metric 10 60", "Deliver to 3 harbours, 60 times"),
        ("metric 10 60", "Raise up to 3 offers"),
        ("metric 1 5", "Readers from 18 to 25 years rise from 1 to 5"),
        ("threshold 15", "At most 15 % carry a discount"),
        ("binary", "Go from 3 to 5"),
    ] {
        assert!(!contradicts(measure, title), "{title} with {measure}");
    }
    for (measure, title) in [
        ("metric 35 40", "Trials that stay rise from 38 % to 40 %"),
        ("metric 480 250 ms", "Reduce p99 to 200 ms"),
        ("metric 1000 2600", "Users rise from 1 000 to 2 500"),
        ("metric 240 30 min", "Lead time falls from 4 hours to 1"),
        ("metric 1.5 2.6", "Von 1,5 auf 2,5 steigern"),
        ("threshold 10", "At most 15 % carry a discount"),
    ] {
        assert!(contradicts(measure, title), "{title} with {measure}");
    }
}
