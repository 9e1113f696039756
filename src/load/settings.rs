//! Reads `goals.toml`, the workspace's settings.

use toml::de::DeValue;

use super::document::{Shape, Spanned};
use super::reader::{self, File, Table, as_table};
use crate::date::Date;
use crate::diagnostic::Diagnostic;
use crate::text::{Span, is_hostile, number, printable};

/// `goals.toml` as it stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SettingsDoc {
    /// The file's top level.
    pub shape: Shape,
    /// `name`.
    pub name: Option<Spanned<String>>,
    /// `plans`.
    pub plans: Option<Spanned<String>>,
    /// `year_starts`.
    pub year_starts: Option<Spanned<f64>>,
    /// `[cycles.*]`.
    pub cycles: Vec<CycleDoc>,
    /// `[teams.*]`.
    pub teams: Vec<TeamDoc>,
    /// `[people.*]`; nothing if there is no such table.
    pub people: Option<Vec<PersonDoc>>,
    /// `checkins.every`, days.
    pub every: Option<Spanned<f64>>,
    /// `status.aspirational`, two lower bounds.
    pub aspirational: Option<[f64; 2]>,
    /// `status.committed`, two lower bounds.
    pub committed: Option<[f64; 2]>,
    /// `status.quiet_until`, a share of the window.
    pub quiet_until: Option<Spanned<f64>>,
    /// `history.planning_grace`, days.
    pub planning_grace: Option<Spanned<f64>>,
    /// `history.work`.
    pub work: Option<Spanned<bool>>,
    /// `check.profile`.
    pub profile: Option<Spanned<String>>,
    /// `check.levels`: a rule's name and its level.
    pub levels: Vec<(Spanned<String>, Spanned<String>)>,
    /// `check.words`.
    pub words: WordsDoc,
    /// `report.base_url`.
    pub base_url: Option<Spanned<String>>,
    /// `report.repository_url`.
    pub repository_url: Option<Spanned<String>>,
    /// The lines with a syntax error: what they would have said is not known.
    pub unread: String,
}

/// The language whose word lists rules on wording use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English lists, on titles that are English.
    #[default]
    English,
    /// None: only the words that the workspace lists itself, on every title.
    None,
}

/// Every language, with its word in the settings.
const LANGUAGES: [(&str, Language); 2] = [("en", Language::English), ("none", Language::None)];

/// `[check.words]`: the words that rules on wording look for, beside the compiled lists.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct WordsDoc {
    /// `language`.
    pub language: Option<Spanned<Language>>,
    /// `output`: verbs of making.
    pub output: Vec<Spanned<String>>,
    /// `activity`: verbs of taking part.
    pub activity: Vec<Spanned<String>>,
    /// `comparative`: verbs that say which way and not how far.
    pub comparative: Vec<Spanned<String>>,
    /// `upkeep`: verbs of going on as before.
    pub upkeep: Vec<Spanned<String>>,
    /// `vague`: words that two people would measure differently.
    pub vague: Vec<Spanned<String>>,
    /// `except`: phrases in which these words say something exact.
    pub except: Vec<Spanned<String>>,
}

/// A cycle that the workspace names.
#[derive(Debug, Clone, PartialEq)]
pub struct CycleDoc {
    /// Its id.
    pub id: Spanned<String>,
    /// First day.
    pub start: Option<Spanned<Date>>,
    /// Last day.
    pub end: Option<Spanned<Date>>,
}

/// What is said of a team.
#[derive(Debug, Clone, PartialEq)]
pub struct TeamDoc {
    /// Its path, as the folders spell it.
    pub id: Spanned<String>,
    /// Its name on pages.
    pub name: Option<String>,
    /// The person who leads it.
    pub lead: Option<Spanned<String>>,
}

/// What is said of a person.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonDoc {
    /// The handle that owners use.
    pub id: Spanned<String>,
    /// The name on pages.
    pub name: Option<String>,
    /// E-mail addresses that commits carry.
    pub emails: Vec<String>,
}

/// Reads `goals.toml`, with every mistake of shape in it.
pub fn settings(path: &str, text: &str) -> (SettingsDoc, Vec<Diagnostic>) {
    reader::read(path, text, |file, tree| {
        let mut top = Table::new(file, tree, Span::new(0, 0));
        let mut settings = SettingsDoc::default();
        format_version(file, &mut top);
        settings.name = top.string(file, "name");
        settings.plans = top.string(file, "plans").filter(|plans| is_plain_folder(file, plans));
        settings.year_starts = in_range(file, &mut top, "year_starts", 1.0, 12.0, true);
        settings.cycles = tables(file, &mut top, "cycles", cycle);
        settings.teams = tables(file, &mut top, "teams", team);
        let has_people = top.entry("people").is_some_and(|(_, people)| people.get_ref().is_table());
        let people = tables(file, &mut top, "people", person);
        settings.people = has_people.then_some(people);
        sections(file, &mut top, &mut settings);
        settings.unread = file.unread();
        settings.shape = top.finish(file, "`goals.toml`");
        settings
    })
}

/// `format` must be 1: the one version of the format that there is.
fn format_version(file: &mut File<'_>, top: &mut Table<'_, '_>) {
    let found = top.number(file, "format");
    match found {
        Some(found) if found.value != 1.0 => {
            let message = format!("format {} is not known", number(found.value));
            file.report("wrong-type", message, found.span, |d| {
                d.help("this program reads format = 1")
            });
        }
        None if top.shape.lacks("format", &found) => {
            let fix = Some(vec![file.first_line("format = 1")]);
            file.report(
                "missing-key",
                "`goals.toml` needs `format`".to_owned(),
                Span::new(0, 0),
                |d| d.help("add format = 1").maybe_fix(fix),
            );
        }
        _ => {}
    }
}

fn sections(file: &mut File<'_>, top: &mut Table<'_, '_>, settings: &mut SettingsDoc) {
    if let Some(mut table) = top.table(file, "checkins") {
        settings.every = in_range(file, &mut table, "every", 1.0, 366.0, true);
        table.finish(file, "`[checkins]`");
    }
    if let Some(mut table) = top.table(file, "status") {
        settings.aspirational = bounds(file, &mut table, "aspirational");
        settings.committed = bounds(file, &mut table, "committed");
        settings.quiet_until = in_range(file, &mut table, "quiet_until", 0.0, 1.0, false);
        table.finish(file, "`[status]`");
    }
    if let Some(mut table) = top.table(file, "history") {
        settings.planning_grace = in_range(file, &mut table, "planning_grace", 0.0, 366.0, true);
        settings.work = table.boolean(file, "work");
        table.finish(file, "`[history]`");
    }
    if let Some(mut table) = top.table(file, "check") {
        settings.profile = table.string(file, "profile");
        if let Some(levels) = table.table(file, "levels") {
            settings.levels = level_entries(file, &levels);
        }
        if let Some(words_table) = table.table(file, "words") {
            settings.words = words(file, words_table);
        }
        table.finish(file, "`[check]`");
    }
    if let Some(mut table) = top.table(file, "report") {
        settings.base_url =
            table.string(file, "base_url").filter(|base_url| is_web_address(file, base_url));
        settings.repository_url = table
            .string(file, "repository_url")
            .filter(|repository_url| is_repository(file, repository_url));
        table.finish(file, "`[report]`");
    }
}

fn words(file: &mut File<'_>, mut table: Table<'_, '_>) -> WordsDoc {
    let words = WordsDoc {
        language: table.word(file, "language", &LANGUAGES),
        output: table.strings(file, "output"),
        activity: table.strings(file, "activity"),
        comparative: table.strings(file, "comparative"),
        upkeep: table.strings(file, "upkeep"),
        vague: table.strings(file, "vague"),
        except: table.strings(file, "except"),
    };
    table.finish(file, "`[check.words]`");
    words
}

/// The entries of a table of tables; of one that is no table, reported here, only the name is known.
fn tables<T>(
    file: &mut File<'_>,
    top: &mut Table<'_, '_>,
    key: &'static str,
    mut read: impl FnMut(&mut File<'_>, Spanned<String>, Option<Table<'_, '_>>) -> T,
) -> Vec<T> {
    let Some(outer) = top.table(file, key) else { return Vec::new() };
    let mut all = Vec::new();
    for (id, entry) in outer.entries().filter(|(id, _)| !id.value.is_empty()) {
        let table = as_table(file, &id.value, id.span, entry);
        all.push(read(file, id, table));
    }
    all
}

fn cycle(file: &mut File<'_>, id: Spanned<String>, table: Option<Table<'_, '_>>) -> CycleDoc {
    let Some(mut table) = table else { return CycleDoc { id, start: None, end: None } };
    let start = table.date(file, "start");
    let end = table.date(file, "end");
    let shape = table.finish(file, "a cycle");
    for (key, found) in [("start", &start), ("end", &end)] {
        if shape.lacks(key, found) {
            let help = format!("add {key} = 2026-03-02");
            file.report("missing-key", format!("a cycle needs `{key}`"), id.span, |d| d.help(help));
        }
    }
    CycleDoc { id, start, end }
}

fn team(file: &mut File<'_>, id: Spanned<String>, table: Option<Table<'_, '_>>) -> TeamDoc {
    let Some(mut table) = table else { return TeamDoc { id, name: None, lead: None } };
    let name = table.string(file, "name").map(|name| name.value);
    let lead = table.string(file, "lead");
    table.finish(file, "a team");
    TeamDoc { id, name, lead }
}

fn person(file: &mut File<'_>, id: Spanned<String>, table: Option<Table<'_, '_>>) -> PersonDoc {
    let Some(mut table) = table else { return PersonDoc { id, name: None, emails: Vec::new() } };
    let name = table.string(file, "name").map(|name| name.value);
    let emails = table.strings(file, "emails").into_iter().map(|email| email.value).collect();
    table.finish(file, "a person");
    PersonDoc { id, name, emails }
}

fn in_range(
    file: &mut File<'_>,
    table: &mut Table<'_, '_>,
    key: &'static str,
    least: f64,
    most: f64,
    whole: bool,
) -> Option<Spanned<f64>> {
    let found = table.number(file, key)?;
    let fits = (least..=most).contains(&found.value) && (!whole || found.value.fract() == 0.0);
    if !fits {
        let sort = if whole { "a whole number" } else { "a number" };
        let message = format!(
            "`{key}` is {sort} from {} to {}, found {}",
            number(least),
            number(most),
            number(found.value)
        );
        file.report("wrong-type", message, found.span, |d| d);
        return None;
    }
    Some(found)
}

/// The lower bounds of on-track and at-risk, the higher first.
fn bounds(file: &mut File<'_>, table: &mut Table<'_, '_>, key: &'static str) -> Option<[f64; 2]> {
    let (_, entry) = table.entry(key)?;
    let DeValue::Array(items) = entry.get_ref() else {
        file.wrong_type(key, "a list of two numbers", entry);
        return None;
    };
    let numbers: Vec<f64> =
        items.iter().filter_map(|item| file.number(key, item).map(|n| n.value)).collect();
    match numbers[..] {
        [high, low] if high >= low && low > 0.0 => Some([high, low]),
        _ if numbers.len() < items.len() => None,
        _ => {
            let message = format!("`{key}` takes two numbers above 0, the higher first");
            file.report("wrong-type", message, Span::from(entry.span()), |d| {
                d.help("on-track from the first on, at-risk from the second on: [0.7, 0.4]")
            });
            None
        }
    }
}

/// `plans` must be a folder inside the workspace.
fn is_plain_folder(file: &mut File<'_>, plans: &Spanned<String>) -> bool {
    let fine = !plans.value.is_empty()
        && plans.value.split('/').all(|part| !matches!(part, "" | "." | ".."))
        && !plans.value.contains(['\\', '\0', ':']);
    if !fine {
        file.report(
            "bad-path",
            "`plans` is a folder inside the workspace".to_owned(),
            plans.span,
            |d| d.help("write it like plans = \"goals\" or \"docs/goals\""),
        );
    }
    fine
}

/// `base_url` must be an address of the web, of a folder.
fn is_web_address(file: &mut File<'_>, base_url: &Spanned<String>) -> bool {
    let fine = is_of_the_web(&base_url.value)
        && !base_url.value.contains(['?', '#', '@', '\\', '"', '<', '>']);
    if !fine {
        let help = "write where the report is published: base_url = \"https://goals.example.com/\"";
        no_address(file, "base_url", base_url, help);
    }
    fine
}

/// `repository_url` must be the address of a repository's page, which git's own addresses are not.
fn is_repository(file: &mut File<'_>, repository_url: &Spanned<String>) -> bool {
    let fine = is_of_the_web(repository_url.value.trim());
    if !fine {
        let help = "write where people read the repository: \
                    repository_url = \"https://forge.example.com/acme/goals\"";
        no_address(file, "repository_url", repository_url, help);
    }
    fine
}

/// Tells whether a text is an address of the web, with a host.
fn is_of_the_web(address: &str) -> bool {
    let scheme = ["https://", "http://"].iter().find(|scheme| {
        address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    });
    let host = scheme.and_then(|scheme| address[scheme.len()..].chars().next());
    host.is_some_and(|first| first.is_ascii_alphanumeric())
        && !address.contains(|c: char| c.is_whitespace() || is_hostile(c))
}

fn no_address(file: &mut File<'_>, key: &str, found: &Spanned<String>, help: &str) {
    let message =
        format!("`{key}` takes an address of the web, found `{}`", printable(&found.value));
    file.report("wrong-type", message, found.span, |d| d.help(help));
}

fn level_entries(
    file: &mut File<'_>,
    levels: &Table<'_, '_>,
) -> Vec<(Spanned<String>, Spanned<String>)> {
    let mut all = Vec::new();
    for (rule, entry) in levels.entries() {
        match entry.get_ref() {
            DeValue::String(level) => {
                let level = Spanned { value: level.to_string(), span: Span::from(entry.span()) };
                all.push((rule, level));
            }
            _ => file.wrong_type(&rule.value, "a level: off, info, warning or error", entry),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<&'static str> {
        settings("goals.toml", text).1.iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn the_smallest_workspace_is_sound() {
        assert_eq!(rules("format = 1\n"), Vec::<&str>::new());
    }

    #[test]
    fn mistakes_are_reported() {
        for (text, expected) in [
            ("", vec!["missing-key"]),
            ("format = 2\n", vec!["wrong-type"]),
            ("format = 1\nyear_starts = 13\n", vec!["wrong-type"]),
            ("format = 1\nplans = \"../x\"\n", vec!["bad-path"]),
            ("format = 1\n[report]\nbase_url = \"javascript://x\"\n", vec!["wrong-type"]),
            (
                "format = 1\n[report]\nbase_url = \"https://me:secret@x.example/\"\n",
                vec!["wrong-type"],
            ),
            ("format = 1\n[report]\nbase_url = \"https:///x\"\n", vec!["wrong-type"]),
            ("format = 1\n[report]\nbase_url = \"http://localhost:8080/goals\"\n", vec![]),
            ("format = 1\n[report]\nrepository_url = \"javascript:x\"\n", vec!["wrong-type"]),
            ("format = 1\n[report]\nrepository_url = \"git@x.example:a/b\"\n", vec!["wrong-type"]),
            ("format = 1\n[report]\nrepository_url = \"https://x.example/a/b/\"\n", vec![]),
            ("format = 1\n[report]\nrepository_url = \"HTTPS://x.example/~a/\"\n", vec![]),
            ("format = 1\nplan = \"x\"\n", vec!["unknown-key"]),
            ("format = 1\n[status]\ncommitted = [0.4, 0.7]\n", vec!["wrong-type"]),
            ("format = 1\n[check.words]\nlanguage = \"de\"\n", vec!["wrong-type"]),
            ("format = 1\n[check.words]\nvage = [\"nice\"]\n", vec!["unknown-key"]),
            ("format = 1\n[cycles.launch]\nstart = 2026-03-02\n", vec!["missing-key"]),
        ] {
            assert_eq!(rules(text), expected, "{text}");
        }
    }
}
