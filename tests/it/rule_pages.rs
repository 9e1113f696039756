//! Each page of `docs/rules/` is executed: its example gives exactly the findings shown, what it
//! says to use instead gives none.
//!
//! A page has a section *Example* and a section *Use instead*. In them, a `toml` block whose first
//! line is a comment with a path is a file; a line `Committed by NAME on DATE:` commits the files
//! that follow it, up to the next such line. `goals.toml` is there without being shown. The
//! `console` block of the example is what `goals check` prints of this rule on the date of the
//! line `As of DATE.`, or on 21 November 2026.
//!
//! A page says `Fixable with --fix` (in backticks) if, and only if, a finding of its example carries a
//! fix. Then fixing the example leaves none of those, brings no new finding, and has nothing more to do.
//!
//! With `UPDATE=1` in the environment the shown output is rewritten instead of compared.

use std::fs;
use std::path::{Path, PathBuf};

use goals::date::{Date, parse_date};
use goals::diagnostic::Diagnostic;
use goals::pipeline::{self, Source};
use goals::render::findings::{Style, human};
use goals::repo::Snapshot;

use crate::support::Repo;

/// One section of a page: what is to be done, and what is shown.
#[derive(Default)]
struct Section {
    steps: Vec<Step>,
    as_of: Option<Date>,
    shown: Option<String>,
}

enum Step {
    File(String, String),
    Commit(String, String),
}

fn pages() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut pages: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    pages.retain(|page| page.extension().is_some_and(|extension| extension == "md"));
    pages.retain(|page| page.file_stem().is_some_and(|stem| stem != "README"));
    pages.sort();
    pages
}

/// Reads the section under a heading.
fn section(page: &str, heading: &str) -> Option<Section> {
    let start = page.find(&format!("\n## {heading}\n"))? + heading.len() + 5;
    let end = page[start..].find("\n## ").map_or(page.len(), |end| start + end);
    let mut section = Section::default();
    let mut lines = page[start..end].lines();
    while let Some(line) = lines.next() {
        let mut block = || {
            lines
                .by_ref()
                .take_while(|line| *line != "```")
                .map(|line| format!("{line}\n"))
                .collect::<String>()
        };
        if line == "```toml" {
            let text = block();
            let path = text
                .lines()
                .next()
                .and_then(|line| line.strip_prefix("# "))
                .expect("a block begins with its path");
            section.steps.push(Step::File(path.to_owned(), text.clone()));
        } else if line == "```console" {
            section.shown = Some(block());
        } else if let Some(rest) = line.strip_prefix("Committed by ") {
            let (name, date) =
                rest.trim_end_matches(':').rsplit_once(" on ").expect("a name and a date");
            section.steps.push(Step::Commit(name.to_owned(), date.to_owned()));
        } else if let Some(date) = line.strip_prefix("As of ") {
            section.as_of = parse_date(date.trim_end_matches('.'));
        }
    }
    Some(section)
}

/// The findings of one rule in a section's files, as people see them.
fn found(section: &Section, rule: &str) -> String {
    let as_of = section.as_of.unwrap_or_else(|| jiff::civil::date(2026, 11, 21));
    let own = |findings: Vec<Diagnostic>| {
        findings.into_iter().filter(|finding| finding.rule == rule).collect::<Vec<_>>()
    };
    if section.steps.iter().any(|step| matches!(step, Step::Commit(..))) {
        let repo = Repo::new();
        repo.write("goals.toml", "format = 1\n");
        let mut pending: Option<(String, String)> = None;
        let commit = |repo: &Repo, (name, date): (String, String)| {
            let email = format!(
                "{}@northwind.example",
                name.split(' ').next().unwrap_or_default().to_lowercase()
            );
            repo.commit(&format!("{name} <{email}>"), &format!("{date}T12:00:00+00:00"), "change");
        };
        for step in &section.steps {
            match step {
                Step::File(path, text) => repo.write(path, text),
                Step::Commit(name, date) => {
                    if let Some(previous) = pending.replace((name.clone(), date.clone())) {
                        commit(&repo, previous);
                    }
                }
            }
        }
        commit(&repo, pending.expect("a commit"));
        let workspace = pipeline::read(Source::Folder(repo.path())).expect("readable");
        let git = goals::repo::open(repo.path()).expect("opened").expect("a repository");
        let tip = git.head().expect("readable").expect("a commit");
        let history = pipeline::history(&workspace, &git, tip).expect("readable");
        let findings = own(pipeline::check(&workspace, Some(&history), as_of, as_of));
        return human(&findings, &workspace.snapshot, Style::default());
    }
    let workspace =
        pipeline::read(Source::Files(files(section))).expect("files at hand can be read");
    let findings = own(pipeline::check(&workspace, None, as_of, as_of));
    human(&findings, &workspace.snapshot, Style::default())
}

/// The files of a section as they stand at its end.
fn files(section: &Section) -> Snapshot {
    let mut files: std::collections::BTreeMap<&str, &str> = [("goals.toml", "format = 1\n")].into();
    for step in &section.steps {
        if let Step::File(path, text) = step {
            files.insert(path, text);
        }
    }
    files.into_iter().collect()
}

#[test]
fn a_page_says_that_its_rule_is_fixable_if_its_example_is() {
    let as_of = jiff::civil::date(2026, 11, 21);
    let mut wrong = Vec::new();
    for rule in goals::check::RULES {
        let example = section(rule.page, "Example").expect("a section Example");
        let day = example.as_of.unwrap_or(as_of);
        let own = |findings: &[Diagnostic]| -> Vec<Diagnostic> {
            let own = findings.iter().filter(|finding| finding.rule == rule.name);
            own.filter(|finding| finding.fix.is_some()).cloned().collect()
        };
        let said = |findings: &[Diagnostic]| -> Vec<(String, String)> {
            findings.iter().map(|d| (d.rule.to_owned(), d.message.clone())).collect()
        };
        let workspace = pipeline::read(Source::Files(files(&example))).expect("readable");
        let before = pipeline::check(&workspace, None, day, day);
        if own(&before).is_empty() == rule.is_fixable() {
            wrong.push(format!("{}: is fixable: {}", rule.name, !rule.is_fixable()));
            continue;
        }
        let mend = |files: &Snapshot| {
            pipeline::fix(files, None, day, day, |_, all| own(all)).expect("readable")
        };
        let fixed = mend(&workspace.snapshot);
        let known = said(&before);
        let new: Vec<_> =
            said(&fixed.findings).into_iter().filter(|one| !known.contains(one)).collect();
        if !own(&fixed.findings).is_empty() || !new.is_empty() || !fixed.refused.is_empty() {
            wrong.push(format!("{}: new {new:?}, refused {:?}", rule.name, fixed.refused));
        }
        assert_eq!(mend(&fixed.workspace.snapshot).fixed, 0, "{}", rule.name);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_of_every_rule_do_what_the_page_says() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("readable");
        let rule = path.file_stem().expect("a name").to_string_lossy().into_owned();
        assert!(text.starts_with(&format!("# {rule}\n")), "{rule}: the heading is the rule's name");
        let example =
            section(&text, "Example").unwrap_or_else(|| panic!("{rule}: no section Example"));
        let instead = section(&text, "Use instead")
            .unwrap_or_else(|| panic!("{rule}: no section Use instead"));
        let printed = found(&example, &rule);
        let shown =
            example.shown.clone().unwrap_or_else(|| panic!("{rule}: the example shows no output"));
        if printed.is_empty() {
            wrong.push(format!("{rule}: the example gives no finding"));
        } else if printed != shown {
            if update {
                fs::write(
                    &path,
                    text.replacen(
                        &format!("```console\n{shown}```"),
                        &format!("```console\n{printed}```"),
                        1,
                    ),
                )
                .expect("written");
            } else {
                wrong.push(format!(
                    "{rule}: the page shows\n{shown}\nand the example gives\n{printed}"
                ));
            }
        }
        let clean = found(&instead, &rule);
        if !clean.is_empty() {
            wrong.push(format!("{rule}: what to use instead gives\n{clean}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The index of the pages as it follows from the catalogue.
fn index() -> String {
    let rows: String = goals::check::RULES
        .iter()
        .map(|rule| {
            let finds = rule.finds.replace('|', "\\|");
            let fix = if rule.is_fixable() { "yes" } else { "" };
            format!("| [{0}]({0}.md) | {1} | {fix} | {finds} |\n", rule.name, rule.level.word())
        })
        .collect();
    format!("{INDEX_HEAD}| rule | level | `--fix` | finds |\n| --- | --- | --- | --- |\n{rows}")
}

const INDEX_HEAD: &str = "\
# Rules

`goals check` judges the files by these rules. Each has a page with an example of what it finds and of what to use
instead; `goals explain RULE` shows the same page in the terminal.

The level is the one of the profile `okr`, which is there unless `goals.toml` names another. A workspace changes the
level of a rule, and a plan or a key result allows a finding with its reason:

```toml
[check]
levels = { missing-unit = \"off\" }
```

```toml
[key_results.health.allow]
missing-unit = \"an index without a unit\"
```

";

#[test]
fn the_index_lists_every_rule_with_its_level() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules/README.md");
    let index = index();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &index).expect("written");
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, index, "`UPDATE=1 cargo test --test it rule_pages` writes it anew");
}

#[test]
fn every_rule_has_a_page_and_every_page_a_rule() {
    let mut rules: Vec<&str> = goals::check::RULES.iter().map(|rule| rule.name).collect();
    rules.sort_unstable();
    let mut stems: Vec<String> = pages()
        .iter()
        .map(|page| page.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    stems.sort_unstable();
    assert_eq!(stems, rules);
}
