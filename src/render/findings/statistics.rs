//! How often each rule was broken.

use std::collections::BTreeMap;

use crate::check::find;
use crate::diagnostic::Diagnostic;
use crate::render::terminal::{Cell, Look, columns};

/// Writes a line for each rule with findings: how many, the gravest level, the rule, and what it
/// finds; the most frequent first.
pub fn statistics(findings: &[Diagnostic], look: Look) -> String {
    let mut by_rule: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    let mut counted: Vec<(&str, Vec<&Diagnostic>)> = by_rule.into_iter().collect();
    counted.sort_by_key(|(_, found)| std::cmp::Reverse(found.len()));
    let digits = counted.first().map_or(0, |(_, found)| found.len().to_string().len());
    let rows: Vec<Vec<Cell>> = counted
        .iter()
        .map(|(rule, found)| {
            let level = found.iter().map(|finding| finding.level).max().map_or("", |l| l.word());
            vec![
                Cell::new(&format!("{:>digits$}", found.len()), str::to_owned),
                Cell::new(level, str::to_owned),
                Cell::new(rule, |text| look.bold(text)),
                Cell::new(find(rule).map_or("", |rule| rule.finds), str::to_owned),
            ]
        })
        .collect();
    columns(&rows).iter().map(|line| format!("{line}\n")).collect()
}
