//! What the pages say of real files and real commits.

use jiff::civil::date;

use super::super::File;
use super::super::example::{
    PLAN, PLAN_PATH, SETTINGS, TODAY, Written, full, hostile, one_page, told, with_history,
    workspace,
};
use super::super::tests::{Files, assert_xml, rendered, texts};
use crate::date::Date;
use crate::repo::Depth;

/// A page's text in one line.
fn text(files: &Files, path: &str) -> String {
    let page = files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", files.keys()));
    texts(page).join(" ").replace('\u{a0}', " ")
}

fn says(files: &Files, path: &str, expected: &[&str]) {
    let text = text(files, path);
    for expected in expected {
        assert!(text.contains(expected), "{path} does not say {expected:?}:\n{text}");
    }
}

fn says_not(files: &Files, path: &str, unexpected: &[&str]) {
    let text = text(files, path);
    for unexpected in unexpected {
        assert!(!text.contains(unexpected), "{path} says {unexpected:?}:\n{text}");
    }
}

const CALM: &str = "goals/2026-q4/calm.html";
const PAGE: &str = "goals/2026-q3/calm.html";

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
    assert_eq!(
        chart.matches("<circle class=\"record").count(),
        5 + 1,
        "five values and the legend"
    );
    assert!(!chart.contains("7,777") && !chart.contains("5,555"));
    assert!(chart.contains("class=\"expected\" points=") && chart.contains("confidence 7"));
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
            "One-click rollback done 2 Nov 2026",
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
    for without in ["rollout", "drill", "latency"] {
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
    assert!(!files["goals/2026-q4/partners.html"].contains("<circle class=\"record\" cx=\"5"));
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
        assert!(!files[path].contains("bar-tick"), "{path}");
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
        !files[path].contains("bar-tick") && !files["cycles/2026-q3.html"].contains("bar-tick")
    );
    says_not(&rendered(&full(), None, date(2026, 10, 5)), path, &["Retrospective", "We learned"]);
}

#[test]
fn the_front_page_tells_what_needs_attention_and_why() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        "index.html",
        &[
            "40 days left",
            "It is at pace 0.00, below 0.70.",
            "There is no check-in yet; one is due every 14 days.",
            "Starts in 6 weeks",
            "Ended 7 weeks ago",
            "two services left",
            "unchanged at yes",
        ],
    );
    let index = text(&files, "index.html");
    let place = |part: &str| index.find(part).unwrap_or_else(|| panic!("no {part} in {index}"));
    assert!(place("1 Oct – 31 Dec 2026") < place("1 Jan – 31 Dec 2026"));
    assert!(place("A full pipeline") < place("Aside"));
    says_not(&files, "index.html", &["wrong dashboard", "5,555", "Quiet nights has"]);
}

#[test]
fn cycles_and_teams_list_their_goals() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        "cycles/2026-q4.html",
        &[
            "Whole organisation",
            "Platform",
            "led by Ana Silva",
            "Deploys are calm",
            "Lead time falls",
        ],
    );
    says(&files, "teams/engineering.html", &["Teams below", "Platform", "Deploys are calm"]);
    says(&files, "teams/engineering.platform.html", &["Led by Ana Silva"]);
    assert!(files["cycles/2026-q4.html"].contains("class=\"depth-1\""));
    assert!(files["teams/engineering.html"].contains("class=\"depth-0\""));
}

#[test]
fn a_team_tells_its_goals_across_cycles_and_what_is_due() {
    let goal =
        |title: &str, rest: &str| format!("title = \"{title}\"\nbaseline = 0\ntarget = 1\n{rest}");
    let files = rendered(
        &workspace(&[
            (
                "goals.toml",
                "format = 1\n[teams.ops]\nname = \"Operations\"\nlead = \"ana\"\n[teams.\"ops/night\"]\n[teams.idle]\n",
            ),
            ("goals/2026-q3/ops/past.toml", &goal("In the past", "owner = \"old\"\n")),
            ("goals/2027-q1/ops/next.toml", &goal("To come", "")),
            (
                "goals/2026-q4/ops/now.toml",
                &goal("Under way", "owner = \"ben\"\ndue = 2026-12-04\n"),
            ),
            ("goals/2026-q4/ops/now.checkins.toml", "2026-11-16 = 0.5\n"),
            ("goals/2026-q4/ops/shift/below.toml", &goal("Below", "owner = \"ops\"\n")),
        ]),
        None,
        TODAY,
    );
    let page = text(&files, "teams/ops.html");
    let in_order = [
        "Operations",
        "Led by ana",
        "With ben",
        "What is due",
        "15 Oct 2026 overdue Below Check-in · Operations",
        "30 Nov 2026 in 9 days Under way Check-in · ben",
        "4 Dec 2026 in 13 days Under way Goal · ben",
        "Teams below in 2026-q4",
        "night",
        "shift",
        "2026-q4",
        "Under way",
        "Below",
        "2027-q1",
        "To come",
        "Earlier cycles",
        "In the past",
    ];
    let mut rest = page.as_str();
    for part in in_order {
        let at = rest.find(part).unwrap_or_else(|| panic!("no {part:?} in its place:\n{page}"));
        rest = &rest[at + part.len()..];
    }
    says(&files, "teams/idle.html", &["This team has no goals yet.", "Nothing is due"]);
    let below = &files["goals/2026-q4/below.html"];
    assert!(below.contains("href=\"../../teams/ops.html\" dir=\"auto\">Operations</a></dd>"));
}

#[test]
fn a_person_has_what_is_theirs_and_nothing_else() {
    let files = rendered(&full(), None, TODAY);
    const BEN: &str = "people/ben.html";
    says(
        &files,
        BEN,
        &[
            "Ben Okafor",
            "Key results of others' goals",
            "Lead time falls · Deploys are calm",
            "15 Nov 2026 overdue Canary releases Initiative · Deploys are calm",
            "2 Dec 2026 in 11 days Lead time falls Check-in",
            "11 Dec 2026 in 20 days Lead time falls Key result",
            "180 min → to 90 min",
        ],
    );
    says_not(&files, BEN, &["Failures stay low", "Ten services", "A full pipeline"]);
    says(&files, "people/ana.html", &["Leads Platform .", "Failures stay low", "A full pipeline"]);
    assert!(files[CALM].contains("<a href=\"../../people/ben.html\" dir=\"auto\">Ben Okafor</a>"));
}

#[test]
fn what_is_done_closed_or_out_is_not_due() {
    let key_results = "[key_results.a]\ntitle = \"Reached\"\nbaseline = 0\ntarget = 1\n\
        [key_results.b]\ntitle = \"Not yet\"\nbaseline = 0\ntarget = 1\n\
        [key_results.c]\ntitle = \"Given up\"\nbaseline = 0\ntarget = 1\ndropped = \"no\"\n";
    let plan = |rest: &str| {
        format!("title = \"Goal\"\nowner = \"ana\"\ndue = 2026-12-01\n{rest}{key_results}")
    };
    let records = "[a]\n2026-10-20 = 1\n[b]\n2026-10-20 = 0\n";
    let due = |rest: &str| {
        let plan = plan(rest);
        let files = rendered(
            &workspace(&[
                ("goals/2026-q4/goal.toml", plan.as_str()),
                ("goals/2026-q4/goal.checkins.toml", records),
            ]),
            None,
            TODAY,
        );
        let page = text(&files, "people/ana.html");
        let (_, due) = page.split_once("What is due").expect("it is told");
        due.split("Latest check-ins").next().unwrap_or_default().trim().to_owned()
    };
    assert_eq!(
        due("").split_once("When What").map(|(_, rows)| rows.trim().to_owned()).as_deref(),
        Some("3 Nov 2026 overdue Not yet Check-in · Goal 1 Dec 2026 in 10 days Goal Goal")
    );
    for out in ["draft = true\n", "dropped = \"no\"\n"] {
        assert_eq!(due(out), "Nothing is due in the next four weeks.", "{out}");
    }
}

#[test]
fn the_page_of_all_goals_has_every_goal_with_what_it_is_found_by() {
    let files = rendered(&full(), None, TODAY);
    let page = &files["search.html"];
    assert_eq!(page.matches(" data-item>").count(), 9);
    let shown = text(&files, "search.html");
    let order = ["9 goals", "2026-q4", "2026 1 Jan", "2027-q1", "2026-q3", "Quiet nights"];
    let mut rest = shown.split_once("9 goals").expect("the count is told").1;
    for part in &order[1..] {
        rest =
            rest.split_once(part).unwrap_or_else(|| panic!("no {part} in its place:\n{shown}")).1;
    }
    says(
        &files,
        "search.html",
        &["Deploys are calm Stale 43%", "Platform Ana Silva #reliability Lead time falls"],
    );
    assert!(
        page.contains("data-id=\"calm\" data-status=\"")
            && page.contains("data-tag=\"reliability\"")
    );
    let options = |key: &str| {
        let choice = page.split(&format!("name=\"{key}\">")).nth(1).expect("there is a choice");
        texts(choice.split("</select>").next().unwrap_or_default())
    };
    assert_eq!(options("cycle"), ["All", "2026-q4", "2026", "2027-q1", "2026-q3"]);
    assert_eq!(options("team"), ["All", "engineering", "engineering / Platform"]);
    assert_eq!(options("owner"), ["All", "Ana Silva", "mira"]);
    assert!(!page.contains("name=\"tag\""), "one tag is no choice");
}

#[test]
fn a_page_of_hundreds_of_goals_tells_them_in_short() {
    const MOST: usize = 400;
    let plan = "title = \"x\"\nowner = \"ana\"\n[key_results.a]\ntitle = \"A part\"\nbaseline = 0\ntarget = 1\n";
    let shown = |goals: usize, file: File| {
        let paths: Vec<String> =
            (0..goals).map(|at| format!("goals/2026-q4/ops/g{at}.toml")).collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), plan)).collect();
        let page = one_page(&workspace(&files), TODAY, file);
        (page.matches("<article class=\"goal ").count(), page.matches("class=\"kr\"").count())
    };
    for file in [File::Cycle(0), File::Team(0), File::Person(0)] {
        assert_eq!(shown(MOST, file), (MOST, MOST), "{file:?}");
        assert_eq!(shown(MOST + 1, file), (MOST + 1, 0), "{file:?}");
    }
}

#[test]
fn odd_people_have_pages_of_their_own() {
    let goal =
        |owner: &str| format!("title = \"x\"\nowner = \"{owner}\"\nbaseline = 0\ntarget = 1\n");
    let owners = ["ana", "Ana", "../ana", "Ana Silva <ana@b.example>", "ä", " "];
    let plans: Vec<(String, String)> = owners
        .iter()
        .enumerate()
        .map(|(at, owner)| (format!("goals/2026-q4/g{at}.toml"), goal(owner)))
        .collect();
    let plans: Vec<(&str, &str)> =
        plans.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let files = rendered(&workspace(&plans), None, TODAY);
    let pages = files.keys().filter(|path| path.starts_with("people/"));
    assert_eq!(pages.count(), 5, "a blank name has no page");
    says(&files, "goals/2026-q4/g5.html", &["nobody yet"]);
    says(&files, "people/~41na.html", &["Ana"]);
}

#[test]
fn odd_teams_never_share_a_page() {
    let goal = "title = \"x\"\nbaseline = 0\ntarget = 1\n";
    let files = rendered(
        &workspace(&[
            ("goals/2026-q4/a/b/one.toml", goal),
            ("goals/2026-q4/a-b/two.toml", goal),
            ("goals/2026-q4/a.b/three.toml", goal),
            ("goals/2026-q4/A/b/four.toml", goal),
            ("goals/2026-q4/é/five.toml", goal),
            ("goals/2026-q4/<b>/six.toml", goal),
        ]),
        None,
        TODAY,
    );
    let mut lower: Vec<String> = files.keys().map(|path| path.to_lowercase()).collect();
    lower.dedup();
    assert_eq!(lower.len(), files.len());
    assert_eq!(files.keys().filter(|path| path.starts_with("goals/")).count(), 6);
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
fn an_empty_workspace_has_a_front_page() {
    let files = rendered(&workspace(&[]), None, TODAY);
    says(&files, "index.html", &["Nothing is under way", "A goal begins as one file"]);
    says(&files, "search.html", &["There are no goals yet."]);
    assert!(files.keys().all(|path| !path.contains('/')), "no page of what there is not");
    assert_eq!(files["events.ndjson"], "");
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
            "baseline 240 min → became 250.5 min",
            "target 30 min → became 15 min",
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

const CHANGES: &str = "changes.html";

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
            "baseline 240 min → became 250.5 min target 30 min → became 15 min",
            "Monday 3 Aug 2026",
            "Check-in Lead time 200 min → to 90 min",
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
fn findings_are_listed_by_level_with_the_page_of_their_rule() {
    let files = rendered(&full(), None, TODAY);
    let (page, calm) = ("findings.html", CALM);
    says(
        &files,
        page,
        &[
            "as goals check tells them",
            "Rules that ask the history say no more",
            "missing-owner a goal that nobody is accountable for · 6 findings",
            "2026-q4/aside has no owner To mend it: name the one person or team accountable: owner = \"…\" Aside goals/2026-q4/aside.toml:1",
            "The rules",
            "Someone has to be asked how it stands",
            "Use instead",
        ],
    );
    let html = &files[page];
    let line = format!("/blob/{}/goals/2026-q4/aside.toml#L1", "5e".repeat(20));
    assert!(html.contains(&line) && html.contains("id=\"rule-missing-owner\""));
    let errors = html.find("id=\"error\"").expect("errors");
    assert!(errors < html.find("id=\"warning\"").expect("warnings"));
    let own = files[calm].split("id=\"findings\"").nth(1).expect("findings of the goal");
    let own = own.split("</section>").next().expect("an end");
    assert!(own.contains("findings.html#rule-") && !own.contains("aside.toml"), "{own}");
    assert!(!files["goals/2027-q1/next.html"].contains("aside.toml"));
}

#[test]
fn findings_of_hostile_files_are_inert() {
    let files = rendered(&hostile(), None, TODAY);
    assert!(files["findings.html"].contains("&lt;script&gt;alert(1)"));
}

#[test]
fn a_sound_workspace_has_nothing_to_mend() {
    let files = rendered(&workspace(&[]), None, TODAY);
    says(&files, "findings.html", &["Nothing to mend."]);
    says_not(&files, "findings.html", &["The rules"]);
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
fn a_report_that_is_published_nowhere_has_no_feed() {
    let files = rendered(&full(), None, TODAY);
    assert!(!files.contains_key("feed.xml") && !files["index.html"].contains("feed.xml"));
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
    says(&files, CHANGES, &["2026-q3/calm", "lead target 30 → became 20"]);
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
    says(&files, PAGE, &["target 30 min → became 20 min", "unit min → became d"]);
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
