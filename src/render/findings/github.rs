//! Findings as GitHub's workflow commands: annotations on the lines of a pull request.

use super::source::Sources;
use super::{Checked, with_help};
use crate::diagnostic::{Diagnostic, Level};
use crate::text::{count, printable};

/// How many annotations of one level the platform keeps of one step.
const LIMIT: usize = 10;

/// Writes each finding as `::error file=…,line=…,title=…::message` and a line break, the gravest
/// level first, at most ten of each level. What is left out is counted in a last notice, which
/// takes the place of a tenth one.
pub fn github(checked: &Checked<'_>) -> String {
    let sources = Sources::of(checked.findings, checked.snapshot);
    let of = |level| checked.findings.iter().filter(move |finding| finding.level == level);
    let too_many = [Level::Error, Level::Warning, Level::Info]
        .into_iter()
        .any(|level| of(level).count() > LIMIT);
    let mut text = String::new();
    let mut shown = 0;
    for level in [Level::Error, Level::Warning, Level::Info] {
        let limit = if too_many && level == Level::Info { LIMIT - 1 } else { LIMIT };
        for finding in of(level).take(limit) {
            text.push_str(&command(finding, checked, &sources));
            shown += 1;
        }
    }
    let left_out = checked.findings.len() - shown;
    if left_out > 0 {
        let more = format!("{}: see the log, or run goals check", count(left_out, "more finding"));
        text.push_str(&format!("::notice title=goals::{}\n", data(&more)));
    }
    text
}

fn command(finding: &Diagnostic, checked: &Checked<'_>, sources: &Sources<'_>) -> String {
    let place = &finding.primary.place;
    let region = sources.region(place);
    let mut properties = vec![
        ("file", checked.path(&place.path)),
        ("line", region.start.line.to_string()),
        ("endLine", region.end.line.to_string()),
    ];
    // Columns are taken only where a place lies in one line.
    if region.start.line == region.end.line {
        properties.push(("col", region.start.column.to_string()));
        properties.push(("endColumn", region.end.column.to_string()));
    }
    properties.push(("title", finding.rule.to_owned()));
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    let word = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    format!("::{word} {}::{}\n", properties.join(","), data(&with_help(finding)))
}

/// Escapes the text of a command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes the value of a property.
fn property(text: &str) -> String {
    data(&printable(text)).replace(':', "%3A").replace(',', "%2C")
}
