//! Fingerprints: by what a finding is known again after its file was moved, reordered or
//! reformatted.

use std::collections::{HashMap, HashSet};

use super::subject;
use crate::diagnostic::Diagnostic;
use crate::model::{GoalRef, Model};

/// The fingerprint of each finding: 32 hexadecimal digits, no two alike.
///
/// It is made of the rule, the goal (of other files, the path), the key result and the message
/// without its numbers. Of several findings that agree in all that, the second and further ones,
/// in the order given, are told apart by their number.
pub fn fingerprints(model: &Model, findings: &[Diagnostic]) -> Vec<String> {
    fingerprints_by_names(model, findings, &|goal, key_result| goal.with(key_result))
}

/// The fingerprints that findings have where goals and key results go by other names.
fn fingerprints_by_names(model: &Model, findings: &[Diagnostic], name: Names<'_>) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    findings
        .iter()
        .map(|finding| {
            let basis = basis(model, finding, name);
            let times = seen.entry(basis.clone()).or_default();
            *times += 1;
            format!("{:032x}", hash(format!("{basis}\0{times}").as_bytes()))
        })
        .collect()
}

/// The findings of one state of a workspace, by which those of another are known again.
#[derive(Debug, Clone, Default)]
pub struct Known(HashSet<String>);

/// What a goal, or one of its key results, is called.
pub type Names<'a> = &'a dyn Fn(&GoalRef, Option<&str>) -> String;

impl Known {
    /// Remembers the findings of a model.
    pub fn of(model: &Model, findings: &[Diagnostic]) -> Self {
        Self(fingerprints(model, findings).into_iter().collect())
    }

    /// Remembers the findings of a model in which goals and key results had other names.
    pub fn renamed(model: &Model, findings: &[Diagnostic], name: Names<'_>) -> Self {
        Self(fingerprints_by_names(model, findings, name).into_iter().collect())
    }

    /// Those of a model's findings that are not known, each with its fingerprint.
    ///
    /// Findings that agree are told apart by counting: that takes all of them.
    pub fn news(&self, model: &Model, findings: Vec<Diagnostic>) -> Vec<(Diagnostic, String)> {
        let fingerprints = fingerprints(model, &findings);
        self.others(findings, fingerprints)
    }

    /// Those of a model's findings that are not known, had goals and key results these names.
    pub fn news_renamed(
        &self,
        model: &Model,
        findings: Vec<Diagnostic>,
        name: Names<'_>,
    ) -> Vec<(Diagnostic, String)> {
        let fingerprints = fingerprints_by_names(model, &findings, name);
        self.others(findings, fingerprints)
    }

    fn others(
        &self,
        findings: Vec<Diagnostic>,
        fingerprints: Vec<String>,
    ) -> Vec<(Diagnostic, String)> {
        let told = findings.into_iter().zip(fingerprints);
        told.filter(|(_, fingerprint)| !self.0.contains(fingerprint)).collect()
    }
}

fn basis(model: &Model, finding: &Diagnostic, name: Names<'_>) -> String {
    let place = &finding.primary.place;
    let (subject, message) = match subject(model, place) {
        Some(subject) => {
            let (goal, key_result) = (&subject.goal.reference, subject.key_result);
            let (own, now) = (goal.with(key_result), name(goal, key_result));
            let (own_goal, goal) = (goal.to_string(), name(goal, None));
            let message = match own == now {
                true => finding.message.clone(),
                false => finding.message.replace(&own, &now).replace(&own_goal, &goal),
            };
            let key_result = now.strip_prefix(&format!("{goal}.")).unwrap_or_default();
            (format!("{goal}\0{key_result}"), message)
        }
        None => (format!("{}\0", place.path), finding.message.clone()),
    };
    format!("{}\0{subject}\0{}", finding.rule, without_numbers(&message))
}

/// The text with `#` in the place of each number.
fn without_numbers(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut in_number = false;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let digit_next = characters.peek().is_some_and(char::is_ascii_digit);
        let joins = in_number && matches!(c, '.' | ',' | '_' | '-') && digit_next;
        if c.is_ascii_digit() || joins {
            if !in_number {
                shown.push('#');
            }
            in_number = true;
        } else {
            in_number = false;
            shown.push(c);
        }
    }
    shown
}

/// FNV-1a with 128 bits: the same on every machine and in every version.
fn hash(bytes: &[u8]) -> u128 {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    bytes.iter().fold(OFFSET, |hash, byte| (hash ^ u128::from(*byte)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests::model;
    use crate::diagnostic::Place;
    use crate::text::Span;

    const PLAN: &str = "title = \"T\"\nowner = \"a\"\n[key_results.speed]\ntitle = \"S\"\nbaseline = 1\ntarget = 2\n";

    fn at(path: &str, offset: usize, message: &str) -> Diagnostic {
        Diagnostic::new("x", message, Place::new(path, Span::new(offset, offset)))
    }

    #[test]
    fn moving_the_file_or_the_line_changes_nothing() {
        let here = model(&[("goals/2026-q4/a.toml", PLAN)]);
        let moved = format!("# a comment\n\n{PLAN}");
        let there = model(&[("goals/2026-q4/team/a.toml", &moved)]);
        let in_table = |text: &str| text.find("baseline").expect("in the sample");
        let before = [at("goals/2026-q4/a.toml", in_table(PLAN), "12.5 is not 3")];
        let after = [at("goals/2026-q4/team/a.toml", in_table(&moved), "7 is not 40")];
        assert_eq!(fingerprints(&here, &before), fingerprints(&there, &after));
    }

    #[test]
    fn rule_goal_key_result_message_and_number_tell_findings_apart() {
        let model = model(&[("goals/2026-q4/a.toml", PLAN), ("goals/2026-q4/b.toml", PLAN)]);
        let inside = PLAN.find("baseline").expect("in the sample");
        let findings = [
            at("goals/2026-q4/a.toml", 0, "m"),
            at("goals/2026-q4/a.toml", 0, "m"),
            at("goals/2026-q4/a.toml", 0, "n"),
            at("goals/2026-q4/a.toml", inside, "m"),
            at("goals/2026-q4/b.toml", 0, "m"),
            Diagnostic { rule: "y", ..at("goals/2026-q4/b.toml", 0, "m") },
            at("goals.toml", 0, "m"),
        ];
        let mut found = fingerprints(&model, &findings);
        found.sort();
        found.dedup();
        assert_eq!(found.len(), findings.len());
    }

    #[test]
    fn the_hash_is_fnv_1a() {
        assert_eq!(hash(b""), 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d);
        assert_eq!(hash(b"a"), 0xd228_cb69_6f1a_8caf_7891_2b70_4e4a_8964);
    }

    #[test]
    fn numbers_are_left_out_of_messages() {
        assert_eq!(without_numbers("2026-11-31 and 1,250.5 of p99, 3."), "# and # of p#, #.");
    }
}
