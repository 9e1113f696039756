//! A second rollup, written straight from the formulas, for the product's own to be held against.
//!
//! It is naive on purpose: no caching, no shared structure with the product, every figure recomputed wherever
//! it is needed. It expects a valid workspace and panics with the reason on any other. It knows no git, so what
//! only history can tell (`revision`, `score_original`, `amendments`, `goalpost_moves`) is left at its neutral value.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::{Date, ISOWeekDate, Weekday, date};
use serde_json::{Map, Value, json};
use toml::Table;

/// Computes the JSON contract of the rollup of a workspace, given as path → text, for one date.
pub(crate) fn rollup(files: &BTreeMap<String, String>, as_of: Date) -> Value {
    let oracle = Oracle::read(files, as_of);
    let mut cycles = Vec::new();
    let mut teams = Vec::new();
    for cycle in oracle.cycles() {
        cycles.push(oracle.cycle_json(&cycle));
        for team in oracle.teams(&cycle) {
            teams.push(oracle.team_json(&cycle, &team));
        }
    }
    let goals: Vec<Value> = (0..oracle.goals.len()).map(|g| oracle.goal_json(g)).collect();
    json!({
        "format_version": 1,
        "as_of": as_of.to_string(),
        "revision": null,
        "history": "none",
        "cycles": cycles,
        "teams": teams,
        "goals": goals,
    })
}

/// Tells the first and the last day of a cycle, built in or named.
pub(crate) fn cycle_window(
    id: &str,
    year_starts: i8,
    named: &BTreeMap<String, (Date, Date)>,
) -> (Date, Date) {
    if let Some(window) = named.get(id) {
        return *window;
    }
    let (year, part) = id.split_once('-').unwrap_or((id, ""));
    let year: i16 = year.parse().expect("a cycle's year is a number");
    // A fiscal year is named after the calendar year in which it ends.
    let year_start =
        if year_starts == 1 { date(year, 1, 1) } else { date(year - 1, year_starts, 1) };
    let (start, months) = if part.is_empty() {
        (year_start, 12)
    } else if let Some(half) = part.strip_prefix('h') {
        (plus_months(year_start, 6 * (number_in(half) - 1)), 6)
    } else if let Some(quarter) = part.strip_prefix('q') {
        (plus_months(year_start, 3 * (number_in(quarter) - 1)), 3)
    } else if let Some(week) = part.strip_prefix('w') {
        let week = i8::try_from(number_in(week)).expect("a week fits");
        let monday = ISOWeekDate::new(year, week, Weekday::Monday).expect("the week exists").date();
        return (monday, plus_days(monday, 6));
    } else {
        let month = i8::try_from(number_in(part)).expect("a month fits");
        (date(year, month, 1), 1)
    };
    (start, plus_days(plus_months(start, months), -1))
}

fn number_in(text: &str) -> i64 {
    text.parse().expect("the part of a cycle's id is a number")
}

fn plus_months(day: Date, months: i64) -> Date {
    day.checked_add(months.months()).expect("the calendar is long enough")
}

fn plus_days(day: Date, days: i64) -> Date {
    day.checked_add(days.days()).expect("the calendar is long enough")
}

fn days_between(from: Date, to: Date) -> i64 {
    i64::from((to - from).get_days())
}

struct Oracle {
    as_of: Date,
    year_starts: i8,
    named: BTreeMap<String, (Date, Date)>,
    every: i64,
    aspirational: (f64, f64),
    committed: (f64, f64),
    quiet_until: f64,
    /// Sorted by cycle, then id.
    goals: Vec<Goal>,
}

struct Goal {
    cycle: String,
    id: String,
    /// `None` for the whole organisation.
    team: Option<String>,
    plan: Table,
    start: Date,
    end: Date,
    /// The key results, or of a SMART goal the one measure.
    key_results: Vec<KeyResult>,
    /// Those about the goal as a whole; of a SMART goal also those of its measure.
    records: Vec<Record>,
    contributes_to: Vec<Target>,
    supports: Vec<Target>,
}

struct KeyResult {
    /// `None` for the measure of a SMART goal.
    id: Option<String>,
    keys: Table,
    weight: f64,
    dropped: bool,
    start: Date,
    end: Date,
    records: Vec<Record>,
}

/// One line of a check-ins file.
#[derive(Clone)]
struct Record {
    date: Date,
    /// `None` for the bare date, which comes after every time of its day.
    time: Option<String>,
    value: Option<toml::Value>,
    confidence: Option<i64>,
    void: bool,
}

/// What a reference points at: a goal, by its index, and maybe one of its key results, by its index.
struct Target {
    goal: usize,
    key_result: Option<usize>,
}

// Reading.

impl Oracle {
    fn read(files: &BTreeMap<String, String>, as_of: Date) -> Oracle {
        let settings = parse(&files["goals.toml"]);
        let mut oracle = Oracle {
            as_of,
            year_starts: settings
                .get("year_starts")
                .map_or(1, |v| v.as_integer().expect("a month") as i8),
            named: named_cycles(&settings),
            every: lookup(&settings, "checkins", "every")
                .map_or(14, |v| v.as_integer().expect("days")),
            aspirational: bounds(&settings, "aspirational", (0.7, 0.4)),
            committed: bounds(&settings, "committed", (1.0, 0.7)),
            quiet_until: lookup(&settings, "status", "quiet_until").map_or(0.2, number),
            goals: Vec::new(),
        };
        let folder = format!("{}/", text(&settings, "plans").unwrap_or_else(|| "goals".to_owned()));
        for (path, plan) in files {
            if let Some(place) = path.strip_prefix(&folder)
                && let Some(place) = place.strip_suffix(".toml")
                && !place.ends_with(".checkins")
            {
                let record = files.get(&format!("{folder}{place}.checkins.toml"));
                let goal = oracle.read_goal(
                    place,
                    parse(plan),
                    record.map_or_else(Table::new, |text| parse(text)),
                );
                oracle.goals.push(goal);
            }
        }
        oracle.goals.sort_by_key(|goal| (goal.cycle.clone(), goal.id.clone()));
        for g in 0..oracle.goals.len() {
            oracle.goals[g].contributes_to = oracle.targets(g, "contributes_to");
            oracle.goals[g].supports = oracle.targets(g, "supports");
        }
        oracle
    }

    /// Reads one goal; `place` is `<cycle>/<team…>/<id>`.
    fn read_goal(&self, place: &str, plan: Table, checkins: Table) -> Goal {
        let mut folders: Vec<&str> = place.split('/').collect();
        let id = folders.pop().expect("a path has a last part").to_owned();
        let cycle = folders.remove(0).to_owned();
        let team = if folders.is_empty() { None } else { Some(folders.join("/")) };
        let (cycle_start, cycle_end) = cycle_window(&cycle, self.year_starts, &self.named);
        let start = day(&plan, "starts").unwrap_or(cycle_start);
        let end = day(&plan, "due").unwrap_or(cycle_end);
        let records = records(&checkins);
        let mut key_results = Vec::new();
        if is_smart(&plan) {
            key_results.push(KeyResult {
                id: None,
                keys: plan.clone(),
                weight: 1.0,
                dropped: false,
                start,
                end,
                records: records.clone(),
            });
        }
        if let Some(tables) = plan.get("key_results") {
            for (id, keys) in tables.as_table().expect("key results are tables") {
                let keys = keys.as_table().expect("a key result is a table").clone();
                let own = checkins
                    .get(id)
                    .map_or_else(Table::new, |t| t.as_table().expect("a table").clone());
                key_results.push(KeyResult {
                    id: Some(id.clone()),
                    weight: keys.get("weight").map_or(1.0, number),
                    dropped: keys.contains_key("dropped"),
                    start: day(&keys, "starts").unwrap_or(start),
                    end: day(&keys, "due").unwrap_or(end),
                    records: self::records(&own),
                    keys,
                });
            }
        }
        let (contributes_to, supports) = (Vec::new(), Vec::new());
        Goal { cycle, id, team, plan, start, end, key_results, records, contributes_to, supports }
    }

    fn targets(&self, g: usize, key: &str) -> Vec<Target> {
        let Some(references) = self.goals[g].plan.get(key) else {
            return Vec::new();
        };
        let references = references.as_array().expect("references are a list");
        references
            .iter()
            .map(|r| self.resolve(&self.goals[g].cycle, r.as_str().expect("text")))
            .collect()
    }

    /// Resolves a reference made in a cycle: as it says, else there, else in the shortest cycle around it.
    fn resolve(&self, from: &str, reference: &str) -> Target {
        if let Some((cycle, rest)) = reference.split_once('/') {
            return self
                .find(cycle, rest)
                .unwrap_or_else(|| panic!("`{reference}` does not resolve"));
        }
        if let Some(target) = self.find(from, reference) {
            return target;
        }
        let (start, end) = self.window(from);
        let mut around: Vec<(i64, String)> = Vec::new();
        for cycle in self.cycles() {
            let (s, e) = self.window(&cycle);
            if s <= start && end <= e {
                around.push((days_between(s, e), cycle));
            }
        }
        around.retain(|(_, cycle)| self.find(cycle, reference).is_some());
        around.sort();
        let (shortest, cycle) =
            around.first().unwrap_or_else(|| panic!("`{reference}` does not resolve from {from}"));
        let is_tied = around.iter().filter(|(days, _)| days == shortest).count() > 1;
        assert!(!is_tied, "`{reference}` is ambiguous from {from}");
        self.find(cycle, reference).expect("it was kept for being found")
    }

    /// Finds `<goal>[.<key-result>]` in one cycle.
    fn find(&self, cycle: &str, reference: &str) -> Option<Target> {
        let (goal, key_result) = match reference.split_once('.') {
            Some((goal, key_result)) => (goal, Some(key_result)),
            None => (reference, None),
        };
        let goal = self.goals.iter().position(|g| g.cycle == cycle && g.id == goal)?;
        let Some(key_result) = key_result else {
            return Some(Target { goal, key_result: None });
        };
        let k = self.goals[goal]
            .key_results
            .iter()
            .position(|k| k.id.as_deref() == Some(key_result))?;
        Some(Target { goal, key_result: Some(k) })
    }

    fn window(&self, cycle: &str) -> (Date, Date) {
        cycle_window(cycle, self.year_starts, &self.named)
    }
}

fn parse(text: &str) -> Table {
    text.parse().unwrap_or_else(|e| panic!("the oracle takes valid files only: {e}\n{text}"))
}

fn lookup<'a>(settings: &'a Table, table: &str, key: &str) -> Option<&'a toml::Value> {
    settings.get(table)?.get(key)
}

fn bounds(settings: &Table, ambition: &str, default: (f64, f64)) -> (f64, f64) {
    lookup(settings, "status", ambition)
        .map_or(default, |pair| (number(&pair[0]), number(&pair[1])))
}

fn named_cycles(settings: &Table) -> BTreeMap<String, (Date, Date)> {
    let Some(cycles) = settings.get("cycles") else {
        return BTreeMap::new();
    };
    let cycles = cycles.as_table().expect("cycles are tables");
    let window = |cycle: &toml::Value| {
        let cycle = cycle.as_table().expect("a cycle is a table");
        (day(cycle, "start").expect("a start"), day(cycle, "end").expect("an end"))
    };
    cycles.iter().map(|(id, cycle)| (id.clone(), window(cycle))).collect()
}

fn number(value: &toml::Value) -> f64 {
    match value {
        toml::Value::Integer(i) => *i as f64,
        toml::Value::Float(f) => *f,
        other => panic!("`{other}` is not a number"),
    }
}

fn text(table: &Table, key: &str) -> Option<String> {
    table.get(key).map(|v| v.as_str().expect("text").to_owned())
}

fn day(table: &Table, key: &str) -> Option<Date> {
    let date = table.get(key)?.as_datetime().expect("a date").to_string();
    Some(date.parse().expect("a civil date"))
}

/// Tells whether a plan has a measure of its own.
fn is_smart(plan: &Table) -> bool {
    ["kind", "baseline", "target", "at_least", "at_most", "milestones"]
        .iter()
        .any(|key| plan.contains_key(*key))
}

/// Reads the dated entries of a table, in the order of time: times before the bare date of the same day.
fn records(table: &Table) -> Vec<Record> {
    let mut records = Vec::new();
    for (key, entry) in table {
        let (date, time) = match key.split_once('T') {
            Some((date, time)) => (date, Some(time.to_owned())),
            None => (key.as_str(), None),
        };
        // Among a goal's own records stand the tables of its key results.
        let Ok(date) = date.parse::<Date>() else {
            continue;
        };
        records.push(match entry {
            toml::Value::Table(keys) => Record {
                date,
                time,
                value: keys.get("value").cloned(),
                confidence: keys.get("confidence").map(|c| c.as_integer().expect("a whole number")),
                void: keys.get("void").is_some_and(|v| v.as_bool().expect("true or false")),
            },
            value => {
                Record { date, time, value: Some(value.clone()), confidence: None, void: false }
            }
        });
    }
    records.sort_by_key(|r| (r.date, r.time.is_none(), r.time.clone()));
    records
}

// The measure of one key result.

impl Oracle {
    /// The records that are there for all formulas: not void, dated no later than the date asked for.
    fn seen<'a>(&self, records: &'a [Record]) -> Vec<&'a Record> {
        records.iter().filter(|r| !r.void && r.date <= self.as_of).collect()
    }

    fn valued<'a>(&self, kr: &'a KeyResult) -> Vec<&'a Record> {
        self.seen(&kr.records).into_iter().filter(|r| r.value.is_some()).collect()
    }

    fn raw(&self, g: usize, k: usize) -> Option<f64> {
        let kr = &self.goals[g].key_results[k];
        if kr.kind() == "objectives" {
            return pooled(
                &self
                    .contributing(g, Some(k))
                    .iter()
                    .map(|c| self.weighted(*c))
                    .collect::<Vec<_>>(),
            );
        }
        let valued = self.valued(kr);
        let value = valued.last()?.value.as_ref().expect("it is valued");
        Some(match kr.kind().as_str() {
            "metric" => {
                let (baseline, target) = kr.baseline_and_target();
                (number(value) - baseline) / (target - baseline)
            }
            "threshold" => {
                let all = valued.len() as f64;
                let within = valued.iter().filter(|r| kr.within(r)).count() as f64;
                match text(&kr.keys, "evaluate").as_deref().unwrap_or("latest") {
                    "latest" => one_if(kr.within(valued.last().expect("there is one"))),
                    "every" => one_if(within == all),
                    "share" => within / all,
                    other => panic!("no such way to evaluate: {other}"),
                }
            }
            "milestone" => kr.milestone_score(value.as_str().expect("a milestone's id")),
            "binary" => one_if(value.as_bool().expect("true or false")),
            "baseline" => 1.0,
            other => panic!("no such kind: {other}"),
        })
    }

    fn key_result_progress(&self, g: usize, k: usize) -> f64 {
        self.raw(g, k).map_or(0.0, |raw| raw.clamp(0.0, 1.0))
    }

    fn elapsed(&self, kr: &KeyResult) -> f64 {
        if kr.start == kr.end {
            return one_if(self.as_of >= kr.start);
        }
        let share =
            days_between(kr.start, self.as_of) as f64 / days_between(kr.start, kr.end) as f64;
        share.clamp(0.0, 1.0)
    }

    fn expected(&self, kr: &KeyResult) -> Option<f64> {
        if !["metric", "milestone", "objectives"].contains(&kr.kind().as_str()) {
            return None;
        }
        let Some(plan) = kr.keys.get("plan") else {
            return Some(self.elapsed(kr));
        };
        let (baseline, target) = kr.baseline_and_target();
        let mut path: Vec<(Date, f64)> = vec![(kr.start, baseline)];
        for (date, value) in plan.as_table().expect("a plan is a table") {
            path.push((date.parse().expect("a date"), number(value)));
        }
        path.push((kr.end, target));
        path.sort_by_key(|point| point.0);
        let now = self.as_of.max(kr.start).min(kr.end);
        let step = path.windows(2).find(|step| now <= step[1].0).expect("now is on the path");
        let ((from, from_value), (to, to_value)) = (step[0], step[1]);
        let way = if from == to {
            1.0
        } else {
            days_between(from, now) as f64 / days_between(from, to) as f64
        };
        let value = from_value + way * (to_value - from_value);
        Some(((value - baseline) / (target - baseline)).clamp(0.0, 1.0))
    }

    fn pace(&self, g: usize, k: usize) -> Option<f64> {
        let kr = &self.goals[g].key_results[k];
        let expected = self.expected(kr)?;
        self.raw(g, k)?;
        if self.elapsed(kr) < self.quiet_until || expected == 0.0 {
            return None;
        }
        Some(self.key_result_progress(g, k) / expected)
    }

    /// `projected`, `projected_value` and `eta`, of measured metrics whose window has begun to pass.
    fn forecast(&self, g: usize, k: usize) -> (Option<f64>, Option<f64>, Option<Date>) {
        let kr = &self.goals[g].key_results[k];
        let elapsed = self.elapsed(kr);
        let (Some(raw), "metric", true) = (self.raw(g, k), kr.kind().as_str(), elapsed > 0.0)
        else {
            return (None, None, None);
        };
        let (baseline, target) = kr.baseline_and_target();
        let projected = raw / elapsed;
        let eta = if raw > 0.0 {
            let days = (days_between(kr.start, self.as_of) as f64 / raw).ceil();
            // Beyond the year 9999 there is no date to give.
            if days < 4_000_000.0 { kr.start.checked_add((days as i64).days()).ok() } else { None }
        } else {
            None
        };
        (Some(projected), Some(baseline + projected * (target - baseline)), eta)
    }

    fn latest_confidence(&self, records: &[Record]) -> Option<i64> {
        self.seen(records).iter().rev().find_map(|r| r.confidence)
    }

    fn last_checkin(&self, kr: &KeyResult) -> Option<Date> {
        self.seen(&kr.records).last().map(|r| r.date)
    }

    fn key_result_status(&self, g: usize, k: usize) -> String {
        let (goal, kr) = (&self.goals[g], &self.goals[g].key_results[k]);
        let kind = kr.kind();
        let (success, acceptable) = self.scale(goal);
        let progress = self.key_result_progress(g, k);
        let over = self.as_of > kr.end;
        let by_bounds = |figure: f64| {
            if figure >= success {
                "on-track"
            } else if figure >= acceptable {
                "at-risk"
            } else {
                "off-track"
            }
        };
        if goal.draft() {
            return "draft".to_owned();
        }
        if goal.dropped() || kr.dropped {
            return "dropped".to_owned();
        }
        let complete = progress >= 1.0 && (kind != "threshold" || over);
        let good_enough = over && progress >= success;
        if complete || good_enough {
            return "achieved".to_owned();
        }
        if over {
            return "missed".to_owned();
        }
        if self.as_of < kr.start {
            return "upcoming".to_owned();
        }
        let verdict = match kind.as_str() {
            "threshold" => match (self.raw(g, k), text(&kr.keys, "evaluate").as_deref()) {
                (None, _) => "pending",
                (Some(raw), Some("share")) => by_bounds(raw),
                (Some(1.0), _) => "on-track",
                (Some(_), _) => "off-track",
            },
            "binary" | "baseline" => match self.latest_confidence(&kr.records) {
                None => "pending",
                Some(confidence) if confidence >= 7 => "on-track",
                Some(confidence) if confidence >= 4 => "at-risk",
                Some(_) => "off-track",
            },
            _ => self.pace(g, k).map_or("pending", by_bounds),
        };
        let last_news = self.last_checkin(kr).map_or(kr.start, |last| last.max(kr.start));
        let silent = days_between(last_news, self.as_of) > 2 * self.every;
        if silent && kind != "objectives" && ["on-track", "pending"].contains(&verdict) {
            return "stale".to_owned();
        }
        verdict.to_owned()
    }
}

impl KeyResult {
    fn kind(&self) -> String {
        text(&self.keys, "kind").unwrap_or_else(|| "metric".to_owned())
    }

    fn baseline_and_target(&self) -> (f64, f64) {
        (number(&self.keys["baseline"]), number(&self.keys["target"]))
    }

    fn within(&self, record: &Record) -> bool {
        let value = number(record.value.as_ref().expect("a valued record"));
        let strict = self.keys.get("strict").is_some_and(|s| s.as_bool().expect("true or false"));
        let above = match self.keys.get("at_least").map(number) {
            None => true,
            Some(bound) if strict => value > bound,
            Some(bound) => value >= bound,
        };
        let below = match self.keys.get("at_most").map(number) {
            None => true,
            Some(bound) if strict => value < bound,
            Some(bound) => value <= bound,
        };
        above && below
    }

    fn milestone_score(&self, id: &str) -> f64 {
        match &self.keys["milestones"][id] {
            toml::Value::Table(milestone) => number(&milestone["score"]),
            score => number(score),
        }
    }
}

impl Goal {
    fn reference(&self) -> String {
        format!("{}/{}", self.cycle, self.id)
    }

    fn draft(&self) -> bool {
        self.plan.get("draft").is_some_and(|d| d.as_bool().expect("true or false"))
    }

    fn dropped(&self) -> bool {
        self.plan.contains_key("dropped")
    }

    fn weight(&self) -> f64 {
        self.plan.get("weight").map_or(1.0, number)
    }

    /// Whether its figures go anywhere beyond itself.
    fn counts(&self) -> bool {
        !self.draft() && !self.dropped() && self.weight() > 0.0
    }

    fn ambition(&self) -> Option<String> {
        let unsaid = if is_smart(&self.plan) { Some("committed".to_owned()) } else { None };
        text(&self.plan, "ambition").or(unsaid)
    }
}

fn one_if(condition: bool) -> f64 {
    if condition { 1.0 } else { 0.0 }
}

/// The weighted mean of what has a weight and a progress; `None` where nothing does.
fn pooled(members: &[(f64, Option<f64>)]) -> Option<f64> {
    let (mut sum, mut weights) = (0.0, 0.0);
    for (weight, progress) in members {
        if let Some(progress) = progress
            && *weight > 0.0
        {
            sum += weight * progress;
            weights += weight;
        }
    }
    if weights == 0.0 { None } else { Some(sum / weights) }
}

// Goals, teams, cycles.

impl Oracle {
    /// The goals that count and contribute to a goal itself, or to one of its key results.
    fn contributing(&self, parent: usize, key_result: Option<usize>) -> Vec<usize> {
        let to_it = |t: &Target| t.goal == parent && t.key_result == key_result;
        (0..self.goals.len())
            .filter(|g| self.goals[*g].counts() && self.goals[*g].contributes_to.iter().any(to_it))
            .collect()
    }

    fn weighted(&self, g: usize) -> (f64, Option<f64>) {
        (self.goals[g].weight(), self.goal_progress(g))
    }

    fn goal_progress(&self, g: usize) -> Option<f64> {
        let mut members = Vec::new();
        for (k, kr) in self.goals[g].key_results.iter().enumerate() {
            members.push((kr.weight, Some(self.key_result_progress(g, k))));
        }
        for child in self.contributing(g, None) {
            members.push(self.weighted(child));
        }
        pooled(&members)
    }

    /// The key results, as (goal, key result), that stand behind a goal's progress.
    fn covered(&self, g: usize) -> BTreeSet<(usize, usize)> {
        let mut covered = BTreeSet::new();
        let mut children = self.contributing(g, None);
        for (k, kr) in self.goals[g].key_results.iter().enumerate() {
            if kr.weight == 0.0 {
                continue;
            }
            if kr.kind() == "objectives" {
                children.extend(self.contributing(g, Some(k)));
            } else {
                covered.insert((g, k));
            }
        }
        for child in children {
            covered.extend(self.covered(child));
        }
        covered
    }

    fn coverage(&self, covered: &BTreeSet<(usize, usize)>) -> Value {
        let measured = covered.iter().filter(|(g, k)| self.raw(*g, *k).is_some()).count();
        json!([measured, covered.len()])
    }

    fn goal_confidence(&self, g: usize) -> Option<i64> {
        let goal = &self.goals[g];
        let counted = goal.key_results.iter().filter(|kr| kr.weight > 0.0 && !kr.dropped);
        let lowest = counted.filter_map(|kr| self.latest_confidence(&kr.records)).min();
        self.latest_confidence(&goal.records).or(lowest)
    }

    fn score(&self, g: usize) -> Option<f64> {
        let goal = &self.goals[g];
        if self.as_of <= goal.end {
            return None;
        }
        if let Some(close) = goal.plan.get("close").and_then(|close| close.as_table())
            && day(close, "date").is_some_and(|closed| closed <= self.as_of)
            && let Some(score) = close.get("score")
        {
            return Some(number(score));
        }
        self.goal_progress(g)
    }

    /// The scale on which a goal's scores and paces are read.
    fn scale(&self, goal: &Goal) -> (f64, f64) {
        if goal.ambition().as_deref() == Some("committed") {
            self.committed
        } else {
            self.aspirational
        }
    }

    fn grade(&self, g: usize) -> Option<&'static str> {
        let (green, amber) = self.scale(&self.goals[g]);
        let score = self.score(g)?;
        Some(if score >= green {
            "green"
        } else if score >= amber {
            "amber"
        } else {
            "red"
        })
    }

    fn goal_status(&self, g: usize) -> String {
        let goal = &self.goals[g];
        if goal.draft() {
            return "draft".to_owned();
        }
        if goal.dropped() {
            return "dropped".to_owned();
        }
        if let Some(score) = self.score(g) {
            let achieved = score >= self.scale(goal).0;
            return if achieved { "achieved" } else { "missed" }.to_owned();
        }
        let mut members = Vec::new();
        for (k, kr) in goal.key_results.iter().enumerate() {
            if kr.weight > 0.0 && !kr.dropped {
                members.push(self.key_result_status(g, k));
            }
        }
        for child in self.contributing(g, None) {
            members.push(self.goal_status(child));
        }
        let worst_first = [
            "missed",
            "off-track",
            "stale",
            "at-risk",
            "pending",
            "upcoming",
            "on-track",
            "achieved",
        ];
        let worst =
            worst_first.iter().find(|status| members.iter().any(|member| member == *status));
        (*worst.unwrap_or(&"pending")).to_owned()
    }

    fn cycles(&self) -> BTreeSet<String> {
        self.goals.iter().map(|goal| goal.cycle.clone()).collect()
    }

    /// The teams with goals in a cycle, and the teams above them.
    fn teams(&self, cycle: &str) -> BTreeSet<String> {
        let mut teams = BTreeSet::new();
        for goal in self.goals.iter().filter(|goal| goal.cycle == cycle) {
            let mut team = goal.team.clone();
            while let Some(name) = team {
                team = name.rsplit_once('/').map(|(above, _)| above.to_owned());
                teams.insert(name);
            }
        }
        teams
    }

    fn in_team(&self, cycle: &str, team: &str) -> Vec<usize> {
        let below = format!("{team}/");
        let inside =
            |t: &Option<String>| t.as_ref().is_some_and(|t| t == team || t.starts_with(&below));
        (0..self.goals.len())
            .filter(|g| self.goals[*g].cycle == cycle && inside(&self.goals[*g].team))
            .collect()
    }

    /// Of the goals of a team or cycle, those that count in it beside one another.
    fn counted_beside(&self, all: &[usize]) -> Vec<usize> {
        let counted: Vec<usize> = all.iter().copied().filter(|g| self.goals[*g].counts()).collect();
        counted.iter().copied().filter(|g| !self.counts_through_one_of(*g, &counted)).collect()
    }

    /// Whether a goal's progress reaches one of the others upward through the alignment, over links that count.
    fn counts_through_one_of(&self, g: usize, others: &[usize]) -> bool {
        self.goals[g].contributes_to.iter().any(|target| {
            let parent = &self.goals[target.goal];
            let link_counts = target.key_result.is_none_or(|k| parent.key_results[k].weight > 0.0);
            let reaches =
                others.contains(&target.goal) || self.counts_through_one_of(target.goal, others);
            parent.counts() && link_counts && reaches
        })
    }
}

// The JSON contract.

impl Oracle {
    fn cycle_json(&self, cycle: &str) -> Value {
        let all: Vec<usize> =
            (0..self.goals.len()).filter(|g| self.goals[*g].cycle == cycle).collect();
        let (start, end) = self.window(cycle);
        let mut object = Map::new();
        object.insert("id".to_owned(), json!(cycle));
        object.insert("start".to_owned(), json!(start.to_string()));
        object.insert("end".to_owned(), json!(end.to_string()));
        object.extend(self.group_json(&all));
        Value::Object(object)
    }

    fn team_json(&self, cycle: &str, team: &str) -> Value {
        let mut object = Map::new();
        object.insert("cycle".to_owned(), json!(cycle));
        object.insert("id".to_owned(), json!(team));
        object.extend(self.group_json(&self.in_team(cycle, team)));
        Value::Object(object)
    }

    fn group_json(&self, all: &[usize]) -> Map<String, Value> {
        let beside = self.counted_beside(all);
        let covered: BTreeSet<_> = beside.iter().flat_map(|g| self.covered(*g)).collect();
        let mut statuses: BTreeMap<String, u64> = BTreeMap::new();
        for g in all {
            *statuses.entry(self.goal_status(*g)).or_default() += 1;
        }
        let mut object = Map::new();
        let members: Vec<_> = beside.iter().map(|g| self.weighted(*g)).collect();
        object.insert("progress".to_owned(), json!(pooled(&members)));
        object.insert("coverage".to_owned(), self.coverage(&covered));
        object.insert("statuses".to_owned(), json!(statuses));
        object
    }

    fn goal_json(&self, g: usize) -> Value {
        let goal = &self.goals[g];
        let key_results: Vec<Value> =
            (0..goal.key_results.len()).map(|k| self.key_result_json(g, k)).collect();
        json!({
            "ref": goal.reference(),
            "kind": if is_smart(&goal.plan) { "smart" } else { "objective" },
            "team": goal.team,
            "owner": text(&goal.plan, "owner"),
            "title": text(&goal.plan, "title"),
            "ambition": goal.ambition(),
            "weight": goal.weight(),
            "start": goal.start.to_string(),
            "end": goal.end.to_string(),
            "progress": self.goal_progress(g),
            "score": self.score(g),
            "score_original": null,
            "grade": self.grade(g),
            "status": self.goal_status(g),
            "confidence": self.goal_confidence(g),
            "coverage": self.coverage(&self.covered(g)),
            "contributes_to": self.references(&goal.contributes_to),
            "supports": self.references(&goal.supports),
            "amendments": 0,
            "goalpost_moves": 0,
            "key_results": key_results,
        })
    }

    fn references(&self, targets: &[Target]) -> Vec<String> {
        let full = |target: &Target| {
            let goal = &self.goals[target.goal];
            match target.key_result {
                None => goal.reference(),
                Some(k) => {
                    format!(
                        "{}.{}",
                        goal.reference(),
                        goal.key_results[k].id.as_ref().expect("it was named")
                    )
                }
            }
        };
        targets.iter().map(full).collect()
    }

    fn key_result_json(&self, g: usize, k: usize) -> Value {
        let (goal, kr) = (&self.goals[g], &self.goals[g].key_results[k]);
        let valued = self.valued(kr);
        let last = valued.last();
        let (projected, projected_value, eta) = self.forecast(g, k);
        let is_metric = kr.kind() == "metric";
        let endpoint = |key: &str| {
            if is_metric { kr.keys.get(key).map(number) } else { None }
        };
        json!({
            "id": kr.id,
            "kind": kr.kind(),
            "title": text(&kr.keys, "title"),
            "owner": text(&kr.keys, "owner").or_else(|| text(&goal.plan, "owner")),
            "weight": kr.weight,
            "unit": text(&kr.keys, "unit"),
            "baseline": endpoint("baseline"),
            "target": endpoint("target"),
            "value": last.map(|r| value_json(r.value.as_ref().expect("it is valued"))),
            "value_date": last.map(|r| r.date.to_string()),
            "raw": self.raw(g, k),
            "progress": self.key_result_progress(g, k),
            "elapsed": self.elapsed(kr),
            "expected": self.expected(kr),
            "pace": self.pace(g, k),
            "status": self.key_result_status(g, k),
            "confidence": self.latest_confidence(&kr.records),
            "last_checkin": self.last_checkin(kr).map(|date| date.to_string()),
            "checkins": self.seen(&kr.records).len(),
            "projected": projected,
            "projected_value": projected_value,
            "eta": eta.map(|date| date.to_string()),
        })
    }
}

fn value_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::String(id) => json!(id),
        toml::Value::Boolean(done) => json!(done),
        figure => json!(number(figure)),
    }
}
