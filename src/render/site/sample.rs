//! An invented workspace as a [`Site`], with everything a page can show and every hostile text in some place.

use crate::date::days_between;
use jiff::civil::{Date, date};

use super::chart::{self, BurnUp, GoalpostMove, Point};
use super::link::{self, Href};
use super::view::*;
use super::{Site, figure, markdown};

/// Text that must stay text wherever it is shown.
pub(super) const HOSTILE: &str = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> \u{202E}txet desrever\u{202C} {{ site.name }}";

pub(super) const TODAY: Date = date(2026, 11, 21);

/// A goal as the sample knows it.
#[derive(Clone)]
struct Goal {
    cycle: &'static str,
    id: &'static str,
    team: &'static str,
    title: String,
    owner: Option<&'static str>,
    status: &'static str,
    progress: Option<f64>,
    reason: Option<&'static str>,
    why: &'static str,
    confidence: Option<&'static str>,
    key_results: Vec<Measure>,
    dropped: Option<&'static str>,
}

/// A key result as the sample knows it.
#[derive(Clone)]
struct Measure {
    id: &'static str,
    title: String,
    kind: &'static str,
    status: &'static str,
    unit: Option<&'static str>,
    baseline: Option<f64>,
    target: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    plan: Vec<(Date, f64)>,
    /// Date, value, confidence, note, author.
    records: Vec<(Date, f64, Option<u8>, &'static str, &'static str)>,
    progress: Option<f64>,
    expected: Option<f64>,
    pace: Option<f64>,
    moves: Vec<(Date, f64, f64)>,
    forecast: Option<(f64, &'static str)>,
}

fn measure(id: &'static str, title: &str, status: &'static str) -> Measure {
    Measure {
        id,
        title: title.to_owned(),
        kind: "metric",
        status,
        unit: None,
        baseline: None,
        target: None,
        at_least: None,
        at_most: None,
        plan: Vec::new(),
        records: Vec::new(),
        progress: None,
        expected: None,
        pace: None,
        moves: Vec::new(),
        forecast: None,
    }
}

fn goal(
    cycle: &'static str,
    id: &'static str,
    team: &'static str,
    title: &str,
    status: &'static str,
) -> Goal {
    Goal {
        cycle,
        id,
        team,
        title: title.to_owned(),
        owner: Some("Ana Silva"),
        status,
        progress: Some(0.0),
        reason: None,
        why: "",
        confidence: None,
        key_results: Vec::new(),
        dropped: None,
    }
}

/// First and last day of a sample cycle.
fn window(cycle: &str) -> (Date, Date) {
    match cycle {
        "2026" => (date(2026, 1, 1), date(2026, 12, 31)),
        "2026-q3" => (date(2026, 7, 1), date(2026, 9, 30)),
        "2027-q1" => (date(2027, 1, 1), date(2027, 3, 31)),
        _ => (date(2026, 10, 1), date(2026, 12, 31)),
    }
}

fn elapsed(cycle: &str) -> f64 {
    let (start, end) = window(cycle);
    let passed = days_between(start, TODAY) as f64 / days_between(start, end) as f64;
    passed.clamp(0.0, 1.0)
}

const TEAMS: [(&str, &str, Option<&str>); 5] = [
    ("engineering", "Engineering", Some("Ingrid Löfgren")),
    ("engineering/platform", "Platform", Some("Ana Silva")),
    ("engineering/product", "Product", None),
    ("growth", "Growth & Partnerships", Some("Mira Haddad")),
    ("<b>evil", HOSTILE, Some(HOSTILE)),
];

fn calm_deploys() -> Goal {
    let day = |month, day| date(2026, month, day);
    let lead_time = Measure {
        unit: Some("min"),
        baseline: Some(240.0),
        target: Some(15.0),
        plan: vec![(day(10, 31), 180.0), (day(11, 30), 60.0)],
        records: vec![
            (day(10, 5), 240.0, Some(5), "", "Ben Okafor"),
            (day(10, 12), 180.0, Some(7), "canary on for **three** services", "Ben Okafor"),
            (day(10, 19), 165.0, Some(6), "dashboard was down for two days", "Ben Okafor"),
            (day(10, 26), 90.0, Some(7), "", "Ana Silva"),
            (
                day(11, 9),
                96.0,
                Some(6),
                "flaky end-to-end suite, see [#312](https://example.com/issues/312)",
                "Ben Okafor",
            ),
            (day(11, 18), 72.0, Some(7), "", "Ben Okafor"),
        ],
        progress: Some(0.7467),
        expected: Some(0.64),
        pace: Some(1.1667),
        moves: vec![(day(11, 2), 30.0, 15.0)],
        forecast: Some((
            -62.0,
            "At the average rate since 1 Oct it reaches 15 min on 8 Dec 2026, 23 days early.",
        )),
        ..measure(
            "lead-time",
            "Median lead time from merge to production falls from 240 to 15 minutes",
            "on-track",
        )
    };
    let failures = Measure {
        kind: "threshold",
        unit: Some("%"),
        at_most: Some(5.0),
        records: vec![
            (day(10, 12), 7.1, Some(5), "", "Eli Park"),
            (day(10, 26), 4.8, None, "", "Eli Park"),
            (day(11, 9), 5.9, Some(4), "two bad config pushes", "Eli Park"),
            (day(11, 16), 4.2, Some(6), "", "Eli Park"),
        ],
        progress: Some(1.0),
        ..measure("failures", "Change failure rate stays at or under 5 %", "at-risk")
    };
    let rollout = Measure {
        kind: "milestone",
        records: vec![(day(11, 3), 0.3, Some(6), "ten services", "Eli Park")],
        progress: Some(0.3),
        expected: Some(0.55),
        pace: Some(0.54),
        ..measure("rollout", "Canary releases reach every customer-facing service", "at-risk")
    };
    let runbook = Measure {
        kind: "binary",
        records: vec![(day(11, 10), 1.0, Some(9), "", "Ana Silva")],
        progress: Some(1.0),
        ..measure("runbook", "Every on-call engineer has rolled back once in a drill", "achieved")
    };
    Goal {
        progress: Some(0.72),
        reason: Some("Canary roll-out is at pace 0.54, below 0.70"),
        why: "Every rollback costs a customer conversation. Last quarter we had **eleven**, and each of them \
              began as a deploy that nobody dared to watch.\n\nCalm means: small, often, reversible. \
              See the [review of Q3](https://example.com/reviews/q3).\n\n- small changes\n- watched by a machine\n- undone in a minute",
        confidence: Some("6"),
        key_results: vec![lead_time, failures, rollout, runbook],
        ..goal(
            "2026-q4",
            "calm-deploys",
            "engineering/platform",
            "Deploys are calm and frequent",
            "at-risk",
        )
    }
}

fn hostile_goal() -> Goal {
    let many = (0..400)
        .map(|index| {
            let day = date(2026, 10, 1)
                .checked_add(jiff::ToSpan::days(i64::from(index) / 5))
                .expect("in range");
            (day, f64::from((index * 7919) % 97) - 20.0, Some(3), "", "Zoë 王小明")
        })
        .collect();
    let flood = Measure {
        unit: Some("<u>\"unit\"</u>"),
        baseline: Some(0.0),
        target: Some(100.0),
        records: many,
        progress: Some(0.0),
        expected: Some(0.55),
        pace: Some(-0.08),
        ..measure("flood", HOSTILE, "off-track")
    };
    let odd = Measure {
        baseline: Some(f64::NAN),
        target: Some(1e300),
        records: vec![
            (
                date(2019, 1, 1),
                f64::NEG_INFINITY,
                Some(10),
                "[x](javascript:alert(1)) <svg onload=alert(1)>",
                HOSTILE,
            ),
            (
                date(2026, 11, 1),
                -4.0,
                None,
                "![p](data:text/html,x) <javascript:alert(1)> [y](//evil.example)",
                "Zoë 王小明",
            ),
        ],
        progress: Some(f64::NAN),
        expected: Some(f64::INFINITY),
        pace: Some(f64::NAN),
        forecast: Some((f64::NAN, HOSTILE)),
        ..measure("odd", "negative and not a number", "pending")
    };
    Goal {
        owner: Some(HOSTILE),
        progress: Some(-0.4),
        reason: Some(HOSTILE),
        why: "<script>alert(1)</script>\n\n# Big\n\n[click](javascript:alert(1)) and ![pic](javascript:alert(2))\n\n| a | b |\n|---|---|\n| <b>1</b> | `<i>` |",
        confidence: Some("1"),
        key_results: vec![
            flood,
            odd,
            measure("empty", "Nothing at all is known about this one", "pending"),
        ],
        ..goal("2026-q4", "hostile", "<b>evil", HOSTILE, "off-track")
    }
}

fn goals() -> Vec<Goal> {
    let day = |month, day| date(2026, month, day);
    let signups = Measure {
        unit: Some("leads"),
        baseline: Some(500.0),
        target: Some(600.0),
        records: vec![
            (day(10, 8), 508.0, Some(6), "", "Mira Haddad"),
            (day(10, 22), 521.0, Some(5), "", "Mira Haddad"),
            (
                day(11, 19),
                529.0,
                Some(3),
                "the partner campaign slipped to December",
                "Mira Haddad",
            ),
        ],
        progress: Some(0.29),
        expected: Some(elapsed("2026-q4")),
        pace: Some(0.52),
        forecast: Some((
            552.3,
            "At the average rate since 1 Oct it ends at about 552 leads on 31 Dec 2026.",
        )),
        ..measure("leads", "20 % more leads for the spring sale than last year", "off-track")
    };
    let revenue = Measure {
        unit: Some("€"),
        baseline: Some(1_200_000.0),
        target: Some(2_400_000.0),
        records: (1..=10)
            .map(|month| {
                (
                    date(2026, month, 28),
                    1_200_000.0 + 98_000.0 * f64::from(month),
                    Some(7),
                    "",
                    "Ingrid Löfgren",
                )
            })
            .collect(),
        progress: Some(0.8167),
        expected: Some(elapsed("2026")),
        pace: Some(0.92),
        forecast: Some((
            2_304_000.0,
            "At the average rate since 1 Jan it ends at about €2,304,000 on 31 Dec 2026.",
        )),
        ..measure("arr", "Annual recurring revenue doubles", "on-track")
    };
    let docs = Measure {
        unit: Some("%"),
        baseline: Some(40.0),
        target: Some(90.0),
        records: vec![
            (day(10, 9), 44.0, Some(8), "", "Tomás Núñez"),
            (day(11, 20), 71.0, Some(8), "Two guides left.", "Tomás Núñez"),
        ],
        progress: Some(0.62),
        expected: Some(elapsed("2026-q4")),
        pace: Some(1.11),
        ..measure("answers", "Support questions answered by the documentation", "on-track")
    };
    let search = Measure {
        kind: "baseline",
        unit: Some("ms"),
        ..measure("latency", "Know how long a search takes for our largest customers", "stale")
    };
    let closed = Measure {
        unit: Some("min"),
        baseline: Some(300.0),
        target: Some(120.0),
        records: vec![
            (date(2026, 7, 20), 280.0, Some(5), "", "Ana Silva"),
            (date(2026, 9, 28), 170.0, Some(7), "", "Ana Silva"),
        ],
        progress: Some(0.7222),
        expected: Some(1.0),
        pace: Some(0.7222),
        ..measure("build", "A full build takes two hours at most", "achieved")
    };
    let grow = Measure {
        kind: "objectives",
        progress: Some(0.66),
        expected: Some(elapsed("2026")),
        pace: Some(0.75),
        ..measure("quality", "Customers stay because it just works", "on-track")
    };
    vec![
        calm_deploys(),
        Goal {
            owner: Some("Mira Haddad"),
            progress: Some(0.29),
            reason: Some("Pace 0.52, and confidence fell from 5 to 3"),
            confidence: Some("3"),
            key_results: vec![signups],
            ..goal(
                "2026-q4",
                "spring-leads",
                "growth",
                "The spring sale starts with a full pipeline",
                "off-track",
            )
        },
        Goal {
            owner: Some("Tomás Núñez"),
            progress: Some(0.62),
            confidence: Some("8"),
            key_results: vec![docs],
            why: "People should not need to ask.",
            ..goal(
                "2026-q4",
                "self-serve",
                "engineering/product",
                "Newcomers find their own answers",
                "on-track",
            )
        },
        Goal {
            owner: None,
            progress: Some(0.0),
            reason: Some("No check-in since 1 Oct, one is due every 14 days"),
            key_results: vec![search],
            ..goal(
                "2026-q4",
                "fast-search",
                "engineering/product",
                "Search feels instant, even for a customer with forty million documents and a browser from 2019",
                "stale",
            )
        },
        Goal {
            progress: None,
            dropped: Some("The vendor withdrew the API."),
            ..goal("2026-q4", "marketplace", "growth", "A marketplace for integrations", "dropped")
        },
        Goal {
            progress: None,
            owner: Some("يوسف الحداد"),
            ..goal("2026-q4", "office", "", "الفريق كله يعمل من أي مكان", "draft")
        },
        hostile_goal(),
        Goal {
            owner: Some("Ingrid Löfgren"),
            progress: Some(0.74),
            confidence: Some("7"),
            key_results: vec![revenue, grow],
            why: "Independence: to live from what customers pay.",
            ..goal("2026", "grow", "", "We live from what our customers pay", "on-track")
        },
        Goal {
            progress: Some(0.7222),
            key_results: vec![closed],
            ..goal(
                "2026-q3",
                "quick-builds",
                "engineering/platform",
                "Builds no longer break a train of thought",
                "achieved",
            )
        },
    ]
}

/// The whole sample.
pub(super) fn site() -> Site {
    let goals = goals();
    let cycles = ["2026", "2026-q3", "2026-q4", "2027-q1"];
    Site {
        info: SiteInfo {
            name: "Northwind".to_owned(),
            as_of: DateText::new(TODAY),
            revision: Some("4f1c2ab".to_owned()),
            history: "complete".to_owned(),
            generator: "goals 0.1.0".to_owned(),
        },
        index: index(&goals),
        cycles: cycles.iter().map(|cycle| cycle_page(cycle, &goals)).collect(),
        teams: TEAMS
            .iter()
            .flat_map(|team| ["2026-q4", "2026-q3"].map(|cycle| team_page(cycle, *team, &goals)))
            .collect(),
        goals: goals.iter().map(|goal| goal_page(goal, &goals)).collect(),
    }
}

/// A workspace in which nothing has happened yet.
pub(super) fn empty_site() -> Site {
    let mut empty = site();
    empty.info.revision = None;
    empty.info.history = "none".to_owned();
    empty.index.cycles.clear();
    empty.index.other_cycles.clear();
    empty.index.attention.clear();
    empty.index.checkins.clear();
    empty.cycles.clear();
    empty.teams.clear();
    empty.goals.clear();
    empty
}

fn index(goals: &[Goal]) -> IndexPage {
    let from = link::INDEX;
    let mut attention: Vec<&Goal> = goals.iter().filter(|goal| goal.reason.is_some()).collect();
    attention.sort_by_key(|goal| {
        ["off-track", "stale", "at-risk"].iter().position(|key| *key == goal.status)
    });
    IndexPage {
        head: PageHead::new(from, "Goals", "Where the goals of Northwind stand.", &[]),
        cycles: ["2026-q4", "2026"].map(|cycle| cycle_head(cycle, goals, from)).to_vec(),
        attention: attention.iter().map(|goal| goal_row(goal, from)).collect(),
        attention_more: Some("2 more".to_owned()),
        checkins: checkins(goals, from),
        other_cycles: ["2027-q1", "2026-q3"].map(|cycle| cycle_head(cycle, goals, from)).to_vec(),
    }
}

fn checkins(goals: &[Goal], from: &str) -> Vec<CheckinRow> {
    let mut rows: Vec<(Date, CheckinRow)> = Vec::new();
    for goal in goals {
        for measure in &goal.key_results {
            let Some((last, before)) = measure.records.split_last() else {
                continue;
            };
            let page = link::goal_page(goal.cycle, goal.id);
            let row = CheckinRow {
                date: DateText::seen_from(last.0, TODAY),
                author: Some(last.4.to_owned()),
                goal: LinkRow {
                    text: goal.title.clone(),
                    url: Some(Href::between(from, &page)),
                    note: None,
                },
                key_result: Some(LinkRow {
                    text: measure.title.clone(),
                    url: Some(Href::to_anchor(from, &page, &link::anchor(measure.id))),
                    note: None,
                }),
                before: before.last().map(|record| shown(measure, record.1)),
                value: Some(shown(measure, last.1)),
                confidence: last.2.map(|confidence| confidence.to_string()),
                note: markdown::blocks(last.3),
                uncommitted: measure.id == "lead-time",
            };
            rows.push((last.0, row));
        }
    }
    rows.sort_by_key(|(date, _)| std::cmp::Reverse(*date));
    rows.into_iter().map(|(_, row)| row).take(8).collect()
}

fn cycle_head(cycle: &str, goals: &[Goal], from: &str) -> CycleHead {
    let own: Vec<&Goal> = goals.iter().filter(|goal| goal.cycle == cycle).collect();
    let (start, end) = window(cycle);
    let (state, standing) = match () {
        () if TODAY < start => ("upcoming", format!("Starts {}", figure::distance(start, TODAY))),
        () if TODAY > end => ("closed", format!("Ended {}", figure::distance(end, TODAY))),
        () => (
            "active",
            format!("{} left", figure::count(days_between(TODAY, end) as usize, "day", "days")),
        ),
    };
    let expected = (state == "active").then(|| elapsed(cycle));
    CycleHead {
        id: cycle.to_owned(),
        url: Href::between(from, &link::cycle_page(cycle)),
        window: figure::span(start, end),
        state: state.to_owned(),
        standing,
        meter: Meter::new(mean(&own), expected, "plain"),
        elapsed: figure::percent(elapsed(cycle)),
        coverage: "11 of 14".to_owned(),
        statuses: statuses(&own),
    }
}

fn mean(goals: &[&Goal]) -> Option<f64> {
    let progress: Vec<f64> =
        goals.iter().filter_map(|goal| goal.progress).map(|p| p.clamp(0.0, 1.0)).collect();
    (!progress.is_empty()).then(|| progress.iter().sum::<f64>() / progress.len() as f64)
}

fn statuses(goals: &[&Goal]) -> StatusCounts {
    let counts: Vec<(&str, usize)> = goals.iter().map(|goal| (goal.status, 1)).collect();
    let mut summed: Vec<(&str, usize)> = Vec::new();
    for (key, n) in counts {
        match summed.iter_mut().find(|(known, _)| *known == key) {
            Some(entry) => entry.1 += n,
            None => summed.push((key, n)),
        }
    }
    StatusCounts::new(&summed)
}

fn team_row(cycle: &str, team: (&str, &str, Option<&str>), goals: &[Goal], from: &str) -> TeamRow {
    let (path, name, lead) = team;
    let below = format!("{path}/");
    let own: Vec<&Goal> = goals
        .iter()
        .filter(|goal| goal.cycle == cycle && (goal.team == path || goal.team.starts_with(&below)))
        .collect();
    let expected = (TODAY <= window(cycle).1).then(|| elapsed(cycle));
    TeamRow {
        name: name.to_owned(),
        path: path.to_owned(),
        url: Href::between(from, &link::team_page(cycle, path)),
        depth: path.matches('/').count(),
        lead: lead.map(str::to_owned),
        meter: Meter::new(mean(&own), expected, "plain"),
        coverage: "3 of 4".to_owned(),
        statuses: statuses(&own),
    }
}

fn group(
    name: &str,
    team: &str,
    cycle: &str,
    goals: &[Goal],
    from: &str,
    url: Option<Href>,
) -> Option<GoalGroup> {
    let own: Vec<GoalRow> = goals
        .iter()
        .filter(|goal| goal.cycle == cycle && goal.team == team)
        .map(|goal| goal_row(goal, from))
        .collect();
    let lead =
        TEAMS.iter().find(|known| known.0 == team).and_then(|known| known.2).map(str::to_owned);
    (!own.is_empty()).then(|| GoalGroup { name: name.to_owned(), url, lead, goals: own })
}

fn cycle_page(cycle: &str, goals: &[Goal]) -> CyclePage {
    let path = link::cycle_page(cycle);
    let whole = group("Whole organisation", "", cycle, goals, &path, None);
    let teams = TEAMS.iter().filter_map(|(team, name, _)| {
        group(
            name,
            team,
            cycle,
            goals,
            &path,
            Some(Href::between(&path, &link::team_page(cycle, team))),
        )
    });
    let listed = if cycle.starts_with("2026-q") { &TEAMS[..] } else { &[] };
    CyclePage {
        head: PageHead::new(&path, cycle, "The goals of a cycle.", &[]),
        cycle: cycle_head(cycle, goals, &path),
        teams: listed.iter().map(|team| team_row(cycle, *team, goals, &path)).collect(),
        groups: whole.into_iter().chain(teams).collect(),
    }
}

fn team_page(cycle: &str, team: (&str, &str, Option<&str>), goals: &[Goal]) -> TeamPage {
    let path = link::team_page(cycle, team.0);
    let below: Vec<(&str, &str, Option<&str>)> = TEAMS
        .iter()
        .copied()
        .filter(|other| other.0.starts_with(&format!("{}/", team.0)))
        .collect();
    let own = group(team.1, team.0, cycle, goals, &path, None);
    let others = below.iter().filter_map(|(sub, name, _)| {
        group(
            name,
            sub,
            cycle,
            goals,
            &path,
            Some(Href::between(&path, &link::team_page(cycle, sub))),
        )
    });
    TeamPage {
        head: PageHead::new(
            &path,
            team.1,
            "The goals of a team.",
            &[(cycle, &link::cycle_page(cycle))],
        ),
        team: team_row(cycle, team, goals, &path),
        cycle: cycle_head(cycle, goals, &path),
        teams: below
            .iter()
            .map(|sub| TeamRow { depth: 0, ..team_row(cycle, *sub, goals, &path) })
            .collect(),
        groups: own.into_iter().chain(others).collect(),
    }
}

fn score() -> ScoreText {
    ScoreText {
        score: figure::score(0.72),
        grade: "green".to_owned(),
        original: Some(figure::score(0.58)),
    }
}

fn team_link(goal: &Goal, from: &str) -> Option<LinkRow> {
    let team = TEAMS.iter().find(|team| team.0 == goal.team)?;
    let url = Href::between(from, &link::team_page(goal.cycle, team.0));
    Some(LinkRow { text: team.1.to_owned(), url: Some(url), note: None })
}

fn goal_row(goal: &Goal, from: &str) -> GoalRow {
    let page = link::goal_page(goal.cycle, goal.id);
    let expected =
        (goal.cycle != "2026-q3" && goal.progress.is_some()).then(|| elapsed(goal.cycle));
    let pace =
        goal.key_results.iter().filter_map(|measure| measure.pace).fold(f64::INFINITY, f64::min);
    let measured = goal.key_results.iter().filter(|measure| !measure.records.is_empty()).count();
    GoalRow {
        title: goal.title.clone(),
        url: Href::between(from, &page),
        status: StatusText::new(goal.status),
        reason: goal.reason.map(str::to_owned),
        team: team_link(goal, from),
        cycle: goal.cycle.to_owned(),
        owner: goal.owner.map(str::to_owned),
        meter: Meter::new(goal.progress, expected, goal.status),
        pace: pace.is_finite().then(|| figure::score(pace)),
        confidence: goal.confidence.map(str::to_owned),
        coverage: format!("{measured} of {}", goal.key_results.len()),
        score: (goal.cycle == "2026-q3").then(score),
        dropped: goal.dropped.map(str::to_owned),
        weight: (goal.id == "self-serve").then(|| "2".to_owned()),
        key_results: goal
            .key_results
            .iter()
            .map(|measure| key_result_row(goal, measure, from))
            .collect(),
    }
}

fn shown(measure: &Measure, value: f64) -> String {
    match measure.kind {
        "milestone" => "Ten services".to_owned(),
        "binary" => if value > 0.5 { "yes" } else { "no" }.to_owned(),
        _ => figure::with_unit(&figure::number(value), measure.unit),
    }
}

fn target_text(measure: &Measure) -> Option<String> {
    let bounds = [("at least", measure.at_least), ("at most", measure.at_most)];
    let bounds: Vec<String> = bounds
        .iter()
        .filter_map(|(word, bound)| bound.map(|bound| format!("{word} {}", shown(measure, bound))))
        .collect();
    measure
        .target
        .map(|target| shown(measure, target))
        .or_else(|| (!bounds.is_empty()).then(|| bounds.join(", ")))
}

fn key_result_row(goal: &Goal, measure: &Measure, from: &str) -> KeyResultRow {
    let (start, end) = window(goal.cycle);
    let (baseline, target) = (measure.baseline.unwrap_or(0.0), measure.target.unwrap_or(1.0));
    let course: Vec<(Date, f64)> = measure
        .records
        .iter()
        .map(|record| (record.0, (record.1 - baseline) / (target - baseline)))
        .collect();
    let straight = [(start, 0.0), (end, 1.0)];
    let path = if matches!(measure.kind, "metric" | "milestone") { &straight[..] } else { &[] };
    KeyResultRow {
        title: measure.title.clone(),
        url: Href::to_anchor(
            from,
            &link::goal_page(goal.cycle, goal.id),
            &link::anchor(measure.id),
        ),
        status: StatusText::new(measure.status),
        meter: Meter::new(measure.progress, measure.expected, measure.status),
        spark: chart::sparkline(&course, path, start, end, TODAY),
        value: measure.records.last().map(|record| shown(measure, record.1)),
        target: target_text(measure),
        owner: None,
        pace: measure.pace.map(figure::score),
        confidence: measure
            .records
            .last()
            .and_then(|record| record.2)
            .map(|confidence| confidence.to_string()),
    }
}

fn goal_page(goal: &Goal, goals: &[Goal]) -> GoalPage {
    let path = link::goal_page(goal.cycle, goal.id);
    let (start, end) = window(goal.cycle);
    let crumbs = [(goal.cycle.to_owned(), link::cycle_page(goal.cycle))];
    let team = TEAMS.iter().find(|team| team.0 == goal.team);
    let crumbs: Vec<(String, String)> = crumbs
        .into_iter()
        .chain(team.map(|team| (team.1.to_owned(), link::team_page(goal.cycle, team.0))))
        .collect();
    let crumbs: Vec<(&str, &str)> =
        crumbs.iter().map(|(text, to)| (text.as_str(), to.as_str())).collect();
    let rich = goal.id == "calm-deploys" || goal.id == "hostile";
    let parent = LinkRow {
        text: "We live from what our customers pay".to_owned(),
        url: Some(Href::between(&path, &link::goal_page("2026", "grow"))),
        note: Some("2026/grow.quality".to_owned()),
    };
    GoalPage {
        head: PageHead::new(&path, &goal.title, &format!("The goal {}/{}.", goal.cycle, goal.id), &crumbs),
        reference: format!("{}/{}", goal.cycle, goal.id),
        kind: if goal.id == "spring-leads" { "smart" } else { "objective" }.to_owned(),
        goal: GoalRow { key_results: Vec::new(), ..goal_row(goal, &path) },
        window: figure::span(start, end),
        standing: cycle_head(goal.cycle, goals, &path).standing,
        ambition: rich.then(|| "Aspirational".to_owned()),
        weight: rich.then(|| "2".to_owned()),
        tags: if rich { vec!["reliability".to_owned(), HOSTILE.to_owned()] } else { Vec::new() },
        overdue: (goal.status == "stale").then(|| "The last check-in was 7 weeks ago; one is due every 14 days.".to_owned()),
        why: markdown::blocks(goal.why),
        key_results: goal.key_results.iter().map(|measure| key_result_view(goal, measure, goals, &path)).collect(),
        smart: Some(smart_card(rich)),
        records: Vec::new(),
        initiatives: if rich { initiatives() } else { Vec::new() },
        work: rich.then(|| work(&path)),
        contributes_to: if rich { vec![parent.clone()] } else { Vec::new() },
        supports: if goal.id == "self-serve" { vec![parent] } else { Vec::new() },
        contributors: Vec::new(),
        supporters: Vec::new(),
        continues: rich.then(|| LinkRow {
            text: "Builds no longer break a train of thought".to_owned(),
            url: Some(Href::between(&path, &link::goal_page("2026-q3", "quick-builds"))),
            note: None,
        }),
        amendments: if rich { amendments() } else { Vec::new() },
        goalpost_moves: rich.then(|| "1 goalpost move".to_owned()),
        close: (goal.cycle == "2026-q3").then(|| CloseView {
            date: DateText::new(date(2026, 10, 6)),
            verdict: "Achieved".to_owned(),
            score: Some("0.72".to_owned()),
            note: markdown::blocks("Caching did most of it. We should have **measured first**: half of our early work went into a step that took four minutes."),
        }),
        forge: vec![LinkRow {
            text: "The plan".to_owned(),
            url: Href::external("https://example.com/northwind/goals/blob/main/plan.toml"),
            note: None,
        }],
    }
}

/// A scorecard that qualifies, or one with a hostile text in it.
fn smart_card(qualifies: bool) -> SmartCard {
    let verdict =
        |word: &str| VerdictText { word: word.to_owned(), mark: chart::verdict_mark(word) };
    let word = |letter| match letter {
        'M' if !qualifies => "missing",
        'R' if !qualifies => "weak",
        _ => "met",
    };
    SmartCard {
        qualifies,
        sum: if qualifies { "qualifies" } else { "missing: measurable; weak: relevant" }.to_owned(),
        letters: "SMART"
            .chars()
            .map(|letter| SmartLetter { letter, verdict: verdict(word(letter)) })
            .collect(),
        answers: "SMART"
            .chars()
            .map(|letter| SmartAnswer {
                letter,
                question: "measurable".to_owned(),
                verdict: verdict(word(letter)),
                evidence: HOSTILE.to_owned(),
                mend: (word(letter) != "met").then(|| HOSTILE.to_owned()),
            })
            .collect(),
    }
}

fn initiatives() -> Vec<InitiativeRow> {
    let row = |title: &str, url: &str, state: &str| InitiativeRow {
        title: title.to_owned(),
        url: Href::external(url),
        owner: Some("Eli Park".to_owned()),
        due: Some(DateText::new(date(2026, 11, 15))),
        done: (state == "done").then(|| DateText::new(date(2026, 11, 12))),
        state: state.to_owned(),
    };
    vec![
        row("Canary releases for the top ten services", "https://example.com/issues/12", "done"),
        row("One-click rollback", "javascript:alert(1)", "late"),
        row(HOSTILE, "https://example.com/\"onmouseover=alert(1)", "open"),
    ]
}

fn commit(short: &str, linked: bool) -> CommitText {
    let url = if linked {
        Href::external(&format!("https://example.com/northwind/goals/commit/{short}"))
    } else {
        None
    };
    CommitText { short: short.to_owned(), url, subject: format!("check-in: {HOSTILE}") }
}

fn work(path: &str) -> WorkView {
    let row = |short: &str, linked: bool| WorkRow {
        date: DateText::new(date(2026, 11, 12)),
        author: Some(HOSTILE.to_owned()),
        commit: commit(short, linked),
        key_results: vec![LinkRow {
            text: HOSTILE.to_owned(),
            url: Some(Href::between(path, path)),
            note: None,
        }],
    };
    WorkView {
        rows: vec![row("9f3a1c07d2", true), row("0b44e1d9a8", false)],
        rest: Some("12 earlier commits".to_owned()),
    }
}

fn amendments() -> Vec<AmendmentRow> {
    let change = |field: &str, old: Option<&str>, new: Option<&str>| ChangeText {
        field: field.to_owned(),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
    };
    vec![
        AmendmentRow {
            date: DateText::new(date(2026, 11, 2)),
            author: Some("Ana Silva".to_owned()),
            commit: Some(commit("9be02d1", true)),
            key_result: Some(
                "Median lead time from merge to production falls from 240 to 15 minutes".to_owned(),
            ),
            event: None,
            goalpost: true,
            changes: vec![change("target", Some("30 min"), Some("15 min"))],
        },
        AmendmentRow {
            date: DateText::new(date(2026, 10, 9)),
            author: Some(HOSTILE.to_owned()),
            commit: Some(commit("77ac310", false)),
            key_result: None,
            event: Some("Taken up again".to_owned()),
            goalpost: false,
            changes: vec![
                change("owner", None, Some("Ana Silva")),
                change("title", Some(HOSTILE), None),
            ],
        },
    ]
}

fn burn_up<'a>(goal: &Goal, measure: &'a Measure, anchor: &'a str) -> BurnUp<'a> {
    let (start, end) = window(goal.cycle);
    let ends =
        (measure.baseline.map(|value| (start, value)), measure.target.map(|value| (end, value)));
    let expected = match ends {
        (Some(first), Some(last)) => std::iter::once(first)
            .chain(measure.plan.iter().copied())
            .chain(std::iter::once(last))
            .collect(),
        _ => Vec::new(),
    };
    BurnUp {
        id: anchor,
        title: &measure.title,
        unit: measure.unit,
        start,
        end,
        today: TODAY,
        baseline: measure.baseline,
        target: measure.target,
        at_least: measure.at_least,
        at_most: measure.at_most,
        strict: false,
        expected,
        records: measure
            .records
            .iter()
            .map(|record| Point {
                date: record.0,
                value: record.1,
                remark: record.2.map(|confidence| format!("confidence {confidence}")),
            })
            .collect(),
        forecast: measure.forecast.map(|(value, _)| value),
        moves: measure
            .moves
            .iter()
            .map(|(date, old, new)| GoalpostMove {
                date: *date,
                label: format!("target {} → {}", shown(measure, *old), shown(measure, *new)),
                old_target: Some(*old),
            })
            .collect(),
    }
}

fn key_result_view(goal: &Goal, measure: &Measure, goals: &[Goal], from: &str) -> KeyResultView {
    let anchor = link::anchor(measure.id);
    let drawn = burn_up(goal, measure, &anchor);
    let has_chart = matches!(measure.kind, "metric" | "threshold")
        || measure.kind == "baseline" && !measure.records.is_empty();
    let (records, older_records) = fold_records(records(measure));
    let last = measure.records.last();
    let row = key_result_row(goal, measure, from);
    KeyResultView {
        title: measure.title.clone(),
        kind: measure.kind.to_owned(),
        status: row.status,
        meter: row.meter,
        owner: (measure.id == "failures").then(|| "Eli Park".to_owned()),
        weight: (measure.id == "lead-time").then(|| "2".to_owned()),
        window: (measure.id == "lead-time").then(|| "1 Oct – 11 Dec 2026".to_owned()),
        source: (measure.id == "lead-time").then(|| LinkRow {
            text: "example.com/dashboards/lead-time".to_owned(),
            url: Href::external("https://example.com/dashboards/lead-time"),
            note: None,
        }),
        baseline: measure.baseline.map(|value| shown(measure, value)),
        target: target_text(measure),
        value: last.map(|record| shown(measure, record.1)),
        value_date: last.map(|record| DateText::seen_from(record.0, TODAY)),
        pace: row.pace,
        confidence: row.confidence,
        forecast: measure.forecast.map(|(_, sentence)| sentence.to_owned()),
        dropped: None,
        chart: has_chart.then(|| chart::burn_up(&drawn)),
        legend: if has_chart { LegendRow::of(&drawn) } else { Vec::new() },
        ladder: if measure.kind == "milestone" { ladder() } else { Vec::new() },
        answer: (measure.kind == "binary").then(|| AnswerView {
            key: "yes".to_owned(),
            word: "Yes".to_owned(),
            since: Some(DateText::new(date(2026, 11, 10))),
        }),
        contributors: if measure.kind == "objectives" {
            goals
                .iter()
                .filter(|other| other.id == "calm-deploys")
                .map(|other| goal_row(other, from))
                .collect()
        } else {
            Vec::new()
        },
        moves: if measure.moves.is_empty() {
            Vec::new()
        } else {
            amendments().into_iter().take(1).collect()
        },
        smart: Some(smart_card(measure.id == "lead-time")),
        record_count: figure::count(measure.records.len(), "record", "records"),
        records,
        older_records,
        anchor,
    }
}

fn ladder() -> Vec<RungRow> {
    let rung =
        |score: &str, title: &str, state: &str, reached: Option<Date>, due: Option<Date>| RungRow {
            title: title.to_owned(),
            score: score.to_owned(),
            due: due.map(DateText::new),
            reached: reached.map(DateText::new),
            state: state.to_owned(),
        };
    vec![
        rung("1.0", "Every customer-facing service", "ahead", None, Some(date(2026, 12, 18))),
        rung("0.7", "Forty services, payments among them", "ahead", None, Some(date(2026, 11, 30))),
        rung("0.3", "Ten services", "current", Some(date(2026, 11, 3)), None),
        rung("0.1", "One pilot", "passed", Some(date(2026, 10, 14)), None),
    ]
}

fn records(measure: &Measure) -> Vec<RecordRow> {
    let mut rows: Vec<RecordRow> = Vec::new();
    let mut before: Option<f64> = None;
    for (index, (day, value, confidence, note, author)) in measure.records.iter().enumerate() {
        let numeric = matches!(measure.kind, "metric" | "threshold" | "baseline");
        rows.push(RecordRow {
            date: DateText::new(*day),
            value: Some(shown(measure, *value)),
            change: before.filter(|_| numeric).map(|before| figure::change(value - before)),
            confidence: confidence.map(|confidence| confidence.to_string()),
            note: markdown::blocks(note),
            author: (index % 5 != 3).then(|| (*author).to_owned()),
            commit: (index % 5 < 3).then(|| commit("a71e03f", index % 2 == 0)),
            mark: match index % 5 {
                3 => Some("unknown".to_owned()),
                4 => Some("uncommitted".to_owned()),
                _ => None,
            },
            lag: (index == 1).then(|| "5 days later".to_owned()),
            void: index == 2,
        });
        before = Some(*value);
    }
    rows.reverse();
    rows
}
