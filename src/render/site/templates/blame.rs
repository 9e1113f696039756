//! Where an error of the template engine lies: in which template of the workspace, and where in it.
//!
//! The engine tells the place where it gave up. If that is in a built-in template, it is told where one of the workspace
//! called it, or took the place of what it calls.

use std::collections::BTreeMap;

use tera::ErrorKind;

use super::{BUILTIN, TemplateError};

/// The workspace's own templates: name → text.
type Own = BTreeMap<String, String>;

/// How the engine begins to say that components call each other without end.
const ENDLESS: &str = "Maximum render recursion depth";

/// What is wrong with templates that cannot be read, or do not fit together.
pub(super) fn for_reading(error: &tera::Error, own: &Own) -> TemplateError {
    let text = error.to_string();
    let found = located(error, own)
        .or_else(|| from_text(&text))
        .or_else(|| defined_twice(&text, own))
        .unwrap_or_else(|| somewhere("", text));
    match unknown_block(&found.message) {
        Some(block) if found.template.starts_with(BUILTIN) => {
            let message = format!("it has no block `{block}`, which `{}` fills", found.template);
            somewhere("base.html", message)
        }
        _ => found,
    }
}

/// What is wrong with a template that cannot be rendered.
pub(super) fn for_rendering(error: &tera::Error, template: &str, own: &Own) -> TemplateError {
    let text = error.to_string();
    match located(error, own).or_else(|| from_text(&text)) {
        Some(found) if found.template.starts_with(BUILTIN) => {
            replaced(&found, own).or_else(|| called(&found, &text)).unwrap_or(found)
        }
        Some(found) => found,
        None if text.starts_with(ENDLESS) => calls_itself(own)
            .unwrap_or_else(|| of_page(template, own, "components call each other without end")),
        None => of_page(template, own, &text),
    }
}

/// What is wrong with a page as a whole, whose template is the workspace's if that has one of its name.
pub(super) fn of_page(template: &str, own: &Own, message: &str) -> TemplateError {
    let is_own = own.contains_key(template);
    let name = if is_own { template.to_owned() } else { format!("{BUILTIN}{template}") };
    somewhere(&name, message.to_owned())
}

/// An error of which no line is known.
fn somewhere(template: &str, message: String) -> TemplateError {
    TemplateError { template: template.to_owned(), line: None, column: None, message }
}

/// An error of which the engine tells the kind.
fn located(error: &tera::Error, own: &Own) -> Option<TemplateError> {
    Some(match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            let (line, column) = (report.span().start_line, report.span().start_col + 1);
            let message = match report.message() {
                "Unknown tag" if is_of_macros(own.get(report.filename())?, line, column) => {
                    "version 2 of Tera has components in the place of macros".to_owned()
                }
                message => message.to_owned(),
            };
            let template = report.filename().to_owned();
            TemplateError { template, line: Some(line), column: Some(column), message }
        }
        ErrorKind::MissingParent { current, parent } => {
            let message = format!("it extends `{parent}`, which is not there");
            at_tag(current, "extends", message, own)
        }
        ErrorKind::CircularExtend { tpl, inheritance_chain } => {
            let chain = inheritance_chain.join(" → ");
            let message = match super::builtin(&format!("{BUILTIN}{tpl}")) {
                Some(_) => {
                    format!("it extends itself: {chain}; the built-in one is `{BUILTIN}{tpl}`")
                }
                None => format!("it extends itself: {chain}"),
            };
            at_tag(tpl, "extends", message, own)
        }
        ErrorKind::CircularInclude { tpl, include_chain } => {
            let message = format!("it includes itself: {}", include_chain.join(" → "));
            at_tag(tpl, "include", message, own)
        }
        _ => return None,
    })
}

/// Tells whether a tag that the engine does not know is one of macros, which its first version had.
fn is_of_macros(text: &str, line: usize, column: usize) -> bool {
    let line = text.lines().nth(line - 1).unwrap_or_default();
    let tag: String = line.chars().skip(column - 1).take_while(char::is_ascii_alphabetic).collect();
    ["macro", "import"].contains(&tag.as_str())
}

/// An error about a tag, whose place the engine does not tell: the first such tag of that template.
fn at_tag(template: &str, tag: &str, message: String, own: &Own) -> TemplateError {
    let found = own.get(template).and_then(|text| {
        text.lines().enumerate().find_map(|(index, line)| {
            let opening = line.find("{%")?;
            line[opening..].contains(tag).then(|| (index + 1, line[..opening].chars().count() + 1))
        })
    });
    TemplateError {
        line: found.map(|(line, _)| line),
        column: found.map(|(_, column)| column),
        ..somewhere(template, message)
    }
}

/// An error that the engine hands over as text only; the first `--> name:line:column` in it is its place.
fn from_text(text: &str) -> Option<TemplateError> {
    let first = text.lines().next().unwrap_or(text);
    let message = first.strip_prefix("error: ").unwrap_or(first).to_owned();
    text.lines().find_map(|line| at_place(line.trim_start().strip_prefix("--> ")?, &message))
}

/// An error at `name:line:column`.
fn at_place(place: &str, message: &str) -> Option<TemplateError> {
    let mut parts = place.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let found = somewhere(parts.next()?, message.to_owned());
    Some(TemplateError { line: Some(line), column: Some(column), ..found })
}

/// The name of a block that stands in no template which the one at fault extends.
fn unknown_block(message: &str) -> Option<&str> {
    message.strip_prefix("Block `")?.strip_suffix("` is not defined in any parent template")
}

/// A component that two templates have.
fn defined_twice(text: &str, own: &Own) -> Option<TemplateError> {
    let mut quoted = text.strip_prefix("Component ")?.split('`').skip(1).step_by(2);
    let (component, _, second) = (quoted.next()?, quoted.next()?, quoted.next()?);
    Some(at_tag(second, &format!("component {component}("), text.to_owned(), own))
}

/// An error in a built-in template at the call of a component that is one of the workspace's.
fn replaced(found: &TemplateError, own: &Own) -> Option<TemplateError> {
    let line = super::builtin(&found.template)?.lines().nth(found.line? - 1)?;
    let call: String = line.chars().skip(found.column? - 1).collect();
    let tag = format!("component {}(", name_at(call.strip_prefix('<')?));
    let template = own.iter().find(|(_, text)| text.contains(&tag)).map(|(name, _)| name)?;
    Some(at_tag(template, &tag, message_there(found, "which calls it"), own))
}

/// An error in a built-in template, told where one of the workspace called that: the nearest caller.
fn called(found: &TemplateError, text: &str) -> Option<TemplateError> {
    let message = message_there(found, "called from here");
    let callers = text.lines().filter_map(|line| line.strip_prefix("note: called from "));
    let mut callers = callers.filter_map(|place| at_place(place, &message));
    callers.find(|caller| !caller.template.starts_with(BUILTIN))
}

/// A message about another place.
fn message_there(found: &TemplateError, relation: &str) -> String {
    let message = found.message.trim_end_matches('.');
    format!("`{}`, {relation}: {message}", found.place())
}

/// The first component of the workspace that calls itself.
fn calls_itself(own: &Own) -> Option<TemplateError> {
    own.iter().find_map(|(template, text)| {
        text.split("component ").skip(1).find_map(|definition| {
            let name = name_at(definition);
            let body = definition.split("endcomponent").next()?;
            let calls = body.split('<').skip(1).any(|call| name_at(call) == name);
            let message = || format!("component `{name}` calls itself without end");
            calls.then(|| at_tag(template, &format!("component {name}("), message(), own))
        })
    })
}

/// The name of a component that a text begins with.
fn name_at(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.".contains(c));
    &text[..end.unwrap_or(text.len())]
}
