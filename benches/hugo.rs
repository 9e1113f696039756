//! Hugo as the report's peer: a site with the same pages for goals, teams and people, and the same badges.
//!
//! Hugo is told every figure: it renders, and computes nothing. Its layouts lie in `benches/hugo/`. They show
//! what ours show (status, facts, scorecard, chart, records, findings, alignment) in plainer markup.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use goals::check::smart::Card;
use goals::date::{Date, Window};
use goals::diagnostic::Diagnostic;
use goals::load::Value;
use goals::model::{Goal, GoalKind, KeyResult, Measure, Model};
use goals::pipeline::{self, Workspace};
use goals::rollup::{GoalFigures, KeyResultFigures};
use serde_json::json;

use crate::Result;
use crate::site::remove;

/// The site's settings and layouts, by their paths below its folder.
const LAYOUTS: &[(&str, &str)] = &[
    ("config.toml", include_str!("hugo/hugo.toml")),
    ("layouts/_default/baseof.html", include_str!("hugo/baseof.html")),
    ("layouts/_default/list.html", include_str!("hugo/list.html")),
    ("layouts/_default/single.html", include_str!("hugo/single.html")),
    ("layouts/_default/single.badge.svg", include_str!("hugo/badge.svg")),
    ("layouts/_default/term.html", include_str!("hugo/term.html")),
    ("layouts/partials/bar.html", include_str!("hugo/partials/bar.html")),
    ("layouts/partials/chart.html", include_str!("hugo/partials/chart.html")),
    ("layouts/partials/mark.html", include_str!("hugo/partials/mark.html")),
    ("layouts/partials/records.html", include_str!("hugo/partials/records.html")),
    ("layouts/partials/row.html", include_str!("hugo/partials/row.html")),
    ("layouts/partials/smart.html", include_str!("hugo/partials/smart.html")),
];

/// What `hugo version` says; nothing if Hugo is not installed.
pub(crate) fn version() -> Option<String> {
    let output = Command::new("hugo").arg("version").output().ok()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.lines().next().map(str::to_owned)
}

/// Writes the source of the site, as of a day.
pub(crate) fn source(folder: &Path, workspace: &Workspace, as_of: Date) -> Result<()> {
    remove(folder)?;
    for (path, text) in LAYOUTS {
        put(&folder.join(path), text)?;
    }
    let rollup = pipeline::rollup(workspace, None, as_of);
    let judged = pipeline::judge(workspace, &rollup, None, as_of, as_of);
    let scoring = judged.scoring();
    let cards = (0..workspace.model.goals.len()).flat_map(|at| scoring.of_goal(at));
    let cards = cards.map(|card| ((card.goal, card.key_result), card)).collect();
    let mut findings: HashMap<&str, Vec<&Diagnostic>> = HashMap::new();
    for finding in &judged.findings {
        findings.entry(&finding.primary.place.path).or_default().push(finding);
    }
    let told = Told { model: &workspace.model, cards, findings, as_of };
    for (at, (goal, figures)) in workspace.model.goals.iter().zip(&rollup.goals).enumerate() {
        let front = serde_json::to_string_pretty(&told.goal(at, goal, figures))?;
        let why = goal.why.as_deref().unwrap_or_default();
        let path = format!("content/{}.md", address(goal));
        put(&folder.join(path), &format!("{front}\n\n{why}\n"))?;
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    Ok(fs::write(path, text)?)
}

/// A goal's path in the site.
fn address(goal: &Goal) -> String {
    let team = goal.team.as_ref().map(|team| format!("{team}/")).unwrap_or_default();
    format!("goals/{}/{team}{}", goal.reference.cycle, goal.reference.id)
}

/// What the pages are told.
struct Told<'a> {
    model: &'a Model,
    cards: HashMap<(usize, Option<usize>), Card>,
    findings: HashMap<&'a str, Vec<&'a Diagnostic>>,
    as_of: Date,
}

impl Told<'_> {
    fn goal(&self, at: usize, goal: &Goal, figures: &GoalFigures) -> serde_json::Value {
        let results = goal.key_results.iter().zip(&figures.key_results).enumerate();
        let results: Vec<_> =
            results.map(|(n, (of, told))| self.result((at, n), of, told)).collect();
        let findings = self.findings.get(goal.path.as_str()).into_iter().flatten();
        let findings: Vec<_> = findings.map(|finding| found(finding)).collect();
        let above = goal.contributes_to.iter().map(|link| &self.model.goals[link.goal]);
        let above: Vec<_> =
            above.map(|goal| json!({ "title": goal.title, "page": address(goal) })).collect();
        json!({
            "title": goal.title,
            "reference": goal.reference.to_string(),
            "cycle": goal.reference.cycle,
            "kind": if goal.kind == GoalKind::Smart { "SMART goal" } else { "Objective" },
            "teams": goal.team.as_slice(),
            "people": goal.owner.as_slice(),
            "begins": goal.window.start.to_string(),
            "ends": goal.window.end.to_string(),
            "ambition": goal.read_ambition().word(),
            "status": figures.status.word(),
            "progress": figures.progress,
            "expected": goal.window.elapsed(self.as_of),
            "confidence": figures.confidence,
            "measured": figures.coverage.measured,
            "counted": figures.coverage.all,
            "smart": self.card(at, None),
            "results": results,
            "findings": findings,
            "contributes_to": above,
        })
    }

    fn card(&self, goal: usize, key_result: Option<usize>) -> Vec<serde_json::Value> {
        let card = self.cards.get(&(goal, key_result));
        let answers = card.into_iter().flat_map(|card| &card.answers);
        let answer = |answer: &goals::check::smart::Answer| {
            json!({
                "letter": answer.question.letter(),
                "question": answer.question.word(),
                "verdict": answer.verdict.word(),
                "evidence": answer.evidence,
                "mend": answer.mend,
            })
        };
        answers.map(answer).collect()
    }

    fn result(
        &self,
        (goal, at): (usize, usize),
        of: &KeyResult,
        figures: &KeyResultFigures,
    ) -> serde_json::Value {
        let (baseline, target) = match of.measure {
            Some(Measure::Metric { baseline, target, .. }) => (Some(baseline), Some(target)),
            _ => (None, None),
        };
        let way = baseline.zip(target);
        let mut records = Vec::new();
        let mut points = Vec::new();
        let mut before = None;
        for record in of.records.iter().filter(|record| !record.void) {
            let (day, value) = (record.stamp.date, record.value.as_ref());
            let number = match value {
                Some(Value::Number(number)) => Some(*number),
                _ => None,
            };
            let shown = value.map(Value::to_string);
            records.push(json!({
                "day": day.to_string(),
                "value": shown,
                "change": number.zip(before).map(|(now, before): (f64, f64)| now - before),
                "confidence": record.confidence,
                "note": record.note,
            }));
            if let Some((number, (baseline, target))) = number.zip(way) {
                let share = (number - baseline) / (target - baseline);
                points.push(json!({
                    "day": day.to_string(),
                    "value": shown,
                    "x": across(of.window, day),
                    "y": hundredths(200.0 * (1.0 - share)),
                }));
            }
            before = number.or(before);
        }
        records.reverse();
        let ticks =
            way.map(|(from, to)| [0.0, 0.25, 0.5, 0.75, 1.0].map(|s| from + s * (to - from)));
        json!({
            "id": of.id.as_deref().unwrap_or("measure"),
            "title": of.title,
            "status": figures.status.word(),
            "progress": figures.progress,
            "expected": figures.expected,
            "pace": figures.pace,
            "value": figures.value.as_ref().map(Value::to_string),
            "value_date": figures.value_date.map(|date| date.to_string()),
            "baseline": baseline,
            "target": target,
            "forecast": figures.forecast.and_then(|told| told.eta).map(|date| date.to_string()),
            "smart": of.id.as_ref().map(|_| self.card(goal, Some(at))),
            "records": records,
            "points": points,
            "ticks": ticks,
            "months": months(of.window),
            "today": across(of.window, self.as_of),
        })
    }
}

fn found(finding: &Diagnostic) -> serde_json::Value {
    json!({
        "rule": finding.rule,
        "level": finding.level.word(),
        "message": finding.message,
        "help": finding.help,
        "path": finding.primary.place.path,
    })
}

/// How far into a window a day lies, in hundredths.
fn across(window: Window, day: Date) -> f64 {
    hundredths(100.0 * window.elapsed(day))
}

fn hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

/// The first days of the months inside a window.
fn months(window: Window) -> Vec<serde_json::Value> {
    let days = window.start.series(jiff::ToSpan::days(1)).take_while(|day| *day <= window.end);
    let firsts = days.filter(|day| day.day() == 1);
    firsts.map(|day| json!({ "day": day.to_string(), "x": across(window, day) })).collect()
}
