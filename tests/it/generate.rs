//! Small, nasty, valid workspaces for property tests, and the comparison of two rollups.
//!
//! A workspace is first sketched (which measures, which weights, how far along), and only then put into dates, ids
//! and TOML text; what a sketch leaves impossible is mended on the way (ids are made unique, a reference that would
//! not resolve is qualified). So proptest shrinks sketches, and every shrunk workspace is valid as well.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use proptest::collection::vec;
use proptest::option::{of, weighted};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;

use crate::oracle;

/// A workspace as path → text, and the date to roll it up for.
#[derive(Clone)]
pub(crate) struct Workspace {
    /// The text of every file by its path from the root.
    pub(crate) files: BTreeMap<String, String>,
    /// The date asked for.
    pub(crate) as_of: Date,
}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "as of {}", self.as_of)?;
        self.files.iter().try_for_each(|(path, text)| writeln!(f, "=== {path}\n{text}"))
    }
}

/// Generates valid workspaces of one to three cycles and one to ten goals.
///
/// No status hangs on the last bit of a computed figure: a workspace in which a quotient or a pooled mean lies
/// within 1e-9 of the bound it is held against is thrown away, for there two sound programs may differ. Exact
/// figures (a full score, a milestone's or a close's score, a share) may lie on the bound. The same holds for the
/// whole days of an `eta`.
pub(crate) fn workspace() -> impl Strategy<Value = Workspace> {
    workspace_sketch().prop_filter_map("a figure lies on a bound", |sketch| {
        let settled = settle(&sketch);
        let workspace = print(&settled);
        is_steady(&settled, &workspace).then_some(workspace)
    })
}

/// Compares a rollup with the oracle's, and tells the JSON path of the first difference.
///
/// Numbers may differ by 1e-9 of the larger one (or of 1, if both are smaller); all else has to be equal, and null
/// equals only null. What the oracle cannot know without history has to be there, but may have any value.
pub(crate) fn compare(product: &Value, oracle: &Value) -> Result<(), String> {
    compare_at("$", product, oracle)
}

const UNKNOWN_TO_THE_ORACLE: [&str; 5] =
    ["amendments", "goalpost_moves", "score_original", "revision", "history"];

fn compare_at(path: &str, product: &Value, oracle: &Value) -> Result<(), String> {
    match (product, oracle) {
        (Value::Object(ours), Value::Object(theirs)) => {
            let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
            for key in keys {
                let path = format!("{path}.{key}");
                match (ours.get(key), theirs.get(key)) {
                    (Some(_), Some(_)) if UNKNOWN_TO_THE_ORACLE.contains(&key.as_str()) => {}
                    (Some(a), Some(b)) => compare_at(&path, a, b)?,
                    (Some(a), None) => {
                        return Err(format!("{path}: product has {a}, oracle has no such key"));
                    }
                    (None, Some(b)) => {
                        return Err(format!("{path}: product has no such key, oracle has {b}"));
                    }
                    (None, None) => unreachable!("the key came from one of the two"),
                }
            }
            Ok(())
        }
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => {
            ours.iter().zip(theirs).enumerate().try_for_each(|(index, (a, b))| {
                let path = match b.get("ref").or_else(|| b.get("id")).and_then(Value::as_str) {
                    Some(name) => format!("{path}[{index}: {name}]"),
                    None => format!("{path}[{index}]"),
                };
                compare_at(&path, a, b)
            })
        }
        (Value::Number(a), Value::Number(b)) if is_close(a.as_f64(), b.as_f64()) => Ok(()),
        (a, b) if a == b => Ok(()),
        (a, b) => Err(format!("{path}: product has {a}, oracle has {b}")),
    }
}

fn is_close(a: Option<f64>, b: Option<f64>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

/// Tells whether every status and every `eta` would survive a rounding error in what it is told by.
fn is_steady(settled: &Settled<'_>, workspace: &Workspace) -> bool {
    let rollup = oracle::rollup(&workspace.files, workspace.as_of);
    let goals = rollup["goals"].as_array().expect("goals are a list");
    goals.iter().all(|goal| {
        let bounds = settled.bounds(goal["ambition"] == "committed");
        let twin = settled.goals.iter().find(|g| goal["ref"] == format!("{}/{}", g.cycle.id, g.id));
        let twin = twin.expect("every goal was sketched");
        let key_results = goal["key_results"].as_array().expect("key results are a list");
        let steady = |kr: &Value| {
            let start =
                twin.key_results.iter().find(|k| kr["id"] == *k.id).map_or(twin.start, |k| k.start);
            is_steady_key_result(kr, bounds)
                && is_steady_eta(kr, days_between(start, settled.as_of))
        };
        !is_near(&goal["progress"], bounds) && key_results.iter().all(steady)
    })
}

fn is_steady_key_result(kr: &Value, bounds: (f64, f64)) -> bool {
    let is_quotient = kr["kind"] == "metric" || kr["kind"] == "objectives";
    let is_full = kr["progress"] == 1.0;
    let by_pace = is_full || !(is_near(&kr["pace"], bounds) || kr["pace"] == 1.0);
    by_pace && !(is_quotient && is_near(&kr["progress"], bounds))
}

/// The days from the start to the `eta` are rounded up: no whole number but the exact one of a full score.
fn is_steady_eta(kr: &Value, days_since_start: i64) -> bool {
    let Some(raw) =
        kr["raw"].as_f64().filter(|raw| *raw != 1.0 && *raw != 0.0 && !kr["eta"].is_null())
    else {
        return true;
    };
    let days = days_since_start as f64 / raw;
    days == 0.0 || (days - days.round()).abs() > 1e-9 * days.abs().max(1.0)
}

/// Tells whether a figure is within 1e-9 of a bound or of a full score, without being exactly a full score.
fn is_near(figure: &Value, (first, second): (f64, f64)) -> bool {
    let near = |figure: f64| {
        figure != 1.0 && [first, second, 1.0].iter().any(|b| (figure - b).abs() <= 1e-9)
    };
    figure.as_f64().is_some_and(near)
}

// Sketches: what is drawn at random.

#[derive(Clone, Debug)]
struct WorkspaceSketch {
    /// Days after 2025-07-01 around which the cycles lie.
    anchor: i64,
    /// Days after the anchor.
    as_of: i64,
    /// Instead of that, a day on which something turns, in the window of a goal or key result.
    turn: Option<(usize, Turn)>,
    year_starts: i8,
    other_folder: bool,
    every: Option<i64>,
    aspirational: Option<(f64, f64)>,
    committed: Option<(f64, f64)>,
    quiet_until: Option<f64>,
    cycles: Vec<CycleSketch>,
    goals: Vec<GoalSketch>,
}

#[derive(Clone, Debug)]
enum Turn {
    DaysFromStart(i64),
    DaysFromEnd(i64),
    QuietOver,
    /// Days after the last one on which silence since the start is not yet stale.
    DaysFromStale(i64),
    /// The close of a goal, if any is closed.
    Close,
}

/// A kind of cycle, and how many days off the anchor the day lies that it holds.
#[derive(Clone, Debug)]
struct CycleSketch {
    span: Span,
    shift: i64,
}

#[derive(Clone, Debug)]
enum Span {
    Year,
    Half,
    Quarter,
    Month,
    Week,
    Named { before: i64, after: i64 },
}

#[derive(Clone, Debug)]
struct GoalSketch {
    cycle: usize,
    team: usize,
    name: usize,
    shape: Shape,
    ambition: Option<&'static str>,
    weight: Option<f64>,
    draft: Option<bool>,
    dropped: bool,
    window: WindowSketch,
    parents: Vec<LinkSketch>,
    supports: Vec<LinkSketch>,
    own_records: Vec<RecordSketch>,
    close: Option<CloseSketch>,
    trimmings: bool,
}

#[derive(Clone, Debug)]
enum Shape {
    Objective(Vec<KeyResultSketch>),
    Smart(Measure, Vec<RecordSketch>),
    /// Neither key results nor a measure: progress comes from contributing goals alone.
    Bare,
}

#[derive(Clone, Debug)]
struct KeyResultSketch {
    name: usize,
    measure: Measure,
    weight: Option<f64>,
    dropped: bool,
    owner: Option<&'static str>,
    window: WindowSketch,
    records: Vec<RecordSketch>,
}

/// Own first and last days, as hundredths of the window they are cut from.
#[derive(Clone, Debug)]
struct WindowSketch {
    starts: Option<i64>,
    due: Option<i64>,
}

#[derive(Clone, Debug)]
enum Measure {
    Metric {
        baseline: f64,
        target: f64,
        unit: Option<&'static str>,
        plan: Vec<(i64, f64)>,
        says_kind: bool,
    },
    Threshold {
        low: Option<f64>,
        high: Option<f64>,
        strict: Option<bool>,
        evaluate: Option<&'static str>,
    },
    Milestone {
        scores: Vec<f64>,
        long: bool,
    },
    Binary,
    Baseline {
        unit: Option<&'static str>,
    },
    Objectives,
}

#[derive(Clone, Debug)]
struct RecordSketch {
    when: When,
    time: Option<(u8, u8)>,
    value: Option<ValueSketch>,
    confidence: Option<i64>,
    note: bool,
    void: Option<bool>,
}

#[derive(Clone, Debug)]
enum When {
    DaysFromStart(i64),
    HundredthsOfWindow(i64),
    DaysFromAsOf(i64),
    DaysFromEnd(i64),
}

/// A value of any measure: how far along it lies, and whether it is rounded to a whole number.
#[derive(Clone, Debug)]
struct ValueSketch {
    way: f64,
    whole: bool,
}

#[derive(Clone, Debug)]
struct LinkSketch {
    pick: usize,
    to_key_result: bool,
    qualified: bool,
}

#[derive(Clone, Debug)]
struct CloseSketch {
    days_after_end: i64,
    achieved: bool,
    score: Option<f64>,
}

// Strategies of sketches.

fn workspace_sketch() -> impl Strategy<Value = WorkspaceSketch> {
    let settings = (
        prop_oneof![3 => Just(1_i8), 2 => 2_i8..=12],
        any::<bool>(),
        of(select(vec![5_i64, 7, 30])),
        of(select(vec![(0.6, 0.3), (0.75, 0.45)])),
        of(select(vec![(0.9, 0.6), (0.75, 0.45)])),
        of(select(vec![0.0, 0.1, 0.35, 0.5])),
    );
    let as_of = prop_oneof![4 => -20_i64..25, 2 => -30_i64..60, 2 => -400_i64..500];
    let turn = prop_oneof![
        2 => (-1_i64..=1).prop_map(Turn::DaysFromStart),
        2 => (-1_i64..=1).prop_map(Turn::DaysFromEnd),
        2 => Just(Turn::QuietOver),
        1 => (0_i64..=1).prop_map(Turn::DaysFromStale),
        1 => Just(Turn::Close),
    ];
    let as_of = (as_of, weighted(0.4, (0_usize..60, turn)));
    (settings, 0_i64..700, as_of, vec(cycle_sketch(), 1..=3), vec(goal_sketch(), 1..=10)).prop_map(
        |(
            (year_starts, other_folder, every, aspirational, committed, quiet_until),
            anchor,
            (as_of, turn),
            cycles,
            goals,
        )| {
            WorkspaceSketch {
                anchor,
                as_of,
                turn,
                year_starts,
                other_folder,
                every,
                aspirational,
                committed,
                quiet_until,
                cycles,
                goals,
            }
        },
    )
}

fn cycle_sketch() -> impl Strategy<Value = CycleSketch> {
    let span = prop_oneof![
        2 => Just(Span::Quarter),
        2 => Just(Span::Year),
        1 => Just(Span::Half),
        1 => Just(Span::Month),
        1 => Just(Span::Week),
        2 => (0_i64..120, 0_i64..120).prop_map(|(before, after)| Span::Named { before, after }),
    ];
    (span, prop_oneof![4 => Just(0_i64), 1 => -100_i64..100])
        .prop_map(|(span, shift)| CycleSketch { span, shift })
}

fn goal_sketch() -> impl Strategy<Value = GoalSketch> {
    let shape = prop_oneof![
        6 => vec(key_result_sketch(), 1..=4).prop_map(Shape::Objective),
        3 => (own_measure(), vec(record_sketch(), 0..=6)).prop_map(|(m, r)| Shape::Smart(m, r)),
        1 => Just(Shape::Bare),
    ];
    let place = (0_usize..3, 0_usize..TEAMS.len(), 0_usize..GOAL_NAMES.len());
    let standing = (
        of(select(vec!["aspirational", "committed"])),
        weight(),
        prop_oneof![10 => Just(None), 1 => Just(Some(false)), 1 => Just(Some(true))],
        prop::bool::weighted(0.08),
    );
    let links = (vec(link_sketch(), 0..=3), vec(link_sketch(), 0..=1));
    let close = weighted(0.3, close_sketch());
    (
        place,
        shape,
        standing,
        window_sketch(),
        links,
        vec(record_sketch(), 0..=2),
        close,
        any::<bool>(),
    )
        .prop_map(
            |(
                place,
                shape,
                standing,
                window,
                (parents, supports),
                own_records,
                close,
                trimmings,
            )| {
                let (cycle, team, name) = place;
                let (ambition, weight, draft, dropped) = standing;
                GoalSketch {
                    cycle,
                    team,
                    name,
                    shape,
                    ambition,
                    weight,
                    draft,
                    dropped,
                    window,
                    parents,
                    supports,
                    own_records,
                    close,
                    trimmings,
                }
            },
        )
}

fn key_result_sketch() -> impl Strategy<Value = KeyResultSketch> {
    let measure = prop_oneof![5 => own_measure(), 2 => Just(Measure::Objectives)];
    let owner = of(select(vec!["ben", "eli"]));
    let dropped = prop::bool::weighted(0.1);
    (
        0..KEY_RESULT_NAMES.len(),
        measure,
        weight(),
        dropped,
        owner,
        window_sketch(),
        vec(record_sketch(), 0..=6),
    )
        .prop_map(|(name, measure, weight, dropped, owner, window, records)| KeyResultSketch {
            name,
            measure,
            weight,
            dropped,
            owner,
            window,
            records,
        })
}

fn weight() -> impl Strategy<Value = Option<f64>> {
    prop_oneof![4 => Just(None), 3 => select(vec![0.0, 0.25, 0.3, 0.5, 1.0, 1.5, 2.0, 3.0]).prop_map(Some)]
}

fn window_sketch() -> impl Strategy<Value = WindowSketch> {
    let one_day = (0_i64..=100).prop_map(|day| (Some(day), Some(day)));
    prop_oneof![
        12 => (weighted(0.25, 0_i64..=100), weighted(0.25, 0_i64..=100)),
        1 => one_day,
    ]
    .prop_map(|(starts, due)| WindowSketch { starts, due })
}

/// A measure that is told by records, so every one but `objectives`.
fn own_measure() -> impl Strategy<Value = Measure> {
    let unit = of(select(vec!["min", "leads", "EUR"]));
    let evaluate = of(select(vec!["latest", "every", "share"]));
    let threshold = (-50.0..100.0_f64, 1.0..80.0_f64, 0..3_u8, of(any::<bool>()), evaluate)
        .prop_map(|(low, gap, sides, strict, evaluate)| {
            let (low, high) = (tidy(low), tidy(low + gap));
            Measure::Threshold {
                low: (sides != 1).then_some(low),
                high: (sides != 0).then_some(high),
                strict,
                evaluate,
            }
        });
    let milestone = (vec(0.02..0.98_f64, 0..=3), any::<bool>(), any::<bool>()).prop_map(
        |(scores, ladder, long)| {
            let mut scores: Vec<f64> =
                scores.into_iter().map(|s| (s * 1000.0).round() / 1000.0).collect();
            if ladder {
                scores = vec![0.3, 0.7];
            }
            scores.push(1.0);
            scores.sort_by(f64::total_cmp);
            scores.dedup();
            Measure::Milestone { scores, long }
        },
    );
    prop_oneof![
        4 => metric(),
        2 => threshold,
        2 => milestone,
        1 => Just(Measure::Binary),
        1 => unit.prop_map(|unit| Measure::Baseline { unit }),
    ]
}

fn metric() -> impl Strategy<Value = Measure> {
    let plain = (-500_i64..1000, 1_i64..800)
        .prop_map(|(b, way)| (b as f64, (b + way) as f64, Some("leads")));
    let exact =
        (-50.0..50.0_f64, 0.5..40.0_f64).prop_map(|(b, way)| (tidy(b), tidy(b + way), None));
    let percent =
        (0_i64..60, 1_i64..=40).prop_map(|(b, way)| (b as f64, (b + way) as f64, Some("%")));
    let huge = (1.0..9.0_f64, 0.5..40.0_f64)
        .prop_map(|(b, way)| ((b * 1e12).round(), ((b + way) * 1e12).round(), Some("EUR")));
    let ends = prop_oneof![4 => plain, 2 => exact, 2 => percent, 1 => huge];
    let plan = prop_oneof![2 => Just(Vec::new()), 1 => vec((1_i64..100, -0.1..1.1_f64), 1..=3)];
    (ends, any::<bool>(), plan, any::<bool>()).prop_map(
        |((low, high, unit), downward, plan, says_kind)| {
            let (baseline, target) = if downward { (high, low) } else { (low, high) };
            Measure::Metric { baseline, target, unit, plan, says_kind }
        },
    )
}

fn record_sketch() -> impl Strategy<Value = RecordSketch> {
    let when = prop_oneof![
        2 => (-10_i64..20).prop_map(When::DaysFromStart),
        4 => (0_i64..=110).prop_map(When::HundredthsOfWindow),
        5 => (-25_i64..=3).prop_map(When::DaysFromAsOf),
        1 => (-5_i64..20).prop_map(When::DaysFromEnd),
    ];
    let time = weighted(0.25, (0_u8..24, 0_u8..60));
    let void = prop_oneof![12 => Just(None), 1 => Just(Some(false)), 2 => Just(Some(true))];
    let confidence = weighted(0.4, 0_i64..=10);
    (when, time, weighted(0.8, value_sketch()), confidence, prop::bool::weighted(0.2), void)
        .prop_map(|(when, time, value, confidence, note, void)| RecordSketch {
            when,
            time,
            value,
            confidence,
            note,
            void,
        })
}

fn value_sketch() -> impl Strategy<Value = ValueSketch> {
    let way = prop_oneof![
        9 => -0.2..1.2_f64,
        1 => Just(0.0),
        2 => Just(1.0),
        1 => -1e6..1e6_f64,
    ];
    (way, prop::bool::weighted(0.2)).prop_map(|(way, whole)| ValueSketch { way, whole })
}

fn link_sketch() -> impl Strategy<Value = LinkSketch> {
    (0_usize..60, any::<bool>(), any::<bool>())
        .prop_map(|(pick, to_key_result, qualified)| LinkSketch { pick, to_key_result, qualified })
}

fn close_sketch() -> impl Strategy<Value = CloseSketch> {
    (-20_i64..40, any::<bool>(), of(select(vec![0.0, 0.2, 0.4, 0.55, 0.7, 0.83, 1.0]))).prop_map(
        |(days_after_end, achieved, score)| CloseSketch { days_after_end, achieved, score },
    )
}

// Settling: from sketches to dates, ids and links that keep the format's rules.

const TEAMS: [&str; 6] =
    ["", "platform", "platform/build", "platform/build/cache", "sales", "platform-two"];
const GOAL_NAMES: [&str; 6] = ["grow", "calm-deploys", "trust", "reach", "learn", "a1"];
const KEY_RESULT_NAMES: [&str; 5] = ["lead-time", "arr", "k", "nps-2", "churn"];
const TITLES: [&str; 4] = [
    "Deploys are calm",
    "\"Quoted\" \\ and <b>bold</b>",
    "20 % more – naïve façade 🎯",
    "=1+1, 'single' [x](y)",
];

struct Settled<'a> {
    sketch: &'a WorkspaceSketch,
    as_of: Date,
    cycles: Vec<Cycle>,
    goals: Vec<Goal<'a>>,
}

impl Settled<'_> {
    /// The bounds of `[status]` for committed or for aspirational goals.
    fn bounds(&self, committed: bool) -> (f64, f64) {
        if committed {
            self.sketch.committed.unwrap_or((1.0, 0.7))
        } else {
            self.sketch.aspirational.unwrap_or((0.7, 0.4))
        }
    }
}

#[derive(Clone)]
struct Cycle {
    id: String,
    start: Date,
    end: Date,
    is_named: bool,
}

impl Cycle {
    fn contains(&self, other: &Cycle) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

struct Goal<'a> {
    sketch: &'a GoalSketch,
    cycle: Cycle,
    id: String,
    weight: Option<f64>,
    starts: Option<Date>,
    due: Option<Date>,
    start: Date,
    end: Date,
    measure: Option<(&'a Measure, &'a [RecordSketch])>,
    key_results: Vec<KeyResult>,
    contributes_to: Vec<Link>,
    supports: Vec<Link>,
    close: Option<Date>,
}

struct KeyResult {
    sketch: KeyResultSketch,
    id: String,
    weight: Option<f64>,
    starts: Option<Date>,
    due: Option<Date>,
    start: Date,
    end: Date,
}

struct Link {
    goal: usize,
    key_result: Option<usize>,
    qualified: bool,
}

fn settle(sketch: &WorkspaceSketch) -> Settled<'_> {
    let anchor = plus_days(date(2025, 7, 1), sketch.anchor);
    let mut cycles: Vec<Cycle> = Vec::new();
    for (index, cycle) in sketch.cycles.iter().enumerate() {
        let cycle = settle_cycle(cycle, index, anchor, sketch.year_starts);
        if cycles.iter().all(|c| c.id != cycle.id) {
            cycles.push(cycle);
        }
    }
    // Long cycles first, for parents come before those that contribute to them.
    cycles.sort_by_key(|c| (days_between(c.end, c.start), c.id.clone()));
    let mut by_cycle: Vec<&GoalSketch> = sketch.goals.iter().collect();
    by_cycle.sort_by_key(|goal| goal.cycle % cycles.len());
    let mut goals: Vec<Goal<'_>> = Vec::new();
    for goal in by_cycle {
        let cycle = cycles[goal.cycle % cycles.len()].clone();
        let taken = |id: &str| goals.iter().any(|g| g.cycle.id == cycle.id && g.id == id);
        let id = free_id(GOAL_NAMES[goal.name], taken);
        let goal = settle_goal(goal, cycle, id);
        goals.push(goal);
    }
    link(&mut goals);
    mend_bare_goals(&mut goals);
    close(&mut goals);
    let turn =
        sketch.turn.as_ref().and_then(|(pick, turn)| settle_turn(*pick, turn, sketch, &goals));
    Settled { sketch, as_of: turn.unwrap_or(plus_days(anchor, sketch.as_of)), cycles, goals }
}

fn settle_turn(
    pick: usize,
    turn: &Turn,
    sketch: &WorkspaceSketch,
    goals: &[Goal<'_>],
) -> Option<Date> {
    let mut windows: Vec<(Date, Date)> = Vec::new();
    for goal in goals {
        windows.push((goal.start, goal.end));
        windows.extend(goal.key_results.iter().map(|k| (k.start, k.end)));
    }
    let (start, end) = windows[pick % windows.len()];
    let closes: Vec<Date> = goals.iter().filter_map(|goal| goal.close).collect();
    match turn {
        Turn::DaysFromStart(days) => Some(plus_days(start, *days)),
        Turn::DaysFromEnd(days) => Some(plus_days(end, *days)),
        Turn::QuietOver => {
            let quiet = sketch.quiet_until.unwrap_or(0.2) * days_between(start, end) as f64;
            Some(plus_days(start, quiet.ceil() as i64))
        }
        Turn::DaysFromStale(days) => Some(plus_days(start, 2 * sketch.every.unwrap_or(14) + days)),
        Turn::Close => closes.get(pick % closes.len().max(1)).copied(),
    }
}

fn settle_cycle(sketch: &CycleSketch, index: usize, anchor: Date, year_starts: i8) -> Cycle {
    let day = plus_days(anchor, sketch.shift);
    let candidates: Vec<String> = (day.year() - 1..=day.year() + 1)
        .flat_map(|year| match sketch.span {
            Span::Year => vec![format!("{year}")],
            Span::Half => (1..=2).map(|n| format!("{year}-h{n}")).collect(),
            Span::Quarter => (1..=4).map(|n| format!("{year}-q{n}")).collect(),
            Span::Month => (1..=12).map(|n| format!("{year}-{n:02}")).collect(),
            Span::Week => {
                (1..=53).filter(|n| has_week(year, *n)).map(|n| format!("{year}-w{n:02}")).collect()
            }
            Span::Named { .. } => Vec::new(),
        })
        .collect();
    for id in candidates {
        let (start, end) = oracle::cycle_window(&id, year_starts, &BTreeMap::new());
        if start <= day && day <= end {
            return Cycle { id, start, end, is_named: false };
        }
    }
    let Span::Named { before, after } = sketch.span else {
        unreachable!("built-in cycles leave no day out")
    };
    let id = ["launch", "spring-push", "beta"][index].to_owned();
    Cycle { id, start: plus_days(day, -before), end: plus_days(day, after), is_named: true }
}

fn has_week(year: i16, week: i8) -> bool {
    ISOWeekDate::new(year, week, Weekday::Monday).is_ok()
}

fn settle_goal(sketch: &GoalSketch, cycle: Cycle, id: String) -> Goal<'_> {
    let (starts, due) = cut(&sketch.window, cycle.start, cycle.end);
    let (start, end) = (starts.unwrap_or(cycle.start), due.unwrap_or(cycle.end));
    let (measure, sketches) = match &sketch.shape {
        Shape::Objective(key_results) => (None, key_results.as_slice()),
        Shape::Smart(measure, records) => (Some((measure, records.as_slice())), [].as_slice()),
        Shape::Bare => (None, [].as_slice()),
    };
    let mut key_results: Vec<KeyResult> = Vec::new();
    for key_result in sketches {
        let id =
            free_id(KEY_RESULT_NAMES[key_result.name], |id| key_results.iter().any(|k| k.id == id));
        key_results.push(settle_key_result(key_result.clone(), id, start, end));
    }
    if key_results.iter().all(|k| k.weight == Some(0.0))
        && let Some(first) = key_results.first_mut()
    {
        first.weight = None;
    }
    Goal {
        sketch,
        cycle,
        id,
        weight: sketch.weight,
        starts,
        due,
        start,
        end,
        measure,
        key_results,
        contributes_to: Vec::new(),
        supports: Vec::new(),
        close: None,
    }
}

fn settle_key_result(
    sketch: KeyResultSketch,
    id: String,
    goal_start: Date,
    goal_end: Date,
) -> KeyResult {
    let (starts, due) = cut(&sketch.window, goal_start, goal_end);
    let (start, end) = (starts.unwrap_or(goal_start), due.unwrap_or(goal_end));
    KeyResult { id, weight: sketch.weight, starts, due, start, end, sketch }
}

/// Cuts own first and last days out of a window; the last never before the first.
fn cut(sketch: &WindowSketch, start: Date, end: Date) -> (Option<Date>, Option<Date>) {
    let at = |hundredths: i64| plus_days(start, days_between(start, end) * hundredths / 100);
    match (sketch.starts, sketch.due) {
        (Some(a), Some(b)) => (Some(at(a.min(b))), Some(at(a.max(b)))),
        (starts, due) => (starts.map(at), due.map(at)),
    }
}

fn free_id(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|n| format!("{name}-{n}"));
    std::iter::once(name.to_owned())
        .chain(numbered)
        .find(|id| !taken(id))
        .expect("numbers do not run out")
}

/// Ties goals to earlier ones in the same cycle or one around it, so that no path leads back.
fn link(goals: &mut [Goal<'_>]) {
    for child in 0..goals.len() {
        let sketch = goals[child].sketch;
        let around: Vec<usize> =
            (0..child).filter(|p| goals[*p].cycle.contains(&goals[child].cycle)).collect();
        if around.is_empty() {
            continue;
        }
        let mut contributes_to: Vec<Link> = Vec::new();
        for parent in &sketch.parents {
            let link = settle_link(parent, goals, &around, |k| {
                matches!(k.sketch.measure, Measure::Objectives)
            });
            // Never twice to the same place, nor to a goal and to one of its key results.
            let clashes = |l: &Link| {
                l.goal == link.goal
                    && (l.key_result == link.key_result
                        || l.key_result.is_none()
                        || link.key_result.is_none())
            };
            if !contributes_to.iter().any(clashes) {
                contributes_to.push(link);
            }
        }
        let supports: Vec<Link> = sketch
            .supports
            .iter()
            .map(|s| settle_link(s, goals, &around, |_| true))
            .filter(|link| contributes_to.iter().all(|l| l.goal != link.goal))
            .collect();
        for link in contributes_to {
            let qualified = link.qualified || !resolves(goals, child, link.goal);
            goals[child].contributes_to.push(Link { qualified, ..link });
        }
        for link in supports {
            let qualified = link.qualified || !resolves(goals, child, link.goal);
            goals[child].supports.push(Link { qualified, ..link });
        }
    }
}

fn settle_link(
    sketch: &LinkSketch,
    goals: &[Goal<'_>],
    around: &[usize],
    fits: impl Fn(&KeyResult) -> bool,
) -> Link {
    let goal = around[sketch.pick % around.len()];
    let fitting: Vec<usize> =
        (0..goals[goal].key_results.len()).filter(|k| fits(&goals[goal].key_results[*k])).collect();
    let key_result = (sketch.to_key_result && !fitting.is_empty())
        .then(|| fitting[sketch.pick / around.len() % fitting.len()]);
    Link { goal, key_result, qualified: sketch.qualified }
}

/// Tells whether a bare id, written in one goal, is sure to mean another: it is the one goal of that id in the
/// nearest cycle that has any.
fn resolves(goals: &[Goal<'_>], from: usize, to: usize) -> bool {
    let length = |g: &Goal<'_>| days_between(g.cycle.start, g.cycle.end);
    let (from, to) = (&goals[from], &goals[to]);
    if from.cycle.id == to.cycle.id {
        return true;
    }
    let rivals =
        |g: &&Goal<'_>| g.id == to.id && g.cycle.contains(&from.cycle) && g.cycle.id != to.cycle.id;
    goals.iter().filter(rivals).all(|g| g.cycle.id != from.cycle.id && length(g) > length(to))
}

/// Gives a measure to a bare goal to which nothing contributes, and a counting contributor to every other.
fn mend_bare_goals(goals: &mut [Goal<'_>]) {
    for parent in 0..goals.len() {
        if !matches!(goals[parent].sketch.shape, Shape::Bare) {
            continue;
        }
        let children = children(goals, parent);
        if children.is_empty() {
            let sketch = KeyResultSketch {
                name: 0,
                measure: Measure::Baseline { unit: None },
                weight: None,
                dropped: false,
                owner: None,
                window: WindowSketch { starts: None, due: None },
                records: Vec::new(),
            };
            let (start, end) = (goals[parent].start, goals[parent].end);
            let key_result = settle_key_result(sketch, "first-look".to_owned(), start, end);
            goals[parent].key_results.push(key_result);
        } else if children.iter().all(|c| goals[*c].weight == Some(0.0)) {
            goals[children[0]].weight = None;
        }
    }
}

fn children(goals: &[Goal<'_>], parent: usize) -> Vec<usize> {
    (0..goals.len()).filter(|c| goals[*c].contributes_to.iter().any(|l| l.goal == parent)).collect()
}

/// Closes goals, but none to which a goal contributes that is closed later or not at all.
fn close(goals: &mut [Goal<'_>]) {
    for g in (0..goals.len()).rev() {
        let Some(sketch) = &goals[g].sketch.close else {
            continue;
        };
        let date = plus_days(goals[g].end, sketch.days_after_end);
        let closed_before = |c: &usize| goals[*c].close.is_some_and(|closed| closed <= date);
        if children(goals, g).iter().all(closed_before) {
            goals[g].close = Some(date);
        }
    }
}

fn plus_days(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("the calendar is long enough")
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

/// Takes a figure to six decimals.
fn tidy(figure: f64) -> f64 {
    (figure * 1e6).round() / 1e6
}

// Printing: TOML text.

fn print(settled: &Settled<'_>) -> Workspace {
    let folder = if settled.sketch.other_folder { "docs/okrs" } else { "goals" };
    let mut files = BTreeMap::from([("goals.toml".to_owned(), settings_text(settled, folder))]);
    for goal in &settled.goals {
        let team = TEAMS[goal.sketch.team];
        let slash = if team.is_empty() { "" } else { "/" };
        let stem = format!("{folder}/{}/{team}{slash}{}", goal.cycle.id, goal.id);
        files.insert(format!("{stem}.toml"), plan_text(settled, goal));
        let checkins = checkins_text(settled, goal);
        if !checkins.is_empty() {
            files.insert(format!("{stem}.checkins.toml"), checkins);
        }
    }
    Workspace { files, as_of: settled.as_of }
}

fn settings_text(settled: &Settled<'_>, folder: &str) -> String {
    let sketch = settled.sketch;
    let mut text = "format = 1\n".to_owned();
    if sketch.other_folder {
        line(&mut text, "plans", quoted(folder));
    }
    if sketch.year_starts != 1 {
        line(&mut text, "year_starts", sketch.year_starts);
    }
    for cycle in settled.cycles.iter().filter(|cycle| cycle.is_named) {
        text += &format!("[cycles.{}]\nstart = {}\nend = {}\n", cycle.id, cycle.start, cycle.end);
    }
    if let Some(every) = sketch.every {
        text += &format!("[checkins]\nevery = {every}\n");
    }
    text += "[status]\n";
    if let Some((first, second)) = sketch.aspirational {
        line(&mut text, "aspirational", format!("[{}, {}]", figure(first), second));
    }
    if let Some((first, second)) = sketch.committed {
        line(&mut text, "committed", format!("[{}, {}]", figure(first), second));
    }
    if let Some(quiet_until) = sketch.quiet_until {
        line(&mut text, "quiet_until", format!("{quiet_until:?}"));
    }
    text
}

fn plan_text(settled: &Settled<'_>, goal: &Goal<'_>) -> String {
    let sketch = goal.sketch;
    let mut text = String::new();
    line(&mut text, "title", quoted(TITLES[sketch.name % TITLES.len()]));
    line(&mut text, "owner", quoted("ana"));
    if sketch.trimmings {
        line(&mut text, "why", quoted("because\nit *matters*"));
        line(&mut text, "tags", r#"["reliability"]"#);
    }
    if let Some(ambition) = sketch.ambition {
        line(&mut text, "ambition", quoted(ambition));
    }
    weight_and_window(&mut text, goal.weight, goal.starts, goal.due);
    if let Some(draft) = sketch.draft {
        line(&mut text, "draft", draft);
    }
    if sketch.dropped {
        line(&mut text, "dropped", quoted("another way was found"));
    }
    for (key, links) in [("contributes_to", &goal.contributes_to), ("supports", &goal.supports)] {
        if !links.is_empty() {
            let references: Vec<String> =
                links.iter().map(|l| quoted(&reference(&settled.goals, l))).collect();
            line(&mut text, key, format!("[{}]", references.join(", ")));
        }
    }
    if let Some((measure, _)) = goal.measure {
        text += &measure_text(measure, goal.start, goal.end);
    }
    for key_result in &goal.key_results {
        text += &key_result_text(key_result);
    }
    if sketch.trimmings {
        text += "[initiatives.canary]\ntitle = \"Canary releases\"\nowner = \"eli\"\n";
    }
    if let (Some(date), Some(close)) = (goal.close, &sketch.close) {
        let verdict = if close.achieved { "achieved" } else { "missed" };
        text += &format!(
            "[close]\ndate = {date}\nverdict = \"{verdict}\"\nnote = \"what was learned\"\n"
        );
        if let Some(score) = close.score {
            line(&mut text, "score", format!("{score:?}"));
        }
    }
    text
}

fn key_result_text(key_result: &KeyResult) -> String {
    let sketch = &key_result.sketch;
    let mut text = format!("[key_results.{}]\n", key_result.id);
    line(&mut text, "title", quoted(TITLES[(sketch.name + 1) % TITLES.len()]));
    if let Some(owner) = sketch.owner {
        line(&mut text, "owner", quoted(owner));
    }
    weight_and_window(&mut text, key_result.weight, key_result.starts, key_result.due);
    if sketch.dropped {
        line(&mut text, "dropped", quoted("too hard"));
    }
    text + &measure_text(&sketch.measure, key_result.start, key_result.end)
}

fn weight_and_window(
    text: &mut String,
    weight: Option<f64>,
    starts: Option<Date>,
    due: Option<Date>,
) {
    if let Some(weight) = weight {
        line(text, "weight", figure(weight));
    }
    if let Some(starts) = starts {
        line(text, "starts", starts);
    }
    if let Some(due) = due {
        line(text, "due", due);
    }
}

fn reference(goals: &[Goal<'_>], link: &Link) -> String {
    let goal = &goals[link.goal];
    let cycle = if link.qualified { format!("{}/", goal.cycle.id) } else { String::new() };
    let key_result =
        link.key_result.map_or_else(String::new, |k| format!(".{}", goal.key_results[k].id));
    format!("{cycle}{}{key_result}", goal.id)
}

fn measure_text(measure: &Measure, start: Date, end: Date) -> String {
    let mut text = String::new();
    match measure {
        Measure::Metric { baseline, target, unit, plan, says_kind } => {
            if *says_kind {
                line(&mut text, "kind", quoted("metric"));
            }
            line(&mut text, "baseline", figure(*baseline));
            line(&mut text, "target", figure(*target));
            unit_line(&mut text, *unit);
            plan_line(&mut text, measure, plan, start, end);
        }
        Measure::Threshold { low, high, strict, evaluate } => {
            line(&mut text, "kind", quoted("threshold"));
            if let Some(low) = low {
                line(&mut text, "at_least", figure(*low));
            }
            if let Some(high) = high {
                line(&mut text, "at_most", figure(*high));
            }
            if let Some(strict) = strict {
                line(&mut text, "strict", strict);
            }
            if let Some(evaluate) = evaluate {
                line(&mut text, "evaluate", quoted(evaluate));
            }
        }
        Measure::Milestone { scores, long } => {
            line(&mut text, "kind", quoted("milestone"));
            let steps: Vec<String> = scores
                .iter()
                .enumerate()
                .map(|(n, score)| milestone(n, *score, *long, end))
                .collect();
            line(&mut text, "milestones", format!("{{ {} }}", steps.join(", ")));
        }
        Measure::Binary => line(&mut text, "kind", quoted("binary")),
        Measure::Baseline { unit } => {
            line(&mut text, "kind", quoted("baseline"));
            unit_line(&mut text, *unit);
        }
        Measure::Objectives => line(&mut text, "kind", quoted("objectives")),
    }
    text
}

fn unit_line(text: &mut String, unit: Option<&str>) {
    if let Some(unit) = unit {
        line(text, "unit", quoted(unit));
    }
}

/// Prints plan points on different days strictly within the window; none if there is no such day.
fn plan_line(text: &mut String, measure: &Measure, plan: &[(i64, f64)], start: Date, end: Date) {
    let days = days_between(start, end);
    let mut points: BTreeMap<Date, f64> = BTreeMap::new();
    for (hundredths, way) in plan.iter().filter(|_| days >= 2) {
        let day = (days * hundredths / 100).clamp(1, days - 1);
        points.insert(plus_days(start, day), along(measure, *way));
    }
    if !points.is_empty() {
        let points: Vec<String> =
            points.iter().map(|(date, value)| format!("{date} = {}", figure(*value))).collect();
        line(text, "plan", format!("{{ {} }}", points.join(", ")));
    }
}

fn milestone(n: usize, score: f64, long: bool, due: Date) -> String {
    if long {
        format!("step-{n} = {{ title = \"Step {n}\", score = {score:?}, due = {due} }}")
    } else {
        format!("step-{n} = {score:?}")
    }
}

/// Tells the number that lies some way along a measure: 0 its beginning, 1 its end.
fn along(measure: &Measure, way: f64) -> f64 {
    match measure {
        Measure::Metric { target, .. } if way == 1.0 => *target,
        Measure::Metric { baseline, target, unit, .. } => {
            let value = tidy(baseline + way * (target - baseline));
            if *unit == Some("%") { value.clamp(0.0, 100.0) } else { value }
        }
        Measure::Threshold { low, high, .. } => {
            let (low, high) = (
                low.unwrap_or(high.unwrap_or(0.0) - 10.0),
                high.unwrap_or(low.unwrap_or(0.0) + 10.0),
            );
            if way == 1.0 { high } else { tidy(low + way * (high - low)) }
        }
        _ => tidy(way * 100.0),
    }
}

fn checkins_text(settled: &Settled<'_>, goal: &Goal<'_>) -> String {
    let window = (goal.start, goal.end);
    let mut text = match goal.measure {
        Some((measure, records)) => records_text(records, Some(measure), window, settled.as_of),
        None => records_text(&goal.sketch.own_records, None, window, settled.as_of),
    };
    for key_result in &goal.key_results {
        let measure = &key_result.sketch.measure;
        let window = (key_result.start, key_result.end);
        let records =
            records_text(&key_result.sketch.records, Some(measure), window, settled.as_of);
        if !records.is_empty() && !matches!(measure, Measure::Objectives) {
            text += &format!("[{}]\n{records}", key_result.id);
        }
    }
    text
}

/// Prints records in the order of the sketch, one for each moment; without a measure they have no value.
fn records_text(
    sketches: &[RecordSketch],
    measure: Option<&Measure>,
    window: (Date, Date),
    as_of: Date,
) -> String {
    let (start, end) = window;
    let mut moments = BTreeSet::new();
    let mut text = String::new();
    for sketch in sketches {
        let date = match sketch.when {
            When::DaysFromStart(days) => plus_days(start, days),
            When::HundredthsOfWindow(n) => plus_days(start, days_between(start, end) * n / 100),
            When::DaysFromAsOf(days) => plus_days(as_of, days),
            When::DaysFromEnd(days) => plus_days(end, days),
        };
        let key = match sketch.time {
            Some((hour, minute)) => format!("\"{date}T{hour:02}:{minute:02}\""),
            None => date.to_string(),
        };
        if moments.insert(key.clone()) {
            line(&mut text, &key, record_text(sketch, measure));
        }
    }
    text
}

fn record_text(sketch: &RecordSketch, measure: Option<&Measure>) -> String {
    // The first value of a baseline is all there is to it: most records of one come before it is known.
    let is_known =
        |value: &&ValueSketch| value.whole || !matches!(measure, Some(Measure::Baseline { .. }));
    let value = sketch
        .value
        .as_ref()
        .filter(is_known)
        .zip(measure)
        .map(|(value, measure)| value_text(value, measure));
    let mut parts = Vec::new();
    if let Some(value) = &value {
        parts.push(format!("value = {value}"));
    }
    if let Some(confidence) = sketch.confidence {
        parts.push(format!("confidence = {confidence}"));
    }
    if let Some(void) = sketch.void {
        parts.push(format!("void = {void}"));
    }
    match value {
        Some(value) if parts.len() == 1 && !sketch.note => value,
        _ => {
            if sketch.note || parts.is_empty() {
                parts.push("note = \"not measured, says \\\"ops\\\"\"".to_owned());
                parts.push("by = \"ben\"".to_owned());
            }
            format!("{{ {} }}", parts.join(", "))
        }
    }
}

fn value_text(sketch: &ValueSketch, measure: &Measure) -> String {
    match measure {
        Measure::Binary => (sketch.way >= 0.5).to_string(),
        Measure::Milestone { scores, .. } => {
            let share = sketch.way.clamp(0.0, 1.0);
            let step = (share * scores.len() as f64) as usize;
            quoted(&format!("step-{}", step.min(scores.len() - 1)))
        }
        _ => {
            let value = along(measure, sketch.way);
            figure(if sketch.whole { value.round() } else { value })
        }
    }
}

fn line(text: &mut String, key: &str, value: impl fmt::Display) {
    writeln!(text, "{key} = {value}").expect("writing to text does not fail");
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// Prints a number in one of TOML's ways: whole, with an exponent where it is large, or plain.
fn figure(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if value.fract() == 0.0 && value.abs() < 1e15 {
        format!("{value:.0}")
    } else if value.abs() >= 1e9 {
        format!("{value:e}")
    } else {
        format!("{value}")
    }
}
