//! Where findings go, and in which form: `--format` and any number of `--output`.

use std::path::{Path, PathBuf};

use clap::ValueEnum;

use super::output;
use super::shared::Global;
use crate::error::{Error, Kind, Result};
use crate::render::findings::{self, Checked};
use crate::repo::write;

/// A form of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// With the lines they are on
    Human,
    /// One line each
    Concise,
    /// For programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands: annotations on a pull request
    Github,
    /// Code quality report
    Gitlab,
    /// Test report
    Junit,
    /// Table for a comment
    Markdown,
}

impl Format {
    /// Tells whether it is a document, which stands alone.
    fn is_document(self) -> bool {
        matches!(self, Self::Json | Self::Sarif | Self::Gitlab | Self::Junit)
    }
}

/// A form, and the file that it goes to; without one, to standard output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    format: Format,
    file: Option<PathBuf>,
}

impl Output {
    /// Tells whether it goes to a file.
    pub(super) fn is_file(&self) -> bool {
        self.file.is_some()
    }
}

/// Reads `FORMAT[=FILE]`.
pub(super) fn parse(text: &str) -> std::result::Result<Output, String> {
    let (name, file) = match text.split_once('=') {
        Some((_, "")) => return Err("a file's name is missing behind `=`".to_owned()),
        Some((name, file)) => (name, Some(PathBuf::from(file))),
        None => (text, None),
    };
    let format = Format::from_str(name, false).map_err(|_| {
        let names: Vec<String> = Format::value_variants()
            .iter()
            .filter_map(|format| Some(format.to_possible_value()?.get_name().to_owned()))
            .collect();
        let near = crate::text::did_you_mean(name, names.iter().map(String::as_str));
        near.unwrap_or_else(|| format!("the formats are {}", names.join(", ")))
    })?;
    Ok(Output { format, file })
}

/// Tells whether people alone are shown findings, on standard output.
pub(super) fn is_plain(outputs: &[Output]) -> bool {
    matches!(outputs, [Output { format: Format::Human, file: None }])
}

/// What is wanted: `format` if it was given, or if nothing else goes to standard output, and then
/// each of `outputs`.
///
/// # Errors
///
/// Two of them cannot stand in one place.
pub(super) fn wanted(format: Option<Format>, outputs: &[Output]) -> Result<Vec<Output>> {
    let mut all = outputs.to_vec();
    if format.is_some() || outputs.iter().all(Output::is_file) {
        all.insert(0, Output { format: format.unwrap_or(Format::Human), file: None });
    }
    let shown: Vec<&Output> = all.iter().filter(|output| !output.is_file()).collect();
    if shown.len() > 1 && shown.iter().any(|output| output.format.is_document()) {
        return Err(Error::new(
            Kind::Usage,
            "standard output holds one document, and two outputs go there",
        )
        .hint("send one to a file: --output FORMAT=FILE"));
    }
    for (at, output) in all.iter().enumerate() {
        let same = |other: &Output| other.file.is_some() && other.file == output.file;
        if let (Some(file), true) = (&output.file, all[..at].iter().any(same)) {
            let message = format!("two outputs go to `{}`", file.display());
            return Err(Error::new(Kind::Usage, message).hint("give each a file of its own"));
        }
    }
    Ok(all)
}

/// Writes the files among `outputs`, then prints the others.
///
/// # Errors
///
/// A file cannot be written; then nothing is printed.
pub(super) fn deliver(global: &Global, outputs: &[Output], checked: &Checked<'_>) -> Result<()> {
    for output in outputs {
        if let Some(file) = &output.file {
            write_file(file, &text(output.format, checked, findings::Style::default()))?;
        }
    }
    for output in outputs.iter().filter(|output| !output.is_file()) {
        show(global, output.format, checked)?;
    }
    Ok(())
}

fn write_file(file: &Path, text: &str) -> Result<()> {
    write::write_atomically(file, text.as_bytes()).map_err(|error| {
        Error::new(Kind::Io, error.to_string())
            .hint("name a regular file in a folder that is there and can be written")
    })
}

fn show(global: &Global, format: Format, checked: &Checked<'_>) -> Result<()> {
    let look = global.look();
    let style = findings::Style { colour: look.colour, width: look.width, unicode: false };
    let summary = findings::summary(checked);
    output::print(&text(format, checked, style))?;
    match format {
        Format::Human if checked.findings.is_empty() => output::print(&format!("{summary}\n"))?,
        Format::Human => {
            output::note(global, &format!("\n{summary}"));
            if let Some(hint) = findings::fixable(checked.findings) {
                output::note(global, &hint);
            }
        }
        Format::Concise => output::note(global, &summary),
        _ => {}
    }
    Ok(())
}

fn text(format: Format, checked: &Checked<'_>, style: findings::Style) -> String {
    let Checked { findings, snapshot, .. } = *checked;
    match format {
        Format::Human => findings::human(findings, snapshot, style),
        Format::Concise => findings::concise(findings, snapshot),
        Format::Json => findings::json(checked),
        Format::Sarif => findings::sarif(checked),
        Format::Github => findings::github(checked),
        Format::Gitlab => findings::gitlab(checked),
        Format::Junit => findings::junit(checked),
        Format::Markdown => findings::markdown(checked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(format: Option<Format>, outputs: &[&str]) -> Result<Vec<String>> {
        let outputs: Vec<Output> =
            outputs.iter().map(|text| parse(text).expect("an output")).collect();
        let shown = |output: &Output| match &output.file {
            Some(file) => format!("{:?}={}", output.format, file.display()),
            None => format!("{:?}", output.format),
        };
        Ok(wanted(format, &outputs)?.iter().map(shown).collect())
    }

    #[test]
    fn people_see_findings_unless_something_else_is_shown() {
        let shown = |format, outputs: &[&str]| all(format, outputs).expect("they go together");
        assert_eq!(shown(None, &[]), ["Human"]);
        assert_eq!(shown(None, &["sarif=a"]), ["Human", "Sarif=a"]);
        assert_eq!(shown(None, &["github", "sarif=a"]), ["Github", "Sarif=a"]);
        assert_eq!(shown(Some(Format::Concise), &["github"]), ["Concise", "Github"]);
        assert_eq!(shown(Some(Format::Json), &["junit=a=b"]), ["Json", "Junit=a=b"]);
    }

    #[test]
    fn two_documents_do_not_share_a_place() {
        for (format, outputs) in [
            (Some(Format::Json), &["github"][..]),
            (None, &["sarif", "gitlab"]),
            (None, &["sarif=a", "gitlab=a"]),
        ] {
            assert!(all(format, outputs).is_err(), "{outputs:?}");
        }
    }

    #[test]
    fn what_is_no_output_is_told_apart() {
        assert_eq!(parse("sarfi=x"), Err("did you mean `sarif`?".to_owned()));
        assert!(parse("x").is_err_and(|said| said.contains("human, concise, json, sarif")));
        assert!(parse("sarif=").is_err());
    }
}
