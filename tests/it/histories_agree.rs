//! The product's history and a second one by brute force agree on generated histories, and what
//! must hold for any history holds for them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use goals::history::{Event, EventKind, History, RecordKey};
use goals::load::Value;
use goals::model::{Model, Record};
use goals::pipeline::{self, Source, Workspace};
use goals::render::contract::{self, Selection};
use goals::repo::{self, Backend, ObjectId, Repo as Opened};

use crate::histories::{self, Dice, Sketch};
use crate::history_oracle::{self, GoalName, Objects, Past, RecordName, Said, change, saying};
use crate::support::Repo;

/// Every way in which repositories are read.
const BACKENDS: [Backend; 2] = [Backend::Libgit2, Backend::Program];

fn opened(folder: &Path, backend: Backend) -> Opened {
    repo::open_with(folder, backend).expect("it opens").expect("a repository")
}

/// What the product makes of a branch.
fn product(repo: &Opened, branch: usize) -> (Workspace, History, String) {
    let tip = repo.resolve(&format!("h{branch}")).expect("the branch is there");
    let workspace = pipeline::read(Source::Revision(repo, tip)).expect("it can be read");
    let history = pipeline::history(&workspace, repo, tip).expect("it can be read");
    (workspace, history, tip.to_string())
}

fn said(record: &Record) -> Said {
    let value = match &record.value {
        None => String::new(),
        Some(Value::Number(number)) => number.to_string(),
        Some(other) => panic!("no such value was generated: {other}"),
    };
    let confidence = record.confidence.map(|confidence| confidence.to_string());
    let note = record.note.as_deref().unwrap_or_default();
    saying(&value, &confidence.unwrap_or_default(), note, record.void)
}

/// The product's event, written out as the second history writes its own.
fn written(history: &History, event: &Event) -> String {
    let commit = history.commit(event.commit).id;
    let (name, kind) = (event.goal.with(event.key_result.as_deref()), event.kind.word());
    let told = |record: &Option<Record>| record.as_ref().map_or_else(|| "none".to_owned(), said);
    let fields: Vec<String> = event
        .fields
        .iter()
        .map(|field| change(field.name, field.old.as_ref(), field.new.as_ref()))
        .collect();
    match event.stamp {
        Some(stamp) => {
            format!("{commit} {name} {kind} {stamp} {} {}", told(&event.before), told(&event.after))
        }
        None if fields.is_empty() => format!("{commit} {name} {kind}"),
        None => format!("{commit} {name} {kind} {}", fields.join(" ")),
    }
}

/// Every record of a model.
fn records(model: &Model) -> Vec<(RecordKey, &Record)> {
    let mut found = Vec::new();
    for goal in &model.goals {
        let own = goal.records.iter().map(|record| (None, record));
        let of_key_results = goal.key_results.iter().flat_map(|key_result| {
            key_result.records.iter().map(|record| (key_result.id.clone(), record))
        });
        for (key_result, record) in own.chain(of_key_results) {
            let stamp = record.stamp;
            found.push((RecordKey { goal: goal.reference.clone(), key_result, stamp }, record));
        }
    }
    found
}

fn name_of(key: &RecordKey) -> (GoalName, RecordName) {
    (key.goal.to_string(), (key.key_result.clone(), key.stamp.to_string()))
}

/// Everything that the two tell, held against each other.
fn agree(workspace: &Workspace, history: &History, past: &Past) -> Result<(), String> {
    let mut ours: Vec<String> =
        history.events().into_iter().map(|event| written(history, event)).collect();
    ours.sort();
    let theirs = past.events();
    let only = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|event| !b.contains(event)).cloned().collect()
    };
    if ours != theirs {
        return Err(format!(
            "events\nonly the product: {:#?}\nonly the oracle: {:#?}",
            only(&ours, &theirs),
            only(&theirs, &ours)
        ));
    }
    let witnesses = past.witnesses();
    let tip = &past.commits.last().expect("a tip").goals;
    let found = records(&workspace.model);
    if found.len() != witnesses.len() {
        return Err(format!("{} records, not {}", found.len(), witnesses.len()));
    }
    for (key, record) in found {
        let name = name_of(&key);
        if tip[&name.0].records.get(&name.1) != Some(&said(record)) {
            return Err(format!("{name:?} is not {}", said(record)));
        }
        let ours = history.witness(&key, record).map(|commit| commit.id.to_string());
        if ours.as_deref() != Some(witnesses[&name]) {
            return Err(format!("witness of {name:?}: {ours:?}, not {}", witnesses[&name]));
        }
    }
    let by_id: BTreeMap<&str, usize> =
        past.commits.iter().enumerate().map(|(at, commit)| (commit.id.as_str(), at)).collect();
    let mut places = Vec::new();
    for commit in history.commits() {
        let at = by_id[commit.id.to_string().as_str()];
        let theirs = &past.commits[at];
        let minutes = commit.authored.offset_minutes;
        let sign = if minutes < 0 { '-' } else { '+' };
        let offset = format!("{sign}{:02}{:02}", minutes.abs() / 60, minutes.abs() % 60);
        let ours = (&commit.author, (commit.authored.seconds, offset));
        if ours != (&theirs.author, theirs.authored.clone()) {
            return Err(format!("{ours:?}, not {} {:?}", theirs.author, theirs.authored));
        }
        places.push(at);
    }
    if places != in_order(past, &places) || !history.events().is_sorted_by_key(|event| event.commit)
    {
        return Err(format!("commits in the order {places:?}"));
    }
    Ok(())
}

/// Some commits in their order: of those with none of the others left below them, the one with the
/// earliest author date and then the smallest id comes next.
fn in_order(past: &Past, some: &[usize]) -> Vec<usize> {
    let mut left: BTreeSet<usize> = some.iter().copied().collect();
    let mut below: Vec<BTreeSet<usize>> = Vec::new();
    for commit in &past.commits {
        let parents = commit.parents.iter();
        let of_parents = parents.flat_map(|at| below[*at].iter().copied().chain([*at]));
        below.push(of_parents.collect());
    }
    let mut order = Vec::new();
    while !left.is_empty() {
        let is_next = |at: &&usize| below[**at].is_disjoint(&left);
        let key = |at: &&usize| (past.commits[**at].authored.0, past.commits[**at].id.clone());
        let next = *left.iter().filter(is_next).min_by_key(key).expect("no circle");
        left.remove(&next);
        order.push(next);
    }
    order
}

fn sketches(play: fn(u64) -> Sketch, seeds: std::ops::Range<u64>) -> Vec<Sketch> {
    seeds.map(play).collect()
}

/// A branch as people see it, for a test that fails.
fn drawn(repo: &Repo, branch: usize) -> String {
    repo.git(&[
        "log",
        "--graph",
        "--stat=120",
        "-p",
        "--format=%H %an %ad",
        "--date=raw",
        &format!("h{branch}"),
    ])
}

#[test]
fn every_backend_and_the_oracle_tell_the_same_of_any_history() {
    let sketches = sketches(histories::any, 1000..1300);
    let (repo, folder) = histories::repository(&sketches);
    let mut objects = Objects::of(&repo);
    let mut kinds: BTreeMap<EventKind, usize> = BTreeMap::new();
    let mut merges = 0;
    for backend in BACKENDS {
        let opened = opened(&folder, backend);
        for branch in 0..sketches.len() {
            let (workspace, history, tip) = product(&opened, branch);
            let past = history_oracle::read(&repo, &mut objects, &tip);
            if let Err(difference) = agree(&workspace, &history, &past) {
                panic!("{backend:?}, h{branch}: {difference}\n{}", drawn(&repo, branch));
            }
            for event in history.events() {
                *kinds.entry(event.kind).or_default() += 1;
            }
            merges += past.commits.iter().filter(|commit| commit.parents.len() > 1).count();
        }
    }
    assert_eq!(kinds.len(), 10, "every kind of event was generated: {kinds:?}");
    assert!(merges > 300, "{merges} merges");
}

#[test]
fn each_commit_differs_from_its_parents_by_its_events() {
    let sketches = sketches(histories::any, 2000..2150);
    let (repo, folder) = histories::repository(&sketches);
    let mut objects = Objects::of(&repo);
    let opened = opened(&folder, Backend::Libgit2);
    for branch in 0..sketches.len() {
        let (_, history, tip) = product(&opened, branch);
        let past = history_oracle::read(&repo, &mut objects, &tip);
        for commit in &past.commits {
            let events: Vec<&Event> = history
                .events()
                .into_iter()
                .filter(|event| history.commit(event.commit).id.to_string() == commit.id)
                .collect();
            let all = |at: usize| all_records(&past.commits[at].goals);
            let now = all_records(&commit.goals);
            let before: Vec<Records> = commit.parents.iter().map(|at| all(*at)).collect();
            match &before[..] {
                [] => assert_eq!(folded(Records::new(), &events), now, "h{branch} {}", commit.id),
                [one] => {
                    let then = folded(one.clone(), &events);
                    assert_eq!(then, now, "h{branch} {}\n{}", commit.id, drawn(&repo, branch));
                }
                // What a merge does not change itself is as one of its parents has it.
                several => {
                    let told = folded(Records::new(), &events);
                    for name in now.keys().chain(several.iter().flat_map(|records| records.keys()))
                    {
                        let is_told = events.iter().any(|event| touches(event, name));
                        let is_as_before = several.iter().any(|one| one.get(name) == now.get(name));
                        let is_so =
                            if is_told { told.get(name) == now.get(name) } else { is_as_before };
                        assert!(is_so, "h{branch} {} {name:?}", commit.id);
                    }
                }
            }
        }
    }
}

type Records = BTreeMap<(GoalName, RecordName), Said>;

fn all_records(goals: &BTreeMap<GoalName, history_oracle::Goal>) -> Records {
    let of_goal = |(name, goal): (&GoalName, &history_oracle::Goal)| {
        let records = goal.records.clone().into_iter();
        records.map(|(record, said)| ((name.clone(), record), said)).collect::<Vec<_>>()
    };
    goals.iter().flat_map(of_goal).collect()
}

fn touches(event: &Event, name: &(GoalName, RecordName)) -> bool {
    let is_deleted = event.kind == EventKind::Deleted && event.goal.to_string() == name.0;
    is_deleted || record_name(event).as_ref() == Some(name)
}

fn record_name(event: &Event) -> Option<(GoalName, RecordName)> {
    let stamp = event.stamp?;
    Some((event.goal.to_string(), (event.key_result.clone(), stamp.to_string())))
}

/// What becomes of records by events, one after the other.
fn folded(mut records: Records, events: &[&Event]) -> Records {
    for event in events {
        match (record_name(event), &event.after) {
            (Some(name), Some(after)) => drop(records.insert(name, said(after))),
            (Some(name), None) => drop(records.remove(&name)),
            (None, _) if event.kind == EventKind::Deleted => {
                records.retain(|(goal, _), _| *goal != event.goal.to_string());
            }
            (None, _) => {}
        }
    }
    records
}

#[test]
fn the_fold_of_the_events_is_what_the_tip_records() {
    let sketches = sketches(histories::straight, 3000..3150);
    let (repo, folder) = histories::repository(&sketches);
    let opened = opened(&folder, Backend::Libgit2);
    let mut objects = Objects::of(&repo);
    for branch in 0..sketches.len() {
        let (workspace, history, tip) = product(&opened, branch);
        let events: Vec<&Event> = history.events();
        let at_tip: Records = records(&workspace.model)
            .into_iter()
            .map(|(key, record)| (name_of(&key), said(record)))
            .collect();
        assert_eq!(folded(Records::new(), &events), at_tip, "h{branch}");
        let past = history_oracle::read(&repo, &mut objects, &tip);
        let goals = &past.commits.last().expect("a tip").goals;
        if let Err(broken) = amendments_lead_to_the_tip(&events, goals) {
            panic!("h{branch}: {broken}\n{}", drawn(&repo, branch));
        }
    }
}

/// Follows the amendments back from the tip: each one's new value is what the one after it found.
fn amendments_lead_to_the_tip(
    events: &[&Event],
    goals: &BTreeMap<GoalName, history_oracle::Goal>,
) -> Result<(), String> {
    let mut later: BTreeMap<(String, &str), Option<String>> = BTreeMap::new();
    // Goals and key results that begin after what is looked at: what was before ended unseen.
    let mut begun: BTreeSet<String> = BTreeSet::new();
    for event in events.iter().rev() {
        let (goal, id) = (event.goal.to_string(), event.key_result.as_deref());
        let place = event.goal.with(id);
        let comes_or_goes = event.fields.iter().any(|field| field.name == "key_result");
        if event.kind == EventKind::Planned || comes_or_goes {
            begun.insert(place);
            continue;
        }
        let Some(tip) = goals.get(&goal).filter(|_| event.kind == EventKind::Amended) else {
            continue;
        };
        if begun.contains(&goal) || begun.contains(&place) {
            continue;
        }
        for field in &event.fields {
            let key = (place.clone(), field.name);
            let expected =
                later.get(&key).cloned().unwrap_or_else(|| tip.field(id, field.name).cloned());
            if field.new != expected {
                return Err(format!("{place} {}: {:?}, not {expected:?}", field.name, field.new));
            }
            later.insert(key, field.old.clone());
        }
    }
    Ok(())
}

/// The figures of a branch, without what may differ between repositories that hold the same.
fn figures(opened: &Opened, branch: usize, with_history: bool) -> String {
    let (workspace, history, _) = product(opened, branch);
    let history = with_history.then_some(&history);
    let as_of = goals::date::parse_date("2026-11-21").expect("a date");
    let rollup = pipeline::rollup(&workspace, history, as_of);
    let none: Option<ObjectId> = None;
    contract::json(&contract::view(&workspace.model, &rollup, history, none, &Selection::default()))
}

#[test]
fn the_order_of_unrelated_commits_changes_no_figure() {
    let mut sketches = Vec::new();
    for seed in 0..100 {
        let (in_order, shuffled) =
            histories::goal_by_goal(&histories::straight(4000 + seed), &mut Dice::new(seed));
        sketches.extend([in_order, shuffled]);
    }
    let (_repo, folder) = histories::repository(&sketches);
    let opened = opened(&folder, Backend::Libgit2);
    let mut differing = 0;
    for branch in (0..sketches.len()).step_by(2) {
        assert_eq!(figures(&opened, branch, true), figures(&opened, branch + 1, true), "h{branch}");
        let ids = |branch| product(&opened, branch).2;
        differing += usize::from(ids(branch) != ids(branch + 1));
    }
    assert!(differing > 50, "only {differing} were shuffled");
}

#[test]
fn a_squash_or_rebase_of_everything_changes_no_figure() {
    let mut sketches = Vec::new();
    for seed in 0..100 {
        let sketch = histories::any(5000 + seed);
        let tip = sketch.commits.last().expect("a tip");
        let squashed = Sketch { commits: vec![tip.after(Vec::new())] };
        let in_a_row = |(at, commit): (usize, &histories::Commit)| {
            commit.after(at.checked_sub(1).into_iter().collect())
        };
        let rebased = Sketch { commits: sketch.commits.iter().enumerate().map(in_a_row).collect() };
        sketches.extend([sketch, squashed, rebased]);
    }
    let (_repo, folder) = histories::repository(&sketches);
    let opened = opened(&folder, Backend::Libgit2);
    for branch in (0..sketches.len()).step_by(3) {
        let expected = figures(&opened, branch, false);
        assert_eq!(figures(&opened, branch + 1, false), expected, "h{branch} squashed");
        assert_eq!(figures(&opened, branch + 2, false), expected, "h{branch} rebased");
        // What the history adds concerns the past of plans; no value, progress or status.
        for at in [branch, branch + 1, branch + 2] {
            assert_eq!(of_now(&figures(&opened, at, true)), of_now(&expected), "h{at}");
        }
    }
}

/// Figures without what only the history tells.
fn of_now(figures: &str) -> Vec<&str> {
    let past = ["\"amendments\"", "\"goalpost_moves\"", "\"score_original\"", "\"history\""];
    figures.lines().filter(|line| !past.iter().any(|key| line.contains(key))).collect()
}
