//! Findings as the editor shows them: the same that `goals check` tells.

use std::collections::HashMap;
use std::sync::Arc;

use gen_lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Location, Range, Uri,
};

use super::position::Lines;
use super::view::View;
use crate::diagnostic::{Diagnostic as Finding, Label, Level, Place};
use crate::text::printable;

/// The name under which findings are shown.
const SOURCE: &str = "goals";

/// Findings as the editor shows them; `page` tells the address of a rule's page.
pub(super) fn shown(
    view: &View<'_>,
    findings: &[Arc<Finding>],
    page: impl Fn(&str) -> Option<Uri>,
) -> Vec<Diagnostic> {
    let mut places = Places { view, lines: HashMap::new() };
    findings.iter().map(|finding| places.diagnostic(finding, page(finding.rule))).collect()
}

/// Turns places into ranges; the lines of a file are looked for once.
struct Places<'v, 'a> {
    view: &'v View<'a>,
    lines: HashMap<String, Option<Lines<'a>>>,
}

impl Places<'_, '_> {
    fn diagnostic(&mut self, finding: &Finding, page: Option<Uri>) -> Diagnostic {
        let related: Vec<DiagnosticRelatedInformation> =
            finding.related.iter().map(|label| self.related(label)).collect();
        Diagnostic {
            range: self.range(&finding.primary.place),
            severity: Some(severity(finding.level)),
            code: Some(finding.rule.to_owned().into()),
            code_description: page.map(CodeDescription::new),
            source: Some(SOURCE.to_owned()),
            message: message(finding).into(),
            tags: is_idle(finding.rule).then(|| vec![DiagnosticTag::Unnecessary]),
            related_information: (!related.is_empty()).then_some(related),
            data: None,
        }
    }

    fn related(&mut self, label: &Label) -> DiagnosticRelatedInformation {
        let text = if label.text.is_empty() { "see here" } else { &label.text };
        let location = Location::new(self.view.uri(&label.place.path), self.range(&label.place));
        DiagnosticRelatedInformation::new(location, printable(text).into_owned())
    }

    /// The range of a place; the beginning of a file that has no text.
    fn range(&mut self, place: &Place) -> Range {
        let lines = match self.lines.get(&place.path) {
            Some(lines) => lines,
            None => {
                let text = self.view.analysis.text(&place.path);
                let lines = text.map(|text| self.view.lines(text));
                self.lines.entry(place.path.clone()).or_insert(lines)
            }
        };
        lines.as_ref().map_or_else(Range::default, |lines| lines.range(place.span))
    }
}

fn severity(level: Level) -> DiagnosticSeverity {
    match level {
        Level::Error => DiagnosticSeverity::Error,
        Level::Warning => DiagnosticSeverity::Warning,
        Level::Info => DiagnosticSeverity::Information,
    }
}

/// What was found, and how to mend it.
fn message(finding: &Finding) -> String {
    let found = printable(&finding.message);
    match &finding.help {
        Some(help) => format!("{found}\nhelp: {}", printable(help)),
        None => found.into_owned(),
    }
}

/// Rules on what is of no use where it stands.
fn is_idle(rule: &str) -> bool {
    matches!(rule, "unused-allow" | "expired-allow")
}
