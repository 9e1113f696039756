//! Findings as the editor shows them: the same that `goals check` tells.

use std::collections::BTreeMap;

use gen_lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, DiagnosticTag,
    Uri,
};

use super::view::View;
use crate::diagnostic::{Diagnostic as Finding, Level};
use crate::text::printable;

/// The name under which findings are shown.
const SOURCE: &str = "goals";

/// Findings by the path of their file; `page` tells the address of a rule's page.
pub(super) fn by_file(
    view: &View<'_>,
    findings: &[Finding],
    page: impl Fn(&str) -> Option<Uri>,
) -> BTreeMap<String, Vec<Diagnostic>> {
    let mut files: BTreeMap<String, Vec<Diagnostic>> = BTreeMap::new();
    for finding in findings {
        let href = page(finding.rule);
        let shown = diagnostic(view, finding, href);
        files.entry(finding.primary.place.path.clone()).or_default().push(shown);
    }
    files
}

/// One finding.
pub(super) fn diagnostic(view: &View<'_>, finding: &Finding, page: Option<Uri>) -> Diagnostic {
    let related: Vec<DiagnosticRelatedInformation> = finding
        .related
        .iter()
        .map(|label| {
            let text = if label.text.is_empty() { "see here" } else { &label.text };
            let location = view.location(&label.place);
            DiagnosticRelatedInformation::new(location, printable(text).into_owned())
        })
        .collect();
    Diagnostic {
        range: view.range(&finding.primary.place),
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
