//! What is judged and how hard: rules on plans at their edges, profiles, levels and allowances.

use goals::date::Date;
use goals::diagnostic::{Diagnostic, Level};
use goals::pipeline::{self, Source};
use goals::repo::Snapshot;

fn today() -> Date {
    jiff::civil::date(2026, 11, 21)
}

fn check(files: &[(&str, &str)]) -> Vec<Diagnostic> {
    let mut all = vec![("goals.toml", "format = 1\n")];
    all.extend_from_slice(files);
    let snapshot: Snapshot = all.into_iter().collect();
    let workspace = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
    pipeline::check(&workspace, None, today(), today())
}

fn count(findings: &[Diagnostic], rule: &str) -> usize {
    findings.iter().filter(|finding| finding.rule == rule).count()
}

/// A plan without findings; the tests change one thing about it.
const SOUND: &str = r#"title = "Deploys are calm and frequent"
why = "A change that waits is saved up, and large changes go wrong."
owner = "ana"
ambition = "aspirational"
supports = ["2026/trust"]

[key_results.lead-time]
title = "Median lead time falls from 240 to 15 minutes"
unit = "min"
baseline = 240
target = 15
due = 2026-12-18
source = "the deploy log"

[key_results.failures]
title = "At most 10 % of deploys need a fix"
kind = "threshold"
unit = "%"
at_most = 10
"#;

const ABOVE: &str = r#"title = "Customers trust us with their busiest day"
why = "They pay for that."
owner = "chiara"
unit = "points"
baseline = 31
target = 45
due = 2026-12-31
source = "the survey"
"#;

const PATH: &str = "goals/2026-q4/platform/calm-deploys.toml";

fn with(plan: &str) -> Vec<Diagnostic> {
    check(&[("goals/2026/trust.toml", ABOVE), (PATH, plan)])
}

#[test]
fn a_sound_plan_has_no_findings() {
    assert_eq!(with(SOUND), Vec::new());
}

#[test]
fn one_change_is_one_finding() {
    for (from, to, expected) in [
        ("owner = \"ana\"\n", "", &["missing-owner"][..]),
        (
            "why = \"A change that waits is saved up, and large changes go wrong.\"",
            "",
            &["missing-why"],
        ),
        (
            "why = \"A change that waits is saved up, and large changes go wrong.\"",
            "why = \" \"",
            &["missing-why"],
        ),
        ("source = \"the deploy log\"\n", "", &["missing-source"]),
        ("source = \"the deploy log\"\n", "source = \"\"\n", &["missing-source"]),
        ("ambition = \"aspirational\"\n", "", &["missing-ambition"]),
        ("ambition = \"aspirational\"\n", "ambition = \"bold\"\n", &["wrong-type"]),
        ("supports = [\"2026/trust\"]\n", "", &["unaligned"]),
        ("supports = [\"2026/trust\"]\n", "supports = [\"2026/truth\"]\n", &["unknown-reference"]),
        ("due = 2026-12-18", "due = 2027-01-01", &["due-outside-cycle"]),
        ("due = 2026-12-18", "due = 2026-12-31", &[]),
        ("due = 2026-12-18", "starts = 2026-09-30", &["due-outside-cycle"]),
        ("due = 2026-12-18", "due = 2026-09-30", &["bad-date"]),
        ("owner = \"ana\"\n", "owner = \"ana\"\ndue = 2026-12-17\n", &["due-outside-parent"]),
        ("owner = \"ana\"\n", "owner = \"ana\"\ndue = 2026-12-18\n", &[]),
        (
            "title = \"Deploys are calm and frequent\"",
            "title = \"20 calm deploys a week\"",
            &["number-in-objective"],
        ),
        (
            "title = \"Deploys are calm and frequent\"",
            "title = \"Deploys to Windows 11 are calm\"",
            &[],
        ),
        ("title = \"Deploys are calm and frequent\"", "title = \"Deploys are calm in 2026\"", &[]),
        ("kind = \"threshold\"\nunit = \"%\"\nat_most = 10", "kind = \"binary\"", &[]),
        ("title = \"At most 10 % of deploys need a fix\"", "title = \"TBD\"", &["placeholder"]),
    ] {
        assert!(SOUND.contains(from), "{from}");
        let found = with(&SOUND.replacen(from, to, 1));
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expected, "{from} → {to}");
    }
}

#[test]
fn goals_that_are_over_are_not_nagged() {
    let bare = "title = \"Launch 3 things\"\nowner = \"ana\"\n[key_results.x]\ntitle = \"Improve\"\nbaseline = 1\ntarget = 2\nunit = \"m\"\n";
    let over = [
        format!("dropped = \"no time\"\n{bare}"),
        format!("{bare}[close]\ndate = 2026-11-20\nverdict = \"missed\"\n"),
    ];
    for plan in &over {
        assert_eq!(with(plan), Vec::new(), "{plan}");
    }
    let past = check(&[("goals/2026-q3/platform/x.toml", bare)]);
    let rules: Vec<&str> = past.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, ["ungraded"], "all there is left to do is to look back");
    assert!(with(bare).len() >= 5, "the same plan is nagged while it goes on");
    let draft = with(&format!("draft = true\n{bare}"));
    assert!(draft.len() >= 5, "drafts are the time for it");
}

#[test]
fn words_inside_a_title_are_pointed_at_and_escapes_do_not_mislead() {
    for (title, expected) in [
        ("\"Launch the app\"", "Launch"),
        ("'Launch the app'", "Launch"),
        ("\"Launch the \\\"app\\\"\"", "\"Launch the \\\"app\\\"\""),
        ("\"\"\"Launch the app\"\"\"", "\"\"\"Launch the app\"\"\""),
        ("\"Laun\\u0063h the app\"", "\"Laun\\u0063h the app\""),
    ] {
        let plan =
            format!("title = \"Apps\"\n[key_results.x]\ntitle = {title}\nkind = \"binary\"\n");
        let found = with(&plan);
        let found = found.iter().find(|finding| finding.rule == "output-not-outcome");
        let span = found.expect("a finding").primary.place.span;
        assert_eq!(&plan[span.start..span.end], expected);
    }
}

#[test]
fn each_profile_has_its_levels() {
    let plan = "title = \"Apps\"\nsupports = [\"2026/trust\"]\n[key_results.a]\ntitle = \"Launch the app\"\nkind = \"binary\"\n[key_results.b]\ntitle = \"Help partners\"\nbaseline = 1\ntarget = 2\n[key_results.c]\ntitle = \"Improve significantly\"\nbaseline = 1\ntarget = 2\nunit = \"m\"\nsource = \"s\"\n";
    let (error, warning, info) = (Some(Level::Error), Some(Level::Warning), Some(Level::Info));
    let table = [
        ("missing-owner", [error, error, error, error]),
        ("missing-unit", [warning, error, warning, error]),
        ("missing-source", [warning, error, warning, error]),
        ("missing-due", [None, error, None, None]),
        ("missing-why", [warning, warning, warning, error]),
        ("missing-ambition", [warning, None, warning, error]),
        ("output-not-outcome", [warning, None, None, error]),
        ("activity-wording", [warning, None, None, error]),
        ("bare-comparative", [warning, warning, warning, error]),
        ("vague-wording", [info, info, info, info]),
        ("all-due-at-the-end", [info, info, info, info]),
    ];
    for (column, profile) in ["okr", "smart", "output", "strict"].into_iter().enumerate() {
        let settings = format!("format = 1\n[check]\nprofile = \"{profile}\"\n");
        let files =
            [("goals.toml", settings.as_str()), ("goals/2026/trust.toml", ABOVE), (PATH, plan)];
        let snapshot: Snapshot = files.into_iter().collect();
        let workspace = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
        let found = pipeline::check(&workspace, None, today(), today());
        for (rule, levels) in table {
            let level =
                found.iter().find(|finding| finding.rule == rule).map(|finding| finding.level);
            assert_eq!(level, levels[column], "{rule} in {profile}");
        }
    }
}

#[test]
fn what_the_workspace_says_of_a_rule_goes_before_the_profile() {
    let settings = "format = 1\n[check]\nprofile = \"smart\"\nlevels = { missing-source = \"info\", missing-ambition = \"error\", missing-due = \"off\" }\n";
    let plan =
        "title = \"Apps\"\n[key_results.b]\ntitle = \"From 1 to 2\"\nbaseline = 1\ntarget = 2\n";
    let found = check(&[("goals.toml", settings), (PATH, plan)]);
    let level =
        |rule| found.iter().find(|finding| finding.rule == rule).map(|finding| finding.level);
    assert_eq!(level("missing-source"), Some(Level::Info));
    assert_eq!(level("missing-ambition"), Some(Level::Error));
    assert_eq!(level("missing-due"), None);
}

#[test]
fn allowances_hide_end_and_are_missed_when_idle() {
    let allow = |key_result: &str, goal: &str| {
        SOUND.replacen("source = \"the deploy log\"", key_result, 1).replacen(
            "owner = \"ana\"\n",
            &format!("owner = \"ana\"\n{goal}\n"),
            1,
        )
    };
    for (key_result, goal, expected) in [
        ("allow = { missing-source = \"told by hand\" }", "", &[][..]),
        ("", "allow = { missing-source = \"told by hand\" }", &[]),
        ("allow = { missing-source = { reason = \"soon\", until = 2026-11-21 } }", "", &[]),
        (
            "allow = { missing-source = { reason = \"soon\", until = 2026-11-20 } }",
            "",
            &["missing-source", "expired-allow"],
        ),
        (
            "source = \"x\"\nallow = { missing-source = { reason = \"soon\", until = 2026-11-20 } }",
            "",
            &["expired-allow"],
        ),
        ("source = \"x\"\nallow = { missing-source = \"told by hand\" }", "", &["unused-allow"]),
        ("source = \"x\"\nallow = { stale-checkin = \"slow\" }", "", &[]),
        ("source = \"x\"\nallow = { missing-sauce = \"?\" }", "", &["unused-allow"]),
        ("source = \"x\"", "allow = { near-duplicate = \"they differ\" }", &["unused-allow"]),
    ] {
        let found = with(&allow(key_result, goal));
        let rules: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
        assert_eq!(rules, expected, "{key_result} {goal}");
    }
}

#[test]
fn names_that_no_rule_has_are_told_with_the_nearest() {
    let settings = "format = 1\n[check]\nlevels = { missing-sorce = \"off\" }\n";
    let found = check(&[("goals.toml", settings), ("goals/2026/trust.toml", ABOVE)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].rule, "unused-allow");
    assert_eq!(found[0].help.as_deref(), Some("did you mean `missing-source`?"));
}

#[test]
fn findings_of_a_goal_are_not_allowed_by_the_key_result_above_them() {
    let plan = format!(
        "{SOUND}[key_results.late]\ntitle = \"Falls from 3 to 1\"\nbaseline = 3\ntarget = 1\nunit = \"m\"\nsource = \"s\"\nallow = {{ unknown-person = \"a guest\" }}\n[initiatives.x]\ntitle = \"X\"\nowner = \"zoe\"\n"
    );
    let settings = "format = 1\n[people.ana]\n[people.chiara]\n";
    let found = check(&[("goals.toml", settings), ("goals/2026/trust.toml", ABOVE), (PATH, &plan)]);
    assert_eq!(count(&found, "unknown-person"), 1, "{found:?}");
}

#[test]
fn owners_and_teams_are_counted_apart() {
    let plan = |owner: &str, at: usize| {
        SOUND.replace("owner = \"ana\"", &format!("owner = \"{owner}\"")).replace(
            "Deploys are calm and frequent",
            &["Alpha", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot"][at].repeat(2),
        )
    };
    let files = |owners: &[&str], team: &dyn Fn(usize) -> &'static str| {
        let mut all: Vec<(String, String)> =
            vec![("goals/2026/trust.toml".to_owned(), ABOVE.to_owned())];
        for (at, owner) in owners.iter().enumerate() {
            all.push((format!("goals/2026-q4/{}/g{at}.toml", team(at)), plan(owner, at)));
        }
        all
    };
    let found = |all: &[(String, String)]| {
        let all: Vec<(&str, &str)> =
            all.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = check(&all);
        let messages = found.iter().filter(|finding| finding.rule == "too-many-goals");
        messages.map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    let (one, two) = (["ana"; 6], ["ana", "ana", "ana", "ana", "ana", "ben"]);
    assert_eq!(found(&files(&one[..5], &|_| "web")), Vec::<String>::new());
    assert_eq!(
        found(&files(&one, &|_| "web")),
        ["team `web` has 6 goals in `2026-q4`, more than 5"]
    );
    assert_eq!(
        found(&files(&two, &|_| "web")),
        ["team `web` has 6 goals in `2026-q4`, more than 5"]
    );
    let apart = found(&files(&one, &|at| if at < 3 { "web" } else { "shop" }));
    assert_eq!(apart, ["owner `ana` has 6 goals in `2026-q4`, more than 5"]);
}

#[test]
fn every_goal_is_compared_with_the_others() {
    let mut files = std::collections::BTreeMap::new();
    for at in 0..2_000 {
        // Every fourth title is the same; the others share most of their words.
        let title = match at % 4 {
            0 => "The team grows with its customers".to_owned(),
            1 => format!("Customers of harbour {at} come back in spring"),
            2 => format!("Calm nights for the crew of pier {}", at / 8),
            _ => format!("Berth{at} is booked out by word{} of mouth", at % 97),
        };
        files.insert(
            format!("goals/2026-q4/g{at}.toml"),
            format!("title = \"{title}\"\nowner = \"o{at}\"\nkind = \"binary\"\n"),
        );
    }
    let all: Vec<(&str, &str)> =
        files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut with_settings = vec![("goals.toml", "format = 1\n")];
    with_settings.extend_from_slice(&all);
    let snapshot: Snapshot = with_settings.into_iter().collect();
    let workspace = pipeline::read(Source::Files(snapshot)).expect("files at hand can be read");
    let found = pipeline::check(&workspace, None, today(), today());
    // 499 of the same title; of pier n the second of two, 250 pairs.
    assert_eq!(count(&found, "near-duplicate"), 499 + 250);
}
