//! Findings: all of them by level and rule with the rules' own pages, and those of one goal.

use std::collections::{BTreeMap, HashMap};

use super::super::link::{self, Href};
use super::super::view::{
    FindingLevel, FindingRow, FindingsPage, LevelText, LinkRow, PageHead, RuleFindings, RuleText,
    Shared, Way,
};
use super::super::{figure, markdown};
use super::{Input, Scope, rows, words};
use crate::check::{self, Subject};
use crate::diagnostic::{Diagnostic, Label, Level, Place};

/// How many findings of one rule are listed.
const LISTED: usize = 500;

/// Makes the page of findings.
pub(in crate::render::site) fn page(scope: &Scope<'_>) -> FindingsPage {
    let description = "What the rules find in the goals, and how to mend it.";
    let all = scope.findings.len();
    FindingsPage {
        head: PageHead::new(link::FINDINGS, "Findings", description, &[]),
        total: (all > 0).then(|| figure::count(all, "finding", "findings")),
        levels: [Level::Error, Level::Warning, Level::Info]
            .into_iter()
            .filter_map(|level| of_level(scope, level))
            .collect(),
        rules: rules(scope),
    }
}

/// The findings of a goal, by file and place.
pub(super) fn of_goal(scope: &Scope<'_>, at: usize, from: &str) -> Vec<FindingRow> {
    let own = scope.findings_of.get(&at).map_or(&[][..], Vec::as_slice);
    own.iter().map(|finding| row(scope, finding, from)).collect()
}

/// The findings that are about each goal, by its position.
pub(super) fn by_goal<'a>(input: &Input<'a>) -> HashMap<usize, Vec<&'a Diagnostic>> {
    let mut by_goal: HashMap<usize, Vec<&Diagnostic>> = HashMap::new();
    for finding in input.findings {
        let about = check::subject(input.model, &finding.primary.place);
        if let Some(at) = about.and_then(|about| input.model.position(&about.goal.reference)) {
            by_goal.entry(at).or_default().push(finding);
        }
    }
    by_goal
}

fn of_level(scope: &Scope<'_>, level: Level) -> Option<FindingLevel> {
    let mut by_rule: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in scope.findings.iter().filter(|finding| finding.level == level) {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    let count = by_rule.values().map(Vec::len).sum();
    let many = format!("{}s", level.word());
    (count > 0).then(|| FindingLevel {
        level: level_text(scope, level),
        count: figure::count(count, level.word(), &many),
        rules: by_rule.iter().map(|(rule, findings)| of_rule(scope, rule, findings)).collect(),
    })
}

fn of_rule(scope: &Scope<'_>, rule: &str, findings: &[&Diagnostic]) -> RuleFindings {
    let rest = findings.len().saturating_sub(LISTED);
    let listed = findings.iter().take(LISTED);
    RuleFindings {
        rule: rule_link(scope, rule, link::FINDINGS),
        finds: finds(rule),
        count: figure::count(findings.len(), "finding", "findings"),
        rows: listed.map(|finding| row(scope, finding, link::FINDINGS)).collect(),
        rest: (rest > 0).then(|| format!("{} more", figure::number(rest as f64))),
    }
}

fn row(scope: &Scope<'_>, finding: &Diagnostic, from: &str) -> FindingRow {
    let about = check::subject(scope.model, &finding.primary.place);
    FindingRow {
        level: level_text(scope, finding.level),
        rule: rule_link(scope, finding.rule, from),
        message: markdown::code_spans(&finding.message),
        place: place(scope, &finding.primary.place),
        goal: about.map(|about| goal(&about, from)),
        related: finding.related.iter().map(|label| related(scope, label)).collect(),
        help: finding.help.as_deref().map(markdown::code_spans),
    }
}

/// The goal that a finding is about, with the way to the key result that it is about.
fn goal(about: &Subject<'_>, from: &str) -> Way {
    let goal = rows::goal_link(about.goal, from);
    let at = about.key_result.and_then(|id| about.goal.key_result_position(id));
    match at.map(|at| rows::key_result_link(about.goal, &about.goal.key_results[at], from)) {
        Some(key_result) => Way { url: key_result.url, ..goal },
        None => goal,
    }
}

fn related(scope: &Scope<'_>, label: &Label) -> LinkRow {
    let note = Some(label.text.replace('`', "")).filter(|text| !text.is_empty());
    LinkRow { note, ..place(scope, &label.place) }
}

/// `goals/2026-q4/calm.toml:12`, with the way to that line.
fn place(scope: &Scope<'_>, place: &Place) -> LinkRow {
    let line = scope.sources.region(place).start.line;
    let path = format!("{}{}", scope.folder, place.path);
    let forge = scope.forge.as_ref();
    LinkRow {
        text: format!("{}:{line}", place.path),
        url: forge.and_then(|forge| forge.line(&path, scope.revision, line)),
        note: None,
    }
}

fn rule_link(scope: &Scope<'_>, rule: &str, from: &str) -> Shared<Way> {
    scope.made.rules.get(from, rule, || {
        let url = Href::to_anchor(from, link::FINDINGS, &link::rule_anchor(rule));
        Way { text: rule.to_owned(), url }
    })
}

fn finds(rule: &str) -> String {
    check::find(rule).map_or("", |rule| rule.finds).to_owned()
}

fn level_text(scope: &Scope<'_>, level: Level) -> Shared<LevelText> {
    let word = level.word();
    let made = || LevelText { key: word.to_owned(), word: words::capitalised(word) };
    scope.made.levels.get(word, made)
}

/// The pages of the rules that found something; one leads to another that is here as well.
fn rules(scope: &Scope<'_>) -> Vec<RuleText> {
    let found: BTreeMap<&str, &check::Rule> = scope
        .findings
        .iter()
        .filter_map(|finding| Some((finding.rule, check::find(finding.rule)?)))
        .collect();
    let way = |page: &str| {
        let name = page.strip_suffix(".md").filter(|name| found.contains_key(name))?;
        Some(format!("#{}", link::rule_anchor(name)))
    };
    found
        .values()
        .map(|rule| RuleText {
            name: rule.name.to_owned(),
            anchor: link::rule_anchor(rule.name),
            url: Href::to_anchor(link::FINDINGS, link::FINDINGS, &link::rule_anchor(rule.name)),
            finds: rule.finds.to_owned(),
            page: markdown::rule_page(rule.page, way),
        })
        .collect()
}
