//! What pages that list goals say: the front page, cycles, teams, people, and all goals.

use super::{CALM, says, says_not, text};
use crate::render::site::File;
use crate::render::site::example::{TODAY, full, one_page, workspace};
use crate::render::site::tests::{rendered, texts};

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
fn what_is_measured_elsewhere_is_told_where_it_counts() {
    let files = rendered(&full(), None, TODAY);
    let here = "with goals that count here";
    says(&files, "goals/2026-q4/leads.html", &[&format!("Measured 1 of 2 {here}")]);
    says(&files, "goals/2026/grow.html", &[here]);
    let elsewhere = "key results have a value, with goals elsewhere that count here";
    says(&files, "cycles/2026.html", &[elsewhere]);
    says_not(&files, "cycles/2026-q4.html", &["goals elsewhere"]);
    says(&files, "cycles/2026-q4.html", &[&format!("1 of 2 measured, {here}")]);
    says_not(&files, CALM, &["count here"]);
}

#[test]
fn cycles_teams_and_people_stand_on_the_page_of_all_goals() {
    let files = rendered(&full(), None, TODAY);
    says(
        &files,
        "search.html",
        &[
            "Cycles 2026-q4 2026 2027-q1 2026-q3 Teams engineering Platform engineering/platform People Ana Silva ana Ben Okafor ben mira",
            "A full pipeline Off track 0% 2026-q4 Ana Silva",
        ],
    );
    let page = &files["search.html"];
    for way in ["cycles/2026-q3.html", "teams/engineering.platform.html", "people/mira.html"] {
        assert!(page.contains(&format!("<dd data-place><a href=\"{way}\"")), "{way}");
    }
}

#[test]
fn what_is_not_measured_has_no_progress() {
    let plan = "title = \"Not yet\"\n[key_results.a]\ntitle = \"A\"\nbaseline = 0\ntarget = 9\n";
    let path = "goals/2026-q4/growth/new.toml";
    let records = "goals/2026-q4/growth/new.checkins.toml";
    let pages = [
        "goals/2026-q4/new.html",
        "index.html",
        "search.html",
        "map.html",
        "cycles/2026-q4.html",
        "teams/growth.html",
        "badge/2026-q4/new.svg",
    ];
    let files = rendered(&workspace(&[(path, plan)]), None, TODAY);
    for page in pages {
        says_not(&files, page, &[" 0%"]);
    }
    let zero =
        rendered(&workspace(&[(path, plan), (records, "[a]\n2026-11-20 = 0\n")]), None, TODAY);
    for page in pages {
        says(&zero, page, &[" 0%"]);
    }
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
        "15 Oct 2026 overdue Below Check-in Operations",
        "30 Nov 2026 in 9 days Under way Check-in ben",
        "4 Dec 2026 in 13 days Under way Goal ben",
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
            "180 min to 90 min",
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
        (page.matches("<article class=\"goal ").count(), page.matches("class=\"kr tone-").count())
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
fn an_empty_workspace_has_a_front_page() {
    let files = rendered(&workspace(&[]), None, TODAY);
    says(&files, "index.html", &["Nothing is under way", "A goal begins as one file"]);
    says(&files, "search.html", &["There are no goals yet."]);
    assert!(files.keys().all(|path| !path.contains('/')), "no page of what there is not");
    assert_eq!(files["events.ndjson"], "");
}
