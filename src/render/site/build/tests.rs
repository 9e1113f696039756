//! What the pages say of real files and real commits.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::date;

use super::super::tests::{
    Files, assert_closed, assert_ids, assert_inert, files, follow_links, html,
};
use super::*;
use crate::history;
use crate::pipeline::{self, Source, Workspace};
use crate::repo::{Change, Commit, Commits, Content, Depth, Moment, Node, Snapshot};

const TODAY: Date = date(2026, 11, 21);

/// Reads a workspace of these files.
fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut snapshot = Snapshot::default();
    snapshot.insert("goals.toml", Content::Text("format = 1\n".into()));
    for (path, text) in files {
        snapshot.insert(*path, Content::from_bytes(text.as_bytes().to_vec()));
    }
    pipeline::read(Source::Files(snapshot)).expect("files at hand can be read")
}

/// The pages of a workspace, held to everything that holds for all pages.
fn rendered(workspace: &Workspace, history: Option<&History>, as_of: Date) -> Files {
    let rollup = pipeline::rollup(workspace, history, as_of);
    let input = Input {
        folder: "",
        model: &workspace.model,
        cards: &pipeline::scorecards(workspace, &rollup, history, as_of, as_of),
        rollup: &rollup,
        history,
        work: None,
        revision: Some(ObjectId::from_bytes(&[0x5e; 20])),
        as_of,
        repository: Some("https://example.com/northwind/goals".to_owned()),
    };
    let site = site(&input);
    let files = files(&site);
    let expected = 2 + site.cycles.len() + site.teams.len() + site.goals.len();
    assert_eq!(files.len(), expected, "two pages share a path");
    assert_inert(&files);
    assert_ids(&files);
    assert_closed(&files);
    assert!(follow_links(&files) > 0);
    for (path, page) in html(&files) {
        for text in texts(page) {
            let is_foreign = text.contains("alert(1)");
            let wrong = ["NaN", "{{", "Some("].iter().any(|wrong| text.contains(wrong));
            let words = ["inf", "∞", "null"].contains(&text.as_str());
            assert!(!words && (!wrong || is_foreign), "{path}: {text}");
        }
    }
    files
}

/// The texts of a page between its tags, with entities as characters.
fn texts(page: &str) -> Vec<String> {
    page.split('>')
        .filter_map(|part| part.split('<').next())
        .map(|text| {
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
            text.replace("&#39;", "'").replace("&amp;", "&").trim().to_owned()
        })
        .filter(|text| !text.is_empty())
        .collect()
}

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

const SETTINGS: (&str, &str) = (
    "goals.toml",
    r#"
format = 1
name = "Northwind"
[teams."engineering/platform"]
name = "Platform"
lead = "ana"
[people.ana]
name = "Ana Silva"
emails = ["ana@northwind.example"]
[people.ben]
name = "Ben Okafor"
[people.mira]
"#,
);

const KINDS: &str = r#"
title = "Deploys are calm"
why = "Every rollback costs a *conversation*."
owner = "ana"
contributes_to = ["2026/grow.quality"]
supports = ["2026/grow"]
continues = "2026-q3/quiet"
weight = 2
tags = ["reliability"]

[key_results.lead-time]
title = "Lead time falls"
owner = "ben"
unit = "min"
baseline = 240
target = 15
due = 2026-12-11
starts = 2026-10-05
plan = { 2026-10-31 = 180, 2026-11-30 = 60 }
source = "https://example.com/dash"

[key_results.failures]
title = "Failures stay low"
kind = "threshold"
at_most = 5
strict = true
evaluate = "share"
unit = "%"
source = "The finance team"

[key_results.rollout]
title = "Canaries everywhere"
kind = "milestone"
[key_results.rollout.milestones]
pilot = 0.1
ten = { title = "Ten services", score = 0.3 }
all = { title = "All services", score = 1.0, due = 2026-12-18 }

[key_results.drill]
title = "Everyone has rolled back"
kind = "binary"

[key_results.latency]
title = "Know the latency"
kind = "baseline"
unit = "ms"

[key_results.shown]
title = "Only shown"
baseline = 0
target = 10
weight = 0

[key_results.hard]
title = "Given up"
baseline = 0
target = 10
dropped = "too hard"

[initiatives.canary]
title = "Canary releases"
owner = "ben"
link = "https://example.com/issues/12"
due = 2026-11-15
[initiatives.ticket]
title = "One-click rollback"
link = "PROJ-12"
due = 2026-12-01
done = 2026-11-02
"#;

const RECORDS: &str = r#"
2026-11-20 = { confidence = 6, note = "two services left" }
[lead-time]
2026-10-05 = 240
"2026-10-12T09:30" = { value = 200, confidence = 4 }
"2026-10-12T14:30" = { value = 180, confidence = 7, note = "canary **on**" }
2026-10-26 = { value = 90, by = "mira" }
2026-11-02 = { value = 7777, void = true, note = "wrong dashboard" }
2026-11-09 = 60.300000000000004
2026-11-18 = { note = "not measured" }
2026-12-24 = 5555
[failures]
2026-10-12 = 5
2026-10-26 = 4.8
[rollout]
2026-10-14 = "pilot"
2026-11-03 = "ten"
[drill]
2026-10-14 = false
2026-11-10 = true
2026-11-12 = true
[shown]
2026-10-20 = -4
"#;

const GROW: &str = r#"
title = "Customers stay"
owner = "mira"
[key_results.quality]
title = "It just works"
kind = "objectives"
"#;

const SMART: &str = r#"
title = "A full pipeline"
owner = "ana"
unit = "leads"
baseline = 500
target = 600
due = 2026-12-01
contributes_to = ["2026/grow"]
"#;

const QUIET: &str = r#"
title = "Quiet nights"
[key_results.calls]
title = "Calls"
baseline = 100
target = 0
[close]
date = 2026-10-08
verdict = "missed"
score = 0.4
note = "We learned **much**."
"#;

/// Every kind of measure and every state of a goal.
fn full() -> Workspace {
    workspace(&[
        SETTINGS,
        ("goals/2026-q4/engineering/platform/calm.toml", KINDS),
        ("goals/2026-q4/engineering/platform/calm.checkins.toml", RECORDS),
        ("goals/2026/grow.toml", GROW),
        ("goals/2026-q4/leads.toml", SMART),
        ("goals/2026-q4/leads.checkins.toml", "2026-10-08 = 490\n2026-10-22 = 480\n"),
        (
            "goals/2026-q4/partners.toml",
            "title = \"Partners help\"\ncontributes_to = [\"leads\"]\nweight = 3\n[key_results.calls]\ntitle = \"Calls\"\nbaseline = 0\ntarget = 10\n",
        ),
        (
            "goals/2026-q4/partners.checkins.toml",
            "[calls]\n2026-11-19 = { value = 3, void = true }\n",
        ),
        (
            "goals/2026-q4/idea.toml",
            "title = \"An idea\"\ndraft = true\nbaseline = 0\ntarget = 1\n",
        ),
        (
            "goals/2026-q4/gone.toml",
            "title = \"Gone\"\ndropped = \"no money\"\nbaseline = 0\ntarget = 1\n",
        ),
        ("goals/2026-q4/aside.toml", "title = \"Aside\"\nweight = 0\nbaseline = 0\ntarget = 1\n"),
        ("goals/2026-q3/quiet.toml", QUIET),
        ("goals/2026-q3/quiet.checkins.toml", "[calls]\n2026-09-01 = 90\n"),
        ("goals/2027-q1/next.toml", "title = \"Next\"\nbaseline = 0\ntarget = 1\n"),
    ])
}

const CALM: &str = "goals/2026-q4/calm.html";

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
    says(
        &files,
        "teams/2026-q4/engineering.html",
        &["Teams below", "Platform", "Deploys are calm"],
    );
    says(&files, "teams/2026-q4/engineering.platform.html", &["Led by Ana Silva"]);
    assert!(files["cycles/2026-q4.html"].contains("class=\"depth-1\""));
    assert!(files["teams/2026-q4/engineering.html"].contains("class=\"depth-0\""));
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
fn an_empty_workspace_has_a_front_page() {
    let files = rendered(&workspace(&[]), None, TODAY);
    says(&files, "index.html", &["Nothing is under way", "A goal begins as one file"]);
    assert_eq!(files.len(), 2);
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let workspace = full();
    assert_eq!(rendered(&workspace, None, TODAY), rendered(&workspace, None, TODAY));
}

#[test]
fn hostile_text_is_inert_wherever_it_comes_from() {
    const EVIL: &str = "<script>alert(1)</script>\\\"'><img src=x onerror=alert(2)> \u{202e}x {{ site.name }} [c](javascript:alert(3))";
    let settings = format!(
        "format = 1\nname = \"{EVIL}\"\n[teams.growth]\nname = \"{EVIL}\"\nlead = \"eve\"\n[people.eve]\nname = \"{EVIL}\"\n"
    );
    let plan = format!(
        "title = \"{EVIL}\"\nwhy = \"{EVIL}\"\nowner = \"eve\"\ntags = [\"{EVIL}\"]\ndropped = \"{EVIL}\"\ncontinues = \"{EVIL}\"\n\
         [key_results.evil]\ntitle = \"{EVIL}\"\nunit = \"{EVIL}\"\nbaseline = 0\ntarget = 1e300\nsource = \"javascript:alert(1)\"\ndropped = \"{EVIL}\"\n\
         [key_results.steps]\ntitle = \"{EVIL}\"\nkind = \"milestone\"\nmilestones = {{ a = {{ title = \"{EVIL}\", score = 0.5 }} }}\n\
         [initiatives.evil]\ntitle = \"{EVIL}\"\nowner = \"{EVIL}\"\nlink = \"javascript://x/%0aalert(1)\"\n\
         [close]\ndate = 2026-11-01\nnote = \"{EVIL}\"\n"
    );
    let open = plan.replace("dropped", "# dropped");
    let records = format!(
        "2026-11-01 = {{ note = \"{EVIL}\", by = \"{EVIL}\" }}\n[evil]\n2026-11-01 = {{ value = -1e300, note = \"{EVIL}\", by = \"{EVIL}\" }}\n[steps]\n2026-11-02 = \"a\"\n"
    );
    let files = rendered(
        &workspace(&[
            ("goals.toml", &settings),
            ("goals/2026-q4/growth/evil.toml", &plan),
            ("goals/2026-q4/growth/evil.checkins.toml", &records),
            ("goals/2026-q4/growth/live.toml", &open),
            ("goals/2026-q4/growth/live.checkins.toml", &records),
        ]),
        None,
        TODAY,
    );
    for path in
        ["index.html", "goals/2026-q4/evil.html", "goals/2026-q4/live.html", "cycles/2026-q4.html"]
    {
        assert!(files[path].contains("&lt;script&gt;alert(1)&lt;/script&gt;"), "{path}");
    }
}

/// One commit of a test's history: author, day, and the files that it writes.
type Written<'a> = (&'a str, Date, &'a [(&'a str, &'a str)]);

/// A history of commits in a row, and the texts that it names.
fn commits(written: &[Written<'_>]) -> (Commits, HashMap<ObjectId, Arc<str>>) {
    let mut found = Commits::default();
    let mut texts: HashMap<ObjectId, Arc<str>> = HashMap::new();
    let mut standing: HashMap<String, ObjectId> = HashMap::new();
    for (node, (author, day, files)) in written.iter().enumerate() {
        let changes = files.iter().enumerate().map(|(at, (path, text))| {
            let id =
                ObjectId::from_bytes(&[[node as u8 + 1, at as u8].as_slice(), &[7; 18]].concat());
            texts.insert(id, (*text).into());
            let old = standing.insert((*path).to_owned(), id);
            let old = if node == 0 { Vec::new() } else { vec![old] };
            Change { path: (*path).to_owned(), new: Some(id), old }
        });
        let changes = changes.collect();
        let seconds = noon_seconds(*day);
        let moment = Moment { seconds, offset_minutes: 60 };
        found.graph.push(Node {
            parents: node.checked_sub(1).into_iter().collect(),
            changing: Some(node),
            boundary: false,
        });
        found.changing.push(Commit {
            id: ObjectId::from_bytes(&[0xc0 + node as u8; 20]),
            node,
            author: (*author).to_owned(),
            email: format!("{author}@northwind.example"),
            authored: moment,
            committed: moment,
            subject: format!("commit {node} <b>"),
            signed: false,
            changes,
        });
    }
    (found, texts)
}

/// What such a history tells.
fn told(written: &[Written<'_>], depth: Depth, workspace: &Workspace) -> History {
    let (commits, texts) = commits(written);
    history::read(&commits, &texts, depth, &workspace.model).expect("every text is there")
}

/// Noon of a day, in seconds since 1970.
fn noon_seconds(day: Date) -> i64 {
    crate::date::days_between(date(1970, 1, 1), day) * 86_400 + 43_200
}

const PLAN: &str = "title = \"Calm\"\nowner = \"ana\"\n[key_results.lead]\ntitle = \"Lead time\"\nunit = \"min\"\nbaseline = 240\ntarget = 30\n";
const PLAN_PATH: &str = "goals/2026-q3/calm.toml";
const RECORD_PATH: &str = "goals/2026-q3/calm.checkins.toml";
const PAGE: &str = "goals/2026-q3/calm.html";

/// A workspace whose working tree has one more record than its commits, and its history.
fn with_history(depth: Depth) -> (Workspace, History) {
    let moved = PLAN.replace("target = 30", "target = 15").replace("240", "250.5");
    let first = "[lead]\n2026-07-20 = 200\n";
    let second = "[lead]\n2026-07-20 = 200\n2026-08-03 = 90\n";
    let now = "[lead]\n2026-07-20 = 200\n2026-08-03 = 80\n2026-09-14 = 30\n";
    let workspace = workspace(&[SETTINGS, (PLAN_PATH, &moved), (RECORD_PATH, now)]);
    let written: &[Written<'_>] = &[
        ("ana", date(2026, 6, 28), &[(PLAN_PATH, PLAN)]),
        ("Eli Park", date(2026, 7, 25), &[(RECORD_PATH, first)]),
        ("ana", date(2026, 8, 3), &[(RECORD_PATH, second)]),
        ("ana", date(2026, 9, 2), &[(PLAN_PATH, &moved)]),
    ];
    let history = told(written, depth, &workspace);
    (workspace, history)
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

/// Writes pages to where a browser can open them.
fn write(name: &str, files: Files) {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/site-built").join(name);
    for (path, page) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().expect("a file lies in a folder"))
            .expect("target can be written");
        std::fs::write(file, page).expect("target can be written");
    }
    assert!(folder.join("index.html").is_file());
}

#[test]
fn built_sites_can_be_looked_at() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/quarter");
    let quarter = pipeline::read(Source::Folder(&root)).expect("the quarter is there");
    for as_of in [date(2025, 8, 15), date(2025, 10, 10)] {
        write(&as_of.to_string(), rendered(&quarter, None, as_of));
    }
    let (workspace, history) = with_history(Depth::Complete);
    write("history", rendered(&workspace, Some(&history), date(2026, 9, 20)));
    write("kinds", rendered(&full(), None, TODAY));
}
