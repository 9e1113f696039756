//! The story holds together on every day of three years.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use jiff::tz::Offset;
use rayon::prelude::*;
use toml::{Table, Value};

use super::*;
use crate::cli::demo::calendar::{Slot, plus_days};
use crate::cli::demo::import;

type Tree<'c> = BTreeMap<&'c str, &'c str>;

/// Every seventh day of three years, the days around each quarter's edge, and the leap day.
fn todays() -> BTreeSet<Date> {
    let first = date(2026, 1, 1);
    let mut todays: BTreeSet<Date> = (0..157).map(|week| plus_days(first, week * 7)).collect();
    for year in 2026..=2028 {
        for month in [1, 4, 7, 10] {
            todays.extend((-1..=1).map(|day| plus_days(date(year, month, 1), day)));
        }
    }
    todays.insert(date(2028, 2, 29));
    todays
}

/// The files at every commit: those of the first parent and what the commit changes.
fn trees(story: &[Commit]) -> Vec<Tree<'_>> {
    let mut trees: Vec<Tree<'_>> = Vec::new();
    for commit in story {
        let mut tree = commit.parents.first().map_or_else(Tree::new, |it| trees[*it].clone());
        for (path, text) in &commit.files {
            match text {
                Some(text) => tree.insert(path, text),
                None => tree.remove(path.as_str()),
            };
        }
        trees.push(tree);
    }
    trees
}

fn local_date(commit: &Commit) -> Date {
    let offset = Offset::from_seconds(commit.offset_minutes * 60).expect("a sane offset");
    offset.to_datetime(commit.authored).date()
}

#[test]
fn the_story_is_sound_on_every_day() {
    let todays: Vec<Date> = todays().into_iter().collect();
    todays.into_par_iter().for_each(|today| {
        let story = story(today);
        let trees = trees(&story);
        commits_come_in_order_and_end_before(today, &story);
        every_commit_is_reachable_from_the_last(today, &story);
        merges_take_exactly_what_their_branch_brings(today, &story, &trees);
        Workspace::read(today, &trees[trees.len() - 1]).check();
    });
}

fn commits_come_in_order_and_end_before(today: Date, story: &[Commit]) {
    assert!((350..=530).contains(&story.len()), "{} commits for {today}", story.len());
    for (place, commit) in story.iter().enumerate() {
        let name = format!("{today}: {}", commit.subject);
        assert_eq!(commit.parents.is_empty(), place == 0, "{name}");
        assert!(local_date(commit) < today, "{name}");
        assert!(!commit.files.is_empty(), "{name}");
        assert!(commit.subject.chars().count() <= 100, "{name}");
        for parent in &commit.parents {
            assert!(*parent < place, "{name}");
            assert!(story[*parent].authored <= commit.authored, "{name}");
        }
    }
}

fn every_commit_is_reachable_from_the_last(today: Date, story: &[Commit]) {
    let mut reached: BTreeSet<usize> = [story.len() - 1].into();
    for (place, commit) in story.iter().enumerate().rev() {
        assert!(reached.contains(&place), "{today}: {} is lost", commit.subject);
        reached.extend(&commit.parents);
    }
}

fn merges_take_exactly_what_their_branch_brings(today: Date, story: &[Commit], trees: &[Tree<'_>]) {
    let merges: Vec<usize> = (0..story.len()).filter(|at| story[*at].parents.len() == 2).collect();
    assert_eq!(merges.len(), 6, "{today}");
    for merge in merges {
        let (main, branch) = (story[merge].parents[0], story[merge].parents[1]);
        let mainline: BTreeSet<usize> = first_parents(story, main).collect();
        let base = first_parents(story, branch)
            .find(|at| mainline.contains(at))
            .expect("branches leave from the main line");
        let paths: BTreeSet<&str> =
            trees[main].keys().chain(trees[branch].keys()).copied().collect();
        for path in paths {
            let at = |tree: usize| trees[tree].get(path);
            let (ours, theirs, before) = (at(main), at(branch), at(base));
            assert!(ours == before || theirs == before, "{today}: {path} on both sides");
            let expected = if theirs == before { ours } else { theirs };
            assert_eq!(at(merge), expected, "{today}: {path}");
        }
    }
}

fn first_parents(story: &[Commit], from: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(from), |at| story[*at].parents.first().copied())
}

#[test]
fn the_same_day_tells_the_same_story() {
    for today in [date(2026, 11, 21), date(2028, 2, 29)] {
        assert_eq!(import::stream(&story(today)), import::stream(&story(today)));
    }
    assert_ne!(story(date(2026, 11, 21)), story(date(2026, 11, 24)));
}

#[test]
fn a_clock_that_is_far_off_still_gets_a_story() {
    for today in [Date::MIN, date(1970, 1, 1), Date::MAX] {
        let story = story(today);
        assert!(story.iter().all(|commit| commit.authored.as_second() > 0));
    }
}

#[test]
fn every_file_reads_as_toml_at_every_commit_of_one_year() {
    for commit in story(date(2026, 12, 31)) {
        for (path, text) in commit.files {
            if let Some(text) = text.filter(|_| path.ends_with(".toml")) {
                let parsed = text.parse::<Table>();
                assert!(parsed.is_ok(), "{path} at {}: {parsed:?}", commit.subject);
            }
        }
    }
}

#[test]
fn trailers_name_what_the_commit_records() {
    let story = story(date(2026, 11, 21));
    let trees = trees(&story);
    let mut seen = 0;
    for (place, commit) in story.iter().enumerate() {
        for line in commit.body.lines().filter_map(|it| it.strip_prefix("Check-in: ")) {
            let [reference, day, value] = line.split(' ').collect::<Vec<_>>()[..] else {
                panic!("{line:?} has three words");
            };
            let (goal, key_result) = reference.split_once('.').unwrap_or((reference, ""));
            let (_, id) = goal.split_once('/').expect("trailers name the cycle");
            let (path, text) = trees[place]
                .iter()
                .find(|(path, _)| {
                    commit.files.contains_key(**path)
                        && path.ends_with(&format!("/{id}.checkins.toml"))
                })
                .expect("the commit brings the check-ins file");
            let table: Table = text.parse().expect("read before");
            let records = match key_result {
                "" => &table,
                id => table[id].as_table().expect("a key result's records are a table"),
            };
            assert_eq!(told_value(&records[day]), value, "{path} {line}");
            seen += 1;
        }
    }
    assert!(seen > 300, "{seen} records");
}

fn told_value(record: &Value) -> String {
    let Some(fields) = record.as_table() else {
        return plain(record);
    };
    match (fields.get("value"), fields.get("void")) {
        (Some(value), _) => plain(value),
        (None, Some(_)) => "void".to_owned(),
        (None, None) => "-".to_owned(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The last state of the repository, read without this program's own loader.
struct Workspace {
    today: Date,
    people: Table,
    /// `2026-q4/calm-deploys` → the plan.
    plans: BTreeMap<String, Table>,
    /// The same for the check-ins.
    check_ins: BTreeMap<String, Table>,
    cycles: BTreeMap<String, (Date, Date)>,
}

impl Workspace {
    fn read(today: Date, tree: &Tree<'_>) -> Workspace {
        let calendar = Calendar::new(today);
        let settings: Table = tree["goals.toml"].parse().expect("goals.toml reads");
        let declared = &settings["cycles"]["annual-plan"];
        let mut cycles: BTreeMap<String, (Date, Date)> = [Slot::Before, Slot::Last, Slot::This]
            .map(|slot| (calendar.id(slot), calendar.span(slot)))
            .into();
        cycles.insert("annual-plan".into(), (day(&declared["start"]), day(&declared["end"])));
        let mut workspace = Workspace {
            today,
            people: settings["people"].as_table().expect("people").clone(),
            plans: BTreeMap::new(),
            check_ins: BTreeMap::new(),
            cycles,
        };
        for (path, text) in tree.iter().filter(|(path, _)| path.starts_with("goals/")) {
            let table: Table =
                text.parse().unwrap_or_else(|error| panic!("{today}: {path}: {error}"));
            let parts: Vec<&str> = path.split('/').collect();
            let (cycle, file) = (parts[1], parts[parts.len() - 1]);
            assert!(workspace.cycles.contains_key(cycle), "{today}: {path}");
            let file = file.strip_suffix(".toml").expect("only TOML lies there");
            let (id, shelf) = match file.strip_suffix(".checkins") {
                Some(id) => (id, &mut workspace.check_ins),
                None => (file, &mut workspace.plans),
            };
            assert!(is_id(id), "{today}: {path}");
            let twice = shelf.insert(format!("{cycle}/{id}"), table);
            assert!(twice.is_none(), "{today}: {path} is there twice");
        }
        workspace
    }

    fn check(&self) {
        assert!((20..=26).contains(&self.plans.len()));
        for (reference, plan) in &self.plans {
            self.check_plan(reference, plan);
        }
        for (reference, records) in &self.check_ins {
            self.check_records(reference, records);
        }
        let count: usize = self.plans.values().map(|plan| key_results(plan).count()).sum();
        assert!((50..=70).contains(&count), "{count} key results");
        self.check_statuses();
        self.check_grades();
    }

    fn check_plan(&self, reference: &str, plan: &Table) {
        let today = self.today;
        for key in ["title", "why", "owner", "ambition"] {
            assert!(plan.contains_key(key), "{today}: {reference} has no {key}");
        }
        for key in ["contributes_to", "supports"] {
            for parent in plan.get(key).and_then(Value::as_array).into_iter().flatten() {
                self.resolve(reference, parent.as_str().expect("references are strings"));
            }
        }
        if let Some(before) = plan.get("continues") {
            self.resolve(reference, before.as_str().expect("references are strings"));
        }
        self.check_dates(reference, plan);
        assert!(self.people.contains_key(text(plan, "owner")), "{today}: {reference}");
        for (id, measure) in key_results(plan) {
            let name = format!("{today}: {reference}.{id}");
            assert!(id.is_empty() || is_id(id), "{name}");
            let owner = measure.get("owner").unwrap_or(&plan["owner"]);
            assert!(self.people.contains_key(owner.as_str().unwrap_or_default()), "{name}");
            self.check_dates(&name, measure);
            check_measure(&name, measure);
        }
    }

    fn check_dates(&self, name: &str, table: &Table) {
        let cycle = name.split(": ").last().and_then(|it| it.split('/').next());
        let (start, end) = self.cycles[cycle.expect("a reference starts with its cycle")];
        for key in ["starts", "due"] {
            if let Some(value) = table.get(key) {
                let date = day(value);
                assert!(start < date && date <= end, "{name}: {key} {date}");
            }
        }
    }

    fn resolve(&self, from: &str, reference: &str) {
        let (goal, key_result) = reference.split_once('.').unwrap_or((reference, ""));
        let plan = self.plans.get(goal);
        let plan = plan.unwrap_or_else(|| panic!("{}: {from} names {reference}", self.today));
        if !key_result.is_empty() {
            let table = plan["key_results"].get(key_result);
            assert!(table.is_some(), "{}: {from} names {reference}", self.today);
        }
    }

    fn check_records(&self, reference: &str, records: &Table) {
        let plan = &self.plans[reference];
        let cycle = reference.split('/').next().expect("a reference has a cycle");
        let (start, end) = self.cycles[cycle];
        for (key, value) in records {
            let (id, table) = match value.as_table() {
                Some(table) if is_id(key) && key.parse::<Date>().is_err() => (key.as_str(), table),
                _ => ("", records),
            };
            let objective = id.is_empty() && plan.contains_key("key_results");
            let measure = if id.is_empty() { plan } else { measure_of(plan, id) };
            let start = measure.get("starts").map_or(start, day);
            let end = measure.get("due").map_or(end, day);
            let dates = table.iter().filter(|(key, _)| key.parse::<Date>().is_ok());
            let dates: Vec<(Date, &Value)> =
                dates.map(|(key, record)| (key.parse().expect("a date"), record)).collect();
            assert!(dates.is_sorted_by_key(|(date, _)| *date), "{reference} {id}");
            for (date, record) in dates {
                let name = format!("{}: {reference} {id} {date}", self.today);
                assert!(date < self.today, "{name} is in the future");
                assert!(start <= date && date <= end, "{name} is outside {start} to {end}");
                if !objective {
                    check_value(&name, measure, record);
                }
            }
        }
    }

    /// The front page has something of everything, whatever the day.
    fn check_statuses(&self) {
        let grow = "annual-plan/grow";
        let trust = "annual-plan/trust";
        for (goal, id) in [(grow, "arr"), (trust, "wind-error")] {
            let pace = self.pace(goal, id);
            assert!((0.7..1.5).contains(&pace), "{}: {id} {pace}", self.today);
        }
        let churn = self.pace(grow, "churn");
        assert!((0.4..0.7).contains(&churn), "{}: churn {churn}", self.today);
        let stations = self.pace(trust, "stations");
        assert!((0.0..0.4).contains(&stations), "{}: stations {stations}", self.today);
        let (languages, _) = self.latest("annual-plan/care", "languages");
        assert_eq!(languages, 5.0);
        let (_, nps) = self.latest(grow, "nps");
        assert!(plus_days(nps, 28) < self.today, "{}: nps {nps}", self.today);
    }

    /// The quarter before last, closed on any day, shows every colour of grade.
    fn check_grades(&self) {
        let cycle = Calendar::new(self.today).id(Slot::Before);
        let grades: BTreeSet<&str> = self
            .plans
            .iter()
            .filter(|(reference, _)| reference.starts_with(&cycle))
            .map(|(reference, plan)| {
                assert!(plan.contains_key("close"), "{}: {reference}", self.today);
                self.grade(reference, plan)
            })
            .collect();
        assert_eq!(grades, ["amber", "green", "red"].into(), "{}", self.today);
    }

    fn grade(&self, reference: &str, plan: &Table) -> &'static str {
        let scores: Vec<f64> = key_results(plan)
            .filter(|(_, measure)| measure.contains_key("baseline"))
            .map(|(id, _)| self.progress(reference, id).clamp(0.0, 1.0))
            .collect();
        let count = f64::from(u32::try_from(scores.len()).expect("few key results"));
        let score = scores.iter().sum::<f64>() / count;
        let (green, amber) = match text(plan, "ambition") {
            "committed" => (1.0, 0.7),
            _ => (0.7, 0.4),
        };
        if score >= green {
            "green"
        } else if score >= amber {
            "amber"
        } else {
            "red"
        }
    }

    fn pace(&self, reference: &str, id: &str) -> f64 {
        let (start, end) = self.cycles["annual-plan"];
        let end = measure_of(&self.plans[reference], id).get("due").map_or(end, day);
        let share = days_between(start, self.today) / days_between(start, end);
        self.progress(reference, id) / share.min(1.0)
    }

    fn progress(&self, reference: &str, id: &str) -> f64 {
        let measure = measure_of(&self.plans[reference], id);
        let (baseline, target) = (number(&measure["baseline"]), number(&measure["target"]));
        (self.latest(reference, id).0 - baseline) / (target - baseline)
    }

    fn latest(&self, reference: &str, id: &str) -> (f64, Date) {
        let records = &self.check_ins[reference];
        let records =
            if id.is_empty() { records } else { records[id].as_table().expect("records") };
        let mut valued = records.iter().filter_map(|(date, record)| {
            let value = record.get("value").unwrap_or(record);
            Some((as_number(value)?, date.parse().ok()?))
        });
        valued.next_back().expect("there is a value")
    }
}

fn check_measure(name: &str, measure: &Table) {
    let title = text(measure, "title");
    assert!(title.chars().count() <= 100, "{name}: {title}");
    match measure.get("kind").and_then(Value::as_str).unwrap_or("metric") {
        "metric" => {
            assert!(measure.contains_key("unit") && measure.contains_key("source"), "{name}");
            let (baseline, target) = (&measure["baseline"], &measure["target"]);
            assert!(number(baseline) != number(target), "{name}");
            let promised = target.to_string();
            assert!(title.contains(&promised), "{name}: {title:?} does not say {promised}");
        }
        "threshold" => {
            let bound = measure.get("at_least").or(measure.get("at_most"));
            assert!(number(bound.expect("a threshold has a bound")).is_finite(), "{name}");
        }
        "milestone" => {
            let scores = measure["milestones"].as_table().expect("a ladder");
            let scores: Vec<f64> = scores.values().map(|it| number(&it["score"])).collect();
            assert_eq!(scores, [0.3, 0.7, 1.0], "{name}");
        }
        "binary" | "baseline" | "objectives" => {}
        other => panic!("{name}: {other}"),
    }
}

fn check_value(name: &str, measure: &Table, record: &Value) {
    let fields = record.as_table();
    let Some(value) = fields.map_or(Some(record), |it| it.get("value")) else {
        let fields = fields.expect("a record without fields is a value");
        assert!(
            fields.contains_key("note")
                || fields.contains_key("void")
                || fields.contains_key("confidence"),
            "{name}"
        );
        return;
    };
    match measure.get("kind").and_then(Value::as_str).unwrap_or("metric") {
        "binary" => assert!(value.is_bool(), "{name}"),
        "milestone" => {
            let id = value.as_str().unwrap_or_default();
            assert!(measure["milestones"].get(id).is_some(), "{name}: {id:?}");
        }
        "objectives" => panic!("{name}: takes no records"),
        _ => assert!(as_number(value).is_some(), "{name}"),
    }
}

/// A plan's key results; the plan itself, under an empty id, if it is a SMART goal.
fn key_results(plan: &Table) -> Box<dyn Iterator<Item = (&str, &Table)> + '_> {
    match plan.get("key_results").and_then(Value::as_table) {
        Some(tables) => {
            Box::new(tables.iter().map(|(id, it)| (id.as_str(), it.as_table().expect("a table"))))
        }
        None => Box::new(std::iter::once(("", plan))),
    }
}

fn measure_of<'p>(plan: &'p Table, id: &str) -> &'p Table {
    let found = key_results(plan).find(|(it, _)| *it == id);
    found.unwrap_or_else(|| panic!("no key result {id:?}")).1
}

fn is_id(id: &str) -> bool {
    let part = |it: &str| {
        !it.is_empty() && it.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    };
    id.len() <= 64 && id.split('-').all(part)
}

fn text<'t>(table: &'t Table, key: &str) -> &'t str {
    table[key].as_str().expect("a string")
}

fn day(value: &Value) -> Date {
    value.to_string().parse().expect("a date")
}

fn number(value: &Value) -> f64 {
    as_number(value).expect("a number")
}

#[expect(clippy::cast_precision_loss, reason = "the story's numbers are small")]
fn as_number(value: &Value) -> Option<f64> {
    value.as_float().or_else(|| value.as_integer().map(|it| it as f64))
}

fn days_between(from: Date, to: Date) -> f64 {
    f64::from((to - from).get_days())
}
