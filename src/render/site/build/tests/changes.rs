//! What the page of changes and the feed say.

use jiff::civil::date;

use super::{CHANGES, says, says_not};
use crate::date::Date;
use crate::render::site::example::{
    PLAN, PLAN_PATH, SETTINGS, TODAY, Written, full, told, with_history, workspace,
};
use crate::render::site::tests::{Files, assert_xml, rendered};
use crate::repo::Depth;

#[test]
fn changes_are_told_day_by_day_with_what_they_changed() {
    let (workspace, history) = with_history(Depth::Complete);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 10));
    says(
        &files,
        CHANGES,
        &[
            "The last 6 weeks",
            "30 Jul – 10 Sep 2026 1 check-in 1 change of plans 1 goalpost move",
            "Wednesday 2 Sep 2026 8 days ago Calm Ana Silva c3c3c3c3c3 Goalpost moved Lead time",
            "baseline 240 min became 250.5 min target 30 min became 15 min",
            "Monday 3 Aug 2026",
            "Check-in Lead time 200 min to 90 min",
        ],
    );
    says_not(&files, CHANGES, &["25 Jul", "Planned", "30 min Lead"]);
    let page = &files[CHANGES];
    assert!(page.contains("id=\"day-2026-09-02\"") && page.contains("<li class=\"goalpost\">"));
    let commit = format!("https://example.com/northwind/goals/commit/{}", "c3".repeat(20));
    assert!(page.contains(&commit) && page.contains("goals/2026-q3/calm.html#kr-lead"));
    let early = rendered(&workspace, Some(&history), date(2026, 7, 26));
    says(&early, CHANGES, &["Sunday 28 Jun", "Planned", "on 20 Jul 2026", "Eli Park"]);
    says_not(&early, CHANGES, &["Goalpost", "Aug 2026"]);
    says(&rendered(&workspace, Some(&history), date(2027, 1, 1)), CHANGES, &["Nothing changed"]);
}

#[test]
fn changes_of_a_goal_that_is_gone_are_told_by_its_name() {
    let workspace = workspace(&[SETTINGS]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 9, 1), &[(PLAN_PATH, PLAN)]),
        ("ana", date(2026, 9, 2), &[(PLAN_PATH, &PLAN.replace("= 30", "= 20"))]),
    ];
    let history = told(written, Depth::Complete, &workspace);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 10));
    says(&files, CHANGES, &["2026-q3/calm", "lead target 30 became 20"]);
    assert!(!files[CHANGES].contains("calm.html"));
}

#[test]
fn without_a_history_changes_are_records_on_their_own_days() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        CHANGES,
        &[
            "only commits can tell",
            "Friday 20 Nov 2026 yesterday Deploys are calm Check-in confidence 6/10 two services left",
            "Check-in Lead time falls 60.3 min",
        ],
    );
    says_not(&files, CHANGES, &["5,555", "5 Oct 2026", "changes of plans"]);
    let (workspace, history) = with_history(Depth::Shallow);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 10));
    says(&files, CHANGES, &["What lies before the clone's boundary is not known"]);
}

#[test]
fn no_more_changes_are_listed_than_a_page_can_hold() {
    let days: Vec<Date> =
        (0..41).map(|at| crate::date::add_days(date(2026, 11, 21), -at)).collect();
    let records: String = days.iter().map(|day| format!("{day} = 1\n")).collect();
    let paths: Vec<String> = (0..30).map(|at| format!("goals/2026-q4/g{at}.toml")).collect();
    let goal = "title = \"x\"\nbaseline = 0\ntarget = 9\n".to_owned();
    let pairs: Vec<(String, String)> = paths
        .iter()
        .flat_map(|path| {
            let records_path = path.replace(".toml", ".checkins.toml");
            [(path.clone(), goal.clone()), (records_path, records.clone())]
        })
        .collect();
    let files: Vec<(&str, &str)> =
        pairs.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files = rendered(&workspace(&files), None, TODAY);
    says(&files, CHANGES, &["1,230 check-ins", "and 230 earlier changes"]);
    assert_eq!(files[CHANGES].matches("<p class=\"entry-word\">").count(), 1000);
}

/// The feed of a workspace that is published, and of a history by this author.
fn feed(author: &str, title: &str) -> (Files, String) {
    let settings =
        format!("{}[report]\nbase_url = \"https://goals.northwind.example/q\"\n", SETTINGS.1);
    let plan = PLAN.replace("Calm", title);
    let moved = plan.replace("target = 30", "target = 15");
    let record =
        "[lead]\n2026-08-03 = { value = 90, note = \"[x](https://x.example/?a&b) <b>\" }\n";
    let record_path = "goals/2026-q3/calm.checkins.toml";
    let workspace =
        workspace(&[("goals.toml", &settings), (PLAN_PATH, &moved), (record_path, record)]);
    let written: &[Written<'_>] = &[
        (author, date(2026, 6, 28), &[(PLAN_PATH, &plan)]),
        (author, date(2026, 8, 3), &[(record_path, record)]),
        (author, date(2026, 9, 2), &[(PLAN_PATH, &moved)]),
        (author, date(2026, 10, 2), &[(PLAN_PATH, &plan)]),
    ];
    let history = told(written, Depth::Complete, &workspace);
    let files = rendered(&workspace, Some(&history), date(2026, 9, 10));
    let feed = files["feed.xml"].clone();
    assert_xml(&feed);
    (files, feed)
}

#[test]
fn the_feed_tells_what_changed_and_keeps_its_ids() {
    let (files, feed) = feed("ana", "Calm");
    let oid = |byte: &str| byte.repeat(20);
    for expected in [
        "<id>https://goals.northwind.example/q/feed.xml</id>",
        "<updated>2026-09-02T12:00:00Z</updated>\n<link rel=\"self\"",
        &format!("<id>tag:goals.northwind.example,2026-09-02:2026-q3/calm/{}</id>", oid("c2")),
        &format!("<id>tag:goals.northwind.example,2026-08-03:2026-q3/calm/{}</id>", oid("c1")),
        "<title>Calm: goalpost moved</title>",
        "<title>Calm: check-in</title>\n<published>2026-08-03T12:00:00Z</published>",
        "<author><name>Ana Silva</name></author>",
        "href=\"https://goals.northwind.example/q/goals/2026-q3/calm.html\"",
        "target: &lt;del&gt;30\u{a0}min&lt;/del&gt; → &lt;ins&gt;15\u{a0}min&lt;/ins&gt;",
        "&lt;a href=&quot;https://x.example/?a&amp;amp;b&quot; rel=&quot;nofollow noreferrer&quot;&gt;x&lt;/a&gt; &amp;lt;b&amp;gt;",
    ] {
        assert!(feed.contains(expected), "no {expected} in {feed}");
    }
    assert_eq!(feed.matches("<entry>").count(), 3, "what is later than the report is not told");
    let index = &files["index.html"];
    assert!(
        index.contains(
            "type=\"application/atom+xml\" title=\"Northwind: changes\" href=\"feed.xml\""
        )
    );
    assert!(files["goals/2026-q3/calm.html"].contains("href=\"../../feed.xml\""));
}

#[test]
fn hostile_text_is_inert_in_the_feed() {
    let evil = "</name><script>alert(1)</script>&nbsp;]]>\u{1}\u{202e}";
    let (_, feed) = feed(evil, "</title>&bogus;\\u0001]]>\\uFFFF");
    assert!(feed.contains("&lt;/title&gt;&amp;bogus;\u{fffd}]]&gt;\u{fffd}: check-in"), "{feed}");
    assert!(feed.contains("&lt;/name&gt;&lt;script&gt;alert(1)"), "{feed}");
}

#[test]
fn a_report_that_is_published_nowhere_has_no_feed() {
    let files = rendered(&full(), None, TODAY);
    assert!(!files.contains_key("feed.xml") && !files["index.html"].contains("feed.xml"));
}
