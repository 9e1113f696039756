//! Expected figures as tables of plain text, and the comparison that reports every mismatch in one go.
//!
//! A section opens with `[name] field field …`; each further line is an address and a cell for each field.
//! `-` is null, `?` is left open, `3/4` a pair, `on-track:3,draft:1` a table, `#` starts a comment.

use std::collections::BTreeMap;

use serde_json::Value;

/// How far a figure may lie off, as a share of itself.
const TOLERANCE: f64 = 1e-6;

/// The sections of one file of expected figures.
pub(super) struct Sheet {
    sections: BTreeMap<String, Section>,
}

/// The rows of one section: address → field → cell.
#[derive(Default)]
pub(super) struct Section {
    fields: Vec<String>,
    rows: BTreeMap<String, Vec<String>>,
}

impl Sheet {
    /// Reads the text of a file; panics where it is not a table.
    pub(super) fn read(text: &str) -> Self {
        let mut sections: BTreeMap<String, Section> = BTreeMap::new();
        let mut current = String::new();
        for line in text.lines() {
            let mut words =
                line.split('#').next().unwrap_or_default().split_whitespace().map(str::to_owned);
            let Some(first) = words.next() else { continue };
            if let Some(name) = first.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                name.clone_into(&mut current);
                let section = Section { fields: words.collect(), rows: BTreeMap::new() };
                assert!(
                    sections.insert(current.clone(), section).is_none(),
                    "two sections [{name}]"
                );
                continue;
            }
            let section = sections
                .get_mut(&current)
                .unwrap_or_else(|| panic!("a row before any section: {line}"));
            let cells: Vec<String> = words.collect();
            assert_eq!(cells.len(), section.fields.len(), "one cell for each field: {line}");
            assert!(
                section.rows.insert(first, cells).is_none(),
                "two rows for one address: {line}"
            );
        }
        Sheet { sections }
    }

    /// The section of that name; panics where there is none, or an empty one.
    pub(super) fn section(&self, name: &str) -> &Section {
        let section = self.sections.get(name).unwrap_or_else(|| panic!("no section [{name}]"));
        assert!(!section.rows.is_empty(), "the section [{name}] is empty");
        section
    }
}

/// A running comparison: what was found to differ so far.
#[derive(Default)]
pub(super) struct Work {
    compared: usize,
    mismatches: Vec<String>,
}

impl Work {
    /// Compares one value outside the tables.
    pub(super) fn equal(&mut self, what: &str, found: Option<&Value>, expected: &Value) {
        self.note(what, found == Some(expected), &expected.to_string(), found);
    }

    /// Compares a section with the entries found, in those fields that `concerns` names: every row must have its entry,
    /// every entry its row.
    pub(super) fn compare(
        &mut self,
        prefix: &str,
        section: &Section,
        found: &[(String, Value)],
        concerns: impl Fn(&str) -> bool,
    ) {
        for (address, cells) in &section.rows {
            let mut entries = found.iter().filter(|(at, _)| at == address).map(|(_, entry)| entry);
            let Some(entry) = entries.next() else {
                self.mismatches.push(format!("{prefix}{address}: not in the rollup"));
                continue;
            };
            if entries.next().is_some() {
                self.mismatches.push(format!("{prefix}{address}: more than once in the rollup"));
            }
            for (field, cell) in section
                .fields
                .iter()
                .zip(cells)
                .filter(|(field, cell)| concerns(field) && *cell != "?")
            {
                let value = entry.get(field);
                let matches = value.is_some_and(|value| agrees(cell, value));
                self.note(&format!("{prefix}{address}: {field}"), matches, cell, value);
            }
        }
        for (address, _) in found.iter().filter(|(address, _)| !section.rows.contains_key(address))
        {
            self.mismatches.push(format!("{prefix}{address}: in the rollup, but not expected"));
        }
    }

    /// Panics with every mismatch, or where nothing was compared.
    pub(super) fn finish(self) {
        assert!(self.compared > 0, "nothing was compared");
        assert!(
            self.mismatches.is_empty(),
            "{} mismatches, {} values compared:\n  {}",
            self.mismatches.len(),
            self.compared,
            self.mismatches.join("\n  ")
        );
    }

    fn note(&mut self, what: &str, matches: bool, expected: &str, found: Option<&Value>) {
        self.compared += 1;
        if !matches {
            let found = found.map_or_else(|| "nothing at all".to_owned(), Value::to_string);
            self.mismatches.push(format!("{what}: expected {expected}, found {found}"));
        }
    }
}

fn agrees(cell: &str, value: &Value) -> bool {
    match value {
        Value::Null => cell == "-",
        Value::Bool(found) => cell.parse() == Ok(*found),
        Value::Number(found) => {
            found.as_f64().zip(cell.parse().ok()).is_some_and(|(found, cell)| close(found, cell))
        }
        Value::String(found) => cell == found,
        Value::Array(found) => {
            let parts: Vec<_> = cell.split('/').collect();
            parts.len() == found.len()
                && parts.iter().zip(found).all(|(part, found)| agrees(part, found))
        }
        Value::Object(found) => {
            let parts: Vec<_> = cell.split(',').filter_map(|part| part.split_once(':')).collect();
            // A status that no goal has may be absent or 0.
            let counted = found.values().filter(|count| count.as_u64() != Some(0)).count();
            parts.len() == counted
                && parts
                    .iter()
                    .all(|(key, part)| found.get(*key).is_some_and(|found| agrees(part, found)))
        }
    }
}

/// Whether two figures agree within the tolerance; nought agrees with nothing but nought.
fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= TOLERANCE * expected.abs()
}

#[test]
fn a_figure_may_differ_by_a_millionth_of_itself() {
    assert!(close(0.333_333_333, 1.0 / 3.0));
    assert!(!close(0.333_33, 1.0 / 3.0));
    assert!(!close(1e-9, 0.0));
    assert!(!close(f64::NAN, 0.5));
}

#[test]
fn every_mismatch_is_reported() {
    let sheet = Sheet::read(
        "[goals] progress status coverage\na 0.5 on-track 1/2 # why\nb - draft 0/1\nc 1 ? 1/1\n",
    );
    let entry = |progress: f64, coverage: [u32; 2]| serde_json::json!({ "progress": progress, "status": "on-track", "coverage": coverage });
    let found = [
        ("a".to_owned(), entry(0.5, [1, 2])),
        ("b".to_owned(), entry(0.0, [1, 1])),
        ("d".to_owned(), entry(1.0, [1, 1])),
    ];
    let mut work = Work::default();
    work.compare("", sheet.section("goals"), &found, |_| true);
    assert_eq!(
        work.mismatches,
        [
            "b: progress: expected -, found 0.0",
            "b: status: expected draft, found \"on-track\"",
            "b: coverage: expected 0/1, found [1,1]",
            "c: not in the rollup",
            "d: in the rollup, but not expected",
        ]
    );
}
