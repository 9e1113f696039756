//! The template engine: the built-in templates, the workspace's own in their place, and errors that say where.
//!
//! A built-in template has its name under [`BUILTIN`]; a template of the workspace has its plain name and is found
//! first. So a workspace may replace one file and keep the rest, and may build on what it replaces:
//! `{% extends "builtin/goal.html" %}`.

mod blame;

use std::collections::BTreeMap;
use std::io::{self, Write};

use tera::{Context, ErrorKind, Tera};
use thiserror::Error;

use super::{escape, link};
use crate::text;

/// Where the built-in templates stand in the engine.
pub const BUILTIN: &str = "builtin/";

/// What the name of every template ends with; all of them are escaped.
const SUFFIX: &str = ".html";

/// The most that one page may take, in bytes; a template in a runaway loop ends here.
const PAGE_LIMIT_BYTES: usize = 64 << 20;

/// What most pages take, in bytes.
const USUAL_PAGE_BYTES: usize = 32 << 10;

/// The built-in templates by name.
const TEMPLATES: &[(&str, &str)] = &[
    ("base.html", include_str!("../../../templates/base.html")),
    ("components.html", include_str!("../../../templates/components.html")),
    ("index.html", include_str!("../../../templates/index.html")),
    ("changes.html", include_str!("../../../templates/changes.html")),
    ("search.html", include_str!("../../../templates/search.html")),
    ("findings.html", include_str!("../../../templates/findings.html")),
    ("cycle.html", include_str!("../../../templates/cycle.html")),
    ("team.html", include_str!("../../../templates/team.html")),
    ("person.html", include_str!("../../../templates/person.html")),
    ("map.html", include_str!("../../../templates/map.html")),
    ("calibration.html", include_str!("../../../templates/calibration.html")),
    ("goal.html", include_str!("../../../templates/goal.html")),
];

/// The built-in style sheet.
const STYLE: &str = include_str!("../../../templates/style.css");

/// The built-in script.
const SCRIPT: &str = include_str!("../../../templates/report.js");

/// A template that cannot be read or rendered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {message}", self.place())]
pub struct TemplateError {
    /// The template's name: its path below the folder of templates, or `builtin/…` for one of our own.
    pub template: String,
    /// The line, from 1 on, where it is known.
    pub line: Option<usize>,
    /// The column in characters, from 1 on, where it is known.
    pub column: Option<usize>,
    /// What is wrong.
    pub message: String,
}

impl TemplateError {
    /// The place as `name:line:column`, as far as it is known.
    pub fn place(&self) -> String {
        let mut place = self.template.clone();
        for position in [self.line, self.column].into_iter().flatten() {
            place.push_str(&format!(":{position}"));
        }
        place
    }
}

/// A file among the workspace's templates that takes no built-in one's place, and that no other one asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// Its path below the folder of templates.
    pub name: String,
    /// The built-in template whose name it nearly has.
    pub near: Option<&'static str>,
}

/// The names of everything that a workspace may replace.
pub fn names() -> Vec<&'static str> {
    TEMPLATES.iter().map(|(name, _)| *name).chain([link::STYLE, link::SCRIPT]).collect()
}

/// Tells whether a file among the workspace's templates is read: a template, the style sheet or the script.
pub fn is_read(name: &str) -> bool {
    name.ends_with(SUFFIX) || [link::STYLE, link::SCRIPT].contains(&name)
}

/// Which of the workspace's templates (name → text) nothing uses. Of files that are no templates only those are told
/// whose name is nearly one that would be looked at.
pub fn unused(overrides: &BTreeMap<String, String>) -> Vec<Unused> {
    let names = names();
    let is_asked_for = |name: &str, text: &str| {
        // Components are known by their own names, in whichever file they stand.
        let quoted = [format!("\"{name}\""), format!("'{name}'"), format!("`{name}`")];
        let asks = |(other, text): (&String, &String)| {
            other != name && quoted.iter().any(|quoted| text.contains(quoted))
        };
        text.contains("{% component ") || overrides.iter().any(asks)
    };
    let own = overrides.iter().filter(|(name, _)| !names.contains(&name.as_str()));
    own.filter_map(|(name, text)| {
        let file = name.rsplit('/').next().unwrap_or(name);
        let near = text::nearest(&file.to_ascii_lowercase(), names.iter().copied());
        let is_template = name.ends_with(SUFFIX);
        let told = if is_template { !is_asked_for(name, text) } else { near.is_some() };
        told.then(|| Unused { name: name.clone(), near })
    })
    .collect()
}

/// The text of a built-in template, by its name in the engine.
pub fn builtin(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix(BUILTIN)?;
    TEMPLATES.iter().find(|(own, _)| *own == name).map(|(_, text)| *text)
}

/// Templates that have been read and fit together.
pub struct Templates {
    engine: Tera,
    /// The workspace's own.
    own: BTreeMap<String, String>,
    style: String,
    script: String,
}

impl Templates {
    /// Reads the built-in templates and puts the workspace's own (name → text) in front of them.
    ///
    /// Only `style.css`, `report.js` and names that end in `.html` are looked at; other files may lie beside them.
    ///
    /// # Errors
    /// A template that cannot be parsed, or names a filter, component or template that there is not.
    pub fn new(overrides: &BTreeMap<String, String>) -> Result<Self, TemplateError> {
        if let Some(name) = overrides.keys().find(|name| name.starts_with(BUILTIN)) {
            return Err(TemplateError {
                template: name.clone(),
                line: None,
                column: None,
                message: format!(
                    "templates below `{BUILTIN}` are the built-in ones; move the file up one folder"
                ),
            });
        }
        let mut engine = Tera::default();
        engine.set_escape_fn(escape::write_text);
        engine.autoescape_on([SUFFIX]);
        let builtin = TEMPLATES.iter().map(|(name, text)| (format!("{BUILTIN}{name}"), *text));
        let mut own = overrides.clone();
        own.retain(|name, _| name.ends_with(SUFFIX));
        let all: Vec<(String, &str)> =
            builtin.chain(own.iter().map(|(name, text)| (name.clone(), text.as_str()))).collect();
        engine
            .set_fallback_prefixes([BUILTIN])
            .and_then(|()| {
                engine.add_raw_templates(all.iter().map(|(name, text)| (name.as_str(), *text)))
            })
            .map_err(|error| blame::for_reading(&error, &own))?;
        let asset = |path: &str, builtin: &str| {
            overrides.get(path).map_or(builtin, String::as_str).to_owned()
        };
        let (style, script) = (asset(link::STYLE, STYLE), asset(link::SCRIPT, SCRIPT));
        Ok(Self { engine, own, style, script })
    }

    /// Renders one page.
    ///
    /// # Errors
    /// A template that asks for what there is not, calls something wrongly, or writes without end.
    pub fn render(&self, template: &str, context: &Context) -> Result<Vec<u8>, TemplateError> {
        let bytes = Vec::with_capacity(USUAL_PAGE_BYTES);
        let mut page = Page { bytes, limit: PAGE_LIMIT_BYTES };
        self.engine.render_to(template, context, &mut page).map_err(|error| {
            match error.kind() {
                ErrorKind::Io(_) => {
                    let message = format!("the page grew over {} MiB", PAGE_LIMIT_BYTES >> 20);
                    blame::of_page(template, &self.own, &message)
                }
                _ => blame::for_rendering(&error, template, &self.own),
            }
        })?;
        Ok(page.bytes)
    }

    /// The style sheet: the workspace's, else the built-in one.
    pub fn style(&self) -> &str {
        &self.style
    }

    /// The script: the workspace's, else the built-in one.
    pub fn script(&self) -> &str {
        &self.script
    }
}

/// A page that is being written, up to a limit.
struct Page {
    bytes: Vec<u8>,
    limit: usize,
}

impl Write for Page {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        self.write_all(chunk).map(|()| chunk.len())
    }

    fn write_all(&mut self, chunk: &[u8]) -> io::Result<()> {
        if self.bytes.len() + chunk.len() > self.limit {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::markdown;
    use super::*;

    fn overrides(name: &str, text: &str) -> BTreeMap<String, String> {
        BTreeMap::from([(name.to_owned(), text.to_owned())])
    }

    fn rendered(text: &str) -> Result<String, TemplateError> {
        let templates = Templates::new(&overrides("page.html", text))?;
        let mut context = Context::new();
        context.insert("name", "<b>\u{202E}");
        let bytes = templates.render("page.html", &context)?;
        Ok(String::from_utf8(bytes).expect("templates write text"))
    }

    fn fails_at(name: &str, text: &str, line: usize, column: usize, message: &str) {
        let error = match Templates::new(&overrides(name, text)) {
            Err(error) => error,
            Ok(templates) => templates.render(name, &Context::new()).expect_err("it must fail"),
        };
        assert_eq!(
            (error.template.as_str(), error.line, error.column),
            (name, Some(line), Some(column)),
            "{error}"
        );
        assert!(error.message.contains(message), "{error}");
    }

    #[test]
    fn text_is_escaped() {
        assert_eq!(rendered("{{ name }}").expect("it renders"), "&lt;b&gt;\u{FFFD}");
    }

    #[test]
    fn markup_is_shown_as_it_is_and_nothing_else_is_taken_for_it() {
        let templates = Templates::new(&overrides("page.html", "{{ note }} {{ piece.note }}"))
            .expect("it can be read");
        let note = markdown::blocks("*a* < b");
        let mut context = Context::new();
        context.insert("note", &note);
        context.insert("piece", &BTreeMap::from([("note", &note)]));
        let page = templates.render("page.html", &context).expect("it renders");
        let shown = "<p><em>a</em> &lt; b</p>\n";
        assert_eq!(String::from_utf8(page).expect("text"), format!("{shown} {shown}"));
        for (name, text) in TEMPLATES {
            assert!(!text.contains("| safe"), "{name}");
        }
    }

    #[test]
    fn other_files_beside_the_templates_are_let_be() {
        assert!(Templates::new(&overrides("plan.toml", "{{ no template")).is_ok());
    }

    #[test]
    fn errors_say_where_they_are() {
        fails_at("a.html", "one\n  {{ missing }}", 2, 6, "missing");
        fails_at("a.html", "{% if %}", 1, 7, "");
        fails_at("a.html", "one\n{{ 1 | nonesuch }}", 2, 8, "Unknown filter `nonesuch`");
        fails_at("a.html", "{{ <nonesuch /> }}", 1, 4, "Unknown component `nonesuch`");
        fails_at("a.html", "one\n{% include \"b.html\" %}", 2, 12, "Unknown template `b.html`");
        fails_at("a.html", "{# #}\n {% extends \"b.html\" %}", 2, 2, "`b.html`");
        fails_at("a.html", "{% include \"a.html\" %}", 1, 1, "includes itself");
        let built_in = "the built-in one is `builtin/goal.html`";
        fails_at("goal.html", "\n{% extends \"goal.html\" %}", 2, 1, built_in);
    }

    #[test]
    fn what_goes_wrong_in_a_built_in_component_is_told_where_it_was_called() {
        let wrong = "`builtin/components.html:2:25`, called from here: Field `iso` is not defined";
        fails_at("a.html", "\n {{ <date date={1} /> }}", 2, 5, wrong);
        fails_at("a.html", "\n {{ <date /> }}", 2, 5, "Argument `date` missing");
        fails_at("a.html", "{{ <date date={1} more={2} /> }}", 1, 4, "Unknown argument(s) `more`");
        let own = "{% component of(day) %}{{ <date date={day} /> }}{% endcomponent of %}\n";
        fails_at("a.html", &format!("{own}{{{{ <of day={{1}} /> }}}}"), 1, 27, wrong);
    }

    #[test]
    fn what_goes_wrong_in_a_built_in_template_is_told_of_what_took_a_place() {
        let fails = |own: &str, page: &str| {
            let files = [("own.html", own), ("page.html", page)];
            let files = files.map(|(name, text)| (name.to_owned(), text.to_owned()));
            let templates = Templates::new(&BTreeMap::from(files)).expect("they can be read");
            let page = templates.render("page.html", &Context::new());
            page.expect_err("it must fail").to_string()
        };
        let date = "\n{% component date(date) %}{{ <date date={date} /> }}{% endcomponent date %}";
        let told = fails(date, "{{ <date date={1} /> }}");
        assert_eq!(told, "own.html:2:1: component `date` calls itself without end");
        let each_other = "{% component a() %}{{ <b /> }}{% endcomponent a %}\
                          {% component b() %}{{ <a /> }}{% endcomponent b %}";
        let told = fails(each_other, "{{ <a /> }}");
        assert_eq!(told, "page.html: components call each other without end");
        let due = "\n {% component due(rows, caption, owners, more) %}{% endcomponent due %}";
        let page = "{{ <due_and_news due={[1]} checkins={[]} caption=\"\" /> }}";
        let told = fails(due, page);
        assert!(told.starts_with("own.html:2:2: `builtin/components.html:"), "{told}");
        assert!(told.ends_with("`, which calls it: Argument `more` missing"), "{told}");
    }

    #[test]
    fn a_base_without_a_block_that_a_page_fills_is_told() {
        let base = overrides("base.html", "{% block main %}{% endblock main %}");
        let error = Templates::new(&base).err().expect("it must fail");
        let told = "base.html: it has no block `title`, which `builtin/index.html` fills";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn a_component_that_is_there_twice_is_told() {
        let one = "\n {% component one(a) %}{% endcomponent one %}".to_owned();
        let files =
            BTreeMap::from([("a.html".to_owned(), one.clone()), ("b.html".to_owned(), one)]);
        let error = Templates::new(&files).err().expect("it must fail");
        let told = "b.html:2:2: Component `one` is defined in both `a.html` and `b.html`";
        assert_eq!(error.to_string(), told);
    }

    #[test]
    fn what_is_of_the_first_version_of_the_language_is_told_as_such() {
        let cure = "version 2 of Tera has components in the place of macros";
        fails_at("a.html", "{% import \"m.html\" as m %}", 1, 4, cure);
        fails_at("a.html", "\n{% macro x() %}{% endmacro %}", 2, 4, cure);
        fails_at("a.html", "{% nonesuch %}", 1, 4, "Unknown tag");
    }

    #[test]
    fn an_error_reads_as_one_line() {
        let error = Templates::new(&overrides("goal.html", "\n{{ x")).err().expect("it must fail");
        assert!(error.to_string().starts_with("goal.html:2:"), "{error}");
        assert!(!error.to_string().contains('\n'), "{error}");
    }

    #[test]
    fn a_template_that_nothing_uses_is_told_with_the_name_it_nearly_has() {
        let found = |files: &[(&str, &str)]| -> Vec<(String, Option<&'static str>)> {
            let files = files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
            unused(&files.collect()).into_iter().map(|one| (one.name, one.near)).collect()
        };
        let told = |name: &str, near| vec![(name.to_owned(), near)];
        assert_eq!(found(&[("goals.html", "x")]), told("goals.html", Some("goal.html")));
        assert_eq!(found(&[("pages/goal.html", "x")]), told("pages/goal.html", Some("goal.html")));
        assert_eq!(found(&[("imprint.html", "x")]), told("imprint.html", None));
        assert_eq!(found(&[("styles.css", "x")]), told("styles.css", Some("style.css")));
        assert_eq!(found(&[("Goal.html", "x")]), told("Goal.html", Some("goal.html")));
        assert_eq!(found(&[("GOAL.HTML", "x")]), told("GOAL.HTML", Some("goal.html")));
        assert_eq!(found(&[("Style.CSS", "x")]), told("Style.CSS", Some("style.css")));
        let used = [("goal.html", "{% include \"parts/foot.html\" %}"), ("parts/foot.html", "x")];
        assert_eq!(found(&used), []);
        let component = "{% component badge(goal) %}x{% endcomponent badge %}";
        assert_eq!(found(&[("parts.html", component), ("colours.css", "x"), ("a.txt", "")]), []);
    }

    #[test]
    fn the_folder_of_the_built_in_templates_is_reserved() {
        let error =
            Templates::new(&overrides("builtin/goal.html", "x")).err().expect("it must fail");
        assert_eq!(error.template, "builtin/goal.html");
    }

    #[test]
    fn a_template_that_writes_without_end_is_stopped() {
        let text = "{% for a in range(end=100000) %}{% for b in range(end=100000) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}";
        let error = rendered(text).expect_err("it must fail");
        assert_eq!(error.message, "the page grew over 64 MiB");
    }

    #[test]
    fn the_style_sheet_and_the_script_can_be_replaced() {
        let templates =
            Templates::new(&overrides("style.css", "b{{}")).expect("a style sheet is no template");
        assert_eq!(templates.style(), "b{{}");
        let templates = Templates::new(&BTreeMap::new()).expect("the built-in templates are sound");
        assert_eq!((templates.style(), templates.script()), (STYLE, SCRIPT));
        let templates = Templates::new(&overrides("report.js", "{{")).expect("nor is a script");
        assert_eq!(templates.script(), "{{");
    }
}
