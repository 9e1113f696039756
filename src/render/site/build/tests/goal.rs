//! What the page of a goal says, and its badge.

use jiff::civil::date;

use super::{CALM, PAGE, says, says_not, text};
use crate::render::site::example::{
    PLAN, PLAN_PATH, SETTINGS, TODAY, Written, full, told, with_history, workspace,
};
use crate::render::site::tests::rendered;
use crate::repo::Depth;

#[test]
fn a_metric_says_its_way_its_records_and_its_forecast() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        CALM,
        &[
            "Ana Silva",
            "240 min → 15 min",
            "Ben Okafor",
            "5 Oct – 11 Dec 2026",
            "example.com/dash",
            "12 Oct 2026, 14:30",
            "12 Oct 2026, 09:30",
            "−90",
            "void",
            "7,777 min",
            "wrong dashboard",
            "60.3 min",
            "7 records",
            "At the average rate since 5 Oct it reaches 15 min on",
        ],
    );
    says_not(&files, CALM, &["5,555", "60.300000000000004", "uncommitted"]);
    let page = &files[CALM];
    let chart = page.split("id=\"kr-lead-time\"").nth(1).expect("the key result has its place");
    let chart = chart.split("</figure>").next().expect("split gives at least one part");
    assert_eq!(chart.matches("<circle cx=").count(), 5);
    assert!(!chart.contains("7,777") && !chart.contains("5,555"));
    assert!(chart.contains("class=\"expected\" d=") && chart.contains("confidence 7"));
    assert!(page.contains("<tr class=\"void\">"));
}

#[test]
fn every_kind_of_measure_is_shown_in_its_way() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        CALM,
        &[
            "below 5%, counted by share",
            "The finance team",
            "Ten services reached 3 Nov 2026",
            "All services due 18 Dec 2026",
            "pilot reached 14 Oct 2026",
            "Yes since 10 Nov 2026",
            "Dropped: too hard",
            "0, shown but not counted",
            "−4",
            "two services left",
            "late , was due 15 Nov 2026",
            "One-click rollback done 2 Nov 2026 PROJ-12",
            "Customers stay",
            "2026/grow.quality",
            "Quiet nights",
        ],
    );
    let page = &files[CALM];
    let card = |id: &str| {
        let card = page.split(&format!("id=\"kr-{id}\"")).nth(1).expect("a card").to_owned();
        card.split("</article>").next().expect("an end").to_owned()
    };
    assert!(card("failures").contains("class=\"outside\" d=\"M-4"), "5 is not below 5");
    let steps = card("rollout");
    assert_eq!(steps.matches("<circle cx=").count(), 2, "{steps}");
    assert!(steps.contains("<title>3 Nov 2026: 0.3, Ten services"), "{steps}");
    assert!(steps.contains("class=\"expected\"") && steps.contains("target 1<"), "{steps}");
    for without in ["drill", "latency"] {
        assert!(!card(without).contains("class=\"chart\""), "{without}");
    }
    assert!(card("shown").contains("class=\"chart\"") && card("hard").contains("class=\"chart\""));
    assert!(!page.contains("href=\"PROJ-12\""));
    says(
        &files,
        "goals/2026/grow.html",
        &["It just works", "Deploys are calm", "weight 2", "Supported by"],
    );
}

#[test]
fn a_smart_goal_is_its_own_measure() {
    let files = rendered(&full(), None, TODAY);
    let path = "goals/2026-q4/leads.html";
    says(
        &files,
        path,
        &[
            "SMART goal",
            "From 500 leads to 600 leads",
            "480 leads",
            "Since 1 Oct it has not come nearer to 600 leads.",
            "Partners help",
            "weight 3",
            "Committed",
            "Counts in Customers stay",
        ],
    );
    assert!(files[path].contains("id=\"kr-measure\""));
    says(&files, "goals/2026-q4/partners.html", &["1 record", "void", "not measured"]);
    assert!(!files["goals/2026-q4/partners.html"].contains("<circle cx=\"5"));
}

#[test]
fn goals_that_are_out_say_so_and_expect_nothing() {
    let files = rendered(&full(), None, TODAY);
    says(&files, "goals/2026-q4/idea.html", &["Draft"]);
    says(&files, "goals/2026-q4/gone.html", &["Dropped. no money"]);
    says(
        &files,
        "goals/2026-q4/aside.html",
        &["Weight 0, shown but not counted", "No check-ins yet"],
    );
    for path in ["goals/2026-q4/idea.html", "goals/2026-q4/gone.html"] {
        assert!(!files[path].contains("expected by now"), "{path}");
        says_not(&files, path, &["overdue", "is due every"]);
    }
    says_not(&files, "index.html", &["An idea", "no money"]);
}

#[test]
fn a_closed_goal_shows_both_scores_and_no_expectation() {
    let files = rendered(&full(), None, TODAY);
    let path = "goals/2026-q3/quiet.html";
    says(
        &files,
        path,
        &["Score 0.40", "Retrospective", "Missed", "by judgement", "Ended 7 weeks ago"],
    );
    says_not(&files, path, &["under the original plan", "Pace", "At the average rate"]);
    assert!(
        !files[path].contains("expected by now")
            && !files["cycles/2026-q3.html"].contains("expected by now")
    );
    says_not(&rendered(&full(), None, date(2026, 10, 5)), path, &["Retrospective", "We learned"]);
}

#[test]
fn an_id_that_looks_like_another_ones_parts_stays_apart() {
    let goal = "title = \"x\"\n[key_results.a]\nbaseline = 0\ntarget = 1\n[key_results.a-title]\nbaseline = 0\ntarget = 1\n[key_results.a-desc]\nbaseline = 0\ntarget = 1\n";
    rendered(&workspace(&[("goals/2026-q4/x.toml", goal)]), None, TODAY);
}

#[test]
fn a_badge_says_how_its_goal_stands() {
    let files = rendered(&full(), None, TODAY);
    let check = |goal: &str, title: &str| {
        let badge = &files[&format!("badge/{goal}.svg")];
        assert!(badge.contains(&format!("<title>{title}</title>")), "{badge}");
    };
    check("2026-q4/leads", "A full pipeline: off track, 0%, as of 21 Nov 2026");
    check("2026-q4/idea", "An idea: draft, as of 21 Nov 2026");
    check("2026-q3/quiet", "Quiet nights: missed, 0.40, as of 21 Nov 2026");
}

#[test]
fn records_name_their_witness_and_what_no_commit_holds() {
    let (workspace, history) = with_history(Depth::Complete);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 20));
    says(&files, PAGE, &["Eli Park c1c1c1c1c1 5 days later", "uncommitted"]);
    let page = &files[PAGE];
    assert_eq!(page.matches("tag-uncommitted").count(), 2, "the changed record and the new one");
    assert_eq!(page.matches("tag-unknown").count(), 0);
    let commit = format!("https://example.com/northwind/goals/commit/{}", "c1".repeat(20));
    assert!(page.contains(&commit) && page.contains("title=\"commit 1 &lt;b&gt;\""));
    says(&files, "index.html", &["uncommitted", "Eli Park"]);
}

#[test]
fn a_shallow_history_does_not_guess() {
    let (workspace, history) = with_history(Depth::Shallow);
    let page = &rendered(&workspace, Some(&history), date(2026, 9, 20))[PAGE];
    assert_eq!(page.matches("tag-unknown").count(), 1, "nobody knows who brought the new record");
    assert_eq!(
        page.matches("tag-uncommitted").count(),
        1,
        "the commits have the other one otherwise"
    );
}

#[test]
fn goalpost_moves_are_shown_where_they_count() {
    let (workspace, history) = with_history(Depth::Complete);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 20));
    says(
        &files,
        PAGE,
        &[
            "1 goalpost move",
            "Goalpost moved 2 Sep 2026 by Ana Silva",
            "baseline 240 min became 250.5 min",
            "target 30 min became 15 min",
            "Planned",
        ],
    );
    let page = &files[PAGE];
    assert!(page.contains(
        "2 Sep 2026: baseline 240\u{a0}min → 250.5\u{a0}min, target 30\u{a0}min → 15\u{a0}min"
    ));
    assert_eq!(page.matches("<li class=\"goalpost\">").count(), 1);
    says(
        &files,
        "index.html",
        &["Goalpost moved: baseline 240 min → 250.5 min, target 30 min → 15 min."],
    );
    let over = rendered(&workspace, Some(&history), date(2026, 10, 20));
    says(&over, PAGE, &["Score 0.94", "was 1.00 under the original plan"]);
}

#[test]
fn changes_of_a_plan_are_told_from_their_day_on() {
    let (workspace, history) = with_history(Depth::Complete);
    let before = rendered(&workspace, Some(&history), date(2026, 9, 1));
    for path in [PAGE, "index.html", "changes.html", "people/ana.html", "findings.html"] {
        says_not(&before, path, &["oalpost", "2 Sep 2026", "c3c3c3c3c3"]);
    }
    says(&before, PAGE, &["Planned"]);
    let long_before = rendered(&workspace, Some(&history), date(2026, 6, 27));
    says(&long_before, PAGE, &["No commit held the plan by 27 Jun 2026"]);
    says_not(&long_before, PAGE, &["Planned"]);
}

#[test]
fn a_goalpost_moved_after_the_report_counts_in_no_score() {
    let over = PLAN.replace("240", "240\ndue = 2026-08-10");
    let moved = over.replace("target = 30", "target = 80");
    let record = "[lead]\n2026-08-03 = 90\n";
    let path = "goals/2026-q3/calm.checkins.toml";
    let workspace = workspace(&[SETTINGS, (PLAN_PATH, &moved), (path, record)]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 6, 28), &[(PLAN_PATH, &over)]),
        ("ana", date(2026, 8, 3), &[(path, record)]),
        ("ana", date(2026, 10, 12), &[(PLAN_PATH, &moved)]),
    ];
    let history = told(written, Depth::Complete, &workspace);
    let cycle = "cycles/2026-q3.html";
    let told = ["1 goalpost move", "under the original plan"];
    let before = rendered(&workspace, Some(&history), date(2026, 10, 11));
    says_not(&before, cycle, &told);
    says_not(&before, PAGE, &told);
    let after = rendered(&workspace, Some(&history), date(2026, 10, 12));
    says(&after, cycle, &told);
    says(&after, PAGE, &told);
}

#[test]
fn a_goal_leads_to_its_files_in_the_forge() {
    let files = rendered(&full(), None, TODAY);
    let check = |page: &str, expected: &[&str]| {
        let found = files[page].split("id=\"files\"").nth(1).expect("files");
        let found: Vec<&str> = found
            .split("href=\"https://example.com/northwind/goals/")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        assert_eq!(found, expected);
    };
    check(
        "goals/2026-q4/leads.html",
        &[
            "blob/HEAD/goals/2026-q4/leads.toml",
            "edit/HEAD/goals/2026-q4/leads.toml",
            "commits/HEAD/goals/2026-q4/leads.toml",
            "blob/HEAD/goals/2026-q4/leads.checkins.toml",
            "edit/HEAD/goals/2026-q4/leads.checkins.toml",
        ],
    );
    check(
        "goals/2026-q4/idea.html",
        &[
            "blob/HEAD/goals/2026-q4/idea.toml",
            "edit/HEAD/goals/2026-q4/idea.toml",
            "commits/HEAD/goals/2026-q4/idea.toml",
            "new/HEAD/goals/2026-q4?filename=idea.checkins.toml",
        ],
    );
}

#[test]
fn the_unit_of_an_old_target_is_that_of_its_time() {
    let hours = PLAN.replace("240", "4").replace("= 30", "= 1").replace("\"min\"", "\"h\"");
    let days = hours.replace("\"h\"", "\"d\"").replace("target = 1", "target = 2");
    let workspace = workspace(&[SETTINGS, (PLAN_PATH, &days)]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 6, 28), &[(PLAN_PATH, PLAN)]),
        ("ana", date(2026, 9, 1), &[(PLAN_PATH, &PLAN.replace("= 30", "= 20"))]),
        ("ana", date(2026, 9, 2), &[(PLAN_PATH, &days)]),
    ];
    let history = told(written, Depth::Complete, &workspace);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 20));
    says(&files, PAGE, &["target 30 min became 20 min", "unit min became d"]);
}

#[test]
fn a_closing_is_told_from_its_day_on() {
    let closed = format!("{PLAN}[close]\ndate = 2026-10-08\nverdict = \"missed\"\n");
    let workspace = workspace(&[SETTINGS, (PLAN_PATH, &closed)]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 6, 28), &[(PLAN_PATH, PLAN)]),
        ("ana", date(2026, 10, 8), &[(PLAN_PATH, &closed)]),
    ];
    let history = told(written, Depth::Complete, &workspace);
    let page = |as_of| text(&rendered(&workspace, Some(&history), as_of), PAGE);
    assert!(!page(date(2026, 10, 7)).contains("Closed"));
    assert!(page(date(2026, 10, 8)).contains("c1c1c1c1c1 Closed"));
}
